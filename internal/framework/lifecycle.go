// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"context"
	"reflect"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Create runs the create of a resource whose model is M. create fills the
// model with what the backend answered. It returns whether the object exists:
// if it does, state is written even when an error is returned too, so that
// nothing is lost. Attributes that the plan knew keep the planned spelling.
func Create[M any](ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse, noun Noun, create func(context.Context, *M) (bool, error)) {
	var m M
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	ctx, cancel := deadline(ctx, &m, timeouts.Value.Create, writeTimeout, &resp.Diagnostics)
	defer cancel()
	refuseUnknown(req.Plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	exists, err := create(ctx, &m)
	if exists {
		save(ctx, &resp.State, resp.Identity, &m, req.Plan.Raw, &resp.Diagnostics)
	}
	if err != nil {
		AddError(&resp.Diagnostics, "Cannot create "+noun.Name, noun, err, hasAttribute(req.Plan))
	}
}

// Read runs the read of a resource: read fills the model, which holds what is
// in state. An object that is gone leaves state.
func Read[M any](ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse, noun Noun, read func(context.Context, *M) error) {
	var m M
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	ctx, cancel := deadline(ctx, &m, timeouts.Value.Read, readTimeout, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	was := m
	if err := read(ctx, &m); err != nil {
		if rbac.IsNotFound(err) {
			// Terraform before 1.12 keeps no identity, and the framework wants one even of what is gone.
			saveIdentity(ctx, resp.Identity, modelID(&m), &resp.Diagnostics)
			resp.State.RemoveResource(ctx)
			return
		}
		AddError(&resp.Diagnostics, "Cannot read "+noun.Name, noun, err, nil)
		return
	}
	if reflect.DeepEqual(was, m) { // the response holds the state of the request already
		if resp.Identity != nil && resp.Identity.Raw.IsNull() {
			saveIdentity(ctx, resp.Identity, modelID(&m), &resp.Diagnostics)
		}
		return
	}
	save(ctx, &resp.State, resp.Identity, &m, tftypes.Value{}, &resp.Diagnostics)
}

// Update runs the update of a resource: update gets the plan and what is in
// state, and fills the plan with what the backend answered.
func Update[M any](ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse, noun Noun, update func(ctx context.Context, plan, state *M) error) {
	var plan, state M
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	ctx, cancel := deadline(ctx, &plan, timeouts.Value.Update, writeTimeout, &resp.Diagnostics)
	defer cancel()
	refuseUnknown(req.Plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := update(ctx, &plan, &state); err != nil {
		AddError(&resp.Diagnostics, "Cannot update "+noun.Name, noun, err, hasAttribute(req.Plan))
		return
	}
	save(ctx, &resp.State, resp.Identity, &plan, req.Plan.Raw, &resp.Diagnostics)
}

// Delete runs the delete of a resource. Deleting what is gone succeeds.
func Delete[M any](ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse, noun Noun, remove func(context.Context, *M) error) {
	var m M
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	ctx, cancel := deadline(ctx, &m, timeouts.Value.Delete, writeTimeout, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	if err := remove(ctx, &m); err != nil && !rbac.IsNotFound(err) {
		AddError(&resp.Diagnostics, "Cannot delete "+noun.Name, noun, err, nil)
	}
}

// Import starts an import by ID, by a natural key, or by identity: find turns
// the text into the ID under which Read finds the object.
func Import(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse, noun Noun, find func(ctx context.Context, text string) (string, error)) {
	text := req.ID
	if text == "" && req.Identity != nil {
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("id"), &text)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	id, err := find(ctx, text)
	if err != nil {
		AddError(&resp.Diagnostics, "Cannot import "+noun.Name, Noun{}, err, nil)
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	if resp.Identity != nil {
		resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), id)...)
	}
}

// save writes the model as state. Known values of planned, the plan it comes
// from if there is one, survive as they were planned.
func save(ctx context.Context, state *tfsdk.State, identity *tfsdk.ResourceIdentity, m any, planned tftypes.Value, diags *diag.Diagnostics) {
	diags.Append(state.Set(ctx, m)...)
	if diags.HasError() {
		return
	}
	if !planned.IsNull() {
		var have, want map[string]tftypes.Value
		if state.Raw.As(&have) == nil && planned.As(&want) == nil {
			for name, v := range want {
				if v.IsFullyKnown() {
					have[name] = v
				}
			}
			state.Raw = tftypes.NewValue(state.Raw.Type(), have)
		}
	}
	var id string
	diags.Append(state.GetAttribute(ctx, path.Root("id"), &id)...)
	saveIdentity(ctx, identity, id, diags)
}

// saveIdentity writes the identity of the object with an ID, for Terraform versions that know identities.
func saveIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, id string, diags *diag.Diagnostics) {
	if identity != nil {
		diags.Append(identity.SetAttribute(ctx, path.Root("id"), id)...)
	}
}

// modelID is the ID in a model: every model has a field ID.
func modelID(model any) string {
	id, _ := reflect.ValueOf(model).Elem().FieldByName("ID").Interface().(types.String)
	return id.ValueString()
}

// refuseUnknown reports every attribute of a plan that is unknown although
// nothing but the configuration could fill it.
func refuseUnknown(plan tfsdk.Plan, diags *diag.Diagnostics) {
	var values map[string]tftypes.Value
	if plan.Raw.As(&values) != nil {
		return
	}
	for name, v := range values {
		a, ok := plan.Schema.GetAttributes()[name]
		if ok && !a.IsComputed() && !v.IsFullyKnown() {
			diags.AddAttributeError(path.Root(name), "Unknown value", "The value of \""+name+"\" is not known although it is time to write it. "+
				"Terraform should have resolved it; please report this with the configuration that shows it.")
		}
	}
}

// deadline bounds ctx by the timeout that a model has for an operation. Every
// model has a field Timeouts; to look it up by its path in a plan or state would
// walk and transform the whole value for each operation.
func deadline(
	ctx context.Context, model any, of func(timeouts.Value, context.Context, time.Duration) (time.Duration, diag.Diagnostics),
	standard time.Duration, diags *diag.Diagnostics,
) (context.Context, context.CancelFunc) {
	v, ok := reflect.ValueOf(model).Elem().FieldByName("Timeouts").Interface().(timeouts.Value)
	if !ok {
		diags.AddError("Model without timeouts", "The timeouts of the resource can't be read; please report this.")
		return context.WithTimeout(ctx, standard)
	}
	d, more := of(v, ctx, standard)
	diags.Append(more...)
	return context.WithTimeout(ctx, d)
}

// hasAttribute answers whether a resource has a top-level attribute.
func hasAttribute(plan tfsdk.Plan) func(string) bool {
	return func(field string) bool {
		_, ok := plan.Schema.GetAttributes()[field]
		return ok
	}
}
