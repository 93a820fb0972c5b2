// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkTerraformPlanNoChange plans separate resource blocks that are all as
// configured, with this provider and with the one that does nothing, in turns,
// because one machine can be a third slower an hour later. It reports medians: the
// seconds of a whole `terraform plan`, how much of the processors' time that took,
// and megabytes at the highest moment.
func BenchmarkTerraformPlanNoChange(b *testing.B) {
	tf, ours, noop := programs(b)
	for _, n := range []int{1000, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := furnish(b, n)
			a, z := w.open(b, tf, ours), w.open(b, tf, noop)
			const pairs = 3
			var rbacRuns, noopRuns []run
			for b.Loop() {
				for range pairs {
					rbacRuns = append(rbacRuns, a.plan(b))
					noopRuns = append(noopRuns, z.plan(b))
				}
			}
			report := func(unit string, of func(run) float64) (float64, float64) {
				x, y := median(rbacRuns, of), median(noopRuns, of)
				b.ReportMetric(x, "rbac-"+unit)
				b.ReportMetric(y, "noop-"+unit)
				return x, y
			}
			x, y := report("s", func(r run) float64 { return r.took.Seconds() })
			b.ReportMetric(x/y, "ratio")
			x, y = report("cpu-s", func(r run) float64 { return r.cpu.Seconds() })
			b.ReportMetric(x/y, "cpu-ratio")
			if rbacRuns[0].provider > 0 {
				report("terraform-MB", func(r run) float64 { return r.terraform })
				report("provider-MB", func(r run) float64 { return r.provider })
			}
			b.ReportMetric(0, "ns/op") // a whole batch: says nothing
		})
	}
}

// terraform is the program to measure with; "" if there is none.
func terraform() string {
	names := []string{"terraform", "tofu"}
	if named := os.Getenv("TF_ACC_TERRAFORM_PATH"); named != "" {
		names = []string{named}
	}
	for _, name := range names {
		if found, err := exec.LookPath(name); err == nil {
			if found, err = filepath.Abs(found); err == nil {
				return found
			}
		}
	}
	return ""
}

// build builds a provider from a package of this module and returns the mirror
// from which Terraform and OpenTofu install it as rolewright/rbac.
func build(b *testing.B, mirrors, name, pkg string) string {
	b.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		b.Fatal(err)
	}
	mirror := filepath.Join(mirrors, name)
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		out := filepath.Join(mirror, host, "rolewright", "rbac", "0.0.1", runtime.GOOS+"_"+runtime.GOARCH, "terraform-provider-rbac_v0.0.1")
		if runtime.GOOS == "windows" {
			out += ".exe"
		}
		command := exec.CommandContext(b.Context(), "go", "build", "-o", out, pkg)
		command.Dir = root
		if said, err := command.CombinedOutput(); err != nil {
			b.Fatalf("go build %s: %v\n%s", pkg, err, said)
		}
	}
	return mirror
}

// workdir is a directory in which Terraform is initialised with one provider.
type workdir struct {
	tf, dir string
	env     []string // besides that of the process
}

// open makes a directory with the configuration and state of w.
func (w world) open(b *testing.B, tf, mirror string) workdir {
	b.Helper()
	d := workdir{tf: tf, dir: b.TempDir()}
	host := "registry.terraform.io"
	if said, err := d.command(b.Context(), "version").Output(); err == nil && bytes.HasPrefix(said, []byte("OpenTofu")) {
		host = "registry.opentofu.org"
	}
	state, err := json.Marshal(w.state(host))
	if err != nil {
		b.Fatal(err)
	}
	files := map[string][]byte{"main.tf": w.config(), "terraform.tfstate": state}
	if w.planned {
		delete(files, "terraform.tfstate")
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(d.dir, name), content, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	if said, err := d.command(b.Context(), "init", "-no-color", "-plugin-dir="+mirror).CombinedOutput(); err != nil {
		b.Fatalf("init: %v\n%s", err, said)
	}
	return d
}

func (d workdir) command(ctx context.Context, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, d.tf, args...)
	command.Dir = d.dir
	command.Env = slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "TF_") || strings.HasPrefix(entry, "ARM_") || strings.HasPrefix(entry, "AZURE_") || strings.HasPrefix(entry, "RBAC_")
	})
	command.Env = append(append(command.Env, d.env...), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull)
	return command
}

// run is what one plan cost; the megabytes are 0 where the system does not tell.
type run struct {
	took                time.Duration
	cpu                 time.Duration // of Terraform and the provider; other work on the machine does not count
	terraform, provider float64
}

// plan runs a plan that must be empty.
func (d workdir) plan(b *testing.B) run {
	b.Helper()
	return d.run(b, "plan", "-no-color", "-input=false", "-detailed-exitcode")
}

// run runs a command that must succeed.
func (d workdir) run(b *testing.B, args ...string) run {
	b.Helper()
	var said bytes.Buffer
	command := d.command(b.Context(), args...)
	command.Stdout, command.Stderr = &said, &said
	began := time.Now()
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	stop := watch(command.Process.Pid)
	err := command.Wait()
	r := run{took: time.Since(began), cpu: command.ProcessState.UserTime() + command.ProcessState.SystemTime()}
	r.terraform, r.provider = stop()
	if err != nil {
		b.Fatalf("terraform %s: %v\n%.4000s", args[0], err, said.String())
	}
	return r
}

func median(runs []run, of func(run) float64) float64 {
	values := make([]float64, len(runs))
	for i, r := range runs {
		values[i] = of(r)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// watch follows the memory of a process and its children until it is told to
// stop, and then says the highest, in megabytes, of the process and of any child.
// Only Linux tells; elsewhere both are 0.
func watch(pid int) (stop func() (process, child float64)) {
	end, done := make(chan struct{}), make(chan struct{})
	var process, child float64
	go func() {
		defer close(done)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			process = max(process, highest(fmt.Sprint(pid)))
			lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
			for _, list := range lists {
				pids, _ := os.ReadFile(list) // a thread may have ended
				for _, p := range strings.Fields(string(pids)) {
					child = max(child, highest(p))
				}
			}
			select {
			case <-tick.C:
			case <-end:
				return
			}
		}
	}()
	return func() (float64, float64) {
		close(end)
		<-done
		return process, child
	}
}

// highest is the most memory that a process has had so far, in megabytes.
func highest(pid string) float64 {
	status, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		var kilobytes float64
		if _, err := fmt.Sscanf(line, "VmHWM: %f kB", &kilobytes); err == nil {
			return kilobytes / 1024
		}
	}
	return 0
}
