// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package reference is a tenant of its own: it behaves as Azure RBAC, Microsoft
// Entra role management and Intune RBAC are documented to, and keeps its objects
// in SQLite, in memory or in one file. Every operation is one transaction;
// several processes may use a file at once, and one that dies loses nothing that
// it had been told was done.
//
// The columns of the file are plain: a person with sqlite3 may read and change
// them, and the next read shows the change. Names, scopes and IDs are therefore
// compared by the collation NOCASE of their own column, so that no key can go
// stale; it folds ASCII letters only, so wherever other letters may differ in
// casing, the comparison is done in Go as well.
package reference
