resource "rbac_intune_custom_role" "app_desk" {
  name        = "App Desk"
  description = "Publishes apps and looks at the devices that they are for."

  # Both spellings of a permission mean the same.
  permissions = [
    "Mobile apps/Read",
    "Mobile apps/Create",
    "Mobile apps/Assign",
    "Microsoft.Intune_ManagedDevices_Read",
  ]
}

# A built-in role, copied without some of its permissions. When a newer version of the
# provider knows more permissions of the built-in role, the plan shows them.
data "rbac_intune_builtin_role" "help_desk" {
  name = "Help Desk Operator"
}

resource "rbac_intune_scope_tag" "emea" {
  name = "EMEA"
}

resource "rbac_intune_custom_role" "help_desk" {
  name        = "Help Desk Operator without wipe"
  permissions = setsubtract(data.rbac_intune_builtin_role.help_desk.permissions, ["Remote tasks/Wipe", "Managed apps/Wipe"])
  scope_tags  = [rbac_intune_scope_tag.emea.name] # administrators with this tag see the role
}
