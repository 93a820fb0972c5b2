// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestRulesOfIntune(t *testing.T) {
	t.Parallel()
	judgeAll(t, intuneRuleWorlds(), intuneRuleCases())
}

func intuneRuleWorlds() map[string]ruleWorld {
	return map[string]ruleWorld{
		ruleTenant:  {set: all(hasIntuneRole("Taken"), hasIntuneRole("Device Helper"), hasIntuneAssignment("Taken", "Help Desk Operator"), hasScopeTag("Taken"), hasScopeTag("Paris"))},
		"importing": {},
		"directory": {directory: `{"users": [{"id": "` + principalOf("somebody") + `"}], "groups": [{"id": "` + principalOf("group") + `"}, {"id": "` + principalOf("mail group") + `", "display_name": "Mail", "security_enabled": false}]}`},
	}
}

func intuneRuleCases() []ruleCase {
	role := func(name string, breaks, near body, attribute, value string) ruleCase {
		return ruleCase{name: name, of: "intune_custom_role", breaks: breaks, near: near, attribute: attribute, value: value}
	}
	of := func(resource string, c ruleCase) ruleCase { c.of = resource; return c }
	assignment := func(name string, breaks, near body, attribute, value string) ruleCase {
		return of("intune_role_assignment", role(name, breaks, near, attribute, value))
	}
	tag := func(name string, breaks, near body, attribute, value string) ruleCase {
		return of("intune_scope_tag", role(name, breaks, near, attribute, value))
	}
	warning := func(c ruleCase) ruleCase { c.warns = true; return c }
	in := func(world string, c ruleCase) ruleCase { c.world = world; return c }
	permissions := func(values ...string) body { return body{"permissions": list(values...)} }
	tags := func(n int) body { return body{"scope_tags": fmt.Sprintf(`[for i in range(%d) : "tag ${i}"]`, n)} }
	rest := body{}
	blocks := func(of string, names ...string) string {
		var s strings.Builder
		for _, n := range names {
			s.WriteString(resourceBlock(of, n, rest))
		}
		return s.String()
	}
	return []ruleCase{
		// What a role alone decides.
		role("intune_name", body{"name": `" "`}, rest, "name", "The name is empty. An Intune role needs a display name."),
		assignment("intune_name__assignment", body{"name": `""`}, rest, "name", "The name is empty. An Intune role assignment needs a display name."),
		tag("intune_name__tag", body{"name": `""`}, rest, "name", "The name is empty. A scope tag needs a display name."),
		role("intune_role_grants_nothing", body{"permissions": `[]`}, rest, "permissions", "The role grants nothing."),
		role("intune_permission_syntax", permissions("Read"), permissions("Microsoft.Intune_MobileApps_Read"), "permissions", `"Read" is no Intune permission.`),
		role("intune_permission_unknown", permissions("Mobile apps/Raed"), permissions("mobile apps/READ"), "permissions", `No Intune permission is called "Mobile apps/Raed". Did you mean "Mobile apps/Read"?`),
		role("intune_permission_unknown__graph_spelling", permissions("Microsoft.Intune_MobileApp_Read"), permissions("Microsoft.Intune_MobileApps_Read"), "permissions", `"Microsoft.Intune_MobileApp_Read" is no known permission of Intune. Did you mean "Microsoft.Intune_MobileApps_Read"`),
		warning(role("intune_permission_unknown__merely_new", permissions("Microsoft.Intune_Contoso_Teleport"), rest, "permissions", `"Microsoft.Intune_Contoso_Teleport" is no known permission of Intune.`)),
		role("intune_permission_wrong_system", permissions("Microsoft.Compute/virtualMachines/read"), rest, "permissions", `"Microsoft.Compute/virtualMachines/read" is a permission of Azure, which an Intune role can't hold. Put it into a rbac_azure_custom_role.`),
		role("intune_permission_wrong_system__entra", permissions("microsoft.directory/applications/basic/update"), rest, "permissions", "rbac_entra_custom_role"),
		warning(role("intune_permission_requires", permissions("Managed devices/Set primary user"), permissions("Managed devices/Set primary user", "Managed devices/Read", "Managed devices/Update"), "permissions",
			`"Managed devices/Set primary user" works only together with "Managed devices/Read" and "Managed devices/Update", which the role does not have.`)),
		warning(role("intune_permission_requires__one_is_there", permissions("Managed devices/Set primary user", "Managed devices/Read"), permissions("Managed devices/Read", "Managed devices/Update"), "permissions",
			`works only together with "Managed devices/Update"`)),
		warning(role("intune_role_tags_restrict_nothing", body{"scope_tags": `["Default"]`}, rest, "scope_tags", "Scope tags of a role decide which administrators see the role.")),
		tag("intune_default_scope_tag", body{"name": `"default"`}, body{"name": `"Defaults"`}, "name", `"default" is the name of the tag that Intune keeps`),
		// What an assignment alone decides.
		assignment("intune_assignment_name_length", body{"name": letters(129)}, body{"name": letters(128)}, "name", "The name has 129 characters. The name of an Intune role assignment has at most 128"),
		assignment("intune_assignment_description_length", body{"description": letters(1025)}, body{"description": letters(1024)}, "description", "The description has 1025 characters. The description of an Intune role assignment has at most 1024"),
		assignment("intune_assignment_members", body{"members": `[]`}, rest, "members", "There are no members."),
		assignment("intune_assignment_members__no_guid", body{"members": `["helpdesk@contoso.com"]`}, rest, "members", `"helpdesk@contoso.com" is no GUID.`),
		assignment("intune_assignment_scope", body{"all_users": "true"}, rest, "scope_groups", "The assignment has scope groups and is for all users or all devices too."),
		assignment("intune_assignment_scope__neither", body{"scope_groups": "[]"}, body{"scope_groups": "", "all_devices": "true"}, "scope_groups", "The assignment is for nobody."),
		warning(assignment("intune_all_users_or_devices", body{"scope_groups": "", "all_users": "true"}, rest, "all_users", "The assignment is for all users or all devices.")),
		warning(assignment("intune_all_users_or_devices__devices", body{"scope_groups": "", "all_devices": "true"}, body{"all_devices": "false"}, "all_devices", "The assignment is for all users or all devices.")),
		warning(assignment("intune_assignment_without_scope_tags", body{"scope_tags": `[]`}, body{"scope_tags": `["Default"]`}, "scope_tags", "The assignment has no scope tags")),
		assignment("intune_scope_tags_per_assignment", tags(101), tags(100), "scope_tags", "There are 101 scope tags. An Intune role assignment has at most 100."),
		// What the tenant decides.
		in(ruleTenant, role("intune_role_name_unique", body{"name": `"TAKEN"`, "description": `"mine"`}, body{"name": `"Not taken"`}, "name", `The name "TAKEN" belongs to the Intune role`)),
		in(ruleTenant, role("intune_role_name_unique__built_in", body{"name": `"read only operator"`}, body{"name": `"Read only"`}, "name", `"Read Only Operator" is a built-in role of Intune.`)),
		in(ruleTenant, assignment("intune_assignment_name_unique", body{"name": `"TAKEN"`, "description": `"mine"`}, body{"name": `"Not taken"`}, "name", `The name "TAKEN" belongs to the Intune role assignment`)),
		in(ruleTenant, tag("intune_scope_tag_name_unique", body{"name": `"TAKEN"`, "description": `"mine"`}, body{"name": `"Not taken"`}, "name", `The name "TAKEN" belongs to the Intune scope tag`)),
		in(ruleTenant, assignment("intune_scope_tag_exists", body{"scope_tags": `["Pairs"]`}, body{"scope_tags": `["paris"]`}, "scope_tags", `"Pairs" is neither the name nor the ID of a scope tag in this tenant or plan. Did you mean "Paris"?`)),
		in(ruleTenant, ruleCase{
			name: "intune_scope_tag_exists__planned", of: "intune_custom_role", attribute: "scope_tags", value: `"Rome"`, breaks: body{"scope_tags": `["Rome"]`}, near: body{"scope_tags": `["Rome"]`, "depends_on": "[rbac_intune_scope_tag.rome]"},
			nearWith: resourceBlock("intune_scope_tag", "rome", body{"name": `"Rome"`}),
		}),
		in(ruleTenant, assignment("intune_assignment_role_exists", body{"role": `"Device Helpr"`}, body{"role": `"device helper"`}, "role", `No Intune role is named "Device Helpr" in this tenant. Did you mean "Device Helper"?`)),
		in(ruleTenant, warning(assignment("intune_assignment_role_exists__merely_unknown", body{"role": `"Made by something else"`}, rest, "role", `"Made by something else"`))),
		in("directory", assignment("intune_assignment_members__not_a_group", body{"members": list(principalOf("somebody")), "scope_groups": list(principalOf("group"))}, body{"members": list(principalOf("group")), "scope_groups": list(principalOf("group"))}, "members", principalOf("somebody"))),
		in("directory", assignment("intune_assignment_members__no_security_group", body{"members": list(principalOf("mail group")), "scope_groups": list(principalOf("group"))}, body{"members": list(principalOf("group")), "scope_groups": list(principalOf("group"))}, "members", principalOf("mail group"))),
		{
			name: "intune_builtin_role", world: "importing", of: "intune_custom_role", value: `"Help Desk Operator" is a built-in`, breaks: body{"name": `"Help Desk Operator"`}, near: rest,
			breaksWith: "import {\n  to = rbac_intune_custom_role.intune_builtin_role\n  id = \"9e0cc482-82df-4ab2-a24c-0c23a3f52e1e\"\n}\n",
		},
		// What a change or a destroy decides.
		{
			name: "intune_role_change", world: ruleTenant, of: "intune_custom_role", warns: true, attribute: "permissions",
			value: `The role "intune_role_change" gets 1 permission: "Mobile apps/Create", and loses 1 permission: "Mobile apps/Read". It is assigned once.`,
			was:   rest, breaks: permissions("Mobile apps/Create"), near: body{"permissions": list("Microsoft.Intune_MobileApps_Read"), "description": `"changed"`}, then: hasIntuneAssignment("of the changed", "intune_role_change"),
		},
		{
			name: "intune_role_in_use", world: ruleTenant, of: "intune_custom_role", value: `The role "intune_role_in_use" is still assigned when it is destroyed: by "of the destroyed".`,
			was: rest, wasWith: blocks("intune_custom_role", "unused"), near: rest, breaksWith: blocks("intune_custom_role", "unused"), then: hasIntuneAssignment("of the destroyed", "intune_role_in_use"),
		},
		{
			name: "intune_scope_tag_in_use", world: ruleTenant, of: "intune_scope_tag", value: `The scope tag "intune_scope_tag_in_use" is still in use when it is destroyed: by "with the tag".`,
			was: rest, wasWith: blocks("intune_scope_tag", "unused"), near: rest, breaksWith: blocks("intune_scope_tag", "unused"), then: hasIntuneAssignment("with the tag", "Help Desk Operator", "intune_scope_tag_in_use"),
		},
	}
}
