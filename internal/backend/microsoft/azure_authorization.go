// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var _ azure.Authorization = (*azureAuthorization)(nil)

// azureAuthorization is azure.Authorization over HTTP.
type azureAuthorization struct {
	client *client
}

func newAzureAuthorization(c *client) *azureAuthorization {
	return &azureAuthorization{client: c}
}

// Role is azure.Authorization.
func (s *azureAuthorization) Role(ctx context.Context, id rbac.GUID) (out azure.Role, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// Roles is azure.Authorization.
func (s *azureAuthorization) Roles(ctx context.Context, f azure.RoleFilter) (out []azure.Role, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// CreateRole is azure.Authorization.
func (s *azureAuthorization) CreateRole(ctx context.Context, r azure.Role) (out azure.Role, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// UpdateRole is azure.Authorization.
func (s *azureAuthorization) UpdateRole(ctx context.Context, r azure.Role) (out azure.Role, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// DeleteRole is azure.Authorization.
func (s *azureAuthorization) DeleteRole(ctx context.Context, id rbac.GUID) error {
	return &rbac.Error{Kind: rbac.Unsupported}
}

// Assignment is azure.Authorization.
func (s *azureAuthorization) Assignment(ctx context.Context, scope azure.Scope, name rbac.GUID) (out azure.Assignment, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// Assignments is azure.Authorization.
func (s *azureAuthorization) Assignments(ctx context.Context, f azure.AssignmentFilter) (out []azure.Assignment, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// CreateAssignment is azure.Authorization.
func (s *azureAuthorization) CreateAssignment(ctx context.Context, a azure.Assignment) (out azure.Assignment, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// UpdateAssignment is azure.Authorization.
func (s *azureAuthorization) UpdateAssignment(ctx context.Context, a azure.Assignment) (out azure.Assignment, err error) {
	return out, &rbac.Error{Kind: rbac.Unsupported}
}

// DeleteAssignment is azure.Authorization.
func (s *azureAuthorization) DeleteAssignment(ctx context.Context, scope azure.Scope, name rbac.GUID) error {
	return &rbac.Error{Kind: rbac.Unsupported}
}
