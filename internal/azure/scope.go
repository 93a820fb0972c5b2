// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package azure

import (
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// ScopeKind is the level of the Azure hierarchy at which a scope lies.
type ScopeKind string

// The kinds of scopes, from the top down.
const (
	TenantScope          ScopeKind = "tenant"
	ManagementGroupScope ScopeKind = "management_group"
	SubscriptionScope    ScopeKind = "subscription"
	ResourceGroupScope   ScopeKind = "resource_group"
	ResourceScope        ScopeKind = "resource"
)

// Scope is one place in the Azure hierarchy. Names keep the casing in which
// they were written; two scopes are the same when their keys are.
// The zero value is no scope.
type Scope struct {
	Kind            ScopeKind
	ManagementGroup string
	SubscriptionID  string // lower case
	ResourceGroup   string
	ResourceType    string // namespace and types, such as Microsoft.Network/virtualNetworks/subnets
	ResourceName    string // names, such as vnet1/default
	id              string
}

// ID is the scope as Azure writes it: "/" for the tenant root, else a path
// without a trailing slash, its keywords in Azure's casing.
func (s Scope) ID() string { return s.id }

// String is the same as ID.
func (s Scope) String() string { return s.id }

// Key is the form in which scopes are compared: Azure ignores their casing.
func (s Scope) Key() string { return rbac.Fold(s.id) }

// IsZero reports whether s is no scope at all.
func (s Scope) IsZero() bool { return s.id == "" }

// Same reports whether s and o are one place.
func (s Scope) Same(o Scope) bool { return s.Key() == o.Key() }

// Contains reports whether o is s or lies below it, as far as the two IDs
// alone decide: which subscriptions a management group holds is not in an ID.
func (s Scope) Contains(o Scope) bool {
	if s.Kind == TenantScope {
		return !o.IsZero()
	}
	a, b := s.Key(), o.Key()
	return b == a || len(b) > len(a) && strings.HasPrefix(b, a) && b[len(a)] == '/'
}

const managementGroupPrefix = "/providers/Microsoft.Management/managementGroups/"

// Subscription returns the scope of a subscription.
func Subscription(id rbac.GUID) Scope {
	return Scope{Kind: SubscriptionScope, SubscriptionID: id.String(), id: "/subscriptions/" + id.String()}
}

// ManagementGroup returns the scope of a management group.
func ManagementGroup(name string) Scope {
	return Scope{Kind: ManagementGroupScope, ManagementGroup: name, id: managementGroupPrefix + name}
}

// Root is the tenant root scope.
var Root = Scope{Kind: TenantScope, id: "/"}

// ParseScope reads a scope ID: "/", a management group, a subscription, a
// resource group, or a resource below one of them or below the tenant. Casing
// of keywords, doubled and trailing slashes do not matter. Anything else is
// an rbac.Invalid error that says what is missing.
//
// Source: https://learn.microsoft.com/azure/role-based-access-control/scope-overview
func ParseScope(text string) (Scope, error) {
	if text == "/" {
		return Root, nil
	}
	if text == "" {
		return Scope{}, scopeError(text, "it is empty")
	}
	if text[0] != '/' {
		return Scope{}, scopeError(text, `it does not begin with "/"`)
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f || strings.ContainsRune(`<>%&\?#*`, r) }); i >= 0 {
		return Scope{}, scopeError(text, "it has a character that no scope has at position "+itoa(i+1))
	}
	parts := split(text)
	if len(parts) == 0 {
		return Root, nil
	}
	var s Scope
	var b strings.Builder
	switch {
	case strings.EqualFold(parts[0], "subscriptions"):
		if len(parts) < 2 {
			return Scope{}, scopeError(text, "the subscription ID is missing")
		}
		sub, ok := rbac.ParseGUID(parts[1])
		if !ok {
			return Scope{}, scopeError(text, `"`+parts[1]+`" is no subscription ID, which is a GUID`)
		}
		s.Kind, s.SubscriptionID = SubscriptionScope, sub.String()
		b.WriteString("/subscriptions/" + s.SubscriptionID)
		parts = parts[2:]
		if len(parts) > 0 && strings.EqualFold(parts[0], "resourceGroups") {
			if len(parts) < 2 {
				return Scope{}, scopeError(text, "the name of the resource group is missing")
			}
			if why := groupName(parts[1]); why != "" {
				return Scope{}, scopeError(text, why)
			}
			s.Kind, s.ResourceGroup = ResourceGroupScope, parts[1]
			b.WriteString("/resourceGroups/" + s.ResourceGroup)
			parts = parts[2:]
		}
	case len(parts) >= 3 && strings.EqualFold(parts[0], "providers") &&
		strings.EqualFold(parts[1], "Microsoft.Management") && strings.EqualFold(parts[2], "managementGroups"):
		if len(parts) < 4 {
			return Scope{}, scopeError(text, "the name of the management group is missing")
		}
		s.Kind, s.ManagementGroup = ManagementGroupScope, parts[3]
		b.WriteString(managementGroupPrefix + s.ManagementGroup)
		parts = parts[4:]
	case !strings.EqualFold(parts[0], "providers"):
		return Scope{}, scopeError(text, `it begins neither with "/subscriptions/" nor with "/providers/"`)
	}
	if len(parts) == 0 {
		s.id = b.String()
		return s, nil
	}
	if err := s.resource(text, parts, &b); err != nil {
		return Scope{}, err
	}
	s.Kind, s.id = ResourceScope, b.String()
	return s, nil
}

// resource reads "/providers/{namespace}/{type}/{name}…" from parts. A
// provider below the tenant may stand alone (/providers/Microsoft.Capacity).
func (s *Scope) resource(text string, parts []string, b *strings.Builder) error {
	for len(parts) > 0 {
		if !strings.EqualFold(parts[0], "providers") {
			return scopeError(text, `"`+parts[0]+`" stands where "providers" is expected`)
		}
		if len(parts) < 2 {
			return scopeError(text, "the resource provider is missing")
		}
		types, names := []string{parts[1]}, []string(nil)
		b.WriteString("/providers/" + parts[1])
		parts = parts[2:]
		if len(parts) == 0 && s.Kind != "" {
			return scopeError(text, "the resource type and name are missing")
		}
		for len(parts) > 0 && !strings.EqualFold(parts[0], "providers") {
			if len(parts) < 2 {
				return scopeError(text, `the name of the "`+parts[0]+`" is missing`)
			}
			types, names = append(types, parts[0]), append(names, parts[1])
			b.WriteString("/" + parts[0] + "/" + parts[1])
			parts = parts[2:]
		}
		s.ResourceType, s.ResourceName = strings.Join(types, "/"), strings.Join(names, "/")
	}
	return nil
}

// groupName says why a resource group can't have this name; "" if it can.
func groupName(name string) string {
	switch {
	case len([]rune(name)) > 90:
		return "the name of a resource group has at most 90 characters"
	case strings.HasSuffix(name, "."):
		return "the name of a resource group does not end with a dot"
	}
	return ""
}

func split(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '/' })
}

func scopeError(text, why string) error {
	return &rbac.Error{
		Kind: rbac.Invalid, System: rbac.Azure, Field: "scope", Rule: RuleScopeSyntax.Name, Source: RuleScopeSyntax.Source,
		Message: `"` + text + `" is no Azure scope: ` + why + `. A scope is "/", a management group ` +
			`("/providers/Microsoft.Management/managementGroups/NAME"), a subscription ("/subscriptions/GUID"), ` +
			`a resource group ("/subscriptions/GUID/resourceGroups/NAME") or the ID of a resource.`,
	}
}
