// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
)

var _ datasource.DataSourceWithConfigure = (*intunePermissions)(nil)

type intunePermissions struct{ dataSourceBase }

func newIntunePermissions() datasource.DataSource {
	return &intunePermissions{dataSourceBase{base{Noun: framework.Noun{Type: "rbac_intune_permissions", Name: "Intune permissions"}}}}
}

type intunePermissionsModel struct {
	permissionFilter
	Permissions []intunePermissionItem `tfsdk:"permissions"`
}

type intunePermissionItem struct {
	permissionItem
	GraphAction string `tfsdk:"graph_action"`
}

func (d *intunePermissions) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The known permissions of Intune roles, from the catalog that comes with the provider. A permission is listed if all filters select it. Needs no tenant and no credentials.",
		Attributes: permissionFilter{}.attributes(
			"Only permissions of which a spelling matches one of these patterns, such as `Mobile apps/*` or `Microsoft.Intune_MobileApps_*`; at most one `*` in each, for any characters, in any casing.",
			catalog.CheckPattern,
			"Only permissions of this category, such as `Mobile apps`.",
			map[string]schema.Attribute{
				"permissions": framework.DataItems("The permissions, by name.", permissionItem{}.attributes(
					"The permission as the admin center shows it, such as `Mobile apps/Read`.",
					"The category, such as `Mobile apps`.",
					"Whether a holder can give himself or others more access than he was given. Microsoft labels no Intune permission; this is the provider's own list.",
					map[string]schema.Attribute{"graph_action": framework.DataString("The permission as Microsoft Graph spells it, such as `Microsoft.Intune_MobileApps_Read`.")},
				)),
			},
		),
	}
}

func (d *intunePermissions) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	framework.ReadData(ctx, req, resp, d.Noun, func(_ context.Context, m *intunePermissionsModel) error {
		found, err := catalog.Intune().FindPermissions(m.filter())
		m.Permissions = make([]intunePermissionItem, len(found))
		for i, p := range found {
			privileged := p.Privileged()
			m.Permissions[i] = intunePermissionItem{permissionItem{p.Name(), p.Category, p.AccessLevel(), &privileged, p.Description()}, p.GraphAction}
		}
		return err
	})
}
