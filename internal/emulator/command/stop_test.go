// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package command

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"testing"
	"time"
)

// stopping starts run with a handler that says when a request has come, sends the
// request, and tells run to stop.
func stopping(t *testing.T, drain time.Duration, handle http.HandlerFunc) (answer chan int, ended chan error) {
	t.Helper()
	key, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	ca, err := newAuthority(key, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := ca.server(time.Now(), "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	came, ready := make(chan struct{}), make(chan struct{})
	server := &http.Server{ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0), TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{certificate}}}
	server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(came)
		handle(w, r)
	})
	answer, ended = make(chan int, 1), make(chan error, 1)
	go func() { ended <- run(ctx, server, listener, drain, func() error { close(ready); return nil }) }()
	<-ready
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}} //nolint:gosec // what is asked is not who answers
	t.Cleanup(transport.CloseIdleConnections)
	go func() {
		r, err := (&http.Client{Transport: transport}).Get("https://" + listener.Addr().String())
		if err != nil {
			answer <- 0
			return
		}
		r.Body.Close()
		answer <- r.StatusCode
	}()
	<-came
	stop()
	return answer, ended
}

func TestARequestUnderWayIsAnsweredBeforeTheServiceStops(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	answer, ended := stopping(t, time.Minute, func(w http.ResponseWriter, _ *http.Request) {
		<-release
		w.WriteHeader(http.StatusTeapot)
	})
	select {
	case err := <-ended:
		t.Fatalf("it ended with a request under way: %v", err)
	default:
	}
	close(release)
	if got := <-answer; got != http.StatusTeapot {
		t.Errorf("answered %d", got)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestARequestThatNeverEndsDoesNotKeepTheServiceFromStopping(t *testing.T) {
	t.Parallel()
	answer, ended := stopping(t, time.Millisecond, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if got := <-answer; got != 0 {
		t.Errorf("answered %d", got)
	}
}
