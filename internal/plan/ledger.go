// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package plan

import (
	"context"
	"sync"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// grace is how long the provider must have been idle before a rule takes it
// that nothing else of this plan is to come. Terraform hands out the next call
// within milliseconds of the last; only a plan with a violation ever waits.
const grace = 500 * time.Millisecond

// World is the tenant as it will be when the plan has been applied.
type World struct {
	AzureRoles        *Table[azure.Role]
	AzureAssignments  *Table[azure.Assignment]
	EntraRoles        *Table[entra.Role]
	EntraAssignments  *Table[entra.Assignment]
	IntuneRoles       *Table[intune.Role]
	IntuneAssignments *Table[intune.Assignment]
	IntuneScopeTags   *Table[intune.ScopeTag]
	Limits            rbac.Limits

	// refreshing says that the run has read what is in state. While applying,
	// Terraform plans again without that, so that an object which the same plan
	// replaces can't be told from a foreign one.
	refreshing bool
}

// inTheWay is the violation that a foreign object is in the way of one that is
// to be created. It warns where the object may be the one that is replaced:
// when it is alike and nothing has been read in this run. The service then has
// the last word.
func (w *World) inTheWay(v rbac.Violation, alike bool) rbac.Violation {
	if alike && !w.refreshing {
		v.Severity = rbac.SeverityWarning
		v.Message += " Unless this plan replaces it, the apply will fail."
	}
	return v
}

// Tenant reads the collections of a tenant. Built-in roles need not be part of
// them: rules ask the catalog for those.
type Tenant struct {
	AzureRoles        func(context.Context) ([]azure.Role, error)
	AzureAssignments  func(context.Context) ([]azure.Assignment, error)
	EntraRoles        func(context.Context) ([]entra.Role, error)
	EntraAssignments  func(context.Context) ([]entra.Assignment, error)
	IntuneRoles       func(context.Context) ([]intune.Role, error)
	IntuneAssignments func(context.Context) ([]intune.Assignment, error)
	IntuneScopeTags   func(context.Context) ([]intune.ScopeTag, error)
}

// Ledger is the World of one run while it is being found out. It is safe for
// use by several goroutines at once.
type Ledger struct {
	mu      sync.Mutex
	world   World
	active  int           // calls under way, waiting ones included
	most    int           // most calls that were under way at once
	waiting int           // calls that wait in Check
	unsaid  []Rule        // broken rules of calls that found no place to wait
	turn    chan struct{} // closed and renewed whenever something changes
	loading sync.Mutex    // one tenant read at a time, outside of mu
}

// New returns the ledger of a run on a tenant.
func New(t Tenant, limits rbac.Limits) *Ledger {
	return &Ledger{
		turn: make(chan struct{}),
		world: World{
			AzureRoles:        newTable(AzureRoleID, azureRoleTerms, t.AzureRoles),
			AzureAssignments:  newTable(AzureAssignmentID, azureAssignmentTerms, t.AzureAssignments),
			EntraRoles:        newTable(EntraRoleID, entraRoleTerms, t.EntraRoles),
			EntraAssignments:  newTable(EntraAssignmentID, entraAssignmentTerms, t.EntraAssignments),
			IntuneRoles:       newTable(IntuneRoleID, intuneRoleTerms, t.IntuneRoles),
			IntuneAssignments: newTable(IntuneAssignmentID, intuneAssignmentTerms, t.IntuneAssignments),
			IntuneScopeTags:   newTable(IntuneScopeTagID, intuneScopeTagTerms, t.IntuneScopeTags),
			Limits:            limits,
		},
	}
}

// Begin says that a call of Terraform begins; the function it returns says
// that it has ended. A nil ledger takes no notes.
func (l *Ledger) Begin() (end func()) {
	if l == nil {
		return func() {}
	}
	l.change(func() { l.active++; l.most = max(l.most, l.active) })
	return func() { l.change(func() { l.active-- }) }
}

// Manage notes that this configuration has an object in state.
func Manage[V any](l *Ledger, table func(*World) *Table[V], id string) {
	if l != nil {
		l.change(func() { table(&l.world).managed[id] = struct{}{} })
	}
}

// Keep is Manage for an object that its resource is planned to keep as it is,
// or with changes.
func Keep[V any](l *Ledger, table func(*World) *Table[V], id string) {
	if l != nil {
		l.change(func() {
			t := table(&l.world)
			t.managed[id], t.kept[id] = struct{}{}, struct{}{}
			t.note(id)
		})
	}
}

// Read is Manage for an object that is read from the tenant.
func Read[V any](l *Ledger, table func(*World) *Table[V], id string) {
	if l != nil {
		l.change(func() { l.world.refreshing = true })
		Manage(l, table, id)
	}
}

// Enter notes an object as it will be, or as it has just been written.
func Enter[V any](l *Ledger, table func(*World) *Table[V], v V) {
	if l != nil {
		l.change(func() { table(&l.world).enter(v) })
	}
}

// Create is Enter for an object that a resource is planned to create. decided
// says that all of it is known.
func Create[V any](l *Ledger, table func(*World) *Table[V], v V, decided bool) {
	if l != nil {
		l.change(func() { table(&l.world).create(v, decided) })
	}
}

// Written notes what has just been written: actual is what planned has become,
// under the ID that the service has chosen if it does so.
func Written[V any](l *Ledger, table func(*World) *Table[V], planned, actual V) {
	if l != nil {
		l.change(func() {
			t := table(&l.world)
			if t.id(planned) != t.id(actual) {
				t.drop(t.id(planned))
			}
			t.settle(t.id(actual))
			t.managed[t.id(actual)] = struct{}{}
			t.enter(actual)
		})
	}
}

// Drop notes that an object will be gone, or is.
func Drop[V any](l *Ledger, table func(*World) *Table[V], id string) {
	if l != nil {
		l.change(func() { table(&l.world).drop(id) })
	}
}

// Load reads the tenant's objects of a table unless that has been done. A
// tenant that can't be read is no error here: its table is not Known.
func Load[V any](ctx context.Context, l *Ledger, table func(*World) *Table[V]) {
	if l == nil {
		return
	}
	l.loading.Lock()
	defer l.loading.Unlock()
	l.mu.Lock()
	t := table(&l.world)
	done, load := t.loaded, t.load
	l.mu.Unlock()
	if done || load == nil {
		return
	}
	vs, err := load(ctx)
	if ctx.Err() != nil {
		return // this call was cut off; the next one tries again
	}
	l.change(func() { t.fill(vs, err) })
}

// Check asks a rule about the world. What it finds is certain only when
// nothing else of the plan can put it right, and Terraform does not say what
// is to come: so while there are violations and other calls are under way or
// follow, it waits and asks again, and gives up as soon as the provider has
// been idle for a moment. A rule that is satisfied never waits.
//
// Each check that waits holds one of Terraform's places (-parallelism, 10 by
// default). If all were held, what could put a violation right could not be
// planned; so only as many wait as leave one free. What the others find is
// reported by those that wait, if it is still so when they give up. Where
// Terraform makes one call at a time, it can't be told from a plan of one
// resource: then the order decides, and depends_on the order.
func (l *Ledger) Check(ctx context.Context, rule func(*World) []rbac.Violation) []rbac.Violation {
	if l == nil {
		return nil
	}
	if found, _, _ := l.ask(rule); len(found) == 0 || !l.wait(rule) {
		return nil
	}
	defer l.change(func() { l.waiting-- })
	found, turn, _ := l.ask(rule) // again, now that every change is heard of
	idle := time.NewTimer(grace)
	defer idle.Stop()
	for len(found) > 0 {
		select {
		case <-ctx.Done():
			return nil // not certain
		case <-turn:
			found, turn, _ = l.ask(rule)
			idle.Reset(grace)
		case <-idle.C:
			var quiet bool
			if found, turn, quiet = l.ask(rule); quiet && len(found) > 0 {
				return append(found, l.sayAll()...)
			}
			idle.Reset(grace)
		}
	}
	return nil
}

// ask returns what a rule finds, what will be closed by the next change, and
// whether every call that is under way waits in Check.
func (l *Ledger) ask(rule func(*World) []rbac.Violation) (found []rbac.Violation, turn chan struct{}, quiet bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return rule(&l.world), l.turn, l.active <= l.waiting
}

// Look shows the world as it is known so far.
func (l *Ledger) Look(look func(*World)) {
	if l != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		look(&l.world)
	}
}

// wait takes one of the places for waiting checks, or leaves the rule to those
// who have one. It wakes nobody: a call that starts to wait puts nothing right.
func (l *Ledger) wait(rule Rule) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting > 0 && l.waiting >= l.most-1 {
		l.unsaid = append(l.unsaid, rule)
		return false
	}
	l.waiting++
	return true
}

// sayAll is what the rules find that found no place to wait. They are about
// other resources, so they name no attribute.
func (l *Ledger) sayAll() []rbac.Violation {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []rbac.Violation
	for _, rule := range l.unsaid {
		for _, v := range rule(&l.world) {
			v.Field, v.Message = "", "Another resource of this plan breaks a rule too. "+v.Message
			found = append(found, v)
		}
	}
	l.unsaid = nil
	return found
}

// change does something to the ledger and wakes the checks that wait.
func (l *Ledger) change(do func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	do()
	if l.waiting > 0 {
		close(l.turn)
		l.turn = make(chan struct{})
	}
}

// Wrote is Written for the result of a write: an error notes nothing.
func Wrote[V any](l *Ledger, table func(*World) *Table[V], planned, actual V, err error) {
	if err == nil {
		Written(l, table, planned, actual)
	}
}

// Deleted notes the deletion of an object, unless it failed, and passes the
// error on.
func Deleted[V any](l *Ledger, table func(*World) *Table[V], id string, err error) error {
	if err == nil {
		Drop(l, table, id)
	}
	return err
}
