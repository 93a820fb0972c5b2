// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package azure

import (
	"strconv"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Pattern is one string of actions, not_actions, data_actions or
// not_data_actions: an operation, or a wildcard that stands for many.
type Pattern struct {
	text           string
	before, after  string // folded; what stands left and right of the wildcard
	wild, anything bool
}

// ParsePattern reads an action string. It has at most one "*", which may stand
// anywhere and stands for any characters, "/" included; no blanks, no control
// characters and no empty segments; and a "/" unless the wildcard takes its
// place. Casing does not matter. Anything else is an rbac.Invalid error.
//
// Source: https://learn.microsoft.com/azure/role-based-access-control/custom-roles#wildcard-permissions
func ParsePattern(text string) (Pattern, error) {
	switch n := strings.Count(text, "*"); {
	case text == "":
		return Pattern{}, RuleActionSyntax.Broken("", text, "An action is empty. "+actionForm).Err()
	case n > 1:
		return Pattern{}, RuleActionOneWildcard.Broken("", text, `"`+text+`" has `+itoa(n)+` wildcards. `+
			`An action string of an Azure role has at most one "*"; write one string for each.`).Err()
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f || r == 0xa0 }); i >= 0 {
		return Pattern{}, RuleActionSyntax.Broken("", text, strconv.Quote(text)+" has a blank or control character at position "+
			itoa(i+1)+". "+actionForm).Err()
	}
	if strings.HasPrefix(text, "/") || strings.HasSuffix(text, "/") || strings.Contains(text, "//") {
		return Pattern{}, RuleActionSyntax.Broken("", text, `"`+text+`" has an empty segment. `+actionForm).Err()
	}
	before, after, wild := strings.Cut(rbac.Fold(text), "*")
	if !wild && !strings.Contains(text, "/") {
		return Pattern{}, RuleActionSyntax.Broken("", text, `"`+text+`" has no "/". `+actionForm).Err()
	}
	return Pattern{text: text, before: before, after: after, wild: wild, anything: text == "*"}, nil
}

const actionForm = `An action is written "Provider/type/verb", such as "Microsoft.Compute/virtualMachines/start/action".`

// String is the pattern as it was written.
func (p Pattern) String() string { return p.text }

// IsWildcard reports whether p may stand for more than one operation.
func (p Pattern) IsWildcard() bool { return p.wild }

// Prefix is what every match begins with, folded; Suffix what it ends with.
func (p Pattern) Prefix() string { return p.before }

// Suffix is what every match ends with, folded; for a pattern without a
// wildcard it is empty and Prefix is the operation.
func (p Pattern) Suffix() string { return p.after }

// Match reports whether p stands for the operation, whatever its casing.
func (p Pattern) Match(operation string) bool {
	return p.anything || p.MatchFolded(rbac.Fold(operation))
}

// MatchFolded is Match for an operation that is already folded.
func (p Pattern) MatchFolded(operation string) bool {
	if !p.wild {
		return operation == p.before
	}
	return len(operation) >= len(p.before)+len(p.after) &&
		strings.HasPrefix(operation, p.before) && strings.HasSuffix(operation, p.after)
}

func itoa(n int) string { return strconv.Itoa(n) }

// Overlaps reports whether some operation could match both p and o.
func (p Pattern) Overlaps(o Pattern) bool {
	switch {
	case !p.wild:
		return o.MatchFolded(p.before)
	case !o.wild:
		return p.MatchFolded(o.before)
	}
	// Two strings with one wildcard each meet when neither their beginnings nor
	// their ends contradict each other: what lies between can be stretched.
	return (strings.HasPrefix(p.before, o.before) || strings.HasPrefix(o.before, p.before)) &&
		(strings.HasSuffix(p.after, o.after) || strings.HasSuffix(o.after, p.after))
}

// Covers reports whether p stands for every operation for which o stands.
func (p Pattern) Covers(o Pattern) bool {
	switch {
	case p.anything:
		return true
	case !o.wild:
		return p.MatchFolded(o.before)
	}
	return p.wild && strings.HasPrefix(o.before, p.before) && strings.HasSuffix(o.after, p.after)
}
