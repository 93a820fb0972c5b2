// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package azure

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The article's role as two of the tools show it, and as the third does.
//
// Source: https://learn.microsoft.com/azure/role-based-access-control/custom-roles#custom-role-example
const (
	operatorInPowerShell = `{
  "Name": "Virtual Machine Operator",
  "Id": "88888888-8888-8888-8888-888888888888",
  "IsCustom": true,
  "Description": "Can monitor and restart virtual machines.",
  "Actions": [
    "Microsoft.Storage/*/read",
    "Microsoft.Compute/virtualMachines/restart/action",
    "Microsoft.Support/*"
  ],
  "NotActions": [],
  "DataActions": [],
  "NotDataActions": [],
  "AssignableScopes": [
    "/subscriptions/{subscriptionId1}",
    "/providers/Microsoft.Management/managementGroups/{groupId1}"
  ]
}`
	operatorInCLI = `[
  {
    "assignableScopes": [
      "/subscriptions/{subscriptionId1}",
      "/providers/Microsoft.Management/managementGroups/{groupId1}"
    ],
    "description": "Can monitor and restart virtual machines.",
    "id": "/subscriptions/{subscriptionId1}/providers/Microsoft.Authorization/roleDefinitions/88888888-8888-8888-8888-888888888888",
    "name": "88888888-8888-8888-8888-888888888888",
    "permissions": [
      {
        "actions": [
          "Microsoft.Storage/*/read",
          "Microsoft.Compute/virtualMachines/restart/action",
          "Microsoft.Support/*"
        ],
        "dataActions": [],
        "notActions": [],
        "notDataActions": []
      }
    ],
    "roleName": "Virtual Machine Operator",
    "roleType": "CustomRole",
    "type": "Microsoft.Authorization/roleDefinitions"
  }
]`
	operatorInREST = `{
  "properties": {
    "roleName": "Virtual Machine Operator",
    "type": "CustomRole",
    "description": "Can monitor and restart virtual machines.",
    "assignableScopes": [
      "/subscriptions/{subscriptionId1}",
      "/providers/Microsoft.Management/managementGroups/{groupId1}"
    ],
    "permissions": [
      {
        "actions": [
          "Microsoft.Storage/*/read",
          "Microsoft.Compute/virtualMachines/restart/action",
          "Microsoft.Support/*"
        ],
        "notActions": [],
        "dataActions": [],
        "notDataActions": []
      }
    ]
  },
  "id": "/subscriptions/{subscriptionId1}/providers/Microsoft.Authorization/roleDefinitions/88888888-8888-8888-8888-888888888888",
  "type": "Microsoft.Authorization/roleDefinitions",
  "name": "88888888-8888-8888-8888-888888888888"
}`
)

var operator = Role{
	ID: "88888888-8888-8888-8888-888888888888", Name: "Virtual Machine Operator", Description: "Can monitor and restart virtual machines.",
	Permissions:      []Permission{{Actions: []string{"Microsoft.Storage/*/read", "Microsoft.Compute/virtualMachines/restart/action", "Microsoft.Support/*"}}},
	AssignableScopes: []string{"/subscriptions/{subscriptionId1}", "/providers/Microsoft.Management/managementGroups/{groupId1}"},
}

func TestTheSameRoleIsReadFromAndWrittenInEveryForm(t *testing.T) {
	t.Parallel()
	for form, text := range map[RoleForm]string{PowerShellForm: operatorInPowerShell, CLIForm: operatorInCLI, RESTForm: operatorInREST} {
		read, err := ParseRoleJSON([]byte(text))
		if err != nil || !reflect.DeepEqual(read, operator) {
			t.Errorf("%s: got %+v, %v", form, read, err)
		}
		written, err := FormatRoleJSON(operator, form)
		if err != nil || string(written) != text {
			t.Errorf("%s: got %s, %v", form, written, err)
		}
	}
}

func TestTheInputFormsOfTheArticleAreRead(t *testing.T) {
	t.Parallel()
	empty := Role{Permissions: []Permission{{}}}
	for _, text := range []string{
		`{"Name": "", "Description": "", "Actions": [], "NotActions": [], "DataActions": [], "NotDataActions": [], "AssignableScopes": []}`,
		`{"Name": "", "Id": "", "IsCustom": true, "Description": "", "Actions": [], "NotActions": [], "DataActions": [], "NotDataActions": [], "AssignableScopes": []}`,
		`[{"assignableScopes": [], "description": "", "id": "", "name": "", "permissions": [{"actions": [], "dataActions": [], "notActions": [], "notDataActions": []}], "roleName": "", "roleType": "CustomRole", "type": "Microsoft.Authorization/roleDefinitions"}]`,
		`{"properties": {"roleName": "", "description": "", "assignableScopes": [], "permissions": [{"actions": [], "notActions": [], "dataActions": [], "notDataActions": []}]}}`,
		`{"properties": {"roleName": "", "type": "CustomRole", "description": "", "assignableScopes": [], "permissions": [{"actions": []}], "createdOn": "", "updatedOn": "", "createdBy": "", "updatedBy": null}, "id": "", "type": "Microsoft.Authorization/roleDefinitions", "name": ""}`,
	} {
		if read, err := ParseRoleJSON([]byte(text)); err != nil || !reflect.DeepEqual(read, empty) {
			t.Errorf("%s: got %+v, %v", text, read, err)
		}
	}
}

func TestWhatIsNoRoleInAnyFormIsRefusedWithASentence(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``:                             "It is no JSON: something is wrong at line 1, column 1.",
		"{\n  nope}":                   "It is no JSON: something is wrong at line 2, column 3.",
		`{} {}`:                        "Something follows the end of the JSON value.",
		`7`:                            "It is a number. A role is a JSON object, or a list with one.",
		`[]`:                           "It is a list of 0 roles. Give one, such as with jsonencode(jsondecode(file)[0]).",
		`{"Name": "A", "Actoins": []}`: `"Actoins" is no field of a role in this form. Did you mean "Actions"?`,
		`{"properties": {"roleName": "A", "color": 1, "owner": 2}}`: `"properties.color" and "properties.owner" are no fields of a role in this form.`,
		`{"Name": 1}`:              `"Name" is a number. It must be a string.`,
		`{"Actions": "*"}`:         `"Actions" is a string. It must be a list of strings.`,
		`{"Actions": ["*", null]}`: `"Actions[1]" is null. It must be a string.`,
		`{"Id": "x"}`:              `"Id" is "x". It must be a GUID.`,
		`{"IsCustom": false}`:      `"IsCustom" is not true, so this is no custom role.`,
		`{"roleName": "Reader", "roleType": "BuiltInRole"}`:              `"roleType" is "BuiltInRole", so this is no custom role.`,
		`{"roleName": "A", "permissions": [{}, {}]}`:                     `"permissions" has 2 blocks. A custom role has one; only some built-in roles have more.`,
		`{"roleName": "A", "permissions": [{"condition": "@Resource"}]}`: `"permissions[0].condition" is set. Custom roles have no conditions; role assignments do.`,
		`{"Name": "A", "name": "B"}`:                                     `"name" is there twice, in different casing.`,
		`{"properties": []}`:                                             `"properties" is a list. It must be an object.`,
	} {
		_, err := ParseRoleJSON([]byte(text))
		var e *rbac.Error
		if !errors.As(err, &e) || e.Kind != rbac.Invalid || e.Message != want {
			t.Errorf("%s:\ngot  %v\nwant %s", text, err, want)
		}
	}
	if _, err := FormatRoleJSON(operator, "powershel"); err == nil || err.Error() != `"powershel" is no form of a role. It is "powershell", "cli" or "rest". Did you mean "powershell"?` {
		t.Errorf("got %v", err)
	}
}

func FuzzRoleJSON(f *testing.F) {
	for _, text := range []string{operatorInPowerShell, operatorInCLI, operatorInREST, `{"Name": "A & B <c>"}`, `[{}]`, `null`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := ParseRoleJSON(data)
		if err != nil {
			return
		}
		for _, form := range RoleForms() {
			written, err := FormatRoleJSON(r, form)
			if err != nil || !json.Valid(written) {
				t.Fatalf("%s of %+v: %s, %v", form, r, written, err)
			}
			if again, err := ParseRoleJSON(written); err != nil || !reflect.DeepEqual(again, r) {
				t.Fatalf("%s: %+v came back as %+v, %v", form, r, again, err)
			}
		}
	})
}
