// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// handler answers one kind of request. An error that is an *rbac.Error goes to
// the client as the service would say it (status, code and words of the wire's
// code table, with what c.about tells); use refuse for what only HTTP knows.
type handler func(ctx context.Context, c *call) (reply, error)

// call is one request as handlers see it.
type call struct {
	service service
	version string // of ARM the api-version, of Graph "v1.0" or "beta"
	method  string
	path    string      // as sent, unescaped, doubled slashes collapsed, with the version
	query   url.Values  // as sent; options of OData are best asked for by option
	header  http.Header // of the request
	body    []byte

	// backend is the tenant. In a GET it shows what faults leave visible, in
	// everything else the truth.
	backend   backend.Backend
	directory Directory // never nil
	catalog   Catalog   // never nil
	tenantID  rbac.GUID
	caller    rbac.GUID // object ID of who calls
	cloud     rbac.Cloud
	now       time.Time
	newID     func() rbac.GUID
	base      string // scheme and host as the client wrote them, for links

	// about is what the request is about: it stands in the words of a refusal.
	// Handlers fill in what they know; Tenant and Caller are there already.
	about wire.Values

	graph *graphState // what Graph remembers beside the tenant, the server's own

	pageSize int // 0: as the service
	params   map[string]string
	request  *request
}

// param returns what a {name} of the route's path stands for.
func (c *call) param(name string) string { return c.params[name] }

// option returns a query option whatever its casing, such as "$filter". As of
// all services, the first counts.
func (c *call) option(name string) string { return optionOf(c.query, name) }

func optionOf(query url.Values, name string) string {
	if v, ok := query[name]; ok && len(v) > 0 {
		return v[0]
	}
	for k, v := range query {
		if strings.EqualFold(k, name) && len(v) > 0 {
			return v[0]
		}
	}
	return ""
}

// decode reads the JSON body into v. Unknown members are ignored, as the
// services do. The error is the service's refusal of a body that is no JSON or
// of other types.
func (c *call) decode(v any) error {
	err := wire.Decode(c.body, v)
	switch {
	case err == nil:
		return nil
	case c.service == armService:
		return refuse(http.StatusBadRequest, wire.CodeInvalidRequestContent, "The request content was invalid and could not be deserialized: '"+err.Error()+"'.")
	case c.service == intuneService:
		return refuse(http.StatusBadRequest, wire.CodeModelValidationFailure, "Cannot process the request body: "+err.Error())
	default:
		return refuse(http.StatusBadRequest, wire.CodeBadRequest, "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format. "+err.Error())
	}
}

// reply is an answer. The body is written as JSON; nil means no body, json.RawMessage
// goes as it is. The zero status is 200, or 204 without a body.
type reply struct {
	status int
	body   any
	header http.Header // further headers, such as Location
}

// refusal is an error with a status and code of its own, for what no *rbac.Error
// says. The envelope is that of the call's service.
type refusal struct {
	status        int
	code, message string
	header        http.Header
	number        int // of the AADSTS error, for the token endpoint
}

func (r *refusal) Error() string { return r.message }

// refuse returns a refusal.
func refuse(status int, code, message string) error {
	return &refusal{status: status, code: code, message: message}
}
