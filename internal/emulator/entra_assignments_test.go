// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func entraGrant(role, principal, scope string) string {
	return `{"@odata.type":"#microsoft.graph.unifiedRoleAssignment","principalId":"` + principal + `","roleDefinitionId":"` + role + `","directoryScopeId":"` + scope + `"}`
}

// The IDs are those of https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignments.
func TestAnEntraAssignmentHasTheIDOfItsParts(t *testing.T) {
	t.Parallel()
	const (
		role      = "54d418b2-4cc0-47ee-9b39-e8f84ed8e073"
		principal = "02ed943d-6eca-4f99-83d6-e6fbf9dc63ae"
		id        = "shjUVMBM7kebOej4Ttjgcz2U7QLKbplPg9bm-_ncY66yGNRUwEzuR5s56PhO2OBz-1"
	)
	c := newGraph(t, noDirectory)
	c.done(http.MethodPost, graphRoles, strings.Replace(registrarBody, "{", `{"templateId":"`+role+`",`, 1))
	for range 2 {
		a := c.answers(http.MethodPost, graphAssignments, entraGrant(role, principal, "/"+role), 201, `{
			"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#roleManagement/directory/roleAssignments/$entity",
			"id":"`+id+`","principalId":"`+principal+`","directoryScopeId":"/`+role+`","roleDefinitionId":"`+role+`"}`)
		if got, want := a.header.Get("Location"), "https://graph.microsoft.com"+graphAssignments+"/"+id; got != want {
			t.Errorf("Location %q, want %q", got, want)
		}
		c.answers(http.MethodGet, graphAssignments+"('"+id+"')", "", 200, a.body)
		c.answers(http.MethodGet, "/beta/roleManagement/directory/roleAssignments/"+id, "", 200, `{
			"@odata.context":"https://graph.microsoft.com/beta/$metadata#roleManagement/directory/roleAssignments/$entity",
			"id":"`+id+`","principalId":"`+principal+`","resourceScope":"/`+role+`","directoryScopeId":"/`+role+`","roleDefinitionId":"`+role+`",
			"principalOrganizationId":"d0000000-0000-4000-8000-000000000001"}`)
		c.answers(http.MethodDelete, graphAssignments+"/"+id, "", 204, "")
	}
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		c.refuses(method, graphAssignments+"/"+id, "", 404, "Request_ResourceNotFound", "Resource '"+id+"' does not exist or one of its queried reference-property objects are not present.")
	}
}

func TestAnEntraAssignmentIsRefusedInTheWordsOfTheDirectory(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.done(http.MethodPost, graphAssignments, entraGrant(userAdministrator, alice, "/"))
	const badScope = "Must specify valid property scope of entity RoleAssignment"
	missing := func(id string) string {
		return "Resource '" + id + "' does not exist or one of its queried reference-property objects are not present."
	}
	for body, want := range map[string]struct {
		status      int
		code, words string
	}{
		entraGrant(userAdministrator, alice, "/"):                                   {400, "Request_BadRequest", "A conflicting object with one or more of the specified property values is present in the directory."},
		entraGrant(userAdministrator, alice, ""):                                    {400, "Request_BadRequest", badScope},
		entraGrant(userAdministrator, alice, "/users/x"):                            {400, "Request_BadRequest", badScope},
		`{"principalId":"` + alice + `","roleDefinitionId":"` + globalReader + `"}`: {400, "Request_BadRequest", badScope},
		entraGrant(stranger, alice, "/"):                                            {404, "Request_ResourceNotFound", missing(stranger)},
		entraGrant(globalReader, stranger, "/"):                                     {404, "Request_ResourceNotFound", missing(stranger)},
		entraGrant(globalReader, robotApp, "/"):                                     {404, "Request_ResourceNotFound", missing(robotApp)},
		entraGrant(globalReader, alice, "/administrativeUnits/"+stranger):           {404, "Request_ResourceNotFound", missing(stranger)},
		entraGrant("x", alice, "/"):                                                 {400, "Request_BadRequest", `"x" is not the ID of a directory role, which is a GUID.`},
		entraGrant(globalReader, team, "/"): {
			400, "Request_BadRequest",
			`The group "Team" (a0000000-0000-4000-8000-000000000003) can't hold directory roles: it was not created as role-assignable, which can't be changed later. Use a role-assignable group.`,
		},
	} {
		c.refuses(http.MethodPost, graphAssignments, body, want.status, want.code, want.words)
	}
	id := entra.AssignmentID(userAdministrator, alice, "")
	c.refuses(http.MethodPatch, graphAssignments+"/"+id, `{}`, 405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
	c.lists(graphAssignments, "id", id)
}

func TestAPrincipalWithTooManyAssignmentsIsToldTheNumber(t *testing.T) {
	t.Parallel()
	c := newGraph(t, func(_ *emulator.Options, r *reference.Options) {
		r.Limits = rbac.Limits{Raise: map[string]int{"entra_scoped_assignments_per_principal": 1}}
	})
	c.done(http.MethodPost, graphAssignments, entraGrant(userAdministrator, alice, "/"+team))
	c.refuses(http.MethodPost, graphAssignments, entraGrant(globalReader, alice, "/"+team), 400, "Request_BadRequest",
		"Number of RoleAssignments are more than the maximum (1) allowed. paramName: , paramValue: , objectType: Microsoft.Online.Workflows.RoleAssignment")
}

func TestWithAnEntraRoleGoItsAssignments(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.done(http.MethodPost, graphRoles, registrarBody)
	c.done(http.MethodPost, graphAssignments, entraGrant(made(1), alice, "/"))
	c.done(http.MethodPost, graphAssignments, entraGrant(userAdministrator, alice, "/"))
	c.done(http.MethodDelete, graphRoles+"/"+made(1), "")
	c.lists(graphAssignments, "roleDefinitionId", userAdministrator)
}

func TestEntraAssignmentsAreListedAsTheQueryAsks(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	appScope := "/AccessPackageCatalog/" + made(9)
	for _, body := range []string{
		entraGrant(userAdministrator, alice, "/"), entraGrant(userAdministrator, bob, "/directory/administrativeUnits/"+strings.ToUpper(unit)), entraGrant(globalReader, alice, "/"+team),
		`{"principalId":"` + robot + `","roleDefinitionId":"` + globalReader + `","appScopeId":"` + appScope + `"}`,
	} {
		c.done(http.MethodPost, graphAssignments, body)
	}
	for query, want := range map[string]string{
		"":                               "alice user /, bob user /administrativeUnits/unit, alice reader /team, robot reader app",
		"principalId eq '" + alice + "'": "alice user /, alice reader /team",

		"roleDefinitionId eq '" + userAdministrator + "' and principalId eq '" + bob + "'": "bob user /administrativeUnits/unit",
		"principalId in ('" + bob + "','" + robot + "')":                                   "bob user /administrativeUnits/unit, robot reader app",

		"directoryScopeId eq '/'":                                          "alice user /",
		"directoryScopeId in ('/','/" + team + "')":                        "alice user /, alice reader /team",
		"appScopeId eq '" + appScope + "'":                                 "robot reader app",
		"principalId eq '" + stranger + "'":                                "",
		"roleDefinitionId eq 'x'":                                          "",
		"id eq '" + entra.AssignmentID(userAdministrator, alice, "") + "'": "alice user /",
	} {
		var got []string
		path := graphAssignments
		if query != "" {
			path += "?$filter=" + query
		}
		ids, _ := c.list(path, "id")
		for name, id := range map[string]string{
			"alice user /": entra.AssignmentID(userAdministrator, alice, ""), "bob user /administrativeUnits/unit": entra.AssignmentID(userAdministrator, bob, unit),
			"alice reader /team": entra.AssignmentID(globalReader, alice, team), "robot reader app": entra.AppScopeAssignmentID(globalReader, robot, appScope),
		} {
			for _, has := range ids {
				if has == id {
					got = append(got, name)
				}
			}
		}
		wanted := strings.Split(want, ", ")
		if want == "" {
			wanted = nil
		}
		if !sameSet(got, wanted) || len(got) != len(ids) {
			t.Errorf("%s: %q of %q, want %q", query, got, ids, wanted)
		}
	}
}

func sameSet(a, b []string) bool { return rbac.SameSet(a, b) }

func TestAnEntraAssignmentCanBeReadWithItsPrincipalRoleAndScope(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.done(http.MethodPost, graphRoles, registrarBody)
	c.done(http.MethodPost, graphAssignments, entraGrant(made(1), alice, "/administrativeUnits/"+unit))
	id := entra.AssignmentID(rbac.GUID(made(1)), alice, unit)
	c.answers(http.MethodGet, graphAssignments+"/"+id+"?$expand=principal", "", 200, `{
		"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#roleManagement/directory/roleAssignments(principal())/$entity",
		"id":"`+id+`","principalId":"`+alice+`","directoryScopeId":"/administrativeUnits/`+unit+`","roleDefinitionId":"`+made(1)+`",
		"principal":{"@odata.type":"#microsoft.graph.user","id":"`+alice+`","displayName":"Alice","userPrincipalName":"alice@example.com","accountEnabled":true,"userType":"Member"}}`)
	c.answers(http.MethodGet, graphAssignments+"?$expand=roleDefinition,directoryScope($select=id,displayName)&$select=id", "", 200, `{
		"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#roleManagement/directory/roleAssignments(id,roleDefinition(),directoryScope())",
		"value":[{"id":"`+id+`","roleDefinition":{
			"id":"`+made(1)+`","description":"Reads","displayName":"App Reg Reader","isBuiltIn":false,"isEnabled":true,"resourceScopes":["/"],"templateId":"`+made(1)+`","version":null,
			"rolePermissions":[{"allowedResourceActions":["microsoft.directory/applications/standard/read"],"condition":null}]},
			"directoryScope":{"@odata.type":"#microsoft.graph.administrativeUnit","id":"`+unit+`","displayName":"Unit"}}]}`)
	tenantWide := entra.AssignmentID(globalReader, bob, "")
	c.done(http.MethodPost, graphAssignments, entraGrant(globalReader, bob, "/"))
	c.answers(http.MethodGet, graphAssignments+"/"+tenantWide+"?$expand=directoryScope&$select=id", "", 200, `{
		"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#roleManagement/directory/roleAssignments(id,directoryScope())/$entity","id":"`+tenantWide+`","directoryScope":null}`)
}

func TestAnAppScopeIsExpandedWithItsIDAlone(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	const scope = "/AccessPackageCatalog/f0000000-0000-4000-8000-000000000009"
	c.done(http.MethodPost, graphAssignments, `{"principalId":"`+robot+`","roleDefinitionId":"`+globalReader+`","appScopeId":"`+scope+`"}`)
	c.done(http.MethodPost, graphAssignments, entraGrant(userAdministrator, robot, "/"))
	for filter, want := range map[string]string{
		"appScopeId eq '" + scope + "'": `{"appScopeId":"` + scope + `","directoryScope":null,"appScope":{"@odata.type":"#microsoft.graph.appScope","id":"` + scope + `","displayName":null,"type":null}}`,
		"directoryScopeId eq '/'":       `{"directoryScope":null,"appScope":null}`,
	} {
		c.answers(http.MethodGet, graphAssignments+"?$select=appScopeId&$expand=directoryScope,appScope&$filter="+filter, "", 200, `{
			"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#roleManagement/directory/roleAssignments(appScopeId,directoryScope(),appScope())","value":[`+want+`]}`)
	}
}

func TestTransitiveAssignmentsGoThroughGroups(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.done(http.MethodPost, graphAssignments, entraGrant(userAdministrator, admins, "/"))
	c.done(http.MethodPost, graphAssignments, entraGrant(globalReader, alice, "/"))
	c.done(http.MethodPost, graphAssignments, entraGrant(globalReader, bob, "/"))
	const path = "/beta/roleManagement/directory/transitiveRoleAssignments"
	query := path + "?$count=true&$filter=principalId eq '" + alice + "'"
	ids, _ := c.list(query, "id", "ConsistencyLevel", "eventual")
	if want := []string{entra.AssignmentID(userAdministrator, admins, ""), entra.AssignmentID(globalReader, alice, "")}; !sameSet(ids, want) {
		t.Errorf("%q, want %q", ids, want)
	}
	const needs = "Unsupported query: transitiveRoleAssignments needs the header ConsistencyLevel: eventual and $count=true."
	c.refuses(http.MethodGet, query, "", 400, "Request_UnsupportedQuery", needs)
	c.refuses(http.MethodGet, path+"?$filter=principalId eq '"+alice+"'", "", 400, "Request_UnsupportedQuery", needs, "ConsistencyLevel", "eventual")
	c.refuses(http.MethodGet, path+"?$count=true", "", 400, "Request_UnsupportedQuery", "Unsupported query: transitiveRoleAssignments needs a filter on principalId.", "ConsistencyLevel", "eventual")
}

// The form is that of https://learn.microsoft.com/graph/api/unifiedrbacresourcenamespace-list-resourceactions.
func TestTheCatalogueOfEntraPermissionsIsServedByNamespace(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	const path = "/beta/roleManagement/directory/resourceNamespaces"
	c.answers(http.MethodGet, path, "", 200, `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#roleManagement/directory/resourceNamespaces",
		"value":[{"id":"microsoft.directory","name":"microsoft.directory"},{"id":"microsoft.office365.messageCenter","name":"microsoft.office365.messageCenter"}]}`)
	c.answers(http.MethodGet, path+"/microsoft.directory/resourceActions?$top=2", "", 200, `{
		"@odata.context":"https://graph.microsoft.com/beta/$metadata#roleManagement/directory/resourceNamespaces('microsoft.directory')/resourceActions",
		"@odata.nextLink":"https://graph.microsoft.com/beta/roleManagement/directory/resourceNamespaces/microsoft.directory/resourceActions?%24skiptoken=cGFnZToy&%24top=2",
		"value":[{"id":"microsoft.directory-applications-credentials-update-patch","name":"microsoft.directory/applications/credentials/update","actionVerb":"PATCH",
				"description":"Update credentials of applications","isPrivileged":true,"resourceScopeId":null},
			{"id":"microsoft.directory-applications-standard-read-get","name":"microsoft.directory/applications/standard/read","actionVerb":"GET",
				"description":"Read standard properties of applications","isPrivileged":false,"resourceScopeId":null}]}`)
	if names, pages := c.list(path+"/microsoft.directory/resourceActions?$top=2", "name"); len(names) != 3 || pages != 2 {
		t.Errorf("%q on %d pages, want 3 on 2", names, pages)
	}
	c.lists(path+"/microsoft.directory/resourceActions?$filter=isPrivileged eq true and actionVerb eq null", "id", "microsoft.directory-users-allProperties-allTasks")
	c.answers(http.MethodGet, strings.Replace(path, "beta", "v1.0", 1)+"/microsoft.directory/resourceActions/microsoft.directory-applications-standard-read-get", "", 200, `{
		"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#roleManagement/directory/resourceNamespaces('microsoft.directory')/resourceActions/$entity",
		"id":"microsoft.directory-applications-standard-read-get","name":"microsoft.directory/applications/standard/read","actionVerb":"GET",
		"description":"Read standard properties of applications","resourceScopeId":null}`)
	for _, name := range []string{"microsoft.aad", "microsoft.directory/resourceActions/x"} {
		last := name[strings.LastIndexByte(name, '/')+1:]
		c.refuses(http.MethodGet, path+"/"+name, "", 404, "Request_ResourceNotFound", "Resource '"+last+"' does not exist or one of its queried reference-property objects are not present.")
	}
}

func TestADirectoryRoleIsThereOnceItIsActivatedOrAssigned(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.lists("/v1.0/directoryRoles", "roleTemplateId")
	c.lists("/v1.0/directoryRoleTemplates", "id", globalReader, userAdministrator)
	c.answers(http.MethodGet, "/v1.0/directoryRoleTemplates/"+globalReader, "", 200, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#directoryRoleTemplates/$entity",
		"id":"f2ef992c-3afb-46b9-b7cf-a126ee74c451","deletedDateTime":null,"description":"Can read everything.","displayName":"Global Reader"}`)
	id := string(rbac.DeriveGUID(graphTenant, "directoryRole", globalReader))
	c.answers(http.MethodPost, "/v1.0/directoryRoles", `{"roleTemplateId":"`+globalReader+`"}`, 201, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#directoryRoles/$entity",
		"id":"`+id+`","deletedDateTime":null,"description":"Can read everything.","displayName":"Global Reader","roleTemplateId":"f2ef992c-3afb-46b9-b7cf-a126ee74c451"}`)
	c.refuses(http.MethodPost, "/v1.0/directoryRoles", `{"roleTemplateId":"`+globalReader+`"}`, 400, "Request_BadRequest",
		"A conflicting object with one or more of the specified property values is present in the directory.")
	c.done(http.MethodPost, graphAssignments, entraGrant(userAdministrator, alice, "/"))
	c.lists("/v1.0/directoryRoles", "roleTemplateId", globalReader, userAdministrator)
	c.lists("/v1.0/directoryRoles?$filter=roleTemplateId eq '"+userAdministrator+"'", "displayName", "User Administrator")
	for _, key := range []string{"/" + id, "('" + id + "')", "/roleTemplateId=" + globalReader, "(roleTemplateId='" + globalReader + "')"} {
		c.answers(http.MethodGet, "/v1.0/directoryRoles"+key, "", 200, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#directoryRoles/$entity",
			"id":"`+id+`","deletedDateTime":null,"description":"Can read everything.","displayName":"Global Reader","roleTemplateId":"f2ef992c-3afb-46b9-b7cf-a126ee74c451"}`)
	}
	c.refuses(http.MethodGet, "/v1.0/directoryRoles/"+globalReader, "", 404, "Request_ResourceNotFound",
		"Resource '"+globalReader+"' does not exist or one of its queried reference-property objects are not present.")
	c.refuses(http.MethodPost, "/v1.0/directoryRoles", `{"roleTemplateId":"`+stranger+`"}`, 404, "Request_ResourceNotFound",
		"Resource '"+stranger+"' does not exist or one of its queried reference-property objects are not present.")
}

func TestMembersOfADirectoryRoleAreAssignmentsInTheWholeTenant(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.done(http.MethodPost, graphAssignments, entraGrant(userAdministrator, bob, "/"))
	c.done(http.MethodPost, graphAssignments, entraGrant(userAdministrator, robot, "/"+team))
	const role = "/v1.0/directoryRoles/roleTemplateId=" + userAdministrator
	c.answers(http.MethodPost, role+"/members/$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/directoryObjects/`+alice+`"}`, 204, "")
	members, _ := c.list(role+"/members", "id")
	if !sameSet(members, []string{alice, bob}) {
		t.Errorf("members %q", members)
	}
	c.refuses(http.MethodPost, role+"/members/$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/directoryObjects('`+alice+`')"}`, 400, "Request_BadRequest",
		"One or more added object references already exist for the following modified properties: 'members'.")
	c.refuses(http.MethodPost, role+"/members/$ref", `{"@odata.id":"x"}`, 400, "Request_BadRequest", "Invalid URL format specified in @odata.id for type Link.")
	c.answers(http.MethodDelete, role+"/members/"+bob+"/$ref", "", 204, "")
	c.refuses(http.MethodDelete, role+"/members/"+bob+"/$ref", "", 404, "Request_ResourceNotFound",
		"Resource '"+bob+"' does not exist or one of its queried reference-property objects are not present.")
	c.lists(graphAssignments+"?$filter=directoryScopeId eq '/'", "principalId", alice)
}

func TestRolesOfAnAdministrativeUnitAreAssignmentsAtIt(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	const members = "/v1.0/directory/administrativeUnits/" + unit + "/scopedRoleMembers"
	role := string(rbac.DeriveGUID(graphTenant, "directoryRole", userAdministrator))
	id := entra.AssignmentID(userAdministrator, alice, unit)
	member := `"administrativeUnitId":"` + unit + `","id":"` + id + `","roleId":"` + role + `","roleMemberInfo":{"displayName":"Alice","id":"` + alice + `"}}`
	c.answers(http.MethodPost, members, `{"roleId":"`+role+`","roleMemberInfo":{"id":"`+alice+`"}}`, 201, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#scopedRoleMemberships/$entity",`+member)
	c.done(http.MethodPost, graphAssignments, entraGrant(userAdministrator, alice, "/"))
	for _, path := range []string{members, "/v1.0/directoryRoles/" + role + "/scopedMembers"} {
		c.answers(http.MethodGet, path, "", 200, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#scopedRoleMemberships","value":[{`+member+`]}`)
	}
	c.answers(http.MethodGet, members+"/"+id, "", 200, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#scopedRoleMemberships/$entity",`+member)
	c.lists(graphAssignments+"?$filter=directoryScopeId eq '/administrativeUnits/"+unit+"'", "id", id)
	c.answers(http.MethodDelete, members+"/"+id, "", 204, "")
	c.refuses(http.MethodDelete, members+"/"+id, "", 404, "Request_ResourceNotFound", "Resource '"+id+"' does not exist or one of its queried reference-property objects are not present.")
	c.refuses(http.MethodGet, strings.Replace(members, unit, team, 1), "", 404, "Request_ResourceNotFound", "Resource '"+team+"' does not exist or one of its queried reference-property objects are not present.")
	c.refuses(http.MethodPost, members, `{"roleId":"`+userAdministrator+`","roleMemberInfo":{"id":"`+alice+`"}}`, 404, "Request_ResourceNotFound",
		"Resource '"+userAdministrator+"' does not exist or one of its queried reference-property objects are not present.")
}
