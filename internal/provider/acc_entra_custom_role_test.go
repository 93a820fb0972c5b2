// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
)

// block is a resource block of a type, named "test".
func block(resourceType string, lines ...string) string {
	return "resource \"" + resourceType + "\" \"test\" {\n  " + strings.Join(lines, "\n  ") + "\n}\n"
}

// hcl is a list of strings as a configuration writes it.
func hcl(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = strconv.Quote(v)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// changes wants the plan to do one thing to a resource, and these attributes,
// and no others, to be those that change.
func changes(address string, action plancheck.ResourceActionType, attributes ...string) plancheck.PlanCheck {
	return plannedChange{address, action, attributes, false}
}

// replaces wants the plan to replace a resource because of these attributes
// and no others.
func replaces(address string, attributes ...string) plancheck.PlanCheck {
	return plannedChange{address, plancheck.ResourceActionReplace, attributes, true}
}

type plannedChange struct {
	address string
	action  plancheck.ResourceActionType
	want    []string
	because bool
}

func (p plannedChange) CheckPlan(ctx context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	plancheck.ExpectResourceAction(p.address, p.action).CheckPlan(ctx, req, resp)
	if resp.Error != nil {
		return
	}
	for _, rc := range req.Plan.ResourceChanges {
		if rc.Address != p.address {
			continue
		}
		names := map[string]bool{}
		if p.because {
			for _, path := range rc.Change.ReplacePaths {
				names[fmt.Sprint(path.([]any)[0])] = true
			}
		} else {
			before, after := rc.Change.Before.(map[string]any), rc.Change.After.(map[string]any)
			for name := range after {
				names[name] = !reflect.DeepEqual(before[name], after[name])
			}
			for name, unknown := range rc.Change.AfterUnknown.(map[string]any) {
				if strings.Contains(fmt.Sprint(unknown), "true") {
					names[name] = true
				}
			}
			maps.DeleteFunc(names, func(_ string, changed bool) bool { return !changed })
		}
		if got, want := slices.Sorted(maps.Keys(names)), slices.Sorted(slices.Values(p.want)); !slices.Equal(got, want) {
			resp.Error = fmt.Errorf("%s: the attributes are %q, want %q", p.address, got, want)
		}
	}
}

// wants is what must be planned before a step is applied.
func wants(checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: checks}
}

// noChange is a step whose configuration says the same as what is there.
func noChange(config string) resource.TestStep {
	return resource.TestStep{Config: config, ConfigPlanChecks: nothing()}
}

// rejected is a step that fails with a message.
func rejected(config string, sentences ...string) resource.TestStep {
	return resource.TestStep{Config: config, ExpectError: says(sentences...)}
}

// imported is `terraform import` of an object that is in state already: the
// imported state must be the same, so that a plan after it is empty.
func imported(address, id string) resource.TestStep {
	return resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: id, ImportStateVerify: true}
}

// importedByBlock is imported by an import block; its plan must be empty.
func importedByBlock(address, id string) resource.TestStep {
	return resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: id, ImportStateKind: resource.ImportBlockWithID}
}

// notImported is an import that fails with a message.
func notImported(config, address, id string, sentences ...string) resource.TestStep {
	return resource.TestStep{Config: config, ResourceName: address, ImportState: true, ImportStateId: id, ExpectError: says(sentences...)}
}

// goneBeforeDelete destroys what a configuration made after somebody else did,
// without looking first.
func (tn *tenant) goneBeforeDelete(t *testing.T, config string, remove func(context.Context, backend.Backend) error) {
	t.Helper()
	t.Parallel()
	terraform := tn.terraform(t, config)
	terraform.run("apply", "-auto-approve")
	tn.change(t, remove)()
	tn.want(t, tn.check(wantEmpty))
	terraform.run("destroy", "-refresh=false", "-auto-approve").says("1 destroyed")
	terraform.run("plan", "-destroy").says("No changes.")
}

// sorted is a copy of values in order: the order in a tenant means nothing.
func sorted[S ~string](values []S) []S { return slices.Sorted(slices.Values(values)) }

const (
	entraRoleAddress = "rbac_entra_custom_role.test"
	entraRoleGUID    = "42217343-3e31-5b28-b363-b8bdd5e4047b" // of the name below
	anotherGUID      = "0f3b7a52-94c1-4d0e-8b6a-2c5d7e9f1a3b"

	appStandardRead = "microsoft.directory/applications/standard/read"
	appOwnersRead   = "microsoft.directory/applications/owners/read"
	appBasicUpdate  = "microsoft.directory/applications/basic/update"
)

// entraRoleConfig is a role that reads app registrations, with more lines.
func entraRoleConfig(lines ...string) string {
	return memory(block("rbac_entra_custom_role", append([]string{
		`name = "Application Registration Reader"`, "permissions = " + hcl([]string{appStandardRead, appOwnersRead}),
	}, lines...)...))
}

func appReader() entra.Role {
	return entra.Role{ID: entraRoleGUID, Name: "Application Registration Reader", Enabled: true, Permissions: []string{appOwnersRead, appStandardRead}}
}

// wantEntraRoles wants exactly these custom roles in the tenant.
func wantEntraRoles(want ...entra.Role) func(context.Context, backend.Backend) error {
	return func(ctx context.Context, b backend.Backend) error {
		got, err := b.Entra.Roles(ctx, entra.RoleFilter{Type: entra.CustomRole})
		if err != nil {
			return err
		}
		for i := range got {
			got[i].Permissions = sorted(got[i].Permissions)
		}
		if !reflect.DeepEqual(got, want) {
			return fmt.Errorf("the tenant has the roles %+v, want %+v", got, want)
		}
		return nil
	}
}

func TestAccEntraCustomRole_isMadeAsWrittenAndItsIDIsKnownWhilePlanning(t *testing.T) {
	tn := newTenant(t)
	tn.test(t, resource.TestStep{
		Config: entraRoleConfig(`description = "Sees app registrations and who owns them."`, `version = "1.0"`),
		ConfigPlanChecks: before(entraRoleAddress, plancheck.ResourceActionCreate,
			known(entraRoleAddress, "id", entraRoleGUID),
			known(entraRoleAddress, "template_id", entraRoleGUID),
		),
		ConfigStateChecks: []statecheck.StateCheck{whole(entraRoleAddress, state{
			"id": entraRoleGUID, "template_id": entraRoleGUID, "name": "Application Registration Reader",
			"description": "Sees app registrations and who owns them.", "version": "1.0",
			"enabled": true, "permissions": []string{appOwnersRead, appStandardRead}, "timeouts": nil,
		})},
		Check: tn.check(wantEntraRoles(entra.Role{
			ID: entraRoleGUID, Name: "Application Registration Reader", Description: "Sees app registrations and who owns them.",
			Version: "1.0", Enabled: true, Permissions: []string{appOwnersRead, appStandardRead},
		})),
	})
}

func TestAccEntraCustomRole_everyAttributeChangesInPlace(t *testing.T) {
	tn := newTenant(t)
	role := appReader()
	config := func() string {
		return memory(block("rbac_entra_custom_role", "name = "+strconv.Quote(role.Name), "description = "+strconv.Quote(role.Description),
			"version = "+strconv.Quote(role.Version), "enabled = "+strconv.FormatBool(role.Enabled), "permissions = "+hcl(role.Permissions)))
	}
	steps := []resource.TestStep{{Config: config()}}
	change := func(attribute string, change func()) {
		change()
		want := role
		steps = append(steps, resource.TestStep{
			Config:           config(),
			ConfigPlanChecks: wants(changes(entraRoleAddress, plancheck.ResourceActionUpdate, attribute)),
			Check:            tn.check(wantEntraRoles(want)),
		})
	}
	change("name", func() { role.Name = "App Reader" })
	change("description", func() { role.Description = "Reads." })
	change("version", func() { role.Version = "2" })
	change("enabled", func() { role.Enabled = false })
	change("permissions", func() { role.Permissions = []string{appBasicUpdate, appStandardRead} })
	tn.test(t, steps...)
}

func TestAccEntraCustomRole_timeoutsAloneChangeNothingInTheTenant(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		resource.TestStep{Config: entraRoleConfig()},
		resource.TestStep{
			Config:           entraRoleConfig(`timeouts = { create = "1m", read = "2m", update = "3m", delete = "4m" }`),
			ConfigPlanChecks: wants(changes(entraRoleAddress, plancheck.ResourceActionUpdate, "timeouts")),
			Check:            tn.check(wantEntraRoles(appReader())),
		},
	)
}

func TestAccEntraCustomRole_isImportedByGUIDAndByName(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		resource.TestStep{Config: entraRoleConfig(`description = "Reads."`, `version = "3"`, "enabled = false")},
		imported(entraRoleAddress, entraRoleGUID),
		imported(entraRoleAddress, strings.ToUpper(entraRoleGUID)),
		imported(entraRoleAddress, "name:Application Registration Reader"),
		imported(entraRoleAddress, "name:application registration READER"),
		importedByBlock(entraRoleAddress, entraRoleGUID),
		importedByBlock(entraRoleAddress, "name:Application Registration Reader"),
	)
}

func TestAccEntraCustomRole_importOfARoleMadeElsewhereThenPlansNothing(t *testing.T) {
	tn := newTenant(t)
	tn.test(t, resource.TestStep{
		PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
			_, err := b.Entra.CreateRole(ctx, entra.Role{ID: anotherGUID, Name: "Application Registration Reader", Enabled: true, Permissions: []string{appStandardRead, appOwnersRead}})
			return err
		}),
		Config: memory(`
import {
  to = rbac_entra_custom_role.test
  id = "name:Application Registration Reader"
}
` + block("rbac_entra_custom_role", `name = "Application Registration Reader"`, "permissions = "+hcl([]string{strings.ToUpper(appOwnersRead), appStandardRead}))),
		ConfigPlanChecks:  nothing(),
		ConfigStateChecks: []statecheck.StateCheck{part(entraRoleAddress, state{"id": anotherGUID})},
	})
}

func TestAccEntraCustomRole_garbageImportIDsGetASentence(t *testing.T) {
	tn := newTenant(t)
	const form = `It is the role's GUID, or "name:" and its display name.`
	no := func(id string, sentences ...string) resource.TestStep {
		return notImported(entraRoleConfig(), entraRoleAddress, id, append([]string{"Cannot import Entra custom role"}, sentences...)...)
	}
	tn.test(t,
		no("rubbish", `"rubbish" is no ID to import by.`, form),
		no("name:", `"name:" is no ID to import by.`, form),
		no("name: ", `is no ID to import by.`, form),
		no("/"+entraRoleGUID, `is no ID to import by.`, form),
		no("11111111-2222-3333-4444-55555555555", `is no ID to import by.`, form),
		no(entraRoleGUID, words("There is no Entra role "+entraRoleGUID+".", "Resource '"+entraRoleGUID+"' does not exist or one of its queried reference-property objects are not present.")),
		no("name:Application Registration Reader", `No Entra role is named "Application Registration Reader" in this tenant.`),
		no("name:Helpdesk Adminstrator", `No Entra role is named`, `Did you mean "Helpdesk Administrator"?`),
		resource.TestStep{Config: entraRoleConfig()},
	)
}

func TestAccEntraCustomRole_aBuiltInRoleIsNotImported(t *testing.T) {
	tn := newTenant(t)
	no := func(id string) resource.TestStep {
		return notImported(entraRoleConfig(), entraRoleAddress, id, "Cannot import Entra custom role",
			`"Global Administrator" is a built-in Entra role. Built-in roles can be assigned but not managed; copy its permissions into a custom role instead.`)
	}
	tn.test(t,
		no("62e90394-69f5-4237-9190-012177145e10"),
		no("name:Global Administrator"),
		no("name:Company Administrator"), // its former name
		resource.TestStep{Config: entraRoleConfig()},
	)
}

func TestAccEntraCustomRole_aNameThatSeveralRolesHaveIsImportedByID(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		resource.TestStep{Config: entraRoleConfig(`template_id = "`+entraRoleGUID+`"`) + `
resource "rbac_entra_custom_role" "twin" {
  name        = "application registration reader"
  template_id = "` + anotherGUID + `"
  permissions = ["` + appStandardRead + `"]
}
`, Check: tn.check(func(ctx context.Context, b backend.Backend) error {
			got, err := b.Entra.Roles(ctx, entra.RoleFilter{Name: "Application Registration Reader"})
			if len(got) != 2 {
				err = errors.Join(err, fmt.Errorf("the tenant has %d roles of the name, want 2", len(got)))
			}
			return err
		})},
		resource.TestStep{
			ResourceName: entraRoleAddress, ImportState: true, ImportStateId: "name:Application Registration Reader",
			ExpectError: says(`Several Entra custom roles are named "Application Registration Reader"`, anotherGUID, entraRoleGUID, "Use the ID of the one that is meant."),
		},
		imported(entraRoleAddress, entraRoleGUID),
	)
}

func TestAccEntraCustomRole_aRoleOfItsOwnNameIsImportedAlthoughABuiltInOneHadThatName(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		resource.TestStep{Config: memory(block("rbac_entra_custom_role", `name = "Device Administrators"`, `template_id = "`+anotherGUID+`"`, "permissions = "+hcl([]string{appStandardRead})))},
		imported(entraRoleAddress, "name:Device Administrators"),
	)
}

func TestAccEntraCustomRole_isMadeAgainWhenItIsGone(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		resource.TestStep{Config: entraRoleConfig()},
		resource.TestStep{
			PreConfig:        tn.change(t, func(ctx context.Context, b backend.Backend) error { return b.Entra.DeleteRole(ctx, entraRoleGUID) }),
			Config:           entraRoleConfig(),
			ConfigPlanChecks: before(entraRoleAddress, plancheck.ResourceActionCreate),
			Check:            tn.check(wantEntraRoles(appReader())),
		},
	)
}

func TestAccEntraCustomRole_outOfBandChangesAreSeenAndPutRight(t *testing.T) {
	tn := newTenant(t)
	config := entraRoleConfig(`description = "Reads."`, `version = "1"`)
	want := appReader()
	want.Description, want.Version = "Reads.", "1"
	steps := []resource.TestStep{{Config: config}}
	for _, c := range []struct {
		attribute string
		change    func(*entra.Role)
	}{
		{"name", func(r *entra.Role) { r.Name = "Somebody's" }},
		{"description", func(r *entra.Role) { r.Description = "" }},
		{"version", func(r *entra.Role) { r.Version = "9" }},
		{"enabled", func(r *entra.Role) { r.Enabled = false }},
		{"permissions", func(r *entra.Role) { r.Permissions = append(r.Permissions, appBasicUpdate) }},
	} {
		steps = append(steps, resource.TestStep{
			PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
				r, err := b.Entra.Role(ctx, entraRoleGUID)
				if err != nil {
					return err
				}
				c.change(&r)
				_, err = b.Entra.UpdateRole(ctx, r)
				return err
			}),
			Config:           config,
			ConfigPlanChecks: wants(changes(entraRoleAddress, plancheck.ResourceActionUpdate, c.attribute)),
			Check:            tn.check(wantEntraRoles(want)),
		})
	}
	tn.test(t, steps...)
}

func TestAccEntraCustomRole_onlyAnotherTemplateIDReplaces(t *testing.T) {
	tn := newTenant(t)
	with := func(id string) string { return entraRoleConfig(`template_id = "` + id + `"`) }
	replacedRole := appReader()
	replacedRole.ID = anotherGUID
	tn.test(t,
		resource.TestStep{Config: with(entraRoleGUID)},
		noChange(with(strings.ToUpper(entraRoleGUID))),
		noChange(with("{"+entraRoleGUID+"}")),
		noChange(entraRoleConfig()), // left out: what is stays
		resource.TestStep{
			Config:           with(strings.ToUpper(anotherGUID)),
			ConfigPlanChecks: wants(replaces(entraRoleAddress, "template_id"), known(entraRoleAddress, "id", anotherGUID)),
			ConfigStateChecks: []statecheck.StateCheck{
				part(entraRoleAddress, state{"template_id": strings.ToUpper(anotherGUID)}),
				part(entraRoleAddress, state{"id": anotherGUID}),
			},
			Check: tn.check(wantEntraRoles(replacedRole)),
		},
	)
}

func TestAccEntraCustomRole_casingAndOrderOfPermissionsAreNoChange(t *testing.T) {
	tn := newTenant(t)
	with := func(permissions ...string) string {
		return memory(block("rbac_entra_custom_role", `name = "Application Registration Reader"`, "permissions = "+hcl(permissions)))
	}
	tn.test(t,
		resource.TestStep{
			Config: with(appStandardRead, strings.ToUpper(appOwnersRead), appOwnersRead),
			Check: tn.check(func(ctx context.Context, b backend.Backend) error {
				r, err := b.Entra.Role(ctx, entraRoleGUID)
				if len(r.Permissions) != 2 {
					err = errors.Join(err, fmt.Errorf("the tenant has the permissions %q, want each once", r.Permissions))
				}
				return err
			}),
		},
		noChange(with(appOwnersRead, appStandardRead)),
		noChange(with(strings.ToUpper(appStandardRead), appOwnersRead)),
		resource.TestStep{
			PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
				r, err := b.Entra.Role(ctx, entraRoleGUID)
				if err != nil {
					return err
				}
				r.Permissions = []string{"Microsoft.Directory/Applications/Standard/Read", "MICROSOFT.directory/applications/owners/read"}
				_, err = b.Entra.UpdateRole(ctx, r)
				return err
			}),
			Config:           with(appStandardRead, appOwnersRead),
			ConfigPlanChecks: nothing(),
		},
	)
}

// Each optional attribute {left out, empty, set} × {create, update, import}.
func TestAccEntraCustomRole_optionalAttributesLeftOutEmptyAndSet(t *testing.T) {
	t.Parallel()
	const (
		leftOut = ""
		empty   = "description = \"\"\n  version = \"\"\n  enabled = null"
		set     = "description = \"Reads.\"\n  version = \"1\"\n  enabled = false"
	)
	whenSet := appReader()
	whenSet.Description, whenSet.Version, whenSet.Enabled = "Reads.", "1", false
	for first, lines := range map[string][]string{
		"left out": {leftOut, set, leftOut, empty},
		"empty":    {empty, set, empty, leftOut},
		"set":      {set, leftOut},
	} {
		t.Run(first+" at first", func(t *testing.T) {
			tn := newTenant(t)
			var steps []resource.TestStep
			for _, line := range lines {
				want := appReader()
				if line == set {
					want = whenSet
				}
				steps = append(steps, resource.TestStep{Config: entraRoleConfig(line), Check: tn.check(wantEntraRoles(want))})
			}
			tn.test(t, slices.Insert(steps, 1, imported(entraRoleAddress, entraRoleGUID))...)
		})
	}
}

func TestAccEntraCustomRole_taintAndForcedReplacementEndWithOneRole(t *testing.T) {
	tn := newTenant(t)
	with := func(trigger string) string {
		return entraRoleConfig("lifecycle {", "  replace_triggered_by = [terraform_data.trigger]", "}") + "resource \"terraform_data\" \"trigger\" {\n  input = \"" + trigger + "\"\n}\n"
	}
	one := tn.check(wantEntraRoles(appReader()))
	tn.test(t,
		resource.TestStep{Config: with("a")},
		resource.TestStep{
			Config: with("a"), Taint: []string{entraRoleAddress}, Check: one,
			ConfigPlanChecks: before(entraRoleAddress, plancheck.ResourceActionDestroyBeforeCreate),
		},
		resource.TestStep{
			Config: with("b"), Check: one,
			ConfigPlanChecks: before(entraRoleAddress, plancheck.ResourceActionDestroyBeforeCreate),
		},
	)
}

func TestAccEntraCustomRole_createBeforeDestroyEndsWithOneRole(t *testing.T) {
	tn := newTenant(t)
	with := func(lines ...string) string {
		return entraRoleConfig(append(lines, "lifecycle {", "  create_before_destroy = true", "}")...)
	}
	moved := appReader()
	moved.ID = anotherGUID
	tn.test(t,
		resource.TestStep{Config: with()},
		resource.TestStep{
			Config: with(), Taint: []string{entraRoleAddress},
			ExpectError: says("Cannot create Entra custom role", "The template ID "+entraRoleGUID+" belongs"),
		},
		resource.TestStep{
			PreConfig:        tn.change(t, wantEntraRoles(appReader())), // the role is still there
			Config:           with(`template_id = "` + anotherGUID + `"`),
			Check:            tn.check(wantEntraRoles(moved)),
			ConfigPlanChecks: before(entraRoleAddress, plancheck.ResourceActionCreateBeforeDestroy),
		},
	)
}

func TestAccEntraCustomRole_deleteOfWhatIsGoneSucceeds(t *testing.T) {
	tn := newTenant(t)
	tn.goneBeforeDelete(t, entraRoleConfig(), func(ctx context.Context, b backend.Backend) error { return b.Entra.DeleteRole(ctx, entraRoleGUID) })
}

func TestAccEntraCustomRole_deleteTakesItsAssignmentsWithIt(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		resource.TestStep{Config: entraRoleConfig(), Check: tn.check(func(ctx context.Context, b backend.Backend) error {
			_, err := b.Entra.CreateAssignment(ctx, entra.Assignment{RoleID: entraRoleGUID, PrincipalID: anotherGUID, DirectoryScope: "/"})
			return err
		})},
		resource.TestStep{Config: memory(""), Check: tn.check(wantEmpty)},
	)
}

func TestAccEntraCustomRole_aRepeatedNameNeedsATemplateIDOfItsOwn(t *testing.T) {
	tn := newTenant(t)
	twin := func(lines string) string {
		return entraRoleConfig() + "resource \"rbac_entra_custom_role\" \"twin\" {\n  name        = \"Application Registration Reader\"\n  permissions = [\"" + appBasicUpdate + "\"]\n" + lines + "}\n"
	}
	tn.test(t,
		resource.TestStep{Config: entraRoleConfig()},
		// The plan says so, or the apply if the plan meets the other resource first.
		rejected(twin(""), "The template ID "+entraRoleGUID, "import {", "to = rbac_entra_custom_role.NAME", `id = "`+entraRoleGUID+`"`),
		resource.TestStep{Config: twin("  template_id = \"" + anotherGUID + "\"\n")},
	)
}

func TestAccEntraCustomRole_noMoreThanTheDirectoryTakes(t *testing.T) {
	tn := newTenant(t)
	ids := make([]string, 100)
	for i := range ids {
		ids[i] = fmt.Sprintf("5bf3ca37-0000-4000-8000-%012d", i)
	}
	tn.test(t,
		resource.TestStep{
			PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
				for _, id := range ids {
					if _, err := b.Entra.CreateRole(ctx, entra.Role{ID: guid(id), Name: "Role " + id, Enabled: true, Permissions: []string{appStandardRead}}); err != nil {
						return err
					}
				}
				return nil
			}),
			Config:      entraRoleConfig(),
			ExpectError: says("Too many Entra custom roles", "With this plan the tenant has 101 custom roles. It can have 100.", "Rule: entra_custom_roles_per_tenant"),
		},
		resource.TestStep{
			PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
				var err error
				for _, id := range ids {
					err = errors.Join(err, b.Entra.DeleteRole(ctx, guid(id)))
				}
				return err
			}),
			Config: entraRoleConfig(),
		},
	)
}

func TestAccEntraCustomRole_theLimitIsTheOneOfTheProviderBlock(t *testing.T) {
	embeddedOnly(t, "it is about a tenant file")
	t.Parallel()
	needTerraform(t)
	file := filepath.Join(t.TempDir(), "tenant.db")
	config := func(limit int) string {
		return fmt.Sprintf(`
provider "rbac" {
  backend = "local"
  local   = { path = %q }
  limits  = { entra_custom_roles_per_tenant = %d }
}
resource "rbac_entra_custom_role" "test" {
  count       = 2
  name        = "Role ${count.index}"
  permissions = [%q]
}
`, file, limit, appStandardRead)
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{
			rejected(config(1), "Too many Entra custom roles", "With this plan the tenant has 2 custom roles. It can have 1.", "Rule: entra_custom_roles_per_tenant"),
			{Config: config(2), Check: func(*terraform.State) error {
				tenant, err := reference.Open(t.Context(), reference.Options{Path: file})
				if err != nil {
					return err
				}
				roles, err := tenant.Backend().Entra.Roles(t.Context(), entra.RoleFilter{Type: entra.CustomRole})
				if len(roles) != 2 {
					err = errors.Join(err, fmt.Errorf("the tenant file has %d roles, want 2", len(roles)))
				}
				return errors.Join(err, tenant.Close())
			}},
		},
	})
}

func TestAccEntraCustomRole_whatTheConfigurationAloneDecidesIsRefusedWhilePlanning(t *testing.T) {
	tn := newTenant(t)
	with := func(name, permissions, more string) string {
		return memory(block("rbac_entra_custom_role", "name = "+name, "permissions = "+permissions, more))
	}
	tn.test(t,
		rejected(with(`""`, `["`+appStandardRead+`"]`, ""), "Invalid Entra role name", "The name is empty."),
		rejected(with(`"A"`, `[]`, ""), "Entra role grants nothing", "at least one permission"),
		rejected(with(`"A"`, `["microsoft.directory/applications/*"]`, ""), "Invalid Entra permission", `"microsoft.directory/applications/*" has a wildcard.`),
		rejected(with(`"A"`, `["read everything"]`, ""), "Invalid Entra permission", `"read everything" has a blank`),
		rejected(with(`"A"`, `["`+appStandardRead+`"]`, `template_id = "seven"`), "Invalid template ID", `"seven" is no GUID.`),
		rejected(with(`"A"`, `["`+appStandardRead+`"]`, `template_id = ""`), "Invalid template ID", `"" is no GUID.`),
		rejected(with(`"A"`, `["`+appStandardRead+`"]`, `template_id = "62e90394-69f5-4237-9190-012177145e10"`),
			"Cannot create Entra custom role", `belongs to the Entra role "Global Administrator"`),
		resource.TestStep{Config: entraRoleConfig(), Check: tn.check(wantEntraRoles(appReader()))},
	)
}
