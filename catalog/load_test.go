// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// loadsOnDemand is set in the process that TestNothingIsReadBeforeItIsAskedFor
// starts: only a fresh process tells what importing the package does.
const loadsOnDemand = "RBAC_CATALOG_TEST_LOADS"

func TestNothingIsReadBeforeItIsAskedFor(t *testing.T) {
	t.Parallel()
	if os.Getenv(loadsOnDemand) != "" {
		say := func() { fmt.Printf("loads %d %d %d\n", loads.azure.Load(), loads.entra.Load(), loads.intune.Load()) }
		say()
		_ = SnapshotDate()
		say()
		Entra()
		Entra()
		say()
		Intune()
		say()
		Azure()
		Azure()
		say()
		return
	}
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestNothingIsReadBeforeItIsAskedFor$", "-test.v")
	command.Env = append(os.Environ(), loadsOnDemand+"=1")
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var got []string
	for line := range strings.Lines(string(out)) {
		if counts, ok := strings.CutPrefix(strings.TrimSpace(line), "loads "); ok {
			got = append(got, counts)
		}
	}
	want := "0 0 0, 0 0 0, 0 1 0, 0 1 1, 1 1 1"
	if strings.Join(got, ", ") != want {
		t.Errorf("systems read, step by step (Azure Entra Intune): %s, want %s", strings.Join(got, ", "), want)
	}
}

func BenchmarkLoad(b *testing.B) {
	for _, c := range []struct {
		name string
		load func()
	}{
		{"azure", func() { loadAzure() }},
		{"entra", func() { loadEntra() }},
		{"intune", func() { loadIntune() }},
		{"all", func() { loadAzure(); loadEntra(); loadIntune() }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.load()
			}
		})
	}
}

func BenchmarkExpand(b *testing.B) {
	c := Azure()
	for _, e := range []struct{ name, pattern string }{
		{"exact", "Microsoft.Compute/virtualMachines/start/action"},
		{"prefix", "Microsoft.Compute/virtualMachines/*"},
		{"prefix-suffix", "Microsoft.Compute/*/read"},
		{"suffix", "*/read"},
		{"everything", "*"},
	} {
		b.Run(e.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Expand(e.pattern)
			}
		})
	}
}

func BenchmarkSimilar(b *testing.B) {
	c := Azure()
	b.ReportAllocs()
	for b.Loop() {
		c.Similar("Microsoft.Network/virtualNetwork/subnets/jion/action", 3)
	}
}

func BenchmarkLookup(b *testing.B) {
	a, e, i := Azure(), Entra(), Intune()
	for _, c := range []struct {
		name string
		find func() bool
	}{
		{"azure-role", func() bool { _, ok := a.RoleByName("Virtual Machine Contributor"); return ok }},
		{"azure-operation", func() bool { _, ok := a.Operation("Microsoft.Compute/virtualMachines/start/action"); return ok }},
		{"entra-role", func() bool { _, ok := e.RoleByName("Company Administrator"); return ok }},
		{"entra-permission", func() bool { _, ok := e.Permission("microsoft.directory/applications/credentials/update"); return ok }},
		{"intune-permission", func() bool { _, ok := i.Permission("Mobile apps/Read"); return ok }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !c.find() {
					b.Fatal("not found")
				}
			}
		})
	}
}
