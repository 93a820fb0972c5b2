// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

// Endpoints are absolute https URLs; a trailing slash does not matter.
type Endpoints struct {
	ResourceManager string // of Azure Resource Manager
	Graph           string // of Microsoft Graph, without a version
	Authority       string // of the sign-in service, without a tenant
}
