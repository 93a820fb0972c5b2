// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"strings"

	"github.com/rolewright/terraform-provider-rbac/catalog/internal/words"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The providers that ship built-in roles to Intune.
const (
	ProviderDeviceManagement = "deviceManagement" // Intune itself
	ProviderCloudPC          = "cloudPC"          // Windows 365, in tenants that have it
)

// IntuneRole is a built-in role of Intune or Windows 365.
type IntuneRole struct {
	intune.Role
	Category string // the area of work, such as "Endpoint security"
	Provider string // ProviderDeviceManagement or ProviderCloudPC
	// ActionsComplete is false where only an old sample of the permissions is
	// published, which is so for the roles of Windows 365.
	ActionsComplete bool
	// APIName is what Graph prints where that differs, else "".
	APIName     string
	FormerNames []string
	// Privileged roles hold a permission that is Privileged.
	Privileged bool
	Origin     []string
}

// IntuneCatalog holds the built-in roles and known permissions of Intune.
type IntuneCatalog struct {
	roles       []*IntuneRole
	byID        map[rbac.GUID]*IntuneRole
	byName      index[*IntuneRole]
	permissions []IntunePermission
	spellings   map[string]int
	cloudPC     []string
}

// Roles returns every built-in role, sorted by name.
func (c *IntuneCatalog) Roles() []*IntuneRole { return c.roles }

// RoleByID finds a role by its GUID.
func (c *IntuneCatalog) RoleByID(id rbac.GUID) (*IntuneRole, bool) {
	r, ok := c.byID[id]
	return r, ok
}

// RoleByName finds a role by its name or the one that Graph prints, whatever
// the casing.
func (c *IntuneCatalog) RoleByName(name string) (*IntuneRole, bool) { return c.byName.find(name) }

// Permissions returns every known permission, sorted by Graph action, casing
// ignored.
func (c *IntuneCatalog) Permissions() []IntunePermission { return c.permissions }

// Permission finds a permission by any spelling: "Mobile apps/Read",
// "Microsoft.Intune_MobileApps_Read" or "Microsoft.Intune/MobileApps/Read".
// Casing and blanks around words do not matter. Names of older and newer
// documentation are known, its misspellings included.
func (c *IntuneCatalog) Permission(spelling string) (IntunePermission, bool) {
	i, ok := c.spellings[foldSpelling(spelling)]
	if !ok {
		return IntunePermission{}, false
	}
	return c.permissions[i], true
}

// foldSpelling is fold, and takes blanks around slashes away.
func foldSpelling(s string) string {
	s = fold(s)
	if strings.Contains(s, " /") || strings.Contains(s, "/ ") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, " /", "/"), "/ ", "/")
	}
	return s
}

// CloudPCOperations returns the known operations of Windows 365, sorted. Custom
// Intune roles can't hold them; its built-in roles do.
func (c *IntuneCatalog) CloudPCOperations() []string { return c.cloudPC }

// IntunePermission is one permission of Intune roles.
type IntunePermission struct {
	GraphAction   string // Microsoft.Intune_MobileApps_Read, what roles hold
	UnifiedAction string // Microsoft.Intune/MobileApps/Read, in the unified role API
	Resource      string // MobileApps
	Action        string // Read
	Category      string // Mobile apps
	Permission    string // Read
	// OtherSpellings are further names under which it is or was documented.
	OtherSpellings []string
	Origin         []string // "article" and the public sources that know it

	name, reason string
}

// Name is the spelling that people read: "Mobile apps/Read".
func (p IntunePermission) Name() string { return p.name }

// Privileged reports whether the permission lets its holder give himself more
// than he was given. Microsoft labels no Intune permission; this is our list.
func (p IntunePermission) Privileged() bool { return p.reason != "" }

// PrivilegedReason says what a holder can do with a privileged permission, as
// the end of a sentence such as "its holder …"; "" for the others.
func (p IntunePermission) PrivilegedReason() string { return p.reason }

// remoteTasks is the Graph resource whose permissions each start a task on a
// device.
const remoteTasks = "RemoteTasks"

// remoteHelp is the Graph resource of what helpers do in a Remote Help session.
const remoteHelp = "RemoteAssistanceApp"

// AccessLevel is AccessRead, AccessWrite, AccessDelete or AccessAction, by the
// first word of the permission. Remote tasks are always actions.
func (p IntunePermission) AccessLevel() string {
	if p.Resource == remoteTasks {
		return AccessAction
	}
	verb, _, _ := strings.Cut(rbac.Fold(p.Permission), " ")
	switch verb {
	case "read", "view":
		return AccessRead
	case "delete":
		return AccessDelete
	case "create", "update", "modify", "assign", "set", "relate", "enrollment", "android":
		return AccessWrite
	}
	return AccessAction
}

// Description says in English what the permission allows. It is derived from
// its name: "View reports of managed devices".
func (p IntunePermission) Description() string {
	text := words.Capital(p.Permission)
	if p.Resource == remoteTasks {
		return `Run the remote task "` + text + `" on devices`
	}
	category := p.Category
	if rest := category[min(1, len(category)):]; rest == rbac.Fold(rest) && !proper[strings.SplitN(category, " ", 2)[0]] {
		category = rbac.Fold(category)
	}
	switch {
	case p.Resource == remoteHelp:
		return text + " with the " + category
	case strings.Contains(rbac.Fold(text), rbac.Fold(category)):
		return text
	case strings.Contains(text, " "):
		return text + " of " + category
	}
	return text + " " + category
}

// proper are first words of categories that are names and keep their capital
// where the words after them have none.
var proper = map[string]bool{"Android": true, "Chromebook": true, "Intune": true}
