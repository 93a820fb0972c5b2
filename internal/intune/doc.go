// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package intune has Intune RBAC as plain values: role definitions, role
// assignments, scope tags, the rules that hold for them, and the interface of
// the service that keeps them. It is pure: it knows neither Terraform nor HTTP.
package intune
