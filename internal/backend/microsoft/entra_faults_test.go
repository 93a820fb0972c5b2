// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/backendtest"
	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// life is the life of one object of Entra or Intune, from one write to the next.
type life struct {
	collection string // its path, of which faults strike
	// create, update and read return what they got as a later step compares it;
	// update is nil for what can't be changed.
	create, update, read func(ctx context.Context, b backend.Backend) (any, error)
	remove               func(ctx context.Context, b backend.Backend) error
	// list returns all of the kind that Microsoft has not made.
	list func(ctx context.Context, b backend.Backend) (int, error)
	// made and changed are what the object is after create and update.
	made, changed any
	// requests are what each step costs on an instant service.
	requests map[string]int64
}

// lives are those of all kinds, each with an object of its own.
func lives() map[string]life {
	role := entra.Role{ID: deskID, Name: "Desk", Description: "d", Enabled: true, Permissions: []string{"microsoft.directory/applications/standard/read"}}
	roleToo := role
	roleToo.Name, roleToo.Enabled, roleToo.Permissions = "DESK", false, []string{"microsoft.directory/applications/basic/update"}

	granted := grant("/")
	granted.ID = entra.AssignmentID(userAdmin, testUser, "")

	var helperID, dutyID rbac.GUID
	var tagID string
	helper := intune.Role{Name: "Helper", Permissions: []string{"Microsoft.Intune_ManagedDevices_Read"}, ScopeTags: []string{"0"}}
	helperToo := intune.Role{Name: "HELPER", Description: "d", Permissions: []string{"Microsoft.Intune_MobileApps_Read"}, ScopeTags: []string{"0"}}
	duty := intune.Assignment{Name: "Duty", RoleID: builtInID, Members: []rbac.GUID{teamID}, AllUsers: true, ScopeTags: []string{"0"}}
	dutyToo := intune.Assignment{Name: "DUTY", Description: "d", RoleID: builtInID, Members: []rbac.GUID{adminsID}, ScopeGroups: []rbac.GUID{teamID}, ScopeTags: []string{"0"}}
	tag := intune.ScopeTag{Name: "Europe", Groups: []rbac.GUID{teamID}}
	tagToo := intune.ScopeTag{Name: "EUROPE", Description: "d", Groups: []rbac.GUID{adminsID}}

	// Without the ID that the service chooses, and permissions as the request spells them.
	helperSeen := func(r intune.Role, err error) (any, error) {
		r.ID, r.Permissions = "", rbac.FoldSet(r.Permissions)
		return r, err
	}
	dutySeen := func(a intune.Assignment, err error) (any, error) {
		a.ID = ""
		return a, err
	}
	tagSeen := func(t intune.ScopeTag, err error) (any, error) {
		t.ID = ""
		return t, err
	}
	roleSeen := func(r entra.Role, err error) (any, error) {
		r.Permissions = rbac.FoldSet(r.Permissions)
		return r, err
	}
	folded := func(r intune.Role) any { seen, _ := helperSeen(r, nil); return seen }
	foldedRole := func(r entra.Role) any { seen, _ := roleSeen(r, nil); return seen }

	return map[string]life{
		"Entra role": {
			collection: desks,
			create: func(ctx context.Context, b backend.Backend) (any, error) {
				return roleSeen(b.Entra.CreateRole(ctx, role))
			},
			update: func(ctx context.Context, b backend.Backend) (any, error) {
				return roleSeen(b.Entra.UpdateRole(ctx, roleToo))
			},
			read:   func(ctx context.Context, b backend.Backend) (any, error) { return roleSeen(b.Entra.Role(ctx, deskID)) },
			remove: func(ctx context.Context, b backend.Backend) error { return b.Entra.DeleteRole(ctx, deskID) },
			list: func(ctx context.Context, b backend.Backend) (int, error) {
				all, err := b.Entra.Roles(ctx, entra.RoleFilter{Type: entra.CustomRole})
				return len(all), err
			},
			made: foldedRole(role), changed: foldedRole(roleToo),
			requests: map[string]int64{"create": 3, "update": 3, "read": 1, "delete": 2},
		},
		"Entra role assignment": {
			collection: grants,
			create: func(ctx context.Context, b backend.Backend) (any, error) {
				return b.Entra.CreateAssignment(ctx, grant("/"))
			},
			read:   func(ctx context.Context, b backend.Backend) (any, error) { return b.Entra.Assignment(ctx, granted.ID) },
			remove: func(ctx context.Context, b backend.Backend) error { return b.Entra.DeleteAssignment(ctx, granted.ID) },
			list: func(ctx context.Context, b backend.Backend) (int, error) {
				all, err := b.Entra.Assignments(ctx, entra.AssignmentFilter{})
				return len(all), err
			},
			made: granted, changed: granted,
			requests: map[string]int64{"create": 3, "read": 1, "delete": 2},
		},
		"Intune role": {
			collection: mdmRoles,
			create: func(ctx context.Context, b backend.Backend) (any, error) {
				got, err := b.Intune.CreateRole(ctx, helper)
				helperID = got.ID
				return helperSeen(got, err)
			},
			update: func(ctx context.Context, b backend.Backend) (any, error) {
				helperToo.ID = helperID
				return helperSeen(b.Intune.UpdateRole(ctx, helperToo))
			},
			read: func(ctx context.Context, b backend.Backend) (any, error) {
				return helperSeen(b.Intune.Role(ctx, helperID))
			},
			remove: func(ctx context.Context, b backend.Backend) error { return b.Intune.DeleteRole(ctx, helperID) },
			list: func(ctx context.Context, b backend.Backend) (int, error) {
				all, err := b.Intune.Roles(ctx, intune.RoleFilter{Type: intune.CustomRole})
				return len(all), err
			},
			made: folded(helper), changed: folded(helperToo),
			requests: map[string]int64{"create": 4, "update": 2, "read": 0, "delete": 2}, // the list of names has it
		},
		"Intune role assignment": {
			collection: duties,
			create: func(ctx context.Context, b backend.Backend) (any, error) {
				got, err := b.Intune.CreateAssignment(ctx, duty)
				dutyID = got.ID
				return dutySeen(got, err)
			},
			update: func(ctx context.Context, b backend.Backend) (any, error) {
				dutyToo.ID = dutyID
				return dutySeen(b.Intune.UpdateAssignment(ctx, dutyToo))
			},
			read: func(ctx context.Context, b backend.Backend) (any, error) {
				return dutySeen(b.Intune.Assignment(ctx, dutyID))
			},
			remove: func(ctx context.Context, b backend.Backend) error { return b.Intune.DeleteAssignment(ctx, dutyID) },
			list: func(ctx context.Context, b backend.Backend) (int, error) {
				all, err := b.Intune.Assignments(ctx, intune.AssignmentFilter{})
				return len(all), err
			},
			made: duty, changed: dutyToo,
			requests: map[string]int64{"create": 4, "update": 2, "read": 0, "delete": 2},
		},
		"scope tag": {
			collection: tags,
			create: func(ctx context.Context, b backend.Backend) (any, error) {
				got, err := b.Intune.CreateScopeTag(ctx, tag)
				tagID = got.ID
				return tagSeen(got, err)
			},
			update: func(ctx context.Context, b backend.Backend) (any, error) {
				tagToo.ID = tagID
				return tagSeen(b.Intune.UpdateScopeTag(ctx, tagToo))
			},
			read: func(ctx context.Context, b backend.Backend) (any, error) {
				return tagSeen(b.Intune.ScopeTag(ctx, tagID))
			},
			remove: func(ctx context.Context, b backend.Backend) error { return b.Intune.DeleteScopeTag(ctx, tagID) },
			list: func(ctx context.Context, b backend.Backend) (int, error) {
				all, err := b.Intune.ScopeTags(ctx)
				return len(all) - 1, err // the Default tag
			},
			made: tag, changed: tagToo,
			requests: map[string]int64{"create": 4, "update": 3, "read": 1, "delete": 2},
		},
	}
}

// counted counts the requests to Graph.
type counted struct {
	http.RoundTripper
	requests atomic.Int64
}

func (c *counted) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host == "graph.microsoft.com" {
		c.requests.Add(1)
	}
	return c.RoundTripper.RoundTrip(r)
}

func TestEveryFaultOfGraphEndsWithExactlyOneObject(t *testing.T) {
	t.Parallel()
	for fault, f := range map[string]emulator.Fault{
		"none":                    {Method: "NONE"},
		"throttled":               {Status: 429, Times: 2, RetryAfter: time.Minute},
		"away before":             {Status: 503, Times: 3},
		"away after":              {Status: 503, Times: 1, When: emulator.AfterIt},
		"failing after, twice":    {Status: 500, Times: 2, When: emulator.AfterIt},
		"timing out after, often": {Status: 504, Times: 3, When: emulator.AfterIt},
		"dropped before":          {Drop: true, Times: 1},
		"dropped after":           {Drop: true, Times: 1, When: emulator.AfterIt},
		"dropped after, hidden":   {Drop: true, Times: 1, When: emulator.AfterIt, HideReads: 4},
		"dropped, hidden longer":  {Drop: true, Times: 1, When: emulator.AfterIt, HideReads: 12},
		"hidden once":             {HideReads: 1},
		"hidden for long":         {HideReads: 20},
		"stale":                   {Stale: 2 * time.Minute},
		"lingering":               {Linger: 2 * time.Minute},
		"spelt otherwise":         {Recase: true, Reorder: true},
	} {
		for kind := range lives() {
			t.Run(kind+", "+fault, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { survives(t, lives()[kind], f, fault == "none") })
			})
		}
	}
}

// survives leads one life while every step of it meets a fault.
func survives(t *testing.T, l life, f emulator.Fault, instant bool) {
	t.Helper()
	faults, err := emulator.NewFaults()
	succeeds(t, err)
	server := emulated(t, backendtest.Options{}, emulator.Options{Faults: faults})
	truth := clientOf(t, Options{Transport: server.RoundTripper()}).Backend()
	way := &counted{RoundTripper: server.RoundTripper()}
	b := clientOf(t, Options{Transport: way}).Backend()

	step := func(name, method string, want any, there int, do func(context.Context, backend.Backend) (any, error)) {
		f.Path = l.collection
		if f.Method != "NONE" && !f.Recase {
			f.Method = method
		}
		succeeds(t, faults.Set(f))
		before := way.requests.Load()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
		defer cancel()
		got, err := do(ctx, b)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		same(t, got, want)
		if n := way.requests.Load() - before; instant && n != l.requests[name] {
			t.Errorf("%s took %d requests, want %d", name, n, l.requests[name])
		}
		// What it comes to, seen by somebody else once everything has calmed down.
		succeeds(t, faults.Set())
		time.Sleep(3 * time.Minute)
		truth = clientOf(t, Options{Transport: server.RoundTripper()}).Backend()
		n, err := l.list(t.Context(), truth)
		succeeds(t, err)
		same(t, n, there)
		if there > 0 {
			got, err = l.read(t.Context(), truth)
			succeeds(t, err)
			same(t, got, want)
		}
	}
	step("create", http.MethodPost, l.made, 1, l.create)
	if l.update != nil {
		step("update", http.MethodPatch, l.changed, 1, l.update)
	}
	step("read", http.MethodGet, l.changed, 1, l.read)
	step("delete", http.MethodDelete, nil, 0, func(ctx context.Context, b backend.Backend) (any, error) { return nil, l.remove(ctx, b) })
}
