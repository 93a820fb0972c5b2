// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	graphRoles       = "/v1.0/roleManagement/directory/roleDefinitions"
	graphAssignments = "/v1.0/roleManagement/directory/roleAssignments"
	betaRoles        = "/beta/roleManagement/directory/roleDefinitions"

	registrarBody = `{"displayName":"App Reg Reader","description":"Reads","isEnabled":true,"rolePermissions":[{"allowedResourceActions":["microsoft.directory/applications/standard/read"]}]}`
)

// The documents are those of https://learn.microsoft.com/graph/api/rbacapplication-post-roledefinitions.
func TestAnEntraRoleIsMadeReadChangedAndDeleted(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	a := c.answers(http.MethodPost, graphRoles, registrarBody, 201, `{
		"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#roleManagement/directory/roleDefinitions/$entity",
		"id":"f0000000-0000-4000-8000-000000000001","description":"Reads","displayName":"App Reg Reader","isBuiltIn":false,"isEnabled":true,"resourceScopes":["/"],
		"templateId":"f0000000-0000-4000-8000-000000000001","version":null,
		"rolePermissions":[{"allowedResourceActions":["microsoft.directory/applications/standard/read"],"condition":null}],"inheritsPermissionsFrom":[]}`)
	if got, want := a.header.Get("Location"), "https://graph.microsoft.com"+graphRoles+"/"+made(1); got != want {
		t.Errorf("Location %q, want %q", got, want)
	}
	c.answers(http.MethodGet, graphRoles+"('"+made(1)+"')", "", 200, a.body)
	c.answers(http.MethodPatch, graphRoles+"/"+made(1), `{"displayName":"Keeper","version":"2","rolePermissions":[{"allowedResourceActions":["microsoft.directory/applications/credentials/update"]}]}`, 204, "")
	c.answers(http.MethodGet, betaRoles+"/"+strings.ToUpper(made(1)), "", 200, `{
		"@odata.context":"https://graph.microsoft.com/beta/$metadata#roleManagement/directory/roleDefinitions/$entity",
		"id":"f0000000-0000-4000-8000-000000000001","description":"Reads","displayName":"Keeper","isBuiltIn":false,"isEnabled":true,"resourceScopes":["/"],
		"templateId":"f0000000-0000-4000-8000-000000000001","version":"2","isPrivileged":true,"allowedPrincipalTypes":"user, servicePrincipal, group",
		"rolePermissions":[{"allowedResourceActions":["microsoft.directory/applications/credentials/update"],"condition":null}],"inheritsPermissionsFrom":[]}`)
	c.answers(http.MethodDelete, graphRoles+"/"+made(1), "", 204, "")
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		c.refuses(method, graphRoles+"/"+made(1), "", 404, "Request_ResourceNotFound",
			"Resource 'f0000000-0000-4000-8000-000000000001' does not exist or one of its queried reference-property objects are not present.")
	}
	c.refuses(http.MethodPatch, graphRoles+"/"+made(1), registrarBody, 404, "Request_ResourceNotFound",
		"Resource 'f0000000-0000-4000-8000-000000000001' does not exist or one of its queried reference-property objects are not present.")
}

func TestAnEntraRoleIsMadeUnderTheTemplateIDThatIsAskedFor(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	body := strings.Replace(registrarBody, "{", `{"templateId":"B0000000-0000-4000-8000-000000000001",`, 1)
	c.done(http.MethodPost, graphRoles, body)
	c.lists(graphRoles+"?$filter=isBuiltIn eq false", "id", "b0000000-0000-4000-8000-000000000001")
	c.refuses(http.MethodPost, graphRoles, body, 400, "Request_BadRequest", "A conflicting object with one or more of the specified property values is present in the directory.")
	c.refuses(http.MethodPatch, graphRoles+"/b0000000-0000-4000-8000-000000000001", `{"templateId":"b0000000-0000-4000-8000-000000000002"}`, 400, "Request_BadRequest",
		"The template ID of a role definition can't be changed.")
}

func TestEntraRolesAreListedAsTheQueryAsks(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.done(http.MethodPost, graphRoles, registrarBody)
	c.done(http.MethodPost, graphRoles, strings.NewReplacer("App Reg Reader", "Keeper's", "standard/read", "credentials/update").Replace(registrarBody))
	for query, want := range map[string][]string{
		"$filter=isBuiltIn eq false":                                       {"App Reg Reader", "Keeper's"},
		"$filter=displayName eq 'keeper''s'":                               {"Keeper's"},
		"$filter=displayName in ('Keeper''s','Global Reader')":             {"Global Reader", "Keeper's"},
		"$filter=id eq '" + made(1) + "'":                                  {"App Reg Reader"},
		"$filter=id in ('" + made(2) + "')":                                {"Keeper's"},
		"$filter=(isBuiltIn eq true) and displayName eq 'Global Reader'":   {"Global Reader"},
		"$filter=isBuiltIn eq false&$top=1":                                {"App Reg Reader", "Keeper's"},
		"%24filter=isBuiltIn%20eq%20false&%24select=displayName,isEnabled": {"App Reg Reader", "Keeper's"},
		"$filter=displayName eq 'None'":                                    nil,
	} {
		c.lists(graphRoles+"?"+query, "displayName", want...)
	}
	for query, want := range map[string][]string{
		"$filter=startsWith(displayName,'keep')":              {"Keeper's"},
		"$filter=isPrivileged eq true and isBuiltIn eq false": {"Keeper's"},
	} {
		c.lists(betaRoles+"?"+query, "displayName", want...)
	}
	if all, pages := c.list(graphRoles, "id"); len(all) < 100 || pages != 1 {
		t.Errorf("%d roles on %d pages, want the built-in ones too on one page", len(all), pages)
	}
	if all, pages := c.list(graphRoles+"?$filter=isBuiltIn eq false&$top=1", "id"); len(all) != 2 || pages != 2 {
		t.Errorf("%d roles on %d pages, want 2 on 2", len(all), pages)
	}
}

func TestAListOfEntraRolesIsCutToTheFieldsThatAreAskedFor(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	c.done(http.MethodPost, graphRoles, registrarBody)
	c.answers(http.MethodGet, graphRoles+"?$filter=isBuiltIn eq false&$select=id,displayName&$count=true", "", 200, `{
		"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#roleManagement/directory/roleDefinitions(id,displayName)","@odata.count":1,
		"value":[{"id":"f0000000-0000-4000-8000-000000000001","displayName":"App Reg Reader"}]}`)
	c.answers(http.MethodGet, graphRoles+"/"+made(1)+"?$select=displayName", "", 200, `{
		"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#roleManagement/directory/roleDefinitions(displayName)/$entity","displayName":"App Reg Reader"}`)
	c.answers(http.MethodGet, graphRoles+"/"+globalReader+"?$select=id&$expand=inheritsPermissionsFrom($select=displayName)", "", 200, `{
		"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#roleManagement/directory/roleDefinitions(id,inheritsPermissionsFrom())/$entity",
		"id":"f2ef992c-3afb-46b9-b7cf-a126ee74c451","inheritsPermissionsFrom":[{"displayName":"Directory Readers"}]}`)
	c.lists(graphRoles+"/"+globalReader+"/inheritsPermissionsFrom", "id", directoryReaders)
	c.lists(graphRoles+"/"+made(1)+"/inheritsPermissionsFrom", "id")
}

func TestAQueryThatTheDirectoryDoesNotServeIsRefused(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	for query, want := range map[string][2]string{
		"$filter=startsWith(displayName,'x')":     {"Request_UnsupportedQuery", "Unsupported or invalid query filter clause specified for property 'displayName' of resource 'unifiedRoleDefinition'."},
		"$filter=displayName ne 'x'":              {"Request_UnsupportedQuery", "Unsupported or invalid query filter clause specified for property 'displayName' of resource 'unifiedRoleDefinition'."},
		"$filter=isBuiltIn eq true or id eq 'x'":  {"Request_UnsupportedQuery", "The operator 'or' is not supported for resource 'unifiedRoleDefinition'."},
		"$filter=isPrivileged eq true":            {"BadRequest", "Invalid filter clause: Could not find a property named 'isPrivileged' on type 'microsoft.graph.unifiedRoleDefinition'."},
		"$filter=displayName eq":                  {"BadRequest", "Invalid filter clause: Syntax error at position 14 in 'displayName eq'."},
		"$orderby=displayName":                    {"Request_UnsupportedQuery", "Unsupported query: $orderby is not supported for 'unifiedRoleDefinition'."},
		"$search=x":                               {"Request_UnsupportedQuery", "Unsupported query: $search is not supported for 'unifiedRoleDefinition'."},
		"$select=name":                            {"BadRequest", "Parsing OData Select and Expand failed: Could not find a property named 'name' on type 'microsoft.graph.unifiedRoleDefinition'."},
		"$expand=owner":                           {"BadRequest", "Parsing OData Select and Expand failed: Could not find a property named 'owner' on type 'microsoft.graph.unifiedRoleDefinition'."},
		"$expand=inheritsPermissionsFrom(":        {"BadRequest", "Parsing OData Select and Expand failed: Syntax error in 'inheritsPermissionsFrom('."},
		"$expand=inheritsPermissionsFrom($top=1)": {"Request_UnsupportedQuery", "Unsupported query: only $select is supported within $expand of 'inheritsPermissionsFrom'."},
		"$expand=inheritsPermissionsFrom,":        {"BadRequest", "Parsing OData Select and Expand failed: Syntax error in 'inheritsPermissionsFrom,'."},
	} {
		c.refuses(http.MethodGet, graphRoles+"?"+query, "", 400, want[0], want[1])
	}
}

func TestAnEntraRoleIsRefusedInTheWordsOfTheDirectory(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	const needs = "A role definition needs displayName, isEnabled and rolePermissions."
	for body, words := range map[string]string{
		`{"isEnabled":true,"rolePermissions":[]}`:                          needs,
		`{"displayName":"x","rolePermissions":[]}`:                         needs,
		`{"displayName":"x","isEnabled":true}`:                             needs,
		strings.Replace(registrarBody, "applications/", "application/", 1): "Action 'microsoft.directory/application/standard/read' is not supported for Custom Role creation",
		strings.Replace(registrarBody, "microsoft.directory/applications/standard/read", "Microsoft.Compute/virtualMachines/start/action", 1): "Resource category 'Microsoft.Compute' is not supported.",
		strings.Replace(registrarBody, `"]}]`, `"],"condition":"$ResourceIsSelf"}]`, 1):                                                       "Conditions are not supported for custom roles.",
		strings.Replace(registrarBody, `"]}]`, `"],"excludedResourceActions":["microsoft.directory/x/y/read"]}]`, 1):                          "Excluded resource actions are not supported for custom roles.",
		strings.Replace(registrarBody, "{", `{"templateId":"x",`, 1):                                                                          `"x" is not a template ID, which is a GUID.`,
	} {
		c.refuses(http.MethodPost, graphRoles, body, 400, "Request_BadRequest", words)
	}
	for _, method := range []string{http.MethodPatch, http.MethodDelete} {
		c.refuses(method, graphRoles+"/"+globalReader, registrarBody, 400, "Request_BadRequest", "A built-in role definition can't be changed or deleted.")
	}
	c.lists(graphRoles+"?$filter=isBuiltIn eq false", "id")
}

func TestATenantThatIsFullOfRolesSaysSo(t *testing.T) {
	t.Parallel()
	c := newGraph(t, func(_ *emulator.Options, r *reference.Options) {
		r.Limits = rbac.Limits{Raise: map[string]int{"entra_custom_roles_per_tenant": 1}}
	})
	c.done(http.MethodPost, graphRoles, registrarBody)
	c.refuses(http.MethodPost, graphRoles, registrarBody, 400, "Request_BadRequest",
		"Number of RoleDefinitions are more than the maximum (1) allowed. paramName: , paramValue: , objectType: Microsoft.Online.Workflows.RoleDefinition")
}

func TestPIMIsRefusedAsInATenantWithoutTheLicence(t *testing.T) {
	t.Parallel()
	c := newGraph(t)
	for path, method := range map[string]string{
		"roleEligibilityScheduleRequests": http.MethodPost, "roleAssignmentScheduleRequests": http.MethodPost, "roleEligibilitySchedules": http.MethodGet,
		"roleAssignmentScheduleInstances": http.MethodGet, "roleEligibilityScheduleRequests/" + made(1) + "/cancel": http.MethodPost,
		"roleEligibilityScheduleRequests/filterByCurrentUser(on='principal')": http.MethodGet,
	} {
		c.refuses(method, "/v1.0/roleManagement/directory/"+path, "", 400, "AadPremiumLicenseRequired", "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.")
	}
}
