// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"cmp"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// EntraRole is a directory role definition, as it is read.
//
// Source: https://learn.microsoft.com/graph/api/resources/unifiedroledefinition
type EntraRole struct {
	Context         string                `json:"@odata.context,omitempty"`
	ID              string                `json:"id"`
	Description     Text                  `json:"description"`
	DisplayName     string                `json:"displayName"`
	IsBuiltIn       Flag                  `json:"isBuiltIn"`
	IsEnabled       Flag                  `json:"isEnabled"`
	ResourceScopes  Strings               `json:"resourceScopes"` // always ["/"]
	TemplateID      string                `json:"templateId"`
	Version         Text                  `json:"version"`
	RolePermissions List[EntraPermission] `json:"rolePermissions"`
	// IsPrivileged and AllowedPrincipalTypes are in beta only.
	IsPrivileged          *Flag  `json:"isPrivileged,omitempty"`
	AllowedPrincipalTypes string `json:"allowedPrincipalTypes,omitempty"` // such as "user, servicePrincipal, group"
	// InheritsPermissionsFrom names the role whose permissions a built-in role has too.
	InheritsPermissionsFrom *List[EntraReference] `json:"inheritsPermissionsFrom,omitempty"`
}

// EntraPermission is one element of a directory role's permissions.
type EntraPermission struct {
	AllowedResourceActions  Strings  `json:"allowedResourceActions"`
	ExcludedResourceActions *Strings `json:"excludedResourceActions,omitempty"`
	Condition               Text     `json:"condition"`
}

// EntraReference is a role that another points to.
type EntraReference struct {
	ID string `json:"id"`
}

// NewEntraRole is the document of a role as the directory answers it.
func NewEntraRole(r entra.Role) EntraRole {
	d := EntraRole{
		ID: r.ID.String(), Description: Text(r.Description), DisplayName: r.Name, IsBuiltIn: Flag(r.BuiltIn), IsEnabled: Flag(r.Enabled),
		ResourceScopes: Strings{entra.TenantScope}, TemplateID: r.ID.String(), Version: Text(r.Version),
		RolePermissions: List[EntraPermission]{{AllowedResourceActions: r.Permissions}},
	}
	return d
}

// Domain is the role of the document. Its permissions are those of all elements.
func (d EntraRole) Domain() (entra.Role, error) {
	id, ok := rbac.ParseGUID(cmp.Or(d.ID, d.TemplateID))
	if !ok {
		return entra.Role{}, invalid(rbac.Entra, CodeRequestBadRequest, "template_id", cmp.Or(d.ID, d.TemplateID), "the ID of a directory role, which is a GUID")
	}
	r := entra.Role{
		ID: id, Name: d.DisplayName, Description: string(d.Description), Version: string(d.Version), Enabled: bool(d.IsEnabled), BuiltIn: bool(d.IsBuiltIn),
		Permissions: entraActions(d.RolePermissions),
	}
	return r, nil
}

func entraActions(permissions []EntraPermission) []string {
	var out []string
	for _, p := range permissions {
		out = append(out, p.AllowedResourceActions...)
	}
	return rbac.Distinct(out)
}

// EntraRoleWrite is a directory role definition in a create or an update, which
// has only the members that it sets.
type EntraRoleWrite struct {
	DisplayName     Opt[string]                `json:"displayName,omitzero"`
	Description     Opt[Text]                  `json:"description,omitzero"`
	IsEnabled       Opt[Flag]                  `json:"isEnabled,omitzero"`
	RolePermissions Opt[List[EntraPermission]] `json:"rolePermissions,omitzero"`
	TemplateID      Opt[Text]                  `json:"templateId,omitzero"`
	Version         Opt[Text]                  `json:"version,omitzero"`
}

// NewEntraRoleCreate is the document that creates a role under its own ID.
func NewEntraRoleCreate(r entra.Role) EntraRoleWrite {
	d := NewEntraRolePatch(r)
	d.TemplateID = Opt[Text]{Set: r.ID != "", Value: Text(r.ID)}
	d.Description.Set = r.Description != ""
	d.Version.Set = r.Version != ""
	return d
}

// NewEntraRolePatch is the document that replaces all of a role but its ID: a
// template ID in an update would change the ID.
func NewEntraRolePatch(r entra.Role) EntraRoleWrite {
	return EntraRoleWrite{
		DisplayName: Some(r.Name), Description: Some(Text(r.Description)), IsEnabled: Some(Flag(r.Enabled)), Version: Some(Text(r.Version)),
		RolePermissions: Some(List[EntraPermission]{{AllowedResourceActions: r.Permissions}}),
	}
}

// Apply returns r with what the document sets. A create starts from a role that
// is empty.
func (d EntraRoleWrite) Apply(r entra.Role) (entra.Role, error) {
	if d.DisplayName.Set {
		r.Name = d.DisplayName.Value
	}
	if d.Description.Set {
		r.Description = string(d.Description.Value)
	}
	if d.IsEnabled.Set {
		r.Enabled = bool(d.IsEnabled.Value)
	}
	if d.Version.Set {
		r.Version = string(d.Version.Value)
	}
	if d.RolePermissions.Set {
		r.Permissions = entraActions(d.RolePermissions.Value)
	}
	if d.TemplateID.Set && d.TemplateID.Value != "" {
		id, ok := rbac.ParseGUID(string(d.TemplateID.Value))
		if !ok {
			return entra.Role{}, invalid(rbac.Entra, CodeRequestBadRequest, "template_id", string(d.TemplateID.Value), "a template ID, which is a GUID")
		}
		r.ID = id
	}
	return r, nil
}

// EntraAssignment is a directory role assignment.
//
// Source: https://learn.microsoft.com/graph/api/resources/unifiedroleassignment
type EntraAssignment struct {
	Context          string `json:"@odata.context,omitempty"`
	ODataType        string `json:"@odata.type,omitempty"`
	ID               string `json:"id,omitempty"`
	PrincipalID      string `json:"principalId"`
	ResourceScope    string `json:"resourceScope,omitempty"` // what beta has for directoryScopeId, too
	DirectoryScopeID string `json:"directoryScopeId,omitempty"`
	AppScopeID       string `json:"appScopeId,omitempty"`
	RoleDefinitionID string `json:"roleDefinitionId"`
	// PrincipalOrganizationID is the home tenant of the principal; beta only.
	PrincipalOrganizationID string           `json:"principalOrganizationId,omitempty"`
	RoleDefinition          *EntraRole       `json:"roleDefinition,omitempty"` // when it was asked for
	Principal               *DirectoryObject `json:"principal,omitempty"`      // when it was asked for
}

// NewEntraAssignment is the document of a role assignment. It also creates one
// when the ID is left out.
func NewEntraAssignment(a entra.Assignment) EntraAssignment {
	return EntraAssignment{
		ID: a.ID, PrincipalID: a.PrincipalID.String(), DirectoryScopeID: a.DirectoryScope, AppScopeID: a.AppScope, RoleDefinitionID: a.RoleID.String(),
	}
}

// Domain is the role assignment of the document, its directory scope in
// canonical form. One without any scope is refused.
func (d EntraAssignment) Domain() (entra.Assignment, error) {
	a := entra.Assignment{ID: d.ID, AppScope: d.AppScopeID}
	var ok bool
	if a.RoleID, ok = rbac.ParseGUID(d.RoleDefinitionID); !ok {
		return entra.Assignment{}, invalid(rbac.Entra, CodeRequestBadRequest, "role", d.RoleDefinitionID, "the ID of a directory role, which is a GUID")
	}
	if a.PrincipalID, ok = rbac.ParseGUID(d.PrincipalID); !ok {
		return entra.Assignment{}, invalid(rbac.Entra, CodeRequestBadRequest, "principal_id", d.PrincipalID, "the object ID of a principal, which is a GUID")
	}
	directory := d.DirectoryScopeID
	if directory == "" && d.AppScopeID == "" {
		directory = d.ResourceScope
	}
	if directory == "" && d.AppScopeID != "" {
		return a, nil
	}
	scope, err := entra.ParseScope(directory)
	if err != nil {
		return entra.Assignment{}, err
	}
	a.DirectoryScope = scope.ID()
	return a, nil
}

// ODataReference is the body that adds an object to a collection by its URL, as
// a member to an activated directory role.
type ODataReference struct {
	ID string `json:"@odata.id"`
}

// EntraResourceNamespace is a namespace of directory permissions.
type EntraResourceNamespace struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// EntraResourceAction is one directory permission of the catalogue.
//
// Source: https://learn.microsoft.com/graph/api/resources/unifiedrbacresourceaction
type EntraResourceAction struct {
	ID              string `json:"id"`
	Name            string `json:"name"` // the string that stands in roles
	ActionVerb      Text   `json:"actionVerb"`
	Description     Text   `json:"description"`
	IsPrivileged    *Flag  `json:"isPrivileged,omitempty"` // beta only
	ResourceScopeID Text   `json:"resourceScopeId"`
	// AuthenticationContextID is the context that a caller must have proven.
	AuthenticationContextID         Opt[Text] `json:"authenticationContextId,omitzero"`
	IsAuthenticationContextSettable *Flag     `json:"isAuthenticationContextSettable,omitempty"`
}

// DirectoryRole is a directory role that is activated. Its ID is not that of
// its template.
type DirectoryRole struct {
	Context         string `json:"@odata.context,omitempty"`
	ID              string `json:"id"`
	DeletedDateTime Text   `json:"deletedDateTime"`
	Description     Text   `json:"description"`
	DisplayName     string `json:"displayName"`
	RoleTemplateID  string `json:"roleTemplateId"`
}

// DirectoryRoleTemplate is a built-in directory role by its template.
type DirectoryRoleTemplate struct {
	Context         string `json:"@odata.context,omitempty"`
	ID              string `json:"id"`
	DeletedDateTime Text   `json:"deletedDateTime"`
	Description     Text   `json:"description"`
	DisplayName     string `json:"displayName"`
}
