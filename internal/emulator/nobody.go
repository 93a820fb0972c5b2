// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// nobody is the directory of a tenant without one: nothing is listed, and every
// scope exists.
type nobody struct{}

func (nobody) Objects(entra.ObjectType) []entra.Object             { return nil }
func (nobody) Object(rbac.GUID) (entra.Object, bool)               { return entra.Object{}, false }
func (nobody) ServicePrincipal(rbac.GUID) (entra.Object, bool)     { return entra.Object{}, false }
func (nobody) Members(rbac.GUID) []rbac.GUID                       { return nil }
func (nobody) MemberOf(rbac.GUID) []rbac.GUID                      { return nil }
func (nobody) HasScope(s azure.Scope) bool                         { return !s.IsZero() }
func (nobody) ManagementGroups() []azure.Scope                     { return nil }
func (nobody) Subscriptions() []azure.Scope                        { return nil }
func (nobody) ManagementGroupsAbove(azure.Scope) []azure.Scope     { return nil }
func (nobody) DisplayName(azure.Scope) string                      { return "" }
func (nobody) Authenticate(rbac.GUID, string) (entra.Object, bool) { return entra.Object{}, false }

// nothing is the catalog of a server without one.
type nothing struct{}

func (nothing) AzureProviders() []AzureProvider     { return nil }
func (nothing) EntraActions() []EntraAction         { return nil }
func (nothing) IntuneOperations() []IntuneOperation { return nil }
func (nothing) RoleTemplates() []RoleTemplate       { return nil }
