// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// listPermissions answers what the caller may do at a scope: the permissions of
// each role that he has there, at or above it, directly or through groups.
func (a *arm) listPermissions(ctx context.Context, c *call) (reply, error) {
	at, err := c.at()
	if err != nil {
		return reply{}, err
	}
	blocks, err := permissionsOf(ctx, c, at)
	if err != nil {
		return reply{}, err
	}
	return armList(c, blocks)
}

func permissionsOf(ctx context.Context, c *call, at armPlace) ([]wire.AzurePermission, error) {
	items, err := c.backend.Azure.Assignments(ctx, azure.AssignmentFilter{Scope: at.Scope})
	if err != nil {
		return nil, err
	}
	holders := c.holders(c.caller)
	var blocks []wire.AzurePermission
	var seen []rbac.GUID
	for _, item := range items {
		if !slices.Contains(holders, item.PrincipalID) || !at.within(item.Scope) || slices.Contains(seen, item.RoleID) {
			continue
		}
		seen = append(seen, item.RoleID)
		role, err := c.backend.Azure.Role(ctx, item.RoleID)
		if rbac.IsNotFound(err) {
			continue // a built-in role that the service has no longer grants nothing
		}
		if err != nil {
			return nil, err
		}
		for _, p := range role.Permissions {
			blocks = append(blocks, wire.NewAzurePermission(p))
		}
	}
	return blocks, nil
}

// userAccessAdministrator is the built-in role that elevated access gives.
//
// Source: https://learn.microsoft.com/azure/role-based-access-control/elevate-access-global-admin
const userAccessAdministrator rbac.GUID = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"

// elevateAccess gives the caller the role User Access Administrator at the root.
// The service does so for Global Administrators only; here every caller is one.
func (a *arm) elevateAccess(ctx context.Context, c *call) (reply, error) {
	item := azure.Assignment{
		Name: azure.DeriveAssignmentName(azure.Root, userAccessAdministrator, c.caller), Scope: azure.Root,
		RoleID: userAccessAdministrator, PrincipalID: c.caller,
	}
	if _, ok := c.directory.Object(c.caller); !ok {
		item.PrincipalType = azure.PrincipalServicePrincipal // nobody else has a token without being in a directory
	}
	c.about.ID, c.about.Principal, c.about.Scopes = item.RoleID.String(), item.PrincipalID.String(), []string{item.Scope.ID()}
	out, err := c.backend.Azure.CreateAssignment(ctx, item)
	switch {
	case err == nil:
		a.audits.wrote(c, assignmentKey(out.Name), out, true)
	case rbac.KindOf(err) != rbac.Exists:
		return reply{}, err
	}
	return reply{status: http.StatusOK}, nil
}

// A tenant has no deny assignments: Azure makes them for managed applications
// and deployment stacks, which are not here.

func (a *arm) listDenials(_ context.Context, c *call) (reply, error) {
	if _, err := c.at(); err != nil {
		return reply{}, err
	}
	conditions, err := c.filter()
	if err != nil {
		return reply{}, err
	}
	for _, cond := range conditions {
		named := cond.Op == "eq" && slices.ContainsFunc([]string{"denyAssignmentName", "principalId", "gdprExportPrincipalId"}, func(name string) bool { return strings.EqualFold(name, cond.Name) })
		if !named && cond.Op != "atscope" && cond.Op != "assignedto" {
			return reply{}, c.unsupportedFilter(cond)
		}
	}
	return reply{body: wire.Page[wire.AzureDenyAssignment]{}}, nil
}

func (a *arm) getDenial(_ context.Context, c *call) (reply, error) {
	if _, err := c.at(); err != nil {
		return reply{}, err
	}
	return reply{}, refuse(http.StatusNotFound, "DenyAssignmentNotFound", fmt.Sprintf("The deny assignment '%s' is not found.", c.param("name")))
}

// unsupported is the refusal of what Azure does and the emulator does not.
func unsupported(what string) error {
	return &rbac.Error{Kind: rbac.Unsupported, System: rbac.Azure, Message: "The emulator does not serve " + what + "."}
}

func (a *arm) noDenials(context.Context, *call) (reply, error) {
	return reply{}, unsupported("changes of deny assignments; it has none")
}

func noPrivilegedIdentity(context.Context, *call) (reply, error) {
	return reply{}, unsupported("Privileged Identity Management (eligible and scheduled role assignments, and their policies); its role assignments are all active and permanent")
}
