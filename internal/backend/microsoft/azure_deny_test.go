// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const denial = "f0000000-0000-4000-8000-00000000000d"

// denialJSON keeps everybody but one from deleting in a scope, and not below it.
func denialJSON(scope string) string {
	return `{"id":"` + scope + `/providers/Microsoft.Authorization/denyAssignments/` + denial + `","name":"` + denial + `","properties":{
	  "denyAssignmentName":"Locked","scope":"` + scope + `","doNotApplyToChildScopes":true,
	  "permissions":[{"actions":["*/delete"],"notActions":[],"dataActions":[],"notDataActions":[]}],
	  "principals":[{"id":"00000000-0000-0000-0000-000000000000","type":"SystemDefined"}],
	  "excludePrincipals":[{"id":"c0000000-0000-4000-8000-000000000001","type":"ServicePrincipal"}]}}`
}

func TestWhoMayNotListDenyAssignmentsAtTheRootStillListsRoleAssignmentsThere(t *testing.T) {
	t.Parallel()
	const subscription = "/subscriptions/b0000000-0000-4000-8000-000000000001"
	refused := refuses(403, "GET /providers/Microsoft.Authorization/denyAssignments", "AuthorizationFailed", "No.")
	s := azureOn(
		t, refused,
		gives(200, "GET /subscriptions", onePage(`{"subscriptionId":"b0000000-0000-4000-8000-000000000001"}`)),
		gives(200, "GET /providers/Microsoft.Management/managementGroups", onePage()),
		gives(200, "GET "+subscription+"/providers/Microsoft.Authorization/denyAssignments", onePage(denialJSON(subscription))),
		gives(200, "GET /providers/Microsoft.Authorization/roleAssignments", onePage()),
	)
	for range 2 { // it is asked once in a run
		got, err := s.DenyAssignments(t.Context(), azure.Scope{})
		if err != nil {
			t.Fatal(err)
		}
		equalAzure(t, got, []azure.DenyAssignment{{
			ID: subscription + "/providers/Microsoft.Authorization/denyAssignments/" + denial, Name: "Locked", Scope: testScope(t, subscription), HereOnly: true,
			Permissions: []azure.Permission{{Actions: []string{"*/delete"}}}, Everyone: true, Excluded: []rbac.GUID{"c0000000-0000-4000-8000-000000000001"},
		}})
	}
	if _, err := s.Assignments(t.Context(), azure.AssignmentFilter{}); err != nil {
		t.Error(err)
	}
}
