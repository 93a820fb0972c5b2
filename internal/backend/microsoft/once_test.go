// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// maker is a service that makes one object per POST that it carries out.
type maker struct {
	made  int
	looks int
	hide  int // for how many looks an object is not seen
	// answers says for each POST whether it is carried out, and what is answered.
	answers []making
}

type making struct {
	carried bool
	answer  responder
}

func (m *maker) respond(n int, r *http.Request) (*http.Response, error) {
	step := m.answers[min(n, len(m.answers))-1]
	if step.carried {
		m.made++
	}
	return step.answer(n, r)
}

type madeThing struct{ ID string }

func (m *maker) find(context.Context) (madeThing, bool, error) {
	m.looks++
	if m.made > 0 && m.looks > m.hide {
		return madeThing{"found"}, true, nil
	}
	return madeThing{}, false, nil
}

func madeOK(_ int, r *http.Request) (*http.Response, error) { return says(r, 201, `{"ID":"made"}`) }

func TestThereIsExactlyOneObjectWhateverBecomesOfAPOST(t *testing.T) {
	t.Parallel()
	lostAfter := making{true, failsWith(io.ErrUnexpectedEOF)}
	lostBefore := making{false, failsWith(io.ErrUnexpectedEOF)}
	exists := making{false, func(_ int, r *http.Request) (*http.Response, error) {
		return says(r, 400, `{"error":{"code":"Request_BadRequest","message":"A conflicting object with one or more of the specified property values is present in the directory."}}`)
	}}
	for _, c := range []struct {
		name    string
		answers []making
		hide    int
		want    string
		kind    rbac.Kind
		made    int
		posts   int
		looks   int
	}{
		{name: "well", answers: []making{{true, madeOK}}, want: "made", made: 1, posts: 1},
		{name: "connection lost after it", answers: []making{lostAfter}, want: "found", made: 1, posts: 1, looks: 1},
		{name: "503 after it", answers: []making{{true, withHeaders(503)}}, want: "found", made: 1, posts: 1, looks: 1},
		{name: "connection lost before it", answers: []making{lostBefore, {true, madeOK}}, want: "made", made: 1, posts: 2, looks: 6},
		{name: "500 before it", answers: []making{{false, withHeaders(500)}, {true, madeOK}}, want: "made", made: 1, posts: 2, looks: 6},
		{name: "lost after it and hidden for some reads", answers: []making{lostAfter}, hide: 4, want: "found", made: 1, posts: 1, looks: 5},
		{name: "lost after it, hidden for long, and then refused as a duplicate", answers: []making{lostAfter, exists}, hide: 8, want: "found", made: 1, posts: 2, looks: 9},
		{name: "429 and then well", answers: []making{{false, withHeaders(429)}, {true, madeOK}}, want: "made", made: 1, posts: 2},
		{name: "no connection and then well", answers: []making{{false, failsWith(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED})}, {true, madeOK}}, want: "made", made: 1, posts: 2},
		{name: "a duplicate of somebody else's", answers: []making{exists}, kind: rbac.Exists, posts: 1},
		{name: "refused", answers: []making{{false, withHeaders(400)}}, kind: rbac.Invalid, posts: 1},
		{name: "lost before it each time", answers: []making{lostBefore}, kind: rbac.Unavailable, posts: 4, looks: 24},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m := &maker{answers: c.answers, hide: c.hide}
				client, wire := talk(t, Options{}, m.respond)
				got, err := post(t.Context(), client, request{System: rbac.Entra, Method: "POST", Path: "/x"}, m.find)
				if got.ID != c.want || (err == nil) != (c.want != "") || err != nil && rbac.KindOf(err) != c.kind {
					t.Errorf("%v, %v; want %q or kind %d", got, err, c.want, c.kind)
				}
				if m.made != c.made || wire.count() != c.posts || m.looks != c.looks {
					t.Errorf("%d made by %d POSTs, %d looks; want %d, %d, %d", m.made, wire.count(), m.looks, c.made, c.posts, c.looks)
				}
			})
		})
	}
}

func TestAnInterruptedPOSTIsLookedForOnceMore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &maker{answers: []making{{true, func(_ int, r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}}}}
		client, _ := talk(t, Options{}, m.respond)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		got, err := post(ctx, client, request{System: rbac.Intune, Method: "POST", Path: "/x"}, func(ctx context.Context) (madeThing, bool, error) {
			if err := ctx.Err(); err != nil {
				t.Errorf("the look is cut short: %v", err)
			}
			return m.find(ctx)
		})
		if got.ID != "found" || err != nil || m.looks != 1 {
			t.Errorf("%v, %v after %d looks; want what was made", got, err, m.looks)
		}
	})
}
