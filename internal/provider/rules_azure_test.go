// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
)

const (
	parentGroup  = "/providers/Microsoft.Management/managementGroups/groupId1"
	siblingGroup = "/providers/Microsoft.Management/managementGroups/groupId2"
	blobsRead    = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
	ownerRole    = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
)

func TestRulesOfAzure(t *testing.T) {
	t.Parallel()
	judgeAll(t, azureRuleWorlds(), azureRuleCases())
}

func azureRuleWorlds() map[string]ruleWorld {
	return map[string]ruleWorld{
		"sized":        {validate: true, provider: `limits = { azure_role_size = 600 }`},
		"full":         {provider: `limits = { azure_custom_roles_per_tenant = 1 }`},
		"foreign":      {set: hasAzureRole("Foreign", guid(principalOf("foreign")), subscription1)},
		"one role":     {provider: `limits = { azure_custom_roles_per_tenant = 1 }`},
		"subscription": {provider: `limits = { azure_assignments_per_subscription = 1 }`, set: hasAzureAssignment(subscription1+"/resourceGroups/rg", readerID, guid(principalOf("held")))},
		"group":        {provider: `limits = { azure_assignments_per_management_group = 1 }`, set: hasAzureAssignment(parentGroup, readerID, guid(principalOf("held")))},
		"directory": {directory: `{
			"users": [{"id": "` + principalOf("somebody") + `"}],
			"service_principals": [{"id": "` + principalOf("service") + `", "app_id": "` + principalOf("application") + `"}],
			"subscriptions": [{"id": "11111111-1111-1111-1111-111111111111"}]}`},
		ruleTenant: {set: all(
			hasAzureRole("Taken", guid(principalOf("taken")), subscription1),
			hasAzureRole("Elsewhere", azure.DeriveRoleID("azure_role_id_unique"), subscription1),
			hasAzureAssignment(subscription1, readerID, guid(principalOf("held"))),
			hasAzureAssignment(subscription1, readerID, guid(principalOf("held 2"))),
			hasAzureRole("Virtual Machine Operator", operatorID, subscription2),
		)},
	}
}

func azureRuleCases() []ruleCase {
	role := func(name string, breaks, near body, attribute, value string) ruleCase {
		return ruleCase{name: name, of: "azure_custom_role", breaks: breaks, near: near, attribute: attribute, value: value}
	}
	assignment := func(name string, breaks, near body, attribute, value string) ruleCase {
		c := role(name, breaks, near, attribute, value)
		c.of = "azure_role_assignment"
		return c
	}
	warning := func(c ruleCase) ruleCase { c.warns = true; return c }
	in := func(world string, c ruleCase) ruleCase { c.world = world; return c }
	actions := func(values ...string) body { return body{"actions": list(values...)} }
	scopes := func(values ...string) body { return body{"assignable_scopes": list(values...)} }
	manyScopes := func(n int) body {
		return body{"assignable_scopes": fmt.Sprintf(`slice(flatten([for i in range(3) : [for j in range(1000) : format("/subscriptions/11111111-1111-1111-1111-%%012d", 1000 * i + j)]]), 0, %d)`, n)}
	}
	condition := func(text string) body { return body{"condition": quoted(text)} }
	rest := body{}
	return []ruleCase{
		// What a role alone decides.
		role("azure_role_name_length", body{"name": letters(513)}, body{"name": letters(512)}, "name", "The name has 513 characters. An Azure role name has at most 512"),
		role("azure_role_name_length__empty", body{"name": `""`}, body{"name": `"a"`}, "name", "The name is empty."),
		warning(role("azure_role_name_recommended_length", body{"name": letters(257)}, body{"name": letters(256)}, "name", "has 257 characters. Microsoft recommends at most 256")),
		role("azure_role_description_length", body{"description": letters(2049)}, body{"description": letters(2048)}, "description", "has 2049 characters. An Azure role description has at most 2048"),
		warning(role("azure_role_description_recommended_length", body{"description": letters(513)}, body{"description": letters(512)}, "description", "has 513 characters. Microsoft recommends at most 512")),
		role("azure_role_grants_nothing", body{"actions": `[]`}, body{"actions": `[]`, "data_actions": list(blobsRead)}, "actions", "The role grants nothing."),
		role("azure_role_grants_nothing__not_actions_grant_nothing", body{"actions": "", "not_actions": list("Microsoft.Compute/disks/read")}, rest, "", "The role grants nothing."),
		in("sized", role("azure_role_size", body{"description": letters(601)}, body{"description": letters(100)}, "actions", "Azure takes at most 600")),
		role("azure_assignable_scopes_max", manyScopes(2001), manyScopes(2000), "assignable_scopes", "There are 2001 assignable scopes. An Azure custom role has at most 2000"),
		role("azure_assignable_scopes_max__none", body{"assignable_scopes": `[]`}, rest, "assignable_scopes", "There is no assignable scope."),
		role("azure_assignable_scope_root", scopes("/"), scopes(parentGroup), "assignable_scopes", `"/" is the root of the tenant.`),
		role("azure_assignable_scope_wildcard", scopes("/subscriptions/*"), scopes(subscription2), "assignable_scopes", `"/subscriptions/*" has a wildcard.`),
		role("azure_assignable_scope_syntax", scopes(subscription1+"/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm"), scopes(subscription1+"/resourceGroups/rg"), "assignable_scopes",
			`"`+subscription1+`/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm" is a resource.`),
		role("azure_assignable_scope_syntax__name", scopes("My subscription"), scopes(subscription1), "assignable_scopes", `"My subscription"`),
		role("azure_assignable_scope_one_management_group", scopes(parentGroup, siblingGroup), scopes(parentGroup, subscription1, subscription2), "assignable_scopes", "There are 2 management groups among the assignable scopes: "+parentGroup+", "+siblingGroup+"."),
		role("azure_action_one_wildcard", actions("Microsoft.*/virtualMachines/*"), actions("Microsoft.Compute/virtualMachines/*"), "actions", `"Microsoft.*/virtualMachines/*" has 2 wildcards.`),
		role("azure_action_syntax", actions("Microsoft.Compute/ disks/read"), actions("Microsoft.Compute/disks/read"), "actions", `"Microsoft.Compute/ disks/read" has a blank or control character at position 19.`),
		role("azure_action_syntax__empty_segment", actions("Microsoft.Compute//read"), actions("Microsoft.Compute/disks/read"), "actions", `"Microsoft.Compute//read"`),
		role("azure_action_syntax__control_character", body{"actions": `["Microsoft.Compute/disks/read\n"]`}, rest, "actions", `Microsoft.Compute/disks/read`),
		role("azure_action_unknown", actions("Microsoft.Compute/virtualMachine/read"), actions("microsoft.compute/VIRTUALMACHINES/read"), "actions",
			`"Microsoft.Compute/virtualMachine/read" is no known action. Did you mean "Microsoft.Compute/virtualMachines/read"`),
		warning(role("azure_action_unknown__merely_new", actions("Contoso.Things/items/read"), rest, "actions", `No resource provider is named "Contoso.Things".`)),
		role("azure_action_wrong_list", actions(blobsRead), body{"actions": "", "data_actions": list(blobsRead)}, "actions", `"`+blobsRead+`" is a data plane operation and stands in actions. Move it to data_actions.`),
		role("azure_action_wrong_list__control", body{"data_actions": list("Microsoft.Compute/disks/read")}, actions("Microsoft.Compute/disks/read"), "data_actions", `is a control plane operation and stands in data_actions. Move it to actions.`),
		role("azure_action_wrong_list__excluded", body{"actions": list("Microsoft.Storage/storageAccounts/*"), "not_actions": list(blobsRead)},
			body{"actions": list("Microsoft.Storage/storageAccounts/*"), "data_actions": list("Microsoft.Storage/storageAccounts/*"), "not_data_actions": list(blobsRead)}, "not_actions", `stands in not_actions. Move it to not_data_actions.`),
		role("azure_action_wrong_system", actions("microsoft.directory/applications/basic/update"), rest, "actions", `"microsoft.directory/applications/basic/update" is a permission of Entra, which an Azure role can't hold. Put it into a rbac_entra_custom_role.`),
		role("azure_action_wrong_system__intune", actions("Microsoft.Intune_MobileApps_Read"), rest, "actions", "rbac_intune_custom_role"),
		warning(role("azure_action_wildcard", actions("Microsoft.CostManagement/exports/*"), actions("Microsoft.CostManagement/exports/read"), "actions", `1 string has a wildcard: "Microsoft.CostManagement/exports/*".`)),
		warning(role("azure_action_matches_nothing", actions("Microsoft.Compute/nothings/*"), actions("Microsoft.Compute/virtualMachines/*"), "actions", `"Microsoft.Compute/nothings/*" stands for no operation`)),
		warning(role("azure_not_action_excludes_nothing", body{"not_actions": list("Microsoft.Network/virtualNetworks/read")},
			body{"actions": list("Microsoft.Network/*"), "not_actions": list("Microsoft.Network/virtualNetworks/read")}, "not_actions", `"Microsoft.Network/virtualNetworks/read" is excluded, but nothing in actions grants it.`)),
		warning(role("azure_role_escalates", actions("Microsoft.Authorization/roleAssignments/write"), actions("Microsoft.Authorization/roleAssignments/read"), "actions", `The role allows "Microsoft.Authorization/roleAssignments/write"`)),
		warning(role("azure_role_escalates__by_a_wildcard", actions("*"), body{"actions": `["*"]`, "not_actions": list("*/action", "*/write", "*/delete")}, "actions", "Microsoft.Authorization/")),
		// What an assignment alone decides.
		assignment("azure_scope_syntax", body{"scope": `"subscriptions/1"`}, body{"scope": `"/"`}, "scope", `"subscriptions/1"`),
		assignment("azure_principal_id", body{"principal_id": `"me@contoso.com"`}, rest, "principal_id", `"me@contoso.com" is no GUID.`),
		assignment("azure_assignment_description_length", body{"description": letters(2049)}, body{"description": letters(2048)}, "description", "has 2049 characters."),
		assignment("azure_condition_length", condition("@Resource[name] StringEquals '"+strings.Repeat("a", 8162)+"'"), condition("@Resource[name] StringEquals '"+strings.Repeat("a", 8161)+"'"), "condition",
			"The condition has 8193 bytes. Azure takes at most 8192"),
		assignment("azure_condition_syntax", condition("@Resource[name] StringEqual 'a'"), condition("@Resource[name] StringEquals 'a'"), "condition", "StringEqual"),
		assignment("azure_condition_syntax__unfinished", condition("(@Resource[name] StringEquals 'a'"), condition("(@Resource[name] StringEquals 'a')"), "condition", `Line 1, column 1: "(" is never closed.`),
		// What the tenant decides.
		in(ruleTenant, role("azure_role_name_unique", body{"name": `"TAKEN"`}, body{"name": `"Not taken"`}, "name", `The name "Taken" belongs to the Azure role `+principalOf("taken"))),
		in(ruleTenant, role("azure_role_name_unique__built_in", body{"name": `"ACRPULL"`}, body{"name": `"Acr pull"`}, "name", `The name "AcrPull" belongs to the Azure role 7f951dda-4ed3-4680-a7ca-43fe172d538d`)),
		// Once something of the state has been read, what is not among it is foreign for certain.
		{
			name: "azure_role_id_unique", world: ruleTenant, of: "azure_custom_role", value: azure.DeriveRoleID("azure_role_id_unique").String(),
			wasWith: resourceBlock("azure_custom_role", "read", rest), with: resourceBlock("azure_custom_role", "read", rest),
			breaks: body{"depends_on": "[rbac_azure_custom_role.read]"}, near: body{"depends_on": "[rbac_azure_custom_role.read]", "role_id": quoted(principalOf("free"))},
		},
		in("foreign", role("azure_role_id_unique__of_another_role", body{"role_id": quoted(principalOf("foreign"))}, rest, "role_id", principalOf("foreign"))),
		in("full", ruleCase{
			name: "azure_custom_roles_per_tenant", of: "azure_custom_role", breaks: rest, near: rest, attribute: "name", value: "With this plan the tenant has 2 custom roles. It can have 1.",
			wasWith: resourceBlock("azure_custom_role", "old", rest), breaksWith: resourceBlock("azure_custom_role", "old", rest),
		}),
		in("one role", ruleCase{
			name: "azure_custom_roles_per_tenant__in_one_plan", of: "azure_custom_role", breaks: body{"depends_on": "[rbac_azure_custom_role.another]"}, near: rest, attribute: "name", value: "With this plan the tenant has 2 custom roles.",
			breaksWith: resourceBlock("azure_custom_role", "another", rest),
		}),
		in("directory", assignment("azure_principal_exists", body{"principal_id": quoted(principalOf("nobody"))}, body{"principal_id": quoted(principalOf("somebody"))}, "principal_id", "The directory has no object "+principalOf("nobody"))),
		in("directory", assignment("azure_principal_exists__application", body{"principal_id": quoted(principalOf("application"))}, body{"principal_id": quoted(principalOf("service"))}, "principal_id", principalOf("application"))),
		in(ruleTenant, assignment("azure_assignment_role_exists", body{"role": `"Virtual Machine Operater"`, "scope": quoted(subscription2)}, body{"role": `"virtual machine operator"`, "scope": quoted(subscription2)}, "role",
			`No Azure role is named "Virtual Machine Operater" in this tenant. Did you mean "Virtual Machine Operator"?`)),
		in(ruleTenant, warning(assignment("azure_assignment_role_exists__merely_unknown", body{"role": `"Made by something else"`}, rest, "role", `"Made by something else"`))),
		in(ruleTenant, assignment("azure_assignment_outside_assignable_scopes", body{"role": quoted(operatorID)}, body{"role": quoted(operatorID), "scope": quoted(subscription2 + "/resourceGroups/rg")}, "scope",
			`The role "Virtual Machine Operator" can't be assigned at "`+subscription1+`": its assignable scopes are "`+subscription2+`".`)),
		in(ruleTenant, ruleCase{
			name: "azure_data_actions_at_management_group", of: "azure_role_assignment", attribute: "scope", value: `The role "Blobs" has data actions, and "` + parentGroup + `" is a management group.`,
			breaks: body{"role": "rbac_azure_custom_role.blobs.id", "scope": quoted(parentGroup)}, near: body{"role": "rbac_azure_custom_role.blobs.id"},
			with: resourceBlock("azure_custom_role", "blobs", body{"name": `"Blobs"`, "data_actions": list(blobsRead), "assignable_scopes": list(parentGroup)}),
		}),
		in(ruleTenant, assignment("azure_assignment_unique", body{"description": `"mine"`, "principal_id": quoted(principalOf("held"))}, body{"principal_id": quoted(principalOf("held")), "adopt_existing": "true"}, "scope",
			"The role is assigned to the principal "+principalOf("held")+` at "`+subscription1+`" already`)),
		in(ruleTenant, assignment("azure_assignment_unique__named", body{"description": `"mine"`, "name": quoted(principalOf("a name")), "principal_id": quoted(principalOf("held 2"))}, body{"principal_id": quoted(principalOf("held 2")), "scope": quoted(subscription2)}, "scope", "already, by "+principalOf(subscription1+readerID+principalOf("held 2")))),
		in("subscription", assignment("azure_assignments_per_subscription", rest, body{"scope": quoted(subscription2)}, "scope", "With this plan there are 2 role assignments in the subscription 11111111-1111-1111-1111-111111111111. There can be 1.")),
		in("group", assignment("azure_assignments_per_management_group", body{"scope": quoted(parentGroup)}, body{"scope": quoted(siblingGroup)}, "scope", "With this plan there are 2 role assignments in the management group groupId1. There can be 1.")),
		in(ruleTenant, warning(assignment("azure_privileged_role", body{"role": `"Owner"`, "scope": quoted(subscription1 + "/resourceGroups/rg")}, body{"role": `"Contributor"`, "scope": quoted(subscription1 + "/resourceGroups/rg")}, "role", `The role "Owner" allows "Microsoft.Authorization/roleAssignments/write"`))),
		in(ruleTenant, warning(assignment("azure_privileged_role__conditional", body{"role": `"User Access Administrator"`}, body{"role": `"User Access Administrator"`, "condition": quoted("@Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringEqualsIgnoreCase 'Group'")}, "role", `"User Access Administrator"`))),
		// What a change or a destroy decides.
		{
			name: "azure_assignable_scope_in_use", world: ruleTenant, of: "azure_custom_role", attribute: "assignable_scopes", value: `"` + subscription2 + `" is taken out of the assignable scopes, but the role is assigned there`,
			was: scopes(subscription1, subscription2), breaks: scopes(subscription1), near: body{"assignable_scopes": list(subscription2)},
			then: hasAzureAssignment(subscription2+"/resourceGroups/rg", azure.DeriveRoleID("azure_assignable_scope_in_use"), guid(principalOf("user of the scope"))),
		},
		{
			name: "azure_role_change", world: ruleTenant, of: "azure_custom_role", warns: true, attribute: "actions",
			value: `The role "azure_role_change" gets 1 permission: "Microsoft.Compute/disks/write", and loses 1 permission: "Microsoft.Compute/disks/read". It is assigned once.`,
			was:   actions("Microsoft.Compute/disks/read", "Microsoft.Compute/disks/delete"), breaks: actions("Microsoft.Compute/disks/write", "Microsoft.Compute/disks/delete"),
			near: body{"actions": list("microsoft.compute/DISKS/read", "Microsoft.Compute/disks/delete"), "description": `"changed"`},
			then: hasAzureAssignment(subscription1, azure.DeriveRoleID("azure_role_change"), guid(principalOf("holder"))),
		},
		{
			name: "azure_role_in_use", world: ruleTenant, of: "azure_custom_role", value: `The role "azure_role_in_use" is still assigned when it is destroyed`,
			was: rest, wasWith: resourceBlock("azure_custom_role", "unused", rest), near: rest, breaksWith: resourceBlock("azure_custom_role", "unused", rest),
			then: hasAzureAssignment(subscription1, azure.DeriveRoleID("azure_role_in_use"), guid(principalOf("holder of the destroyed"))),
		},
		{
			name: "azure_last_owner", world: ruleTenant, of: "azure_role_assignment", value: `This is the last assignment at "` + subscription3 + `"`,
			was:     body{"role": quoted(ownerRole), "scope": quoted(subscription3)},
			wasWith: resourceBlock("azure_role_assignment", "one_of_two", body{"role": quoted(ownerRole), "scope": quoted(subscription4)}),
			near:    body{"role": quoted(ownerRole), "scope": quoted(subscription3)}, breaksWith: resourceBlock("azure_role_assignment", "one_of_two", body{"role": quoted(ownerRole), "scope": quoted(subscription4)}),
			then: hasAzureAssignment(subscription4, ownerRole, guid(principalOf("the other owner"))),
		},
	}
}

const (
	subscription3 = "/subscriptions/33333333-3333-3333-3333-333333333333"
	subscription4 = "/subscriptions/44444444-4444-4444-4444-444444444444"
)
