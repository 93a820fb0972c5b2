// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package backendtest

import (
	"strconv"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	intuneRBAC          = "https://learn.microsoft.com/mem/intune/fundamentals/role-based-access-control"
	intuneRoleAPI       = "https://learn.microsoft.com/graph/api/resources/intune-rbac-roledefinition"
	intuneAssignmentAPI = "https://learn.microsoft.com/graph/api/resources/intune-rbac-roleassignment"
	intuneScopeTags     = "https://learn.microsoft.com/mem/intune/fundamentals/scope-tags"
	intuneTagAPI        = "https://learn.microsoft.com/graph/api/resources/intune-rbac-rolescopetag"
	dscResources        = "https://github.com/microsoft/Microsoft365DSC"
	dscScopeIssue       = "https://github.com/microsoft/Microsoft365DSC/issues/6394"
)

// desk is a small valid custom role.
func desk(change ...func(*intune.Role)) intune.Role {
	r := intune.Role{Name: "Desk", Permissions: []string{"Microsoft.Intune_ManagedDevices_Read"}, ScopeTags: []string{}}
	for _, c := range change {
		c(&r)
	}
	return r
}

func (t *Tenant) intuneRole(change ...func(*intune.Role)) intune.Role {
	t.Helper()
	return must(t.Intune.CreateRole(t.Ctx, desk(change...)))(t)
}

// duty is a small valid assignment.
func duty(change ...func(*intune.Assignment)) intune.Assignment {
	a := intune.Assignment{Name: "Duty", RoleID: helpDesk, Members: []rbac.GUID{team}, AllUsers: true, ScopeTags: []string{}}
	for _, c := range change {
		c(&a)
	}
	return a
}

func (t *Tenant) intuneAssignment(change ...func(*intune.Assignment)) intune.Assignment {
	t.Helper()
	return must(t.Intune.CreateAssignment(t.Ctx, duty(change...)))(t)
}

func (t *Tenant) tag(name string, groups ...rbac.GUID) intune.ScopeTag {
	t.Helper()
	return must(t.Intune.CreateScopeTag(t.Ctx, intune.ScopeTag{Name: name, Groups: groups}))(t)
}

// tags checks a set of scope tags, which a reader gets as a set even if empty.
func (t *Tenant) tags(got []string, want ...string) {
	t.Helper()
	if got == nil {
		t.Error("the tags are nil, which is no answer")
	}
	t.same(got, want)
}

func intuneRoleCases() []Case {
	return []Case{
		{
			ID: "IN-ROLE-001", Says: "A role comes back as it was sent, in every field, under a new GUID.", Source: intuneRoleAPI, Mark: Live,
			Test: func(t *Tenant) {
				tag := t.tag("Europe")
				want := intune.Role{
					Name: "Help & <Desk>", Description: "d", Permissions: []string{"Microsoft.Intune_ManagedDevices_Read", "Microsoft.Intune_MobileApps_Read"},
					ScopeTags: []string{tag.ID, "0"},
				}
				got := must(t.Intune.CreateRole(t.Ctx, want))(t)
				if _, ok := rbac.ParseGUID(got.ID.String()); !ok {
					t.Errorf("%q is no GUID", got.ID)
				}
				want.ID = got.ID
				t.same(got, want)
				t.same(must(t.Intune.Role(t.Ctx, got.ID))(t), want)
			},
		},
		{
			ID: "IN-ROLE-002", Says: "An unknown role is not found, when read and when updated.", Source: intuneRoleAPI, Mark: Live,
			Test: func(t *Tenant) {
				_, err := t.Intune.Role(t.Ctx, id(1))
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "ResourceNotFound"})
				_, err = t.Intune.UpdateRole(t.Ctx, desk(func(r *intune.Role) { r.ID = id(1) }))
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "ResourceNotFound"})
			},
		},
		{
			ID: "IN-ROLE-003", Says: "Names are unique, whatever the casing, built-in roles included.", Source: dscResources, Mark: Client,
			Test: func(t *Tenant) {
				r := t.intuneRole()
				_, err := t.Intune.CreateRole(t.Ctx, desk(func(r *intune.Role) { r.Name = "DESK" }))
				t.says(t.refused(err, refusal{Kind: rbac.Exists, Existing: r.ID.String()}), "Desk", "Import")
				_, err = t.Intune.CreateRole(t.Ctx, desk(func(r *intune.Role) { r.Name = "help desk operator" }))
				t.refused(err, refusal{Kind: rbac.Exists, Existing: helpDesk.String()})
			},
		},
		{
			ID: "IN-ROLE-004", Says: "An update changes all fields, and can't take another role's name.", Source: "https://learn.microsoft.com/graph/api/intune-rbac-roledefinition-update", Mark: Documented,
			Test: func(t *Tenant) {
				a := t.intuneRole(func(r *intune.Role) { r.Description = "d" })
				b := t.intuneRole(func(r *intune.Role) { r.Name = "Other" })
				want := intune.Role{ID: a.ID, Name: "DESK", Permissions: []string{"Microsoft.Intune_MobileApps_Read"}, ScopeTags: []string{"0"}}
				t.same(must(t.Intune.UpdateRole(t.Ctx, want))(t), want)
				t.same(must(t.Intune.Role(t.Ctx, a.ID))(t), want)
				b.Name = "desk"
				_, err := t.Intune.UpdateRole(t.Ctx, b)
				t.refused(err, refusal{Kind: rbac.Exists, Existing: a.ID.String()})
			},
		},
		{
			ID: "IN-ROLE-005", Says: "A role created without tags gets the Default tag.", Source: intuneScopeTags, Mark: Documented,
			Test: func(t *Tenant) {
				r := t.intuneRole(func(r *intune.Role) { r.ScopeTags = nil })
				t.tags(r.ScopeTags, "0")
				t.tags(must(t.Intune.Role(t.Ctx, r.ID))(t).ScopeTags, "0")
			},
		},
		{
			ID: "IN-ROLE-006", Says: "An empty set of tags stays empty.", Source: intuneScopeTags, Mark: Assumed,
			Test: func(t *Tenant) {
				r := t.intuneRole(func(r *intune.Role) { r.ScopeTags = []string{} })
				t.tags(r.ScopeTags)
				r.ScopeTags = []string{"0"}
				r = must(t.Intune.UpdateRole(t.Ctx, r))(t)
				r.ScopeTags = []string{}
				t.tags(must(t.Intune.UpdateRole(t.Ctx, r))(t).ScopeTags)
				t.tags(must(t.Intune.Role(t.Ctx, r.ID))(t).ScopeTags)
			},
		},
		{
			ID: "IN-ROLE-007", Says: "An update that does not speak of tags leaves them.", Source: intuneRoleAPI, Mark: Client,
			Test: func(t *Tenant) {
				tag := t.tag("Europe")
				r := t.intuneRole(func(r *intune.Role) { r.ScopeTags = []string{tag.ID} })
				r.ScopeTags = nil
				t.tags(must(t.Intune.UpdateRole(t.Ctx, r))(t).ScopeTags, tag.ID)
			},
		},
		{
			ID: "IN-ROLE-008", Says: "Unknown scope tags are refused, and nothing is stored.", Source: "https://github.com/Micke-K/IntuneManagement/issues/373", Mark: Live,
			Test: func(t *Tenant) {
				for _, tag := range []string{"7", "Europe", "-1", "00", ""} {
					_, err := t.Intune.CreateRole(t.Ctx, desk(func(r *intune.Role) { r.ScopeTags = []string{"0", tag} }))
					t.refused(err, refusal{Kind: rbac.NotFound, Code: "BadRequest", Rule: "intune_scope_tag_exists"})
				}
				t.same(len(must(t.Intune.Roles(t.Ctx, intune.RoleFilter{Type: intune.CustomRole}))(t)), 0)
				r := t.intuneRole()
				r.ScopeTags = []string{"7"}
				_, err := t.Intune.UpdateRole(t.Ctx, r)
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "BadRequest", Rule: "intune_scope_tag_exists"})
			},
		},
		{
			ID: "IN-ROLE-009", Says: "Built-in roles can be neither changed nor deleted.", Source: intuneRBAC, Mark: Documented,
			Test: func(t *Tenant) {
				_, err := t.Intune.UpdateRole(t.Ctx, desk(func(r *intune.Role) { r.ID = helpDesk }))
				t.refused(err, refusal{Kind: rbac.Immutable, Rule: "intune_builtin_role"})
				t.refused(t.Intune.DeleteRole(t.Ctx, helpDesk), refusal{Kind: rbac.Immutable, Rule: "intune_builtin_role"})
			},
		},
		{
			ID: "IN-ROLE-010", Says: "A role that is assigned can't be deleted; at most five assignments are named.", Source: intuneRBAC, Mark: Assumed,
			Test: func(t *Tenant) {
				r := t.intuneRole()
				var first intune.Assignment
				for n := 7; n > 0; n-- {
					first = t.intuneAssignment(func(a *intune.Assignment) { a.Name, a.RoleID = "Duty "+strconv.Itoa(n), r.ID })
				}
				e := t.refused(t.Intune.DeleteRole(t.Ctx, r.ID), refusal{Kind: rbac.InUse, Existing: first.ID.String()})
				t.says(e, "7 role assignments", `"Duty 1", "Duty 2", "Duty 3", "Duty 4", "Duty 5" and 2 more`)
			},
		},
		{
			ID: "IN-ROLE-011", Says: "A deleted role is gone; deleting it again succeeds.", Source: "https://learn.microsoft.com/graph/api/intune-rbac-roledefinition-delete", Mark: Client,
			Test: func(t *Tenant) {
				r := t.intuneRole()
				t.done(t.Intune.DeleteRole(t.Ctx, r.ID))
				t.done(t.Intune.DeleteRole(t.Ctx, r.ID))
				_, err := t.Intune.Role(t.Ctx, r.ID)
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "ResourceNotFound"})
				t.intuneRole()
			},
		},
		{
			ID: "IN-ROLE-012", Says: "A role has a name and well-formed permissions.", Source: intuneRBAC, Mark: Documented,
			Test: func(t *Tenant) {
				for rule, change := range map[string]func(*intune.Role){
					"intune_name":                func(r *intune.Role) { r.Name = "" },
					"intune_role_grants_nothing": func(r *intune.Role) { r.Permissions = nil },
					"intune_permission_syntax":   func(r *intune.Role) { r.Permissions = []string{"Mobile apps/Read"} },
				} {
					_, err := t.Intune.CreateRole(t.Ctx, desk(change))
					t.refused(err, refusal{Kind: rbac.Invalid, Code: "BadRequest", Rule: rule})
				}
			},
		},
		{
			ID: "IN-ROLE-013", Says: "Built-in roles have the same IDs in every tenant and no scope tags.", Source: intuneRoleAPI, Mark: Live,
			Test: func(t *Tenant) {
				r := must(t.Intune.Role(t.Ctx, helpDesk))(t)
				t.same([]any{r.Name, r.BuiltIn}, []any{"Help Desk Operator", true})
				t.tags(r.ScopeTags)
			},
		},
		{
			ID: "IN-ROLE-014", Says: "Lists are sorted by name and can be narrowed by origin and name.", Source: intuneRoleAPI, Mark: Documented,
			Test: func(t *Tenant) {
				b := t.intuneRole(func(r *intune.Role) { r.Name = "b role" })
				a := t.intuneRole(func(r *intune.Role) { r.Name = "A role" })
				t.same(must(t.Intune.Roles(t.Ctx, intune.RoleFilter{Type: intune.CustomRole}))(t), []intune.Role{a, b})
				t.same(must(t.Intune.Roles(t.Ctx, intune.RoleFilter{Name: "B ROLE"}))(t), []intune.Role{b})
				got := must(t.Intune.Roles(t.Ctx, intune.RoleFilter{Name: "HELP desk operator", Type: intune.BuiltInRole}))(t)
				t.same(len(got), 1)
				t.same(len(must(t.Intune.Roles(t.Ctx, intune.RoleFilter{}))(t)), len(must(t.Intune.Roles(t.Ctx, intune.RoleFilter{Type: intune.BuiltInRole}))(t))+2)
			},
		},
		{
			ID: "IN-ROLE-015", Says: "A misspelt permission, a name that means none and a permission of another system are refused, in a create and in an update.", Source: intuneRBAC, Mark: Assumed,
			Test: func(t *Tenant) {
				r := t.intuneRole()
				for permission, rule := range map[string]string{
					"Microsoft.Intune_MobileApp_Read":                "intune_permission_unknown",
					"Mobile apps/Rede":                               "intune_permission_unknown",
					"microsoft.directory/applications/standard/read": "intune_permission_wrong_system",
				} {
					want := refusal{Kind: rbac.Invalid, Code: "BadRequest", Rule: rule}
					_, err := t.Intune.CreateRole(t.Ctx, desk(func(r *intune.Role) { r.Name, r.Permissions = "Other", []string{permission} }))
					t.refused(err, want)
					_, err = t.Intune.UpdateRole(t.Ctx, desk(func(d *intune.Role) { d.ID, d.Permissions = r.ID, []string{permission} }))
					t.refused(err, want)
				}
				t.same(must(t.Intune.Roles(t.Ctx, intune.RoleFilter{Type: intune.CustomRole}))(t), []intune.Role{r})
			},
		},
	}
}

func intuneAssignmentCases() []Case {
	create := func(t *Tenant, change ...func(*intune.Assignment)) error {
		_, err := t.Intune.CreateAssignment(t.Ctx, duty(change...))
		return err
	}
	return []Case{
		{
			ID: "IN-ASG-001", Says: "An assignment comes back as it was sent, in every field.", Source: intuneAssignmentAPI, Mark: Live,
			Test: func(t *Tenant) {
				tag := t.tag("Europe")
				want := intune.Assignment{
					Name: "Duty & <Desk>", Description: "d", RoleID: helpDesk, Members: []rbac.GUID{team, admins}, ScopeGroups: []rbac.GUID{admins, team}, ScopeTags: []string{tag.ID, "0"},
				}
				got := must(t.Intune.CreateAssignment(t.Ctx, want))(t)
				want.ID = got.ID
				t.same(got, want)
				t.same(must(t.Intune.Assignment(t.Ctx, got.ID))(t), want)
			},
		},
		{
			ID: "IN-ASG-002", Says: "An assignment is for all users, all devices or both.", Source: intuneAssignmentAPI, Mark: Documented,
			Test: func(t *Tenant) {
				for n, c := range []struct{ users, devices bool }{{true, false}, {false, true}, {true, true}} {
					a := t.intuneAssignment(func(a *intune.Assignment) { a.Name, a.AllUsers, a.AllDevices = strconv.Itoa(n), c.users, c.devices })
					t.same([]bool{a.AllUsers, a.AllDevices}, []bool{c.users, c.devices})
				}
			},
		},
		{
			ID: "IN-ASG-003", Says: "Scope groups and all users or devices exclude each other, and one is needed.", Source: dscScopeIssue, Mark: Live,
			Test: func(t *Tenant) {
				want := refusal{Kind: rbac.Invalid, Code: "BadRequest", Rule: "intune_assignment_scope"}
				t.refused(create(t, func(a *intune.Assignment) { a.ScopeGroups = []rbac.GUID{team} }), want)
				t.refused(create(t, func(a *intune.Assignment) { a.AllUsers = false }), want)
			},
		},
		{
			ID: "IN-ASG-004", Says: "An unknown assignment is not found, when read and when updated.", Source: intuneAssignmentAPI, Mark: Live,
			Test: func(t *Tenant) {
				_, err := t.Intune.Assignment(t.Ctx, id(1))
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "ResourceNotFound"})
				_, err = t.Intune.UpdateAssignment(t.Ctx, duty(func(a *intune.Assignment) { a.ID = id(1) }))
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "ResourceNotFound"})
			},
		},
		{
			ID: "IN-ASG-005", Says: "Names of assignments are unique in the tenant, whatever the casing.", Source: intuneAssignmentAPI, Mark: Assumed, // nothing published says so or otherwise
			Test: func(t *Tenant) {
				a := t.intuneAssignment()
				t.refused(create(t, func(a *intune.Assignment) { a.Name = "DUTY" }), refusal{Kind: rbac.Exists, Existing: a.ID.String()})
				b := t.intuneAssignment(func(a *intune.Assignment) { a.Name = "Other" })
				b.Name = "duty"
				_, err := t.Intune.UpdateAssignment(t.Ctx, b)
				t.refused(err, refusal{Kind: rbac.Exists, Existing: a.ID.String()})
			},
		},
		{
			ID: "IN-ASG-006", Says: "An update changes all fields but the role.", Source: "https://learn.microsoft.com/graph/api/intune-rbac-roleassignment-update", Mark: Documented,
			Test: func(t *Tenant) {
				a := t.intuneAssignment(func(a *intune.Assignment) { a.Description = "d" })
				want := intune.Assignment{ID: a.ID, Name: "DUTY", RoleID: helpDesk, Members: []rbac.GUID{admins}, ScopeGroups: []rbac.GUID{team}, ScopeTags: []string{"0"}}
				t.same(must(t.Intune.UpdateAssignment(t.Ctx, want))(t), want)
				t.same(must(t.Intune.Assignment(t.Ctx, a.ID))(t), want)
			},
		},
		{
			ID: "IN-ASG-007", Says: "The role of an assignment can't be changed.", Source: "https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/17776", Mark: Client,
			Test: func(t *Tenant) {
				r := t.intuneRole()
				a := t.intuneAssignment()
				a.RoleID = r.ID
				_, err := t.Intune.UpdateAssignment(t.Ctx, a)
				t.refused(err, refusal{Kind: rbac.Immutable})
				t.same(must(t.Intune.Assignment(t.Ctx, a.ID))(t).RoleID, helpDesk)
			},
		},
		{
			ID: "IN-ASG-008", Says: "A role that does not exist can't be assigned.", Source: intuneAssignmentAPI, Mark: Assumed,
			Test: func(t *Tenant) {
				t.refused(create(t, func(a *intune.Assignment) { a.RoleID = id(99) }), refusal{Kind: rbac.NotFound, Code: "ResourceNotFound"})
			},
		},
		{
			ID: "IN-ASG-009", Says: "An assignment created without tags gets the Default tag.", Source: intuneScopeTags, Mark: Documented,
			Test: func(t *Tenant) {
				a := t.intuneAssignment(func(a *intune.Assignment) { a.ScopeTags = nil })
				t.tags(a.ScopeTags, "0")
			},
		},
		{
			ID: "IN-ASG-010", Says: "An empty set of tags stays empty; an update that does not speak of tags leaves them.", Source: intuneScopeTags, Mark: Assumed,
			Test: func(t *Tenant) {
				tag := t.tag("Europe")
				a := t.intuneAssignment()
				t.tags(a.ScopeTags)
				a.ScopeTags = []string{tag.ID}
				a = must(t.Intune.UpdateAssignment(t.Ctx, a))(t)
				a.ScopeTags = nil
				a = must(t.Intune.UpdateAssignment(t.Ctx, a))(t)
				t.tags(a.ScopeTags, tag.ID)
				a.ScopeTags = []string{}
				t.tags(must(t.Intune.UpdateAssignment(t.Ctx, a))(t).ScopeTags)
			},
		},
		{
			ID: "IN-ASG-011", Says: "Unknown scope tags are refused.", Source: "https://github.com/Micke-K/IntuneManagement/issues/373", Mark: Live,
			Test: func(t *Tenant) {
				t.refused(create(t, func(a *intune.Assignment) { a.ScopeTags = []string{"7"} }), refusal{Kind: rbac.NotFound, Code: "BadRequest", Rule: "intune_scope_tag_exists"})
			},
		},
		{
			ID: "IN-ASG-012", Says: "Members and scope groups are groups of the directory.", Source: intuneRBAC, Mark: Documented,
			Options: withDirectory(),
			Test: func(t *Tenant) {
				want := refusal{Kind: rbac.PrincipalNotFound, Code: "BadRequest"}
				for _, p := range []rbac.GUID{nobody, alice, robot, mailing} {
					t.says(t.refused(create(t, func(a *intune.Assignment) { a.Members = []rbac.GUID{team, p} }), want), p.String())
					t.refused(create(t, func(a *intune.Assignment) { a.AllUsers, a.ScopeGroups = false, []rbac.GUID{p} }), want)
				}
				t.intuneAssignment(func(a *intune.Assignment) { a.AllUsers, a.ScopeGroups = false, []rbac.GUID{admins} })
			},
		},
		{
			ID: "IN-ASG-013", Says: "An assignment has members, a name of 128 characters and 100 tags at most.", Source: intuneAssignmentAPI, Mark: Documented,
			Test: func(t *Tenant) {
				for rule, change := range map[string]func(*intune.Assignment){
					"intune_assignment_members":            func(a *intune.Assignment) { a.Members = nil },
					"intune_name":                          func(a *intune.Assignment) { a.Name = " " },
					"intune_assignment_name_length":        func(a *intune.Assignment) { a.Name = strings.Repeat("a", 129) },
					"intune_assignment_description_length": func(a *intune.Assignment) { a.Description = strings.Repeat("a", 1025) },
					"intune_scope_tags_per_assignment":     func(a *intune.Assignment) { a.ScopeTags = make([]string, 101) },
				} {
					t.refused(create(t, change), refusal{Kind: rbac.Invalid, Code: "BadRequest", Rule: rule})
				}
			},
		},
		{
			ID: "IN-ASG-014", Says: "A deleted assignment is gone; deleting it again succeeds.", Source: "https://learn.microsoft.com/graph/api/intune-rbac-roleassignment-delete", Mark: Client,
			Test: func(t *Tenant) {
				a := t.intuneAssignment()
				t.done(t.Intune.DeleteAssignment(t.Ctx, a.ID))
				t.done(t.Intune.DeleteAssignment(t.Ctx, a.ID))
				_, err := t.Intune.Assignment(t.Ctx, a.ID)
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "ResourceNotFound"})
			},
		},
		{
			ID: "IN-ASG-015", Says: "Lists are sorted by name and can be narrowed to a role and to a name.", Source: intuneAssignmentAPI, Mark: Documented,
			Test: func(t *Tenant) {
				r := t.intuneRole()
				b := t.intuneAssignment(func(a *intune.Assignment) { a.Name = "b duty" })
				a := t.intuneAssignment(func(a *intune.Assignment) { a.Name, a.RoleID = "A duty", r.ID })
				t.same(must(t.Intune.Assignments(t.Ctx, intune.AssignmentFilter{}))(t), []intune.Assignment{a, b})
				t.same(must(t.Intune.Assignments(t.Ctx, intune.AssignmentFilter{RoleID: r.ID}))(t), []intune.Assignment{a})
				t.same(must(t.Intune.Assignments(t.Ctx, intune.AssignmentFilter{Name: "B DUTY"}))(t), []intune.Assignment{b})
				t.same(must(t.Intune.Assignments(t.Ctx, intune.AssignmentFilter{RoleID: r.ID, Name: "b duty"}))(t), []intune.Assignment{})
			},
		},
		{
			ID: "IN-ASG-016", Says: "Members that are no GUIDs are refused.", Source: intuneAssignmentAPI, Mark: Client,
			Test: func(t *Tenant) {
				t.refused(create(t, func(a *intune.Assignment) { a.Members = []rbac.GUID{"team"} }), refusal{Kind: rbac.Invalid, Code: "BadRequest"})
			},
		},
	}
}

func intuneScopeTagCases() []Case {
	standard := intune.ScopeTag{ID: "0", Name: "Default", BuiltIn: true}
	return []Case{
		{
			ID: "IN-TAG-001", Says: "Every tenant has the Default tag, number 0.", Source: intuneScopeTags, Mark: Documented,
			Test: func(t *Tenant) {
				got := must(t.Intune.ScopeTag(t.Ctx, "0"))(t)
				got.Description = ""
				t.same(got, standard)
				t.same(len(must(t.Intune.ScopeTags(t.Ctx))(t)), 1)
			},
		},
		{
			ID: "IN-TAG-002", Says: "The Default tag can be neither changed nor deleted, and its name is taken.", Source: intuneScopeTags, Mark: Documented,
			Test: func(t *Tenant) {
				want := refusal{Kind: rbac.Immutable, Rule: "intune_default_scope_tag"}
				_, err := t.Intune.UpdateScopeTag(t.Ctx, intune.ScopeTag{ID: "0", Name: "Mine"})
				t.refused(err, want)
				t.refused(t.Intune.DeleteScopeTag(t.Ctx, "0"), want)
				_, err = t.Intune.CreateScopeTag(t.Ctx, intune.ScopeTag{Name: "DEFAULT"})
				t.refused(err, refusal{Kind: rbac.Invalid, Code: "BadRequest", Rule: "intune_default_scope_tag"})
			},
		},
		{
			ID: "IN-TAG-003", Says: "A tag comes back as it was sent, in every field.", Source: intuneTagAPI, Mark: Documented,
			Test: func(t *Tenant) {
				want := intune.ScopeTag{Name: "Europe & <more>", Description: "d", Groups: []rbac.GUID{team, admins}}
				got := must(t.Intune.CreateScopeTag(t.Ctx, want))(t)
				want.ID = got.ID
				t.same(got, want)
				t.same(must(t.Intune.ScopeTag(t.Ctx, got.ID))(t), want)
			},
		},
		{
			ID: "IN-TAG-004", Says: "Tags get increasing numbers, and none is given twice.", Source: intuneTagAPI, Mark: Assumed,
			Test: func(t *Tenant) {
				a, b := t.tag("a"), t.tag("b")
				t.done(t.Intune.DeleteScopeTag(t.Ctx, b.ID))
				c := t.tag("c")
				x, y, z := number(t, a.ID), number(t, b.ID), number(t, c.ID)
				if !(0 < x && x < y && y < z) {
					t.Errorf("numbers %d, %d, %d", x, y, z)
				}
			},
		},
		{
			ID: "IN-TAG-005", Says: "An unknown tag is not found, when read and when updated.", Source: intuneTagAPI, Mark: Live,
			Test: func(t *Tenant) {
				for _, n := range []string{"7", "Europe", "", "01"} {
					_, err := t.Intune.ScopeTag(t.Ctx, n)
					t.refused(err, refusal{Kind: rbac.NotFound, Code: "ResourceNotFound"})
					_, err = t.Intune.UpdateScopeTag(t.Ctx, intune.ScopeTag{ID: n, Name: "x"})
					t.refused(err, refusal{Kind: rbac.NotFound, Code: "ResourceNotFound"})
				}
			},
		},
		{
			ID: "IN-TAG-006", Says: "Names are unique, whatever the casing.", Source: dscResources, Mark: Client,
			Test: func(t *Tenant) {
				a := t.tag("Österreich")
				_, err := t.Intune.CreateScopeTag(t.Ctx, intune.ScopeTag{Name: "ÖSTERREICH"})
				t.refused(err, refusal{Kind: rbac.Exists, Existing: a.ID})
				b := t.tag("Other")
				b.Name = "österreich"
				_, err = t.Intune.UpdateScopeTag(t.Ctx, b)
				t.refused(err, refusal{Kind: rbac.Exists, Existing: a.ID})
			},
		},
		{
			ID: "IN-TAG-007", Says: "An update changes all fields; groups that are not spoken of stay, an empty set takes them away.", Source: intuneTagAPI, Mark: Client,
			Test: func(t *Tenant) {
				tag := t.tag("Europe", team)
				tag.Name, tag.Description, tag.Groups = "EUROPE", "d", nil
				tag = must(t.Intune.UpdateScopeTag(t.Ctx, tag))(t)
				t.same(tag, intune.ScopeTag{ID: tag.ID, Name: "EUROPE", Description: "d", Groups: []rbac.GUID{team}})
				tag.Groups = []rbac.GUID{}
				tag = must(t.Intune.UpdateScopeTag(t.Ctx, tag))(t)
				if tag.Groups == nil || len(tag.Groups) != 0 {
					t.Errorf("groups %v, want an empty set", tag.Groups)
				}
				t.same(must(t.Intune.ScopeTag(t.Ctx, tag.ID))(t), tag)
			},
		},
		{
			ID: "IN-TAG-008", Says: "Groups are groups of the directory.", Source: intuneScopeTags, Mark: Documented,
			Options: withDirectory(),
			Test: func(t *Tenant) {
				for _, p := range []rbac.GUID{nobody, alice} {
					_, err := t.Intune.CreateScopeTag(t.Ctx, intune.ScopeTag{Name: "x", Groups: []rbac.GUID{p}})
					t.refused(err, refusal{Kind: rbac.PrincipalNotFound, Code: "BadRequest"})
				}
				t.tag("x", team)
			},
		},
		{
			ID: "IN-TAG-009", Says: "A tag that an assignment or a role has can't be deleted.", Source: intuneScopeTags, Mark: Assumed,
			Test: func(t *Tenant) {
				tag := t.tag("Europe")
				a := t.intuneAssignment(func(a *intune.Assignment) { a.ScopeTags = []string{"0", tag.ID} })
				t.says(t.refused(t.Intune.DeleteScopeTag(t.Ctx, tag.ID), refusal{Kind: rbac.InUse, Existing: a.ID.String()}), `"Europe"`, `"Duty"`)
				t.done(t.Intune.DeleteAssignment(t.Ctx, a.ID))
				r := t.intuneRole(func(r *intune.Role) { r.ScopeTags = []string{tag.ID} })
				t.says(t.refused(t.Intune.DeleteScopeTag(t.Ctx, tag.ID), refusal{Kind: rbac.InUse, Existing: r.ID.String()}), `"Desk"`)
				t.done(t.Intune.DeleteRole(t.Ctx, r.ID))
				t.done(t.Intune.DeleteScopeTag(t.Ctx, tag.ID))
			},
		},
		{
			ID: "IN-TAG-010", Says: "A deleted tag is gone; deleting it again succeeds.", Source: intuneTagAPI, Mark: Client,
			Test: func(t *Tenant) {
				tag := t.tag("Europe")
				t.done(t.Intune.DeleteScopeTag(t.Ctx, tag.ID))
				t.done(t.Intune.DeleteScopeTag(t.Ctx, tag.ID))
				_, err := t.Intune.ScopeTag(t.Ctx, tag.ID)
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "ResourceNotFound"})
			},
		},
		{
			ID: "IN-TAG-011", Says: "The list of tags is sorted by number, not by text, and has the groups.", Source: intuneTagAPI, Mark: Documented,
			Test: func(t *Tenant) {
				var want []string
				for n := range 11 {
					want = append(want, t.tag("tag "+strconv.Itoa(100-n), team).ID)
				}
				got := must(t.Intune.ScopeTags(t.Ctx))(t)
				t.same(len(got), 12)
				for i, tag := range got[1:] {
					t.same(tag.ID, want[i])
					t.same(tag.Groups, []rbac.GUID{team})
				}
			},
		},
		{
			ID: "IN-TAG-012", Says: "A tag has a name.", Source: intuneTagAPI, Mark: Documented,
			Test: func(t *Tenant) {
				_, err := t.Intune.CreateScopeTag(t.Ctx, intune.ScopeTag{Name: " "})
				t.refused(err, refusal{Kind: rbac.Invalid, Code: "BadRequest", Rule: "intune_name"})
			},
		},
	}
}

func number(t *Tenant, id string) int {
	t.Helper()
	n, err := strconv.Atoi(id)
	if err != nil {
		t.Fatalf("%q is no number", id)
	}
	return n
}
