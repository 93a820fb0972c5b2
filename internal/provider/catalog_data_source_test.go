// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// virtualMachineContributor is what the role of that name allows:
// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/compute
const vmContributorAllows = `Microsoft.Authorization/*/read
Microsoft.Compute/availabilitySets/*
Microsoft.Compute/cloudServices/*
Microsoft.Compute/disks/delete
Microsoft.Compute/disks/read
Microsoft.Compute/disks/write
Microsoft.Compute/hostgroups/hosts/write
Microsoft.Compute/hostgroups/write
Microsoft.Compute/locations/*
Microsoft.Compute/virtualMachines/*
Microsoft.Compute/virtualMachineScaleSets/*
Microsoft.DevTestLab/schedules/*
Microsoft.Insights/alertRules/*
Microsoft.Network/applicationGateways/backendAddressPools/join/action
Microsoft.Network/loadBalancers/backendAddressPools/join/action
Microsoft.Network/loadBalancers/inboundNatPools/join/action
Microsoft.Network/loadBalancers/inboundNatRules/join/action
Microsoft.Network/loadBalancers/probes/join/action
Microsoft.Network/loadBalancers/read
Microsoft.Network/locations/*
Microsoft.Network/networkInterfaces/*
Microsoft.Network/networkSecurityGroups/join/action
Microsoft.Network/networkSecurityGroups/read
Microsoft.Network/publicIPAddresses/join/action
Microsoft.Network/publicIPAddresses/read
Microsoft.Network/virtualNetworks/read
Microsoft.Network/virtualNetworks/subnets/join/action
Microsoft.RecoveryServices/locations/*
Microsoft.RecoveryServices/Vaults/backupFabrics/backupProtectionIntent/write
Microsoft.RecoveryServices/Vaults/backupFabrics/protectionContainers/protectedItems/*/read
Microsoft.RecoveryServices/Vaults/backupFabrics/protectionContainers/protectedItems/read
Microsoft.RecoveryServices/Vaults/backupFabrics/protectionContainers/protectedItems/write
Microsoft.RecoveryServices/Vaults/backupPolicies/read
Microsoft.RecoveryServices/Vaults/backupPolicies/write
Microsoft.RecoveryServices/Vaults/read
Microsoft.RecoveryServices/Vaults/usages/read
Microsoft.RecoveryServices/Vaults/write
Microsoft.ResourceHealth/availabilityStatuses/read
Microsoft.Resources/deployments/*
Microsoft.Resources/subscriptions/resourceGroups/read
Microsoft.SerialConsole/serialPorts/connect/action
Microsoft.SqlVirtualMachine/*
Microsoft.Storage/storageAccounts/listKeys/action
Microsoft.Storage/storageAccounts/read
Microsoft.Support/*`

// helpdeskAdministrator is what the role of that name allows:
// https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
const helpdeskAdministratorAllows = `microsoft.azure.serviceHealth/allEntities/allTasks
microsoft.azure.supportTickets/allEntities/allTasks
microsoft.directory/bitlockerKeys/key/read
microsoft.directory/deviceLocalCredentials/standard/read
microsoft.directory/users/invalidateAllRefreshTokens
microsoft.directory/users/password/update
microsoft.office365.serviceHealth/allEntities/allTasks
microsoft.office365.supportTickets/allEntities/allTasks
microsoft.office365.webPortal/allEntities/standard/read`

func TestBuiltinRoleOfAzureByNameAndID(t *testing.T) {
	t.Parallel()
	r := newDataReader(t)
	want := values{
		"name": "virtual machine CONTRIBUTOR", "display_name": "Virtual Machine Contributor",
		"role_id": "9980e02c-c2be-4d73-94e8-173b1dc7cf3c", "id": "/providers/Microsoft.Authorization/roleDefinitions/9980e02c-c2be-4d73-94e8-173b1dc7cf3c",
		"description": r.read(t, "rbac_azure_builtin_role", values{"name": "Virtual Machine Contributor"})["description"],
		"category":    "Compute", "privileged": false, "deprecated": false, "do_not_use": false, "do_not_use_reason": "", "replaced_by": "",
		"api_name": "", "former_names": []any{},
		"actions": sortedLines(vmContributorAllows), "not_actions": []any{}, "data_actions": []any{}, "not_data_actions": []any{},
		"assignable_scopes": []any{"/"}, "conditions": []any{},
	}
	wantEqual(t, "by name", r.read(t, "rbac_azure_builtin_role", values{"name": "virtual machine CONTRIBUTOR"}), want)
	want["name"], want["role_id"] = "Virtual Machine Contributor", "9980E02C-C2BE-4D73-94E8-173B1DC7CF3C"
	wantEqual(t, "by ID", r.read(t, "rbac_azure_builtin_role", values{"role_id": "9980E02C-C2BE-4D73-94E8-173B1DC7CF3C"}), want)
	if d, _ := want["description"].(string); d == "" {
		t.Error("the role has no description")
	}
}

// sortedLines are the lines of a text in the order of the data sources.
func sortedLines(text string) []any {
	out := textLines(text)
	slices.SortFunc(out, func(a, b any) int { return strings.Compare(strings.ToLower(a.(string)), strings.ToLower(b.(string))) })
	return out
}

func TestBuiltinRoleOfEntra(t *testing.T) {
	t.Parallel()
	r := newDataReader(t)
	got := r.read(t, "rbac_entra_builtin_role", values{"role_id": "729827e3-9c14-49f7-bb1b-9608f156bbb8"})
	wantEqual(t, "by template ID", got, values{
		"name": "Helpdesk Administrator", "display_name": "Helpdesk Administrator",
		"role_id": "729827e3-9c14-49f7-bb1b-9608f156bbb8", "id": "729827e3-9c14-49f7-bb1b-9608f156bbb8",
		"description": got["description"], "category": got["category"],
		"privileged": true, "deprecated": false, "do_not_use": false, "do_not_use_reason": "", "replaced_by": "",
		"api_name": "", "former_names": got["former_names"], "permissions": sortedLines(helpdeskAdministratorAllows),
	})
}

func TestBuiltinRoleOfIntune(t *testing.T) {
	t.Parallel()
	r := newDataReader(t)
	got := r.read(t, "rbac_intune_builtin_role", values{"name": "Help Desk Operator"})
	permissions, _ := got["permissions"].([]any)
	actions, _ := got["graph_actions"].([]any)
	if len(permissions) != 95 || len(actions) != 95 {
		t.Fatalf("got %d permissions and %d Graph actions, want 95 of each", len(permissions), len(actions))
	}
	for _, want := range []string{"Remote tasks/Wipe", "Mobile apps/Read", "Audit data/Read"} {
		if !slices.Contains(permissions, any(want)) {
			t.Errorf("%s is missing in %v", want, permissions)
		}
	}
	if !slices.Contains(actions, any("Microsoft.Intune_RemoteTasks_Wipe")) || slices.Contains(permissions, any("Mobile apps/Delete")) {
		t.Errorf("got %v", actions)
	}
	delete(got, "permissions")
	delete(got, "graph_actions")
	wantEqual(t, "the rest", got, values{
		"name": "Help Desk Operator", "display_name": "Help Desk Operator",
		"role_id": "9e0cc482-82df-4ab2-a24c-0c23a3f52e1e", "id": "9e0cc482-82df-4ab2-a24c-0c23a3f52e1e",
		"description": got["description"], "category": "Support", "privileged": false, "deprecated": false, "do_not_use": false,
		"do_not_use_reason": "", "replaced_by": "", "api_name": "", "former_names": []any{},
	})
}

func TestBuiltinRolesUnderNamesThatTheyHad(t *testing.T) {
	t.Parallel()
	r := newDataReader(t)
	for _, c := range []struct{ source, name, present, id string }{
		{"rbac_entra_builtin_role", "Company Administrator", "Global Administrator", "62e90394-69f5-4237-9190-012177145e10"},
		{"rbac_entra_builtin_role", "lync service administrator", "Skype for Business Administrator", "75941009-915a-4869-abe7-691bff18279e"},
		{"rbac_entra_builtin_role", "Azure AD Joined Device Local Administrator", "Microsoft Entra Joined Device Local Administrator", "9f06204d-73c1-4d4c-880a-6edb90606fd8"},
		{"rbac_entra_builtin_role", "Password Administrator", "Password Administrator", "966707d0-3269-4727-9be2-8c3a10f19b9d"},
		{"rbac_intune_builtin_role", "Policy and Profile manager", "Policy and Profile Manager", "0bd113fe-6be5-400c-a28f-ae5553f9c0be"},
		{"rbac_azure_builtin_role", "Azure Digital Twins Reader (Preview)", "Azure Digital Twins Data Reader", "d57506d4-4c8d-48b1-8587-93c323f6a5a3"},
	} {
		got := r.read(t, c.source, values{"name": c.name})
		wantEqual(t, c.name, values{"name": got["name"], "display_name": got["display_name"], "role_id": got["role_id"]},
			values{"name": c.name, "display_name": c.present, "role_id": c.id})
	}
	got := r.read(t, "rbac_entra_builtin_role", values{"name": "Mailbox Administrator"})
	wantEqual(t, "a role without a published ID", values{
		"role_id": got["role_id"], "id": got["id"], "deprecated": got["deprecated"], "do_not_use": got["do_not_use"],
		"do_not_use_reason": got["do_not_use_reason"], "permissions": got["permissions"],
	}, values{
		"role_id": "", "id": "", "deprecated": true, "do_not_use": true,
		"do_not_use_reason": "Microsoft has deprecated this role and will remove it.", "permissions": []any{},
	})
	got = r.read(t, "rbac_azure_builtin_role", values{"name": "Purview role 1 (Deprecated)"})
	wantEqual(t, "a deprecated role of Azure", values{"deprecated": got["deprecated"], "do_not_use": got["do_not_use"], "do_not_use_reason": got["do_not_use_reason"]},
		values{"deprecated": true, "do_not_use": true, "do_not_use_reason": "Microsoft has marked the role as deprecated in its name."})
}

func TestBuiltinRoleThatIsNotThere(t *testing.T) {
	t.Parallel()
	r := newDataReader(t)
	fail := func(source string, config values) []*tfprotov6.Diagnostic {
		t.Helper()
		_, diags := r.tryRead(t, source, config)
		return diags
	}
	wantError(t, fail("rbac_azure_builtin_role", values{"name": "Virtual Machine Contribtor"}), attributeAt("name"), "Cannot read Azure built-in role",
		`No built-in Azure role is or was named "Virtual Machine Contribtor". Did you mean "Virtual Machine Contributor"? A custom role is no built-in one; look for it with rbac_azure_roles.`)
	wantError(t, fail("rbac_entra_builtin_role", values{"role_id": "11111111-2222-3333-4444-555555555555"}), attributeAt("role_id"), "Cannot read Entra built-in role",
		`No built-in Entra role has the ID 11111111-2222-3333-4444-555555555555. A custom role is no built-in one; look for it with rbac_entra_roles.`)
	wantError(t, fail("rbac_intune_builtin_role", values{"name": "9e0cc482-82df-4ab2-a24c-0c23a3f52e1e"}), attributeAt("name"), "Cannot read Intune built-in role",
		`"9e0cc482-82df-4ab2-a24c-0c23a3f52e1e" is an ID. A role is found by its ID with role_id instead of name.`)
	for _, source := range []string{"rbac_azure_builtin_role", "rbac_entra_builtin_role", "rbac_intune_builtin_role"} {
		for what, c := range map[string]struct {
			config  values
			summary string
		}{
			"neither":     {values{}, "Missing Attribute Configuration"},
			"both":        {values{"name": "Owner", "role_id": "9e0cc482-82df-4ab2-a24c-0c23a3f52e1e"}, "Invalid Attribute Combination"},
			"empty name":  {values{"name": ""}, "Invalid role name"},
			"no GUID":     {values{"role_id": "Owner"}, "Invalid role ID"},
			"unknown now": {values{"name": unknown}, ""},
		} {
			if what == "unknown now" {
				schema := r.schemas[source]
				resp, err := r.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
					TypeName: source, Config: dynamic(t, toValue(t, schema.ValueType(), c.config)),
				})
				if err != nil || resp.Diagnostics != nil {
					t.Errorf("%s: a name that is not known yet is refused: %v %s", source, err, text(resp.Diagnostics))
				}
				continue
			}
			diags := fail(source, c.config)
			if len(diags) != 1 || diags[0].Summary != c.summary {
				t.Errorf("%s, %s: got %s, want %q", source, what, text(diags), c.summary)
			}
		}
	}
}

func TestBuiltinRolesByFilter(t *testing.T) {
	t.Parallel()
	r := newDataReader(t)
	for _, c := range []struct {
		what, source string
		config       values
		names        []any
	}{
		{"granting, least first", "rbac_azure_builtin_roles", values{
			"granting": set("Microsoft.Compute/virtualMachines/start/action", "Microsoft.Network/networkInterfaces/write"), "privileged": false, "category": "compute",
		}, []any{"Desktop Virtualization Virtual Machine Contributor", "Virtual Machine Contributor"}},
		{"name", "rbac_azure_builtin_roles", values{"name_contains": "storage blob data"}, []any{"Storage Blob Data Contributor", "Storage Blob Data Owner", "Storage Blob Data Reader"}},
		{"deprecated", "rbac_azure_builtin_roles", values{"deprecated": true, "name_contains": "purview"}, []any{"Purview role 1 (Deprecated)", "Purview role 2 (Deprecated)", "Purview role 3 (Deprecated)"}},
		{"granting", "rbac_entra_builtin_roles", values{"granting": set("Microsoft.Directory/users/password/update"), "name_contains": "administrator"}, []any{
			"Password Administrator", "Helpdesk Administrator", "Authentication Administrator", "Privileged Authentication Administrator", "User Administrator", "Global Administrator",
		}},
		{"deprecated and privileged", "rbac_entra_builtin_roles", values{"deprecated": true, "privileged": true}, []any{"Partner Tier1 Support", "Partner Tier2 Support"}},
		{"granting", "rbac_intune_builtin_roles", values{"granting": set("Remote tasks/Wipe", "Microsoft.Intune_MobileApps_Read")}, []any{"Help Desk Operator", "School Administrator"}},
		{"nothing", "rbac_intune_builtin_roles", values{"name_contains": "zzz"}, []any{}},
	} {
		wantEqual(t, c.source+": "+c.what, columnOf(r.items(t, c.source, "roles", c.config), "name"), c.names)
	}
	for source, n := range map[string]int{"rbac_azure_builtin_roles": 950, "rbac_entra_builtin_roles": 149, "rbac_intune_builtin_roles": 12} {
		all := r.items(t, source, "roles", nil)
		if len(all) != n {
			t.Errorf("%s: %d roles, want %d", source, len(all), n)
		}
		names := columnOf(all, "name")
		if !slices.IsSortedFunc(names, func(a, b any) int { return strings.Compare(strings.ToLower(a.(string)), strings.ToLower(b.(string))) }) {
			t.Errorf("%s: the roles are not sorted by name", source)
		}
	}
	one := r.read(t, "rbac_entra_builtin_role", values{"name": "Global Reader"})
	delete(one, "display_name")
	listed := r.items(t, "rbac_entra_builtin_roles", "roles", values{"name_contains": "global reader"})
	wantEqual(t, "a role says the same of itself alone and in a list", listed[0], one)
}

func TestBuiltinRolesThatCannotBeFiltered(t *testing.T) {
	t.Parallel()
	r := newDataReader(t)
	fail := func(source string, config values) []*tfprotov6.Diagnostic {
		t.Helper()
		_, diags := r.tryRead(t, source, config)
		return diags
	}
	wantError(t, fail("rbac_entra_builtin_roles", values{"category": "Devises"}), attributeAt("category"), "Cannot read Entra built-in roles",
		`No built-in Entra role has the category "Devises". Did you mean "Devices"?`)
	wantError(t, fail("rbac_intune_builtin_roles", values{"granting": set("Mobile app/Read")}), attributeAt("granting"), "Cannot read Intune built-in roles",
		`"Mobile app/Read" is no known Intune permission. Did you mean "Mobile apps/Read"?`)
	wantError(t, fail("rbac_azure_builtin_roles", values{"granting": set("Microsoft.Nowhere/*")}), attributeAt("granting"), "Cannot read Azure built-in roles",
		`"Microsoft.Nowhere/*" stands for no known operation, so there is no telling which roles grant it. Name the operations that are needed.`)
	if diags := fail("rbac_azure_builtin_roles", values{"granting": set("Microsoft.Compute/*/*")}); len(diags) != 1 || len(diags[0].Attribute.Steps()) != 2 {
		t.Errorf("two wildcards: want one error on the element, got %s", text(diags))
	}
	for _, config := range []values{{"granting": set()}, {"category": ""}, {"name_contains": ""}} {
		if diags := fail("rbac_azure_builtin_roles", config); len(diags) != 1 {
			t.Errorf("%v: want one error, got %s", config, text(diags))
		}
	}
	got, diags := r.tryRead(t, "rbac_azure_builtin_roles", values{"granting": set("Microsoft.Compute/virtualMachines/strat/action"), "privileged": false})
	if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning || !strings.Contains(diags[0].Detail, `Did you mean "Microsoft.Compute/virtualMachines/start/action"`) {
		t.Errorf("an operation that the catalog does not know: want one warning, got %s", text(diags))
	}
	if roles, _ := got["roles"].([]any); len(roles) == 0 {
		t.Error("an operation that the catalog does not know is granted by Microsoft.Compute/virtualMachines/*, but no role is listed")
	}
}

func TestPermissionsByFilter(t *testing.T) {
	t.Parallel()
	r := newDataReader(t)
	wantEqual(t, "Azure", r.items(t, "rbac_azure_permissions", "permissions", values{
		"matching": set("Microsoft.Storage/storageAccounts/queueServices/queues/messages/*", "Microsoft.Authorization/roleAssignments/write"), "access_level": "write",
	}), []values{
		{
			"name": "Microsoft.Authorization/roleAssignments/write", "category": "Microsoft Authorization", "access_level": "write",
			"privileged": true, "description": "Create or update role assignments", "data_action": false,
		},
		{
			"name": "Microsoft.Storage/storageAccounts/queueServices/queues/messages/write", "category": "Microsoft Storage", "access_level": "write",
			"privileged": false, "description": "Create or update messages of queues", "data_action": true,
		},
	})
	wantEqual(t, "Azure, privileged in one provider", columnOf(r.items(t, "rbac_azure_permissions", "permissions", values{"category": "microsoft.keyvault", "privileged": true, "data_action": false}), "name"),
		[]any{"Microsoft.KeyVault/vaults/accessPolicies/write"})
	wantEqual(t, "Entra", r.items(t, "rbac_entra_permissions", "permissions", values{
		"matching": set("microsoft.directory/APPLICATIONS/cred*"), "usable_in_custom_roles": true,
	}), []values{{
		"name": "microsoft.directory/applications/credentials/update", "category": "microsoft.directory/applications", "access_level": "write",
		"privileged": true, "description": "Update credentials of applications", "usable_in_custom_roles": true,
	}})
	wantEqual(t, "Intune", r.items(t, "rbac_intune_permissions", "permissions", values{"matching": set("Microsoft.Intune_MobileApps_Re*"), "category": "Mobile Apps", "access_level": "read"}), []values{{
		"name": "Mobile apps/Read", "category": "Mobile apps", "access_level": "read", "privileged": false,
		"description": "Read mobile apps", "graph_action": "Microsoft.Intune_MobileApps_Read",
	}})
	for source, n := range map[string]int{"rbac_entra_permissions": 749, "rbac_intune_permissions": 255} {
		if all := r.items(t, source, "permissions", nil); len(all) != n {
			t.Errorf("%s: %d permissions, want %d", source, len(all), n)
		}
	}
	for _, p := range r.items(t, "rbac_entra_permissions", "permissions", values{"privileged": false, "matching": set("microsoft.directory/users/*")}) {
		if p["privileged"] != false {
			t.Errorf("%v is not known to be unprivileged: %v", p["name"], p["privileged"])
		}
	}
}

func TestPermissionsThatCannotBeFiltered(t *testing.T) {
	t.Parallel()
	r := newDataReader(t)
	for _, c := range []struct {
		source          string
		config          values
		steps           int
		summary, detail string
	}{
		{"rbac_azure_permissions", values{"matching": set("Microsoft.Compute/*", "a/*/*")}, 2, "Invalid permission pattern", `"a/*/*" has 2 wildcards.`},
		{"rbac_azure_permissions", values{"matching": set("start")}, 2, "Invalid permission pattern", `"start" has no "/".`},
		{"rbac_entra_permissions", values{"matching": set("*/users/*")}, 2, "Invalid permission pattern", `"*/users/*" has 2 wildcards; at most one is possible`},
		{"rbac_intune_permissions", values{"matching": set("")}, 2, "Invalid permission pattern", `A pattern is empty.`},
		{"rbac_intune_permissions", values{"matching": set()}, 1, "Invalid Attribute Value", `at least 1`},
		{"rbac_intune_permissions", values{"access_level": "admin"}, 1, "Invalid Attribute Value Match", `"admin"`},
		{"rbac_intune_permissions", values{"category": "Mobile app"}, 1, "Cannot read Intune permissions", `No built-in Intune permission has the category "Mobile app". Did you mean "Mobile apps"?`},
	} {
		_, diags := r.tryRead(t, c.source, c.config)
		if len(diags) != 1 || len(diags[0].Attribute.Steps()) != c.steps || diags[0].Summary != c.summary || !strings.Contains(diags[0].Detail, c.detail) {
			t.Errorf("%s %v: got %s\nwant %s: %s, %d steps deep", c.source, c.config, text(diags), c.summary, c.detail, c.steps)
		}
	}
}

func TestTenantDataSourcesNeedAConfiguredProvider(t *testing.T) {
	t.Parallel()
	r := newDataReader(t)
	for _, source := range []string{"rbac_azure_roles", "rbac_entra_role_assignments", "rbac_intune_scope_tags"} {
		_, diags := r.tryRead(t, source, nil)
		if len(diags) != 1 || diags[0].Detail != "The provider is not configured, so there is no tenant to ask." {
			t.Errorf("%s: got %s", source, text(diags))
		}
	}
}

func BenchmarkReadAllAzurePermissions(b *testing.B) {
	r := newDataReader(b)
	config := dynamic(b, toValue(b, r.schemas["rbac_azure_permissions"].ValueType(), values{}))
	for b.Loop() {
		resp, err := r.ReadDataSource(b.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: "rbac_azure_permissions", Config: config})
		if err != nil || resp.Diagnostics != nil {
			b.Fatal(err, text(resp.Diagnostics))
		}
	}
}
