// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"cmp"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The types that Intune's documents name themselves.
const (
	IntuneRoleType       = graphType + "deviceAndAppManagementRoleDefinition"
	IntuneAssignmentType = graphType + "deviceAndAppManagementRoleAssignment"
	IntuneScopeTagType   = graphType + "roleScopeTag"
	IntuneTagGroupType   = graphType + "roleScopeTagAutoAssignment"
	IntuneGroupType      = graphType + "groupAssignmentTarget"
)

// IntuneScopeType says for whom a role assignment is.
type IntuneScopeType string

// The kinds of scopes of an Intune role assignment.
const (
	IntuneScopeGroups  IntuneScopeType = "resourceScope"
	IntuneScopeDevices IntuneScopeType = "allDevices"
	IntuneScopeUsers   IntuneScopeType = "allLicensedUsers"
	IntuneScopeAll     IntuneScopeType = "allDevicesAndLicensedUsers"
)

// IntuneRole is an Intune role definition, as it is read.
//
// Source: https://learn.microsoft.com/graph/api/resources/intune-rbac-deviceandappmanagementroledefinition
type IntuneRole struct {
	Context                 string                 `json:"@odata.context,omitempty"`
	ODataType               string                 `json:"@odata.type,omitempty"`
	ID                      string                 `json:"id"`
	DisplayName             string                 `json:"displayName"`
	Description             Text                   `json:"description"`
	IsBuiltInRoleDefinition Flag                   `json:"isBuiltInRoleDefinition"`
	IsBuiltIn               Flag                   `json:"isBuiltIn"`
	RoleScopeTagIDs         Strings                `json:"roleScopeTagIds"`
	Permissions             List[IntunePermission] `json:"permissions"`     // the same as RolePermissions
	RolePermissions         List[IntunePermission] `json:"rolePermissions"` // the same as Permissions
}

// IntunePermission is one element of an Intune role's permissions.
type IntunePermission struct {
	Actions         *Strings                    `json:"actions,omitempty"` // the old form of ResourceActions
	ResourceActions List[IntuneResourceActions] `json:"resourceActions"`
}

// IntuneResourceActions is what an Intune role allows.
type IntuneResourceActions struct {
	AllowedResourceActions    Strings `json:"allowedResourceActions"`
	NotAllowedResourceActions Strings `json:"notAllowedResourceActions"` // without any documented effect
}

// NewIntuneRole is the document of a role as Intune answers it: with its
// permissions twice.
func NewIntuneRole(r intune.Role) IntuneRole {
	actions := Strings(r.Permissions)
	permissions := List[IntunePermission]{{Actions: &actions, ResourceActions: List[IntuneResourceActions]{{AllowedResourceActions: actions}}}}
	return IntuneRole{
		ODataType: IntuneRoleType, ID: r.ID.String(), DisplayName: r.Name, Description: Text(r.Description),
		IsBuiltInRoleDefinition: Flag(r.BuiltIn), IsBuiltIn: Flag(r.BuiltIn), RoleScopeTagIDs: r.ScopeTags,
		Permissions: permissions, RolePermissions: permissions,
	}
}

// Domain is the role of the document. Its scope tags are never nil: they are
// what the service says.
func (d IntuneRole) Domain() (intune.Role, error) {
	id, ok := rbac.ParseGUID(d.ID)
	if !ok {
		return intune.Role{}, invalid(rbac.Intune, CodeBadRequest, "id", d.ID, "the ID of an Intune role, which is a GUID")
	}
	return intune.Role{
		ID: id, Name: d.DisplayName, Description: string(d.Description), BuiltIn: bool(d.IsBuiltIn || d.IsBuiltInRoleDefinition),
		Permissions: intuneActions(d.RolePermissions, d.Permissions), ScopeTags: tagIDs(d.RoleScopeTagIDs),
	}, nil
}

// intuneActions are the actions of the first list that has any.
func intuneActions(lists ...[]IntunePermission) []string {
	for _, permissions := range lists {
		var out []string
		for _, p := range permissions {
			before := len(out)
			for _, r := range p.ResourceActions {
				out = append(out, r.AllowedResourceActions...)
			}
			if len(out) == before && p.Actions != nil {
				out = append(out, *p.Actions...)
			}
		}
		if len(out) > 0 {
			return rbac.Distinct(out)
		}
	}
	return nil
}

func tagIDs(ids Strings) []string { return append([]string{}, ids...) }

// IntuneRoleWrite is an Intune role definition in a create or an update.
type IntuneRoleWrite struct {
	ODataType               string                      `json:"@odata.type,omitempty"`
	DisplayName             Opt[string]                 `json:"displayName,omitzero"`
	Description             Opt[string]                 `json:"description,omitzero"`
	IsBuiltIn               Opt[Flag]                   `json:"isBuiltIn,omitzero"`
	IsBuiltInRoleDefinition Opt[Flag]                   `json:"isBuiltInRoleDefinition,omitzero"`
	Permissions             Opt[List[IntunePermission]] `json:"permissions,omitzero"`
	RolePermissions         Opt[List[IntunePermission]] `json:"rolePermissions,omitzero"`
	RoleScopeTagIDs         Opt[Strings]                `json:"roleScopeTagIds,omitzero"`
}

// NewIntuneRoleWrite is the document that creates a role, or replaces all of
// one: both are the same. Scope tags that are nil are left to the service.
func NewIntuneRoleWrite(r intune.Role) IntuneRoleWrite {
	return IntuneRoleWrite{
		ODataType: IntuneRoleType, DisplayName: Some(r.Name), Description: Some(r.Description),
		IsBuiltIn: Some(Flag(false)), IsBuiltInRoleDefinition: Some(Flag(false)),
		RolePermissions: Some(List[IntunePermission]{{ResourceActions: List[IntuneResourceActions]{{AllowedResourceActions: r.Permissions}}}}),
		RoleScopeTagIDs: Opt[Strings]{Set: r.ScopeTags != nil, Value: r.ScopeTags},
	}
}

// Apply returns r with what the document sets. Scope tags that it does not set
// become nil, which leaves them to the service.
func (d IntuneRoleWrite) Apply(r intune.Role) intune.Role {
	if d.DisplayName.Set {
		r.Name = d.DisplayName.Value
	}
	if d.Description.Set {
		r.Description = d.Description.Value
	}
	if d.RolePermissions.Set || d.Permissions.Set {
		r.Permissions = intuneActions(d.RolePermissions.Value, d.Permissions.Value)
	}
	r.ScopeTags = nil
	if d.RoleScopeTagIDs.Set {
		r.ScopeTags = tagIDs(d.RoleScopeTagIDs.Value)
	}
	return r
}

// IntuneAssignment is an Intune role assignment, as it is read. It does not say
// of which role it is.
//
// Source: https://learn.microsoft.com/graph/api/resources/intune-rbac-deviceandappmanagementroleassignment
type IntuneAssignment struct {
	Context         string          `json:"@odata.context,omitempty"`
	ODataType       string          `json:"@odata.type,omitempty"`
	ID              string          `json:"id"`
	DisplayName     string          `json:"displayName"`
	Description     Text            `json:"description"`
	ScopeMembers    Strings         `json:"scopeMembers"` // the same as ResourceScopes
	ScopeType       IntuneScopeType `json:"scopeType"`
	ResourceScopes  Strings         `json:"resourceScopes"`
	Members         Strings         `json:"members"`
	RoleScopeTagIDs Strings         `json:"roleScopeTagIds"`
}

// NewIntuneAssignment is the document of a role assignment as Intune answers it.
func NewIntuneAssignment(a intune.Assignment) IntuneAssignment {
	return IntuneAssignment{
		ID: a.ID.String(), DisplayName: a.Name, Description: Text(a.Description), ScopeMembers: guidTexts(a.ScopeGroups), ScopeType: scopeType(a),
		ResourceScopes: guidTexts(a.ScopeGroups), Members: guidTexts(a.Members), RoleScopeTagIDs: a.ScopeTags,
	}
}

// Domain is the role assignment of the document, without its role. A scope type
// that is not known is refused: it may mean more than groups.
func (d IntuneAssignment) Domain() (intune.Assignment, error) {
	id, ok := rbac.ParseGUID(d.ID)
	if !ok {
		return intune.Assignment{}, invalid(rbac.Intune, CodeBadRequest, "id", d.ID, "the ID of an Intune role assignment, which is a GUID")
	}
	a := intune.Assignment{ID: id, Name: d.DisplayName, Description: string(d.Description), ScopeTags: tagIDs(d.RoleScopeTagIDs)}
	var err error
	if a.AllUsers, a.AllDevices, err = d.ScopeType.domain(); err != nil {
		return intune.Assignment{}, err
	}
	if a.ScopeGroups, err = guids("scope_groups", d.ResourceScopes); err != nil {
		return intune.Assignment{}, err
	}
	if a.Members, err = guids("members", d.Members); err != nil {
		return intune.Assignment{}, err
	}
	return a, nil
}

func scopeType(a intune.Assignment) IntuneScopeType {
	switch {
	case a.AllUsers && a.AllDevices:
		return IntuneScopeAll
	case a.AllUsers:
		return IntuneScopeUsers
	case a.AllDevices:
		return IntuneScopeDevices
	default:
		return IntuneScopeGroups
	}
}

func (t IntuneScopeType) domain() (users, devices bool, err error) {
	switch rbac.Fold(string(t)) {
	case rbac.Fold(string(IntuneScopeGroups)), "":
		return false, false, nil
	case rbac.Fold(string(IntuneScopeUsers)):
		return true, false, nil
	case rbac.Fold(string(IntuneScopeDevices)):
		return false, true, nil
	case rbac.Fold(string(IntuneScopeAll)):
		return true, true, nil
	default:
		return false, false, invalid(rbac.Intune, CodeBadRequest, "scope_type", string(t), "a scope type that is known")
	}
}

// IntuneAssignmentRow is a role assignment in the list below its role: the ID
// and the texts, and nothing of what is assigned.
type IntuneAssignmentRow struct {
	ODataType      string  `json:"@odata.type,omitempty"`
	ID             string  `json:"id"`
	DisplayName    string  `json:"displayName"`
	Description    Text    `json:"description"`
	ResourceScopes Strings `json:"resourceScopes"` // always empty
	Members        Strings `json:"members"`        // always empty
}

// NewIntuneAssignmentRow is the row of a role assignment in the list below its role.
func NewIntuneAssignmentRow(a intune.Assignment) IntuneAssignmentRow {
	return IntuneAssignmentRow{ODataType: IntuneAssignmentType, ID: a.ID.String(), DisplayName: a.Name, Description: Text(a.Description)}
}

// IntuneAssignmentWrite is an Intune role assignment in a create or an update.
type IntuneAssignmentWrite struct {
	ODataType       string               `json:"@odata.type,omitempty"`
	DisplayName     Opt[string]          `json:"displayName,omitzero"`
	Description     Opt[string]          `json:"description,omitzero"`
	Members         Opt[Strings]         `json:"members,omitzero"`
	ScopeMembers    Opt[Strings]         `json:"scopeMembers,omitzero"`
	ResourceScopes  Opt[Strings]         `json:"resourceScopes,omitzero"`
	ScopeType       Opt[IntuneScopeType] `json:"scopeType,omitzero"`
	RoleScopeTagIDs Opt[Strings]         `json:"roleScopeTagIds,omitzero"`
	RoleBind        Opt[string]          `json:"roleDefinition@odata.bind,omitzero"`
	TagBind         Opt[Strings]         `json:"roleScopeTags@odata.bind,omitzero"`
}

// NewIntuneAssignmentCreate is the document that creates a role assignment.
// base is the URL of Graph with its version, such as https://graph.microsoft.com/beta.
func NewIntuneAssignmentCreate(a intune.Assignment, base string) IntuneAssignmentWrite {
	d := NewIntuneAssignmentPatch(a)
	d.RoleBind = Some(base + "/deviceManagement/roleDefinitions('" + a.RoleID.String() + "')")
	d.RoleScopeTagIDs = Opt[Strings]{}
	if a.ScopeTags != nil {
		binds := Strings{}
		for _, id := range a.ScopeTags {
			binds = append(binds, base+"/deviceManagement/roleScopeTags('"+id+"')")
		}
		d.TagBind = Some(binds)
	}
	return d
}

// NewIntuneAssignmentPatch is the document that replaces all of a role
// assignment but its role. The scope type always goes with the groups: the
// service refuses groups alone.
func NewIntuneAssignmentPatch(a intune.Assignment) IntuneAssignmentWrite {
	return IntuneAssignmentWrite{
		ODataType: IntuneAssignmentType, DisplayName: Some(a.Name), Description: Some(a.Description), Members: Some(guidTexts(a.Members)),
		ResourceScopes: Some(guidTexts(a.ScopeGroups)), ScopeType: Some(scopeType(a)),
		RoleScopeTagIDs: Opt[Strings]{Set: a.ScopeTags != nil, Value: a.ScopeTags},
	}
}

// Apply returns a with what the document sets. Scope tags that it does not set
// become nil, which leaves them to the service.
func (d IntuneAssignmentWrite) Apply(a intune.Assignment) (intune.Assignment, error) {
	if d.DisplayName.Set {
		a.Name = d.DisplayName.Value
	}
	if d.Description.Set {
		a.Description = d.Description.Value
	}
	var err error
	if d.Members.Set {
		if a.Members, err = guids("members", d.Members.Value); err != nil {
			return intune.Assignment{}, err
		}
	}
	if d.ScopeType.Set {
		if a.AllUsers, a.AllDevices, err = d.ScopeType.Value.domain(); err != nil {
			return intune.Assignment{}, err
		}
	}
	if d.ResourceScopes.Set {
		if a.ScopeGroups, err = guids("scope_groups", d.ResourceScopes.Value); err != nil {
			return intune.Assignment{}, err
		}
	}
	if d.RoleBind.Set {
		id, ok := rbac.ParseGUID(boundKey(d.RoleBind.Value))
		if !ok {
			return intune.Assignment{}, invalid(rbac.Intune, CodeBadRequest, "role", d.RoleBind.Value, "the URL of an Intune role definition")
		}
		a.RoleID = id
	}
	a.ScopeTags = nil
	if d.RoleScopeTagIDs.Set {
		a.ScopeTags = tagIDs(d.RoleScopeTagIDs.Value)
	}
	if d.TagBind.Set {
		a.ScopeTags = []string{}
		for _, url := range d.TagBind.Value {
			a.ScopeTags = append(a.ScopeTags, boundKey(url))
		}
	}
	return a, nil
}

// boundKey is the key at the end of a URL, written /x('key') or /x/key.
func boundKey(url string) string {
	if i := strings.LastIndexByte(url, '('); i >= 0 && strings.HasSuffix(url, ")") {
		return strings.Trim(url[i+1:len(url)-1], "'")
	}
	return url[strings.LastIndexByte(url, '/')+1:]
}

func guidTexts(ids []rbac.GUID) Strings {
	var out Strings
	for _, id := range ids {
		out = append(out, id.String())
	}
	return out
}

func guids(field string, texts []string) ([]rbac.GUID, error) {
	var out []rbac.GUID
	for _, text := range texts {
		id, ok := rbac.ParseGUID(text)
		if !ok {
			return nil, invalid(rbac.Intune, CodeBadRequest, field, text, "the object ID of a group, which is a GUID")
		}
		out = append(out, id)
	}
	return out, nil
}

// IntuneScopeTag is a scope tag, as it is read; its groups are a list of their own.
//
// Source: https://learn.microsoft.com/graph/api/resources/intune-rbac-rolescopetag
type IntuneScopeTag struct {
	Context     string `json:"@odata.context,omitempty"`
	ODataType   string `json:"@odata.type,omitempty"`
	ID          string `json:"id"` // a small number
	DisplayName string `json:"displayName"`
	Description Text   `json:"description"`
	IsBuiltIn   Flag   `json:"isBuiltIn"`
}

// NewIntuneScopeTag is the document of a scope tag as Intune answers it.
func NewIntuneScopeTag(t intune.ScopeTag) IntuneScopeTag {
	return IntuneScopeTag{ODataType: IntuneScopeTagType, ID: t.ID, DisplayName: t.Name, Description: Text(t.Description), IsBuiltIn: Flag(t.BuiltIn)}
}

// Domain is the scope tag of the document, without its groups.
func (d IntuneScopeTag) Domain() (intune.ScopeTag, error) {
	if d.ID == "" {
		return intune.ScopeTag{}, invalid(rbac.Intune, CodeBadRequest, "id", d.ID, "the ID of a scope tag")
	}
	return intune.ScopeTag{ID: d.ID, Name: d.DisplayName, Description: string(d.Description), BuiltIn: bool(d.IsBuiltIn)}, nil
}

// IntuneScopeTagWrite is a scope tag in a create or an update.
type IntuneScopeTagWrite struct {
	ODataType   string      `json:"@odata.type,omitempty"`
	DisplayName Opt[string] `json:"displayName,omitzero"`
	Description Opt[string] `json:"description,omitzero"`
}

// NewIntuneScopeTagWrite is the document that creates a scope tag, or replaces
// all of one but its groups.
func NewIntuneScopeTagWrite(t intune.ScopeTag) IntuneScopeTagWrite {
	return IntuneScopeTagWrite{ODataType: IntuneScopeTagType, DisplayName: Some(t.Name), Description: Some(t.Description)}
}

// Apply returns t with what the document sets.
func (d IntuneScopeTagWrite) Apply(t intune.ScopeTag) intune.ScopeTag {
	if d.DisplayName.Set {
		t.Name = d.DisplayName.Value
	}
	if d.Description.Set {
		t.Description = d.Description.Value
	}
	return t
}

// IntuneTagAssign is the body that gives a scope tag its groups; it replaces
// all of them.
//
// Source: https://learn.microsoft.com/graph/api/intune-rbac-rolescopetag-assign
type IntuneTagAssign struct {
	Assignments List[IntuneTagTarget] `json:"assignments"`
}

// IntuneTagTarget is one group of a scope tag.
type IntuneTagTarget struct {
	ODataType string            `json:"@odata.type,omitempty"`
	ID        string            `json:"id,omitempty"`
	Target    IntuneGroupTarget `json:"target"`
}

// IntuneGroupTarget names a group.
type IntuneGroupTarget struct {
	ODataType string `json:"@odata.type,omitempty"`
	GroupID   string `json:"groupId"`
	// EntraObjectID names the group in targets of the kind scopeTagGroupAssignmentTarget.
	EntraObjectID string `json:"entraObjectId,omitempty"`
}

// NewIntuneTagTargets are the targets of the groups of a scope tag.
func NewIntuneTagTargets(groups []rbac.GUID) []IntuneTagTarget {
	out := make([]IntuneTagTarget, len(groups))
	for i, id := range groups {
		out[i] = IntuneTagTarget{ODataType: IntuneTagGroupType, Target: IntuneGroupTarget{ODataType: IntuneGroupType, GroupID: id.String()}}
	}
	return out
}

// IntuneTagGroups are the groups of targets. A target that is no group is refused.
func IntuneTagGroups(targets []IntuneTagTarget) ([]rbac.GUID, error) {
	texts := make([]string, len(targets))
	for i, t := range targets {
		texts[i] = cmp.Or(t.Target.GroupID, t.Target.EntraObjectID)
	}
	return guids("groups", texts)
}

// IntuneResourceOperation is one Intune permission of the catalogue.
//
// Source: https://learn.microsoft.com/graph/api/resources/intune-rbac-resourceoperation
type IntuneResourceOperation struct {
	Context                   string `json:"@odata.context,omitempty"`
	ODataType                 string `json:"@odata.type,omitempty"`
	ID                        string `json:"id"`                 // the string that stands in roles
	Resource                  string `json:"resource,omitempty"` // beta only
	ResourceName              string `json:"resourceName"`
	ActionName                string `json:"actionName"`
	Description               Text   `json:"description"`
	EnabledForScopeValidation *Flag  `json:"enabledForScopeValidation,omitempty"` // beta only
}

// IntuneAssignedRoles is which Intune roles the caller has.
type IntuneAssignedRoles struct {
	RoleDefinitionIDs Strings `json:"roleDefinitionIds"`
	RoleAssignmentIDs Strings `json:"roleAssignmentIds"`
}

// IntuneTagIDs asks for scope tags by their IDs.
type IntuneTagIDs struct {
	RoleScopeTagIDs Strings `json:"roleScopeTagIds"`
}

// Truth is an answer of Graph that is true or false.
type Truth struct {
	Context string `json:"@odata.context,omitempty"`
	Value   Flag   `json:"value"`
}
