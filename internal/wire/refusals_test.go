// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package wire_test

import (
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// about is a request whose every value is known.
var about = wire.Values{
	ID: "0a0e83bc-50b9-4c4d-b2c2-3f41e1a8baf2", Principal: "f2dc21ac-702a-4bde-a4ce-146edf751d81", Tenant: "31c75423-32d6-4322-88b7-c478bdde4858",
	Scopes:  []string{"/subscriptions/4004a9fd-d58e-48dc-aeb2-4a4aec58606f", "/providers/Microsoft.Management/managementGroups/mg"},
	Actions: []string{"Microsoft.A/b/read", "Microsoft.X/y/read"}, Caller: "351fa797-c81a-4998-9720-4c2ecb6c7abc", Operation: "Microsoft.Authorization/roleAssignments/write",
}

// Status, code and words as Microsoft documents them, or as they were seen:
// https://learn.microsoft.com/azure/role-based-access-control/troubleshooting,
// https://learn.microsoft.com/graph/errors and what users report.
func TestARefusalHasTheWordsOfTheService(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  rbac.Error
		want wire.Refusal
	}{
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.NotFound, Code: "RoleDefinitionDoesNotExist", Message: "m"},
			wire.Refusal{404, "RoleDefinitionDoesNotExist", "The specified role definition with ID '0a0e83bc-50b9-4c4d-b2c2-3f41e1a8baf2' does not exist."},
		},
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.Exists, Code: "RoleDefinitionWithSameNameExists", Message: "m"},
			wire.Refusal{409, "RoleDefinitionWithSameNameExists", "A role definition cannot be updated with a name that already exists."},
		},
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.Exists, Code: "RoleDefinitionExists", Message: "The ID is taken."},
			wire.Refusal{409, "RoleDefinitionExists", "The ID is taken."},
		},
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.Invalid, Code: "InvalidRoleDefinitionId", Message: "m"},
			wire.Refusal{400, "InvalidRoleDefinitionId", "The role definition ID '0a0e83bc-50b9-4c4d-b2c2-3f41e1a8baf2' is not valid."},
		},
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.Invalid, Code: "InvalidActionOrNotAction", Rule: "azure_action_unknown", Message: `"Microsoft.X/y/read" is no known action.`},
			wire.Refusal{400, "InvalidActionOrNotAction", "'Microsoft.X/y/read' does not match any of the actions supported by the providers."},
		},
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.Invalid, Code: "InvalidActionOrNotAction", Rule: "azure_action_wrong_system", Message: "m"},
			wire.Refusal{400, "InvalidActionOrNotAction", "The resource provider referenced in the action is not returned in the list of providers from Azure Resource Manager."},
		},
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.Invalid, Code: "InvalidActionOrNotAction", Rule: "azure_action_one_wildcard", Message: "Two wildcards."},
			wire.Refusal{400, "InvalidActionOrNotAction", "Two wildcards."},
		},
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.Invalid, Code: "InvalidDataActionOrNotDataAction", Rule: "azure_action_wrong_list", Message: "m"},
			wire.Refusal{400, "InvalidDataActionOrNotDataAction", "'Microsoft.A/b/read' does not match any of the data actions supported by the providers."},
		},
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.InUse, Code: "RoleDefinitionHasAssignments", Message: "m"},
			wire.Refusal{409, "RoleDefinitionHasAssignments", "There are existing role assignments referencing role (code: RoleDefinitionHasAssignments)."},
		},
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.InUse, Code: "RoleScopeBeingRemovedContainsAssignments", Message: `"/providers/Microsoft.Management/managementGroups/mg" can't be removed.`},
			wire.Refusal{400, "RoleScopeBeingRemovedContainsAssignments", "Role assignments found under scope '/providers/Microsoft.Management/managementGroups/mg' which is being removed. Removing this scope from the role will orphan these assignments. Delete these assignments before removing the scope."},
		},
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.LimitExceeded, Code: "RoleDefinitionLimitExceeded", Message: "m"},
			wire.Refusal{400, "RoleDefinitionLimitExceeded", "Role definition limit exceeded. No more role definitions can be created."},
		},
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.LimitExceeded, Code: "RoleAssignmentLimitExceeded", Message: "m"},
			wire.Refusal{409, "RoleAssignmentLimitExceeded", "No more role assignments can be created."},
		},
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.NotFound, Code: "RoleAssignmentNotFound", Message: "m"},
			wire.Refusal{404, "RoleAssignmentNotFound", "The role assignment '0a0e83bc-50b9-4c4d-b2c2-3f41e1a8baf2' is not found."},
		},
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.Exists, Code: "RoleAssignmentExists", Message: "m", Existing: "/subscriptions/4004a9fd-d58e-48dc-aeb2-4a4aec58606f/providers/Microsoft.Authorization/roleAssignments/734de5f5-c680-41c0-8beb-67b98c3539d2"},
			wire.Refusal{409, "RoleAssignmentExists", "The role assignment already exists. The ID of the existing role assignment is 734de5f5c68041c08beb67b98c3539d2."},
		},
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.Exists, Code: "RoleAssignmentExists", Message: "m"},
			wire.Refusal{409, "RoleAssignmentExists", "The role assignment already exists."},
		},
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.Exists, Code: "RoleAssignmentUpdateNotPermitted", Message: "m"},
			wire.Refusal{400, "RoleAssignmentUpdateNotPermitted", "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."},
		},
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.PrincipalNotFound, Code: "PrincipalNotFound", Message: "m"},
			wire.Refusal{400, "PrincipalNotFound", "Principal f2dc21ac702a4bdea4ce146edf751d81 does not exist in the directory 31c75423-32d6-4322-88b7-c478bdde4858. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group. See https://aka.ms/docs-principaltype"},
		},
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.Invalid, Code: "InvalidPrincipalId", Message: "m"},
			wire.Refusal{400, "InvalidPrincipalId", "A valid principal ID must be provided for role assignment."},
		},
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.Invalid, Field: "condition", Rule: "azure_condition_syntax", Message: "A parenthesis is missing."},
			wire.Refusal{400, "BadRequest", "The given role assignment condition is invalid. A parenthesis is missing."},
		},
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.ScopeNotFound, Code: "SubscriptionNotFound", Message: "m"},
			wire.Refusal{404, "SubscriptionNotFound", "The subscription '4004a9fd-d58e-48dc-aeb2-4a4aec58606f' could not be found."},
		},
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.ScopeNotFound, Message: `There is no scope "/providers/Microsoft.Management/managementGroups/mg".`},
			wire.Refusal{404, "ManagementGroupNotFound", "The management group 'mg' cannot be found."},
		},
		{
			rbac.Error{System: rbac.Azure, Kind: rbac.Forbidden, Message: "m"},
			wire.Refusal{403, "AuthorizationFailed", "The client '351fa797-c81a-4998-9720-4c2ecb6c7abc' with object id '351fa797-c81a-4998-9720-4c2ecb6c7abc' does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/write' over scope '/subscriptions/4004a9fd-d58e-48dc-aeb2-4a4aec58606f' or the scope is invalid. If access was recently granted, please refresh your credentials."},
		},
		{
			rbac.Error{System: rbac.Entra, Kind: rbac.NotFound, Code: "Request_ResourceNotFound", Message: "m"},
			wire.Refusal{404, "Request_ResourceNotFound", "Resource '0a0e83bc-50b9-4c4d-b2c2-3f41e1a8baf2' does not exist or one of its queried reference-property objects are not present."},
		},
		{
			rbac.Error{System: rbac.Entra, Kind: rbac.PrincipalNotFound, Code: "Request_ResourceNotFound", Message: "m"},
			wire.Refusal{404, "Request_ResourceNotFound", "Resource 'f2dc21ac-702a-4bde-a4ce-146edf751d81' does not exist or one of its queried reference-property objects are not present."},
		},
		{
			rbac.Error{System: rbac.Entra, Kind: rbac.Exists, Code: "Request_BadRequest", Message: "m"},
			wire.Refusal{400, "Request_BadRequest", "A conflicting object with one or more of the specified property values is present in the directory."},
		},
		{
			rbac.Error{System: rbac.Entra, Kind: rbac.Invalid, Code: "Request_BadRequest", Rule: "entra_scope_syntax", Message: "m"},
			wire.Refusal{400, "Request_BadRequest", "Must specify valid property scope of entity RoleAssignment"},
		},
		{
			rbac.Error{System: rbac.Entra, Kind: rbac.Invalid, Code: "Request_BadRequest", Rule: "entra_permission_not_in_custom_roles", Message: `"Microsoft.X/y/read" can't be used.`},
			wire.Refusal{400, "Request_BadRequest", "Action 'Microsoft.X/y/read' is not supported for Custom Role creation"},
		},
		{
			rbac.Error{System: rbac.Entra, Kind: rbac.Invalid, Code: "Request_BadRequest", Rule: "entra_permission_wrong_system", Message: "m"},
			wire.Refusal{400, "Request_BadRequest", "Resource category 'Microsoft.A' is not supported."},
		},
		{
			rbac.Error{System: rbac.Entra, Kind: rbac.LimitExceeded, Code: "Request_BadRequest", Rule: "entra_custom_assignments_per_principal", Message: "m"},
			wire.Refusal{400, "Request_BadRequest", "Number of RoleAssignments are more than the maximum (150) allowed. paramName: , paramValue: , objectType: Microsoft.Online.Workflows.RoleAssignment"},
		},
		{
			rbac.Error{System: rbac.Entra, Kind: rbac.LimitExceeded, Code: "Request_BadRequest", Rule: "entra_custom_roles_per_tenant", Message: "The tenant has 2 custom roles already."},
			wire.Refusal{400, "Request_BadRequest", "Number of RoleDefinitions are more than the maximum (2) allowed. paramName: , paramValue: , objectType: Microsoft.Online.Workflows.RoleDefinition"},
		},
		{
			rbac.Error{System: rbac.Entra, Kind: rbac.Forbidden, Message: "m"},
			wire.Refusal{403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."},
		},
		{
			rbac.Error{System: rbac.Intune, Kind: rbac.NotFound, Code: "ResourceNotFound", Message: "There is no Intune role x."},
			wire.Refusal{404, "ResourceNotFound", "There is no Intune role x."},
		},
		{
			rbac.Error{System: rbac.Intune, Kind: rbac.NotFound, Code: "BadRequest", Rule: "intune_scope_tag_exists", Message: "There is no tag 7."},
			wire.Refusal{400, "BadRequest", "Scope Tags validation failed : There is no tag 7."},
		},
		{
			rbac.Error{System: rbac.Intune, Kind: rbac.Invalid, Code: "BadRequest", Rule: "intune_assignment_scope", Message: "m"},
			wire.Refusal{400, "BadRequest", "ResourceScopes can only be defined when the ScopeType is set to 'ResourceScope'"},
		},
		{
			rbac.Error{System: rbac.Intune, Kind: rbac.Forbidden, Message: "m"},
			wire.Refusal{403, "Forbidden", "Application is not authorized to perform this operation. Application must have one of the following scopes: Microsoft.Authorization/roleAssignments/write"},
		},
	} {
		same(t, "the refusal of "+c.err.Error(), wire.Refuse(rbac.Azure, &c.err, about), c.want)
	}
}

// kinds is every kind of an error.
var kinds = []rbac.Kind{
	rbac.Unknown, rbac.Invalid, rbac.NotFound, rbac.Exists, rbac.InUse, rbac.Immutable, rbac.LimitExceeded, rbac.PrincipalNotFound, rbac.ScopeNotFound,
	rbac.Forbidden, rbac.Unauthenticated, rbac.Unavailable, rbac.Unsupported,
}

func TestEveryErrorHasAStatusACodeAndWords(t *testing.T) {
	t.Parallel()
	for _, system := range []rbac.System{rbac.Azure, rbac.Entra, rbac.Intune} {
		for _, kind := range kinds {
			for _, code := range []string{"", "Teapot"} {
				got := wire.Refuse(system, &rbac.Error{Kind: kind, Code: code, Message: "It is so."}, wire.Values{})
				if got.Status < 400 || got.Code == "" || got.Words == "" || code != "" && got != (wire.Refusal{got.Status, code, "It is so."}) {
					t.Errorf("%s, kind %d, code %q: %+v", system, kind, code, got)
				}
			}
		}
	}
}

// The pairs of kind and code that the contract of a backend names, and what the
// codes alone can't tell apart.
func TestTheKindOfAnErrorIsKnownFromItsRefusal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		system    rbac.System
		kind      rbac.Kind
		code      string
		rule      string
		field     string
		otherwise rbac.Kind // what the client makes of it without looking closer
	}{
		{rbac.Azure, rbac.NotFound, "RoleDefinitionDoesNotExist", "", "", 0},
		{rbac.Azure, rbac.Exists, "RoleDefinitionExists", "", "role_id", 0},
		{rbac.Azure, rbac.Immutable, "RoleDefinitionExists", "", "", rbac.Exists},
		{rbac.Azure, rbac.Exists, "RoleDefinitionWithSameNameExists", "", "name", 0},
		{rbac.Azure, rbac.InUse, "RoleDefinitionHasAssignments", "", "", 0},
		{rbac.Azure, rbac.InUse, "RoleScopeBeingRemovedContainsAssignments", "", "assignable_scopes", 0},
		{rbac.Azure, rbac.Immutable, "", "", "", 0},
		{rbac.Azure, rbac.LimitExceeded, "RoleDefinitionLimitExceeded", "azure_custom_roles_per_tenant", "", 0},
		{rbac.Azure, rbac.Invalid, "RoleDefinitionNameNullOrEmpty", "azure_role_name_length", "name", 0},
		{rbac.Azure, rbac.Invalid, "MissingAssignableScopes", "azure_assignable_scopes_max", "", 0},
		{rbac.Azure, rbac.Invalid, "LinkedInvalidPropertyId", "azure_assignable_scope_root", "", 0},
		{rbac.Azure, rbac.Invalid, "InvalidActionOrNotAction", "azure_action_one_wildcard", "", 0},
		{rbac.Azure, rbac.Invalid, "InvalidActionOrNotAction", "azure_action_unknown", "", 0},
		{rbac.Azure, rbac.Invalid, "InvalidDataActionOrNotDataAction", "azure_action_wrong_list", "", 0},
		{rbac.Azure, rbac.Invalid, "InvalidRoleDefinitionId", "", "role_id", 0},
		{rbac.Azure, rbac.Invalid, "InvalidRoleDefinitionType", "", "", 0},
		{rbac.Azure, rbac.Invalid, "", "azure_role_grants_nothing", "actions", 0},
		{rbac.Azure, rbac.Invalid, "", "azure_condition_length", "condition", 0},
		{rbac.Azure, rbac.ScopeNotFound, "SubscriptionNotFound", "", "scope", 0},
		{rbac.Azure, rbac.ScopeNotFound, "", "", "scope", 0},
		{rbac.Azure, rbac.NotFound, "RoleAssignmentNotFound", "", "", 0},
		{rbac.Azure, rbac.Exists, "RoleAssignmentExists", "", "", 0},
		{rbac.Azure, rbac.Immutable, "RoleAssignmentUpdateNotPermitted", "", "principal_id", 0},
		{rbac.Azure, rbac.Exists, "RoleAssignmentUpdateNotPermitted", "", "name", rbac.Immutable},
		{rbac.Azure, rbac.PrincipalNotFound, "PrincipalNotFound", "", "", 0},
		{rbac.Azure, rbac.Invalid, "UnmatchedPrincipalType", "", "principal_type", 0},
		{rbac.Azure, rbac.Invalid, "InvalidPrincipalId", "azure_principal_id", "", 0},
		{rbac.Azure, rbac.LimitExceeded, "RoleAssignmentLimitExceeded", "azure_assignments_per_subscription", "", 0},
		{rbac.Entra, rbac.NotFound, "Request_ResourceNotFound", "", "", 0},
		{rbac.Entra, rbac.PrincipalNotFound, "Request_ResourceNotFound", "", "principal_id", rbac.NotFound},
		{rbac.Entra, rbac.ScopeNotFound, "Request_ResourceNotFound", "", "directory_scope", rbac.NotFound},
		{rbac.Entra, rbac.Exists, "Request_BadRequest", "", "", 0},
		{rbac.Entra, rbac.Immutable, "Request_BadRequest", "", "", 0},
		{rbac.Entra, rbac.LimitExceeded, "Request_BadRequest", "entra_custom_roles_per_tenant", "", 0},
		{rbac.Entra, rbac.LimitExceeded, "Request_BadRequest", "entra_custom_assignments_per_principal", "", 0},
		{rbac.Entra, rbac.LimitExceeded, "Request_BadRequest", "entra_scoped_assignments_per_principal", "", 0},
		{rbac.Entra, rbac.Invalid, "Request_BadRequest", "entra_group_role_assignable", "principal_id", 0},
		{rbac.Entra, rbac.Invalid, "Request_BadRequest", "entra_scope_syntax", "", 0},
		{rbac.Entra, rbac.Invalid, "Request_BadRequest", "entra_permission_unknown", "", 0},
		{rbac.Entra, rbac.Invalid, "Request_BadRequest", "", "app_scope", 0},
		{rbac.Intune, rbac.NotFound, "ResourceNotFound", "", "", 0},
		{rbac.Intune, rbac.NotFound, "BadRequest", "intune_scope_tag_exists", "scope_tags", 0},
		{rbac.Intune, rbac.PrincipalNotFound, "BadRequest", "", "members", 0},
		{rbac.Intune, rbac.Exists, "", "", "name", 0},
		{rbac.Intune, rbac.InUse, "", "", "", 0},
		{rbac.Intune, rbac.Immutable, "", "intune_builtin_role", "", 0},
		{rbac.Intune, rbac.Immutable, "", "intune_default_scope_tag", "", 0},
		{rbac.Intune, rbac.Immutable, "", "", "role", 0},
		{rbac.Intune, rbac.Invalid, "BadRequest", "intune_default_scope_tag", "name", 0},
		{rbac.Intune, rbac.Invalid, "BadRequest", "intune_assignment_scope", "", 0},
	} {
		e := &rbac.Error{System: c.system, Kind: c.kind, Code: c.code, Rule: c.rule, Field: c.field, Message: "It is so."}
		for _, v := range []wire.Values{{}, about} {
			got := wire.Refuse(c.system, e, v)
			want := c.kind
			if c.otherwise != 0 {
				want = c.otherwise
			}
			kind := wire.Failure{Status: got.Status, Code: got.Code, Message: got.Words}.Kind()
			if kind != want || c.code != "" && got.Code != c.code {
				t.Errorf("%s, kind %d, code %q, rule %q: %+v is of kind %d, want %d", c.system, c.kind, c.code, c.rule, got, kind, want)
			}
		}
	}
	for _, system := range []rbac.System{rbac.Azure, rbac.Entra, rbac.Intune} {
		for _, kind := range []rbac.Kind{rbac.Invalid, rbac.Forbidden, rbac.Unauthenticated, rbac.Unavailable, rbac.Unsupported} {
			got := wire.Refuse(system, &rbac.Error{Kind: kind, Message: "It is so."}, wire.Values{})
			same(t, "the kind of "+got.Code, wire.Failure{Status: got.Status, Code: got.Code, Message: got.Words}.Kind(), kind)
		}
	}
}

// Every rule has a code that its system has.
func TestTheCodeOfEveryRuleIsOneOfTheWire(t *testing.T) {
	t.Parallel()
	var rules []rbac.Rule
	rules = append(append(append(rules, azure.Rules()...), entra.Rules()...), intune.Rules()...)
	if len(rules) < 50 {
		t.Fatalf("there are %d rules", len(rules))
	}
	for _, r := range rules {
		if r.Code == "" {
			continue
		}
		if _, ok := wire.Known(r.Code, ""); !ok {
			t.Errorf("%s: the code %s is not in the table", r.Name, r.Code)
		}
	}
}

func TestWordsTellTheKindWhereTheCodeDoesNot(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code, message string
		kind          rbac.Kind
		known         bool
	}{
		{"Request_BadRequest", "A conflicting object with one or more of the specified property values is present in the directory.", rbac.Exists, true},
		{"request_badrequest", "must specify valid property SCOPE of entity RoleAssignment", rbac.Invalid, true},
		{"Request_BadRequest", "Action 'microsoft.directory/users/disable' is not supported for Custom Role creation", rbac.Invalid, true},
		{"Request_BadRequest", "Number of RoleAssignments are more than the maximum (100) allowed. paramName: ", rbac.LimitExceeded, true},
		{"Request_BadRequest", "Something else.", rbac.Invalid, true},
		{"BadRequest", "An error has occurred", rbac.Invalid, true},
		{"BadRequest", "An active Approval Request already exists", rbac.Unknown, true},
		{"Conflict", "An active Approval Request already exists", rbac.Unknown, true},
		{"Conflict", "Role definition 'x' is in use.", rbac.InUse, true},
		{"Conflict", "A scope tag with that name already exists.", rbac.Exists, true},
		{"Conflict", "RoleAssignmentLimitExceeded: No more role assignments can be created", rbac.LimitExceeded, true},
		{"Conflict", "They conflict.", rbac.Unknown, false},
		{"ApprovalRequired", "", rbac.Unknown, true},
		{"Directory_QuotaExceeded", "", rbac.LimitExceeded, true},
		{"Authorization_RequestDenied", "", rbac.Forbidden, true},
		{"InvalidAuthenticationToken", "", rbac.Unauthenticated, true},
		{"ScopeLocked", "", rbac.Unknown, true},
		{"TooManyRequests", "", rbac.Unavailable, true},
		{"InternalServerError", "", rbac.Unavailable, true},
		{"Service_InternalServerError", "", rbac.Unavailable, true},
		{"RoleAssignmentDoesNotExist", "", rbac.NotFound, true},
		{"SubjectNotFound", "", rbac.PrincipalNotFound, true},
		{"AadPremiumLicenseRequired", "", rbac.Unsupported, true},
		{"Teapot", "", rbac.Unknown, false},
		{"", "A conflicting object", rbac.Unknown, false},
	} {
		kind, known := wire.Known(c.code, c.message)
		if kind != c.kind || known != c.known {
			t.Errorf("Known(%q, %q) = %d, %t; want %d, %t", c.code, c.message, kind, known, c.kind, c.known)
		}
	}
}

// What is at fault is named by the error in quotes; a part of it is something else.
func TestTheValueAtFaultIsTheOneThatTheErrorNames(t *testing.T) {
	t.Parallel()
	e := &rbac.Error{System: rbac.Azure, Kind: rbac.Invalid, Code: "InvalidActionOrNotAction", Rule: "azure_action_unknown", Message: `"Microsoft.X/y/read/z" is no known action.`}
	for _, c := range []struct {
		values wire.Values
		want   string
	}{
		{wire.Values{Actions: []string{"Microsoft.X/y/read", "Microsoft.X/y/read/z"}}, "Microsoft.X/y/read/z"},
		{wire.Values{Actions: []string{"a", "b"}}, "a"},
		{wire.Values{Actions: []string{"a"}, Action: "c"}, "c"},
		{wire.Values{}, ""},
	} {
		same(t, "the words", wire.Refuse(rbac.Azure, e, c.values).Words, "'"+c.want+"' does not match any of the actions supported by the providers.")
	}
}

func FuzzARefusalOfAnInvalidValueStaysOne(f *testing.F) {
	for _, seed := range []string{"It is so.", "The name already exists.", "A built-in role definition can't be it.", "A conflicting object is in use.", ""} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, message, value string) {
		for _, system := range []rbac.System{rbac.Azure, rbac.Entra, rbac.Intune} {
			got := wire.Refuse(system, &rbac.Error{Kind: rbac.Invalid, Message: message}, wire.Values{ID: value, Actions: []string{value}, Scopes: []string{value}})
			if kind := (wire.Failure{Status: got.Status, Code: got.Code, Message: got.Words}).Kind(); kind != rbac.Invalid {
				t.Errorf("%s: %+v is of kind %d", system, got, kind)
			}
		}
	})
}
