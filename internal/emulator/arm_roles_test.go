// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// armRoleBody is a PUT of a role named name that is assignable at scopes.
func armRoleBody(name string, scopes ...string) string {
	return fmt.Sprintf(`{"properties":{"roleName":%q,"description":"Reads.","type":"CustomRole","permissions":[{"actions":["Microsoft.Compute/*/read"],"notActions":[]}],"assignableScopes":%s}}`,
		name, wire.Encode(scopes))
}

// Source: https://learn.microsoft.com/rest/api/authorization/role-definitions/create-or-update
func TestPutOfANewRoleIs201AndNamesNoCreator(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	document := func(createdBy string) string {
		return `{"properties":{"roleName":"Operator","type":"CustomRole","description":"Reads.","assignableScopes":["` + subProd + `"],
		  "permissions":[{"actions":["Microsoft.Compute/*/read"],"notActions":[],"dataActions":[],"notDataActions":[]}],
		  "createdOn":"2026-11-22T10:00:00.0012345Z","updatedOn":"2026-11-22T10:00:00.0012345Z","createdBy":` + createdBy + `,"updatedBy":"` + armAlice + `"},
		  "id":"` + subProd + roleDefinitions + `/` + operator + `","type":"Microsoft.Authorization/roleDefinitions","name":"` + operator + `"}`
	}
	c.answers(http.MethodPut, subProd+roleDefinitions+"/"+operator, armRoleBody("Operator", subProd), 201, document("null"))
	c.at(5)
	c.answers(http.MethodGet, subProd+roleDefinitions+"/"+operator, "", 200, document(`"`+armAlice+`"`))
}

// Source: recordings of Azure PowerShell, RdPositiveScenarios.
func TestPutOfAnExistingRoleIs201AndShowsTheOldCreationOnlyLater(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	path := subProd + roleDefinitions + "/" + operator
	c.done(http.MethodPut, path, armRoleBody("Operator", subProd))
	c.at(5)
	document := func(createdOn, createdBy string) string {
		return `{"properties":{"roleName":"Renamed","type":"CustomRole","description":"","assignableScopes":["` + subProd + `","` + subDev + `"],
		  "permissions":[{"actions":[],"notActions":[],"dataActions":["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"],"notDataActions":[]}],
		  "createdOn":"` + createdOn + `","updatedOn":"2026-11-22T10:05:00.0012345Z","createdBy":` + createdBy + `,"updatedBy":"` + armAlice + `"},
		  "id":"` + path + `","type":"Microsoft.Authorization/roleDefinitions","name":"` + operator + `"}`
	}
	body := `{"name":"` + operator + `","properties":{"roleName":"Renamed","type":"CustomRole","assignableScopes":["` + subProd + `","` + subDev + `"],
	  "permissions":[{"dataActions":["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"]}]}}`
	c.answers(http.MethodPut, path, body, 201, document("2026-11-22T10:05:00.0012345Z", "null"))
	c.at(6)
	c.answers(http.MethodGet, path, "", 200, document("2026-11-22T10:00:00.0012345Z", `"`+armAlice+`"`))
}

func TestPutOfTheSameRoleTwiceSucceeds(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	for range 3 {
		if status, text := c.ask(http.MethodPut, subProd+roleDefinitions+"/"+operator, armRoleBody("Operator", subProd)); status != 201 {
			t.Errorf("%d %s", status, text)
		}
	}
	if got := c.list(filtered(roleDefinitions, "type eq 'CustomRole'"), "properties.roleName"); !slices.Equal(got, []string{"Operator"}) {
		t.Errorf("custom roles: %q", got)
	}
}

func TestIDOfARoleHasTheSubscriptionOfTheRequestInFrontAndNothingElse(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	id := func(text string) string {
		var d struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			t.Fatal(err)
		}
		return d.ID
	}
	if got, want := id(c.done(http.MethodPut, mgCorp+roleDefinitions+"/"+operator, armRoleBody("Operator", mgCorp))), roleDefinitions+"/"+operator; got != want {
		t.Errorf("PUT at a management group: %s, want %s", got, want)
	}
	for scope, prefix := range map[string]string{
		"":                            "",
		mgRoot:                        "",
		mgCorp:                        "",
		mgProd:                        "",
		subProd:                       subProd,
		subProd + "/resourceGroups/a": subProd,
		subProd + "/resourceGroups/a/providers/Microsoft.Storage/storageAccounts/b": subProd,
	} {
		if got, want := id(c.done(http.MethodGet, scope+roleDefinitions+"/"+operator, "")), prefix+roleDefinitions+"/"+operator; got != want {
			t.Errorf("GET at %q: %s, want %s", scope, got, want)
		}
		if got, want := id(c.done(http.MethodGet, scope+roleDefinitions+"/"+reader, "")), prefix+roleDefinitions+"/"+reader; got != want {
			t.Errorf("GET of a built-in role at %q: %s, want %s", scope, got, want)
		}
	}
}

func TestPathsMatchInAnyCasingAndWithDoubledSlashes(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	c.done(http.MethodPut, "//"+strings.ToUpper(subProd[1:])+"/PROVIDERS/microsoft.authorization/ROLEdefinitions/"+strings.ToUpper(operator), armRoleBody("Operator", subProd))
	want := c.done(http.MethodGet, subProd+roleDefinitions+"/"+operator, "")
	for _, path := range []string{"/" + subProd + roleDefinitions + "/" + operator, subProd + "/" + strings.ToLower(roleDefinitions) + "//" + strings.ToUpper(operator)} {
		c.answers(http.MethodGet, path, "", 200, want)
	}
}

func TestRoleIsNotFoundWhereItCanNotBeAssigned(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	c.done(http.MethodPut, subProd+roleDefinitions+"/"+operator, armRoleBody("Operator", subProd+"/resourceGroups/a"))
	words := "The specified role definition with ID '" + operator + "' does not exist."
	for _, scope := range []string{subDev, subProd + "/resourceGroups/b"} {
		for _, method := range []string{http.MethodGet, http.MethodDelete} {
			c.refuses(method, scope+roleDefinitions+"/"+operator, "", 404, "RoleDefinitionDoesNotExist", words)
		}
	}
	for _, scope := range []string{"", mgRoot, mgProd, subProd, subProd + "/resourceGroups/A", subProd + "/resourceGroups/a/providers/Microsoft.Web/sites/s"} {
		c.done(http.MethodGet, scope+roleDefinitions+"/"+operator, "")
	}
}

func TestDeleteOfARoleAnswersTheRoleAndThen204(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	path := subProd + roleDefinitions + "/" + operator
	c.done(http.MethodPut, path, armRoleBody("Operator", subProd))
	role := c.done(http.MethodGet, path, "")
	c.answers(http.MethodDelete, path, "", 200, role)
	c.answers(http.MethodDelete, path, "", 204, "")
	c.refuses(http.MethodGet, path, "", 404, "RoleDefinitionDoesNotExist", "The specified role definition with ID '"+operator+"' does not exist.")
}

// Source: https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
func TestRolesAreRefusedWithTheCodesAndWordsOfTheService(t *testing.T) {
	t.Parallel()
	const other = "c0000000-0000-4000-8000-000000000002"
	role := func(properties string) string {
		return `{"properties":{"roleName":"X","type":"CustomRole","permissions":[{"actions":["Microsoft.Compute/virtualMachines/read"]}],"assignableScopes":["` + subProd + `"]` + properties + `}}`
	}
	for name, test := range map[string]struct {
		id, body    string
		status      int
		code, words string // words that are not documented are left out
	}{
		"built-in":        {reader, role(""), 409, "RoleDefinitionExists", ""},
		"no GUID":         {"reader", role(""), 400, "InvalidRoleDefinitionId", "The role definition ID 'reader' is not valid."},
		"name taken":      {other, role(`,"roleName":"OPERATOR"`), 409, "RoleDefinitionWithSameNameExists", "A role definition cannot be updated with a name that already exists."},
		"built-in name":   {other, role(`,"roleName":"reader"`), 409, "RoleDefinitionWithSameNameExists", "A role definition cannot be updated with a name that already exists."},
		"no name":         {other, role(`,"roleName":""`), 400, "RoleDefinitionNameNullOrEmpty", ""},
		"type":            {other, role(`,"type":"MyRole"`), 400, "InvalidRoleDefinitionType", ""},
		"built-in type":   {other, role(`,"type":"BuiltInRole"`), 400, "InvalidRoleDefinitionType", ""},
		"no scope":        {other, role(`,"assignableScopes":[]`), 400, "MissingAssignableScopes", ""},
		"scopes left out": {other, `{"properties":{"roleName":"X","permissions":[{"actions":["Microsoft.Compute/virtualMachines/read"]}]}}`, 400, "MissingAssignableScopes", ""},
		"malformed scope": {other, role(`,"assignableScopes":["/subscriptions/x"]`), 400, "LinkedInvalidPropertyId", ""},
		"root scope":      {other, role(`,"assignableScopes":["/"]`), 400, "LinkedInvalidPropertyId", ""},
		"scope not there": {other, role(`,"assignableScopes":["` + subProd + `","` + subNone + `"]`), 404, "SubscriptionNotFound", "The subscription 'b0000000-0000-4000-8000-0000000000ff' could not be found."},
		"unknown action": {
			other, role(`,"permissions":[{"actions":["Microsoft.Compute/virtualMachines/read","Microsoft.Compute/virtualMachines/strat/action"]}]`), 400, "InvalidActionOrNotAction",
			"'Microsoft.Compute/virtualMachines/strat/action' does not match any of the actions supported by the providers.",
		},
		"data action among actions": {
			other, role(`,"permissions":[{"actions":["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"]}]`), 400, "InvalidActionOrNotAction",
			"'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read' does not match any of the actions supported by the providers.",
		},
		"action among data actions": {
			other, role(`,"permissions":[{"dataActions":["Microsoft.Storage/storageAccounts/read"]}]`), 400, "InvalidDataActionOrNotDataAction",
			"'Microsoft.Storage/storageAccounts/read' does not match any of the data actions supported by the providers.",
		},
		"two wildcards":  {other, role(`,"permissions":[{"actions":["Microsoft.*/x/*"]}]`), 400, "InvalidActionOrNotAction", ""},
		"scope in use":   {operator, role(`,"assignableScopes":["` + subDev + `"]`), 400, "RoleScopeBeingRemovedContainsAssignments", "Role assignments found under scope '" + subProd + "' which is being removed. Removing this scope from the role will orphan these assignments. Delete these assignments before removing the scope."},
		"no JSON":        {other, `{"properties":`, 400, "InvalidRequestContent", ""},
		"no body":        {other, ``, 400, "InvalidRequestContent", ""},
		"wrong shape":    {other, `{"properties":{"roleName":["X"]}}`, 400, "InvalidRequestContent", ""},
		"a list":         {other, `[]`, 400, "InvalidRequestContent", ""},
		"nothing at all": {other, `{}`, 400, "RoleDefinitionNameNullOrEmpty", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newARM(t)
			c.done(http.MethodPut, subProd+roleDefinitions+"/"+operator, armRoleBody("Operator", subProd))
			c.done(http.MethodPut, subProd+"/resourceGroups/a"+roleAssignments+"/"+grant, armAssignmentBody(operator, armRobot))
			c.refused(http.MethodPut, subProd+roleDefinitions+"/"+test.id, test.body, test.status, test.code, test.words)
			if got := c.list(filtered(roleDefinitions, "type eq 'CustomRole'"), "properties.roleName"); !slices.Equal(got, []string{"Operator"}) {
				t.Errorf("something of it was stored: %q", got)
			}
		})
	}
}

// refused is refuses for words that may be undocumented: then they are some
// sentence for a person.
func (c *armClient) refused(method, path, body string, status int, code, words string) {
	c.Helper()
	if words != "" {
		c.refuses(method, path, body, status, code, words)
		return
	}
	got, text := c.ask(method, path, body)
	var e struct {
		Error struct{ Code, Message string } `json:"error"`
	}
	if err := json.Unmarshal([]byte(text), &e); err != nil || got != status || e.Error.Code != code || len(e.Error.Message) < 10 {
		c.Errorf("%s %s\ngot  %d %s\nwant %d %s", method, path, got, text, status, code)
	}
}

func TestRoleThatIsAssignedIsNotDeleted(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	c.done(http.MethodPut, subProd+roleDefinitions+"/"+operator, armRoleBody("Operator", subProd))
	c.done(http.MethodPut, subProd+roleAssignments+"/"+grant, armAssignmentBody(operator, armRobot))
	c.refused(http.MethodDelete, subProd+roleDefinitions+"/"+operator, "", 409, "RoleDefinitionHasAssignments", "")
	c.done(http.MethodDelete, subProd+roleAssignments+"/"+grant, "")
	c.done(http.MethodDelete, subProd+roleDefinitions+"/"+operator, "")
}

func TestBuiltInRoleIsNotDeleted(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	before := c.done(http.MethodGet, roleDefinitions+"/"+reader, "")
	if status, text := c.ask(http.MethodDelete, roleDefinitions+"/"+reader, ""); status < 400 || status > 499 {
		t.Errorf("%d %s", status, text)
	}
	c.answers(http.MethodGet, roleDefinitions+"/"+reader, "", 200, before)
}

func TestBuiltInRoleIsAnsweredAsTheServiceWritesIt(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	c.answers(http.MethodGet, subDev+roleDefinitions+"/"+reader, "", 200, `{"properties":{"roleName":"Reader","type":"BuiltInRole",
	  "description":"Read resources of every kind.","assignableScopes":["/"],
	  "permissions":[{"actions":["*/read"],"notActions":[],"dataActions":[],"notDataActions":[]}],
	  "createdOn":"0001-01-01T00:00:00.0000000Z","updatedOn":"0001-01-01T00:00:00.0000000Z","createdBy":null,"updatedBy":null},
	  "id":"`+subDev+roleDefinitions+`/`+reader+`","type":"Microsoft.Authorization/roleDefinitions","name":"`+reader+`"}`)
}

// Source: https://learn.microsoft.com/azure/role-based-access-control/role-definitions-list
func TestRolesAreListedWhereTheyCanBeAssigned(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	for i, scope := range []string{mgCorp, subProd, subDev, subProd + "/resourceGroups/a"} {
		name := []string{"at Corp", "at Prod", "at Dev", "at a"}[i]
		c.done(http.MethodPut, scope+roleDefinitions+"/c0000000-0000-4000-8000-00000000000"+string(rune('1'+i)), armRoleBody(name, scope))
	}
	for _, test := range []struct {
		scope, filter string
		want          []string
	}{
		{"", "type eq 'CustomRole'", []string{"at a", "at Corp", "at Dev", "at Prod"}},
		{"", "type eq 'CustomRole' and roleName eq 'AT PROD'", []string{"at Prod"}},
		{"", "roleName eq 'Reader'", []string{"Reader"}},
		{"", "roleName eq 'Reader' and type eq 'CustomRole'", []string{}},
		{"", "roleName eq 'It''s not there'", []string{}},
		{mgRoot, "type eq 'CustomRole'", []string{}},
		{mgRoot, "atScopeAndBelow() and type eq 'CustomRole'", []string{"at a", "at Corp", "at Dev", "at Prod"}},
		{mgProd, "type eq 'CustomRole'", []string{"at Corp"}},
		{mgProd, "atScopeAndBelow() and type eq 'CustomRole'", []string{"at a", "at Corp", "at Prod"}},
		{subProd, "type eq 'CustomRole'", []string{"at Corp", "at Prod"}},
		{subProd, "atScopeAndBelow() and type eq 'CustomRole'", []string{"at a", "at Corp", "at Prod"}},
		{subProd, "atScopeAndBelow() and roleName eq 'at a'", []string{"at a"}},
		{subProd + "/resourceGroups/a", "type eq 'CustomRole'", []string{"at a", "at Corp", "at Prod"}},
		{subProd + "/resourceGroups/b", "type eq 'CustomRole'", []string{"at Corp", "at Prod"}},
		{subDev, "type eq 'CustomRole'", []string{"at Dev"}},
		{subDev, "roleName eq 'Reader'", []string{"Reader"}},
	} {
		if got := c.list(filtered(test.scope+roleDefinitions, test.filter), "properties.roleName"); !slices.Equal(got, test.want) {
			t.Errorf("%q with %s: %q, want %q", test.scope, test.filter, got, test.want)
		}
	}
	built := c.list(filtered(subDev+roleDefinitions, "type eq 'BuiltInRole'"), "name")
	all := c.list(subDev+roleDefinitions, "name")
	if len(all) != len(built)+1 || !slices.Contains(built, contributor) {
		t.Errorf("%d roles, %d of them built-in", len(all), len(built))
	}
	for _, filter := range []string{"type eq 'Other'", "description eq 'x'", "type ne 'CustomRole'", "startswith(roleName,'a')", "type eq", "((("} {
		if status, text := c.ask(http.MethodGet, filtered(subDev+roleDefinitions, filter), ""); status != 400 {
			t.Errorf("%s: %d %s", filter, status, text)
		}
	}
}

func TestRolesComeInPages(t *testing.T) {
	t.Parallel()
	c := newARM(t, withPages(2))
	var want []string
	for i := range 5 {
		name := fmt.Sprintf("Operator %d", i)
		want = append(want, name)
		c.done(http.MethodPut, fmt.Sprintf("%s%s/c0000000-0000-4000-8000-00000000000%d", subProd, roleDefinitions, i), armRoleBody(name, subProd))
	}
	if got := c.list(filtered(subProd+roleDefinitions, "atScopeAndBelow() and type eq 'CustomRole'"), "properties.roleName"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	var page struct {
		Value    []any  `json:"value"`
		NextLink string `json:"nextLink"`
	}
	if err := json.Unmarshal([]byte(c.done(http.MethodGet, subProd+roleDefinitions, "")), &page); err != nil || len(page.Value) != 2 || !strings.HasPrefix(page.NextLink, "https://management.azure.com"+subProd) {
		t.Errorf("first page: %d items, next %s, %v", len(page.Value), page.NextLink, err)
	}
}

func TestPutsOfOneRoleAtTheSameTimeMakeOneRole(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	var wait sync.WaitGroup
	for range 16 {
		wait.Go(func() {
			if status, text := c.ask(http.MethodPut, subProd+roleDefinitions+"/"+operator, armRoleBody("Operator", subProd)); status != 201 {
				t.Errorf("%d %s", status, text)
			}
		})
	}
	wait.Wait()
	if got := c.list(filtered(roleDefinitions, "type eq 'CustomRole'"), "name"); !slices.Equal(got, []string{operator}) {
		t.Errorf("custom roles: %q", got)
	}
}

func TestWithoutADirectoryARoleOfAManagementGroupIsListedInEverySubscription(t *testing.T) {
	t.Parallel()
	c := newARM(t, withoutDirectory)
	c.done(http.MethodPut, mgCorp+roleDefinitions+"/"+operator, armRoleBody("Operator", mgCorp))
	for _, scope := range []string{subProd, subNone, mgProd} {
		if got := c.list(filtered(scope+roleDefinitions, "type eq 'CustomRole'"), "properties.roleName"); !slices.Equal(got, []string{"Operator"}) {
			t.Errorf("%s: %q", scope, got)
		}
		c.done(http.MethodGet, scope+roleDefinitions+"/"+operator, "")
	}
}
