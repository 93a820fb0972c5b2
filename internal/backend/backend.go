// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package backend is the world that the provider manages, whichever it is: the
// embedded reference tenant or Microsoft's cloud.
package backend

import (
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
}
