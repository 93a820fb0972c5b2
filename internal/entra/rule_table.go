// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package entra

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The pages that document the numbers and rules below.
const (
	limitsPage      = "https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions"
	customRolesPage = "https://learn.microsoft.com/entra/identity/role-based-access-control/custom-overview"
	availablePage   = "https://learn.microsoft.com/entra/identity/role-based-access-control/custom-available-permissions"
	assignmentPage  = "https://learn.microsoft.com/graph/api/resources/unifiedroleassignment"
	groupsPage      = "https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept"
	rolesPage       = "https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference"
	privilegedPage  = "https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions"
	bestPage        = "https://learn.microsoft.com/entra/identity/role-based-access-control/best-practices"
)

// The documented limits of directory roles.
var (
	// LimitCustomRoles bounds the custom roles of a tenant.
	LimitCustomRoles = rbac.Limit{Name: "entra_custom_roles_per_tenant", System: rbac.Entra, Value: 100, Unit: "custom roles", Source: limitsPage}
	// LimitCustomAssignmentsPerPrincipal bounds the assignments of custom roles that one principal has, at any scope.
	LimitCustomAssignmentsPerPrincipal = rbac.Limit{Name: "entra_custom_assignments_per_principal", System: rbac.Entra, Value: 150, Unit: "assignments of custom roles", Source: limitsPage}
	// LimitScopedAssignmentsPerPrincipal bounds the assignments of built-in roles that one principal has below the tenant.
	LimitScopedAssignmentsPerPrincipal = rbac.Limit{Name: "entra_scoped_assignments_per_principal", System: rbac.Entra, Value: 100, Unit: "assignments of built-in roles below the tenant", Source: limitsPage}
	// LimitGlobalAdministrators is how many Global Administrators a tenant should have at most.
	LimitGlobalAdministrators = rbac.Limit{Name: "entra_global_administrators", System: rbac.Entra, Value: 4, Unit: "Global Administrators", Source: bestPage}
)

// Limits lists every limit above.
func Limits() []rbac.Limit {
	return []rbac.Limit{LimitCustomRoles, LimitCustomAssignmentsPerPrincipal, LimitScopedAssignmentsPerPrincipal, LimitGlobalAdministrators}
}

// rule is a rule of this system while its table is written.
type rule struct{ rbac.Rule }

// newRule is a rule of severity error that a value alone decides.
func newRule(name, summary, means, remedy, source string) rule {
	return rule{rbac.Rule{
		Name: name, System: rbac.Entra, Severity: rbac.SeverityError, Summary: summary, Means: means, Remedy: remedy, Source: source, Code: codeBadRequest,
	}}
}

// warning makes a rule of severity warning of r.
func (r rule) warning() rule { r.Severity, r.Code = rbac.SeverityWarning, ""; return r }

// tenant makes a rule of r that the tenant or the rest of the plan decides.
func (r rule) tenant() rule { r.Tenant = true; return r }

// limited ties r to the number that it is about.
func (r rule) limited(l rbac.Limit) rule { r.Limit = &l; return r }

func most(l rbac.Limit) string { return "at most " + strconv.Itoa(l.Value) + " " + l.Unit }

// The rules for custom roles.
var (
	RuleRoleName = newRule("entra_role_name", "Invalid Entra role name",
		"A role has a display name.", "Give it one.", customRolesPage)
	RuleRoleNameUnique = newRule("entra_role_name_unique", "Entra role name is taken",
		"No other role of the tenant or the plan has the display name. The directory allows it, but nobody can tell the two apart.", "Choose another name.", customRolesPage).warning().tenant()
	RuleRoleIDUnique = newRule("entra_role_id_unique", "Entra role ID is taken",
		"No role that this configuration does not manage has the template ID.", "Import that role, or set template_id to another GUID.", customRolesPage).tenant()
	RuleRoleGrantsNothing = newRule("entra_role_grants_nothing", "Entra role grants nothing",
		"A role has at least one permission.", "Add one.", customRolesPage)
	RulePermissionWildcard = newRule("entra_permission_wildcard", "Invalid Entra permission",
		"Permissions of custom roles have no wildcard.", "Name each permission.", customRolesPage)
	RulePermissionSyntax = newRule("entra_permission_syntax", "Invalid Entra permission",
		`A permission is written "microsoft.directory/entity/property set/action".`, "Correct the spelling.", customRolesPage)
	RulePermissionUnknown = newRule("entra_permission_unknown", "Unknown Entra permission",
		"A permission is known to the catalog: an error when it is a typing error of one that is, a warning when it is merely not known.",
		`Correct the spelling. For a permission that is newer than the catalog, set validation.catalog = "warning" or "off".`, rolesPage)
	RulePermissionNotInCustomRoles = newRule("entra_permission_not_in_custom_roles", "Entra permission may not be usable in custom roles",
		"A permission is among those that Microsoft documents for custom roles. The list is not complete, so this is an error only where it is certain.", "Assign a built-in role that has the permission.", availablePage).warning()
	RulePermissionWrongSystem = newRule("entra_permission_wrong_system", "Permission of another system",
		"An Entra role holds no permissions of Azure or Intune, and none by a name of 2018.", "Use the custom role resource of that system, or the present name.", customRolesPage)
	RuleRoleChange = newRule("entra_role_change", "Entra role grants something else",
		"A change of what a role grants is shown at a glance.", "Nothing, when the change is meant.", customRolesPage).warning().tenant()
	RuleCustomRolesPerTenant = newRule("entra_custom_roles_per_tenant", "Too many Entra custom roles",
		"A tenant has "+most(LimitCustomRoles)+".", "Delete roles that are not used.", limitsPage).tenant().limited(LimitCustomRoles)
	RuleRoleInUse = newRule("entra_role_in_use", "Entra role is in use",
		"A role that is destroyed has no assignment left outside of the plan: the directory deletes them with it.", "Remove the assignments first, if they are still needed by another role.", customRolesPage).warning().tenant()
)

// The rules for role assignments.
var (
	RuleRoleDeprecated = newRule("entra_role_deprecated", "Deprecated Entra role",
		"Deprecated roles are not assigned.", "Assign the role that does its work now.", rolesPage)
	RuleRoleNotForUse = newRule("entra_role_not_for_use", "Entra role is not for assignment",
		"Roles that Microsoft keeps for itself or gives implicitly are not assigned.", "Assign another role.", rolesPage)
	RuleRoleDeviceSettingsOnly = newRule("entra_role_device_settings_only", "Entra role is assigned elsewhere",
		"Microsoft Entra Joined Device Local Administrator is assigned in the device settings.", "Name the administrators in the device settings of the tenant.", rolesPage)
	RuleRoleFormerName = newRule("entra_role_former_name", "Former name of an Entra role",
		"A role is called by its present name.", "Write the present name.", rolesPage).warning().tenant()
	RuleAssignmentRoleExists = newRule("entra_assignment_role_exists", "Unknown Entra role",
		"A role that is named exists in the tenant or the plan: an error when the name is a typing error of one that does, a warning otherwise.", "Correct the name, or create the role first.", assignmentPage).tenant()
	RulePrivilegedRole = newRule("entra_privileged_role", "Privileged Entra role",
		"Privileged roles are assigned with care.", "Assign a lesser role, at a smaller scope, or to few.", privilegedPage).warning().tenant()
	RuleGlobalAdministrators = newRule("entra_global_administrators", "Many Global Administrators",
		"A tenant has fewer than five Global Administrators.", "Assign lesser roles.", bestPage).warning().tenant().limited(LimitGlobalAdministrators)
	RuleLastGlobalAdministrator = newRule("entra_last_global_administrator", "Last Global Administrator",
		"The last Global Administrator stays.", "Assign the role to somebody else first.", bestPage).tenant()
	RuleScopeSyntax = newRule("entra_scope_syntax", "Invalid directory scope",
		`A directory scope is "/", an administrative unit or an object.`, "Correct the scope.", assignmentPage)
	RulePrincipalExists = newRule("entra_principal_exists", "Unknown principal",
		"The principal exists, where the directory can be read.", "Correct the ID, or create the principal first.", assignmentPage).tenant()
	RuleGroupRoleAssignable = newRule("entra_group_role_assignable", "Group can't hold Entra roles",
		"A group that gets a role was made role-assignable.", "Use a group that is; it can't be changed later.", groupsPage).tenant()
	RuleAssignmentUnique = newRule("entra_assignment_unique", "Entra role assignment exists",
		"No other assignment of the tenant or the plan has the same role, principal and scope.", "Import it, or remove one of the two.", assignmentPage).tenant()
	RuleCustomAssignmentsPerPrincipal = newRule("entra_custom_assignments_per_principal", "Too many Entra role assignments",
		"A principal has "+most(LimitCustomAssignmentsPerPrincipal)+".", "Join roles, or assign them to groups.", limitsPage).tenant().limited(LimitCustomAssignmentsPerPrincipal)
	RuleScopedAssignmentsPerPrincipal = newRule("entra_scoped_assignments_per_principal", "Too many Entra role assignments",
		"A principal has "+most(LimitScopedAssignmentsPerPrincipal)+".", "Assign the role in the whole tenant, or use larger administrative units.", limitsPage).tenant().limited(LimitScopedAssignmentsPerPrincipal)
)

// Rules lists every rule of Entra, by name.
func Rules() []rbac.Rule {
	rules := []rbac.Rule{
		RuleRoleName.Rule, RuleRoleNameUnique.Rule, RuleRoleIDUnique.Rule, RuleRoleGrantsNothing.Rule, RulePermissionWildcard.Rule, RulePermissionSyntax.Rule,
		RulePermissionUnknown.Rule, RulePermissionNotInCustomRoles.Rule, RulePermissionWrongSystem.Rule, RuleRoleChange.Rule, RuleCustomRolesPerTenant.Rule, RuleRoleInUse.Rule,
		RuleRoleDeprecated.Rule, RuleRoleNotForUse.Rule, RuleRoleDeviceSettingsOnly.Rule, RuleRoleFormerName.Rule, RuleAssignmentRoleExists.Rule, RulePrivilegedRole.Rule,
		RuleGlobalAdministrators.Rule, RuleLastGlobalAdministrator.Rule, RuleScopeSyntax.Rule, RulePrincipalExists.Rule, RuleGroupRoleAssignable.Rule, RuleAssignmentUnique.Rule,
		RuleCustomAssignmentsPerPrincipal.Rule, RuleScopedAssignmentsPerPrincipal.Rule,
	}
	slices.SortFunc(rules, func(a, b rbac.Rule) int { return cmp.Compare(a.Name, b.Name) })
	return rules
}
