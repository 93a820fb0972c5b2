// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// FindRoles returns the roles that a filter selects. Granting takes permissions
// in any spelling, and operations of Windows 365. An unknown one is an
// rbac.Invalid error. Intune deprecates no role.
func (c *IntuneCatalog) FindRoles(f RoleFilter) ([]*IntuneRole, error) {
	roles, err := selectRoles(rbac.Intune, c.roles, f, func(r *IntuneRole) roleFacts {
		return roleFacts{r.Name, r.Category, r.Privileged, false}
	})
	if err != nil || len(f.Granting) == 0 {
		return roles, err
	}
	grants, err := c.Granting(f.Granting)
	if err != nil {
		return nil, err
	}
	return rankGranting(roles, func(r *IntuneRole) bool { return grants(r.Role) }, func(r *IntuneRole) (int, bool) { return len(r.Permissions), r.Privileged }), nil
}

// Granting returns a function that reports whether a role, built-in or custom,
// holds all of some permissions, in any spelling; see FindRoles.
func (c *IntuneCatalog) Granting(permissions []string) (func(intune.Role) bool, error) {
	asked := make([]string, len(permissions))
	for i, spelling := range permissions {
		var err error
		if asked[i], err = c.operation(spelling); err != nil {
			return nil, err
		}
	}
	return func(r intune.Role) bool { return holdsAll(r.Permissions, asked, strings.EqualFold) }, nil
}

// operation is what roles hold for a permission in any spelling.
func (c *IntuneCatalog) operation(spelling string) (string, error) {
	if p, ok := c.Permission(spelling); ok {
		return p.GraphAction, nil
	}
	if slices.ContainsFunc(c.cloudPC, func(o string) bool { return fold(o) == fold(spelling) }) {
		return spelling, nil
	}
	return "", &rbac.Error{
		Kind: rbac.Invalid, System: rbac.Intune, Field: "granting",
		Message: `"` + spelling + `" is no known Intune permission.` + rbac.DidYouMean(spelling, c.SpelledLike(spelling)),
	}
}

// SpelledLike lists all permissions in the manner of a spelling.
func (c *IntuneCatalog) SpelledLike(spelling string) []string {
	graph := strings.HasPrefix(fold(spelling), "microsoft.")
	out := make([]string, len(c.permissions))
	for i, p := range c.permissions {
		if out[i] = p.Name(); graph {
			out[i] = p.GraphAction
		}
	}
	return out
}

// FindPermissions returns the permissions that a filter selects, sorted by name.
// A pattern may match any spelling.
func (c *IntuneCatalog) FindPermissions(f PermissionFilter) ([]IntunePermission, error) {
	known := make([]string, len(c.permissions))
	for i, p := range c.permissions {
		known[i] = p.Category
	}
	category, err := knownCategory(rbac.Intune, "permission", f.Category, known)
	if err != nil {
		return nil, err
	}
	patterns, err := parseMatching(f.Matching)
	if err != nil {
		return nil, err
	}
	var out []IntunePermission
	for _, p := range c.permissions {
		privileged := p.Privileged()
		if (category == "" || fold(p.Category) == category) &&
			(f.AccessLevel == "" || f.AccessLevel == p.AccessLevel()) && wanted(f.Privileged, &privileged) &&
			(anyMatch(patterns, p.Name(), p.GraphAction, p.UnifiedAction) || anyMatch(patterns, p.OtherSpellings...)) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b IntunePermission) int {
		return cmp.Or(strings.Compare(fold(a.Name()), fold(b.Name())), strings.Compare(a.GraphAction, b.GraphAction))
	})
	return out, nil
}

// Privileged reports whether a role holds a permission that is privileged.
func (c *IntuneCatalog) Privileged(r intune.Role) bool {
	return slices.ContainsFunc(r.Permissions, func(action string) bool {
		p, ok := c.Permission(action)
		return ok && p.Privileged()
	})
}
