# What can a custom role grant on app registrations?
data "rbac_entra_permissions" "applications" {
  matching               = ["microsoft.directory/applications/*"]
  usable_in_custom_roles = true
}

output "application_permissions" {
  value = data.rbac_entra_permissions.applications.permissions[*].name
}
