// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package rbac holds the few words that Azure RBAC, Microsoft Entra directory
// roles and Intune RBAC share: how an error is classified, what a GUID is, what
// a limit and a rule are. It knows no service, no Terraform and no HTTP, and
// imports the standard library only.
package rbac

// System is one of the three systems whose roles this project manages.
type System string

// The systems, as they are spelled in type names and rule names.
const (
	Azure  System = "azure"
	Entra  System = "entra"
	Intune System = "intune"
)

// Title is the name of the system in a sentence.
func (s System) Title() string {
	switch s {
	case Azure:
		return "Azure"
	case Entra:
		return "Entra"
	case Intune:
		return "Intune"
	default:
		return string(s)
	}
}
