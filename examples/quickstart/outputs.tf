output "present_names" {
  description = "What roles are called now that once had another name."
  value = merge(
    { for old, role in data.rbac_entra_builtin_role.old : old => role.display_name },
    { for old, role in data.rbac_azure_builtin_role.old : old => role.display_name },
  )
}

locals {
  # Access level to operations: read, write, delete, action.
  vm_operator = { for p in data.rbac_azure_permissions.vm_operator.permissions : p.access_level => p.name... }
}

output "vm_operator" {
  description = "How many known operations the few actions of the custom role stand for, and which of them delete something."
  value = {
    actions    = length(rbac_azure_custom_role.vm_operator.actions)
    operations = { for level, names in local.vm_operator : level => length(names) }
    deletes    = lookup(local.vm_operator, "delete", [])
  }
}

output "least_roles_to_restart_a_vm" {
  description = "Built-in roles that could do what the custom role is for; the custom role grants less."
  value       = slice([for role in data.rbac_azure_builtin_roles.restart.roles : role.name], 0, 3)
}

output "help_desk" {
  description = "The help desk role beside the built-in role that it was copied from."
  value = {
    built_in_permissions = length(data.rbac_intune_builtin_role.help_desk.permissions)
    custom_permissions   = length(rbac_intune_custom_role.help_desk.permissions)
    taken_out            = sort(setsubtract(data.rbac_intune_builtin_role.help_desk.permissions, rbac_intune_custom_role.help_desk.permissions))
    who_can_wipe         = [for assignment in data.rbac_intune_role_assignments.wipe.role_assignments : assignment.name]
  }
}

output "scope_tags" {
  description = "The number that Intune gave to each scope tag."
  value       = { for name, tag in rbac_intune_scope_tag.region : name => tag.id }
}

output "azure_assignments" {
  description = "Every role assignment of the tenant in Azure."
  value       = [for a in data.rbac_azure_role_assignments.all.role_assignments : "${a.role_name} at ${a.scope}: ${a.principal_type}"]
}
