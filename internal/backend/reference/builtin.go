// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package reference

import (
	"slices"
	"sync"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The built-in roles of a tenant are those of the catalog, which is loaded when
// one of these functions is called first. Every function returns copies.

const zeroGUID rbac.GUID = "00000000-0000-0000-0000-000000000000"

// builtInAzureRole leaves out roles that the service does not have any more.
func builtInAzureRole(id rbac.GUID) (azure.Role, bool) {
	r, ok := catalog.Azure().RoleByID(id)
	if !ok || !r.Current {
		return azure.Role{}, false
	}
	return copyAzureRole(r.Role), true
}

// builtInAzureRolesOf returns those with one of some IDs; without any, all.
func builtInAzureRolesOf(ids []rbac.GUID) []azure.Role {
	var out []azure.Role
	for _, id := range ids {
		if r, ok := builtInAzureRole(id); ok {
			out = append(out, r)
		}
	}
	if len(ids) > 0 {
		return out
	}
	for _, r := range catalog.Azure().Roles() {
		if r.Current {
			out = append(out, copyAzureRole(r.Role))
		}
	}
	return out
}

// azureNames are the names of the built-in roles, folded.
var azureNames = sync.OnceValue(func() map[string]rbac.GUID {
	out := map[string]rbac.GUID{}
	for _, r := range catalog.Azure().Roles() {
		if r.Current {
			out[rbac.Fold(r.Name)] = r.ID
		}
	}
	return out
})

func copyAzureRole(r azure.Role) azure.Role {
	r.AssignableScopes = slices.Clone(r.AssignableScopes)
	r.Permissions = slices.Clone(r.Permissions)
	for i := range r.Permissions {
		p := &r.Permissions[i]
		p.Actions, p.NotActions = slices.Clone(p.Actions), slices.Clone(p.NotActions)
		p.DataActions, p.NotDataActions = slices.Clone(p.DataActions), slices.Clone(p.NotDataActions)
	}
	return r
}

// builtInEntraRole leaves out roles whose template ID nobody has published.
func builtInEntraRole(id rbac.GUID) (entra.Role, bool) {
	r, ok := catalog.Entra().RoleByID(id)
	if !ok || id == "" || id == zeroGUID {
		return entra.Role{}, false
	}
	return copyEntraRole(r.Role), true
}

func builtInEntraRoles() []entra.Role {
	var out []entra.Role
	for _, r := range catalog.Entra().Roles() {
		if r.ID != "" && r.ID != zeroGUID {
			out = append(out, copyEntraRole(r.Role))
		}
	}
	return out
}

func copyEntraRole(r entra.Role) entra.Role {
	r.Permissions = slices.Clone(r.Permissions)
	return r
}

func builtInIntuneRole(id rbac.GUID) (intune.Role, bool) {
	r, ok := catalog.Intune().RoleByID(id)
	if !ok || id == "" {
		return intune.Role{}, false
	}
	return copyIntuneRole(r.Role), true
}

func builtInIntuneRoles() []intune.Role {
	var out []intune.Role
	for _, r := range catalog.Intune().Roles() {
		if r.ID != "" {
			out = append(out, copyIntuneRole(r.Role))
		}
	}
	return out
}

// copyIntuneRole gives a built-in role its scope tags: none, as the service does.
func copyIntuneRole(r intune.Role) intune.Role {
	r.Permissions, r.ScopeTags = slices.Clone(r.Permissions), []string{}
	return r
}
