// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	intuneRoleAddress = "rbac_intune_custom_role.test"

	helpDeskOperator = "9e0cc482-82df-4ab2-a24c-0c23a3f52e1e"

	mobileAppsRead = "Microsoft.Intune_MobileApps_Read"
	auditRead      = "Microsoft.Intune_Audit_Read"
)

// intuneRoleConfig is a role that reads apps, with more lines.
func intuneRoleConfig(lines ...string) string {
	return memory(block("rbac_intune_custom_role", append([]string{`name = "App viewer"`, `permissions = ["Mobile apps/Read"]`}, lines...)...))
}

// appViewer is what intuneRoleConfig makes, with these scope tags.
func appViewer(tags ...string) intune.Role {
	if tags == nil {
		tags = []string{}
	}
	return intune.Role{Name: "App viewer", Permissions: []string{mobileAppsRead}, ScopeTags: tags}
}

func intuneCustomRoles(ctx context.Context, b backend.Backend) ([]intune.Role, error) {
	return b.Intune.Roles(ctx, intune.RoleFilter{Type: intune.CustomRole})
}

// wantIntuneRoles wants exactly these custom roles; the tenant chooses the IDs.
func wantIntuneRoles(want ...intune.Role) func(context.Context, backend.Backend) error {
	return func(ctx context.Context, b backend.Backend) error {
		got, err := intuneCustomRoles(ctx, b)
		if err != nil {
			return err
		}
		for i := range got {
			if got[i].ID == "" {
				return fmt.Errorf("the role %+v has no ID", got[i])
			}
			got[i].ID, got[i].Permissions, got[i].ScopeTags = "", sorted(got[i].Permissions), append([]string{}, sorted(got[i].ScopeTags)...)
		}
		if !reflect.DeepEqual(got, want) {
			return fmt.Errorf("the tenant has the roles %+v, want %+v", got, want)
		}
		return nil
	}
}

// changeIntuneRole changes the only custom role of a tenant.
func changeIntuneRole(change func(*intune.Role)) func(context.Context, backend.Backend) error {
	return func(ctx context.Context, b backend.Backend) error {
		roles, err := intuneCustomRoles(ctx, b)
		if err != nil || len(roles) != 1 {
			return errors.Join(err, fmt.Errorf("the tenant has the roles %+v, want one", roles))
		}
		change(&roles[0])
		_, err = b.Intune.UpdateRole(ctx, roles[0])
		return err
	}
}

func deleteIntuneRoles(ctx context.Context, b backend.Backend) error {
	roles, err := intuneCustomRoles(ctx, b)
	for _, r := range roles {
		err = errors.Join(err, b.Intune.DeleteRole(ctx, r.ID))
	}
	return err
}

// twoTags makes the tags EMEA (1) and Americas (2) in a tenant.
func twoTags(ctx context.Context, b backend.Backend) error {
	for i, name := range []string{"EMEA", "Americas"} {
		tag, err := b.Intune.CreateScopeTag(ctx, intune.ScopeTag{Name: name})
		if err != nil {
			return err
		}
		if want := fmt.Sprint(i + 1); tag.ID != want {
			return fmt.Errorf("the scope tag %s has the ID %s, want %s", name, tag.ID, want)
		}
	}
	return nil
}

// withoutTags is the closing step of a test that began with twoTags.
func (tn *tenant) withoutTags() resource.TestStep {
	return resource.TestStep{Config: memory(""), Check: tn.check(deleteTags)}
}

func TestAccIntuneCustomRole_helpDeskOperatorWithoutWipe(t *testing.T) {
	tn := newTenant(t)
	tn.test(t, resource.TestStep{
		Config: memory(`
data "rbac_intune_builtin_role" "help_desk" {
  name = "Help Desk Operator"
}
` + block("rbac_intune_custom_role",
			`name        = "Help Desk Operator without wipe"`, `description = "Wipes neither devices nor app data."`,
			`permissions = setsubtract(data.rbac_intune_builtin_role.help_desk.permissions, ["Remote tasks/Wipe", "Managed apps/Wipe"])`)),
		ConfigStateChecks: []statecheck.StateCheck{part(intuneRoleAddress, state{
			"name": "Help Desk Operator without wipe", "description": "Wipes neither devices nor app data.", "scope_tags": []string{"Default"}, "timeouts": nil,
		})},
		Check: tn.check(func(ctx context.Context, b backend.Backend) error {
			builtIn, err := b.Intune.Role(ctx, helpDeskOperator)
			if err != nil {
				return err
			}
			if len(builtIn.Permissions) != 95 {
				return fmt.Errorf("Help Desk Operator has %d permissions, want 95", len(builtIn.Permissions))
			}
			without := slices.DeleteFunc(builtIn.Permissions, func(p string) bool {
				return p == "Microsoft.Intune_RemoteTasks_Wipe" || p == "Microsoft.Intune_ManagedApps_Wipe"
			})
			if len(without) != 93 {
				return fmt.Errorf("without wipe there are %d permissions, want 93", len(without))
			}
			return wantIntuneRoles(intune.Role{
				Name: "Help Desk Operator without wipe", Description: "Wipes neither devices nor app data.", Permissions: sorted(without), ScopeTags: []string{"0"},
			})(ctx, b)
		}),
	})
}

func TestAccIntuneCustomRole_everyAttributeIsKeptAsWritten(t *testing.T) {
	tn := newTenant(t)
	tn.test(t, resource.TestStep{
		PreConfig: tn.change(t, twoTags),
		Config:    intuneRoleConfig(`description = "Looks at apps."`, `scope_tags = ["EMEA"]`),
		ConfigStateChecks: []statecheck.StateCheck{
			part(intuneRoleAddress, state{
				"name": "App viewer", "description": "Looks at apps.", "permissions": []string{"Mobile apps/Read"}, "scope_tags": []string{"EMEA"}, "timeouts": nil,
			}),
			statecheck.ExpectKnownValue(intuneRoleAddress, tfjsonpath.New("id"), isGUID{}),
		},
	}, tn.withoutTags())
}

// isGUID is a value check for IDs that a service chooses.
type isGUID struct{}

func (isGUID) CheckValue(v any) error {
	if s, ok := v.(string); ok {
		if id, ok := rbac.ParseGUID(s); ok && id.String() == s {
			return nil
		}
	}
	return fmt.Errorf("%v is no GUID in lower case", v)
}

func (isGUID) String() string { return "a GUID" }

func TestAccIntuneCustomRole_eitherSpellingIsNoChange(t *testing.T) {
	tn := newTenant(t)
	with := func(permissions ...string) string {
		return memory(block("rbac_intune_custom_role", `name = "Help desk"`, "permissions = "+hcl(permissions)))
	}
	tn.test(t,
		resource.TestStep{
			Config: with("Mobile apps/Read", mobileAppsRead, "Remote tasks/Sync devices"),
			Check:  tn.check(wantIntuneRoles(intune.Role{Name: "Help desk", Permissions: []string{mobileAppsRead, "Microsoft.Intune_RemoteTasks_SyncDevice"}, ScopeTags: []string{"0"}})),
		},
		noChange(with(mobileAppsRead, "Microsoft.Intune_RemoteTasks_SyncDevice")),
		noChange(with("MOBILE APPS/read", "remote tasks/sync devices")),
		noChange(with("microsoft.intune_mobileapps_READ", "Microsoft.Intune/RemoteTasks/SyncDevice")),
		noChange(with("Mobile apps / Read", "Remote tasks/Sync devices.")),
	)
}

// The article spells some permissions wrongly. People copy them from there.
func TestAccIntuneCustomRole_theMisspellingsOfTheArticleAreUnderstood(t *testing.T) {
	tn := newTenant(t)
	with := func(permissions ...string) string {
		return memory(block("rbac_intune_custom_role", `name = "Messages"`, "permissions = "+hcl(permissions)))
	}
	tn.test(t,
		resource.TestStep{
			Config: with(`Cloud attached devices\View collections`, "Organization messages/Assign", "Remote tasks/Get filevault key."),
			Check: tn.check(wantIntuneRoles(intune.Role{Name: "Messages", ScopeTags: []string{"0"}, Permissions: []string{
				"Microsoft.Intune_CloudAttach_Collections", "Microsoft.Intune_OrganizationalMessages_Assign", "Microsoft.Intune_RemoteTasks_GetFileVaultKey",
			}})),
		},
		noChange(with("Cloud attached devices/View collections", "Organizational messages/Assign", "Remote tasks/Get FileVault key")),
	)
}

func TestAccIntuneCustomRole_everyAttributeChangesInPlace(t *testing.T) {
	tn := newTenant(t)
	same := sameObject(intuneRoleAddress)
	with := func(name, description, permissions, tags string) string {
		return memory(block("rbac_intune_custom_role", `name = "`+name+`"`, `description = "`+description+`"`, `permissions = ["`+permissions+`"]`, `scope_tags = ["`+tags+`"]`))
	}
	role := func(name, description, permission, tag string) intune.Role {
		return intune.Role{Name: name, Description: description, Permissions: []string{permission}, ScopeTags: []string{tag}}
	}
	step := func(config, attribute string, want intune.Role) resource.TestStep {
		s := resource.TestStep{Config: config, ConfigStateChecks: same(), Check: tn.check(wantIntuneRoles(want))}
		if attribute != "" {
			s.ConfigPlanChecks = wants(changes(intuneRoleAddress, plancheck.ResourceActionUpdate, attribute))
		} else {
			s.PreConfig = tn.change(t, twoTags)
		}
		return s
	}
	tn.test(t,
		step(with("A", "a", "Mobile apps/Read", "EMEA"), "", role("A", "a", mobileAppsRead, "1")),
		step(with("B", "a", "Mobile apps/Read", "EMEA"), "name", role("B", "a", mobileAppsRead, "1")),
		step(with("b", "a", "Mobile apps/Read", "EMEA"), "name", role("b", "a", mobileAppsRead, "1")),
		step(with("b", "b", "Mobile apps/Read", "EMEA"), "description", role("b", "b", mobileAppsRead, "1")),
		step(with("b", "b", "Audit data/Read", "EMEA"), "permissions", role("b", "b", auditRead, "1")),
		step(with("b", "b", "Audit data/Read", "Americas"), "scope_tags", role("b", "b", auditRead, "2")),
		tn.withoutTags(),
	)
}

func TestAccIntuneCustomRole_scopeTagsByNameOrIDAreNoChange(t *testing.T) {
	tn := newTenant(t)
	with := func(tags ...string) string { return intuneRoleConfig("scope_tags = " + hcl(tags)) }
	tn.test(t,
		resource.TestStep{PreConfig: tn.change(t, twoTags), Config: with("EMEA", "Americas"), Check: tn.check(wantIntuneRoles(appViewer("1", "2")))},
		noChange(with("2", "1")),
		noChange(with("americas", "1")),
		noChange(with("EMEA", "emea", "2")),
		resource.TestStep{ // somebody gives a tag another name: it is the same tag
			PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
				_, err := b.Intune.UpdateScopeTag(ctx, intune.ScopeTag{ID: "1", Name: "Europe"})
				return err
			}),
			Config: with("Europe", "Americas"), ConfigPlanChecks: nothing(),
		},
		tn.withoutTags(),
	)
}

func TestAccIntuneCustomRole_aTagWhoseNameIsTheIDOfAnotherStaysItself(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		resource.TestStep{
			PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
				if err := twoTags(ctx, b); err != nil {
					return err
				}
				_, err := b.Intune.UpdateScopeTag(ctx, intune.ScopeTag{ID: "1", Name: "2"})
				return err
			}),
			Config: intuneRoleConfig(`scope_tags = ["1"]`), Check: tn.check(wantIntuneRoles(appViewer("1"))),
		},
		imported(intuneRoleAddress, "name:App viewer"), // not "2", which is another tag
		tn.withoutTags(),
	)
}

func TestAccIntuneCustomRole_anUnknownScopeTagIsRefused(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		resource.TestStep{
			PreConfig: tn.change(t, twoTags),
			Config:    intuneRoleConfig(`scope_tags = ["Americans"]`),
			ExpectError: says("Unknown scope tag", `"Americans" is neither the name nor the ID of a scope tag in this tenant or plan.`, `Did you mean "Americas"?`,
				"Create the tag first, with rbac_intune_scope_tag", "Rule: intune_scope_tag_exists"),
		},
		rejected(intuneRoleConfig(`scope_tags = ["77"]`), `"77" is neither the name nor the ID of a scope tag`),
		rejected(intuneRoleConfig(`scope_tags = [""]`), `"" is neither the name nor the ID of a scope tag`),
		resource.TestStep{Config: intuneRoleConfig(`scope_tags = ["Americas"]`), Check: tn.check(wantIntuneRoles(appViewer("2")))},
		tn.withoutTags(),
	)
}

func TestAccIntuneCustomRole_aTagOfTheSameRunIsNamedByNameOrID(t *testing.T) {
	t.Parallel()
	for _, by := range []string{"name", "id"} {
		t.Run("by "+by, func(t *testing.T) {
			tn := newTenant(t)
			with := func(tag string) string {
				return intuneRoleConfig("scope_tags = [rbac_intune_scope_tag.region."+by+"]") + "resource \"rbac_intune_scope_tag\" \"region\" {\n  name = \"" + tag + "\"\n}\n"
			}
			tn.test(t,
				resource.TestStep{Config: with("EMEA"), Check: tn.check(wantIntuneRoles(appViewer("1")))},
				resource.TestStep{
					Config: with("Europe"), // the tag is renamed, and the role has it still
					ConfigPlanChecks: wants(changes("rbac_intune_scope_tag.region", plancheck.ResourceActionUpdate, "name"),
						neither(intuneRoleAddress, plancheck.ResourceActionReplace)),
					Check: tn.check(wantIntuneRoles(appViewer("1"))),
				},
			)
		})
	}
}

func TestAccIntuneCustomRole_isImportedByGUIDAndByName(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		resource.TestStep{PreConfig: tn.change(t, twoTags), Config: intuneRoleConfig(`description = "Looks."`, `scope_tags = ["EMEA"]`)},
		imported(intuneRoleAddress, ""), // by its GUID
		imported(intuneRoleAddress, "name:App viewer"),
		imported(intuneRoleAddress, "name:APP VIEWER"),
		importedByBlock(intuneRoleAddress, ""),
		importedByBlock(intuneRoleAddress, "name:App viewer"),
		tn.withoutTags(),
	)
}

func TestAccIntuneCustomRole_importOfARoleMadeElsewhereThenPlansNothing(t *testing.T) {
	t.Parallel()
	for name, tags := range map[string]string{"tags left out": "", "tags by ID": `scope_tags = ["0"]`, "tags by name": `scope_tags = ["default"]`} {
		t.Run(name, func(t *testing.T) {
			tn := newTenant(t)
			tn.test(t, resource.TestStep{
				PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
					_, err := b.Intune.CreateRole(ctx, intune.Role{Name: "App viewer", Permissions: []string{mobileAppsRead}})
					return err
				}),
				Config:           "import {\n  to = " + intuneRoleAddress + "\n  id = \"name:App viewer\"\n}\n" + intuneRoleConfig(tags),
				ConfigPlanChecks: nothing(),
			})
		})
	}
}

func TestAccIntuneCustomRole_garbageImportIDsGetASentence(t *testing.T) {
	tn := newTenant(t)
	const form = `is no ID to import by. It is the role's GUID, or "name:" and its display name.`
	const builtIn = `"Help Desk Operator" is a built-in Intune role. Built-in roles can be assigned but not managed`
	no := func(id string, sentences ...string) resource.TestStep {
		return notImported(intuneRoleConfig(), intuneRoleAddress, id, append([]string{"Cannot import Intune custom role"}, sentences...)...)
	}
	tn.test(t,
		no("rubbish", `"rubbish" `+form),
		no("name:", `"name:" `+form),
		no("17", `"17" `+form),
		no(anotherGUID, "There is no Intune role "+anotherGUID+"."),
		no("name:Help Desk Operater", `No Intune role is named "Help Desk Operater" in this tenant.`, `Did you mean "Help Desk Operator"?`),
		no(helpDeskOperator, builtIn),
		no("name:help desk operator", builtIn),
		resource.TestStep{Config: intuneRoleConfig()},
	)
}

func TestAccIntuneCustomRole_isMadeAgainWhenItIsGone(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		resource.TestStep{Config: intuneRoleConfig()},
		resource.TestStep{
			PreConfig: tn.change(t, deleteIntuneRoles), Config: intuneRoleConfig(),
			ConfigPlanChecks: before(intuneRoleAddress, plancheck.ResourceActionCreate),
			Check:            tn.check(wantIntuneRoles(appViewer("0"))),
		},
	)
}

func TestAccIntuneCustomRole_outOfBandChangesAreSeenAndPutRight(t *testing.T) {
	tn := newTenant(t)
	config := intuneRoleConfig(`description = "Looks."`, `scope_tags = ["EMEA"]`)
	want := appViewer("1")
	want.Description = "Looks."
	step := func(attribute string, change func(*intune.Role)) resource.TestStep {
		return resource.TestStep{
			PreConfig: tn.change(t, changeIntuneRole(change)), Config: config,
			ConfigPlanChecks: wants(changes(intuneRoleAddress, plancheck.ResourceActionUpdate, attribute)),
			Check:            tn.check(wantIntuneRoles(want)),
		}
	}
	tn.test(t,
		resource.TestStep{PreConfig: tn.change(t, twoTags), Config: config},
		step("name", func(r *intune.Role) { r.Name = "Somebody's" }),
		step("description", func(r *intune.Role) { r.Description = "" }),
		step("permissions", func(r *intune.Role) { r.Permissions = append(r.Permissions, auditRead) }),
		step("permissions", func(r *intune.Role) { r.Permissions = []string{auditRead} }),
		step("scope_tags", func(r *intune.Role) { r.ScopeTags = []string{"1", "2"} }),
		step("scope_tags", func(r *intune.Role) { r.ScopeTags = []string{} }),
		tn.withoutTags(),
	)
}

// Each optional attribute {left out, empty, set} × {create, update, import}.
func TestAccIntuneCustomRole_optionalAttributesLeftOutEmptyAndSet(t *testing.T) {
	t.Parallel()
	const (
		leftOut = ""
		empty   = "description = \"\"\n  scope_tags = []"
		set     = "description = \"Looks.\"\n  scope_tags = [\"Americas\"]"
	)
	looks := appViewer("2")
	looks.Description = "Looks."
	type step struct {
		lines string
		want  intune.Role
	}
	for first, chain := range map[string][]step{
		"left out": {{leftOut, appViewer("0")}, {set, looks}, {leftOut, appViewer("2")}, {empty, appViewer()}},
		"empty":    {{empty, appViewer()}, {set, looks}, {empty, appViewer()}, {leftOut, appViewer()}},
		"set":      {{set, looks}, {leftOut, appViewer("2")}},
	} {
		t.Run(first+" at first", func(t *testing.T) {
			tn := newTenant(t)
			var steps []resource.TestStep
			for _, s := range chain {
				steps = append(steps, resource.TestStep{Config: intuneRoleConfig(s.lines), Check: tn.check(wantIntuneRoles(s.want))}, imported(intuneRoleAddress, "name:App viewer"))
			}
			steps[0].PreConfig = tn.change(t, twoTags)
			tn.test(t, append(steps, tn.withoutTags())...)
		})
	}
}

func TestAccIntuneCustomRole_scopeTagsThatAreNotManagedNeverDrift(t *testing.T) {
	tn := newTenant(t)
	want := appViewer("1")
	want.Description = "Looks."
	tn.test(t,
		resource.TestStep{PreConfig: tn.change(t, twoTags), Config: intuneRoleConfig()},
		resource.TestStep{
			PreConfig: tn.change(t, changeIntuneRole(func(r *intune.Role) { r.ScopeTags = []string{"1"} })),
			Config:    intuneRoleConfig(), ConfigPlanChecks: nothing(),
		},
		resource.TestStep{
			Config:           intuneRoleConfig(`description = "Looks."`),
			ConfigPlanChecks: wants(changes(intuneRoleAddress, plancheck.ResourceActionUpdate, "description")),
			Check:            tn.check(wantIntuneRoles(want)),
		},
		tn.withoutTags(),
	)
}

func TestAccIntuneCustomRole_replacingEndsWithOneRole(t *testing.T) {
	tn := newTenant(t)
	t.Parallel()
	one := tn.check(wantIntuneRoles(appViewer("0")))
	terraform := tn.terraform(t, intuneRoleConfig())
	terraform.run("apply", "-auto-approve")
	terraform.run("apply", "-auto-approve", "-replace="+intuneRoleAddress).says("1 added, 0 changed, 1 destroyed")
	tn.want(t, one)
	terraform.run("taint", intuneRoleAddress)
	terraform.run("apply", "-auto-approve").says("1 added, 0 changed, 1 destroyed")
	tn.want(t, one)
	terraform.write(intuneRoleConfig("lifecycle {", "  create_before_destroy = true", "}"))
	terraform.fails("apply", "-auto-approve", "-replace="+intuneRoleAddress).says(`The name "App viewer" belongs to the Intune role`)
	tn.want(t, one)
	terraform.run("plan").says("No changes.")
	terraform.run("destroy", "-auto-approve")
	tn.want(t, tn.check(wantEmpty))
}

func TestAccIntuneCustomRole_deleteOfWhatIsGoneSucceeds(t *testing.T) {
	tn := newTenant(t)
	tn.goneBeforeDelete(t, intuneRoleConfig(), deleteIntuneRoles)
}

func TestAccIntuneCustomRole_oneThatIsAssignedElsewhereStays(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		resource.TestStep{Config: intuneRoleConfig(), Check: tn.check(func(ctx context.Context, b backend.Backend) error {
			roles, err := intuneCustomRoles(ctx, b)
			if err != nil || len(roles) != 1 {
				return errors.Join(err, fmt.Errorf("the tenant has %d roles, want one", len(roles)))
			}
			_, err = b.Intune.CreateAssignment(ctx, intune.Assignment{Name: "Somebody's assignment", RoleID: roles[0].ID, Members: []rbac.GUID{aPrincipal}, AllDevices: true})
			return err
		})},
		rejected(memory(""), "Intune role is in use", `The role "App viewer" is still assigned when it is destroyed: by "Somebody's assignment". Change or remove what uses it first.`, "Rule: intune_role_in_use"),
		resource.TestStep{
			PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
				return errors.Join(wantIntuneRoles(appViewer("0"))(ctx, b), deleteIntuneAssignments(ctx, b))
			}),
			Config: memory(""), Check: tn.check(wantEmpty),
		},
	)
}

func TestAccIntuneCustomRole_aNameThatIsTakenIsRefused(t *testing.T) {
	tn := newTenant(t)
	twin := strings.Replace(block("rbac_intune_custom_role", `name = "app VIEWER"`, `permissions = ["Audit data/Read"]`), `"test"`, `"twin"`, 1)
	tn.test(t,
		resource.TestStep{Config: intuneRoleConfig()},
		rejected(intuneRoleConfig()+twin, "Intune role name is taken", "Two resources of this plan are the same Intune role.", "Rule: intune_role_name_unique"),
		rejected(memory(block("rbac_intune_custom_role", `name = "Help Desk operator"`, `permissions = ["Audit data/Read"]`)),
			"Intune role name is taken", `"Help Desk Operator" is a built-in role of Intune. Names are unique in a tenant. Choose another name.`, "Rule: intune_role_name_unique"),
		resource.TestStep{Config: intuneRoleConfig(), Check: tn.check(wantIntuneRoles(appViewer("0")))},
	)
}

func TestAccIntuneCustomRole_whatTheConfigurationAloneDecidesIsRefusedWhilePlanning(t *testing.T) {
	tn := newTenant(t)
	with := func(permission string) string {
		return memory(block("rbac_intune_custom_role", `name = "App viewer"`, "permissions = "+hcl([]string{permission})))
	}
	const form = `A permission is written "Category/Permission"`
	tn.test(t,
		rejected(memory(block("rbac_intune_custom_role", `name = ""`, `permissions = ["Audit data/Read"]`)), "Invalid Intune name", "The name is empty. An Intune role needs a display name."),
		rejected(memory(block("rbac_intune_custom_role", `name = "A"`, `permissions = []`)), "Intune role grants nothing", "at least one permission"),
		rejected(with("Mobile apps/Raed"), "Unknown Intune permission", `No Intune permission is called "Mobile apps/Raed".`, `Did you mean "Mobile apps/Read"?`, form, "Rule: intune_permission_unknown"),
		rejected(with("Coffee/Brew"), "Unknown Intune permission", `No Intune permission is called "Coffee/Brew". `+form),
		rejected(with("wipe everything"), "Invalid Intune permission", `"wipe everything" is no Intune permission. `+form),
		rejected(with("Microsoft.Intune_*"), "Invalid Intune permission", `"Microsoft.Intune_*" is no Intune permission.`),
		resource.TestStep{Config: intuneRoleConfig("scope_tags = null", "description = null"), Check: tn.check(wantIntuneRoles(appViewer("0")))},
	)
}
