// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"sync"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// adoptions are what one run knows of the Azure role assignments that it makes
// and takes over. The zero value is a run that has not begun.
type adoptions struct {
	// deletes holds a write lock while an assignment is taken over, a read lock
	// while one is deleted: none is deleted in the middle of being taken over.
	deletes sync.RWMutex
	claimed sync.Map        // the derived name of what a resource of this run makes
	adopted map[string]bool // folded IDs; under deletes
}

// claim reports whether a resource is the first of this run to make this
// assignment. A second one must not take over what the first has made: both
// would manage one object.
func (a *adoptions) claim(want azure.Assignment) bool {
	_, taken := a.claimed.LoadOrStore(azure.DeriveAssignmentName(want.Scope, want.RoleID, want.PrincipalID), true)
	return !taken
}

// adopt takes over the assignment that stood in the way of a create: it keeps
// its name and gets the wanted description and condition. exists is the error
// of the create, which stays when it was about something else, and when the
// configuration asks for another name (named) than the assignment has.
func (a *adoptions) adopt(ctx context.Context, roles azureRoles, want azure.Assignment, named rbac.GUID, exists error) (azure.Assignment, error) {
	a.deletes.Lock()
	defer a.deletes.Unlock()
	existing, err := roles.identical(ctx, want)
	if err != nil || existing.Name == "" || named != "" && named != existing.Name {
		return azure.Assignment{}, exists
	}
	want.Name, want.Scope, want.PrincipalType = existing.Name, existing.Scope, existing.PrincipalType
	got, err := roles.UpdateAssignment(ctx, want)
	if err == nil {
		if a.adopted == nil {
			a.adopted = map[string]bool{}
		}
		a.adopted[framework.Fold(got.ID())] = true
	}
	return got, err
}

// remove deletes an assignment, unless this run has taken it over: then it
// belongs to its new owner, such as the successor under create_before_destroy.
func (a *adoptions) remove(ctx context.Context, service azure.Authorization, scope azure.Scope, name rbac.GUID) error {
	a.deletes.RLock()
	defer a.deletes.RUnlock()
	if a.adopted[framework.Fold(azure.AssignmentID(scope, name))] {
		return nil
	}
	return service.DeleteAssignment(ctx, scope, name)
}
