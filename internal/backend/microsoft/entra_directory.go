// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

var _ entra.Directory = (*entraDirectory)(nil)

// entraDirectory is entra.Directory over HTTP.
type entraDirectory struct {
	client      *client
	roles       *snapshot[rbac.GUID, entra.Role]
	assignments *snapshot[string, entra.Assignment]

	unreadable atomic.Bool   // the caller may not read objects of the directory
	patience   time.Duration // directoryPatience; tests have less
}

func newEntraDirectory(c *client) *entraDirectory {
	d := &entraDirectory{client: c, patience: directoryPatience}
	d.roles = newSnapshot(func(r entra.Role) rbac.GUID { return r.ID }, nil, d.readRole, d.readRoles)
	d.assignments = newSnapshot(func(a entra.Assignment) string { return a.ID }, nil, d.readAssignment, d.readAssignments)
	return d
}

// The collections of Graph.
const (
	entraRolesPath       = "/v1.0/roleManagement/directory/roleDefinitions"
	entraAssignmentsPath = "/v1.0/roleManagement/directory/roleAssignments"
)

func entraRead(path string) request {
	return request{System: rbac.Entra, Method: http.MethodGet, Path: path, Needs: needsEntraRead}
}

func entraWrite(method, path string, body any) request {
	return request{System: rbac.Entra, Method: method, Path: path, Body: body, Needs: needsEntraWrite}
}

// Role implements [entra.Directory].
func (d *entraDirectory) Role(ctx context.Context, id rbac.GUID) (entra.Role, error) {
	return d.roles.Get(ctx, id)
}

// Roles implements [entra.Directory].
func (d *entraDirectory) Roles(ctx context.Context, f entra.RoleFilter) ([]entra.Role, error) {
	return d.roles.Select(ctx, f.Selects, func(a, b entra.Role) int { return cmp.Or(byName(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
}

// readRole reads one role past the snapshot.
func (d *entraDirectory) readRole(ctx context.Context, id rbac.GUID) (role entra.Role, err error) {
	_, role, err = d.roleDocument(ctx, id)
	return role, err
}

func (d *entraDirectory) roleDocument(ctx context.Context, id rbac.GUID) (doc wire.EntraRole, role entra.Role, err error) {
	if _, err = d.client.do(ctx, entraRead(below(entraRolesPath, id)), &doc); err == nil {
		role, err = doc.Domain()
	}
	return doc, role, err
}

func (d *entraDirectory) readRoles(ctx context.Context) ([]entra.Role, error) {
	docs, err := pages[wire.EntraRole](ctx, d.client, entraRead(entraRolesPath))
	if err != nil {
		return nil, err
	}
	return readable(ctx, d.client, docs, wire.EntraRole.Domain), nil
}

// CreateRole implements [entra.Directory]. Without an ID, the role gets a random
// one: a create that names its ID can be repeated.
func (d *entraDirectory) CreateRole(ctx context.Context, r entra.Role) (entra.Role, error) {
	if r.ID == "" {
		r.ID = rbac.NewGUID()
	}
	id, ok := rbac.ParseGUID(r.ID.String())
	if !ok {
		return entra.Role{}, entraInvalid("template_id", fmt.Sprintf("The template ID %q is no GUID.", r.ID))
	}
	r.ID = id
	d.roles.Forget(id)
	made, err := post(ctx, d.client, entraWrite(http.MethodPost, entraRolesPath, wire.NewEntraRoleCreate(r)), func(ctx context.Context) (wire.EntraRole, bool, error) {
		doc, have, err := d.roleDocument(ctx, id)
		if rbac.IsNotFound(err) {
			return doc, false, nil
		}
		return doc, err == nil && sameEntraRole(have, r), err
	})
	if rbac.KindOf(err) == rbac.Exists {
		return entra.Role{}, d.roleTaken(ctx, id, err)
	}
	if err != nil {
		return entra.Role{}, err
	}
	written := r
	if got, err := made.Domain(); err == nil {
		written = got
	}
	return d.settleRole(ctx, written, r)
}

// settleRole waits until reads show a role as it was wanted.
func (d *entraDirectory) settleRole(ctx context.Context, written, want entra.Role) (entra.Role, error) {
	out, err := settle(ctx, d.client, settling[entra.Role]{
		System: rbac.Entra, What: fmt.Sprintf("Entra role %q", want.Name), Written: written,
		Read:  func(ctx context.Context) (entra.Role, error) { return d.readRole(ctx, want.ID) },
		Shows: func(r entra.Role) bool { return sameEntraRole(r, want) },
	})
	if err == nil {
		d.roles.Put(out)
	}
	return out, err
}

// sameEntraRole reports whether a read shows a role as it was wanted.
func sameEntraRole(have, want entra.Role) bool {
	return have.ID == want.ID && !have.BuiltIn && sameText(have.Name, want.Name) && sameText(have.Description, want.Description) &&
		sameText(have.Version, want.Version) && have.Enabled == want.Enabled && rbac.SameSet(have.Permissions, want.Permissions)
}

// roleTaken tells which role has the ID that a new one was to get.
func (d *entraDirectory) roleTaken(ctx context.Context, id rbac.GUID, err error) error {
	owner := "another object of the directory. Choose another ID."
	if have, e := d.readRole(ctx, id); e == nil {
		owner = fmt.Sprintf("the Entra role %q. Import it, or choose another ID.", have.Name)
	}
	return retold(err, func(e *rbac.Error) {
		e.Field, e.Existing = "template_id", id.String()
		e.Message = fmt.Sprintf("The template ID %s belongs to %s", id, owner)
	})
}

// UpdateRole implements [entra.Directory].
func (d *entraDirectory) UpdateRole(ctx context.Context, r entra.Role) (entra.Role, error) {
	d.roles.Forget(r.ID)
	if _, err := d.client.do(ctx, entraWrite(http.MethodPatch, below(entraRolesPath, r.ID), wire.NewEntraRolePatch(r)), nil); err != nil {
		return entra.Role{}, d.builtInRole(ctx, r.ID, err, "changed")
	}
	return d.settleRole(ctx, r, r)
}

// DeleteRole implements [entra.Directory].
func (d *entraDirectory) DeleteRole(ctx context.Context, id rbac.GUID) error {
	d.roles.Forget(id)
	if _, err := d.client.do(ctx, entraWrite(http.MethodDelete, below(entraRolesPath, id), nil), nil); err != nil && !rbac.IsNotFound(err) {
		return d.builtInRole(ctx, id, err, "deleted")
	}
	// Entra takes the assignments away with the role.
	d.assignments.RemoveIf(func(a entra.Assignment) bool { return a.RoleID == id })
	return settleRemoved(ctx, d.client, rbac.Entra, fmt.Sprintf("Entra role %s", id), d.roles, id)
}

// builtInRole explains a refused write of a role when the role is built in.
func (d *entraDirectory) builtInRole(ctx context.Context, id rbac.GUID, err error, what string) error {
	if !explicable(err) {
		return err
	}
	have, e := d.readRole(ctx, id)
	if e != nil || !have.BuiltIn {
		return err
	}
	return retold(err, func(e *rbac.Error) {
		e.Kind = rbac.Immutable
		e.Message = fmt.Sprintf("%q is a built-in role of Entra and can't be %s. Create a custom role instead.", have.Name, what)
	})
}

func entraInvalid(field, message string) error {
	return &rbac.Error{Kind: rbac.Invalid, System: rbac.Entra, Code: wire.CodeRequestBadRequest, Field: field, Message: message}
}
