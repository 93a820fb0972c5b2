// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// errDropped is a batch of which a request met a fault that closes the
// connection: the answers to all of them are lost.
var errDropped = errors.New("the connection is closed")

// batchRoutes is JSON batching of Graph.
//
// Source: https://learn.microsoft.com/graph/json-batching
func (s *Server) batchRoutes() []route {
	return []route{{service: graphService, method: http.MethodPost, path: "/$batch", handle: s.batch}}
}

// batch answers several requests in one. Each goes through the whole pipeline, as
// if it had come alone: it has its own log line, faults and limits.
func (s *Server) batch(ctx context.Context, c *call) (reply, error) {
	var in wire.BatchRequest
	if err := c.decode(&in); err != nil {
		return reply{}, err
	}
	if err := checkBatch(in.Requests); err != nil {
		return reply{}, err
	}
	out := wire.BatchResponse{}
	statuses := map[string]int{}
	dropped := false
	for _, item := range inOrder(in.Requests) {
		var got wire.BatchAnswer
		if failed := firstFailed(item.DependsOn, statuses); failed {
			got = refusedItem(c.request, item.ID, http.StatusFailedDependency, "FailedDependency", "The request depends on a request that did not succeed.")
		} else {
			a, wrong := s.item(ctx, c, item)
			if wrong != "" {
				got = refusedItem(c.request, item.ID, http.StatusBadRequest, wire.CodeBadRequest, wrong)
			} else {
				dropped = dropped || a.drop
				got = wire.BatchAnswer{ID: item.ID, Status: a.status, Headers: map[string]string{}, Body: a.body}
				for name := range a.header {
					got.Headers[name] = a.header.Get(name)
				}
			}
		}
		statuses[item.ID] = got.Status
		out.Responses = append(out.Responses, got)
	}
	if dropped {
		return reply{}, errDropped
	}
	return reply{body: out}, nil
}

// checkBatch refuses a batch as a whole.
func checkBatch(items []wire.BatchItem) error {
	bad := func(message string) error { return refuse(http.StatusBadRequest, wire.CodeBadRequest, message) }
	switch {
	case len(items) == 0:
		return bad("Invalid batch payload format: requests must not be empty.")
	case len(items) > wire.BatchMax:
		return bad("Number of batch request steps exceeds the maximum value of 20.")
	}
	seen := map[string]bool{}
	for _, i := range items {
		switch {
		case i.ID == "" || i.Method == "" || i.URL == "":
			return bad("Invalid batch payload format: each request needs id, method and url.")
		case seen[strings.ToLower(i.ID)]:
			return bad("Duplicate request id '" + brief(i.ID) + "' in batch request.")
		}
		seen[strings.ToLower(i.ID)] = true
	}
	done := map[string]bool{}
	for _, i := range inOrder(items) {
		for _, d := range i.DependsOn {
			if !seen[strings.ToLower(d)] || !done[d] {
				return bad("Request '" + brief(i.ID) + "' depends on '" + brief(d) + "', which is not in the batch or depends on it in turn.")
			}
		}
		done[i.ID] = true
	}
	return nil
}

// inOrder puts each request behind those that it depends on, as far as that can
// be done.
func inOrder(items []wire.BatchItem) []wire.BatchItem {
	var out []wire.BatchItem
	done := map[string]bool{}
	left := items
	for len(left) > 0 {
		var later []wire.BatchItem
		for _, i := range left {
			ready := true
			for _, d := range i.DependsOn {
				ready = ready && done[d]
			}
			if !ready {
				later = append(later, i)
				continue
			}
			done[i.ID] = true
			out = append(out, i)
		}
		if len(later) == len(left) {
			return append(out, later...) // in a circle, or on what is not there
		}
		left = later
	}
	return out
}

func firstFailed(dependsOn []string, statuses map[string]int) bool {
	for _, d := range dependsOn {
		if s := statuses[d]; s < 200 || s > 299 {
			return true
		}
	}
	return false
}

// item sends one request of the batch through the pipeline, unless there is
// something wrong with it.
func (s *Server) item(ctx context.Context, c *call, item wire.BatchItem) (a *answer, wrong string) {
	version := "/" + c.version
	path := "/" + strings.TrimLeft(item.URL, "/")
	u, err := url.Parse(version + path)
	if err != nil || strings.Contains(item.URL, "://") {
		return nil, "Invalid url '" + brief(item.URL) + "': it must be relative to the version."
	}
	header := http.Header{}
	for name, value := range item.Headers {
		header.Set(name, value)
	}
	if len(item.Body) > 0 && !bytes.Equal(item.Body, []byte("null")) && header.Get("Content-Type") == "" {
		return nil, "Write request id : " + brief(item.ID) + " does not contain Content-Type header or body."
	}
	if at := locate(u.EscapedPath()); len(at.segments) == 1 && strings.EqualFold(at.segments[0], "$batch") {
		return nil, "A batch can't hold another batch."
	}
	header.Set("Authorization", c.header.Get("Authorization"))
	r := s.newRequest(strings.ToUpper(item.Method), u, header, c.base)
	r.batch = c.request.id
	r.body = item.Body
	a = s.finish(r, s.misbehave(ctx, r))
	if a.drop {
		return a, ""
	}
	a.header = maps.Clone(a.header)
	a.header.Del("Date")
	if len(a.body) > 0 && !json.Valid(a.body) {
		a.body = nil
	}
	return a, ""
}

// refusedItem is the answer to a request of a batch that was not carried out.
func refusedItem(r *request, id string, status int, code, message string) wire.BatchAnswer {
	return wire.BatchAnswer{
		ID: id, Status: status, Headers: map[string]string{"Content-Type": contentTypes[graphService]},
		Body: r.envelope(&refusal{status: status, code: code, message: message}),
	}
}
