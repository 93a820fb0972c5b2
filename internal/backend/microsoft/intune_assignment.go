// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// Assignment implements [intune.DeviceManagement].
func (m *intuneManagement) Assignment(ctx context.Context, id rbac.GUID) (intune.Assignment, error) {
	a, err := m.assignments.Get(ctx, id)
	if err != nil {
		return intune.Assignment{}, err
	}
	one := []intune.Assignment{a}
	if err := m.withRoles(ctx, one); err != nil {
		return intune.Assignment{}, err
	}
	if one[0].RoleID == "" {
		return intune.Assignment{}, &rbac.Error{Kind: rbac.Unavailable, System: rbac.Intune, Message: fmt.Sprintf(
			"Intune has the role assignment %q (%s), but lists it below none of its roles, so its role can't be told. Try again in a few minutes.", a.Name, id)}
	}
	return one[0], nil
}

// Assignments implements [intune.DeviceManagement]. Where Intune does not tell
// yet of which role an assignment is, its RoleID is empty.
func (m *intuneManagement) Assignments(ctx context.Context, f intune.AssignmentFilter) ([]intune.Assignment, error) {
	named := intune.AssignmentFilter{Name: f.Name, Members: f.Members}
	out, err := m.assignments.Select(ctx, named.Selects, func(a, b intune.Assignment) int { return cmp.Or(byName(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	if err != nil {
		return nil, err
	}
	if err := m.withRoles(ctx, out); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(out, func(a intune.Assignment) bool { return !f.Selects(a) }), nil
}

// readAssignment reads one assignment, without its role, past the snapshot.
func (m *intuneManagement) readAssignment(ctx context.Context, id rbac.GUID) (intune.Assignment, error) {
	return intuneObject[wire.IntuneAssignment](ctx, m.client, below(intuneAssignmentsPath, id))
}

// readAssignments reads all assignments, without their roles. Some tenants' lists
// were seen to leave out who the members are, which every assignment has: such
// assignments are read once more on their own, many in one request.
func (m *intuneManagement) readAssignments(ctx context.Context) ([]intune.Assignment, error) {
	docs, err := m.assignmentDocuments(ctx)
	if err != nil {
		return nil, err
	}
	var bare []int
	var paths []string
	for i, doc := range docs {
		if len(doc.Members) == 0 {
			bare, paths = append(bare, i), append(paths, below(intuneAssignmentsPath, doc.ID))
		}
	}
	whole, err := fetch(ctx, m.client, intuneRead(intuneAssignmentsPath), paths)
	if err != nil {
		return nil, err
	}
	gone := map[int]bool{}
	for n, i := range bare {
		var doc wire.IntuneAssignment
		switch err := visible(whole[n].into(&doc)); {
		case rbac.IsNotFound(err):
			gone[i] = true // since the list was made
		case err != nil:
			return nil, err
		default:
			docs[i] = doc
		}
	}
	kept := docs[:0]
	for i, doc := range docs {
		if !gone[i] {
			kept = append(kept, doc)
		}
	}
	return readable(ctx, m.client, kept, wire.IntuneAssignment.Domain), nil
}

// assignmentDocuments is the list of all assignments as the service gives it.
func (m *intuneManagement) assignmentDocuments(ctx context.Context) ([]wire.IntuneAssignment, error) {
	return pages[wire.IntuneAssignment](ctx, m.client, intuneRead(intuneAssignmentsPath))
}

// CreateAssignment implements [intune.DeviceManagement].
func (m *intuneManagement) CreateAssignment(ctx context.Context, a intune.Assignment) (intune.Assignment, error) {
	if err := cmp.Or(checkGroups("members", a.Members), checkGroups("scope_groups", a.ScopeGroups)); err != nil {
		return intune.Assignment{}, err
	}
	same, err := m.assignments.Find(ctx, rbac.Fold(a.Name))
	if err == nil && len(same) > 0 {
		return intune.Assignment{}, nameTaken("role assignment", same[0].Name, same[0].ID.String())
	}
	if err != nil && rbac.KindOf(err) != rbac.Forbidden {
		return intune.Assignment{}, err
	}
	a.ID = ""
	find := func(ctx context.Context) (wire.IntuneAssignment, bool, error) { return m.findAssignment(ctx, a) }
	var made wire.IntuneAssignment
	// The cloud's own name of Graph, also where requests take another way to it.
	body := wire.NewIntuneAssignmentCreate(a, strings.TrimSuffix(m.client.graph.tokens.scope, "/.default")+intuneVersion)
	err = m.repeated(ctx, "Intune role assignment", func() (err error) {
		made, err = post(ctx, m.client, intuneWrite(http.MethodPost, intuneAssignmentsPath, body), find)
		return err
	}, func(err error) (bool, error) { return m.assignmentRefused(ctx, a, err) })
	if err != nil {
		return intune.Assignment{}, err
	}
	written, err := answerOf(ctx, made, wire.IntuneAssignment.Domain, find)
	if err != nil {
		return intune.Assignment{}, err
	}
	a.ID, written.RoleID = written.ID, a.RoleID
	m.links.learn(a.RoleID, a.ID)
	m.written.note(a.ID.String())
	return m.settleAssignment(ctx, written, false, a)
}

// findAssignment looks for an assignment that a create of a may have made: of the
// same name and content, and of the same role.
func (m *intuneManagement) findAssignment(ctx context.Context, a intune.Assignment) (wire.IntuneAssignment, bool, error) {
	docs, err := m.assignmentDocuments(ctx)
	if err != nil {
		return wire.IntuneAssignment{}, false, err
	}
	for _, doc := range docs {
		if !strings.EqualFold(doc.DisplayName, a.Name) {
			continue
		}
		if len(doc.Members) == 0 { // see readAssignments
			if _, err := m.client.do(ctx, intuneRead(below(intuneAssignmentsPath, doc.ID)), &doc); err != nil {
				return wire.IntuneAssignment{}, false, err
			}
		}
		have, err := doc.Domain()
		if err != nil || !sameIntuneAssignment(have, a) {
			continue
		}
		if of, err := m.roleHas(ctx, a.RoleID, have.ID); err != nil || of {
			return doc, of, err
		}
	}
	return wire.IntuneAssignment{}, false, nil
}

// settleAssignment waits until reads show an assignment as it was wanted, and
// says of which role it is.
func (m *intuneManagement) settleAssignment(ctx context.Context, written intune.Assignment, answered bool, want intune.Assignment) (intune.Assignment, error) {
	out, err := settle(ctx, m.client, settling[intune.Assignment]{
		System: rbac.Intune, What: fmt.Sprintf("Intune role assignment %q", want.Name), Written: written, Trust: answered,
		Read: func(ctx context.Context) (intune.Assignment, error) {
			got, err := m.readAssignment(ctx, want.ID)
			got.RoleID = want.RoleID
			return got, err
		},
		Shows: func(have intune.Assignment) bool { return have.ID == want.ID && sameIntuneAssignment(have, want) },
	})
	if err == nil {
		m.assignments.Put(out)
	}
	return out, err
}

// sameIntuneAssignment compares two assignments in all but ID and role.
func sameIntuneAssignment(have, want intune.Assignment) bool {
	return sameText(have.Name, want.Name) && sameText(have.Description, want.Description) && have.AllUsers == want.AllUsers && have.AllDevices == want.AllDevices &&
		sameGroups(have.Members, want.Members) && sameGroups(have.ScopeGroups, want.ScopeGroups) && sameTags(have.ScopeTags, want.ScopeTags)
}

// assignmentRefused explains why an assignment was not written, and whether the
// reason may pass.
func (m *intuneManagement) assignmentRefused(ctx context.Context, a intune.Assignment, err error) (mayPass bool, told error) {
	if a.ID == "" {
		// A role that this run has written is known to the snapshot.
		if _, e := m.roles.Get(ctx, a.RoleID); rbac.IsNotFound(e) {
			return false, retold(err, func(e *rbac.Error) {
				e.Kind, e.Field, e.Message = rbac.NotFound, "role", fmt.Sprintf("There is no Intune role %s.", a.RoleID)
			})
		}
	} else if _, e := m.readAssignment(ctx, a.ID); e != nil {
		return false, err
	}
	if mayPass, told := m.wrongGroup(ctx, err, groups{"members", a.Members}, groups{"scope_groups", a.ScopeGroups}); told != nil {
		return mayPass, told
	}
	if told := m.wrongTag(ctx, a.ScopeTags, err); told != nil {
		return false, told
	}
	docs, e := m.assignmentDocuments(ctx)
	if e != nil {
		return false, err
	}
	for _, doc := range docs {
		if strings.EqualFold(doc.DisplayName, a.Name) && rbac.Fold(doc.ID) != a.ID.String() {
			return false, nameTaken("role assignment", doc.DisplayName, doc.ID)
		}
	}
	return m.written.any(append(slices.Clone(a.ScopeTags), a.RoleID.String())...), err
}

// UpdateAssignment implements [intune.DeviceManagement].
func (m *intuneManagement) UpdateAssignment(ctx context.Context, a intune.Assignment) (intune.Assignment, error) {
	if err := cmp.Or(checkGroups("members", a.Members), checkGroups("scope_groups", a.ScopeGroups)); err != nil {
		return intune.Assignment{}, err
	}
	role, err := m.roleOf(ctx, a)
	if err != nil {
		return intune.Assignment{}, err
	}
	a.RoleID = role
	m.assignments.Forget(a.ID)
	var doc wire.IntuneAssignment
	err = m.repeated(ctx, "Intune role assignment", func() error {
		_, err := m.client.do(ctx, intuneWrite(http.MethodPatch, below(intuneAssignmentsPath, a.ID), wire.NewIntuneAssignmentPatch(a)), &doc)
		return visible(err)
	}, func(err error) (bool, error) { return m.assignmentRefused(ctx, a, err) })
	if err != nil {
		return intune.Assignment{}, err
	}
	m.written.note(a.ID.String())
	written, err := doc.Domain()
	if err != nil { // not every answer has a body
		return m.settleAssignment(ctx, a, false, a)
	}
	written.RoleID = a.RoleID
	return m.settleAssignment(ctx, written, true, a)
}

// roleOf returns the role of an assignment that is to be changed, and refuses to
// change it: Intune ignores that silently. The cheapest question comes first.
func (m *intuneManagement) roleOf(ctx context.Context, a intune.Assignment) (rbac.GUID, error) {
	role, known := m.links.of(a.ID)
	if !known && a.RoleID != "" {
		var err error
		if known, err = m.roleHas(ctx, a.RoleID, a.ID); err != nil && !rbac.IsNotFound(err) {
			return "", err
		}
		role = a.RoleID
	}
	if !known {
		have, err := m.readAssignment(ctx, a.ID)
		if err != nil {
			return "", err
		}
		one := []intune.Assignment{have}
		if err := m.withRoles(ctx, one); err != nil {
			return "", err
		}
		role = cmp.Or(one[0].RoleID, a.RoleID)
	}
	if a.RoleID != "" && role != a.RoleID {
		return "", &rbac.Error{
			Kind: rbac.Immutable, System: rbac.Intune, Field: "role",
			Message: fmt.Sprintf("The role assignment %q is for the role %s and can't be changed to %s. Replace it.", a.Name, role, a.RoleID),
		}
	}
	return role, nil
}

// DeleteAssignment implements [intune.DeviceManagement].
func (m *intuneManagement) DeleteAssignment(ctx context.Context, id rbac.GUID) error {
	m.assignments.Forget(id)
	_, err := m.client.do(ctx, intuneWrite(http.MethodDelete, below(intuneAssignmentsPath, id), nil), nil)
	if err := goneIsFine(visible(err)); err != nil {
		return err
	}
	m.deleted.note(id.String())
	return settleRemoved(ctx, m.client, rbac.Intune, fmt.Sprintf("Intune role assignment %s", id), m.assignments, id)
}
