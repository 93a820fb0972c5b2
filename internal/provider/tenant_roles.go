// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The origins of a tenant's roles, as they are spelled in configuration.
const (
	typeCustom  = "custom"
	typeBuiltin = "builtin"
	typeAll     = "all"
)

// tenantRolesModel is the model of the data sources of a tenant's roles.
type tenantRolesModel[I any] struct {
	Type         types.String `tfsdk:"type"`
	NameContains types.String `tfsdk:"name_contains"`
	Roles        []I          `tfsdk:"roles"`
}

// roleType is the role type of a filter of one system: custom roles unless the
// configuration says otherwise, and "" for all.
func roleType[T ~string](kind types.String) T {
	switch kind.ValueString() {
	case "":
		return typeCustom
	case typeAll:
		return ""
	default:
		return T(kind.ValueString())
	}
}

// names reports whether a role's name is asked for.
func (m *tenantRolesModel[I]) names(name string) bool {
	return strings.Contains(rbac.Fold(name), rbac.Fold(m.NameContains.ValueString()))
}

// tenantRoleItem is what a tenant adds to a role.
type tenantRoleItem struct {
	Type            string `tfsdk:"type"`
	AssignmentCount int64  `tfsdk:"assignment_count"`
}

func newTenantRoleItem(builtIn bool, assignments int64) tenantRoleItem {
	if builtIn {
		return tenantRoleItem{typeBuiltin, assignments}
	}
	return tenantRoleItem{typeCustom, assignments}
}

// count counts the assignments of each role.
func count[A any](assignments []A, role func(A) rbac.GUID) map[rbac.GUID]int64 {
	n := make(map[rbac.GUID]int64)
	for _, a := range assignments {
		n[role(a)]++
	}
	return n
}

// tenantRolesSchema is the schema of a data source of a tenant's roles. item
// has the attributes of a role of the system.
func tenantRolesSchema(system rbac.System, item, more map[string]schema.Attribute) schema.Schema {
	item["type"] = framework.DataString("Where the role comes from: `custom` or `builtin`.")
	item["assignment_count"] = framework.DataNumber("How many assignments of the tenant, at any scope, use the role.")
	maps.Copy(item, more)
	return schema.Schema{
		MarkdownDescription: "The " + system.Title() + " roles that the tenant has, and how many assignments use each. " +
			"Category, flags and other names of a built-in role come from the catalog; a custom role has none of them, except that `privileged` says what its permissions make of it.",
		Attributes: map[string]schema.Attribute{
			"type": schema.StringAttribute{
				MarkdownDescription: "Which roles: `custom`, `builtin` or `all`. Default `custom`.", Optional: true,
				Validators: []validator.String{stringvalidator.OneOf(typeCustom, typeBuiltin, typeAll)},
			},
			"name_contains": framework.FilterString("Only roles whose name contains this text, in any casing."),
			"roles":         framework.DataItems("The roles, by name.", item),
		},
	}
}
