// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var (
	_ resource.ResourceWithConfigure      = (*entraCustomRole)(nil)
	_ resource.ResourceWithValidateConfig = (*entraCustomRole)(nil)
	_ resource.ResourceWithModifyPlan     = (*entraCustomRole)(nil)
	_ resource.ResourceWithImportState    = (*entraCustomRole)(nil)
	_ resource.ResourceWithIdentity       = (*entraCustomRole)(nil)
)

type entraCustomRole struct{ resourceBase }

func newEntraCustomRole() resource.Resource {
	return &entraCustomRole{resourceBase{base{Noun: framework.Noun{Type: "rbac_entra_custom_role", Name: "Entra custom role"}}}}
}

type entraCustomRoleModel struct {
	ID          types.String   `tfsdk:"id"`
	TemplateID  types.String   `tfsdk:"template_id"`
	Name        types.String   `tfsdk:"name"`
	Description types.String   `tfsdk:"description"`
	Version     types.String   `tfsdk:"version"`
	Enabled     types.Bool     `tfsdk:"enabled"`
	Permissions types.Set      `tfsdk:"permissions"`
	Timeouts    timeouts.Value `tfsdk:"timeouts"`
}

func (r *entraCustomRole) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A custom role of Microsoft Entra: a set of directory permissions that can be assigned in the whole tenant or at a smaller scope.",
		Attributes: map[string]schema.Attribute{
			"id": framework.IDAttribute("The role's GUID, which is its template ID. Known while planning."),
			"template_id": schema.StringAttribute{
				MarkdownDescription: "The GUID under which the role is made. By default it follows from the name at creation, so that it is known while planning. Another one replaces the role.",
				Optional:            true, Computed: true,
				PlanModifiers: []planmodifier.String{framework.SameString(framework.GUIDKey, true)},
				Validators:    []validator.String{framework.Valid("Invalid template ID", framework.CheckGUID("The template ID of a role"))},
			},
			"name":        schema.StringAttribute{MarkdownDescription: "The display name. Renaming keeps the role and its ID.", Required: true},
			"description": framework.OptionalString("What the role is for. Default empty."),
			"version":     framework.OptionalString("A version of your own, free text. Default empty."),
			"enabled": schema.BoolAttribute{
				MarkdownDescription: "Whether the role can be assigned. Default `true`.", Optional: true, Computed: true, Default: booldefault.StaticBool(true),
			},
			"permissions": framework.RequiredSet("What the role allows, such as `microsoft.directory/applications/basic/update`. No wildcards.", framework.Fold),
			"timeouts":    framework.Timeouts(ctx, true),
		},
	}
}

func (r *entraCustomRole) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.Identity("The role's GUID.")
}

func (r *entraCustomRole) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m entraCustomRoleModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	role := m.expand()
	broken := append(entra.ValidateRole(role), entra.ValidatePermissions(role, r.entraFacts(ctx, &resp.Diagnostics))...)
	framework.AddViolations(&resp.Diagnostics, r.Noun, rbac.Elements(broken, "permissions"), r.data.Severity,
		framework.Undecided(map[string]attr.Value{"name": m.Name, "permissions": m.Permissions}))
}

func (r *entraCustomRole) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer r.notes().Begin()()
	framework.Create(ctx, req, resp, r.Noun, func(ctx context.Context, m *entraCustomRoleModel) (bool, error) {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return false, err
		}
		role := m.expand()
		if role.ID == "" {
			role.ID = entra.DeriveRoleID(role.Name)
		}
		got, err := b.Entra.CreateRole(ctx, role)
		plan.Wrote(r.notes(), plan.EntraRoles, role, got, err)
		return m.flatten(got, err)
	})
}

func (r *entraCustomRole) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer r.notes().Begin()()
	framework.Read(ctx, req, resp, r.Noun, func(ctx context.Context, m *entraCustomRoleModel) error {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return err
		}
		id := framework.GUIDValue(m.ID)
		plan.Read(r.notes(), plan.EntraRoles, id.String())
		_, err = m.flatten(b.Entra.Role(ctx, id))
		return err
	})
}

func (r *entraCustomRole) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer r.notes().Begin()()
	framework.Update(ctx, req, resp, r.Noun, func(ctx context.Context, m, state *entraCustomRoleModel) error {
		if reflect.DeepEqual(m.expand(), state.expand()) {
			return nil // only timeouts differ
		}
		b, err := r.data.Backend(ctx)
		if err != nil {
			return err
		}
		got, err := b.Entra.UpdateRole(ctx, m.expand())
		plan.Wrote(r.notes(), plan.EntraRoles, got, got, err)
		_, err = m.flatten(got, err)
		return err
	})
}

func (r *entraCustomRole) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	defer r.notes().Begin()()
	framework.Delete(ctx, req, resp, r.Noun, func(ctx context.Context, m *entraCustomRoleModel) error {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return err
		}
		id := framework.GUIDValue(m.ID)
		return plan.Deleted(r.notes(), plan.EntraRoles, id.String(), b.Entra.DeleteRole(ctx, id))
	})
}

func (r *entraCustomRole) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.Import(ctx, req, resp, r.Noun, func(ctx context.Context, text string) (string, error) {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return "", err
		}
		id, err := entraRoles{b.Entra}.findCustom(ctx, text)
		return id.String(), err
	})
}

// expand is pure: null and unknown are the zero value.
func (m *entraCustomRoleModel) expand() entra.Role {
	return entra.Role{
		ID: framework.GUIDValue(m.TemplateID), Name: m.Name.ValueString(), Description: m.Description.ValueString(),
		Version: m.Version.ValueString(), Enabled: m.Enabled.ValueBool(), Permissions: rbac.Distinct(framework.Strings(m.Permissions)),
	}
}

// flatten fills the model with a role, unless it comes with an error.
func (m *entraCustomRoleModel) flatten(role entra.Role, err error) (bool, error) {
	if role.ID == "" {
		return false, err
	}
	m.ID = types.StringValue(role.ID.String())
	m.TemplateID = framework.KeepString(m.TemplateID, role.ID.String(), framework.GUIDKey)
	m.Name = types.StringValue(role.Name)
	m.Description = types.StringValue(role.Description)
	m.Version = types.StringValue(role.Version)
	m.Enabled = types.BoolValue(role.Enabled)
	m.Permissions = framework.KeepSet(m.Permissions, role.Permissions, framework.Fold)
	return true, err
}
