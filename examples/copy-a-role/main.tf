# Copies of built-in roles with something less, as administrators make them in the
# portals with "duplicate": one for each system. The originals come from the catalog, so
# that nothing is typed twice, and checks tell when Microsoft changes one of them.

terraform {
  required_version = ">= 1.8"

  required_providers {
    rbac = {
      source = "rolewright/rbac"
    }
  }
}

provider "rbac" {
  backend = "local"

  validation = {
    rules = {
      azure_action_wildcard = "off" # the original has wildcards
    }
  }
}

# Intune: the help desk, without what can't be undone.
data "rbac_intune_builtin_role" "help_desk" {
  name = "Help Desk Operator"
}

resource "rbac_intune_custom_role" "help_desk" {
  name        = "Help Desk without Wipe"
  description = "Help Desk Operator, but for wiping and retiring devices"
  permissions = setsubtract(data.rbac_intune_builtin_role.help_desk.permissions, ["Remote tasks/Wipe", "Remote tasks/Retire"])
}

# Azure: everything about virtual machines but deleting them. Of an Azure role the
# not-actions do it, since its actions have wildcards.
data "rbac_azure_builtin_role" "vm" {
  name = "Virtual Machine Contributor"
}

resource "rbac_azure_custom_role" "vm" {
  name              = "Virtual Machine Keeper"
  description       = "Virtual Machine Contributor, but for deleting machines"
  actions           = data.rbac_azure_builtin_role.vm.actions
  not_actions       = setunion(data.rbac_azure_builtin_role.vm.not_actions, ["Microsoft.Compute/virtualMachines/delete"])
  assignable_scopes = ["/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11"]
}

# Entra: a custom role takes only some permissions, so that a copy holds what of the
# original is among them.
data "rbac_entra_builtin_role" "applications" {
  name = "Cloud Application Administrator"
}

data "rbac_entra_permissions" "usable" {
  usable_in_custom_roles = true
}

resource "rbac_entra_custom_role" "applications" {
  name        = "Application Keeper"
  description = "Cloud Application Administrator as far as custom roles go, but for deleting"
  permissions = setsubtract(
    setintersection(data.rbac_entra_builtin_role.applications.permissions, data.rbac_entra_permissions.usable.permissions[*].name),
    ["microsoft.directory/applications/delete", "microsoft.directory/servicePrincipals/delete"],
  )
}

# What the original was when it was copied stands beside this file. When Microsoft has
# changed it since, a plan says what came and what went, and somebody looks at whether the
# copy should follow; then the file is written anew, with
#   terraform output -json help_desk_original > originals/help-desk-operator.json
locals {
  changed = provider::rbac::diff_permissions(
    jsondecode(file("${path.module}/originals/help-desk-operator.json")),
    data.rbac_intune_builtin_role.help_desk.permissions,
  )
}

check "help_desk_original" {
  assert {
    condition     = length(local.changed.added) + length(local.changed.removed) == 0
    error_message = "Microsoft has changed Help Desk Operator. Added: ${join(", ", local.changed.added)}. Removed: ${join(", ", local.changed.removed)}."
  }
}

output "help_desk_original" {
  value = data.rbac_intune_builtin_role.help_desk.permissions
}

# What each copy does without.
output "taken_away" {
  value = {
    intune = provider::rbac::diff_permissions(data.rbac_intune_builtin_role.help_desk, rbac_intune_custom_role.help_desk).removed
    azure  = provider::rbac::diff_permissions(data.rbac_azure_builtin_role.vm, rbac_azure_custom_role.vm).removed
  }
}
