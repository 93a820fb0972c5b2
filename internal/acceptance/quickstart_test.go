// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// quickstart is the quickstart, initialised and not applied.
func quickstart(t *testing.T) workdir {
	t.Helper()
	w := newWorkdir(t)
	w.copyFrom("quickstart", "*")
	w.init()
	return w
}

func TestAccTheQuickstartAppliesPlansEmptyAndLeavesNothing(t *testing.T) {
	t.Parallel()
	w := quickstart(t)
	w.must(0, "validate", "-no-color").wants(t, "Success! The configuration is valid")
	w.must(2, "plan", "-no-color", "-detailed-exitcode")
	w.apply()
	w.planEmpty()

	tenant := openTenant(t, w.path(tenantFile))
	if diff := cmp.Diff(quickstartWorld, describe(t, tenant.Backend())); diff != "" {
		t.Errorf("the tenant is not what the quickstart says (-want +got):\n%s", diff)
	}
	for name, want := range quickstartOutputs {
		if got := strings.TrimSpace(w.must(0, "output", "-no-color", "-json", name).stdout); got != want {
			t.Errorf("the output %s is\n%s\nwant\n%s", name, got, want)
		}
	}

	w.must(0, "destroy", "-no-color", "-auto-approve")
	if left := worldOf(t, tenant.Backend()).keys(); len(left) != 0 {
		t.Errorf("destroy left %q", left)
	}
}

func TestAccTargetAppliesOnlyWhatIsNamedAndWhatThatNeeds(t *testing.T) {
	t.Parallel()
	w := quickstart(t)
	w.apply("-target=rbac_azure_role_assignment.night_shift")
	want := []string{"rbac_azure_custom_role.vm_operator", "rbac_azure_role_assignment.night_shift"}
	if got := w.addresses(); !slices.Equal(got, want) {
		t.Errorf("the state holds %q, want %q", got, want)
	}
	w.must(2, "plan", "-no-color", "-detailed-exitcode")
	w.apply()
	w.planEmpty()
	w.must(0, "destroy", "-no-color", "-auto-approve", "-target=rbac_intune_scope_tag.region[\"EMEA\"]")
	tags := worldOf(t, openTenant(t, w.path(tenantFile)).Backend()).ScopeTags
	if len(tags) != 1 || tags[0].Name != "Americas" {
		t.Errorf("after the destroy of one scope tag there are %v, want the other", tags)
	}
	w.apply()
	w.planEmpty()
}

func TestAccRefreshOnlyTakesOverWhatChangedAndChangesNothing(t *testing.T) {
	t.Parallel()
	w := quickstart(t)
	w.apply()
	b := openTenant(t, w.path(tenantFile)).Backend()
	roles, err := b.Azure.Roles(t.Context(), azure.RoleFilter{Type: azure.CustomRole})
	if err != nil || len(roles) != 1 {
		t.Fatalf("%d roles, %v", len(roles), err)
	}
	roles[0].Description = "Changed in the portal."
	if _, err := b.Azure.UpdateRole(t.Context(), roles[0]); err != nil {
		t.Fatal(err)
	}

	w.must(2, "plan", "-no-color", "-refresh-only", "-detailed-exitcode").wants(t, "rbac_azure_custom_role.vm_operator has changed", "Changed in the portal.")
	w.apply("-refresh-only").wants(t, "0 added, 0 changed, 0 destroyed")
	if got := attribute(t, w, "rbac_azure_custom_role.vm_operator", "description"); got != "Changed in the portal." {
		t.Errorf("the state has the description %q", got)
	}
	role, err := b.Azure.Role(t.Context(), roles[0].ID)
	if err != nil || role.Description != "Changed in the portal." {
		t.Errorf("-refresh-only changed the tenant: %q, %v", role.Description, err)
	}

	w.apply().wants(t, "0 added, 1 changed, 0 destroyed")
	if role, err = b.Azure.Role(t.Context(), roles[0].ID); err != nil || role.Description != "Can monitor and restart virtual machines." {
		t.Errorf("apply left the description %q, %v", role.Description, err)
	}
	w.planEmpty()
}

// describe tells a tenant as text, with names where objects refer to each other, objects
// and sets in alphabetical order, and without the IDs that it gave out.
func describe(t *testing.T, b backend.Backend) string {
	t.Helper()
	ctx := t.Context()
	w := worldOf(t, b)
	tagNames := map[string]string{intune.DefaultScopeTag: "Default"}
	for _, tag := range w.ScopeTags {
		tagNames[tag.ID] = tag.Name
	}
	names := func(tags []string) string {
		var out []string
		for _, id := range tags {
			out = append(out, tagNames[id])
		}
		slices.Sort(out)
		return strings.Join(out, ", ")
	}
	var objects []string // what begins with a blank belongs to the object before it
	line := func(format string, args ...any) {
		text := fmt.Sprintf(format+"\n", args...)
		if strings.HasPrefix(text, " ") {
			objects[len(objects)-1] += text
			return
		}
		objects = append(objects, text)
	}
	list := func(title string, values []string) {
		if len(values) > 0 {
			line(" %s", title)
		}
		for _, v := range slices.Sorted(slices.Values(values)) {
			line("  %s", v)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range w.AzureRoles {
		line("azure role %s: %s", r.Name, r.Description)
		p := r.Flat()
		list("actions", p.Actions)
		list("not_actions", p.NotActions)
		list("data_actions", p.DataActions)
		list("not_data_actions", p.NotDataActions)
		list("assignable_scopes", r.AssignableScopes)
	}
	for _, a := range w.AzureAssignments {
		role, err := b.Azure.Role(ctx, a.RoleID)
		must(err)
		line("azure assignment at %s of %s to %s %s: %s%s", a.Scope, role.Name, a.PrincipalType, a.PrincipalID, a.Description, a.Condition)
	}
	for _, r := range w.EntraRoles {
		line("entra role %s (version %q, enabled %t): %s", r.Name, r.Version, r.Enabled, r.Description)
		list("permissions", r.Permissions)
	}
	for _, a := range w.EntraAssignments {
		role, err := b.Entra.Role(ctx, a.RoleID)
		must(err)
		line("entra assignment at %s%s of %s to %s", a.DirectoryScope, a.AppScope, role.Name, a.PrincipalID)
	}
	for _, r := range w.IntuneRoles {
		line("intune role %s, seen with tags %s: %s", r.Name, names(r.ScopeTags), r.Description)
		list("permissions", r.Permissions)
	}
	for _, a := range w.IntuneAssignments {
		role, err := b.Intune.Role(ctx, a.RoleID)
		must(err)
		line("intune assignment %s of %s, all users %t, all devices %t, tags %s: %s", a.Name, role.Name, a.AllUsers, a.AllDevices, names(a.ScopeTags), a.Description)
		list("members", texts(a.Members))
		list("scope_groups", texts(a.ScopeGroups))
	}
	for _, tag := range w.ScopeTags {
		line("scope tag %s: %s", tag.Name, tag.Description)
		list("groups", texts(tag.Groups))
	}
	slices.Sort(objects)
	return strings.Join(objects, "")
}

func texts(ids []rbac.GUID) []string {
	var out []string
	for _, id := range ids {
		out = append(out, id.String())
	}
	return out
}

// quickstartWorld is the tenant after the quickstart. The actions are those of Microsoft's
// article on custom roles, the permissions those of the built-in help desk role.
const quickstartWorld = `azure assignment at /providers/Microsoft.Management/managementGroups/plants of Reader to ServicePrincipal e615c7a8-bd84-405d-8fb9-51a0374c2856: 
azure assignment at /subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11/resourceGroups/lyon-line-1 of Virtual Machine Operator to Group 7c1e0a5d-3b0e-4a3c-8f0b-2f6a9a0f6f10: Restarts the line's servers outside office hours.
azure role Virtual Machine Operator: Can monitor and restart virtual machines.
 actions
  Microsoft.Authorization/*/read
  Microsoft.Compute/*/read
  Microsoft.Compute/virtualMachines/restart/action
  Microsoft.Compute/virtualMachines/start/action
  Microsoft.Insights/alertRules/*
  Microsoft.Insights/diagnosticSettings/*
  Microsoft.Network/*/read
  Microsoft.ResourceHealth/availabilityStatuses/read
  Microsoft.Resources/subscriptions/resourceGroups/read
  Microsoft.Storage/*/read
  Microsoft.Support/*
 assignable_scopes
  /providers/Microsoft.Management/managementGroups/plants
  /subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11
  /subscriptions/6b502c2f-3b72-4b30-8b4a-1d5e20702d22
entra assignment at / of App Registration Support to c3d29e74-8051-4d3a-9c86-2e7d0419f523
entra assignment at /administrativeUnits/5ad26ebf-4719-4e8c-9f62-8ea271c3b056 of Helpdesk Administrator to c3d29e74-8051-4d3a-9c86-2e7d0419f523
entra role App Registration Support (version "", enabled true): Keeps names, sign-in settings and owners of app registrations in order; creates none and sees no secrets.
 permissions
  microsoft.directory/applications/authentication/update
  microsoft.directory/applications/basic/update
  microsoft.directory/applications/owners/read
  microsoft.directory/applications/owners/update
  microsoft.directory/applications/standard/read
intune assignment Help desk Americas of Help Desk Operator without wipe, all users false, all devices false, tags Americas: 
 members
  b2e18d63-7f40-4c29-8b75-1d6cf308e412
 scope_groups
  03c2b8d5-601e-4d1f-8e8f-206b4c9d7e32
intune assignment Help desk EMEA of Help Desk Operator without wipe, all users false, all devices false, tags EMEA: 
 members
  a1d07c52-6e3f-4b18-9a64-0c5be2f7d301
 scope_groups
  f2b1a7c4-5f0d-4c0e-9d7e-1f5a3b8c6d21
intune role Help Desk Operator without wipe, seen with tags Americas, EMEA: As the built-in Help Desk Operator, but neither devices nor app data are wiped.
 permissions
  Microsoft.Intune_ASRPolicy_Read
  Microsoft.Intune_AdminTasks_Read
  Microsoft.Intune_AndroidFota_Read
  Microsoft.Intune_AndroidSync_Read
  Microsoft.Intune_AppControlPolicy_Read
  Microsoft.Intune_AppleDeviceSerialNumbers_Read
  Microsoft.Intune_AppleEnrollmentProfiles_Read
  Microsoft.Intune_AssignmentFilter_Read
  Microsoft.Intune_Audit_Read
  Microsoft.Intune_CertificateConnector_Read
  Microsoft.Intune_CloudAttach_ApplicationActions
  Microsoft.Intune_CloudAttach_Applications
  Microsoft.Intune_CloudAttach_CMPivot
  Microsoft.Intune_CloudAttach_ClientDetails
  Microsoft.Intune_CloudAttach_Collections
  Microsoft.Intune_CloudAttach_EnrollNow
  Microsoft.Intune_CloudAttach_ResourceExplorer
  Microsoft.Intune_CloudAttach_ScriptActions
  Microsoft.Intune_CloudAttach_Scripts
  Microsoft.Intune_CloudAttach_SoftwareUpdates
  Microsoft.Intune_CloudAttach_Timeline
  Microsoft.Intune_CorporateDeviceIdentifiers_Read
  Microsoft.Intune_Customization_Read
  Microsoft.Intune_DeploymentPlans_Read
  Microsoft.Intune_DerivedCredentials_Read
  Microsoft.Intune_DeviceCompliancePolices_Read
  Microsoft.Intune_DeviceCompliancePolices_ViewReports
  Microsoft.Intune_DeviceConfigurations_Read
  Microsoft.Intune_DeviceConfigurations_ViewReports
  Microsoft.Intune_DeviceEnrollmentManagers_Read
  Microsoft.Intune_EDRPolicy_Read
  Microsoft.Intune_EndpointAnalytics_Read
  Microsoft.Intune_EndpointProtection_Read
  Microsoft.Intune_EnrollmentProgramToken_Read
  Microsoft.Intune_ManagedApps_Assign
  Microsoft.Intune_ManagedApps_Read
  Microsoft.Intune_ManagedDevices_Read
  Microsoft.Intune_ManagedDevices_SetPrimaryUser
  Microsoft.Intune_ManagedDevices_Update
  Microsoft.Intune_ManagedDevices_ViewReports
  Microsoft.Intune_MicrosoftDefenderATP_Read
  Microsoft.Intune_MicrosoftStoreForBusiness_Read
  Microsoft.Intune_MobileApps_Assign
  Microsoft.Intune_MobileApps_Read
  Microsoft.Intune_MobileThreatDefense_Read
  Microsoft.Intune_Organization_Read
  Microsoft.Intune_PartnerDeviceManagement_Read
  Microsoft.Intune_PolicySets_Read
  Microsoft.Intune_RemoteAssistanceApp_Elevation
  Microsoft.Intune_RemoteAssistanceApp_TakeFullControl
  Microsoft.Intune_RemoteAssistanceApp_Unattended
  Microsoft.Intune_RemoteAssistanceApp_ViewScreen
  Microsoft.Intune_RemoteAssistance_Read
  Microsoft.Intune_RemoteTasks_ActivateDeviceEsim
  Microsoft.Intune_RemoteTasks_CancelEnhancedLogCollection
  Microsoft.Intune_RemoteTasks_ChangeAssignments
  Microsoft.Intune_RemoteTasks_CleanPC
  Microsoft.Intune_RemoteTasks_ConfigurationManagerAction
  Microsoft.Intune_RemoteTasks_CustomNotification
  Microsoft.Intune_RemoteTasks_DeviceLogs
  Microsoft.Intune_RemoteTasks_DisableLostMode
  Microsoft.Intune_RemoteTasks_EnableLostMode
  Microsoft.Intune_RemoteTasks_EnableWindowsIntuneAgent
  Microsoft.Intune_RemoteTasks_GetFileVaultKey
  Microsoft.Intune_RemoteTasks_InitiateDeviceAttestation
  Microsoft.Intune_RemoteTasks_InitiateMDMKeyRecovery
  Microsoft.Intune_RemoteTasks_LocateDevice
  Microsoft.Intune_RemoteTasks_ManageSharedDeviceUsers
  Microsoft.Intune_RemoteTasks_OnDemandProactiveRemediation
  Microsoft.Intune_RemoteTasks_PlayLostModeSound
  Microsoft.Intune_RemoteTasks_RebootNow
  Microsoft.Intune_RemoteTasks_RemoteLock
  Microsoft.Intune_RemoteTasks_RemoveDeviceEsim
  Microsoft.Intune_RemoteTasks_RequestRemoteAssistance
  Microsoft.Intune_RemoteTasks_ResetPasscode
  Microsoft.Intune_RemoteTasks_RestoreManagedHomeScreen
  Microsoft.Intune_RemoteTasks_Retire
  Microsoft.Intune_RemoteTasks_RevokeAppleVppLicenses
  Microsoft.Intune_RemoteTasks_RotateBitLockerKeys
  Microsoft.Intune_RemoteTasks_RotateFileVaultKey
  Microsoft.Intune_RemoteTasks_SetDeviceName
  Microsoft.Intune_RemoteTasks_ShutDown
  Microsoft.Intune_RemoteTasks_SyncDevice
  Microsoft.Intune_RemoteTasks_TemporarilySuspendManagedHomeScreen
  Microsoft.Intune_RemoteTasks_TriggerEnhancedLogCollection
  Microsoft.Intune_RemoteTasks_UpdateDeviceAccount
  Microsoft.Intune_RemoteTasks_WindowsDefender
  Microsoft.Intune_Roles_Read
  Microsoft.Intune_SecurityBaselines_Read
  Microsoft.Intune_ServiceNow_ViewIncidents
  Microsoft.Intune_TelecomExpenses_Read
  Microsoft.Intune_TermsAndConditions_Read
  Microsoft.Intune_WindowsEnterpriseCertificate_Read
scope tag Americas: Devices and policies of the plants in Americas.
 groups
  03c2b8d5-601e-4d1f-8e8f-206b4c9d7e32
scope tag EMEA: Devices and policies of the plants in EMEA.
 groups
  f2b1a7c4-5f0d-4c0e-9d7e-1f5a3b8c6d21
`

// quickstartOutputs are outputs of the quickstart that stay the same from run to run, as JSON.
var quickstartOutputs = map[string]string{
	"azure_assignments": `["Reader at /providers/Microsoft.Management/managementGroups/plants: ServicePrincipal",` +
		`"Virtual Machine Operator at /subscriptions/5a4f1b1e-2a61-4a2f-9a39-0c4d1f6f1c11/resourceGroups/lyon-line-1: Group"]`,
	"help_desk": `{"built_in_permissions":95,"custom_permissions":93,"taken_out":["Managed apps/Wipe","Remote tasks/Wipe"],"who_can_wipe":[]}`,
	"present_names": `{"Azure AI User":"Foundry User","Company Administrator":"Global Administrator",` +
		`"Lync Service Administrator":"Skype for Business Administrator","User Account Administrator":"User Administrator"}`,
}
