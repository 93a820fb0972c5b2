// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package backend is the world that the provider manages, whichever it is: the
// embedded reference tenant or Microsoft's cloud.
package backend

import (
	"context"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
)

// Backend is one tenant seen through the interfaces of its three systems. All
// are safe for use by several goroutines at once.
type Backend struct {
	Azure  azure.Authorization
	Entra  entra.Directory
	Intune intune.DeviceManagement
	// Catalog tells which permissions the tenant itself knows; nil where it
	// knows no others than the embedded catalog, as an embedded tenant.
	Catalog Catalog
}

// Catalog asks a tenant which permissions there are. Every call asks anew: the
// caller keeps what it got. The lists are whole, in no particular order, and
// may name a permission twice. Errors are *rbac.Error as of any other read:
// rbac.Forbidden where the caller may not ask, rbac.Unavailable where nobody
// answers.
type Catalog interface {
	// AzureOperations are the operations of all resource providers.
	AzureOperations(ctx context.Context) ([]azure.Operation, error)
	// EntraPermissions are the resource actions of directory roles.
	EntraPermissions(ctx context.Context) ([]entra.Permission, error)
	// IntunePermissions are the resource operations of Intune.
	IntunePermissions(ctx context.Context) ([]intune.Permission, error)
}
