// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"reflect"
	"strings"
	"testing"
)

func TestAPathLeadsToTheServiceAndItsSegments(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]place{
		"/":                                      {armService, "", []string{}, "/"},
		"//subscriptions//x/":                    {armService, "", []string{"subscriptions", "x"}, "/subscriptions/x"},
		"/a%2Fb/%zz":                             {armService, "", []string{"a/b", "%zz"}, "/a/b/%zz"},
		"/v1.0":                                  {graphService, "v1.0", []string{}, "/v1.0"},
		"/BETA/Users('x')":                       {graphService, "beta", []string{"Users", "x"}, "/BETA/Users('x')"},
		"/v1.0/users('it''s')":                   {graphService, "v1.0", []string{"users", "it's"}, "/v1.0/users('it''s')"},
		"/v1.0/f(scope='a b')":                   {graphService, "v1.0", []string{"f", "scope='a b'"}, "/v1.0/f(scope='a b')"},
		"/beta/f()/g":                            {graphService, "beta", []string{"f", "g"}, "/beta/f()/g"},
		"/beta/(x)":                              {graphService, "beta", []string{"(x)"}, "/beta/(x)"},
		"/v1.0/DeviceManagement/roleDefinitions": {intuneService, "v1.0", []string{"DeviceManagement", "roleDefinitions"}, "/v1.0/DeviceManagement/roleDefinitions"},
		"/x/oauth2/v2.0/token":                   {authorityService, "", []string{"x", "oauth2", "v2.0", "token"}, "/x/oauth2/v2.0/token"},
		"/x/v2.0/.well-known/openid-configuration": {authorityService, "", []string{"x", "v2.0", ".well-known", "openid-configuration"}, "/x/v2.0/.well-known/openid-configuration"},
		"/common/discovery/instance":               {authorityService, "", []string{"common", "discovery", "instance"}, "/common/discovery/instance"},
		"/oauth2":                                  {armService, "", []string{"oauth2"}, "/oauth2"},
		"/subscriptions/x/resourceGroups/v1.0":     {armService, "", []string{"subscriptions", "x", "resourceGroups", "v1.0"}, "/subscriptions/x/resourceGroups/v1.0"},
	} {
		if got := locate(path); !reflect.DeepEqual(got, want) {
			t.Errorf("%s\ngot  %+v\nwant %+v", path, got, want)
		}
	}
}

func TestTheMostLiteralRouteOfTheMethodIsFound(t *testing.T) {
	t.Parallel()
	routes := newTable([]route{
		{service: armService, method: "GET", path: "/{scope...}/providers/A/things/{id}"},
		{service: armService, method: "GET", path: "/providers/A/things/special"},
		{service: armService, method: "PUT", path: "/{scope...}/providers/A/things/{id}"},
		{service: armService, method: "GET", path: "/{scope...}/providers/A/things"},
		{service: graphService, method: "GET", path: "/roles/roleTemplateId={id}"},
		{service: graphService, method: "GET", path: "/roles/{id}"},
		{service: graphService, method: "GET", path: "/tags", versions: []string{"beta"}},
	})
	for _, c := range []struct {
		method, path, found string
		params              map[string]string
		known               bool
	}{
		{"GET", "/providers/a/THINGS/x", "/{scope...}/providers/A/things/{id}", map[string]string{"scope": "", "id": "x"}, true},
		{"GET", "/subscriptions/S/providers/A/things/x", "/{scope...}/providers/A/things/{id}", map[string]string{"scope": "/subscriptions/S", "id": "x"}, true},
		{"GET", "/providers/A/things/special", "/providers/A/things/special", map[string]string{}, true},
		{"GET", "/providers/A/things", "/{scope...}/providers/A/things", map[string]string{"scope": ""}, true},
		{"GET", "/providers/A/things/providers/A/things", "/{scope...}/providers/A/things", map[string]string{"scope": "/providers/A/things"}, true},
		{"DELETE", "/providers/A/things/x", "", nil, true},
		{"GET", "/providers/B/things/x", "", nil, false},
		{"GET", "/things", "", nil, false},
		{"GET", "/v1.0/roles/roleTemplateId=7", "/roles/roleTemplateId={id}", map[string]string{"id": "7"}, true},
		{"GET", "/v1.0/roles(roleTemplateId='7')", "/roles/roleTemplateId={id}", map[string]string{"id": "7"}, true},
		{"GET", "/v1.0/roles('7')", "/roles/{id}", map[string]string{"id": "7"}, true},
		{"GET", "/beta/tags", "/tags", map[string]string{}, true},
		{"GET", "/v1.0/tags", "", nil, false},
	} {
		e, params, known := routes.find(locate(c.path), c.method)
		found := ""
		if e != nil {
			found = e.path
		}
		if found != c.found || !reflect.DeepEqual(params, c.params) || known != c.known {
			t.Errorf("%s %s: %q %v %v, want %q %v %v", c.method, c.path, found, params, known, c.found, c.params, c.known)
		}
	}
}

func TestAFilterOfAzureIsReadOrRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]condition{
		"atScope()":                            {{Op: "atscope"}},
		"AtScope ( ) AND assignedTo( 'a''b' )": {{Op: "atscope"}, {Op: "assignedto", Values: []string{"a'b"}}},
		"principalId eq 'x'":                   {{Name: "principalId", Op: "eq", Values: []string{"x"}}},
		"((a eq 'x') and b EQ y)":              {{Name: "a", Op: "eq", Values: []string{"x"}}, {Name: "b", Op: "eq", Values: []string{"y"}}},
		"a eq ''":                              {{Name: "a", Op: "eq", Values: []string{""}}},
	} {
		if got, ok := parseFilter(text); !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{
		"a", "a eq", "a lt 'x'", "a eq 'x", "a eq 'x' b eq 'y'", "a eq 'x' or b eq 'y'", "and", "(a eq 'x'", "a eq 'x')", "f('a','b')", "f(", "'x' eq a", "not a eq 'x'",
		strings.Repeat("(", 30) + "a eq 'x'" + strings.Repeat(")", 30), strings.TrimSuffix(strings.Repeat("a eq 'x' and ", 65), " and "),
	} {
		if got, ok := parseFilter(text); ok {
			t.Errorf("%s was read as %v", text, got)
		}
	}
}

func FuzzParseFilter(f *testing.F) {
	for _, seed := range []string{"atScope() and assignedTo('x')", "((a eq 'b'))", "a eq 'it''s'", "f(", "(((("} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		conditions, ok := parseFilter(text)
		if ok && (len(conditions) == 0 || len(conditions) > filterSize) {
			t.Errorf("%d conditions", len(conditions))
		}
	})
}

func FuzzLocate(f *testing.F) {
	for _, seed := range []string{"/", "//subscriptions/x", "/v1.0/users('x')", "/%zz/%2f", "/x/oauth2/v2.0/token", "/beta/f(a='b')"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		at := locate(path)
		for _, s := range at.segments {
			if s == "" && at.service != graphService && at.service != intuneService {
				t.Errorf("%q has an empty segment", path)
			}
		}
	})
}
