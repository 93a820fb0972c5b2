// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What the configuration says of severities decides what a broken rule does,
// whether the configuration, the tenant or the catalog breaks it.
func TestRules_severitiesAreAsTheConfigurationSays(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	cases := map[string]struct{ resource, validation, rule, want string }{}
	kinds := map[string]string{
		"azure_action_one_wildcard":  resourceBlock("azure_custom_role", "r", body{"actions": list("Microsoft.*/virtualMachines/*")}),
		"azure_action_wildcard":      resourceBlock("azure_custom_role", "r", body{"actions": list("Microsoft.Compute/*")}),
		"azure_role_name_unique":     resourceBlock("azure_custom_role", "r", body{"name": `"taken"`}),
		"entra_role_name_unique":     resourceBlock("entra_custom_role", "r", body{"name": `"taken"`}),
		"entra_role_deprecated":      resourceBlock("entra_role_assignment", "r", body{"role": `"Device Join"`}),
		"intune_scope_tag_exists":    resourceBlock("intune_role_assignment", "r", body{"scope_tags": list("Rome")}),
		"intune_permission_requires": resourceBlock("intune_custom_role", "r", body{"permissions": list("Managed devices/Set primary user")}),
	}
	for rule, resource := range kinds {
		for _, severity := range []string{"error", "warning", "off"} {
			cases[rule+" "+severity] = struct{ resource, validation, rule, want string }{resource, fmt.Sprintf("rules = { %s = %q }", rule, severity), rule, severity}
		}
	}
	// validation.catalog decides what is not known, a typing error or not; a
	// severity of the rule itself has the last word.
	typo := resourceBlock("azure_custom_role", "r", body{"actions": list("Microsoft.Compute/virtualMachine/read")})
	unseen := resourceBlock("entra_custom_role", "r", body{"permissions": list("microsoft.contoso/things/allProperties/read")})
	for _, severity := range []string{"error", "warning", "off"} {
		cases["catalog "+severity+", a typing error"] = struct{ resource, validation, rule, want string }{typo, fmt.Sprintf("catalog = %q", severity), "azure_action_unknown", severity}
		cases["catalog "+severity+", merely new"] = struct{ resource, validation, rule, want string }{unseen, fmt.Sprintf("catalog = %q", severity), "entra_permission_unknown", severity}
	}
	cases["catalog and rule"] = struct{ resource, validation, rule, want string }{typo, `catalog = "off", rules = { azure_action_unknown = "warning" }`, "azure_action_unknown", "warning"}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tn := newTenant(t)
			must(t, tn, all(hasAzureRole("Taken", guid(principalOf("taken")), subscription1), hasEntraRole("Taken", guid(principalOf("taken")))))
			tf := tn.terraform(t, "provider \"rbac\" {\n  backend = \"memory\"\n  validation = { "+c.validation+" }\n}\n"+c.resource)
			var found []string
			for _, d := range tf.diagnostics("plan") {
				if d.rule() == c.rule {
					found = append(found, d.Severity)
				}
			}
			if overTheWire() && len(found) > 1 {
				found = found[len(found)-1:] // the plan has the last word, see Data.Severity
			}
			want := []string{c.want}
			if c.want == "off" {
				want = nil
			}
			if !slices.Equal(slices.Compact(found), want) {
				t.Errorf("the rule is %q, want %q", found, want)
			}
		})
	}
}

func TestRules_aMisspeltRuleOrLimitIsAnErrorThatNamesTheRightOne(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	for block, want := range map[string]string{
		`validation = { rules = { azure_action_wildcards = "off" } }`: `"azure_action_wildcards" is no rule. Did you mean "azure_action_wildcard"`,
		`limits = { entra_custom_role_per_tenant = 200 }`:             `"entra_custom_role_per_tenant" is no limit. Did you mean "entra_custom_roles_per_tenant"`,
	} {
		var said []string
		for _, d := range newTenant(t).terraform(t, "provider \"rbac\" {\n  backend = \"memory\"\n  "+block+"\n}\n"+resourceBlock("intune_scope_tag", "r", body{})).diagnostics("plan") {
			said = append(said, d.Severity+": "+d.Detail)
		}
		if len(said) != 1 || !strings.HasPrefix(said[0], "error: "+want) {
			t.Errorf("%s reports %q, want %q", block, said, want)
		}
	}
}
