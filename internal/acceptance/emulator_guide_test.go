// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// The application of examples/emulator/directory.json.
const (
	guideClient = "f726d8b9-ce95-416e-90ca-62b1485d3967"
	guideSecret = "for-the-emulator-only"
)

// emulated is a running emulator.
type emulated struct {
	t    *testing.T
	c    *exec.Cmd
	line string // what it printed when it was ready

	ResourceManager string `json:"resource_manager"`
	Graph           string `json:"graph"`
	Authority       string `json:"authority"`
	TenantID        string `json:"tenant_id"`
	CAFile          string `json:"ca_file"`
}

// emulate runs the built program as an emulator in the directory until the test ends.
// The test is skipped where Go programs, such as Terraform's providers, can't be told by
// SSL_CERT_FILE to trust it.
func (w workdir) emulate(flags ...string) *emulated {
	w.t.Helper()
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		w.t.Skip("trusts the emulator through SSL_CERT_FILE, which Go does not read here")
	}
	e := &emulated{t: w.t, c: exec.CommandContext(context.Background(), binary(w.t), append([]string{"emulator"}, flags...)...)} // stop ends it
	e.c.Dir, e.c.Env, e.c.Stderr = w.dir, w.environment(), os.Stderr
	out, err := e.c.StdoutPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	if err := e.c.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(e.stop)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err == nil {
		err = json.Unmarshal([]byte(line), e)
	}
	if err != nil {
		w.t.Fatalf("the emulator says %q: %v", line, err)
	}
	e.line = strings.TrimSpace(line)
	return e
}

// stop ends it as Ctrl-C does.
func (e *emulated) stop() {
	if e.c.ProcessState != nil {
		return
	}
	_ = e.c.Process.Signal(os.Interrupt) // it may have ended
	if err := e.c.Wait(); err != nil {
		e.t.Errorf("the emulator ended with %v", err)
	}
}

// signIn are the environment variables of a client that works on it.
func (e *emulated) signIn() []string {
	return []string{"TF_VAR_emulator=" + e.line, "SSL_CERT_FILE=" + e.CAFile, "ARM_CLIENT_ID=" + guideClient, "ARM_CLIENT_SECRET=" + guideSecret}
}

// on runs Terraform with environment variables, later ones before earlier ones.
func (w workdir) on(env []string, args ...string) output {
	w.t.Helper()
	c := w.command(args...)
	c.Env = append(c.Env, env...)
	return runCommand(w.t, c)
}

// guided is a directory with the guide's example, initialised, and its emulator.
func guided(t *testing.T, flags ...string) (workdir, *emulated) {
	t.Helper()
	w := newWorkdir(t)
	w.copyFrom("emulator", "*")
	w.init()
	return w, w.emulate(append([]string{"-directory", "directory.json", "-ca-file", "ca.pem"}, flags...)...)
}

func (w workdir) onWell(env []string, args ...string) output {
	w.t.Helper()
	o := w.on(env, args...)
	if o.code != 0 {
		w.t.Fatalf("terraform %s ended with %d\n%s\n%s", strings.Join(args, " "), o.code, o.stdout, o.stderr)
	}
	return o
}

var (
	applyIt = []string{"apply", "-no-color", "-auto-approve"}
	planIt  = []string{"plan", "-no-color", "-detailed-exitcode"}
)

func TestAccTheExampleOfTheEmulatorAppliesOverHTTPSAndThenPlansEmpty(t *testing.T) {
	t.Parallel()
	for name, flags := range map[string][]string{
		"as it is":                     nil,
		"with the faults of the guide": {"-faults", "faults.json"},
		"throttled, slow, small pages": {"-rate-limits", "-latency", "5ms", "-page-size", "2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, e := guided(t, append([]string{"-store", "tenant.db", "-request-log", "requests.jsonl"}, flags...)...)
			w.onWell(e.signIn(), applyIt...).wants(t, "Apply complete! Resources: 4 added, 0 changed, 0 destroyed.")
			w.onWell(e.signIn(), planIt...)
			world := worldOf(t, openTenant(t, w.path("tenant.db")).Backend())
			keys := world.keys()
			slices.Sort(keys)
			want := []string{
				"azure assignment /subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11/resourceGroups/lyon-line-1 " + world.AzureRoles[0].ID.String() + " 7c1e0a5d-3b0e-4a3c-8f0b-2f6a9a0f6f10",
				"azure role Virtual Machine Operator",
				"entra assignment / 729827e3-9c14-49f7-bb1b-9608f156bbb8 c3d29e74-8051-4d3a-9c86-2e7d0419f523",
				"scope tag EMEA",
			}
			if !slices.Equal(keys, want) {
				t.Errorf("the tenant holds %q, want %q", keys, want)
			}
			if slices.Contains(flags, "-faults") {
				faultsHit(t, w.path("requests.jsonl"))
			}
			w.onWell(e.signIn(), append(applyIt, "-destroy")...)
			if left := worldOf(t, openTenant(t, w.path("tenant.db")).Backend()).keys(); len(left) != 0 {
				t.Errorf("destroy left %q", left)
			}
		})
	}
}

// faultsHit checks that the faults of the example have happened: a request that was
// throttled, one whose answer never came, and reads that did not find what was made.
func faultsHit(t *testing.T, log string) {
	t.Helper()
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for line := range strings.Lines(string(text)) {
		var r struct {
			Method, Path string
			Status       int
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("the request log has %q: %v", line, err)
		}
		switch folded := strings.ToLower(r.Path); {
		case r.Method == http.MethodPut && r.Status == 429 && strings.Contains(folded, "roleassignments/"):
			count["throttled"]++
		case r.Method == http.MethodPut && r.Status == 0 && strings.Contains(folded, "roledefinitions/"):
			count["dropped"]++
		case r.Method == http.MethodGet && r.Status == 404 && strings.Contains(folded, "/directory/roleassignments/"):
			count["hidden"]++
		}
	}
	if count["throttled"] != 1 || count["dropped"] != 1 || count["hidden"] != 2 {
		t.Errorf("the log shows %v, want 1 throttled, 1 dropped, 2 hidden", count)
	}
}

func TestAccWhatStandsBetweenTerraformAndTheEmulatorIsToldInASentence(t *testing.T) {
	t.Parallel()
	other := filepath.Join(t.TempDir(), "other.pem") // trusts somebody else
	for name, test := range map[string]struct {
		env  []string
		stop bool
		want []string
	}{
		"a wrong secret": {
			env:  []string{"ARM_CLIENT_SECRET=mistyped"},
			want: []string{"Signing in with a client secret failed.", "The client secret is wrong. Set the value of the secret, not its ID. Code: AADSTS7000215"},
		},
		"an application that is not in the directory file": {
			env:  []string{"ARM_CLIENT_ID=00000000-0000-4000-8000-000000000001"},
			want: []string{"The tenant has no such application. Check client_id and tenant_id. Code: AADSTS700016"},
		},
		"an emulator that has stopped": {
			stop: true,
			want: []string{"Signing in is not possible:", "does not answer. Check the network, and whether this machine needs a proxy (HTTPS_PROXY) to reach it."},
		},
		"a certificate authority that is not trusted": {
			env:  []string{"SSL_CERT_FILE=" + other},
			want: []string{"is signed by an authority that this machine does not trust. If that is a proxy or the emulator, set SSL_CERT_FILE to a file with the certificate of its authority."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, e := guided(t)
			if test.stop {
				e.stop()
			}
			if err := os.WriteFile(other, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			o := w.on(append(e.signIn(), test.env...), planIt...)
			if o.code != 1 {
				t.Errorf("ended with %d, want 1", o.code)
			}
			o.wants(t, append(test.want, "Error: ")...)
			for _, bad := range []string{"panic", "goroutine ", guideSecret, "mistyped", "dial tcp", "x509:", "&errors"} {
				if strings.Contains(o.all(), bad) {
					t.Errorf("the output has %q:\n%s", bad, o.all())
				}
			}
		})
	}
}
