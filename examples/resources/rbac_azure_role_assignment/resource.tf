# A role that this configuration makes, at a resource group.
resource "rbac_azure_custom_role" "vm_operator" {
  name              = "Virtual Machine Operator"
  actions           = ["Microsoft.Compute/*/read", "Microsoft.Compute/virtualMachines/restart/action"]
  assignable_scopes = ["/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11"]
}

resource "rbac_azure_role_assignment" "night_shift" {
  scope        = "/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11/resourceGroups/lyon-line-1"
  role         = rbac_azure_custom_role.vm_operator.id
  principal_id = "7c1e0a5d-3b0e-4a3c-8f0b-2f6a9a0f6f10"
}

# A built-in role by name, narrowed by a condition.
resource "rbac_azure_role_assignment" "report_readers" {
  scope          = "/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11"
  role           = "Storage Blob Data Reader"
  principal_id   = "a1d07c52-6e3f-4b18-9a64-0c5be2f7d301"
  principal_type = "Group"
  description    = "Reads the containers named reports, and no others."

  condition = <<-EOT
    (
      !(ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'})
      OR
      @Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'reports'
    )
  EOT
}

# Somebody may have made this one by hand: then it is taken over, not refused.
resource "rbac_azure_role_assignment" "auditor" {
  scope          = "/providers/Microsoft.Management/managementGroups/plants"
  role           = "acdd72a7-3385-48ef-bd42-f606fba81ae7" # Reader
  principal_id   = "0b8e1f6a-92c4-4f37-8a1d-3f5d2c7e6b01"
  adopt_existing = true
}
