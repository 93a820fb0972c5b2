// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"iter"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// lines yields the lines of data without copying them.
func lines(data string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for data != "" {
			line, rest, _ := strings.Cut(data, "\n")
			if !yield(line) {
				return
			}
			data = rest
		}
	}
}

// pairs yields the "key value" lines of data, and an empty key at the end of
// each entry. The values are parts of data.
func pairs(data string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for line := range lines(data) {
			key, value, _ := strings.Cut(line, " ")
			if !yield(key, value) {
				return
			}
		}
	}
}

// fold is the form in which names are looked up: casing does not matter, nor
// how many blanks stand between words or around them.
func fold(name string) string {
	name = rbac.Fold(name)
	if !strings.ContainsAny(name, "\t\n\r\u00a0") && !strings.Contains(name, "  ") &&
		!strings.HasPrefix(name, " ") && !strings.HasSuffix(name, " ") {
		return name
	}
	return strings.Join(strings.Fields(name), " ")
}

// splitter cuts comma-separated lists and keeps one slice for each distinct
// list, since many entries share theirs.
type splitter map[string][]string

func (s splitter) split(list string) []string {
	if list == "" {
		return nil
	}
	parts, ok := s[list]
	if !ok {
		parts = strings.Split(list, ",")
		s[list] = parts
	}
	return parts
}

// arena hands out slices of one large array, so that thousands of small lists
// need one allocation. A list is what was added since the list before it.
type arena struct {
	values []string
	start  int
}

func (a *arena) add(value string) { a.values = append(a.values, value) }

// cut ends a list and returns it, nil when it is empty. Appending to the result
// never touches its neighbours.
func (a *arena) cut() []string {
	list := a.values[a.start:len(a.values):len(a.values)]
	a.start = len(a.values)
	if len(list) == 0 {
		return nil
	}
	return list
}

// index finds entries by folded name. The first to claim a name keeps it, so
// names are added in the order of their weight.
type index[T any] map[string]T

func (x index[T]) add(name string, entry T) {
	if name == "" {
		return
	}
	key := fold(name)
	if _, taken := x[key]; !taken {
		x[key] = entry
	}
}

func (x index[T]) find(name string) (T, bool) {
	entry, ok := x[fold(name)]
	return entry, ok
}
