// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package provider is the Terraform provider: its configuration and, one file
// each, its resources, data sources and functions.
package provider

import (
	"context"
	"net/http"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var _ provider.ProviderWithValidateConfig = (*rbacProvider)(nil)

// Option changes how a provider is made.
type Option func(*rbacProvider)

// WithMemory gives the provider the tenant that it uses for backend = "memory",
// so that a test can look into it and share it between provider instances.
func WithMemory(b backend.Backend) Option {
	return func(p *rbacProvider) { p.memory = &b }
}

// New returns the constructor of the provider.
func New(version string, options ...Option) func() provider.Provider {
	return func() provider.Provider {
		p := &rbacProvider{version: version}
		for _, o := range options {
			o(p)
		}
		return p
	}
}

// WithMicrosoft gives the provider what carries the requests of backend =
// "microsoft", those for tokens included, so that a test needs no network.
func WithMicrosoft(transport http.RoundTripper) Option {
	return func(p *rbacProvider) { p.transport = transport }
}

type rbacProvider struct {
	version   string
	memory    *backend.Backend
	transport http.RoundTripper // nil for the network

	validated atomic.Pointer[Data] // from the latest ValidateConfig, without a tenant
}

func (p *rbacProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName, resp.Version = "rbac", p.version
}

func (p *rbacProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: description, Optional: true}
	}
	backendNames := text("Which tenant to manage: `local` (the embedded tenant in one file), `memory` (the embedded tenant for as long as the provider process lives) " +
		"or `microsoft` (Azure Resource Manager and Microsoft Graph). Also from `RBAC_BACKEND`. Default `local`, unless Microsoft credentials are at hand: then it must be said.")
	backendNames.Validators = []validator.String{framework.OneOf("Unknown backend", backendLocal, backendMemory, backendMicrosoft)}
	catalogMode := text("What a permission that the catalog does not know is: `error`, `warning` or `off`.")
	catalogMode.Validators = []validator.String{framework.OneOf("Unknown severity", severities()...)}

	resp.Schema = schema.Schema{
		MarkdownDescription: "Custom roles, role assignments and scope tags of Azure RBAC, Microsoft Entra directory roles and Intune RBAC.",
		Attributes: map[string]schema.Attribute{
			"backend": backendNames,
			"local": schema.SingleNestedAttribute{
				MarkdownDescription: "The embedded tenant in a file.", Optional: true,
				Attributes: map[string]schema.Attribute{
					"path":      text("The tenant file, made when it is missing. Default `" + defaultTenantFile + "` in the working directory."),
					"directory": text("A JSON file of who exists: users, groups, service principals, administrative units, subscriptions. Without it, every well-formed ID exists."),
				},
			},
			"microsoft": schema.SingleNestedAttribute{
				MarkdownDescription: "Access to Microsoft's cloud. What is set here counts, then environment variables, those that start with `ARM_` first. " +
					"One kind of credential is chosen: the one that is set here, else the first that the environment has of a certificate, a secret, a federated token, " +
					"the workload identity of AKS, a managed identity and the Azure CLI. None is tried after another.", Optional: true,
				Attributes: microsoftAttributes(),
			},
			"validation": schema.SingleNestedAttribute{
				MarkdownDescription: "How strictly a plan is checked.", Optional: true,
				Attributes: map[string]schema.Attribute{
					"catalog": catalogMode,
					"rules": schema.MapAttribute{
						MarkdownDescription: "Severities by rule name: `error`, `warning` or `off`.", ElementType: types.StringType, Optional: true, // ValidateConfig checks the values
					},
				},
			},
			"limits": schema.MapAttribute{
				MarkdownDescription: "Limits of a tenant whose quota differs from the documented one, by name, such as `{ azure_custom_roles_per_tenant = 8000 }`.",
				ElementType:         types.NumberType, Optional: true, // no Int64: its error for 1.5 is one for developers
			},
		},
	}
}

func severities() []string {
	return []string{string(rbac.SeverityError), string(rbac.SeverityWarning), string(rbac.SeverityOff)}
}

func (p *rbacProvider) Resources(context.Context) []func() resource.Resource {
	all := []func() resource.Resource{
		newAzureCustomRole, newAzureRoleAssignment,
		newEntraCustomRole, newEntraRoleAssignment,
		newIntuneCustomRole, newIntuneRoleAssignment, newIntuneScopeTag,
	}
	for i, plain := range all {
		all[i] = func() resource.Resource {
			r := plain()
			if v, ok := r.(interface{ validateWith(*Data) }); ok {
				v.validateWith(p.validated.Load())
			}
			return r
		}
	}
	return all
}

func (p *rbacProvider) DataSources(context.Context) []func() datasource.DataSource {
	return dataSources()
}
