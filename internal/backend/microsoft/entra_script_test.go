// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

// graphPlays runs a test of Entra and Intune against a script, see armScript, on a
// clock that does not wait. The test fails for a request that is not in the
// script, and for one that did not come.
func graphPlays(t *testing.T, steps []exchangeStep, test func(t *testing.T, e *entraDirectory, i *intuneManagement)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &armScript{t: t, steps: make([]exchangeStep, len(steps))}
		for n, step := range steps {
			step.want = strings.Replace(step.want, " /", " graph.microsoft.com/", 1)
			s.steps[n] = step
		}
		tenant, err := New(Options{TenantID: "d0000000-0000-4000-8000-000000000001", Credential: testToken{}, Transport: s})
		if err != nil {
			t.Fatal(err)
		}
		test(t, tenant.entra, tenant.intune)
		for _, left := range s.steps {
			t.Errorf("never asked for: %s", left.want)
		}
	})
}

// breaks is a request whose answer is lost.
func breaks(want string) exchangeStep { return exchangeStep{want: want, lost: true} }

// notThere is a read of an object that Graph does not have, or does not show yet.
func notThere(want string) exchangeStep {
	return refuses(http.StatusNotFound, want, "Request_ResourceNotFound", "Resource 'x' does not exist or one of its queried reference-property objects are not present.")
}

// conflicts is a create of what is there already.
func conflicts(want string) exchangeStep {
	return refuses(http.StatusBadRequest, want, "Request_BadRequest", "A conflicting object with one or more of the specified property values is present in the directory.")
}

// throttled is an answer of a service that wants to be left alone.
func throttled(want, seconds string) exchangeStep {
	return exchangeStep{want: want, status: http.StatusTooManyRequests, body: `{"error":{"code":"TooManyRequests","message":"Please retry again later."}}`, header: http.Header{"Retry-After": {seconds}}}
}

// same compares whole values.
func same(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// succeeds ends a test that has failed for another reason than its own.
func succeeds(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected refusal: %v", err)
	}
}

// graphServes runs a test of Entra and Intune against a function, on a clock that
// does not wait. The status 0 breaks the connection. asked tells what was asked
// for so far, without bodies.
func graphServes(t *testing.T, serve func(asked, body string) (status int, answer string),
	test func(t *testing.T, e *entraDirectory, i *intuneManagement, asked func() []string),
) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &graphFunction{serve: serve}
		tenant, err := New(Options{TenantID: "d0000000-0000-4000-8000-000000000001", Credential: testToken{}, Transport: s})
		if err != nil {
			t.Fatal(err)
		}
		test(t, tenant.entra, tenant.intune, func() []string {
			s.mu.Lock()
			defer s.mu.Unlock()
			return slices.Clone(s.asked)
		})
	})
}

type graphFunction struct {
	serve func(asked, body string) (status int, answer string)
	mu    sync.Mutex
	asked []string
}

func (f *graphFunction) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	asked := strings.Replace(spelled(r, nil), "graph.microsoft.com", "", 1)
	f.mu.Lock()
	f.asked = append(f.asked, asked)
	f.mu.Unlock()
	status, answer := f.serve(asked, string(body))
	if status == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	return answered(r, status, answer, nil), nil
}
