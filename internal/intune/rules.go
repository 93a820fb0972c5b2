// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package intune

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// ValidateRole returns every rule that a custom role breaks by itself.
func ValidateRole(r Role) []rbac.Violation {
	out := nameRequired("An Intune role", r.Name)
	if len(r.Permissions) == 0 {
		out = append(out, RuleRoleGrantsNothing.Broken("permissions", "", "The role grants nothing. An Intune custom role has at least one permission."))
	}
	for _, p := range r.Permissions {
		if !graphSpelling(p) {
			out = append(out, RulePermissionSyntax.Broken("permissions", p, strconv.Quote(p)+` is no Intune permission. `+PermissionForm))
		}
	}
	if len(r.ScopeTags) > 0 {
		out = append(out, RuleRoleTagsRestrictNothing.Broken("scope_tags", "", "Scope tags of a role decide which administrators see the role. What the role's holders see is decided by the scope tags of their assignments."))
	}
	return out
}

// graphSpelling reports whether a permission is written as Graph writes it.
func graphSpelling(p string) bool {
	return strings.HasPrefix(rbac.Fold(p), "microsoft.intune_") && !strings.ContainsAny(p, " \t\n/*")
}

// PermissionForm says how a permission is written.
const PermissionForm = `A permission is written "Category/Permission", such as "Mobile apps/Read", or "Microsoft.Intune_Resource_Action", such as "Microsoft.Intune_MobileApps_Read".`

// ValidateAssignment returns every rule that an assignment breaks by itself.
func ValidateAssignment(a Assignment, limits rbac.Limits) []rbac.Violation {
	out := nameRequired("An Intune role assignment", a.Name)
	if n, most := utf8.RuneCountInString(a.Name), limits.Of(LimitAssignmentName); n > most {
		out = append(out, RuleAssignmentName.Broken("name", a.Name, "The name has "+strconv.Itoa(n)+" characters. The name of an Intune role assignment has at most "+strconv.Itoa(most)+"; shorten it."))
	}
	if n, most := utf8.RuneCountInString(a.Description), limits.Of(LimitAssignmentDescription); n > most {
		out = append(out, RuleAssignmentDescription.Broken("description", "", "The description has "+strconv.Itoa(n)+" characters. The description of an Intune role assignment has at most "+strconv.Itoa(most)+"; shorten it."))
	}
	if len(a.Members) == 0 {
		out = append(out, RuleAssignmentMembers.Broken("members", "", "There are no members. An Intune role is assigned to at least one security group."))
	}
	out = append(out, ValidateAssignmentScope(len(a.ScopeGroups) > 0, a.AllUsers || a.AllDevices)...)
	if a.AllUsers || a.AllDevices {
		field := "all_users"
		if !a.AllUsers {
			field = "all_devices"
		}
		out = append(out, RuleAllUsersOrDevices.Broken(field, "", "The assignment is for all users or all devices. Microsoft advises to name the groups that an administrator should manage: set scope_groups instead."))
	}
	if a.ScopeTags != nil && len(a.ScopeTags) == 0 {
		out = append(out, RuleAssignmentWithoutTags.Broken("scope_tags", "", "The assignment has no scope tags, so its members see every object of the tenant. Name the tags that they should see."))
	}
	if n, most := len(a.ScopeTags), limits.Of(LimitScopeTags); n > most {
		out = append(out, RuleScopeTagsMax.Broken("scope_tags", "", "There are "+strconv.Itoa(n)+" scope tags. An Intune role assignment has at most "+strconv.Itoa(most)+"."))
	}
	return out
}

// ValidateAssignmentScope checks that an assignment is for groups, or for all
// users or devices, and not for both or neither.
func ValidateAssignmentScope(groups, all bool) []rbac.Violation {
	switch {
	case groups && all:
		return []rbac.Violation{RuleAssignmentScope.Broken("scope_groups", "", "The assignment has scope groups and is for all users or all devices too. "+
			"Intune takes one or the other: remove scope_groups, or remove all_users and all_devices.")}
	case !groups && !all:
		return []rbac.Violation{RuleAssignmentScope.Broken("scope_groups", "", "The assignment is for nobody. "+
			"Name the groups to manage in scope_groups, or set all_users or all_devices.")}
	default:
		return nil
	}
}

// ValidateScopeTag returns every rule that a scope tag breaks by itself.
func ValidateScopeTag(t ScopeTag) []rbac.Violation {
	out := nameRequired("A scope tag", t.Name)
	if strings.EqualFold(t.Name, DefaultScopeTagName) {
		out = append(out, RuleDefaultScopeTag.Broken("name", t.Name, `"`+t.Name+`" is the name of the tag that Intune keeps for objects without a tag. It can't be created, changed or deleted; choose another name.`))
	}
	return out
}

func nameRequired(what, name string) []rbac.Violation {
	if strings.TrimSpace(name) == "" {
		return []rbac.Violation{RuleName.Broken("name", name, "The name is empty. "+what+" needs a display name.")}
	}
	return nil
}
