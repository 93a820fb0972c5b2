// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// coreDirectory is who exists in the tests of the pipeline.
const coreDirectory = `{
  "tenant_id": "d0000000-0000-4000-8000-000000000001",
  "users": [{"id": "a0000000-0000-4000-8000-000000000001", "display_name": "Ann"}],
  "service_principals": [
    {"id": "a0000000-0000-4000-8000-000000000002", "app_id": "a0000000-0000-4000-8000-000000000003", "display_name": "Pipeline", "secret": "hush+hush"},
    {"id": "a0000000-0000-4000-8000-000000000004", "app_id": "a0000000-0000-4000-8000-000000000005", "display_name": "Mute"}],
  "subscriptions": [{"id": "b0000000-0000-4000-8000-000000000001", "display_name": "Prod"}]
}`

const (
	coreTenant = "d0000000-0000-4000-8000-000000000001"
	coreApp    = "a0000000-0000-4000-8000-000000000003"
	coreSecret = "hush+hush"
	coreARM    = "https://management.azure.com"
	coreGraph  = "https://graph.microsoft.com"
	coreLogin  = "https://login.microsoftonline.com"
)

// coreStart is when the clock of these tests stands at first.
var coreStart = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// core is an emulator of its own, asked in process.
type core struct {
	testing.TB
	*emulator.Server
	client *http.Client
	token  string // with which do asks; empty: without

	mu    sync.Mutex
	clock time.Time
	ids   atomic.Int64
}

func newCore(t testing.TB, change ...func(*emulator.Options)) *core {
	t.Helper()
	d, err := reference.ParseDirectory([]byte(coreDirectory))
	if err != nil {
		t.Fatal(err)
	}
	c := &core{TB: t, clock: coreStart}
	o := emulator.Options{
		Directory: d, TenantID: d.TenantID, Now: c.now,
		NewID: func() rbac.GUID { return rbac.GUID(fmt.Sprintf("00000000-0000-4000-8000-%012d", c.ids.Add(1))) },
	}
	for _, f := range change {
		f(&o)
	}
	if o.Backend == (backend.Backend{}) {
		options := reference.Options{Directory: d, Now: c.now}
		if o.Directory == nil {
			options.Directory = nil
		}
		o.Backend = openTenant(t, options)
	}
	if c.Server, err = emulator.New(o); err != nil {
		t.Fatal(err)
	}
	c.client = &http.Client{Transport: c.RoundTripper()}
	c.token = c.tokenFor("https://custom.example")
	c.ForgetRequests()
	return c
}

func (c *core) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.clock
}

func (c *core) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clock = c.clock.Add(d)
}

// reply is an answer as clients see it.
type reply struct {
	status int
	header http.Header
	body   string
}

func (r reply) json(t testing.TB) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		t.Fatalf("the answer is no JSON object: %v: %q", err, r.body)
	}
	return v
}

// refused takes code and message out of an error of Azure Resource Manager or Graph.
func (r reply) refused(t testing.TB) (code, message string) {
	t.Helper()
	var v struct {
		Error struct{ Code, Message string }
	}
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		t.Fatalf("the answer is no JSON object: %v: %q", err, r.body)
	}
	return v.Error.Code, v.Error.Message
}

// try sends a request; header are names and values in turn.
func (c *core) try(method, link, body string, header ...string) (reply, error) {
	c.Helper()
	r, err := http.NewRequestWithContext(c.Context(), method, link, strings.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := c.client.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return reply{}, err
	}
	return reply{answer.StatusCode, answer.Header, string(text)}, nil
}

func (c *core) do(method, link, body string, header ...string) reply {
	c.Helper()
	r, err := c.try(method, link, body, header...)
	if err != nil {
		c.Fatal(err)
	}
	return r
}

// grant asks the token endpoint.
func (c *core) grant(path string, form url.Values, header ...string) reply {
	c.Helper()
	return c.do(http.MethodPost, coreLogin+path, form.Encode(), append([]string{"Content-Type", "application/x-www-form-urlencoded", "Authorization", ""}, header...)...)
}

func credentials(change ...string) url.Values {
	v := url.Values{"grant_type": {"client_credentials"}, "client_id": {coreApp}, "client_secret": {coreSecret}, "scope": {"https://management.azure.com/.default"}}
	for i := 0; i+1 < len(change); i += 2 {
		if change[i+1] == "" {
			v.Del(change[i])
		} else {
			v.Set(change[i], change[i+1])
		}
	}
	return v
}

func (c *core) tokenFor(audience string) string {
	c.Helper()
	r := c.grant("/"+c.TenantID().String()+"/oauth2/v2.0/token", credentials("scope", audience+"/.default"))
	token, _ := r.json(c)["access_token"].(string)
	if token == "" {
		c.Fatalf("no token: %d %s", r.status, r.body)
	}
	return token
}

const (
	coreScope  = "/subscriptions/b0000000-0000-4000-8000-000000000001"
	coreRoles  = coreScope + "/providers/Microsoft.Authorization/roleDefinitions"
	coreReader = "acdd72a7-3385-48ef-bd42-f606fba81ae7" // built in
	coreRole   = "c0000000-0000-4000-8000-000000000001"
	atVersion  = "?api-version=2022-04-01"
)

// coreRoleBody is the body of a PUT of a custom role.
func coreRoleBody(name, description string) string {
	return `{"properties":{"roleName":"` + name + `","description":"` + description + `","type":"CustomRole","permissions":[{"actions":["Microsoft.Compute/virtualMachines/read","Microsoft.Compute/virtualMachines/start/action"]}],"assignableScopes":["` + coreScope + `"]}}`
}

func TestWhatIsNotThereIsRefusedAsEachServiceDoes(t *testing.T) {
	t.Parallel()
	const long = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzab"
	for _, c := range []struct {
		method, link, body string
		status             int
		want               string
	}{
		{"GET", coreARM + "/", "", 404, `{"error":{"code":"MissingSubscription","message":"The request did not have a subscription or a valid tenant level resource provider."}}`},
		{"GET", coreARM + "/%zz%2f..//x", "", 404, `{"error":{"code":"MissingSubscription","message":"The request did not have a subscription or a valid tenant level resource provider."}}`},
		{"GET", coreARM + coreScope + "/providers/Microsoft.Compute/disks" + atVersion, "", 404, `{"error":{"code":"ResourceNotFound","message":"The resource '/subscriptions/b0000000-0000-4000-8000-000000000001/providers/Microsoft.Compute/…' was not found: the emulator serves Microsoft.Authorization, management groups and subscriptions."}}`},
		{"PATCH", coreARM + coreRoles + "/" + coreRole + atVersion, "{}", 405, `{"error":{"code":"MethodNotAllowed","message":"The requested resource does not support http method 'PATCH'."}}`},
		{"GET", coreARM + coreRoles, "", 400, `{"error":{"code":"MissingApiVersionParameter","message":"The api-version query parameter (?api-version=) is required for all requests."}}`},
		{"GET", coreARM + "/metadata/endpoints?api-version=2015-01-01", "", 400, `{"error":{"code":"InvalidApiVersionParameter","message":"The api-version '2015-01-01' is invalid. The supported versions are '2022-09-01'."}}`},
		{"PUT", coreARM + coreRoles + "/" + coreRole + atVersion, `{"properties":`, 400, `{"error":{"code":"InvalidRequestContent","message":"The request content was invalid and could not be deserialized: 'The JSON document is cut short.'."}}`},
		{"GET", coreARM + coreRoles + atVersion + "&$filter=" + url.QueryEscape("type lt 'x'"), "", 400, `{"error":{"code":"InvalidFilter","message":"The filter 'type lt 'x'' is not supported."}}`},
		{"GET", coreARM + coreRoles + atVersion + "&$skipToken=zzz", "", 400, `{"error":{"code":"InvalidSkipToken","message":"The skip token is invalid."}}`},
		{"GET", coreGraph + "/v1.0/nothing", "", 400, `{"error":{"code":"BadRequest","message":"Resource not found for the segment 'nothing'.","innerError":{"date":"2026-11-22T10:00:00","request-id":"ID","client-request-id":"ID"}}}`},
		{"GET", coreGraph + "/beta/" + long + "z", "", 400, `{"error":{"code":"BadRequest","message":"Resource not found for the segment '` + long + `…'.","innerError":{"date":"2026-11-22T10:00:00","request-id":"ID","client-request-id":"ID"}}}`},
		{"PUT", coreGraph + "/v1.0/$batch", "", 405, `{"error":{"code":"Request_BadRequest","message":"Specified HTTP method is not allowed for the request target.","innerError":{"date":"2026-11-22T10:00:00","request-id":"ID","client-request-id":"ID"}}}`},
		{"POST", coreGraph + "/v1.0/$batch", "no JSON", 400, `{"error":{"code":"BadRequest","message":"Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format. It is no JSON document: something is wrong at byte 2.","innerError":{"date":"2026-11-22T10:00:00","request-id":"ID","client-request-id":"ID"}}}`},
		{"GET", coreGraph + "/beta/deviceManagement/nothing", "", 400, `{"error":{"code":"BadRequest","message":"{\r\n  \"_version\": 3,\r\n  \"Message\": \"Resource not found for the segment 'nothing'. - Operation ID (for customer support): 00000000-0000-0000-0000-000000000000 - Activity ID: ID - Url: https://proxy.manage.microsoft.com/StatelessRoleAdministrationFEService/deviceManagement?api-version=5025-09-04\",\r\n  \"CustomApiErrorPhrase\": \"\",\r\n  \"RetryAfter\": null,\r\n  \"ErrorSourceService\": \"\",\r\n  \"HttpHeaders\": \"{}\"\r\n}","innerError":{"date":"2026-11-22T10:00:00","request-id":"ID","client-request-id":"ID"}}}`},
		{"GET", coreLogin + "/" + coreTenant + "/oauth2/v2.0/authorize", "", 404, `{"error":"invalid_request","error_description":"AADSTS900144: The endpoint is not supported: the emulator has the client credentials flow only. Trace ID: ID Correlation ID: ID Timestamp: 2026-11-22 10:00:00Z","error_codes":[900144],"timestamp":"2026-11-22 10:00:00Z","trace_id":"ID","correlation_id":"ID","error_uri":"https://login.microsoftonline.com/error?code=900144"}`},
	} {
		k := newCore(t)
		r, err := k.raw(c.method, c.link, c.body)
		if err != nil {
			t.Errorf("%s %s: %v", c.method, c.link, err)
			continue
		}
		got := strings.ReplaceAll(r.body, cmp.Or(r.header.Get("Request-Id"), r.header.Get("X-Ms-Request-Id")), "ID")
		if r.status != c.status || got != c.want {
			t.Errorf("%s %s\ngot  %d %s\nwant %d %s", c.method, c.link, r.status, got, c.status, c.want)
		}
	}
}

// raw is try for links that net/url would not parse.
func (c *core) raw(method, link, body string) (reply, error) {
	if _, err := url.Parse(link); err != nil {
		host, path, _ := strings.Cut(strings.TrimPrefix(link, "https://"), "/")
		u := &url.URL{Scheme: "https", Host: host, Path: "/" + path}
		return c.try(method, u.String(), body)
	}
	return c.try(method, link, body)
}

func TestEveryAnswerHasTheHeadersOfItsService(t *testing.T) {
	t.Parallel()
	const mine = "12345678-0000-4000-8000-000000000000"
	for link, want := range map[string]http.Header{
		coreARM + coreRoles: {
			"Cache-Control": {"no-cache"}, "Content-Type": {"application/json; charset=utf-8"}, "Date": {"Sun, 22 Nov 2026 10:00:00 GMT"}, "Pragma": {"no-cache"},
			"X-Content-Type-Options": {"nosniff"}, "X-Ms-Correlation-Request-Id": {"00000000-0000-4000-8000-000000000003"}, "X-Ms-Request-Id": {"00000000-0000-4000-8000-000000000003"},
			"X-Ms-Routing-Request-Id": {"EMULATOR:20261122T100000Z:00000000-0000-4000-8000-000000000003"},
		},
		coreGraph + "/v1.0/none": {
			"Cache-Control": {"no-cache"}, "Date": {"Sun, 22 Nov 2026 10:00:00 GMT"}, "Odata-Version": {"4.0"},
			"Content-Type": {"application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"},
			"Request-Id":   {"00000000-0000-4000-8000-000000000003"}, "Client-Request-Id": {mine},
			"X-Ms-Ags-Diagnostic": {`{"ServerInfo":{"DataCenter":"Emulator","Slice":"E","Ring":"1","ScaleUnit":"001","RoleInstance":"EMULATOR"}}`},
		},
		coreLogin + "/" + coreTenant + "/discovery/keys": {
			"Cache-Control": {"no-store, no-cache"}, "Content-Type": {"application/json; charset=utf-8"}, "Date": {"Sun, 22 Nov 2026 10:00:00 GMT"}, "Pragma": {"no-cache"},
			"X-Ms-Request-Id": {"00000000-0000-4000-8000-000000000003"}, "Client-Request-Id": {mine},
		},
	} {
		k := newCore(t)
		k.do("GET", coreARM+"/", "") // so that the IDs are not the first
		if r := k.do("GET", link, "", "client-request-id", mine); !reflect.DeepEqual(r.header, want) {
			t.Errorf("%s\ngot  %v\nwant %v", link, r.header, want)
		}
	}
}

func TestPathsMatchInAnyCasingWithDoubledSlashes(t *testing.T) {
	t.Parallel()
	k := newCore(t)
	want := k.do("GET", coreARM+coreRoles+atVersion, "")
	if want.status != 200 || !strings.Contains(want.body, `"roleName":"Owner"`) {
		t.Fatalf("the list of roles: %d %.200s", want.status, want.body)
	}
	for _, path := range []string{"/" + coreRoles, strings.ToUpper(coreRoles), strings.ReplaceAll(coreRoles, "/", "//"), coreRoles + "/"} {
		if got := k.do("GET", coreARM+path+"?API-Version=2022-04-01", ""); got.status != 200 || got.body != want.body {
			t.Errorf("%s: %d %.200s", path, got.status, got.body)
		}
	}
}

func TestAListComesInPagesAtTheHostThatWasAsked(t *testing.T) {
	t.Parallel()
	k := newCore(t, func(o *emulator.Options) { o.PageSize = 100 })
	whole := newCore(t)
	for _, c := range []struct{ link, next string }{
		{coreARM + coreRoles + atVersion, "nextLink"},
		{coreGraph + "/v1.0/roleManagement/directory/roleDefinitions?$filter=isBuiltIn%20eq%20true", "@odata.nextLink"},
	} {
		host := strings.Split(c.link, "/")[2]
		var got []any
		pages := 0
		for link := c.link; link != ""; pages++ {
			page := k.do("GET", link, "").json(t)
			values, _ := page["value"].([]any)
			if len(values) > 100 {
				t.Fatalf("%s: a page of %d", link, len(values))
			}
			got = append(got, values...)
			link, _ = page[c.next].(string)
			if u, err := url.Parse(link); link != "" && (err != nil || u.Host != host || u.Scheme != "https") {
				t.Fatalf("the next page is at %q", link)
			}
		}
		var want []any
		for link := c.link; link != ""; {
			page := whole.do("GET", link, "").json(t)
			values, _ := page["value"].([]any)
			want = append(want, values...)
			link, _ = page[c.next].(string)
		}
		if pages != (len(want)+99)/100 || pages < 2 || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d items in %d pages, want %d items", c.link, len(got), pages, len(want))
		}
	}
}

func TestGraphCutsPagesToTop(t *testing.T) {
	t.Parallel()
	k := newCore(t)
	const roles = coreGraph + "/v1.0/roleManagement/directory/roleDefinitions"
	page := k.do("GET", roles+"?$top=7", "").json(t)
	values, _ := page["value"].([]any)
	if next, _ := page["@odata.nextLink"].(string); len(values) != 7 || next != roles+"?%24skiptoken=cGFnZTo3&%24top=7" {
		t.Errorf("%d items, next %q", len(values), next)
	}
	for _, top := range []string{"0", "-1", "x"} {
		r := k.do("GET", roles+"?$top="+top, "")
		if code, message := r.refused(t); r.status != 400 || code != "BadRequest" || message != "Invalid page size specified: '"+top+"'. Must be between 1 and 999 inclusive." {
			t.Errorf("$top=%s: %d %s %s", top, r.status, code, message)
		}
	}
}

func TestABodyOfMoreThanFourMebibytesIsRefused(t *testing.T) {
	t.Parallel()
	k := newCore(t)
	if r := k.do("PUT", coreARM+coreRoles+"/"+coreRole+atVersion, strings.Repeat(" ", 4<<20)); r.status != 400 {
		t.Errorf("4 MiB: %d", r.status)
	}
	if r := k.do("POST", coreBatch, strings.Repeat(" ", 4<<20+1)); r.status != 413 {
		t.Errorf("a batch of more: %d", r.status)
	}
	r := k.do("PUT", coreARM+coreRoles+"/"+coreRole+atVersion, strings.Repeat(" ", 4<<20+1))
	if want := `{"error":{"code":"RequestContentTooLarge","message":"The request content size exceeds the maximum size of 4194304 bytes."}}`; r.body != want {
		t.Errorf("got %s", r.body)
	}
}

func TestAMistakeInsideIsAnErrorOfTheService(t *testing.T) {
	t.Parallel()
	var log syncBuffer
	k := newCore(t, func(o *emulator.Options) {
		o.Log = &log
		o.Backend = backend.Backend{Catalog: noCatalog{}} // every system is missing: asking one panics
	})
	for link, want := range map[string]string{
		coreARM + coreRoles + atVersion:                                  "InternalServerError",
		coreGraph + "/v1.0/roleManagement/directory/roleDefinitions":     "UnknownError",
		coreGraph + "/beta/deviceManagement/roleDefinitions":             "UnknownError",
		coreGraph + "/v1.0/roleManagement/directory/roleAssignments/x-1": "UnknownError",
	} {
		r := k.do("GET", link, "")
		if code, message := r.refused(t); r.status != 500 || code != want || strings.Contains(message, "panic") || strings.Contains(message, "nil pointer") {
			t.Errorf("%s: %d %s %s", link, r.status, code, message)
		}
	}
	if text := log.String(); !strings.Contains(text, `"problem":"panic: `) || !strings.Contains(text, "nil pointer") {
		t.Errorf("the log does not tell what went wrong: %s", text)
	}
}

type noCatalog struct{ backend.Catalog }

// syncBuffer is a buffer for several writers.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func TestRequestsAreWrittenDownWithoutSecrets(t *testing.T) {
	t.Parallel()
	var log syncBuffer
	k := newCore(t, func(o *emulator.Options) { o.Log = &log })
	token := k.tokenFor("https://graph.microsoft.com")
	k.do("GET", coreARM+coreRoles+"/"+coreReader+atVersion+"&client_secret=hush%2Bhush&%63ode=hush&x=1", "")
	k.do("POST", coreGraph+"/v1.0/$batch", `{"requests":[{"id":"1","method":"GET","url":"/nothing?$top=1"}]}`)
	const want = `{"time":"2026-11-22T10:00:00Z","method":"POST","path":"/d0000000-0000-4000-8000-000000000001/oauth2/v2.0/token","query":"","status":200,"request_id":"00000000-0000-4000-8000-000000000001"}
{"time":"2026-11-22T10:00:00Z","method":"POST","path":"/d0000000-0000-4000-8000-000000000001/oauth2/v2.0/token","query":"","status":200,"request_id":"00000000-0000-4000-8000-000000000002"}
{"time":"2026-11-22T10:00:00Z","method":"GET","path":"/subscriptions/b0000000-0000-4000-8000-000000000001/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7","query":"api-version=2022-04-01\u0026client_secret=REDACTED\u0026%63ode=REDACTED\u0026x=1","status":200,"request_id":"00000000-0000-4000-8000-000000000003"}
{"time":"2026-11-22T10:00:00Z","method":"GET","path":"/v1.0/nothing","query":"$top=1","status":400,"request_id":"00000000-0000-4000-8000-000000000005","batch":"00000000-0000-4000-8000-000000000004"}
{"time":"2026-11-22T10:00:00Z","method":"POST","path":"/v1.0/$batch","query":"","status":200,"request_id":"00000000-0000-4000-8000-000000000004"}
`
	text := log.String()
	if text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	if strings.Contains(text, "hush") || strings.Contains(text, token[len(token)-40:]) {
		t.Error("a secret or a token is in the log")
	}
	if got, want := k.Requests(), []emulator.Request{
		{Method: "POST", Path: "/" + coreTenant + "/oauth2/v2.0/token", Status: 200, ID: "00000000-0000-4000-8000-000000000002"},
		{Method: "GET", Path: coreRoles + "/" + coreReader, Query: "api-version=2022-04-01&client_secret=REDACTED&%63ode=REDACTED&x=1", Status: 200, ID: "00000000-0000-4000-8000-000000000003"},
		{Method: "GET", Path: "/v1.0/nothing", Query: "$top=1", Status: 400, ID: "00000000-0000-4000-8000-000000000005", Batch: "00000000-0000-4000-8000-000000000004"},
		{Method: "POST", Path: "/v1.0/$batch", Status: 200, ID: "00000000-0000-4000-8000-000000000004"},
	}; !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestTheLatencyIsAddedToEveryAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, err := emulator.New(emulator.Options{Latency: 50 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		client := &http.Client{Transport: s.RoundTripper()}
		for _, link := range []string{coreARM + "/metadata/endpoints?api-version=2022-09-01", coreGraph + "/v1.0/x", coreARM + "/garbage"} {
			start := time.Now()
			r, err := client.Get(link)
			if err != nil {
				t.Fatal(err)
			}
			r.Body.Close()
			if took := time.Since(start); took != 50*time.Millisecond {
				t.Errorf("%s took %s", link, took)
			}
		}
	})
}

func TestTheServerStaysUpUnderManyGoodAndBadRequests(t *testing.T) {
	t.Parallel()
	k := newCore(t)
	server := httptest.NewTLSServer(k.Server)
	defer server.Close()
	client := server.Client()
	client.Timeout = time.Minute
	requests := []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/garbage", "", 404},
		{"GET", coreRoles + "/" + coreRole + atVersion, "", 404},
		{"PUT", coreRoles + "/" + coreRole + atVersion, "{", 400},
		{"POST", "/v1.0/$batch", strings.Repeat("[", 100_000), 400},
		{"POST", "/v1.0/roleManagement/directory/roleDefinitions", strings.Repeat("x", 1<<20), 400},
		{"GET", "/beta/deviceManagement/roleScopeTags/0", "", 200},
		{"GET", "/v1.0/roleManagement/directory/roleAssignments?$filter=" + strings.Repeat("(", 2000), "", 400},
		{"GET", coreRoles + atVersion + "&$filter=" + strings.Repeat("(", 2000), "", 400},
		{"POST", "/" + coreTenant + "/oauth2/v2.0/token", "grant_type=x", 400},
	}
	var wrong atomic.Int64
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			for j := range len(requests) {
				c := requests[(i+j)%len(requests)]
				r, err := http.NewRequestWithContext(t.Context(), c.method, server.URL+c.path, strings.NewReader(c.body))
				if err != nil {
					t.Error(err)
					return
				}
				r.Header.Set("Authorization", "Bearer "+k.token)
				answer, err := client.Do(r)
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, answer.Body)
				answer.Body.Close()
				if answer.StatusCode != c.status {
					wrong.Add(1)
					t.Errorf("%s %.80s: %d, want %d", c.method, c.path, answer.StatusCode, c.status)
				}
			}
		})
	}
	wg.Wait()
	if got := len(k.Requests()); got != 40*len(requests) {
		t.Errorf("%d requests written down, want %d", got, 40*len(requests))
	}
}

func TestADroppedConnectionIsClosedWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	k := newCore(t)
	if err := k.SetFaults(emulator.Fault{Path: "roleDefinitions", Drop: true, Times: 2}); err != nil {
		t.Fatal(err)
	}
	if _, err := k.try("GET", coreARM+coreRoles+atVersion, ""); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("in process: %v", err)
	}
	server := httptest.NewTLSServer(k.Server)
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+coreRoles+atVersion, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+k.token)
	// A second GET on a fresh connection is not repeated by the client of Go.
	if answer, err := server.Client().Transport.RoundTrip(r); !errors.Is(err, io.EOF) {
		if err == nil {
			answer.Body.Close()
		}
		t.Errorf("over the network: %v", err)
	}
	for _, q := range k.Requests() {
		if q.Status != 0 {
			t.Errorf("written down with status %d", q.Status)
		}
	}
}
