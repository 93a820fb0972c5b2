// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Multi-Admin Approval: a tenant may ask that a second administrator approves
// every change of Intune's roles. A write then says why it is wanted, is answered
// with a code, and is sent again with that code once somebody has approved it.
// https://learn.microsoft.com/intune/intune-service/fundamentals/multi-admin-approval
const (
	justificationHeader = "x-msft-approval-justification" // base64 of UTF-8
	approvalCodeHeader  = "x-msft-approval-code"
	// longestJustification is in bytes, before base64.
	longestJustification = 1024
)

// sendApproved sends a request and, where approval gates it, waits for it.
func (c *client) sendApproved(ctx context.Context, r request, to string, body []byte) (answer, error) {
	if !r.Approval {
		return c.send(ctx, r, to, body, nil)
	}
	why := http.Header{}
	if c.justification != "" {
		why.Set(justificationHeader, justification(c.justification))
	}
	a, err := c.send(ctx, r, to, body, why)
	if err == nil && len(why) == 0 && asksWhy(a) {
		why.Set(justificationHeader, justification(fmt.Sprintf("Terraform (provider rolewright/rbac): %s %s", r.Method, pathOf(to))))
		a, err = c.send(ctx, r, to, body, why)
	}
	if err != nil {
		return a, err
	}
	code, gated := a.header.Get(approvalCodeHeader), a.status == http.StatusPreconditionFailed || a.status == http.StatusForbidden
	switch {
	case gated && code != "":
		if err := c.awaitApproval(ctx, r, code); err != nil {
			return answer{}, err
		}
		return c.send(ctx, r, to, body, http.Header{http.CanonicalHeaderKey(approvalCodeHeader): {code}})
	case a.status == http.StatusConflict && strings.Contains(strings.ToLower(string(a.body)), "active approval request"):
		return answer{}, &rbac.Error{Kind: rbac.InUse, System: r.System, RequestID: requestID(a.header), Message: "The same change is waiting for approval already. " +
			"Approve it, reject it or cancel it in the Intune admin center under Tenant administration, Multi Admin Approval; then apply again."}
	}
	return a, nil
}

// asksWhy reports whether a write was refused because it did not say why.
func asksWhy(a answer) bool {
	return (a.status == http.StatusBadRequest || a.status == http.StatusForbidden) && a.header.Get(approvalCodeHeader) == "" &&
		strings.Contains(strings.ToLower(string(a.body)), justificationHeader)
}

// justification is the value of the header.
func justification(text string) string {
	if len(text) > longestJustification {
		text = strings.ToValidUTF8(text[:longestJustification], "")
	}
	return base64.StdEncoding.EncodeToString([]byte(text))
}

// approvalRequest is what is asked of the approvers.
type approvalRequest struct {
	Status string `json:"status"`
}

// awaitApproval waits until somebody has approved the request with that code.
func (c *client) awaitApproval(ctx context.Context, r request, code string) error {
	ask := request{
		System: r.System, Method: http.MethodGet, Path: "/beta/deviceManagement/operationApprovalRequests",
		Query: url.Values{"$filter": {"requestId eq '" + strings.ReplaceAll(code, "'", "''") + "'"}}, Needs: needsIntuneRead,
	}
	status := "needsApproval"
	err := poll(ctx, c, "the approval of request "+code, func(ctx context.Context) (bool, error) {
		list, err := pages[approvalRequest](ctx, c, ask)
		if len(list) > 0 {
			status = list[0].Status
		}
		return status != "needsApproval", err
	})
	switch {
	case asError(err) != nil:
		return err
	case interruption(err):
		return &rbac.Error{Kind: rbac.Unavailable, System: r.System, Err: err, Message: fmt.Sprintf("The run was interrupted while request %s waited for the approval of another administrator. Nothing was changed.", code)}
	case err != nil:
		return &rbac.Error{Kind: rbac.Unavailable, System: r.System, Err: err, Message: fmt.Sprintf("Intune holds the change back until another administrator approves request %s, "+
			"and nobody has in the time that the operation had. Nothing was changed. Have somebody ready to approve, raise the timeout, and apply again.", code)}
	case status == "approved":
		return nil
	default:
		return &rbac.Error{Kind: rbac.Forbidden, System: r.System, Message: fmt.Sprintf("Intune holds changes back until another administrator approves them, "+
			"and request %s was not approved: it is %q. Nothing was changed. Apply again to ask anew.", code, status)}
	}
}
