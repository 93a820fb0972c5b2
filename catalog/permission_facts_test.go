// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog_test

import (
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func TestNoBuiltInEntraRoleCopiedAsACustomRoleIsAnError(t *testing.T) {
	t.Parallel()
	for _, r := range catalog.Entra().Roles() {
		for _, v := range entra.ValidatePermissions(r.Role, catalog.Entra().Facts()) {
			if v.Grave() == rbac.SeverityError {
				t.Errorf("%s: %s: %s", r.Name, v.Rule.Name, v.Message)
			}
		}
	}
}

func TestNoBuiltInIntuneRoleCopiedAsACustomRoleIsAnError(t *testing.T) {
	t.Parallel()
	for _, r := range catalog.Intune().Roles() {
		if r.Provider != catalog.ProviderDeviceManagement {
			continue // the roles of Windows 365 have permissions of their own
		}
		for _, v := range intune.ValidatePermissions(r.Permissions, true, catalog.Intune().Facts()) {
			if v.Grave() == rbac.SeverityError {
				t.Errorf("%s: %s: %s", r.Name, v.Rule.Name, v.Message)
			}
		}
	}
}

// See TestNewOperationsAreSeldomTakenForTypingErrors.
func TestNewPermissionsAreSeldomTakenForTypingErrors(t *testing.T) {
	t.Parallel()
	check := func(system string, names []string, near func(string, int) []string, percent int) {
		var taken []string
		for _, name := range names {
			for _, other := range near(name, 4) {
				if !strings.EqualFold(other, name) && rbac.PlainTypo(name, other) {
					taken = append(taken, name+" ~ "+other)
					break
				}
			}
		}
		if len(taken)*100 > len(names)*percent {
			t.Errorf("%s: %d of %d would be: %s", system, len(taken), len(names), strings.Join(taken, "\n"))
		}
	}
	var names []string
	for i, p := range catalog.Entra().Permissions() {
		if i%5 == 0 {
			names = append(names, p.Name)
		}
	}
	check("Entra", names, catalog.Entra().Facts().Near, 1)
	names = nil
	for _, p := range catalog.Intune().Permissions() {
		names = append(names, p.GraphAction)
	}
	check("Intune", names, catalog.Intune().Facts().Near, 1)
}
