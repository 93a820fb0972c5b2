// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func TestEntraRolesAreAsDocumented(t *testing.T) {
	t.Parallel()
	shown := true
	for _, want := range []catalog.EntraRole{
		{
			Role: entra.Role{
				ID: "729827e3-9c14-49f7-bb1b-9608f156bbb8", Name: "Helpdesk Administrator", Enabled: true, BuiltIn: true,
				Description: "Resets passwords of non-administrators and of other help desk staff.",
				Permissions: strings.Split(helpdeskAdministrator, "\n"),
			},
			Category: "Identity", Privileged: true, PrivilegedInArticle: true, FormerNames: []string{"Password Administrator"},
			ShownInPortal: &shown, PermissionsKnown: true, Origin: []string{"article", "docs-2026-08"},
		},
		{
			Role: entra.Role{
				ID: "9c6df0f2-1e7c-4dc3-b195-66dfbd24aa8f", Name: "Attack Payload Author", Enabled: true, BuiltIn: true,
				Description: "Writes the payloads that attack simulations send; starting one takes another role.",
				Permissions: []string{
					"microsoft.office365.protectionCenter/attackSimulator/payload/allProperties/allTasks",
					"microsoft.office365.protectionCenter/attackSimulator/reports/allProperties/read",
				},
			},
			Category: "Security", ShownInPortal: &shown, PermissionsKnown: true, Origin: []string{"article", "docs-2026-08"},
		},
	} {
		got, ok := catalog.Entra().RoleByID(want.ID)
		if !ok || !reflect.DeepEqual(*got, want) {
			t.Errorf("%s is\n%+v, want\n%+v", want.Name, got, want)
		}
	}
}

func TestEntraRolesAreFoundUnderEveryNameTheyHadAndTheCurrentNameWins(t *testing.T) {
	t.Parallel()
	for lookup, want := range map[string]string{
		"Global Administrator":                              "Global Administrator",
		"company administrator":                             "Global Administrator",
		"  Global   Reader ":                                "Global Reader",
		"Password Administrator":                            "Password Administrator",
		"Helpdesk Administrator":                            "Helpdesk Administrator",
		"Exchange Service Administrator":                    "Exchange Administrator",
		"Lync Service Administrator":                        "Skype for Business Administrator",
		"Dynamics 365 Service Administrator":                "Dynamics 365 Administrator",
		"CRM Service Administrator":                         "Dynamics 365 Administrator",
		"SharePoint Service Administrator":                  "SharePoint Administrator",
		"Intune Service Administrator":                      "Intune Administrator",
		"Power BI Administrator":                            "Fabric Administrator",
		"Power BI Service Administrator":                    "Fabric Administrator",
		"Teams Service Administrator":                       "Teams Administrator",
		"User Account Administrator":                        "User Administrator",
		"Service Administrator":                             "Service Support Administrator",
		"Information Protection Administrator":              "Azure Information Protection Administrator",
		"Azure AD Joined Device Local Administrator":        "Microsoft Entra Joined Device Local Administrator",
		"Device Administrators":                             "Microsoft Entra Joined Device Local Administrator",
		"Directory Writer":                                  "Directory Writers",
		"Partner Tier 1 Support":                            "Partner Tier1 Support",
		"Customer Lockbox Access Approver":                  "Customer LockBox Access Approver",
		"Mailbox Administrator":                             "Mailbox Administrator",
		"Microsoft Entra Joined Device Local Administrator": "Microsoft Entra Joined Device Local Administrator",
	} {
		if r, ok := catalog.Entra().RoleByName(lookup); !ok || r.Name != want {
			t.Errorf("%q finds %+v, want %s", lookup, r, want)
		}
	}
	for _, unknown := range []string{"", " ", "Skype for Business", "Global Admin"} {
		if r, ok := catalog.Entra().RoleByName(unknown); ok {
			t.Errorf("%q finds %s", unknown, r.Name)
		}
	}
}

func TestAPINamesAreThoseOfTheArticle(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	for _, r := range catalog.Entra().Roles() {
		if r.APIName != "" {
			got[r.Name] = r.APIName
		}
	}
	want := map[string]string{
		"Dynamics 365 Administrator":       "Dynamics 365 Service Administrator",
		"Exchange Administrator":           "Exchange Service Administrator",
		"Intune Administrator":             "Intune Service Administrator",
		"SharePoint Administrator":         "SharePoint Service Administrator",
		"Skype for Business Administrator": "Lync Service Administrator",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("API names are %v, want %v", got, want)
	}
}

func TestWhichEntraRolesAreDeprecatedOrNotToBeUsed(t *testing.T) {
	t.Parallel()
	var deprecated, others []string
	for _, r := range catalog.Entra().Roles() {
		switch {
		case r.Deprecated && !r.DoNotUse:
			t.Errorf("%s is deprecated and may be used", r.Name)
		case r.Deprecated:
			deprecated = append(deprecated, r.Name)
		case r.DoNotUse:
			others = append(others, r.Name)
		}
	}
	if want := []string{
		"AdHoc License Administrator", "Device Join", "Device Managers", "Device Users", "Email Verified User Creator",
		"Mailbox Administrator", "Partner Tier1 Support", "Partner Tier2 Support", "Workplace Device Join",
	}; !slices.Equal(deprecated, want) {
		t.Errorf("deprecated are %v, want %v", deprecated, want)
	}
	if want := []string{
		"Directory Synchronization Accounts", "Guest User", "Modern Commerce Administrator", "Restricted Guest User", "User",
	}; !slices.Equal(others, want) {
		t.Errorf("not to be used are %v, want %v", others, want)
	}
	if r, ok := catalog.Entra().RoleByID(""); ok {
		t.Errorf("no ID finds %s", r.Name)
	}
}

func TestPrivilegeIsTheStateOfTheSnapshotAndTheArticlesIsKept(t *testing.T) {
	t.Parallel()
	var since []string
	for _, r := range catalog.Entra().Roles() {
		if r.Privileged && !r.PrivilegedInArticle {
			since = append(since, r.Name)
		}
	}
	if want := []string{"AI Administrator", "Identity Governance Administrator"}; !slices.Equal(since, want) {
		t.Errorf("privileged since the article are %v, want %v", since, want)
	}
}

func TestPermissionsThatCameAfterTheArticleAreHeldAndMarked(t *testing.T) {
	t.Parallel()
	r, _ := catalog.Entra().RoleByName("AI Administrator")
	if len(r.Added) != 60 || len(r.Permissions) != 70 {
		t.Errorf("%d permissions, %d of them added, want 70 and 60", len(r.Permissions), len(r.Added))
	}
	for _, p := range r.Added {
		if !slices.Contains(r.Permissions, p) {
			t.Errorf("%s is not among the permissions", p)
		}
	}
	for _, p := range []string{"microsoft.office365.search/content/manage", "microsoft.office365.messageCenter/messages/read"} {
		if !slices.Contains(r.Permissions, p) || slices.Contains(r.Added, p) {
			t.Errorf("%s is in the article", p)
		}
	}
}

func TestEntraPermissionsAnswerForThemselves(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ lookup, name, category, level, privileged, usable, description string }{
		{"MICROSOFT.directory/applications/credentials/update", "microsoft.directory/applications/credentials/update", "microsoft.directory/applications", "write", "yes", "yes", "Update credentials of applications"},
		{"microsoft.directory/applications/standard/read", "microsoft.directory/applications/standard/read", "microsoft.directory/applications", "read", "no", "yes", "Read standard properties of applications"},
		{"microsoft.directory/users/delete", "microsoft.directory/users/delete", "microsoft.directory/users", "delete", "yes", "?", "Delete users"},
		{"microsoft.directory/users/inviteGuest", "microsoft.directory/users/inviteGuest", "microsoft.directory/users", "action", "no", "?", "Invite guest (users)"},
		{"microsoft.directory/groups.security/members/update", "microsoft.directory/groups.security/members/update", "microsoft.directory/groups.security", "write", "no", "yes", "Update members of groups (security)"},
		{"microsoft.intune/allEntities/allTasks", "microsoft.intune/allEntities/allTasks", "microsoft.intune/allEntities", "all", "no", "?", "Manage everything in Intune"},
		{"microsoft.agentregistry/allentities/allproperties/read", "microsoft.agentRegistry/allEntities/allProperties/read", "microsoft.agentRegistry/allEntities", "read", "?", "?", "Read everything in agent registry"},
	} {
		p, ok := catalog.Entra().Permission(c.lookup)
		if !ok {
			t.Errorf("%s is not found", c.lookup)
			continue
		}
		got := [...]string{p.Name, p.Category, p.AccessLevel(), word(p.Privileged), word(p.UsableInCustomRoles), p.Description()}
		if want := [...]string{c.name, c.category, c.level, c.privileged, c.usable, c.description}; got != want {
			t.Errorf("%s is %q, want %q", c.lookup, got, want)
		}
	}
}

func word(b *bool) string {
	switch {
	case b == nil:
		return "?"
	case *b:
		return "yes"
	}
	return "no"
}

func TestRolesOf2018KeepTheirActionsAndPointToTheirHeirs(t *testing.T) {
	t.Parallel()
	want := catalog.EntraLegacyRole{
		Name: "Lync Service Administrator", ListedAs: "Skype for Business / Lync Service Administrator",
		CurrentName: "Skype for Business Administrator", CurrentID: "75941009-915a-4869-abe7-691bff18279e",
		Actions: []string{
			"microsoft.aad.accessservice/AllEntities/AllActions",
			"microsoft.aad.servicehealth/AllEntities/AllActions",
			"microsoft.aad.supporttickets/AllEntities/AllActions",
			"microsoft.skypeforbusiness/AllEntities/AllActions",
		},
	}
	got, ok := catalog.Entra().LegacyRole("lync service administrator")
	if !ok {
		t.Fatal("not found")
	}
	sorted := *got
	sorted.Actions = slices.Sorted(slices.Values(got.Actions))
	if !reflect.DeepEqual(sorted, want) {
		t.Errorf("got %+v, want %+v", sorted, want)
	}
	for lookup, current := range map[string]rbac.GUID{
		"Global Administrator":   "62e90394-69f5-4237-9190-012177145e10",
		"Company Administrator":  "62e90394-69f5-4237-9190-012177145e10",
		"Password Administrator": "729827e3-9c14-49f7-bb1b-9608f156bbb8",
		"Directory Readers":      "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",
	} {
		r, ok := catalog.Entra().LegacyRole(lookup)
		if !ok || r.CurrentID != current {
			t.Errorf("%s of 2018 is %+v, want %s", lookup, r, current)
		}
		if _, ok := catalog.Entra().RoleByID(current); !ok {
			t.Errorf("%s is no current role", current)
		}
	}
}

func TestActionsOf2018HaveAPresentNameOnlyWhereItIsCertain(t *testing.T) {
	t.Parallel()
	for action, want := range map[string]string{
		"microsoft.aad.directory/Application/Create":                  "microsoft.directory/applications/create",
		"MICROSOFT.AAD.directory/application/create":                  "microsoft.directory/applications/create",
		"microsoft.aad.directory/User/Update/Password":                "microsoft.directory/users/password/update",
		"microsoft.aad.directory/Group/Update":                        "microsoft.directory/groups/basic/update",
		"microsoft.aad.directory/Device/Read/RegisteredOwners":        "microsoft.directory/devices/registeredOwners/read",
		"microsoft.aad.directory/User/Read/OAuth2PermissionGrants":    "microsoft.directory/users/oAuth2PermissionGrants/read",
		"microsoft.aad.directory/Policy/AllActions/AllProperties":     "microsoft.directory/policies/allProperties/allTasks",
		"microsoft.crm/AllEntities/AllActions":                        "microsoft.dynamics365/allEntities/allTasks",
		"microsoft.aad.directory/User/Update/PasswordUserScope":       "",
		"microsoft.aad.directory/CollaborationSpace/Read":             "",
		"microsoft.aad.directory/AppRoleAssignment/Create":            "",
		"microsoft.aad.directory/Application/Update/DefaultPolicy":    "",
		"microsoft.aad.accessmessagecenter/AllEntities/AllActions":    "",
		"microsoft.protectioncenter/AllEntities/Update":               "",
		"microsoft.aad.directory/Domain/AllActions":                   "",
		"microsoft.aad.directory/DirectorySettingTemplate/Read":       "microsoft.directory/groupSettingTemplates/standard/read",
		"microsoft.aad.privilegedrolemanagement/AllEntities/Read":     "microsoft.directory/privilegedIdentityManagement/allProperties/read",
		"microsoft.office365.usagereports/AllEntities/Read":           "microsoft.office365.usageReports/allEntities/allProperties/read",
		"microsoft.aad.directory/ServicePrincipal/Read/OwnedObjects":  "microsoft.directory/servicePrincipals/ownedObjects/read",
		"microsoft.aad.directory/Organization/Update/DirSync":         "microsoft.directory/organization/dirSync/update",
		"microsoft.aad.directory/User/InvalidateAllRefreshTokens":     "microsoft.directory/users/invalidateAllRefreshTokens",
		"microsoft.aad.directory/ConditionalAccessPolicy/Update":      "microsoft.directory/conditionalAccessPolicies/basic/update",
		"microsoft.aad.directory/OAuth2PermissionGrant/CreateAsOwner": "microsoft.directory/oAuth2PermissionGrants/createAsOwner",
	} {
		present, ok := catalog.Entra().LegacyAction(action)
		if got := strings.Join(present, " "); !ok || got != want {
			t.Errorf("%s is now %q (known: %v), want %q", action, got, ok, want)
		}
	}
	if present, ok := catalog.Entra().LegacyAction("microsoft.directory/applications/create"); ok {
		t.Errorf("a present name counts as one of 2018: %v", present)
	}
	for _, action := range catalog.Entra().LegacyActions() {
		present, _ := catalog.Entra().LegacyAction(action)
		for _, name := range present {
			if _, ok := catalog.Entra().Permission(name); !ok {
				t.Errorf("%s leads to the unknown %s", action, name)
			}
		}
	}
}
