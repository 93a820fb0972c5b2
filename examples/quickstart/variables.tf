variable "resource_group" {
  description = "The resource group whose virtual machines the night shift looks after."
  type        = string
  default     = "lyon-line-1"
}

variable "regions" {
  description = "For each region: its help desk and the devices that it looks after, as names of groups."
  type = map(object({
    help_desk = string
    devices   = string
  }))
  default = {
    EMEA     = { help_desk = "Help desk EMEA", devices = "Devices EMEA" }
    Americas = { help_desk = "Help desk Americas", devices = "Devices Americas" }
  }
}
