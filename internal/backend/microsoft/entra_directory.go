// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var _ entra.Directory = (*entraDirectory)(nil)

// entraDirectory is entra.Directory over HTTP.
type entraDirectory struct {
	client *client
}

func newEntraDirectory(c *client) *entraDirectory {
	return &entraDirectory{client: c}
}

// Role is entra.Directory.
func (s *entraDirectory) Role(ctx context.Context, id rbac.GUID) (out entra.Role, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// Roles is entra.Directory.
func (s *entraDirectory) Roles(ctx context.Context, f entra.RoleFilter) (out []entra.Role, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// CreateRole is entra.Directory.
func (s *entraDirectory) CreateRole(ctx context.Context, r entra.Role) (out entra.Role, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// UpdateRole is entra.Directory.
func (s *entraDirectory) UpdateRole(ctx context.Context, r entra.Role) (out entra.Role, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// DeleteRole is entra.Directory.
func (s *entraDirectory) DeleteRole(ctx context.Context, id rbac.GUID) error {
	return &rbac.Error{Kind: rbac.Unsupported}
}

// Assignment is entra.Directory.
func (s *entraDirectory) Assignment(ctx context.Context, id string) (out entra.Assignment, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// Assignments is entra.Directory.
func (s *entraDirectory) Assignments(ctx context.Context, f entra.AssignmentFilter) (out []entra.Assignment, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// CreateAssignment is entra.Directory.
func (s *entraDirectory) CreateAssignment(ctx context.Context, a entra.Assignment) (out entra.Assignment, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// DeleteAssignment is entra.Directory.
func (s *entraDirectory) DeleteAssignment(ctx context.Context, id string) error {
	return &rbac.Error{Kind: rbac.Unsupported}
}

// Objects is entra.Directory.
func (s *entraDirectory) Objects(ctx context.Context, ids []rbac.GUID) (out map[rbac.GUID]entra.Object, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}
