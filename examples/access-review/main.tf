# A review of who may do what in a tenant that another configuration manages, or
# nobody does. It holds data sources and checks alone, so that it changes nothing.
#
# Apply the quickstart beside it first; this looks into the same tenant:
#   terraform -chdir=../quickstart init && terraform -chdir=../quickstart apply
#   terraform init && ./review.sh

terraform {
  required_version = ">= 1.8"

  required_providers {
    rbac = {
      source = "rolewright/rbac"
    }
  }
}

variable "tenant" {
  description = "The tenant file."
  type        = string
  default     = "../quickstart/rbac-tenant.db"
}

variable "directory" {
  description = "Who exists there."
  type        = string
  default     = "../quickstart/directory.json"
}

# For a tenant in Microsoft's cloud, with an identity that may only read:
#   backend = "microsoft"
provider "rbac" {
  backend = "local"

  local = {
    path      = var.tenant
    directory = var.directory
  }
}

locals {
  people = { for u in jsondecode(file(var.directory)).users : u.display_name => u.id }

  # What nobody on the help desk may ever be able to do, whatever the way to it.
  help_desk = ["Lena Fischer", "Samuel Osei"]
  forbidden = ["Remote tasks/Wipe", "Roles/Update", "Roles/Assign"]
}

data "rbac_intune_effective_permissions" "help_desk" {
  for_each = toset(local.help_desk)

  principal_id = local.people[each.key]
  check        = local.forbidden
}

check "the_help_desk_has_nothing_that_is_forbidden" {
  assert {
    # What can't be evaluated is not taken for harmless.
    condition = alltrue([for d in data.rbac_intune_effective_permissions.help_desk : alltrue([for r in d.results : r.allowed == false])])
    error_message = join("\n", flatten([for who, d in data.rbac_intune_effective_permissions.help_desk : [
      for r in d.results : "${who} may use ${r.permission}: ${join(", ", [for b in r.because : "${b.role_name} by ${b.assignment_name}"])}." if r.allowed != false
    ]]))
  }
}

# Everything that anybody has, those in groups included.
data "rbac_access_report" "all" {
  title         = "Access at Rowan Mills"
  expand_groups = true
}

check "nobody_who_is_gone_has_a_role" {
  assert {
    condition     = !anytrue(data.rbac_access_report.all.grants[*].orphaned)
    error_message = "Roles are assigned to principals that no longer exist: ${join(", ", distinct([for g in data.rbac_access_report.all.grants : g.principal_id if g.orphaned]))}."
  }
}

output "report" {
  value = data.rbac_access_report.all.markdown
}

output "page" {
  value = data.rbac_access_report.all.html
}
