// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"

	"github.com/golang-jwt/jwt/v5"

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
	// Not verified: whom it is for is the service's to decide, and this is only told.
	var claims struct {
		jwt.RegisteredClaims
		Tenant string `json:"tid"`
	}
	if _, _, err := jwt.NewParser().ParseUnverified(text, &claims); err == nil {
		if id, ok := rbac.ParseGUID(claims.Tenant); ok {
			return id, nil
		}
	}
	return "", &rbac.Error{Kind: rbac.Unsupported, Message: "The token of the sign-in does not tell of which tenant it is."}
}
