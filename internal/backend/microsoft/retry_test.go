// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The table is that of the services' own advice: wait as long as Retry-After
// says, or else longer each time; repeat what may be repeated.
func TestWhatIsSentAgainAndWhen(t *testing.T) {
	t.Parallel()
	refusedConnection := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	for _, c := range []struct {
		name     string
		method   string
		safe     bool
		first    responder
		requests int
		atLeast  time.Duration // between the first two
		atMost   time.Duration
	}{
		{"429 with seconds", "GET", false, withHeaders(429, "Retry-After", "7"), 2, 7 * time.Second, 7 * time.Second},
		{"429 with fractional seconds", "GET", false, withHeaders(429, "Retry-After", "2.128"), 2, 2128 * time.Millisecond, 2128 * time.Millisecond},
		{"429 with milliseconds", "GET", false, withHeaders(429, "retry-after-ms", "1500", "Retry-After", "9"), 2, 1500 * time.Millisecond, 1500 * time.Millisecond},
		{"429 with Microsoft's milliseconds", "GET", false, withHeaders(429, "x-ms-retry-after-ms", "300"), 2, 300 * time.Millisecond, 300 * time.Millisecond},
		{"429 with a date", "GET", false, func(_ int, r *http.Request) (*http.Response, error) {
			return says(r, 429, "", "Retry-After", time.Now().Add(12*time.Second).UTC().Format(http.TimeFormat))
		}, 2, 11 * time.Second, 12 * time.Second},
		{"429 without a word", "GET", false, withHeaders(429), 2, 160 * time.Millisecond, 260 * time.Millisecond},
		{"429 to a POST", "POST", false, withHeaders(429, "Retry-After", "3"), 2, 3 * time.Second, 3 * time.Second},
		{"503 with Retry-After", "PUT", false, withHeaders(503, "Retry-After", "4"), 2, 4 * time.Second, 4 * time.Second},
		{"500", "DELETE", false, withHeaders(500), 2, 160 * time.Millisecond, 260 * time.Millisecond},
		{"502", "PATCH", false, withHeaders(502), 2, 160 * time.Millisecond, 260 * time.Millisecond},
		{"504", "GET", false, withHeaders(504), 2, 160 * time.Millisecond, 260 * time.Millisecond},
		{"408", "GET", false, withHeaders(408), 2, 160 * time.Millisecond, 260 * time.Millisecond},
		{"a lost connection", "PUT", false, failsWith(io.ErrUnexpectedEOF), 2, 160 * time.Millisecond, 260 * time.Millisecond},
		{"an answer that breaks off", "GET", false, func(_ int, r *http.Request) (*http.Response, error) {
			resp, _ := says(r, 200, "{}")
			resp.Body = io.NopCloser(io.MultiReader(strings.NewReader("{"), brokenReader{}))
			return resp, nil
		}, 2, 160 * time.Millisecond, 260 * time.Millisecond},
		{"a refused connection", "POST", false, failsWith(refusedConnection), 2, 160 * time.Millisecond, 260 * time.Millisecond},
		{"401", "POST", false, withHeaders(401), 2, 0, 0},
		{"a POST that only reads", "POST", true, withHeaders(503), 2, 160 * time.Millisecond, 260 * time.Millisecond},
		{"503 to a POST", "POST", false, withHeaders(503), 1, 0, 0},
		{"a lost connection of a POST", "POST", false, failsWith(io.ErrUnexpectedEOF), 1, 0, 0},
		{"400", "PUT", false, withHeaders(400), 1, 0, 0},
		{"403", "GET", false, withHeaders(403), 1, 0, 0},
		{"404", "GET", false, withHeaders(404), 1, 0, 0},
		{"409", "PUT", false, withHeaders(409), 1, 0, 0},
		{"501", "GET", false, withHeaders(501), 1, 0, 0},
		{"a redirect", "GET", false, withHeaders(302, "Location", "https://elsewhere.example/"), 1, 0, 0},
		{"a name without an address", "GET", false, failsWith(&net.DNSError{Name: "x", IsNotFound: true}), 1, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client, wire := talk(t, Options{}, func(n int, r *http.Request) (*http.Response, error) {
					if n == 1 {
						return c.first(n, r)
					}
					return says(r, 200, `{"a":1}`)
				})
				_, err := client.do(t.Context(), request{System: rbac.Entra, Method: c.method, Path: "/v1.0/x", Safe: c.safe}, nil)
				if wire.count() != c.requests {
					t.Fatalf("%d requests, want %d (%v)", wire.count(), c.requests, err)
				}
				if (err == nil) != (c.requests == 2) {
					t.Errorf("error %v after %d requests", err, c.requests)
				}
				if c.requests == 2 && (wire.after[1] < c.atLeast || wire.after[1] > c.atMost) {
					t.Errorf("sent again after %s, want %s to %s", wire.after[1], c.atLeast, c.atMost)
				}
			})
		})
	}
}

// errHandshake is how net/http says it.
var errHandshake = errors.New("net/http: TLS handshake timeout")

// unsureThen answers the first request with 503, which leaves open if it was
// carried out, and the others in another way.
func unsureThen(then responder) responder {
	return func(n int, r *http.Request) (*http.Response, error) {
		if n == 1 {
			return says(r, http.StatusServiceUnavailable, "")
		}
		return then(n, r)
	}
}

func withHeaders(status int, headers ...string) responder {
	return func(_ int, r *http.Request) (*http.Response, error) { return says(r, status, "", headers...) }
}

func failsWith(err error) responder {
	return func(int, *http.Request) (*http.Response, error) { return nil, err }
}

type brokenReader struct{}

// Read fails as a connection that is gone.
func (brokenReader) Read([]byte) (int, error) { return 0, syscall.ECONNRESET }

func TestABodyIsSentWholeEveryTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var bodies []string
		client, _ := talk(t, Options{}, func(n int, r *http.Request) (*http.Response, error) {
			body, _ := io.ReadAll(r.Body)
			bodies = append(bodies, string(body))
			return says(r, map[int]int{1: 503, 2: 429}[n]+map[bool]int{true: 200}[n == 3], "")
		})
		_, err := client.do(t.Context(), request{System: rbac.Azure, Method: "PUT", Path: "/x", Body: map[string]int{"a": 1}}, nil)
		if got, want := strings.Join(bodies, " "), `{"a":1} {"a":1} {"a":1}`; err != nil || got != want {
			t.Errorf("sent %s (%v), want %s", got, err, want)
		}
	})
}

func TestAServiceThatStaysAwayIsGivenUpWithinAboutAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, wire := talk(t, Options{}, withHeaders(503))
		start := time.Now()
		_, err := client.do(t.Context(), get(rbac.Azure), nil)
		if took := time.Since(start); wire.count() != 9 || took < 20*time.Second || took > 90*time.Second {
			t.Errorf("%d requests in %s, want 9 in about a minute", wire.count(), took)
		}
		if rbac.KindOf(err) != rbac.Unavailable {
			t.Errorf("error %v, want one of kind Unavailable", err)
		}
	})
}

func TestThrottlingIsWaitedOutHoweverOften(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, wire := talk(t, Options{}, func(n int, r *http.Request) (*http.Response, error) {
			if n <= 40 {
				return says(r, 429, "", "Retry-After", "10")
			}
			return says(r, 200, "")
		})
		if _, err := client.do(t.Context(), get(rbac.Azure), nil); err != nil || wire.count() != 41 {
			t.Errorf("%d requests, error %v; want 41 and none", wire.count(), err)
		}
	})
}

func TestAWaitLongerThanTheOperationEndsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, wire := talk(t, Options{}, func(_ int, r *http.Request) (*http.Response, error) {
			return says(r, 429, `{"error":{"code":"TooManyRequests","message":"Please retry again later."}}`, "Retry-After", "3600")
		})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		start := time.Now()
		_, err := client.do(ctx, get(rbac.Azure), nil)
		if time.Since(start) != 0 || wire.count() != 1 || rbac.KindOf(err) != rbac.Unavailable {
			t.Errorf("%d requests in %s, error %v", wire.count(), time.Since(start), err)
		}
		// What comes after does not even ask.
		_, err = client.do(ctx, get(rbac.Azure), nil)
		wantError(t, err, rbac.Error{Kind: rbac.Unavailable, System: rbac.Azure, Message: "The service has been asked too much and wants to be left alone for another 1h0m0s, " +
			"which is longer than this operation may take. Raise its timeout, or try again later."})
		if wire.count() != 1 {
			t.Errorf("%d requests, want 1", wire.count())
		}
	})
}

func TestOneThrottledRequestStopsTheWholeQueueOfItsServiceOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const hold = 20 * time.Second
		var until time.Time
		var mu sync.Mutex
		early, refused := 0, 0
		client, wire := talk(t, Options{}, func(_ int, r *http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			if strings.HasPrefix(r.URL.Host, "graph.") {
				return says(r, 200, "")
			}
			if until.IsZero() {
				until = time.Now().Add(hold)
			}
			if refused < inFlight { // those that are under way when the first one is refused
				refused++
				return says(r, 429, "", "Retry-After", strconv.Itoa(int(hold/time.Second)))
			}
			if time.Now().Before(until) {
				early++
			}
			return says(r, 200, "")
		})
		start := time.Now()
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				if _, err := client.do(t.Context(), get(rbac.Azure), nil); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		if _, err := client.do(t.Context(), get(rbac.Entra), nil); err != nil || time.Since(start) != 0 {
			t.Errorf("Graph waits for Azure Resource Manager: %v after %s", err, time.Since(start))
		}
		all.Wait()
		if early != 0 || wire.count() != 100+inFlight+1 {
			t.Errorf("%d requests came before Retry-After was over, %d in all; want none and %d", early, wire.count(), 100+inFlight+1)
		}
	})
}

func TestARefusedTokenIsReplacedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tokens := &mint{}
		client, wire := talk(t, Options{Credential: tokens}, func(_ int, r *http.Request) (*http.Response, error) {
			if r.Header.Get("Authorization") == "Bearer t1" {
				return says(r, 401, "", "WWW-Authenticate", `Bearer realm="", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnt9fQ=="`)
			}
			return says(r, 200, "")
		})
		if _, err := client.do(t.Context(), get(rbac.Entra), nil); err != nil {
			t.Error(err)
		}
		if got, want := strings.Join(tokens.claims, "|"), `|{"access_token":{}}`; wire.count() != 2 || got != want {
			t.Errorf("%d requests, claims %q; want 2 and %q", wire.count(), got, want)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		tokens := &mint{}
		client, wire := talk(t, Options{Credential: tokens}, func(_ int, r *http.Request) (*http.Response, error) {
			return says(r, 401, `{"error":{"code":"InvalidAuthenticationToken","message":"The access token is invalid."}}`, "x-ms-request-id", "r1")
		})
		_, err := client.do(t.Context(), request{System: rbac.Azure, Method: "GET", Path: "/x", Needs: needsAzureRoleRead}, nil)
		wantError(t, err, rbac.Error{
			Kind: rbac.Unauthenticated, System: rbac.Azure, Code: "InvalidAuthenticationToken", RequestID: "r1",
			Message: "The access token is invalid. Azure Resource Manager does not take the token, nor a new one. Check that tenant_id and environment belong together with what is managed. " +
				`Whoever runs Terraform needs the permission "Microsoft.Authorization/roleDefinitions/read" at the scope, which "Reader" and most other roles give. A grant takes up to ten minutes to work.`,
		})
		if wire.count() != 2 || len(tokens.claims) != 2 || !strings.Contains(tokens.claims[1], `"nbf"`) {
			t.Errorf("%d requests, claims %q", wire.count(), tokens.claims)
		}
	})
}

func TestManyRequestsShareOneToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tokens := &mint{life: 30 * time.Minute}
		client, _ := talk(t, Options{Credential: tokens}, withHeaders(200))
		for range 3 {
			var all sync.WaitGroup
			for range 50 {
				all.Go(func() {
					if _, err := client.do(t.Context(), get(rbac.Azure), nil); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			time.Sleep(10 * time.Minute) //nolint:forbidigo // the clock of synctest
		}
		if len(tokens.claims) != 1 {
			t.Errorf("%d tokens in 20 minutes, want 1", len(tokens.claims))
		}
		if _, err := client.do(t.Context(), get(rbac.Azure), nil); err != nil || len(tokens.claims) != 2 {
			t.Errorf("%d tokens once the first has 0 minutes left (%v), want 2", len(tokens.claims), err)
		}
	})
}

func TestAHangingConnectionCountsAsLost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, wire := talk(t, Options{}, func(n int, r *http.Request) (*http.Response, error) {
			if n == 1 {
				<-r.Context().Done()
				return nil, r.Context().Err()
			}
			return says(r, 200, "")
		})
		if _, err := client.do(t.Context(), get(rbac.Azure), nil); err != nil || wire.count() != 2 || wire.after[1] < attemptTimeout {
			t.Errorf("%d requests, error %v, the second after %s", wire.count(), err, wire.after[1])
		}
	})
}

func TestAnInterruptedRunEndsAtOnce(t *testing.T) {
	t.Parallel()
	for name, respond := range map[string]responder{
		"while it waits for an answer": func(_ int, r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		},
		"while it waits to send again": withHeaders(503, "Retry-After", "60"),
		"while it is held":             withHeaders(429, "Retry-After", "60"),
	} {
		synctest.Test(t, func(t *testing.T) {
			client, wire := talk(t, Options{}, respond)
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			start := time.Now()
			_, err := client.do(ctx, request{System: rbac.Azure, Method: "PUT", Path: "/x"}, nil)
			if time.Since(start) != time.Second || wire.count() != 1 {
				t.Errorf("%s: ended after %s and %d requests", name, time.Since(start), wire.count())
			}
			if !errors.Is(err, context.Canceled) || rbac.KindOf(err) != rbac.Unavailable || !strings.HasPrefix(err.Error(), "The run was interrupted before Azure Resource Manager answered.") {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

func TestWhetherAWriteMayHaveBeenCarriedOut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		method string
		answer responder
		want   bool
	}{
		{"lost on the way back", "POST", failsWith(io.EOF), true},
		{"reset", "POST", failsWith(&net.OpError{Op: "read", Err: syscall.ECONNRESET}), true},
		{"500", "POST", withHeaders(500), true},
		{"503", "POST", withHeaders(503), true},
		{"408", "POST", withHeaders(408), true},
		{"a PUT that is lost each time", "PUT", failsWith(io.EOF), true},
		{"never connected", "POST", failsWith(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), false},
		{"503, and then a wait that is too long", "PUT", unsureThen(withHeaders(429, "Retry-After", "7200")), true},
		{"503, and then an answer", "PUT", unsureThen(withHeaders(409)), false},
		{"a handshake without end", "POST", failsWith(errHandshake), false},
		{"no such host", "POST", failsWith(&net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}), false},
		{"400", "POST", withHeaders(400), false},
		{"403", "POST", withHeaders(403), false},
		{"409", "POST", withHeaders(409), false},
		{"a read", "GET", failsWith(io.EOF), false},
	} {
		synctest.Test(t, func(t *testing.T) {
			client, _ := talk(t, Options{}, c.answer)
			_, err := client.do(t.Context(), request{System: rbac.Intune, Method: c.method, Path: "/x"}, nil)
			if err == nil || maybeDone(err) != c.want {
				t.Errorf("%s: maybeDone(%v) = %v, want %v", c.name, err, maybeDone(err), c.want)
			}
		})
	}
}

func TestARetryAfterOfAnOutageHoldsTheWholeService(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		client, wire := talk(t, Options{}, func(n int, r *http.Request) (*http.Response, error) {
			if n == 1 {
				return says(r, http.StatusServiceUnavailable, "", "Retry-After", "30")
			}
			return says(r, http.StatusOK, "{}")
		})
		// A POST is not sent again here; whoever comes next waits all the same.
		if _, err := client.do(t.Context(), request{System: rbac.Azure, Method: http.MethodPost, Path: "/x"}, nil); rbac.KindOf(err) != rbac.Unavailable {
			t.Errorf("the outage is %v", err)
		}
		if _, err := client.do(t.Context(), request{System: rbac.Azure, Method: http.MethodGet, Path: "/y"}, nil); err != nil || wire.count() != 2 {
			t.Errorf("after %d requests: %v", wire.count(), err)
		}
		if waited := time.Since(start); waited < 30*time.Second {
			t.Errorf("the service is asked again after %s", waited)
		}
	})
}

// The first attempt may have been carried out; the second one is not sent at all,
// since another request has learned meanwhile that the service wants to be left alone.
func TestWhatAnEarlierAttemptLeftOpenIsNotForgottenAtTheQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var client *client
		client, wire := talk(t, Options{}, func(_ int, r *http.Request) (*http.Response, error) {
			client.arm.gate.hold(2 * time.Hour)
			return says(r, http.StatusServiceUnavailable, "")
		})
		_, err := client.do(t.Context(), request{System: rbac.Azure, Method: http.MethodPut, Path: "/x"}, nil)
		wantError(t, err, rbac.Error{Kind: rbac.Unavailable, System: rbac.Azure, Message: "The service has been asked too much and wants to be left alone for another 2h0m0s, " +
			"which is longer than this operation may take. Raise its timeout, or try again later. Whether the last request was carried out is not known."})
		if !maybeDone(err) || wire.count() != 1 {
			t.Errorf("maybeDone(%v) = %v after %d requests, want true after 1", err, maybeDone(err), wire.count())
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"", "1", "2.5", "-3", "1e300", "NaN", "Inf", "Wed, 21 Oct 2015 07:28:00 GMT", "x"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, seconds, milliseconds string) {
		h := http.Header{"Retry-After": {seconds}, "X-Ms-Retry-After-Ms": {milliseconds}}
		if wait, _ := retryAfter(h); wait < 0 {
			t.Errorf("a wait of %s for %q and %q", wait, seconds, milliseconds)
		}
	})
}

func TestTheClaimsOfAChallengeAreRead(t *testing.T) {
	t.Parallel()
	const claims = `{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}`
	for challenge, want := range map[string]string{
		`Bearer realm="", authorization_uri="https://x", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNjA0MTA2NjUxIn19fQ=="`: claims,
		`Bearer claims="eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNjA0MTA2NjUxIn19fQ"`:                                                                         claims,
		`Bearer error="invalid_token"`: "",
		`Bearer claims="%%%"`:          "",
		`Bearer claims="`:              "",
	} {
		if got := claimsOf(http.Header{"Www-Authenticate": {challenge}}); got != want {
			t.Errorf("claimsOf(%s) = %q, want %q", challenge, got, want)
		}
	}
}

func FuzzChallenge(f *testing.F) {
	for _, s := range []string{"", `Bearer claims="e30="`, `claims="`, `claims="_-8"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, challenge string) {
		if got := claimsOf(http.Header{"Www-Authenticate": {challenge}}); len(got) > len(challenge) {
			t.Errorf("claimsOf(%q) = %q", challenge, got)
		}
	})
}
