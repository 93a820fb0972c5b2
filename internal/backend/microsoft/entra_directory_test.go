// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const deskID rbac.GUID = "c0000000-0000-4000-8000-000000000001"

const (
	deskPath = "/v1.0/roleManagement/directory/roleDefinitions/c0000000-0000-4000-8000-000000000001"
	desks    = "/v1.0/roleManagement/directory/roleDefinitions"
	grants   = "/v1.0/roleManagement/directory/roleAssignments"
	objects  = "POST /v1.0/directoryObjects/getByIds"
)

// deskRole is a custom role, and deskJSON how Graph shows it.
func deskRole(change ...func(*entra.Role)) entra.Role {
	r := entra.Role{ID: deskID, Name: "Desk", Description: "d", Version: "1", Enabled: true, Permissions: []string{"microsoft.directory/applications/standard/read"}}
	for _, c := range change {
		c(&r)
	}
	return r
}

func deskJSON(id rbac.GUID, name string) string {
	return fmt.Sprintf(`{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#roleManagement/directory/roleDefinitions/$entity","id":%q,"description":"d","displayName":%q,`+
		`"isBuiltIn":false,"isEnabled":true,"resourceScopes":["/"],"templateId":%q,"version":"1",`+
		`"rolePermissions":[{"allowedResourceActions":["microsoft.directory/applications/standard/read"],"condition":null}],"inheritsPermissionsFrom":[]}`, id, name, id)
}

const globalReaderJSON = `{"id":"f2ef992c-3afb-46b9-b7cf-a126ee74c451","description":"Reads all.","displayName":"Global Reader","isBuiltIn":true,"isEnabled":true,"resourceScopes":["/"],` +
	`"templateId":"f2ef992c-3afb-46b9-b7cf-a126ee74c451","version":"1","rolePermissions":[{"allowedResourceActions":["microsoft.directory/users/standard/read"],"condition":null}]}`

func TestEntraRoleIsCreatedWithOneWriteAndTwoReads(t *testing.T) {
	t.Parallel()
	graphPlays(t, []exchangeStep{
		gives(http.StatusCreated, "POST "+desks+"\n"+
			`{"displayName":"Desk","description":"d","isEnabled":true,"rolePermissions":[{"allowedResourceActions":["microsoft.directory/applications/standard/read"],"condition":null}],`+
			`"templateId":"c0000000-0000-4000-8000-000000000001","version":"1"}`, deskJSON(deskID, "Desk")),
		gives(http.StatusOK, "GET "+deskPath, deskJSON(deskID, "Desk")),
		gives(http.StatusOK, "GET "+deskPath, deskJSON(deskID, "Desk")),
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		got, err := e.CreateRole(t.Context(), deskRole())
		succeeds(t, err)
		same(t, got, deskRole())
	})
}

func TestEntraRoleWithoutAnIDGetsOneBeforeItIsSent(t *testing.T) {
	t.Parallel()
	graphServes(t, func(asked, body string) (int, string) {
		if strings.HasPrefix(asked, "POST") {
			_, id, _ := strings.Cut(body, `"templateId":"`)
			if _, ok := rbac.ParseGUID(id[:36]); !ok {
				t.Errorf("no template ID in %s", body)
			}
			return http.StatusCreated, deskJSON(rbac.GUID(id[:36]), "Desk")
		}
		return http.StatusOK, deskJSON(rbac.GUID(asked[len(asked)-36:]), "Desk")
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement, _ func() []string) {
		got, err := e.CreateRole(t.Context(), deskRole(func(r *entra.Role) { r.ID = "" }))
		succeeds(t, err)
		if _, ok := rbac.ParseGUID(got.ID.String()); !ok {
			t.Errorf("%q is no GUID", got.ID)
		}
	})
}

func TestEntraRoleWhoseCreateWasCarriedOutButNotAnsweredIsTaken(t *testing.T) {
	t.Parallel()
	graphPlays(t, []exchangeStep{
		breaks("POST " + desks),
		gives(http.StatusOK, "GET "+deskPath, deskJSON(deskID, "Desk")),
		gives(http.StatusOK, "GET "+deskPath, deskJSON(deskID, "Desk")),
		gives(http.StatusOK, "GET "+deskPath, deskJSON(deskID, "Desk")),
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		got, err := e.CreateRole(t.Context(), deskRole())
		succeeds(t, err)
		same(t, got, deskRole())
	})
}

func TestEntraRoleOfAnotherContentIsNotTakenAfterALostAnswer(t *testing.T) {
	t.Parallel()
	lost := false
	graphServes(t, func(asked, _ string) (int, string) {
		switch {
		case asked != "POST "+desks:
			return http.StatusOK, deskJSON(deskID, "Somebody else's")
		case lost:
			return http.StatusBadRequest, conflicts("").body
		default:
			lost = true
			return 0, ""
		}
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement, _ func() []string) {
		_, err := e.CreateRole(t.Context(), deskRole())
		failsAs(t, err, rbac.Exists, "Request_BadRequest", deskID.String(), "Somebody else's", "Import")
	})
}

func TestEntraRoleIDThatIsTakenIsNamed(t *testing.T) {
	t.Parallel()
	graphPlays(t, []exchangeStep{
		conflicts("POST " + desks),
		gives(http.StatusOK, "GET "+deskPath, deskJSON(deskID, "First")),
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		_, err := e.CreateRole(t.Context(), deskRole())
		failsAs(t, err, rbac.Exists, "Request_BadRequest", deskID.String(), `"First"`, "Import")
	})
}

func TestEntraRoleIsUpdatedWithOneWriteAndTwoReads(t *testing.T) {
	t.Parallel()
	graphPlays(t, []exchangeStep{
		gives(http.StatusNoContent, "PATCH "+deskPath+"\n"+
			`{"displayName":"New","description":null,"isEnabled":true,"rolePermissions":[{"allowedResourceActions":["microsoft.directory/applications/standard/read"],"condition":null}],"version":"1"}`, ""),
		gives(http.StatusOK, "GET "+deskPath, strings.Replace(deskJSON(deskID, "New"), `"description":"d"`, `"description":null`, 1)),
		gives(http.StatusOK, "GET "+deskPath, strings.Replace(deskJSON(deskID, "New"), `"description":"d"`, `"description":null`, 1)),
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		want := deskRole(func(r *entra.Role) { r.Name, r.Description = "New", "" })
		got, err := e.UpdateRole(t.Context(), want)
		succeeds(t, err)
		same(t, got, want)
	})
}

func TestEntraRoleUpdateWaitsUntilReadsAreNoLongerStale(t *testing.T) {
	t.Parallel()
	old := gives(http.StatusOK, "GET "+deskPath, deskJSON(deskID, "Old"))
	now := gives(http.StatusOK, "GET "+deskPath, deskJSON(deskID, "Desk"))
	graphPlays(t, []exchangeStep{
		gives(http.StatusNoContent, "PATCH "+deskPath, ""), old, now, old, now, now,
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		got, err := e.UpdateRole(t.Context(), deskRole())
		succeeds(t, err)
		same(t, got, deskRole())
	})
}

func TestEntraRoleIsDeletedWithOneWriteAndOneRead(t *testing.T) {
	t.Parallel()
	graphPlays(t, []exchangeStep{
		gives(http.StatusNoContent, "DELETE "+deskPath, ""),
		notThere("GET " + deskPath),
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		succeeds(t, e.DeleteRole(t.Context(), deskID))
	})
}

func TestEntraRoleThatLingersIsWaitedFor(t *testing.T) {
	t.Parallel()
	graphPlays(t, []exchangeStep{
		notThere("DELETE " + deskPath), // gone already, which is success
		gives(http.StatusOK, "GET "+deskPath, deskJSON(deskID, "Desk")),
		gives(http.StatusOK, "GET "+deskPath, deskJSON(deskID, "Desk")),
		notThere("GET " + deskPath),
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		succeeds(t, e.DeleteRole(t.Context(), deskID))
	})
}

func TestEntraBuiltInRolesCanNotBeWritten(t *testing.T) {
	t.Parallel()
	const reader rbac.GUID = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
	path := desks + "/" + reader.String()
	graphPlays(t, []exchangeStep{
		refuses(http.StatusBadRequest, "PATCH "+path, "Request_BadRequest", "No."),
		gives(http.StatusOK, "GET "+path, globalReaderJSON),
		refuses(http.StatusBadRequest, "DELETE "+path, "Request_BadRequest", "No."),
		gives(http.StatusOK, "GET "+path, globalReaderJSON),
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		_, err := e.UpdateRole(t.Context(), deskRole(func(r *entra.Role) { r.ID = reader }))
		failsAs(t, err, rbac.Immutable, "Request_BadRequest", "", `"Global Reader"`)
		failsAs(t, e.DeleteRole(t.Context(), reader), rbac.Immutable, "Request_BadRequest", "", `"Global Reader"`)
	})
}

func TestEntraForbiddenNamesThePermission(t *testing.T) {
	t.Parallel()
	denied := func(want string) exchangeStep {
		return refuses(http.StatusForbidden, want, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
	}
	graphPlays(t, []exchangeStep{
		denied("GET " + deskPath), denied("POST " + desks), denied("PATCH " + deskPath), denied("DELETE " + deskPath), denied("GET " + grants),
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		_, err := e.Role(t.Context(), deskID)
		failsAs(t, err, rbac.Forbidden, "Authorization_RequestDenied", "", "RoleManagement.Read.Directory")
		_, err = e.CreateRole(t.Context(), deskRole())
		failsAs(t, err, rbac.Forbidden, "Authorization_RequestDenied", "", "RoleManagement.ReadWrite.Directory")
		_, err = e.UpdateRole(t.Context(), deskRole())
		failsAs(t, err, rbac.Forbidden, "Authorization_RequestDenied", "", "RoleManagement.ReadWrite.Directory")
		failsAs(t, e.DeleteRole(t.Context(), deskID), rbac.Forbidden, "Authorization_RequestDenied", "", "RoleManagement.ReadWrite.Directory")
		_, err = e.Assignments(t.Context(), entra.AssignmentFilter{})
		failsAs(t, err, rbac.Forbidden, "Authorization_RequestDenied", "", "RoleManagement.Read.Directory")
	})
}

func TestEntraRolesAreRefreshedByPages(t *testing.T) {
	t.Parallel()
	id := func(n int) rbac.GUID { return rbac.GUID(fmt.Sprintf("c0000000-0000-4000-8000-%012d", n)) }
	role := func(n int) string { return deskJSON(id(n), fmt.Sprintf("Role %03d", n)) }
	var first, second []string
	for n := range 100 {
		first, second = append(first, role(n)), append(second, role(100+n))
	}
	graphPlays(t, []exchangeStep{
		gives(http.StatusOK, "GET "+desks+"/"+id(0).String(), role(0)),
		gives(http.StatusOK, "GET "+desks+"/"+id(1).String(), role(1)),
		gives(http.StatusOK, "GET "+desks, `{"@odata.nextLink":"https://graph.microsoft.com`+desks+`?$skiptoken=x","value":[`+strings.Join(first, ",")+`]}`),
		gives(http.StatusOK, "GET "+desks+"?$skiptoken=x", onePage(second...)),
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		for n := range 200 {
			got, err := e.Role(t.Context(), id(n))
			succeeds(t, err)
			same(t, got.Name, fmt.Sprintf("Role %03d", n))
		}
		got, err := e.Roles(t.Context(), entra.RoleFilter{Type: entra.CustomRole, Name: "ROLE 150"})
		succeeds(t, err)
		same(t, len(got), 1)
		got, err = e.Roles(t.Context(), entra.RoleFilter{Type: entra.BuiltInRole})
		succeeds(t, err)
		same(t, len(got), 0)
	})
}

const userAdmin rbac.GUID = "fe930be7-5e62-47db-91af-98c3a49a38b1"

// grant is an assignment of User Administrator to the test user.
func grant(scope string) entra.Assignment {
	return entra.Assignment{RoleID: userAdmin, PrincipalID: testUser, DirectoryScope: scope}
}

func grantJSON(id, principal, scope string) string {
	return fmt.Sprintf(`{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#roleManagement/directory/roleAssignments/$entity","id":%q,"principalId":%q,"directoryScopeId":%q,"roleDefinitionId":%q}`,
		id, principal, scope, userAdmin)
}

func TestEntraAssignmentIsCreatedWithOneWriteAndTwoReads(t *testing.T) {
	t.Parallel()
	id := entra.AssignmentID(userAdmin, testUser, "")
	graphPlays(t, []exchangeStep{
		gives(http.StatusCreated, "POST "+grants+"\n"+`{"principalId":"a0000000-0000-4000-8000-000000000001","directoryScopeId":"/","roleDefinitionId":"fe930be7-5e62-47db-91af-98c3a49a38b1"}`,
			grantJSON(id, testUser.String(), "/")),
		gives(http.StatusOK, "GET "+grants+"/"+id, grantJSON(id, strings.ToUpper(testUser.String()), "/")),
		gives(http.StatusOK, "GET "+grants+"/"+id, grantJSON(id, testUser.String(), "/")),
		gives(http.StatusNoContent, "DELETE "+grants+"/"+id, ""),
		notThere("GET " + grants + "/" + id),
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		got, err := e.CreateAssignment(t.Context(), grant("/"))
		succeeds(t, err)
		want := grant("/")
		want.ID = id
		same(t, got, want)
		succeeds(t, e.DeleteAssignment(t.Context(), id))
	})
}

func TestEntraAssignmentThatHidesIsWaitedFor(t *testing.T) {
	t.Parallel()
	id := entra.AssignmentID(userAdmin, testUser, "")
	read := "GET " + grants + "/" + id
	found := gives(http.StatusOK, read, grantJSON(id, testUser.String(), "/"))
	graphPlays(t, []exchangeStep{
		gives(http.StatusCreated, "POST "+grants, grantJSON(id, testUser.String(), "/")),
		notThere(read), notThere(read), found, notThere(read), found, found,
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		got, err := e.CreateAssignment(t.Context(), grant("/"))
		succeeds(t, err)
		same(t, got.ID, id)
	})
}

func TestEntraAssignmentThatIsThereIsNamed(t *testing.T) {
	t.Parallel()
	const unit = "/administrativeUnits/a0000000-0000-4000-8000-000000000008"
	id := entra.AssignmentID(userAdmin, testUser, "a0000000-0000-4000-8000-000000000008")
	graphPlays(t, []exchangeStep{
		conflicts("POST " + grants + "\n" + `{"principalId":"a0000000-0000-4000-8000-000000000001","directoryScopeId":"` + unit + `","roleDefinitionId":"fe930be7-5e62-47db-91af-98c3a49a38b1"}`),
		gives(http.StatusOK, "GET "+grants+"/"+id, grantJSON(id, testUser.String(), unit)),
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		_, err := e.CreateAssignment(t.Context(), grant("/directory/administrativeUnits/A0000000-0000-4000-8000-000000000008"))
		failsAs(t, err, rbac.Exists, "Request_BadRequest", id, testUser.String(), unit, "Import")
	})
}

func TestEntraAssignmentAtAnAppScopeIsFoundByItsPrincipal(t *testing.T) {
	t.Parallel()
	const scope = "/AccessPackageCatalog/x"
	mine := `{"id":"opaque","principalId":"` + testUser.String() + `","directoryScopeId":null,"appScopeId":"` + scope + `","roleDefinitionId":"` + userAdmin.String() + `"}`
	graphPlays(t, []exchangeStep{
		conflicts("POST " + grants),
		gives(http.StatusOK, "GET "+grants+"?$filter=principalId eq 'a0000000-0000-4000-8000-000000000001'", onePage(grantJSON("other", testUser.String(), "/"), mine)),
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		_, err := e.CreateAssignment(t.Context(), entra.Assignment{RoleID: userAdmin, PrincipalID: testUser, AppScope: scope})
		failsAs(t, err, rbac.Exists, "Request_BadRequest", "opaque", scope)
	})
}

// roleIsThere is the read of the role of a refused assignment.
func roleIsThere() exchangeStep {
	return gives(http.StatusOK, "GET "+desks+"/"+userAdmin.String(), strings.ReplaceAll(globalReaderJSON, "f2ef992c-3afb-46b9-b7cf-a126ee74c451", userAdmin.String()))
}

// theObjects is the question for the test user and the answer.
func theObjects(answer ...string) exchangeStep {
	return gives(http.StatusOK, objects+"\n"+`{"ids":["a0000000-0000-4000-8000-000000000001"]}`, onePage(answer...))
}

const (
	aliceJSON = `{"@odata.type":"#microsoft.graph.user","id":"a0000000-0000-4000-8000-000000000001","displayName":"Alice"}`
	appQuery  = "GET /v1.0/servicePrincipals?$filter=appId eq 'a0000000-0000-4000-8000-000000000001'&$select=id,appId,displayName"
)

func TestEntraAssignmentOfAFreshPrincipalIsTriedUntilTheDirectoryKnowsIt(t *testing.T) {
	t.Parallel()
	id := entra.AssignmentID(userAdmin, testUser, "")
	found := gives(http.StatusOK, "GET "+grants+"/"+id, grantJSON(id, testUser.String(), "/"))
	graphPlays(t, []exchangeStep{
		notThere("POST " + grants), roleIsThere(), theObjects(), gives(http.StatusOK, appQuery, onePage()),
		notThere("POST " + grants), roleIsThere(), theObjects(aliceJSON),
		gives(http.StatusCreated, "POST "+grants, grantJSON(id, testUser.String(), "/")), found, found,
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		got, err := e.CreateAssignment(t.Context(), grant("/"))
		succeeds(t, err)
		same(t, got.ID, id)
	})
}

func TestEntraAssignmentOfAnApplicationIDEndsAtOnce(t *testing.T) {
	t.Parallel()
	graphPlays(t, []exchangeStep{
		notThere("POST " + grants), roleIsThere(), theObjects(),
		gives(http.StatusOK, appQuery, onePage(`{"id":"a0000000-0000-4000-8000-000000000005","appId":"a0000000-0000-4000-8000-000000000001","displayName":"Robot"}`)),
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		start := time.Now()
		_, err := e.CreateAssignment(t.Context(), grant("/"))
		failsAs(t, err, rbac.PrincipalNotFound, "Request_ResourceNotFound", "", "application ID", `"Robot"`, "a0000000-0000-4000-8000-000000000005")
		same(t, time.Since(start), time.Duration(0))
	})
}

func TestEntraAssignmentOfAnUnknownRoleEndsAtOnce(t *testing.T) {
	t.Parallel()
	graphPlays(t, []exchangeStep{
		notThere("POST " + grants), notThere("GET " + desks + "/" + userAdmin.String()),
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		start := time.Now()
		_, err := e.CreateAssignment(t.Context(), grant("/"))
		failsAs(t, err, rbac.NotFound, "Request_ResourceNotFound", "", userAdmin.String())
		same(t, time.Since(start), time.Duration(0))
	})
}

func TestEntraAssignmentOfAnUnknownPrincipalOrScopeEndsWithinTwoMinutes(t *testing.T) {
	t.Parallel()
	const unit = "a0000000-0000-4000-8000-000000000008"
	team := `{"@odata.type":"#microsoft.graph.group","id":"` + unit + `","displayName":"Team","securityEnabled":true,"isAssignableToRole":false}`
	for name, c := range map[string]struct {
		scope, objects string
		status         int
		kind           rbac.Kind
		words          string
		waits          bool
	}{
		"nobody":            {"/", onePage(), 200, rbac.PrincipalNotFound, "no principal " + testUser.String(), true},
		"no scope":          {"/administrativeUnits/" + unit, onePage(aliceJSON), 200, rbac.ScopeNotFound, "no object " + unit, true},
		"a group as unit":   {"/administrativeUnits/" + unit, onePage(aliceJSON, team), 200, rbac.ScopeNotFound, `the group "Team"`, false},
		"unreadable":        {"/", `{"error":{"code":"Authorization_RequestDenied","message":"No."}}`, 403, rbac.PrincipalNotFound, "no principal", true},
		"unreadable, scope": {"/" + unit, `{"error":{"code":"Authorization_RequestDenied","message":"No."}}`, 403, rbac.PrincipalNotFound, "Directory.Read.All", true},
		"role management":   {"/", onePage(aliceJSON), 200, rbac.PrincipalNotFound, "does not know it yet", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			graphServes(t, func(asked, _ string) (int, string) {
				switch {
				case asked == "POST "+grants:
					return 404, `{"error":{"code":"Request_ResourceNotFound","message":"Resource 'x' does not exist or one of its queried reference-property objects are not present."}}`
				case asked == objects:
					return c.status, c.objects
				case strings.HasPrefix(asked, "GET /v1.0/servicePrincipals"):
					return 200, onePage()
				default:
					return 200, roleIsThere().body
				}
			}, func(t *testing.T, e *entraDirectory, _ *intuneManagement, asked func() []string) {
				start := time.Now()
				_, err := e.CreateAssignment(t.Context(), grant(c.scope))
				failsAs(t, err, c.kind, "Request_ResourceNotFound", "", c.words)
				took := time.Since(start)
				if c.waits != strings.Contains(err.Error(), "tried for") || c.waits != (took > time.Minute) || took > 2*time.Minute {
					t.Errorf("it took %s: %v", took, err)
				}
				if n := len(slices.DeleteFunc(asked(), func(a string) bool { return a != "POST "+grants })); n > 30 {
					t.Errorf("tried %d times", n)
				}
			})
		})
	}
}

func TestEntraAssignmentWithABrokenAnswerIsLookedUp(t *testing.T) {
	t.Parallel()
	id := entra.AssignmentID(userAdmin, testUser, "")
	found := gives(http.StatusOK, "GET "+grants+"/"+id, grantJSON(id, testUser.String(), "/"))
	graphPlays(t, []exchangeStep{
		breaks("POST " + grants), found, found, found,
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		got, err := e.CreateAssignment(t.Context(), grant("/"))
		succeeds(t, err)
		same(t, got.ID, id)
	})
}

func TestEntraAssignmentsAreOneListForTheWholeRun(t *testing.T) {
	t.Parallel()
	other := "a0000000-0000-4000-8000-000000000002"
	graphPlays(t, []exchangeStep{
		gives(http.StatusOK, "GET "+grants, onePage(grantJSON("b", other, "/"), grantJSON("a", testUser.String(), "/attributeSets/Engineering"),
			`{"id":"broken","principalId":"who","directoryScopeId":"/","roleDefinitionId":"x"}`)),
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		all, err := e.Assignments(t.Context(), entra.AssignmentFilter{})
		succeeds(t, err)
		a := entra.Assignment{ID: "a", RoleID: userAdmin, PrincipalID: testUser, DirectoryScope: "/attributeSets/Engineering"}
		b := entra.Assignment{ID: "b", RoleID: userAdmin, PrincipalID: rbac.GUID(other), DirectoryScope: "/"}
		same(t, all, []entra.Assignment{a, b})
		some, err := e.Assignments(t.Context(), entra.AssignmentFilter{PrincipalID: rbac.GUID(other), RoleID: userAdmin, DirectoryScope: "/"})
		succeeds(t, err)
		same(t, some, []entra.Assignment{b})
		got, err := e.Assignment(t.Context(), "b")
		succeeds(t, err)
		same(t, got, b)
		_, err = e.Assignment(t.Context(), "")
		failsAs(t, err, rbac.NotFound, "Request_ResourceNotFound", "")
	})
}

func TestEntraAssignmentIsRefusedBeforeItIsSentWhenItCanNotBeNamed(t *testing.T) {
	t.Parallel()
	graphPlays(t, nil, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		for _, a := range []entra.Assignment{
			{RoleID: "x", PrincipalID: testUser, DirectoryScope: "/"},
			{RoleID: userAdmin, PrincipalID: "x", DirectoryScope: "/"},
			{RoleID: userAdmin, PrincipalID: testUser},
			{RoleID: userAdmin, PrincipalID: testUser, DirectoryScope: "/users/x"},
			{RoleID: userAdmin, PrincipalID: testUser, DirectoryScope: "/", AppScope: "/"},
		} {
			_, err := e.CreateAssignment(t.Context(), a)
			failsAs(t, err, rbac.Invalid, "Request_BadRequest", "")
		}
		succeeds(t, e.DeleteAssignment(t.Context(), ""))
	})
}

func TestDirectoryObjectsAreAskedForAThousandAtATime(t *testing.T) {
	t.Parallel()
	var ids []rbac.GUID
	for n := range 2001 {
		ids = append(ids, rbac.GUID(fmt.Sprintf("a0000000-0000-4000-8000-%012d", n)))
	}
	graphServes(t, func(_, body string) (int, string) {
		if n := strings.Count(body, "a0000000"); n > 1000 {
			t.Errorf("asked for %d objects at once", n)
		}
		if strings.Contains(body, "000000000002\"") {
			return 200, onePage(`{"@odata.type":"#microsoft.graph.group","id":"a0000000-0000-4000-8000-000000000002","displayName":"Team","securityEnabled":true,"isAssignableToRole":null}`)
		}
		return 200, onePage()
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement, asked func() []string) {
		got, err := e.Objects(t.Context(), append(ids, ids...))
		succeeds(t, err)
		const team rbac.GUID = "a0000000-0000-4000-8000-000000000002"
		same(t, got, map[rbac.GUID]entra.Object{team: {ID: team, Type: entra.Group, DisplayName: "Team", SecurityEnabled: true}})
		same(t, asked(), []string{objects, objects, objects})
	})
}

func TestDirectoryThatMayNotBeReadKnowsEveryIDAndIsAskedOnce(t *testing.T) {
	t.Parallel()
	graphPlays(t, []exchangeStep{
		refuses(http.StatusForbidden, objects, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		for range 2 {
			got, err := e.Objects(t.Context(), []rbac.GUID{testUser})
			succeeds(t, err)
			same(t, got, map[rbac.GUID]entra.Object{testUser: {ID: testUser}})
		}
	})
}

func TestDirectoryObjectsOfWhichGraphTellsNothingAreKnown(t *testing.T) {
	t.Parallel()
	const team, thing rbac.GUID = "a0000000-0000-4000-8000-000000000002", "a0000000-0000-4000-8000-000000000003"
	graphPlays(t, []exchangeStep{
		gives(http.StatusOK, objects, onePage(
			`{"@odata.type":"#microsoft.graph.group","id":"`+team.String()+`","displayName":null,"securityEnabled":null,"isAssignableToRole":null}`,
			`{"@odata.type":"#microsoft.graph.directoryObject","id":"`+thing.String()+`"}`)),
	}, func(t *testing.T, e *entraDirectory, _ *intuneManagement) {
		got, err := e.Objects(t.Context(), []rbac.GUID{team, thing, testUser})
		succeeds(t, err)
		same(t, got, map[rbac.GUID]entra.Object{team: {ID: team}, thing: {ID: thing}})
	})
}
