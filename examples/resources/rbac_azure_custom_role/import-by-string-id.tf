import {
  to = rbac_azure_custom_role.vm_operator
  id = "name:Virtual Machine Operator" # the name, in any casing

  # or its GUID:
  #   id = "c899ec6d-ce30-5dbd-ab6a-43aab8b0ec8a"
  # or its ARM ID, with or without a scope in front:
  #   id = "/providers/Microsoft.Authorization/roleDefinitions/c899ec6d-ce30-5dbd-ab6a-43aab8b0ec8a"
}
