// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package backendtest

import (
	"slices"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	memberGroups = "https://learn.microsoft.com/graph/api/directoryobject-getmembergroups"
	groupMembers = "https://learn.microsoft.com/graph/api/group-list-transitivemembers"
	unitMembers  = "https://learn.microsoft.com/graph/api/user-list-memberof"
	denyList     = "https://learn.microsoft.com/rest/api/authorization/deny-assignments/list-for-scope"
	groupTree    = "https://learn.microsoft.com/azure/governance/management-groups/overview"
)

// nested is a directory in which Alice is in the inner group, that in the middle
// one, and that in the outer one, which is in the inner one again. The caller is
// the application as which backends sign in.
var nested = []byte(`{
  "tenant_id": "d0000000-0000-4000-8000-000000000001", "caller": "a0000000-0000-4000-8000-000000000006",
  "users": [{"id": "a0000000-0000-4000-8000-000000000001", "display_name": "Alice"}],
  "groups": [
    {"id": "c0000000-0000-4000-8000-000000000001", "display_name": "Inner", "members": ["a0000000-0000-4000-8000-000000000001", "c0000000-0000-4000-8000-000000000003"]},
    {"id": "c0000000-0000-4000-8000-000000000002", "display_name": "Middle", "members": ["c0000000-0000-4000-8000-000000000001"]},
    {"id": "c0000000-0000-4000-8000-000000000003", "display_name": "Outer", "members": ["c0000000-0000-4000-8000-000000000002"]},
    {"id": "c0000000-0000-4000-8000-000000000004", "display_name": "Mailing", "security_enabled": false, "members": ["a0000000-0000-4000-8000-000000000001"]},
    {"id": "c0000000-0000-4000-8000-000000000005", "display_name": "Empty"}],
  "service_principals": [{"id": "a0000000-0000-4000-8000-000000000006", "app_id": "a0000000-0000-4000-8000-000000000006", "display_name": "Robot"}],
  "devices": [{"id": "a0000000-0000-4000-8000-000000000007", "display_name": "Laptop"}],
  "administrative_units": [
    {"id": "e0000000-0000-4000-8000-000000000001", "display_name": "Europe", "members": ["a0000000-0000-4000-8000-000000000001", "a0000000-0000-4000-8000-000000000007"]},
    {"id": "e0000000-0000-4000-8000-000000000002", "display_name": "Groups", "members": ["c0000000-0000-4000-8000-000000000001"]},
    {"id": "e0000000-0000-4000-8000-000000000003", "display_name": "Berlin", "members": ["a0000000-0000-4000-8000-000000000001"]}]
}`)

// The groups and units of nested.
const (
	inner   rbac.GUID = "c0000000-0000-4000-8000-000000000001"
	middle  rbac.GUID = "c0000000-0000-4000-8000-000000000002"
	outer   rbac.GUID = "c0000000-0000-4000-8000-000000000003"
	letters rbac.GUID = "c0000000-0000-4000-8000-000000000004"
	empty   rbac.GUID = "c0000000-0000-4000-8000-000000000005"
	europe  rbac.GUID = "e0000000-0000-4000-8000-000000000001"
	unitOfG rbac.GUID = "e0000000-0000-4000-8000-000000000002"
	berlin  rbac.GUID = "e0000000-0000-4000-8000-000000000003"
)

func membershipCases() []Case {
	return []Case{
		{
			ID: "EN-MEM-001", Says: "The groups of a principal are those it is in directly and through other groups, in a circle too, security groups or not.", Source: memberGroups, Mark: Documented,
			Options: Options{Directory: nested},
			Test: func(t *Tenant) {
				t.same(must(t.Entra.MemberOf(t.Ctx, alice))(t), []rbac.GUID{inner, middle, outer, letters})
				t.same(must(t.Entra.MemberOf(t.Ctx, robotApp))(t), []rbac.GUID(nil))
				t.same(must(t.Entra.MemberOf(t.Ctx, laptop))(t), []rbac.GUID(nil))
				t.same(must(t.Entra.MemberOf(t.Ctx, empty))(t), []rbac.GUID(nil))
				groups := must(t.Entra.MemberOf(t.Ctx, middle))(t)
				if !slices.Contains(groups, outer) || !slices.Contains(groups, inner) {
					t.Errorf("the middle group is in %v, want the outer and the inner one among them", groups)
				}
			},
		},
		{
			ID: "EN-MEM-002", Says: "Whom the directory does not know has no groups to tell: the principal does not exist.", Source: memberGroups, Mark: Documented,
			Options: Options{Directory: nested},
			Test: func(t *Tenant) {
				_, err := t.Entra.MemberOf(t.Ctx, nobody)
				t.refused(err, refusal{Kind: rbac.PrincipalNotFound, Code: "Request_ResourceNotFound"})
			},
		},
		{
			ID: "EN-MEM-003", Says: "A directory that keeps no objects knows of no groups.", Source: memberGroups, Mark: Client,
			Test: func(t *Tenant) {
				t.same(must(t.Entra.MemberOf(t.Ctx, alice))(t), []rbac.GUID(nil))
			},
		},
		{
			ID: "EN-MEM-004", Says: "An object is in the administrative units of which it is a member itself, not in those of its groups.", Source: unitMembers, Mark: Documented,
			Options: Options{Directory: nested},
			Test: func(t *Tenant) {
				t.same(must(t.Entra.UnitsOf(t.Ctx, alice))(t), []rbac.GUID{europe, berlin})
				t.same(must(t.Entra.UnitsOf(t.Ctx, laptop))(t), []rbac.GUID{europe})
				t.same(must(t.Entra.UnitsOf(t.Ctx, inner))(t), []rbac.GUID{unitOfG})
				t.same(must(t.Entra.UnitsOf(t.Ctx, robotApp))(t), []rbac.GUID(nil))
				t.same(must(t.Entra.UnitsOf(t.Ctx, europe))(t), []rbac.GUID(nil))
				_, err := t.Entra.UnitsOf(t.Ctx, nobody)
				t.refused(err, refusal{Kind: rbac.ScopeNotFound, Code: "Request_ResourceNotFound"})
			},
		},
		{
			ID: "EN-MEM-005", Says: "The caller is who signs in.", Source: "https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference", Mark: Documented,
			Options: Options{Directory: nested},
			Test: func(t *Tenant) {
				t.same(must(t.Entra.Caller(t.Ctx))(t), robotApp)
			},
		},
		{
			ID: "EN-MEM-006", Says: "The members of a group are the users, service principals and devices in it and in the groups in it, in a circle too.", Source: groupMembers, Mark: Documented,
			Options: Options{Directory: nested},
			Test: func(t *Tenant) {
				for _, group := range []rbac.GUID{inner, outer} {
					members := must(t.Entra.Members(t.Ctx, group))(t)
					if len(members) != 1 || members[0].ID != alice || members[0].DisplayName != "Alice" || members[0].Type != entra.User {
						t.Errorf("in %s are %+v, want Alice alone", group, members)
					}
				}
				t.same(must(t.Entra.Members(t.Ctx, empty))(t), []entra.Object(nil))
				_, err := t.Entra.Members(t.Ctx, nobody)
				t.refused(err, refusal{Kind: rbac.PrincipalNotFound, Code: "Request_ResourceNotFound"})
			},
		},
		{
			ID: "AZ-MG-001", Says: "Above a subscription and what is in it lie its management group and those above that, the nearest first.", Source: groupTree, Mark: Documented,
			Options: withDirectory(),
			Test: func(t *Tenant) {
				for s, want := range map[string][]azure.Scope{
					subProd:                         {scope(mgPrefix + "Prod"), scope(mgPrefix + "Corp"), scope(mgPrefix + "Root")},
					subProd + "/resourceGroups/one": {scope(mgPrefix + "Prod"), scope(mgPrefix + "Corp"), scope(mgPrefix + "Root")},
					subDev:                          {scope(mgPrefix + "Root")},
					mgPrefix + "PROD":               {scope(mgPrefix + "Corp"), scope(mgPrefix + "Root")},
					mgPrefix + "Root":               nil,
					"/":                             nil,
				} {
					t.same(must(t.Azure.ManagementGroupsAbove(t.Ctx, scope(s)))(t), want)
				}
			},
		},
		{
			ID: "AZ-MG-002", Says: "Where no management groups are known, nothing lies above a subscription.", Source: groupTree, Mark: Client,
			Test: func(t *Tenant) {
				t.same(must(t.Azure.ManagementGroupsAbove(t.Ctx, scope(subProd)))(t), []azure.Scope(nil))
			},
		},
		{
			ID: "AZ-DENY-001", Says: "Deny assignments are listed at every scope that exists; in a tenant of its own there are none.", Source: denyList, Mark: Documented,
			Options: withDirectory(),
			Test: func(t *Tenant) {
				for _, s := range []azure.Scope{{}, scope("/"), scope(mgPrefix + "Corp"), scope(subProd), scope(subProd + "/resourceGroups/one")} {
					t.same(must(t.Azure.DenyAssignments(t.Ctx, s))(t), []azure.DenyAssignment(nil))
				}
				_, err := t.Azure.DenyAssignments(t.Ctx, scope(subNone))
				t.refused(err, refusal{Kind: rbac.ScopeNotFound, Code: "SubscriptionNotFound"})
			},
		},
		{
			ID: "AZ-ASG-035", Says: "A list for a principal and groups of it has what is assigned to any of them.", Source: assignmentList, Mark: Client,
			Options: withDirectory(),
			Test: func(t *Tenant) {
				t.azureAssignment(1)
				t.azureAssignment(2, func(a *azure.Assignment) { a.PrincipalID, a.PrincipalType = team, "" })
				t.azureAssignment(3, func(a *azure.Assignment) { a.PrincipalID, a.PrincipalType = robot, "" })
				t.azureAssignment(4, func(a *azure.Assignment) { a.Scope = scope(subDev) })
				t.same(t.names(azure.AssignmentFilter{PrincipalID: alice, Through: []rbac.GUID{team, admins}}), []rbac.GUID{id(1), id(2), id(4)})
				t.same(t.names(azure.AssignmentFilter{PrincipalID: alice, Through: []rbac.GUID{team}, Scope: scope(subDev)}), []rbac.GUID{id(4)})
			},
		},
		{
			ID: "AZ-ROLE-033", Says: "Roles are listed by their IDs too; one that does not exist is left out.", Source: roleRecordings, Mark: Client,
			Test: func(t *Tenant) {
				r := t.azureRole(1)
				for _, ids := range [][]rbac.GUID{{r.ID, nobody}, {r.ID, nobody, reader, contributor}} {
					var got []rbac.GUID
					for _, role := range must(t.Azure.Roles(t.Ctx, azure.RoleFilter{IDs: ids}))(t) {
						got = append(got, role.ID)
					}
					for _, want := range ids {
						if slices.Contains(got, want) == (want == nobody) {
							t.Errorf("for %v: got %v", ids, got)
						}
					}
					t.same(len(got), len(ids)-1)
				}
				t.same(must(t.Azure.Roles(t.Ctx, azure.RoleFilter{IDs: []rbac.GUID{r.ID, reader}, Type: azure.CustomRole}))(t), []azure.Role{r})
			},
		},
	}
}
