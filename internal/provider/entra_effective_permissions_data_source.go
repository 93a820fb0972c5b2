// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/effective"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var _ datasource.DataSourceWithConfigure = (*entraEffectivePermissions)(nil)

type entraEffectivePermissions struct{ dataSourceBase }

func newEntraEffectivePermissions() datasource.DataSource {
	return &entraEffectivePermissions{dataSourceBase{base{Noun: framework.Noun{Type: "rbac_entra_effective_permissions", Name: "Entra effective permissions"}}}}
}

type entraEffectiveModel struct {
	effectiveModel[entraEffectivePermission, entraEffectiveResult]
	DirectoryScope types.String `tfsdk:"directory_scope"`
}

type entraEffectivePermission struct {
	effectiveRow
	Scope   string                 `tfsdk:"scope"`
	Because []entraEffectiveReason `tfsdk:"because"`
}

type entraEffectiveResult struct {
	effectiveRow
	Because []entraEffectiveReason `tfsdk:"because"`
}

type entraEffectiveReason struct {
	effectiveReason
	Scope string `tfsdk:"scope"`
}

func (d *entraEffectivePermissions) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = effectiveSchema(rbac.Entra,
		"Roles add up and nothing takes away. An assignment holds in the whole tenant, in an administrative unit or on one object, and for the members of a role-assignable group. "+
			"A permission on `allProperties` or for `allTasks` covers what it stands for.",
		framework.AskedStrings("Permissions that are asked for, such as `microsoft.directory/users/password/update`, in any casing. One that is not known is an error.",
			entra.RulePermissionSyntax.Summary, checkEntraPermission),
		map[string]schema.Attribute{
			"directory_scope": framework.FilterString("Where the principal wants to act: `/` in the whole tenant, `/administrativeUnits/{id}` on what is in that unit, `/{id}` on one object, the units of which are taken into account. "+
				"Without it, what the principal has anywhere: then something is allowed if it is at any scope.",
				framework.Valid(entra.RuleScopeSyntax.Summary, func(s string) error { _, err := entra.ParseScope(s); return err })),
		},
		map[string]schema.Attribute{"scope": framework.DataString("The directory scope, or the scope of an app, at which it is assigned.")},
		nil,
		map[string]schema.Attribute{"scope": framework.DataString("Where the role is assigned.")})
}

// checkEntraPermission refuses a text that can be no permission of Entra.
func checkEntraPermission(text string) error {
	return rbac.FirstError(entra.ValidatePermission(text))
}

func (d *entraEffectivePermissions) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	framework.ReadData(ctx, req, resp, d.Noun, func(ctx context.Context, m *entraEffectiveModel) error {
		facts, check := d.entraFacts(ctx, &resp.Diagnostics), asked(m.Check)
		if !d.doubtful(&resp.Diagnostics, entra.ValidatePermissions(entra.Role{Permissions: check}, facts), facts.Elsewhere,
			entra.RulePermissionUnknown.Rule, entra.RulePermissionWrongSystem.Rule) {
			return nil
		}
		b, err := d.data.Backend(ctx)
		if err != nil {
			return err
		}
		q := effective.EntraQuestion{Anywhere: m.DirectoryScope.IsNull()}
		if !q.Anywhere {
			if q.Scope, err = entra.ParseScope(m.DirectoryScope.ValueString()); err != nil {
				return err
			}
		}
		if q.Who, err = d.data.members.who(ctx, b.Entra, &m.PrincipalID); err != nil {
			return err
		}
		t := effective.EntraTenant{}
		if t.Assignments, err = b.Entra.Assignments(ctx, entra.AssignmentFilter{PrincipalID: q.Principal, Through: q.Groups}); err != nil {
			return err
		}
		if err := unitsOf(ctx, b.Entra, &q, t.Assignments); err != nil {
			return err
		}
		t.Role = roleFinder(ctx, b.Entra.Role, &err)
		answer := t.Ask(q)
		if err != nil {
			return err
		}
		d.tell(ctx, m, b.Entra, answer, check)
		return nil
	})
}

// unitsOf looks up the administrative units of the object that is asked about,
// if that can make a difference.
func unitsOf(ctx context.Context, directory entra.Directory, q *effective.EntraQuestion, assignments []entra.Assignment) (err error) {
	ofUnit := func(a entra.Assignment) bool {
		scope, err := entra.ParseScope(a.DirectoryScope)
		return err == nil && scope.AdministrativeUnit != ""
	}
	if q.Scope.Object == "" || !slices.ContainsFunc(assignments, ofUnit) {
		return nil
	}
	q.Units, err = directory.UnitsOf(ctx, q.Scope.Object)
	switch rbac.KindOf(err) {
	case rbac.Forbidden, rbac.Unsupported:
		q.UnitsUnread, err = "The administrative units of the object can't be read: "+err.Error(), nil
	}
	return err
}

// tell fills the model with an answer.
func (d *entraEffectivePermissions) tell(ctx context.Context, m *entraEffectiveModel, directory entra.Directory, answer effective.EntraAnswer, check []string) {
	held := answer.Permissions()
	results := make([]effective.Result, len(check))
	var reasons [][]effective.Reason
	for i, permission := range check {
		results[i] = answer.Check(permission)
		reasons = append(reasons, results[i].Because)
	}
	for _, p := range held {
		reasons = append(reasons, p.Because)
	}
	names := d.data.members.named(ctx, directory, reasons...)
	because := func(reasons []effective.Reason) []entraEffectiveReason {
		out := make([]entraEffectiveReason, len(reasons))
		for i, r := range effectiveReasons(reasons, rbac.GUID.String, names) {
			out[i] = entraEffectiveReason{r, reasons[i].Scope}
		}
		return out
	}
	rows, resultRows := make([]effectiveRow, len(held)), make([]effectiveRow, len(check))
	m.Permissions, m.Results = make([]entraEffectivePermission, len(held)), make([]entraEffectiveResult, len(check))
	for i, p := range held {
		verdict := effective.Allowed
		if p.Why != "" {
			verdict = effective.NotEvaluated
		}
		rows[i] = newEffectiveRow(p.Permission, verdict, p.Why)
		m.Permissions[i] = entraEffectivePermission{rows[i], p.Scope, because(p.Because)}
	}
	for i, r := range results {
		resultRows[i] = newEffectiveRow(check[i], r.Verdict, r.Why)
		m.Results[i] = entraEffectiveResult{resultRows[i], because(r.Because)}
	}
	m.answer([]string{answer.Open()}, rows, resultRows)
}
