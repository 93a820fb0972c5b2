import {
  to = rbac_intune_scope_tag.emea

  identity = {
    id = "1"
  }
}
