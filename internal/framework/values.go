// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Strings returns the known elements of a set of strings; nil for a null or
// unknown set, an empty slice for an empty one.
func Strings(set types.Set) []string {
	if set.IsNull() || set.IsUnknown() {
		return nil
	}
	out := make([]string, 0, len(set.Elements()))
	for _, e := range set.Elements() {
		if s, ok := e.(types.String); ok && !s.IsNull() && !s.IsUnknown() {
			out = append(out, s.ValueString())
		}
	}
	return out
}

// GUIDs is Strings for a set of GUIDs that a validator has seen: each once,
// however often and in whatever casing it stands there; what is no GUID is
// left out.
func GUIDs(set types.Set) []rbac.GUID {
	texts := Strings(set)
	if texts == nil {
		return nil
	}
	out := make([]rbac.GUID, 0, len(texts))
	for _, t := range texts {
		if id, ok := rbac.ParseGUID(t); ok && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// Set returns a set of strings; a nil slice is an empty set.
func Set[S ~string](values []S) types.Set {
	elements := make([]attr.Value, len(values))
	for i, v := range values {
		elements[i] = types.StringValue(string(v))
	}
	return types.SetValueMust(types.StringType, elements)
}

// KeepString returns got, spelled as in prior if both mean the same.
func KeepString(prior types.String, got string, key func(string) string) types.String {
	if !prior.IsNull() && !prior.IsUnknown() && key(prior.ValueString()) == key(got) {
		return prior
	}
	return types.StringValue(got)
}

// KeepSet returns a set of got, each element spelled as the element of prior
// that means the same; and prior itself, repetitions included, when both sets
// mean the same.
func KeepSet[S ~string](prior types.Set, got []S, key func(string) string) types.Set {
	spelled := map[string]string{}
	for _, p := range Strings(prior) {
		spelled[key(p)] = p
	}
	seen := map[string]bool{}
	out := make([]string, 0, len(got))
	same := !prior.IsNull() && !prior.IsUnknown()
	for _, g := range got {
		k := key(string(g))
		if seen[k] {
			continue
		}
		seen[k] = true
		if p, ok := spelled[k]; ok {
			out = append(out, p)
		} else {
			same = false
			out = append(out, string(g))
		}
	}
	if same && len(seen) == len(spelled) {
		return prior
	}
	return Set(out)
}

// SameSet reports whether two sets of strings mean the same: neither null nor
// unknown, and with the same keys.
func SameSet(a, b types.Set, key func(string) string) bool {
	if a.IsNull() || b.IsNull() || !known(a) || !known(b) {
		return false
	}
	keys := func(s types.Set) map[string]bool {
		m := map[string]bool{}
		for _, v := range Strings(s) {
			m[key(v)] = true
		}
		return m
	}
	ka, kb := keys(a), keys(b)
	if len(ka) != len(kb) {
		return false
	}
	for k := range ka {
		if !kb[k] {
			return false
		}
	}
	return true
}

func known(set types.Set) bool {
	if set.IsUnknown() {
		return false
	}
	for _, e := range set.Elements() {
		if e.IsUnknown() {
			return false
		}
	}
	return true
}

// Fold is the key of names and permission strings.
func Fold(s string) string { return rbac.Fold(s) }

// GUIDKey is the key of GUIDs.
func GUIDKey(s string) string {
	if id, ok := rbac.ParseGUID(s); ok {
		return id.String()
	}
	return s
}

// Exact is the key of free text.
func Exact(s string) string { return s }

// GUIDValue is the canonical form of a GUID attribute that a validator has
// seen; null, unknown and anything else are the empty GUID.
func GUIDValue(s types.String) rbac.GUID {
	id, _ := rbac.ParseGUID(s.ValueString())
	return id
}

// StringOrNull is s, or null when s is empty.
func StringOrNull(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// KeepOrNull is KeepString for an attribute that is null when the service has nothing.
func KeepOrNull(prior types.String, got string, key func(string) string) types.String {
	if got == "" {
		return types.StringNull()
	}
	return KeepString(prior, got, key)
}

// AnyUnknown reports whether one of the values is unknown or holds an unknown
// element.
func AnyUnknown(values ...attr.Value) bool {
	for _, v := range values {
		if v.IsUnknown() {
			return true
		}
		if set, ok := v.(types.Set); ok && !known(set) {
			return true
		}
	}
	return false
}
