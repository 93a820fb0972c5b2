import {
  to = rbac_intune_custom_role.app_desk

  identity = {
    id = "8a1c6d1e-0f64-4d2b-9a57-3c5e7f902b14"
  }
}
