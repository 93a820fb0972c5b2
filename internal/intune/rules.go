// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package intune

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The pages that document the numbers and rules below.
const (
	rolesPage      = "https://learn.microsoft.com/mem/intune/fundamentals/role-based-access-control"
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

type rule struct{ rbac.Rule }

func (r rule) broken(field, value, message string) rbac.Violation {
	return rbac.Violation{Rule: r.Rule, Field: field, Value: value, Message: message}
}

func newRule(name, summary, source string) rule {
	return rule{rbac.Rule{Name: name, System: rbac.Intune, Severity: rbac.SeverityError, Summary: summary, Source: source, Code: "BadRequest"}}
}

// The rules that one object alone decides.
var (
	RuleName                  = newRule("intune_name", "Invalid Intune name", rolesPage)
	RuleRoleGrantsNothing     = newRule("intune_role_grants_nothing", "Intune role grants nothing", rolesPage)
	RulePermissionSyntax      = newRule("intune_permission_syntax", "Invalid Intune permission", rolesPage)
	RulePermissionUnknown     = newRule("intune_permission_unknown", "Unknown Intune permission", rolesPage)
	RuleScopeTagsMax          = newRule("intune_scope_tags_per_assignment", "Too many scope tags", scopeTagsPage)
	RuleScopeTagExists        = newRule("intune_scope_tag_exists", "Unknown scope tag", scopeTagsPage)
	RuleAssignmentName        = newRule("intune_assignment_name_length", "Invalid Intune role assignment name", assignmentPage)
	RuleAssignmentDescription = newRule("intune_assignment_description_length", "Invalid Intune role assignment description", assignmentPage)
	RuleAssignmentMembers     = newRule("intune_assignment_members", "Invalid Intune role assignment members", rolesPage)
	RuleAssignmentScope       = newRule("intune_assignment_scope", "Invalid Intune role assignment scope", assignmentPage)
	RuleBuiltInRole           = newRule("intune_builtin_role", "Built-in Intune role", rolesPage)
	RuleDefaultScopeTag       = newRule("intune_default_scope_tag", "Default scope tag", scopeTagsPage)
)

// ValidateRole returns every rule that a custom role breaks by itself.
func ValidateRole(r Role) []rbac.Violation {
	out := nameRequired("An Intune role", r.Name)
	if len(r.Permissions) == 0 {
		out = append(out, RuleRoleGrantsNothing.broken("permissions", "", "The role grants nothing. An Intune custom role has at least one permission."))
	}
	for _, p := range r.Permissions {
		if !strings.HasPrefix(rbac.Fold(p), "microsoft.intune_") || strings.ContainsAny(p, " \t\n/*") {
			out = append(out, RulePermissionSyntax.broken("permissions", p, strconv.Quote(p)+` is no Intune permission. `+PermissionForm))
		}
	}
	return out
}

// PermissionForm says how a permission is written.
const PermissionForm = `A permission is written "Category/Permission", such as "Mobile apps/Read", or "Microsoft.Intune_Resource_Action", such as "Microsoft.Intune_MobileApps_Read".`

// ValidateAssignment returns every rule that an assignment breaks by itself.
func ValidateAssignment(a Assignment, limits rbac.Limits) []rbac.Violation {
	out := nameRequired("An Intune role assignment", a.Name)
	if n, most := utf8.RuneCountInString(a.Name), limits.Of(LimitAssignmentName); n > most {
		out = append(out, RuleAssignmentName.broken("name", a.Name, "The name has "+strconv.Itoa(n)+" characters. The name of an Intune role assignment has at most "+strconv.Itoa(most)+"; shorten it."))
	}
	if n, most := utf8.RuneCountInString(a.Description), limits.Of(LimitAssignmentDescription); n > most {
		out = append(out, RuleAssignmentDescription.broken("description", "", "The description has "+strconv.Itoa(n)+" characters. The description of an Intune role assignment has at most "+strconv.Itoa(most)+"; shorten it."))
	}
	if len(a.Members) == 0 {
		out = append(out, RuleAssignmentMembers.broken("members", "", "There are no members. An Intune role is assigned to at least one security group."))
	}
	out = append(out, ValidateAssignmentScope(len(a.ScopeGroups) > 0, a.AllUsers || a.AllDevices)...)
	if n, most := len(a.ScopeTags), limits.Of(LimitScopeTags); n > most {
		out = append(out, RuleScopeTagsMax.broken("scope_tags", "", "There are "+strconv.Itoa(n)+" scope tags. An Intune role assignment has at most "+strconv.Itoa(most)+"."))
	}
	return out
}

// ValidateAssignmentScope checks that an assignment is for groups, or for all
// users or devices, and not for both or neither.
func ValidateAssignmentScope(groups, all bool) []rbac.Violation {
	switch {
	case groups && all:
		return []rbac.Violation{RuleAssignmentScope.broken("scope_groups", "", "The assignment has scope groups and is for all users or all devices too. "+
			"Intune takes one or the other: remove scope_groups, or remove all_users and all_devices.")}
	case !groups && !all:
		return []rbac.Violation{RuleAssignmentScope.broken("scope_groups", "", "The assignment is for nobody. "+
			"Name the groups to manage in scope_groups, or set all_users or all_devices.")}
	default:
		return nil
	}
}

// ValidateScopeTag returns every rule that a scope tag breaks by itself.
func ValidateScopeTag(t ScopeTag) []rbac.Violation {
	out := nameRequired("A scope tag", t.Name)
	if strings.EqualFold(t.Name, DefaultScopeTagName) {
		out = append(out, RuleDefaultScopeTag.broken("name", t.Name, `"`+t.Name+`" is the name of the tag that Intune keeps for objects without a tag. It can't be created, changed or deleted; choose another name.`))
	}
	return out
}

func nameRequired(what, name string) []rbac.Violation {
	if strings.TrimSpace(name) == "" {
		return []rbac.Violation{RuleName.broken("name", name, "The name is empty. "+what+" needs a display name.")}
	}
	return nil
}
