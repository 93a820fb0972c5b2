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

var _ datasource.DataSourceWithConfigure = (*entraBuiltinRoles)(nil)

type entraBuiltinRoles struct{ dataSourceBase }

func newEntraBuiltinRoles() datasource.DataSource {
	return &entraBuiltinRoles{dataSourceBase{base{Noun: framework.Noun{Type: "rbac_entra_builtin_roles", Name: "Entra built-in roles"}}}}
}

func (d *entraBuiltinRoles) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = builtinRolesSchema(rbac.Entra, "Only roles that hold every one of these permissions, such as `microsoft.directory/users/password/update`, in any casing. "+
		"Permissions are compared by name: what `allTasks` or `allProperties` include is not taken apart. Roles are compared by the number of their permissions.",
		framework.CheckNotEmpty("A permission"), entraRoleItem{}.attributes())
}

func (d *entraBuiltinRoles) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	framework.ReadData(ctx, req, resp, d.Noun, func(_ context.Context, m *builtinRolesModel[entraRoleItem]) error {
		found, err := catalog.Entra().FindRoles(m.filter())
		if err != nil {
			return err
		}
		m.Roles = make([]entraRoleItem, len(found))
		for i, r := range found {
			m.Roles[i] = newEntraRoleItem(r.Role, r, r.Privileged)
		}
		return nil
	})
}
