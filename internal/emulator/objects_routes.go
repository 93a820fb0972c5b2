// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/http"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
)

// objectKinds are the collections of directory objects.
var objectKinds = []struct {
	path string
	kind entra.ObjectType
}{
	{"/users", entra.User},
	{"/groups", entra.Group},
	{"/servicePrincipals", entra.ServicePrincipal},
	{"/devices", entra.Device},
	{"/directory/administrativeUnits", entra.AdministrativeUnit},
	{"/administrativeUnits", entra.AdministrativeUnit}, // beta's older path
}

// objectRoutes are the routes of directory objects: users, groups, service
// principals, devices, administrative units. All of them only read: what exists
// stands in the directory file.
func objectRoutes() []route {
	var routes []route
	add := func(rows ...row) { routes = append(routes, graphRoutes(graphService, rows...)...) }
	// memberships are what every object that can be a member answers.
	memberships := func(path string) {
		for _, transitive := range []bool{false, true} {
			name := "memberOf"
			if transitive {
				name = "transitiveMemberOf"
			}
			add(row{http.MethodGet, path + "/" + name, memberOf(transitive)}, row{http.MethodGet, path + "/" + name + "/{cast}", memberOf(transitive)})
		}
		for name, h := range map[string]handler{"getMemberGroups": getMemberGroups, "getMemberObjects": getMemberObjects, "checkMemberGroups": checkMemberGroups} {
			add(row{http.MethodPost, path + "/" + name, h}, row{http.MethodPost, path + "/microsoft.graph." + name, h})
		}
	}
	for _, k := range objectKinds {
		add(row{http.MethodGet, k.path, listKind(k.kind)}, row{http.MethodGet, k.path + "/{id}", getKind(k.kind)})
		if k.kind != entra.AdministrativeUnit {
			memberships(k.path + "/{id}")
		}
		if k.kind == entra.Group || k.kind == entra.AdministrativeUnit {
			add(row{http.MethodGet, k.path + "/{id}/members", listMembers(k.kind, false)}, row{http.MethodGet, k.path + "/{id}/members/{cast}", listMembers(k.kind, false)})
		}
		if k.kind == entra.Group {
			add(row{http.MethodGet, k.path + "/{id}/transitiveMembers", listMembers(k.kind, true)}, row{http.MethodGet, k.path + "/{id}/transitiveMembers/{cast}", listMembers(k.kind, true)})
		}
	}
	add(row{http.MethodGet, "/servicePrincipals/appId={app}", getServicePrincipal})
	memberships("/servicePrincipals/appId={app}")
	memberships("/me")
	memberships("/directoryObjects/{id}")
	add(
		row{http.MethodGet, "/directoryObjects/{id}", getObject},
		row{http.MethodPost, "/directoryObjects/getByIds", getByIDs}, row{http.MethodPost, "/directoryObjects/microsoft.graph.getByIds", getByIDs},
		row{http.MethodGet, "/me", getMe},
		row{http.MethodGet, "/organization", listOrganization}, row{http.MethodGet, "/organization/{id}", getOrganization},
	)
	return routes
}
