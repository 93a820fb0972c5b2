# by display name, where only one role has it
terraform import rbac_entra_custom_role.app_registrations "name:App Registration Support"

# by GUID
terraform import rbac_entra_custom_role.app_registrations f8a0fd65-77b1-5971-a3aa-f40e48299c81
