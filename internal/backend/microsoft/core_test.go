// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// responder plays both services: it is given the number of a request, from 1.
type responder func(n int, r *http.Request) (*http.Response, error)

// wireTap counts and times the requests that a responder gets.
type wireTap struct {
	respond responder

	mu    sync.Mutex
	start time.Time
	seen  []*http.Request
	after []time.Duration // since the first request
}

// RoundTrip answers one request.
func (w *wireTap) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	if w.start.IsZero() {
		w.start = time.Now()
	}
	w.seen = append(w.seen, r)
	w.after = append(w.after, time.Since(w.start))
	n := len(w.seen)
	w.mu.Unlock()
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.respond(n, r)
}

func (w *wireTap) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.seen)
}

// line is one line of the log.
type line struct {
	message string
	fields  map[string]any
}

// talk returns a client that talks to a responder, and what it said.
func talk(t *testing.T, o Options, respond responder) (*client, *wireTap) {
	t.Helper()
	w := &wireTap{respond: respond}
	o.Transport = w
	if o.Credential == nil {
		o.Credential = &mint{}
	}
	tenant, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return tenant.client, w
}

// mint is a credential that numbers its tokens: t1, t2.
type mint struct {
	life   time.Duration // of a token; 0 is an hour
	fail   error
	mu     sync.Mutex
	claims []string // of each request
	scopes []string
}

// GetToken returns a new token.
func (m *mint) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.claims = append(m.claims, o.Claims)
	m.scopes = append(m.scopes, o.Scopes...)
	if m.fail != nil {
		return azcore.AccessToken{}, m.fail
	}
	life := m.life
	if life == 0 {
		life = time.Hour
	}
	return azcore.AccessToken{Token: fmt.Sprintf("t%d", len(m.claims)), ExpiresOn: time.Now().Add(life)}, nil
}

// says is an answer with a status and a body, and headers in pairs.
func says(r *http.Request, status int, body string, headers ...string) (*http.Response, error) {
	h := http.Header{}
	for i := 0; i+1 < len(headers); i += 2 {
		h.Add(headers[i], headers[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// get is a request that reads.
func get(system rbac.System) request {
	return request{System: system, Method: http.MethodGet, Path: "/x"}
}

// wantError compares all of an error that a person may see.
func wantError(t *testing.T, err error, want rbac.Error) {
	t.Helper()
	var e *rbac.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want an error of kind %d", err, want.Kind)
	}
	got := *e
	got.Err = nil
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
