// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// Source: https://learn.microsoft.com/rest/api/authorization/deny-assignments
func TestThereAreNoDenyAssignments(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	const denyAssignments = "/providers/Microsoft.Authorization/denyAssignments"
	for _, path := range []string{
		denyAssignments, mgCorp + denyAssignments, subProd + denyAssignments,
		filtered(subProd+denyAssignments, "atScope() and principalId eq '"+armAlice+"'"), filtered(subProd+denyAssignments, "denyAssignmentName eq 'x'"),
	} {
		c.answers(http.MethodGet, path, "", 200, `{"value":[]}`)
	}
	c.refuses(http.MethodGet, subProd+denyAssignments+"/"+grant, "", 404, "DenyAssignmentNotFound", "The deny assignment '"+grant+"' is not found.")
	c.refuses(http.MethodGet, subNone+denyAssignments, "", 404, "SubscriptionNotFound", "The subscription 'b0000000-0000-4000-8000-0000000000ff' could not be found.")
	if status, _ := c.ask(http.MethodGet, filtered(subProd+denyAssignments, "x eq 'y'"), ""); status != 400 {
		t.Errorf("unknown filter: %d", status)
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete} {
		c.refuses(method, subProd+denyAssignments+"/"+grant+"?api-version=2026-09-01", "{}", 501, "NotImplemented", "The emulator does not serve changes of deny assignments; it has none.")
	}
}

func TestPrivilegedIdentityManagementIsNotServed(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	const words = "The emulator does not serve Privileged Identity Management (eligible and scheduled role assignments, and their policies); its role assignments are all active and permanent."
	for _, request := range [][2]string{
		{http.MethodPut, "/roleEligibilityScheduleRequests/" + grant},
		{http.MethodGet, "/roleAssignmentScheduleInstances"},
		{http.MethodPost, "/roleAssignmentScheduleRequests/" + grant + "/cancel"},
		{http.MethodPatch, "/roleManagementPolicies/" + grant},
		{http.MethodGet, "/eligibleChildResources"},
	} {
		c.refuses(request[0], subProd+"/providers/Microsoft.Authorization"+request[1], "", 501, "NotImplemented", words)
	}
}

const providerOperations = "/providers/Microsoft.Authorization/providerOperations"

// computeOperations is the provider of armCatalog. Source of the shape:
// https://learn.microsoft.com/rest/api/authorization/provider-operations-metadata
const computeOperations = `{"id":"/providers/Microsoft.Authorization/providerOperations/Microsoft.Compute","type":"Microsoft.Authorization/providerOperations",
  "name":"Microsoft.Compute","displayName":"Microsoft Compute","resourceTypes":[
    {"name":"virtualMachines/extensions","displayName":"virtualMachines/extensions","operations":[
      {"name":"Microsoft.Compute/virtualMachines/extensions/read","displayName":"Read extensions of virtual machines","description":"Read extensions of virtual machines","origin":null,"properties":null,"isDataAction":false}]},
    {"name":"virtualMachines","displayName":"virtualMachines","operations":[
      {"name":"Microsoft.Compute/virtualMachines/login/action","displayName":"Log in to virtual machines","description":"Log in to virtual machines","origin":null,"properties":null,"isDataAction":true},
      {"name":"Microsoft.Compute/virtualMachines/read","displayName":"Read virtual machines","description":"Read virtual machines","origin":null,"properties":null,"isDataAction":false}]}],
  "operations":[
    {"name":"Microsoft.Compute/register/action","displayName":"Register the resource provider Microsoft.Compute","description":"Register the resource provider Microsoft.Compute","origin":null,"properties":null,"isDataAction":false}]}`

const emptyOperations = `{"id":"/providers/Microsoft.Authorization/providerOperations/Microsoft.Empty","type":"Microsoft.Authorization/providerOperations","name":"Microsoft.Empty","displayName":"Empty","resourceTypes":[],"operations":[]}`

func TestProviderOperationsAreTheCatalog(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	c.answers(http.MethodGet, providerOperations+"?$expand=resourceTypes", "", 200, `{"value":[`+computeOperations+`,`+emptyOperations+`]}`)
	c.answers(http.MethodGet, providerOperations+"/MICROSOFT.compute?$expand=resourceTypes", "", 200, computeOperations)
	c.refuses(http.MethodGet, providerOperations+"/Microsoft.Nothing", "", 404, "ResourceNotFound", "The provider 'Microsoft.Nothing' was not found.")
}

func TestProviderOperationsWithoutExpandHaveNoResourceTypes(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	if got := c.list(providerOperations, "name"); !slices.Equal(got, []string{"Microsoft.Compute", "Microsoft.Empty"}) {
		t.Errorf("got %q", got)
	}
	c.answers(http.MethodGet, providerOperations+"/Microsoft.Compute", "", 200, `{"id":"/providers/Microsoft.Authorization/providerOperations/Microsoft.Compute","type":"Microsoft.Authorization/providerOperations",
	  "name":"Microsoft.Compute","displayName":"Microsoft Compute","resourceTypes":[],
	  "operations":[{"name":"Microsoft.Compute/register/action","displayName":"Register the resource provider Microsoft.Compute","description":"Register the resource provider Microsoft.Compute","origin":null,"properties":null,"isDataAction":false}]}`)
	c.answers(http.MethodGet, providerOperations+"/Microsoft.Compute?$expand=resourceTypes", "", 200, computeOperations)
}

// Source: https://learn.microsoft.com/rest/api/authorization/permissions
func TestPermissionsAreThoseOfTheCallersRolesAtAndAboveTheScope(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	const (
		readerBlock   = `{"actions":["*/read"],"notActions":[],"dataActions":[],"notDataActions":[]}`
		operatorBlock = `{"actions":["Microsoft.Compute/*/read"],"notActions":[],"dataActions":[],"notDataActions":[]}`
		permissions   = "/providers/Microsoft.Authorization/permissions"
	)
	c.done(http.MethodPut, subProd+roleDefinitions+"/"+operator, armRoleBody("Operator", subProd))
	for i, item := range []struct{ scope, role, principal string }{
		{mgCorp, reader, armEveryone}, // through Team, which Alice is in
		{subProd, reader, armAlice},   // the same role twice
		{subProd + "/resourceGroups/a", operator, armTeam},
		{subProd, contributor, armRobot}, // somebody else
	} {
		c.done(http.MethodPut, item.scope+roleAssignments+"/e0000000-0000-4000-8000-00000000000"+string(rune('1'+i)), armAssignmentBody(item.role, item.principal))
	}
	for scope, want := range map[string]string{
		subDev + "/resourceGroups/a":  ``,
		subProd + "/resourceGroups/b": readerBlock,
		subProd:                       readerBlock,
		subProd + "/resourceGroups/a": readerBlock + `,` + operatorBlock,
		subProd + "/resourcegroups/A/providers/Microsoft.Compute/virtualMachines/v": readerBlock + `,` + operatorBlock,
	} {
		c.answers(http.MethodGet, scope+permissions, "", 200, `{"value":[`+want+`]}`)
	}
}

// Source: https://learn.microsoft.com/azure/role-based-access-control/elevate-access-global-admin
func TestElevatedAccessIsUserAccessAdministratorAtTheRoot(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	for range 2 {
		c.answers(http.MethodPost, "/providers/Microsoft.Authorization/elevateAccess", "", 200, "")
	}
	for member, want := range map[string]string{
		"properties.scope": "/", "properties.principalId": armAlice, "properties.principalType": "User",
		"properties.roleDefinitionId": roleDefinitions + "/18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
	} {
		if got := c.list(filtered(roleAssignments, "atScope()"), member); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: %q, want %q", member, got, want)
		}
	}
}

func TestWithoutADirectoryTheCallerIsTheApplicationOfTheToken(t *testing.T) {
	t.Parallel()
	c := newARM(t, withoutDirectory)
	const permissions = "/providers/Microsoft.Authorization/permissions"
	c.answers(http.MethodGet, subProd+permissions, "", 200, `{"value":[]}`)
	c.done(http.MethodPost, "/providers/Microsoft.Authorization/elevateAccess", "")
	if got := c.list(roleAssignments, "properties.principalType"); !slices.Equal(got, []string{"ServicePrincipal"}) {
		t.Errorf("got %q", got)
	}
	c.answers(http.MethodGet, subProd+permissions, "", 200,
		`{"value":[{"actions":["*/read","Microsoft.Authorization/*","Microsoft.Support/*"],"notActions":[],"dataActions":[],"notDataActions":[]}]}`)
}

// Source: https://learn.microsoft.com/rest/api/managementgroups/management-groups
func TestManagementGroupsAreThoseOfTheDirectory(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	group := func(name, display, more string) string {
		return `{"id":"/providers/Microsoft.Management/managementGroups/` + name + `","type":"Microsoft.Management/managementGroups","name":"` + name + `","properties":{"tenantId":"` + armTenant + `","displayName":"` + display + `"` + more + `}}`
	}
	c.answers(http.MethodGet, "/providers/Microsoft.Management/managementGroups", "", 200, `{"value":[`+group("Corp", "Corp", "")+`,`+group("Prod", "Production", "")+`,`+group("Root", "Top", "")+`]}`)
	const inRoot = `,"details":{"version":1,"parent":{"id":"` + mgRoot + `","name":"Root","displayName":"Top"}}`
	c.answers(http.MethodGet, "/providers/Microsoft.Management/managementGroups/CORP", "", 200, group("Corp", "Corp", inRoot))
	c.answers(http.MethodGet, mgRoot, "", 200, group("Root", "Top", `,"details":{"version":1}`))
	const prod = `{"id":"` + mgProd + `","type":"Microsoft.Management/managementGroups","name":"Prod","displayName":"Production"`
	const sub = `{"id":"` + subProd + `","type":"/subscriptions","name":"b0000000-0000-4000-8000-000000000001","displayName":"Prod one"}`
	c.answers(http.MethodGet, mgCorp+"?$expand=children", "", 200, group("Corp", "Corp", inRoot+`,"children":[`+prod+`}]`))
	c.answers(http.MethodGet, mgCorp+"?$expand=children&$recurse=true", "", 200, group("Corp", "Corp", inRoot+`,"children":[`+prod+`,"children":[`+sub+`]}]`))
	c.answers(http.MethodGet, mgProd+"?$expand=children", "", 200, group("Prod", "Production", `,"details":{"version":1,"parent":{"id":"`+mgCorp+`","name":"Corp","displayName":"Corp"}},"children":[`+sub+`]`))
	c.answers(http.MethodGet, mgCorp+"/descendants", "", 200, `{"value":[
	  {"id":"`+mgProd+`","type":"Microsoft.Management/managementGroups","name":"Prod","properties":{"displayName":"Production","parent":{"id":"`+mgCorp+`"}}},
	  {"id":"`+subProd+`","type":"Microsoft.Management/managementGroups/subscriptions","name":"b0000000-0000-4000-8000-000000000001","properties":{"displayName":"Prod one","parent":{"id":"`+mgProd+`"}}}]}`)
	c.refuses(http.MethodGet, "/providers/Microsoft.Management/managementGroups/None", "", 404, "ManagementGroupNotFound", "The management group 'None' cannot be found.")
}

// Source: https://learn.microsoft.com/rest/api/resources/subscriptions
func TestSubscriptionsAreThoseOfTheDirectory(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	document := func(id, name string) string {
		return `{"id":"/subscriptions/` + id + `","authorizationSource":"RoleBased","managedByTenants":[],"subscriptionId":"` + id + `","tenantId":"` + armTenant + `","displayName":"` + name + `","state":"Enabled",
		  "subscriptionPolicies":{"locationPlacementId":"Public_2014-09-01","quotaId":"PayAsYouGo_2014-09-01","spendingLimit":"Off"}}`
	}
	const one, two = "b0000000-0000-4000-8000-000000000001", "b0000000-0000-4000-8000-000000000002"
	c.answers(http.MethodGet, "/subscriptions", "", 200, `{"value":[`+document(one, "Prod one")+`,`+document(two, two)+`]}`)
	c.answers(http.MethodGet, subProd, "", 200, document(one, "Prod one"))
	c.refuses(http.MethodGet, subNone, "", 404, "SubscriptionNotFound", "The subscription 'b0000000-0000-4000-8000-0000000000ff' could not be found.")
	c.refuses(http.MethodGet, "/subscriptions/mine", "", 400, "InvalidSubscriptionId", "The provided subscription identifier 'mine' is malformed or invalid.")
	c.answers(http.MethodGet, "/tenants", "", 200, `{"value":[{"id":"/tenants/`+armTenant+`","tenantId":"`+armTenant+`","tenantCategory":"Home"}]}`)
}

func TestResourceGroupExistsWhenItsSubscriptionDoes(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	c.answers(http.MethodGet, subProd+"/resourcegroups/My.Group", "", 200, `{"id":"`+subProd+`/resourceGroups/My.Group","name":"My.Group","type":"Microsoft.Resources/resourceGroups","location":"westus","properties":{"provisioningState":"Succeeded"}}`)
	c.answers(http.MethodHead, subProd+"/resourceGroups/a", "", 204, "")
	c.answers(http.MethodGet, subProd+"/resourceGroups", "", 200, `{"value":[]}`)
	c.refuses(http.MethodGet, subNone+"/resourceGroups/a", "", 404, "SubscriptionNotFound", "The subscription 'b0000000-0000-4000-8000-0000000000ff' could not be found.")
	c.refuses(http.MethodGet, subProd+"/resourceGroups/dot.", "", 404, "ResourceGroupNotFound", "Resource group 'dot.' could not be found.")
}

func TestResourceProvidersAreRegistered(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	document := func(name string) string {
		return `{"id":"` + subProd + `/providers/` + name + `","namespace":"` + name + `","registrationPolicy":"RegistrationRequired","resourceTypes":[],"registrationState":"Registered"}`
	}
	c.answers(http.MethodGet, subProd+"/providers", "", 200, `{"value":[`+document("Microsoft.Compute")+`,`+document("Microsoft.Empty")+`]}`)
	c.answers(http.MethodGet, subProd+"/providers/microsoft.compute", "", 200, document("Microsoft.Compute"))
	c.answers(http.MethodPost, subProd+"/providers/Microsoft.Compute/register", "", 200, document("Microsoft.Compute"))
	c.refuses(http.MethodGet, subProd+"/providers/Nothing", "", 404, "InvalidResourceNamespace", "The resource namespace 'Nothing' is invalid.")
}

func TestWithoutADirectoryEveryScopeExists(t *testing.T) {
	t.Parallel()
	c := newARM(t, withoutDirectory)
	c.answers(http.MethodGet, mgCorp, "", 200, `{"id":"`+mgCorp+`","type":"Microsoft.Management/managementGroups","name":"Corp","properties":{"tenantId":"`+armTenant+`","displayName":"Corp","details":{"version":1}}}`)
	c.answers(http.MethodGet, "/subscriptions", "", 200, `{"value":[]}`)
	c.done(http.MethodGet, subNone, "")
	c.done(http.MethodPut, subNone+"/resourceGroups/a"+roleAssignments+"/"+grant, armAssignmentBody(reader, armNobody))
}

func TestGarbageIsRefusedInTheShapeOfTheService(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	long := strings.Repeat("/a/b", 500)
	paths := []string{
		"/subscriptions", "/subscriptions/", "/subscriptions/%00", "/subscriptions//x", subProd + "/resourceGroups/%3C%3E", subProd + "/resourceGroups/%2F..%2F..",
		subProd + "/resourceGroups", subProd + "/providers", subProd + "/providers/Microsoft.Web/sites", "/providers", "/providers/Microsoft.Management/managementGroups",
		"/providers/Microsoft.Management/managementGroups/%20", "/providers/providers/providers", "/%ff", "/*", "/..", long, subProd + long,
	}
	bodies := []string{
		"null", `"text"`, "[]", "1", "\x00", "{}", `{"properties":null}`, `{"properties":{"permissions":[null],"assignableScopes":[null,1,true],"roleName":"x"}}`,
		`{"properties":{"permissions":null,"assignableScopes":["` + subProd + `"],"roleName":"` + strings.Repeat("x", 600) + `","description":"\u0000"}}`,
		`{"properties":{"roleDefinitionId":"","principalId":"","condition":7}}`, strings.Repeat(`{"properties":`, 2000),
	}
	for _, path := range paths {
		for _, collection := range []string{roleDefinitions, roleAssignments, "/providers/Microsoft.Authorization/permissions", "/providers/Microsoft.Authorization/denyAssignments"} {
			c.harmless(http.MethodGet, path+collection, "")
			c.harmless(http.MethodGet, path+collection+"/%00", "")
			c.harmless(http.MethodDelete, path+collection+"/"+grant, "")
			c.harmless(http.MethodPut, path+collection+"/"+grant, "{}")
		}
		c.harmless(http.MethodGet, path, "")
	}
	for _, body := range bodies {
		c.harmless(http.MethodPut, subProd+roleDefinitions+"/"+operator, body)
		c.harmless(http.MethodPut, subProd+roleAssignments+"/"+grant, body)
	}
	if custom, assigned := c.list(filtered(roleDefinitions, "type eq 'CustomRole'"), "name"), c.list(roleAssignments, "name"); len(custom)+len(assigned) > 0 {
		t.Errorf("something came of it: %q, %q", custom, assigned)
	}
}

// harmless checks that an answer is a success or a refusal with a code and
// words, and never a failure of the emulator.
func (c *armClient) harmless(method, path, body string) {
	c.Helper()
	status, text := c.ask(method, path, body)
	var e struct {
		Error struct{ Code, Message string } `json:"error"`
	}
	switch {
	case status == 200 || status == 204:
	case status < 400 || status > 499 && status != 501:
		c.Errorf("%s %.80s %.80s: %d %s", method, path, body, status, text)
	case json.Unmarshal([]byte(text), &e) != nil || e.Error.Code == "" || e.Error.Message == "":
		c.Errorf("%s %.80s %.80s: %d without code and words: %s", method, path, body, status, text)
	}
}
