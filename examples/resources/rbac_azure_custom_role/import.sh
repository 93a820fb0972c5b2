# by name, in any casing
terraform import rbac_azure_custom_role.vm_operator "name:Virtual Machine Operator"

# by GUID
terraform import rbac_azure_custom_role.vm_operator c899ec6d-ce30-5dbd-ab6a-43aab8b0ec8a

# by ARM ID, as Azure prints it: any scope in front, any casing
terraform import rbac_azure_custom_role.vm_operator /subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11/providers/Microsoft.Authorization/roleDefinitions/c899ec6d-ce30-5dbd-ab6a-43aab8b0ec8a
