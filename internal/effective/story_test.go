// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package effective

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// TestStories tells each file of testdata: a tenant, questions, and their answers
// with reasons. testdata/README.md says how they are written.
func TestStories(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "*.txt"))
	if err != nil || len(files) < 20 {
		t.Fatalf("there are %d stories: %v", len(files), err)
	}
	titles := map[string]string{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s := &story{t: t, file: filepath.Base(file), ids: map[rbac.GUID]string{}}
		s.read(string(content))
		if s.title == "" || s.source == "" || s.questions == 0 {
			t.Errorf("%s has no title, no source or no question", s.file)
		}
		if other, twice := titles[s.title]; twice {
			t.Errorf("%s and %s have the same title", other, s.file)
		}
		titles[s.title] = s.file
	}
}

// story is one file while it is told.
type story struct {
	t             *testing.T
	file          string
	line          int
	title, source string
	questions     int
	answer        []string // of the last question, a line each

	ids    map[rbac.GUID]string
	who    Who
	above  []azure.Scope
	blind  bool // nobody can tell which management groups there are
	units  []rbac.GUID
	bypass []Reason

	azureRoles  []azure.Role
	azureTenant AzureTenant
	entraRoles  []entra.Role
	entraTenant EntraTenant
	intuneRoles []intune.Role
	intune      IntuneTenant
}

func (s *story) read(content string) {
	for line := range strings.Lines(content) {
		s.line++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "//") {
			continue
		}
		if want, ok := strings.CutPrefix(line, "= "); ok {
			if len(s.answer) == 0 {
				s.fail("more is said than answered: %s", want)
				continue
			}
			if s.answer[0] != want {
				s.fail("the answer is\n     %s\nwant %s", s.answer[0], want)
			}
			s.answer = s.answer[1:]
			continue
		}
		s.settled()
		statement, rest, ok := strings.Cut(line, ":")
		if !ok {
			s.fail("no statement: %s", line)
			continue
		}
		s.tell(strings.Fields(statement), strings.TrimSpace(rest))
	}
	s.settled()
}

// settled wants every line of the last answer to have been said.
func (s *story) settled() {
	if len(s.answer) > 0 {
		s.fail("the answer goes on: %q", s.answer)
	}
	s.answer = nil
}

func (s *story) fail(format string, args ...any) {
	s.t.Helper()
	s.t.Errorf("testdata/%s:%d (%s): %s", s.file, s.line, s.title, fmt.Sprintf(format, args...))
}

// id is the GUID that stands for a name.
func (s *story) id(name string) rbac.GUID {
	id := rbac.DeriveGUID("5b0e1f6e-0000-5000-8000-000000000000", name)
	s.ids[id] = name
	return id
}

func (s *story) idsOf(names []string) []rbac.GUID {
	var out []rbac.GUID
	for _, n := range names {
		out = append(out, s.id(n))
	}
	return out
}

// scope reads a scope in which S, T and so on stand for subscriptions.
func (s *story) scope(text string) azure.Scope {
	parts := strings.Split(text, "/")
	for i := range parts {
		if i > 0 && strings.EqualFold(parts[i-1], "subscriptions") {
			parts[i] = s.id(parts[i]).String()
		}
	}
	scope, err := azure.ParseScope(strings.Join(parts, "/"))
	if err != nil {
		s.fail("%v", err)
	}
	return scope
}

// parts are the "key=a,b" of a statement; a word without "=" is a flag.
func parts(rest string) map[string][]string {
	out := map[string][]string{}
	for _, part := range strings.Split(rest, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		var values []string
		for _, v := range strings.Split(value, ",") {
			if v = strings.TrimSpace(v); v != "" {
				values = append(values, v)
			}
		}
		out[key] = values
	}
	return out
}

func (s *story) tell(words []string, rest string) {
	p := parts(rest)
	one := func(key string) string { return strings.Join(p[key], "") }
	flag := func(key string) bool { _, ok := p[key]; return ok }
	name := words[len(words)-1]
	statement := words[:min(len(words), 2)]
	if len(words) == 2 && (words[0] == "who" || words[0] == "above" || words[0] == "units") {
		statement = words[:1]
	}
	switch strings.Join(statement, " ") {
	case "title":
		s.title = rest
	case "source":
		s.source = rest
	case "who":
		s.who = Who{Principal: s.id(name), Groups: s.idsOf(p["groups"])}
		if flag("groups unread") {
			s.who.Unread = "The groups can't be read."
		}
	case "above":
		for _, g := range p["groups"] {
			s.above = append(s.above, azure.ManagementGroup(g))
		}
		s.blind = flag("unread")
	case "units":
		s.units = s.idsOf(p["in"])
	case "azure role":
		s.azureRoles = append(s.azureRoles, azure.Role{ID: s.id(name), Name: name, Permissions: []azure.Permission{{
			Actions: p["actions"], NotActions: p["not_actions"], DataActions: p["data_actions"], NotDataActions: p["not_data_actions"], Condition: one("condition"),
		}}})
	case "azure assignment":
		s.azureTenant.Assignments = append(s.azureTenant.Assignments, azure.Assignment{
			Name: s.id(name), RoleID: s.id(one("role")), PrincipalID: s.id(one("to")), Scope: s.scope(one("at")), Condition: one("condition"),
		})
	case "azure deny":
		s.azureTenant.Denies = append(s.azureTenant.Denies, azure.DenyAssignment{
			ID: name, Name: name, Scope: s.scope(one("at")), Principals: s.idsOf(p["to"]), Excluded: s.idsOf(p["but"]), Everyone: flag("everyone"), HereOnly: flag("here only"),
			Condition:   one("condition"),
			Permissions: []azure.Permission{{Actions: p["actions"], NotActions: p["not_actions"], DataActions: p["data_actions"]}},
		})
	case "azure may":
		s.azureMay(name, one("at"), flag("data"))
	case "azure list":
		s.azureList(one("at"))
	case "entra role":
		s.entraRoles = append(s.entraRoles, entra.Role{ID: s.id(name), Name: name, Permissions: p["permissions"], Enabled: true})
	case "entra assignment":
		s.entraTenant.Assignments = append(s.entraTenant.Assignments, entra.Assignment{
			ID: name, RoleID: s.id(one("role")), PrincipalID: s.id(one("to")), DirectoryScope: s.directoryScope(one("at")), AppScope: one("app"),
		})
	case "entra may":
		s.entraMay(name, one("at"))
	case "intune role":
		s.intuneRoles = append(s.intuneRoles, intune.Role{ID: s.id(name), Name: name, Permissions: p["permissions"]})
	case "intune assignment":
		s.intune.Assignments = append(s.intune.Assignments, intune.Assignment{
			ID: s.id(name), Name: name, RoleID: s.id(one("role")), Members: s.idsOf(p["members"]), ScopeGroups: s.idsOf(p["for"]),
			AllUsers: flag("all users"), AllDevices: flag("all devices"), ScopeTags: p["tags"],
		})
	case "intune bypass":
		s.bypass = append(s.bypass, Reason{RoleName: name, AssignmentID: "bypass-" + name})
	case "intune may":
		s.intuneMay(name, p)
	case "intune list":
		s.intuneList(flag("scoped"))
	default:
		s.fail("no statement: %s", strings.Join(words, " "))
	}
}

func (s *story) directoryScope(text string) string {
	switch {
	case text == "":
		return ""
	case text == "/":
		return "/"
	case strings.HasPrefix(text, "unit "):
		return "/administrativeUnits/" + s.id(strings.TrimPrefix(text, "unit ")).String()
	}
	return "/" + s.id(text).String()
}

func find[R any](roles []R, id func(R) rbac.GUID) func(rbac.GUID) (R, bool) {
	return func(wanted rbac.GUID) (R, bool) {
		for _, r := range roles {
			if id(r) == wanted {
				return r, true
			}
		}
		var none R
		return none, false
	}
}

func (s *story) askAzure(at string) AzureAnswer {
	s.azureTenant.Role = find(s.azureRoles, func(r azure.Role) rbac.GUID { return r.ID })
	q := AzureQuestion{Who: s.who, Above: func(g azure.Scope) bool { return slices.ContainsFunc(s.above, g.Same) }}
	if s.blind {
		q.Above = nil
	}
	if at != "" {
		q.Scope = s.scope(at)
	}
	return s.azureTenant.Ask(q)
}

func (s *story) azureMay(operation, at string, data bool) {
	plane := ControlPlane
	if data {
		plane = DataPlane
	}
	s.says(s.askAzure(at).Check(operation, plane))
}

func (s *story) azureList(at string) {
	s.questions++
	for _, p := range s.askAzure(at).Permissions() {
		line := p.Permission
		if p.DataAction {
			line += " (data)"
		}
		if p.Except != nil {
			line += " except " + strings.Join(p.Except, ", ")
		}
		if p.Verdict == NotAllowed {
			line += " not allowed"
		}
		s.answer = append(s.answer, line+" because "+s.reasons(p.Because)+why(p.Why))
	}
	slices.SortStableFunc(s.answer, func(a, b string) int { return strings.Compare(rbac.Fold(a), rbac.Fold(b)) }) // by permission, as scopes have IDs here that nobody reads
}

func (s *story) entraMay(permission, at string) {
	scope, err := entra.ParseScope(s.directoryScope(at))
	if err != nil {
		s.fail("%v", err)
	}
	s.entraTenant.Role = find(s.entraRoles, func(r entra.Role) rbac.GUID { return r.ID })
	s.says(s.entraTenant.Ask(EntraQuestion{Who: s.who, Scope: scope, Units: s.units}).Check(permission))
}

func (s *story) askIntune(scoped bool) IntuneAnswer {
	s.intune.Role = find(s.intuneRoles, func(r intune.Role) rbac.GUID { return r.ID })
	return s.intune.Ask(IntuneQuestion{Who: s.who, Bypass: s.bypass, Scoped: scoped})
}

func (s *story) intuneMay(permission string, p map[string][]string) {
	_, scoped := p["scoped"]
	_, user := p["user"]
	_, device := p["device"]
	s.says(s.askIntune(scoped).Check(permission, IntuneTarget{Groups: s.idsOf(p["on"]), User: user, Device: device, ScopeTags: p["tags"]}))
}

func (s *story) intuneList(scoped bool) {
	s.questions++
	for _, p := range s.askIntune(scoped).Permissions() {
		var groups []string
		for _, g := range p.ScopeGroups {
			groups = append(groups, s.ids[g])
		}
		slices.Sort(groups)
		line := p.Permission + " for " + strings.Join(groups, " ")
		if p.AllUsers {
			line += "all users"
		}
		if p.AllDevices {
			line += "all devices"
		}
		if p.Untagged {
			line += " whatever the tags"
		} else {
			line += " with " + strings.Join(p.ScopeTags, ", ")
		}
		s.answer = append(s.answer, line+" because "+s.reasons(p.Because))
	}
	slices.Sort(s.answer) // groups and assignments have IDs here that nobody reads
}

// says takes a result for the answer.
func (s *story) says(r Result) {
	s.questions++
	line := string(r.Verdict)
	if len(r.Because) > 0 {
		line += " because " + s.reasons(r.Because)
	}
	for _, d := range r.DeniedBy {
		line += ", denied by " + d.Name
	}
	text := why(r.Why)
	for id, name := range s.ids {
		text = strings.ReplaceAll(text, id.String(), name)
	}
	s.answer = []string{line + text}
}

func why(text string) string {
	if text == "" {
		return ""
	}
	return ": " + text
}

// reasons names assignments, with their role and the group through which they hold.
func (s *story) reasons(rs []Reason) string {
	var out []string
	for _, r := range rs {
		name := r.AssignmentName
		if known, ok := s.ids[rbac.GUID(name)]; ok {
			name = known
		}
		if name == "" {
			name = r.AssignmentID
		}
		text := name + " of " + r.RoleName
		if r.GroupID != "" {
			text += " through " + s.ids[r.GroupID]
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}
