// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package entra

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Assignment binds a principal to a directory role at a scope. None of its
// fields can be changed.
type Assignment struct {
	ID          string // opaque; follows from role, principal and scope
	RoleID      rbac.GUID
	PrincipalID rbac.GUID
	// DirectoryScope is a canonical directory scope; empty when AppScope is set.
	DirectoryScope string
	// AppScope is the scope of an app of its own, such as /AccessPackageCatalog/{id}.
	AppScope string
}

// codeBadRequest is what the directory answers to what it can't understand.
const codeBadRequest = "Request_BadRequest"

// Canonical returns an assignment whose IDs and scope are in canonical form, and
// whose ID is the one that follows from them; scope is its directory scope, zero
// for an app scope. Invalid: an ID that is no GUID, both kinds of scope, or text
// that is no scope.
func (a Assignment) Canonical() (canonical Assignment, scope Scope, err error) {
	bad := func(field, format string, values ...any) (Assignment, Scope, error) {
		return Assignment{}, Scope{}, &rbac.Error{Kind: rbac.Invalid, System: rbac.Entra, Code: codeBadRequest, Field: field, Message: fmt.Sprintf(format, values...)}
	}
	role, ok := rbac.ParseGUID(a.RoleID.String())
	if !ok {
		return bad("role", "%q is no GUID. The role of an Entra role assignment is one.", a.RoleID)
	}
	principal, ok := rbac.ParseGUID(a.PrincipalID.String())
	if !ok {
		return bad("principal_id", "%q is no GUID. The principal of an Entra role assignment is one.", a.PrincipalID)
	}
	a.RoleID, a.PrincipalID = role, principal
	switch {
	case a.AppScope != "" && a.DirectoryScope != "":
		return bad("app_scope", "The role assignment has the directory scope %q and the app scope %q. It has one of the two.", a.DirectoryScope, a.AppScope)
	case a.AppScope != "" && !strings.HasPrefix(a.AppScope, "/"):
		return bad("app_scope", `%q is no app scope, which begins with "/", such as "/AccessPackageCatalog/GUID".`, a.AppScope)
	case a.AppScope != "":
		a.ID = AppScopeAssignmentID(role, principal, a.AppScope)
		return a, Scope{}, nil
	}
	if scope, err = ParseScope(a.DirectoryScope); err != nil {
		return Assignment{}, Scope{}, err
	}
	a.DirectoryScope, a.ID = scope.ID(), AssignmentID(role, principal, scope.Target())
	return a, scope, nil
}

// AssignmentID is the ID under which the directory keeps an assignment: the
// bytes of role, principal and, below the tenant, scope object in base64url,
// then "-1". The same three always have the same ID.
func AssignmentID(role, principal, scope rbac.GUID) string {
	raw := append(littleEndian(role), littleEndian(principal)...)
	if scope != "" {
		raw = append(raw, littleEndian(scope)...)
	}
	return base64.RawURLEncoding.EncodeToString(raw) + "-1"
}

// AppScopeAssignmentID is AssignmentID for an app scope, which need not hold a
// GUID: the scope object is then derived from its text.
func AppScopeAssignmentID(role, principal rbac.GUID, appScope string) string {
	last := appScope[strings.LastIndexByte(appScope, '/')+1:]
	if id, ok := rbac.ParseGUID(last); ok {
		return AssignmentID(role, principal, id)
	}
	return AssignmentID(role, principal, rbac.DeriveGUID(namespace, "app scope", appScope))
}

// littleEndian returns a GUID's bytes as .NET orders them: the first three
// groups reversed.
func littleEndian(id rbac.GUID) []byte {
	b := id.Bytes()
	return []byte{b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]}
}
