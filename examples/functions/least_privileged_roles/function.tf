locals {
  enough = provider::rbac::least_privileged_roles("azure", ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"])
}

# "Storage Blob Data Reader"
output "role" {
  value = local.enough.roles[0].name
}
