data "rbac_intune_scope_tags" "all" {}

output "groups_of_each_tag" {
  value = { for tag in data.rbac_intune_scope_tags.all.scope_tags : tag.name => tag.groups }
}
