// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/provider"
)

// startsUp is set in the process that TestStartUpReadsNothing starts: what
// other tests have read must not count.
const startsUp = "RBAC_PROVIDER_TEST_STARTS_UP"

func TestStartUpReadsNothing(t *testing.T) {
	t.Parallel()
	if os.Getenv(startsUp) == "" {
		command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestStartUpReadsNothing$")
		command.Env = append(os.Environ(), startsUp+"=1")
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	s, err := providerserver.NewProtocol6WithError(provider.New("test")())()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	refuse(t, "the schema", schemas.Diagnostics)
	file := filepath.Join(t.TempDir(), "tenant.db")
	configured, err := s.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		Config: dynamic(t, toValue(t, schemas.Provider.ValueType(), values{"backend": "local", "local": values{"path": file}})),
	})
	if err != nil {
		t.Fatal(err)
	}
	refuse(t, "the configuration", configured.Diagnostics)
	if read := catalog.Loaded(); read != nil {
		t.Errorf("the catalogs of %v have been read", read)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the tenant file has been made: %v", err)
	}
}

func BenchmarkStartUpToSchema(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		s, err := providerserver.NewProtocol6WithError(provider.New("test")())()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
			b.Fatal(err)
		}
	}
}

// benchmarkSize is how many resources a benchmark over the protocol has.
const benchmarkSize = 1000

// mixed are many resources of all types. Roles and scope tags come before what
// refers to them by name.
func mixed() []struct {
	resource string
	config   values
} {
	type one = struct {
		resource string
		config   values
	}
	var out []one
	add := func(n int, resource string, config func(i int) values) {
		for i := range n {
			out = append(out, one{resource, config(i)})
		}
	}
	id := func(kind, i int) string { return fmt.Sprintf("%08d-0000-4000-8000-%012d", kind, i) }
	add(250, "rbac_azure_custom_role", func(i int) values {
		return values{
			"name": fmt.Sprintf("Operator %d", i), "description": "Starts and restarts machines.", "assignable_scopes": set(subscription),
			"actions":     set("Microsoft.Compute/virtualMachines/start/action", "Microsoft.Compute/virtualMachines/restart/action", "Microsoft.Compute/*/read", "Microsoft.Network/*/read"),
			"not_actions": set("Microsoft.Compute/disks/write"),
		}
	})
	add(100, "rbac_entra_custom_role", func(i int) values {
		return values{"name": fmt.Sprintf("Application Support %d", i), "permissions": set("microsoft.directory/applications/basic/update", "microsoft.directory/applications/owners/read")}
	})
	add(100, "rbac_intune_custom_role", func(i int) values {
		return values{"name": fmt.Sprintf("Help Desk %d", i), "permissions": set("Mobile apps/Read", "Managed devices/Read", "Remote tasks/Reboot now")}
	})
	add(50, "rbac_intune_scope_tag", func(i int) values { return values{"name": fmt.Sprintf("Region %d", i), "groups": set(id(1, i))} })
	add(250, "rbac_azure_role_assignment", func(i int) values {
		return values{"scope": fmt.Sprintf("%s/resourceGroups/rg-%d", subscription, i), "role": []string{"Reader", fmt.Sprintf("Operator %d", i)}[i%2], "principal_id": id(2, i)}
	})
	add(150, "rbac_entra_role_assignment", func(i int) values {
		return values{"role": "Helpdesk Administrator", "principal_id": id(3, i), "directory_scope": "/administrativeUnits/" + id(4, i)}
	})
	add(benchmarkSize-len(out), "rbac_intune_role_assignment", func(i int) values {
		return values{
			"name": fmt.Sprintf("Region %d", i), "role": fmt.Sprintf("Help Desk %d", i), "members": set(id(5, i), id(6, i)),
			"scope_groups": set(id(7, i)), "scope_tags": set(fmt.Sprintf("Region %d", i%50)),
		}
	})
	return out
}

// encoded is a resource as Terraform sends it.
type encoded struct {
	o                                *object
	config, proposed, prior, planned *tfprotov6.DynamicValue
	raw                              *tfprotov6.RawState
}

// encode makes the requests for many resources before the clock runs; create
// also makes the resources.
func encode(b *testing.B, s *server, create bool) []encoded {
	b.Helper()
	var out []encoded
	for _, r := range mixed() {
		e := encoded{o: s.object(b, r.resource)}
		if create {
			e.o.apply(r.config)
			e.raw = &tfprotov6.RawState{JSON: toJSON(b, e.o.state)}
		}
		config := toValue(b, e.o.typ, r.config)
		e.config, e.proposed, e.prior = dynamic(b, config), dynamic(b, e.o.proposed(config, e.o.state)), dynamic(b, e.o.state)
		out = append(out, e)
	}
	return out
}

// plan makes the requests of `terraform plan` for one resource.
func (e *encoded) plan(b *testing.B) {
	ctx, s := b.Context(), e.o.s
	valid, err := s.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: e.o.name, Config: e.config})
	if err != nil {
		b.Fatal(err)
	}
	refuse(b, "validate", valid.Diagnostics)
	if e.raw != nil {
		up, err := s.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{TypeName: e.o.name, RawState: e.raw})
		if err != nil {
			b.Fatal(err)
		}
		e.read(b, up.UpgradedState)
	}
	planned, err := s.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: e.o.name, Config: e.config, PriorState: e.prior, ProposedNewState: e.proposed, PriorIdentity: e.o.identity,
	})
	if err != nil {
		b.Fatal(err)
	}
	refuse(b, "plan", planned.Diagnostics)
	e.planned = planned.PlannedState
}

func (e *encoded) read(b *testing.B, state *tfprotov6.DynamicValue) {
	got, err := e.o.s.ReadResource(b.Context(), &tfprotov6.ReadResourceRequest{TypeName: e.o.name, CurrentState: state, CurrentIdentity: e.o.identity})
	if err != nil {
		b.Fatal(err)
	}
	refuse(b, "read", got.Diagnostics)
}

// perResource reports the time that one resource takes.
func perResource(b *testing.B) {
	b.Helper()
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*benchmarkSize), "µs/resource")
}

func BenchmarkProtocolPlanCreate1000(b *testing.B) {
	all := encode(b, newServer(b, memoryTenant(b)), false)
	b.ReportAllocs()
	for b.Loop() {
		for i := range all {
			all[i].plan(b)
		}
	}
	perResource(b)
}

func BenchmarkProtocolApply1000(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		s := newServer(b, memoryTenant(b))
		all := encode(b, s, false)
		b.StartTimer()
		for i := range all {
			e := &all[i]
			e.plan(b) // as Terraform does again while applying, when what it refers to is there
			done, err := s.ApplyResourceChange(b.Context(), &tfprotov6.ApplyResourceChangeRequest{
				TypeName: e.o.name, PriorState: e.prior, PlannedState: e.planned, Config: e.config,
			})
			if err != nil {
				b.Fatal(err)
			}
			refuse(b, "apply", done.Diagnostics)
		}
	}
	perResource(b)
}

func BenchmarkProtocolPlanNoChange1000(b *testing.B) {
	all := encode(b, newServer(b, memoryTenant(b)), true)
	b.ReportAllocs()
	for b.Loop() {
		for i := range all {
			all[i].plan(b)
		}
	}
	for _, e := range all {
		if planned := e.o.value(e.planned); !planned.Equal(e.o.state) {
			b.Fatalf("%s: the plan is not empty: %s", e.o.name, difference(e.o.values(), (plan{planned: planned}).values(b)))
		}
	}
	perResource(b)
}

func BenchmarkProtocolRead1000(b *testing.B) {
	all := encode(b, newServer(b, memoryTenant(b)), true)
	b.ReportAllocs()
	for b.Loop() {
		for i := range all {
			all[i].read(b, all[i].prior)
		}
	}
	perResource(b)
}
