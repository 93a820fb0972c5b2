// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The examples and limits of
// https://learn.microsoft.com/azure/role-based-access-control/custom-roles
// and of the Intune and Entra articles, each with the outcome that they state.
// Rules that are broken are listed as severity and name; those of the limits
// that have a case in rules_azure_test.go are not repeated here.
func TestRules_theExamplesOfTheArticlesComeOutAsTheySay(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	exports := []string{"Microsoft.CostManagement/exports/action", "Microsoft.CostManagement/exports/read", "Microsoft.CostManagement/exports/write", "Microsoft.CostManagement/exports/delete", "Microsoft.CostManagement/exports/run/action"}
	blobs := resourceBlock("azure_custom_role", "blobs", body{"data_actions": list(blobsRead), "assignable_scopes": list(parentGroup)})
	const (
		wildcards = "warning azure_action_wildcard"
		advised   = "warning intune_permission_requires"
	)
	for name, c := range map[string]struct {
		config string
		want   []string
	}{
		// The role is taken; its wildcards are what the article's note advises against.
		"the role in every form of its JSON":                   {operatorRole, []string{wildcards}},
		"actions one by one":                                   {resourceBlock("azure_custom_role", "r", body{"actions": list(exports...)}), nil},
		"the wildcard for the same actions":                    {resourceBlock("azure_custom_role", "r", body{"actions": list("Microsoft.CostManagement/exports/*")}), []string{wildcards}},
		"permissions in another casing":                        {resourceBlock("azure_custom_role", "r", body{"actions": list("MICROSOFT.costmanagement/EXPORTS/Read")}), nil},
		"special characters in the name":                       {resourceBlock("azure_custom_role", "r", body{"name": `"Café & Sons (#1) – günstig"`}), nil},
		"a management group nobody checks":                     {resourceBlock("azure_custom_role", "r", body{"assignable_scopes": list("/providers/Microsoft.Management/managementGroups/not-there")}), nil},
		"data actions and a management group among the scopes": {blobs, nil},
		"such a role at that management group": {
			blobs + resourceBlock("azure_role_assignment", "r", body{"role": "rbac_azure_custom_role.blobs.id", "scope": quoted(parentGroup)}),
			[]string{"error azure_data_actions_at_management_group"},
		},
		"such a role at a subscription within it": {
			blobs + resourceBlock("azure_role_assignment", "r", body{"role": "rbac_azure_custom_role.blobs.id"}), nil,
		},
		// Intune: notes of the permissions and of scope groups and tags.
		"setting the primary user alone": {resourceBlock("intune_custom_role", "r", body{"permissions": list("Managed devices/Set primary user")}), []string{advised}},
		"setting the primary user with read and update": {
			resourceBlock("intune_custom_role", "r", body{"permissions": list("Managed devices/Set primary user", "Managed devices/Read", "Managed devices/Update")}), nil,
		},
		"mobile apps alone, which suffice for apps bought in volume": {resourceBlock("intune_custom_role", "r", body{"permissions": list("Mobile apps/Read", "Mobile apps/Update")}), nil},
		"all users and all devices":                                  {resourceBlock("intune_role_assignment", "r", body{"scope_groups": "", "all_users": "true", "all_devices": "true"}), []string{"warning intune_all_users_or_devices"}},
		"groups to manage":                                           {resourceBlock("intune_role_assignment", "r", body{}), nil},
		"a tag on the role":                                          {resourceBlock("intune_custom_role", "r", body{"scope_tags": list("Default")}), []string{"warning intune_role_tags_restrict_nothing"}},
		"a tag on the role assignment":                               {resourceBlock("intune_role_assignment", "r", body{"scope_tags": list("Default")}), nil},
		"the name of a built-in role":                                {resourceBlock("intune_custom_role", "r", body{"name": `"Application Manager"`}), []string{"error intune_role_name_unique"}},
		// Entra: what the article says of roles.
		"a role that is not to be used":   {resourceBlock("entra_role_assignment", "r", body{"role": `"Partner Tier1 Support"`}), []string{"error entra_role_deprecated"}},
		"a privileged role":               {resourceBlock("entra_role_assignment", "r", body{"role": `"Global Administrator"`}), []string{"warning entra_privileged_role"}},
		"a role by its name in the API":   {resourceBlock("entra_role_assignment", "r", body{"role": `"Company Administrator"`}), []string{"warning entra_privileged_role", "warning entra_role_former_name"}},
		"Restricted Guest User, implicit": {resourceBlock("entra_role_assignment", "r", body{"role": `"Restricted Guest User"`}), []string{"error entra_role_not_for_use"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, d := range newTenant(t).terraform(t, memory(c.config)).diagnostics("plan") {
				got = append(got, d.Severity+" "+d.rule())
			}
			slices.Sort(got)
			got = slices.Compact(got) // Terraform validates on its own and again as a part of planning
			if !slices.Equal(got, c.want) {
				t.Errorf("the rules that are broken are %q, want %q", got, c.want)
			}
		})
	}
}

// The number of custom roles is 5,000, and 2,000 in the cloud that 21Vianet
// operates. A plan shows it with a number of its own, see rules_azure_test.go.
func TestRules_theNumberOfCustomRolesIsThatOfTheCloud(t *testing.T) {
	t.Parallel()
	for cloud, want := range map[rbac.Cloud]int{rbac.PublicCloud: 5000, rbac.USGovernment: 5000, rbac.ChinaCloud: 2000} {
		if got := (rbac.Limits{Cloud: cloud}).Of(azure.LimitCustomRoles); got != want {
			t.Errorf("%s has %d custom roles, want %d", cloud, got, want)
		}
	}
	if !strings.Contains(azure.RuleCustomRolesPerTenant.Means, "in Azure China 2000") {
		t.Errorf("the rule says %q", azure.RuleCustomRolesPerTenant.Means)
	}
}
