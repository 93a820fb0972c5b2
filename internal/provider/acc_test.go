// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/provider"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The tests named TestAcc… drive real Terraform. Each has a tenant of its own
// in memory, so they run in parallel and need neither TF_ACC nor a network.

// memoryProvider is the provider block of a configuration on a test's own tenant.
const memoryProvider = "provider \"rbac\" {\n  backend = \"memory\"\n}\n"

// memory puts the provider block before resources.
func memory(resources string) string { return memoryProvider + resources }

// tenant is a tenant in memory that belongs to one test. The Backend looks
// into it and changes it behind Terraform's back.
type tenant struct {
	backend.Backend
	// Factories are for ProtoV6ProviderFactories: every provider instance of
	// the test works on this tenant.
	Factories map[string]func() (tfprotov6.ProviderServer, error)
}

// newTenant makes an empty tenant. directory, if given, is the JSON of its
// directory file: then only what is in there exists.
func newTenant(t *testing.T, directory ...string) *tenant {
	t.Helper()
	var o reference.Options
	if len(directory) > 0 {
		d, err := reference.ParseDirectory([]byte(directory[0]))
		if err != nil {
			t.Fatal(err)
		}
		o.Directory = d
	}
	made, err := reference.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := made.Close(); err != nil {
			t.Error(err)
		}
	})
	b := made.Backend()
	return &tenant{Backend: b, Factories: factories(provider.WithMemory(b))}
}

// factories makes the provider in this process.
func factories(options ...provider.Option) map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"rbac": providerserver.NewProtocol6WithError(provider.New("test", options...)()),
	}
}

// test runs steps against the tenant in parallel with other tests, and wants
// the tenant empty after the closing destroy.
func (tn *tenant) test(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	t.Parallel()
	tn.serial(t, steps...)
}

// serial is test for tests that are parallel already or must not be.
func (tn *tenant) serial(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	needTerraform(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: tn.Factories,
		Steps:                    steps,
		CheckDestroy:             tn.check(wantEmpty),
	})
}

// check looks into the tenant after a step.
func (tn *tenant) check(look func(context.Context, backend.Backend) error) resource.TestCheckFunc {
	return func(*terraform.State) error { return look(context.Background(), tn.Backend) }
}

// change is a PreConfig that changes the tenant behind Terraform's back.
func (tn *tenant) change(t *testing.T, change func(context.Context, backend.Backend) error) func() {
	t.Helper()
	return func() {
		t.Helper()
		if err := change(context.Background(), tn.Backend); err != nil {
			t.Fatal(err)
		}
	}
}

// wantEmpty wants nothing in the tenant but what every tenant has.
func wantEmpty(ctx context.Context, b backend.Backend) error {
	var left []string
	add := func(what string, n int, err error) error {
		if n > 0 {
			left = append(left, fmt.Sprintf("%d %s", n, what))
		}
		return err
	}
	azureRoles, err1 := b.Azure.Roles(ctx, azure.RoleFilter{Type: azure.CustomRole})
	azureAssignments, err2 := b.Azure.Assignments(ctx, azure.AssignmentFilter{})
	entraRoles, err3 := b.Entra.Roles(ctx, entra.RoleFilter{Type: entra.CustomRole})
	entraAssignments, err4 := b.Entra.Assignments(ctx, entra.AssignmentFilter{})
	intuneRoles, err5 := b.Intune.Roles(ctx, intune.RoleFilter{Type: intune.CustomRole})
	intuneAssignments, err6 := b.Intune.Assignments(ctx, intune.AssignmentFilter{})
	tags, err7 := b.Intune.ScopeTags(ctx)
	err := errors.Join(
		add("Azure custom roles", len(azureRoles), err1), add("Azure role assignments", len(azureAssignments), err2),
		add("Entra custom roles", len(entraRoles), err3), add("Entra role assignments", len(entraAssignments), err4),
		add("Intune custom roles", len(intuneRoles), err5), add("Intune role assignments", len(intuneAssignments), err6),
		add("Intune scope tags", len(tags)-1, err7), // Default stays
	)
	if left != nil {
		err = errors.Join(err, errors.New("left in the tenant: "+strings.Join(left, ", ")))
	}
	return err
}

// says matches output that has the texts in this order. Terraform wraps lines
// where it likes, so any blank of a text may be a line break there.
func says(texts ...string) *regexp.Regexp {
	parts := make([]string, len(texts))
	for i, t := range texts {
		words := strings.Fields(t)
		for j, w := range words {
			words[j] = regexp.QuoteMeta(w)
		}
		parts[i] = strings.Join(words, `[\s│]+`)
	}
	return regexp.MustCompile(`(?s)` + strings.Join(parts, `.*`))
}

// guid is a literal GUID.
func guid(s string) rbac.GUID { return rbac.MustGUID(s) }

// needTerraform skips the test where there is no Terraform, before the test
// framework tries to download one.
func needTerraform(t *testing.T) {
	t.Helper()
	if terraformPath() == "" {
		t.Skip("skipped, because no Terraform was found: put terraform on PATH or name it in TF_ACC_TERRAFORM_PATH")
	}
}

func terraformPath() string {
	if p := os.Getenv("TF_ACC_TERRAFORM_PATH"); p != "" {
		return p
	}
	p, err := exec.LookPath("terraform")
	if err != nil {
		return ""
	}
	return p
}

// write makes a file for a test and returns its path.
func write(t *testing.T, name, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestMain(m *testing.M) {
	// What a developer or a pipeline has set must not choose the tenant of a test.
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if name == "RBAC_BACKEND" || strings.HasPrefix(name, "ARM_") || strings.HasPrefix(name, "AZURE_") {
			_ = os.Unsetenv(name)
		}
	}
	os.Exit(m.Run())
}
