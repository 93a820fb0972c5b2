// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

// Unchanged reports whether the configuration asks for what is in state, so that
// there is nothing left to plan. Optional and computed attributes that are left
// out count as unchanged.
func Unchanged(req resource.ModifyPlanRequest) bool {
	return !req.State.Raw.IsNull() && req.Plan.Raw.Equal(req.State.Raw)
}

// SameString keeps the spelling in state when the configuration means the same
// by another one. replace says whether a value that means something else needs
// a new object.
func SameString(key func(string) string, replace bool) planmodifier.String {
	return sameString{key, replace}
}

// SameStringSet is SameString for a set of strings.
func SameStringSet(key func(string) string) planmodifier.Set { return sameSet{key} }

type sameString struct {
	key     func(string) string
	replace bool
}

func (m sameString) Description(context.Context) string {
	if m.replace {
		return "Another spelling of the same value is no change; another value replaces the object."
	}
	return "Another spelling of the same value is no change."
}

func (m sameString) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (m sameString) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.State.Raw.IsNull() || req.Plan.Raw.IsNull() {
		return
	}
	plan, state := req.PlanValue, req.StateValue
	if req.ConfigValue.IsNull() && plan.IsUnknown() {
		resp.PlanValue = state // optional and computed, and left out: what is stays
		return
	}
	if plan.Equal(state) {
		return
	}
	if !plan.IsUnknown() && !plan.IsNull() && !state.IsNull() && m.key(plan.ValueString()) == m.key(state.ValueString()) {
		resp.PlanValue = state
		return
	}
	resp.RequiresReplace = m.replace
}

type sameSet struct{ key func(string) string }

func (sameSet) Description(context.Context) string {
	return "Another spelling or order of the same values is no change."
}

func (m sameSet) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (m sameSet) PlanModifySet(_ context.Context, req planmodifier.SetRequest, resp *planmodifier.SetResponse) {
	if req.State.Raw.IsNull() || req.Plan.Raw.IsNull() {
		return
	}
	if req.ConfigValue.IsNull() && req.PlanValue.IsUnknown() {
		resp.PlanValue = req.StateValue
		return
	}
	if SameSet(req.PlanValue, req.StateValue, m.key) {
		resp.PlanValue = req.StateValue
	}
}
