// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
)

var (
	_ resource.ResourceWithConfigure      = (*intuneRoleAssignment)(nil)
	_ resource.ResourceWithValidateConfig = (*intuneRoleAssignment)(nil)
	_ resource.ResourceWithModifyPlan     = (*intuneRoleAssignment)(nil)
	_ resource.ResourceWithImportState    = (*intuneRoleAssignment)(nil)
	_ resource.ResourceWithIdentity       = (*intuneRoleAssignment)(nil)
)

type intuneRoleAssignment struct{ resourceBase }

func newIntuneRoleAssignment() resource.Resource {
	return &intuneRoleAssignment{resourceBase{base{Noun: framework.Noun{Type: "rbac_intune_role_assignment", Name: "Intune role assignment"}}}}
}

type intuneRoleAssignmentModel struct {
	roleReference
	ID          types.String   `tfsdk:"id"`
	Name        types.String   `tfsdk:"name"`
	Description types.String   `tfsdk:"description"`
	Members     types.Set      `tfsdk:"members"`
	ScopeGroups types.Set      `tfsdk:"scope_groups"`
	AllUsers    types.Bool     `tfsdk:"all_users"`
	AllDevices  types.Bool     `tfsdk:"all_devices"`
	ScopeTags   types.Set      `tfsdk:"scope_tags"`
	Timeouts    timeouts.Value `tfsdk:"timeouts"`
}

func (r *intuneRoleAssignment) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	flag := func(description string) schema.BoolAttribute {
		return schema.BoolAttribute{MarkdownDescription: description, Optional: true, Computed: true, Default: booldefault.StaticBool(false)}
	}
	group := framework.EachValid("Invalid group ID", framework.Under(intune.RuleAssignmentMembers.Rule, framework.CheckGUID("The object ID of a group")))
	resp.Schema = schema.Schema{
		MarkdownDescription: "An assignment of an Intune role: the users of some groups hold a role for the users and devices of other groups, and see what carries some scope tags.",
		Attributes: map[string]schema.Attribute{
			"id":          framework.IDAttribute("The assignment's GUID, which Intune chooses."),
			"name":        schema.StringAttribute{MarkdownDescription: "The display name, at most 128 characters.", Required: true},
			"description": framework.OptionalString("What the assignment is for, at most 1,024 characters. Default empty."),
			"members":     framework.RequiredSet("Object IDs of the security groups whose users get the role.", framework.GUIDKey, group),
			"scope_groups": framework.OptionalSet("Object IDs of the groups whose users and devices may be managed. Either these, or `all_users` and `all_devices`. Default empty.",
				framework.GUIDKey, group),
			"all_users":   flag("Whether all users may be managed. Default `false`."),
			"all_devices": flag("Whether all devices may be managed. May be combined with `all_users`. Default `false`."),
			"scope_tags": framework.UnmanagedSet("Names or IDs of the scope tags that limit which objects the members see. Left out, the tags are not managed: "+
				"Intune gives a new assignment its Default tag.", framework.Fold),
			"timeouts": framework.Timeouts(ctx, true),
		},
	}
	roleReference{}.add(resp.Schema.Attributes, "The role: its name or its GUID.", "The role's GUID.")
}

func (r *intuneRoleAssignment) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.Identity("The assignment's GUID.")
}

func (r *intuneRoleAssignment) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m intuneRoleAssignmentModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	undecided := framework.Undecided(map[string]attr.Value{"name": m.Name, "description": m.Description, "members": m.Members, "scope_tags": m.ScopeTags})
	groups := framework.Undecided(map[string]attr.Value{"scope_groups": m.ScopeGroups})
	a := m.expand()
	framework.AddViolations(&resp.Diagnostics, r.Noun, intune.ValidateAssignment(a, r.data.limits()), r.data.Severity, func(field string) bool {
		if field == "members" && len(a.Members) < len(m.Members.Elements()) || field == "scope_groups" && len(a.ScopeGroups) < len(m.ScopeGroups.Elements()) {
			return true // some are no GUIDs, which has been said
		}
		return undecided(field) || field == "scope_groups" && (groups(field) || m.AllUsers.IsUnknown() || m.AllDevices.IsUnknown())
	})
}

func (r *intuneRoleAssignment) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer r.notes().Begin()()
	framework.Create(ctx, req, resp, r.Noun, func(ctx context.Context, m *intuneRoleAssignmentModel) (bool, error) {
		b, want, role, tags, err := r.write(ctx, m, m.ScopeTags)
		if err != nil {
			return false, err
		}
		got, err := b.Intune.CreateAssignment(ctx, want)
		plan.Wrote(r.notes(), plan.IntuneAssignments, want, got, err)
		if err == nil {
			tags, err = tags.orFor(ctx, b.Intune, m.ScopeTags, got.ScopeTags)
		}
		return m.flatten(got, role, tags, err)
	})
}

func (r *intuneRoleAssignment) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer r.notes().Begin()()
	framework.Read(ctx, req, resp, r.Noun, func(ctx context.Context, m *intuneRoleAssignmentModel) error {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return err
		}
		plan.Read(r.notes(), plan.IntuneAssignments, m.ID.ValueString())
		got, err := b.Intune.Assignment(ctx, framework.GUIDValue(m.ID))
		if err != nil {
			return err
		}
		role, err := intuneRoles{b.Intune}.nameOf(ctx, got.RoleID)
		if err != nil {
			return err
		}
		tags, err := scopeTagsFor(ctx, b.Intune, framework.Strings(m.ScopeTags), got.ScopeTags)
		if err != nil {
			return err
		}
		_, err = m.flatten(got, role, tags, nil)
		return err
	})
}

func (r *intuneRoleAssignment) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer r.notes().Begin()()
	framework.Update(ctx, req, resp, r.Noun, func(ctx context.Context, m, state *intuneRoleAssignmentModel) error {
		if reflect.DeepEqual(m.expand(), state.expand()) {
			return nil // only timeouts differ
		}
		b, want, role, tags, err := r.write(ctx, m, changedTags(m.ScopeTags, state.ScopeTags))
		if err != nil {
			return err
		}
		got, err := b.Intune.UpdateAssignment(ctx, want)
		plan.Wrote(r.notes(), plan.IntuneAssignments, got, got, err)
		if err == nil {
			tags, err = tags.orFor(ctx, b.Intune, m.ScopeTags, got.ScopeTags)
		}
		_, err = m.flatten(got, role, tags, err)
		return err
	})
}

func (r *intuneRoleAssignment) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	defer r.notes().Begin()()
	framework.Delete(ctx, req, resp, r.Noun, func(ctx context.Context, m *intuneRoleAssignmentModel) error {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return err
		}
		return plan.Deleted(r.notes(), plan.IntuneAssignments, m.ID.ValueString(), b.Intune.DeleteAssignment(ctx, framework.GUIDValue(m.ID)))
	})
}

func (r *intuneRoleAssignment) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.Import(ctx, req, resp, r.Noun, func(ctx context.Context, text string) (string, error) {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return "", err
		}
		id, err := intuneRoles{b.Intune}.findAssignment(ctx, text)
		return id.String(), err
	})
}

// write is what a create or update sends, with role and the tags to set resolved to IDs.
func (r *intuneRoleAssignment) write(ctx context.Context, m *intuneRoleAssignmentModel, set types.Set) (b backend.Backend, want intune.Assignment, role string, tags scopeTags, err error) {
	if b, err = r.data.Backend(ctx); err != nil {
		return
	}
	if role, err = m.resolve(ctx, intuneRoles{b.Intune}); err != nil {
		return
	}
	if tags, err = scopeTagsFor(ctx, b.Intune, framework.Strings(set), nil); err != nil {
		return
	}
	want = m.expand()
	want.ScopeTags, err = tags.ids(framework.Strings(set))
	return
}

// expand is pure: null and unknown are the zero value. The role is the one
// that role_definition_id names; scope tags are as the configuration spells them.
func (m *intuneRoleAssignmentModel) expand() intune.Assignment {
	return intune.Assignment{
		ID: framework.GUIDValue(m.ID), Name: m.Name.ValueString(), Description: m.Description.ValueString(), RoleID: framework.GUIDValue(m.RoleDefinitionID),
		Members: framework.GUIDs(m.Members), ScopeGroups: framework.GUIDs(m.ScopeGroups),
		AllUsers: m.AllUsers.ValueBool(), AllDevices: m.AllDevices.ValueBool(), ScopeTags: framework.Strings(m.ScopeTags),
	}
}

// flatten fills the model with an assignment, unless it comes with an error.
func (m *intuneRoleAssignmentModel) flatten(a intune.Assignment, role string, tags scopeTags, err error) (bool, error) {
	if a.ID == "" {
		return false, err
	}
	m.ID = types.StringValue(a.ID.String())
	m.roleReference.flatten(intuneRoles{}, a.RoleID, role)
	m.Name = types.StringValue(a.Name)
	m.Description = types.StringValue(a.Description)
	m.Members = framework.KeepSet(m.Members, a.Members, framework.GUIDKey)
	m.ScopeGroups = framework.KeepSet(m.ScopeGroups, a.ScopeGroups, framework.GUIDKey)
	m.AllUsers, m.AllDevices = types.BoolValue(a.AllUsers), types.BoolValue(a.AllDevices)
	m.ScopeTags = tags.keep(m.ScopeTags, a.ScopeTags)
	return true, err
}
