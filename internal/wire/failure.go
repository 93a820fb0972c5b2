// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Failure is what a service said when it refused a request.
type Failure struct {
	Status    int    // the HTTP status
	Code      string // the service's code; empty when the answer had none
	Message   string // for a person; empty when the answer had none
	RequestID string // for a support case
	Inner     string // a second, more precise code, where there is one
}

// ParseFailure reads the body of an answer that is a refusal, of whatever
// service. It never fails: what it can't read is a Failure with the status alone.
func ParseFailure(status int, body []byte) Failure {
	return Failure{Status: status}
}

// ARMFailure is the body of a refusal of Azure Resource Manager.
func ARMFailure(code, message string) []byte { return nil }

// GraphFailure is the body of a refusal of Microsoft Graph.
func GraphFailure(code, message, requestID, clientRequestID string, date time.Time) []byte {
	return nil
}

// IntuneFailure is the body of a refusal of Intune behind Microsoft Graph: its
// message is JSON text of its own.
func IntuneFailure(code, message, requestID, clientRequestID string, date time.Time) []byte {
	return nil
}

// TokenFailure is the body of a refusal of the token endpoint. number is that of
// the AADSTS error.
func TokenFailure(code, message string, number int, traceID, correlationID string, date time.Time) []byte {
	return nil
}

// invalid is the error of a value that is none of what stands in its place.
func invalid(system rbac.System, code, field, value, what string) error {
	return &rbac.Error{Kind: rbac.Invalid, System: system, Code: code, Field: field, Message: quote(value) + " is not " + what + "."}
}
