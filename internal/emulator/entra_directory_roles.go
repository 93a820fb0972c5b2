// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// The older form of role assignments: a directory role exists in a tenant once it
// is activated, has an ID of its own, and holds members. Custom roles are not in it.
//
// Source: https://learn.microsoft.com/graph/api/resources/directoryrole

var directoryRoles = collection[RoleTemplate]{
	context: "directoryRoles",
	filter: filterable[RoleTemplate]{resource: "directoryRole", properties: map[string]property[RoleTemplate]{
		"roleTemplateId": {opEquals, func(r RoleTemplate) any { return r.ID.String() }},
		"displayName":    {opEquals, func(r RoleTemplate) any { return r.Name }},
	}},
	pageSize: otherPageSize, // directoryRoles does not page
	document: func(c *call, r RoleTemplate) any {
		return wire.DirectoryRole{ID: directoryRoleID(c, r.ID).String(), Description: wire.Text(r.Description), DisplayName: r.Name, RoleTemplateID: r.ID.String()}
	},
}

var roleTemplates = collection[RoleTemplate]{
	context: "directoryRoleTemplates",
	filter: filterable[RoleTemplate]{resource: "directoryRoleTemplate", properties: map[string]property[RoleTemplate]{
		"id":          {opEquals, func(r RoleTemplate) any { return r.ID.String() }},
		"displayName": {opEquals, func(r RoleTemplate) any { return r.Name }},
	}},
	pageSize: otherPageSize,
	document: func(_ *call, r RoleTemplate) any {
		return wire.DirectoryRoleTemplate{ID: r.ID.String(), Description: wire.Text(r.Description), DisplayName: r.Name}
	},
}

// directoryRoleID is the ID of an activated role: another one in every tenant.
func directoryRoleID(c *call, template rbac.GUID) rbac.GUID {
	return rbac.DeriveGUID(c.tenantID, "directoryRole", template.String())
}

// activeRoles are the roles that somebody activated or has.
func activeRoles(ctx context.Context, c *call) ([]RoleTemplate, error) {
	assignments, err := c.backend.Entra.Assignments(ctx, entra.AssignmentFilter{})
	if err != nil {
		return nil, about(c, err, wire.Values{})
	}
	assigned := map[rbac.GUID]bool{}
	for _, a := range assignments {
		assigned[a.RoleID] = true
	}
	var out []RoleTemplate
	for _, t := range c.catalog.RoleTemplates() {
		if assigned[t.ID] || c.graph.isActivated(t.ID) {
			out = append(out, t)
		}
	}
	return out, nil
}

func listDirectoryRoles(ctx context.Context, c *call) (reply, error) {
	roles, err := activeRoles(ctx, c)
	if err != nil {
		return reply{}, err
	}
	return directoryRoles.list(ctx, c, roles)
}

// directoryRole finds the activated role that the path names, by its ID or by
// its template.
func directoryRole(ctx context.Context, c *call) (RoleTemplate, error) {
	roles, err := activeRoles(ctx, c)
	if err != nil {
		return RoleTemplate{}, err
	}
	id, template := c.param("id"), c.param("template")
	i := slices.IndexFunc(roles, func(t RoleTemplate) bool {
		return template != "" && strings.EqualFold(template, t.ID.String()) || id != "" && strings.EqualFold(id, directoryRoleID(c, t.ID).String())
	})
	if i < 0 {
		return RoleTemplate{}, missing(c, id+template)
	}
	return roles[i], nil
}

func getDirectoryRole(ctx context.Context, c *call) (reply, error) {
	r, err := directoryRole(ctx, c)
	if err != nil {
		return reply{}, err
	}
	return directoryRoles.one(ctx, c, r)
}

func activateDirectoryRole(ctx context.Context, c *call) (reply, error) {
	var body struct {
		RoleTemplateID string `json:"roleTemplateId"`
	}
	if err := c.decode(&body); err != nil {
		return reply{}, err
	}
	template, err := roleTemplate(c, body.RoleTemplateID)
	if err != nil {
		return reply{}, err
	}
	c.graph.writes.Lock()
	defer c.graph.writes.Unlock()
	roles, err := activeRoles(ctx, c)
	if err != nil {
		return reply{}, err
	}
	if slices.ContainsFunc(roles, func(t RoleTemplate) bool { return t.ID == template.ID }) {
		return reply{}, about(c, &rbac.Error{Kind: rbac.Exists, System: rbac.Entra, Code: wire.CodeRequestBadRequest, Message: "The role is activated already."}, wire.Values{ID: template.ID.String()})
	}
	c.graph.activate(template.ID)
	out, err := directoryRoles.one(ctx, c, template)
	out.status = http.StatusCreated
	return out, err
}

func roleTemplate(c *call, id string) (RoleTemplate, error) {
	for _, t := range c.catalog.RoleTemplates() {
		if strings.EqualFold(t.ID.String(), id) {
			return t, nil
		}
	}
	return RoleTemplate{}, missing(c, id)
}

func listRoleTemplates(ctx context.Context, c *call) (reply, error) {
	return roleTemplates.list(ctx, c, c.catalog.RoleTemplates())
}

func getRoleTemplate(ctx context.Context, c *call) (reply, error) {
	t, err := roleTemplate(c, c.param("id"))
	if err != nil {
		return reply{}, err
	}
	return roleTemplates.one(ctx, c, t)
}

// holders are who has a role in the whole tenant.
func holders(ctx context.Context, c *call, role rbac.GUID) ([]entra.Assignment, error) {
	all, err := c.backend.Entra.Assignments(ctx, entra.AssignmentFilter{RoleID: role, DirectoryScope: entra.TenantScope})
	return all, about(c, err, wire.Values{})
}

func listDirectoryRoleMembers(ctx context.Context, c *call) (reply, error) {
	r, err := directoryRole(ctx, c)
	if err != nil {
		return reply{}, err
	}
	assignments, err := holders(ctx, c, r.ID)
	if err != nil {
		return reply{}, err
	}
	var ids []rbac.GUID
	for _, a := range assignments {
		ids = append(ids, a.PrincipalID)
	}
	return listObjects(ctx, c, ids)
}

// reference is the body that adds an object to a navigation property.
type reference struct {
	ID string `json:"@odata.id"`
}

// object is the key at the end of the reference.
func (r reference) object() (rbac.GUID, error) {
	text := strings.TrimSuffix(r.ID, "')")
	id, ok := rbac.ParseGUID(text[strings.LastIndexAny(text, "/'")+1:])
	if !ok {
		return "", badRequest("Invalid URL format specified in @odata.id for type Link.")
	}
	return id, nil
}

func addDirectoryRoleMember(ctx context.Context, c *call) (reply, error) {
	var body reference
	if err := c.decode(&body); err != nil {
		return reply{}, err
	}
	r, err := directoryRole(ctx, c)
	if err != nil {
		return reply{}, err
	}
	principal, err := body.object()
	if err != nil {
		return reply{}, err
	}
	a := entra.Assignment{RoleID: r.ID, PrincipalID: principal, DirectoryScope: entra.TenantScope}
	_, err = c.backend.Entra.CreateAssignment(ctx, a)
	if rbac.KindOf(err) == rbac.Exists {
		// In words of its own, which older clients look for.
		return reply{}, badRequest("One or more added object references already exist for the following modified properties: 'members'.")
	}
	return reply{}, about(c, err, entraAssignmentValues(wire.NewEntraAssignment(a)))
}

func removeDirectoryRoleMember(ctx context.Context, c *call) (reply, error) {
	r, err := directoryRole(ctx, c)
	if err != nil {
		return reply{}, err
	}
	assignments, err := holders(ctx, c, r.ID)
	if err != nil {
		return reply{}, err
	}
	i := slices.IndexFunc(assignments, func(a entra.Assignment) bool { return strings.EqualFold(a.PrincipalID.String(), c.param("member")) })
	if i < 0 {
		return reply{}, missing(c, c.param("member"))
	}
	return reply{}, about(c, c.backend.Entra.DeleteAssignment(ctx, assignments[i].ID), wire.Values{ID: assignments[i].ID})
}

// scopedRoleMember is who has a role in an administrative unit.
//
// Source: https://learn.microsoft.com/graph/api/resources/scopedrolemembership
type scopedRoleMember struct {
	AdministrativeUnitID string   `json:"administrativeUnitId"`
	ID                   string   `json:"id"`
	RoleID               string   `json:"roleId"` // of the activated role, not of its template
	RoleMemberInfo       identity `json:"roleMemberInfo"`
}

type identity struct {
	DisplayName wire.Text `json:"displayName"`
	ID          string    `json:"id"`
}

// scopedMembers are the members of administrative units: of one unit or one
// role, where these are given.
func scopedMembers(ctx context.Context, c *call, unit, role rbac.GUID) ([]scopedRoleMember, error) {
	assignments, err := c.backend.Entra.Assignments(ctx, entra.AssignmentFilter{RoleID: role})
	if err != nil {
		return nil, about(c, err, wire.Values{})
	}
	var ids []rbac.GUID
	for _, a := range assignments {
		ids = append(ids, a.PrincipalID)
	}
	objects, err := c.backend.Entra.Objects(ctx, ids)
	if err != nil {
		return nil, about(c, err, wire.Values{})
	}
	out := []scopedRoleMember{}
	for _, a := range assignments {
		s, err := entra.ParseScope(a.DirectoryScope)
		if err != nil || s.AdministrativeUnit == "" || unit != "" && s.AdministrativeUnit != unit {
			continue
		}
		if _, err := roleTemplate(c, a.RoleID.String()); err != nil {
			continue // a custom role
		}
		out = append(out, scopedRoleMember{
			AdministrativeUnitID: s.AdministrativeUnit.String(), ID: a.ID, RoleID: directoryRoleID(c, a.RoleID).String(),
			RoleMemberInfo: identity{DisplayName: wire.Text(objects[a.PrincipalID].DisplayName), ID: a.PrincipalID.String()},
		})
	}
	return out, nil
}

func listScopedMembers(ctx context.Context, c *call) (reply, error) {
	r, err := directoryRole(ctx, c)
	if err != nil {
		return reply{}, err
	}
	members, err := scopedMembers(ctx, c, "", r.ID)
	if err != nil {
		return reply{}, err
	}
	return graphList(c, "scopedRoleMemberships", members)
}

// roleUnit is the administrative unit that the path names.
func roleUnit(ctx context.Context, c *call) (rbac.GUID, error) {
	id, ok := rbac.ParseGUID(c.param("unit"))
	if !ok {
		return "", missing(c, c.param("unit"))
	}
	objects, err := c.backend.Entra.Objects(ctx, []rbac.GUID{id})
	if err != nil {
		return "", about(c, err, wire.Values{})
	}
	if o, ok := objects[id]; !ok || o.Type != "" && o.Type != entra.AdministrativeUnit {
		return "", missing(c, id.String())
	}
	return id, nil
}

func listUnitRoleMembers(ctx context.Context, c *call) (reply, error) {
	unit, err := roleUnit(ctx, c)
	if err != nil {
		return reply{}, err
	}
	members, err := scopedMembers(ctx, c, unit, "")
	if err != nil {
		return reply{}, err
	}
	return graphList(c, "scopedRoleMemberships", members)
}

// unitRoleMember is the membership that the path names.
func unitRoleMember(ctx context.Context, c *call) (scopedRoleMember, error) {
	unit, err := roleUnit(ctx, c)
	if err != nil {
		return scopedRoleMember{}, err
	}
	members, err := scopedMembers(ctx, c, unit, "")
	if err != nil {
		return scopedRoleMember{}, err
	}
	i := slices.IndexFunc(members, func(m scopedRoleMember) bool { return m.ID == c.param("id") })
	if i < 0 {
		return scopedRoleMember{}, missing(c, c.param("id"))
	}
	return members[i], nil
}

func getUnitRoleMember(ctx context.Context, c *call) (reply, error) {
	m, err := unitRoleMember(ctx, c)
	if err != nil {
		return reply{}, err
	}
	return scopedMemberReply(c, m)
}

func scopedMemberReply(c *call, m scopedRoleMember) (reply, error) {
	d, err := documentOf(m)
	return reply{body: append(document{{"@odata.context", c.context("scopedRoleMemberships/$entity")}}, d...)}, err
}

func addUnitRoleMember(ctx context.Context, c *call) (reply, error) {
	var body scopedRoleMember
	if err := c.decode(&body); err != nil {
		return reply{}, err
	}
	unit, err := roleUnit(ctx, c)
	if err != nil {
		return reply{}, err
	}
	var role rbac.GUID
	for _, t := range c.catalog.RoleTemplates() {
		if strings.EqualFold(directoryRoleID(c, t.ID).String(), body.RoleID) {
			role = t.ID
		}
	}
	if role == "" {
		return reply{}, missing(c, body.RoleID)
	}
	d := wire.EntraAssignment{PrincipalID: body.RoleMemberInfo.ID, RoleDefinitionID: role.String(), DirectoryScopeID: entra.Scope{AdministrativeUnit: unit}.ID()}
	a, err := d.Domain()
	if err == nil {
		a, err = c.backend.Entra.CreateAssignment(ctx, a)
	}
	if err != nil {
		return reply{}, about(c, err, entraAssignmentValues(d))
	}
	members, err := scopedMembers(ctx, c, unit, role)
	if err != nil {
		return reply{}, err
	}
	i := slices.IndexFunc(members, func(m scopedRoleMember) bool { return m.ID == a.ID })
	if i < 0 {
		return reply{}, missing(c, a.ID) // somebody took it away in between
	}
	out, err := scopedMemberReply(c, members[i])
	out.status = http.StatusCreated
	return out, err
}

func removeUnitRoleMember(ctx context.Context, c *call) (reply, error) {
	m, err := unitRoleMember(ctx, c)
	if err != nil {
		return reply{}, err
	}
	return reply{}, about(c, c.backend.Entra.DeleteAssignment(ctx, m.ID), wire.Values{ID: m.ID})
}
