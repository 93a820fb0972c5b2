// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

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
