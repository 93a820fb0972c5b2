// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// count returns how many values a condition holds for.
func count[T any](values []T, holds func(T) bool) int {
	n := 0
	for _, v := range values {
		if holds(v) {
			n++
		}
	}
	return n
}

// TestCountsAgreeWithTheSources holds the catalog against the numbers that
// facts/README.md gives for the sources.
func TestCountsAgreeWithTheSources(t *testing.T) {
	t.Parallel()
	a, e, i := catalog.Azure(), catalog.Entra(), catalog.Intune()
	rows := 0
	for _, r := range e.LegacyRoles() {
		rows += len(r.Actions)
	}
	present := count(e.LegacyActions(), func(s string) bool { now, _ := e.LegacyAction(s); return len(now) > 0 })
	article := func(origin []string) bool { return slices.Contains(origin, "article") }
	yes := func(b *bool) bool { return b != nil && *b }
	no := func(b *bool) bool { return b != nil && !*b }
	for _, c := range []struct {
		what      string
		got, want int
	}{
		{"Azure roles", len(a.Roles()), 950},
		{"current Azure roles", count(a.Roles(), func(r *catalog.AzureRole) bool { return r.Current }), 933},
		{"documented Azure roles", count(a.Roles(), func(r *catalog.AzureRole) bool { return r.Documented }), 498},
		{"Azure roles with an inferred category", count(a.Roles(), func(r *catalog.AzureRole) bool { return r.CategoryInferred }), 223},
		{"Azure roles with a category", count(a.Roles(), func(r *catalog.AzureRole) bool { return r.Category != "" }), 721},
		{"Azure operations", len(a.Operations()), 20794},
		{"Azure data operations", count(a.Operations(), func(o catalog.AzureOperation) bool { return o.DataAction }), 3404 + 7},
		{"Azure control operations", count(a.Operations(), func(o catalog.AzureOperation) bool { return o.ControlAction }), 17374 + 7},
		{"Azure operations of unknown plane", count(a.Operations(), func(o catalog.AzureOperation) bool { return !o.ControlAction && !o.DataAction }), 9},
		{"Azure namespaces", len(a.Providers()), 459},
		{"Azure namespaces with operations", count(a.Providers(), func(p catalog.AzureProvider) bool { return p.Operations > 0 }), 338},
		{"unknown Azure actions", len(a.UnknownActions()), 124 + 10 + 2},
		{"Entra roles", len(e.Roles()), 149},
		{"Entra roles of the article", count(e.Roles(), func(r *catalog.EntraRole) bool { return article(r.Origin) }), 104 + 3},
		{"Entra roles without an ID", count(e.Roles(), func(r *catalog.EntraRole) bool { return r.ID == "" }), 3},
		{"deprecated Entra roles", count(e.Roles(), func(r *catalog.EntraRole) bool { return r.Deprecated }), 7 + 2},
		{"Entra roles not to be used", count(e.Roles(), func(r *catalog.EntraRole) bool { return r.DoNotUse }), 7 + 7},
		{"privileged Entra roles in the article", count(e.Roles(), func(r *catalog.EntraRole) bool { return r.PrivilegedInArticle && article(r.Origin) }), 26},
		{"privileged Entra roles", count(e.Roles(), func(r *catalog.EntraRole) bool { return r.Privileged }), 35},
		{"Entra roles without published permissions", count(e.Roles(), func(r *catalog.EntraRole) bool { return !r.PermissionsKnown }), 3 + 3 + 3},
		{"Entra roles that got permissions since the article", count(e.Roles(), func(r *catalog.EntraRole) bool { return len(r.Added) > 0 }), 9},
		{"Entra permissions", len(e.Permissions()), 749},
		{"Entra permissions of the article", count(e.Permissions(), func(p catalog.EntraPermission) bool { return article(p.Origin) }), 274},
		{"privileged Entra permissions", count(e.Permissions(), func(p catalog.EntraPermission) bool { return yes(p.Privileged) }), 63},
		{"unprivileged Entra permissions", count(e.Permissions(), func(p catalog.EntraPermission) bool { return no(p.Privileged) }), 613},
		{"Entra permissions usable in custom roles", count(e.Permissions(), func(p catalog.EntraPermission) bool { return yes(p.UsableInCustomRoles) }), 157},
		{"Entra permissions certainly not usable", count(e.Permissions(), func(p catalog.EntraPermission) bool { return no(p.UsableInCustomRoles) }), 0},
		{"roles of 2018", len(e.LegacyRoles()), 29},
		{"rows of 2018", rows, 368},
		{"actions of 2018", len(e.LegacyActions()), 166},
		{"actions of 2018 with a present name", present, 132},
		{"Intune permissions", len(i.Permissions()), 255},
		{"Intune permissions of the article", count(i.Permissions(), func(p catalog.IntunePermission) bool { return article(p.Origin) }), 167},
		{"Intune roles", len(i.Roles()), 12},
		{"Intune roles of the article", count(i.Roles(), func(r *catalog.IntuneRole) bool { return article(r.Origin) }), 11},
		{"Intune roles of Windows 365", count(i.Roles(), func(r *catalog.IntuneRole) bool { return r.Provider == catalog.ProviderCloudPC }), 2},
		{"Windows 365 operations", len(i.CloudPCOperations()), 92},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.what, c.got, c.want)
		}
	}
	if got := catalog.SnapshotDate(); got != "2026-08" {
		t.Errorf("SnapshotDate() = %q, want 2026-08", got)
	}
}

func TestGUIDsAreWellFormedAndUnique(t *testing.T) {
	t.Parallel()
	ids := map[string][]rbac.GUID{}
	for _, r := range catalog.Azure().Roles() {
		ids["Azure"] = append(ids["Azure"], r.ID)
	}
	for _, r := range catalog.Entra().Roles() {
		if r.ID != "" {
			ids["Entra"] = append(ids["Entra"], r.ID)
		}
	}
	for _, r := range catalog.Intune().Roles() {
		ids["Intune"] = append(ids["Intune"], r.ID)
	}
	for system, list := range ids {
		seen := map[rbac.GUID]bool{}
		for _, id := range list {
			canonical, ok := rbac.ParseGUID(string(id))
			if !ok || canonical != id || seen[id] {
				t.Errorf("%s: %q is no canonical GUID, or appears twice", system, id)
			}
			seen[id] = true
		}
	}
	if a, e, i := len(ids["Azure"]), len(ids["Entra"]), len(ids["Intune"]); a != 950 || e != 146 || i != 12 {
		t.Errorf("%d, %d and %d IDs, want 950, 146 and 12", a, e, i)
	}
}

func TestEveryActionOfABuiltInRoleIsKnownOrListedAsUnknown(t *testing.T) {
	t.Parallel()
	a := catalog.Azure()
	listed, err := os.ReadFile("facts/azure-unknown-actions.txt")
	if err != nil {
		t.Fatal(err)
	}
	unknown := strings.Split(strings.TrimSuffix(string(listed), "\n"), "\n")
	if !slices.Equal(unknown, a.UnknownActions()) {
		t.Error("UnknownActions() differs from the list in the facts")
	}
	left := map[string]bool{}
	for _, u := range unknown {
		left[rbac.Fold(u)] = true
	}
	for _, r := range a.Roles() {
		flat := r.Flat()
		for _, action := range slices.Concat(flat.Actions, flat.NotActions, flat.DataActions, flat.NotDataActions) {
			known := len(a.Expand(action)) > 0
			if in, isListed := left[rbac.Fold(action)]; known == isListed {
				t.Errorf("%s: %q known: %v, listed as unknown: %v", r.Name, action, known, isListed)
			} else if in {
				left[rbac.Fold(action)] = false
			}
		}
	}
	for u, unused := range left {
		if unused {
			t.Errorf("%q is listed as unknown, and no role holds it", u)
		}
	}
	e := catalog.Entra()
	for _, r := range e.Roles() {
		for _, p := range r.Permissions {
			if _, ok := e.Permission(p); !ok {
				t.Errorf("%s: unknown permission %q", r.Name, p)
			}
		}
	}
	i := catalog.Intune()
	for _, r := range i.Roles() {
		for _, p := range r.Permissions {
			_, ok := i.Permission(p)
			if r.Provider == catalog.ProviderCloudPC {
				ok = slices.Contains(i.CloudPCOperations(), p)
			}
			if !ok {
				t.Errorf("%s: unknown permission %q", r.Name, p)
			}
		}
	}
}

func TestListsAreSortedAndNothingIsEmpty(t *testing.T) {
	t.Parallel()
	sorted := func(what string, names []string) {
		t.Helper()
		for i, name := range names {
			if name == "" || i > 0 && rbac.Fold(names[i-1]) > rbac.Fold(name) {
				t.Errorf("%s: %q is empty or out of order", what, name)
			}
		}
	}
	var azureNames, opNames, entraNames, permissionNames, intuneNames []string
	described := func(name, description string) {
		t.Helper()
		if description == "" || strings.Contains(description, "  ") || strings.TrimSpace(description) != description {
			t.Errorf("%s is described as %q", name, description)
		}
	}
	for _, r := range catalog.Azure().Roles() {
		azureNames = append(azureNames, r.Name)
		described(r.Name, r.Description)
		if !r.BuiltIn || len(r.Permissions) == 0 || len(r.AssignableScopes) == 0 || len(r.Origin) == 0 {
			t.Errorf("%s is incomplete: %+v", r.Name, r)
		}
	}
	for _, o := range catalog.Azure().Operations() {
		opNames = append(opNames, o.Name)
		described(o.Name, o.Description())
		if o.Provider == "" || o.Category() == "" || len(o.Origin()) == 0 {
			t.Errorf("%s is incomplete: %+v", o.Name, o)
		}
	}
	for _, r := range catalog.Entra().Roles() {
		entraNames = append(entraNames, r.Name)
		described(r.Name, r.Description)
		if !r.BuiltIn || !r.Enabled || r.Category == "" || len(r.Origin) == 0 || r.DoNotUse != (r.DoNotUseReason != "") {
			t.Errorf("%s is incomplete: %+v", r.Name, r)
		}
	}
	for _, p := range catalog.Entra().Permissions() {
		permissionNames = append(permissionNames, p.Name)
		described(p.Name, p.Description())
		if p.Category == "" || len(p.Origin) == 0 {
			t.Errorf("%s is incomplete: %+v", p.Name, p)
		}
	}
	for _, r := range catalog.Intune().Roles() {
		intuneNames = append(intuneNames, r.Name)
		described(r.Name, r.Description)
		if !r.BuiltIn || r.Category == "" || len(r.Permissions) == 0 || len(r.Origin) == 0 {
			t.Errorf("%s is incomplete: %+v", r.Name, r)
		}
	}
	for _, p := range catalog.Intune().Permissions() {
		described(p.Name(), p.Description())
		if p.Category == "" || p.Permission == "" || p.Resource == "" || p.Action == "" || len(p.Origin) == 0 {
			t.Errorf("%s is incomplete: %+v", p.GraphAction, p)
		}
	}
	sorted("Azure roles", azureNames)
	sorted("Azure operations", opNames)
	sorted("Entra roles", entraNames)
	sorted("Entra permissions", permissionNames)
	sorted("Intune roles", intuneNames)
}

// pattern is a form of azure.ParsePattern that only tells what matches.
func pattern(t *testing.T, text string) azure.Pattern {
	t.Helper()
	p, err := azure.ParsePattern(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
