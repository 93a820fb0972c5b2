// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/backend"
)

// Terraform plans resources in an order that it does not promise, as many at a
// time as -parallelism says. Whatever the order, exactly what is in the way of
// the tenant is reported.
func TestRules_conflictsOfALargePlanAreReportedAndNothingElse(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	config := memory(`
resource "rbac_azure_custom_role" "r" {
  for_each          = toset([for i in range(100) : tostring(i)])
  name              = "Role ${each.key}"
  actions           = ["Microsoft.Compute/disks/read"]
  assignable_scopes = ["` + subscription1 + `"]
}

resource "rbac_azure_role_assignment" "r" {
  for_each     = rbac_azure_custom_role.r
  scope        = "` + subscription1 + `"
  role         = each.value.name
  principal_id = "` + principalOf("each") + `"
}

resource "rbac_azure_role_assignment" "reader" {
  for_each     = toset([for i in range(100) : format("00000000-0000-0000-0000-%012d", i)])
  scope        = "` + subscription1 + `"
  role         = "Reader"
  principal_id = each.key
}
`)
	var want []string
	tn := newTenant(t)
	for _, i := range []int{3, 57, 98} {
		must(t, tn, hasAzureRole(fmt.Sprintf("ROLE %d", i), guid(principalOf(fmt.Sprint("taken", i))), subscription1))
		must(t, tn, hasAzureAssignment(subscription1, readerID, guid(fmt.Sprintf("00000000-0000-0000-0000-%012d", i))))
		want = append(want, fmt.Sprintf(`azure_role_name_unique: The name "ROLE %d" belongs to the Azure role %s.`, i, principalOf(fmt.Sprint("taken", i))),
			fmt.Sprintf(`azure_assignment_unique: The role is assigned to the principal 00000000-0000-0000-0000-%012d at %q already, by`, i, subscription1))
	}
	slices.Sort(want)
	tf := tn.terraform(t, config)
	for _, parallelism := range []string{"-parallelism=1", "-parallelism=2", "-parallelism=10", "-parallelism=50"} {
		var got []string
		for _, d := range tf.diagnostics("plan", parallelism) {
			// One that found no place to wait is reported by another.
			_, rest, _ := strings.Cut("\n"+d.Detail, "\n")
			got = append(got, d.rule()+": "+strings.TrimPrefix(rest, "Another resource of this plan breaks a rule too. "))
		}
		slices.Sort(got)
		if !slices.EqualFunc(got, want, strings.HasPrefix) {
			t.Errorf("%s reports\n%q, want\n%q", parallelism, got, want)
		}
	}
}

// With one call at a time nothing tells a plan of many resources from a plan of
// one, so there the new role must wait for the old one, as it should anyway:
// otherwise nothing promises that the name is free when it is asked for.
func TestRules_aNameThatIsGivenUpInThePlanIsFree(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	config := func(old, more string) string {
		return memory(resourceBlock("azure_custom_role", "old", body{"name": quoted(old)}) +
			`
resource "rbac_azure_custom_role" "other" {
  for_each          = toset([for i in range(30) : tostring(i)])
  name              = "Other ${each.key}"
  actions           = ["Microsoft.Compute/disks/read"]
  assignable_scopes = ["` + subscription1 + `"]
}
` + more)
	}
	tn := newTenant(t)
	tf := tn.terraform(t, config("Operator", ""))
	tf.run("apply", "-auto-approve")
	for parallelism, order := range map[string]string{"-parallelism=1": "[rbac_azure_custom_role.old]", "-parallelism=2": "", "-parallelism=10": "", "-parallelism=50": ""} {
		tf.write(config("Former operator", resourceBlock("azure_custom_role", "new", body{"name": `"Operator"`, "role_id": quoted(principalOf("new")), "depends_on": order})))
		for range 3 {
			for _, d := range tf.diagnostics("plan", parallelism) {
				t.Errorf("%s reports %s", parallelism, d)
			}
		}
	}
}

// must changes a tenant behind Terraform's back.
func must(t *testing.T, tn *tenant, change func(context.Context, backend.Backend) error) {
	t.Helper()
	if err := change(t.Context(), tn.Backend); err != nil {
		t.Fatal(err)
	}
}
