// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/effective"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// effectiveModel is what the data sources of effective permissions of all
// systems have. P and R are the items of one system.
type effectiveModel[P, R any] struct {
	PrincipalID  types.String `tfsdk:"principal_id"`
	Check        types.List   `tfsdk:"check"`
	Permissions  []P          `tfsdk:"permissions"`
	Results      []R          `tfsdk:"results"`
	AllAllowed   *bool        `tfsdk:"all_allowed"`
	NotEvaluated []string     `tfsdk:"not_evaluated"`
}

// effectiveRow is what a permission and a result of any system have.
type effectiveRow struct {
	Permission   string  `tfsdk:"permission"`
	Allowed      *bool   `tfsdk:"allowed"`
	NotEvaluated *string `tfsdk:"not_evaluated"`
}

func newEffectiveRow(permission string, v effective.Verdict, why string) effectiveRow {
	row := effectiveRow{Permission: permission}
	if v == effective.NotEvaluated {
		row.NotEvaluated = &why
	} else {
		allowed := v == effective.Allowed
		row.Allowed = &allowed
	}
	return row
}

// effectiveReason is why a principal may do something: an assignment.
type effectiveReason struct {
	RoleName         string  `tfsdk:"role_name"`
	RoleDefinitionID string  `tfsdk:"role_definition_id"`
	AssignmentID     string  `tfsdk:"assignment_id"`
	AssignmentName   string  `tfsdk:"assignment_name"`
	GroupID          *string `tfsdk:"group_id"`
	GroupName        string  `tfsdk:"group_name"`
}

// effectiveSchema is the schema of a data source of effective permissions.
// arguments, permission and result have what is special to the system, because
// what is special about its reasons.
func effectiveSchema(system rbac.System, description string, check schema.ListAttribute, arguments, permission, result, because map[string]schema.Attribute) schema.Schema {
	reasons := map[string]schema.Attribute{
		"role_name":          framework.DataString("The name of the role; empty if the role is not known."),
		"role_definition_id": framework.DataString("The ID of the role."),
		"assignment_id":      framework.DataString("The ID of the assignment."),
		"assignment_name":    framework.DataString("The name of the assignment: its GUID in Azure, its display name in Intune, empty in Entra."),
		"group_id":           framework.DataString("The object ID of the group that carries the assignment to the principal; null if the principal has it itself."),
		"group_name":         framework.DataString("The display name of that group; empty where there is none or the directory does not tell."),
	}
	maps.Copy(reasons, because)
	row := func(of string, more map[string]schema.Attribute) map[string]schema.Attribute {
		all := map[string]schema.Attribute{
			"permission":    framework.DataString(of),
			"allowed":       framework.DataBool("Whether the principal may; null where that is not certain, and then `not_evaluated` says why."),
			"not_evaluated": framework.DataString("Why there is no answer, in sentences; null where there is one."),
			"because":       framework.DataItems("The assignments that allow it or, where there is no certain answer, that might.", reasons),
		}
		maps.Copy(all, more)
		return all
	}
	principal := framework.FilterString("The object ID of the user, group, service principal or device that is asked about. Default: whoever calls, as `My permissions` of a portal.",
		framework.Valid("Invalid principal ID", framework.CheckGUID("The object ID of a principal")))
	principal.Computed = true
	all := map[string]schema.Attribute{
		"principal_id":  principal,
		"check":         check,
		"permissions":   framework.DataItems("What the principal holds, by name.", row("What is held.", permission)),
		"results":       framework.DataItems("The answer for each permission of `check`, in its order; empty without it.", row("What was asked for.", result)),
		"all_allowed":   framework.DataBool("Whether everything of `check` is allowed for certain; null without it."),
		"not_evaluated": framework.DataStrings("All that could not be found out or is not evaluated, in sentences, each once; empty if every answer is certain."),
	}
	maps.Copy(all, arguments)
	return schema.Schema{
		MarkdownDescription: "What a principal may do by the role assignments of " + system.Title() + ", and because of what. " + description +
			" Nothing is guessed: what depends on something that can't be read or is not evaluated is neither allowed nor denied, and is told. " +
			"Not part of it: what somebody may do without a role, such as owners of applications and groups, and roles that are eligible but not activated.",
		Attributes: all,
	}
}

// answer fills in what follows from rows: what is not certain, and whether all is allowed.
func (m *effectiveModel[P, R]) answer(open []string, permissions, results []effectiveRow) {
	seen := map[string]bool{}
	for _, s := range open {
		seen[s] = s != ""
	}
	for _, row := range slices.Concat(permissions, results) {
		if row.NotEvaluated != nil {
			seen[*row.NotEvaluated] = true
		}
	}
	maps.DeleteFunc(seen, func(_ string, told bool) bool { return !told })
	m.NotEvaluated = slices.Sorted(maps.Keys(seen))
	if !m.Check.IsNull() {
		all := !slices.ContainsFunc(results, func(r effectiveRow) bool { return r.Allowed == nil || !*r.Allowed })
		m.AllAllowed = &all
	}
}

// asked are the elements of a list of strings.
func asked(list types.List) []string {
	out := make([]string, 0, len(list.Elements()))
	for _, e := range list.Elements() {
		if s, ok := e.(types.String); ok {
			out = append(out, s.ValueString())
		}
	}
	return out
}

// doubtful reports what a check asks for and nobody knows. An answer for it would
// be one for something else, so that it is an error, plainly a typing error or
// not, unless validation.catalog makes it less. ok is false when there is one.
// elsewhere is the system that has a permission of a name.
func (b *base) doubtful(diags *diag.Diagnostics, vs []rbac.Violation, elsewhere func(string) rbac.System, rules ...rbac.Rule) (ok bool) {
	var out []rbac.Violation
	for _, v := range vs {
		if !slices.ContainsFunc(rules, func(r rbac.Rule) bool { return r.Name == v.Rule.Name }) {
			continue
		}
		v.Field, v.Severity, v.Element = "check", "", false
		if system := elsewhere(v.Value); system != "" {
			v.Message = `"` + v.Value + `" is a permission of ` + system.Title() + `. Ask rbac_` + string(system) + `_effective_permissions for it.`
		}
		out = append(out, v)
	}
	b.report(diags, out)
	return !diags.HasError()
}

// memberships are the groups of principals and the names of groups that a run
// has asked for: nothing here changes them.
type memberships struct {
	mu     sync.Mutex
	groups map[rbac.GUID]*sync.Once
	found  map[rbac.GUID]effective.Who
	failed map[rbac.GUID]error
	names  map[rbac.GUID]string
}

// who is the principal of a question, the caller without one, with its groups.
func (m *memberships) who(ctx context.Context, directory entra.Directory, principal *types.String) (effective.Who, error) {
	if principal.IsNull() {
		id, err := directory.Caller(ctx)
		if err != nil {
			return effective.Who{}, noCaller(err)
		}
		*principal = types.StringValue(id.String())
	}
	id := framework.GUIDValue(*principal)
	m.mu.Lock()
	if m.groups == nil {
		m.groups, m.found, m.failed, m.names = map[rbac.GUID]*sync.Once{}, map[rbac.GUID]effective.Who{}, map[rbac.GUID]error{}, map[rbac.GUID]string{}
	}
	once := m.groups[id]
	if once == nil {
		once = &sync.Once{}
		m.groups[id] = once
	}
	m.mu.Unlock()
	once.Do(func() {
		who := effective.Who{Principal: id}
		groups, err := directory.MemberOf(ctx, id)
		switch rbac.KindOf(err) {
		case rbac.Forbidden, rbac.Unsupported:
			who.Unread, err = "The groups of the principal can't be read, so there may be more: "+err.Error(), nil
		}
		who.Groups = groups
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.found[id], m.failed[id] = who, err; err != nil {
			delete(m.groups, id) // the next one may have more luck
		}
	})
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.found[id], m.failed[id]
}

// noCaller puts an error of the caller on the attribute that would make it needless.
func noCaller(err error) error {
	var e *rbac.Error
	if !errors.As(err, &e) {
		return err
	}
	told := *e
	told.Field = "principal_id"
	return &told
}

// named are the names of the groups of reasons; those that the directory does not
// tell are left out, since they are no more than a help for the reader.
func (m *memberships) named(ctx context.Context, directory entra.Directory, all ...[]effective.Reason) map[rbac.GUID]string {
	m.mu.Lock()
	names := map[rbac.GUID]string{}
	var ask []rbac.GUID
	for _, r := range slices.Concat(all...) {
		if _, ok := names[r.GroupID]; ok || r.GroupID == "" {
			continue
		}
		name, known := m.names[r.GroupID]
		if names[r.GroupID] = name; !known {
			ask = append(ask, r.GroupID)
		}
	}
	m.mu.Unlock()
	if len(ask) == 0 {
		return names
	}
	objects, err := directory.Objects(ctx, ask)
	if err != nil {
		return names
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range ask {
		names[id] = objects[id].DisplayName
		m.names[id] = names[id]
	}
	return names
}

// effectiveReasons are reasons as every system tells them.
func effectiveReasons(reasons []effective.Reason, format func(rbac.GUID) string, names map[rbac.GUID]string) []effectiveReason {
	out := make([]effectiveReason, len(reasons))
	for i, r := range reasons {
		out[i] = effectiveReason{
			RoleName: r.RoleName, RoleDefinitionID: format(r.RoleID), AssignmentID: r.AssignmentID, AssignmentName: r.AssignmentName,
			GroupName: names[r.GroupID],
		}
		if r.GroupID != "" {
			group := r.GroupID.String()
			out[i].GroupID = &group
		}
	}
	return out
}

// roleFinder finds roles one by one, each once. What goes wrong is kept in err;
// a role that does not exist is no error.
func roleFinder[R any](ctx context.Context, find func(context.Context, rbac.GUID) (R, error), err *error) func(rbac.GUID) (R, bool) {
	known := map[rbac.GUID]*R{}
	return func(id rbac.GUID) (role R, ok bool) {
		if known, asked := known[id]; asked {
			if known != nil {
				role = *known
			}
			return role, known != nil
		}
		role, failed := find(ctx, id)
		switch {
		case failed == nil:
			known[id] = &role
			return role, true
		case rbac.IsNotFound(failed):
			known[id] = nil
		case *err == nil:
			*err = failed
		}
		return role, false
	}
}
