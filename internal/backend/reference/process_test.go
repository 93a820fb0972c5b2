// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package reference_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Tests of several processes run this test binary again, as one of these.
var children = map[string]func(path, who string){
	"writer":  writer,
	"endless": endless,
	"locked":  locked,
}

func TestMain(m *testing.M) {
	if run, ok := children[os.Getenv("REFERENCE_TEST_CHILD")]; ok {
		run(os.Getenv("REFERENCE_TEST_PATH"), os.Getenv("REFERENCE_TEST_WHO"))
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const (
	writers    = 4
	ownRoles   = 12
	contested  = 8
	killRounds = 8
)

// writer makes roles of its own and tries names that all writers want, once it
// is told to go. It says what it made.
func writer(path, who string) {
	fmt.Println("ready")
	_, _ = io.ReadAll(os.Stdin)
	t, err := reference.Open(context.Background(), reference.Options{Path: path})
	if err != nil {
		fmt.Println("error", err)
		return
	}
	b := t.Backend()
	for n := range ownRoles {
		r, err := b.Azure.CreateRole(context.Background(), role(rbac.NewGUID(), "own "+who+" "+fmt.Sprint(n)))
		if err != nil {
			fmt.Println("error", err)
			return
		}
		fmt.Println("made", r.ID)
	}
	for n := range contested {
		tag, err := b.Intune.CreateScopeTag(context.Background(), intune.ScopeTag{Name: "contested " + fmt.Sprint(n)})
		switch {
		case err == nil:
			fmt.Println("won", tag.Name)
		case rbac.KindOf(err) != rbac.Exists:
			fmt.Println("error", err)
		}
	}
	if err := t.Close(); err != nil {
		fmt.Println("error", err)
	}
}

// endless writes until it is killed, and says what was acknowledged.
func endless(path, _ string) {
	t, err := reference.Open(context.Background(), reference.Options{Path: path})
	if err != nil {
		fmt.Println("error", err)
		return
	}
	b, ctx := t.Backend(), context.Background()
	scope, _ := azure.ParseScope(subscription)
	for {
		id := rbac.NewGUID()
		if _, err := b.Azure.CreateRole(ctx, role(id, "role "+id.String())); err != nil {
			fmt.Println("error", err)
			return
		}
		fmt.Println("role", id)
		if _, err := b.Azure.CreateAssignment(ctx, azure.Assignment{Name: id, Scope: scope, RoleID: id, PrincipalID: id}); err != nil {
			fmt.Println("error", err)
			return
		}
		fmt.Println("assignment", id)
		if _, err := b.Intune.CreateScopeTag(ctx, intune.ScopeTag{Name: id.String()}); err != nil {
			fmt.Println("error", err)
			return
		}
		fmt.Println("tag", id)
	}
}

// locked says whether this process finds the file locked.
func locked(path, _ string) {
	t, err := reference.Open(context.Background(), reference.Options{Path: path, BusyTimeout: 1e6})
	if rbac.KindOf(err) == rbac.Unavailable {
		fmt.Println("locked")
		return
	}
	fmt.Println("free", err)
	_ = t.Close()
}

// process is a child that runs.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	in    io.WriteCloser
	lines *bufio.Scanner
}

func child(t *testing.T, what, path string, who ...string) process {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "REFERENCE_TEST_CHILD="+what, "REFERENCE_TEST_PATH="+path, "REFERENCE_TEST_WHO="+strings.Join(who, " "))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return process{t, cmd, in, bufio.NewScanner(out)}
}

func (p process) line() string {
	p.t.Helper()
	if !p.lines.Scan() {
		p.t.Fatalf("the child ended early: %v", p.lines.Err())
	}
	return p.lines.Text()
}

// all is what the child says until it ends.
func (p process) all() string {
	p.t.Helper()
	var b strings.Builder
	for p.lines.Scan() {
		b.WriteString(p.lines.Text() + "\n")
	}
	_ = p.cmd.Wait() // a killed child ends with an error
	return b.String()
}

func TestSeveralProcessesLoseAndDuplicateNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tenant.db") // made by whichever comes first
	var all []process
	for n := range writers {
		p := child(t, "writer", path, fmt.Sprint(n))
		if got := p.line(); got != "ready" {
			t.Fatal(got)
		}
		all = append(all, p)
	}
	for _, p := range all {
		if err := p.in.Close(); err != nil { // go
			t.Fatal(err)
		}
	}
	made, won := map[string]bool{}, map[string]int{}
	for _, p := range all {
		for line := range strings.Lines(p.all()) {
			switch what, rest, _ := strings.Cut(strings.TrimSpace(line), " "); what {
			case "made":
				made[rest] = true
			case "won":
				won[rest]++
			default:
				t.Error(line)
			}
		}
	}
	b := open(t, reference.Options{Path: path}).Backend()
	roles, err := b.Azure.Roles(t.Context(), azure.RoleFilter{Type: azure.CustomRole})
	if err != nil || len(roles) != writers*ownRoles || len(made) != writers*ownRoles {
		t.Errorf("%d roles acknowledged, %d in the tenant, want %d; %v", len(made), len(roles), writers*ownRoles, err)
	}
	for _, r := range roles {
		if !made[r.ID.String()] {
			t.Errorf("role %s was not acknowledged", r.Name)
		}
	}
	tags, err := b.Intune.ScopeTags(t.Context())
	if err != nil || len(tags) != contested+1 || len(won) != contested {
		t.Errorf("%d tags, %d won, want %d; %v", len(tags)-1, len(won), contested, err)
	}
	for name, n := range won {
		if n != 1 {
			t.Errorf("%s was won %d times", name, n)
		}
	}
}

func TestKillingAProcessAtAnyPointLosesNothingThatWasAcknowledged(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tenant.db")
	var acknowledged []string
	for round := range killRounds {
		p := child(t, "endless", path)
		// The first round kills while the tenant is made, or soon after it.
		for range rand.IntN(1 + round*4) {
			acknowledged = append(acknowledged, p.line())
		}
		if err := p.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(p.all()) { // what it said before it died counts
			if strings.HasSuffix(line, "\n") && len(strings.Fields(line)) == 2 {
				acknowledged = append(acknowledged, strings.TrimSpace(line))
			}
		}
		if err := reference.Check(path); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		tenant, err := reference.Open(t.Context(), reference.Options{Path: path})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		holds(t, tenant, acknowledged)
		if err := tenant.Close(); err != nil {
			t.Fatal(err)
		}
		var integrity string
		if err := hand(t, path).QueryRow("PRAGMA integrity_check").Scan(&integrity); err != nil || integrity != "ok" {
			t.Fatalf("round %d: %s, %v", round, integrity, err)
		}
	}
	if len(acknowledged) == 0 {
		t.Error("nothing was ever acknowledged, so nothing was shown")
	}
}

// holds checks that a tenant has everything that was acknowledged.
func holds(t *testing.T, tenant *reference.Tenant, acknowledged []string) {
	t.Helper()
	b := tenant.Backend()
	scope, err := azure.ParseScope(subscription)
	if err != nil {
		t.Fatal(err)
	}
	tags, err := b.Intune.ScopeTags(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]int{}
	for _, tag := range tags {
		names[tag.Name]++
	}
	for _, line := range acknowledged {
		what, text, _ := strings.Cut(line, " ")
		id := rbac.GUID(text)
		switch what {
		case "role":
			_, err = b.Azure.Role(t.Context(), id)
		case "assignment":
			_, err = b.Azure.Assignment(t.Context(), scope, id)
		case "tag":
			if names[text] != 1 {
				t.Errorf("tag %s is there %d times", text, names[text])
			}
		default:
			t.Fatal(line)
		}
		if err != nil {
			t.Errorf("%s was acknowledged and is gone: %v", line, err)
		}
	}
}
