// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package effective

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// AzureTenant is what is known of a tenant's Azure RBAC.
type AzureTenant struct {
	// Role finds a role definition, built-in or custom.
	Role        func(rbac.GUID) (azure.Role, bool)
	Assignments []azure.Assignment
	Denies      []azure.DenyAssignment
	// DeniesUnread says, as a sentence, why Denies may not be all; empty when they are.
	DeniesUnread string
}

// AzureQuestion says who is asked about, and where.
type AzureQuestion struct {
	Who
	// Scope is where the principal wants to act. The zero value asks for what it
	// has anywhere: then only Permissions has an answer.
	Scope azure.Scope
	// Above reports whether a management group lies above Scope. Nil when that is
	// not known: what depends on it is NotEvaluated.
	Above func(azure.Scope) bool
}

// AzurePlane is the half of the operations to which one belongs.
type AzurePlane int

// The planes. An operation whose plane is not known is asked in EitherPlane.
const (
	ControlPlane AzurePlane = iota
	DataPlane
	EitherPlane
)

// AzureAnswer holds all assignments that bear on a question.
//
// The rules: a role grants its actions without its not-actions, block by block;
// what one role does not grant another may; assignments hold at their scope and
// below, to members of groups too; deny assignments win over all; actions of
// the control plane and of the data plane never grant each other.
//
// Sources: https://learn.microsoft.com/azure/role-based-access-control/overview,
// https://learn.microsoft.com/azure/role-based-access-control/role-definitions
type AzureAnswer struct {
	grants   []azureGrant
	denials  []azureDenial
	anywhere bool   // no scope was asked about
	open     string // what was not known for any grant, in sentences
	denies   string // what was not known of denials
}

type azureGrant struct {
	reason  Reason
	blocks  []azureBlock
	unsure  string // why it may not hold; empty when it does
	unknown bool   // the role is not known, so it may grant anything
}

type azureDenial struct {
	denial Denial
	scope  azure.Scope
	blocks []azureBlock
	unsure string
}

// azureBlock is one block of permissions, by plane.
type azureBlock struct {
	granted, taken [2][]azure.Pattern // by ControlPlane and DataPlane
	conditional    bool
}

func parseBlocks(permissions []azure.Permission) []azureBlock {
	parse := func(texts []string) []azure.Pattern {
		var out []azure.Pattern
		for _, text := range texts {
			if p, err := azure.ParsePattern(text); err == nil { // what is no action grants nothing
				out = append(out, p)
			}
		}
		return out
	}
	out := make([]azureBlock, len(permissions))
	for i, p := range permissions {
		out[i] = azureBlock{
			granted:     [2][]azure.Pattern{parse(p.Actions), parse(p.DataActions)},
			taken:       [2][]azure.Pattern{parse(p.NotActions), parse(p.NotDataActions)},
			conditional: p.Condition != "",
		}
	}
	return out
}

// Ask collects what bears on a question.
func (t AzureTenant) Ask(q AzureQuestion) AzureAnswer {
	a := AzureAnswer{anywhere: q.Scope.IsZero(), open: q.Unread, denies: t.DeniesUnread}
	parsed := map[rbac.GUID][]azureBlock{}
	for _, as := range t.Assignments {
		group, ok := q.holder(as.PrincipalID)
		if !ok {
			continue
		}
		holds, why := q.holdsAt(as.Scope)
		if !holds && why == "" {
			continue
		}
		g := azureGrant{unsure: why, reason: Reason{
			RoleID: as.RoleID, AssignmentID: as.ID(), AssignmentName: as.Name.String(), GroupID: group, Scope: as.Scope.ID(),
		}}
		if as.Condition != "" {
			g.unsure = sentences(why, "An assignment has a condition, which is not evaluated.")
		}
		if r, ok := t.Role(as.RoleID); ok {
			g.reason.RoleName = r.Name
			if _, ok := parsed[r.ID]; !ok {
				parsed[r.ID] = parseBlocks(r.Permissions)
			}
			g.blocks = parsed[r.ID]
		} else {
			g.unknown, g.unsure = true, sentences(g.unsure, "The role "+as.RoleID.String()+" of an assignment is not known.")
		}
		a.grants = append(a.grants, g)
	}
	slices.SortFunc(a.grants, func(x, y azureGrant) int {
		return cmp.Or(strings.Compare(x.reason.RoleName, y.reason.RoleName), strings.Compare(x.reason.AssignmentID, y.reason.AssignmentID))
	})
	for _, d := range t.Denies {
		if den, ok := q.denies(d); ok {
			a.denials = append(a.denials, den)
		}
	}
	slices.SortFunc(a.denials, func(x, y azureDenial) int { return strings.Compare(x.denial.ID, y.denial.ID) })
	return a
}

// holdsAt reports whether what is assigned at a scope holds where the question
// asks; why is why that is not known.
func (q AzureQuestion) holdsAt(at azure.Scope) (holds bool, why string) {
	switch {
	case q.Scope.IsZero() || at.Contains(q.Scope):
		return true, ""
	case at.Kind != azure.ManagementGroupScope || q.Scope.Kind == azure.TenantScope:
		return false, ""
	case q.Above == nil:
		return false, "Which management groups lie above the scope is not known."
	default:
		return q.Above(at), ""
	}
}

// denies reports whether a deny assignment may be about the principal where the
// question asks.
func (q AzureQuestion) denies(d azure.DenyAssignment) (azureDenial, bool) {
	self := func(id rbac.GUID) bool { _, ok := q.holder(id); return ok }
	if slices.ContainsFunc(d.Excluded, self) {
		return azureDenial{}, false
	}
	named := d.Everyone || slices.ContainsFunc(d.Principals, self)
	if !named && q.Unread == "" {
		return azureDenial{}, false
	}
	holds, why := q.holdsAt(d.Scope)
	if holds && d.HereOnly && !q.Scope.IsZero() && !d.Scope.Same(q.Scope) {
		holds = false
	}
	if !holds && why == "" {
		return azureDenial{}, false
	}
	out := azureDenial{denial: Denial{ID: d.ID, Name: d.Name, Scope: d.Scope.ID()}, scope: d.Scope, blocks: parseBlocks(d.Permissions), unsure: why}
	if q.Unread != "" && (!named || len(d.Excluded) > 0) {
		out.unsure = sentences(out.unsure, q.Unread)
	}
	if d.Condition != "" {
		out.unsure = sentences(out.unsure, "A deny assignment has a condition, which is not evaluated.")
	}
	return out, true
}

// reach is how far blocks grant an operation or pattern.
type reach int

const (
	none reach = iota
	part       // some of the operations that a pattern stands for, or under a condition
	full
)

// reachOf is how far blocks grant what p stands for in a plane.
func reachOf(blocks []azureBlock, p azure.Pattern, plane AzurePlane) reach {
	if plane == EitherPlane {
		return max(reachOf(blocks, p, ControlPlane), reachOf(blocks, p, DataPlane))
	}
	best := none
	for _, b := range blocks {
		covered, touched := false, false
		for _, g := range b.granted[plane] {
			covered = covered || g.Covers(p)
			touched = touched || g.Overlaps(p)
		}
		for _, n := range b.taken[plane] {
			if n.Covers(p) {
				covered, touched = false, false
				break
			}
			covered = covered && !n.Overlaps(p)
		}
		switch {
		case covered && !b.conditional:
			return full
		case covered || touched:
			best = part
		}
	}
	return best
}

// Check answers for one operation, or for a pattern: a pattern is Allowed when
// one role grants all that it could stand for, and NotEvaluated when only some
// of that is granted for sure. What is no action string is NotAllowed.
func (a AzureAnswer) Check(operation string, plane AzurePlane) Result {
	r := Result{Permission: operation, Verdict: NotAllowed}
	p, err := azure.ParsePattern(operation)
	if err != nil {
		return r
	}
	var maybe []Reason
	var whys []string
	for _, g := range a.grants {
		reached := reachOf(g.blocks, p, plane)
		switch {
		case g.unknown:
			maybe, whys = append(maybe, g.reason), append(whys, g.unsure)
		case reached == none:
		case g.unsure != "":
			maybe, whys = append(maybe, g.reason), append(whys, g.unsure)
		case reached == full:
			r.Because = append(r.Because, g.reason)
		default:
			why := "A role grants it under a condition, which is not evaluated."
			if p.IsWildcard() {
				why = "It stands for several operations, of which only some are granted."
			}
			maybe, whys = append(maybe, g.reason), append(whys, why)
		}
	}
	switch {
	case len(r.Because) > 0:
		r.Verdict = Allowed
	case len(maybe) > 0 || a.open != "":
		r.Verdict, r.Because, r.Why = NotEvaluated, maybe, sentences(append(whys, a.open)...)
	}
	if r.Verdict == NotAllowed {
		return r
	}
	r.Because = sortReasons(r.Because)
	return a.deny(r, p, plane)
}

// deny takes away what a deny assignment denies.
func (a AzureAnswer) deny(r Result, p azure.Pattern, plane AzurePlane) Result {
	var sure, maybe []Denial
	var whys []string
	for _, d := range a.denials {
		reached := reachOf(d.blocks, p, plane)
		switch {
		case reached == none:
		case reached == full && d.unsure == "":
			sure = append(sure, d.denial)
		case d.unsure != "":
			maybe, whys = append(maybe, d.denial), append(whys, d.unsure)
		default:
			maybe, whys = append(maybe, d.denial), append(whys, "A deny assignment takes a part of it away, or does so under a condition.")
		}
	}
	switch {
	case len(sure) > 0:
		return Result{Permission: r.Permission, Verdict: NotAllowed, Because: r.Because, DeniedBy: sure}
	case len(maybe) > 0 || a.denies != "":
		r.Verdict, r.DeniedBy, r.Why = NotEvaluated, maybe, sentences(append(whys, r.Why, a.denies)...)
	}
	return r
}

// AzurePermission is an action string as roles hold it, at a scope.
type AzurePermission struct {
	Permission string
	DataAction bool
	Scope      string
	// Except are the not-actions of the role and the denied actions of the scope
	// that take something out of it.
	Except []string
	// Why says why it is not certain; empty when it is.
	Why     string
	Because []Reason
}

// Permissions lists what the principal holds, wildcards as they are written,
// sorted by permission and scope. Assignments of one role at one scope that
// reach the principal by several ways are one entry with several reasons.
func (a AzureAnswer) Permissions() []AzurePermission {
	var out []AzurePermission
	for _, g := range a.grants {
		for _, b := range g.blocks {
			for plane := ControlPlane; plane <= DataPlane; plane++ {
				for _, p := range b.granted[plane] {
					if e, held := a.entry(g, b, p, plane); held {
						out = append(out, e)
					}
				}
			}
		}
	}
	key := func(x, y AzurePermission) int {
		return cmp.Or(
			strings.Compare(rbac.Fold(x.Permission), rbac.Fold(y.Permission)), cmp.Compare(btoi(x.DataAction), btoi(y.DataAction)),
			strings.Compare(rbac.Fold(x.Scope), rbac.Fold(y.Scope)), slices.Compare(x.Except, y.Except), strings.Compare(x.Why, y.Why),
		)
	}
	slices.SortStableFunc(out, key)
	merged := out[:0]
	for _, e := range out {
		if n := len(merged); n > 0 && key(merged[n-1], e) == 0 {
			merged[n-1].Because = sortReasons(append(merged[n-1].Because, e.Because...))
			continue
		}
		merged = append(merged, e)
	}
	return merged
}

// entry is one action string of a grant; not held when it is all taken away.
func (a AzureAnswer) entry(g azureGrant, b azureBlock, p azure.Pattern, plane AzurePlane) (AzurePermission, bool) {
	e := AzurePermission{Permission: p.String(), DataAction: plane == DataPlane, Scope: g.reason.Scope, Why: g.unsure, Because: []Reason{g.reason}}
	if b.conditional {
		e.Why = sentences(e.Why, "A role grants it under a condition, which is not evaluated.")
	}
	for _, n := range b.taken[plane] {
		if n.Covers(p) {
			return e, false
		}
		if n.Overlaps(p) {
			e.Except = append(e.Except, n.String())
		}
	}
	at, _ := azure.ParseScope(g.reason.Scope) // it was one
	for _, d := range a.denials {
		if a.anywhere && !d.scope.Contains(at) {
			continue // it takes something away further down, or elsewhere: a question with a scope tells
		}
		for _, db := range d.blocks {
			for _, n := range db.granted[plane] {
				switch {
				case !n.Overlaps(p):
				case n.Covers(p) && d.unsure == "" && !db.conditional && !slices.ContainsFunc(db.taken[plane], p.Overlaps):
					return e, false
				case d.unsure == "" && !db.conditional && len(db.taken[plane]) == 0:
					e.Except = append(e.Except, n.String())
				default:
					e.Why = sentences(e.Why, "A deny assignment takes a part of it away, or does so under a condition.")
				}
			}
		}
	}
	e.Why = sentences(e.Why, a.denies)
	slices.Sort(e.Except)
	e.Except = slices.Compact(e.Except)
	return e, true
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Open says, in sentences, what was not known when the question was asked, so
// that there may be more permissions than Permissions lists; empty when all was.
func (a AzureAnswer) Open() string {
	var all []string
	for _, g := range a.grants {
		if g.unknown {
			all = append(all, g.unsure)
		}
	}
	return sentences(append(all, a.open)...)
}
