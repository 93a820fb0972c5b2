# A built-in role by its name, in the whole tenant.
resource "rbac_entra_role_assignment" "reports" {
  role         = "Reports Reader"
  principal_id = "c3d29e74-8051-4d3a-9c86-2e7d0419f523"
}

# For the people and devices of one administrative unit.
resource "rbac_entra_role_assignment" "lyon_passwords" {
  role            = "Helpdesk Administrator"
  principal_id    = "c3d29e74-8051-4d3a-9c86-2e7d0419f523"
  directory_scope = "/administrativeUnits/5ad26ebf-4719-4e8c-9f62-8ea271c3b056"
}

# A custom role on one app registration, named by its object ID.
resource "rbac_entra_custom_role" "app_registrations" {
  name        = "App Registration Support"
  permissions = ["microsoft.directory/applications/basic/update"]
}

resource "rbac_entra_role_assignment" "one_app" {
  role            = rbac_entra_custom_role.app_registrations.id
  principal_id    = "2daf3b8c-14e6-4b59-8c3f-5b7f4e908d23"
  directory_scope = "/e615c7a8-bd84-405d-8fb9-51a0374c2856"
}
