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

# A built-in role, copied without some of its permissions. The list is sorted, so
# the plan shows what a newer catalog adds to it.
data "rbac_intune_builtin_role" "help_desk" {
  name = "Help Desk Operator"
}

resource "rbac_intune_scope_tag" "emea" {
  name = "EMEA"
}

resource "rbac_intune_custom_role" "help_desk" {
  name        = "Help Desk Operator without wipe"
  permissions = setsubtract(data.rbac_intune_builtin_role.help_desk.permissions, ["Microsoft.Intune_RemoteTasks_Wipe", "Microsoft.Intune_ManagedApps_Wipe"])
  scope_tags  = [rbac_intune_scope_tag.emea.name] # administrators with this tag see the role
}
