# May the help desk reset the password of this user? The administrative units
# that the user is in count.
data "rbac_entra_effective_permissions" "help_desk" {
  principal_id    = "c3d29e74-8051-4d3a-9c86-2e7d0419f523"
  directory_scope = "/0f6a3c1d-5b2e-4f7a-8d90-1e2f3a4b5c6d"
  check           = ["microsoft.directory/users/password/update"]
}

output "may_reset_the_password" {
  value = data.rbac_entra_effective_permissions.help_desk.all_allowed
}

# What does it hold anywhere, and where?
data "rbac_entra_effective_permissions" "anywhere" {
  principal_id = "c3d29e74-8051-4d3a-9c86-2e7d0419f523"
}

output "permissions_by_scope" {
  value = { for p in data.rbac_entra_effective_permissions.anywhere.permissions : p.scope => p.permission... }
}
