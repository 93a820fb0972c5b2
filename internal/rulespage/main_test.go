// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"os"
	"strings"
	"testing"
)

func TestTheGuideIsTheOneThatTheRulesMake(t *testing.T) {
	t.Parallel()
	got, err := os.ReadFile("../../templates/guides/validation-rules.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != page() {
		t.Error("templates/guides/validation-rules.md.tmpl is stale: run make generate docs")
	}
}

func TestTheGuideTellsEverythingOfARuleAndOfALimit(t *testing.T) {
	t.Parallel()
	got := page()
	for _, line := range []string{
		"| `azure_role_name_unique` | error | `plan` | No other role of the tenant or the plan, built-in ones included, has the name, whatever the casing. | Choose another name, or import the role that has it. | [page](https://learn.microsoft.com/azure/role-based-access-control/custom-roles) |",
		"| `intune_all_users_or_devices` | warning | `validate` | An assignment is limited to groups: Microsoft advises against all users and all devices. | Set scope_groups. | [page](https://learn.microsoft.com/mem/intune/fundamentals/role-based-access-control) |",
		"| `azure_custom_roles_per_tenant` | 5,000 | custom roles | `china`: 2,000 | [page](https://learn.microsoft.com/azure/role-based-access-control/custom-roles) |",
		"| `azure_role_size` | 1,048,576 | bytes |  | [page](https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#azure-rbac-limits) |",
	} {
		if !strings.Contains(got, "\n"+line+"\n") {
			t.Errorf("not in the guide: %s", line)
		}
	}
	if strings.Contains(got, "{{") {
		t.Error("the guide is a template, and {{ would be taken for code")
	}
}
