// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

type scopeObject struct {
	Kind            string  `tfsdk:"kind"`
	ManagementGroup *string `tfsdk:"management_group"`
	SubscriptionID  *string `tfsdk:"subscription_id"`
	ResourceGroup   *string `tfsdk:"resource_group"`
	ResourceType    *string `tfsdk:"resource_type"`
	ResourceName    *string `tfsdk:"resource_name"`
	ID              string  `tfsdk:"id"`
}

func parseAzureScope() pureFunction {
	return pureFunction{
		name: "parse_azure_scope",
		definition: function.Definition{
			Summary: "Take an Azure scope apart",
			MarkdownDescription: "Takes an Azure scope apart. `kind` is `tenant`, `management_group`, `subscription`, `resource_group` or `resource`; `id` is the scope as Azure writes it. " +
				"Names keep their casing, subscription IDs become lower case, and what a scope of that kind does not have is null. Of nested resources, types and names are joined by `/`.",
			Parameters: []function.Parameter{stringParameter("id", "The scope: `/`, or the ID of a management group, subscription, resource group or resource.")},
			Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
				"kind": types.StringType, "management_group": types.StringType, "subscription_id": types.StringType, "resource_group": types.StringType,
				"resource_type": types.StringType, "resource_name": types.StringType, "id": types.StringType,
			}},
		},
		run: func(args []any) (any, error) {
			text, _ := args[0].(string)
			s, err := azure.ParseScope(text)
			if err != nil {
				return nil, wrongBy(0, err)
			}
			orNull := func(text string) *string {
				if text == "" {
					return nil
				}
				return &text
			}
			return scopeObject{
				Kind: string(s.Kind), ManagementGroup: orNull(s.ManagementGroup), SubscriptionID: orNull(s.SubscriptionID), ResourceGroup: orNull(s.ResourceGroup),
				ResourceType: orNull(s.ResourceType), ResourceName: orNull(s.ResourceName), ID: s.ID(),
			}, nil
		},
	}
}

type intunePermissionObject struct {
	Name        string `tfsdk:"name"`
	GraphAction string `tfsdk:"graph_action"`
	Category    string `tfsdk:"category"`
}

func intunePermissionFunction() pureFunction {
	return pureFunction{
		name: "intune_permission",
		definition: function.Definition{
			Summary:             "An Intune permission in both spellings",
			MarkdownDescription: "Finds one Intune permission by any spelling, and returns its `name`, such as `Mobile apps/Read`, its `graph_action`, such as `Microsoft.Intune_MobileApps_Read`, and its `category`.",
			Parameters:          []function.Parameter{stringParameter("spelling", "The permission in any spelling and casing.")},
			Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
				"name": types.StringType, "graph_action": types.StringType, "category": types.StringType,
			}},
		},
		run: func(args []any) (any, error) {
			spelling, _ := args[0].(string)
			p, ok := catalog.Intune().Permission(spelling)
			if !ok {
				return nil, wrong(0, "\""+spelling+"\" is no known Intune permission."+rbac.DidYouMean(spelling, catalog.Intune().SpelledLike(spelling)))
			}
			return intunePermissionObject{Name: p.Name(), GraphAction: p.GraphAction, Category: p.Category}, nil
		},
	}
}

type leastRole struct {
	Name       string `tfsdk:"name"`
	RoleID     string `tfsdk:"role_id"`
	Privileged bool   `tfsdk:"privileged"`
}

type leastRoles struct {
	Roles       []leastRole `tfsdk:"roles"`
	Missing     []string    `tfsdk:"missing"`
	Combination []leastRole `tfsdk:"combination"`
}

func leastPrivilegedRoles() pureFunction {
	role := types.ObjectType{AttrTypes: map[string]attr.Type{"name": types.StringType, "role_id": types.StringType, "privileged": types.BoolType}}
	return pureFunction{
		name: "least_privileged_roles",
		definition: function.Definition{
			Summary: "The built-in roles that are just enough",
			MarkdownDescription: "Finds the built-in roles that grant some permissions. `roles` are those that grant all of them: what grants the least besides comes first, and among equals privileged roles come last. " +
				"`missing` are the permissions that no built-in role grants. `combination` is the smallest set of roles that together grant all, when no single one does and nothing is missing. " +
				"Roles that are deprecated or not for assignment, and what an Azure role grants under a condition, do not count.",
			Parameters: []function.Parameter{
				stringParameter("system", "`azure`, `entra` or `intune`."),
				listParameter("permissions", "Azure operations and action strings with a `*`, Entra permissions, or Intune permissions in any spelling."),
			},
			Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
				"roles": types.ListType{ElemType: role}, "missing": stringList, "combination": types.ListType{ElemType: role},
			}},
		},
		run: func(args []any) (any, error) {
			system, err := systemOf(0, args[0])
			if err != nil {
				return nil, err
			}
			permissions, err := textsOf(1, "`permissions`", args[1])
			if err != nil {
				return nil, err
			}
			switch system {
			case rbac.Azure:
				l, err := catalog.Azure().LeastPrivileged(permissions)
				return newLeastRoles(l, func(r *catalog.AzureRole) leastRole { return leastRole{r.Name, r.ID.String(), r.Privileged} }), wrongBy(1, err)
			case rbac.Entra:
				return newLeastRoles(catalog.Entra().LeastPrivileged(permissions), func(r *catalog.EntraRole) leastRole { return leastRole{r.Name, r.ID.String(), r.Privileged} }), nil
			default:
				return newLeastRoles(catalog.Intune().LeastPrivileged(permissions), func(r *catalog.IntuneRole) leastRole { return leastRole{r.Name, r.ID.String(), r.Privileged} }), nil
			}
		},
	}
}

// newLeastRoles is l as functions return it; no list is null.
func newLeastRoles[R any](l catalog.Least[R], item func(R) leastRole) leastRoles {
	out := leastRoles{Roles: []leastRole{}, Missing: append([]string{}, l.Missing...), Combination: []leastRole{}}
	for _, r := range l.Roles {
		out.Roles = append(out.Roles, item(r))
	}
	for _, r := range l.Combination {
		out.Combination = append(out.Combination, item(r))
	}
	return out
}
