// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package backendtest

import (
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	customRoles     = "https://learn.microsoft.com/azure/role-based-access-control/custom-roles"
	customRolesREST = "https://learn.microsoft.com/azure/role-based-access-control/custom-roles-rest"
	roleList        = "https://learn.microsoft.com/azure/role-based-access-control/role-definitions-list"
	troubleshooting = "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting"
	azureLimits     = "https://learn.microsoft.com/azure/role-based-access-control/troubleshoot-limits"
	roleRecordings  = "https://github.com/Azure/azure-powershell/tree/main/src/Resources/Resources.Test/SessionRecords"
	sdkRecordings   = "https://github.com/Azure/azure-sdk-for-net/tree/main/sdk/authorization"
)

// operator is a small valid custom role.
func operator(n int, change ...func(*azure.Role)) azure.Role {
	r := azure.Role{
		ID: id(n), Name: "Operator " + string(rune('A'+n%26)), AssignableScopes: []string{subProd},
		Permissions: []azure.Permission{{Actions: []string{"Microsoft.Compute/*/read"}}},
	}
	for _, c := range change {
		c(&r)
	}
	return r
}

func (t *Tenant) azureRole(n int, change ...func(*azure.Role)) azure.Role {
	t.Helper()
	return must(t.Azure.CreateRole(t.Ctx, operator(n, change...)))(t)
}

func azureRoleCases() []Case {
	return []Case{
		{
			ID: "AZ-ROLE-001", Says: "A role comes back as it was sent, in every field, casing and order.", Source: roleRecordings, Mark: Live,
			Test: func(t *Tenant) {
				want := azure.Role{
					ID: id(1), Name: "Virtual Machine Operator", Description: "Starts & stops <machines>, \"quoted\", ä.",
					Permissions: []azure.Permission{{
						Actions: []string{"Microsoft.Compute/virtualMachines/start/action", "*/read"}, NotActions: []string{"Microsoft.Compute/*/delete"},
						DataActions: []string{"Microsoft.Compute/virtualMachines/login/action"}, NotDataActions: []string{"Microsoft.Compute/virtualMachines/loginAsAdmin/action"},
					}},
					AssignableScopes: []string{subProd + "/resourceGroups/RG-One", mgPrefix + "Corp"},
				}
				t.same(must(t.Azure.CreateRole(t.Ctx, want))(t), want)
				t.same(must(t.Azure.Role(t.Ctx, id(1)))(t), want)
			},
		},
		{
			ID: "AZ-ROLE-002", Says: "An unknown role is not found.", Source: roleRecordings, Mark: Live,
			Test: func(t *Tenant) {
				_, err := t.Azure.Role(t.Ctx, id(1))
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "RoleDefinitionDoesNotExist"})
			},
		},
		{
			ID: "AZ-ROLE-003", Says: "A GUID that a custom role has can't be created again.", Source: customRolesREST, Mark: Client,
			Test: func(t *Tenant) {
				t.azureRole(1)
				_, err := t.Azure.CreateRole(t.Ctx, operator(1, func(r *azure.Role) { r.Name = "Another" }))
				t.refused(err, refusal{Kind: rbac.Exists, Code: "RoleDefinitionExists", Existing: "/providers/Microsoft.Authorization/roleDefinitions/00000000-0000-4000-8000-000000000001"})
				t.same(must(t.Azure.Role(t.Ctx, id(1)))(t).Name, "Operator B")
			},
		},
		{
			ID: "AZ-ROLE-004", Says: "A built-in role's GUID can't be used.", Source: sdkRecordings, Mark: Client,
			Test: func(t *Tenant) {
				_, err := t.Azure.CreateRole(t.Ctx, operator(1, func(r *azure.Role) { r.ID = reader }))
				t.refused(err, refusal{Kind: rbac.Exists, Code: "RoleDefinitionExists", Existing: "/providers/Microsoft.Authorization/roleDefinitions/" + reader.String()})
			},
		},
		{
			ID: "AZ-ROLE-005", Says: "Names are unique in the tenant, whatever the casing.", Source: customRoles, Mark: Documented,
			Test: func(t *Tenant) {
				t.azureRole(1, func(r *azure.Role) { r.Name = "Betrieb Ärzte" })
				_, err := t.Azure.CreateRole(t.Ctx, operator(2, func(r *azure.Role) { r.Name = "BETRIEB ÄRZTE"; r.AssignableScopes = []string{subDev} }))
				e := t.refused(err, refusal{Kind: rbac.Exists, Code: "RoleDefinitionWithSameNameExists", Existing: "/providers/Microsoft.Authorization/roleDefinitions/00000000-0000-4000-8000-000000000001"})
				t.says(e, "Betrieb Ärzte", id(1).String(), "Import")
			},
		},
		{
			ID: "AZ-ROLE-006", Says: "The names of built-in roles are taken.", Source: customRoles, Mark: Documented,
			Test: func(t *Tenant) {
				_, err := t.Azure.CreateRole(t.Ctx, operator(1, func(r *azure.Role) { r.Name = "READER" }))
				t.refused(err, refusal{Kind: rbac.Exists, Code: "RoleDefinitionWithSameNameExists", Existing: "/providers/Microsoft.Authorization/roleDefinitions/" + reader.String()})
			},
		},
		{
			ID: "AZ-ROLE-007", Says: "An update replaces everything: what is not sent is gone.", Source: customRolesREST, Mark: Documented,
			Test: func(t *Tenant) {
				t.azureRole(1, func(r *azure.Role) {
					r.Description = "x"
					r.Permissions[0].NotActions, r.Permissions[0].DataActions = []string{"a/b"}, []string{"c/d"}
				})
				want := azure.Role{ID: id(1), Name: "New name", Permissions: []azure.Permission{{Actions: []string{"*/read"}}}, AssignableScopes: []string{subDev}}
				t.same(must(t.Azure.UpdateRole(t.Ctx, want))(t), want)
				t.same(must(t.Azure.Role(t.Ctx, id(1)))(t), want)
			},
		},
		{
			ID: "AZ-ROLE-008", Says: "A role that is gone can't be updated.", Source: roleRecordings, Mark: Client,
			Test: func(t *Tenant) {
				_, err := t.Azure.UpdateRole(t.Ctx, operator(1))
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "RoleDefinitionDoesNotExist"})
			},
		},
		{
			ID: "AZ-ROLE-009", Says: "An update can't take another role's name; its own in other casing it can.", Source: customRoles, Mark: Documented,
			Test: func(t *Tenant) {
				a := t.azureRole(1)
				b := t.azureRole(2)
				b.Name = strings.ToUpper(a.Name)
				_, err := t.Azure.UpdateRole(t.Ctx, b)
				t.refused(err, refusal{Kind: rbac.Exists, Code: "RoleDefinitionWithSameNameExists", Existing: azure.RoleResourceID(a.ID)})
				a.Name = strings.ToUpper(a.Name)
				t.same(must(t.Azure.UpdateRole(t.Ctx, a))(t), a)
			},
		},
		{
			ID: "AZ-ROLE-010", Says: "Built-in roles can be neither changed nor deleted.", Source: customRoles, Mark: Documented,
			Test: func(t *Tenant) {
				_, err := t.Azure.UpdateRole(t.Ctx, operator(1, func(r *azure.Role) { r.ID = reader }))
				t.refused(err, refusal{Kind: rbac.Immutable, Code: "RoleDefinitionExists"})
				t.refused(t.Azure.DeleteRole(t.Ctx, reader), refusal{Kind: rbac.Immutable})
			},
		},
		{
			ID: "AZ-ROLE-011", Says: "A deleted role is gone, and its name free; deleting it again succeeds.", Source: "https://learn.microsoft.com/rest/api/authorization/role-definitions/delete", Mark: Documented,
			Test: func(t *Tenant) {
				r := t.azureRole(1)
				t.done(t.Azure.DeleteRole(t.Ctx, r.ID))
				_, err := t.Azure.Role(t.Ctx, r.ID)
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "RoleDefinitionDoesNotExist"})
				t.done(t.Azure.DeleteRole(t.Ctx, r.ID))
				t.azureRole(2, func(n *azure.Role) { n.Name = r.Name })
			},
		},
		{
			ID: "AZ-ROLE-012", Says: "A role that is assigned can't be deleted.", Source: troubleshooting, Mark: Documented,
			Test: func(t *Tenant) {
				r := t.azureRole(1)
				a := t.azureAssignment(10, func(a *azure.Assignment) { a.RoleID = r.ID })
				e := t.refused(t.Azure.DeleteRole(t.Ctx, r.ID), refusal{Kind: rbac.InUse, Code: "RoleDefinitionHasAssignments", Existing: a.ID()})
				t.says(e, r.Name, subProd)
				t.done(t.Azure.DeleteAssignment(t.Ctx, a.Scope, a.Name))
				t.done(t.Azure.DeleteRole(t.Ctx, r.ID))
			},
		},
		{
			ID: "AZ-ROLE-013", Says: "An assignable scope below which the role is assigned can't be taken away.", Source: "https://github.com/hashicorp/terraform-provider-azurerm/issues/31803", Mark: Live,
			Test: func(t *Tenant) {
				r := t.azureRole(1, func(r *azure.Role) { r.AssignableScopes = []string{subProd, subDev} })
				a := t.azureAssignment(10, func(a *azure.Assignment) {
					a.RoleID, a.Scope = r.ID, scope(subProd+"/resourceGroups/rg")
				})
				r.AssignableScopes = []string{subDev}
				_, err := t.Azure.UpdateRole(t.Ctx, r)
				t.refused(err, refusal{Kind: rbac.InUse, Code: "RoleScopeBeingRemovedContainsAssignments", Existing: a.ID()})
				t.same(must(t.Azure.Role(t.Ctx, r.ID))(t).AssignableScopes, []string{subProd, subDev})
			},
		},
		{
			ID: "AZ-ROLE-014", Says: "An assignable scope may go while another one still covers the assignments.", Source: "https://github.com/hashicorp/terraform-provider-azurerm/issues/31803", Mark: Assumed,
			Test: func(t *Tenant) {
				r := t.azureRole(1, func(r *azure.Role) { r.AssignableScopes = []string{subProd, subProd + "/resourceGroups/rg"} })
				t.azureAssignment(10, func(a *azure.Assignment) { a.RoleID, a.Scope = r.ID, scope(subProd+"/resourceGroups/rg") })
				r.AssignableScopes = []string{strings.ToUpper(subProd)}
				t.same(must(t.Azure.UpdateRole(t.Ctx, r))(t), r)
			},
		},
		{
			ID: "AZ-ROLE-015", Says: "A tenant has 5,000 custom roles at most.", Source: customRoles, Mark: Documented,
			Options: withLimit(azure.LimitCustomRoles, 2),
			Test: func(t *Tenant) {
				t.azureRole(1)
				t.azureRole(2)
				_, err := t.Azure.CreateRole(t.Ctx, operator(3))
				t.refused(err, refusal{Kind: rbac.LimitExceeded, Code: "RoleDefinitionLimitExceeded", Rule: "azure_custom_roles_per_tenant"})
				t.done(t.Azure.DeleteRole(t.Ctx, id(1)))
				t.azureRole(3)
			},
		},
		{
			ID: "AZ-ROLE-016", Says: "A role without a name is refused.", Source: sdkRecordings, Mark: Client,
			Test: func(t *Tenant) {
				_, err := t.Azure.CreateRole(t.Ctx, operator(1, func(r *azure.Role) { r.Name = "" }))
				t.refused(err, refusal{Kind: rbac.Invalid, Code: "RoleDefinitionNameNullOrEmpty", Rule: "azure_role_name_length"})
			},
		},
		{
			ID: "AZ-ROLE-017", Says: "A role without assignable scopes is refused.", Source: sdkRecordings, Mark: Client,
			Test: func(t *Tenant) {
				_, err := t.Azure.CreateRole(t.Ctx, operator(1, func(r *azure.Role) { r.AssignableScopes = nil }))
				t.refused(err, refusal{Kind: rbac.Invalid, Code: "MissingAssignableScopes", Rule: "azure_assignable_scopes_max"})
			},
		},
		{
			ID: "AZ-ROLE-018", Says: "The root and wildcards are no assignable scopes of custom roles.", Source: customRoles, Mark: Documented,
			Test: func(t *Tenant) {
				_, err := t.Azure.CreateRole(t.Ctx, operator(1, func(r *azure.Role) { r.AssignableScopes = []string{"/"} }))
				t.refused(err, refusal{Kind: rbac.Invalid, Code: "LinkedInvalidPropertyId", Rule: "azure_assignable_scope_root"})
				_, err = t.Azure.CreateRole(t.Ctx, operator(1, func(r *azure.Role) { r.AssignableScopes = []string{"/subscriptions/*"} }))
				t.refused(err, refusal{Kind: rbac.Invalid, Code: "LinkedInvalidPropertyId", Rule: "azure_assignable_scope_wildcard"})
			},
		},
		{
			ID: "AZ-ROLE-019", Says: "A role has at most one management group among its assignable scopes.", Source: customRoles, Mark: Documented,
			Test: func(t *Tenant) {
				_, err := t.Azure.CreateRole(t.Ctx, operator(1, func(r *azure.Role) { r.AssignableScopes = []string{mgPrefix + "a", mgPrefix + "b"} }))
				t.refused(err, refusal{Kind: rbac.Invalid, Rule: "azure_assignable_scope_one_management_group"})
			},
		},
		{
			ID: "AZ-ROLE-020", Says: "One bad action refuses the whole role, and nothing is stored.", Source: customRoles, Mark: Documented,
			Test: func(t *Tenant) {
				_, err := t.Azure.CreateRole(t.Ctx, operator(1, func(r *azure.Role) { r.Permissions[0].NotActions = []string{"*/*"} }))
				t.refused(err, refusal{Kind: rbac.Invalid, Code: "InvalidActionOrNotAction", Rule: "azure_action_one_wildcard"})
				_, err = t.Azure.Role(t.Ctx, id(1))
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "RoleDefinitionDoesNotExist"})
			},
		},
		{
			ID: "AZ-ROLE-021", Says: "A role that grants nothing is refused.", Source: customRoles, Mark: Assumed,
			Test: func(t *Tenant) {
				_, err := t.Azure.CreateRole(t.Ctx, operator(1, func(r *azure.Role) { r.Permissions = nil }))
				t.refused(err, refusal{Kind: rbac.Invalid, Rule: "azure_role_grants_nothing"})
			},
		},
		{
			ID: "AZ-ROLE-022", Says: "A refused update leaves the role as it was.", Source: customRoles, Mark: Client,
			Test: func(t *Tenant) {
				r := t.azureRole(1)
				_, err := t.Azure.UpdateRole(t.Ctx, operator(1, func(r *azure.Role) { r.Description = strings.Repeat("a", 2049) }))
				t.refused(err, refusal{Kind: rbac.Invalid, Rule: "azure_role_description_length"})
				t.same(must(t.Azure.Role(t.Ctx, r.ID))(t), r)
			},
		},
		{
			ID: "AZ-ROLE-023", Says: "Built-in roles can be read by ID, and are marked.", Source: "https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/general", Mark: Documented,
			Test: func(t *Tenant) {
				r := must(t.Azure.Role(t.Ctx, reader))(t)
				t.same([]any{r.ID, r.Name, r.BuiltIn, r.AssignableScopes, r.Flat().Actions}, []any{reader, "Reader", true, []string{"/"}, []string{"*/read"}})
			},
		},
		{
			ID: "AZ-ROLE-024", Says: "Lists tell custom roles from built-in ones and are sorted by name.", Source: roleList, Mark: Documented,
			Test: func(t *Tenant) {
				b := t.azureRole(2, func(r *azure.Role) { r.Name = "b role" })
				c := t.azureRole(3, func(r *azure.Role) { r.Name = "C role" })
				a := t.azureRole(1, func(r *azure.Role) { r.Name = "A role" })
				t.same(must(t.Azure.Roles(t.Ctx, azure.RoleFilter{Type: azure.CustomRole}))(t), []azure.Role{a, b, c})
				builtIn := must(t.Azure.Roles(t.Ctx, azure.RoleFilter{Type: azure.BuiltInRole}))(t)
				all := must(t.Azure.Roles(t.Ctx, azure.RoleFilter{}))(t)
				t.same(len(all), len(builtIn)+3)
				for i, r := range all {
					if i > 0 && strings.ToLower(all[i-1].Name) > strings.ToLower(r.Name) {
						t.Errorf("%q comes after %q", r.Name, all[i-1].Name)
					}
				}
				if len(builtIn) < 100 {
					t.Errorf("only %d built-in roles", len(builtIn))
				}
			},
		},
		{
			ID: "AZ-ROLE-025", Says: "A list can be narrowed to one name, whatever the casing.", Source: roleList, Mark: Documented,
			Test: func(t *Tenant) {
				a := t.azureRole(1, func(r *azure.Role) { r.Name = "Betrieb Ärzte" })
				t.same(must(t.Azure.Roles(t.Ctx, azure.RoleFilter{Name: "betrieb ärzte"}))(t), []azure.Role{a})
				got := must(t.Azure.Roles(t.Ctx, azure.RoleFilter{Name: "contributor"}))(t)
				t.same(len(got), 1)
				t.same(got[0].ID, contributor)
				t.same(must(t.Azure.Roles(t.Ctx, azure.RoleFilter{Name: "Betrieb"}))(t), []azure.Role{})
			},
		},
		{
			ID: "AZ-ROLE-026", Says: "A role is not made in a subscription that does not exist; management groups are not checked.", Source: customRoles, Mark: Documented,
			Options: withDirectory(),
			Test: func(t *Tenant) {
				_, err := t.Azure.CreateRole(t.Ctx, operator(1, func(r *azure.Role) { r.AssignableScopes = []string{subProd, subNone} }))
				t.refused(err, refusal{Kind: rbac.ScopeNotFound, Code: "SubscriptionNotFound"})
				t.azureRole(1, func(r *azure.Role) { r.AssignableScopes = []string{mgPrefix + "Nowhere"} })
			},
		},
		{
			ID: "AZ-ROLE-027", Says: "A role is created under a GUID.", Source: customRolesREST, Mark: Documented,
			Test: func(t *Tenant) {
				_, err := t.Azure.CreateRole(t.Ctx, operator(1, func(r *azure.Role) { r.ID = "" }))
				t.refused(err, refusal{Kind: rbac.Invalid, Code: "InvalidRoleDefinitionId"})
			},
		},
		{
			ID: "AZ-ROLE-028", Says: "Nobody but Microsoft makes built-in roles.", Source: sdkRecordings, Mark: Client,
			Test: func(t *Tenant) {
				_, err := t.Azure.CreateRole(t.Ctx, operator(1, func(r *azure.Role) { r.BuiltIn = true }))
				t.refused(err, refusal{Kind: rbac.Invalid, Code: "InvalidRoleDefinitionType"})
			},
		},
		{
			ID: "AZ-ROLE-029", Says: "A misspelt action is refused, in a create and in an update.", Source: "https://github.com/hashicorp/terraform-provider-azurerm/issues/4594", Mark: Live,
			Test: func(t *Tenant) {
				misspelt := func(r *azure.Role) {
					r.Permissions[0].Actions = []string{"Microsoft.Compute/virtualMachine/start/action"}
				}
				_, err := t.Azure.CreateRole(t.Ctx, operator(1, misspelt))
				want := refusal{Kind: rbac.Invalid, Code: "InvalidActionOrNotAction", Rule: "azure_action_unknown"}
				t.says(t.refused(err, want), "Microsoft.Compute/virtualMachines/start/action")
				r := t.azureRole(1)
				_, err = t.Azure.UpdateRole(t.Ctx, operator(1, misspelt))
				t.refused(err, want)
				t.same(must(t.Azure.Role(t.Ctx, r.ID))(t), r)
			},
		},
		{
			ID: "AZ-ROLE-030", Says: "An operation of the data plane is refused in actions and not_actions.", Source: "https://github.com/hashicorp/terraform-provider-azurerm/issues/4594", Mark: Live,
			Test: func(t *Tenant) {
				const data = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/add/action"
				want := refusal{Kind: rbac.Invalid, Code: "InvalidActionOrNotAction", Rule: "azure_action_wrong_list"}
				_, err := t.Azure.CreateRole(t.Ctx, operator(1, func(r *azure.Role) { r.Permissions[0].Actions = []string{data} }))
				t.says(t.refused(err, want), "data_actions")
				_, err = t.Azure.CreateRole(t.Ctx, operator(1, func(r *azure.Role) { r.Permissions[0].NotActions = []string{data} }))
				t.refused(err, want)
				t.azureRole(1, func(r *azure.Role) { r.Permissions[0].DataActions = []string{data} })
			},
		},
		{
			ID: "AZ-ROLE-031", Says: "An operation of the control plane is refused in the lists of the data plane, which have a code of their own.", Source: "https://github.com/hashicorp/terraform-provider-azurerm/issues/24576", Mark: Live,
			Test: func(t *Tenant) {
				const control = "Microsoft.Compute/virtualMachines/start/action"
				want := refusal{Kind: rbac.Invalid, Code: "InvalidDataActionOrNotDataAction", Rule: "azure_action_wrong_list"}
				_, err := t.Azure.CreateRole(t.Ctx, operator(1, func(r *azure.Role) { r.Permissions[0].DataActions = []string{control} }))
				t.refused(err, want)
				_, err = t.Azure.CreateRole(t.Ctx, operator(1, func(r *azure.Role) { r.Permissions[0].NotDataActions = []string{control} }))
				t.refused(err, want)
				_, err = t.Azure.CreateRole(t.Ctx, operator(1, func(r *azure.Role) { r.Permissions[0].DataActions = []string{"*/*"} }))
				t.refused(err, refusal{Kind: rbac.Invalid, Code: "InvalidDataActionOrNotDataAction", Rule: "azure_action_one_wildcard"})
			},
		},
		{
			ID: "AZ-ROLE-032", Says: "A permission of another system is refused.", Source: customRoles, Mark: Assumed,
			Test: func(t *Tenant) {
				_, err := t.Azure.CreateRole(t.Ctx, operator(1, func(r *azure.Role) { r.Permissions[0].Actions = []string{"microsoft.directory/users/password/update"} }))
				t.refused(err, refusal{Kind: rbac.Invalid, Code: "InvalidActionOrNotAction", Rule: "azure_action_wrong_system"})
			},
		},
	}
}
