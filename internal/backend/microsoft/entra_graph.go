// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// What Entra and Intune share: both are behind Microsoft Graph.

// directoryPatience is how long a write that names an object of the directory
// is tried while the directory does not know that object, from the first try on:
// one that was made a moment ago is not known everywhere at once. One that does
// not exist ends with a sentence within two minutes, the requests included.
const directoryPatience = 90 * time.Second

// below is the path of one object of a collection. Graph takes IDs as path segments.
func below[T ~string](collection string, id T, more ...string) string {
	return collection + "/" + url.PathEscape(string(id)) + strings.Join(more, "")
}

// byName orders names without their casing.
func byName(a, b string) int { return cmp.Compare(rbac.Fold(a), rbac.Fold(b)) }

// sameText compares texts of which a service may have cut blanks at the ends.
func sameText(a, b string) bool { return strings.TrimSpace(a) == strings.TrimSpace(b) }

// readable turns the documents of a list into values. One that can't be
// understood is left out and logged, so that it spoils nothing but itself: who
// asks for that object by its ID is told what is wrong with it.
func readable[D, V any](ctx context.Context, c *client, docs []D, domain func(D) (V, error)) []V {
	out := make([]V, 0, len(docs))
	for _, doc := range docs {
		v, err := domain(doc)
		if err != nil {
			c.log(ctx, "Left an object out of a list: it can't be understood", map[string]any{"error": err.Error()})
			continue
		}
		out = append(out, v)
	}
	return out
}

// explicable reports whether err is the answer of a service that has understood
// a request and does not carry it out, for a reason that more reads may tell.
func explicable(err error) bool {
	switch rbac.KindOf(err) {
	case rbac.Unauthenticated, rbac.Unavailable, rbac.Forbidden, rbac.LimitExceeded, rbac.Unsupported:
		return false
	default:
		return turnedDown(err)
	}
}

// turnedDown reports whether err is the service's own refusal, after which nothing
// has changed. A change that nobody has approved yet is none.
func turnedDown(err error) bool {
	_, said := failureOf(err)
	return said && !maybeDone(err)
}

// retold returns err in other words: the service's code and request ID stay, and
// err is its cause.
func retold(err error, change func(*rbac.Error)) error {
	told := rbac.Error{}
	if e := asError(err); e != nil {
		told = *e
	}
	told.Err = err
	change(&told)
	return &told
}

// fetched is the answer to one GET of several.
type fetched struct {
	body json.RawMessage
	err  error // as client.do returns it
}

// into reads the answer as a document of Intune, which is what is fetched.
func (f fetched) into(document any) error {
	if f.err != nil {
		return f.err
	}
	if err := json.Unmarshal(f.body, document); err != nil {
		return &rbac.Error{Kind: rbac.Unavailable, System: rbac.Intune, Err: err, Message: "Microsoft Graph answered with something else than the documented JSON."}
	}
	return nil
}

// fetch sends GETs of one version of Graph together, wire.BatchMax in one
// request, and returns their answers in the order of paths. The items of a batch
// are throttled and fail one by one: those that may succeed later are sent again
// on their own, not before the service wants it. The error is that of a whole
// batch; each answer has its own. of is any request of the collection.
//
// Source: https://learn.microsoft.com/graph/json-batching
func fetch(ctx context.Context, c *client, of request, paths []string) ([]fetched, error) {
	out := make([]fetched, len(paths))
	if len(paths) == 1 {
		of.Method, of.Path, of.Query = http.MethodGet, paths[0], nil
		_, out[0].err = c.do(ctx, of, &out[0].body)
		return out, nil
	}
	waiting := make([]int, len(paths)) // indices of paths
	for i := range paths {
		waiting[i] = i
	}
	failed, held := 0, 0
	for len(waiting) > 0 {
		now := waiting[:min(len(waiting), wire.BatchMax)]
		again, wait, throttled, err := fetchOnce(ctx, c, of, paths, now, out)
		if err != nil {
			return nil, err
		}
		waiting = append(again, waiting[len(now):]...)
		switch {
		case len(again) == 0:
			failed, held = 0, 0
		case throttled:
			wait = cmp.Or(wait, pause(held))
			held++
			if !fits(ctx, wait) {
				return nil, out[again[0]].err
			}
			c.graph.gate.hold(wait) // for everybody; the next batch waits there, too
		case failed >= maxFailures || !fits(ctx, wait):
			waiting = waiting[len(again):] // their errors are in out
			failed = 0
		default:
			if err := sleep(ctx, cmp.Or(wait, pause(failed))); err != nil {
				return nil, interrupted(ctx)
			}
			failed++
		}
	}
	return out, nil
}

// fetchOnce sends one batch. It returns the items to send again, the longest
// pause that they ask for, and whether they were throttled.
func fetchOnce(ctx context.Context, c *client, of request, paths []string, items []int, out []fetched) (again []int, wait time.Duration, throttled bool, err error) {
	version := of.Path[:strings.IndexByte(of.Path[1:], '/')+1] // such as /beta
	var batch wire.BatchRequest
	for _, i := range items {
		batch.Requests = append(batch.Requests, wire.BatchItem{ID: strconv.Itoa(i), Method: http.MethodGet, URL: strings.TrimPrefix(paths[i], version)})
	}
	of.Method, of.Path, of.Query, of.Body, of.Safe = http.MethodPost, version+"/$batch", nil, batch, true
	var answers wire.BatchResponse
	if _, err = c.do(ctx, of, &answers); err != nil {
		return nil, 0, false, err
	}
	byID := make(map[string]wire.BatchAnswer, len(answers.Responses))
	for _, a := range answers.Responses {
		byID[a.ID] = a
	}
	for _, i := range items {
		a, ok := byID[strconv.Itoa(i)]
		if !ok {
			a.Status = http.StatusBadGateway // as good as no answer
		}
		if a.Status >= 200 && a.Status <= 299 {
			out[i] = fetched{body: a.Body}
			continue
		}
		header := http.Header{}
		for name, value := range a.Headers {
			header.Set(name, value)
		}
		of.Method, of.Path = http.MethodGet, paths[i]
		out[i] = fetched{err: c.refused(of, answer{status: a.Status, header: header, body: a.Body})}
		switch a.Status {
		case http.StatusTooManyRequests:
			throttled = true
			fallthrough
		case http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			again = append(again, i)
			asked, _ := retryAfter(header)
			wait = max(wait, asked)
		}
	}
	return again, wait, throttled, nil
}
