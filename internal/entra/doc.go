// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package entra has Microsoft Entra directory roles as plain values: role
// definitions, role assignments, their scopes, the rules that hold for them,
// and the interface of the directory that keeps them. It is pure: it knows
// neither Terraform nor HTTP.
package entra
