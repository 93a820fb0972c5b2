// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package plan

import (
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Terms under which objects are found. Each joins a prefix and a folded value.
const (
	termName         = "name:"
	termRole         = "role:"
	termPrincipal    = "principal:"
	termSubscription = "subscription:"
	termGroup        = "management group:"
	termGrant        = "grant:" // scope, role and principal together
	termTag          = "tag:"
	termAt           = "at subscription:"     // not below it
	termAbove        = "above subscriptions:" // at a management group or the root
)

// Named is the term of objects with a name, whatever its casing.
func Named(name string) string { return termName + rbac.Fold(name) }

// Holding is the term of assignments of a role.
func Holding(role rbac.GUID) string { return termRole + role.String() }

// termNew begins the identity of an object whose ID the service has yet to choose.
const termNew = "new:"

// fresh is the identity of an object whose ID the service has yet to choose.
func fresh(name string) string { return termNew + rbac.Fold(name) }

func isFresh(id string) bool { return strings.HasPrefix(id, termNew) }

// AzureRoleID is the identity of an Azure role.
func AzureRoleID(r azure.Role) string { return r.ID.String() }

func azureRoleTerms(r azure.Role) []string { return []string{termName + rbac.Fold(r.Name)} }

// AzureAssignmentID is the identity of an Azure role assignment.
func AzureAssignmentID(a azure.Assignment) string { return rbac.Fold(a.ID()) }

func azureAssignmentTerms(a azure.Assignment) []string {
	terms := []string{termRole + a.RoleID.String(), termPrincipal + a.PrincipalID.String(), azureGrant(a)}
	if a.Scope.SubscriptionID != "" {
		terms = append(terms, termSubscription+a.Scope.SubscriptionID)
	}
	switch a.Scope.Kind {
	case azure.TenantScope:
		terms = append(terms, termAbove)
	case azure.ManagementGroupScope:
		terms = append(terms, termAbove, termGroup+rbac.Fold(a.Scope.ManagementGroup))
	case azure.SubscriptionScope:
		terms = append(terms, termAt+a.Scope.SubscriptionID)
	}
	return terms
}

func azureGrant(a azure.Assignment) string {
	return termGrant + strings.Join([]string{a.Scope.Key(), a.RoleID.String(), a.PrincipalID.String()}, "|")
}

// EntraRoleID is the identity of an Entra role.
func EntraRoleID(r entra.Role) string { return r.ID.String() }

func entraRoleTerms(r entra.Role) []string { return []string{termName + rbac.Fold(r.Name)} }

// EntraAssignmentID is the identity of an Entra role assignment: what it grants
// to whom and where, since none of that can be changed.
func EntraAssignmentID(a entra.Assignment) string {
	return rbac.Fold(strings.Join([]string{a.RoleID.String(), a.PrincipalID.String(), a.DirectoryScope, a.AppScope}, "|"))
}

func entraAssignmentTerms(a entra.Assignment) []string {
	return []string{termRole + a.RoleID.String(), termPrincipal + a.PrincipalID.String()}
}

// IntuneRoleID is the identity of an Intune role.
func IntuneRoleID(r intune.Role) string {
	if r.ID == "" {
		return fresh(r.Name)
	}
	return r.ID.String()
}

func intuneRoleTerms(r intune.Role) []string {
	return append([]string{termName + rbac.Fold(r.Name)}, tagTerms(r.ScopeTags)...)
}

// IntuneAssignmentID is the identity of an Intune role assignment.
func IntuneAssignmentID(a intune.Assignment) string {
	if a.ID == "" {
		return fresh(a.Name)
	}
	return a.ID.String()
}

func intuneAssignmentTerms(a intune.Assignment) []string {
	return append([]string{termName + rbac.Fold(a.Name), termRole + a.RoleID.String()}, tagTerms(a.ScopeTags)...)
}

// IntuneScopeTagID is the identity of a scope tag.
func IntuneScopeTagID(t intune.ScopeTag) string {
	if t.ID == "" {
		return fresh(t.Name)
	}
	return t.ID
}

func intuneScopeTagTerms(t intune.ScopeTag) []string { return []string{termName + rbac.Fold(t.Name)} }

func tagTerms(ids []string) []string {
	terms := make([]string, len(ids))
	for i, id := range ids {
		terms[i] = termTag + id
	}
	return terms
}
