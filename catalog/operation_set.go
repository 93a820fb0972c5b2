// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"iter"
	"math/bits"
	"slices"
)

// operationSet is a set of operations by their place in the catalog, a bit each:
// comparing roles means adding, subtracting and counting thousands of them.
type operationSet struct{ words []uint64 }

func newOperationSet(operations int) *operationSet {
	return &operationSet{make([]uint64, (operations+63)/64)}
}

func (s *operationSet) has(i int) bool { return s.words[i/64]&(1<<(i%64)) != 0 }
func (s *operationSet) add(i int)      { s.words[i/64] |= 1 << (i % 64) }

// addRange adds the operations from one place up to, without, another.
func (s *operationSet) addRange(from, to int) {
	for i := from; i < to; {
		if i%64 == 0 && to-i >= 64 {
			s.words[i/64] = ^uint64(0)
			i += 64
			continue
		}
		s.add(i)
		i++
	}
}

func (s *operationSet) clone() *operationSet { return &operationSet{slices.Clone(s.words)} }

func (s *operationSet) union(o *operationSet) {
	for i, w := range o.words {
		s.words[i] |= w
	}
}

func (s *operationSet) intersect(o *operationSet) {
	for i, w := range o.words {
		s.words[i] &= w
	}
}

func (s *operationSet) subtract(o *operationSet) {
	for i, w := range o.words {
		s.words[i] &^= w
	}
}

// within reports whether everything in s is in o.
func (s *operationSet) within(o *operationSet) bool {
	for i, w := range s.words {
		if w&^o.words[i] != 0 {
			return false
		}
	}
	return true
}

func (s *operationSet) count() int {
	n := 0
	for _, w := range s.words {
		n += bits.OnesCount64(w)
	}
	return n
}

// all yields the places of the set in order.
func (s *operationSet) all() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, w := range s.words {
			for ; w != 0; w &= w - 1 {
				if !yield(i*64 + bits.TrailingZeros64(w)) {
					return
				}
			}
		}
	}
}
