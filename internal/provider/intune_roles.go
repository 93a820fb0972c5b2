// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// intuneRoles is the roleLookup of Intune.
type intuneRoles struct{ intune.DeviceManagement }

// load reads nothing: most assignments are of a built-in role, which the
// tenant must be asked for by its name.
func (intuneRoles) load(context.Context, *plan.Ledger, string) {}

func (intuneRoles) planned(w *plan.World, name string) (knownRole, bool) {
	for _, r := range w.IntuneRoles.Find(plan.Named(name)) {
		return knownRole{r.ID, r.Name}, true
	}
	return knownRole{}, false
}

func (intuneRoles) missing(name string, err error) rbac.Violation {
	return missingRole(intune.RuleAssignmentRoleExists.Rule, name, err)
}

func (intuneRoles) parse(text string) (rbac.GUID, bool) { return rbac.ParseGUID(text) }

func (intuneRoles) format(id rbac.GUID) string { return id.String() }

func (r intuneRoles) find(ctx context.Context, text string) (rbac.GUID, string, error) {
	if id, ok := rbac.ParseGUID(text); ok {
		role, err := r.Role(ctx, id)
		return id, role.Name, err
	}
	if err := checkRole(text); err != nil {
		return "", "", err
	}
	found, err := r.Roles(ctx, intune.RoleFilter{Name: text})
	if err != nil {
		return "", "", err
	}
	if len(found) > 0 {
		return found[0].ID, found[0].Name, nil
	}
	if known, ok := catalog.Intune().RoleByName(text); ok { // a name that Graph spells otherwise
		role, err := r.Role(ctx, known.ID)
		return known.ID, role.Name, err
	}
	all, err := r.Roles(ctx, intune.RoleFilter{})
	if err != nil {
		return "", "", err
	}
	names := make([]string, len(all))
	for i, role := range all {
		names[i] = role.Name
	}
	return "", "", didYouMeanRole(rbac.Intune, text, names)
}

func (r intuneRoles) nameOf(ctx context.Context, id rbac.GUID) (string, error) {
	role, err := r.Role(ctx, id)
	if rbac.IsNotFound(err) {
		return "", nil
	}
	return role.Name, err
}

// findCustom turns an import ID into the ID of a custom role.
func (r intuneRoles) findCustom(ctx context.Context, text string) (rbac.GUID, error) {
	id, ok := rbac.ParseGUID(text)
	if name, named := importName(text); named {
		var err error
		if id, _, err = r.find(ctx, name); err != nil {
			return "", err
		}
	} else if !ok {
		return "", importForm(rbac.Intune, text, `the role's GUID, or "name:" and its display name`)
	}
	role, err := r.Role(ctx, id)
	if err == nil && role.BuiltIn {
		err = notCustom(rbac.Intune, role.Name, intune.RuleBuiltInRole.Rule)
	}
	return id, err
}

// findAssignment turns an import ID into the ID of an assignment.
func (r intuneRoles) findAssignment(ctx context.Context, text string) (rbac.GUID, error) {
	name, named := importName(text)
	if !named {
		id, ok := rbac.ParseGUID(text)
		if !ok {
			return "", importForm(rbac.Intune, text, `the assignment's GUID, or "name:" and its display name`)
		}
		a, err := r.Assignment(ctx, id)
		return a.ID, err
	}
	found, err := r.Assignments(ctx, intune.AssignmentFilter{Name: name})
	switch {
	case err != nil:
		return "", err
	case len(found) == 0:
		return "", &rbac.Error{Kind: rbac.NotFound, System: rbac.Intune, Message: `No Intune role assignment is named "` + name + `" in this tenant.`}
	case len(found) > 1:
		ids := make([]string, len(found))
		for i, a := range found {
			ids[i] = a.ID.String()
		}
		return "", ambiguous(rbac.Intune, "Intune role assignments", name, ids)
	}
	return found[0].ID, nil
}

// scopeTags are the tags of a tenant; configurations name them by name or ID.
type scopeTags []intune.ScopeTag

// find is the tag with that ID, or else with that name.
func (t scopeTags) find(text string) (intune.ScopeTag, bool) {
	if i := slices.IndexFunc(t, func(tag intune.ScopeTag) bool { return tag.ID == text }); i >= 0 {
		return t[i], true
	}
	if i := slices.IndexFunc(t, func(tag intune.ScopeTag) bool { return strings.EqualFold(tag.Name, text) }); i >= 0 {
		return t[i], true
	}
	return intune.ScopeTag{}, false
}

// key is the ID of the tag that a spelling means, or the spelling itself.
func (t scopeTags) key(text string) string {
	if tag, ok := t.find(text); ok {
		return tag.ID
	}
	return rbac.Fold(text)
}

// ids turns the tags of a configuration into IDs; nil stays nil. A tag that
// does not exist is an rbac.NotFound error on the field scope_tags.
func (t scopeTags) ids(texts []string) ([]string, error) {
	if texts == nil {
		return nil, nil
	}
	out := make([]string, 0, len(texts))
	for _, text := range texts {
		tag, ok := t.find(text)
		if !ok {
			names := make([]string, len(t))
			for i, tag := range t {
				names[i] = tag.Name
			}
			return nil, &rbac.Error{
				Kind: rbac.Invalid, System: rbac.Intune, Field: "scope_tags", Rule: intune.RuleScopeTagExists.Name, Source: intune.RuleScopeTagExists.Source,
				Message: `"` + text + `" is neither the name nor the ID of a scope tag in this tenant.` + rbac.DidYouMean(text, names) +
					" Create the tag first, with rbac_intune_scope_tag or in the admin center.",
			}
		}
		out = append(out, tag.ID)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// keep returns the set of tags with these IDs, spelled as in prior, else by
// name unless that is the ID of another tag.
func (t scopeTags) keep(prior types.Set, ids []string) types.Set {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = id
		if tag, ok := t.find(id); ok && t.key(tag.Name) == id {
			names[i] = tag.Name
		}
	}
	return framework.KeepSet(prior, names, t.key)
}

// scopeTagsFor returns the tags among which spellings and IDs find each other. The
// tenant is asked only where the name of a tag matters: not for IDs that are
// spelled as IDs, nor for the tag whose name is the same in every tenant.
func scopeTagsFor(ctx context.Context, service intune.DeviceManagement, spellings, ids []string) (scopeTags, error) {
	fixed := scopeTags{{ID: intune.DefaultScopeTag, Name: intune.DefaultScopeTagName, BuiltIn: true}}
	settled := func(values, others []string) bool {
		return !slices.ContainsFunc(values, func(v string) bool {
			_, ok := fixed.find(v)
			return !ok && !slices.Contains(others, v)
		})
	}
	if settled(spellings, ids) && settled(ids, spellings) {
		return fixed, nil
	}
	return service.ScopeTags(ctx)
}

// orFor is scopeTagsFor after a write, for which the tags may have been listed already.
func (t scopeTags) orFor(ctx context.Context, service intune.DeviceManagement, prior types.Set, ids []string) (scopeTags, error) {
	if len(t) > 1 {
		return t, nil
	}
	return scopeTagsFor(ctx, service, framework.Strings(prior), ids)
}

// changedTags are the tags to set: none to set, which leaves them alone, when
// they are not managed or as they were.
func changedTags(plan, state types.Set) types.Set {
	if plan.Equal(state) {
		return types.SetNull(types.StringType)
	}
	return plan
}

// planScopeTags keeps the spelling of state when the plan names the same tags.
func planScopeTags(ctx context.Context, service intune.DeviceManagement, plan, state types.Set) (types.Set, error) {
	if plan.IsNull() || plan.IsUnknown() || state.IsNull() || plan.Equal(state) {
		return plan, nil
	}
	tags, err := service.ScopeTags(ctx)
	if err == nil && framework.SameSet(plan, state, scopeTags(tags).key) {
		return state, nil
	}
	return plan, err
}

// validateIntuneRole is what a role alone and the catalog say of it. spellings
// are its permissions as they were written; complete says that no other may
// follow.
func validateIntuneRole(role intune.Role, spellings []string, complete bool, facts intune.Permissions) []rbac.Violation {
	out := slices.DeleteFunc(intune.ValidateRole(role), func(v rbac.Violation) bool {
		return v.Rule.Name == intune.RulePermissionSyntax.Name && intune.Named(v.Value) // unknown rather than malformed
	})
	return append(out, intune.ValidatePermissions(spellings, complete, facts)...)
}

// intunePermissionKey is the key of permissions, whichever way they are spelled.
func intunePermissionKey(s string) string { return rbac.Fold(intuneAction(s)) }

// intuneAction is the Graph action that a spelling of a permission means. One
// that the catalog does not know stays as it is.
func intuneAction(spelling string) string {
	if p, ok := catalog.Intune().Permission(spelling); ok {
		return p.GraphAction
	}
	return spelling
}

// intunePermissionName is the name of a Graph action, such as "Mobile apps/Read".
// One that the catalog does not know stays as it is.
func intunePermissionName(action string) string {
	if p, ok := catalog.Intune().Permission(action); ok {
		return p.Name()
	}
	return action
}
