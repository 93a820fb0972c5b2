// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// double stands in front of a tenant: it notes every call, and a test may
// refuse calls or change answers.
type double struct {
	mu    sync.Mutex
	calls []string
	// before may refuse a call, such as "Azure.CreateRole", before it is made.
	before func(ctx context.Context, call string) error
	// after may change the answer to a call.
	after func(call string, answer any, err error) (any, error)
}

// wrap returns the tenant with the double in front of it.
func (d *double) wrap(b backend.Backend) backend.Backend {
	return backend.Backend{Azure: azureDouble{b.Azure, d}, Entra: entraDouble{b.Entra, d}, Intune: intuneDouble{b.Intune, d}}
}

// take returns the calls since it was last asked.
func (d *double) take() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	calls := d.calls
	d.calls = nil
	return calls
}

// answer makes one call.
func answer[T any](ctx context.Context, d *double, call string, ask func() (T, error)) (T, error) {
	d.mu.Lock()
	d.calls = append(d.calls, call)
	d.mu.Unlock()
	var got T
	if d.before != nil {
		if err := d.before(ctx, call); err != nil {
			return got, err
		}
	}
	got, err := ask()
	if d.after != nil {
		var changed any
		changed, err = d.after(call, got, err)
		got, _ = changed.(T)
	}
	return got, err
}

// done makes one call that returns nothing.
func done(ctx context.Context, d *double, call string, ask func() error) error {
	_, err := answer(ctx, d, call, func() (struct{}, error) { return struct{}{}, ask() })
	return err
}

type azureDouble struct {
	azure.Authorization
	d *double
}

func (a azureDouble) Role(ctx context.Context, id rbac.GUID) (azure.Role, error) {
	return answer(ctx, a.d, "Azure.Role", func() (azure.Role, error) { return a.Authorization.Role(ctx, id) })
}

func (a azureDouble) Roles(ctx context.Context, f azure.RoleFilter) ([]azure.Role, error) {
	return answer(ctx, a.d, "Azure.Roles", func() ([]azure.Role, error) { return a.Authorization.Roles(ctx, f) })
}

func (a azureDouble) CreateRole(ctx context.Context, r azure.Role) (azure.Role, error) {
	return answer(ctx, a.d, "Azure.CreateRole", func() (azure.Role, error) { return a.Authorization.CreateRole(ctx, r) })
}

func (a azureDouble) UpdateRole(ctx context.Context, r azure.Role) (azure.Role, error) {
	return answer(ctx, a.d, "Azure.UpdateRole", func() (azure.Role, error) { return a.Authorization.UpdateRole(ctx, r) })
}

func (a azureDouble) DeleteRole(ctx context.Context, id rbac.GUID) error {
	return done(ctx, a.d, "Azure.DeleteRole", func() error { return a.Authorization.DeleteRole(ctx, id) })
}

func (a azureDouble) Assignment(ctx context.Context, scope azure.Scope, name rbac.GUID) (azure.Assignment, error) {
	return answer(ctx, a.d, "Azure.Assignment", func() (azure.Assignment, error) { return a.Authorization.Assignment(ctx, scope, name) })
}

func (a azureDouble) Assignments(ctx context.Context, f azure.AssignmentFilter) ([]azure.Assignment, error) {
	return answer(ctx, a.d, "Azure.Assignments", func() ([]azure.Assignment, error) { return a.Authorization.Assignments(ctx, f) })
}

func (a azureDouble) CreateAssignment(ctx context.Context, v azure.Assignment) (azure.Assignment, error) {
	return answer(ctx, a.d, "Azure.CreateAssignment", func() (azure.Assignment, error) { return a.Authorization.CreateAssignment(ctx, v) })
}

func (a azureDouble) UpdateAssignment(ctx context.Context, v azure.Assignment) (azure.Assignment, error) {
	return answer(ctx, a.d, "Azure.UpdateAssignment", func() (azure.Assignment, error) { return a.Authorization.UpdateAssignment(ctx, v) })
}

func (a azureDouble) DeleteAssignment(ctx context.Context, scope azure.Scope, name rbac.GUID) error {
	return done(ctx, a.d, "Azure.DeleteAssignment", func() error { return a.Authorization.DeleteAssignment(ctx, scope, name) })
}

func (a azureDouble) DenyAssignments(ctx context.Context, s azure.Scope) ([]azure.DenyAssignment, error) {
	return answer(ctx, a.d, "Azure.DenyAssignments", func() ([]azure.DenyAssignment, error) { return a.Authorization.DenyAssignments(ctx, s) })
}

func (a azureDouble) ManagementGroupsAbove(ctx context.Context, s azure.Scope) ([]azure.Scope, error) {
	return answer(ctx, a.d, "Azure.ManagementGroupsAbove", func() ([]azure.Scope, error) { return a.Authorization.ManagementGroupsAbove(ctx, s) })
}

type entraDouble struct {
	entra.Directory
	d *double
}

func (e entraDouble) Role(ctx context.Context, id rbac.GUID) (entra.Role, error) {
	return answer(ctx, e.d, "Entra.Role", func() (entra.Role, error) { return e.Directory.Role(ctx, id) })
}

func (e entraDouble) Roles(ctx context.Context, f entra.RoleFilter) ([]entra.Role, error) {
	return answer(ctx, e.d, "Entra.Roles", func() ([]entra.Role, error) { return e.Directory.Roles(ctx, f) })
}

func (e entraDouble) CreateRole(ctx context.Context, r entra.Role) (entra.Role, error) {
	return answer(ctx, e.d, "Entra.CreateRole", func() (entra.Role, error) { return e.Directory.CreateRole(ctx, r) })
}

func (e entraDouble) UpdateRole(ctx context.Context, r entra.Role) (entra.Role, error) {
	return answer(ctx, e.d, "Entra.UpdateRole", func() (entra.Role, error) { return e.Directory.UpdateRole(ctx, r) })
}

func (e entraDouble) DeleteRole(ctx context.Context, id rbac.GUID) error {
	return done(ctx, e.d, "Entra.DeleteRole", func() error { return e.Directory.DeleteRole(ctx, id) })
}

func (e entraDouble) Assignment(ctx context.Context, id string) (entra.Assignment, error) {
	return answer(ctx, e.d, "Entra.Assignment", func() (entra.Assignment, error) { return e.Directory.Assignment(ctx, id) })
}

func (e entraDouble) Assignments(ctx context.Context, f entra.AssignmentFilter) ([]entra.Assignment, error) {
	return answer(ctx, e.d, "Entra.Assignments", func() ([]entra.Assignment, error) { return e.Directory.Assignments(ctx, f) })
}

func (e entraDouble) CreateAssignment(ctx context.Context, v entra.Assignment) (entra.Assignment, error) {
	return answer(ctx, e.d, "Entra.CreateAssignment", func() (entra.Assignment, error) { return e.Directory.CreateAssignment(ctx, v) })
}

func (e entraDouble) DeleteAssignment(ctx context.Context, id string) error {
	return done(ctx, e.d, "Entra.DeleteAssignment", func() error { return e.Directory.DeleteAssignment(ctx, id) })
}

func (e entraDouble) Objects(ctx context.Context, ids []rbac.GUID) (map[rbac.GUID]entra.Object, error) {
	return answer(ctx, e.d, "Entra.Objects", func() (map[rbac.GUID]entra.Object, error) { return e.Directory.Objects(ctx, ids) })
}

func (e entraDouble) MemberOf(ctx context.Context, id rbac.GUID) ([]rbac.GUID, error) {
	return answer(ctx, e.d, "Entra.MemberOf", func() ([]rbac.GUID, error) { return e.Directory.MemberOf(ctx, id) })
}

func (e entraDouble) UnitsOf(ctx context.Context, id rbac.GUID) ([]rbac.GUID, error) {
	return answer(ctx, e.d, "Entra.UnitsOf", func() ([]rbac.GUID, error) { return e.Directory.UnitsOf(ctx, id) })
}

func (e entraDouble) Caller(ctx context.Context) (rbac.GUID, error) {
	return answer(ctx, e.d, "Entra.Caller", func() (rbac.GUID, error) { return e.Directory.Caller(ctx) })
}

type intuneDouble struct {
	intune.DeviceManagement
	d *double
}

func (i intuneDouble) Role(ctx context.Context, id rbac.GUID) (intune.Role, error) {
	return answer(ctx, i.d, "Intune.Role", func() (intune.Role, error) { return i.DeviceManagement.Role(ctx, id) })
}

func (i intuneDouble) Roles(ctx context.Context, f intune.RoleFilter) ([]intune.Role, error) {
	return answer(ctx, i.d, "Intune.Roles", func() ([]intune.Role, error) { return i.DeviceManagement.Roles(ctx, f) })
}

func (i intuneDouble) CreateRole(ctx context.Context, r intune.Role) (intune.Role, error) {
	return answer(ctx, i.d, "Intune.CreateRole", func() (intune.Role, error) { return i.DeviceManagement.CreateRole(ctx, r) })
}

func (i intuneDouble) UpdateRole(ctx context.Context, r intune.Role) (intune.Role, error) {
	return answer(ctx, i.d, "Intune.UpdateRole", func() (intune.Role, error) { return i.DeviceManagement.UpdateRole(ctx, r) })
}

func (i intuneDouble) DeleteRole(ctx context.Context, id rbac.GUID) error {
	return done(ctx, i.d, "Intune.DeleteRole", func() error { return i.DeviceManagement.DeleteRole(ctx, id) })
}

func (i intuneDouble) Assignment(ctx context.Context, id rbac.GUID) (intune.Assignment, error) {
	return answer(ctx, i.d, "Intune.Assignment", func() (intune.Assignment, error) { return i.DeviceManagement.Assignment(ctx, id) })
}

func (i intuneDouble) Assignments(ctx context.Context, f intune.AssignmentFilter) ([]intune.Assignment, error) {
	return answer(ctx, i.d, "Intune.Assignments", func() ([]intune.Assignment, error) { return i.DeviceManagement.Assignments(ctx, f) })
}

func (i intuneDouble) CreateAssignment(ctx context.Context, v intune.Assignment) (intune.Assignment, error) {
	return answer(ctx, i.d, "Intune.CreateAssignment", func() (intune.Assignment, error) { return i.DeviceManagement.CreateAssignment(ctx, v) })
}

func (i intuneDouble) UpdateAssignment(ctx context.Context, v intune.Assignment) (intune.Assignment, error) {
	return answer(ctx, i.d, "Intune.UpdateAssignment", func() (intune.Assignment, error) { return i.DeviceManagement.UpdateAssignment(ctx, v) })
}

func (i intuneDouble) DeleteAssignment(ctx context.Context, id rbac.GUID) error {
	return done(ctx, i.d, "Intune.DeleteAssignment", func() error { return i.DeviceManagement.DeleteAssignment(ctx, id) })
}

func (i intuneDouble) ScopeTag(ctx context.Context, id string) (intune.ScopeTag, error) {
	return answer(ctx, i.d, "Intune.ScopeTag", func() (intune.ScopeTag, error) { return i.DeviceManagement.ScopeTag(ctx, id) })
}

func (i intuneDouble) ScopeTags(ctx context.Context) ([]intune.ScopeTag, error) {
	return answer(ctx, i.d, "Intune.ScopeTags", func() ([]intune.ScopeTag, error) { return i.DeviceManagement.ScopeTags(ctx) })
}

func (i intuneDouble) CreateScopeTag(ctx context.Context, t intune.ScopeTag) (intune.ScopeTag, error) {
	return answer(ctx, i.d, "Intune.CreateScopeTag", func() (intune.ScopeTag, error) { return i.DeviceManagement.CreateScopeTag(ctx, t) })
}

func (i intuneDouble) UpdateScopeTag(ctx context.Context, t intune.ScopeTag) (intune.ScopeTag, error) {
	return answer(ctx, i.d, "Intune.UpdateScopeTag", func() (intune.ScopeTag, error) { return i.DeviceManagement.UpdateScopeTag(ctx, t) })
}

func (i intuneDouble) DeleteScopeTag(ctx context.Context, id string) error {
	return done(ctx, i.d, "Intune.DeleteScopeTag", func() error { return i.DeviceManagement.DeleteScopeTag(ctx, id) })
}

// recase is an answer as a service that cares for neither casing nor order may
// give it.
func recase(_ string, answer any, err error) (any, error) {
	switch v := answer.(type) {
	case azure.Role:
		return recaseAzureRole(v), err
	case []azure.Role:
		return each(v, recaseAzureRole), err
	case azure.Assignment:
		return recaseAzureAssignment(v), err
	case []azure.Assignment:
		return each(v, recaseAzureAssignment), err
	case entra.Role:
		v.Permissions = upper(v.Permissions)
		return v, err
	case entra.Assignment:
		v.DirectoryScope, v.AppScope = strings.ToUpper(v.DirectoryScope), strings.ToUpper(v.AppScope)
		return v, err
	case intune.Role:
		v.Permissions, v.ScopeTags = upper(v.Permissions), backwards(v.ScopeTags)
		return v, err
	case intune.Assignment:
		v.Members, v.ScopeGroups, v.ScopeTags = backwards(v.Members), backwards(v.ScopeGroups), backwards(v.ScopeTags)
		return v, err
	case intune.ScopeTag:
		v.Groups = backwards(v.Groups)
		return v, err
	case []intune.ScopeTag:
		return backwards(v), err
	}
	return answer, err
}

func recaseAzureRole(r azure.Role) azure.Role {
	r.Permissions = each(r.Permissions, func(p azure.Permission) azure.Permission {
		p.Actions, p.NotActions, p.DataActions, p.NotDataActions = upper(p.Actions), upper(p.NotActions), upper(p.DataActions), upper(p.NotDataActions)
		return p
	})
	r.AssignableScopes = upper(r.AssignableScopes)
	return r
}

func recaseAzureAssignment(a azure.Assignment) azure.Assignment {
	if !a.Scope.IsZero() {
		a.Scope, _ = azure.ParseScope(strings.ToUpper(a.Scope.ID()))
	}
	a.PrincipalType = strings.ToUpper(a.PrincipalType)
	a.DelegatedManagedIdentityResourceID = strings.ToUpper(a.DelegatedManagedIdentityResourceID)
	return a
}

// upper is a list in capitals and in the opposite order.
func upper(list []string) []string { return backwards(each(list, strings.ToUpper)) }

func backwards[T any](list []T) []T {
	out := slices.Clone(list)
	slices.Reverse(out)
	return out
}

func each[T any](list []T, change func(T) T) []T {
	if list == nil {
		return nil
	}
	out := make([]T, 0, len(list))
	for _, v := range list {
		out = append(out, change(v))
	}
	return out
}
