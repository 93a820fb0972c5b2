// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
)

// widgets is what a cloud knows that the embedded catalog does not.
type widgets struct{}

func (widgets) AzureProviders() []emulator.AzureProvider {
	return []emulator.AzureProvider{{Namespace: "Fabrikam.Widgets", Operations: []emulator.AzureOperation{
		{Name: "Fabrikam.Widgets/things/blobs/read", Data: true}, {Name: "Fabrikam.Widgets/things/read"},
	}}}
}

func (widgets) EntraActions() []emulator.EntraAction {
	return []emulator.EntraAction{{Name: "microsoft.directory/fabrikamWidgets/create"}}
}

func (widgets) IntuneOperations() []emulator.IntuneOperation {
	return []emulator.IntuneOperation{{Action: "Microsoft.Intune_FabrikamWidgets_Read", Resource: "Fabrikam widgets", Name: "Read"}}
}

func (widgets) RoleTemplates() []emulator.RoleTemplate { return nil }

func TestLive_theServicesAreAskedForTheirPermissionsOnceAndOnlyIfNeeded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{Catalog: widgets{}})
	s := w.run()
	validate := func(name string, config values) []string {
		t.Helper()
		out := []string{}
		for _, d := range s.object(t, name).validate(config) {
			out = append(out, d.Severity.String()+": "+d.Summary)
		}
		return out
	}
	wantEqual(t, "what the catalog has", validate("rbac_azure_custom_role", azureRoleWith("actions", "Microsoft.Compute/virtualMachines/read")), []string{})
	wantEqual(t, "the requests for it", w.take(), []string(nil))
	for range 2 {
		wantEqual(t, "what Azure has", validate("rbac_azure_custom_role", with(azureRoleWith("actions", "Fabrikam.Widgets/things/read"), values{"data_actions": set("Fabrikam.Widgets/things/blobs/read")})), []string{})
		wantEqual(t, "what Azure has not", validate("rbac_azure_custom_role", azureRoleWith("actions", "Fabrikam.Widgets/things/write")), []string{"ERROR: Unknown Azure action"})
		wantEqual(t, "what Entra has", validate("rbac_entra_custom_role", roleWith("microsoft.directory/fabrikamWidgets/create")), []string{"WARNING: Entra permission may not be usable in custom roles"})
		wantEqual(t, "what Entra has not", validate("rbac_entra_custom_role", roleWith("microsoft.directory/fabrikamWidgets/delete")), []string{"ERROR: Unknown Entra permission"})
		wantEqual(t, "what Intune has", validate("rbac_intune_custom_role", roleWith("Microsoft.Intune_FabrikamWidgets_Read")), []string{})
		wantEqual(t, "what Intune has not", validate("rbac_intune_custom_role", roleWith("Microsoft.Intune_FabrikamWidgets_Wipe")), []string{"ERROR: Unknown Intune permission"})
	}
	wantEqual(t, "the requests", w.take(), []string{
		"GET /providers/Microsoft.Authorization/providerOperations",
		"GET /beta/roleManagement/directory/resourceNamespaces/microsoft.directory/resourceActions",
		"GET /beta/deviceManagement/resourceOperations",
	})
}

func TestLive_aServiceThatRefusesItsPermissionsIsOneWarningThatNamesTheMissingRight(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Options{Catalog: widgets{}})
	w.misbehave(emulator.Fault{Path: "providerOperations", Status: http.StatusForbidden, Code: "AuthorizationFailed"})
	s := w.run()
	for i := range 2 {
		diags := s.object(t, "rbac_azure_custom_role").validate(azureRoleWith("actions", "Fabrikam.Widgets/things/read"))
		if len(diags) != 2-i || failures(diags) != nil {
			t.Fatalf("time %d: %s", i+1, text(diags))
		}
		if i == 0 && (diags[0].Summary != "Tenant's permissions not readable" || !strings.Contains(diags[0].Detail, "Microsoft.Authorization/providerOperations/read")) {
			t.Errorf("the warning is %s", text(diags[:1]))
		}
	}
	wantEqual(t, "the requests", w.take(), []string{"GET /providers/Microsoft.Authorization/providerOperations"})
}
