// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package entra

import (
	"errors"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func TestAnAssignmentInCanonicalFormHasTheIDThatFollowsFromIt(t *testing.T) {
	t.Parallel()
	const (
		role, upper = rbac.GUID("fe930be7-5e62-47db-91af-98c3a49a38b1"), rbac.GUID("FE930BE7-5E62-47DB-91AF-98C3A49A38B1")
		ada         = rbac.GUID("f8ca5a85-489a-49a0-b555-0a6d81e56f0d")
		unit        = rbac.GUID("5d107bba-d8e2-4e13-b6ae-884be90e5d1a")
	)
	for _, c := range []struct{ give, want Assignment }{
		{Assignment{RoleID: upper, PrincipalID: ada, DirectoryScope: "/"}, Assignment{ID: AssignmentID(role, ada, ""), RoleID: role, PrincipalID: ada, DirectoryScope: "/"}},
		{
			Assignment{ID: "ignored", RoleID: role, PrincipalID: ada, DirectoryScope: "/ADMINISTRATIVEUNITS/" + unit.String()},
			Assignment{ID: AssignmentID(role, ada, unit), RoleID: role, PrincipalID: ada, DirectoryScope: "/administrativeUnits/" + unit.String()},
		},
		{
			Assignment{RoleID: role, PrincipalID: ada, AppScope: "/AccessPackageCatalog/" + unit.String()},
			Assignment{ID: AssignmentID(role, ada, unit), RoleID: role, PrincipalID: ada, AppScope: "/AccessPackageCatalog/" + unit.String()},
		},
	} {
		got, scope, err := c.give.Canonical()
		wantScope := Scope{}
		if c.give.AppScope == "" {
			wantScope, _ = ParseScope(c.give.DirectoryScope)
		}
		if err != nil || got != c.want || scope != wantScope {
			t.Errorf("%+v\ngot  %+v %+v %v\nwant %+v %+v", c.give, got, scope, err, c.want, wantScope)
		}
	}
	for _, c := range []struct {
		give           Assignment
		field, message string
	}{
		{Assignment{RoleID: "reader", PrincipalID: ada, DirectoryScope: "/"}, "role", `"reader" is no GUID. The role of an Entra role assignment is one.`},
		{Assignment{RoleID: role, PrincipalID: "ada", DirectoryScope: "/"}, "principal_id", `"ada" is no GUID. The principal of an Entra role assignment is one.`},
		{
			Assignment{RoleID: role, PrincipalID: ada, DirectoryScope: "/", AppScope: "/a/b"},
			"app_scope",
			`The role assignment has the directory scope "/" and the app scope "/a/b". It has one of the two.`,
		},
		{Assignment{RoleID: role, PrincipalID: ada, AppScope: "a/b"}, "app_scope", `"a/b" is no app scope, which begins with "/", such as "/AccessPackageCatalog/GUID".`},
		{
			Assignment{RoleID: role, PrincipalID: ada},
			"directory_scope",
			`"" is no directory scope. A directory scope is "/" for the whole tenant, "/administrativeUnits/GUID" for an administrative unit, or "/GUID" for one object.`,
		},
	} {
		got, _, err := c.give.Canonical()
		var e *rbac.Error
		if !errors.As(err, &e) || e.Kind != rbac.Invalid || e.Code != "Request_BadRequest" || e.Field != c.field || e.Message != c.message || got != (Assignment{}) {
			t.Errorf("%+v\ngot  %+v\nwant %s: %s", c.give, err, c.field, c.message)
		}
	}
}

func TestARoleFilterSelectsByOriginAndByNameWhateverTheCasing(t *testing.T) {
	t.Parallel()
	reader, own := Role{Name: "Global Reader", BuiltIn: true}, Role{Name: "Betrieb ÄRZTE"}
	for f, want := range map[RoleFilter][2]bool{
		{}:                      {true, true},
		{Type: BuiltInRole}:     {true, false},
		{Type: CustomRole}:      {false, true},
		{Name: "global READER"}: {true, false},
		{Name: "betrieb ärzte", Type: CustomRole}:  {false, true},
		{Name: "betrieb ärzte", Type: BuiltInRole}: {false, false},
	} {
		if got := [2]bool{f.Selects(reader), f.Selects(own)}; got != want {
			t.Errorf("%+v selects %v, want %v", f, got, want)
		}
	}
}
