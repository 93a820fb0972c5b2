// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package azure

import (
	"context"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// RoleType selects role definitions by their origin.
type RoleType string

// The role types; AnyRole is the zero value.
const (
	AnyRole     RoleType = ""
	CustomRole  RoleType = "custom"
	BuiltInRole RoleType = "builtin"
)

// RoleFilter selects role definitions; its zero value selects all.
type RoleFilter struct {
	Type RoleType
	Name string      // the whole name, whatever the casing
	IDs  []rbac.GUID // any of these; one that does not exist is left out
}

// Selects reports whether f selects a role.
func (f RoleFilter) Selects(r Role) bool {
	return (f.Type == AnyRole || r.BuiltIn == (f.Type == BuiltInRole)) && (f.Name == "" || strings.EqualFold(r.Name, f.Name)) &&
		(len(f.IDs) == 0 || slices.Contains(f.IDs, r.ID))
}

// AssignmentFilter selects role assignments; its zero value selects all.
type AssignmentFilter struct {
	// Scope selects what is assigned at it, above it (inherited) and below it.
	Scope       Scope
	RoleID      rbac.GUID
	PrincipalID rbac.GUID // direct assignments only, unless there is Through
	// Through selects what is assigned to one of these groups of PrincipalID besides.
	Through []rbac.GUID
}

// Selects reports whether an assignment has the role and the principal that f
// asks for, wherever it is.
func (f AssignmentFilter) Selects(a Assignment) bool {
	return (f.RoleID == "" || a.RoleID == f.RoleID) &&
		(f.PrincipalID == "" || a.PrincipalID == f.PrincipalID || slices.Contains(f.Through, a.PrincipalID))
}

// Authorization is the control plane of Azure RBAC in one tenant.
//
// Every method returns an object as a later read will return it. Errors are
// *rbac.Error; the kinds named below are those that callers tell apart, and
// each method may fail with Forbidden, Unauthenticated or Unavailable too.
type Authorization interface {
	// Role returns one role definition. NotFound.
	Role(ctx context.Context, id rbac.GUID) (Role, error)
	// Roles lists role definitions by name.
	Roles(ctx context.Context, f RoleFilter) ([]Role, error)
	// CreateRole creates a custom role under r.ID. Exists (ID or name taken,
	// with Existing), Invalid, LimitExceeded.
	CreateRole(ctx context.Context, r Role) (Role, error)
	// UpdateRole replaces all of a custom role. NotFound, Exists (name),
	// Immutable (built-in), InUse (an assignable scope that goes away holds
	// assignments), Invalid.
	UpdateRole(ctx context.Context, r Role) (Role, error)
	// DeleteRole deletes a custom role; one that is gone is no error. Immutable, InUse.
	DeleteRole(ctx context.Context, id rbac.GUID) error

	// Assignment returns the role assignment with that name at a scope. NotFound.
	Assignment(ctx context.Context, scope Scope, name rbac.GUID) (Assignment, error)
	// Assignments lists role assignments by scope, then name.
	Assignments(ctx context.Context, f AssignmentFilter) ([]Assignment, error)
	// CreateAssignment creates a.Name. Exists (same name, or same scope, role
	// and principal, with Existing), NotFound (the role), PrincipalNotFound,
	// ScopeNotFound, Invalid, LimitExceeded.
	CreateAssignment(ctx context.Context, a Assignment) (Assignment, error)
	// UpdateAssignment replaces description and condition; the rest can't be
	// changed (Immutable). NotFound.
	UpdateAssignment(ctx context.Context, a Assignment) (Assignment, error)
	// DeleteAssignment deletes an assignment; one that is gone is no error.
	DeleteAssignment(ctx context.Context, scope Scope, name rbac.GUID) error

	// DenyAssignments lists what is denied at a scope: there and above it, by
	// name; in the whole tenant for the zero value. ScopeNotFound.
	DenyAssignments(ctx context.Context, scope Scope) ([]DenyAssignment, error)
	// ManagementGroupsAbove lists the management groups in which a management
	// group, a subscription or what is in one lies, the nearest first, as far as
	// the caller sees them. A management group is not above itself.
	ManagementGroupsAbove(ctx context.Context, scope Scope) ([]Scope, error)
}
