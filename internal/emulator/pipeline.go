// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// request is one request on its way through the pipeline.
type request struct {
	id       rbac.GUID
	clientID string // as the client calls it, else the same
	time     time.Time
	method   string
	url      *url.URL
	at       place
	query    url.Values
	header   http.Header
	body     []byte
	base     string
	tenant   rbac.GUID
	batch    rbac.GUID // the request of the $batch that it is an item of
	problem  string    // what went wrong inside of the emulator, for the log
}

func (s *Server) newRequest(method string, u *url.URL, header http.Header, base string) *request {
	r := &request{
		id: s.o.NewID(), time: s.o.Now(), method: method, url: u, at: locate(u.EscapedPath()), query: u.Query(), header: header,
		base: base, tenant: s.o.TenantID,
	}
	r.clientID = r.id.String()
	for _, name := range []string{"Client-Request-Id", "X-Ms-Client-Request-Id"} {
		if id, ok := rbac.ParseGUID(header.Get(name)); ok {
			r.clientID = id.String()
		}
	}
	return r
}

// directory is who exists, nobody without one.
func (s *Server) directory() Directory {
	if s.o.Directory == nil {
		return nobody{}
	}
	return s.o.Directory
}

// catalog is which permissions there are, none without one.
func (s *Server) catalog() Catalog {
	if s.o.Catalog == nil {
		return nothing{}
	}
	return s.o.Catalog
}

// answer takes a request through the whole pipeline. It never fails: whatever
// happens is an answer in the shape of the service.
func (s *Server) answer(ctx context.Context, r *request, body io.Reader) *answer {
	// The body is read after the wait, so that who waits holds no memory.
	if err := wait(ctx, s.o.Latency); err != nil {
		return s.gone(r)
	}
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	case <-ctx.Done():
		return s.gone(r)
	}
	data, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	switch {
	case err != nil:
		return s.finish(r, r.failed(refuse(http.StatusBadRequest, wire.CodeBadRequest, "The request body could not be read to its end."), wire.Values{}))
	case len(data) > maxBody:
		return s.finish(r, r.failed(&refusal{
			status: http.StatusRequestEntityTooLarge, code: "RequestContentTooLarge", number: 900144,
			message: fmt.Sprintf("The request content size exceeds the maximum size of %d bytes.", maxBody),
		}, wire.Values{}))
	}
	r.body = data
	return s.finish(r, s.misbehave(ctx, r))
}

// wait waits, unless the client goes away first.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// gone is the answer to a client that no longer waits for it.
func (s *Server) gone(r *request) *answer {
	return s.finish(r, &answer{status: 499, header: http.Header{}, drop: true})
}

// finish stamps an answer and writes it down.
func (s *Server) finish(r *request, a *answer) *answer {
	r.stamp(a.header)
	s.log.add(r, a)
	return a
}

// misbehave lets a request meet its fault and carries it out.
func (s *Server) misbehave(ctx context.Context, r *request) *answer {
	fault := s.faults.meet(r.method, r.targets()...)
	if fault.answers() && fault.When != AfterIt {
		return r.faulted(fault)
	}
	a := s.carryOut(ctx, r, fault)
	if fault == nil {
		return a
	}
	if fault.answers() {
		return r.faulted(fault)
	}
	if fault.Recase || fault.Reorder {
		a.body = scramble(a.body, fault.Recase, fault.Reorder)
	}
	return a
}

// targets are the forms of path and query that faults look at: decoded, and as
// sent.
func (r *request) targets() []string {
	raw, plain := r.url.EscapedPath(), r.at.path
	if q := r.url.RawQuery; q != "" {
		raw += "?" + q
		if u, err := url.QueryUnescape(q); err == nil {
			q = u
		}
		plain += "?" + q
	}
	return []string{plain, raw}
}

// faulted is the answer of a fault.
func (r *request) faulted(f *Fault) *answer {
	if f.Drop {
		return &answer{header: http.Header{}, drop: true}
	}
	a := r.failed(r.at.service.fails(f.Status, f.Code), wire.Values{Tenant: r.tenant.String()})
	if f.RetryAfter > 0 {
		a.header.Set("Retry-After", strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.3f", f.RetryAfter.Seconds()), "0"), "."))
	}
	return a
}

// fails is how a service puts a status that the emulator was told to answer.
func (s service) fails(status int, code string) error {
	codes := map[service]map[int]string{
		armService: {
			401: wire.CodeInvalidAuthenticationToken, 403: wire.CodeAuthorizationFailed, 404: wire.CodeResourceNotFound, 408: "RequestTimeout", 409: wire.CodeConflict,
			429: wire.CodeTooManyRequests, 500: wire.CodeInternalServerError, 502: "BadGateway", 503: wire.CodeServerTimeout, 504: wire.CodeGatewayTimeout,
		},
		graphService: {
			401: wire.CodeInvalidAuthenticationToken, 403: wire.CodeAuthorizationDenied, 404: wire.CodeRequestNotFound, 409: wire.CodeConflict,
			429: wire.CodeTooManyRequests, 503: wire.CodeServiceNotAvailable, 504: wire.CodeUnknownError,
		},
		intuneService: {
			401: wire.CodeForbidden, 403: wire.CodeForbidden, 404: wire.CodeResourceNotFound, 409: wire.CodeConflict,
			429: wire.CodeTooManyRequests, 503: wire.CodeServiceNotAvailable,
		},
		authorityService: {401: wire.CodeInvalidClient, 429: "temporarily_unavailable", 503: "temporarily_unavailable"},
	}
	if code == "" {
		code = codes[s][status]
	}
	other := map[service]string{armService: wire.CodeBadRequest, authorityService: wire.CodeInvalidRequest, graphService: wire.CodeBadRequest, intuneService: wire.CodeBadRequest}
	if status >= 500 {
		other = map[service]string{armService: wire.CodeInternalServerError, authorityService: "server_error", graphService: wire.CodeUnknownError, intuneService: wire.CodeUnknownError}
	}
	if code == "" {
		code = other[s]
	}
	words := "The request could not be completed."
	switch {
	case status == 429:
		words = "Please retry again later."
	case status == 403 && s != armService:
		words = "Insufficient privileges to complete the operation."
	case status == 403:
		words = "The client does not have authorization to perform action over scope or the scope is invalid. If access was recently granted, please refresh your credentials."
	case status == 404:
		words = "The resource was not found."
	case status >= 500:
		words = "The service is temporarily unavailable. Please retry the request."
	}
	return &refusal{status: status, code: code, message: words, number: 90033}
}

// carryOut answers a request as the tenant would, whatever happens inside.
func (s *Server) carryOut(ctx context.Context, r *request, fault *Fault) (a *answer) {
	header := http.Header{}
	about := wire.Values{Tenant: r.tenant.String()}
	defer func() {
		if p := recover(); p != nil {
			r.problem = fmt.Sprintf("panic: %v\n%s", p, debug.Stack())
			a = r.failed(r.at.service.broken(), about)
		}
		for name, values := range header {
			a.header[name] = values
		}
	}()
	e, params, known := s.routes.find(r.at, r.method)
	var who token
	if e == nil || !e.anonymous {
		var err error
		if r.at.service != authorityService {
			who, err = s.tokens.authenticate(r)
		}
		if err == nil && s.limits != nil {
			err = s.limits.allow(r, who, header)
		}
		if err != nil {
			return r.failed(err, about)
		}
	}
	if e == nil {
		return r.failed(r.unknown(known), about)
	}
	if e.service == armService {
		if err := checkVersion(r, e.versions); err != nil {
			return r.failed(err, about)
		}
	}
	v := &view{veils: s.veils, read: classOf(r.method) == reads, fault: fault}
	c := &call{
		service: r.at.service, version: r.at.version, method: r.method, path: r.at.path, query: r.query, header: r.header, body: r.body,
		backend: v.backend(s.o.Backend, s.directory()), directory: s.directory(), catalog: s.catalog(),
		tenantID: s.o.TenantID, caller: who.object, cloud: s.o.Cloud, now: r.time, newID: s.o.NewID, base: r.base,
		graph: s.graph, about: about, pageSize: s.o.PageSize, params: params, request: r,
	}
	if s.o.Caller != "" {
		c.caller = s.o.Caller
	}
	c.about.Caller = c.caller.String()
	if r.at.service == armService {
		c.version = optionOf(r.query, "api-version")
	}
	rep, err := e.handle(ctx, c)
	s.veils.count(v.met)
	if err == nil {
		if a, err = answerOf(r.at.service, rep); err == nil {
			return a
		}
	}
	if errors.Is(err, errDropped) {
		return &answer{header: http.Header{}, drop: true}
	}
	if refused := (*refusal)(nil); !errors.As(err, &refused) && rbac.KindOf(err) == rbac.Unknown {
		r.problem = err.Error()
	}
	return r.failed(err, c.about)
}

// unknown is the refusal of a path that is not there, or not for the method.
func (r *request) unknown(known bool) error {
	first := ""
	if len(r.at.segments) > 0 {
		first = r.at.segments[0]
	}
	switch {
	case r.at.service == armService && known:
		return refuse(http.StatusMethodNotAllowed, "MethodNotAllowed", "The requested resource does not support http method '"+brief(r.method)+"'.")
	case r.at.service == armService && (strings.EqualFold(first, "subscriptions") || strings.EqualFold(first, "providers")):
		return refuse(http.StatusNotFound, wire.CodeResourceNotFound, "The resource '"+brief(r.at.path)+"' was not found: the emulator serves Microsoft.Authorization, management groups and subscriptions.")
	case r.at.service == armService:
		return refuse(http.StatusNotFound, wire.CodeMissingSubscription, "The request did not have a subscription or a valid tenant level resource provider.")
	case r.at.service == authorityService:
		return badToken(http.StatusNotFound, wire.CodeInvalidRequest, 900144, "The endpoint is not supported: the emulator has the client credentials flow only.")
	case known:
		return refuse(http.StatusMethodNotAllowed, wire.CodeRequestBadRequest, "Specified HTTP method is not allowed for the request target.")
	default:
		last := first
		if n := len(r.at.segments); n > 0 {
			last = r.at.segments[n-1]
		}
		return refuse(http.StatusBadRequest, wire.CodeBadRequest, "Resource not found for the segment '"+brief(last)+"'.")
	}
}

// checkVersion refuses a missing api-version, and one that is not known.
func checkVersion(r *request, known []string) error {
	asked := optionOf(r.query, "api-version")
	switch {
	case asked == "":
		return refuse(http.StatusBadRequest, wire.CodeMissingAPIVersion, "The api-version query parameter (?api-version=) is required for all requests.")
	case !slices.ContainsFunc(known, func(v string) bool { return strings.EqualFold(v, asked) }):
		return refuse(http.StatusBadRequest, wire.CodeInvalidAPIVersion, "The api-version '"+brief(asked)+"' is invalid. The supported versions are '"+strings.Join(known, ",")+"'.")
	}
	return nil
}
