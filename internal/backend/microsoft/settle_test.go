// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// replica answers reads one after the other; the last answer stays.
type replica struct {
	answers []any // a string is a content, an error is one
	reads   int
}

func (r *replica) read(context.Context) (string, error) {
	a := r.answers[min(r.reads, len(r.answers)-1)]
	r.reads++
	if err, ok := a.(error); ok {
		return "", err
	}
	text, _ := a.(string)
	return text, nil
}

var absent = &rbac.Error{Kind: rbac.NotFound, Message: "There is none."}

func settleOn(ctx context.Context, c *client, r *replica, trust bool) (string, error) {
	return settle(ctx, c, settling[string]{
		System: rbac.Azure, What: `Azure role "x"`, Written: "new", Trust: trust,
		Read: r.read, Shows: func(v string) bool { return v == "new" },
	})
}

func TestAWaitEndsWhenTwoReadsInARowAgree(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		trust   bool
		answers []any
		reads   int
		took    time.Duration
	}{
		{"an instant service after a create", false, []any{"new"}, 2, 0},
		{"an instant service after an update", true, []any{"new"}, 1, 0},
		{"not yet there", false, []any{absent, "new"}, 3, 100 * time.Millisecond},
		{"old content first", true, []any{"old", "new"}, 3, 100 * time.Millisecond},
		{"replicas that take turns", false, []any{"new", "old", "new", absent, "new"}, 6, 300 * time.Millisecond},
		{"longer and longer pauses", false, []any{absent, absent, absent, absent, absent, absent, absent, absent, "new"}, 10, 16300 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client, _ := talk(t, Options{}, nil)
				r := &replica{answers: c.answers}
				start := time.Now()
				got, err := settleOn(t.Context(), client, r, c.trust)
				if got != "new" || err != nil || r.reads != c.reads || time.Since(start) != c.took {
					t.Errorf("%q, %v after %d reads and %s; want %d and %s", got, err, r.reads, time.Since(start), c.reads, c.took)
				}
			})
		})
	}
}

func TestAWaitThatFailsSaysWhatIsKnownAndKeepsTheObject(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		answers []any
		want    rbac.Error
		reads   int
	}{
		{
			"out of time",
			[]any{"old"},
			rbac.Error{Kind: rbac.Unavailable, System: rbac.Azure, Message: `Azure role "x" was written, but reads did not show it within 16.3s, which is all the time that the operation had. ` +
				"The last one saw an older content. The object exists and is kept in state. Apply again, or raise the timeout if this happens often."},
			9,
		},
		{
			"may not read",
			[]any{&rbac.Error{Kind: rbac.Forbidden, Code: "AuthorizationFailed", RequestID: "r", Message: "You may not."}},
			rbac.Error{
				Kind: rbac.Forbidden, System: rbac.Azure, Code: "AuthorizationFailed", RequestID: "r",
				Message: `Azure role "x" was written and is kept in state, but it can't be read back: You may not.`,
			},
			1,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client, _ := talk(t, Options{}, nil)
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				r := &replica{answers: c.answers}
				got, err := settleOn(ctx, client, r, false)
				wantError(t, err, c.want)
				if got != "new" || r.reads != c.reads {
					t.Errorf("%q after %d reads, want the written one after %d", got, r.reads, c.reads)
				}
			})
		})
	}
}

func TestAnInterruptedWaitSaysSo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := talk(t, Options{}, nil)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Second, cancel)
		start := time.Now()
		got, err := settleOn(ctx, client, &replica{answers: []any{absent}}, false)
		if got != "new" || time.Since(start) != 10*time.Second || !errors.Is(err, context.Canceled) ||
			!strings.Contains(err.Error(), "did not show it before the run was interrupted, after 10s. The last one saw no such object.") {
			t.Errorf("%q, %v after %s", got, err, time.Since(start))
		}
	})
}

func TestAWaitIsLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lines []line
		client, _ := talk(t, Options{Log: func(_ context.Context, m string, f map[string]any) { lines = append(lines, line{m, f}) }}, nil)
		if _, err := settleOn(t.Context(), client, &replica{answers: []any{absent, "old", "new"}}, false); err != nil {
			t.Fatal(err)
		}
		if len(lines) != 2 || lines[1].fields["object"] != `Azure role "x"` || lines[1].fields["seen"] != "an older content" || lines[1].fields["pause_ms"] != int64(200) {
			t.Errorf("logged %v", lines)
		}
	})
}

func TestADeletionEndsWhenTheObjectIsGone(t *testing.T) {
	t.Parallel()
	gone := func(t *testing.T, timeout time.Duration, answers ...any) (int, time.Duration, error) {
		client, _ := talk(t, Options{}, nil)
		ctx, cancel := context.WithTimeout(t.Context(), timeout)
		defer cancel()
		r := &replica{answers: answers}
		start := time.Now()
		err := settleGone(ctx, client, rbac.Intune, `Intune role "x"`, func(ctx context.Context) error { _, err := r.read(ctx); return err })
		return r.reads, time.Since(start), err
	}
	synctest.Test(t, func(t *testing.T) {
		if reads, took, err := gone(t, time.Minute, absent); reads != 1 || took != 0 || err != nil {
			t.Errorf("%d reads in %s, %v; want 1 at once", reads, took, err)
		}
		if reads, took, err := gone(t, time.Minute, "there", "there", absent); reads != 3 || took != 300*time.Millisecond || err != nil {
			t.Errorf("%d reads in %s, %v; want 3 in 300ms", reads, took, err)
		}
		reads, _, err := gone(t, time.Second, "there")
		wantError(t, err, rbac.Error{Kind: rbac.Unavailable, System: rbac.Intune, Message: `Intune role "x" was deleted, but reads still showed it when the wait ended within 700ms, ` +
			"which is all the time that the operation had. Apply again, or raise the timeout if this happens often."})
		if reads != 4 {
			t.Errorf("%d reads, want 4", reads)
		}
		if _, _, err := gone(t, time.Second, &rbac.Error{Kind: rbac.Forbidden, Message: "No."}); rbac.KindOf(err) != rbac.Forbidden {
			t.Errorf("%v, want Forbidden", err)
		}
	})
}
