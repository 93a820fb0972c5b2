// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// ModifyPlan settles the role's ID, so that it is known before the role exists,
// and asks the rules that the tenant and the rest of the plan decide.
func (r *azureCustomRole) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer r.notes().Begin()()
	var m, state azureCustomRoleModel
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
		plan.Manage(r.notes(), plan.AzureRoles, plan.AzureRoleID(state.expand()))
		return
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if m.RoleID.IsUnknown() && creating && !m.Name.IsUnknown() {
		var configured azureCustomRoleModel
		resp.Diagnostics.Append(req.Config.Get(ctx, &configured)...)
		if configured.RoleID.IsNull() {
			m.RoleID = types.StringValue(azure.DeriveRoleID(m.Name.ValueString()).String())
		}
	}
	m.ID = types.StringUnknown()
	if id := framework.GUIDValue(m.RoleID); id != "" {
		m.ID = types.StringValue(azure.RoleResourceID(id))
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &m)...)
	if framework.AnyUnknown(m.RoleID, m.Name, m.AssignableScopes) || resp.Diagnostics.HasError() {
		return // asked again when it is known
	}
	if creating {
		r.checkCreate(ctx, m.expand(), req.Config.Raw.IsFullyKnown(), &resp.Diagnostics)
	} else {
		r.checkUpdate(ctx, &m, &state, &resp.Diagnostics)
	}
}

func (r *azureCustomRole) checkCreate(ctx context.Context, role azure.Role, decided bool, diags *diag.Diagnostics) {
	plan.Create(r.notes(), plan.AzureRoles, role, decided)
	r.ask(ctx, diags, plan.AzureRole(role, nil, azureBuiltIns{}), load(plan.AzureRoles))
}

func (r *azureCustomRole) checkUpdate(ctx context.Context, m, state *azureCustomRoleModel, diags *diag.Diagnostics) {
	role, was := m.expand(), state.expand()
	plan.Manage(r.notes(), plan.AzureRoles, plan.AzureRoleID(was))
	if role.ID != was.ID { // replaced: Terraform plans the new one by itself
		plan.Drop(r.notes(), plan.AzureRoles, plan.AzureRoleID(was))
		return
	}
	plan.Enter(r.notes(), plan.AzureRoles, role)
	loads := []func(context.Context, *plan.Ledger){load(plan.AzureRoles)}
	changed := !framework.AnyUnknown(m.Actions, m.NotActions, m.DataActions, m.NotDataActions) && changesGrants(role.Flat(), was.Flat())
	if changed || !rbac.SameSet(role.AssignableScopes, was.AssignableScopes) {
		loads = append(loads, load(plan.AzureAssignments))
	}
	r.ask(ctx, diags, plan.AzureRole(role, &was, azureBuiltIns{}), loads...)
	if !changed {
		return
	}
	added, removed := catalog.Azure().Change(was, role)
	assigned := 0
	r.notes().Look(func(w *plan.World) { assigned = w.AzureAssignments.Count(plan.Holding(role.ID)) })
	if v, ok := plan.RoleChange(azure.RuleRoleChange.Rule, "actions", role.Name, added, removed, assigned); ok {
		r.report(diags, []rbac.Violation{v})
	}
}

func (r *azureCustomRole) checkDestroy(ctx context.Context, role azure.Role, diags *diag.Diagnostics) {
	plan.Manage(r.notes(), plan.AzureRoles, plan.AzureRoleID(role))
	plan.Drop(r.notes(), plan.AzureRoles, plan.AzureRoleID(role))
	r.ask(ctx, diags, plan.AzureRoleGone(role), load(plan.AzureAssignments))
}

// changesGrants reports whether two blocks differ in more than spelling.
func changesGrants(a, b azure.Permission) bool {
	return !rbac.SameSet(a.Actions, b.Actions) || !rbac.SameSet(a.NotActions, b.NotActions) ||
		!rbac.SameSet(a.DataActions, b.DataActions) || !rbac.SameSet(a.NotDataActions, b.NotDataActions)
}
