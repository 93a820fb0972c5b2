// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package live

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/microsoft"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	tenantID     rbac.GUID = "d3f1c7a0-5b1e-4c0a-9d52-6a7e3b90f418"
	subscription rbac.GUID = "5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11"
	another      rbac.GUID = "6b502c2f-3b72-4b30-8b4a-1d5e20702d22"
	principal    rbac.GUID = "c3d29e74-8051-4d3a-9c86-2e7d0419f523"
	group        rbac.GUID = "7c1e0a5d-3b0e-4a3c-8f0b-2f6a9a0f6f10"
	reader       rbac.GUID = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
)

// set is an environment in which everything is said.
func set() map[string]string {
	return map[string]string{
		Switch: "1", tenantVariable: tenantID.String(), subscriptionVariable: subscription.String(),
		principalVariable: principal.String(), groupVariable: group.String(),
	}
}

func TestTheSettingsAreThoseOfTheEnvironment(t *testing.T) {
	t.Parallel()
	everything := Settings{
		Tenant: tenantID, Subscription: subscription, Principal: principal, Group: group,
		Systems: []rbac.System{rbac.Azure, rbac.Entra, rbac.Intune},
	}
	for name, test := range map[string]struct {
		with map[string]string
		want Settings
	}{
		"everything": {want: everything},
		"Intune alone needs neither subscription nor principal": {
			map[string]string{systemsVariable: " Intune ", subscriptionVariable: "", principalVariable: ""},
			Settings{Tenant: tenantID, Group: group, Systems: []rbac.System{rbac.Intune}},
		},
		"the line of the emulator": {
			map[string]string{systemsVariable: "entra", endpointsVariable: `{"resource_manager":"https://a","graph":"https://b","authority":"https://c","tenant_id":"x"}`},
			Settings{
				Tenant: tenantID, Principal: principal, Systems: []rbac.System{rbac.Entra},
				Endpoints: microsoft.Endpoints{ResourceManager: "https://a", Graph: "https://b", Authority: "https://c"},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := set()
			for k, v := range test.with {
				env[k] = v
			}
			got, err := Read(func(k string) string { return env[k] })
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSettingsThatAreMissingOrWrongAreRefusedInSentences(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		with map[string]string
		want []string
	}{
		"nothing is set": {
			map[string]string{Switch: "", tenantVariable: "", subscriptionVariable: "", principalVariable: "", groupVariable: ""},
			[]string{
				"RBAC_LIVE is not 1. These tests change a tenant, and start only when it is.",
				"RBAC_LIVE_TENANT is not set. Set it to the ID of the tenant that the tests may change.",
				"RBAC_LIVE_SUBSCRIPTION is not set. Set it to the ID of the subscription in which the tests may make and assign roles.",
				"RBAC_LIVE_PRINCIPAL is not set. Set it to the object ID of a user, a service principal or a role-assignable group that may get the tests' roles for a moment.",
				"RBAC_LIVE_GROUP is not set. Set it to the object ID of a security group that may get the tests' Intune roles and scope tags for a moment.",
			},
		},
		"no switch": {
			map[string]string{Switch: "yes"},
			[]string{"RBAC_LIVE is not 1. These tests change a tenant, and start only when it is."},
		},
		"no GUID": {
			map[string]string{tenantVariable: "contoso.onmicrosoft.com"},
			[]string{`RBAC_LIVE_TENANT is "contoso.onmicrosoft.com", which is no GUID. Set it to the ID of the tenant that the tests may change.`},
		},
		"no system": {
			map[string]string{systemsVariable: "azure,exchange"},
			[]string{`RBAC_LIVE_SYSTEMS names "exchange". It is a list of azure, entra and intune, with commas between; all of them when it is not set.`},
		},
		"no endpoints": {
			map[string]string{endpointsVariable: "https://127.0.0.1:8443"},
			[]string{"RBAC_LIVE_ENDPOINTS is no JSON object with resource_manager, graph and authority, such as the line that the emulator prints. Leave it out for Microsoft's cloud."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := set()
			for k, v := range test.with {
				env[k] = v
			}
			_, err := Read(func(k string) string { return env[k] })
			if err == nil {
				t.Fatal("they are taken")
			}
			if diff := cmp.Diff(test.want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// populated is a tenant with things of the tests' and others that look like them.
func populated(t *testing.T) backend.Backend {
	t.Helper()
	tenant, err := reference.Open(t.Context(), reference.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tenant.Close() })
	b, ctx := tenant.Backend(), t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, name := range []string{"rbac-live-1 role", "Before rbac-live-", "RBAC-LIVE-2"} {
		tag, err := b.Intune.CreateScopeTag(ctx, intune.ScopeTag{Name: name})
		must(err)
		inIntune, err := b.Intune.CreateRole(ctx, intune.Role{Name: name, Permissions: []string{"Microsoft.Intune_MobileApps_Read"}, ScopeTags: []string{tag.ID}})
		must(err)
		_, err = b.Intune.CreateAssignment(ctx, intune.Assignment{Name: name, RoleID: inIntune.ID, Members: []rbac.GUID{group}, AllDevices: true, ScopeTags: []string{tag.ID}})
		must(err)
		inEntra, err := b.Entra.CreateRole(ctx, entra.Role{ID: rbac.DeriveGUID(tenantID, name), Name: name, Enabled: true, Permissions: []string{"microsoft.directory/applications/standard/read"}})
		must(err)
		_, err = b.Entra.CreateAssignment(ctx, entra.Assignment{RoleID: inEntra.ID, PrincipalID: principal, DirectoryScope: "/"})
		must(err)
		scopes := []string{azure.Subscription(subscription).ID(), azure.Subscription(another).ID()}
		inAzure, err := b.Azure.CreateRole(ctx, azure.Role{
			ID: rbac.DeriveGUID(subscription, name), Name: name, AssignableScopes: scopes,
			Permissions: []azure.Permission{{Actions: []string{"Microsoft.Compute/virtualMachines/read"}}},
		})
		must(err)
		for j, role := range []rbac.GUID{inAzure.ID, reader} {
			if role == reader && i > 0 {
				continue
			}
			for _, at := range []rbac.GUID{subscription, another} {
				_, err = b.Azure.CreateAssignment(ctx, azure.Assignment{
					Name: rbac.DeriveGUID(at, name, role.String()), Scope: azure.Subscription(at), RoleID: role, PrincipalID: principal,
					Description: []string{"", "rbac-live-3"}[j],
				})
				must(err)
			}
		}
	}
	return b
}

func settings() Settings {
	return Settings{Tenant: tenantID, Subscription: subscription, Principal: principal, Group: group, Systems: systems()}
}

func TestACleanUpDeletesWhatHasThePrefixAndNothingElse(t *testing.T) {
	t.Parallel()
	b := populated(t)
	before, err := look(t.Context(), b, settings())
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	others, err := Clean(t.Context(), settings(), func() (backend.Backend, error) { return b, nil }, 0, func(line string) { told = append(told, line) })
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(told)
	want := []string{
		`Deleted Azure role "rbac-live-1 role".`,
		`Deleted Entra role "rbac-live-1 role".`,
		`Deleted Intune role "rbac-live-1 role".`,
		`Deleted Intune role assignment "rbac-live-1 role".`,
		`Deleted scope tag "rbac-live-1 role".`,
		`Deleted the assignment of Azure role "rbac-live-1 role" to c3d29e74-8051-4d3a-9c86-2e7d0419f523 at /subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11.`,
		`Deleted the assignment of Azure role "rbac-live-1 role" to c3d29e74-8051-4d3a-9c86-2e7d0419f523 at /subscriptions/6b502c2f-3b72-4b30-8b4a-1d5e20702d22.`,
		`Deleted the assignment of Entra role "rbac-live-1 role" to c3d29e74-8051-4d3a-9c86-2e7d0419f523.`,
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
	// Two of everything, the Default scope tag, and three Azure assignments at the subscription.
	const left = 2*(1+2+3) + 1 + 3
	if len(others) != left {
		t.Errorf("%d other things are told, want %d: %v", len(others), left, others)
	}
	if changes := Changes(before.Others, others); len(changes) > 0 {
		t.Errorf("others' have changed: %q", changes)
	}
	all, err := b.Azure.Assignments(t.Context(), azure.AssignmentFilter{})
	if err != nil || len(all) != 6 {
		t.Errorf("%d Azure assignments are left (%v), want 6", len(all), err)
	}
}

func TestACleanUpKeepsToTheSystemsThatAreTested(t *testing.T) {
	t.Parallel()
	b := populated(t)
	s := settings()
	s.Systems = []rbac.System{rbac.Entra}
	count := 0
	if _, err := Clean(t.Context(), s, func() (backend.Backend, error) { return b, nil }, 0, func(string) { count++ }); err != nil || count != 2 {
		t.Errorf("%d deleted, %v, want 2 and no error", count, err)
	}
}

// lagging lists an Entra role only for a while, beginning some time from now.
type lagging struct {
	entra.Directory
	from, to time.Time
	refusals int // how many deletions are refused first
	deleted  *int
}

var late = entra.Role{ID: "11111111-2222-4333-8444-555555555555", Name: "rbac-live-late"}

func (l *lagging) Roles(context.Context, entra.RoleFilter) ([]entra.Role, error) {
	if now := time.Now(); now.Before(l.from) || now.After(l.to) {
		return nil, nil
	}
	return []entra.Role{late}, nil
}

func (*lagging) Assignments(context.Context, entra.AssignmentFilter) ([]entra.Assignment, error) {
	return nil, nil
}

func (l *lagging) DeleteRole(context.Context, rbac.GUID) error {
	if l.refusals > 0 {
		l.refusals--
		return &rbac.Error{Kind: rbac.InUse, Message: "It is assigned."}
	}
	*l.deleted++
	return nil
}

func cleanLagging(t *testing.T, l *lagging) (time.Duration, error) {
	t.Helper()
	l.deleted = new(int)
	s := settings()
	s.Systems = []rbac.System{rbac.Entra}
	start := time.Now()
	_, err := Clean(t.Context(), s, func() (backend.Backend, error) { return backend.Backend{Entra: l}, nil }, 10*time.Second, func(string) {})
	return time.Since(start), err
}

func TestACleanUpEndsWhenListsHaveShownNothingForAWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		// Made by the run that was killed, listed 5 s later, and listed for 20 s after the deletion.
		l := &lagging{from: time.Now().Add(5 * time.Second), to: time.Now().Add(25 * time.Second)}
		took, err := cleanLagging(t, l)
		if err != nil || *l.deleted == 0 || took < 35*time.Second || took > 50*time.Second {
			t.Errorf("took %s, %d deletions, %v; want 10 quiet seconds after the last sight at 25 s", took, *l.deleted, err)
		}
	})
}

func TestADeletionThatIsRefusedIsTriedAgainAndThenTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &lagging{to: time.Now().Add(time.Minute), refusals: 3}
		if _, err := cleanLagging(t, l); err != nil || *l.deleted == 0 {
			t.Errorf("%d deletions, %v; want it deleted at last", *l.deleted, err)
		}
		l = &lagging{to: time.Now().Add(24 * time.Hour), refusals: 1_000_000}
		took, err := cleanLagging(t, l)
		if err == nil || err.Error() != `Entra role "rbac-live-late" is left in the tenant: It is assigned.` || took < 2*time.Minute || took > 3*time.Minute {
			t.Errorf("after %s: %v", took, err)
		}
	})
}

func TestAnInterruptedCleanUpSaysHowToGoOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		s := settings()
		s.Systems = []rbac.System{rbac.Entra}
		_, err := Clean(ctx, s, func() (backend.Backend, error) { return backend.Backend{Entra: &lagging{}}, nil }, time.Minute, func(string) {})
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "Run it again: make cleanlive.") {
			t.Errorf("%v", err)
		}
	})
}

func TestWhatOthersChangeIsTold(t *testing.T) {
	t.Parallel()
	before := map[string]string{"scope tag 1": "a", "scope tag 2": "b", "scope tag 3": "c"}
	after := map[string]string{"scope tag 1": "a", "scope tag 2": "x", "scope tag 4": "d"}
	want := []string{"scope tag 2 has changed.", "scope tag 3 is gone.", "scope tag 4 is new."}
	if diff := cmp.Diff(want, Changes(before, after)); diff != "" {
		t.Error(diff)
	}
}
