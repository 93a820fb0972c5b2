// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func withApprovals(o *emulator.Options, _ *reference.Options) { o.Approvals = true }

const (
	justification = "x-msft-approval-justification"
	approvalCode  = "x-msft-approval-code"
	approvalPath  = "/beta/deviceManagement/operationApprovalRequests"
	waiting       = "e0000000-0000-4000-8000-000000000001" // what the server of these tests gives
)

var because = base64.StdEncoding.EncodeToString([]byte("für den Betrieb"))

func TestAWriteWaitsForItsApprovalAndIsThenCarriedOutOnce(t *testing.T) {
	t.Parallel()
	c := newGraph(t, withApprovals)
	c.refuses(http.MethodPost, intuneRoles, deskBody, 400, "BadRequest", "The request needs an approval: the header x-msft-approval-justification is required.")
	a := c.refuses(http.MethodPost, intuneRoles, deskBody, 412, "BadRequest", "The request needs an approval. Approval Request: "+waiting, justification, because)
	if got := a.header.Get(approvalCode); got != waiting {
		t.Errorf("code %q, want %q", got, waiting)
	}
	c.refuses(http.MethodPost, intuneRoles, deskBody, 409, "Conflict", "An active Approval Request already exists", justification, because)
	c.refuses(http.MethodPost, intuneRoles, deskBody, 409, "Conflict", "An active Approval Request already exists", approvalCode, waiting)
	const request = `"id":"e0000000-0000-4000-8000-000000000001","requestId":"e0000000-0000-4000-8000-000000000001","requestDateTime":"2026-11-22T10:00:00Z",
		"expirationDateTime":"2026-11-25T10:00:00Z","lastModifiedDateTime":"2026-11-22T10:00:00Z",
		"requestor":{"application":{"id":"a0000000-0000-4000-8000-000000000006","displayName":"Robot"}},"approver":null,"status":"needsApproval",
		"requestJustification":"für den Betrieb","approvalJustification":null,"requiredOperationApprovalPolicyTypes":["role"]}`
	c.answers(http.MethodGet, approvalPath+"?$filter=requestId eq '"+waiting+"'", "", 200, `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/operationApprovalRequests","value":[{`+request+`]}`)
	c.now.Store(60)
	c.answers(http.MethodPost, approvalPath+"/"+waiting+"/approve", `{"justification":"ok"}`, 200, `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#Edm.String","value":"approved"}`)
	c.answers(http.MethodGet, approvalPath+"/"+waiting, "", 200, `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#deviceManagement/operationApprovalRequests/$entity",`+
		strings.NewReplacer(`"needsApproval"`, `"approved"`, `"lastModifiedDateTime":"2026-11-22T10:00`, `"lastModifiedDateTime":"2026-11-22T10:01`, `"approvalJustification":null`, `"approvalJustification":"ok"`).Replace(request))

	const other = "The approval code is not that of an approval request for this operation."
	c.refuses(http.MethodPost, intuneRoles, strings.Replace(deskBody, "Desk", "x", 1), 400, "BadRequest", other, approvalCode, waiting)
	c.refuses(http.MethodPost, intuneRoles, deskBody, 400, "BadRequest", other, approvalCode, stranger)
	c.refuses(http.MethodPost, intuneRoles, deskBody, 400, "BadRequest", "A request has x-msft-approval-justification or x-msft-approval-code, not both.", approvalCode, waiting, justification, because)
	c.lists(intuneRoles+"?$filter=isBuiltIn eq false", "displayName")
	c.done(http.MethodPost, intuneRoles, deskBody, approvalCode, waiting)
	c.refuses(http.MethodPost, intuneRoles, deskBody, 403, "ApprovalRequired", "The approval request "+waiting+" is completed.", approvalCode, waiting)
	c.lists(intuneRoles+"?$filter=isBuiltIn eq false", "displayName", "Desk")
}

func TestARejectedCancelledOrExpiredApprovalIsNone(t *testing.T) {
	t.Parallel()
	for how, status := range map[string]string{"/reject": "rejected", "/cancelApproval": "cancelled", "": "expired"} {
		c := newGraph(t, withApprovals)
		c.ask(http.MethodPost, intuneRoles, deskBody, justification, because)
		if how == "" {
			c.now.Store(3 * 24 * 60 * 60)
			c.signIn()
		} else {
			c.done(http.MethodPost, approvalPath+"/"+waiting+how, "")
		}
		c.lists(approvalPath, "status", status)
		c.refuses(http.MethodPost, intuneRoles, deskBody, 403, "ApprovalRequired", "The approval request "+waiting+" is "+status+".", approvalCode, waiting)
		c.refuses(http.MethodPost, approvalPath+"/"+waiting+"/approve", "", 400, "BadRequest", "The approval request is "+status+" and can't be approved.")
		if a := c.ask(http.MethodPost, intuneRoles, deskBody, justification, because); a.status != 412 {
			t.Errorf("after %s, asking again: %d %s", status, a.status, a.body)
		}
	}
}

func TestAnApprovalOfWhatTheTenantRefusesStillHolds(t *testing.T) {
	t.Parallel()
	c := newGraph(t, withApprovals)
	body := strings.Replace(deskBody, `["0"]`, `["1"]`, 1)
	c.ask(http.MethodPost, intuneRoles, body, justification, because)
	c.done(http.MethodPost, approvalPath+"/"+waiting+"/approve", "")
	c.refuses(http.MethodPost, intuneRoles, body, 400, "BadRequest", `Scope Tags validation failed : There is no scope tag with the ID "1". Create the tag first, or correct the ID.`, approvalCode, waiting)
	c.done(http.MethodPost, intuneTags, `{"displayName":"Europe"}`) // tags need no approval
	c.done(http.MethodPost, intuneRoles, body, approvalCode, waiting)
}

// Meant for the race detector: who reads an approval sees it as it was before or
// after somebody settled it.
func TestAnApprovalIsReadWhileItIsSettled(t *testing.T) {
	t.Parallel()
	c := newGraph(t, withApprovals, func(o *emulator.Options, _ *reference.Options) { o.NewID = rbac.NewGUID })
	var all sync.WaitGroup
	for n := range 40 {
		asked := c.ask(http.MethodPost, intuneRoles, strings.Replace(deskBody, "{", fmt.Sprintf(`{"n":%d,`, n), 1), justification, because)
		path := approvalPath + "/" + asked.header.Get("X-Msft-Approval-Code")
		for range 4 {
			all.Go(func() {
				if got := c.ask(http.MethodGet, path, ""); got.status != 200 {
					t.Errorf("reading it: %d %s", got.status, got.body)
				}
			})
		}
		all.Go(func() { c.done(http.MethodPost, path+"/approve", "") })
	}
	all.Wait()
}

func TestAJustificationIsShortTextInBase64(t *testing.T) {
	t.Parallel()
	c := newGraph(t, withApprovals)
	for header, words := range map[string]string{
		"%%%": "The header x-msft-approval-justification is not UTF-8 text in base64.",
		base64.StdEncoding.EncodeToString([]byte{0xff}):                      "The header x-msft-approval-justification is not UTF-8 text in base64.",
		base64.StdEncoding.EncodeToString([]byte(strings.Repeat("ü", 1025))): "The justification has 1025 characters. It may have 1024.",
	} {
		c.refuses(http.MethodDelete, intuneAssignments+"/"+made(1), "", 400, "BadRequest", words, justification, header)
	}
	c.refuses(http.MethodGet, approvalPath+"/"+waiting, "", 404, "ResourceNotFound", `There is no object "e0000000-0000-4000-8000-000000000001".`)
}
