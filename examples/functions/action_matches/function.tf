# true: a "*" stands for any characters, "/" included, and casing does not matter.
output "reads_virtual_machines" {
  value = provider::rbac::action_matches("Microsoft.Compute/*/read", "microsoft.compute/virtualMachines/read")
}
