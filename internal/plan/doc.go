// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package plan is the ledger of one run: what the tenant will hold when the
// plan has been applied. Resources enter what they read, plan and write; rules
// ask for the world after the plan: which names are taken, what points to a
// role, how much of a limit is used.
//
// Terraform calls a provider concurrently, in no promised order, and again
// while applying. So entries are made under the object's identity, where
// entering twice counts once; and a rule that finds something wrong is asked
// again as long as other calls are under way that may put it right (see Check).
//
// The tenant itself is read at most once per collection, when a rule first
// needs it; own writes are entered as they happen.
package plan
