// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// ModifyPlan keeps another spelling of the same scope tags from being a change,
// and asks the rules that the tenant and the rest of the plan decide.
func (r *intuneCustomRole) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer r.notes().Begin()()
	var m, state, config intuneCustomRoleModel
	creating, destroying := req.State.Raw.IsNull(), req.Plan.Raw.IsNull()
	if !creating {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	switch {
	case resp.Diagnostics.HasError():
		return
	case destroying:
		role := state.expand()
		plan.Manage(r.notes(), plan.IntuneRoles, plan.IntuneRoleID(role))
		plan.Drop(r.notes(), plan.IntuneRoles, plan.IntuneRoleID(role))
		r.ask(ctx, &resp.Diagnostics, plan.IntuneRoleGone(role), load(plan.IntuneAssignments))
		return
	case framework.Unchanged(req):
		role := state.expand()
		plan.Keep(r.notes(), plan.IntuneRoles, plan.IntuneRoleID(role))
		r.ask(ctx, &resp.Diagnostics, plan.IntuneRoleKept(role))
		return
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !creating && !m.ScopeTags.Equal(state.ScopeTags) {
		b, err := r.data.Backend(ctx)
		if err == nil {
			m.ScopeTags, err = planScopeTags(ctx, b.Intune, m.ScopeTags, state.ScopeTags)
		}
		if err != nil {
			framework.AddError(&resp.Diagnostics, "Cannot plan "+r.Name, r.Noun, err, nil)
			return
		}
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &m)...)
	}
	r.askScopeTags(ctx, &resp.Diagnostics, config.ScopeTags)
	if framework.AnyUnknown(m.Name) || resp.Diagnostics.HasError() {
		return // asked again when it is known
	}
	role := m.expand()
	role.ScopeTags = r.tagIDs(ctx, role.ScopeTags)
	if creating {
		plan.Create(r.notes(), plan.IntuneRoles, role, req.Config.Raw.IsFullyKnown())
	} else {
		plan.Keep(r.notes(), plan.IntuneRoles, plan.IntuneRoleID(role))
		plan.Enter(r.notes(), plan.IntuneRoles, role)
	}
	r.ask(ctx, &resp.Diagnostics, plan.IntuneRole(role, intuneBuiltIns{}), load(plan.IntuneRoles))
	if !creating && !framework.AnyUnknown(m.Permissions) {
		r.checkChange(ctx, role, state.expand(), &resp.Diagnostics)
	}
}

func (r *intuneCustomRole) checkChange(ctx context.Context, role, was intune.Role, diags *diag.Diagnostics) {
	if rbac.SameSet(role.Permissions, was.Permissions) {
		return
	}
	plan.Load(ctx, r.notes(), plan.IntuneAssignments)
	assigned := 0
	r.notes().Look(func(w *plan.World) { assigned = w.IntuneAssignments.Count(plan.Holding(role.ID)) })
	added, removed := plan.Difference(was.Permissions, role.Permissions), plan.Difference(role.Permissions, was.Permissions)
	if v, ok := plan.RoleChange(intune.RuleRoleChange.Rule, "permissions", role.Name, intunePermissionNames(added), intunePermissionNames(removed), assigned); ok {
		r.report(diags, []rbac.Violation{v})
	}
}

// intunePermissionNames are the names of Graph actions.
func intunePermissionNames(actions []string) []string {
	names := make([]string, len(actions))
	for i, a := range actions {
		names[i] = intunePermissionName(a)
	}
	return names
}
