data "rbac_azure_builtin_role" "vm_contributor" {
  name = "Virtual Machine Contributor"
}

# A copy of it that manages virtual machines and leaves their disks alone.
resource "rbac_azure_custom_role" "vm_contributor" {
  name              = "Virtual Machine Contributor without disks"
  actions           = setsubtract(data.rbac_azure_builtin_role.vm_contributor.actions, ["Microsoft.Compute/disks/write", "Microsoft.Compute/disks/delete"])
  not_actions       = data.rbac_azure_builtin_role.vm_contributor.not_actions
  assignable_scopes = ["/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11"]
}

# A former name finds the role too.
data "rbac_azure_builtin_role" "old_name" {
  name = "Azure AI User"
}

output "present_name" {
  value = data.rbac_azure_builtin_role.old_name.display_name
}
