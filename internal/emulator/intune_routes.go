// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

// intuneRoutes are the routes of Graph below /deviceManagement.
func intuneRoutes() []route {
	return []route{}
}
