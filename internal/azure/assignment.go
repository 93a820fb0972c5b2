// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package azure

import (
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The kinds of principals of a role assignment.
const (
	PrincipalUser             = "User"
	PrincipalGroup            = "Group"
	PrincipalServicePrincipal = "ServicePrincipal"
	PrincipalForeignGroup     = "ForeignGroup"
	PrincipalDevice           = "Device"
)

// PrincipalTypes lists the kinds of principals.
func PrincipalTypes() []string {
	return []string{PrincipalUser, PrincipalGroup, PrincipalServicePrincipal, PrincipalForeignGroup, PrincipalDevice}
}

// ConditionVersion is the version of the condition language that Azure takes.
const ConditionVersion = "2.0"

// Assignment grants a role to a principal at a scope. Scope, role and
// principal together are unique in the tenant.
type Assignment struct {
	Name                               rbac.GUID
	Scope                              Scope
	RoleID                             rbac.GUID
	PrincipalID                        rbac.GUID
	PrincipalType                      string // empty: the service finds it out
	Description                        string
	Condition, ConditionVersion        string
	DelegatedManagedIdentityResourceID string
}

const assignmentSegment = "/providers/Microsoft.Authorization/roleAssignments/"

// ID is the ARM ID of the assignment.
func (a Assignment) ID() string { return AssignmentID(a.Scope, a.Name) }

// AssignmentID is the ARM ID of the assignment with that name at a scope.
func AssignmentID(scope Scope, name rbac.GUID) string {
	return strings.TrimSuffix(scope.ID(), "/") + assignmentSegment + name.String()
}

// ParseAssignmentID reads the ARM ID of a role assignment, in any casing.
func ParseAssignmentID(text string) (Scope, rbac.GUID, error) {
	if i := lastIndexFold(text, assignmentSegment); i >= 0 {
		if name, ok := rbac.ParseGUID(text[i+len(assignmentSegment):]); ok {
			scope, err := ParseScope("/" + strings.TrimPrefix(text[:i], "/"))
			return scope, name, err
		}
	}
	return Scope{}, "", &rbac.Error{Kind: rbac.Invalid, System: rbac.Azure, Field: "id", Message: `"` + text +
		`" is not the ID of a role assignment, which is written "SCOPE/providers/Microsoft.Authorization/roleAssignments/GUID".`}
}

// DeriveAssignmentName is the name that an assignment gets when none is asked
// for. It follows from scope, role and principal, lower-cased, so that a plan
// knows it and a repeated create can't make a second assignment.
func DeriveAssignmentName(scope Scope, role, principal rbac.GUID) rbac.GUID {
	return rbac.DeriveGUID(namespace, scope.Key(), role.String(), principal.String())
}
