// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package sdk tests the emulator with Microsoft's own client for Azure RBAC,
// armauthorization with azidentity. It is a module of its own, so that the
// provider does not depend on that client.
package sdk
