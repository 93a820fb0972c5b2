// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	testTenant = "d0000000-0000-4000-8000-000000000001"
	testClient = "a0000000-0000-4000-8000-000000000006"
)

// authority plays the sign-in service of a cloud, and the services of pipelines
// and machines that give tokens of their own.
type authority struct {
	mu      sync.Mutex
	asked   []string     // host and path
	forms   []url.Values // of requests for a token
	refusal string       // the body of a refused sign-in
	broken  error
}

// RoundTrip answers one request.
func (a *authority) RoundTrip(r *http.Request) (*http.Response, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked = append(a.asked, r.Method+" "+r.URL.Host+r.URL.Path)
	answer := func(status int, v any) (*http.Response, error) {
		body, _ := json.Marshal(v)
		return &http.Response{
			StatusCode: status, Status: http.StatusText(status), Header: http.Header{"Content-Type": {"application/json"}},
			Body: io.NopCloser(bytes.NewReader(body)), Request: r,
		}, nil
	}
	if a.broken != nil {
		return nil, a.broken
	}
	base := "https://" + r.URL.Host + "/" + testTenant
	switch {
	case strings.HasSuffix(r.URL.Path, "/discovery/instance"):
		return answer(200, map[string]any{
			"tenant_discovery_endpoint": base + "/v2.0/.well-known/openid-configuration",
			"metadata":                  []map[string]any{{"preferred_network": r.URL.Host, "preferred_cache": r.URL.Host, "aliases": []string{r.URL.Host}}},
		})
	case strings.HasSuffix(r.URL.Path, "/openid-configuration"):
		return answer(200, map[string]string{
			"issuer": base + "/v2.0", "authorization_endpoint": base + "/oauth2/v2.0/authorize", "token_endpoint": base + "/oauth2/v2.0/token",
		})
	case strings.HasSuffix(r.URL.Path, "/oauth2/v2.0/token"):
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		a.forms = append(a.forms, form)
		if a.refusal != "" {
			resp, err := answer(401, nil)
			resp.Body = io.NopCloser(strings.NewReader(a.refusal))
			return resp, err
		}
		return answer(200, map[string]any{"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": fmt.Sprintf("token-%d", len(a.forms))})
	case r.URL.Host == "github.example":
		if r.Header.Get("Authorization") != "Bearer ask-with-this" {
			return answer(401, nil)
		}
		return answer(200, map[string]string{"value": "github:" + r.Method + ":" + r.URL.Query().Get("audience") + ":" + r.URL.Query().Get("v")})
	case r.URL.Host == "pipelines.example":
		return answer(200, map[string]string{"oidcToken": "pipelines:" + r.Method + ":" + r.URL.Query().Get("serviceConnectionId")})
	case strings.Contains(r.URL.Path, "/metadata/"):
		return answer(200, map[string]any{
			"access_token": "machine-token", "expires_in": "3600", "expires_on": fmt.Sprint(time.Now().Add(time.Hour).Unix()),
			"resource": r.URL.Query().Get("resource"), "token_type": "Bearer", "client_id": r.URL.Query().Get("client_id"),
		})
	}
	return answer(404, nil)
}

func tokenOf(t *testing.T, k Credentials, o Options) (azcore.AccessToken, error) {
	t.Helper()
	if o.TenantID == "" {
		o.TenantID = testTenant
	}
	credential, err := NewCredential(k, o)
	if err != nil {
		t.Fatal(err)
	}
	return credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"https://graph.microsoft.com/.default"}})
}

func file(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestEachKindOfCredentialSignsIn(t *testing.T) {
	t.Parallel()
	certificate := newCertificate(t)
	for _, c := range []struct {
		name string
		k    Credentials
		o    Options
		want map[string]string // of the form
		host string
	}{
		{
			"secret",
			Credentials{ClientID: testClient, ClientSecret: "s3cret"},
			Options{},
			map[string]string{"client_id": testClient, "client_secret": "s3cret", "grant_type": "client_credentials"},
			"login.microsoftonline.com",
		},
		{
			"secret and ID in files, US government",
			Credentials{ClientIDFile: file(t, testClient+"\n"), ClientSecretFile: file(t, " s3cret\n")},
			Options{Cloud: rbac.USGovernment},
			map[string]string{"client_id": testClient, "client_secret": "s3cret"},
			"login.microsoftonline.us",
		},
		{
			"certificate in a file",
			Credentials{ClientID: testClient, CertificateFile: file(t, certificate)},
			Options{},
			map[string]string{"client_id": testClient, "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
			"login.microsoftonline.com",
		},
		{
			"certificate in base64, China",
			Credentials{ClientID: testClient, Certificate: base64.StdEncoding.EncodeToString([]byte(certificate))},
			Options{Cloud: rbac.ChinaCloud},
			map[string]string{"client_id": testClient},
			"login.chinacloudapi.cn",
		},
		{
			"OpenID Connect, token",
			Credentials{ClientID: testClient, UseOIDC: true, OIDCToken: "theirs"},
			Options{},
			map[string]string{"client_id": testClient, "client_assertion": "theirs"},
			"login.microsoftonline.com",
		},
		{
			"OpenID Connect, file",
			Credentials{ClientID: testClient, UseOIDC: true, OIDCTokenFile: file(t, "theirs\n")},
			Options{},
			map[string]string{"client_assertion": "theirs"},
			"login.microsoftonline.com",
		},
		{
			"GitHub Actions",
			Credentials{ClientID: testClient, UseOIDC: true, OIDCRequestURL: "https://github.example/token?v=2", OIDCRequestToken: "ask-with-this"},
			Options{},
			map[string]string{"client_assertion": "github:GET:api://AzureADTokenExchange:2"},
			"login.microsoftonline.com",
		},
		{
			"Azure Pipelines",
			Credentials{ClientID: testClient, UseOIDC: true, OIDCRequestURL: "https://pipelines.example/token", OIDCRequestToken: "x", ServiceConnectionID: "conn"},
			Options{},
			map[string]string{"client_assertion": "pipelines:POST:conn"},
			"login.microsoftonline.com",
		},
		{
			"AKS",
			Credentials{ClientID: testClient, UseAKSWorkloadIdentity: true, OIDCTokenFile: file(t, "theirs")},
			Options{},
			map[string]string{"client_assertion": "theirs"},
			"login.microsoftonline.com",
		},
		{
			"an authority of its own",
			Credentials{ClientID: testClient, ClientSecret: "s3cret"},
			Options{Endpoints: Endpoints{Authority: "https://emulator.example:8443/"}},
			map[string]string{"client_secret": "s3cret"},
			"emulator.example:8443",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := &authority{}
			c.o.Transport = a
			token, err := tokenOf(t, c.k, c.o)
			if err != nil || token.Token != "token-1" || len(a.forms) != 1 {
				t.Fatalf("%q, %v after %q", token.Token, err, a.asked)
			}
			for name, want := range c.want {
				if got := a.forms[0].Get(name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
			if got := a.forms[0].Get("scope"); !strings.HasPrefix(got, "https://graph.microsoft.com/.default") {
				t.Errorf("scope %q", got)
			}
			for _, asked := range a.asked {
				if !strings.Contains(asked, c.host) && !strings.Contains(asked, "example/token") {
					t.Errorf("asked %s, which is not at %s", asked, c.host)
				}
			}
		})
	}
}

func TestAMachineSignsInWithItsIdentity(t *testing.T) {
	t.Parallel()
	for endpoint, want := range map[string]string{
		"":                                      "GET 169.254.169.254/metadata/identity/oauth2/token",
		"http://127.0.0.1:50342/metadata/token": "GET 127.0.0.1:50342/metadata/token",
	} {
		a := &authority{}
		client := rbac.NewGUID().String() // azidentity keeps the tokens of identities for the whole process
		token, err := tokenOf(t, Credentials{UseMSI: true, ClientID: client, MSIEndpoint: endpoint}, Options{Transport: a})
		if err != nil || token.Token != "machine-token" || strings.Join(a.asked, " ") != want {
			t.Errorf("%q, %v after %q; want %q", token.Token, err, a.asked, want)
		}
	}
}

func TestNothingIsReadOrAskedBeforeTheFirstToken(t *testing.T) {
	t.Parallel()
	a := &authority{}
	o := Options{TenantID: testTenant, Transport: a}
	k, err := NewCredential(Credentials{ClientID: testClient, ClientSecretFile: filepath.Join(t.TempDir(), "none")}, o)
	if err != nil {
		t.Fatal(err)
	}
	o.Credential = k
	if _, err := New(o); err != nil || len(a.asked) != 0 {
		t.Errorf("%v, asked %q", err, a.asked)
	}
	_, err = k.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"s"}})
	if e := asError(err); e == nil || e.Kind != rbac.Invalid || e.Field != "client_secret_file_path" || !strings.HasSuffix(e.Message, "named by client_secret_file_path, can't be read. Check the path and who may read it.") {
		t.Errorf("got %v, want an error that names the file", err)
	}
}

func TestWhatIsMissingToSignInIsNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		k      Credentials
		tenant string
		want   rbac.Error
	}{
		{"nothing", Credentials{}, testTenant, rbac.Error{Kind: rbac.Invalid, Field: "client_id", Message: "There is nothing to sign in with. " +
			"Set client_id with client_secret, client_certificate_path or use_oidc; or set use_msi or use_cli."}},
		{"no application", Credentials{ClientSecret: "x"}, testTenant, rbac.Error{Kind: rbac.Invalid, Field: "client_id", Message: "To sign in with a client secret, the application is needed. Set client_id."}},
		{"no tenant", Credentials{ClientID: testClient, CertificateFile: "x"}, "", rbac.Error{Kind: rbac.Invalid, Field: "tenant_id", Message: "To sign in with a client certificate, the tenant is needed. Set tenant_id."}},
		{"no token", Credentials{ClientID: testClient, UseOIDC: true}, testTenant, rbac.Error{Kind: rbac.Invalid, Field: "oidc_token", Message: "To sign in with OpenID Connect, a token of the other identity provider, " +
			"or where to ask for one (oidc_token_file_path, or oidc_request_url with oidc_request_token) is needed. Set oidc_token."}},
		{"no token to ask with", Credentials{ClientID: testClient, UseOIDC: true, OIDCRequestURL: "https://x"}, testTenant, rbac.Error{Kind: rbac.Invalid, Field: "oidc_request_token", Message: "To sign in with OpenID Connect, what the job asks for tokens with is needed. Set oidc_request_token."}},
	} {
		_, err := NewCredential(c.k, Options{TenantID: c.tenant})
		wantError(t, err, c.want)
	}
}

func TestARefusedSignInKeepsItsCodeAndSaysWhatToDoWithoutSecrets(t *testing.T) {
	t.Parallel()
	for number, hint := range map[string]string{
		"7000215": "The client secret is wrong. Set the value of the secret, not its ID.",
		"700016":  "The tenant has no such application. Check client_id and tenant_id.",
		"65002":   "What signs in has no consent for these permissions. The Azure CLI never has Intune's: sign in as an application with client_id and one of client_secret, client_certificate_path or use_oidc.",
	} {
		a := &authority{refusal: `{"error":"invalid_client","error_description":"AADSTS` + number + `: It is refused. Trace ID: aaaa Correlation ID: bbbb Timestamp: 2026-01-01 00:00:00Z",` +
			`"error_codes":[` + number + `],"trace_id":"aaaa","correlation_id":"bbbb"}`}
		_, err := tokenOf(t, Credentials{ClientID: testClient, ClientSecret: "s3cret-value"}, Options{Transport: a})
		e := asError(err)
		if e == nil || e.Kind != rbac.Unauthenticated || e.Code != "AADSTS"+number || e.RequestID == "" ||
			e.Message != "Signing in with a client secret failed. It is refused. "+hint {
			t.Errorf("got %+v", e)
		}
		if text := fmt.Sprintf("%v %+v %#v", err, e, e.Err); strings.Contains(text, "s3cret-value") {
			t.Errorf("the secret is in the error: %s", text)
		}
	}
}

func TestASignInThatDoesNotArriveIsASentence(t *testing.T) {
	t.Parallel()
	for want, broken := range map[string]error{
		`Signing in is not possible: there is no address for "login.microsoftonline.com". Check endpoints.authority, and the network and DNS of this machine.`: &net.OpError{Op: "dial", Err: &net.DNSError{Name: "login.microsoftonline.com", IsNotFound: true}},
		"Signing in is not possible: the certificate of login.microsoftonline.com is signed by an authority that this machine does not trust. " +
			"If that is a proxy or the emulator, set SSL_CERT_FILE to a file with the certificate of its authority.": x509.UnknownAuthorityError{},
	} {
		a := &authority{broken: broken}
		k, err := NewCredential(Credentials{ClientID: testClient, ClientSecret: "s3cret"}, Options{TenantID: testTenant, Transport: a})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		_, err = k.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{"https://graph.microsoft.com/.default"}})
		cancel()
		wantError(t, err, rbac.Error{Kind: rbac.Unavailable, Message: want})
	}
}

// elsewhere redirects every request and counts what comes to another host.
type elsewhere struct{ strangers atomic.Int32 }

func (e *elsewhere) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host == "stranger.example" {
		e.strangers.Add(1)
	}
	return says(r, http.StatusTemporaryRedirect, "", "Location", "https://stranger.example/token")
}

func TestASignInFollowsNoRedirection(t *testing.T) {
	t.Parallel()
	e := &elsewhere{}
	if _, err := tokenOf(t, Credentials{ClientID: testClient, ClientSecret: "s3cret"}, Options{Transport: e}); err == nil {
		t.Error("a redirection gave a token")
	}
	if n := e.strangers.Load(); n != 0 {
		t.Errorf("%d requests went to another host, with the secret", n)
	}
}

// silence takes connections and never answers.
type silence struct{}

// RoundTrip waits for as long as it may.
func (silence) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestASignInThatIsNeverAnsweredEndsWithoutADeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k, err := NewCredential(Credentials{ClientID: testClient, ClientSecret: "s3cret"}, Options{TenantID: testTenant, Transport: silence{}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = k.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"https://graph.microsoft.com/.default"}})
		wantError(t, err, rbac.Error{Kind: rbac.Unavailable, Message: "Signing in is not possible: login.microsoftonline.com does not answer. " +
			"Check the network, and whether this machine needs a proxy (HTTPS_PROXY) to reach it."})
	})
}

func TestATokenOfTheAzureCLIDoesNotReachIntune(t *testing.T) {
	t.Parallel()
	w := &wireTap{respond: func(_ int, r *http.Request) (*http.Response, error) {
		return says(r, 403, `{"error":{"code":"Forbidden","message":"No."}}`)
	}}
	k, err := NewCredential(Credentials{UseCLI: true}, Options{TenantID: testTenant})
	if err != nil {
		t.Fatal(err)
	}
	tenant, err := New(Options{TenantID: testTenant, Credential: k, Transport: w})
	if err != nil {
		t.Fatal(err)
	}
	tenant.client.graph.tokens.credential = &mint{} // nobody has signed in here
	const hint = "A token of the Azure CLI never has Intune's permissions: sign in as an application instead, with client_id and one of client_secret, client_certificate_path or use_oidc."
	for _, system := range []rbac.System{rbac.Intune, rbac.Entra} {
		_, err = tenant.client.do(t.Context(), get(system), nil)
		if got := strings.Contains(err.Error(), hint); got != (system == rbac.Intune) {
			t.Errorf("%s: %v", system, err)
		}
	}
}

func TestAPipelineThatGivesNoTokenIsASentence(t *testing.T) {
	t.Parallel()
	a := &authority{}
	_, err := tokenOf(t, Credentials{ClientID: testClient, UseOIDC: true, OIDCRequestURL: "https://github.example/token", OIDCRequestToken: "wrong-one"}, Options{Transport: a})
	e := asError(err)
	if e == nil || e.Kind != rbac.Unauthenticated || !strings.Contains(e.Message, "The pipeline gave no token: it answered 401 Unauthorized.") || strings.Contains(e.Message, "wrong-one") {
		t.Errorf("got %v", err)
	}
}

func TestABadCertificateIsASentence(t *testing.T) {
	t.Parallel()
	_, err := tokenOf(t, Credentials{ClientID: testClient, CertificateFile: file(t, "nonsense")}, Options{Transport: &authority{broken: syscall.ECONNREFUSED}})
	wantError(t, err, rbac.Error{Kind: rbac.Invalid, Field: "client_certificate_path", Message: "The client certificate can't be read. " +
		"It has to be a PKCS#12 file (.pfx), or a PEM file with the certificate and its RSA key; check client_certificate_password too."})
}

// newCertificate is a certificate with its key, in PEM.
func newCertificate(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, of, of, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	_ = pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: der})
	_ = pem.Encode(&out, &pem.Block{Type: "PRIVATE KEY", Bytes: private})
	return out.String()
}
