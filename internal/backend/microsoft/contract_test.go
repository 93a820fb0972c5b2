// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/backendtest"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// trusting is a directory that lets every application sign in.
type trusting struct{ emulator.Directory }

// Authenticate takes every secret.
func (trusting) Authenticate(application rbac.GUID, _ string) (entra.Object, bool) {
	return entra.Object{ID: application, AppID: application, Type: entra.ServicePrincipal}, true
}

// emulated returns an emulator over a reference tenant of its own.
func emulated(t *testing.T, o backendtest.Options, e emulator.Options) *emulator.Server {
	t.Helper()
	world := reference.Options{Limits: o.Limits}
	if o.Directory != nil {
		d, err := reference.ParseDirectory(o.Directory)
		if err != nil {
			t.Fatal(err)
		}
		world.Directory, e.Directory = d, trusting{d}
	}
	tenant, err := reference.Open(t.Context(), world)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tenant.Close(); err != nil {
			t.Error(err)
		}
	})
	e.Backend = tenant.Backend()
	server, err := emulator.New(e)
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// clientOf returns a tenant behind the options, who signs in like a pipeline does,
// and is not patient with principals that nobody knows.
func clientOf(t *testing.T, o Options) *Tenant {
	t.Helper()
	o.TenantID = string(emulator.DefaultTenantID)
	k, err := NewCredential(Credentials{ClientID: "a0000000-0000-4000-8000-000000000006", ClientSecret: "s3cret-value"}, o)
	if err != nil {
		t.Fatal(err)
	}
	o.Credential = k
	tenant, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	tenant.azure.patience = time.Millisecond
	tenant.entra.patience = time.Millisecond
	return tenant
}

func TestMicrosoftOverTheEmulatorKeepsTheContract(t *testing.T) {
	t.Parallel()
	backendtest.RunRemote(t, func(t *testing.T, o backendtest.Options) backend.Backend {
		server := emulated(t, o, emulator.Options{PageSize: 50})
		return clientOf(t, Options{Transport: server.RoundTripper()}).Backend()
	})
}

func TestMicrosoftOverHTTPSKeepsTheContract(t *testing.T) {
	t.Parallel()
	backendtest.RunRemote(t, func(t *testing.T, o backendtest.Options) backend.Backend {
		host := httptest.NewTLSServer(emulated(t, o, emulator.Options{}))
		t.Cleanup(host.Close)
		return clientOf(t, Options{
			Transport: host.Client().Transport,
			Endpoints: Endpoints{ResourceManager: host.URL, Graph: host.URL, Authority: host.URL},
		}).Backend()
	})
}
