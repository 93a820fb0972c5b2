// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"slices"
	"testing"
)

// TestAccTwoAppliesAtOnceLoseAndDuplicateNothing lets two runs collect at the closed
// gate of one tenant and opens it, so that they write at the same time for sure.
func TestAccTwoAppliesAtOnceLoseAndDuplicateNothing(t *testing.T) {
	t.Parallel()
	const count = 3
	first, second := newWorkdir(t), newWorkdir(t)
	file := first.path(tenantFile)
	tenant := openTenant(t, file)
	for prefix, w := range map[string]workdir{"first": first, "second": second} {
		w.write("main.tf", header(file)+many(prefix, count)+disputed)
		w.init()
	}

	g := newGate(t, file)
	g.close()
	runs := []*running{first.start(), second.start()}
	for _, r := range runs {
		r.until(func(r *running) bool { return r.creating > 0 })
	}
	g.open()

	var ended []output
	results := make(chan output, len(runs))
	for _, r := range runs {
		go func() { results <- r.end() }()
	}
	for range runs {
		ended = append(ended, <-results)
	}

	// Of each disputed object exactly one run made it, and the other says how to get it.
	refused := 0
	for _, o := range ended {
		_, n := importBlocks(t, o)
		if want := min(n, 1); o.code != want {
			t.Errorf("a run with %d refusals ended with %d, want %d", n, o.code, want)
		}
		refused += n
	}
	if refused != kinds {
		t.Errorf("%d creates were refused, want one of each of the %d kinds", refused, kinds)
	}

	// Nothing lost, nothing twice.
	want := (2*count + 1) * kinds
	keys := worldOf(t, tenant.Backend()).keys()
	slices.Sort(keys)
	if len(keys) != want || len(slices.Compact(slices.Clone(keys))) != want {
		t.Errorf("the tenant holds %d objects, want %d different ones: %q", len(keys), want, keys)
	}
	managed := len(first.addresses()) + len(second.addresses())
	if managed != want {
		t.Errorf("the two states hold %d objects, the tenant %d", managed, want)
	}
}

// TestAccTwoRunsMayMakeTheTenantAtOnce starts two runs where there is no tenant yet.
func TestAccTwoRunsMayMakeTheTenantAtOnce(t *testing.T) {
	t.Parallel()
	first, second := newWorkdir(t), newWorkdir(t)
	file := first.path(tenantFile)
	for prefix, w := range map[string]workdir{"first": first, "second": second} {
		w.write("main.tf", header(file)+many(prefix, 1))
		w.init()
	}
	runs := []*running{first.start(), second.start()}
	results := make(chan output, len(runs))
	for _, r := range runs {
		go func() { results <- r.end() }()
	}
	for range runs {
		if o := <-results; o.code != 0 {
			t.Errorf("a run ended with %d:\n%s", o.code, o.stdout)
		}
	}
	if size := worldOf(t, openTenant(t, file).Backend()).size(); size != 2*kinds {
		t.Errorf("the tenant holds %d objects, want %d", size, 2*kinds)
	}
	first.planEmpty()
	second.planEmpty()
}
