// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rolewright/terraform-provider-rbac/internal/backend/microsoft"
	"github.com/rolewright/terraform-provider-rbac/internal/provider"
)

// alone leaves nothing in the environment that says how to sign in, but for these.
func alone(t *testing.T, variables map[string]string) {
	t.Helper()
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if strings.HasPrefix(name, "ARM_") || strings.HasPrefix(name, "AZURE_") {
			t.Setenv(name, "")
		}
	}
	for name, value := range variables {
		t.Setenv(name, value)
	}
}

func TestTheTenantOfTheEnvironmentIsTheOneThatABlockWithoutArgumentsHas(t *testing.T) {
	alone(t, map[string]string{"ARM_TENANT_ID": aTenant, "AZURE_CLIENT_ID": aClient, "ARM_CLIENT_SECRET": aSecret})
	for _, e := range []microsoft.Endpoints{
		{},
		{ResourceManager: "https://127.0.0.1:1", Graph: "https://127.0.0.1:1", Authority: "https://127.0.0.1:1"},
	} {
		if tenant, err := provider.EnvironmentTenant("test", e); err != nil || tenant == nil {
			t.Errorf("%+v: %v", e, err)
		}
	}
}

func TestAnEnvironmentThatNamesNoTenantIsToldInSentences(t *testing.T) {
	alone(t, map[string]string{"ARM_CLIENT_SECRET": aSecret})
	_, err := provider.EnvironmentTenant("test", microsoft.Endpoints{Graph: "http://127.0.0.1:1"})
	if err == nil {
		t.Fatal("it is taken")
	}
	want := []string{
		"Which tenant to manage is not said, and the provider does not guess it. Set `tenant_id` in the block `microsoft`, or one of the environment variables ARM_TENANT_ID, AZURE_TENANT_ID.",
		"The endpoint \"http://127.0.0.1:1\" is no absolute https URL such as \"https://management.azure.com\". Tokens are sent over https only.",
		"A client secret is set, but not whose it is. Set `client_id` or `client_id_file_path` in the block `microsoft`, or one of the environment variables ARM_CLIENT_ID, AZURE_CLIENT_ID, ARM_CLIENT_ID_FILE_PATH.",
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Error(diff)
	}
}
