import {
  to = rbac_azure_custom_role.vm_operator

  identity = {
    id = "/providers/Microsoft.Authorization/roleDefinitions/c899ec6d-ce30-5dbd-ab6a-43aab8b0ec8a"
  }
}
