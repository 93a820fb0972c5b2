// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func TestAccCopiesOfBuiltInRolesTellWhenMicrosoftChangesTheOriginal(t *testing.T) {
	t.Parallel()
	w := newWorkdir(t)
	w.copyFrom("copy-a-role", "*.tf")
	if err := os.Mkdir(w.path("originals"), 0o700); err != nil {
		t.Fatal(err)
	}
	original, err := os.ReadFile(filepath.Join(root, "examples", "copy-a-role", "originals", "help-desk-operator.json"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("originals", "help-desk-operator.json")
	w.write(file, string(original))
	w.init()
	if said := w.apply().all(); strings.Contains(said, "Warning") {
		t.Errorf("the copies come with a warning:\n%s", said)
	}
	w.planEmpty()
	if got, want := strings.TrimSpace(w.must(0, "output", "-no-color", "-json", "taken_away").stdout),
		`{"azure":["Microsoft.Compute/virtualMachines/delete"],"intune":["Remote tasks/Retire","Remote tasks/Wipe"]}`; got != want {
		t.Errorf("taken away is\n%s\nwant\n%s", got, want)
	}
	if got := strings.TrimSpace(w.must(0, "output", "-no-color", "-json", "help_desk_original").stdout); got != strings.TrimSpace(string(original)) {
		t.Errorf("%s is not what the command in the example writes", file)
	}

	// The same plan where the original was another when it was copied.
	w.write(file, strings.Replace(string(original), `"Remote tasks/Wipe"`, `"Remote tasks/Fly"`, 1))
	w.must(0, "plan", "-no-color").wants(t, "Microsoft has changed Help Desk Operator. Added: Remote tasks/Wipe. Removed: Remote tasks/Fly.")
}

func TestAccTheTestsOfTheRoleModulePass(t *testing.T) {
	t.Parallel()
	w := newWorkdir(t)
	w.copyFrom("role-module", "*.tf")
	if err := os.Mkdir(w.path("tests"), 0o700); err != nil {
		t.Fatal(err)
	}
	tests, err := os.ReadFile(filepath.Join(root, "examples", "role-module", "tests", "role.tftest.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	w.write(filepath.Join("tests", "role.tftest.hcl"), string(tests))
	w.init()
	w.must(0, "test", "-no-color").wants(t, "Success! 4 passed, 0 failed.")
}

func TestAccTheAccessReviewTellsWhatHasChangedAndWhatIsForbidden(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("review.sh needs bash, and there is none on PATH")
	}
	tenant := quickstart(t)
	tenant.apply()
	w := newWorkdir(t)
	w.copyFrom("access-review", "*.tf")
	w.copyFrom("access-review", "review.sh")
	w.write("terraform.tfvars", fmt.Sprintf("tenant = %q\ndirectory = %q\n", tenant.path(tenantFile), tenant.path("directory.json")))
	w.init()
	review := func(code int, says ...string) {
		t.Helper()
		c := exec.CommandContext(t.Context(), bash, "./review.sh")
		c.Dir, c.Env = w.dir, w.environment("TF="+w.tf)
		o := runCommand(t, c)
		if o.code != code {
			t.Fatalf("review.sh ended with %d, want %d:\n%s\n%s", o.code, code, o.stdout, o.stderr)
		}
		o.wants(t, says...)
	}
	review(2, "Access has changed.") // there was no report before
	review(0, "Access is as it was.")
	for file, part := range map[string]string{"access.md": "# Access at Rowan Mills", "access.html": "<title>Access at Rowan Mills</title>"} {
		content, err := os.ReadFile(w.path(file))
		if err != nil || !strings.Contains(string(content), part) {
			t.Errorf("%s has no %q: %v", file, part, err)
		}
	}

	// Somebody gives the help desk what it must not have.
	b := openTenant(t, tenant.path(tenantFile)).Backend()
	if _, err := b.Intune.CreateAssignment(t.Context(), intune.Assignment{
		Name: "By hand", RoleID: "2f9f4f7e-2d13-427b-adf2-361a1eef7ae8", Members: []rbac.GUID{"a1d07c52-6e3f-4b18-9a64-0c5be2f7d301"}, AllDevices: true,
	}); err != nil {
		t.Fatal(err)
	}
	review(2, "Access has changed.", "School Administrator", "A check fails.", "Lena Fischer may use Remote tasks/Wipe: School Administrator by By hand.")
}
