// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// The application of the emulator's directory file.
const (
	emulatorTenant = "99999999-0000-0000-0000-000000000001"
	emulatorClient = "99999999-0000-0000-0000-000000000002"
	emulatorSecret = "kept-from-every-log"
)

// startEmulator runs the program as an emulator until the test ends.
func startEmulator(t *testing.T, w workdir) *emulated {
	t.Helper()
	w.write("directory.json", fmt.Sprintf(`{
  "tenant_id": %q,
  "users": [{"id": "aaaaaaaa-0000-0000-0000-000000000001", "display_name": "Ada"}],
  "service_principals": [{"id": "99999999-0000-0000-0000-000000000003", "app_id": %q, "display_name": "Terraform", "secret": %q}],
  "subscriptions": [{"id": "11111111-1111-1111-1111-111111111111", "display_name": "Sandbox"}]
}`, emulatorTenant, emulatorClient, emulatorSecret))
	return w.emulate("-directory", "directory.json", "-ca-file", "ca.pem", "-request-log", "requests.jsonl")
}

// signedIn is the environment of a run on the emulator.
func (e *emulated) signedIn(w workdir, secret string) []string {
	return w.environment("SSL_CERT_FILE="+e.CAFile, "ARM_TENANT_ID="+e.TenantID, "ARM_CLIENT_ID="+emulatorClient, "ARM_CLIENT_SECRET="+secret,
		"TF_LOG=TRACE", "TF_LOG_PATH="+w.path("trace.log"))
}

func TestAccTheMicrosoftBackendWorksOnTheEmulatorAndSecretsAppearNowhere(t *testing.T) {
	t.Parallel()
	w := newWorkdir(t)
	e := startEmulator(t, w)
	block := fmt.Sprintf(`terraform {
  required_providers {
    rbac = {
      source = "rolewright/rbac"
    }
  }
}

provider "rbac" {
  backend = "microsoft"
  microsoft = {
    endpoints = { resource_manager = %q, graph = %q, authority = %q }
  }
}
`, e.ResourceManager, e.Graph, e.Authority)
	w.write("main.tf", block+`
resource "rbac_azure_custom_role" "operator" {
  name              = "Operator"
  actions           = ["Microsoft.Compute/virtualMachines/read"]
  assignable_scopes = ["/subscriptions/11111111-1111-1111-1111-111111111111"]
}

resource "rbac_azure_role_assignment" "ada" {
  scope        = "/subscriptions/11111111-1111-1111-1111-111111111111"
  role         = rbac_azure_custom_role.operator.id
  principal_id = "aaaaaaaa-0000-0000-0000-000000000001"
}

resource "rbac_entra_role_assignment" "ada" {
  role         = "Reports Reader"
  principal_id = "aaaaaaaa-0000-0000-0000-000000000001"
}

resource "rbac_intune_scope_tag" "rome" {
  name = "Rome"
}
`)
	w.init()
	run := func(code int, secret string, args ...string) output {
		t.Helper()
		c := w.command(args...)
		c.Env = e.signedIn(w, secret)
		o := runCommand(t, c)
		if o.code != code {
			t.Fatalf("terraform %s ended with %d, want %d\n%s\n%s", strings.Join(args, " "), o.code, code, o.stdout, o.stderr)
		}
		return o
	}
	said := []output{
		run(1, "another-secret-to-keep", "plan", "-no-color"),
		run(0, emulatorSecret, "apply", "-no-color", "-auto-approve"),
		run(0, emulatorSecret, "plan", "-no-color", "-detailed-exitcode"),
		run(0, emulatorSecret, "destroy", "-no-color", "-auto-approve"),
	}
	said[0].wants(t, "Signing in with a client secret failed.")
	said[1].wants(t, "4 added, 0 changed, 0 destroyed")
	said[3].wants(t, "4 destroyed")

	written := map[string]string{}
	for _, file := range []string{"trace.log", "requests.jsonl", "terraform.tfstate", "terraform.tfstate.backup"} {
		content, err := os.ReadFile(w.path(file))
		if err != nil {
			t.Fatal(err)
		}
		written[file] = string(content)
	}
	for i, o := range said {
		written[fmt.Sprintf("the output of run %d", i+1)] = o.stdout + o.stderr
	}
	for where, content := range written {
		for _, secret := range []string{emulatorSecret, "another-secret-to-keep", "Bearer ey"} {
			if strings.Contains(content, secret) {
				t.Errorf("%s has %q", where, secret)
			}
		}
	}
	// Else nothing was looked at: the log has each request, and the backup the assignment.
	for where, text := range map[string]string{"trace.log": "Microsoft request", "requests.jsonl": "/oauth2/v2.0/token", "terraform.tfstate.backup": "Reports Reader"} {
		if !strings.Contains(written[where], text) {
			t.Errorf("%s lacks %q", where, text)
		}
	}
}
