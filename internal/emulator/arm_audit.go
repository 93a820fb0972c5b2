// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"hash/maphash"
	"sync"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// audits remembers who wrote the objects of a server, and when. A tenant does
// not keep it, so what was written before the server started, and the built-in
// roles, have the first day of the year 1 and nobody, as the service writes for
// objects that are older than its own records.
type audits struct {
	mu   sync.Mutex
	byID map[string]record
	seed maphash.Seed
}

// record is what is known of one object. A read that shows the content of
// before the last write, as a fault may ask for, shows its times too.
type record struct {
	created time.Time
	creator rbac.GUID
	last    version
	before  version
}

// version is one state of an object.
type version struct {
	content uint64 // its hash
	at      time.Time
	by      rbac.GUID
}

// tick is the least difference between two times on the wire.
const tick = 100 * time.Nanosecond

// wrote notes a write, whose outcome is content, and returns what the service
// answers to it: both times are that of the write, an update too, and nobody is
// the creator. Later reads tell the truth.
func (a *audits) wrote(c *call, id string, content any, created bool) *wire.Audit {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.byID == nil {
		a.byID, a.seed = map[string]record{}, maphash.MakeSeed()
	}
	r := a.byID[id]
	if created {
		r = record{created: c.now, creator: c.caller}
	}
	at := c.now
	if !at.After(r.last.at) {
		at = r.last.at.Add(tick) // an update is later than what it changes, however coarse the clock
	}
	r.before, r.last = r.last, version{content: a.hash(content), at: at, by: c.caller}
	a.byID[id] = r
	return &wire.Audit{CreatedOn: wire.Stamp(at), UpdatedOn: wire.Stamp(at), UpdatedBy: wire.Text(c.caller)}
}

// read returns what is known of an object whose content was read.
func (a *audits) read(id string, content any) *wire.Audit {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.byID[id]
	v := r.last
	if !r.before.at.IsZero() {
		if h := a.hash(content); h != r.last.content && h == r.before.content {
			v = r.before
		}
	}
	return &wire.Audit{CreatedOn: wire.Stamp(r.created), UpdatedOn: wire.Stamp(v.at), CreatedBy: wire.Text(r.creator), UpdatedBy: wire.Text(v.by)}
}

// deleted forgets an object.
func (a *audits) deleted(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.byID, id)
}

func (a *audits) hash(content any) uint64 { return maphash.Bytes(a.seed, fmt.Append(nil, content)) }
