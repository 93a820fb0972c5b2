// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	getRole  = "GET " + roleAt
	putRole  = "PUT " + testSub + roleAt
	dropRole = "DELETE " + testSub + roleAt
)

func TestARoleIsCreatedWithFourRequests(t *testing.T) {
	t.Parallel()
	s := azureOn(t,
		noRole(getRole),
		gives(201, putRole+"\n"+`{"properties":{"roleName":"Operator","type":"CustomRole","description":"d","assignableScopes":["`+testSub+`"],`+
			`"permissions":[{"actions":["Microsoft.Compute/*/read"],"notActions":[],"dataActions":[],"notDataActions":[]}]},"name":"c0000000-0000-4000-8000-000000000001"}`,
			roleJSON(testRole, "Operator", "d")),
		gives(200, getRole, roleJSON(testRole, "Operator", "d")),
		gives(200, getRole, roleJSON(testRole, "Operator", "d")),
	)
	got, err := s.CreateRole(t.Context(), testRoleValue("d"))
	if err != nil {
		t.Fatal(err)
	}
	equalAzure(t, got, testRoleValue("d"))
}

func TestARoleIsUpdatedWithThreeRequests(t *testing.T) {
	t.Parallel()
	s := azureOn(t,
		gives(200, getRole, roleJSON(testRole, "Operator", "old")),
		gives(200, putRole, roleJSON(testRole, "Operator", "new")), // some answer 200, some 201
		gives(200, getRole, roleJSON(testRole, "Operator", "new")),
	)
	got, err := s.UpdateRole(t.Context(), testRoleValue("new"))
	if err != nil {
		t.Fatal(err)
	}
	equalAzure(t, got, testRoleValue("new"))
}

func TestARoleIsDeletedWithThreeRequestsWhereItIsAssignable(t *testing.T) {
	t.Parallel()
	s := azureOn(t,
		gives(200, getRole, roleJSON(testRole, "Operator", "")),
		gives(200, dropRole, roleJSON(testRole, "Operator", "")),
		noRole(getRole),
	)
	if err := s.DeleteRole(t.Context(), testRole); err != nil {
		t.Fatal(err)
	}
}

func TestARoleThatIsGoneIsDeletedWithOneRequest(t *testing.T) {
	t.Parallel()
	if err := azureOn(t, noRole(getRole)).DeleteRole(t.Context(), testRole); err != nil {
		t.Fatal(err)
	}
}

func TestADeleteTriesTheNextAssignableScopeWhenOneIsGone(t *testing.T) {
	t.Parallel()
	two := `{"properties":{"roleName":"Operator","type":"CustomRole","assignableScopes":["` + testSub + `","` + testSub2 + `"],"permissions":[]},"id":"` + roleAt + `"}`
	s := azureOn(t,
		gives(200, getRole, two),
		refuses(404, dropRole, "SubscriptionNotFound", "The subscription 'b0000000-0000-4000-8000-000000000001' could not be found."),
		gives(200, "DELETE "+testSub2+roleAt, two),
		noRole(getRole),
	)
	if err := s.DeleteRole(t.Context(), testRole); err != nil {
		t.Fatal(err)
	}
}

func TestADeletedRoleIsAwaitedWhileItLingers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := azureOn(t,
			gives(200, getRole, roleJSON(testRole, "Operator", "")),
			gives(200, dropRole, ""),
			gives(200, getRole, roleJSON(testRole, "Operator", "")),
			gives(200, getRole, roleJSON(testRole, "Operator", "")),
			noRole(getRole),
		)
		if err := s.DeleteRole(t.Context(), testRole); err != nil {
			t.Fatal(err)
		}
	})
}

func TestReadsOfRolesBecomeOneListFromTheThirdOn(t *testing.T) {
	t.Parallel()
	ids := make([]rbac.GUID, 6)
	var documents []string
	for i := range ids {
		ids[i] = rbac.GUID(fmt.Sprintf("c0000000-0000-4000-8000-%012d", i))
		documents = append(documents, roleJSON(ids[i], fmt.Sprintf("R%d", i), ""))
	}
	at := "/providers/Microsoft.Authorization/roleDefinitions/"
	s := azureOn(t,
		gives(200, "GET "+at+ids[0].String(), documents[0]),
		gives(200, "GET "+at+ids[1].String(), documents[1]),
		gives(200, customRoles, `{"value":[`+documents[0]+`,`+documents[1]+`,`+documents[2]+`],"nextLink":"https://management.azure.com`+at+`?api-version=2022-04-01&$skiptoken=x"}`),
		gives(200, "GET "+at+"?$skiptoken=x", onePage(documents[3], documents[4])),
		gives(200, "GET "+at+ids[5].String(), documents[5]), // not in the list: it is newer
	)
	for i, id := range ids {
		got, err := s.Role(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if got.ID != id || got.Name != fmt.Sprintf("R%d", i) {
			t.Errorf("got %s %q for %s", got.ID, got.Name, id)
		}
	}
}

func TestRolesAreReadSinglyWhereTheListIsForbidden(t *testing.T) {
	t.Parallel()
	ok := gives(200, getRole, roleJSON(testRole, "Operator", ""))
	s := azureOn(t, ok, ok,
		refuses(403, customRoles, "AuthorizationFailed", "The client 'x' with object id 'y' does not have authorization to perform action 'Microsoft.Authorization/roleDefinitions/read' over scope '/'."),
		ok, ok, ok)
	for range 5 {
		if _, err := s.Role(t.Context(), testRole); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAForbiddenReadIsNeverNotFoundAndNamesThePermission(t *testing.T) {
	t.Parallel()
	s := azureOn(t, refuses(403, getRole, "AuthorizationFailed", "The client 'x' does not have authorization."))
	_, err := s.Role(t.Context(), testRole)
	failsAs(t, err, rbac.Forbidden, "AuthorizationFailed", "", "Microsoft.Authorization/roleDefinitions/read")
}

func TestANewRoleIsAwaitedThroughHiddenAndStaleReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := azureOn(t,
			noRole(getRole),
			gives(201, putRole, roleJSON(testRole, "Operator", "d")),
			noRole(getRole),
			gives(200, getRole, roleJSON(testRole, "Operator", "d")),
			noRole(getRole), // another replica
			gives(200, getRole, roleJSON(testRole, "Operator", "d")),
			gives(200, getRole, roleJSON(testRole, "Operator", "d")),
		)
		start := time.Now()
		if _, err := s.CreateRole(t.Context(), testRoleValue("d")); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 300*time.Millisecond { // 100 ms and 200 ms
			t.Errorf("took %s", took)
		}
	})
}

func TestAnUpdatedRoleIsAwaitedThroughStaleReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := azureOn(t,
			gives(200, getRole, roleJSON(testRole, "Operator", "old")),
			gives(201, putRole, roleJSON(testRole, "Operator", "new")),
			gives(200, getRole, roleJSON(testRole, "Operator", "old")),
			gives(200, getRole, roleJSON(testRole, "Operator", "new")),
			gives(200, getRole, roleJSON(testRole, "Operator", "new")),
		)
		got, err := s.UpdateRole(t.Context(), testRoleValue("new"))
		if err != nil {
			t.Fatal(err)
		}
		equalAzure(t, got, testRoleValue("new"))
	})
}

func TestAnAnswerWithTheOldContentIsNoProofOfAnUpdate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := azureOn(t,
			gives(200, getRole, roleJSON(testRole, "Operator", "old")),
			gives(201, putRole, roleJSON(testRole, "Operator", "old")),
			gives(200, getRole, roleJSON(testRole, "Operator", "old")),
			gives(200, getRole, roleJSON(testRole, "Operator", "new")),
			gives(200, getRole, roleJSON(testRole, "Operator", "new")),
		)
		if _, err := s.UpdateRole(t.Context(), testRoleValue("new")); err != nil {
			t.Fatal(err)
		}
	})
}

func TestWhatTheServiceMakesOfATextIsAwaitedAsItAnsweredIt(t *testing.T) {
	t.Parallel()
	s := azureOn(t,
		noRole(getRole),
		gives(201, putRole, roleJSON(testRole, "Operator", "d")), // without the blank
		gives(200, getRole, roleJSON(testRole, "Operator", "d")),
		gives(200, getRole, roleJSON(testRole, "Operator", "d")),
	)
	if _, err := s.CreateRole(t.Context(), testRoleValue("d ")); err != nil {
		t.Fatal(err)
	}
}

func TestAnswersInOtherCasingAndOrderShowTheSameRole(t *testing.T) {
	t.Parallel()
	want := testRoleValue("d")
	want.Permissions[0].Actions = []string{"A/b/read", "C/d/read"}
	want.AssignableScopes = []string{testSub, testSub + "/resourceGroups/RG"}
	other := `{"properties":{"roleName":"Operator","type":"customrole","description":"d","assignableScopes":["` + testSub + `/RESOURCEGROUPS/rg/","` + testSub + `"],` +
		`"permissions":[{"actions":["c/D/read","a/B/read"]}]},"id":"` + testSub + `/providers/microsoft.authorization/roledefinitions/C0000000-0000-4000-8000-000000000001"}`
	s := azureOn(t, noRole(getRole), gives(201, putRole, other), gives(200, getRole, other), gives(200, getRole, other))
	if _, err := s.CreateRole(t.Context(), want); err != nil {
		t.Fatal(err)
	}
}

func TestAPutWhoseAnswerIsLostIsSentAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := azureOn(t,
			noRole(getRole),
			exchangeStep{want: putRole, lost: true},
			refuses(503, putRole, "ServerTimeout", "Try again."),
			gives(201, putRole, roleJSON(testRole, "Operator", "")),
			gives(200, getRole, roleJSON(testRole, "Operator", "")),
			gives(200, getRole, roleJSON(testRole, "Operator", "")),
		)
		if _, err := s.CreateRole(t.Context(), testRoleValue("")); err != nil {
			t.Fatal(err)
		}
	})
}

// lostPuts are all the attempts of a PUT of which none is answered.
func lostPuts(want string) []exchangeStep {
	steps := make([]exchangeStep, maxFailures+1)
	for i := range steps {
		steps[i] = exchangeStep{want: want, lost: true}
	}
	return steps
}

func script(parts ...[]exchangeStep) []exchangeStep {
	var all []exchangeStep
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func TestARoleThatIsThereAfterAllAnswersAreLostIsOurs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ok := gives(200, getRole, roleJSON(testRole, "Operator", ""))
		s := azureOn(t, script([]exchangeStep{noRole(getRole)}, lostPuts(putRole), []exchangeStep{noRole(getRole), ok, ok, ok})...)
		got, err := s.CreateRole(t.Context(), testRoleValue(""))
		if err != nil {
			t.Fatal(err)
		}
		equalAzure(t, got, testRoleValue(""))
	})
}

func TestARoleThatIsNotThereAfterAllAttemptsFailedIsAnError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := azureOn(t, script([]exchangeStep{noRole(getRole)}, lostPuts(putRole), []exchangeStep{noRole(getRole), noRole(getRole)})...)
		got, err := s.CreateRole(t.Context(), testRoleValue(""))
		failsAs(t, err, rbac.Unavailable, "", "")
		equalAzure(t, got, azure.Role{})
	})
}

func TestACancelledCreateReturnsTheRoleThatIsThereForTheState(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := azureOn(t,
			noRole(getRole),
			exchangeStep{want: putRole, lost: true, then: cancel},
			gives(200, getRole, roleJSON(testRole, "Operator", "")),
		)
		start := time.Now()
		got, err := s.CreateRole(ctx, testRoleValue(""))
		if err == nil || !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want to be told of the end", err)
		}
		equalAzure(t, got, testRoleValue(""))
		if took := time.Since(start); took > time.Second {
			t.Errorf("took %s", took)
		}
	})
}

func TestARoleThatIsNeverShownIsKeptWithTheError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		puts := 0
		s := azureOver(t, &countingAzure{serve: func(asked string) (int, string) {
			if asked == putRole {
				puts++
				return 201, roleJSON(testRole, "Operator", "")
			}
			return 404, `{"error":{"code":"RoleDefinitionDoesNotExist","message":"no"}}`
		}})
		got, err := s.CreateRole(ctx, testRoleValue(""))
		failsAs(t, err, rbac.Unavailable, "", "", "Operator")
		equalAzure(t, got, testRoleValue(""))
		if puts != 1 {
			t.Errorf("%d PUTs", puts)
		}
	})
}

func TestAThrottledPutIsSentAgainWhenTheServiceSaysSo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		throttled := refuses(429, putRole, "SubscriptionRequestsThrottled", "Please try again after '17' seconds.")
		throttled.header = http.Header{"Retry-After": {"17"}}
		ok := gives(200, getRole, roleJSON(testRole, "Operator", ""))
		s := azureOn(t, noRole(getRole), throttled, gives(201, putRole, roleJSON(testRole, "Operator", "")), ok, ok)
		start := time.Now()
		if _, err := s.CreateRole(t.Context(), testRoleValue("")); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < 17*time.Second || took > 25*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

func TestAGUIDThatARoleHasIsNotWrittenOver(t *testing.T) {
	t.Parallel()
	s := azureOn(t, gives(200, getRole, roleJSON(testRole, "Somebody's", "")))
	_, err := s.CreateRole(t.Context(), testRoleValue(""))
	failsAs(t, err, rbac.Exists, "RoleDefinitionExists", roleAt, "Somebody's", "Import")
}

func TestARoleIDThatIsNoGUIDIsRefusedWithoutARequest(t *testing.T) {
	t.Parallel()
	r := testRoleValue("")
	r.ID = "operator"
	_, err := azureOn(t).CreateRole(t.Context(), r)
	failsAs(t, err, rbac.Invalid, "InvalidRoleDefinitionId", "", "operator")
}

const (
	sameNameWords = "A role definition cannot be updated with a name that already exists."
	listOperator  = "GET /providers/Microsoft.Authorization/roleDefinitions?$filter=roleName eq 'Operator'"
)

func TestATakenNameIsAnErrorThatNamesTheRole(t *testing.T) {
	t.Parallel()
	other := rbac.GUID("c0000000-0000-4000-8000-000000000002")
	s := azureOn(t,
		noRole(getRole),
		refuses(409, putRole, "RoleDefinitionWithSameNameExists", sameNameWords),
		gives(200, listOperator, onePage()), // the filter misses custom roles at the root
		gives(200, customRoles, onePage(roleJSON(other, "OPERATOR", ""))),
	)
	_, err := s.CreateRole(t.Context(), testRoleValue(""))
	failsAs(t, err, rbac.Exists, "RoleDefinitionWithSameNameExists", "/providers/Microsoft.Authorization/roleDefinitions/"+other.String(), other.String(), "Import")
}

func TestANameThatTheVeryRoleHasIsNoObstacle(t *testing.T) {
	t.Parallel()
	s := azureOn(t,
		noRole(getRole),
		refuses(409, putRole, "RoleDefinitionWithSameNameExists", sameNameWords),
		gives(200, listOperator, onePage(roleJSON(testRole, "Operator", ""))),
		gives(200, getRole, roleJSON(testRole, "Operator", "")),
		gives(200, getRole, roleJSON(testRole, "Operator", "")),
	)
	got, err := s.CreateRole(t.Context(), testRoleValue(""))
	if err != nil {
		t.Fatal(err)
	}
	equalAzure(t, got, testRoleValue(""))
}

func TestTheNameOfARoleThatThisRunDeletedIsAwaited(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		other := rbac.GUID("c0000000-0000-4000-8000-000000000002")
		at := "/providers/Microsoft.Authorization/roleDefinitions/" + other.String()
		s := azureOn(t,
			gives(200, "GET "+at, roleJSON(other, "Operator", "")),
			gives(200, "DELETE "+testSub+at, ""),
			noRole("GET "+at),
			noRole(getRole),
			refuses(409, putRole, "RoleDefinitionWithSameNameExists", sameNameWords),
			gives(200, listOperator, onePage(roleJSON(other, "Operator", ""))),
			gives(201, putRole, roleJSON(testRole, "Operator", "")),
			gives(200, getRole, roleJSON(testRole, "Operator", "")),
			gives(200, getRole, roleJSON(testRole, "Operator", "")),
		)
		if err := s.DeleteRole(t.Context(), other); err != nil {
			t.Fatal(err)
		}
		if _, err := s.CreateRole(t.Context(), testRoleValue("")); err != nil {
			t.Fatal(err)
		}
	})
}

func TestARoleThatThisRunDeletedIsMadeAnewWithoutALook(t *testing.T) {
	t.Parallel()
	ok := gives(200, getRole, roleJSON(testRole, "Operator", ""))
	s := azureOn(t, ok, gives(200, dropRole, ""), noRole(getRole), // deleted
		gives(201, putRole, roleJSON(testRole, "Operator", "")), ok, ok)
	if err := s.DeleteRole(t.Context(), testRole); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CreateRole(t.Context(), testRoleValue("")); err != nil {
		t.Fatal(err)
	}
}

func builtInJSON() string {
	return `{"properties":{"roleName":"Reader","type":"BuiltInRole","description":"","assignableScopes":["/"],"permissions":[{"actions":["*/read"]}]},` +
		`"id":"` + roleAt + `","type":"Microsoft.Authorization/roleDefinitions","name":"` + testRole.String() + `"}`
}

func TestBuiltInRolesAreNeitherReplacedNorDeleted(t *testing.T) {
	t.Parallel()
	read := gives(200, getRole, builtInJSON())
	s := azureOn(t, read, read, read)
	_, err := s.CreateRole(t.Context(), testRoleValue(""))
	failsAs(t, err, rbac.Exists, "RoleDefinitionExists", roleAt, "Reader")
	_, err = s.UpdateRole(t.Context(), testRoleValue(""))
	failsAs(t, err, rbac.Immutable, "RoleDefinitionExists", "", "Reader")
	failsAs(t, s.DeleteRole(t.Context(), testRole), rbac.Immutable, "", "", "Reader")
}

func TestARoleInUseIsNotDeletedAndTheRefusalNamesAnAssignment(t *testing.T) {
	t.Parallel()
	s := azureOn(t,
		gives(200, getRole, roleJSON(testRole, "Operator", "")),
		refuses(400, dropRole, "RoleDefinitionHasAssignments", "There are existing role assignments referencing role"),
		gives(200, "GET "+testSub+"/providers/Microsoft.Authorization/roleAssignments", onePage(assignmentJSON(testSub, testName, "User", ""))),
	)
	failsAs(t, s.DeleteRole(t.Context(), testRole), rbac.InUse, "RoleDefinitionHasAssignments", assignmentAt, "Operator", testSub)
}

func TestARoleWhoseAssignmentsThisRunDeletedIsDeletedWhenTheyNoLongerCount(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inUse := refuses(409, dropRole, "RoleDefinitionHasAssignments", "There are existing role assignments referencing role")
		list := "GET " + testSub + "/providers/Microsoft.Authorization/roleAssignments"
		s := azureOn(t,
			gives(200, "DELETE "+assignmentAt, assignmentJSON(testSub, testName, "User", "")),
			noAssignment("GET "+assignmentAt),
			gives(200, getRole, roleJSON(testRole, "Operator", "")),
			inUse, gives(200, list, onePage(assignmentJSON(testSub, testName, "User", ""))), // the list is late too
			inUse, gives(200, list, onePage()),
			gives(200, dropRole, ""), noRole(getRole),
		)
		if err := s.DeleteAssignment(t.Context(), testScope(t, testSub), testName); err != nil {
			t.Fatal(err)
		}
		if err := s.DeleteRole(t.Context(), testRole); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAnAssignableScopeInUseNamesTheAssignmentBelowIt(t *testing.T) {
	t.Parallel()
	old := `{"properties":{"roleName":"Operator","type":"CustomRole","assignableScopes":["` + testSub + `","` + testSub2 + `"],"permissions":[]},"id":"` + roleAt + `"}`
	below := testSub2 + "/resourceGroups/rg"
	s := azureOn(t,
		gives(200, getRole, old),
		refuses(400, putRole, "RoleScopeBeingRemovedContainsAssignments", "Role assignments found under scope which is being removed."),
		gives(200, "GET "+testSub2+"/providers/Microsoft.Authorization/roleAssignments", onePage(assignmentJSON("/", testOther, "User", ""), assignmentJSON(below, testName, "User", ""))),
	)
	_, err := s.UpdateRole(t.Context(), testRoleValue(""))
	failsAs(t, err, rbac.InUse, "RoleScopeBeingRemovedContainsAssignments", below+"/providers/Microsoft.Authorization/roleAssignments/"+testName.String(), below)
}

func TestRolesAreListedCustomOnesAndBuiltInOnesApart(t *testing.T) {
	t.Parallel()
	custom, builtIn := roleJSON(testRole, "operator", ""), `{"properties":{"roleName":"Owner","type":"BuiltInRole"},"id":"/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"}`
	of := "GET /providers/Microsoft.Authorization/roleDefinitions?$filter="
	s := azureOn(t,
		gives(200, of+"type eq 'CustomRole'", onePage(custom)),
		gives(200, of+"type eq 'BuiltInRole'", onePage(builtIn)),
		gives(200, of+"type eq 'BuiltInRole'", onePage(builtIn)),
		gives(200, of+"type eq 'CustomRole'", onePage(custom)), // others may have changed it
		gives(200, of+"roleName eq 'O''Neill'", onePage()),
		gives(200, of+"type eq 'CustomRole'", onePage(custom)), // for reads
		gives(200, of+"type eq 'CustomRole'", onePage(custom, roleJSON(testRole, "o'neill", ""))),
		gives(200, of+"roleName eq 'OPERATOR'", onePage()),
	)
	names := func(f azure.RoleFilter) (out []string) {
		t.Helper()
		list, err := s.Roles(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list {
			out = append(out, r.Name)
		}
		return out
	}
	equalAzure(t, names(azure.RoleFilter{}), []string{"operator", "Owner"})
	equalAzure(t, names(azure.RoleFilter{Type: azure.BuiltInRole}), []string{"Owner"})
	equalAzure(t, names(azure.RoleFilter{Type: azure.CustomRole}), []string{"operator"})
	equalAzure(t, names(azure.RoleFilter{Name: "O'Neill"}), []string{"o'neill"})
	equalAzure(t, names(azure.RoleFilter{Name: "OPERATOR"}), []string{"operator"}) // from the list that is there
}

func TestWhoMayNotListRolesAtTheRootSeesThoseOfVisibleSubscriptionsOnce(t *testing.T) {
	t.Parallel()
	at := "/providers/Microsoft.Authorization/roleDefinitions?$filter=type eq 'CustomRole'"
	s := azureOver(t, &countingAzure{serve: func(asked string) (int, string) {
		switch asked {
		case "GET /subscriptions":
			return 200, onePage(`{"subscriptionId":"b0000000-0000-4000-8000-000000000001"}`, `{"subscriptionId":"b0000000-0000-4000-8000-000000000002"}`)
		case "GET " + testSub + at, "GET " + testSub2 + at:
			return 200, onePage(roleJSON(testRole, "Operator", ""))
		}
		return 403, `{"error":{"code":"AuthorizationFailed","message":"The client does not have authorization."}}`
	}})
	got, err := s.Roles(t.Context(), azure.RoleFilter{Type: azure.CustomRole})
	if err != nil {
		t.Fatal(err)
	}
	equalAzure(t, got, []azure.Role{testRoleValue("")})
}

func TestListsOfRolesHaveWhatThisRunWroteAlthoughTheServiceIsLate(t *testing.T) {
	t.Parallel()
	ok := gives(200, getRole, roleJSON(testRole, "Operator", ""))
	s := azureOn(t, noRole(getRole), gives(201, putRole, roleJSON(testRole, "Operator", "")), ok, ok,
		gives(200, listOperator, onePage()), gives(200, customRoles, onePage()),
		gives(200, customRoles, onePage()))
	want, err := s.CreateRole(t.Context(), testRoleValue(""))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []azure.RoleFilter{{Name: "Operator"}, {Type: azure.CustomRole}} {
		got, err := s.Roles(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		equalAzure(t, got, []azure.Role{want})
	}
}
