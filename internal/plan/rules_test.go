// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package plan_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const three = rbac.GUID("33333333-3333-3333-3333-333333333333")

// noBuiltIns is a catalog without roles; a role that holds "*" grants.
type noBuiltIns[R any] struct{}

func (noBuiltIns[R]) BuiltIn(string) (role R, ok bool) { return role, false }

func (noBuiltIns[R]) Granting(r azure.Role) bool { return r.Allows(azure.AssignRoles) }

func holds[V any](list ...V) func(context.Context) ([]V, error) {
	return func(context.Context) ([]V, error) { return list, nil }
}

func locked[V any](context.Context) ([]V, error) { return nil, errors.New("forbidden") }

func scope(t *testing.T, text string) azure.Scope {
	t.Helper()
	s, err := azure.ParseScope(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// world is a ledger of a tenant that has been read, after changes.
func world(t *testing.T, tenant plan.Tenant, limits map[string]int, changes ...func(*plan.Ledger)) *plan.Ledger {
	t.Helper()
	l := plan.New(tenant, rbac.Limits{Raise: limits})
	ctx := t.Context()
	plan.Load(ctx, l, plan.AzureRoles)
	plan.Load(ctx, l, plan.AzureAssignments)
	plan.Load(ctx, l, plan.EntraRoles)
	plan.Load(ctx, l, plan.EntraAssignments)
	plan.Load(ctx, l, plan.IntuneRoles)
	plan.Load(ctx, l, plan.IntuneAssignments)
	plan.Load(ctx, l, plan.IntuneScopeTags)
	for _, change := range changes {
		change(l)
	}
	return l
}

// finds wants the rules that a question to the world breaks, each with its field.
func finds(t *testing.T, what string, l *plan.Ledger, rule plan.Rule, want ...string) {
	t.Helper()
	var got []string
	l.Look(func(w *plan.World) {
		for _, v := range rule(w) {
			got = append(got, v.Rule.Name+" "+v.Field)
		}
	})
	if !slices.Equal(got, want) {
		t.Errorf("%s: found %q, want %q", what, got, want)
	}
}

func create[V any](table func(*plan.World) *plan.Table[V], v V) func(*plan.Ledger) {
	return func(l *plan.Ledger) { plan.Create(l, table, v, true) }
}

func enter[V any](table func(*plan.World) *plan.Table[V], id string, v V) func(*plan.Ledger) {
	return func(l *plan.Ledger) { plan.Keep(l, table, id); plan.Enter(l, table, v) }
}

func drop[V any](table func(*plan.World) *plan.Table[V], id string) func(*plan.Ledger) {
	return func(l *plan.Ledger) { plan.Manage(l, table, id); plan.Drop(l, table, id) }
}

func TestAzureRole_names_IDs_andNumbers(t *testing.T) {
	t.Parallel()
	builtIns := noBuiltIns[azure.Role]{}
	there := azure.Role{ID: one, Name: "Operator"}
	mine := azure.Role{ID: two, Name: "OPERATOR"}
	tenant := plan.Tenant{AzureRoles: holds(there)}
	created := create(plan.AzureRoles, mine)
	rule := plan.AzureRole(mine, nil, builtIns)
	finds(t, "a name of the tenant", world(t, tenant, nil, created), rule, "azure_role_name_unique name")
	finds(t, "a name that is given up", world(t, tenant, nil, created, enter(plan.AzureRoles, one.String(), azure.Role{ID: one, Name: "Former"})), rule)
	finds(t, "a name whose role is destroyed", world(t, tenant, nil, created, drop(plan.AzureRoles, one.String())), rule)
	finds(t, "a tenant that can't be read", world(t, plan.Tenant{AzureRoles: locked[azure.Role]}, map[string]int{"azure_custom_roles_per_tenant": 1}, created, create(plan.AzureRoles, azure.Role{ID: three, Name: "Other"})), rule)

	other := azure.Role{ID: one, Name: "Other"}
	rule = plan.AzureRole(other, nil, builtIns)
	finds(t, "an ID of the tenant", world(t, tenant, nil, create(plan.AzureRoles, other)), rule, "azure_role_id_unique role_id")
	finds(t, "an ID that this configuration manages", world(t, tenant, nil, create(plan.AzureRoles, other), func(l *plan.Ledger) { plan.Manage(l, plan.AzureRoles, one.String()) }), rule)

	third := azure.Role{ID: three, Name: "Third"}
	rule = plan.AzureRole(third, nil, builtIns)
	finds(t, "one too many", world(t, tenant, map[string]int{"azure_custom_roles_per_tenant": 1}, create(plan.AzureRoles, third)), rule, "azure_custom_roles_per_tenant name")
	finds(t, "one for one that is destroyed", world(t, tenant, map[string]int{"azure_custom_roles_per_tenant": 1}, create(plan.AzureRoles, third), drop(plan.AzureRoles, one.String())), rule)
	finds(t, "an update where there are too many", world(t, tenant, map[string]int{"azure_custom_roles_per_tenant": 1}, create(plan.AzureRoles, third)), plan.AzureRole(there, &there, builtIns))
}

func TestAzureRole_scopesInUseAndDestroys(t *testing.T) {
	t.Parallel()
	const here, there, group = "/subscriptions/11111111-1111-1111-1111-111111111111", "/subscriptions/22222222-2222-2222-2222-222222222222", "/providers/Microsoft.Management/managementGroups/g"
	was := azure.Role{ID: one, Name: "R", AssignableScopes: []string{here, there}}
	held := azure.Assignment{Name: two, Scope: scope(t, there+"/resourceGroups/rg"), RoleID: one, PrincipalID: three}
	tenant := plan.Tenant{AzureRoles: holds(was), AzureAssignments: holds(held)}
	as := func(scopes ...string) plan.Rule {
		now := was
		now.AssignableScopes = scopes
		return plan.AzureRole(now, &was, noBuiltIns[azure.Role]{})
	}
	finds(t, "a scope in use goes", world(t, tenant, nil), as(here), "azure_assignable_scope_in_use assignable_scopes")
	finds(t, "another scope goes", world(t, tenant, nil), as(there))
	finds(t, "a management group may cover it", world(t, tenant, nil), as(here, group))
	finds(t, "a smaller scope covers it", world(t, tenant, nil), as(here, there+"/resourceGroups/RG"))
	finds(t, "its assignment goes too", world(t, tenant, nil, drop(plan.AzureAssignments, plan.AzureAssignmentID(held))), as(here))

	finds(t, "a role in use is destroyed", world(t, tenant, nil), plan.AzureRoleGone(was), "azure_role_in_use ")
	finds(t, "so is its assignment", world(t, tenant, nil, drop(plan.AzureAssignments, plan.AzureAssignmentID(held))), plan.AzureRoleGone(was))
}

func TestAzureAssignment(t *testing.T) {
	t.Parallel()
	const here, there, group = "/subscriptions/11111111-1111-1111-1111-111111111111", "/subscriptions/22222222-2222-2222-2222-222222222222", "/providers/Microsoft.Management/managementGroups/g"
	role := azure.Role{ID: one, Name: "R", Permissions: []azure.Permission{{DataActions: []string{"A/b/read"}}}, AssignableScopes: []string{here}}
	wide := azure.Role{ID: two, Name: "W", Permissions: []azure.Permission{{Actions: []string{"A/b/read"}}}, AssignableScopes: []string{group}}
	at := func(s string, name, role rbac.GUID) azure.Assignment {
		return azure.Assignment{Name: name, Scope: scope(t, s), RoleID: role, PrincipalID: three}
	}
	held := at(here, one, one)
	tenant := plan.Tenant{AzureRoles: holds(role, wide), AzureAssignments: holds(held)}
	check := func(what string, a azure.Assignment, adopt bool, limits map[string]int, want ...string) {
		t.Helper()
		finds(t, what, world(t, tenant, limits, create(plan.AzureAssignments, a)), plan.AzureAssignment(a, true, adopt), want...)
	}
	check("the same under another name", at(here, two, one), false, nil, "azure_assignment_unique scope")
	check("the same, to be adopted", at(here, two, one), true, nil)
	check("below an assignable scope", at(here+"/resourceGroups/rg", two, one), false, nil)
	check("outside of them", at(there, two, one), false, nil, "azure_assignment_outside_assignable_scopes scope")
	check("perhaps below a management group", at(there, two, two), false, nil)
	check("data actions at a management group", at(group, two, one), false, nil, "azure_data_actions_at_management_group scope", "azure_assignment_outside_assignable_scopes scope")
	check("one too many in a subscription", at(here+"/resourceGroups/rg", two, one), false, map[string]int{"azure_assignments_per_subscription": 1}, "azure_assignments_per_subscription scope")
	check("the first in another", at(there, two, two), false, map[string]int{"azure_assignments_per_subscription": 1})
	check("the first at a management group", at(group, two, two), false, map[string]int{"azure_assignments_per_management_group": 1})
}

func TestAzureAssignmentGone_theLastThatGrantsStays(t *testing.T) {
	t.Parallel()
	const here, group = "/subscriptions/11111111-1111-1111-1111-111111111111", "/providers/Microsoft.Management/managementGroups/g"
	owner := azure.Role{ID: one, Name: "O", Permissions: []azure.Permission{{Actions: []string{"*"}}}, AssignableScopes: []string{here}}
	last := azure.Assignment{Name: one, Scope: scope(t, here), RoleID: one, PrincipalID: three}
	gone := drop(plan.AzureAssignments, plan.AzureAssignmentID(last))
	check := func(what string, others []azure.Assignment, want ...string) {
		t.Helper()
		tenant := plan.Tenant{AzureRoles: holds(owner), AzureAssignments: holds(append(others, last)...)}
		finds(t, what, world(t, tenant, nil, gone), plan.AzureAssignmentGone(last, noBuiltIns[azure.Role]{}), want...)
	}
	check("the last", nil, "azure_last_owner ")
	check("one of two", []azure.Assignment{{Name: two, Scope: scope(t, here), RoleID: one, PrincipalID: two}})
	check("one is inherited", []azure.Assignment{{Name: two, Scope: scope(t, group), RoleID: one, PrincipalID: two}})
	check("the other is below", []azure.Assignment{{Name: two, Scope: scope(t, here+"/resourceGroups/rg"), RoleID: one, PrincipalID: two}}, "azure_last_owner ")
	check("the other does not grant", []azure.Assignment{{Name: two, Scope: scope(t, here), RoleID: two, PrincipalID: two}}, "azure_last_owner ")
}

func TestEntraRules(t *testing.T) {
	t.Parallel()
	builtIns := noBuiltIns[entra.Role]{}
	there := entra.Role{ID: one, Name: "Helper"}
	held := entra.Assignment{ID: "a", RoleID: one, PrincipalID: three, DirectoryScope: "/"}
	admin := entra.Assignment{ID: "b", RoleID: entra.GlobalAdministrator, PrincipalID: three, DirectoryScope: "/"}
	tenant := plan.Tenant{EntraRoles: holds(there), EntraAssignments: holds(held, admin)}
	role := func(what string, r entra.Role, limits map[string]int, want ...string) {
		t.Helper()
		finds(t, what, world(t, tenant, limits, create(plan.EntraRoles, r)), plan.EntraRole(r, nil, builtIns), want...)
	}
	role("a name of the tenant", entra.Role{ID: two, Name: "helper"}, nil, "entra_role_name_unique name")
	role("another name", entra.Role{ID: two, Name: "helpers"}, nil)
	role("an ID of the tenant", entra.Role{ID: one, Name: "Other"}, nil, "entra_role_id_unique template_id")
	role("one too many", entra.Role{ID: two, Name: "Other"}, map[string]int{"entra_custom_roles_per_tenant": 1}, "entra_custom_roles_per_tenant name")
	finds(t, "a role in use is destroyed", world(t, tenant, nil), plan.EntraRoleGone(there), "entra_role_in_use ")
	finds(t, "so is its assignment", world(t, tenant, nil, drop(plan.EntraAssignments, plan.EntraAssignmentID(held))), plan.EntraRoleGone(there))

	assign := func(what string, a entra.Assignment, limits map[string]int, want ...string) {
		t.Helper()
		finds(t, what, world(t, tenant, limits, create(plan.EntraAssignments, a)), plan.EntraAssignment(a), want...)
	}
	assign("the same", entra.Assignment{RoleID: one, PrincipalID: three, DirectoryScope: "/"}, nil, "entra_assignment_unique principal_id")
	assign("elsewhere", entra.Assignment{RoleID: one, PrincipalID: three, DirectoryScope: "/x"}, nil)
	assign("one custom role too many", entra.Assignment{RoleID: one, PrincipalID: three, DirectoryScope: "/x"}, map[string]int{"entra_custom_assignments_per_principal": 1}, "entra_custom_assignments_per_principal principal_id")
	assign("built-in roles of the whole tenant do not count", entra.Assignment{RoleID: two, PrincipalID: three, DirectoryScope: "/x"}, map[string]int{"entra_scoped_assignments_per_principal": 1})
	assign("one administrator more", entra.Assignment{RoleID: entra.GlobalAdministrator, PrincipalID: two, DirectoryScope: "/"}, map[string]int{"entra_global_administrators": 1}, "entra_global_administrators role")
	gone := drop(plan.EntraAssignments, plan.EntraAssignmentID(admin))
	finds(t, "the last administrator", world(t, tenant, nil, gone), plan.EntraAssignmentGone(admin), "entra_last_global_administrator ")
	finds(t, "one that is replaced", world(t, tenant, nil, gone, create(plan.EntraAssignments, entra.Assignment{RoleID: entra.GlobalAdministrator, PrincipalID: two, DirectoryScope: "/"})), plan.EntraAssignmentGone(admin))
	finds(t, "a directory that can't be read", world(t, plan.Tenant{EntraAssignments: locked[entra.Assignment]}, nil, gone), plan.EntraAssignmentGone(admin))
}

func TestIntuneRules(t *testing.T) {
	t.Parallel()
	there := intune.Role{ID: one, Name: "Helper", ScopeTags: []string{"1"}}
	held := intune.Assignment{ID: two, Name: "Held", RoleID: one}
	tag := intune.ScopeTag{ID: "1", Name: "Paris"}
	tenant := plan.Tenant{IntuneRoles: holds(there), IntuneAssignments: holds(held), IntuneScopeTags: holds(tag)}
	role, assignment, other := intune.Role{Name: "HELPER"}, intune.Assignment{Name: "HELD"}, intune.ScopeTag{Name: "PARIS"}
	finds(t, "a role's name of the tenant", world(t, tenant, nil, create(plan.IntuneRoles, role)), plan.IntuneRole(role, noBuiltIns[intune.Role]{}), "intune_role_name_unique name")
	finds(t, "a role's name that is free", world(t, tenant, nil, create(plan.IntuneRoles, role), drop(plan.IntuneRoles, one.String())), plan.IntuneRole(role, noBuiltIns[intune.Role]{}))
	finds(t, "an assignment's name of the tenant", world(t, tenant, nil, create(plan.IntuneAssignments, assignment)), plan.IntuneAssignment(assignment), "intune_assignment_name_unique name")
	finds(t, "a tag's name of the tenant", world(t, tenant, nil, create(plan.IntuneScopeTags, other)), plan.IntuneScopeTag(other), "intune_scope_tag_name_unique name")
	finds(t, "a tag's name that is free", world(t, tenant, nil, create(plan.IntuneScopeTags, other), drop(plan.IntuneScopeTags, "1")), plan.IntuneScopeTag(other))
	finds(t, "a role in use is destroyed", world(t, tenant, nil), plan.IntuneRoleGone(there), "intune_role_in_use ")
	finds(t, "so is its assignment", world(t, tenant, nil, drop(plan.IntuneAssignments, two.String())), plan.IntuneRoleGone(there))
	finds(t, "a tag in use is destroyed", world(t, tenant, nil), plan.IntuneScopeTagGone(tag), "intune_scope_tag_in_use ")
	finds(t, "so is what uses it", world(t, tenant, nil, drop(plan.IntuneRoles, one.String())), plan.IntuneScopeTagGone(tag))
	finds(t, "tags that exist, by name and ID", world(t, tenant, nil), plan.IntuneScopeTagsExist([]string{"paris", "1"}))
	finds(t, "a tag that does not", world(t, tenant, nil), plan.IntuneScopeTagsExist([]string{"Rome", "1"}), "intune_scope_tag_exists scope_tags")
	finds(t, "a tag that is planned", world(t, tenant, nil, create(plan.IntuneScopeTags, intune.ScopeTag{Name: "Rome"})), plan.IntuneScopeTagsExist([]string{"rome"}))
	finds(t, "a tenant that can't be read", world(t, plan.Tenant{IntuneScopeTags: locked[intune.ScopeTag]}, nil), plan.IntuneScopeTagsExist([]string{"Rome"}))
}

func TestDirectoryRules(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		found []rbac.Violation
		rule  string
	}{
		"an Azure principal that is not there":   {plan.AzurePrincipal(one, false), "azure_principal_exists"},
		"an Azure principal that is":             {plan.AzurePrincipal(one, true), ""},
		"an Entra principal that is not there":   {plan.EntraPrincipal(one, entra.Object{}, false), "entra_principal_exists"},
		"a group that can't hold roles":          {plan.EntraPrincipal(one, entra.Object{Type: entra.Group}, true), "entra_group_role_assignable"},
		"a group that can":                       {plan.EntraPrincipal(one, entra.Object{Type: entra.Group, RoleAssignable: true}, true), ""},
		"a directory that keeps no objects":      {plan.EntraPrincipal(one, entra.Object{}, true), ""},
		"an Intune group that is not there":      {plan.IntuneGroup("members", one, entra.Object{}, false), "intune_assignment_members"},
		"an Intune member that is a user":        {plan.IntuneGroup("members", one, entra.Object{Type: entra.User}, true), "intune_assignment_members"},
		"an Intune group that is for mail alone": {plan.IntuneGroup("scope_groups", one, entra.Object{Type: entra.Group}, true), "intune_assignment_members"},
		"an Intune security group":               {plan.IntuneGroup("members", one, entra.Object{Type: entra.Group, SecurityEnabled: true}, true), ""},
	} {
		got := ""
		if len(c.found) > 0 {
			got = c.found[0].Rule.Name
		}
		if got != c.rule || len(c.found) > 1 {
			t.Errorf("%s: found %v, want %q", what, c.found, c.rule)
		}
	}
}
