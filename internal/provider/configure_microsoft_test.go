// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/rolewright/terraform-provider-rbac/internal/provider"
)

// The settings of a tenant that is complete.
const (
	aTenant = "11111111-1111-1111-1111-111111111111"
	aClient = "22222222-2222-2222-2222-222222222222"
	aSecret = "hunter2-hunter2"
)

// nobody fails every request.
type nobody struct{ t *testing.T }

func (n nobody) RoundTrip(r *http.Request) (*http.Response, error) {
	n.t.Errorf("a request was sent: %s %s", r.Method, r.URL.Redacted())
	return nil, fmt.Errorf("there is no network")
}

// configureMicrosoft configures a provider with a block `microsoft` and returns
// what it says, each as "attribute: summary: detail".
func configureMicrosoft(t *testing.T, block any) []string {
	t.Helper()
	_, said := configuredMicrosoft(t, nobody{t}, block)
	return said
}

func configuredMicrosoft(t *testing.T, transport http.RoundTripper, block any) (*dataReader, []string) {
	t.Helper()
	made, err := providerserver.NewProtocol6WithError(provider.New("test", provider.WithMicrosoft(transport))())()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := made.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := made.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4", Config: dynamic(t, toValue(t, schemas.Provider.ValueType(), values{"backend": "microsoft", "microsoft": block})),
	})
	if err != nil {
		t.Fatal(err)
	}
	said := []string{}
	for _, d := range answer.Diagnostics {
		said = append(said, strings.NewReplacer("AttributeName(\"microsoft\")", "microsoft", ".ElementKeyString(\"", ".", "\")", "").Replace(d.Attribute.String())+": "+d.Summary+": "+d.Detail)
	}
	slices.Sort(said)
	return &dataReader{made, schemas.DataSourceSchemas}, said
}

func TestConfigure_microsoftTakesEveryWayToSignInFromBlockAndEnvironmentAndRequestsNothing(t *testing.T) {
	file := write(t, "secret", aSecret)
	for name, c := range map[string]struct {
		block values
		env   map[string]string
	}{
		"secret, ARM":             {nil, map[string]string{"ARM_TENANT_ID": aTenant, "ARM_CLIENT_ID": aClient, "ARM_CLIENT_SECRET": aSecret}},
		"secret, AZURE":           {nil, map[string]string{"AZURE_TENANT_ID": aTenant, "AZURE_CLIENT_ID": aClient, "AZURE_CLIENT_SECRET": aSecret}},
		"secret, files":           {nil, map[string]string{"ARM_TENANT_ID": aTenant, "ARM_CLIENT_ID_FILE_PATH": file, "ARM_CLIENT_SECRET_FILE_PATH": file}},
		"secret, block":           {values{"tenant_id": "contoso.onmicrosoft.com", "client_id": aClient, "client_secret": aSecret}, nil},
		"secret, files of block":  {values{"tenant_id": aTenant, "client_id_file_path": file, "client_secret_file_path": file}, nil},
		"certificate, base64":     {nil, map[string]string{"ARM_TENANT_ID": aTenant, "ARM_CLIENT_ID": aClient, "ARM_CLIENT_CERTIFICATE": "aGVs\nbG8=", "ARM_CLIENT_CERTIFICATE_PASSWORD": aSecret}},
		"certificate, ARM":        {nil, map[string]string{"ARM_TENANT_ID": aTenant, "ARM_CLIENT_ID": aClient, "ARM_CLIENT_CERTIFICATE_PATH": file}},
		"certificate, AZURE":      {nil, map[string]string{"AZURE_TENANT_ID": aTenant, "AZURE_CLIENT_ID": aClient, "AZURE_CLIENT_CERTIFICATE_PATH": file}},
		"OIDC, token":             {nil, map[string]string{"ARM_TENANT_ID": aTenant, "ARM_CLIENT_ID": aClient, "ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": aSecret}},
		"OIDC, token in a file":   {nil, map[string]string{"ARM_TENANT_ID": aTenant, "ARM_CLIENT_ID": aClient, "ARM_USE_OIDC": "1", "ARM_OIDC_TOKEN_FILE_PATH": file}},
		"OIDC, GitHub":            {nil, map[string]string{"ARM_TENANT_ID": aTenant, "ARM_CLIENT_ID": aClient, "ARM_USE_OIDC": "true", "ACTIONS_ID_TOKEN_REQUEST_URL": "https://example.com/", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": aSecret}},
		"OIDC, of azurerm's name": {values{"use_oidc": true}, map[string]string{"ARM_TENANT_ID": aTenant, "ARM_CLIENT_ID": aClient, "ARM_OIDC_REQUEST_URL": "https://example.com/", "ARM_OIDC_REQUEST_TOKEN": aSecret}},
		"OIDC, Azure Pipelines": {nil, map[string]string{
			"ARM_TENANT_ID": aTenant, "ARM_CLIENT_ID": aClient, "ARM_USE_OIDC": "true", "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID": aClient,
			"SYSTEM_OIDCREQUESTURI": "https://example.com/", "SYSTEM_ACCESSTOKEN": aSecret,
		}},
		"AKS, chosen":        {nil, map[string]string{"ARM_TENANT_ID": aTenant, "ARM_CLIENT_ID": aClient, "ARM_USE_AKS_WORKLOAD_IDENTITY": "true", "AZURE_FEDERATED_TOKEN_FILE": file}},
		"AKS, in the pod":    {nil, map[string]string{"AZURE_TENANT_ID": aTenant, "AZURE_CLIENT_ID": aClient, "AZURE_FEDERATED_TOKEN_FILE": file, "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com/"}},
		"MSI":                {nil, map[string]string{"ARM_TENANT_ID": aTenant, "ARM_USE_MSI": "true"}},
		"MSI, one of more":   {values{"use_msi": true, "client_id": aClient, "msi_endpoint": "http://169.254.169.254/metadata/identity/oauth2/token"}, map[string]string{"ARM_TENANT_ID": aTenant}},
		"CLI":                {nil, map[string]string{"ARM_TENANT_ID": aTenant, "ARM_USE_CLI": "true"}},
		"the block wins":     {values{"use_cli": true}, map[string]string{"ARM_TENANT_ID": aTenant, "ARM_CLIENT_SECRET": aSecret, "ARM_USE_MSI": "true"}},
		"and rules out":      {values{"use_oidc": false}, map[string]string{"ARM_TENANT_ID": aTenant, "ARM_USE_OIDC": "true", "ARM_USE_CLI": "true"}},
		"more than one":      {nil, map[string]string{"ARM_TENANT_ID": aTenant, "ARM_CLIENT_ID": aClient, "ARM_CLIENT_SECRET": aSecret, "ARM_USE_OIDC": "true"}},
		"empty is not set":   {values{"client_secret": "", "client_certificate_path": ""}, map[string]string{"ARM_TENANT_ID": aTenant, "ARM_CLIENT_ID": "", "ARM_CLIENT_SECRET": "", "ARM_USE_CLI": "true"}},
		"US government":      {values{"use_cli": true, "environment": "usgovernment"}, map[string]string{"ARM_TENANT_ID": aTenant}},
		"US government, L4":  {values{"use_cli": true}, map[string]string{"ARM_TENANT_ID": aTenant, "ARM_ENVIRONMENT": "USGovernmentL4"}},
		"US government, L5":  {values{"use_cli": true}, map[string]string{"ARM_TENANT_ID": aTenant, "ARM_ENVIRONMENT": "dod"}},
		"China":              {values{"use_cli": true}, map[string]string{"ARM_TENANT_ID": aTenant, "ARM_ENVIRONMENT": "china"}},
		"endpoints":          {values{"use_cli": true, "tenant_id": aTenant, "endpoints": values{"resource_manager": "https://127.0.0.1:8443", "graph": "https://graph.example.com/", "authority": "https://localhost:1"}}, nil},
		"a cloud of its own": {values{"use_cli": true, "tenant_id": aTenant, "endpoints": values{"resource_manager": "https://arm.example.com"}}, map[string]string{"ARM_METADATA_HOSTNAME": "arm.example.com"}},
	} {
		t.Run(name, func(t *testing.T) {
			for k, v := range c.env {
				t.Setenv(k, v)
			}
			var block any
			if c.block != nil {
				block = c.block
			}
			if said := configureMicrosoft(t, block); len(said) > 0 {
				t.Errorf("it says %q", said)
			}
		})
	}
}

func TestConfigure_microsoftReportsWhatIsWrongOnItsArgumentAndNeverASecret(t *testing.T) {
	folder := t.TempDir()
	missing := filepath.Join(folder, aSecret)
	const (
		noCredential = "microsoft: No credential: There is nothing to sign in with. Set one of `client_certificate`, `client_certificate_path`, `client_secret`, `client_secret_file_path`, `use_oidc`, " +
			"`use_aks_workload_identity`, `use_msi`, `use_cli` in the block `microsoft`, or one of the environment variables ARM_CLIENT_CERTIFICATE, ARM_CLIENT_CERTIFICATE_PATH, ARM_CLIENT_SECRET, " +
			"ARM_CLIENT_SECRET_FILE_PATH, ARM_USE_OIDC, ARM_USE_AKS_WORKLOAD_IDENTITY, ARM_USE_MSI, ARM_USE_CLI."
		noTenant = "microsoft.tenant_id: No tenant: Which tenant to manage is not said, and the provider does not guess it. Set `tenant_id` in the block `microsoft`, or one of the environment variables ARM_TENANT_ID, AZURE_TENANT_ID."
		set      = "Set `client_id` or `client_id_file_path` in the block `microsoft`, or one of the environment variables ARM_CLIENT_ID, AZURE_CLIENT_ID, ARM_CLIENT_ID_FILE_PATH."
		file     = " can't be read: no such file or directory. Correct the path, or create the file."
		later    = "Unknown Microsoft tenant: It is not known while planning, but decides which tenant is read. Set it to a value that does not depend on resources."
	)
	signedIn := values{"tenant_id": aTenant, "use_cli": true}
	for name, c := range map[string]struct {
		block any
		env   map[string]string
		want  []string
	}{
		"nothing":              {nil, nil, []string{noTenant, noCredential}},
		"an empty block":       {values{}, nil, []string{noTenant, noCredential}},
		"no credential":        {values{"tenant_id": aTenant, "client_id": aClient}, nil, []string{noCredential}},
		"all ways ruled out":   {values{"tenant_id": aTenant, "use_cli": false, "use_msi": false}, map[string]string{"ARM_USE_CLI": "true", "ARM_USE_MSI": "true", "ARM_USE_OIDC": "false"}, []string{noCredential}},
		"no tenant":            {values{"use_cli": true}, nil, []string{noTenant}},
		"no tenant's name":     {with(signedIn, values{"tenant_id": "contoso"}), nil, []string{`microsoft.tenant_id: Invalid tenant: "contoso" is neither the GUID of a tenant nor one of its domains, such as "contoso.onmicrosoft.com".`}},
		"no client of secret":  {values{"tenant_id": aTenant, "client_secret": aSecret}, nil, []string{"microsoft.client_id: No client ID: A client secret is set, but not whose it is. " + set}},
		"no client of AKS":     {values{"tenant_id": aTenant, "use_aks_workload_identity": true}, map[string]string{"AZURE_FEDERATED_TOKEN_FILE": write(t, "token", aSecret)}, []string{"microsoft.client_id: No client ID: A workload identity is to be used, but not whose it is. " + set}},
		"no GUID":              {values{"tenant_id": aTenant, "client_secret": aSecret, "client_id": "my-app"}, nil, []string{`microsoft.client_id: Invalid client ID: "my-app" is no GUID. A client ID is written as 32 hexadecimal digits, such as "11111111-2222-3333-4444-555555555555".`}},
		"two in the block":     {with(signedIn, values{"client_secret": aSecret, "client_id": aClient}), nil, []string{"microsoft.use_cli: Two credentials: `client_secret` and `use_cli` are both set, and one credential signs in. Remove one of them."}},
		"three in the block":   {with(signedIn, values{"client_secret": aSecret, "client_id": aClient, "use_msi": true}), nil, []string{"microsoft.use_cli: Two credentials: `client_secret` and `use_cli` are both set, and one credential signs in. Remove one of them.", "microsoft.use_msi: Two credentials: `client_secret` and `use_msi` are both set, and one credential signs in. Remove one of them."}},
		"a secret twice":       {values{"tenant_id": aTenant, "client_id": aClient, "client_secret": aSecret, "client_secret_file_path": write(t, "s", aSecret)}, nil, []string{"microsoft.client_secret_file_path: Two credentials: `client_secret` and `client_secret_file_path` are both set, and one credential signs in. Remove one of them."}},
		"files that are not":   {values{"tenant_id": aTenant, "client_id_file_path": missing, "client_secret_file_path": missing}, nil, []string{"microsoft.client_id_file_path: Invalid credential file: The file that `client_id_file_path` names" + file, "microsoft.client_secret_file_path: Invalid credential file: The file that `client_secret_file_path` names" + file}},
		"a folder":             {nil, map[string]string{"ARM_TENANT_ID": aTenant, "ARM_CLIENT_ID": aClient, "ARM_CLIENT_CERTIFICATE_PATH": folder}, []string{"microsoft.client_certificate_path: Invalid credential file: The file that `client_certificate_path` names can't be read: it is a folder. Correct the path, or create the file."}},
		"no base64":            {nil, map[string]string{"ARM_TENANT_ID": aTenant, "ARM_CLIENT_ID": aClient, "ARM_CLIENT_CERTIFICATE": aSecret}, []string{"microsoft.client_certificate: Invalid certificate: The certificate is not written in base64. Encode the PKCS#12 or PEM file, or name the file in `client_certificate_path`."}},
		"neither true nor not": {nil, map[string]string{"ARM_TENANT_ID": aTenant, "ARM_USE_CLI": "yes"}, []string{`microsoft.use_cli: Invalid environment variable: The environment variable ARM_USE_CLI is neither "true" nor "false".`}},
		"no token": {values{"tenant_id": aTenant, "client_id": aClient, "use_oidc": true}, nil, []string{"microsoft.use_oidc: No federated token: A federated token is to be used, but there is none, nor anybody to ask for it. " +
			"Set `oidc_token` or `oidc_token_file_path` or `oidc_request_url` in the block `microsoft`, or one of the environment variables ARM_OIDC_TOKEN, ARM_OIDC_TOKEN_FILE_PATH, ARM_OIDC_REQUEST_URL, ACTIONS_ID_TOKEN_REQUEST_URL, SYSTEM_OIDCREQUESTURI. " +
			`In GitHub Actions, the job needs the permission "id-token: write".`}},
		"no service connection": {
			values{"tenant_id": aTenant, "client_id": aClient, "use_oidc": true},
			map[string]string{"SYSTEM_OIDCREQUESTURI": "https://example.com/", "SYSTEM_ACCESSTOKEN": aSecret},
			[]string{"microsoft.ado_pipeline_service_connection_id: No federated token: Azure Pipelines gives tokens of a service connection, and none is named. " +
				"Set `ado_pipeline_service_connection_id` in the block `microsoft`, or one of the environment variables ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID, ARM_OIDC_AZURE_SERVICE_CONNECTION_ID."},
		},
		"nothing to ask with": {values{"tenant_id": aTenant, "client_id": aClient, "use_oidc": true, "ado_pipeline_service_connection_id": aClient}, nil, []string{
			"microsoft.oidc_request_token: No federated token: It is set where to ask for a federated token, but not with what. Set `oidc_request_token` in the block `microsoft`, or one of the environment variables " +
				"ARM_OIDC_REQUEST_TOKEN, ACTIONS_ID_TOKEN_REQUEST_TOKEN, SYSTEM_ACCESSTOKEN. In Azure Pipelines, map SYSTEM_ACCESSTOKEN to $(System.AccessToken) in the step's env.",
			"microsoft.oidc_request_url: No federated token: A service connection is set, but not where to ask for its token. Set `oidc_request_url` in the block `microsoft`, or one of the environment variables " +
				"ARM_OIDC_REQUEST_URL, ACTIONS_ID_TOKEN_REQUEST_URL, SYSTEM_OIDCREQUESTURI.",
		}},
		"no pod of AKS": {values{"tenant_id": aTenant, "client_id": aClient, "use_aks_workload_identity": true}, nil, []string{"microsoft.use_aks_workload_identity: No workload identity: A workload identity of AKS is to be used, " +
			"but the environment variable AZURE_FEDERATED_TOKEN_FILE is not set. AKS sets it in pods whose service account has one."}},
		"MSI nowhere":   {values{"tenant_id": aTenant, "use_msi": true, "msi_endpoint": "169.254.169.254"}, nil, []string{`microsoft.msi_endpoint: Invalid endpoint: The endpoint of the managed identity is no absolute URL such as "http://169.254.169.254/metadata/identity/oauth2/token".`}},
		"unknown cloud": {signedIn, map[string]string{"ARM_ENVIRONMENT": "german"}, []string{`microsoft.environment: Unknown environment: "german" is no cloud that this provider knows. It is "public", "usgovernment" or "china". For another cloud, set the nearest of them and all three of ` + "`endpoints`."}},
		"a cloud of its own": {signedIn, map[string]string{"ARM_METADATA_HOSTNAME": "arm.example.com"}, []string{"microsoft.endpoints: Endpoints not chosen: The environment variable ARM_METADATA_HOSTNAME names a cloud of its own, which this provider does not read from there. " +
			"Set the `endpoints` of that cloud in the block `microsoft`, or unset the variable."}},
		"endpoints that are none": {with(signedIn, values{"endpoints": values{"resource_manager": "http://127.0.0.1:8443", "graph": "graph.example.com", "authority": "https://me:" + aSecret + "@example.com"}}), nil, []string{
			`microsoft.endpoints.authority: Invalid endpoint: The endpoint is no URL such as "https://management.azure.com", without user or password.`,
			`microsoft.endpoints.graph: Invalid endpoint: The endpoint "graph.example.com" is no absolute https URL such as "https://management.azure.com". Tokens are sent over https only.`,
			`microsoft.endpoints.resource_manager: Invalid endpoint: The endpoint "http://127.0.0.1:8443" is no absolute https URL such as "https://management.azure.com". Tokens are sent over https only.`,
		}},
		"authority of the environment": {signedIn, map[string]string{"AZURE_AUTHORITY_HOST": "login.example.com"}, []string{
			`microsoft.endpoints.authority: Invalid endpoint: The endpoint "login.example.com" from the environment variable AZURE_AUTHORITY_HOST is no absolute https URL such as "https://management.azure.com". Tokens are sent over https only.`,
		}},
		"unknown":  {unknown, nil, []string{"microsoft: " + later}},
		"unknowns": {values{"tenant_id": unknown, "client_secret": unknown, "endpoints": values{"graph": unknown}}, nil, []string{"microsoft.client_secret: " + later, "microsoft.endpoints.graph: " + later, "microsoft.tenant_id: " + later}},
	} {
		t.Run(name, func(t *testing.T) {
			for k, v := range c.env {
				t.Setenv(k, v)
			}
			said := configureMicrosoft(t, c.block)
			slices.Sort(c.want)
			wantEqual(t, "it says", said, c.want)
			if strings.Contains(strings.Join(said, "\n"), aSecret) {
				t.Errorf("a secret is shown: %q", said)
			}
		})
	}
}

// signInService refuses every sign-in, and keeps what was sent.
type signInService struct {
	mu   sync.Mutex
	seen []string // tenant, client and secret or assertion
}

func (s *signInService) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := func(status int, body string) (*http.Response, error) {
		return &http.Response{
			StatusCode: status, Request: r, Header: http.Header{"Content-Type": {"application/json"}}, ContentLength: int64(len(body)),
			Body: io.NopCloser(strings.NewReader(body)),
		}, nil
	}
	tenant, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	at := "https://" + r.URL.Host + "/" + tenant
	switch {
	case strings.HasSuffix(r.URL.Path, "/discovery/instance"):
		return answer(http.StatusOK, `{"tenant_discovery_endpoint":"`+at+`/v2.0/.well-known/openid-configuration","metadata":[{"preferred_network":"`+r.URL.Host+`","preferred_cache":"`+r.URL.Host+`","aliases":["`+r.URL.Host+`"]}]}`)
	case strings.HasSuffix(rest, "openid-configuration"):
		return answer(http.StatusOK, `{"issuer":"`+at+`/v2.0","authorization_endpoint":"`+at+`/oauth2/v2.0/authorize","token_endpoint":"`+at+`/oauth2/v2.0/token"}`)
	case rest != "oauth2/v2.0/token":
		return nil, fmt.Errorf("%s %s was not expected", r.Method, r.URL.Redacted())
	}
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, strings.Join([]string{r.URL.Host, tenant, r.Form.Get("client_id"), r.Form.Get("client_secret") + r.Form.Get("client_assertion")}, " "))
	return answer(http.StatusUnauthorized, `{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.","error_codes":[7000215]}`)
}

func TestConfigure_theBlockCountsThenVariablesOfARMThenOfAZURE(t *testing.T) {
	const other = "33333333-3333-3333-3333-333333333333"
	arm := map[string]string{"ARM_TENANT_ID": other, "ARM_CLIENT_ID": other, "ARM_CLIENT_SECRET": "of-arm"}
	azure := map[string]string{"AZURE_TENANT_ID": aTenant, "AZURE_CLIENT_ID": aClient, "AZURE_CLIENT_SECRET": "of-azure"}
	join := func(all ...map[string]string) map[string]string {
		out := map[string]string{}
		for _, m := range all {
			maps.Copy(out, m)
		}
		return out
	}
	for name, c := range map[string]struct {
		block values
		env   map[string]string
		want  string
	}{
		"block":               {values{"tenant_id": aTenant, "client_id": aClient, "client_secret": "of-block"}, join(arm, azure), "login.microsoftonline.com " + aTenant + " " + aClient + " of-block"},
		"ARM":                 {values{}, join(arm, azure), "login.microsoftonline.com " + other + " " + other + " of-arm"},
		"AZURE":               {values{}, azure, "login.microsoftonline.com " + aTenant + " " + aClient + " of-azure"},
		"each by itself":      {values{"client_id": aClient}, map[string]string{"ARM_TENANT_ID": other, "AZURE_TENANT_ID": aTenant, "AZURE_CLIENT_SECRET": "of-azure"}, "login.microsoftonline.com " + other + " " + aClient + " of-azure"},
		"a file of ARM":       {values{}, join(azure, map[string]string{"ARM_CLIENT_SECRET_FILE_PATH": write(t, "secret", "of-file\n")}), "login.microsoftonline.com " + aTenant + " " + aClient + " of-file"},
		"a file of block":     {values{"client_secret_file_path": write(t, "secret", "of-file\n")}, join(arm), "login.microsoftonline.com " + other + " " + other + " of-file"},
		"OIDC":                {values{"use_oidc": true}, join(arm, map[string]string{"ARM_OIDC_TOKEN": "of-issuer"}), "login.microsoftonline.com " + other + " " + other + " of-issuer"},
		"OIDC, file of block": {values{"use_oidc": true, "oidc_token_file_path": write(t, "token", "of-file\n")}, join(arm, map[string]string{"ARM_OIDC_TOKEN": "of-issuer"}), "login.microsoftonline.com " + other + " " + other + " of-file"},
		"AKS":                 {values{}, map[string]string{"AZURE_TENANT_ID": aTenant, "AZURE_CLIENT_ID": aClient, "AZURE_FEDERATED_TOKEN_FILE": write(t, "token", "of-pod")}, "login.microsoftonline.com " + aTenant + " " + aClient + " of-pod"},
		"China":               {values{"environment": "china"}, azure, "login.chinacloudapi.cn " + aTenant + " " + aClient + " of-azure"},
		"US government":       {values{}, join(azure, map[string]string{"ARM_ENVIRONMENT": "usgovernmentl4"}), "login.microsoftonline.us " + aTenant + " " + aClient + " of-azure"},
		"another authority":   {values{}, join(azure, map[string]string{"AZURE_AUTHORITY_HOST": "https://login.example.com/"}), "login.example.com " + aTenant + " " + aClient + " of-azure"},
		"one of the block":    {values{"endpoints": values{"authority": "https://login.example.org"}}, join(azure, map[string]string{"AZURE_AUTHORITY_HOST": "https://login.example.com/"}), "login.example.org " + aTenant + " " + aClient + " of-azure"},
	} {
		t.Run(name, func(t *testing.T) {
			for k, v := range c.env {
				t.Setenv(k, v)
			}
			var service signInService
			r, said := configuredMicrosoft(t, &service, c.block)
			if len(said) > 0 || len(service.seen) > 0 {
				t.Fatalf("it says %q and sent %q", said, service.seen)
			}
			_, diags := r.tryRead(t, "rbac_azure_roles", values{})
			wantEqual(t, "the sign-in", slices.Compact(service.seen), []string{c.want})
			shown := text(diags)
			if len(failures(diags)) != 1 || !strings.Contains(shown, "Signing in with ") {
				t.Errorf("it says %s", shown)
			}
			if secret := c.want[strings.LastIndex(c.want, " ")+1:]; strings.Contains(shown, secret) {
				t.Errorf("the secret %q is shown: %s", secret, shown)
			}
		})
	}
}
