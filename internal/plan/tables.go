// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package plan

import (
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
)

// The tables of a World, as Manage, Enter, Drop and Load take them.

// AzureRoles is the table of custom roles of Azure.
func AzureRoles(w *World) *Table[azure.Role] { return w.AzureRoles }

// AzureAssignments is the table of role assignments of Azure.
func AzureAssignments(w *World) *Table[azure.Assignment] { return w.AzureAssignments }

// EntraRoles is the table of custom roles of Entra.
func EntraRoles(w *World) *Table[entra.Role] { return w.EntraRoles }

// EntraAssignments is the table of role assignments of Entra.
func EntraAssignments(w *World) *Table[entra.Assignment] { return w.EntraAssignments }

// IntuneRoles is the table of custom roles of Intune.
func IntuneRoles(w *World) *Table[intune.Role] { return w.IntuneRoles }

// IntuneAssignments is the table of role assignments of Intune.
func IntuneAssignments(w *World) *Table[intune.Assignment] { return w.IntuneAssignments }

// IntuneScopeTags is the table of scope tags of Intune.
func IntuneScopeTags(w *World) *Table[intune.ScopeTag] { return w.IntuneScopeTags }
