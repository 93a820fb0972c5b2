// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// The versions of the interfaces that are asked.
const (
	azureAuthorizationVersion    = "2022-04-01"
	azureSubscriptionsVersion    = "2022-12-01"
	azureManagementGroupsVersion = "2020-05-01"
)

// How long refusals that may be due to replication are met with another try,
// counted from the first.
const (
	// azurePrincipalPatience is for a principal that Azure Resource Manager does
	// not know yet. A principal that does not exist at all ends with a sentence
	// within two minutes, the requests included.
	azurePrincipalPatience = 90 * time.Second
	// azureEchoPatience is for what this run itself has just made or deleted: a
	// new role that can't be assigned yet, a deleted assignment that still counts.
	azureEchoPatience = time.Minute
)

var _ azure.Authorization = (*azureAuthorization)(nil)

// azureAuthorization is azure.Authorization over HTTP.
type azureAuthorization struct {
	client *client

	roles       *snapshot[rbac.GUID, azure.Role] // the custom ones
	assignments azureCollections
	hierarchy   azureHierarchy

	// Lists that serve a whole run: see azureLists.
	sharedAssignments azureLists[azure.Assignment]
	sharedBuiltIns    azureLists[azure.Role]
	sharedDenials     azureLists[azure.DenyAssignment]

	// What this run has written, by folded ARM ID. Lists that the service makes
	// may be older, by half a minute and more.
	ownRoles       azureWritten[azure.Role]
	ownAssignments azureWritten[azure.Assignment]
	unassigned     sync.Map // rbac.GUID of a role → true: this run has deleted assignments of it

	// What the caller may not list at the root of the tenant: each has a permission of its own.
	rolesForbidden, assignmentsForbidden, denialsForbidden atomic.Bool

	patience time.Duration // azurePrincipalPatience; tests have less
}

func newAzureAuthorization(c *client) *azureAuthorization {
	s := &azureAuthorization{client: c, patience: azurePrincipalPatience}
	s.roles = newSnapshot(
		func(r azure.Role) rbac.GUID { return r.ID },
		func(r azure.Role) string { return rbac.Fold(r.Name) },
		s.readRole,
		func(ctx context.Context) ([]azure.Role, error) {
			return s.listRolesAt(ctx, azure.Root, roleTypeFilter(azure.CustomRole))
		},
	)
	s.assignments.open = s.openCollection
	return s
}

// armRequest is a request of the authorization service about id, an ARM ID.
func armRequest(method, id, needs string) request {
	return request{
		System: rbac.Azure, Method: method, Path: armPath(id), Needs: needs,
		Query: url.Values{"api-version": {azureAuthorizationVersion}},
	}
}

// armList is the request of a list; filter may be empty.
func armList(scope azure.Scope, collection, filter, needs string) request {
	r := armRequest(http.MethodGet, azureBelow(scope, "/providers/"+collection), needs)
	if filter != "" {
		r.Query.Set("$filter", filter)
	}
	return r
}

// armPath is an ARM ID as the path of a URL.
func armPath(id string) string {
	segments := strings.Split(id, "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	return strings.Join(segments, "/")
}

// azureBelow is the ID of what lies at a scope.
func azureBelow(scope azure.Scope, id string) string { return strings.TrimSuffix(scope.ID(), "/") + id }

// armQuoted is a text as $filter takes it.
func armQuoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// azureDocument is what a document says.
type azureDocument[T any] interface{ Domain() (T, error) }

// armObjects reads a list. What is no value of ours (a kind of role or scope that
// nobody knows yet) is left out with a line in the log: it can't be managed, and
// must not be in the way of what can.
func armObjects[D azureDocument[T], T any](ctx context.Context, c *client, r request) ([]T, error) {
	docs, err := pages[D](ctx, c, r)
	if err != nil {
		return nil, err
	}
	out := make([]T, 0, len(docs))
	for _, d := range docs {
		v, err := d.Domain()
		if err != nil {
			c.log(ctx, "left out of a list: "+err.Error(), map[string]any{"path": r.Path})
			continue
		}
		out = append(out, v)
	}
	return out, nil
}

// armObject reads one object, past every snapshot.
func armObject[D azureDocument[T], T any](ctx context.Context, c *client, r request) (T, error) {
	var d D
	if _, err := c.do(ctx, r, &d); err != nil {
		var none T
		return none, azureGone(err)
	}
	return d.Domain()
}

// azureGone makes NotFound of a scope that does not exist: what lay in it is gone.
func azureGone(err error) error {
	if rbac.KindOf(err) != rbac.ScopeNotFound {
		return err
	}
	gone := *azureSaid(err)
	gone.Kind = rbac.NotFound
	return &gone
}

// azureFailure is an error of ours about something that the service has said or
// would say: of names the service's own error, nil if it was not asked.
func azureFailure(kind rbac.Kind, code, field, message string, of error) *rbac.Error {
	e := &rbac.Error{Kind: kind, System: rbac.Azure, Code: code, Field: field, Message: message, Err: of}
	if of != nil {
		e.RequestID = azureSaid(of).RequestID
	}
	return e
}

// azureCode is the service's code of an error.
func azureCode(err error) string {
	if err == nil {
		return ""
	}
	return azureSaid(err).Code
}

// azureSaid is the *rbac.Error that every error of the client is.
func azureSaid(err error) *rbac.Error {
	if e, ok := errors.AsType[*rbac.Error](err); ok {
		return e
	}
	return &rbac.Error{System: rbac.Azure, Err: err}
}

// visibleScopes are the subscriptions and management groups that the caller sees.
func (s *azureAuthorization) visibleScopes(ctx context.Context) ([]azure.Scope, error) {
	list := func(path, version string) request {
		return request{System: rbac.Azure, Method: http.MethodGet, Path: path, Query: url.Values{"api-version": {version}}}
	}
	subscriptions, err := pages[wire.Subscription](ctx, s.client, list("/subscriptions", azureSubscriptionsVersion))
	if err != nil {
		return nil, err
	}
	var out []azure.Scope
	for _, d := range subscriptions {
		if id, ok := rbac.ParseGUID(d.SubscriptionID); ok {
			out = append(out, azure.Subscription(id))
		}
	}
	groups, err := pages[wire.ManagementGroup](ctx, s.client, list("/providers/Microsoft.Management/managementGroups", azureManagementGroupsVersion))
	if err != nil {
		return out, nil //nolint:nilerr // who sees no management groups may see subscriptions
	}
	for _, d := range groups {
		if d.Name != "" {
			out = append(out, azure.ManagementGroup(d.Name))
		}
	}
	return out, nil
}

// everywhere lists a whole tenant. Who may not list at the root, which is
// remembered, sees what is at the subscriptions and management groups that are
// visible, and above them: objects may then be there more than once.
func everywhere[T any](ctx context.Context, s *azureAuthorization, forbidden *atomic.Bool, needs string, list func(context.Context, azure.Scope) ([]T, error)) ([]T, error) {
	var refused error
	if !forbidden.Load() {
		all, err := list(ctx, azure.Root)
		if rbac.KindOf(err) != rbac.Forbidden {
			return all, err
		}
		forbidden.Store(true)
		refused = err
	}
	scopes, err := s.visibleScopes(ctx)
	if err != nil {
		return nil, err
	}
	lists := make([][]T, len(scopes))
	errs := make([]error, len(scopes))
	var wait sync.WaitGroup
	for i, scope := range scopes {
		wait.Go(func() { lists[i], errs[i] = list(ctx, scope) }) // the client bounds how many are under way
	}
	wait.Wait()
	readable := false
	for _, err := range errs {
		switch {
		case err == nil:
			readable = true
		case rbac.KindOf(err) == rbac.Forbidden, rbac.IsNotFound(azureGone(err)): // seen but not to be read, or gone since
		default:
			return nil, err
		}
	}
	if !readable {
		if refused == nil {
			refused = azureFailure(rbac.Forbidden, "", "", "The caller may list neither at the root of the tenant nor at any of its subscriptions and management groups. "+
				"It needs "+needs+" at the scopes that it is to manage.", nil)
		}
		return nil, refused
	}
	return slices.Concat(lists...), nil
}
