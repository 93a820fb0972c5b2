// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"cmp"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The types of Microsoft.Authorization that documents name.
const (
	AzureRoleType           = "Microsoft.Authorization/roleDefinitions"
	AzureAssignmentType     = "Microsoft.Authorization/roleAssignments"
	AzureDenyAssignmentType = "Microsoft.Authorization/denyAssignments"
	AzureProviderType       = "Microsoft.Authorization/providerOperations"
	ManagementGroupType     = "Microsoft.Management/managementGroups"
	SubscriptionType        = "Microsoft.Management/managementGroups/subscriptions"
)

// The kinds of role definitions.
const (
	AzureCustomRole  = "CustomRole"
	AzureBuiltInRole = "BuiltInRole"
)

// Audit is who made and changed an object of Azure, and when. A write leaves it
// out, an answer has all four members.
type Audit struct {
	CreatedOn string `json:"createdOn"` // see Stamp
	UpdatedOn string `json:"updatedOn"`
	CreatedBy Text   `json:"createdBy"` // an object ID
	UpdatedBy Text   `json:"updatedBy"`
}

// AzurePermission is one block of a role definition, and one element of what
// the caller may do at a scope.
type AzurePermission struct {
	Actions          Strings `json:"actions"`
	NotActions       Strings `json:"notActions"`
	DataActions      Strings `json:"dataActions"`
	NotDataActions   Strings `json:"notDataActions"`
	Condition        string  `json:"condition,omitempty"`
	ConditionVersion string  `json:"conditionVersion,omitempty"`
}

// NewAzurePermission is the document of a permission block.
func NewAzurePermission(p azure.Permission) AzurePermission {
	return AzurePermission{
		Actions: p.Actions, NotActions: p.NotActions, DataActions: p.DataActions, NotDataActions: p.NotDataActions,
		Condition: p.Condition, ConditionVersion: p.ConditionVersion,
	}
}

// Domain is the permission block of the document.
func (p AzurePermission) Domain() azure.Permission {
	return azure.Permission{
		Actions: p.Actions, NotActions: p.NotActions, DataActions: p.DataActions, NotDataActions: p.NotDataActions,
		Condition: p.Condition, ConditionVersion: p.ConditionVersion,
	}
}

// AzureRole is a role definition.
//
// Source: https://learn.microsoft.com/rest/api/authorization/role-definitions
type AzureRole struct {
	Properties AzureRoleProperties `json:"properties"`
	ID         string              `json:"id,omitempty"`
	Type       string              `json:"type,omitempty"`
	Name       string              `json:"name,omitempty"`
}

// AzureRoleProperties is the content of a role definition.
type AzureRoleProperties struct {
	RoleName         string                `json:"roleName"`
	Type             string                `json:"type"`
	Description      string                `json:"description"`
	AssignableScopes Strings               `json:"assignableScopes"`
	Permissions      List[AzurePermission] `json:"permissions"`
	*Audit
}

// NewAzureRole is the document of a role. prefix is the scope in front of its
// ID: "" for none, which is how a role at a management group and a built-in role
// of the tenant are written. Audit is left to the caller.
func NewAzureRole(r azure.Role, prefix string) AzureRole {
	kind := AzureCustomRole
	if r.BuiltIn {
		kind = AzureBuiltInRole
	}
	d := AzureRole{
		ID: strings.TrimSuffix(prefix, "/") + azure.RoleResourceID(r.ID), Type: AzureRoleType, Name: r.ID.String(),
		Properties: AzureRoleProperties{RoleName: r.Name, Type: kind, Description: r.Description, AssignableScopes: r.AssignableScopes},
	}
	for _, p := range r.Permissions {
		d.Properties.Permissions = append(d.Properties.Permissions, NewAzurePermission(p))
	}
	return d
}

// Domain is the role of the document. Its ID is the GUID of the ID or, without
// one, the name. A kind that is neither custom nor built-in is refused.
func (d AzureRole) Domain() (azure.Role, error) {
	id, ok := azure.ParseRoleID(cmp.Or(d.ID, d.Name))
	if !ok {
		return azure.Role{}, invalid(rbac.Azure, CodeInvalidRoleDefinitionID, "role_id", cmp.Or(d.ID, d.Name), "the ID of an Azure role definition")
	}
	r := azure.Role{ID: id, Name: d.Properties.RoleName, Description: d.Properties.Description, AssignableScopes: d.Properties.AssignableScopes}
	switch rbac.Fold(d.Properties.Type) {
	case rbac.Fold(AzureCustomRole), "":
	case rbac.Fold(AzureBuiltInRole):
		r.BuiltIn = true
	default:
		return azure.Role{}, invalid(rbac.Azure, CodeInvalidRoleDefinitionType, "type", d.Properties.Type, "a type of Azure role definitions, which is CustomRole or BuiltInRole")
	}
	for _, p := range d.Properties.Permissions {
		r.Permissions = append(r.Permissions, p.Domain())
	}
	return r, nil
}

// AzureAssignment is a role assignment.
//
// Source: https://learn.microsoft.com/rest/api/authorization/role-assignments
type AzureAssignment struct {
	Properties AzureAssignmentProperties `json:"properties"`
	ID         string                    `json:"id,omitempty"`
	Type       string                    `json:"type,omitempty"`
	Name       string                    `json:"name,omitempty"`
}

// AzureAssignmentProperties is the content of a role assignment.
type AzureAssignmentProperties struct {
	RoleDefinitionID string `json:"roleDefinitionId"`
	PrincipalID      string `json:"principalId"`
	PrincipalType    string `json:"principalType,omitempty"`
	Scope            string `json:"scope,omitempty"`
	Condition        Text   `json:"condition"`
	ConditionVersion Text   `json:"conditionVersion"`
	*Audit
	DelegatedManagedIdentityResourceID Text `json:"delegatedManagedIdentityResourceId"`
	Description                        Text `json:"description"`
}

// NewAzureAssignment is the document of a role assignment. The role is named as
// Azure names it: below the subscription of the scope, or without anything in
// front outside of subscriptions. Audit is left to the caller.
func NewAzureAssignment(a azure.Assignment) AzureAssignment {
	role := azure.RoleResourceID(a.RoleID)
	if a.Scope.SubscriptionID != "" {
		role = azure.Subscription(rbac.GUID(a.Scope.SubscriptionID)).ID() + role
	}
	return AzureAssignment{
		ID: a.ID(), Type: AzureAssignmentType, Name: a.Name.String(),
		Properties: AzureAssignmentProperties{
			RoleDefinitionID: role, PrincipalID: a.PrincipalID.String(), PrincipalType: a.PrincipalType, Scope: a.Scope.ID(),
			Condition: Text(a.Condition), ConditionVersion: Text(a.ConditionVersion),
			DelegatedManagedIdentityResourceID: Text(a.DelegatedManagedIdentityResourceID), Description: Text(a.Description),
		},
	}
}

// Domain is the role assignment of the document. Scope and name are those of the
// ID; without an ID they are the members scope and name. A write has neither:
// they are in the path, so that whoever reads one sets ID first.
func (d AzureAssignment) Domain() (azure.Assignment, error) {
	a := azure.Assignment{
		PrincipalType: d.Properties.PrincipalType, Description: string(d.Properties.Description),
		Condition: string(d.Properties.Condition), ConditionVersion: string(d.Properties.ConditionVersion),
		DelegatedManagedIdentityResourceID: string(d.Properties.DelegatedManagedIdentityResourceID),
	}
	var err error
	var ok bool
	if d.ID != "" {
		if a.Scope, a.Name, err = azure.ParseAssignmentID(d.ID); err != nil {
			return azure.Assignment{}, err
		}
	} else {
		if a.Scope, err = azure.ParseScope(d.Properties.Scope); err != nil {
			return azure.Assignment{}, err
		}
		if a.Name, ok = rbac.ParseGUID(d.Name); !ok {
			return azure.Assignment{}, invalid(rbac.Azure, "", "name", d.Name, "the name of an Azure role assignment, which is a GUID")
		}
	}
	if a.RoleID, ok = azure.ParseRoleID(d.Properties.RoleDefinitionID); !ok {
		return azure.Assignment{}, invalid(rbac.Azure, CodeInvalidRoleDefinitionID, "role_definition_id", d.Properties.RoleDefinitionID, "the ID of an Azure role definition")
	}
	if a.PrincipalID, ok = rbac.ParseGUID(d.Properties.PrincipalID); !ok {
		return azure.Assignment{}, invalid(rbac.Azure, CodeInvalidPrincipalID, "principal_id", d.Properties.PrincipalID, "the object ID of a principal, which is a GUID")
	}
	for _, known := range azure.PrincipalTypes() {
		if strings.EqualFold(known, a.PrincipalType) {
			a.PrincipalType = known
		}
	}
	return a, nil
}
