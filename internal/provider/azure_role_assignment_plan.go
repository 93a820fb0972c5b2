// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// ModifyPlan finds out which role is meant, so that another spelling of the
// same role is no change, another role replaces the assignment, and the ID of
// a new assignment is known before it exists.
func (r *azureRoleAssignment) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer r.notes().Begin()()
	var m, state, config azureRoleAssignmentModel
	creating, destroying := req.State.Raw.IsNull(), req.Plan.Raw.IsNull()
	var prior *roleReference
	if !creating {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		prior = &state.roleReference
	}
	switch {
	case resp.Diagnostics.HasError():
		return
	case destroying:
		r.checkDestroy(ctx, state.expand(), &resp.Diagnostics)
		return
	case framework.Unchanged(req):
		plan.Manage(r.notes(), plan.AzureAssignments, plan.AzureAssignmentID(state.expand()))
		return
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	b, err := r.data.Backend(ctx)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Cannot plan "+r.Name, r.Noun, err, nil)
		return
	}
	roles := azureRoles{b.Azure}
	replace, broken, err := m.roleReference.plan(ctx, r.data, roles, prior)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Cannot plan "+r.Name, r.Noun, err, nil)
		return
	}
	r.report(&resp.Diagnostics, broken)
	if replace {
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("role"))
	}
	if config.ConditionVersion.IsNull() {
		switch {
		case m.Condition.IsUnknown():
			m.ConditionVersion = types.StringUnknown()
		case m.Condition.IsNull():
			m.ConditionVersion = types.StringNull()
		default:
			m.ConditionVersion = types.StringValue(azure.ConditionVersion)
		}
	}
	if creating && config.Name.IsNull() {
		m.planName()
	}
	m.ID = types.StringUnknown()
	if a := m.expand(); a.Name != "" && !a.Scope.IsZero() {
		m.ID = types.StringValue(a.ID())
		if !creating && framework.Fold(a.ID()) == framework.Fold(state.ID.ValueString()) {
			m.ID = state.ID
		}
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &m)...)
	if framework.AnyUnknown(m.Scope, m.RoleDefinitionID, m.PrincipalID) || resp.Diagnostics.HasError() {
		return // asked again when it is known
	}
	r.checkWrite(ctx, b, &m, &state, creating, req.Config.Raw.IsFullyKnown(), &resp.Diagnostics)
}

func (r *azureRoleAssignment) checkWrite(ctx context.Context, b backend.Backend, m, state *azureRoleAssignmentModel, creating, decided bool, diags *diag.Diagnostics) {
	a := m.expand()
	switch {
	case a.Name == "": // under which name it will be is not known, with adopt_existing until it is there
		r.ask(ctx, diags, plan.AzureAssignment(a, false, false), load(plan.AzureRoles))
		return
	case creating:
		plan.Create(r.notes(), plan.AzureAssignments, a, decided)
	default:
		was := state.expand()
		plan.Manage(r.notes(), plan.AzureAssignments, plan.AzureAssignmentID(was))
		if !a.Scope.Same(was.Scope) || a.RoleID != was.RoleID || a.PrincipalID != was.PrincipalID || a.Name != was.Name {
			plan.Drop(r.notes(), plan.AzureAssignments, plan.AzureAssignmentID(was))
			return // replaced: Terraform plans the new one by itself
		}
		plan.Enter(r.notes(), plan.AzureAssignments, a)
	}
	r.ask(ctx, diags, plan.AzureAssignment(a, creating, m.AdoptExisting.ValueBool()), load(plan.AzureRoles), load(plan.AzureAssignments))
	if !creating {
		return
	}
	if v, privileged := azure.ValidateAssigned(m.RoleName.ValueString(), m.Condition.IsNull(), r.privileged(a.RoleID)); privileged {
		r.report(diags, []rbac.Violation{v})
	}
	if m.PrincipalType.IsUnknown() || m.PrincipalType.IsNull() { // a given type tells Azure not to look
		_, found := r.data.principals.find(ctx, b.Entra, a.PrincipalID)
		r.report(diags, plan.AzurePrincipal(a.PrincipalID, found))
	}
}

func (r *azureRoleAssignment) checkDestroy(ctx context.Context, a azure.Assignment, diags *diag.Diagnostics) {
	plan.Manage(r.notes(), plan.AzureAssignments, plan.AzureAssignmentID(a))
	plan.Drop(r.notes(), plan.AzureAssignments, plan.AzureAssignmentID(a))
	if a.Scope.Kind == azure.SubscriptionScope {
		r.ask(ctx, diags, plan.AzureAssignmentGone(a, azureBuiltIns{}), load(plan.AzureRoles), load(plan.AzureAssignments))
	}
}

// privileged reports whether a role lets its holder assign roles.
func (r *azureRoleAssignment) privileged(id rbac.GUID) (grants bool) {
	if role, ok := (azureBuiltIns{}).BuiltIn(id.String()); ok {
		return role.Allows(azure.AssignRoles)
	}
	r.notes().Look(func(w *plan.World) {
		role, _ := w.AzureRoles.Get(id.String())
		grants = role.Allows(azure.AssignRoles)
	})
	return grants
}

// planName derives the name of a new assignment when its parts are known. With
// adopt_existing it stays unknown: an assignment that somebody else makes until
// then keeps its own name when it is taken over.
func (m *azureRoleAssignmentModel) planName() {
	m.Name = types.StringUnknown()
	a := m.expand()
	if a.Scope.IsZero() || a.RoleID == "" || a.PrincipalID == "" || m.AdoptExisting.IsUnknown() || m.AdoptExisting.ValueBool() {
		return
	}
	m.Name = types.StringValue(azure.DeriveAssignmentName(a.Scope, a.RoleID, a.PrincipalID).String())
}
