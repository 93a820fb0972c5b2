# Who may do what at Rowan Mills, a company with plants in two regions: roles and
# assignments in Azure, Microsoft Entra and Intune, in one configuration.
#
# It works on an embedded tenant: the file rbac-tenant.db beside this one, made by the
# first apply. No cloud account is needed and nothing outside of this folder changes.
#
#   terraform init && terraform apply     then read the outputs
#   terraform plan                        says: no changes

terraform {
  required_version = ">= 1.8"

  required_providers {
    rbac = {
      source = "rolewright/rbac"
    }
  }
}

provider "rbac" {
  backend = "local"

  local = {
    path      = "rbac-tenant.db"
    directory = "directory.json" # who exists: a principal or scope that is not in it is refused
  }

  # Every plan is checked. What is meant to be so can be told apart from what is not.
  validation = {
    rules = {
      azure_action_wildcard             = "off" # the role of Microsoft's article has wildcards
      intune_role_tags_restrict_nothing = "off" # here they say who sees the role, as they should
    }
  }
}

# The object IDs of people, groups and scopes stand in directory.json and nowhere else.
# Against Microsoft's cloud, data sources of the azuread and azurerm providers would
# be asked for them here.
locals {
  directory = jsondecode(file("${path.module}/directory.json"))

  group               = { for g in local.directory.groups : g.display_name => g.id }
  administrative_unit = { for u in local.directory.administrative_units : u.display_name => u.id }
  subscription        = { for s in local.directory.subscriptions : s.display_name => "/subscriptions/${s.id}" }
}
