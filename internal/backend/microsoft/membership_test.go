// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"encoding/base64"
	"net/http"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	groupA rbac.GUID = "c1000000-0000-4000-8000-000000000001"
	groupB rbac.GUID = "c1000000-0000-4000-8000-000000000002"

	askGroups  = "POST /v1.0/directoryObjects/a0000000-0000-4000-8000-000000000001/getMemberGroups"
	askObjects = "POST /v1.0/directoryObjects/getByIds"
)

func TestTheGroupsOfAPrincipalTakeOneRequestWhateverItIs(t *testing.T) {
	t.Parallel()
	graphPlays(t, []exchangeStep{
		gives(200, askGroups+"\n"+`{"securityEnabledOnly":false}`, `{"@odata.context":"…","value":["C1000000-0000-4000-8000-000000000002","c1000000-0000-4000-8000-000000000001"]}`),
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		got, err := e.MemberOf(t.Context(), testUser)
		succeeds(t, err)
		same(t, got, []rbac.GUID{groupA, groupB})
	})
}

// https://learn.microsoft.com/graph/api/directoryobject-getmembergroups
func TestWhoIsInTooManyGroupsForOneAnswerHasThemListed(t *testing.T) {
	t.Parallel()
	const listed = "GET /v1.0/users/a0000000-0000-4000-8000-000000000001/transitiveMemberOf/microsoft.graph.group?$count=true&$select=id&$top=999"
	for _, code := range []string{"Directory_ResultSizeLimitExceeded", "DirectoryResultSizeLimitExceeded"} {
		graphPlays(t, []exchangeStep{
			refuses(http.StatusBadRequest, askGroups, code, "The specified query exceeds the limit."),
			gives(200, askObjects, onePage(`{"@odata.type":"#microsoft.graph.user","id":"a0000000-0000-4000-8000-000000000001","displayName":"Alice"}`)),
			gives(200, listed, `{"value":[{"id":"c1000000-0000-4000-8000-000000000001"}],"@odata.nextLink":"https://graph.microsoft.com/v1.0/next"}`),
			gives(200, "GET /v1.0/next", onePage(`{"id":"c1000000-0000-4000-8000-000000000002"}`)),
		}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
			got, err := e.MemberOf(t.Context(), testUser)
			succeeds(t, err)
			same(t, got, []rbac.GUID{groupA, groupB})
		})
	}
}

func TestGroupsThatMayNotBeReadAreNotTakenForNone(t *testing.T) {
	t.Parallel()
	graphPlays(t, []exchangeStep{
		refuses(http.StatusForbidden, askGroups, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		_, err := e.MemberOf(t.Context(), testUser)
		same(t, rbac.KindOf(err), rbac.Forbidden)
	})
}

func TestAnApplicationIDIsNotTakenForAPrincipal(t *testing.T) {
	t.Parallel()
	graphPlays(t, []exchangeStep{
		notThere(askGroups),
		gives(200, askObjects, onePage()),
		gives(200, "GET /v1.0/servicePrincipals?$filter=appId eq 'a0000000-0000-4000-8000-000000000001'&$select=id,appId,displayName",
			onePage(`{"id":"a0000000-0000-4000-8000-000000000005","appId":"a0000000-0000-4000-8000-000000000001","displayName":"Robot"}`)),
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		_, err := e.MemberOf(t.Context(), testUser)
		said := asError(err)
		same(t, []any{said.Kind, said.Field, said.Message}, []any{
			rbac.PrincipalNotFound, "principal_id",
			`a0000000-0000-4000-8000-000000000001 is the application ID of the service principal "Robot", not its object ID. Use the object ID, a0000000-0000-4000-8000-000000000005.`,
		})
	})
}

func TestUnitsOfAnObjectThatIsNotToldAreNotTakenForNone(t *testing.T) {
	t.Parallel()
	graphPlays(t, []exchangeStep{
		gives(200, askObjects, onePage(`{"@odata.type":"#microsoft.graph.directoryObject","id":"a0000000-0000-4000-8000-000000000001"}`)),
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		_, err := e.UnitsOf(t.Context(), testUser)
		same(t, rbac.KindOf(err), rbac.Forbidden)
	})
}

// saying signs in with a token that says something.
type saying string

func (k saying) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: string(k), ExpiresOn: time.Now().Add(24 * time.Hour)}, nil
}

func TestTheTokenSaysWhoCallsAndOnlyOneThatCannotBeReadTakesARequest(t *testing.T) {
	t.Parallel()
	claims := base64.RawURLEncoding.EncodeToString([]byte(`{"oid":"A0000000-0000-4000-8000-000000000001","tid":"x"}`))
	caller := func(token string, steps ...exchangeStep) (rbac.GUID, error) {
		s := &armScript{t: t, steps: steps}
		tenant, err := New(Options{TenantID: "d0000000-0000-4000-8000-000000000001", Credential: saying(token), Transport: s})
		succeeds(t, err)
		id, err := tenant.entra.Caller(t.Context())
		for _, left := range s.steps {
			t.Errorf("never asked for: %s", left.want)
		}
		return id, err
	}
	for _, token := range []string{"e30." + claims + ".s", "e30." + claims + "==.s"} {
		got, err := caller(token)
		succeeds(t, err)
		same(t, got, testUser)
	}
	for _, token := range []string{"t", "a.b.c", "e30.e30.s", "e30.!.s"} {
		got, err := caller(token, gives(200, "GET graph.microsoft.com/v1.0/me?$select=id", `{"id":"a0000000-0000-4000-8000-000000000001"}`))
		succeeds(t, err)
		same(t, got, testUser)
	}
	_, err := caller("t", refuses(http.StatusBadRequest, "GET graph.microsoft.com/v1.0/me?$select=id", "BadRequest", "/me request is only valid with delegated authentication flow."))
	if err == nil {
		t.Error("nobody calls, and that is no error")
	}
}

func FuzzTheCallerOfAToken(f *testing.F) {
	for _, token := range []string{"", "a.b.c", "e30.eyJvaWQiOiJhMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDEifQ.s", "e30.eyJvaWQiOjF9.s"} {
		f.Add(token)
	}
	f.Fuzz(func(t *testing.T, token string) {
		if id, ok := guidIn(token, "oid"); ok {
			if g, valid := rbac.ParseGUID(id.String()); !valid || g != id {
				t.Errorf("%q is no GUID in its own form", id)
			}
		}
	})
}

// https://learn.microsoft.com/rest/api/authorization/deny-assignments/list-for-scope
func TestDenyAssignmentsAreReadOnceForEachScope(t *testing.T) {
	t.Parallel()
	const deny = `{"properties": {
		"denyAssignmentName": "n", "description": null,
		"permissions": [{"actions": ["*/write"], "notActions": ["Microsoft.Support/*"], "dataActions": [], "notDataActions": []}],
		"scope": "` + testSub + `", "doNotApplyToChildScopes": true,
		"principals": [{"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}, {"id": "a0000000-0000-4000-8000-000000000001", "type": "User"}],
		"excludePrincipals": [{"id": "F2dc21ac-702a-4bde-a4ce-146edf751d81", "type": "User"}], "isSystemProtected": true, "condition": "c", "conditionVersion": "2.0"},
		"id": "` + testSub + `/providers/Microsoft.Authorization/denyAssignments/734de5f5-c680-41c0-8beb-67b98c3539d2",
		"type": "Microsoft.Authorization/denyAssignments", "name": "734de5f5-c680-41c0-8beb-67b98c3539d2"}`
	s := azureOn(t, gives(200, "GET "+testSub+"/providers/Microsoft.Authorization/denyAssignments?$filter=atScope()", onePage(deny, `{"properties":{"scope":"nowhere"}}`)))
	want := []azure.DenyAssignment{{
		ID: testSub + "/providers/Microsoft.Authorization/denyAssignments/734de5f5-c680-41c0-8beb-67b98c3539d2", Name: "n", Scope: testScope(t, testSub),
		Permissions: []azure.Permission{{Actions: []string{"*/write"}, NotActions: []string{"Microsoft.Support/*"}}},
		Principals:  []rbac.GUID{testUser}, Everyone: true, Excluded: []rbac.GUID{"f2dc21ac-702a-4bde-a4ce-146edf751d81"}, HereOnly: true, Condition: "c",
	}}
	for range 2 {
		got, err := s.DenyAssignments(t.Context(), testScope(t, testSub))
		succeeds(t, err)
		same(t, got, want)
	}
}

func TestTheTreeOfManagementGroupsTakesTwoRequestsForARun(t *testing.T) {
	t.Parallel()
	group := func(name string) string {
		return `{"id":"/providers/Microsoft.Management/managementGroups/` + name + `","type":"Microsoft.Management/managementGroups","name":"` + name +
			`","properties":{"tenantId":"d0000000-0000-4000-8000-000000000001","displayName":"x"}}`
	}
	s := azureOn(t,
		gives(200, "GET /providers/Microsoft.Management/managementGroups", onePage(group("Corp"), group("D0000000-0000-4000-8000-000000000001"), group("Prod"))),
		gives(200, "GET /providers/Microsoft.Management/managementGroups/D0000000-0000-4000-8000-000000000001?$expand=children&$recurse=true", `{"properties":{"details":{"parent":null},"children":[
			{"id":"/providers/Microsoft.Management/managementGroups/Corp","type":"Microsoft.Management/managementGroups","name":"Corp","children":[
				{"id":"/providers/Microsoft.Management/managementGroups/Prod","type":"Microsoft.Management/managementGroups","name":"Prod","children":[
					{"id":"`+testSub+`","type":"/subscriptions","name":"b0000000-0000-4000-8000-000000000001","children":null}]}]}]}}`))
	root, corp, prod := azure.ManagementGroup("D0000000-0000-4000-8000-000000000001"), azure.ManagementGroup("Corp"), azure.ManagementGroup("Prod")
	for at, want := range map[string][]azure.Scope{testSub + "/resourceGroups/a": {prod, corp, root}, testMG: {root}, testSub2: nil} {
		got, err := s.ManagementGroupsAbove(t.Context(), testScope(t, at))
		succeeds(t, err)
		same(t, got, want)
	}
	_, err := s.ManagementGroupsAbove(t.Context(), azure.ManagementGroup("Hidden"))
	same(t, rbac.KindOf(err), rbac.Forbidden)
}

func TestManyQuestionsAtAScopeTakeOneListAndOwnWritesAreInIt(t *testing.T) {
	t.Parallel()
	const list = "GET " + testSub + "/providers/Microsoft.Authorization/roleAssignments"
	s := azureOn(t, gives(200, list, onePage(assignmentJSON(testSub, testName, "User", "one"))))
	ask := func(through ...rbac.GUID) []azure.Assignment {
		t.Helper()
		got, err := s.Assignments(t.Context(), azure.AssignmentFilter{Scope: testScope(t, testSub), PrincipalID: testUser, Through: through})
		succeeds(t, err)
		return got
	}
	one := azure.Assignment{Name: testName, Scope: testScope(t, testSub), RoleID: testRole, PrincipalID: testUser, PrincipalType: "User", Description: "one"}
	same(t, ask(groupA), []azure.Assignment{one})
	two := azure.Assignment{Name: testOther, Scope: testScope(t, testSub), RoleID: testRole, PrincipalID: groupB, PrincipalType: "Group"}
	s.ownAssignments.put(two.ID(), &two)
	same(t, ask(groupB), []azure.Assignment{one, two})
	same(t, ask(groupA), []azure.Assignment{one})
	s.ownAssignments.put(one.ID(), nil)
	same(t, ask(groupB), []azure.Assignment{two})
}
