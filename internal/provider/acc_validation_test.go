// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"path/filepath"
	"testing"
)

func TestAccValidation_theEmbeddedTenantIsAsStrictAsThePlan(t *testing.T) {
	embeddedOnly(t, "it is about the embedded tenant")
	t.Parallel()
	const misspelt = `
resource "rbac_azure_custom_role" "test" {
  name              = "Operator"
  actions           = ["Microsoft.Compute/virtualMachine/start/action"]
  assignable_scopes = ["/subscriptions/b0000000-0000-4000-8000-000000000001"]
}

resource "rbac_intune_custom_role" "test" {
  name        = "Desk"
  permissions = ["Microsoft.Intune_MobileApp_Read"]
}
`
	// What is not known while planning is not checked before the apply.
	const late = `
resource "terraform_data" "action" {
  input = "Microsoft.Compute/virtualMachine/start/action"
}

resource "rbac_azure_custom_role" "test" {
  name              = "Late"
  actions           = [terraform_data.action.output]
  assignable_scopes = ["/subscriptions/b0000000-0000-4000-8000-000000000001"]
}
`
	for name, c := range map[string]struct {
		provider, config string
		fails            []string // empty: the apply succeeds
	}{
		"as documented":      {"", misspelt, []string{"Unknown Azure action", "Unknown Intune permission"}},
		"the catalog warns":  {`validation = { catalog = "warning" }`, misspelt, nil},
		"the catalog is off": {`validation = { catalog = "off" }`, misspelt, nil},
		"the rules are off":  {`validation = { rules = { azure_action_unknown = "off", intune_permission_unknown = "warning" } }`, misspelt, nil},
		"a rule wins over the catalog": {
			`validation = { catalog = "off", rules = { azure_action_unknown = "error" } }`, misspelt, []string{"Unknown Azure action"},
		},
		"known late":               {"", late, []string{`"Microsoft.Compute/virtualMachine/start/action" is no known action.`, "azure_action_unknown"}},
		"known late, switched off": {`validation = { catalog = "off" }`, late, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needTerraform(t)
			tf := newCommandLine(t, factories(), localProvider(filepath.Join(t.TempDir(), "tenant.db"), c.provider)+c.config)
			if c.fails != nil {
				out := tf.fails("apply", "-auto-approve")
				for _, text := range c.fails {
					out.says(text)
				}
				return
			}
			tf.run("apply", "-auto-approve").count("Error: ", 0)
			tf.run("plan").says("No changes.")
		})
	}
}
