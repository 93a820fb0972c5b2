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
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var (
	_ resource.ResourceWithConfigure      = (*intuneCustomRole)(nil)
	_ resource.ResourceWithValidateConfig = (*intuneCustomRole)(nil)
	_ resource.ResourceWithModifyPlan     = (*intuneCustomRole)(nil)
	_ resource.ResourceWithImportState    = (*intuneCustomRole)(nil)
	_ resource.ResourceWithIdentity       = (*intuneCustomRole)(nil)
)

type intuneCustomRole struct{ resourceBase }

func newIntuneCustomRole() resource.Resource {
	return &intuneCustomRole{resourceBase{base{Noun: framework.Noun{Type: "rbac_intune_custom_role", Name: "Intune custom role"}}}}
}

type intuneCustomRoleModel struct {
	ID          types.String   `tfsdk:"id"`
	Name        types.String   `tfsdk:"name"`
	Description types.String   `tfsdk:"description"`
	Permissions types.Set      `tfsdk:"permissions"`
	ScopeTags   types.Set      `tfsdk:"scope_tags"`
	Timeouts    timeouts.Value `tfsdk:"timeouts"`
}

func (r *intuneCustomRole) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A custom role of Intune: what its holders may do with devices, apps and policies.",
		Attributes: map[string]schema.Attribute{
			"id":          framework.IDAttribute("The role's GUID, which Intune chooses."),
			"name":        schema.StringAttribute{MarkdownDescription: "The display name, unique in the tenant. Renaming keeps the role and its ID.", Required: true},
			"description": framework.OptionalString("What the role is for. Default empty."),
			"permissions": framework.RequiredSet("What the role allows, each spelled as in the admin center (`Mobile apps/Read`) or as in Graph (`Microsoft.Intune_MobileApps_Read`).", intunePermissionKey),
			"scope_tags": framework.UnmanagedSet("Names or IDs of the scope tags that decide which administrators see the role itself. They do not limit what its holders see: "+
				"that is the scope tags of an assignment. Left out, the tags are not managed.", framework.Fold),
			"timeouts": framework.Timeouts(ctx, true),
		},
	}
}

func (r *intuneCustomRole) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.Identity("The role's GUID.")
}

func (r *intuneCustomRole) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m intuneCustomRoleModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	framework.AddViolations(&resp.Diagnostics, r.Noun, rbac.Elements(validateIntuneRole(m.expand(), framework.Strings(m.Permissions), !framework.AnyUnknown(m.Permissions), r.intuneFacts(ctx, &resp.Diagnostics)), "permissions"), r.data.Severity,
		framework.Undecided(map[string]attr.Value{"name": m.Name, "permissions": m.Permissions, "scope_tags": m.ScopeTags}))
}

func (r *intuneCustomRole) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer r.notes().Begin()()
	framework.Create(ctx, req, resp, r.Noun, func(ctx context.Context, m *intuneCustomRoleModel) (bool, error) {
		b, role, tags, err := r.write(ctx, m, m.ScopeTags)
		if err != nil {
			return false, err
		}
		got, err := b.Intune.CreateRole(ctx, role)
		plan.Wrote(r.notes(), plan.IntuneRoles, role, got, err)
		if err == nil {
			tags, err = tags.orFor(ctx, b.Intune, m.ScopeTags, got.ScopeTags)
		}
		return m.flatten(got, tags, err)
	})
}

func (r *intuneCustomRole) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer r.notes().Begin()()
	framework.Read(ctx, req, resp, r.Noun, func(ctx context.Context, m *intuneCustomRoleModel) error {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return err
		}
		plan.Read(r.notes(), plan.IntuneRoles, m.ID.ValueString())
		got, err := b.Intune.Role(ctx, framework.GUIDValue(m.ID))
		if err != nil {
			return err
		}
		tags, err := scopeTagsFor(ctx, b.Intune, framework.Strings(m.ScopeTags), got.ScopeTags)
		if err != nil {
			return err
		}
		_, err = m.flatten(got, tags, nil)
		return err
	})
}

func (r *intuneCustomRole) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer r.notes().Begin()()
	framework.Update(ctx, req, resp, r.Noun, func(ctx context.Context, m, state *intuneCustomRoleModel) error {
		if reflect.DeepEqual(m.expand(), state.expand()) {
			return nil // only timeouts differ
		}
		b, role, tags, err := r.write(ctx, m, changedTags(m.ScopeTags, state.ScopeTags))
		if err != nil {
			return err
		}
		got, err := b.Intune.UpdateRole(ctx, role)
		plan.Wrote(r.notes(), plan.IntuneRoles, got, got, err)
		if err == nil {
			tags, err = tags.orFor(ctx, b.Intune, m.ScopeTags, got.ScopeTags)
		}
		_, err = m.flatten(got, tags, err)
		return err
	})
}

func (r *intuneCustomRole) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	defer r.notes().Begin()()
	framework.Delete(ctx, req, resp, r.Noun, func(ctx context.Context, m *intuneCustomRoleModel) error {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return err
		}
		return plan.Deleted(r.notes(), plan.IntuneRoles, m.ID.ValueString(), b.Intune.DeleteRole(ctx, framework.GUIDValue(m.ID)))
	})
}

func (r *intuneCustomRole) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.Import(ctx, req, resp, r.Noun, func(ctx context.Context, text string) (string, error) {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return "", err
		}
		id, err := intuneRoles{b.Intune}.findCustom(ctx, text)
		return id.String(), err
	})
}

// write is what a create or update sends, with the tags to set resolved to IDs.
func (r *intuneCustomRole) write(ctx context.Context, m *intuneCustomRoleModel, set types.Set) (backend.Backend, intune.Role, scopeTags, error) {
	b, err := r.data.Backend(ctx)
	if err != nil {
		return b, intune.Role{}, nil, err
	}
	tags, err := scopeTagsFor(ctx, b.Intune, framework.Strings(set), nil)
	if err != nil {
		return b, intune.Role{}, nil, err
	}
	role := m.expand()
	role.ScopeTags, err = tags.ids(framework.Strings(set))
	return b, role, tags, err
}

// expand is pure: null and unknown are the zero value. Scope tags are as the
// configuration spells them.
func (m *intuneCustomRoleModel) expand() intune.Role {
	spellings := framework.Strings(m.Permissions)
	actions := make([]string, len(spellings))
	for i, s := range spellings {
		actions[i] = intuneAction(s)
	}
	return intune.Role{
		ID: framework.GUIDValue(m.ID), Name: m.Name.ValueString(), Description: m.Description.ValueString(),
		Permissions: rbac.Distinct(actions), ScopeTags: framework.Strings(m.ScopeTags),
	}
}

// flatten fills the model with a role, unless it comes with an error.
func (m *intuneCustomRoleModel) flatten(role intune.Role, tags scopeTags, err error) (bool, error) {
	if role.ID == "" {
		return false, err
	}
	names := make([]string, len(role.Permissions))
	for i, action := range role.Permissions {
		names[i] = intunePermissionName(action)
	}
	m.ID = types.StringValue(role.ID.String())
	m.Name = types.StringValue(role.Name)
	m.Description = types.StringValue(role.Description)
	m.Permissions = framework.KeepSet(m.Permissions, names, intunePermissionKey)
	m.ScopeTags = tags.keep(m.ScopeTags, role.ScopeTags)
	return true, err
}
