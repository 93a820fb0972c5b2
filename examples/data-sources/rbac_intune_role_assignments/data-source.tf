# Who can wipe devices: by which role, which assignment, which group?
data "rbac_intune_role_assignments" "wipe" {
  granting = "Remote tasks/Wipe"
}

output "who_can_wipe" {
  value = [for a in data.rbac_intune_role_assignments.wipe.role_assignments : "${a.role_name}, by ${a.name}, to ${a.group_id}"]
}
