// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package effective

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// IntuneTenant is what is known of a tenant's Intune roles.
type IntuneTenant struct {
	// Role finds a role definition, built-in or custom.
	Role        func(rbac.GUID) (intune.Role, bool)
	Assignments []intune.Assignment
}

// IntuneQuestion says who is asked about.
type IntuneQuestion struct {
	Who
	// Bypass are assignments of Entra roles that stand above Intune's own, such as
	// Intune Administrator: whoever has one may do all, whatever Intune says.
	Bypass []Reason
	// BypassUnread says, as a sentence, why Bypass may not be all; empty when it is.
	BypassUnread string
	// Scoped asks by the rules of scoped permissions, under which every assignment
	// stands for itself. Otherwise the long-standing rules hold, by which
	// permissions and scope tags of several assignments join.
	Scoped bool
}

// IntuneTarget is what a permission is to be used on. Its zero value asks
// whether there is anything on which it could be.
type IntuneTarget struct {
	// Groups are the groups that are to be assigned to, or those of the user or
	// device that is to be managed.
	Groups []rbac.GUID
	// User and Device say what is in Groups, so that all users and all devices can
	// be told apart.
	User, Device bool
	// ScopeTags are the tags of the object; nil when they do not matter.
	ScopeTags []string
}

// IntuneAnswer holds all assignments that bear on a question.
//
// The rules for several assignments: permissions add up. Assign permissions and
// their scope tags hold for the scope groups of their own assignment. Other
// permissions and scope tags hold for all objects of the same type in any of the
// assignments. Types do not mix.
//
// Source: https://learn.microsoft.com/intune/intune-service/fundamentals/role-based-access-control
type IntuneAnswer struct {
	grants []intuneGrant
	bypass []Reason
	scoped bool
	open   string
}

type intuneGrant struct {
	reason     Reason
	assignment intune.Assignment
	role       intune.Role
	unknown    bool
}

// Ask collects what bears on a question.
func (t IntuneTenant) Ask(q IntuneQuestion) IntuneAnswer {
	a := IntuneAnswer{bypass: sortReasons(slices.Clone(q.Bypass)), scoped: q.Scoped, open: sentences(q.Unread, q.BypassUnread)}
	for _, as := range t.Assignments {
		for _, member := range as.Members {
			group, ok := q.holder(member)
			if !ok {
				continue
			}
			g := intuneGrant{assignment: as, reason: Reason{
				RoleID: as.RoleID, AssignmentID: as.ID.String(), AssignmentName: as.Name, GroupID: group,
			}}
			if r, ok := t.Role(as.RoleID); ok {
				g.role, g.reason.RoleName = r, r.Name
			} else {
				g.unknown = true
			}
			a.grants = append(a.grants, g)
		}
	}
	slices.SortFunc(a.grants, func(x, y intuneGrant) int {
		return cmp.Or(strings.Compare(x.reason.AssignmentID, y.reason.AssignmentID), cmp.Compare(x.reason.GroupID, y.reason.GroupID))
	})
	return a
}

// IntuneType is the type of objects that a permission is about, and its verb:
// MobileApps and Assign of Microsoft.Intune_MobileApps_Assign. Folded.
func IntuneType(permission string) (kind, verb string) {
	folded := rbac.Fold(permission)
	if i := strings.LastIndexByte(folded, '_'); i >= 0 {
		return folded[:i], folded[i+1:]
	}
	return folded, ""
}

// isAssign reports whether a verb assigns objects to groups.
func isAssign(verb string) bool { return strings.HasSuffix(verb, "assign") }

// IntunePermission is a permission that a principal has, and what it reaches.
type IntunePermission struct {
	Permission string // the Graph action
	// ScopeGroups are the groups whose users and devices it reaches, besides AllUsers and AllDevices.
	ScopeGroups          []rbac.GUID
	AllUsers, AllDevices bool
	// ScopeTags limit the objects that it reaches. Untagged is set where there are
	// none that limit them.
	ScopeTags []string
	Untagged  bool
	Because   []Reason
}

// Permissions lists what the principal holds, sorted by permission and, for
// those that stand for themselves, by assignment. One that an Entra role grants
// is not among them: see Bypassed.
func (a IntuneAnswer) Permissions() []IntunePermission {
	names := map[string]string{}
	for _, g := range a.grants {
		for _, p := range g.role.Permissions {
			if _, ok := names[rbac.Fold(p)]; !ok {
				names[rbac.Fold(p)] = p
			}
		}
	}
	var out []IntunePermission
	for _, folded := range slices.Sorted(maps.Keys(names)) {
		out = append(out, a.reaches(names[folded])...)
	}
	return out
}

// Bypassed are the assignments of Entra roles by which the principal may do all.
func (a IntuneAnswer) Bypassed() []Reason { return a.bypass }

// reaches is what one permission reaches: one entry where assignments join, one
// for each assignment where they do not.
func (a IntuneAnswer) reaches(permission string) []IntunePermission {
	kind, verb := IntuneType(permission)
	var own []intuneGrant
	for _, g := range a.grants {
		if g.holds(permission) {
			own = append(own, g)
		}
	}
	if len(own) == 0 {
		return nil
	}
	if a.scoped || isAssign(verb) {
		var out []IntunePermission
		for _, g := range own {
			if n := len(out); n > 0 && out[n-1].Because[0].AssignmentID == g.reason.AssignmentID {
				out[n-1].Because = append(out[n-1].Because, g.reason) // by another group
				continue
			}
			out = append(out, joined(permission, []intuneGrant{g}, []intuneGrant{g}))
		}
		return out
	}
	var sameType []intuneGrant
	for _, g := range a.grants {
		if slices.ContainsFunc(g.role.Permissions, func(p string) bool { k, _ := IntuneType(p); return k == kind }) {
			sameType = append(sameType, g)
		}
	}
	return []IntunePermission{joined(permission, own, sameType)}
}

func (g intuneGrant) holds(permission string) bool {
	return slices.ContainsFunc(g.role.Permissions, func(p string) bool { return strings.EqualFold(p, permission) })
}

// joined is a permission because of own, with the groups and tags of all in from.
func joined(permission string, own, from []intuneGrant) IntunePermission {
	p := IntunePermission{Permission: permission}
	groups, tags := map[rbac.GUID]bool{}, map[string]bool{}
	for _, g := range own {
		p.Because = append(p.Because, g.reason)
	}
	for _, g := range from {
		p.AllUsers, p.AllDevices = p.AllUsers || g.assignment.AllUsers, p.AllDevices || g.assignment.AllDevices
		for _, id := range g.assignment.ScopeGroups {
			groups[id] = true
		}
		for _, tag := range g.assignment.ScopeTags {
			tags[tag] = true
		}
	}
	p.ScopeGroups, p.ScopeTags = slices.Sorted(maps.Keys(groups)), slices.Sorted(maps.Keys(tags))
	p.Untagged = len(tags) == 0
	p.Because = sortReasons(p.Because)
	return p
}

// covers reports whether p reaches a target.
func (p IntunePermission) covers(t IntuneTarget) bool {
	if t.ScopeTags != nil && !p.Untagged && !slices.ContainsFunc(t.ScopeTags, func(tag string) bool { return slices.Contains(p.ScopeTags, tag) }) {
		return false
	}
	if len(t.Groups) == 0 && !t.User && !t.Device {
		return true
	}
	return t.User && p.AllUsers || t.Device && p.AllDevices ||
		slices.ContainsFunc(t.Groups, func(id rbac.GUID) bool { return slices.Contains(p.ScopeGroups, id) })
}

// Check answers for one permission, by its Graph action, on a target.
func (a IntuneAnswer) Check(permission string, on IntuneTarget) Result {
	r := Result{Permission: permission, Verdict: NotAllowed}
	if len(a.bypass) > 0 {
		r.Verdict, r.Because = Allowed, a.bypass
		return r
	}
	for _, p := range a.reaches(permission) {
		if p.covers(on) {
			r.Because = append(r.Because, p.Because...)
		}
	}
	var maybe []Reason
	var whys []string
	for _, g := range a.grants {
		if g.unknown {
			maybe, whys = append(maybe, g.reason), append(whys, "The role "+g.reason.RoleID.String()+" of an assignment is not known.")
		}
	}
	switch {
	case len(r.Because) > 0:
		r.Verdict = Allowed
	case len(maybe) > 0 || a.open != "":
		r.Verdict, r.Because, r.Why = NotEvaluated, maybe, sentences(append(whys, a.open)...)
	}
	r.Because = sortReasons(r.Because)
	return r
}

// Open says, in sentences, what was not known when the question was asked, so
// that there may be more permissions than Permissions lists; empty when all was.
func (a IntuneAnswer) Open() string {
	all := []string{a.open}
	for _, g := range a.grants {
		if g.unknown {
			all = append(all, "The role "+g.reason.RoleID.String()+" of an assignment is not known.")
		}
	}
	return sentences(all...)
}
