// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package sdk

import (
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	auth "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/authorization/armauthorization/v2"
)

func TestTheClientOfTheGuideWorksOnTheLineThatTheEmulatorPrints(t *testing.T) {
	t.Parallel()
	roles, err := RoleDefinitions(start(t).line, robotApp, secret)
	if err != nil {
		t.Fatal(err)
	}
	found, _ := all(t, roles.NewListPager(scope, &auth.RoleDefinitionsClientListOptions{Filter: to.Ptr("roleName eq 'Reader'")}),
		func(p auth.RoleDefinitionsClientListResponse) []*auth.RoleDefinition { return p.Value })
	if len(found) != 1 || *found[0].Name != reader {
		t.Errorf("found %d roles, want Reader alone", len(found))
	}
}

func TestTheClientOfTheGuideSaysWhatIsWrongWithItsSettings(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"not JSON", `{"ca_file":"/nowhere/ca.pem"}`} {
		if _, err := RoleDefinitions([]byte(line), robotApp, secret); err == nil {
			t.Errorf("%s is taken", line)
		}
	}
}
