# What does a wildcard stand for?
data "rbac_azure_permissions" "vm_actions" {
  matching     = ["Microsoft.Compute/virtualMachines/*"]
  access_level = "action"
}

output "what_can_be_done_to_a_vm" {
  value = { for p in data.rbac_azure_permissions.vm_actions.permissions : p.name => p.description }
}

# Which operations are of the data plane, and belong into data_actions?
data "rbac_azure_permissions" "blob_data" {
  matching    = ["Microsoft.Storage/storageAccounts/blobServices/*"]
  data_action = true
}

output "blob_data_operations" {
  value = data.rbac_azure_permissions.blob_data.permissions[*].name
}
