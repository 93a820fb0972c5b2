// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package house_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// maxLines is how long the file of a resource or data source may be. A longer one has
// something in it that belongs elsewhere.
const maxLines = 250

func TestResourceFilesStayShort(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, file := range directory(t, "internal/provider") {
		if !strings.HasSuffix(file, "_resource.go") && !strings.HasSuffix(file, "_data_source.go") {
			continue
		}
		seen++
		if n := strings.Count(readFile(t, filepath.Join("internal", "provider", file)), "\n"); n > maxLines {
			t.Errorf("internal/provider/%s has %d lines, more than %d: move out what is not the resource's own", file, n, maxLines)
		}
	}
	if seen < 7 {
		t.Errorf("only %d files of resources and data sources were found", seen)
	}
}

func TestEveryGoFileAndScriptHasItsLicenceHeader(t *testing.T) {
	t.Parallel()
	const holder, licence = " Copyright (c) Rolewright contributors\n", " SPDX-License-Identifier: MPL-2.0\n"
	for _, name := range files(t) {
		comment := map[string]string{".go": "//", ".sh": "#"}[filepath.Ext(name)]
		// An import.sh is a snippet of the docs.
		if comment == "" || filepath.Base(name) == "import.sh" {
			continue
		}
		header, _, _ := strings.Cut(readFile(t, name), "\n\n")
		if !strings.Contains(header+"\n", comment+holder+comment+licence) {
			t.Errorf("%s has no licence header: run make fmt", name)
		}
	}
}

// TestNoFileKnowsTheMachineItWasWrittenOn finds absolute paths of home directories and
// of workspaces, which mean nothing anywhere else.
func TestNoFileKnowsTheMachineItWasWrittenOn(t *testing.T) {
	t.Parallel()
	const itself = "internal/house/repository_test.go"
	machinePath := regexp.MustCompile(`(?:^|[^\w.$}/*-])/(?:root|home|work|workspace|Users|var/folders)/`)
	for _, name := range files(t) {
		content, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Error(err)
			continue
		}
		if name == itself || bytes.IndexByte(content, 0) >= 0 {
			continue
		}
		number := 0
		for line := range strings.Lines(string(content)) {
			number++
			if machinePath.MatchString(line) {
				t.Errorf("%s:%d has a path of one machine: %s", name, number, strings.TrimSpace(line[:min(len(line), 200)]))
			}
		}
	}
}

// TestEveryDependencyIsExplained compares the direct requirements of go.mod with the
// table of CONTRIBUTING.md, in both directions.
func TestEveryDependencyIsExplained(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "mod", "edit", "-json", filepath.Join(root, "go.mod")).Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	var direct []string
	for _, r := range mod.Require {
		if !r.Indirect {
			direct = append(direct, r.Path)
		}
	}
	if len(direct) == 0 {
		t.Fatal("go.mod has no direct requirements: run go mod tidy")
	}

	_, section, _ := strings.Cut(readFile(t, "CONTRIBUTING.md"), "\n## Dependencies\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var explained []string
	for line := range strings.Lines(section) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 2 || !strings.HasPrefix(strings.TrimSpace(cells[0]), "`") {
			continue
		}
		for _, module := range strings.Split(cells[0], ",") {
			module = strings.Trim(strings.TrimSpace(module), "`")
			explained = append(explained, module)
			if strings.TrimSpace(cells[1]) == "" {
				t.Errorf("CONTRIBUTING.md says nothing of %s", module)
			}
		}
	}
	for _, module := range direct {
		if !slices.Contains(explained, module) {
			t.Errorf("CONTRIBUTING.md does not say why there is %s", module)
		}
	}
	for _, module := range explained {
		if !slices.Contains(direct, module) {
			t.Errorf("CONTRIBUTING.md explains %s, which go.mod does not require directly", module)
		}
	}
}

// files lists every file of the repository: those that git knows and those that it
// would, were they added.
func files(t *testing.T) []string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed, and it knows which files are the repository's")
	}
	command := exec.CommandContext(t.Context(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")
	command.Dir = root
	out, err := command.Output()
	if err != nil {
		t.Skipf("this is no clone with git: %v", err)
	}
	var names []string
	for _, name := range strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		// One that was deleted and not yet committed is still listed.
		if _, err := os.Stat(filepath.Join(root, name)); err == nil {
			names = append(names, name)
		}
	}
	if len(names) < 50 {
		t.Fatalf("git lists %d files, fewer than there are", len(names))
	}
	return names
}
