// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"iter"
	"slices"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/effective"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// azureRolesOf reads the roles of some assignments, and no others.
func azureRolesOf(ctx context.Context, authorization azure.Authorization, assignments []azure.Assignment) (func(rbac.GUID) (azure.Role, bool), error) {
	known := map[rbac.GUID]azure.Role{}
	if ids := principalIDs(assignments, func(a azure.Assignment) rbac.GUID { return a.RoleID }); len(ids) > 0 {
		roles, err := authorization.Roles(ctx, azure.RoleFilter{IDs: ids})
		if err != nil {
			return nil, err
		}
		for _, r := range roles {
			known[r.ID] = r
		}
	}
	return func(id rbac.GUID) (azure.Role, bool) { r, ok := known[id]; return r, ok }, nil
}

// managementGroupsAbove tells which management groups lie above a scope; nil
// where the caller may not know. The lists at a subscription, and at what is in
// one, have those groups that lie above and no others, so that nobody is asked.
func managementGroupsAbove(ctx context.Context, authorization azure.Authorization, scope azure.Scope, t effective.AzureTenant) (func(azure.Scope) bool, error) {
	undecided := func(s azure.Scope) bool { return s.Kind == azure.ManagementGroupScope && !s.Contains(scope) }
	switch {
	case scope.SubscriptionID != "":
		return func(azure.Scope) bool { return true }, nil
	case !slices.ContainsFunc(t.Assignments, func(a azure.Assignment) bool { return undecided(a.Scope) }) &&
		!slices.ContainsFunc(t.Denies, func(d azure.DenyAssignment) bool { return undecided(d.Scope) }):
		return func(azure.Scope) bool { return false }, nil // nobody will ask
	}
	above, err := authorization.ManagementGroupsAbove(ctx, scope)
	if rbac.KindOf(err) == rbac.Forbidden {
		return nil, nil
	}
	return func(s azure.Scope) bool { return slices.ContainsFunc(above, s.Same) }, err
}

// azurePlane is the plane to which an operation belongs. A pattern that stands
// for operations of both is asked for among the actions.
func azurePlane(operation string, facts azure.Operations) effective.AzurePlane {
	control, data, known := facts.Planes(operation)
	if p, err := azure.ParsePattern(operation); err == nil && p.IsWildcard() {
		c, d := facts.Reach(p)
		control, data, known = c > 0, c == 0 && d > 0, c+d > 0
	}
	switch {
	case !known || control == data:
		return effective.EitherPlane
	case data:
		return effective.DataPlane
	}
	return effective.ControlPlane
}

func dataPlane(p effective.AzurePlane) *bool {
	if p == effective.EitherPlane {
		return nil
	}
	data := p == effective.DataPlane
	return &data
}

// azureAsked is a role that holds what is asked for, each in a plane that has it,
// so that rules can say what of it nobody knows.
func azureAsked(check []string, facts azure.Operations) azure.Role {
	var p azure.Permission
	for _, operation := range check {
		if azurePlane(operation, facts) == effective.DataPlane {
			p.DataActions = append(p.DataActions, operation)
		} else {
			p.Actions = append(p.Actions, operation)
		}
	}
	return azure.Role{Permissions: []azure.Permission{p}}
}

// knownOperations are the operations of the catalog with their planes.
func knownOperations() iter.Seq2[string, effective.AzurePlane] {
	facts := catalog.Azure().Facts()
	return func(yield func(string, effective.AzurePlane) bool) {
		for _, o := range catalog.Azure().Operations() {
			if !yield(o.Name, azurePlane(o.Name, facts)) {
				return
			}
		}
	}
}

func azureReasons(reasons []effective.Reason, names map[rbac.GUID]string) []azureEffectiveReason {
	out := make([]azureEffectiveReason, len(reasons))
	for i, r := range effectiveReasons(reasons, azure.RoleResourceID, names) {
		out[i] = azureEffectiveReason{r, reasons[i].Scope, reasons[i].Condition}
	}
	return out
}

func azureDenials(denials []effective.Denial) []azureDenial {
	out := make([]azureDenial, len(denials))
	for i, d := range denials {
		out[i] = azureDenial{d.ID, d.Name, d.Scope}
	}
	return out
}
