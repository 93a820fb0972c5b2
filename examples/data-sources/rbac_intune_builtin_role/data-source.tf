data "rbac_intune_builtin_role" "help_desk" {
  name = "Help Desk Operator"
}

# A copy of it that can't wipe devices.
resource "rbac_intune_custom_role" "help_desk" {
  name        = "Help Desk Operator without wipe"
  permissions = setsubtract(data.rbac_intune_builtin_role.help_desk.permissions, ["Remote tasks/Wipe"])
}
