// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package backendtest

import (
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	entraRoleAPI       = "https://learn.microsoft.com/graph/api/resources/unifiedroledefinition"
	entraRoleCreate    = "https://learn.microsoft.com/graph/api/rbacapplication-post-roledefinitions"
	entraRoleDelete    = "https://pnp.github.io/cli-microsoft365/cmd/entra/roledefinition/roledefinition-remove"
	entraCustomRoles   = "https://learn.microsoft.com/entra/identity/role-based-access-control/custom-overview"
	entraLimits        = "https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions"
	entraGroups        = "https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept"
	entraAssignmentAPI = "https://learn.microsoft.com/graph/api/resources/unifiedroleassignment"
	entraBuiltIn       = "https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference"
	azureadIssue       = "https://github.com/hashicorp/terraform-provider-azuread/issues/1035"
)

// registrar is a small valid custom role.
func registrar(n int, change ...func(*entra.Role)) entra.Role {
	r := entra.Role{ID: id(n), Name: "Registrar " + string(rune('A'+n%26)), Enabled: true, Permissions: []string{"microsoft.directory/applications/standard/read"}}
	for _, c := range change {
		c(&r)
	}
	return r
}

func (t *Tenant) entraRole(n int, change ...func(*entra.Role)) entra.Role {
	t.Helper()
	return must(t.Entra.CreateRole(t.Ctx, registrar(n, change...)))(t)
}

func (t *Tenant) entraAssignment(role, principal rbac.GUID, scope string) entra.Assignment {
	t.Helper()
	return must(t.Entra.CreateAssignment(t.Ctx, entra.Assignment{RoleID: role, PrincipalID: principal, DirectoryScope: scope}))(t)
}

func entraRoleCases() []Case {
	return []Case{
		{
			ID: "EN-ROLE-001", Says: "A role comes back as it was sent, in every field; its ID is its template ID.", Source: entraRoleCreate, Mark: Documented,
			Test: func(t *Tenant) {
				want := entra.Role{
					ID: id(1), Name: "App & <Registrar>", Description: "d", Version: "1.2", Enabled: true,
					Permissions: []string{"microsoft.directory/applications/standard/read", "microsoft.directory/Applications/basic/update"},
				}
				t.same(must(t.Entra.CreateRole(t.Ctx, want))(t), want)
				t.same(must(t.Entra.Role(t.Ctx, id(1)))(t), want)
			},
		},
		{
			ID: "EN-ROLE-002", Says: "An unknown role is not found.", Source: entraRoleAPI, Mark: Live,
			Test: func(t *Tenant) {
				_, err := t.Entra.Role(t.Ctx, id(1))
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "Request_ResourceNotFound"})
			},
		},
		{
			ID: "EN-ROLE-003", Says: "A template ID that is taken, by a custom or a built-in role, can't be used again.", Source: entraRoleCreate, Mark: Client,
			Test: func(t *Tenant) {
				t.entraRole(1)
				_, err := t.Entra.CreateRole(t.Ctx, registrar(1, func(r *entra.Role) { r.Name = "x" }))
				t.refused(err, refusal{Kind: rbac.Exists, Code: "Request_BadRequest", Existing: id(1).String()})
				_, err = t.Entra.CreateRole(t.Ctx, registrar(2, func(r *entra.Role) { r.ID = userAdmin }))
				t.refused(err, refusal{Kind: rbac.Exists, Code: "Request_BadRequest", Existing: userAdmin.String()})
			},
		},
		{
			ID: "EN-ROLE-004", Says: "Display names need not be unique.", Source: entraRoleAPI, Mark: Assumed,
			Test: func(t *Tenant) {
				a := t.entraRole(1)
				b := t.entraRole(2, func(r *entra.Role) { r.Name = a.Name })
				c := t.entraRole(3, func(r *entra.Role) { r.Name = "Global Reader" })
				t.same(must(t.Entra.Roles(t.Ctx, entra.RoleFilter{Type: entra.CustomRole}))(t), []entra.Role{c, a, b})
			},
		},
		{
			ID: "EN-ROLE-005", Says: "An update replaces everything.", Source: "https://learn.microsoft.com/graph/api/unifiedroledefinition-update", Mark: Documented,
			Test: func(t *Tenant) {
				t.entraRole(1, func(r *entra.Role) { r.Description, r.Version = "d", "1" })
				want := entra.Role{ID: id(1), Name: "New", Enabled: false, Permissions: []string{"microsoft.directory/applications/basic/update"}}
				t.same(must(t.Entra.UpdateRole(t.Ctx, want))(t), want)
				t.same(must(t.Entra.Role(t.Ctx, id(1)))(t), want)
			},
		},
		{
			ID: "EN-ROLE-006", Says: "A role that is gone can't be updated.", Source: entraRoleAPI, Mark: Live,
			Test: func(t *Tenant) {
				_, err := t.Entra.UpdateRole(t.Ctx, registrar(1))
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "Request_ResourceNotFound"})
			},
		},
		{
			ID: "EN-ROLE-007", Says: "Built-in roles can be neither changed nor deleted.", Source: entraBuiltIn, Mark: Documented,
			Test: func(t *Tenant) {
				_, err := t.Entra.UpdateRole(t.Ctx, registrar(1, func(r *entra.Role) { r.ID = userAdmin }))
				t.refused(err, refusal{Kind: rbac.Immutable, Code: "Request_BadRequest"})
				t.refused(t.Entra.DeleteRole(t.Ctx, userAdmin), refusal{Kind: rbac.Immutable, Code: "Request_BadRequest"})
			},
		},
		{
			ID: "EN-ROLE-008", Says: "With a role go its assignments, and no others.", Source: entraRoleDelete, Mark: Documented,
			Test: func(t *Tenant) {
				r := t.entraRole(1)
				gone := t.entraAssignment(r.ID, alice, "/")
				stays := t.entraAssignment(userAdmin, alice, "/")
				t.done(t.Entra.DeleteRole(t.Ctx, r.ID))
				_, err := t.Entra.Assignment(t.Ctx, gone.ID)
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "Request_ResourceNotFound"})
				t.same(must(t.Entra.Assignments(t.Ctx, entra.AssignmentFilter{}))(t), []entra.Assignment{stays})
			},
		},
		{
			ID: "EN-ROLE-009", Says: "Deleting a role that is gone succeeds.", Source: entraRoleAPI, Mark: Client,
			Test: func(t *Tenant) {
				r := t.entraRole(1)
				t.done(t.Entra.DeleteRole(t.Ctx, r.ID))
				t.done(t.Entra.DeleteRole(t.Ctx, r.ID))
			},
		},
		{
			ID: "EN-ROLE-010", Says: "A tenant has 100 custom roles at most.", Source: entraLimits, Mark: Documented,
			Options: withLimit(entra.LimitCustomRoles, 1),
			Test: func(t *Tenant) {
				t.entraRole(1)
				_, err := t.Entra.CreateRole(t.Ctx, registrar(2))
				t.refused(err, refusal{Kind: rbac.LimitExceeded, Code: "Request_BadRequest", Rule: "entra_custom_roles_per_tenant"})
			},
		},
		{
			ID: "EN-ROLE-011", Says: "A role has a name and permissions, and takes no wildcards.", Source: entraCustomRoles, Mark: Documented,
			Test: func(t *Tenant) {
				for rule, change := range map[string]func(*entra.Role){
					"entra_role_name":           func(r *entra.Role) { r.Name = "" },
					"entra_role_grants_nothing": func(r *entra.Role) { r.Permissions = nil },
					"entra_permission_wildcard": func(r *entra.Role) { r.Permissions = []string{"microsoft.directory/*"} },
				} {
					_, err := t.Entra.CreateRole(t.Ctx, registrar(1, change))
					t.refused(err, refusal{Kind: rbac.Invalid, Code: "Request_BadRequest", Rule: rule})
				}
			},
		},
		{
			ID: "EN-ROLE-012", Says: "Built-in roles can be read by their published template ID.", Source: entraBuiltIn, Mark: Documented,
			Test: func(t *Tenant) {
				r := must(t.Entra.Role(t.Ctx, globalReader))(t)
				t.same([]any{r.ID, r.Name, r.BuiltIn, r.Enabled}, []any{globalReader, "Global Reader", true, true})
			},
		},
		{
			ID: "EN-ROLE-013", Says: "Lists can be narrowed by origin and by name, whatever the casing.", Source: entraRoleAPI, Mark: Documented,
			Test: func(t *Tenant) {
				a := t.entraRole(1)
				t.same(must(t.Entra.Roles(t.Ctx, entra.RoleFilter{Name: "REGISTRAR b"}))(t), []entra.Role{a})
				got := must(t.Entra.Roles(t.Ctx, entra.RoleFilter{Name: "global reader", Type: entra.BuiltInRole}))(t)
				t.same(len(got), 1)
				t.same(len(must(t.Entra.Roles(t.Ctx, entra.RoleFilter{}))(t)), len(must(t.Entra.Roles(t.Ctx, entra.RoleFilter{Type: entra.BuiltInRole}))(t))+1)
				for _, r := range must(t.Entra.Roles(t.Ctx, entra.RoleFilter{}))(t) {
					if r.ID == "" || r.ID == "00000000-0000-0000-0000-000000000000" {
						t.Errorf("%q has no ID", r.Name)
					}
				}
			},
		},
		{
			ID: "EN-ROLE-014", Says: "Without a template ID, the service chooses one.", Source: entraRoleCreate, Mark: Documented,
			Test: func(t *Tenant) {
				r := t.entraRole(1, func(r *entra.Role) { r.ID = "" })
				if _, ok := rbac.ParseGUID(r.ID.String()); !ok {
					t.Errorf("%q is no GUID", r.ID)
				}
				t.same(must(t.Entra.Role(t.Ctx, r.ID))(t), r)
			},
		},
		{
			ID: "EN-ROLE-015", Says: "A misspelt permission and one of another system are refused, in a create and in an update.", Source: entraCustomRoles, Mark: Assumed,
			Test: func(t *Tenant) {
				r := t.entraRole(1)
				for rule, permission := range map[string]string{
					"entra_permission_unknown":      "microsoft.directory/application/standard/read",
					"entra_permission_wrong_system": "Microsoft.Compute/virtualMachines/start/action",
				} {
					want := refusal{Kind: rbac.Invalid, Code: "Request_BadRequest", Rule: rule}
					_, err := t.Entra.CreateRole(t.Ctx, registrar(2, func(r *entra.Role) { r.Permissions = []string{permission} }))
					t.refused(err, want)
					_, err = t.Entra.UpdateRole(t.Ctx, registrar(1, func(r *entra.Role) { r.Permissions = []string{permission} }))
					t.refused(err, want)
				}
				t.same(must(t.Entra.Roles(t.Ctx, entra.RoleFilter{Type: entra.CustomRole}))(t), []entra.Role{r})
			},
		},
	}
}

func entraAssignmentCases() []Case {
	create := func(t *Tenant, a entra.Assignment) error {
		_, err := t.Entra.CreateAssignment(t.Ctx, a)
		return err
	}
	return []Case{
		{
			ID: "EN-ASG-001", Says: "An assignment's ID follows from role, principal and scope.", Source: entraAssignmentAPI, Mark: Live,
			Test: func(t *Tenant) {
				// The IDs are those of the documentation's example.
				const role, principal rbac.GUID = "54d418b2-4cc0-47ee-9b39-e8f84ed8e073", "02ed943d-6eca-4f99-83d6-e6fbf9dc63ae"
				t.entraRole(1, func(r *entra.Role) { r.ID = role })
				want := entra.Assignment{
					ID: "shjUVMBM7kebOej4Ttjgcz2U7QLKbplPg9bm-_ncY66yGNRUwEzuR5s56PhO2OBz-1", RoleID: role, PrincipalID: principal,
					DirectoryScope: "/54d418b2-4cc0-47ee-9b39-e8f84ed8e073",
				}
				t.same(t.entraAssignment(role, principal, want.DirectoryScope), want)
				t.same(must(t.Entra.Assignment(t.Ctx, want.ID))(t), want)
			},
		},
		{
			ID: "EN-ASG-002", Says: "An unknown assignment is not found; IDs have a casing.", Source: entraAssignmentAPI, Mark: Live,
			Test: func(t *Tenant) {
				_, err := t.Entra.Assignment(t.Ctx, "shjUVMBM7kebOej4Ttjgcz2U7QLKbplPg9bm-_ncY64-1")
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "Request_ResourceNotFound"})
			},
		},
		{
			ID: "EN-ASG-003", Says: "Role, principal and scope are unique together.", Source: "https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignments", Mark: Live,
			Test: func(t *Tenant) {
				a := t.entraAssignment(userAdmin, alice, "/")
				t.refused(create(t, entra.Assignment{RoleID: userAdmin, PrincipalID: alice, DirectoryScope: "/"}), refusal{Kind: rbac.Exists, Code: "Request_BadRequest", Existing: a.ID})
			},
		},
		{
			ID: "EN-ASG-004", Says: "Both spellings of an administrative unit are one scope.", Source: entraAssignmentAPI, Mark: Client,
			Test: func(t *Tenant) {
				a := t.entraAssignment(userAdmin, alice, "/directory/administrativeUnits/A0000000-0000-4000-8000-000000000008")
				t.same(a.DirectoryScope, "/administrativeUnits/a0000000-0000-4000-8000-000000000008")
				t.refused(create(t, entra.Assignment{RoleID: userAdmin, PrincipalID: alice, DirectoryScope: "/administrativeUnits/" + unit.String()}),
					refusal{Kind: rbac.Exists, Code: "Request_BadRequest", Existing: a.ID})
			},
		},
		{
			ID: "EN-ASG-005", Says: "An assignment has a directory scope or an app scope, not both and not neither.", Source: entraAssignmentAPI, Mark: Live,
			Test: func(t *Tenant) {
				t.refused(create(t, entra.Assignment{RoleID: userAdmin, PrincipalID: alice}), refusal{Kind: rbac.Invalid, Code: "Request_BadRequest", Rule: "entra_scope_syntax"})
				t.refused(create(t, entra.Assignment{RoleID: userAdmin, PrincipalID: alice, DirectoryScope: "/", AppScope: "/"}), refusal{Kind: rbac.Invalid, Code: "Request_BadRequest"})
				want := entra.Assignment{RoleID: userAdmin, PrincipalID: alice, AppScope: "/AccessPackageCatalog/" + id(7).String()}
				got := must(t.Entra.CreateAssignment(t.Ctx, want))(t)
				want.ID = got.ID
				t.same(got, want)
				t.same(must(t.Entra.Assignment(t.Ctx, got.ID))(t), want)
			},
		},
		{
			ID: "EN-ASG-006", Says: "A malformed scope is refused.", Source: entraAssignmentAPI, Mark: Live,
			Test: func(t *Tenant) {
				t.refused(create(t, entra.Assignment{RoleID: userAdmin, PrincipalID: alice, DirectoryScope: "/users/x"}), refusal{Kind: rbac.Invalid, Code: "Request_BadRequest", Rule: "entra_scope_syntax"})
			},
		},
		{
			ID: "EN-ASG-007", Says: "A role that does not exist can't be assigned.", Source: azureadIssue, Mark: Live,
			Test: func(t *Tenant) {
				t.refused(create(t, entra.Assignment{RoleID: id(99), PrincipalID: alice, DirectoryScope: "/"}), refusal{Kind: rbac.NotFound, Code: "Request_ResourceNotFound"})
			},
		},
		{
			ID: "EN-ASG-008", Says: "A disabled role can't be assigned.", Source: entraRoleAPI, Mark: Documented,
			Test: func(t *Tenant) {
				r := t.entraRole(1, func(r *entra.Role) { r.Enabled = false })
				t.refused(create(t, entra.Assignment{RoleID: r.ID, PrincipalID: alice, DirectoryScope: "/"}), refusal{Kind: rbac.Invalid, Code: "Request_BadRequest"})
			},
		},
		{
			ID: "EN-ASG-009", Says: "A principal that the directory does not know is refused; an application ID is called out.", Source: azureadIssue, Mark: Live,
			Options: withDirectory(),
			Test: func(t *Tenant) {
				t.refused(create(t, entra.Assignment{RoleID: userAdmin, PrincipalID: nobody, DirectoryScope: "/"}), refusal{Kind: rbac.PrincipalNotFound, Code: "Request_ResourceNotFound"})
				t.says(t.refused(create(t, entra.Assignment{RoleID: userAdmin, PrincipalID: robotApp, DirectoryScope: "/"}),
					refusal{Kind: rbac.PrincipalNotFound, Code: "Request_ResourceNotFound"}), "application ID", robot.String())
			},
		},
		{
			ID: "EN-ASG-010", Says: "Users, service principals and role-assignable groups hold roles; other groups and devices do not.", Source: entraGroups, Mark: Documented,
			Options: withDirectory(),
			Test: func(t *Tenant) {
				for _, p := range []rbac.GUID{alice, robot, admins} {
					t.entraAssignment(userAdmin, p, "/")
				}
				t.refused(create(t, entra.Assignment{RoleID: userAdmin, PrincipalID: team, DirectoryScope: "/"}), refusal{Kind: rbac.Invalid, Code: "Request_BadRequest", Rule: "entra_group_role_assignable"})
				t.refused(create(t, entra.Assignment{RoleID: userAdmin, PrincipalID: laptop, DirectoryScope: "/"}), refusal{Kind: rbac.Invalid, Code: "Request_BadRequest"})
			},
		},
		{
			ID: "EN-ASG-011", Says: "A scope whose object does not exist is refused, and a group is no administrative unit.", Source: azureadIssue, Mark: Live,
			Options: withDirectory(),
			Test: func(t *Tenant) {
				for _, s := range []string{"/administrativeUnits/" + nobody.String(), "/" + nobody.String(), "/administrativeUnits/" + team.String()} {
					t.refused(create(t, entra.Assignment{RoleID: userAdmin, PrincipalID: alice, DirectoryScope: s}), refusal{Kind: rbac.ScopeNotFound, Code: "Request_ResourceNotFound"})
				}
				t.entraAssignment(userAdmin, alice, "/administrativeUnits/"+unit.String())
				t.entraAssignment(userAdmin, alice, "/"+team.String())
			},
		},
		{
			ID: "EN-ASG-012", Says: "A principal has 150 assignments of custom roles at most, at any scope.", Source: entraLimits, Mark: Documented,
			Options: withLimit(entra.LimitCustomAssignmentsPerPrincipal, 2),
			Test: func(t *Tenant) {
				r := t.entraRole(1)
				t.entraAssignment(r.ID, alice, "/")
				t.entraAssignment(r.ID, alice, "/"+id(5).String())
				t.refused(create(t, entra.Assignment{RoleID: r.ID, PrincipalID: alice, DirectoryScope: "/" + id(6).String()}),
					refusal{Kind: rbac.LimitExceeded, Code: "Request_BadRequest", Rule: "entra_custom_assignments_per_principal"})
				t.entraAssignment(r.ID, robot, "/")
				t.entraAssignment(userAdmin, alice, "/")
			},
		},
		{
			ID: "EN-ASG-013", Says: "A principal has 100 assignments of built-in roles below the tenant at most; at the tenant any number.", Source: entraLimits, Mark: Documented,
			Options: withLimit(entra.LimitScopedAssignmentsPerPrincipal, 1),
			Test: func(t *Tenant) {
				t.entraAssignment(userAdmin, alice, "/administrativeUnits/"+unit.String())
				t.refused(create(t, entra.Assignment{RoleID: globalReader, PrincipalID: alice, DirectoryScope: "/" + id(6).String()}),
					refusal{Kind: rbac.LimitExceeded, Code: "Request_BadRequest", Rule: "entra_scoped_assignments_per_principal"})
				t.entraAssignment(userAdmin, alice, "/")
				t.entraAssignment(globalReader, alice, "/")
			},
		},
		{
			ID: "EN-ASG-014", Says: "A deleted assignment is gone; deleting it again succeeds; making it again gives the same ID.", Source: entraAssignmentAPI, Mark: Live,
			Test: func(t *Tenant) {
				a := t.entraAssignment(userAdmin, alice, "/")
				t.done(t.Entra.DeleteAssignment(t.Ctx, a.ID))
				t.done(t.Entra.DeleteAssignment(t.Ctx, a.ID))
				_, err := t.Entra.Assignment(t.Ctx, a.ID)
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "Request_ResourceNotFound"})
				t.same(t.entraAssignment(userAdmin, alice, "/"), a)
			},
		},
		{
			ID: "EN-ASG-015", Says: "Lists can be narrowed by role, principal and scope, and are sorted by ID.", Source: entraAssignmentAPI, Mark: Documented,
			Test: func(t *Tenant) {
				a := t.entraAssignment(userAdmin, alice, "/")
				b := t.entraAssignment(userAdmin, alice, "/administrativeUnits/"+unit.String())
				c := t.entraAssignment(globalReader, robot, "/")
				all := must(t.Entra.Assignments(t.Ctx, entra.AssignmentFilter{}))(t)
				t.same(len(all), 3)
				for i := range all {
					if i > 0 && all[i-1].ID >= all[i].ID {
						t.Errorf("%s comes after %s", all[i].ID, all[i-1].ID)
					}
				}
				t.same(must(t.Entra.Assignments(t.Ctx, entra.AssignmentFilter{PrincipalID: robot}))(t), []entra.Assignment{c})
				t.same(must(t.Entra.Assignments(t.Ctx, entra.AssignmentFilter{RoleID: userAdmin, DirectoryScope: "/"}))(t), []entra.Assignment{a})
				t.same(must(t.Entra.Assignments(t.Ctx, entra.AssignmentFilter{DirectoryScope: b.DirectoryScope}))(t), []entra.Assignment{b})
			},
		},
		{
			ID: "EN-ASG-016", Says: "Roles, principals: what is no GUID is refused.", Source: entraAssignmentAPI, Mark: Client,
			Test: func(t *Tenant) {
				t.refused(create(t, entra.Assignment{RoleID: "x", PrincipalID: alice, DirectoryScope: "/"}), refusal{Kind: rbac.Invalid, Code: "Request_BadRequest"})
				t.refused(create(t, entra.Assignment{RoleID: userAdmin, PrincipalID: "x", DirectoryScope: "/"}), refusal{Kind: rbac.Invalid, Code: "Request_BadRequest"})
			},
		},
	}
}

func directoryCases() []Case {
	return []Case{
		{
			ID: "EN-DIR-001", Says: "A directory tells what it knows of objects, and leaves out those it does not know.", Source: "https://learn.microsoft.com/graph/api/directoryobject-getbyids", Mark: Documented,
			Options: withDirectory(),
			Test: func(t *Tenant) {
				t.same(must(t.Entra.Objects(t.Ctx, []rbac.GUID{alice, team, admins, robot, laptop, unit, nobody, robotApp}))(t), map[rbac.GUID]entra.Object{
					alice:  {ID: alice, Type: entra.User, DisplayName: "Alice"},
					team:   {ID: team, Type: entra.Group, DisplayName: "Team", SecurityEnabled: true},
					admins: {ID: admins, Type: entra.Group, DisplayName: "Admins", SecurityEnabled: true, RoleAssignable: true},
					robot:  {ID: robot, Type: entra.ServicePrincipal, DisplayName: "Robot", AppID: robotApp},
					laptop: {ID: laptop, Type: entra.Device, DisplayName: "Laptop"},
					unit:   {ID: unit, Type: entra.AdministrativeUnit, DisplayName: "Unit"},
				})
			},
		},
		{
			ID: "EN-DIR-002", Says: "A directory that keeps no objects knows every ID and nothing else.", Source: "https://learn.microsoft.com/graph/api/directoryobject-getbyids", Mark: Client,
			Test: func(t *Tenant) {
				t.same(must(t.Entra.Objects(t.Ctx, []rbac.GUID{nobody}))(t), map[rbac.GUID]entra.Object{nobody: {ID: nobody}})
			},
		},
	}
}
