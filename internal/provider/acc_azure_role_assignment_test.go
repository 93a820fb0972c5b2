// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"fmt"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
)

// theAssignment reads the one role assignment of the tenant.
func theAssignment(ctx context.Context, b backend.Backend) (azure.Assignment, error) {
	all, err := b.Azure.Assignments(ctx, azure.AssignmentFilter{})
	if err == nil && len(all) != 1 {
		err = fmt.Errorf("the tenant has %d role assignments, want 1", len(all))
	}
	if err != nil {
		return azure.Assignment{}, err
	}
	return all[0], nil
}
