// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"reflect"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var (
	_ resource.ResourceWithConfigure      = (*intuneScopeTag)(nil)
	_ resource.ResourceWithValidateConfig = (*intuneScopeTag)(nil)
	_ resource.ResourceWithModifyPlan     = (*intuneScopeTag)(nil)
	_ resource.ResourceWithImportState    = (*intuneScopeTag)(nil)
	_ resource.ResourceWithIdentity       = (*intuneScopeTag)(nil)
)

type intuneScopeTag struct{ resourceBase }

func newIntuneScopeTag() resource.Resource {
	return &intuneScopeTag{resourceBase{base{Noun: framework.Noun{Type: "rbac_intune_scope_tag", Name: "Intune scope tag"}}}}
}

type intuneScopeTagModel struct {
	ID          types.String   `tfsdk:"id"`
	Name        types.String   `tfsdk:"name"`
	Description types.String   `tfsdk:"description"`
	Groups      types.Set      `tfsdk:"groups"`
	Timeouts    timeouts.Value `tfsdk:"timeouts"`
}

func (r *intuneScopeTag) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A scope tag of Intune: a label that decides which administrators see an object.",
		Attributes: map[string]schema.Attribute{
			"id":          framework.IDAttribute("The tag's ID, a small number that Intune chooses."),
			"name":        schema.StringAttribute{MarkdownDescription: "The display name, unique in the tenant. Renaming keeps the tag and its ID.", Required: true},
			"description": framework.OptionalString("What the tag stands for. Default empty."),
			"groups": framework.UnmanagedSet("Object IDs of the security groups whose devices get the tag. Left out, the groups are not managed; `[]` means none.", framework.GUIDKey,
				framework.EachValid("Invalid group ID", framework.CheckGUID("The object ID of a group"))),
			"timeouts": framework.Timeouts(ctx, true),
		},
	}
}

func (r *intuneScopeTag) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = framework.Identity("The tag's ID.")
}

func (r *intuneScopeTag) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m intuneScopeTagModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	framework.AddViolations(&resp.Diagnostics, r.Noun, intune.ValidateScopeTag(m.expand()), r.data.Severity, framework.Undecided(map[string]attr.Value{"name": m.Name}))
}

func (r *intuneScopeTag) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer r.notes().Begin()()
	framework.Create(ctx, req, resp, r.Noun, func(ctx context.Context, m *intuneScopeTagModel) (bool, error) {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return false, err
		}
		tag := m.expand()
		got, err := b.Intune.CreateScopeTag(ctx, tag)
		plan.Wrote(r.notes(), plan.IntuneScopeTags, tag, got, err)
		return m.flatten(got, err)
	})
}

func (r *intuneScopeTag) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer r.notes().Begin()()
	framework.Read(ctx, req, resp, r.Noun, func(ctx context.Context, m *intuneScopeTagModel) error {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return err
		}
		plan.Read(r.notes(), plan.IntuneScopeTags, m.ID.ValueString())
		_, err = m.flatten(b.Intune.ScopeTag(ctx, m.ID.ValueString()))
		return err
	})
}

func (r *intuneScopeTag) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer r.notes().Begin()()
	framework.Update(ctx, req, resp, r.Noun, func(ctx context.Context, m, state *intuneScopeTagModel) error {
		want := m.expand()
		if reflect.DeepEqual(want, state.expand()) {
			return nil // only timeouts differ
		}
		if m.Groups.Equal(state.Groups) {
			want.Groups = nil // unchanged or not managed: leave them alone
		}
		b, err := r.data.Backend(ctx)
		if err != nil {
			return err
		}
		got, err := b.Intune.UpdateScopeTag(ctx, want)
		plan.Wrote(r.notes(), plan.IntuneScopeTags, got, got, err)
		_, err = m.flatten(got, err)
		return err
	})
}

func (r *intuneScopeTag) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	defer r.notes().Begin()()
	framework.Delete(ctx, req, resp, r.Noun, func(ctx context.Context, m *intuneScopeTagModel) error {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return err
		}
		return plan.Deleted(r.notes(), plan.IntuneScopeTags, m.ID.ValueString(), deletedFirst(b.Intune.DeleteScopeTag(ctx, m.ID.ValueString())))
	})
}

func (r *intuneScopeTag) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	framework.Import(ctx, req, resp, r.Noun, func(ctx context.Context, text string) (string, error) {
		b, err := r.data.Backend(ctx)
		if err != nil {
			return "", err
		}
		tag, err := findScopeTag(ctx, b.Intune, text)
		if err == nil && tag.BuiltIn {
			err = &rbac.Error{
				Kind: rbac.Immutable, System: rbac.Intune, Rule: intune.RuleDefaultScopeTag.Name, Source: intune.RuleDefaultScopeTag.Source,
				Message: `"` + tag.Name + `" is the tag that Intune keeps for objects without a tag. It can't be managed; name it in scope_tags where it is needed.`,
			}
		}
		return tag.ID, err
	})
}

// deletedFirst says what to do about a tag that is refused because something
// has it still: Terraform deletes before it changes what the tag is taken from.
func deletedFirst(err error) error {
	var e *rbac.Error
	if !errors.As(err, &e) || e.Kind != rbac.InUse {
		return err
	}
	told := *e
	told.Message += " Where this run takes the tag from it, too, Terraform deletes first: apply that change before the tag is removed, " +
		"or set create_before_destroy in the tag's lifecycle, which turns the order around."
	return &told
}

// findScopeTag finds the tag that an import ID names.
func findScopeTag(ctx context.Context, service intune.DeviceManagement, text string) (intune.ScopeTag, error) {
	name, named := importName(text)
	if !named {
		if _, err := strconv.ParseUint(text, 10, 32); err != nil {
			return intune.ScopeTag{}, importForm(rbac.Intune, text, `the tag's ID, which is a number, or "name:" and its display name`)
		}
		return service.ScopeTag(ctx, text)
	}
	tags, err := service.ScopeTags(ctx)
	if err != nil {
		return intune.ScopeTag{}, err
	}
	names := make([]string, len(tags))
	for i, tag := range tags {
		if strings.EqualFold(tag.Name, name) {
			return tag, nil
		}
		names[i] = tag.Name
	}
	return intune.ScopeTag{}, &rbac.Error{
		Kind: rbac.NotFound, System: rbac.Intune, Message: `No scope tag is named "` + name + `" in this tenant.` + rbac.DidYouMean(name, names),
	}
}

// expand is pure: null and unknown are the zero value.
func (m *intuneScopeTagModel) expand() intune.ScopeTag {
	return intune.ScopeTag{ID: m.ID.ValueString(), Name: m.Name.ValueString(), Description: m.Description.ValueString(), Groups: framework.GUIDs(m.Groups)}
}

// flatten fills the model with a tag, unless it comes with an error.
func (m *intuneScopeTagModel) flatten(tag intune.ScopeTag, err error) (bool, error) {
	if tag.ID == "" {
		return false, err
	}
	m.ID = types.StringValue(tag.ID)
	m.Name = types.StringValue(tag.Name)
	m.Description = types.StringValue(tag.Description)
	m.Groups = framework.KeepSet(m.Groups, tag.Groups, framework.GUIDKey)
	return true, err
}
