// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var (
	_ resource.ResourceWithConfigure      = (*azureCustomRole)(nil)
	_ resource.ResourceWithValidateConfig = (*azureCustomRole)(nil)
	_ resource.ResourceWithModifyPlan     = (*azureCustomRole)(nil)
	_ resource.ResourceWithImportState    = (*azureCustomRole)(nil)
	_ resource.ResourceWithIdentity       = (*azureCustomRole)(nil)
)

type azureCustomRole struct{ resourceBase }

func newAzureCustomRole() resource.Resource {
	return &azureCustomRole{resourceBase{base{Noun: framework.Noun{Type: "rbac_azure_custom_role", Name: "Azure custom role"}}}}
}

type azureCustomRoleModel struct {
	ID               types.String   `tfsdk:"id"`
	RoleID           types.String   `tfsdk:"role_id"`
	Name             types.String   `tfsdk:"name"`
	Description      types.String   `tfsdk:"description"`
	Actions          types.Set      `tfsdk:"actions"`
	NotActions       types.Set      `tfsdk:"not_actions"`
	DataActions      types.Set      `tfsdk:"data_actions"`
	NotDataActions   types.Set      `tfsdk:"not_data_actions"`
	AssignableScopes types.Set      `tfsdk:"assignable_scopes"`
	Timeouts         timeouts.Value `tfsdk:"timeouts"`
}

func (r *azureCustomRole) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A custom role of Azure RBAC: which operations its holders may perform, and at which scopes it may be assigned.",
		Attributes: map[string]schema.Attribute{
			"id": framework.IDAttribute("The role's ARM ID without a scope in front: `/providers/Microsoft.Authorization/roleDefinitions/{role_id}`. Known while planning."),
			"role_id": schema.StringAttribute{
				MarkdownDescription: "The role's GUID. By default it follows from the name at creation, so that it is known while planning. Another one replaces the role.",
				Optional:            true, Computed: true,
				PlanModifiers: []planmodifier.String{framework.SameString(framework.GUIDKey, true)},
				Validators:    []validator.String{framework.Valid("Invalid role ID", framework.CheckGUID("The ID of a role"))},
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "The name, unique in the tenant whatever the casing, 1 to 512 characters. Renaming keeps the role and its ID.", Required: true,
			},
			"description":       framework.OptionalString("What the role is for, at most 2,048 characters. Default empty."),
			"actions":           framework.OptionalSet("Control plane operations that the role allows, such as `Microsoft.Compute/virtualMachines/start/action`; at most one `*` in each. Default empty.", framework.Fold),
			"not_actions":       framework.OptionalSet("Control plane operations that are taken out of `actions`. They deny nothing that another role grants. Default empty.", framework.Fold),
			"data_actions":      framework.OptionalSet("Data plane operations that the role allows. A role that has some can't be assigned at a management group. Default empty.", framework.Fold),
			"not_data_actions":  framework.OptionalSet("Data plane operations that are taken out of `data_actions`. Default empty.", framework.Fold),
			"assignable_scopes": framework.RequiredSet("Where the role may be assigned: at most one management group, subscriptions, resource groups; at most 2,000.", azureScopeKey),
			"timeouts":          framework.Timeouts(ctx, true),
		},
	}
}

func (r *azureCustomRole) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.Identity("The role's ARM ID.")
}

func (r *azureCustomRole) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m azureCustomRoleModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	undecided := framework.Undecided(map[string]attr.Value{"name": m.Name, "description": m.Description, "assignable_scopes": m.AssignableScopes})
	grants := framework.AnyUnknown(m.Actions, m.NotActions, m.DataActions, m.NotDataActions)
	role := m.expand()
	broken := azure.ValidateRole(role, r.data.limits())
	if framework.AnyUnknown(m.Actions, m.DataActions) { // what is excluded can't be weighed yet
		role.Permissions[0].NotActions, role.Permissions[0].NotDataActions = nil, nil
	}
	known := azure.ValidatePermissions(role, r.azureFacts(ctx, &resp.Diagnostics))
	broken = slices.DeleteFunc(broken, func(v rbac.Violation) bool { // of another system rather than malformed
		return v.Rule.Name == azure.RuleActionSyntax.Name && slices.ContainsFunc(known, func(k rbac.Violation) bool {
			return k.Rule.Name == azure.RuleActionWrongSystem.Name && k.Value == v.Value
		})
	})
	broken = append(broken, known...)
	framework.AddViolations(&resp.Diagnostics, r.Noun, rbac.Elements(broken, "actions", "not_actions", "data_actions", "not_data_actions", "assignable_scopes"), r.data.Severity, func(field string) bool {
		return undecided(field) || grants && (field == "actions" || field == "data_actions")
	})
}

func (r *azureCustomRole) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer r.notes().Begin()()
	framework.Create(ctx, req, resp, r.Noun, func(ctx context.Context, m *azureCustomRoleModel) (bool, error) {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return false, err
		}
		role := m.expand()
		if role.ID == "" {
			role.ID = azure.DeriveRoleID(role.Name)
		}
		got, err := b.Azure.CreateRole(ctx, role)
		plan.Wrote(r.notes(), plan.AzureRoles, role, got, err)
		return m.flatten(got, err)
	})
}

func (r *azureCustomRole) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer r.notes().Begin()()
	framework.Read(ctx, req, resp, r.Noun, func(ctx context.Context, m *azureCustomRoleModel) error {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return err
		}
		id, _ := azure.ParseRoleID(m.ID.ValueString())
		plan.Read(r.notes(), plan.AzureRoles, id.String())
		_, err = m.flatten(b.Azure.Role(ctx, id))
		return err
	})
}

func (r *azureCustomRole) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer r.notes().Begin()()
	framework.Update(ctx, req, resp, r.Noun, func(ctx context.Context, m, state *azureCustomRoleModel) error {
		if reflect.DeepEqual(m.expand(), state.expand()) {
			return nil // only timeouts differ
		}
		b, err := r.data.Backend(ctx)
		if err != nil {
			return err
		}
		got, err := b.Azure.UpdateRole(ctx, m.expand())
		plan.Wrote(r.notes(), plan.AzureRoles, got, got, err)
		_, err = m.flatten(got, err)
		return err
	})
}

func (r *azureCustomRole) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	defer r.notes().Begin()()
	framework.Delete(ctx, req, resp, r.Noun, func(ctx context.Context, m *azureCustomRoleModel) error {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return err
		}
		id := framework.GUIDValue(m.RoleID)
		return plan.Deleted(r.notes(), plan.AzureRoles, id.String(), b.Azure.DeleteRole(ctx, id))
	})
}

func (r *azureCustomRole) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.Import(ctx, req, resp, r.Noun, func(ctx context.Context, text string) (string, error) {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return "", err
		}
		id, err := azureRoles{b.Azure}.findCustom(ctx, text)
		return azure.RoleResourceID(id), err
	})
}

// expand is pure: null and unknown are the zero value.
func (m *azureCustomRoleModel) expand() azure.Role {
	return azure.Role{
		ID: framework.GUIDValue(m.RoleID), Name: m.Name.ValueString(), Description: m.Description.ValueString(),
		Permissions: []azure.Permission{{
			Actions: framework.Strings(m.Actions), NotActions: framework.Strings(m.NotActions),
			DataActions: framework.Strings(m.DataActions), NotDataActions: framework.Strings(m.NotDataActions),
		}},
		AssignableScopes: framework.Strings(m.AssignableScopes),
	}
}

// flatten fills the model with a role, unless it comes with an error.
func (m *azureCustomRoleModel) flatten(role azure.Role, err error) (bool, error) {
	if role.ID == "" {
		return false, err
	}
	p := role.Flat()
	m.ID = types.StringValue(azure.RoleResourceID(role.ID))
	m.RoleID = framework.KeepString(m.RoleID, role.ID.String(), framework.GUIDKey)
	m.Name = types.StringValue(role.Name)
	m.Description = types.StringValue(role.Description)
	m.Actions = framework.KeepSet(m.Actions, p.Actions, framework.Fold)
	m.NotActions = framework.KeepSet(m.NotActions, p.NotActions, framework.Fold)
	m.DataActions = framework.KeepSet(m.DataActions, p.DataActions, framework.Fold)
	m.NotDataActions = framework.KeepSet(m.NotDataActions, p.NotDataActions, framework.Fold)
	m.AssignableScopes = framework.KeepSet(m.AssignableScopes, role.AssignableScopes, azureScopeKey)
	return true, err
}

// azureScopeKey is the key of scope IDs.
func azureScopeKey(s string) string {
	if scope, err := azure.ParseScope(s); err == nil {
		return scope.Key()
	}
	return rbac.Fold(s)
}
