import {
  to = rbac_intune_role_assignment.help_desk_emea

  identity = {
    id = "8a1c6d1e-0f64-4d2b-9a57-3c5e7f902b14"
  }
}
