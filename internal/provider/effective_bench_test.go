// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// A large tenant: so many of each in Azure, and the same again in Intune.
const (
	manyRoles       = 5_000
	manyAssignments = 20_000
	manyGroups      = 10_000
	deep            = 5  // groups in groups
	memberships     = 10 // groups that the principal is in itself; with those above, five times as many
	subscriptions   = 20
)

func manyID(kind, n int) rbac.GUID {
	return rbac.GUID(fmt.Sprintf("%08d-0000-4000-8000-%012d", kind, n))
}

// largeTenant is a tenant of that size in memory. Groups stand in chains of five,
// of which the last of the first ten has Ben; every group holds two roles in Azure.
func largeTenant(b *testing.B) backend.Backend {
	b.Helper()
	var groups []map[string]any
	for n := range manyGroups {
		g := map[string]any{"id": manyID(1, n), "display_name": fmt.Sprintf("Group %d", n), "role_assignable": true}
		switch {
		case n%deep < deep-1:
			g["members"] = []rbac.GUID{manyID(1, n+1)}
		case n/deep < memberships:
			g["members"] = []string{benID}
		}
		groups = append(groups, g)
	}
	var subs []map[string]any
	for n := range subscriptions {
		subs = append(subs, map[string]any{"id": manyID(2, n), "management_group": "prod"})
	}
	file, err := json.Marshal(map[string]any{
		"users": []map[string]any{{"id": benID, "display_name": "Ben"}}, "groups": groups, "subscriptions": subs,
		"management_groups": []map[string]any{{"id": "corp"}, {"id": "prod", "parent": "corp"}},
	})
	if err != nil {
		b.Fatal(err)
	}
	directory, err := reference.ParseDirectory(file)
	if err != nil {
		b.Fatal(err)
	}
	t, err := reference.Open(b.Context(), reference.Options{Directory: directory, Limits: rbac.Limits{Raise: map[string]int{azure.LimitCustomRoles.Name: manyRoles}}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = t.Close() })
	tn := t.Backend()
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	actions := []string{"Microsoft.Compute/*/read", "Microsoft.Compute/virtualMachines/start/action", "Microsoft.Storage/*", "Microsoft.Network/*/read", "Microsoft.Support/*"}
	inIntune := make([]rbac.GUID, manyRoles)
	for n := range manyRoles {
		_, err := tn.Azure.CreateRole(b.Context(), azure.Role{
			ID: manyID(3, n), Name: fmt.Sprintf("Role %d", n), AssignableScopes: []string{"/subscriptions/" + manyID(2, n%subscriptions).String()},
			Permissions: []azure.Permission{{Actions: []string{actions[n%5], actions[(n+1)%5], "Microsoft.Insights/alertRules/*"}, NotActions: []string{"Microsoft.Storage/storageAccounts/delete"}}},
		})
		must(err)
		r, err := tn.Intune.CreateRole(b.Context(), intune.Role{Name: fmt.Sprintf("Role %d", n), Permissions: []string{
			"Microsoft.Intune_MobileApps_Read", []string{"Microsoft.Intune_MobileApps_Assign", "Microsoft.Intune_ManagedDevices_Read", "Microsoft.Intune_RemoteTasks_Wipe"}[n%3],
		}})
		must(err)
		inIntune[n] = r.ID
	}
	for n := range manyAssignments {
		group, role := manyID(1, n%manyGroups), (n+n/manyGroups)%manyRoles
		a := azure.Assignment{
			Scope: azure.Subscription(manyID(2, role%subscriptions)), RoleID: manyID(3, role), PrincipalID: group, PrincipalType: azure.PrincipalGroup,
		}
		a.Name = azure.DeriveAssignmentName(a.Scope, a.RoleID, a.PrincipalID)
		_, err := tn.Azure.CreateAssignment(b.Context(), a)
		must(err)
		_, err = tn.Intune.CreateAssignment(b.Context(), intune.Assignment{
			Name: fmt.Sprintf("Assignment %d", n), RoleID: inIntune[role], Members: []rbac.GUID{group}, ScopeGroups: []rbac.GUID{manyID(1, (n+7)%manyGroups)},
		})
		must(err)
		if n < 2*deep*memberships {
			_, err = tn.Entra.CreateAssignment(b.Context(), entra.Assignment{
				RoleID: []rbac.GUID{helpdeskAdminID, "fe930be7-5e62-47db-91af-98c3a49a38b1"}[n/(deep*memberships)], PrincipalID: group, DirectoryScope: "/",
			})
			must(err)
		}
	}
	return tn
}

// BenchmarkEffectivePermissions asks for one principal in a large tenant, by a
// provider that has read nothing yet.
func BenchmarkEffectivePermissions(b *testing.B) {
	tn := largeTenant(b)
	for name, c := range map[string]struct {
		source string
		config values
	}{
		"azure/anywhere":     {"rbac_azure_effective_permissions", values{"check": []any{"Microsoft.Storage/storageAccounts/write"}}},
		"azure/subscription": {"rbac_azure_effective_permissions", values{"scope": "/subscriptions/" + manyID(2, 2).String(), "check": []any{"Microsoft.Storage/storageAccounts/write"}}},
		"entra":              {"rbac_entra_effective_permissions", values{"check": []any{"microsoft.directory/users/password/update"}}},
		"intune":             {"rbac_intune_effective_permissions", values{"check": []any{"Remote tasks/Wipe"}}},
	} {
		b.Run(name, func(b *testing.B) {
			dataReaderOf(b, tn).read(b, c.source, with(values{"principal_id": benID}, c.config)) // loads the catalog, which is another benchmark's
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				r := dataReaderOf(b, tn)
				b.StartTimer()
				if got := r.read(b, c.source, with(values{"principal_id": benID}, c.config)); got["all_allowed"] != true {
					b.Fatalf("got %v", got["all_allowed"])
				}
			}
		})
	}
}

// BenchmarkRolesByPermission lists who has a permission, by which role, assignment
// and group, in a large tenant.
func BenchmarkRolesByPermission(b *testing.B) {
	tn := largeTenant(b)
	for source, permission := range map[string]string{
		"rbac_azure_role_assignments": "Microsoft.Storage/storageAccounts/write", "rbac_intune_role_assignments": "Remote tasks/Wipe",
	} {
		b.Run(source, func(b *testing.B) {
			r := dataReaderOf(b, tn)
			b.ReportAllocs()
			for b.Loop() {
				if n := len(r.items(b, source, "role_assignments", values{"granting": permission})); n < manyAssignments/4 {
					b.Fatalf("%d rows", n)
				}
			}
		})
	}
}
