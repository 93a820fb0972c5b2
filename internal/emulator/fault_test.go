// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func TestAFileOfFaultsIsReadInEveryMember(t *testing.T) {
	t.Parallel()
	got, err := emulator.ParseFaults([]byte(`[{ "method": "PUT", "path": "roleAssignments/",
	   "after": 2, "times": 1,
	   "when": "after",
	   "status": 503, "code": "ServerTimeout", "retry_after": 1.5,
	   "drop": false,
	   "hide_reads": 3, "stale_seconds": 0.5, "linger_seconds": 60,
	   "recase": true, "reorder": true }, {}]`))
	if err != nil {
		t.Fatal(err)
	}
	want := []emulator.Fault{{
		Method: "PUT", Path: "roleAssignments/", After: 2, Times: 1, When: emulator.AfterIt, Status: 503, Code: "ServerTimeout", RetryAfter: 1500 * time.Millisecond,
		HideReads: 3, Stale: 500 * time.Millisecond, Linger: time.Minute, Recase: true, Reorder: true,
	}, {}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	// Every member, none of them in use.
	got, err = emulator.ParseFaults([]byte(`[{"method":"","path":"","after":0,"times":0,"when":"before","status":503,"code":"","retry_after":0,"drop":false,"hide_reads":0,"stale_seconds":0,"linger_seconds":0,"recase":false,"reorder":false}]`))
	if want := []emulator.Fault{{When: emulator.BeforeIt, Status: 503}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := emulator.ParseFaults([]byte(" [] ")); err != nil || len(got) != 0 {
		t.Errorf("no faults: %v, %v", got, err)
	}
}

func TestAMistakeInAFileOfFaultsIsNamedByItsPlace(t *testing.T) {
	t.Parallel()
	const members = "The members are after, code, drop, hide_reads, linger_seconds, method, path, recase, reorder, retry_after, stale_seconds, status, times, when."
	for file, want := range map[string]string{
		``:                                   "It is no JSON: something is wrong at line 1, column 1. It must be a list of objects; [] is none.",
		"[\n{]":                              "It is no JSON: something is wrong at line 2, column 2. It must be a list of objects; [] is none.",
		`{}`:                                 "It is not a JSON list of objects. Each object is one fault; [] is none.",
		`[1]`:                                "It is not a JSON list of objects. Each object is one fault; [] is none.",
		`null`:                               "It is not one JSON list. Each of its objects is one fault; [] is none.",
		`[] []`:                              "It is not one JSON list. Each of its objects is one fault; [] is none.",
		`[null]`:                             "[0] is null. It must be an object.",
		`[{}, {"stauts": 503}]`:              `[1].stauts is no member of a fault. Did you mean "status"? ` + members,
		`[{"status": "503"}]`:                `[0].status is "503". It must be an HTTP status from 300 to 599, a whole number.`,
		`[{"status": 200}]`:                  "[0].status is 200. It must be from 300 to 599.",
		`[{"status": 503.5}]`:                "[0].status is 503.5. It must be an HTTP status from 300 to 599, a whole number.",
		`[{"method": "P T"}]`:                `[0].method is "P T". It must be an HTTP method, such as "PUT".`,
		`[{"path": "(", "drop":true}]`:       `[0].path is "(", which is no regular expression: missing closing ): ` + "`(?i)(`.",
		`[{"after": -1}]`:                    "[0].after is -1. It can't be below 0.",
		`[{"times": -1}]`:                    "[0].times is -1. It can't be below 0; 0 is all.",
		`[{"hide_reads": -1}]`:               "[0].hide_reads is -1. It can't be below 0.",
		`[{"when": "later"}]`:                `[0].when is "later". It must be "before" or "after".`,
		`[{"retry_after": -1}]`:              "[0].retry_after is -1. It must be a number of seconds from 0 to 86400.",
		`[{"stale_seconds": 1e9}]`:           "[0].stale_seconds is 1e9. It must be a number of seconds from 0 to 86400.",
		`[{"drop": 1}]`:                      "[0].drop is 1. It must be true or false.",
		`[{"status":503,"drop":true}]`:       "[0].drop closes the connection without an answer, so there can't be a status too. Take one of them out.",
		`[{"status":503,"hide_reads":1}]`:    `[0].when is "before", so the request is never carried out and there is nothing to hide, to keep stale or to linger. Set it to "after".`,
		`[{"linger_seconds":1,"drop":true}]`: `[0].when is "before", so the request is never carried out and there is nothing to hide, to keep stale or to linger. Set it to "after".`,
		`[{"when":["` + strings.Repeat("x", 100) + `"]}]`: `[0].when is ["` + strings.Repeat("x", 58) + `…. It must be "before" or "after".`,
	} {
		_, err := emulator.ParseFaults([]byte(file))
		if err == nil || err.Error() != want || rbac.KindOf(err) != rbac.Invalid {
			t.Errorf("%s\ngot  %v\nwant %s", file, err, want)
		}
	}
}

func FuzzParseFaults(f *testing.F) {
	f.Add([]byte(`[{"method":"PUT","path":"x","after":1,"times":1,"when":"after","status":503,"code":"X","retry_after":1}]`))
	f.Add([]byte(`[{"drop":true},{"hide_reads":1,"stale_seconds":1,"linger_seconds":1,"recase":true,"reorder":true}]`))
	f.Add([]byte(`[{"path":"("}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := emulator.ParseFaults(data)
		if err != nil {
			if rbac.KindOf(err) != rbac.Invalid {
				t.Errorf("%v is no error of ours", err)
			}
			return
		}
		if _, err := emulator.NewFaults(list...); err != nil {
			t.Errorf("read, but refused: %v", err)
		}
	})
}

func (c *core) faults(list ...emulator.Fault) {
	c.Helper()
	if err := c.SetFaults(list...); err != nil {
		c.Fatal(err)
	}
}

func TestAFaultHitsTheRequestsThatItSelectsInTheirTurn(t *testing.T) {
	t.Parallel()
	const roles = coreARM + coreRoles + "/" + coreReader + atVersion
	for name, c := range map[string]struct {
		faults []emulator.Fault
		want   string // the statuses of five GETs of the roles
	}{
		"all":                    {[]emulator.Fault{{Status: 500}}, "[500 500 500 500 500]"},
		"the method, any casing": {[]emulator.Fault{{Method: "get", Status: 500}}, "[500 500 500 500 500]"},
		"another method":         {[]emulator.Fault{{Method: "PUT", Status: 500}}, "[200 200 200 200 200]"},
		"the path, any casing":   {[]emulator.Fault{{Path: "ROLEdefinitions", Status: 500}}, "[500 500 500 500 500]"},
		"the query":              {[]emulator.Fault{{Path: `\?api-version=2022-04-01$`, Status: 500}}, "[500 500 500 500 500]"},
		"another path":           {[]emulator.Fault{{Path: "roleAssignments/", Status: 500}}, "[200 200 200 200 200]"},
		"two after one":          {[]emulator.Fault{{After: 1, Times: 2, Status: 500}}, "[200 500 500 200 200]"},
		"all after two":          {[]emulator.Fault{{After: 2, Status: 500}}, "[200 200 500 500 500]"},
		"the first match":        {[]emulator.Fault{{Status: 500}, {Status: 503}}, "[500 500 500 500 500]"},
		"one after the other":    {[]emulator.Fault{{Times: 1, Status: 500}, {Times: 2, Status: 503}}, "[500 503 503 200 200]"},
		"one that shields":       {[]emulator.Fault{{Path: "roleDefinitions"}, {Status: 503}}, "[200 200 200 200 200]"},
	} {
		k := newCore(t)
		k.faults(c.faults...)
		var got []int
		for range 5 {
			got = append(got, k.do("GET", roles, "").status)
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}

func TestAFaultLooksAtTheDecodedQueryToo(t *testing.T) {
	t.Parallel()
	k := newCore(t)
	k.faults(emulator.Fault{Path: `filter=type eq 'CustomRole'`, Status: 500, Times: 1}, emulator.Fault{Path: `%27CustomRole%27`, Status: 503})
	link := coreARM + coreRoles + "/" + coreReader + atVersion + "&$filter=type+eq+%27CustomRole%27"
	if one, two := k.do("GET", link, "").status, k.do("GET", link, "").status; one != 500 || two != 503 {
		t.Errorf("decoded %d, as sent %d", one, two)
	}
}

func TestAFaultAnswersInTheShapeOfTheService(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault emulator.Fault
		link  string
		code  string
		says  string
		retry string
	}{
		{emulator.Fault{Status: 503, Code: "ServerTimeout", RetryAfter: time.Second}, coreARM + coreRoles + "/" + coreReader + atVersion, "ServerTimeout", "The service is temporarily unavailable. Please retry the request.", "1"},
		{emulator.Fault{Status: 429, RetryAfter: 17 * time.Second}, coreARM + coreRoles + "/" + coreReader + atVersion, "TooManyRequests", "Please retry again later.", "17"},
		{emulator.Fault{Status: 500}, coreARM + coreRoles + "/" + coreReader + atVersion, "InternalServerError", "The service is temporarily unavailable. Please retry the request.", ""},
		{emulator.Fault{Status: 403}, coreARM + coreRoles + "/" + coreReader + atVersion, "AuthorizationFailed", "The client does not have authorization to perform action over scope or the scope is invalid. If access was recently granted, please refresh your credentials.", ""},
		{emulator.Fault{Status: 418}, coreARM + coreRoles + "/" + coreReader + atVersion, "BadRequest", "The request could not be completed.", ""},
		{emulator.Fault{Status: 429, RetryAfter: 2128 * time.Millisecond}, coreGraph + "/v1.0/roleManagement/directory/roleDefinitions", "TooManyRequests", "Please retry again later.", "2.128"},
		{emulator.Fault{Status: 403}, coreGraph + "/v1.0/roleManagement/directory/roleDefinitions", "Authorization_RequestDenied", "Insufficient privileges to complete the operation.", ""},
		{emulator.Fault{Status: 503}, coreGraph + "/v1.0/roleManagement/directory/roleDefinitions", "serviceNotAvailable", "The service is temporarily unavailable. Please retry the request.", ""},
		{emulator.Fault{Status: 404}, coreGraph + "/v1.0/users", "Request_ResourceNotFound", "The resource was not found.", ""},
		{emulator.Fault{Status: 502}, coreGraph + "/beta/deviceManagement/roleDefinitions", "UnknownError", "The service is temporarily unavailable. Please retry the request.", ""},
	} {
		k := newCore(t)
		k.faults(c.fault)
		r := k.do("GET", c.link, "")
		code, message := r.refused(t)
		if strings.Contains(c.link, "deviceManagement") {
			var inner struct{ Message string }
			if err := json.Unmarshal([]byte(message), &inner); err != nil {
				t.Errorf("%+v: the message is no JSON: %q", c.fault, message)
			}
			message, _, _ = strings.Cut(inner.Message, " - Operation ID")
		}
		if r.status != c.fault.Status || code != c.code || message != c.says || r.header.Get("Retry-After") != c.retry {
			t.Errorf("%+v: %d %s %s, Retry-After %q", c.fault, r.status, code, message, r.header.Get("Retry-After"))
		}
	}
	k := newCore(t)
	k.faults(emulator.Fault{Path: "/token$", Status: 503, RetryAfter: time.Second})
	r := k.grant("/"+coreTenant+"/oauth2/v2.0/token", credentials())
	if v := r.json(t); r.status != 503 || v["error"] != "temporarily_unavailable" || r.header.Get("Retry-After") != "1" {
		t.Errorf("token endpoint: %d %s", r.status, r.body)
	}
}

func TestAFaultComesBeforeOrAfterTheTenantCarriedTheRequestOut(t *testing.T) {
	t.Parallel()
	const role = coreARM + coreRoles + "/" + coreRole + atVersion
	for name, c := range map[string]struct {
		fault emulator.Fault
		there bool
	}{
		"refused at once":      {emulator.Fault{Status: 500}, false},
		"refused before":       {emulator.Fault{Status: 500, When: emulator.BeforeIt}, false},
		"refused after":        {emulator.Fault{Status: 500, When: emulator.AfterIt}, true},
		"dropped at once":      {emulator.Fault{Drop: true}, false},
		"dropped after":        {emulator.Fault{Drop: true, When: emulator.AfterIt}, true},
		"not refused, reorder": {emulator.Fault{Reorder: true}, true},
	} {
		k := newCore(t)
		c.fault.Method = "PUT"
		k.faults(c.fault)
		r, err := k.try("PUT", role, coreRoleBody("Operator", ""))
		if c.fault.Drop != errors.Is(err, io.ErrUnexpectedEOF) || r.status != c.fault.Status && r.status != 201 {
			t.Errorf("%s: %d %v", name, r.status, err)
		}
		if got := k.do("GET", role, "").status; (got == 200) != c.there || got != 200 && got != 404 {
			t.Errorf("%s: then %d", name, got)
		}
	}
}

// sample is one kind of object: how to make, change, read, list and delete it.
type sample struct {
	name                     string
	create, object, list     string // links; of a POST, object ends in "/" and the ID is added
	method, body, code       string
	update, updated, initial string // the body of an update, and what reads contain then and before
}

func samples() []sample {
	const graph = coreGraph + "/beta"
	return []sample{
		{
			name: "an Azure role", method: "PUT", create: coreARM + coreRoles + "/" + coreRole + atVersion, object: coreARM + coreRoles + "/" + coreRole + atVersion,
			list: coreARM + coreRoles + atVersion + "&$filter=type+eq+'CustomRole'", body: coreRoleBody("Operator", "first"), code: "RoleDefinitionDoesNotExist",
			update: coreRoleBody("Operator", "second"), initial: `"first"`, updated: `"second"`,
		},
		{
			name: "an Azure assignment", method: "PUT",
			create: coreARM + coreScope + "/providers/Microsoft.Authorization/roleAssignments/" + coreRole + atVersion,
			object: coreARM + coreScope + "/providers/Microsoft.Authorization/roleAssignments/" + coreRole + atVersion,
			list:   coreARM + coreScope + "/providers/Microsoft.Authorization/roleAssignments" + atVersion,
			body:   coreAssignmentBody("first"), code: "RoleAssignmentNotFound", update: coreAssignmentBody("second"), initial: `"first"`, updated: `"second"`,
		},
		{
			name: "an Entra role", method: "POST", create: graph + "/roleManagement/directory/roleDefinitions", object: graph + "/roleManagement/directory/roleDefinitions/",
			list: graph + "/roleManagement/directory/roleDefinitions?$filter=isBuiltIn%20eq%20false", code: "Request_ResourceNotFound",
			body:   `{"displayName":"App reader","description":"first","isEnabled":true,"rolePermissions":[{"allowedResourceActions":["microsoft.directory/applications/standard/read"]}]}`,
			update: `{"description":"second"}`, initial: `"first"`, updated: `"second"`,
		},
		{
			name: "an Entra assignment", method: "POST", create: graph + "/roleManagement/directory/roleAssignments", object: graph + "/roleManagement/directory/roleAssignments/",
			list: graph + "/roleManagement/directory/roleAssignments?$filter=principalId%20eq%20'a0000000-0000-4000-8000-000000000001'", code: "Request_ResourceNotFound",
			body:    `{"principalId":"a0000000-0000-4000-8000-000000000001","roleDefinitionId":"88d8e3e3-8f55-4a1e-953a-9b9898b8876b","directoryScopeId":"/"}`,
			initial: `"directoryScopeId"`,
		},
		{
			name: "an Intune role", method: "POST", create: graph + "/deviceManagement/roleDefinitions", object: graph + "/deviceManagement/roleDefinitions/",
			list: graph + "/deviceManagement/roleDefinitions?$filter=isBuiltIn%20eq%20false", code: "ResourceNotFound",
			body:   `{"@odata.type":"#microsoft.graph.deviceAndAppManagementRoleDefinition","displayName":"Reader","description":"first","rolePermissions":[{"resourceActions":[{"allowedResourceActions":["Microsoft.Intune_MobileApps_Read"],"notAllowedResourceActions":[]}]}]}`,
			update: `{"@odata.type":"#microsoft.graph.deviceAndAppManagementRoleDefinition","description":"second"}`, initial: `"first"`, updated: `"second"`,
		},
		{
			name: "a scope tag", method: "POST", create: graph + "/deviceManagement/roleScopeTags", object: graph + "/deviceManagement/roleScopeTags/",
			list: graph + "/deviceManagement/roleScopeTags?$filter=isBuiltIn%20eq%20false", code: "ResourceNotFound",
			body:   `{"@odata.type":"#microsoft.graph.roleScopeTag","displayName":"Tag","description":"first"}`,
			update: `{"@odata.type":"#microsoft.graph.roleScopeTag","description":"second"}`, initial: `"first"`, updated: `"second"`,
		},
	}
}

func coreAssignmentBody(description string) string {
	return `{"properties":{"roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7","principalId":"a0000000-0000-4000-8000-000000000001","description":"` + description + `"}}`
}

// make creates the sample and returns the link of the object.
func (s sample) make(k *core) string {
	k.Helper()
	r := k.do(s.method, s.create, s.body)
	if r.status != 200 && r.status != 201 {
		k.Fatalf("%s: %d %s", s.name, r.status, r.body)
	}
	if !strings.HasSuffix(s.object, "/") {
		return s.object
	}
	id, _ := r.json(k)["id"].(string)
	return s.object + id
}

// change updates the sample.
func (s sample) change(k *core, object string) {
	k.Helper()
	method := "PATCH"
	if s.method == "PUT" {
		method = "PUT"
	}
	if r := k.do(method, object, s.update); r.status >= 300 {
		k.Fatalf("%s: %d %s", s.name, r.status, r.body)
	}
}

// sees reads the object and its list: "-" where it is not there, "1" where it has
// its first content, "2" where it has its second.
func (s sample) sees(k *core, object string) (one, many string) {
	k.Helper()
	word := func(body string) string {
		switch {
		case s.updated != "" && strings.Contains(body, s.updated):
			return "2"
		case strings.Contains(body, s.initial):
			return "1"
		}
		return "-"
	}
	r := k.do("GET", object, "")
	one = word(r.body)
	if r.status != 200 {
		if code, _ := r.refused(k); r.status != 404 || code != s.code {
			k.Errorf("%s: %d %s", s.name, r.status, r.body)
		}
		one = "-"
	}
	l := k.do("GET", s.list, "")
	values, ok := l.json(k)["value"].([]any)
	if many = "-"; !ok || len(values) > 1 {
		k.Errorf("%s: a list of %d, %d", s.name, len(values), l.status)
	} else if len(values) == 1 {
		many = word(l.body)
	}
	return one, many
}

func (s sample) check(k *core, when, object, want string) {
	k.Helper()
	if one, many := s.sees(k, object); one != want || many != want {
		k.Errorf("%s, %s: read %s, listed %s, want %s", s.name, when, one, many, want)
	}
}

func TestWhatIsHiddenIsNeitherReadNorListedForSoManyReads(t *testing.T) {
	t.Parallel()
	for _, s := range samples() {
		k := newCore(t)
		k.faults(emulator.Fault{Method: s.method, HideReads: 3})
		object := s.make(k)
		// A list that would have it is a read too, once it has been made.
		want := []int{404, 404, 404, 200, 200}
		for i, status := range want {
			if r := k.do("GET", object, ""); r.status != status {
				t.Errorf("%s, read %d: %d", s.name, i+1, r.status)
			}
		}
		s.check(k, "afterwards", object, "1")
	}
	for _, s := range samples() {
		k := newCore(t)
		k.faults(emulator.Fault{Method: s.method, HideReads: 2})
		object := s.make(k)
		s.check(k, "hidden", object, "-") // one read of each kind
		s.check(k, "afterwards", object, "1")
	}
}

func TestWhatIsMadeAnewIsNoLongerHidden(t *testing.T) {
	t.Parallel()
	for _, s := range samples() {
		k := newCore(t)
		k.faults(emulator.Fault{Method: s.method, HideReads: 9, Times: 1})
		object := s.make(k)
		s.check(k, "hidden", object, "-")
		k.do("DELETE", object, "")
		s.check(k, "made anew", s.make(k), "1")
	}
}

func TestWhatIsStaleShowsWhatWasThereBefore(t *testing.T) {
	t.Parallel()
	for _, s := range samples() {
		k := newCore(t)
		k.faults(emulator.Fault{Method: s.method, Stale: time.Minute, Times: 1})
		object := s.make(k)
		s.check(k, "just made", object, "-")
		k.advance(59 * time.Second)
		s.check(k, "still", object, "-")
		k.advance(time.Second)
		s.check(k, "then", object, "1")

		if s.update != "" {
			k.faults(emulator.Fault{Method: "PUT", Stale: time.Minute}, emulator.Fault{Method: "PATCH", Stale: time.Minute})
			s.change(k, object)
			s.check(k, "just changed", object, "1")
			k.advance(time.Minute)
			s.check(k, "later", object, "2")
		}
		k.faults(emulator.Fault{Method: "DELETE", Stale: time.Minute})
		last, _ := s.sees(k, object)
		k.do("DELETE", object, "")
		s.check(k, "just deleted", object, last)
		k.advance(time.Minute)
		s.check(k, "gone", object, "-")
	}
}

func TestWhatLingersIsReadAndListedForATime(t *testing.T) {
	t.Parallel()
	for _, s := range samples() {
		k := newCore(t)
		k.faults(emulator.Fault{Linger: 30 * time.Second})
		object := s.make(k)
		s.check(k, "made", object, "1") // lingering is for what is deleted
		if r := k.do("DELETE", object, ""); r.status != 200 && r.status != 204 {
			t.Errorf("%s: %d %s", s.name, r.status, r.body)
		}
		s.check(k, "lingering", object, "1")
		k.advance(30 * time.Second)
		s.check(k, "gone", object, "-")
		k.do("DELETE", object, "")
		s.check(k, "deleted twice", object, "-")
	}
}

func TestAWriteSeesTheTruthWhateverReadsShow(t *testing.T) {
	t.Parallel()
	k := newCore(t)
	const roles = coreGraph + "/beta/roleManagement/directory/roleDefinitions"
	k.faults(emulator.Fault{Method: "PATCH", Stale: time.Minute})
	id := k.do("POST", roles, `{"displayName":"A","description":"one","isEnabled":true,"rolePermissions":[{"allowedResourceActions":["microsoft.directory/applications/standard/read"]}]}`).json(t)["id"].(string)
	k.do("PATCH", roles+"/"+id, `{"description":"two"}`)
	k.do("PATCH", roles+"/"+id, `{"displayName":"B"}`)
	k.advance(time.Minute)
	role := k.do("GET", roles+"/"+id, "").json(t)
	if role["displayName"] != "B" || role["description"] != "two" {
		t.Errorf("an update was lost: %v", role)
	}
}

func TestAnAnswerCanComeInOtherCasingAndOrder(t *testing.T) {
	t.Parallel()
	k := newCore(t)
	role := coreARM + coreRoles + "/" + coreRole + atVersion
	k.do("PUT", role, coreRoleBody("Operator", "Starts /things"))
	plain := k.do("GET", role, "").json(t)["properties"].(map[string]any)
	k.faults(emulator.Fault{Recase: true, Times: 1}, emulator.Fault{Reorder: true, Times: 1}, emulator.Fault{Recase: true, Reorder: true})

	recased := k.do("GET", role, "").json(t)
	properties := recased["properties"].(map[string]any)
	permissions := properties["permissions"].([]any)[0].(map[string]any)
	if want := "/SUBSCRIPTIONS/B0000000-0000-4000-8000-000000000001/PROVIDERS/mICROSOFT.aUTHORIZATION/ROLEdEFINITIONS/C0000000-0000-4000-8000-000000000001"; recased["id"] != want {
		t.Errorf("id %v", recased["id"])
	}
	if want := []any{"mICROSOFT.cOMPUTE/VIRTUALmACHINES/READ", "mICROSOFT.cOMPUTE/VIRTUALmACHINES/START/ACTION"}; !reflect.DeepEqual(permissions["actions"], want) {
		t.Errorf("actions %v", permissions["actions"])
	}
	if want := []any{"/SUBSCRIPTIONS/B0000000-0000-4000-8000-000000000001"}; !reflect.DeepEqual(properties["assignableScopes"], want) {
		t.Errorf("scopes %v", properties["assignableScopes"])
	}
	if recased["name"] != "C0000000-0000-4000-8000-000000000001" || properties["roleName"] != "Operator" || properties["description"] != "Starts /things" || properties["createdOn"] != plain["createdOn"] {
		t.Errorf("recased too much or too little: %v", recased)
	}

	reordered := k.do("GET", role, "").json(t)["properties"].(map[string]any)["permissions"].([]any)[0].(map[string]any)
	if want := []any{"Microsoft.Compute/virtualMachines/start/action", "Microsoft.Compute/virtualMachines/read"}; !reflect.DeepEqual(reordered["actions"], want) {
		t.Errorf("reordered %v", reordered["actions"])
	}

	// An ID of an Entra assignment has a casing: it is another in another.
	const assignments = coreGraph + "/v1.0/roleManagement/directory/roleAssignments"
	assignment := k.do("POST", assignments, `{"principalId":"a0000000-0000-4000-8000-000000000001","roleDefinitionId":"88d8e3e3-8f55-4a1e-953a-9b9898b8876b","directoryScopeId":"/"}`).json(t)
	if assignment["principalId"] != "A0000000-0000-4000-8000-000000000001" {
		t.Errorf("principal %v", assignment["principalId"])
	}
	if r := k.do("GET", assignments+"/"+assignment["id"].(string), ""); r.status != 200 {
		t.Errorf("the ID %v is not that of the assignment: %d", assignment["id"], r.status)
	}
}

func TestAFileOfFaultsIsReadAgainWhenItChanges(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "faults.json")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var problems []string
	write(`[{"status":500}]`)
	faults, err := emulator.LoadFaults(path, func(err error) { problems = append(problems, err.Error()) })
	if err != nil {
		t.Fatal(err)
	}
	write(`[]`)
	k := newCore(t, func(o *emulator.Options) { o.Faults = faults })
	status := func() int { return k.do("GET", coreARM+coreRoles+"/"+coreReader+atVersion, "").status }
	for _, c := range []struct {
		text string
		want int
	}{
		{`[]`, 200},
		{`[{"status":503,"times":1}]`, 503},
		{`[{"status":503,"times":1}]`, 200}, // the same file counts on
		{`[{"status":504,"times":1}]`, 504}, // another one anew
		{`[{"status":501}]`, 501},
		{`[{"status":`, 501}, // half written: what was in force stays
		{`[{"stat":1}]`, 501},
		{`[]`, 200},
	} {
		write(c.text)
		if got := status(); got != c.want {
			t.Errorf("%s: %d, want %d", c.text, got, c.want)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	status()
	status()
	if want := []string{
		fmt.Sprintf("The faults file %q has a mistake: It is no JSON: something is wrong at line 1, column 11. It must be a list of objects; [] is none.", path),
		fmt.Sprintf(`The faults file %q has a mistake: [0].stat is no member of a fault. Did you mean "status"? The members are after, code, drop, hide_reads, linger_seconds, method, path, recase, reorder, retry_after, stale_seconds, status, times, when.`, path),
		fmt.Sprintf("There is no faults file %q. Create it, with [] for none, or correct the path.", path),
	}; !reflect.DeepEqual(problems, want) {
		t.Errorf("got  %q\nwant %q", problems, want)
	}
	if _, err := emulator.LoadFaults(path, nil); rbac.KindOf(err) != rbac.Invalid {
		t.Errorf("a file that is not there: %v", err)
	}
}
