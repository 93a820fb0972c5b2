// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package rbac

import (
	"slices"
	"strings"
)

// Fold is the form in which names and permission strings are compared: all
// three systems ignore casing.
func Fold(s string) string { return strings.ToLower(s) }

// FoldSet returns the distinct folded forms of values, sorted.
func FoldSet(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = Fold(v)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// SameSet reports whether a and b hold the same values, whatever their casing,
// order and repetitions.
func SameSet(a, b []string) bool { return slices.Equal(FoldSet(a), FoldSet(b)) }

// Distinct returns values without those that differ from an earlier one in
// casing alone, in the same order; nil stays nil.
func Distinct(values []string) []string {
	if values == nil {
		return nil
	}
	seen := make(map[string]bool, len(values))
	out := make([]string, 0, len(values))
	for _, v := range values {
		if !seen[Fold(v)] {
			seen[Fold(v)] = true
			out = append(out, v)
		}
	}
	return out
}
