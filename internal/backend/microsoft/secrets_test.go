// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

// carries is a transport from a function.
type carries func(*http.Request) (*http.Response, error)

func (c carries) RoundTrip(r *http.Request) (*http.Response, error) { return c(r) }

func TestWhatARequestProvesItselfWithIsTakenOutOfAnswers(t *testing.T) {
	t.Parallel()
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"}}
	for name, c := range map[string]struct {
		header       http.Header
		path, body   string
		status       int
		answer, want string
	}{
		"a token":                     {http.Header{"Authorization": {"Bearer header.body.sign"}}, "/x", "", 400, "bad header Bearer header.body.sign!", "bad header Bearer (secret)!"},
		"a token in a batch":          {http.Header{"Authorization": {"Bearer header.body.sign"}}, "/v1.0/$batch", "{}", 200, `{"status":400,"body":"header.body.sign"}`, `{"status":400,"body":"(secret)"}`},
		"an answer that is not shown": {http.Header{"Authorization": {"Bearer header.body.sign"}}, "/x", "", 200, `{"id":"header.body.sign"}`, `{"id":"header.body.sign"}`},
		"no token":                    {http.Header{}, "/x", "", 400, "there is no token", "there is no token"},
		"a client secret":             {form, "/token", "client_id=x&client_secret=pass%26%22%3C+1", 401, `client_secret=pass%26%22%3C+1 pass&"<+1 pass&amp;&#34;&lt; 1 pass&"< 1 {"secret":"pass\u0026\"\u003c 1"} pass%26%22%3C%201`, `client_secret=(secret) pass&"<+1 (secret) (secret) {"secret":"(secret)"} (secret)`},
		"an assertion":                {form, "/token", "client_assertion=header.body.sign", 400, "got header.body.sign", "got (secret)"},
		"what is too short for one":   {http.Header{"Authorization": {"Bearer t"}}, "/x", "", 400, "bad request", "bad request"},
		"a managed identity":          {http.Header{"X-Identity-Header": {"mine-alone"}}, "/msi", "", 500, "mine-alone failed", "(secret) failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent := ""
			d := discreet{carries(func(r *http.Request) (*http.Response, error) {
				body, err := io.ReadAll(r.Body)
				sent = string(body)
				return answered(r, c.status, c.answer, http.Header{}), err
			})}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://example.com"+c.path, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header = c.header
			resp, err := d.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			got, err := io.ReadAll(resp.Body)
			if err != nil || string(got) != c.want || sent != c.body {
				t.Errorf("got  %s, %v\nwant %s\nsent %q", got, err, c.want, sent)
			}
		})
	}
}

func TestWhatARequestProvesItselfWithIsTakenOutOfTheErrorsOfTheNetwork(t *testing.T) {
	t.Parallel()
	broken := errors.New(`malformed HTTP response "Bearer header.body.sign"`)
	d := discreet{carries(func(*http.Request) (*http.Response, error) { return nil, broken })}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://example.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer header.body.sign")
	resp, err := d.RoundTrip(r)
	if err == nil {
		resp.Body.Close()
	}
	if err == nil || err.Error() != `malformed HTTP response "Bearer (secret)"` || !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
