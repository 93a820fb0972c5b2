// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	mdm      = "/beta/deviceManagement"
	mdmRoles = mdm + "/roleDefinitions"
	duties   = mdm + "/roleAssignments"
	tags     = mdm + "/roleScopeTags"
	batch    = "POST /beta/$batch"

	helperID  rbac.GUID = "c0000000-0000-4000-8000-000000000001"
	builtInID rbac.GUID = "9e0cc482-82df-4ab2-a24c-0c23a3f52e1e"
	dutyID    rbac.GUID = "e0000000-0000-4000-8000-000000000001"
	teamID    rbac.GUID = "a0000000-0000-4000-8000-000000000002"
	adminsID  rbac.GUID = "a0000000-0000-4000-8000-000000000003"

	helperPath = mdmRoles + "/c0000000-0000-4000-8000-000000000001"
	dutyPath   = duties + "/e0000000-0000-4000-8000-000000000001"
)

// helper is a custom role; helperJSON is how Intune shows one.
func helper(change ...func(*intune.Role)) intune.Role {
	r := intune.Role{ID: helperID, Name: "Helper", Description: "d", Permissions: []string{"Microsoft.Intune_ManagedDevices_Read"}, ScopeTags: []string{"0"}}
	for _, c := range change {
		c(&r)
	}
	return r
}

func helperJSON(id rbac.GUID, name string, builtIn bool) string {
	return fmt.Sprintf(`{"@odata.type":"#microsoft.graph.deviceAndAppManagementRoleDefinition","id":%q,"displayName":%q,"description":"d","isBuiltInRoleDefinition":%v,"isBuiltIn":%v,"roleScopeTagIds":["0"],`+
		`"permissions":[{"actions":["Microsoft.Intune_ManagedDevices_Read"],"resourceActions":[{"allowedResourceActions":["Microsoft.Intune_ManagedDevices_Read"],"notAllowedResourceActions":[]}]}],`+
		`"rolePermissions":[{"actions":["Microsoft.Intune_ManagedDevices_Read"],"resourceActions":[{"allowedResourceActions":["Microsoft.Intune_ManagedDevices_Read"],"notAllowedResourceActions":[]}]}]}`, id, name, builtIn, builtIn)
}

// duty is an assignment of the helper role; dutyJSON is how Intune shows one.
func duty(change ...func(*intune.Assignment)) intune.Assignment {
	a := intune.Assignment{
		ID: dutyID, Name: "Duty", Description: "d", RoleID: helperID, Members: []rbac.GUID{teamID},
		ScopeGroups: []rbac.GUID{adminsID}, ScopeTags: []string{"0"},
	}
	for _, c := range change {
		c(&a)
	}
	return a
}

func dutyJSON(id rbac.GUID, name string) string {
	return fmt.Sprintf(`{"id":%q,"displayName":%q,"description":"d","scopeMembers":[%q],"scopeType":"resourceScope","resourceScopes":[%q],"members":[%q],"roleScopeTagIds":["0"]}`, id, name, adminsID, adminsID, teamID)
}

func rowJSON(id rbac.GUID, name string) string {
	return fmt.Sprintf(`{"@odata.type":"#microsoft.graph.deviceAndAppManagementRoleAssignment","id":%q,"displayName":%q,"description":"","resourceScopes":[],"members":[]}`, id, name)
}

func tagJSON(id, name string) string {
	return fmt.Sprintf(`{"@odata.type":"#microsoft.graph.roleScopeTag","id":%q,"displayName":%q,"description":"d","isBuiltIn":%v}`, id, name, id == "0")
}

func groupJSON(ids ...rbac.GUID) string {
	var rows []string
	for _, id := range ids {
		rows = append(rows, fmt.Sprintf(`{"@odata.type":"#microsoft.graph.roleScopeTagAutoAssignment","id":"x","target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":%q}}`, id))
	}
	return onePage(rows...)
}

// teamObject is a security group of the directory.
const teamObject = `{"@odata.type":"#microsoft.graph.group","id":"a0000000-0000-4000-8000-000000000002","displayName":"Team","securityEnabled":true,"isAssignableToRole":false}`

// asks is a batch of GETs, below the version.
func asks(paths ...string) string {
	items := make([]string, len(paths))
	for i, p := range paths {
		id, path, numbered := strings.Cut(p, "=")
		if !numbered {
			id, path = fmt.Sprint(i), p
		}
		items[i] = fmt.Sprintf(`{"id":%q,"method":"GET","url":%q}`, id, path)
	}
	return batch + "\n" + `{"requests":[` + strings.Join(items, ",") + `]}`
}

// told is the answer to one request of a batch.
func told(id string, status int, body string, header ...string) string {
	headers := ""
	if len(header) == 2 {
		headers = fmt.Sprintf(`"headers":{%q:%q},`, header[0], header[1])
	}
	return fmt.Sprintf(`{"id":%q,"status":%d,%s"body":%s}`, id, status, headers, body)
}

func answers(items ...string) string { return `{"responses":[` + strings.Join(items, ",") + `]}` }

// says is a refusal of Intune, whose message is JSON text of its own.
func intuneSays(status int, want, code, message string) exchangeStep {
	inner, _ := json.Marshal(map[string]any{"_version": 3, "Message": message + " - Operation ID (for customer support): 00000000-0000-0000-0000-000000000000 - Activity ID: x - Url: https://x", "CustomApiErrorPhrase": ""})
	return refuses(status, want, code, string(inner))
}

func notInIntune(want string) exchangeStep {
	return intuneSays(http.StatusNotFound, want, "ResourceNotFound", "The object is not there.")
}

func badInIntune(want string) exchangeStep {
	return intuneSays(http.StatusBadRequest, want, "BadRequest", "An error has occurred")
}

func TestIntuneRoleIsCreatedWithFourRequests(t *testing.T) {
	t.Parallel()
	show := gives(http.StatusOK, "GET "+helperPath, helperJSON(helperID, "Helper", false))
	graphPlays(t, []exchangeStep{
		gives(http.StatusOK, "GET "+mdmRoles, onePage(helperJSON(builtInID, "Help Desk Operator", true))),
		gives(http.StatusOK, "POST "+mdmRoles+"\n"+ // some tenants answer 200, some 201
			`{"@odata.type":"#microsoft.graph.deviceAndAppManagementRoleDefinition","displayName":"Helper","description":"d","isBuiltIn":false,"isBuiltInRoleDefinition":false,`+
			`"rolePermissions":[{"resourceActions":[{"allowedResourceActions":["Microsoft.Intune_ManagedDevices_Read"],"notAllowedResourceActions":[]}]}]}`, show.body),
		show, show,
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		got, err := i.CreateRole(t.Context(), helper(func(r *intune.Role) { r.ID, r.ScopeTags = "", nil }))
		succeeds(t, err)
		same(t, got, helper())
		// The second one needs no list, and this run's own names are known.
		_, err = i.CreateRole(t.Context(), helper(func(r *intune.Role) { r.Name = "HELPER" }))
		failsAs(t, err, rbac.Exists, "", helperID.String(), `"Helper"`, "Import")
		_, err = i.CreateRole(t.Context(), helper(func(r *intune.Role) { r.Name = "help desk operator" }))
		failsAs(t, err, rbac.Exists, "", builtInID.String(), "built-in role")
	})
}

func TestIntuneRoleWhoseCreateWasCarriedOutButNotAnsweredIsTaken(t *testing.T) {
	t.Parallel()
	show := gives(http.StatusOK, "GET "+helperPath, helperJSON(helperID, "Helper", false))
	list := "GET " + mdmRoles
	graphPlays(t, []exchangeStep{
		gives(http.StatusOK, list, onePage()),
		breaks("POST " + mdmRoles),
		gives(http.StatusOK, list, onePage(helperJSON(builtInID, "Help Desk Operator", true))), // hidden yet
		gives(http.StatusOK, list, onePage(strings.Replace(helperJSON("c0000000-0000-4000-8000-000000000009", "Helper", false), `"description":"d"`, `"description":"x"`, 1))),
		gives(http.StatusOK, list, onePage(helperJSON(helperID, "Helper", false))),
		show, show,
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		got, err := i.CreateRole(t.Context(), helper())
		succeeds(t, err)
		same(t, got, helper())
	})
}

func TestIntuneRoleWhoseCreateWasLostIsCreatedOnce(t *testing.T) {
	t.Parallel()
	made := 0
	graphServes(t, func(asked, _ string) (int, string) {
		switch {
		case asked == "POST "+mdmRoles:
			if made++; made == 1 {
				return http.StatusServiceUnavailable, "<html>away</html>"
			}
			return http.StatusCreated, helperJSON(helperID, "Helper", false)
		case asked == "GET "+mdmRoles:
			return http.StatusOK, onePage()
		default:
			return http.StatusOK, helperJSON(helperID, "Helper", false)
		}
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement, _ func() []string) {
		got, err := i.CreateRole(t.Context(), helper())
		succeeds(t, err)
		same(t, []any{got.ID, made}, []any{helperID, 2})
	})
}

func TestIntuneRoleIsUpdatedWithTwoRequestsAndDeletedWithTwo(t *testing.T) {
	t.Parallel()
	show := gives(http.StatusOK, "GET "+helperPath, helperJSON(helperID, "Helper", false))
	graphPlays(t, []exchangeStep{
		gives(http.StatusOK, "PATCH "+helperPath+"\n"+
			`{"@odata.type":"#microsoft.graph.deviceAndAppManagementRoleDefinition","displayName":"Helper","description":"d","isBuiltIn":false,"isBuiltInRoleDefinition":false,`+
			`"rolePermissions":[{"resourceActions":[{"allowedResourceActions":["Microsoft.Intune_ManagedDevices_Read"],"notAllowedResourceActions":[]}]}],"roleScopeTagIds":["0"]}`, show.body),
		show,
		gives(http.StatusNoContent, "PATCH "+helperPath, ""), show, show, // an answer without a body is no read
		gives(http.StatusNoContent, "DELETE "+helperPath, ""),
		notInIntune("GET " + helperPath),
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		for range 2 {
			got, err := i.UpdateRole(t.Context(), helper())
			succeeds(t, err)
			same(t, got, helper())
		}
		succeeds(t, i.DeleteRole(t.Context(), helperID))
	})
}

func TestIntuneRoleUpdateThatIsIgnoredAtFirstIsWaitedFor(t *testing.T) {
	t.Parallel()
	old := gives(http.StatusOK, "GET "+helperPath, helperJSON(helperID, "Old", false))
	now := gives(http.StatusOK, "GET "+helperPath, helperJSON(helperID, "Helper", false))
	graphPlays(t, []exchangeStep{
		gives(http.StatusOK, "PATCH "+helperPath, old.body), old, now, old, now, now,
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		got, err := i.UpdateRole(t.Context(), helper())
		succeeds(t, err)
		same(t, got, helper())
	})
}

func TestIntuneRoleRefusalsAreExplained(t *testing.T) {
	t.Parallel()
	const builtIn = mdmRoles + "/9e0cc482-82df-4ab2-a24c-0c23a3f52e1e"
	show := gives(http.StatusOK, "GET "+helperPath, helperJSON(helperID, "Helper", false))
	var rows []string
	for n := 7; n > 0; n-- {
		rows = append(rows, rowJSON(rbac.GUID(fmt.Sprintf("E0000000-0000-4000-8000-%012d", n)), fmt.Sprintf("Duty %d", n)))
	}
	graphPlays(t, []exchangeStep{
		badInIntune("PATCH " + builtIn), gives(http.StatusOK, "GET "+builtIn, helperJSON(builtInID, "Help Desk Operator", true)),
		badInIntune("DELETE " + builtIn), gives(http.StatusOK, "GET "+builtIn, helperJSON(builtInID, "Help Desk Operator", true)),
		badInIntune("PATCH " + helperPath), show, gives(http.StatusOK, "GET "+tags, onePage(tagJSON("0", "Default"), tagJSON("1", "Europe"))),
		badInIntune("PATCH " + helperPath), show, gives(http.StatusOK, "GET "+tags, onePage(tagJSON("0", "Default"))),
		gives(http.StatusOK, "GET "+mdmRoles, onePage(helperJSON(helperID, "Old", false), helperJSON("c0000000-0000-4000-8000-000000000002", "HELPER", false))),
		intuneSays(http.StatusConflict, "DELETE "+helperPath, "Conflict", "In use."), show, gives(http.StatusOK, "GET "+helperPath+"/roleAssignments", onePage(rows...)),
		badInIntune("PATCH " + helperPath), show, gives(http.StatusOK, "GET "+tags, onePage(tagJSON("0", "Default"))), gives(http.StatusOK, "GET "+mdmRoles, onePage(show.body)),
		notInIntune("PATCH " + helperPath), notInIntune("GET " + helperPath),
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		_, err := i.UpdateRole(t.Context(), helper(func(r *intune.Role) { r.ID = builtInID }))
		failsAs(t, err, rbac.Immutable, "BadRequest", "", `"Help Desk Operator"`)
		failsAs(t, i.DeleteRole(t.Context(), builtInID), rbac.Immutable, "BadRequest", "", `"Help Desk Operator"`)
		_, err = i.UpdateRole(t.Context(), helper(func(r *intune.Role) { r.ScopeTags = []string{"1", "7"} }))
		failsAs(t, err, rbac.NotFound, "BadRequest", "", `"7"`)
		_, err = i.UpdateRole(t.Context(), helper())
		failsAs(t, err, rbac.Exists, "", "c0000000-0000-4000-8000-000000000002", `"HELPER"`)
		failsAs(t, i.DeleteRole(t.Context(), helperID), rbac.InUse, "Conflict", "e0000000-0000-4000-8000-000000000001",
			`"Helper"`, "7 role assignments", `"Duty 1", "Duty 2", "Duty 3", "Duty 4", "Duty 5" and 2 more`)
		_, err = i.UpdateRole(t.Context(), helper())
		failsAs(t, err, rbac.Invalid, "BadRequest", "", "An error has occurred")
		_, err = i.UpdateRole(t.Context(), helper())
		failsAs(t, err, rbac.NotFound, "ResourceNotFound", "")
	})
}

func TestIntuneHidesNothingBehindNotFound(t *testing.T) {
	t.Parallel()
	graphPlays(t, []exchangeStep{
		intuneSays(http.StatusNotFound, "GET "+helperPath, "ResourceNotFound", "Resource does not contain a tag allowed by the current role."),
		intuneSays(http.StatusNotFound, "DELETE "+dutyPath, "ResourceNotFound", "Resource does not contain a tag allowed by the current role."),
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		_, err := i.Role(t.Context(), helperID)
		failsAs(t, err, rbac.Forbidden, "ResourceNotFound", "", "exists", "scope tag")
		failsAs(t, i.DeleteAssignment(t.Context(), dutyID), rbac.Forbidden, "ResourceNotFound", "", "exists", "scope tag")
	})
}

func TestIntuneForbiddenNamesThePermission(t *testing.T) {
	t.Parallel()
	denied := func(want string) exchangeStep {
		return intuneSays(http.StatusForbidden, want, "Forbidden", "Application is not authorized to perform this operation.")
	}
	graphPlays(t, []exchangeStep{
		denied("GET " + helperPath),
		denied("GET " + mdmRoles), denied("POST " + mdmRoles),
		denied("PATCH " + helperPath), denied("DELETE " + helperPath),
		denied("GET " + duties),
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		_, err := i.Role(t.Context(), helperID)
		failsAs(t, err, rbac.Forbidden, "Forbidden", "", "DeviceManagementRBAC.Read.All")
		_, err = i.CreateRole(t.Context(), helper()) // whether the name is free can't be asked
		failsAs(t, err, rbac.Forbidden, "Forbidden", "", "DeviceManagementRBAC.ReadWrite.All")
		_, err = i.UpdateRole(t.Context(), helper())
		failsAs(t, err, rbac.Forbidden, "Forbidden", "", "DeviceManagementRBAC.ReadWrite.All")
		failsAs(t, i.DeleteRole(t.Context(), helperID), rbac.Forbidden, "Forbidden", "", "DeviceManagementRBAC.ReadWrite.All")
		_, err = i.Assignments(t.Context(), intune.AssignmentFilter{})
		failsAs(t, err, rbac.Forbidden, "Forbidden", "", "DeviceManagementRBAC.Read.All")
	})
}

func TestIntuneAssignmentIsCreatedWithFourRequests(t *testing.T) {
	t.Parallel()
	show := gives(http.StatusOK, "GET "+dutyPath, dutyJSON(dutyID, "Duty"))
	graphPlays(t, []exchangeStep{
		gives(http.StatusOK, "GET "+duties, onePage()),
		gives(http.StatusCreated, "POST "+duties+"\n"+
			`{"@odata.type":"#microsoft.graph.deviceAndAppManagementRoleAssignment","displayName":"Duty","description":"d","members":["a0000000-0000-4000-8000-000000000002"],`+
			`"resourceScopes":["a0000000-0000-4000-8000-000000000003"],"scopeType":"resourceScope",`+
			`"roleDefinition@odata.bind":"https://graph.microsoft.com/beta/deviceManagement/roleDefinitions('c0000000-0000-4000-8000-000000000001')",`+
			`"roleScopeTags@odata.bind":["https://graph.microsoft.com/beta/deviceManagement/roleScopeTags('0')"]}`, show.body),
		show, show,
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		got, err := i.CreateAssignment(t.Context(), duty(func(a *intune.Assignment) { a.ID = "" }))
		succeeds(t, err)
		same(t, got, duty())
		got, err = i.Assignment(t.Context(), dutyID) // its role is known, and so is it
		succeeds(t, err)
		same(t, got, duty())
		_, err = i.CreateAssignment(t.Context(), duty(func(a *intune.Assignment) { a.Name = "DUTY" }))
		failsAs(t, err, rbac.Exists, "", dutyID.String(), `"Duty"`)
	})
}

func TestIntuneAssignmentWhoseCreateWasCarriedOutButNotAnsweredIsTakenByNameContentAndRole(t *testing.T) {
	t.Parallel()
	const other rbac.GUID = "e0000000-0000-4000-8000-000000000009"
	show := gives(http.StatusOK, "GET "+dutyPath, dutyJSON(dutyID, "Duty"))
	graphPlays(t, []exchangeStep{
		gives(http.StatusOK, "GET "+duties, onePage()),
		breaks("POST " + duties),
		// Of another role, of another content, and the one.
		gives(http.StatusOK, "GET "+duties, onePage(dutyJSON(other, "Duty"), strings.Replace(dutyJSON(other, "Duty"), teamID.String(), adminsID.String(), 1), dutyJSON(dutyID, "Duty"))),
		gives(http.StatusOK, "GET "+helperPath+"/roleAssignments", onePage(rowJSON(dutyID, "Duty"))),
		gives(http.StatusOK, "GET "+helperPath+"/roleAssignments", onePage(rowJSON(dutyID, "Duty"))),
		show, show,
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		got, err := i.CreateAssignment(t.Context(), duty())
		succeeds(t, err)
		same(t, got, duty())
	})
}

func TestIntuneAssignmentIsUpdatedWithThreeRequestsAndDeletedWithTwo(t *testing.T) {
	t.Parallel()
	show := gives(http.StatusOK, "GET "+dutyPath, dutyJSON(dutyID, "Duty"))
	patch := "PATCH " + dutyPath + "\n" +
		`{"@odata.type":"#microsoft.graph.deviceAndAppManagementRoleAssignment","displayName":"Duty","description":"d","members":["a0000000-0000-4000-8000-000000000002"],` +
		`"resourceScopes":["a0000000-0000-4000-8000-000000000003"],"scopeType":"resourceScope"`
	graphPlays(t, []exchangeStep{
		gives(http.StatusOK, "GET "+helperPath+"/roleAssignments", onePage(rowJSON(dutyID, "Duty"))), // its role can't be changed
		gives(http.StatusOK, patch+`,"roleScopeTagIds":["0"]}`, show.body), show,
		gives(http.StatusOK, patch+`}`, show.body), show, // tags are left alone, the role is known
		gives(http.StatusNoContent, "DELETE "+dutyPath, ""), notInIntune("GET " + dutyPath),
		notInIntune("DELETE " + dutyPath), notInIntune("GET " + dutyPath),
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		for _, tags := range [][]string{{"0"}, nil} {
			got, err := i.UpdateAssignment(t.Context(), duty(func(a *intune.Assignment) { a.ScopeTags = tags }))
			succeeds(t, err)
			same(t, got, duty())
		}
		succeeds(t, i.DeleteAssignment(t.Context(), dutyID))
		succeeds(t, i.DeleteAssignment(t.Context(), dutyID))
	})
}

func TestIntuneAssignmentKeepsItsRole(t *testing.T) {
	t.Parallel()
	graphPlays(t, []exchangeStep{
		gives(http.StatusOK, "GET "+mdmRoles+"/"+builtInID.String()+"/roleAssignments", onePage()),
		gives(http.StatusOK, "GET "+dutyPath, dutyJSON(dutyID, "Duty")),
		gives(http.StatusOK, "GET "+mdmRoles, onePage(helperJSON(builtInID, "Help Desk Operator", true), helperJSON(helperID, "Helper", false))),
		gives(http.StatusOK, "GET "+helperPath+"/roleAssignments", onePage(rowJSON(dutyID, "Duty"))),
		// Gone: the service's own words.
		gives(http.StatusOK, "GET "+helperPath+"/roleAssignments", onePage()),
		notInIntune("GET " + duties + "/e0000000-0000-4000-8000-000000000002"),
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		_, err := i.UpdateAssignment(t.Context(), duty(func(a *intune.Assignment) { a.RoleID = builtInID }))
		failsAs(t, err, rbac.Immutable, "", "", helperID.String(), builtInID.String(), "Replace")
		_, err = i.UpdateAssignment(t.Context(), duty(func(a *intune.Assignment) { a.ID = "e0000000-0000-4000-8000-000000000002" }))
		failsAs(t, err, rbac.NotFound, "ResourceNotFound", "")
	})
}

func TestIntuneAssignmentsAreRefreshedWithFewRequests(t *testing.T) {
	t.Parallel()
	const n = 500
	id := func(n int) rbac.GUID { return rbac.GUID(fmt.Sprintf("e0000000-0000-4000-8000-%012d", n)) }
	role := func(n int) rbac.GUID { return rbac.GUID(fmt.Sprintf("c0000000-0000-4000-8000-%012d", n)) }
	var all, roles []string
	for i := range n {
		all = append(all, dutyJSON(id(i), fmt.Sprintf("Duty %d", i)))
	}
	for i := range 30 {
		roles = append(roles, helperJSON(role(i), fmt.Sprintf("Role %d", i), false))
	}
	graphServes(t, func(asked, body string) (int, string) {
		switch {
		case asked == "GET "+duties:
			return 200, onePage(all...)
		case asked == "GET "+mdmRoles:
			return 200, onePage(roles...)
		case asked == batch:
			var in struct{ Requests []struct{ ID, URL string } }
			if err := json.Unmarshal([]byte(body), &in); err != nil || len(in.Requests) > 20 {
				t.Errorf("%d requests in a batch: %v", len(in.Requests), err)
			}
			var out []string
			for _, r := range in.Requests {
				var of int
				if _, err := fmt.Sscanf(r.URL, "/deviceManagement/roleDefinitions/c0000000-0000-4000-8000-%012d/roleAssignments", &of); err != nil {
					t.Errorf("%s: %v", r.URL, err)
				}
				var rows []string
				for i := of; i < n; i += 30 {
					rows = append(rows, rowJSON(id(i), "x"))
				}
				out = append(out, told(r.ID, 200, onePage(rows...)))
			}
			return 200, answers(out...)
		default:
			var i int
			if _, err := fmt.Sscanf(asked, "GET "+duties+"/e0000000-0000-4000-8000-%012d", &i); err != nil {
				t.Errorf("asked for %s", asked)
			}
			return 200, all[i]
		}
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement, asked func() []string) {
		for n := range n {
			got, err := i.Assignment(t.Context(), id(n))
			succeeds(t, err)
			same(t, got, duty(func(a *intune.Assignment) { a.ID, a.Name, a.RoleID = id(n), fmt.Sprintf("Duty %d", n), role(n%30) }))
		}
		same(t, asked(), []string{
			"GET " + duties + "/" + id(0).String(), "GET " + mdmRoles, batch,
			"GET " + duties + "/" + id(1).String(),
			"GET " + duties, batch,
		})
		some, err := i.Assignments(t.Context(), intune.AssignmentFilter{RoleID: role(7)})
		succeeds(t, err)
		same(t, len(some), 17)
		same(t, len(asked()), 6)
	})
}

func TestIntuneListWithoutMembersIsCompleted(t *testing.T) {
	t.Parallel()
	const second, third rbac.GUID = "e0000000-0000-4000-8000-000000000002", "e0000000-0000-4000-8000-000000000003"
	bare := func(id rbac.GUID) string {
		return strings.Replace(dutyJSON(id, "Duty"), `"members":["a0000000-0000-4000-8000-000000000002"]`, `"members":[]`, 1)
	}
	graphPlays(t, []exchangeStep{
		gives(http.StatusOK, "GET "+duties, onePage(bare(dutyID), bare(second), bare(third))),
		gives(http.StatusOK, asks("/deviceManagement/roleAssignments/"+dutyID.String(), "/deviceManagement/roleAssignments/"+second.String(), "/deviceManagement/roleAssignments/"+third.String()),
			answers(told("0", 200, dutyJSON(dutyID, "Duty")), told("1", 404, `{"error":{"code":"ResourceNotFound","message":"Gone."}}`), told("2", 429, `{"error":{"code":"TooManyRequests","message":"Wait."}}`, "Retry-After", "7"))),
		gives(http.StatusOK, asks("2=/deviceManagement/roleAssignments/"+third.String()), answers(told("2", 200, dutyJSON(third, "Third")))),
		gives(http.StatusOK, "GET "+mdmRoles, onePage(helperJSON(helperID, "Helper", false))),
		gives(http.StatusOK, "GET "+helperPath+"/roleAssignments", onePage(rowJSON(dutyID, "Duty"), rowJSON(third, "Third"))),
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		start := time.Now()
		got, err := i.Assignments(t.Context(), intune.AssignmentFilter{})
		succeeds(t, err)
		same(t, got, []intune.Assignment{duty(), duty(func(a *intune.Assignment) { a.ID, a.Name = third, "Third" })})
		same(t, time.Since(start), 7*time.Second)
	})
}

func TestIntuneAssignmentOfAYoungerRoleIsFound(t *testing.T) {
	t.Parallel()
	graphPlays(t, []exchangeStep{
		gives(http.StatusOK, "GET "+mdmRoles, onePage(helperJSON(builtInID, "Help Desk Operator", true))),
		gives(http.StatusOK, "GET "+dutyPath, dutyJSON(dutyID, "Duty")),
		gives(http.StatusOK, "GET "+mdmRoles+"/"+builtInID.String()+"/roleAssignments", onePage()),
		gives(http.StatusOK, "GET "+mdmRoles, onePage(helperJSON(builtInID, "Help Desk Operator", true), helperJSON(helperID, "Helper", false))),
		gives(http.StatusOK, "GET "+helperPath+"/roleAssignments", onePage(rowJSON(dutyID, "Duty"))),
		// And one that is below no role.
		gives(http.StatusOK, "GET "+duties+"/e0000000-0000-4000-8000-000000000002", dutyJSON("e0000000-0000-4000-8000-000000000002", "Lost")),
		gives(http.StatusOK, "GET "+mdmRoles+"/"+builtInID.String()+"/roleAssignments", onePage()),
		gives(http.StatusOK, "GET "+mdmRoles, onePage(helperJSON(builtInID, "Help Desk Operator", true))),
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		_, err := i.Roles(t.Context(), intune.RoleFilter{})
		succeeds(t, err)
		got, err := i.Assignment(t.Context(), dutyID)
		succeeds(t, err)
		same(t, got, duty())
		_, err = i.Assignment(t.Context(), "e0000000-0000-4000-8000-000000000002")
		failsAs(t, err, rbac.Unavailable, "", "", `"Lost"`, "none of its roles")
	})
}

func TestIntuneAssignmentRefusalsAreExplained(t *testing.T) {
	t.Parallel()
	ask := objects + "\n" + `{"ids":["a0000000-0000-4000-8000-000000000002","a0000000-0000-4000-8000-000000000003"]}`
	admins := strings.NewReplacer("000000000002", "000000000003", "Team", "Admins").Replace(teamObject)
	groups := gives(200, ask, onePage(teamObject, admins))
	role := gives(http.StatusOK, "GET "+helperPath, helperJSON(helperID, "Helper", false))
	list := gives(http.StatusOK, "GET "+duties, onePage(dutyJSON("e0000000-0000-4000-8000-000000000009", "Other")))
	tagList := gives(http.StatusOK, "GET "+tags, onePage(tagJSON("0", "Default")))
	for name, c := range map[string]struct {
		steps    []exchangeStep
		kind     rbac.Kind
		code     string
		existing string
		words    []string
	}{
		"role": {[]exchangeStep{notInIntune("GET " + helperPath)}, rbac.NotFound, "BadRequest", "", []string{"no Intune role " + helperID.String()}},
		"a user as member": {
			[]exchangeStep{role, gives(200, ask, onePage(admins, `{"@odata.type":"#microsoft.graph.user","id":"a0000000-0000-4000-8000-000000000002","displayName":"Alice"}`))},
			rbac.PrincipalNotFound, "BadRequest", "",
			[]string{`the user "Alice"`, teamID.String()},
		},
		"a mailing list as scope group": {
			[]exchangeStep{role, gives(200, ask, onePage(teamObject, strings.Replace(admins, `"securityEnabled":true`, `"securityEnabled":false`, 1)))},
			rbac.PrincipalNotFound, "BadRequest", "",
			[]string{`"Admins"`, "not security-enabled"},
		},
		"tag": {
			[]exchangeStep{role, groups, gives(200, "GET "+tags, onePage(tagJSON("1", "Europe")))},
			rbac.NotFound, "BadRequest", "",
			[]string{`scope tag with the ID "0"`},
		},
		"name": {
			[]exchangeStep{role, groups, tagList, gives(200, "GET "+duties, onePage(dutyJSON("e0000000-0000-4000-8000-000000000009", "DUTY")))},
			rbac.Exists, "", "e0000000-0000-4000-8000-000000000009",
			[]string{`"DUTY"`},
		},
		"nobody knows": {
			[]exchangeStep{role, groups, tagList, list},
			rbac.Invalid, "BadRequest", "",
			[]string{"An error has occurred."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			graphPlays(t, append([]exchangeStep{list, badInIntune("POST " + duties)}, c.steps...), func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
				start := time.Now()
				_, err := i.CreateAssignment(t.Context(), duty())
				failsAs(t, err, c.kind, c.code, c.existing, c.words...)
				same(t, time.Since(start), time.Duration(0))
			})
		})
	}
}

func TestIntuneAssignmentOfAFreshGroupIsTriedUntilTheDirectoryKnowsIt(t *testing.T) {
	t.Parallel()
	show := gives(http.StatusOK, "GET "+dutyPath, dutyJSON(dutyID, "Duty"))
	role := gives(http.StatusOK, "GET "+helperPath, helperJSON(helperID, "Helper", false))
	graphPlays(t, []exchangeStep{
		gives(http.StatusOK, "GET "+duties, onePage()),
		badInIntune("POST " + duties), role, gives(http.StatusOK, objects, onePage()),
		badInIntune("POST " + duties), role, gives(http.StatusOK, objects, onePage()),
		gives(http.StatusCreated, "POST "+duties, show.body), show, show,
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		got, err := i.CreateAssignment(t.Context(), duty())
		succeeds(t, err)
		same(t, got, duty())
	})
}

func TestIntuneAssignmentOfNobodyEndsWithinTwoMinutes(t *testing.T) {
	t.Parallel()
	graphServes(t, func(asked, _ string) (int, string) {
		switch {
		case asked == "POST "+duties:
			s := badInIntune("")
			return s.status, s.body
		case asked == "GET "+helperPath:
			return 200, helperJSON(helperID, "Helper", false)
		default:
			return 200, onePage()
		}
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement, _ func() []string) {
		start := time.Now()
		_, err := i.CreateAssignment(t.Context(), duty())
		failsAs(t, err, rbac.PrincipalNotFound, "BadRequest", "", teamID.String(), "tried for")
		if took := time.Since(start); took < time.Minute || took > 2*time.Minute {
			t.Errorf("it took %s", took)
		}
		_, err = i.CreateAssignment(t.Context(), duty(func(a *intune.Assignment) { a.Members = []rbac.GUID{"team"} }))
		failsAs(t, err, rbac.Invalid, "BadRequest", "", `"team"`)
	})
}

func TestScopeTagWithGroupsIsCreatedWithFourRequests(t *testing.T) {
	t.Parallel()
	whole := gives(http.StatusOK, asks("/deviceManagement/roleScopeTags/7", "/deviceManagement/roleScopeTags/7/assignments"), answers(told("0", 200, tagJSON("7", "Europe")), told("1", 200, groupJSON(teamID))))
	graphPlays(t, []exchangeStep{
		gives(http.StatusOK, "GET "+tags, onePage(tagJSON("0", "Default"))),
		gives(http.StatusCreated, "POST "+tags+"\n"+`{"@odata.type":"#microsoft.graph.roleScopeTag","displayName":"Europe","description":"d"}`, tagJSON("7", "Europe")),
		gives(http.StatusOK, "POST "+tags+"/7/assign\n"+
			`{"assignments":[{"@odata.type":"#microsoft.graph.roleScopeTagAutoAssignment","target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"a0000000-0000-4000-8000-000000000002"}}]}`, groupJSON(teamID)),
		whole,
		// Update, with groups and without; delete.
		gives(http.StatusOK, "PATCH "+tags+"/7\n"+`{"@odata.type":"#microsoft.graph.roleScopeTag","displayName":"Europe","description":"d"}`, tagJSON("7", "Europe")),
		gives(http.StatusOK, "POST "+tags+"/7/assign\n"+`{"assignments":[]}`, onePage()),
		gives(http.StatusOK, batch, answers(told("0", 200, tagJSON("7", "Europe")), told("1", 200, onePage()))),
		gives(http.StatusOK, "PATCH "+tags+"/7", tagJSON("7", "Europe")), whole, whole,
		gives(http.StatusNoContent, "DELETE "+tags+"/7", ""), notInIntune("GET " + tags + "/7"),
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		want := intune.ScopeTag{ID: "7", Name: "Europe", Description: "d", Groups: []rbac.GUID{teamID}}
		got, err := i.CreateScopeTag(t.Context(), intune.ScopeTag{Name: "Europe", Description: "d", Groups: []rbac.GUID{teamID}})
		succeeds(t, err)
		same(t, got, want)
		got, err = i.UpdateScopeTag(t.Context(), intune.ScopeTag{ID: "7", Name: "Europe", Description: "d", Groups: []rbac.GUID{}})
		succeeds(t, err)
		same(t, got, intune.ScopeTag{ID: "7", Name: "Europe", Description: "d", Groups: []rbac.GUID{}})
		got, err = i.UpdateScopeTag(t.Context(), intune.ScopeTag{ID: "7", Name: "Europe", Description: "d"})
		succeeds(t, err)
		same(t, got, want)
		succeeds(t, i.DeleteScopeTag(t.Context(), "7"))
	})
}

func TestScopeTagWithoutGroupsIsCreatedWithFourRequests(t *testing.T) {
	t.Parallel()
	whole := gives(http.StatusOK, batch, answers(told("1", 200, onePage()), told("0", 200, tagJSON("7", "Europe"))))
	graphPlays(t, []exchangeStep{
		gives(http.StatusOK, "GET "+tags, onePage(tagJSON("0", "Default"), tagJSON("3", "Österreich"))),
		breaks("POST " + tags), gives(http.StatusOK, "GET "+tags, onePage(tagJSON("0", "Default"), tagJSON("7", "Europe"))),
		whole, whole,
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		got, err := i.CreateScopeTag(t.Context(), intune.ScopeTag{Name: "Europe", Description: "d"})
		succeeds(t, err)
		same(t, got, intune.ScopeTag{ID: "7", Name: "Europe", Description: "d", Groups: []rbac.GUID{}})
		_, err = i.CreateScopeTag(t.Context(), intune.ScopeTag{Name: "ÖSTERREICH"})
		failsAs(t, err, rbac.Exists, "", "3", `"Österreich"`)
		_, err = i.CreateScopeTag(t.Context(), intune.ScopeTag{Name: "DEFAULT"})
		failsAs(t, err, rbac.Invalid, "BadRequest", "", "Intune keeps")
	})
}

func TestScopeTagWhoseGroupsAreRefusedIsTakenBack(t *testing.T) {
	t.Parallel()
	graphPlays(t, []exchangeStep{
		gives(http.StatusOK, "GET "+tags, onePage()),
		gives(http.StatusCreated, "POST "+tags, tagJSON("7", "Europe")),
		badInIntune("POST " + tags + "/7/assign"),
		gives(http.StatusOK, objects, onePage(strings.Replace(teamObject, "#microsoft.graph.group", "#microsoft.graph.device", 1))),
		gives(http.StatusNoContent, "DELETE "+tags+"/7", ""), notInIntune("GET " + tags + "/7"),
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		got, err := i.CreateScopeTag(t.Context(), intune.ScopeTag{Name: "Europe", Description: "d", Groups: []rbac.GUID{teamID}})
		failsAs(t, err, rbac.PrincipalNotFound, "BadRequest", "", `the device "Team"`)
		same(t, got, intune.ScopeTag{})
	})
}

func TestScopeTagThatExistsComesWithTheErrorOfItsGroups(t *testing.T) {
	t.Parallel()
	graphServes(t, func(asked, _ string) (int, string) {
		switch asked {
		case "GET " + tags:
			return 200, onePage()
		case "POST " + tags:
			return 201, tagJSON("7", "Europe")
		default:
			return 500, `{"error":{"code":"InternalServerError","message":"Out of order."}}`
		}
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement, _ func() []string) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		got, err := i.CreateScopeTag(ctx, intune.ScopeTag{Name: "Europe", Description: "d", Groups: []rbac.GUID{teamID}})
		failsAs(t, err, rbac.Unavailable, "InternalServerError", "", `"Europe" exists under the ID 7`)
		same(t, got, intune.ScopeTag{ID: "7", Name: "Europe", Description: "d", Groups: []rbac.GUID{}})
	})
}

func TestScopeTagsAreListedWithTheirGroupsInBatches(t *testing.T) {
	t.Parallel()
	var rows []string
	for n := range 41 {
		rows = append(rows, tagJSON(fmt.Sprint(n), fmt.Sprintf("Tag %d", n)))
	}
	calls := 0
	graphServes(t, func(asked, body string) (int, string) {
		switch asked {
		case "GET " + tags + "/10":
			return 200, tagJSON("10", "Tag 10")
		case "GET " + tags + "/10/assignments":
			return 200, groupJSON(teamID)
		case "GET " + tags:
			return 200, onePage(rows...)
		}
		calls++
		var in struct{ Requests []struct{ ID, URL string } }
		if err := json.Unmarshal([]byte(body), &in); err != nil || len(in.Requests) > 20 {
			t.Errorf("%d requests in a batch: %v", len(in.Requests), err)
		}
		var out []string
		for n, r := range in.Requests {
			switch {
			case calls == 1 && n%2 == 0: // half of the first batch is not served
				out = append(out, told(r.ID, 503, `{"error":{"code":"ServiceUnavailable","message":"Later."}}`))
			default:
				out = append(out, told(r.ID, 200, groupJSON(teamID)))
			}
		}
		return 200, answers(out...)
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement, asked func() []string) {
		one, err := i.ScopeTag(t.Context(), "10")
		succeeds(t, err)
		same(t, one, intune.ScopeTag{ID: "10", Name: "Tag 10", Description: "d", Groups: []rbac.GUID{teamID}})
		all, err := i.ScopeTags(t.Context())
		succeeds(t, err)
		same(t, len(all), 41)
		for n, tag := range all {
			same(t, tag, intune.ScopeTag{ID: fmt.Sprint(n), Name: fmt.Sprintf("Tag %d", n), Description: "d", BuiltIn: n == 0, Groups: []rbac.GUID{teamID}})
		}
		// 41 in batches of 20, of which ten came again together with others.
		same(t, asked(), []string{"GET " + tags + "/10", "GET " + tags + "/10/assignments", "GET " + tags, batch, batch, batch})
	})
}

func TestScopeTagRefusalsAreExplained(t *testing.T) {
	t.Parallel()
	graphPlays(t, []exchangeStep{
		badInIntune("PATCH " + tags + "/7"), gives(http.StatusOK, "GET "+tags, onePage(tagJSON("7", "Asia"), tagJSON("8", "EUROPE"))),
		intuneSays(http.StatusConflict, "DELETE "+tags+"/7", "Conflict", "In use."), gives(http.StatusOK, "GET "+tags+"/7", tagJSON("7", "Europe")),
		gives(http.StatusOK, "GET "+duties, onePage(strings.Replace(dutyJSON(dutyID, "Duty"), `"roleScopeTagIds":["0"]`, `"roleScopeTagIds":["0","7"]`, 1))),
		intuneSays(http.StatusConflict, "DELETE "+tags+"/7", "Conflict", "In use."), gives(http.StatusOK, "GET "+tags+"/7", tagJSON("7", "Europe")),
		gives(http.StatusOK, "GET "+duties, onePage(dutyJSON(dutyID, "Duty"))),
		gives(http.StatusOK, "GET "+mdmRoles, onePage(strings.Replace(helperJSON(helperID, "Helper", false), `"roleScopeTagIds":["0"]`, `"roleScopeTagIds":["7"]`, 1))),
		notInIntune("PATCH " + tags + "/9"),
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		_, err := i.UpdateScopeTag(t.Context(), intune.ScopeTag{ID: "7", Name: "Europe"})
		failsAs(t, err, rbac.Exists, "", "8", `"EUROPE"`)
		failsAs(t, i.DeleteScopeTag(t.Context(), "7"), rbac.InUse, "Conflict", dutyID.String(), `"Europe"`, `"Duty"`)
		failsAs(t, i.DeleteScopeTag(t.Context(), "7"), rbac.InUse, "Conflict", helperID.String(), `"Helper"`)
		_, err = i.UpdateScopeTag(t.Context(), intune.ScopeTag{ID: "9", Name: "x"})
		failsAs(t, err, rbac.NotFound, "ResourceNotFound", "")
		// What follows is never sent.
		_, err = i.UpdateScopeTag(t.Context(), intune.ScopeTag{ID: "0", Name: "Mine"})
		failsAs(t, err, rbac.Immutable, "", "", "Default")
		failsAs(t, i.DeleteScopeTag(t.Context(), "0"), rbac.Immutable, "", "", "Default")
		for _, id := range []string{"Europe", "", "01", "../roleDefinitions"} {
			_, err = i.ScopeTag(t.Context(), id)
			failsAs(t, err, rbac.NotFound, "ResourceNotFound", "")
			_, err = i.UpdateScopeTag(t.Context(), intune.ScopeTag{ID: id, Name: "x"})
			failsAs(t, err, rbac.NotFound, "ResourceNotFound", "")
			succeeds(t, i.DeleteScopeTag(t.Context(), id))
		}
	})
}

func TestIntuneIsGivenTimeToLearnWhatThisRunHasJustDone(t *testing.T) {
	t.Parallel()
	tag := gives(http.StatusOK, "GET "+tags+"/7", tagJSON("7", "Europe"))
	duty := gives(http.StatusOK, "GET "+dutyPath, dutyJSON(dutyID, "Duty"))
	helperRole := gives(http.StatusOK, "GET "+helperPath, helperJSON(helperID, "Helper", false))
	team := gives(http.StatusOK, objects, onePage(teamObject, strings.Replace(teamObject, "000000000002", "000000000003", 1)))
	graphPlays(t, []exchangeStep{
		// A tag that is made can't get groups yet.
		gives(http.StatusOK, "GET "+tags, onePage()),
		gives(http.StatusCreated, "POST "+tags, tagJSON("7", "Europe")),
		notInIntune("POST " + tags + "/7/assign"), team,
		gives(http.StatusOK, "POST "+tags+"/7/assign", groupJSON(teamID)),
		gives(http.StatusOK, batch, answers(told("0", 200, tagJSON("7", "Europe")), told("1", 200, groupJSON(teamID)))),
		// A role that is made can't be assigned yet.
		gives(http.StatusOK, "GET "+mdmRoles, onePage()),
		gives(http.StatusCreated, "POST "+mdmRoles, helperRole.body), helperRole, helperRole,
		gives(http.StatusOK, "GET "+duties, onePage()),
		badInIntune("POST " + duties), team, gives(http.StatusOK, "GET "+tags, onePage(tagJSON("0", "Default"))), gives(http.StatusOK, "GET "+duties, onePage()),
		gives(http.StatusCreated, "POST "+duties, duty.body), duty, duty,
		// What is deleted still counts as a user of role and tag.
		gives(http.StatusNoContent, "DELETE "+dutyPath, ""), notInIntune("GET " + dutyPath),
		intuneSays(http.StatusConflict, "DELETE "+helperPath, "Conflict", "In use."), helperRole, gives(http.StatusOK, "GET "+helperPath+"/roleAssignments", onePage(rowJSON(dutyID, "Duty"))),
		gives(http.StatusNoContent, "DELETE "+helperPath, ""), notInIntune("GET " + helperPath),
		intuneSays(http.StatusConflict, "DELETE "+tags+"/7", "Conflict", "In use."), tag,
		gives(http.StatusOK, "GET "+duties, onePage()), gives(http.StatusOK, "GET "+mdmRoles, onePage()),
		gives(http.StatusNoContent, "DELETE "+tags+"/7", ""), notInIntune("GET " + tags + "/7"),
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		_, err := i.CreateScopeTag(t.Context(), intune.ScopeTag{Name: "Europe", Description: "d", Groups: []rbac.GUID{teamID}})
		succeeds(t, err)
		_, err = i.CreateRole(t.Context(), helper())
		succeeds(t, err)
		a := intune.Assignment{Name: "Duty", Description: "d", RoleID: helperID, Members: []rbac.GUID{teamID}, ScopeGroups: []rbac.GUID{adminsID}, ScopeTags: []string{"0"}}
		_, err = i.CreateAssignment(t.Context(), a)
		succeeds(t, err)
		succeeds(t, i.DeleteAssignment(t.Context(), dutyID))
		succeeds(t, i.DeleteRole(t.Context(), helperID))
		succeeds(t, i.DeleteScopeTag(t.Context(), "7"))
	})
}

func TestIntuneCreateWithoutABodyInTheAnswerIsLookedUp(t *testing.T) {
	t.Parallel()
	show := gives(http.StatusOK, "GET "+helperPath, helperJSON(helperID, "Helper", false))
	graphPlays(t, []exchangeStep{
		gives(http.StatusOK, "GET "+mdmRoles, onePage()),
		gives(http.StatusNoContent, "POST "+mdmRoles, ""),
		gives(http.StatusOK, "GET "+mdmRoles, onePage(show.body)), show, show,
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		got, err := i.CreateRole(t.Context(), helper())
		succeeds(t, err)
		same(t, got, helper())
	})
}

func TestChangesThatWaitForApprovalAreNotExplainedAway(t *testing.T) {
	t.Parallel()
	graphPlays(t, []exchangeStep{
		intuneSays(http.StatusConflict, "DELETE "+helperPath, "Conflict", "An active Approval Request already exists"),
		gives(http.StatusOK, "GET "+tags, onePage()),
		gives(http.StatusCreated, "POST "+tags, tagJSON("7", "Europe")),
		intuneSays(http.StatusConflict, "POST "+tags+"/7/assign", "Conflict", "An active Approval Request already exists"),
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		failsAs(t, i.DeleteRole(t.Context(), helperID), rbac.InUse, "", "", "waiting for approval already")
		got, err := i.CreateScopeTag(t.Context(), intune.ScopeTag{Name: "Europe", Description: "d", Groups: []rbac.GUID{teamID}})
		failsAs(t, err, rbac.InUse, "", "", "waiting for approval already", "exists under the ID 7")
		same(t, got.ID, "7")
	})
}
