// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
)

// permissionFilter is what narrows the data sources of permissions.
type permissionFilter struct {
	Matching    types.Set    `tfsdk:"matching"`
	Category    types.String `tfsdk:"category"`
	AccessLevel types.String `tfsdk:"access_level"`
	Privileged  types.Bool   `tfsdk:"privileged"`
}

// filter is pure: null is no filter.
func (m *permissionFilter) filter() catalog.PermissionFilter {
	return catalog.PermissionFilter{
		Matching: framework.Strings(m.Matching), Category: m.Category.ValueString(),
		AccessLevel: m.AccessLevel.ValueString(), Privileged: m.Privileged.ValueBoolPointer(),
	}
}

func (permissionFilter) attributes(matching string, checkPattern func(string) error, category string, more map[string]schema.Attribute) map[string]schema.Attribute {
	all := map[string]schema.Attribute{
		"matching": framework.FilterStrings(matching, "Invalid permission pattern", checkPattern),
		"category": framework.FilterString(category + " In any casing; one that no permission has is an error."),
		"access_level": framework.FilterString("Only permissions of this level: `read`, `write`, `delete`, `action` or `all`.",
			stringvalidator.OneOf(catalog.AccessRead, catalog.AccessWrite, catalog.AccessDelete, catalog.AccessAction, catalog.AccessAll)),
		"privileged": framework.FilterBool("Only permissions that are, or with `false` are known not to be, privileged."),
	}
	maps.Copy(all, more)
	return all
}

// permissionItem is what data sources tell about a permission of any system.
type permissionItem struct {
	Name        string `tfsdk:"name"`
	Category    string `tfsdk:"category"`
	AccessLevel string `tfsdk:"access_level"`
	Privileged  *bool  `tfsdk:"privileged"`
	Description string `tfsdk:"description"`
}

func (permissionItem) attributes(name, category, privileged string, more map[string]schema.Attribute) map[string]schema.Attribute {
	all := map[string]schema.Attribute{
		"name":         framework.DataString(name),
		"category":     framework.DataString(category),
		"access_level": framework.DataString("What kind of access it is: `read`, `write` (creating included), `delete`, `action` for anything else, or `all`."),
		"privileged":   framework.DataBool(privileged),
		"description":  framework.DataString("What it allows, in English; derived from the name."),
	}
	maps.Copy(all, more)
	return all
}
