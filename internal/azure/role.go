// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package azure

import (
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Permission is one block of a role definition. Custom roles have one; some
// built-in roles have several, each with its own condition.
type Permission struct {
	Actions, NotActions         []string
	DataActions, NotDataActions []string
	Condition, ConditionVersion string
}

type actionList struct {
	field   string
	actions []string
}

// lists returns the four lists under the names of their fields.
func (p Permission) lists() [4]actionList {
	return [4]actionList{
		{"actions", p.Actions},
		{"not_actions", p.NotActions},
		{"data_actions", p.DataActions},
		{"not_data_actions", p.NotDataActions},
	}
}

// Role is a role definition, built-in or custom.
type Role struct {
	ID               rbac.GUID
	Name             string // unique in the tenant, built-in roles included, whatever the casing
	Description      string
	BuiltIn          bool
	Permissions      []Permission
	AssignableScopes []string // scope IDs in the casing in which they were written
}

// Flat returns the role's permissions as one block, in order of appearance.
// For a role of one block, which every custom role is, nothing is lost.
func (r Role) Flat() Permission {
	if len(r.Permissions) == 1 {
		return r.Permissions[0]
	}
	var f Permission
	for _, p := range r.Permissions {
		f.Actions = append(f.Actions, p.Actions...)
		f.NotActions = append(f.NotActions, p.NotActions...)
		f.DataActions = append(f.DataActions, p.DataActions...)
		f.NotDataActions = append(f.NotDataActions, p.NotDataActions...)
	}
	return f
}

const roleSegment = "/providers/Microsoft.Authorization/roleDefinitions/"

// RoleResourceID is the canonical ARM ID of a role definition: without a scope
// in front, since the GUID alone is its identity.
func RoleResourceID(id rbac.GUID) string { return roleSegment + id.String() }

// ParseRoleID reads a GUID, or the ARM ID of a role definition with any scope
// in front and in any casing.
func ParseRoleID(text string) (rbac.GUID, bool) {
	if i := lastIndexFold(text, roleSegment); i >= 0 {
		if _, err := ParseScope("/" + text[:i]); err != nil {
			return "", false
		}
		text = text[i+len(roleSegment):]
	}
	return rbac.ParseGUID(text)
}

// lastIndexFold is where part stands last in text, whatever the casing; -1 if
// nowhere. Searching in the folded text would not do: some letters take more or
// fewer bytes when folded, and the index would point elsewhere.
func lastIndexFold(text, part string) int {
	for i := len(text) - len(part); i >= 0; i-- {
		if strings.EqualFold(text[i:i+len(part)], part) {
			return i
		}
	}
	return -1
}

// namespace is the root of all GUIDs that this package derives.
const namespace rbac.GUID = "5f3c1c6e-6a0b-5d0e-9a53-2b1f7f0c8e11"

// DeriveRoleID is the GUID that a custom role gets when none is asked for. It
// follows from the name, so that a plan knows it and a repeated create finds
// the role that an interrupted one made.
func DeriveRoleID(name string) rbac.GUID { return rbac.DeriveGUID(namespace, "role", name) }
