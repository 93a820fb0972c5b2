# by display name, in any casing
terraform import rbac_intune_scope_tag.emea "name:EMEA"

# by ID
terraform import rbac_intune_scope_tag.emea 1
