import {
  to = rbac_entra_custom_role.app_registrations

  identity = {
    id = "f8a0fd65-77b1-5971-a3aa-f40e48299c81"
  }
}
