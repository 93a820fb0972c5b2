// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var _ datasource.DataSourceWithConfigure = (*azureRoleAssignments)(nil)

type azureRoleAssignments struct{ dataSourceBase }

func newAzureRoleAssignments() datasource.DataSource {
	return &azureRoleAssignments{dataSourceBase{base{Noun: framework.Noun{Type: "rbac_azure_role_assignments", Name: "Azure role assignments"}}}}
}

type azureRoleAssignmentsModel struct {
	Role            types.String          `tfsdk:"role"`
	PrincipalID     types.String          `tfsdk:"principal_id"`
	Scope           types.String          `tfsdk:"scope"`
	Granting        types.String          `tfsdk:"granting"`
	RoleAssignments []azureAssignmentItem `tfsdk:"role_assignments"`
}

type azureAssignmentItem struct {
	assignmentItem
	Scope           string `tfsdk:"scope"`
	PrincipalID     string `tfsdk:"principal_id"`
	PrincipalType   string `tfsdk:"principal_type"`
	PrincipalExists *bool  `tfsdk:"principal_exists"`
	Description     string `tfsdk:"description"`
	Condition       string `tfsdk:"condition"`
}

func (d *azureRoleAssignments) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = roleAssignmentsSchema(rbac.Azure, map[string]schema.Attribute{
		"principal_id": principalFilter(),
		"scope": framework.FilterString("Only assignments at this scope, above it (which hold there too) and below it: `/`, a management group, a subscription, a resource group or a resource.",
			framework.Valid(azure.RuleScopeSyntax.Summary, func(s string) error { _, err := azure.ParseScope(s); return err })),
	}, framework.FilterString("Only assignments of roles that grant this operation, such as `Microsoft.Compute/virtualMachines/start/action`: "+
		"by their actions without their not-actions, in the plane to which the operation belongs. What is granted under a condition counts.",
		framework.Valid(azure.RuleActionSyntax.Summary, func(s string) error { _, err := azure.ParsePattern(s); return err })),
		"The assignment's ARM ID.", "The assignment's GUID.", map[string]schema.Attribute{
			"scope":            framework.DataString("Where the role holds."),
			"principal_id":     framework.DataString("The object ID of the user, group or service principal."),
			"principal_type":   framework.DataString("What the principal is: `User`, `Group`, `ServicePrincipal`, `ForeignGroup` or `Device`; empty where the service does not tell."),
			"principal_exists": principalExists(),
			"description":      framework.DataString("Why the principal has the role."),
			"condition":        framework.DataString("The condition that narrows the assignment; empty without one."),
		})
}

func (d *azureRoleAssignments) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	framework.ReadData(ctx, req, resp, d.Noun, func(ctx context.Context, m *azureRoleAssignmentsModel) error {
		b, err := d.data.Backend(ctx)
		if err != nil {
			return err
		}
		filter := azure.AssignmentFilter{PrincipalID: framework.GUIDValue(m.PrincipalID)}
		if filter.RoleID, err = filterRole(ctx, azureRoles{b.Azure}, m.Role); err != nil {
			return err
		}
		if !m.Scope.IsNull() {
			if filter.Scope, err = azure.ParseScope(m.Scope.ValueString()); err != nil {
				return err
			}
		}
		found, err := b.Azure.Assignments(ctx, filter)
		if err != nil {
			return err
		}
		roles, err := b.Azure.Roles(ctx, azure.RoleFilter{})
		if err != nil {
			return err
		}
		granting, err := grantingRoles(roles, m.Granting, catalog.Azure().Granting, func(r azure.Role) rbac.GUID { return r.ID })
		if err != nil {
			return err
		}
		if granting != nil {
			warnUnknownOperations([]string{m.Granting.ValueString()}, &resp.Diagnostics)
		}
		found = narrow(found, granting, func(a azure.Assignment) rbac.GUID { return a.RoleID })
		names := roleNames(roles, func(r azure.Role) (rbac.GUID, string) { return r.ID, r.Name })
		who, err := newPrincipals(ctx, b.Entra, principalIDs(found, func(a azure.Assignment) rbac.GUID { return a.PrincipalID }), "`principal_exists` is null", &resp.Diagnostics)
		if err != nil {
			return err
		}
		m.RoleAssignments = make([]azureAssignmentItem, len(found))
		for i, a := range found {
			m.RoleAssignments[i] = azureAssignmentItem{
				assignmentItem: assignmentItem{ID: a.ID(), Name: a.Name.String(), RoleDefinitionID: azure.RoleResourceID(a.RoleID), RoleName: names[a.RoleID]},
				Scope:          a.Scope.ID(), PrincipalID: a.PrincipalID.String(), PrincipalType: a.PrincipalType,
				PrincipalExists: who.exist(a.PrincipalID), Description: a.Description, Condition: a.Condition,
			}
			if granting != nil && (a.PrincipalType == azure.PrincipalGroup || a.PrincipalType == azure.PrincipalForeignGroup || who.found[a.PrincipalID].Type == entra.Group) {
				m.RoleAssignments[i].through(a.PrincipalID, who)
			}
		}
		return nil
	})
}
