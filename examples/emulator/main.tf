terraform {
  required_providers {
    rbac = {
      source = "rolewright/rbac"
    }
  }
}

# The line that the emulator prints when it is ready, as TF_VAR_emulator.
variable "emulator" {
  type = object({
    resource_manager = string
    graph            = string
    authority        = string
    tenant_id        = string
  })
}

# Signs in with ARM_CLIENT_ID and ARM_CLIENT_SECRET: those of a service principal in
# directory.json.
provider "rbac" {
  backend = "microsoft"

  microsoft = {
    tenant_id = var.emulator.tenant_id
    endpoints = {
      resource_manager = var.emulator.resource_manager
      graph            = var.emulator.graph
      authority        = var.emulator.authority
    }
  }
}

resource "rbac_azure_custom_role" "vm_operator" {
  name              = "Virtual Machine Operator"
  actions           = ["Microsoft.Compute/*/read", "Microsoft.Compute/virtualMachines/restart/action"]
  assignable_scopes = ["/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11"]
}

resource "rbac_azure_role_assignment" "night_shift" {
  scope        = "/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11/resourceGroups/lyon-line-1"
  role         = rbac_azure_custom_role.vm_operator.id
  principal_id = "7c1e0a5d-3b0e-4a3c-8f0b-2f6a9a0f6f10" # Night shift
}

resource "rbac_entra_role_assignment" "helpdesk" {
  role         = "Helpdesk Administrator"
  principal_id = "c3d29e74-8051-4d3a-9c86-2e7d0419f523" # Identity operators
}

resource "rbac_intune_scope_tag" "emea" {
  name   = "EMEA"
  groups = ["f2b1a7c4-5f0d-4c0e-9d7e-1f5a3b8c6d21"] # Devices EMEA
}

data "rbac_azure_roles" "custom" {
  type       = "custom"
  depends_on = [rbac_azure_custom_role.vm_operator]
}

output "custom_roles" {
  value = [for role in data.rbac_azure_roles.custom.roles : role.name]
}
