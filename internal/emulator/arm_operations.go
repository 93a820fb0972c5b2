// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// operationsByProvider are the documents of all providers, made on first use:
// they are large and always the same.
type operationsByProvider struct {
	once sync.Once
	docs []wire.AzureProvider
}

func (o *operationsByProvider) all(catalog Catalog) []wire.AzureProvider {
	o.once.Do(func() {
		for _, p := range catalog.AzureProviders() {
			o.docs = append(o.docs, providerDocument(p))
		}
	})
	return o.docs
}

// providerDocument sorts the operations of a provider by resource type.
func providerDocument(p AzureProvider) wire.AzureProvider {
	d := wire.AzureProvider{
		ID: "/providers/" + wire.AzureProviderType + "/" + p.Namespace, Type: wire.AzureProviderType, Name: p.Namespace, DisplayName: p.DisplayName,
	}
	at := map[string]int{} // folded name of a resource type → its place in the document
	for _, o := range p.Operations {
		doc := wire.AzureOperation{Name: o.Name, DisplayName: wire.Text(o.Description), Description: wire.Text(o.Description), IsDataAction: wire.Flag(o.Data)}
		name := resourceType(o.Name)
		if name == "" {
			d.Operations = append(d.Operations, doc)
			continue
		}
		i, known := at[rbac.Fold(name)]
		if !known {
			i = len(d.ResourceTypes)
			at[rbac.Fold(name)] = i
			d.ResourceTypes = append(d.ResourceTypes, wire.AzureResourceType{Name: name, DisplayName: name})
		}
		d.ResourceTypes[i].Operations = append(d.ResourceTypes[i].Operations, doc)
	}
	return d
}

// resourceType is what an operation is about: what stands between the provider
// and the verb, which is one segment or, before "/action", two. It is empty for
// what a provider does as a whole, such as registering.
func resourceType(operation string) string {
	parts := strings.Split(operation, "/")
	verb := 1
	if strings.EqualFold(parts[len(parts)-1], "action") {
		verb = 2
	}
	return strings.Join(parts[1:max(1, len(parts)-verb)], "/")
}

// expandedProvider is the document as asked for: without $expand=resourceTypes it has
// only the operations of the provider itself.
func expandedProvider(c *call, d wire.AzureProvider) wire.AzureProvider {
	if !strings.EqualFold(c.option("$expand"), "resourceTypes") {
		d.ResourceTypes = nil
	}
	return d
}

func (a *arm) listOperations(_ context.Context, c *call) (reply, error) {
	page, next, err := paged(c, a.operations.all(c.catalog))
	if err != nil {
		return reply{}, err
	}
	out := wire.Page[wire.AzureProvider]{NextLink: next}
	for _, d := range page {
		out.Value = append(out.Value, expandedProvider(c, d))
	}
	return reply{body: out}, nil
}

func (a *arm) getOperations(_ context.Context, c *call) (reply, error) {
	name := c.param("namespace")
	docs := a.operations.all(c.catalog)
	i := slices.IndexFunc(docs, func(d wire.AzureProvider) bool { return strings.EqualFold(d.Name, name) })
	if i < 0 {
		return reply{}, refuse(http.StatusNotFound, wire.CodeResourceNotFound, fmt.Sprintf("The provider '%s' was not found.", name))
	}
	return reply{body: expandedProvider(c, docs[i])}, nil
}

// provider is a resource provider as a subscription has it: registered, so that
// no client waits for it. Which types and places it has is not known here.
type provider struct {
	ID                 string                     `json:"id"`
	Namespace          string                     `json:"namespace"`
	RegistrationPolicy string                     `json:"registrationPolicy"`
	ResourceTypes      wire.List[registeredTypes] `json:"resourceTypes"`
	RegistrationState  string                     `json:"registrationState"`
}

type registeredTypes struct{}

func providerIn(subscription, namespace string) provider {
	return provider{ID: subscription + "/providers/" + namespace, Namespace: namespace, RegistrationPolicy: "RegistrationRequired", RegistrationState: "Registered"}
}

func (a *arm) listProviders(_ context.Context, c *call) (reply, error) {
	sub, err := c.subscription(c.param("subscription"))
	if err != nil {
		return reply{}, err
	}
	page, next, err := paged(c, a.operations.all(c.catalog))
	if err != nil {
		return reply{}, err
	}
	out := wire.Page[provider]{NextLink: next}
	for _, d := range page {
		out.Value = append(out.Value, providerIn(sub.ID(), d.Name))
	}
	return reply{body: out}, nil
}

func (a *arm) getProvider(_ context.Context, c *call) (reply, error) {
	sub, err := c.subscription(c.param("subscription"))
	if err != nil {
		return reply{}, err
	}
	name := c.param("namespace")
	for _, d := range a.operations.all(c.catalog) {
		if strings.EqualFold(d.Name, name) {
			return reply{body: providerIn(sub.ID(), d.Name)}, nil
		}
	}
	return reply{}, refuse(http.StatusNotFound, "InvalidResourceNamespace", fmt.Sprintf("The resource namespace '%s' is invalid.", name))
}
