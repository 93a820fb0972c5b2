// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	getGrant    = "GET " + assignmentAt
	putGrant    = "PUT " + assignmentAt
	dropGrant   = "DELETE " + assignmentAt
	grantsAt    = "/providers/Microsoft.Authorization/roleAssignments"
	ofTheUser   = "?$filter=principalId eq 'a0000000-0000-4000-8000-000000000001'"
	grantExists = "The role assignment already exists. The ID of the existing role assignment is e0000000000040008000000000000002."
)

// shown is the test assignment as it is read.
func shown(description string) exchangeStep {
	return gives(200, getGrant, assignmentJSON(testSub, testName, "User", description))
}

func TestAnAssignmentIsCreatedWithFourRequests(t *testing.T) {
	t.Parallel()
	s := azureOn(t,
		noAssignment(getGrant),
		gives(201, putGrant+"\n"+`{"properties":{"roleDefinitionId":"`+testSub+roleAt+`","principalId":"a0000000-0000-4000-8000-000000000001","principalType":"User",`+
			`"condition":null,"conditionVersion":null,"delegatedManagedIdentityResourceId":null,"description":"d"}}`,
			assignmentJSON(testSub, testName, "User", "d")),
		shown("d"), shown("d"),
	)
	want := testGrant(t, testSub, testName, "User", "d")
	got, err := s.CreateAssignment(t.Context(), want)
	if err != nil {
		t.Fatal(err)
	}
	equalAzure(t, got, want)
}

func TestAnAssignmentIsUpdatedWithThreeRequests(t *testing.T) {
	t.Parallel()
	s := azureOn(t,
		shown("old"),
		gives(200, putGrant+"\n"+`{"properties":{"roleDefinitionId":"`+testSub+roleAt+`","principalId":"a0000000-0000-4000-8000-000000000001","principalType":"User",`+
			`"condition":null,"conditionVersion":null,"delegatedManagedIdentityResourceId":null,"description":null}}`,
			assignmentJSON(testSub, testName, "User", "")),
		shown(""),
	)
	// The type is left out, and kept.
	got, err := s.UpdateAssignment(t.Context(), testGrant(t, testSub, testName, "", ""))
	if err != nil {
		t.Fatal(err)
	}
	equalAzure(t, got, testGrant(t, testSub, testName, "User", ""))
}

func TestAnAssignmentIsDeletedWithTwoRequests(t *testing.T) {
	t.Parallel()
	s := azureOn(t, gives(200, dropGrant, assignmentJSON(testSub, testName, "User", "")), noAssignment(getGrant))
	if err := s.DeleteAssignment(t.Context(), testScope(t, testSub), testName); err != nil {
		t.Fatal(err)
	}
}

func TestAnAssignmentThatIsGoneIsDeletedWithoutAnError(t *testing.T) {
	t.Parallel()
	scope := testScope(t, testSub)
	s := azureOn(t,
		gives(204, dropGrant, ""), noAssignment(getGrant),
		refuses(404, dropGrant, "RoleAssignmentNotFound", "no"), noAssignment(getGrant),
		refuses(404, dropGrant, "SubscriptionNotFound", "no"), refuses(404, getGrant, "SubscriptionNotFound", "no"),
	)
	for range 3 {
		if err := s.DeleteAssignment(t.Context(), scope, testName); err != nil {
			t.Error(err)
		}
	}
}

func TestALockedScopeKeepsItsAssignments(t *testing.T) {
	t.Parallel()
	s := azureOn(t, refuses(409, dropGrant, "ScopeLocked", "The scope cannot perform delete operation because following scope(s) are locked: '"+testSub+"'."))
	err := s.DeleteAssignment(t.Context(), testScope(t, testSub), testName)
	failsAs(t, err, rbac.KindOf(err), "ScopeLocked", "", testSub)
	if rbac.IsNotFound(err) {
		t.Error("it is not gone")
	}
}

func TestADeletedAssignmentIsAwaitedWhileItLingers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := azureOn(t, gives(200, dropGrant, ""), shown(""), shown(""), noAssignment(getGrant))
		if err := s.DeleteAssignment(t.Context(), testScope(t, testSub), testName); err != nil {
			t.Fatal(err)
		}
	})
}

func TestADeleteWhoseAnswersAreLostIsJudgedByReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := azureOn(t, script(lostPuts(dropGrant), []exchangeStep{noAssignment(getGrant)})...)
		if err := s.DeleteAssignment(t.Context(), testScope(t, testSub), testName); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAnAssignmentThatIsThereAfterAllAnswersAreLostIsOurs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := azureOn(t, script([]exchangeStep{noAssignment(getGrant)}, lostPuts(putGrant), []exchangeStep{noAssignment(getGrant), shown(""), shown(""), shown("")})...)
		got, err := s.CreateAssignment(t.Context(), testGrant(t, testSub, testName, "", ""))
		if err != nil {
			t.Fatal(err)
		}
		equalAzure(t, got, testGrant(t, testSub, testName, "User", ""))
	})
}

func TestACancelledCreateReturnsTheAssignmentThatIsThereForTheState(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := azureOn(t, noAssignment(getGrant), exchangeStep{want: putGrant, lost: true, then: cancel}, shown(""))
		got, err := s.CreateAssignment(ctx, testGrant(t, testSub, testName, "", ""))
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want to be told of the end", err)
		}
		equalAzure(t, got, testGrant(t, testSub, testName, "User", ""))
	})
}

func TestANewAssignmentIsAwaitedThroughHiddenReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := azureOn(t,
			noAssignment(getGrant), gives(201, putGrant, assignmentJSON(testSub, testName, "User", "")),
			noAssignment(getGrant), noAssignment(getGrant), shown(""), noAssignment(getGrant), shown(""), shown(""))
		if _, err := s.CreateAssignment(t.Context(), testGrant(t, testSub, testName, "", "")); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAnUpdatedAssignmentIsAwaitedThroughStaleReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := azureOn(t, shown("old"), gives(200, putGrant, assignmentJSON(testSub, testName, "User", "new")), shown("old"), shown("new"), shown("new"))
		got, err := s.UpdateAssignment(t.Context(), testGrant(t, testSub, testName, "User", "new"))
		if err != nil {
			t.Fatal(err)
		}
		equalAzure(t, got, testGrant(t, testSub, testName, "User", "new"))
	})
}

func TestAConditionThatTheServiceRespellsIsTakenAsItAnswersIt(t *testing.T) {
	t.Parallel()
	answer := strings.Replace(strings.Replace(assignmentJSON(testSub, testName, "User", ""), `"condition":null`, `"condition":"(a)"`, 1), `"conditionVersion":null`, `"conditionVersion":"2.0"`, 1)
	s := azureOn(t, noAssignment(getGrant), gives(201, putGrant, answer), gives(200, getGrant, answer), gives(200, getGrant, answer))
	want := testGrant(t, testSub, testName, "User", "")
	want.Condition = "( a )"
	got, err := s.CreateAssignment(t.Context(), want)
	if err != nil {
		t.Fatal(err)
	}
	equalAzure(t, []string{got.Condition, got.ConditionVersion}, []string{"(a)", "2.0"})
}

func TestANameThatTheSameAssignmentHasIsNotWrittenOver(t *testing.T) {
	t.Parallel()
	s := azureOn(t, shown("somebody's"))
	_, err := s.CreateAssignment(t.Context(), testGrant(t, testSub, testName, "", "mine"))
	failsAs(t, err, rbac.Exists, "RoleAssignmentExists", assignmentAt, "Import")
}

func TestANameThatAnotherAssignmentHasAtTheScopeIsAnError(t *testing.T) {
	t.Parallel()
	s := azureOn(t, shown(""))
	other := testGrant(t, testSub, testName, "", "")
	other.PrincipalID = "a0000000-0000-4000-8000-000000000002"
	_, err := s.CreateAssignment(t.Context(), other)
	failsAs(t, err, rbac.Exists, "RoleAssignmentUpdateNotPermitted", assignmentAt, testName.String())
}

func TestANameThatIsInUseAtAnotherScopeIsAnErrorThatNamesIt(t *testing.T) {
	t.Parallel()
	s := azureOn(t,
		noAssignment(getGrant),
		refuses(400, putGrant, "RoleAssignmentUpdateNotPermitted", "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."),
		gives(200, "GET "+grantsAt, onePage(assignmentJSON(testSub2, testName, "User", ""))),
	)
	_, err := s.CreateAssignment(t.Context(), testGrant(t, testSub, testName, "", ""))
	failsAs(t, err, rbac.Exists, "RoleAssignmentUpdateNotPermitted", testSub2+grantsAt+"/"+testName.String())
}

func TestAnExistingAssignmentIsNamedInItsOwnSpelling(t *testing.T) {
	t.Parallel()
	here, there := testSub+"/resourceGroups/RG", testSub+"/resourceGroups/rg"
	s := azureOn(t,
		noAssignment("GET "+here+grantsAt+"/"+testName.String()),
		refuses(409, "PUT "+here+grantsAt+"/"+testName.String(), "RoleAssignmentExists", grantExists),
		gives(200, "GET "+here+grantsAt+ofTheUser, onePage(assignmentJSON(testSub, "e0000000-0000-4000-8000-000000000003", "User", ""), assignmentJSON(there, testOther, "User", ""))),
	)
	_, err := s.CreateAssignment(t.Context(), testGrant(t, here, testName, "", ""))
	failsAs(t, err, rbac.Exists, "RoleAssignmentExists", there+grantsAt+"/"+testOther.String(), testOther.String(), "Import")
}

func TestAnExistingAssignmentIsNamedWithoutTheListAndWithoutTheWords(t *testing.T) {
	t.Parallel()
	taken := refuses(409, putGrant, "RoleAssignmentExists", grantExists)
	s := azureOn(t,
		noAssignment(getGrant), taken, refuses(403, "GET "+testSub+grantsAt+ofTheUser, "AuthorizationFailed", "no"),
		noAssignment(getGrant), refuses(409, putGrant, "RoleAssignmentExists", "The role assignment already exists."),
		gives(200, "GET "+testSub+grantsAt+ofTheUser, onePage(assignmentJSON(testSub, testOther, "User", ""))),
	)
	for range 2 {
		_, err := s.CreateAssignment(t.Context(), testGrant(t, testSub, testName, "", ""))
		failsAs(t, err, rbac.Exists, "RoleAssignmentExists", testSub+grantsAt+"/"+testOther.String())
	}
}

func TestARefusalAboutTheVeryAssignmentMeansThatItIsMade(t *testing.T) {
	t.Parallel()
	s := azureOn(t,
		noAssignment(getGrant),
		refuses(409, putGrant, "RoleAssignmentExists", strings.Replace(grantExists, "02.", "01.", 1)),
		shown(""), shown(""),
	)
	if _, err := s.CreateAssignment(t.Context(), testGrant(t, testSub, testName, "", "")); err != nil {
		t.Fatal(err)
	}
}

func TestAnAssignmentThatThisRunDeletedIsReplacedWhenItNoLongerCounts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		old := testSub + grantsAt + "/" + testOther.String()
		s := azureOn(t,
			gives(200, "DELETE "+old, ""), noAssignment("GET "+old),
			noAssignment(getGrant),
			refuses(409, putGrant, "RoleAssignmentExists", grantExists),
			gives(200, "GET "+testSub+grantsAt+ofTheUser, onePage(assignmentJSON(testSub, testOther, "User", ""))),
			gives(201, putGrant, assignmentJSON(testSub, testName, "User", "")),
			shown(""), shown(""),
		)
		if err := s.DeleteAssignment(t.Context(), testScope(t, testSub), testOther); err != nil {
			t.Fatal(err)
		}
		if _, err := s.CreateAssignment(t.Context(), testGrant(t, testSub, testName, "", "")); err != nil {
			t.Fatal(err)
		}
	})
}

func TestARoleThatThisRunMadeIsAwaitedAndAnUnknownOneIsNot(t *testing.T) {
	t.Parallel()
	unknown := refuses(400, putGrant, "RoleDefinitionDoesNotExist", "The specified role definition with ID 'c0000000000040008000000000000001' does not exist.")
	s := azureOn(t, noAssignment(getGrant), unknown)
	_, err := s.CreateAssignment(t.Context(), testGrant(t, testSub, testName, "", ""))
	failsAs(t, err, rbac.NotFound, "RoleDefinitionDoesNotExist", "")

	synctest.Test(t, func(t *testing.T) {
		role := gives(200, getRole, roleJSON(testRole, "Operator", ""))
		s := azureOn(t,
			noRole(getRole), gives(201, putRole, roleJSON(testRole, "Operator", "")), role, role,
			noAssignment(getGrant), unknown, unknown, gives(201, putGrant, assignmentJSON(testSub, testName, "User", "")), shown(""), shown(""),
		)
		if _, err := s.CreateRole(t.Context(), testRoleValue("")); err != nil {
			t.Fatal(err)
		}
		if _, err := s.CreateAssignment(t.Context(), testGrant(t, testSub, testName, "", "")); err != nil {
			t.Fatal(err)
		}
	})
}

func TestOnlyDescriptionAndConditionCanBeChanged(t *testing.T) {
	t.Parallel()
	for field, change := range map[string]func(*azure.Assignment){
		"role_definition_id":                     func(a *azure.Assignment) { a.RoleID = "c0000000-0000-4000-8000-000000000002" },
		"principal_id":                           func(a *azure.Assignment) { a.PrincipalID = "a0000000-0000-4000-8000-000000000002" },
		"principal_type":                         func(a *azure.Assignment) { a.PrincipalType = "Group" },
		"delegated_managed_identity_resource_id": func(a *azure.Assignment) { a.DelegatedManagedIdentityResourceID = testSub },
	} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			a := testGrant(t, testSub, testName, "User", "")
			change(&a)
			_, err := azureOn(t, shown("")).UpdateAssignment(t.Context(), a)
			failsAs(t, err, rbac.Immutable, "RoleAssignmentUpdateNotPermitted", "", field)
		})
	}
}

func TestAnAssignmentNeedsAGUIDAndAScope(t *testing.T) {
	t.Parallel()
	s := azureOn(t)
	_, err := s.CreateAssignment(t.Context(), testGrant(t, testSub, "mine", "", ""))
	failsAs(t, err, rbac.Invalid, "", "", "mine")
	_, err = s.CreateAssignment(t.Context(), azure.Assignment{Name: testName})
	failsAs(t, err, rbac.Invalid, "", "")
}

func TestAnAssignmentInASubscriptionThatIsGoneIsNotFound(t *testing.T) {
	t.Parallel()
	s := azureOn(t, refuses(404, getGrant, "SubscriptionNotFound", "The subscription could not be found."))
	_, err := s.Assignment(t.Context(), testScope(t, testSub), testName)
	failsAs(t, err, rbac.NotFound, "SubscriptionNotFound", "")
}

func TestAScopeIsAskedForInItsOwnSpelling(t *testing.T) {
	t.Parallel()
	scope := testSub + "/resourceGroups/İstanbul (x)/providers/Microsoft.Storage/storageAccounts/a b"
	s := azureOn(t, gives(200, "GET "+scope+grantsAt+"/"+testName.String(), assignmentJSON(scope, testName, "User", "")))
	got, err := s.Assignment(t.Context(), testScope(t, scope), testName)
	if err != nil {
		t.Fatal(err)
	}
	equalAzure(t, got.Scope.ID(), scope)
}

func TestReadsOfAssignmentsBecomeOneListForEachSubscriptionManagementGroupAndTheRoot(t *testing.T) {
	t.Parallel()
	id := func(n int) rbac.GUID { return rbac.GUID(fmt.Sprintf("e0000000-0000-4000-8000-%012d", n)) }
	for scope, list := range map[string]string{
		testSub:                         "GET " + testSub + grantsAt,
		testMG:                          "GET " + testMG + grantsAt + "?$filter=atScope()",
		"/":                             "GET " + grantsAt + "?$filter=atScope()",
		"/providers/Microsoft.Capacity": "GET /providers/Microsoft.Capacity" + grantsAt + "?$filter=atScope()",
	} {
		t.Run(scope, func(t *testing.T) {
			t.Parallel()
			at := strings.TrimSuffix(scope, "/") + grantsAt + "/"
			s := azureOn(t,
				gives(200, "GET "+at+id(1).String(), assignmentJSON(scope, id(1), "User", "")),
				gives(200, "GET "+at+id(2).String(), assignmentJSON(scope, id(2), "User", "")),
				gives(200, list, onePage(assignmentJSON(scope, id(1), "User", ""), assignmentJSON(scope, id(2), "User", ""), assignmentJSON(scope, id(3), "User", ""))),
				noAssignment("GET "+at+id(4).String()), // what the list does not have is asked for
			)
			for n, asked := range []string{scope, scope, strings.ToUpper(scope)} { // the list serves whatever casing
				got, err := s.Assignment(t.Context(), testScope(t, asked), id(n+1))
				if err != nil || got.Name != id(n+1) {
					t.Fatalf("%v, %v", got, err)
				}
			}
			if _, err := s.Assignment(t.Context(), testScope(t, scope), id(4)); !rbac.IsNotFound(err) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestRefreshingFiveHundredAssignments is the promise of the refresh: in five
// subscriptions, with the custom role that all of them give.
func TestRefreshingFiveHundredAssignmentsInFiveSubscriptionsTakesEighteenRequests(t *testing.T) {
	t.Parallel()
	sub := func(n int) string { return fmt.Sprintf("/subscriptions/b0000000-0000-4000-8000-%012d", n) }
	name := func(n, i int) rbac.GUID { return rbac.GUID(fmt.Sprintf("e0000000-0000-4000-%04d-%012d", n, i)) }
	tenant := &countingAzure{serve: func(asked string) (int, string) {
		if strings.Contains(asked, "roleDefinitions") {
			if strings.Contains(asked, "?") {
				return 200, onePage(roleJSON(testRole, "Operator", ""))
			}
			return 200, roleJSON(testRole, "Operator", "")
		}
		for n := range 5 {
			rest, ok := strings.CutPrefix(asked, "GET "+sub(n))
			switch {
			case !ok:
			case rest == grantsAt:
				var all []string
				for i := range 100 {
					all = append(all, assignmentJSON(sub(n), name(n, i), "User", ""))
				}
				return 200, onePage(all...)
			default:
				return 200, assignmentJSON(sub(n), rbac.GUID(rest[len(rest)-36:]), "User", "")
			}
		}
		return http.StatusTeapot, ""
	}}
	s := azureOver(t, tenant)
	var wait sync.WaitGroup
	for i := range 100 {
		for n := range 5 {
			wait.Go(func() {
				got, err := s.Assignment(t.Context(), testScope(t, sub(n)), name(n, i))
				if err != nil || got.Name != name(n, i) {
					t.Errorf("%v, %v", got, err)
					return
				}
				if _, err := s.Role(t.Context(), got.RoleID); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wait.Wait()
	if n := len(tenant.asked); n != 18 { // 2 + 1 for each collection: five subscriptions and the roles
		t.Errorf("%d requests:\n%s", n, strings.Join(tenant.sorted(), "\n"))
	}
}

func TestAssignmentsOfTheTenantAreOneListAtTheRoot(t *testing.T) {
	t.Parallel()
	s := azureOn(t,
		gives(200, "GET "+grantsAt, onePage(assignmentJSON(testSub, testOther, "User", ""), assignmentJSON(testSub, testName, "User", ""), assignmentJSON("/", testName, "User", ""))),
		gives(200, "GET "+grantsAt+ofTheUser, onePage(assignmentJSON(testSub, testName, "User", ""))),
		gives(200, "GET "+testSub+grantsAt+ofTheUser, onePage(assignmentJSON(testSub, testName, "User", ""))),
	)
	got, err := s.Assignments(t.Context(), azure.AssignmentFilter{})
	if err != nil {
		t.Fatal(err)
	}
	equalAzure(t, got, []azure.Assignment{testGrant(t, "/", testName, "User", ""), testGrant(t, testSub, testName, "User", ""), testGrant(t, testSub, testOther, "User", "")})
	got, err = s.Assignments(t.Context(), azure.AssignmentFilter{Scope: azure.Root, PrincipalID: testUser})
	if err != nil || len(got) != 1 {
		t.Errorf("%v, %v", got, err)
	}
	got, err = s.Assignments(t.Context(), azure.AssignmentFilter{Scope: testScope(t, testSub), PrincipalID: testUser, RoleID: "c0000000-0000-4000-8000-000000000002"})
	if err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestWhoMayNotListAtTheRootSeesVisibleSubscriptionsAndManagementGroupsOnce(t *testing.T) {
	t.Parallel()
	forbidden := `{"error":{"code":"AuthorizationFailed","message":"The client does not have authorization."}}`
	tenant := &countingAzure{serve: func(asked string) (int, string) {
		switch asked {
		case "GET " + grantsAt:
			return 403, forbidden
		case "GET /subscriptions":
			return 200, onePage(`{"id":"`+testSub+`","subscriptionId":"b0000000-0000-4000-8000-000000000001"}`,
				`{"id":"`+testSub2+`","subscriptionId":"b0000000-0000-4000-8000-000000000002"}`,
				`{"subscriptionId":"b0000000-0000-4000-8000-000000000003"}`)
		case "GET /providers/Microsoft.Management/managementGroups":
			return 200, onePage(`{"id":"`+testMG+`","name":"Corp","properties":{"displayName":"Corp"}}`, `{"name":"Secret","properties":{}}`)
		case "GET " + testSub + grantsAt:
			return 200, onePage(assignmentJSON("/", testOther, "User", ""), assignmentJSON(testMG, testName, "User", ""), assignmentJSON(testSub, testName, "User", ""))
		case "GET " + testSub2 + grantsAt:
			return 200, onePage(assignmentJSON("/", testOther, "User", ""))
		case "GET " + testMG + grantsAt + "?$filter=atScope()":
			return 200, onePage(assignmentJSON(testMG, testName, "User", ""))
		case "GET /subscriptions/b0000000-0000-4000-8000-000000000003" + grantsAt:
			return 404, `{"error":{"code":"SubscriptionNotFound","message":"The subscription could not be found."}}`
		}
		return 403, forbidden
	}}
	s := azureOver(t, tenant)
	for range 2 {
		got, err := s.Assignments(t.Context(), azure.AssignmentFilter{})
		if err != nil {
			t.Fatal(err)
		}
		equalAzure(t, got, []azure.Assignment{testGrant(t, "/", testOther, "User", ""), testGrant(t, testMG, testName, "User", ""), testGrant(t, testSub, testName, "User", "")})
	}
	roots := 0
	for _, asked := range tenant.asked {
		if asked == "GET "+grantsAt {
			roots++
		}
	}
	if roots != 1 {
		t.Errorf("asked at the root %d times", roots)
	}
}

func TestWhoMayListNowhereIsToldSo(t *testing.T) {
	t.Parallel()
	s := azureOver(t, &countingAzure{serve: func(asked string) (int, string) {
		if asked == "GET /subscriptions" {
			return 200, onePage()
		}
		return 403, `{"error":{"code":"AuthorizationFailed","message":"The client does not have authorization."}}`
	}})
	for _, code := range []string{"AuthorizationFailed", ""} {
		_, err := s.Assignments(t.Context(), azure.AssignmentFilter{})
		failsAs(t, err, rbac.Forbidden, code, "", "Microsoft.Authorization/roleAssignments/read")
	}
}

func TestListsOfAssignmentsHaveWhatThisRunWroteAlthoughTheServiceIsLate(t *testing.T) {
	t.Parallel()
	old := testSub + grantsAt + "/" + testOther.String()
	late := onePage(assignmentJSON(testSub, testOther, "User", ""))
	s := azureOn(t,
		noAssignment(getGrant), gives(201, putGrant, assignmentJSON(testSub, testName, "User", "")), shown(""), shown(""),
		gives(200, "DELETE "+old, ""), noAssignment("GET "+old),
		gives(200, "GET "+grantsAt, late),
		gives(200, "GET "+testSub+grantsAt, late),
		gives(200, "GET "+testSub2+grantsAt, onePage()),
		gives(200, "GET "+grantsAt+"?$filter=principalId eq 'a0000000-0000-4000-8000-000000000002'", onePage()),
	)
	want, err := s.CreateAssignment(t.Context(), testGrant(t, testSub, testName, "", ""))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteAssignment(t.Context(), testScope(t, testSub), testOther); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		f    azure.AssignmentFilter
		want []azure.Assignment
	}{
		{azure.AssignmentFilter{}, []azure.Assignment{want}},
		{azure.AssignmentFilter{Scope: testScope(t, testSub)}, []azure.Assignment{want}},
		{azure.AssignmentFilter{Scope: testScope(t, testSub2)}, nil},
		{azure.AssignmentFilter{PrincipalID: "a0000000-0000-4000-8000-000000000002"}, nil},
	} {
		got, err := s.Assignments(t.Context(), c.f)
		if err != nil {
			t.Fatal(err)
		}
		equalAzure(t, append([]azure.Assignment{}, got...), append([]azure.Assignment{}, c.want...))
	}
}

func TestWhatNobodyKnowsIsLeftOutOfLists(t *testing.T) {
	t.Parallel()
	s := azureOn(t, gives(200, "GET "+grantsAt, onePage(`{"id":"/strange/place","properties":{}}`, assignmentJSON(testSub, testName, "AgentUser", ""))))
	got, err := s.Assignments(t.Context(), azure.AssignmentFilter{})
	if err != nil {
		t.Fatal(err)
	}
	equalAzure(t, got, []azure.Assignment{testGrant(t, testSub, testName, "AgentUser", "")})
}

// Principals.

const (
	getUser    = "GET graph.microsoft.com/v1.0/directoryObjects/a0000000-0000-4000-8000-000000000001"
	getOwner   = "GET graph.microsoft.com/v1.0/servicePrincipals?$filter=appId eq 'a0000000-0000-4000-8000-000000000001'&$select=id,appId,displayName"
	notInGraph = `{"error":{"code":"Request_ResourceNotFound","message":"Resource 'a0000000-0000-4000-8000-000000000001' does not exist or one of its queried reference-property objects are not present."}}`
)

func noPrincipalYet(want string) exchangeStep {
	return refuses(400, want, "PrincipalNotFound", "Principal a0000000000040008000000000000001 does not exist in the directory d0000000-0000-4000-8000-000000000001.")
}

func TestAnApplicationIDIsRefusedAtOnceAndTheObjectIDIsNamed(t *testing.T) {
	t.Parallel()
	s := azureOn(t,
		noAssignment(getGrant), noPrincipalYet(putGrant),
		gives(404, getUser, notInGraph),
		gives(200, getOwner, onePage(`{"id":"a0000000-0000-4000-8000-000000000007","appId":"a0000000-0000-4000-8000-000000000001","displayName":"Robot"}`)),
	)
	_, err := s.CreateAssignment(t.Context(), testGrant(t, testSub, testName, "", ""))
	failsAs(t, err, rbac.PrincipalNotFound, "PrincipalNotFound", "", "application ID", "a0000000-0000-4000-8000-000000000007", "Robot")
}

func TestAPrincipalThatTheDirectoryHasIsAssignedWithItsType(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shownAs := gives(200, getGrant, assignmentJSON(testSub, testName, "ServicePrincipal", ""))
		s := azureOn(t,
			noAssignment(getGrant), noPrincipalYet(putGrant),
			gives(200, getUser, `{"@odata.type":"#microsoft.graph.servicePrincipal","id":"a0000000-0000-4000-8000-000000000001"}`),
			gives(201, putGrant+"\n"+`{"properties":{"roleDefinitionId":"`+testSub+roleAt+`","principalId":"a0000000-0000-4000-8000-000000000001","principalType":"ServicePrincipal",`+
				`"condition":null,"conditionVersion":null,"delegatedManagedIdentityResourceId":null,"description":null}}`, assignmentJSON(testSub, testName, "ServicePrincipal", "")),
			shownAs, shownAs,
		)
		start := time.Now()
		got, err := s.CreateAssignment(t.Context(), testGrant(t, testSub, testName, "", ""))
		if err != nil {
			t.Fatal(err)
		}
		equalAzure(t, got, testGrant(t, testSub, testName, "ServicePrincipal", ""))
		if took := time.Since(start); took > time.Second {
			t.Errorf("took %s", took)
		}
	})
}

func TestAPrincipalThatArrivesWhileWaitingIsAssigned(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := azureOn(t,
			noAssignment(getGrant), noPrincipalYet(putGrant),
			gives(403, getUser, `{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges to complete the operation."}}`), // and not asked again
			noPrincipalYet(putGrant), noPrincipalYet(putGrant),
			gives(201, putGrant, assignmentJSON(testSub, testName, "User", "")), shown(""), shown(""),
		)
		if _, err := s.CreateAssignment(t.Context(), testGrant(t, testSub, testName, "", "")); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAPrincipalThatDoesNotExistEndsWithASentenceWithinTwoMinutes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tenant := &countingAzure{serve: func(asked string) (int, string) {
			switch asked {
			case putGrant:
				return 400, `{"error":{"code":"PrincipalNotFound","message":"Principal does not exist in the directory."}}`
			case getUser:
				return 404, notInGraph
			case getOwner:
				return 200, onePage()
			}
			return 404, `{"error":{"code":"RoleAssignmentNotFound","message":"no"}}`
		}}
		start := time.Now()
		_, err := azureOver(t, tenant).CreateAssignment(t.Context(), testGrant(t, testSub, testName, "", ""))
		failsAs(t, err, rbac.PrincipalNotFound, "PrincipalNotFound", "", testUser.String(), "principal_type")
		if took := time.Since(start); took < time.Minute || took > 2*time.Minute {
			t.Errorf("took %s", took)
		}
		if n := len(tenant.asked); n > 80 {
			t.Errorf("%d requests", n)
		}
	})
}

func TestWhatThisRunMadeIsChangedAndDeletedAlthoughAReplicaHasNotHeardOfIt(t *testing.T) {
	t.Parallel()
	role := gives(200, getRole, roleJSON(testRole, "Operator", ""))
	s := azureOn(t,
		noRole(getRole), gives(201, putRole, roleJSON(testRole, "Operator", "")), role, role,
		noAssignment(getGrant), gives(201, putGrant, assignmentJSON(testSub, testName, "User", "")), shown(""), shown(""),
		noAssignment(getGrant), gives(200, putGrant, assignmentJSON(testSub, testName, "User", "new")), shown("new"),
		noRole(getRole), gives(200, dropRole, ""), noRole(getRole),
	)
	if _, err := s.CreateRole(t.Context(), testRoleValue("")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CreateAssignment(t.Context(), testGrant(t, testSub, testName, "", "")); err != nil {
		t.Fatal(err)
	}
	got, err := s.UpdateAssignment(t.Context(), testGrant(t, testSub, testName, "", "new"))
	if err != nil {
		t.Fatal(err)
	}
	equalAzure(t, got, testGrant(t, testSub, testName, "User", "new"))
	if err := s.DeleteRole(t.Context(), testRole); err != nil {
		t.Fatal(err)
	}
}
