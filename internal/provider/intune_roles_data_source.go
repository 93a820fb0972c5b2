// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var _ datasource.DataSourceWithConfigure = (*intuneTenantRoles)(nil)

type intuneTenantRoles struct{ dataSourceBase }

func newIntuneRoles() datasource.DataSource {
	return &intuneTenantRoles{dataSourceBase{base{Noun: framework.Noun{Type: "rbac_intune_roles", Name: "Intune roles"}}}}
}

type intuneTenantRoleItem struct {
	intuneRoleItem
	tenantRoleItem
	ScopeTags []string `tfsdk:"scope_tags"`
}

func (d *intuneTenantRoles) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = tenantRolesSchema(rbac.Intune, intuneRoleItem{}.attributes(), map[string]schema.Attribute{
		"scope_tags": framework.DataStrings("The names of the scope tags that decide which administrators see the role itself."),
	})
}

func (d *intuneTenantRoles) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	framework.ReadData(ctx, req, resp, d.Noun, func(ctx context.Context, m *tenantRolesModel[intuneTenantRoleItem]) error {
		b, err := d.data.Backend(ctx)
		if err != nil {
			return err
		}
		roles, err := b.Intune.Roles(ctx, intune.RoleFilter{Type: roleType[intune.RoleType](m.Type)})
		if err != nil {
			return err
		}
		assignments, err := b.Intune.Assignments(ctx, intune.AssignmentFilter{})
		if err != nil {
			return err
		}
		tags, err := b.Intune.ScopeTags(ctx)
		if err != nil {
			return err
		}
		used := count(assignments, func(a intune.Assignment) rbac.GUID { return a.RoleID })
		m.Roles = []intuneTenantRoleItem{}
		for _, r := range roles {
			if m.names(r.Name) {
				known, _ := catalog.Intune().RoleByID(r.ID)
				m.Roles = append(m.Roles, intuneTenantRoleItem{
					newIntuneRoleItem(r, known, catalog.Intune().Privileged(r)), newTenantRoleItem(r.BuiltIn, used[r.ID]), sorted(scopeTags(tags).names(r.ScopeTags)),
				})
			}
		}
		return nil
	})
}
