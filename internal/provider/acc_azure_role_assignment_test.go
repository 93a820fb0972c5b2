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

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
)

const (
	group1    = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/vm-prod"
	readerID  = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
	readerARM = "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"
	principal = "aaaaaaaa-0000-0000-0000-000000000001"
	// UUID version 5 of group1, a role and principal, made with Python's uuid.
	readerAtGroup   = "e0816987-495e-58fe-bb6d-4d26f988faf2"
	operatorAtGroup = "43f40764-02dd-553e-861d-bca7ae8e1ca6"
	named           = "55555555-5555-5555-5555-555555555555"
	reader          = "rbac_azure_role_assignment.reader"
	assigned        = "/providers/Microsoft.Authorization/roleAssignments/"
)

// readerWith is the role Reader for one principal at group1, some attributes
// replaced and some lines added.
func readerWith(replace map[string]string, lines ...string) string {
	attributes := map[string]string{"scope": group1, "role": "Reader", "principal_id": principal}
	for name, value := range replace {
		attributes[name] = value
	}
	var b strings.Builder
	b.WriteString("resource \"rbac_azure_role_assignment\" \"reader\" {\n")
	for _, name := range []string{"scope", "role", "principal_id", "name", "principal_type", "delegated_managed_identity_resource_id"} {
		if value, ok := attributes[name]; ok {
			fmt.Fprintf(&b, "  %s = %q\n", name, value)
		}
	}
	for _, l := range lines {
		b.WriteString("  " + l + "\n")
	}
	return b.String() + "}\n"
}

func scopeOf(t *testing.T, id string) azure.Scope {
	t.Helper()
	s, err := azure.ParseScope(id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// readerInTenant is what readerWith(nil) makes.
func readerInTenant(t *testing.T) azure.Assignment {
	t.Helper()
	return azure.Assignment{Name: readerAtGroup, Scope: scopeOf(t, group1), RoleID: readerID, PrincipalID: principal, PrincipalType: "User"}
}

// theAssignment reads the one role assignment of the tenant.
func theAssignment(ctx context.Context, b backend.Backend) (azure.Assignment, error) {
	all, err := b.Azure.Assignments(ctx, azure.AssignmentFilter{})
	if err == nil && len(all) != 1 {
		err = fmt.Errorf("the tenant has %d role assignments, want 1", len(all))
	}
	if err != nil {
		return azure.Assignment{}, err
	}
	return all[0], nil
}

// wantAssignments wants exactly these role assignments in the tenant.
func (tn *tenant) wantAssignments(want ...azure.Assignment) resource.TestCheckFunc {
	return tn.check(func(ctx context.Context, b backend.Backend) error {
		got, err := b.Azure.Assignments(ctx, azure.AssignmentFilter{})
		if err == nil && !(len(got) == 0 && len(want) == 0) && !reflect.DeepEqual(got, want) {
			err = fmt.Errorf("the tenant has the role assignments\n%+v\nwant\n%+v", got, want)
		}
		return err
	})
}

// assign makes an assignment behind Terraform's back.
func (tn *tenant) assign(t *testing.T, a azure.Assignment) func() {
	t.Helper()
	return tn.change(t, func(ctx context.Context, b backend.Backend) error {
		_, err := b.Azure.CreateAssignment(ctx, a)
		return err
	})
}

// unassign deletes every assignment behind Terraform's back.
func (tn *tenant) unassign(t *testing.T) func() {
	t.Helper()
	return tn.change(t, func(ctx context.Context, b backend.Backend) error {
		all, err := b.Azure.Assignments(ctx, azure.AssignmentFilter{})
		for _, a := range all {
			err = errors.Join(err, b.Azure.DeleteAssignment(ctx, a.Scope, a.Name))
		}
		return err
	})
}

func TestAccAzureRoleAssignment_aBuiltInRoleByItsName(t *testing.T) {
	tn := newTenant(t)
	const id = group1 + assigned + readerAtGroup
	tn.test(
		t,
		resource.TestStep{
			Config: memory(readerWith(nil)),
			ConfigPlanChecks: before(reader, plancheck.ResourceActionCreate,
				known(reader, "id", id), known(reader, "name", readerAtGroup), known(reader, "role_definition_id", readerARM), known(reader, "role_name", "Reader")),
			ConfigStateChecks: []statecheck.StateCheck{whole(reader, state{
				"id": id, "name": readerAtGroup, "scope": group1, "role": "Reader", "role_definition_id": readerARM, "role_name": "Reader",
				"principal_id": principal, "principal_type": "User", "description": "", "condition": nil, "condition_version": nil,
				"delegated_managed_identity_resource_id": nil, "adopt_existing": false, "timeouts": nil,
			})},
			Check: tn.wantAssignments(readerInTenant(t)),
		},
		resource.TestStep{Config: memory(readerWith(nil)), PlanOnly: true},
	)
}

const assignedAtGroup = `
resource "rbac_azure_role_assignment" "operator" {
  scope          = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/vm-prod"
  role           = rbac_azure_custom_role.operator.id
  principal_id   = "aaaaaaaa-0000-0000-0000-000000000001"
  principal_type = "Group"
  description    = "On call."
}
`

func TestAccAzureRoleAssignment_aRoleAndItsAssignmentComeAndGoTogether(t *testing.T) {
	const operatorAssignment = "rbac_azure_role_assignment.operator"
	want := azure.Assignment{Name: operatorAtGroup, Scope: scopeOf(t, group1), RoleID: operatorID, PrincipalID: principal, PrincipalType: "Group", Description: "On call."}
	for name, role := range map[string]string{
		"by ID":      "rbac_azure_custom_role.operator.id",
		"by GUID":    "rbac_azure_custom_role.operator.role_id",
		"by name":    "rbac_azure_custom_role.operator.name",
		"by a local": `"${rbac_azure_custom_role.operator.id}"`,
	} {
		t.Run(name, func(t *testing.T) {
			tn := newTenant(t)
			config := memory(operatorRole + strings.Replace(assignedAtGroup, "rbac_azure_custom_role.operator.id", role, 1))
			tn.test(
				t,
				resource.TestStep{
					Config: config, Check: resource.ComposeAggregateTestCheckFunc(tn.wantRoles(operatorInTenant()), tn.wantAssignments(want)),
					ConfigStateChecks: []statecheck.StateCheck{part(operatorAssignment, state{
						"id": group1 + assigned + operatorAtGroup, "role_definition_id": operatorARM, "role_name": "Virtual Machine Operator", "principal_type": "Group",
					})},
				},
				resource.TestStep{Config: config, PlanOnly: true},
				resource.TestStep{Config: memoryProvider, Check: resource.ComposeAggregateTestCheckFunc(tn.wantRoles(), tn.wantAssignments())},
			)
		})
	}
}

func TestAccAzureRoleAssignment_everyKindOfScope(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ scope, id string }{
		"root":             {"/", assigned},
		"management group": {"/providers/Microsoft.Management/managementGroups/groupId1", "/providers/Microsoft.Management/managementGroups/groupId1" + assigned},
		"subscription":     {subscription1, subscription1 + assigned},
		"resource group":   {group1, group1 + assigned},
		"resource":         {group1 + "/providers/Microsoft.Compute/virtualMachines/vm1", group1 + "/providers/Microsoft.Compute/virtualMachines/vm1" + assigned},
		"child resource":   {group1 + "/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/default", group1 + "/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/default" + assigned},
	} {
		t.Run(name, func(t *testing.T) {
			tn := newTenant(t)
			config := memory(readerWith(map[string]string{"scope": c.scope, "name": named}))
			want := readerInTenant(t)
			want.Name, want.Scope = named, scopeOf(t, c.scope)
			tn.test(
				t,
				resource.TestStep{
					Config: config, Check: tn.wantAssignments(want),
					ConfigStateChecks: []statecheck.StateCheck{part(reader, state{"id": c.id + named, "scope": c.scope})},
				},
				resource.TestStep{ResourceName: reader, ImportState: true, ImportStateVerify: true, ImportStateId: c.id + named, ImportStateVerifyIgnore: []string{"role"}},
				resource.TestStep{ResourceName: reader, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: c.scope + "|Reader|" + principal},
			)
		})
	}
}

const condition = `((!(ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'})) OR (@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'public'))`

func TestAccAzureRoleAssignment_descriptionAndConditionAreUpdatedInPlace(t *testing.T) {
	tn := newTenant(t)
	id := known(reader, "id", group1+assigned+readerAtGroup)
	step := func(action plancheck.ResourceActionType, description, cond, version string, lines ...string) resource.TestStep {
		want := readerInTenant(t)
		want.Description, want.Condition, want.ConditionVersion = description, cond, version
		var inState, versionInState any
		if cond != "" {
			inState, versionInState = cond, version
		}
		return resource.TestStep{
			Config: memory(readerWith(nil, lines...)), ConfigPlanChecks: before(reader, action, id), Check: tn.wantAssignments(want),
			ConfigStateChecks: []statecheck.StateCheck{part(reader, state{"description": description, "condition": inState, "condition_version": versionInState})},
		}
	}
	const create, update, noop = plancheck.ResourceActionCreate, plancheck.ResourceActionUpdate, plancheck.ResourceActionNoop
	line := `condition = "` + condition + `"`
	tn.test(
		t,
		step(create, "", "", ""),
		step(update, "Why.", "", "", `description = "Why."`),
		step(update, "why.", "", "", `description = "why."`),
		step(update, "", condition, "2.0", line),
		step(noop, "", condition, "2.0", line, `condition_version = "2.0"`),
		step(noop, "", condition, "2.0", line),
		step(update, "Why.", "@Resource[a:b] StringEquals 'x'", "2.0", `description = "Why."`, `condition = "@Resource[a:b] StringEquals 'x'"`),
		step(update, "", "", ""),
		step(update, "", "", "", `adopt_existing = true`),
		step(update, "", "", "", `timeouts = { delete = "1m" }`),
	)
}

// Every optional attribute, omitted, empty and set, in a create, an update and
// an import. Where empty means nothing, it is refused.
func TestAccAzureRoleAssignment_everyOptionalAttributeMayBeOmittedEmptyOrSet(t *testing.T) {
	t.Parallel()
	const identity = group1 + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1"
	for _, c := range []struct {
		attribute  string
		empty      string // a line; the text of an error instead of a line: refused
		refused    string
		set        string
		none, some any
		update     plancheck.ResourceActionType // from omitted to set
		back       plancheck.ResourceActionType // from set to omitted
	}{
		{
			"name", `name = ""`, `"" is no GUID.`, `name = "` + named + `"`, readerAtGroup, named,
			plancheck.ResourceActionDestroyBeforeCreate, plancheck.ResourceActionNoop,
		},
		{
			"principal_type", `principal_type = ""`, `The value is "". It must be "User", "Group", "ServicePrincipal", "ForeignGroup" or "Device".`, `principal_type = "Group"`, "User", "Group",
			plancheck.ResourceActionDestroyBeforeCreate, plancheck.ResourceActionNoop,
		},
		{"description", `description = ""`, "", `description = "Why."`, "", "Why.", plancheck.ResourceActionUpdate, plancheck.ResourceActionUpdate},
		{"condition", `condition = ""`, "The condition is empty, which means nothing. Leave the attribute out, or set it to null.", `condition = "@Resource[a:b] StringEquals 'x'"`, nil, "@Resource[a:b] StringEquals 'x'", plancheck.ResourceActionUpdate, plancheck.ResourceActionUpdate},
		{
			"delegated_managed_identity_resource_id", `delegated_managed_identity_resource_id = ""`, `"" is no Azure scope: it is empty.`, `delegated_managed_identity_resource_id = "` + identity + `"`, nil, identity,
			plancheck.ResourceActionDestroyBeforeCreate, plancheck.ResourceActionDestroyBeforeCreate,
		},
		{"adopt_existing", `adopt_existing = false`, "", `adopt_existing = true`, false, true, plancheck.ResourceActionUpdate, plancheck.ResourceActionUpdate},
	} {
		apply := func(line string, action plancheck.ResourceActionType, want any) []resource.TestStep {
			ignore := []string{"role"}
			if c.attribute == "adopt_existing" {
				ignore = append(ignore, c.attribute) // nothing that the service knows
			}
			steps := []resource.TestStep{
				{Config: memory(readerWith(nil, line)), ConfigPlanChecks: before(reader, action), ConfigStateChecks: []statecheck.StateCheck{part(reader, state{c.attribute: want})}},
				{ResourceName: reader, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: ignore},
			}
			if c.attribute == "adopt_existing" && want == true {
				return steps // planned, because the import has the default
			}
			return append(steps, resource.TestStep{ResourceName: reader, ImportState: true, ImportStateKind: resource.ImportBlockWithID})
		}
		const create = plancheck.ResourceActionCreate
		t.Run(c.attribute+" omitted first", func(t *testing.T) {
			after := c.some // what stays when the attribute leaves the configuration
			if c.back != plancheck.ResourceActionNoop {
				after = c.none
			}
			newTenant(t).test(t, slices.Concat(apply("", create, c.none), apply(c.set, c.update, c.some), apply("", c.back, after))...)
		})
		t.Run(c.attribute+" set first", func(t *testing.T) { newTenant(t).test(t, apply(c.set, create, c.some)...) })
		t.Run(c.attribute+" empty first", func(t *testing.T) {
			if c.refused == "" {
				newTenant(t).test(t, slices.Concat(apply(c.empty, create, c.none), apply("", plancheck.ResourceActionNoop, c.none), apply(c.set, c.update, c.some), apply(c.empty, c.update, c.none))...)
				return
			}
			tn := newTenant(t)
			refused := resource.TestStep{Config: memory(readerWith(nil, c.empty)), ExpectError: says(c.attribute+` = ""`, c.refused)}
			tn.test(t, refused, resource.TestStep{Config: memory(readerWith(nil))}, refused, resource.TestStep{Config: memory(readerWith(nil)), PlanOnly: true})
		})
	}
}

func TestAccAzureRoleAssignment_importTakesEveryForm(t *testing.T) {
	tn := newTenant(t)
	const assignment = "rbac_azure_role_assignment.operator"
	steps := []resource.TestStep{{Config: memory(operatorRole + assignedAtGroup)}}
	const id = group1 + assigned + operatorAtGroup
	for _, text := range []string{
		id,
		strings.ToUpper(id),
		strings.ToLower(id),
		group1 + "|Virtual Machine Operator|" + principal,
		strings.ToUpper(group1) + "|virtual machine operator|" + strings.ToUpper(principal),
		group1 + "/|" + operatorID + "|" + principal,
		group1 + "|" + operatorARM + "|{" + principal + "}",
		group1 + "|" + subscription2 + operatorARM + "|" + principal,
	} {
		steps = append(
			steps,
			resource.TestStep{ResourceName: assignment, ImportState: true, ImportStateId: text, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"role"}},
			resource.TestStep{ResourceName: assignment, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: text},
		)
	}
	tn.test(t, steps...)
}

func TestAccAzureRoleAssignment_anImportBlockTakesOverAndPlansNothing(t *testing.T) {
	t.Parallel()
	outside := readerInTenant(t)
	outside.Name, outside.Description = named, "By hand."
	for _, id := range []string{group1 + assigned + named, group1 + "|Reader|" + principal} {
		for _, role := range []string{"Reader", "reader", readerID, readerARM, subscription1 + readerARM} {
			t.Run(id+" "+role, func(t *testing.T) {
				tn := newTenant(t)
				config := memory(readerWith(map[string]string{"role": role}, `description = "By hand."`) + "import {\n  to = " + reader + "\n  id = \"" + id + "\"\n}\n")
				tn.test(t, resource.TestStep{PreConfig: tn.assign(t, outside), Config: config, ConfigPlanChecks: before(reader, plancheck.ResourceActionNoop), Check: tn.wantAssignments(outside)})
			})
		}
	}
}

func TestAccAzureRoleAssignment_importSaysWhatIsWrongWithAnID(t *testing.T) {
	const forms = `It is the assignment's ARM ID ("SCOPE/providers/Microsoft.Authorization/roleAssignments/GUID"), or "SCOPE|ROLE|PRINCIPAL_ID".`
	tn := newTenant(t)
	steps := []resource.TestStep{{Config: memory(readerWith(nil))}}
	for id, want := range map[string][]string{
		"garbage":                             {`"garbage" is no ID to import by.`, forms},
		readerAtGroup:                         {`"` + readerAtGroup + `" is no ID to import by.`, forms},
		group1:                                {`"` + group1 + `" is no ID to import by.`, forms},
		group1 + assigned + "x":               {`is no ID to import by.`, forms},
		readerARM:                             {`is no ID to import by.`, forms},
		group1 + "|Reader":                    {`is no ID to import by.`, forms},
		group1 + "|Reader|" + principal + "|": {`is no ID to import by.`, forms},
		"there|Reader|" + principal:           {`"there" is no Azure scope: it does not begin with "/".`},
		group1 + "|Reader|me":                 {`"me" is no GUID. The object ID of a principal is written as 32 hexadecimal digits`},
		group1 + "|Raeder|" + principal:       {`No Azure role is named "Raeder" in this tenant. Did you mean "Reader"`},
		group1 + "||" + principal:             {"role"},
		group1 + "|Owner|" + principal:        {`The role "Owner" is not assigned to the principal ` + principal + ` at ` + group1 + `.`, "imported by its own scope and principal."},
		subscription1 + "|Reader|" + principal: {
			`The role "Reader" is not assigned to the principal ` + principal + ` at ` + subscription1 + `.`,
		},
		group1 + assigned + named: {words("There is no role assignment "+named+` at "`+group1+`".`, "The role assignment '"+named+"' is not found.")},
	} {
		steps = append(steps, resource.TestStep{ResourceName: reader, ImportState: true, ImportStateId: id, ExpectError: says(append([]string{"Error: Cannot import"}, want...)...)})
	}
	tn.test(t, steps...)
}

func TestAccAzureRoleAssignment_deletedBehindTerraformIsPlannedAnew(t *testing.T) {
	tn := newTenant(t)
	tn.test(
		t,
		resource.TestStep{Config: memory(readerWith(nil))},
		resource.TestStep{
			PreConfig: tn.unassign(t), Config: memory(readerWith(nil)),
			ConfigPlanChecks: before(reader, plancheck.ResourceActionCreate), Check: tn.wantAssignments(readerInTenant(t)),
		},
	)
}

func TestAccAzureRoleAssignment_changesBehindTerraformShowAndArePutRight(t *testing.T) {
	tn := newTenant(t)
	config := memory(readerWith(map[string]string{"name": named}, `description = "Why."`, `condition = "@Resource[a:b] StringEquals 'x'"`))
	want := readerInTenant(t)
	want.Name, want.Description, want.Condition, want.ConditionVersion = named, "Why.", "@Resource[a:b] StringEquals 'x'", "2.0"
	steps := []resource.TestStep{{Config: config, Check: tn.wantAssignments(want)}}
	for _, c := range []struct {
		change func(*azure.Assignment)
		action plancheck.ResourceActionType
	}{
		{func(a *azure.Assignment) { a.Description = "" }, plancheck.ResourceActionUpdate},
		{func(a *azure.Assignment) { a.Description = "WHY." }, plancheck.ResourceActionUpdate},
		{func(a *azure.Assignment) { a.Condition = "@Resource[a:b] StringEquals 'y'" }, plancheck.ResourceActionUpdate},
		{func(a *azure.Assignment) { a.Condition, a.ConditionVersion = "", "" }, plancheck.ResourceActionUpdate},
		// These can only change when somebody makes the assignment anew under the same name.
		{func(a *azure.Assignment) { a.RoleID = "b24988ac-6180-42a0-ab88-20f7382dd24c" }, plancheck.ResourceActionDestroyBeforeCreate},
		{func(a *azure.Assignment) { a.PrincipalID = "aaaaaaaa-0000-0000-0000-000000000002" }, plancheck.ResourceActionDestroyBeforeCreate},
		{func(a *azure.Assignment) {
			a.DelegatedManagedIdentityResourceID = group1 + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1"
		}, plancheck.ResourceActionDestroyBeforeCreate},
	} {
		steps = append(steps, resource.TestStep{
			PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
				a, err := theAssignment(ctx, b)
				if err != nil {
					return err
				}
				c.change(&a)
				if c.action == plancheck.ResourceActionUpdate {
					_, err = b.Azure.UpdateAssignment(ctx, a)
					return err
				}
				if err := b.Azure.DeleteAssignment(ctx, a.Scope, a.Name); err != nil {
					return err
				}
				_, err = b.Azure.CreateAssignment(ctx, a)
				return err
			}),
			Config: config, ConfigPlanChecks: before(reader, c.action), Check: tn.wantAssignments(want),
		})
	}
	tn.test(t, steps...)
}

func TestAccAzureRoleAssignment_anotherPrincipalTypeBehindTerraformIsPutRight(t *testing.T) {
	tn := newTenant(t)
	config := memory(readerWith(map[string]string{"principal_type": "Group"}))
	want := readerInTenant(t)
	want.PrincipalType = "Group"
	tn.test(
		t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
				a := want
				a.PrincipalType = "ServicePrincipal"
				if err := b.Azure.DeleteAssignment(ctx, a.Scope, a.Name); err != nil {
					return err
				}
				_, err := b.Azure.CreateAssignment(ctx, a)
				return err
			}),
			Config: config, ConfigPlanChecks: before(reader, plancheck.ResourceActionDestroyBeforeCreate), Check: tn.wantAssignments(want),
		},
	)
}

func TestAccAzureRoleAssignment_onlyWhatCannotBeUpdatedReplaces(t *testing.T) {
	tn := newTenant(t)
	step := func(replace map[string]string, change func(*azure.Assignment)) resource.TestStep {
		want := readerInTenant(t)
		want.Name = named
		change(&want)
		replace["name"] = want.Name.String()
		return resource.TestStep{Config: memory(readerWith(replace)), ConfigPlanChecks: before(reader, plancheck.ResourceActionDestroyBeforeCreate), Check: tn.wantAssignments(want)}
	}
	tn.test(
		t,
		resource.TestStep{Config: memory(readerWith(map[string]string{"name": named}))},
		step(map[string]string{}, func(a *azure.Assignment) { a.Name = "55555555-5555-5555-5555-555555555556" }),
		step(map[string]string{"scope": subscription1}, func(a *azure.Assignment) { a.Scope = scopeOf(t, subscription1) }),
		step(map[string]string{"role": "Contributor"}, func(a *azure.Assignment) { a.RoleID = "b24988ac-6180-42a0-ab88-20f7382dd24c" }),
		step(map[string]string{"principal_id": "aaaaaaaa-0000-0000-0000-000000000002"}, func(a *azure.Assignment) { a.PrincipalID = "aaaaaaaa-0000-0000-0000-000000000002" }),
		step(map[string]string{"principal_type": "Device"}, func(a *azure.Assignment) { a.PrincipalType = "Device" }),
		step(map[string]string{"delegated_managed_identity_resource_id": group1 + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1"}, func(a *azure.Assignment) {
			a.DelegatedManagedIdentityResourceID = group1 + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1"
		}),
	)
}

func TestAccAzureRoleAssignment_aReplacementGetsTheNameOfItsNewParts(t *testing.T) {
	tn := newTenant(t)
	const operatorAssignment = "rbac_azure_role_assignment.operator"
	byReader := strings.Replace(assignedAtGroup, "rbac_azure_custom_role.operator.id", `"Reader"`, 1)
	tn.test(
		t,
		resource.TestStep{Config: memory(operatorRole + byReader), ConfigStateChecks: []statecheck.StateCheck{part(operatorAssignment, state{"name": readerAtGroup})}},
		resource.TestStep{
			Config:            memory(operatorRole + assignedAtGroup),
			ConfigPlanChecks:  before(operatorAssignment, plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: []statecheck.StateCheck{part(operatorAssignment, state{"name": operatorAtGroup})},
		},
	)
}

func TestAccAzureRoleAssignment_spellingNeverPlansAnything(t *testing.T) {
	const (
		scope = "/subscriptions/aaaaaaaa-1111-1111-1111-111111111111/resourceGroups/vm-prod"
		name  = "aaaaaaaa-5555-5555-5555-555555555555"
	)
	spellings := []map[string]string{
		{},
		{"scope": strings.ToUpper(scope)},
		{"scope": strings.ToLower(scope)},
		{"scope": scope + "/"},
		{"scope": strings.Replace(scope, "resourceGroups", "resourcegroups", 1)},
		{"role": "READER"},
		{"role": readerID},
		{"role": strings.ToUpper(readerID)},
		{"role": "{" + readerID + "}"},
		{"role": readerARM},
		{"role": subscription1 + readerARM},
		{"role": subscription2 + readerARM},
		{"role": scope + readerARM},
		{"role": "/providers/Microsoft.Management/managementGroups/groupId1" + readerARM},
		{"role": strings.ToUpper(subscription2 + readerARM)},
		{"principal_id": strings.ToUpper(principal)},
		{"principal_id": "{" + principal + "}"},
		{"name": strings.ToUpper(name)},
		{"principal_type": "User"},
	}
	full := func(replace map[string]string) string {
		attributes := map[string]string{"scope": scope, "name": name}
		for k, v := range replace {
			attributes[k] = v
		}
		return memory(readerWith(attributes))
	}
	tn := newTenant(t)
	steps := []resource.TestStep{{Config: full(nil)}}
	for _, s := range spellings {
		steps = append(steps, resource.TestStep{Config: full(s), ConfigPlanChecks: nothing()})
	}
	// The other way round: from an odd spelling to the usual one.
	steps = append(
		steps,
		resource.TestStep{Config: memoryProvider},
		resource.TestStep{Config: full(map[string]string{"scope": strings.ToUpper(scope), "role": strings.ToUpper(subscription2 + readerARM), "principal_id": strings.ToUpper(principal), "name": strings.ToUpper(name)})},
		resource.TestStep{Config: full(nil), ConfigPlanChecks: nothing()},
	)
	tn.test(t, steps...)
}

func TestAccAzureRoleAssignment_spellingsOfACustomRoleNeverPlanAnything(t *testing.T) {
	tn := newTenant(t)
	config := func(role string) string {
		return memory(operatorRole + strings.Replace(assignedAtGroup, "rbac_azure_custom_role.operator.id", role, 1))
	}
	steps := []resource.TestStep{{Config: config("rbac_azure_custom_role.operator.id")}}
	for _, role := range []string{
		"rbac_azure_custom_role.operator.name", "rbac_azure_custom_role.operator.role_id", "upper(rbac_azure_custom_role.operator.id)",
		`"Virtual Machine Operator"`, `"virtual machine operator"`, `"` + subscription2 + operatorARM + `"`, `"` + operatorID + `"`,
	} {
		steps = append(steps, resource.TestStep{Config: config(role), ConfigPlanChecks: nothing()})
	}
	// With the reference back, Terraform destroys the assignment before its role.
	steps = append(steps, steps[0])
	tn.test(t, steps...)
}

func TestAccAzureRoleAssignment_taintEndsWithOneAssignment(t *testing.T) {
	tn := newTenant(t)
	tn.test(
		t,
		resource.TestStep{Config: memory(readerWith(nil))},
		resource.TestStep{
			Taint: []string{reader}, Config: memory(readerWith(nil)),
			ConfigPlanChecks: before(reader, plancheck.ResourceActionDestroyBeforeCreate), Check: tn.wantAssignments(readerInTenant(t)),
		},
	)
}

func TestAccAzureRoleAssignment_replaceEndsWithOneAssignment(t *testing.T) {
	tn := newTenant(t)
	t.Parallel()
	tf := tn.terraform(t, memory(readerWith(nil)))
	tf.run("apply", "-auto-approve")
	tf.run("apply", "-auto-approve", "-replace="+reader).says("will be replaced, as requested", "1 added, 0 changed, 1 destroyed")
	tn.want(t, tn.wantAssignments(readerInTenant(t)))
	tf.run("plan", "-detailed-exitcode").says("No changes.")
}

func TestAccAzureRoleAssignment_createBeforeDestroyNeverLosesTheAssignment(t *testing.T) {
	tn := newTenant(t)
	want := readerInTenant(t)
	want.Scope, want.Name = scopeOf(t, subscription1), named
	tn.test(
		t,
		resource.TestStep{Config: memory(readerWith(nil, createFirst))},
		resource.TestStep{
			Taint: []string{reader}, Config: memory(readerWith(nil, createFirst)),
			ExpectError: says("Error: Cannot create Azure role assignment", readerAtGroup, "exists already", "import {", `id = "`+group1+assigned+readerAtGroup+`"`),
		},
		resource.TestStep{
			Config:      memory(readerWith(map[string]string{"name": named}, createFirst)),
			ExpectError: says("Error: Cannot create Azure role assignment", "already, by the role assignment "+readerAtGroup+"."),
		},
		resource.TestStep{
			PreConfig:        tn.change(t, func(context.Context, backend.Backend) error { return tn.wantAssignments(readerInTenant(t))(nil) }),
			Config:           memory(readerWith(map[string]string{"scope": subscription1, "name": named}, createFirst)),
			ConfigPlanChecks: before(reader, plancheck.ResourceActionCreateBeforeDestroy), Check: tn.wantAssignments(want),
		},
	)
}

// With adopt_existing a successor takes over what its predecessor has, and the
// predecessor's destroy must leave it there.
func TestAccAzureRoleAssignment_adoptingUnderCreateBeforeDestroyNeverLosesTheAssignment(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]string{
		"made here":  readerWith(nil, createFirst, "adopt_existing = true"),
		"taken over": readerWith(nil, createFirst, "adopt_existing = true"),
	} {
		t.Run(name, func(t *testing.T) {
			tn := newTenant(t)
			t.Parallel()
			want := readerInTenant(t)
			if name == "taken over" {
				want.Name = named
				tn.assign(t, want)()
			}
			tf := tn.terraform(t, memory(config))
			tf.run("apply", "-auto-approve")
			tn.want(t, tn.wantAssignments(want))
			out, err := tf.command("apply", "-auto-approve", "-replace="+reader)
			if err != nil {
				out.says("Error: Cannot create Azure role assignment", "exists already")
			}
			tn.want(t, tn.wantAssignments(want))
			tf.run("plan", "-detailed-exitcode").says("No changes.")
			tf.run("destroy", "-auto-approve")
			tn.want(t, tn.wantAssignments())
		})
	}
}

func TestAccAzureRoleAssignment_createAfterDestroyOfTheSameWorks(t *testing.T) {
	tn := newTenant(t)
	tn.test(
		t,
		resource.TestStep{Config: memory(readerWith(nil))},
		resource.TestStep{Config: memory(readerWith(nil)), Destroy: true},
		resource.TestStep{Config: memory(readerWith(nil)), Check: tn.wantAssignments(readerInTenant(t))},
	)
}

func TestAccAzureRoleAssignment_withoutAdoptExistingWhatExistsIsAnError(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		name string
		want string
	}{
		"under another name":     {named, "The role is assigned to the principal " + principal + ` at "` + group1 + `" already, by ` + named + ". Azure takes an assignment once. Import it, or set adopt_existing = true to take it over."},
		"under the derived name": {readerAtGroup, "The role is assigned to the principal " + principal + ` at "` + group1 + `" already, by ` + readerAtGroup + ". Azure takes an assignment once. Import it, or set adopt_existing = true to take it over."},
	} {
		t.Run(name, func(t *testing.T) {
			tn := newTenant(t)
			outside := readerInTenant(t)
			outside.Name, outside.Description = guid(c.name), "By hand."
			tn.test(
				t,
				resource.TestStep{
					PreConfig: tn.assign(t, outside), Config: memory(readerWith(nil)),
					ExpectError: says("Error: Azure role assignment exists", c.want, "import {", "to = rbac_azure_role_assignment.NAME", `id = "`+group1+assigned+c.name+`"`, "Rule: azure_assignment_unique"),
				},
				resource.TestStep{
					PreConfig: tn.change(t, func(context.Context, backend.Backend) error {
						err := tn.wantAssignments(outside)(nil)
						tn.unassign(t)()
						return err
					}),
					Config: memory(readerWith(nil)),
				},
			)
		})
	}
}

func TestAccAzureRoleAssignment_adoptExistingTakesOverWhatIsThereUnderAnotherName(t *testing.T) {
	tn := newTenant(t)
	outside := readerInTenant(t)
	outside.Name, outside.Description = named, "By hand."
	want := outside
	want.Description = "Managed."
	config := memory(readerWith(map[string]string{"scope": strings.ToUpper(group1)}, "adopt_existing = true", `description = "Managed."`))
	tn.test(
		t,
		resource.TestStep{
			PreConfig: tn.assign(t, outside), Config: config,
			ConfigPlanChecks:  before(reader, plancheck.ResourceActionCreate),
			ConfigStateChecks: []statecheck.StateCheck{part(reader, state{"id": group1 + assigned + named, "name": named, "adopt_existing": true, "description": "Managed."})},
			Check:             tn.wantAssignments(want),
		},
		resource.TestStep{Config: config, PlanOnly: true},
		// Once taken over, the attribute has done its work.
		resource.TestStep{Config: memory(readerWith(nil, `description = "Managed."`)), ConfigPlanChecks: before(reader, plancheck.ResourceActionUpdate), Check: tn.wantAssignments(want)},
	)
}

func TestAccAzureRoleAssignment_adoptExistingWithNothingThereCreates(t *testing.T) {
	tn := newTenant(t)
	tn.test(t, resource.TestStep{
		Config: memory(readerWith(nil, "adopt_existing = true")), Check: tn.wantAssignments(readerInTenant(t)),
		ConfigStateChecks: []statecheck.StateCheck{part(reader, state{"id": group1 + assigned + readerAtGroup, "name": readerAtGroup, "adopt_existing": true})},
	})
}

// A name in the configuration wins: an assignment under another name is not
// taken over, because its name can't be changed.
func TestAccAzureRoleAssignment_adoptExistingKeepsTheNameThatIsAskedFor(t *testing.T) {
	tn := newTenant(t)
	outside := readerInTenant(t)
	config := memory(readerWith(map[string]string{"name": named}, "adopt_existing = true"))
	want := outside
	want.Name = named
	tn.test(
		t,
		resource.TestStep{PreConfig: tn.assign(t, outside), Config: config, ExpectError: says("Error: Cannot create Azure role assignment", "by the role assignment "+readerAtGroup)},
		resource.TestStep{PreConfig: tn.unassign(t), Config: config, Check: tn.wantAssignments(want)},
	)
}

func TestAccAzureRoleAssignment_twoOfTheSameInAConfigurationAreOneErrorThatNamesTheOther(t *testing.T) {
	t.Parallel()
	// Two that are alike in everything may be one that is planned again.
	late := []string{"Error: Cannot create Azure role assignment", "already"}
	for name, c := range map[string]struct {
		config string
		says   []string
		made   int
	}{
		"derived names": {readerWith(nil) + strings.Replace(readerWith(nil), `"reader"`, `"other"`, 1), late, 1},
		"other names": {
			readerWith(nil) + strings.Replace(readerWith(map[string]string{"name": named}), `"reader"`, `"other"`, 1),
			[]string{"Error: Azure role assignment exists", "already, by", "another resource of this configuration.", "Remove one of the two.", "Rule: azure_assignment_unique"},
			0,
		},
		"adopting": {readerWith(nil, "adopt_existing = true") + strings.Replace(readerWith(nil, "adopt_existing = true"), `"reader"`, `"other"`, 1), late, 1},
	} {
		t.Run(name, func(t *testing.T) {
			tn := newTenant(t)
			t.Parallel()
			tf := tn.terraform(t, memory(c.config))
			out := tf.fails("apply", "-auto-approve")
			out.says(c.says...)
			out.count("Error: ", 1)
			if made, err := tn.Azure.Assignments(t.Context(), azure.AssignmentFilter{}); err != nil || len(made) != c.made {
				t.Errorf("%d assignments are made, want %d (error %v)", len(made), c.made, err)
			}
			tf.run("destroy", "-auto-approve")
			tn.want(t, tn.wantAssignments())
		})
	}
}

func TestAccAzureRoleAssignment_deletingWhatIsGoneSucceeds(t *testing.T) {
	tn := newTenant(t)
	t.Parallel()
	tf := tn.terraform(t, memory(readerWith(nil)))
	tf.run("apply", "-auto-approve")
	tn.unassign(t)()
	tf.run("destroy", "-auto-approve", "-refresh=false").says("Resources: 1 destroyed")
}

func TestAccAzureRoleAssignment_aMovedBlockPlansNothing(t *testing.T) {
	tn := newTenant(t)
	moved := strings.Replace(readerWith(nil), `"reader"`, `"moved"`, 1) + "moved {\n  from = rbac_azure_role_assignment.reader\n  to   = rbac_azure_role_assignment.moved\n}\n"
	tn.test(
		t,
		resource.TestStep{Config: memory(readerWith(nil))},
		resource.TestStep{Config: memory(moved), ConfigPlanChecks: before("rbac_azure_role_assignment.moved", plancheck.ResourceActionNoop), Check: tn.wantAssignments(readerInTenant(t))},
	)
}

func TestAccAzureRoleAssignment_countAndForEachMakeAssignmentsOfTheirOwn(t *testing.T) {
	tn := newTenant(t)
	t.Parallel()
	config := memory(`
resource "rbac_azure_role_assignment" "counted" {
  count        = 3
  scope        = "/subscriptions/11111111-1111-1111-1111-111111111111"
  role         = "Reader"
  principal_id = "aaaaaaaa-0000-0000-0000-00000000000${count.index}"
}

resource "rbac_azure_role_assignment" "each" {
  for_each     = toset(["Reader", "Contributor"])
  scope        = "/subscriptions/22222222-2222-2222-2222-222222222222"
  role         = each.key
  principal_id = "aaaaaaaa-0000-0000-0000-000000000001"
}
`)
	number := func(want int) {
		t.Helper()
		all, err := tn.Azure.Assignments(t.Context(), azure.AssignmentFilter{})
		if err != nil || len(all) != want {
			t.Errorf("%d assignments, want %d (%v)", len(all), want, err)
		}
	}
	tf := tn.terraform(t, config)
	tf.run("apply", "-auto-approve")
	number(5)
	tf.run("plan").says("No changes.")
	tf.write(strings.NewReplacer("= 3", "= 1", `, "Contributor"`, "").Replace(config))
	tf.run("apply", "-auto-approve").says("0 added, 0 changed, 3 destroyed")
	number(2)
}

const people = `{
  "users": [{"id": "aaaaaaaa-0000-0000-0000-000000000001", "display_name": "Ada"}],
  "groups": [{"id": "bbbbbbbb-0000-0000-0000-000000000001", "display_name": "On call"}],
  "service_principals": [{"id": "cccccccc-0000-0000-0000-000000000001", "app_id": "cccccccc-1111-1111-1111-111111111111", "display_name": "Robot"}],
  "devices": [{"id": "dddddddd-0000-0000-0000-000000000001"}],
  "management_groups": [{"id": "groupId1"}],
  "subscriptions": [{"id": "11111111-1111-1111-1111-111111111111"}]
}`

func TestAccAzureRoleAssignment_theDirectoryTellsThePrincipalType(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"aaaaaaaa-0000-0000-0000-000000000001": "User",
		"bbbbbbbb-0000-0000-0000-000000000001": "Group",
		"cccccccc-0000-0000-0000-000000000001": "ServicePrincipal",
		"dddddddd-0000-0000-0000-000000000001": "Device",
	} {
		t.Run(want, func(t *testing.T) {
			newTenant(t, people).test(
				t,
				resource.TestStep{Config: memory(readerWith(map[string]string{"principal_id": id})), ConfigStateChecks: []statecheck.StateCheck{part(reader, state{"principal_type": want})}},
				resource.TestStep{Config: memory(readerWith(map[string]string{"principal_id": id, "principal_type": want})), ConfigPlanChecks: nothing()},
			)
		})
	}
}

func TestAccAzureRoleAssignment_whatTheDirectoryDoesNotHaveIsRefused(t *testing.T) {
	t.Parallel()
	const nobody = "eeeeeeee-0000-0000-0000-000000000001"
	const refusal = "Error: Cannot create Azure role assignment"
	for name, c := range map[string]struct {
		replace map[string]string
		want    []string
	}{
		"a principal": {map[string]string{"principal_id": nobody}, []string{
			"Error: Unknown principal", "principal_id", "The directory has no object " + nobody + ". Use the object ID of a user, a group or a service principal, not an application ID;", "Rule: azure_principal_exists",
		}},
		"an application ID": {map[string]string{"principal_id": "cccccccc-1111-1111-1111-111111111111"}, []string{
			"Error: Unknown principal", "principal_id", "The directory has no object cccccccc-1111-1111-1111-111111111111. Use the object ID of a user, a group or a service principal, not an application ID;",
		}},
		"another type": {map[string]string{"principal_type": "Group"}, []string{
			refusal, "principal_type", "The principal " + principal + " is a User, not a Group. Correct principal_type, or leave it out.", "Code: UnmatchedPrincipalType",
		}},
		"a subscription": {map[string]string{"scope": subscription2}, []string{
			refusal, "scope", words("There is no subscription 22222222-2222-2222-2222-222222222222,", "The subscription '22222222-2222-2222-2222-222222222222' could not be found."), "Code: SubscriptionNotFound",
		}},
		"a management group": {map[string]string{"scope": "/providers/Microsoft.Management/managementGroups/nobody"}, []string{
			refusal, "scope", words(`There is no management group "nobody",`, "The management group 'nobody' cannot be found."),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			newTenant(t, people).test(t, resource.TestStep{Config: memory(readerWith(c.replace)), ExpectError: says(c.want...)})
		})
	}
	t.Run("but a principal made moments ago with its type", func(t *testing.T) {
		newTenant(t, people).test(t, resource.TestStep{Config: memory(readerWith(map[string]string{"principal_id": nobody, "principal_type": "ServicePrincipal"}))})
	})
}

func TestAccAzureRoleAssignment_aRoleThatIsNotThereIsRefused(t *testing.T) {
	t.Parallel()
	for role, want := range map[string][]string{
		"Raeder":                               {`No Azure role is named "Raeder" in this tenant. Did you mean "Reader"`},
		"00000000-0000-0000-0000-000000000009": {words("There is no Azure role 00000000-0000-0000-0000-000000000009.", "The specified role definition with ID '00000000-0000-0000-0000-000000000009' does not exist.")},
		subscription1 + operatorARM:            {words("There is no Azure role 88888888-8888-8888-8888-888888888888.", "The specified role definition with ID '88888888-8888-8888-8888-888888888888' does not exist.")},
	} {
		t.Run(role, func(t *testing.T) {
			newTenant(t).test(t, resource.TestStep{
				Config:      memory(readerWith(map[string]string{"role": role})),
				ExpectError: says(append([]string{"Error: Cannot create Azure role assignment", "with rbac_azure_role_assignment.reader", "role"}, want...)...),
			})
		})
	}
}

func TestAccAzureRoleAssignment_aRoleIsAssignedOnlyWhereItMayBe(t *testing.T) {
	newTenant(t).test(t, resource.TestStep{
		Config: memory(smallRole(reads) + `
resource "rbac_azure_role_assignment" "reader" {
  scope        = "/subscriptions/22222222-2222-2222-2222-222222222222"
  role         = rbac_azure_custom_role.small.id
  principal_id = "aaaaaaaa-0000-0000-0000-000000000001"
}`),
		ExpectError: says("Error: Role can't be assigned here", "scope", `The role "Small" can't be assigned at "`+subscription2+`": its assignable scopes are "`+subscription1+`". Add the scope to them, or assign the role below one of them.`, "Rule: azure_assignment_outside_assignable_scopes"),
	})
}

func TestAccAzureRoleAssignment_mistakesAreSaidOnTheirAttribute(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config string
		want   []string
	}{
		"scope":             {readerWith(map[string]string{"scope": "subscriptions/x"}), []string{"Error: Invalid Azure scope", `scope = "subscriptions/x"`, `"subscriptions/x" is no Azure scope: it does not begin with "/".`}},
		"subscription":      {readerWith(map[string]string{"scope": "/subscriptions/x"}), []string{"Error: Invalid Azure scope", `"x" is no subscription ID, which is a GUID.`}},
		"empty scope":       {readerWith(map[string]string{"scope": ""}), []string{"Error: Invalid Azure scope", `it is empty.`}},
		"role":              {readerWith(map[string]string{"role": ""}), []string{"Error: Invalid role", `role = ""`, "The role is empty."}},
		"principal":         {readerWith(map[string]string{"principal_id": "ada@example.com"}), []string{"Error: Invalid principal ID", `principal_id = "ada@example.com"`, `"ada@example.com" is no GUID. The object ID of a principal is written as 32 hexadecimal digits`}},
		"name":              {readerWith(map[string]string{"name": "mine"}), []string{"Error: Invalid role assignment name", `"mine" is no GUID.`}},
		"principal type":    {readerWith(map[string]string{"principal_type": "Robot"}), []string{"Error: Unknown principal type", `principal_type = "Robot"`, `The value is "Robot". It must be "User", "Group", "ServicePrincipal", "ForeignGroup" or "Device".`}},
		"condition version": {readerWith(nil, `condition = "x"`, `condition_version = "1.0"`), []string{"Error: Unknown condition version", `condition_version = "1.0"`, `The value is "1.0". It must be "2.0".`}},
		"version alone":     {readerWith(nil, `condition_version = "2.0"`), []string{"Error: Invalid Attribute Combination", "condition"}},
		"delegated":         {readerWith(map[string]string{"delegated_managed_identity_resource_id": "id1"}), []string{"Error: Invalid resource ID", `"id1" is no Azure scope`}},
		"description":       {readerWith(nil, `description = "`+strings.Repeat("x", 2049)+`"`), []string{"Error: Invalid role assignment description", "The description has 2049 characters. The description of a role assignment has at most 2048; shorten it."}},
		"condition":         {readerWith(nil, `condition = "`+strings.Repeat("x", 8193)+`"`), []string{"Error: Invalid role assignment condition", "The condition has 8193 bytes. Azure takes at most 8192;"}},
	} {
		t.Run(name, func(t *testing.T) {
			newTenant(t).test(t, resource.TestStep{Config: memory(c.config), ExpectError: says(c.want...), PlanOnly: true})
		})
	}
}
