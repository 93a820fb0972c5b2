// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var (
	_ datasource.DataSourceWithConfigure        = (*builtinRole)(nil)
	_ datasource.DataSourceWithConfigValidators = (*builtinRole)(nil)
)

// builtinRole is the part that the data sources of one built-in role share.
// The catalog answers; no tenant is asked.
type builtinRole struct {
	dataSourceBase
	system     rbac.System
	attributes func() map[string]schema.Attribute
	// byID and byName find a role; names lists the names it may be found under.
	byID   func(rbac.GUID) (builtinRoleModel, bool)
	byName func(string) (builtinRoleModel, bool)
	names  func() []string
}

// builtinRoleModel is the model of one built-in role of any system.
type builtinRoleModel interface {
	common() *roleItem
	presentName() *displayName
}

// displayName is a role's present name, beside the name under which it was asked for.
type displayName struct {
	DisplayName string `tfsdk:"display_name"`
}

func (d *displayName) presentName() *displayName { return d }

func (d *builtinRole) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := d.attributes()
	attributes["name"] = schema.StringAttribute{
		MarkdownDescription: "The name of the role: the present one, the one in Microsoft's API, or a former one, in any casing. It stays as configured; `display_name` has the present one. Either this or `role_id` is required.",
		Optional:            true, Computed: true,
		Validators: []validator.String{framework.Valid("Invalid role name", framework.CheckNotEmpty("The name of a role"))},
	}
	attributes["role_id"] = schema.StringAttribute{
		MarkdownDescription: "The GUID of the role, the same in every tenant. Either this or `name` is required.",
		Optional:            true, Computed: true,
		Validators: []validator.String{framework.Valid("Invalid role ID", framework.CheckGUID("The ID of a role"))},
	}
	attributes["display_name"] = framework.DataString("The role's present name.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "A built-in role of " + d.system.Title() + ", from the catalog that comes with the provider: what it allows, whether it is privileged or must not be used, and the names it had. " +
			"Needs no tenant and no credentials. For a role of the tenant, custom or built-in, see `rbac_" + string(d.system) + "_roles`.",
		Attributes: attributes,
	}
}

func (d *builtinRole) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("name"), path.MatchRoot("role_id"))}
}

func (d *builtinRole) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var name, id types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("name"), &name)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("role_id"), &id)...)
	if resp.Diagnostics.HasError() {
		return
	}
	role, ok := d.find(name, id)
	if !ok {
		framework.AddDataError(resp, req, d.Noun, d.unknown(name, id))
		return
	}
	item := role.common()
	role.presentName().DisplayName = item.Name
	if !name.IsNull() {
		item.Name = name.ValueString()
	} else {
		item.RoleID = id.ValueString()
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, role)...)
}

func (d *builtinRole) find(name, id types.String) (builtinRoleModel, bool) {
	if name.IsNull() {
		return d.byID(framework.GUIDValue(id))
	}
	return d.byName(name.ValueString())
}

// unknown says that the catalog has no such role, and what may have been meant.
func (d *builtinRole) unknown(name, id types.String) error {
	err := &rbac.Error{Kind: rbac.NotFound, System: d.system, Field: "name"}
	tenant := " A custom role is no built-in one; look for it with rbac_" + string(d.system) + "_roles."
	_, isGUID := rbac.ParseGUID(name.ValueString())
	switch {
	case name.IsNull():
		err.Field = "role_id"
		err.Message = "No built-in " + d.system.Title() + " role has the ID " + id.ValueString() + "." + tenant
	case isGUID:
		err.Message = `"` + name.ValueString() + `" is an ID. A role is found by its ID with role_id instead of name.`
	default:
		err.Message = "No built-in " + d.system.Title() + ` role is or was named "` + name.ValueString() + `".` +
			rbac.DidYouMean(name.ValueString(), d.names()) + tenant
	}
	return err
}
