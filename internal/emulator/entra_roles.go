// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"net/http"
	"slices"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// directoryReaders is the role whose permissions the directory gives to every
// other built-in role.
const directoryReaders rbac.GUID = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"

// entraRoleDocument is a role definition with what only beta has.
type entraRoleDocument struct {
	wire.EntraRole
	IsPrivileged          *bool   `json:"isPrivileged,omitempty"`
	AllowedPrincipalTypes *string `json:"allowedPrincipalTypes,omitempty"`
}

// entraRoles are the role definitions of the directory. privileged decides of
// roles by their permissions; v1.0 does not tell.
func entraRoles(c *call) collection[entra.Role] {
	privileged := privilegedActions(c)
	isPrivileged := func(r entra.Role) bool {
		return slices.ContainsFunc(r.Permissions, func(p string) bool { return privileged[rbac.Fold(p)] })
	}
	l := collection[entra.Role]{
		context:  "roleManagement/directory/roleDefinitions",
		pageSize: otherPageSize, // the list was always seen whole
		filter: filterable[entra.Role]{resource: "unifiedRoleDefinition", properties: map[string]property[entra.Role]{
			"id":          {opEquals, func(r entra.Role) any { return r.ID.String() }},
			"templateId":  {opEquals, func(r entra.Role) any { return r.ID.String() }},
			"displayName": {opEquals, func(r entra.Role) any { return r.Name }},
			"isBuiltIn":   {opEquals, func(r entra.Role) any { return r.BuiltIn }},
		}},
		document: func(c *call, r entra.Role) any {
			d := entraRoleDocument{EntraRole: wire.NewEntraRole(r)}
			inherited := inheritedFrom(r)
			d.InheritsPermissionsFrom = &inherited
			if c.version == beta {
				p, types := isPrivileged(r), "user, servicePrincipal, group"
				d.IsPrivileged, d.AllowedPrincipalTypes = &p, &types
			}
			return d
		},
		expand: map[string]expander[entra.Role]{
			"inheritsPermissionsFrom": func(ctx context.Context, c *call) (func(entra.Role) (any, error), error) {
				return func(r entra.Role) (any, error) { return inheritedDocuments(ctx, c, r) }, nil
			},
		},
	}
	if c.version == beta {
		l.filter.properties["displayName"] = property[entra.Role]{opEquals | opStartsWith, l.filter.properties["displayName"].value}
		l.filter.properties["isPrivileged"] = property[entra.Role]{opEquals, func(r entra.Role) any { return isPrivileged(r) }}
	}
	return l
}

// privilegedActions are the permissions that Microsoft labels as privileged, folded.
func privilegedActions(c *call) map[string]bool {
	out := map[string]bool{}
	if c.version != beta {
		return out
	}
	for _, a := range c.catalog.EntraActions() {
		if a.Privileged {
			out[rbac.Fold(a.Name)] = true
		}
	}
	return out
}

// inheritedFrom names the roles whose permissions a role has too.
func inheritedFrom(r entra.Role) wire.List[wire.EntraReference] {
	if !r.BuiltIn || r.ID == directoryReaders {
		return wire.List[wire.EntraReference]{}
	}
	return wire.List[wire.EntraReference]{{ID: directoryReaders.String()}}
}

func inheritedDocuments(ctx context.Context, c *call, r entra.Role) ([]any, error) {
	out := []any{}
	for _, ref := range inheritedFrom(r) {
		from, err := c.backend.Entra.Role(ctx, rbac.GUID(ref.ID))
		if err != nil {
			return nil, about(c, err, wire.Values{ID: ref.ID})
		}
		out = append(out, wire.NewEntraRole(from))
	}
	return out, nil
}

func listEntraRoles(ctx context.Context, c *call) (reply, error) {
	roles, err := c.backend.Entra.Roles(ctx, entra.RoleFilter{})
	if err != nil {
		return reply{}, about(c, err, wire.Values{})
	}
	return entraRoles(c).list(ctx, c, roles)
}

// entraRole reads the role that the path names.
func entraRole(ctx context.Context, c *call) (entra.Role, error) {
	id, ok := rbac.ParseGUID(c.param("id"))
	if !ok {
		return entra.Role{}, missing(c, c.param("id"))
	}
	r, err := c.backend.Entra.Role(ctx, id)
	return r, about(c, err, wire.Values{ID: id.String()})
}

func getEntraRole(ctx context.Context, c *call) (reply, error) {
	r, err := entraRole(ctx, c)
	if err != nil {
		return reply{}, err
	}
	return entraRoles(c).one(ctx, c, r)
}

func inheritedEntraRoles(ctx context.Context, c *call) (reply, error) {
	r, err := entraRole(ctx, c)
	if err != nil {
		return reply{}, err
	}
	documents, err := inheritedDocuments(ctx, c, r)
	if err != nil {
		return reply{}, err
	}
	return graphList(c, "roleManagement/directory/roleDefinitions", documents)
}

func createEntraRole(ctx context.Context, c *call) (reply, error) {
	d, err := entraRoleWrite(c)
	if err != nil {
		return reply{}, err
	}
	if !d.DisplayName.Set || !d.IsEnabled.Set || !d.RolePermissions.Set {
		return reply{}, badRequest("A role definition needs displayName, isEnabled and rolePermissions.")
	}
	asked, err := d.Apply(entra.Role{})
	if err != nil {
		return reply{}, err
	}
	r, err := c.backend.Entra.CreateRole(ctx, asked)
	if err != nil {
		return reply{}, about(c, err, entraRoleValues(asked))
	}
	out, err := entraRoles(c).one(ctx, c, r)
	out.status = http.StatusCreated
	out.header = http.Header{"Location": {c.link("/"+c.version+"/roleManagement/directory/roleDefinitions/"+r.ID.String(), nil)}}
	return out, err
}

// entraRoleWrite reads the body of a create or an update, and refuses what only
// built-in roles have.
func entraRoleWrite(c *call) (wire.EntraRoleWrite, error) {
	var d wire.EntraRoleWrite
	if err := c.decode(&d); err != nil {
		return d, err
	}
	for _, p := range d.RolePermissions.Value {
		switch {
		case p.Condition != "":
			return d, badRequest("Conditions are not supported for custom roles.")
		case p.ExcludedResourceActions != nil && len(*p.ExcludedResourceActions) > 0:
			return d, badRequest("Excluded resource actions are not supported for custom roles.")
		}
	}
	return d, nil
}

// entraRoleValues are what the words of a refused role name.
func entraRoleValues(r entra.Role) wire.Values {
	return wire.Values{ID: r.ID.String(), Actions: r.Permissions}
}

func updateEntraRole(ctx context.Context, c *call) (reply, error) {
	d, err := entraRoleWrite(c)
	if err != nil {
		return reply{}, err
	}
	c.graph.writes.Lock()
	defer c.graph.writes.Unlock()
	old, err := entraRole(ctx, c)
	if err != nil {
		return reply{}, err
	}
	r, err := d.Apply(old)
	if err == nil && r.ID != old.ID {
		// Elsewhere this gives the role another ID, under which nothing finds it any more.
		return reply{}, badRequest("The template ID of a role definition can't be changed.")
	}
	if err == nil {
		_, err = c.backend.Entra.UpdateRole(ctx, r)
	}
	return reply{}, about(c, err, entraRoleValues(r))
}

func deleteEntraRole(ctx context.Context, c *call) (reply, error) {
	r, err := entraRole(ctx, c)
	if err != nil {
		return reply{}, err
	}
	return reply{}, about(c, c.backend.Entra.DeleteRole(ctx, r.ID), wire.Values{ID: r.ID.String()})
}
