// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"encoding/base64"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// bearer is a credential that has one token.
type bearer string

func (b bearer) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: string(b), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

func jwtOf(claims string) bearer {
	e := base64.RawURLEncoding.EncodeToString
	return bearer(e([]byte(`{"alg":"RS256","typ":"JWT"}`)) + "." + e([]byte(claims)) + "." + e([]byte("signature")))
}

func TestTheTenantThatOneIsSignedInToIsThatOfTheToken(t *testing.T) {
	t.Parallel()
	unsupported := &rbac.Error{Kind: rbac.Unsupported, Message: "The token of the sign-in does not tell of which tenant it is."}
	refused := &rbac.Error{Kind: rbac.Unauthenticated, Message: "No."}
	for name, c := range map[string]struct {
		credential azcore.TokenCredential
		want       rbac.GUID
		err        *rbac.Error
	}{
		"a token":                      {jwtOf(`{"tid":"D3F1C7A0-5B1E-4C0A-9D52-6A7E3B90F418","aud":"https://management.azure.com"}`), "d3f1c7a0-5b1e-4c0a-9d52-6a7e3b90f418", nil},
		"a token without tenant":       {jwtOf(`{"aud":"https://management.azure.com"}`), "", unsupported},
		"a tenant that is no GUID":     {jwtOf(`{"tid":"contoso"}`), "", unsupported},
		"a token that can't be read":   {bearer("t1"), "", unsupported},
		"nobody who may sign in":       {&mint{fail: refused}, "", refused},
		"a configuration that differs": {jwtOf(`{"tid":"11111111-1111-1111-1111-111111111111"}`), "11111111-1111-1111-1111-111111111111", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant, err := New(Options{TenantID: "d3f1c7a0-5b1e-4c0a-9d52-6a7e3b90f418", Credential: c.credential})
			if err != nil {
				t.Fatal(err)
			}
			got, err := tenant.SignedIn(t.Context())
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if c.err == nil && err != nil || c.err != nil && (err == nil || rbac.KindOf(err) != c.err.Kind || err.Error() != c.err.Error()) {
				t.Errorf("got %v, want %v", err, c.err)
			}
		})
	}
}
