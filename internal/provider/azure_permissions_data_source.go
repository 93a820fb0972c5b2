// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
)

var _ datasource.DataSourceWithConfigure = (*azurePermissions)(nil)

type azurePermissions struct{ dataSourceBase }

func newAzurePermissions() datasource.DataSource {
	return &azurePermissions{dataSourceBase{base{Noun: framework.Noun{Type: "rbac_azure_permissions", Name: "Azure permissions"}}}}
}

type azurePermissionsModel struct {
	permissionFilter
	DataAction  types.Bool            `tfsdk:"data_action"`
	Permissions []azurePermissionItem `tfsdk:"permissions"`
}

type azurePermissionItem struct {
	permissionItem
	DataAction *bool `tfsdk:"data_action"`
}

func (d *azurePermissions) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The known operations of Azure's resource providers, from the catalog that comes with the provider: what `actions` and `data_actions` of a role can hold. " +
			"A permission is listed if all filters select it. There are more than 20,000, so use filters: all of them make a state of many megabytes. " +
			"Microsoft adds operations every week; the list is never complete. Needs no tenant and no credentials.",
		Attributes: permissionFilter{}.attributes(
			"Only operations that one of these action strings stands for, such as `Microsoft.Compute/virtualMachines/*`; at most one `*` in each, in any casing.",
			func(s string) error { _, err := azure.ParsePattern(s); return err },
			"Only operations of this resource provider: its display name or its namespace, such as `Microsoft Compute` or `Microsoft.Compute`.",
			map[string]schema.Attribute{
				"data_action": framework.FilterBool("Only operations of the data plane, or with `false` of the control plane alone."),
				"permissions": framework.DataItems("The operations, by name.", permissionItem{}.attributes(
					"The operation, such as `Microsoft.Compute/virtualMachines/start/action`.",
					"The display name of the resource provider, or its namespace if it has none.",
					"Whether a holder can give himself or others more access than he was given, such as by assigning roles.",
					map[string]schema.Attribute{"data_action": framework.DataBool("Whether the operation is of the data plane, and so belongs into `data_actions`; null where that is not known.")},
				)),
			},
		),
	}
}

func (d *azurePermissions) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	framework.ReadData(ctx, req, resp, d.Noun, func(_ context.Context, m *azurePermissionsModel) error {
		filter := m.filter()
		filter.DataAction = m.DataAction.ValueBoolPointer()
		found, err := catalog.Azure().FindOperations(filter)
		m.Permissions = make([]azurePermissionItem, len(found))
		for i, o := range found {
			privileged := o.Privileged()
			m.Permissions[i] = azurePermissionItem{permissionItem{o.Name, o.Category(), o.AccessLevel(), &privileged, o.Description()}, o.DataPlane()}
		}
		return err
	})
}
