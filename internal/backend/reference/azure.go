// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package reference

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// azureTenant is the tenant as Azure RBAC.
type azureTenant struct{ *Tenant }

var _ azure.Authorization = azureTenant{}

const azureRoleColumns = "SELECT id, name, description, actions, not_actions, data_actions, not_data_actions, assignable_scopes FROM azure_roles"

func readAzureRole(_ *session, row scan) (azure.Role, error) {
	const table = "azure_roles"
	var r azure.Role
	var id string
	var lists [5]string
	if err := row(&id, &r.Name, &r.Description, &lists[0], &lists[1], &lists[2], &lists[3], &lists[4]); err != nil {
		return r, err
	}
	var err error
	if r.ID, err = guid(table, id, "id", id); err != nil {
		return r, err
	}
	var p azure.Permission
	for i, into := range [...]*[]string{&p.Actions, &p.NotActions, &p.DataActions, &p.NotDataActions, &r.AssignableScopes} {
		column := [...]string{"actions", "not_actions", "data_actions", "not_data_actions", "assignable_scopes"}[i]
		if *into, err = decode[string](table, id, column, lists[i]); err != nil {
			return r, err
		}
	}
	r.Permissions = []azure.Permission{p}
	return r, nil
}

func azureRoleByID(s *session, id rbac.GUID) (azure.Role, bool, error) {
	return one(s, azureRoleColumns+" WHERE id = ?", []any{id.String()}, readAzureRole)
}

// Role implements [azure.Authorization].
func (t azureTenant) Role(ctx context.Context, id rbac.GUID) (role azure.Role, err error) {
	found := false
	err = t.read(ctx, func(s *session) (err error) {
		role, found, err = azureRoleByID(s, id)
		return err
	})
	if err != nil || found {
		return role, err
	}
	if role, found = builtInAzureRole(id); found {
		return role, nil
	}
	return azure.Role{}, noAzureRole(id)
}

// Roles implements [azure.Authorization].
func (t azureTenant) Roles(ctx context.Context, f azure.RoleFilter) (roles []azure.Role, err error) {
	if f.Type != azure.BuiltInRole {
		query, args := azureRoleColumns, []any(nil)
		switch {
		case len(f.IDs) > 0:
			query, args = query+" WHERE id IN (SELECT value FROM json_each(?))", []any{encode(f.IDs)}
		case f.Name != "" && isASCII(f.Name):
			query, args = query+" WHERE name = ?", []any{f.Name}
		}
		err = t.read(ctx, func(s *session) (err error) {
			roles, err = all(s, query, args, readAzureRole)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if f.Type != azure.CustomRole {
		roles = append(roles, builtInAzureRolesOf(f.IDs)...)
	}
	if f.Name != "" {
		roles = slices.DeleteFunc(roles, func(r azure.Role) bool { return !strings.EqualFold(r.Name, f.Name) })
	}
	slices.SortFunc(roles, func(a, b azure.Role) int { return cmp.Or(compareFold(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return roles, nil
}

// checkRole is what one role decides, and what the directory says of it.
func (t azureTenant) checkRole(r azure.Role) error {
	if err := t.refuse(azure.ValidateRole(r, t.limits)...); err != nil {
		return ofPlane(err)
	}
	if err := t.refuse(azure.ValidatePermissions(r, catalog.Azure().Facts())...); err != nil {
		return ofPlane(err)
	}
	if len(r.Permissions) != 1 {
		return azureError(rbac.Unsupported, "", "permissions", fmt.Sprintf("The role has %d permission blocks. An Azure custom role has one.", len(r.Permissions)))
	}
	if p := r.Permissions[0]; p.Condition != "" || p.ConditionVersion != "" {
		return azureError(rbac.Unsupported, "", "permissions", "The role has a condition. Azure documents conditions for built-in roles and for role assignments; put it on the assignments.")
	}
	if r.BuiltIn {
		return azureError(rbac.Invalid, "InvalidRoleDefinitionType", "", "The role is marked as built-in. Only Microsoft makes built-in roles.")
	}
	if t.directory == nil {
		return nil
	}
	for _, text := range r.AssignableScopes {
		// Azure does not look whether a management group exists here.
		if s, err := azure.ParseScope(text); err == nil && s.SubscriptionID != "" && !t.directory.HasScope(s) {
			return t.noScope(s, "assignable_scopes")
		}
	}
	return nil
}

// ofPlane gives the refusal of an action the code that the service has for
// strings of the data plane, where it stands in one of their lists.
func ofPlane(err error) error {
	var e *rbac.Error
	if errors.As(err, &e) && e.Code == azure.RuleActionUnknown.Code && (e.Field == "data_actions" || e.Field == "not_data_actions") {
		e.Code = "InvalidDataActionOrNotDataAction"
	}
	return err
}

// CreateRole implements [azure.Authorization].
func (t azureTenant) CreateRole(ctx context.Context, r azure.Role) (out azure.Role, err error) {
	id, ok := rbac.ParseGUID(r.ID.String())
	if !ok {
		return out, azureError(rbac.Invalid, "InvalidRoleDefinitionId", "role_id", fmt.Sprintf("The role ID %q is no GUID. An Azure role is created under a GUID of the caller's choice.", r.ID))
	}
	if err := t.checkRole(r); err != nil {
		return out, err
	}
	err = t.write(ctx, func(s *session) error {
		if have, found, err := azureRoleByID(s, id); err != nil || found {
			return cmp.Or(err, roleIDTaken(have))
		}
		if have, found := builtInAzureRole(id); found {
			return roleIDTaken(have)
		}
		most := t.limits.Of(azure.LimitCustomRoles)
		if n, err := s.count("SELECT count(*) FROM azure_roles"); err != nil || n >= most {
			return cmp.Or(err, full(azure.LimitCustomRoles, most, "RoleDefinitionLimitExceeded", "The tenant"))
		}
		if err := azureNameFree(s, r.Name, id); err != nil {
			return err
		}
		now := s.time()
		p := r.Permissions[0]
		_, err := s.exec("INSERT INTO azure_roles (id, name, description, actions, not_actions, data_actions, not_data_actions, assignable_scopes, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			id.String(), r.Name, r.Description, encode(p.Actions), encode(p.NotActions), encode(p.DataActions), encode(p.NotDataActions), encode(r.AssignableScopes), now, now)
		if err != nil {
			return err
		}
		out, _, err = azureRoleByID(s, id)
		return err
	})
	return out, err
}

// UpdateRole implements [azure.Authorization].
func (t azureTenant) UpdateRole(ctx context.Context, r azure.Role) (out azure.Role, err error) {
	err = t.write(ctx, func(s *session) error {
		old, found, err := azureRoleByID(s, r.ID)
		if err != nil {
			return err
		}
		if !found {
			if have, found := builtInAzureRole(r.ID); found {
				return builtInAzure(have, "RoleDefinitionExists", "changed")
			}
			return noAzureRole(r.ID)
		}
		if err := t.checkRole(r); err != nil {
			return err
		}
		if rbac.Fold(r.Name) != rbac.Fold(old.Name) {
			if err := azureNameFree(s, r.Name, r.ID); err != nil {
				return err
			}
		}
		if err := t.orphans(s, old, r); err != nil {
			return err
		}
		p := r.Permissions[0]
		_, err = s.exec("UPDATE azure_roles SET name = ?, description = ?, actions = ?, not_actions = ?, data_actions = ?, not_data_actions = ?, assignable_scopes = ?, updated_at = ? WHERE id = ?",
			r.Name, r.Description, encode(p.Actions), encode(p.NotActions), encode(p.DataActions), encode(p.NotDataActions), encode(r.AssignableScopes), s.time(), r.ID.String())
		if err != nil {
			return err
		}
		out, _, err = azureRoleByID(s, r.ID)
		return err
	})
	return out, err
}

// orphans refuses to take away an assignable scope while the role is assigned
// at it or below, unless another assignable scope still covers that place.
func (t azureTenant) orphans(s *session, old, r azure.Role) error {
	if rbac.SameSet(old.AssignableScopes, r.AssignableScopes) {
		return nil
	}
	assigned, err := all(s, azureAssignmentColumns+" WHERE role_id = ? ORDER BY scope", []any{r.ID.String()}, readAzureAssignment)
	if err != nil {
		return err
	}
	for _, a := range assigned {
		was := slices.IndexFunc(old.AssignableScopes, func(scope string) bool { return t.covers(scope, a.Scope) })
		if was < 0 || slices.ContainsFunc(r.AssignableScopes, func(scope string) bool { return t.covers(scope, a.Scope) }) {
			continue
		}
		return &rbac.Error{
			Kind: rbac.InUse, System: rbac.Azure, Code: "RoleScopeBeingRemovedContainsAssignments", Field: "assignable_scopes", Existing: a.ID(),
			Message: fmt.Sprintf("%q can't be removed from the assignable scopes: the role is assigned below it, at %q. Delete that role assignment first, or keep the scope.", old.AssignableScopes[was], a.Scope.ID()),
		}
	}
	return nil
}

// DeleteRole implements [azure.Authorization].
func (t azureTenant) DeleteRole(ctx context.Context, id rbac.GUID) error {
	return t.write(ctx, func(s *session) error {
		role, found, err := azureRoleByID(s, id)
		if err != nil {
			return err
		}
		if !found {
			if have, found := builtInAzureRole(id); found {
				return builtInAzure(have, "", "deleted")
			}
			return nil
		}
		assigned, err := all(s, azureAssignmentColumns+" WHERE role_id = ? ORDER BY scope, name", []any{id.String()}, readAzureAssignment)
		if err != nil {
			return err
		}
		if len(assigned) > 0 {
			scopes := make([]string, len(assigned))
			for i, a := range assigned {
				scopes[i] = a.Scope.ID()
			}
			return &rbac.Error{
				Kind: rbac.InUse, System: rbac.Azure, Code: "RoleDefinitionHasAssignments", Existing: assigned[0].ID(),
				Message: fmt.Sprintf("The role %q has %s, at %s. Azure deletes a role only when it is not assigned; delete the role assignments first.", role.Name, times(len(assigned), "assignment", "assignments"), few(scopes)),
			}
		}
		_, err = s.exec("DELETE FROM azure_roles WHERE id = ?", id.String())
		return err
	})
}

const azureAssignmentColumns = "SELECT name, scope, role_id, principal_id, principal_type, description, condition, condition_version, delegated_managed_identity_resource_id FROM azure_role_assignments"

func readAzureAssignment(s *session, row scan) (azure.Assignment, error) {
	const table = "azure_role_assignments"
	var a azure.Assignment
	var name, scope, role, principal string
	err := row(&name, &scope, &role, &principal, &a.PrincipalType, &a.Description, &a.Condition, &a.ConditionVersion, &a.DelegatedManagedIdentityResourceID)
	if err != nil {
		return a, err
	}
	if a.Name, err = guid(table, name, "name", name); err != nil {
		return a, err
	}
	if a.Scope, err = s.scope(scope); err != nil {
		return a, badRow(table, name, "scope", scope, "an Azure scope")
	}
	if a.RoleID, err = guid(table, name, "role_id", role); err != nil {
		return a, err
	}
	a.PrincipalID, err = guid(table, name, "principal_id", principal)
	return a, err
}

// scope parses a scope once for each operation: in a list, many rows have the same.
func (s *session) scope(text string) (azure.Scope, error) {
	if scope, ok := s.scopes[text]; ok {
		return scope, nil
	}
	scope, err := azure.ParseScope(text)
	if err == nil {
		if s.scopes == nil {
			s.scopes = map[string]azure.Scope{}
		}
		s.scopes[text] = scope
	}
	return scope, err
}

// azureAssignmentByName reads an assignment by the name that is its alone in the tenant.
func azureAssignmentByName(s *session, name rbac.GUID) (azure.Assignment, bool, error) {
	return one(s, azureAssignmentColumns+" WHERE name = ?", []any{name.String()}, readAzureAssignment)
}

// azureAssignmentAt is azureAssignmentByName for an assignment at one scope.
func azureAssignmentAt(s *session, scope azure.Scope, name rbac.GUID) (azure.Assignment, bool, error) {
	a, found, err := azureAssignmentByName(s, name)
	if !found || !a.Scope.Same(scope) {
		return azure.Assignment{}, false, err
	}
	return a, true, nil
}

// azureAssignmentUnder is azureAssignmentAt, and finds an assignment also by the
// ID under which it was made: somebody who moves it to another scope in the file
// changes an attribute of it, as the reader will see, and not its identity.
func azureAssignmentUnder(s *session, scope azure.Scope, name rbac.GUID) (azure.Assignment, bool, error) {
	a, found, err := azureAssignmentByName(s, name)
	if !found || a.Scope.Same(scope) {
		return a, found, err
	}
	n, err := s.count("SELECT count(*) FROM azure_role_assignments WHERE name = ? AND id = ?", name.String(), azure.AssignmentID(scope, name))
	if err != nil || n == 0 {
		return azure.Assignment{}, false, err
	}
	return a, true, nil
}

// Assignment implements [azure.Authorization].
func (t azureTenant) Assignment(ctx context.Context, scope azure.Scope, name rbac.GUID) (a azure.Assignment, err error) {
	err = t.read(ctx, func(s *session) error {
		found := false
		if a, found, err = azureAssignmentUnder(s, scope, name); err != nil || found {
			return err
		}
		return noAzureAssignment(scope, name)
	})
	return a, err
}

// Assignments implements [azure.Authorization].
func (t azureTenant) Assignments(ctx context.Context, f azure.AssignmentFilter) (out []azure.Assignment, err error) {
	var where []string
	var args []any
	if f.RoleID != "" {
		where, args = append(where, "role_id = ?"), append(args, f.RoleID.String())
	}
	switch {
	case f.PrincipalID != "" && len(f.Through) > 0:
		where = append(where, "principal_id IN (SELECT value FROM json_each(?))")
		args = append(args, encode(append([]rbac.GUID{f.PrincipalID}, f.Through...)))
	case f.PrincipalID != "":
		where, args = append(where, "principal_id = ?"), append(args, f.PrincipalID.String())
	}
	if f.Scope.SubscriptionID != "" {
		// Narrow to the subscription and what is outside of all of them; which of
		// those it is for is decided below, by keys that fold every letter.
		sub := azure.Subscription(rbac.GUID(f.Scope.SubscriptionID)).ID()
		where = append(where, "(scope = ? OR scope > ? AND scope < ? OR scope = '/' OR scope > '/providers/' AND scope < '/providers0')")
		args = append(args, sub, sub+"/", sub+"0")
	}
	query := azureAssignmentColumns
	if len(where) > 0 {
		query += " WHERE " + strings.Join(where, " AND ")
	}
	err = t.read(ctx, func(s *session) (err error) {
		out, err = all(s, query+" ORDER BY scope, name", args, readAzureAssignment)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !f.Scope.IsZero() && f.Scope.Kind != azure.TenantScope { // everything is at or below the root
		out = slices.DeleteFunc(out, func(a azure.Assignment) bool {
			return !t.contains(a.Scope, f.Scope) && !t.contains(f.Scope, a.Scope)
		})
	}
	return out, nil
}

// contains reports whether inner is outer or lies below it, with the
// management groups of the directory.
func (t azureTenant) contains(outer, inner azure.Scope) bool {
	if outer.Contains(inner) {
		return true
	}
	if t.directory == nil || outer.Kind != azure.ManagementGroupScope {
		return false
	}
	return slices.ContainsFunc(t.directory.ManagementGroupsAbove(inner), outer.Same)
}

// covers reports whether a role with that assignable scope may be assigned at
// a place. Which subscriptions and groups a management group holds is unknown
// without a directory; then every one is taken to be in it.
func (t azureTenant) covers(assignable string, at azure.Scope) bool {
	s, err := azure.ParseScope(assignable)
	if err != nil {
		return false
	}
	unknown := t.directory == nil && s.Kind == azure.ManagementGroupScope && (at.SubscriptionID != "" || at.ManagementGroup != "")
	return unknown || t.contains(s, at)
}

// CreateAssignment implements [azure.Authorization].
func (t azureTenant) CreateAssignment(ctx context.Context, a azure.Assignment) (out azure.Assignment, err error) {
	if err := t.checkAssignment(a); err != nil {
		return out, err
	}
	a = withConditionVersion(a)
	err = t.write(ctx, func(s *session) error {
		if have, found, err := azureAssignmentByName(s, a.Name); err != nil || found {
			return cmp.Or(err, assignmentNameTaken(have, a))
		}
		role, custom, err := azureRoleByID(s, a.RoleID)
		if err != nil {
			return err
		}
		if !custom {
			found := false
			if role, found = builtInAzureRole(a.RoleID); !found {
				return noAzureRole(a.RoleID)
			}
		}
		if t.directory != nil && !t.directory.HasScope(a.Scope) {
			return t.noScope(a.Scope, "scope")
		}
		if a.PrincipalType, err = t.principalType(a); err != nil {
			return err
		}
		if custom {
			if err := t.assignable(role, a.Scope); err != nil {
				return err
			}
		}
		if err := t.assignmentQuota(s, a.Scope); err != nil {
			return err
		}
		same, err := all(s, azureAssignmentColumns+" WHERE principal_id = ? AND role_id = ?", []any{a.PrincipalID.String(), a.RoleID.String()}, readAzureAssignment)
		if err != nil {
			return err
		}
		for _, have := range same {
			if have.Scope.Same(a.Scope) {
				return &rbac.Error{
					Kind: rbac.Exists, System: rbac.Azure, Code: "RoleAssignmentExists", Existing: have.ID(),
					Message: fmt.Sprintf("The principal %s has the role %q at %q already, by the role assignment %s. Import that one, or delete it.", a.PrincipalID, role.Name, a.Scope.ID(), have.Name),
				}
			}
		}
		now := s.time()
		_, err = s.exec("INSERT INTO azure_role_assignments (id, name, scope, role_id, principal_id, principal_type, description, condition, condition_version, delegated_managed_identity_resource_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			a.ID(), a.Name.String(), a.Scope.ID(), a.RoleID.String(), a.PrincipalID.String(), a.PrincipalType, a.Description, a.Condition, a.ConditionVersion, a.DelegatedManagedIdentityResourceID, now, now)
		if err != nil {
			return err
		}
		out, _, err = azureAssignmentByName(s, a.Name)
		return err
	})
	return out, err
}

// checkAssignment is what one assignment decides by itself.
func (t azureTenant) checkAssignment(a azure.Assignment) error {
	if err := t.refuse(azure.ValidateAssignment(a, t.limits)...); err != nil {
		return err
	}
	if _, ok := rbac.ParseGUID(a.Name.String()); !ok {
		return azureError(rbac.Invalid, "", "name", fmt.Sprintf("The name %q is no GUID. A role assignment is created under a GUID of the caller's choice.", a.Name))
	}
	if a.Scope.IsZero() {
		return azureError(rbac.Invalid, "", "scope", "The role assignment has no scope.")
	}
	if _, ok := rbac.ParseGUID(a.PrincipalID.String()); !ok {
		e := azure.RulePrincipalID
		return &rbac.Error{
			Kind: rbac.Invalid, System: rbac.Azure, Code: e.Code, Field: "principal_id", Rule: e.Name, Source: e.Source,
			Message: fmt.Sprintf("The principal ID %q is no GUID. It is the object ID of a user, group or service principal.", a.PrincipalID),
		}
	}
	if a.PrincipalType != "" && !slices.Contains(azure.PrincipalTypes(), a.PrincipalType) {
		return azureError(rbac.Invalid, "", "principal_type", fmt.Sprintf("The principal type is %q. It is %s.", a.PrincipalType, rbac.QuotedOr(azure.PrincipalTypes())))
	}
	return checkConditionVersion(a)
}

// checkConditionVersion is for a version without a condition; with one, a rule has it.
func checkConditionVersion(a azure.Assignment) error {
	if a.Condition == "" && a.ConditionVersion != "" && a.ConditionVersion != azure.ConditionVersion {
		return azureError(rbac.Invalid, "", "condition_version", fmt.Sprintf("The condition version is %q. Azure takes %q only.", a.ConditionVersion, azure.ConditionVersion))
	}
	return nil
}

func withConditionVersion(a azure.Assignment) azure.Assignment {
	if a.Condition != "" && a.ConditionVersion == "" {
		a.ConditionVersion = azure.ConditionVersion
	}
	return a
}

// principalType is the type under which a principal is stored. As in the
// service, a type in the request stands in for the look-up of a principal that
// the directory does not have, since it may be newer than the directory's copy.
func (t azureTenant) principalType(a azure.Assignment) (string, error) {
	if t.directory == nil {
		return cmp.Or(a.PrincipalType, azure.PrincipalUser), nil
	}
	o, ok := t.directory.Principal(a.PrincipalID)
	if !ok {
		if sp, ok := t.directory.ServicePrincipal(a.PrincipalID); ok {
			return "", azureError(rbac.PrincipalNotFound, "PrincipalNotFound", "principal_id", applicationNotPrincipal(a.PrincipalID, sp))
		}
		if a.PrincipalType != "" {
			return a.PrincipalType, nil
		}
		return "", azureError(rbac.PrincipalNotFound, "PrincipalNotFound", "principal_id", fmt.Sprintf(
			"There is no principal %s in the directory. Check that it is the object ID of a user, group or service principal; if it was made a moment ago, set principal_type.", a.PrincipalID))
	}
	is := map[entra.ObjectType]string{
		entra.User: azure.PrincipalUser, entra.Group: azure.PrincipalGroup, entra.ServicePrincipal: azure.PrincipalServicePrincipal, entra.Device: azure.PrincipalDevice,
	}[o.Type]
	if a.PrincipalType != "" && a.PrincipalType != is {
		return "", azureError(rbac.Invalid, "UnmatchedPrincipalType", "principal_type", fmt.Sprintf("The principal %s is a %s, not a %s. Correct principal_type, or leave it out.", a.PrincipalID, is, a.PrincipalType))
	}
	return is, nil
}

// applicationNotPrincipal explains the most common mix-up of IDs.
func applicationNotPrincipal(id rbac.GUID, sp entra.Object) string {
	return fmt.Sprintf("%s is the application ID of the service principal %q, not its object ID. Use the object ID, %s.", id, sp.DisplayName, sp.ID)
}

// assignable refuses a custom role at a scope where it may not be assigned.
func (t azureTenant) assignable(role azure.Role, at azure.Scope) error {
	if !slices.ContainsFunc(role.AssignableScopes, func(scope string) bool { return t.covers(scope, at) }) {
		return azureError(rbac.Invalid, "", "scope", fmt.Sprintf("The role %q can't be assigned at %q: its assignable scopes are %s. Add the scope, or one above it, to the role's assignable_scopes.", role.Name, at.ID(), few(role.AssignableScopes)))
	}
	if p := role.Flat(); at.Kind == azure.ManagementGroupScope && len(p.DataActions)+len(p.NotDataActions) > 0 {
		return azureError(rbac.Invalid, "", "scope", fmt.Sprintf("The role %q has data actions. Azure does not assign such a custom role at a management group; assign it at the subscriptions below %q.", role.Name, at.ID()))
	}
	return nil
}

// assignmentQuota counts what the service counts at a scope.
func (t azureTenant) assignmentQuota(s *session, at azure.Scope) error {
	switch {
	case at.SubscriptionID != "":
		limit, sub := azure.LimitAssignmentsPerSubscription, azure.Subscription(rbac.GUID(at.SubscriptionID)).ID()
		most := t.limits.Of(limit)
		n, err := s.count("SELECT count(*) FROM azure_role_assignments WHERE scope = ? OR scope > ? AND scope < ?", sub, sub+"/", sub+"0")
		if err != nil || n >= most {
			return cmp.Or(err, full(limit, most, "RoleAssignmentLimitExceeded", "The subscription "+at.SubscriptionID))
		}
	case at.Kind == azure.ManagementGroupScope:
		limit := azure.LimitAssignmentsPerManagementGroup
		most := t.limits.Of(limit)
		n, err := s.count("SELECT count(*) FROM azure_role_assignments WHERE scope = ?", at.ID())
		if err != nil || n >= most {
			return cmp.Or(err, full(limit, most, "RoleAssignmentLimitExceeded", "The management group "+at.ManagementGroup))
		}
	}
	return nil
}

// UpdateAssignment implements [azure.Authorization].
func (t azureTenant) UpdateAssignment(ctx context.Context, a azure.Assignment) (out azure.Assignment, err error) {
	if err := cmp.Or(t.refuse(azure.ValidateAssignment(a, t.limits)...), checkConditionVersion(a)); err != nil {
		return out, err
	}
	a = withConditionVersion(a)
	err = t.write(ctx, func(s *session) error {
		have, found, err := azureAssignmentAt(s, a.Scope, a.Name)
		if err != nil {
			return err
		}
		if !found {
			return noAzureAssignment(a.Scope, a.Name)
		}
		for _, c := range []struct{ field, was, is string }{
			{"role_definition_id", have.RoleID.String(), a.RoleID.String()},
			{"principal_id", have.PrincipalID.String(), a.PrincipalID.String()},
			{"principal_type", have.PrincipalType, cmp.Or(a.PrincipalType, have.PrincipalType)},
			{"delegated_managed_identity_resource_id", have.DelegatedManagedIdentityResourceID, a.DelegatedManagedIdentityResourceID},
		} {
			if !strings.EqualFold(c.was, c.is) {
				return azureError(rbac.Immutable, "RoleAssignmentUpdateNotPermitted", c.field, fmt.Sprintf(
					"The %s of the role assignment %s is %q and can't be changed to %q. Only description and condition can; replace the assignment.", c.field, a.Name, c.was, c.is))
			}
		}
		_, err = s.exec("UPDATE azure_role_assignments SET description = ?, condition = ?, condition_version = ?, updated_at = ? WHERE name = ?",
			a.Description, a.Condition, a.ConditionVersion, s.time(), a.Name.String())
		if err != nil {
			return err
		}
		out, _, err = azureAssignmentByName(s, a.Name)
		return err
	})
	return out, err
}

// DeleteAssignment implements [azure.Authorization].
func (t azureTenant) DeleteAssignment(ctx context.Context, scope azure.Scope, name rbac.GUID) error {
	return t.write(ctx, func(s *session) error {
		if _, found, err := azureAssignmentUnder(s, scope, name); err != nil || !found {
			return err
		}
		_, err := s.exec("DELETE FROM azure_role_assignments WHERE name = ?", name.String())
		return err
	})
}

func azureError(kind rbac.Kind, code, field, message string) error {
	return &rbac.Error{Kind: kind, System: rbac.Azure, Code: code, Field: field, Message: message}
}

func noAzureRole(id rbac.GUID) error {
	return azureError(rbac.NotFound, "RoleDefinitionDoesNotExist", "", fmt.Sprintf("There is no Azure role %s.", id))
}

func noAzureAssignment(scope azure.Scope, name rbac.GUID) error {
	return azureError(rbac.NotFound, "RoleAssignmentNotFound", "", fmt.Sprintf("There is no role assignment %s at %q.", name, scope.ID()))
}

func builtInAzure(r azure.Role, code, what string) error {
	return azureError(rbac.Immutable, code, "", fmt.Sprintf("%q is a built-in role of Azure and can't be %s. Create a custom role with its permissions instead.", r.Name, what))
}

func roleIDTaken(have azure.Role) error {
	advice := "Import it, or choose another ID."
	if have.BuiltIn {
		advice = "That is a built-in role; choose another ID."
	}
	return &rbac.Error{
		Kind: rbac.Exists, System: rbac.Azure, Code: "RoleDefinitionExists", Field: "role_id", Existing: azure.RoleResourceID(have.ID),
		Message: fmt.Sprintf("The role ID %s belongs to the Azure role %q. %s", have.ID, have.Name, advice),
	}
}

// azureNameFree refuses a name that another role of the tenant has, built-in ones included.
func azureNameFree(s *session, name string, except rbac.GUID) error {
	have, found, err := s.holder("azure_roles", name, except.String())
	if err != nil {
		return err
	}
	advice := "Import that role, or choose another name."
	if !found {
		var id rbac.GUID
		if id, found = azureNames()[rbac.Fold(name)]; found {
			have, advice = named{id.String(), name}, "That is a built-in role; choose another name."
		}
	}
	if !found {
		return nil
	}
	return &rbac.Error{
		Kind: rbac.Exists, System: rbac.Azure, Code: "RoleDefinitionWithSameNameExists", Field: "name", Existing: azure.RoleResourceID(rbac.GUID(rbac.Fold(have.ID))),
		Message: fmt.Sprintf("The name %q belongs to the Azure role %s. Names of roles are unique in a tenant, whatever the casing, built-in roles included. %s", have.Name, have.ID, advice),
	}
}

// assignmentNameTaken tells a repeated create from a GUID that is in use for something else.
func assignmentNameTaken(have, a azure.Assignment) error {
	e := &rbac.Error{
		Kind: rbac.Exists, System: rbac.Azure, Code: "RoleAssignmentUpdateNotPermitted", Field: "name", Existing: have.ID(),
		Message: fmt.Sprintf("The name %s belongs to another role assignment, at %q. Choose another name, or leave it out.", have.Name, have.Scope.ID()),
	}
	if have.Scope.Same(a.Scope) && have.RoleID == a.RoleID && have.PrincipalID == a.PrincipalID {
		e.Code = "RoleAssignmentExists"
		e.Message = fmt.Sprintf("The role assignment %s at %q exists already. Import it, or delete it.", have.Name, have.Scope.ID())
	}
	return e
}

// noScope is the error of a scope that the directory does not have.
func (t azureTenant) noScope(s azure.Scope, field string) error {
	if s.SubscriptionID != "" {
		return azureError(rbac.ScopeNotFound, "SubscriptionNotFound", field, fmt.Sprintf("There is no subscription %s, so there is no scope %q. Correct the ID.", s.SubscriptionID, s.ID()))
	}
	return azureError(rbac.ScopeNotFound, "", field, fmt.Sprintf("There is no management group %q, so there is no scope %q. Correct the name: it is the group's ID, not its display name.", s.ManagementGroup, s.ID()))
}
