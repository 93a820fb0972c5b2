// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import "testing"

// TestAccGeneratedConfigurationPlansEmpty imports objects that somebody made by hand,
// without a line of configuration for them: what Terraform generates must be valid and
// must mean the same as what was imported.
func TestAccGeneratedConfigurationPlansEmpty(t *testing.T) {
	t.Parallel()
	w := newWorkdir(t)
	// By hand is, here, by a configuration that is then forgotten.
	w.write("main.tf", header(tenantFile)+disputed)
	w.init()
	w.apply()
	for _, address := range w.addresses() {
		w.must(0, "state", "rm", "-no-color", address)
	}
	w.write("main.tf", header(tenantFile)+`
import {
  to = rbac_azure_custom_role.found
  id = "name:Disputed"
}

import {
  to = rbac_azure_role_assignment.found
  id = "/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11|Reader|7c1e0a5d-3b0e-4a3c-8f0b-2f6a9a0f6f10"
}

import {
  to = rbac_entra_custom_role.found
  id = "name:Disputed"
}

import {
  to = rbac_entra_role_assignment.found
  id = "Helpdesk Administrator|c3d29e74-8051-4d3a-9c86-2e7d0419f523|/"
}

import {
  to = rbac_intune_custom_role.found
  id = "name:Disputed"
}

import {
  to = rbac_intune_role_assignment.found
  id = "name:Disputed"
}

import {
  to = rbac_intune_scope_tag.found
  id = "name:Disputed"
}
`)
	w.must(0, "plan", "-no-color", "-generate-config-out=generated.tf").wants(t, "Plan: 7 to import, 0 to add, 0 to change, 0 to destroy.")
	w.must(0, "validate", "-no-color")
	w.apply().wants(t, "7 imported, 0 added, 0 changed, 0 destroyed")
	w.planEmpty()
}
