import {
  to = rbac_intune_custom_role.app_desk
  id = "name:App Desk" # the display name, in any casing

  # or its GUID:
  #   id = "8a1c6d1e-0f64-4d2b-9a57-3c5e7f902b14"
}
