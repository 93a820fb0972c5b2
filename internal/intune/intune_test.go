// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package intune_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const groupID rbac.GUID = "02ed943d-6eca-4f99-83d6-e6fbf9dc63ae"

func rules(vs []rbac.Violation) []string {
	var out []string
	for _, v := range vs {
		out = append(out, v.Rule.Name+":"+v.Field)
	}
	return out
}

func TestValidateRoleNamesEveryBrokenRule(t *testing.T) {
	t.Parallel()
	const good = "Microsoft.Intune_MobileApps_Read"
	for _, c := range []struct {
		what string
		role intune.Role
		want []string
	}{
		{"a good role", intune.Role{Name: "n", Permissions: []string{good, "microsoft.intune_x_y"}}, nil},
		{"no name", intune.Role{Permissions: []string{good}}, []string{"intune_name:name"}},
		{"no permission", intune.Role{Name: "n"}, []string{"intune_role_grants_nothing:permissions"}},
		{"syntax", intune.Role{Name: "n", Permissions: []string{"", "Mobile apps/Read", "Microsoft.Intune_*"}}, []string{
			"intune_permission_syntax:permissions", "intune_permission_syntax:permissions", "intune_permission_syntax:permissions",
		}},
	} {
		if got := rules(intune.ValidateRole(c.role)); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

func TestValidateAssignmentNamesEveryBrokenRule(t *testing.T) {
	t.Parallel()
	valid := intune.Assignment{Name: "n", Members: []rbac.GUID{groupID}, ScopeGroups: []rbac.GUID{groupID}}
	with := func(change func(*intune.Assignment)) intune.Assignment { a := valid; change(&a); return a }
	for _, c := range []struct {
		what string
		a    intune.Assignment
		want []string
	}{
		{"a good one", valid, nil},
		{"128 letters of two bytes", with(func(a *intune.Assignment) { a.Name = strings.Repeat("ä", 128) }), nil},
		{"129 letters", with(func(a *intune.Assignment) { a.Name = strings.Repeat("a", 129) }), []string{"intune_assignment_name_length:name"}},
		{"no name", with(func(a *intune.Assignment) { a.Name = "" }), []string{"intune_name:name"}},
		{"1024 letters of description", with(func(a *intune.Assignment) { a.Description = strings.Repeat("a", 1024) }), nil},
		{"1025 letters of description", with(func(a *intune.Assignment) { a.Description = strings.Repeat("a", 1025) }), []string{"intune_assignment_description_length:description"}},
		{"no members", with(func(a *intune.Assignment) { a.Members = nil }), []string{"intune_assignment_members:members"}},
		{"for nobody", with(func(a *intune.Assignment) { a.ScopeGroups = nil }), []string{"intune_assignment_scope:scope_groups"}},
		{"users and devices", with(func(a *intune.Assignment) { a.ScopeGroups, a.AllUsers, a.AllDevices = nil, true, true }), []string{"intune_all_users_or_devices:all_users"}},
		{"groups and users", with(func(a *intune.Assignment) { a.AllUsers = true }), []string{"intune_assignment_scope:scope_groups", "intune_all_users_or_devices:all_users"}},
		{"tags left to the service", with(func(a *intune.Assignment) { a.ScopeTags = nil }), nil},
		{"no tags", with(func(a *intune.Assignment) { a.ScopeTags = []string{} }), []string{"intune_assignment_without_scope_tags:scope_tags"}},
		{"101 tags", with(func(a *intune.Assignment) { a.ScopeTags = make([]string, 101) }), []string{"intune_scope_tags_per_assignment:scope_tags"}},
		{"100 tags", with(func(a *intune.Assignment) { a.ScopeTags = make([]string, 100) }), nil},
	} {
		if got := rules(intune.ValidateAssignment(c.a, rbac.Limits{})); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

func TestTheNameDefaultIsTaken(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"Europe": nil, "default": {"intune_default_scope_tag:name"}, "DEFAULT": {"intune_default_scope_tag:name"}, " ": {"intune_name:name"},
	} {
		if got := rules(intune.ValidateScopeTag(intune.ScopeTag{Name: name})); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
