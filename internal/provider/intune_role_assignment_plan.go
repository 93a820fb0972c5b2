// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// ModifyPlan finds out which role is meant, keeps another spelling of the same
// scope tags from being a change, and asks the rules that the tenant and the
// rest of the plan decide.
func (r *intuneRoleAssignment) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer r.notes().Begin()()
	var m, state, config intuneRoleAssignmentModel
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
		plan.Manage(r.notes(), plan.IntuneAssignments, state.ID.ValueString())
		plan.Drop(r.notes(), plan.IntuneAssignments, state.ID.ValueString())
		return
	case framework.Unchanged(req):
		a := state.expand()
		plan.Keep(r.notes(), plan.IntuneAssignments, plan.IntuneAssignmentID(a))
		r.ask(ctx, &resp.Diagnostics, plan.IntuneAssignmentKept(a))
		return
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	b, err := r.data.Backend(ctx)
	var replace bool
	var broken []rbac.Violation
	if err == nil {
		replace, broken, err = m.plan(ctx, r.data, intuneRoles{b.Intune}, prior)
	}
	if err == nil && !creating {
		m.ScopeTags, err = planScopeTags(ctx, b.Intune, m.ScopeTags, state.ScopeTags)
	}
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Cannot plan "+r.Name, r.Noun, err, nil)
		return
	}
	r.report(&resp.Diagnostics, broken)
	if replace {
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("role"))
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &m)...)
	r.askScopeTags(ctx, &resp.Diagnostics, config.ScopeTags)
	if framework.AnyUnknown(m.Name) || resp.Diagnostics.HasError() {
		return // asked again when it is known
	}
	r.checkWrite(ctx, &m, creating, replace, req.Config.Raw.IsFullyKnown(), &resp.Diagnostics)
	was, now := state.expand(), m.expand()
	r.checkGroups(ctx, b, "members", now.Members, was.Members, &resp.Diagnostics)
	r.checkGroups(ctx, b, "scope_groups", now.ScopeGroups, was.ScopeGroups, &resp.Diagnostics)
}

// checkGroups asks the directory for the groups that were not named before.
func (r *intuneRoleAssignment) checkGroups(ctx context.Context, b backend.Backend, field string, now, was []rbac.GUID, diags *diag.Diagnostics) {
	for _, id := range now {
		if !slices.Contains(was, id) {
			object, found := r.data.principals.find(ctx, b.Entra, id)
			r.report(diags, plan.IntuneGroup(field, id, object, found))
		}
	}
}

func (r *intuneRoleAssignment) checkWrite(ctx context.Context, m *intuneRoleAssignmentModel, creating, replace, decided bool, diags *diag.Diagnostics) {
	a := m.expand()
	a.ScopeTags = r.tagIDs(ctx, a.ScopeTags)
	if creating {
		plan.Create(r.notes(), plan.IntuneAssignments, a, decided)
	} else {
		plan.Keep(r.notes(), plan.IntuneAssignments, plan.IntuneAssignmentID(a))
		if replace { // Terraform plans the new one by itself
			plan.Drop(r.notes(), plan.IntuneAssignments, plan.IntuneAssignmentID(a))
			return
		}
		plan.Enter(r.notes(), plan.IntuneAssignments, a)
	}
	r.ask(ctx, diags, plan.IntuneAssignment(a), load(plan.IntuneAssignments))
}
