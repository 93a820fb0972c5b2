// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package azure has Azure RBAC as plain values: scopes, action patterns, role
// definitions, role assignments, the rules that hold for them, and the
// interface of the control plane that keeps them. It is pure: it knows neither
// Terraform nor HTTP.
package azure
