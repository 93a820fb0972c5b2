// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

const managementGroupsPath = "/providers/Microsoft.Management/managementGroups"

// displayName is how a management group or subscription is shown: by its name
// where it has one, else by its ID.
func (c *call) displayName(s azure.Scope) string {
	return cmp.Or(c.directory.DisplayName(s), s.ManagementGroup, s.SubscriptionID)
}

func (c *call) managementGroup(s azure.Scope) wire.ManagementGroup {
	return wire.ManagementGroup{
		ID: s.ID(), Type: wire.ManagementGroupType, Name: s.ManagementGroup,
		Properties: wire.ManagementGroupProperties{TenantID: c.tenantID.String(), DisplayName: c.displayName(s)},
	}
}

// parent is the management group directly above; nil when there is none.
func (c *call) parent(s azure.Scope) *wire.ManagementGroupParent {
	above := c.directory.ManagementGroupsAbove(s)
	if len(above) == 0 {
		return nil
	}
	return &wire.ManagementGroupParent{ID: above[0].ID(), Name: above[0].ManagementGroup, DisplayName: c.displayName(above[0])}
}

func (a *arm) listManagementGroups(_ context.Context, c *call) (reply, error) {
	page, next, err := paged(c, c.directory.ManagementGroups())
	if err != nil {
		return reply{}, err
	}
	out := wire.Page[wire.ManagementGroup]{NextLink: next}
	for _, s := range page {
		out.Value = append(out.Value, c.managementGroup(s))
	}
	return reply{body: out}, nil
}

// group finds the management group of a path.
func (c *call) group() (azure.Scope, error) {
	name := c.param("group")
	s, err := azure.ParseScope(azure.ManagementGroup(name).ID())
	if err != nil || !c.directory.HasScope(s) {
		c.about.Scopes = []string{azure.ManagementGroup(name).ID()}
		return azure.Scope{}, &rbac.Error{Kind: rbac.ScopeNotFound, System: rbac.Azure, Message: fmt.Sprintf("There is no management group %q.", name)}
	}
	for _, known := range c.directory.ManagementGroups() {
		if known.Same(s) {
			return known, nil // in its own casing
		}
	}
	return s, nil
}

// groupWithChildren is a management group as $expand=children shows it.
type groupWithChildren struct {
	wire.ManagementGroup
	Properties struct {
		wire.ManagementGroupProperties
		Children []child `json:"children"`
	} `json:"properties"`
}

// child is a management group or subscription below another.
type child struct {
	ID          string  `json:"id"`
	Type        string  `json:"type"`
	Name        string  `json:"name"`
	DisplayName string  `json:"displayName"`
	Children    []child `json:"children,omitempty"`
}

func (a *arm) getManagementGroup(_ context.Context, c *call) (reply, error) {
	s, err := c.group()
	if err != nil {
		return reply{}, err
	}
	d := c.managementGroup(s)
	d.Properties.Details = &wire.ManagementGroupDetails{Version: 1, Parent: c.parent(s)}
	if !strings.EqualFold(c.option("$expand"), "children") {
		return reply{body: d}, nil
	}
	out := groupWithChildren{ManagementGroup: d}
	out.Properties.ManagementGroupProperties = d.Properties
	out.Properties.Children = c.children(s, strings.EqualFold(c.option("$recurse"), "true"))
	return reply{body: out}, nil
}

// children are the management groups and then the subscriptions directly below
// a management group, with all is what lies below them too. A directory has no
// circles.
func (c *call) children(of azure.Scope, all bool) []child {
	out := []child{}
	for _, s := range c.below() {
		if above := c.directory.ManagementGroupsAbove(s); len(above) == 0 || !above[0].Same(of) {
			continue
		}
		d := child{ID: s.ID(), Type: childType(s), Name: cmp.Or(s.ManagementGroup, s.SubscriptionID), DisplayName: c.displayName(s)}
		if all && s.Kind == azure.ManagementGroupScope {
			d.Children = c.children(s, true)
		}
		out = append(out, d)
	}
	return out
}

// below is everything that can be below a management group.
func (c *call) below() []azure.Scope {
	return slices.Concat(c.directory.ManagementGroups(), c.directory.Subscriptions())
}

// childType is the type of a management group, or of a subscription in one.
func childType(s azure.Scope) string {
	if s.Kind == azure.SubscriptionScope {
		return "/subscriptions"
	}
	return wire.ManagementGroupType
}

func (a *arm) listDescendants(_ context.Context, c *call) (reply, error) {
	s, err := c.group()
	if err != nil {
		return reply{}, err
	}
	below := slices.DeleteFunc(c.below(), func(d azure.Scope) bool {
		return !slices.ContainsFunc(c.directory.ManagementGroupsAbove(d), s.Same)
	})
	page, next, err := paged(c, below)
	if err != nil {
		return reply{}, err
	}
	out := wire.Page[wire.ManagementGroup]{NextLink: next}
	for _, d := range page {
		doc := wire.ManagementGroup{ID: d.ID(), Type: wire.ManagementGroupType, Name: d.ManagementGroup, Properties: wire.ManagementGroupProperties{DisplayName: c.displayName(d)}}
		if d.Kind == azure.SubscriptionScope {
			doc.Type, doc.Name = wire.SubscriptionType, d.SubscriptionID
		}
		doc.Properties.Parent = &wire.ManagementGroupParent{ID: c.parent(d).ID}
		out.Value = append(out.Value, doc)
	}
	return reply{body: out}, nil
}

func (c *call) subscriptionDocument(s azure.Scope) wire.Subscription {
	return wire.Subscription{
		ID: s.ID(), AuthorizationSource: "RoleBased", SubscriptionID: s.SubscriptionID, TenantID: c.tenantID.String(), DisplayName: c.displayName(s), State: "Enabled",
		SubscriptionPolicies: &wire.SubscriptionPolicies{LocationPlacementID: "Public_2014-09-01", QuotaID: "PayAsYouGo_2014-09-01", SpendingLimit: "Off"},
	}
}

func (a *arm) listSubscriptions(_ context.Context, c *call) (reply, error) {
	page, next, err := paged(c, c.directory.Subscriptions())
	if err != nil {
		return reply{}, err
	}
	out := wire.Page[wire.Subscription]{NextLink: next}
	for _, s := range page {
		out.Value = append(out.Value, c.subscriptionDocument(s))
	}
	return reply{body: out}, nil
}

func (a *arm) getSubscription(_ context.Context, c *call) (reply, error) {
	s, err := c.subscription(c.param("subscription"))
	if err != nil {
		return reply{}, err
	}
	return reply{body: c.subscriptionDocument(s)}, nil
}

// tenant is a tenant that the caller belongs to.
type tenant struct {
	ID       string    `json:"id"`
	TenantID rbac.GUID `json:"tenantId"`
	Category string    `json:"tenantCategory"`
}

func (a *arm) listTenants(_ context.Context, c *call) (reply, error) {
	return reply{body: wire.Page[tenant]{Value: []tenant{{ID: "/tenants/" + c.tenantID.String(), TenantID: c.tenantID, Category: "Home"}}}}, nil
}

// resourceGroup is a resource group. The directory file lists none: each exists
// when its subscription does, in a place that nobody has chosen.
type resourceGroup struct {
	ID         string                  `json:"id"`
	Name       string                  `json:"name"`
	Type       string                  `json:"type"`
	Location   string                  `json:"location"`
	Properties resourceGroupProperties `json:"properties"`
}

type resourceGroupProperties struct {
	ProvisioningState string `json:"provisioningState"`
}

// location is where resource groups are, by cloud: the first region of each.
func (c *call) location() string {
	switch c.cloud {
	case rbac.USGovernment:
		return "usgovvirginia"
	case rbac.ChinaCloud:
		return "chinanorth"
	default:
		return "westus"
	}
}

// groupScope finds the resource group of a path.
func (c *call) groupScope() (azure.Scope, error) {
	sub, err := c.subscription(c.param("subscription"))
	if err != nil {
		return azure.Scope{}, err
	}
	name := c.param("group")
	s, err := azure.ParseScope(sub.ID() + "/resourceGroups/" + name)
	if err != nil || s.ResourceGroup != name {
		return azure.Scope{}, refuse(http.StatusNotFound, wire.CodeResourceGroupNotFound, fmt.Sprintf("Resource group '%s' could not be found.", name))
	}
	return s, nil
}

func (a *arm) listResourceGroups(_ context.Context, c *call) (reply, error) {
	if _, err := c.subscription(c.param("subscription")); err != nil {
		return reply{}, err
	}
	return reply{body: wire.Page[resourceGroup]{}}, nil
}

func (a *arm) getResourceGroup(_ context.Context, c *call) (reply, error) {
	s, err := c.groupScope()
	if err != nil {
		return reply{}, err
	}
	return reply{body: resourceGroup{
		ID: s.ID(), Name: s.ResourceGroup, Type: "Microsoft.Resources/resourceGroups", Location: c.location(),
		Properties: resourceGroupProperties{ProvisioningState: "Succeeded"},
	}}, nil
}

func (a *arm) headResourceGroup(_ context.Context, c *call) (reply, error) {
	_, err := c.groupScope()
	return reply{status: http.StatusNoContent}, err
}
