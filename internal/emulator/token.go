// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// tokenLife is how long a token lasts, one second short of an hour as those of
// the service do.
const tokenLife = 3599 * time.Second

// token is who a bearer token stands for.
type token struct {
	application rbac.GUID
	object      rbac.GUID // of its service principal
}

// tokens issues access tokens and knows them again. They are signed with a key
// of this server alone, so that tokens of another one, or of Microsoft, are refused.
type tokens struct {
	key *ecdsa.PrivateKey
	id  string
	now func() time.Time
}

func newTokens(now func() time.Time) (*tokens, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("no key for signing tokens: %w", err)
	}
	return &tokens{key: key, id: rbac.NewGUID().String(), now: now}, nil
}

// claims are what clients read from the tokens of the service.
type claims struct {
	jwt.RegisteredClaims
	For         string   `json:"aud"` // text, not a list: clients count on it
	Application string   `json:"appid"`
	Object      string   `json:"oid"`
	Tenant      string   `json:"tid"`
	Kind        string   `json:"idtyp"`
	Roles       []string `json:"roles,omitempty"` // of Graph: the application permissions
	Version     string   `json:"ver"`
}

// graphPermissions are what every application may do in Graph: the emulator has
// no consent to give or to refuse.
var graphPermissions = []string{"DeviceManagementRBAC.ReadWrite.All", "Directory.Read.All", "Group.Read.All", "RoleManagement.ReadWrite.Directory"}

// issuer is what the tokens of a tenant name as theirs.
func issuer(tenant rbac.GUID) string { return "https://sts.windows.net/" + tenant.String() + "/" }

// issue makes a token of a tenant for an audience.
func (t *tokens) issue(who token, tenant rbac.GUID, audience string) (string, error) {
	now := t.now()
	c := claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: issuer(tenant), Subject: who.object.String(), ID: rbac.NewGUID().String(),
			IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(tokenLife)),
		},
		For: audience, Application: who.application.String(), Object: who.object.String(), Tenant: tenant.String(), Kind: "app", Version: "1.0",
	}
	if audienceOf(audience) != armService {
		c.Roles = graphPermissions
	}
	j := jwt.NewWithClaims(jwt.SigningMethodES256, c)
	j.Header["kid"] = t.id
	return j.SignedString(t.key)
}

// jwks is the public part of the key as clients ask for it.
func (t *tokens) jwks() map[string]any {
	point, err := t.key.PublicKey.Bytes()
	if err != nil || len(point) != 65 { // a tag, then 32 bytes for each coordinate
		return map[string]any{"keys": []any{}}
	}
	return map[string]any{"keys": []any{map[string]any{
		"kty": "EC", "use": "sig", "alg": "ES256", "crv": "P-256", "kid": t.id,
		"x": base64.RawURLEncoding.EncodeToString(point[1:33]),
		"y": base64.RawURLEncoding.EncodeToString(point[33:]),
	}}}
}

// audienceOf is the service that a token's audience names, "" when it is not one
// that is known: private endpoints have audiences of their own.
func audienceOf(audience string) service {
	known := func(hosts ...string) bool {
		a := strings.ToLower(strings.TrimSuffix(audience, "/"))
		return slices.ContainsFunc(hosts, func(h string) bool { return a == h || a == "https://"+h })
	}
	switch {
	case known("management.azure.com", "management.core.windows.net", "management.usgovcloudapi.net", "management.core.usgovcloudapi.net", "management.chinacloudapi.cn", "management.core.chinacloudapi.cn"):
		return armService
	case known("graph.microsoft.com", "graph.microsoft.us", "dod-graph.microsoft.us", "microsoftgraph.chinacloudapi.cn", graphApplication):
		return graphService
	default:
		return ""
	}
}

// graphApplication is the application ID of Microsoft Graph in every cloud.
const graphApplication = "00000003-0000-0000-c000-000000000000"

// authenticate returns who a request comes from. The error is the 401 of the
// service.
func (t *tokens) authenticate(r *request) (token, error) {
	scheme, text, _ := strings.Cut(r.header.Get("Authorization"), " ")
	text = strings.TrimSpace(text)
	if !strings.EqualFold(scheme, "Bearer") || text == "" {
		if r.at.service == armService {
			return token{}, unauthorized(r, wire.CodeAuthenticationFailed, "Authentication failed. The 'Authorization' header is missing.")
		}
		return token{}, unauthorized(r, wire.CodeInvalidAuthenticationToken, "Access token is empty.")
	}
	var c claims
	_, err := jwt.ParseWithClaims(text, &c, func(*jwt.Token) (any, error) { return &t.key.PublicKey, nil },
		jwt.WithValidMethods([]string{jwt.SigningMethodES256.Alg()}), jwt.WithTimeFunc(t.now), jwt.WithExpirationRequired())
	arm := r.at.service == armService
	switch {
	case errors.Is(err, jwt.ErrTokenExpired) && arm:
		return token{}, unauthorized(r, wire.CodeExpiredAuthenticationToken, "The access token expiry UTC time is earlier than current UTC time '"+r.time.UTC().Format("1/2/2006 3:04:05 PM")+"'.")
	case errors.Is(err, jwt.ErrTokenExpired):
		return token{}, unauthorized(r, wire.CodeInvalidAuthenticationToken, "Lifetime validation failed, the token is expired.")
	case err != nil && arm:
		return token{}, unauthorized(r, wire.CodeInvalidAuthenticationToken, "The access token is invalid.")
	case err != nil:
		return token{}, unauthorized(r, wire.CodeInvalidAuthenticationToken, "Access token validation failure.")
	}
	if c.Tenant != r.tenant.String() {
		return token{}, unauthorized(r, wire.CodeInvalidTokenTenant, fmt.Sprintf("The access token is from the wrong issuer '%s'. It must match the tenant '%s' associated with this subscription.", c.Issuer, issuer(r.tenant)))
	}
	if a := audienceOf(c.For); a != "" && arm != (a == armService) {
		words := "Access token validation failure. Invalid audience."
		if arm {
			words = "The access token has been obtained for wrong audience or resource '" + c.For + "'."
		}
		return token{}, unauthorized(r, wire.CodeInvalidAuthenticationToken, words)
	}
	return token{application: rbac.GUID(c.Application), object: rbac.GUID(c.Object)}, nil
}

// unauthorized is a 401 with the challenge that tells where tokens come from.
func unauthorized(r *request, code, message string) error {
	challenge := fmt.Sprintf(`Bearer authorization_uri=%q, error="invalid_token", error_description=%q`, r.base+"/"+r.tenant.String(), message)
	if r.at.service != armService {
		challenge = fmt.Sprintf(`Bearer realm="", authorization_uri=%q, client_id=%q`, r.base+"/common/oauth2/authorize", graphApplication)
	}
	return &refusal{status: http.StatusUnauthorized, code: code, message: message, header: http.Header{"Www-Authenticate": {challenge}}}
}

// badToken is a refusal of the token endpoint.
func badToken(status int, code string, number int, format string, values ...any) error {
	return &refusal{status: status, code: code, number: number, message: fmt.Sprintf(format, values...)}
}

// tokenAnswer is what the token endpoint answers.
type tokenAnswer struct {
	Type       string `json:"token_type"`
	Expires    any    `json:"expires_in"` // a number; of the older endpoint text
	ExtExpires any    `json:"ext_expires_in"`
	ExpiresOn  string `json:"expires_on,omitempty"`
	Resource   string `json:"resource,omitempty"`
	Token      string `json:"access_token"`
}

// grant is the client credentials flow with a secret, in both versions of the
// endpoint: the older names a resource where the newer has scopes.
func (s *Server) grant(c *call, older bool) (reply, error) {
	form, err := url.ParseQuery(string(c.body))
	if err != nil {
		return reply{}, badToken(400, wire.CodeInvalidRequest, 900144, "The request body must contain the following parameter: 'grant_type'.")
	}
	switch g := form.Get("grant_type"); g {
	case "client_credentials":
	case "":
		return reply{}, badToken(400, wire.CodeInvalidRequest, 900144, "The request body must contain the following parameter: 'grant_type'.")
	default:
		return reply{}, badToken(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type '%s'.", brief(g))
	}
	resource, err := resourceOf(form, older)
	if err != nil {
		return reply{}, err
	}
	who, err := s.client(c, form)
	if err != nil {
		return reply{}, err
	}
	text, err := s.tokens.issue(who, s.o.TenantID, resource)
	if err != nil {
		return reply{}, err
	}
	seconds := int(tokenLife.Seconds())
	a := tokenAnswer{Type: "Bearer", Expires: seconds, ExtExpires: seconds, Token: text}
	if older {
		a.Expires, a.ExtExpires, a.Resource = fmt.Sprint(seconds), fmt.Sprint(seconds), resource
		a.ExpiresOn = fmt.Sprint(c.now.Add(tokenLife).Unix())
	}
	return reply{body: a}, nil
}

// resourceOf is the audience that is asked for.
func resourceOf(form url.Values, older bool) (string, error) {
	if older {
		if r := form.Get("resource"); r != "" {
			return r, nil
		}
		return "", badToken(400, wire.CodeInvalidRequest, 900144, "The request body must contain the following parameter: 'resource'.")
	}
	resource := ""
	for scope := range strings.FieldsSeq(form.Get("scope")) {
		if slices.Contains([]string{"openid", "profile", "offline_access"}, scope) {
			continue // libraries add them to every request
		}
		r, ok := strings.CutSuffix(scope, "/.default")
		if !ok || r == "" || resource != "" {
			return "", badToken(400, wire.CodeInvalidScope, 1002012, "The provided value for scope %s is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).", brief(scope))
		}
		resource = r
	}
	if resource == "" {
		return "", badToken(400, wire.CodeInvalidRequest, 900144, "The request body must contain the following parameter: 'scope'.")
	}
	return resource, nil
}

// client checks who asks for a token: ID and secret come in the body or as Basic
// authentication.
func (s *Server) client(c *call, form url.Values) (token, error) {
	id, secret := form.Get("client_id"), form.Get("client_secret")
	if user, password, ok := (&http.Request{Header: c.header}).BasicAuth(); ok {
		// RFC 6749 has both form-encoded before they are joined.
		if u, err := url.QueryUnescape(user); err == nil && id == "" {
			id = u
		}
		if p, err := url.QueryUnescape(password); err == nil && secret == "" {
			secret = p
		}
	}
	if id == "" {
		return token{}, badToken(400, wire.CodeInvalidRequest, 900144, "The request body must contain the following parameter: 'client_id'.")
	}
	application, ok := rbac.ParseGUID(id)
	if !ok {
		return token{}, badToken(400, wire.CodeUnauthorizedClient, 700016, "Application with identifier '%s' was not found in the directory '%s'.", brief(id), s.o.TenantID)
	}
	switch {
	case secret == "" && form.Get("client_assertion") != "":
		// The emulator knows neither certificates nor federated identities.
		return token{}, badToken(401, wire.CodeInvalidClient, 700027, "The certificate with identifier used to sign the client assertion is not registered on application '%s'.", application)
	case secret == "":
		return token{}, badToken(401, wire.CodeInvalidClient, 7000216, "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.")
	}
	who := token{application: application, object: rbac.DeriveGUID(s.o.TenantID, "service principal", application.String())}
	if s.o.Directory == nil {
		return who, nil
	}
	if _, known := s.o.Directory.ServicePrincipal(application); !known {
		return token{}, badToken(400, wire.CodeUnauthorizedClient, 700016, "Application with identifier '%s' was not found in the directory '%s'.", application, s.o.TenantID)
	}
	sp, ok := s.o.Directory.Authenticate(application, secret)
	if !ok {
		return token{}, badToken(401, wire.CodeInvalidClient, 7000215, "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '%s'.", application)
	}
	who.object = sp.ID
	return who, nil
}

// brief cuts what a client sent, for messages.
func brief(s string) string {
	const enough = 80
	if r := []rune(s); len(r) > enough {
		return string(r[:enough]) + "…"
	}
	return s
}
