// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// filterRole is the role that a data source of assignments is narrowed to; ""
// without one.
func filterRole(ctx context.Context, roles roleLookup, role types.String) (rbac.GUID, error) {
	if role.IsNull() {
		return "", nil
	}
	id, _, err := roles.find(ctx, role.ValueString())
	return id, err
}

// grantingRoles are the roles that grant a permission. Without one, nil: any role will do.
func grantingRoles[R any](roles []R, permission types.String, system func([]string) (func(R) bool, error), id func(R) rbac.GUID) (map[rbac.GUID]bool, error) {
	if permission.IsNull() {
		return nil, nil
	}
	grants, err := system([]string{permission.ValueString()})
	if err != nil {
		return nil, err
	}
	ids := make(map[rbac.GUID]bool)
	for _, r := range roles {
		if grants(r) {
			ids[id(r)] = true
		}
	}
	return ids, nil
}

// narrow keeps the assignments of some roles; all of them when roles is nil.
func narrow[A any](assignments []A, roles map[rbac.GUID]bool, role func(A) rbac.GUID) []A {
	if roles == nil {
		return assignments
	}
	return slices.DeleteFunc(assignments, func(a A) bool { return !roles[role(a)] })
}

// roleNames are the names of roles by their ID.
func roleNames[R any](roles []R, facts func(R) (rbac.GUID, string)) map[rbac.GUID]string {
	names := make(map[rbac.GUID]string, len(roles))
	for _, r := range roles {
		id, name := facts(r)
		names[id] = name
	}
	return names
}

// principals answers whether principals exist.
type principals struct {
	found map[rbac.GUID]entra.Object
	known bool
}

// newPrincipals asks the directory once for the principals of all rows. A
// directory that may not be asked is no error: then nothing is known, of which
// consequence says what follows.
func newPrincipals(ctx context.Context, directory entra.Directory, ids []rbac.GUID, consequence string, diags *diag.Diagnostics) (principals, error) {
	if len(ids) == 0 {
		return principals{}, nil
	}
	found, err := directory.Objects(ctx, ids)
	switch rbac.KindOf(err) {
	case rbac.Forbidden, rbac.Unsupported:
		diags.AddWarning("Principals not looked up", "Whether the principals exist is not known, so "+consequence+": "+err.Error())
		return principals{}, nil
	}
	// One that keeps no objects, or may not be read, knows every ID and no more.
	told := len(found) < len(ids)
	for _, o := range found {
		told = told || o.Type != ""
	}
	return principals{found, told}, err
}

// exist reports whether a principal exists; nil when that is not known.
func (p principals) exist(id rbac.GUID) *bool {
	if !p.known {
		return nil
	}
	_, ok := p.found[id]
	return &ok
}

// missing are those of some principals that the directory does not know; nil
// when that is not known.
func (p principals) missing(ids []rbac.GUID) *[]string {
	if !p.known {
		return nil
	}
	missing := []string{}
	for _, id := range ids {
		if _, ok := p.found[id]; !ok {
			missing = append(missing, id.String())
		}
	}
	slices.Sort(missing)
	return &missing
}

// principalIDs are the distinct principals of rows.
func principalIDs[A any](assignments []A, principal func(A) rbac.GUID) []rbac.GUID {
	seen := make(map[rbac.GUID]bool)
	var ids []rbac.GUID
	for _, a := range assignments {
		if id := principal(a); !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids
}

// names are the names of tags by their IDs. A tag that is gone keeps its ID.
func (t scopeTags) names(ids []string) []string {
	names := make([]string, len(ids))
	byID := make(map[string]string, len(t))
	for _, tag := range []intune.ScopeTag(t) {
		byID[tag.ID] = tag.Name
	}
	for i, id := range ids {
		names[i] = id
		if name, ok := byID[id]; ok {
			names[i] = name
		}
	}
	return names
}

// assignmentItem is what data sources tell about an assignment of any system.
type assignmentItem struct {
	ID               string `tfsdk:"id"`
	Name             string `tfsdk:"name"`
	RoleDefinitionID string `tfsdk:"role_definition_id"`
	RoleName         string `tfsdk:"role_name"`
	// GroupID is the group through which people are granted what was asked for.
	GroupID   *string `tfsdk:"group_id"`
	GroupName string  `tfsdk:"group_name"`
}

// through sets the group through which people are granted what was asked for.
func (i *assignmentItem) through(group rbac.GUID, who principals) {
	id := group.String()
	i.GroupID, i.GroupName = &id, who.found[group].DisplayName
}

// roleAssignmentsSchema is the schema of a data source of role assignments.
// filters and item have what is special to the system.
func roleAssignmentsSchema(system rbac.System, filters map[string]schema.Attribute, granting schema.StringAttribute, id, name string, item map[string]schema.Attribute) schema.Schema {
	filters["granting"] = granting
	filters["role"] = framework.FilterString("Only assignments of this role: its name, current or former, or its ID in any spelling. A role that the tenant does not have is an error.")
	item["id"] = framework.DataString(id)
	item["name"] = framework.DataString(name)
	item["role_definition_id"] = framework.DataString("The ID of the role.")
	item["role_name"] = framework.DataString("The name of the role; empty if the role is gone.")
	item["group_id"] = framework.DataString("With `granting`, the object ID of the group through which people have the permission; null where a principal has it itself, and without `granting`.")
	item["group_name"] = framework.DataString("The display name of that group; empty where there is none or the directory does not tell.")
	filters["role_assignments"] = framework.DataItems("The assignments, in an order that does not change.", item)
	return schema.Schema{
		MarkdownDescription: "The role assignments of " + system.Title() + " that the tenant has. One is listed if all filters select it.",
		Attributes:          filters,
	}
}

// principalFilter is the filter by a principal's ID.
func principalFilter() schema.StringAttribute {
	return framework.FilterString("Only assignments that this principal holds itself, by its object ID; not those that it has through a group.",
		framework.Valid("Invalid principal ID", framework.CheckGUID("The object ID of a principal")))
}

// principalExists describes principal_exists.
func principalExists() schema.BoolAttribute {
	return framework.DataBool("Whether the directory knows the principal; `false` for one that was deleted, null where the directory could not be asked.")
}
