# Which built-in roles can wipe a device? Those that can do the least else come first.
data "rbac_intune_builtin_roles" "wipe" {
  granting = ["Remote tasks/Wipe"]
}

output "roles_that_wipe" {
  value = data.rbac_intune_builtin_roles.wipe.roles[*].name
}
