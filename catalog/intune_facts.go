// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Facts is the snapshot as the rules for Intune roles ask for it.
func (c *IntuneCatalog) Facts() intune.Permissions { return intuneFacts{c: c} }

type intuneFacts struct {
	snapshot
	c *IntuneCatalog
}

var _ intune.Permissions = intuneFacts{}

func (f intuneFacts) Action(spelling string) (action, name string, known bool) {
	p, known := f.c.Permission(spelling)
	if !known {
		return "", "", false
	}
	return p.GraphAction, p.Name(), true
}

func (f intuneFacts) Near(spelling string, limit int) []string {
	all := f.c.Permissions()
	names := make([]string, len(all))
	for i, p := range all {
		switch {
		case strings.Contains(spelling, "_"):
			names[i] = p.GraphAction
		default:
			names[i] = p.Name()
		}
	}
	return rbac.Suggest(spelling, names, limit)
}

func (intuneFacts) Elsewhere(text string) rbac.System { return systemOf(rbac.Intune, text) }
