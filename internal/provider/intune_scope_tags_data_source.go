// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var _ datasource.DataSourceWithConfigure = (*intuneScopeTags)(nil)

type intuneScopeTags struct{ dataSourceBase }

func newIntuneScopeTags() datasource.DataSource {
	return &intuneScopeTags{dataSourceBase{base{Noun: framework.Noun{Type: "rbac_intune_scope_tags", Name: "Intune scope tags"}}}}
}

type intuneScopeTagsModel struct {
	NameContains types.String   `tfsdk:"name_contains"`
	ScopeTags    []scopeTagItem `tfsdk:"scope_tags"`
}

type scopeTagItem struct {
	ID          string   `tfsdk:"id"`
	Name        string   `tfsdk:"name"`
	Description string   `tfsdk:"description"`
	BuiltIn     bool     `tfsdk:"built_in"`
	Groups      []string `tfsdk:"groups"`
}

func (d *intuneScopeTags) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The Intune scope tags that the tenant has, the tag `Default` included, and the groups whose devices get them.",
		Attributes: map[string]schema.Attribute{
			"name_contains": framework.FilterString("Only tags whose name contains this text, in any casing."),
			"scope_tags": framework.DataItems("The tags, by their number.", map[string]schema.Attribute{
				"id":          framework.DataString("The tag's ID, a small number."),
				"name":        framework.DataString("The tag's name."),
				"description": framework.DataString("What the tag is for."),
				"built_in":    framework.DataBool("Whether the tag comes with Intune and can't be changed, as `Default`."),
				"groups":      framework.DataStrings("The object IDs of the security groups whose devices get the tag."),
			}),
		},
	}
}

func (d *intuneScopeTags) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	framework.ReadData(ctx, req, resp, d.Noun, func(ctx context.Context, m *intuneScopeTagsModel) error {
		b, err := d.data.Backend(ctx)
		if err != nil {
			return err
		}
		tags, err := b.Intune.ScopeTags(ctx)
		m.ScopeTags = []scopeTagItem{}
		for _, t := range tags {
			if strings.Contains(rbac.Fold(t.Name), rbac.Fold(m.NameContains.ValueString())) {
				m.ScopeTags = append(m.ScopeTags, scopeTagItem{t.ID, t.Name, t.Description, t.BuiltIn, sorted(t.Groups)})
			}
		}
		return err
	})
}
