// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// RoleFilter selects built-in roles; its zero value selects all, by name.
type RoleFilter struct {
	NameContains string // a part of the present name, whatever the casing
	Category     string // whatever the casing; one that no role has is an rbac.Invalid error
	Privileged   *bool
	Deprecated   *bool
	// Granting selects roles that grant every one of these permissions, and
	// sorts them by how little else they grant; privileged roles come last among
	// equals, then the name decides.
	Granting []string
}

// PermissionFilter selects permissions; its zero value selects all.
type PermissionFilter struct {
	// Matching selects what at least one pattern stands for, see CheckPattern.
	// A malformed one is an rbac.Invalid error.
	Matching    []string
	Category    string // whatever the casing; one that no permission has is an rbac.Invalid error
	AccessLevel string // AccessRead and so on
	// Privileged, false or true, leaves out what is not known to be so.
	Privileged *bool
	// UsableInCustomRoles is for Entra, and like Privileged.
	UsableInCustomRoles *bool
	// DataAction is for Azure: operations of the data plane, or of the control plane.
	DataAction *bool
}

// roleFacts is what a RoleFilter asks of a role of any system.
type roleFacts struct {
	name, category         string
	privileged, deprecated bool
}

// selectRoles returns the roles that the filter wants, whatever they grant.
func selectRoles[R any](system rbac.System, roles []R, f RoleFilter, facts func(R) roleFacts) ([]R, error) {
	known := make([]string, len(roles))
	for i, r := range roles {
		known[i] = facts(r).category
	}
	category, err := knownCategory(system, "role", f.Category, known)
	if err != nil {
		return nil, err
	}
	part := fold(f.NameContains)
	var out []R
	for _, r := range roles {
		x := facts(r)
		if strings.Contains(fold(x.name), part) && (category == "" || fold(x.category) == category) &&
			wanted(f.Privileged, &x.privileged) && wanted(f.Deprecated, &x.deprecated) {
			out = append(out, r)
		}
	}
	return out, nil
}

// knownCategory returns the folded category, or an error that names the nearest
// ones if nothing has it. None is asked for when it is empty.
func knownCategory(system rbac.System, what, category string, known []string) (string, error) {
	folded := fold(category)
	if category == "" || slices.ContainsFunc(known, func(k string) bool { return k != "" && fold(k) == folded }) {
		return folded, nil
	}
	text := `No built-in ` + system.Title() + ` ` + what + ` has the category "` + category + `".`
	if near := rbac.DidYouMean(category, known); near != "" {
		text += near
	} else if i := slices.IndexFunc(known, func(k string) bool { return k != "" }); i >= 0 {
		text += ` A category is written like "` + known[i] + `"; leave the filter out to see which there are.`
	}
	return "", &rbac.Error{Kind: rbac.Invalid, System: system, Field: "category", Message: text}
}

// wanted reports whether a flag is as a filter wants it. What is not known is
// neither true nor false.
func wanted(want, have *bool) bool { return want == nil || have != nil && *have == *want }

// CheckPattern returns why text is no pattern for permissions of Entra and
// Intune, an rbac.Invalid error, or nil: it holds at most one "*", which stands
// for any characters, "/" included. Azure has azure.ParsePattern.
func CheckPattern(text string) error {
	_, err := parseWildcard(text)
	return err
}

// Matches reports whether a pattern stands for a permission of any system,
// whatever the casing. A malformed pattern is an rbac.Invalid error, see CheckPattern.
func Matches(pattern, permission string) (bool, error) {
	w, err := parseWildcard(pattern)
	return err == nil && w.match(permission), err
}

// wildcard is a pattern over spellings of permissions, folded.
type wildcard struct {
	before, after string
	wild          bool
}

func parseWildcard(text string) (wildcard, error) {
	const rule = `A pattern is a permission, or a part of one with a "*" for any characters, such as "microsoft.directory/users/*" or "Mobile apps/*".`
	invalid := func(why string) (wildcard, error) {
		return wildcard{}, &rbac.Error{Kind: rbac.Invalid, Field: "matching", Message: why + " " + rule}
	}
	folded := foldSpelling(text)
	if folded == "" {
		return invalid("A pattern is empty.")
	}
	if n := strings.Count(folded, "*"); n > 1 {
		return invalid(strconv.Quote(text) + ` has ` + strconv.Itoa(n) + ` wildcards; at most one is possible, so write one pattern for each.`)
	}
	before, after, wild := strings.Cut(folded, "*")
	return wildcard{before, after, wild}, nil
}

// match reports whether w stands for a spelling, whatever its casing.
func (w wildcard) match(spelling string) bool {
	spelling = foldSpelling(spelling)
	if !w.wild {
		return spelling == w.before
	}
	return len(spelling) >= len(w.before)+len(w.after) && strings.HasPrefix(spelling, w.before) && strings.HasSuffix(spelling, w.after)
}

// parseMatching reads the patterns of a filter.
func parseMatching(texts []string) ([]wildcard, error) {
	var out []wildcard
	for _, t := range texts {
		w, err := parseWildcard(t)
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, nil
}

// anyMatch reports whether one of the patterns stands for one of the spellings;
// without patterns everything matches.
func anyMatch(patterns []wildcard, spellings ...string) bool {
	return len(patterns) == 0 || slices.ContainsFunc(patterns, func(w wildcard) bool {
		return slices.ContainsFunc(spellings, w.match)
	})
}
