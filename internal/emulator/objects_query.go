// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// document is a JSON object whose members keep their order.
type document []member

type member struct {
	name  string
	value any
}

// documentOf splits what encodes to a JSON object into its members.
func documentOf(v any) (document, error) {
	if d, ok := v.(document); ok {
		return d, nil
	}
	dec := json.NewDecoder(bytes.NewReader(wire.Encode(v)))
	if _, err := dec.Token(); err != nil { // the brace
		return nil, err
	}
	var d document
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, err
		}
		d = append(d, member{fmt.Sprint(name), value})
	}
	return d, nil
}

// MarshalJSON implements [json.Marshaler].
func (d document) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range d {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(wire.Encode(m.name))
		b.WriteByte(':')
		b.Write(wire.Encode(m.value))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// with returns d with a member set: in its place, or at the end.
func (d document) with(name string, value any) document {
	out := slices.Clone(d)
	if i := d.index(name); i >= 0 {
		out[i].value = value
		return out
	}
	return append(out, member{name, value})
}

// without returns d without some members.
func (d document) without(names ...string) document {
	return slices.DeleteFunc(slices.Clone(d), func(m member) bool { return slices.Contains(names, m.name) })
}

func (d document) index(name string) int {
	return slices.IndexFunc(d, func(m member) bool { return m.name == name })
}

// only returns the members that a $select names, annotations included.
func (d document) only(names []string) document {
	return slices.DeleteFunc(slices.Clone(d), func(m member) bool {
		return !strings.HasPrefix(m.name, "@") && !slices.Contains(names, m.name)
	})
}

// expansion is one part of an $expand.
type expansion struct {
	name   string
	fields []string // of its own $select; empty for all
}

// queryError is a query option that is refused.
type queryError struct {
	unsupported bool
	message     string
}

func (e *queryError) Error() string { return e.message }

// parseExpand reads an $expand: names with an optional $select each, such as
// "principal($select=id,displayName),roleDefinition". Errors are *queryError.
func parseExpand(text string) ([]expansion, error) {
	var out []expansion
	for rest := strings.TrimSpace(text); rest != ""; {
		end := strings.IndexAny(rest, ",(")
		if end < 0 {
			end = len(rest)
		}
		e := expansion{name: strings.TrimSpace(rest[:end])}
		rest = rest[end:]
		if e.name == "" {
			return nil, wrongExpand(text)
		}
		if inner, ok := strings.CutPrefix(rest, "("); ok {
			options, after, closed := strings.Cut(inner, ")")
			if !closed || strings.Contains(options, "(") {
				return nil, wrongExpand(text)
			}
			name, value, _ := strings.Cut(options, "=")
			if strings.TrimSpace(name) != "$select" || strings.Contains(value, ";") {
				return nil, &queryError{unsupported: true, message: fmt.Sprintf("Unsupported query: only $select is supported within $expand of '%s'.", e.name)}
			}
			e.fields, rest = parseSelect(value), after
		}
		out = append(out, e)
		rest = strings.TrimSpace(rest)
		if rest == "" {
			break
		}
		var comma bool
		if rest, comma = strings.CutPrefix(rest, ","); !comma {
			return nil, wrongExpand(text)
		}
		if rest = strings.TrimSpace(rest); rest == "" {
			return nil, wrongExpand(text)
		}
	}
	return out, nil
}

func wrongExpand(text string) error {
	return &queryError{message: fmt.Sprintf("Parsing OData Select and Expand failed: Syntax error in '%s'.", text)}
}

// parseSelect reads a $select; the empty text selects all, which is nil.
func parseSelect(text string) []string {
	var out []string
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}
