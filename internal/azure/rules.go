// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package azure

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The pages that document the numbers and rules below.
const (
	limitsPage      = "https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#azure-rbac-limits"
	customRolesPage = "https://learn.microsoft.com/azure/role-based-access-control/custom-roles"
	scopePage       = "https://learn.microsoft.com/azure/role-based-access-control/scope-overview"
	assignmentsPage = "https://learn.microsoft.com/azure/role-based-access-control/role-assignments"
	conditionsPage  = "https://learn.microsoft.com/azure/role-based-access-control/conditions-format"
)

// The documented limits of Azure RBAC.
var (
	// LimitRoleName bounds the name of a custom role.
	LimitRoleName = rbac.Limit{Name: "azure_role_name_length", System: rbac.Azure, Value: 512, Unit: "characters", Source: limitsPage}
	// LimitRoleDescription bounds the description of a custom role.
	LimitRoleDescription = rbac.Limit{Name: "azure_role_description_length", System: rbac.Azure, Value: 2048, Unit: "characters", Source: limitsPage}
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
		LimitRoleName, LimitRoleDescription, LimitRoleSize, LimitAssignableScopes, LimitAssignableManagementGroups, LimitCustomRoles,
		LimitAssignmentsPerSubscription, LimitAssignmentsPerManagementGroup, LimitAssignmentDescription, LimitCondition,
	}
}

// rule is a rule of this system; broken makes a violation of it.
type rule struct{ rbac.Rule }

func (r rule) broken(field, value, message string) rbac.Violation {
	return rbac.Violation{Rule: r.Rule, Field: field, Value: value, Message: message}
}

func newRule(name, summary, source, code string) rule {
	return rule{rbac.Rule{Name: name, System: rbac.Azure, Severity: rbac.SeverityError, Summary: summary, Source: source, Code: code}}
}

// The rules that one role or one assignment alone decides.
var (
	RuleRoleNameLength        = newRule("azure_role_name_length", "Invalid Azure role name", limitsPage, "RoleDefinitionNameNullOrEmpty")
	RuleRoleDescriptionLength = newRule("azure_role_description_length", "Invalid Azure role description", limitsPage, "")
	RuleRoleGrantsNothing     = newRule("azure_role_grants_nothing", "Azure role grants nothing", customRolesPage, "")
	RuleRoleSize              = newRule("azure_role_size", "Azure role is too large", limitsPage, "")
	RuleAssignableScopesMax   = newRule("azure_assignable_scopes_max", "Invalid assignable scopes", customRolesPage, "MissingAssignableScopes")
	RuleAssignableScopeRoot   = newRule("azure_assignable_scope_root", "Invalid assignable scope", customRolesPage, "LinkedInvalidPropertyId")
	RuleAssignableScopeWild   = newRule("azure_assignable_scope_wildcard", "Invalid assignable scope", customRolesPage, "LinkedInvalidPropertyId")
	RuleAssignableScopeSyntax = newRule("azure_assignable_scope_syntax", "Invalid assignable scope", customRolesPage, "LinkedInvalidPropertyId")
	RuleAssignableScopeOneMG  = newRule("azure_assignable_scope_one_management_group", "Invalid assignable scopes", customRolesPage, "")
	RuleActionOneWildcard     = newRule("azure_action_one_wildcard", "Invalid Azure action", customRolesPage, "InvalidActionOrNotAction")
	RuleActionSyntax          = newRule("azure_action_syntax", "Invalid Azure action", customRolesPage, "InvalidActionOrNotAction")
	RuleScopeSyntax           = newRule("azure_scope_syntax", "Invalid Azure scope", scopePage, "LinkedInvalidPropertyId")
	RulePrincipalID           = newRule("azure_principal_id", "Invalid principal ID", assignmentsPage, "InvalidPrincipalId")
	RuleAssignmentDescription = newRule("azure_assignment_description_length", "Invalid role assignment description", limitsPage, "")
	RuleConditionLength       = newRule("azure_condition_length", "Invalid role assignment condition", conditionsPage, "")
)

// ValidateRole returns every rule that a custom role breaks by itself.
func ValidateRole(r Role, limits rbac.Limits) []rbac.Violation {
	var out []rbac.Violation
	add := func(v rbac.Violation) { out = append(out, v) }

	if n, most := utf8.RuneCountInString(r.Name), limits.Of(LimitRoleName); n == 0 {
		add(RuleRoleNameLength.broken("name", "", "The name is empty. An Azure role has a name of 1 to "+itoa(most)+" characters."))
	} else if n > most {
		add(RuleRoleNameLength.broken("name", r.Name, tooLong("name", n, "An Azure role name", most)))
	}
	if n, most := utf8.RuneCountInString(r.Description), limits.Of(LimitRoleDescription); n > most {
		add(RuleRoleDescriptionLength.broken("description", "", tooLong("description", n, "An Azure role description", most)))
	}
	granted := 0
	for _, p := range r.Permissions {
		granted += len(p.Actions) + len(p.DataActions)
		for _, list := range p.lists() {
			for _, a := range list.actions {
				if _, err := ParsePattern(a); err != nil {
					out = append(out, at(list.field, a, err))
				}
			}
		}
	}
	if granted == 0 {
		add(RuleRoleGrantsNothing.broken("actions", "", "The role grants nothing. An Azure custom role has at least one action or data action; "+
			`to remove access, remove the role's assignments instead.`))
	}
	out = append(out, validateAssignableScopes(r.AssignableScopes, limits)...)
	if b, err := json.Marshal(r); err == nil && len(b) > limits.Of(LimitRoleSize) {
		add(RuleRoleSize.broken("actions", "", "The role definition has "+itoa(len(b))+" bytes as JSON. Azure takes at most "+
			itoa(limits.Of(LimitRoleSize))+"; use wildcards or split the role."))
	}
	return out
}

func validateAssignableScopes(scopes []string, limits rbac.Limits) []rbac.Violation {
	const field = "assignable_scopes"
	var out []rbac.Violation
	add := func(v rbac.Violation) { out = append(out, v) }
	if n, most := len(scopes), limits.Of(LimitAssignableScopes); n == 0 {
		add(RuleAssignableScopesMax.broken(field, "", "There is no assignable scope. An Azure custom role needs at least one management group, "+
			"subscription or resource group at which it may be assigned."))
	} else if n > most {
		add(RuleAssignableScopesMax.broken(field, "", "There are "+itoa(n)+" assignable scopes. An Azure custom role has at most "+itoa(most)+
			"; name a management group that holds the subscriptions."))
	}
	var groups []string
	for _, text := range scopes {
		if strings.Contains(text, "*") {
			add(RuleAssignableScopeWild.broken(field, text, `"`+text+`" has a wildcard. Azure takes no "*" in assignable scopes; name each scope.`))
			continue
		}
		s, err := ParseScope(text)
		switch {
		case err != nil:
			v := at(field, text, err)
			v.Rule = RuleAssignableScopeSyntax.Rule
			add(v)
		case s.Kind == TenantScope:
			add(RuleAssignableScopeRoot.broken(field, text, `"/" is the root of the tenant. Azure keeps it for built-in roles; name management groups, subscriptions or resource groups.`))
		case s.Kind == ResourceScope:
			add(RuleAssignableScopeSyntax.broken(field, text, `"`+text+`" is a resource. A custom role is made assignable at management groups, subscriptions and resource groups; `+
				"name the resource group and assign the role at the resource."))
		case s.Kind == ManagementGroupScope:
			groups = append(groups, s.ID())
		}
	}
	if distinct := rbac.FoldSet(groups); len(distinct) > limits.Of(LimitAssignableManagementGroups) {
		add(RuleAssignableScopeOneMG.broken(field, "", "There are "+itoa(len(distinct))+" management groups among the assignable scopes: "+strings.Join(groups, ", ")+
			". An Azure custom role has at most "+itoa(limits.Of(LimitAssignableManagementGroups))+"; name a common parent, or subscriptions."))
	}
	return out
}

// ValidateAssignment returns every rule that a role assignment breaks by itself.
func ValidateAssignment(a Assignment, limits rbac.Limits) []rbac.Violation {
	var out []rbac.Violation
	if n, most := utf8.RuneCountInString(a.Description), limits.Of(LimitAssignmentDescription); n > most {
		out = append(out, RuleAssignmentDescription.broken("description", "", tooLong("description", n, "The description of a role assignment", most)))
	}
	if n, most := len(a.Condition), limits.Of(LimitCondition); n > most {
		out = append(out, RuleConditionLength.broken("condition", "", "The condition has "+itoa(n)+" bytes. Azure takes at most "+itoa(most)+
			"; split the assignment or shorten the expression."))
	}
	return out
}

func tooLong(what string, n int, whose string, most int) string {
	return "The " + what + " has " + itoa(n) + " characters. " + whose + " has at most " + itoa(most) + "; shorten it."
}

// at places the error of a parser on a field of a larger value.
func at(field, value string, err error) rbac.Violation {
	v := rbac.Violation{Field: field, Value: value, Message: err.Error()}
	if e, ok := err.(*rbac.Error); ok { //nolint:errorlint // parsers of this package return it bare
		v.Message = e.Message
		v.Rule = rbac.Rule{Name: e.Rule, System: rbac.Azure, Severity: rbac.SeverityError, Source: e.Source, Code: e.Code, Summary: RuleActionSyntax.Summary}
	}
	return v
}
