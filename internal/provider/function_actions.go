// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func actionMatches() pureFunction {
	return pureFunction{
		name: "action_matches",
		definition: function.Definition{
			Summary: "Whether a pattern stands for an action",
			MarkdownDescription: "Reports whether a pattern stands for an action, as Azure matches them: casing does not matter, and the one `*` that a pattern may have stands for any characters, `/` included. " +
				"It does for permissions of Entra and Intune, too.",
			Parameters: []function.Parameter{
				stringParameter("pattern", "The pattern, such as `Microsoft.Compute/*/read`."),
				stringParameter("action", "The action, such as `Microsoft.Compute/virtualMachines/read`."),
			},
			Return: function.BoolReturn{},
		},
		run: func(args []any) (any, error) {
			pattern, _ := args[0].(string)
			action, _ := args[1].(string)
			matches, err := catalog.Matches(pattern, action)
			return matches, wrongBy(0, err)
		},
	}
}

func expandActions() pureFunction {
	return pureFunction{
		name: "expand_actions",
		definition: function.Definition{
			Summary: "The permissions that patterns stand for",
			MarkdownDescription: "Returns the permissions of the embedded catalog for which a list of patterns stands, sorted and without repetitions: operations of Azure, permissions of Entra, or permissions of Intune as `Mobile apps/Read`. " +
				"An Entra permission with `allProperties` or `allTasks` stands for those that it includes, too. What the catalog does not know is not in the result.",
			Parameters: []function.Parameter{
				stringParameter("system", "`azure`, `entra` or `intune`."),
				listParameter("patterns", "Permissions and patterns, such as `[\"Microsoft.Compute/*/read\"]`. Each has at most one `*`."),
			},
			Return: function.ListReturn{ElementType: types.StringType},
		},
		run: func(args []any) (any, error) {
			system, err := systemOf(0, args[0])
			if err != nil {
				return nil, err
			}
			patterns, err := textsOf(1, "`patterns`", args[1])
			if err != nil {
				return nil, err
			}
			found, err := expand(system, patterns)
			return found, wrongBy(1, err)
		},
	}
}

// expand returns what patterns stand for, sorted; never nil.
func expand(system rbac.System, patterns []string) ([]string, error) {
	out := []string{}
	if len(patterns) == 0 {
		return out, nil
	}
	filter := catalog.PermissionFilter{Matching: patterns}
	switch system {
	case rbac.Azure:
		found, err := catalog.Azure().FindOperations(filter)
		if err != nil {
			return nil, err
		}
		for _, o := range found {
			out = append(out, o.Name)
		}
	case rbac.Entra:
		if _, err := catalog.Entra().FindPermissions(filter); err != nil {
			return nil, err
		}
		for _, p := range catalog.Entra().Permissions() {
			if slices.ContainsFunc(patterns, func(pattern string) bool {
				matches, _ := catalog.Matches(pattern, p.Name) // it is a pattern
				return matches || entra.Covers(pattern, p.Name)
			}) {
				out = append(out, p.Name)
			}
		}
	default:
		found, err := catalog.Intune().FindPermissions(filter)
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			out = append(out, p.Name())
		}
	}
	slices.SortFunc(out, byFold)
	return slices.Compact(out), nil
}

func rolePermits() pureFunction {
	return pureFunction{
		name: "role_permits",
		definition: function.Definition{
			Summary: "Whether a role permits an action",
			MarkdownDescription: "Reports whether one role permits an action. Of an Azure role, what `actions` stand for without what `not_actions` stand for, and the same for data actions: " +
				"an operation that the catalog knows is looked for in its own plane only. Of an Entra or Intune role, what is in `permissions`. " +
				"Conditions are not looked at, and what another role of the same principal permits does not matter.",
			Parameters: []function.Parameter{
				dynamicParameter("role", "The role: an object with `actions`, `not_actions`, `data_actions` and `not_data_actions`, each optional, or with `permissions`. Role resources and the roles of data sources fit."),
				stringParameter("action", "The action, without a `*`."),
			},
			Return: function.BoolReturn{},
		},
		run: func(args []any) (any, error) {
			action, _ := args[1].(string)
			if held, ok, err := permissionsOf(0, args[0]); ok || err != nil {
				return slices.ContainsFunc(held, func(h string) bool { return holds(h, action) }), err
			}
			role, err := actionsOf(0, args[0])
			if err != nil {
				return nil, err
			}
			asked, err := azure.ParsePattern(action)
			switch {
			case err != nil:
				return nil, wrongBy(1, err)
			case asked.IsWildcard():
				return nil, wrong(1, "\""+action+"\" stands for several actions. Ask for one, or for each of expand_actions.")
			}
			return azurePermits(role.Flat(), action), nil
		},
	}
}

// actionsOf is azureRoleOf for an object that must be about actions: one without
// any would permit nothing, whatever it was meant to be.
func actionsOf(argument int, v any) (azure.Role, error) {
	o, _ := v.(map[string]any)
	if !slices.ContainsFunc([]string{"actions", "not_actions", "data_actions", "not_data_actions"}, func(name string) bool { return o[name] != nil }) {
		return azure.Role{}, wrong(argument, "The role has neither `actions` nor `data_actions` nor `permissions`.")
	}
	return azureRoleOf(argument, v)
}

// permissionsOf reads the permissions of an Entra or Intune role; ok is false
// for an object without them.
func permissionsOf(argument int, v any) (held []string, ok bool, err error) {
	o, _ := v.(map[string]any)
	if o["permissions"] == nil {
		return nil, false, nil
	}
	held, err = textsOf(argument, "`permissions`", o["permissions"])
	return held, true, err
}

// holds reports whether a permission of Entra or Intune is another, or includes it.
func holds(held, asked string) bool {
	if entra.Covers(held, asked) {
		return true
	}
	a, known := catalog.Intune().Permission(held)
	b, also := catalog.Intune().Permission(asked)
	return known && also && a.GraphAction == b.GraphAction
}

// azurePermits reports whether a block of permissions grants an operation in the
// plane to which it belongs, or in either when that is not known.
func azurePermits(p azure.Permission, operation string) bool {
	grants := func(granted, taken []string) bool {
		matches := func(text string) bool {
			pattern, err := azure.ParsePattern(text)
			return err == nil && pattern.Match(operation)
		}
		return slices.ContainsFunc(granted, matches) && !slices.ContainsFunc(taken, matches)
	}
	control, data := true, true
	if o, ok := catalog.Azure().Operation(operation); ok {
		control, data = o.Planes()
	}
	return control && grants(p.Actions, p.NotActions) || data && grants(p.DataActions, p.NotDataActions)
}
