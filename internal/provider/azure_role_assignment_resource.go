// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var (
	_ resource.ResourceWithConfigure      = (*azureRoleAssignment)(nil)
	_ resource.ResourceWithValidateConfig = (*azureRoleAssignment)(nil)
	_ resource.ResourceWithModifyPlan     = (*azureRoleAssignment)(nil)
	_ resource.ResourceWithImportState    = (*azureRoleAssignment)(nil)
	_ resource.ResourceWithIdentity       = (*azureRoleAssignment)(nil)
)

type azureRoleAssignment struct{ resourceBase }

func newAzureRoleAssignment() resource.Resource {
	return &azureRoleAssignment{resourceBase{base{Noun: framework.Noun{Type: "rbac_azure_role_assignment", Name: "Azure role assignment"}}}}
}

type azureRoleAssignmentModel struct {
	roleReference
	ID                types.String   `tfsdk:"id"`
	Name              types.String   `tfsdk:"name"`
	Scope             types.String   `tfsdk:"scope"`
	PrincipalID       types.String   `tfsdk:"principal_id"`
	PrincipalType     types.String   `tfsdk:"principal_type"`
	Description       types.String   `tfsdk:"description"`
	Condition         types.String   `tfsdk:"condition"`
	ConditionVersion  types.String   `tfsdk:"condition_version"`
	DelegatedIdentity types.String   `tfsdk:"delegated_managed_identity_resource_id"`
	AdoptExisting     types.Bool     `tfsdk:"adopt_existing"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

func (r *azureRoleAssignment) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	same := func(key func(string) string) []planmodifier.String {
		return []planmodifier.String{framework.SameString(key, true)}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "An assignment of an Azure role: a principal holds a role at a scope and below it.",
		Attributes: map[string]schema.Attribute{
			"id": framework.IDAttribute("The assignment's ARM ID. Known while planning when scope, role and principal are."),
			"name": schema.StringAttribute{
				MarkdownDescription: "The assignment's GUID. By default it follows from scope, role and principal, so that it is known while planning and the same assignment is never made twice.",
				Optional:            true, Computed: true, PlanModifiers: same(framework.GUIDKey),
				Validators: []validator.String{framework.Valid("Invalid role assignment name", framework.CheckGUID("The name of a role assignment"))},
			},
			"scope": schema.StringAttribute{
				MarkdownDescription: "Where the role holds: `/`, a management group, a subscription, a resource group or a resource. Another scope replaces the assignment.",
				Required:            true, PlanModifiers: same(azureScopeKey),
				Validators: []validator.String{framework.Valid(azure.RuleScopeSyntax.Summary, func(s string) error { _, err := azure.ParseScope(s); return err })},
			},
			"principal_id": schema.StringAttribute{
				MarkdownDescription: "The object ID of the user, group or service principal. Not the application ID. Another one replaces the assignment.",
				Required:            true, PlanModifiers: same(framework.GUIDKey),
				Validators: []validator.String{framework.Valid(azure.RulePrincipalID.Summary, framework.Under(azure.RulePrincipalID.Rule, framework.CheckGUID("The object ID of a principal")))},
			},
			"principal_type": schema.StringAttribute{
				MarkdownDescription: "What the principal is: `User`, `Group`, `ServicePrincipal`, `ForeignGroup` or `Device`. By default the service finds it out. Set it for a principal that was made moments ago.",
				Optional:            true, Computed: true, PlanModifiers: same(framework.Fold),
				Validators: []validator.String{framework.OneOf("Unknown principal type", azure.PrincipalTypes()...)},
			},
			"description": framework.OptionalString("Why the principal has the role, at most 2,048 characters. Default empty."),
			"condition": schema.StringAttribute{
				MarkdownDescription: "A condition that narrows the assignment, at most 8 KB.", Optional: true,
				Validators: []validator.String{framework.Valid("Invalid role assignment condition", framework.CheckNotEmpty("The condition"))},
			},
			"condition_version": schema.StringAttribute{
				MarkdownDescription: "The version of the condition's language: `2.0`, which is the default when there is a condition.", Optional: true, Computed: true,
				Validators: []validator.String{framework.OneOf("Unknown condition version", azure.ConditionVersion), stringvalidator.AlsoRequires(path.MatchRoot("condition"))},
			},
			"delegated_managed_identity_resource_id": schema.StringAttribute{
				MarkdownDescription: "The ARM ID of a managed identity in another tenant on whose behalf the assignment is made. Another one replaces the assignment.", Optional: true,
				PlanModifiers: same(azureScopeKey), Validators: []validator.String{framework.Valid("Invalid resource ID", func(s string) error { _, err := azure.ParseScope(s); return err })},
			},
			"adopt_existing": schema.BoolAttribute{
				MarkdownDescription: "Whether an assignment of the same role to the same principal at the same scope, made by somebody else under another name, is taken over instead of being an error. Default `false`.",
				Optional:            true, Computed: true, Default: booldefault.StaticBool(false),
			},
			"timeouts": framework.Timeouts(ctx, true),
		},
	}
	roleReference{}.add(resp.Schema.Attributes, "The role: its present or a former name, its GUID, or its ARM ID with any scope in front.", "The role's ARM ID without a scope in front.")
}

func (r *azureRoleAssignment) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.Identity("The assignment's ARM ID.")
}

func (r *azureRoleAssignment) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m azureRoleAssignmentModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	framework.AddViolations(&resp.Diagnostics, r.Noun, azure.ValidateAssignment(m.expand(), r.data.limits()), r.data.Severity,
		framework.Undecided(map[string]attr.Value{"description": m.Description, "condition": m.Condition}))
}

func (r *azureRoleAssignment) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer r.notes().Begin()()
	framework.Create(ctx, req, resp, r.Noun, func(ctx context.Context, m *azureRoleAssignmentModel) (bool, error) {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return false, err
		}
		roles := azureRoles{b.Azure}
		role, err := m.resolve(ctx, roles)
		if err != nil {
			return false, err
		}
		want := m.expand()
		if want.Name == "" {
			want.Name = azure.DeriveAssignmentName(want.Scope, want.RoleID, want.PrincipalID)
		}
		first := r.data.adoptions.claim(want)
		got, err := b.Azure.CreateAssignment(ctx, want)
		if rbac.KindOf(err) == rbac.Exists && m.AdoptExisting.ValueBool() && first {
			got, err = r.data.adoptions.adopt(ctx, roles, want, framework.GUIDValue(m.Name), err)
		}
		plan.Wrote(r.notes(), plan.AzureAssignments, want, got, err)
		return m.flatten(got, role, err)
	})
}

func (r *azureRoleAssignment) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer r.notes().Begin()()
	framework.Read(ctx, req, resp, r.Noun, func(ctx context.Context, m *azureRoleAssignmentModel) error {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return err
		}
		scope, name, err := azure.ParseAssignmentID(m.ID.ValueString())
		if err != nil {
			return err
		}
		plan.Read(r.notes(), plan.AzureAssignments, rbac.Fold(azure.AssignmentID(scope, name)))
		got, err := b.Azure.Assignment(ctx, scope, name)
		if err != nil {
			return err
		}
		role, err := azureRoles{b.Azure}.nameOf(ctx, got.RoleID)
		if err != nil {
			return err
		}
		_, err = m.flatten(got, role, nil)
		return err
	})
}

func (r *azureRoleAssignment) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer r.notes().Begin()()
	framework.Update(ctx, req, resp, r.Noun, func(ctx context.Context, m, state *azureRoleAssignmentModel) error {
		if reflect.DeepEqual(m.expand(), state.expand()) {
			return nil // only timeouts differ
		}
		b, err := r.data.Backend(ctx)
		if err != nil {
			return err
		}
		role, err := m.resolve(ctx, azureRoles{b.Azure})
		if err != nil {
			return err
		}
		got, err := b.Azure.UpdateAssignment(ctx, m.expand())
		plan.Wrote(r.notes(), plan.AzureAssignments, got, got, err)
		_, err = m.flatten(got, role, err)
		return err
	})
}

func (r *azureRoleAssignment) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	defer r.notes().Begin()()
	framework.Delete(ctx, req, resp, r.Noun, func(ctx context.Context, m *azureRoleAssignmentModel) error {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return err
		}
		scope, name, err := azure.ParseAssignmentID(m.ID.ValueString())
		if err != nil {
			return err
		}
		return plan.Deleted(r.notes(), plan.AzureAssignments, rbac.Fold(azure.AssignmentID(scope, name)), r.data.adoptions.remove(ctx, b.Azure, scope, name))
	})
}

func (r *azureRoleAssignment) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.Import(ctx, req, resp, r.Noun, func(ctx context.Context, text string) (string, error) {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return "", err
		}
		return azureRoles{b.Azure}.findAssignment(ctx, text)
	})
}

// expand is pure: null and unknown are the zero value. The role is the one
// that role_definition_id names.
func (m *azureRoleAssignmentModel) expand() azure.Assignment {
	scope, _ := azure.ParseScope(m.Scope.ValueString())
	role, _ := azure.ParseRoleID(m.RoleDefinitionID.ValueString())
	return azure.Assignment{
		Name: framework.GUIDValue(m.Name), Scope: scope, RoleID: role, PrincipalID: framework.GUIDValue(m.PrincipalID),
		PrincipalType: m.PrincipalType.ValueString(), Description: m.Description.ValueString(),
		Condition: m.Condition.ValueString(), ConditionVersion: m.ConditionVersion.ValueString(),
		DelegatedManagedIdentityResourceID: m.DelegatedIdentity.ValueString(),
	}
}

// flatten fills the model with an assignment, unless it comes with an error.
func (m *azureRoleAssignmentModel) flatten(a azure.Assignment, role string, err error) (bool, error) {
	if a.Name == "" {
		return false, err
	}
	m.ID = framework.KeepString(m.ID, a.ID(), framework.Fold)
	m.Name = framework.KeepString(m.Name, a.Name.String(), framework.GUIDKey)
	m.Scope = framework.KeepString(m.Scope, a.Scope.ID(), azureScopeKey)
	m.roleReference.flatten(azureRoles{}, a.RoleID, role)
	m.PrincipalID = framework.KeepString(m.PrincipalID, a.PrincipalID.String(), framework.GUIDKey)
	m.PrincipalType = framework.KeepString(m.PrincipalType, a.PrincipalType, framework.Fold)
	m.Description = types.StringValue(a.Description)
	m.Condition = framework.StringOrNull(a.Condition)
	m.ConditionVersion = framework.StringOrNull(a.ConditionVersion)
	m.DelegatedIdentity = framework.KeepOrNull(m.DelegatedIdentity, a.DelegatedManagedIdentityResourceID, azureScopeKey)
	if m.AdoptExisting.IsNull() || m.AdoptExisting.IsUnknown() {
		m.AdoptExisting = types.BoolValue(false)
	}
	return true, err
}
