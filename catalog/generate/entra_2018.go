// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

type legacyFacts struct {
	Roles []struct {
		Name     string   `json:"name"`
		ListedAs string   `json:"listed_as"`
		Actions  []string `json:"actions"`
		Current  string   `json:"current_name"`
		ID       string   `json:"template_id"`
	} `json:"roles"`
	Actions []string `json:"actions"`
}

// entra2018 writes the roles of 2018 under the names of that time, then every
// action of that time with its present name where that is certain.
func entra2018(facts fs.FS) ([]byte, error) {
	legacy, err := readJSON[legacyFacts](facts, "entra-legacy-2018.json")
	if err != nil {
		return nil, err
	}
	permissions, err := readEntraPermissions(facts)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, p := range permissions {
		known[p.Name] = true
	}
	var out records
	for _, r := range legacy.Roles {
		id, ok := rbac.ParseGUID(r.ID)
		if !ok {
			return nil, fmt.Errorf("%s: not a GUID: %q", r.Name, r.ID)
		}
		out.put("role", r.Name)
		if r.ListedAs != r.Name {
			out.put("listed", r.ListedAs)
		}
		out.put("current", r.Current)
		out.put("id", id.String())
		out.all("action", r.Actions)
		out.end()
	}
	actions := slices.Clone(legacy.Actions)
	slices.Sort(actions)
	for _, a := range slices.Compact(actions) {
		out.put("legacy", a)
		if now := presentName(a); known[now] {
			out.put("now", now)
		} else if _, fixed := services2018[a]; fixed {
			return nil, fmt.Errorf("%s: %q is no known permission", a, now)
		}
		out.end()
	}
	return out.bytes()
}

// services2018 are actions on whole services; their present names follow no
// rule. Each pair says the same in the tables of 2018 and of today.
var services2018 = map[string]string{
	"microsoft.aad.billing/AllEntities/AllActions":                  "microsoft.commerce.billing/allEntities/allProperties/allTasks",
	"microsoft.aad.informationprotection/AllEntities/AllActions":    "microsoft.azure.informationProtection/allEntities/allTasks",
	"microsoft.aad.lockbox/AllEntities/AllActions":                  "microsoft.office365.lockbox/allEntities/allTasks",
	"microsoft.aad.privilegedrolemanagement/AllEntities/AllActions": "microsoft.directory/privilegedIdentityManagement/allProperties/allTasks",
	"microsoft.aad.privilegedrolemanagement/AllEntities/Read":       "microsoft.directory/privilegedIdentityManagement/allProperties/read",
	"microsoft.aad.servicehealth/AllEntities/AllActions":            "microsoft.office365.serviceHealth/allEntities/allTasks",
	"microsoft.aad.supporttickets/AllEntities/AllActions":           "microsoft.office365.supportTickets/allEntities/allTasks",
	"microsoft.crm/AllEntities/AllActions":                          "microsoft.dynamics365/allEntities/allTasks",
	"microsoft.exchange/AllEntities/AllActions":                     "microsoft.office365.exchange/allEntities/basic/allTasks",
	"microsoft.intune/AllEntities/AllActions":                       "microsoft.intune/allEntities/allTasks",
	"microsoft.office365.usagereports/AllEntities/Read":             "microsoft.office365.usageReports/allEntities/allProperties/read",
	"microsoft.powerbi/AllEntities/AllActions":                      "microsoft.powerApps.powerBI/allEntities/allTasks",
	"microsoft.privilegedidentitymanagement/AllEntities/Read":       "microsoft.directory/privilegedIdentityManagement/allProperties/read",
	"microsoft.protectioncenter/AllEntities/AllActions":             "microsoft.office365.protectionCenter/allEntities/allProperties/allTasks",
	"microsoft.protectioncenter/AllEntities/Read":                   "microsoft.office365.protectionCenter/allEntities/allProperties/read",
	"microsoft.sharepoint/AllEntities/AllActions":                   "microsoft.office365.sharePoint/allEntities/allTasks",
	"microsoft.skypeforbusiness/AllEntities/AllActions":             "microsoft.office365.skypeForBusiness/allEntities/allTasks",
}

// entities2018 are the object types of microsoft.aad.directory and their
// present names. Types that have no single heir are left out.
var entities2018 = map[string]string{
	"AdministrativeUnit":       "administrativeUnits",
	"Application":              "applications",
	"ConditionalAccessPolicy":  "conditionalAccessPolicies",
	"Contact":                  "contacts",
	"Device":                   "devices",
	"DirectoryRole":            "directoryRoles",
	"DirectoryRoleTemplate":    "directoryRoleTemplates",
	"DirectorySetting":         "groupSettings",
	"DirectorySettingTemplate": "groupSettingTemplates",
	"Domain":                   "domains",
	"Group":                    "groups",
	"LoginTenantBranding":      "loginOrganizationBranding",
	"OAuth2PermissionGrant":    "oAuth2PermissionGrants",
	"Organization":             "organization",
	"Policy":                   "policies",
	"ServicePrincipal":         "servicePrincipals",
	"User":                     "users",
}

// presentName derives the present name of a 2018 action, or returns "" where
// no rule covers it. Whether the result exists is for the caller to check.
func presentName(action string) string {
	if now, ok := services2018[action]; ok {
		return now
	}
	rest, ok := strings.CutPrefix(action, "microsoft.aad.directory/")
	if !ok {
		return ""
	}
	parts := strings.Split(rest, "/")
	entity := entities2018[parts[0]]
	if entity == "" || len(parts) < 2 {
		return ""
	}
	entity = "microsoft.directory/" + entity + "/"
	switch verb := parts[1]; {
	case len(parts) == 2 && verb == "Read":
		return entity + "standard/read"
	case len(parts) == 2 && verb == "Update":
		return entity + "basic/update"
	case len(parts) == 2 && verb != "AllActions":
		return entity + lowerFirst(verb)
	case len(parts) == 3 && verb == "AllActions" && parts[2] == "AllProperties":
		return entity + "allProperties/allTasks"
	case len(parts) == 3 && (verb == "Read" || verb == "Update"):
		property := lowerFirst(parts[2])
		if parts[2] == "OAuth2PermissionGrants" {
			property = "oAuth2PermissionGrants"
		}
		return entity + property + "/" + lowerFirst(verb)
	}
	return ""
}
