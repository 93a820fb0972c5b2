// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package rbac

// Cloud is one of Microsoft's clouds: limits and endpoints differ between them.
type Cloud string

// The clouds, as they are spelled in configuration.
const (
	PublicCloud  Cloud = "public"
	USGovernment Cloud = "usgovernment"
	ChinaCloud   Cloud = "china"
)

// Limit is one documented number. Schema, documentation, plan-time rules and
// the reference tenant all read it from the same place.
type Limit struct {
	Name   string // also the name under which it can be raised, such as azure_custom_roles_per_tenant
	System System
	Value  int
	Unit   string // what is counted: "custom roles", "characters"
	Source string // the page that documents it
	// ByCloud has the numbers of clouds that differ.
	ByCloud map[Cloud]int
}

// In returns the limit's number in a cloud.
func (l Limit) In(c Cloud) int {
	if n, ok := l.ByCloud[c]; ok {
		return n
	}
	return l.Value
}

// Limits answers what a limit is in one tenant: the documented number of its
// cloud, unless the tenant has a quota of its own. The zero value is a public
// cloud tenant with the documented quotas.
type Limits struct {
	Cloud Cloud
	Raise map[string]int // by limit name
}

// Of returns the number of l in this tenant.
func (s Limits) Of(l Limit) int {
	if n, ok := s.Raise[l.Name]; ok {
		return n
	}
	return l.In(s.Cloud)
}
