// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// Role is azure.Authorization.
func (s *azureAuthorization) Role(ctx context.Context, id rbac.GUID) (azure.Role, error) {
	return s.roles.Get(ctx, id)
}

// readRole reads a role definition. The GUID is its identity, whatever scope
// stands in front of it, so that none is needed.
func (s *azureAuthorization) readRole(ctx context.Context, id rbac.GUID) (azure.Role, error) {
	return armObject[wire.AzureRole](ctx, s.client, armRequest(http.MethodGet, azure.RoleResourceID(id), needsAzureRoleRead))
}

// listRoles lists role definitions of the whole tenant. Azure Resource Manager
// lists all custom ones at the root only when their type is asked for.
//
// Source: https://learn.microsoft.com/azure/role-based-access-control/custom-roles-rest
func (s *azureAuthorization) listRoles(ctx context.Context, filter string) ([]azure.Role, error) {
	return everywhere(ctx, s, &s.rolesForbidden, needsAzureRoleRead, func(ctx context.Context, at azure.Scope) ([]azure.Role, error) {
		return s.listRolesAt(ctx, at, filter)
	})
}

func (s *azureAuthorization) listRolesAt(ctx context.Context, at azure.Scope, filter string) ([]azure.Role, error) {
	return armObjects[wire.AzureRole](ctx, s.client, armList(at, wire.AzureRoleType, filter, needsAzureRoleRead))
}

func roleTypeFilter(t azure.RoleType) string {
	if t == azure.BuiltInRole {
		return "type eq " + armQuoted(wire.AzureBuiltInRole)
	}
	return "type eq " + armQuoted(wire.AzureCustomRole)
}

// Roles is azure.Authorization. Lists are read anew each time: others, such as
// another provider in the same run, may have changed what is in them.
func (s *azureAuthorization) Roles(ctx context.Context, f azure.RoleFilter) ([]azure.Role, error) {
	if len(f.IDs) > 0 {
		return s.rolesByID(ctx, f)
	}
	var out []azure.Role
	if f.Name != "" {
		named, err := s.rolesByName(ctx, f.Name)
		if err != nil {
			return nil, err
		}
		out = slices.DeleteFunc(named, func(r azure.Role) bool { return !f.Selects(r) })
	} else {
		if f.Type != azure.BuiltInRole {
			custom, err := s.listRoles(ctx, roleTypeFilter(azure.CustomRole))
			if err != nil {
				return nil, err
			}
			out = append(out, custom...)
		}
		if f.Type != azure.CustomRole {
			builtIn, err := s.listRoles(ctx, roleTypeFilter(azure.BuiltInRole))
			if err != nil {
				return nil, err
			}
			out = append(out, builtIn...)
		}
	}
	out = s.ownRoles.patch(out, roleResourceID, func(r azure.Role, _ bool) bool { return f.Selects(r) })
	sortRoles(out)
	return out, nil
}

// rolesByID finds roles by their IDs, of which each is asked for alone if they
// are few. Otherwise the built-in ones are listed, once in a run.
func (s *azureAuthorization) rolesByID(ctx context.Context, f azure.RoleFilter) ([]azure.Role, error) {
	known := map[rbac.GUID]azure.Role{}
	if len(f.IDs) > singleReads {
		builtIn, err := s.sharedBuiltIns.at(ctx, azure.Root, func(ctx context.Context) ([]azure.Role, error) {
			return s.listRoles(ctx, roleTypeFilter(azure.BuiltInRole))
		})
		if err != nil {
			return nil, err
		}
		for _, r := range builtIn {
			known[r.ID] = r
		}
	}
	var out []azure.Role
	for _, id := range f.IDs {
		r, ok := known[id]
		if !ok {
			var err error
			if r, err = s.Role(ctx, id); rbac.IsNotFound(err) {
				continue
			} else if err != nil {
				return nil, err
			}
		}
		if f.Selects(r) {
			out = append(out, r)
		}
	}
	sortRoles(out)
	return out, nil
}

func sortRoles(roles []azure.Role) {
	slices.SortFunc(roles, func(a, b azure.Role) int {
		return cmp.Or(cmp.Compare(rbac.Fold(a.Name), rbac.Fold(b.Name)), cmp.Compare(a.ID, b.ID))
	})
}

// rolesByName returns the roles with a name, one at most in a tenant that is at
// peace. The filter for names is known to miss custom roles at the root, and may
// mind the casing; what it does not find is looked for among the custom roles,
// first in the list that serves reads and then, since that may be old, in a new one.
func (s *azureAuthorization) rolesByName(ctx context.Context, name string) ([]azure.Role, error) {
	other := func(r azure.Role) bool { return !strings.EqualFold(r.Name, name) }
	found, err := s.listRoles(ctx, "roleName eq "+armQuoted(name))
	if found = slices.DeleteFunc(found, other); err != nil || len(found) > 0 {
		return found, err
	}
	if found, err = s.roles.Find(ctx, rbac.Fold(name)); err == nil && len(found) > 0 {
		return found, nil
	}
	found, err = s.listRoles(ctx, roleTypeFilter(azure.CustomRole))
	return slices.DeleteFunc(found, other), err
}

func roleResourceID(r azure.Role) string { return azure.RoleResourceID(r.ID) }

// putRole is the PUT of a role, at the first of its assignable scopes: the caller
// needs the permission at all of them. Scopes that are none are left to the
// service to refuse.
func (s *azureAuthorization) putRole(r azure.Role) azurePut[azure.Role] {
	at := azure.Root
	for _, text := range r.AssignableScopes {
		if scope, err := azure.ParseScope(text); err == nil {
			at = scope
			break
		}
	}
	doc := wire.NewAzureRole(r, "")
	doc.ID, doc.Type = "", "" // they are in the path
	p := azurePut[azure.Role]{
		Request: armRequest(http.MethodPut, azureBelow(at, azure.RoleResourceID(r.ID)), needsAzureRoleWrite),
		What:    fmt.Sprintf("Azure role %q", r.Name), Want: r, Same: sameAzureRole,
		Read: func(ctx context.Context) (azure.Role, error) { return s.readRole(ctx, r.ID) },
		Fields: map[string]string{
			wire.CodeRoleDefinitionWithSameNameExists: "name", wire.CodeRoleDefinitionNameNullOrEmpty: "name",
			wire.CodeSubscriptionNotFound: "assignable_scopes", wire.CodeResourceGroupNotFound: "assignable_scopes", wire.CodeManagementGroupNotFound: "assignable_scopes",
			wire.CodeMissingAssignableScopes: "assignable_scopes", wire.CodeLinkedInvalidPropertyID: "assignable_scopes",
		},
		Keep: func(got azure.Role) {
			s.roles.Put(got)
			s.ownRoles.put(azure.RoleResourceID(got.ID), &got)
		},
	}
	p.Request.Body = doc
	return p
}

// sameAzureRole compares the content of two roles, as Azure does: the casing of
// names and descriptions counts, that of permissions and scopes does not, nor
// does any order.
func sameAzureRole(a, b azure.Role) bool {
	p, q := a.Flat(), b.Flat()
	return a.ID == b.ID && a.Name == b.Name && a.Description == b.Description &&
		rbac.SameSet(p.Actions, q.Actions) && rbac.SameSet(p.NotActions, q.NotActions) &&
		rbac.SameSet(p.DataActions, q.DataActions) && rbac.SameSet(p.NotDataActions, q.NotDataActions) &&
		slices.Equal(scopeKeys(a.AssignableScopes), scopeKeys(b.AssignableScopes))
}

// scopeKeys are the distinct keys of scopes, sorted.
func scopeKeys(scopes []string) []string {
	keys := make([]string, len(scopes))
	for i, text := range scopes {
		keys[i] = text
		if scope, err := azure.ParseScope(text); err == nil {
			keys[i] = scope.Key()
		}
	}
	return rbac.FoldSet(keys)
}

// CreateRole is azure.Authorization.
func (s *azureAuthorization) CreateRole(ctx context.Context, r azure.Role) (azure.Role, error) {
	id, ok := rbac.ParseGUID(r.ID.String())
	if !ok {
		return azure.Role{}, azureFailure(rbac.Invalid, wire.CodeInvalidRoleDefinitionID, "role_id",
			fmt.Sprintf("The role ID %q is no GUID. An Azure role is created under a GUID of the caller's choice.", r.ID), nil)
	}
	r.ID = id
	put := s.putRole(r)
	release, err := vacant(ctx, &s.ownRoles, azure.RoleResourceID(id), put, func(have azure.Role) error { return azureRoleTaken(have, nil) })
	if err != nil {
		return azure.Role{}, err
	}
	defer release()
	var answer azure.Role
	s.roles.Forget(id)
	err = s.insist(ctx, put.What, func(ctx context.Context) (err error) {
		answer, err = sendAzure[wire.AzureRole](ctx, s.client, put)
		if azureCode(err) == wire.CodeRoleDefinitionWithSameNameExists {
			err = s.roleNameTaken(ctx, r, err)
			if err == nil {
				answer = r // it is what an earlier attempt of this create has made
			}
		}
		return err
	}, func(err error) time.Duration {
		// The name of a role that this run has deleted may be taken for a while.
		if e := azureSaid(err); e.Code == wire.CodeRoleDefinitionWithSameNameExists && s.ownRoles.deleted(e.Existing) {
			return azureEchoPatience
		}
		return 0
	})
	if azureCode(err) == wire.CodeRoleDefinitionExists {
		return azure.Role{}, azureRoleTaken(r, err)
	}
	if err != nil {
		return answer, err
	}
	return settledAzure(ctx, s.client, put, answer)
}

// azureRoleTaken is the error of a GUID that a role has. have is that role, as
// far as it is known.
func azureRoleTaken(have azure.Role, of error) error {
	advice := "Import it, or choose another ID."
	if have.BuiltIn || of != nil { // the service refuses a PUT for no other role
		advice = "Built-in roles are Microsoft's; choose another ID."
	}
	e := azureFailure(rbac.Exists, wire.CodeRoleDefinitionExists, "role_id", fmt.Sprintf("The role ID %s belongs to the Azure role %q. %s", have.ID, have.Name, advice), of)
	if of != nil {
		e.Message = fmt.Sprintf("The role ID %s belongs to another role. %s", have.ID, advice)
	}
	e.Existing = azure.RoleResourceID(have.ID)
	return e
}

// roleNameTaken examines the refusal of a role's name: nil if the role that has
// it is the very one.
func (s *azureAuthorization) roleNameTaken(ctx context.Context, r azure.Role, of error) error {
	e := azureFailure(rbac.Exists, wire.CodeRoleDefinitionWithSameNameExists, "name", fmt.Sprintf(
		"The name %q belongs to another Azure role. Names of roles are unique in a tenant, whatever the casing, built-in roles included. Import that role, or choose another name.", r.Name), of)
	found, err := s.rolesByName(ctx, r.Name)
	if err != nil || len(found) == 0 {
		return e // the refusal is what counts
	}
	have := found[0]
	if have.ID == r.ID {
		return nil
	}
	advice := "Import that role, or choose another name."
	if have.BuiltIn {
		advice = "That is a built-in role; choose another name."
	}
	e.Existing = azure.RoleResourceID(have.ID)
	e.Message = fmt.Sprintf("The name %q belongs to the Azure role %s. Names of roles are unique in a tenant, whatever the casing, built-in roles included. %s", have.Name, have.ID, advice)
	return e
}

// UpdateRole is azure.Authorization.
func (s *azureAuthorization) UpdateRole(ctx context.Context, r azure.Role) (azure.Role, error) {
	old, err := known(&s.ownRoles, azure.RoleResourceID(r.ID), func() (azure.Role, error) { return s.readRole(ctx, r.ID) })
	if err != nil {
		return azure.Role{}, err
	}
	if old.BuiltIn {
		return azure.Role{}, azureBuiltIn(old, wire.CodeRoleDefinitionExists, "changed")
	}
	put := s.putRole(r)
	put.Old, put.Update = old, true
	s.roles.Forget(r.ID)
	s.ownRoles.forget(azure.RoleResourceID(r.ID))
	answer, err := sendAzure[wire.AzureRole](ctx, s.client, put)
	switch azureCode(err) {
	case wire.CodeRoleDefinitionWithSameNameExists:
		return azure.Role{}, cmp.Or(s.roleNameTaken(ctx, r, err), err)
	case wire.CodeRoleScopeRemovedContainsAssignments:
		return azure.Role{}, s.scopeInUse(ctx, old, r, err)
	}
	if err != nil {
		return answer, err
	}
	return settledAzure(ctx, s.client, put, answer)
}

func azureBuiltIn(r azure.Role, code, what string) error {
	return azureFailure(rbac.Immutable, code, "", fmt.Sprintf("%q is a built-in role of Azure and can't be %s. Create a custom role with its permissions instead.", r.Name, what), nil)
}

// scopeInUse says which assignment keeps an assignable scope from going.
func (s *azureAuthorization) scopeInUse(ctx context.Context, old, r azure.Role, of error) error {
	kept := parsedScopes(r.AssignableScopes)
	removed := slices.DeleteFunc(parsedScopes(old.AssignableScopes), func(was azure.Scope) bool {
		return slices.ContainsFunc(kept, was.Same)
	})
	e := azureFailure(rbac.InUse, wire.CodeRoleScopeRemovedContainsAssignments, "assignable_scopes",
		"An assignable scope can't be removed: the role is assigned at it or below. Delete those role assignments first, or keep the scope.", of)
	for _, a := range s.assignedAt(ctx, removed, r.ID) {
		covers := func(scope azure.Scope) bool { return scope.Contains(a.Scope) }
		above := func(scope azure.Scope) bool { return a.Scope.Contains(scope) && !a.Scope.Same(scope) }
		if !slices.ContainsFunc(kept, covers) && !slices.ContainsFunc(removed, above) {
			e.Existing = a.ID()
			e.Message = fmt.Sprintf("%s can't be removed from the assignable scopes: the role is assigned at %q. Delete that role assignment first, or keep the scope.", fewScopes(removed), a.Scope.ID())
			break
		}
	}
	return e
}

// parsedScopes are the scopes that texts stand for; what is none is left out.
func parsedScopes(texts []string) []azure.Scope {
	var out []azure.Scope
	for _, text := range texts {
		if scope, err := azure.ParseScope(text); err == nil {
			out = append(out, scope)
		}
	}
	return out
}

// fewScopes names some scopes of a list that may be long.
func fewScopes(scopes []azure.Scope) string {
	const most = 3
	var names []string
	for _, scope := range scopes[:min(most, len(scopes))] {
		names = append(names, fmt.Sprintf("%q", scope.ID()))
	}
	text := strings.Join(names, ", ")
	if more := len(scopes) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// azureScopesAsked bounds the scopes at which a role is looked for: what a
// refusal tells is worth a few requests.
const azureScopesAsked = 5

// assignedAt finds the assignments of a role at and below scopes, for the words
// of a refusal: it leaves out what it can't read.
func (s *azureAuthorization) assignedAt(ctx context.Context, scopes []azure.Scope, role rbac.GUID) []azure.Assignment {
	var out []azure.Assignment
	for _, scope := range scopes[:min(azureScopesAsked, len(scopes))] {
		found, err := s.Assignments(ctx, azure.AssignmentFilter{Scope: scope, RoleID: role})
		if err == nil {
			out = append(out, found...)
		}
	}
	sortAssignments(out)
	return out
}

// DeleteRole is azure.Authorization. A role is deleted at one of its assignable
// scopes: at others it is not found. So it is read first.
func (s *azureAuthorization) DeleteRole(ctx context.Context, id rbac.GUID) error {
	resource := azure.RoleResourceID(id)
	role, err := known(&s.ownRoles, resource, func() (azure.Role, error) { return s.readRole(ctx, id) })
	if rbac.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if role.BuiltIn {
		return azureBuiltIn(role, "", "deleted")
	}
	s.roles.Forget(id)
	s.ownRoles.forget(resource)
	what := fmt.Sprintf("Azure role %q", role.Name)
	var used []azure.Assignment
	err = s.insist(ctx, what, func(ctx context.Context) error {
		err := s.deleteRoleAt(ctx, role)
		if azureCode(err) == wire.CodeRoleDefinitionHasAssignments {
			used = s.assignedAt(ctx, parsedScopes(role.AssignableScopes), id)
		}
		return err
	}, func(err error) time.Duration {
		// Assignments that this run has deleted may count for a while.
		if _, some := s.unassigned.Load(id); some && len(used) == 0 && azureCode(err) == wire.CodeRoleDefinitionHasAssignments {
			return azureEchoPatience
		}
		return 0
	})
	if azureCode(err) == wire.CodeRoleDefinitionHasAssignments {
		return roleInUse(role, used, err)
	}
	if err != nil && !maybeDone(err) {
		return err
	}
	err = s.goneAfter(ctx, err, what, func(ctx context.Context) error {
		_, err := s.readRole(ctx, id)
		return err
	})
	if err != nil {
		return err
	}
	s.roles.Remove(id)
	s.ownRoles.put(resource, nil)
	return nil
}

// deleteRoleAt deletes a role at the first of its assignable scopes that knows it:
// a subscription among them may be gone.
func (s *azureAuthorization) deleteRoleAt(ctx context.Context, role azure.Role) error {
	scopes := parsedScopes(role.AssignableScopes)
	if len(scopes) == 0 {
		scopes = []azure.Scope{azure.Root}
	}
	for _, scope := range scopes[:min(azureScopesAsked, len(scopes))] {
		got, err := s.client.do(ctx, armRequest(http.MethodDelete, azureBelow(scope, azure.RoleResourceID(role.ID)), needsAzureRoleDelete), nil)
		switch {
		case err == nil && got.Status != http.StatusNoContent:
			return nil
		case err != nil && !rbac.IsNotFound(azureGone(err)):
			return err
		}
	}
	return nil
}

func roleInUse(role azure.Role, used []azure.Assignment, of error) error {
	e := azureFailure(rbac.InUse, wire.CodeRoleDefinitionHasAssignments, "", fmt.Sprintf(
		"The role %q is assigned. Azure deletes a role only when it is not; delete its role assignments first.", role.Name), of)
	if len(used) == 0 {
		return e
	}
	scopes := make([]azure.Scope, len(used))
	for i, a := range used {
		scopes[i] = a.Scope
	}
	e.Existing = used[0].ID()
	e.Message = fmt.Sprintf("The role %q is assigned at %s. Azure deletes a role only when it is not assigned; delete the role assignments first.", role.Name, fewScopes(scopes))
	return e
}
