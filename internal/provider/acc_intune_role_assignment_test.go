// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
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
	intuneAssignmentAddress = "rbac_intune_role_assignment.test"

	readOnlyOperator = "fa1d7878-e8cb-41a1-8254-0142355c9f84"
	lyonHelpDesk     = "cccccccc-1111-4222-8333-444444444444"
	dallasHelpDesk   = "dddddddd-1111-4222-8333-444444444444"
)

// intuneAssignmentConfig assigns Help Desk Operator to a group for the devices
// of another, with more lines.
func intuneAssignmentConfig(lines ...string) string {
	return intuneAssignmentOf("Help Desk Operator", append([]string{"scope_groups = " + hcl([]string{lyonDevices})}, lines...)...)
}

// intuneAssignmentOf leaves the scope to the lines.
func intuneAssignmentOf(role string, lines ...string) string {
	return memory(block("rbac_intune_role_assignment", append([]string{
		`name = "Help desk Lyon"`, `role = "` + role + `"`, "members = " + hcl([]string{lyonHelpDesk}),
	}, lines...)...))
}

// helpDeskLyon is what intuneAssignmentConfig makes, with these scope tags.
func helpDeskLyon(tags ...string) intune.Assignment {
	return intune.Assignment{Name: "Help desk Lyon", RoleID: helpDeskOperator, Members: []rbac.GUID{lyonHelpDesk}, ScopeGroups: []rbac.GUID{lyonDevices}, ScopeTags: tags}
}

// wantIntuneAssignments wants exactly these assignments; the tenant chooses the IDs.
func wantIntuneAssignments(want ...intune.Assignment) func(context.Context, backend.Backend) error {
	return func(ctx context.Context, b backend.Backend) error {
		got, err := b.Intune.Assignments(ctx, intune.AssignmentFilter{})
		if err != nil {
			return err
		}
		for i := range got {
			if got[i].ID == "" {
				return fmt.Errorf("the assignment %+v has no ID", got[i])
			}
			got[i].ID = ""
			got[i].Members, got[i].ScopeGroups, got[i].ScopeTags = sorted(got[i].Members), sorted(got[i].ScopeGroups), sorted(got[i].ScopeTags)
		}
		if !reflect.DeepEqual(got, want) {
			return fmt.Errorf("the tenant has the assignments %+v, want %+v", got, want)
		}
		return nil
	}
}

// changeIntuneAssignment changes the only assignment of a tenant.
func changeIntuneAssignment(change func(*intune.Assignment)) func(context.Context, backend.Backend) error {
	return func(ctx context.Context, b backend.Backend) error {
		all, err := b.Intune.Assignments(ctx, intune.AssignmentFilter{})
		if err != nil || len(all) != 1 {
			return errors.Join(err, fmt.Errorf("the tenant has the assignments %+v, want one", all))
		}
		change(&all[0])
		_, err = b.Intune.UpdateAssignment(ctx, all[0])
		return err
	}
}

func deleteIntuneAssignments(ctx context.Context, b backend.Backend) error {
	all, err := b.Intune.Assignments(ctx, intune.AssignmentFilter{})
	for _, a := range all {
		err = errors.Join(err, b.Intune.DeleteAssignment(ctx, a.ID))
	}
	return err
}

func TestAccIntuneRoleAssignment_membersScopeGroupsAndTags(t *testing.T) {
	tn := newTenant(t)
	want := helpDeskLyon("1")
	want.Description = "First line in Lyon."
	tn.test(t, resource.TestStep{
		PreConfig: tn.change(t, twoTags),
		Config:    intuneAssignmentConfig(`description = "First line in Lyon."`, `scope_tags = ["EMEA"]`),
		ConfigPlanChecks: before(intuneAssignmentAddress, plancheck.ResourceActionCreate,
			known(intuneAssignmentAddress, "role_definition_id", helpDeskOperator), known(intuneAssignmentAddress, "role_name", "Help Desk Operator")),
		ConfigStateChecks: []statecheck.StateCheck{
			part(intuneAssignmentAddress, state{
				"name": "Help desk Lyon", "description": "First line in Lyon.", "role": "Help Desk Operator", "role_definition_id": helpDeskOperator,
				"role_name": "Help Desk Operator", "members": []string{lyonHelpDesk}, "scope_groups": []string{lyonDevices},
				"all_users": false, "all_devices": false, "scope_tags": []string{"EMEA"}, "timeouts": nil,
			}),
			statecheck.ExpectKnownValue(intuneAssignmentAddress, tfjsonpath.New("id"), isGUID{}),
		},
		Check: tn.check(wantIntuneAssignments(want)),
	}, tn.withoutTags())
}

func TestAccIntuneRoleAssignment_everyAttributeButTheRoleChangesInPlace(t *testing.T) {
	tn := newTenant(t)
	same := sameObject(intuneAssignmentAddress)
	a := helpDeskLyon("0")
	role := "Help Desk Operator"
	step := func(attributes []string, change func()) resource.TestStep {
		change()
		tags := make([]string, len(a.ScopeTags))
		for i, id := range a.ScopeTags {
			tags[i] = map[string]string{"0": "Default", "1": "EMEA"}[id]
		}
		want := a
		s := resource.TestStep{
			Config: memory(block("rbac_intune_role_assignment", fmt.Sprintf("name = %q", a.Name), fmt.Sprintf("description = %q", a.Description), fmt.Sprintf("role = %q", role),
				"members = "+hcl(stringsOf(a.Members)), "scope_groups = "+hcl(stringsOf(a.ScopeGroups)),
				fmt.Sprintf("all_users = %t", a.AllUsers), fmt.Sprintf("all_devices = %t", a.AllDevices), "scope_tags = "+hcl(tags))),
			ConfigStateChecks: same(), Check: tn.check(wantIntuneAssignments(want)),
		}
		if attributes != nil {
			s.ConfigPlanChecks = wants(changes(intuneAssignmentAddress, plancheck.ResourceActionUpdate, attributes...))
		} else {
			s.PreConfig = tn.change(t, twoTags)
		}
		return s
	}
	steps := []resource.TestStep{
		step(nil, func() {}),
		step([]string{"name"}, func() { a.Name = "Lyon" }),
		step([]string{"description"}, func() { a.Description = "First line." }),
		step([]string{"members"}, func() { a.Members = []rbac.GUID{dallasHelpDesk} }),
		step([]string{"scope_groups"}, func() { a.ScopeGroups = []rbac.GUID{lyonDevices, dallasDevices} }),
		step([]string{"scope_tags"}, func() { a.ScopeTags = []string{"0", "1"} }),
		step([]string{"scope_groups", "all_users"}, func() { a.ScopeGroups, a.AllUsers = nil, true }),
		step([]string{"all_devices"}, func() { a.AllDevices = true }),
		step([]string{"all_users"}, func() { a.AllUsers = false }),
		step([]string{"scope_groups", "all_devices"}, func() { a.ScopeGroups, a.AllDevices = []rbac.GUID{lyonDevices}, false }),
	}
	a.RoleID, role = readOnlyOperator, "Read Only Operator"
	replaced := step([]string{}, func() {})
	replaced.ConfigPlanChecks, replaced.ConfigStateChecks = wants(replaces(intuneAssignmentAddress, "role")), nil
	tn.test(t, append(steps, replaced, tn.withoutTags())...)
}

func stringsOf(ids []rbac.GUID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = id.String()
	}
	return out
}

func TestAccIntuneRoleAssignment_everySpellingIsNoChange(t *testing.T) {
	tn := newTenant(t)
	with := func(role string, members, groups, tags []string) string {
		return memory(block("rbac_intune_role_assignment", `name = "Help desk Lyon"`, `role = "`+role+`"`, "members = "+hcl(members), "scope_groups = "+hcl(groups), "scope_tags = "+hcl(tags)))
	}
	upperID := strings.ToUpper
	tn.test(t,
		resource.TestStep{
			PreConfig: tn.change(t, twoTags),
			Config:    with("Help Desk Operator", []string{lyonHelpDesk, upperID(lyonHelpDesk)}, []string{lyonDevices}, []string{"EMEA", "Americas"}),
			Check:     tn.check(wantIntuneAssignments(helpDeskLyon("1", "2"))),
		},
		noChange(with("HELP desk operator", []string{lyonHelpDesk}, []string{upperID(lyonDevices)}, []string{"2", "1"})),
		noChange(with(helpDeskOperator, []string{upperID(lyonHelpDesk)}, []string{"{" + lyonDevices + "}"}, []string{"emea", "2"})),
		noChange(with(upperID(helpDeskOperator), []string{lyonHelpDesk}, []string{lyonDevices}, []string{"1", "EMEA", "americas"})),
		tn.withoutTags(),
	)
}

func TestAccIntuneRoleAssignment_aRoleNameThatGraphSpellsOtherwiseIsTheSameRole(t *testing.T) {
	tn := newTenant(t)
	with := func(role string) string { return intuneAssignmentOf(role, "all_devices = true") }
	tn.test(t,
		resource.TestStep{
			Config:            with("policy and profile MANAGER"),
			ConfigStateChecks: []statecheck.StateCheck{part(intuneAssignmentAddress, state{"role_definition_id": "0bd113fe-6be5-400c-a28f-ae5553f9c0be"})},
		},
		noChange(with("Policy and Profile Manager")),
		noChange(with("0BD113FE-6be5-400c-a28f-ae5553f9c0be")),
	)
}

func TestAccIntuneRoleAssignment_ofARoleOfTheSamePlan(t *testing.T) {
	t.Parallel()
	for _, by := range []string{"id", "name"} {
		t.Run("by "+by, func(t *testing.T) {
			tn := newTenant(t)
			with := func(name string) string {
				return memory(block("rbac_intune_custom_role", `name = "`+name+`"`, `permissions = ["Mobile apps/Read"]`) +
					block("rbac_intune_role_assignment", `name = "Help desk Lyon"`, "role = "+intuneRoleAddress+"."+by, "members = "+hcl([]string{lyonHelpDesk}), "all_devices = true"))
			}
			kept := neither(intuneAssignmentAddress, plancheck.ResourceActionReplace, plancheck.ResourceActionCreate, plancheck.ResourceActionDestroy)
			tn.test(t,
				resource.TestStep{
					Config:            with("App viewer"),
					ConfigStateChecks: []statecheck.StateCheck{part(intuneAssignmentAddress, state{"role_name": "App viewer", "scope_tags": []string{"Default"}})},
				},
				resource.TestStep{Config: with("Viewer of apps"), ConfigPlanChecks: wants(changes(intuneRoleAddress, plancheck.ResourceActionUpdate, "name"), kept)},
				resource.TestStep{
					PreConfig: tn.change(t, changeIntuneRole(func(r *intune.Role) { r.Name = "Elsewhere" })),
					Config:    with("Viewer of apps"), ConfigPlanChecks: wants(changes(intuneRoleAddress, plancheck.ResourceActionUpdate, "name"), kept),
				},
			)
		})
	}
}

func TestAccIntuneRoleAssignment_isImportedByGUIDAndByName(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		resource.TestStep{PreConfig: tn.change(t, twoTags), Config: intuneAssignmentConfig(`description = "First line."`, `scope_tags = ["EMEA"]`)},
		imported(intuneAssignmentAddress, ""), // by its GUID
		imported(intuneAssignmentAddress, "name:Help desk Lyon"),
		imported(intuneAssignmentAddress, "name:HELP DESK lyon"),
		importedByBlock(intuneAssignmentAddress, ""),
		importedByBlock(intuneAssignmentAddress, "name:Help desk Lyon"),
		tn.withoutTags(),
	)
}

func TestAccIntuneRoleAssignment_importOfOneMadeElsewhereThenPlansNothing(t *testing.T) {
	tn := newTenant(t)
	tn.test(t, resource.TestStep{
		PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
			_, err := b.Intune.CreateAssignment(ctx, helpDeskLyon())
			return err
		}),
		Config: "import {\n  to = " + intuneAssignmentAddress + "\n  id = \"name:Help desk Lyon\"\n}\n" +
			memory(block("rbac_intune_role_assignment", `name = "Help desk Lyon"`, `role = "`+strings.ToUpper(helpDeskOperator)+`"`,
				"members = "+hcl([]string{strings.ToUpper(lyonHelpDesk)}), "scope_groups = "+hcl([]string{lyonDevices}), `scope_tags = ["0"]`)),
		ConfigPlanChecks: nothing(),
	})
}

func TestAccIntuneRoleAssignment_garbageImportIDsGetASentence(t *testing.T) {
	tn := newTenant(t)
	const form = `is no ID to import by. It is the assignment's GUID, or "name:" and its display name.`
	no := func(id string, sentences ...string) resource.TestStep {
		return notImported(intuneAssignmentConfig(), intuneAssignmentAddress, id, sentences...)
	}
	tn.test(t,
		no("rubbish", "Cannot import Intune role assignment", `"rubbish" `+form),
		no("name:", "Cannot import Intune role assignment", `"name:" `+form),
		no("name:Nobody", "Cannot import Intune role assignment", `No Intune role assignment is named "Nobody" in this tenant.`),
		no(anotherGUID, "Cannot import Intune role assignment", "There is no Intune role assignment "+anotherGUID+"."),
		resource.TestStep{Config: intuneAssignmentConfig()},
	)
}

func TestAccIntuneRoleAssignment_isMadeAgainWhenItIsGone(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		resource.TestStep{Config: intuneAssignmentConfig()},
		resource.TestStep{
			PreConfig: tn.change(t, deleteIntuneAssignments), Config: intuneAssignmentConfig(),
			ConfigPlanChecks: before(intuneAssignmentAddress, plancheck.ResourceActionCreate),
			Check:            tn.check(wantIntuneAssignments(helpDeskLyon("0"))),
		},
	)
}

func TestAccIntuneRoleAssignment_outOfBandChangesAreSeenAndPutRight(t *testing.T) {
	tn := newTenant(t)
	config := intuneAssignmentConfig(`description = "First line."`, `scope_tags = ["EMEA"]`)
	want := helpDeskLyon("1")
	want.Description = "First line."
	step := func(change func(*intune.Assignment), attributes ...string) resource.TestStep {
		return resource.TestStep{
			PreConfig: tn.change(t, changeIntuneAssignment(change)), Config: config,
			ConfigPlanChecks: wants(changes(intuneAssignmentAddress, plancheck.ResourceActionUpdate, attributes...)),
			Check:            tn.check(wantIntuneAssignments(want)),
		}
	}
	tn.test(t,
		resource.TestStep{PreConfig: tn.change(t, twoTags), Config: config},
		step(func(a *intune.Assignment) { a.Name = "Somebody's" }, "name"),
		step(func(a *intune.Assignment) { a.Description = "" }, "description"),
		step(func(a *intune.Assignment) { a.Members = append(a.Members, dallasHelpDesk) }, "members"),
		step(func(a *intune.Assignment) { a.ScopeGroups = []rbac.GUID{dallasDevices} }, "scope_groups"),
		step(func(a *intune.Assignment) { a.ScopeGroups, a.AllUsers = nil, true }, "scope_groups", "all_users"),
		step(func(a *intune.Assignment) { a.ScopeGroups, a.AllDevices = nil, true }, "scope_groups", "all_devices"),
		step(func(a *intune.Assignment) { a.ScopeTags = []string{"0", "2"} }, "scope_tags"),
		step(func(a *intune.Assignment) { a.ScopeTags = []string{} }, "scope_tags"),
		tn.withoutTags(),
	)
}

func TestAccIntuneRoleAssignment_oneOfAnotherRoleUnderTheSameNameIsNotTakenOver(t *testing.T) {
	tn := newTenant(t)
	tn.test(t,
		resource.TestStep{Config: intuneAssignmentConfig()},
		resource.TestStep{
			PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
				other := helpDeskLyon()
				other.RoleID = readOnlyOperator
				_, err := b.Intune.CreateAssignment(ctx, other)
				if rbac.KindOf(err) != rbac.Exists { // a name belongs to one assignment
					return fmt.Errorf("a second assignment of the name: %w, want that it exists", err)
				}
				if err := deleteIntuneAssignments(ctx, b); err != nil {
					return err
				}
				_, err = b.Intune.CreateAssignment(ctx, other)
				return err
			}),
			Config:      intuneAssignmentConfig(),
			ExpectError: says("Intune role assignment name is taken", `The name "Help desk Lyon" belongs to the Intune role assignment`, "to = rbac_intune_role_assignment.NAME", "Rule: intune_assignment_name_unique"),
		},
		resource.TestStep{
			PreConfig: tn.change(t, deleteIntuneAssignments), Config: intuneAssignmentConfig(), Check: tn.check(wantIntuneAssignments(helpDeskLyon("0"))),
		},
	)
}

// Each optional attribute {left out, empty, set} × {create, update, import}.
func TestAccIntuneRoleAssignment_optionalAttributesLeftOutEmptyAndSet(t *testing.T) {
	t.Parallel()
	with := func(lines string) string { return intuneAssignmentOf("Help Desk Operator", lines) }
	leftOut := "all_devices = true" // one scope there must be
	empty := "description = \"\"\n  scope_tags = []\n  scope_groups = []\n  all_users = false\n  all_devices = true"
	set := "description = \"First line.\"\n  scope_tags = [\"Americas\"]\n  scope_groups = " + hcl([]string{lyonDevices})
	all := func(tags ...string) intune.Assignment {
		a := helpDeskLyon(tags...)
		a.ScopeGroups, a.AllDevices = nil, true
		return a
	}
	lyon := helpDeskLyon("2")
	lyon.Description = "First line."
	type step struct {
		lines string
		want  intune.Assignment
	}
	for first, chain := range map[string][]step{
		"left out": {{leftOut, all("0")}, {set, lyon}, {leftOut, all("2")}, {empty, all()}},
		"empty":    {{empty, all()}, {set, lyon}, {empty, all()}, {leftOut, all()}},
		"set":      {{set, lyon}, {leftOut, all("2")}},
	} {
		t.Run(first+" at first", func(t *testing.T) {
			tn := newTenant(t)
			var steps []resource.TestStep
			for _, s := range chain {
				steps = append(steps, resource.TestStep{Config: with(s.lines), Check: tn.check(wantIntuneAssignments(s.want))}, imported(intuneAssignmentAddress, "name:Help desk Lyon"))
			}
			steps[0].PreConfig = tn.change(t, twoTags)
			tn.test(t, append(steps, tn.withoutTags())...)
		})
	}
}

func TestAccIntuneRoleAssignment_scopeTagsThatAreNotManagedNeverDrift(t *testing.T) {
	tn := newTenant(t)
	want := helpDeskLyon("1")
	want.Description = "First line."
	tn.test(t,
		resource.TestStep{PreConfig: tn.change(t, twoTags), Config: intuneAssignmentConfig()},
		resource.TestStep{
			PreConfig: tn.change(t, changeIntuneAssignment(func(a *intune.Assignment) { a.ScopeTags = []string{"1"} })),
			Config:    intuneAssignmentConfig(), ConfigPlanChecks: nothing(),
		},
		resource.TestStep{
			Config:           intuneAssignmentConfig(`description = "First line."`),
			ConfigPlanChecks: wants(changes(intuneAssignmentAddress, plancheck.ResourceActionUpdate, "description")),
			Check:            tn.check(wantIntuneAssignments(want)),
		},
		tn.withoutTags(),
	)
}

func TestAccIntuneRoleAssignment_replacingEndsWithOneAssignment(t *testing.T) {
	tn := newTenant(t)
	t.Parallel()
	one := tn.check(wantIntuneAssignments(helpDeskLyon("0")))
	terraform := tn.terraform(t, intuneAssignmentConfig())
	terraform.run("apply", "-auto-approve")
	terraform.run("apply", "-auto-approve", "-replace="+intuneAssignmentAddress).says("1 added, 0 changed, 1 destroyed")
	tn.want(t, one)
	terraform.run("taint", intuneAssignmentAddress)
	terraform.run("apply", "-auto-approve").says("1 added, 0 changed, 1 destroyed")
	tn.want(t, one)
	terraform.write(intuneAssignmentConfig("lifecycle {", "  create_before_destroy = true", "}"))
	terraform.fails("apply", "-auto-approve", "-replace="+intuneAssignmentAddress).says(`The name "Help desk Lyon" belongs to the Intune role assignment`)
	tn.want(t, one)
	terraform.run("plan").says("No changes.")
	terraform.run("destroy", "-auto-approve")
	tn.want(t, tn.check(wantEmpty))
}

func TestAccIntuneRoleAssignment_deleteOfWhatIsGoneSucceeds(t *testing.T) {
	tn := newTenant(t)
	tn.goneBeforeDelete(t, intuneAssignmentConfig(), deleteIntuneAssignments)
}

func TestAccIntuneRoleAssignment_whatTheTenantDoesNotHaveIsRefused(t *testing.T) {
	tn := newTenant(t)
	const refusal = "Cannot create Intune role assignment"
	everywhere := "all_devices = true"
	tn.test(t,
		rejected(intuneAssignmentOf("Help Desk Operater", everywhere), "Unknown Intune role", `No Intune role is named "Help Desk Operater" in this tenant.`, `Did you mean "Help Desk Operator"?`, "Rule: intune_assignment_role_exists"),
		rejected(intuneAssignmentOf(anotherGUID, everywhere), refusal, "There is no Intune role "+anotherGUID+"."),
		rejected(intuneAssignmentConfig(`scope_tags = ["Defautl"]`), "Unknown scope tag", `"Defautl" is neither the name nor the ID of a scope tag in this tenant or plan.`, `Did you mean "Default"?`, "Rule: intune_scope_tag_exists"),
		resource.TestStep{Config: intuneAssignmentConfig()},
	)
}

func TestAccIntuneRoleAssignment_groupsMustBeSecurityGroupsOfTheDirectoryFile(t *testing.T) {
	tn := newTenant(t, `{
  "users":  [{"id": "`+aPrincipal+`", "display_name": "Alain", "user_principal_name": "alain@example.com"}],
  "groups": [{"id": "`+lyonHelpDesk+`", "display_name": "Lyon help desk", "security_enabled": true},
             {"id": "`+lyonDevices+`", "display_name": "Lyon devices", "security_enabled": true},
             {"id": "`+dallasDevices+`", "display_name": "Dallas news", "security_enabled": false}]
}`)
	with := func(member, group string) string {
		return memory(block("rbac_intune_role_assignment", `name = "Help desk Lyon"`, `role = "Help Desk Operator"`, "members = "+hcl([]string{member}), "scope_groups = "+hcl([]string{group})))
	}
	const members = "Invalid Intune role assignment members"
	tn.test(t,
		rejected(with(aPrincipal, lyonDevices), members, aPrincipal+" is a user. An Intune role is assigned to security groups, for security groups;", "Rule: intune_assignment_members"),
		rejected(with(dallasHelpDesk, lyonDevices), members, "The directory has no object "+dallasHelpDesk+".", "Rule: intune_assignment_members"),
		rejected(with(lyonHelpDesk, dallasDevices), members, `The group "Dallas news" (`+dallasDevices+`) is no security group.`, "Rule: intune_assignment_members"),
		resource.TestStep{Config: with(lyonHelpDesk, lyonDevices), Check: tn.check(wantIntuneAssignments(helpDeskLyon("0")))},
	)
}

func TestAccIntuneRoleAssignment_whatTheConfigurationAloneDecidesIsRefusedWhilePlanning(t *testing.T) {
	tn := newTenant(t)
	with := func(lines ...string) string { return intuneAssignmentOf("Help Desk Operator", lines...) }
	named := func(name, members string) string {
		return memory(block("rbac_intune_role_assignment", `name = "`+name+`"`, `role = "Help Desk Operator"`, "members = "+members, "all_users = true"))
	}
	group := hcl([]string{lyonHelpDesk})
	const scope = "Invalid Intune role assignment scope"
	tn.test(t,
		rejected(with(), scope, "The assignment is for nobody.", "set all_users or all_devices"),
		rejected(with("scope_groups = []", "all_users = false"), scope, "The assignment is for nobody."),
		rejected(intuneAssignmentConfig("all_users = true"), scope, "has scope groups and is for all users or all devices too"),
		rejected(intuneAssignmentConfig("all_devices = true"), scope, "has scope groups and is for all users or all devices too"),
		rejected(named("Lyon", "[]"), "Invalid Intune role assignment members", "There are no members.", "at least one security group"),
		rejected(named("Lyon", `["Lyon help desk"]`), "Invalid group ID", `"Lyon help desk" is no GUID.`),
		rejected(named("", group), "Invalid Intune name", "The name is empty. An Intune role assignment needs a display name."),
		rejected(named(strings.Repeat("ü", 129), group), "Invalid Intune role assignment name", "The name has 129 characters.", "at most 128"),
		rejected(intuneAssignmentConfig(`description = "`+strings.Repeat("ü", 1025)+`"`), "Invalid Intune role assignment description", "has 1025 characters", "at most 1024"),
		rejected(intuneAssignmentOf(" ", "all_users = true"), "Invalid role", "The role is empty."),
		resource.TestStep{Config: named(strings.Repeat("ü", 128), group)},
	)
}

// Nothing is known of what another resource of the run has yet to say: rules
// wait, and the apply finds what the plan promised.
func TestAccIntuneRoleAssignment_valuesThatAreNotKnownYetArePlanned(t *testing.T) {
	tn := newTenant(t)
	t.Parallel()
	config := func(lines string) string {
		return memory(`
resource "terraform_data" "facts" {
  input = {
    role = "`+strings.ToUpper(helpDeskOperator)+`", member = "`+strings.ToUpper(lyonHelpDesk)+`", group = "`+lyonDevices+`", tag = "default"
    permission = "mobile apps/read", everybody = true, nobody = false
  }
}
locals {
  facts = terraform_data.facts.output
}
resource "rbac_intune_custom_role" "test" {
  name        = "Role of ${local.facts.tag}"
  permissions = [local.facts.permission, "Microsoft.Intune_MobileApps_Read"]
  scope_tags  = [local.facts.tag]
}
`) + block("rbac_intune_role_assignment", `name = "Help desk Lyon"`, "role = local.facts.role", "members = [local.facts.member]", "scope_tags = [local.facts.tag]", lines)
	}
	terraform := tn.terraform(t, config("scope_groups = [local.facts.group]"))
	terraform.run("init")
	terraform.run("apply", "-auto-approve").says("3 added")
	terraform.run("plan").says("No changes.")
	tn.want(t, tn.check(wantIntuneAssignments(helpDeskLyon("0"))))
	tn.want(t, tn.check(wantIntuneRoles(intune.Role{Name: "Role of default", Permissions: []string{mobileAppsRead}, ScopeTags: []string{"0"}})))
	terraform.run("destroy", "-auto-approve")

	// Both are too much and none is too little: decided once it is known.
	terraform.write(config("scope_groups = [local.facts.group]\n  all_users = local.facts.everybody"))
	terraform.fails("apply", "-auto-approve").says("has scope groups and is for all users or all devices too")
	terraform.write(config("all_users = local.facts.nobody"))
	terraform.fails("apply", "-auto-approve").says("The assignment is for nobody.")
	terraform.write(memory(""))
	terraform.run("apply", "-auto-approve")
	tn.want(t, tn.check(wantEmpty))
}
