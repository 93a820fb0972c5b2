// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
)

const coreBatch = coreGraph + "/v1.0/$batch"

// batchItem is one answer of a batch.
type batchItem struct {
	ID      string
	Status  int
	Headers map[string]string
	Body    json.RawMessage
}

func (c *core) batch(requests string) map[string]batchItem {
	c.Helper()
	r := c.do("POST", coreBatch, `{"requests":[`+requests+`]}`)
	var v struct{ Responses []batchItem }
	if err := json.Unmarshal([]byte(r.body), &v); err != nil || r.status != 200 {
		c.Fatalf("%d %s", r.status, r.body)
	}
	out := map[string]batchItem{}
	for _, i := range v.Responses {
		out[i.ID] = i
	}
	return out
}

func statuses(items map[string]batchItem) map[string]int {
	out := map[string]int{}
	for id, i := range items {
		out[id] = i.Status
	}
	return out
}

func TestABatchAnswersEachOfItsRequests(t *testing.T) {
	t.Parallel()
	k := newCore(t)
	k.faults(emulator.Fault{Path: "roleScopeTags/7$", Status: 429, RetryAfter: 3 * time.Second})
	got := k.batch(`
		{"id":"a","method":"GET","url":"/users/a0000000-0000-4000-8000-000000000001?$select=displayName"},
		{"id":"b","method":"get","url":"deviceManagement/roleScopeTags('0')"},
		{"id":"c","method":"GET","url":"/nothing"},
		{"id":"d","method":"GET","url":"/deviceManagement/roleScopeTags/7"},
		{"id":"e","method":"POST","url":"/roleManagement/directory/roleDefinitions","headers":{"content-type":"application/json"},"body":{"displayName":"Reader","isEnabled":true,"rolePermissions":[{"allowedResourceActions":["microsoft.directory/applications/standard/read"]}]}},
		{"id":"f","method":"POST","url":"/roleManagement/directory/roleDefinitions","body":{"displayName":"Reader"}},
		{"id":"g","method":"GET","url":"https://graph.microsoft.com/v1.0/users"},
		{"id":"h","method":"POST","url":"/$batch","headers":{"Content-Type":"application/json"},"body":{"requests":[]}}`)
	if want := map[string]int{"a": 200, "b": 400, "c": 400, "d": 429, "e": 201, "f": 400, "g": 400, "h": 400}; !reflect.DeepEqual(statuses(got), want) {
		t.Errorf("got %v, want %v", statuses(got), want)
	}
	var user map[string]any
	if err := json.Unmarshal(got["a"].Body, &user); err != nil || user["displayName"] != "Ann" {
		t.Errorf("the user: %s", got["a"].Body)
	}
	if got["d"].Headers["Retry-After"] != "3" || !strings.HasPrefix(got["a"].Headers["Content-Type"], "application/json") {
		t.Errorf("headers: %v, %v", got["d"].Headers, got["a"].Headers)
	}
	if !strings.Contains(string(got["f"].Body), "does not contain Content-Type header") {
		t.Errorf("a body without a type: %s", got["f"].Body)
	}
	beta := k.do("POST", coreGraph+"/beta/$batch", `{"requests":[{"id":"1","method":"GET","url":"/deviceManagement/roleScopeTags/0"}]}`)
	if !strings.Contains(beta.body, `"displayName":"Default"`) {
		t.Errorf("a batch of beta asks beta: %s", beta.body)
	}
	var paths []string
	for _, q := range k.Requests() {
		paths = append(paths, fmt.Sprint(q.Method, " ", q.Path, " ", q.Batch != ""))
	}
	if want := []string{
		"GET /v1.0/users/a0000000-0000-4000-8000-000000000001 true", "GET /v1.0/deviceManagement/roleScopeTags('0') true", "GET /v1.0/nothing true",
		"GET /v1.0/deviceManagement/roleScopeTags/7 true", "POST /v1.0/roleManagement/directory/roleDefinitions true", "POST /v1.0/$batch false",
		"GET /beta/deviceManagement/roleScopeTags/0 true", "POST /beta/$batch false",
	}; !slices.Equal(paths, want) {
		t.Errorf("got  %q\nwant %q", paths, want)
	}
}

func TestARequestOfABatchWaitsForThoseThatItDependsOn(t *testing.T) {
	t.Parallel()
	k := newCore(t)
	const role = `{"displayName":"Reader","templateId":"` + coreRole + `","isEnabled":true,"rolePermissions":[{"allowedResourceActions":["microsoft.directory/applications/standard/read"]}]}`
	got := k.batch(`
		{"id":"read","method":"GET","url":"/roleManagement/directory/roleDefinitions/` + coreRole + `","dependsOn":["write"]},
		{"id":"write","method":"POST","url":"/roleManagement/directory/roleDefinitions","headers":{"Content-Type":"application/json"},"body":` + role + `},
		{"id":"fails","method":"GET","url":"/nothing"},
		{"id":"skipped","method":"DELETE","url":"/roleManagement/directory/roleDefinitions/` + coreRole + `","dependsOn":["read","fails"]},
		{"id":"skipped too","method":"GET","url":"/users","dependsOn":["skipped"]}`)
	if want := map[string]int{"read": 200, "write": 201, "fails": 400, "skipped": 424, "skipped too": 424}; !maps.Equal(statuses(got), want) {
		t.Errorf("got %v, want %v", statuses(got), want)
	}
	if code := `"code":"FailedDependency"`; !strings.Contains(string(got["skipped"].Body), code) {
		t.Errorf("skipped: %s", got["skipped"].Body)
	}
}

func TestABatchIsRefusedAsAWhole(t *testing.T) {
	t.Parallel()
	k := newCore(t)
	item := func(id, rest string) string { return `{"id":"` + id + `","method":"GET","url":"/users"` + rest + `}` }
	var many []string
	for i := range 21 {
		many = append(many, item(fmt.Sprint(i), ""))
	}
	if got := k.batch(strings.Join(many[:20], ",")); len(got) != 20 {
		t.Errorf("twenty requests: %d answers", len(got))
	}
	for requests, want := range map[string]string{
		"":                                  "Invalid batch payload format: requests must not be empty.",
		strings.Join(many, ","):             "Number of batch request steps exceeds the maximum value of 20.",
		item("", ""):                        "Invalid batch payload format: each request needs id, method and url.",
		item("a", "") + "," + item("A", ""): "Duplicate request id 'A' in batch request.",
		item("a", `,"dependsOn":["b"]`):     "Request 'a' depends on 'b', which is not in the batch or depends on it in turn.",
		item("a", `,"dependsOn":["b"]`) + "," + item("b", `,"dependsOn":["a"]`): "Request 'a' depends on 'b', which is not in the batch or depends on it in turn.",
	} {
		r := k.do("POST", coreBatch, `{"requests":[`+requests+`]}`)
		if code, message := r.refused(t); r.status != 400 || code != "BadRequest" || message != want {
			t.Errorf("%.100s: %d %s %s", requests, r.status, code, message)
		}
	}
}

func TestADroppedRequestTakesItsBatchWithIt(t *testing.T) {
	t.Parallel()
	k := newCore(t)
	const role = `{"displayName":"Reader","templateId":"` + coreRole + `","isEnabled":true,"rolePermissions":[{"allowedResourceActions":["microsoft.directory/applications/standard/read"]}]}`
	k.faults(emulator.Fault{Method: "GET", Path: "/users", Drop: true, Times: 1})
	_, err := k.try("POST", coreBatch, `{"requests":[{"id":"1","method":"GET","url":"/users"},
		{"id":"2","method":"POST","url":"/roleManagement/directory/roleDefinitions","headers":{"Content-Type":"application/json"},"body":`+role+`}]}`)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
	if r := k.do("GET", coreGraph+"/v1.0/roleManagement/directory/roleDefinitions/"+coreRole, ""); r.status != 200 {
		t.Errorf("the other request was not carried out: %d", r.status)
	}
}

func TestRequestsOfABatchAreThrottledOneByOne(t *testing.T) {
	t.Parallel()
	k := newCore(t, limited)
	k.spend(95, "POST", coreGraph+"/beta/deviceManagement/roleScopeTags", "{")
	var items []string
	for i := range 8 {
		items = append(items, fmt.Sprintf(`{"id":"%d","method":"DELETE","url":"/deviceManagement/roleDefinitions/%s"}`, i, coreRole))
	}
	throttled := 0
	for _, i := range k.batch(strings.Join(items, ",")) {
		if i.Status == 429 {
			throttled++
			if i.Headers["Retry-After"] != "1" {
				t.Errorf("Retry-After %q", i.Headers["Retry-After"])
			}
		}
	}
	if throttled != 3 {
		t.Errorf("%d of 8 are throttled, want 3", throttled)
	}
}
