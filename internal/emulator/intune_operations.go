// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

var intuneOperations = collection[IntuneOperation]{
	context:  "deviceManagement/resourceOperations",
	pageSize: otherPageSize,
	filter: filterable[IntuneOperation]{resource: "resourceOperation", properties: map[string]property[IntuneOperation]{
		"id":           {opEquals, func(o IntuneOperation) any { return o.Action }},
		"resourceName": {opEquals, func(o IntuneOperation) any { return o.Resource }},
		"actionName":   {opEquals, func(o IntuneOperation) any { return o.Name }},
	}},
	document: func(c *call, o IntuneOperation) any {
		d := wire.IntuneResourceOperation{ODataType: "#microsoft.graph.resourceOperation", ID: o.Action, ResourceName: o.Resource, ActionName: o.Name, Description: wire.Text(o.Description)}
		if c.version == beta {
			// What is assigned is checked against the scope groups of the assignment.
			scoped := wire.Flag(strings.HasPrefix(o.Name, "Assign"))
			d.Resource, d.EnabledForScopeValidation = operationResource(o.Action), &scoped
		}
		return d
	},
}

// operationResource is the resource in the name of an operation: MobileApps of
// Microsoft.Intune_MobileApps_Read.
func operationResource(action string) string {
	_, rest, _ := strings.Cut(action, "_")
	name, _, _ := strings.Cut(rest, "_")
	return name
}

func listIntuneOperations(ctx context.Context, c *call) (reply, error) {
	return intuneOperations.list(ctx, c, c.catalog.IntuneOperations())
}

func getIntuneOperation(ctx context.Context, c *call) (reply, error) {
	for _, o := range c.catalog.IntuneOperations() {
		if strings.EqualFold(o.Action, c.param("id")) {
			return intuneOperations.one(ctx, c, o)
		}
	}
	return reply{}, gone(c, c.param("id"))
}

// callersAssignments are the assignments that the caller has through a group.
func callersAssignments(ctx context.Context, c *call) ([]intune.Assignment, error) {
	assignments, err := c.backend.Intune.Assignments(ctx, intune.AssignmentFilter{})
	groups := c.directory.MemberOf(c.caller)
	return slices.DeleteFunc(assignments, func(a intune.Assignment) bool {
		return !slices.ContainsFunc(a.Members, func(g rbac.GUID) bool { return slices.Contains(groups, g) })
	}), err
}

// effectiveIntunePermissions is what the roles of the caller allow, all together.
// What the scope means is not documented; it changes nothing here.
func effectiveIntunePermissions(ctx context.Context, c *call) (reply, error) {
	assignments, err := callersAssignments(ctx, c)
	if err != nil {
		return reply{}, err
	}
	var actions []string
	for _, a := range assignments {
		r, err := c.backend.Intune.Role(ctx, a.RoleID)
		if rbac.IsNotFound(err) {
			continue // deleted in between
		}
		if err != nil {
			return reply{}, err
		}
		actions = append(actions, r.Permissions...)
	}
	slices.Sort(actions)
	permissions := []wire.IntunePermission{{ResourceActions: wire.List[wire.IntuneResourceActions]{{AllowedResourceActions: rbac.Distinct(actions)}}}}
	return reply{body: wire.Collection[wire.IntunePermission]{Context: c.context("Collection(microsoft.graph.rolePermission)"), Value: permissions}}, nil
}

// assignedIntuneRoles are the roles and assignments of the caller.
func assignedIntuneRoles(ctx context.Context, c *call) (reply, error) {
	assignments, err := callersAssignments(ctx, c)
	if err != nil {
		return reply{}, err
	}
	roles, ids := wire.Strings{}, wire.Strings{}
	for _, a := range assignments {
		ids = append(ids, a.ID.String())
		if !slices.Contains(roles, a.RoleID.String()) {
			roles = append(roles, a.RoleID.String())
		}
	}
	return reply{body: document{
		{"@odata.context", c.context("microsoft.graph.deviceAndAppManagementAssignedRoleDetails")}, {"roleDefinitionIds", roles}, {"roleAssignmentIds", ids},
	}}, nil
}
