// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func TestAClientFindsTheTokenEndpointAndGetsATokenThatIsTaken(t *testing.T) {
	t.Parallel()
	k := newCore(t)
	k.token = ""
	const host = "https://localhost:8443"
	config := k.do("GET", host+"/"+coreTenant+"/v2.0/.well-known/openid-configuration", "").json(t)
	for name, want := range map[string]any{
		"issuer":                 host + "/" + coreTenant + "/v2.0",
		"token_endpoint":         host + "/" + coreTenant + "/oauth2/v2.0/token",
		"authorization_endpoint": host + "/" + coreTenant + "/oauth2/v2.0/authorize",
		"jwks_uri":               host + "/" + coreTenant + "/discovery/v2.0/keys",
	} {
		if config[name] != want {
			t.Errorf("%s is %v, want %v", name, config[name], want)
		}
	}
	endpoint, _ := config["token_endpoint"].(string)
	r := k.do("POST", endpoint, credentials("scope", host+"/.default").Encode(), "Content-Type", "application/x-www-form-urlencoded")
	answer := r.json(t)
	k.token, _ = answer["access_token"].(string)
	delete(answer, "access_token")
	if want := map[string]any{"token_type": "Bearer", "expires_in": 3599.0, "ext_expires_in": 3599.0}; r.status != 200 || !reflect.DeepEqual(answer, want) {
		t.Errorf("%d %v", r.status, answer)
	}
	for _, link := range []string{host + coreRoles + "/" + coreReader + atVersion, host + "/v1.0/roleManagement/directory/roleDefinitions", host + "/beta/deviceManagement/roleDefinitions"} {
		if r := k.do("GET", link, ""); r.status != 200 {
			t.Errorf("%s: %d %.300s", link, r.status, r.body)
		}
	}
}

func TestATokenTellsWhoItIsForAndCanBeChecked(t *testing.T) {
	t.Parallel()
	k := newCore(t)
	key := k.do("GET", coreLogin+"/common/discovery/v2.0/keys", "").json(t)["keys"].([]any)[0].(map[string]any)
	number := func(name string) []byte {
		raw, err := base64.RawURLEncoding.DecodeString(key[name].(string))
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, number("x")...), number("y")...))
	if err != nil {
		t.Fatal(err)
	}
	permissions := []any{"DeviceManagementRBAC.ReadWrite.All", "Directory.Read.All", "Group.Read.All", "RoleManagement.ReadWrite.Directory"}
	for audience, roles := range map[string]any{coreARM: nil, coreGraph: permissions} {
		var claims jwt.MapClaims
		token, err := jwt.ParseWithClaims(k.tokenFor(audience), &claims, func(*jwt.Token) (any, error) { return public, nil }, jwt.WithTimeFunc(k.now))
		if err != nil {
			t.Fatal(err)
		}
		if token.Header["kid"] != key["kid"] || token.Header["alg"] != "ES256" {
			t.Errorf("header %v", token.Header)
		}
		delete(claims, "jti")
		want := jwt.MapClaims{
			"aud": audience, "iss": "https://sts.windows.net/" + coreTenant + "/", "sub": "a0000000-0000-4000-8000-000000000002",
			"iat": float64(coreStart.Unix()), "nbf": float64(coreStart.Unix()), "exp": float64(coreStart.Unix() + 3599),
			"appid": coreApp, "oid": "a0000000-0000-4000-8000-000000000002", "tid": coreTenant, "idtyp": "app", "ver": "1.0",
		}
		if roles != nil {
			want["roles"] = roles
		}
		if !reflect.DeepEqual(claims, want) {
			t.Errorf("got  %v\nwant %v", claims, want)
		}
	}
}

func TestTheTokenEndpointTakesSecretsOfTheDirectoryOnly(t *testing.T) {
	t.Parallel()
	basic := func(id, secret string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id)+":"+url.QueryEscape(secret)))
	}
	const path = "/" + coreTenant + "/oauth2/v2.0/token"
	k := newCore(t)
	for name, c := range map[string]struct {
		path   string
		form   url.Values
		header []string
		status int
		code   string
		says   string
	}{
		"the secret in the body":     {path: path, form: credentials(), status: 200},
		"the ID in other casing":     {path: path, form: credentials("client_id", strings.ToUpper(coreApp)), status: 200},
		"the secret as Basic":        {path: path, form: credentials("client_id", "", "client_secret", ""), header: []string{"Authorization", basic(coreApp, coreSecret)}, status: 200},
		"scopes of libraries":        {path: path, form: credentials("scope", "https://graph.microsoft.com/.default openid profile offline_access"), status: 200},
		"the tenant in other casing": {path: strings.ToUpper("/"+coreTenant) + "/oauth2/v2.0/token", form: credentials(), status: 200},
		"the older endpoint":         {path: "/" + coreTenant + "/oauth2/token", form: credentials("scope", "", "resource", "https://management.azure.com/"), status: 200},

		"a wrong secret":           {path: path, form: credentials("client_secret", "hush"), status: 401, code: "invalid_client", says: "AADSTS7000215: Invalid client secret provided."},
		"a wrong secret as Basic":  {path: path, form: credentials("client_id", "", "client_secret", ""), header: []string{"Authorization", basic(coreApp, "hush")}, status: 401, code: "invalid_client", says: "AADSTS7000215: "},
		"no secret":                {path: path, form: credentials("client_secret", ""), status: 401, code: "invalid_client", says: "AADSTS7000216: "},
		"an app without a secret":  {path: path, form: credentials("client_id", "a0000000-0000-4000-8000-000000000005"), status: 401, code: "invalid_client", says: "AADSTS7000215: "},
		"an object ID as client":   {path: path, form: credentials("client_id", "a0000000-0000-4000-8000-000000000002"), status: 400, code: "unauthorized_client", says: "AADSTS700016: Application with identifier 'a0000000-0000-4000-8000-000000000002' was not found in the directory '" + coreTenant + "'."},
		"a client that is no GUID": {path: path, form: credentials("client_id", "me"), status: 400, code: "unauthorized_client", says: "AADSTS700016: Application with identifier 'me'"},
		"no client":                {path: path, form: credentials("client_id", ""), status: 400, code: "invalid_request", says: "AADSTS900144: The request body must contain the following parameter: 'client_id'."},
		"a client assertion":       {path: path, form: credentials("client_secret", "", "client_assertion", "x.y.z"), status: 401, code: "invalid_client", says: "AADSTS700027: "},
		"no grant type":            {path: path, form: credentials("grant_type", ""), status: 400, code: "invalid_request", says: "AADSTS900144: The request body must contain the following parameter: 'grant_type'."},
		"another grant type":       {path: path, form: credentials("grant_type", "password"), status: 400, code: "unsupported_grant_type", says: "AADSTS70003: The app requested an unsupported grant type 'password'."},
		"no scope":                 {path: path, form: credentials("scope", ""), status: 400, code: "invalid_request", says: "AADSTS900144: The request body must contain the following parameter: 'scope'."},
		"a scope without default":  {path: path, form: credentials("scope", "https://graph.microsoft.com/User.Read"), status: 400, code: "invalid_scope", says: "AADSTS1002012: "},
		"no resource":              {path: "/" + coreTenant + "/oauth2/token", form: credentials(), status: 400, code: "invalid_request", says: "AADSTS900144: The request body must contain the following parameter: 'resource'."},
		"another tenant":           {path: "/" + coreApp + "/oauth2/v2.0/token", form: credentials(), status: 400, code: "invalid_request", says: "AADSTS90002: Tenant '" + coreApp + "' not found."},
		"any tenant":               {path: "/common/oauth2/v2.0/token", form: credentials(), status: 400, code: "invalid_request", says: "AADSTS90002: Tenant 'common' not found."},
	} {
		r := k.grant(c.path, c.form, c.header...)
		v := r.json(t)
		_, hasToken := v["access_token"]
		code, _ := v["error"].(string)
		says, _ := v["error_description"].(string)
		if r.status != c.status || code != c.code || !strings.HasPrefix(says, c.says) || hasToken != (c.status == 200) {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
		if strings.Contains(r.body, "hush") {
			t.Errorf("%s: the answer repeats the secret", name)
		}
	}
}

func TestWithoutADirectoryEveryClientHasItsOwnToken(t *testing.T) {
	t.Parallel()
	k := newCore(t, func(o *emulator.Options) { o.Directory, o.TenantID = nil, "" })
	if k.TenantID() != emulator.DefaultTenantID {
		t.Fatalf("tenant %s", k.TenantID())
	}
	holder := func(id, secret string) string {
		r := k.grant("/"+k.TenantID().String()+"/oauth2/v2.0/token", credentials("client_id", id, "client_secret", secret))
		token, _ := r.json(t)["access_token"].(string)
		var claims struct{ Oid string }
		if parts := strings.Split(token, "."); len(parts) == 3 {
			raw, _ := base64.RawURLEncoding.DecodeString(parts[1])
			_ = json.Unmarshal(raw, &claims)
		}
		return claims.Oid
	}
	one, again, other := holder(coreApp, "x"), holder(coreApp, "y"), holder("a0000000-0000-4000-8000-000000000005", "x")
	if one == "" || one != again || one == other || one == coreApp {
		t.Errorf("object IDs %q, %q, %q", one, again, other)
	}
	if got := holder("me", "x"); got != "" {
		t.Errorf("a client that is no GUID got a token of %q", got)
	}
}

func TestARequestWithoutAValidTokenIsUnauthorized(t *testing.T) {
	t.Parallel()
	k, other := newCore(t), newCore(t)
	good, goodForARM, goodForGraph := k.token, k.tokenFor("https://management.core.windows.net/"), k.tokenFor("00000003-0000-0000-c000-000000000000")
	foreign := other.token
	unsigned, err := jwt.NewWithClaims(jwt.SigningMethodNone, jwt.MapClaims{"tid": coreTenant, "exp": coreStart.Unix() + 100}).SignedString(jwt.UnsafeAllowNoneSignatureType)
	if err != nil {
		t.Fatal(err)
	}
	const arm, graph, intune = coreARM + coreRoles + "/" + coreReader + atVersion, coreGraph + "/v1.0/roleManagement/directory/roleDefinitions?$top=1", coreGraph + "/beta/deviceManagement/roleScopeTags"
	const empty, bad = "Access token is empty.", "Access token validation failure."
	for _, c := range []struct {
		link, authorization string
		late                time.Duration
		status              int
		code, message       string
	}{
		{arm, "Bearer " + good, 3598 * time.Second, 200, "", ""},
		{arm, "bearer " + goodForARM, 0, 200, "", ""},
		{graph, "Bearer " + goodForGraph, 0, 200, "", ""},
		{intune, "Bearer " + goodForGraph, 0, 200, "", ""},

		{arm, "", 0, 401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."},
		{arm, "Basic eDp5", 0, 401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."},
		{arm, "Bearer rubbish", 0, 401, "InvalidAuthenticationToken", "The access token is invalid."},
		{arm, "Bearer " + foreign, 0, 401, "InvalidAuthenticationToken", "The access token is invalid."},
		{arm, "Bearer " + unsigned, 0, 401, "InvalidAuthenticationToken", "The access token is invalid."},
		{arm, "Bearer " + good, 3600 * time.Second, 401, "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than current UTC time '11/22/2026 11:00:00 AM'."},
		{arm, "Bearer " + goodForGraph, 0, 401, "InvalidAuthenticationToken", "The access token has been obtained for wrong audience or resource '00000003-0000-0000-c000-000000000000'."},
		{coreARM + "/garbage", "", 0, 401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."},

		{graph, "", 0, 401, "InvalidAuthenticationToken", empty},
		{graph, "Bearer ", 0, 401, "InvalidAuthenticationToken", empty},
		{graph, "Bearer " + foreign, 0, 401, "InvalidAuthenticationToken", bad},
		{graph, "Bearer " + good, 3600 * time.Second, 401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired."},
		{graph, "Bearer " + goodForARM, 0, 401, "InvalidAuthenticationToken", bad + " Invalid audience."},
		{coreGraph + "/v1.0/$batch", "", 0, 401, "", ""},
	} {
		k.mu.Lock()
		k.clock = coreStart.Add(c.late)
		k.mu.Unlock()
		k.token = ""
		method := "GET"
		if strings.HasSuffix(c.link, "$batch") {
			method = "POST"
		}
		r := k.do(method, c.link, "", "Authorization", c.authorization)
		if r.status != c.status {
			t.Errorf("%s with %.20q: %d %s", c.link, c.authorization, r.status, r.body)
			continue
		}
		if challenge := r.header.Get("Www-Authenticate"); (challenge != "") != (c.status == 401) || c.status == 401 && !strings.HasPrefix(challenge, "Bearer ") {
			t.Errorf("%s with %.20q: challenge %q", c.link, c.authorization, challenge)
		}
		if c.code == "" {
			continue
		}
		if code, message := r.refused(t); code != c.code || message != c.message {
			t.Errorf("%s with %.20q: %s %s", c.link, c.authorization, code, message)
		}
	}
}

func TestDiscoveryTellsThatEverythingIsAtTheHostThatWasAsked(t *testing.T) {
	t.Parallel()
	k := newCore(t)
	k.token = ""
	const host = "https://emulator.example:8443"
	instance := k.do("GET", host+"/common/discovery/instance?api-version=1.1&authorization_endpoint="+url.QueryEscape(host+"/"+coreTenant+"/oauth2/v2.0/authorize"), "").json(t)
	if want := map[string]any{
		"tenant_discovery_endpoint": host + "/" + coreTenant + "/v2.0/.well-known/openid-configuration", "api-version": "1.1",
		"metadata": []any{map[string]any{"preferred_network": "emulator.example:8443", "preferred_cache": "emulator.example:8443", "aliases": []any{"emulator.example:8443"}}},
	}; !reflect.DeepEqual(instance, want) {
		t.Errorf("instance discovery: %v", instance)
	}
	metadata := k.do("GET", host+"/metadata/endpoints?api-version=2022-09-01", "").json(t)
	for name, want := range map[string]any{
		"name": "AzureCloud", "resourceManager": host, "microsoftGraphResourceId": host, "graph": host + "/", "portal": host,
		"authentication": map[string]any{"loginEndpoint": host, "audiences": []any{host, host + "/"}, "tenant": coreTenant, "identityProvider": "AAD"},
	} {
		if !reflect.DeepEqual(metadata[name], want) {
			t.Errorf("%s is %v, want %v", name, metadata[name], want)
		}
	}
	for cloud, want := range map[rbac.Cloud]string{"usgovernment": "AzureUSGovernment", "china": "AzureChinaCloud"} {
		k := newCore(t, func(o *emulator.Options) { o.Cloud = cloud })
		if got := k.do(http.MethodGet, host+"/metadata/endpoints?api-version=2022-09-01", "").json(t)["name"]; got != want {
			t.Errorf("%s calls itself %v", cloud, got)
		}
	}
}
