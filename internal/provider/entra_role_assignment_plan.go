// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// ModifyPlan finds out which role is meant and which scope, and asks the rules
// that the tenant and the rest of the plan decide.
func (r *entraRoleAssignment) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer r.notes().Begin()()
	var m, state, config entraRoleAssignmentModel
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
		replace, broken, err = m.plan(ctx, r.data, entraRoles{b.Entra}, prior)
	}
	if err != nil {
		framework.AddError(&resp.Diagnostics, "Cannot plan "+r.Name, r.Noun, err, nil)
		return
	}
	r.report(&resp.Diagnostics, broken)
	if replace {
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("role"))
	}
	if config.DirectoryScope.IsNull() {
		m.planScope()
		if prior != nil && entraScopeKey(m.DirectoryScope.ValueString()) != entraScopeKey(state.DirectoryScope.ValueString()) {
			resp.RequiresReplace = append(resp.RequiresReplace, path.Root("directory_scope"))
		}
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &m)...)
	if framework.AnyUnknown(m.RoleDefinitionID, m.PrincipalID, m.DirectoryScope, m.AppScope) || resp.Diagnostics.HasError() {
		return // asked again when it is known
	}
	r.checkWrite(ctx, b, &m, &state, creating, &resp.Diagnostics)
}

// planScope settles a directory scope that the configuration leaves out: the
// whole tenant, or none if there is an app scope.
func (m *entraRoleAssignmentModel) planScope() {
	switch {
	case m.AppScope.IsUnknown():
		m.DirectoryScope = types.StringUnknown()
	case m.AppScope.IsNull():
		m.DirectoryScope = types.StringValue(entra.TenantScope)
	default:
		m.DirectoryScope = types.StringNull()
	}
}

func (r *entraRoleAssignment) checkWrite(ctx context.Context, b backend.Backend, m, state *entraRoleAssignmentModel, creating bool, diags *diag.Diagnostics) {
	a := m.expand()
	if !creating {
		was := state.expand()
		plan.Manage(r.notes(), plan.EntraAssignments, plan.EntraAssignmentID(was))
		if plan.EntraAssignmentID(was) != plan.EntraAssignmentID(a) { // replaced: Terraform plans the new one by itself
			plan.Drop(r.notes(), plan.EntraAssignments, plan.EntraAssignmentID(was))
		}
		return
	}
	plan.Create(r.notes(), plan.EntraAssignments, a, false)
	r.ask(ctx, diags, plan.EntraAssignment(a), load(plan.EntraRoles), load(plan.EntraAssignments))
	if known, ok := catalog.Entra().RoleByID(a.RoleID); ok {
		broken := entra.ValidateAssignable(known.Assignable(), m.Role.ValueString())
		if _, exact := (entraBuiltIns{}).known(m.Role.ValueString()); exact { // ValidateConfig has reported the errors
			broken = slices.DeleteFunc(broken, func(v rbac.Violation) bool { return v.Grave() == rbac.SeverityError })
		}
		r.report(diags, broken)
	}
	object, found := r.data.principals.find(ctx, b.Entra, a.PrincipalID)
	r.report(diags, plan.EntraPrincipal(a.PrincipalID, object, found))
}

func (r *entraRoleAssignment) checkDestroy(ctx context.Context, a entra.Assignment, diags *diag.Diagnostics) {
	plan.Manage(r.notes(), plan.EntraAssignments, plan.EntraAssignmentID(a))
	plan.Drop(r.notes(), plan.EntraAssignments, plan.EntraAssignmentID(a))
	if a.RoleID == entra.GlobalAdministrator {
		r.ask(ctx, diags, plan.EntraAssignmentGone(a), load(plan.EntraAssignments))
	}
}
