// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func TestLimitsTellWhatIsUsedAndByWhom(t *testing.T) {
	t.Parallel()
	tn, _, _, _ := populatedTenant(t)
	global := entra.Assignment{RoleID: "62e90394-69f5-4237-9190-012177145e10", PrincipalID: annaID, DirectoryScope: "/"}
	if _, err := tn.Entra.CreateAssignment(t.Context(), global); err != nil {
		t.Fatal(err)
	}
	var d double
	r := dataReaderOf(t, d.wrap(tn.Backend))
	items := r.items(t, "rbac_limits", "limits", nil)
	if calls := d.take(); !slices.Equal(calls, []string{"Azure.Roles", "Azure.Assignments", "Entra.Roles", "Entra.Assignments"}) {
		t.Errorf("reading took the calls %q, want one list of each", calls)
	}
	const (
		azurePage = "https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#azure-rbac-limits"
		entraPage = "https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions"
	)
	counted := slices.DeleteFunc(slices.Clone(items), func(v values) bool { return v["used"] == nil })
	want := []values{
		{
			"name": "azure_assignments_per_management_group", "system": "azure", "limit": int64(500), "used": int64(0), "remaining": int64(500),
			"where": nil, "unit": "role assignments", "source": azurePage,
		},
		{
			"name": "azure_assignments_per_subscription", "system": "azure", "limit": int64(5000), "used": int64(3), "remaining": int64(4997),
			"where": "/subscriptions/" + productionID, "unit": "role assignments", "source": azurePage,
		},
		{
			"name": "azure_custom_roles_per_tenant", "system": "azure", "limit": int64(5000), "used": int64(1), "remaining": int64(4999),
			"where": nil, "unit": "custom roles", "source": "https://learn.microsoft.com/azure/role-based-access-control/custom-roles",
		},
		{
			"name": "entra_custom_assignments_per_principal", "system": "entra", "limit": int64(150), "used": int64(1), "remaining": int64(149),
			"where": annaID, "unit": "assignments of custom roles", "source": entraPage,
		},
		{
			"name": "entra_custom_roles_per_tenant", "system": "entra", "limit": int64(100), "used": int64(1), "remaining": int64(99),
			"where": nil, "unit": "custom roles", "source": entraPage,
		},
		{
			"name": "entra_global_administrators", "system": "entra", "limit": int64(4), "used": int64(1), "remaining": int64(3),
			"where": nil, "unit": "Global Administrators", "source": "https://learn.microsoft.com/entra/identity/role-based-access-control/best-practices",
		},
		{
			"name": "entra_scoped_assignments_per_principal", "system": "entra", "limit": int64(100), "used": int64(1), "remaining": int64(99),
			"where": operatorsID, "unit": "assignments of built-in roles below the tenant", "source": entraPage,
		},
	}
	if len(counted) != len(want) {
		t.Fatalf("counted are %v", columnOf(counted, "name"))
	}
	for i, w := range want {
		wantEqual(t, "a counted limit", counted[i], w)
	}
	wantEqual(t, "names", columnOf(items, "name"), []any{
		"azure_action_one_wildcard", "azure_assignable_scope_one_management_group", "azure_assignable_scopes_max", "azure_assignment_description_length",
		"azure_assignments_per_management_group", "azure_assignments_per_subscription", "azure_condition_length", "azure_custom_roles_per_tenant",
		"azure_role_description_length", "azure_role_description_recommended_length", "azure_role_name_length", "azure_role_name_recommended_length", "azure_role_size",
		"entra_custom_assignments_per_principal", "entra_custom_roles_per_tenant", "entra_global_administrators", "entra_scoped_assignments_per_principal",
		"intune_assignment_description_length", "intune_assignment_name_length", "intune_scope_tags_per_assignment",
	})
	i := slices.IndexFunc(items, func(v values) bool { return v["name"] == "intune_scope_tags_per_assignment" })
	wantEqual(t, "a limit of one object", items[i], values{
		"name": "intune_scope_tags_per_assignment", "system": "intune", "limit": int64(100), "used": nil, "remaining": nil, "where": nil,
		"unit": "scope tags", "source": "https://learn.microsoft.com/mem/intune/fundamentals/scope-tags",
	})
}

func TestALimitOfEachScopeIsToldByTheFullestOne(t *testing.T) {
	t.Parallel()
	b := memoryTenant(t)
	const groups, reader = "/providers/Microsoft.Management/managementGroups/", "acdd72a7-3385-48ef-bd42-f606fba81ae7"
	for scope, principals := range map[string][]rbac.GUID{
		"/":              {annaID, operatorsID, helpDeskID}, // counts nowhere
		groups + "Alpha": {annaID},
		groups + "Beta":  {annaID, operatorsID},
		groups + "Gamma": {annaID, operatorsID},
		"/subscriptions/" + productionID + "/resourceGroups/web": {annaID},
		"/subscriptions/" + annaID:                               {annaID, operatorsID, helpDeskID},
	} {
		for _, principal := range principals {
			a := azure.Assignment{Scope: azureScopeOf(t, scope), RoleID: reader, PrincipalID: principal}
			a.Name = azure.DeriveAssignmentName(a.Scope, a.RoleID, a.PrincipalID)
			if _, err := b.Azure.CreateAssignment(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, item := range dataReaderOf(t, b).items(t, "rbac_limits", "limits", values{"system": "azure"}) {
		switch item["name"] {
		case "azure_assignments_per_management_group":
			wantEqual(t, "groups", []any{item["used"], item["remaining"], item["where"]}, []any{int64(2), int64(498), groups + "Beta"})
		case "azure_assignments_per_subscription":
			wantEqual(t, "subscriptions", []any{item["used"], item["remaining"], item["where"]}, []any{int64(3), int64(4997), "/subscriptions/" + annaID})
		}
	}
}

func TestLimitsOfOneSystemAskNoOther(t *testing.T) {
	t.Parallel()
	var d double
	r := dataReaderOf(t, d.wrap(memoryTenant(t)))
	for system, want := range map[string]struct {
		calls []string
		names int
	}{
		"azure":  {[]string{"Azure.Roles", "Azure.Assignments"}, 13},
		"entra":  {[]string{"Entra.Roles", "Entra.Assignments"}, 4},
		"intune": {nil, 3},
	} {
		items := r.items(t, "rbac_limits", "limits", values{"system": system})
		if calls := d.take(); !slices.Equal(calls, want.calls) || len(items) != want.names {
			t.Errorf("%s: %d limits after the calls %q", system, len(items), calls)
		}
	}
	items := r.items(t, "rbac_limits", "limits", values{"system": "entra"})
	wantEqual(t, "used, in an empty tenant", columnOf(items, "used"), []any{int64(0), int64(0), int64(0), int64(0)})
	wantEqual(t, "where, in an empty tenant", columnOf(items, "where"), []any{nil, nil, nil, nil})
	_, diags := r.tryRead(t, "rbac_limits", values{"system": "Azure"})
	wantError(t, diags, attributeAt("system"), "Unknown system", `The value is "Azure". It must be "azure", "entra" or "intune". Did you mean "azure"?`)
}

func TestLimitsAreThoseOfTheProviderBlockAndTheCloud(t *testing.T) {
	t.Parallel()
	tn, _, _, _ := populatedTenant(t)
	number := func(n int) tftypes.Value { return tftypes.NewValue(tftypes.Number, n) }
	for name, c := range map[string]struct {
		block           values
		roles, left, ga any
	}{
		"documented": {values{}, int64(5000), int64(4999), int64(4)},
		"china":      {values{"microsoft": values{"environment": "china"}}, int64(2000), int64(1999), int64(4)},
		"raised":     {values{"limits": map[string]tftypes.Value{"azure_custom_roles_per_tenant": number(8000), "entra_global_administrators": number(2)}}, int64(8000), int64(7999), int64(2)},
		"all used":   {values{"limits": map[string]tftypes.Value{"azure_custom_roles_per_tenant": number(1)}}, int64(1), int64(0), int64(4)},
	} {
		server := newServer(t, tn.Backend)
		r, typ := &dataReader{server, server.schemas.DataSourceSchemas}, server.schemas.Provider.ValueType()
		configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
			TerraformVersion: "1.11.4", Config: dynamic(t, toValue(t, typ, with(c.block, values{"backend": "memory"}))),
		})
		if err != nil {
			t.Fatal(err)
		}
		refuse(t, name, configured.Diagnostics)
		of := map[any]values{}
		for _, item := range r.items(t, "rbac_limits", "limits", nil) {
			of[item["name"]] = item
		}
		got := []any{of["azure_custom_roles_per_tenant"]["limit"], of["azure_custom_roles_per_tenant"]["remaining"], of["entra_global_administrators"]["limit"]}
		wantEqual(t, name, got, []any{c.roles, c.left, c.ga})
	}
}

func TestATenantThatMayNotBeAskedHasItsLimitsAllTheSame(t *testing.T) {
	t.Parallel()
	d := double{before: func(_ context.Context, call string) error {
		if call == "Entra.Roles" {
			return &rbac.Error{Kind: rbac.Forbidden, System: rbac.Entra, Message: "The caller may not read roles."}
		}
		return nil
	}}
	got, diags := dataReaderOf(t, d.wrap(memoryTenant(t))).tryRead(t, "rbac_limits", nil)
	if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning || diags[0].Summary != "Use of limits not counted" ||
		diags[0].Detail != "How much of the limits of Entra is used is not known, so `used` is null: The caller may not read roles." {
		t.Errorf("got %s", text(diags))
	}
	used := map[any]any{}
	all, _ := got["limits"].([]any)
	for _, v := range all {
		item, _ := v.(values)
		used[item["name"]] = item["used"]
	}
	wantEqual(t, "used", []any{len(all), used["azure_custom_roles_per_tenant"], used["entra_custom_roles_per_tenant"]}, []any{20, int64(0), nil})
}
