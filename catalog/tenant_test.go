// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog_test

import (
	"slices"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
)

func TestWhatATenantListsIsKnownBesidesTheCatalogAndNothingElseExists(t *testing.T) {
	t.Parallel()
	facts := catalog.Azure().FactsWith([]azure.Operation{
		{Name: "Microsoft.Compute/virtualMachines/read", Data: true}, // what the catalog says of it stays
		{Name: "Microsoft.Contoso/things/read"},
		{Name: "Microsoft.Contoso/things/read", Data: true},
		{Name: "Microsoft.Contoso/things/blobs/read", Data: true},
	})
	type answer struct{ control, data, known bool }
	for operation, want := range map[string]answer{
		"Microsoft.Compute/virtualMachines/read": {true, false, true},
		"microsoft.contoso/THINGS/read":          {true, true, true},
		"Microsoft.Contoso/things/blobs/read":    {false, true, true},
		"Microsoft.Contoso/things/write":         {},
	} {
		var got answer
		if got.control, got.data, got.known = facts.Planes(operation); got != want {
			t.Errorf("%s is %v, want %v", operation, got, want)
		}
	}
	pattern, err := azure.ParsePattern("Microsoft.Contoso/*")
	if err != nil {
		t.Fatal(err)
	}
	if control, data := facts.Reach(pattern); control != 1 || data != 2 {
		t.Errorf("Microsoft.Contoso/* stands for %d and %d operations, want 1 and 2", control, data)
	}
	if !facts.Namespace("microsoft.contoso") || !facts.Namespace("Microsoft.Compute") || facts.Namespace("Microsoft.Fabrikam") {
		t.Error("a namespace is known that should not be, or the reverse")
	}
	near := map[string][]string{
		"Microsoft.Contoso/thing/read":           {"Microsoft.Contoso/things/read"},
		"Microsoft.Compute/virtualMachine/write": {"Microsoft.Compute/virtualMachines/write"},
	}
	for name, want := range near {
		if got := facts.Near(name, 1); !slices.Equal(got, want) {
			t.Errorf("near %s is %q, want %q", name, got, want)
		}
	}
	if !facts.Complete() || facts.Date() != catalog.SnapshotDate() || catalog.Azure().Facts().Complete() {
		t.Error("only what a tenant has added to is complete")
	}
}

func TestWhatATenantOfEntraListsIsKnownAndMayBeUsable(t *testing.T) {
	t.Parallel()
	facts := catalog.Entra().FactsWith([]entra.Permission{{Name: "microsoft.directory/things/create"}, {Name: "microsoft.directory/applications/create"}})
	if known, usable := facts.Known("Microsoft.Directory/things/create"); !known || usable != nil {
		t.Errorf("what only the tenant lists is known: %v, usable: %v", known, usable)
	}
	if known, usable := facts.Known("microsoft.directory/applications/create"); !known || usable == nil || !*usable {
		t.Errorf("what the catalog knows too is known: %v, usable: %v", known, usable)
	}
	if known, _ := facts.Known("microsoft.directory/things/delete"); known {
		t.Error("what nobody lists is known")
	}
	if got := facts.Near("microsoft.directory/thing/create", 1); !slices.Equal(got, []string{"microsoft.directory/things/create"}) {
		t.Errorf("near is %q", got)
	}
	if !facts.Complete() {
		t.Error("it is not complete")
	}
}

func TestWhatATenantOfIntuneListsIsKnownByItsGraphAction(t *testing.T) {
	t.Parallel()
	facts := catalog.Intune().FactsWith([]intune.Permission{
		{Action: "Microsoft.Intune_Things_Read", Resource: "Fine things", Name: "Read"},
		{Action: "Microsoft.Intune_MobileApps_Read", Resource: "Mobile apps", Name: "Look at"},
	})
	type answer struct {
		action, name string
		known        bool
	}
	for spelling, want := range map[string]answer{
		"microsoft.intune_things_read":     {"Microsoft.Intune_Things_Read", "Microsoft.Intune_Things_Read", true},
		"Mobile apps/Read":                 {"Microsoft.Intune_MobileApps_Read", "Mobile apps/Read", true},
		"Microsoft.Intune_MobileApps_Read": {"Microsoft.Intune_MobileApps_Read", "Mobile apps/Read", true},
		"Fine things/Read":                 {},
		"Microsoft.Intune_Things_Delete":   {},
	} {
		var got answer
		if got.action, got.name, got.known = facts.Action(spelling); got != want {
			t.Errorf("%s is %v, want %v", spelling, got, want)
		}
	}
	for spelling, want := range map[string][]string{
		"fine  things / read":         {"Microsoft.Intune_Things_Read"},
		"Microsoft.Intune_Thing_Read": {"Microsoft.Intune_Things_Read"},
		"Mobile app/Read":             {"Mobile apps/Read"},
	} {
		if got := facts.Near(spelling, 1); !slices.Equal(got, want) {
			t.Errorf("near %s is %q, want %q", spelling, got, want)
		}
	}
	if !facts.Complete() {
		t.Error("it is not complete")
	}
}
