// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package reference_test

import (
	"path/filepath"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	seededRoles       = 5000
	seededAssignments = 20000
)

// onTenants runs a benchmark on a large tenant in memory and in a file.
func onTenants(b *testing.B, run func(b *testing.B, t azure.Authorization)) {
	b.Helper()
	for _, where := range []string{"memory", "file"} {
		b.Run(where, func(b *testing.B) {
			o := reference.Options{Limits: rbac.Limits{Raise: map[string]int{
				azure.LimitCustomRoles.Name: 1 << 30, azure.LimitAssignmentsPerSubscription.Name: 1 << 30,
			}}}
			if where == "file" {
				o.Path = filepath.Join(b.TempDir(), "tenant.db")
			}
			t := open(b, o)
			if err := t.Seed(b.Context(), seededRoles, seededAssignments); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			run(b, t.Backend().Azure)
		})
	}
}

func seedScope(b *testing.B, n int) azure.Scope {
	b.Helper()
	s, err := azure.ParseScope(reference.SeedScope(n))
	if err != nil {
		b.Fatal(err)
	}
	return s
}

func BenchmarkTenantGetRole(b *testing.B) {
	onTenants(b, func(b *testing.B, t azure.Authorization) {
		for i := range b.N {
			if _, err := t.Role(b.Context(), reference.SeedID(i%seededRoles)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkTenantGetAssignment(b *testing.B) {
	onTenants(b, func(b *testing.B, t azure.Authorization) {
		scope, err := azure.ParseScope(reference.SeedScope(7) + "/resourceGroups/rg-7")
		if err != nil {
			b.Fatal(err)
		}
		for range b.N {
			if _, err := t.Assignment(b.Context(), scope, reference.SeedID(7)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkTenantPutRole(b *testing.B) {
	onTenants(b, func(b *testing.B, t azure.Authorization) {
		for i := range b.N {
			r := azure.Role{
				ID: reference.SeedID(1e6 + i), Name: "Role " + reference.SeedID(i).String(), AssignableScopes: []string{reference.SeedScope(1)},
				Permissions: []azure.Permission{{Actions: []string{"*/read"}}},
			}
			if _, err := t.CreateRole(b.Context(), r); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkTenantPutAssignment(b *testing.B) {
	onTenants(b, func(b *testing.B, t azure.Authorization) {
		for i := range b.N {
			a := azure.Assignment{Name: reference.SeedID(1e6 + i), Scope: seedScope(b, 1), RoleID: reference.SeedID(1), PrincipalID: reference.SeedID(1e6 + i)}
			if _, err := t.CreateAssignment(b.Context(), a); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkTenantListRoles(b *testing.B) {
	onTenants(b, func(b *testing.B, t azure.Authorization) {
		for range b.N {
			if got, err := t.Roles(b.Context(), azure.RoleFilter{Type: azure.CustomRole}); err != nil || len(got) != seededRoles {
				b.Fatal(len(got), err)
			}
		}
	})
}

func BenchmarkTenantListAssignments(b *testing.B) {
	onTenants(b, func(b *testing.B, t azure.Authorization) {
		for range b.N {
			if got, err := t.Assignments(b.Context(), azure.AssignmentFilter{}); err != nil || len(got) != seededAssignments {
				b.Fatal(len(got), err)
			}
		}
	})
}

func BenchmarkTenantListAssignmentsOfSubscription(b *testing.B) {
	onTenants(b, func(b *testing.B, t azure.Authorization) {
		for range b.N {
			if got, err := t.Assignments(b.Context(), azure.AssignmentFilter{Scope: seedScope(b, 1)}); err != nil || len(got) != seededAssignments/5 {
				b.Fatal(len(got), err)
			}
		}
	})
}

func BenchmarkTenantOpen(b *testing.B) {
	path := filepath.Join(b.TempDir(), "tenant.db")
	open(b, reference.Options{Path: path})
	for range b.N {
		t, err := reference.Open(b.Context(), reference.Options{Path: path})
		if err != nil {
			b.Fatal(err)
		}
		if err := t.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
