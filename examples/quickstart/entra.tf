# Microsoft Entra: a custom role for the owners of app registrations, and a built-in
# role that holds in one plant only.

resource "rbac_entra_custom_role" "app_registrations" {
  name        = "App Registration Support"
  description = "Keeps names, sign-in settings and owners of app registrations in order; creates none and sees no secrets."

  permissions = [
    "microsoft.directory/applications/standard/read",
    "microsoft.directory/applications/owners/read",
    "microsoft.directory/applications/owners/update",
    "microsoft.directory/applications/basic/update",
    "microsoft.directory/applications/authentication/update",
  ]
}

resource "rbac_entra_role_assignment" "app_registrations" {
  role         = rbac_entra_custom_role.app_registrations.id
  principal_id = local.group["Identity operators"] # must be role-assignable, as directory.json says it is
}

# Password resets, for the people and devices of the Lyon plant.
resource "rbac_entra_role_assignment" "lyon_passwords" {
  role            = "Helpdesk Administrator"
  principal_id    = local.group["Identity operators"]
  directory_scope = "/administrativeUnits/${local.administrative_unit["Lyon plant"]}"
}
