// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"net/http"

	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// beta is the version of Graph that has more than v1.0.
const beta = "beta"

// entraRoutes are the routes of Graph below /roleManagement and /directoryRoles.
func entraRoutes() []route {
	const (
		roles       = "/roleManagement/directory/roleDefinitions"
		assignments = "/roleManagement/directory/roleAssignments"
		namespaces  = "/roleManagement/directory/resourceNamespaces"
		active      = "/directoryRoles"
		units       = "/directory/administrativeUnits/{unit}/scopedRoleMembers"
	)
	routes := graphRoutes(graphService,
		row{http.MethodGet, roles, listEntraRoles}, row{http.MethodPost, roles, createEntraRole},
		row{http.MethodGet, roles + "/{id}", getEntraRole}, row{http.MethodPatch, roles + "/{id}", updateEntraRole}, row{http.MethodDelete, roles + "/{id}", deleteEntraRole},
		row{http.MethodGet, roles + "/{id}/inheritsPermissionsFrom", inheritedEntraRoles},

		row{http.MethodGet, assignments, listEntraAssignments}, row{http.MethodPost, assignments, createEntraAssignment},
		row{http.MethodGet, assignments + "/{id}", getEntraAssignment}, row{http.MethodDelete, assignments + "/{id}", deleteEntraAssignment},
		row{http.MethodPatch, assignments + "/{id}", methodNotAllowed}, row{http.MethodPut, assignments + "/{id}", methodNotAllowed},

		row{http.MethodGet, namespaces, listEntraNamespaces}, row{http.MethodGet, namespaces + "/{namespace}", getEntraNamespace},
		row{http.MethodGet, namespaces + "/{namespace}/resourceActions", listEntraActions}, row{http.MethodGet, namespaces + "/{namespace}/resourceActions/{id}", getEntraAction},

		row{http.MethodGet, active, listDirectoryRoles}, row{http.MethodPost, active, activateDirectoryRole},
		row{http.MethodGet, active + "/{id}", getDirectoryRole}, row{http.MethodGet, active + "/roleTemplateId={template}", getDirectoryRole},
		row{http.MethodGet, active + "/{id}/members", listDirectoryRoleMembers}, row{http.MethodGet, active + "/roleTemplateId={template}/members", listDirectoryRoleMembers},
		row{http.MethodPost, active + "/{id}/members/$ref", addDirectoryRoleMember}, row{http.MethodPost, active + "/roleTemplateId={template}/members/$ref", addDirectoryRoleMember},
		row{http.MethodDelete, active + "/{id}/members/{member}/$ref", removeDirectoryRoleMember},
		row{http.MethodDelete, active + "/roleTemplateId={template}/members/{member}/$ref", removeDirectoryRoleMember},
		row{http.MethodGet, active + "/{id}/scopedMembers", listScopedMembers}, row{http.MethodGet, active + "/roleTemplateId={template}/scopedMembers", listScopedMembers},
		row{http.MethodGet, "/directoryRoleTemplates", listRoleTemplates}, row{http.MethodGet, "/directoryRoleTemplates/{id}", getRoleTemplate},

		row{http.MethodGet, units, listUnitRoleMembers}, row{http.MethodPost, units, addUnitRoleMember},
		row{http.MethodGet, units + "/{id}", getUnitRoleMember}, row{http.MethodDelete, units + "/{id}", removeUnitRoleMember},
	)
	routes = append(routes, onBeta(graphRoutes(graphService,
		row{http.MethodGet, "/roleManagement/directory/transitiveRoleAssignments", listTransitiveAssignments},
	))...)
	for _, name := range []string{"Eligibility", "Assignment"} {
		for _, kind := range []string{"Schedules", "ScheduleInstances", "ScheduleRequests"} {
			path := "/roleManagement/directory/role" + name + kind
			for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete} {
				routes = append(routes, graphRoutes(graphService, row{method, path + "/{rest...}", noPremium})...)
			}
		}
	}
	return routes
}

// row is a route of Graph.
type row struct {
	method, path string
	handle       handler
}

func graphRoutes(s service, rows ...row) []route {
	out := make([]route, len(rows))
	for i, r := range rows {
		out[i] = route{service: s, method: r.method, path: r.path, handle: r.handle}
	}
	return out
}

// onBeta keeps routes off v1.0.
func onBeta(routes []route) []route {
	for i := range routes {
		routes[i].versions = []string{beta}
	}
	return routes
}

// methodNotAllowed answers what nobody can do with an object that is there for
// other methods.
func methodNotAllowed(context.Context, *call) (reply, error) {
	return reply{}, refuse(http.StatusMethodNotAllowed, wire.CodeRequestBadRequest, "Specified HTTP method is not allowed for the request target.")
}

// noPremium answers for Privileged Identity Management, which the tenant does not
// have: nothing of it is emulated.
//
// Source: https://learn.microsoft.com/graph/api/resources/privilegedidentitymanagementv3-overview
func noPremium(context.Context, *call) (reply, error) {
	return reply{}, refuse(http.StatusBadRequest, wire.CodeLicenseRequired, "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.")
}
