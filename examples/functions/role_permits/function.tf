data "rbac_azure_builtin_role" "contributor" {
  name = "Contributor"
}

# false: Contributor may do almost everything, but not assign roles.
output "contributor_assigns_roles" {
  value = provider::rbac::role_permits(data.rbac_azure_builtin_role.contributor, "Microsoft.Authorization/roleAssignments/write")
}
