// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The people and places of whom it is asked what they may do. Ben is in the team,
// and that in the department.
const (
	benID        = "a1000000-0000-4000-8000-000000000001"
	carlaID      = "a1000000-0000-4000-8000-000000000002" // calls
	teamID       = "a1000000-0000-4000-8000-000000000011"
	departmentID = "a1000000-0000-4000-8000-000000000012"
	chiefsID     = "a1000000-0000-4000-8000-000000000013" // role-assignable
	berlinID     = "a1000000-0000-4000-8000-000000000021" // a group of devices
	parisID      = "a1000000-0000-4000-8000-000000000022"
	plantID      = "a1000000-0000-4000-8000-000000000031" // an administrative unit
	lineID       = "a1000000-0000-4000-8000-000000000041" // a user in it
	shopID       = "a1000000-0000-4000-8000-000000000051" // a subscription
	shop         = "/subscriptions/" + shopID
	prodGroup    = "/providers/Microsoft.Management/managementGroups/prod"
	rootGroup    = "/providers/Microsoft.Management/managementGroups/corp"

	everybody = `{
		"caller": "` + carlaID + `",
		"users": [{"id": "` + benID + `", "display_name": "Ben"}, {"id": "` + carlaID + `", "display_name": "Carla"}, {"id": "` + lineID + `", "display_name": "Line"}],
		"groups": [
			{"id": "` + teamID + `", "display_name": "Team", "members": ["` + benID + `"]},
			{"id": "` + departmentID + `", "display_name": "Department", "members": ["` + teamID + `"]},
			{"id": "` + chiefsID + `", "display_name": "Chiefs", "role_assignable": true, "members": ["` + carlaID + `"]},
			{"id": "` + berlinID + `", "display_name": "Berlin"}, {"id": "` + parisID + `", "display_name": "Paris"}],
		"administrative_units": [{"id": "` + plantID + `", "display_name": "Plant", "members": ["` + lineID + `"]}],
		"management_groups": [{"id": "corp"}, {"id": "prod", "parent": "corp"}, {"id": "dev", "parent": "corp"}],
		"subscriptions": [{"id": "` + shopID + `", "management_group": "prod"}]
	}`
)

const (
	contributorID   = "b24988ac-6180-42a0-ab88-20f7382dd24c"
	helpdeskAdminID = "729827e3-9c14-49f7-bb1b-9608f156bbb8" // Helpdesk Administrator
	intuneAdminID   = "3a2c62db-5318-420d-8d74-23affee5d9d5"
)

// inAzure makes assignments in Azure: role, principal, scope.
func (tn *tenant) inAzure(t *testing.T, rows ...[3]string) []azure.Assignment {
	t.Helper()
	var out []azure.Assignment
	for _, row := range rows {
		a := azure.Assignment{Scope: azureScopeOf(t, row[2]), RoleID: guid(row[0]), PrincipalID: guid(row[1])}
		a.Name = azure.DeriveAssignmentName(a.Scope, a.RoleID, a.PrincipalID)
		made, err := tn.Azure.CreateAssignment(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, made)
	}
	return out
}

// inEntra makes assignments in Entra: role, principal, scope.
func (tn *tenant) inEntra(t *testing.T, rows ...[3]string) []entra.Assignment {
	t.Helper()
	var out []entra.Assignment
	for _, row := range rows {
		made, err := tn.Entra.CreateAssignment(t.Context(), entra.Assignment{RoleID: guid(row[0]), PrincipalID: guid(row[1]), DirectoryScope: row[2]})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, made)
	}
	return out
}

// inIntune makes a role and an assignment of it.
func (tn *tenant) inIntune(t *testing.T, a intune.Assignment, permissions ...string) intune.Assignment {
	t.Helper()
	role, err := tn.Intune.CreateRole(t.Context(), intune.Role{Name: "Role of " + a.Name, Permissions: permissions})
	if err != nil {
		t.Fatal(err)
	}
	a.RoleID = role.ID
	made, err := tn.Intune.CreateAssignment(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// azureReason is a reason of an Azure answer.
func azureReason(a azure.Assignment, role string, group any, groupName string) values {
	return values{
		"role_name": role, "role_definition_id": "/providers/Microsoft.Authorization/roleDefinitions/" + a.RoleID.String(), "assignment_id": a.ID(),
		"assignment_name": a.Name.String(), "group_id": group, "group_name": groupName, "scope": a.Scope.ID(), "condition": a.Condition,
	}
}

func azureResult(permission string, allowed, why, data any, because ...any) values {
	return values{"permission": permission, "allowed": allowed, "not_evaluated": why, "data_action": data, "because": append([]any{}, because...), "denied_by": []any{}}
}

func TestWhatSomebodyMayDoInAzureAndThroughWhat(t *testing.T) {
	t.Parallel()
	tn := newTenant(t, everybody)
	made := tn.inAzure(t, [3]string{readerID, departmentID, rootGroup}, [3]string{contributorID, benID, shop + "/resourceGroups/web"}, [3]string{contributorID, carlaID, shop})
	reader, web := made[0], made[1]
	var d double
	r := dataReaderOf(t, d.wrap(tn.Backend))

	got := r.read(t, "rbac_azure_effective_permissions", values{"principal_id": strings.ToUpper(benID), "scope": shop + "/resourceGroups/WEB", "check": []any{
		"Microsoft.Compute/virtualMachines/start/action", "microsoft.authorization/roleassignments/WRITE", "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
	}})
	if calls := d.take(); !slices.Equal(calls, []string{"Entra.MemberOf", "Azure.Assignments", "Azure.DenyAssignments", "Azure.Roles", "Entra.Objects"}) {
		t.Errorf("reading took the calls %q, want one of each", calls)
	}
	byReader, byContributor := azureReason(reader, "Reader", departmentID, "Department"), azureReason(web, "Contributor", nil, "")
	wantEqual(t, "results", got["results"], []any{
		azureResult("Microsoft.Compute/virtualMachines/start/action", true, nil, false, byContributor),
		azureResult("microsoft.authorization/roleassignments/WRITE", false, nil, false),
		azureResult("Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read", false, nil, true),
	})
	row := func(permission string, except []any, because values) values {
		return values{
			"permission": permission, "allowed": true, "not_evaluated": nil, "data_action": false, "scope": because["scope"],
			"except": except, "because": []any{because}, "denied_by": []any{},
		}
	}
	contributor, _ := catalog.Azure().RoleByID(contributorID)
	var not []any
	for _, n := range slices.Sorted(slices.Values(contributor.Permissions[0].NotActions)) {
		not = append(not, n)
	}
	wantEqual(t, "permissions", got["permissions"], []any{row("*", not, byContributor), row("*/read", []any{}, byReader)})
	wantEqual(t, "the rest", values{"all": got["all_allowed"], "open": got["not_evaluated"]}, values{"all": false, "open": []any{}})

	again := r.read(t, "rbac_azure_effective_permissions", values{"principal_id": benID, "scope": shop, "check": []any{"Microsoft.Compute/virtualMachines/read"}})
	if calls := d.take(); !slices.Equal(calls, []string{"Azure.Assignments", "Azure.DenyAssignments", "Azure.Roles"}) {
		t.Errorf("asking again took the calls %q, want groups and their names to be known", calls)
	}
	wantEqual(t, "at the subscription", []any{again["all_allowed"], again["results"].([]any)[0].(values)["because"]}, []any{true, []any{byReader}})

	for scope, want := range map[string]any{prodGroup: true, "/": false, shop + "/resourceGroups/other": true, "/providers/Microsoft.Management/managementGroups/dev": true} {
		got := r.read(t, "rbac_azure_effective_permissions", values{"principal_id": benID, "scope": scope, "check": []any{"Microsoft.Compute/virtualMachines/read"}})
		if got["all_allowed"] != want {
			t.Errorf("reading at %s: got %v, want %v", scope, got["all_allowed"], want)
		}
	}
	d.take()

	anywhere := r.read(t, "rbac_azure_effective_permissions", values{"check": []any{"Microsoft.Compute/virtualMachines/delete"}})
	wantEqual(t, "the caller, anywhere", values{"who": anywhere["principal_id"], "all": anywhere["all_allowed"], "permissions": len(anywhere["permissions"].([]any))},
		values{"who": carlaID, "all": true, "permissions": 1})
	none := r.read(t, "rbac_azure_effective_permissions", values{"principal_id": lineID})
	wantEqual(t, "nothing", none, values{
		"principal_id": lineID, "scope": nil, "check": nil, "expand": nil, "permissions": []any{}, "results": []any{}, "all_allowed": nil, "not_evaluated": []any{},
	})
}

func TestWildcardsAreExpandedToKnownOperations(t *testing.T) {
	t.Parallel()
	tn := newTenant(t, everybody)
	if _, err := tn.Azure.CreateRole(t.Context(), azure.Role{
		ID: vmOperatorID, Name: "Exports", AssignableScopes: []string{shop},
		Permissions: []azure.Permission{{Actions: []string{"Microsoft.CostManagement/exports/*"}, NotActions: []string{"Microsoft.CostManagement/exports/*/action"}}},
	}); err != nil {
		t.Fatal(err)
	}
	tn.inAzure(t, [3]string{vmOperatorID, benID, shop})
	r := dataReaderOf(t, tn.Backend)
	expanded := r.items(t, "rbac_azure_effective_permissions", "permissions", values{"principal_id": benID, "expand": true})
	wantEqual(t, "expanded", columnOf(expanded, "permission"), []any{
		"Microsoft.CostManagement/exports/action", "Microsoft.CostManagement/exports/delete", "Microsoft.CostManagement/exports/read", "Microsoft.CostManagement/exports/write",
	})
	wantEqual(t, "not expanded", columnOf(r.items(t, "rbac_azure_effective_permissions", "permissions", values{"principal_id": benID}), "permission"), []any{"Microsoft.CostManagement/exports/*"})
}

func TestConditionsAndDenialsAreReported(t *testing.T) {
	t.Parallel()
	tn := newTenant(t, everybody)
	made := tn.inAzure(t, [3]string{contributorID, benID, shop})
	condition := azure.Assignment{Scope: azureScopeOf(t, shop), RoleID: readerID, PrincipalID: benID, Name: "77777777-0000-4000-8000-000000000001", Condition: "@Resource[a] StringEquals 'b'"}
	limited, err := tn.Azure.CreateAssignment(t.Context(), condition)
	if err != nil {
		t.Fatal(err)
	}
	locked := double{after: func(call string, answer any, err error) (any, error) {
		if call == "Azure.DenyAssignments" {
			return []azure.DenyAssignment{{
				ID: shop + "/deny/1", Name: "Locked", Scope: azureScopeOf(t, shop), Everyone: true,
				Permissions: []azure.Permission{{Actions: []string{"*/delete"}}, {Actions: []string{"Microsoft.Authorization/*"}}},
			}}, nil
		}
		return answer, err
	}}
	r := dataReaderOf(t, locked.wrap(tn.Backend))
	got := r.read(t, "rbac_azure_effective_permissions", values{"principal_id": benID, "scope": shop, "check": []any{
		"Microsoft.Compute/virtualMachines/delete", "Microsoft.Compute/virtualMachines/write", "Microsoft.Authorization/roleDefinitions/read",
	}})
	denied := azureResult("Microsoft.Compute/virtualMachines/delete", false, nil, false, azureReason(made[0], "Contributor", nil, ""))
	lock := []any{values{"id": shop + "/deny/1", "name": "Locked", "scope": shop}}
	denied["denied_by"] = lock
	forbidden := azureResult("Microsoft.Authorization/roleDefinitions/read", false, nil, false, azureReason(made[0], "Contributor", nil, ""), azureReason(limited, "Reader", nil, ""))
	forbidden["denied_by"] = lock
	wantEqual(t, "results", got["results"], []any{denied, azureResult("Microsoft.Compute/virtualMachines/write", true, nil, false, azureReason(made[0], "Contributor", nil, "")), forbidden})

	tn.unassign(t)()
	if limited, err = tn.Azure.CreateAssignment(t.Context(), condition); err != nil {
		t.Fatal(err)
	}
	const why = "An assignment has a condition, which is not evaluated."
	got = dataReaderOf(t, tn.Backend).read(t, "rbac_azure_effective_permissions", values{"principal_id": benID, "scope": shop, "check": []any{"Microsoft.Compute/virtualMachines/read"}})
	wantEqual(t, "under a condition", got, values{
		"principal_id": benID, "scope": shop, "check": []any{"Microsoft.Compute/virtualMachines/read"}, "expand": nil,
		"permissions": []any{values{
			"permission": "*/read", "allowed": nil, "not_evaluated": why, "data_action": false, "scope": shop, "except": []any{},
			"because": []any{azureReason(limited, "Reader", nil, "")}, "denied_by": []any{},
		}},
		"results":     []any{azureResult("Microsoft.Compute/virtualMachines/read", nil, why, false, azureReason(limited, "Reader", nil, ""))},
		"all_allowed": false, "not_evaluated": []any{why},
	})
}

// refusing is a tenant whose calls are refused.
func refusing(kind rbac.Kind, calls ...string) *double {
	return &double{before: func(_ context.Context, call string) error {
		if slices.Contains(calls, call) {
			return &rbac.Error{Kind: kind, Message: "The caller may not do that.", Code: "Authorization_RequestDenied"}
		}
		return nil
	}}
}

func TestWhatCannotBeReadIsToldAndNotGuessed(t *testing.T) {
	t.Parallel()
	tn := newTenant(t, everybody)
	tn.inAzure(t, [3]string{readerID, benID, rootGroup})
	tn.inEntra(t, [3]string{helpdeskAdminID, benID, "/administrativeUnits/" + plantID})
	tn.inIntune(t, intune.Assignment{Name: "Berlin", Members: []rbac.GUID{teamID}, ScopeGroups: []rbac.GUID{berlinID}}, "Microsoft.Intune_MobileApps_Read")
	const refused = "The caller may not do that. (Authorization_RequestDenied)"
	for _, c := range []struct {
		call, source string
		config       values
		allowed, why any
	}{
		{"Entra.MemberOf", "rbac_azure_effective_permissions", values{"check": []any{"Microsoft.Compute/virtualMachines/delete"}}, nil, "The groups of the principal can't be read, so there may be more: " + refused},
		{"Entra.MemberOf", "rbac_azure_effective_permissions", values{"check": []any{"Microsoft.Compute/virtualMachines/read"}}, true, nil},
		{"Azure.DenyAssignments", "rbac_azure_effective_permissions", values{"scope": shop, "check": []any{"Microsoft.Compute/virtualMachines/read"}}, nil, "Deny assignments can't be read, so something may be denied: " + refused},
		{"Azure.DenyAssignments", "rbac_azure_effective_permissions", values{"scope": shop, "check": []any{"Microsoft.Compute/virtualMachines/delete"}}, false, nil},
		{"Azure.ManagementGroupsAbove", "rbac_azure_effective_permissions", values{"scope": prodGroup, "check": []any{"Microsoft.Compute/virtualMachines/read"}}, nil, "Which management groups lie above the scope is not known."},
		{"Azure.ManagementGroupsAbove", "rbac_azure_effective_permissions", values{"scope": shop, "check": []any{"Microsoft.Compute/virtualMachines/read"}}, true, nil},
		{"Entra.UnitsOf", "rbac_entra_effective_permissions", values{"directory_scope": "/" + lineID, "check": []any{"microsoft.directory/users/password/update"}}, nil, "The administrative units of the object can't be read: " + refused},
		{"Entra.Assignments", "rbac_intune_effective_permissions", values{"check": []any{"Remote tasks/Wipe"}}, nil, "The directory roles of the principal can't be read, and by some of them it could do everything: " + refused},
		{"Entra.Assignments", "rbac_intune_effective_permissions", values{"check": []any{"Mobile apps/Read"}}, true, nil},
		{"Entra.Objects", "rbac_intune_effective_permissions", values{"check": []any{"Mobile apps/Read"}}, true, nil},
	} {
		r := dataReaderOf(t, refusing(rbac.Forbidden, c.call).wrap(tn.Backend))
		got := r.read(t, c.source, with(values{"principal_id": benID}, c.config))
		result := got["results"].([]any)[0].(values)
		wantEqual(t, c.call+" "+c.source, []any{result["allowed"], result["not_evaluated"], got["all_allowed"]}, []any{c.allowed, c.why, c.allowed == true})
		if open, _ := got["not_evaluated"].([]any); c.why != nil && !slices.Contains(open, c.why) {
			t.Errorf("%s: %q is not among %q", c.call, c.why, open)
		}
	}
	for call, source := range map[string]string{
		"Entra.MemberOf": "rbac_intune_effective_permissions", "Azure.Assignments": "rbac_azure_effective_permissions", "Azure.Roles": "rbac_azure_effective_permissions",
		"Azure.DenyAssignments": "rbac_azure_effective_permissions", "Entra.Role": "rbac_entra_effective_permissions", "Intune.Role": "rbac_intune_effective_permissions",
	} {
		r := dataReaderOf(t, refusing(rbac.Unavailable, call).wrap(tn.Backend))
		if _, diags := r.tryRead(t, source, values{"principal_id": benID}); len(diags) != 1 || !strings.HasPrefix(diags[0].Detail, "The caller may not do that.") {
			t.Errorf("%s of %s does not answer: want that as the error, got %s", call, source, text(diags))
		}
	}
}

func TestWhoIsAskedAboutMustExist(t *testing.T) {
	t.Parallel()
	r := dataReaderOf(t, newTenant(t, everybody).Backend)
	for _, source := range []string{"rbac_azure_effective_permissions", "rbac_entra_effective_permissions", "rbac_intune_effective_permissions"} {
		_, diags := r.tryRead(t, source, values{"principal_id": annaID})
		if len(diags) != 1 || diags[0].Attribute.String() != attributeAt("principal_id") || !strings.HasPrefix(diags[0].Detail, "There is no principal "+annaID+" in the directory.") {
			t.Errorf("%s: want one error on principal_id, got %s", source, text(diags))
		}
	}
	nobodyCalls := dataReaderOf(t, newTenant(t).Backend)
	_, diags := nobodyCalls.tryRead(t, "rbac_intune_effective_permissions", nil)
	wantError(t, diags, attributeAt("principal_id"), "Cannot read Intune effective permissions",
		"Nobody in particular calls an embedded tenant. Set principal_id, or name a caller in the directory file of the tenant.")
}

func TestWhatIsAskedForMustBeKnown(t *testing.T) {
	t.Parallel()
	r := dataReaderOf(t, newTenant(t).Backend)
	for _, c := range []struct{ source, asked, summary, says string }{
		{"azure", "Microsoft.Compute/virtualMachines/strat/action", "Unknown Azure action", `Did you mean "Microsoft.Compute/virtualMachines/start/action"`},
		{"azure", "Contoso.Machines/press/start/action", "Unknown Azure action", `No resource provider is named "Contoso.Machines".`},
		{"azure", "start", "Invalid Azure action", `"start" has no "/".`},
		{"azure", "microsoft.directory/users/password/update", "Permission of another system", `is a permission of Entra. Ask rbac_entra_effective_permissions for it.`},
		{"entra", "microsoft.directory/users/pasword/update", "Unknown Entra permission", `Did you mean "microsoft.directory/users/password/update"`},
		{"entra", "users", "Invalid Entra permission", `"users" is no permission.`},
		{"intune", "Remote tasks/Wype", "Unknown Intune permission", `Did you mean "Remote tasks/Wipe"`},
		{"intune", "Microsoft.Intune_RemoteTasks_Whip", "Unknown Intune permission", `Did you mean "Microsoft.Intune_RemoteTasks_Wipe"`},
		{"intune", "wipe", "Invalid Intune permission", `"wipe" is no Intune permission.`},
	} {
		_, diags := r.tryRead(t, "rbac_"+c.source+"_effective_permissions", values{"principal_id": benID, "check": []any{c.asked}})
		if len(diags) != 1 || !strings.HasPrefix(diags[0].Attribute.String(), attributeAt("check")) || !strings.Contains(diags[0].Detail, c.says) {
			t.Errorf("%s %q: want one error on check that says %s, got %s", c.source, c.asked, c.says, text(diags))
			continue
		}
		if diags[0].Summary != c.summary {
			t.Errorf("%s %q: the headline is %q, want %q", c.source, c.asked, diags[0].Summary, c.summary)
		}
	}
	if _, diags := r.tryRead(t, "rbac_azure_effective_permissions", values{"principal_id": benID, "check": []any{}}); len(diags) != 1 {
		t.Errorf("nothing asked: got %s", text(diags))
	}
}

func TestWhatSomebodyMayDoInEntra(t *testing.T) {
	t.Parallel()
	tn := newTenant(t, everybody)
	made := tn.inEntra(t, [3]string{helpdeskAdminID, benID, "/administrativeUnits/" + plantID}, [3]string{helpdeskAdminID, chiefsID, "/"})
	var d double
	r := dataReaderOf(t, d.wrap(tn.Backend))
	const reset = "microsoft.directory/users/password/update"
	because := func(a entra.Assignment, group any, name string) []any {
		return []any{values{
			"role_name": "Helpdesk Administrator", "role_definition_id": helpdeskAdminID, "assignment_id": a.ID, "assignment_name": "", "group_id": group, "group_name": name,
			"scope": a.DirectoryScope,
		}}
	}
	ask := func(config values) values {
		t.Helper()
		return r.read(t, "rbac_entra_effective_permissions", with(values{"check": []any{reset}}, config))
	}
	in := ask(values{"principal_id": benID, "directory_scope": "/" + lineID})
	wantEqual(t, "on a user in the unit", in["results"], []any{values{"permission": reset, "allowed": true, "not_evaluated": nil, "because": because(made[0], nil, "")}})
	if calls := d.take(); !slices.Equal(calls, []string{"Entra.MemberOf", "Entra.Assignments", "Entra.UnitsOf", "Entra.Role"}) {
		t.Errorf("reading took the calls %q", calls)
	}
	for scope, want := range map[string]any{"/": false, "/directory/administrativeUnits/" + plantID: true, "/" + carlaID: false, "/" + plantID: false} {
		if got := ask(values{"principal_id": benID, "directory_scope": scope}); got["all_allowed"] != want {
			t.Errorf("at %s: got %v, want %v", scope, got["all_allowed"], want)
		}
	}
	mine := ask(values{"directory_scope": "/"})
	wantEqual(t, "the caller", []any{mine["principal_id"], mine["results"].([]any)[0].(values)["because"]}, []any{carlaID, because(made[1], chiefsID, "Chiefs")})
	anywhere := ask(values{"principal_id": benID})
	role, _ := catalog.Entra().RoleByID(helpdeskAdminID)
	rows, _ := anywhere["permissions"].([]any)
	if len(rows) != len(role.Permissions) || anywhere["all_allowed"] != true {
		t.Fatalf("anywhere: %d rows and %v, want the %d of the role and true", len(rows), anywhere["all_allowed"], len(role.Permissions))
	}
	for _, row := range rows {
		wantEqual(t, "a permission", []any{row.(values)["scope"], row.(values)["allowed"]}, []any{"/administrativeUnits/" + plantID, true})
	}
}

func intuneReason(a intune.Assignment, group any, name string) values {
	return values{
		"role_name": "Role of " + a.Name, "role_definition_id": a.RoleID.String(), "assignment_id": a.ID.String(), "assignment_name": a.Name,
		"group_id": group, "group_name": name,
	}
}

// TestWhatSomebodyMayDoInIntune tells the article's rules for several assignments.
// https://learn.microsoft.com/intune/intune-service/fundamentals/role-based-access-control
func TestWhatSomebodyMayDoInIntune(t *testing.T) {
	t.Parallel()
	tn := newTenant(t, everybody)
	var tags []string
	for _, name := range []string{"Berlin", "Paris"} {
		tag, err := tn.Intune.CreateScopeTag(t.Context(), intune.ScopeTag{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		tags = append(tags, tag.ID)
	}
	berlin := tn.inIntune(t, intune.Assignment{Name: "In Berlin", Members: []rbac.GUID{teamID}, ScopeGroups: []rbac.GUID{berlinID}, ScopeTags: tags[:1]},
		"Microsoft.Intune_MobileApps_Read", "Microsoft.Intune_MobileApps_Assign")
	paris := tn.inIntune(t, intune.Assignment{Name: "In Paris", Members: []rbac.GUID{departmentID}, ScopeGroups: []rbac.GUID{parisID}, ScopeTags: tags[1:]},
		"Microsoft.Intune_MobileApps_Read", "Microsoft.Intune_MobileApps_Update")
	var d double
	r := dataReaderOf(t, d.wrap(tn.Backend))
	inTeam, inDepartment := intuneReason(berlin, teamID, "Team"), intuneReason(paris, departmentID, "Department")
	got := r.read(t, "rbac_intune_effective_permissions", values{
		"principal_id": benID, "check": []any{"Microsoft.Intune_MobileApps_Update", "mobile apps/assign", "Remote tasks/Wipe"}, "on_groups": []any{berlinID}, "object_scope_tags": []any{"Berlin"},
	})
	if calls := d.take(); !slices.Equal(calls, []string{"Entra.MemberOf", "Entra.Assignments", "Intune.Assignments", "Intune.Role", "Intune.Role", "Intune.ScopeTags", "Entra.Objects"}) {
		t.Errorf("reading took the calls %q", calls)
	}
	result := func(name, action string, allowed any, because ...any) values {
		return values{"permission": name, "graph_action": action, "allowed": allowed, "not_evaluated": nil, "because": append([]any{}, because...)}
	}
	wantEqual(t, "results", got["results"], []any{
		// Other permissions and scope tags apply to all objects of the same type in any of the user's assignments.
		result("Mobile apps/Update", "Microsoft.Intune_MobileApps_Update", true, inDepartment),
		result("Mobile apps/Assign", "Microsoft.Intune_MobileApps_Assign", true, inTeam),
		result("Remote tasks/Wipe", "Microsoft.Intune_RemoteTasks_Wipe", false),
	})
	row := func(name, action string, groups, tags []any, because ...any) values {
		return values{
			"permission": name, "graph_action": action, "allowed": true, "not_evaluated": nil, "scope_groups": groups, "scope_tags": tags,
			"all_users": false, "all_devices": false, "because": append([]any{}, because...),
		}
	}
	both, bothTags := []any{berlinID, parisID}, []any{"Berlin", "Paris"}
	wantEqual(t, "permissions", got["permissions"], []any{
		row("Mobile apps/Assign", "Microsoft.Intune_MobileApps_Assign", []any{berlinID}, []any{"Berlin"}, inTeam),
		row("Mobile apps/Read", "Microsoft.Intune_MobileApps_Read", both, bothTags, inTeam, inDepartment),
		row("Mobile apps/Update", "Microsoft.Intune_MobileApps_Update", both, bothTags, inDepartment),
	})
	for _, c := range []struct {
		check, group, tag, evaluation string
		want                          any
	}{
		{"Mobile apps/Assign", parisID, "Berlin", "legacy", false},
		{"Mobile apps/Assign", berlinID, "Paris", "legacy", false},
		{"Mobile apps/Update", berlinID, "Berlin", "legacy", true},
		{"Mobile apps/Update", berlinID, "Berlin", "scoped", false},
		{"Mobile apps/Update", parisID, tags[1], "scoped", true},
		{"Mobile apps/Read", parisID, "Default", "legacy", false},
	} {
		got := r.read(t, "rbac_intune_effective_permissions", values{
			"principal_id": benID, "check": []any{c.check}, "on_groups": []any{c.group}, "object_scope_tags": []any{c.tag}, "evaluation": c.evaluation,
		})
		if got["all_allowed"] != c.want {
			t.Errorf("%+v: got %v", c, got["all_allowed"])
		}
	}
	_, diags := r.tryRead(t, "rbac_intune_effective_permissions", values{"principal_id": benID, "object_scope_tags": []any{"Berlim"}})
	if len(diags) != 1 || diags[0].Attribute.String() != attributeAt("object_scope_tags") || !strings.Contains(diags[0].Detail, `Did you mean "Berlin"?`) {
		t.Errorf("want one error on object_scope_tags, got %s", text(diags))
	}
}

func TestIntuneAdministratorsOfEntraMayDoEverything(t *testing.T) {
	t.Parallel()
	tn := newTenant(t, everybody)
	made := tn.inEntra(t, [3]string{intuneAdminID, chiefsID, "/"}, [3]string{intuneAdminID, benID, "/administrativeUnits/" + plantID})
	r := dataReaderOf(t, tn.Backend)
	got := r.read(t, "rbac_intune_effective_permissions", values{"check": []any{"Remote tasks/Wipe"}, "object_scope_tags": []any{"Default"}})
	because := []any{values{
		"role_name": "Intune Administrator", "role_definition_id": intuneAdminID, "assignment_id": made[0].ID, "assignment_name": "", "group_id": chiefsID, "group_name": "Chiefs",
	}}
	wantEqual(t, "the caller", got["results"], []any{values{
		"permission": "Remote tasks/Wipe", "graph_action": "Microsoft.Intune_RemoteTasks_Wipe", "allowed": true, "not_evaluated": nil, "because": because,
	}})
	if n := len(got["permissions"].([]any)); n != len(catalog.Intune().Permissions()) {
		t.Errorf("%d permissions are listed, want all %d", n, len(catalog.Intune().Permissions()))
	}
	// In an administrative unit the role does not stand above Intune's own.
	got = r.read(t, "rbac_intune_effective_permissions", values{"principal_id": benID, "check": []any{"Remote tasks/Wipe"}})
	wantEqual(t, "in a unit", []any{got["all_allowed"], got["permissions"]}, []any{false, []any{}})
}

func TestAnAssignmentForAllDevicesReachesDevices(t *testing.T) {
	t.Parallel()
	tn := newTenant(t, everybody)
	tn.inIntune(t, intune.Assignment{Name: "Fleet", Members: []rbac.GUID{teamID}, AllDevices: true}, "Microsoft.Intune_RemoteTasks_Wipe")
	r := dataReaderOf(t, tn.Backend)
	for on, want := range map[any][]any{
		"devices": {true, nil}, "users": {false, nil}, nil: {nil, "It reaches all devices, and whether the groups hold devices is not known."},
	} {
		got := r.read(t, "rbac_intune_effective_permissions", values{"principal_id": benID, "check": []any{"Remote tasks/Wipe"}, "on_groups": []any{berlinID}, "on": on})
		result := got["results"].([]any)[0].(values)
		if on == nil {
			wantEqual(t, "told", got["not_evaluated"], []any{want[1]})
		}
		if result["allowed"] != want[0] || result["not_evaluated"] != want[1] {
			t.Errorf("on %v: got %v, %v", on, result["allowed"], result["not_evaluated"])
		}
	}
}
