import {
  to = rbac_intune_scope_tag.emea
  id = "name:EMEA" # the display name, in any casing

  # or its ID:
  #   id = "1"
}
