// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

// objectRoutes are the routes of directory objects: users, groups, service principals, administrative units.
func objectRoutes() []route {
	return []route{}
}
