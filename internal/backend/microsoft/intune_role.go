// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// Role implements [intune.DeviceManagement].
func (m *intuneManagement) Role(ctx context.Context, id rbac.GUID) (intune.Role, error) {
	return m.roles.Get(ctx, id)
}

// Roles implements [intune.DeviceManagement].
func (m *intuneManagement) Roles(ctx context.Context, f intune.RoleFilter) ([]intune.Role, error) {
	return m.roles.Select(ctx, f.Selects, func(a, b intune.Role) int { return cmp.Or(byName(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
}

// readRole reads one role past the snapshot.
func (m *intuneManagement) readRole(ctx context.Context, id rbac.GUID) (intune.Role, error) {
	return intuneObject[wire.IntuneRole](ctx, m.client, below(intuneRolesPath, id))
}

func (m *intuneManagement) readRoles(ctx context.Context) ([]intune.Role, error) {
	docs, err := m.roleDocuments(ctx)
	return readable(ctx, m.client, docs, wire.IntuneRole.Domain), err
}

func (m *intuneManagement) roleDocuments(ctx context.Context) ([]wire.IntuneRole, error) {
	return pages[wire.IntuneRole](ctx, m.client, intuneRead(intuneRolesPath))
}

// CreateRole implements [intune.DeviceManagement].
func (m *intuneManagement) CreateRole(ctx context.Context, r intune.Role) (intune.Role, error) {
	same, err := m.roles.Find(ctx, rbac.Fold(r.Name))
	if err == nil && len(same) > 0 {
		return intune.Role{}, roleNameTaken(same[0])
	}
	if err != nil && rbac.KindOf(err) != rbac.Forbidden {
		return intune.Role{}, err
	}
	r.ID = ""
	find := func(ctx context.Context) (wire.IntuneRole, bool, error) { return m.findRole(ctx, r) }
	var made wire.IntuneRole
	err = m.repeated(ctx, "Intune role", func() (err error) {
		made, err = post(ctx, m.client, intuneWrite(http.MethodPost, intuneRolesPath, wire.NewIntuneRoleWrite(r)), find)
		return err
	}, func(err error) (bool, error) { return m.roleRefused(ctx, r, err) })
	if err != nil {
		return intune.Role{}, err
	}
	written, err := answerOf(ctx, made, wire.IntuneRole.Domain, find)
	if err != nil {
		return intune.Role{}, err
	}
	r.ID = written.ID
	m.written.note(r.ID.String())
	return m.settleRole(ctx, written, false, r)
}

// findRole looks for a role that a create of r may have made: of the same name
// and content.
func (m *intuneManagement) findRole(ctx context.Context, r intune.Role) (wire.IntuneRole, bool, error) {
	docs, err := m.roleDocuments(ctx)
	for _, doc := range docs {
		if have, e := doc.Domain(); e == nil && sameIntuneRole(have, r) {
			return doc, true, nil
		}
	}
	return wire.IntuneRole{}, false, err
}

// answerOf is what a create has made: by its answer or, when that can't be
// understood, by looking.
func answerOf[D, V any](ctx context.Context, made D, domain func(D) (V, error), find func(context.Context) (D, bool, error)) (V, error) {
	v, err := domain(made)
	if err == nil {
		return v, nil
	}
	doc, found, e := find(ctx)
	if e != nil || !found {
		return v, err
	}
	return domain(doc)
}

// settleRole waits until reads show a role as it was wanted. answered says that
// written is the service's answer to an update.
func (m *intuneManagement) settleRole(ctx context.Context, written intune.Role, answered bool, want intune.Role) (intune.Role, error) {
	out, err := settle(ctx, m.client, settling[intune.Role]{
		System: rbac.Intune, What: fmt.Sprintf("Intune role %q", want.Name), Written: written, Trust: answered,
		Read:  func(ctx context.Context) (intune.Role, error) { return m.readRole(ctx, want.ID) },
		Shows: func(have intune.Role) bool { return have.ID == want.ID && sameIntuneRole(have, want) },
	})
	if err == nil {
		m.roles.Put(out)
	}
	return out, err
}

// sameIntuneRole reports whether a read shows a role as it was wanted, whatever its ID.
func sameIntuneRole(have, want intune.Role) bool {
	return !have.BuiltIn && sameText(have.Name, want.Name) && sameText(have.Description, want.Description) &&
		rbac.SameSet(have.Permissions, want.Permissions) && sameTags(have.ScopeTags, want.ScopeTags)
}

func roleNameTaken(have intune.Role) error {
	noun := "role"
	if have.BuiltIn {
		noun = "built-in role"
	}
	return nameTaken(noun, have.Name, have.ID.String())
}

// roleRefused explains why a role was not written, and whether the reason may pass.
func (m *intuneManagement) roleRefused(ctx context.Context, r intune.Role, err error) (mayPass bool, told error) {
	if r.ID != "" {
		have, e := m.readRole(ctx, r.ID)
		if e == nil && have.BuiltIn {
			return false, builtInIntuneRole(have, "changed", err)
		}
		if e != nil {
			return false, err
		}
	}
	if told := m.wrongTag(ctx, r.ScopeTags, err); told != nil {
		return false, told
	}
	roles, e := m.readRoles(ctx)
	if e != nil {
		return false, err
	}
	for _, have := range roles {
		if have.ID != r.ID && strings.EqualFold(have.Name, r.Name) {
			return false, roleNameTaken(have)
		}
	}
	return len(r.ScopeTags) > 0 && m.written.any(r.ScopeTags...), err
}

func builtInIntuneRole(r intune.Role, what string, err error) error {
	return retold(err, func(e *rbac.Error) {
		rule := intune.RuleBuiltInRole
		e.Kind, e.Rule, e.Source = rbac.Immutable, rule.Name, rule.Source
		e.Message = fmt.Sprintf("%q is a built-in role of Intune and can't be %s. Create a custom role with its permissions instead.", r.Name, what)
	})
}

// UpdateRole implements [intune.DeviceManagement].
func (m *intuneManagement) UpdateRole(ctx context.Context, r intune.Role) (intune.Role, error) {
	m.roles.Forget(r.ID)
	var doc wire.IntuneRole
	err := m.repeated(ctx, "Intune role", func() error {
		_, err := m.client.do(ctx, intuneWrite(http.MethodPatch, below(intuneRolesPath, r.ID), wire.NewIntuneRoleWrite(r)), &doc)
		return visible(err)
	}, func(err error) (bool, error) { return m.roleRefused(ctx, r, err) })
	if err != nil {
		return intune.Role{}, err
	}
	m.written.note(r.ID.String())
	written, err := doc.Domain()
	if err != nil { // not every answer has a body
		return m.settleRole(ctx, r, false, r)
	}
	return m.settleRole(ctx, written, true, r)
}

// DeleteRole implements [intune.DeviceManagement].
func (m *intuneManagement) DeleteRole(ctx context.Context, id rbac.GUID) error {
	m.roles.Forget(id)
	err := m.repeated(ctx, "Intune role", func() error {
		_, err := m.client.do(ctx, intuneWrite(http.MethodDelete, below(intuneRolesPath, id), nil), nil)
		return goneIsFine(visible(err))
	}, func(err error) (bool, error) { return m.roleKept(ctx, id, err) })
	if err != nil {
		return err
	}
	m.deleted.note(id.String())
	return settleRemoved(ctx, m.client, rbac.Intune, fmt.Sprintf("Intune role %s", id), m.roles, id)
}

// goneIsFine is the error of a deletion.
func goneIsFine(err error) error {
	if rbac.IsNotFound(err) {
		return nil
	}
	return err
}

// roleKept explains why a role was not deleted, and whether the reason may pass.
func (m *intuneManagement) roleKept(ctx context.Context, id rbac.GUID, err error) (mayPass bool, told error) {
	role, e := m.readRole(ctx, id)
	if e != nil {
		return false, err
	}
	if role.BuiltIn {
		return false, builtInIntuneRole(role, "deleted", err)
	}
	rows, e := m.assignmentRows(ctx, id)
	if e != nil {
		return false, err
	}
	by := make([]user, len(rows))
	for i, row := range rows {
		by[i] = user{row.ID, row.DisplayName}
	}
	if told := m.inUse(fmt.Sprintf("The role %q", role.Name), "role assignment", by, err); told != nil {
		return false, told
	}
	return m.unsettled(), err
}
