// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog_test

import (
	"testing"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func called[R any](roles []R, name func(R) string) []string {
	var out []string
	for _, r := range roles {
		out = append(out, name(r))
	}
	return out
}

func TestTheLeastPrivilegedAzureRoles(t *testing.T) {
	t.Parallel()
	find := func(operations ...string) catalog.Least[*catalog.AzureRole] {
		t.Helper()
		l, err := catalog.Azure().LeastPrivileged(operations)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	name := func(r *catalog.AzureRole) string { return r.Name }
	const blob, start, secret = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read", "Microsoft.Compute/virtualMachines/start/action", "Microsoft.KeyVault/vaults/secrets/getSecret/action"
	l := find(blob)
	same(t, "one data action", called(l.Roles, name)[:1], []string{"Storage Blob Data Reader"})
	same(t, "no set where one role does", called(l.Combination, name), nil)
	l = find(blob, start, secret)
	same(t, "no role for all three", called(l.Roles, name), nil)
	same(t, "the set that does", called(l.Combination, name), []string{"Key Vault Secrets User", "Avere Contributor"})
	if roles := called(find("Microsoft.Nowhere/things/write").Roles, name); roles[len(roles)-1] != "Owner" {
		t.Errorf("what the catalog does not know is granted by %q, Owner not last", roles)
	}
	same(t, "of nothing", called(append(find().Roles, find().Combination...), name), nil)
	_, err := catalog.Azure().LeastPrivileged([]string{"a/*/b/*"})
	if rbac.KindOf(err) != rbac.Invalid {
		t.Errorf("got %v for two wildcards, want an invalid value", err)
	}
}

func TestTheLeastPrivilegedEntraAndIntuneRoles(t *testing.T) {
	t.Parallel()
	entraName := func(r *catalog.EntraRole) string { return r.Name }
	e := catalog.Entra().LeastPrivileged([]string{"microsoft.directory/users/password/update", "microsoft.directory/applications/create"})
	same(t, "a password and an application", called(e.Roles, entraName), []string{"Global Administrator"})
	e = catalog.Entra().LeastPrivileged([]string{"microsoft.directory/users/password/update", "microsoft.directory/nothing/create"})
	same(t, "what no role grants", e.Missing, []string{"microsoft.directory/nothing/create"})
	same(t, "no role for all", called(append(e.Roles, e.Combination...), entraName), nil)

	intuneName := func(r *catalog.IntuneRole) string { return r.Name }
	i := catalog.Intune().LeastPrivileged([]string{"remote tasks/wipe", "Microsoft.Intune_MobileApps_Assign"})
	same(t, "wipe and assign", called(i.Roles, intuneName), []string{"Help Desk Operator", "School Administrator"})
	same(t, "unknown", catalog.Intune().LeastPrivileged([]string{"Mobile apps/Fly"}).Missing, []string{"Mobile apps/Fly"})
}
