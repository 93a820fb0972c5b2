// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package plan

import (
	"cmp"
	"context"
	"maps"
	"reflect"
	"slices"
)

// All is the term under which a table counts all of its objects.
const All = ""

// Table is one collection of the world after the plan. Objects are found by
// identity and by terms, such as their folded name. The ledger guards it.
type Table[V any] struct {
	id    func(V) string
	terms func(V) []string
	load  func(context.Context) ([]V, error)

	loaded   bool
	readable bool
	world    map[string]V
	index    map[string]map[string]struct{} // term → identities
	entered  map[string]struct{}            // identities that this run has planned or dropped: the tenant does not overrule them
	managed  map[string]struct{}            // identities that this configuration has in state
	kept     map[string]struct{}            // of those, the ones that a resource was planned to keep
	since    map[string]int                 // in which order resources were planned to create or keep identities
	tenant   map[string]V                   // what the tenant held when it was read
	created  map[string]V                   // what a resource of this run creates under an identity
	disputed map[string]struct{}            // identities that two resources create in different ways
}

func newTable[V any](id func(V) string, terms func(V) []string, load func(context.Context) ([]V, error)) *Table[V] {
	return &Table[V]{
		id: id, terms: terms, load: load,
		world: map[string]V{}, index: map[string]map[string]struct{}{},
		entered: map[string]struct{}{}, managed: map[string]struct{}{}, kept: map[string]struct{}{}, since: map[string]int{}, tenant: map[string]V{}, created: map[string]V{}, disputed: map[string]struct{}{},
	}
}

// Get returns the object with an identity.
func (t *Table[V]) Get(id string) (V, bool) {
	v, ok := t.world[id]
	return v, ok
}

// Find returns the objects with a term, by identity.
func (t *Table[V]) Find(term string) []V {
	ids := slices.SortedFunc(maps.Keys(t.index[term]), cmp.Compare[string])
	out := make([]V, len(ids))
	for i, id := range ids {
		out[i] = t.world[id]
	}
	return out
}

// Count is how many objects have a term; All counts every object.
func (t *Table[V]) Count(term string) int {
	if term == All {
		return len(t.world)
	}
	return len(t.index[term])
}

// Managed reports whether this configuration has the object in state, as far
// as the run has come.
func (t *Table[V]) Managed(id string) bool {
	_, ok := t.managed[id]
	return ok
}

// Foreign reports whether the tenant held an object with this identity that
// is not in this configuration's state, as far as the run has come.
func (t *Table[V]) Foreign(id string) bool {
	_, held := t.foreign(id)
	return held
}

func (t *Table[V]) foreign(id string) (V, bool) {
	v, held := t.tenant[id]
	return v, held && !t.Managed(id)
}

// stays reports whether the object of an identity will be there after the plan.
// One that has been read but not planned may be tainted, and is then replaced
// without the provider being asked.
func (t *Table[V]) stays(id string) bool {
	_, kept := t.kept[id]
	_, planned := t.entered[id]
	return kept || planned || t.Foreign(id)
}

// whose tells of an object that is not Foreign where to look for it.
func (t *Table[V]) whose(id string) string {
	if t.Foreign(id) {
		return ""
	}
	return ", another resource of this configuration"
}

// Disputed reports whether two resources of this run create an object of this
// identity, and not in the same way. Two that are alike in everything can't be
// told from one that is planned again; the service refuses the second of them.
func (t *Table[V]) Disputed(id string) bool {
	_, ok := t.disputed[id]
	return ok
}

// succeeds reports whether the object that is created under an identity may be
// the one that replaces an existing object. Terraform plans a replacement that
// was asked for, or is due to a failed create, like any new object: it does not
// follow one that another resource keeps, unless the two are alike, and then
// the service refuses the second of them.
func (t *Table[V]) succeeds(created, existing string, alike func(created, existing V) bool) bool {
	if !t.Managed(existing) {
		return false
	}
	if _, kept := t.kept[existing]; !kept {
		return true
	}
	v, decided := t.created[created]
	return !decided || alike(v, t.world[existing])
}

// note notes that a resource is planned to create or keep an identity.
func (t *Table[V]) note(id string) {
	if _, ok := t.since[id]; !ok {
		t.since[id] = len(t.since)
	}
}

// later reports whether the resource of an identity is planned after that of
// another, so that of two that exclude each other only one complains. An
// identity without a resource of this run comes first.
func (t *Table[V]) later(id, than string) bool {
	a, ok := t.since[id]
	b, known := t.since[than]
	return !ok || !known || a > b
}

// create enters an object that a resource is planned to create. decided says
// that all of it is known, so that planning it again gives the same.
func (t *Table[V]) create(v V, decided bool) {
	id := t.id(v)
	t.note(id)
	if decided {
		if before, ok := t.created[id]; ok && !reflect.DeepEqual(before, v) {
			t.disputed[id] = struct{}{}
		}
		t.created[id] = v
	}
	t.enter(v)
}

// Known reports whether the tenant's objects are part of the table: false if
// they could not be read, and then no rule may conclude from what is missing.
func (t *Table[V]) Known() bool { return t.readable }

// put enters an object in place of what had its identity.
func (t *Table[V]) put(v V) {
	id := t.id(v)
	t.unlink(id)
	t.world[id] = v
	for _, term := range t.terms(v) {
		ids := t.index[term]
		if ids == nil {
			ids = map[string]struct{}{}
			t.index[term] = ids
		}
		ids[id] = struct{}{}
	}
}

func (t *Table[V]) enter(v V) {
	t.entered[t.id(v)] = struct{}{}
	t.put(v)
}

func (t *Table[V]) drop(id string) {
	t.entered[id] = struct{}{}
	t.settle(id)
	t.unlink(id)
}

// settle forgets who creates an identity: that has been done, or will not be.
func (t *Table[V]) settle(id string) {
	delete(t.created, id)
	delete(t.disputed, id)
}

func (t *Table[V]) unlink(id string) {
	old, ok := t.world[id]
	if !ok {
		return
	}
	delete(t.world, id)
	for _, term := range t.terms(old) {
		delete(t.index[term], id)
		if len(t.index[term]) == 0 {
			delete(t.index, term)
		}
	}
}

// fill adds what the tenant holds, except what this run has entered itself.
func (t *Table[V]) fill(vs []V, err error) {
	t.loaded, t.readable = true, err == nil
	for _, v := range vs {
		t.tenant[t.id(v)] = v
		if _, ours := t.entered[t.id(v)]; !ours {
			t.put(v)
		}
	}
}
