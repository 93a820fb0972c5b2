// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	_ "embed"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var (
	//go:embed data/intune-permissions.txt
	intunePermissionData string
	//go:embed data/intune-roles.txt
	intuneRoleData string
	//go:embed data/intune-cloudpc.txt
	intuneCloudPCData string
)

func loadIntune() *IntuneCatalog {
	loads.intune.Add(1)
	c := &IntuneCatalog{
		byID: map[rbac.GUID]*IntuneRole{}, byName: index[*IntuneRole]{}, spellings: map[string]int{},
	}
	c.loadPermissions()
	c.loadRoles()
	for line := range lines(intuneCloudPCData) {
		c.cloudPC = append(c.cloudPC, line)
	}
	return c
}

func (c *IntuneCatalog) loadPermissions() {
	origins := splitter{}
	var p IntunePermission
	for key, value := range pairs(intunePermissionData) {
		switch key {
		case "permission":
			p.name = value
			p.Category, p.Permission, _ = strings.Cut(value, "/")
		case "graph":
			p.GraphAction = value
		case "unified":
			p.UnifiedAction = value
			parts := strings.SplitN(value, "/", 3)
			p.Resource, p.Action = parts[1], parts[2]
		case "also":
			p.OtherSpellings = append(p.OtherSpellings, value)
		case "privileged":
			p.reason = value
		case "origin":
			p.Origin = origins.split(value)
		case "":
			for _, s := range append([]string{p.name, p.GraphAction, p.UnifiedAction}, p.OtherSpellings...) {
				c.spellings[foldSpelling(s)] = len(c.permissions)
			}
			c.permissions = append(c.permissions, p)
			p = IntunePermission{}
		}
	}
}

func (c *IntuneCatalog) loadRoles() {
	origins := splitter{}
	r := &IntuneRole{}
	for key, value := range pairs(intuneRoleData) {
		switch key {
		case "name":
			r.Name, r.BuiltIn = value, true
		case "id":
			r.ID = rbac.GUID(value)
		case "description":
			r.Description = value
		case "category":
			r.Category = value
		case "provider":
			r.Provider = value
		case "flags":
			for flag := range strings.SplitSeq(value, ",") {
				r.Privileged = r.Privileged || flag == "privileged"
				r.ActionsComplete = r.ActionsComplete || flag == "complete"
			}
		case "api":
			r.APIName = value
		case "origin":
			r.Origin = origins.split(value)
		case "permission":
			r.Permissions = append(r.Permissions, value)
		case "":
			c.roles = append(c.roles, r)
			r = &IntuneRole{}
		}
	}
	for _, r := range c.roles {
		c.byID[r.ID] = r
		c.byName.add(r.Name, r)
	}
	for _, r := range c.roles {
		c.byName.add(r.APIName, r)
	}
}
