// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// fetches are three requests of one batch.
func fetches(ctx context.Context, i *intuneManagement) ([]fetched, error) {
	return fetch(ctx, i.client, intuneRead(intuneTagsPath), []string{tags + "/1", tags + "/2", tags + "/3"})
}

const (
	wantAll   = `{"requests":[{"id":"0","method":"GET","url":"/deviceManagement/roleScopeTags/1"},{"id":"1","method":"GET","url":"/deviceManagement/roleScopeTags/2"},{"id":"2","method":"GET","url":"/deviceManagement/roleScopeTags/3"}]}`
	wantThird = `{"requests":[{"id":"2","method":"GET","url":"/deviceManagement/roleScopeTags/3"}]}`
)

func TestItemsOfABatchFailOnTheirOwn(t *testing.T) {
	t.Parallel()
	graphPlays(t, []exchangeStep{
		gives(http.StatusOK, batch+"\n"+wantAll, answers(told("2", 200, `{"id":"3"}`), told("1", 403, `{"error":{"code":"Forbidden","message":"No."}}`), told("0", 404, `{"error":{"code":"ResourceNotFound","message":"Gone."}}`))),
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		got, err := fetches(t.Context(), i)
		succeeds(t, err)
		failsAs(t, got[0].err, rbac.NotFound, "ResourceNotFound", "", "Gone.")
		failsAs(t, got[1].err, rbac.Forbidden, "Forbidden", "", "DeviceManagementRBAC.Read.All")
		same(t, string(got[2].body), `{"id":"3"}`)
		var n int
		failsAs(t, got[2].into(&n), rbac.Unavailable, "", "", "documented JSON")
	})
}

func TestThrottledItemsOfABatchAreSentAgainOnTheirOwnWhenTheServiceWantsIt(t *testing.T) {
	t.Parallel()
	slow := `{"error":{"code":"TooManyRequests","message":"Wait."}}`
	graphPlays(t, []exchangeStep{
		throttled(batch+"\n"+wantAll, "3"),
		gives(http.StatusOK, batch+"\n"+wantAll, answers(told("0", 200, `{}`), told("1", 200, `{}`), told("2", 429, slow, "Retry-After", "20"))),
		gives(http.StatusOK, batch+"\n"+wantThird, answers(told("2", 429, slow, "retry-after", "2.5"))),
		gives(http.StatusOK, batch+"\n"+wantThird, answers()), // as good as no answer
		gives(http.StatusOK, batch+"\n"+wantThird, answers(told("2", 200, `{"id":"3"}`))),
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement) {
		start := time.Now()
		got, err := fetches(t.Context(), i)
		succeeds(t, err)
		same(t, string(got[2].body), `{"id":"3"}`)
		if took := time.Since(start); took < 25500*time.Millisecond || took > 27*time.Second {
			t.Errorf("it took %s, want the 25.5 s that the service asked for", took)
		}
	})
}

func TestItemOfABatchThatNeverComesDoesNotSpoilTheOthers(t *testing.T) {
	t.Parallel()
	batches := 0
	graphServes(t, func(_, body string) (int, string) {
		batches++
		var in struct{ Requests []struct{ ID string } }
		if err := json.Unmarshal([]byte(body), &in); err != nil {
			t.Error(err)
		}
		var out []string
		for _, r := range in.Requests {
			if r.ID == "1" {
				out = append(out, told("1", 503, `"<html>away</html>"`))
			} else {
				out = append(out, told(r.ID, 200, fmt.Sprintf(`{"id":%q}`, r.ID)))
			}
		}
		return 200, answers(out...)
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement, _ func() []string) {
		got, err := fetches(t.Context(), i)
		succeeds(t, err)
		same(t, []string{string(got[0].body), string(got[2].body)}, []string{`{"id":"0"}`, `{"id":"2"}`})
		failsAs(t, got[1].err, rbac.Unavailable, "", "", "503")
		same(t, batches, 1+maxFailures)
	})
}

func TestBatchEndsWithTheRun(t *testing.T) {
	t.Parallel()
	graphServes(t, func(string, string) (int, string) {
		return 200, answers(told("0", 429, `{"error":{"code":"TooManyRequests","message":"Wait."}}`, "Retry-After", "600"), told("1", 200, `{}`), told("2", 200, `{}`))
	}, func(t *testing.T, _ *entraDirectory, i *intuneManagement, asked func() []string) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		_, err := fetches(ctx, i)
		failsAs(t, err, rbac.Unavailable, "TooManyRequests", "", "Wait.")
		same(t, []any{time.Since(start), len(asked())}, []any{time.Duration(0), 1})
	})
}

func TestInterruptedCreatesReturnWhatExists(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		steps  func(stop func()) []exchangeStep
		create func(ctx context.Context, e *entraDirectory, i *intuneManagement) (string, error)
		want   string
	}{
		"Intune role": {func(stop func()) []exchangeStep {
			made := gives(http.StatusCreated, "POST "+mdmRoles, helperJSON(helperID, "Helper", false))
			made.then = stop
			return []exchangeStep{gives(http.StatusOK, "GET "+mdmRoles, onePage()), made}
		}, func(ctx context.Context, _ *entraDirectory, i *intuneManagement) (string, error) {
			got, err := i.CreateRole(ctx, helper())
			return got.ID.String(), err
		}, helperID.String()},
		"Intune role assignment without an answer": {func(stop func()) []exchangeStep {
			made := breaks("POST " + duties)
			made.then = stop
			return []exchangeStep{
				gives(http.StatusOK, "GET "+duties, onePage()), made,
				gives(http.StatusOK, "GET "+duties, onePage(dutyJSON(dutyID, "Duty"))), gives(http.StatusOK, "GET "+helperPath+"/roleAssignments", onePage(rowJSON(dutyID, "Duty"))),
			}
		}, func(ctx context.Context, _ *entraDirectory, i *intuneManagement) (string, error) {
			got, err := i.CreateAssignment(ctx, duty())
			return got.ID.String() + got.RoleID.String(), err
		}, dutyID.String() + helperID.String()},
		"scope tag before its groups": {func(stop func()) []exchangeStep {
			made := gives(http.StatusCreated, "POST "+tags, tagJSON("7", "Europe"))
			made.then = stop
			return []exchangeStep{gives(http.StatusOK, "GET "+tags, onePage()), made}
		}, func(ctx context.Context, _ *entraDirectory, i *intuneManagement) (string, error) {
			got, err := i.CreateScopeTag(ctx, intune.ScopeTag{Name: "Europe", Description: "d", Groups: []rbac.GUID{teamID}})
			return got.ID, err
		}, "7"},
		"Entra role": {func(stop func()) []exchangeStep {
			made := breaks("POST " + desks)
			made.then = stop
			return []exchangeStep{made, gives(http.StatusOK, "GET "+deskPath, deskJSON(deskID, "Desk"))}
		}, func(ctx context.Context, e *entraDirectory, _ *intuneManagement) (string, error) {
			got, err := e.CreateRole(ctx, deskRole())
			return got.ID.String(), err
		}, deskID.String()},
		"Entra role of which reads learn late": {func(stop func()) []exchangeStep {
			made := breaks("POST " + desks)
			made.then = stop
			return []exchangeStep{
				made, notThere("GET " + deskPath),
				gives(http.StatusOK, "GET "+deskPath, deskJSON(deskID, "Desk")),
			}
		}, func(ctx context.Context, e *entraDirectory, _ *intuneManagement) (string, error) {
			got, err := e.CreateRole(ctx, deskRole())
			return got.ID.String(), err
		}, deskID.String()},
		"Entra role assignment": {func(stop func()) []exchangeStep {
			made := gives(http.StatusCreated, "POST "+grants, grantJSON("x", testUser.String(), "/"))
			made.then = stop
			return []exchangeStep{made}
		}, func(ctx context.Context, e *entraDirectory, _ *intuneManagement) (string, error) {
			got, err := e.CreateAssignment(ctx, grant("/"))
			return got.ID, err
		}, "x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			graphPlays(t, c.steps(stop), func(t *testing.T, e *entraDirectory, i *intuneManagement) {
				got, err := c.create(ctx, e, i)
				failsAs(t, err, rbac.Unavailable, "", "")
				same(t, got, c.want)
			})
		})
	}
}
