// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// builtinRolesModel is the model of the data sources of built-in roles.
type builtinRolesModel[I any] struct {
	NameContains types.String `tfsdk:"name_contains"`
	Category     types.String `tfsdk:"category"`
	Privileged   types.Bool   `tfsdk:"privileged"`
	Deprecated   types.Bool   `tfsdk:"deprecated"`
	Granting     types.Set    `tfsdk:"granting"`
	Roles        []I          `tfsdk:"roles"`
}

// filter is pure: null is no filter.
func (m *builtinRolesModel[I]) filter() catalog.RoleFilter {
	return catalog.RoleFilter{
		NameContains: m.NameContains.ValueString(), Category: m.Category.ValueString(),
		Privileged: m.Privileged.ValueBoolPointer(), Deprecated: m.Deprecated.ValueBoolPointer(),
		Granting: framework.Strings(m.Granting),
	}
}

// builtinRolesSchema is the schema of a data source of built-in roles. granting
// says what that filter takes and how roles are compared.
func builtinRolesSchema(system rbac.System, granting string, checkGranting func(string) error, item map[string]schema.Attribute) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "The built-in roles of " + system.Title() + ", from the catalog that comes with the provider. A role is listed if all filters select it. Needs no tenant and no credentials.",
		Attributes: map[string]schema.Attribute{
			"name_contains": framework.FilterString("Only roles whose present name contains this text, in any casing."),
			"category":      framework.FilterString("Only roles of this category, in any casing. One that no role has is an error."),
			"privileged":    framework.FilterBool("Only roles that are, or with `false` are not, privileged."),
			"deprecated":    framework.FilterBool("Only roles that are, or with `false` are not, deprecated."),
			"granting":      framework.FilterStrings(granting, "Invalid permission", checkGranting),
			"roles":         framework.DataItems("The roles, by name; with `granting` those that allow the least besides come first, and privileged ones last among equals.", item),
		},
	}
}
