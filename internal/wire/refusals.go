// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// refusal is one row of the table of refusals: what a backend's error is on the
// wire, and what a refusal on the wire is to a caller.
type refusal struct {
	// The backend's error: its code is that of the wire unless the row is bare. A
	// row with a rule or a field is for errors that name it; the first row that
	// fits counts. A row without a system is only for reading.
	system rbac.System
	kind   rbac.Kind
	rule   string
	field  string
	bare   bool // for errors whose code the service does not know, or that have none

	// What the service answers.
	status int
	code   string
	words  string // a template of placeholders in braces; empty: the words of the error
	// tells is what in the words gives the kind away, whatever the casing, where
	// the code alone does not.
	tells string
}

// Templates that are long or stand in several rows; fill knows the placeholders.
const (
	noSuchRole     = "The specified role definition with ID '{id}' does not exist."
	noSuchAction   = "'{action}' does not match any of the actions supported by the providers."
	noSuchProvider = "The resource provider referenced in the action is not returned in the list of providers from Azure Resource Manager."
	noUpdate       = "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."
	noResource     = "Resource '{object}' does not exist or one of its queried reference-property objects are not present."
	conflicting    = "A conflicting object with one or more of the specified property values is present in the directory."
	noPrincipal    = "Principal {principal} does not exist in the directory {tenant}. Check that you have the correct principal ID. " +
		"If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. " +
		"In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group. See https://aka.ms/docs-principaltype"
)

// refusals is every refusal that is documented or was seen, and those that had
// to be chosen because nobody has published them: these are marked "assumed".
//
// Sources: https://learn.microsoft.com/azure/role-based-access-control/troubleshooting,
// https://learn.microsoft.com/graph/errors, and what users of the services report.
var refusals = []refusal{
	// Azure: role definitions.
	{system: rbac.Azure, kind: rbac.NotFound, status: 404, code: CodeRoleDefinitionDoesNotExist, words: noSuchRole},
	{system: rbac.Azure, kind: rbac.Exists, status: 409, code: CodeRoleDefinitionWithSameNameExists, words: "A role definition cannot be updated with a name that already exists."},
	// The same code is Immutable to whoever meant to change a built-in role; the code alone can't tell.
	{system: rbac.Azure, kind: rbac.Exists, status: 409, code: CodeRoleDefinitionExists},
	{system: rbac.Azure, kind: rbac.Immutable, status: 409, code: CodeRoleDefinitionExists},
	// Assumed: nobody has published what the deletion of a built-in role is answered with.
	{system: rbac.Azure, kind: rbac.Immutable, status: 400, code: CodeInvalidRoleDefinitionType, words: "A built-in role definition can't be changed or deleted.", tells: "built-in role definition can't be", bare: true},
	{system: rbac.Azure, kind: rbac.Invalid, status: 400, code: CodeInvalidRoleDefinitionType},
	{system: rbac.Azure, kind: rbac.Invalid, status: 400, code: CodeRoleDefinitionNameNullOrEmpty},
	{system: rbac.Azure, kind: rbac.Invalid, status: 400, code: CodeMissingAssignableScopes},
	{system: rbac.Azure, kind: rbac.Invalid, status: 400, code: CodeLinkedInvalidPropertyID},
	{system: rbac.Azure, kind: rbac.Invalid, status: 400, code: CodeInvalidRoleDefinitionID, words: "The role definition ID '{id}' is not valid."},
	{system: rbac.Azure, kind: rbac.Invalid, rule: azure.RuleActionWrongSystem.Name, status: 400, code: CodeInvalidActionOrNotAction, words: noSuchProvider},
	{system: rbac.Azure, kind: rbac.Invalid, rule: azure.RuleActionUnknown.Name, status: 400, code: CodeInvalidActionOrNotAction, words: noSuchAction},
	{system: rbac.Azure, kind: rbac.Invalid, rule: azure.RuleActionWrongList.Name, status: 400, code: CodeInvalidActionOrNotAction, words: noSuchAction},
	{system: rbac.Azure, kind: rbac.Invalid, rule: azure.RuleActionMatchesNothing.Name, status: 400, code: CodeInvalidActionOrNotAction, words: noSuchAction},
	{system: rbac.Azure, kind: rbac.Invalid, status: 400, code: CodeInvalidActionOrNotAction},
	{system: rbac.Azure, kind: rbac.Invalid, rule: azure.RuleActionUnknown.Name, status: 400, code: CodeInvalidDataActionOrNotDataAction, words: "'{action}' does not match any of the data actions supported by the providers."},
	{system: rbac.Azure, kind: rbac.Invalid, rule: azure.RuleActionWrongList.Name, status: 400, code: CodeInvalidDataActionOrNotDataAction, words: "'{action}' does not match any of the data actions supported by the providers."},
	{system: rbac.Azure, kind: rbac.Invalid, status: 400, code: CodeInvalidDataActionOrNotDataAction},
	// The status of the next three is assumed: the code and the words were seen, the status was not.
	{system: rbac.Azure, kind: rbac.InUse, status: 409, code: CodeRoleDefinitionHasAssignments, words: "There are existing role assignments referencing role (code: RoleDefinitionHasAssignments)."},
	{
		system: rbac.Azure, kind: rbac.InUse, status: 400, code: CodeRoleScopeRemovedContainsAssignments,
		words: "Role assignments found under scope '{scope}' which is being removed. Removing this scope from the role will orphan these assignments. Delete these assignments before removing the scope.",
	},
	{system: rbac.Azure, kind: rbac.LimitExceeded, status: 400, code: CodeRoleDefinitionLimitExceeded, words: "Role definition limit exceeded. No more role definitions can be created."},

	// Azure: role assignments.
	{system: rbac.Azure, kind: rbac.NotFound, status: 404, code: CodeRoleAssignmentNotFound, words: "The role assignment '{id}' is not found."},
	{system: rbac.Azure, kind: rbac.Exists, status: 409, code: CodeRoleAssignmentExists, words: "The role assignment already exists. The ID of the existing role assignment is {existing}."},
	// To whoever meant to create an assignment under a name that is taken, it is Exists.
	{system: rbac.Azure, kind: rbac.Immutable, status: 400, code: CodeRoleAssignmentUpdateNotPermitted, words: noUpdate},
	{system: rbac.Azure, kind: rbac.Exists, status: 400, code: CodeRoleAssignmentUpdateNotPermitted, words: noUpdate},
	{system: rbac.Azure, kind: rbac.PrincipalNotFound, status: 400, code: CodePrincipalNotFound, words: noPrincipal},
	{system: rbac.Azure, kind: rbac.Invalid, status: 400, code: CodeUnmatchedPrincipalType},
	{system: rbac.Azure, kind: rbac.Invalid, status: 400, code: CodeInvalidPrincipalID, words: "A valid principal ID must be provided for role assignment."},
	// The status is assumed.
	{system: rbac.Azure, kind: rbac.LimitExceeded, status: 409, code: CodeRoleAssignmentLimitExceeded, words: "No more role assignments can be created."},
	// The words are documented, the code is assumed.
	{system: rbac.Azure, kind: rbac.Invalid, field: "condition", bare: true, status: 400, code: CodeBadRequest, words: "The given role assignment condition is invalid. {why}"},

	// Azure: scopes.
	{system: rbac.Azure, kind: rbac.ScopeNotFound, status: 404, code: CodeSubscriptionNotFound, words: "The subscription '{subscription}' could not be found."},
	// Assumed: the code is that of deployments at a management group that is not there.
	{system: rbac.Azure, kind: rbac.ScopeNotFound, bare: true, status: 404, code: CodeManagementGroupNotFound, words: "The management group '{group}' cannot be found."},

	// Azure: everything else. Assumed: the service has no code of its own for what it only documents.
	{system: rbac.Azure, kind: rbac.Invalid, bare: true, status: 400, code: CodeBadRequest},
	{
		system: rbac.Azure, kind: rbac.Forbidden, bare: true, status: 403, code: CodeAuthorizationFailed,
		words: "The client '{caller}' with object id '{caller}' does not have authorization to perform action '{operation}' over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.",
	},
	{system: rbac.Azure, kind: rbac.Unauthenticated, bare: true, status: 401, code: CodeInvalidAuthenticationToken, words: "The access token is invalid."},
	{system: rbac.Azure, kind: rbac.Unavailable, bare: true, status: 503, code: CodeServiceUnavailable},
	{system: rbac.Azure, kind: rbac.Unsupported, bare: true, status: 501, code: CodeNotImplemented}, // assumed: only an emulator says so
	{kind: rbac.Unavailable, code: CodeInternalServerError},                                         // to who reads it: a later try may succeed
	{system: rbac.Azure, kind: rbac.Unknown, bare: true, status: 500, code: CodeInternalServerError},

	// Directory roles.
	{system: rbac.Entra, kind: rbac.NotFound, status: 404, code: CodeRequestNotFound, words: noResource},
	// Who or what is missing stands in the words: see MissingObject.
	{system: rbac.Entra, kind: rbac.PrincipalNotFound, status: 404, code: CodeRequestNotFound, words: noResource},
	{system: rbac.Entra, kind: rbac.ScopeNotFound, status: 404, code: CodeRequestNotFound, words: noResource},
	{system: rbac.Entra, kind: rbac.Exists, status: 400, code: CodeRequestBadRequest, words: conflicting, tells: "conflicting object"},
	{system: rbac.Entra, kind: rbac.Invalid, rule: entra.RuleScopeSyntax.Name, status: 400, code: CodeRequestBadRequest, words: "Must specify valid property scope of entity RoleAssignment", tells: "must specify valid property"},
	{system: rbac.Entra, kind: rbac.Invalid, rule: entra.RulePermissionNotInCustomRoles.Name, status: 400, code: CodeRequestBadRequest, words: "Action '{action}' is not supported for Custom Role creation", tells: "not supported for custom role"},
	{system: rbac.Entra, kind: rbac.Invalid, rule: entra.RulePermissionUnknown.Name, status: 400, code: CodeRequestBadRequest, words: "Action '{action}' is not supported for Custom Role creation", tells: "not supported for custom role"},
	{system: rbac.Entra, kind: rbac.Invalid, rule: entra.RulePermissionWrongSystem.Name, status: 400, code: CodeRequestBadRequest, words: "Resource category '{namespace}' is not supported.", tells: "resource category"},
	{
		system: rbac.Entra, kind: rbac.LimitExceeded, rule: entra.LimitCustomAssignmentsPerPrincipal.Name, status: 400, code: CodeRequestBadRequest, tells: "more than the maximum",
		words: "Number of RoleAssignments are more than the maximum ({number}) allowed. paramName: , paramValue: , objectType: Microsoft.Online.Workflows.RoleAssignment",
	},
	{
		system: rbac.Entra, kind: rbac.LimitExceeded, rule: entra.LimitScopedAssignmentsPerPrincipal.Name, status: 400, code: CodeRequestBadRequest, tells: "more than the maximum",
		words: "Number of RoleAssignments are more than the maximum ({number}) allowed. paramName: , paramValue: , objectType: Microsoft.Online.Workflows.RoleAssignment",
	},
	// Assumed: by the answer for role assignments.
	{
		system: rbac.Entra, kind: rbac.LimitExceeded, status: 400, code: CodeRequestBadRequest, tells: "more than the maximum",
		words: "Number of RoleDefinitions are more than the maximum ({number}) allowed. paramName: , paramValue: , objectType: Microsoft.Online.Workflows.RoleDefinition",
	},
	// Assumed: that it is refused is documented, how is not.
	{system: rbac.Entra, kind: rbac.Immutable, status: 400, code: CodeRequestBadRequest, words: "A built-in role definition can't be changed or deleted.", tells: "built-in role definition can't be"},
	{system: rbac.Entra, kind: rbac.Invalid, bare: true, status: 400, code: CodeRequestBadRequest},
	{system: rbac.Entra, kind: rbac.Forbidden, bare: true, status: 403, code: CodeAuthorizationDenied, words: "Insufficient privileges to complete the operation."},
	{system: rbac.Entra, kind: rbac.Unauthenticated, bare: true, status: 401, code: CodeInvalidAuthenticationToken, words: "Access token has expired or is not yet valid."},
	{system: rbac.Entra, kind: rbac.Unavailable, bare: true, status: 503, code: CodeServiceNotAvailable},
	{system: rbac.Entra, kind: rbac.Unsupported, bare: true, status: 501, code: CodeNotImplemented}, // assumed: only an emulator says so
	{kind: rbac.Unavailable, code: CodeServiceInternalError},
	{system: rbac.Entra, kind: rbac.Unknown, bare: true, status: 500, code: CodeServiceInternalError},

	// Intune. A write that waits for an approval is no refusal at all, though it
	// says that something exists.
	{kind: rbac.Unknown, code: CodeBadRequest, tells: "approval request"},
	{kind: rbac.Unknown, code: CodeConflict, tells: "approval request"},
	{kind: rbac.Unknown, code: CodeApprovalRequired},
	{system: rbac.Intune, kind: rbac.NotFound, status: 404, code: CodeResourceNotFound},
	{system: rbac.Intune, kind: rbac.NotFound, rule: intune.RuleScopeTagExists.Name, status: 400, code: CodeBadRequest, words: "Scope Tags validation failed : {why}", tells: "scope tags validation failed"},
	// Assumed: the service was seen to answer no more than "An error has occurred" to a group that is not there.
	{system: rbac.Intune, kind: rbac.PrincipalNotFound, status: 400, code: CodeBadRequest, words: "Group validation failed : {why}", tells: "group validation failed"},
	{system: rbac.Intune, kind: rbac.Invalid, rule: intune.RuleAssignmentScope.Name, status: 400, code: CodeBadRequest, words: "ResourceScopes can only be defined when the ScopeType is set to 'ResourceScope'", tells: "resourcescopes can only be defined"},
	// Assumed, all four: nobody has published what the service answers.
	{system: rbac.Intune, kind: rbac.Exists, bare: true, status: 400, code: CodeBadRequest, words: "An object with the same display name already exists.", tells: "already exists"},
	{system: rbac.Intune, kind: rbac.InUse, bare: true, status: 409, code: CodeConflict, words: "The object is in use and can't be deleted. {why}", tells: "is in use"},
	{system: rbac.Intune, kind: rbac.Immutable, bare: true, field: "role", status: 400, code: CodeBadRequest, words: "The role definition of a role assignment can't be changed.", tells: "role assignment can't be changed"},
	{system: rbac.Intune, kind: rbac.Immutable, bare: true, status: 400, code: CodeBadRequest, words: "A built-in object can't be changed or deleted.", tells: "built-in object can't be"},
	{system: rbac.Intune, kind: rbac.Invalid, bare: true, status: 400, code: CodeBadRequest},
	{system: rbac.Intune, kind: rbac.Forbidden, bare: true, status: 403, code: CodeForbidden, words: "Application is not authorized to perform this operation. Application must have one of the following scopes: {operation}"},
	{system: rbac.Intune, kind: rbac.Unauthenticated, bare: true, status: 401, code: CodeInvalidAuthenticationToken, words: "Access token has expired or is not yet valid."},
	{system: rbac.Intune, kind: rbac.Unavailable, bare: true, status: 503, code: CodeServiceUnavailable},
	{system: rbac.Intune, kind: rbac.Unsupported, bare: true, status: 501, code: CodeNotImplemented}, // assumed: only an emulator says so
	{system: rbac.Intune, kind: rbac.Unknown, bare: true, status: 500, code: CodeInternalServerError},

	// Only read: what no backend answers.
	{kind: rbac.Invalid, code: CodeMissingAPIVersion},
	{kind: rbac.Invalid, code: CodeInvalidAPIVersion},
	{kind: rbac.Invalid, code: CodeInvalidRequestContent},
	{kind: rbac.Unauthenticated, code: CodeAuthenticationFailed},
	{kind: rbac.Unauthenticated, code: CodeExpiredAuthenticationToken},
	{kind: rbac.Unauthenticated, code: CodeInvalidTokenTenant},
	{kind: rbac.Forbidden, code: CodeLinkedAuthorizationFailed},
	{kind: rbac.ScopeNotFound, code: CodeResourceGroupNotFound},
	{kind: rbac.ScopeNotFound, code: CodeParentResourceNotFound},
	{kind: rbac.ScopeNotFound, code: CodeMissingSubscription},
	{kind: rbac.Unknown, code: CodeScopeLocked}, // nothing points to the object, and the caller may do nothing about it here
	{kind: rbac.Unknown, code: CodeResourceIsLocked},
	{kind: rbac.Unknown, code: CodeReadOnlyDisabledSubscription},
	{kind: rbac.Unavailable, code: CodeSubscriptionThrottled},
	{kind: rbac.Unavailable, code: CodeTooManyRequests},
	{kind: rbac.Unavailable, code: CodeServerTimeout},
	{kind: rbac.Unavailable, code: CodeGatewayTimeout},
	{kind: rbac.Unavailable, code: CodeConcurrencyViolation},
	{kind: rbac.Unavailable, code: CodeThrottledTemporarily},
	{kind: rbac.Unavailable, code: CodeActiveDurationTooShort},
	{kind: rbac.Exists, code: CodeMultipleObjects},
	{kind: rbac.Exists, code: CodePendingRequest},
	{kind: rbac.LimitExceeded, code: CodeQuotaExceeded},
	{kind: rbac.Exists, code: CodeConflict, tells: "already exists"},
	{kind: rbac.LimitExceeded, code: CodeConflict, tells: CodeRoleAssignmentLimitExceeded},
	{kind: rbac.Invalid, code: CodeUnsupportedQuery},
	{kind: rbac.Invalid, code: CodeModelValidationFailure},
	{kind: rbac.Invalid, code: CodePolicyValidationFailed},
	{kind: rbac.Forbidden, code: CodeScopeNotGranted},
	{kind: rbac.Unsupported, code: CodeLicenseRequired},
	{kind: rbac.Unsupported, code: CodeNonPremiumTenant},
	{kind: rbac.Unsupported, code: CodeBadRequest, tells: "not applicable to target tenant"},
	{kind: rbac.NotFound, code: CodeRoleAssignmentDoesNotExist},
	{kind: rbac.NotFound, code: CodeRoleNotFound},
	{kind: rbac.PrincipalNotFound, code: CodeSubjectNotFound},
	{kind: rbac.Unauthenticated, code: CodeInvalidClient},
	{kind: rbac.Unauthenticated, code: CodeUnauthorizedClient},
	{kind: rbac.Unauthenticated, code: CodeInvalidGrant},
	{kind: rbac.Unauthenticated, code: CodeInvalidScope},
	{kind: rbac.Unauthenticated, code: CodeInvalidRequest},
}

// Values are what a request was about: they stand in the words of a refusal.
// What is not known may be left out. Of Scopes and Actions, the one that the
// error names in quotes is at fault, else the first.
type Values struct {
	ID        string   // of the object in the path; of a role assignment that is made, its role
	Principal string   // the object ID of the principal
	Tenant    string   // the tenant's ID
	Scope     string   // the scope at fault, where it is known
	Scopes    []string // the scopes of the request, or those that it takes away
	Action    string   // the permission at fault, where it is known
	Actions   []string // the permissions of the request
	Caller    string   // the object ID of the caller
	Operation string   // the operation or permission that the caller lacks
}

// Refusal is what a service answers instead of what was asked for.
type Refusal struct {
	Status int    // the HTTP status
	Code   string // the service's code
	Words  string // the service's words
}

// Refuse is how the service puts an error of a backend: with its own code and,
// where they are documented, its own words, else with those of the error. An
// error without a system is taken for one of system, which is one of the three.
func Refuse(system rbac.System, e *rbac.Error, v Values) Refusal {
	switch e.System {
	case rbac.Azure, rbac.Entra, rbac.Intune:
		system = e.System
	}
	r := row(system, e)
	words := e.Message
	if r.words != "" {
		words = fill(r.words, e, v)
	}
	if kind, ok := Known(r.code, words); ok && kind != e.Kind && e.Kind == rbac.Invalid {
		words = "The request is invalid." // its own words would be taken for something else
	}
	return Refusal{Status: r.status, Code: r.code, Words: words}
}

// row is the row for an error: by its code, else the bare one for its kind, else
// any of its kind. A code that the table does not have is kept.
func row(system rbac.System, e *rbac.Error) refusal {
	var byKind refusal
	for _, bare := range [...]bool{false, true} {
		for _, r := range refusals {
			if r.system != system || r.kind != e.Kind || r.rule != "" && r.rule != e.Rule || r.field != "" && r.field != e.Field {
				continue
			}
			if byKind.code == "" {
				byKind = r
			}
			switch {
			case !bare && strings.EqualFold(r.code, e.Code):
				return r
			case bare && r.bare:
				if e.Code != "" {
					r.code, r.words = e.Code, ""
				}
				return r
			}
		}
	}
	if byKind.code == "" { // the service has no answer of that kind
		byKind = refusal{status: 400, code: CodeBadRequest}
	}
	if e.Code != "" {
		byKind.code, byKind.words = e.Code, ""
	}
	return byKind
}

// fill puts values into the placeholders of a template.
func fill(template string, e *rbac.Error, v Values) string {
	action, scope := cmp.Or(v.Action, atFault(e, v.Actions)), cmp.Or(v.Scope, atFault(e, v.Scopes))
	object := v.ID
	var subscription, group, existing string
	switch e.Kind {
	case rbac.PrincipalNotFound:
		object = v.Principal
	case rbac.ScopeNotFound:
		if s, err := entra.ParseScope(scope); err == nil {
			object = s.Target().String()
		}
	}
	if s, err := azure.ParseScope(scope); err == nil {
		subscription, group = s.SubscriptionID, s.ManagementGroup
	}
	if _, name, err := azure.ParseAssignmentID(e.Existing); err == nil {
		existing = bare(name.String())
	}
	if existing == "" {
		template, _, _ = strings.Cut(template, " The ID of the existing")
	}
	namespace, _, _ := strings.Cut(action, "/")
	return strings.NewReplacer(
		"{id}", v.ID, "{object}", object, "{principal}", bare(v.Principal), "{tenant}", v.Tenant, "{scope}", scope, "{subscription}", subscription, "{group}", group,
		"{action}", action, "{namespace}", namespace, "{caller}", v.Caller, "{operation}", v.Operation, "{existing}", existing, "{number}", number(e), "{why}", e.Message,
	).Replace(template)
}

// atFault is the one of candidates that an error names, else the first.
func atFault(e *rbac.Error, candidates []string) string {
	for _, c := range candidates {
		if strings.Contains(e.Message, `"`+c+`"`) {
			return c
		}
	}
	if len(candidates) > 0 {
		return candidates[0]
	}
	return ""
}

// bare is a GUID as Azure prints it in some words: without dashes.
func bare(id string) string { return strings.ReplaceAll(id, "-", "") }

// number is the number of a limit that an error tells of: the tenant's own,
// which stands in its words, else the documented one.
func number(e *rbac.Error) string {
	for _, word := range strings.Fields(e.Message) {
		if _, err := strconv.ParseUint(word, 10, 32); err == nil {
			return word
		}
	}
	for _, l := range entra.Limits() {
		if l.Name == e.Rule {
			return strconv.Itoa(l.Value)
		}
	}
	return ""
}

// Known is the kind of a refusal by its code and, where the code alone does not
// tell, by its words. It is false for a code that is not in the table.
//
// Three codes mean one thing to a create and another to an update or a read, so
// that the caller has to look: RoleDefinitionExists and
// RoleAssignmentUpdateNotPermitted (Exists, or Immutable), and
// Request_ResourceNotFound (see MissingObject).
func Known(code, message string) (rbac.Kind, bool) {
	words := rbac.Fold(message)
	kind, found := rbac.Unknown, false
	for _, r := range refusals {
		if !strings.EqualFold(r.code, code) {
			continue
		}
		if r.tells != "" {
			if strings.Contains(words, rbac.Fold(r.tells)) {
				return r.kind, true
			}
			continue
		}
		if !found {
			kind, found = r.kind, true
		}
	}
	return kind, found
}
