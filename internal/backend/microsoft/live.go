// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// liveCatalog is Operations as a backend tells it.
type liveCatalog struct{ t *Tenant }

var _ backend.Catalog = liveCatalog{}

func (c liveCatalog) AzureOperations(ctx context.Context) ([]azure.Operation, error) {
	return listed(ctx, c.t, rbac.Azure, func(o Operation) azure.Operation { return azure.Operation{Name: o.Name, Data: o.DataAction} })
}

func (c liveCatalog) EntraPermissions(ctx context.Context) ([]entra.Permission, error) {
	return listed(ctx, c.t, rbac.Entra, func(o Operation) entra.Permission { return entra.Permission{Name: o.Name} })
}

func (c liveCatalog) IntunePermissions(ctx context.Context) ([]intune.Permission, error) {
	return listed(ctx, c.t, rbac.Intune, func(o Operation) intune.Permission {
		return intune.Permission{Action: o.Name, Resource: o.Resource, Name: o.Action}
	})
}

func listed[T any](ctx context.Context, t *Tenant, system rbac.System, as func(Operation) T) ([]T, error) {
	operations, err := t.Operations(ctx, system)
	if err != nil {
		return nil, err
	}
	out := make([]T, len(operations))
	for i, o := range operations {
		out[i] = as(o)
	}
	return out, nil
}
