// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Data is what a configured provider hands to its resources and data sources.
// It opens the backend when something first needs it: a plan of catalog data
// sources alone touches no tenant.
type Data struct {
	Limits     rbac.Limits
	severities map[string]rbac.Severity // by rule name, where the configuration changes it
	catalog    rbac.Severity            // what a permission is that the catalog does not know; empty: as the rules say
	undecided  bool                     // whether severities or limits wait for values that are not known yet

	open   func(context.Context) (backend.Backend, error)
	mu     sync.Mutex
	opened *backend.Backend
	ledger *plan.Ledger // nil until the provider is configured

	tenantLists permissionLists
	live        live // what the tenant lists, once it was asked

	adoptions  adoptions
	principals askedObjects
	members    memberships
}

// Backend returns the tenant that the provider was configured for.
func (d *Data) Backend(ctx context.Context) (backend.Backend, error) {
	if d == nil || d.open == nil {
		return backend.Backend{}, &rbac.Error{Kind: rbac.Unavailable, Message: "The provider is not configured, so there is no tenant to ask."}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.opened == nil {
		b, err := d.open(ctx)
		if err != nil {
			return backend.Backend{}, err
		}
		d.opened = &b
	}
	return *d.opened, nil
}

// Severity is what a violation does: its own severity unless the configuration
// changed that of its rule. A nil Data has no configuration.
func (d *Data) Severity(v rbac.Violation) rbac.Severity {
	switch {
	case d == nil:
		return v.Grave()
	case d.undecided:
		return rbac.SeverityOff // checked again when all is known
	}
	severity := v.Grave()
	ofCatalog := slices.Contains(catalogRules(), v.Rule.Name)
	if s, ok := d.severities[v.Rule.Name]; ok {
		severity = s
	} else if d.catalog != "" && ofCatalog {
		severity = d.catalog
	}
	if d.tenantLists == listsLater && (ofCatalog || v.Rule.Name == azure.RuleActionMatchesNothing.Name) && severity != rbac.SeverityOff {
		// The plan asks the tenant. Until then, only what looks like a typing error is worth a word.
		if v.Grave() == rbac.SeverityError {
			return rbac.SeverityWarning
		}
		return rbac.SeverityOff
	}
	return severity
}

// permissionLists says whether the tenant itself lists its permissions.
type permissionLists int

const (
	listsNothing permissionLists = iota // the embedded catalog is all there is
	listsLater                          // it does, but in terraform validate nobody asks
	listsNow                            // it does, and may be asked
)

// permissionLists says whether the tenant may be asked which permissions there are.
func (d *Data) permissionLists() permissionLists {
	if d == nil {
		return listsNothing
	}
	return d.tenantLists
}

// accepts reports whether a violation is no error by the configuration, so that
// an embedded tenant takes what the plan let pass.
func (d *Data) accepts(v rbac.Violation) bool { return d.Severity(v) != rbac.SeverityError }

// catalogRules are the rules that validation.catalog decides.
func catalogRules() []string {
	return []string{azure.RuleActionUnknown.Name, entra.RulePermissionUnknown.Name, intune.RulePermissionUnknown.Name}
}

// limits are those of the configuration; the documented ones without it.
func (d *Data) limits() rbac.Limits {
	if d == nil {
		return rbac.Limits{}
	}
	return d.Limits
}

// base is what every resource and data source has: its noun and the provider's data.
type base struct {
	framework.Noun
	data *Data
}

// validateWith sets what the configuration of the resource is checked with
// until the provider is configured; nil for what is documented.
func (b *base) validateWith(data *Data) { b.data = data }

func (b *base) configure(providerData any, diags *diag.Diagnostics) {
	if providerData == nil {
		return // validate: there is no configuration yet
	}
	data, ok := providerData.(*Data)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf("%s got %T; please report this.", b.Type, providerData))
		return
	}
	b.data = data
}

// resourceBase is the part that all resources share.
type resourceBase struct{ base }

func (b *resourceBase) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = b.Type
}

func (b *resourceBase) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	b.configure(req.ProviderData, &resp.Diagnostics)
}

// dataSourceBase is the part that all data sources share.
type dataSourceBase struct{ base }

func (b *dataSourceBase) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = b.Type
}

func (b *dataSourceBase) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	b.configure(req.ProviderData, &resp.Diagnostics)
}
