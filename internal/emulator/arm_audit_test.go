// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"testing"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

func TestReadOfTheContentBeforeAnUpdateHasTheTimesBeforeIt(t *testing.T) {
	t.Parallel()
	const alice, bob = "a0000000-0000-4000-8000-000000000001", "a0000000-0000-4000-8000-000000000002"
	start := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	var a audits
	check := func(what string, got *wire.Audit, want wire.Audit) {
		t.Helper()
		if *got != want {
			t.Errorf("%s\ngot  %+v\nwant %+v", what, *got, want)
		}
	}
	const created, updated = "2026-11-22T10:00:00.0000000Z", "2026-11-22T10:00:01.0000000Z"
	check("create", a.wrote(&call{now: start, caller: alice}, "x", "old", true), wire.Audit{CreatedOn: created, UpdatedOn: created, UpdatedBy: alice})
	check("update", a.wrote(&call{now: start.Add(time.Second), caller: bob}, "x", "new", false), wire.Audit{CreatedOn: updated, UpdatedOn: updated, UpdatedBy: bob})
	check("new content", a.read("x", "new"), wire.Audit{CreatedOn: created, UpdatedOn: updated, CreatedBy: alice, UpdatedBy: bob})
	check("old content", a.read("x", "old"), wire.Audit{CreatedOn: created, UpdatedOn: created, CreatedBy: alice, UpdatedBy: alice})
	check("content of somebody else", a.read("x", "other"), wire.Audit{CreatedOn: created, UpdatedOn: updated, CreatedBy: alice, UpdatedBy: bob})
	a.deleted("x")
	const never = "0001-01-01T00:00:00.0000000Z"
	check("deleted", a.read("x", "new"), wire.Audit{CreatedOn: never, UpdatedOn: never})
}

func TestUpdateIsLaterThanTheCreationHoweverCoarseTheClock(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	var a audits
	a.wrote(&call{now: now}, "x", "old", true)
	a.wrote(&call{now: now}, "x", "new", false)
	if got, want := *a.read("x", "new"), (wire.Audit{CreatedOn: "2026-11-22T10:00:00.0000000Z", UpdatedOn: "2026-11-22T10:00:00.0000001Z"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// Source: https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations
func TestResourceTypeStandsBetweenProviderAndVerb(t *testing.T) {
	t.Parallel()
	for operation, want := range map[string]string{
		"Microsoft.Compute/virtualMachines/read":             "virtualMachines",
		"Microsoft.Compute/virtualMachines/start/action":     "virtualMachines",
		"Microsoft.Compute/virtualMachines/extensions/write": "virtualMachines/extensions",
		"Microsoft.KeyVault/vaults/secrets/getSecret/action": "vaults/secrets",
		"Microsoft.Compute/register/action":                  "",
		"Microsoft.Compute/action":                           "",
		"Microsoft.Support/write":                            "",
		"Microsoft.Compute":                                  "",
		"Microsoft.Compute/disks/beginGetAccess/ACTION":      "disks",
	} {
		if got := resourceType(operation); got != want {
			t.Errorf("%s: %q, want %q", operation, got, want)
		}
	}
}
