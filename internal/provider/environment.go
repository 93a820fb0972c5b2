// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/backend/microsoft"
)

// EnvironmentTenant is the tenant that the environment variables ARM_* and
// AZURE_* name, as a block with backend = "microsoft" and nothing but these
// endpoints (empty ones are those of the cloud) would have it. Each call makes a
// client that has read nothing yet. The error has a sentence for each mistake.
func EnvironmentTenant(version string, e microsoft.Endpoints) (*microsoft.Tenant, error) {
	endpoints := map[string]attr.Value{}
	kinds := map[string]attr.Type{}
	for name, value := range map[string]string{"resource_manager": e.ResourceManager, "graph": e.Graph, "authority": e.Authority} {
		endpoints[name], kinds[name] = types.StringNull(), types.StringType
		if value != "" {
			endpoints[name] = types.StringValue(value)
		}
	}
	in := types.ObjectValueMust(kinds, endpoints)
	block := types.ObjectValueMust(map[string]attr.Type{setEndpoints: in.Type(context.Background())}, map[string]attr.Value{setEndpoints: in})

	var found diag.Diagnostics
	m := signIn{
		configuration: configuration{provider: &rbacProvider{version: version}, model: providerModel{Microsoft: block}, diags: &found},
		block:         block, mistakes: new(int),
	}
	if t := m.open(&Data{}); t != nil {
		return t, nil
	}
	var errs []error
	for _, d := range found {
		errs = append(errs, errors.New(d.Detail()))
	}
	return nil, errors.Join(errs...)
}
