// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	// looks is how often an object is looked for before it counts as not made: with
	// the pauses between, for some three seconds.
	looks = 6
	// ownLooks is how often it is looked for when the service says that it exists,
	// which reads have only to catch up with: for some ninety seconds.
	ownLooks = 24
	// posts is how often a POST is sent in all.
	posts = 4
	// lastLookTime is what an interrupted run has to find out what it made.
	lastLookTime = 4 * time.Second
)

// post carries out a POST that makes something, so that there is exactly one of
// it afterwards. After a failure that leaves open whether it was carried out,
// find looks for what this call would have made, by its natural key, past any
// snapshot: found is what is there and equal to what was wanted. Only when reads
// agree that there is nothing, the POST is sent again. An Exists error is
// examined by find too when this call may have made the object itself.
//
// T is the document that the service answers. find must return one like it.
func post[T any](ctx context.Context, c *client, r request, find func(context.Context) (value T, found bool, err error)) (T, error) {
	var none T
	for sent := 1; ; sent++ {
		var made T
		_, err := c.do(ctx, r, &made)
		if err == nil {
			return made, nil
		}
		ours := sent > 1 && rbac.KindOf(err) == rbac.Exists
		if !ours && !maybeDone(err) {
			return none, err
		}
		often := looks
		if ours {
			often = ownLooks
		}
		made, found, lookErr := lookFor(ctx, c, often, find)
		switch {
		case found:
			return made, nil
		case lookErr != nil || ours || sent == posts || ctx.Err() != nil:
			return none, err
		}
		c.log(ctx, "Sending a request again that was not carried out", map[string]any{"method": r.Method, "path": r.Path})
	}
}

// lookFor calls find until it finds, or has looked so often. When ctx has ended it
// still looks for a few seconds, so that what exists gets into state.
func lookFor[T any](ctx context.Context, c *client, often int, find func(context.Context) (T, bool, error)) (value T, found bool, err error) {
	left := often
	if ctx.Err() != nil {
		last, cancel := lastLook(ctx)
		defer cancel()
		ctx, left = last, looks // reads may have to catch up with what it made
	}
	err = poll(ctx, c, "what an unanswered request may have made", func(ctx context.Context) (bool, error) {
		var err error
		value, found, err = find(ctx)
		left--
		return found || left == 0, err
	})
	return value, found, err
}

// lastLook is a context for finding out, after the run has been interrupted, what
// it made: a few seconds that the interruption does not cut.
func lastLook(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), lastLookTime)
}
