# Who has what in Azure, Entra and Intune.
data "rbac_access_report" "all" {
  title = "Access at Rowan Mills"
}

# Write it to a file with a resource such as local_file, or in a pipeline with
# terraform output -raw access_report > access.md. The same tenant gives the same
# text, so a commit of it shows what has changed.
output "access_report" {
  value = data.rbac_access_report.all.markdown
}

# Nobody who is gone keeps a role.
check "no_orphans" {
  assert {
    condition     = alltrue([for g in data.rbac_access_report.all.grants : !g.orphaned])
    error_message = "Roles are assigned to principals that no longer exist: see the report."
  }
}
