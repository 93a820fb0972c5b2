// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	_ "embed"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var (
	//go:embed data/azure-operations.txt
	azureOperationData string
	//go:embed data/azure-providers.txt
	azureProviderData string
	//go:embed data/azure-roles.txt
	azureRoleData string
	//go:embed data/azure-unknown.txt
	azureUnknownData string
)

func loadAzure() *AzureCatalog {
	loads.azure.Add(1)
	c := &AzureCatalog{}
	c.loadProviders()
	c.loadOperations()
	c.loadRoles()
	for line := range lines(azureUnknownData) {
		c.unknown = append(c.unknown, line)
	}
	return c
}

func (c *AzureCatalog) loadProviders() {
	c.byProvider = map[string]int{}
	var p AzureProvider
	for key, value := range pairs(azureProviderData) {
		switch key {
		case "namespace":
			p.Namespace = value
		case "display":
			p.DisplayName = value
		case "":
			c.byProvider[rbac.Fold(p.Namespace)] = len(c.providers)
			c.providers = append(c.providers, p)
			p = AzureProvider{}
		}
	}
}

// codes are the characters that the generator writes for an index.
const codes = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// loadOperations reads the legend and then one line for each operation: plane,
// sources, privileged reason, name. The folded names are parts of one folded
// copy of the data; folding keeps the length, which the generator checks.
func (c *AzureCatalog) loadOperations() {
	legend, data, _ := strings.Cut(azureOperationData, "\n\n")
	var sources []string
	reasons := []string{""}
	for key, value := range pairs(legend) {
		switch key {
		case "sources":
			sources = append(sources, value)
		case "privileged":
			reasons = append(reasons, value)
		}
	}
	n := strings.Count(data, "\n")
	c.operations, c.folded = make([]AzureOperation, 0, n), make([]string, 0, n)
	folded := rbac.Fold(data)
	var provider *AzureProvider
	var category, namespace string // of the provider; namespace is folded and ends with "/"
	for at := 0; at < len(data); {
		end := at + strings.IndexByte(data[at:], '\n')
		name, low := data[at+3:end], folded[at+3:end]
		if namespace == "" || !strings.HasPrefix(low, namespace) {
			namespace = low[:strings.IndexByte(low, '/')+1]
			provider = &c.providers[c.byProvider[namespace[:len(namespace)-1]]]
			category = provider.DisplayName
			if category == "" {
				category = provider.Namespace
			}
		}
		provider.Operations++
		plane := data[at]
		c.folded = append(c.folded, low)
		c.operations = append(c.operations, AzureOperation{
			Name: name, Provider: provider.Namespace,
			ControlAction: plane == 'c' || plane == 'b', DataAction: plane == 'd' || plane == 'b',
			category: category,
			origin:   sources[strings.IndexByte(codes, data[at+1])],
			reason:   reasons[strings.IndexByte(codes, data[at+2])],
		})
		at = end + 1
	}
}

// azureRoleReader puts the entry of one role together.
type azureRoleReader struct {
	role  AzureRole
	lists arena
	open  string // the key whose list is being read
}

func (c *AzureCatalog) loadRoles() {
	r := azureRoleReader{lists: arena{values: make([]string, 0, strings.Count(azureRoleData, "\n"))}}
	c.roles = make([]*AzureRole, 0, strings.Count(azureRoleData, "\n\n"))
	origins := splitter{}
	for key, value := range pairs(azureRoleData) {
		if key != r.open {
			r.closeList()
			r.open = key
		}
		switch key {
		case "name":
			r.role.Name, r.role.BuiltIn = value, true
		case "id":
			r.role.ID = rbac.GUID(value)
		case "description":
			r.role.Description = value
		case "category":
			r.role.Category = value
		case "flags":
			r.flags(value)
		case "docs":
			r.role.DocsName = value
		case "origin":
			r.role.Origin = origins.split(value)
		case "block":
			r.role.Permissions = append(r.role.Permissions, azure.Permission{ConditionVersion: value})
		case "condition":
			r.block().Condition = value
		case "":
			role := r.role
			c.roles = append(c.roles, &role)
			r.role = AzureRole{}
		default:
			r.lists.add(value)
		}
	}
	c.indexRoles()
}

func (r *azureRoleReader) block() *azure.Permission {
	return &r.role.Permissions[len(r.role.Permissions)-1]
}

// closeList hands the list that was read to the field of its key.
func (r *azureRoleReader) closeList() {
	list := r.lists.cut()
	switch r.open {
	case "former":
		r.role.FormerNames = list
	case "scope":
		r.role.AssignableScopes = list
	case "action":
		r.block().Actions = list
	case "not-action":
		r.block().NotActions = list
	case "data-action":
		r.block().DataActions = list
	case "not-data-action":
		r.block().NotDataActions = list
	}
}

func (r *azureRoleReader) flags(value string) {
	for flag := range strings.SplitSeq(value, ",") {
		switch flag {
		case "inferred":
			r.role.CategoryInferred = true
		case "privileged":
			r.role.Privileged = true
		case "documented":
			r.role.Documented = true
		case "current":
			r.role.Current = true
		}
	}
}

func (c *AzureCatalog) indexRoles() {
	c.byID = make(map[rbac.GUID]*AzureRole, len(c.roles))
	c.byName = make(index[*AzureRole], len(c.roles))
	for _, r := range c.roles {
		c.byID[r.ID] = r
		c.byName.add(r.Name, r)
	}
	for _, r := range c.roles {
		c.byName.add(r.DocsName, r)
		for _, name := range r.FormerNames {
			c.byName.add(name, r)
		}
	}
}
