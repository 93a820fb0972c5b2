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
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	subscription1 = "/subscriptions/11111111-1111-1111-1111-111111111111"
	subscription2 = "/subscriptions/22222222-2222-2222-2222-222222222222"
	operatorID    = "88888888-8888-8888-8888-888888888888"
	operatorARM   = "/providers/Microsoft.Authorization/roleDefinitions/88888888-8888-8888-8888-888888888888"
	operator      = "rbac_azure_custom_role.operator"
)

// operatorRole is the example of
// https://learn.microsoft.com/azure/role-based-access-control/custom-roles#custom-role-example
const operatorRole = `
resource "rbac_azure_custom_role" "operator" {
  name        = "Virtual Machine Operator"
  role_id     = "88888888-8888-8888-8888-888888888888"
  description = "Can monitor and restart virtual machines."
  actions = [
    "Microsoft.Storage/*/read",
    "Microsoft.Network/*/read",
    "Microsoft.Compute/*/read",
    "Microsoft.Compute/virtualMachines/start/action",
    "Microsoft.Compute/virtualMachines/restart/action",
    "Microsoft.Authorization/*/read",
    "Microsoft.ResourceHealth/availabilityStatuses/read",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    "Microsoft.Insights/alertRules/*",
    "Microsoft.Insights/diagnosticSettings/*",
    "Microsoft.Support/*",
  ]
  assignable_scopes = [
    "/subscriptions/11111111-1111-1111-1111-111111111111",
    "/subscriptions/22222222-2222-2222-2222-222222222222",
    "/providers/Microsoft.Management/managementGroups/groupId1",
  ]
}
`

var operatorActions = []string{
	"Microsoft.Authorization/*/read",
	"Microsoft.Compute/*/read",
	"Microsoft.Compute/virtualMachines/restart/action",
	"Microsoft.Compute/virtualMachines/start/action",
	"Microsoft.Insights/alertRules/*",
	"Microsoft.Insights/diagnosticSettings/*",
	"Microsoft.Network/*/read",
	"Microsoft.ResourceHealth/availabilityStatuses/read",
	"Microsoft.Resources/subscriptions/resourceGroups/read",
	"Microsoft.Storage/*/read",
	"Microsoft.Support/*",
}

var operatorScopes = []string{
	"/providers/Microsoft.Management/managementGroups/groupId1",
	subscription1,
	subscription2,
}

func operatorInTenant() azure.Role {
	return azure.Role{
		ID: operatorID, Name: "Virtual Machine Operator", Description: "Can monitor and restart virtual machines.",
		Permissions:      []azure.Permission{{Actions: operatorActions}},
		AssignableScopes: operatorScopes,
	}
}

// smallRole is a role with no more than it needs, plus some lines.
func smallRole(lines ...string) string {
	return `
resource "rbac_azure_custom_role" "small" {
  name              = "Small"
  role_id           = "99999999-9999-9999-9999-999999999999"
  assignable_scopes = ["/subscriptions/11111111-1111-1111-1111-111111111111"]
  ` + strings.Join(lines, "\n  ") + `
}
`
}

const (
	small   = "rbac_azure_custom_role.small"
	smallID = rbac.GUID("99999999-9999-9999-9999-999999999999")
	reads   = `actions = ["Microsoft.Compute/*/read"]`
)

// wantRoles wants exactly these custom roles in the tenant, sets in any order.
func (tn *tenant) wantRoles(want ...azure.Role) resource.TestCheckFunc {
	return tn.check(func(ctx context.Context, b backend.Backend) error {
		got, err := b.Azure.Roles(ctx, azure.RoleFilter{Type: azure.CustomRole})
		if err != nil {
			return err
		}
		for _, roles := range [][]azure.Role{got, want} {
			for i := range roles {
				r := &roles[i]
				p := r.Flat()
				for _, s := range []*[]string{&p.Actions, &p.NotActions, &p.DataActions, &p.NotDataActions, &r.AssignableScopes} {
					*s = slices.Sorted(slices.Values(*s))
				}
				r.Permissions = []azure.Permission{p}
			}
		}
		if !reflect.DeepEqual(got, want) {
			return fmt.Errorf("the tenant has the custom roles\n%+v\nwant\n%+v", got, want)
		}
		return nil
	})
}

// theRole reads the one custom role of the tenant.
func theRole(ctx context.Context, b backend.Backend) (azure.Role, error) {
	roles, err := b.Azure.Roles(ctx, azure.RoleFilter{Type: azure.CustomRole})
	if err == nil && len(roles) != 1 {
		err = fmt.Errorf("the tenant has %d custom roles, want 1", len(roles))
	}
	if err != nil {
		return azure.Role{}, err
	}
	return roles[0], nil
}

func TestAccAzureCustomRole_theRoleOfTheArticleIsKeptAsWritten(t *testing.T) {
	tn := newTenant(t)
	tn.test(
		t,
		resource.TestStep{
			Config:           memory(operatorRole),
			ConfigPlanChecks: before(operator, plancheck.ResourceActionCreate, known(operator, "id", operatorARM)),
			ConfigStateChecks: []statecheck.StateCheck{whole(operator, state{
				"id": operatorARM, "role_id": operatorID,
				"name": "Virtual Machine Operator", "description": "Can monitor and restart virtual machines.",
				"actions": operatorActions, "not_actions": []string{}, "data_actions": []string{}, "not_data_actions": []string{},
				"assignable_scopes": operatorScopes, "timeouts": nil,
			})},
			Check: tn.wantRoles(operatorInTenant()),
		},
		resource.TestStep{Config: memory(operatorRole), PlanOnly: true},
	)
}

func TestAccAzureCustomRole_theIDIsKnownWhilePlanningAndFollowsFromTheName(t *testing.T) {
	tn := newTenant(t)
	// UUID version 5 of "role|virtual machine operator", made with Python's uuid.
	const derived = "c899ec6d-ce30-5dbd-ab6a-43aab8b0ec8a"
	config := memory(strings.Replace(operatorRole, `role_id     = "88888888-8888-8888-8888-888888888888"`, "", 1))
	want := operatorInTenant()
	want.ID = derived
	tn.test(
		t,
		resource.TestStep{
			Config: config,
			ConfigPlanChecks: before(operator, plancheck.ResourceActionCreate,
				known(operator, "role_id", derived), known(operator, "id", "/providers/Microsoft.Authorization/roleDefinitions/"+derived)),
			Check: tn.wantRoles(want),
		},
		// Writing down the ID that the role has is no change.
		resource.TestStep{Config: memory(strings.Replace(operatorRole, operatorID, derived, 1)), PlanOnly: true},
	)
}

func TestAccAzureCustomRole_everyAttributeIsUpdatedInPlace(t *testing.T) {
	tn := newTenant(t)
	base := azure.Role{ID: smallID, Name: "Small", Permissions: []azure.Permission{{Actions: []string{"Microsoft.Compute/*/read"}}}, AssignableScopes: []string{subscription1}}
	step := func(config string, change func(*azure.Role, *azure.Permission)) resource.TestStep {
		want := base
		p := want.Permissions[0]
		change(&want, &p)
		want.Permissions = []azure.Permission{p}
		return resource.TestStep{Config: memory(config), ConfigPlanChecks: before(small, plancheck.ResourceActionUpdate, known(small, "id", "/providers/Microsoft.Authorization/roleDefinitions/"+smallID.String())), Check: tn.wantRoles(want)}
	}
	tn.test(
		t,
		resource.TestStep{Config: memory(smallRole(reads)), Check: tn.wantRoles(base)},
		step(strings.Replace(smallRole(reads), `"Small"`, `"Tiny"`, 1), func(r *azure.Role, _ *azure.Permission) { r.Name = "Tiny" }),
		step(strings.Replace(smallRole(reads), `"Small"`, `"tiny"`, 1), func(r *azure.Role, _ *azure.Permission) { r.Name = "tiny" }),
		step(smallRole(reads, `description = "Reads."`), func(r *azure.Role, _ *azure.Permission) { r.Description = "Reads." }),
		step(smallRole(reads, `description = "reads."`), func(r *azure.Role, _ *azure.Permission) { r.Description = "reads." }),
		step(smallRole(`actions = ["Microsoft.Compute/*/read", "Microsoft.Network/*/read"]`), func(_ *azure.Role, p *azure.Permission) {
			p.Actions = []string{"Microsoft.Compute/*/read", "Microsoft.Network/*/read"}
		}),
		step(smallRole(reads, `not_actions = ["Microsoft.Compute/disks/read"]`), func(_ *azure.Role, p *azure.Permission) {
			p.NotActions = []string{"Microsoft.Compute/disks/read"}
		}),
		step(smallRole(reads, `data_actions = ["Microsoft.Compute/virtualMachines/login/action"]`), func(_ *azure.Role, p *azure.Permission) {
			p.DataActions = []string{"Microsoft.Compute/virtualMachines/login/action"}
		}),
		step(smallRole(reads, `not_data_actions = ["Microsoft.Compute/virtualMachines/loginAsAdmin/action"]`), func(_ *azure.Role, p *azure.Permission) {
			p.NotDataActions = []string{"Microsoft.Compute/virtualMachines/loginAsAdmin/action"}
		}),
		step(strings.Replace(smallRole(reads), `111"]`, `111", "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/vm-prod"]`, 1), func(r *azure.Role, _ *azure.Permission) {
			r.AssignableScopes = []string{subscription1, subscription2 + "/resourceGroups/vm-prod"}
		}),
		resource.TestStep{Config: memory(smallRole(reads)), ConfigPlanChecks: before(small, plancheck.ResourceActionUpdate), Check: tn.wantRoles(base)},
		// Only timeouts: state changes, the tenant does not.
		resource.TestStep{Config: memory(smallRole(reads, `timeouts = { create = "1m", read = "1m", update = "1m", delete = "1m" }`)), ConfigPlanChecks: before(small, plancheck.ResourceActionUpdate), Check: tn.wantRoles(base)},
	)
}

// Every optional attribute, omitted, empty and set, in a create, an update and an import.
func TestAccAzureCustomRole_everyOptionalAttributeMayBeOmittedEmptyOrSet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, beside, empty, set string
		attribute                string
		none, some               any
	}{
		{"description", reads, `description = ""`, `description = "Reads."`, "description", "", "Reads."},
		{"actions", `data_actions = ["Microsoft.Compute/virtualMachines/login/action"]`, `actions = []`, reads, "actions", []string{}, []string{"Microsoft.Compute/*/read"}},
		{"not_actions", reads, `not_actions = []`, `not_actions = ["Microsoft.Compute/disks/read"]`, "not_actions", []string{}, []string{"Microsoft.Compute/disks/read"}},
		{"data_actions", reads, `data_actions = []`, `data_actions = ["Microsoft.Compute/virtualMachines/login/action"]`, "data_actions", []string{}, []string{"Microsoft.Compute/virtualMachines/login/action"}},
		{"not_data_actions", reads, `not_data_actions = []`, `not_data_actions = ["Microsoft.Compute/virtualMachines/login/action"]`, "not_data_actions", []string{}, []string{"Microsoft.Compute/virtualMachines/login/action"}},
	} {
		omitted, empty, set := memory(smallRole(c.beside)), memory(smallRole(c.beside, c.empty)), memory(smallRole(c.beside, c.set))
		apply := func(config string, action plancheck.ResourceActionType, want any) []resource.TestStep {
			return []resource.TestStep{
				{Config: config, ConfigPlanChecks: before(small, action), ConfigStateChecks: []statecheck.StateCheck{part(small, state{c.attribute: want})}},
				{ResourceName: small, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: smallID.String()},
				{ResourceName: small, ImportState: true, ImportStateId: smallID.String(), ImportStateVerify: true},
			}
		}
		const create, update, nothing = plancheck.ResourceActionCreate, plancheck.ResourceActionUpdate, plancheck.ResourceActionNoop
		for first, steps := range map[string][][]resource.TestStep{
			"omitted first": {apply(omitted, create, c.none), apply(empty, nothing, c.none), apply(set, update, c.some), apply(omitted, update, c.none)},
			"empty first":   {apply(empty, create, c.none), apply(set, update, c.some), apply(empty, update, c.none), apply(omitted, nothing, c.none)},
			"set first":     {apply(set, create, c.some)},
		} {
			t.Run(c.name+" "+first, func(t *testing.T) {
				newTenant(t).test(t, slices.Concat(steps...)...)
			})
		}
	}
}

func TestAccAzureCustomRole_importTakesEveryForm(t *testing.T) {
	tn := newTenant(t)
	steps := []resource.TestStep{{Config: memory(operatorRole)}}
	for _, id := range []string{
		operatorID,
		strings.ToUpper("8888888a-8888-8888-8888-888888888888"),
		"{88888888-8888-8888-8888-888888888888}",
		operatorARM,
		strings.ToUpper(operatorARM),
		subscription1 + operatorARM,
		"/subscriptions/33333333-3333-3333-3333-333333333333" + operatorARM,
		strings.ToLower("/providers/Microsoft.Management/managementGroups/groupId1" + operatorARM),
		"name:Virtual Machine Operator",
		"name:virtual machine OPERATOR",
	} {
		if strings.HasPrefix(id, "8888888A") {
			steps = append(steps, resource.TestStep{ResourceName: operator, ImportState: true, ImportStateId: id, ExpectError: says("Cannot import", words("There is no Azure role 8888888a-8888-8888-8888-888888888888.", "The specified role definition with ID '8888888a-8888-8888-8888-888888888888' does not exist."))})
			continue
		}
		steps = append(
			steps,
			resource.TestStep{ResourceName: operator, ImportState: true, ImportStateId: id, ImportStateVerify: true},
			resource.TestStep{ResourceName: operator, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: id},
		)
	}
	tn.test(t, steps...)
}

func TestAccAzureCustomRole_anImportBlockTakesOverAndPlansNothing(t *testing.T) {
	tn := newTenant(t)
	config := memory(operatorRole + "import {\n  to = " + operator + "\n  id = \"name:Virtual Machine Operator\"\n}\n")
	tn.test(
		t,
		resource.TestStep{
			PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
				_, err := b.Azure.CreateRole(ctx, operatorInTenant())
				return err
			}),
			Config: config, ConfigPlanChecks: before(operator, plancheck.ResourceActionNoop), Check: tn.wantRoles(operatorInTenant()),
		},
	)
}

func TestAccAzureCustomRole_importSaysWhatIsWrongWithAnID(t *testing.T) {
	const forms = `It is the role's GUID, its ARM ID ("/providers/Microsoft.Authorization/roleDefinitions/GUID", with or without a scope in front), or "name:" and its name.`
	tn := newTenant(t)
	steps := []resource.TestStep{{Config: memory(operatorRole)}}
	for id, want := range map[string][]string{
		"garbage":                              {`"garbage" is no ID to import by.`, forms},
		"Virtual Machine Operator":             {`"Virtual Machine Operator" is no ID to import by.`, forms},
		"88888888-8888-8888-8888-88888888888":  {`"88888888-8888-8888-8888-88888888888" is no ID to import by.`, forms},
		subscription1:                          {`"` + subscription1 + `" is no ID to import by.`, forms},
		operatorARM + "/":                      {`is no ID to import by.`, forms},
		"/subscriptions/x" + operatorARM:       {`"/subscriptions/x` + operatorARM + `" is no ID to import by.`, forms},
		"name:":                                {`name`},
		"name:Virtual Machine Operater":        {`No Azure role is named "Virtual Machine Operater" in this tenant. Did you mean "Virtual Machine Operator"?`},
		"name:Reader":                          {`"Reader" is a built-in Azure role. Built-in roles can be assigned but not managed; copy its permissions into a custom role instead.`},
		"acdd72a7-3385-48ef-bd42-f606fba81ae7": {`"Reader" is a built-in Azure role.`},
		"00000000-0000-0000-0000-000000000000": {words(`There is no Azure role 00000000-0000-0000-0000-000000000000.`, `The specified role definition with ID '00000000-0000-0000-0000-000000000000' does not exist.`)},
	} {
		steps = append(steps, resource.TestStep{ResourceName: operator, ImportState: true, ImportStateId: id, ExpectError: says(append([]string{"Error: Cannot import Azure custom role"}, want...)...)})
	}
	tn.test(t, steps...)
}

func TestAccAzureCustomRole_deletedBehindTerraformIsPlannedAnew(t *testing.T) {
	tn := newTenant(t)
	tn.test(
		t,
		resource.TestStep{Config: memory(operatorRole)},
		resource.TestStep{
			PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error { return b.Azure.DeleteRole(ctx, operatorID) }),
			Config:    memory(operatorRole), ConfigPlanChecks: before(operator, plancheck.ResourceActionCreate), Check: tn.wantRoles(operatorInTenant()),
		},
	)
}

func TestAccAzureCustomRole_changesBehindTerraformShowAndArePutRight(t *testing.T) {
	full := `
resource "rbac_azure_custom_role" "small" {
  name              = "Small"
  role_id           = "99999999-9999-9999-9999-999999999999"
  description       = "Reads."
  actions           = ["Microsoft.Compute/*/read"]
  not_actions       = ["Microsoft.Compute/disks/read"]
  data_actions      = ["Microsoft.Compute/virtualMachines/login/action"]
  not_data_actions  = ["Microsoft.Compute/virtualMachines/loginAsAdmin/action"]
  assignable_scopes = ["/subscriptions/11111111-1111-1111-1111-111111111111"]
}
`
	want := azure.Role{
		ID: smallID, Name: "Small", Description: "Reads.",
		Permissions: []azure.Permission{{
			Actions: []string{"Microsoft.Compute/*/read"}, NotActions: []string{"Microsoft.Compute/disks/read"},
			DataActions: []string{"Microsoft.Compute/virtualMachines/login/action"}, NotDataActions: []string{"Microsoft.Compute/virtualMachines/loginAsAdmin/action"},
		}},
		AssignableScopes: []string{subscription1},
	}
	tn := newTenant(t)
	steps := []resource.TestStep{{Config: memory(full), Check: tn.wantRoles(want)}}
	for _, change := range []func(*azure.Role, *azure.Permission){
		func(r *azure.Role, _ *azure.Permission) { r.Name = "Renamed" },
		func(r *azure.Role, _ *azure.Permission) { r.Description = "" },
		func(r *azure.Role, _ *azure.Permission) { r.Description = "Something else." },
		func(_ *azure.Role, p *azure.Permission) { p.Actions = nil },
		func(_ *azure.Role, p *azure.Permission) { p.Actions = []string{"*"} },
		func(_ *azure.Role, p *azure.Permission) {
			p.Actions = []string{"Microsoft.Compute/*/read", "Microsoft.Network/*/read"}
		},
		func(_ *azure.Role, p *azure.Permission) { p.NotActions = nil },
		func(_ *azure.Role, p *azure.Permission) { p.NotActions = []string{"Microsoft.Network/*"} },
		func(_ *azure.Role, p *azure.Permission) { p.DataActions = nil },
		func(_ *azure.Role, p *azure.Permission) { p.NotDataActions = nil },
		func(_ *azure.Role, p *azure.Permission) {
			p.NotDataActions = append(slices.Clone(p.NotDataActions), "Microsoft.Storage/*")
		},
		func(r *azure.Role, _ *azure.Permission) { r.AssignableScopes = []string{subscription2} },
		func(r *azure.Role, _ *azure.Permission) {
			r.AssignableScopes = []string{subscription1, subscription2 + "/resourceGroups/vm-prod"}
		},
	} {
		steps = append(steps, resource.TestStep{
			PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
				r, err := theRole(ctx, b)
				if err != nil {
					return err
				}
				p := r.Permissions[0]
				change(&r, &p)
				r.Permissions = []azure.Permission{p}
				_, err = b.Azure.UpdateRole(ctx, r)
				return err
			}),
			Config: memory(full), ConfigPlanChecks: before(small, plancheck.ResourceActionUpdate), Check: tn.wantRoles(want),
		})
	}
	// The same in another spelling and order is no drift.
	steps = append(steps, resource.TestStep{
		PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
			r, err := theRole(ctx, b)
			if err != nil {
				return err
			}
			p := &r.Permissions[0]
			for _, s := range []*[]string{&p.Actions, &p.NotActions, &p.DataActions, &p.NotDataActions, &r.AssignableScopes} {
				for i := range *s {
					(*s)[i] = strings.ToUpper((*s)[i])
				}
			}
			_, err = b.Azure.UpdateRole(ctx, r)
			return err
		}),
		Config: memory(full), PlanOnly: true,
	})
	tn.test(t, steps...)
}

func TestAccAzureCustomRole_onlyAnotherRoleIDReplaces(t *testing.T) {
	tn := newTenant(t)
	want := operatorInTenant()
	want.ID = "77777777-7777-7777-7777-777777777777"
	tn.test(
		t,
		resource.TestStep{Config: memory(operatorRole)},
		// The attribute leaves the configuration: what is stays.
		resource.TestStep{Config: memory(strings.Replace(operatorRole, `role_id     = "88888888-8888-8888-8888-888888888888"`, "", 1)), PlanOnly: true},
		resource.TestStep{
			Config:           memory(strings.Replace(operatorRole, operatorID, "77777777-7777-7777-7777-777777777777", 1)),
			ConfigPlanChecks: before(operator, plancheck.ResourceActionDestroyBeforeCreate), Check: tn.wantRoles(want),
		},
	)
}

func TestAccAzureCustomRole_spellingNeverPlansAnything(t *testing.T) {
	tn := newTenant(t)
	role := func(id, actions, scopes string) string {
		return memory(`
resource "rbac_azure_custom_role" "small" {
  name              = "Small"
  role_id           = "` + id + `"
  actions           = ` + actions + `
  not_actions       = ["Microsoft.Compute/disks/read"]
  data_actions      = ["Microsoft.Compute/virtualMachines/login/action"]
  assignable_scopes = ` + scopes + `
}`)
	}
	const (
		id      = "aaaaaaaa-9999-9999-9999-999999999999"
		actions = `["Microsoft.Compute/*/read", "Microsoft.Network/*/read"]`
		scopes  = `["/subscriptions/aaaaaaaa-1111-1111-1111-111111111111/resourceGroups/vm-prod", "/providers/Microsoft.Management/managementGroups/groupId1"]`
	)
	steps := []resource.TestStep{{Config: role(id, actions, scopes)}}
	for _, config := range []string{
		role(strings.ToUpper(id), actions, scopes),
		role("{"+id+"}", actions, scopes),
		role(strings.ReplaceAll(id, "-", ""), actions, scopes),
		role(id, strings.ToUpper(actions), scopes),
		role(id, strings.ToLower(actions), scopes),
		role(id, `["Microsoft.Network/*/read", "Microsoft.Compute/*/read"]`, scopes),
		role(id, `["Microsoft.Network/*/read", "microsoft.network/*/read", "Microsoft.Compute/*/read"]`, scopes),
		role(id, actions, strings.ToUpper(scopes)),
		role(id, actions, strings.ToLower(scopes)),
		role(id, actions, `["/subscriptions/aaaaaaaa-1111-1111-1111-111111111111/resourceGroups/vm-prod/", "/providers/Microsoft.Management/managementGroups/groupId1/"]`),
	} {
		steps = append(steps, resource.TestStep{Config: config, ConfigPlanChecks: nothing()})
	}
	// And a role that was created from an odd spelling plans nothing either.
	odd := role(strings.ToUpper(id), `["microsoft.network/*/READ", "MICROSOFT.Network/*/read", "microsoft.compute/*/read"]`, strings.ToUpper(scopes))
	steps = append(
		steps,
		resource.TestStep{Config: memoryProvider},
		resource.TestStep{Config: odd},
		resource.TestStep{Config: role(id, actions, scopes), ConfigPlanChecks: nothing()},
	)
	tn.test(t, steps...)
}

const operatorAssigned = `
resource "rbac_azure_role_assignment" "operator" {
  scope        = "/subscriptions/11111111-1111-1111-1111-111111111111"
  role         = rbac_azure_custom_role.operator.id
  principal_id = "aaaaaaaa-0000-0000-0000-000000000001"
}
`

func TestAccAzureCustomRole_renamingKeepsTheIDAndTheAssignments(t *testing.T) {
	tn := newTenant(t)
	want := operatorInTenant()
	want.Name = "Machine Operator"
	var before1 azure.Assignment
	tn.test(
		t,
		resource.TestStep{
			Config: memory(operatorRole + operatorAssigned),
			Check: tn.check(func(ctx context.Context, b backend.Backend) (err error) {
				before1, err = theAssignment(ctx, b)
				return err
			}),
		},
		resource.TestStep{
			Config: memory(strings.Replace(operatorRole, `"Virtual Machine Operator"`, `"Machine Operator"`, 1) + operatorAssigned),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(operator, plancheck.ResourceActionUpdate),
				known(operator, "id", operatorARM), known(operator, "role_id", operatorID),
				neither("rbac_azure_role_assignment.operator", plancheck.ResourceActionReplace, plancheck.ResourceActionCreate, plancheck.ResourceActionDestroy),
			}},
			Check: resource.ComposeAggregateTestCheckFunc(tn.wantRoles(want), tn.check(func(ctx context.Context, b backend.Backend) error {
				after, err := theAssignment(ctx, b)
				if err == nil && after != before1 {
					err = fmt.Errorf("the assignment is %+v, was %+v", after, before1)
				}
				return err
			})),
		},
		resource.TestStep{Config: memory(strings.Replace(operatorRole, `"Virtual Machine Operator"`, `"Machine Operator"`, 1) + operatorAssigned), ConfigPlanChecks: nothing()},
	)
}

func TestAccAzureCustomRole_taintEndsWithOneRole(t *testing.T) {
	tn := newTenant(t)
	tn.test(
		t,
		resource.TestStep{Config: memory(operatorRole)},
		resource.TestStep{
			Taint: []string{operator}, Config: memory(operatorRole),
			ConfigPlanChecks: before(operator, plancheck.ResourceActionDestroyBeforeCreate), Check: tn.wantRoles(operatorInTenant()),
		},
	)
}

func TestAccAzureCustomRole_replaceEndsWithOneRole(t *testing.T) {
	tn := newTenant(t)
	t.Parallel()
	tf := tn.terraform(t, memory(operatorRole))
	tf.run("apply", "-auto-approve")
	tf.run("apply", "-auto-approve", "-replace="+operator).says("will be replaced, as requested", "1 added, 0 changed, 1 destroyed")
	tn.want(t, tn.wantRoles(operatorInTenant()))
	tf.run("plan", "-detailed-exitcode").says("No changes.")
	tf.run("destroy", "-auto-approve")
	tn.want(t, tn.wantRoles())
}

const createFirst = "lifecycle {\n    create_before_destroy = true\n  }"

// A successor under the same natural key can't be made while the predecessor
// is there: that is an error, and the predecessor stays.
func TestAccAzureCustomRole_createBeforeDestroyNeverLosesTheRole(t *testing.T) {
	tn := newTenant(t)
	config := memory(strings.Replace(operatorRole, "  description", "  "+createFirst+"\n  description", 1))
	want := operatorInTenant()
	want.ID, want.Name = "77777777-7777-7777-7777-777777777777", "Machine Operator"
	tn.test(
		t,
		resource.TestStep{Config: config},
		resource.TestStep{
			Taint: []string{operator}, Config: config,
			ExpectError: says("Error: Cannot create Azure custom role", "The role ID 88888888-8888-8888-8888-888888888888 belongs", "import {", `id = "`+operatorARM+`"`),
		},
		resource.TestStep{
			Config:      strings.Replace(config, operatorID, "77777777-7777-7777-7777-777777777777", 1),
			ExpectError: says("Error: Cannot create Azure custom role", `The name "Virtual Machine Operator" belongs to the Azure role 88888888-8888-8888-8888-888888888888.`),
		},
		resource.TestStep{
			PreConfig:        tn.change(t, func(context.Context, backend.Backend) error { return tn.wantRoles(operatorInTenant())(nil) }),
			Config:           strings.NewReplacer(operatorID, "77777777-7777-7777-7777-777777777777", "Virtual Machine Operator", "Machine Operator").Replace(config),
			ConfigPlanChecks: before(operator, plancheck.ResourceActionCreateBeforeDestroy), Check: tn.wantRoles(want),
		},
	)
}

func TestAccAzureCustomRole_createAfterDestroyOfTheSameNameWorks(t *testing.T) {
	tn := newTenant(t)
	config := memory(strings.Replace(operatorRole, `role_id     = "88888888-8888-8888-8888-888888888888"`, "", 1))
	want := operatorInTenant()
	want.ID = "c899ec6d-ce30-5dbd-ab6a-43aab8b0ec8a"
	tn.test(
		t,
		resource.TestStep{Config: config, Check: tn.wantRoles(want)},
		resource.TestStep{Config: config, Destroy: true},
		resource.TestStep{Config: config, Check: tn.wantRoles(want)},
	)
}

func TestAccAzureCustomRole_aRoleThatExistsIsNotTakenOver(t *testing.T) {
	for name, c := range map[string]struct {
		exists azure.Role
		error  []string
	}{
		"the ID": {
			azure.Role{ID: operatorID, Name: "Other", Permissions: []azure.Permission{{Actions: []string{"Microsoft.Compute/*/read"}}}, AssignableScopes: []string{subscription1}},
			[]string{
				"Error: Azure role ID is taken", "with rbac_azure_custom_role.operator", "role_id",
				"The role ID 88888888-8888-8888-8888-888888888888 is taken by a role of the tenant that this configuration does not manage. Set role_id to another GUID.",
				`to = rbac_azure_custom_role.NAME`, `id = "` + operatorARM + `"`, "Rule: azure_role_id_unique",
			},
		},
		"the name in other casing": {
			azure.Role{ID: smallID, Name: "virtual machine operator", Permissions: []azure.Permission{{Actions: []string{"Microsoft.Compute/*/read"}}}, AssignableScopes: []string{subscription1}},
			[]string{
				"Error: Azure role name is taken", "with rbac_azure_custom_role.operator", "name",
				`The name "virtual machine operator" belongs to the Azure role 99999999-9999-9999-9999-999999999999. Names are unique in a tenant, built-in roles included, whatever the casing. Choose another name.`,
				`to = rbac_azure_custom_role.NAME`, `id = "/providers/Microsoft.Authorization/roleDefinitions/99999999-9999-9999-9999-999999999999"`, "Rule: azure_role_name_unique",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			tn := newTenant(t)
			tn.test(
				t,
				resource.TestStep{
					PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
						_, err := b.Azure.CreateRole(ctx, c.exists)
						return err
					}),
					Config:      memory(operatorRole),
					ExpectError: says(c.error...),
				},
				resource.TestStep{
					PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
						return errors.Join(tn.wantRoles(c.exists)(nil), b.Azure.DeleteRole(ctx, c.exists.ID))
					}),
					Config: memory(operatorRole), Check: tn.wantRoles(operatorInTenant()),
				},
			)
		})
	}
}

func TestAccAzureCustomRole_theNameOfABuiltInRoleIsRefused(t *testing.T) {
	newTenant(t).test(t, resource.TestStep{
		Config:      memory(strings.Replace(operatorRole, "Virtual Machine Operator", "reader", 1)),
		ExpectError: says("Error: Azure role name is taken", `The name "Reader" belongs to the Azure role acdd72a7-3385-48ef-bd42-f606fba81ae7.`, "built-in roles included", "Choose another name.", "Rule: azure_role_name_unique"),
	})
}

func TestAccAzureCustomRole_twoOfOneNameInAConfigurationAreOneErrorThatNamesTheOther(t *testing.T) {
	tn := newTenant(t)
	t.Parallel()
	tf := tn.terraform(t, memory(smallRole(reads)+strings.NewReplacer(`"small"`, `"other"`, "99999999", "99999998").Replace(smallRole(reads))))
	out := tf.fails("apply", "-auto-approve")
	out.says("Error: Azure role name is taken", `The name "Small" belongs to the Azure role 9999999`, "another resource of this configuration.", "Rule: azure_role_name_unique")
	out.count("Error: ", 1)
	out.count("import {", 0)
	tn.want(t, tn.wantRoles())
}

func TestAccAzureCustomRole_aRoleInUseIsNotDeleted(t *testing.T) {
	tn := newTenant(t)
	scope, err := azure.ParseScope(subscription1 + "/resourceGroups/vm-prod")
	if err != nil {
		t.Fatal(err)
	}
	outside := azure.Assignment{Name: "55555555-5555-5555-5555-555555555555", Scope: scope, RoleID: operatorID, PrincipalID: "aaaaaaaa-0000-0000-0000-000000000001"}
	tn.test(
		t,
		resource.TestStep{Config: memory(operatorRole)},
		resource.TestStep{
			PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
				_, err := b.Azure.CreateAssignment(ctx, outside)
				return err
			}),
			Config: memoryProvider,
			ExpectError: says("Error: Azure role is in use",
				`The role "Virtual Machine Operator" is still assigned when it is destroyed: "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/vm-prod/providers/Microsoft.Authorization/roleAssignments/55555555-5555-5555-5555-555555555555". Azure deletes a role only when nobody holds it. Remove that assignment first.`,
				"Rule: azure_role_in_use"),
		},
		resource.TestStep{
			Config:           memory(strings.NewReplacer(`"/subscriptions/11111111-1111-1111-1111-111111111111",`, "", `"/providers/Microsoft.Management/managementGroups/groupId1",`, "").Replace(operatorRole)),
			ConfigPlanChecks: before(operator, plancheck.ResourceActionUpdate),
			ExpectError: says("Error: Assignable scope is in use", `"/subscriptions/11111111-1111-1111-1111-111111111111" is taken out of the assignable scopes, but the role is assigned there: "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/vm-prod/providers/Microsoft.Authorization/roleAssignments/55555555-5555-5555-5555-555555555555". Remove that assignment first, or keep the scope.`,
				"Rule: azure_assignable_scope_in_use"),
		},
		resource.TestStep{Config: memory(operatorRole), PlanOnly: true, Check: tn.wantRoles(operatorInTenant())},
		resource.TestStep{
			PreConfig: tn.change(t, func(ctx context.Context, b backend.Backend) error {
				return b.Azure.DeleteAssignment(ctx, outside.Scope, outside.Name)
			}),
			Config: memoryProvider, Check: tn.wantRoles(),
		},
	)
}

func TestAccAzureCustomRole_deletingWhatIsGoneSucceeds(t *testing.T) {
	tn := newTenant(t)
	t.Parallel()
	tf := tn.terraform(t, memory(operatorRole))
	tf.run("apply", "-auto-approve")
	if err := tn.Azure.DeleteRole(t.Context(), operatorID); err != nil {
		t.Fatal(err)
	}
	tf.run("destroy", "-auto-approve", "-refresh=false").says("Resources: 1 destroyed")
}

func TestAccAzureCustomRole_aMovedBlockPlansNothing(t *testing.T) {
	tn := newTenant(t)
	moved := strings.Replace(operatorRole, `"operator"`, `"machines"`, 1) + "moved {\n  from = rbac_azure_custom_role.operator\n  to   = rbac_azure_custom_role.machines\n}\n"
	tn.test(
		t,
		resource.TestStep{Config: memory(operatorRole)},
		resource.TestStep{Config: memory(moved), ConfigPlanChecks: before("rbac_azure_custom_role.machines", plancheck.ResourceActionNoop), Check: tn.wantRoles(operatorInTenant())},
	)
}

func TestAccAzureCustomRole_countAndForEachMakeRolesOfTheirOwn(t *testing.T) {
	tn := newTenant(t)
	config := memory(`
resource "rbac_azure_custom_role" "counted" {
  count             = 3
  name              = "Counted ${count.index}"
  actions           = ["Microsoft.Compute/*/read"]
  assignable_scopes = ["/subscriptions/11111111-1111-1111-1111-111111111111"]
}

resource "rbac_azure_custom_role" "each" {
  for_each          = toset(["dev", "prod"])
  name              = "Each ${each.key}"
  actions           = ["Microsoft.Compute/*/read"]
  assignable_scopes = ["/subscriptions/11111111-1111-1111-1111-111111111111"]
}
`)
	names := func(want ...string) resource.TestCheckFunc {
		return tn.check(func(ctx context.Context, b backend.Backend) error {
			roles, err := b.Azure.Roles(ctx, azure.RoleFilter{Type: azure.CustomRole})
			var got []string
			for _, r := range roles {
				got = append(got, r.Name)
			}
			if err == nil && !slices.Equal(got, want) {
				err = fmt.Errorf("the roles are %q, want %q", got, want)
			}
			return err
		})
	}
	t.Parallel()
	tf := tn.terraform(t, config)
	tf.run("apply", "-auto-approve")
	tn.want(t, names("Counted 0", "Counted 1", "Counted 2", "Each dev", "Each prod"))
	tf.run("plan").says("No changes.")
	tf.write(strings.NewReplacer("= 3", "= 1", `"dev", `, "").Replace(config))
	tf.run("apply", "-auto-approve").says("0 added, 0 changed, 3 destroyed")
	tn.want(t, names("Counted 0", "Each prod"))
}

func TestAccAzureCustomRole_mistakesAreSaidOnTheirAttribute(t *testing.T) {
	for name, c := range map[string]struct {
		role string
		want []string
	}{
		"a role ID that is no GUID": {strings.Replace(smallRole(reads), "99999999-9999", "oops", 1), []string{
			"Error: Invalid role ID", `role_id = "oops-9999-9999-999999999999"`, `"oops-9999-9999-999999999999" is no GUID.`,
		}},
		"an empty role ID":    {strings.Replace(smallRole(reads), "99999999-9999-9999-9999-999999999999", "", 1), []string{"Error: Invalid role ID", `"" is no GUID.`}},
		"an empty name":       {strings.Replace(smallRole(reads), `"Small"`, `""`, 1), []string{"Error: Invalid Azure role name", `name = ""`, "The name is empty. An Azure role has a name of 1 to 512 characters.", "Rule: azure_role_name_length"}},
		"a name too long":     {strings.Replace(smallRole(reads), `"Small"`, `"`+strings.Repeat("é", 513)+`"`, 1), []string{"Error: Invalid Azure role name", "The name has 513 characters. An Azure role name has at most 512; shorten it."}},
		"nothing is granted":  {smallRole(), []string{"Error: Azure role grants nothing", "The role grants nothing. An Azure custom role has at least one action or data action;", "Rule: azure_role_grants_nothing"}},
		"empty sets":          {smallRole("actions = []", "data_actions = []"), []string{"Error: Azure role grants nothing", "actions = []"}},
		"two wildcards":       {smallRole(`actions = ["Microsoft.Compute/*/read/*"]`), []string{"Error: Invalid Azure action", `"Microsoft.Compute/*/read/*" has 2 wildcards. An action string of an Azure role has at most one "*"; write one string for each.`, "Rule: azure_action_one_wildcard"}},
		"a blank":             {smallRole(reads, `not_data_actions = ["Microsoft.Compute/ disks/read"]`), []string{"Error: Invalid Azure action", `has a blank or control character at position 19.`, "Rule: azure_action_syntax"}},
		"no assignable scope": {strings.Replace(smallRole(reads), `["/subscriptions/11111111-1111-1111-1111-111111111111"]`, "[]", 1), []string{"Error: Invalid assignable scopes", "There is no assignable scope."}},
		"the root":            {strings.Replace(smallRole(reads), `["/subscriptions/11111111-1111-1111-1111-111111111111"]`, `["/"]`, 1), []string{"Error: Invalid assignable scope", `"/" is the root of the tenant.`}},
		"a wildcard scope":    {strings.Replace(smallRole(reads), `["/subscriptions/11111111-1111-1111-1111-111111111111"]`, `["/subscriptions/*"]`, 1), []string{"Error: Invalid assignable scope", `"/subscriptions/*" has a wildcard.`}},
		"a resource":          {strings.Replace(smallRole(reads), `111"]`, `111/resourceGroups/a/providers/Microsoft.Compute/disks/b"]`, 1), []string{"Error: Invalid assignable scope", "is a resource."}},
		"no scope at all":     {strings.Replace(smallRole(reads), `["/subscriptions/11111111-1111-1111-1111-111111111111"]`, `["here"]`, 1), []string{"Error: Invalid assignable scope", `"here" is no Azure scope: it does not begin with "/".`}},
		"two management groups": {strings.Replace(smallRole(reads), `["/subscriptions/11111111-1111-1111-1111-111111111111"]`, `["/providers/Microsoft.Management/managementGroups/a", "/providers/Microsoft.Management/managementGroups/b"]`, 1), []string{
			"Error: Invalid assignable scopes", "There are 2 management groups among the assignable scopes:", "An Azure custom role has at most 1;",
		}},
		"several at once": {smallRole(`actions = ["nothing", "a/*/*"]`, `description = "`+strings.Repeat("x", 2049)+`"`), []string{
			"Error: Invalid Azure role description", "The description has 2049 characters.",
		}},
		"an unknown timeout": {smallRole(reads, `timeouts = { create = "soon" }`), []string{"soon"}},
	} {
		t.Run(name, func(t *testing.T) {
			newTenant(t).test(t, resource.TestStep{Config: memory(c.role), ExpectError: says(c.want...), PlanOnly: true})
		})
	}
}

func TestAccAzureCustomRole_allMistakesAreReportedTogether(t *testing.T) {
	tn := newTenant(t)
	t.Parallel()
	tf := tn.terraform(t, memory(smallRole(`actions = ["nothing", "a/*/*"]`, `description = "`+strings.Repeat("x", 2049)+`"`)))
	out := tf.fails("validate")
	out.says("Error: Invalid Azure role description")
	out.says(`"nothing" has no "/".`)
	out.says(`"a/*/*" has 2 wildcards.`)
	out.count("Error: ", 3)
}

func TestAccAzureCustomRole_scopesOfADirectoryFileMustExist(t *testing.T) {
	directory := `{"subscriptions": [{"id": "11111111-1111-1111-1111-111111111111"}], "management_groups": [{"id": "groupId1"}]}`
	newTenant(t, directory).test(
		t,
		resource.TestStep{Config: memory(smallRole(reads))},
		resource.TestStep{
			Config:      memory(strings.Replace(smallRole(reads), `111"]`, `111", "/subscriptions/22222222-2222-2222-2222-222222222222"]`, 1)),
			ExpectError: says("Error: Cannot update Azure custom role", "assignable_scopes", words("There is no subscription 22222222-2222-2222-2222-222222222222,", "The subscription '22222222-2222-2222-2222-222222222222' could not be found."), "Code: SubscriptionNotFound"),
		},
		// Azure does not look whether a management group exists.
		resource.TestStep{Config: memory(strings.Replace(smallRole(reads), `111"]`, `111", "/providers/Microsoft.Management/managementGroups/nobody"]`, 1))},
	)
}
