// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/rolewright/terraform-provider-rbac/internal/provider"
)

// dataReader reads data sources of a provider over the protocol.
type dataReader struct {
	tfprotov6.ProviderServer
	schemas map[string]*tfprotov6.Schema
}

// newDataReader starts a provider that is not configured: the catalog must answer
// all the same.
func newDataReader(tb testing.TB) *dataReader {
	tb.Helper()
	server, err := providerserver.NewProtocol6WithError(provider.New("test")())()
	if err != nil {
		tb.Fatal(err)
	}
	resp, err := server.GetProviderSchema(tb.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		tb.Fatal(err)
	}
	refuse(tb, "the schema", resp.Diagnostics)
	return &dataReader{server, resp.DataSourceSchemas}
}

// tryRead validates and reads one data source. Lists are in the provider's order.
func (r *dataReader) tryRead(tb testing.TB, name string, config values) (values, []*tfprotov6.Diagnostic) {
	tb.Helper()
	schema, ok := r.schemas[name]
	if !ok {
		tb.Fatalf("there is no data source %s", name)
	}
	typ := schema.ValueType()
	configured := dynamic(tb, toValue(tb, typ, config))
	valid, err := r.ValidateDataResourceConfig(tb.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: configured})
	if err != nil {
		tb.Fatal(err)
	}
	if failures(valid.Diagnostics) != nil {
		return nil, valid.Diagnostics
	}
	resp, err := r.ReadDataSource(tb.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: configured})
	if err != nil {
		tb.Fatal(err)
	}
	if failures(resp.Diagnostics) != nil {
		return nil, resp.Diagnostics
	}
	state, err := resp.State.Unmarshal(typ)
	if err != nil {
		tb.Fatal(err)
	}
	if !state.IsFullyKnown() {
		tb.Errorf("%s: state holds unknown values", name)
	}
	got, _ := plainValue(tb, state).(values)
	for attribute, v := range config {
		if s, ok := v.(string); ok && got[attribute] != s {
			tb.Errorf("%s: %s was configured as %q and became %v", name, attribute, s, got[attribute])
		}
	}
	return got, resp.Diagnostics
}

// read is tryRead for what must work without a word.
func (r *dataReader) read(tb testing.TB, name string, config values) values {
	tb.Helper()
	got, diags := r.tryRead(tb, name, config)
	if diags != nil {
		tb.Fatalf("%s %v: %s", name, config, text(diags))
	}
	return got
}

// items are the objects of a list attribute.
func (r *dataReader) items(tb testing.TB, name, list string, config values) []values {
	tb.Helper()
	all, ok := r.read(tb, name, config)[list].([]any)
	if !ok {
		tb.Fatalf("%s: %s is no list", name, list)
	}
	out := make([]values, len(all))
	for i, v := range all {
		out[i], _ = v.(values)
	}
	return out
}

// columnOf is one attribute of every item.
func columnOf(items []values, attribute string) []any {
	out := make([]any, len(items))
	for i, v := range items {
		out[i] = v[attribute]
	}
	return out
}

// plainValue is a value in Go's terms; lists keep their order, sets and lists are slices.
func plainValue(tb testing.TB, v tftypes.Value) any {
	tb.Helper()
	switch typ := v.Type(); {
	case v.IsNull():
		return nil
	case typ.Is(tftypes.Object{}):
		out := values{}
		for name, a := range attributes(tb, v) {
			out[name] = plainValue(tb, a)
		}
		return out
	case typ.Is(tftypes.Set{}), typ.Is(tftypes.List{}):
		var elements []tftypes.Value
		if err := v.As(&elements); err != nil {
			tb.Fatal(err)
		}
		out := make([]any, len(elements))
		for i, e := range elements {
			out[i] = plainValue(tb, e)
		}
		return out
	case typ.Is(tftypes.Number):
		var n *big.Float
		if err := v.As(&n); err != nil {
			tb.Fatal(err)
		}
		i, _ := n.Int64()
		return i
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

// wantEqual compares whole values.
func wantEqual(tb testing.TB, what string, got, want any) {
	tb.Helper()
	if reflect.DeepEqual(got, want) {
		return
	}
	g, okG := got.(values)
	w, okW := want.(values)
	if !okG || !okW {
		tb.Errorf("%s:\n got %#v\nwant %#v", what, got, want)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(with(g, w))) {
		if !reflect.DeepEqual(g[name], w[name]) {
			tb.Errorf("%s: %s:\n got %#v\nwant %#v", what, name, g[name], w[name])
		}
	}
}

// wantError wants one error on an attribute, with its headline and its text.
func wantError(tb testing.TB, diags []*tfprotov6.Diagnostic, attribute, summary, detail string) {
	tb.Helper()
	if len(diags) != 1 {
		tb.Fatalf("got %d diagnostics, want one: %s", len(diags), text(diags))
	}
	d := diags[0]
	attributeAt := ""
	if d.Attribute != nil {
		attributeAt = d.Attribute.String()
	}
	if d.Severity != tfprotov6.DiagnosticSeverityError || attributeAt != attribute || d.Summary != summary || d.Detail != detail {
		tb.Errorf("got  %v on %s: %s\n%s\nwant on %s: %s\n%s", d.Severity, attributeAt, d.Summary, d.Detail, attribute, summary, detail)
	}
}

func attributeAt(attribute string) string { return fmt.Sprintf("AttributeName(%q)", attribute) }

func textLines(text string) []any {
	var out []any
	for line := range strings.SplitSeq(text, "\n") {
		out = append(out, line)
	}
	return out
}
