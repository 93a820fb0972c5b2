// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// Assignment implements [entra.Directory].
func (d *entraDirectory) Assignment(ctx context.Context, id string) (entra.Assignment, error) {
	if id == "" { // its path would be that of the list
		return entra.Assignment{}, &rbac.Error{Kind: rbac.NotFound, System: rbac.Entra, Code: wire.CodeRequestNotFound, Message: "There is no Entra role assignment without an ID."}
	}
	return d.assignments.Get(ctx, id)
}

// Assignments implements [entra.Directory]. The whole list is asked for and
// narrowed here: so it is one for the whole run, and shows what the run has written.
func (d *entraDirectory) Assignments(ctx context.Context, f entra.AssignmentFilter) ([]entra.Assignment, error) {
	return d.assignments.Select(ctx, f.Selects, func(a, b entra.Assignment) int { return cmp.Compare(a.ID, b.ID) })
}

// readAssignment reads one assignment past the snapshot.
func (d *entraDirectory) readAssignment(ctx context.Context, id string) (a entra.Assignment, err error) {
	_, a, err = d.assignmentDocument(ctx, id)
	return a, err
}

func (d *entraDirectory) assignmentDocument(ctx context.Context, id string) (doc wire.EntraAssignment, a entra.Assignment, err error) {
	if _, err = d.client.do(ctx, entraRead(below(entraAssignmentsPath, id)), &doc); err == nil {
		a, err = entraAssignment(doc)
	}
	return doc, a, err
}

// entraAssignment is the role assignment of a document. Directory scopes that
// only other clients write, such as /attributeSets/Name, are kept as they are.
func entraAssignment(doc wire.EntraAssignment) (entra.Assignment, error) {
	scope := cmp.Or(doc.DirectoryScopeID, doc.ResourceScope)
	if _, err := entra.ParseScope(scope); err == nil || scope == "" {
		return doc.Domain()
	}
	doc.DirectoryScopeID = entra.TenantScope
	a, err := doc.Domain()
	a.DirectoryScope = scope
	return a, err
}

func (d *entraDirectory) readAssignments(ctx context.Context) ([]entra.Assignment, error) {
	docs, err := pages[wire.EntraAssignment](ctx, d.client, entraRead(entraAssignmentsPath))
	if err != nil {
		return nil, err
	}
	return readable(ctx, d.client, docs, entraAssignment), nil
}

// CreateAssignment implements [entra.Directory]. A principal or scope that was
// made a moment ago may not be known everywhere: that is waited for, see replicated.
func (d *entraDirectory) CreateAssignment(ctx context.Context, a entra.Assignment) (entra.Assignment, error) {
	a, scope, err := a.Canonical()
	if err != nil {
		return entra.Assignment{}, err
	}
	d.assignments.Forget(a.ID)
	body := wire.NewEntraAssignment(a)
	body.ID = "" // the directory sets it
	var made wire.EntraAssignment
	err = d.replicated(ctx, "Entra role assignment", func() error {
		var err error
		made, err = post(ctx, d.client, entraWrite(http.MethodPost, entraAssignmentsPath, body), func(ctx context.Context) (wire.EntraAssignment, bool, error) {
			return d.findAssignment(ctx, a)
		})
		return err
	}, func(err error) (bool, error) { return d.unassignable(ctx, a, scope, err) })
	if rbac.KindOf(err) == rbac.Exists {
		return entra.Assignment{}, d.assignmentTaken(ctx, a, err)
	}
	if err != nil {
		return entra.Assignment{}, err
	}
	if got, err := entraAssignment(made); err == nil && got.ID != "" {
		a.ID = got.ID
	}
	out, err := settle(ctx, d.client, settling[entra.Assignment]{
		System: rbac.Entra, What: fmt.Sprintf("Entra role assignment %q", a.ID), Written: a,
		Read:  func(ctx context.Context) (entra.Assignment, error) { return d.readAssignment(ctx, a.ID) },
		Shows: func(got entra.Assignment) bool { return sameEntraAssignment(got, a) },
	})
	if err == nil {
		d.assignments.Put(out)
	}
	return out, err
}

// sameEntraAssignment compares what an assignment binds.
func sameEntraAssignment(a, b entra.Assignment) bool {
	return a.RoleID == b.RoleID && a.PrincipalID == b.PrincipalID && a.DirectoryScope == b.DirectoryScope && rbac.Fold(a.AppScope) == rbac.Fold(b.AppScope)
}

// findAssignment looks for an assignment of the same role, principal and scope:
// under the ID that follows from them, or, for an app scope, whose ID is not
// documented, among those of the principal.
func (d *entraDirectory) findAssignment(ctx context.Context, a entra.Assignment) (doc wire.EntraAssignment, found bool, err error) {
	if a.AppScope == "" {
		doc, have, err := d.assignmentDocument(ctx, a.ID)
		if rbac.IsNotFound(err) {
			return doc, false, nil
		}
		return doc, err == nil && sameEntraAssignment(have, a), err
	}
	of := entraRead(entraAssignmentsPath)
	of.Query = url.Values{"$filter": {"principalId eq '" + a.PrincipalID.String() + "'"}}
	docs, err := pages[wire.EntraAssignment](ctx, d.client, of)
	for _, doc := range docs {
		if have, e := entraAssignment(doc); e == nil && sameEntraAssignment(have, a) {
			return doc, true, nil
		}
	}
	return doc, false, err
}

// assignmentTaken tells which assignment has the role, principal and scope of a
// new one.
func (d *entraDirectory) assignmentTaken(ctx context.Context, a entra.Assignment, err error) error {
	existing := a.ID
	if doc, found, e := d.findAssignment(ctx, a); e == nil && found {
		existing = doc.ID
	}
	return retold(err, func(e *rbac.Error) {
		e.Existing = existing
		e.Message = fmt.Sprintf("The principal %s has the role %s at %q already. Import that role assignment, or delete it.", a.PrincipalID, a.RoleID, cmp.Or(a.AppScope, a.DirectoryScope))
	})
}

// unassignable tells what it is that the directory did not find when it refused
// an assignment: the role, the principal or the scope, which the answer does not
// say. It returns whether what is missing may yet turn up.
func (d *entraDirectory) unassignable(ctx context.Context, a entra.Assignment, scope entra.Scope, err error) (mayPass bool, told error) {
	if !rbac.IsNotFound(err) {
		return false, err
	}
	say := func(kind rbac.Kind, field, message string) error {
		return retold(err, func(e *rbac.Error) { e.Kind, e.Field, e.Message = kind, field, message })
	}
	// A role that this run has written is known to the snapshot.
	if _, e := d.roles.Get(ctx, a.RoleID); rbac.IsNotFound(e) {
		return false, say(rbac.NotFound, "role", fmt.Sprintf("There is no Entra role %s.", a.RoleID))
	}
	ids := []rbac.GUID{a.PrincipalID}
	if scope.Target() != "" {
		ids = append(ids, scope.Target())
	}
	known, e := d.Objects(ctx, ids)
	if e != nil {
		return false, err
	}
	if _, ok := known[a.PrincipalID]; !ok {
		if mistaken := d.applicationID(ctx, a.PrincipalID); mistaken != "" {
			return false, say(rbac.PrincipalNotFound, "principal_id", mistaken)
		}
		return true, say(rbac.PrincipalNotFound, "principal_id", noPrincipal(a.PrincipalID))
	}
	if target := scope.Target(); target != "" {
		switch o, ok := known[target]; {
		case !ok:
			return true, say(rbac.ScopeNotFound, "directory_scope", fmt.Sprintf("There is no object %s in the directory, so there is no scope %q. Correct the ID.", target, scope.ID()))
		case scope.AdministrativeUnit != "" && o.Type != "" && o.Type != entra.AdministrativeUnit:
			return false, say(rbac.ScopeNotFound, "directory_scope", fmt.Sprintf("%s is the %s %q, not an administrative unit. Its scope is %q.", target, o.Type, o.DisplayName, entra.Scope{Object: target}.ID()))
		}
	}
	if known[a.PrincipalID].Type == "" { // the directory can't be read
		if scope.Target() == "" {
			return true, say(rbac.PrincipalNotFound, "principal_id", noPrincipal(a.PrincipalID))
		}
		return true, say(rbac.PrincipalNotFound, "principal_id", fmt.Sprintf("The directory does not have the principal %s or the scope %q. Which of the two it does not say to a caller without the permission %s. Check both IDs.", a.PrincipalID, scope.ID(), needsDirectoryRead))
	}
	return true, say(rbac.PrincipalNotFound, "principal_id", fmt.Sprintf("The directory has the principal %s, but its role management does not know it yet. Apply again in a few minutes.", a.PrincipalID))
}

func noPrincipal(id rbac.GUID) string {
	return fmt.Sprintf("There is no principal %s in the directory. Check that it is the object ID of a user, group or service principal.", id)
}

// DeleteAssignment implements [entra.Directory].
func (d *entraDirectory) DeleteAssignment(ctx context.Context, id string) error {
	if id == "" {
		return nil
	}
	d.assignments.Forget(id)
	if _, err := d.client.do(ctx, entraWrite(http.MethodDelete, below(entraAssignmentsPath, id), nil), nil); err != nil && !rbac.IsNotFound(err) {
		return err
	}
	return settleRemoved(ctx, d.client, rbac.Entra, fmt.Sprintf("Entra role assignment %q", id), d.assignments, id)
}
