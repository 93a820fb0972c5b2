// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package bench measures the provider as its users do: with real Terraform,
// beside a provider whose Read does nothing.
package bench
