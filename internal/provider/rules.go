// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// newLedger returns the ledger of a run on the tenant of d.
func newLedger(d *Data) *plan.Ledger {
	return plan.New(plan.Tenant{
		AzureRoles: read(d, func(ctx context.Context, b backend.Backend) ([]azure.Role, error) {
			return b.Azure.Roles(ctx, azure.RoleFilter{Type: azure.CustomRole})
		}),
		AzureAssignments: read(d, func(ctx context.Context, b backend.Backend) ([]azure.Assignment, error) {
			return b.Azure.Assignments(ctx, azure.AssignmentFilter{})
		}),
		EntraRoles: read(d, func(ctx context.Context, b backend.Backend) ([]entra.Role, error) {
			return b.Entra.Roles(ctx, entra.RoleFilter{Type: entra.CustomRole})
		}),
		EntraAssignments: read(d, func(ctx context.Context, b backend.Backend) ([]entra.Assignment, error) {
			return b.Entra.Assignments(ctx, entra.AssignmentFilter{})
		}),
		IntuneRoles: read(d, func(ctx context.Context, b backend.Backend) ([]intune.Role, error) {
			return b.Intune.Roles(ctx, intune.RoleFilter{Type: intune.CustomRole})
		}),
		IntuneAssignments: read(d, func(ctx context.Context, b backend.Backend) ([]intune.Assignment, error) {
			return b.Intune.Assignments(ctx, intune.AssignmentFilter{})
		}),
		IntuneScopeTags: read(d, func(ctx context.Context, b backend.Backend) ([]intune.ScopeTag, error) {
			return b.Intune.ScopeTags(ctx)
		}),
	}, d.Limits)
}

// read is a list of the tenant, which is opened when the list is first needed.
func read[V any](d *Data, list func(context.Context, backend.Backend) ([]V, error)) func(context.Context) ([]V, error) {
	return func(ctx context.Context) ([]V, error) {
		b, err := d.Backend(ctx)
		if err != nil {
			return nil, err
		}
		return list(ctx, b)
	}
}

// notes is the ledger of the run; nil before the provider is configured.
func (b *base) notes() *plan.Ledger {
	if b.data == nil {
		return nil
	}
	return b.data.ledger
}

// load is the step that reads the tenant's objects of a table, once in a run.
func load[V any](table func(*plan.World) *plan.Table[V]) func(context.Context, *plan.Ledger) {
	return func(ctx context.Context, l *plan.Ledger) { plan.Load(ctx, l, table) }
}

// ask reports what a rule finds in the world after the plan.
func (b *base) ask(ctx context.Context, diags *diag.Diagnostics, rule plan.Rule, loads ...func(context.Context, *plan.Ledger)) {
	for _, load := range loads {
		load(ctx, b.notes())
	}
	b.report(diags, b.notes().Check(ctx, rule))
}

// report adds violations as the configuration wants them.
func (b *base) report(diags *diag.Diagnostics, vs []rbac.Violation) {
	framework.AddViolations(diags, b.Noun, vs, b.data.Severity, nil)
}

// azureBuiltIns are the roles of Azure that Microsoft ships, as rules ask for them.
type azureBuiltIns struct{}

func (azureBuiltIns) BuiltIn(idOrName string) (azure.Role, bool) {
	if id, ok := rbac.ParseGUID(idOrName); ok {
		r, ok := catalog.Azure().RoleByID(id)
		if !ok || !r.Current {
			return azure.Role{}, false
		}
		return builtIn(r.Role), true
	}
	r, ok := catalog.Azure().RoleByName(idOrName)
	if !ok || !r.Current || !strings.EqualFold(r.Name, idOrName) {
		return azure.Role{}, false
	}
	return builtIn(r.Role), true
}

func builtIn(r azure.Role) azure.Role { r.BuiltIn = true; return r }

func (azureBuiltIns) Granting(r azure.Role) bool { return r.Allows(azure.AssignRoles) }

// entraBuiltIns are the roles of Entra that Microsoft ships, as rules ask for them.
type entraBuiltIns struct{}

func (b entraBuiltIns) BuiltIn(idOrName string) (entra.Role, bool) {
	r, ok := b.known(idOrName)
	if !ok {
		return entra.Role{}, false
	}
	return r.Role, true
}

// known is the built-in role with an ID or present name.
func (entraBuiltIns) known(idOrName string) (*catalog.EntraRole, bool) {
	if id, ok := rbac.ParseGUID(idOrName); ok {
		return catalog.Entra().RoleByID(id)
	}
	r, ok := catalog.Entra().RoleByName(idOrName)
	return r, ok && strings.EqualFold(r.Name, idOrName)
}

// intuneBuiltIns are the roles of Intune that Microsoft ships, as rules ask for them.
type intuneBuiltIns struct{}

func (intuneBuiltIns) BuiltIn(idOrName string) (intune.Role, bool) {
	if id, ok := rbac.ParseGUID(idOrName); ok {
		if r, ok := catalog.Intune().RoleByID(id); ok {
			return r.Role, true
		}
		return intune.Role{}, false
	}
	r, ok := catalog.Intune().RoleByName(idOrName)
	if !ok || !strings.EqualFold(r.Name, idOrName) {
		return intune.Role{}, false
	}
	return r.Role, true
}
