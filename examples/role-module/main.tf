# A module that makes one custom role from the operations that a team needs, and
# refuses what no team may have. Its tests are in tests/, and need no cloud account:
#
#   terraform init && terraform test

terraform {
  required_version = ">= 1.8"

  required_providers {
    rbac = {
      source = "rolewright/rbac"
    }
  }
}

variable "team" {
  description = "The team, as part of the role's name."
  type        = string
}

variable "operations" {
  description = "What the team needs, such as Microsoft.Compute/virtualMachines/start/action."
  type        = set(string)
}

variable "subscription" {
  description = "The subscription in which the role may be assigned, as a scope."
  type        = string

  validation {
    condition     = provider::rbac::parse_azure_scope(var.subscription).kind == "subscription"
    error_message = "The scope must be a subscription."
  }
}

locals {
  forbidden = [
    "Microsoft.Authorization/roleAssignments/write",
    "Microsoft.Authorization/roleDefinitions/write",
    "Microsoft.Authorization/elevateAccess/action",
  ]
}

resource "rbac_azure_custom_role" "team" {
  name              = "${var.team} Operator"
  actions           = var.operations
  assignable_scopes = [var.subscription]

  lifecycle {
    postcondition {
      condition     = !anytrue([for f in local.forbidden : provider::rbac::role_permits(self, f)])
      error_message = "The role would let its holders assign roles, to themselves too."
    }
  }
}

# A built-in role that would do is better than a custom one.
output "enough" {
  value = [for r in provider::rbac::least_privileged_roles("azure", var.operations).roles : r.name if !r.privileged]
}

output "role_id" {
  value = rbac_azure_custom_role.team.role_id
}
