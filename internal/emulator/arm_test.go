// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
)

// armDirectory is the world of these tests: Root > Corp > Prod group; subProd is
// in Prod, subDev in Root. Alice is in Team, which is in Everyone.
const armDirectory = `{
  "tenant_id": "d0000000-0000-4000-8000-000000000001", "cloud": "public", "caller": "a0000000-0000-4000-8000-000000000001",
  "users": [{"id": "a0000000-0000-4000-8000-000000000001", "display_name": "Alice"}],
  "groups": [
    {"id": "a0000000-0000-4000-8000-000000000002", "display_name": "Team", "members": ["a0000000-0000-4000-8000-000000000001"]},
    {"id": "a0000000-0000-4000-8000-000000000003", "display_name": "Everyone", "members": ["a0000000-0000-4000-8000-000000000002"]}],
  "service_principals": [{"id": "a0000000-0000-4000-8000-000000000005", "app_id": "a0000000-0000-4000-8000-000000000006", "display_name": "Robot", "secret": "s3cret"}],
  "management_groups": [{"id": "Root", "display_name": "Top"}, {"id": "Corp", "parent": "Root"}, {"id": "Prod", "display_name": "Production", "parent": "Corp"}],
  "subscriptions": [
    {"id": "b0000000-0000-4000-8000-000000000001", "display_name": "Prod one", "management_group": "Prod"},
    {"id": "b0000000-0000-4000-8000-000000000002", "management_group": "Root"}]
}`

const (
	armAlice    = "a0000000-0000-4000-8000-000000000001"
	armTeam     = "a0000000-0000-4000-8000-000000000002"
	armEveryone = "a0000000-0000-4000-8000-000000000003"
	armRobot    = "a0000000-0000-4000-8000-000000000005"
	armNobody   = "a0000000-0000-4000-8000-0000000000ff"
	armTenant   = "d0000000-0000-4000-8000-000000000001"

	subProd = "/subscriptions/b0000000-0000-4000-8000-000000000001"
	subDev  = "/subscriptions/b0000000-0000-4000-8000-000000000002"
	subNone = "/subscriptions/b0000000-0000-4000-8000-0000000000ff"
	mgRoot  = "/providers/Microsoft.Management/managementGroups/Root"
	mgCorp  = "/providers/Microsoft.Management/managementGroups/Corp"
	mgProd  = "/providers/Microsoft.Management/managementGroups/Prod"

	roleDefinitions = "/providers/Microsoft.Authorization/roleDefinitions"
	roleAssignments = "/providers/Microsoft.Authorization/roleAssignments"

	reader      = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
	contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c"

	operator = "c0000000-0000-4000-8000-000000000001" // a custom role
	grant    = "e0000000-0000-4000-8000-000000000001" // a role assignment
)

// armStart is when the clock of these tests stands at first.
var armStart = time.Date(2026, 11, 22, 10, 0, 0, 1234500, time.UTC)

// armClient asks an emulator as a client of Azure Resource Manager does.
type armClient struct {
	testing.TB
	client *http.Client
	token  string
	clock  atomic.Pointer[time.Time]
}

type armOption func(*emulator.Options, *reference.Options)

func withoutDirectory(o *emulator.Options, r *reference.Options) { o.Directory, r.Directory = nil, nil }

func withPages(n int) armOption {
	return func(o *emulator.Options, _ *reference.Options) { o.PageSize = n }
}

// newARM serves a new reference tenant with the directory above.
func newARM(t testing.TB, options ...armOption) *armClient {
	t.Helper()
	d, err := reference.ParseDirectory([]byte(armDirectory))
	if err != nil {
		t.Fatal(err)
	}
	c := &armClient{TB: t}
	c.clock.Store(&armStart)
	o := emulator.Options{
		Directory: d, TenantID: d.TenantID, Caller: d.Caller, Cloud: d.Cloud, Catalog: armCatalog{},
		Now: func() time.Time { return *c.clock.Load() },
	}
	r := reference.Options{Directory: d}
	for _, option := range options {
		option(&o, &r)
	}
	if o.Directory == nil {
		o.Caller = ""
	}
	o.Backend = openTenant(t, r)
	s, err := emulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	c.client = &http.Client{Transport: s.RoundTripper()}
	c.token = signedIn(t, c.client, armTenant, "a0000000-0000-4000-8000-000000000006", "https://management.azure.com/.default")
	return c
}

// at moves the clock to so many minutes after the start.
func (c *armClient) at(minutes int) {
	now := armStart.Add(time.Duration(minutes) * time.Minute)
	c.clock.Store(&now)
}

// apiVersions are what clients send, by the last word of a path that is known.
var apiVersions = map[string]string{
	"roledefinitions": "2022-04-01", "roleassignments": "2022-04-01", "denyassignments": "2022-04-01", "permissions": "2022-04-01",
	"elevateaccess": "2015-07-01", "provideroperations": "2022-04-01", "managementgroups": "2020-05-01",
}

func versionOf(path string) string {
	version := "2022-12-01"
	for _, word := range strings.Split(strings.ToLower(path), "/") {
		if v, ok := apiVersions[word]; ok {
			version = v
		}
		if strings.HasPrefix(word, "roleassignmentschedule") || strings.HasPrefix(word, "roleeligib") || strings.HasPrefix(word, "rolemanagement") || word == "eligiblechildresources" {
			version = "2020-10-01"
		}
	}
	return version
}

// ask sends a request and returns the status and body of the answer. The path
// may have a query; the api-version is added.
func (c *armClient) ask(method, path, body string) (int, string) {
	c.Helper()
	before, query, _ := strings.Cut(path, "?")
	v, err := url.ParseQuery(query)
	if err != nil {
		c.Fatal(err)
	}
	if !v.Has("api-version") {
		v.Set("api-version", versionOf(before))
	}
	return c.send(method, "https://management.azure.com"+before+"?"+v.Encode(), body)
}

// send is ask for a whole URL.
func (c *armClient) send(method, link, body string) (int, string) {
	c.Helper()
	r, err := http.NewRequestWithContext(c.Context(), method, link, strings.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
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
	return answer.StatusCode, string(data)
}

// answers checks status and whole body of an answer, members in their order.
func (c *armClient) answers(method, path, body string, status int, want string) {
	c.Helper()
	got, text := c.ask(method, path, body)
	c.is(method+" "+path, got, text, status, want)
}

func (c *armClient) is(what string, got int, text string, status int, want string) {
	c.Helper()
	if want = compact(c, want); got != status || text != want {
		c.Errorf("%s\ngot  %d %s\nwant %d %s", what, got, text, status, want)
	}
}

// done sends a request that has to succeed.
func (c *armClient) done(method, path, body string) string {
	c.Helper()
	status, text := c.ask(method, path, body)
	if status < 200 || status > 299 {
		c.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	return text
}

// refuses checks a refusal: status, code and words.
func (c *armClient) refuses(method, path, body string, status int, code, words string) {
	c.Helper()
	got, text := c.ask(method, path, body)
	want, err := json.Marshal(map[string]any{"error": map[string]string{"code": code, "message": words}})
	if err != nil {
		c.Fatal(err)
	}
	if !sameJSON(text, string(want)) || got != status {
		c.Errorf("%s %s\ngot  %d %s\nwant %d %s", method, path, got, text, status, want)
	}
}

// list returns the values of one member of all items of a list, such as
// "properties.roleName", over all pages.
func (c *armClient) list(path, member string) []string {
	c.Helper()
	out := []string{}
	status, text := c.ask(http.MethodGet, path, "")
	for {
		var page struct {
			Value    []map[string]any `json:"value"`
			NextLink string           `json:"nextLink"`
		}
		if err := json.Unmarshal([]byte(text), &page); err != nil || status != 200 {
			c.Fatalf("GET %s: %d %s", path, status, text)
		}
		for _, item := range page.Value {
			var v any = item
			for _, key := range strings.Split(member, ".") {
				m, ok := v.(map[string]any)
				if !ok {
					c.Fatalf("no %s in %v", member, item)
				}
				v = m[key]
			}
			s, ok := v.(string)
			if !ok {
				c.Fatalf("%s of %v is no text", member, item)
			}
			out = append(out, s)
		}
		if page.NextLink == "" {
			return out
		}
		status, text = c.send(http.MethodGet, page.NextLink, "")
	}
}

func compact(t testing.TB, text string) string {
	if text == "" {
		return ""
	}
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(text)); err != nil {
		t.Fatalf("no JSON: %s", text)
	}
	return b.String()
}

func sameJSON(a, b string) bool {
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return false
	}
	p, _ := json.Marshal(x)
	q, _ := json.Marshal(y)
	return bytes.Equal(p, q)
}

// filtered is a path with a $filter.
func filtered(path, filter string) string { return path + "?$filter=" + url.QueryEscape(filter) }

// armCatalog knows two providers.
type armCatalog struct{}

func (armCatalog) AzureProviders() []emulator.AzureProvider {
	return []emulator.AzureProvider{
		{Namespace: "Microsoft.Compute", DisplayName: "Microsoft Compute", Operations: []emulator.AzureOperation{
			{Name: "Microsoft.Compute/register/action", Description: "Register the resource provider Microsoft.Compute"},
			{Name: "Microsoft.Compute/virtualMachines/extensions/read", Description: "Read extensions of virtual machines"},
			{Name: "Microsoft.Compute/virtualMachines/login/action", Description: "Log in to virtual machines", Data: true},
			{Name: "Microsoft.Compute/virtualMachines/read", Description: "Read virtual machines"},
		}},
		{Namespace: "Microsoft.Empty", DisplayName: "Empty"},
	}
}

func (armCatalog) EntraActions() []emulator.EntraAction         { return nil }
func (armCatalog) IntuneOperations() []emulator.IntuneOperation { return nil }
func (armCatalog) RoleTemplates() []emulator.RoleTemplate       { return nil }
