// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package plan_test

import (
	"context"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// While applying, Terraform plans a create again in a process that has read
// nothing. What is alike may then be the predecessor that the plan replaces.
func TestAForeignRoleIsAnErrorUnlessItMayBeTheOneThatIsReplaced(t *testing.T) {
	t.Parallel()
	ours := azure.Role{ID: one, Name: "Operator", AssignableScopes: []string{"/subscriptions/" + two.String()}, Permissions: []azure.Permission{{Actions: []string{"*/read"}}}}
	other := ours
	other.Permissions = []azure.Permission{{Actions: []string{"*"}}}
	for name, tc := range map[string]struct {
		held azure.Role
		read bool
		want rbac.Severity
	}{
		"alike, nothing read":            {ours, false, rbac.SeverityWarning},
		"alike, state was read":          {ours, true, rbac.SeverityError},
		"another one, nothing read":      {other, false, rbac.SeverityError},
		"another one, and state is read": {other, true, rbac.SeverityError},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := plan.New(plan.Tenant{AzureRoles: func(context.Context) ([]azure.Role, error) { return []azure.Role{tc.held}, nil }}, rbac.Limits{})
			defer l.Begin()()
			if tc.read {
				plan.Read(l, plan.AzureRoles, two.String())
			}
			plan.Create(l, plan.AzureRoles, ours, true)
			plan.Load(t.Context(), l, plan.AzureRoles)
			found := l.Check(t.Context(), plan.AzureRole(ours, nil, noAzureRoles{}))
			if len(found) != 1 || found[0].Rule.Name != "azure_role_id_unique" || found[0].Grave() != tc.want {
				t.Errorf("found %+v, want azure_role_id_unique as %s", found, tc.want)
			}
		})
	}
}
