// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// exchangeStep is one request that is expected, and what becomes of it.
type exchangeStep struct {
	want string // METHOD and URL without scheme and api-version, unescaped; and the body of a write after a line break, where it matters

	status int
	body   string
	header http.Header
	lost   bool   // the connection breaks
	then   func() // is called before the answer
}

// armScript plays the service: it takes the requests in the order that is
// written down, and no others.
type armScript struct {
	t     *testing.T
	mu    sync.Mutex
	steps []exchangeStep
}

// azureOn returns Azure in a tenant that answers by a script. The test fails for
// a request that is not in it, and at its end for one that did not come.
func azureOn(t *testing.T, steps ...exchangeStep) *azureAuthorization {
	t.Helper()
	s := &armScript{t: t, steps: steps}
	t.Cleanup(func() {
		for _, left := range s.steps {
			t.Errorf("never asked for: %s", left.want)
		}
	})
	return azureOver(t, s)
}

// azureOver returns Azure in a tenant behind a transport.
func azureOver(t *testing.T, transport http.RoundTripper) *azureAuthorization {
	t.Helper()
	tenant, err := New(Options{TenantID: "d0000000-0000-4000-8000-000000000001", Credential: testToken{}, Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	return tenant.azure
}

type testToken struct{}

func (testToken) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "t", ExpiresOn: time.Now().Add(24 * time.Hour)}, nil
}

// spelled is a request as scripts write it down.
func spelled(r *http.Request, body []byte) string {
	query := r.URL.Query()
	query.Del("api-version")
	text := r.Method + " " + strings.TrimPrefix(r.URL.Host, "management.azure.com") + r.URL.Path
	if q, err := url.QueryUnescape(query.Encode()); err == nil && q != "" {
		text += "?" + q
	}
	if r.Method != http.MethodGet && len(body) > 0 {
		text += "\n" + string(body)
	}
	return text
}

func (s *armScript) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if strings.HasPrefix(r.URL.Host, "management.") && r.URL.Query().Get("api-version") == "" {
		s.t.Errorf("%s %s has no api-version", r.Method, r.URL)
	}
	got := spelled(r, body)
	if len(s.steps) == 0 {
		s.t.Errorf("one request too many: %s", got)
		return answered(r, http.StatusTeapot, "", nil), nil
	}
	step := s.steps[0]
	s.steps = s.steps[1:]
	if !strings.Contains(step.want, "\n") {
		got, _, _ = strings.Cut(got, "\n")
	}
	if got != step.want {
		s.t.Errorf("asked\n%s\nwant\n%s", got, step.want)
	}
	if step.then != nil {
		step.then()
	}
	if step.lost {
		return nil, io.ErrUnexpectedEOF
	}
	return answered(r, step.status, step.body, step.header), nil
}

func answered(r *http.Request, status int, body string, header http.Header) *http.Response {
	h := http.Header{"Content-Type": {"application/json"}, "X-Ms-Request-Id": {"request-1"}}
	for name, values := range header {
		h[name] = values
	}
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Body: io.NopCloser(bytes.NewReader([]byte(body))), ContentLength: int64(len(body)), Request: r,
	}
}

// Steps of a script.

func gives(status int, want, body string) exchangeStep {
	return exchangeStep{want: want, status: status, body: body}
}

func refuses(status int, want, code, message string) exchangeStep {
	b, _ := json.Marshal(map[string]any{"error": map[string]string{"code": code, "message": message}})
	return exchangeStep{want: want, status: status, body: string(b)}
}

// page is a list of documents as one page.
func onePage(documents ...string) string { return `{"value":[` + strings.Join(documents, ",") + `]}` }

// The things that the tests are about.
const (
	testSub      = "/subscriptions/b0000000-0000-4000-8000-000000000001"
	testSub2     = "/subscriptions/b0000000-0000-4000-8000-000000000002"
	testMG       = "/providers/Microsoft.Management/managementGroups/Corp"
	testRole     = rbac.GUID("c0000000-0000-4000-8000-000000000001")
	testName     = rbac.GUID("e0000000-0000-4000-8000-000000000001")
	testOther    = rbac.GUID("e0000000-0000-4000-8000-000000000002")
	testUser     = rbac.GUID("a0000000-0000-4000-8000-000000000001")
	roleAt       = "/providers/Microsoft.Authorization/roleDefinitions/c0000000-0000-4000-8000-000000000001"
	assignmentAt = testSub + "/providers/Microsoft.Authorization/roleAssignments/e0000000-0000-4000-8000-000000000001"
	customRoles  = "GET /providers/Microsoft.Authorization/roleDefinitions?$filter=type eq 'CustomRole'"
)

func testScope(t *testing.T, text string) azure.Scope {
	t.Helper()
	s, err := azure.ParseScope(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// roleDocument is a role as the service answers; description may be anything.
func roleJSON(id rbac.GUID, name, description string) string {
	return fmt.Sprintf(`{"properties":{"roleName":%q,"type":"CustomRole","description":%q,"assignableScopes":["`+testSub+`"],`+
		`"permissions":[{"actions":["Microsoft.Compute/*/read"],"notActions":[],"dataActions":[],"notDataActions":[]}],`+
		`"createdOn":"2026-01-02T03:04:05.0000000Z","updatedOn":"2026-01-02T03:04:05.0000000Z","createdBy":null,"updatedBy":"a0000000-0000-4000-8000-000000000009"},`+
		`"id":"`+testSub+`/providers/Microsoft.Authorization/roleDefinitions/%s","type":"Microsoft.Authorization/roleDefinitions","name":"%s"}`, name, description, id, id)
}

func testRoleValue(description string) azure.Role {
	return azure.Role{
		ID: testRole, Name: "Operator", Description: description, AssignableScopes: []string{testSub},
		Permissions: []azure.Permission{{Actions: []string{"Microsoft.Compute/*/read"}}},
	}
}

// assignmentJSON is an assignment of the test role to the test user as the
// service answers.
func assignmentJSON(scope string, name rbac.GUID, kind, description string) string {
	text, _ := json.Marshal(description)
	if description == "" {
		text = []byte("null")
	}
	return fmt.Sprintf(`{"properties":{"roleDefinitionId":"`+testSub+`/providers/Microsoft.Authorization/roleDefinitions/`+testRole.String()+`","principalId":"`+testUser.String()+`",`+
		`"principalType":%q,"scope":%q,"condition":null,"conditionVersion":null,"createdOn":"2026-01-02T03:04:05.0000000Z","updatedOn":"2026-01-02T03:04:05.0000000Z",`+
		`"createdBy":null,"updatedBy":"a0000000-0000-4000-8000-000000000009","delegatedManagedIdentityResourceId":null,"description":%s},`+
		`"id":"%s/providers/Microsoft.Authorization/roleAssignments/%s","type":"Microsoft.Authorization/roleAssignments","name":"%s"}`,
		kind, scope, text, strings.TrimSuffix(scope, "/"), name, name)
}

func testGrant(t *testing.T, scope string, name rbac.GUID, kind, description string) azure.Assignment {
	t.Helper()
	return azure.Assignment{Name: name, Scope: testScope(t, scope), RoleID: testRole, PrincipalID: testUser, PrincipalType: kind, Description: description}
}

// Refusals that many scripts have.

func noRole(want string) exchangeStep {
	return refuses(http.StatusNotFound, want, "RoleDefinitionDoesNotExist", "The specified role definition with ID 'c0000000-0000-4000-8000-000000000001' does not exist.")
}

func noAssignment(want string) exchangeStep {
	return refuses(http.StatusNotFound, want, "RoleAssignmentNotFound", "The role assignment 'e0000000-0000-4000-8000-000000000001' is not found.")
}

// equalAzure compares whole values; an empty list and none are the same.
func equalAzure(t *testing.T, got, want any) {
	t.Helper()
	g, _ := json.Marshal(got)
	w, _ := json.Marshal(want)
	if !bytes.Equal(bytes.ReplaceAll(g, []byte("[]"), []byte("null")), bytes.ReplaceAll(w, []byte("[]"), []byte("null"))) {
		t.Errorf("got  %s\nwant %s", g, w)
	}
}

// failsAs checks what an error tells callers, and that it is a sentence with the
// words that matter.
func failsAs(t *testing.T, err error, kind rbac.Kind, code, existing string, words ...string) {
	t.Helper()
	var e *rbac.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want an error of ours", err)
	}
	if e.Kind != kind || e.Code != code || e.Existing != existing {
		t.Errorf("got kind %d, code %q, existing %q: %s\nwant kind %d, code %q, existing %q", e.Kind, e.Code, e.Existing, e.Message, kind, code, existing)
	}
	if !strings.HasSuffix(e.Message, ".") {
		t.Errorf("no sentence: %q", e.Message)
	}
	for _, w := range words {
		if !strings.Contains(e.Message, w) {
			t.Errorf("%q is not in the message: %s", w, e.Message)
		}
	}
}

// countingAzure serves a tenant from a function and counts what is asked.
type countingAzure struct {
	mu    sync.Mutex
	asked []string
	serve func(asked string) (status int, body string)
}

func (c *countingAzure) RoundTrip(r *http.Request) (*http.Response, error) {
	got := spelled(r, nil)
	c.mu.Lock()
	c.asked = append(c.asked, got)
	c.mu.Unlock()
	status, body := c.serve(got)
	return answered(r, status, body, nil), nil
}

func (c *countingAzure) sorted() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(slices.Values(c.asked))
}
