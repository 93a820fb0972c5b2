// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"sync"
	"time"
)

// veils are what reads must not show yet, or still show: new objects that are
// hidden, old content of changed ones, deleted ones that linger.
type veils struct {
	now func() time.Time
	mu  sync.Mutex
	m   map[objectKey]*veil
}

// objectKey is one object of a backend.
type objectKey struct {
	kind objectKind
	id   string
}

type objectKind string

// veil is what reads show of an object instead of the truth.
type veil struct {
	before any       // content; nil: the object is not there
	reads  int       // ends after so many reads, where it is not 0
	until  time.Time // else at this time
}

func newVeils(now func() time.Time) *veils {
	return &veils{now: now, m: map[objectKey]*veil{}}
}

func (v *veils) put(key objectKey, put *veil) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.m[key] = put
}

// unhide lets what is made anew under the same ID be seen.
func (v *veils) unhide(key objectKey) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if hidden := v.m[key]; hidden != nil && hidden.before == nil {
		delete(v.m, key)
	}
}

// of returns the veils of one kind of objects that are still in force.
func (v *veils) of(kind objectKind) map[objectKey]*veil {
	v.mu.Lock()
	defer v.mu.Unlock()
	var out map[objectKey]*veil
	for key, one := range v.m {
		if one.reads == 0 && !v.now().Before(one.until) {
			delete(v.m, key)
			continue
		}
		if key.kind == kind {
			if out == nil {
				out = map[objectKey]*veil{}
			}
			out[key] = one
		}
	}
	return out
}

// count takes one read off the veils that a request met.
func (v *veils) count(met map[objectKey]bool) {
	if len(met) == 0 {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for key := range met {
		if veil := v.m[key]; veil != nil && veil.reads > 0 {
			if veil.reads--; veil.reads == 0 {
				delete(v.m, key)
			}
		}
	}
}

// view is how one request sees the tenant, and what it leaves for later ones.
type view struct {
	veils *veils
	read  bool   // sees what is veiled; a write sees the truth
	fault *Fault // what happens to what is written; nil: nothing

	mu  sync.Mutex // handlers may ask for several things at once
	met map[objectKey]bool
}

func (v *view) meet(key objectKey) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.met == nil {
		v.met = map[objectKey]bool{}
	}
	v.met[key] = true
}

// veilable is one kind of objects: how to tell them apart, and what the service
// says when one is not there.
type veilable[T any] struct {
	kind    objectKind
	id      func(T) string
	missing func(id string) error
}

func (c veilable[T]) key(id string) objectKey { return objectKey{c.kind, id} }

// one reads an object.
func (c veilable[T]) one(v *view, id string, truth func() (T, error)) (T, error) {
	if !v.read {
		return truth()
	}
	key := c.key(id)
	veil, ok := v.veils.of(c.kind)[key]
	if !ok {
		return truth()
	}
	v.meet(key)
	before, ok := veil.before.(T)
	if !ok {
		return before, c.missing(id)
	}
	return before, nil
}

// list reads objects: match tells which of those that are veiled belong to it.
func (c veilable[T]) list(v *view, match func(T) bool, truth func() ([]T, error)) ([]T, error) {
	items, err := truth()
	if err != nil || !v.read {
		return items, err
	}
	veiled := v.veils.of(c.kind)
	if len(veiled) == 0 {
		return items, nil
	}
	out := make([]T, 0, len(items))
	for _, item := range items {
		key := c.key(c.id(item))
		veil, ok := veiled[key]
		if !ok {
			out = append(out, item)
			continue
		}
		v.meet(key)
		delete(veiled, key) // so that it is not added below
		if before, ok := veil.before.(T); ok && match(before) {
			out = append(out, before)
		}
	}
	for key, veil := range veiled {
		if before, ok := veil.before.(T); ok && match(before) {
			v.meet(key)
			out = append(out, before)
		}
	}
	return out, nil
}

// create carries out a creation and hides what it made, if the fault says so.
func (c veilable[T]) create(v *view, write func() (T, error)) (T, error) {
	made, err := write()
	if err != nil || v.fault == nil {
		return made, err
	}
	switch key := c.key(c.id(made)); {
	case v.fault.HideReads > 0:
		v.veils.put(key, &veil{reads: v.fault.HideReads})
	case v.fault.Stale > 0:
		v.veils.put(key, &veil{until: v.veils.now().Add(v.fault.Stale)})
	}
	return made, nil
}

// change carries out an update or a deletion and keeps what was there before for
// a time, if the fault says so.
func (c veilable[T]) change(v *view, id string, deletes bool, before func() (T, error), write func() error) error {
	var keep time.Duration
	if v.fault != nil {
		keep = v.fault.Stale
		if deletes {
			keep = max(keep, v.fault.Linger)
		}
	}
	if keep == 0 {
		err := write()
		if err == nil && deletes {
			v.veils.unhide(c.key(id))
		}
		return err
	}
	old, missing := before()
	if err := write(); err != nil || missing != nil {
		return err
	}
	v.veils.put(c.key(id), &veil{before: old, until: v.veils.now().Add(keep)})
	return nil
}
