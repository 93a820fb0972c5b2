# The operations that "Microsoft.CostManagement/exports/*" stands for today.
output "exports" {
  value = provider::rbac::expand_actions("azure", ["Microsoft.CostManagement/exports/*"])
}
