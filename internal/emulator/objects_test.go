// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	aliceDocument  = `"id":"a0000000-0000-4000-8000-000000000001","displayName":"Alice","userPrincipalName":"alice@example.com","accountEnabled":true,"userType":"Member"}`
	bobDocument    = `"id":"a0000000-0000-4000-8000-000000000002","displayName":"Bob","userPrincipalName":null,"accountEnabled":true,"userType":"Member"}`
	teamDocument   = `"id":"a0000000-0000-4000-8000-000000000003","displayName":"Team","securityEnabled":true,"isAssignableToRole":false,"mailEnabled":false,"groupTypes":[],"visibility":null}`
	robotDocument  = `"id":"a0000000-0000-4000-8000-000000000006","displayName":"Robot","appId":"a0000000-0000-4000-8000-000000000007","accountEnabled":true,"servicePrincipalType":"Application","appDisplayName":"Robot","servicePrincipalNames":["a0000000-0000-4000-8000-000000000007"]}`
	laptopDocument = `"id":"a0000000-0000-4000-8000-000000000008","displayName":"Laptop","deviceId":"a0000000-0000-4000-8000-000000000008","accountEnabled":true}`
	unitDocument   = `"id":"a0000000-0000-4000-8000-000000000009","displayName":"Unit","description":null,"visibility":null}`
)

func TestObjectsOfEveryTypeAreListedAndRead(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.answers(http.MethodGet, "/v1.0/users", "", 200, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#users","value":[{`+aliceDocument+`,{`+bobDocument+`]}`)
	for path, want := range map[string][2]string{
		"users/" + alice:                              {"users", aliceDocument},
		"users('" + alice + "')":                      {"users", aliceDocument},
		"users/ALICE@example.com":                     {"users", aliceDocument},
		"groups/" + team:                              {"groups", teamDocument},
		"servicePrincipals/" + strings.ToUpper(robot): {"servicePrincipals", robotDocument},
		"servicePrincipals(appId='" + robotApp + "')": {"servicePrincipals", robotDocument},
		"devices/" + laptop:                           {"devices", laptopDocument},
		"directory/administrativeUnits/" + unit:       {"directory/administrativeUnits", unitDocument},
		"directoryObjects/" + alice:                   {"directoryObjects", `"@odata.type":"#microsoft.graph.user",` + aliceDocument},
		"directoryObjects/" + robot:                   {"directoryObjects", `"@odata.type":"#microsoft.graph.servicePrincipal",` + robotDocument},
	} {
		c.answers(http.MethodGet, "/v1.0/"+path, "", 200, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#`+want[0]+`/$entity",`+want[1])
	}
	for _, path := range []string{
		"users/" + stranger, "users/" + team, "users/carol@example.com", "groups/" + alice, "servicePrincipals/" + robotApp, "directoryObjects/" + stranger, "directory/administrativeUnits/" + team,
	} {
		id := path[strings.LastIndexByte(path, '/')+1:]
		c.refuses(http.MethodGet, "/v1.0/"+path, "", 404, "Request_ResourceNotFound", "Resource '"+id+"' does not exist or one of its queried reference-property objects are not present.")
	}
	c.refuses(http.MethodGet, "/v1.0/servicePrincipals(appId='"+robot+"')", "", 404, "Request_ResourceNotFound",
		"Resource '"+robot+"' does not exist or one of its queried reference-property objects are not present.")
}

func TestObjectsAreFiltered(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	for query, want := range map[string][]string{
		"users?$filter=displayName eq 'alice'":                                           {alice},
		"users?$filter=userPrincipalName eq 'Alice@Example.com'":                         {alice},
		"users?$filter=startsWith(userPrincipalName,'al')":                               {alice},
		"users?$filter=startswith(displayName,'b')":                                      {bob},
		"users?$filter=displayName eq 'Bob' or displayName eq 'Alice'":                   {alice, bob},
		"users?$filter=id in ('" + bob + "','" + stranger + "')":                         {bob},
		"groups?$filter=securityEnabled eq true":                                         {team, admins},
		"groups?$filter=isAssignableToRole eq true":                                      {admins},
		"groups?$filter=securityEnabled eq true and displayName eq 'Team'":               {team},
		"servicePrincipals?$filter=appId eq '" + robotApp + "'":                          {robot},
		"servicePrincipals?$filter=appId in ('" + robotApp + "')":                        {robot},
		"servicePrincipals?$filter=servicePrincipalNames/any(c:c eq '" + robotApp + "')": {robot},
		"users?$filter=proxyAddresses/any(p:p eq 'smtp:x')":                              nil,
		"devices?$filter=displayName eq 'Laptop'":                                        {laptop},
		"directory/administrativeUnits?$filter=startsWith(displayName,'U')":              {unit},

		"administrativeUnits": {unit},
	} {
		c.lists("/beta/"+query, "id", want...)
	}
	c.refuses(http.MethodGet, "/v1.0/users?$filter=appId eq 'x'", "", 400, "BadRequest", "Invalid filter clause: Could not find a property named 'appId' on type 'microsoft.graph.user'.")
	c.refuses(http.MethodGet, "/v1.0/groups?$filter=members/any(m:m/id eq 'x')", "", 400, "BadRequest", "Invalid filter clause: Syntax error at position 18 in 'members/any(m:m/id eq 'x')'.")
}

func TestObjectsComeInPages(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	ids, pages := c.list("/v1.0/groups?$top=2&$select=id", "id")
	if want := []string{team, everyone, admins}; strings.Join(ids, " ") != strings.Join(want, " ") || pages != 2 {
		t.Errorf("%q on %d pages, want %q on 2", ids, pages, want)
	}
}

func TestMembersOfWhichTheTenantTellsNothingAreNull(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.answers(http.MethodGet, "/v1.0/users?$select=id,mail&$filter=mail eq null and displayName eq 'Bob'", "", 200, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#users(id,mail)",
		"value":[{"id":"a0000000-0000-4000-8000-000000000002","mail":null}]}`)
	c.lists("/v1.0/groups?$filter=mailNickname eq 'x'", "id")
	c.answers(http.MethodGet, "/v1.0/groups/"+everyone+"/transitiveMembers?$select=displayName,userPrincipalName,description", "", 200, `{
		"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#directoryObjects(displayName,userPrincipalName,description)","value":[
		{"@odata.type":"#microsoft.graph.group","displayName":"Team"},{"@odata.type":"#microsoft.graph.device","displayName":"Laptop"},
		{"@odata.type":"#microsoft.graph.user","displayName":"Alice","userPrincipalName":"alice@example.com"},{"@odata.type":"#microsoft.graph.servicePrincipal","displayName":"Robot"}]}`)
	c.refuses(http.MethodGet, "/v1.0/users?$select=shoeSize", "", 400, "BadRequest", "Parsing OData Select and Expand failed: Could not find a property named 'shoeSize' on type 'microsoft.graph.user'.")
}

func TestMembersAreDirectOrTransitiveAndOfOneTypeWhereAsked(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	for path, want := range map[string][]string{
		"groups/" + everyone + "/members":                                          {team, laptop},
		"groups/" + everyone + "/transitiveMembers":                                {team, laptop, alice, robot},
		"groups/" + everyone + "/transitiveMembers/microsoft.graph.user":           {alice},
		"groups/" + everyone + "/members/microsoft.graph.group":                    {team},
		"groups/" + everyone + "/transitiveMembers?$filter=displayName eq 'Robot'": {robot},
		"directory/administrativeUnits/" + unit + "/members":                       {alice},
		"users/" + alice + "/memberOf":                                             {team, admins, unit},
		"users/" + alice + "/transitiveMemberOf":                                   {team, everyone, admins, unit},
		"users/" + alice + "/transitiveMemberOf/microsoft.graph.group":             {team, everyone, admins},
		"users/" + bob + "/memberOf":                                               nil,
		"servicePrincipals/" + robot + "/transitiveMemberOf":                       {team, everyone},
		"servicePrincipals(appId='" + robotApp + "')/memberOf":                     {team},
		"groups/" + team + "/memberOf":                                             {everyone},
		"devices/" + laptop + "/memberOf":                                          {everyone},
	} {
		c.lists("/v1.0/"+path, "id", want...)
	}
	c.answers(http.MethodGet, "/v1.0/groups/"+everyone+"/members", "", 200, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#directoryObjects","value":[
		{"@odata.type":"#microsoft.graph.group",`+teamDocument+`,{"@odata.type":"#microsoft.graph.device",`+laptopDocument+`]}`)
	c.refuses(http.MethodGet, "/v1.0/groups/"+team+"/members/microsoft.graph.orgContact", "", 400, "BadRequest", "Resource not found for the segment 'microsoft.graph.orgContact'.")
	c.refuses(http.MethodGet, "/v1.0/groups/"+unit+"/members", "", 404, "Request_ResourceNotFound", "Resource '"+unit+"' does not exist or one of its queried reference-property objects are not present.")
}

func TestDirectoryRolesOfThePrincipalAreAmongWhatHeIsAMemberOf(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.done(http.MethodPost, graphAssignments, entraGrant(globalReader, alice, "/"))
	c.done(http.MethodPost, graphAssignments, entraGrant(userAdministrator, admins, "/"))
	reader, administrator := string(rbac.DeriveGUID(graphTenant, "directoryRole", globalReader)), string(rbac.DeriveGUID(graphTenant, "directoryRole", userAdministrator))
	c.lists("/v1.0/users/"+alice+"/memberOf", "id", team, admins, unit, reader)
	c.lists("/v1.0/users/"+alice+"/transitiveMemberOf", "id", team, everyone, admins, unit, reader, administrator)
	c.answers(http.MethodGet, "/v1.0/users/"+alice+"/memberOf/microsoft.graph.directoryRole", "", 200, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#directoryRoles",
		"value":[{"id":"`+reader+`","deletedDateTime":null,"description":"Can read everything.","displayName":"Global Reader","roleTemplateId":"`+globalReader+`"}]}`)
	c.lists("/v1.0/users/"+alice+"/memberOf", "@odata.type", "#microsoft.graph.group", "#microsoft.graph.group", "#microsoft.graph.administrativeUnit", "#microsoft.graph.directoryRole")
	for path, want := range map[string]string{
		"getMemberGroups {\"securityEnabledOnly\":false}":                                             team + " " + everyone + " " + admins,
		"getMemberGroups {\"securityEnabledOnly\":true}":                                              team + " " + admins,
		"microsoft.graph.getMemberGroups {}":                                                          team + " " + everyone + " " + admins,
		"getMemberObjects {\"securityEnabledOnly\":true}":                                             team + " " + admins,
		"getMemberObjects {\"securityEnabledOnly\":false}":                                            team + " " + everyone + " " + admins + " " + unit + " " + reader + " " + administrator,
		"checkMemberGroups {\"groupIds\":[\"" + strings.ToUpper(admins) + "\",\"" + stranger + "\"]}": admins,
	} {
		name, body, _ := strings.Cut(path, " ")
		c.answers(http.MethodPost, "/v1.0/users/"+alice+"/"+name, body, 200,
			`{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#Collection(Edm.String)","value":["`+strings.ReplaceAll(want, " ", `","`)+`"]}`)
	}
	c.refuses(http.MethodPost, "/v1.0/groups/"+team+"/getMemberGroups", `{"securityEnabledOnly":true}`, 400, "Request_BadRequest", "securityEnabledOnly is supported for users and service principals only.")
}

// Source: https://learn.microsoft.com/graph/api/directoryobject-getbyids
func TestObjectsAreFoundByTheirIDs(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	const path = "/v1.0/directoryObjects/getByIds"
	c.answers(http.MethodPost, path, `{"ids":["`+robot+`","`+strings.ToUpper(alice)+`","`+stranger+`","`+robot+`"]}`, 200, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#directoryObjects","value":[
		{"@odata.type":"#microsoft.graph.servicePrincipal",`+robotDocument+`,{"@odata.type":"#microsoft.graph.user",`+aliceDocument+`]}`)
	c.answers(http.MethodPost, path, `{"ids":["`+robot+`","`+alice+`"],"types":["user","group"]}`, 200, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#directoryObjects","value":[
		{"@odata.type":"#microsoft.graph.user",`+aliceDocument+`]}`)
	c.refuses(http.MethodPost, path, `{"ids":["x"]}`, 400, "Request_BadRequest", "Invalid GUID:x")
	ids := make([]string, 1001)
	for i := range ids {
		ids[i] = made(i)
	}
	body, err := json.Marshal(map[string][]string{"ids": ids})
	if err != nil {
		t.Fatal(err)
	}
	c.refuses(http.MethodPost, path, string(body), 400, "Request_BadRequest", "Too many identifiers in the request: 1001. The maximum is 1000.")
}

func TestATenantWithoutADirectoryKnowsEveryIDAndNothingElse(t *testing.T) {
	t.Parallel()
	c := newGraph(t, noDirectory)
	var ids []string
	for i := range 1000 {
		ids = append(ids, made(i))
	}
	body := `{"ids":["` + strings.Join(ids, `","`) + `"]}`
	var got struct {
		Value []map[string]any
	}
	if err := json.Unmarshal([]byte(c.done(http.MethodPost, "/v1.0/directoryObjects/getByIds", body)), &got); err != nil || len(got.Value) != 1000 {
		t.Fatalf("%d objects, %v", len(got.Value), err)
	}
	if want := "map[@odata.type:#microsoft.graph.directoryObject displayName:<nil> id:" + made(7) + "]"; fmt.Sprint(got.Value[7]) != want {
		t.Errorf("%v, want %s", got.Value[7], want)
	}
	c.lists("/v1.0/users", "id")
	c.refuses(http.MethodGet, "/v1.0/users/"+alice, "", 404, "Request_ResourceNotFound", "Resource '"+alice+"' does not exist or one of its queried reference-property objects are not present.")
}

func TestMeIsAUserWhoCalls(t *testing.T) {
	t.Parallel()
	c := newGraph(t, calledBy(alice))
	c.answers(http.MethodGet, "/v1.0/me", "", 200, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#users/$entity",`+aliceDocument)
	c.lists("/v1.0/me/transitiveMemberOf", "id", team, everyone, admins, unit)
	app := newGraph(t)
	for _, path := range []string{"/v1.0/me", "/v1.0/me/memberOf"} {
		app.refuses(http.MethodGet, path, "", 400, "BadRequest", "/me request is only valid with delegated authentication flow.")
	}
}

func TestTheOrganizationIsTheTenant(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	const tenant = `"id":"d0000000-0000-4000-8000-000000000001","displayName":"Emulated tenant","tenantType":"AAD","verifiedDomains":[]}`
	c.answers(http.MethodGet, "/v1.0/organization", "", 200, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#organization","value":[{`+tenant+`]}`)
	c.answers(http.MethodGet, "/v1.0/organization/"+graphTenant, "", 200, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#organization/$entity",`+tenant)
	c.refuses(http.MethodGet, "/v1.0/organization/"+stranger, "", 404, "Request_ResourceNotFound", "Resource '"+stranger+"' does not exist or one of its queried reference-property objects are not present.")
}

func TestTheSameRequestsWorkInABatch(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	body := `{"requests":[{"id":"1","method":"POST","url":"/deviceManagement/roleDefinitions","headers":{"Content-Type":"application/json"},"body":` + deskBody + `},
		{"id":"2","method":"GET","url":"/users?$filter=displayName eq 'Bob'&$select=id","dependsOn":["1"]}]}`
	var got struct {
		Responses []struct {
			ID     string
			Status int
			Body   json.RawMessage
		}
	}
	if err := json.Unmarshal([]byte(c.done(http.MethodPost, "/beta/$batch", body)), &got); err != nil || len(got.Responses) != 2 {
		t.Fatalf("%v %v", got, err)
	}
	for _, r := range got.Responses {
		want, status := `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/roleDefinitions/$entity",`+deskRole, 201
		if r.ID == "2" {
			want, status = `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#users(id)","value":[{"id":"`+bob+`"}]}`, 200
		}
		if r.Status != status || !equalJSON(string(r.Body), want) {
			t.Errorf("%s: %d %s, want %d %s", r.ID, r.Status, r.Body, status, want)
		}
	}
}

func TestUpdatesOfDifferentMembersAtOnceAllCount(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.done(http.MethodPost, intuneRoles, deskBody)
	c.done(http.MethodPost, graphRoles, registrarBody)
	changes := map[string]string{
		intuneRoles + "/" + made(1) + "\x00displayName": "New", intuneRoles + "/" + made(1) + "\x00description": "n",
		graphRoles + "/" + made(2) + "\x00displayName": "New", graphRoles + "/" + made(2) + "\x00description": "n", graphRoles + "/" + made(2) + "\x00version": "2",
	}
	var all sync.WaitGroup
	for key, value := range changes {
		path, member, _ := strings.Cut(key, "\x00")
		all.Go(func() {
			if a := c.ask(http.MethodPatch, path, `{"`+member+`":"`+value+`"}`); a.status > 299 {
				t.Errorf("%s: %d %s", path, a.status, a.body)
			}
		})
	}
	all.Wait()
	for key, value := range changes {
		path, member, _ := strings.Cut(key, "\x00")
		var got map[string]any
		if err := json.Unmarshal([]byte(c.done(http.MethodGet, path, "")), &got); err != nil || got[member] != value {
			t.Errorf("%s of %s is %v, want %s", member, path, got[member], value)
		}
	}
}

func TestGarbageIsRefusedInTheShapeOfGraph(t *testing.T) {
	t.Parallel()
	t.Run("at once", func(t *testing.T) { t.Parallel(); throwGarbage(newGraph(t)) })
	t.Run("after an approval", func(t *testing.T) { t.Parallel(); throwGarbage(newGraph(t, withApprovals)) })
}

func throwGarbage(c *graphClient) {
	c.Helper()
	paths := []string{
		graphRoles, graphAssignments, "/v1.0/directoryRoles", "/v1.0/directoryRoles/roleTemplateId=" + globalReader + "/members/$ref",
		"/v1.0/directory/administrativeUnits/" + unit + "/scopedRoleMembers", "/v1.0/directoryObjects/getByIds", "/v1.0/users/" + alice + "/getMemberGroups",
		intuneRoles, intuneAssignments, intuneTags, intuneTags + "/0/assign", intuneTags + "/getRoleScopeTagsById", approvalPath + "/" + waiting + "/approve",
	}
	bodies := []string{
		"", "null", "[]", "{}", "1", `"x"`, "{", `{"displayName":1}`, `{"displayName":null,"isEnabled":null,"rolePermissions":null}`, `{"rolePermissions":[null],"displayName":"x","isEnabled":true}`,
		`{"rolePermissions":{}}`, `{"ids":1}`, `{"ids":[{}]}`, `{"assignments":[null]}`, `{"assignments":1}`, `{"@odata.id":1}`, `{"@odata.id":"/"}`, `{"roleMemberInfo":null,"roleId":""}`,
		`{"principalId":{},"roleDefinitionId":[]}`, `{"members":"x"}`, `{"members":[1,null,"x"],"@odata.type":"#microsoft.graph.deviceAndAppManagementRoleAssignment"}`, "\x00", strings.Repeat("[", 10_000),
	}
	for _, path := range paths {
		for _, body := range bodies {
			for _, target := range []struct{ method, path string }{{http.MethodPost, path}, {http.MethodPatch, path + "/" + made(1)}} {
				a := c.ask(target.method, target.path, body, justification, because)
				var refused struct {
					Error struct{ Code, Message string }
				}
				if a.status >= 400 && (json.Unmarshal([]byte(a.body), &refused) != nil || refused.Error.Code == "" || refused.Error.Message == "") || a.status >= 500 {
					c.Errorf("%s %s %.60s: %d %s", target.method, target.path, body, a.status, a.body)
				}
			}
		}
	}
	for _, query := range []string{"$filter=%00", "$filter='", "$select=%ff", "$expand=((((", "$top=-1", "$top=x", "$skiptoken=x", "$skiptoken=cGFnZToxMDAw", "$skip=-1", "$filter=" + strings.Repeat("(", 5000)} {
		for _, path := range []string{graphRoles, graphAssignments, "/v1.0/users", "/v1.0/groups/" + everyone + "/members", intuneRoles, intuneAssignments, intuneTags, approvalPath, "/v1.0/directoryRoles"} {
			if a := c.ask(http.MethodGet, path+"?"+query, ""); a.status >= 500 || a.status >= 400 && !strings.HasPrefix(a.body, `{"error":{"code":"`) {
				c.Errorf("%s?%.40s: %d %s", path, query, a.status, a.body)
			}
		}
	}
}
