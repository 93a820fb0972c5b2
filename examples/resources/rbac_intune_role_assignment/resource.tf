resource "rbac_intune_scope_tag" "emea" {
  name   = "EMEA"
  groups = ["f2b1a7c4-5f0d-4c0e-9d7e-1f5a3b8c6d21"]
}

# The members manage the users and devices of the scope groups, and of policies and
# apps they see those with the scope tags.
resource "rbac_intune_role_assignment" "help_desk_emea" {
  name         = "Help desk EMEA"
  description  = "First line in the plants of EMEA."
  role         = "Help Desk Operator"
  members      = ["a1d07c52-6e3f-4b18-9a64-0c5be2f7d301"]
  scope_groups = ["f2b1a7c4-5f0d-4c0e-9d7e-1f5a3b8c6d21"]
  scope_tags   = [rbac_intune_scope_tag.emea.name]
}

# For every user and every device. Naming groups is the safer choice.
resource "rbac_intune_role_assignment" "auditors" {
  name        = "Auditors"
  role        = "Read Only Operator"
  members     = ["c3d29e74-8051-4d3a-9c86-2e7d0419f523"]
  all_users   = true
  all_devices = true
}
