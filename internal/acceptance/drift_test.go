// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
)

// drift runs drift.sh in the directory.
func drift(t *testing.T, w workdir, path string, args ...string) output {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("drift.sh needs bash, and there is none on PATH")
	}
	c := exec.CommandContext(t.Context(), bash, append([]string{"./drift.sh"}, args...)...)
	c.Dir = w.dir
	c.Env = w.environment("TF="+w.tf, "DRIFT_REPORT="+w.path("report"), "PATH="+path)
	return runCommand(t, c)
}

func TestAccDriftDetectionTellsDriftFromNoneAndFromError(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		jq      bool
		summary string
	}{
		"with jq":    {true, summaryWithJQ},
		"without jq": {false, summaryWithoutJQ},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorkdir(t)
			path := os.Getenv("PATH")
			if !test.jq {
				path = pathWithoutJQ(t)
			} else if _, err := exec.LookPath("jq"); err != nil {
				t.Skip("jq is not installed")
			}
			w.copyFrom("drift-detection", "*.tf")
			w.copyFrom("drift-detection", "drift.sh")
			w.init()
			w.apply()

			// expect runs the job and checks its exit code and its summary.
			expect := func(code int, summary string, args ...string) {
				t.Helper()
				o := drift(t, w, path, args...)
				if o.code != code {
					t.Fatalf("drift.sh %q ended with %d, want %d\n%s\n%s", args, o.code, code, o.stdout, o.stderr)
				}
				if !strings.HasSuffix(o.stdout, summary) {
					t.Errorf("drift.sh %q printed\n%s\nwant at the end\n%s", args, o.stdout, summary)
				}
				got, err := os.ReadFile(w.path(filepath.Join("report", "summary.txt")))
				if err != nil {
					t.Fatal(err)
				}
				if string(got) != summary {
					t.Errorf("the summary of drift.sh %q is\n%s\nwant\n%s", args, got, summary)
				}
			}
			expect(0, "No drift.\n")
			changeByHand(t, w.path(tenantFile))
			expect(2, test.summary)
			expect(2, refreshSummary, "-refresh-only")
			w.apply()
			expect(0, "No drift.\n")

			w.write("broken.tf", "resource \"rbac_intune_scope_tag\" \"nameless\" {}\n")
			o := drift(t, w, path)
			if o.code != 1 {
				t.Fatalf("drift.sh ended with %d on a broken configuration, want 1\n%s\n%s", o.code, o.stdout, o.stderr)
			}
			o.wants(t, "whether there is drift is not known")
		})
	}
}

// What drift.sh says of changeByHand. Without jq it reads the plan as people do, and a
// plan for people does not say what changed outside where it says what it will change.
const (
	refreshSummary = `Drift.
Changed outside of Terraform:
  rbac_azure_custom_role.vm_operator (update): actions
  rbac_intune_scope_tag.emea (delete)
`
	summaryWithJQ = refreshSummary + `What an apply would do:
  rbac_azure_custom_role.vm_operator (update): actions
  rbac_intune_scope_tag.emea (create)
`
	summaryWithoutJQ = `Drift.
What an apply would do:
  rbac_azure_custom_role.vm_operator (update): actions
  rbac_intune_scope_tag.emea (create)
`
)

// pathWithoutJQ is a directory with all that drift.sh needs, and no jq.
func pathWithoutJQ(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"bash", "mkdir", "mktemp", "rm", "tee", "awk"} {
		found, err := exec.LookPath(name)
		if err != nil {
			t.Skipf("drift.sh needs %s, and there is none on PATH", name)
		}
		if err := os.Symlink(found, filepath.Join(dir, name)); err != nil {
			t.Skipf("links are not to be had here: %v", err)
		}
	}
	return dir
}

// changeByHand is what somebody does in a portal: a permission more on a role, a scope
// tag that is gone.
func changeByHand(t *testing.T, file string) {
	t.Helper()
	tenant, err := reference.Open(t.Context(), reference.Options{Path: file})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := tenant.Close(); err != nil {
			t.Error(err)
		}
	}()
	b := tenant.Backend()
	roles, err := b.Azure.Roles(t.Context(), azure.RoleFilter{Type: azure.CustomRole, Name: "Virtual Machine Operator"})
	if err != nil || len(roles) != 1 {
		t.Fatalf("%d roles, %v", len(roles), err)
	}
	roles[0].Permissions[0].Actions = append(roles[0].Permissions[0].Actions, "Microsoft.Compute/virtualMachines/delete")
	if _, err := b.Azure.UpdateRole(t.Context(), roles[0]); err != nil {
		t.Fatal(err)
	}
	tags, err := b.Intune.ScopeTags(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range tags {
		if tag.ID != intune.DefaultScopeTag {
			if err := b.Intune.DeleteScopeTag(t.Context(), tag.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
}
