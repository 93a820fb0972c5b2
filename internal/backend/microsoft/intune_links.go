// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"sync"

	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// roleLinks is which role an assignment is of. Intune tells it nowhere but in the
// list of assignments below each role. It never changes, so it is asked once.
type roleLinks struct {
	mu   sync.Mutex
	role map[rbac.GUID]rbac.GUID // by assignment
	seen map[rbac.GUID]bool      // roles whose assignments have been asked for
	walk chan struct{}           // holds the turn of who asks
}

func newRoleLinks() *roleLinks {
	return &roleLinks{role: map[rbac.GUID]rbac.GUID{}, seen: map[rbac.GUID]bool{}, walk: make(chan struct{}, 1)}
}

// of returns the role of an assignment, if it is known.
func (l *roleLinks) of(assignment rbac.GUID) (rbac.GUID, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	role, ok := l.role[assignment]
	return role, ok
}

// remember keeps the list of a role's assignments.
func (l *roleLinks) remember(role rbac.GUID, assignments ...rbac.GUID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen[role] = true
	for _, id := range assignments {
		l.role[id] = role
	}
}

// learn keeps that an assignment that was just made is of a role.
func (l *roleLinks) learn(role, assignment rbac.GUID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.role[assignment] = role
}

// divide parts roles into those whose assignments have been asked for, and the others.
func (l *roleLinks) divide(roles []intune.Role) (seen, unseen []intune.Role) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range roles {
		if l.seen[r.ID] {
			seen = append(seen, r)
		} else {
			unseen = append(unseen, r)
		}
	}
	return seen, unseen
}

// fill sets the roles of assignments as far as they are known, and reports
// whether all are.
func (l *roleLinks) fill(as []intune.Assignment) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := true
	for i := range as {
		if as[i].RoleID == "" {
			as[i].RoleID = l.role[as[i].ID]
			all = all && as[i].RoleID != ""
		}
	}
	return all
}

// withRoles sets the roles of assignments. Where one is not known, the lists of
// all roles are read, many in one request; so the next one is known.
func (m *intuneManagement) withRoles(ctx context.Context, as []intune.Assignment) error {
	if m.links.fill(as) {
		return nil
	}
	select {
	case m.links.walk <- struct{}{}:
		defer func() { <-m.links.walk }()
	case <-ctx.Done():
		return interrupted(ctx)
	}
	if m.links.fill(as) { // somebody else has asked meanwhile
		return nil
	}
	roles, err := m.roles.List(ctx)
	if err != nil {
		return err
	}
	seen, unseen := m.links.divide(roles)
	for _, some := range [][]intune.Role{unseen, seen} { // lists that are known may have grown
		if err := m.walkRoles(ctx, some, as); err != nil || m.links.fill(as) {
			return err
		}
	}
	// Perhaps of a role that is younger than the list that is there.
	if roles, err = m.readRoles(ctx); err != nil {
		return err
	}
	_, younger := m.links.divide(roles)
	err = m.walkRoles(ctx, younger, as)
	m.links.fill(as)
	return err
}

// walkRoles asks for the assignments of roles until those of as are known.
func (m *intuneManagement) walkRoles(ctx context.Context, roles []intune.Role, as []intune.Assignment) error {
	for len(roles) > 0 && !m.links.fill(as) {
		some := roles[:min(len(roles), wire.BatchMax)]
		roles = roles[len(some):]
		paths := make([]string, len(some))
		for i, r := range some {
			paths[i] = below(intuneRolesPath, r.ID, assignmentsBelow)
		}
		lists, err := fetch(ctx, m.client, intuneRead(intuneRolesPath), paths)
		if err != nil {
			return err
		}
		for i, list := range lists {
			var rows wire.Collection[wire.IntuneAssignmentRow]
			err := list.into(&rows)
			switch {
			case rbac.IsNotFound(err):
				continue // the role is gone, and its assignments with it
			case err == nil && rows.NextLink != "":
				if _, err = m.assignmentRows(ctx, some[i].ID); err == nil { // it remembers them
					continue
				}
			}
			if err != nil {
				return err
			}
			m.rememberRows(some[i].ID, rows.Value)
		}
	}
	return nil
}

// assignmentsBelow is the list of a role's assignments, below its path.
const assignmentsBelow = "/roleAssignments"

// assignmentRows reads the list of a role's assignments, which has no more than
// their IDs and texts.
func (m *intuneManagement) assignmentRows(ctx context.Context, role rbac.GUID) ([]wire.IntuneAssignmentRow, error) {
	rows, err := pages[wire.IntuneAssignmentRow](ctx, m.client, intuneRead(below(intuneRolesPath, role, assignmentsBelow)))
	if err == nil {
		m.rememberRows(role, rows)
	}
	return rows, err
}

func (m *intuneManagement) rememberRows(role rbac.GUID, rows []wire.IntuneAssignmentRow) {
	ids := make([]rbac.GUID, 0, len(rows))
	for _, row := range rows {
		if id, ok := rbac.ParseGUID(row.ID); ok {
			ids = append(ids, id)
		}
	}
	m.links.remember(role, ids...)
}

// roleHas reports whether an assignment is of a role.
func (m *intuneManagement) roleHas(ctx context.Context, role, assignment rbac.GUID) (bool, error) {
	if _, err := m.assignmentRows(ctx, role); err != nil {
		return false, err
	}
	of, ok := m.links.of(assignment)
	return ok && of == role, nil
}
