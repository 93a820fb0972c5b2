// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package rbac

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
)

// JSONKind names the kind of a decoded JSON value: "an object", "a list" and so
// on. It never shows the value, which may be a secret.
func JSONKind(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case map[string]any:
		return "an object"
	case []any:
		return "a list"
	case string:
		return "a string"
	case bool:
		return "true or false"
	default:
		return "a number"
	}
}

// JSONPlace says where text that is no JSON goes wrong: "line 2, column 7". err
// is what decoding it gave.
func JSONPlace(data []byte, err error) string {
	at := len(data)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = min(int(syntax.Offset), len(data))
	}
	before := data[:at]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n') - 1
	return "line " + strconv.Itoa(line) + ", column " + strconv.Itoa(max(column, 1))
}
