// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// answer is what goes back to the client.
type answer struct {
	status int
	header http.Header
	body   []byte
	// drop closes the connection instead; the rest is then for the log.
	drop bool
}

// contentTypes are those that the services write.
var contentTypes = map[service]string{
	armService:       "application/json; charset=utf-8",
	graphService:     "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
	intuneService:    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
	authorityService: "application/json; charset=utf-8",
}

// answerOf writes a reply.
func answerOf(s service, r reply) (*answer, error) {
	a := &answer{status: r.status, header: http.Header{}}
	maps.Copy(a.header, r.header)
	if r.body == nil {
		if a.status == 0 {
			a.status = http.StatusNoContent
		}
		return a, nil
	}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	if raw, ok := r.body.(json.RawMessage); ok {
		a.body = raw
	} else {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(r.body); err != nil {
			return nil, fmt.Errorf("the answer can't be written as JSON: %w", err)
		}
		a.body = bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	}
	a.header.Set("Content-Type", contentTypes[s])
	return a, nil
}

// failed is the one place where errors become answers.
func (r *request) failed(err error, about wire.Values) *answer {
	var refused *refusal
	var ours *rbac.Error
	switch {
	case errors.As(err, &refused):
	case errors.As(err, &ours):
		w := wire.Refuse(r.at.service.system(), ours, about)
		refused = &refusal{status: w.Status, code: w.Code, message: w.Words}
		if w.Status == http.StatusServiceUnavailable {
			refused.header = http.Header{"Retry-After": {"1"}}
		}
	default:
		refused = r.at.service.broken()
	}
	a := &answer{status: refused.status, header: http.Header{}}
	maps.Copy(a.header, refused.header)
	a.header.Set("Content-Type", contentTypes[r.at.service])
	a.body = r.envelope(refused)
	return a
}

// system is what the service manages.
func (s service) system() rbac.System {
	switch s {
	case armService:
		return rbac.Azure
	case intuneService:
		return rbac.Intune
	default:
		return rbac.Entra
	}
}

// broken is a service that failed in a way of its own.
func (s service) broken() *refusal {
	switch s {
	case armService:
		return &refusal{status: 500, code: wire.CodeInternalServerError, message: "The server encountered an internal error. Please retry the request."}
	case authorityService:
		return &refusal{status: 500, code: "server_error", message: "An unexpected error occurred.", number: 90033}
	default:
		return &refusal{status: 500, code: wire.CodeUnknownError, message: "An internal server error occurred."}
	}
}

// envelope is the body of a refusal in the shape of the service.
func (r *request) envelope(f *refusal) []byte {
	switch r.at.service {
	case armService:
		return wire.ARMFailure(f.code, f.message)
	case intuneService:
		return wire.IntuneFailure(f.code, f.message, r.id.String(), r.clientID, r.time)
	case authorityService:
		description := fmt.Sprintf("AADSTS%d: %s Trace ID: %s Correlation ID: %s Timestamp: %s", f.number, f.message, r.id, r.clientID, r.time.UTC().Format("2006-01-02 15:04:05Z"))
		return wire.TokenFailure(f.code, description, f.number, r.id.String(), r.clientID, r.time)
	default:
		return wire.GraphFailure(f.code, f.message, r.id.String(), r.clientID, r.time)
	}
}

// stamp adds the headers that every answer of the service has.
func (r *request) stamp(h http.Header) {
	h.Set("Date", r.time.UTC().Format(http.TimeFormat))
	switch r.at.service {
	case armService:
		h.Set("Cache-Control", "no-cache")
		h.Set("Pragma", "no-cache")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Ms-Request-Id", r.id.String())
		h.Set("X-Ms-Correlation-Request-Id", r.id.String())
		h.Set("X-Ms-Routing-Request-Id", "EMULATOR:"+r.time.UTC().Format("20060102T150405Z")+":"+r.id.String())
		if c := r.header.Get("X-Ms-Client-Request-Id"); c != "" && strings.EqualFold(r.header.Get("X-Ms-Return-Client-Request-Id"), "true") {
			h.Set("X-Ms-Client-Request-Id", r.clientID)
		}
	case authorityService:
		h.Set("Cache-Control", "no-store, no-cache")
		h.Set("Pragma", "no-cache")
		h.Set("X-Ms-Request-Id", r.id.String())
		h.Set("Client-Request-Id", r.clientID)
	default:
		h.Set("Cache-Control", "no-cache")
		h.Set("Request-Id", r.id.String())
		h.Set("Client-Request-Id", r.clientID)
		h.Set("X-Ms-Ags-Diagnostic", `{"ServerInfo":{"DataCenter":"Emulator","Slice":"E","Ring":"1","ScaleUnit":"001","RoleInstance":"EMULATOR"}}`)
		if h.Get("Odata-Version") == "" && r.batch == "" {
			h.Set("Odata-Version", "4.0")
		}
	}
}
