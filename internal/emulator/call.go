// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// service is who answers: it decides envelope, headers and limits.
type service string

const (
	armService       service = "arm"
	graphService     service = "graph"
	intuneService    service = "intune" // Graph below /deviceManagement
	authorityService service = "authority"
)

// handler answers one kind of request. An error that is an *rbac.Error goes to
// the client as the service would say it (status, code and words of the wire's
// code table); use refuse for what only HTTP knows.
type handler func(ctx context.Context, c *call) (reply, error)

// route is one row of the tables. Paths match segment by segment, whatever the
// casing, doubled slashes collapsed:
//
//	/literal            that segment
//	/{name}             any one segment, unescaped, as c.param("name")
//	/key={name}         one segment with that beginning
//	/{name...}          any number of segments, none too, at most once in a path;
//	                    c.param("name") is them as sent with a slash in front, "" if none
//
// Where several match, the one with more literal segments wins, then the earlier.
// Paths of Graph leave the version (/v1.0, /beta) out, and see OData's key and
// function forms as segments: things('a') as /things/a, f(scope='x') as
// /f/scope=x, f() as /f.
type route struct {
	service service
	method  string
	path    string
	// versions are the api-versions of ARM that are known, the newest last; of
	// Graph "v1.0" and "beta", none means both.
	versions  []string
	anonymous bool // answers without a token
	handle    handler
}

// call is one request as handlers see it.
type call struct {
	service service
	version string // of ARM the api-version, of Graph "v1.0" or "beta"
	method  string
	path    string      // as sent, unescaped, doubled slashes collapsed, with the version
	query   url.Values  // as sent; OData options are best asked for by option
	header  http.Header // of the request
	body    []byte

	// backend is the tenant. In a GET it shows what faults leave visible, in
	// writes the truth.
	backend   backend.Backend
	directory Directory // never nil
	catalog   Catalog   // never nil
	tenantID  rbac.GUID
	caller    rbac.GUID // object ID of who calls; empty without a directory
	cloud     rbac.Cloud
	now       time.Time
	newID     func() rbac.GUID
	base      string // scheme and host as the client wrote them, for links

	pageSize int // 0: as the service
	params   map[string]string
}

// param returns what a {name} of the route's path stands for.
func (c *call) param(name string) string { return c.params[name] }

// option returns a query option whatever its casing, such as "$filter".
func (c *call) option(name string) string { return "" }

// decode reads the JSON body into v. Unknown members are ignored, as the
// services do. The error is the service's refusal of a body that is no JSON or
// of other types.
func (c *call) decode(v any) error { return nil }

// link returns an absolute URL at the host that the client asked.
func (c *call) link(path string, query url.Values) string { return c.base + path }

// reply is an answer. The body is written as JSON; nil means no body. The zero
// status is 200, or 204 without a body.
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
}

func (r *refusal) Error() string { return r.message }

// refuse returns a refusal.
func refuse(status int, code, message string) error {
	return &refusal{status: status, code: code, message: message}
}

// paged cuts the page that the call asks for out of a list ($skiptoken; of Graph
// also $top and $skip) and returns the URL of the next one, "" on the last.
func paged[T any](c *call, items []T) (page []T, next string, err error) { return items, "", nil }

// condition is one condition of a $filter. Conditions are joined by "and".
//
//	principalId eq 'x'              {Name: "principalId", Op: "eq", Values: ["x"]}
//	id in ('a','b')                 {Name: "id", Op: "in", Values: ["a", "b"]}
//	isBuiltIn eq false              {Name: "isBuiltIn", Op: "eq", Values: ["false"]}
//	startswith(displayName,'x')     {Name: "displayName", Op: "startswith", Values: ["x"]}
//	atScope()                       {Op: "atscope"}
//	assignedTo('x')                 {Op: "assignedto", Values: ["x"]}
//
// Op is in lower case. Names keep their casing; compare with strings.EqualFold.
type condition struct {
	Name   string
	Op     string
	Values []string
}

// filter reads $filter: nil when there is none. What it can't read is the
// service's refusal.
func (c *call) filter() ([]condition, error) { return nil, nil }

// unsupportedFilter is the service's refusal of a condition that it does not know.
func (c *call) unsupportedFilter(f condition) error { return nil }
