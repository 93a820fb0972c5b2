// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
)

// An operation of Terraform on one object.
type operation string

const (
	opCreate operation = "create"
	opUpdate operation = "update"
	opRead   operation = "read"
	opDelete operation = "delete"
)

// methods are those by which an operation does its work.
func (k kind) methods(op operation) []string {
	switch op {
	case opCreate:
		return k.creates
	case opUpdate:
		return k.changes
	case opDelete:
		return []string{"DELETE"}
	default:
		return []string{"GET"}
	}
}

// misfortune is one way in which the services misbehave.
type misfortune struct {
	name string
	// faults are in force during an operation.
	faults func(k kind, op operation) []emulator.Fault
	// fails are the operations that can't succeed. All others do.
	fails func(k kind, op operation) bool
	// code is the service's in the error of those that fail; empty if there is
	// no answer that could have one.
	code func(k kind) string
	// words are some that the error has besides; nil for none in particular.
	words func(k kind) string
}

// onWork puts a fault on the requests that do the work of an operation.
func onWork(f emulator.Fault) func(kind, operation) []emulator.Fault {
	return func(k kind, op operation) []emulator.Fault {
		return meeting(f, k, k.methods(op))
	}
}

// onAll puts a fault on all requests for a kind of objects.
func onAll(f emulator.Fault) func(kind, operation) []emulator.Fault {
	return func(k kind, _ operation) []emulator.Fault { return meeting(f, k, []string{""}) }
}

// on puts faults on methods.
func on(f emulator.Fault, methods ...string) func(kind, operation) []emulator.Fault {
	return func(k kind, _ operation) []emulator.Fault { return meeting(f, k, methods) }
}

// meeting is a fault for the requests by some methods for a kind of objects.
func meeting(f emulator.Fault, k kind, methods []string) []emulator.Fault {
	var out []emulator.Fault
	for _, method := range methods {
		f.Method, f.Path = method, k.path
		out = append(out, f)
	}
	return out
}

func never(kind, operation) bool       { return false }
func always(kind, operation) bool      { return true }
func writing(_ kind, o operation) bool { return o != opRead }

// bySystem chooses a code by the service that answers.
func bySystem(azure, entra, intune string) func(kind) string {
	return func(k kind) string {
		switch {
		case strings.HasPrefix(k.name, "Azure"):
			return azure
		case strings.HasPrefix(k.name, "Entra"):
			return entra
		default:
			return intune
		}
	}
}

// misfortunes are those that the services are known for.
func misfortunes() []misfortune {
	out := []misfortune{
		{"nothing", onWork(emulator.Fault{Times: 1}), never, nil, nil},
		{"throttled", onWork(emulator.Fault{Status: 429, RetryAfter: 7 * time.Second, Times: 3}), never, nil, nil},
		{"everything throttled", onAll(emulator.Fault{Status: 429, RetryAfter: 7 * time.Second, Times: 3}), never, nil, nil},
		{"hidden", on(emulator.Fault{HideReads: 4}, "PUT", "POST"), never, nil, nil},
		{"hidden, and dropped after the write", on(emulator.Fault{HideReads: 4, When: emulator.AfterIt, Drop: true, Times: 1}, "PUT", "POST"), never, nil, nil},
		{"stale", on(emulator.Fault{Stale: 20 * time.Second}, "PUT", "POST", "PATCH"), never, nil, nil},
		{"lingering", on(emulator.Fault{Linger: 20 * time.Second}, "DELETE"), never, nil, nil},
		{"lingering, and dropped after the write", on(emulator.Fault{Linger: 20 * time.Second, When: emulator.AfterIt, Drop: true, Times: 1}, "DELETE"), never, nil, nil},
		{"other casing", onAll(emulator.Fault{Recase: true}), never, nil, nil},
		{"other order", onAll(emulator.Fault{Reorder: true}), never, nil, nil},
		{"no token for a while", onToken(emulator.Fault{Status: 503, Times: 2}), never, nil, nil},
		{"no token", onToken(emulator.Fault{Status: 503}), always, bySystem("AADSTS90033", "AADSTS90033", "AADSTS90033"), bySystem("Signing in", "Signing in", "Signing in")},
		{"forbidden to write", on(emulator.Fault{Status: 403}, "PUT", "POST", "PATCH", "DELETE"), writing, bySystem("AuthorizationFailed", "Authorization_RequestDenied", "Forbidden"), bySystem("Microsoft.Authorization/role", "RoleManagement.ReadWrite.Directory", "DeviceManagementRBAC.ReadWrite.All")},
		{"forbidden to read", on(emulator.Fault{Status: 403}, "GET"), always, bySystem("AuthorizationFailed", "Authorization_RequestDenied", "Forbidden"), bySystem("/read\"", "RoleManagement.Read.Directory", "DeviceManagementRBAC.Read.All")},
		{"refused", onWork(emulator.Fault{Status: 400, Code: "SomethingIsWrong"}), always, bySystem("SomethingIsWrong", "SomethingIsWrong", "SomethingIsWrong"), nil},
		{"away", onWork(emulator.Fault{Status: 503}), always, bySystem("ServerTimeout", "serviceNotAvailable", "serviceNotAvailable"), bySystem("Azure Resource Manager can't answer now", "Microsoft Graph can't answer now", "Microsoft Graph can't answer now")},
		{"dropped without end", onWork(emulator.Fault{Drop: true}), always, bySystem("", "", ""), bySystem("The connection to Azure Resource Manager was lost", "The connection to Microsoft Graph was lost", "The connection to Microsoft Graph was lost")},
	}
	for _, when := range []emulator.When{emulator.BeforeIt, emulator.AfterIt} {
		for _, status := range []int{408, 500, 502, 503, 504} {
			out = append(out, misfortune{fmt.Sprintf("%d %s it", status, when), onWork(emulator.Fault{Status: status, When: when, Times: 2}), never, nil, nil})
		}
		out = append(out, misfortune{fmt.Sprintf("dropped %s it", when), onWork(emulator.Fault{Drop: true, When: when, Times: 2}), never, nil, nil})
	}
	return out
}

// onToken puts a fault on the requests for tokens.
func onToken(f emulator.Fault) func(kind, operation) []emulator.Fault {
	f.Path = tokenPath
	return func(kind, operation) []emulator.Fault { return []emulator.Fault{f} }
}

func TestMatrix_whateverTheServicesDoThereIsOneObjectAndItIsInState(t *testing.T) {
	t.Parallel()
	for _, m := range misfortunes() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			for _, k := range kinds() {
				for _, op := range []operation{opCreate, opRead, opUpdate, opDelete} {
					t.Run(k.name+"/"+string(op), func(t *testing.T) {
						t.Parallel()
						synctest.Test(t, func(t *testing.T) { suffer(t, m, k, op) })
					})
				}
			}
		})
	}
}

// suffer carries out one operation while the services misbehave. Every step is a
// run of its own, which knows of the others only what is in state.
func suffer(t *testing.T, m misfortune, k kind, op operation) {
	t.Helper()
	w := newWorld(t, emulator.Options{})
	furnished := k.list(t, w.truth)
	o := w.run().object(t, k.resource)
	config := k.create
	if op != opCreate {
		o.apply(k.create)
	}
	before := o.values()

	w.misbehave(m.faults(k, op)...)
	w.cloud.ForgetRequests()
	start := time.Now()
	o = w.goesOn(o)
	diags := map[operation]func() []*tfprotov6.Diagnostic{
		opCreate: func() []*tfprotov6.Diagnostic { return o.planAndApply(config) },
		opRead: func() (failed []*tfprotov6.Diagnostic) {
			for range 4 { // the first ones singly, then from a list
				if failed = o.tryRefresh(); failed != nil {
					break
				}
			}
			return failed
		},
		opUpdate: func() []*tfprotov6.Diagnostic { config = k.update; return o.planAndApply(config) },
		opDelete: o.tryDestroy,
	}[op]()
	took := time.Since(start)
	answers := map[string]int{}
	for _, r := range w.cloud.Requests() {
		answers[r.ID.String()] = r.Status
	}
	for _, f := range m.faults(k, op) {
		used := f.Method == "" || f.Method == http.MethodGet || slices.Contains(k.methods(op), f.Method)
		if (f.Status != 0 || f.Drop) && used && !slices.Contains(slices.Collect(maps.Values(answers)), f.Status) {
			t.Errorf("no request met the fault %+v", f)
		}
	}
	there := w.ownIDs(k, furnished)

	if !m.fails(k, op) {
		refuse(t, "under the fault", diags)
	} else {
		complains(t, diags, m.code(k), answers)
		if m.words != nil && !strings.Contains(text(diags), m.words(k)) {
			t.Errorf("the errors are %q, which do not say %q", text(diags), m.words(k))
		}
		if done := "was deleted, but whether reads still show it can't be told"; op == opDelete && len(there) == 0 && !strings.Contains(text(diags), done) {
			t.Errorf("the errors are %q, although the object was deleted", text(diags))
		}
	}
	if took > 3*time.Minute {
		t.Errorf("it took %s", took)
	}
	switch {
	case op == opDelete && len(diags) == 0:
		if o.exists() || len(there) != 0 {
			t.Errorf("state has %q and the tenant %q, want none", stateID(o), there)
		}
	case op == opDelete: // what was not seen to go stays in state
		if !o.exists() {
			t.Errorf("state has nothing, and the tenant %q", there)
		}
	case len(there) > 1 || !slices.Equal(there, some(stateID(o))):
		t.Errorf("state has %q, and the tenant %q", stateID(o), there)
	case len(diags) == 0 && len(there) != 1:
		t.Error("there is no object")
	}
	if op == opRead || len(diags) > 0 && op == opDelete {
		if d := difference(before, o.values()); d != "" {
			t.Errorf("state has changed: %s", d)
		}
	}

	// The services are well again: what Terraform does next mends everything.
	w.misbehave()
	o = w.goesOn(o)
	if len(diags) == 0 && op != opDelete {
		o.wantSame()
		o.wantNoChange(config)
		configured(t, o, config)
		return
	}
	if o.exists() {
		o.refresh()
	}
	if op == opDelete {
		if o.exists() {
			o.destroy()
		}
		if there := w.ownIDs(k, furnished); len(there) != 0 {
			t.Errorf("in the end there is %q", there)
		}
		return
	}
	o.apply(config)
	if there := w.ownIDs(k, furnished); !slices.Equal(there, some(stateID(o))) {
		t.Errorf("in the end, state has %q, and the tenant %q", stateID(o), there)
	}
	o = w.goesOn(o)
	o.wantSame()
	o.wantNoChange(config)
}

// some is a list of what is not empty.
func some(id string) []string {
	if id == "" {
		return nil
	}
	return []string{id}
}

// planAndApply is terraform apply.
func (o *object) planAndApply(config values) []*tfprotov6.Diagnostic {
	o.tb.Helper()
	if o.exists() {
		if diags := o.tryRefresh(); diags != nil {
			return diags
		}
	}
	p, diags := o.tryPlan(config)
	if diags != nil {
		return diags
	}
	return o.tryApply(p, config)
}

// complains wants a clear error: a sentence, with the service's code and the ID of
// a request that the service did refuse.
func complains(t *testing.T, diags []*tfprotov6.Diagnostic, code string, answers map[string]int) {
	t.Helper()
	if len(diags) == 0 {
		t.Error("there is no error")
	}
	for _, d := range diags {
		said, facts, _ := strings.Cut(d.Detail, "\n\n")
		if d.Summary == "" || !strings.HasSuffix(said, ".") || strings.Contains(d.Detail, "unforeseen") || len(said) > 700 {
			t.Errorf("the error is %q: %q", d.Summary, d.Detail)
		}
		if code == "" {
			continue
		}
		if !strings.Contains(facts, "Code: "+code+"\n") {
			t.Errorf("the error has no code %s: %q", code, d.Detail)
		}
		id := requestIDs.FindStringSubmatch(facts)
		signIn := strings.HasPrefix(code, "AADSTS") // its errors have the correlation ID, which is the client's
		if len(id) < 2 || !signIn && answers[id[1]] < 400 {
			t.Errorf("the error has the request ID %q, which the service did not refuse: %q", id, d.Detail)
		}
	}
}
