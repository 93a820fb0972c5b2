// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var _ datasource.DataSourceWithConfigure = (*azureBuiltinRoles)(nil)

type azureBuiltinRoles struct{ dataSourceBase }

func newAzureBuiltinRoles() datasource.DataSource {
	return &azureBuiltinRoles{dataSourceBase{base{Noun: framework.Noun{Type: "rbac_azure_builtin_roles", Name: "Azure built-in roles"}}}}
}

func (d *azureBuiltinRoles) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = builtinRolesSchema(rbac.Azure, "Only roles that grant every one of these operations, such as `Microsoft.Compute/virtualMachines/start/action`: "+
		"in one of their blocks, by the actions without the not-actions, in the plane to which the operation belongs. "+
		"A `*` stands for all known operations that it would grant as an action, or if there are none, as a data action. "+
		"What a role grants under a condition counts. Roles are compared by how many known operations they grant.",
		func(s string) error { _, err := azure.ParsePattern(s); return err }, azureRoleItem{}.attributes())
}

func (d *azureBuiltinRoles) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	framework.ReadData(ctx, req, resp, d.Noun, func(_ context.Context, m *builtinRolesModel[azureRoleItem]) error {
		filter := m.filter()
		found, err := catalog.Azure().FindRoles(filter)
		if err != nil {
			return err
		}
		m.Roles = make([]azureRoleItem, len(found))
		for i, r := range found {
			m.Roles[i] = newAzureRoleItem(r.Role, r, r.Privileged)
		}
		warnUnknownOperations(filter.Granting, &resp.Diagnostics)
		return nil
	})
}

// warnUnknownOperations says which of the operations that a data source looks
// for are not in the catalog.
func warnUnknownOperations(operations []string, diags *diag.Diagnostics) {
	for _, unknown := range catalog.Azure().UnknownOperations(operations) {
		near := catalog.Azure().Similar(unknown, 3)
		text := `"` + unknown + `" is no operation that the catalog of ` + catalog.SnapshotDate() + " knows, so it was looked for in both planes."
		if len(near) > 0 {
			text += " Did you mean " + rbac.QuotedOr(near) + "?"
		}
		diags.AddAttributeWarning(path.Root("granting"), "Unknown Azure operation", text)
	}
}
