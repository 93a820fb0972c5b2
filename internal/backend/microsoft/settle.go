// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"fmt"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	// pollPause and longestPollPause are between reads that do not show yet what
	// was written: doubled each time.
	pollPause, longestPollPause = 100 * time.Millisecond, 5 * time.Second
	// agreeing is how many reads in a row have to show what was written: replicas
	// answer in turns, and one of them is not all.
	agreeing = 2
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
	agreed := 0
	if s.Trust && s.Shows(s.Written) {
		agreed++
	}
	start, seen := time.Now(), "nothing"
	for p := (pauses{}); ; {
		v, err := s.Read(ctx)
		switch {
		case err == nil && s.Shows(v):
			if agreed++; agreed >= agreeing {
				return v, nil
			}
			seen = "what was written, once"
			continue // replicas agree or not, whatever the pause between
		case err == nil:
			agreed, seen = 0, "an older content"
		case rbac.IsNotFound(err):
			agreed, seen = 0, "no such object"
		case ctx.Err() == nil:
			return s.Written, existsThough(s.System, s.What, err)
		}
		if err := p.next(ctx, c, "Waiting until reads show what was written", s.What, seen); err != nil {
			return s.Written, &rbac.Error{
				Kind: rbac.Unavailable, System: s.System, Err: err,
				Message: fmt.Sprintf("%s was written, but reads did not show it %s. The last one saw %s. "+
					"The object exists and is kept in state. Apply again, or raise the timeout if this happens often.",
					s.What, within(err, start), seen),
			}
		}
	}
}

// settleGone reads until the object is gone: one read after the delete on an
// instant service. The answer of the delete counts as the other one.
func settleGone(ctx context.Context, c *client, system rbac.System, what string, read func(context.Context) error) error {
	start := time.Now()
	for p := (pauses{}); ; {
		err := read(ctx)
		switch {
		case rbac.IsNotFound(err):
			return nil
		case err != nil && ctx.Err() == nil:
			return heldBack(system, what+" was deleted, but whether reads still show it can't be told", err)
		}
		if err := p.next(ctx, c, "Waiting until reads show the deletion", what, "the object"); err != nil {
			return &rbac.Error{
				Kind: rbac.Unavailable, System: system, Err: err,
				Message: fmt.Sprintf("%s was deleted, but reads still showed it when the wait ended %s. "+
					"Apply again, or raise the timeout if this happens often.", what, within(err, start)),
			}
		}
	}
}

// settleRemoved is settleGone for an object of a collection, which learns of it.
func settleRemoved[K comparable, V any](ctx context.Context, c *client, system rbac.System, what string, from *snapshot[K, V], k K) error {
	err := settleGone(ctx, c, system, what, func(ctx context.Context) error {
		_, err := from.one(ctx, k)
		return err
	})
	if err == nil {
		from.Remove(k)
	}
	return err
}

// poll calls step until it says done or fails, or until ctx ends: at once, then
// with the pauses of settle. When ctx ends, or is certain to end before the next
// step, it returns ctx's error, which the caller puts into a sentence.
func poll(ctx context.Context, c *client, what string, step func(context.Context) (done bool, err error)) error {
	for p := (pauses{}); ; {
		done, err := step(ctx)
		if done || err != nil {
			return err
		}
		if err := p.next(ctx, c, "Waiting", what, ""); err != nil {
			return err
		}
	}
}

// pauses are the waits between the reads of one wait.
type pauses struct {
	count int
}

// next waits until it is time for the next read, and logs what is waited for. It
// fails at once when ctx would end before.
func (p *pauses) next(ctx context.Context, c *client, message, what, seen string) error {
	wait := longestPollPause
	if p.count < 6 {
		wait = min(pollPause<<p.count, longestPollPause)
	}
	p.count++
	if !fits(ctx, wait) {
		return context.DeadlineExceeded
	}
	c.log(ctx, message, map[string]any{"object": what, "seen": seen, "reads": p.count, "pause_ms": wait.Milliseconds()})
	return sleep(ctx, wait)
}

// within says how long a wait took, or that it was cut short.
func within(err error, start time.Time) string {
	took := time.Since(start).Round(100 * time.Millisecond).String()
	if interruption(err) {
		return "before the run was interrupted, after " + took
	}
	return "within " + took + ", which is all the time that the operation had"
}

// existsThough is the error of a write that was carried out when reading its
// result fails.
func existsThough(system rbac.System, what string, err error) error {
	return heldBack(system, what+" was written and is kept in state, but it can't be read back", err)
}

// heldBack is the error of a write that was carried out, as done says, when the
// reads that should show it fail.
func heldBack(system rbac.System, done string, err error) error {
	out := &rbac.Error{Kind: rbac.KindOf(err), System: system, Err: err}
	reason := "Reading failed."
	if e := asError(err); e != nil {
		out.Code, out.RequestID, reason = e.Code, e.RequestID, e.Message
	}
	out.Message = done + ": " + reason
	return out
}
