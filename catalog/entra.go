// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"sync"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// EntraRole is a built-in directory role. A few deprecated ones have no
// published template ID: theirs is "".
type EntraRole struct {
	entra.Role
	// Category is the area of work, such as "Authentication" or "Devices".
	Category string
	// Privileged is what Microsoft says at the snapshot date, or said last;
	// PrivilegedInArticle is what the older source article says.
	Privileged, PrivilegedInArticle bool
	// Deprecated roles will be removed by Microsoft.
	Deprecated bool
	// DoNotUse roles must not or can't be assigned, deprecated ones included;
	// DoNotUseReason says why, in a sentence.
	DoNotUse       bool
	DoNotUseReason string
	// ReplacedBy is the name of the role that Microsoft names as the heir; "" where
	// it names none.
	ReplacedBy string
	// APIName is what Microsoft Graph and PowerShell call the role where the
	// portal calls it otherwise, else "".
	APIName     string
	FormerNames []string
	// ShownInPortal is nil where it is not known.
	ShownInPortal *bool
	// PermissionsKnown is false for roles whose permissions nobody publishes;
	// their Permissions are empty.
	PermissionsKnown bool
	// Added are those of Permissions that the role got after the source article.
	Added []string
	// Conditions limit what the role may do with objects, in the spelling of
	// Microsoft Graph; only the roles of users and owners have any.
	Conditions []string
	Origin     []string // "article", "docs-2026-08", "graph-2026-08"
}

// EntraCatalog holds the built-in roles and known permissions of Microsoft
// Entra, and those of 2018.
type EntraCatalog struct {
	roles        []*EntraRole
	byID         map[rbac.GUID]*EntraRole
	byName       index[*EntraRole]
	permissions  []EntraPermission
	byPermission map[string]int
	legacy       []*EntraLegacyRole
	byLegacy     index[*EntraLegacyRole]
	actions      map[string]string // folded 2018 action → present one, "" when not known
	actionNames  []string
	weights      sync.Map // *EntraRole → how many permissions it grants
}

// Roles returns every built-in role, sorted by name.
func (c *EntraCatalog) Roles() []*EntraRole { return c.roles }

// RoleByID finds a role by its template ID.
func (c *EntraCatalog) RoleByID(id rbac.GUID) (*EntraRole, bool) {
	r, ok := c.byID[id]
	return r, ok
}

// RoleByName finds a role by a name that it has or once had, in this order:
// current name, name in the API, name that Graph prints, former name, name of
// 2018. Casing and runs of blanks do not matter. So "Password Administrator" is
// the role of that name, although Helpdesk Administrator was once called so.
func (c *EntraCatalog) RoleByName(name string) (*EntraRole, bool) { return c.byName.find(name) }

// Permissions returns every known permission, sorted by name, casing ignored.
func (c *EntraCatalog) Permissions() []EntraPermission { return c.permissions }

// Permission finds a permission by its name, whatever the casing.
func (c *EntraCatalog) Permission(name string) (EntraPermission, bool) {
	i, ok := c.byPermission[rbac.Fold(name)]
	if !ok {
		return EntraPermission{}, false
	}
	return c.permissions[i], true
}

// EntraLegacyRole is a directory role as Microsoft documented it in June 2018.
type EntraLegacyRole struct {
	Name        string // in the API of that time
	ListedAs    string // in the portal of that time, may hold two names; "" when the same
	CurrentName string
	CurrentID   rbac.GUID
	Actions     []string // microsoft.aad.* and other names of that time
}

// LegacyRoles returns the roles of 2018 in the order of their documentation.
func (c *EntraCatalog) LegacyRoles() []*EntraLegacyRole { return c.legacy }

// LegacyRole finds a role of 2018 by either of its names of that time, whatever
// the casing. Its Actions are the ones of that time.
func (c *EntraCatalog) LegacyRole(name string) (*EntraLegacyRole, bool) { return c.byLegacy.find(name) }

// LegacyActions returns every action of 2018, sorted.
func (c *EntraCatalog) LegacyActions() []string { return c.actionNames }

// LegacyAction tells what an action of 2018, such as
// "microsoft.aad.directory/Application/Create", is called now. ok is false when
// there was no such action; present is empty when there was, but its heir is not
// certain.
func (c *EntraCatalog) LegacyAction(name string) (present []string, ok bool) {
	now, ok := c.actions[rbac.Fold(name)]
	if now != "" {
		present = []string{now}
	}
	return present, ok
}
