// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

// armRoutes are the routes of Azure Resource Manager.
func armRoutes() []route {
	return []route{}
}
