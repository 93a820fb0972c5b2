// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package wire

// AzureDenyAssignment is a deny assignment, which takes away what roles grant.
//
// Source: https://learn.microsoft.com/rest/api/authorization/deny-assignments
type AzureDenyAssignment struct {
	Properties AzureDenyAssignmentProperties `json:"properties"`
	ID         string                        `json:"id"`
	Type       string                        `json:"type"`
	Name       string                        `json:"name"`
}

// AzureDenyAssignmentProperties is the content of a deny assignment.
type AzureDenyAssignmentProperties struct {
	DenyAssignmentName      string                `json:"denyAssignmentName"`
	Description             Text                  `json:"description"`
	Permissions             List[AzurePermission] `json:"permissions"`
	Scope                   string                `json:"scope"`
	DoNotApplyToChildScopes Flag                  `json:"doNotApplyToChildScopes"`
	Principals              List[AzurePrincipal]  `json:"principals"`
	ExcludePrincipals       List[AzurePrincipal]  `json:"excludePrincipals"`
	IsSystemProtected       Flag                  `json:"isSystemProtected"`
	Condition               Text                  `json:"condition"`
	ConditionVersion        Text                  `json:"conditionVersion"`
	*Audit
}

// AzurePrincipal is whom a deny assignment is for. Everyone is the GUID of
// zeros with the type SystemDefined.
type AzurePrincipal struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

// AzureProvider is what the resource providers can do: one of them, with the
// operations of each of its resource types and its own.
//
// Source: https://learn.microsoft.com/rest/api/authorization/provider-operations-metadata
type AzureProvider struct {
	ID            string                  `json:"id"`
	Type          string                  `json:"type"`
	Name          string                  `json:"name"`
	DisplayName   string                  `json:"displayName"`
	ResourceTypes List[AzureResourceType] `json:"resourceTypes"`
	Operations    List[AzureOperation]    `json:"operations"`
}

// AzureResourceType is one resource type of a provider.
type AzureResourceType struct {
	Name        string               `json:"name"`
	DisplayName string               `json:"displayName"`
	Operations  List[AzureOperation] `json:"operations"`
}

// AzureOperation is one operation of a provider.
type AzureOperation struct {
	Name         string `json:"name"` // the string that stands in roles
	DisplayName  Text   `json:"displayName"`
	Description  Text   `json:"description"`
	Origin       Text   `json:"origin"`
	Properties   any    `json:"properties"`
	IsDataAction Flag   `json:"isDataAction"`
}

// ManagementGroup is a management group as its list has it.
//
// Source: https://learn.microsoft.com/rest/api/managementgroups/management-groups
type ManagementGroup struct {
	ID         string                    `json:"id"`
	Type       string                    `json:"type"`
	Name       string                    `json:"name"`
	Properties ManagementGroupProperties `json:"properties"`
}

// ManagementGroupProperties is the content of a management group.
type ManagementGroupProperties struct {
	TenantID    string                  `json:"tenantId,omitempty"`
	DisplayName string                  `json:"displayName"`
	Details     *ManagementGroupDetails `json:"details,omitempty"` // of one group, not of a list
	Parent      *ManagementGroupParent  `json:"parent,omitempty"`  // of a descendant
}

// ManagementGroupDetails is what the answer for one management group adds.
type ManagementGroupDetails struct {
	Version   int                    `json:"version,omitempty"`
	UpdatedOn string                 `json:"updatedTime,omitempty"`
	UpdatedBy string                 `json:"updatedBy,omitempty"`
	Parent    *ManagementGroupParent `json:"parent,omitempty"`
}

// ManagementGroupParent is the group above.
type ManagementGroupParent struct {
	ID          string `json:"id"`
	Name        string `json:"name,omitempty"`
	DisplayName string `json:"displayName,omitempty"`
}

// Subscription is a subscription as its list has it.
//
// Source: https://learn.microsoft.com/rest/api/resources/subscriptions
type Subscription struct {
	ID                   string                `json:"id"`
	AuthorizationSource  string                `json:"authorizationSource,omitempty"`
	ManagedByTenants     List[ManagingTenant]  `json:"managedByTenants"`
	SubscriptionID       string                `json:"subscriptionId"`
	TenantID             string                `json:"tenantId"`
	DisplayName          string                `json:"displayName"`
	State                string                `json:"state"`
	SubscriptionPolicies *SubscriptionPolicies `json:"subscriptionPolicies,omitempty"`
}

// ManagingTenant is a tenant that manages a subscription of another.
type ManagingTenant struct {
	TenantID string `json:"tenantId"`
}

// SubscriptionPolicies is where a subscription lives and what it costs.
type SubscriptionPolicies struct {
	LocationPlacementID string `json:"locationPlacementId"`
	QuotaID             string `json:"quotaId"`
	SpendingLimit       string `json:"spendingLimit"`
}

// MetadataEndpoints is what a cloud says of its own endpoints.
type MetadataEndpoints struct {
	Portal                   string                 `json:"portal"`
	Authentication           MetadataAuthentication `json:"authentication"`
	Media                    string                 `json:"media"`
	GraphAudience            string                 `json:"graphAudience"`
	Graph                    string                 `json:"graph"`
	Name                     string                 `json:"name"`
	Suffixes                 map[string]string      `json:"suffixes"`
	Batch                    string                 `json:"batch"`
	ResourceManager          string                 `json:"resourceManager"`
	MicrosoftGraphResourceID string                 `json:"microsoftGraphResourceId"`
}

// MetadataAuthentication is where tokens of a cloud come from.
type MetadataAuthentication struct {
	LoginEndpoint    string  `json:"loginEndpoint"`
	Audiences        Strings `json:"audiences"`
	Tenant           string  `json:"tenant"`
	IdentityProvider string  `json:"identityProvider"`
}
