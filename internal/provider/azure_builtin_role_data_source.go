// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

type azureBuiltinRoleModel struct {
	azureRoleItem
	displayName
}

func newAzureBuiltinRole() datasource.DataSource {
	return &builtinRole{
		dataSourceBase: dataSourceBase{base{Noun: framework.Noun{Type: "rbac_azure_builtin_role", Name: "Azure built-in role"}}},
		system:         rbac.Azure, attributes: azureRoleItem{}.attributes,
		byID: func(id rbac.GUID) (builtinRoleModel, bool) {
			r, ok := catalog.Azure().RoleByID(id)
			return newAzureBuiltinRoleModel(r), ok
		},
		byName: func(name string) (builtinRoleModel, bool) {
			r, ok := catalog.Azure().RoleByName(name)
			return newAzureBuiltinRoleModel(r), ok
		},
		names: func() []string {
			var names []string
			for _, r := range catalog.Azure().Roles() {
				names = append(append(names, r.Name, r.DocsName), r.FormerNames...)
			}
			return names
		},
	}
}

func newAzureBuiltinRoleModel(r *catalog.AzureRole) builtinRoleModel {
	if r == nil {
		return nil
	}
	return &azureBuiltinRoleModel{azureRoleItem: newAzureRoleItem(r.Role, r, r.Privileged)}
}
