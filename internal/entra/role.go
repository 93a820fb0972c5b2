// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package entra

import "github.com/rolewright/terraform-provider-rbac/internal/rbac"

// Role is a directory role definition, built-in or custom. Its ID is its
// template ID.
type Role struct {
	ID          rbac.GUID
	Name        string // the directory does not insist on unique names
	Description string
	Version     string // free text of custom roles
	Enabled     bool   // a role that is not can't be assigned
	BuiltIn     bool
	Permissions []string // microsoft.directory/… actions
}

// namespace is the root of all GUIDs that this package derives.
const namespace rbac.GUID = "1d0e3a52-7b41-5c8f-8f27-64c2b8d9a0e3"

// DeriveRoleID is the template ID that a custom role gets when none is asked
// for. It follows from the name, so that a plan knows it and a repeated create
// finds the role that an interrupted one made.
func DeriveRoleID(name string) rbac.GUID { return rbac.DeriveGUID(namespace, "role", name) }
