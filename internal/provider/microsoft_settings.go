// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The arguments of the block `microsoft`.
const (
	setTenant          = "tenant_id"
	setClient          = "client_id"
	setClientFile      = "client_id_file_path"
	setSecret          = "client_secret"
	setSecretFile      = "client_secret_file_path"
	setCertificate     = "client_certificate"
	setCertificateFile = "client_certificate_path"
	setCertificatePass = "client_certificate_password"
	setOIDC            = "use_oidc"
	setOIDCToken       = "oidc_token"
	setOIDCTokenFile   = "oidc_token_file_path"
	setOIDCURL         = "oidc_request_url"
	setOIDCRequest     = "oidc_request_token"
	setConnection      = "ado_pipeline_service_connection_id"
	setAKS             = "use_aks_workload_identity"
	setMSI             = "use_msi"
	setMSIEndpoint     = "msi_endpoint"
	setCLI             = "use_cli"
	setEnvironment     = "environment"
	setJustification   = "approval_justification"
	setEndpoints       = "endpoints"
)

// The variables that AKS puts into a pod: with the first, there is a workload identity.
const (
	variableFederatedFile = "AZURE_FEDERATED_TOKEN_FILE"
	variableAuthorityHost = "AZURE_AUTHORITY_HOST"
	variableMetadataHost  = "ARM_METADATA_HOSTNAME"
)

// settingKind is what a setting holds.
type settingKind int

const (
	plainText  settingKind = iota
	secretText             // never in a message
	flag                   // true or false
)

// setting is one argument of the block `microsoft`, and the environment
// variables that have it where the block does not: as the azurerm and azuread
// providers and azidentity read them. This table is what the schema says, what
// Configure reads, and how credentials are noticed that nobody chose.
type setting struct {
	name      string
	kind      settingKind
	about     string
	variables []string // the first that is not empty counts
}

// microsoftSettings are in the order of the documentation.
func microsoftSettings() []setting {
	return []setting{
		{setTenant, plainText, "The tenant: its GUID or one of its domains.", []string{"ARM_TENANT_ID", "AZURE_TENANT_ID"}},
		{setClient, plainText, "The application, or a user-assigned managed identity, by its client ID.", []string{"ARM_CLIENT_ID", "AZURE_CLIENT_ID"}},
		{setClientFile, plainText, "A file that has the client ID.", []string{"ARM_CLIENT_ID_FILE_PATH"}},
		{setSecret, secretText, "The application's secret.", []string{"ARM_CLIENT_SECRET", "AZURE_CLIENT_SECRET"}},
		{setSecretFile, plainText, "A file that has the application's secret.", []string{"ARM_CLIENT_SECRET_FILE_PATH"}},
		{setCertificate, secretText, "The application's certificate with its key, PKCS#12 or PEM in base64.", []string{"ARM_CLIENT_CERTIFICATE"}},
		{setCertificateFile, plainText, "A file with the application's certificate and key, PKCS#12 or PEM.", []string{"ARM_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PATH"}},
		{setCertificatePass, secretText, "The certificate's password.", []string{"ARM_CLIENT_CERTIFICATE_PASSWORD", "AZURE_CLIENT_CERTIFICATE_PASSWORD"}},
		{setOIDC, flag, "Sign in with a federated token (OpenID Connect): `oidc_token`, `oidc_token_file_path`, or one that the pipeline is asked for.", []string{"ARM_USE_OIDC"}},
		{setOIDCToken, secretText, "The federated token.", []string{"ARM_OIDC_TOKEN"}},
		{setOIDCTokenFile, plainText, "A file with the federated token, read for each sign-in.", []string{"ARM_OIDC_TOKEN_FILE_PATH"}},
		{setOIDCURL, plainText, "Where to ask for the federated token. GitHub Actions and Azure Pipelines set it.", []string{"ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL", "SYSTEM_OIDCREQUESTURI"}},
		{setOIDCRequest, secretText, "With which token to ask for it. GitHub Actions and Azure Pipelines set it.", []string{"ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_ACCESSTOKEN"}},
		{setConnection, plainText, "The service connection of Azure Pipelines whose token is asked for.", []string{"ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID"}},
		{setAKS, flag, "Sign in with the workload identity of a pod in AKS, from the variables `AZURE_*` that AKS sets; `" + variableFederatedFile + "` alone says so too.", []string{"ARM_USE_AKS_WORKLOAD_IDENTITY"}},
		{setMSI, flag, "Sign in with the managed identity of the machine; `client_id` names one of several.", []string{"ARM_USE_MSI"}},
		{setMSIEndpoint, plainText, "Where the machine's managed identity is asked for tokens, where that is not found by itself.", []string{"ARM_MSI_ENDPOINT"}},
		{setCLI, flag, "Sign in with the Azure CLI. Its tokens do for Azure and for directory roles; Intune refuses them.", []string{"ARM_USE_CLI"}},
		{setEnvironment, plainText, "Microsoft's cloud: `public`, `usgovernment` or `china`. Default `public`.", []string{"ARM_ENVIRONMENT"}},
		{setJustification, plainText, "What the approvers read, in a tenant where changes of Intune roles need the approval of a second administrator. Default: what is changed.", nil},
	}
}

// credentialVariable reports whether a variable of the setting tells that
// somebody means a tenant of Microsoft's: GitHub and Azure Pipelines set theirs
// in every job, and a cloud alone is no tenant.
func (s setting) credentialVariable(name string) bool {
	return s.name != setEnvironment && (strings.HasPrefix(name, "ARM_") || strings.HasPrefix(name, "AZURE_"))
}

// credentials says where Microsoft credentials were found; "" if nowhere.
func (c configuration) credentials() string {
	if !c.model.Microsoft.IsNull() {
		return "The block `microsoft` names a Microsoft tenant"
	}
	around := func(name string) string { return "The environment variable " + name + " names Microsoft credentials" }
	for _, s := range microsoftSettings() {
		for _, name := range s.variables {
			value := os.Getenv(name)
			if yes, err := strconv.ParseBool(value); s.kind == flag && err == nil && !yes {
				continue
			}
			if value != "" && s.credentialVariable(name) {
				return around(name)
			}
		}
	}
	if os.Getenv(variableFederatedFile) != "" {
		return around(variableFederatedFile)
	}
	return ""
}

// microsoftAttributes is the schema of the block.
func microsoftAttributes() map[string]schema.Attribute {
	all := map[string]schema.Attribute{}
	for _, s := range microsoftSettings() {
		about := s.about
		if len(s.variables) > 0 {
			about += " Also from `" + strings.Join(s.variables, "`, `") + "`."
		}
		switch {
		case s.kind == flag:
			all[s.name] = schema.BoolAttribute{MarkdownDescription: about, Optional: true}
		case s.name == setEnvironment:
			all[s.name] = schema.StringAttribute{MarkdownDescription: about, Optional: true, Validators: []validator.String{
				framework.OneOf("Unknown environment", string(rbac.PublicCloud), string(rbac.USGovernment), string(rbac.ChinaCloud)),
			}}
		default:
			all[s.name] = schema.StringAttribute{MarkdownDescription: about, Optional: true, Sensitive: s.kind == secretText}
		}
	}
	endpoint := func(about string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: about + " An absolute `https` URL.", Optional: true}
	}
	all[setEndpoints] = schema.SingleNestedAttribute{
		MarkdownDescription: "Other endpoints than those of the environment: the emulator, a proxy, a private cloud. `" + variableMetadataHost + "` is not read.", Optional: true,
		Attributes: map[string]schema.Attribute{
			"resource_manager": endpoint("Azure Resource Manager."),
			"graph":            endpoint("Microsoft Graph, without a version."),
			"authority":        endpoint("The sign-in service, without a tenant. Also from `" + variableAuthorityHost + "`."),
		},
	}
	return all
}
