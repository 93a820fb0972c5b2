# Azure: the night shift may watch virtual machines and start them again, no more.

resource "rbac_azure_custom_role" "vm_operator" {
  name        = "Virtual Machine Operator"
  description = "Can monitor and restart virtual machines."

  # Casing and order mean nothing here: writing them in another way is no change.
  actions = [
    "Microsoft.Storage/*/read",
    "Microsoft.Network/*/read",
    "Microsoft.Compute/*/read",
    "Microsoft.Compute/virtualMachines/start/action",
    "Microsoft.Compute/virtualMachines/restart/action",
    "Microsoft.Authorization/*/read",
    "Microsoft.ResourceHealth/availabilityStatuses/read",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    "Microsoft.Insights/alertRules/*",
    "Microsoft.Insights/diagnosticSettings/*",
    "Microsoft.Support/*",
  ]

  # Where it may be assigned; this assigns nothing yet.
  assignable_scopes = [
    local.subscription["Plants EMEA"],
    local.subscription["Plants Americas"],
    "/providers/Microsoft.Management/managementGroups/plants",
  ]
}

# Granted at one resource group only. The assignment's ID follows from scope, role and
# principal: it is known while planning, and the same assignment is never made twice.
resource "rbac_azure_role_assignment" "night_shift" {
  scope        = "${local.subscription["Plants EMEA"]}/resourceGroups/${var.resource_group}"
  role         = rbac_azure_custom_role.vm_operator.id
  principal_id = local.group["Night shift"]
  description  = "Restarts the line's servers outside office hours."
}

# Built-in roles are named as people know them, by GUID or by ID.
resource "rbac_azure_role_assignment" "pipeline" {
  scope        = "/providers/Microsoft.Management/managementGroups/plants"
  role         = "Reader"
  principal_id = one([for s in local.directory.service_principals : s.id if s.display_name == "Access pipeline"])
}
