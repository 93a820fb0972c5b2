// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var _ datasource.DataSourceWithConfigure = (*azureTenantRoles)(nil)

type azureTenantRoles struct{ dataSourceBase }

func newAzureRoles() datasource.DataSource {
	return &azureTenantRoles{dataSourceBase{base{Noun: framework.Noun{Type: "rbac_azure_roles", Name: "Azure roles"}}}}
}

type azureTenantRoleItem struct {
	azureRoleItem
	tenantRoleItem
}

func (d *azureTenantRoles) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = tenantRolesSchema(rbac.Azure, azureRoleItem{}.attributes(), nil)
}

func (d *azureTenantRoles) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	framework.ReadData(ctx, req, resp, d.Noun, func(ctx context.Context, m *tenantRolesModel[azureTenantRoleItem]) error {
		b, err := d.data.Backend(ctx)
		if err != nil {
			return err
		}
		roles, err := b.Azure.Roles(ctx, azure.RoleFilter{Type: roleType[azure.RoleType](m.Type)})
		if err != nil {
			return err
		}
		assignments, err := b.Azure.Assignments(ctx, azure.AssignmentFilter{})
		if err != nil {
			return err
		}
		used := count(assignments, func(a azure.Assignment) rbac.GUID { return a.RoleID })
		privileged := catalog.Azure().PrivilegeCheck()
		m.Roles = []azureTenantRoleItem{}
		for _, r := range roles {
			if m.names(r.Name) {
				known, _ := catalog.Azure().RoleByID(r.ID)
				m.Roles = append(m.Roles, azureTenantRoleItem{newAzureRoleItem(r, known, privileged(r)), newTenantRoleItem(r.BuiltIn, used[r.ID])})
			}
		}
		return nil
	})
}
