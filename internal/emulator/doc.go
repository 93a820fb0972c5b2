// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package emulator serves a tenant in the wire formats of Azure Resource
// Manager and Microsoft Graph, as one http.Handler over any backend.
//
// A request goes through one pipeline, whether it came over the network, through
// the RoundTripper or inside of a $batch: log, latency, faults, rate limits,
// token, route, handler, envelope. Handlers know none of it: they are functions
// from a call to a reply, registered in the tables of arm_routes.go,
// entra_routes.go, intune_routes.go and objects_routes.go.
package emulator
