// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
)

// Change returns the known operations that a role grants after a change and
// did not before, and the reverse, each sorted. An operation that is granted in
// one plane and taken in the other counts as both.
func (c *AzureCatalog) Change(before, after azure.Role) (added, removed []string) {
	a, b := c.grantedBy(before), c.grantedBy(after)
	for i, o := range c.operations {
		was := a.control.has(i) || a.data.has(i)
		is := b.control.has(i) || b.data.has(i)
		switch {
		case is && !was:
			added = append(added, o.Name)
		case was && !is:
			removed = append(removed, o.Name)
		}
	}
	return added, removed
}

func (c *AzureCatalog) grantedBy(r azure.Role) grantedSet {
	return c.granted(parseBlocks(r.Permissions), c.planes())
}
