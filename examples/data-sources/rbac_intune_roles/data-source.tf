data "rbac_intune_roles" "custom" {
  type = "custom"
}

output "custom_roles" {
  value = { for role in data.rbac_intune_roles.custom.roles : role.name => role.assignment_count }
}
