// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

var _ intune.DeviceManagement = (*intuneManagement)(nil)

// intuneManagement is intune.DeviceManagement over HTTP. It asks the beta version
// of Graph: v1.0 has no scope tags, and does not document for whom an assignment is.
//
// Nothing published says what Intune does with a name that is taken. The
// interface promises that names are unique, so each create looks for its name
// first; what the service refuses is explained by looking, too.
type intuneManagement struct {
	client    *client
	directory *entraDirectory // for the groups that assignments and tags name

	roles       *snapshot[rbac.GUID, intune.Role]
	assignments *snapshot[rbac.GUID, intune.Assignment] // without their roles, which links knows
	links       *roleLinks
	tags        *snapshot[string, intune.ScopeTag] // without their groups
	tagGroups   *snapshot[string, tagGroups]
	written     recently // what this run has made or changed
	deleted     recently
}

func newIntuneManagement(c *client, directory *entraDirectory) *intuneManagement {
	m := &intuneManagement{client: c, directory: directory, links: newRoleLinks()}
	m.roles = newSnapshot(
		func(r intune.Role) rbac.GUID { return r.ID },
		func(r intune.Role) string { return rbac.Fold(r.Name) },
		m.readRole, m.readRoles,
	)
	m.assignments = newSnapshot(
		func(a intune.Assignment) rbac.GUID { return a.ID },
		func(a intune.Assignment) string { return rbac.Fold(a.Name) },
		m.readAssignment, m.readAssignments,
	)
	m.tags = newSnapshot(
		func(t intune.ScopeTag) string { return t.ID },
		func(t intune.ScopeTag) string { return rbac.Fold(t.Name) },
		m.readTag, m.readTags,
	)
	m.tagGroups = newSnapshot(func(g tagGroups) string { return g.tag }, nil, m.readTagGroups, m.readAllTagGroups)
	return m
}

// The collections of Graph.
const (
	intuneVersion         = "/beta"
	intuneRolesPath       = intuneVersion + "/deviceManagement/roleDefinitions"
	intuneAssignmentsPath = intuneVersion + "/deviceManagement/roleAssignments"
	intuneTagsPath        = intuneVersion + "/deviceManagement/roleScopeTags"
)

func intuneRead(path string) request {
	return request{System: rbac.Intune, Method: http.MethodGet, Path: path, Needs: needsIntuneRead}
}

func intuneWrite(method, path string, body any) request {
	return request{System: rbac.Intune, Method: method, Path: path, Body: body, Needs: needsIntuneWrite, Approval: true}
}

// intuneObject reads one object, past every snapshot.
func intuneObject[D interface{ Domain() (V, error) }, V any](ctx context.Context, c *client, path string) (V, error) {
	var doc D
	if _, err := c.do(ctx, intuneRead(path), &doc); err != nil {
		var none V
		return none, visible(err)
	}
	return doc.Domain()
}

// visible tells an object that the caller's scope tags hide from one that is not
// there: Intune answers 404 to both. To take the first for the second would make
// Terraform create the object again.
func visible(err error) error {
	e := asError(err)
	if e == nil || e.Kind != rbac.NotFound || !strings.Contains(rbac.Fold(e.Message), "tag allowed by the current role") {
		return err
	}
	return retold(err, func(e *rbac.Error) {
		e.Kind = rbac.Forbidden
		e.Message = "The object exists, but has no scope tag that the caller's role assignments have, so Intune hides it. " +
			"Give the caller's role assignment one of the object's scope tags. The service said: " + e.Message
	})
}

// echoPatience is for how long after this run has written an object a refusal may
// come from a part of Intune that has not learned of it.
const echoPatience = 30 * time.Second

// recently is which objects this run has written, and when.
type recently struct {
	mu sync.Mutex
	at map[string]time.Time
}

// note keeps that an object is written now.
func (r *recently) note(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at == nil {
		r.at = map[string]time.Time{}
	}
	r.at[id] = time.Now()
}

// any reports whether one of the objects, or any when none is named, was written a
// moment ago.
func (r *recently) any(ids ...string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, at := range r.at {
		if time.Since(at) < echoPatience && (len(ids) == 0 || slices.Contains(ids, id)) {
			return true
		}
	}
	return false
}

// nameTaken is the refusal of a name that another object has.
func nameTaken(noun, name, id string) error {
	return &rbac.Error{
		Kind: rbac.Exists, System: rbac.Intune, Field: "name", Existing: rbac.Fold(id),
		Message: fmt.Sprintf("The name %q belongs to the Intune %s %s. Names are unique in a tenant, whatever the casing. Import that one, or choose another name.", name, noun, id),
	}
}

func intuneInvalid(field, message string) error {
	return &rbac.Error{Kind: rbac.Invalid, System: rbac.Intune, Code: wire.CodeBadRequest, Field: field, Message: message}
}

// checkGroups refuses what can't be the ID of a group.
func checkGroups(field string, ids []rbac.GUID) error {
	for _, id := range ids {
		if _, ok := rbac.ParseGUID(id.String()); !ok {
			return intuneInvalid(field, fmt.Sprintf("%q is no GUID. It is the object ID of a security group.", id))
		}
	}
	return nil
}

// groups are the groups that one field of a write names.
type groups struct {
	field string
	ids   []rbac.GUID
}

// wrongGroup tells which of the IDs in a refused write is not that of a security
// group, and whether that may pass because the group was made a moment ago. It is
// nil when all are, or when the directory can't be read.
func (m *intuneManagement) wrongGroup(ctx context.Context, err error, fields ...groups) (mayPass bool, told error) {
	var ids []rbac.GUID
	for _, f := range fields {
		ids = append(ids, f.ids...)
	}
	if len(ids) == 0 {
		return false, nil
	}
	known, e := m.directory.Objects(ctx, ids)
	if e != nil {
		return false, nil //nolint:nilerr // nobody can tell whether a group is wrong, and err is told as it is
	}
	for _, f := range fields {
		say := func(message string) error {
			return retold(err, func(e *rbac.Error) { e.Kind, e.Field, e.Message = rbac.PrincipalNotFound, f.field, message })
		}
		for _, id := range f.ids {
			switch o, ok := known[id]; {
			case !ok && told != nil: // one is named already
			case !ok:
				mayPass, told = true, say(fmt.Sprintf("There is no group %s in the directory. Check that it is the object ID of a security group.", id))
			case o.Type == "": // not told
			case o.Type != entra.Group:
				return false, say(fmt.Sprintf("%s is the %s %q, not a group. Intune takes security groups here; put it into one.", id, o.Type, o.DisplayName))
			case !o.SecurityEnabled:
				return false, say(fmt.Sprintf("The group %q (%s) is not security-enabled. Intune takes security groups here.", o.DisplayName, id))
			}
		}
	}
	return mayPass, told
}

// wrongTag tells which of the scope tags in a refused write does not exist; nil
// when all do, or when there are too many of them, which is reason enough.
func (m *intuneManagement) wrongTag(ctx context.Context, ids []string, err error) error {
	if len(ids) == 0 || len(ids) > intune.LimitScopeTags.Value {
		return nil
	}
	tags, e := m.readTags(ctx)
	if e != nil {
		return nil //nolint:nilerr // nobody can tell whether a tag is wrong, and err is told as it is
	}
	for _, id := range ids {
		if slices.ContainsFunc(tags, func(t intune.ScopeTag) bool { return t.ID == id }) {
			continue
		}
		return retold(err, func(e *rbac.Error) {
			rule := intune.RuleScopeTagExists
			e.Kind, e.Field, e.Rule, e.Source = rbac.NotFound, "scope_tags", rule.Name, rule.Source
			e.Message = fmt.Sprintf("There is no scope tag with the ID %q. Create the tag first, or correct the ID.", id)
		})
	}
	return nil
}

// sameTags compares scope tags with those that were wanted; nil wants none in particular.
func sameTags(have, want []string) bool { return want == nil || rbac.SameSet(have, want) }

// sameGroups compares groups as sets.
func sameGroups(a, b []rbac.GUID) bool { return slices.Equal(groupSet(a), groupSet(b)) }

func groupSet(ids []rbac.GUID) []rbac.GUID {
	out := slices.Clone(ids)
	slices.Sort(out)
	return slices.Compact(out)
}

// user is an object that is in the way of a deletion.
type user struct{ id, name string }

// inUse explains a refused deletion by who uses what was to be deleted. Who was
// deleted by this run itself does not count; nil when nobody is left.
func (m *intuneManagement) inUse(what, noun string, by []user, err error) error {
	by = slices.DeleteFunc(by, func(u user) bool { return m.deleted.any(rbac.Fold(u.id)) })
	if len(by) == 0 {
		return nil
	}
	slices.SortFunc(by, func(a, b user) int { return cmp.Or(byName(a.name, b.name), cmp.Compare(a.id, b.id)) })
	const most = 5
	names := make([]string, 0, most)
	for _, u := range by[:min(len(by), most)] {
		names = append(names, strconv.Quote(u.name))
	}
	list := strings.Join(names, ", ")
	if len(by) > most {
		list += " and " + strconv.Itoa(len(by)-most) + " more"
	}
	if len(by) > 1 {
		noun += "s"
	}
	return retold(err, func(e *rbac.Error) {
		e.Kind, e.Existing = rbac.InUse, rbac.Fold(by[0].id)
		e.Message = fmt.Sprintf("%s is in use by %d %s: %s. Change or delete what uses it first.", what, len(by), noun, list)
	})
}

// unsettled reports whether this run has written so recently that a part of Intune
// may think something in use that no longer is.
func (m *intuneManagement) unsettled() bool { return m.written.any() || m.deleted.any() }

// repeated carries out a write, and again for as long as what is in its way may
// pass, see [entraDirectory.replicated].
func (m *intuneManagement) repeated(ctx context.Context, what string, write func() error, why func(error) (mayPass bool, told error)) error {
	return m.directory.replicated(ctx, what, write, func(err error) (bool, error) {
		if !explicable(err) {
			return false, err
		}
		return why(err)
	})
}
