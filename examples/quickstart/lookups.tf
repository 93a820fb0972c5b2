# Questions that the catalog in the provider answers, without any tenant. Old scripts and
# old habits use names that Microsoft has since changed: they are still understood.

locals {
  old_entra_names = ["Company Administrator", "User Account Administrator", "Lync Service Administrator"]
  old_azure_names = ["Azure AI User"]
}

data "rbac_entra_builtin_role" "old" {
  for_each = toset(local.old_entra_names)
  name     = each.key
}

data "rbac_azure_builtin_role" "old" {
  for_each = toset(local.old_azure_names)
  name     = each.key
}

# What the actions of the custom role stand for, wildcards included, as far as is known today.
data "rbac_azure_permissions" "vm_operator" {
  matching    = rbac_azure_custom_role.vm_operator.actions
  data_action = false
}

# Which built-in roles could restart a virtual machine, those that allow little else first.
data "rbac_azure_builtin_roles" "restart" {
  granting = ["Microsoft.Compute/virtualMachines/restart/action"]
}

# Who can wipe devices in this tenant: asked once everything is in place.
data "rbac_intune_role_assignments" "wipe" {
  granting   = "Remote tasks/Wipe"
  depends_on = [rbac_intune_role_assignment.help_desk]
}

# And everything that is assigned in Azure, whoever assigned it.
data "rbac_azure_role_assignments" "all" {
  depends_on = [rbac_azure_role_assignment.night_shift, rbac_azure_role_assignment.pipeline]
}
