// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Deprecated reports whether Microsoft says in the role's name that it is. No
// other mark of it is published for Azure roles.
func (r *AzureRole) Deprecated() bool { return strings.Contains(rbac.Fold(r.Name), "(deprecated)") }

// FindRoles returns the roles that a filter selects. Granting takes operations
// and action strings with a wildcard. An operation is looked for in the plane to
// which it belongs, in either when the catalog does not know it. A wildcard
// stands for the known operations that it would grant as an action or, where
// there are none, as a data action; one that stands for nothing is an
// rbac.Invalid error. What a role grants under a condition counts.
func (c *AzureCatalog) FindRoles(f RoleFilter) ([]*AzureRole, error) {
	roles, err := selectRoles(rbac.Azure, c.roles, f, func(r *AzureRole) roleFacts {
		return roleFacts{r.Name, r.Category, r.Privileged, r.Deprecated()}
	})
	if err != nil || len(f.Granting) == 0 {
		return roles, err
	}
	grants, err := c.Granting(f.Granting)
	if err != nil {
		return nil, err
	}
	var out []*AzureRole
	size := map[*AzureRole]int{}
	planes := c.planes()
	for _, r := range roles {
		if grants(r.Role) {
			out, size[r] = append(out, r), c.granted(parseBlocks(r.Permissions), planes).count()
		}
	}
	slices.SortStableFunc(out, func(a, b *AzureRole) int {
		return cmp.Or(cmp.Compare(size[a], size[b]), lastIf(a.Privileged, b.Privileged))
	})
	return out, nil
}

// Granting returns a function that reports whether a role, built-in or custom,
// grants all of some operations and action strings; see FindRoles.
func (c *AzureCatalog) Granting(operations []string) (func(azure.Role) bool, error) {
	asked, err := c.demand(operations)
	if err != nil {
		return nil, err
	}
	planes := c.planes()
	return func(r azure.Role) bool {
		blocks := parseBlocks(r.Permissions)
		return asked.strangersIn(blocks) && asked.knownIn(c.granted(blocks, planes))
	}, nil
}

// lastIf orders what is so after what is not.
func lastIf(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// UnknownOperations returns those of some operations that the catalog does not
// know, without repetitions.
func (c *AzureCatalog) UnknownOperations(operations []string) []string {
	var out []string
	for _, text := range operations {
		if _, ok := c.Operation(text); !ok && !strings.Contains(text, "*") && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// FindOperations returns the operations that a filter selects, sorted by name.
// Category is the display name or the namespace of a provider.
func (c *AzureCatalog) FindOperations(f PermissionFilter) ([]AzureOperation, error) {
	var known []string
	for _, p := range c.providers {
		known = append(known, p.DisplayName, p.Namespace)
	}
	category, err := knownCategory(rbac.Azure, "permission", f.Category, known)
	if err != nil {
		return nil, err
	}
	chosen := newOperationSet(len(c.operations))
	for _, text := range f.Matching {
		p, err := azure.ParsePattern(text)
		if err != nil {
			return nil, err
		}
		c.mark(chosen, p)
	}
	var out []AzureOperation
	for i, o := range c.operations {
		privileged := o.Privileged()
		if (len(f.Matching) == 0 || chosen.has(i)) &&
			(category == "" || fold(o.Category()) == category || fold(o.Provider) == category) &&
			(f.AccessLevel == "" || f.AccessLevel == o.AccessLevel()) &&
			wanted(f.Privileged, &privileged) && wanted(f.DataAction, o.DataPlane()) {
			out = append(out, o)
		}
	}
	return out, nil
}

// DataPlane reports whether the operation belongs into data actions; nil where
// its plane is not known. One of both planes is of the data plane, too.
func (o AzureOperation) DataPlane() *bool {
	if !o.DataAction && !o.ControlAction {
		return nil
	}
	return &o.DataAction
}

// assignIdentity stands for operations below an identity that no source lists,
// but that roles grant by a wildcard: they run code under the identity, as
// userAssignedIdentities/assign/action does.
const assignIdentity = "microsoft.managedidentity/userassignedidentities/name/assign/action"

// PrivilegeCheck returns a function that reports whether a role grants, without
// a condition, an operation that is Privileged.
func (c *AzureCatalog) PrivilegeCheck() func(azure.Role) bool {
	escalating := []string{assignIdentity}
	for i, o := range c.operations {
		if o.Privileged() {
			escalating = append(escalating, c.folded[i])
		}
	}
	return func(r azure.Role) bool {
		for i, b := range parseBlocks(r.Permissions) {
			if r.Permissions[i].Condition == "" && slices.ContainsFunc(escalating, b.control.grants) {
				return true
			}
		}
		return false
	}
}

// demand is what roles are asked to grant.
type demand struct {
	control, data *operationSet // known operations, by the plane in which they are looked for
	either        *operationSet // known operations of both planes, or of an unknown one
	strangers     []string      // operations that the catalog does not know, folded
}

func (c *AzureCatalog) demand(granting []string) (demand, error) {
	n := len(c.operations)
	d := demand{control: newOperationSet(n), data: newOperationSet(n), either: newOperationSet(n)}
	for _, text := range granting {
		p, err := azure.ParsePattern(text)
		if err != nil {
			return d, err
		}
		found := newOperationSet(n)
		c.mark(found, p)
		switch {
		case found.count() > 0:
			d.add(c.operations, found, p.IsWildcard())
		case p.IsWildcard():
			return d, &rbac.Error{
				Kind: rbac.Invalid, System: rbac.Azure, Field: "granting",
				Message: `"` + text + `" stands for no known operation, so there is no telling which roles grant it. Name the operations that are needed.`,
			}
		default:
			d.strangers = append(d.strangers, rbac.Fold(text))
		}
	}
	return d, nil
}

// add sorts the operations that one string stands for into planes.
func (d demand) add(operations []AzureOperation, found *operationSet, wild bool) {
	control := false
	for i := range found.all() {
		control = control || operations[i].ControlAction
	}
	for i := range found.all() {
		o := operations[i]
		switch {
		case wild && control:
			if o.ControlAction {
				d.control.add(i)
			}
		case o.ControlAction == o.DataAction:
			d.either.add(i)
		case o.DataAction:
			d.data.add(i)
		default:
			d.control.add(i)
		}
	}
}

// knownIn reports whether a role grants every known operation that is asked for.
func (d demand) knownIn(has grantedSet) bool {
	both := has.control.clone()
	both.union(has.data)
	return d.control.within(has.control) && d.data.within(has.data) && d.either.within(both)
}

// strangersIn reports whether blocks grant every unknown operation that is asked for.
func (d demand) strangersIn(blocks []grantBlock) bool {
	for _, s := range d.strangers {
		if !slices.ContainsFunc(blocks, func(b grantBlock) bool { return b.control.grants(s) || b.data.grants(s) }) {
			return false
		}
	}
	return true
}

// plane is one half of a block: what is granted, and what is taken out of it.
type plane struct{ granted, taken []azure.Pattern }

// grants reports whether a folded operation is granted.
func (p plane) grants(folded string) bool {
	match := func(p azure.Pattern) bool { return p.MatchFolded(folded) }
	return slices.ContainsFunc(p.granted, match) && !slices.ContainsFunc(p.taken, match)
}

type grantBlock struct{ control, data plane }

// parseBlocks reads the blocks of a role. Strings that are no action strings
// grant nothing.
func parseBlocks(permissions []azure.Permission) []grantBlock {
	parse := func(texts []string) []azure.Pattern {
		out := make([]azure.Pattern, 0, len(texts))
		for _, t := range texts {
			if p, err := azure.ParsePattern(t); err == nil {
				out = append(out, p)
			}
		}
		return out
	}
	blocks := make([]grantBlock, len(permissions))
	for i, p := range permissions {
		blocks[i] = grantBlock{plane{parse(p.Actions), parse(p.NotActions)}, plane{parse(p.DataActions), parse(p.NotDataActions)}}
	}
	return blocks
}

// grantedSet is what a role grants of the known operations.
type grantedSet struct{ control, data *operationSet }

func (g grantedSet) count() int { return g.control.count() + g.data.count() }

// granted returns the known operations that blocks grant: of each block its
// actions without its not-actions. An operation of an unknown plane counts in
// the plane in which it is granted.
func (c *AzureCatalog) granted(blocks []grantBlock, planes grantedSet) grantedSet {
	n := len(c.operations)
	all := grantedSet{newOperationSet(n), newOperationSet(n)}
	for _, b := range blocks {
		for _, half := range []struct {
			plane
			into *operationSet
		}{{b.control, all.control}, {b.data, all.data}} {
			if len(half.granted) == 0 {
				continue
			}
			granted, taken := newOperationSet(n), newOperationSet(n)
			for _, p := range half.granted {
				c.mark(granted, p)
			}
			for _, p := range half.taken {
				c.mark(taken, p)
			}
			granted.subtract(taken)
			half.into.union(granted)
		}
	}
	all.control.intersect(planes.control)
	all.data.intersect(planes.data)
	return all
}

// planes returns which operations can be granted in which plane.
func (c *AzureCatalog) planes() grantedSet {
	p := grantedSet{newOperationSet(len(c.operations)), newOperationSet(len(c.operations))}
	for i, o := range c.operations {
		control, data := o.Planes()
		if control {
			p.control.add(i)
		}
		if data {
			p.data.add(i)
		}
	}
	return p
}

// mark adds the operations that a pattern stands for to a set.
func (c *AzureCatalog) mark(set *operationSet, p azure.Pattern) {
	from, found := slices.BinarySearch(c.folded, p.Prefix())
	if !p.IsWildcard() {
		if found {
			set.add(from)
		}
		return
	}
	to := from + countPrefix(c.folded[from:], p.Prefix())
	if p.Suffix() == "" {
		set.addRange(from, to)
		return
	}
	for i := from; i < to; i++ {
		if p.MatchFolded(c.folded[i]) {
			set.add(i)
		}
	}
}
