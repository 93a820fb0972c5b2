// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package framework

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func set(values ...string) types.Set { return Set(values) }

func withUnknown(values ...string) types.Set {
	elements := append([]attr.Value{types.StringUnknown()}, Set(values).Elements()...)
	return types.SetValueMust(types.StringType, elements)
}

func TestStrings_tellsNullFromEmpty(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in   types.Set
		want []string
	}{
		"null":            {types.SetNull(types.StringType), nil},
		"unknown":         {types.SetUnknown(types.StringType), nil},
		"empty":           {set(), []string{}},
		"values":          {set("a", "B"), []string{"a", "B"}},
		"unknown element": {withUnknown("a"), []string{"a"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Strings(tc.in); !reflect.DeepEqual(got, tc.want) {
				t.Errorf("got %#v, want %#v", got, tc.want)
			}
		})
	}
}

func TestKeepSet_keepsTheSpellingOfWhatMeansTheSame(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		prior types.Set
		got   []string
		want  types.Set
	}{
		"nothing before":                {types.SetNull(types.StringType), []string{"A/read"}, set("A/read")},
		"unknown before":                {types.SetUnknown(types.StringType), []string{"A/read"}, set("A/read")},
		"the same in other casing":      {set("a/read", "B/write"), []string{"b/WRITE", "A/read"}, set("a/read", "B/write")},
		"repetitions before stay":       {set("a/read", "A/READ"), []string{"A/read"}, set("a/read", "A/READ")},
		"one came":                      {set("a/read"), []string{"A/read", "C/read"}, set("a/read", "C/read")},
		"one went":                      {set("a/read", "b/read"), []string{"B/read"}, set("b/read")},
		"the service repeats itself":    {set("x"), []string{"A", "a"}, set("A")},
		"emptied":                       {set("a"), nil, set()},
		"empty stays empty":             {set(), nil, set()},
		"null becomes empty":            {types.SetNull(types.StringType), nil, set()},
		"another value of same length":  {set("a"), []string{"b"}, set("b")},
		"swapped for one plus repeated": {set("a", "b"), []string{"A", "c"}, set("a", "c")},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := KeepSet(tc.prior, tc.got, Fold); !got.Equal(tc.want) {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestKeepString_keepsTheSpellingOfWhatMeansTheSame(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		prior types.String
		got   string
		want  types.String
	}{
		"null":          {types.StringNull(), "a", types.StringValue("a")},
		"unknown":       {types.StringUnknown(), "a", types.StringValue("a")},
		"same":          {types.StringValue("A"), "a", types.StringValue("A")},
		"another":       {types.StringValue("b"), "a", types.StringValue("a")},
		"empty is a it": {types.StringValue(""), "", types.StringValue("")},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := KeepString(tc.prior, tc.got, Fold); !got.Equal(tc.want) {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestSameSet_isFalseForNullAndUnknown(t *testing.T) {
	t.Parallel()
	null, unknown := types.SetNull(types.StringType), types.SetUnknown(types.StringType)
	tests := map[string]struct {
		a, b types.Set
		want bool
	}{
		"null and null":         {null, null, false},
		"null and empty":        {null, set(), false},
		"unknown and empty":     {unknown, set(), false},
		"unknown element":       {withUnknown("a"), set("a"), false},
		"empty and empty":       {set(), set(), true},
		"other casing":          {set("a", "b"), set("B", "A"), true},
		"repetition":            {set("a", "A"), set("a"), true},
		"one more":              {set("a", "b"), set("a"), false},
		"same size, other ones": {set("a", "b"), set("a", "c"), false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := SameSet(tc.a, tc.b, Fold); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

func TestAddError_isASentenceOnItsAttributeWithItsFacts(t *testing.T) {
	t.Parallel()
	noun := Noun{Type: "rbac_azure_custom_role", Name: "Azure custom role"}
	has := func(field string) bool { return field == "name" }
	tests := map[string]struct {
		err  error
		want diag.Diagnostic
	}{
		"everything": {
			&rbac.Error{Kind: rbac.Exists, Field: "name", Message: "Taken.", Code: "RoleDefinitionWithSameNameExists", Rule: "azure_role_name_unique", Existing: "/x", RequestID: "r1", Source: "https://example.com"},
			diag.NewAttributeErrorDiagnostic(path.Root("name"), "Cannot create it", "Taken.\n\nIf it is to be managed here, import it:\n\n  import {\n    to = rbac_azure_custom_role.NAME\n    id = \"/x\"\n  }"+
				"\n\nRule: azure_role_name_unique\nCode: RoleDefinitionWithSameNameExists\nRequest ID: r1\nSource: https://example.com"),
		},
		"a field that is no attribute": {
			&rbac.Error{Kind: rbac.Invalid, Field: "scope", Message: "Wrong."},
			diag.NewErrorDiagnostic("Cannot create it", "Wrong."),
		},
		"too late": {
			context.DeadlineExceeded,
			diag.NewErrorDiagnostic("Cannot create it", "The operation did not end within its time. Whether it took effect is not known: run a plan to see, and raise the value in `timeouts` if the service needs longer."),
		},
		"cancelled": {
			context.Canceled,
			diag.NewErrorDiagnostic("Cannot create it", "The operation was cancelled. Run a plan to see what took effect."),
		},
		"something else": {
			errors.New("boom"),
			diag.NewErrorDiagnostic("Cannot create it", "Something unforeseen went wrong; please report it with the provider's log (TF_LOG=debug).\n\nCause: boom"),
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			AddError(&diags, "Cannot create it", noun, tc.err, has)
			if len(diags) != 1 || !diags[0].Equal(tc.want) {
				t.Errorf("got %#v, want %#v", diags, tc.want)
			}
		})
	}
}

func TestAddViolations_waitsForWhatIsNotKnownAndHonoursSeverities(t *testing.T) {
	t.Parallel()
	rule := func(name string) rbac.Rule {
		return rbac.Rule{Name: name, Severity: rbac.SeverityError, Summary: "Wrong"}
	}
	vs := []rbac.Violation{
		{Rule: rule("whole"), Field: "actions", Message: "Whole."},
		{Rule: rule("element"), Field: "actions", Value: "x", Message: "Element."},
		{Rule: rule("soft"), Field: "name", Message: "Soft."},
		{Rule: rule("off"), Field: "name", Message: "Off."},
	}
	severity := func(v rbac.Violation) rbac.Severity {
		return map[string]rbac.Severity{"soft": rbac.SeverityWarning, "off": rbac.SeverityOff}[v.Rule.Name]
	}
	var diags diag.Diagnostics
	AddViolations(&diags, Noun{}, vs, severity, Undecided(map[string]attr.Value{"actions": withUnknown("x"), "name": types.StringValue("n")}))
	want := diag.Diagnostics{
		diag.NewAttributeErrorDiagnostic(path.Root("actions"), "Wrong", "Element.\n\nRule: element"),
		diag.NewAttributeWarningDiagnostic(path.Root("name"), "Wrong", "Soft.\n\nRule: soft"),
	}
	if !diags.Equal(want) {
		t.Errorf("got %#v, want %#v", diags, want)
	}
}
