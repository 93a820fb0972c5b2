// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package intune

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The pages that document the numbers and rules below.
const (
	rolesPage      = "https://learn.microsoft.com/mem/intune/fundamentals/role-based-access-control"
	customRolePage = "https://learn.microsoft.com/mem/intune/fundamentals/create-custom-role"
	scopeTagsPage  = "https://learn.microsoft.com/mem/intune/fundamentals/scope-tags"
	assignmentPage = "https://learn.microsoft.com/graph/api/resources/intune-rbac-roleassignment"
)

// The documented limits of Intune RBAC. Numbers per tenant are not published.
var (
	// LimitScopeTags bounds the scope tags of one assignment.
	LimitScopeTags = rbac.Limit{Name: "intune_scope_tags_per_assignment", System: rbac.Intune, Value: 100, Unit: "scope tags", Source: scopeTagsPage}
	// LimitAssignmentName bounds the name of an assignment.
	LimitAssignmentName = rbac.Limit{Name: "intune_assignment_name_length", System: rbac.Intune, Value: 128, Unit: "characters", Source: assignmentPage}
	// LimitAssignmentDescription bounds the description of an assignment.
	LimitAssignmentDescription = rbac.Limit{Name: "intune_assignment_description_length", System: rbac.Intune, Value: 1024, Unit: "characters", Source: assignmentPage}
)

// Limits lists every limit above.
func Limits() []rbac.Limit {
	return []rbac.Limit{LimitScopeTags, LimitAssignmentName, LimitAssignmentDescription}
}

// rule is a rule of this system while its table is written.
type rule struct{ rbac.Rule }

// newRule is a rule of severity error that a value alone decides.
func newRule(name, summary, means, remedy, source string) rule {
	return rule{rbac.Rule{
		Name: name, System: rbac.Intune, Severity: rbac.SeverityError, Summary: summary, Means: means, Remedy: remedy, Source: source, Code: "BadRequest",
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
	RuleName = newRule("intune_name", "Invalid Intune name",
		"A role, an assignment and a scope tag have a display name.", "Give it one.", rolesPage)
	RuleRoleNameUnique = newRule("intune_role_name_unique", "Intune role name is taken",
		"No other role of the tenant or the plan, built-in ones included, has the name.", "Choose another name, or import the role that has it.", customRolePage).tenant()
	RuleRoleGrantsNothing = newRule("intune_role_grants_nothing", "Intune role grants nothing",
		"A role has at least one permission.", "Add one.", rolesPage)
	RulePermissionSyntax = newRule("intune_permission_syntax", "Invalid Intune permission",
		`A permission is written "Category/Permission" or "Microsoft.Intune_Resource_Action".`, "Correct the spelling.", customRolePage)
	RulePermissionUnknown = newRule("intune_permission_unknown", "Unknown Intune permission",
		"A permission is known to the catalog: an error when it is a typing error of one that is, a warning when it is merely not known.",
		`Correct the spelling. For a permission that is newer than the catalog, use its Graph spelling and set validation.catalog = "warning" or "off".`, customRolePage)
	RulePermissionWrongSystem = newRule("intune_permission_wrong_system", "Permission of another system",
		"An Intune role holds no permissions of Azure or Entra.", "Use the custom role resource of that system.", customRolePage)
	RulePermissionRequires = newRule("intune_permission_requires", "Intune permission needs another",
		"A permission that works only together with others stands with them.", "Add the permissions that are named.", customRolePage).warning()
	RuleRoleTagsRestrictNothing = newRule("intune_role_tags_restrict_nothing", "Scope tags of a role restrict nobody's view",
		"Scope tags of a role decide who sees the role; what its holders see is decided by the scope tags of their assignments.", "Set scope_tags on the assignments, or switch the rule off.", rolesPage).warning()
	RuleBuiltInRole = newRule("intune_builtin_role", "Built-in Intune role",
		"Built-in roles are not changed.", "Copy the permissions into a custom role.", rolesPage).tenant()
	RuleRoleChange = newRule("intune_role_change", "Intune role grants something else",
		"A change of what a role grants is shown at a glance.", "Nothing, when the change is meant.", rolesPage).warning().tenant()
	RuleRoleInUse = newRule("intune_role_in_use", "Intune role is in use",
		"A role that is destroyed has no assignment left outside of the plan.", "Remove the assignments first.", rolesPage).tenant()
)

// The rules for role assignments.
var (
	RuleAssignmentName = newRule("intune_assignment_name_length", "Invalid Intune role assignment name",
		"The name of an assignment has "+most(LimitAssignmentName)+".", "Shorten the name.", assignmentPage).limited(LimitAssignmentName)
	RuleAssignmentNameUnique = newRule("intune_assignment_name_unique", "Intune role assignment name is taken",
		"No other assignment of the tenant or the plan has the name.", "Choose another name, or import the assignment that has it.", assignmentPage).tenant()
	RuleAssignmentDescription = newRule("intune_assignment_description_length", "Invalid Intune role assignment description",
		"The description of an assignment has "+most(LimitAssignmentDescription)+".", "Shorten the description.", assignmentPage).limited(LimitAssignmentDescription)
	RuleAssignmentRoleExists = newRule("intune_assignment_role_exists", "Unknown Intune role",
		"A role that is named exists in the tenant or the plan: an error when the name is a typing error of one that does, a warning otherwise.", "Correct the name, or create the role first.", assignmentPage).tenant()
	RuleAssignmentMembers = newRule("intune_assignment_members", "Invalid Intune role assignment members",
		"An assignment has at least one member; members and scope groups are security groups, where the directory can be read.", "Name the groups by their object IDs.", rolesPage)
	RuleAssignmentScope = newRule("intune_assignment_scope", "Invalid Intune role assignment scope",
		"An assignment is for scope groups, or for all users or all devices; not for both and not for neither.", "Remove one of the two, or set one.", assignmentPage)
	RuleAllUsersOrDevices = newRule("intune_all_users_or_devices", "Intune role for everything",
		"An assignment is limited to groups: Microsoft advises against all users and all devices.", "Set scope_groups.", rolesPage).warning()
	RuleAssignmentWithoutTags = newRule("intune_assignment_without_scope_tags", "Intune role assignment without scope tags",
		"An assignment has scope tags: without any, its members see every object.", "Set scope_tags.", scopeTagsPage).warning()
	RuleScopeTagsMax = newRule("intune_scope_tags_per_assignment", "Too many scope tags",
		"An assignment has "+most(LimitScopeTags)+".", "Use fewer tags.", scopeTagsPage).limited(LimitScopeTags)
	RuleScopeTagExists = newRule("intune_scope_tag_exists", "Unknown scope tag",
		"Every tag that is named exists or is planned.", "Correct the name, or create the tag first.", scopeTagsPage).tenant()
)

// The rules for scope tags.
var (
	RuleScopeTagNameUnique = newRule("intune_scope_tag_name_unique", "Scope tag name is taken",
		"No other scope tag of the tenant or the plan has the name.", "Choose another name, or import the tag that has it.", scopeTagsPage).tenant()
	RuleDefaultScopeTag = newRule("intune_default_scope_tag", "Default scope tag",
		"The Default tag is not managed.", "Use a tag of another name.", scopeTagsPage)
	RuleScopeTagInUse = newRule("intune_scope_tag_in_use", "Scope tag is in use",
		"A tag that is destroyed is used by no role or assignment outside of the plan.", "Take the tag off them first.", scopeTagsPage).tenant()
)

// Rules lists every rule of Intune, by name.
func Rules() []rbac.Rule {
	rules := []rbac.Rule{
		RuleName.Rule, RuleRoleNameUnique.Rule, RuleRoleGrantsNothing.Rule, RulePermissionSyntax.Rule, RulePermissionUnknown.Rule, RulePermissionWrongSystem.Rule,
		RulePermissionRequires.Rule, RuleRoleTagsRestrictNothing.Rule, RuleBuiltInRole.Rule, RuleRoleChange.Rule, RuleRoleInUse.Rule, RuleAssignmentName.Rule,
		RuleAssignmentNameUnique.Rule, RuleAssignmentDescription.Rule, RuleAssignmentRoleExists.Rule, RuleAssignmentMembers.Rule, RuleAssignmentScope.Rule,
		RuleAllUsersOrDevices.Rule, RuleAssignmentWithoutTags.Rule, RuleScopeTagsMax.Rule, RuleScopeTagExists.Rule, RuleScopeTagNameUnique.Rule, RuleDefaultScopeTag.Rule,
		RuleScopeTagInUse.Rule,
	}
	slices.SortFunc(rules, func(a, b rbac.Rule) int { return cmp.Compare(a.Name, b.Name) })
	return rules
}
