// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var _ datasource.DataSourceWithConfigure = (*intuneBuiltinRoles)(nil)

type intuneBuiltinRoles struct{ dataSourceBase }

func newIntuneBuiltinRoles() datasource.DataSource {
	return &intuneBuiltinRoles{dataSourceBase{base{Noun: framework.Noun{Type: "rbac_intune_builtin_roles", Name: "Intune built-in roles"}}}}
}

func (d *intuneBuiltinRoles) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = builtinRolesSchema(rbac.Intune, "Only roles that hold every one of these permissions, written as `Mobile apps/Read` or `Microsoft.Intune_MobileApps_Read`. "+
		"Roles are compared by the number of their permissions.",
		framework.CheckNotEmpty("A permission"), intuneRoleItem{}.attributes())
}

func (d *intuneBuiltinRoles) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	framework.ReadData(ctx, req, resp, d.Noun, func(_ context.Context, m *builtinRolesModel[intuneRoleItem]) error {
		found, err := catalog.Intune().FindRoles(m.filter())
		if err != nil {
			return err
		}
		m.Roles = make([]intuneRoleItem, len(found))
		for i, r := range found {
			m.Roles[i] = newIntuneRoleItem(r.Role, r, r.Privileged)
		}
		return nil
	})
}
