// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// ModifyPlan settles the role's ID, so that it is known before the role exists,
// and asks the rules that the tenant and the rest of the plan decide.
func (r *entraCustomRole) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer r.notes().Begin()()
	var m, state, config entraCustomRoleModel
	creating, destroying := req.State.Raw.IsNull(), req.Plan.Raw.IsNull()
	if !creating {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	switch {
	case resp.Diagnostics.HasError():
		return
	case destroying:
		r.checkDestroy(ctx, state.expand(), &resp.Diagnostics)
		return
	case framework.Unchanged(req):
		plan.Manage(r.notes(), plan.EntraRoles, plan.EntraRoleID(state.expand()))
		return
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if creating && config.TemplateID.IsNull() && !m.Name.IsUnknown() {
		m.TemplateID = types.StringValue(entra.DeriveRoleID(m.Name.ValueString()).String())
	}
	m.ID = types.StringUnknown()
	if id := framework.GUIDValue(m.TemplateID); id != "" {
		m.ID = types.StringValue(id.String())
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &m)...)
	if framework.AnyUnknown(m.TemplateID, m.Name) || resp.Diagnostics.HasError() {
		return // asked again when it is known
	}
	if creating {
		role := m.expand()
		plan.Create(r.notes(), plan.EntraRoles, role, req.Config.Raw.IsFullyKnown())
		r.ask(ctx, &resp.Diagnostics, plan.EntraRole(role, nil, entraBuiltIns{}), load(plan.EntraRoles))
	} else {
		r.checkUpdate(ctx, &m, &state, &resp.Diagnostics)
	}
}

func (r *entraCustomRole) checkUpdate(ctx context.Context, m, state *entraCustomRoleModel, diags *diag.Diagnostics) {
	role, was := m.expand(), state.expand()
	plan.Manage(r.notes(), plan.EntraRoles, plan.EntraRoleID(was))
	if role.ID != was.ID { // replaced: Terraform plans the new one by itself
		plan.Drop(r.notes(), plan.EntraRoles, plan.EntraRoleID(was))
		return
	}
	plan.Enter(r.notes(), plan.EntraRoles, role)
	r.ask(ctx, diags, plan.EntraRole(role, &was, entraBuiltIns{}), load(plan.EntraRoles))
	if framework.AnyUnknown(m.Permissions) || rbac.SameSet(role.Permissions, was.Permissions) {
		return
	}
	plan.Load(ctx, r.notes(), plan.EntraAssignments)
	assigned := 0
	r.notes().Look(func(w *plan.World) { assigned = w.EntraAssignments.Count(plan.Holding(role.ID)) })
	if v, ok := plan.RoleChange(entra.RuleRoleChange.Rule, "permissions", role.Name,
		plan.Difference(was.Permissions, role.Permissions), plan.Difference(role.Permissions, was.Permissions), assigned); ok {
		r.report(diags, []rbac.Violation{v})
	}
}

func (r *entraCustomRole) checkDestroy(ctx context.Context, role entra.Role, diags *diag.Diagnostics) {
	plan.Manage(r.notes(), plan.EntraRoles, plan.EntraRoleID(role))
	plan.Drop(r.notes(), plan.EntraRoles, plan.EntraRoleID(role))
	r.ask(ctx, diags, plan.EntraRoleGone(role), load(plan.EntraAssignments))
}
