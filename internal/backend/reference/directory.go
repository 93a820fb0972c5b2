// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package reference

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Directory is who and what exists around a tenant: users, groups, service
// principals, devices, administrative units, management groups, subscriptions.
// It is read from a file, does not change, and may be shared.
type Directory struct {
	TenantID rbac.GUID  // empty when the file does not tell
	Cloud    rbac.Cloud // empty when the file does not tell
	Caller   rbac.GUID  // who the tenant takes the caller for; empty when the file does not tell

	objects       map[rbac.GUID]entra.Object
	applications  map[rbac.GUID]rbac.GUID   // application ID → object ID of its service principal
	members       map[rbac.GUID][]rbac.GUID // of groups and administrative units
	memberOf      map[rbac.GUID][]rbac.GUID // the groups that have it as a direct member
	groups        map[string]azure.Scope    // management groups by scope key
	parents       map[string]string         // scope key of a management group → that of its parent
	subscriptions map[rbac.GUID]string      // → scope key of the management group; empty if none
	scopeNames    map[string]string         // display names of management groups and subscriptions, by scope key

	// secrets are what applications identify themselves with. They serve
	// Authenticate only: no message, log or other value ever has them.
	secrets map[rbac.GUID]secret
}

// secret is the fingerprint of an application's secret: whoever prints a
// Directory, by whatever verb, prints no secret.
type secret [sha256.Size]byte

// Authenticate returns the service principal of an application if this is its
// secret. One without a secret in the file can't authenticate. It takes as long
// for a wrong secret as for the right one.
func (d *Directory) Authenticate(application rbac.GUID, password string) (entra.Object, bool) {
	want, known := d.secrets[application]
	got := secret(sha256.Sum256([]byte(password)))
	same := subtle.ConstantTimeCompare(want[:], got[:]) == 1
	if !known || !same {
		return entra.Object{}, false
	}
	return d.ServicePrincipal(application)
}

// Objects returns the objects of one type by their IDs; "" means all types.
func (d *Directory) Objects(t entra.ObjectType) []entra.Object {
	var out []entra.Object
	for _, id := range slices.Sorted(maps.Keys(d.objects)) {
		if o := d.objects[id]; t == "" || o.Type == t {
			out = append(out, o)
		}
	}
	return out
}

// ManagementGroups returns the management groups by their names.
func (d *Directory) ManagementGroups() []azure.Scope {
	var out []azure.Scope
	for _, key := range slices.Sorted(maps.Keys(d.groups)) {
		out = append(out, d.groups[key])
	}
	return out
}

// Subscriptions returns the subscriptions by their IDs.
func (d *Directory) Subscriptions() []azure.Scope {
	var out []azure.Scope
	for _, id := range slices.Sorted(maps.Keys(d.subscriptions)) {
		out = append(out, azure.Subscription(id))
	}
	return out
}

// DisplayName returns what the file calls a management group or a subscription;
// empty for other scopes and where it gives no name.
func (d *Directory) DisplayName(s azure.Scope) string { return d.scopeNames[s.Key()] }

// Object returns what the directory says of a user, group, service principal,
// device or administrative unit.
func (d *Directory) Object(id rbac.GUID) (entra.Object, bool) {
	o, ok := d.objects[id]
	return o, ok
}

// Principal is Object for what can hold a role: everything but administrative units.
func (d *Directory) Principal(id rbac.GUID) (entra.Object, bool) {
	o, ok := d.objects[id]
	return o, ok && o.Type != entra.AdministrativeUnit
}

// ServicePrincipal returns the service principal of an application ID, which
// people often take for the principal's own ID.
func (d *Directory) ServicePrincipal(application rbac.GUID) (entra.Object, bool) {
	id, ok := d.applications[application]
	return d.objects[id], ok
}

// Members are the direct members of a group or an administrative unit.
func (d *Directory) Members(id rbac.GUID) []rbac.GUID { return slices.Clone(d.members[id]) }

// MemberOf are the groups that a principal belongs to, directly or through
// other groups, in the order of their IDs.
func (d *Directory) MemberOf(id rbac.GUID) []rbac.GUID {
	seen := map[rbac.GUID]bool{}
	var visit func(rbac.GUID)
	visit = func(id rbac.GUID) {
		for _, g := range d.memberOf[id] {
			if !seen[g] { // groups may be members of each other
				seen[g] = true
				visit(g)
			}
		}
	}
	visit(id)
	return slices.Sorted(maps.Keys(seen))
}

// HasScope reports whether a scope exists. Resource groups and resources exist
// when their subscription does, what lies outside of subscriptions and
// management groups always: the file does not list them.
func (d *Directory) HasScope(s azure.Scope) bool {
	switch {
	case s.SubscriptionID != "":
		_, ok := d.subscriptions[rbac.GUID(s.SubscriptionID)]
		return ok
	case s.ManagementGroup != "":
		_, ok := d.groups[azure.ManagementGroup(s.ManagementGroup).Key()]
		return ok
	default:
		return !s.IsZero()
	}
}

// ManagementGroupsAbove are the management groups in which a management group,
// a subscription or anything below one lies, the nearest first. A management
// group is not above itself.
func (d *Directory) ManagementGroupsAbove(s azure.Scope) []azure.Scope {
	var key string
	switch {
	case s.SubscriptionID != "":
		key = d.subscriptions[rbac.GUID(s.SubscriptionID)]
	case s.ManagementGroup != "":
		group := azure.ManagementGroup(s.ManagementGroup)
		key = d.parents[group.Key()]
		if !group.Same(s) { // a resource of the management group
			key = group.Key()
		}
	}
	var out []azure.Scope
	for ; key != ""; key = d.parents[key] {
		out = append(out, d.groups[key])
	}
	return out
}

// LoadDirectory reads a directory file. Errors are *rbac.Error: Invalid, or
// Unavailable when the file can't be read.
func LoadDirectory(path string) (*Directory, error) {
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &rbac.Error{Kind: rbac.Invalid, Err: err, Message: fmt.Sprintf("There is no directory file %q. Create it, or correct the path.", path)}
	case err != nil:
		return nil, &rbac.Error{Kind: rbac.Unavailable, Err: err, Message: fmt.Sprintf("The directory file %q can't be read: %s.", path, reason(err))}
	}
	d, err := ParseDirectory(data)
	var e *rbac.Error
	if errors.As(err, &e) {
		e.Message = fmt.Sprintf("The directory file %q has a mistake: %s", path, e.Message)
	}
	return d, err
}

// ParseDirectory reads the JSON of a directory file. It is strict: an unknown
// field, a value of the wrong type, a bad or repeated ID, a reference to what is
// not in the file and a circle of management groups are *rbac.Error of kind
// Invalid that name the place, such as groups[2].members[0].
func ParseDirectory(data []byte) (*Directory, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var root any
	if err := dec.Decode(&root); err != nil {
		return nil, badJSON(data, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, &rbac.Error{Kind: rbac.Invalid, Message: "There is something after the end of the JSON object. A directory file is one JSON object."}
	}
	p := directoryParser{
		d: &Directory{
			objects: map[rbac.GUID]entra.Object{}, applications: map[rbac.GUID]rbac.GUID{}, members: map[rbac.GUID][]rbac.GUID{},
			memberOf: map[rbac.GUID][]rbac.GUID{}, groups: map[string]azure.Scope{}, parents: map[string]string{}, subscriptions: map[rbac.GUID]string{},
			scopeNames: map[string]string{}, secrets: map[rbac.GUID]secret{},
		},
		places: map[string]string{},
	}
	p.directory(root)
	if p.err != nil {
		return nil, p.err
	}
	return p.d, nil
}

func badJSON(data []byte, err error) error {
	return &rbac.Error{Kind: rbac.Invalid, Err: err, Message: "It is no JSON: something is wrong at " + rbac.JSONPlace(data, err) + "."}
}

// directoryParser keeps the first mistake; after it, everything reads as empty.
type directoryParser struct {
	d      *Directory
	places map[string]string // of every ID so far
	later  []func()          // checks of references, once all is known
	err    error
}

func (p *directoryParser) directory(root any) {
	o := p.object("", root, "tenant_id", "cloud", "caller", "users", "groups", "service_principals", "devices", "administrative_units", "management_groups", "subscriptions")
	p.d.TenantID = p.guid("tenant_id", o["tenant_id"], false)
	p.d.Cloud = rbac.Cloud(p.text("cloud", o["cloud"], false))
	if clouds := []rbac.Cloud{"", rbac.PublicCloud, rbac.USGovernment, rbac.ChinaCloud}; !slices.Contains(clouds, p.d.Cloud) {
		p.fail("cloud", `is %q. It is "public", "usgovernment" or "china".`, p.d.Cloud)
	}
	p.d.Caller = p.guid("caller", o["caller"], false)
	p.each("users", o["users"], []string{"id", "display_name", "user_principal_name"}, func(at string, o map[string]any) {
		p.add(at, entra.Object{
			ID: p.guid(at+".id", o["id"], true), Type: entra.User, DisplayName: p.text(at+".display_name", o["display_name"], false),
			UserPrincipalName: p.text(at+".user_principal_name", o["user_principal_name"], false),
		})
	})
	p.each("groups", o["groups"], []string{"id", "display_name", "members", "security_enabled", "role_assignable"}, func(at string, o map[string]any) {
		g := entra.Object{
			ID: p.guid(at+".id", o["id"], true), Type: entra.Group, DisplayName: p.text(at+".display_name", o["display_name"], false),
			SecurityEnabled: p.flag(at+".security_enabled", o["security_enabled"], true), RoleAssignable: p.flag(at+".role_assignable", o["role_assignable"], false),
		}
		p.add(at, g)
		p.membership(at, g, o["members"])
	})
	p.each("service_principals", o["service_principals"], []string{"id", "app_id", "display_name", "secret"}, func(at string, o map[string]any) {
		sp := entra.Object{
			ID: p.guid(at+".id", o["id"], true), Type: entra.ServicePrincipal, DisplayName: p.text(at+".display_name", o["display_name"], false),
			AppID: p.guid(at+".app_id", o["app_id"], false),
		}
		password := p.text(at+".secret", o["secret"], false)
		p.add(at, sp)
		if sp.AppID != "" {
			p.unique(at+".app_id", "application "+sp.AppID.String(), sp.AppID.String())
			p.d.applications[sp.AppID] = sp.ID
			if password != "" {
				p.d.secrets[sp.AppID] = sha256.Sum256([]byte(password))
			}
		}
	})
	p.each("devices", o["devices"], []string{"id", "display_name"}, func(at string, o map[string]any) {
		p.add(at, entra.Object{ID: p.guid(at+".id", o["id"], true), Type: entra.Device, DisplayName: p.text(at+".display_name", o["display_name"], false)})
	})
	p.each("administrative_units", o["administrative_units"], []string{"id", "display_name", "members"}, func(at string, o map[string]any) {
		u := entra.Object{ID: p.guid(at+".id", o["id"], true), Type: entra.AdministrativeUnit, DisplayName: p.text(at+".display_name", o["display_name"], false)}
		p.add(at, u)
		p.membership(at, u, o["members"])
	})
	p.each("management_groups", o["management_groups"], []string{"id", "display_name", "parent"}, p.managementGroup)
	p.each("subscriptions", o["subscriptions"], []string{"id", "display_name", "management_group"}, func(at string, o map[string]any) {
		id := p.guid(at+".id", o["id"], true)
		p.scopeName(azure.Subscription(id), p.text(at+".display_name", o["display_name"], false))
		p.unique(at+".id", "subscription "+id.String(), id.String())
		p.d.subscriptions[id] = p.groupReference(at+".management_group", o["management_group"])
	})
	for _, check := range p.later {
		check()
	}
	p.circles()
	if caller, ok := p.d.Principal(p.d.Caller); p.d.Caller != "" && (!ok || caller.Type != entra.User && caller.Type != entra.ServicePrincipal) {
		p.fail("caller", "is %q, which is neither a user nor a service principal of this file. Add it there, or leave caller out.", p.d.Caller)
	}
}

func (p *directoryParser) scopeName(s azure.Scope, name string) {
	if name != "" {
		p.d.scopeNames[s.Key()] = name
	}
}

func (p *directoryParser) add(at string, o entra.Object) {
	p.unique(at+".id", "object "+o.ID.String(), o.ID.String())
	p.d.objects[o.ID] = o
}

// membership keeps the members of a group or unit, and looks later whether they exist.
func (p *directoryParser) membership(at string, of entra.Object, value any) {
	for i, v := range p.list(at+".members", value) {
		place := fmt.Sprintf("%s.members[%d]", at, i)
		id := p.guid(place, v, true)
		if p.err != nil {
			return
		}
		if slices.Contains(p.d.members[of.ID], id) {
			continue
		}
		p.d.members[of.ID] = append(p.d.members[of.ID], id)
		if of.Type == entra.Group {
			p.d.memberOf[id] = append(p.d.memberOf[id], of.ID)
		}
		p.later = append(p.later, func() {
			if _, ok := p.d.Principal(id); !ok {
				p.fail(place, "is %q, which is no user, group, service principal or device of this file. Add it there, or remove it from the members.", id)
			}
		})
	}
}

func (p *directoryParser) managementGroup(at string, o map[string]any) {
	id := p.text(at+".id", o["id"], true)
	scope := azure.ManagementGroup(id)
	p.scopeName(scope, p.text(at+".display_name", o["display_name"], false))
	if parsed, err := azure.ParseScope(scope.ID()); err != nil || parsed != scope {
		p.fail(at+".id", "is %q, which is no ID of a management group: it is a name without blanks at the ends and without slashes.", id)
	}
	p.unique(at+".id", "management group "+scope.Key(), id)
	p.d.groups[scope.Key()] = scope
	p.d.parents[scope.Key()] = p.groupReference(at+".parent", o["parent"])
}

// groupReference reads the ID of a management group, or null, and looks later whether it exists.
func (p *directoryParser) groupReference(place string, value any) string {
	id := p.text(place, value, false)
	if id == "" {
		return ""
	}
	key := azure.ManagementGroup(id).Key()
	p.later = append(p.later, func() {
		if _, ok := p.d.groups[key]; !ok {
			var ids []string
			for _, k := range slices.Sorted(maps.Keys(p.d.groups)) {
				ids = append(ids, p.d.groups[k].ManagementGroup)
			}
			p.fail(place, "is %q, which is no management group of this file.%s Add it to management_groups, or correct the ID.", id, rbac.DidYouMean(id, ids))
		}
	})
	return key
}

// circles refuses management groups that are above themselves.
func (p *directoryParser) circles() {
	for _, start := range slices.Sorted(maps.Keys(p.d.groups)) {
		path := []string{p.d.groups[start].ManagementGroup}
		for key := p.d.parents[start]; key != "" && p.err == nil; key = p.d.parents[key] {
			path = append(path, p.d.groups[key].ManagementGroup)
			if key == start {
				p.fail("management_groups", "go in a circle: %s. Each management group has a parent above it or null.", strings.Join(path, " → "))
			}
			if len(path) > len(p.d.groups)+1 {
				break // a circle further up, found from one of its own groups
			}
		}
	}
}

func (p *directoryParser) fail(place, format string, values ...any) {
	if p.err != nil {
		return
	}
	message := fmt.Sprintf(format, values...)
	if place == "" {
		place = "The file"
	}
	p.err = &rbac.Error{Kind: rbac.Invalid, Message: place + " " + message}
}

func (p *directoryParser) unique(place, what, id string) {
	if first, ok := p.places[what]; ok {
		p.fail(place, "is %q, which %s is too. Give each its own ID.", id, first)
	}
	p.places[what] = place
}

func (p *directoryParser) object(place string, v any, fields ...string) map[string]any {
	o, ok := v.(map[string]any)
	if !ok {
		p.fail(place, "is %s. It must be a JSON object.", rbac.JSONKind(v))
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if !slices.Contains(fields, name) {
			if place != "" {
				place += "."
			}
			p.fail(place+name, "is no field of a directory file.%s The fields here are %s.", rbac.DidYouMean(name, fields), strings.Join(fields, ", "))
		}
	}
	return o
}

func (p *directoryParser) each(name string, v any, fields []string, read func(at string, o map[string]any)) {
	for i, item := range p.list(name, v) {
		at := name + "[" + strconv.Itoa(i) + "]"
		if o := p.object(at, item, fields...); p.err == nil {
			read(at, o)
		}
	}
}

func (p *directoryParser) list(place string, v any) []any {
	if v == nil {
		return nil
	}
	l, ok := v.([]any)
	if !ok {
		p.fail(place, "is %s. It must be a list.", rbac.JSONKind(v))
	}
	return l
}

func (p *directoryParser) text(place string, v any, required bool) string {
	if v == nil {
		if required {
			p.fail(place, "is missing.")
		}
		return ""
	}
	s, ok := v.(string)
	if !ok {
		p.fail(place, "is %s. It must be a string.", rbac.JSONKind(v))
	} else if required && s == "" {
		p.fail(place, "is empty.")
	}
	return s
}

func (p *directoryParser) guid(place string, v any, required bool) rbac.GUID {
	s := p.text(place, v, required)
	if v == nil || p.err != nil {
		return ""
	}
	id, ok := rbac.ParseGUID(s)
	if !ok {
		p.fail(place, `is %q. It must be a GUID, such as "8f6f1f6e-2c3b-4b0e-9a53-2b1f7f0c8e11".`, s)
	}
	return id
}

func (p *directoryParser) flag(place string, v any, otherwise bool) bool {
	if v == nil {
		return otherwise
	}
	b, ok := v.(bool)
	if !ok {
		p.fail(place, "is %s. It must be true or false.", rbac.JSONKind(v))
	}
	return b
}

// reason is the part of a file error that a person needs.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return err.Error()
}
