// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// SignedIn signs in and returns the tenant whose token that gave: the one that
// requests work on, which a managed identity, for one, chooses by itself.
// Unauthenticated, Unavailable, or Unsupported where the token does not tell.
func (t *Tenant) SignedIn(ctx context.Context) (rbac.GUID, error) {
	text, err := t.client.arm.tokens.get(ctx)
	if err != nil {
		return "", err
	}
	if id, ok := guidIn(text, "tid"); ok {
		return id, nil
	}
	return "", &rbac.Error{Kind: rbac.Unsupported, Message: "The token of the sign-in does not tell of which tenant it is."}
}

// guidIn is a GUID that a token claims: "oid" is the object ID of whom it is for,
// "tid" the tenant. The token is not verified: whom it is for is the service's to
// decide, and this is only told.
//
// Source: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
func guidIn(token, claim string) (rbac.GUID, bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", false
	}
	content, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return "", false
	}
	var claims map[string]any
	if json.Unmarshal(content, &claims) != nil {
		return "", false
	}
	text, _ := claims[claim].(string)
	return rbac.ParseGUID(text)
}
