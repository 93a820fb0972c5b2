// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// rate is a documented token bucket: how many tokens it holds, and how many come
// back each second.
type rate struct{ size, refill float64 }

// window is a documented limit of so many in a time, as a bucket.
func window(n float64, in time.Duration) rate { return rate{n, n / in.Seconds()} }

// The classes of requests that have buckets of their own.
const (
	reads   = "reads"
	writes  = "writes"
	deletes = "deletes"
)

// armRates are the buckets of Azure Resource Manager per caller, for each
// subscription and for what names none.
//
// Source: https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
var armRates = map[string]rate{reads: {250, 25}, writes: {200, 10}, deletes: {200, 10}}

// armGlobal is how many times larger the bucket is that all callers of a
// subscription share.
const armGlobal = 15

// The limits of Microsoft Graph: for any request of an application, for reads of
// identity objects in resource units by the size of the tenant, for their writes,
// and for what is Intune's.
//
// Source: https://learn.microsoft.com/graph/throttling-limits
var (
	graphAny    = window(2000, time.Second)
	graphSmall  = window(3500, 10*time.Second) // below 50 users
	graphMedium = window(5000, 10*time.Second) // to 500
	graphLarge  = window(8000, 10*time.Second)
	graphWrites = window(3000, 150*time.Second)

	intuneWritesOfApp    = window(100, 20*time.Second)
	intuneWritesOfTenant = window(200, 20*time.Second)
	intuneAnyOfApp       = window(1000, 20*time.Second)
	intuneAnyOfTenant    = window(2000, 20*time.Second)
)

// limiter keeps the buckets. Every bucket is one of few callers and
// subscriptions; full ones are dropped when there are many.
type limiter struct {
	users int // of the tenant

	mu      sync.Mutex
	buckets map[string]*bucket
}

type bucket struct {
	rate
	tokens float64
	at     time.Time
}

// manyBuckets is when full ones are dropped.
const manyBuckets = 4096

func newLimiter(users int) *limiter { return &limiter{users: users, buckets: map[string]*bucket{}} }

// take takes tokens from a bucket and returns what is left. Below 0, the request
// is refused until wait is over. A refused request costs too where debt is set,
// as Graph says, down to an empty bucket's worth.
func (l *limiter) take(name string, r rate, cost float64, now time.Time, debt bool) (left float64, wait time.Duration) {
	b := l.buckets[name]
	if b == nil {
		if len(l.buckets) >= manyBuckets {
			l.sweep(now)
		}
		b = &bucket{rate: r, tokens: r.size, at: now}
		l.buckets[name] = b
	}
	b.fill(now)
	if b.tokens >= cost {
		b.tokens -= cost
		return b.tokens, 0
	}
	if debt {
		b.tokens = max(b.tokens-cost, -b.size)
	}
	return -1, time.Duration((cost - b.tokens) / b.refill * float64(time.Second))
}

func (b *bucket) fill(now time.Time) {
	if passed := now.Sub(b.at); passed > 0 {
		b.tokens = min(b.size, b.tokens+passed.Seconds()*b.refill)
		b.at = now
	}
}

func (l *limiter) sweep(now time.Time) {
	for name, b := range l.buckets {
		if b.fill(now); b.tokens >= b.size {
			delete(l.buckets, name)
		}
	}
}

// allow spends what the request costs and adds the headers that tell how much is
// left. The error is the service's 429.
func (l *limiter) allow(r *request, who token, h http.Header) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch r.at.service {
	case armService:
		return l.arm(r, who, h)
	case graphService, intuneService:
		return l.graph(r, who, h)
	default:
		return nil
	}
}

func (l *limiter) arm(r *request, who token, h http.Header) error {
	class := classOf(r.method)
	scope, of := "tenant", ""
	if s := r.at.segments; len(s) > 1 && strings.EqualFold(s[0], "subscriptions") {
		scope, of = "subscription", strings.ToLower(s[1])
		all := rate{armRates[class].size * armGlobal, armRates[class].refill * armGlobal}
		left, wait := l.take("arm/"+of+"/"+class, all, 1, r.time, false)
		h.Set("X-Ms-Ratelimit-Remaining-Subscription-Global-"+class, count(left))
		if wait > 0 {
			return throttled(r, class, scope, of, who, wait)
		}
	}
	left, wait := l.take("arm/"+of+"/"+class+"/"+who.object.String(), armRates[class], 1, r.time, false)
	h.Set("X-Ms-Ratelimit-Remaining-"+scope+"-"+class, count(left))
	if wait > 0 {
		return throttled(r, class, scope, of, who, wait)
	}
	return nil
}

// throttled is Azure's 429.
func throttled(r *request, class, scope, of string, who token, wait time.Duration) error {
	code := wire.CodeSubscriptionThrottled
	if scope == "tenant" {
		code, of = "TenantRequestsThrottled", r.tenant.String()
	}
	seconds := count(math.Ceil(wait.Seconds()))
	return &refusal{
		status: http.StatusTooManyRequests, code: code,
		message: fmt.Sprintf("Number of '%s' requests for %s '%s' actor '%s' exceeded. Please try again after '%s' seconds after additional tokens are available.",
			strings.TrimSuffix(class, "s"), scope, of, who.object, seconds),
		header: http.Header{"Retry-After": {seconds}},
	}
}

func (l *limiter) graph(r *request, who token, h http.Header) error {
	reading := classOf(r.method) == reads
	type spend struct {
		scope string
		rate  rate
		cost  float64
	}
	app := "Tenant_Application/ReadWrite/" + who.application.String() + "/" + r.tenant.String()
	all := "Tenant/ReadWrite/" + r.tenant.String()
	spends := []spend{{"Application/ReadWrite/" + who.application.String(), graphAny, 1}}
	switch {
	case r.at.service == intuneService:
		spends = append(spends, spend{"Intune/" + all, intuneAnyOfTenant, 1}, spend{"Intune/" + app, intuneAnyOfApp, 1})
		if !reading {
			spends = append(spends, spend{"Intune/Write/" + all, intuneWritesOfTenant, 1}, spend{"Intune/Write/" + app, intuneWritesOfApp, 1})
		}
	case reading:
		cost := units(r)
		h.Set("X-Ms-Resource-Unit", count(cost))
		size := graphLarge
		switch {
		case l.users < 50:
			size = graphSmall
		case l.users <= 500:
			size = graphMedium
		}
		spends = append(spends, spend{app, size, cost})
	default:
		h.Set("X-Ms-Resource-Unit", "1")
		spends = append(spends, spend{"Write/" + app, graphWrites, 1})
	}
	fullest := 0.0
	for _, s := range spends {
		left, wait := l.take("graph/"+s.scope, s.rate, s.cost, r.time, true)
		if wait > 0 {
			h.Set("X-Ms-Throttle-Scope", s.scope)
			h.Set("X-Ms-Throttle-Information", "ResourceUnitLimitExceeded")
			return &refusal{
				status: http.StatusTooManyRequests, code: wire.CodeTooManyRequests, message: "Please retry again later.",
				header: http.Header{"Retry-After": {count(math.Ceil(wait.Seconds()))}},
			}
		}
		fullest = max(fullest, 1-left/s.rate.size)
	}
	if fullest > 0.8 {
		h.Set("X-Ms-Throttle-Limit-Percentage", strconv.FormatFloat(fullest, 'f', 2, 64))
	}
	return nil
}

// units is what a read costs: one resource unit, one more to expand, one less for
// a selection and for a small page, never below one.
func units(r *request) float64 {
	cost := 1
	if optionOf(r.query, "$expand") != "" {
		cost++
	}
	if optionOf(r.query, "$select") != "" {
		cost--
	}
	if n, err := strconv.Atoi(optionOf(r.query, "$top")); err == nil && n < 20 {
		cost--
	}
	return float64(max(cost, 1))
}

func classOf(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return reads
	case http.MethodDelete:
		return deletes
	default:
		return writes
	}
}

func count(n float64) string { return strconv.Itoa(int(max(n, 0))) }
