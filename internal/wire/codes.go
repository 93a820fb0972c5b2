// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package wire

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
	CodeInternalServerError          = "InternalServerError"
	CodeServerTimeout                = "ServerTimeout"
	CodeGatewayTimeout               = "GatewayTimeout"
	CodeInvalidRequestContent        = "InvalidRequestContent"
	CodeManagementGroupNotFound      = "ManagementGroupNotFound"
	CodeServiceUnavailable           = "ServiceUnavailable" // Intune has it too
	CodeNotImplemented               = "NotImplemented"     // all have it
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
	CodeRequestBadRequest    = "Request_BadRequest"
	CodeRequestNotFound      = "Request_ResourceNotFound"
	CodeAuthorizationDenied  = "Authorization_RequestDenied"
	CodeUnsupportedQuery     = "Request_UnsupportedQuery"
	CodeMultipleObjects      = "Request_MultipleObjectsWithSameKeyValue"
	CodeQuotaExceeded        = "Directory_QuotaExceeded"
	CodeUnknownError         = "UnknownError"
	CodeScopeNotGranted      = "PermissionScopeNotGranted" // inside of UnknownError
	CodeLicenseRequired      = "AadPremiumLicenseRequired"
	CodeNonPremiumTenant     = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
	CodeConcurrencyViolation = "Directory_ConcurrencyViolation"
	CodeThrottledTemporarily = "Request_ThrottledTemporarily"
	CodeServiceInternalError = "Service_InternalServerError"
	CodeServiceNotAvailable  = "serviceNotAvailable"
)

// The codes of Privileged Identity Management, which Azure and Graph share.
const (
	CodeRoleAssignmentDoesNotExist = "RoleAssignmentDoesNotExist"
	CodeRoleNotFound               = "RoleNotFound"
	CodeSubjectNotFound            = "SubjectNotFound"
	CodePendingRequest             = "PendingRoleAssignmentRequest"
	CodePolicyValidationFailed     = "RoleAssignmentRequestPolicyValidationFailed"
	CodeActiveDurationTooShort     = "ActiveDurationTooShort"
	CodeResourceIsLocked           = "ResourceIsLocked"
)

// The codes of the token endpoint.
const (
	CodeInvalidClient      = "invalid_client"
	CodeUnauthorizedClient = "unauthorized_client"
	CodeInvalidRequest     = "invalid_request"
	CodeInvalidScope       = "invalid_scope"
	CodeInvalidGrant       = "invalid_grant"
)

// The codes of Intune.
const (
	CodeBadRequest             = "BadRequest"
	CodeForbidden              = "Forbidden"
	CodeConflict               = "Conflict"
	CodeApprovalRequired       = "ApprovalRequired"
	CodeModelValidationFailure = "ModelValidationFailure"
)
