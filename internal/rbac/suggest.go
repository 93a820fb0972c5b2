// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package rbac

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Suggest returns at most limit candidates that somebody who wrote name may
// have meant, nearest first: same letters in other casing or spacing, then few
// typing errors, then names that contain it. Nothing near means an empty list.
func Suggest(name string, candidates []string, limit int) []string {
	type hit struct {
		text     string
		distance int
	}
	want := squeeze(name)
	if want == "" || limit <= 0 {
		return nil
	}
	allowed := max(1, min(len(want)/4, 6))
	var hits []hit
	for _, c := range candidates {
		have := squeeze(c)
		d := allowed + 1
		if diff := len(have) - len(want); diff <= allowed && -diff <= allowed {
			d = Distance(want, have, allowed)
		}
		if d > allowed {
			if len(want) < 4 || !strings.Contains(have, want) {
				continue
			}
			d = allowed + len(have) - len(want)
		}
		hits = append(hits, hit{c, d})
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.text, b.text))
	})
	var out []string
	for _, h := range hits {
		if len(out) == limit {
			break
		}
		if !slices.Contains(out, h.text) {
			out = append(out, h.text)
		}
	}
	return out
}

// DidYouMean returns ` Did you mean "x" or "y"?` for the candidates nearest to
// name, with a leading blank, or "" when none is near.
func DidYouMean(name string, candidates []string) string {
	near := Suggest(name, candidates, 3)
	if len(near) == 0 {
		return ""
	}
	return " Did you mean " + QuotedOr(near) + "?"
}

// QuotedOr joins values as `"a", "b" or "c"`.
func QuotedOr(values []string) string { return quoted(values, " or ") }

// QuotedAnd joins values as `"a", "b" and "c"`.
func QuotedAnd(values []string) string { return quoted(values, " and ") }

func quoted(values []string, last string) string {
	var b strings.Builder
	for i, v := range values {
		switch {
		case i == 0:
		case i == len(values)-1:
			b.WriteString(last)
		default:
			b.WriteString(", ")
		}
		b.WriteString(`"` + v + `"`)
	}
	return b.String()
}

// QuotedFew joins the first few values in quotes and says how many more there are.
func QuotedFew(values []string, few int) string {
	var b strings.Builder
	for i, v := range values {
		if i == few {
			b.WriteString(" and " + strconv.Itoa(len(values)-few) + " more")
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(`"` + v + `"`)
	}
	return b.String()
}

// Distance is the number of insertions, deletions, replacements and swaps of
// neighbours that make b of a, counted in bytes; anything over limit returns
// limit+1 early.
func Distance(a, b string, limit int) int {
	if a == b {
		return 0
	}
	before, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		best := cur[0]
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
			best = min(best, cur[j])
		}
		if best > limit {
			return limit + 1
		}
		before, prev, cur = prev, cur, before
	}
	return min(prev[len(b)], limit+1)
}

// squeeze folds casing and drops blanks, dashes, underscores and dots.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '_', '.', '\t':
			return -1
		}
		return r
	}, Fold(s))
}
