# Something to drift: apply it, change the tenant behind Terraform's back, run drift.sh.

terraform {
  required_providers {
    rbac = {
      source = "rolewright/rbac"
    }
  }
}

provider "rbac" {
  backend = "local"

  local = {
    path = "rbac-tenant.db"
  }
}

resource "rbac_azure_custom_role" "vm_operator" {
  name              = "Virtual Machine Operator"
  description       = "Can monitor and restart virtual machines."
  actions           = ["Microsoft.Compute/*/read", "Microsoft.Compute/virtualMachines/restart/action"]
  assignable_scopes = ["/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11"]
}

resource "rbac_azure_role_assignment" "night_shift" {
  scope        = "/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11/resourceGroups/lyon-line-1"
  role         = rbac_azure_custom_role.vm_operator.id
  principal_id = "7c1e0a5d-3b0e-4a3c-8f0b-2f6a9a0f6f10"
}

resource "rbac_intune_scope_tag" "emea" {
  name   = "EMEA"
  groups = ["f2b1a7c4-5f0d-4c0e-9d7e-1f5a3b8c6d21"]
}
