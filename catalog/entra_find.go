// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// FindRoles returns the roles that a filter selects. Granting takes names of
// permissions; one that includes another, as entra.Covers says, grants it. An
// unknown one is an rbac.Invalid error.
func (c *EntraCatalog) FindRoles(f RoleFilter) ([]*EntraRole, error) {
	roles, err := selectRoles(rbac.Entra, c.roles, f, func(r *EntraRole) roleFacts {
		return roleFacts{r.Name, r.Category, r.Privileged, r.Deprecated}
	})
	if err != nil || len(f.Granting) == 0 {
		return roles, err
	}
	grants, err := c.Granting(f.Granting)
	if err != nil {
		return nil, err
	}
	return rankGranting(roles, func(r *EntraRole) bool { return grants(r.Role) }, func(r *EntraRole) (int, bool) { return c.weight(r), r.Privileged }), nil
}

// Granting returns a function that reports whether a role, built-in or custom,
// holds all of some permissions; see FindRoles.
func (c *EntraCatalog) Granting(permissions []string) (func(entra.Role) bool, error) {
	for _, name := range permissions {
		if _, ok := c.Permission(name); !ok {
			return nil, c.unknownPermission(name)
		}
	}
	return func(r entra.Role) bool { return holdsAll(r.Permissions, permissions, entra.Covers) }, nil
}

// weight is how many permissions a role grants: those of the catalog that its own
// ones cover, and what the catalog does not know.
func (c *EntraCatalog) weight(r *EntraRole) int {
	if known, ok := c.weights.Load(r); ok {
		n, _ := known.(int)
		return n
	}
	granted := map[string]bool{}
	for _, held := range r.Permissions {
		held = rbac.Fold(held)
		granted[held] = true
		near := held // what it covers begins like this
		if parts := strings.SplitN(held, "/", 3); len(parts) == 3 {
			near = parts[0] + "/" + strings.TrimSuffix(parts[1], "allentities")
		}
		for known := range c.byPermission {
			if strings.HasPrefix(known, near) && !granted[known] && entra.Covers(held, known) {
				granted[known] = true
			}
		}
	}
	c.weights.Store(r, len(granted))
	return len(granted)
}

// holdsAll reports whether all of some permissions are covered by those of a role.
func holdsAll(permissions, asked []string, covers func(held, asked string) bool) bool {
	for _, a := range asked {
		if !slices.ContainsFunc(permissions, func(p string) bool { return covers(p, a) }) {
			return false
		}
	}
	return true
}

// rankGranting keeps the roles that grant what is asked for, those with the
// fewest permissions first, and among equals the privileged ones last.
func rankGranting[R any](roles []R, grants func(R) bool, weight func(R) (permissions int, privileged bool)) []R {
	out := slices.DeleteFunc(slices.Clone(roles), func(r R) bool { return !grants(r) })
	slices.SortStableFunc(out, func(a, b R) int {
		na, privilegedA := weight(a)
		nb, privilegedB := weight(b)
		return cmp.Or(cmp.Compare(na, nb), lastIf(privilegedA, privilegedB))
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
