// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Similar returns at most limit known operations that somebody who wrote name
// may have meant, nearest first: in the same namespace, or in one that is
// spelled nearly so. Nothing near means an empty list.
func (c *AzureCatalog) Similar(name string, limit int) []string {
	namespace, rest, found := strings.Cut(name, "/")
	if !found || rest == "" {
		return nil
	}
	namespaces := []string{namespace}
	if _, known := c.Provider(namespace); !known {
		all := make([]string, len(c.providers))
		for i, p := range c.providers {
			all[i] = p.Namespace
		}
		namespaces = rbac.Suggest(namespace, all, 2)
	}
	var out []string
	for _, n := range namespaces {
		prefix := rbac.Fold(n) + "/"
		from, _ := slices.BinarySearch(c.folded, prefix)
		to := from + countPrefix(c.folded[from:], prefix)
		candidates := make([]string, 0, to-from)
		for _, o := range c.operations[from:to] {
			candidates = append(candidates, o.Name)
		}
		out = append(out, rbac.Suggest(n+"/"+rest, candidates, limit-len(out))...)
		if len(out) == limit {
			break
		}
	}
	return out
}
