// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package house_test keeps the rules of the whole repository that no package can keep alone.
package house_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/rolewright/terraform-provider-rbac"

// mayImport is the table of CONTRIBUTING.md: which of our packages each may import.
// A name stands for the packages below it too, unless they have a row of their own.
// depguard says the same while one types; this test also sees what comes in through others.
var mayImport = map[string][]string{
	"internal/rbac":                {},
	"internal/azure":               {"internal/rbac"},
	"internal/entra":               {"internal/rbac"},
	"internal/intune":              {"internal/rbac"},
	"catalog":                      {"internal/rbac", "internal/azure", "internal/entra", "internal/intune"},
	"internal/backend":             {"internal/azure", "internal/entra", "internal/intune"},
	"internal/backend/backendtest": {"internal/backend", "internal/rbac", "internal/azure", "internal/entra", "internal/intune"},
	"internal/backend/microsoft":   {"internal/backend", "internal/wire", "internal/rbac", "internal/azure", "internal/entra", "internal/intune"},
	"internal/backend/reference":   {"internal/backend", "catalog", "internal/rbac", "internal/azure", "internal/entra", "internal/intune"},
	"internal/wire":                {"internal/rbac", "internal/azure", "internal/entra", "internal/intune"},
	"internal/emulator":            {"internal/backend", "internal/wire", "internal/rbac", "internal/azure", "internal/entra", "internal/intune"},
	"internal/emulator/command":    {"internal/emulator", "internal/backend/reference", "catalog", "internal/rbac", "internal/azure", "internal/entra", "internal/intune"},
	"internal/effective":           {"internal/rbac", "internal/azure", "internal/entra", "internal/intune"},
	"internal/framework":           {"internal/rbac"},
	"internal/plan":                {"internal/rbac", "internal/azure", "internal/entra", "internal/intune"},
	"internal/provider":            {"internal/framework", "internal/plan", "internal/effective", "internal/report", "internal/backend", "internal/backend/reference", "internal/backend/microsoft", "catalog", "internal/rbac", "internal/azure", "internal/entra", "internal/intune"},
	"internal/report":              {"internal/rbac"},
	"internal/rulespage":           {"internal/rbac", "internal/azure", "internal/entra", "internal/intune"},
	"":                             {"internal/provider", "internal/emulator/command"},
}

// workshop is packages for tests and generation: the program must not depend on them.
var workshop = []string{"catalog/generate", "internal/acceptance", "internal/acceptance/live", "internal/backend/backendtest", "internal/bench", "internal/house", "internal/rulespage"}

// unruled is packages that look at all the others, and so have no row; nor have those below them.
var unruled = []string{"internal/acceptance", "internal/bench", "internal/bench/noop", "internal/house"}

// neverReach is what a package must not depend on, not even through others.
var neverReach = map[string][]string{
	"internal/rbac":              {"net/http", "database/sql", "github.com/"},
	"internal/azure":             {"net/http", "database/sql", "github.com/hashicorp/"},
	"internal/entra":             {"net/http", "database/sql", "github.com/hashicorp/"},
	"internal/intune":            {"net/http", "database/sql", "github.com/hashicorp/"},
	"catalog":                    {"net/http", "database/sql", "github.com/hashicorp/"},
	"internal/report":            {"net/http", "database/sql", "github.com/hashicorp/"},
	"internal/effective":         {"net/http", "database/sql", "github.com/hashicorp/"},
	"internal/plan":              {"net/http", "database/sql", "github.com/hashicorp/"},
	"internal/backend/microsoft": {"github.com/hashicorp/terraform"},
	"internal/backend/reference": {"github.com/hashicorp/terraform"},
	"internal/wire":              {"net/http", "database/sql", "github.com/hashicorp/"},
	"internal/emulator":          {"database/sql", "github.com/hashicorp/"},
	"internal/emulator/command":  {"github.com/hashicorp/"},
}

// listed is what `go list` says of one package; Imports and Deps leave tests out.
type listed struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func TestImportsPointInward(t *testing.T) {
	t.Parallel()
	for _, p := range list(t) {
		name := ours(p.ImportPath)
		if slices.ContainsFunc(unruled, func(u string) bool { return name == u || strings.HasPrefix(name, u+"/") }) {
			continue
		}
		row, ok := rowOf(name)
		if !ok {
			t.Errorf("%s has no row in the table: say here, in .golangci.yml and in CONTRIBUTING.md what it may import", name)
			continue
		}
		for _, imported := range p.Imports {
			if imported != module && !strings.HasPrefix(imported, module+"/") {
				continue
			}
			to, _ := rowOf(ours(imported))
			if to != row && !slices.Contains(mayImport[row], to) {
				t.Errorf("%s imports %s: it may import only %s", name, ours(imported), strings.Join(mayImport[row], ", "))
			}
		}
	}
}

func TestTheMiddleReachesNeitherTerraformNorHTTPNorADatabase(t *testing.T) {
	t.Parallel()
	for _, p := range list(t) {
		row, _ := rowOf(ours(p.ImportPath))
		for _, dependency := range p.Deps {
			for _, forbidden := range neverReach[row] {
				if strings.HasPrefix(dependency, forbidden) && !strings.HasPrefix(dependency, module) {
					t.Errorf("%s depends on %s, directly or through others", ours(p.ImportPath), dependency)
				}
			}
		}
	}
}

func TestTheProgramShipsNoTestCode(t *testing.T) {
	t.Parallel()
	for _, p := range list(t) {
		if p.ImportPath != module {
			continue
		}
		for _, dependency := range p.Deps {
			if slices.Contains(workshop, ours(dependency)) || strings.HasPrefix(dependency, "github.com/hashicorp/terraform-plugin-testing") {
				t.Errorf("the program depends on %s", dependency)
			}
		}
	}
}

// ours is the path of one of our packages inside the module.
func ours(importPath string) string {
	return strings.TrimPrefix(strings.TrimPrefix(importPath, module), "/")
}

// rowOf finds the row of the table that a package belongs to: its own, or that of the
// nearest package above it.
func rowOf(name string) (string, bool) {
	for {
		if _, ok := mayImport[name]; ok {
			return name, true
		}
		cut := strings.LastIndex(name, "/")
		if cut < 0 {
			return "", false
		}
		name = name[:cut]
	}
}

func list(t *testing.T) []listed {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,Deps", "./...")
	command.Dir = "../.."
	out, err := command.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatalf("go list: %v", err)
	}
	var packages []listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		packages = append(packages, p)
	}
	if len(packages) < 8 {
		t.Fatalf("go list names %d packages, fewer than there are", len(packages))
	}
	return packages
}
