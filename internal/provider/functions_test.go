// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rolewright/terraform-provider-rbac/internal/provider"
)

// open stands for a value that is not known yet.
type open struct{}

// call calls a function over the protocol with plain Go values. A result that is
// not known is open{}.
func call(t *testing.T, name string, args ...any) (result any, wrong string, argument int64) {
	t.Helper()
	server := providerserver.NewProtocol6(provider.New("test")())()
	schema, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	f := schema.Functions[name]
	if f == nil || len(f.Parameters) != len(args) {
		t.Fatalf("there is no function %s of %d parameters", name, len(args))
	}
	req := &tfprotov6.CallFunctionRequest{Name: name}
	for i, p := range f.Parameters {
		v, err := tfprotov6.NewDynamicValue(p.Type, value(args[i], p.Type))
		if err != nil {
			t.Fatal(err)
		}
		req.Arguments = append(req.Arguments, &v)
	}
	resp, err := server.CallFunction(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Error != nil {
		argument = -1
		if resp.Error.FunctionArgument != nil {
			argument = *resp.Error.FunctionArgument
		}
		return nil, resp.Error.Text, argument
	}
	v, err := resp.Result.Unmarshal(f.Return.Type)
	if err != nil {
		t.Fatal(err)
	}
	return back(t, v), "", -1
}

// value makes a Terraform value of a plain one.
func value(v any, typ tftypes.Type) tftypes.Value {
	if typ.Is(tftypes.DynamicPseudoType) && v != nil && v != any(open{}) {
		typ = typeOf(v)
	}
	switch v := v.(type) {
	case open:
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	case []any:
		elements := make([]tftypes.Value, len(v))
		for i, e := range v {
			of := tftypes.Type(tftypes.String)
			if l, ok := typ.(tftypes.List); ok {
				of = l.ElementType
			} else if tuple, ok := typ.(tftypes.Tuple); ok {
				of = tuple.ElementTypes[i]
			}
			elements[i] = value(e, of)
		}
		return tftypes.NewValue(typ, elements)
	case map[string]any:
		attributes := map[string]tftypes.Value{}
		for name, a := range v {
			attributes[name] = value(a, typ.(tftypes.Object).AttributeTypes[name])
		}
		return tftypes.NewValue(typ, attributes)
	default:
		return tftypes.NewValue(typ, v)
	}
}

func typeOf(v any) tftypes.Type {
	switch v := v.(type) {
	case []any:
		types := make([]tftypes.Type, len(v))
		for i, e := range v {
			types[i] = typeOf(e)
		}
		return tftypes.Tuple{ElementTypes: types}
	case map[string]any:
		types := map[string]tftypes.Type{}
		for name, a := range v {
			types[name] = typeOf(a)
		}
		return tftypes.Object{AttributeTypes: types}
	case bool:
		return tftypes.Bool
	default:
		return tftypes.String
	}
}

func back(t *testing.T, v tftypes.Value) any {
	t.Helper()
	var text string
	var flag bool
	var elements []tftypes.Value
	var attributes map[string]tftypes.Value
	switch {
	case !v.IsKnown():
		return open{}
	case v.IsNull():
		return nil
	case v.As(&text) == nil:
		return text
	case v.As(&flag) == nil:
		return flag
	case v.As(&elements) == nil:
		out := []any{}
		for _, e := range elements {
			out = append(out, back(t, e))
		}
		return out
	case v.As(&attributes) == nil:
		out := map[string]any{}
		for name, a := range attributes {
			out[name] = back(t, a)
		}
		return out
	}
	t.Fatalf("no value for a test: %s", v)
	return nil
}

type (
	items  = []any
	fields = map[string]any
)

// The role of the article, in its PowerShell form and as an object.
//
// Source: https://learn.microsoft.com/azure/role-based-access-control/custom-roles#custom-role-example
const operatorJSON = `{
  "Name": "Virtual Machine Operator",
  "Id": "88888888-8888-8888-8888-888888888888",
  "IsCustom": true,
  "Description": "Can monitor and restart virtual machines.",
  "Actions": [
    "Microsoft.Storage/*/read",
    "Microsoft.Compute/virtualMachines/start/action"
  ],
  "NotActions": [],
  "DataActions": [],
  "NotDataActions": [],
  "AssignableScopes": [
    "/subscriptions/{subscriptionId1}"
  ]
}`

var operatorObject = fields{
	"name": "Virtual Machine Operator", "role_id": "88888888-8888-8888-8888-888888888888", "description": "Can monitor and restart virtual machines.",
	"actions":     items{"Microsoft.Storage/*/read", "Microsoft.Compute/virtualMachines/start/action"},
	"not_actions": items{}, "data_actions": items{}, "not_data_actions": items{}, "assignable_scopes": items{"/subscriptions/{subscriptionId1}"},
}

// Each function with arguments and its result.
var calls = []struct {
	name string
	args []any
	want any
}{
	{"azure_role_from_json", items{operatorJSON}, operatorObject},
	{"azure_role_from_json", items{`{"Name": "New"}`}, fields{
		"name": "New", "role_id": nil, "description": "", "actions": items{}, "not_actions": items{}, "data_actions": items{}, "not_data_actions": items{}, "assignable_scopes": items{},
	}},
	{"azure_role_to_json", items{operatorObject, "powershell"}, operatorJSON},
	{"azure_role_to_json", items{fields{"name": "New", "actions": items{"*/read"}}, "rest"}, `{
  "properties": {
    "roleName": "New",
    "description": "",
    "assignableScopes": [],
    "permissions": [
      {
        "actions": [
          "*/read"
        ],
        "notActions": [],
        "dataActions": [],
        "notDataActions": []
      }
    ]
  }
}`},
	{"azure_role_to_json", items{fields{"name": "New"}, "cli"}, `{
  "Name": "New",
  "Description": "",
  "Actions": [],
  "NotActions": [],
  "DataActions": [],
  "NotDataActions": [],
  "AssignableScopes": []
}`},
	{"action_matches", items{"Microsoft.Compute/*/read", "microsoft.compute/virtualMachines/READ"}, true},
	{"action_matches", items{"*/read", "Microsoft.Compute/virtualMachines/start/action"}, false},
	{"action_matches", items{"Mobile apps/*", "Mobile apps/Read"}, true},
	{"expand_actions", items{"azure", items{"Microsoft.CostManagement/exports/*"}}, items{
		"Microsoft.CostManagement/exports/action", "Microsoft.CostManagement/exports/delete", "Microsoft.CostManagement/exports/read",
		"Microsoft.CostManagement/exports/run/action", "Microsoft.CostManagement/exports/write",
	}},
	{"expand_actions", items{"intune", items{"Microsoft.Intune_TermsAndConditions_*", "Mobile apps/Read"}}, items{
		"Mobile apps/Read", "Terms and conditions/Assign", "Terms and conditions/Create", "Terms and conditions/Delete", "Terms and conditions/Read", "Terms and conditions/Update",
	}},
	{"expand_actions", items{"entra", items{}}, items{}},
	{"role_permits", items{operatorObject, "Microsoft.Storage/storageAccounts/read"}, true},
	{"role_permits", items{operatorObject, "Microsoft.Compute/virtualMachines/restart/action"}, false},
	{"role_permits", items{fields{"actions": items{"*"}, "not_actions": items{"Microsoft.Authorization/*/Write"}}, "Microsoft.Authorization/roleAssignments/write"}, false},
	{"role_permits", items{fields{"actions": items{"*"}}, "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"}, false},
	{"role_permits", items{fields{"data_actions": items{"Microsoft.Storage/*/read"}}, "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"}, true},
	{"role_permits", items{fields{"permissions": items{"microsoft.directory/applications/allProperties/allTasks"}}, "microsoft.directory/applications/basic/update"}, true},
	{"role_permits", items{fields{"permissions": items{"Mobile apps/Read"}}, "Microsoft.Intune_MobileApps_Read"}, true},
	{"role_permits", items{fields{"permissions": items{"Mobile apps/Read"}}, "Mobile apps/Assign"}, false},
	{"diff_permissions", items{items{"Mobile apps/Read"}, items{"Microsoft.Intune_MobileApps_Read", "Mobile apps/Assign"}}, fields{"added": items{"Mobile apps/Assign"}, "removed": items{}}},
	{"diff_permissions", items{
		items{"microsoft.directory/users/allProperties/allTasks"},
		items{"microsoft.directory/users/allProperties/allTasks", "microsoft.directory/users/password/update"},
	}, fields{"added": items{}, "removed": items{}}},
	{"diff_permissions", items{
		fields{"actions": items{"Microsoft.CostManagement/exports/*"}},
		fields{"actions": items{"Microsoft.CostManagement/exports/*"}, "not_actions": items{"Microsoft.CostManagement/exports/delete"}},
	}, fields{"added": items{}, "removed": items{"Microsoft.CostManagement/exports/delete"}}},
	{"parse_azure_scope", items{"/SUBSCRIPTIONS/5A4F1B1E-2a61-4a2f-9a39-0c4d1f6f1c11/resourcegroups/RG-One/providers/Microsoft.Network/virtualNetworks/Net/subnets/Sub"}, fields{
		"kind": "resource", "management_group": nil, "subscription_id": "5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11", "resource_group": "RG-One",
		"resource_type": "Microsoft.Network/virtualNetworks/subnets", "resource_name": "Net/Sub",
		"id": "/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11/resourceGroups/RG-One/providers/Microsoft.Network/virtualNetworks/Net/subnets/Sub",
	}},
	{"parse_azure_scope", items{"/"}, fields{
		"kind": "tenant", "management_group": nil, "subscription_id": nil, "resource_group": nil, "resource_type": nil, "resource_name": nil, "id": "/",
	}},
	{"intune_permission", items{"microsoft.intune_mobileapps_read"}, fields{"name": "Mobile apps/Read", "graph_action": "Microsoft.Intune_MobileApps_Read", "category": "Mobile apps"}},
	{"least_privileged_roles", items{"intune", items{"Remote tasks/Wipe", "Mobile apps/Assign"}}, fields{
		"roles": items{
			fields{"name": "Help Desk Operator", "role_id": "9e0cc482-82df-4ab2-a24c-0c23a3f52e1e", "privileged": false},
			fields{"name": "School Administrator", "role_id": "2f9f4f7e-2d13-427b-adf2-361a1eef7ae8", "privileged": false},
		},
		"missing": items{}, "combination": items{},
	}},
	{"least_privileged_roles", items{"entra", items{"microsoft.directory/nothing/create"}}, fields{"roles": items{}, "missing": items{"microsoft.directory/nothing/create"}, "combination": items{}}},
}

func TestFunctionsAnswerAsTheArticlesDo(t *testing.T) {
	t.Parallel()
	for _, c := range calls {
		got, wrong, _ := call(t, c.name, c.args...)
		if wrong != "" || !reflect.DeepEqual(got, c.want) {
			text, _ := json.MarshalIndent(got, "", "  ")
			t.Errorf("%s(%q)\ngot  %s %s\nwant %q", c.name, c.args, text, wrong, c.want)
		}
	}
}

func TestFunctionsWaitForWhatIsUnknownAndRefuseNull(t *testing.T) {
	t.Parallel()
	for _, c := range calls {
		for i := range c.args {
			args := append(items{}, c.args...)
			args[i] = open{}
			if got, wrong, _ := call(t, c.name, args...); wrong != "" || got != any(open{}) {
				t.Errorf("%s with argument %d unknown: got %v %s", c.name, i, got, wrong)
			}
			if inner, ok := c.args[i].(items); ok {
				args[i] = append(append(items{}, inner...), open{})
				if got, wrong, _ := call(t, c.name, args...); wrong != "" || got != any(open{}) {
					t.Errorf("%s with a part of argument %d unknown: got %v %s", c.name, i, got, wrong)
				}
			}
			args[i] = nil
			if _, wrong, at := call(t, c.name, args...); !strings.HasSuffix(wrong, "is null. Give a value.") || at != int64(i) {
				t.Errorf("%s with argument %d null: got %q about %d", c.name, i, wrong, at)
			}
		}
	}
}

func TestFunctionsRefuseWrongInputWithASentence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		args []any
		at   int64
		want string
	}{
		{"azure_role_from_json", items{`{"Name": "A", "Colour": 1, "Owner": 2}`}, 0, `"Colour" and "Owner" are no fields of a role in this form.`},
		{"azure_role_to_json", items{operatorObject, "yaml"}, 1, `"yaml" is no form of a role. It is "powershell", "cli" or "rest".`},
		{"azure_role_to_json", items{fields{"actions": items{}}, "cli"}, 0, "The role has no `name`."},
		{"azure_role_to_json", items{"role", "cli"}, 0, "The role must be an object with `actions` and so on."},
		{"azure_role_to_json", items{fields{"name": "A", "role_id": "x"}, "cli"}, 0, "`role_id` is \"x\". It must be a GUID."},
		{"action_matches", items{"a/*/b/*", "a/b"}, 0, `"a/*/b/*" has 2 wildcards; at most one is possible, so write one pattern for each.`},
		{"expand_actions", items{"azur", items{}}, 0, `"azur" is no system. It is "azure", "entra" or "intune". Did you mean "azure"?`},
		{"expand_actions", items{"azure", items{"a/*/b/*"}}, 1, `"a/*/b/*" has 2 wildcards.`},
		{"expand_actions", items{"azure", items{nil}}, 1, "Element 0 of `patterns` is null or no string. Every element must be a string."},
		{"role_permits", items{operatorObject, "Microsoft.Compute/*"}, 1, `"Microsoft.Compute/*" stands for several actions. Ask for one, or for each of expand_actions.`},
		{"role_permits", items{fields{"actions": "*"}, "A/b"}, 0, "`actions` must be a list or set of strings."},
		{"role_permits", items{fields{"action": items{"*"}}, "A/b"}, 0, "The role has neither `actions` nor `data_actions` nor `permissions`."},
		{"diff_permissions", items{items{}, fields{}}, 1, "The role has neither `actions` nor `data_actions` nor `permissions`."},
		{"diff_permissions", items{items{}, items{true}}, 1, "Element 0 of the list is null or no string. Every element must be a string."},
		{"parse_azure_scope", items{"subscriptions"}, 0, `"subscriptions" is no Azure scope: it does not begin with "/".`},
		{"intune_permission", items{"Mobile apps/Raed"}, 0, `"Mobile apps/Raed" is no known Intune permission. Did you mean "Mobile apps/Read"?`},
		{"least_privileged_roles", items{"azure", items{"Microsoft.Nowhere/*"}}, 1, `"Microsoft.Nowhere/*" stands for no known operation, so there is no telling which roles grant it.`},
	} {
		_, wrong, at := call(t, c.name, c.args...)
		if !strings.HasPrefix(wrong, c.want) || at != c.at {
			t.Errorf("%s(%q)\ngot  %q about %d\nwant %q about %d", c.name, c.args, wrong, at, c.want, c.at)
		}
	}
}
