// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"cmp"
	"context"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// spareTime is how long before its end a token is replaced; one that lives for
// minutes only is replaced halfway.
const spareTime = 5 * time.Minute

// tokens keeps the token for one service, and gets a new one when it is needed:
// once, however many wait for it.
type tokens struct {
	credential azcore.TokenCredential
	scope      string
	flight     flight[azcore.AccessToken]

	mu      sync.Mutex
	token   azcore.AccessToken
	renew   time.Time // when it is time for the next one
	refused string    // the claims that the next token must have, after one was refused
}

func newTokens(k azcore.TokenCredential, scope string) *tokens {
	return &tokens{credential: k, scope: scope}
}

// get returns a token that is good for a while.
func (t *tokens) get(ctx context.Context) (string, error) {
	t.mu.Lock()
	token, renew := t.token, t.renew
	t.mu.Unlock()
	if token.Token != "" && time.Now().Before(renew) {
		return token.Token, nil
	}
	token, err := t.flight.do(ctx, t.fetch)
	if err != nil {
		return "", err
	}
	return token.Token, nil
}

// fetch asks for a token.
func (t *tokens) fetch(ctx context.Context) (azcore.AccessToken, error) {
	if t.credential == nil {
		return azcore.AccessToken{}, &rbac.Error{Kind: rbac.Unauthenticated, Message: "There is nothing to sign in with."}
	}
	t.mu.Lock()
	claims := t.refused
	t.mu.Unlock()
	o := policy.TokenRequestOptions{Scopes: []string{t.scope}}
	token, err := azcore.AccessToken{}, error(nil)
	if claims != "" {
		forced := o
		forced.Claims, forced.EnableCAE = claims, true
		token, err = t.credential.GetToken(ctx, forced)
	}
	if claims == "" || err != nil { // some kinds of sign-in can't be asked for claims
		token, err = t.credential.GetToken(ctx, o)
	}
	if err != nil {
		if asError(err) == nil {
			err = &rbac.Error{Kind: rbac.Unauthenticated, Message: "There is no token for " + t.scope + ".", Err: err}
		}
		return token, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	life := time.Until(token.ExpiresOn)
	t.token, t.renew, t.refused = token, time.Now().Add(max(life-spareTime, life/2)), ""
	return token, nil
}

// refuse drops a token that the service did not take, with the claims that the
// service asks for, if it says so. Asking for a token that was issued after now
// gets one past the cache of the credential.
func (t *tokens) refuse(token string, h http.Header) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.token.Token != token {
		return // there is a new one already
	}
	t.token = azcore.AccessToken{}
	if t.refused = claimsOf(h); t.refused == "" {
		t.refused = fmt.Sprintf(`{"access_token":{"nbf":{"essential":true,"value":"%d"}}}`, time.Now().Unix())
	}
}

// claimsOf reads the claims of a challenge.
// https://learn.microsoft.com/entra/identity-platform/claims-challenge
func claimsOf(h http.Header) string {
	for _, challenge := range h.Values("WWW-Authenticate") {
		_, rest, ok := strings.Cut(challenge, `claims="`)
		if !ok {
			continue
		}
		encoded, _, _ := strings.Cut(rest, `"`)
		for _, alphabet := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
			if claims, err := alphabet.DecodeString(encoded); err == nil {
				return string(claims)
			}
		}
	}
	return ""
}

// unreachable is the error of a sign-in whose requests did not arrive.
func (k *credential) unreachable(err error) error {
	host := k.places.authority.Host
	if k.kind == signInMSI {
		host = "the managed identity endpoint"
	}
	e := &rbac.Error{Kind: rbac.Unavailable, Err: err}
	var (
		name      *net.DNSError
		authority x509.UnknownAuthorityError
	)
	switch {
	case errors.As(err, &name):
		e.Message = fmt.Sprintf("Signing in is not possible: there is no address for %q. Check endpoints.authority, and the network and DNS of this machine.", name.Name)
	case errors.As(err, &authority):
		e.Message = fmt.Sprintf("Signing in is not possible: the certificate of %s is signed by an authority that this machine does not trust. "+
			"If that is a proxy or the emulator, set SSL_CERT_FILE to a file with the certificate of its authority.", host)
	case k.kind == signInMSI:
		e.Message = "Signing in is not possible: this machine has no managed identity endpoint that answers. Run on an Azure resource with an identity, or choose another way to sign in than use_msi."
	default:
		e.Message = fmt.Sprintf("Signing in is not possible: %s does not answer. Check the network, and whether this machine needs a proxy (HTTPS_PROXY) to reach it.", host)
	}
	return e
}

// hints say what to do about the errors of a sign-in that people meet most.
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
func hintOf(code string) string {
	switch code {
	case "AADSTS7000215":
		return "The client secret is wrong. Set the value of the secret, not its ID."
	case "AADSTS7000222":
		return "The client secret has expired. Make a new one."
	case "AADSTS700016", "AADSTS7000229":
		return "The tenant has no such application. Check client_id and tenant_id."
	case "AADSTS90002", "AADSTS900023", "AADSTS90013":
		return "There is no such tenant in this cloud. Check tenant_id and environment."
	case "AADSTS700027":
		return "The application does not know the client certificate. Upload its public part to the application."
	case "AADSTS70021", "AADSTS700211", "AADSTS700212", "AADSTS700213", "AADSTS700223":
		return "The application has no federated credential for this issuer, subject and audience. Add one that is exactly what the pipeline's token says."
	case "AADSTS700024", "AADSTS7000272":
		return "The token of the other identity provider is too old. Set where to ask for a new one instead of the token itself."
	case "AADSTS53003", "AADSTS50076", "AADSTS50079":
		return "A conditional access policy stands against it. Sign in in a way that the policy allows."
	case "AADSTS65002", "AADSTS65001":
		return "What signs in has no consent for these permissions. The Azure CLI never has Intune's: sign in as an application with client_id and one of client_secret, client_certificate_path or use_oidc."
	default:
		return ""
	}
}

// explain turns the error of a refused sign-in into one for a person.
func (k *credential) explain(err error) error {
	if e := asError(err); e != nil {
		return e
	}
	e := &rbac.Error{Kind: rbac.Unauthenticated, Err: redacted{}}
	var failed *azidentity.AuthenticationFailedError
	words := ""
	if errors.As(err, &failed) && failed.RawResponse != nil {
		body, _ := io.ReadAll(io.LimitReader(failed.RawResponse.Body, maxRequestBody))
		f := wire.ParseFailure(failed.RawResponse.StatusCode, body)
		e.Code, e.RequestID, words = cmp.Or(f.Inner, f.Code), f.RequestID, f.Message
		if failed.RawResponse.StatusCode >= http.StatusInternalServerError {
			e.Kind = rbac.Unavailable
		}
	} else {
		words = err.Error()
		if k.kind == signInCLI && (strings.Contains(words, "az login") || strings.Contains(words, "not found")) {
			words = "the Azure CLI is not installed or nobody has signed in with it"
		}
	}
	code := cmp.Or(aadsts(words), aadsts(e.Code))
	if code != "" {
		e.Code = code
	}
	// What follows the first line are IDs of the request, which stand elsewhere.
	words, _, _ = strings.Cut(words, "\n")
	words, _, _ = strings.Cut(words, " Trace ID:")
	hint := hintOf(code)
	if k.kind == signInCLI && hint == "" {
		hint = "Run az login, in the tenant that is configured."
	}
	e.Message = join(fmt.Sprintf("Signing in with %s failed.", k.kind), sentence(strings.TrimSpace(words)), hint)
	return e
}

// aadsts finds the code of an error of the sign-in service in its words.
func aadsts(words string) string {
	i := strings.Index(words, "AADSTS")
	if i < 0 {
		return ""
	}
	end := i + len("AADSTS")
	for end < len(words) && words[end] >= '0' && words[end] <= '9' {
		end++
	}
	return words[i:end]
}

// redacted stands for the cause of a refused sign-in, whose text holds the whole
// exchange.
type redacted struct{}

// Error returns a text without any of it.
func (redacted) Error() string { return "sign-in refused" }
