// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
)

// openTenant opens a tenant for as long as the test runs.
func openTenant(t testing.TB, o reference.Options) backend.Backend {
	t.Helper()
	tenant, err := reference.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tenant.Close(); err != nil {
			t.Error(err)
		}
	})
	return tenant.Backend()
}

// signedIn is a token of an application, which is good for an hour.
func signedIn(t testing.TB, client *http.Client, tenant, application, scope string) string {
	t.Helper()
	answer, err := client.PostForm("https://login.microsoftonline.com/"+tenant+"/oauth2/v2.0/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {application}, "client_secret": {"s3cret"}, "scope": {scope},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&token); err != nil || token.AccessToken == "" {
		t.Fatalf("no token: %d %v", answer.StatusCode, err)
	}
	return token.AccessToken
}
