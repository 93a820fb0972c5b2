// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package reference

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// entraTenant is the tenant as Microsoft Entra's role management.
type entraTenant struct{ *Tenant }

var _ entra.Directory = entraTenant{}

// The codes of Microsoft Graph for directory roles.
const (
	entraBadRequest = "Request_BadRequest"
	entraNotFound   = "Request_ResourceNotFound"
)

const entraRoleColumns = "SELECT id, name, description, version, enabled, permissions FROM entra_roles"

func readEntraRole(_ *session, row scan) (entra.Role, error) {
	const table = "entra_roles"
	var r entra.Role
	var id, permissions string
	if err := row(&id, &r.Name, &r.Description, &r.Version, &r.Enabled, &permissions); err != nil {
		return r, err
	}
	var err error
	if r.ID, err = guid(table, id, "id", id); err != nil {
		return r, err
	}
	r.Permissions, err = decode[string](table, id, "permissions", permissions)
	return r, err
}

func entraRoleByID(s *session, id rbac.GUID) (entra.Role, bool, error) {
	return one(s, entraRoleColumns+" WHERE id = ?", []any{id.String()}, readEntraRole)
}

// Role implements [entra.Directory].
func (t entraTenant) Role(ctx context.Context, id rbac.GUID) (role entra.Role, err error) {
	found := false
	err = t.read(ctx, func(s *session) (err error) {
		role, found, err = entraRoleByID(s, id)
		return err
	})
	if err != nil || found {
		return role, err
	}
	if role, found = builtInEntraRole(id); found {
		return role, nil
	}
	return entra.Role{}, noEntraRole(id)
}

// Roles implements [entra.Directory].
func (t entraTenant) Roles(ctx context.Context, f entra.RoleFilter) (roles []entra.Role, err error) {
	if f.Type != entra.BuiltInRole {
		err = t.read(ctx, func(s *session) (err error) {
			roles, err = all(s, entraRoleColumns, nil, readEntraRole)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if f.Type != entra.CustomRole {
		roles = append(roles, builtInEntraRoles()...)
	}
	if f.Name != "" {
		roles = slices.DeleteFunc(roles, func(r entra.Role) bool { return !strings.EqualFold(r.Name, f.Name) })
	}
	slices.SortFunc(roles, func(a, b entra.Role) int { return cmp.Or(compareFold(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return roles, nil
}

// checkRole is what one role decides.
func (t entraTenant) checkRole(r entra.Role) error {
	return cmp.Or(t.refuse(entra.ValidateRole(r)...), t.refuse(entra.ValidatePermissions(r, catalog.Entra().Facts())...))
}

// CreateRole implements [entra.Directory]. Without an ID, the role gets a random one.
func (t entraTenant) CreateRole(ctx context.Context, r entra.Role) (out entra.Role, err error) {
	if err := t.checkRole(r); err != nil {
		return out, err
	}
	if r.ID == "" {
		r.ID = t.newID()
	}
	id, ok := rbac.ParseGUID(r.ID.String())
	if !ok {
		return out, entraError(rbac.Invalid, entraBadRequest, "template_id", fmt.Sprintf("The template ID %q is no GUID.", r.ID))
	}
	err = t.write(ctx, func(s *session) error {
		have, found, err := entraRoleByID(s, id)
		if err != nil {
			return err
		}
		if !found {
			have, found = builtInEntraRole(id)
		}
		if found {
			return &rbac.Error{
				Kind: rbac.Exists, System: rbac.Entra, Code: entraBadRequest, Field: "template_id", Existing: id.String(),
				Message: fmt.Sprintf("The template ID %s belongs to the Entra role %q. Import it, or choose another ID.", id, have.Name),
			}
		}
		most := t.limits.Of(entra.LimitCustomRoles)
		if n, err := s.count("SELECT count(*) FROM entra_roles"); err != nil || n >= most {
			return cmp.Or(err, full(entra.LimitCustomRoles, most, entraBadRequest, "The tenant"))
		}
		now := s.time()
		_, err = s.exec("INSERT INTO entra_roles (id, name, description, version, enabled, permissions, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			id.String(), r.Name, r.Description, r.Version, r.Enabled, encode(r.Permissions), now, now)
		if err != nil {
			return err
		}
		out, _, err = entraRoleByID(s, id)
		return err
	})
	return out, err
}

// UpdateRole implements [entra.Directory].
func (t entraTenant) UpdateRole(ctx context.Context, r entra.Role) (out entra.Role, err error) {
	err = t.write(ctx, func(s *session) error {
		if _, found, err := entraRoleByID(s, r.ID); err != nil || !found {
			if have, builtIn := builtInEntraRole(r.ID); err == nil && builtIn {
				return builtInEntra(have, "changed")
			}
			return cmp.Or(err, noEntraRole(r.ID))
		}
		if err := t.checkRole(r); err != nil {
			return err
		}
		_, err := s.exec("UPDATE entra_roles SET name = ?, description = ?, version = ?, enabled = ?, permissions = ?, updated_at = ? WHERE id = ?",
			r.Name, r.Description, r.Version, r.Enabled, encode(r.Permissions), s.time(), r.ID.String())
		if err != nil {
			return err
		}
		out, _, err = entraRoleByID(s, r.ID)
		return err
	})
	return out, err
}

// DeleteRole implements [entra.Directory].
func (t entraTenant) DeleteRole(ctx context.Context, id rbac.GUID) error {
	return t.write(ctx, func(s *session) error {
		n, err := s.exec("DELETE FROM entra_roles WHERE id = ?", id.String())
		if err != nil {
			return err
		}
		if n == 0 {
			if have, found := builtInEntraRole(id); found {
				return builtInEntra(have, "deleted")
			}
			return nil
		}
		// Unlike Azure, Entra takes the assignments away with the role.
		_, err = s.exec("DELETE FROM entra_role_assignments WHERE role_id = ?", id.String())
		return err
	})
}

const entraAssignmentColumns = "SELECT id, role_id, principal_id, directory_scope, app_scope FROM entra_role_assignments"

func readEntraAssignment(_ *session, row scan) (entra.Assignment, error) {
	const table = "entra_role_assignments"
	var a entra.Assignment
	var role, principal string
	err := row(&a.ID, &role, &principal, &a.DirectoryScope, &a.AppScope)
	if err != nil {
		return a, err
	}
	if a.RoleID, err = guid(table, a.ID, "role_id", role); err != nil {
		return a, err
	}
	if a.PrincipalID, err = guid(table, a.ID, "principal_id", principal); err != nil {
		return a, err
	}
	if a.AppScope == "" {
		scope, err := entra.ParseScope(a.DirectoryScope)
		if err != nil {
			return a, badRow(table, a.ID, "directory_scope", a.DirectoryScope, "a directory scope")
		}
		a.DirectoryScope = scope.ID()
	}
	return a, nil
}

func entraAssignmentByID(s *session, id string) (entra.Assignment, bool, error) {
	return one(s, entraAssignmentColumns+" WHERE id = ?", []any{id}, readEntraAssignment)
}

// Assignment implements [entra.Directory].
func (t entraTenant) Assignment(ctx context.Context, id string) (a entra.Assignment, err error) {
	err = t.read(ctx, func(s *session) error {
		found := false
		if a, found, err = entraAssignmentByID(s, id); err != nil || found {
			return err
		}
		return entraError(rbac.NotFound, entraNotFound, "", fmt.Sprintf("There is no Entra role assignment %q.", id))
	})
	return a, err
}

// Assignments implements [entra.Directory].
func (t entraTenant) Assignments(ctx context.Context, f entra.AssignmentFilter) (out []entra.Assignment, err error) {
	var where []string
	var args []any
	for _, c := range []struct{ column, value string }{
		{"role_id", f.RoleID.String()}, {"principal_id", f.PrincipalID.String()},
	} {
		if c.value == "" {
			continue
		}
		if c.column == "principal_id" && len(f.Through) > 0 {
			where = append(where, "principal_id IN (SELECT value FROM json_each(?))")
			args = append(args, encode(append([]rbac.GUID{f.PrincipalID}, f.Through...)))
			continue
		}
		where, args = append(where, c.column+" = ?"), append(args, c.value)
	}
	query := entraAssignmentColumns
	if len(where) > 0 {
		query += " WHERE " + strings.Join(where, " AND ")
	}
	err = t.read(ctx, func(s *session) (err error) {
		out, err = all(s, query+" ORDER BY id", args, readEntraAssignment)
		return err
	})
	if f.DirectoryScope != "" { // here and not in SQL: a row may have a scope in another spelling
		out = slices.DeleteFunc(out, func(a entra.Assignment) bool { return a.DirectoryScope != f.DirectoryScope })
	}
	return out, err
}

// CreateAssignment implements [entra.Directory].
func (t entraTenant) CreateAssignment(ctx context.Context, a entra.Assignment) (out entra.Assignment, err error) {
	a, scope, err := a.Canonical()
	if err != nil {
		return out, err
	}
	err = t.write(ctx, func(s *session) error {
		role, custom, err := entraRoleByID(s, a.RoleID)
		if err != nil {
			return err
		}
		if !custom {
			found := false
			if role, found = builtInEntraRole(a.RoleID); !found {
				return noEntraRole(a.RoleID)
			}
		}
		if !role.Enabled {
			return entraError(rbac.Invalid, entraBadRequest, "role", fmt.Sprintf("The role %q is disabled. Entra assigns enabled roles only; enable it first.", role.Name))
		}
		if err := t.principal(a.PrincipalID); err != nil {
			return err
		}
		if err := t.scopeObject(scope); err != nil {
			return err
		}
		if err := t.assignmentQuota(s, a, custom); err != nil {
			return err
		}
		if have, found, err := t.sameAssignment(s, a); err != nil || found {
			return cmp.Or(err, error(&rbac.Error{
				Kind: rbac.Exists, System: rbac.Entra, Code: entraBadRequest, Existing: have.ID,
				Message: fmt.Sprintf("The principal %s has the role %q at %q already. Import that role assignment, or delete it.", a.PrincipalID, role.Name, cmp.Or(have.AppScope, have.DirectoryScope)),
			}))
		}
		_, err = s.exec("INSERT INTO entra_role_assignments (id, role_id, principal_id, directory_scope, app_scope, created_at) VALUES (?, ?, ?, ?, ?, ?)",
			a.ID, a.RoleID.String(), a.PrincipalID.String(), a.DirectoryScope, a.AppScope, s.time())
		if err != nil {
			return err
		}
		out, _, err = entraAssignmentByID(s, a.ID)
		return err
	})
	return out, err
}

func (t entraTenant) sameAssignment(s *session, a entra.Assignment) (entra.Assignment, bool, error) {
	// By what it binds too: somebody may have written the row by hand.
	return one(s, entraAssignmentColumns+" WHERE id = ? OR role_id = ? AND principal_id = ? AND directory_scope = ? AND app_scope = ?",
		[]any{a.ID, a.RoleID.String(), a.PrincipalID.String(), a.DirectoryScope, a.AppScope}, readEntraAssignment)
}

// principal refuses who can't hold a directory role.
func (t entraTenant) principal(id rbac.GUID) error {
	if t.directory == nil {
		return nil
	}
	o, ok := t.directory.Principal(id)
	if !ok {
		if sp, ok := t.directory.ServicePrincipal(id); ok {
			return entraError(rbac.PrincipalNotFound, entraNotFound, "principal_id", applicationNotPrincipal(id, sp))
		}
		return entraError(rbac.PrincipalNotFound, entraNotFound, "principal_id", fmt.Sprintf("There is no principal %s in the directory. Check that it is the object ID of a user, group or service principal.", id))
	}
	switch {
	case o.Type == entra.Device:
		return entraError(rbac.Invalid, entraBadRequest, "principal_id", fmt.Sprintf("%s is the device %q. Directory roles are assigned to users, groups and service principals.", id, o.DisplayName))
	case o.Type == entra.Group && !o.RoleAssignable:
		rule := entra.RuleGroupRoleAssignable
		return &rbac.Error{
			Kind: rbac.Invalid, System: rbac.Entra, Code: rule.Code, Field: "principal_id", Rule: rule.Name, Source: rule.Source,
			Message: fmt.Sprintf("The group %q (%s) can't hold directory roles: it was not created as role-assignable, which can't be changed later. Use a role-assignable group.", o.DisplayName, id),
		}
	}
	return nil
}

// scopeObject refuses a scope whose object the directory does not have.
func (t entraTenant) scopeObject(s entra.Scope) error {
	if t.directory == nil || s.Target() == "" {
		return nil
	}
	switch o, ok := t.directory.Object(s.Target()); {
	case !ok:
		return entraError(rbac.ScopeNotFound, entraNotFound, "directory_scope", fmt.Sprintf("There is no object %s in the directory, so there is no scope %q. Correct the ID.", s.Target(), s.ID()))
	case s.AdministrativeUnit != "" && o.Type != entra.AdministrativeUnit:
		return entraError(rbac.ScopeNotFound, entraNotFound, "directory_scope", fmt.Sprintf("%s is the %s %q, not an administrative unit. Its scope is %q.", o.ID, o.Type, o.DisplayName, entra.Scope{Object: o.ID}.ID()))
	}
	return nil
}

// assignmentQuota counts what the directory counts for one principal.
func (t entraTenant) assignmentQuota(s *session, a entra.Assignment, custom bool) error {
	limit, query := entra.LimitCustomAssignmentsPerPrincipal, "SELECT count(*) FROM entra_role_assignments WHERE principal_id = ? AND role_id IN (SELECT id FROM entra_roles)"
	if !custom {
		if a.DirectoryScope == entra.TenantScope || a.AppScope == entra.TenantScope {
			return nil // built-in roles for the whole tenant are not counted
		}
		limit, query = entra.LimitScopedAssignmentsPerPrincipal,
			"SELECT count(*) FROM entra_role_assignments WHERE principal_id = ? AND role_id NOT IN (SELECT id FROM entra_roles) AND directory_scope <> '/' AND app_scope <> '/'"
	}
	most := t.limits.Of(limit)
	n, err := s.count(query, a.PrincipalID.String())
	if err != nil || n >= most {
		return cmp.Or(err, full(limit, most, entraBadRequest, fmt.Sprintf("The principal %s", a.PrincipalID)))
	}
	return nil
}

// DeleteAssignment implements [entra.Directory].
func (t entraTenant) DeleteAssignment(ctx context.Context, id string) error {
	return t.write(ctx, func(s *session) error {
		_, err := s.exec("DELETE FROM entra_role_assignments WHERE id = ?", id)
		return err
	})
}

// Objects implements [entra.Directory].
func (t entraTenant) Objects(_ context.Context, ids []rbac.GUID) (map[rbac.GUID]entra.Object, error) {
	out := make(map[rbac.GUID]entra.Object, len(ids))
	for _, id := range ids {
		if t.directory == nil {
			out[id] = entra.Object{ID: id}
		} else if o, ok := t.directory.Object(id); ok {
			out[id] = o
		}
	}
	return out, nil
}

func entraError(kind rbac.Kind, code, field, message string) error {
	return &rbac.Error{Kind: kind, System: rbac.Entra, Code: code, Field: field, Message: message}
}

func noEntraRole(id rbac.GUID) error {
	return entraError(rbac.NotFound, entraNotFound, "", fmt.Sprintf("There is no Entra role %s.", id))
}

func builtInEntra(r entra.Role, what string) error {
	return entraError(rbac.Immutable, entraBadRequest, "", fmt.Sprintf("%q is a built-in role of Entra and can't be %s. Create a custom role instead.", r.Name, what))
}
