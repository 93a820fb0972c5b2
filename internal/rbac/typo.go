// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package rbac

import "strings"

// PlainTypo reports whether written is so near to known that it can hardly be
// anything else: both have the same segments between separators but for one, and
// that one differs in casing or separators alone, in singular and plural, or
// by one slip of the keyboard (two in a long word). A difference in digits is
// none: that is how new versions are named. Nor is one at the beginning of a
// word: get and set, import and export, planned and unplanned are no slips.
func PlainTypo(written, known string) bool {
	a, b := segments(written), segments(known)
	if len(a) != len(b) {
		return false
	}
	odd := -1
	for i := range a {
		if a[i] == b[i] {
			continue
		}
		if odd >= 0 {
			return false
		}
		odd = i
	}
	return odd < 0 || plainSlip(a[odd], b[odd])
}

func segments(s string) []string {
	return strings.FieldsFunc(Fold(s), func(r rune) bool { return r == '/' || r == '_' })
}

func plainSlip(a, b string) bool {
	if squeeze(a) == squeeze(b) || plural(a, b) || plural(b, a) {
		return true
	}
	short := min(len(a), len(b))
	if short < 5 || a[:2] != b[:2] || digits(a) != digits(b) {
		return false
	}
	return Distance(a, b, 2) <= 1 || short >= 10 && a[short-2:] == b[short-2:] && Distance(a, b, 2) <= 2
}

// plural reports whether many is the plural of one.
func plural(one, many string) bool {
	return many == one+"s" || many == one+"es" || strings.HasSuffix(one, "y") && many == one[:len(one)-1]+"ies"
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
