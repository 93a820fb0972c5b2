// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"fmt"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// The objects that faults can veil. An Azure assignment is known by its name
// alone: names are GUIDs, and the service does not let two scopes share one.
var (
	veiledAzureRoles = veilable[azure.Role]{
		"azure role", func(r azure.Role) string { return r.ID.String() },
		noSuch(rbac.Azure, wire.CodeRoleDefinitionDoesNotExist),
	}
	veiledAzureAssignments = veilable[azure.Assignment]{
		"azure assignment", func(a azure.Assignment) string { return a.Name.String() },
		noSuch(rbac.Azure, wire.CodeRoleAssignmentNotFound),
	}
	veiledEntraRoles = veilable[entra.Role]{
		"entra role", func(r entra.Role) string { return r.ID.String() },
		noSuch(rbac.Entra, wire.CodeRequestNotFound),
	}
	veiledEntraAssignments = veilable[entra.Assignment]{
		"entra assignment", func(a entra.Assignment) string { return a.ID },
		noSuch(rbac.Entra, wire.CodeRequestNotFound),
	}
	veiledIntuneRoles = veilable[intune.Role]{
		"intune role", func(r intune.Role) string { return r.ID.String() },
		noSuch(rbac.Intune, wire.CodeResourceNotFound),
	}
	veiledIntuneAssignments = veilable[intune.Assignment]{
		"intune assignment", func(a intune.Assignment) string { return a.ID.String() },
		noSuch(rbac.Intune, wire.CodeResourceNotFound),
	}
	veiledIntuneTags = veilable[intune.ScopeTag]{
		"intune scope tag", func(t intune.ScopeTag) string { return t.ID },
		noSuch(rbac.Intune, wire.CodeResourceNotFound),
	}
)

func noSuch(system rbac.System, code string) func(string) error {
	return func(id string) error {
		return &rbac.Error{Kind: rbac.NotFound, System: system, Code: code, Message: fmt.Sprintf("There is no %s.", id)}
	}
}

// backend is the tenant as the view shows it.
func (v *view) backend(b backend.Backend, d Directory) backend.Backend {
	b.Azure = azureView{b.Azure, v, d}
	b.Entra = entraView{b.Entra, v}
	b.Intune = intuneView{b.Intune, v}
	return b
}

// azureView shows Azure RBAC.
type azureView struct {
	azure.Authorization
	v *view
	d Directory
}

func (a azureView) Role(ctx context.Context, id rbac.GUID) (azure.Role, error) {
	return veiledAzureRoles.one(a.v, id.String(), func() (azure.Role, error) { return a.Authorization.Role(ctx, id) })
}

func (a azureView) Roles(ctx context.Context, f azure.RoleFilter) ([]azure.Role, error) {
	return veiledAzureRoles.list(a.v, f.Selects, func() ([]azure.Role, error) { return a.Authorization.Roles(ctx, f) })
}

func (a azureView) CreateRole(ctx context.Context, r azure.Role) (azure.Role, error) {
	return veiledAzureRoles.create(a.v, func() (azure.Role, error) { return a.Authorization.CreateRole(ctx, r) })
}

func (a azureView) UpdateRole(ctx context.Context, r azure.Role) (got azure.Role, err error) {
	err = veiledAzureRoles.change(a.v, r.ID.String(), false,
		func() (azure.Role, error) { return a.Authorization.Role(ctx, r.ID) },
		func() error { got, err = a.Authorization.UpdateRole(ctx, r); return err })
	return got, err
}

func (a azureView) DeleteRole(ctx context.Context, id rbac.GUID) error {
	return veiledAzureRoles.change(a.v, id.String(), true,
		func() (azure.Role, error) { return a.Authorization.Role(ctx, id) },
		func() error { return a.Authorization.DeleteRole(ctx, id) })
}

func (a azureView) Assignment(ctx context.Context, scope azure.Scope, name rbac.GUID) (azure.Assignment, error) {
	return veiledAzureAssignments.one(a.v, name.String(), func() (azure.Assignment, error) { return a.Authorization.Assignment(ctx, scope, name) })
}

func (a azureView) Assignments(ctx context.Context, f azure.AssignmentFilter) ([]azure.Assignment, error) {
	return veiledAzureAssignments.list(a.v, func(x azure.Assignment) bool {
		return (f.Scope.IsZero() || a.inLine(f.Scope, x.Scope)) && f.Selects(x)
	}, func() ([]azure.Assignment, error) { return a.Authorization.Assignments(ctx, f) })
}

// inLine reports whether one of two scopes is the other or lies below it.
func (a azureView) inLine(one, other azure.Scope) bool {
	if one.Contains(other) || other.Contains(one) {
		return true
	}
	for _, g := range a.d.ManagementGroupsAbove(one) {
		if g.Same(other) {
			return true
		}
	}
	for _, g := range a.d.ManagementGroupsAbove(other) {
		if g.Same(one) {
			return true
		}
	}
	return false
}

func (a azureView) CreateAssignment(ctx context.Context, x azure.Assignment) (azure.Assignment, error) {
	return veiledAzureAssignments.create(a.v, func() (azure.Assignment, error) { return a.Authorization.CreateAssignment(ctx, x) })
}

func (a azureView) UpdateAssignment(ctx context.Context, x azure.Assignment) (got azure.Assignment, err error) {
	err = veiledAzureAssignments.change(a.v, x.Name.String(), false,
		func() (azure.Assignment, error) { return a.Authorization.Assignment(ctx, x.Scope, x.Name) },
		func() error { got, err = a.Authorization.UpdateAssignment(ctx, x); return err })
	return got, err
}

func (a azureView) DeleteAssignment(ctx context.Context, scope azure.Scope, name rbac.GUID) error {
	return veiledAzureAssignments.change(a.v, name.String(), true,
		func() (azure.Assignment, error) { return a.Authorization.Assignment(ctx, scope, name) },
		func() error { return a.Authorization.DeleteAssignment(ctx, scope, name) })
}

// entraView shows directory roles.
type entraView struct {
	entra.Directory
	v *view
}

func (e entraView) Role(ctx context.Context, id rbac.GUID) (entra.Role, error) {
	return veiledEntraRoles.one(e.v, id.String(), func() (entra.Role, error) { return e.Directory.Role(ctx, id) })
}

func (e entraView) Roles(ctx context.Context, f entra.RoleFilter) ([]entra.Role, error) {
	return veiledEntraRoles.list(e.v, f.Selects, func() ([]entra.Role, error) { return e.Directory.Roles(ctx, f) })
}

func (e entraView) CreateRole(ctx context.Context, r entra.Role) (entra.Role, error) {
	return veiledEntraRoles.create(e.v, func() (entra.Role, error) { return e.Directory.CreateRole(ctx, r) })
}

func (e entraView) UpdateRole(ctx context.Context, r entra.Role) (got entra.Role, err error) {
	err = veiledEntraRoles.change(e.v, r.ID.String(), false,
		func() (entra.Role, error) { return e.Directory.Role(ctx, r.ID) },
		func() error { got, err = e.Directory.UpdateRole(ctx, r); return err })
	return got, err
}

func (e entraView) DeleteRole(ctx context.Context, id rbac.GUID) error {
	return veiledEntraRoles.change(e.v, id.String(), true,
		func() (entra.Role, error) { return e.Directory.Role(ctx, id) },
		func() error { return e.Directory.DeleteRole(ctx, id) })
}

func (e entraView) Assignment(ctx context.Context, id string) (entra.Assignment, error) {
	return veiledEntraAssignments.one(e.v, id, func() (entra.Assignment, error) { return e.Directory.Assignment(ctx, id) })
}

func (e entraView) Assignments(ctx context.Context, f entra.AssignmentFilter) ([]entra.Assignment, error) {
	return veiledEntraAssignments.list(e.v, f.Selects, func() ([]entra.Assignment, error) { return e.Directory.Assignments(ctx, f) })
}

func (e entraView) CreateAssignment(ctx context.Context, a entra.Assignment) (entra.Assignment, error) {
	return veiledEntraAssignments.create(e.v, func() (entra.Assignment, error) { return e.Directory.CreateAssignment(ctx, a) })
}

func (e entraView) DeleteAssignment(ctx context.Context, id string) error {
	return veiledEntraAssignments.change(e.v, id, true,
		func() (entra.Assignment, error) { return e.Directory.Assignment(ctx, id) },
		func() error { return e.Directory.DeleteAssignment(ctx, id) })
}

// intuneView shows Intune.
type intuneView struct {
	intune.DeviceManagement
	v *view
}

func (i intuneView) Role(ctx context.Context, id rbac.GUID) (intune.Role, error) {
	return veiledIntuneRoles.one(i.v, id.String(), func() (intune.Role, error) { return i.DeviceManagement.Role(ctx, id) })
}

func (i intuneView) Roles(ctx context.Context, f intune.RoleFilter) ([]intune.Role, error) {
	return veiledIntuneRoles.list(i.v, f.Selects, func() ([]intune.Role, error) { return i.DeviceManagement.Roles(ctx, f) })
}

func (i intuneView) CreateRole(ctx context.Context, r intune.Role) (intune.Role, error) {
	return veiledIntuneRoles.create(i.v, func() (intune.Role, error) { return i.DeviceManagement.CreateRole(ctx, r) })
}

func (i intuneView) UpdateRole(ctx context.Context, r intune.Role) (got intune.Role, err error) {
	err = veiledIntuneRoles.change(i.v, r.ID.String(), false,
		func() (intune.Role, error) { return i.DeviceManagement.Role(ctx, r.ID) },
		func() error { got, err = i.DeviceManagement.UpdateRole(ctx, r); return err })
	return got, err
}

func (i intuneView) DeleteRole(ctx context.Context, id rbac.GUID) error {
	return veiledIntuneRoles.change(i.v, id.String(), true,
		func() (intune.Role, error) { return i.DeviceManagement.Role(ctx, id) },
		func() error { return i.DeviceManagement.DeleteRole(ctx, id) })
}

func (i intuneView) Assignment(ctx context.Context, id rbac.GUID) (intune.Assignment, error) {
	return veiledIntuneAssignments.one(i.v, id.String(), func() (intune.Assignment, error) { return i.DeviceManagement.Assignment(ctx, id) })
}

func (i intuneView) Assignments(ctx context.Context, f intune.AssignmentFilter) ([]intune.Assignment, error) {
	return veiledIntuneAssignments.list(i.v, f.Selects, func() ([]intune.Assignment, error) { return i.DeviceManagement.Assignments(ctx, f) })
}

func (i intuneView) CreateAssignment(ctx context.Context, a intune.Assignment) (intune.Assignment, error) {
	return veiledIntuneAssignments.create(i.v, func() (intune.Assignment, error) { return i.DeviceManagement.CreateAssignment(ctx, a) })
}

func (i intuneView) UpdateAssignment(ctx context.Context, a intune.Assignment) (got intune.Assignment, err error) {
	err = veiledIntuneAssignments.change(i.v, a.ID.String(), false,
		func() (intune.Assignment, error) { return i.DeviceManagement.Assignment(ctx, a.ID) },
		func() error { got, err = i.DeviceManagement.UpdateAssignment(ctx, a); return err })
	return got, err
}

func (i intuneView) DeleteAssignment(ctx context.Context, id rbac.GUID) error {
	return veiledIntuneAssignments.change(i.v, id.String(), true,
		func() (intune.Assignment, error) { return i.DeviceManagement.Assignment(ctx, id) },
		func() error { return i.DeviceManagement.DeleteAssignment(ctx, id) })
}

func (i intuneView) ScopeTag(ctx context.Context, id string) (intune.ScopeTag, error) {
	return veiledIntuneTags.one(i.v, id, func() (intune.ScopeTag, error) { return i.DeviceManagement.ScopeTag(ctx, id) })
}

func (i intuneView) ScopeTags(ctx context.Context) ([]intune.ScopeTag, error) {
	return veiledIntuneTags.list(i.v, func(intune.ScopeTag) bool { return true }, func() ([]intune.ScopeTag, error) { return i.DeviceManagement.ScopeTags(ctx) })
}

func (i intuneView) CreateScopeTag(ctx context.Context, t intune.ScopeTag) (intune.ScopeTag, error) {
	return veiledIntuneTags.create(i.v, func() (intune.ScopeTag, error) { return i.DeviceManagement.CreateScopeTag(ctx, t) })
}

func (i intuneView) UpdateScopeTag(ctx context.Context, t intune.ScopeTag) (got intune.ScopeTag, err error) {
	err = veiledIntuneTags.change(i.v, t.ID, false,
		func() (intune.ScopeTag, error) { return i.DeviceManagement.ScopeTag(ctx, t.ID) },
		func() error { got, err = i.DeviceManagement.UpdateScopeTag(ctx, t); return err })
	return got, err
}

func (i intuneView) DeleteScopeTag(ctx context.Context, id string) error {
	return veiledIntuneTags.change(i.v, id, true,
		func() (intune.ScopeTag, error) { return i.DeviceManagement.ScopeTag(ctx, id) },
		func() error { return i.DeviceManagement.DeleteScopeTag(ctx, id) })
}
