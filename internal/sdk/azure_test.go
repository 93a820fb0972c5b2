// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package sdk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	auth "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/authorization/armauthorization/v2"
)

const (
	scope      = "/subscriptions/" + subscription
	group      = scope + "/resourceGroups/rg-one"
	reader     = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
	roleID     = "11111111-2222-4333-8444-555555555555"
	assignment = "66666666-7777-4888-8999-000000000001"
)

// clients are those of the SDK that work on one emulator.
type clients struct {
	roles       *auth.RoleDefinitionsClient
	assignments *auth.RoleAssignmentsClient
	operations  *auth.ProviderOperationsMetadataClient
	permissions *auth.PermissionsClient
	denied      *auth.DenyAssignmentsClient
}

func connect(t *testing.T, e emulator) clients {
	t.Helper()
	roles, err1 := auth.NewRoleDefinitionsClient(e.credential, e.options)
	assignments, err2 := auth.NewRoleAssignmentsClient(subscription, e.credential, e.options)
	operations, err3 := auth.NewProviderOperationsMetadataClient(e.credential, e.options)
	permissions, err4 := auth.NewPermissionsClient(subscription, e.credential, e.options)
	denied, err5 := auth.NewDenyAssignmentsClient(subscription, e.credential, e.options)
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		t.Fatal(err)
	}
	return clients{roles, assignments, operations, permissions, denied}
}

// all are the items of every page, and how many pages there were.
func all[P, I any](t *testing.T, pager *runtime.Pager[P], items func(P) []*I) (out []*I, pages int) {
	t.Helper()
	for pager.More() {
		page, err := pager.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		out, pages = append(out, items(page)...), pages+1
	}
	return out, pages
}

// refused wants the status and code of the service.
func refused(t *testing.T, err error, status int, code string, words ...string) {
	t.Helper()
	var e *azcore.ResponseError
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a refusal with %s", err, code)
	}
	if e.StatusCode != status || e.ErrorCode != code {
		t.Errorf("got %d %s, want %d %s", e.StatusCode, e.ErrorCode, status, code)
	}
	for _, w := range words {
		if !strings.Contains(e.Error(), w) {
			t.Errorf("%q is not in the error: %v", w, e)
		}
	}
}

func operator(name string, actions ...string) auth.RoleDefinition {
	return auth.RoleDefinition{Properties: &auth.RoleDefinitionProperties{
		RoleName: to.Ptr(name), Description: to.Ptr("Starts machines."), RoleType: to.Ptr("CustomRole"),
		Permissions:      []*auth.Permission{{Actions: to.SliceOfPtrs(actions...), NotActions: []*string{}}},
		AssignableScopes: to.SliceOfPtrs(scope),
	}}
}

func values(ps []*string) []string {
	out := []string{}
	for _, p := range ps {
		out = append(out, *p)
	}
	return out
}

func TestARoleDefinitionLivesItsLifeThroughTheSDK(t *testing.T) {
	t.Parallel()
	c := connect(t, start(t))
	ctx := t.Context()

	_, err := c.roles.Get(ctx, scope, roleID, nil)
	refused(t, err, http.StatusNotFound, "RoleDefinitionDoesNotExist", "The specified role definition with ID '"+roleID+"' does not exist.")

	made, err := c.roles.CreateOrUpdate(ctx, scope, roleID, operator("VM Operator", "Microsoft.Compute/virtualMachines/start/action"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := *made.Name + " " + *made.Type + " " + *made.Properties.RoleName; got != roleID+" Microsoft.Authorization/roleDefinitions VM Operator" {
		t.Errorf("made %s", got)
	}
	for what, get := range map[string]func() (auth.RoleDefinition, error){
		"by scope": func() (auth.RoleDefinition, error) {
			r, err := c.roles.Get(ctx, scope, roleID, nil)
			return r.RoleDefinition, err
		},
		"by ID": func() (auth.RoleDefinition, error) {
			r, err := c.roles.GetByID(ctx, strings.TrimPrefix(*made.ID, "/"), nil)
			return r.RoleDefinition, err
		},
	} {
		read, err := get()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		p := read.Properties
		if got, want := fmt.Sprint(*p.RoleName, *p.RoleType, *p.Description, values(p.Permissions[0].Actions), values(p.AssignableScopes)),
			fmt.Sprint("VM Operator", "CustomRole", "Starts machines.", []string{"Microsoft.Compute/virtualMachines/start/action"}, []string{scope}); got != want {
			t.Errorf("%s: got %s, want %s", what, got, want)
		}
	}

	if _, err = c.roles.CreateOrUpdate(ctx, scope, roleID, operator("VM Operator", "Microsoft.Compute/virtualMachines/restart/action"), nil); err != nil {
		t.Fatal(err)
	}
	read, err := c.roles.Get(ctx, scope, roleID, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := values(read.Properties.Permissions[0].Actions); !slices.Equal(got, []string{"Microsoft.Compute/virtualMachines/restart/action"}) {
		t.Errorf("after the update the actions are %q", got)
	}

	gone, err := c.roles.Delete(ctx, scope, roleID, nil)
	if err != nil || gone.Name == nil || *gone.Name != roleID {
		t.Errorf("the delete answers %+v, %v, want what was deleted", gone.RoleDefinition, err)
	}
	again, err := c.roles.Delete(ctx, scope, roleID, nil)
	if err != nil || again.Name != nil {
		t.Errorf("the second delete answers %+v, %v, want nothing", again.RoleDefinition, err)
	}
}

func TestRoleDefinitionsAreRefusedAsTheServiceRefusesThem(t *testing.T) {
	t.Parallel()
	c := connect(t, start(t))
	put := func(id string, r auth.RoleDefinition) error {
		_, err := c.roles.CreateOrUpdate(t.Context(), scope, id, r, nil)
		return err
	}
	if err := put(roleID, operator("Taken", "Microsoft.Compute/virtualMachines/read")); err != nil {
		t.Fatal(err)
	}
	const other = "11111111-2222-4333-8444-666666666666"
	refused(t, put(other, operator("taken", "Microsoft.Compute/virtualMachines/read")), http.StatusConflict, "RoleDefinitionWithSameNameExists")
	refused(t, put(reader, operator("Mine", "Microsoft.Compute/virtualMachines/read")), http.StatusConflict, "RoleDefinitionExists")
	refused(t, put(other, operator("Wrong", "Microsoft.Compute/virtualMachines/strat/action")), http.StatusBadRequest, "InvalidActionOrNotAction",
		"'Microsoft.Compute/virtualMachines/strat/action' does not match any of the actions supported by the providers.")
	nowhere := operator("Nowhere", "Microsoft.Compute/virtualMachines/read")
	nowhere.Properties.AssignableScopes = []*string{}
	refused(t, put(other, nowhere), http.StatusBadRequest, "MissingAssignableScopes")

	_, err := c.assignments.Create(t.Context(), scope, assignment, grant(roleID, alice), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.roles.Delete(t.Context(), scope, roleID, nil)
	refused(t, err, http.StatusConflict, "RoleDefinitionHasAssignments")
}

func TestTheSDKPagesThroughRoleDefinitionsAndFilters(t *testing.T) {
	t.Parallel()
	c := connect(t, start(t, "-page-size", "2"))
	const count = 5
	for i := range count {
		id := fmt.Sprintf("11111111-2222-4333-8444-%012d", i)
		if _, err := c.roles.CreateOrUpdate(t.Context(), scope, id, operator(fmt.Sprintf("Role %d", i), "Microsoft.Compute/virtualMachines/read"), nil); err != nil {
			t.Fatal(err)
		}
	}
	items := func(p auth.RoleDefinitionsClientListResponse) []*auth.RoleDefinition { return p.Value }
	found, pages := all(t, c.roles.NewListPager(scope, &auth.RoleDefinitionsClientListOptions{Filter: to.Ptr("type eq 'CustomRole'")}), items)
	if len(found) != count || pages != 3 {
		t.Errorf("%d roles on %d pages, want %d on 3", len(found), pages, count)
	}
	found, _ = all(t, c.roles.NewListPager(scope, &auth.RoleDefinitionsClientListOptions{Filter: to.Ptr("roleName eq 'Role 3'")}), items)
	if len(found) != 1 || *found[0].Properties.RoleName != "Role 3" {
		t.Errorf("by name: %d roles", len(found))
	}
}

func grant(role, principal string) auth.RoleAssignmentCreateParameters {
	return auth.RoleAssignmentCreateParameters{Properties: &auth.RoleAssignmentProperties{
		RoleDefinitionID: to.Ptr(scope + "/providers/Microsoft.Authorization/roleDefinitions/" + role), PrincipalID: to.Ptr(principal),
	}}
}

func TestARoleAssignmentLivesItsLifeThroughTheSDK(t *testing.T) {
	t.Parallel()
	c := connect(t, start(t))
	ctx := t.Context()

	_, err := c.assignments.Get(ctx, group, assignment, nil)
	refused(t, err, http.StatusNotFound, "RoleAssignmentNotFound")
	if _, err := c.assignments.Create(ctx, group, assignment, grant(reader, alice), nil); err != nil {
		t.Fatal(err)
	}
	read, err := c.assignments.Get(ctx, group, assignment, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := read.Properties
	if got, want := fmt.Sprint(*read.ID, *p.Scope, *p.RoleDefinitionID, *p.PrincipalID, *p.PrincipalType),
		fmt.Sprint(group+"/providers/Microsoft.Authorization/roleAssignments/"+assignment, group, scope+"/providers/Microsoft.Authorization/roleDefinitions/"+reader, alice, "User"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}

	described := grant(reader, alice)
	described.Properties.Description = to.Ptr("On call.")
	if _, err := c.assignments.CreateByID(ctx, strings.TrimPrefix(*read.ID, "/"), described, nil); err != nil {
		t.Fatal(err)
	}
	if read, err = c.assignments.Get(ctx, group, assignment, nil); err != nil || *read.Properties.Description != "On call." {
		t.Errorf("after the update: %+v, %v", read.Properties, err)
	}

	if gone, err := c.assignments.Delete(ctx, group, assignment, nil); err != nil || gone.Name == nil || *gone.Name != assignment {
		t.Errorf("the delete answers %+v, %v, want what was deleted", gone.RoleAssignment, err)
	}
	if again, err := c.assignments.Delete(ctx, group, assignment, nil); err != nil || again.Name != nil {
		t.Errorf("the second delete answers %+v, %v, want nothing", again.RoleAssignment, err)
	}
}

func TestRoleAssignmentsAreRefusedAsTheServiceRefusesThem(t *testing.T) {
	t.Parallel()
	c := connect(t, start(t))
	put := func(scope, name string, a auth.RoleAssignmentCreateParameters) error {
		_, err := c.assignments.Create(t.Context(), scope, name, a, nil)
		return err
	}
	if err := put(scope, assignment, grant(reader, alice)); err != nil {
		t.Fatal(err)
	}
	if err := put(scope, assignment, grant(reader, alice)); err != nil {
		t.Errorf("the same again is refused: %v", err)
	}
	refused(t, put(scope, "66666666-7777-4888-8999-000000000002", grant(reader, alice)), http.StatusConflict, "RoleAssignmentExists",
		"The ID of the existing role assignment is "+strings.ReplaceAll(assignment, "-", "")+".")
	refused(t, put(scope, assignment, grant(reader, robot)), http.StatusBadRequest, "RoleAssignmentUpdateNotPermitted")
	refused(t, put(group, "66666666-7777-4888-8999-000000000003", grant(reader, "a0000000-0000-4000-8000-0000000000ff")), http.StatusBadRequest, "PrincipalNotFound")
	refused(t, put("/subscriptions/b0000000-0000-4000-8000-0000000000ff", "66666666-7777-4888-8999-000000000004", grant(reader, alice)), http.StatusNotFound, "SubscriptionNotFound")
}

func TestTheSDKFindsAssignmentsAtAboveBelowAndThroughGroups(t *testing.T) {
	t.Parallel()
	c := connect(t, start(t, "-page-size", "1"))
	const root = "/providers/Microsoft.Management/managementGroups/Root"
	for i, at := range []struct{ scope, principal string }{{root, alice}, {scope, team}, {group, alice}} {
		if _, err := c.assignments.Create(t.Context(), at.scope, fmt.Sprintf("66666666-7777-4888-8999-%012d", i), grant(reader, at.principal), nil); err != nil {
			t.Fatal(err)
		}
	}
	scopes := func(found []*auth.RoleAssignment) []string {
		out := []string{}
		for _, a := range found {
			out = append(out, *a.Properties.Scope)
		}
		slices.Sort(out)
		return out
	}
	list := func(filter string) ([]string, int) {
		o := &auth.RoleAssignmentsClientListForSubscriptionOptions{}
		if filter != "" {
			o.Filter = to.Ptr(filter)
		}
		found, pages := all(t, c.assignments.NewListForSubscriptionPager(o), func(p auth.RoleAssignmentsClientListForSubscriptionResponse) []*auth.RoleAssignment { return p.Value })
		return scopes(found), pages
	}
	for filter, want := range map[string][]string{
		"":                               {root, scope, group},
		"atScope()":                      {root, scope},
		"principalId eq '" + alice + "'": {root, group},
		"assignedTo('" + alice + "')":    {root, scope, group},
		"atScope() and assignedTo('" + alice + "')": {root, scope},
	} {
		slices.Sort(want)
		if got, pages := list(filter); !slices.Equal(got, want) || pages != len(want) {
			t.Errorf("%q: %q on %d pages, want %q on %d", filter, got, pages, want, len(want))
		}
	}
	found, _ := all(t, c.assignments.NewListForResourceGroupPager("RG-ONE", nil), func(p auth.RoleAssignmentsClientListForResourceGroupResponse) []*auth.RoleAssignment { return p.Value })
	if got, want := scopes(found), []string{root, scope, group}; !slices.Equal(got, want) {
		t.Errorf("of the resource group: %q, want %q", got, want)
	}
}

func TestTheSDKReadsOperationsPermissionsAndDenyAssignments(t *testing.T) {
	t.Parallel()
	c := connect(t, start(t))
	compute, err := c.operations.Get(t.Context(), "Microsoft.Compute", &auth.ProviderOperationsMetadataClientGetOptions{Expand: to.Ptr("resourceTypes")})
	if err != nil {
		t.Fatal(err)
	}
	known := false
	for _, kind := range compute.ResourceTypes {
		for _, o := range kind.Operations {
			known = known || *o.Name == "Microsoft.Compute/virtualMachines/start/action" && !*o.IsDataAction
		}
	}
	if !known {
		t.Error("Microsoft.Compute does not start virtual machines")
	}
	providers, _ := all(t, c.operations.NewListPager(&auth.ProviderOperationsMetadataClientListOptions{Expand: to.Ptr("resourceTypes")}),
		func(p auth.ProviderOperationsMetadataClientListResponse) []*auth.ProviderOperationsMetadata {
			return p.Value
		})
	if len(providers) < 100 {
		t.Errorf("there are %d providers", len(providers))
	}

	if _, err := c.assignments.Create(t.Context(), scope, assignment, grant(reader, robot), nil); err != nil {
		t.Fatal(err)
	}
	mine, _ := all(t, c.permissions.NewListForResourceGroupPager("rg-one", nil), func(p auth.PermissionsClientListForResourceGroupResponse) []*auth.Permission { return p.Value })
	if len(mine) != 1 || !slices.Equal(values(mine[0].Actions), []string{"*/read"}) {
		t.Errorf("the caller's permissions: %d elements", len(mine))
	}

	denied, _ := all(t, c.denied.NewListForScopePager(scope, nil), func(p auth.DenyAssignmentsClientListForScopeResponse) []*auth.DenyAssignment { return p.Value })
	if len(denied) != 0 {
		t.Errorf("there are %d deny assignments", len(denied))
	}
}

func TestTheSDKRecoversFromWhatTheEmulatorIsToldToGetWrong(t *testing.T) {
	t.Parallel()
	faults := filepath.Join(t.TempDir(), "faults.json")
	if err := os.WriteFile(faults, []byte(`[
  {"method": "PUT", "path": "roleAssignments/", "times": 1, "when": "after", "status": 503, "code": "ServerTimeout"},
  {"method": "GET", "path": "roleAssignments/", "times": 1, "drop": true}
]`), 0o600); err != nil {
		t.Fatal(err)
	}
	c := connect(t, start(t, "-faults", faults))
	if _, err := c.assignments.Create(t.Context(), scope, assignment, grant(reader, alice), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := c.assignments.Get(t.Context(), scope, assignment, nil); err != nil {
		t.Fatal(err)
	}
}

func TestAWrongSecretGetsNoToken(t *testing.T) {
	t.Parallel()
	e := start(t)
	wrong, err := azidentity.NewClientSecretCredential(tenantID, robotApp, "wrong", &azidentity.ClientSecretCredentialOptions{
		ClientOptions: e.options.ClientOptions, DisableInstanceDiscovery: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	e.credential = wrong
	_, err = connect(t, e).roles.Get(context.Background(), scope, reader, nil)
	var failed *azidentity.AuthenticationFailedError
	if !errors.As(err, &failed) || !strings.Contains(err.Error(), "AADSTS7000215") {
		t.Errorf("got %v", err)
	}
}
