// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package acceptance_test

import (
	"bytes"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rolewright/terraform-provider-rbac/internal/acceptance/live"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Where the example's directory file lets the live tests work.
const (
	liveSubscription = "5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11"
	livePrincipal    = "c3d29e74-8051-4d3a-9c86-2e7d0419f523"
	liveGroup        = "7c1e0a5d-3b0e-4a3c-8f0b-2f6a9a0f6f10"
	liveTenant       = "d3f1c7a0-5b1e-4c0a-9d52-6a7e3b90f418"
)

// liveTests is scripts/live.sh, told to work on an emulator.
func liveTests(w workdir, e *emulated, set []string, args ...string) *exec.Cmd {
	c := exec.CommandContext(w.t.Context(), "./scripts/live.sh", args...)
	c.Dir = root
	c.Env = w.environment(append(append(e.signIn(),
		"TF_ACC_TERRAFORM_PATH="+w.tf, "ARM_TENANT_ID="+liveTenant, "RBAC_LIVE=1", "RBAC_LIVE_QUIET=1s",
		"RBAC_LIVE_TENANT="+liveTenant, "RBAC_LIVE_SUBSCRIPTION="+liveSubscription,
		"RBAC_LIVE_PRINCIPAL="+livePrincipal, "RBAC_LIVE_GROUP="+liveGroup, "RBAC_LIVE_ENDPOINTS="+e.line), set...)...)
	ownGroup(c)
	return c
}

// liveTenantOf is an emulator with things in it that the live tests must leave alone,
// and its tenant seen from behind.
func liveTenantOf(t *testing.T) (workdir, *emulated, *reference.Tenant) {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("scripts/live.sh needs bash, and there is none on PATH")
	}
	w := newWorkdir(t)
	w.copyFrom("emulator", "directory.json")
	e := w.emulate("-directory", "directory.json", "-ca-file", "ca.pem", "-store", "tenant.db", "-page-size", "3")
	tenant := openTenant(t, w.path("tenant.db"))
	foreign(t, tenant.Backend())
	return w, e, tenant
}

// foreign makes what is not the tests', with names that look like theirs.
func foreign(t *testing.T, b backend.Backend) {
	t.Helper()
	ctx := t.Context()
	var err error
	did := func(e error) {
		t.Helper()
		if err == nil {
			err = e
		}
	}
	for _, name := range []string{"Plant operator", "not " + live.Prefix + "1", "RBAC-LIVE-2"} {
		tag, e := b.Intune.CreateScopeTag(ctx, intune.ScopeTag{Name: name})
		did(e)
		role, e := b.Intune.CreateRole(ctx, intune.Role{Name: name, Permissions: []string{"Microsoft.Intune_MobileApps_Read"}, ScopeTags: []string{tag.ID}})
		did(e)
		_, e = b.Intune.CreateAssignment(ctx, intune.Assignment{Name: name, RoleID: role.ID, Members: []rbac.GUID{liveGroup}, AllDevices: true, ScopeTags: []string{tag.ID}})
		did(e)
		inEntra, e := b.Entra.CreateRole(ctx, entra.Role{ID: rbac.NewGUID(), Name: name, Enabled: true, Permissions: []string{"microsoft.directory/applications/standard/read"}})
		did(e)
		_, e = b.Entra.CreateAssignment(ctx, entra.Assignment{RoleID: inEntra.ID, PrincipalID: livePrincipal, DirectoryScope: "/"})
		did(e)
		scope := azure.Subscription(liveSubscription)
		inAzure, e := b.Azure.CreateRole(ctx, azure.Role{
			ID: rbac.NewGUID(), Name: name, AssignableScopes: []string{scope.ID()},
			Permissions: []azure.Permission{{Actions: []string{"Microsoft.Resources/subscriptions/resourceGroups/read"}}},
		})
		did(e)
		_, e = b.Azure.CreateAssignment(ctx, azure.Assignment{Name: rbac.NewGUID(), Scope: scope, RoleID: inAzure.ID, PrincipalID: livePrincipal, Description: live.Prefix})
		did(e)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// unchanged fails when a world is another than it was.
func unchanged(t *testing.T, tenant *reference.Tenant, before world) {
	t.Helper()
	if diff := cmp.Diff(before, worldOf(t, tenant.Backend()), cmp.Comparer(azure.Scope.Same)); diff != "" {
		t.Errorf("the tenant is not as it was:\n%s", diff)
	}
}

// TestAccTheLiveTestsLeaveATenantAsItWas runs the command for live tenants on an
// emulator: killed in the middle and cleaned up after, interrupted as by Ctrl-C, and
// left alone until its end, which also takes away what was left before.
func TestAccTheLiveTestsLeaveATenantAsItWas(t *testing.T) {
	t.Parallel()
	w, e, tenant := liveTenantOf(t)
	before := worldOf(t, tenant.Backend())

	// until starts the command and sends its group a signal once the tests have made
	// some objects.
	until := func(s syscall.Signal) output {
		t.Helper()
		c := liveTests(w, e, nil)
		var said bytes.Buffer
		c.Stdout, c.Stderr = &said, &said
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- c.Wait() }()
		look := time.NewTicker(20 * time.Millisecond)
		defer look.Stop()
		for worldOf(t, tenant.Backend()).size() < before.size()+3 {
			select {
			case err := <-ended:
				t.Fatalf("the tests ended too soon: %v\n%s", err, said.String())
			case <-look.C:
			}
		}
		signal(t, -c.Process.Pid, s)
		if err := <-ended; err == nil {
			t.Errorf("the tests were done before signal %v came:\n%s", s, said.String())
		}
		return output{stdout: said.String(), code: c.ProcessState.ExitCode()}
	}

	until(syscall.SIGKILL)
	left := worldOf(t, tenant.Backend())
	if left.size() <= before.size() {
		t.Fatalf("the killed tests left nothing, so there is nothing to prove: %q", left.keys())
	}
	o := runCommand(t, liveTests(w, e, nil, "clean"))
	o.wants(t, "Tenant: "+liveTenant+" Subscription: "+liveSubscription, "Deleted ", "The tenant has nothing whose name begins with rbac-live-.")
	if o.code != 0 {
		t.Errorf("the clean-up ended with %d:\n%s%s", o.code, o.stdout, o.stderr)
	}
	unchanged(t, tenant, before)

	if o := until(syscall.SIGINT); o.code != 130 {
		t.Errorf("the interrupted tests ended with %d, want 130:\n%s", o.code, o.stdout)
	}
	unchanged(t, tenant, before)

	until(syscall.SIGKILL)
	o = runCommand(t, liveTests(w, e, nil))
	o.wants(t, "==> Clean-up: what an earlier run may have left", "Deleted ", "--- PASS: TestLiveAzure", "--- PASS: TestLiveEntra", "--- PASS: TestLiveIntune")
	if o.code != 0 {
		t.Errorf("the tests ended with %d:\n%s%s", o.code, o.stdout, o.stderr)
	}
	unchanged(t, tenant, before)
}

func TestAccTheLiveTestsTouchNoTenantThatTheyWereNotTold(t *testing.T) {
	t.Parallel()
	w, e, tenant := liveTenantOf(t)
	before := worldOf(t, tenant.Backend())
	const other = "00000000-0000-4000-8000-00000000000a"
	for name, test := range map[string]struct {
		set  []string
		args []string
		want string
	}{
		"another tenant": {
			set:  []string{"RBAC_LIVE_TENANT=" + other},
			want: "The credentials are for tenant " + liveTenant + ", but RBAC_LIVE_TENANT allows changes of " + other + " only. Correct whichever is wrong.",
		},
		"another tenant, cleaned up": {
			set: []string{"RBAC_LIVE_TENANT=" + other}, args: []string{"clean"},
			want: "RBAC_LIVE_TENANT allows changes of " + other + " only.",
		},
		"no switch": {set: []string{"RBAC_LIVE="}, want: "RBAC_LIVE is not 1."},
		"nobody signs in": {
			set:  []string{"ARM_CLIENT_ID=", "ARM_CLIENT_SECRET=", "ARM_TENANT_ID="},
			want: "The environment does not say how to sign in:",
		},
		"a wrong secret":  {set: []string{"ARM_CLIENT_SECRET=mistyped"}, want: "Signing in with a client secret failed."},
		"a wrong command": {args: []string{"cleanup"}, want: `"cleanup" is not known. Usage: live.sh [clean]`},
	} {
		t.Run(name, func(t *testing.T) {
			o := runCommand(t, liveTests(w, e, slices.Clone(test.set), test.args...))
			if o.code != 2 {
				t.Errorf("ended with %d, want 2:\n%s%s", o.code, o.stdout, o.stderr)
			}
			o.wants(t, test.want)
		})
	}
	unchanged(t, tenant, before)
}
