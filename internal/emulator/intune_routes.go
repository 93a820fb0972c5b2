// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// intuneRoutes are the routes of Graph below /deviceManagement.
func intuneRoutes() []route {
	const (
		management  = "/deviceManagement"
		roles       = management + "/roleDefinitions"
		assignments = management + "/roleAssignments"
		tags        = management + "/roleScopeTags"
		operations  = management + "/resourceOperations"
		approvals   = management + "/operationApprovalRequests"
	)
	routes := graphRoutes(intuneService,
		row{http.MethodGet, roles, listIntuneRoles}, row{http.MethodPost, roles, gated(createIntuneRole)},
		row{http.MethodGet, roles + "/{id}", getIntuneRole}, row{http.MethodPatch, roles + "/{id}", gated(updateIntuneRole)}, row{http.MethodDelete, roles + "/{id}", gated(deleteIntuneRole)},
		row{http.MethodGet, roles + "/{id}/roleAssignments", listIntuneRoleAssignments}, row{http.MethodGet, roles + "/{id}/roleAssignments/{assignment}", getIntuneRoleAssignment},
		row{http.MethodPost, roles + "/{id}/roleAssignments", noIntuneRoute},

		row{http.MethodGet, assignments, listIntuneAssignments}, row{http.MethodPost, assignments, gated(createIntuneAssignment)},
		row{http.MethodGet, assignments + "/{id}", getIntuneAssignment}, row{http.MethodPatch, assignments + "/{id}", gated(updateIntuneAssignment)},
		row{http.MethodDelete, assignments + "/{id}", gated(deleteIntuneAssignment)},

		row{http.MethodGet, operations, listIntuneOperations}, row{http.MethodGet, operations + "/{id}", getIntuneOperation},
		row{http.MethodGet, management + "/getEffectivePermissions", effectiveIntunePermissions},
		row{http.MethodGet, management + "/getEffectivePermissions/scope={scope}", effectiveIntunePermissions},
	)
	return append(routes, onBeta(graphRoutes(intuneService,
		row{http.MethodGet, tags, listScopeTags}, row{http.MethodPost, tags, createScopeTag},
		row{http.MethodGet, tags + "/{id}", getScopeTag}, row{http.MethodPatch, tags + "/{id}", updateScopeTag}, row{http.MethodDelete, tags + "/{id}", deleteScopeTag},
		row{http.MethodPost, tags + "/{id}/assign", assignScopeTag}, row{http.MethodPost, tags + "/{id}/microsoft.graph.assign", assignScopeTag},
		row{http.MethodGet, tags + "/{id}/assignments", listScopeTagGroups},
		row{http.MethodPost, tags + "/getRoleScopeTagsById", scopeTagsByID}, row{http.MethodPost, tags + "/microsoft.graph.getRoleScopeTagsById", scopeTagsByID},
		row{http.MethodGet, tags + "/hasCustomRoleScopeTag", hasCustomScopeTag}, row{http.MethodGet, tags + "/microsoft.graph.hasCustomRoleScopeTag", hasCustomScopeTag},
		row{http.MethodGet, management + "/getRoleScopeTagsByResource/resource={resource}", listScopeTags},
		row{http.MethodGet, management + "/getAssignedRoleDetails", assignedIntuneRoles},

		row{http.MethodGet, approvals, listApprovals}, row{http.MethodGet, approvals + "/{id}", getApproval},
		row{http.MethodPost, approvals + "/{id}/approve", decideApproval(approved)}, row{http.MethodPost, approvals + "/{id}/reject", decideApproval(rejected)},
		row{http.MethodPost, approvals + "/{id}/cancelApproval", decideApproval(cancelled)},
	))...)
}

// gone is the error of an object of Intune that does not exist.
func gone(c *call, id string) error {
	return about(c, &rbac.Error{Kind: rbac.NotFound, System: rbac.Intune, Code: wire.CodeResourceNotFound, Message: fmt.Sprintf("There is no object %q.", id)}, wire.Values{ID: id})
}

// intuneBad is a refusal of Intune in words of its own.
func intuneBad(format string, values ...any) error {
	return refuse(http.StatusBadRequest, wire.CodeBadRequest, fmt.Sprintf(format, values...))
}

// noIntuneRoute answers a create below the role: it is documented, and refused.
//
// Source: https://github.com/microsoftgraph/microsoft-graph-docs/issues/6223
func noIntuneRoute(_ context.Context, c *call) (reply, error) {
	return reply{}, intuneBad("No OData route exists that match template ~/singleton/navigation/key/navigation with http verb POST for request /StatelessRoleAdministrationFEService/deviceManagement/roleDefinitions('%s')/roleAssignments.", c.param("id"))
}

// decodeModel is call.decode with the words of the service for a single value in
// the place of a list.
func decodeModel(c *call, v any) error {
	err := c.decode(v)
	var shape *json.UnmarshalTypeError
	if err == nil || !errors.As(wire.Decode(c.body, v), &shape) || shape.Type == nil || shape.Type.Kind() != reflect.Slice {
		return err
	}
	return refuse(http.StatusBadRequest, wire.CodeModelValidationFailure, fmt.Sprintf("Cannot process the request body: An unexpected 'PrimitiveValue' node was found "+
		"for property named '%s' when reading from the JSON reader. A 'StartArray' node was expected.", shape.Field))
}
