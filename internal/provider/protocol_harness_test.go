// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/provider"
)

// This is a small Terraform: it speaks the plugin protocol to the provider in
// this process, in the order in which Terraform does, and checks at each step
// what Terraform checks of a provider.

// values are the attributes of an object: strings, bools, []any for sets, values
// for nested objects, nil, or unknown. What is missing is null.
type values = map[string]any

// unknown stands for a value that Terraform does not know yet.
var unknown = struct{ unknown string }{"unknown"}

// set is the value of a set of strings.
func set(elements ...any) []any { return elements }

// with is v with other attributes.
func with(v values, other values) values {
	out := maps.Clone(v)
	maps.Copy(out, other)
	return out
}

// server is a configured provider.
type server struct {
	tfprotov6.ProviderServer
	schemas    *tfprotov6.GetProviderSchemaResponse
	identities map[string]*tfprotov6.ResourceIdentitySchema
}

// newServer starts a provider whose tenant is b.
func newServer(tb testing.TB, b backend.Backend) *server {
	tb.Helper()
	return startServer(tb, values{"backend": "memory"}, provider.WithMemory(b))
}

// startServer starts a provider and configures it.
func startServer(tb testing.TB, config values, options ...provider.Option) *server {
	tb.Helper()
	made, err := providerserver.NewProtocol6WithError(provider.New("test", options...)())()
	if err != nil {
		tb.Fatal(err)
	}
	s := &server{ProviderServer: made}
	s.schemas, err = s.GetProviderSchema(tb.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		tb.Fatal(err)
	}
	refuse(tb, "the schema", s.schemas.Diagnostics)
	ids, err := s.GetResourceIdentitySchemas(tb.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		tb.Fatal(err)
	}
	refuse(tb, "the identity schemas", ids.Diagnostics)
	s.identities = ids.IdentitySchemas

	typ := s.schemas.Provider.ValueType()
	configured, err := s.ConfigureProvider(tb.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4", Config: dynamic(tb, toValue(tb, typ, config)),
	})
	if err != nil {
		tb.Fatal(err)
	}
	refuse(tb, "the provider's configuration", configured.Diagnostics)
	return s
}

// memoryTenant is an empty tenant that belongs to one test or benchmark.
func memoryTenant(tb testing.TB) backend.Backend {
	tb.Helper()
	made, err := reference.Open(tb.Context(), reference.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := made.Close(); err != nil {
			tb.Error(err)
		}
	})
	return made.Backend()
}

// object is one resource of a configuration and what Terraform keeps of it.
type object struct {
	tb       testing.TB
	s        *server
	name     string
	schema   *tfprotov6.Schema
	typ      tftypes.Type
	state    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
	planned  func()          // called between the plan of a deletion and the deletion; nil for nothing
	stop     context.Context //nolint:containedctx // cancelled as Terraform does when a run is interrupted; nil for never
}

// object returns a resource that does not exist yet.
func (s *server) object(tb testing.TB, name string) *object {
	tb.Helper()
	schema, ok := s.schemas.ResourceSchemas[name]
	if !ok {
		tb.Fatalf("there is no resource %s", name)
	}
	typ := schema.ValueType()
	return &object{tb: tb, s: s, name: name, schema: schema, typ: typ, state: tftypes.NewValue(typ, nil)}
}

// context is that of a plan and of an apply.
func (o *object) context() context.Context {
	if o.stop != nil {
		return o.stop
	}
	return o.tb.Context()
}

// exists reports whether state holds an object.
func (o *object) exists() bool { return !o.state.IsNull() }

// values are the attributes in state.
func (o *object) values() values {
	v, _ := fromValue(o.tb, o.state).(values)
	return v
}

// plan is what a provider answered to a proposed change.
type plan struct {
	config  values
	prior   tftypes.Value
	planned tftypes.Value
	private []byte
	// identity is the planned one.
	identity *tfprotov6.ResourceIdentityData
	replace  []string // attributes whose change needs a new object
}

// values are the planned attributes.
func (p plan) values(tb testing.TB) values {
	tb.Helper()
	v, _ := fromValue(tb, p.planned).(values)
	return v
}

// noChange reports whether the plan changes nothing.
func (p plan) noChange() bool { return p.replace == nil && p.planned.Equal(p.prior) }

// validate checks a configuration as `terraform validate` does.
func (o *object) validate(config values) []*tfprotov6.Diagnostic {
	o.tb.Helper()
	resp, err := o.s.ValidateResourceConfig(o.tb.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: o.name, Config: dynamic(o.tb, toValue(o.tb, o.typ, config)),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		o.tb.Fatal(err)
	}
	return resp.Diagnostics
}

// tryPlan plans a configuration, or returns the errors.
func (o *object) tryPlan(config values) (plan, []*tfprotov6.Diagnostic) {
	o.tb.Helper()
	if diags := failures(o.validate(config)); diags != nil {
		return plan{}, diags
	}
	p, diags := o.planChange(config, o.state)
	if diags == nil && p.replace != nil {
		// Terraform plans again, for an object that does not exist yet.
		replace := p.replace
		p, diags = o.planChange(config, tftypes.NewValue(o.typ, nil))
		p.replace = replace
	}
	return p, diags
}

func (o *object) planChange(config values, prior tftypes.Value) (plan, []*tfprotov6.Diagnostic) {
	o.tb.Helper()
	configured := toValue(o.tb, o.typ, config)
	req := &tfprotov6.PlanResourceChangeRequest{
		TypeName: o.name, PriorState: dynamic(o.tb, prior), Config: dynamic(o.tb, configured),
		ProposedNewState: dynamic(o.tb, o.proposed(configured, prior)),
	}
	if !prior.IsNull() {
		req.PriorPrivate, req.PriorIdentity = o.private, o.identity
	}
	resp, err := o.s.PlanResourceChange(o.context(), req)
	if err != nil {
		o.tb.Fatal(err)
	}
	if diags := failures(resp.Diagnostics); diags != nil {
		return plan{}, diags
	}
	p := plan{config: config, prior: prior, planned: o.value(resp.PlannedState), private: resp.PlannedPrivate, identity: resp.PlannedIdentity}
	o.checkPlan(configured, prior, p.planned)
	if !prior.IsNull() {
		was, will := attributes(o.tb, prior), attributes(o.tb, p.planned)
		for _, at := range resp.RequiresReplace {
			name := fmt.Sprint(at.Steps()[0])
			if step, ok := at.Steps()[0].(tftypes.AttributeName); ok {
				name = string(step)
			}
			if !was[name].Equal(will[name]) && !slices.Contains(p.replace, name) {
				p.replace = append(p.replace, name)
			}
		}
		slices.Sort(p.replace)
	}
	return p, nil
}

// proposed is the state that Terraform proposes: what is configured and, for
// computed attributes that are not, what is in state.
func (o *object) proposed(config, prior tftypes.Value) tftypes.Value {
	o.tb.Helper()
	out := attributes(o.tb, config)
	if prior.IsNull() {
		return tftypes.NewValue(o.typ, out)
	}
	was := attributes(o.tb, prior)
	for _, a := range o.schema.Block.Attributes {
		if a.Computed && out[a.Name].IsNull() {
			out[a.Name] = was[a.Name]
		}
	}
	return tftypes.NewValue(o.typ, out)
}

// checkPlan is Terraform's rule for planned values: what is configured stays as
// it is configured, or as it was when that means the same.
func (o *object) checkPlan(config, prior, planned tftypes.Value) {
	o.tb.Helper()
	want, got := attributes(o.tb, config), attributes(o.tb, planned)
	was := map[string]tftypes.Value{}
	if !prior.IsNull() {
		was = attributes(o.tb, prior)
	}
	for _, a := range o.schema.Block.Attributes {
		g, w := got[a.Name], want[a.Name]
		p, had := was[a.Name]
		switch {
		case g.Equal(w):
		case had && !p.IsNull() && !w.IsNull() && g.Equal(p):
		case a.Computed && w.IsNull():
		default:
			o.tb.Fatalf("%s: invalid plan: %s is planned as %v, configured as %v and was %v", o.name, a.Name, g, w, p)
		}
	}
}

// plan plans a configuration that is right.
func (o *object) plan(config values) plan {
	o.tb.Helper()
	p, diags := o.tryPlan(config)
	refuse(o.tb, o.name+": plan", diags)
	return p
}

// wantNoChange wants a plan of the configuration to be empty.
func (o *object) wantNoChange(config values) {
	o.tb.Helper()
	if p := o.plan(config); !p.noChange() {
		o.tb.Fatalf("%s: the plan should be empty, but replaces by %q and has %s", o.name, p.replace, difference(o.values(), p.values(o.tb)))
	}
}

// tryApply applies a plan with its configuration as it is known by now, or
// returns the errors. State is as Terraform would keep it.
func (o *object) tryApply(p plan, config values) []*tfprotov6.Diagnostic {
	o.tb.Helper()
	if p.replace != nil {
		if diags := o.tryDestroy(); diags != nil {
			return diags
		}
	}
	// Terraform plans again with what has become known: what the plan knew must stay.
	again, diags := o.planChange(config, o.state)
	if diags != nil {
		return diags
	}
	if again.replace != nil {
		o.tb.Fatalf("%s: while applying, the plan wants a new object because of %q, which it did not before", o.name, again.replace)
	}
	o.compatible("the plan made while applying", p.planned, again.planned)
	if again.noChange() {
		return nil
	}
	resp, err := o.s.ApplyResourceChange(o.context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: o.name, PriorState: dynamic(o.tb, o.state), PlannedState: dynamic(o.tb, again.planned),
		Config: dynamic(o.tb, toValue(o.tb, o.typ, config)), PlannedPrivate: again.private, PlannedIdentity: again.identity,
	})
	if err != nil {
		o.tb.Fatal(err)
	}
	o.state, o.private, o.identity = o.value(resp.NewState), resp.Private, resp.NewIdentity
	if diags := failures(resp.Diagnostics); diags != nil {
		return diags
	}
	if !o.state.IsFullyKnown() {
		o.tb.Fatalf("%s: unknown values after apply: %v", o.name, o.values())
	}
	o.compatible("the state after apply", again.planned, o.state)
	o.checkIdentity()
	return nil
}

// compatible wants every value that want knows in got.
func (o *object) compatible(what string, want, got tftypes.Value) {
	o.tb.Helper()
	have := attributes(o.tb, got)
	for name, w := range attributes(o.tb, want) {
		if !agree(o.tb, w, have[name]) {
			o.tb.Fatalf("%s: %s has %s = %v, which was planned as %v", o.name, what, name, have[name], w)
		}
	}
}

// agree reports whether got is want wherever want is known.
func agree(tb testing.TB, want, got tftypes.Value) bool {
	tb.Helper()
	if want.Equal(got) || !want.IsKnown() {
		return true
	}
	if want.IsNull() || got.IsNull() || want.IsFullyKnown() {
		return false
	}
	if want.Type().Is(tftypes.Set{}) {
		return true // an element that becomes known may be one that the set has
	}
	have := attributes(tb, got)
	for name, w := range attributes(tb, want) {
		if !agree(tb, w, have[name]) {
			return false
		}
	}
	return true
}

// apply plans and applies a configuration.
func (o *object) apply(config values) plan {
	o.tb.Helper()
	p := o.plan(config)
	refuse(o.tb, o.name+": apply", o.tryApply(p, config))
	return p
}

// tryRefresh reads the object as each plan does, by way of the stored state.
func (o *object) tryRefresh() []*tfprotov6.Diagnostic {
	o.tb.Helper()
	up, err := o.s.UpgradeResourceState(o.tb.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: o.name, Version: o.schema.Version, RawState: &tfprotov6.RawState{JSON: toJSON(o.tb, o.state)},
	})
	if err != nil {
		o.tb.Fatal(err)
	}
	refuse(o.tb, o.name+": stored state", up.Diagnostics)
	if upgraded := o.value(up.UpgradedState); !upgraded.Equal(o.state) {
		o.tb.Fatalf("%s: state does not survive storing", o.name)
	}
	resp, err := o.s.ReadResource(o.tb.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: o.name, CurrentState: up.UpgradedState, Private: o.private, CurrentIdentity: o.identity,
	})
	if err != nil {
		o.tb.Fatal(err)
	}
	if diags := failures(resp.Diagnostics); diags != nil {
		return diags // Terraform keeps what it has
	}
	o.state, o.private, o.identity = o.value(resp.NewState), resp.Private, resp.NewIdentity
	if o.exists() {
		if !o.state.IsFullyKnown() {
			o.tb.Fatalf("%s: unknown values after read: %v", o.name, o.values())
		}
		o.checkIdentity()
	}
	return nil
}

// refresh reads an object that can be read.
func (o *object) refresh() {
	o.tb.Helper()
	refuse(o.tb, o.name+": read", o.tryRefresh())
}

// wantSame reads the object and wants state as it was.
func (o *object) wantSame() {
	o.tb.Helper()
	before := o.values()
	o.refresh()
	if d := difference(before, o.values()); d != "" {
		o.tb.Fatalf("%s: a read shows a change that nobody made: %s", o.name, d)
	}
}

// checkIdentity wants the identity to be the ID.
func (o *object) checkIdentity() {
	o.tb.Helper()
	if o.identity == nil {
		o.tb.Fatalf("%s: there is no identity", o.name)
	}
	v, err := o.identity.IdentityData.Unmarshal(o.s.identities[o.name].ValueType())
	if err != nil {
		o.tb.Fatal(err)
	}
	if got, want := fromValue(o.tb, v), (values{"id": o.values()["id"]}); !reflect.DeepEqual(got, want) {
		o.tb.Fatalf("%s: the identity is %v, want %v", o.name, got, want)
	}
}

// tryDestroy plans and carries out the end of an object.
func (o *object) tryDestroy() []*tfprotov6.Diagnostic {
	o.tb.Helper()
	gone := dynamic(o.tb, tftypes.NewValue(o.typ, nil))
	planned, err := o.s.PlanResourceChange(o.tb.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: o.name, PriorState: dynamic(o.tb, o.state), Config: gone, ProposedNewState: gone, PriorPrivate: o.private, PriorIdentity: o.identity,
	})
	if err != nil {
		o.tb.Fatal(err)
	}
	if diags := failures(planned.Diagnostics); diags != nil {
		return diags
	}
	if o.planned != nil {
		o.planned()
	}
	resp, err := o.s.ApplyResourceChange(o.tb.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: o.name, PriorState: dynamic(o.tb, o.state), PlannedState: gone, Config: gone, PlannedPrivate: planned.PlannedPrivate, PlannedIdentity: o.identity,
	})
	if err != nil {
		o.tb.Fatal(err)
	}
	o.state = o.value(resp.NewState)
	if diags := failures(resp.Diagnostics); diags != nil {
		return diags
	}
	if o.exists() {
		o.tb.Fatalf("%s: state remains after the object was deleted", o.name)
	}
	o.private, o.identity = nil, nil
	return nil
}

// destroy deletes an object that can be deleted.
func (o *object) destroy() {
	o.tb.Helper()
	refuse(o.tb, o.name+": delete", o.tryDestroy())
}

// tryImport imports by ID, or by identity when id is empty, and reads the object.
func (o *object) tryImport(id string, identity *tfprotov6.ResourceIdentityData) []*tfprotov6.Diagnostic {
	o.tb.Helper()
	resp, err := o.s.ImportResourceState(o.tb.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: o.name, ID: id, Identity: identity})
	if err != nil {
		o.tb.Fatal(err)
	}
	if diags := failures(resp.Diagnostics); diags != nil {
		return diags
	}
	if len(resp.ImportedResources) != 1 {
		o.tb.Fatalf("%s: the import found %d objects", o.name, len(resp.ImportedResources))
	}
	got := resp.ImportedResources[0]
	o.state, o.private, o.identity = o.value(got.State), got.Private, got.Identity
	return o.tryRefresh()
}

// importIdentity imports by identity what another object describes.
func (o *object) importIdentity(of *object) {
	o.tb.Helper()
	refuse(o.tb, o.name+": import by identity", o.tryImport("", of.identity))
}

// identityOf is the identity with an ID.
func (o *object) identityOf(id string) *tfprotov6.ResourceIdentityData {
	o.tb.Helper()
	v := toValue(o.tb, o.s.identities[o.name].ValueType(), values{"id": id})
	return &tfprotov6.ResourceIdentityData{IdentityData: dynamic(o.tb, v)}
}

func (o *object) value(d *tfprotov6.DynamicValue) tftypes.Value {
	o.tb.Helper()
	if d == nil {
		o.tb.Fatalf("%s: the provider returned no value", o.name)
	}
	v, err := d.Unmarshal(o.typ)
	if err != nil {
		o.tb.Fatal(err)
	}
	return v
}

// failures are the diagnostics that are errors.
func failures(diags []*tfprotov6.Diagnostic) []*tfprotov6.Diagnostic {
	var out []*tfprotov6.Diagnostic
	for _, d := range diags {
		if d.Severity != tfprotov6.DiagnosticSeverityWarning {
			out = append(out, d)
		}
	}
	return out
}

// text is what diagnostics say.
func text(diags []*tfprotov6.Diagnostic) string {
	var b strings.Builder
	for _, d := range diags {
		fmt.Fprintf(&b, "%s (%s)\n%s\n", d.Summary, d.Attribute, d.Detail)
	}
	return b.String()
}

// refuse fails the test on any error among diagnostics.
func refuse(tb testing.TB, what string, diags []*tfprotov6.Diagnostic) {
	tb.Helper()
	if f := failures(diags); f != nil {
		tb.Fatalf("%s: %s", what, text(f))
	}
}

// dynamic is a value as the protocol carries it.
func dynamic(tb testing.TB, v tftypes.Value) *tfprotov6.DynamicValue {
	tb.Helper()
	d, err := tfprotov6.NewDynamicValue(v.Type(), v)
	if err != nil {
		tb.Fatal(err)
	}
	return &d
}

// attributes are the attributes of an object value.
func attributes(tb testing.TB, v tftypes.Value) map[string]tftypes.Value {
	tb.Helper()
	var out map[string]tftypes.Value
	if err := v.As(&out); err != nil {
		tb.Fatal(err)
	}
	return maps.Clone(out)
}

// toValue makes a value of a type.
func toValue(tb testing.TB, typ tftypes.Type, v any) tftypes.Value {
	tb.Helper()
	switch {
	case v == nil:
		return tftypes.NewValue(typ, nil)
	case v == any(unknown):
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	}
	switch typ := typ.(type) {
	case tftypes.Object:
		given, ok := v.(values)
		if !ok {
			tb.Fatalf("%#v is no object", v)
		}
		out := map[string]tftypes.Value{}
		for name, of := range typ.AttributeTypes {
			out[name] = toValue(tb, of, given[name])
		}
		for name := range given {
			if _, ok := out[name]; !ok {
				tb.Fatalf("there is no attribute %q", name)
			}
		}
		return tftypes.NewValue(typ, out)
	case tftypes.Set:
		elements, ok := v.([]any)
		if !ok {
			tb.Fatalf("%#v is no set", v)
		}
		out := make([]tftypes.Value, len(elements))
		for i, e := range elements {
			out[i] = toValue(tb, typ.ElementType, e)
		}
		return tftypes.NewValue(typ, out)
	case tftypes.List:
		elements, ok := v.([]any)
		if !ok {
			tb.Fatalf("%#v is no list", v)
		}
		out := make([]tftypes.Value, len(elements))
		for i, e := range elements {
			out[i] = toValue(tb, typ.ElementType, e)
		}
		return tftypes.NewValue(typ, out)
	default:
		return tftypes.NewValue(typ, v)
	}
}

// fromValue is the reverse of toValue; sets are sorted.
func fromValue(tb testing.TB, v tftypes.Value) any {
	tb.Helper()
	switch typ := v.Type(); {
	case !v.IsKnown():
		return unknown
	case v.IsNull():
		return nil
	case typ.Is(tftypes.Object{}):
		out := values{}
		for name, a := range attributes(tb, v) {
			out[name] = fromValue(tb, a)
		}
		return out
	case typ.Is(tftypes.Set{}), typ.Is(tftypes.List{}):
		var elements []tftypes.Value
		if err := v.As(&elements); err != nil {
			tb.Fatal(err)
		}
		out := make([]any, len(elements))
		for i, e := range elements {
			out[i] = fromValue(tb, e)
		}
		slices.SortFunc(out, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		return out
	case typ.Is(tftypes.Bool):
		var b bool
		if err := v.As(&b); err != nil {
			tb.Fatal(err)
		}
		return b
	default:
		var s string
		if err := v.As(&s); err != nil {
			tb.Fatal(err)
		}
		return s
	}
}

// toJSON is a value as a state file has it.
func toJSON(tb testing.TB, v tftypes.Value) []byte {
	tb.Helper()
	out, err := json.Marshal(fromValue(tb, v))
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// difference lists the attributes that differ.
func difference(before, after values) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if !reflect.DeepEqual(before[name], after[name]) {
			out = append(out, fmt.Sprintf("%s was %v, is %v", name, before[name], after[name]))
		}
	}
	if len(before) != len(after) {
		out = append(out, fmt.Sprintf("%d attributes became %d", len(before), len(after)))
	}
	return strings.Join(out, "; ")
}

// background is the context of a look into the tenant.
func background(tb testing.TB) context.Context {
	tb.Helper()
	return context.WithoutCancel(tb.Context())
}
