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

// azurePut is a PUT, which creates or replaces one object.
type azurePut[T any] struct {
	Request request
	What    string // the object in a sentence
	Old     T      // what was there before; the zero value before a create
	Want    T
	Update  bool // whether Old was there
	Same    func(a, b T) bool
	Read    func(context.Context) (T, error) // singly
	Fields  map[string]string                // what is at fault, by the service's code
	Keep    func(T)                          // remembers the result
}

// shows tells whether a read shows what was written: what was wanted, or what
// the service made of it in its answer. An answer that is no other than what was
// there before says nothing.
func (p azurePut[T]) shows(answer T) func(T) bool {
	answered := !p.Same(answer, p.Old)
	return func(got T) bool { return p.Same(got, p.Want) || answered && p.Same(got, answer) }
}

// azureReadsAfterFailure is how many reads have to agree that a write whose
// outcome is unknown has come to nothing.
const azureReadsAfterFailure = 2

// azureLastLook bounds the look at what a cancelled write has left behind.
const azureLastLook = 5 * time.Second

// sendAzure sends the PUT and returns the object as it was answered. After a failure
// that leaves the outcome open it looks; an object that is there as wanted is
// the result. Should ctx be at its end by then, it comes with the error: it is
// there, and belongs in the state.
func sendAzure[D azureDocument[T], T any](ctx context.Context, c *client, p azurePut[T]) (T, error) {
	var d D
	_, err := c.do(ctx, p.Request, &d)
	if err == nil {
		answer, err := d.Domain()
		if err != nil {
			return p.Want, nil // unreadable, but done: reads decide
		}
		return answer, nil
	}
	var none T
	if !maybeDone(err) {
		return none, atField(err, p.Fields)
	}
	look, cancel := ctx, func() {}
	if ctx.Err() != nil {
		look, cancel = context.WithTimeout(context.WithoutCancel(ctx), azureLastLook)
	}
	defer cancel()
	var found T
	reads := 0
	_ = poll(look, c, p.What, func(ctx context.Context) (bool, error) {
		got, readErr := p.Read(ctx)
		reads++
		switch {
		case readErr == nil && p.Same(got, p.Want):
			found = got
			reads = 0
			return true, nil
		case readErr != nil && !rbac.IsNotFound(readErr):
			return true, nil
		}
		return reads == azureReadsAfterFailure, nil
	})
	if reads > 0 {
		return none, err
	}
	if ctx.Err() != nil {
		return found, err
	}
	return found, nil
}

// atField says which field a refusal is about, where its code tells.
func atField(err error, fields map[string]string) error {
	e := azureSaid(err)
	if e.Field != "" || fields[e.Code] == "" {
		return err
	}
	return retold(err, func(e *rbac.Error) { e.Field = fields[e.Code] })
}

// settledAzure waits until reads show what a PUT has written, and remembers it.
func settledAzure[T any](ctx context.Context, c *client, p azurePut[T], answer T) (T, error) {
	got, err := settle(ctx, c, settling[T]{
		System: rbac.Azure, What: p.What, Written: answer, Trust: p.Update, Read: p.Read, Shows: p.shows(answer),
	})
	if err == nil {
		p.Keep(got)
	}
	return got, err
}

// vacant makes sure that a create finds nothing under its ID, since a PUT replaces
// whatever is there: an object that exists already is somebody's, if only that of
// a run that was interrupted before it could write its state. taken is its error.
// Until release is called, other creates of that ID wait.
func vacant[T any](ctx context.Context, w *azureWritten[T], id string, p azurePut[T], taken func(have T) error) (release func(), err error) {
	release, err = w.claim(ctx, id)
	if err != nil {
		return nil, err
	}
	if w.deleted(id) { // reads may still show what this run has deleted
		return release, nil
	}
	have, err := known(w, id, func() (T, error) { return p.Read(ctx) })
	switch {
	case rbac.IsNotFound(err):
		return release, nil
	case err == nil:
		err = taken(have)
	default:
		err = atField(err, p.Fields)
	}
	release()
	return nil, err
}

// insist repeats an attempt for as long as again wants it, which says how long
// its error is to be borne from the first refusal on; zero ends at once.
func (s *azureAuthorization) insist(ctx context.Context, what string, attempt func(context.Context) error, again func(error) time.Duration) error {
	var since time.Time
	var last error
	err := poll(ctx, s.client, what, func(ctx context.Context) (bool, error) {
		if last = attempt(ctx); last == nil {
			return true, nil
		}
		if since.IsZero() {
			since = time.Now()
		}
		bound := again(last)
		return bound == 0 || time.Since(since) >= bound, nil
	})
	if last != nil {
		return last
	}
	return err
}

// goneAfter waits until reads show a deletion. doubt is the error of a DELETE
// whose outcome is open, nil after one that succeeded: what reads go on to show
// after such a one was not deleted, and doubt says why.
func (s *azureAuthorization) goneAfter(ctx context.Context, doubt error, what string, read func(context.Context) error) error {
	if doubt == nil {
		return settleGone(ctx, s.client, rbac.Azure, what, read)
	}
	look, cancel := context.WithTimeout(ctx, azureEchoPatience)
	defer cancel()
	if settleGone(look, s.client, rbac.Azure, what, read) != nil {
		return doubt
	}
	return nil
}

// azureWritten remembers the results of own writes by folded ARM ID. The zero
// value remembers none.
type azureWritten[T any] struct {
	mu       sync.Mutex
	objects  map[string]*T            // nil: deleted
	creating map[string]chan struct{} // closed when the create is over
}

// claim is for a create, which looks before it writes: another create of the
// same ID waits until release is called, and then sees what came of this one.
func (w *azureWritten[T]) claim(ctx context.Context, id string) (release func(), err error) {
	id = rbac.Fold(id)
	for {
		w.mu.Lock()
		other, taken := w.creating[id]
		if !taken {
			break
		}
		w.mu.Unlock()
		select {
		case <-other:
		case <-ctx.Done():
			return nil, interrupted(ctx)
		}
	}
	defer w.mu.Unlock()
	if w.creating == nil {
		w.creating = map[string]chan struct{}{}
	}
	over := make(chan struct{})
	w.creating[id] = over
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.creating, id)
		close(over)
	}, nil
}

// put remembers an object that is there; nil one that was deleted.
func (w *azureWritten[T]) put(id string, v *T) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.objects == nil {
		w.objects = map[string]*T{}
	}
	w.objects[rbac.Fold(id)] = v
}

// forget is for a write that begins.
func (w *azureWritten[T]) forget(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.objects, rbac.Fold(id))
}

// of returns what is remembered: known is false if nothing is; there is nil if
// the object was deleted.
func (w *azureWritten[T]) of(id string) (there *T, known bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	there, known = w.objects[rbac.Fold(id)]
	return there, known
}

// known reads an object that is about to be changed. What this run has written is
// there, also when a replica that lags has not heard of it.
func known[T any](w *azureWritten[T], id string, read func() (T, error)) (T, error) {
	v, err := read()
	if own, _ := w.of(id); own != nil && rbac.IsNotFound(err) {
		return *own, nil
	}
	return v, err
}

// deleted reports whether this run has deleted an object.
func (w *azureWritten[T]) deleted(id string) bool {
	there, known := w.of(id)
	return known && there == nil
}

// patch puts own writes into a list that the service has made: what was deleted
// goes, what was written comes as it was written if belongs says so, which is
// told whether the service has it in the list. Objects that are there twice are
// left once.
func (w *azureWritten[T]) patch(list []T, id func(T) string, belongs func(v T, listed bool) bool) []T {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make([]T, 0, len(list))
	seen := make(map[string]bool, len(list))
	for _, v := range list {
		key := rbac.Fold(id(v))
		if seen[key] {
			continue
		}
		seen[key] = true
		if own, known := w.objects[key]; !known {
			out = append(out, v)
		} else if own != nil && belongs(*own, true) {
			out = append(out, *own)
		}
	}
	for key, own := range w.objects {
		if own != nil && !seen[key] && belongs(*own, false) {
			out = append(out, *own)
		}
	}
	return out
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
