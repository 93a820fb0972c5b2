// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package reference

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// intuneTenant is the tenant as Intune. Nobody has published what Intune
// answers to a name that is taken or to the deletion of what is in use, so those
// refusals have no code.
type intuneTenant struct{ *Tenant }

var _ intune.DeviceManagement = intuneTenant{}

// The codes of Microsoft Graph for Intune.
const (
	intuneBadRequest = "BadRequest"
	intuneNotFound   = "ResourceNotFound"
)

const intuneRoleColumns = "SELECT id, name, description, permissions, scope_tags FROM intune_roles"

func readIntuneRole(_ *session, row scan) (intune.Role, error) {
	const table = "intune_roles"
	var r intune.Role
	var id, permissions, tags string
	err := row(&id, &r.Name, &r.Description, &permissions, &tags)
	if err != nil {
		return r, err
	}
	if r.ID, err = guid(table, id, "id", id); err != nil {
		return r, err
	}
	if r.Permissions, err = decode[string](table, id, "permissions", permissions); err != nil {
		return r, err
	}
	r.ScopeTags, err = decode[string](table, id, "scope_tags", tags)
	r.ScopeTags = notNil(r.ScopeTags)
	return r, err
}

func intuneRoleByID(s *session, id rbac.GUID) (intune.Role, bool, error) {
	return one(s, intuneRoleColumns+" WHERE id = ?", []any{id.String()}, readIntuneRole)
}

// Role implements [intune.DeviceManagement].
func (t intuneTenant) Role(ctx context.Context, id rbac.GUID) (role intune.Role, err error) {
	found := false
	err = t.read(ctx, func(s *session) (err error) {
		role, found, err = intuneRoleByID(s, id)
		return err
	})
	if err != nil || found {
		return role, err
	}
	if role, found = builtInIntuneRole(id); found {
		return role, nil
	}
	return intune.Role{}, noIntuneRole(id)
}

// Roles implements [intune.DeviceManagement].
func (t intuneTenant) Roles(ctx context.Context, f intune.RoleFilter) (roles []intune.Role, err error) {
	if f.Type != intune.BuiltInRole {
		err = t.read(ctx, func(s *session) (err error) {
			roles, err = all(s, intuneRoleColumns, nil, readIntuneRole)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if f.Type != intune.CustomRole {
		roles = append(roles, builtInIntuneRoles()...)
	}
	if f.Name != "" {
		roles = slices.DeleteFunc(roles, func(r intune.Role) bool { return !strings.EqualFold(r.Name, f.Name) })
	}
	slices.SortFunc(roles, func(a, b intune.Role) int { return cmp.Or(compareFold(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return roles, nil
}

// checkRole is what one role decides. A name that the catalog does not know is
// unknown rather than malformed, as it is for a plan; one that it knows has to
// come as the Graph action that it stands for.
func (t intuneTenant) checkRole(r intune.Role) error {
	facts := catalog.Intune().Facts()
	broken := slices.DeleteFunc(intune.ValidateRole(r), func(v rbac.Violation) bool {
		_, _, known := facts.Action(v.Value)
		return v.Rule.Name == intune.RulePermissionSyntax.Name && intune.Named(v.Value) && !known
	})
	return cmp.Or(t.refuse(broken...), t.refuse(intune.ValidatePermissions(r.Permissions, true, facts)...))
}

// CreateRole implements [intune.DeviceManagement].
func (t intuneTenant) CreateRole(ctx context.Context, r intune.Role) (out intune.Role, err error) {
	if err := t.checkRole(r); err != nil {
		return out, err
	}
	err = t.write(ctx, func(s *session) error {
		if err := t.tagsExist(s, r.ScopeTags); err != nil {
			return err
		}
		if err := t.roleNameFree(s, r.Name, ""); err != nil {
			return err
		}
		id, now := t.newID(), s.time()
		_, err := s.exec("INSERT INTO intune_roles (id, name, description, permissions, scope_tags, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
			id.String(), r.Name, r.Description, encode(r.Permissions), encode(withDefaultTag(r.ScopeTags)), now, now)
		if err != nil {
			return err
		}
		out, _, err = intuneRoleByID(s, id)
		return err
	})
	return out, err
}

// withDefaultTag is what the service adds to an object that says nothing of
// tags. A set that is given and empty stays so: that is how a caller takes all
// tags away.
func withDefaultTag(tags []string) []string {
	if tags == nil {
		return []string{intune.DefaultScopeTag}
	}
	return tags
}

// UpdateRole implements [intune.DeviceManagement].
func (t intuneTenant) UpdateRole(ctx context.Context, r intune.Role) (out intune.Role, err error) {
	err = t.write(ctx, func(s *session) error {
		old, found, err := intuneRoleByID(s, r.ID)
		if err != nil {
			return err
		}
		if !found {
			if have, found := builtInIntuneRole(r.ID); found {
				return builtInIntune(have, "changed")
			}
			return noIntuneRole(r.ID)
		}
		if err := t.checkRole(r); err != nil {
			return err
		}
		if err := t.tagsExist(s, r.ScopeTags); err != nil {
			return err
		}
		if rbac.Fold(r.Name) != rbac.Fold(old.Name) {
			if err := t.roleNameFree(s, r.Name, r.ID); err != nil {
				return err
			}
		}
		tags := r.ScopeTags
		if tags == nil {
			tags = old.ScopeTags
		}
		_, err = s.exec("UPDATE intune_roles SET name = ?, description = ?, permissions = ?, scope_tags = ?, updated_at = ? WHERE id = ?",
			r.Name, r.Description, encode(r.Permissions), encode(tags), s.time(), r.ID.String())
		if err != nil {
			return err
		}
		out, _, err = intuneRoleByID(s, r.ID)
		return err
	})
	return out, err
}

// DeleteRole implements [intune.DeviceManagement].
func (t intuneTenant) DeleteRole(ctx context.Context, id rbac.GUID) error {
	return t.write(ctx, func(s *session) error {
		role, found, err := intuneRoleByID(s, id)
		if err != nil {
			return err
		}
		if !found {
			if have, found := builtInIntuneRole(id); found {
				return builtInIntune(have, "deleted")
			}
			return nil
		}
		assigned, err := s.names("SELECT id, name FROM intune_role_assignments WHERE role_id = ? ORDER BY name", id.String())
		if err != nil {
			return err
		}
		if len(assigned) > 0 {
			return inUse(fmt.Sprintf("The role %q", role.Name), "role assignment", assigned)
		}
		_, err = s.exec("DELETE FROM intune_roles WHERE id = ?", id.String())
		return err
	})
}

const intuneAssignmentColumns = "SELECT id, name, description, role_id, members, scope_groups, all_users, all_devices, scope_tags FROM intune_role_assignments"

func readIntuneAssignment(_ *session, row scan) (intune.Assignment, error) {
	const table = "intune_role_assignments"
	var a intune.Assignment
	var id, role, members, groups, tags string
	err := row(&id, &a.Name, &a.Description, &role, &members, &groups, &a.AllUsers, &a.AllDevices, &tags)
	if err != nil {
		return a, err
	}
	if a.ID, err = guid(table, id, "id", id); err != nil {
		return a, err
	}
	if a.RoleID, err = guid(table, id, "role_id", role); err != nil {
		return a, err
	}
	if a.Members, err = guids(table, id, "members", members); err != nil {
		return a, err
	}
	if a.ScopeGroups, err = guids(table, id, "scope_groups", groups); err != nil {
		return a, err
	}
	a.ScopeTags, err = decode[string](table, id, "scope_tags", tags)
	a.ScopeTags = notNil(a.ScopeTags)
	return a, err
}

func intuneAssignmentByID(s *session, id rbac.GUID) (intune.Assignment, bool, error) {
	return one(s, intuneAssignmentColumns+" WHERE id = ?", []any{id.String()}, readIntuneAssignment)
}

// Assignment implements [intune.DeviceManagement].
func (t intuneTenant) Assignment(ctx context.Context, id rbac.GUID) (a intune.Assignment, err error) {
	err = t.read(ctx, func(s *session) error {
		found := false
		if a, found, err = intuneAssignmentByID(s, id); err != nil || found {
			return err
		}
		return noIntuneAssignment(id)
	})
	return a, err
}

// Assignments implements [intune.DeviceManagement].
func (t intuneTenant) Assignments(ctx context.Context, f intune.AssignmentFilter) (out []intune.Assignment, err error) {
	query, args := intuneAssignmentColumns+" WHERE true", []any(nil)
	if f.RoleID != "" {
		query, args = query+" AND role_id = ?", append(args, f.RoleID.String())
	}
	if len(f.Members) > 0 {
		query += " AND EXISTS (SELECT 1 FROM json_each(members) WHERE value IN (SELECT value FROM json_each(?)))"
		args = append(args, encode(f.Members))
	}
	err = t.read(ctx, func(s *session) (err error) {
		out, err = all(s, query, args, readIntuneAssignment)
		return err
	})
	if err != nil {
		return nil, err
	}
	if f.Name != "" {
		out = slices.DeleteFunc(out, func(a intune.Assignment) bool { return !strings.EqualFold(a.Name, f.Name) })
	}
	slices.SortFunc(out, func(a, b intune.Assignment) int { return cmp.Or(compareFold(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}

// CreateAssignment implements [intune.DeviceManagement].
func (t intuneTenant) CreateAssignment(ctx context.Context, a intune.Assignment) (out intune.Assignment, err error) {
	if err := t.refuse(intune.ValidateAssignment(a, t.limits)...); err != nil {
		return out, err
	}
	err = t.write(ctx, func(s *session) error {
		if _, found, err := intuneRoleByID(s, a.RoleID); err != nil || !found {
			if _, builtIn := builtInIntuneRole(a.RoleID); err != nil || !builtIn {
				return cmp.Or(err, noIntuneRole(a.RoleID))
			}
		}
		if err := t.references(s, a); err != nil {
			return err
		}
		if err := assignmentNameFree(s, a.Name, ""); err != nil {
			return err
		}
		id, now := t.newID(), s.time()
		_, err := s.exec("INSERT INTO intune_role_assignments (id, name, description, role_id, members, scope_groups, all_users, all_devices, scope_tags, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			id.String(), a.Name, a.Description, a.RoleID.String(), encode(a.Members), encode(a.ScopeGroups), a.AllUsers, a.AllDevices, encode(withDefaultTag(a.ScopeTags)), now, now)
		if err != nil {
			return err
		}
		out, _, err = intuneAssignmentByID(s, id)
		return err
	})
	return out, err
}

// references checks that the groups and tags of an assignment exist.
func (t intuneTenant) references(s *session, a intune.Assignment) error {
	if err := t.groupsExist("members", a.Members); err != nil {
		return err
	}
	if err := t.groupsExist("scope_groups", a.ScopeGroups); err != nil {
		return err
	}
	return t.tagsExist(s, a.ScopeTags)
}

// UpdateAssignment implements [intune.DeviceManagement].
func (t intuneTenant) UpdateAssignment(ctx context.Context, a intune.Assignment) (out intune.Assignment, err error) {
	err = t.write(ctx, func(s *session) error {
		old, found, err := intuneAssignmentByID(s, a.ID)
		if err != nil {
			return err
		}
		if !found {
			return noIntuneAssignment(a.ID)
		}
		if a.RoleID != "" && a.RoleID != old.RoleID {
			return intuneError(rbac.Immutable, "", "role", fmt.Sprintf("The role assignment %q is for the role %s and can't be changed to %s. Replace it.", old.Name, old.RoleID, a.RoleID))
		}
		if err := t.refuse(intune.ValidateAssignment(a, t.limits)...); err != nil {
			return err
		}
		if err := t.references(s, a); err != nil {
			return err
		}
		if err := assignmentNameFree(s, a.Name, a.ID); err != nil {
			return err
		}
		tags := a.ScopeTags
		if tags == nil {
			tags = old.ScopeTags
		}
		_, err = s.exec("UPDATE intune_role_assignments SET name = ?, description = ?, members = ?, scope_groups = ?, all_users = ?, all_devices = ?, scope_tags = ?, updated_at = ? WHERE id = ?",
			a.Name, a.Description, encode(a.Members), encode(a.ScopeGroups), a.AllUsers, a.AllDevices, encode(tags), s.time(), a.ID.String())
		if err != nil {
			return err
		}
		out, _, err = intuneAssignmentByID(s, a.ID)
		return err
	})
	return out, err
}

// DeleteAssignment implements [intune.DeviceManagement].
func (t intuneTenant) DeleteAssignment(ctx context.Context, id rbac.GUID) error {
	return t.write(ctx, func(s *session) error {
		_, err := s.exec("DELETE FROM intune_role_assignments WHERE id = ?", id.String())
		return err
	})
}

const scopeTagColumns = "SELECT id, name, description, groups FROM intune_scope_tags"

func readScopeTag(_ *session, row scan) (intune.ScopeTag, error) {
	var tag intune.ScopeTag
	var groups string
	err := row(&tag.ID, &tag.Name, &tag.Description, &groups)
	if err != nil {
		return tag, err
	}
	tag.BuiltIn = tag.ID == intune.DefaultScopeTag
	tag.Groups, err = guids("intune_scope_tags", tag.ID, "groups", groups)
	tag.Groups = notNil(tag.Groups)
	return tag, err
}

func scopeTagByID(s *session, id string) (intune.ScopeTag, bool, error) {
	number, err := strconv.ParseUint(id, 10, 63)
	if err != nil || strconv.FormatUint(number, 10) != id {
		return intune.ScopeTag{}, false, nil //nolint:nilerr // what is no number is no ID of a tag
	}
	return one(s, scopeTagColumns+" WHERE id = ?", []any{int64(number)}, readScopeTag) // it has 63 bits
}

// ScopeTag implements [intune.DeviceManagement].
func (t intuneTenant) ScopeTag(ctx context.Context, id string) (tag intune.ScopeTag, err error) {
	err = t.read(ctx, func(s *session) error {
		found := false
		if tag, found, err = scopeTagByID(s, id); err != nil || found {
			return err
		}
		return noScopeTag(id)
	})
	return tag, err
}

// ScopeTags implements [intune.DeviceManagement].
func (t intuneTenant) ScopeTags(ctx context.Context) (tags []intune.ScopeTag, err error) {
	err = t.read(ctx, func(s *session) (err error) {
		tags, err = all(s, scopeTagColumns+" ORDER BY id", nil, readScopeTag)
		return err
	})
	return tags, err
}

// CreateScopeTag implements [intune.DeviceManagement].
func (t intuneTenant) CreateScopeTag(ctx context.Context, tag intune.ScopeTag) (out intune.ScopeTag, err error) {
	if err := t.refuse(intune.ValidateScopeTag(tag)...); err != nil {
		return out, err
	}
	err = t.write(ctx, func(s *session) error {
		if err := t.groupsExist("groups", tag.Groups); err != nil {
			return err
		}
		if err := scopeTagNameFree(s, tag.Name, ""); err != nil {
			return err
		}
		now := s.time()
		if _, err := s.exec("INSERT INTO intune_scope_tags (name, description, groups, created_at, updated_at) VALUES (?, ?, ?, ?, ?)", tag.Name, tag.Description, encode(tag.Groups), now, now); err != nil {
			return err
		}
		out, _, err = one(s, scopeTagColumns+" WHERE id = last_insert_rowid()", nil, readScopeTag)
		return err
	})
	return out, err
}

// UpdateScopeTag implements [intune.DeviceManagement].
func (t intuneTenant) UpdateScopeTag(ctx context.Context, tag intune.ScopeTag) (out intune.ScopeTag, err error) {
	err = t.write(ctx, func(s *session) error {
		old, found, err := scopeTagByID(s, tag.ID)
		switch {
		case err != nil:
			return err
		case !found:
			return noScopeTag(tag.ID)
		case old.BuiltIn:
			return defaultScopeTag("changed")
		}
		if err := t.refuse(intune.ValidateScopeTag(tag)...); err != nil {
			return err
		}
		if err := t.groupsExist("groups", tag.Groups); err != nil {
			return err
		}
		if err := scopeTagNameFree(s, tag.Name, tag.ID); err != nil {
			return err
		}
		groups := tag.Groups
		if groups == nil {
			groups = old.Groups
		}
		if _, err := s.exec("UPDATE intune_scope_tags SET name = ?, description = ?, groups = ?, updated_at = ? WHERE id = ?", tag.Name, tag.Description, encode(groups), s.time(), tag.ID); err != nil {
			return err
		}
		out, _, err = scopeTagByID(s, tag.ID)
		return err
	})
	return out, err
}

// DeleteScopeTag implements [intune.DeviceManagement].
func (t intuneTenant) DeleteScopeTag(ctx context.Context, id string) error {
	return t.write(ctx, func(s *session) error {
		tag, found, err := scopeTagByID(s, id)
		if err != nil || !found {
			return err
		}
		if tag.BuiltIn {
			return defaultScopeTag("deleted")
		}
		for _, user := range []struct{ table, noun string }{{"intune_role_assignments", "role assignment"}, {"intune_roles", "role"}} {
			holders, err := s.names("SELECT id, name FROM "+user.table+" AS t WHERE EXISTS (SELECT 1 FROM json_each(t.scope_tags) WHERE value = ?) ORDER BY name", id)
			if err != nil {
				return err
			}
			if len(holders) > 0 {
				return inUse(fmt.Sprintf("The scope tag %q", tag.Name), user.noun, holders)
			}
		}
		_, err = s.exec("DELETE FROM intune_scope_tags WHERE id = ?", id)
		return err
	})
}

// names lists the rows of a query for IDs and names.
func (s *session) names(query string, args ...any) ([]named, error) {
	return all(s, query, args, func(_ *session, row scan) (n named, err error) {
		err = row(&n.ID, &n.Name)
		return n, err
	})
}

// tagsExist refuses scope tags that the tenant does not have.
func (t intuneTenant) tagsExist(s *session, ids []string) error {
	for _, id := range ids {
		if _, found, err := scopeTagByID(s, id); err != nil || !found {
			rule := intune.RuleScopeTagExists
			return cmp.Or(err, error(&rbac.Error{
				Kind: rbac.NotFound, System: rbac.Intune, Code: intuneBadRequest, Field: "scope_tags", Rule: rule.Name, Source: rule.Source,
				Message: fmt.Sprintf("There is no scope tag with the ID %q. Create the tag first, or correct the ID.", id),
			}))
		}
	}
	return nil
}

// groupsExist refuses IDs that are not those of security groups.
func (t intuneTenant) groupsExist(field string, ids []rbac.GUID) error {
	for _, id := range ids {
		if _, ok := rbac.ParseGUID(id.String()); !ok {
			return intuneError(rbac.Invalid, intuneBadRequest, field, fmt.Sprintf("%q is no GUID. It is the object ID of a security group.", id))
		}
		if t.directory == nil {
			continue
		}
		o, ok := t.directory.Object(id)
		switch {
		case !ok:
			return intuneError(rbac.PrincipalNotFound, intuneBadRequest, field, fmt.Sprintf("There is no group %s in the directory. Check that it is the object ID of a security group.", id))
		case o.Type != entra.Group:
			return intuneError(rbac.PrincipalNotFound, intuneBadRequest, field, fmt.Sprintf("%s is the %s %q, not a group. Intune takes security groups here; put it into one.", id, o.Type, o.DisplayName))
		case !o.SecurityEnabled:
			return intuneError(rbac.PrincipalNotFound, intuneBadRequest, field, fmt.Sprintf("The group %q (%s) is not security-enabled. Intune takes security groups here.", o.DisplayName, id))
		}
	}
	return nil
}

func (t intuneTenant) roleNameFree(s *session, name string, except rbac.GUID) error {
	have, found, err := s.holder("intune_roles", name, except.String())
	if err != nil {
		return err
	}
	if found {
		return intuneNameTaken("role", have)
	}
	for _, r := range builtInIntuneRoles() {
		if strings.EqualFold(r.Name, name) {
			return intuneNameTaken("built-in role", named{r.ID.String(), r.Name})
		}
	}
	return nil
}

func assignmentNameFree(s *session, name string, except rbac.GUID) error {
	have, found, err := s.holder("intune_role_assignments", name, except.String())
	if err != nil || !found {
		return err
	}
	return intuneNameTaken("role assignment", have)
}

func scopeTagNameFree(s *session, name, except string) error {
	have, found, err := s.holder("intune_scope_tags", name, except)
	if err != nil || !found {
		return err
	}
	return intuneNameTaken("scope tag", have)
}

func intuneNameTaken(noun string, have named) error {
	return &rbac.Error{
		Kind: rbac.Exists, System: rbac.Intune, Field: "name", Existing: rbac.Fold(have.ID),
		Message: fmt.Sprintf("The name %q belongs to the Intune %s %s. Names are unique in a tenant, whatever the casing. Import that one, or choose another name.", have.Name, noun, have.ID),
	}
}

func inUse(what, noun string, by []named) error {
	names := make([]string, len(by))
	for i, n := range by {
		names[i] = strconv.Quote(n.Name)
	}
	return &rbac.Error{
		Kind: rbac.InUse, System: rbac.Intune, Existing: rbac.Fold(by[0].ID),
		Message: fmt.Sprintf("%s is in use by %s: %s. Change or delete what uses it first.", what, times(len(by), noun, noun+"s"), few(names)),
	}
}

func intuneError(kind rbac.Kind, code, field, message string) error {
	return &rbac.Error{Kind: kind, System: rbac.Intune, Code: code, Field: field, Message: message}
}

func noIntuneRole(id rbac.GUID) error {
	return intuneError(rbac.NotFound, intuneNotFound, "", fmt.Sprintf("There is no Intune role %s.", id))
}

func noIntuneAssignment(id rbac.GUID) error {
	return intuneError(rbac.NotFound, intuneNotFound, "", fmt.Sprintf("There is no Intune role assignment %s.", id))
}

func noScopeTag(id string) error {
	return intuneError(rbac.NotFound, intuneNotFound, "", fmt.Sprintf("There is no scope tag with the ID %q.", id))
}

func builtInIntune(r intune.Role, what string) error {
	rule := intune.RuleBuiltInRole
	return &rbac.Error{
		Kind: rbac.Immutable, System: rbac.Intune, Rule: rule.Name, Source: rule.Source,
		Message: fmt.Sprintf("%q is a built-in role of Intune and can't be %s. Create a custom role with its permissions instead.", r.Name, what),
	}
}

func defaultScopeTag(what string) error {
	rule := intune.RuleDefaultScopeTag
	return &rbac.Error{
		Kind: rbac.Immutable, System: rbac.Intune, Rule: rule.Name, Source: rule.Source,
		Message: fmt.Sprintf("The Default scope tag can't be %s: Intune keeps it for objects without a tag. Create a tag of your own.", what),
	}
}
