// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package rbac

import "slices"

//go:generate go run ../rulespage ../../templates/guides/validation-rules.md.tmpl

// Severity is what a broken rule does to a plan.
type Severity string

// The severities, as they are spelled in configuration.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityOff     Severity = "off"
)

// Rule is what is known about one rule apart from the function that checks it.
type Rule struct {
	Name     string // such as azure_assignable_scopes_max
	System   System
	Severity Severity // unless the configuration says otherwise
	Summary  string   // the fixed headline: sentence case, no values
	Means    string   // what holds when the rule is kept, as a sentence
	Remedy   string   // what to do when it is not, as a sentence
	Tenant   bool     // whether the tenant or the rest of the plan is asked, so that validate alone can't decide
	Limit    *Limit   // the number that the rule is about, if there is one
	Source   string   // the page that documents it
	Code     string   // what the service answers when the rule is broken, where that is known
}

// Broken makes a violation of the rule.
func (r Rule) Broken(field, value, message string) Violation {
	return Violation{Rule: r, Field: field, Value: value, Message: message}
}

// Violation is one broken rule in one value.
type Violation struct {
	Rule  Rule
	Field string // the domain field at fault in snake case, such as assignable_scopes
	Value string // the offending value or element; empty when the whole field is meant
	// Element says that Field is a set of strings and Value an element of it.
	Element bool
	// Severity is what this violation does where it differs from the rule's own
	// severity: a rule that is an error when it is certain may warn when it is
	// doubtful. Empty is the rule's own.
	Severity Severity
	// Existing is the ID of the object that is in the way, where it could be
	// imported instead.
	Existing string
	// Message says what is so, the rule, and what to do, in whole sentences.
	Message string
}

// Grave is what the violation does unless the configuration says otherwise.
func (v Violation) Grave() Severity {
	if v.Severity != "" {
		return v.Severity
	}
	return v.Rule.Severity
}

// Elements marks those of vs that are about an element of one of the fields,
// which are sets of strings, and returns vs.
func Elements(vs []Violation, fields ...string) []Violation {
	for i, v := range vs {
		vs[i].Element = v.Element || v.Value != "" && slices.Contains(fields, v.Field)
	}
	return vs
}

// Err turns a violation into the error with which a backend refuses the value.
func (v Violation) Err() *Error {
	return &Error{
		Kind: Invalid, System: v.Rule.System, Code: v.Rule.Code, Message: v.Message,
		Field: v.Field, Rule: v.Rule.Name, Source: v.Rule.Source, Existing: v.Existing,
	}
}

// FirstError returns the first violation of severity error as an error, or nil.
func FirstError(vs []Violation) error {
	for _, v := range vs {
		if v.Grave() == SeverityError {
			return v.Err()
		}
	}
	return nil
}

// IfNewer says what to do about a permission that is not in the catalog of a
// date such as "2026-08" and may be right all the same. It begins with a blank.
// Without a date, the plan will ask the tenant, and nothing has to be done.
func IfNewer(date string) string {
	if date == "" {
		return " It is not in the catalog of the provider; the plan asks the tenant for it."
	}
	return " If it is newer than the catalog of " + date + `, set validation.catalog = "warning" or "off".`
}
