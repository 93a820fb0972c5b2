# by display name, in any casing
terraform import rbac_intune_role_assignment.help_desk_emea "name:Help desk EMEA"

# by GUID
terraform import rbac_intune_role_assignment.help_desk_emea 8a1c6d1e-0f64-4d2b-9a57-3c5e7f902b14
