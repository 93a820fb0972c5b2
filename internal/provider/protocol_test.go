// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
)

const (
	subscription  = "/subscriptions/11111111-aaaa-1111-1111-111111111111"
	otherSub      = "/subscriptions/99999999-9999-9999-9999-999999999999"
	group         = subscription + "/resourceGroups/rg-vm"
	someone       = "22222222-aaaa-2222-2222-222222222222"
	somebodyElse  = "22222222-bbbb-2222-2222-222222222222"
	unit          = "33333333-aaaa-3333-3333-333333333333"
	ownRole       = "44444444-aaaa-4444-4444-444444444444"
	ownName       = "55555555-aaaa-5555-5555-555555555555"
	azureReader   = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
	roleSegment   = "/providers/Microsoft.Authorization/roleDefinitions/"
	entraHelpdesk = "729827e3-9c14-49f7-bb1b-9608f156bbb8" // Helpdesk Administrator of Entra
	identityID    = group + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/robot"
	allTimeouts   = "1h"
)

// The roles of the tenants below.
var (
	azureOwn = azure.Role{
		ID: ownRole, Name: "VM Operator", Permissions: []azure.Permission{{Actions: []string{"Microsoft.Compute/virtualMachines/start/action"}}},
		AssignableScopes: []string{subscription, otherSub},
	}
	entraOwn  = entra.Role{ID: ownRole, Name: "App Support", Enabled: true, Permissions: []string{"microsoft.directory/applications/basic/update"}}
	intuneOwn = intune.Role{Name: "Help Desk", Permissions: []string{"Microsoft.Intune_MobileApps_Read"}}
	tagNames  = []string{"Europe", "Asia"} // IDs 1 and 2
)

// furnish fills a tenant with what the configurations below refer to.
func furnish(tb testing.TB, b backend.Backend) (intuneRole string) {
	tb.Helper()
	ctx := background(tb)
	_, err1 := b.Azure.CreateRole(ctx, azureOwn)
	_, err2 := b.Entra.CreateRole(ctx, entraOwn)
	role, err3 := b.Intune.CreateRole(ctx, intuneOwn)
	for _, name := range tagNames {
		if _, err := b.Intune.CreateScopeTag(ctx, intune.ScopeTag{Name: name}); err != nil {
			tb.Fatal(err)
		}
	}
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			tb.Fatal(err)
		}
	}
	return role.ID.String()
}

// story is one resource in a configuration: every attribute set, then others
// that an update takes in place.
type story struct {
	name     string // of the test
	resource string
	create   values
	update   values
	replaces []string // the attributes because of which the update is a replacement
}

func times(operations ...string) values {
	out := values{}
	for _, o := range operations {
		out[o] = allTimeouts
	}
	return out
}

// stories has every resource, and those with attributes that exclude each
// other more than once.
func stories() []story {
	all := times("create", "read", "update", "delete")
	return []story{
		{
			name: "Azure custom role", resource: "rbac_azure_custom_role",
			create: values{
				"role_id": ownName, "name": "Virtual Machine Operator", "description": "Starts and stops machines.",
				"actions":           set("Microsoft.Compute/*/read", "Microsoft.Compute/virtualMachines/start/action"),
				"not_actions":       set("Microsoft.Compute/disks/read", "Microsoft.Compute/images/read"),
				"data_actions":      set("Microsoft.Compute/virtualMachines/login/action", "Microsoft.Compute/virtualMachines/WACloginAsAdmin/action"),
				"not_data_actions":  set("Microsoft.Compute/virtualMachines/loginAsAdmin/action"),
				"assignable_scopes": set(subscription, otherSub), "timeouts": all,
			},
			update: values{
				"role_id": ownName, "name": "Machine Operator", "description": "Starts machines.",
				"actions":           set("Microsoft.Compute/virtualMachines/start/action", "Microsoft.Network/*/read"),
				"not_actions":       set("Microsoft.Network/dnszones/read"),
				"data_actions":      set("Microsoft.Compute/virtualMachines/login/action"),
				"not_data_actions":  set("Microsoft.Compute/virtualMachines/loginAsAdmin/action", "Microsoft.Compute/virtualMachines/WACloginAsAdmin/action"),
				"assignable_scopes": set(subscription), "timeouts": all,
			},
		},
		{
			name: "Azure role assignment", resource: "rbac_azure_role_assignment",
			create: values{
				"name": ownName, "scope": group, "role": "Reader", "principal_id": someone, "principal_type": "Group", "description": "On call.",
				"condition": "@Resource[x] StringEquals 'y'", "condition_version": "2.0", "delegated_managed_identity_resource_id": identityID,
				"adopt_existing": false, "timeouts": all,
			},
			update: values{
				"name": ownName, "scope": group, "role": "Reader", "principal_id": someone, "principal_type": "Group", "description": "Always.",
				"condition": "@Resource[x] StringEquals 'z'", "condition_version": "2.0", "delegated_managed_identity_resource_id": identityID,
				"adopt_existing": true, "timeouts": all,
			},
		},
		{
			name: "Azure role assignment of a custom role", resource: "rbac_azure_role_assignment",
			create: values{"scope": group, "role": "VM Operator", "principal_id": someone},
			update: values{"scope": group, "role": "VM Operator", "principal_id": someone, "description": "Always.", "condition": "@Resource[x] StringEquals 'z'"},
		},
		{
			name: "Entra custom role", resource: "rbac_entra_custom_role",
			create: values{
				"template_id": ownName, "name": "Application Support", "description": "Looks after applications.", "version": "1", "enabled": true,
				"permissions": set("microsoft.directory/applications/basic/update", "microsoft.directory/applications/owners/read"), "timeouts": all,
			},
			update: values{
				"template_id": ownName, "name": "Application Helpers", "description": "Helps.", "version": "2", "enabled": false,
				"permissions": set("microsoft.directory/applications/basic/update"), "timeouts": all,
			},
		},
		{
			name: "Entra role assignment", resource: "rbac_entra_role_assignment",
			create: values{
				"role": "Helpdesk Administrator", "principal_id": someone, "directory_scope": "/administrativeUnits/" + unit, "timeouts": times("create", "read", "delete"),
			},
			update: values{
				"role": "App Support", "principal_id": somebodyElse, "directory_scope": "/", "timeouts": times("create", "read", "delete"),
			},
			replaces: []string{"directory_scope", "principal_id", "role"},
		},
		{
			name: "Entra role assignment at an app scope", resource: "rbac_entra_role_assignment",
			create:   values{"role": "App Support", "principal_id": someone, "app_scope": "/AccessPackageCatalog/" + unit},
			update:   values{"role": "App Support", "principal_id": someone},
			replaces: []string{"app_scope", "directory_scope"},
		},
		{
			name: "Intune custom role", resource: "rbac_intune_custom_role",
			create: values{
				"name": "App Readers", "description": "Read apps.", "permissions": set("Mobile apps/Read", "Microsoft.Intune_ManagedDevices_Read"),
				"scope_tags": set("Europe", "2"), "timeouts": all,
			},
			update: values{
				"name": "App People", "description": "See apps.", "permissions": set("Mobile apps/Read", "Mobile apps/Assign"),
				"scope_tags": set("Asia"), "timeouts": all,
			},
		},
		{
			name: "Intune role assignment", resource: "rbac_intune_role_assignment",
			create: values{
				"name": "Europe", "description": "People in Europe.", "role": "Help Desk Operator", "members": set(someone, somebodyElse),
				"scope_groups": set(unit, ownRole), "all_users": false, "all_devices": false, "scope_tags": set("Europe", "Asia"), "timeouts": all,
			},
			update: values{
				"name": "Everywhere", "description": "People.", "role": "Help Desk Operator", "members": set(someone),
				"scope_groups": set(), "all_users": true, "all_devices": true, "scope_tags": set("1"), "timeouts": all,
			},
		},
		{
			name: "Intune scope tag", resource: "rbac_intune_scope_tag",
			create: values{"name": "America", "description": "The Americas.", "groups": set(someone, somebodyElse), "timeouts": all},
			update: values{"name": "Americas", "description": "All of them.", "groups": set(someone), "timeouts": all},
		},
	}
}

// protocolTenant is a furnished tenant and a provider on it.
func protocolTenant(tb testing.TB, doubles ...*double) (*server, backend.Backend) {
	tb.Helper()
	b := memoryTenant(tb)
	furnish(tb, b)
	seen := b
	for _, d := range doubles {
		seen = d.wrap(seen)
	}
	return newServer(tb, seen), b
}

func TestProtocol_aResourceLivesFromCreateToDelete(t *testing.T) {
	t.Parallel()
	for _, st := range stories() {
		t.Run(st.name, func(t *testing.T) {
			t.Parallel()
			s, _ := protocolTenant(t)
			o := s.object(t, st.resource)
			o.apply(st.create)
			o.wantSame()
			o.wantNoChange(st.create)
			configured(t, o, st.create)

			p := o.plan(st.update)
			if !slices.Equal(p.replace, st.replaces) {
				t.Fatalf("the update replaces because of %q, want %q", p.replace, st.replaces)
			}
			id := o.values()["id"]
			refuse(t, "update", o.tryApply(p, st.update))
			if kept := o.values()["id"] == id; kept != (st.replaces == nil) {
				t.Fatalf("the ID was %v and is %v", id, o.values()["id"])
			}
			o.wantSame()
			o.wantNoChange(st.update)
			configured(t, o, st.update)

			// An import knows neither timeouts nor how a value was spelled.
			imported := s.object(t, st.resource)
			imported.importIdentity(o)
			imported.wantSame()
			p = imported.plan(st.update)
			if p.replace != nil {
				t.Fatalf("after the import the plan replaces because of %q", p.replace)
			}
			for name, was := range imported.values() {
				if name != "timeouts" && name != "adopt_existing" && fmt.Sprint(p.values(t)[name]) != fmt.Sprint(was) {
					t.Errorf("after the import the plan changes %s from %v to %v", name, was, p.values(t)[name])
				}
			}

			again := *o
			o.destroy()
			imported.refresh()
			if imported.exists() {
				t.Fatal("a read still finds the object")
			}
			again.destroy() // what is gone can be deleted
		})
	}
}

// configured wants state to have what is configured, as it is spelled there.
func configured(t *testing.T, o *object, config values) {
	t.Helper()
	state := o.values()
	want := fromValue(t, toValue(t, o.typ, config)).(values) // an object
	for name, value := range config {
		if value == nil {
			continue // the default
		}
		if fmt.Sprint(state[name]) != fmt.Sprint(want[name]) {
			t.Fatalf("%s is configured as %v and in state as %v", name, want[name], state[name])
		}
	}
}

func TestProtocol_idsAreKnownWhilePlanning(t *testing.T) {
	t.Parallel()
	assignment := func(role string) values {
		return values{"scope": group, "role": role, "principal_id": strings.ToUpper(someone)}
	}
	const assignments = "/providers/Microsoft.Authorization/roleAssignments/"
	tests := map[string]struct {
		resource string
		config   values
		want     values // the GUIDs are from Python's uuid.uuid5
	}{
		"an Azure role has a GUID that follows from its name": {
			"rbac_azure_custom_role",
			values{"name": "Virtual Machine OPERATOR", "actions": set("*/read"), "assignable_scopes": set(subscription)},
			values{"role_id": "c899ec6d-ce30-5dbd-ab6a-43aab8b0ec8a", "id": roleSegment + "c899ec6d-ce30-5dbd-ab6a-43aab8b0ec8a"},
		},
		"an Azure role has the GUID that is configured": {
			"rbac_azure_custom_role",
			values{"role_id": strings.ToUpper(ownName), "name": unknown, "actions": set("*/read"), "assignable_scopes": set(subscription)},
			values{"role_id": strings.ToUpper(ownName), "id": roleSegment + ownName},
		},
		"an Azure role without a name has none yet": {
			"rbac_azure_custom_role",
			values{"name": unknown, "actions": set("*/read"), "assignable_scopes": set(subscription)},
			values{"role_id": unknown, "id": unknown},
		},
		"an Entra role has a GUID that follows from its name": {
			"rbac_entra_custom_role",
			values{"name": "Application Support", "permissions": set("microsoft.directory/applications/basic/update")},
			values{"template_id": "365e2f6b-01f1-5b3f-b055-8158cbed7f44", "id": "365e2f6b-01f1-5b3f-b055-8158cbed7f44"},
		},
		"an Entra role without a name has none yet": {
			"rbac_entra_custom_role",
			values{"name": unknown, "permissions": set("microsoft.directory/applications/basic/update")},
			values{"template_id": unknown, "id": unknown},
		},
		"an assignment of a built-in role by name": {
			"rbac_azure_role_assignment", assignment("reader"),
			values{"name": readerName, "id": group + assignments + readerName, "role_definition_id": roleSegment + azureReader, "role_name": "Reader"},
		},
		"an assignment of a role by GUID": {
			"rbac_azure_role_assignment", assignment(strings.ToUpper(azureReader)),
			values{"name": readerName, "id": group + assignments + readerName, "role_definition_id": roleSegment + azureReader, "role_name": "Reader"},
		},
		"an assignment of a role by GUID that does not exist yet": {
			"rbac_azure_role_assignment", assignment(ownName),
			values{"name": futureName, "id": group + assignments + futureName, "role_definition_id": roleSegment + ownName, "role_name": unknown},
		},
		"an assignment of a custom role by name": {
			"rbac_azure_role_assignment", assignment("vm operator"),
			values{"name": operatorName, "id": group + assignments + operatorName, "role_definition_id": roleSegment + ownRole, "role_name": "VM Operator"},
		},
		"an assignment of a role that is not there yet": {
			"rbac_azure_role_assignment", assignment("Not There Yet"),
			values{"name": unknown, "id": unknown, "role_definition_id": unknown, "role_name": unknown},
		},
		"an assignment of an unknown role": {
			"rbac_azure_role_assignment", with(assignment(""), values{"role": unknown}),
			values{"name": unknown, "id": unknown, "role_definition_id": unknown, "role_name": unknown},
		},
		"an assignment at an unknown scope": {
			"rbac_azure_role_assignment", with(assignment("Reader"), values{"scope": unknown}),
			values{"name": unknown, "id": unknown, "role_definition_id": roleSegment + azureReader},
		},
		"an assignment to an unknown principal": {
			"rbac_azure_role_assignment", with(assignment("Reader"), values{"principal_id": unknown}),
			values{"name": unknown, "id": unknown, "role_definition_id": roleSegment + azureReader},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := protocolTenant(t)
			got := s.object(t, tc.resource).plan(tc.config).values(t)
			for at, want := range tc.want {
				if got[at] != want {
					t.Errorf("%s is planned as %v, want %v", at, got[at], want)
				}
			}
		})
	}
}

func TestProtocol_whatIsUnknownWhilePlanningIsAppliedOnceItIsKnown(t *testing.T) {
	t.Parallel()
	for _, st := range stories() {
		for _, phase := range []string{"create", "update"} {
			full := st.create
			if phase == "update" {
				full = st.update
			}
			for name, value := range full {
				cases := map[string]any{"": unknown}
				if elements, ok := value.([]any); ok && len(elements) > 0 {
					cases[" element"] = append(slices.Clone(elements[:len(elements)-1]), unknown)
				}
				if nested, ok := value.(values); ok {
					for part := range nested {
						cases["."+part] = with(nested, values{part: unknown})
					}
				}
				for part, v := range cases {
					t.Run(st.name+"/"+phase+"/"+name+part, func(t *testing.T) {
						t.Parallel()
						s, _ := protocolTenant(t)
						o := s.object(t, st.resource)
						if phase == "update" {
							o.apply(st.create)
						}
						p := o.plan(with(full, values{name: v}))
						refuse(t, "apply", o.tryApply(p, full))
						configured(t, o, full)
						o.wantSame()
						o.wantNoChange(full)
					})
				}
			}
		}
	}
}

func TestProtocol_whatIsUnknownWhilePlanningMayTurnOutToBeLeftOut(t *testing.T) {
	t.Parallel()
	for _, st := range stories() {
		s, _ := protocolTenant(t)
		for _, a := range s.schemas.ResourceSchemas[st.resource].Block.Attributes {
			value, set := st.create[a.Name]
			if !a.Optional || !set {
				continue
			}
			t.Run(st.name+"/"+a.Name, func(t *testing.T) {
				t.Parallel()
				s, _ := protocolTenant(t)
				known := maps.Clone(st.create)
				delete(known, a.Name)
				maybe := with(known, values{a.Name: unknown})
				switch a.Name {
				case "condition": // the version goes with it
					delete(known, "condition_version")
					maybe["condition_version"] = unknown
				case "scope_groups":
					known["all_users"], maybe["all_users"] = true, unknown
				}
				o := s.object(t, st.resource)
				p := o.plan(maybe)
				refuse(t, "create", o.tryApply(p, known))
				o.wantSame()
				o.wantNoChange(known)

				// And an update that sets it, or perhaps not.
				p = o.plan(with(maybe, values{"timeouts": nil}))
				refuse(t, "update", o.tryApply(p, with(known, values{"timeouts": nil})))
				o.wantSame()
				o.apply(with(st.create, values{a.Name: value}))
				configured(t, o, st.create)
				o.wantSame()
			})
		}
	}
}

// GUIDs of assignments at group to someone, from Python's uuid.uuid5.
const (
	readerName   = "9b65bbee-14f8-54b1-a1cb-4b6a2e81158a"
	futureName   = "559a06d9-3a04-5340-ad8f-8d86764fea8c"
	operatorName = "c1f540e1-d8f0-586d-8941-ff63b0bceef3"
)

// storyOf is the configuration with which a story begins.
func TestProtocol_importByIdentityAsksForAnID(t *testing.T) {
	t.Parallel()
	s, _ := protocolTenant(t)
	for name, schema := range s.identities {
		if len(schema.IdentityAttributes) != 1 || schema.IdentityAttributes[0].Name != "id" ||
			!schema.IdentityAttributes[0].RequiredForImport || schema.IdentityAttributes[0].Description == "" {
			t.Errorf("the identity of %s is %+v", name, schema.IdentityAttributes)
		}
	}
	if got, want := slices.Sorted(maps.Keys(s.identities)), slices.Sorted(maps.Keys(s.schemas.ResourceSchemas)); !slices.Equal(got, want) {
		t.Errorf("identities of %q, resources %q", got, want)
	}
	for name := range s.schemas.ResourceSchemas {
		o := s.object(t, name)
		for _, id := range []string{"", "garbage", "name:", "//", "a|b|c", "||", "/subscriptions/x"} {
			diags := o.tryImport("", o.identityOf(id))
			if len(diags) == 0 {
				t.Errorf("%s: the identity %q is imported", name, id)
			}
			for _, d := range diags {
				if strings.Contains(d.Detail, "unforeseen") || !strings.HasSuffix(strings.TrimSpace(strings.Split(d.Detail, "\n")[0]), ".") && !strings.HasSuffix(d.Detail, "?") {
					t.Errorf("%s: the identity %q gets %q", name, id, d.Detail)
				}
			}
		}
	}
}

// wantExists wants the one error that another object is in the way, with the
// import block that takes it over.
func TestProtocol_everythingIsDescribedAndNothingIsLeftOutOfAModel(t *testing.T) {
	t.Parallel()
	s, _ := protocolTenant(t)
	var look func(at string, attributes []*tfprotov6.SchemaAttribute)
	look = func(at string, attributes []*tfprotov6.SchemaAttribute) {
		for _, a := range attributes {
			if a.Description == "" || a.DescriptionKind != tfprotov6.StringKindMarkdown && !strings.HasPrefix(at, "rbac_") {
				t.Errorf("%s.%s is not described", at, a.Name)
			}
			if a.NestedType != nil {
				look(at+"."+a.Name, a.NestedType.Attributes)
			}
		}
	}
	check := func(name string, b *tfprotov6.SchemaBlock) {
		if b.Description == "" || b.DescriptionKind != tfprotov6.StringKindMarkdown {
			t.Errorf("%s is not described", name)
		}
		look(name, b.Attributes)
	}
	check("provider", s.schemas.Provider.Block)
	for name, schema := range s.schemas.ResourceSchemas {
		check(name, schema.Block)
		// A read decodes state into the model and encodes the model: an attribute
		// that either lacks is an error, whether or not the object is there.
		o := s.object(t, name)
		o.state = toValue(t, o.typ, values{"id": ownName})
		if diags := o.tryRefresh(); strings.Contains(text(diags), "Value Conversion Error") {
			t.Errorf("%s: %s", name, text(diags))
		}
	}
	for name, schema := range s.schemas.DataSourceSchemas {
		check(name, schema.Block)
		resp, err := s.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
			TypeName: name, Config: dynamic(t, toValue(t, schema.ValueType(), values{})),
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := text(resp.Diagnostics); strings.Contains(got, "Value Conversion Error") || strings.Contains(got, "report") {
			t.Errorf("%s: %s", name, got)
		}
	}
}
