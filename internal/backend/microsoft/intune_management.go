// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"

	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var _ intune.DeviceManagement = (*intuneManagement)(nil)

// intuneManagement is intune.DeviceManagement over HTTP.
type intuneManagement struct {
	client *client
}

func newIntuneManagement(c *client) *intuneManagement {
	return &intuneManagement{client: c}
}

// Role is intune.DeviceManagement.
func (s *intuneManagement) Role(ctx context.Context, id rbac.GUID) (out intune.Role, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// Roles is intune.DeviceManagement.
func (s *intuneManagement) Roles(ctx context.Context, f intune.RoleFilter) (out []intune.Role, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// CreateRole is intune.DeviceManagement.
func (s *intuneManagement) CreateRole(ctx context.Context, r intune.Role) (out intune.Role, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// UpdateRole is intune.DeviceManagement.
func (s *intuneManagement) UpdateRole(ctx context.Context, r intune.Role) (out intune.Role, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// DeleteRole is intune.DeviceManagement.
func (s *intuneManagement) DeleteRole(ctx context.Context, id rbac.GUID) error {
	return &rbac.Error{Kind: rbac.Unsupported}
}

// Assignment is intune.DeviceManagement.
func (s *intuneManagement) Assignment(ctx context.Context, id rbac.GUID) (out intune.Assignment, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// Assignments is intune.DeviceManagement.
func (s *intuneManagement) Assignments(ctx context.Context, f intune.AssignmentFilter) (out []intune.Assignment, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// CreateAssignment is intune.DeviceManagement.
func (s *intuneManagement) CreateAssignment(ctx context.Context, a intune.Assignment) (out intune.Assignment, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// UpdateAssignment is intune.DeviceManagement.
func (s *intuneManagement) UpdateAssignment(ctx context.Context, a intune.Assignment) (out intune.Assignment, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// DeleteAssignment is intune.DeviceManagement.
func (s *intuneManagement) DeleteAssignment(ctx context.Context, id rbac.GUID) error {
	return &rbac.Error{Kind: rbac.Unsupported}
}

// ScopeTag is intune.DeviceManagement.
func (s *intuneManagement) ScopeTag(ctx context.Context, id string) (out intune.ScopeTag, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// ScopeTags is intune.DeviceManagement.
func (s *intuneManagement) ScopeTags(ctx context.Context) (out []intune.ScopeTag, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// CreateScopeTag is intune.DeviceManagement.
func (s *intuneManagement) CreateScopeTag(ctx context.Context, t intune.ScopeTag) (out intune.ScopeTag, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// UpdateScopeTag is intune.DeviceManagement.
func (s *intuneManagement) UpdateScopeTag(ctx context.Context, t intune.ScopeTag) (out intune.ScopeTag, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// DeleteScopeTag is intune.DeviceManagement.
func (s *intuneManagement) DeleteScopeTag(ctx context.Context, id string) error {
	return &rbac.Error{Kind: rbac.Unsupported}
}
