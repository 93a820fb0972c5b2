// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Command clean takes away what the tests on a live tenant left there, whichever
// run it was, and makes sure that nothing of it is left. scripts/live.sh runs it
// before and after the tests. The package live has the environment variables.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/acceptance/live"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// patience is how long a clean-up may take.
const patience = 20 * time.Minute

func main() {
	os.Exit(run())
}

// run returns 0 when the tenant is clean, 2 when the settings are wrong, else 1.
func run() int {
	check := flag.Bool("check", false, "only check the settings, and say which tenant they mean")
	quiet := flag.Duration("quiet", 10*time.Second, "how long lists must show nothing of the tests")
	remember := flag.String("remember", "", "write what else there is to this `file`")
	compare := flag.String("compare", "", "compare what else there is with this `file`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()

	s, err := live.Read(os.Getenv)
	if err == nil {
		err = authorized(ctx, s)
	}
	if err != nil {
		say(err)
		return 2
	}
	if *check {
		return 0
	}
	others, err := live.Clean(ctx, s, func() (backend.Backend, error) {
		t, err := s.Open()
		if err != nil {
			return backend.Backend{}, err
		}
		return t.Backend(), nil
	}, *quiet, func(line string) { fmt.Fprintln(os.Stdout, line) })
	if err == nil && *remember != "" {
		err = write(*remember, others)
	}
	if err == nil && *compare != "" {
		err = same(*compare, others)
	}
	if err != nil {
		say(err)
		return 1
	}
	fmt.Fprintln(os.Stdout, "The tenant has nothing whose name begins with "+live.Prefix+".")
	return 0
}

// authorized signs in and makes sure that this is the tenant that may be changed.
func authorized(ctx context.Context, s live.Settings) error {
	t, err := s.Open()
	if err != nil {
		return err
	}
	tenant, err := t.SignedIn(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stdout, "Tenant:       "+tenant.String())
	if s.Tests(rbac.Azure) {
		fmt.Fprintln(os.Stdout, "Subscription: "+s.Subscription.String())
	}
	if tenant != s.Tenant {
		return &rbac.Error{Kind: rbac.Forbidden, Message: fmt.Sprintf("The credentials are for tenant %s, but RBAC_LIVE_TENANT allows changes of %s only. Correct whichever is wrong.", tenant, s.Tenant)}
	}
	return nil
}

func write(file string, others map[string]string) error {
	text, err := json.Marshal(others)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}

// same reports what else has changed since it was remembered.
func same(file string, others map[string]string) error {
	text, err := os.ReadFile(file) //nolint:gosec // the caller names it
	if err != nil {
		return err
	}
	var before map[string]string
	if err := json.Unmarshal(text, &before); err != nil {
		return fmt.Errorf("%s is not what -remember has written: %w", file, err)
	}
	var errs []error
	for _, change := range live.Changes(before, others) {
		errs = append(errs, errors.New("  "+change))
	}
	if len(errs) > 0 {
		return fmt.Errorf("Something that is not the tests' has changed while they ran. Somebody else did that, or the provider has a fault:\n%w", errors.Join(errs...)) //nolint:staticcheck // for people
	}
	return nil
}

func say(err error) { fmt.Fprintln(os.Stderr, err) }
