// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
)

// ModifyPlan finds out which role is meant, so that another spelling of the
// same role is no change, another role replaces the assignment, and the ID of
// a new assignment is known before it exists.
func (r *azureRoleAssignment) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || framework.Unchanged(req) {
		return
	}
	var plan, state, config azureRoleAssignmentModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	creating := req.State.Raw.IsNull()
	var prior *roleReference
	if !creating {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		prior = &state.roleReference
	}
	if resp.Diagnostics.HasError() {
		return
	}
	b, err := r.data.Backend(ctx)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Cannot plan "+r.Name, r.Noun, err, nil)
		return
	}
	roles := azureRoles{b.Azure}
	replace, err := plan.roleReference.plan(ctx, r.data, roles, prior)
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Cannot plan "+r.Name, r.Noun, err, nil)
		return
	}
	if replace {
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("role"))
	}
	if config.ConditionVersion.IsNull() {
		switch {
		case plan.Condition.IsUnknown():
			plan.ConditionVersion = types.StringUnknown()
		case plan.Condition.IsNull():
			plan.ConditionVersion = types.StringNull()
		default:
			plan.ConditionVersion = types.StringValue(azure.ConditionVersion)
		}
	}
	if creating && config.Name.IsNull() {
		plan.planName()
	}
	plan.ID = types.StringUnknown()
	if a := plan.expand(); a.Name != "" && !a.Scope.IsZero() {
		plan.ID = types.StringValue(a.ID())
		if !creating && framework.Fold(a.ID()) == framework.Fold(state.ID.ValueString()) {
			plan.ID = state.ID
		}
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
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
