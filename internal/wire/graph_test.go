// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package wire_test

import (
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// https://learn.microsoft.com/graph/api/rbacapplication-post-roledefinitions
const entraRoleSample = `{
	"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#roleManagement/directory/roleDefinitions/$entity",
	"id": "d5eec5e0-6992-4c6b-b430-0f833f1a815a", "description": "d", "displayName": "Application Registration Support Administrator",
	"isBuiltIn": false, "isEnabled": true, "resourceScopes": ["/"], "templateId": "d5eec5e0-6992-4c6b-b430-0f833f1a815a", "version": null,
	"rolePermissions": [{"allowedResourceActions": ["microsoft.directory/applications/standard/read", "microsoft.directory/applications/basic/update"], "condition": null}],
	"inheritsPermissionsFrom": []
}`

var entraRole = entra.Role{
	ID: "d5eec5e0-6992-4c6b-b430-0f833f1a815a", Name: "Application Registration Support Administrator", Description: "d", Enabled: true,
	Permissions: []string{"microsoft.directory/applications/standard/read", "microsoft.directory/applications/basic/update"},
}

func TestADirectoryRoleIsReadAndWrittenAsItIsDocumented(t *testing.T) {
	t.Parallel()
	same(t, "the role", must(stays[wire.EntraRole](t, entraRoleSample).Domain()), entraRole)
	d := wire.NewEntraRole(entraRole)
	d.Context, d.InheritsPermissionsFrom = "https://graph.microsoft.com/v1.0/$metadata#roleManagement/directory/roleDefinitions/$entity", &wire.List[wire.EntraReference]{}
	writes(t, d, entraRoleSample)
}

func TestABuiltInDirectoryRoleHasEveryPermissionOnce(t *testing.T) {
	t.Parallel()
	got := stays[wire.EntraRole](t, `{
		"id": "729827e3-9c14-49f7-bb1b-9608f156bbb8", "description": null, "displayName": "Helpdesk Administrator", "isBuiltIn": true, "isEnabled": true,
		"resourceScopes": ["/"], "templateId": "729827e3-9c14-49f7-bb1b-9608f156bbb8", "version": "1",
		"rolePermissions": [
			{"allowedResourceActions": ["microsoft.directory/users/password/update"], "excludedResourceActions": [], "condition": null},
			{"allowedResourceActions": ["microsoft.directory/users/password/update", "microsoft.directory/users/standard/read"], "condition": "$ResourceIsSelf"}],
		"isPrivileged": true, "allowedPrincipalTypes": "user, servicePrincipal, group",
		"inheritsPermissionsFrom": [{"id": "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"}]
	}`)
	same(t, "the role", must(got.Domain()), entra.Role{
		ID: "729827e3-9c14-49f7-bb1b-9608f156bbb8", Name: "Helpdesk Administrator", Version: "1", Enabled: true, BuiltIn: true,
		Permissions: []string{"microsoft.directory/users/password/update", "microsoft.directory/users/standard/read"},
	})
}

func TestADirectoryRoleIsReadLeniently(t *testing.T) {
	t.Parallel()
	for _, sample := range []string{
		`{"id": "D5EEC5E0-6992-4C6B-B430-0F833F1A815A", "displayName": "r", "isEnabled": "true", "rolePermissions": null, "new": 1}`,
		`{"templateId": "d5eec5e0-6992-4c6b-b430-0f833f1a815a", "DisplayName": "r", "isEnabled": true, "description": null}`,
		`{"id": "d5eec5e0-6992-4c6b-b430-0f833f1a815a", "displayName": "r", "isEnabled": true, "rolePermissions": [{"allowedResourceActions": null}]}`,
	} {
		same(t, "the role", must(read[wire.EntraRole](t, sample).Domain()), entra.Role{ID: entraRole.ID, Name: "r", Enabled: true})
	}
	_, err := read[wire.EntraRole](t, `{"id": "x"}`).Domain()
	refused(t, err, rbac.Invalid, "Request_BadRequest", "template_id", `"x"`)
}

// The POST of the same page; templateId is the caller's choice.
func TestADirectoryRoleIsCreatedUnderItsOwnID(t *testing.T) {
	t.Parallel()
	const sample = `{
		"displayName": "Application Registration Support Administrator", "description": "d", "isEnabled": true,
		"rolePermissions": [{"allowedResourceActions": ["microsoft.directory/applications/standard/read", "microsoft.directory/applications/basic/update"], "condition": null}],
		"templateId": "d5eec5e0-6992-4c6b-b430-0f833f1a815a"
	}`
	writes(t, wire.NewEntraRoleCreate(entraRole), sample)
	same(t, "the role", must(stays[wire.EntraRoleWrite](t, sample).Apply(entra.Role{})), entraRole)
	writes(t, wire.NewEntraRoleCreate(entra.Role{Name: "r"}), `{"displayName": "r", "isEnabled": false, "rolePermissions": [{"allowedResourceActions": [], "condition": null}]}`)
}

// https://learn.microsoft.com/graph/api/unifiedroledefinition-update: only the
// members that are listed change, and a template ID would change the ID.
func TestAnUpdateOfADirectoryRoleHasEverythingButItsID(t *testing.T) {
	t.Parallel()
	writes(t, wire.NewEntraRolePatch(entra.Role{ID: entraRole.ID, Name: "r", Permissions: []string{"a"}}), `{
		"displayName": "r", "description": null, "isEnabled": false, "rolePermissions": [{"allowedResourceActions": ["a"], "condition": null}], "version": null}`)
	was := entraRole
	was.Version = "1"
	same(t, "nothing", must(read[wire.EntraRoleWrite](t, `{}`).Apply(was)), was)
	want := was
	want.Enabled, want.Description = false, ""
	same(t, "a part", must(read[wire.EntraRoleWrite](t, `{"isEnabled": "false", "description": null}`).Apply(was)), want)
	want = entra.Role{ID: was.ID, Name: "n", Version: "2", Permissions: nil, Enabled: true}
	same(t, "all", must(read[wire.EntraRoleWrite](t, `{"displayName": "n", "description": "", "version": "2", "rolePermissions": [], "templateId": null}`).Apply(was)), want)
	_, err := read[wire.EntraRoleWrite](t, `{"templateId": "x"}`).Apply(was)
	refused(t, err, rbac.Invalid, "Request_BadRequest", "template_id", `"x"`)
}

// https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignments; the
// ID is one that https://learn.microsoft.com/graph/api/resources/unifiedroleassignment prints.
func TestADirectoryRoleAssignmentIsReadAndWrittenAsItIsDocumented(t *testing.T) {
	t.Parallel()
	const sample = `{
		"id": "shjUVMBM7kebOej4Ttjgcz2U7QLKbplPg9bm-_ncY66yGNRUwEzuR5s56PhO2OBz-1", "principalId": "02ed943d-6eca-4f99-83d6-e6fbf9dc63ae",
		"directoryScopeId": "/54d418b2-4cc0-47ee-9b39-e8f84ed8e073", "roleDefinitionId": "54d418b2-4cc0-47ee-9b39-e8f84ed8e073"
	}`
	a := entra.Assignment{
		ID: "shjUVMBM7kebOej4Ttjgcz2U7QLKbplPg9bm-_ncY66yGNRUwEzuR5s56PhO2OBz-1", PrincipalID: "02ed943d-6eca-4f99-83d6-e6fbf9dc63ae",
		DirectoryScope: "/54d418b2-4cc0-47ee-9b39-e8f84ed8e073", RoleID: "54d418b2-4cc0-47ee-9b39-e8f84ed8e073",
	}
	same(t, "the assignment", must(stays[wire.EntraAssignment](t, sample).Domain()), a)
	writes(t, wire.NewEntraAssignment(a), sample)
	a.ID = ""
	writes(t, wire.NewEntraAssignment(a), `{
		"principalId": "02ed943d-6eca-4f99-83d6-e6fbf9dc63ae", "directoryScopeId": "/54d418b2-4cc0-47ee-9b39-e8f84ed8e073", "roleDefinitionId": "54d418b2-4cc0-47ee-9b39-e8f84ed8e073"}`)
	stays[wire.EntraAssignment](t, `{
		"@odata.context": "c", "@odata.type": "#microsoft.graph.unifiedRoleAssignment", "id": "i", "principalId": "p", "resourceScope": "/", "directoryScopeId": "/", "roleDefinitionId": "r",
		"principalOrganizationId": "o", "principal": {"@odata.type": "#microsoft.graph.user", "id": "p", "displayName": "Alice"}}`)
}

func TestDirectoryScopesAreReadInEverySpelling(t *testing.T) {
	t.Parallel()
	for members, want := range map[string]entra.Assignment{
		`"directoryScopeId": "/"`: {DirectoryScope: "/"},
		`"directoryScopeId": "/administrativeUnits/54D418B2-4CC0-47EE-9B39-E8F84ED8E073"`:                               {DirectoryScope: "/administrativeUnits/54d418b2-4cc0-47ee-9b39-e8f84ed8e073"},
		`"directoryScopeId": "/directory/administrativeUnits/54d418b2-4cc0-47ee-9b39-e8f84ed8e073", "appScopeId": null`: {DirectoryScope: "/administrativeUnits/54d418b2-4cc0-47ee-9b39-e8f84ed8e073"},
		`"resourceScope": "/54D418B2-4CC0-47EE-9B39-E8F84ED8E073"`:                                                      {DirectoryScope: "/54d418b2-4cc0-47ee-9b39-e8f84ed8e073"},
		`"appScopeId": "/AccessPackageCatalog/x", "directoryScopeId": null, "resourceScope": "/"`:                       {AppScope: "/AccessPackageCatalog/x"},
		`"appScopeId": "/", "directoryScopeId": "/"`:                                                                    {AppScope: "/", DirectoryScope: "/"},
	} {
		want.ID, want.RoleID, want.PrincipalID = "i", "54d418b2-4cc0-47ee-9b39-e8f84ed8e073", "02ed943d-6eca-4f99-83d6-e6fbf9dc63ae"
		got := read[wire.EntraAssignment](t, `{"id": "i", "roleDefinitionId": "54D418B2-4CC0-47EE-9B39-E8F84ED8E073", "principalId": "02ED943D-6eca-4f99-83d6-e6fbf9dc63ae", `+members+`}`)
		same(t, members, must(got.Domain()), want)
	}
}

func TestWhatIsNoDirectoryRoleAssignmentIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ sample, field, part string }{
		{`{"roleDefinitionId": "x", "principalId": "02ed943d-6eca-4f99-83d6-e6fbf9dc63ae", "directoryScopeId": "/"}`, "role", `"x"`},
		{`{"roleDefinitionId": "54d418b2-4cc0-47ee-9b39-e8f84ed8e073", "directoryScopeId": "/"}`, "principal_id", `""`},
		{`{"roleDefinitionId": "54d418b2-4cc0-47ee-9b39-e8f84ed8e073", "principalId": "02ed943d-6eca-4f99-83d6-e6fbf9dc63ae"}`, "directory_scope", `""`},
		{`{"roleDefinitionId": "54d418b2-4cc0-47ee-9b39-e8f84ed8e073", "principalId": "02ed943d-6eca-4f99-83d6-e6fbf9dc63ae", "directoryScopeId": "/users/x"}`, "directory_scope", `"/users/x"`},
	} {
		_, err := read[wire.EntraAssignment](t, c.sample).Domain()
		refused(t, err, rbac.Invalid, "Request_BadRequest", c.field, c.part)
	}
}

// https://learn.microsoft.com/graph/api/unifiedrbacresourcenamespace-list-resourceactions
// and https://learn.microsoft.com/graph/api/directoryrole-post-directoryroles
func TestWhatIsOnlyReadOfTheDirectoryIsReadAndWritten(t *testing.T) {
	t.Parallel()
	stays[wire.EntraResourceAction](t, `{
		"id": "microsoft.directory-applications-credentials-update-patch", "name": "microsoft.directory/applications/credentials/update",
		"actionVerb": "PATCH", "description": null, "isPrivileged": true, "resourceScopeId": null}`)
	stays[wire.EntraResourceAction](t, `{"id": "a", "name": "a/b", "actionVerb": null, "description": "d", "resourceScopeId": null, "authenticationContextId": null, "isAuthenticationContextSettable": false}`)
	stays[wire.DirectoryRole](t, `{
		"id": "76f84d30-2759-4c66-915d-65c6e4083fa0", "deletedDateTime": null, "description": null, "displayName": "Guest User", "roleTemplateId": "10dae51f-b6af-4016-8d66-8c2a99b929b3"}`)
	stays[wire.DirectoryRoleTemplate](t, `{"id": "10dae51f-b6af-4016-8d66-8c2a99b929b3", "deletedDateTime": null, "description": "d", "displayName": "Guest User"}`)
	stays[wire.ODataReference](t, `{"@odata.id": "https://graph.microsoft.com/v1.0/directoryObjects/02ed943d-6eca-4f99-83d6-e6fbf9dc63ae"}`)
	stays[wire.EntraSchedule](t, `{
		"id": "i", "principalId": "p", "roleDefinitionId": "r", "directoryScopeId": "/", "appScopeId": null, "status": "Provisioned", "createdDateTime": "2021-07-06T11:14:11.317Z", "memberType": "Direct",
		"scheduleInfo": {"startDateTime": "2021-07-06T11:14:11.317Z", "expiration": {"type": "noExpiration", "endDateTime": null, "duration": null}}}`)
}

// https://learn.microsoft.com/graph/api/directoryobject-getbyids
func TestDirectoryObjectsHaveTheMembersOfTheirType(t *testing.T) {
	t.Parallel()
	const id rbac.GUID = "02ed943d-6eca-4f99-83d6-e6fbf9dc63ae"
	for sample, want := range map[string]entra.Object{
		`{"@odata.type": "#microsoft.graph.user", "id": "02ed943d-6eca-4f99-83d6-e6fbf9dc63ae", "displayName": "Alice"}`: {ID: id, Type: entra.User, DisplayName: "Alice"},
		`{"@odata.type": "#microsoft.graph.group", "id": "02ed943d-6eca-4f99-83d6-e6fbf9dc63ae", "displayName": "Team", "securityEnabled": true, "isAssignableToRole": false}`: {
			ID: id, Type: entra.Group, DisplayName: "Team", SecurityEnabled: true,
		},
		`{"@odata.type": "#microsoft.graph.servicePrincipal", "id": "02ed943d-6eca-4f99-83d6-e6fbf9dc63ae", "displayName": null, "appId": "54d418b2-4cc0-47ee-9b39-e8f84ed8e073"}`: {
			ID: id, Type: entra.ServicePrincipal, AppID: "54d418b2-4cc0-47ee-9b39-e8f84ed8e073",
		},
		`{"@odata.type": "#microsoft.graph.administrativeUnit", "id": "02ed943d-6eca-4f99-83d6-e6fbf9dc63ae", "displayName": "Unit"}`: {ID: id, Type: entra.AdministrativeUnit, DisplayName: "Unit"},
		`{"@odata.type": "#microsoft.graph.application", "id": "02ed943d-6eca-4f99-83d6-e6fbf9dc63ae", "displayName": "App"}`:         {ID: id, Type: "application", DisplayName: "App"},
		`{"id": "02ed943d-6eca-4f99-83d6-e6fbf9dc63ae", "displayName": null}`:                                                         {ID: id},
	} {
		same(t, sample, must(stays[wire.DirectoryObject](t, sample).Domain()), want)
		writes(t, wire.NewDirectoryObject(want), sample)
	}
	lenient := must(read[wire.DirectoryObject](t, `{"@odata.type": "#Microsoft.Graph.Group", "id": "02ED943D-6ECA-4F99-83D6-E6FBF9DC63AE", "isAssignableToRole": null, "securityEnabled": "true", "userPrincipalName": null}`).Domain())
	stays[wire.DirectoryObject](t, `{"id": "i", "deletedDateTime": null, "displayName": "Alice", "userPrincipalName": "alice@example.com"}`)
	same(t, "a group", lenient, entra.Object{ID: id, Type: entra.Group, SecurityEnabled: true})
	_, err := read[wire.DirectoryObject](t, `{"id": "alice@example.com"}`).Domain()
	refused(t, err, rbac.Invalid, "Request_BadRequest", "id", "alice@example.com")
}

// https://learn.microsoft.com/graph/json-batching
func TestABatchIsReadAndWritten(t *testing.T) {
	t.Parallel()
	got := stays[wire.BatchRequest](t, `{"requests": [
		{"id": "1", "method": "GET", "url": "/groups?$filter=a&b"},
		{"id": "2", "method": "POST", "url": "/groups", "headers": {"Content-Type": "application/json"}, "body": {"a": [1]}, "dependsOn": ["1"]}]}`)
	same(t, "the body", string(got.Requests[1].Body), `{"a": [1]}`)
	answers := stays[wire.BatchResponse](t, `{"responses": [{"id": "2", "status": 424}, {"id": "1", "status": 200, "headers": {"Retry-After": "1"}, "body": {"value": []}}]}`)
	same(t, "the status", answers.Responses[0].Status, 424)
}

// What a tenant was seen to answer on v1.0 in July 2026, with another text:
// https://github.com/rknightion/graph2otel, collector rbac.
const intuneRoleSample = `{
	"@odata.type": "#microsoft.graph.deviceAndAppManagementRoleDefinition", "id": "c56d53a2-73d0-4502-b6bd-4a9d3dba28d5", "displayName": "Endpoint Security Manager", "description": "d",
	"isBuiltInRoleDefinition": true, "isBuiltIn": true, "roleScopeTagIds": [],
	"permissions": [{"actions": ["Microsoft.Intune_ManagedDevices_Read", "Microsoft.Intune_ManagedDevices_Update"],
		"resourceActions": [{"allowedResourceActions": ["Microsoft.Intune_ManagedDevices_Read", "Microsoft.Intune_ManagedDevices_Update"], "notAllowedResourceActions": []}]}],
	"rolePermissions": [{"actions": ["Microsoft.Intune_ManagedDevices_Read", "Microsoft.Intune_ManagedDevices_Update"],
		"resourceActions": [{"allowedResourceActions": ["Microsoft.Intune_ManagedDevices_Read", "Microsoft.Intune_ManagedDevices_Update"], "notAllowedResourceActions": []}]}]
}`

var intuneRole = intune.Role{
	ID: "c56d53a2-73d0-4502-b6bd-4a9d3dba28d5", Name: "Endpoint Security Manager", Description: "d", BuiltIn: true,
	Permissions: []string{"Microsoft.Intune_ManagedDevices_Read", "Microsoft.Intune_ManagedDevices_Update"}, ScopeTags: []string{},
}

func TestAnIntuneRoleIsReadAndWrittenAsItWasSeen(t *testing.T) {
	t.Parallel()
	same(t, "the role", must(stays[wire.IntuneRole](t, intuneRoleSample).Domain()), intuneRole)
	writes(t, wire.NewIntuneRole(intuneRole), intuneRoleSample)
}

func TestThePermissionsOfAnIntuneRoleAreReadInEveryForm(t *testing.T) {
	t.Parallel()
	want := intune.Role{ID: "11111111-2222-3333-4444-555555555555", Name: "r", Permissions: []string{"a", "b"}, ScopeTags: []string{"0"}}
	for _, permissions := range []string{
		`"rolePermissions": [{"resourceActions": [{"allowedResourceActions": ["a", "b"], "notAllowedResourceActions": ["c"]}]}]`,
		`"rolePermissions": [{"resourceActions": [{"allowedResourceActions": ["a"]}, {"allowedResourceActions": ["b", "A"]}]}]`,
		`"permissions": [{"actions": ["a", "b"], "resourceActions": []}], "rolePermissions": []`,
		`"permissions": [{"actions": ["a"]}, {"resourceActions": [{"allowedResourceActions": ["b"]}]}], "rolePermissions": null`,
		`"permissions": [{"actions": ["x"]}], "rolePermissions": [{"actions": ["a", "b"]}]`,
	} {
		got := read[wire.IntuneRole](t, `{"id": "11111111-2222-3333-4444-555555555555", "displayName": "r", "description": null, "isBuiltIn": null, "roleScopeTagIds": ["0"], `+permissions+`}`)
		same(t, permissions, must(got.Domain()), want)
	}
}

func TestAnIntuneRoleIsReadLeniently(t *testing.T) {
	t.Parallel()
	want := intune.Role{ID: "11111111-2222-3333-4444-555555555555", BuiltIn: true, ScopeTags: []string{}}
	for _, sample := range []string{
		`{"id": "{11111111-2222-3333-4444-555555555555}", "isBuiltInRoleDefinition": true, "new": []}`,
		`{"id": "11111111-2222-3333-4444-555555555555", "isBuiltIn": "true", "roleScopeTagIds": null}`,
	} {
		same(t, "the role", must(read[wire.IntuneRole](t, sample).Domain()), want)
	}
	_, err := read[wire.IntuneRole](t, `{"id": "x"}`).Domain()
	refused(t, err, rbac.Invalid, "BadRequest", "id", `"x"`)
}

// The body that working tools send: Microsoft365DSC and IntuneManagement.
func TestAWriteOfAnIntuneRoleSaysThatItIsCustom(t *testing.T) {
	t.Parallel()
	const sample = `{
		"@odata.type": "#microsoft.graph.deviceAndAppManagementRoleDefinition", "displayName": "r", "description": "", "isBuiltIn": false, "isBuiltInRoleDefinition": false,
		"rolePermissions": [{"resourceActions": [{"allowedResourceActions": ["a"], "notAllowedResourceActions": []}]}], "roleScopeTagIds": ["0"]
	}`
	r := intune.Role{Name: "r", Permissions: []string{"a"}, ScopeTags: []string{"0"}}
	writes(t, wire.NewIntuneRoleWrite(r), sample)
	same(t, "the role", stays[wire.IntuneRoleWrite](t, sample).Apply(intune.Role{}), r)
	r.ScopeTags = nil
	same(t, "tags that are left to the service", wire.NewIntuneRoleWrite(r).RoleScopeTagIDs.Set, false)
	r.ScopeTags = []string{}
	same(t, "tags that are taken away", wire.NewIntuneRoleWrite(r).RoleScopeTagIDs, wire.Some(wire.Strings{}))
}

func TestAnUpdateOfAnIntuneRoleChangesWhatItSets(t *testing.T) {
	t.Parallel()
	was := intune.Role{ID: intuneRole.ID, Name: "r", Description: "d", Permissions: []string{"a"}, ScopeTags: []string{"0"}}
	want := was
	want.ScopeTags = nil // left to the service
	same(t, "nothing", read[wire.IntuneRoleWrite](t, `{}`).Apply(was), want)
	want.Name, want.Description, want.ScopeTags, want.Permissions = "n", "", []string{}, []string{"b"}
	same(t, "all", read[wire.IntuneRoleWrite](t, `{"displayName": "n", "description": null, "roleScopeTagIds": [], "permissions": [{"actions": ["b"]}]}`).Apply(was), want)
}

// What a tenant was seen to answer, as the role above.
const intuneAssignmentSample = `{
	"id": "99999999-8888-7777-6666-555555555555", "displayName": "Admins", "description": null, "scopeMembers": ["dddd1111-2222-3333-4444-555555555555"],
	"scopeType": "resourceScope", "resourceScopes": ["dddd1111-2222-3333-4444-555555555555"],
	"members": ["bbbb1111-2222-3333-4444-555555555555", "cccc1111-2222-3333-4444-555555555555"], "roleScopeTagIds": ["0"]
}`

func intuneAssignment() intune.Assignment {
	return intune.Assignment{
		ID: "99999999-8888-7777-6666-555555555555", Name: "Admins", Members: []rbac.GUID{"bbbb1111-2222-3333-4444-555555555555", "cccc1111-2222-3333-4444-555555555555"},
		ScopeGroups: []rbac.GUID{"dddd1111-2222-3333-4444-555555555555"}, ScopeTags: []string{"0"},
	}
}

func TestAnIntuneAssignmentIsReadAndWrittenAsItWasSeen(t *testing.T) {
	t.Parallel()
	same(t, "the assignment", must(stays[wire.IntuneAssignment](t, intuneAssignmentSample).Domain()), intuneAssignment())
	writes(t, wire.NewIntuneAssignment(intuneAssignment()), intuneAssignmentSample)
	writes(t, wire.NewIntuneAssignmentRow(intuneAssignment()), `{
		"@odata.type": "#microsoft.graph.deviceAndAppManagementRoleAssignment", "id": "99999999-8888-7777-6666-555555555555", "displayName": "Admins", "description": null, "resourceScopes": [], "members": []}`)
}

func TestEveryScopeTypeMeansUsersOrDevicesOrGroups(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]bool{
		"allDevices": {false, true}, "allLicensedUsers": {true, false}, "allDevicesAndLicensedUsers": {true, true}, "resourceScope": {}, "AllDevices": {false, true}, "": {},
	} {
		d := read[wire.IntuneAssignment](t, `{"id": "1257e69a-b38e-4b89-864f-0b1662fc8202", "displayName": "a", "scopeMembers": [], "scopeType": "`+text+`", "resourceScopes": [], "members": []}`)
		a := must(d.Domain())
		same(t, text, a, intune.Assignment{ID: "1257e69a-b38e-4b89-864f-0b1662fc8202", Name: "a", AllUsers: want[0], AllDevices: want[1], ScopeTags: []string{}})
		back := wire.NewIntuneAssignment(a).ScopeType
		if again := must(wire.IntuneAssignment{ID: d.ID, ScopeType: back}.Domain()); again.AllUsers != want[0] || again.AllDevices != want[1] {
			t.Errorf("%q is written as %q", text, back)
		}
	}
	_, err := read[wire.IntuneAssignment](t, `{"id": "1257e69a-b38e-4b89-864f-0b1662fc8202", "scopeType": "unknownFutureValue"}`).Domain()
	refused(t, err, rbac.Invalid, "BadRequest", "scope_type", "unknownFutureValue")
}

func TestWhatIsNoIntuneAssignmentIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ sample, field string }{
		{`{"id": "x"}`, "id"},
		{`{"id": "1257e69a-b38e-4b89-864f-0b1662fc8202", "members": ["x"]}`, "members"},
		{`{"id": "1257e69a-b38e-4b89-864f-0b1662fc8202", "resourceScopes": ["x"]}`, "scope_groups"},
	} {
		_, err := read[wire.IntuneAssignment](t, c.sample).Domain()
		refused(t, err, rbac.Invalid, "BadRequest", c.field, `"x"`)
	}
}

// The POST of Microsoft365DSC and IntuneManagement.
func TestAnIntuneAssignmentIsCreatedWithURLsOfItsRoleAndTags(t *testing.T) {
	t.Parallel()
	const sample = `{
		"@odata.type": "#microsoft.graph.deviceAndAppManagementRoleAssignment", "displayName": "Admins", "description": "",
		"members": ["bbbb1111-2222-3333-4444-555555555555", "cccc1111-2222-3333-4444-555555555555"],
		"resourceScopes": ["dddd1111-2222-3333-4444-555555555555"], "scopeType": "resourceScope",
		"roleDefinition@odata.bind": "https://graph.microsoft.com/beta/deviceManagement/roleDefinitions('9e0cc482-82df-4ab2-a24c-0c23a3f52e1e')",
		"roleScopeTags@odata.bind": ["https://graph.microsoft.com/beta/deviceManagement/roleScopeTags('0')"]
	}`
	a := intuneAssignment()
	a.ID, a.RoleID = "", "9e0cc482-82df-4ab2-a24c-0c23a3f52e1e"
	writes(t, wire.NewIntuneAssignmentCreate(a, "https://graph.microsoft.com/beta"), sample)
	same(t, "the assignment", must(stays[wire.IntuneAssignmentWrite](t, sample).Apply(intune.Assignment{})), a)
	a.ScopeTags = nil
	same(t, "tags that are left to the service", wire.NewIntuneAssignmentCreate(a, "").TagBind.Set, false)
	a.ScopeTags = []string{}
	same(t, "no tags", wire.NewIntuneAssignmentCreate(a, "").TagBind, wire.Some(wire.Strings{}))
}

// The service refuses groups without a scope type:
// https://github.com/microsoft/Microsoft365DSC/issues/6394
func TestAnUpdateOfAnIntuneAssignmentHasTheScopeTypeWithTheGroups(t *testing.T) {
	t.Parallel()
	a := intuneAssignment()
	a.ScopeGroups, a.AllUsers, a.ScopeTags = nil, true, []string{}
	writes(t, wire.NewIntuneAssignmentPatch(a), `{
		"@odata.type": "#microsoft.graph.deviceAndAppManagementRoleAssignment", "displayName": "Admins", "description": "",
		"members": ["bbbb1111-2222-3333-4444-555555555555", "cccc1111-2222-3333-4444-555555555555"],
		"resourceScopes": [], "scopeType": "allLicensedUsers", "roleScopeTagIds": []}`)
	a.ScopeTags = nil
	same(t, "tags that are left to the service", wire.NewIntuneAssignmentPatch(a).RoleScopeTagIDs.Set, false)
}

func TestAnUpdateOfAnIntuneAssignmentChangesWhatItSets(t *testing.T) {
	t.Parallel()
	was := intuneAssignment()
	was.RoleID = "9e0cc482-82df-4ab2-a24c-0c23a3f52e1e"
	want := was
	want.ScopeTags = nil // left to the service
	same(t, "nothing", must(read[wire.IntuneAssignmentWrite](t, `{}`).Apply(was)), want)
	want = intune.Assignment{ID: was.ID, Name: "n", RoleID: "c56d53a2-73d0-4502-b6bd-4a9d3dba28d5", AllUsers: true, AllDevices: true, ScopeTags: []string{"1"}}
	same(t, "all", must(read[wire.IntuneAssignmentWrite](t, `{
		"displayName": "n", "description": null, "members": [], "resourceScopes": null, "scopeType": "allDevicesAndLicensedUsers", "roleScopeTagIds": ["1"],
		"roleDefinition@odata.bind": "https://graph.microsoft.com/beta/deviceManagement/roleDefinitions/C56D53A2-73d0-4502-b6bd-4a9d3dba28d5"}`).Apply(was)), want)
	for sample, field := range map[string]string{
		`{"members": ["team"]}`:                                 "members",
		`{"resourceScopes": ["team"]}`:                          "scope_groups",
		`{"scopeType": "everything"}`:                           "scope_type",
		`{"roleDefinition@odata.bind": "roleDefinitions('x')"}`: "role",
		`{"roleDefinition@odata.bind": ""}`:                     "role",
	} {
		_, err := read[wire.IntuneAssignmentWrite](t, sample).Apply(was)
		refused(t, err, rbac.Invalid, "BadRequest", field)
	}
}

// https://learn.microsoft.com/graph/api/intune-rbac-rolescopetag-create
func TestAScopeTagIsReadAndWrittenAsItIsDocumented(t *testing.T) {
	t.Parallel()
	const sample = `{"@odata.type": "#microsoft.graph.roleScopeTag", "id": "1", "displayName": "Europe", "description": null, "isBuiltIn": false}`
	tag := intune.ScopeTag{ID: "1", Name: "Europe"}
	same(t, "the tag", must(stays[wire.IntuneScopeTag](t, sample).Domain()), tag)
	writes(t, wire.NewIntuneScopeTag(tag), sample)
	const write = `{"@odata.type": "#microsoft.graph.roleScopeTag", "displayName": "Europe", "description": ""}`
	writes(t, wire.NewIntuneScopeTagWrite(tag), write)
	same(t, "the tag", stays[wire.IntuneScopeTagWrite](t, write).Apply(intune.ScopeTag{ID: "1", Description: "d"}), tag)
	same(t, "nothing", read[wire.IntuneScopeTagWrite](t, `{"id": "2"}`).Apply(tag), tag)
	_, err := read[wire.IntuneScopeTag](t, `{"displayName": "Europe"}`).Domain()
	refused(t, err, rbac.Invalid, "BadRequest", "id", `""`)
}

// https://learn.microsoft.com/graph/api/intune-rbac-rolescopetag-assign
func TestTheGroupsOfAScopeTagAreReadAndWrittenAsItIsDocumented(t *testing.T) {
	t.Parallel()
	const sample = `{"assignments": [{"@odata.type": "#microsoft.graph.roleScopeTagAutoAssignment",
		"target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": "dddd1111-2222-3333-4444-555555555555"}}]}`
	groups := []rbac.GUID{"dddd1111-2222-3333-4444-555555555555"}
	same(t, "the groups", must(wire.IntuneTagGroups(stays[wire.IntuneTagAssign](t, sample).Assignments)), groups)
	writes(t, wire.IntuneTagAssign{Assignments: wire.NewIntuneTagTargets(groups)}, sample)
	writes(t, wire.IntuneTagAssign{Assignments: wire.NewIntuneTagTargets(nil)}, `{"assignments": []}`)
	same(t, "a target of the other kind", must(wire.IntuneTagGroups([]wire.IntuneTagTarget{{Target: wire.IntuneGroupTarget{EntraObjectID: groups[0].String()}}})), groups[:1])
	_, err := wire.IntuneTagGroups([]wire.IntuneTagTarget{{}})
	refused(t, err, rbac.Invalid, "BadRequest", "groups", `""`)
}

// https://learn.microsoft.com/graph/api/intune-rbac-resourceoperation-list
func TestWhatIsOnlyReadOfIntuneIsReadAndWritten(t *testing.T) {
	t.Parallel()
	stays[wire.IntuneResourceOperation](t, `{
		"@odata.type": "#microsoft.graph.resourceOperation", "id": "Microsoft.Intune_ManagedDevices_Read", "resource": "Microsoft.Intune/ManagedDevices",
		"resourceName": "Managed devices", "actionName": "Read", "description": null, "enabledForScopeValidation": true}`)
	stays[wire.IntuneResourceOperation](t, `{"id": "Microsoft.Intune_ManagedDevices_Read", "resourceName": "Managed devices", "actionName": "Read", "description": "d"}`)
	stays[wire.Collection[wire.IntunePermission]](t, `{"value": [{"resourceActions": [{"allowedResourceActions": ["a"], "notAllowedResourceActions": []}]}]}`)
	stays[wire.IntuneAssignedRoles](t, `{"roleDefinitionIds": ["a"], "roleAssignmentIds": []}`)
	stays[wire.IntuneTagIDs](t, `{"roleScopeTagIds": ["0"]}`)
	stays[wire.Truth](t, `{"@odata.context": "c", "value": true}`)
}
