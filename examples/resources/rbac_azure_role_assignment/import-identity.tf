import {
  to = rbac_azure_role_assignment.night_shift

  identity = {
    id = "/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11/resourceGroups/lyon-line-1/providers/Microsoft.Authorization/roleAssignments/ca3888b3-c2f0-5cf6-b085-e5fc52caa477"
  }
}
