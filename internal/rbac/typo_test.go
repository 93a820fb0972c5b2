// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package rbac_test

import (
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func TestPlainTypo(t *testing.T) {
	t.Parallel()
	const start = "Microsoft.Compute/virtualMachines/start/action"
	for _, c := range []struct {
		what, written, known string
		want                 bool
	}{
		{"letters swapped", "Microsoft.Compute/virtualMachines/strat/action", start, true},
		{"other casing", "microsoft.compute/VIRTUALMACHINES/start/action", start, true},
		{"a separator", "Microsoft.Compute/virtual-machines/start/action", start, true},
		{"singular", "Microsoft.Compute/virtualMachine/start/action", start, true},
		{"singular in y", "Microsoft.Authorization/policy/read", "Microsoft.Authorization/policies/read", true},
		{"a letter too few", "Microsoft.Compute/virtualMachnes/start/action", start, true},
		{"two slips in a long word", "Microsoft.Compute/virtualMahcnies/start/action", start, true},
		{"the namespace", "Microsoft.Compue/virtualMachines/start/action", start, true},
		{"two segments", "Microsoft.Compue/virtualMachines/strat/action", start, false},
		{"another number of segments", "Microsoft.Compute/virtualMachines/start", start, false},
		{"a version", "Microsoft.Compute/virtualMachines/start2/action", start, false},
		{"another short word", "Microsoft.Compute/virtualMachines/stop/action", start, false},
		{"get and set", "A.B/queues/getAcl/action", "A.B/queues/setAcl/action", false},
		{"import and export", "A.B/importPipelines/read", "A.B/exportPipelines/read", false},
		{"planned and unplanned", "A.B/plannedFailover/action", "A.B/unplannedFailover/action", false},
	} {
		if got := rbac.PlainTypo(c.written, c.known); got != c.want {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}
