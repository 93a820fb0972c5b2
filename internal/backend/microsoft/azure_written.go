// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"sync"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// azureWritten remembers the results of own writes by folded ARM ID. The zero
// value remembers none.
type azureWritten[T any] struct {
	mu       sync.Mutex
	objects  map[string]*T            // nil: deleted
	creating map[string]chan struct{} // closed when the create is over
}

// claim is for a create, which looks before it writes: another create of the
// same ID waits until release is called, and then sees what came of this one.
func (w *azureWritten[T]) claim(ctx context.Context, id string) (release func(), err error) {
	id = rbac.Fold(id)
	for {
		w.mu.Lock()
		other, taken := w.creating[id]
		if !taken {
			break
		}
		w.mu.Unlock()
		select {
		case <-other:
		case <-ctx.Done():
			return nil, interrupted(ctx)
		}
	}
	defer w.mu.Unlock()
	if w.creating == nil {
		w.creating = map[string]chan struct{}{}
	}
	over := make(chan struct{})
	w.creating[id] = over
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.creating, id)
		close(over)
	}, nil
}

// put remembers an object that is there; nil one that was deleted.
func (w *azureWritten[T]) put(id string, v *T) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.objects == nil {
		w.objects = map[string]*T{}
	}
	w.objects[rbac.Fold(id)] = v
}

// forget is for a write that begins.
func (w *azureWritten[T]) forget(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.objects, rbac.Fold(id))
}

// of returns what is remembered: known is false if nothing is; there is nil if
// the object was deleted.
func (w *azureWritten[T]) of(id string) (there *T, known bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	there, known = w.objects[rbac.Fold(id)]
	return there, known
}

// known reads an object that is about to be changed. What this run has written is
// there, also when a replica that lags has not heard of it.
func known[T any](w *azureWritten[T], id string, read func() (T, error)) (T, error) {
	v, err := read()
	if own, _ := w.of(id); own != nil && rbac.IsNotFound(err) {
		return *own, nil
	}
	return v, err
}

// deleted reports whether this run has deleted an object.
func (w *azureWritten[T]) deleted(id string) bool {
	there, known := w.of(id)
	return known && there == nil
}

// patch puts own writes into a list that the service has made: what was deleted
// goes, what was written comes as it was written if belongs says so, which is
// told whether the service has it in the list. Objects that are there twice are
// left once.
func (w *azureWritten[T]) patch(list []T, id func(T) string, belongs func(v T, listed bool) bool) []T {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make([]T, 0, len(list))
	seen := make(map[string]bool, len(list))
	for _, v := range list {
		key := rbac.Fold(id(v))
		if seen[key] {
			continue
		}
		seen[key] = true
		if own, known := w.objects[key]; !known {
			out = append(out, v)
		} else if own != nil && belongs(*own, true) {
			out = append(out, *own)
		}
	}
	for key, own := range w.objects {
		if own != nil && !seen[key] && belongs(*own, false) {
			out = append(out, *own)
		}
	}
	return out
}
