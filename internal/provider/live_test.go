// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/provider"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// lister is a tenant's own list of permissions, which the catalog does not have.
type lister struct {
	err                  error
	azure, entra, intune atomic.Int32 // how often it was asked
}

func (l *lister) AzureOperations(context.Context) ([]azure.Operation, error) {
	l.azure.Add(1)
	return []azure.Operation{{Name: "Fabrikam.Widgets/things/read"}, {Name: "Fabrikam.Widgets/things/blobs/read", Data: true}}, l.err
}

func (l *lister) EntraPermissions(context.Context) ([]entra.Permission, error) {
	l.entra.Add(1)
	return []entra.Permission{{Name: "microsoft.directory/contosoThings/create"}}, l.err
}

func (l *lister) IntunePermissions(context.Context) ([]intune.Permission, error) {
	l.intune.Add(1)
	return []intune.Permission{{Action: "Microsoft.Intune_ContosoThings_Read", Resource: "Contoso things", Name: "Read"}}, l.err
}

func (l *lister) asked() [3]int32 { return [3]int32{l.azure.Load(), l.entra.Load(), l.intune.Load()} }

// listing is a provider on a tenant that lists its permissions.
func listing(t *testing.T, l *lister) *server {
	t.Helper()
	b := memoryTenant(t)
	b.Catalog = l
	return newServer(t, b)
}

func azureRoleWith(list string, actions ...any) values {
	return values{"name": "Contoso", list: set(actions...), "assignable_scopes": set("/subscriptions/11111111-1111-1111-1111-111111111111")}
}

func roleWith(permissions ...any) values {
	return values{"name": "Contoso", "permissions": set(permissions...)}
}

// said are the diagnostics as "severity: summary: detail".
func said(diags []*tfprotov6.Diagnostic) []string {
	out := []string{}
	for _, d := range diags {
		out = append(out, d.Severity.String()+": "+d.Summary+": "+d.Detail)
	}
	return out
}

func TestLive_whatTheCatalogKnowsIsAskedOfNobody(t *testing.T) {
	t.Parallel()
	l := &lister{}
	s := listing(t, l)
	for name, config := range map[string]values{
		"rbac_azure_custom_role":  with(azureRoleWith("actions", "Microsoft.Compute/virtualMachines/read", "Microsoft.Compute/*/read"), values{"not_actions": set("Microsoft.Compute/disks/read")}),
		"rbac_entra_custom_role":  roleWith("microsoft.directory/applications/create"),
		"rbac_intune_custom_role": roleWith("Mobile apps/Read", "Microsoft.Intune_MobileApps_Create"),
	} {
		refuse(t, name, s.object(t, name).validate(config))
	}
	// Nor is what can't be of the system.
	for name, config := range map[string]values{
		"rbac_azure_custom_role":  azureRoleWith("actions", "microsoft.directory/applications/create", "Mobile apps/Read", "read"),
		"rbac_entra_custom_role":  roleWith("Microsoft.Compute/virtualMachines/read", "microsoft.aad.directory/Application/Create", "microsoft.directory/*"),
		"rbac_intune_custom_role": roleWith("Microsoft.Compute/virtualMachines/read", "microsoft.directory/applications/create", "read"),
	} {
		if s.object(t, name).validate(config) == nil {
			t.Errorf("%s takes %v", name, config)
		}
	}
	if got := l.asked(); got != [3]int32{} {
		t.Errorf("the tenant was asked %v times", got)
	}
}

func TestLive_whatTheTenantListsIsRightAndItIsAskedOnceInARun(t *testing.T) {
	t.Parallel()
	l := &lister{}
	s := listing(t, l)
	for range 3 {
		for name, config := range map[string]values{
			"rbac_azure_custom_role":  with(azureRoleWith("actions", "fabrikam.widgets/things/read"), values{"data_actions": set("Fabrikam.Widgets/things/blobs/read")}),
			"rbac_intune_custom_role": roleWith("Microsoft.Intune_ContosoThings_Read"),
		} {
			if diags := s.object(t, name).validate(config); diags != nil {
				t.Errorf("%s: %s", name, text(diags))
			}
		}
		wantEqual(t, "Entra", said(s.object(t, "rbac_entra_custom_role").validate(roleWith("microsoft.directory/contosoThings/create"))), []string{
			`WARNING: Entra permission may not be usable in custom roles: "microsoft.directory/contosoThings/create" is not among the permissions that Microsoft documents for custom roles. ` +
				"The directory may refuse it; a built-in role may be needed.\n\nRule: entra_permission_not_in_custom_roles\nSource: https://learn.microsoft.com/entra/identity/role-based-access-control/custom-available-permissions",
		})
	}
	if got := l.asked(); got != [3]int32{1, 1, 1} {
		t.Errorf("the tenant was asked %v times, want once each", got)
	}
	// The rules that need more than a name know it, too.
	wantEqual(t, "a wildcard", said(s.object(t, "rbac_azure_custom_role").validate(with(azureRoleWith("actions", "Microsoft.Compute/virtualMachines/read"), values{"not_actions": set("Fabrikam.Widgets/*")}))), []string{
		`WARNING: Excluded action has no effect: "Fabrikam.Widgets/*" is excluded, but nothing in actions grants it. It takes nothing away, from this role or another.` +
			"\n\nRule: azure_not_action_excludes_nothing\nSource: https://learn.microsoft.com/azure/role-based-access-control/role-definitions",
	})
	wantEqual(t, "the wrong plane", said(s.object(t, "rbac_azure_custom_role").validate(azureRoleWith("data_actions", "Fabrikam.Widgets/things/read"))), []string{
		`ERROR: Azure action in the wrong list: "Fabrikam.Widgets/things/read" is a control plane operation and stands in data_actions. Move it to actions.` +
			"\n\nRule: azure_action_wrong_list\nSource: https://learn.microsoft.com/azure/role-based-access-control/role-definitions",
	})
}

func TestLive_whatNeitherTheCatalogNorTheTenantHasIsAnError(t *testing.T) {
	t.Parallel()
	s := listing(t, &lister{})
	for name, c := range map[string]struct {
		config values
		want   string
	}{
		"rbac_azure_custom_role": {
			azureRoleWith("actions", "Fabrikam.Widgets/thing/read"),
			`ERROR: Unknown Azure action: "Fabrikam.Widgets/thing/read" is no known action. Did you mean "Fabrikam.Widgets/things/read"? The tenant has no such operation.` +
				"\n\nRule: azure_action_unknown\nSource: https://learn.microsoft.com/azure/role-based-access-control/custom-roles",
		},
		"rbac_entra_custom_role": {
			roleWith("microsoft.directory/fabrikamWidgets/create"),
			`ERROR: Unknown Entra permission: "microsoft.directory/fabrikamWidgets/create" is no known permission. The tenant has no such permission.` +
				"\n\nRule: entra_permission_unknown\nSource: https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference",
		},
		"rbac_intune_custom_role": {
			roleWith("Contoso things/Read"),
			`ERROR: Unknown Intune permission: No Intune permission is called "Contoso things/Read". Did you mean "Microsoft.Intune_ContosoThings_Read"? ` + intune.PermissionForm +
				"\n\nRule: intune_permission_unknown\nSource: https://learn.microsoft.com/mem/intune/fundamentals/create-custom-role",
		},
	} {
		wantEqual(t, name, said(s.object(t, name).validate(c.config)), []string{c.want})
	}
}

func TestLive_aTenantThatCannotBeAskedIsOneWarningInARunAndTheCatalogCounts(t *testing.T) {
	t.Parallel()
	l := &lister{err: &rbac.Error{Kind: rbac.Forbidden, System: rbac.Azure, Code: "AuthorizationFailed", Message: "The client may not list operations."}}
	s := listing(t, l)
	unknown := `WARNING: Unknown Azure action: "Fabrikam.Widgets/things/read" is no known action. No resource provider is named "Fabrikam.Widgets". If it is newer than the catalog of ` + catalog.SnapshotDate() +
		`, set validation.catalog = "warning" or "off".` + "\n\nRule: azure_action_unknown\nSource: https://learn.microsoft.com/azure/role-based-access-control/custom-roles"
	ask := func() []string {
		return said(s.object(t, "rbac_azure_custom_role").validate(azureRoleWith("actions", "Fabrikam.Widgets/things/read")))
	}
	wantEqual(t, "at first", ask(), []string{
		"WARNING: Tenant's permissions not readable: The tenant could not be asked which permissions of Azure there are, so permissions are checked against the catalog of " + catalog.SnapshotDate() +
			" alone, and newer ones are not known.\n\nThe client may not list operations.\n\nCode: AuthorizationFailed",
		unknown,
	})
	wantEqual(t, "then", ask(), []string{unknown})
	wantEqual(t, "of another system", len(s.object(t, "rbac_entra_custom_role").validate(roleWith("microsoft.directory/contosoThings/create"))), 1)
	if got := l.asked(); got != [3]int32{1, 1, 0} {
		t.Errorf("the tenant was asked %v times", got)
	}
}

// What validate says must not contradict the plan that follows, and validate has
// no tenant to ask: there, only what looks like a typing error is told, and no
// more than a warning.
func TestLive_validateAsksNobodyAndLeavesTheLastWordToThePlan(t *testing.T) {
	t.Parallel()
	made, err := providerserver.NewProtocol6WithError(provider.New("test", provider.WithMicrosoft(nobody{t}))())()
	if err != nil {
		t.Fatal(err)
	}
	s := &server{ProviderServer: made}
	if s.schemas, err = s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		t.Fatal(err)
	}
	block := func(validation any) {
		t.Helper()
		answer, err := s.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{
			Config: dynamic(t, toValue(t, s.schemas.Provider.ValueType(), values{"backend": "microsoft", "validation": validation})),
		})
		if err != nil {
			t.Fatal(err)
		}
		refuse(t, "the provider block", answer.Diagnostics)
	}
	severities := func(actions ...any) []string {
		out := []string{}
		for _, d := range s.object(t, "rbac_azure_custom_role").validate(azureRoleWith("actions", actions...)) {
			out = append(out, d.Severity.String()+": "+d.Summary)
		}
		return out
	}
	const typo, unseen = "Microsoft.Compute/virtualMachine/read", "Fabrikam.Widgets/things/read"
	block(nil)
	wantEqual(t, "a typing error", said(s.object(t, "rbac_azure_custom_role").validate(azureRoleWith("actions", typo))), []string{
		`WARNING: Unknown Azure action: "Microsoft.Compute/virtualMachine/read" is no known action. Did you mean "Microsoft.Compute/virtualMachines/read", "Microsoft.Compute/virtualMachines/write" or ` +
			`"Microsoft.Compute/virtualMachines/delete"? It is not in the catalog of the provider; the plan asks the tenant for it.` +
			"\n\nRule: azure_action_unknown\nSource: https://learn.microsoft.com/azure/role-based-access-control/custom-roles",
	})
	wantEqual(t, "a typing error of Entra", said(s.object(t, "rbac_entra_custom_role").validate(roleWith("microsoft.directory/application/create"))), []string{
		`WARNING: Unknown Entra permission: "microsoft.directory/application/create" is no known permission. Did you mean "microsoft.directory/applications/create", "microsoft.directory/applications/delete" or ` +
			`"microsoft.directory/namedLocations/create"? It is not in the catalog of the provider; the plan asks the tenant for it.` +
			"\n\nRule: entra_permission_unknown\nSource: https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference",
	})
	wantEqual(t, "a typing error of Intune", said(s.object(t, "rbac_intune_custom_role").validate(roleWith("Microsoft.Intune_MobileApp_Read"))), []string{
		`WARNING: Unknown Intune permission: "Microsoft.Intune_MobileApp_Read" is no known permission of Intune. Did you mean "Microsoft.Intune_MobileApps_Read", "Microsoft.Intune_MobileApps_Create" or "Microsoft.Intune_MobileApps_Relate"? ` +
			"It is not in the catalog of the provider; the plan asks the tenant for it." +
			"\n\nRule: intune_permission_unknown\nSource: https://learn.microsoft.com/mem/intune/fundamentals/create-custom-role",
	})
	wantEqual(t, "something new", severities(unseen), []string{})
	wantEqual(t, "a wildcard", severities("Fabrikam.Widgets/*"), []string{"WARNING: Wildcards in an Azure role"})
	wantEqual(t, "another system", severities("microsoft.directory/applications/create"), []string{"ERROR: Permission of another system"})
	block(values{"catalog": "error"})
	wantEqual(t, "a typing error, strict", severities(typo), []string{"WARNING: Unknown Azure action"})
	wantEqual(t, "something new, strict", severities(unseen), []string{})
	block(values{"catalog": "off"})
	wantEqual(t, "a typing error, off", severities(typo), []string{})
}
