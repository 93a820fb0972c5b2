# May the night shift start machines in production, and because of what?
data "rbac_azure_effective_permissions" "night_shift" {
  principal_id = "c3d29e74-8051-4d3a-9c86-2e7d0419f523"
  scope        = "/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11/resourceGroups/production"

  check = [
    "Microsoft.Compute/virtualMachines/start/action",
    "Microsoft.Authorization/roleAssignments/write",
  ]
}

output "answers" {
  value = { for r in data.rbac_azure_effective_permissions.night_shift.results : r.permission => r.allowed }
}

output "reasons" {
  value = flatten([for r in data.rbac_azure_effective_permissions.night_shift.results : [
    for b in r.because : "${r.permission}: ${b.role_name} at ${b.scope}${b.group_id == null ? "" : ", through ${b.group_name}"}"
  ]])
}

# Nobody of the night shift assigns roles. What is not certain fails, too.
check "night_shift_assigns_no_roles" {
  assert {
    condition     = data.rbac_azure_effective_permissions.night_shift.results[1].allowed == false
    error_message = "The night shift may assign roles, or nobody can tell."
  }
}
