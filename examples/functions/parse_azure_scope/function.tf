locals {
  scope = provider::rbac::parse_azure_scope("/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11/resourceGroups/Network/providers/Microsoft.Network/virtualNetworks/hub")
}

# "Network"
output "resource_group" {
  value = local.scope.resource_group
}
