// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
)

const (
	intuneRoles       = "/beta/deviceManagement/roleDefinitions"
	intuneAssignments = "/beta/deviceManagement/roleAssignments"
	intuneTags        = "/beta/deviceManagement/roleScopeTags"

	deskBody = `{"@odata.type":"#microsoft.graph.deviceAndAppManagementRoleDefinition","displayName":"Desk","description":"d","isBuiltIn":false,"isBuiltInRoleDefinition":false,
		"rolePermissions":[{"resourceActions":[{"allowedResourceActions":["Microsoft.Intune_ManagedDevices_Read"],"notAllowedResourceActions":[]}]}],"roleScopeTagIds":["0"]}`
	deskRole = `"@odata.type":"#microsoft.graph.deviceAndAppManagementRoleDefinition","id":"f0000000-0000-4000-8000-000000000001","displayName":"Desk","description":"d",
		"isBuiltInRoleDefinition":false,"isBuiltIn":false,"roleScopeTagIds":["0"],
		"permissions":[{"actions":["Microsoft.Intune_ManagedDevices_Read"],"resourceActions":[{"allowedResourceActions":["Microsoft.Intune_ManagedDevices_Read"],"notAllowedResourceActions":[]}]}],
		"rolePermissions":[{"actions":["Microsoft.Intune_ManagedDevices_Read"],"resourceActions":[{"allowedResourceActions":["Microsoft.Intune_ManagedDevices_Read"],"notAllowedResourceActions":[]}]}]}`
)

// The documents are those that Intune was seen to send in July 2026.
func TestAnIntuneRoleIsMadeReadChangedAndDeleted(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.answers(http.MethodPost, intuneRoles, deskBody, 201, `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/roleDefinitions/$entity",`+deskRole)
	c.answers(http.MethodGet, "/v1.0/deviceManagement/roleDefinitions('"+made(1)+"')", "", 200, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#deviceManagement/roleDefinitions/$entity",`+deskRole)
	c.answers(http.MethodGet, intuneRoles+"?$filter=isBuiltIn eq false", "", 200, `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/roleDefinitions","value":[{`+deskRole+`]}`)
	changed := strings.NewReplacer(`"Desk"`, `"Front desk"`, `"d"`, `null`).Replace(deskRole)
	c.answers(http.MethodPatch, intuneRoles+"/"+made(1), `{"displayName":"Front desk","description":""}`, 200, `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/roleDefinitions/$entity",`+changed)
	c.answers(http.MethodGet, intuneRoles+"/"+made(1), "", 200, `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/roleDefinitions/$entity",`+changed)
	c.answers(http.MethodDelete, intuneRoles+"/"+made(1), "", 204, "")
	for _, method := range []string{http.MethodGet, http.MethodDelete, http.MethodPatch} {
		c.refuses(method, intuneRoles+"/"+made(1), "{}", 404, "ResourceNotFound", "There is no Intune role f0000000-0000-4000-8000-000000000001.")
	}
	c.refuses(http.MethodGet, intuneRoles+"/x", "", 404, "ResourceNotFound", `There is no object "x".`)
}

func TestIntuneTakesPermissionsInBothCopiesAndForms(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	for name, permissions := range map[string]string{
		"a": `"permissions":[{"resourceActions":[{"allowedResourceActions":["Microsoft.Intune_MobileApps_Read"]}]}]`,
		"b": `"permissions":[{"actions":["Microsoft.Intune_MobileApps_Read"]}]`,
		"c": `"rolePermissions":[{"actions":["Microsoft.Intune_MobileApps_Read"]}]`,
	} {
		var got struct {
			RoleScopeTagIDs              []string `json:"roleScopeTagIds"`
			Permissions, RolePermissions []struct {
				Actions         []string
				ResourceActions []struct{ AllowedResourceActions []string }
			}
		}
		text := c.done(http.MethodPost, intuneRoles, `{"displayName":"`+name+`",`+permissions+`}`)
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatal(err)
		}
		for _, p := range append(got.Permissions, got.RolePermissions...) {
			if strings.Join(p.Actions, " ") != "Microsoft.Intune_MobileApps_Read" || strings.Join(p.ResourceActions[0].AllowedResourceActions, " ") != "Microsoft.Intune_MobileApps_Read" {
				t.Errorf("%s: %s", permissions, text)
			}
		}
		if len(got.Permissions) != 1 || len(got.RolePermissions) != 1 || strings.Join(got.RoleScopeTagIDs, " ") != "0" {
			t.Errorf("%s: %s", permissions, text)
		}
	}
	c.lists(intuneRoles+"?$filter=isBuiltIn eq false", "displayName", "a", "b", "c")
}

func TestBuiltInIntuneRolesHaveNoTagsAndStayAsTheyAre(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.answers(http.MethodGet, intuneRoles+"/"+helpDesk+"?$select=displayName,isBuiltIn,roleScopeTagIds", "", 200, `{
		"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/roleDefinitions(displayName,isBuiltIn,roleScopeTagIds)/$entity",
		"@odata.type":"#microsoft.graph.deviceAndAppManagementRoleDefinition","displayName":"Help Desk Operator","isBuiltIn":true,"roleScopeTagIds":[]}`)
	for _, method := range []string{http.MethodPatch, http.MethodDelete} {
		c.refuses(method, intuneRoles+"/"+helpDesk, deskBody, 400, "BadRequest", "A built-in object can't be changed or deleted.")
	}
	c.lists(intuneRoles+"?$filter=displayName eq 'help desk operator' and isBuiltIn eq true", "id", helpDesk)
}

func TestIntuneRefusesARoleInItsOwnEnvelope(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.done(http.MethodPost, intuneRoles, deskBody)
	c.refuses(http.MethodPost, intuneRoles, strings.Replace(deskBody, "Desk", "DESK", 1), 400, "BadRequest", "An object with the same display name already exists.")
	c.refuses(http.MethodPost, intuneRoles, strings.NewReplacer("Desk", "x", `["0"]`, `["7"]`).Replace(deskBody), 400, "BadRequest",
		`Scope Tags validation failed : There is no scope tag with the ID "7". Create the tag first, or correct the ID.`)
	c.refuses(http.MethodPost, intuneRoles, strings.Replace(deskBody, `"Desk"`, `""`, 1), 400, "BadRequest", "The name is empty. An Intune role needs a display name.")
	c.refuses(http.MethodPost, intuneRoles, strings.Replace(deskBody, `["0"]`, `"0"`, 1), 400, "ModelValidationFailure",
		"Cannot process the request body: An unexpected 'PrimitiveValue' node was found for property named 'roleScopeTagIds' when reading from the JSON reader. A 'StartArray' node was expected.")
	c.refuses(http.MethodGet, intuneRoles+"?$filter=contains(displayName,'x')", "", 400, "BadRequest",
		"Unsupported or invalid query filter clause specified for property 'displayName' of resource 'roleDefinition'.")
}

func TestIntuneAnswersACreateWithTheStatusThatIsAskedFor(t *testing.T) {
	t.Parallel()
	c := newGraph(t, func(o *emulator.Options, _ *reference.Options) { o.IntuneCreated = 200 })
	for path, body := range map[string]string{intuneRoles: deskBody, intuneTags: `{"displayName":"Europe"}`, intuneAssignments: dutyBody} {
		if a := c.ask(http.MethodPost, path, body); a.status != 200 {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}

const (
	dutyBody = `{"@odata.type":"#microsoft.graph.deviceAndAppManagementRoleAssignment","displayName":"Duty","description":"d",
		"members":["a0000000-0000-4000-8000-000000000005"],"resourceScopes":["a0000000-0000-4000-8000-000000000003"],"scopeType":"resourceScope",
		"roleDefinition@odata.bind":"https://graph.microsoft.com/beta/deviceManagement/roleDefinitions('9e0cc482-82df-4ab2-a24c-0c23a3f52e1e')",
		"roleScopeTags@odata.bind":["https://graph.microsoft.com/beta/deviceManagement/roleScopeTags('0')"]}`
	duty = `"id":"f0000000-0000-4000-8000-000000000001","displayName":"Duty","description":"d","scopeMembers":["a0000000-0000-4000-8000-000000000003"],"scopeType":"resourceScope",
		"resourceScopes":["a0000000-0000-4000-8000-000000000003"],"members":["a0000000-0000-4000-8000-000000000005"],"roleScopeTagIds":["0"]}`
)

func TestAnIntuneAssignmentIsMadeReadChangedAndDeleted(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	const one = `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/roleAssignments/$entity",`
	c.answers(http.MethodPost, intuneAssignments, dutyBody, 201, one+duty)
	c.answers(http.MethodGet, intuneAssignments+"('"+made(1)+"')", "", 200, one+duty)
	c.answers(http.MethodGet, "/v1.0/deviceManagement/roleAssignments", "", 200, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#deviceManagement/roleAssignments","value":[{`+duty+`]}`)
	c.answers(http.MethodPatch, intuneAssignments+"/"+made(1), `{"scopeType":"allDevicesAndLicensedUsers","roleScopeTagIds":[]}`, 200, one+
		`"id":"f0000000-0000-4000-8000-000000000001","displayName":"Duty","description":"d","scopeMembers":[],"scopeType":"allDevicesAndLicensedUsers",
		"resourceScopes":[],"members":["a0000000-0000-4000-8000-000000000005"],"roleScopeTagIds":[]}`)
	c.answers(http.MethodPatch, intuneAssignments+"/"+made(1), `{"displayName":"Other","scopeType":"resourceScope","resourceScopes":["a0000000-0000-4000-8000-000000000005"]}`, 200, one+
		`"id":"f0000000-0000-4000-8000-000000000001","displayName":"Other","description":"d","scopeMembers":["a0000000-0000-4000-8000-000000000005"],"scopeType":"resourceScope",
		"resourceScopes":["a0000000-0000-4000-8000-000000000005"],"members":["a0000000-0000-4000-8000-000000000005"],"roleScopeTagIds":[]}`)
	c.answers(http.MethodDelete, intuneAssignments+"/"+made(1), "", 204, "")
	for _, method := range []string{http.MethodGet, http.MethodDelete, http.MethodPatch} {
		c.refuses(method, intuneAssignments+"/"+made(1), "{}", 404, "ResourceNotFound", "There is no Intune role assignment f0000000-0000-4000-8000-000000000001.")
	}
}

func TestNothingTellsTheRoleOfAnIntuneAssignmentButTheListBelowTheRole(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.done(http.MethodPost, intuneAssignments, dutyBody)
	c.answers(http.MethodGet, intuneAssignments+"?$expand=roleDefinition", "", 200, `{
		"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/roleAssignments(roleDefinition())",
		"value":[{"id":"f0000000-0000-4000-8000-000000000001","displayName":"Duty","description":"d","resourceScopes":["a0000000-0000-4000-8000-000000000003"],
			"members":["a0000000-0000-4000-8000-000000000005"],"roleDefinition":null}]}`)
	const row = `{"@odata.type":"#microsoft.graph.deviceAndAppManagementRoleAssignment","id":"f0000000-0000-4000-8000-000000000001","displayName":"Duty","description":"d","resourceScopes":[],"members":[]}`
	c.answers(http.MethodGet, intuneRoles+"/"+helpDesk+"/roleAssignments", "", 200, `{
		"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/roleDefinitions('9e0cc482-82df-4ab2-a24c-0c23a3f52e1e')/roleAssignments","value":[`+row+`]}`)
	c.answers(http.MethodGet, intuneRoles+"?$filter=id eq '"+helpDesk+"'&$select=id&$expand=roleAssignments", "", 200, `{
		"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/roleDefinitions(id,roleAssignments())",
		"value":[{"@odata.type":"#microsoft.graph.deviceAndAppManagementRoleDefinition","id":"9e0cc482-82df-4ab2-a24c-0c23a3f52e1e","roleAssignments":[`+row+`]}]}`)
	c.done(http.MethodPost, intuneRoles, deskBody)
	c.lists(intuneRoles+"/"+made(2)+"/roleAssignments", "id")
	c.done(http.MethodGet, intuneRoles+"/"+helpDesk+"/roleAssignments/"+made(1), "")
	c.refuses(http.MethodGet, intuneRoles+"/"+made(2)+"/roleAssignments/"+made(1), "", 404, "ResourceNotFound", `There is no object "f0000000-0000-4000-8000-000000000001".`)
}

func TestTheTagsOfAnIntuneAssignmentCanBeExpandedOnBeta(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.done(http.MethodPost, intuneAssignments, dutyBody)
	const expand = "?$expand=microsoft.graph.deviceAndAppManagementRoleAssignment/roleScopeTags"
	var got struct {
		RoleScopeTags []map[string]any
	}
	if err := json.Unmarshal([]byte(c.done(http.MethodGet, intuneAssignments+"/"+made(1)+expand, "")), &got); err != nil || len(got.RoleScopeTags) != 1 || got.RoleScopeTags[0]["id"] != "0" || got.RoleScopeTags[0]["displayName"] != "Default" {
		t.Errorf("%v, %v", got, err)
	}
	c.refuses(http.MethodGet, "/v1.0/deviceManagement/roleAssignments"+expand, "", 400, "BadRequest",
		"Parsing OData Select and Expand failed: Could not find a property named 'microsoft.graph.deviceAndAppManagementRoleAssignment/roleScopeTags' on type 'microsoft.graph.roleAssignment'.")
}

func TestAnIntuneAssignmentIsRefusedInTheWordsOfTheService(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	const (
		anError = "An error has occurred"
		scopes  = "ResourceScopes can only be defined when the ScopeType is set to 'ResourceScope'"
	)
	for change, words := range map[[2]string]string{
		{`"@odata.type":"#microsoft.graph.deviceAndAppManagementRoleAssignment",`, ""}: anError,
		{`"roleDefinition@odata.bind"`, `"roleDefinition"`}:                            anError,
		{"deviceManagement/roleDefinitions", "roleManagement/cloudPC/roleDefinitions"}: anError,

		{"roleScopeTags('", "x('"}:                anError,
		{`"resourceScope"`, `"allDevices"`}:       scopes,
		{helpDesk, stranger}:                      "There is no Intune role a0000000-0000-4000-8000-0000000000ff.",
		{admins, stranger}:                        "Group validation failed : There is no group a0000000-0000-4000-8000-0000000000ff in the directory. Check that it is the object ID of a security group.",
		{admins, "x"}:                             `"x" is not the object ID of a group, which is a GUID.`,
		{"roleScopeTags('0')", "roleScopeTags/7"}: `Scope Tags validation failed : There is no scope tag with the ID "7". Create the tag first, or correct the ID.`,
		{`"resourceScope"`, `"everything"`}:       `"everything" is not a scope type that is known.`,
	} {
		status, code := 400, "BadRequest"
		switch {
		case strings.HasPrefix(words, "There is no Intune role"):
			status, code = 404, "ResourceNotFound"
		case change[1] == `"everything"`:
			words = scopes // groups are for the scope type of groups alone
		}
		body := strings.ReplaceAll(dutyBody, change[0], change[1])
		if body == dutyBody {
			t.Fatalf("%q changes nothing", change)
		}
		c.refuses(http.MethodPost, intuneAssignments, body, status, code, words)
	}
	c.refuses(http.MethodPost, intuneAssignments, strings.Replace(dutyBody, `["a0000000-0000-4000-8000-000000000003"]`, `"a0000000-0000-4000-8000-000000000003"`, 1), 400, "ModelValidationFailure",
		"Cannot process the request body: An unexpected 'PrimitiveValue' node was found for property named 'resourceScopes' when reading from the JSON reader. A 'StartArray' node was expected.")
	c.lists(intuneAssignments, "id")
}

func TestAnIntuneAssignmentKeepsItsRoleAndItsScopeTypeInAnUpdate(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.done(http.MethodPost, intuneAssignments, dutyBody)
	c.done(http.MethodPost, intuneRoles, deskBody)
	const scopes = "ResourceScopes can only be defined when the ScopeType is set to 'ResourceScope'"
	path := intuneAssignments + "/" + made(1)
	c.refuses(http.MethodPatch, path, `{"resourceScopes":["`+admins+`"]}`, 400, "BadRequest", scopes)
	c.refuses(http.MethodPatch, path, `{"members":["`+admins+`"]}`, 400, "BadRequest", "An error has occurred")
	c.refuses(http.MethodPatch, path, `{"roleDefinition@odata.bind":"https://graph.microsoft.com/beta/deviceManagement/roleDefinitions/`+made(2)+`"}`, 400, "BadRequest",
		"The role definition of a role assignment can't be changed.")
	c.answers(http.MethodGet, path, "", 200, `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/roleAssignments/$entity",`+duty)
}

// Source: https://github.com/microsoftgraph/microsoft-graph-docs/issues/6223
func TestAnIntuneAssignmentIsNotMadeBelowTheRole(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.refuses(http.MethodPost, intuneRoles+"('"+helpDesk+"')/roleAssignments", dutyBody, 400, "BadRequest",
		"No OData route exists that match template ~/singleton/navigation/key/navigation with http verb POST for request "+
			"/StatelessRoleAdministrationFEService/deviceManagement/roleDefinitions('9e0cc482-82df-4ab2-a24c-0c23a3f52e1e')/roleAssignments.")
}

func TestAnIntuneRoleInUseStays(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.done(http.MethodPost, intuneRoles, deskBody)
	c.done(http.MethodPost, intuneAssignments, strings.Replace(dutyBody, helpDesk, made(1), 1))
	c.refuses(http.MethodDelete, intuneRoles+"/"+made(1), "", 409, "Conflict",
		`The object is in use and can't be deleted. The role "Desk" is in use by 1 role assignment: "Duty". Change or delete what uses it first.`)
	c.done(http.MethodDelete, intuneAssignments+"/"+made(2), "")
	c.done(http.MethodDelete, intuneRoles+"/"+made(1), "")
}

func TestAScopeTagIsMadeReadChangedAssignedAndDeleted(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	const (
		one = `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/roleScopeTags/$entity",`
		tag = `"@odata.type":"#microsoft.graph.roleScopeTag","id":"1","displayName":"Europe","description":"d","isBuiltIn":false}`
	)
	c.answers(http.MethodGet, intuneTags+"/hasCustomRoleScopeTag()", "", 200, `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#Edm.Boolean","value":false}`)
	c.answers(http.MethodPost, intuneTags, `{"@odata.type":"#microsoft.graph.roleScopeTag","displayName":"Europe","description":"d"}`, 201, one+tag)
	c.answers(http.MethodGet, intuneTags+"('1')", "", 200, one+tag)
	c.answers(http.MethodGet, intuneTags+"?$filter=isBuiltIn eq false", "", 200, `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/roleScopeTags","value":[{`+tag+`]}`)
	c.lists(intuneTags, "id", "0", "1")
	c.lists("/beta/deviceManagement/getRoleScopeTagsByResource(resource='MobileApps')", "id", "0", "1")
	c.answers(http.MethodGet, intuneTags+"/hasCustomRoleScopeTag()", "", 200, `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#Edm.Boolean","value":true}`)

	const groups = `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/roleScopeTags('1')/assignments","value":[
		{"@odata.type":"#microsoft.graph.roleScopeTagAutoAssignment","id":"1_a0000000-0000-4000-8000-000000000003",
		"target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"a0000000-0000-4000-8000-000000000003"}}]}`
	c.answers(http.MethodPost, intuneTags+"/1/assign", `{"assignments":[{"@odata.type":"#microsoft.graph.roleScopeTagAutoAssignment",
		"target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"a0000000-0000-4000-8000-000000000003"}}]}`, 200, groups)
	c.answers(http.MethodGet, intuneTags+"/1/assignments", "", 200, groups)
	c.answers(http.MethodPatch, intuneTags+"/1", `{"displayName":"EMEA"}`, 200, one+strings.Replace(tag, "Europe", "EMEA", 1))
	c.answers(http.MethodGet, intuneTags+"/1/assignments", "", 200, groups)
	c.answers(http.MethodGet, intuneTags+"?$filter=id eq '1'&$select=id&$expand=assignments", "", 200, `{
		"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/roleScopeTags(id,assignments())","value":[{"@odata.type":"#microsoft.graph.roleScopeTag","id":"1","assignments":[]}]}`)
	c.answers(http.MethodPost, intuneTags+"/1/assign", `{"assignments":[]}`, 200, `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/roleScopeTags('1')/assignments","value":[]}`)
	var byID struct{ Value []struct{ ID string } }
	if err := json.Unmarshal([]byte(c.done(http.MethodPost, intuneTags+"/getRoleScopeTagsById", `{"roleScopeTagIds":["1","7"]}`)), &byID); err != nil || len(byID.Value) != 1 || byID.Value[0].ID != "1" {
		t.Errorf("%v %v", byID, err)
	}
	c.answers(http.MethodDelete, intuneTags+"/1", "", 204, "")
	for _, method := range []string{http.MethodGet, http.MethodDelete, http.MethodPatch} {
		c.refuses(method, intuneTags+"/1", "{}", 404, "ResourceNotFound", `There is no scope tag with the ID "1".`)
	}
	c.done(http.MethodPost, intuneTags, `{"displayName":"Asia"}`)
	c.lists(intuneTags, "id", "0", "2")
}

func TestAScopeTagIsRefusedInTheWordsOfTheService(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.done(http.MethodPost, intuneTags, `{"displayName":"Europe"}`)
	c.done(http.MethodPost, intuneAssignments, strings.Replace(dutyBody, "('0')", "('1')", 1))
	for _, method := range []string{http.MethodPatch, http.MethodDelete} {
		c.refuses(method, intuneTags+"/0", `{"displayName":"x"}`, 400, "BadRequest", "A built-in object can't be changed or deleted.")
	}
	c.refuses(http.MethodPost, intuneTags+"/0/assign", `{"assignments":[]}`, 400, "BadRequest", "A built-in object can't be changed or deleted.")
	c.refuses(http.MethodPost, intuneTags, `{"displayName":"EUROPE"}`, 400, "BadRequest", "An object with the same display name already exists.")
	c.refuses(http.MethodDelete, intuneTags+"/1", "", 409, "Conflict", `The object is in use and can't be deleted. The scope tag "Europe" is in use by 1 role assignment: "Duty". Change or delete what uses it first.`)
	c.refuses(http.MethodPost, intuneTags+"/1/assign", `{"assignments":[{"target":{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"`+bob+`"}}]}`, 400, "BadRequest",
		`Group validation failed : a0000000-0000-4000-8000-000000000002 is the user "Bob", not a group. Intune takes security groups here; put it into one.`)
	if a := c.ask(http.MethodGet, "/v1.0/deviceManagement/roleScopeTags", ""); a.status < 400 {
		t.Errorf("v1.0 has scope tags: %d %s", a.status, a.body)
	}
}

func TestIntunePermissionsAreServedAsEachVersionHasThem(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.answers(http.MethodGet, "/v1.0/deviceManagement/resourceOperations", "", 200, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#deviceManagement/resourceOperations","value":[
		{"@odata.type":"#microsoft.graph.resourceOperation","id":"Microsoft.Intune_MobileApps_Assign","resourceName":"Mobile apps","actionName":"Assign","description":"Assign mobile apps"},
		{"@odata.type":"#microsoft.graph.resourceOperation","id":"Microsoft.Intune_MobileApps_Read","resourceName":"Mobile apps","actionName":"Read","description":null}]}`)
	c.answers(http.MethodGet, "/beta/deviceManagement/resourceOperations/Microsoft.Intune_MobileApps_Assign", "", 200, `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/resourceOperations/$entity",
		"@odata.type":"#microsoft.graph.resourceOperation","id":"Microsoft.Intune_MobileApps_Assign","resource":"MobileApps","resourceName":"Mobile apps","actionName":"Assign",
		"description":"Assign mobile apps","enabledForScopeValidation":true}`)
	c.refuses(http.MethodGet, "/beta/deviceManagement/resourceOperations/x", "", 404, "ResourceNotFound", `There is no object "x".`)
}

func TestWhatTheCallerMayDoInIntuneComesFromHisGroups(t *testing.T) {
	t.Parallel()
	c := newGraph(t, calledBy(alice))
	const none = `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#Collection(microsoft.graph.rolePermission)",
		"value":[{"resourceActions":[{"allowedResourceActions":[],"notAllowedResourceActions":[]}]}]}`
	c.answers(http.MethodGet, "/beta/deviceManagement/getEffectivePermissions()", "", 200, none)
	c.done(http.MethodPost, intuneRoles, deskBody)
	c.done(http.MethodPost, intuneAssignments, strings.Replace(dutyBody, helpDesk, made(1), 1))
	c.answers(http.MethodGet, "/v1.0/deviceManagement/getEffectivePermissions(scope='x')", "", 200, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#Collection(microsoft.graph.rolePermission)",
		"value":[{"resourceActions":[{"allowedResourceActions":["Microsoft.Intune_ManagedDevices_Read"],"notAllowedResourceActions":[]}]}]}`)
	c.answers(http.MethodGet, "/beta/deviceManagement/getAssignedRoleDetails()", "", 200, `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#microsoft.graph.deviceAndAppManagementAssignedRoleDetails",
		"roleDefinitionIds":["f0000000-0000-4000-8000-000000000001"],"roleAssignmentIds":["f0000000-0000-4000-8000-000000000002"]}`)
}
