# Each run works on a tenant of its own in memory.
provider "rbac" {
  backend = "memory"
}

variables {
  team         = "Web"
  subscription = "/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11"
  operations   = ["Microsoft.Compute/virtualMachines/start/action", "Microsoft.Compute/virtualMachines/read"]
}

run "a_team_may_start_its_machines_and_not_delete_them" {
  command = plan

  assert {
    condition     = provider::rbac::role_permits(rbac_azure_custom_role.team, "Microsoft.Compute/virtualMachines/start/action")
    error_message = "The role does not start machines."
  }

  assert {
    condition     = !provider::rbac::role_permits(rbac_azure_custom_role.team, "Microsoft.Compute/virtualMachines/delete")
    error_message = "The role deletes machines."
  }
}

run "the_role_is_named_after_its_team" {
  assert {
    condition     = rbac_azure_custom_role.team.name == "Web Operator"
    error_message = "The role is called ${rbac_azure_custom_role.team.name}."
  }
}

run "nobody_gets_to_assign_roles" {
  command = plan

  variables {
    operations = ["Microsoft.Authorization/*"]
  }

  expect_failures = [rbac_azure_custom_role.team]
}

run "the_scope_must_be_a_subscription" {
  command = plan

  variables {
    subscription = "/providers/Microsoft.Management/managementGroups/Root"
  }

  expect_failures = [var.subscription]
}
