// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"sync"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// askedObjects are the directory objects that one run has asked for: each is
// asked for once, and none any more once the directory turns out to keep none.
type askedObjects struct {
	mu     sync.Mutex
	asked  map[rbac.GUID]entra.Object // a zero object is one that the directory does not know
	silent bool                       // the directory keeps no objects, or may not be asked
}

// find returns what the directory says of an object. A directory that can't
// tell knows everybody.
func (p *askedObjects) find(ctx context.Context, directory entra.Directory, id rbac.GUID) (object entra.Object, found bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.silent {
		return entra.Object{}, true
	}
	object, known := p.asked[id]
	if !known {
		objects, err := directory.Objects(ctx, []rbac.GUID{id})
		if err != nil {
			p.silent = rbac.KindOf(err) == rbac.Forbidden || rbac.KindOf(err) == rbac.Unsupported
			return entra.Object{}, true
		}
		if object, found = objects[id]; found && object.Type == "" {
			p.silent = true
		}
		if p.asked == nil {
			p.asked = map[rbac.GUID]entra.Object{}
		}
		p.asked[id] = object
	}
	return object, object.ID != ""
}
