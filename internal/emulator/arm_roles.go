// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

func (a *arm) listRoles(ctx context.Context, c *call) (reply, error) {
	at, err := c.at()
	if err != nil {
		return reply{}, err
	}
	conditions, err := c.filter()
	if err != nil {
		return reply{}, err
	}
	var f azure.RoleFilter
	below := false
	for _, cond := range conditions {
		switch {
		case cond.Op == "atscopeandbelow":
			below = true
		case cond.Op == "eq" && strings.EqualFold(cond.Name, "type"):
			if f.Type, err = roleType(c, cond); err != nil {
				return reply{}, err
			}
		case cond.Op == "eq" && strings.EqualFold(cond.Name, "roleName"):
			f.Name = cond.Values[0]
		default:
			return reply{}, c.unsupportedFilter(cond)
		}
	}
	roles, err := c.backend.Azure.Roles(ctx, f)
	if err != nil {
		return reply{}, err
	}
	roles = slices.DeleteFunc(roles, func(r azure.Role) bool { return !at.assignable(r, below) })
	page, next, err := paged(c, roles)
	if err != nil {
		return reply{}, err
	}
	out := wire.Page[wire.AzureRole]{NextLink: next}
	for _, r := range page {
		out.Value = append(out.Value, a.role(r, at))
	}
	return reply{body: out}, nil
}

func roleType(c *call, cond condition) (azure.RoleType, error) {
	switch {
	case strings.EqualFold(cond.Values[0], wire.AzureCustomRole):
		return azure.CustomRole, nil
	case strings.EqualFold(cond.Values[0], wire.AzureBuiltInRole):
		return azure.BuiltInRole, nil
	}
	return "", c.unsupportedFilter(cond)
}

// role is the document of a role that was read at a place.
func (a *arm) role(r azure.Role, at armPlace) wire.AzureRole {
	d := wire.NewAzureRole(r, at.rolePrefix())
	d.Properties.Audit = a.audits.read(azure.RoleResourceID(r.ID), r)
	return d
}

// roleID reads the GUID of a role in a path.
func (c *call) roleID() (rbac.GUID, error) {
	id, ok := rbac.ParseGUID(c.param("id"))
	if !ok {
		return "", refuse(http.StatusBadRequest, wire.CodeInvalidRoleDefinitionID, fmt.Sprintf("The role definition ID '%s' is not valid.", c.param("id")))
	}
	c.about.ID = id.String()
	return id, nil
}

// roleAt finds the role of a path. One that can be assigned neither at the
// place nor below it does not exist there.
func (c *call) roleAt(ctx context.Context) (azure.Role, armPlace, error) {
	at, err := c.at()
	if err != nil {
		return azure.Role{}, at, err
	}
	id, err := c.roleID()
	if err != nil {
		return azure.Role{}, at, err
	}
	r, err := c.backend.Azure.Role(ctx, id)
	if err == nil && !at.assignable(r, true) {
		err = &rbac.Error{
			Kind: rbac.NotFound, System: rbac.Azure, Code: wire.CodeRoleDefinitionDoesNotExist,
			Message: fmt.Sprintf("The role %s can't be assigned at %q or below.", id, at.ID()),
		}
	}
	return r, at, err
}

func (a *arm) getRole(ctx context.Context, c *call) (reply, error) {
	r, at, err := c.roleAt(ctx)
	if err != nil {
		return reply{}, err
	}
	return reply{body: a.role(r, at)}, nil
}

// putRole creates a role or replaces all of it. The answer is 201 either way.
func (a *arm) putRole(ctx context.Context, c *call) (reply, error) {
	at, err := c.at()
	if err != nil {
		return reply{}, err
	}
	id, err := c.roleID()
	if err != nil {
		return reply{}, err
	}
	var d wire.AzureRole
	if err := c.decode(&d); err != nil {
		return reply{}, err
	}
	d.ID, d.Name = "", id.String() // the path counts
	r, err := d.Domain()
	if err != nil {
		return reply{}, err
	}
	flat := r.Flat()
	c.about.Actions = slices.Concat(flat.Actions, flat.NotActions, flat.DataActions, flat.NotDataActions)
	c.about.Scopes = r.AssignableScopes
	out, created, err := upsertRole(ctx, c, r)
	if err != nil {
		return reply{}, err
	}
	answer := wire.NewAzureRole(out, at.rolePrefix())
	answer.Properties.Audit = a.audits.wrote(c, azure.RoleResourceID(id), out, created)
	return reply{status: http.StatusCreated, body: answer}, nil
}

// upsertRole creates a role or, when there is one of that ID, changes it. Of two
// that create the same at once, the second changes it.
func upsertRole(ctx context.Context, c *call, r azure.Role) (out azure.Role, created bool, err error) {
	have, err := c.backend.Azure.Role(ctx, r.ID)
	if rbac.IsNotFound(err) {
		out, err = c.backend.Azure.CreateRole(ctx, r)
		if err == nil || !existsAs(err, azure.RoleResourceID(r.ID)) {
			return out, true, err
		}
	} else if err != nil {
		return out, false, err
	}
	c.about.Scopes = slices.Concat(have.AssignableScopes, r.AssignableScopes) // one that goes away may be at fault
	out, err = c.backend.Azure.UpdateRole(ctx, r)
	return out, false, err
}

// existsAs reports whether an error says that the object of that ID exists.
func existsAs(err error, id string) bool {
	var e *rbac.Error
	return errors.As(err, &e) && e.Kind == rbac.Exists && strings.EqualFold(e.Existing, id)
}

func (a *arm) deleteRole(ctx context.Context, c *call) (reply, error) {
	r, at, err := c.roleAt(ctx)
	if rbac.IsNotFound(err) && r.ID == "" {
		return reply{status: http.StatusNoContent}, nil // it is nowhere, and not merely out of place
	}
	if err == nil {
		err = c.backend.Azure.DeleteRole(ctx, r.ID)
	}
	if err != nil {
		return reply{}, err
	}
	d := a.role(r, at)
	a.audits.deleted(azure.RoleResourceID(r.ID))
	return reply{body: d}, nil
}
