// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// World is what somebody made in the tenant, as far as the tests could reach it.
type World struct {
	// Ours are the tests', in the order in which they can be deleted: what has
	// the prefix, and the assignments of roles that have it.
	Ours []Object
	// Others are all the rest, the content in JSON by what it is. Of Azure, the
	// custom roles of the tenant and the assignments at the subscription are told.
	Others map[string]string
}

// Object is one thing that the tests made.
type Object struct {
	What   string // in a sentence
	Delete func(context.Context) error
}

// look reads the world. Errors are those of the backend.
func look(ctx context.Context, b backend.Backend, s Settings) (World, error) {
	w := World{Others: map[string]string{}}
	var err error
	if s.Tests(rbac.Azure) {
		err = errors.Join(err, w.azure(ctx, b.Azure, azure.Subscription(s.Subscription)))
	}
	if s.Tests(rbac.Entra) {
		err = errors.Join(err, w.entra(ctx, b.Entra))
	}
	if s.Tests(rbac.Intune) {
		err = errors.Join(err, w.intune(ctx, b.Intune))
	}
	return w, err
}

func named(name string) bool { return strings.HasPrefix(name, Prefix) }

func (w *World) ours(what string, remove func(context.Context) error) {
	w.Ours = append(w.Ours, Object{what, remove})
}

func (w *World) others(kind, id string, content any) error {
	text, err := json.Marshal(content)
	w.Others[kind+" "+id] = string(text)
	return err
}

func (w *World) azure(ctx context.Context, a azure.Authorization, subscription azure.Scope) error {
	roles, err := a.Roles(ctx, azure.RoleFilter{Type: azure.CustomRole})
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	assignments := func(f azure.AssignmentFilter, name string) error {
		list, err := a.Assignments(ctx, f)
		for _, found := range list {
			if f.RoleID != "" && found.RoleID != f.RoleID || seen[rbac.Fold(found.ID())] {
				continue
			}
			seen[rbac.Fold(found.ID())] = true
			if name == "" {
				err = errors.Join(err, w.others("Azure role assignment", found.ID(), textual(found)))
				continue
			}
			w.ours(fmt.Sprintf("the assignment of Azure role %q to %s at %s", name, found.PrincipalID, found.Scope), func(ctx context.Context) error {
				return a.DeleteAssignment(ctx, found.Scope, found.Name)
			})
		}
		return err
	}
	var own []azure.Role
	for _, r := range roles {
		if !named(r.Name) {
			err = errors.Join(err, w.others("Azure role", r.ID.String(), r))
			continue
		}
		own = append(own, r)
		for _, text := range r.AssignableScopes {
			scope, parseErr := azure.ParseScope(text)
			err = errors.Join(err, parseErr)
			if parseErr == nil {
				err = errors.Join(err, assignments(azure.AssignmentFilter{Scope: scope, RoleID: r.ID}, r.Name))
			}
		}
	}
	for _, r := range own {
		w.ours(fmt.Sprintf("Azure role %q", r.Name), func(ctx context.Context) error { return a.DeleteRole(ctx, r.ID) })
	}
	return errors.Join(err, assignments(azure.AssignmentFilter{Scope: subscription}, ""))
}

// textual is an assignment with its scope as text, which JSON keeps.
func textual(a azure.Assignment) any {
	return struct {
		azure.Assignment
		Scope string
	}{a, a.Scope.Key()}
}

func (w *World) entra(ctx context.Context, d entra.Directory) error {
	roles, err := d.Roles(ctx, entra.RoleFilter{Type: entra.CustomRole})
	if err != nil {
		return err
	}
	names := map[rbac.GUID]string{}
	for _, r := range roles {
		if named(r.Name) {
			names[r.ID] = r.Name
		} else {
			err = errors.Join(err, w.others("Entra role", r.ID.String(), r))
		}
	}
	assignments, listErr := d.Assignments(ctx, entra.AssignmentFilter{})
	err = errors.Join(err, listErr)
	for _, a := range assignments {
		if name, own := names[a.RoleID]; own {
			w.ours(fmt.Sprintf("the assignment of Entra role %q to %s", name, a.PrincipalID), func(ctx context.Context) error { return d.DeleteAssignment(ctx, a.ID) })
		} else {
			err = errors.Join(err, w.others("Entra role assignment", a.ID, a))
		}
	}
	for id, name := range names {
		w.ours(fmt.Sprintf("Entra role %q", name), func(ctx context.Context) error { return d.DeleteRole(ctx, id) })
	}
	return err
}

func (w *World) intune(ctx context.Context, m intune.DeviceManagement) error {
	roles, err1 := m.Roles(ctx, intune.RoleFilter{Type: intune.CustomRole})
	assignments, err2 := m.Assignments(ctx, intune.AssignmentFilter{})
	tags, err3 := m.ScopeTags(ctx)
	err := errors.Join(err1, err2, err3)
	own := map[rbac.GUID]bool{}
	for _, r := range roles {
		own[r.ID] = named(r.Name)
	}
	for _, a := range assignments {
		if named(a.Name) || own[a.RoleID] {
			w.ours(fmt.Sprintf("Intune role assignment %q", a.Name), func(ctx context.Context) error { return m.DeleteAssignment(ctx, a.ID) })
		} else {
			err = errors.Join(err, w.others("Intune role assignment", a.ID.String(), a))
		}
	}
	for _, r := range roles {
		if named(r.Name) {
			w.ours(fmt.Sprintf("Intune role %q", r.Name), func(ctx context.Context) error { return m.DeleteRole(ctx, r.ID) })
		} else {
			err = errors.Join(err, w.others("Intune role", r.ID.String(), r))
		}
	}
	for _, t := range tags {
		if named(t.Name) {
			w.ours(fmt.Sprintf("scope tag %q", t.Name), func(ctx context.Context) error { return m.DeleteScopeTag(ctx, t.ID) })
		} else {
			err = errors.Join(err, w.others("scope tag", t.ID, t))
		}
	}
	return err
}

// Clean deletes all that the tests made, in this run or another, and returns what
// else there is once lists have been empty of it for quiet: a list may lag behind
// what was written a moment ago. open makes a backend that has read nothing yet.
// told gets a line for each deletion. The error says what is left and why.
func Clean(ctx context.Context, s Settings, open func() (backend.Backend, error), quiet time.Duration, told func(string)) (map[string]string, error) {
	var since time.Time   // lists have had nothing of ours
	var refused time.Time // something could not be deleted, but may be later
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		b, err := open()
		if err != nil {
			return nil, err
		}
		w, err := look(ctx, b, s)
		if err != nil {
			return nil, fmt.Errorf("What is in the tenant can't be listed, so nobody knows what the tests left there. %w", err) //nolint:staticcheck // for people
		}
		switch now := time.Now(); {
		case len(w.Ours) > 0:
			since = time.Time{}
			later, err := remove(ctx, w.Ours, told)
			if err != nil && refused.IsZero() {
				refused = now
			}
			if err != nil && (!later || time.Since(refused) >= patience*quiet) {
				return nil, err
			}
		case since.IsZero():
			since = now
		}
		if !since.IsZero() && time.Since(since) >= quiet {
			return w.Others, nil
		}
		select {
		case <-time.After(min(pause, quiet)):
		case <-ctx.Done():
			return nil, &rbac.Error{Kind: rbac.Unavailable, Err: ctx.Err(), Message: "The clean-up was cut short. Run it again: make cleanlive."}
		}
	}
}

// patience is for how many times quiet a deletion is tried that is refused because
// something still uses the object, or that nobody answers.
const patience = 12

// remove deletes objects. One that can't be deleted does not keep the others; later
// tells that the next try may do better.
func remove(ctx context.Context, objects []Object, told func(string)) (later bool, err error) {
	var errs []error
	later = true
	for _, o := range objects {
		if err := o.Delete(ctx); err != nil {
			errs = append(errs, fmt.Errorf("%s is left in the tenant: %w", o.What, err))
			kind := rbac.KindOf(err)
			later = later && (kind == rbac.InUse || kind == rbac.Unavailable)
			continue
		}
		told("Deleted " + o.What + ".")
	}
	return later, errors.Join(errs...)
}

// Changes tells in sentences how what others made differs between two moments.
func Changes(before, after map[string]string) []string {
	var out []string
	for _, what := range slices.Sorted(maps.Keys(before)) {
		switch now, there := after[what]; {
		case !there:
			out = append(out, what+" is gone.")
		case now != before[what]:
			out = append(out, what+" has changed.")
		}
	}
	for _, what := range slices.Sorted(maps.Keys(after)) {
		if _, there := before[what]; !there {
			out = append(out, what+" is new.")
		}
	}
	return out
}
