// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The people and places of the tenant that data sources are asked about.
const (
	annaID       = "a0000000-0000-4000-8000-000000000001"
	operatorsID  = "b0000000-0000-4000-8000-000000000001" // a group
	helpDeskID   = "b0000000-0000-4000-8000-000000000002" // a group
	nightShiftID = "b0000000-0000-4000-8000-000000000003" // a group
	europeUnitID = "d0000000-0000-4000-8000-000000000001" // an administrative unit
	productionID = "5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11"
	vmOperatorID = "88888888-8888-8888-8888-888888888888"
	appReaderID  = "99999999-9999-9999-9999-999999999999"

	peopleAndPlaces = `{
		"users": [{"id": "` + annaID + `", "display_name": "Anna", "user_principal_name": "anna@contoso.example"}],
		"groups": [
			{"id": "` + operatorsID + `", "display_name": "Operators", "security_enabled": true, "role_assignable": true, "members": ["` + annaID + `"]},
			{"id": "` + helpDeskID + `", "display_name": "Help desk", "security_enabled": true},
			{"id": "` + nightShiftID + `", "display_name": "Night shift", "security_enabled": true}],
		"administrative_units": [{"id": "` + europeUnitID + `", "display_name": "Europe"}],
		"subscriptions": [{"id": "` + productionID + `", "display_name": "Production"}]
	}`
)

// populatedTenant is a tenant with the Virtual Machine Operator role of the article
// on Azure custom roles, assigned to a group; a few built-in Azure roles in
// use; a custom Entra role; and an Intune help desk without wiping.
// https://learn.microsoft.com/azure/role-based-access-control/custom-roles
func populatedTenant(t *testing.T) (*tenant, []azure.Assignment, []entra.Assignment, []intune.Assignment) {
	t.Helper()
	tn := newTenant(t, peopleAndPlaces)
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := tn.Azure.CreateRole(ctx, azure.Role{
		ID: vmOperatorID, Name: "Virtual Machine Operator", Description: "Can monitor and restart virtual machines.",
		Permissions: []azure.Permission{{Actions: []string{
			"Microsoft.Storage/*/read", "Microsoft.Compute/*/read", "Microsoft.Compute/virtualMachines/start/action",
			"Microsoft.Compute/virtualMachines/restart/action", "Microsoft.Support/*",
		}}},
		AssignableScopes: []string{"/subscriptions/" + productionID},
	})
	must(err)
	var inAzure []azure.Assignment
	for _, a := range []azure.Assignment{
		{Scope: azureScopeOf(t, "/subscriptions/"+productionID), RoleID: "acdd72a7-3385-48ef-bd42-f606fba81ae7", PrincipalID: annaID},
		{
			Scope: azureScopeOf(t, "/subscriptions/"+productionID+"/resourceGroups/web"), RoleID: vmOperatorID, PrincipalID: operatorsID, Description: "Night shift",
			Condition: "@Resource[a] StringEquals 'b'",
		},
		{Scope: azureScopeOf(t, "/subscriptions/"+productionID+"/resourceGroups/db"), RoleID: vmOperatorID, PrincipalID: annaID},
	} {
		a.Name = azure.DeriveAssignmentName(a.Scope, a.RoleID, a.PrincipalID)
		got, err := tn.Azure.CreateAssignment(ctx, a)
		must(err)
		inAzure = append(inAzure, got)
	}

	_, err = tn.Entra.CreateRole(ctx, entra.Role{
		ID: appReaderID, Name: "Application Credential Keeper", Description: "Renews credentials.", Version: "1.2", Enabled: true,
		Permissions: []string{"microsoft.directory/applications/standard/read", "microsoft.directory/applications/credentials/update"},
	})
	must(err)
	var inEntra []entra.Assignment
	for _, a := range []entra.Assignment{
		{RoleID: appReaderID, PrincipalID: annaID, DirectoryScope: "/"},
		{RoleID: "729827e3-9c14-49f7-bb1b-9608f156bbb8", PrincipalID: operatorsID, DirectoryScope: "/administrativeUnits/" + europeUnitID},
	} {
		got, err := tn.Entra.CreateAssignment(ctx, a)
		must(err)
		inEntra = append(inEntra, got)
	}

	tag, err := tn.Intune.CreateScopeTag(ctx, intune.ScopeTag{Name: "Europe", Description: "Devices in Europe", Groups: []rbac.GUID{operatorsID}})
	must(err)
	role, err := tn.Intune.CreateRole(ctx, intune.Role{
		Name: "Help Desk without wipe", Permissions: []string{"Microsoft.Intune_MobileApps_Read", "Microsoft.Intune_RemoteTasks_RebootNow"}, ScopeTags: []string{tag.ID},
	})
	must(err)
	var inIntune []intune.Assignment
	for _, a := range []intune.Assignment{
		{Name: "Day", RoleID: role.ID, Members: []rbac.GUID{helpDeskID}, AllUsers: true, ScopeTags: []string{tag.ID, intune.DefaultScopeTag}},
		{Name: "Night", Description: "After hours", RoleID: "9e0cc482-82df-4ab2-a24c-0c23a3f52e1e", Members: []rbac.GUID{nightShiftID, helpDeskID}, ScopeGroups: []rbac.GUID{operatorsID}, ScopeTags: []string{}},
	} {
		got, err := tn.Intune.CreateAssignment(ctx, a)
		must(err)
		inIntune = append(inIntune, got)
	}
	return tn, inAzure, inEntra, inIntune
}

func azureScopeOf(t *testing.T, id string) azure.Scope {
	t.Helper()
	s, err := azure.ParseScope(id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// dataReaderOf reads data sources of a tenant.
func dataReaderOf(tb testing.TB, b backend.Backend) *dataReader {
	tb.Helper()
	s := newServer(tb, b)
	return &dataReader{s, s.schemas.DataSourceSchemas}
}

func TestRolesOfAnAzureTenant(t *testing.T) {
	t.Parallel()
	tn, _, _, _ := populatedTenant(t)
	var d double
	r := dataReaderOf(t, d.wrap(tn.Backend))
	custom := values{
		"name": "Virtual Machine Operator", "role_id": vmOperatorID, "id": "/providers/Microsoft.Authorization/roleDefinitions/" + vmOperatorID,
		"description": "Can monitor and restart virtual machines.", "category": "", "privileged": false, "deprecated": false,
		"do_not_use": false, "do_not_use_reason": "", "replaced_by": "", "api_name": "", "former_names": []any{},
		"actions": []any{
			"Microsoft.Compute/*/read", "Microsoft.Compute/virtualMachines/restart/action", "Microsoft.Compute/virtualMachines/start/action",
			"Microsoft.Storage/*/read", "Microsoft.Support/*",
		},
		"not_actions": []any{}, "data_actions": []any{}, "not_data_actions": []any{}, "conditions": []any{},
		"assignable_scopes": []any{"/subscriptions/" + productionID}, "type": "custom", "assignment_count": int64(2),
	}
	wantEqual(t, "custom is the default", r.items(t, "rbac_azure_roles", "roles", nil), []values{custom})
	if calls := d.take(); !slices.Equal(calls, []string{"Azure.Roles", "Azure.Assignments"}) {
		t.Errorf("reading took the calls %q, want one list of each", calls)
	}
	wantEqual(t, "custom", r.items(t, "rbac_azure_roles", "roles", values{"type": "custom"}), []values{custom})
	dataReader := r.items(t, "rbac_azure_roles", "roles", values{"type": "builtin", "name_contains": "READER"})
	i := slices.IndexFunc(dataReader, func(v values) bool { return v["name"] == "Reader" })
	if i < 0 {
		t.Fatalf("Reader is not among %v", columnOf(dataReader, "name"))
	}
	wantEqual(t, "a built-in role", values{"type": dataReader[i]["type"], "assignment_count": dataReader[i]["assignment_count"], "category": dataReader[i]["category"], "actions": dataReader[i]["actions"]},
		values{"type": "builtin", "assignment_count": int64(1), "category": "General", "actions": []any{"*/read"}})
	all := r.items(t, "rbac_azure_roles", "roles", values{"type": "all"})
	if n := len(r.items(t, "rbac_azure_roles", "roles", values{"type": "builtin"})); len(all) != n+1 {
		t.Errorf("all are %d, built-in are %d, want one more", len(all), n)
	}
	if _, diags := r.tryRead(t, "rbac_azure_roles", values{"type": "built-in"}); len(diags) != 1 || diags[0].Summary != "Invalid Attribute Value Match" {
		t.Errorf("an unknown type: got %s", text(diags))
	}
}

func TestRolesOfAnEntraAndAnIntuneTenant(t *testing.T) {
	t.Parallel()
	tn, _, _, _ := populatedTenant(t)
	r := dataReaderOf(t, tn.Backend)
	wantEqual(t, "Entra", r.items(t, "rbac_entra_roles", "roles", nil), []values{{
		"name": "Application Credential Keeper", "role_id": appReaderID, "id": appReaderID, "description": "Renews credentials.", "category": "",
		"privileged": true, "deprecated": false, "do_not_use": false, "do_not_use_reason": "", "replaced_by": "", "api_name": "", "former_names": []any{},
		"permissions": []any{"microsoft.directory/applications/credentials/update", "microsoft.directory/applications/standard/read"},
		"type":        "custom", "assignment_count": int64(1), "enabled": true, "version": "1.2",
	}})
	used := r.items(t, "rbac_entra_roles", "roles", values{"type": "builtin", "name_contains": "helpdesk"})
	wantEqual(t, "Entra, built-in", columnOf(used, "assignment_count"), []any{int64(1)})

	tagged := r.items(t, "rbac_intune_roles", "roles", values{"name_contains": "WITHOUT"})
	if len(tagged) != 1 {
		t.Fatalf("got %v", tagged)
	}
	id := tagged[0]["role_id"]
	wantEqual(t, "Intune", tagged[0], values{
		"name": "Help Desk without wipe", "role_id": id, "id": id, "description": "", "category": "",
		"privileged": false, "deprecated": false, "do_not_use": false, "do_not_use_reason": "", "replaced_by": "", "api_name": "", "former_names": []any{},
		"permissions":   []any{"Mobile apps/Read", "Remote tasks/Reboot now"},
		"graph_actions": []any{"Microsoft.Intune_MobileApps_Read", "Microsoft.Intune_RemoteTasks_RebootNow"},
		"type":          "custom", "assignment_count": int64(1), "scope_tags": []any{"Europe"},
	})
	builtin := r.items(t, "rbac_intune_roles", "roles", values{"type": "builtin", "name_contains": "help desk operator"})
	wantEqual(t, "Intune, built-in", []any{columnOf(builtin, "category"), columnOf(builtin, "assignment_count")}, []any{[]any{"Support"}, []any{int64(1)}})
}

func TestRoleAssignmentsOfAnAzureTenant(t *testing.T) {
	t.Parallel()
	tn, made, _, _ := populatedTenant(t)
	var d double
	r := dataReaderOf(t, d.wrap(tn.Backend))
	row := func(a azure.Assignment, role, kind string) values {
		return values{
			"id": a.Scope.ID() + "/providers/Microsoft.Authorization/roleAssignments/" + a.Name.String(), "name": a.Name.String(),
			"role_definition_id": "/providers/Microsoft.Authorization/roleDefinitions/" + a.RoleID.String(), "role_name": role,
			"scope": a.Scope.ID(), "principal_id": a.PrincipalID.String(), "principal_type": kind, "principal_exists": true,
			"description": a.Description, "condition": a.Condition, "group_id": nil, "group_name": "",
		}
	}
	sub := row(made[0], "Reader", "User")
	web := row(made[1], "Virtual Machine Operator", "Group")
	web["description"], web["condition"] = "Night shift", "@Resource[a] StringEquals 'b'"
	db := row(made[2], "Virtual Machine Operator", "User")
	list := func(config values) []values {
		t.Helper()
		return r.items(t, "rbac_azure_role_assignments", "role_assignments", config)
	}
	wantEqual(t, "all", list(nil), []values{sub, db, web})
	if calls := d.take(); !slices.Equal(calls, []string{"Azure.Assignments", "Azure.Roles", "Entra.Objects"}) {
		t.Errorf("reading took the calls %q, want one list of each", calls)
	}
	for _, role := range []string{
		"virtual machine operator", vmOperatorID, "/providers/Microsoft.Authorization/roleDefinitions/" + vmOperatorID,
		"/subscriptions/" + productionID + "/providers/microsoft.authorization/ROLEDEFINITIONS/" + vmOperatorID,
	} {
		wantEqual(t, "role "+role, list(values{"role": role}), []values{db, web})
	}
	wantEqual(t, "principal", list(values{"principal_id": operatorsID}), []values{web})
	wantEqual(t, "at, above and below", list(values{"scope": "/subscriptions/" + productionID + "/resourcegroups/WEB"}), []values{sub, web})
	wantEqual(t, "all filters", list(values{"scope": "/subscriptions/" + productionID, "principal_id": annaID, "role": "Reader"}), []values{sub})
	wantEqual(t, "no match", list(values{"role": "Owner"}), []values{})

	web["group_id"], web["group_name"] = operatorsID, "Operators"
	wantEqual(t, "granting", list(values{"granting": "Microsoft.Compute/virtualMachines/start/action"}), []values{db, web})
	web["group_id"], web["group_name"] = nil, ""
	wantEqual(t, "granting, by a wildcard", columnOf(list(values{"granting": "Microsoft.Network/virtualNetworks/read"}), "role_name"), []any{"Reader"})

	_, diags := r.tryRead(t, "rbac_azure_role_assignments", values{"role": "Virtual Machine Operators"})
	wantError(t, diags, attributeAt("role"), "Cannot read Azure role assignments", `No Azure role is named "Virtual Machine Operators" in this tenant. Did you mean "Virtual Machine Operator"?`)
	for attribute, bad := range map[string]string{"scope": "subscriptions/x", "principal_id": "anna", "granting": "start", "role": ""} {
		_, diags := r.tryRead(t, "rbac_azure_role_assignments", values{attribute: bad})
		if len(diags) != 1 || diags[0].Attribute.String() != attributeAt(attribute) {
			t.Errorf("%s = %q: want one error on it, got %s", attribute, bad, text(diags))
		}
	}
}

func TestPrincipalsThatAreGoneOrNotKnown(t *testing.T) {
	t.Parallel()
	tn, _, _, _ := populatedTenant(t)
	gone := double{after: func(_ string, answer any, err error) (any, error) {
		if objects, ok := answer.(map[rbac.GUID]entra.Object); ok {
			delete(objects, annaID)
			delete(objects, nightShiftID)
		}
		return answer, err
	}}
	r := dataReaderOf(t, gone.wrap(tn.Backend))
	wantEqual(t, "Azure, Anna is gone", columnOf(r.items(t, "rbac_azure_role_assignments", "role_assignments", nil), "principal_exists"), []any{false, false, true})
	wantEqual(t, "Entra, Anna is gone", columnOf(r.items(t, "rbac_entra_role_assignments", "role_assignments", values{"principal_id": annaID}), "principal_exists"), []any{false})

	wantEqual(t, "Intune, the night shift is gone", columnOf(r.items(t, "rbac_intune_role_assignments", "role_assignments", nil), "missing_members"), []any{[]any{}, []any{nightShiftID}})
	byGroup := r.items(t, "rbac_intune_role_assignments", "role_assignments", values{"granting": "Remote tasks/Wipe"})
	wantEqual(t, "Intune, by permission and group", []any{columnOf(byGroup, "group_id"), columnOf(byGroup, "group_name"), columnOf(byGroup, "missing_members")},
		[]any{[]any{helpDeskID, nightShiftID}, []any{"Help desk", ""}, []any{[]any{nightShiftID}, []any{nightShiftID}}})

	mute := double{after: func(_ string, answer any, err error) (any, error) {
		if objects, ok := answer.(map[rbac.GUID]entra.Object); ok {
			for id := range objects {
				objects[id] = entra.Object{ID: id}
			}
		}
		return answer, err
	}}
	r = dataReaderOf(t, mute.wrap(tn.Backend))
	wantEqual(t, "nobody tells, Azure", columnOf(r.items(t, "rbac_azure_role_assignments", "role_assignments", nil), "principal_exists"), []any{nil, nil, nil})
	wantEqual(t, "nobody tells, Intune", columnOf(r.items(t, "rbac_intune_role_assignments", "role_assignments", nil), "missing_members"), []any{nil, nil})

	closed := double{before: func(_ context.Context, call string) error {
		if call == "Entra.Objects" {
			return &rbac.Error{Kind: rbac.Forbidden, Message: "The caller may not read the directory.", Code: "Authorization_RequestDenied"}
		}
		return nil
	}}
	r = dataReaderOf(t, closed.wrap(tn.Backend))
	got, diags := r.tryRead(t, "rbac_entra_role_assignments", nil)
	rows, _ := got["role_assignments"].([]any)
	if len(rows) != 2 || rows[0].(values)["principal_exists"] != nil || rows[1].(values)["principal_exists"] != nil {
		t.Errorf("got %v, want two rows whose principals are not known", rows)
	}
	if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning ||
		diags[0].Detail != "Whether the principals exist is not known, so `principal_exists` is null: The caller may not read the directory. (Authorization_RequestDenied)" {
		t.Errorf("want one warning, got %s", text(diags))
	}
	broken := double{before: func(_ context.Context, call string) error {
		if call == "Entra.Objects" {
			return &rbac.Error{Kind: rbac.Unavailable, Message: "The directory does not answer."}
		}
		return nil
	}}
	r = dataReaderOf(t, broken.wrap(tn.Backend))
	if _, diags := r.tryRead(t, "rbac_azure_role_assignments", nil); len(diags) != 1 || diags[0].Detail != "The directory does not answer." {
		t.Errorf("want the error, got %s", text(diags))
	}
}

func TestRoleAssignmentsOfAnEntraTenant(t *testing.T) {
	t.Parallel()
	tn, _, made, _ := populatedTenant(t)
	var d double
	r := dataReaderOf(t, d.wrap(tn.Backend))
	list := func(config values) []values {
		t.Helper()
		return r.items(t, "rbac_entra_role_assignments", "role_assignments", config)
	}
	keeper := values{
		"id": made[0].ID, "name": "", "role_definition_id": appReaderID, "role_name": "Application Credential Keeper",
		"directory_scope": "/", "app_scope": "", "principal_id": annaID, "principal_exists": true, "group_id": nil, "group_name": "",
	}
	desk := values{
		"id": made[1].ID, "name": "", "role_definition_id": "729827e3-9c14-49f7-bb1b-9608f156bbb8", "role_name": "Helpdesk Administrator",
		"directory_scope": "/administrativeUnits/" + europeUnitID, "app_scope": "", "principal_id": operatorsID, "principal_exists": true, "group_id": nil, "group_name": "",
	}
	all := list(nil)
	if calls := d.take(); !slices.Equal(calls, []string{"Entra.Assignments", "Entra.Roles", "Entra.Objects"}) {
		t.Errorf("reading took the calls %q, want one list of each", calls)
	}
	if len(all) != 2 || !slices.Contains(columnOf(all, "id"), any(made[0].ID)) || !slices.Contains(columnOf(all, "id"), any(made[1].ID)) {
		t.Errorf("all: got %v", all)
	}
	wantEqual(t, "role", list(values{"role": "application credential KEEPER"}), []values{keeper})
	wantEqual(t, "role by ID", list(values{"role": "729827E3-9C14-49F7-BB1B-9608F156BBB8"}), []values{desk})
	wantEqual(t, "principal", list(values{"principal_id": annaID}), []values{keeper})
	wantEqual(t, "scope in its long form", list(values{"directory_scope": "/directory/administrativeUnits/" + europeUnitID}), []values{desk})
	wantEqual(t, "exactly this scope", list(values{"directory_scope": "/"}), []values{keeper})
	desk["group_id"], desk["group_name"] = operatorsID, "Operators"
	wantEqual(t, "granting", list(values{"granting": "microsoft.directory/users/password/UPDATE"}), []values{desk})
	wantEqual(t, "granting by a custom role", list(values{"granting": "microsoft.directory/applications/credentials/update"}), []values{keeper})
	_, diags := r.tryRead(t, "rbac_entra_role_assignments", values{"granting": "microsoft.directory/applications/credential/update"})
	wantError(t, diags, attributeAt("granting"), "Cannot read Entra role assignments",
		`"microsoft.directory/applications/credential/update" is no known Entra permission. Did you mean "microsoft.directory/applications/credentials/update"?`)
}

func TestRoleAssignmentsOfAnIntuneTenant(t *testing.T) {
	t.Parallel()
	tn, _, _, made := populatedTenant(t)
	var d double
	r := dataReaderOf(t, d.wrap(tn.Backend))
	list := func(config values) []values {
		t.Helper()
		return r.items(t, "rbac_intune_role_assignments", "role_assignments", config)
	}
	day := values{
		"id": made[0].ID.String(), "name": "Day", "description": "", "role_definition_id": made[0].RoleID.String(), "role_name": "Help Desk without wipe",
		"members": []any{helpDeskID}, "missing_members": []any{}, "scope_groups": []any{}, "all_users": true, "all_devices": false, "scope_tags": []any{"Default", "Europe"}, "group_id": nil, "group_name": "",
	}
	night := values{
		"id": made[1].ID.String(), "name": "Night", "description": "After hours", "role_definition_id": "9e0cc482-82df-4ab2-a24c-0c23a3f52e1e", "role_name": "Help Desk Operator",
		"members": []any{helpDeskID, nightShiftID}, "missing_members": []any{}, "scope_groups": []any{operatorsID}, "all_users": false, "all_devices": false, "scope_tags": []any{}, "group_id": nil, "group_name": "",
	}
	wantEqual(t, "all", list(nil), []values{day, night})
	if calls := d.take(); !slices.Equal(calls, []string{"Intune.Assignments", "Intune.Roles", "Intune.ScopeTags", "Entra.Objects"}) {
		t.Errorf("reading took the calls %q, want one list of each", calls)
	}
	wantEqual(t, "role", list(values{"role": "help desk operator"}), []values{night})
	wantEqual(t, "member", list(values{"member": nightShiftID}), []values{night})
	wantEqual(t, "nobody's", list(values{"member": operatorsID}), []values{})

	through := func(group string) values {
		return with(night, values{"group_id": group, "group_name": map[string]string{helpDeskID: "Help desk", nightShiftID: "Night shift"}[group]})
	}
	wantEqual(t, "granting, a row for each group", list(values{"granting": "Remote tasks/Wipe"}), []values{through(helpDeskID), through(nightShiftID)})
	wantEqual(t, "granting in the other spelling, one group", list(values{"granting": "microsoft.intune_remotetasks_wipe", "member": nightShiftID}), []values{through(nightShiftID)})
	wantEqual(t, "granting by both", columnOf(list(values{"granting": "Mobile apps/Read"}), "name"), []any{"Day", "Night", "Night"})
	_, diags := r.tryRead(t, "rbac_intune_role_assignments", values{"granting": "Remote task/Wipe"})
	wantError(t, diags, attributeAt("granting"), "Cannot read Intune role assignments", `"Remote task/Wipe" is no known Intune permission. Did you mean "Remote tasks/Wipe"?`)
}

func TestScopeTagsOfAnIntuneTenant(t *testing.T) {
	t.Parallel()
	tn, _, _, _ := populatedTenant(t)
	r := dataReaderOf(t, tn.Backend)
	europeUnitID := values{"id": "1", "name": "Europe", "description": "Devices in Europe", "built_in": false, "groups": []any{operatorsID}}
	all := r.items(t, "rbac_intune_scope_tags", "scope_tags", nil)
	wantEqual(t, "names", columnOf(all, "name"), []any{"Default", "Europe"})
	wantEqual(t, "built in", columnOf(all, "built_in"), []any{true, false})
	wantEqual(t, "by name", r.items(t, "rbac_intune_scope_tags", "scope_tags", values{"name_contains": "EURO"}), []values{europeUnitID})
}
