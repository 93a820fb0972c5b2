// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// The collections of objects that can be members of something.
var memberCollections = map[entra.ObjectType]string{
	entra.User: "/v1.0/users", entra.Group: "/v1.0/groups", entra.ServicePrincipal: "/v1.0/servicePrincipals", entra.Device: "/v1.0/devices",
}

// codeTooManyGroups is the refusal of getMemberGroups for who is in more groups
// than it tells: 11,000.
//
// Source: https://learn.microsoft.com/graph/api/directoryobject-getmembergroups
const codeTooManyGroups = "Directory_ResultSizeLimitExceeded"

// MemberOf implements [entra.Directory]: one request, whatever the principal is.
// Only who is in thousands of groups takes more.
func (d *entraDirectory) MemberOf(ctx context.Context, principal rbac.GUID) ([]rbac.GUID, error) {
	of := request{
		System: rbac.Entra, Method: http.MethodPost, Path: below("/v1.0/directoryObjects", principal, "/getMemberGroups"),
		Body: map[string]bool{"securityEnabledOnly": false}, Needs: needsDirectoryRead, Safe: true,
	}
	ids, err := pages[rbac.GUID](ctx, d.client, of)
	switch e := asError(err); {
	case err == nil:
		return sortedGUIDs(ids), nil
	case rbac.KindOf(err) == rbac.NotFound || rbac.KindOf(err) == rbac.PrincipalNotFound:
		return nil, d.missingMember(ctx, principal, err)
	case e == nil || !strings.EqualFold(strings.ReplaceAll(e.Code, "_", ""), strings.ReplaceAll(codeTooManyGroups, "_", "")):
		return nil, err
	}
	path, err := d.memberPath(ctx, principal)
	if err != nil || path == "" {
		return nil, err
	}
	groups, err := d.memberships(ctx, path+"/transitiveMemberOf/microsoft.graph.group")
	return groups, err
}

// Members implements [entra.Directory].
//
// Source: https://learn.microsoft.com/graph/api/group-list-transitivemembers
func (d *entraDirectory) Members(ctx context.Context, group rbac.GUID) ([]entra.Object, error) {
	docs, err := pages[wire.DirectoryObject](ctx, d.client, request{
		System: rbac.Entra, Method: http.MethodGet, Path: below("/v1.0/groups", group, "/transitiveMembers"), Needs: needsDirectoryRead,
		Query: url.Values{"$select": {"id,displayName,appId"}, "$top": {"999"}},
	})
	if rbac.KindOf(err) == rbac.NotFound || rbac.KindOf(err) == rbac.PrincipalNotFound {
		return nil, d.missingMember(ctx, group, err)
	}
	if err != nil {
		return nil, err
	}
	out := slices.DeleteFunc(readable(ctx, d.client, docs, wire.DirectoryObject.Domain), func(o entra.Object) bool { return o.Type == entra.Group })
	slices.SortFunc(out, func(a, b entra.Object) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

// missingMember is the error for a principal that Graph does not find, nil if
// there is one all the same, whose groups nobody keeps.
func (d *entraDirectory) missingMember(ctx context.Context, principal rbac.GUID, err error) error {
	known, lookErr := d.Objects(ctx, []rbac.GUID{principal})
	if _, ok := known[principal]; lookErr == nil && ok && !d.unreadable.Load() {
		return nil
	}
	message := cmp.Or(d.applicationID(ctx, principal),
		fmt.Sprintf("There is no principal %s in the directory. Check that it is the object ID of a user, group or service principal.", principal))
	return retold(err, func(e *rbac.Error) { e.Kind, e.Field, e.Message = rbac.PrincipalNotFound, "principal_id", message })
}

// memberPath is the path of an object in the collection of its type; empty for
// one that can't be a member.
func (d *entraDirectory) memberPath(ctx context.Context, id rbac.GUID) (string, error) {
	objects, err := d.Objects(ctx, []rbac.GUID{id})
	if err != nil {
		return "", err
	}
	o, ok := objects[id]
	switch {
	case !ok:
		return "", &rbac.Error{
			Kind: rbac.ScopeNotFound, System: rbac.Entra, Code: wire.CodeRequestNotFound, Field: "directory_scope",
			Message: fmt.Sprintf("There is no object %s in the directory. Correct the ID.", id),
		}
	case o.Type == "":
		return "", &rbac.Error{
			Kind: rbac.Forbidden, System: rbac.Entra, Field: "directory_scope",
			Message: fmt.Sprintf("The directory does not tell the caller what %s is. %s", id, grantOf(needsDirectoryRead)),
		}
	}
	if collection, ok := memberCollections[o.Type]; ok {
		return below(collection, id), nil
	}
	return "", nil
}

// UnitsOf implements [entra.Directory].
func (d *entraDirectory) UnitsOf(ctx context.Context, object rbac.GUID) ([]rbac.GUID, error) {
	path, err := d.memberPath(ctx, object)
	if err != nil || path == "" {
		return nil, err
	}
	return d.memberships(ctx, path+"/memberOf/microsoft.graph.administrativeUnit")
}

// memberships lists the IDs of a relationship that is narrowed to one type,
// which Graph does for those who take answers that lag a little.
//
// Source: https://learn.microsoft.com/graph/aad-advanced-queries
func (d *entraDirectory) memberships(ctx context.Context, path string) ([]rbac.GUID, error) {
	docs, err := pages[wire.DirectoryObject](ctx, d.client, request{
		System: rbac.Entra, Method: http.MethodGet, Path: path, Needs: needsDirectoryRead,
		Query:  url.Values{"$select": {"id"}, "$count": {"true"}, "$top": {"999"}},
		Header: http.Header{"ConsistencyLevel": {"eventual"}},
	})
	if err != nil {
		return nil, err
	}
	ids := make([]rbac.GUID, 0, len(docs))
	for _, o := range readable(ctx, d.client, docs, wire.DirectoryObject.Domain) {
		ids = append(ids, o.ID)
	}
	return sortedGUIDs(ids), nil
}

// sortedGUIDs are IDs of a service in canonical form, sorted, each once.
func sortedGUIDs(ids []rbac.GUID) []rbac.GUID {
	var out []rbac.GUID
	for _, id := range ids {
		if g, ok := rbac.ParseGUID(id.String()); ok {
			out = append(out, g)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Caller implements [entra.Directory]. The token says whose it is; only one that
// can't be read takes a request.
func (d *entraDirectory) Caller(ctx context.Context) (rbac.GUID, error) {
	token, err := d.client.graph.tokens.get(ctx)
	if err != nil {
		return "", err
	}
	if id, ok := guidIn(token, "oid"); ok {
		return id, nil
	}
	var me wire.DirectoryObject
	if _, err := d.client.do(ctx, request{System: rbac.Entra, Method: http.MethodGet, Path: "/v1.0/me", Query: url.Values{"$select": {"id"}}, Needs: "User.Read"}, &me); err != nil {
		return "", err
	}
	o, err := me.Domain()
	return o.ID, err
}
