// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	// inFlight is how many requests one service gets at once.
	inFlight = 8
	// nearlyEmpty is how few remaining requests make the client slow down: what
	// may be under way, and some for others who share the bucket.
	nearlyEmpty = 25
	// readGap and writeGap are the refill rates of Azure Resource Manager: 25
	// reads and 10 writes or deletes a second. At this pace a bucket stays as full
	// as it is.
	// https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
	readGap, writeGap = time.Second / 25, time.Second / 10
	// longestGap is the slowest pace, after one 429 upon another.
	longestGap = 2 * time.Second
)

// gate is the queue in front of one service. It lets a few requests through at
// once, none while the service has asked to wait, and spaces those of a bucket
// that is nearly empty.
type gate struct {
	places chan struct{}

	mu    sync.Mutex
	until time.Time // nobody goes before
	pace  map[bucket]*pace
}

// bucket is what the service counts together: the requests of one class in one
// subscription, or in the tenant.
type bucket struct {
	owner string // subscription ID; empty for the tenant
	write bool
}

// pace is how fast the requests of one bucket may follow each other.
type pace struct {
	gap  time.Duration
	next time.Time
}

func newGate() *gate {
	return &gate{places: make(chan struct{}, inFlight), pace: map[bucket]*pace{}}
}

// bucketOf tells the bucket of a request.
func bucketOf(r *http.Request) bucket {
	b := bucket{write: isWrite(r.Method)}
	path := strings.ToLower(r.URL.Path)
	if i := strings.Index(path, "/subscriptions/"); i >= 0 {
		b.owner, _, _ = strings.Cut(path[i+len("/subscriptions/"):], "/")
	}
	return b
}

// enter waits for a place; leave gives it back. It fails when the context ends,
// or when it is certain to end before there is a place.
func (g *gate) enter(ctx context.Context, b bucket) (leave func(), err error) {
	for {
		held := g.held()
		if !fits(ctx, held) {
			return nil, &rbac.Error{Kind: rbac.Unavailable, Message: fmt.Sprintf(
				"The service has been asked too much and wants to be left alone for another %s, which is longer than this operation may take. "+
					"Raise its timeout, or try again later.", held.Round(time.Second))}
		}
		if err := sleep(ctx, held); err != nil {
			return nil, err
		}
		if err := sleep(ctx, g.turn(b)); err != nil {
			return nil, err
		}
		select {
		case g.places <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if g.held() == 0 {
			return func() { <-g.places }, nil
		}
		<-g.places
	}
}

// hold stops everybody for a while.
func (g *gate) hold(wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if until := time.Now().Add(wait); until.After(g.until) {
		g.until = until
	}
}

// held is how long everybody is stopped yet.
func (g *gate) held() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return max(0, time.Until(g.until))
}

// turn takes the next turn of a bucket and says how long it is until then.
func (g *gate) turn(b bucket) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	p := g.pace[b]
	if p == nil || p.gap == 0 {
		return 0
	}
	now := time.Now()
	if p.next.Before(now) {
		p.next = now
	}
	wait := p.next.Sub(now)
	p.next = p.next.Add(p.gap)
	return wait
}

// learn sets the pace of a bucket by what an answer tells of it.
func (g *gate) learn(b bucket, resp *http.Response) {
	g.mu.Lock()
	defer g.mu.Unlock()
	p := g.pace[b]
	if p == nil {
		p = &pace{}
		g.pace[b] = p
	}
	gap := readGap
	if b.write {
		gap = writeGap
	}
	left, told := remaining(resp.Header)
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		p.gap = min(max(gap, 2*p.gap), longestGap)
	case told && left <= nearlyEmpty:
		p.gap = gap
	case told:
		p.gap = 0
	default: // nothing is known but that it went well: hurry up a little
		if p.gap = p.gap * 3 / 4; p.gap < time.Millisecond {
			p.gap = 0
		}
	}
}

// remaining is the smallest number of requests that a bucket has left, by the
// headers of Azure Resource Manager. Graph warns from 80 % on instead.
func remaining(h http.Header) (int, bool) {
	least, told := 0, false
	for name, values := range h {
		if !strings.HasPrefix(name, "X-Ms-Ratelimit-Remaining-") || len(values) == 0 {
			continue
		}
		if n, err := strconv.Atoi(values[0]); err == nil && (!told || n < least) {
			least, told = n, true
		}
	}
	if share, err := strconv.ParseFloat(h.Get("x-ms-throttle-limit-percentage"), 64); err == nil && share >= 0.8 {
		return 0, true
	}
	return least, told
}

// sleep waits, or fails when the context ends first.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
