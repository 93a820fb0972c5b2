// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// graphDirectory is who exists in these tests: Alice is in Team and Admins, Team
// is in Everyone, Alice is in Unit.
const graphDirectory = `{
  "tenant_id": "d0000000-0000-4000-8000-000000000001", "cloud": "public",
  "users": [
    {"id": "a0000000-0000-4000-8000-000000000001", "display_name": "Alice", "user_principal_name": "alice@example.com"},
    {"id": "a0000000-0000-4000-8000-000000000002", "display_name": "Bob"}],
  "groups": [
    {"id": "a0000000-0000-4000-8000-000000000003", "display_name": "Team", "members": ["a0000000-0000-4000-8000-000000000001", "a0000000-0000-4000-8000-000000000006"]},
    {"id": "a0000000-0000-4000-8000-000000000004", "display_name": "Everyone", "members": ["a0000000-0000-4000-8000-000000000003", "a0000000-0000-4000-8000-000000000008"], "security_enabled": false},
    {"id": "a0000000-0000-4000-8000-000000000005", "display_name": "Admins", "members": ["a0000000-0000-4000-8000-000000000001"], "role_assignable": true}],
  "service_principals": [{"id": "a0000000-0000-4000-8000-000000000006", "app_id": "a0000000-0000-4000-8000-000000000007", "display_name": "Robot", "secret": "s3cret"}],
  "devices": [{"id": "a0000000-0000-4000-8000-000000000008", "display_name": "Laptop"}],
  "administrative_units": [{"id": "a0000000-0000-4000-8000-000000000009", "display_name": "Unit", "members": ["a0000000-0000-4000-8000-000000000001"]}]
}`

const (
	graphTenant = "d0000000-0000-4000-8000-000000000001"

	alice    = "a0000000-0000-4000-8000-000000000001"
	bob      = "a0000000-0000-4000-8000-000000000002"
	team     = "a0000000-0000-4000-8000-000000000003"
	everyone = "a0000000-0000-4000-8000-000000000004"
	admins   = "a0000000-0000-4000-8000-000000000005"
	robot    = "a0000000-0000-4000-8000-000000000006"
	robotApp = "a0000000-0000-4000-8000-000000000007"
	laptop   = "a0000000-0000-4000-8000-000000000008"
	unit     = "a0000000-0000-4000-8000-000000000009"
	stranger = "a0000000-0000-4000-8000-0000000000ff"

	userAdministrator = "fe930be7-5e62-47db-91af-98c3a49a38b1"
	globalReader      = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
	directoryReaders  = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
	helpDesk          = "9e0cc482-82df-4ab2-a24c-0c23a3f52e1e"
)

// made is the n-th ID that the tenant of a test gives.
func made(n int) string { return fmt.Sprintf("f0000000-0000-4000-8000-%012d", n) }

// graphClient asks an emulator as a client of Microsoft Graph does.
type graphClient struct {
	*testing.T
	client *http.Client
	token  string
	now    atomic.Int64 // seconds after the start
}

type graphOption func(*emulator.Options, *reference.Options)

func calledBy(id rbac.GUID) graphOption {
	return func(o *emulator.Options, _ *reference.Options) { o.Caller = id }
}

func noDirectory(o *emulator.Options, r *reference.Options) { o.Directory, r.Directory = nil, nil }

// newGraph serves a new reference tenant with the directory above.
func newGraph(t *testing.T, options ...graphOption) *graphClient {
	t.Helper()
	d, err := reference.ParseDirectory([]byte(graphDirectory))
	if err != nil {
		t.Fatal(err)
	}
	c := &graphClient{T: t}
	start := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	var mu sync.Mutex
	given := 0
	r := reference.Options{Directory: d, NewID: func() rbac.GUID {
		mu.Lock()
		defer mu.Unlock()
		given++
		return rbac.GUID(made(given))
	}}
	o := emulator.Options{
		Directory: d, TenantID: d.TenantID, Catalog: graphCatalog{}, Now: func() time.Time { return start.Add(time.Duration(c.now.Load()) * time.Second) },
		NewID: func() rbac.GUID { return "e0000000-0000-4000-8000-000000000001" },
	}
	for _, option := range options {
		option(&o, &r)
	}
	o.Backend = openTenant(t, r)
	s, err := emulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	c.client = &http.Client{Transport: s.RoundTripper()}
	c.signIn()
	return c
}

// signIn gets a token, which is good for an hour.
func (c *graphClient) signIn() {
	c.Helper()
	c.token = signedIn(c, c.client, graphTenant, robotApp, "https://graph.microsoft.com/.default")
}

// graphAnswer is an answer with its body as text.
type graphAnswer struct {
	status int
	header http.Header
	body   string
}

// ask sends a request to a path with the version in front, or to a whole URL.
// Blanks in a query are escaped. headers are names and values in turn.
func (c *graphClient) ask(method, path, body string, headers ...string) graphAnswer {
	c.Helper()
	link := path
	if !strings.HasPrefix(link, "https://") {
		link = "https://graph.microsoft.com" + strings.ReplaceAll(path, " ", "%20")
	}
	r, err := http.NewRequestWithContext(c.Context(), method, link, strings.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := c.client.Do(r)
	if err != nil {
		c.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		c.Fatal(err)
	}
	return graphAnswer{answer.StatusCode, answer.Header, string(data)}
}

// answers checks the status and the whole body of an answer.
func (c *graphClient) answers(method, path, body string, status int, want string, headers ...string) graphAnswer {
	c.Helper()
	a := c.ask(method, path, body, headers...)
	if !equalJSON(a.body, want) || a.status != status {
		c.Errorf("%s %s\ngot  %d %s\nwant %d %s", method, path, a.status, a.body, status, want)
	}
	return a
}

// done sends a request that has to succeed.
func (c *graphClient) done(method, path, body string, headers ...string) string {
	c.Helper()
	a := c.ask(method, path, body, headers...)
	if a.status < 200 || a.status > 299 {
		c.Fatalf("%s %s: %d %s", method, path, a.status, a.body)
	}
	return a.body
}

// refuses checks status, code and words of a refusal, in Graph's envelope or in
// Intune's within it.
func (c *graphClient) refuses(method, path, body string, status int, code, words string, headers ...string) graphAnswer {
	c.Helper()
	a := c.ask(method, path, body, headers...)
	var got struct {
		Error struct{ Code, Message string }
	}
	if err := json.Unmarshal([]byte(a.body), &got); err != nil {
		c.Fatalf("%s %s: %d %s", method, path, a.status, a.body)
	}
	if strings.Contains(path, "/deviceManagement/") {
		var inner struct {
			Version int `json:"_version"`
			Message string
		}
		if err := json.Unmarshal([]byte(got.Error.Message), &inner); err != nil || inner.Version != 3 {
			c.Errorf("%s %s: the message is not that of Intune: %s", method, path, a.body)
		}
		got.Error.Message, _, _ = strings.Cut(inner.Message, " - Operation ID (for customer support): ")
	}
	if a.status != status || got.Error.Code != code || got.Error.Message != words {
		c.Errorf("%s %s\ngot  %d %s: %s\nwant %d %s: %s", method, path, a.status, got.Error.Code, got.Error.Message, status, code, words)
	}
	return a
}

// list returns one member of all items of a list, over all pages, and how many
// pages there were.
func (c *graphClient) list(path, member string, headers ...string) (values []string, pages int) {
	c.Helper()
	for path != "" {
		var page struct {
			Value    []map[string]any
			NextLink string `json:"@odata.nextLink"`
		}
		text := c.done(http.MethodGet, path, "", headers...)
		if err := json.Unmarshal([]byte(text), &page); err != nil {
			c.Fatalf("GET %s: %s", path, text)
		}
		for _, item := range page.Value {
			values = append(values, fmt.Sprint(item[member]))
		}
		path = page.NextLink
		pages++
	}
	return values, pages
}

// lists checks one member of all items of a list, in order.
func (c *graphClient) lists(path, member string, want ...string) {
	c.Helper()
	got, _ := c.list(path, member)
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		c.Errorf("GET %s: %q, want %q", path, got, want)
	}
}

func equalJSON(a, b string) bool {
	if a == "" || b == "" {
		return a == b
	}
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(x, y)
}

// graphCatalog knows few permissions and the templates of three roles.
type graphCatalog struct{}

func (graphCatalog) AzureProviders() []emulator.AzureProvider { return nil }

func (graphCatalog) EntraActions() []emulator.EntraAction {
	return []emulator.EntraAction{
		{Name: "microsoft.directory/applications/credentials/update", Description: "Update credentials of applications", Privileged: true},
		{Name: "microsoft.directory/applications/standard/read", Description: "Read standard properties of applications"},
		{Name: "microsoft.directory/users/allProperties/allTasks", Privileged: true},
		{Name: "microsoft.office365.messageCenter/messages/read"},
	}
}

func (graphCatalog) IntuneOperations() []emulator.IntuneOperation {
	return []emulator.IntuneOperation{
		{Action: "Microsoft.Intune_MobileApps_Assign", Resource: "Mobile apps", Name: "Assign", Description: "Assign mobile apps"},
		{Action: "Microsoft.Intune_MobileApps_Read", Resource: "Mobile apps", Name: "Read"},
	}
}

func (graphCatalog) RoleTemplates() []emulator.RoleTemplate {
	return []emulator.RoleTemplate{
		{ID: globalReader, Name: "Global Reader", Description: "Can read everything."},
		{ID: userAdministrator, Name: "User Administrator"},
	}
}
