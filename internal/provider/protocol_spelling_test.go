// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestProtocol_anotherSpellingChangesNothing(t *testing.T) {
	t.Parallel()
	upper := strings.ToUpper
	tests := []struct {
		resource  string
		config    values
		attribute string
		spellings []any
	}{
		{"rbac_azure_custom_role", storyOf("Azure custom role"), "role_id", []any{upper(ownName), "{" + ownName + "}", nil}},
		{"rbac_azure_custom_role", storyOf("Azure custom role"), "actions", []any{
			set("MICROSOFT.COMPUTE/VIRTUALMACHINES/START/ACTION", "microsoft.compute/*/read"),
			set("Microsoft.Compute/*/read", "microsoft.compute/*/READ", "Microsoft.Compute/virtualMachines/start/action"),
		}},
		{"rbac_azure_custom_role", storyOf("Azure custom role"), "not_actions", []any{set("microsoft.compute/images/read", "microsoft.compute/disks/read")}},
		{"rbac_azure_custom_role", storyOf("Azure custom role"), "data_actions", []any{
			set("MICROSOFT.COMPUTE/virtualmachines/wacloginasadmin/action", "microsoft.compute/virtualmachines/login/action"),
		}},
		{"rbac_azure_custom_role", storyOf("Azure custom role"), "not_data_actions", []any{set("microsoft.compute/virtualMachines/loginAsAdmin/action")}},
		{"rbac_azure_custom_role", storyOf("Azure custom role"), "assignable_scopes", []any{set(upper(otherSub), subscription+"/")}},
		{"rbac_azure_role_assignment", storyOf("Azure role assignment"), "role", []any{
			"READER", azureReader, upper(azureReader), roleSegment + azureReader, subscription + roleSegment + azureReader,
			otherSub + roleSegment + azureReader, upper(otherSub + roleSegment + azureReader), group + roleSegment + azureReader,
		}},
		{"rbac_azure_role_assignment", storyOf("Azure role assignment of a custom role"), "role", []any{
			"vm operator", ownRole, upper(ownRole), roleSegment + ownRole, otherSub + roleSegment + ownRole, upper(subscription + roleSegment + ownRole),
		}},
		{"rbac_azure_role_assignment", storyOf("Azure role assignment"), "scope", []any{upper(group), strings.ToLower(group), group + "/", "/" + group}},
		{"rbac_azure_role_assignment", storyOf("Azure role assignment"), "principal_id", []any{upper(someone), strings.ReplaceAll(someone, "-", "")}},
		{"rbac_azure_role_assignment", storyOf("Azure role assignment"), "name", []any{upper(ownName), nil}},
		{"rbac_azure_role_assignment", storyOf("Azure role assignment"), "principal_type", []any{nil}},
		{"rbac_azure_role_assignment", storyOf("Azure role assignment"), "condition_version", []any{nil}},
		{"rbac_azure_role_assignment", storyOf("Azure role assignment"), "adopt_existing", []any{nil}},
		{"rbac_azure_role_assignment", storyOf("Azure role assignment"), "delegated_managed_identity_resource_id", []any{upper(identityID)}},
		{"rbac_entra_custom_role", storyOf("Entra custom role"), "template_id", []any{upper(ownName), nil}},
		{"rbac_entra_custom_role", storyOf("Entra custom role"), "enabled", []any{nil}},
		{"rbac_entra_custom_role", storyOf("Entra custom role"), "permissions", []any{
			set("MICROSOFT.DIRECTORY/applications/owners/read", "microsoft.directory/Applications/Basic/Update"),
		}},
		{"rbac_entra_role_assignment", storyOf("Entra role assignment"), "role", []any{"helpdesk administrator", entraHelpdesk, upper(entraHelpdesk)}},
		{"rbac_entra_role_assignment", storyOf("Entra role assignment at an app scope"), "role", []any{"app support", ownRole, upper(ownRole)}},
		{"rbac_entra_role_assignment", storyOf("Entra role assignment at an app scope"), "app_scope", []any{"/accesspackagecatalog/" + upper(unit)}},
		{"rbac_entra_role_assignment", storyOf("Entra role assignment"), "principal_id", []any{upper(someone)}},
		{"rbac_entra_role_assignment", storyOf("Entra role assignment"), "directory_scope", []any{
			"/directory/administrativeUnits/" + unit, "/ADMINISTRATIVEUNITS/" + upper(unit),
		}},
		{"rbac_intune_custom_role", storyOf("Intune custom role"), "permissions", []any{
			set("microsoft.intune_mobileapps_read", "Managed devices/Read"), set("Managed Devices/read", "MOBILE APPS/READ"),
			set("Mobile apps/Read", "Microsoft.Intune_MobileApps_Read", "Microsoft.Intune_ManagedDevices_Read"),
		}},
		{"rbac_intune_custom_role", storyOf("Intune custom role"), "scope_tags", []any{set("1", "2"), set("asia", "EUROPE"), set("2", "1", "Asia"), nil}},
		{"rbac_intune_role_assignment", storyOf("Intune role assignment"), "role", []any{"help desk operator", "9e0cc482-82df-4ab2-a24c-0c23a3f52e1e"}},
		{"rbac_intune_role_assignment", storyOf("Intune role assignment"), "members", []any{set(upper(somebodyElse), upper(someone))}},
		{"rbac_intune_role_assignment", storyOf("Intune role assignment"), "scope_groups", []any{set(upper(ownRole), "{"+unit+"}")}},
		{"rbac_intune_role_assignment", storyOf("Intune role assignment"), "scope_tags", []any{set("2", "europe"), set("1", "2"), nil}},
		{"rbac_intune_role_assignment", storyOf("Intune role assignment"), "all_users", []any{nil}},
		{"rbac_intune_scope_tag", storyOf("Intune scope tag"), "groups", []any{set(upper(somebodyElse), someone), nil}},
	}
	for _, tc := range tests {
		for _, spelling := range tc.spellings {
			t.Run(fmt.Sprintf("%s/%s/%v", tc.resource, tc.attribute, spelling), func(t *testing.T) {
				t.Parallel()
				s, _ := protocolTenant(t)
				o := s.object(t, tc.resource)
				o.apply(tc.config)
				o.refresh()
				other := with(tc.config, values{tc.attribute: spelling})
				o.wantNoChange(other)

				// The same the other way round.
				o.destroy()
				o.apply(other)
				o.wantSame()
				o.wantNoChange(other)
				if tc.config[tc.attribute] != nil && spelling != nil {
					o.wantNoChange(tc.config)
				}
			})
		}
	}
}

func storyOf(name string) values {
	all := stories()
	return all[slices.IndexFunc(all, func(st story) bool { return st.name == name })].create
}

func TestProtocol_anotherMeaningUpdatesOrReplaces(t *testing.T) {
	t.Parallel()
	tests := []struct {
		story   string
		change  values
		replace []string
	}{
		{"Azure custom role", values{"role_id": someone}, []string{"role_id"}},
		{"Azure custom role", values{"name": "Renamed"}, nil},
		{"Azure custom role", values{"name": "VIRTUAL machine operator"}, nil},
		{"Azure custom role", values{"description": nil}, nil},
		{"Azure custom role", values{"actions": nil}, nil},
		{"Azure custom role", values{"assignable_scopes": set(group)}, nil},
		{"Azure role assignment", values{"role": "Contributor"}, []string{"role"}},
		{"Azure role assignment", values{"role": otherSub + roleSegment + ownRole}, []string{"role"}},
		{"Azure role assignment", values{"role": "Not There Yet"}, []string{"role"}},
		{"Azure role assignment", values{"scope": subscription}, []string{"scope"}},
		{"Azure role assignment", values{"principal_id": somebodyElse}, []string{"principal_id"}},
		{"Azure role assignment", values{"principal_type": "User"}, []string{"principal_type"}},
		{"Azure role assignment", values{"name": someone}, []string{"name"}},
		{"Azure role assignment", values{"delegated_managed_identity_resource_id": nil}, []string{"delegated_managed_identity_resource_id"}},
		{"Azure role assignment", values{"condition": nil, "condition_version": nil}, nil},
		{"Azure role assignment", values{"description": nil}, nil},
		{"Entra custom role", values{"template_id": someone}, []string{"template_id"}},
		{"Entra custom role", values{"name": "Renamed"}, nil},
		{"Entra custom role", values{"enabled": false}, nil},
		{"Entra role assignment", values{"role": "Global Reader"}, []string{"role"}},
		{"Entra role assignment", values{"directory_scope": nil}, []string{"directory_scope"}},
		{"Entra role assignment", values{"directory_scope": nil, "app_scope": "/AccessPackageCatalog/" + unit}, []string{"app_scope", "directory_scope"}},
		{"Entra role assignment", values{"principal_id": somebodyElse}, []string{"principal_id"}},
		{"Intune custom role", values{"permissions": set("Mobile apps/Read")}, nil},
		{"Intune custom role", values{"scope_tags": set()}, nil},
		{"Intune role assignment", values{"role": "Help Desk"}, []string{"role"}},
		{"Intune role assignment", values{"scope_groups": nil, "all_devices": true}, nil},
		{"Intune scope tag", values{"groups": set()}, nil},
		{"Intune scope tag", values{"name": "AMERICA"}, nil},
	}
	for _, tc := range tests {
		t.Run(fmt.Sprintf("%s/%v", tc.story, tc.change), func(t *testing.T) {
			t.Parallel()
			s, _ := protocolTenant(t)
			all := stories()
			st := all[slices.IndexFunc(all, func(st story) bool { return st.name == tc.story })]
			o := s.object(t, st.resource)
			o.apply(st.create)
			config := with(st.create, tc.change)
			p := o.plan(config)
			if p.noChange() || !slices.Equal(p.replace, tc.replace) {
				t.Fatalf("no change: %t, replaces because of %q, want %q", p.noChange(), p.replace, tc.replace)
			}
			if strings.Contains(fmt.Sprint(tc.change), "Not There") {
				return
			}
			refuse(t, "apply", o.tryApply(p, config))
			configured(t, o, config)
			o.wantSame()
			o.wantNoChange(config)
		})
	}
}

func TestProtocol_anAssignmentFollowsARoleThatIsRenamed(t *testing.T) {
	t.Parallel()
	s, b := protocolTenant(t)
	config := storyOf("Azure role assignment of a custom role")
	o := s.object(t, "rbac_azure_role_assignment")
	o.apply(config)
	renamed := azureOwn
	renamed.Name = "Machine Operator"
	if _, err := b.Azure.UpdateRole(t.Context(), renamed); err != nil {
		t.Fatal(err)
	}
	o.refresh()
	if got := o.values()["role_name"]; got != "Machine Operator" {
		t.Errorf("role_name is %v", got)
	}
	o.wantNoChange(config)
	o.wantNoChange(with(config, values{"role": "machine operator"}))
}

func TestProtocol_aServiceThatChangesCasingAndOrderShowsNoDrift(t *testing.T) {
	t.Parallel()
	for _, st := range stories() {
		t.Run(st.name, func(t *testing.T) {
			t.Parallel()
			s, _ := protocolTenant(t, &double{after: recase})
			o := s.object(t, st.resource)
			o.apply(st.create)
			o.wantSame()
			o.wantNoChange(st.create)
			o.apply(st.update)
			o.wantSame()
			o.wantNoChange(st.update)
			o.destroy()
		})
	}
}
