// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// Operation is one permission as the service tells it now.
type Operation struct {
	Name        string // as roles spell it: Microsoft.Compute/virtualMachines/read
	Description string
	// DataAction says that an Azure operation belongs in data_actions.
	DataAction bool
	// Privileged says that Entra counts the action among the privileged ones.
	Privileged bool
	// Resource and Action are the two words of an Intune operation: Mobile apps, Read.
	Resource string
	Action   string
}

// Operations returns every permission that custom roles of the system can name
// now, sorted by name. It is fetched when it is first asked for, once, and kept for
// the run; so is a failure of the service. Of Entra it is the namespace
// microsoft.directory, outside of which custom roles can't reach.
func (t *Tenant) Operations(ctx context.Context, system rbac.System) ([]Operation, error) {
	switch system {
	case rbac.Azure:
		return t.client.azureOperations.get(ctx, t.client.fetchAzureOperations)
	case rbac.Entra:
		return t.client.entraActions.get(ctx, t.client.fetchEntraActions)
	default:
		return t.client.intuneOperations.get(ctx, t.client.fetchIntuneOperations)
	}
}

func (c *client) fetchAzureOperations(ctx context.Context) ([]Operation, error) {
	providers, err := pages[wire.AzureProvider](ctx, c, request{
		System: rbac.Azure, Method: http.MethodGet, Path: "/providers/Microsoft.Authorization/providerOperations",
		Query: url.Values{"api-version": {"2022-04-01"}, "$expand": {"resourceTypes"}}, Needs: needsAzureOperations,
	})
	var out []Operation
	for _, p := range providers {
		add := func(operations []wire.AzureOperation) {
			for _, o := range operations {
				out = append(out, Operation{Name: o.Name, Description: string(cmp.Or(o.Description, o.DisplayName)), DataAction: bool(o.IsDataAction)})
			}
		}
		add(p.Operations)
		for _, t := range p.ResourceTypes {
			add(t.Operations)
		}
	}
	return operationsByName(out), err
}

func (c *client) fetchEntraActions(ctx context.Context) ([]Operation, error) {
	actions, err := pages[wire.EntraResourceAction](ctx, c, request{
		System: rbac.Entra, Method: http.MethodGet, Path: "/beta/roleManagement/directory/resourceNamespaces/microsoft.directory/resourceActions", Needs: needsEntraRead,
	})
	out := make([]Operation, 0, len(actions))
	for _, a := range actions {
		out = append(out, Operation{Name: a.Name, Description: string(a.Description), Privileged: a.IsPrivileged != nil && bool(*a.IsPrivileged)})
	}
	return operationsByName(out), err
}

func (c *client) fetchIntuneOperations(ctx context.Context) ([]Operation, error) {
	operations, err := pages[wire.IntuneResourceOperation](ctx, c, request{
		System: rbac.Intune, Method: http.MethodGet, Path: "/beta/deviceManagement/resourceOperations", Needs: needsIntuneRead,
	})
	out := make([]Operation, 0, len(operations))
	for _, o := range operations {
		out = append(out, Operation{Name: o.ID, Description: string(o.Description), Resource: o.ResourceName, Action: o.ActionName})
	}
	return operationsByName(out), err
}

// operationsByName sorts operations, and leaves out those that stand twice.
func operationsByName(list []Operation) []Operation {
	slices.SortStableFunc(list, func(a, b Operation) int { return cmp.Compare(rbac.Fold(a.Name), rbac.Fold(b.Name)) })
	return slices.CompactFunc(list, func(a, b Operation) bool {
		return rbac.Fold(a.Name) == rbac.Fold(b.Name) && a.DataAction == b.DataAction
	})
}

// once keeps what a function returned, success or failure. Who asks while it runs
// waits for it; an interrupted run does not count.
type once[V any] struct {
	flight flight[V]

	mu    sync.Mutex
	done  bool
	value V
	err   error
}

func (o *once[V]) get(ctx context.Context, f func(context.Context) (V, error)) (V, error) {
	o.mu.Lock()
	done, value, err := o.done, o.value, o.err
	o.mu.Unlock()
	if done {
		return value, err
	}
	return o.flight.do(ctx, func(ctx context.Context) (V, error) {
		value, err := f(ctx)
		if ctx.Err() == nil {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.done, o.value, o.err = true, value, err
		}
		return value, err
	})
}
