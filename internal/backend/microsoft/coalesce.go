// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"slices"
	"sync"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// singleReads is how many objects of a collection are read one by one before its
// whole list is read: a plan of one or two resources should not fetch thousands.
const singleReads = 2

// snapshot turns many reads of single objects of one collection into few
// requests. The first two reads are single ones. The third loads the whole list,
// once, however many ask; what is asked later is answered from it. What is not in
// it is read singly. A list that the service refuses to give is not asked for
// again; single reads go on.
//
// Writes tell it: Forget before the first request of a write, Put or Remove once
// reads have agreed on its result. What is written in this run is served as Put
// said, never from a list that may be older. While a write is under way, lists
// have the object as it was before.
//
// Values are shared between callers, who must not change what is in them.
type snapshot[K comparable, V any] struct {
	key     func(V) K
	natural func(V) string
	one     func(context.Context, K) (V, error)
	all     func(context.Context) ([]V, error)
	flight  flight[struct{}]

	mu      sync.Mutex
	reads   int            // single ones so far
	loaded  bool           // whether there is a list
	epoch   int            // counts RemoveIf, so that a list from before it is not kept
	refusal error          // why there never will be one
	items   map[K]V        // the list
	order   []K            // its order
	index   map[string][]K // its keys by natural key
	own     map[K]*V       // results of this run's writes; nil for what it deleted
	busy    map[K]bool     // what is being written
}

// newSnapshot makes the snapshot of a collection: key is an object's identity,
// natural another way to find it (its folded name, or what must be unique; nil
// if there is none), one reads a single object (NotFound), all the whole list.
func newSnapshot[K comparable, V any](key func(V) K, natural func(V) string,
	one func(context.Context, K) (V, error), all func(context.Context) ([]V, error),
) *snapshot[K, V] {
	return &snapshot[K, V]{key: key, natural: natural, one: one, all: all, own: map[K]*V{}, busy: map[K]bool{}}
}

// Get returns one object. NotFound.
func (s *snapshot[K, V]) Get(ctx context.Context, k K) (V, error) {
	if s.countRead() {
		if err := s.load(ctx); err != nil && ctx.Err() != nil {
			var none V
			return none, err
		}
	}
	s.mu.Lock()
	v, ok := s.items[k]
	ok = ok && s.loaded && !s.busy[k]
	s.mu.Unlock()
	if ok {
		return v, nil
	}
	return s.one(ctx, k)
}

// countRead counts one read, and says whether it is time for the list.
func (s *snapshot[K, V]) countRead() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	return s.reads > singleReads && !s.loaded && s.refusal == nil
}

// List returns all objects, in the service's order, those that this run created last.
func (s *snapshot[K, V]) List(ctx context.Context) ([]V, error) {
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]V, 0, len(s.items))
	for _, k := range s.order {
		out = append(out, s.items[k])
	}
	return out, nil
}

// Select returns those of List that keep wants, in an order of their own.
func (s *snapshot[K, V]) Select(ctx context.Context, keep func(V) bool, order func(a, b V) int) ([]V, error) {
	all, err := s.List(ctx)
	if err != nil {
		return nil, err
	}
	out := slices.DeleteFunc(all, func(v V) bool { return !keep(v) })
	slices.SortFunc(out, order)
	return out, nil
}

// Find returns the objects with that natural key, as List does.
func (s *snapshot[K, V]) Find(ctx context.Context, natural string) ([]V, error) {
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []V
	for _, k := range s.index[natural] {
		out = append(out, s.items[k])
	}
	return out, nil
}

// Forget says that a write of an object begins: reads of it are single ones.
func (s *snapshot[K, V]) Forget(k K) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy[k] = true
}

// Put keeps the result of an own write.
func (s *snapshot[K, V]) Put(v V) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.key(v)
	delete(s.busy, k)
	s.own[k] = &v
	if s.loaded {
		s.set(k, v)
	}
}

// Remove keeps that an own write deleted the object.
func (s *snapshot[K, V]) Remove(k K) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.busy, k)
	s.own[k] = nil
	s.unset(k)
}

// RemoveIf keeps that an own write deleted the objects that match with it.
func (s *snapshot[K, V]) RemoveIf(match func(V) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch++ // a list that is being read may have them still
	for k, v := range s.items {
		if match(v) {
			s.own[k] = nil
			s.unset(k)
		}
	}
	for k, v := range s.own {
		if v != nil && match(*v) {
			s.own[k] = nil
		}
	}
}

// load reads the list, unless it is there.
func (s *snapshot[K, V]) load(ctx context.Context) error {
	for {
		s.mu.Lock()
		loaded, refusal := s.loaded, s.refusal
		s.mu.Unlock()
		if loaded || refusal != nil {
			return refusal
		}
		if _, err := s.flight.do(ctx, s.fetch); err != nil {
			return err
		}
	}
}

// fetch reads the list, and what this run wrote over it.
func (s *snapshot[K, V]) fetch(ctx context.Context) (struct{}, error) {
	s.mu.Lock()
	epoch, loaded, refusal := s.epoch, s.loaded, s.refusal
	s.mu.Unlock()
	if loaded || refusal != nil { // by a fetch that ended between the look at it and this one
		return struct{}{}, refusal
	}
	list, err := s.all(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		switch rbac.KindOf(err) {
		case rbac.Unavailable, rbac.Unauthenticated, rbac.Unknown: // the next one may have more luck
		default:
			s.refusal = err
		}
		return struct{}{}, err
	}
	if epoch != s.epoch {
		return struct{}{}, nil // read it again
	}
	s.loaded = true
	s.items = make(map[K]V, len(list))
	s.order = make([]K, 0, len(list))
	s.index = make(map[string][]K, len(list))
	for _, v := range list {
		s.set(s.key(v), v)
	}
	for k, v := range s.own {
		if v == nil {
			s.unset(k)
		} else {
			s.set(k, *v)
		}
	}
	return struct{}{}, nil
}

// set puts an object into the list.
func (s *snapshot[K, V]) set(k K, v V) {
	if _, ok := s.items[k]; ok {
		s.unindex(k)
	} else {
		s.order = append(s.order, k)
	}
	s.items[k] = v
	if s.natural != nil {
		n := s.natural(v)
		s.index[n] = append(s.index[n], k)
	}
}

// unset takes an object out of the list.
func (s *snapshot[K, V]) unset(k K) {
	if _, ok := s.items[k]; ok {
		s.unindex(k)
		delete(s.items, k)
		s.order = slices.DeleteFunc(s.order, func(o K) bool { return o == k })
	}
}

// unindex takes an object out of the index by natural key.
func (s *snapshot[K, V]) unindex(k K) {
	if s.natural == nil {
		return
	}
	n := s.natural(s.items[k])
	if s.index[n] = slices.DeleteFunc(s.index[n], func(o K) bool { return o == k }); len(s.index[n]) == 0 {
		delete(s.index, n)
	}
}

// flight lets many callers wait for one run of a function. The run does not end
// with the caller who started it, only when nobody waits any more.
type flight[V any] struct {
	mu  sync.Mutex
	run *run[V]
}

type run[V any] struct {
	done    chan struct{}
	cancel  context.CancelFunc
	waiting int
	value   V
	err     error
}

// do returns what f returns, from the run that is under way or from a new one.
// When ctx ends first, it returns ctx's error.
func (l *flight[V]) do(ctx context.Context, f func(context.Context) (V, error)) (V, error) {
	l.mu.Lock()
	r := l.run
	if r == nil {
		r = &run[V]{done: make(chan struct{})}
		var own context.Context
		own, r.cancel = context.WithCancel(context.WithoutCancel(ctx))
		l.run = r
		go func() {
			defer r.cancel()
			r.value, r.err = f(own)
			l.mu.Lock()
			defer l.mu.Unlock()
			l.leave(r)
			close(r.done)
		}()
	}
	r.waiting++
	l.mu.Unlock()
	select {
	case <-r.done:
		return r.value, r.err
	case <-ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.waiting--; r.waiting == 0 {
		r.cancel()
		l.leave(r)
	}
	var none V
	return none, interrupted(ctx)
}

// leave makes room for the next run; the caller holds the lock.
func (l *flight[V]) leave(r *run[V]) {
	if l.run == r {
		l.run = nil
	}
}
