// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// FactsWith is the catalog together with all operations that a tenant lists.
// What the catalog says of an operation stays, so that suggestions and warnings
// are the same with a tenant as without.
func (c *AzureCatalog) FactsWith(listed []azure.Operation) azure.Operations {
	f := azureTenantFacts{azureFacts: azureFacts{c: c}, more: map[string]planesOf{}, namespaces: map[string][]string{}}
	for _, o := range listed {
		if _, known := c.Operation(o.Name); known {
			continue
		}
		key := rbac.Fold(o.Name)
		p, seen := f.more[key]
		p.control, p.data = p.control || !o.Data, p.data || o.Data
		f.more[key] = p
		if !seen {
			namespace, _, _ := strings.Cut(key, "/")
			f.namespaces[namespace] = append(f.namespaces[namespace], o.Name)
		}
	}
	return f
}

type planesOf struct{ control, data bool }

type azureTenantFacts struct {
	azureFacts
	more       map[string]planesOf // by folded name, what only the tenant knows
	namespaces map[string][]string // their names, by folded namespace
}

var _ azure.Operations = azureTenantFacts{}

// Complete is true: what neither the tenant nor the catalog knows does not exist.
func (azureTenantFacts) Complete() bool { return true }

func (f azureTenantFacts) Planes(operation string) (control, data, known bool) {
	if p, ok := f.more[rbac.Fold(operation)]; ok {
		return p.control, p.data, true
	}
	return f.azureFacts.Planes(operation)
}

func (f azureTenantFacts) Reach(p azure.Pattern) (control, data int) {
	control, data = f.azureFacts.Reach(p)
	for name, of := range f.more {
		if p.MatchFolded(name) {
			if of.control {
				control++
			}
			if of.data {
				data++
			}
		}
	}
	return control, data
}

func (f azureTenantFacts) Near(operation string, limit int) []string {
	near := f.azureFacts.Near(operation, limit)
	namespace, _, _ := strings.Cut(rbac.Fold(operation), "/")
	if more := f.namespaces[namespace]; len(more) > 0 {
		return rbac.Suggest(operation, slices.Concat(near, more), limit)
	}
	return near
}

func (f azureTenantFacts) Namespace(name string) bool {
	return len(f.namespaces[rbac.Fold(name)]) > 0 || f.azureFacts.Namespace(name)
}

// FactsWith is the catalog together with all permissions that a tenant lists.
// Whether custom roles may hold one that only the tenant knows is not known.
func (c *EntraCatalog) FactsWith(listed []entra.Permission) entra.Permissions {
	f := entraTenantFacts{entraFacts: entraFacts{c: c}, more: map[string]string{}}
	for _, p := range listed {
		if _, known := c.Permission(p.Name); !known {
			f.more[rbac.Fold(p.Name)] = p.Name
		}
	}
	return f
}

type entraTenantFacts struct {
	entraFacts
	more map[string]string // by folded name, what only the tenant knows
}

var _ entra.Permissions = entraTenantFacts{}

// Complete is true, see azureTenantFacts.
func (entraTenantFacts) Complete() bool { return true }

func (f entraTenantFacts) Known(permission string) (known bool, usable *bool) {
	if _, ok := f.more[rbac.Fold(permission)]; ok {
		return true, nil
	}
	return f.entraFacts.Known(permission)
}

func (f entraTenantFacts) Near(permission string, limit int) []string {
	return near(permission, f.entraFacts.Near(permission, limit), f.more, limit)
}

// near is Near among what the catalog suggests and what only the tenant knows.
func near(text string, suggested []string, more map[string]string, limit int) []string {
	if len(more) == 0 {
		return suggested
	}
	return rbac.Suggest(text, slices.AppendSeq(slices.Clone(suggested), maps.Values(more)), limit)
}

// FactsWith is the catalog together with all permissions that a tenant lists.
// One that only the tenant knows is known by its Graph action alone: by a
// person's words for it, roles could not be written.
func (c *IntuneCatalog) FactsWith(listed []intune.Permission) intune.Permissions {
	f := intuneTenantFacts{intuneFacts: intuneFacts{c: c}, more: map[string]string{}, named: map[string]string{}}
	for _, p := range listed {
		if _, known := c.Permission(p.Action); known {
			continue
		}
		f.more[rbac.Fold(p.Action)] = p.Action
		if p.Resource != "" && p.Name != "" {
			f.named[foldSpelling(p.Resource+"/"+p.Name)] = p.Action
		}
	}
	return f
}

type intuneTenantFacts struct {
	intuneFacts
	more  map[string]string // actions by folded action, what only the tenant knows
	named map[string]string // actions by folded words
}

var _ intune.Permissions = intuneTenantFacts{}

// Complete is true, see azureTenantFacts.
func (intuneTenantFacts) Complete() bool { return true }

func (f intuneTenantFacts) Action(spelling string) (action, name string, known bool) {
	if action, ok := f.more[rbac.Fold(spelling)]; ok {
		return action, action, true
	}
	return f.intuneFacts.Action(spelling)
}

func (f intuneTenantFacts) Near(spelling string, limit int) []string {
	if action, ok := f.named[foldSpelling(spelling)]; ok {
		return []string{action}
	}
	suggested := f.intuneFacts.Near(spelling, limit)
	if !strings.Contains(spelling, "_") {
		return suggested
	}
	return near(spelling, suggested, f.more, limit)
}
