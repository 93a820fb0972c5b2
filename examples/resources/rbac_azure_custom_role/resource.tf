resource "rbac_azure_custom_role" "vm_operator" {
  name        = "Virtual Machine Operator"
  description = "Can monitor and restart virtual machines."

  actions = [
    "Microsoft.Compute/*/read",
    "Microsoft.Compute/virtualMachines/start/action",
    "Microsoft.Compute/virtualMachines/restart/action",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
  ]

  # Everything but reading disk images.
  not_actions = ["Microsoft.Compute/images/read"]

  assignable_scopes = [
    "/providers/Microsoft.Management/managementGroups/plants",
    "/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11",
  ]
}

# A role with data actions: its holders read blobs, but neither keys nor settings of
# the storage account.
resource "rbac_azure_custom_role" "report_reader" {
  name              = "Report Reader"
  data_actions      = ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"]
  assignable_scopes = ["/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11/resourceGroups/reports"]

  timeouts = {
    create = "5m"
  }
}
