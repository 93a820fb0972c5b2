// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Failure is what a service said when it refused a request.
type Failure struct {
	Status    int    // the HTTP status
	Code      string // the service's code; empty when the answer had none
	Message   string // for a person; empty when the answer had none
	RequestID string // for a support case, where the body has it
	Inner     string // a second, more precise code, where there is one
}

// failureBody is everything in which a refusal was seen: an object of its own
// below "error" (or, long ago, "odata.error"), the same without anything around
// it, and what the token endpoint answers, where "error" is the code.
type failureBody struct {
	failureText
	Error       json.RawMessage `json:"error"`
	ODataError  json.RawMessage `json:"odata.error"`
	Description string          `json:"error_description"`
	Correlation string          `json:"correlation_id"`
}

// failureText is a code and words under the names that services give them; the
// casing of names does not matter.
type failureText struct {
	Code       loose         `json:"code"`
	ErrorCode  loose         `json:"errorCode"`
	Message    loose         `json:"message"`
	InnerError *failureInner `json:"innerError"`
	Details    []failureText `json:"details"`
}

type failureInner struct {
	Code      loose `json:"code"`
	RequestID loose `json:"request-id"`
}

// loose is a string, or whatever else stands in its place: an object with the
// text in "value" gives that, everything else nothing.
type loose string

// UnmarshalJSON reads text and never fails.
func (l *loose) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		*l = loose(text)
		return nil
	}
	var in struct {
		Value string `json:"value"`
	}
	_ = json.Unmarshal(data, &in) // what is no text is none
	*l = loose(in.Value)
	return nil
}

// ParseFailure reads the body of an answer that is a refusal, of whatever
// service: Azure Resource Manager, Graph, what Graph passes on from Intune and
// from Privileged Identity Management (JSON text inside of the message), the
// token endpoint. It never fails: what it can't read, such as a page for a
// browser, is a Failure with the status alone.
func ParseFailure(status int, body []byte) Failure {
	f := Failure{Status: status}
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if !json.Valid(body) {
		return f
	}
	var b failureBody
	_ = json.Unmarshal(body, &b) // what fits is kept
	text := b.failureText
	for _, raw := range [...]json.RawMessage{b.Error, b.ODataError} {
		var code string
		switch {
		case len(raw) == 0:
		case json.Unmarshal(raw, &code) == nil && code != "":
			return tokenFailure(f, code, b)
		default:
			var inner failureText
			_ = json.Unmarshal(raw, &inner) // what fits is kept
			text = inner
		}
	}
	f.Code, f.Message = cmp.Or(string(text.Code), string(text.ErrorCode)), string(text.Message)
	if in := text.InnerError; in != nil {
		f.RequestID, f.Inner = string(in.RequestID), string(in.Code)
	}
	if f.Inner == "" && len(text.Details) > 0 {
		f.Inner = string(text.Details[0].Code)
	}
	if strings.HasPrefix(strings.TrimSpace(f.Message), "{") {
		var wrapped failureText
		if json.Unmarshal([]byte(f.Message), &wrapped) == nil && wrapped.Message != "" {
			f.Message, f.Inner = string(wrapped.Message), cmp.Or(string(wrapped.ErrorCode), string(wrapped.Code), f.Inner)
		}
	}
	f.Message, f.RequestID = withoutSupport(f.Message, f.RequestID)
	return f
}

// tokenFailure reads what the token endpoint answers. The number of the error,
// such as AADSTS7000215, becomes the inner code.
func tokenFailure(f Failure, code string, b failureBody) Failure {
	f.Code, f.RequestID = code, b.Correlation
	f.Message, _, _ = strings.Cut(b.Description, "\n")
	f.Message, _, _ = strings.Cut(f.Message, " Trace ID:")
	f.Message = strings.TrimSpace(f.Message)
	if number, rest, ok := strings.Cut(f.Message, ": "); ok && strings.HasPrefix(number, "AADSTS") {
		f.Inner, f.Message = number, rest
	}
	return f
}

// withoutSupport takes out of a message what Intune adds for its support: IDs
// and the address of an inner service. The ID of the activity is kept when there
// is no other.
func withoutSupport(message, requestID string) (rest, id string) {
	rest, support, found := strings.Cut(message, " - Operation ID (")
	if found && requestID == "" {
		if _, after, ok := strings.Cut(support, "Activity ID: "); ok {
			activity, _, _ := strings.Cut(after, " ")
			if g, ok := rbac.ParseGUID(activity); ok {
				requestID = g.String()
			}
		}
	}
	return strings.TrimSpace(rest), requestID
}

// Kind is the kind of a refusal by its codes and words or, where they do not
// tell, by its status. A 401 is always a matter of the credential: Intune calls
// it Forbidden in a tenant that was never set up for it.
func (f Failure) Kind() rbac.Kind {
	if f.Status == 401 {
		return rbac.Unauthenticated
	}
	if kind, ok := Known(f.Inner, f.Message); ok && f.Inner != "" {
		return kind
	}
	if kind, ok := Known(f.Code, f.Message); ok {
		return kind
	}
	switch {
	case f.Status == 403:
		return rbac.Forbidden
	case f.Status == 404 && f.Code == "":
		return rbac.Unavailable // no answer of the services: a proxy's, or a wrong endpoint's
	case f.Status == 404 || f.Status == 410:
		return rbac.NotFound
	case f.Status == 408 || f.Status == 429:
		return rbac.Unavailable
	case f.Status == 501:
		return rbac.Unsupported
	case f.Status >= 500:
		return rbac.Unavailable
	case f.Status == 409 || f.Status == 412:
		return rbac.Unknown // with what it conflicts, the status does not tell
	case f.Status >= 400:
		return rbac.Invalid
	default:
		return rbac.Unknown
	}
}

// Err is the error of a refusal: its kind, its code, its words as whole
// sentences, and its request ID. A code that only wraps another gives way to it.
func (f Failure) Err(system rbac.System) *rbac.Error {
	e := &rbac.Error{Kind: f.Kind(), System: system, Code: f.Code, Message: f.Message, RequestID: f.RequestID}
	if f.Inner != "" && (e.Code == "" || strings.EqualFold(e.Code, CodeUnknownError)) {
		e.Code = f.Inner
	}
	switch {
	case e.Message == "":
		e.Message = fmt.Sprintf("The service answered with the status %d and without any words of its own.", f.Status)
	case !strings.HasSuffix(e.Message, ".") && !strings.HasSuffix(e.Message, "!") && !strings.HasSuffix(e.Message, "?"):
		e.Message += "."
	}
	return e
}

// ExistingAssignment is the name of the role assignment that is in the way,
// which Azure puts into the words of RoleAssignmentExists, without dashes.
func ExistingAssignment(message string) (rbac.GUID, bool) {
	const before = "id of the existing role assignment is "
	i := strings.Index(rbac.Fold(message), before)
	if i < 0 || len(rbac.Fold(message)) != len(message) {
		return "", false
	}
	word, _, _ := strings.Cut(message[i+len(before):], " ")
	return rbac.ParseGUID(strings.Trim(word, ".,;'\"]"))
}

// MissingObject is the ID of what does not exist, which Graph puts into the words
// of Request_ResourceNotFound.
func MissingObject(message string) (string, bool) {
	_, rest, ok := strings.Cut(message, "Resource '")
	if !ok {
		return "", false
	}
	id, _, ok := strings.Cut(rest, "' does not exist")
	if !ok || id == "" {
		return "", false
	}
	return id, true
}

type failureAnswer struct {
	Error failureError `json:"error"`
}

type failureError struct {
	Code       string          `json:"code"`
	Message    string          `json:"message"`
	InnerError *failureAnswers `json:"innerError,omitempty"`
}

type failureAnswers struct {
	Date            string `json:"date"`
	RequestID       string `json:"request-id"`
	ClientRequestID string `json:"client-request-id"`
}

// ARMFailure is the body of a refusal of Azure Resource Manager.
func ARMFailure(code, message string) []byte {
	return Encode(failureAnswer{failureError{Code: code, Message: message}})
}

// GraphFailure is the body of a refusal of Microsoft Graph.
func GraphFailure(code, message, requestID, clientRequestID string, date time.Time) []byte {
	return Encode(failureAnswer{failureError{
		Code: code, Message: message,
		InnerError: &failureAnswers{Date: date.UTC().Format("2006-01-02T15:04:05"), RequestID: requestID, ClientRequestID: clientRequestID},
	}})
}

// intuneMessage is what Intune writes into the message of a refusal.
type intuneMessage struct {
	Version              int     `json:"_version"`
	Message              string  `json:"Message"`
	CustomAPIErrorPhrase string  `json:"CustomApiErrorPhrase"`
	RetryAfter           *string `json:"RetryAfter"`
	ErrorSourceService   string  `json:"ErrorSourceService"`
	HTTPHeaders          string  `json:"HttpHeaders"`
}

// IntuneFailure is the body of a refusal of Intune behind Microsoft Graph: its
// message is JSON text of its own, over several lines.
func IntuneFailure(code, message, requestID, clientRequestID string, date time.Time) []byte {
	var b bytes.Buffer
	in := Encode(intuneMessage{
		Version: 3, HTTPHeaders: "{}",
		Message: message + " - Operation ID (for customer support): 00000000-0000-0000-0000-000000000000 - Activity ID: " + requestID +
			" - Url: https://proxy.manage.microsoft.com/StatelessRoleAdministrationFEService/deviceManagement?api-version=5025-09-04",
	})
	_ = json.Indent(&b, in, "", "  ") // Encode has written JSON
	return GraphFailure(code, strings.ReplaceAll(b.String(), "\n", "\r\n"), requestID, clientRequestID, date)
}

type tokenAnswer struct {
	Error         string `json:"error"`
	Description   string `json:"error_description"`
	Codes         []int  `json:"error_codes"`
	Timestamp     string `json:"timestamp"`
	TraceID       string `json:"trace_id"`
	CorrelationID string `json:"correlation_id"`
	URI           string `json:"error_uri"`
}

// TokenFailure is the body of a refusal of the token endpoint. description is the
// whole text, which begins with the number of the error: "AADSTS7000215: …".
func TokenFailure(code, description string, number int, traceID, correlationID string, date time.Time) []byte {
	return Encode(tokenAnswer{
		Error: code, Description: description, Codes: []int{number}, Timestamp: date.UTC().Format("2006-01-02 15:04:05Z"),
		TraceID: traceID, CorrelationID: correlationID, URI: fmt.Sprintf("https://login.microsoftonline.com/error?code=%d", number),
	})
}

// invalid is the error of a value that is none of what stands in its place.
func invalid(system rbac.System, code, field, value, what string) error {
	return &rbac.Error{Kind: rbac.Invalid, System: system, Code: code, Field: field, Message: quote(value) + " is not " + what + "."}
}
