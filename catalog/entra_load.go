// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var (
	//go:embed data/entra-roles.txt
	entraRoleData string
	//go:embed data/entra-permissions.txt
	entraPermissionData string
	//go:embed data/entra-2018.txt
	entra2018Data string
)

func loadEntra() *EntraCatalog {
	loads.entra.Add(1)
	c := &EntraCatalog{byID: map[rbac.GUID]*EntraRole{}, byName: index[*EntraRole]{}}
	c.loadPermissions()
	also := c.loadRoles()
	c.load2018()
	c.indexRoles(also)
	return c
}

// entraNames are names of a role that only serve to look it up.
type entraNames struct {
	role  *EntraRole
	graph string
	also  []string
}

func (c *EntraCatalog) loadRoles() []entraNames {
	yes, no := true, false
	origins := splitter{}
	var names []entraNames
	n := entraNames{role: &EntraRole{}}
	for key, value := range pairs(entraRoleData) {
		r := n.role
		switch key {
		case "name":
			r.Name, r.BuiltIn, r.Enabled = value, true, true
		case "id":
			r.ID = rbac.GUID(value)
		case "description":
			r.Description = value
		case "category":
			r.Category = value
		case "flags":
			flags := "," + value + ","
			has := func(flag string) bool { return strings.Contains(flags, ","+flag+",") }
			r.Privileged, r.PrivilegedInArticle = has("privileged"), has("privileged-in-article")
			r.Deprecated = has("deprecated")
			switch {
			case has("shown"):
				r.ShownInPortal = &yes
			case has("hidden"):
				r.ShownInPortal = &no
			}
		case "do-not-use":
			r.DoNotUse, r.DoNotUseReason = true, value
		case "replaced-by":
			r.ReplacedBy = value
		case "api":
			r.APIName = value
		case "graph":
			n.graph = value
		case "former":
			r.FormerNames = append(r.FormerNames, value)
		case "also":
			n.also = append(n.also, value)
		case "origin":
			r.Origin = origins.split(value)
		case "condition":
			r.Conditions = append(r.Conditions, value)
		case "permission":
			r.Permissions, r.PermissionsKnown = append(r.Permissions, value), true
		case "added":
			r.Added = append(r.Added, value)
		case "":
			c.roles = append(c.roles, r)
			names = append(names, n)
			n = entraNames{role: &EntraRole{}}
		}
	}
	return names
}

// indexRoles adds the names in the order of their weight.
func (c *EntraCatalog) indexRoles(names []entraNames) {
	for _, r := range c.roles {
		c.byName.add(r.Name, r)
		if r.ID != "" {
			c.byID[r.ID] = r
		}
	}
	for _, r := range c.roles {
		c.byName.add(r.APIName, r)
	}
	for _, n := range names {
		c.byName.add(n.graph, n.role)
	}
	for _, n := range names {
		for _, name := range slices.Concat(n.role.FormerNames, n.also) {
			c.byName.add(name, n.role)
		}
	}
	for _, l := range c.legacy {
		for _, name := range l.names() {
			c.byName.add(name, c.byID[l.CurrentID])
		}
	}
}

func (c *EntraCatalog) loadPermissions() {
	yes, no := true, false
	tri := map[byte]*bool{'y': &yes, 'n': &no, '?': nil}
	origins := map[byte][]string{'a': {"article"}, 'p': {"public-2026-08"}, 'b': {"article", "public-2026-08"}}
	n := strings.Count(entraPermissionData, "\n")
	c.permissions, c.byPermission = make([]EntraPermission, 0, n), make(map[string]int, n)
	for line := range lines(entraPermissionData) {
		name := line[3:]
		c.byPermission[rbac.Fold(name)] = len(c.permissions)
		c.permissions = append(c.permissions, EntraPermission{
			Name:                name,
			Category:            entraCategory(name),
			Privileged:          tri[line[0]],
			UsableInCustomRoles: tri[line[1]],
			Origin:              origins[line[2]],
		})
	}
}

func (c *EntraCatalog) load2018() {
	c.byLegacy, c.actions = index[*EntraLegacyRole]{}, map[string]string{}
	var r EntraLegacyRole
	legacy := ""
	for key, value := range pairs(entra2018Data) {
		switch key {
		case "role":
			r.Name = value
		case "listed":
			r.ListedAs = value
		case "current":
			r.CurrentName = value
		case "id":
			r.CurrentID = rbac.GUID(value)
		case "action":
			r.Actions = append(r.Actions, value)
		case "legacy":
			legacy = value
			c.actions[rbac.Fold(value)] = ""
			c.actionNames = append(c.actionNames, value)
		case "now":
			c.actions[rbac.Fold(legacy)] = value
		case "":
			if r.Name != "" {
				done := r
				c.legacy = append(c.legacy, &done)
				r = EntraLegacyRole{}
			}
		}
	}
	for _, l := range c.legacy {
		c.byLegacy.add(l.Name, l)
	}
	for _, l := range c.legacy {
		for _, name := range l.names() {
			c.byLegacy.add(name, l)
		}
	}
}

// names are all that the role was called in 2018. A listing such as "Password
// Administrator / Helpdesk Administrator" is two names; a half that does not
// end like a role's name is not one by itself.
func (r *EntraLegacyRole) names() []string {
	names := []string{r.Name, cmp.Or(r.ListedAs, r.Name)}
	for half := range strings.SplitSeq(r.ListedAs, " / ") {
		if strings.HasSuffix(rbac.Fold(half), "administrator") {
			names = append(names, half)
		}
	}
	return names
}
