import {
  to = rbac_entra_role_assignment.lyon_passwords

  identity = {
    id = "4yeYchSc90m7G5YI8Va7uHSe0sNRgDpNnIYufQQZ9SO_btJaGUeMTp9ijqJxw7BW-1"
  }
}
