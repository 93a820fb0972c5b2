// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func yes() *bool { b := true; return &b }
func no() *bool  { b := false; return &b }

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

// refused checks that err is an rbac.Invalid error on a field, and what it says.
func refused(t *testing.T, err error, field, message string) {
	t.Helper()
	if rbac.KindOf(err) != rbac.Invalid {
		t.Fatalf("got %v, want an invalid value", err)
	}
	var e *rbac.Error
	if errors.As(err, &e); e.Field != field || e.Message != message {
		t.Errorf("got on %q: %s\nwant on %q: %s", e.Field, e.Message, field, message)
	}
}

func azureNames(t *testing.T, f catalog.RoleFilter) []string {
	t.Helper()
	roles, err := catalog.Azure().FindRoles(f)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = r.Name
	}
	return names
}

func TestAzureRolesGrantingAreSortedByHowLittleElseTheyGrant(t *testing.T) {
	t.Parallel()
	got := azureNames(t, catalog.RoleFilter{Granting: []string{
		"microsoft.compute/virtualmachines/START/action", "Microsoft.Compute/virtualMachines/deallocate/action", "Microsoft.Network/networkInterfaces/write",
	}})
	same(t, "roles", got, []string{
		"Desktop Virtualization Virtual Machine Contributor", "DevTest Labs User", "PostgreSQL Flexible Management Service Contributor",
		"Virtual Machine Contributor", "Avere Contributor", "Contributor", "Service Group Contributor", "Owner", "Service Group Administrator",
	})
}

func TestAzureDataOperationsAreGrantedByDataActionsOnly(t *testing.T) {
	t.Parallel()
	got := azureNames(t, catalog.RoleFilter{Granting: []string{"Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"}})
	if len(got) == 0 || got[0] != "Storage Blob Data Reader" || !slices.Contains(got, "Storage Blob Data Owner") {
		t.Errorf("got %q, want Storage Blob Data Reader first and Storage Blob Data Owner among them", got)
	}
	for _, control := range []string{"Owner", "Contributor", "Reader", "Storage Account Contributor"} {
		if slices.Contains(got, control) {
			t.Errorf("%s has no data actions, but is said to grant reading blobs", control)
		}
	}
}

func TestAzureNotActionsTakeAway(t *testing.T) {
	t.Parallel()
	got := azureNames(t, catalog.RoleFilter{Granting: []string{"Microsoft.Authorization/roleAssignments/write"}})
	if !slices.Contains(got, "Owner") || !slices.Contains(got, "User Access Administrator") {
		t.Errorf("Owner or User Access Administrator is missing in %q", got)
	}
	if slices.Contains(got, "Contributor") {
		t.Error("Contributor has Microsoft.Authorization/*/Write among its not-actions, but is said to grant assigning roles")
	}
}

func TestAzureWildcardsStandForWhatTheyWouldGrantAsAnAction(t *testing.T) {
	t.Parallel()
	same(t, "virtual machines", azureNames(t, catalog.RoleFilter{Granting: []string{"Microsoft.Compute/virtualMachines/*"}}), []string{
		"Virtual Machine Contributor", "Avere Contributor", "Contributor", "Service Group Contributor", "Owner", "Service Group Administrator",
	})
	same(t, "everything", azureNames(t, catalog.RoleFilter{Granting: []string{"*"}}), []string{"Owner", "Service Group Administrator"})
	got := azureNames(t, catalog.RoleFilter{Granting: []string{"Microsoft.Storage/storageAccounts/tableServices/tables/entities/*"}})
	if len(got) == 0 || got[0] != "Storage Table Data Contributor" {
		t.Errorf("got %q; only data operations match, which Storage Table Data Contributor grants", got)
	}
	_, err := catalog.Azure().FindRoles(catalog.RoleFilter{Granting: []string{"Microsoft.Nowhere/*"}})
	refused(t, err, "granting", `"Microsoft.Nowhere/*" stands for no known operation, so there is no telling which roles grant it. Name the operations that are needed.`)
	if _, err := catalog.Azure().FindRoles(catalog.RoleFilter{Granting: []string{"a/*/*"}}); rbac.KindOf(err) != rbac.Invalid {
		t.Errorf("got %v for two wildcards, want an invalid value", err)
	}
}

func TestAzureOperationsThatAreNotKnownMatchWildcardsOfRoles(t *testing.T) {
	t.Parallel()
	unknown := []string{"Microsoft.Compute/virtualMachines/defrost/action", "Microsoft.Compute/virtualMachines/read"}
	same(t, "unknown", catalog.Azure().UnknownOperations(slices.Concat(unknown, unknown, []string{"Microsoft.Compute/*"})), unknown[:1])
	same(t, "roles", azureNames(t, catalog.RoleFilter{Granting: unknown, Privileged: no()}), []string{
		"Virtual Machine Contributor", "Avere Contributor",
	})
}

func TestAzureRolesByNameCategoryAndFlags(t *testing.T) {
	t.Parallel()
	same(t, "blob roles", azureNames(t, catalog.RoleFilter{NameContains: "storage  BLOB data", Category: "storage"}), []string{
		"Storage Blob Data Contributor", "Storage Blob Data Owner", "Storage Blob Data Reader",
	})
	same(t, "deprecated", azureNames(t, catalog.RoleFilter{Deprecated: yes()}), []string{
		"Cognitive Search Serverless Data Contributor (Deprecated)", "Cognitive Search Serverless Data Reader (Deprecated)",
		"Purview role 1 (Deprecated)", "Purview role 2 (Deprecated)", "Purview role 3 (Deprecated)",
	})
	same(t, "privileged and in the category of that name", azureNames(t, catalog.RoleFilter{Privileged: yes(), Category: "Privileged"}), []string{
		"Contributor", "Owner", "Reservations Administrator", "Role Based Access Control Administrator", "User Access Administrator",
	})
	if n := len(azureNames(t, catalog.RoleFilter{})); n != 950 {
		t.Errorf("no filter selects %d roles, want all 950", n)
	}
	_, err := catalog.Azure().FindRoles(catalog.RoleFilter{Category: "Storrage"})
	refused(t, err, "category", `No built-in Azure role has the category "Storrage". Did you mean "Storage"?`)
}

func TestAzurePrivilegeOfRolesIsThatOfTheirOperations(t *testing.T) {
	t.Parallel()
	privileged := catalog.Azure().PrivilegeCheck()
	for _, r := range catalog.Azure().Roles() {
		if got := privileged(r.Role); got != r.Privileged {
			t.Errorf("%s: %v, but it is listed as %v", r.Name, got, r.Privileged)
		}
	}
	custom := azure.Role{Permissions: []azure.Permission{{Actions: []string{"Microsoft.Authorization/*"}, Condition: "true"}}}
	if privileged(custom) {
		t.Error("a condition holds the role back, but it counts as privileged")
	}
	custom.Permissions[0].Condition = ""
	if !privileged(custom) {
		t.Error("a role that assigns roles does not count as privileged")
	}
}

func TestAzureOperationsByFilter(t *testing.T) {
	t.Parallel()
	find := func(f catalog.PermissionFilter) []string {
		t.Helper()
		found, err := catalog.Azure().FindOperations(f)
		if err != nil {
			t.Fatal(err)
		}
		names := make([]string, len(found))
		for i, o := range found {
			names[i] = o.Name
		}
		return names
	}
	same(t, "two patterns, one access level", find(catalog.PermissionFilter{
		Matching: []string{"Microsoft.Authorization/denyAssignments/*", "microsoft.authorization/locks/write"}, AccessLevel: catalog.AccessWrite,
	}), []string{"Microsoft.Authorization/denyAssignments/write", "Microsoft.Authorization/locks/write"})
	same(t, "privileged, by namespace", find(catalog.PermissionFilter{Category: "Microsoft.KeyVault", Privileged: yes()}), []string{
		"Microsoft.KeyVault/vaults/accessPolicies/write",
	})
	same(t, "privileged, by display name", find(catalog.PermissionFilter{Category: "microsoft key vault", Privileged: yes()}), []string{
		"Microsoft.KeyVault/vaults/accessPolicies/write",
	})
	same(t, "data operations", find(catalog.PermissionFilter{Matching: []string{"Microsoft.Storage/storageAccounts/queueServices/queues/*"}, DataAction: yes()}), []string{
		"Microsoft.Storage/storageAccounts/queueServices/queues/messages/add/action",
		"Microsoft.Storage/storageAccounts/queueServices/queues/messages/delete",
		"Microsoft.Storage/storageAccounts/queueServices/queues/messages/process/action",
		"Microsoft.Storage/storageAccounts/queueServices/queues/messages/read",
		"Microsoft.Storage/storageAccounts/queueServices/queues/messages/write",
	})
	same(t, "control operations", find(catalog.PermissionFilter{Matching: []string{"Microsoft.Storage/storageAccounts/queueServices/queues/*"}, DataAction: no()}), []string{
		"Microsoft.Storage/storageAccounts/queueServices/queues/delete",
		"Microsoft.Storage/storageAccounts/queueServices/queues/getAcl/action",
		"Microsoft.Storage/storageAccounts/queueServices/queues/read",
		"Microsoft.Storage/storageAccounts/queueServices/queues/setAcl/action",
		"Microsoft.Storage/storageAccounts/queueServices/queues/write",
	})
	if n := len(find(catalog.PermissionFilter{})); n != 20794 {
		t.Errorf("no filter selects %d operations, want all 20794", n)
	}
	_, err := catalog.Azure().FindOperations(catalog.PermissionFilter{Category: "Microsoft.Compte"})
	refused(t, err, "category", `No built-in Azure permission has the category "Microsoft.Compte". Did you mean "Microsoft Compute" or "Microsoft.Compute"?`)
	if _, err := catalog.Azure().FindOperations(catalog.PermissionFilter{Matching: []string{"*/*"}}); rbac.KindOf(err) != rbac.Invalid {
		t.Errorf("got %v for two wildcards, want an invalid value", err)
	}
}

func TestEntraRolesByFilter(t *testing.T) {
	t.Parallel()
	find := func(f catalog.RoleFilter) []string {
		t.Helper()
		found, err := catalog.Entra().FindRoles(f)
		if err != nil {
			t.Fatal(err)
		}
		names := make([]string, len(found))
		for i, r := range found {
			names[i] = r.Name
		}
		return names
	}
	same(t, "granting a password reset", find(catalog.RoleFilter{Granting: []string{"microsoft.directory/users/PASSWORD/update"}}), []string{
		"Password Administrator", "Entra SOC Identity Responder", "Helpdesk Administrator", "Authentication Administrator",
		"Privileged Authentication Administrator", "Security Operator", "Partner Tier1 Support", "Partner Tier2 Support", "User Administrator", "Global Administrator",
	})
	same(t, "granting and name", find(catalog.RoleFilter{
		Granting: []string{"microsoft.directory/users/password/update", "microsoft.directory/bitlockerKeys/key/read"}, NameContains: "help",
	}), []string{"Helpdesk Administrator"})
	same(t, "deprecated", find(catalog.RoleFilter{Deprecated: yes(), Privileged: yes()}), []string{"Partner Tier1 Support", "Partner Tier2 Support"})
	same(t, "category", find(catalog.RoleFilter{Category: "monitoring"}), []string{"Reports Reader", "Usage Summary Reports Reader", "User Experience Success Manager"})
	refuse := func(f catalog.RoleFilter, field, message string) {
		t.Helper()
		_, err := catalog.Entra().FindRoles(f)
		refused(t, err, field, message)
	}
	refuse(catalog.RoleFilter{Granting: []string{"microsoft.aad.directory/Application/Create"}}, "granting",
		`"microsoft.aad.directory/Application/Create" is a permission of 2018, which is now "microsoft.directory/applications/create".`)
	refuse(catalog.RoleFilter{Granting: []string{"microsoft.directory/user/password/update"}}, "granting",
		`"microsoft.directory/user/password/update" is no known Entra permission. Did you mean "microsoft.directory/users/password/update" or "microsoft.directory/users/sponsors/update"?`)
	refuse(catalog.RoleFilter{Category: "zzzzzzzz"}, "category",
		`No built-in Entra role has the category "zzzzzzzz". A category is written like "Identity"; leave the filter out to see which there are.`)
}

func TestEntraPermissionsByFilter(t *testing.T) {
	t.Parallel()
	find := func(f catalog.PermissionFilter) []string {
		t.Helper()
		found, err := catalog.Entra().FindPermissions(f)
		if err != nil {
			t.Fatal(err)
		}
		names := make([]string, len(found))
		for i, p := range found {
			names[i] = p.Name
		}
		return names
	}
	same(t, "usable in custom roles", find(catalog.PermissionFilter{Category: "Microsoft.Directory/applications", AccessLevel: catalog.AccessRead, UsableInCustomRoles: yes()}), []string{
		"microsoft.directory/applications/allProperties/read",
		"microsoft.directory/applications/applicationProxy/read",
		"microsoft.directory/applications/owners/read",
		"microsoft.directory/applications/standard/read",
		"microsoft.directory/applications/synchronization/standard/read",
	})
	same(t, "privileged", find(catalog.PermissionFilter{Matching: []string{"microsoft.directory/users/password/*", "*/applications/CREDENTIALS/update"}, Privileged: yes()}), []string{
		"microsoft.directory/applications/credentials/update", "microsoft.directory/users/password/update",
	})
	if n := len(find(catalog.PermissionFilter{UsableInCustomRoles: no()})); n != 0 {
		t.Errorf("%d permissions are said to be unusable in custom roles, which no page ever says", n)
	}
	if n := len(find(catalog.PermissionFilter{})); n != 749 {
		t.Errorf("no filter selects %d permissions, want all 749", n)
	}
	_, err := catalog.Entra().FindPermissions(catalog.PermissionFilter{Category: "microsoft.directory/aplications"})
	refused(t, err, "category", `No built-in Entra permission has the category "microsoft.directory/aplications". Did you mean "microsoft.directory/applications", "microsoft.directory/namedLocations" or "microsoft.directory/auditLogs"?`)
}

func TestIntuneRolesByFilter(t *testing.T) {
	t.Parallel()
	find := func(f catalog.RoleFilter) []string {
		t.Helper()
		found, err := catalog.Intune().FindRoles(f)
		if err != nil {
			t.Fatal(err)
		}
		names := make([]string, len(found))
		for i, r := range found {
			names[i] = r.Name
		}
		return names
	}
	same(t, "any spelling", find(catalog.RoleFilter{Granting: []string{"remote tasks / wipe", "microsoft.intune_mobileapps_read", "Microsoft.Intune/Audit/Read"}}), []string{
		"Help Desk Operator", "School Administrator",
	})
	same(t, "Windows 365", find(catalog.RoleFilter{Granting: []string{"Microsoft.CloudPC/CloudPCs/Read"}}), []string{
		"Cloud PC Reader", "Cloud PC Administrator",
	})
	same(t, "none is deprecated", find(catalog.RoleFilter{Deprecated: yes()}), []string{})
	same(t, "category", find(catalog.RoleFilter{Category: "Endpoint Security", NameContains: "manager"}), []string{"Endpoint Privilege Manager", "Endpoint Security Manager"})
	_, err := catalog.Intune().FindRoles(catalog.RoleFilter{Granting: []string{"Mobile app/Read"}})
	refused(t, err, "granting", `"Mobile app/Read" is no known Intune permission. Did you mean "Mobile apps/Read"?`)
	_, err = catalog.Intune().FindRoles(catalog.RoleFilter{Granting: []string{"Microsoft.Intune_MobileApp_Create"}})
	refused(t, err, "granting", `"Microsoft.Intune_MobileApp_Create" is no known Intune permission. Did you mean "Microsoft.Intune_MobileApps_Create", "Microsoft.Intune_MobileApps_Relate" or "Microsoft.Intune_MobileApps_Read"?`)
}

func TestIntunePermissionsByFilter(t *testing.T) {
	t.Parallel()
	find := func(f catalog.PermissionFilter) []string {
		t.Helper()
		found, err := catalog.Intune().FindPermissions(f)
		if err != nil {
			t.Fatal(err)
		}
		names := make([]string, len(found))
		for i, p := range found {
			names[i] = p.Name()
		}
		return names
	}
	apps := []string{
		"Mobile apps/Assign", "Mobile apps/Create", "Mobile apps/Delete", "Mobile apps/Read", "Mobile apps/Relate", "Mobile apps/Update", "Mobile apps/View reports",
	}
	for _, pattern := range []string{"Mobile apps/*", "mobile apps / *", "Microsoft.Intune_MobileApps_*", "microsoft.intune/mobileapps/*"} {
		same(t, pattern, find(catalog.PermissionFilter{Matching: []string{pattern}}), apps)
	}
	same(t, "category and level", find(catalog.PermissionFilter{Category: "mobile APPS", AccessLevel: catalog.AccessRead}), []string{"Mobile apps/Read", "Mobile apps/View reports"})
	same(t, "privileged", find(catalog.PermissionFilter{Privileged: yes(), Category: "Roles"}), []string{"Roles/Assign", "Roles/Update"})
	if n := len(find(catalog.PermissionFilter{})); n != 255 {
		t.Errorf("no filter selects %d permissions, want all 255", n)
	}
}

func TestPrivilegeOfCustomRoles(t *testing.T) {
	t.Parallel()
	for permission, want := range map[string]bool{"Microsoft.Intune_Roles_Assign": true, "Microsoft.Intune_Roles_Read": false, "nonsense": false} {
		if got := catalog.Intune().Privileged(intune.Role{Permissions: []string{"Microsoft.Intune_Audit_Read", permission}}); got != want {
			t.Errorf("Intune, %s: %v, want %v", permission, got, want)
		}
	}
	for permission, want := range map[string]bool{"microsoft.directory/applications/credentials/update": true, "microsoft.directory/applications/standard/read": false, "nonsense": false} {
		if got := catalog.Entra().Privileged(entra.Role{Permissions: []string{permission}}); got != want {
			t.Errorf("Entra, %s: %v, want %v", permission, got, want)
		}
	}
}

func TestPatternsHoldOneWildcard(t *testing.T) {
	t.Parallel()
	for _, ok := range []string{"*", "Mobile apps/Read", "microsoft.directory/*/read", " x "} {
		if err := catalog.CheckPattern(ok); err != nil {
			t.Errorf("%q: %v", ok, err)
		}
	}
	const rule = ` A pattern is a permission, or a part of one with a "*" for any characters, such as "microsoft.directory/users/*" or "Mobile apps/*".`
	refused(t, catalog.CheckPattern("*/*"), "matching", `"*/*" has 2 wildcards; at most one is possible, so write one pattern for each.`+rule)
	refused(t, catalog.CheckPattern("  "), "matching", `A pattern is empty.`+rule)
}

func FuzzPattern(f *testing.F) {
	for _, seed := range []string{"*", "Mobile apps/*", "a*b", "**", "", "İ*/ x", "\xff*"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found, err := catalog.Intune().FindPermissions(catalog.PermissionFilter{Matching: []string{text}})
		if (err == nil) != (catalog.CheckPattern(text) == nil) {
			t.Fatalf("%q: the filter says %v, the check something else", text, err)
		}
		if strings.Contains(text, "**") && len(found) > 0 {
			t.Fatalf("%q has two wildcards and matches", text)
		}
	})
}

func BenchmarkAzureRolesGranting(b *testing.B) {
	catalog.Azure()
	for b.Loop() {
		if _, err := catalog.Azure().FindRoles(catalog.RoleFilter{Granting: []string{"Microsoft.Compute/virtualMachines/start/action"}}); err != nil {
			b.Fatal(err)
		}
	}
}
