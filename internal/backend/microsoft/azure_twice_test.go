// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"sync"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/backendtest"
	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Terraform creates several things at a time, and a PUT of what is there already
// succeeds: without a look that nobody else's write can slip behind, two resources
// would own one object.
func TestOfSeveralCreatesOfOneAzureIDAtTheSameTimeOneSucceeds(t *testing.T) {
	t.Parallel()
	const subscription = "/subscriptions/11111111-1111-1111-1111-111111111111"
	server := emulated(t, backendtest.Options{}, emulator.Options{})
	b := clientOf(t, Options{Transport: server.RoundTripper()}).azure
	scope, err := azure.ParseScope(subscription)
	if err != nil {
		t.Fatal(err)
	}
	for what, create := range map[string]func(context.Context) error{
		"role": func(ctx context.Context) error {
			_, err := b.CreateRole(ctx, azure.Role{
				ID: "88888888-8888-8888-8888-888888888888", Name: "Operator", AssignableScopes: []string{subscription},
				Permissions: []azure.Permission{{Actions: []string{"Microsoft.Compute/virtualMachines/read"}}},
			})
			return err
		},
		"assignment": func(ctx context.Context) error {
			_, err := b.CreateAssignment(ctx, azure.Assignment{
				Name: "55555555-5555-5555-5555-555555555555", Scope: scope,
				RoleID: "acdd72a7-3385-48ef-bd42-f606fba81ae7", PrincipalID: "aaaaaaaa-0000-0000-0000-000000000001",
			})
			return err
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			const creates = 8
			var all sync.WaitGroup
			errs := make([]error, creates)
			for i := range creates {
				all.Go(func() { errs[i] = create(t.Context()) })
			}
			all.Wait()
			made := 0
			for _, err := range errs {
				switch {
				case err == nil:
					made++
				case rbac.KindOf(err) != rbac.Exists:
					t.Errorf("a create failed with %v", err)
				}
			}
			if made != 1 {
				t.Errorf("%d creates succeeded, want 1", made)
			}
		})
	}
}
