// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package reference

import (
	"context"
	"fmt"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// SeedScope is the subscription of the n-th seeded assignment; SeedID the ID of
// the n-th seeded role and assignment.
func SeedScope(n int) string {
	return fmt.Sprintf("/subscriptions/b0000000-0000-4000-8000-%012d", n%5)
}

func SeedID(n int) rbac.GUID { return rbac.GUID(fmt.Sprintf("00000000-0000-4000-8000-%012d", n)) }

// Seed fills a tenant for benchmarks in one transaction, past the limits.
func (t *Tenant) Seed(ctx context.Context, roles, assignments int) error {
	return t.write(ctx, func(s *session) error {
		for n := range roles {
			_, err := s.exec("INSERT INTO azure_roles (id, name, description, actions, assignable_scopes) VALUES (?, ?, ?, ?, ?)", SeedID(n).String(), fmt.Sprintf("Seeded role %d", n), "A seeded role",
				`["Microsoft.Compute/virtualMachines/start/action","Microsoft.Compute/virtualMachines/read","Microsoft.Network/*/read"]`, `["`+SeedScope(n)+`"]`)
			if err != nil {
				return err
			}
		}
		for n := range assignments {
			_, err := s.exec("INSERT INTO azure_role_assignments (name, scope, role_id, principal_id) VALUES (?, ?, ?, ?)",
				SeedID(n).String(), fmt.Sprintf("%s/resourceGroups/rg-%d", SeedScope(n), n%50), SeedID(n%roles).String(), SeedID(n/10).String())
			if err != nil {
				return err
			}
		}
		return nil
	})
}
