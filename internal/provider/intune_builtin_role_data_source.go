// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

type intuneBuiltinRoleModel struct {
	intuneRoleItem
	displayName
}

func newIntuneBuiltinRole() datasource.DataSource {
	return &builtinRole{
		dataSourceBase: dataSourceBase{base{Noun: framework.Noun{Type: "rbac_intune_builtin_role", Name: "Intune built-in role"}}},
		system:         rbac.Intune, attributes: intuneRoleItem{}.attributes,
		byID: func(id rbac.GUID) (builtinRoleModel, bool) {
			r, ok := catalog.Intune().RoleByID(id)
			return newIntuneBuiltinRoleModel(r), ok
		},
		byName: func(name string) (builtinRoleModel, bool) {
			r, ok := catalog.Intune().RoleByName(name)
			return newIntuneBuiltinRoleModel(r), ok
		},
		names: func() []string {
			var names []string
			for _, r := range catalog.Intune().Roles() {
				names = append(append(names, r.Name, r.APIName), r.FormerNames...)
			}
			return names
		},
	}
}

func newIntuneBuiltinRoleModel(r *catalog.IntuneRole) builtinRoleModel {
	if r == nil {
		return nil
	}
	return &intuneBuiltinRoleModel{intuneRoleItem: newIntuneRoleItem(r.Role, r, r.Privileged)}
}
