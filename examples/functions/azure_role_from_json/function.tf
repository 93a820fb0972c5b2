# A role that somebody exported with Get-AzRoleDefinition, az role definition list or
# the REST API; which of the three it was, its shape tells.
locals {
  operator = provider::rbac::azure_role_from_json(jsonencode({
    Name             = "Virtual Machine Operator"
    Description      = "Can monitor and restart virtual machines."
    Actions          = ["Microsoft.Compute/*/read", "Microsoft.Compute/virtualMachines/restart/action"]
    AssignableScopes = ["/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11"]
  }))
}

resource "rbac_azure_custom_role" "operator" {
  name              = local.operator.name
  description       = local.operator.description
  actions           = local.operator.actions
  not_actions       = local.operator.not_actions
  data_actions      = local.operator.data_actions
  not_data_actions  = local.operator.not_data_actions
  assignable_scopes = local.operator.assignable_scopes
}
