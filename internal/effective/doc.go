// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package effective answers what a principal may do, and because of what. It is
// given the roles, assignments and memberships of a tenant and asks nobody.
//
// Nothing is guessed: what can't be decided from what is given (a condition, a
// group that can't be read, a role that is not known) is NotEvaluated with a
// sentence that says why, and never Allowed or NotAllowed.
//
// What a principal may do by other ways than role assignments is not part of an
// answer: default rights of users, ownership of applications and groups, roles
// that are eligible and not activated.
package effective
