// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"cmp"
	"slices"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// FindRoles returns the roles that a filter selects. Granting takes names of
// permissions, and compares by name: what a permission of another name includes
// is not published. An unknown one is an rbac.Invalid error.
func (c *EntraCatalog) FindRoles(f RoleFilter) ([]*EntraRole, error) {
	roles, err := selectRoles(rbac.Entra, c.roles, f, func(r *EntraRole) roleFacts {
		return roleFacts{r.Name, r.Category, r.Privileged, r.Deprecated}
	})
	if err != nil || len(f.Granting) == 0 {
		return roles, err
	}
	asked := make([]string, len(f.Granting))
	for i, name := range f.Granting {
		p, ok := c.Permission(name)
		if !ok {
			return nil, c.unknownPermission(name)
		}
		asked[i] = p.Name
	}
	return rankGranting(roles, asked, func(r *EntraRole) ([]string, bool) { return r.Permissions, r.Privileged }), nil
}

// rankGranting keeps the roles that hold every permission asked for, those with
// the fewest permissions first.
func rankGranting[R any](roles []R, asked []string, holds func(R) (permissions []string, privileged bool)) []R {
	folded := rbac.FoldSet(asked)
	out := slices.DeleteFunc(slices.Clone(roles), func(r R) bool {
		permissions, _ := holds(r)
		have := rbac.FoldSet(permissions)
		return slices.ContainsFunc(folded, func(a string) bool {
			_, found := slices.BinarySearch(have, a)
			return !found
		})
	})
	slices.SortStableFunc(out, func(a, b R) int {
		pa, privilegedA := holds(a)
		pb, privilegedB := holds(b)
		return cmp.Or(cmp.Compare(len(pa), len(pb)), lastIf(privilegedA, privilegedB))
	})
	return out
}

func (c *EntraCatalog) unknownPermission(name string) error {
	text := `"` + name + `" is no known Entra permission.`
	if present, ok := c.LegacyAction(name); ok && len(present) > 0 {
		text = `"` + name + `" is a permission of 2018, which is now ` + rbac.QuotedOr(present) + `.`
	} else {
		known := make([]string, len(c.permissions))
		for i, p := range c.permissions {
			known[i] = p.Name
		}
		text += rbac.DidYouMean(name, known)
	}
	return &rbac.Error{Kind: rbac.Invalid, System: rbac.Entra, Field: "granting", Message: text}
}

// FindPermissions returns the permissions that a filter selects, sorted by name.
func (c *EntraCatalog) FindPermissions(f PermissionFilter) ([]EntraPermission, error) {
	known := make([]string, len(c.permissions))
	for i, p := range c.permissions {
		known[i] = p.Category
	}
	category, err := knownCategory(rbac.Entra, "permission", f.Category, slices.Compact(known))
	if err != nil {
		return nil, err
	}
	patterns, err := parseMatching(f.Matching)
	if err != nil {
		return nil, err
	}
	var out []EntraPermission
	for _, p := range c.permissions {
		if (category == "" || fold(p.Category) == category) &&
			(f.AccessLevel == "" || f.AccessLevel == p.AccessLevel()) &&
			wanted(f.Privileged, p.Privileged) && wanted(f.UsableInCustomRoles, p.UsableInCustomRoles) &&
			anyMatch(patterns, p.Name) {
			out = append(out, p)
		}
	}
	return out, nil
}

// Privileged reports whether a role holds a permission that is privileged.
func (c *EntraCatalog) Privileged(r entra.Role) bool {
	return slices.ContainsFunc(r.Permissions, func(name string) bool {
		p, ok := c.Permission(name)
		return ok && p.Privileged != nil && *p.Privileged
	})
}
