# by scope|role|principal_id; the role by name, GUID or ARM ID
terraform import rbac_azure_role_assignment.night_shift "/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11/resourceGroups/lyon-line-1|Virtual Machine Operator|7c1e0a5d-3b0e-4a3c-8f0b-2f6a9a0f6f10"

# by ARM ID
terraform import rbac_azure_role_assignment.night_shift /subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11/resourceGroups/lyon-line-1/providers/Microsoft.Authorization/roleAssignments/ca3888b3-c2f0-5cf6-b085-e5fc52caa477
