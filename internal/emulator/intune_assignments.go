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

// expandTags is how beta is asked for the tags of an assignment: they belong to
// the derived type.
const expandTags = "microsoft.graph.deviceAndAppManagementRoleAssignment/roleScopeTags"

func intuneAssignments(c *call) collection[intune.Assignment] {
	l := collection[intune.Assignment]{
		context: "deviceManagement/roleAssignments",
		filter: filterable[intune.Assignment]{resource: "roleAssignment", properties: map[string]property[intune.Assignment]{
			"id":          {opEquals, func(a intune.Assignment) any { return a.ID.String() }},
			"displayName": {opEquals, func(a intune.Assignment) any { return a.Name }},
		}},
		document: func(_ *call, a intune.Assignment) any { return wire.NewIntuneAssignment(a) },
		expand:   map[string]expander[intune.Assignment]{"roleDefinition": expandIntuneRole},
	}
	if c.version == beta {
		l.expand[expandTags] = expandScopeTags
	}
	return l
}

// expandIntuneRole does what the service was seen to do: it tells nothing of the
// role, and leaves out other members as well.
func expandIntuneRole(context.Context, *call) (func(intune.Assignment) (any, error), error) {
	bare := reshaped{shape: func(d document) document { return d.without("scopeType", "scopeMembers", "roleScopeTagIds") }}
	return func(intune.Assignment) (any, error) { return bare, nil }, nil
}

func expandScopeTags(ctx context.Context, c *call) (func(intune.Assignment) (any, error), error) {
	tags, err := c.backend.Intune.ScopeTags(ctx)
	return func(a intune.Assignment) (any, error) {
		out := []any{}
		for _, t := range tags {
			if slices.Contains(a.ScopeTags, t.ID) {
				out = append(out, wire.NewIntuneScopeTag(t))
			}
		}
		return out, nil
	}, err
}

func listIntuneAssignments(ctx context.Context, c *call) (reply, error) {
	assignments, err := c.backend.Intune.Assignments(ctx, intune.AssignmentFilter{})
	if err != nil {
		return reply{}, err
	}
	return intuneAssignments(c).list(ctx, c, assignments)
}

func intuneAssignment(ctx context.Context, c *call, text string) (intune.Assignment, error) {
	id, ok := rbac.ParseGUID(text)
	if !ok {
		return intune.Assignment{}, gone(c, text)
	}
	a, err := c.backend.Intune.Assignment(ctx, id)
	return a, about(c, err, wire.Values{ID: text})
}

func getIntuneAssignment(ctx context.Context, c *call) (reply, error) {
	a, err := intuneAssignment(ctx, c, c.param("id"))
	if err != nil {
		return reply{}, err
	}
	return intuneAssignments(c).one(ctx, c, a)
}

// intuneAssignmentWrite reads the body of a create or an update and refuses what
// the service refuses by the shape alone.
func intuneAssignmentWrite(c *call) (wire.IntuneAssignmentWrite, error) {
	var d wire.IntuneAssignmentWrite
	if err := decodeModel(c, &d); err != nil {
		return d, err
	}
	// Members belong to the derived type, so the type has to be named.
	if d.Members.Set && !strings.EqualFold(strings.TrimPrefix(d.ODataType, "#"), strings.TrimPrefix(wire.IntuneAssignmentType, "#")) {
		return d, anErrorHasOccurred()
	}
	if d.RoleBind.Set && !bindsTo(d.RoleBind.Value, "roleDefinitions") {
		return d, anErrorHasOccurred()
	}
	for _, bind := range d.TagBind.Value {
		if !bindsTo(bind, "roleScopeTags") {
			return d, anErrorHasOccurred()
		}
	}
	return d, nil
}

// anErrorHasOccurred is all that the service says to an assignment without its
// type or its role.
//
// Source: https://github.com/microsoft/Intune-PowerShell-SDK/issues/123
func anErrorHasOccurred() error { return intuneBad("An error has occurred") }

// bindsTo reports whether a URL names something of a collection of Intune:
// …/deviceManagement/roleDefinitions('key') or with a slash. Roles of other
// providers, such as those of Windows 365, are none of Intune's.
func bindsTo(url, name string) bool {
	_, path, ok := strings.Cut(rbac.Fold(url), "/devicemanagement/"+rbac.Fold(name))
	return ok && len(path) > 1 && (path[0] == '/' || path[0] == '(')
}

// scopesFit refuses groups in a body that does not say that it is for groups.
//
// Source: https://github.com/microsoft/Microsoft365DSC/issues/6394
func scopesFit(d wire.IntuneAssignmentWrite, implied bool) error {
	groups := len(d.ResourceScopes.Value) > 0
	if !groups || strings.EqualFold(string(d.ScopeType.Value), string(wire.IntuneScopeGroups)) || implied && !d.ScopeType.Set {
		return nil
	}
	return intune.RuleAssignmentScope.Broken("scope_groups", "", "There are scope groups, and the scope type is not that of groups.").Err()
}

// intuneAssignmentValues are what the words of a refused assignment name.
func intuneAssignmentValues(a intune.Assignment) wire.Values {
	return wire.Values{ID: a.RoleID.String(), Scopes: a.ScopeTags}
}

func createIntuneAssignment(ctx context.Context, c *call) (reply, error) {
	d, err := intuneAssignmentWrite(c)
	if err != nil {
		return reply{}, err
	}
	if !d.RoleBind.Set {
		return reply{}, anErrorHasOccurred()
	}
	if err := scopesFit(d, true); err != nil { // the enumeration's zero value is groups
		return reply{}, err
	}
	a, err := d.Apply(intune.Assignment{})
	if err != nil {
		return reply{}, err
	}
	created, err := c.backend.Intune.CreateAssignment(ctx, a)
	if err != nil {
		return reply{}, about(c, err, intuneAssignmentValues(a))
	}
	out, err := intuneAssignments(c).one(ctx, c, created)
	out.status = c.graph.created
	return out, err
}

func updateIntuneAssignment(ctx context.Context, c *call) (reply, error) {
	d, err := intuneAssignmentWrite(c)
	if err != nil {
		return reply{}, err
	}
	if err := scopesFit(d, false); err != nil {
		return reply{}, err
	}
	c.graph.writes.Lock()
	defer c.graph.writes.Unlock()
	old, err := intuneAssignment(ctx, c, c.param("id"))
	if err != nil {
		return reply{}, err
	}
	a, err := d.Apply(old)
	if err != nil {
		return reply{}, err
	}
	if (a.AllUsers || a.AllDevices) && !d.ResourceScopes.Set {
		a.ScopeGroups = nil // the assignment is no longer for groups
	}
	changed, err := c.backend.Intune.UpdateAssignment(ctx, a)
	if err != nil {
		return reply{}, about(c, err, intuneAssignmentValues(a))
	}
	return intuneAssignments(c).one(ctx, c, changed)
}

func deleteIntuneAssignment(ctx context.Context, c *call) (reply, error) {
	a, err := intuneAssignment(ctx, c, c.param("id"))
	if err != nil {
		return reply{}, err
	}
	return reply{}, about(c, c.backend.Intune.DeleteAssignment(ctx, a.ID), wire.Values{ID: a.ID.String()})
}
