// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package rbac

import (
	"errors"
	"strings"
)

// Kind says what an error means to a caller, whatever the service called it.
type Kind int

// The kinds of errors. Callers decide by kind and show the rest.
const (
	// Unknown is an error that no other kind fits.
	Unknown Kind = iota
	// Invalid is a value that the service would refuse whoever sends it.
	Invalid
	// NotFound is an object that does not exist.
	NotFound
	// Exists is a natural key or an ID that another object holds.
	Exists
	// InUse is an object that can't be deleted or changed because others point to it.
	InUse
	// Immutable is a change of something that can't be changed, such as a built-in role.
	Immutable
	// LimitExceeded is a quota that is full.
	LimitExceeded
	// PrincipalNotFound is a principal that the directory does not know.
	PrincipalNotFound
	// ScopeNotFound is a scope (subscription, management group, administrative unit) that does not exist.
	ScopeNotFound
	// Forbidden is a caller without the permission. It never means that the object is gone.
	Forbidden
	// Unauthenticated is a missing or refused credential.
	Unauthenticated
	// Unavailable is a service or a store that can't answer now: a later try may succeed.
	Unavailable
	// Unsupported is something that this backend does not do.
	Unsupported
)

// Error is every error that leaves a backend or a domain package. Message is
// one or more whole sentences for a person, without the code.
type Error struct {
	Kind     Kind
	System   System
	Code     string // the service's own code, such as RoleDefinitionHasAssignments
	Message  string
	Field    string // the domain field at fault in snake case, such as assignable_scopes; empty if none
	Rule     string // the name of the rule that was broken; empty if none
	Existing string // for Exists and InUse: the ID of the object that is in the way
	// RequestID is the service's ID of the request, for a support case.
	RequestID string
	// Source is the page that documents the behaviour.
	Source string
	Err    error // the cause, if there is one
}

// Error returns the message and, where there is one, the service's code.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Message)
	if e.Code != "" {
		b.WriteString(" (")
		b.WriteString(e.Code)
		b.WriteString(")")
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of err, Unknown for errors that are none of ours.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Unknown
}

// IsNotFound reports whether err says that the object asked for does not exist.
func IsNotFound(err error) bool { return KindOf(err) == NotFound }
