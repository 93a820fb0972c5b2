// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Request is one request that a server has answered.
type Request struct {
	Method, Path, Query string // path and query as sent, secrets in the query taken out
	Status              int    // 0 when the connection was dropped
	ID                  rbac.GUID
	// Batch is the ID of the $batch request that this one came in; empty for one
	// of its own.
	Batch rbac.GUID
}

// requestLog writes requests down as they are answered.
type requestLog struct {
	to io.Writer // nil: nowhere

	mu   sync.Mutex
	kept []Request // a ring once it is full
	next int
}

// logLine is one line of the request log.
type logLine struct {
	Time      string `json:"time"`
	Method    string `json:"method"`
	Path      string `json:"path"`
	Query     string `json:"query"`
	Status    int    `json:"status"` // 0: the connection was dropped
	RequestID string `json:"request_id"`
	Batch     string `json:"batch,omitempty"`
	Problem   string `json:"problem,omitempty"` // a mistake of the emulator's own
}

func (l *requestLog) add(r *request, a *answer) {
	q := Request{Method: r.method, Path: r.url.EscapedPath(), Query: withoutSecrets(r.url.RawQuery), Status: a.status, ID: r.id, Batch: r.batch}
	if a.drop {
		q.Status = 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.kept) < maxRecorded {
		l.kept = append(l.kept, q)
	} else {
		l.kept[l.next] = q
		l.next = (l.next + 1) % maxRecorded
	}
	if l.to == nil {
		return
	}
	line, err := json.Marshal(logLine{
		Time: r.time.UTC().Format(time.RFC3339Nano), Method: q.Method, Path: q.Path, Query: q.Query, Status: q.Status,
		RequestID: q.ID.String(), Batch: q.Batch.String(), Problem: r.problem,
	})
	if err == nil {
		_, _ = l.to.Write(append(line, '\n')) // a full disk must not stop the service
	}
}

func (l *requestLog) recorded() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Concat(l.kept[l.next:], l.kept[:l.next])
}

func (l *requestLog) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept, l.next = nil, 0
}

// secretOptions are query options that would be secrets. They belong into bodies,
// which are never written down, but people make mistakes.
var secretOptions = []string{"client_secret", "client_assertion", "access_token", "refresh_token", "id_token", "code", "assertion", "password"}

// withoutSecrets takes the values of secret options out of a query.
func withoutSecrets(query string) string {
	parts := strings.Split(query, "&")
	for i, part := range parts {
		name, _, found := strings.Cut(part, "=")
		if plain, err := url.QueryUnescape(name); err == nil && found && slices.ContainsFunc(secretOptions, func(s string) bool { return strings.EqualFold(s, plain) }) {
			parts[i] = name + "=REDACTED"
		}
	}
	return strings.Join(parts, "&")
}
