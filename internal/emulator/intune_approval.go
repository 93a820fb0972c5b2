// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// Multi Admin Approval: a write to a role or an assignment waits until somebody
// else approves of it, and is then sent again. Who approves is not asked here:
// the emulator has no users that sign in.
//
// Source: https://learn.microsoft.com/mem/intune/fundamentals/multi-admin-approval

const (
	justificationHeader = "X-Msft-Approval-Justification"
	approvalCodeHeader  = "X-Msft-Approval-Code"

	justificationMax = 1024               // characters, decoded
	approvalLife     = 3 * 24 * time.Hour // after that the request is expired
	approvalsKept    = 1000               // of all requests; the oldest go
)

// approvalStatus is the state of a request for approval.
type approvalStatus string

const (
	needsApproval approvalStatus = "needsApproval"
	approved      approvalStatus = "approved"
	rejected      approvalStatus = "rejected"
	cancelled     approvalStatus = "cancelled"
	completed     approvalStatus = "completed"
	expired       approvalStatus = "expired"
)

// approval is a write that waits.
type approval struct {
	id                  rbac.GUID
	method, path        string
	body                [sha256.Size]byte // of the body, which may be large
	requestor           entra.Object
	asked, changed      time.Time
	status              approvalStatus
	reason, whyApproved string
}

// at brings the status up to date.
func (a *approval) at(now time.Time) *approval {
	if (a.status == needsApproval || a.status == approved) && now.Sub(a.asked) >= approvalLife {
		a.status, a.changed = expired, a.asked.Add(approvalLife)
	}
	return a
}

func (a *approval) isFor(c *call) bool {
	return a.method == c.method && strings.EqualFold(a.path, c.path) && a.body == sha256.Sum256(c.body)
}

// gated lets a write through when the tenant asks for no approvals, or when it
// has been approved.
func gated(h handler) handler {
	return func(ctx context.Context, c *call) (reply, error) {
		if !c.graph.approval {
			return h(ctx, c)
		}
		if code := c.header.Get(approvalCodeHeader); code != "" {
			return c.graph.complete(ctx, c, code, h)
		}
		return reply{}, c.graph.ask(c)
	}
}

// ask is the answer to a write that nobody approved of yet.
func (s *graphState) ask(c *call) error {
	header := c.header.Get(justificationHeader)
	if header == "" {
		return intuneBad("The request needs an approval: the header x-msft-approval-justification is required.")
	}
	text, err := base64.StdEncoding.DecodeString(header)
	if err != nil || !utf8.Valid(text) {
		return intuneBad("The header x-msft-approval-justification is not UTF-8 text in base64.")
	}
	if n := utf8.RuneCount(text); n > justificationMax {
		return intuneBad("The justification has %d characters. It may have %d.", n, justificationMax)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.approvals {
		if a.at(c.now); a.isFor(c) && (a.status == needsApproval || a.status == approved) {
			return refuse(http.StatusConflict, wire.CodeConflict, "An active Approval Request already exists")
		}
	}
	requestor, ok := c.directory.Object(c.caller)
	if !ok {
		requestor = entra.Object{ID: c.caller}
	}
	a := &approval{
		id: c.newID(), method: c.method, path: c.path, body: sha256.Sum256(c.body), requestor: requestor,
		asked: c.now, changed: c.now, status: needsApproval, reason: string(text),
	}
	if s.approvals = append(s.approvals, a); len(s.approvals) > approvalsKept {
		s.approvals = s.approvals[1:]
	}
	return &refusal{
		status: http.StatusPreconditionFailed, code: wire.CodeBadRequest, message: "The request needs an approval. Approval Request: " + a.id.String(),
		header: http.Header{approvalCodeHeader: {a.id.String()}},
	}
}

// complete carries out a write that has been approved: the same one, and once.
func (s *graphState) complete(ctx context.Context, c *call, code string, h handler) (reply, error) {
	if c.header.Get(justificationHeader) != "" {
		return reply{}, intuneBad("A request has x-msft-approval-justification or x-msft-approval-code, not both.")
	}
	a, err := s.claim(c, code)
	if err != nil {
		return reply{}, err
	}
	out, err := h(ctx, c)
	if err != nil { // nothing was done, and the approval still holds
		s.mu.Lock()
		a.status = approved
		s.mu.Unlock()
	}
	return out, err
}

func (s *graphState) claim(c *call, code string) (*approval, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.find(code, c.now)
	switch {
	case a == nil || !a.isFor(c):
		return nil, intuneBad("The approval code is not that of an approval request for this operation.")
	case a.status == needsApproval:
		return nil, refuse(http.StatusConflict, wire.CodeConflict, "An active Approval Request already exists")
	case a.status != approved:
		return nil, refuse(http.StatusForbidden, wire.CodeApprovalRequired, "The approval request "+a.id.String()+" is "+string(a.status)+".")
	}
	a.status, a.changed = completed, c.now
	return a, nil
}

func (s *graphState) find(id string, now time.Time) *approval {
	for _, a := range s.approvals {
		if strings.EqualFold(a.id.String(), id) {
			return a.at(now)
		}
	}
	return nil
}

var approvals = collection[approval]{
	context: "deviceManagement/operationApprovalRequests",
	filter: filterable[approval]{resource: "operationApprovalRequest", properties: map[string]property[approval]{
		"id":        {opEquals, func(a approval) any { return a.id.String() }},
		"requestId": {opEquals, func(a approval) any { return a.id.String() }},
		"status":    {opEquals, func(a approval) any { return string(a.status) }},
	}},
	document: func(_ *call, a approval) any {
		who := document{{"id", wire.Text(a.requestor.ID)}, {"displayName", wire.Text(a.requestor.DisplayName)}}
		kind := "application"
		if a.requestor.Type == entra.User {
			kind = "user"
		}
		return document{
			{"id", a.id},
			{"requestId", a.id},
			{"requestDateTime", a.asked.UTC().Format(time.RFC3339)},
			{"expirationDateTime", a.asked.Add(approvalLife).UTC().Format(time.RFC3339)},
			{"lastModifiedDateTime", a.changed.UTC().Format(time.RFC3339)},
			{"requestor", document{{kind, who}}},
			{"approver", nil},
			{"status", a.status},
			{"requestJustification", a.reason},
			{"approvalJustification", wire.Text(a.whyApproved)},
			{"requiredOperationApprovalPolicyTypes", []string{"role"}},
		}
	},
}

func listApprovals(ctx context.Context, c *call) (reply, error) {
	var rows []approval
	c.graph.mu.Lock()
	for _, a := range c.graph.approvals {
		rows = append(rows, *a.at(c.now))
	}
	c.graph.mu.Unlock()
	return approvals.list(ctx, c, rows)
}

func getApproval(ctx context.Context, c *call) (reply, error) {
	c.graph.mu.Lock()
	a := c.graph.find(c.param("id"), c.now)
	var row approval
	if a != nil {
		row = *a // others may settle it at any time
	}
	c.graph.mu.Unlock()
	if a == nil {
		return reply{}, gone(c, c.param("id"))
	}
	return approvals.one(ctx, c, row)
}

// decideApproval settles a request that waits.
func decideApproval(to approvalStatus) handler {
	return func(_ context.Context, c *call) (reply, error) {
		var body struct {
			Justification string `json:"justification"`
		}
		if len(bytes.TrimSpace(c.body)) > 0 {
			if err := c.decode(&body); err != nil {
				return reply{}, err
			}
		}
		c.graph.mu.Lock()
		defer c.graph.mu.Unlock()
		a := c.graph.find(c.param("id"), c.now)
		switch {
		case a == nil:
			return reply{}, gone(c, c.param("id"))
		case a.status != needsApproval:
			return reply{}, intuneBad("The approval request is %s and can't be %s.", a.status, to)
		}
		a.status, a.changed, a.whyApproved = to, c.now, body.Justification
		return reply{body: document{{"@odata.context", c.context("Edm.String")}, {"value", to}}}, nil
	}
}
