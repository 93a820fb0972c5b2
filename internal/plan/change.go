// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package plan

import (
	"fmt"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// RoleChange tells at a glance what a changed role grants more and less, and
// how many assignments that touches. ok is false when nothing comes or goes.
func RoleChange(rule rbac.Rule, field, name string, added, removed []string, assigned int) (v rbac.Violation, ok bool) {
	if len(added)+len(removed) == 0 {
		return rbac.Violation{}, false
	}
	var change string
	switch {
	case len(removed) == 0:
		change = "gets " + permissions(added)
	case len(added) == 0:
		change = "loses " + permissions(removed)
	default:
		change = "gets " + permissions(added) + ", and loses " + permissions(removed)
	}
	touched := "Nobody holds it."
	switch {
	case assigned == 1:
		touched = "It is assigned once."
	case assigned > 1:
		touched = fmt.Sprintf("It is assigned %d times.", assigned)
	}
	return rule.Broken(field, "", fmt.Sprintf("The role %q %s. %s", name, change, touched)), true
}

func permissions(list []string) string {
	if len(list) == 1 {
		return fmt.Sprintf("1 permission: %q", list[0])
	}
	return fmt.Sprintf("%d permissions: %s", len(list), rbac.QuotedFew(list, 3))
}

// Difference is what b has that a has not, whatever the casing, in the order of b.
func Difference(a, b []string) []string {
	have := map[string]bool{}
	for _, v := range a {
		have[rbac.Fold(v)] = true
	}
	var out []string
	for _, v := range b {
		if !have[rbac.Fold(v)] {
			out = append(out, v)
		}
	}
	return out
}
