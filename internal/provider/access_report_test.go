// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
)

func TestTheAccessReportTellsWhoHasWhatInAllSystems(t *testing.T) {
	t.Parallel()
	tn, _, _, _ := populatedTenant(t)
	// Somebody who is not in the directory any more: the tenant behind takes him by his type.
	gone := azure.Assignment{
		Scope: azureScopeOf(t, "/subscriptions/"+productionID), RoleID: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", PrincipalID: "f0000000-0000-4000-8000-0000000000ff", PrincipalType: "User",
	}
	gone.Name = azure.DeriveAssignmentName(gone.Scope, gone.RoleID, gone.PrincipalID)
	if _, err := tn.Azure.CreateAssignment(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	var d double
	r := dataReaderOf(t, d.wrap(tn.Backend))
	got, diags := r.tryRead(t, "rbac_access_report", values{"title": "Contoso"})
	if len(diags) > 0 {
		t.Fatal(text(diags))
	}
	want := `# Contoso

9 grants of 5 principals, 3 privileged, 1 orphaned.

## Azure

| principal | type | role | where | through | marks |
|---|---|---|---|---|---|
| Anna | User | Reader | /subscriptions/` + productionID + ` | directly |  |
| Anna | User | Virtual Machine Operator | /subscriptions/` + productionID + `/resourceGroups/db | directly |  |
| f0000000-0000-4000-8000-0000000000ff | User | Owner | /subscriptions/` + productionID + ` | directly | privileged, orphaned |
| Operators | Group | Virtual Machine Operator | /subscriptions/` + productionID + `/resourceGroups/web | directly |  |

## Entra

| principal | type | role | where | through | marks |
|---|---|---|---|---|---|
| Anna | User | Application Credential Keeper | / | directly | privileged |
| Operators | Group | Helpdesk Administrator | /administrativeUnits/` + europeUnitID + ` | directly | privileged |

## Intune

| principal | type | role | where | through | marks |
|---|---|---|---|---|---|
| Help desk | Group | Help Desk Operator | Operators | directly |  |
| Help desk | Group | Help Desk without wipe | all users | directly |  |
| Night shift | Group | Help Desk Operator | Operators | directly |  |
`
	if got["markdown"] != want {
		t.Errorf("got\n%s\nwant\n%s", got["markdown"], want)
	}
	for attribute, part := range map[string]string{
		"json": `"summary": {`, "csv": "system,principal_id,principal_name,", "html": "<title>Contoso</title>",
	} {
		if text, _ := got[attribute].(string); !strings.Contains(text, part) {
			t.Errorf("%s has no %q", attribute, part)
		}
	}
	if calls := d.take(); !slices.Equal(calls, []string{
		"Azure.Assignments", "Azure.Roles", "Entra.Assignments", "Entra.Roles", "Intune.Assignments", "Intune.Roles", "Entra.Objects",
	}) {
		t.Errorf("reading took the calls %q, want one list of each and one look-up", calls)
	}
	intune := r.items(t, "rbac_access_report", "grants", values{"systems": []any{"intune"}})
	wantEqual(t, "of Intune alone", columnOf(intune, "assignment_name"), []any{"Night", "Day", "Night"})
	if calls := d.take(); slices.Contains(calls, "Azure.Assignments") {
		t.Errorf("a report of Intune asks for %q", calls)
	}
	expanded := r.items(t, "rbac_access_report", "grants", values{"systems": []any{"entra"}, "expand_groups": true})
	wantEqual(t, "with those in groups", columnOf(expanded, "principal_name"), []any{"Anna", "Anna", "Operators"})
	wantEqual(t, "through a group", []any{expanded[1]["role_name"], expanded[1]["through_id"], expanded[1]["through_name"]}, []any{"Helpdesk Administrator", operatorsID, "Operators"})
	d.take()
	if _, diags := r.tryRead(t, "rbac_access_report", values{"systems": []any{"intun"}}); len(diags) != 1 || !strings.Contains(diags[0].Detail, `"intun" is no system.`) {
		t.Errorf("an unknown system: got %s", text(diags))
	}
}
