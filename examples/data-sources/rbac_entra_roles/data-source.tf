# Roles of the tenant that are in use, with the number of their assignments.
data "rbac_entra_roles" "all" {
  type = "all"
}

output "roles_in_use" {
  value = { for role in data.rbac_entra_roles.all.roles : role.name => role.assignment_count if role.assignment_count > 0 }
}
