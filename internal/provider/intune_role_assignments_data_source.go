// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var _ datasource.DataSourceWithConfigure = (*intuneRoleAssignments)(nil)

type intuneRoleAssignments struct{ dataSourceBase }

func newIntuneRoleAssignments() datasource.DataSource {
	return &intuneRoleAssignments{dataSourceBase{base{Noun: framework.Noun{Type: "rbac_intune_role_assignments", Name: "Intune role assignments"}}}}
}

type intuneRoleAssignmentsModel struct {
	Role            types.String           `tfsdk:"role"`
	Member          types.String           `tfsdk:"member"`
	Granting        types.String           `tfsdk:"granting"`
	RoleAssignments []intuneAssignmentItem `tfsdk:"role_assignments"`
}

type intuneAssignmentItem struct {
	assignmentItem
	Description    string    `tfsdk:"description"`
	Members        []string  `tfsdk:"members"`
	MissingMembers *[]string `tfsdk:"missing_members"`
	ScopeGroups    []string  `tfsdk:"scope_groups"`
	AllUsers       bool      `tfsdk:"all_users"`
	AllDevices     bool      `tfsdk:"all_devices"`
	ScopeTags      []string  `tfsdk:"scope_tags"`
}

func (d *intuneRoleAssignments) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = roleAssignmentsSchema(rbac.Intune, map[string]schema.Attribute{
		"member": framework.FilterString("Only assignments among whose members this security group is, by its object ID.",
			framework.Valid("Invalid group ID", framework.CheckGUID("The object ID of a group"))),
	}, framework.FilterString("Only assignments of roles that grant this permission, written as `Remote tasks/Wipe` or `Microsoft.Intune_RemoteTasks_Wipe`. "+
		"Then an assignment is listed once for each of its member groups, with `group_id`."),
		"The assignment's GUID.", "The assignment's name.", map[string]schema.Attribute{
			"description":     framework.DataString("What the assignment is for."),
			"members":         framework.DataStrings("The object IDs of the security groups whose users have the role."),
			"missing_members": framework.DataStrings("Those of `members` that the directory does not know, such as groups that were deleted; null where the directory could not be asked."),
			"scope_groups":    framework.DataStrings("The object IDs of the groups that may be managed; empty with `all_users` or `all_devices`."),
			"all_users":       framework.DataBool("Whether all users may be managed."),
			"all_devices":     framework.DataBool("Whether all devices may be managed."),
			"scope_tags":      framework.DataStrings("The names of the scope tags that limit what the members see."),
		})
}

func (d *intuneRoleAssignments) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	framework.ReadData(ctx, req, resp, d.Noun, func(ctx context.Context, m *intuneRoleAssignmentsModel) error {
		b, err := d.data.Backend(ctx)
		if err != nil {
			return err
		}
		var filter intune.AssignmentFilter
		if filter.RoleID, err = filterRole(ctx, intuneRoles{b.Intune}, m.Role); err != nil {
			return err
		}
		found, err := b.Intune.Assignments(ctx, filter)
		if err != nil {
			return err
		}
		roles, err := b.Intune.Roles(ctx, intune.RoleFilter{})
		if err != nil {
			return err
		}
		tags, err := b.Intune.ScopeTags(ctx)
		if err != nil {
			return err
		}
		granting, err := grantingRoles(roles, m.Granting, catalog.Intune().Granting, func(r intune.Role) rbac.GUID { return r.ID })
		if err != nil {
			return err
		}
		names := roleNames(roles, func(r intune.Role) (rbac.GUID, string) { return r.ID, r.Name })
		found = slices.DeleteFunc(narrow(found, granting, func(a intune.Assignment) rbac.GUID { return a.RoleID }), func(a intune.Assignment) bool {
			return !m.Member.IsNull() && !slices.Contains(a.Members, framework.GUIDValue(m.Member))
		})
		who, err := newPrincipals(ctx, b.Entra, memberIDs(found), "`missing_members` is null", &resp.Diagnostics)
		if err != nil {
			return err
		}
		m.RoleAssignments = []intuneAssignmentItem{}
		for _, a := range found {
			row := intuneAssignmentItem{
				assignmentItem: assignmentItem{ID: a.ID.String(), Name: a.Name, RoleDefinitionID: a.RoleID.String(), RoleName: names[a.RoleID]},
				Description:    a.Description, Members: sorted(a.Members), MissingMembers: who.missing(a.Members), ScopeGroups: sorted(a.ScopeGroups),
				AllUsers: a.AllUsers, AllDevices: a.AllDevices, ScopeTags: sorted(scopeTags(tags).names(a.ScopeTags)),
			}
			if granting == nil {
				m.RoleAssignments = append(m.RoleAssignments, row)
				continue
			}
			for _, group := range slices.Sorted(slices.Values(a.Members)) {
				if m.Member.IsNull() || group == framework.GUIDValue(m.Member) {
					row.through(group, who)
					m.RoleAssignments = append(m.RoleAssignments, row)
				}
			}
		}
		return nil
	})
}

// memberIDs are the distinct member groups of assignments.
func memberIDs(assignments []intune.Assignment) []rbac.GUID {
	var ids []rbac.GUID
	for _, a := range assignments {
		ids = append(ids, a.Members...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
