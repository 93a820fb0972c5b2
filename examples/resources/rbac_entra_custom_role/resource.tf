resource "rbac_entra_custom_role" "app_registrations" {
  name        = "App Registration Support"
  description = "Keeps names, sign-in settings and owners of app registrations in order."
  version     = "2"

  permissions = [
    "microsoft.directory/applications/standard/read",
    "microsoft.directory/applications/basic/update",
    "microsoft.directory/applications/authentication/update",
    "microsoft.directory/applications/owners/update",
  ]
}

# Prepared, but not to be assigned yet.
resource "rbac_entra_custom_role" "license_desk" {
  name        = "License Desk"
  permissions = ["microsoft.directory/users/assignLicense", "microsoft.directory/users/licenseDetails/read"]
  enabled     = false
}
