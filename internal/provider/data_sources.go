// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import "github.com/hashicorp/terraform-plugin-framework/datasource"

// dataSources are the constructors of all data sources: those of the catalog,
// which need no tenant, then those of the tenant.
func dataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newAzureBuiltinRole, newAzureBuiltinRoles, newAzurePermissions,
		newEntraBuiltinRole, newEntraBuiltinRoles, newEntraPermissions,
		newIntuneBuiltinRole, newIntuneBuiltinRoles, newIntunePermissions,
		newAzureRoles, newAzureRoleAssignments, newAzureEffectivePermissions,
		newEntraRoles, newEntraRoleAssignments, newEntraEffectivePermissions,
		newIntuneRoles, newIntuneRoleAssignments, newIntuneEffectivePermissions, newIntuneScopeTags,
		newLimits, newAccessReport,
	}
}
