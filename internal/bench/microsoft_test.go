// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// latency is what the emulator adds to every answer: about what ARM takes.
const latency = "50ms"

// BenchmarkTerraformMicrosoftPlanNoChange plans Azure role assignments in one
// subscription that are all as configured, with backend "microsoft" on an emulator,
// beside a provider whose Read does nothing: medians of the seconds of a whole
// `terraform plan`, the requests that it sent, and megabytes at the highest moment.
func BenchmarkTerraformMicrosoftPlanNoChange(b *testing.B) {
	tf, ours, noop := programs(b)
	for _, n := range []int{100, 1000, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			e := serve(b, ours)
			w := e.assignments(b, n, true)
			a, z := e.open(b, w, tf, ours), e.open(b, w, tf, noop)
			const pairs = 3
			var rbacRuns, noopRuns []run
			requests := 0
			for b.Loop() {
				for range pairs {
					before := e.requests(b)
					rbacRuns = append(rbacRuns, a.plan(b))
					requests = e.requests(b) - before
					noopRuns = append(noopRuns, z.plan(b))
				}
			}
			took := func(r run) float64 { return r.took.Seconds() }
			x, y := median(rbacRuns, took), median(noopRuns, took)
			b.ReportMetric(x, "rbac-s")
			b.ReportMetric(y, "noop-s")
			b.ReportMetric(x/y, "ratio")
			b.ReportMetric(float64(requests), "requests")
			b.ReportMetric(median(rbacRuns, func(r run) float64 { return r.provider }), "provider-MB")
			b.ReportMetric(median(noopRuns, func(r run) float64 { return r.provider }), "noop-MB")
			b.ReportMetric(0, "ns/op") // a whole batch: says nothing
		})
	}
}

// BenchmarkTerraformMicrosoftApply creates Azure role assignments on an emulator, with
// Terraform's own parallelism.
func BenchmarkTerraformMicrosoftApply(b *testing.B) {
	tf, ours, _ := programs(b)
	const n = 500
	for b.Loop() {
		e := serve(b, ours)
		w := e.assignments(b, n, false)
		d := e.open(b, w, tf, ours)
		before := e.requests(b)
		r := d.run(b, "apply", "-no-color", "-input=false", "-auto-approve")
		b.ReportMetric(r.took.Seconds(), "rbac-s")
		b.ReportMetric(float64(e.requests(b)-before)/n, "requests/assignment")
		b.ReportMetric(r.provider, "provider-MB")
	}
	b.ReportMetric(0, "ns/op")
}

// programs are Terraform and the mirrors of this provider and of the one that does nothing.
func programs(b *testing.B) (tf, ours, noop string) {
	b.Helper()
	if testing.Short() {
		b.Skip("runs Terraform for minutes, which -short leaves out")
	}
	if tf = terraform(); tf == "" {
		b.Skip("no terraform and no tofu on PATH: install one, or name it in TF_ACC_TERRAFORM_PATH")
	}
	mirrors := b.TempDir()
	return tf, build(b, mirrors, "rbac", "."), build(b, mirrors, "noop", "./internal/bench/noop")
}

// emulated is a running emulator.
type emulated struct {
	tenant, log string // files
	ready       struct {
		ResourceManager string `json:"resource_manager"`
		Graph           string `json:"graph"`
		Authority       string `json:"authority"`
		TenantID        string `json:"tenant_id"`
		CAFile          string `json:"ca_file"`
	}
}

// serve runs the emulator of the built provider until the benchmark ends.
func serve(b *testing.B, mirror string) *emulated {
	b.Helper()
	built, err := filepath.Glob(filepath.Join(mirror, "registry.terraform.io", "*", "*", "*", "*", "terraform-provider-rbac*"))
	if err != nil || len(built) != 1 {
		b.Fatalf("no provider in %s: %v", mirror, err)
	}
	dir := b.TempDir()
	e := &emulated{tenant: filepath.Join(dir, "tenant.db"), log: filepath.Join(dir, "requests.jsonl")}
	// A context of its own: that of the benchmark ends before the clean-up.
	command := exec.CommandContext(context.Background(), built[0], "emulator", "-store", e.tenant, "-latency", latency,
		"-ca-file", filepath.Join(dir, "ca.pem"), "-request-log", e.log)
	out, err := command.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	command.Stderr = os.Stderr
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = command.Process.Signal(os.Interrupt) // it may have ended
		if err := command.Wait(); err != nil {
			b.Errorf("the emulator ended with %v", err)
		}
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &e.ready)
	}
	if err != nil {
		b.Fatalf("the emulator says %q: %v", line, err)
	}
	return e
}

// assignments are n Azure role assignments in one subscription, which exist in the
// tenant or are to be made.
func (e *emulated) assignments(b *testing.B, n int, exist bool) world {
	b.Helper()
	w := world{planned: !exist, provider: fmt.Sprintf("provider \"rbac\" {\n  backend = \"microsoft\"\n  microsoft = {\n    tenant_id     = %q\n    client_id     = %q\n    client_secret = \"any\"\n"+
		"    endpoints = {\n      resource_manager = %q\n      graph            = %q\n      authority        = %q\n    }\n  }\n}\n",
		e.ready.TenantID, id(8, 1), e.ready.ResourceManager, e.ready.Graph, e.ready.Authority)}
	tenant, must := open(b, e.tenant, rbac.Limits{}), must(b)
	for i := range n {
		scope, err := azure.ParseScope(fmt.Sprintf("%s/resourceGroups/rg-%d", subscription, i))
		must(err)
		a := azure.Assignment{
			Scope: scope, RoleID: reader, PrincipalID: id(1, i), PrincipalType: azure.PrincipalGroup, Description: "On call.",
			Name: azure.DeriveAssignmentName(scope, reader, id(1, i)),
		}
		if exist {
			_, err = tenant.Azure.CreateAssignment(b.Context(), a)
			must(err)
		}
		w.assignment(a, "Reader")
	}
	return w
}

// open makes a directory in which Terraform trusts the emulator.
func (e *emulated) open(b *testing.B, w world, tf, mirror string) workdir {
	b.Helper()
	d := w.open(b, tf, mirror)
	d.env = []string{"SSL_CERT_FILE=" + e.ready.CAFile}
	return d
}

// requests counts what has been asked of the two services so far; tokens and
// discovery come on top, once for each run.
func (e *emulated) requests(b *testing.B) int {
	b.Helper()
	content, err := os.ReadFile(e.log)
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for line := range bytes.Lines(content) {
		var r struct{ Path string }
		if err := json.Unmarshal(line, &r); err != nil {
			b.Fatalf("the request log says %q: %v", line, err)
		}
		if !slices.ContainsFunc([]string{"/oauth2/", "/.well-known/", "/discovery/"}, func(part string) bool { return strings.Contains(r.Path, part) }) {
			n++
		}
	}
	return n
}
