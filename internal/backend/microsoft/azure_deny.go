// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"cmp"
	"context"
	"slices"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

const azureDenyAssignments = "Microsoft.Authorization/denyAssignments"

// everyone is the ID that stands for all principals in a deny assignment.
const everyone rbac.GUID = "00000000-0000-0000-0000-000000000000"

// denyDocument is the document of a deny assignment.
type denyDocument wire.AzureDenyAssignment

// Domain is the deny assignment of the document.
func (d denyDocument) Domain() (azure.DenyAssignment, error) {
	p := d.Properties
	out := azure.DenyAssignment{
		ID: d.ID, Name: cmp.Or(p.DenyAssignmentName, d.Name), HereOnly: bool(p.DoNotApplyToChildScopes), Condition: string(p.Condition),
	}
	var err error
	if out.Scope, err = azure.ParseScope(p.Scope); err != nil {
		return out, err
	}
	for _, b := range p.Permissions {
		out.Permissions = append(out.Permissions, b.Domain())
	}
	for _, who := range p.Principals {
		id, _ := rbac.ParseGUID(who.ID)
		if id == everyone {
			out.Everyone = true
		} else {
			out.Principals = append(out.Principals, id)
		}
	}
	for _, who := range p.ExcludePrincipals {
		id, _ := rbac.ParseGUID(who.ID)
		out.Excluded = append(out.Excluded, id)
	}
	return out, nil
}

// DenyAssignments is azure.Authorization. Each list is read once in a run:
// nothing here changes it.
func (s *azureAuthorization) DenyAssignments(ctx context.Context, scope azure.Scope) ([]azure.DenyAssignment, error) {
	list := func(ctx context.Context, at azure.Scope, filter string) ([]azure.DenyAssignment, error) {
		return armObjects[denyDocument](ctx, s.client, armList(at, azureDenyAssignments, filter, needsAzureDenyRead))
	}
	out, err := s.sharedDenials.at(ctx, scope, func(ctx context.Context) ([]azure.DenyAssignment, error) {
		if !scope.IsZero() {
			return list(ctx, scope, "atScope()")
		}
		return everywhere(ctx, s, &s.denialsForbidden, needsAzureDenyRead, func(ctx context.Context, at azure.Scope) ([]azure.DenyAssignment, error) {
			return list(ctx, at, "")
		})
	})
	slices.SortFunc(out, func(a, b azure.DenyAssignment) int { return cmp.Or(byName(a.Name, b.Name), byName(a.ID, b.ID)) })
	// Without the right to list at the root, some are in the lists of several scopes.
	return slices.CompactFunc(out, func(a, b azure.DenyAssignment) bool { return rbac.Fold(a.ID) == rbac.Fold(b.ID) }), err
}
