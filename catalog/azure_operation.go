// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/catalog/internal/words"
)

// AzureOperation is one operation of a resource provider.
type AzureOperation struct {
	Name     string // in the casing in which it was published
	Provider string // its namespace
	// ControlAction and DataAction tell in which lists of a role it belongs.
	// A few names belong in both; of a few it is not known.
	ControlAction, DataAction bool

	category string // display name or namespace
	origin   string // comma-separated
	reason   string // why it is privileged, "" when it is not
}

// Planes reports in which planes the operation may be granted: its own, or both
// where its plane is not known.
func (o AzureOperation) Planes() (control, data bool) {
	return o.ControlAction || !o.DataAction, o.DataAction || !o.ControlAction
}

// AccessLevel is AccessRead, AccessWrite, AccessDelete or AccessAction, by the
// last segment of the name.
func (o AzureOperation) AccessLevel() string {
	switch verb := o.verb(); {
	case strings.EqualFold(verb, AccessRead):
		return AccessRead
	case strings.EqualFold(verb, AccessWrite):
		return AccessWrite
	case strings.EqualFold(verb, AccessDelete):
		return AccessDelete
	}
	return AccessAction
}

func (o AzureOperation) verb() string { return o.Name[strings.LastIndexByte(o.Name, '/')+1:] }

// Category is the display name of the provider, or its namespace where it has
// none.
func (o AzureOperation) Category() string { return o.category }

// Privileged reports whether the operation lets its holder give himself more
// than he was given.
func (o AzureOperation) Privileged() bool { return o.reason != "" }

// PrivilegedReason says what a holder can do with a privileged operation, as
// the end of a sentence such as "its holder …"; "" for the others.
func (o AzureOperation) PrivilegedReason() string { return o.reason }

// Origin names the sources that know the operation.
func (o AzureOperation) Origin() []string { return strings.Split(o.origin, ",") }

// Description says in English what the operation does. It is derived from the
// name: "Read extensions of virtual machines".
func (o AzureOperation) Description() string {
	parts := strings.Split(o.Name, "/")
	if len(parts) < 2 {
		return o.Name
	}
	verb, types := parts[len(parts)-1], withoutProviders(parts[1:len(parts)-1])
	switch o.AccessLevel() {
	case AccessRead:
		verb = "Read"
	case AccessWrite:
		verb = "Create or update"
	case AccessDelete:
		verb = "Delete"
	default:
		if strings.EqualFold(verb, AccessAction) && len(types) > 0 {
			verb, types = types[len(types)-1], types[:len(types)-1]
		}
		return describeAction(verb, types, o.Provider)
	}
	if len(types) == 0 {
		return verb + " everything of " + o.Provider
	}
	return verb + " " + chain(types)
}

// describeAction describes an operation that is no plain read, write or delete.
// A verb of one word takes the type as its object, a longer one has its own:
// "Start virtual machines", "List keys of storage accounts".
func describeAction(verb string, types []string, provider string) string {
	for _, start := range []string{"list", "regenerate"} { // some names lost their casing: "listkeys"
		if object, ok := strings.CutPrefix(verb, start); ok && object != "" && object == strings.ToLower(object) {
			verb = start + " " + object
		}
	}
	text := words.Sentence(verb)
	switch {
	case len(types) == 0 && (strings.EqualFold(verb, "register") || strings.EqualFold(verb, "unregister")):
		return text + " the resource provider " + provider
	case len(types) == 0:
		return text + " in " + provider
	case strings.Contains(text, " "):
		return text + " of " + chain(types)
	}
	return text + " " + chain(types)
}

// withoutProviders takes out the namespaces of extension resources: of
// "service/providers/Microsoft.Insights/diagnosticSettings" two types remain.
func withoutProviders(types []string) []string {
	for i := 0; i+2 < len(types); i++ {
		if strings.EqualFold(types[i], "providers") && strings.Contains(types[i+1], ".") {
			return slices.Delete(slices.Clone(types), i, i+2)
		}
	}
	return types
}

// chain names a nested type, innermost first, two levels deep: more would only
// repeat the name of the operation.
func chain(types []string) string {
	text := words.Phrase(types[len(types)-1])
	if len(types) > 1 {
		text += " of " + words.Phrase(types[len(types)-2])
	}
	return text
}
