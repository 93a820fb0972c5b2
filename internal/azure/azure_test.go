// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package azure_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	sub   = "/subscriptions/11111111-1111-4111-8111-111111111111"
	group = "/providers/Microsoft.Management/managementGroups/"
)

func TestParseScopeReadsEveryLevelInAnySpelling(t *testing.T) {
	t.Parallel()
	type fields struct {
		Kind                                                        azure.ScopeKind
		ID, Key                                                     string
		ManagementGroup, SubscriptionID, ResourceGroup, Type, Named string
	}
	const subID = "11111111-1111-4111-8111-111111111111"
	for _, c := range []struct {
		text string
		want fields
	}{
		{"/", fields{Kind: "tenant", ID: "/", Key: "/"}},
		{"//", fields{Kind: "tenant", ID: "/", Key: "/"}},
		{"/PROVIDERS/microsoft.management/MANAGEMENTGROUPS/Corp", fields{
			Kind: "management_group", ID: group + "Corp", Key: "/providers/microsoft.management/managementgroups/corp", ManagementGroup: "Corp",
		}},
		{"/SUBSCRIPTIONS/11111111-1111-4111-8111-111111111111/", fields{Kind: "subscription", ID: sub, Key: sub, SubscriptionID: subID}},
		{sub + "//resourcegroups/RG-One", fields{
			Kind: "resource_group", ID: sub + "/resourceGroups/RG-One", Key: sub + "/resourcegroups/rg-one", SubscriptionID: subID, ResourceGroup: "RG-One",
		}},
		{sub + "/resourceGroups/rg/Providers/Microsoft.Network/virtualNetworks/v/subnets/Default", fields{
			Kind: "resource", ID: sub + "/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/Default",
			Key:            sub + "/resourcegroups/rg/providers/microsoft.network/virtualnetworks/v/subnets/default",
			SubscriptionID: subID, ResourceGroup: "rg", Type: "Microsoft.Network/virtualNetworks/subnets", Named: "v/Default",
		}},
		{"/providers/Microsoft.Capacity", fields{Kind: "resource", ID: "/providers/Microsoft.Capacity", Key: "/providers/microsoft.capacity", Type: "Microsoft.Capacity"}},
	} {
		s, err := azure.ParseScope(c.text)
		if err != nil {
			t.Errorf("ParseScope(%q): %v", c.text, err)
			continue
		}
		got := fields{s.Kind, s.ID(), s.Key(), s.ManagementGroup, s.SubscriptionID, s.ResourceGroup, s.ResourceType, s.ResourceName}
		if got != c.want {
			t.Errorf("ParseScope(%q)\n got %+v\nwant %+v", c.text, got, c.want)
		}
	}
}

func TestParseScopeSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	for text, why := range map[string]string{
		"":                             "it is empty",
		"subscriptions/x":              `it does not begin with "/"`,
		"/subscriptions":               "the subscription ID is missing",
		"/subscriptions/prod":          `"prod" is no subscription ID, which is a GUID`,
		sub + "/resourceGroups":        "the name of the resource group is missing",
		sub + "/resourceGroups/rg.":    "the name of a resource group does not end with a dot",
		sub + "/virtualMachines/vm":    `"virtualMachines" stands where "providers" is expected`,
		sub + "/providers":             "the resource provider is missing",
		sub + "/providers/Ns":          "the resource type and name are missing",
		sub + "/providers/Ns/type":     `the name of the "type" is missing`,
		strings.TrimSuffix(group, "/"): "the name of the management group is missing",
		"/tenants/x":                   `it begins neither with "/subscriptions/" nor with "/providers/"`,
		sub + "/resourceGroups/a?b":    "it has a character that no scope has at position 69",
		"/subscriptions/1\n/x":         "it has a character that no scope has at position 17",
		sub + "/resourceGroups/" + strings.Repeat("a", 91): "the name of a resource group has at most 90 characters",
	} {
		s, err := azure.ParseScope(text)
		if !s.IsZero() || rbac.KindOf(err) != rbac.Invalid || !strings.HasPrefix(err.Error(), `"`+text+`" is no Azure scope: `+why+". ") {
			t.Errorf("ParseScope(%q) = %v, %v; want the reason %q", text, s, err, why)
		}
	}
}

func TestContainsFollowsTheBordersOfSegments(t *testing.T) {
	t.Parallel()
	parse := func(text string) azure.Scope {
		s, err := azure.ParseScope(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, c := range []struct {
		outer, inner string
		want         bool
	}{
		{"/", "/", true},
		{"/", sub, true},
		{"/", group + "corp", true},
		{sub, sub, true},
		{sub, strings.ToUpper(sub) + "/resourceGroups/rg", true},
		{sub + "/resourceGroups/rg", sub + "/resourceGroups/RG/providers/N/t/n", true},
		{sub + "/resourceGroups/rg", sub + "/resourceGroups/rg2", false},
		{sub + "/resourceGroups/rg", sub, false},
		{group + "corp", sub, false}, // not in an ID
		{group + "corp", group + "Corp", true},
	} {
		if got := parse(c.outer).Contains(parse(c.inner)); got != c.want {
			t.Errorf("%s contains %s: %v, want %v", c.outer, c.inner, got, c.want)
		}
	}
	if azure.Root.Contains(azure.Scope{}) {
		t.Error("the root contains no scope at all")
	}
}

func FuzzParseScope(f *testing.F) {
	for _, s := range []string{"/", "", sub, sub + "/resourceGroups/rg", group + "corp", sub + "/resourceGroups/rg/providers/N/t/n/t2/n2", "/providers/Microsoft.Capacity", "/providers/a/providers/b/c/d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := azure.ParseScope(text)
		if err != nil {
			if rbac.KindOf(err) != rbac.Invalid || !s.IsZero() {
				t.Errorf("ParseScope(%q) = %v, %v", text, s, err)
			}
			return
		}
		again, err := azure.ParseScope(s.ID())
		if err != nil || again != s || !s.Same(again) || !s.Contains(again) || !azure.Root.Contains(s) {
			t.Errorf("ParseScope(%q) = %q, which reads back as %q, %v", text, s, again, err)
		}
	})
}

func TestParsePatternTakesOneWildcardAnywhere(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"*", "*/read", "Microsoft.Compute/*", "Microsoft.Compute/virtualMachines/start/action", "Microsoft.Compute/*/read", "Microsoft.Comp*", "Microsoft.Compute/virtualMachines/st*t/action",
	} {
		if p, err := azure.ParsePattern(text); err != nil || p.String() != text || p.IsWildcard() != strings.Contains(text, "*") {
			t.Errorf("ParsePattern(%q) = %v, %v", text, p, err)
		}
	}
	for text, rule := range map[string]string{
		"": "azure_action_syntax", "read": "azure_action_syntax", "/read": "azure_action_syntax", "a/": "azure_action_syntax", "a//b": "azure_action_syntax",
		"a /b": "azure_action_syntax", "a/b\t": "azure_action_syntax", "a/b ": "azure_action_syntax", "*/a/*": "azure_action_one_wildcard", "**": "azure_action_one_wildcard",
	} {
		_, err := azure.ParsePattern(text)
		var e *rbac.Error
		if !errors.As(err, &e) || e.Rule != rule || e.Kind != rbac.Invalid || e.Code != "InvalidActionOrNotAction" {
			t.Errorf("ParsePattern(%q): %#v, want rule %s", text, err, rule)
		}
	}
}

func TestMatchIgnoresCasingAndLetsTheWildcardStandForSlashes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, operation string
		want               bool
	}{
		{"*", "Microsoft.Compute/virtualMachines/read", true},
		{"*/read", "Microsoft.Compute/virtualMachines/read", true},
		{"*/read", "Microsoft.Compute/virtualMachines/write", false},
		{"*/read", "Microsoft.Compute/virtualMachines/thread", false},
		{"Microsoft.Compute/*", "microsoft.compute/virtualMachines/extensions/read", true},
		{"Microsoft.Compute/*", "Microsoft.ComputeFleet/read", false},
		{"Microsoft.Compute/*/read", "Microsoft.Compute/virtualMachines/extensions/read", true},
		{"Microsoft.Compute/*/read", "Microsoft.Compute/read", false}, // the text on both sides must not overlap
		{"Microsoft.Compute/virtualMachines/read", "MICROSOFT.compute/VIRTUALMACHINES/READ", true},
		{"Microsoft.Compute/virtualMachines/read", "Microsoft.Compute/virtualMachines/read2", false},
	} {
		p, err := azure.ParsePattern(c.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Match(c.operation); got != c.want {
			t.Errorf("%q matches %q: %v, want %v", c.pattern, c.operation, got, c.want)
		}
	}
}

func FuzzPattern(f *testing.F) {
	f.Add("*/read", "a/read")
	f.Add("a/b*c/d", "a/bc/d")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, text, operation string) {
		p, err := azure.ParsePattern(text)
		if err != nil {
			if rbac.KindOf(err) != rbac.Invalid {
				t.Errorf("ParsePattern(%q): %v is not Invalid", text, err)
			}
			return
		}
		if !p.Match(text) || !p.Match(rbac.Fold(text)) {
			t.Errorf("%q does not match itself", text)
		}
		before, after, _ := strings.Cut(rbac.Fold(text), "*")
		folded := rbac.Fold(operation)
		if p.IsWildcard() && p.Match(before+operation+after) != p.MatchFolded(before+folded+after) {
			t.Errorf("%q: Match and MatchFolded differ on %q", text, operation)
		}
		if p.IsWildcard() && !p.MatchFolded(before+folded+after) {
			t.Errorf("%q does not match %q", text, before+folded+after)
		}
	})
}

func TestParseAssignmentIDReadsAnySpelling(t *testing.T) {
	t.Parallel()
	const name = "22222222-2222-4222-8222-222222222222"
	const segment = "/providers/Microsoft.Authorization/roleAssignments/"
	for text, want := range map[string]string{
		sub + segment + name:                          sub,
		strings.ToUpper(sub + segment + name):         sub,
		segment + name:                                "/",
		strings.TrimPrefix(sub, "/") + segment + name: sub,
		group + "corp" + segment + name:               group + "corp",
	} {
		scope, got, err := azure.ParseAssignmentID(text)
		if err != nil || scope.ID() != want || got != name {
			t.Errorf("ParseAssignmentID(%q) = %s, %s, %v; want %s", text, scope, got, err, want)
			continue
		}
		if id := azure.AssignmentID(scope, got); id != strings.TrimSuffix(want, "/")+segment+name {
			t.Errorf("AssignmentID = %s", id)
		}
	}
	for _, text := range []string{
		"", name, sub, sub + segment, sub + segment + "x", "/nowhere" + segment + name, strings.Repeat("Ⱥ", 40) + segment + name, "/" + strings.Repeat("K", 40) + segment + name,
	} {
		if scope, got, err := azure.ParseAssignmentID(text); rbac.KindOf(err) != rbac.Invalid || !scope.IsZero() {
			t.Errorf("ParseAssignmentID(%q) = %v, %s, %v; want a refusal", text, scope, got, err)
		}
	}
}

func TestParseRoleIDIgnoresTheScopeInFront(t *testing.T) {
	t.Parallel()
	const reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
	const segment = "/providers/Microsoft.Authorization/roleDefinitions/"
	for _, text := range []string{
		reader, strings.ToUpper(reader), segment + reader, sub + segment + reader, group + "corp" + segment + reader, strings.ToUpper(sub + segment + reader),
	} {
		if got, ok := azure.ParseRoleID(text); !ok || got != reader {
			t.Errorf("ParseRoleID(%q) = %q, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "Reader", segment, segment + "Reader", "/nowhere" + segment + reader, sub + "/roleDefinitions/" + reader, strings.Repeat("Ⱥ", 60) + segment} {
		if got, ok := azure.ParseRoleID(text); ok || got != "" {
			t.Errorf("ParseRoleID(%q) = %q, %v; want a refusal", text, got, ok)
		}
	}
	if got := azure.RoleResourceID(reader); got != segment+reader {
		t.Errorf("RoleResourceID = %q", got)
	}
}

func FuzzParseIDs(f *testing.F) {
	const guid = "22222222-2222-4222-8222-222222222222"
	f.Add("Ⱥ" + sub + "/providers/Microsoft.Authorization/roleAssignments/" + guid)
	f.Add("/providers/Microsoft.Authorization/roleDefinitions/" + guid)
	f.Add(guid)
	f.Fuzz(func(t *testing.T, text string) {
		if scope, name, err := azure.ParseAssignmentID(text); err == nil {
			again, name2, err := azure.ParseAssignmentID(azure.AssignmentID(scope, name))
			if err != nil || again != scope || name2 != name {
				t.Errorf("ParseAssignmentID(%q) = %v %v, which reads back as %v %v, %v", text, scope, name, again, name2, err)
			}
		}
		if id, ok := azure.ParseRoleID(text); ok {
			if again, ok := azure.ParseRoleID(azure.RoleResourceID(id)); !ok || again != id {
				t.Errorf("ParseRoleID(%q) = %q, which reads back as %q", text, id, again)
			}
		}
	})
}

func TestDerivedNamesIgnoreCasingAndTellEverythingElseApart(t *testing.T) {
	t.Parallel()
	const a, b rbac.GUID = "acdd72a7-3385-48ef-bd42-f606fba81ae7", "22222222-2222-4222-8222-222222222222"
	upper, err := azure.ParseScope(sub + "/resourceGroups/RG")
	if err != nil {
		t.Fatal(err)
	}
	lower, err := azure.ParseScope(sub + "/resourcegroups/rg")
	if err != nil {
		t.Fatal(err)
	}
	name := azure.DeriveAssignmentName(upper, a, b)
	if name != azure.DeriveAssignmentName(lower, a, b) || name == azure.DeriveAssignmentName(azure.Root, a, b) || name == azure.DeriveAssignmentName(upper, b, a) {
		t.Error("the derived assignment name depends on the wrong things")
	}
	if azure.DeriveRoleID("VM Operator") != azure.DeriveRoleID("vm operator") || azure.DeriveRoleID("x") == azure.DeriveRoleID("y") {
		t.Error("the derived role ID depends on the wrong things")
	}
}

func TestValidateRoleNamesEveryBrokenRule(t *testing.T) {
	t.Parallel()
	with := func(change func(*azure.Role)) azure.Role {
		r := azure.Role{Name: "n", Permissions: []azure.Permission{{Actions: []string{"*/read"}}}, AssignableScopes: []string{sub}}
		change(&r)
		return r
	}
	manyScopes := func(n int) []string {
		out := make([]string, n)
		for i := range out {
			out[i] = sub + "/resourceGroups/rg" + strings.Repeat("a", i%50) + strings.Repeat("b", i/50%40)
		}
		return out
	}
	for _, c := range []struct {
		what string
		role azure.Role
		want []string // rule, field, value
	}{
		{"a good role", with(func(*azure.Role) {}), nil},
		{"no name", with(func(r *azure.Role) { r.Name = "" }), []string{"azure_role_name_length name "}},
		{"512 letters of two bytes", with(func(r *azure.Role) { r.Name = strings.Repeat("ä", 512) }), []string{"azure_role_name_recommended_length name "}},
		{"256 letters of two bytes", with(func(r *azure.Role) { r.Name = strings.Repeat("ä", 256) }), nil},
		{"513 letters", with(func(r *azure.Role) { r.Name = strings.Repeat("a", 513) }), []string{"azure_role_name_length name " + strings.Repeat("a", 513)}},
		{"2048 letters of description", with(func(r *azure.Role) { r.Description = strings.Repeat("a", 2048) }), []string{"azure_role_description_recommended_length description "}},
		{"512 letters of description", with(func(r *azure.Role) { r.Description = strings.Repeat("a", 512) }), nil},
		{"2049 letters of description", with(func(r *azure.Role) { r.Description = strings.Repeat("a", 2049) }), []string{"azure_role_description_length description "}},
		{"only not_actions", with(func(r *azure.Role) { r.Permissions = []azure.Permission{{NotActions: []string{"*/write"}}} }), []string{"azure_role_grants_nothing actions "}},
		{"only data actions", with(func(r *azure.Role) { r.Permissions = []azure.Permission{{DataActions: []string{"*/read"}}} }), nil},
		{"bad strings in every list", with(func(r *azure.Role) {
			r.Permissions = []azure.Permission{{Actions: []string{"a"}, NotActions: []string{"*/*"}, DataActions: []string{"b"}, NotDataActions: []string{""}}}
		}), []string{"azure_action_syntax actions a", "azure_action_one_wildcard not_actions */*", "azure_action_syntax data_actions b", "azure_action_syntax not_data_actions "}},
		{"no scope", with(func(r *azure.Role) { r.AssignableScopes = nil }), []string{"azure_assignable_scopes_max assignable_scopes "}},
		{"root", with(func(r *azure.Role) { r.AssignableScopes = []string{"/"} }), []string{"azure_assignable_scope_root assignable_scopes /"}},
		{"wildcard", with(func(r *azure.Role) { r.AssignableScopes = []string{"/subscriptions/*"} }), []string{"azure_assignable_scope_wildcard assignable_scopes /subscriptions/*"}},
		{"syntax", with(func(r *azure.Role) { r.AssignableScopes = []string{"/subscriptions/prod"} }), []string{"azure_assignable_scope_syntax assignable_scopes /subscriptions/prod"}},
		{"a resource", with(func(r *azure.Role) { r.AssignableScopes = []string{sub + "/providers/N/t/n"} }), []string{"azure_assignable_scope_syntax assignable_scopes " + sub + "/providers/N/t/n"}},
		{"one management group, twice", with(func(r *azure.Role) { r.AssignableScopes = []string{group + "a", group + "A"} }), nil},
		{"two management groups", with(func(r *azure.Role) { r.AssignableScopes = []string{group + "a", group + "b"} }), []string{"azure_assignable_scope_one_management_group assignable_scopes "}},
		{"2000 scopes", with(func(r *azure.Role) { r.AssignableScopes = manyScopes(2000) }), nil},
		{"2001 scopes", with(func(r *azure.Role) { r.AssignableScopes = manyScopes(2001) }), []string{"azure_assignable_scopes_max assignable_scopes "}},
		{"a megabyte", with(func(r *azure.Role) { r.Permissions[0].Actions = []string{"a/" + strings.Repeat("a", 1<<20)} }), []string{"azure_role_size actions "}},
	} {
		var got []string
		for _, v := range azure.ValidateRole(c.role, rbac.Limits{}) {
			got = append(got, v.Rule.Name+" "+v.Field+" "+v.Value)
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %.200q, want %.200q", c.what, got, c.want)
		}
	}
}

func TestValidateAssignmentNamesEveryBrokenRule(t *testing.T) {
	t.Parallel()
	const before, after = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals '", "'"
	for _, c := range []struct {
		a    azure.Assignment
		want []string
	}{
		{azure.Assignment{}, nil},
		{azure.Assignment{Description: strings.Repeat("ä", 2048), Condition: before + strings.Repeat("a", 8192-len(before+after)) + after}, nil},
		{azure.Assignment{Condition: before}, []string{"azure_condition_syntax"}},
		{azure.Assignment{Condition: before + after, ConditionVersion: "1.0"}, []string{"azure_condition_syntax"}},
		{azure.Assignment{Description: strings.Repeat("a", 2049), Condition: strings.Repeat("ä", 4097)}, []string{"azure_assignment_description_length", "azure_condition_length"}},
	} {
		var got []string
		for _, v := range azure.ValidateAssignment(c.a, rbac.Limits{}) {
			got = append(got, v.Rule.Name)
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestFlatJoinsTheBlocksInOrder(t *testing.T) {
	t.Parallel()
	r := azure.Role{Permissions: []azure.Permission{
		{Actions: []string{"a/b"}, NotDataActions: []string{"c/d"}},
		{Actions: []string{"e/f"}, NotActions: []string{"g/h"}, DataActions: []string{"i/j"}},
	}}
	want := azure.Permission{Actions: []string{"a/b", "e/f"}, NotActions: []string{"g/h"}, DataActions: []string{"i/j"}, NotDataActions: []string{"c/d"}}
	if got := r.Flat(); !reflect.DeepEqual(got, want) {
		t.Errorf("Flat = %+v, want %+v", got, want)
	}
}

func TestTheLimitsAreTheDocumentedOnes(t *testing.T) {
	t.Parallel()
	got := map[string]int{}
	for _, l := range azure.Limits() {
		got[l.Name] = l.Value
	}
	want := map[string]int{
		"azure_role_name_recommended_length": 256, "azure_role_description_recommended_length": 512, "azure_action_one_wildcard": 1,
		"azure_role_name_length": 512, "azure_role_description_length": 2048, "azure_role_size": 1048576, "azure_assignable_scopes_max": 2000,
		"azure_assignable_scope_one_management_group": 1, "azure_custom_roles_per_tenant": 5000, "azure_assignments_per_subscription": 5000,
		"azure_assignments_per_management_group": 500, "azure_assignment_description_length": 2048, "azure_condition_length": 8192,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("limits = %v, want %v", got, want)
	}
}
