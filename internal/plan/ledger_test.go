// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package plan_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	one = rbac.GUID("11111111-1111-1111-1111-111111111111")
	two = rbac.GUID("22222222-2222-2222-2222-222222222222")
)

func roles(list ...azure.Role) func(context.Context) ([]azure.Role, error) {
	return func(context.Context) ([]azure.Role, error) { return list, nil }
}

// atMost is a rule: the world has at most n roles.
func atMost(n int) func(*plan.World) []rbac.Violation {
	return func(w *plan.World) []rbac.Violation {
		if w.AzureRoles.Count(plan.All) > n {
			return []rbac.Violation{{Message: "too many"}}
		}
		return nil
	}
}

func TestLedger_countsAnObjectOnceHoweverOftenItIsEntered(t *testing.T) {
	t.Parallel()
	l := plan.New(plan.Tenant{AzureRoles: roles(azure.Role{ID: one, Name: "A"})}, rbac.Limits{})
	plan.Enter(l, plan.AzureRoles, azure.Role{ID: one, Name: "B"})
	plan.Load(t.Context(), l, plan.AzureRoles)
	plan.Enter(l, plan.AzureRoles, azure.Role{ID: one, Name: "B"})
	l.Check(t.Context(), func(w *plan.World) []rbac.Violation {
		if got := w.AzureRoles.Count(plan.All); got != 1 {
			t.Errorf("%d roles, want 1", got)
		}
		if got := w.AzureRoles.Find("name:b"); len(got) != 1 || got[0].Name != "B" {
			t.Errorf("by its new name: %v", got)
		}
		if got := w.AzureRoles.Find("name:a"); len(got) != 0 {
			t.Errorf("by its old name: %v", got)
		}
		return nil
	})
}

func TestLedger_aDroppedObjectStaysGoneWhenTheTenantIsRead(t *testing.T) {
	t.Parallel()
	l := plan.New(plan.Tenant{AzureRoles: roles(azure.Role{ID: one}, azure.Role{ID: two})}, rbac.Limits{})
	plan.Drop(l, plan.AzureRoles, one.String())
	plan.Load(t.Context(), l, plan.AzureRoles)
	if found := l.Check(t.Context(), atMost(1)); found != nil {
		t.Errorf("found %v", found)
	}
}

func TestLedger_tellsForeignObjectsFromManagedOnes(t *testing.T) {
	t.Parallel()
	l := plan.New(plan.Tenant{AzureRoles: roles(azure.Role{ID: one}, azure.Role{ID: two})}, rbac.Limits{})
	plan.Manage(l, plan.AzureRoles, one.String())
	plan.Load(t.Context(), l, plan.AzureRoles)
	l.Check(t.Context(), func(w *plan.World) []rbac.Violation {
		if w.AzureRoles.Foreign(one.String()) || !w.AzureRoles.Foreign(two.String()) || w.AzureRoles.Foreign("x") {
			t.Error("only the second role is foreign")
		}
		return nil
	})
}

func TestLedger_readsTheTenantOnceAndKnowsWhenItCouldNot(t *testing.T) {
	t.Parallel()
	var reads atomic.Int32
	l := plan.New(plan.Tenant{AzureRoles: func(context.Context) ([]azure.Role, error) {
		reads.Add(1)
		return nil, errors.New("forbidden")
	}}, rbac.Limits{})
	for range 3 {
		plan.Load(t.Context(), l, plan.AzureRoles)
	}
	if got := reads.Load(); got != 1 {
		t.Errorf("%d reads, want 1", got)
	}
	l.Check(t.Context(), func(w *plan.World) []rbac.Violation {
		if w.AzureRoles.Known() {
			t.Error("a tenant that can't be read is not known")
		}
		return nil
	})
}

func TestCheck_reportsWhatNothingPutsRight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := plan.New(plan.Tenant{}, rbac.Limits{})
		end := l.Begin()
		defer end()
		plan.Enter(l, plan.AzureRoles, azure.Role{ID: one})
		start := time.Now()
		if found := l.Check(t.Context(), atMost(0)); len(found) != 1 {
			t.Errorf("found %v, want one violation", found)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("waited %s", took)
		}
	})
}

func TestCheck_waitsForTheCallThatPutsItRight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := plan.New(plan.Tenant{AzureRoles: roles(azure.Role{ID: two})}, rbac.Limits{})
		plan.Load(t.Context(), l, plan.AzureRoles)
		plan.Enter(l, plan.AzureRoles, azure.Role{ID: one})
		slow := l.Begin() // another call, which takes a minute to plan a delete
		go func() {
			time.Sleep(time.Minute)
			plan.Drop(l, plan.AzureRoles, two.String())
			slow()
		}()
		end := l.Begin()
		defer end()
		if found := l.Check(t.Context(), atMost(1)); found != nil {
			t.Errorf("found %v", found)
		}
	})
}

func TestCheck_waitsForTheCallThatFollowsClosely(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := plan.New(plan.Tenant{AzureRoles: roles(azure.Role{ID: two})}, rbac.Limits{})
		plan.Load(t.Context(), l, plan.AzureRoles)
		plan.Enter(l, plan.AzureRoles, azure.Role{ID: one})
		go func() {
			for range 20 { // other objects, then the one that matters
				time.Sleep(50 * time.Millisecond)
				l.Begin()()
			}
			time.Sleep(50 * time.Millisecond)
			defer l.Begin()()
			plan.Drop(l, plan.AzureRoles, two.String())
		}()
		end := l.Begin()
		defer end()
		if found := l.Check(t.Context(), atMost(1)); found != nil {
			t.Errorf("found %v", found)
		}
	})
}

func TestCheck_saysNothingWhenItIsCutOff(t *testing.T) {
	t.Parallel()
	l := plan.New(plan.Tenant{}, rbac.Limits{})
	plan.Enter(l, plan.AzureRoles, azure.Role{ID: one})
	defer l.Begin()()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if found := l.Check(ctx, atMost(0)); found != nil {
		t.Errorf("found %v", found)
	}
}

func TestCheck_leavesOneOfTerraformsPlacesFreeAndStillReportsAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := plan.New(plan.Tenant{}, rbac.Limits{})
		plan.Enter(l, plan.AzureRoles, azure.Role{ID: one})
		const places = 10
		var begun, waited, reported atomic.Int32
		everyone := make(chan struct{})
		for range places {
			go func() {
				defer l.Begin()()
				if begun.Add(1) == places {
					close(everyone)
				}
				<-everyone
				found := l.Check(t.Context(), atMost(0))
				if reported.Add(int32(len(found))); len(found) > 0 { //nolint:gosec // a handful
					waited.Add(1)
				}
			}()
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if waited.Load() != places-1 || reported.Load() != places {
			t.Errorf("%d checks waited and reported %d violations, want %d and %d", waited.Load(), reported.Load(), places-1, places)
		}
	})
}

func TestLedger_nilTakesNoNotes(t *testing.T) {
	t.Parallel()
	var l *plan.Ledger
	l.Begin()()
	plan.Enter(l, plan.AzureRoles, azure.Role{ID: one})
	plan.Load(t.Context(), l, plan.AzureRoles)
	if found := l.Check(t.Context(), atMost(0)); found != nil {
		t.Errorf("found %v", found)
	}
}
