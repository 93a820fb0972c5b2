// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// What stands before the collection in a path, and what follows it, is left out
// of the requests below: "PUT roleAssignments/{id}".
var (
	shortPath = regexp.MustCompile(`^(\S+) \S*?/(roleDefinitions|roleAssignments|roleScopeTags|directoryObjects|\$batch)\b`)
	shortID   = regexp.MustCompile(`(roleDefinitions|roleAssignments|roleScopeTags)/[^/? ]+`)
)

// sent returns the requests since the last time, short, with the filters of lists.
func (w *world) sent() []string {
	w.tb.Helper()
	out := []string{}
	for _, r := range w.cloud.Requests() {
		if signsIn(r) || r.Batch != "" {
			continue
		}
		line := shortID.ReplaceAllString(shortPath.ReplaceAllString(r.Method+" "+r.Path, "$1 $2"), "$1/{id}")
		q, err := url.ParseQuery(r.Query)
		if err != nil {
			w.tb.Fatal(err)
		}
		if f := q.Get("$filter"); f != "" {
			line += " of " + f
		}
		out = append(out, line)
	}
	w.cloud.ForgetRequests()
	return out
}

func TestRequests_whatEachStepSendsAndThatAnInstantServiceIsNeverWaitedFor(t *testing.T) {
	t.Parallel()
	type steps struct{ planCreate, create, read, planUpdate, update, planDelete, del []string }
	some := func(lines ...string) []string { return lines }
	none := []string{}
	const (
		roles, role             = "GET roleDefinitions", "GET roleDefinitions/{id}"
		customRoles             = "GET roleDefinitions of type eq 'CustomRole'"
		assignments, assignment = "GET roleAssignments", "GET roleAssignments/{id}"
		tags, tag               = "GET roleScopeTags", "GET roleScopeTags/{id}"
		batch                   = "POST $batch" // of GETs
		principals              = "POST directoryObjects/getByIds"
	)
	tests := map[string]steps{
		"Azure custom role": {
			planCreate: some(customRoles),
			create:     some(role, "PUT roleDefinitions/{id}", role, role),
			read:       some(role),
			planUpdate: some(customRoles, assignments), // how many hold it is told with the change
			update:     some(role, "PUT roleDefinitions/{id}", role),
			planDelete: some(assignments),
			del:        some(role, "DELETE roleDefinitions/{id}", role),
		},
		"Azure role assignment": {
			planCreate: some(customRoles, assignments),
			create:     some(assignment, "PUT roleAssignments/{id}", assignment, assignment),
			read:       some(assignment),
			planUpdate: some(customRoles, assignments),
			update:     some(assignment, "PUT roleAssignments/{id}", assignment),
			planDelete: none,
			del:        some("DELETE roleAssignments/{id}", assignment),
		},
		"Azure role assignment of a custom role": {
			planCreate: some(customRoles, assignments, principals),
			create:     some(assignment, "PUT roleAssignments/{id}", assignment, assignment),
			read:       some(assignment, role),
			planUpdate: some(customRoles, assignments),
			update:     some(assignment, "PUT roleAssignments/{id}", assignment),
			planDelete: none,
			del:        some("DELETE roleAssignments/{id}", assignment),
		},
		"Entra custom role": {
			planCreate: some(roles),
			create:     some("POST roleDefinitions", role, role),
			read:       some(role),
			planUpdate: some(roles, assignments),
			update:     some("PATCH roleDefinitions/{id}", role, role), // the answer is empty
			planDelete: some(assignments),
			del:        some("DELETE roleDefinitions/{id}", role),
		},
		"Entra role assignment": {
			planCreate: some(roles, assignments, principals),
			create:     some("POST roleAssignments", assignment, assignment),
			read:       some(assignment),
			planUpdate: some(roles, assignments, principals),
			update:     some("DELETE roleAssignments/{id}", assignment, "POST roleAssignments", assignment, assignment), // a new one
			planDelete: none,
			del:        some("DELETE roleAssignments/{id}", assignment),
		},
		"Entra role assignment at an app scope": {
			planCreate: some(roles, assignments, principals),
			create:     some("POST roleAssignments", assignment, assignment),
			read:       some(assignment, role),
			planUpdate: some(roles, assignments, principals),
			update:     some("DELETE roleAssignments/{id}", assignment, "POST roleAssignments", assignment, assignment), // a new one
			planDelete: none,
			del:        some("DELETE roleAssignments/{id}", assignment),
		},
		"Intune custom role": {
			planCreate: some(tags, batch, roles),
			create:     some("POST roleDefinitions", role, role),
			read:       some(role, tags, batch), // state has tags by their names
			planUpdate: some(roles, assignments),
			update:     some("PATCH roleDefinitions/{id}", role),
			planDelete: some(assignments),
			del:        some("DELETE roleDefinitions/{id}", role),
		},
		"Intune role assignment": {
			planCreate: some(roles, tags, batch, assignments, principals),
			create:     some("POST roleAssignments", assignment, assignment),
			read:       some(assignment, roles, batch, tags, batch), // only the lists below the roles tell which one it is of
			planUpdate: some(assignments),
			update:     some("PATCH roleAssignments/{id}", assignment),
			planDelete: none,
			del:        some("DELETE roleAssignments/{id}", assignment),
		},
		"Intune scope tag": {
			planCreate: some(tags, batch),
			create:     some("POST roleScopeTags", "POST roleScopeTags/{id}/assign", batch),
			read:       some(tag, "GET roleScopeTags/{id}/assignments"),
			planUpdate: some(tags, batch),
			update:     some("PATCH roleScopeTags/{id}", "POST roleScopeTags/{id}/assign", batch),
			planDelete: some(roles, assignments), // what uses it
			del:        some("DELETE roleScopeTags/{id}", tag),
		},
	}
	for _, st := range stories() {
		t.Run(st.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				want, ok := tests[st.name]
				if !ok {
					t.Fatal("no requests are written down")
				}
				if len(want.create) > 4 || st.replaces == nil && len(want.update) > 3 || len(want.del) > 3 {
					t.Error("that is more than 4 requests for a create, 3 for an update or 3 for a delete")
				}
				w := newWorld(t, emulator.Options{})
				step := func(name string, want []string) {
					t.Helper()
					if got := w.sent(); !slices.Equal(got, want) {
						t.Errorf("%s sends\n%q, want\n%q", name, got, want)
					}
				}
				start := time.Now()
				o := w.run().object(t, st.resource)
				p := o.plan(st.create)
				step("the plan of a create", want.planCreate)
				refuse(t, "create", o.tryApply(p, st.create))
				step("a create", want.create)
				o.wantNoChange(st.create)
				step("a plan without changes", none)
				o = w.goesOn(o)
				o.refresh()
				step("a read", want.read)
				o.wantNoChange(st.create)
				step("a plan without changes", none)
				p = o.plan(st.update)
				step("the plan of an update", want.planUpdate)
				refuse(t, "update", o.tryApply(p, st.update))
				step("an update", want.update)
				o = w.goesOn(o)
				o.planned = func() { step("the plan of a delete", want.planDelete) }
				o.destroy()
				step("a delete", want.del)
				if waited := time.Since(start); waited > 0 {
					t.Errorf("it was waited for %s", waited)
				}
			})
		})
	}
}

func TestRequests_nothingIsAskedThatNobodyNeeds(t *testing.T) {
	t.Parallel()
	unneeded := regexp.MustCompile(`(?i)/providerOperations|/resourceNamespaces|/resourceOperations|^/v1.0/me|^/subscriptions/?$|/managementGroups|/tenants|/organization|/getMemberObjects|/transitiveMemberOf`)
	w := newWorld(t, emulator.Options{Catalog: shipped})
	s := w.run()
	if got := w.cloud.Requests(); len(got) != 0 {
		t.Errorf("a provider that is configured has sent %v", got)
	}
	for _, st := range stories() {
		o := s.object(t, st.resource)
		if diags := failures(o.validate(st.create)); diags != nil {
			t.Error(text(diags))
		}
	}
	if got := w.cloud.Requests(); len(got) != 0 {
		t.Errorf("a configuration without a mistake was validated by asking %v", got)
	}
	for _, st := range stories() {
		o := w.run().object(t, st.resource)
		o.apply(st.create)
		o.apply(st.update)
		o.wantSame()
		o.destroy()
	}
	seen := w.cloud.Requests()
	for _, r := range seen {
		if unneeded.MatchString(r.Path) {
			t.Errorf("%s %s was sent", r.Method, r.Path)
		}
	}
	if len(seen) < 100 {
		t.Errorf("only %d requests were sent", len(seen))
	}
}

// kept is an object as an earlier run left it in state.
type kept struct {
	resource string
	state    values
}

// parallelism is how many resources Terraform refreshes at a time.
const parallelism = 10

// refresh reads objects as a plan does that changes nothing, and wants state to
// stay as it is.
func (s *server) refresh(t *testing.T, all []kept) {
	t.Helper()
	states := make([]*tfprotov6.ReadResourceRequest, len(all))
	for i, k := range all {
		o := s.object(t, k.resource)
		states[i] = &tfprotov6.ReadResourceRequest{
			TypeName: k.resource, CurrentState: dynamic(t, toValue(t, o.typ, k.state)), CurrentIdentity: o.identityOf(fmt.Sprint(k.state["id"])),
		}
	}
	got := make([]*tfprotov6.ReadResourceResponse, len(all))
	errs := make([]error, len(all))
	var wait sync.WaitGroup
	turns := make(chan struct{}, parallelism)
	for i := range all {
		turns <- struct{}{}
		wait.Go(func() {
			got[i], errs[i] = s.ReadResource(t.Context(), states[i])
			<-turns
		})
	}
	wait.Wait()
	for i := range all {
		if errs[i] != nil || got[i].Diagnostics != nil {
			t.Fatalf("%v: %v: %s", all[i], errs[i], text(got[i].Diagnostics))
		}
		if !reflect.DeepEqual(got[i].NewState, states[i].CurrentState) {
			o := s.object(t, all[i].resource)
			is := fromValue(t, o.value(got[i].NewState))
			t.Fatalf("a read shows a change that nobody made: %v is %v", fromValue(t, o.value(states[i].CurrentState)), is)
		}
	}
}

// at is the n-th of many GUIDs of one kind.
func at(kind, n int) string { return fmt.Sprintf("%08d-0000-4000-8000-%012d", kind, n) }

// azureRolesOf puts n custom roles into the tenant.
func (w *world) azureRolesOf(n int, scopes ...string) []kept {
	w.tb.Helper()
	var out []kept
	for i := range n {
		id, name := at(1, i), fmt.Sprintf("Role %d", i)
		_, err := w.truth.Azure.CreateRole(background(w.tb), azure.Role{
			ID: rbac.GUID(id), Name: name, AssignableScopes: scopes, Permissions: []azure.Permission{{Actions: []string{"Microsoft.Compute/virtualMachines/read"}}},
		})
		if err != nil {
			w.tb.Fatal(err)
		}
		list := []any{}
		for _, s := range scopes {
			list = append(list, s)
		}
		out = append(out, kept{"rbac_azure_custom_role", values{
			"id": roleSegment + id, "role_id": id, "name": name, "description": "", "assignable_scopes": list, "actions": set("Microsoft.Compute/virtualMachines/read"),
			"not_actions": set(), "data_actions": set(), "not_data_actions": set(),
		}})
	}
	return out
}

// azureAssignmentsOf puts n assignments of roles in turn into resource groups of
// a subscription.
func (w *world) azureAssignmentsOf(subscription string, n int, roles ...kept) []kept {
	w.tb.Helper()
	var out []kept
	for i := range n {
		scope, err := azure.ParseScope(fmt.Sprintf("%s/resourceGroups/rg-%d", subscription, i%50))
		if err != nil {
			w.tb.Fatal(err)
		}
		role := values{"id": roleSegment + azureReader, "name": "Reader"}
		if len(roles) > 0 {
			role = roles[i%len(roles)].state
		}
		id, _ := azure.ParseRoleID(fmt.Sprint(role["id"]))
		a := azure.Assignment{Scope: scope, RoleID: id, PrincipalID: rbac.GUID(at(2, i)), PrincipalType: "User"}
		a.Name = azure.DeriveAssignmentName(a.Scope, a.RoleID, a.PrincipalID)
		if _, err := w.truth.Azure.CreateAssignment(background(w.tb), a); err != nil {
			w.tb.Fatal(err)
		}
		out = append(out, kept{"rbac_azure_role_assignment", values{
			"id": a.ID(), "name": a.Name.String(), "scope": a.Scope.ID(), "role": role["name"], "role_definition_id": role["id"], "role_name": role["name"],
			"principal_id": a.PrincipalID.String(), "principal_type": "User", "description": "", "adopt_existing": false,
		}})
	}
	return out
}

// entraAssignmentsOf puts n assignments of a built-in role into the tenant.
func (w *world) entraAssignmentsOf(n int) []kept {
	w.tb.Helper()
	var out []kept
	for i := range n {
		a, err := w.truth.Entra.CreateAssignment(background(w.tb), entra.Assignment{RoleID: entraHelpdesk, PrincipalID: rbac.GUID(at(3, i)), DirectoryScope: "/"})
		if err != nil {
			w.tb.Fatal(err)
		}
		out = append(out, kept{"rbac_entra_role_assignment", values{
			"id": a.ID, "role": "Helpdesk Administrator", "role_definition_id": entraHelpdesk, "role_name": "Helpdesk Administrator",
			"principal_id": a.PrincipalID.String(), "directory_scope": "/",
		}})
	}
	return out
}

// intuneAssignmentsOf puts n assignments of own roles into the tenant.
func (w *world) intuneAssignmentsOf(n, roles int) []kept {
	w.tb.Helper()
	var out []kept
	var ids []string
	for i := range roles {
		r, err := w.truth.Intune.CreateRole(background(w.tb), intune.Role{Name: fmt.Sprintf("Role %d", i), Permissions: []string{"Microsoft.Intune_MobileApps_Read"}})
		if err != nil {
			w.tb.Fatal(err)
		}
		ids = append(ids, r.ID.String())
		out = append(out, kept{"rbac_intune_custom_role", values{"id": r.ID.String(), "name": r.Name, "description": "", "permissions": set("Mobile apps/Read"), "scope_tags": set("Default")}})
	}
	for i := range n {
		role := ids[i%roles]
		a, err := w.truth.Intune.CreateAssignment(background(w.tb), intune.Assignment{
			Name: fmt.Sprintf("Assignment %d", i), RoleID: rbac.GUID(role), Members: []rbac.GUID{rbac.GUID(at(4, i))}, AllDevices: true,
		})
		if err != nil {
			w.tb.Fatal(err)
		}
		name := fmt.Sprintf("Role %d", i%roles)
		out = append(out, kept{"rbac_intune_role_assignment", values{
			"id": a.ID.String(), "name": a.Name, "description": "", "role": name, "role_definition_id": role, "role_name": name,
			"members": set(at(4, i)), "all_users": false, "all_devices": true, "scope_groups": set(), "scope_tags": set("Default"),
		}})
	}
	return out
}

func TestRequests_aRefreshOfThousandsCostsRequestsInProportionToPages(t *testing.T) {
	t.Parallel()
	const other = "/subscriptions/99999999-0000-4000-8000-%012d"
	for name, c := range map[string]struct {
		fill func(*world) []kept
		want int
	}{
		// For each subscription two single reads and a page, and so for the roles.
		"500 assignments in 5 subscriptions and their 5 roles": {func(w *world) []kept {
			var subscriptions []string
			for i := range 5 {
				subscriptions = append(subscriptions, fmt.Sprintf(other, i))
			}
			all := w.azureRolesOf(5, subscriptions...)
			roles := slices.Clone(all)
			for _, s := range subscriptions {
				all = append(all, w.azureAssignmentsOf(s, 100, roles...)...)
			}
			return all
		}, 18},
		// Two single reads and five pages.
		"5,000 Azure assignments in one subscription": {func(w *world) []kept { return w.azureAssignmentsOf(fmt.Sprintf(other, 1), 5000) }, 7},
		"4,999 Azure roles":                           {func(w *world) []kept { return w.azureRolesOf(4999, fmt.Sprintf(other, 1)) }, 7},
		// Graph's pages have 100.
		"2,000 Entra assignments": {func(w *world) []kept { return w.entraAssignmentsOf(2000) }, 22},
		// Three for the roles, three for the assignments, and the lists below 33 roles in two batches.
		"1,000 Intune assignments and their 20 roles": {func(w *world) []kept { return w.intuneAssignmentsOf(1000, 20) }, 8},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, emulator.Options{RateLimits: true})
				all := c.fill(w)
				start := time.Now()
				w.run().refresh(t, all)
				throttled := 0
				for _, r := range w.cloud.Requests() {
					if r.Status == http.StatusTooManyRequests {
						throttled++
					}
				}
				if got := w.sent(); len(got) != c.want || throttled != 0 {
					t.Errorf("%d requests, %d of them throttled, want %d: %s", len(got), throttled, c.want, strings.Join(got, "\n"))
				}
				if waited := time.Since(start); waited > 0 {
					t.Errorf("it was waited for %s", waited)
				}
			})
		})
	}
}
