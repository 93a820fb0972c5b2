// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Command noop is the provider that a benchmark compares with: it has the same
// resources with the same attributes, so that one configuration and one state
// do for both, but no validators, no plan modifiers and no identity, and its Read returns
// state as it came. What it costs is what Terraform and the plugin framework cost.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	rbac "github.com/rolewright/terraform-provider-rbac/internal/provider"
)

func main() {
	err := providerserver.Serve(context.Background(), func() provider.Provider { return noopProvider{rbac.New("noop")()} }, providerserver.ServeOpts{
		Address: "registry.terraform.io/rolewright/rbac",
	})
	if err != nil {
		log.Fatal(err)
	}
}

// noopProvider is the provider without its tenant.
type noopProvider struct{ provider.Provider }

func (noopProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (p noopProvider) Resources(ctx context.Context) []func() resource.Resource {
	var out []func() resource.Resource
	for _, create := range p.Provider.Resources(ctx) {
		out = append(out, func() resource.Resource { return noopResource{create()} })
	}
	return out
}

// noopResource is a resource that does nothing. It embeds the interface that
// has only the basic methods, so that the framework sees none of the others.
type noopResource struct{ resource.Resource }

func (r noopResource) Schema(ctx context.Context, req resource.SchemaRequest, resp *resource.SchemaResponse) {
	r.Resource.Schema(ctx, req, resp)
	for name, a := range resp.Schema.Attributes {
		resp.Schema.Attributes[name] = bare(a)
	}
}

// bare is an attribute without validators and plan modifiers.
func bare(a schema.Attribute) schema.Attribute {
	switch a := a.(type) {
	case schema.StringAttribute:
		a.Validators, a.PlanModifiers = nil, nil
		return a
	case schema.BoolAttribute:
		a.Validators, a.PlanModifiers = nil, nil
		return a
	case schema.SetAttribute:
		a.Validators, a.PlanModifiers = nil, nil
		return a
	case schema.SingleNestedAttribute:
		a.Validators, a.PlanModifiers = nil, nil
		for name, part := range a.Attributes {
			a.Attributes[name] = bare(part)
		}
		return a
	default:
		return a
	}
}

// Read returns state as it came, which is what the framework has put into the
// response.
func (noopResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}
