// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const approvalCode = "c0000000-0000-4000-8000-000000000001"

// gated is an Intune whose roles are changed with approval only.
type gated struct {
	asks     bool   // whether a write has to say why
	status   int    // of a write that waits for approval
	after    int    // how often the request is read before somebody decides
	decision string // and how
	reads    int
	log      []string
}

func (g *gated) respond(_ int, r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/operationApprovalRequests") {
		if got := r.URL.Query().Get("$filter"); got != "requestId eq '"+approvalCode+"'" {
			g.log = append(g.log, "filter "+got)
		}
		status := "needsApproval"
		if g.reads++; g.reads > g.after {
			status = g.decision
		}
		return says(r, 200, `{"value":[{"status":"`+status+`"}]}`)
	}
	body, _ := io.ReadAll(r.Body)
	why, code := r.Header.Get(justificationHeader), r.Header.Get(approvalCodeHeader)
	g.log = append(g.log, strings.Join([]string{r.Method, r.URL.Path, string(body), why, code}, " "))
	switch {
	case code != "":
		return says(r, 200, `{"id":"1"}`)
	case why == "" && g.asks:
		return says(r, 403, `{"error":{"code":"Forbidden","message":"The header x-msft-approval-justification is required."}}`)
	case why == "" && !g.asks:
		return says(r, 200, `{"id":"1"}`)
	default:
		return says(r, g.status, `{"error":{"code":"BadRequest","message":"Approval required."}}`, approvalCodeHeader, approvalCode)
	}
}

func TestAGatedWriteIsSentAgainOnceItIsApproved(t *testing.T) {
	t.Parallel()
	// base64 of "Terraform (provider rolewright/rbac): PATCH /beta/x" and of "Change 4711"
	const byDefault = "VGVycmFmb3JtIChwcm92aWRlciByb2xld3JpZ2h0L3JiYWMpOiBQQVRDSCAvYmV0YS94"
	const configured = "Q2hhbmdlIDQ3MTE="
	for _, c := range []struct {
		name string
		o    Options
		g    gated
		want []string
		took time.Duration
	}{
		{"no gate", Options{}, gated{}, []string{`PATCH /beta/x {"a":1}  `}, 0},
		{
			"412",
			Options{},
			gated{asks: true, status: 412, after: 0, decision: "approved"},
			[]string{`PATCH /beta/x {"a":1}  `, `PATCH /beta/x {"a":1} ` + byDefault + ` `, `PATCH /beta/x {"a":1}  ` + approvalCode},
			0,
		},
		{
			"403, with a justification of the configuration",
			Options{ApprovalJustification: "Change 4711"},
			gated{asks: true, status: 403, after: 8, decision: "approved"},
			[]string{`PATCH /beta/x {"a":1} ` + configured + ` `, `PATCH /beta/x {"a":1}  ` + approvalCode},
			16300 * time.Millisecond,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client, _ := talk(t, c.o, c.g.respond)
				var out struct{ ID string }
				start := time.Now()
				_, err := client.do(t.Context(), request{System: rbac.Intune, Method: "PATCH", Path: "/beta/x", Body: map[string]int{"a": 1}, Approval: true}, &out)
				if err != nil || out.ID != "1" || strings.Join(c.g.log, "\n") != strings.Join(c.want, "\n") || time.Since(start) != c.took {
					t.Errorf("%v, %v after %s\ngot\n%s\nwant\n%s", out, err, time.Since(start), strings.Join(c.g.log, "\n"), strings.Join(c.want, "\n"))
				}
			})
		})
	}
}

func TestAWriteThatIsNotApprovedIsAClearError(t *testing.T) {
	t.Parallel()
	for decision, want := range map[string]rbac.Error{
		"rejected": {Kind: rbac.Forbidden, System: rbac.Intune, Message: "Intune holds changes back until another administrator approves them, " +
			`and request ` + approvalCode + ` was not approved: it is "rejected". Nothing was changed. Apply again to ask anew.`},
		"expired": {Kind: rbac.Forbidden, System: rbac.Intune, Message: "Intune holds changes back until another administrator approves them, " +
			`and request ` + approvalCode + ` was not approved: it is "expired". Nothing was changed. Apply again to ask anew.`},
		"needsApproval": {Kind: rbac.Unavailable, System: rbac.Intune, Message: "Intune holds the change back until another administrator approves request " + approvalCode +
			", and nobody has in the time that the operation had. Nothing was changed. Have somebody ready to approve, raise the timeout, and apply again."},
	} {
		synctest.Test(t, func(t *testing.T) {
			g := gated{asks: true, status: 412, decision: decision}
			client, _ := talk(t, Options{}, g.respond)
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour/2)
			defer cancel()
			_, err := client.do(ctx, request{System: rbac.Intune, Method: "POST", Path: "/beta/x", Body: 1, Approval: true}, nil)
			wantError(t, err, want)
		})
	}
	synctest.Test(t, func(t *testing.T) {
		g := gated{asks: true, status: 412, decision: "needsApproval"}
		client, _ := talk(t, Options{}, g.respond)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
		_, err := client.do(ctx, request{System: rbac.Intune, Method: "POST", Path: "/beta/x", Body: 1, Approval: true}, nil)
		wantError(t, err, rbac.Error{
			Kind: rbac.Unavailable, System: rbac.Intune,
			Message: "The run was interrupted while request " + approvalCode + " waited for the approval of another administrator. Nothing was changed.",
		})
	})
	client, _ := talk(t, Options{}, func(_ int, r *http.Request) (*http.Response, error) {
		return says(r, 409, `{"error":{"code":"Conflict","message":"An active Approval Request already exists"}}`)
	})
	_, err := client.do(t.Context(), request{System: rbac.Intune, Method: "POST", Path: "/beta/x", Body: 1, Approval: true}, nil)
	wantError(t, err, rbac.Error{Kind: rbac.InUse, System: rbac.Intune, Message: "The same change is waiting for approval already. " +
		"Approve it, reject it or cancel it in the Intune admin center under Tenant administration, Multi Admin Approval; then apply again."})
}
