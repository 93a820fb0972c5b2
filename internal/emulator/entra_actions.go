// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// entraNamespaces are the namespaces of the permissions that the catalog has.
func entraNamespaces(c *call) []wire.EntraResourceNamespace {
	var names []string
	for _, a := range c.catalog.EntraActions() {
		name, _, _ := strings.Cut(a.Name, "/")
		names = append(names, name)
	}
	slices.Sort(names)
	var out []wire.EntraResourceNamespace
	for _, name := range slices.Compact(names) {
		out = append(out, wire.EntraResourceNamespace{ID: name, Name: name})
	}
	return out
}

var entraNamespaceList = collection[wire.EntraResourceNamespace]{
	context: "roleManagement/directory/resourceNamespaces",
	filter: filterable[wire.EntraResourceNamespace]{resource: "unifiedRbacResourceNamespace", properties: map[string]property[wire.EntraResourceNamespace]{
		"id":   {opEquals, func(n wire.EntraResourceNamespace) any { return n.ID }},
		"name": {opEquals, func(n wire.EntraResourceNamespace) any { return n.Name }},
	}},
	document: func(_ *call, n wire.EntraResourceNamespace) any { return n },
}

func listEntraNamespaces(ctx context.Context, c *call) (reply, error) {
	return entraNamespaceList.list(ctx, c, entraNamespaces(c))
}

func entraNamespace(c *call) (wire.EntraResourceNamespace, error) {
	all := entraNamespaces(c)
	i := slices.IndexFunc(all, func(n wire.EntraResourceNamespace) bool { return strings.EqualFold(n.ID, c.param("namespace")) })
	if i < 0 {
		return wire.EntraResourceNamespace{}, missing(c, c.param("namespace"))
	}
	return all[i], nil
}

func getEntraNamespace(ctx context.Context, c *call) (reply, error) {
	n, err := entraNamespace(c)
	if err != nil {
		return reply{}, err
	}
	return entraNamespaceList.one(ctx, c, n)
}

// entraActionList is the catalogue of one namespace. Nothing in it says whether
// a custom role may have an action: the service does not tell either.
//
// Source: https://learn.microsoft.com/graph/api/unifiedrbacresourcenamespace-list-resourceactions
func entraActionList(namespace string) collection[EntraAction] {
	return collection[EntraAction]{
		context:  "roleManagement/directory/resourceNamespaces('" + namespace + "')/resourceActions",
		pageSize: graphPageSize,
		filter: filterable[EntraAction]{resource: "unifiedRbacResourceAction", properties: map[string]property[EntraAction]{
			"id":           {opEquals, func(a EntraAction) any { return actionSlug(a.Name) }},
			"name":         {opEquals, func(a EntraAction) any { return a.Name }},
			"description":  {opEquals, func(a EntraAction) any { return a.Description }},
			"actionVerb":   {opEquals, func(a EntraAction) any { return textOrNil(actionVerb(a.Name)) }},
			"isPrivileged": {opEquals, func(a EntraAction) any { return a.Privileged }},
		}},
		document: func(c *call, a EntraAction) any {
			d := wire.EntraResourceAction{ID: actionSlug(a.Name), Name: a.Name, ActionVerb: wire.Text(actionVerb(a.Name)), Description: wire.Text(a.Description)}
			if c.version == beta {
				privileged := wire.Flag(a.Privileged)
				d.IsPrivileged = &privileged
			}
			return d
		},
	}
}

// actionSlug is the ID of an action: its name without slashes, then the verb.
func actionSlug(name string) string {
	slug := strings.ReplaceAll(name, "/", "-")
	if verb := actionVerb(name); verb != "" {
		slug += "-" + rbac.Fold(verb)
	}
	return slug
}

// actionVerb is the HTTP method that an action stands for, "" where it is none.
func actionVerb(name string) string {
	switch rbac.Fold(name[strings.LastIndexByte(name, '/')+1:]) {
	case "read":
		return "GET"
	case "create":
		return "POST"
	case "update":
		return "PATCH"
	case "delete":
		return "DELETE"
	default:
		return ""
	}
}

func entraActions(c *call) (wire.EntraResourceNamespace, []EntraAction, error) {
	n, err := entraNamespace(c)
	var out []EntraAction
	for _, a := range c.catalog.EntraActions() {
		if name, _, _ := strings.Cut(a.Name, "/"); name == n.Name {
			out = append(out, a)
		}
	}
	return n, out, err
}

func listEntraActions(ctx context.Context, c *call) (reply, error) {
	n, actions, err := entraActions(c)
	if err != nil {
		return reply{}, err
	}
	return entraActionList(n.Name).list(ctx, c, actions)
}

func getEntraAction(ctx context.Context, c *call) (reply, error) {
	n, actions, err := entraActions(c)
	if err != nil {
		return reply{}, err
	}
	i := slices.IndexFunc(actions, func(a EntraAction) bool { return strings.EqualFold(actionSlug(a.Name), c.param("id")) })
	if i < 0 {
		return reply{}, missing(c, c.param("id"))
	}
	return entraActionList(n.Name).one(ctx, c, actions[i])
}
