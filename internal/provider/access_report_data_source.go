// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/report"
)

var _ datasource.DataSourceWithConfigure = (*accessReport)(nil)

type accessReport struct{ dataSourceBase }

func newAccessReport() datasource.DataSource {
	return &accessReport{dataSourceBase{base{Noun: framework.Noun{Type: "rbac_access_report", Name: "access report"}}}}
}

type accessReportModel struct {
	Title    types.String `tfsdk:"title"`
	Systems  types.Set    `tfsdk:"systems"`
	Expand   types.Bool   `tfsdk:"expand_groups"`
	Grants   []grantItem  `tfsdk:"grants"`
	JSON     types.String `tfsdk:"json"`
	CSV      types.String `tfsdk:"csv"`
	Markdown types.String `tfsdk:"markdown"`
	HTML     types.String `tfsdk:"html"`
}

// grantItem is one row of the report.
type grantItem struct {
	System         string `tfsdk:"system"`
	PrincipalID    string `tfsdk:"principal_id"`
	PrincipalName  string `tfsdk:"principal_name"`
	PrincipalType  string `tfsdk:"principal_type"`
	RoleID         string `tfsdk:"role_id"`
	RoleName       string `tfsdk:"role_name"`
	Scope          string `tfsdk:"scope"`
	AssignmentID   string `tfsdk:"assignment_id"`
	AssignmentName string `tfsdk:"assignment_name"`
	ThroughID      string `tfsdk:"through_id"`
	ThroughName    string `tfsdk:"through_name"`
	Condition      string `tfsdk:"condition"`
	Privileged     bool   `tfsdk:"privileged"`
	Orphaned       bool   `tfsdk:"orphaned"`
}

const defaultReportTitle = "Access report"

func (d *accessReport) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Who has what, where, and through what, in all three systems, with privileged and orphaned grants marked: as data, and as text to commit, to compare and to look at. " +
			"The same tenant always gives the same text. What PIM makes eligible, and what a condition leaves of a grant, is not evaluated.",
		Attributes: map[string]schema.Attribute{
			"title":         framework.FilterString("The title of the report. Default `" + defaultReportTitle + "`."),
			"systems":       framework.FilterStrings("Which systems: `azure`, `entra`, `intune`. Default all.", "Unknown system", func(s string) error { _, err := systemOf(0, s); return err }),
			"expand_groups": framework.FilterBool("Whether to add a grant for everybody in a group that has one, directly or through other groups. It takes a request for each such group. Default `false`."),
			"grants": framework.DataItems("A grant for each principal of each assignment, by system, principal, role and scope.", map[string]schema.Attribute{
				"system":          framework.DataString("The system: `azure`, `entra` or `intune`."),
				"principal_id":    framework.DataString("The object ID of the principal. Of an Intune assignment, each member group is one."),
				"principal_name":  framework.DataString("The display name of the principal; empty where the directory does not tell."),
				"principal_type":  framework.DataString("What the principal is, such as `User` or `Group`; empty where nobody tells."),
				"role_id":         framework.DataString("The role's GUID."),
				"role_name":       framework.DataString("The role's name; empty if the role is gone."),
				"scope":           framework.DataString("Where the role holds: a scope, or for whom an Intune assignment is."),
				"assignment_id":   framework.DataString("The ID of the assignment."),
				"assignment_name": framework.DataString("The name of an Intune assignment; empty for the others."),
				"through_id":      framework.DataString("The object ID of the group through which the principal has the role; empty where it has it itself."),
				"through_name":    framework.DataString("The display name of that group."),
				"condition":       framework.DataString("The condition of an Azure assignment; empty without one."),
				"privileged":      framework.DataBool("Whether a holder of the role can give himself or others more access than he was given, or get at credentials."),
				"orphaned":        framework.DataBool("Whether the directory knows no such principal: it was deleted, and the assignment left behind."),
			}),
			"json":     framework.DataString("The report as a JSON object with `title`, `summary` and `grants`."),
			"csv":      framework.DataString("The grants as CSV, with a header."),
			"markdown": framework.DataString("The report as Markdown, a table for each system."),
			"html":     framework.DataString("The report as one HTML page that needs nothing else: a table with a filter, and a matrix of principals and roles."),
		},
	}
}

func (d *accessReport) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	framework.ReadData(ctx, req, resp, d.Noun, func(ctx context.Context, m *accessReportModel) error {
		var systems []string
		if !m.Systems.IsNull() {
			resp.Diagnostics.Append(m.Systems.ElementsAs(ctx, &systems, false)...)
		}
		wanted := func(s rbac.System) bool { return len(systems) == 0 || slices.Contains(systems, string(s)) }
		grants, err := d.grants(ctx, wanted, &resp.Diagnostics)
		if err != nil {
			return err
		}
		if m.Expand.ValueBool() {
			if grants, err = d.expand(ctx, grants, &resp.Diagnostics); err != nil {
				return err
			}
		}
		r := report.New(cmp.Or(m.Title.ValueString(), defaultReportTitle), grants)
		m.Grants = make([]grantItem, len(r.Grants))
		for i, g := range r.Grants {
			m.Grants[i] = grantItem(g)
		}
		page, err := r.HTML()
		if err != nil {
			return err
		}
		m.JSON, m.CSV, m.Markdown, m.HTML = types.StringValue(r.JSON()), types.StringValue(r.CSV()), types.StringValue(r.Markdown()), types.StringValue(page)
		return nil
	})
}

// grants reads everything that anybody has.
func (d *accessReport) grants(ctx context.Context, wanted func(rbac.System) bool, diags *diag.Diagnostics) ([]report.Grant, error) {
	b, err := d.data.Backend(ctx)
	if err != nil {
		return nil, err
	}
	var all []report.Grant
	for _, read := range []struct {
		system rbac.System
		grants func() ([]report.Grant, error)
	}{
		{rbac.Azure, func() ([]report.Grant, error) { return azureGrants(ctx, b.Azure) }},
		{rbac.Entra, func() ([]report.Grant, error) { return entraGrants(ctx, b.Entra) }},
		{rbac.Intune, func() ([]report.Grant, error) { return intuneGrants(ctx, b.Intune) }},
	} {
		if !wanted(read.system) {
			continue
		}
		some, err := read.grants()
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return nameGrants(ctx, b.Entra, all, diags)
}

// expand adds the grants of everybody in a group. Groups whose members the caller
// may not read are told once, and stay as they are.
func (d *accessReport) expand(ctx context.Context, grants []report.Grant, diags *diag.Diagnostics) ([]report.Grant, error) {
	b, err := d.data.Backend(ctx)
	if err != nil {
		return nil, err
	}
	members := map[string][]entra.Object{}
	out := grants
	for _, g := range grants {
		if g.PrincipalType != azure.PrincipalGroup || g.Orphaned {
			continue
		}
		if _, asked := members[g.PrincipalID]; !asked {
			members[g.PrincipalID], err = b.Entra.Members(ctx, rbac.GUID(g.PrincipalID))
			switch rbac.KindOf(err) {
			case rbac.Forbidden, rbac.Unsupported:
				diags.AddWarning("Groups not expanded", "The report is not complete, because the members of a group can't be read: "+err.Error())
				return out, nil
			}
			if err != nil {
				return nil, err
			}
		}
		for _, m := range members[g.PrincipalID] {
			mine := g
			mine.ThroughID, mine.ThroughName = g.PrincipalID, g.PrincipalName
			mine.PrincipalID, mine.PrincipalName, mine.PrincipalType = m.ID.String(), m.DisplayName, principalType(m.Type)
			out = append(out, mine)
		}
	}
	return out, nil
}
