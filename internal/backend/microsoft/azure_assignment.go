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
	"sync"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// azureCollections are the snapshots of role assignments: one for each
// subscription, whatever lies in it, and one for each scope outside of them.
type azureCollections struct {
	open func(at azure.Scope) *azureCollection
	mu   sync.Mutex
	all  map[string]*azureCollection // by the key of the scope
}

// azureCollection is one of them, its objects under their folded IDs.
type azureCollection struct {
	*snapshot[string, azure.Assignment]
	spelt sync.Map // folded ID → the ID as it was last asked for
}

// of returns the collection in which an assignment at a scope lies.
func (c *azureCollections) of(scope azure.Scope) *azureCollection {
	if scope.SubscriptionID != "" {
		scope = azure.Subscription(rbac.GUID(scope.SubscriptionID))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all[scope.Key()] == nil {
		if c.all == nil {
			c.all = map[string]*azureCollection{}
		}
		c.all[scope.Key()] = c.open(scope)
	}
	return c.all[scope.Key()]
}

// openCollection makes the snapshot of a collection. The list at a subscription
// has everything in it; at a management group and at the root, what lies below
// belongs to other collections and is not asked for.
func (s *azureAuthorization) openCollection(at azure.Scope) *azureCollection {
	filter := "atScope()"
	if at.SubscriptionID != "" {
		filter = ""
	}
	c := &azureCollection{}
	c.snapshot = newSnapshot(assignmentKey, nil,
		func(ctx context.Context, key string) (azure.Assignment, error) {
			// Not the folded ID: some letters fold into others that are not the same to Azure.
			id, ok := c.spelt.Load(key)
			if !ok {
				id = key
			}
			return s.readAssignment(ctx, id.(string)) //nolint:forcetypeassert // nothing else is stored
		},
		func(ctx context.Context) ([]azure.Assignment, error) { return s.listAssignments(ctx, at, filter) })
	return c
}

func assignmentKey(a azure.Assignment) string { return rbac.Fold(a.ID()) }

// Assignment is azure.Authorization.
func (s *azureAuthorization) Assignment(ctx context.Context, scope azure.Scope, name rbac.GUID) (azure.Assignment, error) {
	id := azure.AssignmentID(scope, name)
	c := s.assignments.of(scope)
	c.spelt.Store(rbac.Fold(id), id)
	return c.Get(ctx, rbac.Fold(id))
}

func (s *azureAuthorization) readAssignment(ctx context.Context, id string) (azure.Assignment, error) {
	return armObject[wire.AzureAssignment](ctx, s.client, armRequest(http.MethodGet, id, needsAzureAssignmentRead))
}

func (s *azureAuthorization) listAssignments(ctx context.Context, at azure.Scope, filter string) ([]azure.Assignment, error) {
	return armObjects[wire.AzureAssignment](ctx, s.client, armList(at, wire.AzureAssignmentType, filter, needsAzureAssignmentRead))
}

// Assignments is azure.Authorization. The list at a scope has what is assigned
// at it, above and below; the list at the root has the whole tenant. One for a
// principal and its groups may have been read earlier in the run; what the run
// itself has written since is in it.
func (s *azureAuthorization) Assignments(ctx context.Context, f azure.AssignmentFilter) ([]azure.Assignment, error) {
	filter := ""
	if f.PrincipalID != "" && len(f.Through) == 0 { // assignedTo() takes users only
		filter = "principalId eq " + armQuoted(f.PrincipalID.String())
	}
	var list []azure.Assignment
	var err error
	whole := f.Scope.IsZero() || f.Scope.Kind == azure.TenantScope
	read := func(ctx context.Context) ([]azure.Assignment, error) {
		if whole {
			return s.listTenant(ctx, filter)
		}
		return s.listAssignments(ctx, f.Scope, filter)
	}
	if f.PrincipalID != "" && filter == "" {
		list, err = s.sharedAssignments.at(ctx, f.Scope, read)
	} else {
		list, err = read(ctx)
	}
	if err != nil {
		return nil, err
	}
	// Whether an assignment lies below or above a management group is the service's
	// to say: the IDs do not tell.
	list = s.ownAssignments.patch(list, azure.Assignment.ID, func(a azure.Assignment, listed bool) bool {
		return f.Selects(a) && (listed || whole || f.Scope.Contains(a.Scope) || a.Scope.Contains(f.Scope))
	})
	list = slices.DeleteFunc(list, func(a azure.Assignment) bool { return !f.Selects(a) })
	sortAssignments(list)
	return list, nil
}

// sortAssignments sorts by scope, then name.
func sortAssignments(list []azure.Assignment) {
	slices.SortFunc(list, func(a, b azure.Assignment) int {
		return cmp.Or(cmp.Compare(a.Scope.Key(), b.Scope.Key()), cmp.Compare(a.Name, b.Name))
	})
}

// listTenant lists what is assigned in the whole tenant.
func (s *azureAuthorization) listTenant(ctx context.Context, filter string) ([]azure.Assignment, error) {
	return everywhere(ctx, s, &s.assignmentsForbidden, needsAzureAssignmentRead, func(ctx context.Context, at azure.Scope) ([]azure.Assignment, error) {
		if filter == "" && at.Kind == azure.ManagementGroupScope {
			return s.listAssignments(ctx, at, "atScope()") // what lies below is listed at the subscriptions
		}
		return s.listAssignments(ctx, at, filter)
	})
}

// azureAssignmentFields are what refusals of an assignment are about.
var azureAssignmentFields = map[string]string{
	wire.CodeSubscriptionNotFound: "scope", wire.CodeResourceGroupNotFound: "scope", wire.CodeManagementGroupNotFound: "scope",
	wire.CodeRoleDefinitionDoesNotExist: "role",
	wire.CodePrincipalNotFound:          "principal_id", wire.CodeInvalidPrincipalID: "principal_id",
	wire.CodeUnmatchedPrincipalType: "principal_type",
}

// putAssignment is the PUT of an assignment.
func (s *azureAuthorization) putAssignment(a azure.Assignment) azurePut[azure.Assignment] {
	doc := wire.NewAzureAssignment(a)
	doc.ID, doc.Type, doc.Name, doc.Properties.Scope = "", "", "", "" // they are in the path
	p := azurePut[azure.Assignment]{
		Request: armRequest(http.MethodPut, a.ID(), needsAzureAssignmentWrite),
		What:    fmt.Sprintf("Azure role assignment %s at %q", a.Name, a.Scope.ID()), Want: a, Same: sameAzureAssignment,
		Read:   func(ctx context.Context) (azure.Assignment, error) { return s.readAssignment(ctx, a.ID()) },
		Fields: azureAssignmentFields,
		Keep: func(got azure.Assignment) {
			s.assignments.of(got.Scope).Put(got)
			s.ownAssignments.put(got.ID(), &got)
		},
	}
	p.Request.Body = doc
	return p
}

// sameAzureAssignment compares two assignments as Azure does. A type of the
// principal that is left out is whatever the service finds.
func sameAzureAssignment(a, b azure.Assignment) bool {
	return a.Name == b.Name && a.Scope.Same(b.Scope) && a.RoleID == b.RoleID && a.PrincipalID == b.PrincipalID &&
		(a.PrincipalType == "" || b.PrincipalType == "" || strings.EqualFold(a.PrincipalType, b.PrincipalType)) &&
		a.Description == b.Description && a.Condition == b.Condition && a.ConditionVersion == b.ConditionVersion &&
		strings.EqualFold(a.DelegatedManagedIdentityResourceID, b.DelegatedManagedIdentityResourceID)
}

// withConditionVersion fills in the only version there is.
func withConditionVersion(a azure.Assignment) azure.Assignment {
	if a.Condition != "" && a.ConditionVersion == "" {
		a.ConditionVersion = azure.ConditionVersion
	}
	return a
}

// CreateAssignment is azure.Authorization.
func (s *azureAuthorization) CreateAssignment(ctx context.Context, a azure.Assignment) (azure.Assignment, error) {
	name, ok := rbac.ParseGUID(a.Name.String())
	if !ok {
		return azure.Assignment{}, azureFailure(rbac.Invalid, "", "name", fmt.Sprintf("The name %q is no GUID. A role assignment is created under a GUID of the caller's choice.", a.Name), nil)
	}
	if a.Scope.IsZero() {
		return azure.Assignment{}, azureFailure(rbac.Invalid, "", "scope", "The role assignment has no scope.", nil)
	}
	a.Name = name
	a = withConditionVersion(a)
	put := s.putAssignment(a)
	release, err := vacant(ctx, &s.ownAssignments, a.ID(), put, func(have azure.Assignment) error {
		return assignmentNameTaken(a, have.ID(), sameGrant(have, a), nil)
	})
	if err != nil {
		return azure.Assignment{}, err
	}
	defer release()
	answer, err := s.sendNew(ctx, &put, a)
	if err != nil {
		return answer, err
	}
	return settledAzure(ctx, s.client, put, answer)
}

// sameGrant reports whether two assignments give the same role to the same
// principal at the same scope: there is only one such in a tenant.
func sameGrant(a, b azure.Assignment) bool {
	return a.Scope.Same(b.Scope) && a.RoleID == b.RoleID && a.PrincipalID == b.PrincipalID
}

// sendNew sends the PUT of a new assignment until it is accepted or refused for
// good. Some refusals are about what has not arrived everywhere yet.
func (s *azureAuthorization) sendNew(ctx context.Context, put *azurePut[azure.Assignment], a azure.Assignment) (answer azure.Assignment, err error) {
	s.assignments.of(a.Scope).Forget(assignmentKey(a))
	who := &azurePrincipal{client: s.client, id: a.PrincipalID}
	err = s.insist(ctx, put.What, func(ctx context.Context) error {
		var err error
		answer, err = sendAzure[wire.AzureAssignment](ctx, s.client, *put)
		switch {
		case azureCode(err) == wire.CodeRoleAssignmentExists:
			if err = s.assignmentExists(ctx, a, err); err == nil {
				answer = a // it is what an earlier attempt of this create has made
			}
		case azureCode(err) == wire.CodeRoleAssignmentUpdateNotPermitted:
			err = assignmentNameTaken(a, s.holderOf(ctx, a.Name), false, err)
		case rbac.KindOf(err) == rbac.PrincipalNotFound:
			who.ask(ctx)
			if a.PrincipalType == "" && who.found != "" {
				// The directory has it: with the type, Azure does not look for it itself.
				a.PrincipalType = who.found
				*put = s.putAssignment(a)
			}
		}
		return err
	}, func(err error) time.Duration {
		switch e := azureSaid(err); {
		case e.Kind == rbac.PrincipalNotFound && !who.application():
			return s.patience
		case e.Code == wire.CodeRoleDefinitionDoesNotExist && s.madeRole(a.RoleID), e.Code == wire.CodeRoleAssignmentExists && s.ownAssignments.deleted(e.Existing):
			return azureEchoPatience
		}
		return 0
	})
	if rbac.KindOf(err) == rbac.PrincipalNotFound {
		err = who.missing(err)
	}
	return answer, err
}

// madeRole reports whether this run has written a role.
func (s *azureAuthorization) madeRole(id rbac.GUID) bool {
	own, _ := s.ownRoles.of(azure.RoleResourceID(id))
	return own != nil
}

// assignmentExists examines the refusal of an assignment that is there under
// some name: nil if that is its own.
func (s *azureAuthorization) assignmentExists(ctx context.Context, a azure.Assignment, of error) error {
	name, told := wire.ExistingAssignment(azureSaid(of).Message)
	if told && name == a.Name {
		return nil
	}
	existing := ""
	if told {
		existing = azure.AssignmentID(a.Scope, name)
	}
	// The list has the ID in the casing in which it was made, and tells the name
	// where the refusal does not.
	list, err := s.listAssignments(ctx, a.Scope, "principalId eq "+armQuoted(a.PrincipalID.String()))
	if err == nil {
		for _, have := range list {
			if !sameGrant(have, a) || told && have.Name != name {
				continue
			}
			if have.Name == a.Name {
				return nil
			}
			name, existing = have.Name, have.ID()
		}
	}
	e := azureFailure(rbac.Exists, wire.CodeRoleAssignmentExists, "", fmt.Sprintf(
		"The principal %s has the role %s at %q already, by another role assignment. Import that one, or delete it.", a.PrincipalID, a.RoleID, a.Scope.ID()), of)
	if existing != "" {
		e.Existing = existing
		e.Message = fmt.Sprintf("The principal %s has the role %s at %q already, by the role assignment %s. Import that one, or delete it.", a.PrincipalID, a.RoleID, a.Scope.ID(), name)
	}
	return e
}

// holderOf finds the assignment with a name, wherever it is; empty if it is
// nowhere to be seen.
func (s *azureAuthorization) holderOf(ctx context.Context, name rbac.GUID) string {
	list, err := s.listTenant(ctx, "")
	if err != nil {
		return ""
	}
	i := slices.IndexFunc(list, func(a azure.Assignment) bool { return a.Name == name })
	if i < 0 {
		return ""
	}
	return list[i].ID()
}

// assignmentNameTaken tells a repeated create from a name that is in use for
// something else.
func assignmentNameTaken(a azure.Assignment, existing string, same bool, of error) error {
	code, message := wire.CodeRoleAssignmentUpdateNotPermitted, fmt.Sprintf("The name %s belongs to another role assignment. Choose another name, or leave it out.", a.Name)
	if same {
		code, message = wire.CodeRoleAssignmentExists, fmt.Sprintf("The role assignment %s at %q exists already. Import it, or delete it.", a.Name, a.Scope.ID())
	}
	e := azureFailure(rbac.Exists, code, "name", message, of)
	e.Existing = existing
	return e
}

// UpdateAssignment is azure.Authorization.
func (s *azureAuthorization) UpdateAssignment(ctx context.Context, a azure.Assignment) (azure.Assignment, error) {
	a = withConditionVersion(a)
	have, err := known(&s.ownAssignments, a.ID(), func() (azure.Assignment, error) { return s.readAssignment(ctx, a.ID()) })
	if err != nil {
		return azure.Assignment{}, err
	}
	for _, c := range []struct{ field, was, is string }{
		{"role_definition_id", have.RoleID.String(), a.RoleID.String()},
		{"principal_id", have.PrincipalID.String(), a.PrincipalID.String()},
		{"principal_type", have.PrincipalType, cmp.Or(a.PrincipalType, have.PrincipalType)},
		{"delegated_managed_identity_resource_id", have.DelegatedManagedIdentityResourceID, a.DelegatedManagedIdentityResourceID},
	} {
		if !strings.EqualFold(c.was, c.is) {
			return azure.Assignment{}, azureFailure(rbac.Immutable, wire.CodeRoleAssignmentUpdateNotPermitted, c.field, fmt.Sprintf(
				"The %s of the role assignment %s is %q and can't be changed to %q. Only description and condition can; replace the assignment.", c.field, a.Name, c.was, c.is), nil)
		}
	}
	want := have
	want.Description, want.Condition, want.ConditionVersion = a.Description, a.Condition, a.ConditionVersion
	put := s.putAssignment(want)
	put.Old, put.Update = have, true
	s.assignments.of(have.Scope).Forget(assignmentKey(have))
	s.ownAssignments.forget(have.ID())
	answer, err := sendAzure[wire.AzureAssignment](ctx, s.client, put)
	if err != nil {
		return answer, err
	}
	return settledAzure(ctx, s.client, put, answer)
}

// DeleteAssignment is azure.Authorization.
func (s *azureAuthorization) DeleteAssignment(ctx context.Context, scope azure.Scope, name rbac.GUID) error {
	id := azure.AssignmentID(scope, name)
	own, _ := s.ownAssignments.of(id)
	s.assignments.of(scope).Forget(rbac.Fold(id))
	s.ownAssignments.forget(id)
	var was wire.AzureAssignment
	_, err := s.client.do(ctx, armRequest(http.MethodDelete, id, needsAzureAssignmentDel), &was)
	if rbac.IsNotFound(azureGone(err)) {
		err = nil
	}
	if err != nil && !maybeDone(err) {
		return err
	}
	err = s.goneAfter(ctx, err, fmt.Sprintf("Azure role assignment %s at %q", name, scope.ID()), func(ctx context.Context) error {
		_, err := s.readAssignment(ctx, id)
		return err
	})
	if err != nil {
		return err
	}
	if role, ok := azure.ParseRoleID(was.Properties.RoleDefinitionID); ok {
		s.unassigned.Store(role, true)
	} else if own != nil {
		s.unassigned.Store(own.RoleID, true)
	}
	s.assignments.of(scope).Remove(rbac.Fold(id))
	s.ownAssignments.put(id, nil)
	return nil
}
