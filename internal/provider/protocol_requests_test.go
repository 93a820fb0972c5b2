// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/url"
	"regexp"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
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
