// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"

	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

var intuneRoles = collection[intune.Role]{
	context: "deviceManagement/roleDefinitions",
	filter: filterable[intune.Role]{resource: "roleDefinition", properties: map[string]property[intune.Role]{
		"id":                      {opEquals, func(r intune.Role) any { return r.ID.String() }},
		"displayName":             {opEquals, func(r intune.Role) any { return r.Name }},
		"isBuiltIn":               {opEquals, func(r intune.Role) any { return r.BuiltIn }},
		"isBuiltInRoleDefinition": {opEquals, func(r intune.Role) any { return r.BuiltIn }},
	}},
	document: func(_ *call, r intune.Role) any { return wire.NewIntuneRole(r) },
	expand: map[string]expander[intune.Role]{
		"roleAssignments": func(ctx context.Context, c *call) (func(intune.Role) (any, error), error) {
			assignments, err := c.backend.Intune.Assignments(ctx, intune.AssignmentFilter{})
			return func(r intune.Role) (any, error) {
				rows := []any{}
				for _, a := range assignments {
					if a.RoleID == r.ID {
						rows = append(rows, wire.NewIntuneAssignmentRow(a))
					}
				}
				return rows, nil
			}, err
		},
	},
}

func listIntuneRoles(ctx context.Context, c *call) (reply, error) {
	roles, err := c.backend.Intune.Roles(ctx, intune.RoleFilter{})
	if err != nil {
		return reply{}, err
	}
	return intuneRoles.list(ctx, c, roles)
}

// intuneRole reads the role that the path names.
func intuneRole(ctx context.Context, c *call) (intune.Role, error) {
	id, ok := rbac.ParseGUID(c.param("id"))
	if !ok {
		return intune.Role{}, gone(c, c.param("id"))
	}
	r, err := c.backend.Intune.Role(ctx, id)
	return r, about(c, err, wire.Values{ID: id.String()})
}

func getIntuneRole(ctx context.Context, c *call) (reply, error) {
	r, err := intuneRole(ctx, c)
	if err != nil {
		return reply{}, err
	}
	return intuneRoles.one(ctx, c, r)
}

func createIntuneRole(ctx context.Context, c *call) (reply, error) {
	var d wire.IntuneRoleWrite
	if err := decodeModel(c, &d); err != nil {
		return reply{}, err
	}
	r := d.Apply(intune.Role{})
	made, err := c.backend.Intune.CreateRole(ctx, r)
	if err != nil {
		return reply{}, about(c, err, wire.Values{Actions: r.Permissions, Scopes: r.ScopeTags})
	}
	out, err := intuneRoles.one(ctx, c, made)
	out.status = c.graph.created
	return out, err
}

func updateIntuneRole(ctx context.Context, c *call) (reply, error) {
	var d wire.IntuneRoleWrite
	if err := decodeModel(c, &d); err != nil {
		return reply{}, err
	}
	c.graph.writes.Lock()
	defer c.graph.writes.Unlock()
	old, err := intuneRole(ctx, c)
	if err != nil {
		return reply{}, err
	}
	r := d.Apply(old)
	changed, err := c.backend.Intune.UpdateRole(ctx, r)
	if err != nil {
		return reply{}, about(c, err, wire.Values{ID: r.ID.String(), Actions: r.Permissions, Scopes: r.ScopeTags})
	}
	return intuneRoles.one(ctx, c, changed)
}

func deleteIntuneRole(ctx context.Context, c *call) (reply, error) {
	r, err := intuneRole(ctx, c)
	if err != nil {
		return reply{}, err
	}
	return reply{}, about(c, c.backend.Intune.DeleteRole(ctx, r.ID), wire.Values{ID: r.ID.String()})
}

// intuneRoleRows are the assignments below a role: whole in number, and with
// nothing of what is assigned.
var intuneRoleRows = collection[intune.Assignment]{
	context:  "deviceManagement/roleDefinitions/roleAssignments",
	filter:   filterable[intune.Assignment]{resource: "roleAssignment"},
	document: func(_ *call, a intune.Assignment) any { return wire.NewIntuneAssignmentRow(a) },
}

func listIntuneRoleAssignments(ctx context.Context, c *call) (reply, error) {
	r, err := intuneRole(ctx, c)
	if err != nil {
		return reply{}, err
	}
	assignments, err := c.backend.Intune.Assignments(ctx, intune.AssignmentFilter{RoleID: r.ID})
	if err != nil {
		return reply{}, err
	}
	l := intuneRoleRows
	l.context = "deviceManagement/roleDefinitions('" + r.ID.String() + "')/roleAssignments"
	return l.list(ctx, c, assignments)
}

func getIntuneRoleAssignment(ctx context.Context, c *call) (reply, error) {
	r, err := intuneRole(ctx, c)
	if err != nil {
		return reply{}, err
	}
	a, err := intuneAssignment(ctx, c, c.param("assignment"))
	if err == nil && a.RoleID != r.ID {
		err = gone(c, c.param("assignment"))
	}
	if err != nil {
		return reply{}, err
	}
	return intuneRoleRows.one(ctx, c, a)
}
