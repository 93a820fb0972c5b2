// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

// The least permissions of the calls, as a Forbidden error asks for them.
const (
	needsAzureRoleRead        = "Microsoft.Authorization/roleDefinitions/read"
	needsAzureRoleWrite       = "Microsoft.Authorization/roleDefinitions/write on every assignable scope"
	needsAzureRoleDelete      = "Microsoft.Authorization/roleDefinitions/delete on every assignable scope"
	needsAzureAssignmentRead  = "Microsoft.Authorization/roleAssignments/read"
	needsAzureAssignmentWrite = "Microsoft.Authorization/roleAssignments/write"
	needsAzureAssignmentDel   = "Microsoft.Authorization/roleAssignments/delete"
	needsAzureOperations      = "Microsoft.Authorization/providerOperations/read"
	needsEntraRead            = "RoleManagement.Read.Directory"
	needsEntraWrite           = "RoleManagement.ReadWrite.Directory"
	needsDirectoryRead        = "Directory.Read.All"
	needsIntuneRead           = "DeviceManagementRBAC.Read.All"
	needsIntuneWrite          = "DeviceManagementRBAC.ReadWrite.All"
)
