# Who holds the most powerful role?
data "rbac_entra_role_assignments" "global_administrators" {
  role = "Global Administrator"
}

output "global_administrators" {
  value = data.rbac_entra_role_assignments.global_administrators.role_assignments[*].principal_id
}

# What does one principal hold, and where?
data "rbac_entra_role_assignments" "of_one" {
  principal_id = "c3d29e74-8051-4d3a-9c86-2e7d0419f523"
}

output "roles_of_one" {
  value = { for a in data.rbac_entra_role_assignments.of_one.role_assignments : a.role_name => a.directory_scope... }
}
