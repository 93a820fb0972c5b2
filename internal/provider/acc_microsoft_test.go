// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
	"github.com/rolewright/terraform-provider-rbac/internal/emulator/command"
	"github.com/rolewright/terraform-provider-rbac/internal/provider"
)

// With this variable set to "microsoft", the tests work on backend =
// "microsoft": each test's tenant is served by an emulator over HTTPS, and only
// its configurations are told so. What looks into the tenant and changes it
// behind Terraform's back still does so directly.
const testBackendVariable = "RBAC_TEST_BACKEND"

func overTheWire() bool { return os.Getenv(testBackendVariable) == "microsoft" }

// embeddedOnly skips a test that says something of the embedded tenant alone.
func embeddedOnly(t *testing.T, why string) {
	t.Helper()
	if overTheWire() {
		t.Skipf("skipped with %s=microsoft, because %s", testBackendVariable, why)
	}
}

// The application as which the tests sign in to the emulator.
const (
	wireTenant   = "99999999-0000-0000-0000-000000000001"
	wireClient   = "99999999-0000-0000-0000-000000000002"
	wireIdentity = "99999999-0000-0000-0000-000000000003"
	wireSecret   = "the-secret-of-the-tests"
)

// withClient puts the tests' application into a directory file.
func withClient(t *testing.T, directory string) string {
	t.Helper()
	var file map[string]any
	if err := json.Unmarshal([]byte(directory), &file); err != nil {
		t.Fatal(err)
	}
	principals, _ := file["service_principals"].([]any)
	file["service_principals"] = append(principals, map[string]any{"id": wireIdentity, "app_id": wireClient, "display_name": "Terraform", "secret": wireSecret})
	out, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// shipped is what every tenant knows of permissions, read once.
var shipped = command.Catalog()

// serve serves a tenant until the test ends, and returns the lines of a provider
// block that lead there, and the option to give the provider.
func serve(t *testing.T, b backend.Backend, d *reference.Directory) (lines string, option provider.Option) {
	t.Helper()
	o := emulator.Options{Backend: b, TenantID: wireTenant, Catalog: shipped}
	if d != nil {
		o.Directory = d
	}
	e, err := emulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewTLSServer(e)
	t.Cleanup(s.Close)
	return fmt.Sprintf(`  backend = "microsoft"
  microsoft = {
    tenant_id     = %q
    client_id     = %q
    client_secret = %q
    endpoints     = { resource_manager = %q, graph = %[4]q, authority = %[4]q }
  }
`, wireTenant, wireClient, wireSecret, s.URL), provider.WithMicrosoft(s.Client().Transport)
}

// words are what a refusal says: the embedded tenant's own sentence, or what the
// service says in its stead.
func words(embedded, service string) string {
	if overTheWire() {
		return service
	}
	return embedded
}
