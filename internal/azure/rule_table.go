// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package azure

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The pages that document the numbers and rules below.
const (
	limitsPage      = "https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#azure-rbac-limits"
	customRolesPage = "https://learn.microsoft.com/azure/role-based-access-control/custom-roles"
	scopePage       = "https://learn.microsoft.com/azure/role-based-access-control/scope-overview"
	principalsPage  = "https://learn.microsoft.com/azure/role-based-access-control/role-assignments"
	troublePage     = "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting"
	privilegedPage  = "https://learn.microsoft.com/azure/role-based-access-control/role-assignments-steps#privileged-administrator-roles"
	bestPage        = "https://learn.microsoft.com/azure/role-based-access-control/best-practices"
	definitionsPage = "https://learn.microsoft.com/azure/role-based-access-control/role-definitions"
	conditionsPage  = "https://learn.microsoft.com/azure/role-based-access-control/conditions-format"
)

// The documented limits of Azure RBAC.
var (
	// LimitRoleName bounds the name of a custom role.
	LimitRoleName = rbac.Limit{Name: "azure_role_name_length", System: rbac.Azure, Value: 512, Unit: "characters", Source: limitsPage}
	// LimitRoleDescription bounds the description of a custom role.
	LimitRoleDescription = rbac.Limit{Name: "azure_role_description_length", System: rbac.Azure, Value: 2048, Unit: "characters", Source: limitsPage}
	// LimitRoleNameRecommended is how long a name should be at most.
	LimitRoleNameRecommended = rbac.Limit{Name: "azure_role_name_recommended_length", System: rbac.Azure, Value: 256, Unit: "characters", Source: customRolesPage}
	// LimitRoleDescriptionRecommended is how long a description should be at most.
	LimitRoleDescriptionRecommended = rbac.Limit{Name: "azure_role_description_recommended_length", System: rbac.Azure, Value: 512, Unit: "characters", Source: customRolesPage}
	// LimitActionWildcards bounds the wildcards in one action string.
	LimitActionWildcards = rbac.Limit{Name: "azure_action_one_wildcard", System: rbac.Azure, Value: 1, Unit: "wildcards", Source: customRolesPage}
	// LimitRoleSize bounds a role definition as JSON.
	LimitRoleSize = rbac.Limit{Name: "azure_role_size", System: rbac.Azure, Value: 1 << 20, Unit: "bytes", Source: limitsPage}
	// LimitAssignableScopes bounds the assignable scopes of one role.
	LimitAssignableScopes = rbac.Limit{Name: "azure_assignable_scopes_max", System: rbac.Azure, Value: 2000, Unit: "assignable scopes", Source: customRolesPage}
	// LimitAssignableManagementGroups bounds the management groups among them.
	LimitAssignableManagementGroups = rbac.Limit{Name: "azure_assignable_scope_one_management_group", System: rbac.Azure, Value: 1, Unit: "management groups", Source: customRolesPage}
	// LimitCustomRoles bounds the custom roles of a tenant.
	LimitCustomRoles = rbac.Limit{Name: "azure_custom_roles_per_tenant", System: rbac.Azure, Value: 5000, Unit: "custom roles", Source: customRolesPage, ByCloud: map[rbac.Cloud]int{rbac.ChinaCloud: 2000}}
	// LimitAssignmentsPerSubscription counts assignments at the subscription, its resource groups and resources.
	LimitAssignmentsPerSubscription = rbac.Limit{Name: "azure_assignments_per_subscription", System: rbac.Azure, Value: 5000, Unit: "role assignments", Source: limitsPage}
	// LimitAssignmentsPerManagementGroup counts assignments at the management group itself.
	LimitAssignmentsPerManagementGroup = rbac.Limit{Name: "azure_assignments_per_management_group", System: rbac.Azure, Value: 500, Unit: "role assignments", Source: limitsPage}
	// LimitAssignmentDescription bounds the description of an assignment.
	LimitAssignmentDescription = rbac.Limit{Name: "azure_assignment_description_length", System: rbac.Azure, Value: 2048, Unit: "characters", Source: limitsPage}
	// LimitCondition bounds the condition of an assignment.
	LimitCondition = rbac.Limit{Name: "azure_condition_length", System: rbac.Azure, Value: 8 << 10, Unit: "bytes", Source: conditionsPage}
)

// Limits lists every limit above.
func Limits() []rbac.Limit {
	return []rbac.Limit{
		LimitRoleName, LimitRoleNameRecommended, LimitRoleDescription, LimitRoleDescriptionRecommended, LimitActionWildcards, LimitRoleSize, LimitAssignableScopes, LimitAssignableManagementGroups, LimitCustomRoles,
		LimitAssignmentsPerSubscription, LimitAssignmentsPerManagementGroup, LimitAssignmentDescription, LimitCondition,
	}
}

// rule is a rule of this system while its table is written.
type rule struct{ rbac.Rule }

// newRule is a rule of severity error that a value alone decides.
func newRule(name, summary, means, remedy, source, code string) rule {
	return rule{rbac.Rule{
		Name: name, System: rbac.Azure, Severity: rbac.SeverityError, Summary: summary, Means: means, Remedy: remedy, Source: source, Code: code,
	}}
}

// warning makes a rule of severity warning of r.
func (r rule) warning() rule { r.Severity = rbac.SeverityWarning; return r }

// tenant makes a rule of r that the tenant or the rest of the plan decides.
func (r rule) tenant() rule { r.Tenant = true; return r }

// limited ties r to the number that it is about.
func (r rule) limited(l rbac.Limit) rule { r.Limit = &l; return r }

func most(l rbac.Limit) string { return "at most " + number(l) + " " + l.Unit }

func number(l rbac.Limit) string { return strconv.Itoa(l.Value) }

// The rules for custom roles.
var (
	RuleRoleNameLength = newRule("azure_role_name_length", "Invalid Azure role name",
		"A role's name has 1 to "+number(LimitRoleName)+" characters.", "Shorten the name, or give one.", limitsPage, "RoleDefinitionNameNullOrEmpty").limited(LimitRoleName)
	RuleRoleNameRecommended = newRule("azure_role_name_recommended_length", "Long Azure role name",
		"A role's name should have "+most(LimitRoleNameRecommended)+".", "Shorten the name: some tools show no more.", customRolesPage, "").warning().limited(LimitRoleNameRecommended)
	RuleRoleDescriptionLength = newRule("azure_role_description_length", "Invalid Azure role description",
		"A role's description has "+most(LimitRoleDescription)+".", "Shorten the description.", limitsPage, "").limited(LimitRoleDescription)
	RuleRoleDescriptionRecommended = newRule("azure_role_description_recommended_length", "Long Azure role description",
		"A role's description should have "+most(LimitRoleDescriptionRecommended)+".", "Shorten the description: some tools show no more.", customRolesPage, "").warning().limited(LimitRoleDescriptionRecommended)
	RuleRoleNameUnique = newRule("azure_role_name_unique", "Azure role name is taken",
		"No other role of the tenant or the plan, built-in ones included, has the name, whatever the casing.", "Choose another name, or import the role that has it.", customRolesPage, "RoleDefinitionWithSameNameExists").tenant()
	RuleRoleIDUnique = newRule("azure_role_id_unique", "Azure role ID is taken",
		"No role that this configuration does not manage has the role ID.", "Import that role, or set role_id to another GUID.", customRolesPage, "RoleDefinitionExists").tenant()
	RuleRoleGrantsNothing = newRule("azure_role_grants_nothing", "Azure role grants nothing",
		"A role has at least one action or data action.", "Add one; to remove access, remove the role's assignments.", customRolesPage, "")
	RuleRoleSize = newRule("azure_role_size", "Azure role is too large",
		"A role definition has "+most(LimitRoleSize)+" as JSON.", "Use wildcards, or split the role.", limitsPage, "").limited(LimitRoleSize)
	RuleAssignableScopesMax = newRule("azure_assignable_scopes_max", "Invalid assignable scopes",
		"A role has 1 to "+number(LimitAssignableScopes)+" assignable scopes.", "Name a management group that holds the subscriptions.", customRolesPage, "MissingAssignableScopes").limited(LimitAssignableScopes)
	RuleAssignableScopeRoot = newRule("azure_assignable_scope_root", "Invalid assignable scope",
		`The root scope "/" is no assignable scope of a custom role.`, "Name management groups, subscriptions or resource groups.", customRolesPage, "LinkedInvalidPropertyId")
	RuleAssignableScopeWild = newRule("azure_assignable_scope_wildcard", "Invalid assignable scope",
		"Assignable scopes have no wildcard.", "Name each scope.", customRolesPage, "LinkedInvalidPropertyId")
	RuleAssignableScopeSyntax = newRule("azure_assignable_scope_syntax", "Invalid assignable scope",
		"An assignable scope is the ID of a management group, a subscription or a resource group.", "Correct the ID; for a resource, name its resource group.", customRolesPage, "LinkedInvalidPropertyId")
	RuleAssignableScopeOneMG = newRule("azure_assignable_scope_one_management_group", "Invalid assignable scopes",
		"The assignable scopes have "+most(LimitAssignableManagementGroups)+".", "Name a common parent, or subscriptions.", customRolesPage, "").limited(LimitAssignableManagementGroups)
	RuleAssignableScopeInUse = newRule("azure_assignable_scope_in_use", "Assignable scope is in use",
		"A scope that is taken out of the assignable scopes holds no assignment of the role.", "Remove the assignments first, or keep the scope.", troublePage, "RoleScopeBeingRemovedContainsAssignments").tenant()
	RuleActionOneWildcard = newRule("azure_action_one_wildcard", "Invalid Azure action",
		"An action string has "+most(LimitActionWildcards)+".", "Write one string for each.", customRolesPage, "InvalidActionOrNotAction").limited(LimitActionWildcards)
	RuleActionSyntax = newRule("azure_action_syntax", "Invalid Azure action",
		`An action is written "Provider/type/verb": no blanks, no control characters, no empty segments.`, "Correct the spelling.", customRolesPage, "InvalidActionOrNotAction")
	RuleActionUnknown = newRule("azure_action_unknown", "Unknown Azure action",
		"An action is known to the catalog: an error when it is a typing error of one that is, a warning when it is merely not known.",
		`Correct the spelling. For an operation that is newer than the catalog, set validation.catalog = "warning" or "off".`, customRolesPage, "InvalidActionOrNotAction")
	RuleActionWrongList = newRule("azure_action_wrong_list", "Azure action in the wrong list",
		"Control plane operations stand in actions and not_actions, data plane operations in data_actions and not_data_actions.", "Move the string to the other list.", definitionsPage, "InvalidActionOrNotAction")
	RuleActionWrongSystem = newRule("azure_action_wrong_system", "Permission of another system",
		"An Azure role holds no permissions of Entra, Intune or Microsoft Graph.", "Use the custom role resource of that system.", definitionsPage, "InvalidActionOrNotAction")
	RuleActionWildcard = newRule("azure_action_wildcard", "Wildcards in an Azure role",
		"Actions and data actions are spelled out: a wildcard also grants what is added in future.", "List the operations, or switch the rule off.", customRolesPage, "").warning()
	RuleActionMatchesNothing = newRule("azure_action_matches_nothing", "Wildcard matches nothing",
		"A wildcard stands for at least one known operation.", "Correct the spelling.", customRolesPage, "InvalidActionOrNotAction").warning()
	RuleNotActionExcludesNothing = newRule("azure_not_action_excludes_nothing", "Excluded action has no effect",
		"What not_actions and not_data_actions exclude is granted by actions and data_actions of the same role.", "Remove the string, or correct its spelling.", definitionsPage, "").warning()
	RuleRoleEscalates = newRule("azure_role_escalates", "Azure role can grant itself more",
		"A role does not let its holder get more access than the role grants.", "Take the operation out, or assign the role to few and with a condition.", bestPage, "").warning()
	RuleRoleChange = newRule("azure_role_change", "Azure role grants something else",
		"A change of what a role grants is shown at a glance.", "Nothing, when the change is meant.", definitionsPage, "").warning().tenant()
	RuleCustomRolesPerTenant = newRule("azure_custom_roles_per_tenant", "Too many Azure custom roles",
		"A tenant has "+most(LimitCustomRoles)+"; in Azure China "+strconv.Itoa(LimitCustomRoles.In(rbac.ChinaCloud))+".", "Delete roles that are not used; raise the number in limits if the tenant's quota is higher.", limitsPage, "RoleDefinitionLimitExceeded").tenant().limited(LimitCustomRoles)
	RuleRoleInUse = newRule("azure_role_in_use", "Azure role is in use",
		"A role that is destroyed has no assignment left outside of the plan.", "Remove the assignments first.", customRolesPage, "RoleDefinitionHasAssignments").tenant()
)

// The rules for role assignments.
var (
	RuleScopeSyntax = newRule("azure_scope_syntax", "Invalid Azure scope",
		`A scope is "/", or the ID of a management group, a subscription, a resource group or a resource.`, "Correct the ID.", scopePage, "LinkedInvalidPropertyId")
	RulePrincipalID = newRule("azure_principal_id", "Invalid principal ID",
		"A principal is named by its object ID, which is a GUID; the application ID of a service principal is another one.", "Use the object ID.", principalsPage, "InvalidPrincipalId")
	RulePrincipalExists = newRule("azure_principal_exists", "Unknown principal",
		"The principal exists, where the directory can be read.", "Correct the ID, or create the principal first.", principalsPage, "PrincipalNotFound").tenant()
	RuleAssignmentRoleExists = newRule("azure_assignment_role_exists", "Unknown Azure role",
		"A role that is named exists in the tenant or the plan: an error when the name is a typing error of one that does, a warning otherwise.", "Correct the name, or create the role first.", principalsPage, "RoleDefinitionDoesNotExist").tenant()
	RuleOutsideAssignableScopes = newRule("azure_assignment_outside_assignable_scopes", "Role can't be assigned here",
		"A custom role is assigned at or below one of its assignable scopes.", "Add the scope to the role's assignable scopes, or assign the role below them.", customRolesPage, "").tenant()
	RuleDataActionsAtMG = newRule("azure_data_actions_at_management_group", "Role can't be assigned at a management group",
		"A custom role with data actions is not assigned at a management group.", "Assign it at the subscriptions, or take the data actions out.", customRolesPage, "").tenant()
	RuleAssignmentUnique = newRule("azure_assignment_unique", "Azure role assignment exists",
		"No other assignment of the tenant or the plan has the same scope, role and principal.", "Import it, set adopt_existing, or remove one of the two.", principalsPage, "RoleAssignmentExists").tenant()
	RuleAssignmentsPerSubscription = newRule("azure_assignments_per_subscription", "Too many Azure role assignments",
		"A subscription has "+most(LimitAssignmentsPerSubscription)+", those of its resource groups and resources included.", "Assign to groups, or at a management group.", limitsPage, "RoleAssignmentLimitExceeded").tenant().limited(LimitAssignmentsPerSubscription)
	RuleAssignmentsPerMG = newRule("azure_assignments_per_management_group", "Too many Azure role assignments",
		"A management group has "+most(LimitAssignmentsPerManagementGroup)+" at itself.", "Assign to groups.", limitsPage, "RoleAssignmentLimitExceeded").tenant().limited(LimitAssignmentsPerManagementGroup)
	RuleAssignmentDescription = newRule("azure_assignment_description_length", "Invalid role assignment description",
		"The description of an assignment has "+most(LimitAssignmentDescription)+".", "Shorten the description.", limitsPage, "").limited(LimitAssignmentDescription)
	RuleConditionLength = newRule("azure_condition_length", "Invalid role assignment condition",
		"A condition has "+most(LimitCondition)+".", "Shorten the expression, or split the assignment.", conditionsPage, "").limited(LimitCondition)
	RulePrivilegedRole = newRule("azure_privileged_role", "Privileged Azure role",
		"Roles that let their holder grant access are assigned with care.", "Assign a lesser role, a smaller scope, or add a condition.", privilegedPage, "").warning().tenant()
	RuleLastOwner = newRule("azure_last_owner", "Last owner of a subscription",
		"The last assignment of a subscription that can grant roles stays.", "Assign Owner or User Access Administrator to somebody else first.", troublePage, "").tenant()
)

// Rules lists every rule of Azure, by name.
func Rules() []rbac.Rule {
	rules := []rbac.Rule{
		RuleRoleNameLength.Rule, RuleRoleNameRecommended.Rule, RuleRoleDescriptionLength.Rule, RuleRoleDescriptionRecommended.Rule, RuleRoleNameUnique.Rule,
		RuleRoleIDUnique.Rule, RuleRoleGrantsNothing.Rule, RuleRoleSize.Rule, RuleAssignableScopesMax.Rule, RuleAssignableScopeRoot.Rule, RuleAssignableScopeWild.Rule,
		RuleAssignableScopeSyntax.Rule, RuleAssignableScopeOneMG.Rule, RuleAssignableScopeInUse.Rule, RuleActionOneWildcard.Rule, RuleActionSyntax.Rule,
		RuleActionUnknown.Rule, RuleActionWrongList.Rule, RuleActionWrongSystem.Rule, RuleActionWildcard.Rule, RuleActionMatchesNothing.Rule,
		RuleNotActionExcludesNothing.Rule, RuleRoleEscalates.Rule, RuleRoleChange.Rule, RuleCustomRolesPerTenant.Rule, RuleRoleInUse.Rule,
		RuleScopeSyntax.Rule, RulePrincipalID.Rule, RulePrincipalExists.Rule, RuleAssignmentRoleExists.Rule, RuleOutsideAssignableScopes.Rule, RuleDataActionsAtMG.Rule,
		RuleAssignmentUnique.Rule, RuleAssignmentsPerSubscription.Rule, RuleAssignmentsPerMG.Rule, RuleAssignmentDescription.Rule, RuleConditionLength.Rule, RuleConditionSyntax.Rule,
		RulePrivilegedRole.Rule, RuleLastOwner.Rule,
	}
	slices.SortFunc(rules, func(a, b rbac.Rule) int { return cmp.Compare(a.Name, b.Name) })
	return rules
}
