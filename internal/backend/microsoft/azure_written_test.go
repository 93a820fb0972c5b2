// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func TestACreateThatWaitsForAnotherOneOfItsIDCanBeInterrupted(t *testing.T) {
	t.Parallel()
	var own azureWritten[azure.Role]
	release, err := own.claim(t.Context(), "/ID")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = own.claim(ctx, "/id")
	wantError(t, err, rbac.Error{Kind: rbac.Unavailable, Message: "The run was interrupted."})
	release()
	again, err := own.claim(t.Context(), "/Id")
	if err != nil {
		t.Fatal(err)
	}
	again()
}
