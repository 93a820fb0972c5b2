// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package acceptance_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func ownGroup(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
}

// TestAccAKilledApplyIsFinishedByTheNext kills Terraform and provider where it hurts
// most: the tenant has made objects and Terraform has not heard of it. So that this does
// not depend on luck, the gate of the tenant is closed until the state has caught up and
// creates wait at it; then Terraform is halted, and the gate opened for the provider alone.
func TestAccAKilledApplyIsFinishedByTheNext(t *testing.T) {
	t.Parallel()
	const (
		count    = 5
		before   = 8 // objects that the state knows of at least
		parallel = 6
	)
	w := newWorkdir(t)
	file := w.path(tenantFile)
	tenant := openTenant(t, file)
	w.write("main.tf", header(tenantFile)+many("killed", count))
	w.init()

	g := newGate(t, file)
	r := w.start("-parallelism=" + strconv.Itoa(parallel))
	r.until(func(r *running) bool { return r.complete >= before })
	known := 0
	for grown := false; !grown; {
		g.close()
		known = worldOf(t, tenant.Backend()).size()
		r.until(func(r *running) bool { return r.complete == known && r.creating > known })
		for w.inState() != known && t.Context().Err() == nil {
		}
		halt(t, r.cmd.Process.Pid)
		g.open()
		// Should Terraform have been halted between saying "Creating" and asking for
		// it, nothing happens, and it goes on to be halted again.
		for end := time.Now().Add(2 * time.Second); !grown && time.Now().Before(end); {
			grown = worldOf(t, tenant.Backend()).size() > known
		}
		if !grown {
			signal(t, r.cmd.Process.Pid, syscall.SIGCONT)
		}
	}
	signal(t, -r.cmd.Process.Pid, syscall.SIGKILL)
	if o := r.end(); o.code == 0 {
		t.Fatalf("the run was not killed:\n%s", o.stdout)
	}

	// The tenant opens, and the state holds what it said.
	made := worldOf(t, openTenant(t, file).Backend()).size()
	managed := w.addresses()
	if len(managed) != known {
		t.Errorf("the state holds %d objects, want %d", len(managed), known)
	}
	if made <= known || made > known+parallel {
		t.Errorf("the tenant holds %d objects, want more than %d and at most %d", made, known, known+parallel)
	}

	// The next applies say of each object between how to get it, and make the rest.
	w.importAll(made - known)
	w.planEmpty()

	const want = count * kinds
	keys := worldOf(t, tenant.Backend()).keys()
	slices.Sort(keys)
	if len(keys) != want || len(slices.Compact(slices.Clone(keys))) != want {
		t.Errorf("the tenant holds %d objects, want %d different ones: %q", len(keys), want, keys)
	}
	if managed := w.addresses(); len(managed) != want {
		t.Errorf("the state holds %d objects, want %d", len(managed), want)
	}
}

// importAll applies until nothing is in the way any more, and imports what a run names as
// existing already. That takes one run or a few: a resource that finds no place to wait for
// the rest of the plan has its conflict told by another, without an address, and is met
// again by the next run.
func (w workdir) importAll(want int) {
	w.t.Helper()
	var blocks strings.Builder
	n := 0
	for range want + 1 {
		w.write("imports.tf", blocks.String())
		o := w.try("apply", "-no-color", "-auto-approve")
		if o.code == 0 {
			break
		}
		more, found := importBlocks(w.t, o)
		if found == 0 {
			w.t.Fatalf("the apply fails and names nothing to import:\n%s", o.all())
		}
		n += found
		blocks.WriteString(more)
	}
	if n != want {
		w.t.Errorf("the applies show %d import blocks, want %d", n, want)
	}
	w.remove("imports.tf")
}

// halt stops a process and returns when all of its threads stand still.
func halt(t *testing.T, id int) {
	t.Helper()
	signal(t, id, syscall.SIGSTOP)
	var status syscall.WaitStatus
	_, err := syscall.Wait4(id, &status, syscall.WUNTRACED, nil)
	for errors.Is(err, syscall.EINTR) {
		_, err = syscall.Wait4(id, &status, syscall.WUNTRACED, nil)
	}
	if err != nil || !status.Stopped() {
		t.Fatalf("Terraform was not halted, but is at %v (%v)", status, err)
	}
}

// signal sends a signal to a process, or to a process group when id is negative.
func signal(t *testing.T, id int, s syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(id, s); err != nil {
		t.Fatalf("signal %v to %d: %v", s, id, err)
	}
}

// inState counts the objects in the state file; -1 while it is being written.
func (w workdir) inState() int {
	w.t.Helper()
	content, err := os.ReadFile(w.path("terraform.tfstate"))
	if err != nil {
		w.t.Fatal(err)
	}
	var state struct {
		Resources []struct {
			Mode      string
			Instances []any
		}
	}
	if json.Unmarshal(content, &state) != nil {
		return -1
	}
	n := 0
	for _, r := range state.Resources {
		if r.Mode == "managed" {
			n += len(r.Instances)
		}
	}
	return n
}
