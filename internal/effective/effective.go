// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package effective

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Verdict is the answer to "may this principal do that?".
type Verdict string

// The verdicts.
const (
	Allowed      Verdict = "allowed"
	NotAllowed   Verdict = "not allowed"
	NotEvaluated Verdict = "not evaluated"
)

// Who is the principal that is asked about.
type Who struct {
	Principal rbac.GUID
	// Groups are all groups to which the principal belongs, directly or through others.
	Groups []rbac.GUID
	// Unread says, as a sentence, why Groups may not be all; empty when they are.
	Unread string
}

// holder returns a function that reports whether an assignment to a principal is
// one to who, and the group through which it is; empty when it is direct.
func (w Who) holder() func(principal rbac.GUID) (group rbac.GUID, ok bool) {
	groups := make(map[rbac.GUID]bool, len(w.Groups))
	for _, g := range w.Groups {
		groups[g] = true
	}
	return func(principal rbac.GUID) (rbac.GUID, bool) {
		switch {
		case principal == w.Principal:
			return "", true
		case groups[principal]:
			return principal, true
		}
		return "", false
	}
}

// Reason is an assignment that lets a principal do something, or that might.
type Reason struct {
	RoleID         rbac.GUID
	RoleName       string // empty when the role is not known
	AssignmentID   string
	AssignmentName string    // the GUID of an Azure assignment, the display name of an Intune one
	GroupID        rbac.GUID // the group that carries the assignment to the principal; empty when it is direct
	Scope          string    // where it is assigned; empty for Intune
	Condition      string    // the condition of an Azure assignment; empty without one
}

// Denial is a deny assignment that takes something away.
type Denial struct {
	ID, Name string
	Scope    string
}

// Result is the answer to one question.
type Result struct {
	Permission string // as asked
	Verdict    Verdict
	// Why says what could not be evaluated, in sentences; empty for the other verdicts.
	Why string
	// Because is what allows it or, when it is NotEvaluated, what might.
	Because []Reason
	// DeniedBy is what takes it away, or might.
	DeniedBy []Denial
}

// best gathers the results of one question asked in several ways into that
// which allows the most.
func best(results ...Result) Result {
	out := results[0]
	rank := func(v Verdict) int { return slices.Index([]Verdict{NotAllowed, NotEvaluated, Allowed}, v) }
	for _, r := range results[1:] {
		switch {
		case rank(r.Verdict) > rank(out.Verdict):
			out = r
		case r.Verdict == out.Verdict:
			out.Because = sortReasons(slices.Concat(out.Because, r.Because))
			out.DeniedBy = sortDenials(slices.Concat(out.DeniedBy, r.DeniedBy))
			out.Why = sentences(out.Why, r.Why)
		}
	}
	return out
}

// settled is the result of a system without denials, whose Because has so far what
// allows it for sure. maybe is what might, whys says why that is not certain, and
// open why there may be more.
func (r Result) settled(maybe []Reason, whys []string, open string) Result {
	switch {
	case len(r.Because) > 0:
		r.Verdict = Allowed
	case len(maybe) > 0 || open != "":
		r.Verdict, r.Because, r.Why = NotEvaluated, maybe, sentences(append(whys, open)...)
	}
	r.Because = sortReasons(r.Because)
	return r
}

func sortReasons(rs []Reason) []Reason {
	slices.SortFunc(rs, func(a, b Reason) int {
		return cmp.Or(strings.Compare(a.RoleName, b.RoleName), strings.Compare(a.AssignmentID, b.AssignmentID), cmp.Compare(a.GroupID, b.GroupID))
	})
	return slices.Compact(rs)
}

func sortDenials(ds []Denial) []Denial {
	slices.SortFunc(ds, func(a, b Denial) int { return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID)) })
	return slices.Compact(ds)
}

// sentences joins those that are not empty, each once, in order.
func sentences(all ...string) string {
	all = slices.DeleteFunc(all, func(s string) bool { return s == "" })
	slices.Sort(all)
	return strings.Join(slices.Compact(all), " ")
}
