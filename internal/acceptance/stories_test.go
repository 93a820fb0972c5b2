// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
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
