// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// authorityRoutes are the token endpoint, and what clients ask before they use it
// or any other.
func (s *Server) authorityRoutes() []route {
	get := func(path string, h handler) route {
		return route{service: authorityService, method: http.MethodGet, path: path, anonymous: true, handle: h}
	}
	post := func(path string, older bool) route {
		return route{service: authorityService, method: http.MethodPost, path: path, anonymous: true, handle: s.inTenant(func(_ context.Context, c *call) (reply, error) {
			return s.grant(c, older)
		})}
	}
	keys := func(context.Context, *call) (reply, error) { return reply{body: s.tokens.jwks()}, nil }
	return []route{
		get("/{tenant}/v2.0/.well-known/openid-configuration", s.inTenant(openID("/v2.0", "/oauth2/v2.0"))),
		get("/{tenant}/.well-known/openid-configuration", s.inTenant(openID("/", "/oauth2"))),
		get("/{tenant}/discovery/v2.0/keys", keys),
		get("/{tenant}/discovery/keys", keys),
		get("/common/discovery/instance", s.instance),
		post("/{tenant}/oauth2/v2.0/token", false),
		post("/{tenant}/oauth2/token", true),
		{service: armService, method: http.MethodGet, path: "/metadata/endpoints", versions: metadataVersions, anonymous: true, handle: s.metadata},
	}
}

// metadataVersions are those whose answer is the one object that is served here;
// older ones had other shapes.
var metadataVersions = []string{"2022-09-01"}

// inTenant lets a handler answer for the emulator's tenant only. "common" and
// "organizations" are any tenant to who asks for configuration.
func (s *Server) inTenant(h handler) handler {
	return func(ctx context.Context, c *call) (reply, error) {
		t := strings.ToLower(c.param("tenant"))
		id, _ := rbac.ParseGUID(t)
		if anyone := c.method == http.MethodGet && (t == "common" || t == "organizations"); id != s.o.TenantID && !anyone {
			return reply{}, badToken(400, wire.CodeInvalidRequest, 90002, "Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.", brief(c.param("tenant")))
		}
		return h(ctx, c)
	}
}

// openID is OpenID discovery: where the endpoints of the tenant are.
func openID(version, endpoints string) handler {
	return func(_ context.Context, c *call) (reply, error) {
		base := c.base + "/" + c.param("tenant")
		keys := "/discovery/keys"
		if version == "/v2.0" {
			keys = "/discovery/v2.0/keys"
		}
		return reply{body: map[string]any{
			"issuer":                                base + version,
			"authorization_endpoint":                base + endpoints + "/authorize",
			"token_endpoint":                        base + endpoints + "/token",
			"jwks_uri":                              base + keys,
			"token_endpoint_auth_methods_supported": []string{"client_secret_post", "client_secret_basic"},
			"grant_types_supported":                 []string{"client_credentials"},
			"response_types_supported":              []string{"token"},
			"subject_types_supported":               []string{"pairwise"},
			"id_token_signing_alg_values_supported": []string{"ES256"},
			"scopes_supported":                      []string{"openid", "profile", "email", "offline_access"},
			"tenant_region_scope":                   nil,
			"cloud_instance_name":                   hostOf(c.base),
		}}, nil
	}
}

// instance is instance discovery: clients ask a host that they know which names
// an authority has. Only the emulator's own tenant is known here.
func (s *Server) instance(_ context.Context, c *call) (reply, error) {
	tenant := s.o.TenantID.String()
	if u, err := url.Parse(c.option("authorization_endpoint")); err == nil {
		if first, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/"); first != "" {
			tenant = first
		}
	}
	host := hostOf(c.base)
	return reply{body: map[string]any{
		"tenant_discovery_endpoint": c.base + "/" + url.PathEscape(tenant) + "/v2.0/.well-known/openid-configuration",
		"api-version":               "1.1",
		"metadata": []any{map[string]any{
			"preferred_network": host, "preferred_cache": host, "aliases": []string{host},
		}},
	}}, nil
}

// cloudNames are those by which the clouds call themselves.
var cloudNames = map[rbac.Cloud]string{rbac.PublicCloud: "AzureCloud", rbac.USGovernment: "AzureUSGovernment", rbac.ChinaCloud: "AzureChinaCloud"}

// metadata tells clients where the services of this cloud are: all here. Names
// of services that are not emulated end in ".invalid", so that nobody takes them
// for the real ones.
func (s *Server) metadata(_ context.Context, c *call) (reply, error) {
	host := hostOf(c.base)
	return reply{body: wire.MetadataEndpoints{
		Portal: c.base,
		Authentication: wire.MetadataAuthentication{
			LoginEndpoint: c.base, Audiences: wire.Strings{c.base, c.base + "/"}, Tenant: s.o.TenantID.String(), IdentityProvider: "AAD",
		},
		Media: c.base, GraphAudience: c.base + "/", Graph: c.base + "/", Name: cloudNames[s.o.Cloud],
		Suffixes: map[string]string{
			"acrLoginServer": "azurecr.invalid", "sqlServerHostname": "database.invalid", "keyVaultDns": "vault.invalid", "storage": "storage.invalid",
			"mhsmDns": "managedhsm.invalid", "mysqlServerEndpoint": "mysql.invalid", "postgresqlServerEndpoint": "postgres.invalid", "mariadbServerEndpoint": "mariadb.invalid",
			"attestationEndpoint": "attest.invalid", "synapseAnalytics": "synapse.invalid", "azureDataLakeAnalyticsCatalogAndJob": "datalake.invalid", "azureDataLakeStoreFileSystem": "datalake.invalid",
			"azureFrontDoorEndpointSuffix": "frontdoor.invalid",
		},
		Batch: c.base, ResourceManager: c.base, MicrosoftGraphResourceID: "https://" + host,
	}}, nil
}

func hostOf(base string) string {
	_, host, _ := strings.Cut(base, "://")
	return host
}
