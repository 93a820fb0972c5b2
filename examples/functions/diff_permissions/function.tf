data "rbac_intune_builtin_role" "help_desk" {
  name = "Help Desk Operator"
}

resource "rbac_intune_custom_role" "help_desk" {
  name        = "Help Desk without Wipe"
  permissions = setsubtract(data.rbac_intune_builtin_role.help_desk.permissions, ["Remote tasks/Wipe"])
}

# { added = [], removed = ["Remote tasks/Wipe"] }
output "difference" {
  value = provider::rbac::diff_permissions(data.rbac_intune_builtin_role.help_desk, rbac_intune_custom_role.help_desk)
}
