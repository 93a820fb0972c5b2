# Custom roles of the tenant that nobody uses.
data "rbac_azure_roles" "custom" {
  type = "custom"
}

output "unused_roles" {
  value = [for role in data.rbac_azure_roles.custom.roles : role.name if role.assignment_count == 0]
}
