// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"net/url"
	"slices"
	"strings"
)

// service is who answers: it decides envelope, headers and limits.
type service string

const (
	armService       service = "arm"
	graphService     service = "graph"
	intuneService    service = "intune" // Graph below /deviceManagement
	authorityService service = "authority"
)

// route is one row of the tables. Paths match segment by segment, whatever the
// casing, doubled slashes collapsed:
//
//	/literal            that segment
//	/{name}             any one segment, unescaped, as c.param("name")
//	/key={name}         one segment with that beginning
//	/{name...}          any number of segments, none too, at most once in a path;
//	                    c.param("name") is them as sent with a slash in front, "" if none
//
// Where several match, the one with more literal segments wins, then the earlier.
// Paths of Graph leave the version (/v1.0, /beta) out, and see OData's key and
// function forms as segments: things('a') as /things/a, f(scope='x') as
// /f/scope=x, f() as /f.
type route struct {
	service service
	method  string
	path    string
	// versions are the api-versions of ARM that are known, the newest last; of
	// Graph "v1.0" and "beta", none means both.
	versions  []string
	anonymous bool // answers without a token
	handle    handler
}

// table finds the route of a request.
type table []entry

// entry is a route with its path taken apart.
type entry struct {
	route
	pattern []segment
	rest    int // where {name...} stands, -1 without one
	weight  int // how many segments are literal
}

type segment struct {
	literal string // folded; of /key={name} what it begins with
	name    string // of {name}
}

func newTable(routes []route) table {
	t := make(table, 0, len(routes))
	for _, r := range routes {
		e := entry{route: r, rest: -1}
		for i, text := range split(r.path) {
			s := segment{literal: strings.ToLower(text)}
			if open := strings.IndexByte(text, '{'); open >= 0 {
				s = segment{literal: strings.ToLower(text[:open]), name: strings.TrimSuffix(text[open+1:], "}")}
				if name, ok := strings.CutSuffix(s.name, "..."); ok {
					s.name, e.rest = name, i
				}
			}
			if s.literal != "" {
				e.weight++
			}
			e.pattern = append(e.pattern, s)
		}
		t = append(t, e)
	}
	slices.SortStableFunc(t, func(a, b entry) int { return b.weight - a.weight })
	return t
}

// split cuts a path into its segments; empty ones don't count.
func split(path string) []string {
	return slices.DeleteFunc(strings.Split(path, "/"), func(s string) bool { return s == "" })
}

// match tells whether the segments of a request fit, and what the names stand for.
func (e *entry) match(segments []string) (map[string]string, bool) {
	params := map[string]string{}
	head, tail := e.pattern, []segment(nil)
	if e.rest >= 0 {
		if len(segments) < len(e.pattern)-1 {
			return nil, false
		}
		head, tail = e.pattern[:e.rest], e.pattern[e.rest+1:]
		middle := segments[len(head) : len(segments)-len(tail)]
		rest := ""
		if len(middle) > 0 {
			rest = "/" + strings.Join(middle, "/")
		}
		params[e.pattern[e.rest].name] = rest
	} else if len(segments) != len(e.pattern) {
		return nil, false
	}
	for i, s := range head {
		if !s.match(segments[i], params) {
			return nil, false
		}
	}
	for i, s := range tail {
		if !s.match(segments[len(segments)-len(tail)+i], params) {
			return nil, false
		}
	}
	return params, true
}

func (s segment) match(text string, params map[string]string) bool {
	if s.name == "" {
		return strings.EqualFold(s.literal, text)
	}
	if len(text) < len(s.literal) || !strings.EqualFold(text[:len(s.literal)], s.literal) {
		return false
	}
	params[s.name] = unquote(text[len(s.literal):])
	return true
}

// find returns the route of a request. Without one, known tells whether the path
// exists for another method.
func (t table) find(at place, method string) (e *entry, params map[string]string, known bool) {
	for i := range t {
		if t[i].service != at.service {
			continue
		}
		params, ok := t[i].match(at.segments)
		if !ok || (at.service == graphService || at.service == intuneService) && len(t[i].versions) > 0 && !slices.Contains(t[i].versions, at.version) {
			continue
		}
		if t[i].method == method {
			return &t[i], params, true
		}
		known = true
	}
	return nil, nil, known
}

// place is where a path leads.
type place struct {
	service  service
	version  string // of Graph
	segments []string
	path     string // for people and links: unescaped, slashes collapsed
}

// locate reads an escaped path. The paths of the services do not collide, so one
// host serves all of them: Graph has its version in front, the authority one of
// its endpoints behind the tenant, and the rest is Azure Resource Manager.
func locate(escaped string) place {
	raw := split(escaped)
	at := place{service: armService, segments: make([]string, 0, len(raw))}
	for _, s := range raw {
		if u, err := url.PathUnescape(s); err == nil {
			s = u
		}
		at.segments = append(at.segments, s)
	}
	at.path = "/" + strings.Join(at.segments, "/")
	switch {
	case len(at.segments) == 0:
	case strings.EqualFold(at.segments[0], "v1.0"), strings.EqualFold(at.segments[0], "beta"):
		at.service, at.version = graphService, strings.ToLower(at.segments[0])
		at.segments = keys(at.segments[1:])
		if len(at.segments) > 0 && strings.EqualFold(at.segments[0], "deviceManagement") {
			at.service = intuneService
		}
	case isAuthority(at.segments):
		at.service = authorityService
	}
	return at
}

// isAuthority knows the paths of the authority: each has the tenant in front.
func isAuthority(segments []string) bool {
	if len(segments) < 2 {
		return false
	}
	second := strings.ToLower(segments[1])
	return second == "oauth2" || second == "discovery" || second == ".well-known" ||
		len(segments) > 2 && second == "v2.0" && strings.EqualFold(segments[2], ".well-known")
}

// keys turns OData's keys and function calls into segments of their own.
func keys(segments []string) []string {
	out := make([]string, 0, len(segments))
	for _, s := range segments {
		open := strings.IndexByte(s, '(')
		if open <= 0 || !strings.HasSuffix(s, ")") {
			out = append(out, s)
			continue
		}
		out = append(out, s[:open])
		if inner := s[open+1 : len(s)-1]; inner != "" {
			out = append(out, unquote(inner))
		}
	}
	return out
}

// unquote takes OData's quotes away: 'it”s' is it's.
func unquote(s string) string {
	if len(s) >= 2 && s[0] == '\'' && s[len(s)-1] == '\'' {
		return strings.ReplaceAll(s[1:len(s)-1], "''", "'")
	}
	return s
}
