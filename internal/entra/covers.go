// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package entra

import (
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Covers reports whether a permission that a role holds includes another:
// the same one, or one whose property set or action is within allProperties or
// allTasks of the same entity. An entity without a subtype includes its subtypes,
// and allEntities every entity of its namespace.
//
// Source: https://learn.microsoft.com/graph/api/resources/unifiedrolepermission
func Covers(held, asked string) bool {
	h, a := strings.Split(rbac.Fold(held), "/"), strings.Split(rbac.Fold(asked), "/")
	if slices.Equal(h, a) {
		return true
	}
	if len(h) < 3 || len(a) < 3 || h[0] != a[0] || !includes(h[1], a[1]) {
		return false
	}
	set, action := h[2:len(h)-1], h[len(h)-1]
	if action != "alltasks" && action != a[len(a)-1] {
		return false
	}
	asks := a[2 : len(a)-1]
	switch {
	case len(set) == 1 && set[0] == "allproperties":
		return true
	case len(set) == 0 && (action == "alltasks" || h[1] == allEntities):
		return true
	default:
		return slices.Equal(set, asks)
	}
}

// allEntities stands for every object of a namespace, folded.
const allEntities = "allentities"

// includes reports whether an entity is another or has it as a subtype.
func includes(entity, other string) bool {
	return entity == other || entity == allEntities || strings.HasPrefix(other, entity+".")
}
