// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package entra

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
	Name string // the whole display name, whatever the casing
}

// Selects reports whether f selects a role.
func (f RoleFilter) Selects(r Role) bool {
	return (f.Type == AnyRole || r.BuiltIn == (f.Type == BuiltInRole)) && (f.Name == "" || strings.EqualFold(r.Name, f.Name))
}

// AssignmentFilter selects role assignments; its zero value selects all.
type AssignmentFilter struct {
	RoleID         rbac.GUID
	PrincipalID    rbac.GUID // direct assignments only, unless there is Through
	DirectoryScope string    // canonical; exactly this scope
	// Through selects what is assigned to one of these groups of PrincipalID besides.
	Through []rbac.GUID
}

// Selects reports whether f selects an assignment.
func (f AssignmentFilter) Selects(a Assignment) bool {
	return (f.RoleID == "" || a.RoleID == f.RoleID) &&
		(f.PrincipalID == "" || a.PrincipalID == f.PrincipalID || slices.Contains(f.Through, a.PrincipalID)) &&
		(f.DirectoryScope == "" || a.DirectoryScope == f.DirectoryScope)
}

// ObjectType is what a directory object is.
type ObjectType string

// The types of directory objects that role management meets.
const (
	User               ObjectType = "user"
	Group              ObjectType = "group"
	ServicePrincipal   ObjectType = "servicePrincipal"
	Device             ObjectType = "device"
	AdministrativeUnit ObjectType = "administrativeUnit"
)

// Object is what the directory says of one object.
type Object struct {
	ID          rbac.GUID
	Type        ObjectType // empty when the directory does not tell
	DisplayName string
	// UserPrincipalName is that of a user; empty when the directory does not tell.
	UserPrincipalName string
	AppID             rbac.GUID // of a service principal
	RoleAssignable    bool      // of a group
	SecurityEnabled   bool      // of a group
}

// Directory is Microsoft Entra's role management in one tenant.
//
// Every method returns an object as a later read will return it. Errors are
// *rbac.Error; the kinds named below are those that callers tell apart, and
// each method may fail with Forbidden, Unauthenticated or Unavailable too.
type Directory interface {
	// Role returns one role definition. NotFound.
	Role(ctx context.Context, id rbac.GUID) (Role, error)
	// Roles lists role definitions by name.
	Roles(ctx context.Context, f RoleFilter) ([]Role, error)
	// CreateRole creates a custom role under r.ID. Exists (the ID is taken,
	// with Existing), Invalid, LimitExceeded.
	CreateRole(ctx context.Context, r Role) (Role, error)
	// UpdateRole replaces all of a custom role. NotFound, Immutable (built-in), Invalid.
	UpdateRole(ctx context.Context, r Role) (Role, error)
	// DeleteRole deletes a custom role and, with it, its assignments; one that
	// is gone is no error. Immutable.
	DeleteRole(ctx context.Context, id rbac.GUID) error

	// Assignment returns one role assignment. NotFound.
	Assignment(ctx context.Context, id string) (Assignment, error)
	// Assignments lists role assignments by ID.
	Assignments(ctx context.Context, f AssignmentFilter) ([]Assignment, error)
	// CreateAssignment creates an assignment; a.ID is ignored. Exists (same
	// role, principal and scope, with Existing), NotFound (the role),
	// PrincipalNotFound, ScopeNotFound, Invalid, LimitExceeded.
	CreateAssignment(ctx context.Context, a Assignment) (Assignment, error)
	// DeleteAssignment deletes an assignment; one that is gone is no error.
	DeleteAssignment(ctx context.Context, id string) error

	// Objects returns those of ids that the directory knows. A directory that
	// does not keep objects knows every ID and tells nothing else of it.
	Objects(ctx context.Context, ids []rbac.GUID) (map[rbac.GUID]Object, error)
	// MemberOf lists the groups that a principal is in, directly or through other
	// groups, by ID. A directory that does not keep objects knows of none.
	// PrincipalNotFound.
	MemberOf(ctx context.Context, principal rbac.GUID) ([]rbac.GUID, error)
	// Members lists the users, service principals and devices in a group, directly
	// or through other groups, by ID. A directory that does not keep objects knows
	// of none. PrincipalNotFound.
	Members(ctx context.Context, group rbac.GUID) ([]Object, error)
	// UnitsOf lists the administrative units that hold an object itself, by ID: not
	// those of its groups. ScopeNotFound.
	UnitsOf(ctx context.Context, object rbac.GUID) ([]rbac.GUID, error)
	// Caller is the object ID of the principal that calls. Unsupported, where
	// nobody in particular does.
	Caller(ctx context.Context) (rbac.GUID, error)
}
