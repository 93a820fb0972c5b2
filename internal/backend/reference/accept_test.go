// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package reference_test

import (
	"errors"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func TestATenantLetsPassWhatItIsToldToAcceptAndNothingElse(t *testing.T) {
	t.Parallel()
	azureRole := func(tn *reference.Tenant, change func(*azure.Role)) error {
		r := azure.Role{
			ID: "00000000-0000-4000-8000-000000000001", Name: "Operator", AssignableScopes: []string{"/subscriptions/b0000000-0000-4000-8000-000000000001"},
			Permissions: []azure.Permission{{Actions: []string{"Microsoft.Compute/virtualMachines/start/action"}}},
		}
		change(&r)
		_, err := tn.Backend().Azure.CreateRole(t.Context(), r)
		return err
	}
	for rule, create := range map[string]func(*reference.Tenant) error{
		"azure_action_unknown": func(tn *reference.Tenant) error {
			return azureRole(tn, func(r *azure.Role) {
				r.Permissions[0].Actions = []string{"Microsoft.Compute/virtualMachine/start/action"}
			})
		},
		"azure_action_wrong_list": func(tn *reference.Tenant) error {
			return azureRole(tn, func(r *azure.Role) {
				r.Permissions[0].DataActions, r.Permissions[0].Actions = r.Permissions[0].Actions, nil
			})
		},
		"azure_action_one_wildcard": func(tn *reference.Tenant) error {
			return azureRole(tn, func(r *azure.Role) { r.Permissions[0].Actions = []string{"Microsoft.Compute/*/*"} })
		},
		"azure_assignable_scope_root": func(tn *reference.Tenant) error {
			return azureRole(tn, func(r *azure.Role) { r.AssignableScopes = []string{"/"} })
		},
		"entra_permission_unknown": func(tn *reference.Tenant) error {
			_, err := tn.Backend().Entra.CreateRole(t.Context(), entra.Role{Name: "Registrar", Permissions: []string{"microsoft.directory/application/standard/read"}})
			return err
		},
		"intune_permission_unknown": func(tn *reference.Tenant) error {
			_, err := tn.Backend().Intune.CreateRole(t.Context(), intune.Role{Name: "Desk", Permissions: []string{"Mobile apps/Rede"}})
			return err
		},
		"intune_assignment_members": func(tn *reference.Tenant) error {
			_, err := tn.Backend().Intune.CreateAssignment(t.Context(), intune.Assignment{Name: "Duty", RoleID: "9e0cc482-82df-4ab2-a24c-0c23a3f52e1e", AllUsers: true})
			return err
		},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			if err := create(open(t, reference.Options{Accept: func(v rbac.Violation) bool { return v.Rule.Name == rule }})); err != nil {
				t.Errorf("accepted, and yet: %v", err)
			}
			err := create(open(t, reference.Options{Accept: func(v rbac.Violation) bool { return v.Rule.Name != rule }}))
			var e *rbac.Error
			if !errors.As(err, &e) || e.Kind != rbac.Invalid || e.Rule != rule {
				t.Errorf("not accepted, and yet: %v", err)
			}
		})
	}
}
