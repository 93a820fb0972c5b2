// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/provider"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The tests named TestAcc… drive real Terraform. Each has a tenant of its own
// in memory, so they run in parallel and need neither TF_ACC nor a network. See
// overTheWire for how to have an emulator between Terraform and the tenant.

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
	// lines, if any, stand in provider blocks instead of backend = "memory".
	lines string
}

// config is a configuration on this tenant.
func (tn *tenant) config(text string) string {
	if tn.lines == "" {
		return text
	}
	return strings.ReplaceAll(text, "  backend = \"memory\"\n", tn.lines)
}

// newTenant makes an empty tenant. directory, if given, is the JSON of its
// directory file: then only what is in there exists.
func newTenant(t *testing.T, directory ...string) *tenant {
	t.Helper()
	var o reference.Options
	if len(directory) > 0 {
		if overTheWire() {
			directory[0] = withClient(t, directory[0])
		}
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
	tn := &tenant{Backend: b}
	options := []provider.Option{provider.WithMemory(b)}
	if overTheWire() {
		lines, option := serve(t, b, o.Directory)
		tn.lines, options = lines, append(options, option)
	}
	tn.Factories = factories(options...)
	return tn
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
	for i := range steps {
		steps[i].Config = tn.config(steps[i].Config)
	}
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

// state is what attributes are in state: text, bool, nil, a slice of texts for
// a set, a map for an object.
type state map[string]any

// whole wants all of a resource's state, no attribute more or less.
func whole(address string, want state) statecheck.StateCheck {
	return stateIs{address: address, want: want, whole: true}
}

// part wants some attributes of a resource.
func part(address string, want state) statecheck.StateCheck {
	return stateIs{address: address, want: want}
}

type stateIs struct {
	address string
	want    state
	whole   bool
}

// CheckState implements [statecheck.StateCheck].
func (c stateIs) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	if req.State.Values != nil && req.State.Values.RootModule != nil {
		for _, r := range req.State.Values.RootModule.Resources {
			if r.Address != c.address {
				continue
			}
			got := state{}
			for name, v := range r.AttributeValues {
				if _, ok := c.want[name]; ok || c.whole {
					got[name] = texts(v)
				}
			}
			want := state{}
			for name, v := range c.want {
				want[name] = texts(v)
			}
			if !reflect.DeepEqual(got, want) {
				resp.Error = fmt.Errorf("%s is\n%#v\nwant\n%#v", c.address, got, want)
			}
			return
		}
	}
	resp.Error = fmt.Errorf("%s is not in state", c.address)
}

// texts makes a sorted slice of texts of a set; other values stay.
func texts(v any) any {
	switch v := v.(type) {
	case []string:
		return slices.Sorted(slices.Values(v))
	case []any:
		out := make([]string, 0, len(v))
		for _, e := range v {
			s, ok := e.(string)
			if !ok {
				return v
			}
			out = append(out, s)
		}
		slices.Sort(out)
		if len(out) == 0 {
			return []string(nil)
		}
		return out
	}
	return v
}

// before wants an action for a resource in the plan of a step, and more.
func before(address string, action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: append([]plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}, more...)}
}

// nothing wants a step that plans nothing.
func nothing() resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
}

// known wants a text that is known while planning.
func known(address, attribute, value string) plancheck.PlanCheck {
	return plancheck.ExpectKnownValue(address, tfjsonpath.New(attribute), knownvalue.StringExact(value))
}

// neither wants none of these actions for a resource.
func neither(address string, actions ...plancheck.ResourceActionType) plancheck.PlanCheck {
	return notPlanned{address, actions}
}

type notPlanned struct {
	address string
	actions []plancheck.ResourceActionType
}

// CheckPlan implements [plancheck.PlanCheck].
func (c notPlanned) CheckPlan(ctx context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, a := range c.actions {
		var is plancheck.CheckPlanResponse
		plancheck.ExpectResourceAction(c.address, a).CheckPlan(ctx, req, &is)
		if is.Error == nil {
			resp.Error = fmt.Errorf("%s is planned as %s", c.address, a)
		}
	}
}

// want runs a check of the tenant outside of a step.
func (tn *tenant) want(t *testing.T, check resource.TestCheckFunc) {
	t.Helper()
	if err := check(nil); err != nil {
		t.Error(err)
	}
}

// commandLine is Terraform in a directory of its own, for what test steps can't
// do: options of commands, warnings, counting errors.
type commandLine struct {
	t         *testing.T
	dir       string
	factories map[string]func() (tfprotov6.ProviderServer, error)
	env       []string
	config    func(string) string // what to make of configurations
}

// terraform prepares a directory with a configuration for the tenant.
func (tn *tenant) terraform(t *testing.T, config string) *commandLine {
	t.Helper()
	c := newCommandLine(t, tn.Factories, "")
	c.config = tn.config
	c.write(config)
	return c
}

func newCommandLine(t *testing.T, factories map[string]func() (tfprotov6.ProviderServer, error), config string) *commandLine {
	t.Helper()
	needTerraform(t)
	c := &commandLine{t: t, dir: t.TempDir(), factories: factories, config: func(text string) string { return text }}
	c.write(config)
	return c
}

// write replaces the configuration.
func (c *commandLine) write(config string) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.dir, "main.tf"), []byte(c.config(config)), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// run runs a command that must succeed.
func (c *commandLine) run(args ...string) output {
	c.t.Helper()
	out, err := c.command(args...)
	if err != nil {
		c.t.Fatalf("terraform %s: %v\n%s", strings.Join(args, " "), err, out.text)
	}
	return out
}

// fails runs a command that must fail.
func (c *commandLine) fails(args ...string) output {
	c.t.Helper()
	out, err := c.command(args...)
	if err == nil {
		c.t.Fatalf("terraform %s succeeded:\n%s", strings.Join(args, " "), out.text)
	}
	return out
}

// command serves a provider of its own for one command, as Terraform itself would.
func (c *commandLine) command(args ...string) (output, error) {
	c.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	server, err := c.factories["rbac"]()
	if err != nil {
		c.t.Fatal(err)
	}
	attach, closed := make(chan *plugin.ReattachConfig), make(chan struct{})
	served := make(chan error, 1)
	const address = "registry.terraform.io/hashicorp/rbac"
	go func() {
		served <- tf6server.Serve(address, func() tfprotov6.ProviderServer { return server },
			tf6server.WithDebug(ctx, attach, closed), tf6server.WithLoggingSink(c.t), tf6server.WithoutLogStderrOverride(), tf6server.WithGoPluginLogger(hclog.NewNullLogger()))
	}()
	var at *plugin.ReattachConfig
	select {
	case at = <-attach:
	case err := <-served:
		c.t.Fatalf("the provider was not served: %v", err)
	}
	reattach, err := json.Marshal(map[string]any{address: map[string]any{
		"Protocol": string(at.Protocol), "ProtocolVersion": at.ProtocolVersion, "Pid": at.Pid, "Test": at.Test,
		"Addr": map[string]string{"Network": at.Addr.Network(), "String": at.Addr.String()},
	}})
	if err != nil {
		c.t.Fatal(err)
	}
	words := 1
	if args[0] == "state" {
		words = 2
	}
	cmd := exec.CommandContext(ctx, terraformPath(), slices.Insert(slices.Clone(args), words, "-no-color")...) //nolint:gosec // a test's own arguments
	cmd.Dir = c.dir
	cmd.Env = append(append(os.Environ(), "TF_REATTACH_PROVIDERS="+string(reattach), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_INPUT=0"), c.env...)
	text, err := cmd.CombinedOutput()
	cancel()
	<-closed
	return output{c.t, string(text)}, err
}

// output is what a command printed.
type output struct {
	t    *testing.T
	text string
}

// says wants texts in this order, see [says].
func (o output) says(texts ...string) {
	o.t.Helper()
	if !says(texts...).MatchString(o.text) {
		o.t.Errorf("%q is not in:\n%s", texts, o.text)
	}
}

// count wants a text so many times.
func (o output) count(text string, n int) {
	o.t.Helper()
	if got := strings.Count(o.text, text); got != n {
		o.t.Errorf("%q is there %d times, want %d, in:\n%s", text, got, n, o.text)
	}
}

func TestMain(m *testing.M) {
	if b := os.Getenv(testBackendVariable); b != "" && b != "memory" && b != "microsoft" {
		fmt.Fprintln(os.Stderr, testBackendVariable+" is \"memory\" or \"microsoft\"")
		os.Exit(2)
	}
	// What a developer or a pipeline has set must not choose the tenant of a test.
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		for _, prefix := range []string{"ARM_", "AZURE_", "ACTIONS_ID_TOKEN_", "SYSTEM_"} {
			if name == "RBAC_BACKEND" || strings.HasPrefix(name, prefix) {
				_ = os.Unsetenv(name)
			}
		}
	}
	os.Exit(m.Run())
}
