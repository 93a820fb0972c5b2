// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package command

import (
	"errors"
	"flag"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// usage is what -h prints.
const usage = `Usage: terraform-provider-rbac emulator [flags]

Serves a tenant in the formats of Azure Resource Manager and Microsoft Graph
over HTTPS, for any client of theirs, until it is interrupted. When it is ready,
it prints one line of JSON that tells where. Nothing of it is in Microsoft's cloud.

  -listen ADDRESS      where to listen (127.0.0.1:0: this machine only, any free port)
  -store FILE          the tenant's file, made when there is none; without it the
                       tenant is in memory and gone at the end
  -directory FILE      who exists: JSON with users, groups, service principals and
                       their secrets, management groups, subscriptions; without it
                       every ID and scope exists and every client gets a token
  -ca-file FILE        the certificate authority that clients are to trust (for
                       instance by SSL_CERT_FILE): made when there is none, with its
                       key in FILE.key for this user only, and used again; without
                       it, a new one at each start
  -latency DURATION    added to every answer, such as 50ms
  -page-size N         how many items a page of a list has; without it, as many as
                       the services send
  -rate-limits         throttle as the services are documented to
  -faults FILE         which requests go wrong, and how: a JSON list, read again
                       when it changes
  -request-log FILE    gets a line of JSON for each request
  -h                   print this and end
`

// errHelp says that the help was asked for.
var errHelp = errors.New("help")

// settings are what the flags say.
type settings struct {
	listen, store, directory, caFile, faults, requestLog string
	latency                                              time.Duration
	pageSize                                             int
	rateLimits                                           bool
}

// most is the largest page, and the longest latency, that anybody can mean.
const (
	mostItems   = 1_000_000
	mostLatency = time.Hour
)

// parse reads the flags. Errors are *rbac.Error of kind Invalid, or errHelp.
func parse(args []string) (settings, error) {
	s := settings{listen: "127.0.0.1:0"}
	var problem error // what a value is wrong about, which flag would wrap in words of its own
	fs := flag.NewFlagSet("emulator", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	value := func(name string, set func(text string) error) {
		fs.Func(name, "", func(text string) error {
			if problem == nil {
				problem = set(text)
			}
			return problem
		})
	}
	file := func(name string, to *string) {
		value(name, func(text string) error {
			if *to = text; text == "" {
				return invalid("-%s is empty. Name a file, or leave the flag out.", name)
			}
			return nil
		})
	}
	file("store", &s.store)
	file("directory", &s.directory)
	file("ca-file", &s.caFile)
	file("faults", &s.faults)
	file("request-log", &s.requestLog)
	value("listen", func(text string) error {
		_, port, err := net.SplitHostPort(text)
		n, convErr := strconv.Atoi(port)
		if s.listen = text; err != nil || convErr != nil || n < 0 || n > 65535 {
			return invalid("-listen is %q, which is no address. It is a host and a port from 0 to 65535, such as 127.0.0.1:8443.", text)
		}
		return nil
	})
	value("latency", func(text string) error {
		d, err := time.ParseDuration(text)
		if s.latency = d; err != nil || d < 0 || d > mostLatency {
			return invalid("-latency is %q. It is a time from 0s to 1h with its unit, such as 50ms.", text)
		}
		return nil
	})
	value("page-size", func(text string) error {
		n, err := strconv.Atoi(text)
		if s.pageSize = n; err != nil || n < 0 || n > mostItems {
			return invalid("-page-size is %q. It is a whole number from 0 to %d; 0 is as many as the services send.", text, mostItems)
		}
		return nil
	})
	fs.BoolFunc("rate-limits", "", func(text string) error {
		on, err := strconv.ParseBool(text)
		if s.rateLimits = on; err != nil && problem == nil {
			problem = invalid("-rate-limits is %q. It is there or not; true and false are its only values.", text)
		}
		return err
	})
	switch err := fs.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return s, errHelp
	case problem != nil:
		return s, problem
	case err != nil:
		return s, badFlag(fs, err)
	case fs.NArg() > 0:
		return s, invalid("%q is no argument of the emulator: it has flags only. See terraform-provider-rbac emulator -h.", fs.Arg(0))
	}
	return s, nil
}

// badFlag puts the errors of package flag into a sentence.
func badFlag(fs *flag.FlagSet, err error) error {
	const see = " See terraform-provider-rbac emulator -h."
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: -"); ok {
		var known []string
		fs.VisitAll(func(f *flag.Flag) { known = append(known, "-"+f.Name) })
		return invalid("-%s is no flag of the emulator.%s%s", name, rbac.DidYouMean("-"+name, known), see)
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: -"); ok {
		return invalid("-%s needs a value.%s", name, see)
	}
	return invalid("The flags can't be read: %s.%s", text, see)
}
