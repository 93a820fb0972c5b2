// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
)

func limited(o *emulator.Options) { o.RateLimits = true }

// spend sends n requests that must pass, and returns the answer to the last.
func (c *core) spend(n int, method, link, body string) reply {
	c.Helper()
	var last reply
	for i := range n {
		if last = c.do(method, link, body); last.status == http.StatusTooManyRequests {
			c.Fatalf("request %d of %d is throttled", i+1, n)
		}
	}
	return last
}

const anotherScope = "/subscriptions/b0000000-0000-4000-8000-000000000002"

func TestAzureThrottlesEachSubscriptionCallerAndClassOfRequests(t *testing.T) {
	t.Parallel()
	k := newCore(t, limited)
	const missing = "/providers/Microsoft.Authorization/roleDefinitions/" + coreRole + atVersion
	for _, c := range []struct {
		method, link, class, of string
		size, refill            int
		code, message           string
	}{
		{"GET", coreARM + coreScope + missing, "Subscription-Reads", "Subscription", 250, 25, "SubscriptionRequestsThrottled", "Number of 'read' requests for subscription 'b0000000-0000-4000-8000-000000000001' actor 'a0000000-0000-4000-8000-000000000002' exceeded. Please try again after '1' seconds after additional tokens are available."},
		{"PUT", coreARM + coreScope + missing, "Subscription-Writes", "Subscription", 200, 10, "SubscriptionRequestsThrottled", "Number of 'write' requests for subscription 'b0000000-0000-4000-8000-000000000001' actor 'a0000000-0000-4000-8000-000000000002' exceeded. Please try again after '1' seconds after additional tokens are available."},
		{"DELETE", coreARM + coreScope + missing, "Subscription-Deletes", "Subscription", 200, 10, "SubscriptionRequestsThrottled", "Number of 'delete' requests for subscription 'b0000000-0000-4000-8000-000000000001' actor 'a0000000-0000-4000-8000-000000000002' exceeded. Please try again after '1' seconds after additional tokens are available."},
		{"GET", coreARM + missing, "Tenant-Reads", "Tenant", 250, 25, "TenantRequestsThrottled", "Number of 'read' requests for tenant 'd0000000-0000-4000-8000-000000000001' actor 'a0000000-0000-4000-8000-000000000002' exceeded. Please try again after '1' seconds after additional tokens are available."},
	} {
		header := "X-Ms-Ratelimit-Remaining-" + c.class
		first := k.do(c.method, c.link, "{")
		if got, want := first.header.Get(header), fmt.Sprint(c.size-1); got != want {
			t.Errorf("%s %s: %s is %q, want %s", c.method, c.link, header, got, want)
		}
		if c.of == "Subscription" {
			global := "X-Ms-Ratelimit-Remaining-Subscription-Global-" + strings.TrimPrefix(c.class, "Subscription-")
			if got, want := first.header.Get(global), fmt.Sprint(15*c.size-1); got != want {
				t.Errorf("%s %s: %s is %q, want %s", c.method, c.link, global, got, want)
			}
		}
		last := k.spend(c.size-1, c.method, c.link, "{")
		if got := last.header.Get(header); got != "0" {
			t.Errorf("%s %s: %s is %q at last", c.method, c.link, header, got)
		}
		for range 3 { // calling again changes nothing
			r := k.do(c.method, c.link, "{")
			if code, message := r.refused(t); r.status != 429 || code != c.code || message != c.message || r.header.Get("Retry-After") != "1" || r.header.Get(header) != "0" {
				t.Errorf("%s %s: %d %s %v", c.method, c.link, r.status, r.body, r.header)
			}
		}
		k.advance(time.Second)
		k.spend(c.refill, c.method, c.link, "{")
		if r := k.do(c.method, c.link, "{"); r.status != 429 {
			t.Errorf("%s %s: %d after the tokens of a second", c.method, c.link, r.status)
		}
	}
	k.spend(1, "GET", coreARM+anotherScope+missing, "") // another subscription has its own
}

func TestGraphThrottlesIdentityReadsByResourceUnits(t *testing.T) {
	t.Parallel()
	const roles = coreGraph + "/v1.0/roleManagement/directory/roleDefinitions/" + coreRole
	for query, want := range map[string]string{
		"": "1", "?$select=id": "1", "?$top=5": "1", "?$expand=inheritsPermissionsFrom": "2", "?$expand=inheritsPermissionsFrom&$select=id": "1",
		"?$expand=inheritsPermissionsFrom&$select=id&$top=5": "1",
	} {
		k := newCore(t, limited)
		if r := k.do("GET", roles+query, ""); r.header.Get("X-Ms-Resource-Unit") != want {
			t.Errorf("%s costs %q, want %s", query, r.header.Get("X-Ms-Resource-Unit"), want)
		}
	}
	k := newCore(t, limited) // fewer than 50 users: 3,500 units in 10 seconds
	link := roles + "?$expand=inheritsPermissionsFrom"
	second := func(n int) reply { // below 2,000 requests in a second, which are a limit too
		r := k.spend(n, "GET", link, "")
		k.advance(time.Microsecond)
		return r
	}
	second(1400)
	if r := second(1); r.header.Get("X-Ms-Throttle-Limit-Percentage") != "0.80" {
		t.Errorf("the percentage at 2,802 of 3,500 is %q", r.header.Get("X-Ms-Throttle-Limit-Percentage"))
	}
	second(349)
	r := k.do("GET", link, "")
	if code, message := r.refused(t); r.status != 429 || code != "TooManyRequests" || message != "Please retry again later." || r.header.Get("Retry-After") != "1" ||
		r.header.Get("X-Ms-Throttle-Scope") != "Tenant_Application/ReadWrite/"+coreApp+"/"+coreTenant {
		t.Errorf("%d %s %v", r.status, r.body, r.header)
	}
	k.advance(time.Second)
	k.spend(1, "GET", link, "")
}

func TestIntuneThrottlesWritesAtAHundredInTwentySeconds(t *testing.T) {
	t.Parallel()
	k := newCore(t, limited)
	const tags = coreGraph + "/beta/deviceManagement/roleScopeTags"
	k.spend(100, "POST", tags, "{")
	r := k.do("POST", tags, "{")
	if r.status != 429 || r.header.Get("Retry-After") != "1" {
		t.Errorf("%d, Retry-After %q", r.status, r.header.Get("Retry-After"))
	}
	for range 9 { // refused requests count: the wait grows
		r = k.do("POST", tags, "{")
	}
	if r.status != 429 || r.header.Get("Retry-After") != "3" {
		t.Errorf("after ten refusals: %d, Retry-After %q", r.status, r.header.Get("Retry-After"))
	}
	k.spend(1, "GET", tags, "") // reads have their own
	k.advance(3 * time.Second)
	k.spend(1, "POST", tags, "{")
}

func TestTheTokenEndpointAndDiscoveryAreNotThrottled(t *testing.T) {
	t.Parallel()
	k := newCore(t, limited)
	k.spend(300, "GET", coreARM+"/metadata/endpoints?api-version=2022-09-01", "")
	for range 300 {
		if r := k.grant("/"+coreTenant+"/oauth2/v2.0/token", credentials()); r.status != 200 {
			t.Fatalf("%d %s", r.status, r.body)
		}
	}
}

func TestWithoutLimitsNothingIsThrottledOrCounted(t *testing.T) {
	t.Parallel()
	k := newCore(t)
	r := k.spend(300, "GET", coreARM+coreRoles+"/"+coreRole+atVersion, "")
	for name := range r.header {
		if strings.HasPrefix(name, "X-Ms-Ratelimit") {
			t.Errorf("header %s", name)
		}
	}
}
