// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

type entraBuiltinRoleModel struct {
	entraRoleItem
	displayName
}

func newEntraBuiltinRole() datasource.DataSource {
	return &builtinRole{
		dataSourceBase: dataSourceBase{base{Noun: framework.Noun{Type: "rbac_entra_builtin_role", Name: "Entra built-in role"}}},
		system:         rbac.Entra, attributes: entraRoleItem{}.attributes,
		byID: func(id rbac.GUID) (builtinRoleModel, bool) {
			r, ok := catalog.Entra().RoleByID(id)
			return newEntraBuiltinRoleModel(r), ok
		},
		byName: func(name string) (builtinRoleModel, bool) {
			r, ok := catalog.Entra().RoleByName(name)
			return newEntraBuiltinRoleModel(r), ok
		},
		names: func() []string {
			var names []string
			for _, r := range catalog.Entra().Roles() {
				names = append(append(names, r.Name, r.APIName), r.FormerNames...)
			}
			return names
		},
	}
}

func newEntraBuiltinRoleModel(r *catalog.EntraRole) builtinRoleModel {
	if r == nil {
		return nil
	}
	return &entraBuiltinRoleModel{entraRoleItem: newEntraRoleItem(r.Role, r, r.Privileged)}
}
