// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/backendtest"
	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// crowd is Azure in a tenant with many role assignments.
type crowd struct {
	azure.Authorization
	all []azure.Assignment
}

// Assignments returns all of them, which lie in one subscription.
func (c crowd) Assignments(context.Context, azure.AssignmentFilter) ([]azure.Assignment, error) {
	return slices.Clone(c.all), nil
}

// Assignment finds one.
func (c crowd) Assignment(_ context.Context, _ azure.Scope, name rbac.GUID) (azure.Assignment, error) {
	for _, a := range c.all {
		if a.Name == name {
			return a, nil
		}
	}
	return azure.Assignment{}, &rbac.Error{Kind: rbac.NotFound, System: rbac.Azure, Code: "RoleAssignmentNotFound", Message: "There is none."}
}

func TestRefreshingFiveThousandAssignmentsIsNeverThrottled(t *testing.T) {
	t.Parallel()
	c := crowd{}
	subscription := azure.Subscription("b0000000-0000-4000-8000-000000000001")
	for n := range 5000 {
		c.all = append(c.all, azure.Assignment{
			Scope: subscription, Name: rbac.GUID(fmt.Sprintf("00000000-0000-4000-8000-%012d", n)),
			RoleID: "acdd72a7-3385-48ef-bd42-f606fba81ae7", PrincipalID: rbac.GUID(fmt.Sprintf("10000000-0000-4000-8000-%012d", n)), PrincipalType: "User",
		})
	}
	server, err := emulator.New(emulator.Options{Backend: backend.Backend{Azure: c}, RateLimits: true, PageSize: 100})
	if err != nil {
		t.Fatal(err)
	}
	b := clientOf(t, Options{Transport: server.RoundTripper()}).Backend()
	var all sync.WaitGroup
	for part := range 10 { // as many as Terraform reads at once
		all.Go(func() {
			for _, want := range c.all[part*500 : (part+1)*500] {
				if got, err := b.Azure.Assignment(t.Context(), want.Scope, want.Name); err != nil || got.PrincipalID != want.PrincipalID {
					t.Errorf("%v, %v; want %v", got, err, want)
				}
			}
		})
	}
	all.Wait()
	asked, throttled := 0, 0
	for _, r := range server.Requests() {
		if strings.Contains(r.Path, "/roleAssignments") {
			asked++
		}
		if r.Status == http.StatusTooManyRequests {
			throttled++
		}
	}
	if asked != 52 || throttled != 0 {
		t.Errorf("%d requests, %d of them throttled; want 2 single ones, 50 pages, and none", asked, throttled)
	}
}

// quiet is a place for log lines that several goroutines write.
type quiet struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (q *quiet) line(_ context.Context, message string, fields map[string]any) {
	q.mu.Lock()
	defer q.mu.Unlock()
	fmt.Fprintf(&q.text, "%s %+v\n", message, fields)
}

func TestNoSecretIsInTheLogOrInAnError(t *testing.T) {
	t.Parallel()
	server := emulated(t, backendtest.Options{}, emulator.Options{})
	if err := server.SetFaults(
		emulator.Fault{Path: "/subscriptions/", Method: "PUT", Status: 403, Times: 1},
		emulator.Fault{Path: "roleScopeTags", Method: "POST", When: emulator.AfterIt, Drop: true, Times: 1},
		emulator.Fault{Path: "roleManagement", Method: "GET", Status: 401},
	); err != nil {
		t.Fatal(err)
	}
	said := &quiet{}
	heard := &overheard{RoundTripper: server.RoundTripper()}
	b := clientOf(t, Options{Transport: heard, Log: said.line, UserAgent: "rbac/1"}).Backend()
	_, err1 := b.Azure.CreateAssignment(t.Context(), azure.Assignment{
		Scope: azure.Subscription("b0000000-0000-4000-8000-000000000001"), Name: rbac.NewGUID(), RoleID: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
		PrincipalID: "a0000000-0000-4000-8000-000000000001", PrincipalType: "User",
	})
	_, err2 := b.Entra.Assignments(t.Context(), entra.AssignmentFilter{})
	_, err3 := b.Intune.CreateScopeTag(t.Context(), intune.ScopeTag{Name: "Europe"})
	if rbac.KindOf(err1) != rbac.Forbidden || rbac.KindOf(err2) != rbac.Unauthenticated || err3 != nil {
		t.Errorf("%v; %v; %v", err1, err2, err3)
	}
	for _, err := range []error{err1, err2} {
		fmt.Fprintf(&said.text, "%v %+v %#v\n", err, err, asError(err).Err)
	}
	text := said.text.String()
	if len(heard.tokens) < 2 || strings.Count(text, "Microsoft request") < 8 {
		t.Fatalf("%d tokens, and a log that is too short to tell:\n%s", len(heard.tokens), text)
	}
	for _, secret := range append(heard.tokens, "s3cret-value", "Bearer", "Authorization:") {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in what is told:\n%s", secret, text)
		}
	}
}

// overheard keeps the tokens that pass.
type overheard struct {
	http.RoundTripper
	mu     sync.Mutex
	tokens []string
}

// RoundTrip passes a request on.
func (o *overheard) RoundTrip(r *http.Request) (*http.Response, error) {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		o.mu.Lock()
		o.tokens = append(o.tokens, token)
		o.mu.Unlock()
	}
	return o.RoundTripper.RoundTrip(r)
}

func TestATenantThatSlowsDownIsWaitedForAndTheRestGoesOn(t *testing.T) {
	t.Parallel()
	server := emulated(t, backendtest.Options{}, emulator.Options{})
	if err := server.SetFaults(emulator.Fault{Path: "roleDefinitions", Status: 429, RetryAfter: 50 * time.Millisecond, Times: 5}); err != nil {
		t.Fatal(err)
	}
	b := clientOf(t, Options{Transport: server.RoundTripper()}).Backend()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := b.Entra.Role(t.Context(), "f2ef992c-3afb-46b9-b7cf-a126ee74c451"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
