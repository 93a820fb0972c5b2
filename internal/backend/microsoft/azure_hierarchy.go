// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

const azureManagementGroups = "/providers/Microsoft.Management/managementGroups"

// azureHierarchy is what lies in which management group. It is read once in a
// run: nothing here changes it.
type azureHierarchy struct {
	flight flight[map[string]azure.Scope]
	mu     sync.Mutex
	above  map[string]azure.Scope // scope key → the management group directly above; a zero scope at the top
}

// groupTree is a management group with all that lies in it.
type groupTree struct {
	Properties struct {
		Details  wire.ManagementGroupDetails `json:"details"`
		Children []groupChild                `json:"children"`
	} `json:"properties"`
}

// groupChild is a management group or a subscription in another group.
type groupChild struct {
	ID       string       `json:"id"`
	Children []groupChild `json:"children"`
}

// ManagementGroupsAbove is azure.Authorization.
func (s *azureAuthorization) ManagementGroupsAbove(ctx context.Context, scope azure.Scope) ([]azure.Scope, error) {
	at := scope
	switch {
	case scope.SubscriptionID != "":
		at = azure.Subscription(rbac.GUID(scope.SubscriptionID))
	case scope.ManagementGroup != "":
		at = azure.ManagementGroup(scope.ManagementGroup)
	default:
		return nil, nil
	}
	above, err := s.hierarchy.load(ctx, s.client)
	if err != nil {
		return nil, err
	}
	var out []azure.Scope
	if at.Kind == azure.ManagementGroupScope {
		if _, visible := above[at.Key()]; !visible && len(above) > 0 {
			return nil, azureFailure(rbac.Forbidden, "", "", fmt.Sprintf("The caller does not see the management group %q, so what lies above it is not known. It needs %s there.",
				at.ManagementGroup, needsAzureGroupRead), nil)
		}
		if !at.Same(scope) { // a resource of the group
			out = append(out, at)
		}
	}
	for next := above[at.Key()]; !next.IsZero() && !slices.ContainsFunc(out, next.Same); next = above[next.Key()] {
		out = append(out, next)
	}
	return out, nil
}

func (h *azureHierarchy) load(ctx context.Context, c *client) (map[string]azure.Scope, error) {
	h.mu.Lock()
	known := h.above
	h.mu.Unlock()
	if known != nil {
		return known, nil
	}
	return h.flight.do(ctx, func(ctx context.Context) (map[string]azure.Scope, error) {
		above, err := readHierarchy(ctx, c)
		if err == nil {
			h.mu.Lock()
			h.above = above
			h.mu.Unlock()
		}
		return above, err
	})
}

// readHierarchy lists the management groups and reads the tree of each that is
// in no tree yet, beginning with the root, which has the name of the tenant
// unless it is not to be seen: one request for the list and, mostly, one more.
//
// Source: https://learn.microsoft.com/rest/api/managementgroups/management-groups/get
func readHierarchy(ctx context.Context, c *client) (map[string]azure.Scope, error) {
	get := func(path string, query url.Values) request {
		query.Set("api-version", azureManagementGroupsVersion)
		return request{System: rbac.Azure, Method: http.MethodGet, Path: path, Query: query, Needs: needsAzureGroupRead}
	}
	groups, err := pages[wire.ManagementGroup](ctx, c, get(azureManagementGroups, url.Values{}))
	if err != nil {
		return nil, err
	}
	root := func(g wire.ManagementGroup) int {
		if strings.EqualFold(g.Name, g.Properties.TenantID) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(groups, func(a, b wire.ManagementGroup) int { return cmp.Compare(root(a), root(b)) })
	above := map[string]azure.Scope{}
	for _, g := range groups {
		at := azure.ManagementGroup(g.Name)
		if _, seen := above[at.Key()]; seen {
			continue
		}
		var tree groupTree
		_, err := c.do(ctx, get(below(azureManagementGroups, g.Name), url.Values{"$expand": {"children"}, "$recurse": {"true"}}), &tree)
		if err != nil {
			return nil, err
		}
		above[at.Key()] = azure.Scope{}
		if p := tree.Properties.Details.Parent; p != nil {
			if parent, err := azure.ParseScope(p.ID); err == nil {
				above[at.Key()] = parent
			}
		}
		addChildren(above, at, tree.Properties.Children)
	}
	return above, nil
}

func addChildren(above map[string]azure.Scope, group azure.Scope, children []groupChild) {
	for _, child := range children {
		if at, err := azure.ParseScope(child.ID); err == nil {
			above[at.Key()] = group
			addChildren(above, at, child.Children)
		}
	}
}
