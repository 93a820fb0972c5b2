// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"iter"
	"strings"
	"sync"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Facts is the snapshot as the rules for Azure roles ask for it.
func (c *AzureCatalog) Facts() azure.Operations { return azureFacts{c: c} }

type azureFacts struct {
	snapshot
	c *AzureCatalog
}

var _ azure.Operations = azureFacts{}

// snapshot is what all facts of an embedded catalog share: they are of one
// day, and what they do not know may exist all the same.
type snapshot struct{}

func (snapshot) Complete() bool { return false }

func (snapshot) Date() string { return SnapshotDate() }

// bothPlanes are the operations that a built-in role holds in the list of the
// other plane: Microsoft's own roles show that they are taken there too.
var bothPlanes = sync.OnceValue(func() map[string]bool {
	c := Azure()
	found := map[string]bool{}
	note := func(texts []string, wrong func(AzureOperation) bool) {
		for _, text := range texts {
			if o, ok := c.Operation(text); ok && wrong(o) {
				found[rbac.Fold(text)] = true
			}
		}
	}
	notControl := func(o AzureOperation) bool { return !o.ControlAction }
	notData := func(o AzureOperation) bool { return !o.DataAction }
	for _, r := range c.roles {
		for _, p := range r.Permissions {
			note(p.Actions, notControl)
			note(p.NotActions, notControl)
			note(p.DataActions, notData)
			note(p.NotDataActions, notData)
		}
	}
	return found
})

// escalating are the privileged operations.
var escalating = sync.OnceValue(func() []AzureOperation {
	var out []AzureOperation
	for _, o := range Azure().operations {
		if o.Privileged() {
			out = append(out, o)
		}
	}
	return out
})

func (f azureFacts) Planes(operation string) (control, data, known bool) {
	o, known := f.c.Operation(operation)
	if !known {
		return false, false, false
	}
	if o.ControlAction != o.DataAction && !bothPlanes()[rbac.Fold(operation)] {
		return o.ControlAction, o.DataAction, true
	}
	return true, true, true
}

// reaches remembers how far wildcards reach: roles use the same few.
var reaches sync.Map // folded pattern → [2]int

func (f azureFacts) Reach(p azure.Pattern) (control, data int) {
	key := rbac.Fold(p.String())
	if known, ok := reaches.Load(key); ok {
		n := known.([2]int) //nolint:forcetypeassert // nothing else is stored
		return n[0], n[1]
	}
	control, data = f.reach(p)
	reaches.Store(key, [2]int{control, data})
	return control, data
}

func (f azureFacts) reach(p azure.Pattern) (control, data int) {
	for _, o := range f.c.Expand(p.String()) {
		inControl, inData := o.Planes()
		if inControl {
			control++
		}
		if inData {
			data++
		}
	}
	return control, data
}

func (f azureFacts) Near(operation string, limit int) []string { return f.c.Similar(operation, limit) }

func (f azureFacts) Namespace(name string) bool {
	_, ok := f.c.Provider(name)
	return ok
}

func (f azureFacts) Escalating() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, o := range escalating() {
			if !yield(o.Name, o.reason) {
				return
			}
		}
	}
}

func (azureFacts) Elsewhere(text string) rbac.System { return systemOf(rbac.Azure, text) }

// systemOf is the other system that knows a permission of this name; "" if
// none does. Only what cannot be of the asking system counts.
func systemOf(asking rbac.System, text string) rbac.System {
	folded := rbac.Fold(text)
	switch {
	case asking != rbac.Intune && strings.HasPrefix(folded, "microsoft.intune_"):
		return rbac.Intune
	case asking == rbac.Azure && strings.HasPrefix(folded, "microsoft.directory/"):
		return rbac.Entra
	}
	if asking != rbac.Entra {
		if _, ok := Entra().Permission(text); ok {
			return rbac.Entra
		}
	}
	if asking != rbac.Intune && strings.Contains(text, "/") && !strings.HasPrefix(folded, "microsoft.") {
		if _, ok := Intune().Permission(text); ok {
			return rbac.Intune
		}
	}
	if asking != rbac.Azure {
		if _, ok := Azure().Operation(text); ok {
			return rbac.Azure
		}
	}
	return ""
}
