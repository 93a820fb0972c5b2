// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// objectDocument is a directory object with what clients expect of its type
// where the directory file tells nothing.
func objectDocument(o entra.Object) document {
	d, err := documentOf(wire.NewDirectoryObject(o))
	if err != nil {
		panic("emulator: " + err.Error()) // a document of package wire is always an object
	}
	switch o.Type {
	case entra.User:
		d = d.with("userPrincipalName", wire.Text(o.UserPrincipalName)).with("accountEnabled", true).with("userType", "Member")
	case entra.Group:
		d = d.with("mailEnabled", false).with("groupTypes", []string{}).with("visibility", nil)
	case entra.ServicePrincipal:
		d = d.with("appId", wire.Text(o.AppID)).with("accountEnabled", true).with("servicePrincipalType", "Application").with("appDisplayName", wire.Text(o.DisplayName)).with("servicePrincipalNames", principalNames(o))
	case entra.Device:
		d = d.with("deviceId", o.ID.String()).with("accountEnabled", true)
	case entra.AdministrativeUnit:
		d = d.with("description", nil).with("visibility", nil)
	case "":
		d = d.with("@odata.type", "#microsoft.graph.directoryObject")
	}
	return d
}

// principalNames are the names by which the Azure CLI looks for a service principal.
func principalNames(o entra.Object) []string {
	if o.AppID == "" {
		return []string{}
	}
	return []string{o.AppID.String()}
}

// silentFields are members that Graph has and the directory file does not: what
// clients like to ask for.
var silentFields = map[entra.ObjectType][]string{
	entra.User: {
		"ageGroup", "businessPhones", "city", "companyName", "country", "createdDateTime", "creationType", "deletedDateTime", "department", "employeeId", "employeeType",
		"externalUserState", "givenName", "jobTitle", "mail", "mailNickname", "mobilePhone", "officeLocation", "onPremisesImmutableId", "onPremisesSamAccountName",
		"onPremisesSecurityIdentifier", "onPremisesSyncEnabled", "onPremisesUserPrincipalName", "otherMails", "postalCode", "preferredLanguage", "proxyAddresses",
		"state", "streetAddress", "surname", "usageLocation",
	},
	entra.Group: {
		"createdDateTime", "classification", "deletedDateTime", "description", "expirationDateTime", "mail", "mailNickname", "membershipRule", "membershipRuleProcessingState",
		"onPremisesSamAccountName", "onPremisesSecurityIdentifier", "onPremisesSyncEnabled", "preferredLanguage", "proxyAddresses", "renewedDateTime", "securityIdentifier", "theme",
	},
	entra.ServicePrincipal: {
		"alternativeNames", "appDescription", "appOwnerOrganizationId", "appRoleAssignmentRequired", "appRoles", "createdDateTime", "deletedDateTime", "description", "homepage",
		"keyCredentials", "loginUrl", "logoutUrl", "notes", "oauth2PermissionScopes", "passwordCredentials", "preferredSingleSignOnMode", "replyUrls", "signInAudience", "tags",
	},
	entra.Device: {
		"approximateLastSignInDateTime", "deletedDateTime", "isCompliant", "isManaged", "manufacturer", "model", "operatingSystem", "operatingSystemVersion", "profileType",
		"registrationDateTime", "trustType",
	},
	entra.AdministrativeUnit: {"deletedDateTime", "isMemberManagementRestricted", "membershipRule", "membershipRuleProcessingState", "membershipType"},
}

// kindList are the directory objects of one type.
func kindList(kind entra.ObjectType) collection[entra.Object] {
	name := property[entra.Object]{opEquals | opStartsWith, func(o entra.Object) any { return o.DisplayName }}
	l := collection[entra.Object]{
		filter: filterable[entra.Object]{resource: string(kind), or: true, properties: map[string]property[entra.Object]{
			"id":          {opEquals, func(o entra.Object) any { return o.ID.String() }},
			"displayName": name,
		}},
		document: func(_ *call, o entra.Object) any {
			o.Type = kind
			return objectDocument(o).without("@odata.type")
		},
		silent: silentFields[kind],
	}
	for _, f := range l.silent {
		l.filter.properties[f] = property[entra.Object]{opEquals | opStartsWith | opAny, func(entra.Object) any { return nil }}
	}
	switch kind {
	case entra.User:
		l.context = "users"
		l.filter.properties["userPrincipalName"] = property[entra.Object]{opEquals | opStartsWith, func(o entra.Object) any { return textOrNil(o.UserPrincipalName) }}
	case entra.Group:
		l.context = "groups"
		l.filter.properties["securityEnabled"] = property[entra.Object]{opEquals, func(o entra.Object) any { return o.SecurityEnabled }}
		l.filter.properties["mailEnabled"] = property[entra.Object]{opEquals, func(entra.Object) any { return false }}
		l.filter.properties["isAssignableToRole"] = property[entra.Object]{opEquals, func(o entra.Object) any { return o.RoleAssignable }}
	case entra.ServicePrincipal:
		l.context = "servicePrincipals"
		l.filter.properties["servicePrincipalNames"] = property[entra.Object]{opAny, func(o entra.Object) any { return principalNames(o) }}
		l.filter.properties["appId"] = property[entra.Object]{opEquals, func(o entra.Object) any { return textOrNil(o.AppID.String()) }}
	case entra.Device:
		l.context = "devices"
		l.filter.properties["deviceId"] = l.filter.properties["id"]
	case entra.AdministrativeUnit:
		l.context = "directory/administrativeUnits"
	}
	return l
}

// mixedObject is a directory object of any type, or a directory role, which no
// directory file has.
type mixedObject struct {
	entra.Object
	role *RoleTemplate
}

func mixed(objects []entra.Object, roles ...RoleTemplate) []mixedObject {
	out := make([]mixedObject, 0, len(objects)+len(roles))
	for _, o := range objects {
		out = append(out, mixedObject{Object: o})
	}
	for _, r := range roles {
		out = append(out, mixedObject{role: &r})
	}
	return out
}

// mixedList are objects of any type, each with its own members.
var mixedList = collection[mixedObject]{
	some:    anyField,
	context: "directoryObjects",
	filter: filterable[mixedObject]{resource: "directoryObject", or: true, properties: map[string]property[mixedObject]{
		"id":          {opEquals, func(o mixedObject) any { return o.ID.String() }},
		"displayName": {opEquals | opStartsWith, func(o mixedObject) any { return o.DisplayName }},
	}},
	document: func(c *call, o mixedObject) any {
		if o.role == nil {
			return objectDocument(o.Object)
		}
		d, err := documentOf(directoryRoles.document(c, *o.role))
		if err != nil {
			panic("emulator: " + err.Error()) // a document of package wire is always an object
		}
		return append(document{{"@odata.type", "#microsoft.graph.directoryRole"}}, d...)
	},
}

// anyField are the members of objects of all types.
func anyField() []string {
	var out []string
	for _, k := range objectKinds {
		out = append(append(out, jsonNames(objectDocument(entra.Object{Type: k.kind}))...), silentFields[k.kind]...)
	}
	return append(out, jsonNames(wire.DirectoryRole{})...)
}

func listKind(kind entra.ObjectType) handler {
	return func(ctx context.Context, c *call) (reply, error) {
		return kindList(kind).list(ctx, c, c.directory.Objects(kind))
	}
}

func getKind(kind entra.ObjectType) handler {
	return func(ctx context.Context, c *call) (reply, error) {
		o, err := namedObject(c)
		if err == nil && o.Type != kind {
			err = missing(c, c.param("id"))
		}
		if err != nil {
			return reply{}, err
		}
		return kindList(kind).one(ctx, c, o)
	}
}

func getServicePrincipal(ctx context.Context, c *call) (reply, error) {
	o, err := namedObject(c)
	if err != nil {
		return reply{}, err
	}
	return kindList(entra.ServicePrincipal).one(ctx, c, o)
}

// namedObject is the object that the path names: by its ID, of a user by the
// user principal name too, by the application ID, or as "me".
func namedObject(c *call) (entra.Object, error) {
	if app := c.param("app"); app != "" {
		id, _ := rbac.ParseGUID(app)
		if o, ok := c.directory.ServicePrincipal(id); ok {
			return o, nil
		}
		return entra.Object{}, missing(c, app)
	}
	text := c.param("id")
	if text == "" {
		return signedInUser(c)
	}
	if id, ok := rbac.ParseGUID(text); ok {
		if o, ok := c.directory.Object(id); ok {
			return o, nil
		}
		return entra.Object{}, missing(c, text)
	}
	for _, o := range c.directory.Objects(entra.User) {
		if o.UserPrincipalName != "" && strings.EqualFold(o.UserPrincipalName, text) {
			return o, nil
		}
	}
	return entra.Object{}, missing(c, text)
}

// signedInUser is who calls, if that is a user.
func signedInUser(c *call) (entra.Object, error) {
	o, ok := c.directory.Object(c.caller)
	if !ok || o.Type != entra.User {
		return entra.Object{}, refuse(http.StatusBadRequest, wire.CodeBadRequest, "/me request is only valid with delegated authentication flow.")
	}
	return o, nil
}

func getMe(ctx context.Context, c *call) (reply, error) {
	o, err := signedInUser(c)
	if err != nil {
		return reply{}, err
	}
	return kindList(entra.User).one(ctx, c, o)
}

// knownObject is the document of an object, nil when there is none. A tenant
// without a directory file knows every ID.
func knownObject(ctx context.Context, c *call, id rbac.GUID) (any, error) {
	objects, err := c.backend.Entra.Objects(ctx, []rbac.GUID{id})
	if err != nil {
		return nil, about(c, err, wire.Values{})
	}
	o, ok := objects[id]
	if !ok {
		return nil, nil
	}
	return objectDocument(o), nil
}

func getObject(ctx context.Context, c *call) (reply, error) {
	id, ok := rbac.ParseGUID(c.param("id"))
	if !ok {
		return reply{}, missing(c, c.param("id"))
	}
	objects, err := c.backend.Entra.Objects(ctx, []rbac.GUID{id})
	if err != nil {
		return reply{}, about(c, err, wire.Values{})
	}
	o, ok := objects[id]
	if !ok {
		return reply{}, missing(c, c.param("id"))
	}
	return mixedList.one(ctx, c, mixedObject{Object: o})
}

// objectsOf are the objects of some IDs, in their order, without those that the
// directory does not know.
func objectsOf(ctx context.Context, c *call, ids []rbac.GUID) ([]entra.Object, error) {
	known, err := c.backend.Entra.Objects(ctx, ids)
	if err != nil {
		return nil, about(c, err, wire.Values{})
	}
	var out []entra.Object
	for _, id := range ids {
		if o, ok := known[id]; ok {
			out = append(out, o)
		}
	}
	return out, nil
}

func listObjects(ctx context.Context, c *call, ids []rbac.GUID) (reply, error) {
	objects, err := objectsOf(ctx, c, ids)
	if err != nil {
		return reply{}, err
	}
	return castList(ctx, c, objects)
}

// castList lists objects of the type that the path asks for at its end, such as
// microsoft.graph.user; without one, of all.
func castList(ctx context.Context, c *call, objects []entra.Object) (reply, error) {
	cast := c.param("cast")
	if cast == "" {
		return mixedList.list(ctx, c, mixed(objects))
	}
	for _, k := range objectKinds {
		if strings.EqualFold(cast, "microsoft.graph."+string(k.kind)) {
			return kindList(k.kind).list(ctx, c, slices.DeleteFunc(objects, func(o entra.Object) bool { return o.Type != k.kind }))
		}
	}
	return reply{}, refuse(http.StatusBadRequest, wire.CodeBadRequest, fmt.Sprintf("Resource not found for the segment '%s'.", cast))
}

// getByIDsMax is how many objects one request may ask for.
//
// Source: https://learn.microsoft.com/graph/api/directoryobject-getbyids
const getByIDsMax = 1000

func getByIDs(ctx context.Context, c *call) (reply, error) {
	var body struct {
		IDs   wire.Strings `json:"ids"`
		Types wire.Strings `json:"types"`
	}
	if err := c.decode(&body); err != nil {
		return reply{}, err
	}
	if n := len(body.IDs); n > getByIDsMax {
		return reply{}, badRequest("Too many identifiers in the request: %d. The maximum is %d.", n, getByIDsMax)
	}
	var ids []rbac.GUID
	for _, text := range body.IDs {
		id, ok := rbac.ParseGUID(text)
		if !ok {
			return reply{}, badRequest("Invalid GUID:%s", text)
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	objects, err := objectsOf(ctx, c, ids)
	if err != nil {
		return reply{}, err
	}
	if len(body.Types) > 0 {
		objects = slices.DeleteFunc(objects, func(o entra.Object) bool {
			return !slices.ContainsFunc(body.Types, func(t string) bool {
				return strings.EqualFold(t, string(o.Type)) || strings.EqualFold(t, "directoryObject")
			})
		})
	}
	c.pageSize = max(c.pageSize, getByIDsMax) // a POST has no next page
	return mixedList.list(ctx, c, mixed(objects))
}

func listMembers(kind entra.ObjectType, transitive bool) handler {
	return func(ctx context.Context, c *call) (reply, error) {
		o, err := namedObject(c)
		if err == nil && o.Type != kind {
			err = missing(c, c.param("id"))
		}
		if err != nil {
			return reply{}, err
		}
		ids := c.directory.Members(o.ID)
		if transitive {
			ids = transitiveMembers(c.directory, o.ID)
		}
		return listObjects(ctx, c, ids)
	}
}

// transitiveMembers are the members of a group and of the groups in it, each
// once. Groups may hold each other.
func transitiveMembers(d Directory, group rbac.GUID) []rbac.GUID {
	var out []rbac.GUID
	seen := map[rbac.GUID]bool{group: true}
	for queue := []rbac.GUID{group}; len(queue) > 0; queue = queue[1:] {
		for _, id := range d.Members(queue[0]) {
			if !seen[id] {
				seen[id] = true
				out, queue = append(out, id), append(queue, id)
			}
		}
	}
	return out
}

// groupsOf are the groups and administrative units of an object. Being in a
// group that is in a unit does not count as being in the unit.
func groupsOf(d Directory, id rbac.GUID, transitive bool) []entra.Object {
	var out []entra.Object
	for _, g := range d.MemberOf(id) {
		if o, ok := d.Object(g); ok && (transitive || slices.Contains(d.Members(g), id)) {
			out = append(out, o)
		}
	}
	for _, u := range d.Objects(entra.AdministrativeUnit) {
		if slices.Contains(d.Members(u.ID), id) {
			out = append(out, u)
		}
	}
	return out
}

// directoryRolesOf are the built-in roles that somebody has in the whole tenant:
// himself or, transitively, through his groups.
func directoryRolesOf(ctx context.Context, c *call, holders []rbac.GUID) ([]RoleTemplate, error) {
	assignments, err := c.backend.Entra.Assignments(ctx, entra.AssignmentFilter{DirectoryScope: entra.TenantScope})
	if err != nil {
		return nil, about(c, err, wire.Values{})
	}
	held := map[rbac.GUID]bool{}
	for _, a := range assignments {
		if slices.Contains(holders, a.PrincipalID) {
			held[a.RoleID] = true
		}
	}
	var out []RoleTemplate
	for _, t := range c.catalog.RoleTemplates() {
		if held[t.ID] {
			out = append(out, t)
		}
	}
	return out, nil
}

func memberOf(transitive bool) handler {
	return func(ctx context.Context, c *call) (reply, error) {
		o, err := namedObject(c)
		if err != nil {
			return reply{}, err
		}
		objects := groupsOf(c.directory, o.ID, transitive)
		if cast := c.param("cast"); cast != "" && !strings.EqualFold(cast, "microsoft.graph.directoryRole") {
			return castList(ctx, c, objects)
		}
		held := []rbac.GUID{o.ID}
		if transitive {
			held = append(held, c.directory.MemberOf(o.ID)...)
		}
		roles, err := directoryRolesOf(ctx, c, held)
		if err != nil {
			return reply{}, err
		}
		if c.param("cast") != "" {
			return directoryRoles.list(ctx, c, roles)
		}
		return mixedList.list(ctx, c, mixed(objects, roles...))
	}
}

// membershipQuery is the body of getMemberGroups and its like.
type membershipQuery struct {
	SecurityEnabledOnly bool         `json:"securityEnabledOnly"`
	GroupIDs            wire.Strings `json:"groupIds"`
}

// idList answers with IDs alone.
func idList(c *call, ids []string) (reply, error) {
	return reply{body: wire.Collection[string]{Context: c.context("Collection(Edm.String)"), Value: ids}}, nil
}

// memberGroups are the IDs of the groups of the object that the path names.
func memberGroups(c *call) (entra.Object, membershipQuery, []string, error) {
	var q membershipQuery
	if err := c.decode(&q); err != nil {
		return entra.Object{}, q, nil, err
	}
	o, err := namedObject(c)
	if err != nil {
		return o, q, nil, err
	}
	if q.SecurityEnabledOnly && o.Type == entra.Group {
		return o, q, nil, badRequest("securityEnabledOnly is supported for users and service principals only.")
	}
	var out []string
	for _, g := range c.directory.MemberOf(o.ID) {
		if group, ok := c.directory.Object(g); ok && (group.SecurityEnabled || !q.SecurityEnabledOnly) {
			out = append(out, g.String())
		}
	}
	return o, q, out, nil
}

func getMemberGroups(_ context.Context, c *call) (reply, error) {
	_, _, groups, err := memberGroups(c)
	if err != nil {
		return reply{}, err
	}
	return idList(c, groups)
}

func checkMemberGroups(_ context.Context, c *call) (reply, error) {
	_, q, groups, err := memberGroups(c)
	if err != nil {
		return reply{}, err
	}
	return idList(c, slices.DeleteFunc(groups, func(g string) bool {
		return !slices.ContainsFunc(q.GroupIDs, func(asked string) bool { return strings.EqualFold(asked, g) })
	}))
}

func getMemberObjects(ctx context.Context, c *call) (reply, error) {
	o, q, ids, err := memberGroups(c)
	if err != nil {
		return reply{}, err
	}
	if q.SecurityEnabledOnly {
		return idList(c, ids)
	}
	for _, u := range groupsOf(c.directory, o.ID, true) {
		if u.Type == entra.AdministrativeUnit {
			ids = append(ids, u.ID.String())
		}
	}
	roles, err := directoryRolesOf(ctx, c, append(c.directory.MemberOf(o.ID), o.ID))
	if err != nil {
		return reply{}, err
	}
	for _, r := range roles {
		ids = append(ids, directoryRoleID(c, r.ID).String())
	}
	return idList(c, ids)
}

// organization is the tenant itself.
type organization struct {
	ID              string   `json:"id"`
	DisplayName     string   `json:"displayName"`
	TenantType      string   `json:"tenantType"`
	VerifiedDomains []string `json:"verifiedDomains"`
}

var organizations = collection[organization]{
	context:  "organization",
	filter:   filterable[organization]{resource: "organization"},
	document: func(_ *call, o organization) any { return o },
}

func theOrganization(c *call) organization {
	return organization{ID: c.tenantID.String(), DisplayName: "Emulated tenant", TenantType: "AAD", VerifiedDomains: []string{}}
}

func listOrganization(ctx context.Context, c *call) (reply, error) {
	return organizations.list(ctx, c, []organization{theOrganization(c)})
}

func getOrganization(ctx context.Context, c *call) (reply, error) {
	if !strings.EqualFold(c.param("id"), c.tenantID.String()) {
		return reply{}, missing(c, c.param("id"))
	}
	return organizations.one(ctx, c, theOrganization(c))
}
