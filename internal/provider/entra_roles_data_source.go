// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var _ datasource.DataSourceWithConfigure = (*entraTenantRoles)(nil)

type entraTenantRoles struct{ dataSourceBase }

func newEntraRoles() datasource.DataSource {
	return &entraTenantRoles{dataSourceBase{base{Noun: framework.Noun{Type: "rbac_entra_roles", Name: "Entra roles"}}}}
}

type entraTenantRoleItem struct {
	entraRoleItem
	tenantRoleItem
	Enabled bool   `tfsdk:"enabled"`
	Version string `tfsdk:"version"`
}

func (d *entraTenantRoles) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = tenantRolesSchema(rbac.Entra, entraRoleItem{}.attributes(), map[string]schema.Attribute{
		"enabled": framework.DataBool("Whether the role can be assigned."),
		"version": framework.DataString("The version that its maker gave to a custom role."),
	})
}

func (d *entraTenantRoles) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	framework.ReadData(ctx, req, resp, d.Noun, func(ctx context.Context, m *tenantRolesModel[entraTenantRoleItem]) error {
		b, err := d.data.Backend(ctx)
		if err != nil {
			return err
		}
		roles, err := b.Entra.Roles(ctx, entra.RoleFilter{Type: roleType[entra.RoleType](m.Type)})
		if err != nil {
			return err
		}
		assignments, err := b.Entra.Assignments(ctx, entra.AssignmentFilter{})
		if err != nil {
			return err
		}
		used := count(assignments, func(a entra.Assignment) rbac.GUID { return a.RoleID })
		m.Roles = []entraTenantRoleItem{}
		for _, r := range roles {
			if m.names(r.Name) {
				known, _ := catalog.Entra().RoleByID(r.ID)
				m.Roles = append(m.Roles, entraTenantRoleItem{
					newEntraRoleItem(r, known, catalog.Entra().Privileged(r)), newTenantRoleItem(r.BuiltIn, used[r.ID]), r.Enabled, r.Version,
				})
			}
		}
		return nil
	})
}
