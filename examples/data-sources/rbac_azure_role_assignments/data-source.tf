# Who owns anything in this subscription?
data "rbac_azure_role_assignments" "owners" {
  scope = "/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11"
  role  = "Owner"
}

output "owners" {
  value = data.rbac_azure_role_assignments.owners.role_assignments[*].principal_id
}

# Assignments to principals that are gone.
data "rbac_azure_role_assignments" "all" {}

output "left_over" {
  value = [for a in data.rbac_azure_role_assignments.all.role_assignments : a.id if a.principal_exists == false]
}
