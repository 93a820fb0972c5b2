# The devices of the groups get the tag.
resource "rbac_intune_scope_tag" "emea" {
  name        = "EMEA"
  description = "Devices and policies of the plants in EMEA."
  groups      = ["f2b1a7c4-5f0d-4c0e-9d7e-1f5a3b8c6d21"]
}

# Without `groups`, who assigns the tag to devices is not managed here.
resource "rbac_intune_scope_tag" "kiosks" {
  name = "Kiosks"
}
