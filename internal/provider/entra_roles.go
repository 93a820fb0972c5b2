// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// entraRoles is the roleLookup of Entra. Roles that Microsoft ships are known
// without asking the tenant.
type entraRoles struct{ entra.Directory }

func (entraRoles) load(ctx context.Context, l *plan.Ledger, _ string) {
	plan.Load(ctx, l, plan.EntraRoles)
}

// planned leaves a name that several roles have to find, which says so.
func (entraRoles) planned(w *plan.World, name string) (knownRole, bool) {
	custom := w.EntraRoles.Find(plan.Named(name))
	_, shared := (entraBuiltIns{}).known(name)
	known, ok := catalog.Entra().RoleByName(name) // or a name that Microsoft has changed
	switch {
	case len(custom) == 1 && !shared:
		return knownRole{custom[0].ID, custom[0].Name}, true
	case len(custom) == 0 && ok && known.ID != "" && w.EntraRoles.Known():
		return knownRole{known.ID, known.Name}, true
	}
	return knownRole{}, false
}

func (entraRoles) missing(name string, err error) rbac.Violation {
	return missingRole(entra.RuleAssignmentRoleExists.Rule, name, err)
}

func (entraRoles) parse(text string) (rbac.GUID, bool) { return rbac.ParseGUID(text) }

func (entraRoles) format(id rbac.GUID) string { return id.String() }

func (r entraRoles) find(ctx context.Context, text string) (rbac.GUID, string, error) {
	if id, ok := rbac.ParseGUID(text); ok {
		if known, ok := catalog.Entra().RoleByID(id); ok {
			return id, known.Name, nil
		}
		role, err := r.Role(ctx, id)
		return id, role.Name, err
	}
	if err := checkRole(text); err != nil {
		return "", "", err
	}
	// A custom role may have any name, also that of a built-in role or one that
	// such a role had before.
	found, err := r.Roles(ctx, entra.RoleFilter{Name: text})
	switch known, ok := catalog.Entra().RoleByName(text); {
	case err != nil:
		return "", "", err
	case len(found) > 1:
		return "", "", ambiguous(rbac.Entra, "Entra roles", text, entraRoleIDs(found))
	case len(found) == 1:
		return found[0].ID, found[0].Name, nil
	case ok && known.ID != "": // a name that Microsoft has changed
		return known.ID, known.Name, nil
	}
	all, err := r.Roles(ctx, entra.RoleFilter{})
	if err != nil {
		return "", "", err
	}
	names := make([]string, len(all))
	for i, role := range all {
		names[i] = role.Name
	}
	return "", "", didYouMeanRole(rbac.Entra, text, names)
}

func (r entraRoles) nameOf(ctx context.Context, id rbac.GUID) (string, error) {
	if known, ok := catalog.Entra().RoleByID(id); ok {
		return known.Name, nil
	}
	role, err := r.Role(ctx, id)
	if rbac.IsNotFound(err) {
		return "", nil
	}
	return role.Name, err
}

func entraRoleIDs(roles []entra.Role) []string {
	ids := make([]string, len(roles))
	for i, role := range roles {
		ids[i] = role.ID.String()
	}
	return ids
}

// findCustom turns an import ID into the ID of a custom role.
func (r entraRoles) findCustom(ctx context.Context, text string) (rbac.GUID, error) {
	id, ok := rbac.ParseGUID(text)
	if name, named := importName(text); named {
		custom, err := r.Roles(ctx, entra.RoleFilter{Type: entra.CustomRole, Name: name})
		switch {
		case err != nil:
			return "", err
		case len(custom) == 1:
			return custom[0].ID, nil
		case len(custom) > 1:
			return "", ambiguous(rbac.Entra, "Entra custom roles", name, entraRoleIDs(custom))
		}
		if id, _, err = r.find(ctx, name); err != nil {
			return "", err
		}
	} else if !ok {
		return "", importForm(rbac.Entra, text, `the role's GUID, or "name:" and its display name`)
	}
	role, err := r.Role(ctx, id)
	if err == nil && role.BuiltIn {
		err = notCustom(rbac.Entra, role.Name, rbac.Rule{})
	}
	return id, err
}

// findAssignment turns an import ID into the ID of an assignment.
func (r entraRoles) findAssignment(ctx context.Context, text string) (string, error) {
	parts := strings.Split(text, "|")
	if len(parts) != 3 {
		a, err := r.Assignment(ctx, text[strings.LastIndexByte(text, '/')+1:])
		if rbac.IsNotFound(err) {
			return "", importForm(rbac.Entra, text, `the ID of an assignment that exists in this tenant, or "ROLE|PRINCIPAL_ID|DIRECTORY_SCOPE"`)
		}
		return a.ID, err
	}
	role, name, err := r.find(ctx, parts[0])
	if err != nil {
		return "", err
	}
	if err := framework.CheckGUID("The object ID of a principal")(parts[1]); err != nil {
		return "", err
	}
	principal, _ := rbac.ParseGUID(parts[1])
	scope, err := entra.ParseScope(parts[2])
	if err != nil {
		return "", err
	}
	found, err := r.Assignments(ctx, entra.AssignmentFilter{RoleID: role, PrincipalID: principal, DirectoryScope: scope.ID()})
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", &rbac.Error{Kind: rbac.NotFound, System: rbac.Entra, Message: `The role "` + name + `" is not assigned to the principal ` + principal.String() +
			` at the directory scope "` + scope.ID() + `".`}
	}
	return found[0].ID, nil
}

// entraScopeKey is the key of directory scopes.
func entraScopeKey(s string) string {
	if scope, err := entra.ParseScope(s); err == nil {
		return scope.ID()
	}
	return rbac.Fold(s)
}
