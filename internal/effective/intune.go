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
	unread string // of the groups
	open   string // besides, of what bypasses
}

type intuneGrant struct {
	reason     Reason
	assignment intune.Assignment
	held       intuneHeld
	unsure     string // that the role is not known; empty when it is
}

// intuneHeld is what a role grants.
type intuneHeld struct {
	permissions map[string]string // as the role spells them, by the folded action
	kinds       map[string]bool
}

func heldBy(r intune.Role) intuneHeld {
	h := intuneHeld{map[string]string{}, map[string]bool{}}
	for _, p := range r.Permissions {
		kind, _ := IntuneType(p)
		h.permissions[rbac.Fold(p)], h.kinds[kind] = p, true
	}
	return h
}

// Ask collects what bears on a question.
func (t IntuneTenant) Ask(q IntuneQuestion) IntuneAnswer {
	a := IntuneAnswer{bypass: sortReasons(slices.Clone(q.Bypass)), scoped: q.Scoped, unread: q.Unread, open: sentences(q.Unread, q.BypassUnread)}
	holder := q.holder()
	parsed := map[rbac.GUID]intuneHeld{}
	for _, as := range t.Assignments {
		for _, member := range as.Members {
			group, ok := holder(member)
			if !ok {
				continue
			}
			g := intuneGrant{assignment: as, reason: Reason{
				RoleID: as.RoleID, AssignmentID: as.ID.String(), AssignmentName: as.Name, GroupID: group,
			}}
			if r, ok := t.Role(as.RoleID); ok {
				if _, ok := parsed[r.ID]; !ok {
					parsed[r.ID] = heldBy(r)
				}
				g.held, g.reason.RoleName = parsed[r.ID], r.Name
			} else {
				g.unsure = "The role " + as.RoleID.String() + " of an assignment is not known."
				if as.RoleID == "" {
					g.unsure = "Of which role the assignment \"" + as.Name + "\" is, is not known."
				}
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

	joined bool // of several assignments, as opposed to one that stands for itself
}

// Permissions lists what the principal holds, sorted by permission and, for
// those that stand for themselves, by assignment. One that an Entra role grants
// is not among them: see Bypassed.
func (a IntuneAnswer) Permissions() []IntunePermission {
	names := map[string]string{}
	for _, g := range a.grants {
		for folded, p := range g.held.permissions {
			if known, ok := names[folded]; !ok || p < known {
				names[folded] = p
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
		if _, ok := g.held.permissions[rbac.Fold(permission)]; ok {
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
		if g.held.kinds[kind] {
			sameType = append(sameType, g)
		}
	}
	p := joined(permission, own, sameType)
	p.joined = true
	return []IntunePermission{p}
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

// covers reports whether p reaches a target, or that it is not known.
func (p IntunePermission) covers(t IntuneTarget) (reaches bool, why string) {
	if t.ScopeTags != nil && !p.Untagged && !slices.ContainsFunc(t.ScopeTags, func(tag string) bool { return slices.Contains(p.ScopeTags, tag) }) {
		return false, ""
	}
	if len(t.Groups) == 0 && !t.User && !t.Device ||
		t.User && p.AllUsers || t.Device && p.AllDevices || p.AllUsers && p.AllDevices ||
		slices.ContainsFunc(t.Groups, func(id rbac.GUID) bool { return slices.Contains(p.ScopeGroups, id) }) {
		return true, ""
	}
	switch {
	case len(t.Groups) == 0 && len(p.ScopeGroups) > 0:
		return false, "In which groups the users or devices are is not said."
	case t.User || t.Device:
		return false, ""
	case p.AllUsers:
		return false, "It reaches all users, and whether the groups hold users is not known."
	case p.AllDevices:
		return false, "It reaches all devices, and whether the groups hold devices is not known."
	}
	return false, ""
}

// Check answers for one permission, by its Graph action, on a target.
func (a IntuneAnswer) Check(permission string, on IntuneTarget) Result {
	r := Result{Permission: permission, Verdict: NotAllowed}
	if len(a.bypass) > 0 {
		r.Verdict, r.Because = Allowed, a.bypass
		return r
	}
	var maybe []Reason
	var whys []string
	hidden := a.hidden()
	for _, p := range a.reaches(permission) {
		switch reaches, why := p.covers(on); {
		case reaches && p.joined && p.Untagged && on.ScopeTags != nil && hidden != "":
			maybe, whys = append(maybe, p.Because...), append(whys, hidden, "An assignment with scope tags would limit those without.")
		case reaches:
			r.Because = append(r.Because, p.Because...)
		case why != "":
			maybe, whys = append(maybe, p.Because...), append(whys, why)
		}
	}
	for _, g := range a.grants {
		if g.unsure != "" {
			maybe, whys = append(maybe, g.reason), append(whys, g.unsure)
		}
	}
	return r.settled(maybe, whys, a.open)
}

// Open says, in sentences, what was not known when the question was asked, so
// that there may be more permissions than Permissions lists; empty when all was.
func (a IntuneAnswer) Open() string {
	if len(a.bypass) > 0 {
		return "" // it may do everything: there is nothing more
	}
	return sentences(a.open, a.hidden())
}

// hidden says, in sentences, which assignments of Intune are not known.
func (a IntuneAnswer) hidden() string {
	all := []string{a.unread}
	for _, g := range a.grants {
		all = append(all, g.unsure)
	}
	return sentences(all...)
}
