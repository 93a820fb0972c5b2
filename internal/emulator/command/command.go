// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package command is the subcommand "emulator" of the program: it serves a
// tenant over HTTPS until it is told to stop.
package command

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The statuses with which the program ends.
const (
	Done    = 0 // it was told to stop, or to print its help
	Failed  = 1 // it could not serve
	Misused = 2 // a flag, an argument or a file is wrong
)

// drain is how long requests under way may take when the program is told to stop.
const drain = 5 * time.Second

// ready is the line on standard output that tells where the services are.
type ready struct {
	ResourceManager string `json:"resource_manager"`
	Graph           string `json:"graph"`
	Authority       string `json:"authority"`
	TenantID        string `json:"tenant_id"`
	CAFile          string `json:"ca_file"`
}

// Main serves until SIGINT or SIGTERM, and returns the status to end with. A
// second signal ends it at once.
func Main(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return Run(ctx, args, os.Stdout, os.Stderr)
}

// Run serves until ctx ends. What goes wrong is told on stderr, in sentences.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s, err := parse(args)
	if errors.Is(err, errHelp) {
		fmt.Fprint(stdout, usage)
		return Done
	}
	if err == nil {
		err = s.serve(ctx, stdout, stderr)
	}
	switch {
	case err == nil:
		return Done
	case rbac.KindOf(err) == rbac.Invalid:
		fmt.Fprintln(stderr, err)
		return Misused
	default:
		fmt.Fprintln(stderr, err)
		return Failed
	}
}

// serve opens what the settings name, serves it, and closes it again.
func (s settings) serve(ctx context.Context, stdout, stderr io.Writer) (err error) {
	later := closers{}
	defer func() { err = errors.Join(err, later.close()) }()

	o := emulator.Options{Catalog: Catalog(), Latency: s.latency, PageSize: s.pageSize, RateLimits: s.rateLimits}
	tenant := reference.Options{Path: s.store}
	if s.directory != "" {
		d, err := reference.LoadDirectory(s.directory)
		if err != nil {
			return err
		}
		tenant.Directory, o.Directory = d, d
		o.TenantID, o.Caller, o.Cloud = d.TenantID, d.Caller, d.Cloud
	}
	if s.faults != "" {
		// Later mistakes in the file can only be told: the service goes on.
		if o.Faults, err = emulator.LoadFaults(s.faults, func(err error) { fmt.Fprintln(stderr, err) }); err != nil {
			return err
		}
	}
	if s.requestLog != "" {
		f, err := os.OpenFile(s.requestLog, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return invalid("The request log %q can't be written: %s.", s.requestLog, reason(err))
		}
		later.add(f.Close)
		o.Log = f
	}
	t, err := reference.Open(ctx, tenant)
	if err != nil {
		return err
	}
	later.add(t.Close)
	o.Backend = t.Backend()

	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.listen)
	if err != nil {
		return &rbac.Error{Kind: rbac.Unavailable, Err: err, Message: fmt.Sprintf("Nothing can listen at %q: %s. Choose another address, or port 0 for any that is free.", s.listen, networkReason(err))}
	}
	later.add(func() error { _ = listener.Close(); return nil }) // closed already, when all went well
	base, hosts := names(s.listen, listener.Addr())
	ca, caFile, err := s.authority(&later)
	if err != nil {
		return err
	}
	certificate, err := ca.server(time.Now(), hosts...)
	if err != nil {
		return err
	}
	handler, err := emulator.New(o)
	if err != nil {
		return err
	}
	return run(ctx, &http.Server{
		Handler: handler, ErrorLog: log.New(stderr, "", 0),
		TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{certificate}},
		// Who sends slowly, or much, does not keep others from being served.
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 5 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}, listener, drain, func() error {
		return json.NewEncoder(stdout).Encode(ready{base, base, base, handler.TenantID().String(), caFile})
	})
}

// run serves until ctx ends; then requests under way are answered first, as long
// as that takes no longer than drain.
func run(ctx context.Context, server *http.Server, listener net.Listener, drain time.Duration, announce func() error) error {
	served := make(chan error, 1)
	var serving sync.WaitGroup
	serving.Go(func() { served <- server.ServeTLS(listener, "", "") })
	if err := announce(); err != nil {
		_ = server.Close() // nobody knows of it
		serving.Wait()
		return &rbac.Error{Kind: rbac.Unavailable, Err: err, Message: "Standard output can't be written, so nobody would learn where the services are."}
	}
	select {
	case err := <-served:
		return &rbac.Error{Kind: rbac.Unavailable, Err: err, Message: "The emulator can't serve any longer: " + networkReason(err) + "."}
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	if server.Shutdown(grace) != nil {
		_ = server.Close() // those that are not done after the grace are cut off
	}
	serving.Wait()
	return nil
}

// authority is the one in the file that was asked for. Without one it lives as
// long as the program, with its certificate in a file that clients can be told of.
func (s settings) authority(later *closers) (*authority, string, error) {
	if s.caFile != "" {
		path, err := filepath.Abs(s.caFile)
		if err != nil {
			return nil, "", unreadable(s.caFile, err)
		}
		a, err := openAuthority(path, time.Now())
		return a, path, err
	}
	key, err := newKey()
	if err != nil {
		return nil, "", err
	}
	a, err := newAuthority(key, time.Now())
	if err != nil {
		return nil, "", err
	}
	path, err := write(filepath.Join(os.TempDir(), "rbac-emulator-ca.pem"), a.pem, 0o644)
	if err != nil {
		return nil, "", err
	}
	later.add(func() error { return os.Remove(path) })
	return a, path, nil
}

// names are the URL under which the services are announced, and the hosts that
// the certificate is for: the loopback ones always, and what was listened at.
func names(listen string, at net.Addr) (base string, hosts []string) {
	host, _, _ := net.SplitHostPort(listen) // it has been listened at
	_, port, _ := net.SplitHostPort(at.String())
	hosts = []string{"127.0.0.1", "::1", "localhost"}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		if name, err := os.Hostname(); err == nil {
			hosts = append(hosts, name)
		}
		host = "127.0.0.1"
	} else if host != "127.0.0.1" && host != "::1" && host != "localhost" {
		hosts = append(hosts, host)
	}
	return "https://" + net.JoinHostPort(host, port), hosts
}

// networkReason is the part of a network error that a person needs.
func networkReason(err error) string {
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		var sys *os.SyscallError
		if errors.As(op.Err, &sys) {
			return sys.Err.Error()
		}
		return op.Err.Error()
	}
	return err.Error()
}

// closers are to be called at the end, the last first.
type closers []func() error

func (c *closers) add(f func() error) { *c = append(*c, f) }

func (c *closers) close() error {
	var errs []error
	for i := len(*c) - 1; i >= 0; i-- {
		errs = append(errs, (*c)[i]())
	}
	return errors.Join(errs...)
}
