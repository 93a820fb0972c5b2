// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
)

// ModifyPlan asks the rules that the tenant and the rest of the plan decide.
func (r *intuneScopeTag) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer r.notes().Begin()()
	var m, state intuneScopeTagModel
	creating, destroying := req.State.Raw.IsNull(), req.Plan.Raw.IsNull()
	if !creating {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	switch {
	case resp.Diagnostics.HasError():
		return
	case destroying:
		tag := state.expand()
		plan.Manage(r.notes(), plan.IntuneScopeTags, tag.ID)
		plan.Drop(r.notes(), plan.IntuneScopeTags, tag.ID)
		r.ask(ctx, &resp.Diagnostics, plan.IntuneScopeTagGone(tag), load(plan.IntuneRoles), load(plan.IntuneAssignments))
		return
	case framework.Unchanged(req):
		tag := state.expand()
		plan.Keep(r.notes(), plan.IntuneScopeTags, tag.ID)
		r.ask(ctx, &resp.Diagnostics, plan.IntuneScopeTagKept(tag))
		return
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if framework.AnyUnknown(m.Name) || resp.Diagnostics.HasError() {
		return // asked again when it is known
	}
	tag := m.expand()
	if creating {
		plan.Create(r.notes(), plan.IntuneScopeTags, tag, req.Config.Raw.IsFullyKnown())
	} else {
		plan.Keep(r.notes(), plan.IntuneScopeTags, tag.ID)
		plan.Enter(r.notes(), plan.IntuneScopeTags, tag)
	}
	r.ask(ctx, &resp.Diagnostics, plan.IntuneScopeTag(tag), load(plan.IntuneScopeTags))
}

// askScopeTags asks whether the tags exist that a configuration names.
func (b *base) askScopeTags(ctx context.Context, diags *diag.Diagnostics, tags types.Set) {
	if spellings := framework.Strings(tags); len(spellings) > 0 {
		b.ask(ctx, diags, plan.IntuneScopeTagsExist(spellings), load(plan.IntuneScopeTags))
	}
}

// tagIDs turns the tags of a configuration into IDs as the ledger knows them;
// one that is not known stays as it is spelled.
func (b *base) tagIDs(ctx context.Context, spellings []string) []string {
	if len(spellings) == 0 {
		return nil
	}
	plan.Load(ctx, b.notes(), plan.IntuneScopeTags)
	ids := make([]string, len(spellings))
	b.notes().Look(func(w *plan.World) {
		for i, s := range spellings {
			ids[i] = s
			if _, ok := w.IntuneScopeTags.Get(s); ok {
				continue
			}
			for _, tag := range w.IntuneScopeTags.Find(plan.Named(s)) {
				ids[i] = plan.IntuneScopeTagID(tag)
			}
		}
	})
	return ids
}
