// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package plan

import (
	"fmt"
	"slices"

	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// IntuneCatalog is what rules ask of the roles that Microsoft ships.
type IntuneCatalog interface {
	// BuiltIn finds a built-in role by ID or present name.
	BuiltIn(idOrName string) (intune.Role, bool)
}

// IntuneRole is what the tenant and the plan say of a role that is planned.
func IntuneRole(r intune.Role, c IntuneCatalog) Rule {
	return func(w *World) []rbac.Violation {
		out := nameTaken(w, w.IntuneRoles, IntuneRoleID(r), r.Name, alikeIntuneRoles, intune.RuleRoleNameUnique.Rule, "Intune role")
		if have, ok := c.BuiltIn(r.Name); ok && out == nil {
			out = append(out, intune.RuleRoleNameUnique.Broken("name", r.Name, fmt.Sprintf("%q is a built-in role of Intune. Names are unique in a tenant. Choose another name.", have.Name)))
		}
		return out
	}
}

// IntuneRoleGone is what the tenant and the plan say of a role that is destroyed.
func IntuneRoleGone(r intune.Role) Rule {
	return func(w *World) []rbac.Violation {
		return inUse(intune.RuleRoleInUse.Rule, fmt.Sprintf("The role %q is still assigned when it is destroyed", r.Name), assignmentNames(w.IntuneAssignments.Find(termRole+r.ID.String())))
	}
}

// IntuneAssignment is what the tenant and the plan say of an assignment that is planned.
func IntuneAssignment(a intune.Assignment) Rule {
	return func(w *World) []rbac.Violation {
		return nameTaken(w, w.IntuneAssignments, IntuneAssignmentID(a), a.Name, alikeIntuneAssignments, intune.RuleAssignmentNameUnique.Rule, "Intune role assignment")
	}
}

// IntuneScopeTag is what the tenant and the plan say of a scope tag that is planned.
func IntuneScopeTag(t intune.ScopeTag) Rule {
	return func(w *World) []rbac.Violation {
		return nameTaken(w, w.IntuneScopeTags, IntuneScopeTagID(t), t.Name, alikeIntuneScopeTags, intune.RuleScopeTagNameUnique.Rule, "Intune scope tag")
	}
}

// IntuneScopeTagGone is what the tenant and the plan say of a tag that is destroyed.
func IntuneScopeTagGone(t intune.ScopeTag) Rule {
	return func(w *World) []rbac.Violation {
		names := assignmentNames(w.IntuneAssignments.Find(termTag + t.ID))
		for _, r := range w.IntuneRoles.Find(termTag + t.ID) {
			names = append(names, r.Name)
		}
		return inUse(intune.RuleScopeTagInUse.Rule, fmt.Sprintf("The scope tag %q is still in use when it is destroyed", t.Name), names)
	}
}

// IntuneScopeTagsExist asks for the tags that a role or an assignment names.
func IntuneScopeTagsExist(spellings []string) Rule {
	return func(w *World) []rbac.Violation {
		if !w.IntuneScopeTags.Known() {
			return nil
		}
		var out []rbac.Violation
		for _, s := range spellings {
			if _, ok := w.IntuneScopeTags.Get(s); ok || w.IntuneScopeTags.Count(termName+rbac.Fold(s)) > 0 {
				continue
			}
			names := make([]string, 0, len(w.IntuneScopeTags.world))
			for _, tag := range w.IntuneScopeTags.world {
				names = append(names, tag.Name)
			}
			out = append(out, intune.RuleScopeTagExists.Broken("scope_tags", s, fmt.Sprintf("%q is neither the name nor the ID of a scope tag in this tenant or plan.", s)+rbac.DidYouMean(s, names)+" Create the tag first, with rbac_intune_scope_tag or in the admin center."))
		}
		return rbac.Elements(out, "scope_tags")
	}
}

// IntuneRoleKept finds a second resource of the plan for the name of a role that
// is kept as it is.
func IntuneRoleKept(r intune.Role) Rule {
	return func(w *World) []rbac.Violation {
		return nameGiven(w.IntuneRoles, IntuneRoleID(r), r.Name, alikeIntuneRoles, intune.RuleRoleNameUnique.Rule, "Intune role")
	}
}

// IntuneAssignmentKept is IntuneRoleKept for an assignment.
func IntuneAssignmentKept(a intune.Assignment) Rule {
	return func(w *World) []rbac.Violation {
		return nameGiven(w.IntuneAssignments, IntuneAssignmentID(a), a.Name, alikeIntuneAssignments, intune.RuleAssignmentNameUnique.Rule, "Intune role assignment")
	}
}

// IntuneScopeTagKept is IntuneRoleKept for a scope tag.
func IntuneScopeTagKept(t intune.ScopeTag) Rule {
	return func(w *World) []rbac.Violation {
		return nameGiven(w.IntuneScopeTags, IntuneScopeTagID(t), t.Name, alikeIntuneScopeTags, intune.RuleScopeTagNameUnique.Rule, "Intune scope tag")
	}
}

// nameGiven finds a resource that creates an object of a name that is kept.
func nameGiven[V any](t *Table[V], id, name string, alike func(created, existing V) bool, rule rbac.Rule, noun string) []rbac.Violation {
	for _, other := range t.Find(termName + rbac.Fold(name)) {
		if have := t.id(other); isFresh(have) && t.later(id, have) && !t.succeeds(have, id, alike) {
			return []rbac.Violation{twice(rule, "name", name, noun)}
		}
	}
	return nil
}

// nameTaken finds another object of the world with the same name, or a second
// resource of the plan that creates it.
func nameTaken[V any](w *World, t *Table[V], id, name string, alike func(created, existing V) bool, rule rbac.Rule, noun string) []rbac.Violation {
	if t.Disputed(id) {
		return []rbac.Violation{twice(rule, "name", name, noun)}
	}
	if !isFresh(id) {
		if broken := nameGiven(t, id, name, alike, rule, noun); broken != nil {
			return broken
		}
	}
	for _, other := range t.Find(termName + rbac.Fold(name)) {
		have := t.id(other)
		if have == id || isFresh(have) || isFresh(id) && t.succeeds(id, have, alike) || !t.later(id, have) {
			continue
		}
		if !t.Foreign(have) {
			return []rbac.Violation{twice(rule, "name", name, noun)}
		}
		v := rule.Broken("name", name, fmt.Sprintf("The name %q belongs to the %s %s. Names are unique in a tenant, whatever the casing. Choose another name.", name, noun, have))
		v.Existing = have
		created, _ := t.Get(id)
		return []rbac.Violation{w.inTheWay(v, isFresh(id) && alike(created, other))}
	}
	return nil
}

// What a resource leaves out may be anything.

func alikeIntuneRoles(created, existing intune.Role) bool {
	return created.Name == existing.Name && leftOutOrSame(created.Description, existing.Description) && rbac.SameSet(created.Permissions, existing.Permissions)
}

func alikeIntuneAssignments(created, existing intune.Assignment) bool {
	return created.Name == existing.Name && leftOutOrSame(created.Description, existing.Description) && created.RoleID == existing.RoleID &&
		sameGUIDs(created.Members, existing.Members) && sameGUIDs(created.ScopeGroups, existing.ScopeGroups)
}

func alikeIntuneScopeTags(created, existing intune.ScopeTag) bool {
	return created.Name == existing.Name && leftOutOrSame(created.Description, existing.Description) && (created.Groups == nil || sameGUIDs(created.Groups, existing.Groups))
}

func leftOutOrSame(created, existing string) bool { return created == "" || created == existing }

func sameGUIDs(a, b []rbac.GUID) bool {
	return slices.Equal(slices.Compact(slices.Sorted(slices.Values(a))), slices.Compact(slices.Sorted(slices.Values(b))))
}

func assignmentNames(list []intune.Assignment) []string {
	var names []string
	for _, a := range list {
		names = append(names, a.Name)
	}
	return names
}

func inUse(rule rbac.Rule, what string, by []string) []rbac.Violation {
	if len(by) == 0 {
		return nil
	}
	return []rbac.Violation{rule.Broken("", "", what+": by "+rbac.QuotedFew(by, 3)+". Change or remove what uses it first.")}
}
