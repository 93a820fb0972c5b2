import {
  to = rbac_entra_role_assignment.lyon_passwords
  id = "Helpdesk Administrator|c3d29e74-8051-4d3a-9c86-2e7d0419f523|/administrativeUnits/5ad26ebf-4719-4e8c-9f62-8ea271c3b056" # role|principal_id|directory_scope

  # or the ID that the directory gave it:
  #   id = "4yeYchSc90m7G5YI8Va7uHSe0sNRgDpNnIYufQQZ9SO_btJaGUeMTp9ijqJxw7BW-1"
}
