// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package entra

import (
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Permission is one permission of directory roles, as a tenant lists it. What
// it does not list is whether custom roles may hold it.
type Permission struct {
	Name string // "microsoft.directory/applications/create"
}

// Permissions is what is known of the permissions of Entra: the embedded
// snapshot, or what the tenant itself answers.
type Permissions interface {
	// Known reports whether there is a permission of this name, and Usable
	// whether custom roles may hold it: nil if that is not documented.
	Known(permission string) (known bool, usable *bool)
	// Near returns known permissions that may have been meant, nearest first.
	Near(permission string, limit int) []string
	// Present is what a permission of 2018 is called now; ok is false if it is
	// none, and the list is empty if its heir is not certain.
	Present(permission string) (now []string, ok bool)
	// Elsewhere is the system that has a permission of this name; "" if none.
	Elsewhere(text string) rbac.System
	// Complete reports whether what is not known does not exist; Date is when
	// the facts were read otherwise, empty where the plan will ask the tenant.
	Complete() bool
	Date() string
}

// ValidatePermissions returns every rule that the permissions of a role break
// in the light of what permissions there are. Strings that are malformed are
// ValidateRole's.
func ValidatePermissions(r Role, facts Permissions) []rbac.Violation {
	var out []rbac.Violation
	for _, p := range r.Permissions {
		if v, broken := validateKnown(p, facts); broken && (len(ValidatePermission(p)) == 0 || v.Rule.Name == RulePermissionWrongSystem.Name) {
			out = append(out, v)
		}
	}
	return out
}

func validateKnown(p string, facts Permissions) (rbac.Violation, bool) {
	const field = "permissions"
	known, usable := facts.Known(p)
	switch {
	case known && usable == nil:
		return RulePermissionNotInCustomRoles.Broken(field, p, `"`+p+`" is not among the permissions that Microsoft documents for custom roles. The directory may refuse it; a built-in role may be needed.`), true
	case known && !*usable:
		v := RulePermissionNotInCustomRoles.Broken(field, p, `"`+p+`" can't be used in custom roles. Assign a built-in role that has it.`)
		v.Severity = rbac.SeverityError
		return v, true
	case known:
		return rbac.Violation{}, false
	}
	if now, ok := facts.Present(p); ok {
		message := `"` + p + `" is a name of 2018 that the directory takes no more.`
		if len(now) > 0 {
			message += " It is now " + rbac.QuotedOr(now) + "."
		}
		return RulePermissionWrongSystem.Broken(field, p, message), true
	}
	if system := facts.Elsewhere(p); system != "" {
		return RulePermissionWrongSystem.Broken(field, p, `"`+p+`" is a permission of `+system.Title()+`, which an Entra role can't hold. Put it into a rbac_`+string(system)+`_custom_role.`), true
	}
	near := facts.Near(p, 3)
	v := RulePermissionUnknown.Broken(field, p, `"`+p+`" is no known permission.`)
	if len(near) > 0 {
		v.Message += " Did you mean " + rbac.QuotedOr(near) + "?"
	}
	if facts.Complete() {
		v.Message += " The tenant has no such permission."
		return v, true
	}
	v.Message += rbac.IfNewer(facts.Date())
	if !slices.ContainsFunc(near, func(known string) bool { return rbac.PlainTypo(p, known) }) {
		v.Severity = rbac.SeverityWarning
	}
	return v, true
}

// The roles that rules single out.
const (
	GlobalAdministrator         rbac.GUID = "62e90394-69f5-4237-9190-012177145e10"
	DeviceLocalAdministrator    rbac.GUID = "9f06204d-73c1-4d4c-880a-6edb90606fd8"
	PrivilegedRoleAdministrator rbac.GUID = "e8611ab8-c189-46e8-94e1-60213ab1f814"
)

// Assignable is what is known of a role that is to be assigned.
type Assignable struct {
	ID                   rbac.GUID
	Name                 string // the present one
	Deprecated, DoNotUse bool
	Reason               string // why it is not for use, as a sentence
	Privileged           bool
}

// ValidateAssignable returns every rule that the assignment of a role breaks
// because of the role. written is how the configuration names it.
func ValidateAssignable(r Assignable, written string) []rbac.Violation {
	const field = "role"
	var out []rbac.Violation
	_, byID := rbac.ParseGUID(written)
	if !byID && !strings.EqualFold(strings.TrimSpace(written), r.Name) {
		out = append(out, RuleRoleFormerName.Broken(field, written, `"`+written+`" is now called "`+r.Name+`". Both mean the same role.`))
	}
	why := ""
	if r.Reason != "" {
		why = " " + r.Reason
	}
	switch {
	case r.Deprecated:
		out = append(out, RuleRoleDeprecated.Broken(field, written, `"`+r.Name+`" is deprecated and must not be assigned.`+why))
	case r.ID == DeviceLocalAdministrator:
		out = append(out, RuleRoleDeviceSettingsOnly.Broken(field, written, `"`+r.Name+`" can't be assigned as other roles are: its holders are named in the device settings of the tenant.`))
	case r.DoNotUse:
		out = append(out, RuleRoleNotForUse.Broken(field, written, `"`+r.Name+`" is not for assignment.`+why))
	case r.Privileged:
		out = append(out, RulePrivilegedRole.Broken(field, written, `"`+r.Name+`" is a privileged role: its holders can get more access, or take over accounts. Prefer a lesser role or a smaller scope.`))
	}
	return out
}
