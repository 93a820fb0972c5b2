// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// blocks are the pieces of code of one language in the guides, as they are published,
// by the guide that they are in.
func blocks(t *testing.T, language string) map[string][]string {
	t.Helper()
	guides, err := filepath.Glob(filepath.Join(root, "docs", "guides", "*.md"))
	if err != nil || len(guides) < 5 {
		t.Fatalf("docs/guides has %d guides (%v)", len(guides), err)
	}
	found := map[string][]string{}
	for _, guide := range guides {
		text, err := os.ReadFile(guide)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range strings.Split(string(text), "```"+language+"\n")[1:] {
			code, _, _ := strings.Cut(part, "```")
			found[filepath.Base(guide)] = append(found[filepath.Base(guide)], code)
		}
	}
	return found
}

func TestAccTheProviderBlocksOfTheGuidesAreValid(t *testing.T) {
	t.Parallel()
	count := 0
	for guide, pieces := range blocks(t, "terraform") {
		for _, code := range pieces {
			if !strings.HasPrefix(code, `provider "rbac" {`) {
				continue
			}
			count++
			w := newWorkdir(t)
			w.write("main.tf", "terraform {\n  required_providers {\n    rbac = {\n      source = \"rolewright/rbac\"\n    }\n  }\n}\n\n"+code)
			w.init()
			if o := w.try("validate", "-no-color"); o.code != 0 {
				t.Errorf("%s: %s\n%s", guide, code, o.all())
			}
			if o := w.try("fmt", "-check", "-diff", "-no-color"); o.code != 0 {
				t.Errorf("%s is not formatted: %s", guide, o.stdout)
			}
		}
	}
	if count < 6 {
		t.Errorf("the guides show %d provider blocks, fewer than there are", count)
	}
}

func TestAccTheFaultsThatTheGuideShowsAreTaken(t *testing.T) {
	t.Parallel()
	w := newWorkdir(t)
	w.copyFrom("emulator", "directory.json")
	count := 0
	for _, code := range blocks(t, "json")["emulator.md"] {
		if !strings.HasPrefix(code, "[") {
			continue
		}
		count++
		var faults []struct{ Path string }
		if err := json.Unmarshal([]byte(code), &faults); err != nil || len(faults) == 0 {
			t.Errorf("%v: %s", err, code)
		}
		w.write("faults.json", code)
		w.emulate("-directory", "directory.json", "-ca-file", "ca.pem", "-faults", "faults.json").stop()
	}
	if count != 2 {
		t.Errorf("the guide shows %d lists of faults, want 2", count)
	}
}
