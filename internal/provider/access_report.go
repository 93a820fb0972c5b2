// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/report"
)

// namedRole is what the report tells of a role.
type namedRole struct {
	name       string
	privileged bool
}

func azureGrants(ctx context.Context, azureRBAC azure.Authorization) ([]report.Grant, error) {
	assignments, err := azureRBAC.Assignments(ctx, azure.AssignmentFilter{})
	if err != nil || len(assignments) == 0 {
		return nil, err
	}
	found, err := azureRBAC.Roles(ctx, azure.RoleFilter{})
	if err != nil {
		return nil, err
	}
	privileged := catalog.Azure().PrivilegeCheck()
	roles := map[rbac.GUID]namedRole{}
	for _, r := range found {
		known, builtIn := catalog.Azure().RoleByID(r.ID)
		roles[r.ID] = namedRole{r.Name, builtIn && known.Privileged || !builtIn && privileged(r)}
	}
	out := make([]report.Grant, len(assignments))
	for i, a := range assignments {
		out[i] = report.Grant{
			System: string(rbac.Azure), PrincipalID: a.PrincipalID.String(), PrincipalType: a.PrincipalType, RoleID: a.RoleID.String(), RoleName: roles[a.RoleID].name,
			Scope: a.Scope.ID(), AssignmentID: a.ID(), Condition: a.Condition, Privileged: roles[a.RoleID].privileged,
		}
	}
	return out, nil
}

func entraGrants(ctx context.Context, directory entra.Directory) ([]report.Grant, error) {
	assignments, err := directory.Assignments(ctx, entra.AssignmentFilter{})
	if err != nil || len(assignments) == 0 {
		return nil, err
	}
	found, err := directory.Roles(ctx, entra.RoleFilter{})
	if err != nil {
		return nil, err
	}
	roles := map[rbac.GUID]namedRole{}
	for _, r := range found {
		known, builtIn := catalog.Entra().RoleByID(r.ID)
		roles[r.ID] = namedRole{r.Name, builtIn && known.Privileged || !builtIn && catalog.Entra().Privileged(r)}
	}
	out := make([]report.Grant, len(assignments))
	for i, a := range assignments {
		out[i] = report.Grant{
			System: string(rbac.Entra), PrincipalID: a.PrincipalID.String(), RoleID: a.RoleID.String(), RoleName: roles[a.RoleID].name,
			Scope: cmp.Or(a.DirectoryScope, a.AppScope), AssignmentID: a.ID, Privileged: roles[a.RoleID].privileged,
		}
	}
	return out, nil
}

// intuneGrants has a grant for each member group of each assignment.
func intuneGrants(ctx context.Context, devices intune.DeviceManagement) ([]report.Grant, error) {
	assignments, err := devices.Assignments(ctx, intune.AssignmentFilter{})
	if err != nil || len(assignments) == 0 {
		return nil, err
	}
	found, err := devices.Roles(ctx, intune.RoleFilter{})
	if err != nil {
		return nil, err
	}
	roles := map[rbac.GUID]namedRole{}
	for _, r := range found {
		known, builtIn := catalog.Intune().RoleByID(r.ID)
		roles[r.ID] = namedRole{r.Name, builtIn && known.Privileged || !builtIn && catalog.Intune().Privileged(r)}
	}
	var out []report.Grant
	for _, a := range assignments {
		for _, member := range a.Members {
			out = append(out, report.Grant{
				System: string(rbac.Intune), PrincipalID: member.String(), PrincipalType: azure.PrincipalGroup, RoleID: a.RoleID.String(), RoleName: roles[a.RoleID].name,
				Scope: intuneTarget(a), AssignmentID: a.ID.String(), AssignmentName: a.Name, Privileged: roles[a.RoleID].privileged,
			})
		}
	}
	return out, nil
}

// intuneTarget says for whom an assignment is. nameGrants puts names for groups.
func intuneTarget(a intune.Assignment) string {
	var out []string
	if a.AllUsers {
		out = append(out, "all users")
	}
	if a.AllDevices {
		out = append(out, "all devices")
	}
	groups := sorted(a.ScopeGroups)
	return strings.Join(append(out, groups...), ", ")
}

// nameGrants asks the directory once for all principals, and for the groups for
// which Intune assignments are.
func nameGrants(ctx context.Context, directory entra.Directory, grants []report.Grant, diags *diag.Diagnostics) ([]report.Grant, error) {
	var ids []rbac.GUID
	for _, g := range grants {
		ids = append(ids, rbac.GUID(g.PrincipalID))
		for part := range strings.SplitSeq(g.Scope, ", ") {
			if id, ok := rbac.ParseGUID(part); ok && g.System == string(rbac.Intune) {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	who, err := newPrincipals(ctx, directory, slices.Compact(ids), "nothing is marked as orphaned", diags)
	if err != nil {
		return nil, err
	}
	for i := range grants {
		g := &grants[i]
		object := who.found[rbac.GUID(g.PrincipalID)]
		g.PrincipalName, g.PrincipalType = object.DisplayName, cmp.Or(principalType(object.Type), g.PrincipalType)
		if exists := who.exist(rbac.GUID(g.PrincipalID)); exists != nil {
			g.Orphaned = !*exists
		}
		if g.System == string(rbac.Intune) {
			parts := strings.Split(g.Scope, ", ")
			for j, part := range parts {
				parts[j] = cmp.Or(who.found[rbac.GUID(part)].DisplayName, part)
			}
			g.Scope = strings.Join(parts, ", ")
		}
	}
	return grants, nil
}

// principalType is what an object is in the words of Azure; empty where nobody tells.
func principalType(t entra.ObjectType) string {
	return map[entra.ObjectType]string{
		entra.User: azure.PrincipalUser, entra.Group: azure.PrincipalGroup, entra.ServicePrincipal: azure.PrincipalServicePrincipal, entra.Device: azure.PrincipalDevice,
	}[t]
}
