// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package rbac

import (
	"encoding/json"
	"testing"
)

func TestAMistakeInJSONHasItsLineAndColumn(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":              "line 1, column 1",
		"{\n  nope}":    "line 2, column 3",
		"{\"a\": 1,\n}": "line 2, column 1",
		"[1, 2":         "line 1, column 5",
	} {
		var v any
		if got := JSONPlace([]byte(text), json.Unmarshal([]byte(text), &v)); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestKindsOfJSONAreNamedInEnglish(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"null": "null", "{}": "an object", "[]": "a list", `"secret"`: "a string", "true": "true or false", "1.5": "a number",
	} {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil || JSONKind(v) != want {
			t.Errorf("%s is %s (%v), want %s", text, JSONKind(v), err, want)
		}
	}
}
