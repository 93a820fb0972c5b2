// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// examplesOf lists the directories below one of examples/. That there is one for every
// type is a rule of the house, tested in internal/house.
func examplesOf(t *testing.T, kind string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(root, "examples", kind))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestAccExamplesAreFormatted(t *testing.T) {
	t.Parallel()
	w := newWorkdir(t)
	c := w.command("fmt", "-no-color", "-check", "-diff", "-recursive", "examples")
	c.Dir = root
	if o := runCommand(t, c); o.code != 0 {
		t.Errorf("run make fmt:\n%s\n%s", o.stdout, o.stderr)
	}
}

func TestAccEveryResourceExampleAppliesPlansEmptyAndIsImportedAsItShows(t *testing.T) {
	t.Parallel()
	for _, name := range examplesOf(t, "resources") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorkdir(t)
			w.write("provider.tf", header(tenantFile))
			w.copyFrom("resources/"+name, "resource.tf")
			w.init()
			w.apply()
			w.planEmpty()
			tenant := openTenant(t, w.path(tenantFile))
			managed := w.addresses()
			if !slices.ContainsFunc(managed, func(a string) bool { return strings.HasPrefix(a, name+".") }) {
				t.Errorf("the example makes no %s, but %q", name, managed)
			}
			if size := worldOf(t, tenant.Backend()).size(); size != len(managed) {
				t.Errorf("the tenant holds %d objects, the state %d", size, len(managed))
			}

			importByCommand(t, w, name)
			importByBlock(t, w, name)

			w.apply("-destroy")
			if left := worldOf(t, tenant.Backend()).keys(); len(left) != 0 {
				t.Errorf("destroy left %q", left)
			}
		})
	}
}

// importCommand is one line of an import.sh: address and ID.
var importCommand = regexp.MustCompile(`^terraform import (\S+) ("[^"]+"|\S+)$`)

// importByCommand forgets the object of an example and imports it by each of the ways
// that its import.sh shows. An ID that the service gives out can't be known when an
// example is written, so those are put in from the state.
func importByCommand(t *testing.T, w workdir, name string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "examples", "resources", name, "import.sh"))
	if err != nil {
		t.Fatal(err)
	}
	byKey := 0
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parts := importCommand.FindStringSubmatch(line)
		if parts == nil {
			t.Errorf("import.sh has a line that is no import: %s", line)
			continue
		}
		address, id := parts[1], strings.Trim(parts[2], `"`)
		if !strings.HasPrefix(address, name+".") {
			t.Errorf("%s is not the example's type, %s", address, name)
			continue
		}
		if !strings.HasPrefix(id, "name:") && !strings.Contains(id, "|") {
			id = realID(t, w, address, id)
		} else {
			byKey++
		}
		w.must(0, "state", "rm", "-no-color", address)
		w.must(0, "import", "-no-color", address, id)
	}
	if byKey == 0 {
		t.Error("import.sh shows no import by natural key")
	}
	w.planEmpty()
}

// importByBlock forgets it again and imports it by the example's import block.
func importByBlock(t *testing.T, w workdir, name string) {
	t.Helper()
	w.copyFrom("resources/"+name, "import-by-string-id.tf")
	block, err := os.ReadFile(w.path("import-by-string-id.tf"))
	if err != nil {
		t.Fatal(err)
	}
	to := regexp.MustCompile(`to\s*=\s*(\S+)`).FindStringSubmatch(string(block))
	if len(to) < 2 || !strings.HasPrefix(to[1], name+".") {
		t.Fatalf("import-by-string-id.tf imports to no %s:\n%s", name, block)
	}
	w.must(0, "state", "rm", "-no-color", to[1])
	w.apply().wants(t, "1 imported, 0 added, 0 changed, 0 destroyed")
	w.planEmpty()
}

func TestAccEveryDataSourceExampleAppliesAndThenPlansEmpty(t *testing.T) {
	t.Parallel()
	for _, name := range examplesOf(t, "data-sources") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorkdir(t)
			w.write("provider.tf", header(tenantFile))
			w.copyFrom("data-sources/"+name, "data-source.tf")
			w.init()
			w.apply()
			w.planEmpty()
			if read := w.must(0, "state", "list", "-no-color").stdout; !strings.Contains(read, "data."+name+".") {
				t.Errorf("the example reads no %s:\n%s", name, read)
			}
		})
	}
}

func TestAccEveryFunctionExampleAppliesAndThenPlansEmpty(t *testing.T) {
	t.Parallel()
	for _, name := range examplesOf(t, "functions") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorkdir(t)
			w.write("provider.tf", header(tenantFile))
			w.copyFrom("functions/"+name, "function.tf")
			w.init()
			w.apply()
			w.planEmpty()
			if read := w.must(0, "output", "-no-color").stdout + w.must(0, "state", "list", "-no-color").stdout; strings.TrimSpace(read) == "" {
				t.Error("the example shows nothing: it has neither an output nor a resource")
			}
		})
	}
}

func TestAccTheProviderExampleIsValid(t *testing.T) {
	t.Parallel()
	w := newWorkdir(t)
	w.copyFrom("provider", "*.tf")
	w.init()
	w.must(0, "validate", "-no-color")
	w.apply()
	w.planEmpty()
}

// realID is the ID of the object at address, written like the ID of an example: alone,
// or behind what the example has in front of its GUID.
func realID(t *testing.T, w workdir, address, example string) string {
	t.Helper()
	id := attribute(t, w, address, "id")
	if i := strings.LastIndex(example, "/providers/Microsoft.Authorization/"); i >= 0 {
		return example[:i] + id[strings.LastIndex(id, "/providers/Microsoft.Authorization/"):]
	}
	if !strings.Contains(example, "/") {
		return id[strings.LastIndex(id, "/")+1:]
	}
	return id
}

// attribute is a string attribute of a managed object, as `state show` prints it.
func attribute(t *testing.T, w workdir, address, name string) string {
	t.Helper()
	for line := range strings.Lines(w.must(0, "state", "show", "-no-color", address).stdout) {
		key, value, ok := strings.Cut(line, "=")
		if ok && strings.TrimSpace(key) == name {
			return strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	t.Fatalf("%s has no %s in state", address, name)
	return ""
}
