// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package wire

import "github.com/rolewright/terraform-provider-rbac/internal/rbac"

// The codes of Azure Resource Manager.
const (
	CodeMissingAPIVersion            = "MissingApiVersionParameter"
	CodeInvalidAPIVersion            = "InvalidApiVersionParameter"
	CodeAuthenticationFailed         = "AuthenticationFailed"
	CodeInvalidAuthenticationToken   = "InvalidAuthenticationToken" // Graph has it too
	CodeExpiredAuthenticationToken   = "ExpiredAuthenticationToken"
	CodeInvalidTokenTenant           = "InvalidAuthenticationTokenTenant"
	CodeAuthorizationFailed          = "AuthorizationFailed"
	CodeLinkedAuthorizationFailed    = "LinkedAuthorizationFailed"
	CodeSubscriptionNotFound         = "SubscriptionNotFound"
	CodeResourceGroupNotFound        = "ResourceGroupNotFound"
	CodeResourceNotFound             = "ResourceNotFound" // Intune has it too
	CodeParentResourceNotFound       = "ParentResourceNotFound"
	CodeMissingSubscription          = "MissingSubscription"
	CodeScopeLocked                  = "ScopeLocked"
	CodeReadOnlyDisabledSubscription = "ReadOnlyDisabledSubscription"
	CodeSubscriptionThrottled        = "SubscriptionRequestsThrottled"
	CodeTooManyRequests              = "TooManyRequests" // Graph has it too
	CodeOperationNotAllowed          = "OperationNotAllowed"
	CodeInternalServerError          = "InternalServerError"
	CodeServerTimeout                = "ServerTimeout"
	CodeGatewayTimeout               = "GatewayTimeout"
	CodeInvalidRequestContent        = "InvalidRequestContent"
	CodeManagementGroupNotFound      = "NotFound" // of Microsoft.Management
)

// The codes of Microsoft.Authorization.
const (
	CodeRoleDefinitionDoesNotExist          = "RoleDefinitionDoesNotExist"
	CodeRoleDefinitionWithSameNameExists    = "RoleDefinitionWithSameNameExists"
	CodeRoleDefinitionExists                = "RoleDefinitionExists"
	CodeInvalidRoleDefinitionType           = "InvalidRoleDefinitionType"
	CodeRoleDefinitionNameNullOrEmpty       = "RoleDefinitionNameNullOrEmpty"
	CodeMissingAssignableScopes             = "MissingAssignableScopes"
	CodeLinkedInvalidPropertyID             = "LinkedInvalidPropertyId"
	CodeInvalidRoleDefinitionID             = "InvalidRoleDefinitionId"
	CodeInvalidActionOrNotAction            = "InvalidActionOrNotAction"
	CodeInvalidDataActionOrNotDataAction    = "InvalidDataActionOrNotDataAction"
	CodeRoleDefinitionHasAssignments        = "RoleDefinitionHasAssignments"
	CodeRoleScopeRemovedContainsAssignments = "RoleScopeBeingRemovedContainsAssignments"
	CodeRoleDefinitionLimitExceeded         = "RoleDefinitionLimitExceeded"
	CodeRoleAssignmentLimitExceeded         = "RoleAssignmentLimitExceeded"
	CodeRoleAssignmentExists                = "RoleAssignmentExists"
	CodeRoleAssignmentNotFound              = "RoleAssignmentNotFound"
	CodeRoleAssignmentUpdateNotPermitted    = "RoleAssignmentUpdateNotPermitted"
	CodePrincipalNotFound                   = "PrincipalNotFound"
	CodeUnmatchedPrincipalType              = "UnmatchedPrincipalType"
	CodeInvalidPrincipalID                  = "InvalidPrincipalId"
)

// The codes of Microsoft Graph.
const (
	CodeRequestBadRequest   = "Request_BadRequest"
	CodeRequestNotFound     = "Request_ResourceNotFound"
	CodeAuthorizationDenied = "Authorization_RequestDenied"
	CodeUnsupportedQuery    = "Request_UnsupportedQuery"
	CodeMultipleObjects     = "Request_MultipleObjectsWithSameKeyValue"
	CodeQuotaExceeded       = "Directory_QuotaExceeded"
	CodeUnknownError        = "UnknownError"
	CodeServiceNotAvailable = "serviceNotAvailable"
)

// The codes of Intune.
const (
	CodeBadRequest             = "BadRequest"
	CodeForbidden              = "Forbidden"
	CodeConflict               = "Conflict"
	CodeModelValidationFailure = "ModelValidationFailure"
)

// Values are what a request was about: they stand in the words of a refusal.
// What is not known may be left out.
type Values struct {
	ID        string // of the object that was asked for, the role of a role assignment included
	Principal string // the object ID of the principal
	Tenant    string // the tenant's ID
	Scope     string // the scope, or the one that is taken away
	Action    string // the permission at fault
	Caller    string // the object ID of the caller
	Operation string // the operation that the caller lacks
}

// Refusal is what a service answers instead of what was asked for.
type Refusal struct {
	Status int    // the HTTP status
	Code   string // the service's code
	Words  string // the service's words
}

// Refuse is how the service puts an error of a backend: with its own code, and
// its own words where they are documented, else with those of the error.
func Refuse(e *rbac.Error, v Values) Refusal {
	return Refusal{Status: 500, Code: e.Code, Words: e.Message}
}

// Known is the kind of a refusal by its code and, where the code alone does not
// tell, by its words. It is false for a code that is not in the table.
func Known(code, message string) (rbac.Kind, bool) { return rbac.Unknown, false }

// Kind is the kind of a refusal by its code and words or, where they do not
// tell, by its status.
func (f Failure) Kind() rbac.Kind { return rbac.Unknown }

// ExistingAssignment is the name of the role assignment that is in the way,
// which Azure names in the words of RoleAssignmentExists.
func ExistingAssignment(message string) (rbac.GUID, bool) { return "", false }

// MissingObject is the ID that Graph names in the words of Request_ResourceNotFound.
func MissingObject(message string) (string, bool) { return "", false }
