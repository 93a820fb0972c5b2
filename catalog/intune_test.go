// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
)

func TestIntuneRolesAreAsDocumented(t *testing.T) {
	t.Parallel()
	var helpDesk []string
	for line := range strings.Lines(helpDeskOperator) {
		helpDesk = append(helpDesk, "Microsoft.Intune_"+strings.TrimSpace(line))
	}
	for _, want := range []catalog.IntuneRole{
		{
			Role: intune.Role{
				ID: "9e0cc482-82df-4ab2-a24c-0c23a3f52e1e", Name: "Help Desk Operator", BuiltIn: true,
				Description: "Runs remote tasks on devices and assigns existing apps and policies.", Permissions: helpDesk,
			},
			Category: "Support", Provider: "deviceManagement", ActionsComplete: true, Origin: []string{"article", "actions-2026-08-20"},
		},
		{
			Role: intune.Role{
				ID: "fb2603eb-3c87-4be3-8b5b-d58a5b4a0bc0", Name: "Intune Role Administrator", BuiltIn: true,
				Description: "Manages custom Intune roles and assigns every Intune role.",
				Permissions: []string{
					"Microsoft.Intune_Organization_Read", "Microsoft.Intune_Roles_Assign", "Microsoft.Intune_Roles_Create",
					"Microsoft.Intune_Roles_Delete", "Microsoft.Intune_Roles_Read", "Microsoft.Intune_Roles_Update",
				},
			},
			Category: "Role management", Provider: "deviceManagement", ActionsComplete: true, Privileged: true,
			Origin: []string{"article", "actions-2026-08-20"},
		},
	} {
		got, ok := catalog.Intune().RoleByID(want.ID)
		if !ok || !reflect.DeepEqual(*got, want) {
			t.Errorf("%s is\n%+v, want\n%+v", want.Name, got, want)
		}
	}
	if r, ok := catalog.Intune().RoleByName("policy and profile MANAGER"); !ok ||
		r.Name != "Policy and Profile Manager" || r.APIName != "Policy and Profile manager" {
		t.Errorf("Policy and Profile Manager is %+v", r)
	}
	if r, ok := catalog.Intune().RoleByName("Cloud PC Reader"); !ok || r.ActionsComplete || r.Provider != "cloudPC" || len(r.Permissions) != 5 {
		t.Errorf("Cloud PC Reader is %+v", r)
	}
}

// TestIntunePermissionsAreFoundInEverySpelling has each misspelling of the
// source article as it stands there.
func TestIntunePermissionsAreFoundInEverySpelling(t *testing.T) {
	t.Parallel()
	for lookup, want := range map[string][2]string{
		"Mobile apps/Read":                                                             {"Mobile apps/Read", "Microsoft.Intune_MobileApps_Read"},
		"MOBILE APPS / read":                                                           {"Mobile apps/Read", "Microsoft.Intune_MobileApps_Read"},
		"microsoft.intune_mobileapps_read":                                             {"Mobile apps/Read", "Microsoft.Intune_MobileApps_Read"},
		"Microsoft.Intune/MobileApps/Read":                                             {"Mobile apps/Read", "Microsoft.Intune_MobileApps_Read"},
		"Mobile apps/View reports":                                                     {"Mobile apps/View reports", "Microsoft.Intune_MobileApps_ViewReports"},
		"Cloud attached devices\\View collections":                                     {"Cloud attached devices/View collections", "Microsoft.Intune_CloudAttach_Collections"},
		"Cloud attached devices\\View resource explorer":                               {"Cloud attached devices/View resource explorer", "Microsoft.Intune_CloudAttach_ResourceExplorer"},
		"Cloud attached devices\\View timeline":                                        {"Cloud attached devices/View timeline", "Microsoft.Intune_CloudAttach_Timeline"},
		"Cloud attached devices\\View software updates":                                {"Cloud attached devices/View software updates", "Microsoft.Intune_CloudAttach_SoftwareUpdates"},
		"Cloud attached devices\\View scripts":                                         {"Cloud attached devices/View scripts", "Microsoft.Intune_CloudAttach_Scripts"},
		"Cloud attached devices\\Run script":                                           {"Cloud attached devices/Run script", "Microsoft.Intune_CloudAttach_ScriptActions"},
		"Cloud attached devices\\Run CMPivot query":                                    {"Cloud attached devices/Run CMPivot query", "Microsoft.Intune_CloudAttach_CMPivot"},
		"Cloud attached devices\\View client details":                                  {"Cloud attached devices/View client details", "Microsoft.Intune_CloudAttach_ClientDetails"},
		"Cloud attached devices\\View applications":                                    {"Cloud attached devices/View applications", "Microsoft.Intune_CloudAttach_Applications"},
		"Cloud attached devices\\Take application actions":                             {"Cloud attached devices/Take application actions", "Microsoft.Intune_CloudAttach_ApplicationActions"},
		"[Filters/Create](/mem/intune/fundamentals/filters#create-a-filter)":           {"Filters/Create", "Microsoft.Intune_AssignmentFilter_Create"},
		"[Filters/Delete](/mem/intune/fundamentals/filters#delete-a-filter)":           {"Filters/Delete", "Microsoft.Intune_AssignmentFilter_Delete"},
		"[Filters/Update](/mem/intune/fundamentals/filters#change-an-existing-filter)": {"Filters/Update", "Microsoft.Intune_AssignmentFilter_Update"},
		"Remote tasks/Get filevault key.":                                              {"Remote tasks/Get filevault key", "Microsoft.Intune_RemoteTasks_GetFileVaultKey"},
		"Remote tasks/Rotate filevault key.":                                           {"Remote tasks/Rotate filevault key", "Microsoft.Intune_RemoteTasks_RotateFileVaultKey"},
		"Remote tasks/Sync devices.":                                                   {"Remote tasks/Sync devices", "Microsoft.Intune_RemoteTasks_SyncDevice"},
		"Organization messages/Assign":                                                 {"Organizational messages/Assign", "Microsoft.Intune_OrganizationalMessages_Assign"},
		"Android Enterprise/Read":                                                      {"Android for work/Read", "Microsoft.Intune_AndroidSync_Read"},
		"Remote tasks/Play sound to locate lost devices":                               {"Remote tasks/Play lost mode sound", "Microsoft.Intune_RemoteTasks_PlayLostModeSound"},
		"Device compliance policies/Read":                                              {"Device compliance policies/Read", "Microsoft.Intune_DeviceCompliancePolices_Read"},
		"Remote tasks/Rotate BitLockerKeys (preview)":                                  {"Remote tasks/Rotate BitLockerKeys (preview)", "Microsoft.Intune_RemoteTasks_RotateBitLockerKeys"},
		"App Control for Business/View reports":                                        {"App Control for Business/View reports", "Microsoft.Intune_AppControlPolicy_ViewReports"},
		"Remote tasks/Rotate local admin password":                                     {"Remote tasks/Rotate local admin password", "Microsoft.Intune_RemoteTasks_RotateLocalAdminPassword"},
		"Cloud PKI/Revoke":                                                             {"Cloud PKI/Revoke", "Microsoft.Intune_CloudPki_Revoke"},
	} {
		p, ok := catalog.Intune().Permission(lookup)
		if got := [2]string{p.Name(), p.GraphAction}; !ok || got != want {
			t.Errorf("%q is %q, want %q", lookup, got, want)
		}
	}
	for _, unknown := range []string{"", "/", "Mobile apps", "Mobile apps/Raed", "Microsoft.CloudPC/CloudPCs/Read"} {
		if p, ok := catalog.Intune().Permission(unknown); ok {
			t.Errorf("%q finds %s", unknown, p.Name())
		}
	}
}

func TestEveryIntunePermissionIsFoundUnderItsOwnSpellings(t *testing.T) {
	t.Parallel()
	for _, p := range catalog.Intune().Permissions() {
		for _, s := range append([]string{p.Name(), p.GraphAction, p.UnifiedAction}, p.OtherSpellings...) {
			for _, cased := range []string{s, strings.ToUpper(s), strings.ToLower(s)} {
				if got, ok := catalog.Intune().Permission(cased); !ok || got.GraphAction != p.GraphAction {
					t.Errorf("%q finds %q, want %s", cased, got.GraphAction, p.GraphAction)
				}
			}
		}
		if p.GraphAction != "Microsoft.Intune_"+p.Resource+"_"+p.Action || p.UnifiedAction != "Microsoft.Intune/"+p.Resource+"/"+p.Action ||
			p.Name() != p.Category+"/"+p.Permission {
			t.Errorf("the spellings of %s do not agree: %+v", p.GraphAction, p)
		}
	}
}

func TestIntunePermissionsAnswerForThemselves(t *testing.T) {
	t.Parallel()
	for lookup, want := range map[string][2]string{
		"Mobile apps/Read":                        {"read", "Read mobile apps"},
		"Mobile apps/Assign":                      {"write", "Assign mobile apps"},
		"Managed apps/Wipe":                       {"action", "Wipe managed apps"},
		"Managed devices/Delete":                  {"delete", "Delete managed devices"},
		"Managed devices/View reports":            {"read", "View reports of managed devices"},
		"Remote tasks/Wipe":                       {"action", `Run the remote task "Wipe" on devices`},
		"Remote tasks/Set device name":            {"action", `Run the remote task "Set device name" on devices`},
		"Remote Help app/Take full control":       {"action", "Take full control with the Remote Help app"},
		"Cloud attached devices/View collections": {"read", "View collections of cloud attached devices"},
		"Policy Sets/Update":                      {"write", "Update Policy Sets"},
		"Intune data warehouse/Read":              {"read", "Read Intune data warehouse"},
		"Enrollment programs/Sync device":         {"action", "Sync device of enrollment programs"},
	} {
		p, _ := catalog.Intune().Permission(lookup)
		if got := [2]string{p.AccessLevel(), p.Description()}; got != want {
			t.Errorf("%s is %q, want %q", lookup, got, want)
		}
	}
	var privileged []string
	for _, p := range catalog.Intune().Permissions() {
		if p.Privileged() != (p.PrivilegedReason() != "") {
			t.Errorf("%s has the reason %q", p.Name(), p.PrivilegedReason())
		}
		if p.Privileged() {
			privileged = append(privileged, p.Action)
		}
	}
	if want := []string{
		"ApprovalForMultiAdminApproval", "CreateAccessPolicy", "DeleteAccessPolicy", "UpdateAccessPolicy", "Assign", "Update",
	}; !slices.Equal(privileged, want) {
		t.Errorf("privileged are %v, want %v", privileged, want)
	}
}

func FuzzIntunePermissionIsFoundByItsNameOrNotAtAll(f *testing.F) {
	for _, s := range []string{"", "Mobile apps/Read", "mobile apps / read", "Microsoft.Intune_MobileApps_Read", "\\", "[Filters/Create](", "\xff/\u0130"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, ok := catalog.Intune().Permission(s)
		if again, found := catalog.Intune().Permission(p.Name()); found != ok || again.GraphAction != p.GraphAction {
			t.Errorf("%q finds %q, whose name finds %q", s, p.GraphAction, again.GraphAction)
		}
		if e, ok := catalog.Entra().Permission(s); ok && !strings.EqualFold(e.Name, s) {
			t.Errorf("%q finds %q", s, e.Name)
		}
		if o, ok := catalog.Azure().Operation(s); ok && !strings.EqualFold(o.Name, s) {
			t.Errorf("%q finds %q", s, o.Name)
		}
	})
}
