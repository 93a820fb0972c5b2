// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package entra

import "testing"

func TestAPermissionCoversWhatItIncludes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		held, asked string
		want        bool
	}{
		{"microsoft.directory/users/basic/update", "Microsoft.Directory/Users/Basic/Update", true},
		{"microsoft.directory/applications/allProperties/allTasks", "microsoft.directory/applications/basic/update", true},
		{"microsoft.directory/applications/allProperties/allTasks", "microsoft.directory/applications/create", true},
		{"microsoft.directory/applications/allProperties/read", "microsoft.directory/applications/standard/read", true},
		{"microsoft.directory/applications/allProperties/read", "microsoft.directory/applications/basic/update", false},
		{"microsoft.directory/applications/allProperties/update", "microsoft.directory/applications/delete", false},
		{"microsoft.directory/users/standard/read", "microsoft.directory/users/allProperties/read", false},
		{"microsoft.directory/applications/basic/update", "microsoft.directory/applications.myOrganization/basic/update", true},
		{"microsoft.directory/applications.myOrganization/basic/update", "microsoft.directory/applications/basic/update", false},
		{"microsoft.directory/applications/allProperties/allTasks", "microsoft.directory/applicationPolicies/basic/update", false},
		{"microsoft.intune/allEntities/allTasks", "microsoft.intune/allEntities/allTasks", true},
		{"microsoft.directory/deletedItems/delete", "microsoft.directory/deletedItems/restore", false},
		{"microsoft.azure.serviceHealth/allEntities/allTasks", "microsoft.azure.supportTickets/allEntities/allTasks", false},
		{"microsoft.azure.print/allEntities/allProperties/allTasks", "microsoft.azure.print/printers/register", true},
		{"microsoft.intune/allEntities/read", "microsoft.intune/devices/standard/read", true},
		{"microsoft.intune/allEntities/read", "microsoft.intune/devices/basic/update", false},
		{"microsoft.teams/devices/standard/read", "microsoft.teams/allEntities/allProperties/read", false},
		{"", "", true},
		{"microsoft.directory", "microsoft.directory/users/create", false},
	} {
		if got := Covers(c.held, c.asked); got != c.want {
			t.Errorf("Covers(%q, %q) is %v", c.held, c.asked, got)
		}
	}
}
