// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"net/http"
	"net/url"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

var _ backend.Catalog = liveCatalog{}

// liveCatalog asks the services which permissions there are now.
type liveCatalog struct{ client *client }

// AzureOperations is backend.Catalog.AzureOperations.
// https://learn.microsoft.com/rest/api/authorization/provider-operations-metadata/list
func (k liveCatalog) AzureOperations(ctx context.Context) ([]azure.Operation, error) {
	providers, err := pages[wire.AzureProvider](ctx, k.client, request{
		System: rbac.Azure, Method: http.MethodGet, Path: "/providers/Microsoft.Authorization/providerOperations",
		Query: url.Values{"api-version": {"2022-04-01"}, "$expand": {"resourceTypes"}}, Needs: needsAzureOperations,
	})
	if err != nil {
		return nil, err
	}
	var out []azure.Operation
	add := func(operations []wire.AzureOperation) {
		for _, o := range operations {
			out = append(out, azure.Operation{Name: o.Name, Data: bool(o.IsDataAction)})
		}
	}
	for _, p := range providers {
		add(p.Operations)
		for _, t := range p.ResourceTypes {
			add(t.Operations)
		}
	}
	return out, nil
}

// EntraPermissions is backend.Catalog.EntraPermissions: those of the namespace
// microsoft.directory, outside of which custom roles can't reach.
// https://learn.microsoft.com/graph/api/unifiedrbacresourcenamespace-list-resourceactions
func (k liveCatalog) EntraPermissions(ctx context.Context) ([]entra.Permission, error) {
	actions, err := pages[wire.EntraResourceAction](ctx, k.client, request{
		System: rbac.Entra, Method: http.MethodGet,
		Path:  "/beta/roleManagement/directory/resourceNamespaces/microsoft.directory/resourceActions",
		Needs: needsEntraRead,
	})
	if err != nil {
		return nil, err
	}
	out := make([]entra.Permission, len(actions))
	for i, a := range actions {
		out[i] = entra.Permission{Name: a.Name}
	}
	return out, nil
}

// IntunePermissions is backend.Catalog.IntunePermissions.
// https://learn.microsoft.com/graph/api/intune-rbac-resourceoperation-list
func (k liveCatalog) IntunePermissions(ctx context.Context) ([]intune.Permission, error) {
	operations, err := pages[wire.IntuneResourceOperation](ctx, k.client, request{
		System: rbac.Intune, Method: http.MethodGet, Path: "/beta/deviceManagement/resourceOperations", Needs: needsIntuneRead,
	})
	if err != nil {
		return nil, err
	}
	out := make([]intune.Permission, len(operations))
	for i, o := range operations {
		out[i] = intune.Permission{Action: o.ID, Resource: o.ResourceName, Name: o.ActionName}
	}
	return out, nil
}
