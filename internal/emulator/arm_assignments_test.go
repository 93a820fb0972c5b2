// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// armAssignmentBody is a PUT that gives a role to a principal.
func armAssignmentBody(role, principal string) string {
	return `{"properties":{"roleDefinitionId":"` + roleDefinitions + `/` + role + `","principalId":"` + principal + `"}}`
}

// assignmentAnswer is the document of an assignment of the built-in role Reader
// to Robot.
func assignmentAnswer(scope, rolePrefix, rest, description, audit string) string {
	return `{"properties":{"roleDefinitionId":"` + rolePrefix + roleDefinitions + `/` + reader + `","principalId":"` + armRobot + `","principalType":"ServicePrincipal","scope":"` + scope + `",
	  ` + rest + `,` + audit + `,"delegatedManagedIdentityResourceId":null,"description":` + description + `},
	  "id":"` + strings.TrimSuffix(scope, "/") + roleAssignments + `/` + grant + `","type":"Microsoft.Authorization/roleAssignments","name":"` + grant + `"}`
}

const noCondition = `"condition":null,"conditionVersion":null`

// auditAt are the members that tell who and when, at so many minutes of the clock.
func auditAt(created, updated int, creator string) string {
	return fmt.Sprintf(`"createdOn":"2026-11-22T10:%02d:00.0012345Z","updatedOn":"2026-11-22T10:%02d:00.0012345Z","createdBy":%s,"updatedBy":%q`, created, updated, creator, armAlice)
}

// Source: https://learn.microsoft.com/rest/api/authorization/role-assignments/create
func TestPutOfANewAssignmentIs201AndFillsInWhatWasLeftOut(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	path := subProd + "/resourcegroups/a" + roleAssignments + "/" + grant
	scope := subProd + "/resourceGroups/a"
	c.answers(http.MethodPut, path, armAssignmentBody(reader, armRobot), 201, assignmentAnswer(scope, subProd, noCondition, "null", auditAt(0, 0, "null")))
	c.at(5)
	c.answers(http.MethodGet, path, "", 200, assignmentAnswer(scope, subProd, noCondition, "null", auditAt(0, 0, `"`+armAlice+`"`)))
}

func TestPutOfAnExistingAssignmentIs200(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	path := subProd + roleAssignments + "/" + grant
	c.done(http.MethodPut, path, armAssignmentBody(reader, armRobot))
	c.at(5)
	c.answers(http.MethodPut, path, armAssignmentBody(reader, armRobot), 200, assignmentAnswer(subProd, subProd, noCondition, "null", auditAt(5, 5, "null")))
	c.at(10)
	body := `{"properties":{"roleDefinitionId":"` + mgCorp + roleDefinitions + `/` + strings.ToUpper(reader) + `","principalId":"` + strings.ToUpper(armRobot) + `","principalType":"ServicePrincipal",
	  "description":"For the robot.","condition":"@Resource[Microsoft.Storage/storageAccounts:name] StringEquals 'a'","conditionVersion":"2.0"}}`
	condition := `"condition":"@Resource[Microsoft.Storage/storageAccounts:name] StringEquals 'a'","conditionVersion":"2.0"`
	c.answers(http.MethodPut, path, body, 200, assignmentAnswer(subProd, subProd, condition, `"For the robot."`, auditAt(10, 10, "null")))
	c.answers(http.MethodGet, path, "", 200, assignmentAnswer(subProd, subProd, condition, `"For the robot."`, auditAt(0, 10, `"`+armAlice+`"`)))
}

func TestAssignmentsLiveAtEveryKindOfScope(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ path, scope, rolePrefix string }{
		{"", "/", ""},
		{mgCorp, mgCorp, ""},
		{"/PROVIDERS/microsoft.management/managementgroups/Corp", mgCorp, ""},
		{subProd, subProd, subProd},
		{"/" + strings.ToUpper(subProd), subProd, subProd},
		{subProd + "/RESOURCEGROUPS/Ab", subProd + "/resourceGroups/Ab", subProd},
		{subProd + "/resourceGroups/my group", subProd + "/resourceGroups/my group", subProd},
		{subProd + "/resourceGroups/a/providers/Microsoft.Storage/storageAccounts/b", subProd + "/resourceGroups/a/providers/Microsoft.Storage/storageAccounts/b", subProd},
		{subProd + "/providers/Microsoft.Web/sites/s", subProd + "/providers/Microsoft.Web/sites/s", subProd},
		{"/providers/Microsoft.Capacity", "/providers/Microsoft.Capacity", ""},
		{"/providers/Microsoft.Billing/billingAccounts/1", "/providers/Microsoft.Billing/billingAccounts/1", ""},
	} {
		t.Run(test.scope, func(t *testing.T) {
			t.Parallel()
			c := newARM(t)
			path := strings.ReplaceAll(test.path, " ", "%20") + roleAssignments + "/" + grant
			c.answers(http.MethodPut, path, armAssignmentBody(reader, armRobot), 201, assignmentAnswer(test.scope, test.rolePrefix, noCondition, "null", auditAt(0, 0, "null")))
			want := assignmentAnswer(test.scope, test.rolePrefix, noCondition, "null", auditAt(0, 0, `"`+armAlice+`"`))
			c.answers(http.MethodGet, path, "", 200, want)
			c.answers(http.MethodDelete, path, "", 200, want)
			c.answers(http.MethodDelete, path, "", 204, "")
			c.refuses(http.MethodGet, path, "", 404, "RoleAssignmentNotFound", "The role assignment '"+grant+"' is not found.")
		})
	}
}

func TestAssignmentIsNotFoundAtAnotherScope(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	c.done(http.MethodPut, subProd+roleAssignments+"/"+grant, armAssignmentBody(reader, armRobot))
	c.refuses(http.MethodGet, subDev+roleAssignments+"/"+grant, "", 404, "RoleAssignmentNotFound", "The role assignment '"+grant+"' is not found.")
	c.answers(http.MethodDelete, subDev+roleAssignments+"/"+grant, "", 204, "")
	c.done(http.MethodGet, subProd+roleAssignments+"/"+grant, "")
}

// Source: https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
func TestAssignmentsAreRefusedWithTheCodesAndWordsOfTheService(t *testing.T) {
	t.Parallel()
	const other = "e0000000-0000-4000-8000-000000000002"
	const noUpdate = "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."
	body := func(more string) string {
		return `{"properties":{"roleDefinitionId":"` + roleDefinitions + `/` + reader + `","principalId":"` + armAlice + `"` + more + `}}`
	}
	for name, test := range map[string]struct {
		path, body  string
		status      int
		code, words string
	}{
		"same scope, role and principal": {
			subProd + roleAssignments + "/" + other, armAssignmentBody(reader, armRobot), 409, "RoleAssignmentExists",
			"The role assignment already exists. The ID of the existing role assignment is e0000000000040008000000000000001.",
		},
		"another principal": {subProd + roleAssignments + "/" + grant, armAssignmentBody(reader, armAlice), 400, "RoleAssignmentUpdateNotPermitted", noUpdate},
		"another role":      {subProd + roleAssignments + "/" + grant, armAssignmentBody(contributor, armRobot), 400, "RoleAssignmentUpdateNotPermitted", noUpdate},
		"another scope":     {subDev + roleAssignments + "/" + grant, armAssignmentBody(reader, armRobot), 400, "RoleAssignmentUpdateNotPermitted", noUpdate},
		"unknown principal": {
			subProd + roleAssignments + "/" + other, armAssignmentBody(reader, armNobody), 400, "PrincipalNotFound",
			"Principal a00000000000400080000000000000ff does not exist in the directory d0000000-0000-4000-8000-000000000001. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group. See https://aka.ms/docs-principaltype",
		},
		"application ID":      {subProd + roleAssignments + "/" + other, armAssignmentBody(reader, "a0000000-0000-4000-8000-000000000006"), 400, "PrincipalNotFound", ""},
		"principal is no ID":  {subProd + roleAssignments + "/" + other, armAssignmentBody(reader, "alice"), 400, "InvalidPrincipalId", "A valid principal ID must be provided for role assignment."},
		"wrong type":          {subProd + roleAssignments + "/" + other, body(`,"principalType":"Group"`), 400, "UnmatchedPrincipalType", ""},
		"unknown role":        {subProd + roleAssignments + "/" + other, armAssignmentBody(other, armAlice), 404, "RoleDefinitionDoesNotExist", "The specified role definition with ID '" + other + "' does not exist."},
		"role is no ID":       {subProd + roleAssignments + "/" + other, armAssignmentBody("Reader", armAlice), 400, "InvalidRoleDefinitionId", ""},
		"name is no GUID":     {subProd + roleAssignments + "/first", body(""), 400, "InvalidRoleAssignmentId", "The role assignment ID 'first' is not valid. The role assignment ID must be a GUID."},
		"bad condition":       {subProd + roleAssignments + "/" + other, body(`,"condition":"@Resource[","conditionVersion":"2.0"`), 400, "BadRequest", ""},
		"subscription":        {subNone + roleAssignments + "/" + other, body(""), 404, "SubscriptionNotFound", "The subscription 'b0000000-0000-4000-8000-0000000000ff' could not be found."},
		"management group":    {"/providers/Microsoft.Management/managementGroups/None" + roleAssignments + "/" + other, body(""), 404, "ManagementGroupNotFound", "The management group 'None' cannot be found."},
		"subscription no ID":  {"/subscriptions/mine" + roleAssignments + "/" + other, body(""), 400, "InvalidSubscriptionId", "The provided subscription identifier 'mine' is malformed or invalid."},
		"no scope at all":     {"/somewhere" + roleAssignments + "/" + other, body(""), 400, "MissingSubscription", "The request did not have a subscription or a valid tenant level resource provider."},
		"no JSON":             {subProd + roleAssignments + "/" + other, `{`, 400, "InvalidRequestContent", ""},
		"another tenant":      {subProd + roleAssignments + "/" + other + "?tenantId=" + other, body(""), 401, "InvalidAuthenticationTokenTenant", "The access token is from the wrong issuer 'https://sts.windows.net/" + armTenant + "/'. It must match the tenant 'https://sts.windows.net/" + other + "/' associated with this subscription."},
		"role not assignable": {subDev + roleAssignments + "/" + other, armAssignmentBody(operator, armAlice), 400, "BadRequest", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newARM(t)
			c.done(http.MethodPut, subProd+roleDefinitions+"/"+operator, armRoleBody("Operator", subProd))
			c.done(http.MethodPut, subProd+roleAssignments+"/"+grant, armAssignmentBody(reader, armRobot))
			c.refused(http.MethodPut, test.path, test.body, test.status, test.code, test.words)
			if got := c.list(roleAssignments, "name"); !slices.Equal(got, []string{grant}) {
				t.Errorf("assignments: %q", got)
			}
		})
	}
}

func TestPrincipalTypeStandsInForTheLookUpOfAPrincipal(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	c.done(http.MethodPut, subProd+roleAssignments+"/"+grant,
		`{"properties":{"roleDefinitionId":"`+roleDefinitions+`/`+reader+`","principalId":"`+armNobody+`","principalType":"Group"}}`)
	if got := c.list(roleAssignments, "properties.principalType"); !slices.Equal(got, []string{"Group"}) {
		t.Errorf("got %q", got)
	}
}

// Source: https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest
func TestAssignmentsAreListedByScopeAndPrincipal(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	for i, item := range []struct{ scope, principal string }{
		{"", armAlice},                            // 0
		{mgRoot, armTeam},                         // 1
		{mgCorp, armEveryone},                     // 2
		{mgProd, armRobot},                        // 3
		{subProd, armAlice},                       // 4
		{subProd, armTeam},                        // 5
		{subProd + "/resourceGroups/a", armAlice}, // 6
		{subProd + "/resourceGroups/a/providers/Microsoft.Web/sites/s", armEveryone}, // 7
		{subProd + "/resourceGroups/b", armRobot},                                    // 8
		{subDev, armAlice}, // 9
	} {
		c.done(http.MethodPut, fmt.Sprintf("%s%s/e0000000-0000-4000-8000-00000000000%d", item.scope, roleAssignments, i), armAssignmentBody(reader, item.principal))
	}
	for _, test := range []struct {
		scope, filter string
		want          string // the last digits of the names
	}{
		{"", "", "0123456789"},
		{"", "atScope()", "0"},
		{mgRoot, "", "0123456789"},
		{mgRoot, "atScope()", "01"},
		{mgCorp, "", "012345678"},
		{mgCorp, "atScope()", "012"},
		{mgProd, "atScope()", "0123"},
		{subProd, "", "012345678"},
		{subProd, "atScope()", "012345"},
		{subProd, "ATSCOPE()", "012345"},
		{subProd, "principalId eq '" + armAlice + "'", "046"},
		{subProd, "PrincipalId eq '" + strings.ToUpper(armAlice) + "'", "046"},
		{subProd, "atScope() and principalId eq '" + armAlice + "'", "04"},
		{subProd, "assignedTo('" + armAlice + "')", "0124567"},
		{subProd, "atScope() and assignedTo('" + armAlice + "')", "01245"},
		{subProd, "assignedTo('" + armAlice + "') and atScope()", "01245"},
		{subProd, "assignedTo('" + armTeam + "')", "1257"},
		{subProd, "assignedTo('" + armRobot + "')", "38"},
		{subProd, "assignedTo('" + armNobody + "')", ""},
		{subProd, "principalId eq '" + armAlice + "' and assignedTo('" + armTeam + "')", ""},
		{"", "principalId eq '" + armEveryone + "'", "27"},
		{"", "assignedTo('" + armEveryone + "')", "27"},
		{subProd + "/resourceGroups/A", "", "01234567"},
		{subProd + "/resourceGroups/a", "atScope()", "0123456"},
		{subProd + "/resourceGroups/a/providers/Microsoft.Web/sites/s", "atScope()", "01234567"},
		{subProd + "/resourceGroups/a/providers/Microsoft.Web/sites/other", "", "0123456"},
		{subDev, "", "019"},
		{subDev, "atScope()", "019"},
	} {
		path := test.scope + roleAssignments
		if test.filter != "" {
			path = filtered(path, test.filter)
		}
		got := ""
		for _, name := range c.list(path, "name") {
			got += name[len(name)-1:]
		}
		digits := strings.Split(got, "")
		slices.Sort(digits)
		if got = strings.Join(digits, ""); got != test.want {
			t.Errorf("%q with %q: %s, want %s", test.scope, test.filter, got, test.want)
		}
	}
	for _, filter := range []string{"roleDefinitionId eq 'x'", "principalId ne '" + armAlice + "'", "principalId eq 'alice'", "assignedTo()", "assignedTo('a','b')", "atScope", "asTarget()"} {
		if status, text := c.ask(http.MethodGet, filtered(subProd+roleAssignments, filter), ""); status != 400 {
			t.Errorf("%s: %d %s", filter, status, text)
		}
	}
}

func TestAssignmentsComeInPagesWithTheirFilter(t *testing.T) {
	t.Parallel()
	c := newARM(t, withPages(3))
	var want []string
	for i := range 8 {
		name := fmt.Sprintf("e0000000-0000-4000-8000-00000000000%d", i)
		want = append(want, name)
		c.done(http.MethodPut, fmt.Sprintf("%s/resourceGroups/g%d%s/%s", subProd, i, roleAssignments, name), armAssignmentBody(reader, armAlice))
		c.done(http.MethodPut, fmt.Sprintf("%s/resourceGroups/g%d%s/e0000000-0000-4000-8000-0000000001%02d", subProd, i, roleAssignments, i), armAssignmentBody(reader, armRobot))
	}
	if got := c.list(filtered(subProd+roleAssignments, "principalId eq '"+armAlice+"'"), "name"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPutsOfOneAssignmentAtTheSameTimeMakeOneAssignment(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	var wait sync.WaitGroup
	for range 16 {
		wait.Go(func() {
			if status, text := c.ask(http.MethodPut, subProd+roleAssignments+"/"+grant, armAssignmentBody(reader, armRobot)); status != 201 && status != 200 {
				t.Errorf("%d %s", status, text)
			}
		})
	}
	wait.Wait()
	if got := c.list(roleAssignments, "name"); !slices.Equal(got, []string{grant}) {
		t.Errorf("assignments: %q", got)
	}
}

func TestOwnTenantMayBeNamed(t *testing.T) {
	t.Parallel()
	c := newARM(t)
	path := subProd + roleAssignments + "/" + grant + "?tenantId=" + armTenant
	c.done(http.MethodPut, path, armAssignmentBody(reader, armRobot))
	c.done(http.MethodGet, path, "")
	if got := c.list(subProd+roleAssignments+"?tenantId="+strings.ToUpper(armTenant), "name"); !slices.Equal(got, []string{grant}) {
		t.Errorf("got %q", got)
	}
	c.done(http.MethodDelete, path, "")
}
