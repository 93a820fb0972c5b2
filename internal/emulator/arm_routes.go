// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import "net/http"

// arm answers for Azure Resource Manager. Its state is what a tenant does not
// keep and a client may look at all the same: who changed something and when.
type arm struct {
	audits     audits
	operations operationsByProvider
}

// The api-versions that clients in use send, the newest last.
var (
	roleVersions       = []string{"2015-07-01", "2018-01-01-preview", "2022-04-01", "2022-05-01-preview"}
	assignmentVersions = []string{
		"2015-07-01", "2018-01-01-preview", "2018-07-01", "2018-09-01-preview", "2018-12-01-preview", "2019-04-01-preview",
		"2020-03-01-preview", "2020-04-01-preview", "2020-08-01-preview", "2020-10-01-preview", "2021-04-01-preview", "2022-04-01", "2026-08-01",
	}
	denyVersions            = []string{"2018-07-01-preview", "2022-04-01", "2026-09-01"}
	operationVersions       = []string{"2015-07-01", "2018-01-01-preview", "2022-04-01"}
	permissionVersions      = []string{"2015-07-01", "2018-01-01-preview", "2018-07-01", "2022-04-01"}
	elevateVersions         = []string{"2015-07-01", "2016-07-01", "2017-05-01"}
	privilegedVersions      = []string{"2020-10-01-preview", "2020-10-01", "2024-09-01-preview"}
	managementGroupVersions = []string{
		"2018-01-01-preview", "2018-03-01-preview", "2019-11-01", "2020-02-01", "2020-05-01", "2020-10-01", "2021-04-01", "2023-04-01",
	}
	// resourceVersions are those of Microsoft.Resources: subscriptions, tenants,
	// resource groups and resource providers.
	resourceVersions = []string{
		"2014-04-01", "2015-11-01", "2016-02-01", "2016-06-01", "2016-09-01", "2017-05-10", "2018-02-01", "2018-05-01", "2018-06-01",
		"2019-03-01", "2019-05-01", "2019-05-10", "2019-06-01", "2019-07-01", "2019-08-01", "2019-10-01", "2019-11-01",
		"2020-01-01", "2020-06-01", "2020-08-01", "2020-10-01", "2021-01-01", "2021-04-01", "2022-09-01", "2022-12-01",
		"2023-07-01", "2024-03-01", "2024-07-01", "2024-11-01", "2025-03-01", "2025-04-01",
	}
)

// armRoutes are the routes of Azure Resource Manager.
func armRoutes() []route {
	a := &arm{}
	const authorization = "/{scope...}/providers/Microsoft.Authorization/"
	const roles, assignments, denials = authorization + "roleDefinitions", authorization + "roleAssignments", authorization + "denyAssignments"
	routes := []route{
		armRoute(http.MethodGet, roles, roleVersions, a.listRoles),
		armRoute(http.MethodGet, roles+"/{id}", roleVersions, a.getRole),
		armRoute(http.MethodPut, roles+"/{id}", roleVersions, a.putRole),
		armRoute(http.MethodDelete, roles+"/{id}", roleVersions, a.deleteRole),

		armRoute(http.MethodGet, assignments, assignmentVersions, a.listAssignments),
		armRoute(http.MethodGet, assignments+"/{name}", assignmentVersions, a.getAssignment),
		armRoute(http.MethodPut, assignments+"/{name}", assignmentVersions, a.putAssignment),
		armRoute(http.MethodDelete, assignments+"/{name}", assignmentVersions, a.deleteAssignment),

		armRoute(http.MethodGet, denials, denyVersions, a.listDenials),
		armRoute(http.MethodGet, denials+"/{name}", denyVersions, a.getDenial),
		armRoute(http.MethodPut, denials+"/{name}", denyVersions, a.noDenials),
		armRoute(http.MethodDelete, denials+"/{name}", denyVersions, a.noDenials),

		armRoute(http.MethodGet, authorization+"permissions", permissionVersions, a.listPermissions),
		armRoute(http.MethodPost, "/providers/Microsoft.Authorization/elevateAccess", elevateVersions, a.elevateAccess),
		armRoute(http.MethodGet, "/providers/Microsoft.Authorization/providerOperations", operationVersions, a.listOperations),
		armRoute(http.MethodGet, "/providers/Microsoft.Authorization/providerOperations/{namespace}", operationVersions, a.getOperations),

		armRoute(http.MethodGet, managementGroupsPath, managementGroupVersions, a.listManagementGroups),
		armRoute(http.MethodGet, managementGroupsPath+"/{group}", managementGroupVersions, a.getManagementGroup),
		armRoute(http.MethodGet, managementGroupsPath+"/{group}/descendants", managementGroupVersions, a.listDescendants),

		armRoute(http.MethodGet, "/tenants", resourceVersions, a.listTenants),
		armRoute(http.MethodGet, "/subscriptions", resourceVersions, a.listSubscriptions),
		armRoute(http.MethodGet, "/subscriptions/{subscription}", resourceVersions, a.getSubscription),
		armRoute(http.MethodGet, "/subscriptions/{subscription}/resourceGroups", resourceVersions, a.listResourceGroups),
		armRoute(http.MethodGet, "/subscriptions/{subscription}/resourceGroups/{group}", resourceVersions, a.getResourceGroup),
		armRoute(http.MethodHead, "/subscriptions/{subscription}/resourceGroups/{group}", resourceVersions, a.headResourceGroup),
		armRoute(http.MethodGet, "/subscriptions/{subscription}/providers", resourceVersions, a.listProviders),
		armRoute(http.MethodGet, "/subscriptions/{subscription}/providers/{namespace}", resourceVersions, a.getProvider),
		armRoute(http.MethodPost, "/subscriptions/{subscription}/providers/{namespace}/register", resourceVersions, a.getProvider),
	}
	return append(routes, privilegedRoutes(authorization)...)
}

// privilegedRoutes are those of Privileged Identity Management.
func privilegedRoutes(authorization string) []route {
	var routes []route
	for _, collection := range []string{
		"roleAssignmentScheduleRequests", "roleAssignmentSchedules", "roleAssignmentScheduleInstances",
		"roleEligibilityScheduleRequests", "roleEligibilitySchedules", "roleEligibilityScheduleInstances",
		"roleManagementPolicies", "roleManagementPolicyAssignments", "eligibleChildResources",
	} {
		path := authorization + collection
		routes = append(routes, armRoute(http.MethodGet, path, privilegedVersions, noPrivilegedIdentity))
		for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			routes = append(routes, armRoute(method, path+"/{name}", privilegedVersions, noPrivilegedIdentity))
		}
		for _, action := range []string{"cancel", "validate"} {
			routes = append(routes, armRoute(http.MethodPost, path+"/{name}/"+action, privilegedVersions, noPrivilegedIdentity))
		}
	}
	return routes
}

func armRoute(method, path string, versions []string, h handler) route {
	return route{service: armService, method: method, path: path, versions: versions, handle: h}
}
