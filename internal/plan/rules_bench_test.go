// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package plan_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// nothingBuiltIn is a catalog without roles.
type nothingBuiltIn struct{}

func (nothingBuiltIn) Granting(azure.Role) bool { return true }

type (
	noAzureRoles  struct{ nothingBuiltIn }
	noEntraRoles  struct{}
	noIntuneRoles struct{}
)

func (noAzureRoles) BuiltIn(string) (azure.Role, bool)   { return azure.Role{}, false }
func (noEntraRoles) BuiltIn(string) (entra.Role, bool)   { return entra.Role{}, false }
func (noIntuneRoles) BuiltIn(string) (intune.Role, bool) { return intune.Role{}, false }

// BenchmarkRules asks each rule once about a tenant of 5,000 roles and 20,000
// assignments of each system.
func BenchmarkRules(b *testing.B) {
	const roles, assignments = 5000, 20000
	id := func(kind, i int) rbac.GUID { return rbac.GUID(fmt.Sprintf("%08d-0000-4000-8000-%012d", kind, i)) }
	group, err := azure.ParseScope("/subscriptions/" + id(9, 0).String() + "/resourceGroups/rg")
	if err != nil {
		b.Fatal(err)
	}
	var azureRoles []azure.Role
	var entraRoles []entra.Role
	var intuneRoles []intune.Role
	for i := range roles {
		name := fmt.Sprintf("Role %d", i)
		azureRoles = append(azureRoles, azure.Role{ID: id(1, i), Name: name, AssignableScopes: []string{group.ID()}, Permissions: []azure.Permission{{Actions: []string{"*/read"}}}})
		entraRoles = append(entraRoles, entra.Role{ID: id(1, i), Name: name})
		intuneRoles = append(intuneRoles, intune.Role{ID: id(1, i), Name: name})
	}
	var azureAssignments []azure.Assignment
	var entraAssignments []entra.Assignment
	var intuneAssignments []intune.Assignment
	for i := range assignments {
		azureAssignments = append(azureAssignments, azure.Assignment{Name: id(2, i), Scope: group, RoleID: id(1, i%roles), PrincipalID: id(3, i)})
		entraAssignments = append(entraAssignments, entra.Assignment{RoleID: id(1, i%roles), PrincipalID: id(3, i%1000), DirectoryScope: fmt.Sprintf("/administrativeUnits/%s", id(4, i))})
		intuneAssignments = append(intuneAssignments, intune.Assignment{ID: id(2, i), Name: fmt.Sprintf("Assignment %d", i), RoleID: id(1, i%roles)})
	}
	azureAssignments[0].Scope = azure.Root
	l := plan.New(plan.Tenant{
		AzureRoles:        table(azureRoles),
		AzureAssignments:  table(azureAssignments),
		EntraRoles:        table(entraRoles),
		EntraAssignments:  table(entraAssignments),
		IntuneRoles:       table(intuneRoles),
		IntuneAssignments: table(intuneAssignments),
		IntuneScopeTags:   table([]intune.ScopeTag{{ID: "0", Name: "Default"}}),
	}, rbac.Limits{Raise: map[string]int{
		azure.LimitCustomRoles.Name: 1 << 20, azure.LimitAssignmentsPerSubscription.Name: 1 << 20, entra.LimitCustomRoles.Name: 1 << 20, entra.LimitCustomAssignmentsPerPrincipal.Name: 1 << 20,
	}})
	plan.Load(b.Context(), l, plan.AzureRoles)
	plan.Load(b.Context(), l, plan.AzureAssignments)
	plan.Load(b.Context(), l, plan.EntraRoles)
	plan.Load(b.Context(), l, plan.EntraAssignments)
	plan.Load(b.Context(), l, plan.IntuneRoles)
	plan.Load(b.Context(), l, plan.IntuneAssignments)
	plan.Load(b.Context(), l, plan.IntuneScopeTags)
	ours := azure.Role{ID: id(5, 0), Name: "Ours", AssignableScopes: []string{group.ID()}, Permissions: []azure.Permission{{Actions: []string{"*/read"}}}}
	for _, r := range []struct {
		name string
		rule plan.Rule
	}{
		{"AzureRole", plan.AzureRole(ours, nil, noAzureRoles{})},
		{"AzureRoleGone", plan.AzureRoleGone(ours)},
		{"AzureAssignment", plan.AzureAssignment(azure.Assignment{Name: id(6, 0), Scope: group, RoleID: id(1, 0), PrincipalID: id(7, 0)}, true, false)},
		{"AzureAssignmentGone", plan.AzureAssignmentGone(azure.Assignment{Scope: azure.Subscription(id(9, 0)), RoleID: id(1, 0)}, noAzureRoles{})},
		{"EntraRole", plan.EntraRole(entra.Role{ID: id(5, 0), Name: "Ours"}, nil, noEntraRoles{})},
		{"EntraRoleGone", plan.EntraRoleGone(entra.Role{ID: id(5, 0)})},
		{"EntraAssignment", plan.EntraAssignment(entra.Assignment{RoleID: id(1, 0), PrincipalID: id(3, 0), DirectoryScope: "/"})},
		{"IntuneRole", plan.IntuneRole(intune.Role{Name: "Ours"}, noIntuneRoles{})},
		{"IntuneRoleGone", plan.IntuneRoleGone(intune.Role{ID: id(5, 0)})},
		{"IntuneAssignment", plan.IntuneAssignment(intune.Assignment{Name: "Ours"})},
		{"IntuneScopeTag", plan.IntuneScopeTag(intune.ScopeTag{Name: "Ours"})},
		{"IntuneScopeTagsExist", plan.IntuneScopeTagsExist([]string{"Default"})},
	} {
		b.Run(r.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if found := l.Check(b.Context(), r.rule); found != nil {
					b.Fatal(found)
				}
			}
		})
	}
}

// table is the read of a table.
func table[V any](list []V) func(context.Context) ([]V, error) {
	return func(context.Context) ([]V, error) { return list, nil }
}
