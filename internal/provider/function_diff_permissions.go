// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

type permissionDiff struct {
	Added   []string `tfsdk:"added"`
	Removed []string `tfsdk:"removed"`
}

func diffPermissions() pureFunction {
	const text = "A list or set of permissions and patterns, or a role: an object with `actions` and so on, or with `permissions`."
	return pureFunction{
		name: "diff_permissions",
		definition: function.Definition{
			Summary: "What two roles permit differently",
			MarkdownDescription: "Compares what two roles, or two lists of permissions, permit: `added` is permitted by `after` alone, `removed` by `before` alone, each sorted. " +
				"Patterns are expanded with the embedded catalog and `not_actions` taken away before; a pattern for which it knows nothing, and an operation that it does not know, stand for themselves. In a `check` block it tells when Microsoft has changed a role that another was copied from.",
			Parameters: []function.Parameter{dynamicParameter("before", text), dynamicParameter("after", text)},
			Return:     function.ObjectReturn{AttributeTypes: map[string]attr.Type{"added": stringList, "removed": stringList}},
		},
		run: func(args []any) (any, error) {
			var sides [2]map[string]string
			for i := range sides {
				permitted, err := permitted(i, args[i])
				if err != nil {
					return nil, err
				}
				sides[i] = map[string]string{}
				for _, p := range permitted {
					sides[i][rbac.Fold(p)] = p
				}
			}
			only := func(a, b map[string]string) []string {
				out := []string{}
				for folded, name := range a {
					if _, both := b[folded]; !both {
						out = append(out, name)
					}
				}
				slices.SortFunc(out, byFold)
				return out
			}
			return permissionDiff{Added: only(sides[1], sides[0]), Removed: only(sides[0], sides[1])}, nil
		},
	}
}

// permitted is everything that a role, or a list of permissions, permits.
func permitted(argument int, v any) ([]string, error) {
	held, ok, err := permissionsOf(argument, v)
	if list, is := v.([]any); is {
		held, err = textsOf(argument, "the list", list)
		ok = true
	}
	switch {
	case err != nil:
		return nil, err
	case ok:
		return expandEach(held), nil
	}
	role, err := actionsOf(argument, v)
	if err != nil {
		return nil, err
	}
	flat := role.Flat()
	return append(permittedIn(flat.Actions, flat.NotActions, false), permittedIn(flat.DataActions, flat.NotDataActions, true)...), nil
}

// permittedIn is what action strings of one plane stand for without those that
// are taken away.
func permittedIn(granted, taken []string, data bool) []string {
	var out []string
	for _, text := range granted {
		for _, name := range operationsOf(text, func(o catalog.AzureOperation) bool {
			inControl, inData := o.Planes()
			return data && inData || !data && inControl
		}) {
			asked, err := azure.ParsePattern(name)
			if err != nil || !slices.ContainsFunc(taken, func(t string) bool {
				p, err := azure.ParsePattern(t)
				return err == nil && p.Covers(asked)
			}) {
				out = append(out, name)
			}
		}
	}
	return out
}

// operationsOf is the known operations for which a pattern stands; itself when
// it is no pattern, or stands for none.
func operationsOf(text string, wanted func(catalog.AzureOperation) bool) []string {
	if !strings.Contains(text, "*") {
		return []string{text}
	}
	found, err := catalog.Azure().FindOperations(catalog.PermissionFilter{Matching: []string{text}})
	var out []string
	for _, o := range found {
		if wanted(o) {
			out = append(out, o.Name)
		}
	}
	if err != nil || len(out) == 0 {
		return []string{text}
	}
	return out
}

// expandEach is what permissions and patterns of whatever system stand for; those
// of which no catalog knows anything stand for themselves.
func expandEach(texts []string) []string {
	var out []string
	for _, text := range texts {
		if p, ok := catalog.Intune().Permission(text); ok {
			out = append(out, p.Name())
			continue
		}
		names := operationsOf(text, func(catalog.AzureOperation) bool { return true })
		for _, system := range []rbac.System{rbac.Entra, rbac.Intune} {
			found, err := expand(system, []string{text})
			switch {
			case err != nil || len(found) == 0 || !slices.Equal(names, []string{text}):
			case strings.Contains(text, "*"):
				names = found
			case system == rbac.Entra: // allProperties and allTasks stand for others, and for themselves
				names = append(names, found...)
			}
		}
		out = append(out, names...)
	}
	return out
}
