resource "rbac_azure_custom_role" "reader" {
  name              = "Cost Reader"
  actions           = ["Microsoft.CostManagement/*/read"]
  assignable_scopes = ["/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11"]
}

# For az role definition create --role-definition @role.json in another tenant.
output "role_json" {
  value = provider::rbac::azure_role_to_json(rbac_azure_custom_role.reader, "powershell")
}
