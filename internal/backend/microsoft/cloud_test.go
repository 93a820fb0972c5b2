// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The hosts are those of https://learn.microsoft.com/graph/deployments and of the
// guides to Azure Government and Azure in China.
func TestEachCloudHasItsHostsAndScopes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                       string
		cloud                      rbac.Cloud
		endpoints                  Endpoints
		arm, graph, authority      string
		armScope, graphScope, whom string
		private                    bool
	}{
		{
			"unset", "",
			Endpoints{},
			"https://management.azure.com", "https://graph.microsoft.com", "https://login.microsoftonline.com",
			"https://management.azure.com/.default", "https://graph.microsoft.com/.default", "api://AzureADTokenExchange", false,
		},
		{
			"public", rbac.PublicCloud,
			Endpoints{},
			"https://management.azure.com", "https://graph.microsoft.com", "https://login.microsoftonline.com",
			"https://management.azure.com/.default", "https://graph.microsoft.com/.default", "api://AzureADTokenExchange", false,
		},
		{
			"US government", rbac.USGovernment,
			Endpoints{},
			"https://management.usgovcloudapi.net", "https://graph.microsoft.us", "https://login.microsoftonline.us",
			"https://management.usgovcloudapi.net/.default", "https://graph.microsoft.us/.default", "api://AzureADTokenExchangeUSGov", false,
		},
		{
			"Department of Defense", rbac.USGovernment,
			Endpoints{Graph: "https://dod-graph.microsoft.us/"},
			"https://management.usgovcloudapi.net", "https://dod-graph.microsoft.us", "https://login.microsoftonline.us",
			"https://management.usgovcloudapi.net/.default", "https://dod-graph.microsoft.us/.default", "api://AzureADTokenExchangeUSGov", false,
		},
		{
			"China", rbac.ChinaCloud,
			Endpoints{},
			"https://management.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn", "https://login.chinacloudapi.cn",
			"https://management.chinacloudapi.cn/.default", "https://microsoftgraph.chinacloudapi.cn/.default", "api://AzureADTokenExchangeChina", false,
		},
		{
			"an emulator", "",
			Endpoints{ResourceManager: "https://127.0.0.1:8443/", Graph: " https://127.0.0.1:8443/g// ", Authority: "https://127.0.0.1:8443"},
			"https://127.0.0.1:8443", "https://127.0.0.1:8443/g", "https://127.0.0.1:8443",
			"https://management.azure.com/.default", "https://graph.microsoft.com/.default", "api://AzureADTokenExchange", true,
		},
	} {
		p, err := placesOf(Options{Cloud: c.cloud, Endpoints: c.endpoints})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got := [...]string{p.arm.String(), p.graph.String(), p.authority.String(), p.armScope, p.graphScope, p.assertion}
		if want := [...]string{c.arm, c.graph, c.authority, c.armScope, c.graphScope, c.whom}; got != want || p.private != c.private {
			t.Errorf("%s: got %q, %v; want %q, %v", c.name, got, p.private, want, c.private)
		}
	}
}

func TestWhatIsNoEndpointIsRefused(t *testing.T) {
	t.Parallel()
	for text, why := range map[string]string{
		"http://127.0.0.1:8080":          "its scheme must be https, since tokens are sent to it",
		"graph.microsoft.com":            "it has no host",
		"https://":                       "it has no host",
		"https://user:secret@127.0.0.1/": "it must not have a user in it",
		"https://127.0.0.1/?a=b":         "it must end after the path",
	} {
		_, err := New(Options{Endpoints: Endpoints{Graph: text}})
		shown := text
		if text == "https://user:secret@127.0.0.1/" {
			shown = "https://user:xxxxx@127.0.0.1/"
		}
		wantError(t, err, rbac.Error{
			Kind: rbac.Invalid, Field: "endpoints.graph",
			Message: `"` + shown + `" is no endpoint: ` + why + `. Write an absolute URL such as "https://graph.microsoft.com".`,
		})
	}
	_, err := New(Options{Cloud: "german"})
	wantError(t, err, rbac.Error{Kind: rbac.Invalid, Field: "environment", Message: `"german" is no cloud that this provider knows. Microsoft's clouds are "public", "usgovernment" and "china".`})
}

func TestRequestsGoBelowTheEndpointWithTokensOfTheCloud(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tokens := &mint{}
		client, wire := talk(t, Options{
			Credential: tokens, UserAgent: "rbac/1.0", Cloud: rbac.ChinaCloud,
			Endpoints: Endpoints{ResourceManager: "https://proxy.example/arm/", Graph: "https://proxy.example/graph"},
		}, withHeaders(200))
		for _, system := range []rbac.System{rbac.Azure, rbac.Intune} {
			if _, err := client.do(t.Context(), request{System: system, Method: http.MethodPatch, Path: "/v/a%2Fb", Body: map[string]int{}}, nil); err != nil {
				t.Fatal(err)
			}
		}
		for i, want := range []struct{ url, id, scope string }{
			{"https://proxy.example/arm/v/a%2Fb", "x-ms-client-request-id", "https://management.chinacloudapi.cn/.default"},
			{"https://proxy.example/graph/v/a%2Fb", "client-request-id", "https://microsoftgraph.chinacloudapi.cn/.default"},
		} {
			r := wire.seen[i]
			if _, ok := rbac.ParseGUID(r.Header.Get(want.id)); r.URL.String() != want.url || !ok || tokens.scopes[i] != want.scope ||
				r.Header.Get("User-Agent") != "rbac/1.0" || r.Header.Get("Accept") != "application/json" || r.Header.Get("Content-Type") != "application/json" {
				t.Errorf("%s %v with a token for %s; want %+v", r.URL, r.Header, tokens.scopes[i], want)
			}
		}
	})
}

func FuzzEndpoint(f *testing.F) {
	for _, s := range []string{"", "https://x/", "https://x:1/a//", "http://x", "https://a@b", "https://[::1]:2", "https://%zz", "://"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := parseEndpoint(text)
		if err != nil {
			return
		}
		if u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || strings.HasSuffix(u.String(), "/") {
			t.Errorf("parseEndpoint(%q) = %q", text, u)
		}
		if again, err := parseEndpoint(u.String()); err != nil || again.String() != u.String() {
			t.Errorf("parseEndpoint(%q) = %q, which reads back as %v, %v", text, u, again, err)
		}
	})
}
