// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var (
	_ resource.ResourceWithConfigure      = (*entraRoleAssignment)(nil)
	_ resource.ResourceWithValidateConfig = (*entraRoleAssignment)(nil)
	_ resource.ResourceWithModifyPlan     = (*entraRoleAssignment)(nil)
	_ resource.ResourceWithImportState    = (*entraRoleAssignment)(nil)
	_ resource.ResourceWithIdentity       = (*entraRoleAssignment)(nil)
)

type entraRoleAssignment struct{ resourceBase }

func newEntraRoleAssignment() resource.Resource {
	return &entraRoleAssignment{resourceBase{base{Noun: framework.Noun{Type: "rbac_entra_role_assignment", Name: "Entra role assignment"}}}}
}

type entraRoleAssignmentModel struct {
	roleReference
	ID             types.String   `tfsdk:"id"`
	PrincipalID    types.String   `tfsdk:"principal_id"`
	DirectoryScope types.String   `tfsdk:"directory_scope"`
	AppScope       types.String   `tfsdk:"app_scope"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

func (r *entraRoleAssignment) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An assignment of a Microsoft Entra role: a principal holds a directory role in the whole tenant or at a smaller scope. " +
			"Nothing of it can be changed: another value replaces it.",
		Attributes: map[string]schema.Attribute{
			"id": framework.IDAttribute("The assignment's ID, which the directory derives from role, principal and scope."),
			"principal_id": schema.StringAttribute{
				MarkdownDescription: "The object ID of a user, a role-assignable group or a service principal. Another one replaces the assignment.", Required: true,
				PlanModifiers: []planmodifier.String{framework.SameString(framework.GUIDKey, true)},
				Validators:    []validator.String{framework.Valid("Invalid principal ID", framework.CheckGUID("The object ID of a principal"))},
			},
			"directory_scope": schema.StringAttribute{
				MarkdownDescription: "Where the role holds: `/` for the whole tenant, an administrative unit as `/administrativeUnits/{id}`, or one object as `/{id}`. Default `/`, unless `app_scope` is set. Another one replaces the assignment.",
				Optional:            true, Computed: true,
				PlanModifiers: []planmodifier.String{framework.SameString(entraScopeKey, true)},
				Validators:    []validator.String{framework.Valid(entra.RuleScopeSyntax.Summary, func(s string) error { _, err := entra.ParseScope(s); return err })},
			},
			"app_scope": schema.StringAttribute{
				MarkdownDescription: "A scope that belongs to an application instead of the directory, such as `/AccessPackageCatalog/{id}`. Another one replaces the assignment.", Optional: true,
				PlanModifiers: []planmodifier.String{framework.SameString(framework.Fold, true)},
				Validators: []validator.String{
					framework.Valid("Invalid app scope", framework.CheckNotEmpty("The app scope")),
					stringvalidator.ConflictsWith(path.MatchRoot("directory_scope")),
				},
			},
			"timeouts": framework.Timeouts(ctx, false),
		},
	}
	roleReference{}.add(resp.Schema.Attributes, "The role: its present or a former name, its template ID or its object ID.", "The role's GUID.")
}

func (r *entraRoleAssignment) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.Identity("The assignment's ID.")
}

// ValidateConfig refuses roles that are not for assignment, where the name or
// ID leaves no doubt which one is meant.
func (r *entraRoleAssignment) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m entraRoleAssignmentModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	written := m.Role.ValueString()
	if known, ok := (entraBuiltIns{}).known(written); ok {
		broken := slices.DeleteFunc(entra.ValidateAssignable(known.Assignable(), written), func(v rbac.Violation) bool { return v.Grave() != rbac.SeverityError })
		framework.AddViolations(&resp.Diagnostics, r.Noun, broken, r.data.Severity, nil)
	}
}

func (r *entraRoleAssignment) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer r.notes().Begin()()
	framework.Create(ctx, req, resp, r.Noun, func(ctx context.Context, m *entraRoleAssignmentModel) (bool, error) {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return false, err
		}
		role, err := m.resolve(ctx, entraRoles{b.Entra})
		if err != nil {
			return false, err
		}
		if m.DirectoryScope.IsUnknown() {
			m.planScope()
		}
		got, err := b.Entra.CreateAssignment(ctx, m.expand())
		plan.Wrote(r.notes(), plan.EntraAssignments, got, got, err)
		return m.flatten(got, role, err)
	})
}

func (r *entraRoleAssignment) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer r.notes().Begin()()
	framework.Read(ctx, req, resp, r.Noun, func(ctx context.Context, m *entraRoleAssignmentModel) error {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return err
		}
		got, err := b.Entra.Assignment(ctx, m.ID.ValueString())
		if err != nil {
			return err
		}
		plan.Read(r.notes(), plan.EntraAssignments, plan.EntraAssignmentID(got))
		role, err := entraRoles{b.Entra}.nameOf(ctx, got.RoleID)
		if err != nil {
			return err
		}
		_, err = m.flatten(got, role, nil)
		return err
	})
}

// Update has nothing to tell the directory: only timeouts can differ.
func (r *entraRoleAssignment) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer r.notes().Begin()()
	framework.Update(ctx, req, resp, r.Noun, func(context.Context, *entraRoleAssignmentModel, *entraRoleAssignmentModel) error { return nil })
}

func (r *entraRoleAssignment) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	defer r.notes().Begin()()
	framework.Delete(ctx, req, resp, r.Noun, func(ctx context.Context, m *entraRoleAssignmentModel) error {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return err
		}
		return plan.Deleted(r.notes(), plan.EntraAssignments, plan.EntraAssignmentID(m.expand()), b.Entra.DeleteAssignment(ctx, m.ID.ValueString()))
	})
}

func (r *entraRoleAssignment) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.Import(ctx, req, resp, r.Noun, func(ctx context.Context, text string) (string, error) {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return "", err
		}
		return entraRoles{b.Entra}.findAssignment(ctx, text)
	})
}

// expand is pure: null and unknown are the zero value. The role is the one
// that role_definition_id names.
func (m *entraRoleAssignmentModel) expand() entra.Assignment {
	a := entra.Assignment{
		RoleID: framework.GUIDValue(m.RoleDefinitionID), PrincipalID: framework.GUIDValue(m.PrincipalID), AppScope: m.AppScope.ValueString(),
	}
	if scope, err := entra.ParseScope(m.DirectoryScope.ValueString()); err == nil {
		a.DirectoryScope = scope.ID()
	}
	return a
}

// flatten fills the model with an assignment, unless it comes with an error.
func (m *entraRoleAssignmentModel) flatten(a entra.Assignment, role string, err error) (bool, error) {
	if a.ID == "" {
		return false, err
	}
	m.ID = types.StringValue(a.ID)
	m.roleReference.flatten(entraRoles{}, a.RoleID, role)
	m.PrincipalID = framework.KeepString(m.PrincipalID, a.PrincipalID.String(), framework.GUIDKey)
	m.DirectoryScope = framework.KeepOrNull(m.DirectoryScope, a.DirectoryScope, entraScopeKey)
	m.AppScope = framework.KeepOrNull(m.AppScope, a.AppScope, framework.Fold)
	return true, err
}
