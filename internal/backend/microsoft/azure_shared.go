// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"sync"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
)

// azureLists are lists of the service that are read once in a run for each
// scope, for questions of which a run may have hundreds: who may do what. What
// this run writes itself is put into them by whoever reads them. The zero value
// has none.
type azureLists[V any] struct {
	mu  sync.Mutex
	all map[string]*azureList[V] // by the key of the scope
}

type azureList[V any] struct {
	flight flight[[]V]
	mu     sync.Mutex
	read   bool
	items  []V
}

// at returns the list at a scope, which the caller may change. A list that can't
// be read is asked for again.
func (l *azureLists[V]) at(ctx context.Context, scope azure.Scope, read func(context.Context) ([]V, error)) ([]V, error) {
	l.mu.Lock()
	if l.all == nil {
		l.all = map[string]*azureList[V]{}
	}
	one := l.all[scope.Key()]
	if one == nil {
		one = &azureList[V]{}
		l.all[scope.Key()] = one
	}
	l.mu.Unlock()
	get := func() ([]V, bool) {
		one.mu.Lock()
		defer one.mu.Unlock()
		return append([]V(nil), one.items...), one.read
	}
	if items, ok := get(); ok {
		return items, nil
	}
	_, err := one.flight.do(ctx, func(ctx context.Context) ([]V, error) {
		if _, ok := get(); ok { // by a flight that ended in between
			return nil, nil
		}
		items, err := read(ctx)
		if err == nil {
			one.mu.Lock()
			one.items, one.read = items, true
			one.mu.Unlock()
		}
		return nil, err
	})
	items, _ := get()
	return items, err
}
