// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
)

// tripwire calls someone at the first request that makes an object of a kind.
type tripwire struct {
	http.RoundTripper
	path          *regexp.Regexp
	methods       []string
	before, after func()
}

// newTripwire stands between a provider and the cloud.
func (w *world) newTripwire(k kind, before, after func()) http.RoundTripper {
	return &tripwire{w.cloud.RoundTripper(), regexp.MustCompile("(?i)" + k.path), k.creates, before, after}
}

// RoundTrip sends a request.
func (t *tripwire) RoundTrip(r *http.Request) (*http.Response, error) {
	if !slices.Contains(t.methods, r.Method) || !t.path.MatchString(r.URL.Path) {
		return t.RoundTripper.RoundTrip(r)
	}
	if t.before != nil {
		t.before()
	}
	resp, err := t.RoundTripper.RoundTrip(r)
	if t.after != nil {
		t.after()
	}
	if r.Context().Err() != nil { // as net/http does
		return nil, r.Context().Err()
	}
	return resp, err
}

func TestInterrupt_aCreateThatIsCancelledReturnsAtOnceAndStateHasWhatExists(t *testing.T) {
	t.Parallel()
	const hidden = time.Minute
	for name, c := range map[string]struct {
		wire   func(w *world, k kind, cancel func()) http.RoundTripper
		faults func(kind, operation) []emulator.Fault
		after  time.Duration // when the run is interrupted, if not by the wire
		exists bool
	}{
		"before the write is sent":     {func(w *world, k kind, cancel func()) http.RoundTripper { return w.newTripwire(k, cancel, nil) }, nil, 0, false},
		"while the answer is awaited":  {func(w *world, k kind, cancel func()) http.RoundTripper { return w.newTripwire(k, nil, cancel) }, nil, 0, true},
		"while it is hidden":           {nil, on(emulator.Fault{Stale: hidden}, "PUT", "POST"), 15 * time.Second, true},
		"while the service is away":    {nil, on(emulator.Fault{Status: 503}, "PUT", "POST"), 2 * time.Second, false},
		"while the service throttles":  {nil, on(emulator.Fault{Status: 429, RetryAfter: time.Minute}, "PUT", "POST"), 15 * time.Second, false},
		"while the answer is lost":     {nil, on(emulator.Fault{Drop: true, When: emulator.AfterIt}, "PUT", "POST"), 100 * time.Millisecond, true},
		"while it waits for its token": {nil, onToken(emulator.Fault{Status: 503}), time.Second, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, k := range kinds() {
				t.Run(k.name, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						w := newWorld(t, emulator.Options{})
						furnished := k.list(t, w.truth)
						ctx, cancel := context.WithCancel(t.Context())
						defer cancel()
						transport := w.cloud.RoundTripper()
						if c.wire != nil {
							transport = c.wire(w, k, cancel)
						}
						o := w.run().object(t, k.resource)
						p := o.plan(k.create)
						o.s = w.runOver(transport) // as terraform apply of a saved plan
						if c.faults != nil {
							w.misbehave(c.faults(k, opCreate)...)
						}
						start := time.Now()
						if c.after > 0 {
							time.AfterFunc(c.after, cancel)
						}
						o.stop = ctx
						diags := o.tryApply(p, k.create)
						took := time.Since(start) - c.after
						there := w.ownIDs(k, furnished)
						if diags == nil && !o.exists() {
							t.Error("there is no error")
						}
						for _, d := range diags {
							said, _, _ := strings.Cut(d.Detail, "\n\n")
							if !strings.HasSuffix(said, ".") || strings.Contains(said, "unforeseen") {
								t.Errorf("the error is %q", d.Detail)
							}
						}
						if took > 5*time.Second {
							t.Errorf("it went on for %s", took)
						}
						if len(there) != map[bool]int{true: 1}[c.exists] || !slices.Equal(there, some(stateID(o))) {
							t.Errorf("state has %q, and the tenant %q: %s", stateID(o), there, text(diags))
						}

						w.misbehave()
						time.Sleep(hidden)
						o = w.goesOn(o)
						o.stop = nil
						if o.exists() {
							o.refresh()
						}
						o.apply(k.create)
						o.wantSame()
						o.wantNoChange(k.create)
						if there := w.ownIDs(k, furnished); !slices.Equal(there, some(stateID(o))) {
							t.Errorf("in the end, state has %q, and the tenant %q", stateID(o), there)
						}
					})
				})
			}
		})
	}
}

func TestInterrupt_whatALostRunHasMadeIsNamedWithItsImportBlock(t *testing.T) {
	t.Parallel()
	for _, k := range kinds() {
		for _, since := range []bool{false, true} {
			t.Run(k.name+map[bool]string{true: " since the plan"}[since], func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, emulator.Options{})
					furnished := k.list(t, w.truth)
					o := w.run().object(t, k.resource)
					var p plan
					if since {
						p = o.plan(k.create)
					}
					lost := w.run().object(t, k.resource)
					lost.apply(k.create)

					var diags []*tfprotov6.Diagnostic
					if since {
						diags = o.tryApply(p, k.create)
					} else {
						diags = o.planAndApply(k.create)
					}
					if o.exists() {
						t.Errorf("state has %v", o.values())
					}
					said := text(diags)
					block := regexp.MustCompile(`  import \{\n    to = ` + k.resource + `\.NAME\n    id = "(\S+)"\n  \}`).FindStringSubmatch(said)
					if len(diags) != 1 || block == nil {
						t.Fatalf("the errors are %q", said)
					}
					if !strings.EqualFold(block[1], stateID(lost)) {
						t.Errorf("the import block has %q, want %q", block[1], stateID(lost))
					}

					o = w.goesOn(o)
					refuse(t, "import", o.tryImport(block[1], nil))
					o.apply(k.create) // timeouts, and how values are spelled
					o.wantSame()
					o.wantNoChange(k.create)
					if there := w.ownIDs(k, furnished); !slices.Equal(there, some(stateID(o))) {
						t.Errorf("state has %q, and the tenant %q", stateID(o), there)
					}
				})
			})
		}
	}
}

func TestInterrupt_adoptingTakesWhatALostRunHasMade(t *testing.T) {
	t.Parallel()
	config := values{"scope": group, "role": "Reader", "principal_id": someone, "principal_type": "Group", "description": "Ours.", "adopt_existing": true}
	for name, c := range map[string]struct {
		lost  values // what the run made whose state is lost
		since bool   // since the plan
	}{
		"under the same name":                 {config, false},
		"under another name":                  {with(config, values{"name": ownName, "description": "Theirs."}), false},
		"under the same name since the plan":  {config, true},
		"under another name since the plan":   {with(config, values{"name": ownName}), true},
		"without adopting":                    {with(config, values{"adopt_existing": nil}), false},
		"without adopting and since the plan": {with(config, values{"adopt_existing": nil}), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, emulator.Options{})
				o := w.run().object(t, "rbac_azure_role_assignment")
				var p plan
				if c.since {
					p = o.plan(config)
				}
				lost := w.run().object(t, o.name)
				lost.apply(c.lost)
				if !c.since {
					p = o.plan(config)
				}
				refuse(t, "apply", o.tryApply(p, config))
				if there := azureAssignmentIDs(t, w.truth); !slices.Equal(there, some(stateID(o))) || stateID(o) != stateID(lost) {
					t.Errorf("state has %q, the tenant %q, and there was %q", stateID(o), there, stateID(lost))
				}
				o = w.goesOn(o)
				o.wantSame()
				o.wantNoChange(config)
			})
		})
	}
}
