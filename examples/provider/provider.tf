terraform {
  required_providers {
    rbac = {
      source = "rolewright/rbac"
    }
  }
}

# The embedded tenant in one file: no cloud account, nothing outside of it changes.
provider "rbac" {
  backend = "local"

  local = {
    path = "rbac-tenant.db"
  }
}

resource "rbac_azure_custom_role" "vm_operator" {
  name              = "Virtual Machine Operator"
  actions           = ["Microsoft.Compute/*/read", "Microsoft.Compute/virtualMachines/restart/action"]
  assignable_scopes = ["/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11"]
}
