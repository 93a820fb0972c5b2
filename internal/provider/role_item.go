// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// roleItem is what data sources tell about a role of any system.
type roleItem struct {
	Name           string   `tfsdk:"name"`
	RoleID         string   `tfsdk:"role_id"`
	ID             string   `tfsdk:"id"`
	Description    string   `tfsdk:"description"`
	Category       string   `tfsdk:"category"`
	Privileged     bool     `tfsdk:"privileged"`
	Deprecated     bool     `tfsdk:"deprecated"`
	DoNotUse       bool     `tfsdk:"do_not_use"`
	DoNotUseReason string   `tfsdk:"do_not_use_reason"`
	ReplacedBy     string   `tfsdk:"replaced_by"`
	APIName        string   `tfsdk:"api_name"`
	FormerNames    []string `tfsdk:"former_names"`
}

func (i *roleItem) common() *roleItem { return i }

// attributes describes the item; more are the attributes of one system.
func (roleItem) attributes(id string, more map[string]schema.Attribute) map[string]schema.Attribute {
	all := map[string]schema.Attribute{
		"name":              framework.DataString("The role's present name."),
		"role_id":           framework.DataString("The role's GUID, the same in every tenant for a built-in role; empty for the few deprecated roles whose GUID nobody publishes."),
		"id":                framework.DataString(id),
		"description":       framework.DataString("What the role is for."),
		"category":          framework.DataString("The role's area, such as `Storage` or `Devices`; empty when it has none, as custom roles."),
		"privileged":        framework.DataBool("Whether a holder can give himself or others more access than he was given, or get at credentials."),
		"deprecated":        framework.DataBool("Whether Microsoft has deprecated the role."),
		"do_not_use":        framework.DataBool("Whether the role must not or can't be assigned; deprecated roles included."),
		"do_not_use_reason": framework.DataString("Why the role must not be used; empty otherwise."),
		"replaced_by":       framework.DataString("The name of the role that Microsoft names as the successor of a deprecated one; empty where it names none."),
		"api_name":          framework.DataString("What Microsoft's API calls the role where that is another name; else empty."),
		"former_names":      framework.DataStrings("Names that the role once had; it is still found under them."),
	}
	maps.Copy(all, more)
	return all
}

// azureRoleItem is what data sources tell about an Azure role.
type azureRoleItem struct {
	roleItem
	Actions          []string `tfsdk:"actions"`
	NotActions       []string `tfsdk:"not_actions"`
	DataActions      []string `tfsdk:"data_actions"`
	NotDataActions   []string `tfsdk:"not_data_actions"`
	AssignableScopes []string `tfsdk:"assignable_scopes"`
	Conditions       []string `tfsdk:"conditions"`
}

func (azureRoleItem) attributes() map[string]schema.Attribute {
	return roleItem{}.attributes("The role's ARM ID without a scope in front: `/providers/Microsoft.Authorization/roleDefinitions/{role_id}`.", map[string]schema.Attribute{
		"actions":           framework.DataStrings("Control plane operations that the role allows, some with a `*`."),
		"not_actions":       framework.DataStrings("Control plane operations that are taken out of `actions`."),
		"data_actions":      framework.DataStrings("Data plane operations that the role allows."),
		"not_data_actions":  framework.DataStrings("Data plane operations that are taken out of `data_actions`."),
		"assignable_scopes": framework.DataStrings("Where the role may be assigned; `/` is everywhere."),
		"conditions":        framework.DataStrings("Conditions under which the role allows a part of its operations; empty for most roles."),
	})
}

// newAzureRoleItem describes a role, built-in or custom. known is its entry in
// the catalog, nil if there is none.
func newAzureRoleItem(role azure.Role, known *catalog.AzureRole, privileged bool) azureRoleItem {
	flat := role.Flat()
	item := azureRoleItem{
		roleItem: roleItem{
			Name: role.Name, RoleID: role.ID.String(), ID: azure.RoleResourceID(role.ID), Description: role.Description,
			Privileged: privileged, FormerNames: []string{},
		},
		Actions: sorted(flat.Actions), NotActions: sorted(flat.NotActions), DataActions: sorted(flat.DataActions), NotDataActions: sorted(flat.NotDataActions),
		AssignableScopes: sorted(role.AssignableScopes),
	}
	var conditions []string
	for _, p := range role.Permissions {
		if p.Condition != "" {
			conditions = append(conditions, p.Condition)
		}
	}
	item.Conditions = sorted(conditions)
	if known != nil {
		item.Description = cmp.Or(item.Description, known.Description)
		item.Category, item.Privileged, item.FormerNames = known.Category, known.Privileged, sorted(known.FormerNames)
		if known.Deprecated() {
			item.Deprecated, item.DoNotUse, item.DoNotUseReason = true, true, "Microsoft has marked the role as deprecated in its name."
		}
	}
	return item
}

// entraRoleItem is what data sources tell about an Entra role.
type entraRoleItem struct {
	roleItem
	Permissions []string `tfsdk:"permissions"`
}

func (entraRoleItem) attributes() map[string]schema.Attribute {
	return roleItem{}.attributes("The ID of the role definition: the same as `role_id`, the template ID.", map[string]schema.Attribute{
		"permissions": framework.DataStrings("What the role allows, such as `microsoft.directory/users/password/update`."),
	})
}

func newEntraRoleItem(role entra.Role, known *catalog.EntraRole, privileged bool) entraRoleItem {
	item := entraRoleItem{
		roleItem: roleItem{
			Name: role.Name, RoleID: role.ID.String(), ID: role.ID.String(), Description: role.Description,
			Privileged: privileged, FormerNames: []string{},
		},
		Permissions: sorted(role.Permissions),
	}
	if known != nil {
		item.Description = cmp.Or(item.Description, known.Description)
		item.Category, item.Privileged, item.Deprecated = known.Category, known.Privileged, known.Deprecated
		item.DoNotUse, item.DoNotUseReason, item.ReplacedBy = known.DoNotUse, known.DoNotUseReason, known.ReplacedBy
		item.APIName, item.FormerNames = known.APIName, sorted(known.FormerNames)
	}
	return item
}

// intuneRoleItem is what data sources tell about an Intune role.
type intuneRoleItem struct {
	roleItem
	Permissions  []string `tfsdk:"permissions"`
	GraphActions []string `tfsdk:"graph_actions"`
}

func (intuneRoleItem) attributes() map[string]schema.Attribute {
	return roleItem{}.attributes("The ID of the role definition: the same as `role_id`.", map[string]schema.Attribute{
		"permissions":   framework.DataStrings("What the role allows, such as `Mobile apps/Read`. An operation that has no such name, as those of Windows 365, stands as Microsoft Graph spells it."),
		"graph_actions": framework.DataStrings("The same as Microsoft Graph spells it, such as `Microsoft.Intune_MobileApps_Read`."),
	})
}

func newIntuneRoleItem(role intune.Role, known *catalog.IntuneRole, privileged bool) intuneRoleItem {
	names := make([]string, len(role.Permissions))
	for i, action := range role.Permissions {
		names[i] = intunePermissionName(action)
	}
	item := intuneRoleItem{
		roleItem: roleItem{
			Name: role.Name, RoleID: role.ID.String(), ID: role.ID.String(), Description: role.Description,
			Privileged: privileged, FormerNames: []string{},
		},
		Permissions: sorted(names), GraphActions: sorted(role.Permissions),
	}
	if known != nil {
		item.Description = cmp.Or(item.Description, known.Description)
		item.Category, item.Privileged = known.Category, known.Privileged
		item.APIName, item.FormerNames = known.APIName, sorted(known.FormerNames)
	}
	return item
}

// sorted returns values in order, casing ignored; never nil, so that a list
// without elements is empty and not null.
func sorted[S ~string](values []S) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	slices.SortFunc(out, byFold)
	return out
}

// byFold orders texts, casing ignored unless nothing else tells them apart.
func byFold(a, b string) int {
	return cmp.Or(strings.Compare(rbac.Fold(a), rbac.Fold(b)), strings.Compare(a, b))
}
