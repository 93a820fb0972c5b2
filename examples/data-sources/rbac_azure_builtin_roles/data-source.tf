# Which role lets somebody restart virtual machines, and little else?
data "rbac_azure_builtin_roles" "restart" {
  granting   = ["Microsoft.Compute/virtualMachines/restart/action"]
  privileged = false
}

output "least_privileged" {
  value = data.rbac_azure_builtin_roles.restart.roles[0].name
}

# What is there for Key Vault?
data "rbac_azure_builtin_roles" "key_vault" {
  name_contains = "key vault"
}

output "key_vault_roles" {
  value = [for role in data.rbac_azure_builtin_roles.key_vault.roles : role.name]
}
