// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"net/http"
	"reflect"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The answers are cut from the examples of the three pages that catalog.go names.
func TestATenantTellsItsPermissions(t *testing.T) {
	t.Parallel()
	client, wire := talk(t, Options{}, func(n int, r *http.Request) (*http.Response, error) {
		switch n {
		case 1:
			return says(r, 200, `{"value":[{"id":"/providers/Microsoft.Authorization/providerOperations/Microsoft.Compute","name":"Microsoft.Compute","displayName":"Microsoft Compute",
				"resourceTypes":[{"name":"virtualMachines","operations":[{"name":"Microsoft.Compute/virtualMachines/read","isDataAction":false},
					{"name":"Microsoft.Compute/virtualMachines/login/action","isDataAction":true}]}],
				"operations":[{"name":"Microsoft.Compute/register/action","description":null,"properties":null,"isDataAction":false}]}],
				"nextLink":"https://management.azure.com/providers/Microsoft.Authorization/providerOperations?page=2"}`)
		case 2:
			return says(r, 200, `{"value":[{"name":"Microsoft.Support","operations":[{"name":"Microsoft.Support/register/action"}],"resourceTypes":[]}]}`)
		case 3:
			return says(r, 200, `{"value":[{"id":"microsoft.directory-applications-create-post","name":"microsoft.directory/applications/create","actionVerb":"POST","isPrivileged":true}]}`)
		default:
			return says(r, 200, `{"value":[{"id":"Microsoft.Intune_MobileApps_Read","resourceName":"Mobile apps","actionName":"Read","description":"x"}]}`)
		}
	})
	k := liveCatalog{client}
	operations, err1 := k.AzureOperations(t.Context())
	permissions, err2 := k.EntraPermissions(t.Context())
	rights, err3 := k.IntunePermissions(t.Context())
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	if want := []azure.Operation{
		{Name: "Microsoft.Compute/register/action"},
		{Name: "Microsoft.Compute/virtualMachines/read"},
		{Name: "Microsoft.Compute/virtualMachines/login/action", Data: true},
		{Name: "Microsoft.Support/register/action"},
	}; !reflect.DeepEqual(operations, want) {
		t.Errorf("Azure: %v, want %v", operations, want)
	}
	if want := []entra.Permission{{Name: "microsoft.directory/applications/create"}}; !reflect.DeepEqual(permissions, want) {
		t.Errorf("Entra: %v, want %v", permissions, want)
	}
	if want := []intune.Permission{{Action: "Microsoft.Intune_MobileApps_Read", Resource: "Mobile apps", Name: "Read"}}; !reflect.DeepEqual(rights, want) {
		t.Errorf("Intune: %v, want %v", rights, want)
	}
	var asked []string
	for _, r := range wire.seen {
		asked = append(asked, r.URL.String())
	}
	if want := []string{
		"https://management.azure.com/providers/Microsoft.Authorization/providerOperations?%24expand=resourceTypes&api-version=2022-04-01",
		"https://management.azure.com/providers/Microsoft.Authorization/providerOperations?page=2",
		"https://graph.microsoft.com/beta/roleManagement/directory/resourceNamespaces/microsoft.directory/resourceActions",
		"https://graph.microsoft.com/beta/deviceManagement/resourceOperations",
	}; !reflect.DeepEqual(asked, want) {
		t.Errorf("asked for %q, want %q", asked, want)
	}
}

func TestAPermissionListThatMayNotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	client, _ := talk(t, Options{}, withHeaders(403))
	k := liveCatalog{client}
	_, err1 := k.AzureOperations(t.Context())
	_, err2 := k.EntraPermissions(t.Context())
	_, err3 := k.IntunePermissions(t.Context())
	for _, err := range []error{err1, err2, err3} {
		if rbac.KindOf(err) != rbac.Forbidden {
			t.Errorf("%v, want Forbidden", err)
		}
	}
}
