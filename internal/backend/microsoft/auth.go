// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azcloud "github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Credentials say as whom to sign in. The first kind that is there counts, in
// the order of the fields: secret, certificate, OpenID Connect, workload identity
// of AKS, managed identity, Azure CLI.
type Credentials struct {
	ClientID     string // of the application or of a user-assigned managed identity
	ClientIDFile string // a file that has it

	ClientSecret     string
	ClientSecretFile string // a file that has it

	Certificate         string // PKCS#12 or PEM, in base64
	CertificateFile     string // PKCS#12 or PEM
	CertificatePassword string

	UseOIDC             bool
	OIDCToken           string // the token of the other identity provider
	OIDCTokenFile       string // a file that has it, read for every sign-in
	OIDCRequestURL      string // where a job asks for it: GitHub Actions, or Azure Pipelines with ServiceConnectionID
	OIDCRequestToken    string // what the job asks with
	ServiceConnectionID string // of Azure Pipelines

	UseAKSWorkloadIdentity bool // from the files and variables that AKS sets

	UseMSI      bool
	MSIEndpoint string // instead of the one of the machine

	UseCLI bool // the sign-in of the Azure CLI
}

// signIn is a kind of credential, as a sentence names it.
type signIn string

const (
	signInSecret      signIn = "a client secret"
	signInCertificate signIn = "a client certificate"
	signInOIDC        signIn = "OpenID Connect"
	signInAKS         signIn = "the workload identity of AKS"
	signInMSI         signIn = "a managed identity"
	signInCLI         signIn = "the Azure CLI"
)

// NewCredential makes the credential for the tenant of o, which is asked for
// nothing but TenantID, Cloud, Endpoints and Transport. Nothing is read and
// nothing requested before the first token. Invalid: nothing to sign in with, or
// something that is missing beside it; Field is the argument of the provider's
// microsoft block that is at fault.
func NewCredential(k Credentials, o Options) (azcore.TokenCredential, error) {
	p, err := placesOf(o)
	if err != nil {
		return nil, err
	}
	kind, err := k.kind()
	if err != nil {
		return nil, err
	}
	missing := func(field, what string) error {
		return &rbac.Error{Kind: rbac.Invalid, Field: field, Message: fmt.Sprintf("To sign in with %s, %s is needed. Set %s.", kind, what, field)}
	}
	if o.TenantID == "" && kind != signInMSI && kind != signInCLI && kind != signInAKS {
		return nil, missing("tenant_id", "the tenant")
	}
	if k.ClientID == "" && k.ClientIDFile == "" && kind != signInMSI && kind != signInCLI && kind != signInAKS {
		return nil, missing("client_id", "the application")
	}
	if kind == signInOIDC && k.OIDCToken == "" && k.OIDCTokenFile == "" {
		switch {
		case k.OIDCRequestURL == "" && k.OIDCRequestToken == "":
			return nil, missing("oidc_token", "a token of the other identity provider, or where to ask for one (oidc_token_file_path, or oidc_request_url with oidc_request_token)")
		case k.OIDCRequestURL == "":
			return nil, missing("oidc_request_url", "the address that gives tokens to the job")
		case k.OIDCRequestToken == "":
			return nil, missing("oidc_request_token", "what the job asks for tokens with")
		}
	}
	return &credential{from: k, kind: kind, tenant: o.TenantID, places: p, carrier: &carrier{http: signInClient(o)}}, nil
}

// signInClient sends credentials to the authority and to nobody else: it follows
// no redirection.
func signInClient(o Options) *http.Client {
	return &http.Client{
		Transport:     discreet{transport(o)},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// kind chooses among what is there.
func (k Credentials) kind() (signIn, error) {
	switch {
	case k.ClientSecret != "" || k.ClientSecretFile != "":
		return signInSecret, nil
	case k.Certificate != "" || k.CertificateFile != "":
		return signInCertificate, nil
	case k.UseOIDC:
		return signInOIDC, nil
	case k.UseAKSWorkloadIdentity:
		return signInAKS, nil
	case k.UseMSI:
		return signInMSI, nil
	case k.UseCLI:
		return signInCLI, nil
	}
	return "", &rbac.Error{Kind: rbac.Invalid, Field: "client_id", Message: "There is nothing to sign in with. " +
		"Set client_id with client_secret, client_certificate_path or use_oidc; or set use_msi or use_cli."}
}

// credential is one of azidentity's, made when it is first needed.
type credential struct {
	from    Credentials
	kind    signIn
	tenant  string
	places  places
	carrier *carrier

	mu   sync.Mutex
	made azcore.TokenCredential
}

// GetToken asks for a token. Every error is a *rbac.Error of kind Unauthenticated,
// Unavailable or Invalid, or the context's.
func (k *credential) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	inner, err := k.inner()
	if err != nil {
		return azcore.AccessToken{}, err
	}
	var network error
	token, err := inner.GetToken(context.WithValue(ctx, networkKey{}, &network), o)
	if err == nil || ctx.Err() != nil {
		return token, cmp.Or(ctx.Err(), err)
	}
	if network != nil && !gotAnswer(err) {
		return token, k.unreachable(network)
	}
	return token, k.explain(err)
}

// inner returns the credential of azidentity.
func (k *credential) inner() (azcore.TokenCredential, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.made != nil {
		return k.made, nil
	}
	made, err := k.make()
	if err != nil {
		if asError(err) != nil {
			return nil, err
		}
		return nil, &rbac.Error{Kind: rbac.Invalid, Err: err, Message: fmt.Sprintf("Signing in with %s is not possible: %s", k.kind, sentence(err.Error()))}
	}
	k.made = made
	return made, nil
}

func (k *credential) make() (azcore.TokenCredential, error) {
	options := azcore.ClientOptions{
		Cloud:     azcloud.Configuration{ActiveDirectoryAuthorityHost: k.places.authority.String() + "/"},
		Transport: k.carrier,
		Telemetry: policy.TelemetryOptions{ApplicationID: "terraform-provider-rbac"},
	}
	client, err := textOf(k.from.ClientID, k.from.ClientIDFile, "client_id_file_path")
	if err != nil {
		return nil, err
	}
	switch k.kind {
	case signInSecret:
		secret, err := textOf(k.from.ClientSecret, k.from.ClientSecretFile, "client_secret_file_path")
		if err != nil {
			return nil, err
		}
		return azidentity.NewClientSecretCredential(k.tenant, client, secret,
			&azidentity.ClientSecretCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: k.places.private})
	case signInCertificate:
		content, err := k.from.certificate()
		if err != nil {
			return nil, err
		}
		chain, key, err := azidentity.ParseCertificates(content, []byte(k.from.CertificatePassword))
		if err != nil {
			return nil, &rbac.Error{Kind: rbac.Invalid, Field: "client_certificate_path", Message: "The client certificate can't be read. " +
				"It has to be a PKCS#12 file (.pfx), or a PEM file with the certificate and its RSA key; check client_certificate_password too."}
		}
		return azidentity.NewClientCertificateCredential(k.tenant, client, chain, key,
			&azidentity.ClientCertificateCredentialOptions{ClientOptions: options, SendCertificateChain: true, DisableInstanceDiscovery: k.places.private})
	case signInOIDC:
		return azidentity.NewClientAssertionCredential(k.tenant, client, k.assertion,
			&azidentity.ClientAssertionCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: k.places.private})
	case signInAKS:
		return azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
			ClientOptions: options, ClientID: client, TenantID: k.tenant, TokenFilePath: k.from.OIDCTokenFile, DisableInstanceDiscovery: k.places.private,
		})
	case signInMSI:
		o := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: options}
		if k.from.MSIEndpoint != "" {
			to, err := url.Parse(k.from.MSIEndpoint)
			if err != nil || to.Host == "" {
				return nil, &rbac.Error{Kind: rbac.Invalid, Field: "msi_endpoint", Message: "msi_endpoint is no absolute URL. Write it as http://169.254.169.254/metadata/identity/oauth2/token."}
			}
			o.Transport = &redirected{carrier: k.carrier, to: to}
		}
		if client != "" {
			o.ID = azidentity.ClientID(client)
		}
		return azidentity.NewManagedIdentityCredential(o)
	default:
		return azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{TenantID: k.tenant})
	}
}

// textOf is a value, or the content of the file that has it.
func textOf(value, file, field string) (string, error) {
	if value != "" || file == "" {
		return value, nil
	}
	content, err := readFile(file, field)
	return strings.TrimSpace(string(content)), err
}

func readFile(name, field string) ([]byte, error) {
	content, err := os.ReadFile(name) //nolint:gosec // the configuration names it
	if err != nil {
		return nil, &rbac.Error{Kind: rbac.Invalid, Field: field, Err: err, Message: fmt.Sprintf("The file %q, named by %s, can't be read. Check the path and who may read it.", name, field)}
	}
	return content, nil
}

// certificate is the content of the certificate, wherever it is.
func (k Credentials) certificate() ([]byte, error) {
	if k.Certificate == "" {
		return readFile(k.CertificateFile, "client_certificate_path")
	}
	content, err := base64.StdEncoding.DecodeString(strings.TrimSpace(k.Certificate))
	if err != nil {
		return nil, &rbac.Error{Kind: rbac.Invalid, Field: "client_certificate", Message: "client_certificate is not base64. Write the whole PKCS#12 or PEM file in base64."}
	}
	return content, nil
}

// assertion is the token of the other identity provider, as new as there is.
func (k *credential) assertion(ctx context.Context) (string, error) {
	switch {
	case k.from.OIDCToken != "":
		return strings.TrimSpace(k.from.OIDCToken), nil
	case k.from.OIDCTokenFile != "":
		content, err := readFile(k.from.OIDCTokenFile, "oidc_token_file_path")
		return strings.TrimSpace(string(content)), err
	case k.from.ServiceConnectionID != "":
		return k.jobToken(ctx, http.MethodPost, url.Values{"api-version": {"7.1"}, "serviceConnectionId": {k.from.ServiceConnectionID}})
	default:
		return k.jobToken(ctx, http.MethodGet, url.Values{"audience": {k.places.assertion}})
	}
}

// jobToken asks the service that runs the job for a token of the job.
// https://docs.github.com/actions/security-for-github-actions/security-hardening-your-deployments/about-security-hardening-with-openid-connect
// https://learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create
func (k *credential) jobToken(ctx context.Context, method string, query url.Values) (string, error) {
	bad := func(message string) error {
		return &rbac.Error{Kind: rbac.Unauthenticated, Field: "oidc_request_url", Message: message}
	}
	to, err := url.Parse(k.from.OIDCRequestURL)
	if err != nil || to.Host == "" {
		return "", bad("oidc_request_url is no absolute URL. Leave it out where the pipeline sets it.")
	}
	all := to.Query()
	for name, values := range query {
		all[name] = values
	}
	to.RawQuery = all.Encode()
	r, err := http.NewRequestWithContext(ctx, method, to.String(), nil)
	if err != nil {
		return "", bad("oidc_request_url can't be requested. Leave it out where the pipeline sets it.")
	}
	r.Header.Set("Authorization", "Bearer "+k.from.OIDCRequestToken)
	r.Header.Set("Accept", "application/json")
	r.Header.Set("X-TFS-FedAuthRedirect", "Suppress") // else Azure Pipelines answers a bad token with a page to sign in
	resp, err := k.carrier.Do(r)
	if err != nil {
		return "", err
	}
	body, err := readAll(resp)
	if err != nil {
		return "", err
	}
	if resp.StatusCode != http.StatusOK {
		return "", bad(fmt.Sprintf("The pipeline gave no token: it answered %d %s. Check that the job may ask for one "+
			"(GitHub Actions: permissions with id-token: write; Azure Pipelines: SYSTEM_ACCESSTOKEN and the ID of the service connection).",
			resp.StatusCode, http.StatusText(resp.StatusCode)))
	}
	var token struct {
		Value     string `json:"value"`     // of GitHub
		OIDCToken string `json:"oidcToken"` // of Azure Pipelines
	}
	if json.Unmarshal(bytes.TrimSpace(body), &token) != nil || token.Value == "" && token.OIDCToken == "" {
		return "", bad("The pipeline answered with something else than a token. Check oidc_request_url.")
	}
	return cmp.Or(token.Value, token.OIDCToken), nil
}

// carrier carries the requests for tokens, and remembers what went wrong on the way,
// which azidentity only tells as text.
type carrier struct {
	http *http.Client
}

type networkKey struct{}

// Do sends one request.
func (c *carrier) Do(r *http.Request) (*http.Response, error) {
	resp, err := c.http.Do(r)
	if err != nil {
		if last, ok := r.Context().Value(networkKey{}).(*error); ok {
			*last = err
		}
		if hopeless(err) {
			err = nonRetriable{err}
		}
	}
	return resp, err
}

// nonRetriable is an error that azcore does not try again.
type nonRetriable struct{ error }

// Unwrap returns the error.
func (n nonRetriable) Unwrap() error { return n.error }

// NonRetriable marks it.
func (nonRetriable) NonRetriable() {}

// redirected sends the requests for the machine's own endpoint to another one.
type redirected struct {
	carrier *carrier
	to      *url.URL
}

// Do sends one request.
func (c *redirected) Do(r *http.Request) (*http.Response, error) {
	out := r.Clone(r.Context())
	out.URL.Scheme, out.URL.Host, out.URL.Path, out.Host = c.to.Scheme, c.to.Host, c.to.Path, ""
	return c.carrier.Do(out)
}

// gotAnswer reports whether a failed sign-in got an answer.
func gotAnswer(err error) bool {
	var failed *azidentity.AuthenticationFailedError
	return errors.As(err, &failed) && failed.RawResponse != nil
}
