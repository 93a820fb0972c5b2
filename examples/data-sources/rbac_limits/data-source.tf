data "rbac_limits" "azure" {
  system = "azure"
}

# What is used by more than four fifths.
output "nearly_full" {
  value = {
    for l in data.rbac_limits.azure.limits : l.name => "${l.used} of ${l.limit} ${l.unit} in ${coalesce(l.where, "the tenant")}"
    if try(l.used > 0.8 * l.limit, false)
  }
}

# The number of custom roles that can still be made is an early warning in a plan.
check "room_for_custom_roles" {
  assert {
    condition     = one([for l in data.rbac_limits.azure.limits : l.remaining if l.name == "azure_custom_roles_per_tenant"]) >= 50
    error_message = "Fewer than 50 custom roles can still be made in this tenant."
  }
}
