# All that can be done to a device from afar, in both spellings.
data "rbac_intune_permissions" "remote_tasks" {
  category = "Remote tasks"
}

output "remote_tasks" {
  value = { for p in data.rbac_intune_permissions.remote_tasks.permissions : p.name => p.graph_action }
}

# A role of every permission to read.
data "rbac_intune_permissions" "read" {
  matching = ["*/Read"]
}

resource "rbac_intune_custom_role" "reader" {
  name        = "Reader of everything"
  permissions = data.rbac_intune_permissions.read.permissions[*].name
}
