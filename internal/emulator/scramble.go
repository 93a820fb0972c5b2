// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// scramble writes a JSON document in other casing and order. What it can't read
// stays as it is.
func scramble(body []byte, recase, reorder bool) []byte {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var document any
	if dec.Decode(&document) != nil {
		return body
	}
	return encode(scrambled("", document, recase, reorder))
}

func encode(document any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(document) != nil {
		return nil // what was decoded from JSON always encodes
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func scrambled(name string, v any, recase, reorder bool) any {
	switch v := v.(type) {
	case map[string]any:
		for k, member := range v {
			v[k] = scrambled(k, member, recase, reorder)
		}
	case []any:
		for i := range v {
			v[i] = scrambled(name, v[i], recase, reorder)
		}
		if reorder {
			slices.Reverse(v)
		}
	case string:
		if recase && caseless(name, v) {
			return swapCase(v)
		}
	}
	return v
}

// permissionLists are the members that hold permissions.
var permissionLists = []string{"actions", "notActions", "dataActions", "notDataActions", "allowedResourceActions", "notAllowedResourceActions", "excludedResourceActions"}

// caseless reports whether a text is one that has no casing of its own: a GUID, a
// resource ID or a permission. The IDs of Entra assignments have one, and links
// and names for people stay as they are.
func caseless(name, v string) bool {
	if strings.HasPrefix(name, "@odata") || name == "nextLink" {
		return false
	}
	if _, ok := rbac.ParseGUID(v); ok {
		return true
	}
	return slices.Contains(permissionLists, name) || strings.HasPrefix(v, "/") && !strings.Contains(v, " ")
}

// swapCase turns the casing of every letter around.
func swapCase(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return r
	}, s)
}
