// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package azure

import "github.com/rolewright/terraform-provider-rbac/internal/rbac"

// DenyAssignment takes actions away from principals at a scope, whatever roles
// they have. Azure makes them for what it manages itself.
//
// Source: https://learn.microsoft.com/azure/role-based-access-control/deny-assignments
type DenyAssignment struct {
	ID          string
	Name        string
	Scope       Scope
	Permissions []Permission
	// Principals are who is denied, unless they are Excluded themselves or
	// through a group. Everyone is all principals of the tenant.
	Principals []rbac.GUID
	Everyone   bool
	Excluded   []rbac.GUID
	// HereOnly is set for one that does not reach below its scope.
	HereOnly  bool
	Condition string
}
