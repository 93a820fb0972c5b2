// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// azureFaults are ways in which the service misbehaves and recovers.
func azureFaults() map[string]emulator.Fault {
	const object = "(roleDefinitions|roleAssignments)/"
	faults := map[string]emulator.Fault{
		"nothing":                {Times: 1},
		"hidden":                 {Method: "PUT", HideReads: 5},
		"hidden and dropped":     {Method: "PUT", HideReads: 5, When: emulator.AfterIt, Drop: true, Times: 1},
		"stale":                  {Method: "PUT", Stale: 20 * time.Second},
		"stale and unavailable":  {Method: "PUT", Stale: 20 * time.Second, When: emulator.AfterIt, Status: 503, Times: 1},
		"lingering":              {Method: "DELETE", Linger: 20 * time.Second},
		"lingering and dropped":  {Method: "DELETE", Linger: 20 * time.Second, When: emulator.AfterIt, Drop: true, Times: 1},
		"in another casing":      {Recase: true},
		"in another order":       {Reorder: true},
		"lists unavailable once": {Method: "GET", Path: `(roleDefinitions|roleAssignments)\?`, Status: 500, Times: 1},
	}
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		for _, when := range []emulator.When{emulator.BeforeIt, emulator.AfterIt} {
			for _, status := range []int{408, 429, 500, 503} {
				faults[fmt.Sprintf("%s %d %s", method, status, when)] = emulator.Fault{Method: method, Path: object, When: when, Status: status, RetryAfter: 3 * time.Second, Times: 2}
			}
			faults[fmt.Sprintf("%s dropped %s", method, when)] = emulator.Fault{Method: method, Path: object, When: when, Drop: true, Times: 7}
		}
	}
	return faults
}

func TestWhateverGoesWrongThereIsExactlyOneRoleAndOneAssignment(t *testing.T) {
	t.Parallel()
	for name, fault := range azureFaults() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { lifeUnder(t, fault) })
		})
	}
}

// lifeUnder lets a role and an assignment of it live and die while the service
// misbehaves, and compares what the client sees with what there is.
func lifeUnder(t *testing.T, fault emulator.Fault) {
	t.Helper()
	truth, s, server := azureEmulated(t, fault)
	ctx, start := t.Context(), time.Now()
	ok := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s, after %s: %v", what, time.Since(start), err)
		}
	}
	role := testRoleValue("one")
	role.Permissions[0].Actions = []string{"Microsoft.Compute/virtualMachines/read", "Microsoft.Compute/virtualMachines/start/action"}
	grant := testGrant(t, testSub+"/resourceGroups/RG", testName, "", "one")
	sameRole := func(got azure.Role, err error) {
		t.Helper()
		ok("role", err)
		if !sameAzureRole(got, role) {
			t.Errorf("got  %+v\nwant %+v", got, role)
		}
	}
	sameGrant := func(got azure.Assignment, err error) {
		t.Helper()
		ok("assignment", err)
		if !sameAzureAssignment(got, grant) {
			t.Errorf("got  %+v\nwant %+v", got, grant)
		}
	}
	there := func(n int) {
		t.Helper()
		roles, err := truth.Roles(ctx, azure.RoleFilter{Type: azure.CustomRole})
		ok("roles", err)
		grants, err := truth.Assignments(ctx, azure.AssignmentFilter{})
		ok("assignments", err)
		if len(roles) != n || len(grants) != n {
			t.Errorf("%d roles and %d assignments, want %d", len(roles), len(grants), n)
		}
	}

	sameRole(s.CreateRole(ctx, role))
	role.Description = "two"
	sameRole(s.UpdateRole(ctx, role))
	sameGrant(s.CreateAssignment(ctx, grant))
	grant.Description = "two"
	sameGrant(s.UpdateAssignment(ctx, grant))
	for range 4 { // single reads, then a list
		sameRole(s.Role(ctx, role.ID))
		sameGrant(s.Assignment(ctx, grant.Scope, grant.Name))
	}
	there(1)
	ok("delete", s.DeleteAssignment(ctx, grant.Scope, grant.Name))
	ok("delete", s.DeleteRole(ctx, role.ID))
	there(0)
	sameRole(s.CreateRole(ctx, role)) // the same IDs again, as a replacement has
	sameGrant(s.CreateAssignment(ctx, grant))
	there(1)

	if took := time.Since(start); took > 4*time.Minute {
		t.Errorf("took %s", took)
	}
	if n := len(server.Requests()); n > 120 {
		t.Errorf("%d requests", n)
	}
}

func TestAnInstantServiceIsNeverWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, s, server := azureEmulated(t, emulator.Fault{Times: 1})
		start := time.Now()
		ctx := t.Context()
		requests := func(want int, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, r := range server.Requests() {
				if r.Method != http.MethodPost { // for tokens
					n++
				}
			}
			if n != want {
				t.Errorf("%d requests, want %d", n, want)
			}
			server.ForgetRequests()
		}
		role, grant := testRoleValue(""), testGrant(t, testSub, testName, "User", "")
		_, err := s.CreateRole(ctx, role)
		requests(4, err)
		role.Name = "Other"
		_, err = s.UpdateRole(ctx, role)
		requests(3, err)
		_, err = s.CreateAssignment(ctx, grant)
		requests(4, err)
		grant.Description = "other"
		_, err = s.UpdateAssignment(ctx, grant)
		requests(3, err)
		requests(2, s.DeleteAssignment(ctx, grant.Scope, grant.Name))
		requests(3, s.DeleteRole(ctx, role.ID))
		if took := time.Since(start); took > 0 {
			t.Errorf("waited for %s", took)
		}
	})
}

func TestWhatTheServiceKeepsRefusingIsAClearError(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault emulator.Fault
		kind  rbac.Kind
		words string
	}{
		"forbidden":   {emulator.Fault{Method: "PUT", Status: 403}, rbac.Forbidden, "Microsoft.Authorization/roleDefinitions/write"},
		"unavailable": {emulator.Fault{Method: "PUT", Status: 503}, rbac.Unavailable, ""},
		"cut off":     {emulator.Fault{Method: "PUT", Drop: true}, rbac.Unavailable, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				truth, s, _ := azureEmulated(t, c.fault)
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
				defer cancel()
				got, err := s.CreateRole(ctx, testRoleValue(""))
				e := azureSaid(err)
				failsAs(t, err, c.kind, e.Code, "", c.words)
				equalAzure(t, got, azure.Role{})
				if roles, err := truth.Roles(ctx, azure.RoleFilter{Type: azure.CustomRole}); err != nil || len(roles) != 0 {
					t.Errorf("%v, %v", roles, err)
				}
			})
		})
	}
}

// azureEmulated opens a tenant, the client that sees it over the wire, and what
// is in between, with a fault of its own.
func azureEmulated(t *testing.T, fault emulator.Fault) (truth azure.Authorization, client *azureAuthorization, server *emulator.Server) {
	t.Helper()
	tenant, err := reference.Open(t.Context(), reference.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tenant.Close(); err != nil {
			t.Error(err)
		}
	})
	server, err = emulator.New(emulator.Options{Backend: tenant.Backend()})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.SetFaults(fault); err != nil {
		t.Fatal(err)
	}
	m, err := New(Options{TenantID: emulator.DefaultTenantID.String(), Credential: emulatedToken{server.RoundTripper()}, Transport: server.RoundTripper()})
	if err != nil {
		t.Fatal(err)
	}
	return tenant.Backend().Azure, m.azure, server
}

// emulatedToken signs in to an emulator that knows nobody, and so lets everybody in.
type emulatedToken struct{ transport http.RoundTripper }

func (e emulatedToken) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	client := http.Client{Transport: e.transport}
	answer, err := client.PostForm("https://login.microsoftonline.com/"+emulator.DefaultTenantID.String()+"/oauth2/v2.0/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {"a0000000-0000-4000-8000-000000000006"}, "client_secret": {"any"}, "scope": {o.Scopes[0]},
	})
	if err != nil {
		return azcore.AccessToken{}, err
	}
	defer answer.Body.Close()
	var token struct {
		AccessToken string `json:"access_token"`
	}
	err = json.NewDecoder(answer.Body).Decode(&token)
	return azcore.AccessToken{Token: token.AccessToken, ExpiresOn: time.Now().Add(time.Hour)}, err
}
