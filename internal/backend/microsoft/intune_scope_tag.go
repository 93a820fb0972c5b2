// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// tagGroups is the groups of one scope tag, a list of its own.
type tagGroups struct {
	tag    string
	groups []rbac.GUID // never nil
}

// The groups of a tag, below its path, and the call that replaces all of them.
const (
	groupsBelow = "/assignments"
	assignBelow = "/assign"
)

// ScopeTag implements [intune.DeviceManagement].
func (m *intuneManagement) ScopeTag(ctx context.Context, id string) (intune.ScopeTag, error) {
	if !tagNumber(id) {
		return intune.ScopeTag{}, noScopeTag(id)
	}
	tag, err := m.tags.Get(ctx, id)
	if err != nil {
		return intune.ScopeTag{}, err
	}
	of, err := m.tagGroups.Get(ctx, id)
	tag.Groups = of.groups
	return tag, err
}

// tagNumber reports whether text is a number as Intune gives them to tags. The
// path of anything else could lead anywhere.
func tagNumber(text string) bool {
	n, err := strconv.ParseUint(text, 10, 63)
	return err == nil && strconv.FormatUint(n, 10) == text
}

func noScopeTag(id string) error {
	return &rbac.Error{Kind: rbac.NotFound, System: rbac.Intune, Code: wire.CodeResourceNotFound, Message: fmt.Sprintf("There is no scope tag with the ID %q.", id)}
}

// ScopeTags implements [intune.DeviceManagement].
func (m *intuneManagement) ScopeTags(ctx context.Context) ([]intune.ScopeTag, error) {
	all, err := m.tags.List(ctx)
	if err != nil {
		return nil, err
	}
	lists, err := m.tagGroups.List(ctx)
	if err != nil {
		return nil, err
	}
	groups := make(map[string][]rbac.GUID, len(lists))
	for _, of := range lists {
		groups[of.tag] = of.groups
	}
	out := make([]intune.ScopeTag, 0, len(all))
	for _, tag := range all {
		var known bool
		if tag.Groups, known = groups[tag.ID]; !known { // younger than the lists
			of, err := m.tagGroups.Get(ctx, tag.ID)
			if rbac.IsNotFound(err) {
				continue
			}
			if err != nil {
				return nil, err
			}
			tag.Groups = of.groups
		}
		out = append(out, tag)
	}
	slices.SortFunc(out, func(a, b intune.ScopeTag) int {
		return cmp.Or(cmp.Compare(len(a.ID), len(b.ID)), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// readTag reads one tag, without its groups, past the snapshot.
func (m *intuneManagement) readTag(ctx context.Context, id string) (intune.ScopeTag, error) {
	return intuneObject[wire.IntuneScopeTag](ctx, m.client, below(intuneTagsPath, id))
}

func (m *intuneManagement) readTags(ctx context.Context) ([]intune.ScopeTag, error) {
	docs, err := m.tagDocuments(ctx)
	return readable(ctx, m.client, docs, wire.IntuneScopeTag.Domain), err
}

func (m *intuneManagement) tagDocuments(ctx context.Context) ([]wire.IntuneScopeTag, error) {
	return pages[wire.IntuneScopeTag](ctx, m.client, intuneRead(intuneTagsPath))
}

// readTagGroups reads the groups of one tag.
func (m *intuneManagement) readTagGroups(ctx context.Context, id string) (tagGroups, error) {
	docs, err := pages[wire.IntuneTagTarget](ctx, m.client, intuneRead(below(intuneTagsPath, id, groupsBelow)))
	if err != nil {
		return tagGroups{}, visible(err)
	}
	return groupsOf(id, docs)
}

func groupsOf(id string, docs []wire.IntuneTagTarget) (tagGroups, error) {
	groups, err := wire.IntuneTagGroups(docs)
	return tagGroups{tag: id, groups: append([]rbac.GUID{}, groups...)}, err
}

// readAllTagGroups reads the groups of all tags, many tags in one request.
func (m *intuneManagement) readAllTagGroups(ctx context.Context) ([]tagGroups, error) {
	all, err := m.tags.List(ctx)
	if err != nil {
		return nil, err
	}
	paths := make([]string, len(all))
	for i, tag := range all {
		paths[i] = below(intuneTagsPath, tag.ID, groupsBelow)
	}
	lists, err := fetch(ctx, m.client, intuneRead(intuneTagsPath), paths)
	if err != nil {
		return nil, err
	}
	out := make([]tagGroups, 0, len(all))
	for i, tag := range all {
		of, err := m.groupsIn(ctx, tag.ID, lists[i])
		if rbac.IsNotFound(err) {
			continue // gone since the list was made
		}
		if err != nil {
			return nil, err
		}
		out = append(out, of)
	}
	return out, nil
}

// groupsIn is the groups of one tag in the answer of a batch.
func (m *intuneManagement) groupsIn(ctx context.Context, id string, answer fetched) (tagGroups, error) {
	var rows wire.Collection[wire.IntuneTagTarget]
	if err := answer.into(&rows); err != nil {
		return tagGroups{}, visible(err)
	}
	if rows.NextLink != "" {
		return m.readTagGroups(ctx, id)
	}
	return groupsOf(id, rows.Value)
}

// readWholeTag reads a tag and its groups in one request, past the snapshots.
func (m *intuneManagement) readWholeTag(ctx context.Context, id string) (intune.ScopeTag, error) {
	path := below(intuneTagsPath, id)
	parts, err := fetch(ctx, m.client, intuneRead(intuneTagsPath), []string{path, path + groupsBelow})
	if err != nil {
		return intune.ScopeTag{}, err
	}
	var doc wire.IntuneScopeTag
	if err := parts[0].into(&doc); err != nil {
		return intune.ScopeTag{}, visible(err)
	}
	tag, err := doc.Domain()
	if err != nil {
		return tag, err
	}
	of, err := m.groupsIn(ctx, id, parts[1])
	tag.Groups = of.groups
	return tag, err
}

// CreateScopeTag implements [intune.DeviceManagement]. A tag and its groups are
// two writes. When the service refuses the groups, the tag is deleted again. When
// it can't be told what has become of them, or the tag can't be deleted, the tag
// is returned together with the error: it exists.
func (m *intuneManagement) CreateScopeTag(ctx context.Context, t intune.ScopeTag) (intune.ScopeTag, error) {
	if err := cmp.Or(defaultName(t), checkGroups("groups", t.Groups)); err != nil {
		return intune.ScopeTag{}, err
	}
	same, err := m.tags.Find(ctx, rbac.Fold(t.Name))
	if err == nil && len(same) > 0 {
		return intune.ScopeTag{}, nameTaken("scope tag", same[0].Name, same[0].ID)
	}
	if err != nil && rbac.KindOf(err) != rbac.Forbidden {
		return intune.ScopeTag{}, err
	}
	t.ID = ""
	find := func(ctx context.Context) (wire.IntuneScopeTag, bool, error) { return m.findTag(ctx, t) }
	made, err := post(ctx, m.client, intuneWrite(http.MethodPost, intuneTagsPath, wire.NewIntuneScopeTagWrite(t)), find)
	if err != nil {
		return intune.ScopeTag{}, m.tagRefused(ctx, t, err)
	}
	tag, err := answerOf(ctx, made, wire.IntuneScopeTag.Domain, find)
	if err != nil {
		return intune.ScopeTag{}, err
	}
	m.written.note(tag.ID)
	t.ID, tag.Groups = tag.ID, []rbac.GUID{}
	m.forgetTag(t.ID)
	if len(t.Groups) == 0 {
		return m.settleTag(ctx, tag, false, t)
	}
	if tag.Groups, err = m.assignTag(ctx, t); err == nil {
		return m.settleTag(ctx, tag, true, t)
	}
	if turnedDown(err) && m.DeleteScopeTag(ctx, t.ID) == nil {
		return intune.ScopeTag{}, err
	}
	return tag, retold(err, func(e *rbac.Error) {
		e.Message += fmt.Sprintf(" The scope tag %q exists under the ID %s; whether it has its groups is not known.", t.Name, t.ID)
	})
}

// findTag looks for a tag that a create of t may have made, before it got groups.
func (m *intuneManagement) findTag(ctx context.Context, t intune.ScopeTag) (wire.IntuneScopeTag, bool, error) {
	docs, err := m.tagDocuments(ctx)
	for _, doc := range docs {
		if have, e := doc.Domain(); e == nil && sameText(have.Name, t.Name) && sameText(have.Description, t.Description) {
			return doc, true, nil
		}
	}
	return wire.IntuneScopeTag{}, false, err
}

// defaultName refuses the name of the tag that every tenant has.
func defaultName(t intune.ScopeTag) error {
	for _, v := range intune.ValidateScopeTag(t) {
		if v.Rule.Name == intune.RuleDefaultScopeTag.Name {
			return v.Err()
		}
	}
	return nil
}

func (m *intuneManagement) forgetTag(id string) {
	m.tags.Forget(id)
	m.tagGroups.Forget(id)
}

// assignTag replaces all groups of a tag, which may be repeated, and returns them.
func (m *intuneManagement) assignTag(ctx context.Context, t intune.ScopeTag) ([]rbac.GUID, error) {
	of := intuneWrite(http.MethodPost, below(intuneTagsPath, t.ID, assignBelow), wire.IntuneTagAssign{Assignments: wire.NewIntuneTagTargets(t.Groups)})
	of.Safe = true
	var rows wire.Collection[wire.IntuneTagTarget]
	err := m.repeated(ctx, "the groups of a scope tag", func() error {
		_, err := m.client.do(ctx, of, &rows)
		return visible(err)
	}, func(err error) (bool, error) {
		if mayPass, told := m.wrongGroup(ctx, err, groups{"groups", t.Groups}); told != nil {
			return mayPass, told
		}
		return rbac.IsNotFound(err) && m.written.any(t.ID), err
	})
	if err != nil {
		return []rbac.GUID{}, err
	}
	if out, err := groupsOf(t.ID, rows.Value); err == nil && len(rows.Value) > 0 {
		return out.groups, nil
	}
	return t.Groups, nil // not every answer has a body
}

// settleTag waits until reads show a tag as it was wanted. answered says that
// written is the service's answer.
func (m *intuneManagement) settleTag(ctx context.Context, written intune.ScopeTag, answered bool, want intune.ScopeTag) (intune.ScopeTag, error) {
	out, err := settle(ctx, m.client, settling[intune.ScopeTag]{
		System: rbac.Intune, What: fmt.Sprintf("Intune scope tag %q", want.Name), Written: written, Trust: answered,
		Read: func(ctx context.Context) (intune.ScopeTag, error) { return m.readWholeTag(ctx, want.ID) },
		Shows: func(have intune.ScopeTag) bool {
			return have.ID == want.ID && sameText(have.Name, want.Name) && sameText(have.Description, want.Description) &&
				(want.Groups == nil || sameGroups(have.Groups, want.Groups))
		},
	})
	if err == nil {
		m.tagGroups.Put(tagGroups{out.ID, out.Groups})
		bare := out
		bare.Groups = nil
		m.tags.Put(bare)
	}
	return out, err
}

// tagRefused explains why a tag was not written.
func (m *intuneManagement) tagRefused(ctx context.Context, t intune.ScopeTag, err error) error {
	if !explicable(err) {
		return err
	}
	tags, e := m.readTags(ctx)
	if e != nil {
		return err
	}
	for _, have := range tags {
		if have.ID != t.ID && strings.EqualFold(have.Name, t.Name) {
			return nameTaken("scope tag", have.Name, have.ID)
		}
	}
	return err
}

// UpdateScopeTag implements [intune.DeviceManagement].
func (m *intuneManagement) UpdateScopeTag(ctx context.Context, t intune.ScopeTag) (intune.ScopeTag, error) {
	if t.ID == intune.DefaultScopeTag {
		return intune.ScopeTag{}, defaultScopeTag("changed")
	}
	if !tagNumber(t.ID) {
		return intune.ScopeTag{}, noScopeTag(t.ID)
	}
	if err := cmp.Or(defaultName(t), checkGroups("groups", t.Groups)); err != nil {
		return intune.ScopeTag{}, err
	}
	m.forgetTag(t.ID)
	var doc wire.IntuneScopeTag
	if _, err := m.client.do(ctx, intuneWrite(http.MethodPatch, below(intuneTagsPath, t.ID), wire.NewIntuneScopeTagWrite(t)), &doc); err != nil {
		if err = visible(err); rbac.IsNotFound(err) {
			return intune.ScopeTag{}, err
		}
		return intune.ScopeTag{}, m.tagRefused(ctx, t, err)
	}
	written, err := doc.Domain()
	answered := err == nil && t.Groups != nil // without groups, the answer is not whole
	if err != nil {
		written = t
	}
	if t.Groups != nil {
		if written.Groups, err = m.assignTag(ctx, t); err != nil {
			return intune.ScopeTag{}, err
		}
	}
	return m.settleTag(ctx, written, answered, t)
}

func defaultScopeTag(what string) error {
	rule := intune.RuleDefaultScopeTag
	return &rbac.Error{
		Kind: rbac.Immutable, System: rbac.Intune, Rule: rule.Name, Source: rule.Source,
		Message: fmt.Sprintf("The Default scope tag can't be %s: Intune keeps it for objects without a tag. Create a tag of your own.", what),
	}
}

// DeleteScopeTag implements [intune.DeviceManagement].
func (m *intuneManagement) DeleteScopeTag(ctx context.Context, id string) error {
	if id == intune.DefaultScopeTag {
		return defaultScopeTag("deleted")
	}
	if !tagNumber(id) {
		return nil // there is no such tag
	}
	m.forgetTag(id)
	err := m.repeated(ctx, "scope tag", func() error {
		_, err := m.client.do(ctx, intuneWrite(http.MethodDelete, below(intuneTagsPath, id), nil), nil)
		return goneIsFine(visible(err))
	}, func(err error) (bool, error) { return m.tagKept(ctx, id, err) })
	if err != nil {
		return err
	}
	if err = settleRemoved(ctx, m.client, rbac.Intune, fmt.Sprintf("Intune scope tag %s", id), m.tags, id); err == nil {
		m.tagGroups.Remove(id)
	}
	return err
}

// tagKept explains why a tag was not deleted, and whether the reason may pass.
func (m *intuneManagement) tagKept(ctx context.Context, id string, err error) (mayPass bool, told error) {
	tag, e := m.readTag(ctx, id)
	if e != nil {
		return false, err
	}
	what := fmt.Sprintf("The scope tag %q", tag.Name)
	var by []user
	if docs, e := m.assignmentDocuments(ctx); e == nil {
		for _, doc := range docs {
			if slices.Contains(doc.RoleScopeTagIDs, id) {
				by = append(by, user{doc.ID, doc.DisplayName})
			}
		}
	}
	if told := m.inUse(what, "role assignment", by, err); told != nil {
		return false, told
	}
	by = nil
	if docs, e := m.roleDocuments(ctx); e == nil {
		for _, doc := range docs {
			if slices.Contains(doc.RoleScopeTagIDs, id) {
				by = append(by, user{doc.ID, doc.DisplayName})
			}
		}
	}
	if told := m.inUse(what, "role", by, err); told != nil {
		return false, told
	}
	return m.unsettled(), err
}
