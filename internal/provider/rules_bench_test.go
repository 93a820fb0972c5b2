// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"slices"
	"testing"
)

// BenchmarkPlanOfManyCreates plans 5,000 custom roles and 20,000 assignments
// of them in one run, as Terraform does one after the other, and reports how
// many reads of the tenant that costs.
func BenchmarkPlanOfManyCreates(b *testing.B) {
	const roles, assignments = 5000, 20000
	for b.Loop() {
		b.StopTimer()
		d := &double{}
		s := newServer(b, d.wrap(memoryTenant(b)))
		all := make([]encoded, 0, roles+assignments)
		add := func(resource string, v values) {
			e := encoded{o: s.object(b, resource)}
			config := toValue(b, e.o.typ, v)
			e.config, e.proposed, e.prior = dynamic(b, config), dynamic(b, e.o.proposed(config, e.o.state)), dynamic(b, e.o.state)
			all = append(all, e)
		}
		sub := func(i int) string { return fmt.Sprintf("/subscriptions/%08d-0000-4000-8000-000000000000", i) }
		for i := range roles {
			add("rbac_azure_custom_role", values{
				"name": fmt.Sprintf("Operator %d", i), "assignable_scopes": set(sub(i % 5)),
				"actions": set("Microsoft.Compute/virtualMachines/start/action", "Microsoft.Compute/*/read", "Microsoft.Network/*/read"),
			})
		}
		for i := range assignments {
			add("rbac_azure_role_assignment", values{
				"scope": fmt.Sprintf("%s/resourceGroups/rg-%d", sub(i%5), i), "role": fmt.Sprintf("Operator %d", i%roles/5*5+i%5),
				"principal_id": fmt.Sprintf("%08d-0000-4000-8000-%012d", 9, i),
			})
		}
		d.take()
		b.StartTimer()
		for i := range all {
			all[i].plan(b)
		}
		b.StopTimer()
		reads := d.take()
		lists := slices.DeleteFunc(slices.Clone(reads), func(call string) bool { return call == "Entra.Objects" })
		b.ReportMetric(float64(len(lists)), "lists")
		b.ReportMetric(float64(len(reads)-len(lists)), "look-ups")
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*(roles+assignments)), "µs/resource")
}
