// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package command

import (
	"sync"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
)

// Catalog is the embedded catalog as the emulator serves it. It is read when it
// is first asked for.
func Catalog() emulator.Catalog {
	return snapshot{sync.OnceValue(azureProviders), sync.OnceValue(entraActions), sync.OnceValue(intuneOperations), sync.OnceValue(roleTemplates)}
}

type snapshot struct {
	azure     func() []emulator.AzureProvider
	entra     func() []emulator.EntraAction
	intune    func() []emulator.IntuneOperation
	templates func() []emulator.RoleTemplate
}

func (s snapshot) AzureProviders() []emulator.AzureProvider     { return s.azure() }
func (s snapshot) EntraActions() []emulator.EntraAction         { return s.entra() }
func (s snapshot) IntuneOperations() []emulator.IntuneOperation { return s.intune() }
func (s snapshot) RoleTemplates() []emulator.RoleTemplate       { return s.templates() }

func azureProviders() []emulator.AzureProvider {
	byNamespace := map[string][]emulator.AzureOperation{}
	for _, o := range catalog.Azure().Operations() {
		// A name of unknown plane is listed as an action: so the service answers
		// for what it does not mark as data.
		if o.ControlAction || !o.DataAction {
			byNamespace[o.Provider] = append(byNamespace[o.Provider], emulator.AzureOperation{Name: o.Name, Description: o.Description()})
		}
		if o.DataAction {
			byNamespace[o.Provider] = append(byNamespace[o.Provider], emulator.AzureOperation{Name: o.Name, Description: o.Description(), Data: true})
		}
	}
	providers := catalog.Azure().Providers()
	out := make([]emulator.AzureProvider, 0, len(providers))
	for _, p := range providers {
		out = append(out, emulator.AzureProvider{Namespace: p.Namespace, DisplayName: p.DisplayName, Operations: byNamespace[p.Namespace]})
	}
	return out
}

func entraActions() []emulator.EntraAction {
	permissions := catalog.Entra().Permissions()
	out := make([]emulator.EntraAction, 0, len(permissions))
	for _, p := range permissions {
		out = append(out, emulator.EntraAction{Name: p.Name, Description: p.Description(), Privileged: p.Privileged != nil && *p.Privileged})
	}
	return out
}

func intuneOperations() []emulator.IntuneOperation {
	permissions := catalog.Intune().Permissions()
	out := make([]emulator.IntuneOperation, 0, len(permissions))
	for _, p := range permissions {
		out = append(out, emulator.IntuneOperation{Action: p.GraphAction, Resource: p.Category, Name: p.Permission, Description: p.Description()})
	}
	return out
}

func roleTemplates() []emulator.RoleTemplate {
	roles := catalog.Entra().Roles()
	out := make([]emulator.RoleTemplate, 0, len(roles))
	for _, r := range roles {
		out = append(out, emulator.RoleTemplate{ID: r.ID, Name: r.Name, Description: r.Description})
	}
	return out
}
