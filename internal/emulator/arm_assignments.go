// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// checkTenant refuses a request for another tenant than the one that is served.
func (c *call) checkTenant() error {
	asked := c.option("tenantId")
	if id, ok := rbac.ParseGUID(asked); asked == "" || ok && id == c.tenantID {
		return nil
	}
	return refuse(http.StatusUnauthorized, wire.CodeInvalidTokenTenant, fmt.Sprintf(
		"The access token is from the wrong issuer 'https://sts.windows.net/%s/'. It must match the tenant 'https://sts.windows.net/%s/' associated with this subscription.", c.tenantID, asked))
}

func (a *arm) listAssignments(ctx context.Context, c *call) (reply, error) {
	at, err := c.at()
	if err != nil {
		return reply{}, err
	}
	if err := c.checkTenant(); err != nil {
		return reply{}, err
	}
	conditions, err := c.filter()
	if err != nil {
		return reply{}, err
	}
	f := azure.AssignmentFilter{Scope: at.Scope}
	var drop []func(azure.Assignment) bool
	for _, cond := range conditions {
		switch {
		case cond.Op == "atscope":
			drop = append(drop, func(a azure.Assignment) bool { return !at.within(a.Scope) })
		case cond.Op == "eq" && strings.EqualFold(cond.Name, "principalId"):
			id, err := c.principal(cond)
			if err != nil {
				return reply{}, err
			}
			f.PrincipalID = id
			drop = append(drop, func(a azure.Assignment) bool { return a.PrincipalID != id }) // of two, both count
		case cond.Op == "assignedto":
			id, err := c.principal(cond)
			if err != nil {
				return reply{}, err
			}
			holders := c.holders(id)
			drop = append(drop, func(a azure.Assignment) bool { return !slices.Contains(holders, a.PrincipalID) })
		default:
			return reply{}, c.unsupportedFilter(cond)
		}
	}
	items, err := c.backend.Azure.Assignments(ctx, f)
	if err != nil {
		return reply{}, err
	}
	items = slices.DeleteFunc(items, func(a azure.Assignment) bool {
		return slices.ContainsFunc(drop, func(out func(azure.Assignment) bool) bool { return out(a) })
	})
	page, next, err := paged(c, items)
	if err != nil {
		return reply{}, err
	}
	out := wire.Page[wire.AzureAssignment]{NextLink: next}
	for _, item := range page {
		out.Value = append(out.Value, a.assignment(item))
	}
	return reply{body: out}, nil
}

// principal reads the object ID of a condition.
func (c *call) principal(cond condition) (rbac.GUID, error) {
	if len(cond.Values) != 1 {
		return "", c.unsupportedFilter(cond)
	}
	id, ok := rbac.ParseGUID(cond.Values[0])
	if !ok {
		return "", refuse(http.StatusBadRequest, wire.CodeInvalidPrincipalID, "A valid principal ID must be provided for role assignment")
	}
	return id, nil
}

// holders are a principal and the groups that it is in, directly or through
// others: whose role assignments it has.
func (c *call) holders(id rbac.GUID) []rbac.GUID {
	return append([]rbac.GUID{id}, c.directory.MemberOf(id)...)
}

// assignment is the document of a role assignment that was read.
func (a *arm) assignment(item azure.Assignment) wire.AzureAssignment {
	d := wire.NewAzureAssignment(item)
	d.Properties.Audit = a.audits.read(assignmentKey(item.Name), item)
	return d
}

// assignmentKey is under what the writes of a role assignment are noted: its
// name, which is its alone in the tenant.
func assignmentKey(name rbac.GUID) string { return wire.AzureAssignmentType + "/" + name.String() }

// assignmentPath reads the scope and the name of a role assignment in a path.
func (c *call) assignmentPath() (armPlace, rbac.GUID, error) {
	at, err := c.at()
	if err != nil {
		return at, "", err
	}
	if err := c.checkTenant(); err != nil {
		return at, "", err
	}
	name, ok := rbac.ParseGUID(c.param("name"))
	if !ok {
		return at, "", refuse(http.StatusBadRequest, "InvalidRoleAssignmentId", fmt.Sprintf("The role assignment ID '%s' is not valid. The role assignment ID must be a GUID.", c.param("name")))
	}
	c.about.ID = name.String()
	return at, name, nil
}

func (a *arm) getAssignment(ctx context.Context, c *call) (reply, error) {
	at, name, err := c.assignmentPath()
	if err != nil {
		return reply{}, err
	}
	item, err := c.backend.Azure.Assignment(ctx, at.Scope, name)
	if err != nil {
		return reply{}, err
	}
	return reply{body: a.assignment(item)}, nil
}

// putAssignment creates a role assignment (201) or changes what can be changed
// of it (200), which repeating a request does too.
func (a *arm) putAssignment(ctx context.Context, c *call) (reply, error) {
	at, name, err := c.assignmentPath()
	if err != nil {
		return reply{}, err
	}
	var d wire.AzureAssignment
	if err := c.decode(&d); err != nil {
		return reply{}, err
	}
	d.ID = azure.AssignmentID(at.Scope, name) // the path counts
	c.about.Principal = d.Properties.PrincipalID
	want, err := d.Domain()
	if err != nil {
		return reply{}, err
	}
	c.about.ID, c.about.Principal = want.RoleID.String(), want.PrincipalID.String() // what is not found is one of these
	out, created, err := upsertAssignment(ctx, c, want)
	if err != nil {
		return reply{}, err
	}
	answer := wire.NewAzureAssignment(out)
	answer.Properties.Audit = a.audits.wrote(c, assignmentKey(name), out, created)
	if created {
		return reply{status: http.StatusCreated, body: answer}, nil
	}
	return reply{status: http.StatusOK, body: answer}, nil
}

// upsertAssignment creates a role assignment or, when there is one of that name
// at the scope, changes it. Of two that create the same at once, the second
// changes it.
func upsertAssignment(ctx context.Context, c *call, a azure.Assignment) (out azure.Assignment, created bool, err error) {
	_, err = c.backend.Azure.Assignment(ctx, a.Scope, a.Name)
	if rbac.IsNotFound(err) {
		out, err = c.backend.Azure.CreateAssignment(ctx, a)
		if err == nil || !existsAs(err, a.ID()) {
			return out, true, err
		}
	} else if err != nil {
		return out, false, err
	}
	c.about.ID = a.Name.String()
	out, err = c.backend.Azure.UpdateAssignment(ctx, a)
	return out, false, err
}

func (a *arm) deleteAssignment(ctx context.Context, c *call) (reply, error) {
	at, name, err := c.assignmentPath()
	if err != nil {
		return reply{}, err
	}
	item, err := c.backend.Azure.Assignment(ctx, at.Scope, name)
	if rbac.IsNotFound(err) {
		return reply{status: http.StatusNoContent}, nil
	}
	if err == nil {
		err = c.backend.Azure.DeleteAssignment(ctx, at.Scope, name)
	}
	if err != nil {
		return reply{}, err
	}
	d := a.assignment(item)
	a.audits.deleted(assignmentKey(name))
	return reply{body: d}, nil
}
