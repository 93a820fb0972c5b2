// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package effective

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// EntraTenant is what is known of a tenant's directory roles.
type EntraTenant struct {
	// Role finds a role definition, built-in or custom.
	Role        func(rbac.GUID) (entra.Role, bool)
	Assignments []entra.Assignment
}

// EntraQuestion says who is asked about, and where.
type EntraQuestion struct {
	Who
	// Scope is where the principal wants to act: in the whole tenant, on what is in
	// an administrative unit, or on one object.
	Scope entra.Scope
	// Anywhere asks for what the principal has at any scope instead.
	Anywhere bool
	// Units are the administrative units that Scope.Object is in.
	Units []rbac.GUID
	// UnitsUnread says, as a sentence, why Units may not be all; empty when they are.
	UnitsUnread string
}

// EntraAnswer holds all assignments that bear on a question.
//
// The rules: what several roles grant adds up, and nothing takes away; an
// assignment at the tenant holds everywhere, one at an administrative unit for
// what is in it but not for the unit itself, one at an object for that object.
//
// Source: https://learn.microsoft.com/entra/identity/role-based-access-control/custom-overview
type EntraAnswer struct {
	grants []entraGrant
	open   string
}

type entraGrant struct {
	reason  Reason
	role    entra.Role
	unsure  string
	unknown bool
}

// Ask collects what bears on a question.
func (t EntraTenant) Ask(q EntraQuestion) EntraAnswer {
	a := EntraAnswer{open: q.Unread}
	holder := q.holder()
	for _, as := range t.Assignments {
		group, ok := holder(as.PrincipalID)
		if !ok {
			continue
		}
		holds, why := q.holdsAt(as)
		if !holds && why == "" {
			continue
		}
		g := entraGrant{unsure: why, reason: Reason{RoleID: as.RoleID, AssignmentID: as.ID, GroupID: group, Scope: cmp.Or(as.DirectoryScope, as.AppScope)}}
		if r, ok := t.Role(as.RoleID); ok {
			g.role, g.reason.RoleName = r, r.Name
		} else {
			g.unknown, g.unsure = true, sentences(why, "The role "+as.RoleID.String()+" of an assignment is not known.")
		}
		a.grants = append(a.grants, g)
	}
	return a
}

// holdsAt reports whether an assignment holds where the question asks; why is
// why that is not known.
func (q EntraQuestion) holdsAt(as entra.Assignment) (holds bool, why string) {
	if q.Anywhere {
		return true, ""
	}
	if as.DirectoryScope == "" {
		return false, "" // it holds in an app of its own, not in the directory
	}
	at, err := entra.ParseScope(as.DirectoryScope)
	switch {
	case err != nil:
		return false, "The scope \"" + as.DirectoryScope + "\" of an assignment is of no known kind."
	case at == entra.Scope{} || at == q.Scope:
		return true, ""
	case at.AdministrativeUnit != "" && q.Scope.Object != "":
		if slices.Contains(q.Units, at.AdministrativeUnit) {
			return true, ""
		}
		return false, q.UnitsUnread
	default: // an object elsewhere, or a unit as an object, which is not what is in it
		return false, ""
	}
}

// Check answers for one permission.
func (a EntraAnswer) Check(permission string) Result {
	r := Result{Permission: permission, Verdict: NotAllowed}
	var maybe []Reason
	var whys []string
	for _, g := range a.grants {
		switch {
		case !g.unknown && !slices.ContainsFunc(g.role.Permissions, func(held string) bool { return entra.Covers(held, permission) }):
		case g.unsure != "":
			maybe, whys = append(maybe, g.reason), append(whys, g.unsure)
		default:
			r.Because = append(r.Because, g.reason)
		}
	}
	return r.settled(maybe, whys, a.open)
}

// EntraPermission is a permission as roles hold it, at a scope.
type EntraPermission struct {
	Permission string
	Scope      string
	Why        string // why it is not certain; empty when it is
	Because    []Reason
}

// Permissions lists what the principal holds, sorted by permission and scope.
func (a EntraAnswer) Permissions() []EntraPermission {
	type key struct{ permission, scope, why string }
	entries := map[key]*EntraPermission{}
	for _, g := range a.grants {
		for _, p := range g.role.Permissions {
			k := key{rbac.Fold(p), g.reason.Scope, g.unsure}
			if entries[k] == nil {
				entries[k] = &EntraPermission{Permission: p, Scope: g.reason.Scope, Why: g.unsure}
			}
			entries[k].Because = append(entries[k].Because, g.reason)
		}
	}
	out := make([]EntraPermission, 0, len(entries))
	for _, e := range entries {
		e.Because = sortReasons(e.Because)
		out = append(out, *e)
	}
	slices.SortFunc(out, func(x, y EntraPermission) int {
		return cmp.Or(strings.Compare(rbac.Fold(x.Permission), rbac.Fold(y.Permission)), strings.Compare(x.Scope, y.Scope), strings.Compare(x.Why, y.Why))
	})
	return out
}

// Open says, in sentences, what was not known when the question was asked, so
// that there may be more permissions than Permissions lists; empty when all was.
func (a EntraAnswer) Open() string {
	var all []string
	for _, g := range a.grants {
		if g.unknown {
			all = append(all, g.unsure)
		}
	}
	return sentences(append(all, a.open)...)
}
