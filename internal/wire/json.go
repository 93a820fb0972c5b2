// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Text is a string that is null on the wire when it is empty.
type Text string

// MarshalJSON writes an empty text as null.
func (t Text) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return plain(string(t))
}

// Strings is a list of strings that is [] on the wire when it is empty. Reading
// takes null for an empty list, a number for its digits, and leaves out nulls.
type Strings []string

// MarshalJSON writes a list, never null.
func (s Strings) MarshalJSON() ([]byte, error) {
	if len(s) == 0 {
		return []byte("[]"), nil
	}
	return plain([]string(s))
}

// UnmarshalJSON reads a list of strings.
func (s *Strings) UnmarshalJSON(data []byte) error {
	var items []any
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(&items); err != nil {
		return err
	}
	*s = nil
	for _, item := range items {
		switch item := item.(type) {
		case nil:
		case string:
			*s = append(*s, item)
		case json.Number:
			*s = append(*s, item.String())
		default:
			return &json.UnmarshalTypeError{Value: kindOf(item), Type: stringType, Offset: int64(len(data))}
		}
	}
	return nil
}

// List is a list that is [] on the wire when it is empty.
type List[T any] []T

// MarshalJSON writes a list, never null.
func (l List[T]) MarshalJSON() ([]byte, error) {
	if len(l) == 0 {
		return []byte("[]"), nil
	}
	return plain([]T(l))
}

var (
	stringType = reflect.TypeFor[string]()
	boolType   = reflect.TypeFor[bool]()
)

// Flag is a boolean that may also come as the string "true" or "false".
type Flag bool

// UnmarshalJSON reads a boolean, also as a string; null and "" are false.
func (f *Flag) UnmarshalJSON(data []byte) error {
	switch rbac.Fold(strings.Trim(string(data), "\"")) {
	case "true":
		*f = true
	case "false", "null", "":
		*f = false
	default:
		return &json.UnmarshalTypeError{Value: "value", Type: boolType}
	}
	return nil
}

// Opt is a member that a write may leave out: what is not set is not written,
// and a member that comes as null is set to the zero value.
type Opt[T any] struct {
	Set   bool
	Value T
}

// Some is a member that is set.
func Some[T any](value T) Opt[T] { return Opt[T]{Set: true, Value: value} }

// IsZero tells encoding/json to leave out what is not set.
func (o Opt[T]) IsZero() bool { return !o.Set }

// MarshalJSON writes the value.
func (o Opt[T]) MarshalJSON() ([]byte, error) { return plain(o.Value) }

// UnmarshalJSON reads a value that is there, even as null.
func (o *Opt[T]) UnmarshalJSON(data []byte) error {
	*o = Opt[T]{Set: true}
	return json.Unmarshal(data, &o.Value)
}

// Stamp is a time as Azure Resource Manager writes it: UTC, seven digits of a
// second.
func Stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.0000000Z") }

// Encode writes a document. Characters that only HTML minds are left as they
// are. What can't be JSON, as no document of this package is, becomes null.
func Encode(document any) []byte {
	text, err := plain(document)
	if err != nil {
		return []byte("null")
	}
	return text
}

// plain is json.Marshal that does not escape for HTML.
func plain(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Decode reads one document, with or without a byte order mark in front. What is
// no JSON, or has a member of another shape, is an *rbac.Error of kind Unknown
// that says where; it never holds a value of the document.
func Decode(data []byte, document any) error {
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	err := dec.Decode(document)
	if err == nil {
		if _, err = dec.Token(); errors.Is(err, io.EOF) {
			return nil
		}
		return &rbac.Error{Message: "There is something after the end of the JSON document."}
	}
	return &rbac.Error{Err: err, Message: mistake(err)}
}

// mistake says what is wrong with a document, without its values.
func mistake(err error) string {
	var shape *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &shape) && shape.Field != "":
		return fmt.Sprintf("The member %q of the JSON document is a %s, which it can't be.", shape.Field, shape.Value)
	case errors.As(err, &shape):
		return fmt.Sprintf("A member of the JSON document is a %s, which it can't be.", shape.Value)
	case errors.As(err, &syntax):
		return fmt.Sprintf("It is no JSON document: something is wrong at byte %d.", syntax.Offset)
	case errors.Is(err, io.EOF):
		return "The JSON document is empty."
	default:
		return "The JSON document is cut short."
	}
}

// quote shows a value in an error, cut when it is long.
func quote(value string) string {
	const most = 200
	if len(value) > most {
		value = strings.ToValidUTF8(value[:most], "") + "…"
	}
	return strconv.Quote(value)
}

// kindOf names the kind of a JSON value.
func kindOf(v any) string {
	switch v.(type) {
	case map[string]any:
		return "object"
	case []any:
		return "list"
	default:
		return "boolean"
	}
}
