// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package microsoft is a tenant in one of Microsoft's clouds as a backend:
// Azure RBAC through Azure Resource Manager, Microsoft Entra and Intune through
// Microsoft Graph.
//
// The core is one file per concern: cloud.go (which hosts), auth.go (as whom),
// token.go (the tokens of a run), client.go (one request), retry.go and throttle.go
// (when and how often), paging.go, coalesce.go (many reads become few), settle.go (a
// write ends when reads show it), once.go (a POST that may have been carried out),
// approval.go, errors.go, secrets.go and catalog.go. The files azure_*, entra_* and
// intune_* translate the interfaces of the three systems into requests, and know
// nothing of the rest.
package microsoft

import (
	"context"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Options say which tenant to talk to, and how.
type Options struct {
	// TenantID is the tenant's GUID or one of its domains.
	TenantID string
	// Cloud is where the tenant is; empty means the public cloud.
	Cloud rbac.Cloud
	// Endpoints replace the cloud's own: for the emulator, proxies, private clouds.
	Endpoints Endpoints
	// Credential gives the tokens. See NewCredential.
	Credential azcore.TokenCredential
	// Transport carries the requests. Nil is http.DefaultTransport's settings:
	// the proxy of the environment and the system's certificate authorities.
	Transport http.RoundTripper
	// UserAgent names the client to the services.
	UserAgent string
	// ApprovalJustification is what the approvers of a tenant with Multi-Admin
	// Approval read. Empty: what is written, and with what.
	ApprovalJustification string
	// Log takes one line per request and one per wait; nil drops them. No field
	// ever has a token or a secret.
	Log func(ctx context.Context, message string, fields map[string]any)
}

// Tenant is a tenant in Microsoft's cloud. It is safe for use by several
// goroutines at once. Nothing is requested before the first call.
type Tenant struct {
	client *client
	azure  *azureAuthorization
	entra  *entraDirectory
	intune *intuneManagement
}

// New makes the client of one tenant. Invalid: an endpoint that is none, or a
// cloud that does not exist.
func New(o Options) (*Tenant, error) {
	c, err := newClient(o)
	if err != nil {
		return nil, err
	}
	directory := newEntraDirectory(c)
	return &Tenant{
		client: c,
		azure:  newAzureAuthorization(c),
		entra:  directory,
		intune: newIntuneManagement(c, directory),
	}, nil
}

// Backend returns the tenant through the interfaces of the three systems.
func (t *Tenant) Backend() backend.Backend {
	return backend.Backend{Azure: t.azure, Entra: t.entra, Intune: t.intune, Catalog: liveCatalog{t.client}}
}
