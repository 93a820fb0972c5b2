// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package acceptance_test runs the built provider under real Terraform, as its users do:
// every example, two runs at once, a run that is killed. What one resource does is
// tested beside it, in internal/provider.
package acceptance_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
)

// root is the repository.
const root = "../.."

// version is what the provider under test is built as.
const version = "0.1.0"

// tenantFile is where configurations of these tests keep their tenant.
const tenantFile = "rbac-tenant.db"

// scratch is removed when all tests are done.
var scratch string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	var err error
	if scratch, err = os.MkdirTemp("", "rbac-acceptance-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(scratch)
	return m.Run()
}

// findTerraform is the path of the Terraform or OpenTofu to use; "" if there is none.
var findTerraform = sync.OnceValue(func() string {
	names := []string{"terraform", "tofu"}
	if named := os.Getenv("TF_ACC_TERRAFORM_PATH"); named != "" {
		names = []string{named}
	}
	for _, name := range names {
		if found, err := exec.LookPath(name); err == nil {
			if found, err = filepath.Abs(found); err == nil {
				return found
			}
		}
	}
	return ""
})

// buildMirror builds the provider once for all tests, by the script that make uses, so
// that a build is shared with make demo and make docs.
var buildMirror = sync.OnceValues(func() (string, error) {
	mirror := filepath.Join(scratch, "mirror")
	command := exec.CommandContext(context.Background(), filepath.Join("scripts", "mirror.sh"), mirror)
	command.Dir = root
	command.Env = append(os.Environ(), "VERSION="+version)
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("scripts/mirror.sh: %w\n%s", err, out)
	}
	return mirror, nil
})

// mirror is the directory of the built provider.
func mirror(t *testing.T) string {
	t.Helper()
	dir, err := buildMirror()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// binary is the built provider itself.
func binary(t *testing.T) string {
	t.Helper()
	name := "terraform-provider-rbac_v" + version
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(mirror(t), "registry.terraform.io", "rolewright", "rbac", version, runtime.GOOS+"_"+runtime.GOARCH, name)
}

// workdir is a directory of its own with a Terraform configuration.
type workdir struct {
	t   *testing.T
	dir string
	tf  string
}

// newWorkdir makes an empty one. The test is skipped where there is no Terraform.
func newWorkdir(t *testing.T) workdir {
	t.Helper()
	if testing.Short() {
		t.Skip("runs Terraform, which -short leaves out")
	}
	tf := findTerraform()
	if tf == "" {
		t.Skip("no terraform and no tofu on PATH: install one, or set TF_ACC_TERRAFORM_PATH (make test fetches one)")
	}
	return workdir{t: t, dir: t.TempDir(), tf: tf}
}

// header is the beginning of a configuration that works on a tenant in a file.
func header(tenant string) string {
	return fmt.Sprintf(`terraform {
  required_providers {
    rbac = {
      source = "rolewright/rbac"
    }
  }
}

provider "rbac" {
  backend = "local"
  local   = { path = %q }
}
`, filepath.ToSlash(tenant))
}

func (w workdir) path(name string) string { return filepath.Join(w.dir, name) }

func (w workdir) write(name, content string) {
	w.t.Helper()
	if err := os.WriteFile(w.path(name), []byte(content), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w workdir) remove(name string) {
	w.t.Helper()
	if err := os.Remove(w.path(name)); err != nil {
		w.t.Fatal(err)
	}
}

// copyFrom copies the files of an example that match pattern.
func (w workdir) copyFrom(example, pattern string) {
	w.t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "examples", example, pattern))
	if err != nil || len(files) == 0 {
		w.t.Fatalf("examples/%s has no %s (%v)", example, pattern, err)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			w.t.Fatal(err)
		}
		content, err := os.ReadFile(file)
		if err != nil {
			w.t.Fatal(err)
		}
		if err := os.WriteFile(w.path(filepath.Base(file)), content, info.Mode().Perm()); err != nil {
			w.t.Fatal(err)
		}
	}
}

// environment is that of the test without whatever would steer Terraform or the
// provider elsewhere.
func (w workdir) environment(extra ...string) []string {
	var env []string
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		switch {
		case strings.HasPrefix(name, "TF_"), strings.HasPrefix(name, "RBAC_"), strings.HasPrefix(name, "ARM_"), strings.HasPrefix(name, "AZURE_"):
		default:
			env = append(env, v)
		}
	}
	return append(append(env, "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+emptyConfig(w.t), "TF_IN_AUTOMATION=1", "TF_INPUT=0"), extra...)
}

// emptyConfig is a CLI configuration that sets nothing.
func emptyConfig(t *testing.T) string {
	t.Helper()
	file := filepath.Join(scratch, "empty.tfrc")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// command is a run of Terraform in the directory that has not been started.
func (w workdir) command(args ...string) *exec.Cmd {
	c := exec.CommandContext(w.t.Context(), w.tf, args...)
	c.Dir = w.dir
	c.Env = w.environment()
	return c
}

// output is what a program printed and how it ended.
type output struct {
	stdout, stderr string
	code           int
}

// all is everything printed, without the frames that Terraform draws around messages
// and with all white space as single blanks, so that line breaks don't matter.
func (o output) all() string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(o.stdout+"\n"+o.stderr)), " ")
}

func runCommand(t *testing.T, c *exec.Cmd) output {
	t.Helper()
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", strings.Join(c.Args, " "), err)
	}
	return output{stdout: stdout.String(), stderr: stderr.String(), code: c.ProcessState.ExitCode()}
}

// try runs Terraform and returns however it ended.
func (w workdir) try(args ...string) output {
	w.t.Helper()
	return runCommand(w.t, w.command(args...))
}

// must runs Terraform, which must end with the exit code.
func (w workdir) must(code int, args ...string) output {
	w.t.Helper()
	o := w.try(args...)
	if o.code != code {
		w.t.Fatalf("terraform %s ended with %d, want %d\n%s\n%s", strings.Join(args, " "), o.code, code, o.stdout, o.stderr)
	}
	return o
}

func (w workdir) init() {
	w.t.Helper()
	w.must(0, "init", "-no-color", "-plugin-dir="+mirror(w.t))
}

func (w workdir) apply(args ...string) output {
	w.t.Helper()
	return w.must(0, append([]string{"apply", "-no-color", "-auto-approve"}, args...)...)
}

// planEmpty checks that there is nothing to do.
func (w workdir) planEmpty() {
	w.t.Helper()
	w.must(0, "plan", "-no-color", "-detailed-exitcode")
}

// addresses lists what the state manages.
func (w workdir) addresses() []string {
	w.t.Helper()
	var managed []string
	for _, address := range strings.Fields(w.must(0, "state", "list", "-no-color").stdout) {
		if !strings.HasPrefix(address, "data.") {
			managed = append(managed, address)
		}
	}
	return managed
}

// wants fails unless the output holds each of the texts, white space aside.
func (o output) wants(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(o.all(), text) {
			t.Errorf("the output lacks %q:\n%s\n%s", text, o.stdout, o.stderr)
		}
	}
}

// openTenant opens the tenant of a file for the length of the test.
func openTenant(t *testing.T, file string) *reference.Tenant {
	t.Helper()
	tenant, err := reference.Open(t.Context(), reference.Options{Path: file})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tenant.Close(); err != nil {
			t.Error(err)
		}
	})
	return tenant
}

// world is all that somebody made in a tenant.
type world struct {
	AzureRoles        []azure.Role
	AzureAssignments  []azure.Assignment
	EntraRoles        []entra.Role
	EntraAssignments  []entra.Assignment
	IntuneRoles       []intune.Role
	IntuneAssignments []intune.Assignment
	ScopeTags         []intune.ScopeTag
}

// worldOf reads everything, but for the Default scope tag, which every tenant has.
func worldOf(t *testing.T, b backend.Backend) world {
	t.Helper()
	ctx := t.Context()
	var w world
	var errs [7]error
	w.AzureRoles, errs[0] = b.Azure.Roles(ctx, azure.RoleFilter{Type: azure.CustomRole})
	w.AzureAssignments, errs[1] = b.Azure.Assignments(ctx, azure.AssignmentFilter{})
	w.EntraRoles, errs[2] = b.Entra.Roles(ctx, entra.RoleFilter{Type: entra.CustomRole})
	w.EntraAssignments, errs[3] = b.Entra.Assignments(ctx, entra.AssignmentFilter{})
	w.IntuneRoles, errs[4] = b.Intune.Roles(ctx, intune.RoleFilter{Type: intune.CustomRole})
	w.IntuneAssignments, errs[5] = b.Intune.Assignments(ctx, intune.AssignmentFilter{})
	tags, err := b.Intune.ScopeTags(ctx)
	errs[6] = err
	if err := errors.Join(errs[:]...); err != nil {
		t.Fatal(err)
	}
	for _, tag := range tags {
		if tag.ID != intune.DefaultScopeTag {
			w.ScopeTags = append(w.ScopeTags, tag)
		}
	}
	return w
}

// size is the number of objects.
func (w world) size() int {
	return len(w.AzureRoles) + len(w.AzureAssignments) + len(w.EntraRoles) + len(w.EntraAssignments) +
		len(w.IntuneRoles) + len(w.IntuneAssignments) + len(w.ScopeTags)
}

// keys lists the natural keys of all objects.
func (w world) keys() []string {
	var keys []string
	add := func(parts ...string) { keys = append(keys, strings.Join(parts, " ")) }
	for _, r := range w.AzureRoles {
		add("azure role", r.Name)
	}
	for _, a := range w.AzureAssignments {
		add("azure assignment", a.Scope.ID(), a.RoleID.String(), a.PrincipalID.String())
	}
	for _, r := range w.EntraRoles {
		add("entra role", r.Name)
	}
	for _, a := range w.EntraAssignments {
		add("entra assignment", a.DirectoryScope, a.RoleID.String(), a.PrincipalID.String())
	}
	for _, r := range w.IntuneRoles {
		add("intune role", r.Name)
	}
	for _, a := range w.IntuneAssignments {
		add("intune assignment", a.Name)
	}
	for _, tag := range w.ScopeTags {
		add("scope tag", tag.Name)
	}
	return keys
}
