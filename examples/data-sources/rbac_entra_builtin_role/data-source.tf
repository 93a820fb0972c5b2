# By its present name, the name in Microsoft's API, a former name, or its template ID.
data "rbac_entra_builtin_role" "admin" {
  name = "Company Administrator"
}

output "present_name" {
  value = data.rbac_entra_builtin_role.admin.display_name # Global Administrator
}

# Some roles must not be used any more; some have a successor.
data "rbac_entra_builtin_role" "old" {
  name = "Device Users"
}

output "why_not_to_use_it" {
  value = data.rbac_entra_builtin_role.old.do_not_use_reason
}
