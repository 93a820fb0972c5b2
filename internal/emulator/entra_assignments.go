// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// entraAssignmentDocument is a role assignment with what only beta has.
type entraAssignmentDocument struct {
	wire.EntraAssignment
	PrincipalOrganizationID string `json:"principalOrganizationId,omitempty"`
}

// entraAssignments are the role assignments of the directory.
func entraAssignments() collection[entra.Assignment] {
	return collection[entra.Assignment]{
		context: "roleManagement/directory/roleAssignments",
		filter: filterable[entra.Assignment]{resource: "unifiedRoleAssignment", properties: map[string]property[entra.Assignment]{
			"id":               {opEquals, func(a entra.Assignment) any { return a.ID }},
			"roleDefinitionId": {opEquals, func(a entra.Assignment) any { return a.RoleID.String() }},
			"principalId":      {opEquals, func(a entra.Assignment) any { return a.PrincipalID.String() }},
			"directoryScopeId": {opEquals, func(a entra.Assignment) any { return textOrNil(a.DirectoryScope) }},
			"appScopeId":       {opEquals, func(a entra.Assignment) any { return textOrNil(a.AppScope) }},
		}},
		document: func(c *call, a entra.Assignment) any {
			d := entraAssignmentDocument{EntraAssignment: wire.NewEntraAssignment(a)}
			if c.version == beta {
				d.ResourceScope, d.PrincipalOrganizationID = cmp.Or(a.DirectoryScope, a.AppScope), c.tenantID.String()
			}
			return d
		},
		expand: map[string]expander[entra.Assignment]{
			"principal": func(ctx context.Context, c *call) (func(entra.Assignment) (any, error), error) {
				return func(a entra.Assignment) (any, error) { return knownObject(ctx, c, a.PrincipalID) }, nil
			},
			"directoryScope": func(ctx context.Context, c *call) (func(entra.Assignment) (any, error), error) {
				return func(a entra.Assignment) (any, error) {
					if s, err := entra.ParseScope(a.DirectoryScope); err == nil && s.Target() != "" {
						return knownObject(ctx, c, s.Target())
					}
					return nil, nil // an app scope, or the tenant: neither is an object
				}, nil
			},
			"appScope":       func(context.Context, *call) (func(entra.Assignment) (any, error), error) { return noAppScope, nil },
			"roleDefinition": expandEntraRole,
		},
	}
}

// noAppScope: which apps have scopes of their own, the tenant does not know.
func noAppScope(a entra.Assignment) (any, error) {
	if a.AppScope == "" {
		return nil, nil
	}
	return document{{"@odata.type", "#microsoft.graph.appScope"}, {"id", a.AppScope}, {"displayName", nil}, {"type", nil}}, nil
}

func expandEntraRole(ctx context.Context, c *call) (func(entra.Assignment) (any, error), error) {
	roles, err := c.backend.Entra.Roles(ctx, entra.RoleFilter{})
	if err != nil {
		return nil, about(c, err, wire.Values{})
	}
	byID := make(map[rbac.GUID]entra.Role, len(roles))
	for _, r := range roles {
		byID[r.ID] = r
	}
	return func(a entra.Assignment) (any, error) {
		r, ok := byID[a.RoleID]
		if !ok {
			return nil, nil
		}
		return wire.NewEntraRole(r), nil
	}, nil
}

func textOrNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func listEntraAssignments(ctx context.Context, c *call) (reply, error) {
	l := entraAssignments()
	assignments, err := c.backend.Entra.Assignments(ctx, narrowed(c.option("$filter")))
	if err != nil {
		return reply{}, about(c, err, wire.Values{})
	}
	return l.list(ctx, c, assignments)
}

// narrowed is what a $filter asks of every assignment, as far as the tenant can
// look for it.
func narrowed(text string) entra.AssignmentFilter {
	var f entra.AssignmentFilter
	e, err := parseExpression(text)
	if err != nil { // the list says so
		return f
	}
	for name, to := range map[string]*rbac.GUID{"roleDefinitionId": &f.RoleID, "principalId": &f.PrincipalID} {
		if v, ok := e.equal(name); ok {
			if id, ok := rbac.ParseGUID(v); ok {
				*to = id
			}
		}
	}
	return f
}

func getEntraAssignment(ctx context.Context, c *call) (reply, error) {
	a, err := c.backend.Entra.Assignment(ctx, c.param("id"))
	if err != nil {
		return reply{}, about(c, err, wire.Values{ID: c.param("id")})
	}
	return entraAssignments().one(ctx, c, a)
}

func createEntraAssignment(ctx context.Context, c *call) (reply, error) {
	var d wire.EntraAssignment
	if err := c.decode(&d); err != nil {
		return reply{}, err
	}
	a, err := d.Domain()
	if err == nil {
		a, err = c.backend.Entra.CreateAssignment(ctx, a)
	}
	if err != nil {
		return reply{}, about(c, err, entraAssignmentValues(d))
	}
	out, err := entraAssignments().one(ctx, c, a)
	out.status = http.StatusCreated
	out.header = http.Header{"Location": {c.link("/"+c.version+"/roleManagement/directory/roleAssignments/"+a.ID, nil)}}
	return out, err
}

// entraAssignmentValues are what the words of a refused assignment name.
func entraAssignmentValues(d wire.EntraAssignment) wire.Values {
	return wire.Values{ID: d.RoleDefinitionID, Principal: d.PrincipalID, Scope: cmp.Or(d.DirectoryScopeID, d.ResourceScope, d.AppScopeID)}
}

func deleteEntraAssignment(ctx context.Context, c *call) (reply, error) {
	id := c.param("id")
	if _, err := c.backend.Entra.Assignment(ctx, id); err != nil {
		return reply{}, about(c, err, wire.Values{ID: id})
	}
	return reply{}, about(c, c.backend.Entra.DeleteAssignment(ctx, id), wire.Values{ID: id})
}

// listTransitiveAssignments lists what a principal has directly and through groups.
//
// Source: https://learn.microsoft.com/graph/api/rbacapplication-list-transitiveroleassignments
func listTransitiveAssignments(ctx context.Context, c *call) (reply, error) {
	if !strings.EqualFold(c.header.Get("ConsistencyLevel"), "eventual") || !strings.EqualFold(c.option("$count"), "true") {
		return reply{}, refuse(http.StatusBadRequest, wire.CodeUnsupportedQuery, "Unsupported query: transitiveRoleAssignments needs the header ConsistencyLevel: eventual and $count=true.")
	}
	l := entraAssignments()
	l.context = "roleManagement/directory/transitiveRoleAssignments"
	var text string
	if filter := c.option("$filter"); filter != "" {
		e, err := parseExpression(filter)
		if err != nil {
			return reply{}, queryRefusal(c, err)
		}
		text, _ = e.equal("principalId")
	}
	principal, ok := rbac.ParseGUID(text)
	if !ok {
		return reply{}, refuse(http.StatusBadRequest, wire.CodeUnsupportedQuery, "Unsupported query: transitiveRoleAssignments needs a filter on principalId.")
	}
	holders := append(c.directory.MemberOf(principal), principal)
	// The filter asks for the principal, and every holder stands for him.
	l.filter.properties["principalId"] = property[entra.Assignment]{opEquals, func(a entra.Assignment) any {
		if slices.Contains(holders, a.PrincipalID) {
			return principal.String()
		}
		return a.PrincipalID.String()
	}}
	assignments, err := c.backend.Entra.Assignments(ctx, entra.AssignmentFilter{})
	if err != nil {
		return reply{}, about(c, err, wire.Values{})
	}
	return l.list(ctx, c, assignments)
}
