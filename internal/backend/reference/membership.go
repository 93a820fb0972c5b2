// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package reference

import (
	"cmp"
	"context"
	"slices"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// MemberOf implements [entra.Directory].
func (t entraTenant) MemberOf(_ context.Context, principal rbac.GUID) ([]rbac.GUID, error) {
	if t.directory == nil {
		return nil, nil
	}
	if err := t.principal(principal); rbac.KindOf(err) == rbac.PrincipalNotFound {
		return nil, err
	}
	return t.directory.MemberOf(principal), nil
}

// Members implements [entra.Directory].
func (t entraTenant) Members(_ context.Context, group rbac.GUID) ([]entra.Object, error) {
	if t.directory == nil {
		return nil, nil
	}
	if err := t.principal(group); rbac.KindOf(err) == rbac.PrincipalNotFound {
		return nil, err
	}
	var out []entra.Object
	seen := map[rbac.GUID]bool{group: true} // groups may be members of each other
	for open := []rbac.GUID{group}; len(open) > 0; open = open[1:] {
		for _, id := range t.directory.members[open[0]] {
			if seen[id] {
				continue
			}
			seen[id] = true
			if o := t.directory.objects[id]; o.Type == entra.Group {
				open = append(open, id)
			} else {
				out = append(out, o)
			}
		}
	}
	slices.SortFunc(out, func(a, b entra.Object) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

// UnitsOf implements [entra.Directory].
func (t entraTenant) UnitsOf(_ context.Context, object rbac.GUID) (out []rbac.GUID, err error) {
	if t.directory == nil {
		return nil, nil
	}
	if err := t.scopeObject(entra.Scope{Object: object}); err != nil {
		return nil, err
	}
	for _, u := range t.directory.Objects(entra.AdministrativeUnit) {
		if slices.Contains(t.directory.members[u.ID], object) {
			out = append(out, u.ID)
		}
	}
	return out, nil
}

// Caller implements [entra.Directory].
func (t entraTenant) Caller(context.Context) (rbac.GUID, error) {
	if t.directory == nil || t.directory.Caller == "" {
		return "", entraError(rbac.Unsupported, "", "principal_id", "Nobody in particular calls an embedded tenant. Set principal_id, or name a caller in the directory file of the tenant.")
	}
	return t.directory.Caller, nil
}

// DenyAssignments implements [azure.Authorization]. Azure makes them for managed
// applications and deployment stacks, which are not here.
func (t azureTenant) DenyAssignments(_ context.Context, scope azure.Scope) ([]azure.DenyAssignment, error) {
	if t.directory != nil && !scope.IsZero() && !t.directory.HasScope(scope) {
		return nil, t.noScope(scope, "scope")
	}
	return nil, nil
}

// ManagementGroupsAbove implements [azure.Authorization].
func (t azureTenant) ManagementGroupsAbove(_ context.Context, scope azure.Scope) ([]azure.Scope, error) {
	if t.directory == nil {
		return nil, nil
	}
	return t.directory.ManagementGroupsAbove(scope), nil
}
