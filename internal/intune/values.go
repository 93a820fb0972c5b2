// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package intune

import "github.com/rolewright/terraform-provider-rbac/internal/rbac"

// DefaultScopeTag is the ID of the tag that every object without a tag has.
// It can be neither changed nor deleted.
const DefaultScopeTag = "0"

// DefaultScopeTagName is the name of that tag.
const DefaultScopeTagName = "Default"

// Role is an Intune role definition, built-in or custom.
type Role struct {
	ID          rbac.GUID
	Name        string // unique in the tenant, whatever the casing
	Description string
	BuiltIn     bool
	Permissions []string // Graph actions, such as Microsoft.Intune_MobileApps_Read
	// ScopeTags are the IDs of the tags that decide which administrators see
	// the role itself. In a write, nil leaves them to the service and an empty
	// slice takes them all away.
	ScopeTags []string
}

// Assignment gives a role to the users of groups, for the users and devices of
// other groups.
type Assignment struct {
	ID          rbac.GUID
	Name        string
	Description string
	RoleID      rbac.GUID   // can't be changed
	Members     []rbac.GUID // security groups whose users get the role
	// ScopeGroups are the groups that may be managed; empty when AllUsers or AllDevices is set.
	ScopeGroups          []rbac.GUID
	AllUsers, AllDevices bool
	// ScopeTags are the IDs of the tags that limit what the members see. In a
	// write, nil leaves them to the service and an empty slice takes them all away.
	ScopeTags []string
}

// ScopeTag is a label that decides which administrators see an object.
type ScopeTag struct {
	ID          string // a small number
	Name        string // unique in the tenant, whatever the casing
	Description string
	BuiltIn     bool
	// Groups are the security groups whose devices get the tag. In a write, nil
	// leaves them as they are and an empty slice takes them all away.
	Groups []rbac.GUID
}
