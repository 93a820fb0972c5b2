// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package rbac_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func TestParseGUIDTakesTheFormsThatServicesPrintAndNothingElse(t *testing.T) {
	t.Parallel()
	const canonical rbac.GUID = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
	for _, text := range []string{
		"acdd72a7-3385-48ef-bd42-f606fba81ae7",
		"ACDD72A7-3385-48EF-BD42-F606FBA81AE7",
		"{acdd72a7-3385-48ef-bd42-f606fba81ae7}",
		"acdd72a7338548efbd42f606fba81ae7",
		"ACDD72A7338548EFBD42F606FBA81AE7",
	} {
		if got, ok := rbac.ParseGUID(text); got != canonical || !ok {
			t.Errorf("ParseGUID(%q) = %q, %v; want %q", text, got, ok, canonical)
		}
	}
	for _, text := range []string{
		"", "acdd72a7", "acdd72a7-3385-48ef-bd42-f606fba81ae", "acdd72a7-3385-48ef-bd42-f606fba81ae77",
		"acdd72a7-3385-48ef-bd42-f606fba81aeg", "acdd72a73-385-48ef-bd42-f606fba81ae7", " acdd72a7-3385-48ef-bd42-f606fba81ae7",
		"{acdd72a7-3385-48ef-bd42-f606fba81ae7", "{acdd72a7338548efbd42f606fba81ae7}", "acdd72a7_3385_48ef_bd42_f606fba81ae7",
	} {
		if got, ok := rbac.ParseGUID(text); got != "" || ok {
			t.Errorf("ParseGUID(%q) = %q, %v; want a refusal", text, got, ok)
		}
	}
}

// The vector is the one of RFC 9562, appendix A.4.
func TestDeriveGUIDIsVersionFiveOfRFC9562(t *testing.T) {
	t.Parallel()
	const dns rbac.GUID = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
	const want rbac.GUID = "2ed6657d-e927-568b-95e1-2665a8aea6a2"
	if got := rbac.DeriveGUID(dns, "www.example.com"); got != want {
		t.Errorf("DeriveGUID = %s, want %s", got, want)
	}
	if got := rbac.DeriveGUID(dns, "WWW.Example.com"); got != want {
		t.Errorf("DeriveGUID of other casing = %s, want %s", got, want)
	}
	if rbac.DeriveGUID(dns, "a", "b") == rbac.DeriveGUID(dns, "ab") {
		t.Error("the border between parts does not count")
	}
}

func TestNewGUIDIsRandomAndOfVersionFour(t *testing.T) {
	t.Parallel()
	a, b := rbac.NewGUID(), rbac.NewGUID()
	if a == b {
		t.Errorf("two new GUIDs are both %s", a)
	}
	if parsed, ok := rbac.ParseGUID(a.String()); !ok || parsed != a || a[14] != '4' || !strings.ContainsRune("89ab", rune(a[19])) {
		t.Errorf("%s is no canonical GUID of version 4", a)
	}
}

func TestMustGUIDPanicsOnAnythingElse(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	rbac.MustGUID("reader")
}

func FuzzParseGUID(f *testing.F) {
	for _, s := range []string{"", "acdd72a7-3385-48ef-bd42-f606fba81ae7", "{ACDD72A7-3385-48EF-BD42-F606FBA81AE7}", "acdd72a7338548efbd42f606fba81ae7"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, ok := rbac.ParseGUID(text)
		if !ok {
			return
		}
		again, ok := rbac.ParseGUID(id.String())
		if !ok || again != id || len(id) != 36 || strings.ToLower(id.String()) != id.String() {
			t.Errorf("ParseGUID(%q) = %q, which reads back as %q, %v", text, id, again, ok)
		}
	})
}

func TestSetsAreComparedWithoutCasingOrderAndRepetition(t *testing.T) {
	t.Parallel()
	if got, want := rbac.FoldSet([]string{"b/Write", "A/read", "a/READ"}), []string{"a/read", "b/write"}; !reflect.DeepEqual(got, want) {
		t.Errorf("FoldSet = %q, want %q", got, want)
	}
	if !rbac.SameSet([]string{"A", "b", "B"}, []string{"B", "a"}) {
		t.Error("SameSet tells {A b B} from {B a}")
	}
	if rbac.SameSet([]string{"a"}, []string{"a", "b"}) || !rbac.SameSet(nil, []string{}) {
		t.Error("SameSet confuses different sets, or tells nil from empty")
	}
}

func TestDistanceCountsTypingErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b  string
		limit int
		want  int
	}{
		{"reader", "reader", 3, 0},
		{"reader", "raeder", 3, 1}, // swapped neighbours are one error
		{"start", "strat", 3, 1},
		{"kitten", "sitting", 5, 3},
		{"kitten", "sitting", 2, 3}, // over the limit: limit+1
		{"", "abc", 5, 3},
		{"abc", "", 5, 3},
		{"abc", "xyz", 1, 2},
	} {
		if got := rbac.Distance(c.a, c.b, c.limit); got != c.want {
			t.Errorf("Distance(%q, %q, %d) = %d, want %d", c.a, c.b, c.limit, got, c.want)
		}
	}
}

func FuzzDistance(f *testing.F) {
	f.Add("start", "strat", 3)
	f.Add("", "a", 0)
	f.Fuzz(func(t *testing.T, a, b string, limit int) {
		if len(a) > 200 || len(b) > 200 {
			return
		}
		limit = max(0, min(limit, 10))
		d := rbac.Distance(a, b, limit)
		if d != rbac.Distance(b, a, limit) || (d == 0) != (a == b) || d < 0 || d > limit+1 {
			t.Errorf("Distance(%q, %q, %d) = %d", a, b, limit, d)
		}
	})
}

func TestSuggestNamesTheNearestFirst(t *testing.T) {
	t.Parallel()
	roles := []string{"Reader", "Contributor", "Owner", "Virtual Machine Contributor", "Storage Blob Data Reader", "User Access Administrator"}
	for _, c := range []struct {
		name string
		want []string
	}{
		{"reader", []string{"Reader", "Storage Blob Data Reader"}},
		{"Raeder", []string{"Reader"}},
		{"virtual-machine-contributor", []string{"Virtual Machine Contributor"}},
		{"Virtual Machine Contribtor", []string{"Virtual Machine Contributor"}},
		{"Spaceship Pilot", nil},
		{"", nil},
	} {
		if got := rbac.Suggest(c.name, roles, 3); !reflect.DeepEqual(got, c.want) {
			t.Errorf("Suggest(%q) = %q, want %q", c.name, got, c.want)
		}
	}
	if got := rbac.Suggest("reader", roles, 0); got != nil {
		t.Errorf("Suggest with room for none = %q", got)
	}
	if got, want := rbac.DidYouMean("Ownr", roles), ` Did you mean "Owner"?`; got != want {
		t.Errorf("DidYouMean = %q, want %q", got, want)
	}
	if got := rbac.DidYouMean("Spaceship Pilot", roles); got != "" {
		t.Errorf("DidYouMean with nothing near = %q", got)
	}
	if got, want := rbac.QuotedOr([]string{"a", "b", "c"}), `"a", "b" or "c"`; got != want {
		t.Errorf("QuotedOr = %s, want %s", got, want)
	}
}

func TestALimitIsTheQuotaOfTheTenantThenOfTheCloudThenTheDocumentedOne(t *testing.T) {
	t.Parallel()
	l := rbac.Limit{Name: "azure_custom_roles_per_tenant", Value: 5000, ByCloud: map[rbac.Cloud]int{rbac.ChinaCloud: 2000}}
	raised := map[string]int{"azure_custom_roles_per_tenant": 8000}
	for _, c := range []struct {
		limits rbac.Limits
		want   int
	}{
		{rbac.Limits{}, 5000},
		{rbac.Limits{Cloud: rbac.USGovernment}, 5000},
		{rbac.Limits{Cloud: rbac.ChinaCloud}, 2000},
		{rbac.Limits{Cloud: rbac.ChinaCloud, Raise: raised}, 8000},
	} {
		if got := c.limits.Of(l); got != c.want {
			t.Errorf("%+v.Of = %d, want %d", c.limits, got, c.want)
		}
	}
}

func TestOnlyViolationsOfSeverityErrorBecomeErrors(t *testing.T) {
	t.Parallel()
	warn := rbac.Violation{Rule: rbac.Rule{Name: "w", Severity: rbac.SeverityWarning}, Message: "Fine."}
	bad := rbac.Violation{
		Rule:  rbac.Rule{Name: "r", System: rbac.Azure, Severity: rbac.SeverityError, Code: "C", Source: "https://example.com"},
		Field: "name", Value: "x", Message: "No.",
	}
	if err := rbac.FirstError([]rbac.Violation{warn}); err != nil {
		t.Errorf("FirstError of a warning = %v", err)
	}
	want := &rbac.Error{Kind: rbac.Invalid, System: rbac.Azure, Code: "C", Message: "No.", Field: "name", Rule: "r", Source: "https://example.com"}
	err := rbac.FirstError([]rbac.Violation{warn, bad})
	if !reflect.DeepEqual(err, want) {
		t.Errorf("FirstError = %#v, want %#v", err, want)
	}
	if got := err.Error(); got != "No. (C)" {
		t.Errorf("Error() = %q", got)
	}
	if rbac.KindOf(err) != rbac.Invalid || rbac.IsNotFound(err) || rbac.KindOf(nil) != rbac.Unknown {
		t.Error("KindOf misreads the error")
	}
}
