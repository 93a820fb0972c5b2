// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// many is a configuration of objects of all seven kinds, count of each, whose names
// begin with prefix. None depends on another, so that they are made at once.
func many(prefix string, count int) string {
	return fmt.Sprintf(`
locals {
  numbers = toset([for n in range(%d) : format("%%02d", n)])
}

resource "rbac_azure_custom_role" "many" {
  for_each          = local.numbers
  name              = "%[2]s ${each.key}"
  actions           = ["Microsoft.Compute/*/read"]
  assignable_scopes = ["/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11"]
}

resource "rbac_azure_role_assignment" "many" {
  for_each     = local.numbers
  scope        = "/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11/resourceGroups/%[2]s-${each.key}"
  role         = "Reader"
  principal_id = "7c1e0a5d-3b0e-4a3c-8f0b-2f6a9a0f6f10"
}

resource "rbac_entra_custom_role" "many" {
  for_each    = local.numbers
  name        = "%[2]s ${each.key}"
  permissions = ["microsoft.directory/applications/basic/update"]
}

resource "rbac_entra_role_assignment" "many" {
  for_each        = local.numbers
  role            = "Helpdesk Administrator"
  principal_id    = "c3d29e74-8051-4d3a-9c86-2e7d0419f523"
  directory_scope = "/administrativeUnits/${uuidv5("url", "%[2]s-${each.key}")}"
}

resource "rbac_intune_custom_role" "many" {
  for_each    = local.numbers
  name        = "%[2]s ${each.key}"
  permissions = ["Mobile apps/Read"]
}

resource "rbac_intune_role_assignment" "many" {
  for_each    = local.numbers
  name        = "%[2]s ${each.key}"
  role        = "Help Desk Operator"
  members     = ["a1d07c52-6e3f-4b18-9a64-0c5be2f7d301"]
  all_devices = true
}

resource "rbac_intune_scope_tag" "many" {
  for_each = local.numbers
  name     = "%[2]s ${each.key}"
}
`, count, prefix)
}

// kinds is how many kinds of objects many makes.
const kinds = 7

// disputed is one object of each kind, the same wherever it is used.
const disputed = `
resource "rbac_azure_custom_role" "disputed" {
  name              = "Disputed"
  actions           = ["Microsoft.Compute/*/read"]
  assignable_scopes = ["/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11"]
}

resource "rbac_azure_role_assignment" "disputed" {
  scope        = "/subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11"
  role         = "Reader"
  principal_id = "7c1e0a5d-3b0e-4a3c-8f0b-2f6a9a0f6f10"
}

resource "rbac_entra_custom_role" "disputed" {
  name        = "Disputed"
  permissions = ["microsoft.directory/applications/basic/update"]
}

resource "rbac_entra_role_assignment" "disputed" {
  role         = "Helpdesk Administrator"
  principal_id = "c3d29e74-8051-4d3a-9c86-2e7d0419f523"
}

resource "rbac_intune_custom_role" "disputed" {
  name        = "Disputed"
  permissions = ["Mobile apps/Read"]
}

resource "rbac_intune_role_assignment" "disputed" {
  name        = "Disputed"
  role        = "Help Desk Operator"
  members     = ["a1d07c52-6e3f-4b18-9a64-0c5be2f7d301"]
  all_devices = true
}

resource "rbac_intune_scope_tag" "disputed" {
  name = "Disputed"
}
`

// gate holds the write lock of a tenant file, so that every run that wants to write waits.
type gate struct {
	t    *testing.T
	db   *sql.DB
	conn *sql.Conn
}

// newGate closes the gate when close is called, and opens it again with open. The test
// must have the tenant open by openTenant all the while: what it opens later would take
// the lock away from the process.
func newGate(t *testing.T, file string) *gate {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(30000)")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return &gate{t: t, db: db, conn: conn}
}

func (g *gate) close() { g.exec("BEGIN IMMEDIATE") }

func (g *gate) open() { g.exec("ROLLBACK") }

func (g *gate) exec(statement string) {
	g.t.Helper()
	if _, err := g.conn.ExecContext(context.WithoutCancel(g.t.Context()), statement); err != nil {
		g.t.Fatalf("%s: %v", statement, err)
	}
}

// running is a run of Terraform whose output is followed line by line.
type running struct {
	t       *testing.T
	cmd     *exec.Cmd
	lines   *bufio.Scanner
	printed strings.Builder

	creating, complete int // lines of that kind so far
}

// start starts an apply in a process group of its own, which the end of the test kills.
func (w workdir) start(args ...string) *running {
	w.t.Helper()
	c := w.command(append([]string{"apply", "-no-color", "-auto-approve"}, args...)...)
	ownGroup(c)
	read, write := io.Pipe()
	c.Stdout, c.Stderr = write, write
	if err := c.Start(); err != nil {
		w.t.Fatal(err)
	}
	r := &running{t: w.t, cmd: c, lines: bufio.NewScanner(read)}
	go func() {
		// The exit code is in ProcessState; the end of the pipe tells that it is there.
		_ = c.Wait()
		_ = write.Close()
	}()
	return r
}

// until reads the output until enough holds, or fails when it ends before.
func (r *running) until(enough func(*running) bool) {
	r.t.Helper()
	for !enough(r) {
		if !r.next() {
			r.t.Fatalf("the run ended too soon:\n%s", r.printed.String())
		}
	}
}

func (r *running) next() bool {
	if !r.lines.Scan() {
		return false
	}
	line := r.lines.Text()
	fmt.Fprintln(&r.printed, line)
	switch {
	case strings.Contains(line, ": Creating..."):
		r.creating++
	case strings.Contains(line, ": Creation complete after"):
		r.complete++
	}
	return true
}

// end reads the rest and returns everything printed and how it ended.
func (r *running) end() output {
	r.t.Helper()
	for r.next() {
	}
	return output{stdout: r.printed.String(), code: r.cmd.ProcessState.ExitCode()}
}

// importBlock is what an error about an existing object shows, and before it the
// address of the resource that it is about.
var importBlock = regexp.MustCompile(`with ([^\s,]+(?:\["[^"]+"\])?), on \S+ line \d+.*?import \{ to = (\S+)\.NAME id = "([^"]+)" \}`)

// importBlocks turns every error about an existing object into an import block, but for
// those that are told by another resource than the one at fault.
func importBlocks(t *testing.T, o output) (blocks string, count int) {
	t.Helper()
	var b strings.Builder
	for _, message := range strings.Split(o.all(), "Error: ")[1:] {
		if strings.Contains(message, "Another resource of this plan breaks a rule too.") {
			continue
		}
		parts := importBlock.FindStringSubmatch(message)
		if parts == nil {
			t.Errorf("an error shows no import block: %s", message)
			continue
		}
		if !strings.HasPrefix(parts[1], parts[2]+".") {
			t.Errorf("the import block is for %s, the error about %s", parts[2], parts[1])
		}
		fmt.Fprintf(&b, "import {\n  to = %s\n  id = %q\n}\n", parts[1], parts[3])
		count++
	}
	return b.String(), count
}
