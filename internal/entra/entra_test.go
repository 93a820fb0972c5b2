// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package entra_test

import (
	"reflect"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	roleID      rbac.GUID = "54d418b2-4cc0-47ee-9b39-e8f84ed8e073"
	principalID rbac.GUID = "02ed943d-6eca-4f99-83d6-e6fbf9dc63ae"
)

// The ID with a scope is one that Microsoft's documentation of
// unifiedRoleAssignment prints; the one without is its first two thirds.
func TestAssignmentIDIsTheOneThatTheDirectoryGives(t *testing.T) {
	t.Parallel()
	if got, want := entra.AssignmentID(roleID, principalID, roleID), "shjUVMBM7kebOej4Ttjgcz2U7QLKbplPg9bm-_ncY66yGNRUwEzuR5s56PhO2OBz-1"; got != want {
		t.Errorf("AssignmentID below the tenant = %s, want %s", got, want)
	}
	if got, want := entra.AssignmentID(roleID, principalID, ""), "shjUVMBM7kebOej4Ttjgcz2U7QLKbplPg9bm-_ncY64-1"; got != want {
		t.Errorf("AssignmentID at the tenant = %s, want %s", got, want)
	}
}

func TestAppScopeAssignmentIDUsesTheGUIDOfTheScopeOrOneOfItsText(t *testing.T) {
	t.Parallel()
	withGUID := entra.AppScopeAssignmentID(roleID, principalID, "/AccessPackageCatalog/54D418B2-4cc0-47ee-9b39-e8f84ed8e073")
	if want := "shjUVMBM7kebOej4Ttjgcz2U7QLKbplPg9bm-_ncY66yGNRUwEzuR5s56PhO2OBz-1"; withGUID != want {
		t.Errorf("with a GUID = %s, want %s", withGUID, want)
	}
	a, b := entra.AppScopeAssignmentID(roleID, principalID, "/a"), entra.AppScopeAssignmentID(roleID, principalID, "/b")
	if a == b || len(a) != 66 || a != entra.AppScopeAssignmentID(roleID, principalID, "/A") {
		t.Errorf("IDs of app scopes /a, /b = %s, %s", a, b)
	}
}

func TestParseScopeTakesEverySpellingOfADirectoryScope(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, id string
		want     entra.Scope
		target   rbac.GUID
	}{
		{"/", "/", entra.Scope{}, ""},
		{"/administrativeUnits/54D418B2-4CC0-47EE-9B39-E8F84ED8E073", "/administrativeUnits/54d418b2-4cc0-47ee-9b39-e8f84ed8e073", entra.Scope{AdministrativeUnit: roleID}, roleID},
		{"/directory/AdministrativeUnits/54d418b2-4cc0-47ee-9b39-e8f84ed8e073", "/administrativeUnits/54d418b2-4cc0-47ee-9b39-e8f84ed8e073", entra.Scope{AdministrativeUnit: roleID}, roleID},
		{"/54d418b2-4cc0-47ee-9b39-e8f84ed8e073", "/54d418b2-4cc0-47ee-9b39-e8f84ed8e073", entra.Scope{Object: roleID}, roleID},
	} {
		got, err := entra.ParseScope(c.text)
		if err != nil || got != c.want || got.ID() != c.id || got.Target() != c.target {
			t.Errorf("ParseScope(%q) = %+v (%s), %v; want %+v (%s)", c.text, got, got.ID(), err, c.want, c.id)
		}
	}
	for _, text := range []string{"", "//", "tenant", "/administrativeUnits/", "/administrativeUnits/sales", "/users/54d418b2-4cc0-47ee-9b39-e8f84ed8e073", "54d418b2-4cc0-47ee-9b39-e8f84ed8e073"} {
		if got, err := entra.ParseScope(text); rbac.KindOf(err) != rbac.Invalid || got != (entra.Scope{}) {
			t.Errorf("ParseScope(%q) = %+v, %v; want a refusal", text, got, err)
		}
	}
}

func FuzzParseScope(f *testing.F) {
	for _, s := range []string{"/", "", "/administrativeUnits/54d418b2-4cc0-47ee-9b39-e8f84ed8e073", "/directory/administrativeUnits/x", "/54d418b24cc047ee9b39e8f84ed8e073"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := entra.ParseScope(text)
		if err != nil {
			if rbac.KindOf(err) != rbac.Invalid {
				t.Errorf("ParseScope(%q): %v is not Invalid", text, err)
			}
			return
		}
		if again, err := entra.ParseScope(s.ID()); err != nil || again != s {
			t.Errorf("ParseScope(%q).ID() = %q reads back as %+v, %v", text, s.ID(), again, err)
		}
	})
}

func TestValidateRoleNamesEveryBrokenRule(t *testing.T) {
	t.Parallel()
	const good = "microsoft.directory/applications/basic/update"
	for _, c := range []struct {
		what string
		role entra.Role
		want []string // rule and value
	}{
		{"a good role", entra.Role{Name: "n", Permissions: []string{good}}, nil},
		{"no name", entra.Role{Name: " ", Permissions: []string{good}}, []string{"entra_role_name: "}},
		{"no permission", entra.Role{Name: "n"}, []string{"entra_role_grants_nothing:"}},
		{"wildcard", entra.Role{Name: "n", Permissions: []string{"microsoft.directory/*", good}}, []string{"entra_permission_wildcard:microsoft.directory/*"}},
		{"syntax", entra.Role{Name: "n", Permissions: []string{"", "read", "a//b", "a/b c"}}, []string{
			"entra_permission_syntax:", "entra_permission_syntax:read", "entra_permission_syntax:a//b", "entra_permission_syntax:a/b c",
		}},
	} {
		var got []string
		for _, v := range entra.ValidateRole(c.role) {
			got = append(got, v.Rule.Name+":"+v.Value)
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

func TestTheLimitsAreTheDocumentedOnes(t *testing.T) {
	t.Parallel()
	got := map[string]int{}
	for _, l := range entra.Limits() {
		got[l.Name] = l.Value
	}
	want := map[string]int{"entra_global_administrators": 4, "entra_custom_roles_per_tenant": 100, "entra_custom_assignments_per_principal": 150, "entra_scoped_assignments_per_principal": 100}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("limits = %v, want %v", got, want)
	}
}
