// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package entra

import (
	"strconv"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The pages that document the numbers and rules below.
const (
	limitsPage      = "https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions"
	customRolesPage = "https://learn.microsoft.com/entra/identity/role-based-access-control/custom-overview"
	assignmentPage  = "https://learn.microsoft.com/graph/api/resources/unifiedroleassignment"
	groupsPage      = "https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept"
)

// The documented limits of directory roles.
var (
	// LimitCustomRoles bounds the custom roles of a tenant.
	LimitCustomRoles = rbac.Limit{Name: "entra_custom_roles_per_tenant", System: rbac.Entra, Value: 100, Unit: "custom roles", Source: limitsPage}
	// LimitCustomAssignmentsPerPrincipal bounds the assignments of custom roles that one principal has, at any scope.
	LimitCustomAssignmentsPerPrincipal = rbac.Limit{Name: "entra_custom_assignments_per_principal", System: rbac.Entra, Value: 150, Unit: "role assignments", Source: limitsPage}
	// LimitScopedAssignmentsPerPrincipal bounds the assignments of built-in roles that one principal has below the tenant.
	LimitScopedAssignmentsPerPrincipal = rbac.Limit{Name: "entra_scoped_assignments_per_principal", System: rbac.Entra, Value: 100, Unit: "role assignments", Source: limitsPage}
)

// Limits lists every limit above.
func Limits() []rbac.Limit {
	return []rbac.Limit{LimitCustomRoles, LimitCustomAssignmentsPerPrincipal, LimitScopedAssignmentsPerPrincipal}
}

type rule struct{ rbac.Rule }

func (r rule) broken(field, value, message string) rbac.Violation {
	return rbac.Violation{Rule: r.Rule, Field: field, Value: value, Message: message}
}

func newRule(name, summary, source string) rule {
	return rule{rbac.Rule{Name: name, System: rbac.Entra, Severity: rbac.SeverityError, Summary: summary, Source: source, Code: "Request_BadRequest"}}
}

// The rules that one role or one assignment alone decides, and the one about
// groups, which the directory decides.
var (
	RuleRoleGrantsNothing   = newRule("entra_role_grants_nothing", "Entra role grants nothing", customRolesPage)
	RulePermissionWildcard  = newRule("entra_permission_wildcard", "Invalid Entra permission", customRolesPage)
	RulePermissionSyntax    = newRule("entra_permission_syntax", "Invalid Entra permission", customRolesPage)
	RuleScopeSyntax         = newRule("entra_scope_syntax", "Invalid directory scope", assignmentPage)
	RuleGroupRoleAssignable = newRule("entra_group_role_assignable", "Group can't hold Entra roles", groupsPage)
	RuleRoleName            = newRule("entra_role_name", "Invalid Entra role name", customRolesPage)
)

// ValidateRole returns every rule that a custom role breaks by itself.
func ValidateRole(r Role) []rbac.Violation {
	var out []rbac.Violation
	if strings.TrimSpace(r.Name) == "" {
		out = append(out, RuleRoleName.broken("name", r.Name, "The name is empty. An Entra custom role needs a display name."))
	}
	if len(r.Permissions) == 0 {
		out = append(out, RuleRoleGrantsNothing.broken("permissions", "", "The role grants nothing. An Entra custom role has at least one permission."))
	}
	for _, p := range r.Permissions {
		out = append(out, ValidatePermission(p)...)
	}
	return out
}

// ValidatePermission returns every rule that one permission string breaks by itself.
func ValidatePermission(p string) []rbac.Violation {
	const form = `A permission of an Entra role is written "microsoft.directory/entity/property set/action", such as "microsoft.directory/applications/basic/update".`
	if strings.Contains(p, "*") {
		return []rbac.Violation{RulePermissionWildcard.broken("permissions", p, `"`+p+`" has a wildcard. Entra custom roles take no "*"; name each permission.`)}
	}
	if i := strings.IndexFunc(p, func(r rune) bool { return r <= ' ' || r == 0x7f || r == 0xa0 }); i >= 0 {
		return []rbac.Violation{RulePermissionSyntax.broken("permissions", p, strconv.Quote(p)+" has a blank or control character at position "+strconv.Itoa(i+1)+". "+form)}
	}
	if !strings.Contains(p, "/") || strings.Contains(p, "//") || strings.HasPrefix(p, "/") || strings.HasSuffix(p, "/") {
		return []rbac.Violation{RulePermissionSyntax.broken("permissions", p, strconv.Quote(p)+" is no permission. "+form)}
	}
	return nil
}
