// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"regexp"
	"strings"
	"sync"
	"time"
)

// Fault is a way of misbehaving and the requests that meet it. Its zero value
// meets every request and does nothing.
type Fault struct {
	// Method and Path select requests: an HTTP method, any when empty, and a
	// regular expression on path and query, decoded or as sent, casing ignored.
	Method, Path string
	// After is how many selected requests pass first; Times how many are hit
	// then, 0 for all.
	After, Times int
	// When says whether Status or Drop come before the tenant carries the request
	// out, or after it has. After is what an ambiguous failure is: the object is
	// there, and the client was told otherwise.
	When When
	// Status, Code and RetryAfter are the answer: throttling (429 with a
	// Retry-After), an outage (500, 503, 504), a missing permission (403). Without
	// a code it is the one that the service has for the status; without a status,
	// the other two say nothing.
	Status     int
	Code       string
	RetryAfter time.Duration
	// Drop closes the connection without an answer, as a proxy, a restart or a
	// weak network do. Of HTTP/2, where requests share a connection, it is the
	// stream, so that no request suffers that the fault does not select.
	Drop bool
	// HideReads is how many reads do not find what the request creates, neither
	// by ID nor in a list: replicas learn of new objects late.
	HideReads int
	// Stale is how long reads show what was there before the request: replicas
	// that lag, as after updating an Azure role.
	Stale time.Duration
	// Linger is how long reads show what the request deletes, as Azure roles do
	// that are "gone" in one read and back in the next.
	Linger time.Duration
	// Recase writes the GUIDs, resource IDs and permissions of the answer in
	// other casing: Azure resource IDs and permissions have none of their own.
	Recase bool
	// Reorder turns the lists of the answer around: they are sets to the services.
	Reorder bool
}

// When is the moment of a fault.
type When string

// The moments; no When is BeforeIt.
const (
	BeforeIt When = "before"
	AfterIt  When = "after"
)

// answers reports whether the fault is the answer, whatever the tenant says.
func (f *Fault) answers() bool { return f != nil && (f.Status != 0 || f.Drop) }

// Faults are the faults in force. They may be changed while a server runs and
// are safe for use by several goroutines at once.
type Faults struct {
	mu    sync.Mutex
	rules []*rule
	file  *faultFile // nil in memory
}

// rule is a fault with the requests that it met.
type rule struct {
	Fault
	path  *regexp.Regexp // nil for all
	count int            // selected requests so far
}

// NewFaults returns faults that are kept in memory. Errors are as of ParseFaults.
func NewFaults(list ...Fault) (*Faults, error) {
	f := &Faults{}
	err := f.Set(list...)
	return f, err
}

// Set replaces all faults and starts to count anew. On an error, which is an
// *rbac.Error of kind Invalid, nothing changes.
func (f *Faults) Set(list ...Fault) error {
	rules, err := compileFaults(list)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules = rules
	return nil
}

func compileFaults(list []Fault) ([]*rule, error) {
	rules := make([]*rule, 0, len(list))
	for i, fault := range list {
		r := &rule{Fault: fault}
		if err := fault.check(i); err != nil {
			return nil, err
		}
		if fault.Path != "" {
			var err error
			if r.path, err = regexp.Compile("(?i)" + fault.Path); err != nil {
				return nil, badFault(i, "path", "is %q, which is no regular expression: %s.", fault.Path, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
			}
		}
		rules = append(rules, r)
	}
	return rules, nil
}

// meet returns the fault that a request meets, nil if none: the first in the list
// that selects it and whose turn it is. A request that a fault hits is not
// counted by the faults after it.
func (f *Faults) meet(method string, targets ...string) *Fault {
	if f == nil {
		return nil
	}
	if f.file != nil {
		f.file.refresh(f)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.rules {
		if !r.selects(method, targets) {
			continue
		}
		r.count++
		if r.count > r.After && (r.Times == 0 || r.count <= r.After+r.Times) {
			hit := r.Fault
			return &hit
		}
	}
	return nil
}

func (r *rule) selects(method string, targets []string) bool {
	if r.Method != "" && !strings.EqualFold(r.Method, method) {
		return false
	}
	if r.path == nil {
		return true
	}
	for _, t := range targets {
		if r.path.MatchString(t) {
			return true
		}
	}
	return false
}
