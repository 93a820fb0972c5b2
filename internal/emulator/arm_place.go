// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// armPlace is the scope of a request and what lies above it.
type armPlace struct {
	azure.Scope
	directory Directory
	above     []azure.Scope // management groups, the nearest first
}

// at returns the place of a request: what stands in front of
// /providers/Microsoft.Authorization in its path. A subscription that the
// directory does not have is refused, as Resource Manager does before it asks
// anybody else.
func (c *call) at() (armPlace, error) {
	text := cmp.Or(c.param("scope"), "/")
	c.about.Scopes = []string{text}
	if err := c.checkSubscription(text); err != nil {
		return armPlace{}, err
	}
	scope, err := azure.ParseScope(text)
	if err != nil {
		return armPlace{}, refuse(http.StatusBadRequest, wire.CodeMissingSubscription, "The request did not have a subscription or a valid tenant level resource provider.")
	}
	return armPlace{Scope: scope, directory: c.directory, above: c.directory.ManagementGroupsAbove(scope)}, nil
}

// checkSubscription refuses a path below a subscription that is no GUID or does
// not exist.
func (c *call) checkSubscription(path string) error {
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	if len(parts) < 2 || !strings.EqualFold(parts[0], "subscriptions") {
		return nil
	}
	_, err := c.subscription(parts[1])
	return err
}

// subscription finds a subscription by what stands for its ID in a path.
func (c *call) subscription(text string) (azure.Scope, error) {
	id, ok := rbac.ParseGUID(text)
	if !ok {
		return azure.Scope{}, refuse(http.StatusBadRequest, "InvalidSubscriptionId", fmt.Sprintf("The provided subscription identifier '%s' is malformed or invalid.", text))
	}
	scope := azure.Subscription(id)
	if !c.directory.HasScope(scope) {
		c.about.Scopes = []string{scope.ID()}
		return azure.Scope{}, &rbac.Error{
			Kind: rbac.ScopeNotFound, System: rbac.Azure, Code: wire.CodeSubscriptionNotFound, Message: fmt.Sprintf("There is no subscription %s.", id),
		}
	}
	return scope, nil
}

// contains reports whether inner is the place or lies below it.
func (p armPlace) contains(inner azure.Scope) bool {
	if p.Contains(inner) {
		return true
	}
	return p.Kind == azure.ManagementGroupScope && slices.ContainsFunc(p.directory.ManagementGroupsAbove(inner), p.Same)
}

// within reports whether the place is outer or lies below it.
func (p armPlace) within(outer azure.Scope) bool {
	return outer.Contains(p.Scope) || slices.ContainsFunc(p.above, outer.Same)
}

// unknown reports whether nobody can say which of two scopes lies in the other:
// without a directory, every subscription may be in every management group.
func (p armPlace) unknown(s azure.Scope) bool {
	if s.Kind != azure.ManagementGroupScope && p.Kind != azure.ManagementGroupScope || s.Kind == azure.TenantScope || p.Kind == azure.TenantScope {
		return false
	}
	return len(p.directory.ManagementGroups()) == 0 && p.directory.HasScope(p.Scope) && p.directory.HasScope(s)
}

// assignable reports whether a role can be assigned at the armPlace, and with
// below also whether it can be underneath. Everything is below the root, which
// is no assignable scope of a custom role: there, all roles are listed.
func (p armPlace) assignable(r azure.Role, below bool) bool {
	return r.BuiltIn || p.Kind == azure.TenantScope || slices.ContainsFunc(r.AssignableScopes, func(text string) bool {
		s, err := azure.ParseScope(text)
		return err == nil && (p.within(s) || below && p.contains(s) || p.unknown(s))
	})
}

// rolePrefix is the scope that the service writes in front of the ID of a role
// that was asked for at the place.
func (p armPlace) rolePrefix() string {
	if p.SubscriptionID == "" {
		return ""
	}
	return azure.Subscription(rbac.GUID(p.SubscriptionID)).ID()
}
