// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package framework adapts the domain to terraform-plugin-framework: errors
// and violations become diagnostics, values become attributes, and the steps
// that every resource takes stand here once. It knows none of the three
// systems; what differs between them is passed in as functions.
//
// Null, unknown and empty. Every optional attribute is one of three kinds:
//
//   - plain: the schema has a default (OptionalString, OptionalSet). Leaving it
//     out and writing the default are the same, and state always holds a value,
//     so that create, update and import agree.
//   - not managed: optional and computed without a default (UnmanagedSet).
//     Leaving it out keeps what the service has and never shows as drift; an
//     empty set empties it.
//   - refuses empty: a string that means nothing when empty; "" is an error
//     that says to leave it out.
//
// Unknown values never reach a backend: computed ones are the backend's answer,
// and anything else that is unknown at apply is refused by Create and Update.
package framework
