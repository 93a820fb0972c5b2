// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"slices"

	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

var scopeTags = collection[intune.ScopeTag]{
	context: "deviceManagement/roleScopeTags",
	filter: filterable[intune.ScopeTag]{resource: "roleScopeTag", properties: map[string]property[intune.ScopeTag]{
		"id":          {opEquals, func(t intune.ScopeTag) any { return t.ID }},
		"displayName": {opEquals, func(t intune.ScopeTag) any { return t.Name }},
		"isBuiltIn":   {opEquals, func(t intune.ScopeTag) any { return t.BuiltIn }},
	}},
	document: func(_ *call, t intune.ScopeTag) any { return wire.NewIntuneScopeTag(t) },
	expand: map[string]expander[intune.ScopeTag]{
		"assignments": func(_ context.Context, c *call) (func(intune.ScopeTag) (any, error), error) {
			return func(t intune.ScopeTag) (any, error) {
				out := []any{}
				if c.param("id") != "" { // in the list, the service leaves them empty
					for _, target := range tagTargets(t) {
						out = append(out, target)
					}
				}
				return out, nil
			}, nil
		},
	},
}

// tagTargets are the groups of a tag, each under an ID of its own.
func tagTargets(t intune.ScopeTag) []wire.IntuneTagTarget {
	out := wire.NewIntuneTagTargets(t.Groups)
	for i := range out {
		out[i].ID = t.ID + "_" + out[i].Target.GroupID
	}
	return out
}

func listScopeTags(ctx context.Context, c *call) (reply, error) {
	tags, err := c.backend.Intune.ScopeTags(ctx)
	if err != nil {
		return reply{}, err
	}
	return scopeTags.list(ctx, c, tags)
}

// scopeTag reads the tag that the path names.
func scopeTag(ctx context.Context, c *call) (intune.ScopeTag, error) {
	t, err := c.backend.Intune.ScopeTag(ctx, c.param("id"))
	return t, about(c, err, wire.Values{ID: c.param("id")})
}

func getScopeTag(ctx context.Context, c *call) (reply, error) {
	t, err := scopeTag(ctx, c)
	if err != nil {
		return reply{}, err
	}
	return scopeTags.one(ctx, c, t)
}

func createScopeTag(ctx context.Context, c *call) (reply, error) {
	var d wire.IntuneScopeTagWrite
	if err := decodeModel(c, &d); err != nil {
		return reply{}, err
	}
	t, err := c.backend.Intune.CreateScopeTag(ctx, d.Apply(intune.ScopeTag{}))
	if err != nil {
		return reply{}, err
	}
	out, err := scopeTags.one(ctx, c, t)
	out.status = c.graph.created
	return out, err
}

// changeScopeTag carries out a change of the tag that the path names.
func changeScopeTag(ctx context.Context, c *call, change func(*intune.ScopeTag)) (intune.ScopeTag, error) {
	c.graph.writes.Lock()
	defer c.graph.writes.Unlock()
	t, err := scopeTag(ctx, c)
	if err != nil {
		return t, err
	}
	change(&t)
	return c.backend.Intune.UpdateScopeTag(ctx, t)
}

func updateScopeTag(ctx context.Context, c *call) (reply, error) {
	var d wire.IntuneScopeTagWrite
	if err := decodeModel(c, &d); err != nil {
		return reply{}, err
	}
	t, err := changeScopeTag(ctx, c, func(t *intune.ScopeTag) {
		*t = d.Apply(*t)
		t.Groups = nil // stay
	})
	if err != nil {
		return reply{}, err
	}
	return scopeTags.one(ctx, c, t)
}

func deleteScopeTag(ctx context.Context, c *call) (reply, error) {
	t, err := scopeTag(ctx, c)
	if err != nil {
		return reply{}, err
	}
	return reply{}, c.backend.Intune.DeleteScopeTag(ctx, t.ID)
}

// scopeTagGroups answers with the groups of a tag.
func scopeTagGroups(c *call, t intune.ScopeTag) (reply, error) {
	return graphList(c, "deviceManagement/roleScopeTags('"+t.ID+"')/assignments", tagTargets(t))
}

func listScopeTagGroups(ctx context.Context, c *call) (reply, error) {
	t, err := scopeTag(ctx, c)
	if err != nil {
		return reply{}, err
	}
	return scopeTagGroups(c, t)
}

// assignScopeTag replaces the groups of a tag.
func assignScopeTag(ctx context.Context, c *call) (reply, error) {
	var d wire.IntuneTagAssign
	if err := decodeModel(c, &d); err != nil {
		return reply{}, err
	}
	groups, err := wire.IntuneTagGroups(d.Assignments)
	if err != nil {
		return reply{}, err
	}
	t, err := changeScopeTag(ctx, c, func(t *intune.ScopeTag) { t.Groups = append([]rbac.GUID{}, groups...) })
	if err != nil {
		return reply{}, err
	}
	return scopeTagGroups(c, t)
}

// scopeTagsByID answers with the tags of some IDs; unknown ones are left out.
func scopeTagsByID(ctx context.Context, c *call) (reply, error) {
	var body struct {
		RoleScopeTagIDs wire.Strings `json:"roleScopeTagIds"`
	}
	if err := decodeModel(c, &body); err != nil {
		return reply{}, err
	}
	tags, err := c.backend.Intune.ScopeTags(ctx)
	if err != nil {
		return reply{}, err
	}
	return scopeTags.list(ctx, c, slices.DeleteFunc(tags, func(t intune.ScopeTag) bool { return !slices.Contains(body.RoleScopeTagIDs, t.ID) }))
}

func hasCustomScopeTag(ctx context.Context, c *call) (reply, error) {
	tags, err := c.backend.Intune.ScopeTags(ctx)
	if err != nil {
		return reply{}, err
	}
	custom := slices.ContainsFunc(tags, func(t intune.ScopeTag) bool { return !t.BuiltIn })
	return reply{body: document{{"@odata.context", c.context("Edm.Boolean")}, {"value", custom}}}, nil
}
