// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package wire has the JSON documents of Azure Resource Manager and Microsoft
// Graph that are about roles, the error bodies of both, and the way from each to
// the values of the domain and back.
//
// Writing is exact: members stand in the order in which the services write them,
// and what they write as null is null. Reading is lenient: members that are not
// known here are ignored, names of members match in any casing, and a missing
// list is an empty one. A value that can't be one of the domain is an
// *rbac.Error that names it.
package wire
