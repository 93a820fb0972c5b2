// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package entra

import (
	"strconv"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// ValidateRole returns every rule that a custom role breaks by itself.
func ValidateRole(r Role) []rbac.Violation {
	var out []rbac.Violation
	if strings.TrimSpace(r.Name) == "" {
		out = append(out, RuleRoleName.Broken("name", r.Name, "The name is empty. An Entra custom role needs a display name."))
	}
	if len(r.Permissions) == 0 {
		out = append(out, RuleRoleGrantsNothing.Broken("permissions", "", "The role grants nothing. An Entra custom role has at least one permission."))
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
		return []rbac.Violation{RulePermissionWildcard.Broken("permissions", p, `"`+p+`" has a wildcard. Entra custom roles take no "*"; name each permission.`)}
	}
	if i := strings.IndexFunc(p, func(r rune) bool { return r <= ' ' || r == 0x7f || r == 0xa0 }); i >= 0 {
		return []rbac.Violation{RulePermissionSyntax.Broken("permissions", p, strconv.Quote(p)+" has a blank or control character at position "+strconv.Itoa(i+1)+". "+form)}
	}
	if !strings.Contains(p, "/") || strings.Contains(p, "//") || strings.HasPrefix(p, "/") || strings.HasSuffix(p, "/") {
		return []rbac.Violation{RulePermissionSyntax.Broken("permissions", p, strconv.Quote(p)+" is no permission. "+form)}
	}
	return nil
}
