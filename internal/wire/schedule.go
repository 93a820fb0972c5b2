// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package wire

// What Privileged Identity Management says of roles that are held for a time or
// can be activated. These documents are read only; nothing in the domain is made
// of them.

// AzureSchedule is a role assignment schedule, an eligibility schedule, an
// instance of one, or a request for one: Type says which. Members that a kind
// does not have are left out.
//
// Source: https://learn.microsoft.com/rest/api/authorization/role-assignment-schedules
type AzureSchedule struct {
	Properties AzureScheduleProperties `json:"properties"`
	ID         string                  `json:"id"`
	Type       string                  `json:"type"`
	Name       string                  `json:"name"`
}

// AzureScheduleProperties is the content of a schedule.
type AzureScheduleProperties struct {
	Scope                           string             `json:"scope"`
	RoleDefinitionID                string             `json:"roleDefinitionId"`
	PrincipalID                     string             `json:"principalId"`
	PrincipalType                   string             `json:"principalType,omitempty"`
	RequestType                     string             `json:"requestType,omitempty"`    // such as AdminAssign
	Status                          string             `json:"status,omitempty"`         // such as Provisioned
	MemberType                      string             `json:"memberType,omitempty"`     // Inherited, Direct or Group
	AssignmentType                  string             `json:"assignmentType,omitempty"` // Activated or Assigned
	StartDateTime                   string             `json:"startDateTime,omitempty"`
	EndDateTime                     string             `json:"endDateTime,omitempty"`
	ScheduleInfo                    *AzureScheduleInfo `json:"scheduleInfo,omitempty"`
	LinkedRoleEligibilityScheduleID string             `json:"linkedRoleEligibilityScheduleId,omitempty"`
	Justification                   string             `json:"justification,omitempty"`
	Condition                       string             `json:"condition,omitempty"`
	ConditionVersion                string             `json:"conditionVersion,omitempty"`
	CreatedOn                       string             `json:"createdOn,omitempty"`
	UpdatedOn                       string             `json:"updatedOn,omitempty"`
}

// AzureScheduleInfo is from when on, and until when.
type AzureScheduleInfo struct {
	StartDateTime string             `json:"startDateTime,omitempty"`
	Expiration    ScheduleExpiration `json:"expiration"`
}

// ScheduleExpiration is when a schedule ends.
type ScheduleExpiration struct {
	Type        string `json:"type"`        // AfterDateTime, AfterDuration or NoExpiration
	EndDateTime Text   `json:"endDateTime"` // for AfterDateTime
	Duration    Text   `json:"duration"`    // for AfterDuration, in ISO 8601, such as PT8H
}

// AzureEligibleChild is a resource below a scope at which somebody may activate a role.
//
// Source: https://learn.microsoft.com/rest/api/authorization/eligible-child-resources
type AzureEligibleChild struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	Name string `json:"name"`
}

// EntraSchedule is a directory role assignment schedule, an eligibility schedule,
// an instance of one, or a request for one.
//
// Source: https://learn.microsoft.com/graph/api/resources/unifiedroleassignmentschedule
type EntraSchedule struct {
	Context          string             `json:"@odata.context,omitempty"`
	ID               string             `json:"id"`
	PrincipalID      string             `json:"principalId"`
	RoleDefinitionID string             `json:"roleDefinitionId"`
	DirectoryScopeID Text               `json:"directoryScopeId"`
	AppScopeID       Text               `json:"appScopeId"`
	Action           string             `json:"action,omitempty"` // of a request, such as adminAssign
	Status           string             `json:"status,omitempty"` // such as Provisioned
	CreatedUsing     string             `json:"createdUsing,omitempty"`
	CreatedDateTime  string             `json:"createdDateTime,omitempty"`
	MemberType       string             `json:"memberType,omitempty"`
	AssignmentType   string             `json:"assignmentType,omitempty"`
	StartDateTime    string             `json:"startDateTime,omitempty"` // of an instance
	EndDateTime      string             `json:"endDateTime,omitempty"`   // of an instance
	ScheduleInfo     *EntraScheduleInfo `json:"scheduleInfo,omitempty"`
}

// EntraScheduleInfo is from when on, and until when.
type EntraScheduleInfo struct {
	StartDateTime Text               `json:"startDateTime"`
	Expiration    ScheduleExpiration `json:"expiration"`
}
