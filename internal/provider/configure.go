// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"maps"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The values of `backend`, and where the embedded tenant is by default.
const (
	backendLocal      = "local"
	backendMemory     = "memory"
	backendMicrosoft  = "microsoft"
	backendVariable   = "RBAC_BACKEND"
	defaultTenantFile = "rbac-tenant.db"
)

type providerModel struct {
	Backend    types.String `tfsdk:"backend"`
	Local      types.Object `tfsdk:"local"`
	Microsoft  types.Object `tfsdk:"microsoft"`
	Validation types.Object `tfsdk:"validation"`
	Limits     types.Map    `tfsdk:"limits"`
}

// ValidateConfig reads what decides how strictly the configuration of resources
// is checked, because Terraform checks them before it configures the provider.
// Mistakes are reported by Configure, all together.
func (p *rbacProvider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var m providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	c := configuration{provider: p, model: m, diags: &resp.Diagnostics}
	c.checkRules()
	var later diag.Diagnostics
	c.diags = &later
	data := c.checks()
	data.undecided = c.undecided()
	if name, _ := c.chosen(); name == backendMicrosoft {
		data.tenantLists = listsLater
	}
	p.validated.Store(data)
}

func (p *rbacProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var m providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	c := configuration{provider: p, model: m, diags: &resp.Diagnostics}
	data := c.checks()
	if c.undecided() {
		resp.Diagnostics.AddError("Unknown validation", "How strictly to check is not known while planning. Set `validation` and `limits` to values that do not depend on resources.")
	}
	data.open, data.ledger = c.backend(data), newLedger(data)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.ResourceData, resp.DataSourceData = data, data
}

// configuration reads one provider block; every mistake is reported, each on
// its attribute, before anything stops.
type configuration struct {
	provider *rbacProvider
	model    providerModel
	diags    *diag.Diagnostics
}

// backend decides which world is managed and checks what can be checked of it
// without opening it.
func (c configuration) backend(data *Data) func(context.Context) (backend.Backend, error) {
	at := path.Root("backend")
	if c.model.Backend.IsUnknown() {
		c.diags.AddAttributeError(at, "Unknown backend", "Which tenant to manage is not known while planning. Set `backend` to a value that does not depend on resources.")
		return nil
	}
	name, from := c.chosen()
	if name == "" {
		if why := c.credentials(); why != "" {
			c.diags.AddAttributeError(at, "Backend not chosen", why+", but `backend` is not set. The provider does not guess which world to change: set backend = \"microsoft\" "+
				"to manage that tenant, or backend = \"local\" for the embedded one (or "+backendVariable+").")
			return nil
		}
		c.diags.AddAttributeWarning(at, "Managing the embedded tenant", "`backend` is not set, so the tenant is the file "+absolute(c.path())+
			". Nothing in Microsoft's cloud is read or changed. Set backend = \"local\" to say so, and this warning goes away.")
		name = backendLocal
	}
	switch name {
	case backendLocal:
		return c.local(data)
	case backendMemory:
		if c.provider.memory != nil {
			if c.provider.memory.Catalog != nil {
				data.tenantLists = listsNow
			}
			return func(context.Context) (backend.Backend, error) { return *c.provider.memory, nil }
		}
		return open(reference.Options{Limits: data.Limits, Accept: data.accepts})
	case backendMicrosoft:
		return c.microsoft(data)
	default:
		c.diags.AddAttributeError(at, "Unknown backend", `"`+name+`" from `+from+` is no backend. It is "local", "memory" or "microsoft".`+
			rbac.DidYouMean(name, []string{backendLocal, backendMemory, backendMicrosoft}))
	}
	return nil
}

// chosen is the backend that the block or the environment names, and which of
// them; empty if neither does or the block's is not known yet.
func (c configuration) chosen() (name, from string) {
	if name = c.model.Backend.ValueString(); name != "" || c.model.Backend.IsUnknown() {
		return name, "`backend`"
	}
	return os.Getenv(backendVariable), "the environment variable " + backendVariable
}

// local checks the tenant file and reads the directory file.
func (c configuration) local(data *Data) func(context.Context) (backend.Backend, error) {
	// By key, because Terraform then shows the line within the object.
	at := path.Root("local").AtMapKey
	options := reference.Options{Path: c.path(), Limits: data.Limits, Accept: data.accepts}
	for _, name := range [...]string{"path", "directory"} {
		if v, ok := c.model.Local.Attributes()[name]; c.model.Local.IsUnknown() || ok && v.IsUnknown() {
			c.diags.AddAttributeError(at(name), "Unknown file", "The file is not known while planning. Set it to a value that does not depend on resources.")
			return nil
		}
	}
	if err := reference.Check(options.Path); err != nil {
		c.diags.AddAttributeError(at("path"), "Invalid tenant file", err.Error())
	}
	if file := stringAt(c.model.Local, "directory"); file != "" {
		directory, err := reference.LoadDirectory(file)
		if err != nil {
			c.diags.AddAttributeError(at("directory"), "Invalid directory file", err.Error())
			return nil
		}
		options.Directory = directory
		if data.Limits.Cloud == "" {
			data.Limits.Cloud = directory.Cloud
			options.Limits = data.Limits
		}
	}
	return open(options)
}

func open(options reference.Options) func(context.Context) (backend.Backend, error) {
	return func(ctx context.Context) (backend.Backend, error) {
		t, err := reference.Open(ctx, options)
		if err != nil {
			return backend.Backend{}, err
		}
		return t.Backend(), nil
	}
}

func (c configuration) path() string {
	if p := stringAt(c.model.Local, "path"); p != "" {
		return p
	}
	return defaultTenantFile
}

// checks is how strictly the configuration of resources is checked.
func (c configuration) checks() *Data {
	return &Data{
		catalog: rbac.Severity(stringAt(c.model.Validation, "catalog")), severities: c.rules(),
		Limits: rbac.Limits{Raise: c.limits(), Cloud: rbac.Cloud(stringAt(c.model.Microsoft, "environment"))},
	}
}

// undecided reports whether something of what checks reads is not known yet.
func (c configuration) undecided() bool {
	for _, v := range c.validationRules() {
		if v.IsUnknown() {
			return true
		}
	}
	for _, v := range c.model.Limits.Elements() {
		if v.IsUnknown() {
			return true
		}
	}
	rules, ok := c.model.Validation.Attributes()["rules"]
	return c.model.Validation.IsUnknown() || c.model.Limits.IsUnknown() || ok && rules.IsUnknown()
}

func (c configuration) validationRules() map[string]attr.Value {
	rules, ok := c.model.Validation.Attributes()["rules"].(types.Map)
	if !ok {
		return nil
	}
	return rules.Elements()
}

// checkRules reports severities and rules that there are not: on the block and
// with the name, because Terraform shows no line inside of it.
func (c configuration) checkRules() {
	rules := c.validationRules()
	if len(rules) == 0 {
		return
	}
	var names []string
	for _, r := range slices.Concat(azure.Rules(), entra.Rules(), intune.Rules()) {
		names = append(names, r.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		if !slices.Contains(names, name) {
			c.diags.AddAttributeError(path.Root("validation"), "Unknown rule", `"`+name+`" is no rule.`+rbac.DidYouMean(name, names))
		}
		v, ok := rules[name].(types.String)
		if !ok || v.IsNull() || v.IsUnknown() || slices.Contains(severities(), v.ValueString()) {
			continue
		}
		c.diags.AddAttributeError(path.Root("validation"), "Unknown severity",
			`The severity of the rule "`+name+`" is "`+v.ValueString()+`". It must be `+rbac.QuotedOr(severities())+`.`+rbac.DidYouMean(v.ValueString(), severities()))
	}
}

// rules are the severities that the configuration changes; null changes none.
func (c configuration) rules() map[string]rbac.Severity {
	out := map[string]rbac.Severity{}
	for name, v := range c.validationRules() {
		if s, ok := v.(types.String); ok && s.ValueString() != "" {
			out[name] = rbac.Severity(s.ValueString())
		}
	}
	return out
}

// limits are those that the configuration changes; null changes none.
func (c configuration) limits() map[string]int {
	values := c.model.Limits.Elements()
	if len(values) == 0 {
		return nil
	}
	var names []string
	for _, l := range slices.Concat(azure.Limits(), entra.Limits(), intune.Limits()) {
		names = append(names, l.Name)
	}
	out := make(map[string]int, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		at := path.Root("limits").AtMapKey(name)
		if !slices.Contains(names, name) {
			c.diags.AddAttributeError(at, "Unknown limit", `"`+name+`" is no limit.`+rbac.DidYouMean(name, names))
			continue
		}
		v, ok := values[name].(types.Number)
		if !ok || v.IsNull() || v.IsUnknown() {
			continue
		}
		n, exact := v.ValueBigFloat().Int64()
		if exact != big.Exact || n < 1 || n > math.MaxInt32 {
			c.diags.AddAttributeError(at, "Invalid limit", "The limit is "+v.ValueBigFloat().Text('f', -1)+". A limit is a whole number from 1 to "+strconv.Itoa(math.MaxInt32)+".")
			continue
		}
		out[name] = int(n)
	}
	return out
}

// stringAt is a string attribute of an object; "" if it is null or unknown.
func stringAt(o types.Object, name string) string {
	s, _ := o.Attributes()[name].(types.String)
	return s.ValueString()
}

func absolute(file string) string {
	if abs, err := filepath.Abs(file); err == nil {
		return abs
	}
	return file
}
