# Which role lets somebody reset passwords, and little else?
data "rbac_entra_builtin_roles" "passwords" {
  granting = ["microsoft.directory/users/password/update"]
}

output "least_privileged" {
  value = data.rbac_entra_builtin_roles.passwords.roles[0].name
}

# What must be looked after most carefully?
data "rbac_entra_builtin_roles" "privileged" {
  privileged = true
}

output "privileged_roles" {
  value = data.rbac_entra_builtin_roles.privileged.roles[*].name
}
