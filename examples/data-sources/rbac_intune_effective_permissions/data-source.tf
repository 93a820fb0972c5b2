# May this person wipe the devices of Berlin, and through which assignment?
data "rbac_intune_effective_permissions" "one" {
  principal_id = "c3d29e74-8051-4d3a-9c86-2e7d0419f523"

  check     = ["Remote tasks/Wipe", "Mobile apps/Assign"]
  on_groups = ["7d1f0b52-6c1e-4b0a-8f35-9a2c4e6d8b10"]
  on        = "devices"
}

output "answers" {
  value = { for r in data.rbac_intune_effective_permissions.one.results : r.permission => {
    allowed = r.allowed
    because = [for b in r.because : "${b.role_name}, by ${b.assignment_name}"]
  } }
}

# All that the person is granted, by category and permission.
output "permissions" {
  value = data.rbac_intune_effective_permissions.one.permissions[*].permission
}
