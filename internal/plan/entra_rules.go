// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package plan

import (
	"fmt"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// EntraCatalog is what rules ask of the roles that Microsoft ships.
type EntraCatalog interface {
	// BuiltIn finds a built-in role by ID or present name.
	BuiltIn(idOrName string) (entra.Role, bool)
}

// EntraRole is what the tenant and the plan say of a role that is planned. was
// is the role before an update, nil for a new one.
func EntraRole(r entra.Role, was *entra.Role, c EntraCatalog) Rule {
	return func(w *World) []rbac.Violation {
		var out []rbac.Violation
		id := EntraRoleID(r)
		if was == nil && w.EntraRoles.Disputed(id) {
			out = append(out, twice(entra.RuleRoleIDUnique.Rule, "name", r.Name, "Entra role"))
		} else if have, taken := entraRoleNamed(w, c, r); taken {
			out = append(out, entra.RuleRoleNameUnique.Broken("name", r.Name, fmt.Sprintf("The Entra role %s is named %q too. The directory allows it, but an assignment by that name can't tell the two apart. Choose another name.", have.ID, have.Name)))
		}
		if held, foreign := w.EntraRoles.foreign(id); was == nil && foreign {
			v := entra.RuleRoleIDUnique.Broken("template_id", r.ID.String(), fmt.Sprintf("The template ID %s is taken by a role of the tenant that this configuration does not manage. Set template_id to another GUID.", r.ID))
			v.Existing = r.ID.String()
			out = append(out, w.inTheWay(v, held.Name == r.Name && held.Description == r.Description && rbac.SameSet(held.Permissions, r.Permissions)))
		}
		if most := w.Limits.Of(entra.LimitCustomRoles); was == nil && w.EntraRoles.Known() && w.EntraRoles.Count(All) > most {
			out = append(out, entra.RuleCustomRolesPerTenant.Broken("name", "", fmt.Sprintf("With this plan the tenant has %d custom roles. It can have %d. Delete roles that are not used, or raise %s in limits if the tenant's quota is higher.", w.EntraRoles.Count(All), most, entra.LimitCustomRoles.Name)))
		}
		return out
	}
}

func entraRoleNamed(w *World, c EntraCatalog, r entra.Role) (entra.Role, bool) {
	for _, other := range w.EntraRoles.Find(termName + rbac.Fold(r.Name)) {
		if other.ID != r.ID {
			return other, true
		}
	}
	have, ok := c.BuiltIn(r.Name)
	return have, ok && have.ID != r.ID
}

// EntraRoleGone is what the tenant and the plan say of a role that is
// destroyed: the directory deletes its assignments with it.
func EntraRoleGone(r entra.Role) Rule {
	return func(w *World) []rbac.Violation {
		n := w.EntraAssignments.Count(termRole + r.ID.String())
		if n == 0 {
			return nil
		}
		return []rbac.Violation{entra.RuleRoleInUse.Broken("", "", fmt.Sprintf("The role %q is still assigned %s when it is destroyed. The directory deletes its assignments with it.", r.Name, times(n)))}
	}
}

// EntraAssignment is what the tenant and the plan say of an assignment that is
// planned to be created.
func EntraAssignment(a entra.Assignment) Rule {
	return func(w *World) []rbac.Violation {
		id := EntraAssignmentID(a)
		scope := a.DirectoryScope + a.AppScope
		var out []rbac.Violation
		if w.EntraAssignments.Foreign(id) {
			v := entra.RuleAssignmentUnique.Broken("principal_id", a.PrincipalID.String(), fmt.Sprintf("The role is assigned to the principal %s at %q already. The directory takes an assignment once. Import it, or remove it here.", a.PrincipalID, scope))
			if have, ok := w.EntraAssignments.foreign(id); ok {
				v.Existing = have.ID
			}
			out = append(out, w.inTheWay(v, true))
		}
		_, custom := w.EntraRoles.Get(a.RoleID.String())
		if w.EntraAssignments.Known() {
			out = append(out, entraAssignmentLimits(w, a, custom)...)
		}
		return out
	}
}

func entraAssignmentLimits(w *World, a entra.Assignment, custom bool) []rbac.Violation {
	if a.RoleID == entra.GlobalAdministrator && a.DirectoryScope == entra.TenantScope {
		if n, most := globalAdministrators(w), w.Limits.Of(entra.LimitGlobalAdministrators); n > most {
			return []rbac.Violation{entra.RuleGlobalAdministrators.Broken("role", "", fmt.Sprintf("With this plan the tenant has %d assignments of Global Administrator. Microsoft recommends fewer than %d.", n, most+1))}
		}
		return nil
	}
	rule, limit := entra.RuleScopedAssignmentsPerPrincipal, entra.LimitScopedAssignmentsPerPrincipal
	if custom {
		rule, limit = entra.RuleCustomAssignmentsPerPrincipal, entra.LimitCustomAssignmentsPerPrincipal
	} else if a.DirectoryScope == entra.TenantScope {
		return nil
	}
	n := 0
	for _, other := range w.EntraAssignments.Find(termPrincipal + a.PrincipalID.String()) {
		_, isCustom := w.EntraRoles.Get(other.RoleID.String())
		if isCustom == custom && (custom || other.DirectoryScope != entra.TenantScope) {
			n++
		}
	}
	if most := w.Limits.Of(limit); n > most {
		return []rbac.Violation{rule.Broken("principal_id", a.PrincipalID.String(), fmt.Sprintf("With this plan the principal %s has %d %s. It can have %d. Join roles, or assign them to groups.", a.PrincipalID, n, limit.Unit, most))}
	}
	return nil
}

// EntraAssignmentGone is what the tenant and the plan say of an assignment
// that is destroyed: the last Global Administrator stays.
func EntraAssignmentGone(a entra.Assignment) Rule {
	return func(w *World) []rbac.Violation {
		if a.RoleID != entra.GlobalAdministrator || a.DirectoryScope != entra.TenantScope || !w.EntraAssignments.Known() || globalAdministrators(w) > 0 {
			return nil
		}
		return []rbac.Violation{entra.RuleLastGlobalAdministrator.Broken("", "", "This is the last assignment of Global Administrator. Without it nobody could administer the tenant. Assign the role to somebody else first.")}
	}
}

func globalAdministrators(w *World) int {
	n := 0
	for _, a := range w.EntraAssignments.Find(termRole + entra.GlobalAdministrator.String()) {
		if a.DirectoryScope == entra.TenantScope {
			n++
		}
	}
	return n
}

// EntraPrincipal is what the directory says of the principal of an assignment.
// found is false if it does not know the object; an object without a type is
// of a directory that keeps none.
func EntraPrincipal(id rbac.GUID, o entra.Object, found bool) []rbac.Violation {
	switch {
	case !found:
		return []rbac.Violation{entra.RulePrincipalExists.Broken("principal_id", id.String(), fmt.Sprintf("The directory has no object %s. Use the object ID of a user, a group or a service principal, not an application ID.", id))}
	case o.Type == entra.Group && !o.RoleAssignable:
		return []rbac.Violation{entra.RuleGroupRoleAssignable.Broken("principal_id", id.String(), fmt.Sprintf("The group %q (%s) is not role-assignable, so it can't hold an Entra role. That is decided when a group is made; use another group.", o.DisplayName, id))}
	default:
		return nil
	}
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
