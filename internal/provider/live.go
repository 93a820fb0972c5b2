// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// live is what is known of the permissions of the three systems in a run: the
// embedded catalog, and what the tenant itself lists. The tenant is asked once
// for each system, and only when a permission is wanted that the catalog does
// not know: most runs ask nothing.
type live struct {
	azure  listed[azure.Operations]
	entra  listed[entra.Permissions]
	intune listed[intune.Permissions]
	warned sync.Once // about a tenant that could not be asked
}

// listed are the facts of one system, once the tenant was asked for them.
type listed[F any] struct {
	mu    sync.Mutex
	asked bool
	facts F
}

// asker asks the tenant on behalf of one resource.
type asker struct {
	ctx   context.Context //nolint:containedctx // lives as long as the call that it is of: the facts of a rule take no context
	data  *Data
	diags *diag.Diagnostics
}

// from returns the facts with the tenant's own list, or, where there is none or
// it can't be read, without. The first failure of a run is a warning.
func from[T, F any](a asker, l *listed[F], system rbac.System, embedded F, list func(backend.Catalog) ([]T, error), join func([]T) F) F {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.asked {
		return l.facts
	}
	l.facts = embedded
	b, err := a.data.Backend(a.ctx)
	var got []T
	if err == nil {
		got, err = list(b.Catalog)
	}
	if err == nil {
		l.asked, l.facts = true, join(got)
		return l.facts
	}
	if a.ctx.Err() != nil {
		return embedded // stopped, not refused: another may ask
	}
	l.asked = true
	tflog.Warn(a.ctx, "the tenant's permissions can't be read", map[string]any{"system": string(system), "error": err.Error()})
	a.data.live.warned.Do(func() {
		var told diag.Diagnostics
		framework.AddError(&told, "Tenant's permissions not readable", framework.Noun{}, err, nil)
		a.diags.AddWarning("Tenant's permissions not readable", "The tenant could not be asked which permissions of "+system.Title()+" there are, so permissions are checked against the catalog of "+
			catalog.SnapshotDate()+" alone, and newer ones are not known.\n\n"+told[0].Detail())
	})
	return embedded
}

// What the plan will ask the tenant for has no date at which it would be missing.
type (
	azureLater  struct{ azure.Operations }
	entraLater  struct{ entra.Permissions }
	intuneLater struct{ intune.Permissions }
)

// Date implements [azure.Operations].
func (azureLater) Date() string { return "" }

// Date implements [entra.Permissions].
func (entraLater) Date() string { return "" }

// Date implements [intune.Permissions].
func (intuneLater) Date() string { return "" }

// azureFacts are the facts about Azure's operations for one call.
func (b *base) azureFacts(ctx context.Context, diags *diag.Diagnostics) azure.Operations {
	switch b.data.permissionLists() {
	case listsNothing:
		return catalog.Azure().Facts()
	case listsLater:
		return azureLater{catalog.Azure().Facts()}
	}
	return azureLive{catalog.Azure().Facts(), asker{ctx, b.data, diags}}
}

// azureLive asks the tenant about what the catalog does not know.
type azureLive struct {
	azure.Operations
	ask asker
}

func (f azureLive) listed() azure.Operations {
	return from(f.ask, &f.ask.data.live.azure, rbac.Azure, f.Operations,
		func(c backend.Catalog) ([]azure.Operation, error) { return c.AzureOperations(f.ask.ctx) }, catalog.Azure().FactsWith)
}

// now are the facts as far as the tenant was asked already.
func (f azureLive) now() azure.Operations { return f.ask.data.live.azure.now(f.Operations) }

// now returns what there is without asking.
func (l *listed[F]) now(embedded F) F {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.asked {
		return l.facts
	}
	return embedded
}

// Planes implements [azure.Operations].
func (f azureLive) Planes(operation string) (control, data, known bool) {
	if control, data, known = f.Operations.Planes(operation); known || f.Elsewhere(operation) != "" {
		return control, data, known
	}
	return f.listed().Planes(operation)
}

// Reach implements [azure.Operations].
func (f azureLive) Reach(p azure.Pattern) (control, data int) {
	if control, data = f.Operations.Reach(p); control+data > 0 || f.Elsewhere(p.String()) != "" {
		return control, data
	}
	return f.listed().Reach(p)
}

// Near implements [azure.Operations].
func (f azureLive) Near(operation string, limit int) []string { return f.now().Near(operation, limit) }

// Namespace implements [azure.Operations].
func (f azureLive) Namespace(name string) bool { return f.now().Namespace(name) }

// Complete implements [azure.Operations].
func (f azureLive) Complete() bool { return f.now().Complete() }

// entraFacts are the facts about Entra's permissions for one call.
func (b *base) entraFacts(ctx context.Context, diags *diag.Diagnostics) entra.Permissions {
	switch b.data.permissionLists() {
	case listsNothing:
		return catalog.Entra().Facts()
	case listsLater:
		return entraLater{catalog.Entra().Facts()}
	}
	return entraLive{catalog.Entra().Facts(), asker{ctx, b.data, diags}}
}

// entraLive asks the tenant about what the catalog does not know.
type entraLive struct {
	entra.Permissions
	ask asker
}

func (f entraLive) now() entra.Permissions { return f.ask.data.live.entra.now(f.Permissions) }

// Known implements [entra.Permissions].
func (f entraLive) Known(permission string) (known bool, usable *bool) {
	if known, usable = f.Permissions.Known(permission); known || f.Elsewhere(permission) != "" {
		return known, usable
	}
	if _, former := f.Present(permission); former || len(entra.ValidatePermission(permission)) > 0 {
		return false, nil
	}
	return from(f.ask, &f.ask.data.live.entra, rbac.Entra, f.Permissions,
		func(c backend.Catalog) ([]entra.Permission, error) { return c.EntraPermissions(f.ask.ctx) }, catalog.Entra().FactsWith).Known(permission)
}

// Near implements [entra.Permissions].
func (f entraLive) Near(permission string, limit int) []string {
	return f.now().Near(permission, limit)
}

// Complete implements [entra.Permissions].
func (f entraLive) Complete() bool { return f.now().Complete() }

// intuneFacts are the facts about Intune's permissions for one call.
func (b *base) intuneFacts(ctx context.Context, diags *diag.Diagnostics) intune.Permissions {
	switch b.data.permissionLists() {
	case listsNothing:
		return catalog.Intune().Facts()
	case listsLater:
		return intuneLater{catalog.Intune().Facts()}
	}
	return intuneLive{catalog.Intune().Facts(), asker{ctx, b.data, diags}}
}

// intuneLive asks the tenant about what the catalog does not know.
type intuneLive struct {
	intune.Permissions
	ask asker
}

func (f intuneLive) now() intune.Permissions { return f.ask.data.live.intune.now(f.Permissions) }

// Action implements [intune.Permissions].
func (f intuneLive) Action(spelling string) (action, name string, known bool) {
	if action, name, known = f.Permissions.Action(spelling); known || !intune.Formed(spelling) || f.Elsewhere(spelling) != "" {
		return action, name, known
	}
	return from(f.ask, &f.ask.data.live.intune, rbac.Intune, f.Permissions,
		func(c backend.Catalog) ([]intune.Permission, error) { return c.IntunePermissions(f.ask.ctx) }, catalog.Intune().FactsWith).Action(spelling)
}

// Near implements [intune.Permissions].
func (f intuneLive) Near(spelling string, limit int) []string { return f.now().Near(spelling, limit) }

// Complete implements [intune.Permissions].
func (f intuneLive) Complete() bool { return f.now().Complete() }
