// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package reference_test

import (
	"path/filepath"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/backendtest"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
)

// open opens a tenant that is closed with the test.
func open(t testing.TB, o reference.Options) *reference.Tenant {
	t.Helper()
	tenant, err := reference.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tenant.Close(); err != nil {
			t.Error(err)
		}
	})
	return tenant
}

func options(t *testing.T, o backendtest.Options) reference.Options {
	t.Helper()
	out := reference.Options{Limits: o.Limits}
	if o.Directory != nil {
		d, err := reference.ParseDirectory(o.Directory)
		if err != nil {
			t.Fatal(err)
		}
		out.Directory = d
	}
	return out
}

func TestTheTenantInMemoryKeepsTheContract(t *testing.T) {
	t.Parallel()
	backendtest.Run(t, func(t *testing.T, o backendtest.Options) backend.Backend {
		return open(t, options(t, o)).Backend()
	})
}

func TestTheTenantInAFileKeepsTheContract(t *testing.T) {
	t.Parallel()
	backendtest.Run(t, func(t *testing.T, o backendtest.Options) backend.Backend {
		opts := options(t, o)
		opts.Path = filepath.Join(t.TempDir(), "tenant.db")
		return open(t, opts).Backend()
	})
}

func TestEveryCaseOfTheContractHasItsOwnIDASentenceAndASource(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range backendtest.Cases() {
		switch {
		case seen[c.ID]:
			t.Errorf("%s is there twice", c.ID)
		case c.Says == "" || c.Source == "" || c.Test == nil:
			t.Errorf("%s is incomplete", c.ID)
		}
		switch c.Mark {
		case backendtest.Live, backendtest.Documented, backendtest.Client, backendtest.Assumed:
		default:
			t.Errorf("%s has the mark %q", c.ID, c.Mark)
		}
		seen[c.ID] = true
	}
	if len(seen) < 100 {
		t.Errorf("only %d cases", len(seen))
	}
}
