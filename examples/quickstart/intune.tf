# Intune: each region's help desk works on the devices of its region, and wipes none.

# The built-in role can't be changed, so its permissions are copied, without two of them.
data "rbac_intune_builtin_role" "help_desk" {
  name = "Help Desk Operator"
}

locals {
  wiping = [
    "Remote tasks/Wipe", # a device
    "Managed apps/Wipe", # the company's data in an app
  ]
}

resource "rbac_intune_custom_role" "help_desk" {
  name        = "Help Desk Operator without wipe"
  description = "As the built-in Help Desk Operator, but neither devices nor app data are wiped."
  permissions = setsubtract(data.rbac_intune_builtin_role.help_desk.permissions, local.wiping)
  scope_tags  = [for tag in rbac_intune_scope_tag.region : tag.name] # who sees the role itself
}

# Devices of the groups get the tag; who has the tag in an assignment sees them.
resource "rbac_intune_scope_tag" "region" {
  for_each = var.regions

  name        = each.key
  description = "Devices and policies of the plants in ${each.key}."
  groups      = [local.group[each.value.devices]]
}

resource "rbac_intune_role_assignment" "help_desk" {
  for_each = var.regions

  name         = "Help desk ${each.key}"
  role         = rbac_intune_custom_role.help_desk.id
  members      = [local.group[each.value.help_desk]]
  scope_groups = [local.group[each.value.devices]]
  scope_tags   = [rbac_intune_scope_tag.region[each.key].name]
}
