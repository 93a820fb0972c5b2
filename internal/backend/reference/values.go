// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package reference

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// encode writes a set as the JSON array of its column.
func encode[T ~string](values []T) string {
	if len(values) == 0 {
		return "[]"
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // for people's eyes
	_ = enc.Encode(values)   // strings always encode
	return strings.TrimSuffix(b.String(), "\n")
}

// decode reads the JSON array of a column; an empty one is nil.
func decode[T ~string](table, id, column, text string) ([]T, error) {
	if text == "[]" {
		return nil, nil
	}
	var out []T
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return nil, badRow(table, id, column, text, `a JSON array of text, such as ["a","b"]`)
	}
	return out, nil
}

// guid reads a GUID column.
func guid(table, id, column, text string) (rbac.GUID, error) {
	g, ok := rbac.ParseGUID(text)
	if !ok {
		return "", badRow(table, id, column, text, "a GUID")
	}
	return g, nil
}

// guids reads a column with a set of GUIDs.
func guids(table, id, column, text string) ([]rbac.GUID, error) {
	out, err := decode[rbac.GUID](table, id, column, text)
	for i, g := range out {
		if out[i], err = guid(table, id, column, g.String()); err != nil {
			return nil, err
		}
	}
	return out, err
}

// badRow is the error of a value that somebody wrote into the file by hand.
func badRow(table, id, column, text, want string) error {
	return &rbac.Error{Message: fmt.Sprintf("The row %q of the tenant's table %s has %q in its column %s, where %s belongs. Correct it with sqlite3.", id, table, text, column, want)}
}

// notNil makes an empty set of a nil one, where the two mean different things
// to a writer and a reader always gets a set.
func notNil[T any](values []T) []T {
	if values == nil {
		return []T{}
	}
	return values
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// compareFold orders names without their casing.
func compareFold(a, b string) int {
	for i := range min(len(a), len(b)) {
		if a[i] == b[i] {
			continue // the common case, and long in scopes
		}
		if x, y := lower(a[i]), lower(b[i]); x != y {
			return cmp.Compare(x, y)
		}
	}
	return cmp.Compare(len(a), len(b))
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// named is a row's ID and name.
type named struct{ ID, Name string }

// holder returns the row of a table that has a name, whatever the casing,
// other than the one with the ID except.
func (s *session) holder(table, name, except string) (named, bool, error) {
	query, args := "SELECT id, name FROM "+table+" WHERE id <> ? AND name = ?", []any{except, name}
	if !isASCII(name) { // the column's collation folds ASCII only
		query, args = "SELECT id, name FROM "+table+" WHERE id <> ?", []any{except}
	}
	var got named
	found := false
	err := s.rows(query, args, func(row scan) error {
		var n named
		if err := row(&n.ID, &n.Name); err != nil {
			return err
		}
		if !found && strings.EqualFold(n.Name, name) {
			got, found = n, true
		}
		return nil
	})
	return got, found, err
}

// few joins at most five names, and says how many more there are.
func few(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// times says how many there are of something, with the number written out once.
func times(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// full is the error of a quota that is used up.
func full(l rbac.Limit, most int, code, where string) error {
	return &rbac.Error{
		Kind: rbac.LimitExceeded, System: l.System, Code: code, Rule: l.Name, Source: l.Source,
		Message: fmt.Sprintf("%s has %d %s already, which is the limit. Remove some that are not needed, or, if the tenant has a higher quota, set %s in the limits of the provider.", where, most, l.Unit, l.Name),
	}
}
