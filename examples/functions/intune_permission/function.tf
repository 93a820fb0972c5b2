# "Microsoft.Intune_MobileApps_Read"
output "graph_action" {
  value = provider::rbac::intune_permission("Mobile apps/Read").graph_action
}
