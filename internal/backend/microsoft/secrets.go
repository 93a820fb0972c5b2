// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"bytes"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/url"
	"strings"
)

const (
	// blotted stands where an answer had a secret.
	blotted = "(secret)"
	// shortestSecret is what is long enough not to stand in a text by chance. No
	// service gives out shorter ones.
	shortestSecret = 8
)

// discreet carries requests, and takes what they prove themselves with out of
// answers that may be shown to a person: some proxies and services repeat the
// request that they refuse.
type discreet struct{ base http.RoundTripper }

// RoundTrip sends one request.
func (d discreet) RoundTrip(r *http.Request) (*http.Response, error) {
	r, secrets, err := secretsOf(r)
	if err != nil {
		return nil, err
	}
	resp, err := d.base.RoundTrip(r)
	if err != nil {
		if text := string(blot([]byte(err.Error()), secrets)); text != err.Error() {
			err = blottedError{err, text}
		}
		return nil, err
	}
	// The other answers are read, not shown. A batch has answers of its own within.
	if resp.StatusCode < 300 && !strings.HasSuffix(r.URL.Path, "/$batch") {
		return resp, nil
	}
	body, err := readAll(resp)
	if err != nil {
		return nil, err
	}
	body = blot(body, secrets)
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return resp, nil
}

// secretsOf returns a request to send instead of r, and the secrets in its
// headers and, when it asks for a token, in its body.
func secretsOf(r *http.Request) (*http.Request, []string, error) {
	var secrets []string
	if _, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok {
		secrets = append(secrets, token)
	}
	secrets = append(secrets, r.Header.Get("X-Identity-Header"), r.Header.Get("Secret")) // of managed identities
	if r.Body == nil || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return r, secrets, nil
	}
	body, err := io.ReadAll(r.Body)
	_ = r.Body.Close() // it has been read
	if err != nil {
		return nil, nil, err
	}
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	if form, err := url.ParseQuery(string(body)); err == nil {
		secrets = append(secrets, form.Get("client_secret"), form.Get("client_assertion"), form.Get("refresh_token"))
	}
	return r, secrets, nil
}

// blot takes secrets out of a text, also as URLs, HTML and JSON spell them.
func blot(text []byte, secrets []string) []byte {
	for _, s := range secrets {
		if len(s) < shortestSecret {
			continue
		}
		query := url.QueryEscape(s)
		spellings := []string{s, query, strings.ReplaceAll(query, "+", "%20"), html.EscapeString(s)}
		if quoted, err := json.Marshal(s); err == nil {
			spellings = append(spellings, strings.Trim(string(quoted), `"`))
		}
		for _, spelling := range spellings {
			text = bytes.ReplaceAll(text, []byte(spelling), []byte(blotted))
		}
	}
	return text
}

// blottedError is an error whose text has a secret.
type blottedError struct {
	error
	text string
}

// Error returns the text without the secret.
func (e blottedError) Error() string { return e.text }

// Unwrap returns the error, for what it is.
func (e blottedError) Unwrap() error { return e.error }
