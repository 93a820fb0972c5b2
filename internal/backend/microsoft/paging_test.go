// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func TestAListIsReadPageByPage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		system rbac.System
		link   string
		want   []string
	}{
		{rbac.Azure, "nextLink", []string{
			"https://management.azure.com/x?%24filter=a%20eq%20%27b%2Bc%27&api-version=1",
			"https://management.azure.com/x?page=2&$skipToken=a%2Bb",
			"https://management.azure.com/x?page=3&$skipToken=a%2Bb",
		}},
		{rbac.Entra, "@odata.nextLink", []string{
			"https://graph.microsoft.com/x?%24filter=a%20eq%20%27b%2Bc%27&api-version=1",
			"https://graph.microsoft.com/x?page=2&$skipToken=a%2Bb",
			"https://graph.microsoft.com/x?page=3&$skipToken=a%2Bb",
		}},
	} {
		client, wire := talk(t, Options{}, func(n int, r *http.Request) (*http.Response, error) {
			if got := r.Header.Get("ConsistencyLevel"); got != "eventual" {
				t.Errorf("page %d has ConsistencyLevel %q: links do not hold headers, so each page needs its own", n, got)
			}
			switch n {
			case 1, 2:
				return says(r, 200, fmt.Sprintf(`{"value":["%d","x"],%q:"https://%s/x?page=%d&$skipToken=a%%2Bb"}`, n, c.link, r.URL.Host, n+1))
			default:
				return says(r, 200, `{"value":["3"],"`+c.link+`":null}`)
			}
		})
		r := get(c.system)
		r.Query = map[string][]string{"$filter": {"a eq 'b+c'"}, "api-version": {"1"}}
		r.Header = http.Header{"Consistencylevel": {"eventual"}}
		got, err := pages[string](t.Context(), client, r)
		if want := []string{"1", "x", "2", "x", "3"}; err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q, %v; want %q", c.system, got, err, want)
		}
		var asked []string
		for _, r := range wire.seen {
			asked = append(asked, r.URL.String())
		}
		if !reflect.DeepEqual(asked, c.want) {
			t.Errorf("%s: asked for %q, want %q", c.system, asked, c.want)
		}
	}
}

func TestATokenIsNeverSentToWhereALinkPoints(t *testing.T) {
	t.Parallel()
	for _, link := range []string{
		"https://evil.example/x?page=2", "http://graph.microsoft.com/x?page=2", "https://graph.microsoft.com:8443/x?page=2",
		"https://graph.microsoft.com@evil.example/x", "//evil.example/x", "/x?page=2", "::",
	} {
		client, wire := talk(t, Options{}, func(_ int, r *http.Request) (*http.Response, error) {
			return says(r, 200, `{"value":["1"],"@odata.nextLink":"`+link+`"}`)
		})
		got, err := pages[string](t.Context(), client, get(rbac.Entra))
		if got != nil || wire.count() != 1 || rbac.KindOf(err) != rbac.Unavailable || !strings.Contains(err.Error(), "A token is for one host, so that link is not followed.") {
			t.Errorf("%s: %q, %v after %d requests; want a refusal after 1", link, got, err, wire.count())
		}
	}
	client, wire := talk(t, Options{}, func(n int, r *http.Request) (*http.Response, error) {
		return says(r, 200, map[bool]string{true: `{"value":[],"@odata.nextLink":"HTTPS://GRAPH.microsoft.com:443/x?page=2"}`, false: `{"value":[]}`}[n == 1])
	})
	if _, err := pages[string](t.Context(), client, get(rbac.Entra)); err != nil || wire.count() != 2 {
		t.Errorf("the same host in another spelling: %v after %d requests", err, wire.count())
	}
}

func TestAListThatLeadsBackToItselfEnds(t *testing.T) {
	t.Parallel()
	client, wire := talk(t, Options{}, func(n int, r *http.Request) (*http.Response, error) {
		return says(r, 200, fmt.Sprintf(`{"value":["1"],"nextLink":"https://management.azure.com/x?page=%d"}`, n%3))
	})
	_, err := pages[string](t.Context(), client, get(rbac.Azure))
	wantError(t, err, rbac.Error{Kind: rbac.Unavailable, System: rbac.Azure, Message: `The pages of the list at "/x" lead back to a page that was read already, so the list never ends. Try again later.`})
	if wire.count() != 4 {
		t.Errorf("%d requests, want 4", wire.count())
	}
}

func TestAPageThatFailsFailsTheList(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := talk(t, Options{}, func(n int, r *http.Request) (*http.Response, error) {
			if n == 1 {
				return says(r, 200, `{"value":["1"],"nextLink":"https://management.azure.com/x?page=2"}`)
			}
			return says(r, 403, `{"error":{"code":"AuthorizationFailed","message":"No"}}`)
		})
		if got, err := pages[string](t.Context(), client, get(rbac.Azure)); got != nil || rbac.KindOf(err) != rbac.Forbidden {
			t.Errorf("%q, %v; want Forbidden", got, err)
		}
	})
}
