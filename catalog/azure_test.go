// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
)

func names(ops []catalog.AzureOperation) []string {
	var out []string
	for _, o := range ops {
		out = append(out, o.Name)
	}
	return out
}

func TestAzureRolesAreAsDocumented(t *testing.T) {
	t.Parallel()
	everything := []string{"/"}
	for _, c := range []struct {
		lookup string
		want   azure.Role
	}{
		{"reader", azure.Role{
			ID: "acdd72a7-3385-48ef-bd42-f606fba81ae7", Name: "Reader", BuiltIn: true, AssignableScopes: everything,
			Description: "Read resources of every kind.",
			Permissions: []azure.Permission{{Actions: []string{"*/read"}}},
		}},
		{"OWNER", azure.Role{
			ID: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", Name: "Owner", BuiltIn: true, AssignableScopes: everything,
			Description: "Manage resources of every kind.",
			Permissions: []azure.Permission{{Actions: []string{"*"}}},
		}},
		{"Virtual  Machine Contributor", azure.Role{
			ID: "9980e02c-c2be-4d73-94e8-173b1dc7cf3c", Name: "Virtual Machine Contributor", BuiltIn: true, AssignableScopes: everything,
			Description: "Manage resources in Microsoft.Network, Microsoft.Compute, Microsoft.RecoveryServices and 4 more.",
			Permissions: []azure.Permission{{Actions: strings.Split(virtualMachineContributor, "\n")}},
		}},
		{"Storage Blob Data Reader", azure.Role{
			ID: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", Name: "Storage Blob Data Reader", BuiltIn: true, AssignableScopes: everything,
			Description: "Read and operate resources and read data in Microsoft.Storage.",
			Permissions: []azure.Permission{{
				Actions: []string{
					"Microsoft.Storage/storageAccounts/blobServices/containers/read",
					"Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action",
				},
				DataActions: []string{"Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"},
			}},
		}},
	} {
		got, ok := catalog.Azure().RoleByName(c.lookup)
		if !ok {
			t.Errorf("%s is not found", c.lookup)
			continue
		}
		if !reflect.DeepEqual(got.Role, c.want) {
			t.Errorf("%s is\n%+v, want\n%+v", c.lookup, got.Role, c.want)
		}
		if byID, _ := catalog.Azure().RoleByID(c.want.ID); byID != got {
			t.Errorf("%s is another role by its ID", c.lookup)
		}
	}
}

func TestAzureRoleFlags(t *testing.T) {
	t.Parallel()
	type flags struct {
		category                                  string
		inferred, privileged, documented, current bool
	}
	for name, want := range map[string]flags{
		"Contributor":                   {"Privileged", false, true, true, true},
		"User Access Administrator":     {"Privileged", false, true, true, true},
		"Reader":                        {"General", false, false, true, true},
		"Managed Identity Operator":     {"Identity", false, true, true, true},
		"Key Vault Contributor":         {"Security", false, true, true, true},
		"Media Services Media Operator": {"", false, false, false, false},
	} {
		r, ok := catalog.Azure().RoleByName(name)
		if !ok {
			t.Errorf("%s is not found", name)
			continue
		}
		if got := (flags{r.Category, r.CategoryInferred, r.Privileged, r.Documented, r.Current}); got != want {
			t.Errorf("%s is %+v, want %+v", name, got, want)
		}
	}
}

func TestARenamedAzureRoleIsFoundUnderItsFormerName(t *testing.T) {
	t.Parallel()
	now, _ := catalog.Azure().RoleByName("Foundry User")
	once, ok := catalog.Azure().RoleByName("azure ai user")
	if !ok || now != once || now.ID != "53ca6127-db72-4b80-b1b0-d745d6d5456d" ||
		!slices.Equal(now.FormerNames, []string{"Azure AI User"}) {
		t.Errorf("Azure AI User is %+v, want Foundry User", once)
	}
	if r, ok := catalog.Azure().RoleByName("No such role"); ok {
		t.Errorf("an unknown name finds %s", r.Name)
	}
}

func TestARoleOfSeveralBlocksKeepsEachWithItsCondition(t *testing.T) {
	t.Parallel()
	r, _ := catalog.Azure().RoleByName("Service Group Administrator")
	if len(r.Permissions) != 2 {
		t.Fatalf("%d blocks, want 2", len(r.Permissions))
	}
	first := azure.Permission{
		Actions: []string{"*"},
		NotActions: []string{
			"Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/delete",
		},
	}
	if !reflect.DeepEqual(r.Permissions[0], first) {
		t.Errorf("the first block is %+v, want %+v", r.Permissions[0], first)
	}
	second := r.Permissions[1]
	if !slices.Equal(second.Actions, first.NotActions) || second.ConditionVersion != "2.0" ||
		!strings.HasPrefix(second.Condition, "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[") {
		t.Errorf("the second block is %+v", second)
	}
	if want := []string{"/providers/Microsoft.Management/serviceGroups"}; !slices.Equal(r.AssignableScopes, want) {
		t.Errorf("assignable at %v, want %v", r.AssignableScopes, want)
	}
}

func TestNoRolePrintsAnActionTwice(t *testing.T) {
	t.Parallel()
	for _, r := range catalog.Azure().Roles() {
		for _, b := range r.Permissions {
			for _, list := range [][]string{b.Actions, b.NotActions, b.DataActions, b.NotDataActions} {
				seen := map[string]bool{}
				for _, a := range list {
					if seen[strings.ToLower(a)] {
						t.Errorf("%s prints %s twice", r.Name, a)
					}
					seen[strings.ToLower(a)] = true
				}
			}
		}
	}
}

func TestAzureOperationsAnswerForThemselves(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lookup, name, category, level, description string
		control, data, privileged                  bool
	}{
		{"microsoft.compute/virtualmachines/START/action", "Microsoft.Compute/virtualMachines/start/action", "Microsoft Compute", "action", "Start virtual machines", true, false, false},
		{"Microsoft.Compute/virtualMachines/read", "Microsoft.Compute/virtualMachines/read", "Microsoft Compute", "read", "Read virtual machines", true, false, false},
		{"Microsoft.Compute/virtualMachines/extensions/write", "Microsoft.Compute/virtualMachines/extensions/write", "Microsoft Compute", "write", "Create or update extensions of virtual machines", true, false, false},
		{"Microsoft.Storage/storageAccounts/listKeys/action", "Microsoft.Storage/storageAccounts/listkeys/action", "Microsoft Storage", "action", "List keys of storage accounts", true, false, false},
		{"Microsoft.Storage/storageAccounts/blobServices/containers/blobs/delete", "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/delete", "Microsoft Storage", "delete", "Delete blobs of containers", false, true, false},
		{"Microsoft.KeyVault/vaults/keys/read", "Microsoft.KeyVault/vaults/keys/read", "Microsoft Key Vault", "read", "Read keys of vaults", true, true, false},
		{"Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/write", "Microsoft Authorization", "write", "Create or update role assignments", true, false, true},
		{"Microsoft.ProgrammableConnectivity/Gateways/NetworkAPIAccess", "Microsoft.ProgrammableConnectivity/Gateways/NetworkAPIAccess", "Microsoft.ProgrammableConnectivity", "action", "Network API access of gateways", false, true, false},
		{"Microsoft.Compute/register/action", "Microsoft.Compute/register/action", "Microsoft Compute", "action", "Register the resource provider Microsoft.Compute", true, false, false},
		{
			"Microsoft.ApiManagement/service/providers/Microsoft.Insights/diagnosticSettings/read", "Microsoft.ApiManagement/service/providers/Microsoft.Insights/diagnosticSettings/read",
			"Microsoft API Management", "read", "Read diagnostic settings of service", true, false, false,
		},
	} {
		o, ok := catalog.Azure().Operation(c.lookup)
		if !ok || o.Name != c.name || o.Category() != c.category || o.AccessLevel() != c.level || o.Description() != c.description ||
			o.ControlAction != c.control || o.DataAction != c.data || o.Privileged() != c.privileged || o.Privileged() != (o.PrivilegedReason() != "") {
			t.Errorf("%s is %+v: %s, %s, %q", c.lookup, o, o.Category(), o.AccessLevel(), o.Description())
		}
	}
	if _, ok := catalog.Azure().Operation("Microsoft.Compute/virtualMachines/strat/action"); ok {
		t.Error("a misspelled operation is found")
	}
	if (catalog.AzureOperation{}).Description() != "" || (catalog.EntraPermission{}).Description() != "" {
		t.Error("nothing has a description")
	}
}

func TestExpandMatchesWhatThePatternStandsFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern string
		want    int
	}{
		{"*", 20794},
		{"*/read", 8753},
		{"Microsoft.Compute/virtualMachines/*", 43},
		{"MICROSOFT.compute/*/READ", 109},
		{"Microsoft.Compute/virtualMachines/start/action", 1},
		{"Microsoft.Compute/virtualMachines/start/*", 1},
		{"Microsoft.NoSuchProvider/*", 0},
	} {
		got := catalog.Azure().Expand(c.pattern)
		if len(got) != c.want {
			t.Errorf("%s stands for %d operations, want %d", c.pattern, len(got), c.want)
		}
		p := pattern(t, c.pattern)
		var want []string
		for _, o := range catalog.Azure().Operations() {
			if p.Match(o.Name) {
				want = append(want, o.Name)
			}
		}
		if !slices.Equal(names(got), want) {
			t.Errorf("%s gives other operations than matching one by one", c.pattern)
		}
	}
	for _, malformed := range []string{"", "Microsoft.Compute", "a/*/b/*", "Microsoft.Compute/ virtualMachines/read", "/read", "Microsoft.Compute//read", "Microsoft.Insights/alertRules/"} {
		if got := catalog.Azure().Expand(malformed); got != nil {
			t.Errorf("%q stands for %d operations", malformed, len(got))
		}
	}
}

func TestAppendingToAnExpansionLeavesTheCatalogAlone(t *testing.T) {
	t.Parallel()
	before := catalog.Azure().Expand("Microsoft.Compute/virtualMachines/*")
	next := catalog.Azure().Expand("Microsoft.Compute/*")
	wanted := slices.Clone(next)
	_ = append(before, catalog.AzureOperation{Name: "x/y"})
	if !slices.Equal(next, wanted) {
		t.Error("appending to one expansion changed another")
	}
}

func TestAzureProvidersAreFound(t *testing.T) {
	t.Parallel()
	p, ok := catalog.Azure().Provider("microsoft.COMPUTE")
	if !ok || p.Namespace != "Microsoft.Compute" || p.DisplayName != "Microsoft Compute" || p.Operations == 0 {
		t.Errorf("Microsoft.Compute is %+v", p)
	}
	if p, ok := catalog.Azure().Provider("GitHub.Enterprise"); !ok || p.Operations != 0 {
		t.Errorf("GitHub.Enterprise is %+v, want a namespace without known operations", p)
	}
	if _, ok := catalog.Azure().Provider("Contoso.Compute"); ok {
		t.Error("an unknown namespace is found")
	}
}

func FuzzExpandAgreesWithMatching(f *testing.F) {
	for _, s := range []string{"", "*", "*/read", "Microsoft.Compute/*", "a/b", "*a*", "Microsoft.Compute/*/\xff", "É/*"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := catalog.Azure().Expand(text)
		if near := catalog.Azure().Similar(text, 2); len(near) > 2 {
			t.Errorf("%d names near %q, 2 were asked for", len(near), text)
		}
		p, err := azure.ParsePattern(text)
		if err != nil {
			if got != nil {
				t.Fatalf("malformed %q stands for %d operations", text, len(got))
			}
			return
		}
		n := 0
		for _, o := range catalog.Azure().Operations() {
			if p.Match(o.Name) {
				n++
			}
		}
		if len(got) != n {
			t.Errorf("%q stands for %d operations, matching finds %d", text, len(got), n)
		}
	})
}

func TestSimilarFindsWhatWasMeant(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Microsoft.Compute/virtualMachines/strat/action":           "Microsoft.Compute/virtualMachines/start/action",
		"Microsoft.Compte/virtualMachines/start/action":            "Microsoft.Compute/virtualMachines/start/action",
		"Microsoft.Storage/storageAccount/read":                    "Microsoft.Storage/storageAccounts/read",
		"Microsoft.Authorization/roleAssignment/write":             "Microsoft.Authorization/roleAssignments/write",
		"Contoso.Widgets/widgets/read":                             "",
		"Microsoft.Compute/somethingThatIsNotLikeAnythingElse/foo": "",
		"Microsoft.Compute":                                        "",
		"":                                                         "",
	} {
		got := catalog.Azure().Similar(name, 3)
		if first := append(got, "")[0]; first != want || len(got) > 3 {
			t.Errorf("near %q are %v, want %q first", name, got, want)
		}
	}
}
