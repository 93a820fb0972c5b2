// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// AzureRole is a built-in role of Azure RBAC.
type AzureRole struct {
	azure.Role
	// Category is the one of the documentation, else one inferred from the
	// role's namespaces, else "".
	Category         string
	CategoryInferred bool
	// Privileged roles are documented as privileged administrator roles or grant,
	// without a condition, an operation that is Privileged.
	Privileged bool
	// Documented roles have a page of their own.
	Documented bool
	// Current roles were seen in the service at the snapshot date. Of the others
	// nobody can say whether they still exist.
	Current     bool
	FormerNames []string
	// DocsName is the name in the documentation where that differs, else "".
	DocsName string
	Origin   []string // the dumps in which the role was seen
}

// AzureProvider is a resource provider namespace.
type AzureProvider struct {
	Namespace   string
	DisplayName string // "" where none is published
	Operations  int    // how many of its operations are known; 0 for some
}

// AzureCatalog holds the built-in roles and the known operations of Azure. The
// operations are never complete: Microsoft adds some every week.
type AzureCatalog struct {
	roles      []*AzureRole
	byID       map[rbac.GUID]*AzureRole
	byName     index[*AzureRole]
	operations []AzureOperation
	folded     []string // the names of operations, folded, in the same order
	providers  []AzureProvider
	byProvider map[string]int
	unknown    []string
}

// Roles returns every built-in role, sorted by name.
func (c *AzureCatalog) Roles() []*AzureRole { return c.roles }

// RoleByID finds a role by its GUID.
func (c *AzureCatalog) RoleByID(id rbac.GUID) (*AzureRole, bool) {
	r, ok := c.byID[id]
	return r, ok
}

// RoleByName finds a role by its name, its name in the documentation or a
// former one, whatever the casing. A current name wins over a former one.
func (c *AzureCatalog) RoleByName(name string) (*AzureRole, bool) { return c.byName.find(name) }

// Operations returns every known operation, sorted by name, casing ignored.
func (c *AzureCatalog) Operations() []AzureOperation { return c.operations }

// Operation finds an operation by its full name, whatever the casing.
func (c *AzureCatalog) Operation(name string) (AzureOperation, bool) {
	i, found := slices.BinarySearch(c.folded, rbac.Fold(name))
	if !found {
		return AzureOperation{}, false
	}
	return c.operations[i], true
}

// Expand returns the known operations that an action string stands for, sorted:
// one at most without a wildcard, any number with one. Control and data
// operations alike are returned. A malformed string stands for nothing.
func (c *AzureCatalog) Expand(pattern string) []AzureOperation {
	p, err := azure.ParsePattern(pattern)
	if err != nil {
		return nil
	}
	from, to := c.rangeOf(p)
	switch {
	case from == to:
		return nil
	case p.Suffix() == "":
		return c.operations[from:to:to]
	}
	return c.ending(from, to, len(p.Prefix()), p.Suffix())
}

// rangeOf returns where the operations that begin like p stand. Those that p
// stands for are among them, and are all of them when p has no suffix.
func (c *AzureCatalog) rangeOf(p azure.Pattern) (from, to int) {
	from, found := slices.BinarySearch(c.folded, p.Prefix())
	switch {
	case p.IsWildcard():
		return from, from + countPrefix(c.folded[from:], p.Prefix())
	case found:
		return from, from + 1
	}
	return from, from
}

// countPrefix returns how many of the sorted names, from the first on, begin
// with prefix.
func countPrefix(names []string, prefix string) int {
	n, _ := slices.BinarySearchFunc(names, prefix, func(name, prefix string) int {
		if strings.HasPrefix(name, prefix) {
			return -1
		}
		return 1
	})
	return n
}

// ending returns the operations of a range that end with suffix, after skip
// bytes that belong to the prefix. It counts first: one exact allocation is
// cheaper than growing.
func (c *AzureCatalog) ending(from, to, skip int, suffix string) []AzureOperation {
	least := skip + len(suffix)
	match := func(name string) bool { return len(name) >= least && strings.HasSuffix(name, suffix) }
	n := 0
	for _, name := range c.folded[from:to] {
		if match(name) {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	out := make([]AzureOperation, 0, n)
	for i, name := range c.folded[from:to] {
		if match(name) {
			out = append(out, c.operations[from+i])
		}
	}
	return out
}

// Providers returns every known namespace, sorted, casing ignored.
func (c *AzureCatalog) Providers() []AzureProvider { return c.providers }

// Provider finds a namespace such as "Microsoft.Compute", whatever the casing.
func (c *AzureCatalog) Provider(namespace string) (AzureProvider, bool) {
	i, ok := c.byProvider[rbac.Fold(namespace)]
	if !ok {
		return AzureProvider{}, false
	}
	return c.providers[i], true
}

// UnknownActions returns the action strings of built-in roles that stand for no
// known operation: wildcards over operations that no source lists, and two
// misprints of the service. Sorted, casing ignored.
func (c *AzureCatalog) UnknownActions() []string { return c.unknown }
