// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func TestAServiceGetsAFewRequestsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int64
		client, wire := talk(t, Options{}, func(_ int, r *http.Request) (*http.Response, error) {
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			time.Sleep(time.Second) //nolint:forbidigo // the clock of synctest
			now.Add(-1)
			return says(r, 200, "")
		})
		start := time.Now()
		var all sync.WaitGroup
		for range 80 {
			all.Go(func() {
				if _, err := client.do(t.Context(), get(rbac.Entra), nil); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if most.Load() != inFlight || time.Since(start) != 10*time.Second || wire.count() != 80 {
			t.Errorf("%d requests at once, %d in %s; want %d, 80 in 10s", most.Load(), wire.count(), time.Since(start), inFlight)
		}
	})
}

// meter is a token bucket as Azure Resource Manager documents it.
type meter struct {
	mu      sync.Mutex
	left    float64
	size    float64
	refill  float64 // per second
	last    time.Time
	refused int
}

func (m *meter) take() (left int, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	if !m.last.IsZero() {
		m.left = min(m.size, m.left+now.Sub(m.last).Seconds()*m.refill)
	}
	m.last = now
	if m.left < 1 {
		m.refused++
		return 0, false
	}
	m.left--
	return int(m.left), true
}

func newMeter(size, refill float64) *meter { return &meter{left: size, size: size, refill: refill} }

// The sizes are those of https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
func TestThousandsOfRequestsAreNotThrottledUnderTheDocumentedBuckets(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		method string
		size   float64
		refill float64
		atMost time.Duration // in all: the bucket's worth at once, the rest at its refill
	}{
		{"reads", http.MethodGet, 250, 25, 85 * time.Second},
		{"writes", http.MethodPut, 200, 10, 185 * time.Second},
		{"deletes", http.MethodDelete, 200, 10, 185 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			bucket := newMeter(c.size, c.refill)
			header := "x-ms-ratelimit-remaining-subscription-" + c.name
			client, _ := talk(t, Options{}, func(_ int, r *http.Request) (*http.Response, error) {
				time.Sleep(20 * time.Millisecond) //nolint:forbidigo // the clock of synctest
				left, ok := bucket.take()
				if !ok {
					return says(r, 429, "", "Retry-After", "1", header, "0")
				}
				return says(r, 200, "", header, fmt.Sprint(left), "x-ms-ratelimit-remaining-subscription-global-"+c.name, "3749")
			})
			start := time.Now()
			var all sync.WaitGroup
			for range 10 {
				all.Go(func() {
					for range 200 {
						r := request{System: rbac.Azure, Method: c.method, Path: "/subscriptions/b0000000-0000-4000-8000-000000000001/x"}
						if _, err := client.do(t.Context(), r, nil); err != nil {
							t.Error(err)
						}
					}
				})
			}
			all.Wait()
			if took := time.Since(start); bucket.refused != 0 || took > c.atMost {
				t.Errorf("%s: %d of 2000 refused, in %s; want none, in at most %s", c.name, bucket.refused, took, c.atMost)
			}
		})
	}
}

func TestOneSubscriptionDoesNotSlowDownAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := talk(t, Options{}, func(_ int, r *http.Request) (*http.Response, error) {
			left := "200"
			if strings.Contains(r.URL.Path, "busy") {
				left = "1"
			}
			return says(r, 200, "", "x-ms-ratelimit-remaining-subscription-reads", left)
		})
		read := func(subscription string) time.Duration {
			start := time.Now()
			for range 26 {
				if _, err := client.do(t.Context(), request{System: rbac.Azure, Method: "GET", Path: "/subscriptions/" + subscription + "/x"}, nil); err != nil {
					t.Error(err)
				}
			}
			return time.Since(start)
		}
		if took := read("busy"); took != 24*readGap {
			t.Errorf("26 reads of a nearly empty bucket took %s, want %s", took, 24*readGap)
		}
		if took := read("idle"); took != 0 {
			t.Errorf("26 reads of a full bucket took %s", took)
		}
	})
}

func TestGraphIsAskedMoreSlowlyWhenItWarns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		warn := true
		client, _ := talk(t, Options{}, func(_ int, r *http.Request) (*http.Response, error) {
			if warn {
				return says(r, 200, "", "x-ms-throttle-limit-percentage", "0.9")
			}
			return says(r, 200, "")
		})
		read := func() time.Duration {
			start := time.Now()
			for range 30 {
				if _, err := client.do(t.Context(), get(rbac.Intune), nil); err != nil {
					t.Error(err)
				}
			}
			return time.Since(start)
		}
		if took := read(); took != 28*readGap {
			t.Errorf("30 reads with a warning took %s, want %s", took, 28*readGap)
		}
		warn = false
		read()
		if took := read(); took != 0 {
			t.Errorf("30 reads after the warning is over took %s", took)
		}
	})
}
