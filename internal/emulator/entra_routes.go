// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

// entraRoutes are the routes of Graph below /roleManagement and /directoryRoles.
func entraRoutes() []route {
	return []route{}
}
