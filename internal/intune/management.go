// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package intune

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
	Name string // the whole name, whatever the casing
}

// Selects reports whether f selects a role.
func (f RoleFilter) Selects(r Role) bool {
	return (f.Type == AnyRole || r.BuiltIn == (f.Type == BuiltInRole)) && (f.Name == "" || strings.EqualFold(r.Name, f.Name))
}

// AssignmentFilter selects role assignments; its zero value selects all.
type AssignmentFilter struct {
	RoleID  rbac.GUID
	Name    string      // the whole name, whatever the casing
	Members []rbac.GUID // among the members is one of these
}

// Selects reports whether f selects an assignment.
func (f AssignmentFilter) Selects(a Assignment) bool {
	return (f.RoleID == "" || a.RoleID == f.RoleID) && (f.Name == "" || strings.EqualFold(a.Name, f.Name)) &&
		(len(f.Members) == 0 || slices.ContainsFunc(f.Members, func(m rbac.GUID) bool { return slices.Contains(a.Members, m) }))
}

// DeviceManagement is Intune's role management in one tenant.
//
// Every method returns an object as a later read will return it. A create that
// returns an object with an ID and an error has made it: keep it. Errors are
// *rbac.Error; the kinds named below are those that callers tell apart, and
// each method may fail with Forbidden, Unauthenticated or Unavailable too.
type DeviceManagement interface {
	// Role returns one role definition. NotFound.
	Role(ctx context.Context, id rbac.GUID) (Role, error)
	// Roles lists role definitions by name.
	Roles(ctx context.Context, f RoleFilter) ([]Role, error)
	// CreateRole creates a custom role; r.ID is ignored. Exists (name, with
	// Existing), NotFound (a scope tag), Invalid.
	CreateRole(ctx context.Context, r Role) (Role, error)
	// UpdateRole changes a custom role. NotFound, Exists (name), Immutable (built-in), Invalid.
	UpdateRole(ctx context.Context, r Role) (Role, error)
	// DeleteRole deletes a custom role; one that is gone is no error. Immutable, InUse.
	DeleteRole(ctx context.Context, id rbac.GUID) error

	// Assignment returns one role assignment. NotFound.
	Assignment(ctx context.Context, id rbac.GUID) (Assignment, error)
	// Assignments lists role assignments by name, then ID.
	Assignments(ctx context.Context, f AssignmentFilter) ([]Assignment, error)
	// CreateAssignment creates an assignment; a.ID is ignored. Exists (name,
	// with Existing), NotFound (role or scope tag), PrincipalNotFound (a group), Invalid.
	CreateAssignment(ctx context.Context, a Assignment) (Assignment, error)
	// UpdateAssignment changes all but the role of an assignment. NotFound,
	// Exists (name), Immutable (the role), Invalid.
	UpdateAssignment(ctx context.Context, a Assignment) (Assignment, error)
	// DeleteAssignment deletes an assignment; one that is gone is no error.
	DeleteAssignment(ctx context.Context, id rbac.GUID) error

	// ScopeTag returns one scope tag with its groups. NotFound.
	ScopeTag(ctx context.Context, id string) (ScopeTag, error)
	// ScopeTags lists scope tags with their groups, by number.
	ScopeTags(ctx context.Context) ([]ScopeTag, error)
	// CreateScopeTag creates a tag; t.ID is ignored. Exists (name, with
	// Existing), PrincipalNotFound (a group), Invalid.
	CreateScopeTag(ctx context.Context, t ScopeTag) (ScopeTag, error)
	// UpdateScopeTag changes a tag. NotFound, Exists (name), Immutable (Default), Invalid.
	UpdateScopeTag(ctx context.Context, t ScopeTag) (ScopeTag, error)
	// DeleteScopeTag deletes a tag; one that is gone is no error. Immutable, InUse.
	DeleteScopeTag(ctx context.Context, id string) error
}
