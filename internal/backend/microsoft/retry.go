// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	// maxFailures is how often a request that failed is sent again: with the
	// pauses between, a service may be away for about a minute. What is throttled
	// is sent again until the context ends.
	maxFailures = 8
	// pauses after a failure without Retry-After: doubled each time, and scattered.
	firstPause, longestPause = 200 * time.Millisecond, 30 * time.Second
	// attemptTimeout is how long one attempt may last before its connection
	// counts as lost: Azure Resource Manager gives up after one minute itself.
	attemptTimeout = 2 * time.Minute
	// longest bounds a request whose caller sets no deadline.
	longest = time.Hour
)

// exchange is one request with all its attempts.
type exchange struct {
	service   *service
	request   request
	url       string
	id        string // that the client gave it
	attempt   int    // that is under way, from 1
	failures  int
	throttled int
	token     string // of the last attempt
	renewed   bool   // whether a refused token has been replaced
	doubt     bool   // whether an attempt of a write may have been carried out unseen
}

type exchangeKey struct{}

// exchangeOf finds the exchange that an attempt belongs to.
func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// repeatable reports whether the request may be carried out twice: all but a POST
// that writes.
func (x *exchange) repeatable() bool {
	return x.request.Method != http.MethodPost || x.request.Safe
}

// newSender returns the client that sends a request until it is answered.
func newSender(carrier http.RoundTripper) *retryablehttp.Client {
	return &retryablehttp.Client{
		HTTPClient: &http.Client{
			Transport: carrier,
			// Neither service redirects. What does is a proxy, which must not get a token.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		RetryMax:     1 << 20, // checkRetry decides
		CheckRetry:   checkRetry,
		Backoff:      backoff,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
}

// checkRetry decides whether to send a request again.
func checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	x := exchangeOf(ctx)
	if err == nil && final(resp.StatusCode) {
		return false, nil // an answer counts, even if it comes when nobody waits any more
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		var ours *rbac.Error // no token, or a wait that is too long
		if errors.As(err, &ours) || hopeless(err) || !x.repeatable() && !neverSent(err) {
			return false, err
		}
		x.failures++
		return x.failures <= maxFailures, nil
	}
	switch resp.StatusCode {
	case http.StatusUnauthorized:
		if x.renewed {
			return false, nil
		}
		x.renewed = true
		x.service.tokens.refuse(x.token, resp.Header)
		return true, nil
	case http.StatusTooManyRequests:
		x.throttled++
		wait, ok := retryAfter(resp.Header)
		if !ok {
			wait = pause(x.throttled - 1)
		}
		x.service.gate.hold(wait)
		return fits(ctx, wait), nil
	default:
		x.failures++
		wait, ok := retryAfter(resp.Header)
		if ok && resp.StatusCode == http.StatusServiceUnavailable {
			x.service.gate.hold(wait) // the service says so to everybody
		}
		return x.repeatable() && x.failures <= maxFailures && fits(ctx, wait), nil
	}
}

// final reports whether a status will not change by asking again.
func final(status int) bool {
	return status != http.StatusUnauthorized && status != http.StatusTooManyRequests && (!unsure(status) || status == http.StatusNotImplemented)
}

// unsure reports whether a status leaves open if a request was carried out: it
// took too long, or the service failed.
func unsure(status int) bool {
	return status == http.StatusRequestTimeout || status >= http.StatusInternalServerError
}

// backoff is how long to wait before a request is sent again. What was throttled
// waits at the gate with all others, and a new token needs no wait.
func backoff(_, _ time.Duration, attempt int, resp *http.Response) time.Duration {
	if resp == nil {
		return pause(attempt)
	}
	if resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusTooManyRequests {
		return 0
	}
	if wait, ok := retryAfter(resp.Header); ok {
		return wait
	}
	return pause(attempt)
}

// pause is the wait before the next try after so many others have failed, from 0:
// doubled each time, and scattered so that clients which failed together don't
// come back together.
func pause(failed int) time.Duration {
	wait := longestPause
	if failed < 10 {
		wait = min(firstPause<<failed, longestPause)
	}
	return time.Duration(float64(wait) * (0.8 + 0.5*rand.Float64())) //nolint:gosec // scattering needs no secret
}

// retryAfter reads how long the service asks to wait: whole or fractional seconds
// or a date, or milliseconds in one of the headers that only Microsoft has.
func retryAfter(h http.Header) (time.Duration, bool) {
	for _, name := range []string{"retry-after-ms", "x-ms-retry-after-ms"} {
		if n, err := strconv.ParseFloat(h.Get(name), 64); err == nil {
			return duration(n, time.Millisecond), true
		}
	}
	text := h.Get("Retry-After")
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return duration(n, time.Second), true
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, time.Until(at)), true
	}
	return 0, false
}

// duration is n units; nothing for what is negative or no number, and at most a day.
func duration(n float64, unit time.Duration) time.Duration {
	const most = 24 * time.Hour
	switch d := n * float64(unit); {
	case !(d > 0):
		return 0
	case d > float64(most):
		return most
	default:
		return time.Duration(d)
	}
}

// fits reports whether a wait ends before the context does.
func fits(ctx context.Context, wait time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return !ok || time.Until(deadline) > wait
}

// hopeless reports whether err is one that the next try would meet again.
func hopeless(err error) bool {
	var name *net.DNSError
	if errors.As(err, &name) && name.IsNotFound {
		return true
	}
	return untrusted(err) || errors.Is(err, errAnswerTooLong)
}

// untrusted reports whether err is about the certificate of the other side.
func untrusted(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
		host         x509.HostnameError
		invalid      x509.CertificateInvalidError
	)
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &host) || errors.As(err, &invalid)
}

// neverSent reports whether err came before the request could reach the service:
// there was no address, no connection, no trust.
func neverSent(err error) bool {
	var operation *net.OpError
	if errors.As(err, &operation) && (operation.Op == "dial" || operation.Op == "proxyconnect" || operation.Op == "socks connect") {
		return true
	}
	var (
		name   *net.DNSError
		record tls.RecordHeaderError
	)
	return errors.As(err, &name) || errors.As(err, &record) || untrusted(err) || isHandshakeTimeout(err)
}

// isHandshakeTimeout knows the error that net/http does not export.
func isHandshakeTimeout(err error) bool {
	return strings.HasSuffix(err.Error(), "net/http: TLS handshake timeout")
}

var errAnswerTooLong = errors.New("answer too long")

// attempts carries single attempts: it gives each a place in the queue, a token
// and a line in the log, and reads the whole answer, so that a connection which
// breaks within it counts as lost.
type attempts struct {
	base   http.RoundTripper
	client *client
}

// RoundTrip sends one attempt.
func (a *attempts) RoundTrip(in *http.Request) (*http.Response, error) {
	ctx := in.Context()
	x := exchangeOf(ctx)
	x.attempt++
	leave, err := x.service.gate.enter(ctx, bucketOf(in))
	if err != nil {
		return nil, err
	}
	defer leave()
	if x.token, err = x.service.tokens.get(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel() // the body has been read by then
	out := in.Clone(ctx)
	out.Header.Set("Authorization", "Bearer "+x.token)
	start, doubt := time.Now(), x.doubt
	x.doubt = isWrite(in.Method) && !x.request.Safe
	resp, err := a.base.RoundTrip(out)
	if err == nil {
		err = buffer(resp)
	}
	if err != nil && neverSent(err) || err == nil && !unsure(resp.StatusCode) {
		x.doubt = doubt
	}
	fields := map[string]any{
		"service": x.service.name, "method": in.Method, "path": in.URL.RequestURI(), "attempt": x.attempt,
		"duration_ms": time.Since(start).Milliseconds(), "client_request_id": x.id,
	}
	if err != nil {
		fields["error"] = plain(err)
		a.client.log(ctx, "Microsoft request failed", fields)
		return nil, err
	}
	fields["status"], fields["request_id"] = resp.StatusCode, requestID(resp.Header)
	a.client.log(ctx, "Microsoft request", fields)
	x.service.gate.learn(bucketOf(in), resp)
	return resp, nil
}

// buffer reads the body of an answer into memory.
func buffer(resp *http.Response) error {
	body, err := readAll(resp)
	if err != nil {
		return err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

// readAll reads and closes the body of an answer.
func readAll(resp *http.Response) ([]byte, error) {
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswerBody+1))
	if err != nil {
		return nil, fmt.Errorf("the answer broke off: %w", err)
	}
	if len(body) > maxAnswerBody {
		return nil, errAnswerTooLong
	}
	return body, nil
}
