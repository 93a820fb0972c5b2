// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"

	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
	"github.com/rolewright/terraform-provider-rbac/internal/provider"
)

// logging is a test whose provider writes all logs, at level trace.
type logging struct {
	testing.TB
	ctx context.Context //nolint:containedctx // it is the test's
}

// Context is that of all calls.
func (l logging) Context() context.Context { return l.ctx }

// sink is a buffer for several goroutines.
type sink struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write adds to it.
func (o *sink) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

// String is all of it.
func (o *sink) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// eavesdropper learns every secret that is sent, and may answer instead of the services.
type eavesdropper struct {
	http.RoundTripper
	// answer is what comes back instead; nil for what the services say. secret is
	// the token, or what is sent for a token.
	answer func(r *http.Request, secret string) *http.Response
	// trusting lets everybody have a token who brings an assertion.
	trusting bool

	mu      sync.Mutex
	secrets map[string]bool
}

// RoundTrip sends a request.
func (e *eavesdropper) RoundTrip(r *http.Request) (*http.Response, error) {
	secret, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if strings.HasSuffix(r.URL.Path, tokenPath) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, err
		}
		secret = form.Get("client_secret") + form.Get("client_assertion")
		if e.trusting {
			form.Del("client_assertion")
			form.Del("client_assertion_type")
			form.Set("client_secret", wireSecret)
		}
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(strings.NewReader(form.Encode()))
		r.ContentLength = int64(len(form.Encode()))
	}
	if secret != "" {
		e.mu.Lock()
		e.secrets[secret] = true
		e.mu.Unlock()
	}
	if e.answer != nil {
		if resp := e.answer(r, secret); resp != nil {
			resp.Request = r
			return resp, nil
		}
	}
	return e.RoundTripper.RoundTrip(r)
}

// replies is an answer.
func replies(status int, kind, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}
}

// certificate is a new one with its key, as the setting takes it, and the key.
func certificate(t *testing.T) (setting, key string) {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Terraform"}, NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour)}
	public, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
	lines := strings.Split(string(text), "\n")
	return base64.StdEncoding.EncodeToString(append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: public})...)), lines[len(lines)/2]
}

func TestSecrets_areInNoLogNoStateNoPlanAndNoError(t *testing.T) {
	t.Parallel()
	const federated = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJwaXBlbGluZSJ9.the-federated-token"
	echo := func(status int, kind, body string) func(*http.Request, string) *http.Response {
		return func(r *http.Request, secret string) *http.Response {
			if strings.HasSuffix(r.URL.Path, tokenPath) || secret == "" {
				return nil
			}
			return replies(status, kind, fmt.Sprintf(body, secret))
		}
	}
	block := func(more values) values { return with(values{"tenant_id": wireTenant, "client_id": wireClient}, more) }
	secret := block(values{"client_secret": wireSecret})
	cert, key := certificate(t)
	const services = "/(roleManagement|deviceManagement)/|Microsoft.Authorization"
	for name, c := range map[string]struct {
		block    values
		answer   func(*http.Request, string) *http.Response
		faults   []emulator.Fault
		trusting bool
		fails    string // what the errors say; empty if there are none
	}{
		"a client secret":                  {block: secret},
		"a federated token":                {block: block(values{"use_oidc": true, "oidc_token": federated}), trusting: true},
		"a certificate":                    {block: block(values{"client_certificate": cert}), trusting: true},
		"a wrong secret":                   {block: block(values{"client_secret": "not-the-secret"}), fails: "AADSTS7000215"},
		"a federated token nobody knows":   {block: block(values{"use_oidc": true, "oidc_token": federated}), fails: "AADSTS700027"},
		"a certificate nobody knows":       {block: block(values{"client_certificate": cert}), fails: "AADSTS700027"},
		"connections dropped for a while":  {block: secret, faults: []emulator.Fault{{Drop: true, Times: 6}}},
		"connections dropped":              {block: secret, faults: []emulator.Fault{{Drop: true, Path: services}}, fails: "lost"},
		"no connection for a token":        {block: secret, faults: []emulator.Fault{{Drop: true, Path: tokenPath}}, fails: "Signing in is not possible"},
		"a proxy that is refused":          {block: secret, faults: []emulator.Fault{{Status: 407, Path: services}}, fails: "could not be completed"},
		"a refusal that echoes the header": {block: secret, answer: echo(400, "application/json", `{"error":{"code":"BadRequest","message":"Bad header Authorization: Bearer %s."}}`), fails: "Bad header Authorization: Bearer"},
		"a 401 that echoes the header":     {block: secret, answer: echo(401, "application/json", `{"error":{"code":"InvalidAuthenticationToken","message":"Bearer %s is bad."}}`), fails: "Bearer"},
		"an outage that echoes the header": {block: secret, answer: echo(503, "text/html", `<html><title>Service unavailable</title>GET / HTTP/1.1 Authorization: Bearer %s</html>`), fails: "503"},
		"garbage that echoes the header":   {block: secret, answer: echo(200, "text/plain", `GET / HTTP/1.1 Authorization: Bearer %s`), fails: "documented JSON"},
		"a redirection with the token":     {block: secret, answer: echo(302, "text/plain", `https://example.com/?access_token=%s`), fails: "302"},
		"a refused sign-in that echoes all": {
			block: secret, answer: func(r *http.Request, secret string) *http.Response {
				if !strings.HasSuffix(r.URL.Path, tokenPath) {
					return nil
				}
				return replies(400, "application/json", fmt.Sprintf(`{"error":"invalid_request","error_description":"AADSTS900144: bad body client_id=x&client_secret=%s."}`, secret))
			}, fails: "AADSTS900144",
		},
		"a refused federation that echoes all": {
			block: block(values{"use_oidc": true, "oidc_token": federated}), answer: func(r *http.Request, secret string) *http.Response {
				if !strings.HasSuffix(r.URL.Path, tokenPath) {
					return nil
				}
				return replies(400, "text/plain", "POST /token client_assertion="+secret)
			}, fails: "Signing in with OpenID Connect failed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var logs, requests sink
				tb := logging{t, tfsdklogtest.RootLogger(tflogtest.RootLogger(t.Context(), &logs), &logs)}
				options := emulator.Options{Log: &requests}
				if strings.HasPrefix(c.fails, "AADSTS") { // somebody who is not let in
					d, err := reference.ParseDirectory([]byte(withClient(t, "{}")))
					if err != nil {
						t.Fatal(err)
					}
					options.Directory = d
				}
				w := newWorld(tb, options)
				w.misbehave(c.faults...)
				e := &eavesdropper{RoundTripper: w.cloud.RoundTripper(), answer: c.answer, trusting: c.trusting, secrets: map[string]bool{}}
				s := startServer(tb, values{"backend": "microsoft", "microsoft": c.block}, provider.WithMicrosoft(e))

				var said, kept strings.Builder // in errors, and in plans and state
				note := func(o *object, p plan, diags []*tfprotov6.Diagnostic) {
					fmt.Fprint(&said, text(diags))
					fmt.Fprintln(&kept, o.values(), string(o.private), p.planned, string(p.private))
				}
				for _, st := range stories() {
					o := s.object(tb, st.resource)
					for _, config := range []values{st.create, st.update} {
						p, diags := o.tryPlan(config)
						if diags == nil {
							diags = o.tryApply(p, config)
						}
						note(o, p, diags)
						if !o.exists() {
							break
						}
						note(o, p, o.tryRefresh())
					}
					if o.exists() {
						note(o, plan{}, s.object(tb, st.resource).tryImport(fmt.Sprint(o.values()["id"]), nil))
						note(o, plan{}, o.tryDestroy())
					}
				}

				if (said.Len() == 0) != (c.fails == "") || !strings.Contains(said.String(), c.fails) {
					t.Errorf("the errors are %q", said.String())
				}
				if !strings.Contains(logs.String(), "Microsoft request") && !strings.Contains(c.fails, "ign") && !strings.Contains(c.fails, "AADSTS") {
					t.Error("no request is in the log")
				}
				if len(e.secrets) == 0 || !strings.Contains(logs.String(), "trace") || c.fails == "" && len(e.secrets) < 3 {
					t.Errorf("there were only %d secrets", len(e.secrets))
				}
				maps.Copy(e.secrets, map[string]bool{federated: true, key: true, wireSecret: true, cert: true})
				for where, text := range map[string]string{"log": logs.String(), "request log": requests.String(), "errors": said.String(), "plans and state": kept.String()} {
					for _, secret := range slices.Collect(maps.Keys(e.secrets)) {
						// A part of a token is as bad: its signature is in the last one.
						for _, part := range append(strings.Split(secret, "."), secret, url.QueryEscape(secret)) {
							if i := strings.Index(text, part); len(part) > 8 && i >= 0 {
								t.Errorf("a secret is in the %s: …%s", where, text[max(0, i-150):min(len(text), i+len(part)+20)])
								break
							}
						}
					}
				}
			})
		})
	}
}
