// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"path/filepath"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// peopledWorld is a tenant in Microsoft's cloud with a directory, in a file.
func peopledWorld(t *testing.T, file, directory string) *world {
	t.Helper()
	d, err := reference.ParseDirectory([]byte(withClient(t, directory)))
	if err != nil {
		t.Fatal(err)
	}
	made, err := reference.Open(t.Context(), reference.Options{Directory: d, Path: file})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = made.Close() })
	w := &world{tb: t, truth: made.Backend()}
	if w.cloud, err = emulator.New(emulator.Options{Backend: w.truth, Directory: d, TenantID: wireTenant}); err != nil {
		t.Fatal(err)
	}
	return w
}

// reads reads data sources in a new run.
func (w *world) reads() *dataReader {
	w.tb.Helper()
	s := w.run()
	return &dataReader{s, s.schemas.DataSourceSchemas}
}

const inGraph = "/v1.0/roleManagement/directory/"

func TestWire_effectivePermissionsTakeFewRequests(t *testing.T) {
	t.Parallel()
	w := peopledWorld(t, "", everybody)
	tn := &tenant{Backend: w.truth}
	tn.inAzure(t, [3]string{readerID, departmentID, prodGroup}, [3]string{contributorID, benID, shop}, [3]string{"8e3af657-a8ff-443c-a75c-2fe8c4bcb635", teamID, shop}, [3]string{readerID, carlaID, shop})
	tn.inEntra(t, [3]string{helpdeskAdminID, benID, "/administrativeUnits/" + plantID}, [3]string{helpdeskAdminID, chiefsID, "/"})
	tn.inIntune(t, intune.Assignment{Name: "Berlin", Members: []rbac.GUID{teamID}, ScopeGroups: []rbac.GUID{berlinID}}, "Microsoft.Intune_MobileApps_Read")
	w.cloud.ForgetRequests()
	r := w.reads()
	azure := func(principal, scope string) values {
		t.Helper()
		return r.read(t, "rbac_azure_effective_permissions", values{"principal_id": principal, "scope": scope, "check": []any{"Microsoft.Compute/virtualMachines/read"}})
	}
	const authorization = shop + "/providers/Microsoft.Authorization/"
	wantEqual(t, "Ben may", azure(benID, shop)["all_allowed"], true)
	wantEqual(t, "the requests for Ben in Azure", w.take(), []string{
		"POST /v1.0/directoryObjects/" + benID + "/getMemberGroups", "GET " + authorization + "roleAssignments", "GET " + authorization + "denyAssignments",
		"GET /providers/Microsoft.Authorization/roleDefinitions", "POST /v1.0/directoryObjects/getByIds",
	})
	wantEqual(t, "Carla may", azure(carlaID, shop)["all_allowed"], true)
	wantEqual(t, "the requests for Carla besides", w.take(), []string{
		"POST /v1.0/directoryObjects/" + carlaID + "/getMemberGroups",
		"GET /providers/Microsoft.Authorization/roleDefinitions/" + readerID,
	})
	wantEqual(t, "Ben may in the management group", azure(benID, prodGroup)["all_allowed"], true)
	w.take()
	wantEqual(t, "Ben may not above it", azure(benID, rootGroup)["all_allowed"], false)
	const ofCorp = rootGroup + "/providers/Microsoft.Authorization/"
	wantEqual(t, "the requests for a management group", w.take(), []string{
		"GET " + ofCorp + "roleAssignments", "GET " + ofCorp + "denyAssignments", "GET /providers/Microsoft.Management/managementGroups", "GET " + rootGroup,
	})

	mine := r.read(t, "rbac_entra_effective_permissions", nil)
	wantEqual(t, "who calls", mine["principal_id"], wireIdentity)
	wantEqual(t, "the requests for the caller", w.take(), []string{"POST /v1.0/directoryObjects/" + wireIdentity + "/getMemberGroups", "GET " + inGraph + "roleAssignments"})
	reset := r.read(t, "rbac_entra_effective_permissions", values{"principal_id": benID, "directory_scope": "/" + lineID, "check": []any{"microsoft.directory/users/password/update"}})
	wantEqual(t, "Ben may reset", reset["all_allowed"], true)
	wantEqual(t, "the requests for an object in a unit", w.take(), []string{
		"POST /v1.0/directoryObjects/getByIds", "GET /v1.0/users/" + lineID + "/memberOf/microsoft.graph.administrativeUnit", "GET " + inGraph + "roleDefinitions/" + helpdeskAdminID,
	})
	apps := r.read(t, "rbac_intune_effective_permissions", values{"principal_id": benID, "check": []any{"Mobile apps/Read"}})
	wantEqual(t, "Ben may read apps", []any{apps["all_allowed"], apps["results"].([]any)[0].(values)["because"].([]any)[0].(values)["group_name"]}, []any{true, "Team"})
	if got := w.take(); len(got) > 6 {
		t.Errorf("the requests for Intune: %q", got)
	}
}

func TestWire_whatTheServicesRefuseIsNotEvaluated(t *testing.T) {
	t.Parallel()
	w := peopledWorld(t, "", everybody)
	tn := &tenant{Backend: w.truth}
	tn.inAzure(t, [3]string{readerID, departmentID, shop})
	w.misbehave(
		emulator.Fault{Path: "getMemberGroups", Status: http.StatusForbidden, Code: "Authorization_RequestDenied"},
		emulator.Fault{Path: "denyAssignments", Status: http.StatusForbidden, Code: "AuthorizationFailed"},
	)
	got := w.reads().read(t, "rbac_azure_effective_permissions", values{"principal_id": benID, "scope": shop, "check": []any{"Microsoft.Compute/virtualMachines/read"}})
	result := got["results"].([]any)[0].(values)
	wantEqual(t, "the answer", []any{result["allowed"], got["all_allowed"], result["because"]}, []any{nil, false, []any{}})
	wantEqual(t, "told", len(got["not_evaluated"].([]any)), 1)
}

func TestWire_principalsThatAreGoneAreMarked(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "tenant.db")
	w := peopledWorld(t, file, everybody)
	tn := &tenant{Backend: w.truth}
	tn.inAzure(t, [3]string{readerID, benID, shop}, [3]string{readerID, teamID, shop})
	tn.inIntune(t, intune.Assignment{Name: "Berlin", Members: []rbac.GUID{teamID}, ScopeGroups: []rbac.GUID{berlinID}}, "Microsoft.Intune_MobileApps_Read")
	r := w.reads()
	rows := r.items(t, "rbac_azure_role_assignments", "role_assignments", values{"granting": "Microsoft.Compute/virtualMachines/read"})
	byID := map[any]values{}
	for _, row := range rows {
		byID[row["principal_id"]] = values{"exists": row["principal_exists"], "group": row["group_id"], "name": row["group_name"]}
	}
	wantEqual(t, "all are there", byID, map[any]values{
		benID: {"exists": true, "group": nil, "name": ""}, teamID: {"exists": true, "group": teamID, "name": "Team"},
	})
	wantEqual(t, "Intune", columnOf(r.items(t, "rbac_intune_role_assignments", "role_assignments", values{"granting": "Mobile apps/Read"}), "missing_members"), []any{[]any{}})

	w.misbehave(emulator.Fault{Path: "getByIds", Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
	r = w.reads()
	wantEqual(t, "who may not look, knows nothing", columnOf(r.items(t, "rbac_azure_role_assignments", "role_assignments", nil), "principal_exists"), []any{nil, nil})

	r = peopledWorld(t, file, peopleAndPlaces).reads() // another directory: who was there has left
	wantEqual(t, "gone", columnOf(r.items(t, "rbac_azure_role_assignments", "role_assignments", nil), "principal_exists"), []any{false, false})
	byPermission := r.items(t, "rbac_intune_role_assignments", "role_assignments", values{"granting": "Mobile apps/Read"})
	wantEqual(t, "gone from Intune", []any{columnOf(byPermission, "group_id"), columnOf(byPermission, "missing_members")}, []any{[]any{teamID}, []any{[]any{teamID}}})
}
