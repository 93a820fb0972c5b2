// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/effective"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var _ datasource.DataSourceWithConfigure = (*azureEffectivePermissions)(nil)

type azureEffectivePermissions struct{ dataSourceBase }

func newAzureEffectivePermissions() datasource.DataSource {
	return &azureEffectivePermissions{dataSourceBase{base{Noun: framework.Noun{Type: "rbac_azure_effective_permissions", Name: "Azure effective permissions"}}}}
}

type azureEffectiveModel struct {
	effectiveModel[azureEffectivePermission, azureEffectiveResult]
	Scope  types.String `tfsdk:"scope"`
	Expand types.Bool   `tfsdk:"expand"`
}

type azureEffectivePermission struct {
	effectiveRow
	DataAction bool                   `tfsdk:"data_action"`
	Scope      string                 `tfsdk:"scope"`
	Except     []string               `tfsdk:"except"`
	Because    []azureEffectiveReason `tfsdk:"because"`
	DeniedBy   []azureDenial          `tfsdk:"denied_by"`
}

type azureEffectiveResult struct {
	effectiveRow
	DataAction *bool                  `tfsdk:"data_action"`
	Because    []azureEffectiveReason `tfsdk:"because"`
	DeniedBy   []azureDenial          `tfsdk:"denied_by"`
}

type azureEffectiveReason struct {
	effectiveReason
	Scope     string `tfsdk:"scope"`
	Condition string `tfsdk:"condition"`
}

type azureDenial struct {
	ID    string `tfsdk:"id"`
	Name  string `tfsdk:"name"`
	Scope string `tfsdk:"scope"`
}

func (d *azureEffectivePermissions) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	deniedBy := framework.DataItems("The deny assignments that take it away or, where there is no certain answer, that might.", map[string]schema.Attribute{
		"id": framework.DataString("The ID of the deny assignment."), "name": framework.DataString("Its name."), "scope": framework.DataString("Where it denies."),
	})
	resp.Schema = effectiveSchema(rbac.Azure,
		"Roles add up: each grants its actions without its own not-actions, which take nothing from another role. Assignments hold below their scope, from management groups down, and for the members of groups, nested ones too. "+
			"Deny assignments win over all of them. Conditions are not evaluated.",
		framework.AskedStrings("Operations that are asked for, such as `Microsoft.Compute/virtualMachines/start/action`, in any casing. A string with a `*` is allowed when one role grants all that it could stand for. "+
			"One that is no known operation is an error.", azure.RuleActionSyntax.Summary, func(s string) error { _, err := azure.ParsePattern(s); return err }),
		map[string]schema.Attribute{
			"scope": framework.FilterString("Where the principal wants to act: `/`, a management group, a subscription, a resource group or a resource. Without it, what the principal has anywhere: then something is allowed if it is at any scope.",
				framework.Valid(azure.RuleScopeSyntax.Summary, func(s string) error { _, err := azure.ParseScope(s); return err })),
			"expand": framework.FilterBool("Whether `permissions` lists the known operations in place of the wildcards that stand for them: thousands for roles as wide as Owner."),
		},
		map[string]schema.Attribute{
			"data_action": framework.DataBool("Whether it is of the data plane."),
			"scope":       framework.DataString("Where it is assigned; it holds there and below."),
			"except":      framework.DataStrings("What is taken out of a wildcard: by the not-actions of the same role, and by deny assignments."),
			"denied_by":   deniedBy,
		},
		map[string]schema.Attribute{
			"data_action": framework.DataBool("Whether it was asked for in the data plane; null for one that may belong to either plane, which is then allowed if it is in one."),
			"denied_by":   deniedBy,
		},
		map[string]schema.Attribute{
			"scope":     framework.DataString("Where the role is assigned."),
			"condition": framework.DataString("The condition of the assignment, which is not evaluated; empty without one."),
		})
}

func (d *azureEffectivePermissions) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	framework.ReadData(ctx, req, resp, d.Noun, func(ctx context.Context, m *azureEffectiveModel) error {
		facts, check := d.azureFacts(ctx, &resp.Diagnostics), asked(m.Check)
		if !d.doubtful(&resp.Diagnostics, azure.ValidatePermissions(azureAsked(check, facts), facts), facts.Elsewhere,
			azure.RuleActionUnknown.Rule, azure.RuleActionMatchesNothing.Rule, azure.RuleActionWrongSystem.Rule) {
			return nil
		}
		answer, err := d.ask(ctx, m)
		if err != nil {
			return err
		}
		held := answer.Permissions()
		if m.Expand.ValueBool() {
			held = answer.Expand(knownOperations())
		}
		results := make([]effective.Result, len(check))
		reasons := make([][]effective.Reason, 0, len(held)+len(check))
		planes := make([]effective.AzurePlane, len(check))
		for i, operation := range check {
			planes[i] = azurePlane(operation, facts)
			results[i] = answer.Check(operation, planes[i])
			reasons = append(reasons, results[i].Because)
		}
		for _, p := range held {
			reasons = append(reasons, p.Because)
		}
		b, err := d.data.Backend(ctx)
		if err != nil {
			return err
		}
		names := d.data.members.named(ctx, b.Entra, reasons...)
		rows, resultRows := make([]effectiveRow, len(held)), make([]effectiveRow, len(check))
		m.Permissions, m.Results = make([]azureEffectivePermission, len(held)), make([]azureEffectiveResult, len(check))
		for i, p := range held {
			rows[i] = newEffectiveRow(p.Permission, p.Verdict, p.Why)
			m.Permissions[i] = azureEffectivePermission{rows[i], p.DataAction, p.Scope, sorted(p.Except), azureReasons(p.Because, names), azureDenials(p.DeniedBy)}
		}
		for i, r := range results {
			resultRows[i] = newEffectiveRow(check[i], r.Verdict, r.Why)
			m.Results[i] = azureEffectiveResult{resultRows[i], dataPlane(planes[i]), azureReasons(r.Because, names), azureDenials(r.DeniedBy)}
		}
		m.answer([]string{answer.Open()}, rows, resultRows)
		return nil
	})
}

// ask reads what bears on the question from the tenant.
func (d *azureEffectivePermissions) ask(ctx context.Context, m *azureEffectiveModel) (answer effective.AzureAnswer, err error) {
	b, err := d.data.Backend(ctx)
	if err != nil {
		return answer, err
	}
	q := effective.AzureQuestion{}
	if !m.Scope.IsNull() {
		if q.Scope, err = azure.ParseScope(m.Scope.ValueString()); err != nil {
			return answer, err
		}
	}
	if q.Who, err = d.data.members.who(ctx, b.Entra, &m.PrincipalID); err != nil {
		return answer, err
	}
	t := effective.AzureTenant{}
	if t.Assignments, err = b.Azure.Assignments(ctx, azure.AssignmentFilter{Scope: q.Scope, PrincipalID: q.Principal, Through: q.Groups}); err != nil {
		return answer, err
	}
	t.Denies, err = b.Azure.DenyAssignments(ctx, q.Scope)
	switch rbac.KindOf(err) {
	case rbac.Forbidden, rbac.Unsupported:
		t.DeniesUnread, err = "Deny assignments can't be read, so something may be denied: "+err.Error(), nil
	}
	if err != nil {
		return answer, err
	}
	if t.Role, err = azureRolesOf(ctx, b.Azure, t.Assignments); err != nil {
		return answer, err
	}
	if q.Above, err = managementGroupsAbove(ctx, b.Azure, q.Scope, t); err != nil {
		return answer, err
	}
	return t.Ask(q), nil
}
