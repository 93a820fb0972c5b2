// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package plan

import (
	"fmt"
	"slices"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Rule is a question to the world after the plan.
type Rule = func(*World) []rbac.Violation

// AzureCatalog is what rules ask of the roles that Microsoft ships.
type AzureCatalog interface {
	// BuiltIn finds a built-in role by ID or present name.
	BuiltIn(idOrName string) (azure.Role, bool)
	// Granting reports whether a role lets its holder assign roles.
	Granting(r azure.Role) bool
}

// AzureRole is what the tenant and the plan say of a role that is planned. was
// is the role before an update, nil for a new one.
func AzureRole(r azure.Role, was *azure.Role, c AzureCatalog) Rule {
	return func(w *World) []rbac.Violation {
		var out []rbac.Violation
		id := AzureRoleID(r)
		if was == nil && w.AzureRoles.Disputed(id) {
			out = append(out, twice(azure.RuleRoleNameUnique.Rule, "name", r.Name, "Azure role"))
		} else if have, taken := azureRoleNamed(w, c, r); taken {
			v := azure.RuleRoleNameUnique.Broken("name", r.Name, fmt.Sprintf("The name %q belongs to the Azure role %s%s. Names are unique in a tenant, built-in roles included, whatever the casing. Choose another name.", have.Name, have.ID, azureRoleWhose(w, have)))
			if w.AzureRoles.Foreign(AzureRoleID(have)) {
				v.Existing = azure.RoleResourceID(have.ID)
				v = w.inTheWay(v, was == nil && alikeAzureRoles(r, have))
			}
			out = append(out, v)
		}
		if held, foreign := w.AzureRoles.foreign(id); was == nil && foreign {
			v := azure.RuleRoleIDUnique.Broken("role_id", r.ID.String(), fmt.Sprintf("The role ID %s is taken by a role of the tenant that this configuration does not manage. Set role_id to another GUID.", r.ID))
			v.Existing = azure.RoleResourceID(r.ID)
			out = append(out, w.inTheWay(v, rbac.Fold(held.Name) == rbac.Fold(r.Name) && alikeAzureRoles(r, held)))
		}
		if most := w.Limits.Of(azure.LimitCustomRoles); was == nil && w.AzureRoles.Known() && w.AzureRoles.Count(All) > most {
			out = append(out, azure.RuleCustomRolesPerTenant.Broken("name", "", fmt.Sprintf("With this plan the tenant has %d custom roles. It can have %d. Delete roles that are not used, or raise azure_custom_roles_per_tenant in limits if the tenant's quota is higher.", w.AzureRoles.Count(All), most)))
		}
		if was != nil {
			out = append(out, azureScopesInUse(w, r, *was)...)
		}
		return out
	}
}

// azureRoleNamed is another role that has the name of r.
func azureRoleNamed(w *World, c AzureCatalog, r azure.Role) (azure.Role, bool) {
	for _, other := range w.AzureRoles.Find(termName + rbac.Fold(r.Name)) {
		if other.ID != r.ID && w.AzureRoles.stays(AzureRoleID(other)) && w.AzureRoles.later(AzureRoleID(r), AzureRoleID(other)) {
			return other, true
		}
	}
	have, ok := c.BuiltIn(r.Name)
	return have, ok && have.ID != r.ID
}

// alikeAzureRoles reports whether two roles differ in nothing but their IDs.
func alikeAzureRoles(a, b azure.Role) bool {
	p, q := a.Flat(), b.Flat()
	return a.Description == b.Description && rbac.SameSet(a.AssignableScopes, b.AssignableScopes) &&
		rbac.SameSet(p.Actions, q.Actions) && rbac.SameSet(p.NotActions, q.NotActions) &&
		rbac.SameSet(p.DataActions, q.DataActions) && rbac.SameSet(p.NotDataActions, q.NotDataActions)
}

func azureRoleWhose(w *World, r azure.Role) string {
	if r.BuiltIn {
		return ""
	}
	return w.AzureRoles.whose(AzureRoleID(r))
}

// azureScopesInUse finds assignable scopes that are taken away although the
// role is assigned at or below them and no other assignable scope covers that.
func azureScopesInUse(w *World, r, was azure.Role) []rbac.Violation {
	if !w.AzureAssignments.Known() || rbac.SameSet(r.AssignableScopes, was.AssignableScopes) {
		return nil
	}
	held := map[string][]string{}
	for _, a := range w.AzureAssignments.Find(termRole + r.ID.String()) {
		if coverage(r.AssignableScopes, a.Scope) != outside {
			continue
		}
		for _, old := range was.AssignableScopes {
			if s, err := azure.ParseScope(old); err == nil && s.Contains(a.Scope) {
				held[old] = append(held[old], a.ID())
			}
		}
	}
	var out []rbac.Violation
	for _, old := range was.AssignableScopes {
		if ids := held[old]; len(ids) > 0 {
			out = append(out, azure.RuleAssignableScopeInUse.Broken("assignable_scopes", "", fmt.Sprintf("%q is taken out of the assignable scopes, but the role is assigned there: %s. Remove %s first, or keep the scope.", old, rbac.QuotedFew(ids, 3), those(len(ids)))))
		}
	}
	return out
}

// AzureRoleGone is what the tenant and the plan say of a role that is destroyed.
func AzureRoleGone(r azure.Role) Rule {
	return func(w *World) []rbac.Violation {
		left := w.AzureAssignments.Find(termRole + r.ID.String())
		if len(left) == 0 {
			return nil
		}
		ids := make([]string, len(left))
		for i, a := range left {
			ids[i] = a.ID()
		}
		return []rbac.Violation{azure.RuleRoleInUse.Broken("", "", fmt.Sprintf("The role %q is still assigned when it is destroyed: %s. Azure deletes a role only when nobody holds it. Remove %s first.", r.Name, rbac.QuotedFew(ids, 3), those(len(ids))))}
	}
}

// AzureAssignment is what the tenant and the plan say of an assignment that is
// planned. adopt says that an identical one of the tenant is welcome.
func AzureAssignment(a azure.Assignment, creating, adopt bool) Rule {
	return func(w *World) []rbac.Violation {
		var out []rbac.Violation
		if creating {
			out = append(out, azureAssignmentUnique(w, a, adopt)...)
			out = append(out, azureAssignmentLimits(w, a)...)
		}
		role, custom := w.AzureRoles.Get(a.RoleID.String())
		if !custom { // built-in, or made by something that this plan does not show
			return out
		}
		if p := role.Flat(); a.Scope.Kind == azure.ManagementGroupScope && len(p.DataActions) > 0 {
			out = append(out, azure.RuleDataActionsAtMG.Broken("scope", a.Scope.ID(), fmt.Sprintf("The role %q has data actions, and %q is a management group. Azure assigns custom roles with data actions at subscriptions and below: assign it there, or take the data actions out.", role.Name, a.Scope.ID())))
		}
		if coverage(role.AssignableScopes, a.Scope) == outside {
			out = append(out, azure.RuleOutsideAssignableScopes.Broken("scope", a.Scope.ID(), fmt.Sprintf("The role %q can't be assigned at %q: its assignable scopes are %s. Add the scope to them, or assign the role below one of them.", role.Name, a.Scope.ID(), rbac.QuotedFew(role.AssignableScopes, 3))))
		}
		return out
	}
}

func azureAssignmentUnique(w *World, a azure.Assignment, adopt bool) []rbac.Violation {
	id := AzureAssignmentID(a)
	if w.AzureAssignments.Disputed(id) {
		return []rbac.Violation{twice(azure.RuleAssignmentUnique.Rule, "scope", a.ID(), "Azure role assignment")}
	}
	for _, other := range w.AzureAssignments.Find(azureGrant(a)) {
		identity := AzureAssignmentID(other)
		held, foreign := w.AzureAssignments.foreign(identity)
		switch {
		case identity == id && !foreign, foreign && adopt, identity != id && (!w.AzureAssignments.stays(identity) || !w.AzureAssignments.later(id, identity)):
			continue
		case !foreign:
			return []rbac.Violation{azure.RuleAssignmentUnique.Broken("scope", a.Scope.ID(), fmt.Sprintf("The role is assigned to the principal %s at %q already, by %s%s. Azure takes an assignment once. Remove one of the two.", a.PrincipalID, a.Scope.ID(), other.Name, w.AzureAssignments.whose(identity)))}
		}
		v := azure.RuleAssignmentUnique.Broken("scope", a.Scope.ID(), fmt.Sprintf("The role is assigned to the principal %s at %q already, by %s. Azure takes an assignment once. Import it, or set adopt_existing = true to take it over.", a.PrincipalID, a.Scope.ID(), other.Name))
		v.Existing = other.ID()
		return []rbac.Violation{w.inTheWay(v, a.Description == held.Description && a.Condition == held.Condition)}
	}
	return nil
}

func azureAssignmentLimits(w *World, a azure.Assignment) []rbac.Violation {
	if !w.AzureAssignments.Known() {
		return nil
	}
	check := func(rule rbac.Rule, term, where string, most int) []rbac.Violation {
		n := w.AzureAssignments.Count(term)
		if n <= most {
			return nil
		}
		return []rbac.Violation{rule.Broken("scope", a.Scope.ID(), fmt.Sprintf("With this plan there are %d role assignments in %s. There can be %d. Assign to groups, or raise %s in limits if the quota is higher.", n, where, most, rule.Name))}
	}
	switch {
	case a.Scope.SubscriptionID != "":
		return check(azure.RuleAssignmentsPerSubscription.Rule, termSubscription+a.Scope.SubscriptionID, "the subscription "+a.Scope.SubscriptionID, w.Limits.Of(azure.LimitAssignmentsPerSubscription))
	case a.Scope.Kind == azure.ManagementGroupScope:
		return check(azure.RuleAssignmentsPerMG.Rule, termGroup+rbac.Fold(a.Scope.ManagementGroup), "the management group "+a.Scope.ManagementGroup, w.Limits.Of(azure.LimitAssignmentsPerManagementGroup))
	default:
		return nil
	}
}

// AzureAssignmentGone is what the tenant and the plan say of an assignment
// that is destroyed: the last one of a subscription that can grant roles stays.
// One that is inherited counts too, since it may be all that is needed.
func AzureAssignmentGone(a azure.Assignment, c AzureCatalog) Rule {
	return func(w *World) []rbac.Violation {
		if a.Scope.Kind != azure.SubscriptionScope || !w.AzureAssignments.Known() || !azureGranting(w, c, a.RoleID) {
			return nil
		}
		for _, term := range [...]string{termAt + a.Scope.SubscriptionID, termAbove} {
			if slices.ContainsFunc(w.AzureAssignments.Find(term), func(o azure.Assignment) bool { return azureGranting(w, c, o.RoleID) }) {
				return nil
			}
		}
		return []rbac.Violation{azure.RuleLastOwner.Broken("", "", fmt.Sprintf("This is the last assignment at %q whose holder can assign roles. Azure keeps it: without it nobody could give anybody access again. Assign Owner or User Access Administrator to somebody else first.", a.Scope.ID()))}
	}
}

func azureGranting(w *World, c AzureCatalog, id rbac.GUID) bool {
	role, ok := w.AzureRoles.Get(id.String())
	if !ok {
		role, ok = c.BuiltIn(id.String())
	}
	return ok && c.Granting(role)
}

// How the assignable scopes of a role lie to a scope.
const (
	inside  = iota // one of them contains it
	unknown        // a management group among them may
	outside
)

// coverage tells whether a scope lies at or below one of a role's assignable
// scopes, as far as IDs alone decide.
func coverage(assignable []string, scope azure.Scope) int {
	result := outside
	for _, text := range assignable {
		s, err := azure.ParseScope(text)
		switch {
		case err != nil || s.Kind == azure.ManagementGroupScope && !s.Same(scope):
			result = unknown
		case s.Contains(scope):
			return inside
		}
	}
	return result
}

// twice says that two resources of one configuration are the same object.
func twice(rule rbac.Rule, field, value, noun string) rbac.Violation {
	return rule.Broken(field, value, fmt.Sprintf("Two resources of this plan are the same %s. Remove one of them, or change what they have in common.", noun))
}

func those(n int) string {
	if n == 1 {
		return "that assignment"
	}
	return "those " + fmt.Sprint(n) + " assignments"
}

// AzurePrincipal is what the directory says of the principal of an assignment.
func AzurePrincipal(id rbac.GUID, exists bool) []rbac.Violation {
	if exists {
		return nil
	}
	return []rbac.Violation{azure.RulePrincipalExists.Broken("principal_id", id.String(), fmt.Sprintf("The directory has no object %s. Use the object ID of a user, a group or a service principal, not an application ID; set principal_type for one that was made moments ago.", id))}
}
