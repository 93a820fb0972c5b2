// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/acceptance/live"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The tests named TestLive… change a tenant in Microsoft's cloud. scripts/live.sh runs
// them, and cleans up before and after. Everything that they make has a name that begins
// with live.Prefix and something of the run's own; the assignments that have no names are
// of such roles. They assign no other roles.

// liveRun is one system's part of such a run.
type liveRun struct {
	workdir
	settings live.Settings
	name     string // begins the names of all that it makes
}

// newLiveRun skips the test unless such a run is asked for, with this system.
func newLiveRun(t *testing.T, system rbac.System) liveRun {
	t.Helper()
	if !live.On(os.Getenv) {
		t.Skip("changes a tenant in Microsoft's cloud: make testlive runs it, and says what it needs")
	}
	s, err := live.Read(os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	if !s.Tests(system) {
		t.Skipf("RBAC_LIVE_SYSTEMS leaves %s out", system)
	}
	r := liveRun{workdir: newWorkdir(t), settings: s, name: live.Prefix + rbac.NewGUID().String()[:8]}
	r.write("provider.tf", r.provider())
	r.init()
	return r
}

func (r liveRun) provider() string {
	var endpoints string
	if e := r.settings.Endpoints; e.Graph != "" {
		endpoints = fmt.Sprintf("endpoints = { resource_manager = %q, graph = %q, authority = %q }", e.ResourceManager, e.Graph, e.Authority)
	}
	return fmt.Sprintf(`terraform {
  required_providers {
    rbac = {
      source = "rolewright/rbac"
    }
  }
}

provider "rbac" {
  backend = "microsoft"
  microsoft = {
    tenant_id = %q
    %s
  }
}
`, r.settings.Tenant, endpoints)
}

// signIn are the variables with which the tests were told to sign in.
func (r liveRun) signIn() []string {
	var env []string
	for _, v := range os.Environ() {
		for _, prefix := range []string{"ARM_", "AZURE_"} {
			if strings.HasPrefix(v, prefix) {
				env = append(env, v)
			}
		}
	}
	return env
}

func (r liveRun) run(args ...string) output {
	r.t.Helper()
	return r.onWell(r.signIn(), args...)
}

// backend looks at the tenant past Terraform.
func (r liveRun) backend() backend.Backend {
	r.t.Helper()
	t, err := r.settings.Open()
	if err != nil {
		r.t.Fatal(err)
	}
	return t.Backend()
}

// whole applies a configuration, sees that nothing is left to do, applies the next,
// imports everything anew, meets a change by hand, and destroys it all.
func (r liveRun) whole(before, after string, imports map[string]string, byHand func(backend.Backend) error) {
	r.t.Helper()
	for _, configuration := range []string{before, after} {
		r.write("main.tf", configuration)
		r.run(applyIt...)
		r.run(planIt...)
	}
	for address, id := range imports {
		r.run("state", "rm", "-no-color", address)
		r.run("import", "-no-color", address, id)
	}
	r.run(planIt...)

	if err := byHand(r.backend()); err != nil {
		r.t.Fatal(err)
	}
	if o := r.on(r.signIn(), planIt...); o.code != 2 {
		r.t.Errorf("the plan after a change by hand ended with %d, want 2\n%s\n%s", o.code, o.stdout, o.stderr)
	}
	r.run(applyIt...)
	r.run(planIt...)

	r.run(append(applyIt, "-destroy")...)
	if left := r.run("state", "list", "-no-color").stdout; strings.TrimSpace(left) != "" {
		r.t.Errorf("destroy left %q", left)
	}
}

func TestLiveAzureRolesAndAssignments(t *testing.T) {
	t.Parallel()
	r := newLiveRun(t, rbac.Azure)
	scope := azure.Subscription(r.settings.Subscription)
	configuration := func(name, actions, text string) string {
		return fmt.Sprintf(`
resource "rbac_azure_custom_role" "live" {
  name              = "%[1]s"
  description       = "%[3]s"
  actions           = %[2]s
  assignable_scopes = ["%[4]s"]
}

resource "rbac_azure_role_assignment" "live" {
  scope        = "%[4]s"
  role         = rbac_azure_custom_role.live.id
  principal_id = "%[5]s"
  description  = "%[3]s"
}

data "rbac_azure_role_assignments" "live" {
  scope = rbac_azure_role_assignment.live.scope
  role  = rbac_azure_custom_role.live.id
}

output "found" {
  value = length(data.rbac_azure_role_assignments.live.role_assignments)
}
`, name, actions, text, scope, r.settings.Principal)
	}
	renamed := r.name + " renamed"
	r.whole(
		configuration(r.name, `["Microsoft.Resources/subscriptions/resourceGroups/read"]`, "A test of rolewright/rbac."),
		configuration(renamed, `["Microsoft.Resources/subscriptions/resourceGroups/read", "Microsoft.Resources/deployments/read"]`, "A test of rolewright/rbac, changed."),
		map[string]string{
			"rbac_azure_custom_role.live":     "name:" + renamed,
			"rbac_azure_role_assignment.live": scope.ID() + "|" + renamed + "|" + r.settings.Principal.String(),
		},
		func(b backend.Backend) error {
			roles, err := b.Azure.Roles(t.Context(), azure.RoleFilter{Name: renamed})
			if err != nil || len(roles) != 1 {
				return fmt.Errorf("there are %d roles %q: %w", len(roles), renamed, err)
			}
			roles[0].Description = "Changed by hand."
			_, err = b.Azure.UpdateRole(t.Context(), roles[0])
			return err
		})
}

func TestLiveEntraRolesAndAssignments(t *testing.T) {
	t.Parallel()
	r := newLiveRun(t, rbac.Entra)
	configuration := func(name, permissions, text string) string {
		return fmt.Sprintf(`
resource "rbac_entra_custom_role" "live" {
  name        = "%[1]s"
  description = "%[3]s"
  template_id = "%[5]s"
  permissions = %[2]s
}

resource "rbac_entra_role_assignment" "live" {
  role         = rbac_entra_custom_role.live.id
  principal_id = "%[4]s"
}

data "rbac_entra_role_assignments" "live" {
  role         = rbac_entra_custom_role.live.id
  principal_id = rbac_entra_role_assignment.live.principal_id
}
`, name, permissions, text, r.settings.Principal, rbac.DeriveGUID(r.settings.Tenant, r.name))
	}
	renamed := r.name + " renamed"
	r.whole(
		configuration(r.name, `["microsoft.directory/applications/standard/read"]`, "A test of rolewright/rbac."),
		configuration(renamed, `["microsoft.directory/applications/standard/read", "microsoft.directory/applications/owners/read"]`, "A test of rolewright/rbac, changed."),
		map[string]string{
			"rbac_entra_custom_role.live":     "name:" + renamed,
			"rbac_entra_role_assignment.live": renamed + "|" + r.settings.Principal.String() + "|/",
		},
		func(b backend.Backend) error {
			roles, err := b.Entra.Roles(t.Context(), entra.RoleFilter{Name: renamed})
			if err != nil || len(roles) != 1 {
				return fmt.Errorf("there are %d roles %q: %w", len(roles), renamed, err)
			}
			roles[0].Description = "Changed by hand."
			_, err = b.Entra.UpdateRole(t.Context(), roles[0])
			return err
		})
}

func TestLiveIntuneRolesAssignmentsAndScopeTags(t *testing.T) {
	t.Parallel()
	r := newLiveRun(t, rbac.Intune)
	configuration := func(name, permissions, text, groups string) string {
		return fmt.Sprintf(`
resource "rbac_intune_scope_tag" "live" {
  name        = "%[1]s"
  description = "%[3]s"
  groups      = %[4]s
}

resource "rbac_intune_custom_role" "live" {
  name        = "%[1]s"
  description = "%[3]s"
  permissions = %[2]s
  scope_tags  = [rbac_intune_scope_tag.live.id]
}

resource "rbac_intune_role_assignment" "live" {
  name         = "%[1]s"
  description  = "%[3]s"
  role         = rbac_intune_custom_role.live.id
  members      = ["%[5]s"]
  scope_groups = ["%[5]s"]
  scope_tags   = [rbac_intune_scope_tag.live.id]
}

data "rbac_intune_role_assignments" "live" {
  role       = rbac_intune_custom_role.live.id
  depends_on = [rbac_intune_role_assignment.live]
}
`, name, permissions, text, groups, r.settings.Group)
	}
	renamed := r.name + " renamed"
	r.whole(
		configuration(r.name, `["Mobile apps/Read"]`, "A test of rolewright/rbac.", "[]"),
		configuration(renamed, `["Mobile apps/Read", "Managed devices/Read"]`, "A test of rolewright/rbac, changed.", fmt.Sprintf("[%q]", r.settings.Group)),
		map[string]string{
			"rbac_intune_scope_tag.live":       "name:" + renamed,
			"rbac_intune_custom_role.live":     "name:" + renamed,
			"rbac_intune_role_assignment.live": "name:" + renamed,
		},
		func(b backend.Backend) error {
			roles, err := b.Intune.Roles(t.Context(), intune.RoleFilter{Name: renamed})
			if err != nil || len(roles) != 1 {
				return fmt.Errorf("there are %d roles %q: %w", len(roles), renamed, err)
			}
			roles[0].Description = "Changed by hand."
			_, err = b.Intune.UpdateRole(t.Context(), roles[0])
			return err
		})
}
