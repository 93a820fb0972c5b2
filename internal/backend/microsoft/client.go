// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	// maxRequestBody is what Azure Resource Manager takes, in bytes.
	// https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits
	maxRequestBody = 4_194_304
	// maxAnswerBody bounds what is read of one answer, in bytes: the list of all
	// provider operations, the largest there is, has some tens of millions.
	maxAnswerBody = 256 << 20
)

// client sends requests to the two services of one tenant.
type client struct {
	arm, graph    *service
	sender        *retryablehttp.Client
	userAgent     string
	justification string // for Multi-Admin Approval; empty if the configuration has none
	cli           bool   // whether tokens come from the Azure CLI
	log           func(ctx context.Context, message string, fields map[string]any)
}

// service is one of the two: where it is, whom its tokens are for, who may send.
type service struct {
	name   string // in a sentence
	base   *url.URL
	tokens *tokens
	gate   *gate
}

func newClient(o Options) (*client, error) {
	p, err := placesOf(o)
	if err != nil {
		return nil, err
	}
	c := &client{
		arm:           &service{name: "Azure Resource Manager", base: p.arm, tokens: newTokens(o.Credential, p.armScope), gate: newGate()},
		graph:         &service{name: "Microsoft Graph", base: p.graph, tokens: newTokens(o.Credential, p.graphScope), gate: newGate()},
		userAgent:     o.UserAgent,
		justification: o.ApprovalJustification,
		log:           o.Log,
	}
	if k, ok := o.Credential.(*credential); ok {
		c.cli = k.kind == signInCLI
	}
	if c.log == nil {
		c.log = func(context.Context, string, map[string]any) {}
	}
	c.sender = newSender(&attempts{base: discreet{transport(o)}, client: c})
	return c, nil
}

// transport is what carries requests, tokens' and others'.
func transport(o Options) http.RoundTripper {
	if o.Transport != nil {
		return o.Transport
	}
	if standard, ok := http.DefaultTransport.(*http.Transport); ok {
		own := standard.Clone()
		own.MaxIdleConnsPerHost = inFlight // else connections are made anew all the time
		return own
	}
	return http.DefaultTransport
}

// service returns who answers the requests of a system.
func (c *client) service(system rbac.System) *service {
	if system == rbac.Azure {
		return c.arm
	}
	return c.graph
}

// request is one request to one of the services.
type request struct {
	// System is whose interface asks, for its errors. Azure goes to Azure
	// Resource Manager, the other two go to Graph.
	System rbac.System
	// Method is the HTTP method. A POST is not sent again unless it was surely
	// not carried out, see post in once.go; everything else is.
	Method string
	// Path is the escaped path below the endpoint. For Graph it starts with the
	// version: /v1.0/roleManagement/directory/roleDefinitions.
	Path string
	// Query is what stands behind it: api-version, $filter.
	Query url.Values
	// Header is sent besides the client's own, such as ConsistencyLevel.
	Header http.Header
	// Body is written as JSON; nil sends none.
	Body any
	// Needs is the least permission for the call, one of the constants of
	// errors.go: what an error of kind Forbidden asks for.
	Needs string
	// Approval says that Multi-Admin Approval may gate the call: any write of Intune.
	Approval bool
	// Safe says that a POST only reads ($batch of GETs, getByIds), and may be
	// repeated like a GET.
	Safe bool
}

// reply is what is left of an answer once its body has been read.
type reply struct {
	Status int
	Header http.Header
}

// answer is what a service said, whatever the status.
type answer struct {
	status int
	header http.Header
	body   []byte
	doubt  bool // whether an attempt of a write may have been carried out unseen
}

// do sends one request and reads the JSON of the answer into out, unless out is
// nil or the answer has no body. Retries, throttling, tokens and approval are
// behind it. Every error is a *rbac.Error with the service's code, words and
// request ID; maybeDone tells whether a failed write may have been carried out.
func (c *client) do(ctx context.Context, r request, out any) (reply, error) {
	s := c.service(r.System)
	to := s.base.JoinPath() // a copy
	to.Path, to.RawPath = "", ""
	text := to.String() + strings.TrimRight(s.base.EscapedPath(), "/") + "/" + strings.TrimLeft(r.Path, "/")
	if len(r.Query) > 0 {
		// Some of Microsoft's front ends take + in a filter for a plus sign.
		text += "?" + strings.ReplaceAll(r.Query.Encode(), "+", "%20")
	}
	return c.doURL(ctx, r, text, out)
}

// doURL is do for a URL that the service itself gave, such as a next page.
func (c *client) doURL(ctx context.Context, r request, to string, out any) (reply, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = json.Marshal(r.Body); err != nil {
			return reply{}, &rbac.Error{Kind: rbac.Invalid, System: r.System, Message: "What is to be sent can't be written as JSON.", Err: err}
		}
		if len(body) > maxRequestBody {
			return reply{}, &rbac.Error{Kind: rbac.Invalid, System: r.System, Message: fmt.Sprintf(
				"What is to be sent has %d bytes. %s takes at most %d: say less in one object.", len(body), c.service(r.System).name, maxRequestBody)}
		}
	}
	a, err := c.sendApproved(ctx, r, to, body)
	if err != nil {
		return reply{}, err
	}
	if a.status < 200 || a.status > 299 {
		return reply{}, c.refused(r, a)
	}
	if out != nil && len(bytes.TrimSpace(a.body)) > 0 {
		if err := json.Unmarshal(bytes.TrimPrefix(a.body, []byte("\xef\xbb\xbf")), out); err != nil {
			return reply{}, &rbac.Error{
				Kind: rbac.Unavailable, System: r.System, RequestID: requestID(a.header), Err: err,
				Message: fmt.Sprintf("%s answered %s %s with something else than the documented JSON. "+
					"If the requests pass a proxy, look at what it changes.", c.service(r.System).name, r.Method, pathOf(to)),
			}
		}
	}
	return reply{Status: a.status, Header: a.header}, nil
}

// send sends one request, as often as retry.go says, and returns the last answer.
func (c *client) send(ctx context.Context, r request, to string, body []byte, more http.Header) (answer, error) {
	x := &exchange{service: c.service(r.System), request: r, url: to, id: rbac.NewGUID().String()}
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, exchangeKey{}, x), longest)
	defer cancel()
	var payload any // a nil []byte is a body of length zero, nil is none
	if body != nil {
		payload = body
	}
	out, err := retryablehttp.NewRequestWithContext(ctx, r.Method, to, payload)
	if err != nil {
		return answer{}, &rbac.Error{Kind: rbac.Invalid, System: r.System, Message: fmt.Sprintf("%q can't be requested.", pathOf(to)), Err: err}
	}
	for _, h := range []http.Header{r.Header, more} {
		for name, values := range h {
			out.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	out.Header.Set("Accept", "application/json")
	if body != nil {
		out.Header.Set("Content-Type", "application/json")
	}
	if c.userAgent != "" {
		out.Header.Set("User-Agent", c.userAgent)
	}
	if r.System == rbac.Azure {
		out.Header.Set("x-ms-client-request-id", x.id)
	} else {
		out.Header.Set("client-request-id", x.id)
	}
	in, err := c.sender.Do(out)
	if err != nil {
		return answer{}, c.unanswered(ctx, x, err)
	}
	content, err := readAll(in)
	if err != nil {
		return answer{}, c.unanswered(ctx, x, err)
	}
	return answer{status: in.StatusCode, header: in.Header, body: content, doubt: x.doubt}, nil
}

// requestID is the ID under which the service knows the request.
func requestID(h http.Header) string {
	for _, name := range []string{"x-ms-request-id", "request-id", "x-ms-correlation-request-id"} {
		if id := h.Get(name); id != "" {
			return id
		}
	}
	return ""
}

// pathOf is what a message shows of a URL: the path, without host and query.
func pathOf(text string) string {
	if u, err := url.Parse(text); err == nil {
		return u.Path
	}
	return text
}

// isWrite reports whether a method changes something.
func isWrite(method string) bool { return method != http.MethodGet && method != http.MethodHead }
