// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package intune

import (
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Permission is one permission of Intune roles, as a tenant lists it.
type Permission struct {
	Action   string // "Microsoft.Intune_MobileApps_Read", what roles hold
	Resource string // "Mobile apps", as people read it; may be empty
	Name     string // "Read", as people read it; may be empty
}

// Permissions is what is known of the permissions of Intune: the embedded
// snapshot, or what the tenant itself answers.
type Permissions interface {
	// Action is the Graph action that a spelling means, and its name.
	Action(spelling string) (action, name string, known bool)
	// Near returns known permissions that may have been meant, in the kind of
	// spelling that was used, nearest first.
	Near(spelling string, limit int) []string
	// Elsewhere is the system that has a permission of this name; "" if none.
	Elsewhere(text string) rbac.System
	// Complete reports whether what is not known does not exist; Date is when
	// the facts were read otherwise, empty where the plan will ask the tenant.
	Complete() bool
	Date() string
}

// ValidatePermissions returns every rule that the permissions of a role break
// in the light of what permissions there are. spellings are as a person wrote
// them. complete tells that no other permission may follow: without it nothing
// is said of what is missing.
func ValidatePermissions(spellings []string, complete bool, facts Permissions) []rbac.Violation {
	var out []rbac.Violation
	held := map[string]bool{}
	for _, s := range spellings {
		if action, _, known := facts.Action(s); known {
			held[rbac.Fold(action)] = true
		} else if Formed(s) { // anything else is malformed, says ValidateRole
			out = append(out, unknownPermission(s, facts))
		}
	}
	if !complete {
		return out
	}
	for _, s := range spellings {
		action, name, known := facts.Action(s)
		if !known {
			continue
		}
		var missing []string
		for _, needed := range companions(action) {
			if _, title, ok := facts.Action(needed); ok && !held[rbac.Fold(needed)] {
				missing = append(missing, title)
			}
		}
		if len(missing) > 0 {
			out = append(out, RulePermissionRequires.Broken("permissions", s, `"`+name+`" works only together with `+rbac.QuotedAnd(missing)+`, which the role does not have.`))
		}
	}
	return out
}

// unknownPermission is an error when the permission is plainly a typing error,
// when it is written as only known ones can be, or when the tenant says that
// there is none; else a warning.
func unknownPermission(spelling string, facts Permissions) rbac.Violation {
	const field = "permissions"
	if system := facts.Elsewhere(spelling); system != "" {
		return RulePermissionWrongSystem.Broken(field, spelling, `"`+spelling+`" is a permission of `+system.Title()+`, which an Intune role can't hold. Put it into a rbac_`+string(system)+`_custom_role.`)
	}
	near := facts.Near(spelling, 3)
	hint := ""
	if len(near) > 0 {
		hint = " Did you mean " + rbac.QuotedOr(near) + "?"
	}
	if !graphSpelling(spelling) {
		return RulePermissionUnknown.Broken(field, spelling, `No Intune permission is called "`+spelling+`".`+hint+" "+PermissionForm)
	}
	v := RulePermissionUnknown.Broken(field, spelling, `"`+spelling+`" is no known permission of Intune.`+hint)
	if facts.Complete() {
		v.Message += " The tenant has no such permission."
		return v
	}
	v.Message += rbac.IfNewer(facts.Date())
	if !slices.ContainsFunc(near, func(known string) bool { return rbac.PlainTypo(spelling, known) }) {
		v.Severity = rbac.SeverityWarning
	}
	return v
}

// Named reports whether a permission is written as a category and a name.
func Named(spelling string) bool { return strings.ContainsAny(spelling, `/\`) }

// Formed reports whether a permission is written in one of the ways of
// PermissionForm, so that asking whether there is such a permission makes sense.
func Formed(spelling string) bool { return graphSpelling(spelling) || Named(spelling) }

// companions are the permissions without which an action does not work.
//
// Source: https://learn.microsoft.com/mem/intune/fundamentals/create-custom-role
func companions(action string) []string {
	switch rbac.Fold(action) {
	case "microsoft.intune_manageddevices_setprimaryuser":
		return []string{"Microsoft.Intune_ManagedDevices_Read", "Microsoft.Intune_ManagedDevices_Update"}
	case "microsoft.intune_remoteassistance_update":
		return []string{"Microsoft.Intune_RemoteAssistance_Read"}
	case "microsoft.intune_remotetasks_bypassactivationlock":
		return []string{"Microsoft.Intune_ManagedDevices_Read"}
	default:
		return nil
	}
}
