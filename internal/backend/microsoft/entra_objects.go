// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

const (
	objectsPath           = "/v1.0/directoryObjects/getByIds"
	servicePrincipalsPath = "/v1.0/servicePrincipals"
	// objectsAtOnce is how many objects one request may ask for.
	// https://learn.microsoft.com/graph/api/directoryobject-getbyids
	objectsAtOnce = 1000
)

// Objects implements [entra.Directory]. A caller who may not read the directory
// is told that every ID is known, and nothing else of it; that is asked once.
func (d *entraDirectory) Objects(ctx context.Context, ids []rbac.GUID) (map[rbac.GUID]entra.Object, error) {
	out := make(map[rbac.GUID]entra.Object, len(ids))
	ask := slices.Clone(ids)
	slices.Sort(ask)
	for chunk := range slices.Chunk(slices.Compact(ask), objectsAtOnce) {
		if !d.unreadable.Load() {
			of := request{System: rbac.Entra, Method: http.MethodPost, Path: objectsPath, Body: map[string][]rbac.GUID{"ids": chunk}, Needs: needsDirectoryRead, Safe: true}
			docs, err := pages[wire.DirectoryObject](ctx, d.client, of)
			if err == nil {
				for _, o := range readable(ctx, d.client, docs, directoryObject) {
					out[o.ID] = o
				}
				continue
			}
			if rbac.KindOf(err) != rbac.Forbidden {
				return nil, err
			}
			d.unreadable.Store(true)
		}
		for _, id := range chunk {
			out[id] = entra.Object{ID: id}
		}
	}
	return out, nil
}

// directoryObject is the object of a document. Of types that the caller may not
// read, Graph tells no more than the ID, or than ID and type: what can't be told
// from one that has no name and holds nothing is not told on.
func directoryObject(doc wire.DirectoryObject) (entra.Object, error) {
	o, err := doc.Domain()
	if o.Type == "directoryObject" || o.Type == entra.Group && doc.SecurityEnabled == nil {
		return entra.Object{ID: o.ID}, err
	}
	return o, err
}

// applicationID says so when the ID of a principal is the application ID of a
// service principal: the most common mix-up.
func (d *entraDirectory) applicationID(ctx context.Context, id rbac.GUID) string {
	of := request{
		System: rbac.Entra, Method: http.MethodGet, Path: servicePrincipalsPath, Needs: needsDirectoryRead,
		Query: url.Values{"$filter": {"appId eq '" + id.String() + "'"}, "$select": {"id,appId,displayName"}},
	}
	var found wire.Collection[wire.DirectoryObject]
	if _, err := d.client.do(ctx, of, &found); err != nil {
		return ""
	}
	for _, doc := range found.Value {
		if sp, err := doc.Domain(); err == nil && sp.AppID == id {
			return fmt.Sprintf("%s is the application ID of the service principal %q, not its object ID. Use the object ID, %s.", id, sp.DisplayName, sp.ID)
		}
	}
	return ""
}

// replicated carries out a write that names objects of the directory. When it
// fails, why tells what is wrong, and whether that may pass because an object was
// made a moment ago: then the write is tried again for a while.
func (d *entraDirectory) replicated(ctx context.Context, what string, write func() error, why func(error) (mayPass bool, told error)) error {
	patience, cancel := context.WithTimeout(ctx, d.patience)
	defer cancel()
	start := time.Now()
	var pending error
	err := poll(patience, d.client, what, func(context.Context) (bool, error) {
		// With the caller's ctx: a write under way is not to be broken off.
		err := write()
		if err == nil {
			return true, nil
		}
		mayPass, told := why(err)
		if !mayPass {
			pending = nil
			return false, told
		}
		pending = told
		return false, nil
	})
	switch {
	case err == nil || pending == nil:
		return err
	case interruption(ctx.Err()):
		return interrupted(ctx)
	}
	return retold(pending, func(e *rbac.Error) {
		e.Message += fmt.Sprintf(" In case it was made a moment ago and is not known everywhere yet, it was tried for %s.", max(time.Since(start), time.Second).Round(time.Second))
	})
}
