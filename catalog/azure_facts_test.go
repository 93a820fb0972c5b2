// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog_test

import (
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func TestNoBuiltInAzureRoleCopiedAsACustomRoleIsAnError(t *testing.T) {
	t.Parallel()
	for _, r := range catalog.Azure().Roles() {
		role := azure.Role{Name: "Copy", Permissions: []azure.Permission{r.Flat()}, AssignableScopes: []string{"/subscriptions/11111111-1111-1111-1111-111111111111"}}
		for _, v := range append(azure.ValidatePermissions(role, catalog.Azure().Facts()), azure.ValidateRole(role, rbac.Limits{})...) {
			if v.Grave() != rbac.SeverityError || v.Rule.Name == azure.RuleRoleGrantsNothing.Name && len(r.Flat().Actions)+len(r.Flat().DataActions) == 0 {
				continue
			}
			t.Errorf("%s: %s: %s", r.Name, v.Rule.Name, v.Message)
		}
	}
}

// A name that Microsoft adds tomorrow must not be taken for a typing error of
// one that is known today. Leaving out each known operation in turn tells how
// often that would have happened.
func TestNewOperationsAreSeldomTakenForTypingErrors(t *testing.T) {
	t.Parallel()
	operations := catalog.Azure().Operations()
	taken := 0
	var examples []string
	for i := 0; i < len(operations); i += 20 {
		name := operations[i].Name
		for _, near := range catalog.Azure().Similar(name, 4) {
			if !strings.EqualFold(near, name) && rbac.PlainTypo(name, near) {
				taken++
				examples = append(examples, name+" ~ "+near)
				break
			}
		}
	}
	t.Logf("%d of %d", taken, len(operations)/20)
	if taken*100 > len(operations)/20 {
		t.Errorf("%d of %d would be: %s", taken, len(operations)/20, strings.Join(examples, "\n"))
	}
}
