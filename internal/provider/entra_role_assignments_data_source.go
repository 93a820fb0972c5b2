// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var _ datasource.DataSourceWithConfigure = (*entraRoleAssignments)(nil)

type entraRoleAssignments struct{ dataSourceBase }

func newEntraRoleAssignments() datasource.DataSource {
	return &entraRoleAssignments{dataSourceBase{base{Noun: framework.Noun{Type: "rbac_entra_role_assignments", Name: "Entra role assignments"}}}}
}

type entraRoleAssignmentsModel struct {
	Role            types.String          `tfsdk:"role"`
	PrincipalID     types.String          `tfsdk:"principal_id"`
	DirectoryScope  types.String          `tfsdk:"directory_scope"`
	Granting        types.String          `tfsdk:"granting"`
	RoleAssignments []entraAssignmentItem `tfsdk:"role_assignments"`
}

type entraAssignmentItem struct {
	assignmentItem
	DirectoryScope  string `tfsdk:"directory_scope"`
	AppScope        string `tfsdk:"app_scope"`
	PrincipalID     string `tfsdk:"principal_id"`
	PrincipalExists *bool  `tfsdk:"principal_exists"`
}

func (d *entraRoleAssignments) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = roleAssignmentsSchema(rbac.Entra, map[string]schema.Attribute{
		"principal_id": principalFilter(),
		"directory_scope": framework.FilterString("Only assignments at exactly this scope: `/` for the whole tenant, an administrative unit as `/administrativeUnits/{id}`, or an object as `/{id}`.",
			framework.Valid(entra.RuleScopeSyntax.Summary, func(s string) error { _, err := entra.ParseScope(s); return err })),
	}, framework.FilterString("Only assignments of roles that hold this permission, such as `microsoft.directory/users/password/update`, in any casing."),
		"The assignment's opaque ID.", "Always empty: Entra gives assignments no name.", map[string]schema.Attribute{
			"directory_scope":  framework.DataString("Where in the directory the role holds; empty if it holds at an app scope."),
			"app_scope":        framework.DataString("The scope of an app at which the role holds; empty if it holds at a directory scope."),
			"principal_id":     framework.DataString("The object ID of the user, group or service principal."),
			"principal_exists": principalExists(),
		})
}

func (d *entraRoleAssignments) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	framework.ReadData(ctx, req, resp, d.Noun, func(ctx context.Context, m *entraRoleAssignmentsModel) error {
		b, err := d.data.Backend(ctx)
		if err != nil {
			return err
		}
		filter := entra.AssignmentFilter{PrincipalID: framework.GUIDValue(m.PrincipalID)}
		if filter.RoleID, err = filterRole(ctx, entraRoles{b.Entra}, m.Role); err != nil {
			return err
		}
		if !m.DirectoryScope.IsNull() {
			scope, err := entra.ParseScope(m.DirectoryScope.ValueString())
			if err != nil {
				return err
			}
			filter.DirectoryScope = scope.ID()
		}
		found, err := b.Entra.Assignments(ctx, filter)
		if err != nil {
			return err
		}
		roles, err := b.Entra.Roles(ctx, entra.RoleFilter{})
		if err != nil {
			return err
		}
		granting, err := grantingRoles(roles, m.Granting, catalog.Entra().Granting, func(r entra.Role) rbac.GUID { return r.ID })
		if err != nil {
			return err
		}
		found = narrow(found, granting, func(a entra.Assignment) rbac.GUID { return a.RoleID })
		names := roleNames(roles, func(r entra.Role) (rbac.GUID, string) { return r.ID, r.Name })
		who, err := newPrincipals(ctx, b.Entra, principalIDs(found, func(a entra.Assignment) rbac.GUID { return a.PrincipalID }), "`principal_exists` is null", &resp.Diagnostics)
		if err != nil {
			return err
		}
		m.RoleAssignments = make([]entraAssignmentItem, len(found))
		for i, a := range found {
			m.RoleAssignments[i] = entraAssignmentItem{
				assignmentItem: assignmentItem{ID: a.ID, RoleDefinitionID: a.RoleID.String(), RoleName: names[a.RoleID]},
				DirectoryScope: a.DirectoryScope, AppScope: a.AppScope,
				PrincipalID: a.PrincipalID.String(), PrincipalExists: who.exist(a.PrincipalID),
			}
			if granting != nil && who.found[a.PrincipalID].Type == entra.Group {
				m.RoleAssignments[i].through(a.PrincipalID, who)
			}
		}
		return nil
	})
}
