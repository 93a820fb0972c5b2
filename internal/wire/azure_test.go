// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package wire_test

import (
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

const (
	subscription           = "/subscriptions/4004a9fd-d58e-48dc-aeb2-4a4aec58606f"
	custom       rbac.GUID = "0a0e83bc-50b9-4c4d-b2c2-3f41e1a8baf2"
	reader       rbac.GUID = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
	someone      rbac.GUID = "f2dc21ac-702a-4bde-a4ce-146edf751d81"
	grantName    rbac.GUID = "734de5f5-c680-41c0-8beb-67b98c3539d2"
)

// The answer to a PUT, as the tests of Azure PowerShell recorded it:
// https://github.com/Azure/azure-powershell/blob/main/src/Resources/Resources.Test/SessionRecords,
// RoleDefinitionTests/RdPositiveScenarios.json
const roleSample = `{
	"properties": {
		"roleName": "Another tests role", "type": "CustomRole", "description": "Test role",
		"assignableScopes": ["/subscriptions/4004a9fd-d58e-48dc-aeb2-4a4aec58606f", "/subscriptions/4004a9fd-d58e-48dc-aeb2-4a4aec58606f/ResourceGroups/rbactest"],
		"permissions": [{"actions": ["Microsoft.Authorization/*/read", "Microsoft.Support/*"], "notActions": [], "dataActions": [], "notDataActions": []}],
		"createdOn": "2024-01-07T22:15:09.8952829Z", "updatedOn": "2024-01-07T22:15:09.8952829Z",
		"createdBy": null, "updatedBy": "f2dc21ac-702a-4bde-a4ce-146edf751d81"
	},
	"id": "/subscriptions/4004a9fd-d58e-48dc-aeb2-4a4aec58606f/providers/Microsoft.Authorization/roleDefinitions/0a0e83bc-50b9-4c4d-b2c2-3f41e1a8baf2",
	"type": "Microsoft.Authorization/roleDefinitions",
	"name": "0a0e83bc-50b9-4c4d-b2c2-3f41e1a8baf2"
}`

var role = azure.Role{
	ID: custom, Name: "Another tests role", Description: "Test role",
	Permissions:      []azure.Permission{{Actions: []string{"Microsoft.Authorization/*/read", "Microsoft.Support/*"}}},
	AssignableScopes: []string{subscription, subscription + "/ResourceGroups/rbactest"},
}

func TestAnAzureRoleIsReadAndWrittenAsItWasRecorded(t *testing.T) {
	t.Parallel()
	same(t, "the role", must(stays[wire.AzureRole](t, roleSample).Domain()), role)
	d := wire.NewAzureRole(role, subscription)
	d.Properties.Audit = &wire.Audit{CreatedOn: "2024-01-07T22:15:09.8952829Z", UpdatedOn: "2024-01-07T22:15:09.8952829Z", UpdatedBy: wire.Text(someone)}
	writes(t, d, roleSample)
}

// https://learn.microsoft.com/rest/api/authorization/role-definitions/create-or-update
func TestAWriteOfAnAzureRoleSaysNothingOfWhoAndWhen(t *testing.T) {
	t.Parallel()
	d := wire.NewAzureRole(azure.Role{ID: custom, Name: "Reader of <all> & nothing"}, "")
	writes(t, d, `{
		"properties": {"roleName": "Reader of <all> & nothing", "type": "CustomRole", "description": "", "assignableScopes": [], "permissions": []},
		"id": "/providers/Microsoft.Authorization/roleDefinitions/0a0e83bc-50b9-4c4d-b2c2-3f41e1a8baf2",
		"type": "Microsoft.Authorization/roleDefinitions", "name": "0a0e83bc-50b9-4c4d-b2c2-3f41e1a8baf2"
	}`)
	d.ID, d.Type, d.Name = "", "", ""
	writes(t, d, `{"properties": {"roleName": "Reader of <all> & nothing", "type": "CustomRole", "description": "", "assignableScopes": [], "permissions": []}}`)
}

func TestABuiltInAzureRoleKeepsEveryBlockWithItsCondition(t *testing.T) {
	t.Parallel()
	got := stays[wire.AzureRole](t, `{
		"properties": {
			"roleName": "Key Vault Data Access Administrator", "type": "BuiltInRole", "description": "d", "assignableScopes": ["/"],
			"permissions": [
				{"actions": ["Microsoft.Authorization/roleAssignments/write"], "notActions": [], "dataActions": [], "notDataActions": [], "condition": "c", "conditionVersion": "2.0"},
				{"actions": ["*/read"], "notActions": [], "dataActions": [], "notDataActions": []}
			]
		},
		"id": "/providers/Microsoft.Authorization/roleDefinitions/8b54135c-b56d-4d72-a534-26097cfdc8d8",
		"type": "Microsoft.Authorization/roleDefinitions", "name": "8b54135c-b56d-4d72-a534-26097cfdc8d8"
	}`)
	want := azure.Role{
		ID: "8b54135c-b56d-4d72-a534-26097cfdc8d8", Name: "Key Vault Data Access Administrator", Description: "d", BuiltIn: true, AssignableScopes: []string{"/"},
		Permissions: []azure.Permission{
			{Actions: []string{"Microsoft.Authorization/roleAssignments/write"}, Condition: "c", ConditionVersion: "2.0"},
			{Actions: []string{"*/read"}},
		},
	}
	same(t, "the role", must(got.Domain()), want)
	writes(t, wire.NewAzureRole(want, ""), string(wire.Encode(got)))
}

func TestAnAzureRoleIsReadLeniently(t *testing.T) {
	t.Parallel()
	for _, sample := range []string{
		`{"ID": "/SUBSCRIPTIONS/4004A9FD-D58E-48DC-AEB2-4A4AEC58606F/PROVIDERS/microsoft.authorization/ROLEDEFINITIONS/0A0E83BC-50B9-4C4D-B2C2-3F41E1A8BAF2", "Properties": {"RoleName": "r", "new": {}}}`,
		`{"id": "/providers/Microsoft.Authorization/roleDefinitions/0a0e83bc-50b9-4c4d-b2c2-3f41e1a8baf2", "properties": {"roleName": "r", "type": "customrole", "description": null, "assignableScopes": null, "permissions": null}}`,
		`{"id": "/providers/Microsoft.Management/managementGroups/mg/providers/Microsoft.Authorization/roleDefinitions/0a0e83bc-50b9-4c4d-b2c2-3f41e1a8baf2", "properties": {"roleName": "r"}}`,
		`{"name": "{0a0e83bc-50b9-4c4d-b2c2-3f41e1a8baf2}", "properties": {"roleName": "r", "createdOn": null, "isServiceRole": true}}`,
	} {
		same(t, "the role", must(read[wire.AzureRole](t, sample).Domain()), azure.Role{ID: custom, Name: "r"})
	}
	got := must(read[wire.AzureRole](t, `{"name": "0a0e83bc-50b9-4c4d-b2c2-3f41e1a8baf2", "properties": {"permissions": [{"actions": ["a/read"], "notActions": null}]}}`).Domain())
	same(t, "the permissions", got.Permissions, []azure.Permission{{Actions: []string{"a/read"}}})
}

func TestWhatIsNoAzureRoleIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ sample, code, field, part string }{
		{`{}`, "InvalidRoleDefinitionId", "role_id", `""`},
		{`{"id": "/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/0a0e83bc-50b9-4c4d-b2c2-3f41e1a8baf2"}`, "InvalidRoleDefinitionId", "role_id", "/subscriptions/x"},
		{`{"name": "reader"}`, "InvalidRoleDefinitionId", "role_id", `"reader"`},
		{`{"name": "0a0e83bc-50b9-4c4d-b2c2-3f41e1a8baf2", "properties": {"type": "MyRole"}}`, "InvalidRoleDefinitionType", "type", `"MyRole"`},
	} {
		_, err := read[wire.AzureRole](t, c.sample).Domain()
		refused(t, err, rbac.Invalid, c.code, c.field, c.part)
	}
}

// The shape of a PUT's answer: the order of members as Azure Resource Manager
// writes it, what is not set as null.
const grantSample = `{
	"properties": {
		"roleDefinitionId": "/subscriptions/4004a9fd-d58e-48dc-aeb2-4a4aec58606f/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7",
		"principalId": "f2dc21ac-702a-4bde-a4ce-146edf751d81", "principalType": "ServicePrincipal",
		"scope": "/subscriptions/4004a9fd-d58e-48dc-aeb2-4a4aec58606f/resourceGroups/rg",
		"condition": null, "conditionVersion": null,
		"createdOn": "2023-10-23T07:06:13.0000000Z", "updatedOn": "2023-10-23T07:06:13.0000000Z", "createdBy": null, "updatedBy": "351fa797-c81a-4998-9720-4c2ecb6c7abc",
		"delegatedManagedIdentityResourceId": null, "description": null
	},
	"id": "/subscriptions/4004a9fd-d58e-48dc-aeb2-4a4aec58606f/resourceGroups/rg/providers/Microsoft.Authorization/roleAssignments/734de5f5-c680-41c0-8beb-67b98c3539d2",
	"type": "Microsoft.Authorization/roleAssignments",
	"name": "734de5f5-c680-41c0-8beb-67b98c3539d2"
}`

func grant() azure.Assignment {
	return azure.Assignment{Name: grantName, Scope: scope(subscription + "/resourceGroups/rg"), RoleID: reader, PrincipalID: someone, PrincipalType: azure.PrincipalServicePrincipal}
}

func TestAnAzureAssignmentIsReadAndWrittenAsTheServiceWritesIt(t *testing.T) {
	t.Parallel()
	same(t, "the assignment", must(stays[wire.AzureAssignment](t, grantSample).Domain()), grant())
	d := wire.NewAzureAssignment(grant())
	d.Properties.Audit = &wire.Audit{CreatedOn: "2023-10-23T07:06:13.0000000Z", UpdatedOn: "2023-10-23T07:06:13.0000000Z", UpdatedBy: "351fa797-c81a-4998-9720-4c2ecb6c7abc"}
	writes(t, d, grantSample)
}

func TestAnAzureAssignmentKeepsEveryTextThatIsSet(t *testing.T) {
	t.Parallel()
	a := grant()
	a.Scope, a.Description, a.Condition, a.ConditionVersion = azure.Root, "d", "@Resource[x] StringEquals 'y'", "2.0"
	a.DelegatedManagedIdentityResourceID, a.PrincipalType = subscription+"/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i", ""
	const sample = `{
		"properties": {
			"roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7",
			"principalId": "f2dc21ac-702a-4bde-a4ce-146edf751d81", "scope": "/", "condition": "@Resource[x] StringEquals 'y'", "conditionVersion": "2.0",
			"delegatedManagedIdentityResourceId": "/subscriptions/4004a9fd-d58e-48dc-aeb2-4a4aec58606f/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i",
			"description": "d"
		},
		"id": "/providers/Microsoft.Authorization/roleAssignments/734de5f5-c680-41c0-8beb-67b98c3539d2",
		"type": "Microsoft.Authorization/roleAssignments", "name": "734de5f5-c680-41c0-8beb-67b98c3539d2"
	}`
	writes(t, wire.NewAzureAssignment(a), sample)
	same(t, "the assignment", must(stays[wire.AzureAssignment](t, sample).Domain()), a)
}

func TestTheRoleOfAnAzureAssignmentIsNamedBelowTheSubscriptionOfTheScope(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]string{
		subscription: subscription + azure.RoleResourceID(reader),
		subscription + "/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/a": subscription + azure.RoleResourceID(reader),
		"/": azure.RoleResourceID(reader),
		"/providers/Microsoft.Management/managementGroups/mg": azure.RoleResourceID(reader),
		"/providers/Microsoft.Capacity":                       azure.RoleResourceID(reader),
	} {
		a := grant()
		a.Scope = scope(at)
		d := wire.NewAzureAssignment(a)
		same(t, "the role at "+at, d.Properties.RoleDefinitionID, want)
		same(t, "the assignment at "+at, must(d.Domain()), a)
	}
}

// The body of a PUT names neither scope nor assignment: both are in the path.
// Recorded in RoleAssignmentTests/UpdateRa.json of Azure PowerShell.
func TestAWriteOfAnAzureAssignmentIsReadWithTheIDOfItsPath(t *testing.T) {
	t.Parallel()
	d := read[wire.AzureAssignment](t, `{"properties": {
		"roleDefinitionId": "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/providers/Microsoft.Authorization/roleDefinitions/2A2B9908-6EA1-4AE2-8E65-A410DF84E7D1",
		"principalId": "351FA797-C81A-4998-9720-4C2ECB6C7ABC", "principalType": "user", "description": "d", "scope": "/subscriptions/elsewhere"
	}}`)
	d.ID = "//subscriptions/0B1F6471-1bf0-4dda-aec3-cb9272f09590/providers/microsoft.authorization/roleassignments/734DE5F5-c680-41c0-8beb-67b98c3539d2"
	same(t, "the assignment", must(d.Domain()), azure.Assignment{
		Name: grantName, Scope: scope("/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590"), RoleID: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
		PrincipalID: "351fa797-c81a-4998-9720-4c2ecb6c7abc", PrincipalType: azure.PrincipalUser, Description: "d",
	})
}

func TestAnAzureAssignmentWithoutAnIDHasScopeAndName(t *testing.T) {
	t.Parallel()
	d := read[wire.AzureAssignment](t, grantSample)
	d.ID = ""
	same(t, "the assignment", must(d.Domain()), grant())
	d.Properties.PrincipalType = "AgentUser" // newer than this provider
	same(t, "a type that is not known", must(d.Domain()).PrincipalType, "AgentUser")
}

func TestWhatIsNoAzureAssignmentIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		change            func(d *wire.AzureAssignment)
		code, field, part string
	}{
		{func(d *wire.AzureAssignment) { d.ID = subscription }, "", "id", subscription},
		{func(d *wire.AzureAssignment) { d.ID, d.Properties.Scope = "", "x" }, "", "scope", `"x"`},
		{func(d *wire.AzureAssignment) { d.ID, d.Name = "", "x" }, "", "name", `"x"`},
		{func(d *wire.AzureAssignment) { d.Properties.RoleDefinitionID = "Reader" }, "InvalidRoleDefinitionId", "role_definition_id", `"Reader"`},
		{func(d *wire.AzureAssignment) { d.Properties.PrincipalID = "alice" }, "InvalidPrincipalId", "principal_id", `"alice"`},
	} {
		d := read[wire.AzureAssignment](t, grantSample)
		c.change(&d)
		_, err := d.Domain()
		refused(t, err, rbac.Invalid, c.code, c.field, c.part)
	}
}

func TestALongValueIsCutInAnError(t *testing.T) {
	t.Parallel()
	d := read[wire.AzureAssignment](t, grantSample)
	for range 1000 {
		d.Properties.PrincipalID += "ä"
	}
	_, err := d.Domain()
	if err == nil || len(err.Error()) > 500 {
		t.Errorf("the error is %v", err)
	}
}

// https://learn.microsoft.com/rest/api/authorization/deny-assignments/list-for-scope
func TestADenyAssignmentIsReadAndWritten(t *testing.T) {
	t.Parallel()
	got := stays[wire.AzureDenyAssignment](t, `{
		"properties": {
			"denyAssignmentName": "n", "description": null,
			"permissions": [{"actions": ["*/write"], "notActions": [], "dataActions": [], "notDataActions": []}],
			"scope": "/subscriptions/4004a9fd-d58e-48dc-aeb2-4a4aec58606f", "doNotApplyToChildScopes": false,
			"principals": [{"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}],
			"excludePrincipals": [{"id": "f2dc21ac-702a-4bde-a4ce-146edf751d81", "type": "User"}],
			"isSystemProtected": true, "condition": null, "conditionVersion": null
		},
		"id": "/subscriptions/4004a9fd-d58e-48dc-aeb2-4a4aec58606f/providers/Microsoft.Authorization/denyAssignments/734de5f5-c680-41c0-8beb-67b98c3539d2",
		"type": "Microsoft.Authorization/denyAssignments", "name": "734de5f5-c680-41c0-8beb-67b98c3539d2"
	}`)
	same(t, "the permissions", got.Properties.Permissions[0].Domain(), azure.Permission{Actions: []string{"*/write"}})
}

// https://learn.microsoft.com/rest/api/authorization/permissions/list-for-resource-group
func TestWhatTheCallerMayDoIsOneBlockForEachRole(t *testing.T) {
	t.Parallel()
	got := stays[wire.Page[wire.AzurePermission]](t, `{"value": [
		{"actions": ["*"], "notActions": ["Microsoft.Authorization/*/Write"], "dataActions": [], "notDataActions": []},
		{"actions": ["*/read"], "notActions": [], "dataActions": [], "notDataActions": []}]}`)
	same(t, "the first block", got.Value[0].Domain(), azure.Permission{Actions: []string{"*"}, NotActions: []string{"Microsoft.Authorization/*/Write"}})
	same(t, "the second block", wire.NewAzurePermission(azure.Permission{Actions: []string{"*/read"}}).Domain(), got.Value[1].Domain())
}

// https://learn.microsoft.com/rest/api/authorization/provider-operations-metadata/get
func TestTheOperationsOfAProviderAreReadAndWritten(t *testing.T) {
	t.Parallel()
	got := stays[wire.AzureProvider](t, `{
		"id": "/providers/Microsoft.Authorization/providerOperations/Microsoft.Compute", "type": "Microsoft.Authorization/providerOperations", "name": "Microsoft.Compute",
		"displayName": "Microsoft Compute",
		"resourceTypes": [{"name": "virtualMachines", "displayName": "Virtual Machines", "operations": [
			{"name": "Microsoft.Compute/virtualMachines/read", "displayName": "Get", "description": "d", "origin": "user,system", "properties": null, "isDataAction": false}]}],
		"operations": [{"name": "Microsoft.Compute/register/action", "displayName": null, "description": null, "origin": null, "properties": {"a": "b"}, "isDataAction": false}]
	}`)
	same(t, "the operation", got.ResourceTypes[0].Operations[0].Name, "Microsoft.Compute/virtualMachines/read")
}

// https://learn.microsoft.com/rest/api/managementgroups/management-groups/get
func TestManagementGroupsAreReadAndWritten(t *testing.T) {
	t.Parallel()
	stays[wire.Page[wire.ManagementGroup]](t, `{"value": [{
		"id": "/providers/Microsoft.Management/managementGroups/Child", "type": "Microsoft.Management/managementGroups", "name": "Child",
		"properties": {"tenantId": "20000000-0000-0000-0000-000000000000", "displayName": "Child group"}}]}`)
	got := stays[wire.ManagementGroup](t, `{
		"id": "/providers/Microsoft.Management/managementGroups/Child", "type": "Microsoft.Management/managementGroups", "name": "Child",
		"properties": {"tenantId": "20000000-0000-0000-0000-000000000000", "displayName": "Child group", "details": {
			"version": 1, "updatedTime": "2018-01-01T00:00:00.00Z", "updatedBy": "a",
			"parent": {"id": "/providers/Microsoft.Management/managementGroups/Root", "name": "Root", "displayName": "Root group"}}}}`)
	same(t, "the parent", got.Properties.Details.Parent.Name, "Root")
	below := stays[wire.ManagementGroup](t, `{
		"id": "/subscriptions/4004a9fd-d58e-48dc-aeb2-4a4aec58606f", "type": "Microsoft.Management/managementGroups/subscriptions", "name": "4004a9fd-d58e-48dc-aeb2-4a4aec58606f",
		"properties": {"displayName": "s", "parent": {"id": "/providers/Microsoft.Management/managementGroups/Child"}}}`)
	same(t, "the type of a descendant", below.Type, wire.SubscriptionType)
}

// https://learn.microsoft.com/rest/api/resources/subscriptions/list
func TestASubscriptionIsReadAndWritten(t *testing.T) {
	t.Parallel()
	stays[wire.Subscription](t, `{
		"id": "/subscriptions/4004a9fd-d58e-48dc-aeb2-4a4aec58606f", "authorizationSource": "RoleBased", "managedByTenants": [{"tenantId": "8f70baf1-1f6e-46a2-a1ff-238dac1ebfb7"}],
		"subscriptionId": "4004a9fd-d58e-48dc-aeb2-4a4aec58606f", "tenantId": "31c75423-32d6-4322-88b7-c478bdde4858", "displayName": "s", "state": "Enabled",
		"subscriptionPolicies": {"locationPlacementId": "Public_2014-09-01", "quotaId": "EnterpriseAgreement_2014-09-01", "spendingLimit": "Off"}}`)
}

// The answer of https://management.azure.com/metadata/endpoints?api-version=2022-09-01, shortened.
func TestTheEndpointsOfACloudAreReadAndWritten(t *testing.T) {
	t.Parallel()
	stays[wire.MetadataEndpoints](t, `{
		"portal": "https://portal.azure.com",
		"authentication": {"loginEndpoint": "https://login.microsoftonline.com", "audiences": ["https://management.core.windows.net/", "https://management.azure.com/"], "tenant": "common", "identityProvider": "AAD"},
		"media": "https://rest.media.azure.net", "graphAudience": "https://graph.windows.net/", "graph": "https://graph.windows.net/", "name": "AzureCloud",
		"suffixes": {"keyVaultDns": "vault.azure.net", "storage": "core.windows.net"}, "batch": "https://batch.core.windows.net/",
		"resourceManager": "https://management.azure.com/", "microsoftGraphResourceId": "https://graph.microsoft.com/"}`)
}

// https://learn.microsoft.com/rest/api/authorization/role-assignment-schedule-instances/list-for-scope
// and https://learn.microsoft.com/rest/api/authorization/role-eligibility-schedule-requests/create
func TestSchedulesOfAzureRolesAreReadAndWritten(t *testing.T) {
	t.Parallel()
	stays[wire.AzureSchedule](t, `{
		"properties": {
			"scope": "/subscriptions/4004a9fd-d58e-48dc-aeb2-4a4aec58606f", "roleDefinitionId": "/subscriptions/4004a9fd-d58e-48dc-aeb2-4a4aec58606f/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7",
			"principalId": "f2dc21ac-702a-4bde-a4ce-146edf751d81", "principalType": "User", "status": "Accepted", "memberType": "Direct", "assignmentType": "Activated",
			"startDateTime": "2020-09-09T21:35:27.91Z", "endDateTime": "2020-09-10T05:35:17.91Z"},
		"id": "/subscriptions/4004a9fd-d58e-48dc-aeb2-4a4aec58606f/providers/Microsoft.Authorization/roleAssignmentScheduleInstances/ed9b8180-cef7-4c77-a63c-b8566ecfc412",
		"type": "Microsoft.Authorization/roleAssignmentScheduleInstances", "name": "ed9b8180-cef7-4c77-a63c-b8566ecfc412"}`)
	stays[wire.AzureSchedule](t, `{
		"properties": {
			"scope": "/subscriptions/4004a9fd-d58e-48dc-aeb2-4a4aec58606f", "roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7",
			"principalId": "f2dc21ac-702a-4bde-a4ce-146edf751d81", "requestType": "AdminAssign", "status": "Provisioned",
			"scheduleInfo": {"startDateTime": "2020-09-09T21:31:27.91Z", "expiration": {"type": "AfterDuration", "endDateTime": null, "duration": "P365D"}}},
		"id": "i", "type": "Microsoft.Authorization/roleEligibilityScheduleRequests", "name": "n"}`)
	stays[wire.Page[wire.AzureEligibleChild]](t, `{"value": [{"id": "/subscriptions/4004a9fd-d58e-48dc-aeb2-4a4aec58606f/resourceGroups/rg", "type": "resourcegroup", "name": "rg"}]}`)
}
