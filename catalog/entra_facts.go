// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Facts is the snapshot as the rules for Entra roles ask for it.
func (c *EntraCatalog) Facts() entra.Permissions { return entraFacts{c: c} }

type entraFacts struct {
	snapshot
	c *EntraCatalog
}

var _ entra.Permissions = entraFacts{}

func (f entraFacts) Known(permission string) (known bool, usable *bool) {
	p, known := f.c.Permission(permission)
	return known, p.UsableInCustomRoles
}

func (f entraFacts) Near(permission string, limit int) []string {
	names := make([]string, len(f.c.permissions))
	for i, p := range f.c.permissions {
		names[i] = p.Name
	}
	return rbac.Suggest(permission, names, limit)
}

func (f entraFacts) Present(permission string) (now []string, ok bool) {
	return f.c.LegacyAction(permission)
}

func (entraFacts) Elsewhere(text string) rbac.System { return systemOf(rbac.Entra, text) }

// Assignable is the role as the rules for assignments ask for it.
func (r *EntraRole) Assignable() entra.Assignable {
	return entra.Assignable{
		ID: r.ID, Name: r.Name, Deprecated: r.Deprecated, DoNotUse: r.DoNotUse, Reason: r.DoNotUseReason, Privileged: r.Privileged,
	}
}
