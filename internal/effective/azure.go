// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package effective

import (
	"cmp"
	"iter"
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
	at      azure.Scope
	blocks  []azureBlock
	unsure  string // why it may not hold; empty when it does
	unknown bool   // the role is not known, so it may grant anything
}

type azureDenial struct {
	denial   Denial
	scope    azure.Scope
	hereOnly bool
	blocks   []azureBlock
	unsure   string
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
		for plane, granted := range out[i].granted {
			out[i].granted[plane] = slices.DeleteFunc(granted, func(g azure.Pattern) bool {
				return slices.ContainsFunc(out[i].taken[plane], func(n azure.Pattern) bool { return n.Covers(g) })
			})
		}
	}
	return out
}

// Ask collects what bears on a question.
func (t AzureTenant) Ask(q AzureQuestion) AzureAnswer {
	a := AzureAnswer{anywhere: q.Scope.IsZero(), open: q.Unread, denies: t.DeniesUnread}
	parsed := map[rbac.GUID][]azureBlock{}
	holder := q.holder()
	for _, as := range t.Assignments {
		group, ok := holder(as.PrincipalID)
		if !ok {
			continue
		}
		holds, why := q.holdsAt(as.Scope)
		if !holds && why == "" {
			continue
		}
		g := azureGrant{at: as.Scope, unsure: why, reason: Reason{
			RoleID: as.RoleID, AssignmentID: as.ID(), AssignmentName: as.Name.String(), GroupID: group, Scope: as.Scope.ID(), Condition: as.Condition,
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
		if den, ok := q.denies(d, holder); ok {
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
func (q AzureQuestion) denies(d azure.DenyAssignment, holder func(rbac.GUID) (rbac.GUID, bool)) (azureDenial, bool) {
	self := func(id rbac.GUID) bool { _, ok := holder(id); return ok }
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
	out := azureDenial{denial: Denial{ID: d.ID, Name: d.Name, Scope: d.Scope.ID()}, scope: d.Scope, hereOnly: d.HereOnly, blocks: parseBlocks(d.Permissions), unsure: why}
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
	best := none
	for _, b := range blocks {
		covered, touched := false, false
		for _, g := range b.granted[plane] {
			covered = covered || g.Covers(p)
			touched = touched || covered || g.Overlaps(p)
		}
		if !touched {
			continue
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

// The reasons for which something is not evaluated.
const (
	whyRoleCondition = "A role grants it under a condition, which is not evaluated."
	whyPart          = "It stands for several operations, of which only some are granted."
	whyDenied        = "A deny assignment takes a part of it away, or does so under a condition."
	whyDenyAbove     = "Whether a deny assignment of a management group holds there is not known."
	whyDenyHere      = "A deny assignment takes it away at the scope itself and not below."
)

// Check answers for one operation, or for a pattern: a pattern is Allowed when
// one role grants all that it could stand for, and NotEvaluated when only some
// of that is granted for sure. In EitherPlane the plane counts in which more is
// allowed. What is no action string is NotAllowed. Without a scope in the
// question, the answer is whether it is allowed at any.
func (a AzureAnswer) Check(operation string, plane AzurePlane) Result {
	p, err := azure.ParsePattern(operation)
	if err != nil {
		return Result{Permission: operation, Verdict: NotAllowed}
	}
	return a.check(a.grants, a.open, p, plane)
}

// check answers from some of the grants; open says why there may be more.
func (a AzureAnswer) check(grants []azureGrant, open string, p azure.Pattern, plane AzurePlane) Result {
	if plane == EitherPlane {
		return best(a.check(grants, open, p, ControlPlane), a.check(grants, open, p, DataPlane))
	}
	var sure, maybe, refused []Reason
	var deniedBy []Denial
	var whys []string
	for _, g := range grants {
		reached := reachOf(g.blocks, p, plane)
		if reached == none && !g.unknown {
			continue
		}
		why := g.unsure
		switch {
		case g.unknown || reached == full:
		case p.IsWildcard():
			why = sentences(why, whyPart)
		default:
			why = sentences(why, whyRoleCondition)
		}
		denied, by, doubt := a.denied(g.at, p, plane)
		deniedBy = append(deniedBy, by...)
		switch why = sentences(why, doubt); {
		case denied:
			refused = append(refused, g.reason)
		case why != "":
			maybe, whys = append(maybe, g.reason), append(whys, why)
		default:
			sure = append(sure, g.reason)
		}
	}
	r := Result{Permission: p.String(), Verdict: NotAllowed}
	switch {
	case len(sure) > 0:
		r.Verdict, r.Because = Allowed, sortReasons(sure)
		return r
	case len(maybe) > 0:
		r.Verdict, r.Because, r.Why = NotEvaluated, maybe, sentences(append(whys, open)...)
	case len(refused) > 0 && (open == "" || !a.anywhere):
		r.Because = refused
	case open != "":
		if denied, by, _ := a.denied(azure.Scope{}, p, plane); denied && !a.anywhere {
			r.DeniedBy = sortDenials(by) // whatever there may be
			return r
		}
		r.Verdict, r.Because, r.Why = NotEvaluated, refused, open
	}
	r.Because, r.DeniedBy = sortReasons(r.Because), sortDenials(deniedBy)
	return r
}

// denied reports whether deny assignments take away what is granted at a scope,
// and which do or might; doubt says why it is not certain that none does.
func (a AzureAnswer) denied(at azure.Scope, p azure.Pattern, plane AzurePlane) (denied bool, by []Denial, doubt string) {
	var sure, maybe []Denial
	var doubts []string
	for _, d := range a.denials {
		reached := reachOf(d.blocks, p, plane)
		why := d.unsure
		switch holds, unknown := a.denialHolds(d, at); {
		case reached == none || !holds:
			continue
		case unknown != "":
			why = sentences(why, unknown)
		case reached == part:
			why = sentences(why, whyDenied)
		}
		if why == "" {
			sure = append(sure, d.denial)
		} else {
			maybe, doubts = append(maybe, d.denial), append(doubts, why)
		}
	}
	if len(sure) > 0 {
		return true, sure, ""
	}
	return false, maybe, sentences(append(doubts, a.denies)...)
}

// denialHolds reports whether a denial may be about what is granted at a scope.
// A question with a scope has left out all others. Without one, a denial further
// down, or elsewhere, is for a question with a scope to tell.
func (a AzureAnswer) denialHolds(d azureDenial, at azure.Scope) (holds bool, unknown string) {
	switch {
	case !a.anywhere:
		return true, ""
	case d.hereOnly:
		return d.scope.Same(at), whyDenyHere
	case d.scope.Contains(at):
		return true, ""
	case d.scope.Kind == azure.ManagementGroupScope && at.Kind != azure.TenantScope:
		return true, whyDenyAbove
	}
	return false, ""
}

// AzurePermission is an action string as roles hold it, or an operation, at a
// scope.
type AzurePermission struct {
	Permission string
	DataAction bool
	Scope      string
	// Except are the not-actions of the role and the denied actions of the scope
	// that take something out of it.
	Except []string
	// Verdict is NotAllowed for what a deny assignment takes away as a whole.
	Verdict  Verdict
	Why      string // why it is not certain; empty when it is
	Because  []Reason
	DeniedBy []Denial
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
					out = append(out, a.entry(g, b, p, plane))
				}
			}
		}
	}
	return merged(out)
}

// merged sorts entries and makes one of those that differ in their reasons only.
func merged(entries []AzurePermission) []AzurePermission {
	type keyed struct {
		AzurePermission
		permission, scope string // folded
	}
	all := make([]keyed, len(entries))
	for i, e := range entries {
		all[i] = keyed{e, rbac.Fold(e.Permission), rbac.Fold(e.Scope)}
	}
	key := func(x, y keyed) int {
		return cmp.Or(
			strings.Compare(x.permission, y.permission), cmp.Compare(btoi(x.DataAction), btoi(y.DataAction)), strings.Compare(x.scope, y.scope),
			slices.Compare(x.Except, y.Except), strings.Compare(string(x.Verdict), string(y.Verdict)), strings.Compare(x.Why, y.Why),
		)
	}
	slices.SortStableFunc(all, key)
	var out []AzurePermission
	for i, e := range all {
		if n := len(out); i > 0 && key(all[i-1], e) == 0 {
			out[n-1].Because = sortReasons(append(slices.Clip(out[n-1].Because), e.Because...))
			out[n-1].DeniedBy = sortDenials(append(slices.Clip(out[n-1].DeniedBy), e.DeniedBy...))
			continue
		}
		out = append(out, e.AzurePermission)
	}
	return out
}

// entry is one action string of a grant.
func (a AzureAnswer) entry(g azureGrant, b azureBlock, p azure.Pattern, plane AzurePlane) AzurePermission {
	e := AzurePermission{Permission: p.String(), DataAction: plane == DataPlane, Scope: g.reason.Scope, Why: g.unsure, Because: []Reason{g.reason}}
	if b.conditional {
		e.Why = sentences(e.Why, whyRoleCondition)
	}
	for _, n := range b.taken[plane] {
		if n.Overlaps(p) {
			e.Except = append(e.Except, n.String())
		}
	}
	denied := false
	for _, d := range a.denials {
		holds, unknown := a.denialHolds(d, g.at)
		if !holds {
			continue
		}
		for _, db := range d.blocks {
			for _, n := range db.granted[plane] {
				if !n.Overlaps(p) {
					continue
				}
				e.DeniedBy = append(e.DeniedBy, d.denial)
				certain := d.unsure == "" && unknown == "" && !db.conditional
				switch {
				case certain && n.Covers(p) && !slices.ContainsFunc(db.taken[plane], p.Overlaps):
					denied = true
				case certain && !slices.ContainsFunc(db.taken[plane], n.Overlaps):
					e.Except = append(e.Except, n.String())
				default:
					e.Why = sentences(e.Why, d.unsure, unknown, whyDenied)
				}
			}
		}
	}
	e.DeniedBy = sortDenials(e.DeniedBy)
	slices.Sort(e.Except)
	e.Except = slices.Compact(e.Except)
	switch e.Why = sentences(e.Why, a.denies); {
	case denied:
		e.Verdict, e.Why, e.Except = NotAllowed, "", nil
	case e.Why != "":
		e.Verdict = NotEvaluated
	default:
		e.Verdict = Allowed
	}
	return e
}

// Expand lists the given operations that the principal holds, in place of the
// wildcards that grant them: for each scope at which something is assigned, as
// Check answers for what is assigned there. Operations of the same name and
// scope in both planes are two entries.
func (a AzureAnswer) Expand(operations iter.Seq2[string, AzurePlane]) []AzurePermission {
	byScope := map[string][]azureGrant{}
	for _, g := range a.grants {
		if !g.unknown {
			byScope[g.at.Key()] = append(byScope[g.at.Key()], g)
		}
	}
	var out []AzurePermission
	for name, where := range operations {
		p, err := azure.ParsePattern(name)
		if err != nil {
			continue
		}
		for plane := ControlPlane; plane <= DataPlane; plane++ {
			if where != plane && where != EitherPlane {
				continue
			}
			for _, grants := range byScope {
				r := a.check(grants, "", p, plane)
				if r.Verdict == NotAllowed && len(r.DeniedBy) == 0 {
					continue
				}
				out = append(out, AzurePermission{
					Permission: name, DataAction: plane == DataPlane, Scope: grants[0].reason.Scope, Verdict: r.Verdict, Why: r.Why, Because: r.Because, DeniedBy: r.DeniedBy,
				})
			}
		}
	}
	return merged(out)
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
