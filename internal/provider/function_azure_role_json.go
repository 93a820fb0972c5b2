// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
)

// roleObject is an Azure role as functions give and take it.
type roleObject struct {
	Name             string   `tfsdk:"name"`
	RoleID           *string  `tfsdk:"role_id"`
	Description      string   `tfsdk:"description"`
	Actions          []string `tfsdk:"actions"`
	NotActions       []string `tfsdk:"not_actions"`
	DataActions      []string `tfsdk:"data_actions"`
	NotDataActions   []string `tfsdk:"not_data_actions"`
	AssignableScopes []string `tfsdk:"assignable_scopes"`
}

var roleObjectTypes = map[string]attr.Type{
	"name": types.StringType, "role_id": types.StringType, "description": types.StringType, "actions": stringList, "not_actions": stringList,
	"data_actions": stringList, "not_data_actions": stringList, "assignable_scopes": stringList,
}

const roleObjectText = "an object with `name`, `role_id`, `description`, `actions`, `not_actions`, `data_actions`, `not_data_actions` and `assignable_scopes`"

func azureRoleFromJSON() pureFunction {
	return pureFunction{
		name: "azure_role_from_json",
		definition: function.Definition{
			Summary: "Read an Azure custom role from JSON",
			MarkdownDescription: "Reads the JSON of one Azure custom role in any of the three documented forms, of Azure PowerShell, the Azure CLI and the REST API; which one it is, its shape tells. " +
				"Returns " + roleObjectText + "; `role_id` is null where the JSON has none. A field that the form does not have is an error that names it.",
			Parameters: []function.Parameter{stringParameter("json", "The JSON, such as `file(\"role.json\")`.")},
			Return:     function.ObjectReturn{AttributeTypes: roleObjectTypes},
		},
		run: func(args []any) (any, error) {
			text, _ := args[0].(string)
			role, err := azure.ParseRoleJSON([]byte(text))
			if err != nil {
				return nil, wrongBy(0, err)
			}
			flat := role.Flat()
			full := func(texts []string) []string { return append([]string{}, texts...) } // never null
			out := roleObject{
				Name: role.Name, Description: role.Description, Actions: full(flat.Actions), NotActions: full(flat.NotActions),
				DataActions: full(flat.DataActions), NotDataActions: full(flat.NotDataActions), AssignableScopes: full(role.AssignableScopes),
			}
			if role.ID != "" {
				id := role.ID.String()
				out.RoleID = &id
			}
			return out, nil
		},
	}
}

func azureRoleToJSON() pureFunction {
	return pureFunction{
		name: "azure_role_to_json",
		definition: function.Definition{
			Summary: "Write an Azure custom role as JSON",
			MarkdownDescription: "Writes an Azure custom role in one of the documented JSON forms. `azure_role_from_json` reads the same role from it. " +
				"Without a `role_id`, it is the form that the tool takes to make a role.",
			Parameters: []function.Parameter{
				dynamicParameter("role", "The role: "+roleObjectText+", each but `name` optional. An `rbac_azure_custom_role` fits."),
				stringParameter("form", "`powershell`, `cli` or `rest`."),
			},
			Return: function.StringReturn{},
		},
		run: func(args []any) (any, error) {
			role, err := azureRoleOf(0, args[0])
			if err != nil {
				return nil, err
			}
			if role.Name == "" {
				return nil, wrong(0, "The role has no `name`.")
			}
			form, _ := args[1].(string)
			if _, err := azure.FormatRoleJSON(azure.Role{}, azure.RoleForm(form)); err != nil {
				return nil, wrongBy(1, err)
			}
			text, err := azure.FormatRoleJSON(role, azure.RoleForm(form))
			return string(text), wrongBy(0, err)
		},
	}
}

// azureRoleOf reads a role object; attributes that it does not know do not matter.
func azureRoleOf(argument int, v any) (azure.Role, error) {
	o, ok := v.(map[string]any)
	if !ok {
		return azure.Role{}, wrong(argument, "The role must be an object with `actions` and so on.")
	}
	var role azure.Role
	var p azure.Permission
	for name, into := range map[string]*[]string{
		"actions": &p.Actions, "not_actions": &p.NotActions, "data_actions": &p.DataActions, "not_data_actions": &p.NotDataActions, "assignable_scopes": &role.AssignableScopes,
	} {
		if o[name] == nil {
			continue
		}
		texts, err := textsOf(argument, "`"+name+"`", o[name])
		if err != nil {
			return azure.Role{}, err
		}
		*into = texts
	}
	role.Permissions = []azure.Permission{p}
	for name, into := range map[string]*string{"name": &role.Name, "description": &role.Description} {
		if o[name] == nil {
			continue
		}
		if *into, ok = o[name].(string); !ok {
			return azure.Role{}, wrong(argument, "`"+name+"` must be a string.")
		}
	}
	if id, _ := o["role_id"].(string); id != "" {
		if role.ID, ok = azure.ParseRoleID(id); !ok {
			return azure.Role{}, wrong(argument, "`role_id` is \""+id+"\". It must be a GUID.")
		}
	}
	return role, nil
}
