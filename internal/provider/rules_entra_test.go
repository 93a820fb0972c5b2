// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const messageCenterReader = "790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b"

func TestRulesOfEntra(t *testing.T) {
	t.Parallel()
	judgeAll(t, entraRuleWorlds(), entraRuleCases())
}

// unitOf is the directory scope of an administrative unit of a name's own.
func unitOf(name string) string { return "/administrativeUnits/" + principalOf(name) }

func entraRuleWorlds() map[string]ruleWorld {
	custom := func(name string) rbac.GUID { return guid(principalOf("role " + name)) }
	return map[string]ruleWorld{
		"full":     {provider: `limits = { entra_custom_roles_per_tenant = 1 }`},
		"foreign":  {set: hasEntraRole("Foreign", guid(principalOf("foreign")))},
		"one role": {provider: `limits = { entra_custom_roles_per_tenant = 1 }`},
		"custom": {provider: `limits = { entra_custom_assignments_per_principal = 1 }`, set: all(
			hasEntraRole("One", custom("one")), hasEntraRole("Two", custom("two")), hasEntraAssignment(custom("one"), guid(principalOf("busy")), "/"))},
		"scoped":             {provider: `limits = { entra_scoped_assignments_per_principal = 1 }`, set: hasEntraAssignment(messageCenterReader, guid(principalOf("busy")), unitOf("unit 1"))},
		"administrators":     {provider: `limits = { entra_global_administrators = 1 }`, set: hasEntraAssignment(entra.GlobalAdministrator, guid(principalOf("first")), "/")},
		"two administrators": {},
		"directory": {directory: `{
			"users": [{"id": "` + principalOf("somebody") + `"}],
			"groups": [{"id": "` + principalOf("plain group") + `", "display_name": "Plain"}, {"id": "` + principalOf("role group") + `", "display_name": "For roles", "role_assignable": true}]}`},
		ruleTenant: {set: all(
			hasEntraRole("Taken", custom("taken")),
			hasEntraRole("Elsewhere", entra.DeriveRoleID("entra_role_id_unique")),
			hasEntraRole("Application Helper", custom("helper")),
			hasEntraAssignment(messageCenterReader, guid(principalOf("held")), "/"),
		)},
	}
}

func entraRuleCases() []ruleCase {
	role := func(name string, breaks, near body, attribute, value string) ruleCase {
		return ruleCase{name: name, of: "entra_custom_role", breaks: breaks, near: near, attribute: attribute, value: value}
	}
	assignment := func(name string, breaks, near body, attribute, value string) ruleCase {
		c := role(name, breaks, near, attribute, value)
		c.of = "entra_role_assignment"
		return c
	}
	warning := func(c ruleCase) ruleCase { c.warns = true; return c }
	in := func(world string, c ruleCase) ruleCase { c.world = world; return c }
	permissions := func(values ...string) body { return body{"permissions": list(values...)} }
	named := func(role string) body { return body{"role": quoted(role)} }
	custom := func(name string) string { return quoted(principalOf("role " + name)) }
	rest := body{}
	administrator := body{"role": `"Global Administrator"`}
	return []ruleCase{
		// What a role alone decides.
		role("entra_role_name", body{"name": `" "`}, rest, "name", "The name is empty."),
		role("entra_role_grants_nothing", body{"permissions": `[]`}, rest, "permissions", "The role grants nothing."),
		role("entra_permission_wildcard", permissions("microsoft.directory/applications/*"), permissions("microsoft.directory/applications/basic/update"), "permissions", `"microsoft.directory/applications/*" has a wildcard.`),
		role("entra_permission_syntax", permissions("microsoft.directory/applications/ basic/update"), rest, "permissions", `"microsoft.directory/applications/ basic/update" has a blank or control character at position 34.`),
		role("entra_permission_unknown", permissions("microsoft.directory/application/basic/update"), permissions("Microsoft.Directory/Applications/Basic/Update"), "permissions",
			`"microsoft.directory/application/basic/update" is no known permission. Did you mean "microsoft.directory/applications/basic/update"`),
		warning(role("entra_permission_unknown__merely_new", permissions("microsoft.contoso/things/allProperties/read"), rest, "permissions", `"microsoft.contoso/things/allProperties/read" is no known permission.`)),
		warning(role("entra_permission_not_in_custom_roles", permissions("microsoft.azure.serviceHealth/allEntities/allTasks"), permissions("microsoft.directory/applicationPolicies/basic/update"), "permissions",
			`"microsoft.azure.serviceHealth/allEntities/allTasks" is not among the permissions that Microsoft documents for custom roles.`)),
		role("entra_permission_wrong_system", permissions("Microsoft.Compute/virtualMachines/read"), rest, "permissions", `"Microsoft.Compute/virtualMachines/read" is a permission of Azure, which an Entra role can't hold. Put it into a rbac_azure_custom_role.`),
		role("entra_permission_wrong_system__intune", permissions("Microsoft.Intune_MobileApps_Read"), rest, "permissions", "rbac_intune_custom_role"),
		role("entra_permission_wrong_system__of_2018", permissions("microsoft.aad.directory/Application/Create"), permissions("microsoft.directory/applications/create"), "permissions",
			`"microsoft.aad.directory/Application/Create" is a name of 2018 that the directory takes no more. It is now "microsoft.directory/applications/create".`),
		// What an assignment alone decides: the roles that the article marks.
		assignment("entra_role_deprecated", named("Workplace Device Join"), named("Cloud Device Administrator"), "role", `"Workplace Device Join" is deprecated`),
		assignment("entra_role_deprecated__ad_hoc_license", named("AdHoc License Administrator"), named("License Administrator"), "role", `"AdHoc License Administrator" is deprecated`),
		assignment("entra_role_deprecated__device_join", named("Device Join"), rest, "role", `"Device Join" is deprecated`),
		assignment("entra_role_deprecated__device_managers", named("Device Managers"), rest, "role", `"Device Managers" is deprecated`),
		assignment("entra_role_deprecated__device_users", named("Device Users"), rest, "role", `"Device Users" is deprecated`),
		assignment("entra_role_deprecated__email_verified", named("Email Verified User Creator"), rest, "role", `"Email Verified User Creator" is deprecated`),
		assignment("entra_role_deprecated__mailbox", named("Mailbox Administrator"), named("Exchange Administrator"), "role", `"Mailbox Administrator" is deprecated`),
		assignment("entra_role_deprecated__partner_1", named("Partner Tier1 Support"), named("Helpdesk Administrator"), "role", `"Partner Tier1 Support" is deprecated`),
		assignment("entra_role_deprecated__partner_2", named("Partner Tier2 Support"), rest, "role", `"Partner Tier2 Support" is deprecated`),
		assignment("entra_role_not_for_use", named("Directory Synchronization Accounts"), named("Hybrid Identity Administrator"), "role", `"Directory Synchronization Accounts" is not for assignment.`),
		assignment("entra_role_not_for_use__commerce", named("Modern Commerce Administrator"), named("Billing Administrator"), "role", `"Modern Commerce Administrator" is not for assignment.`),
		assignment("entra_role_not_for_use__user", named("User"), named("User Administrator"), "role", `"User" is not for assignment.`),
		assignment("entra_role_not_for_use__guest_user", named("Guest User"), named("Guest Inviter"), "role", `"Guest User" is not for assignment.`),
		assignment("entra_role_not_for_use__restricted_guest_user", named("Restricted Guest User"), rest, "role", `"Restricted Guest User" is not for assignment.`),
		assignment("entra_role_device_settings_only", named("Microsoft Entra Joined Device Local Administrator"), rest, "role", "its holders are named in the device settings"),
		assignment("entra_role_device_settings_only__by_id", named("9f06204d-73c1-4d4c-880a-6edb90606fd8"), rest, "role", `"Microsoft Entra Joined Device Local Administrator"`),
		assignment("entra_scope_syntax", body{"directory_scope": `"administrativeUnits/1"`}, body{"directory_scope": quoted(unitOf("unit"))}, "directory_scope", `"administrativeUnits/1"`),
		// What the tenant decides.
		in(ruleTenant, warning(role("entra_role_name_unique", body{"name": `"TAKEN"`}, body{"name": `"Not taken"`}, "name", `The Entra role `+principalOf("role taken")+` is named "Taken" too.`))),
		// Once something of the state has been read, what is not among it is foreign for certain.
		{
			name: "entra_role_id_unique", world: ruleTenant, of: "entra_custom_role", value: entra.DeriveRoleID("entra_role_id_unique").String(),
			wasWith: resourceBlock("entra_custom_role", "read", rest), with: resourceBlock("entra_custom_role", "read", rest),
			breaks: body{"depends_on": "[rbac_entra_custom_role.read]"}, near: body{"depends_on": "[rbac_entra_custom_role.read]", "template_id": quoted(principalOf("free"))},
		},
		in("foreign", role("entra_role_id_unique__of_another_role", body{"template_id": quoted(principalOf("foreign"))}, rest, "template_id", principalOf("foreign"))),
		in("full", ruleCase{
			name: "entra_custom_roles_per_tenant", of: "entra_custom_role", breaks: rest, near: rest, attribute: "name", value: "With this plan the tenant has 2 custom roles. It can have 1.",
			wasWith: resourceBlock("entra_custom_role", "old", rest), breaksWith: resourceBlock("entra_custom_role", "old", rest),
		}),
		in("one role", ruleCase{
			name: "entra_custom_roles_per_tenant__in_one_plan", of: "entra_custom_role", breaks: body{"depends_on": "[rbac_entra_custom_role.another]"}, near: rest, attribute: "name", value: "With this plan the tenant has 2 custom roles.",
			breaksWith: resourceBlock("entra_custom_role", "another", rest),
		}),
		in(ruleTenant, warning(assignment("entra_role_former_name", named("Power BI Administrator"), named("fabric administrator"), "role", `"Power BI Administrator" is now called "Fabric Administrator".`))),
		in(ruleTenant, assignment("entra_assignment_role_exists", named("Application Helpr"), named("application helper"), "role", `No Entra role is named "Application Helpr" in this tenant. Did you mean "Application Helper"?`)),
		in(ruleTenant, warning(assignment("entra_assignment_role_exists__merely_unknown", named("Made by something else"), rest, "role", `"Made by something else"`))),
		in(ruleTenant, warning(assignment("entra_privileged_role", named("Privileged Role Administrator"), named("Directory Readers"), "role", `"Privileged Role Administrator" is a privileged role`))),
		in("administrators", warning(assignment("entra_global_administrators", administrator, named("Global Reader"), "role", "With this plan the tenant has 2 assignments of Global Administrator. Microsoft recommends fewer than 2."))),
		in("directory", assignment("entra_principal_exists", body{"principal_id": quoted(principalOf("nobody"))}, body{"principal_id": quoted(principalOf("somebody"))}, "principal_id", "The directory has no object "+principalOf("nobody"))),
		in("directory", assignment("entra_group_role_assignable", body{"principal_id": quoted(principalOf("plain group"))}, body{"principal_id": quoted(principalOf("role group"))}, "principal_id", `The group "Plain" (`+principalOf("plain group")+`) is not role-assignable`)),
		in(ruleTenant, assignment("entra_assignment_unique", body{"depends_on": "[rbac_entra_custom_role.read]", "principal_id": quoted(principalOf("held"))}, body{"principal_id": quoted(principalOf("held")), "directory_scope": quoted(unitOf("unit"))}, "principal_id",
			"The role is assigned to the principal "+principalOf("held")+` at "/" already.`)),
		in("custom", assignment("entra_custom_assignments_per_principal", body{"role": custom("two"), "principal_id": quoted(principalOf("busy"))}, body{"role": custom("two"), "principal_id": quoted(principalOf("free"))}, "principal_id",
			"With this plan the principal "+principalOf("busy")+" has 2 assignments of custom roles. It can have 1.")),
		in("scoped", assignment("entra_scoped_assignments_per_principal", body{"principal_id": quoted(principalOf("busy")), "directory_scope": quoted(unitOf("unit 2"))}, body{"principal_id": quoted(principalOf("busy"))}, "principal_id",
			"With this plan the principal "+principalOf("busy")+" has 2 assignments of built-in roles below the tenant. It can have 1.")),
		// What a change or a destroy decides.
		{
			name: "entra_role_change", world: ruleTenant, of: "entra_custom_role", warns: true, attribute: "permissions",
			value: `The role "entra_role_change" gets 1 permission: "microsoft.directory/applications/create", and loses 1 permission: "microsoft.directory/applications/basic/update". It is assigned once.`,
			was:   rest, breaks: permissions("microsoft.directory/applications/create"), near: body{"permissions": list("Microsoft.directory/Applications/basic/update"), "description": `"changed"`},
			then: hasEntraAssignment(entra.DeriveRoleID("entra_role_change"), guid(principalOf("holder")), "/"),
		},
		{
			name: "entra_role_in_use", world: ruleTenant, of: "entra_custom_role", warns: true, value: `The role "entra_role_in_use" is still assigned once when it is destroyed.`,
			was: rest, wasWith: resourceBlock("entra_custom_role", "unused", rest), near: rest, breaksWith: resourceBlock("entra_custom_role", "unused", rest),
			then: hasEntraAssignment(entra.DeriveRoleID("entra_role_in_use"), guid(principalOf("holder")), "/"),
		},
		{name: "entra_last_global_administrator", world: ruleTenant, of: "entra_role_assignment", value: "This is the last assignment of Global Administrator.", was: administrator, near: administrator},
		{
			name: "entra_last_global_administrator__of_two", world: "two administrators", of: "entra_role_assignment", value: "This is the last assignment of Global Administrator.", was: administrator, nearWith: resourceBlock("entra_role_assignment", "other", administrator),
			wasWith: resourceBlock("entra_role_assignment", "other", administrator),
		},
	}
}
