// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package backendtest

import (
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	assignmentsREST  = "https://learn.microsoft.com/rest/api/authorization/role-assignments/create"
	assignmentList   = "https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest"
	assignmentDelete = "https://learn.microsoft.com/rest/api/authorization/role-assignments/delete"
	scopeOverview    = "https://learn.microsoft.com/azure/role-based-access-control/scope-overview"
)

// grant is a small valid role assignment: Reader for a user at a subscription.
func grant(n int, change ...func(*azure.Assignment)) azure.Assignment {
	a := azure.Assignment{Name: id(n), Scope: scope(subProd), RoleID: reader, PrincipalID: alice, PrincipalType: "User"}
	for _, c := range change {
		c(&a)
	}
	return a
}

func (t *Tenant) azureAssignment(n int, change ...func(*azure.Assignment)) azure.Assignment {
	t.Helper()
	return must(t.Azure.CreateAssignment(t.Ctx, grant(n, change...)))(t)
}

func (t *Tenant) names(f azure.AssignmentFilter) []rbac.GUID {
	t.Helper()
	var out []rbac.GUID
	for _, a := range must(t.Azure.Assignments(t.Ctx, f))(t) {
		out = append(out, a.Name)
	}
	return out
}

func azureAssignmentCases() []Case {
	at := func(text string) func(*azure.Assignment) {
		return func(a *azure.Assignment) { a.Scope = scope(text) }
	}
	return []Case{
		{
			ID: "AZ-ASG-001", Says: "An assignment comes back as it was sent, in every field, the scope in its casing.", Source: assignmentsREST, Mark: Live,
			Test: func(t *Tenant) {
				want := azure.Assignment{
					Name: id(1), Scope: scope(subProd + "/resourceGroups/RG-One/providers/Microsoft.Storage/storageAccounts/Acc"), RoleID: blobReader, PrincipalID: robot,
					PrincipalType: "ServicePrincipal", Description: "Reads <blobs> & more, ä.",
					Condition: "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'a'", ConditionVersion: "2.0",
					DelegatedManagedIdentityResourceID: subProd + "/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i",
				}
				t.same(must(t.Azure.CreateAssignment(t.Ctx, want))(t), want)
				t.same(must(t.Azure.Assignment(t.Ctx, want.Scope, want.Name))(t), want)
			},
		},
		{
			ID: "AZ-ASG-002", Says: "An unknown assignment is not found, nor is one at another scope than its own.", Source: roleRecordings, Mark: Live,
			Test: func(t *Tenant) {
				_, err := t.Azure.Assignment(t.Ctx, scope(subProd), id(1))
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "RoleAssignmentNotFound"})
				t.azureAssignment(1)
				_, err = t.Azure.Assignment(t.Ctx, scope(subDev), id(1))
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "RoleAssignmentNotFound"})
			},
		},
		{
			ID: "AZ-ASG-003", Says: "An assignment is found at its scope in any casing.", Source: scopeOverview, Mark: Documented,
			Test: func(t *Tenant) {
				a := t.azureAssignment(1, at(subProd+"/resourceGroups/Größe"))
				t.same(must(t.Azure.Assignment(t.Ctx, scope(strings.ToUpper(subProd)+"/resourcegroups/GRÖßE"), a.Name))(t), a)
			},
		},
		{
			ID: "AZ-ASG-004", Says: "Scope, role and principal are unique together, whatever the casing of the scope.", Source: troubleshooting, Mark: Live,
			Test: func(t *Tenant) {
				a := t.azureAssignment(1, at(subProd+"/resourceGroups/rg"))
				_, err := t.Azure.CreateAssignment(t.Ctx, grant(2, at(subProd+"/resourceGroups/RG")))
				e := t.refused(err, refusal{Kind: rbac.Exists, Code: "RoleAssignmentExists", Existing: subProd + "/resourceGroups/rg" + assignmentPart + a.Name.String()})
				t.says(e, a.Name.String(), "Import")
			},
		},
		{
			ID: "AZ-ASG-005", Says: "A name that the same assignment has exists already.", Source: assignmentsREST, Mark: Client,
			Test: func(t *Tenant) {
				a := t.azureAssignment(1)
				_, err := t.Azure.CreateAssignment(t.Ctx, grant(1, func(a *azure.Assignment) { a.Description = "again" }))
				t.refused(err, refusal{Kind: rbac.Exists, Code: "RoleAssignmentExists", Existing: a.ID()})
				t.same(must(t.Azure.Assignment(t.Ctx, a.Scope, a.Name))(t).Description, "")
			},
		},
		{
			ID: "AZ-ASG-006", Says: "A name can't be used for another principal, role or scope.", Source: assignmentsREST, Mark: Live,
			Test: func(t *Tenant) {
				a := t.azureAssignment(1)
				for _, other := range []azure.Assignment{
					grant(1, func(a *azure.Assignment) { a.PrincipalID = team }), grant(1, func(a *azure.Assignment) { a.RoleID = contributor }), grant(1, at(subDev)),
				} {
					_, err := t.Azure.CreateAssignment(t.Ctx, other)
					t.refused(err, refusal{Kind: rbac.Exists, Code: "RoleAssignmentUpdateNotPermitted", Existing: a.ID()})
				}
			},
		},
		{
			ID: "AZ-ASG-007", Says: "A role that does not exist can't be assigned.", Source: assignmentsREST, Mark: Assumed,
			Test: func(t *Tenant) {
				_, err := t.Azure.CreateAssignment(t.Ctx, grant(1, func(a *azure.Assignment) { a.RoleID = id(99) }))
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "RoleDefinitionDoesNotExist"})
			},
		},
		{
			ID: "AZ-ASG-008", Says: "Without a directory and without a type, a principal is a user.", Source: assignmentsREST, Mark: Documented,
			Test: func(t *Tenant) {
				t.same(t.azureAssignment(1, func(a *azure.Assignment) { a.PrincipalType = "" }).PrincipalType, "User")
			},
		},
		{
			ID: "AZ-ASG-009", Says: "The type of a principal is filled in from the directory.", Source: assignmentsREST, Mark: Live,
			Options: withDirectory(),
			Test: func(t *Tenant) {
				for n, c := range []struct {
					principal rbac.GUID
					want      string
				}{{alice, "User"}, {team, "Group"}, {robot, "ServicePrincipal"}, {laptop, "Device"}} {
					a := t.azureAssignment(n+1, func(a *azure.Assignment) { a.PrincipalID, a.PrincipalType = c.principal, "" })
					t.same(a.PrincipalType, c.want)
				}
			},
		},
		{
			ID: "AZ-ASG-010", Says: "A type that is given is kept.", Source: assignmentsREST, Mark: Live,
			Test: func(t *Tenant) {
				for n, want := range []string{"User", "Group", "ServicePrincipal", "ForeignGroup", "Device"} {
					a := t.azureAssignment(n+1, func(a *azure.Assignment) { a.PrincipalID, a.PrincipalType = id(n+50), want })
					t.same(must(t.Azure.Assignment(t.Ctx, a.Scope, a.Name))(t).PrincipalType, want)
				}
				_, err := t.Azure.CreateAssignment(t.Ctx, grant(9, func(a *azure.Assignment) { a.PrincipalType = "Robot" }))
				t.refused(err, refusal{Kind: rbac.Invalid})
			},
		},
		{
			ID: "AZ-ASG-011", Says: "A principal that the directory does not know is refused when no type is given.", Source: troubleshooting, Mark: Documented,
			Options: withDirectory(),
			Test: func(t *Tenant) {
				_, err := t.Azure.CreateAssignment(t.Ctx, grant(1, func(a *azure.Assignment) { a.PrincipalID, a.PrincipalType = nobody, "" }))
				t.says(t.refused(err, refusal{Kind: rbac.PrincipalNotFound, Code: "PrincipalNotFound"}), nobody.String(), "principal_type")
			},
		},
		{
			ID: "AZ-ASG-012", Says: "With a type, a principal is not looked up: it may be newer than the directory's copy.", Source: troubleshooting, Mark: Live,
			Options: withDirectory(),
			Test: func(t *Tenant) {
				a := t.azureAssignment(1, func(a *azure.Assignment) { a.PrincipalID, a.PrincipalType = nobody, "ServicePrincipal" })
				t.same(a.PrincipalType, "ServicePrincipal")
			},
		},
		{
			ID: "AZ-ASG-013", Says: "A type that contradicts the directory is refused.", Source: troubleshooting, Mark: Client,
			Options: withDirectory(),
			Test: func(t *Tenant) {
				_, err := t.Azure.CreateAssignment(t.Ctx, grant(1, func(a *azure.Assignment) { a.PrincipalID, a.PrincipalType = team, "User" }))
				t.refused(err, refusal{Kind: rbac.Invalid, Code: "UnmatchedPrincipalType"})
			},
		},
		{
			ID: "AZ-ASG-014", Says: "An application ID is no principal; the refusal names the object ID.", Source: troubleshooting, Mark: Documented,
			Options: withDirectory(),
			Test: func(t *Tenant) {
				_, err := t.Azure.CreateAssignment(t.Ctx, grant(1, func(a *azure.Assignment) { a.PrincipalID, a.PrincipalType = robotApp, "" }))
				t.says(t.refused(err, refusal{Kind: rbac.PrincipalNotFound, Code: "PrincipalNotFound"}), "application ID", robot.String())
			},
		},
		{
			ID: "AZ-ASG-015", Says: "A principal ID that is no GUID is refused.", Source: troubleshooting, Mark: Client,
			Test: func(t *Tenant) {
				_, err := t.Azure.CreateAssignment(t.Ctx, grant(1, func(a *azure.Assignment) { a.PrincipalID = "alice" }))
				t.refused(err, refusal{Kind: rbac.Invalid, Code: "InvalidPrincipalId", Rule: "azure_principal_id"})
			},
		},
		{
			ID: "AZ-ASG-016", Says: "A subscription that does not exist is no scope, nor is what lies in it.", Source: roleRecordings, Mark: Live,
			Options: withDirectory(),
			Test: func(t *Tenant) {
				for _, s := range []string{subNone, subNone + "/resourceGroups/rg"} {
					_, err := t.Azure.CreateAssignment(t.Ctx, grant(1, at(s)))
					t.refused(err, refusal{Kind: rbac.ScopeNotFound, Code: "SubscriptionNotFound"})
				}
			},
		},
		{
			ID: "AZ-ASG-017", Says: "A management group that does not exist is no scope.", Source: scopeOverview, Mark: Assumed,
			Options: withDirectory(),
			Test: func(t *Tenant) {
				_, err := t.Azure.CreateAssignment(t.Ctx, grant(1, at(mgPrefix+"Nowhere")))
				t.refused(err, refusal{Kind: rbac.ScopeNotFound})
				t.azureAssignment(1, at(mgPrefix+"corp"))
			},
		},
		{
			ID: "AZ-ASG-018", Says: "Without a directory, every well-formed scope and principal is accepted.", Source: scopeOverview, Mark: Client,
			Test: func(t *Tenant) {
				for n, s := range []string{"/", mgPrefix + "Nowhere", subNone, subNone + "/resourceGroups/rg", "/providers/Microsoft.Capacity"} {
					t.azureAssignment(n+1, at(s))
				}
			},
		},
		{
			ID: "AZ-ASG-019", Says: "A custom role is assigned at or below its assignable scopes only.", Source: customRoles, Mark: Documented,
			Test: func(t *Tenant) {
				r := t.azureRole(1, func(r *azure.Role) { r.AssignableScopes = []string{subProd + "/resourceGroups/rg"} })
				for _, s := range []string{subProd, subDev, subProd + "/resourceGroups/rg2", "/"} {
					_, err := t.Azure.CreateAssignment(t.Ctx, grant(2, at(s), func(a *azure.Assignment) { a.RoleID = r.ID }))
					t.says(t.refused(err, refusal{Kind: rbac.Invalid}), s, subProd+"/resourceGroups/rg")
				}
				t.azureAssignment(2, at(subProd+"/resourceGroups/RG"), func(a *azure.Assignment) { a.RoleID = r.ID })
				t.azureAssignment(3, at(subProd+"/resourceGroups/rg/providers/N/t/n"), func(a *azure.Assignment) { a.RoleID = r.ID })
			},
		},
		{
			ID: "AZ-ASG-020", Says: "A management group among the assignable scopes covers what the hierarchy puts below it.", Source: scopeOverview, Mark: Documented,
			Options: withDirectory(),
			Test: func(t *Tenant) {
				r := t.azureRole(1, func(r *azure.Role) { r.AssignableScopes = []string{mgPrefix + "corp"} })
				with := func(a *azure.Assignment) { a.RoleID = r.ID }
				for n, s := range []string{mgPrefix + "Corp", mgPrefix + "Prod", subProd, subProd + "/resourceGroups/rg"} {
					t.azureAssignment(n+2, at(s), with)
				}
				for _, s := range []string{mgPrefix + "Root", subDev} {
					_, err := t.Azure.CreateAssignment(t.Ctx, grant(9, at(s), with))
					t.refused(err, refusal{Kind: rbac.Invalid})
				}
			},
		},
		{
			ID: "AZ-ASG-021", Says: "Without a directory, a management group may hold every subscription.", Source: scopeOverview, Mark: Client,
			Test: func(t *Tenant) {
				r := t.azureRole(1, func(r *azure.Role) { r.AssignableScopes = []string{mgPrefix + "Corp"} })
				t.azureAssignment(2, at(subDev), func(a *azure.Assignment) { a.RoleID = r.ID })
				_, err := t.Azure.CreateAssignment(t.Ctx, grant(3, at("/"), func(a *azure.Assignment) { a.RoleID = r.ID }))
				t.refused(err, refusal{Kind: rbac.Invalid})
			},
		},
		{
			ID: "AZ-ASG-022", Says: "A custom role with data actions can't be assigned at a management group.", Source: customRoles, Mark: Documented,
			Test: func(t *Tenant) {
				r := t.azureRole(1, func(r *azure.Role) {
					r.AssignableScopes, r.Permissions[0].DataActions = []string{mgPrefix + "Corp"}, []string{"a/b/read"}
				})
				_, err := t.Azure.CreateAssignment(t.Ctx, grant(2, at(mgPrefix+"Corp"), func(a *azure.Assignment) { a.RoleID = r.ID }))
				t.says(t.refused(err, refusal{Kind: rbac.Invalid}), "data actions")
				t.azureAssignment(2, func(a *azure.Assignment) { a.RoleID = r.ID })
				t.azureAssignment(3, at(mgPrefix+"Corp"), func(a *azure.Assignment) { a.RoleID = blobReader }) // a built-in one can
			},
		},
		{
			ID: "AZ-ASG-023", Says: "A condition without a version has version 2.0; there is no other.", Source: "https://learn.microsoft.com/azure/role-based-access-control/conditions-format", Mark: Documented,
			Test: func(t *Tenant) {
				const condition = "@Request[a:b] StringEquals 'c'"
				a := t.azureAssignment(1, func(a *azure.Assignment) { a.Condition = condition })
				t.same([]string{a.Condition, a.ConditionVersion}, []string{condition, "2.0"})
				_, err := t.Azure.CreateAssignment(t.Ctx, grant(2, func(a *azure.Assignment) { a.Condition, a.ConditionVersion = condition, "1.0" }))
				t.refused(err, refusal{Kind: rbac.Invalid, Rule: "azure_condition_syntax"})
				_, err = t.Azure.CreateAssignment(t.Ctx, grant(2, func(a *azure.Assignment) { a.ConditionVersion = "1.0" }))
				t.refused(err, refusal{Kind: rbac.Invalid})
			},
		},
		{
			ID: "AZ-ASG-024", Says: "A subscription has 5,000 assignments at most: at it, its resource groups and resources.", Source: azureLimits, Mark: Documented,
			Options: withLimit(azure.LimitAssignmentsPerSubscription, 3),
			Test: func(t *Tenant) {
				t.azureAssignment(1)
				t.azureAssignment(2, at(subProd+"/resourceGroups/rg"))
				t.azureAssignment(3, at(subDev))
				t.azureAssignment(4, at(mgPrefix+"Corp"))
				t.azureAssignment(5, at(strings.ToUpper(subProd)+"/resourceGroups/rg/providers/N/t/n"))
				_, err := t.Azure.CreateAssignment(t.Ctx, grant(6, at(subProd+"/resourceGroups/rg2")))
				t.refused(err, refusal{Kind: rbac.LimitExceeded, Code: "RoleAssignmentLimitExceeded", Rule: "azure_assignments_per_subscription"})
			},
		},
		{
			ID: "AZ-ASG-025", Says: "A management group has 500 assignments at most, and those below it do not count.", Source: azureLimits, Mark: Documented,
			Options: withLimit(azure.LimitAssignmentsPerManagementGroup, 1),
			Test: func(t *Tenant) {
				t.azureAssignment(1)
				t.azureAssignment(2, at(mgPrefix+"Corp"))
				_, err := t.Azure.CreateAssignment(t.Ctx, grant(3, at(mgPrefix+"CORP"), func(a *azure.Assignment) { a.PrincipalID = team }))
				t.refused(err, refusal{Kind: rbac.LimitExceeded, Code: "RoleAssignmentLimitExceeded", Rule: "azure_assignments_per_management_group"})
				t.azureAssignment(3, at(mgPrefix+"Prod"))
			},
		},
		{
			ID: "AZ-ASG-026", Says: "Description and condition can be changed and emptied.", Source: assignmentsREST, Mark: Documented,
			Test: func(t *Tenant) {
				a := t.azureAssignment(1)
				a.Description, a.Condition, a.ConditionVersion = "why", "@Request[a:b] StringEquals 'c'", "2.0"
				t.same(must(t.Azure.UpdateAssignment(t.Ctx, a))(t), a)
				t.same(must(t.Azure.Assignment(t.Ctx, a.Scope, a.Name))(t), a)
				a.Description, a.Condition, a.ConditionVersion = "", "", ""
				t.same(must(t.Azure.UpdateAssignment(t.Ctx, a))(t), a)
			},
		},
		{
			ID: "AZ-ASG-027", Says: "Role, principal and its type, and delegated identity can't be changed.", Source: assignmentsREST, Mark: Live,
			Test: func(t *Tenant) {
				a := t.azureAssignment(1)
				for _, other := range []azure.Assignment{
					grant(1, func(a *azure.Assignment) { a.RoleID = contributor }), grant(1, func(a *azure.Assignment) { a.PrincipalID = team }),
					grant(1, func(a *azure.Assignment) { a.PrincipalType = "Group" }), grant(1, func(a *azure.Assignment) { a.DelegatedManagedIdentityResourceID = subDev }),
				} {
					_, err := t.Azure.UpdateAssignment(t.Ctx, other)
					t.refused(err, refusal{Kind: rbac.Immutable, Code: "RoleAssignmentUpdateNotPermitted"})
				}
				t.same(must(t.Azure.Assignment(t.Ctx, a.Scope, a.Name))(t), a)
			},
		},
		{
			ID: "AZ-ASG-028", Says: "An update without a type keeps the type.", Source: assignmentsREST, Mark: Client,
			Test: func(t *Tenant) {
				t.azureAssignment(1, func(a *azure.Assignment) { a.PrincipalType = "Group" })
				got := must(t.Azure.UpdateAssignment(t.Ctx, grant(1, func(a *azure.Assignment) { a.PrincipalType, a.Description = "", "x" })))(t)
				t.same(got, grant(1, func(a *azure.Assignment) { a.PrincipalType, a.Description = "Group", "x" }))
			},
		},
		{
			ID: "AZ-ASG-029", Says: "An assignment that is gone can't be updated.", Source: roleRecordings, Mark: Client,
			Test: func(t *Tenant) {
				_, err := t.Azure.UpdateAssignment(t.Ctx, grant(1))
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "RoleAssignmentNotFound"})
			},
		},
		{
			ID: "AZ-ASG-030", Says: "A deleted assignment is gone; deleting it again, or at another scope, succeeds and does nothing.", Source: assignmentDelete, Mark: Documented,
			Test: func(t *Tenant) {
				a := t.azureAssignment(1)
				t.done(t.Azure.DeleteAssignment(t.Ctx, scope(subDev), a.Name))
				t.same(must(t.Azure.Assignment(t.Ctx, a.Scope, a.Name))(t), a)
				t.done(t.Azure.DeleteAssignment(t.Ctx, scope(strings.ToUpper(subProd)), a.Name))
				_, err := t.Azure.Assignment(t.Ctx, a.Scope, a.Name)
				t.refused(err, refusal{Kind: rbac.NotFound, Code: "RoleAssignmentNotFound"})
				t.done(t.Azure.DeleteAssignment(t.Ctx, a.Scope, a.Name))
				t.azureAssignment(2)
			},
		},
		{
			ID: "AZ-ASG-031", Says: "A list holds what is assigned at a scope, above and below it, sorted by scope.", Source: assignmentList, Mark: Documented,
			Options: withDirectory(),
			Test: func(t *Tenant) {
				for n, s := range []string{"/", mgPrefix + "Root", mgPrefix + "Corp", subProd, subProd + "/resourceGroups/a", subProd + "/resourceGroups/ab", subProd + "/resourceGroups/a/providers/N/t/n", subDev} {
					t.azureAssignment(n+1, at(s))
				}
				for s, want := range map[string][]rbac.GUID{
					subProd:                       {id(1), id(3), id(2), id(4), id(5), id(7), id(6)},
					subProd + "/resourceGroups/A": {id(1), id(3), id(2), id(4), id(5), id(7)},
					subDev:                        {id(1), id(2), id(8)},
					mgPrefix + "Corp":             {id(1), id(3), id(2), id(4), id(5), id(7), id(6)},
					mgPrefix + "prod":             {id(1), id(3), id(2), id(4), id(5), id(7), id(6)},
					mgPrefix + "Root":             {id(1), id(3), id(2), id(4), id(5), id(7), id(6), id(8)},
					"/":                           {id(1), id(3), id(2), id(4), id(5), id(7), id(6), id(8)},
				} {
					if got := t.names(azure.AssignmentFilter{Scope: scope(s)}); !equal(got, want) {
						t.Errorf("at %s: %v, want %v", s, got, want)
					}
				}
				t.same(len(t.names(azure.AssignmentFilter{})), 8)
			},
		},
		{
			ID: "AZ-ASG-032", Says: "A list can be narrowed to a role and to a principal's direct assignments.", Source: assignmentList, Mark: Documented,
			Options: withDirectory(),
			Test: func(t *Tenant) {
				t.azureAssignment(1)
				t.azureAssignment(2, func(a *azure.Assignment) { a.PrincipalID, a.PrincipalType = team, "" })
				t.azureAssignment(3, func(a *azure.Assignment) { a.RoleID = contributor })
				t.azureAssignment(4, at(subDev))
				t.same(t.names(azure.AssignmentFilter{PrincipalID: alice}), []rbac.GUID{id(1), id(3), id(4)}) // alice is in team
				t.same(t.names(azure.AssignmentFilter{RoleID: reader}), []rbac.GUID{id(1), id(2), id(4)})
				t.same(t.names(azure.AssignmentFilter{RoleID: reader, PrincipalID: alice, Scope: scope(subDev)}), []rbac.GUID{id(4)})
				t.same(t.names(azure.AssignmentFilter{PrincipalID: nobody}), []rbac.GUID(nil))
			},
		},
		{
			ID: "AZ-ASG-033", Says: "A description has 2,048 characters and a condition 8 KB at most.", Source: azureLimits, Mark: Documented,
			Test: func(t *Tenant) {
				_, err := t.Azure.CreateAssignment(t.Ctx, grant(1, func(a *azure.Assignment) { a.Description = strings.Repeat("a", 2049) }))
				t.refused(err, refusal{Kind: rbac.Invalid, Rule: "azure_assignment_description_length"})
				a := t.azureAssignment(1)
				a.Condition = strings.Repeat("a", 8193)
				_, err = t.Azure.UpdateAssignment(t.Ctx, a)
				t.refused(err, refusal{Kind: rbac.Invalid, Rule: "azure_condition_length"})
			},
		},
		{
			ID: "AZ-ASG-034", Says: "An assignment is created under a GUID, at a scope.", Source: assignmentsREST, Mark: Documented,
			Test: func(t *Tenant) {
				_, err := t.Azure.CreateAssignment(t.Ctx, grant(1, func(a *azure.Assignment) { a.Name = "" }))
				t.refused(err, refusal{Kind: rbac.Invalid})
				_, err = t.Azure.CreateAssignment(t.Ctx, grant(1, func(a *azure.Assignment) { a.Scope = azure.Scope{} }))
				t.refused(err, refusal{Kind: rbac.Invalid})
			},
		},
	}
}

func equal(a, b []rbac.GUID) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
