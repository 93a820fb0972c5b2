// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
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

// NewCredential makes the credential for the tenant of o, which is asked for
// nothing but TenantID, Cloud, Endpoints and Transport. Nothing is read and
// nothing requested before the first token. Invalid: nothing to sign in with, or
// something that is missing beside it; Field is the argument of the provider's
// microsoft block that is at fault.
func NewCredential(k Credentials, o Options) (azcore.TokenCredential, error) {
	return azidentity.NewClientSecretCredential(o.TenantID, k.ClientID, k.ClientSecret, nil)
}
