// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

// ofTheTeam are role assignments to groups that Ben is in, and what he may do by
// them. more are resources besides, for which the question about Azure waits too.
func ofTheTeam(more string, waits string) string {
	return memory(`
resource "rbac_azure_role_assignment" "reader" {
  scope        = "` + prodGroup + `"
  role         = "Reader"
  principal_id = "` + departmentID + `"
}

resource "rbac_entra_role_assignment" "help_desk" {
  role            = "Helpdesk Administrator"
  principal_id    = "` + benID + `"
  directory_scope = "/administrativeUnits/` + plantID + `"
}

resource "rbac_intune_custom_role" "wiper" {
  name        = "Wiper"
  permissions = ["Remote tasks/Wipe", "Managed devices/Read"]
}

resource "rbac_intune_role_assignment" "berlin" {
  name         = "Berlin"
  role         = rbac_intune_custom_role.wiper.id
  members      = ["` + teamID + `"]
  scope_groups = ["` + berlinID + `"]
}
` + more + `
data "rbac_azure_effective_permissions" "ben" {
  principal_id = "` + benID + `"
  scope        = "` + shop + `/resourceGroups/web"
  check        = ["Microsoft.Compute/virtualMachines/read", "Microsoft.Compute/virtualMachines/start/action"]
  depends_on   = [rbac_azure_role_assignment.reader` + waits + `]
}

data "rbac_entra_effective_permissions" "ben" {
  principal_id    = "` + benID + `"
  directory_scope = "/` + lineID + `"
  check           = ["microsoft.directory/users/password/update"]
  depends_on      = [rbac_entra_role_assignment.help_desk]
}

data "rbac_intune_effective_permissions" "ben" {
  principal_id = "` + benID + `"
  check        = ["Remote tasks/Wipe"]
  on_groups    = ["` + berlinID + `"]
  on           = "devices"
  depends_on   = [rbac_intune_role_assignment.berlin]
}

data "rbac_intune_role_assignments" "who_can_wipe" {
  granting   = "Remote tasks/Wipe"
  depends_on = [rbac_intune_role_assignment.berlin]
}

output "azure" {
  value = [for r in data.rbac_azure_effective_permissions.ben.results : "${coalesce(r.allowed, "nobody knows")} ${join(",", [for b in r.because : "${b.role_name} through ${b.group_name}"])}"]
}

output "entra" {
  value = data.rbac_entra_effective_permissions.ben.all_allowed
}

output "intune" {
  value = [for b in data.rbac_intune_effective_permissions.ben.results[0].because : "${b.role_name} by ${b.assignment_name} through ${b.group_name}"]
}

output "who_can_wipe" {
  value = [for a in data.rbac_intune_role_assignments.who_can_wipe.role_assignments : "${a.role_name}, ${a.name}, ${a.group_name}, ${join(" ", a.missing_members)}"]
}
`)
}

func output1(name string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownOutputValue(name, value)
}

func outputs(texts ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(texts))
	for i, t := range texts {
		checks[i] = knownvalue.StringExact(t)
	}
	return knownvalue.TupleExact(checks)
}

func TestAccEffectivePermissions_followTheAssignmentsOfTheSameRun(t *testing.T) {
	tn := newTenant(t, everybody)
	tn.test(
		t,
		resource.TestStep{
			Config: ofTheTeam("", ""),
			ConfigStateChecks: []statecheck.StateCheck{
				output1("azure", outputs("true Reader through Department", "false ")),
				output1("entra", knownvalue.Bool(true)),
				output1("intune", outputs("Wiper by Berlin through Team")),
				output1("who_can_wipe", outputs("Wiper, Berlin, Team, ")),
				statecheck.ExpectKnownValue("data.rbac_azure_effective_permissions.ben", tfjsonpath.New("not_evaluated"), knownvalue.ListExact([]knownvalue.Check{})),
			},
		},
		resource.TestStep{Config: ofTheTeam("", ""), ConfigPlanChecks: nothing()},
		resource.TestStep{
			// One more role, and the answer is another in the same run.
			Config: ofTheTeam(`
resource "rbac_azure_role_assignment" "operator" {
  scope        = "`+shop+`"
  role         = "Virtual Machine Contributor"
  principal_id = "`+teamID+`"
}
`, ", rbac_azure_role_assignment.operator"),
			ConfigStateChecks: []statecheck.StateCheck{
				output1("azure", outputs("true Reader through Department,Virtual Machine Contributor through Team", "true Virtual Machine Contributor through Team")),
			},
		},
	)
}

func TestAccEffectivePermissions_checkBlocksTellWhoGainsTooMuch(t *testing.T) {
	t.Parallel()
	tn := newTenant(t, everybody)
	tn.inAzure(t, [3]string{readerID, departmentID, shop})
	tf := tn.terraform(t, memory(`
data "rbac_azure_effective_permissions" "ben" {
  principal_id = "`+benID+`"
  check        = ["Microsoft.Authorization/roleAssignments/write"]
}

check "no_roles_from_ben" {
  assert {
    condition     = data.rbac_azure_effective_permissions.ben.results[0].allowed == false
    error_message = "Ben may assign roles: ${join(", ", data.rbac_azure_effective_permissions.ben.results[0].because[*].role_name)}."
  }
}
`))
	tf.run("plan").count("Ben may assign roles", 0)
	tn.inAzure(t, [3]string{"8e3af657-a8ff-443c-a75c-2fe8c4bcb635", teamID, shop + "/resourceGroups/web"})
	tf.run("plan").says("Warning: Check block assertion failed", "Ben may assign roles: Owner.")
}

func TestAccEffectivePermissions_ofTheCaller(t *testing.T) {
	tn := newTenant(t, everybody)
	tn.test(t, resource.TestStep{
		Config: memory(`
data "rbac_entra_effective_permissions" "mine" {}

output "who" {
  value = data.rbac_entra_effective_permissions.mine.principal_id
}
`),
		ConfigStateChecks: []statecheck.StateCheck{output1("who", knownvalue.StringExact(words(carlaID, wireIdentity)))},
	})
}

func TestAccEffectivePermissions_ofNobody(t *testing.T) {
	tn := newTenant(t, everybody)
	tn.test(t, resource.TestStep{
		Config:      memory("data \"rbac_azure_effective_permissions\" \"x\" {\n  principal_id = \"" + annaID + "\"\n}\n"),
		ExpectError: says("Error: Cannot read Azure effective permissions", "principal_id", "There is no principal "+annaID+" in the directory."),
	}, resource.TestStep{
		Config:      memory("data \"rbac_intune_effective_permissions\" \"x\" {\n  principal_id = \"" + benID + "\"\n  check = [\"Remote tasks/Wype\"]\n}\n"),
		ExpectError: says("Error: Unknown Intune permission", "check", `Did you mean "Remote tasks/Wipe"?`),
	})
}
