// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var _ datasource.DataSourceWithConfigure = (*limits)(nil)

type limits struct{ dataSourceBase }

func newLimits() datasource.DataSource {
	return &limits{dataSourceBase{base{Noun: framework.Noun{Type: "rbac_limits", Name: "limits"}}}}
}

type limitsModel struct {
	System types.String `tfsdk:"system"`
	Limits []limitItem  `tfsdk:"limits"`
}

type limitItem struct {
	Name      string  `tfsdk:"name"`
	System    string  `tfsdk:"system"`
	Limit     int64   `tfsdk:"limit"`
	Used      *int64  `tfsdk:"used"`
	Remaining *int64  `tfsdk:"remaining"`
	Where     *string `tfsdk:"where"`
	Unit      string  `tfsdk:"unit"`
	Source    string  `tfsdk:"source"`
}

func (d *limits) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The limits of the three systems: the number that counts for this tenant, how much of it is used, and where it is documented. " +
			"The provider's `limits` and the cloud are taken into account. What Microsoft gives no number for is not listed.",
		Attributes: map[string]schema.Attribute{
			"system": framework.FilterString("Only limits of this system: `azure`, `entra` or `intune`. The others are not asked then.",
				framework.OneOf("Unknown system", string(rbac.Azure), string(rbac.Entra), string(rbac.Intune))),
			"limits": framework.DataItems("The limits, by their name.", map[string]schema.Attribute{
				"name":      framework.DataString("The limit's name, under which the provider's `limits` can change it."),
				"system":    framework.DataString("The system: `azure`, `entra` or `intune`."),
				"limit":     framework.DataNumber("The number that counts for this tenant."),
				"used":      framework.DataNumber("How much of it is used; with a limit for each subscription, management group or principal, by the one that uses most. Null for limits of a single object, such as the length of a name, and where the tenant could not be asked."),
				"remaining": framework.DataNumber("How much of it is left, `0` if more is used than the limit allows. Null where `used` is."),
				"where":     framework.DataString("The ID of the subscription, management group or principal that uses most. Null for a limit of the whole tenant, and where nothing is used."),
				"unit":      framework.DataString("What is counted."),
				"source":    framework.DataString("The page that documents the limit."),
			}),
		},
	}
}

func (d *limits) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	framework.ReadData(ctx, req, resp, d.Noun, func(ctx context.Context, m *limitsModel) error {
		b, err := d.data.Backend(ctx)
		if err != nil {
			return err
		}
		used := map[string]use{}
		for _, s := range []struct {
			system rbac.System
			count  func(context.Context, backend.Backend) (map[string]use, error)
			limits []rbac.Limit
		}{
			{rbac.Azure, azureUse, azure.Limits()}, {rbac.Entra, entraUse, entra.Limits()}, {rbac.Intune, intuneUse, intune.Limits()},
		} {
			if !m.System.IsNull() && m.System.ValueString() != string(s.system) {
				continue
			}
			counted, err := s.count(ctx, b)
			if err := uncounted(s.system, err, &resp.Diagnostics); err != nil {
				return err
			}
			maps.Copy(used, counted)
			for _, l := range s.limits {
				m.Limits = append(m.Limits, newLimitItem(l, d.data.limits().Of(l), used))
			}
		}
		slices.SortFunc(m.Limits, func(a, b limitItem) int { return cmp.Compare(a.Name, b.Name) })
		return nil
	})
}

// uncounted makes a warning of a tenant that may not be asked.
func uncounted(system rbac.System, err error, diags *diag.Diagnostics) error {
	switch rbac.KindOf(err) {
	case rbac.Forbidden, rbac.Unsupported:
		diags.AddWarning("Use of limits not counted", "How much of the limits of "+system.Title()+" is used is not known, so `used` is null: "+err.Error())
		return nil
	default:
		return err
	}
}

// use is how much of a limit is used, and by which of those that have one each.
type use struct {
	n     int
	where string
}

func newLimitItem(l rbac.Limit, most int, used map[string]use) limitItem {
	item := limitItem{Name: l.Name, System: string(l.System), Limit: int64(most), Unit: l.Unit, Source: l.Source}
	if u, ok := used[l.Name]; ok {
		n, left := int64(u.n), int64(max(0, most-u.n))
		item.Used, item.Remaining = &n, &left
		if u.where != "" {
			item.Where = &u.where
		}
	}
	return item
}

// azureUse is the use of the limits of Azure by name; nil with an error.
func azureUse(ctx context.Context, b backend.Backend) (map[string]use, error) {
	roles, err := b.Azure.Roles(ctx, azure.RoleFilter{Type: azure.CustomRole})
	if err != nil {
		return nil, err
	}
	assignments, err := b.Azure.Assignments(ctx, azure.AssignmentFilter{})
	if err != nil {
		return nil, err
	}
	subscriptions, groups := map[string]int{}, map[string]int{}
	for _, a := range assignments {
		switch {
		case a.Scope.SubscriptionID != "":
			subscriptions[azure.Subscription(rbac.GUID(a.Scope.SubscriptionID)).ID()]++
		case a.Scope.Kind == azure.ManagementGroupScope:
			groups[a.Scope.ID()]++
		}
	}
	return map[string]use{
		azure.LimitCustomRoles.Name:                   {n: len(roles)},
		azure.LimitAssignmentsPerSubscription.Name:    fullest(subscriptions),
		azure.LimitAssignmentsPerManagementGroup.Name: fullest(groups),
	}, nil
}

// entraUse is the use of the limits of Entra by name; nil with an error.
func entraUse(ctx context.Context, b backend.Backend) (map[string]use, error) {
	roles, err := b.Entra.Roles(ctx, entra.RoleFilter{Type: entra.CustomRole})
	if err != nil {
		return nil, err
	}
	assignments, err := b.Entra.Assignments(ctx, entra.AssignmentFilter{})
	if err != nil {
		return nil, err
	}
	isCustom := map[rbac.GUID]bool{}
	for _, r := range roles {
		isCustom[r.ID] = true
	}
	custom, scoped, global := map[string]int{}, map[string]int{}, 0
	for _, a := range assignments {
		switch everywhere := a.DirectoryScope+a.AppScope == entra.TenantScope; {
		case isCustom[a.RoleID]:
			custom[a.PrincipalID.String()]++
		case !everywhere:
			scoped[a.PrincipalID.String()]++
		case a.RoleID == entra.GlobalAdministrator:
			global++
		}
	}
	return map[string]use{
		entra.LimitCustomRoles.Name:                   {n: len(roles)},
		entra.LimitCustomAssignmentsPerPrincipal.Name: fullest(custom),
		entra.LimitScopedAssignmentsPerPrincipal.Name: fullest(scoped),
		entra.LimitGlobalAdministrators.Name:          {n: global},
	}, nil
}

// intuneUse is empty: the limits of Intune are all of single objects.
func intuneUse(context.Context, backend.Backend) (map[string]use, error) { return nil, nil }

// fullest is the largest count, of several the one whose ID comes first.
func fullest(counts map[string]int) use {
	var most use
	for _, id := range slices.Sorted(maps.Keys(counts)) {
		if counts[id] > most.n {
			most = use{counts[id], id}
		}
	}
	return most
}
