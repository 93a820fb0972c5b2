// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// azureRoles is the roleLookup of Azure. Roles that Microsoft ships are known
// without asking the tenant.
type azureRoles struct{ azure.Authorization }

func (azureRoles) load(ctx context.Context, l *plan.Ledger, name string) {
	if _, builtIn := (azureBuiltIns{}).BuiltIn(name); !builtIn {
		plan.Load(ctx, l, plan.AzureRoles)
	}
}

func (azureRoles) planned(w *plan.World, name string) (knownRole, bool) {
	for _, r := range w.AzureRoles.Find(plan.Named(name)) {
		return knownRole{r.ID, r.Name}, true
	}
	known, ok := catalog.Azure().RoleByName(name) // or a name that Microsoft has changed
	if !ok || !known.Current || !w.AzureRoles.Known() {
		return knownRole{}, false
	}
	return knownRole{known.ID, known.Name}, true
}

func (azureRoles) missing(name string, err error) rbac.Violation {
	return missingRole(azure.RuleAssignmentRoleExists.Rule, name, err)
}

func (azureRoles) parse(text string) (rbac.GUID, bool) { return azure.ParseRoleID(text) }

func (azureRoles) format(id rbac.GUID) string { return azure.RoleResourceID(id) }

func (r azureRoles) find(ctx context.Context, text string) (rbac.GUID, string, error) {
	if id, ok := azure.ParseRoleID(text); ok {
		if known, ok := catalog.Azure().RoleByID(id); ok && known.Current {
			return id, known.Name, nil
		}
		role, err := r.Role(ctx, id)
		return id, role.Name, err
	}
	if err := checkRole(text); err != nil {
		return "", "", err
	}
	known, ok := catalog.Azure().RoleByName(text)
	if ok && known.Current && strings.EqualFold(known.Name, text) {
		return known.ID, known.Name, nil
	}
	found, err := r.Roles(ctx, azure.RoleFilter{Name: text})
	switch {
	case err != nil:
		return "", "", err
	case len(found) > 0:
		return found[0].ID, found[0].Name, nil
	case ok && known.Current: // a name that Microsoft has changed
		return known.ID, known.Name, nil
	}
	all, err := r.Roles(ctx, azure.RoleFilter{})
	if err != nil {
		return "", "", err
	}
	names := make([]string, len(all))
	for i, role := range all {
		names[i] = role.Name
	}
	return "", "", didYouMeanRole(rbac.Azure, text, names)
}

func (r azureRoles) nameOf(ctx context.Context, id rbac.GUID) (string, error) {
	if known, ok := catalog.Azure().RoleByID(id); ok && known.Current {
		return known.Name, nil
	}
	role, err := r.Role(ctx, id)
	if rbac.IsNotFound(err) {
		return "", nil
	}
	return role.Name, err
}

// findCustom turns an import ID into the GUID of a custom role.
func (r azureRoles) findCustom(ctx context.Context, text string) (rbac.GUID, error) {
	id, ok := azure.ParseRoleID(text)
	if name, named := importName(text); named {
		var err error
		if id, _, err = r.find(ctx, name); err != nil {
			return "", err
		}
	} else if !ok {
		return "", importForm(rbac.Azure, text, `the role's GUID, its ARM ID ("/providers/Microsoft.Authorization/roleDefinitions/GUID", with or without a scope in front), or "name:" and its name`)
	}
	role, err := r.Role(ctx, id)
	if err == nil && role.BuiltIn {
		err = notCustom(rbac.Azure, role.Name, rbac.Rule{})
	}
	return id, err
}

// identical is the assignment of the same role to the same principal at the
// same scope, under whatever name; the zero value if there is none.
func (r azureRoles) identical(ctx context.Context, a azure.Assignment) (azure.Assignment, error) {
	all, err := r.Assignments(ctx, azure.AssignmentFilter{Scope: a.Scope, RoleID: a.RoleID, PrincipalID: a.PrincipalID})
	for _, e := range all {
		if e.Scope.Same(a.Scope) {
			return e, nil
		}
	}
	return azure.Assignment{}, err
}

// findAssignment turns an import ID into the ID of an assignment.
func (r azureRoles) findAssignment(ctx context.Context, text string) (string, error) {
	parts := strings.Split(text, "|")
	if len(parts) != 3 {
		scope, name, err := azure.ParseAssignmentID(text)
		if err != nil {
			return "", importForm(rbac.Azure, text, `the assignment's ARM ID ("SCOPE/providers/Microsoft.Authorization/roleAssignments/GUID"), or "SCOPE|ROLE|PRINCIPAL_ID"`)
		}
		found, err := r.Assignment(ctx, scope, name)
		return found.ID(), err
	}
	scope, err := azure.ParseScope(parts[0])
	if err != nil {
		return "", err
	}
	role, name, err := r.find(ctx, parts[1])
	if err != nil {
		return "", err
	}
	if err := framework.CheckGUID("The object ID of a principal")(parts[2]); err != nil {
		return "", err
	}
	principal, _ := rbac.ParseGUID(parts[2])
	found, err := r.identical(ctx, azure.Assignment{Scope: scope, RoleID: role, PrincipalID: principal})
	if err != nil {
		return "", err
	}
	if found.Name == "" {
		return "", &rbac.Error{Kind: rbac.NotFound, System: rbac.Azure, Message: `The role "` + name + `" is not assigned to the principal ` + principal.String() +
			" at " + scope.ID() + ". An assignment at another scope, or one that a group holds, is imported by its own scope and principal."}
	}
	return found.ID(), nil
}
