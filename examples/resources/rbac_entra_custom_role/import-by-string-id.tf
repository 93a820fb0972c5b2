import {
  to = rbac_entra_custom_role.app_registrations
  id = "name:App Registration Support" # the display name, which must be the only one of its kind

  # or its GUID:
  #   id = "f8a0fd65-77b1-5971-a3aa-f40e48299c81"
}
