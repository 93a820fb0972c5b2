// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package rbac

import (
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // RFC 9562 fixes SHA-1 for version 5; nothing here is a secret
	"encoding/hex"
	"strings"
)

// GUID is an identifier in its canonical form: 32 lower-case hexadecimal
// digits in groups of 8-4-4-4-12. The zero value is "no GUID".
type GUID string

// String returns the canonical form.
func (g GUID) String() string { return string(g) }

// ParseGUID reads a GUID in any casing, with or without braces, and without
// dashes too: some services print 32 bare digits. Everything else is refused.
func ParseGUID(s string) (GUID, bool) {
	if len(s) == 38 && s[0] == '{' && s[37] == '}' {
		s = s[1:37]
	}
	switch len(s) {
	case 36:
		for _, i := range [...]int{8, 13, 18, 23} {
			if s[i] != '-' {
				return "", false
			}
		}
		s = s[0:8] + s[9:13] + s[14:18] + s[19:23] + s[24:36]
	case 32:
	default:
		return "", false
	}
	var raw [16]byte
	if _, err := hex.Decode(raw[:], []byte(s)); err != nil {
		return "", false
	}
	return format(raw), true
}

// MustGUID is ParseGUID for literals in tables; it panics on anything else.
func MustGUID(s string) GUID {
	g, ok := ParseGUID(s)
	if !ok {
		panic("rbac: not a GUID: " + s)
	}
	return g
}

// NewGUID returns a random GUID (version 4).
func NewGUID() GUID {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // never fails, see crypto/rand
	raw[6] = raw[6]&0x0f | 0x40
	raw[8] = raw[8]&0x3f | 0x80
	return format(raw)
}

// Bytes returns the 16 bytes in the order in which they are written.
func (g GUID) Bytes() [16]byte {
	var raw [16]byte
	_, _ = hex.Decode(raw[:], []byte(strings.ReplaceAll(string(g), "-", "")))
	return raw
}

// DeriveGUID returns the name-based GUID (version 5, RFC 9562) of parts in
// namespace. Parts are lower-cased and joined by "|", so that casing never
// makes two identities of one thing; the same parts always give the same GUID.
func DeriveGUID(namespace GUID, parts ...string) GUID {
	ns := namespace.Bytes()
	h := sha1.New() //nolint:gosec // see the import
	h.Write(ns[:])
	h.Write([]byte(strings.ToLower(strings.Join(parts, "|"))))
	var raw [16]byte
	copy(raw[:], h.Sum(nil))
	raw[6] = raw[6]&0x0f | 0x50
	raw[8] = raw[8]&0x3f | 0x80
	return format(raw)
}

func format(raw [16]byte) GUID {
	var b [36]byte
	hex.Encode(b[0:8], raw[0:4])
	b[8] = '-'
	hex.Encode(b[9:13], raw[4:6])
	b[13] = '-'
	hex.Encode(b[14:18], raw[6:8])
	b[18] = '-'
	hex.Encode(b[19:23], raw[8:10])
	b[23] = '-'
	hex.Encode(b[24:36], raw[10:16])
	return GUID(b[:])
}
