// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
)

var _ datasource.DataSourceWithConfigure = (*entraPermissions)(nil)

type entraPermissions struct{ dataSourceBase }

func newEntraPermissions() datasource.DataSource {
	return &entraPermissions{dataSourceBase{base{Noun: framework.Noun{Type: "rbac_entra_permissions", Name: "Entra permissions"}}}}
}

type entraPermissionsModel struct {
	permissionFilter
	UsableInCustomRoles types.Bool            `tfsdk:"usable_in_custom_roles"`
	Permissions         []entraPermissionItem `tfsdk:"permissions"`
}

type entraPermissionItem struct {
	permissionItem
	UsableInCustomRoles *bool `tfsdk:"usable_in_custom_roles"`
}

func (d *entraPermissions) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The known permissions of Microsoft Entra directory roles, from the catalog that comes with the provider. A permission is listed if all filters select it. Needs no tenant and no credentials.",
		Attributes: permissionFilter{}.attributes(
			"Only permissions that one of these patterns stands for, such as `microsoft.directory/users/*`; at most one `*` in each, for any characters, in any casing.",
			catalog.CheckPattern,
			"Only permissions of this namespace and entity, such as `microsoft.directory/applications`.",
			map[string]schema.Attribute{
				"usable_in_custom_roles": framework.FilterBool("Only permissions that custom roles are known to take. `false` selects those that are known to be refused, of which there are none: Microsoft lists only what is possible."),
				"permissions": framework.DataItems("The permissions, by name.", permissionItem{}.attributes(
					"The permission, such as `microsoft.directory/users/password/update`.",
					"The namespace and entity, such as `microsoft.directory/users`.",
					"Whether Microsoft labels the permission as privileged; null where that is not known.",
					map[string]schema.Attribute{"usable_in_custom_roles": framework.DataBool("Whether a custom role may hold the permission: `true` where Microsoft lists it, null where that is not known.")},
				)),
			},
		),
	}
}

func (d *entraPermissions) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	framework.ReadData(ctx, req, resp, d.Noun, func(_ context.Context, m *entraPermissionsModel) error {
		filter := m.filter()
		filter.UsableInCustomRoles = m.UsableInCustomRoles.ValueBoolPointer()
		found, err := catalog.Entra().FindPermissions(filter)
		m.Permissions = make([]entraPermissionItem, len(found))
		for i, p := range found {
			m.Permissions[i] = entraPermissionItem{permissionItem{p.Name, p.Category, p.AccessLevel(), p.Privileged, p.Description()}, p.UsableInCustomRoles}
		}
		return err
	})
}
