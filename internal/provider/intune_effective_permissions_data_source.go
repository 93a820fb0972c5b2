// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/catalog"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/effective"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

var _ datasource.DataSourceWithConfigure = (*intuneEffectivePermissions)(nil)

type intuneEffectivePermissions struct{ dataSourceBase }

func newIntuneEffectivePermissions() datasource.DataSource {
	return &intuneEffectivePermissions{dataSourceBase{base{Noun: framework.Noun{Type: "rbac_intune_effective_permissions", Name: "Intune effective permissions"}}}}
}

// How several assignments are evaluated, and what groups hold.
const (
	evaluateLegacy = "legacy"
	evaluateScoped = "scoped"
	onUsers        = "users"
	onDevices      = "devices"
)

type intuneEffectiveModel struct {
	effectiveModel[intuneEffectivePermission, intuneEffectiveResult]
	OnGroups        types.Set    `tfsdk:"on_groups"`
	On              types.String `tfsdk:"on"`
	ObjectScopeTags types.Set    `tfsdk:"object_scope_tags"`
	Evaluation      types.String `tfsdk:"evaluation"`
}

type intuneEffectivePermission struct {
	effectiveRow
	GraphAction string            `tfsdk:"graph_action"`
	ScopeGroups []string          `tfsdk:"scope_groups"`
	AllUsers    bool              `tfsdk:"all_users"`
	AllDevices  bool              `tfsdk:"all_devices"`
	ScopeTags   []string          `tfsdk:"scope_tags"`
	Because     []effectiveReason `tfsdk:"because"`
}

type intuneEffectiveResult struct {
	effectiveRow
	GraphAction string            `tfsdk:"graph_action"`
	Because     []effectiveReason `tfsdk:"because"`
}

func (d *intuneEffectivePermissions) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	action := framework.DataString("The permission as Microsoft Graph spells it, such as `Microsoft.Intune_MobileApps_Read`.")
	resp.Schema = effectiveSchema(rbac.Intune,
		"Permissions add up. Assign permissions and their scope tags count for the scope groups of their own assignment only. Other permissions and scope tags count for all objects of the same type in any of the assignments. "+
			"Types do not mix. Whoever is Intune Administrator or Global Administrator in Entra may do everything.",
		framework.AskedStrings("Permissions that are asked for, written as `Remote tasks/Wipe` or `Microsoft.Intune_RemoteTasks_Wipe`. One that is not known is an error.",
			intune.RulePermissionSyntax.Summary, checkIntunePermission),
		map[string]schema.Attribute{
			"on_groups": framework.FilterStrings("What `check` is to be done on: the object IDs of the groups to be assigned to, or of all groups of the user or device. Without it, whether there is anything on which it could be done.",
				"Invalid group ID", framework.CheckGUID("The object ID of a group")),
			"on":                framework.FilterString("What `on_groups` hold: `users` or `devices`, for assignments for all users or for all devices.", framework.OneOf("Unknown kind", onUsers, onDevices)),
			"object_scope_tags": framework.FilterStrings("The scope tags of the object that `check` is about, by name or ID; an object without a tag has `Default`. Without it, tags do not matter.", "Invalid scope tag", framework.CheckNotEmpty("The scope tag")),
			"evaluation": framework.FilterString("How several assignments join: `legacy`, as described above, or `scoped`, in tenants that have turned scoped permissions on, under which each assignment stands for itself. Default `legacy`.",
				framework.OneOf("Unknown evaluation", evaluateLegacy, evaluateScoped)),
		},
		map[string]schema.Attribute{
			"graph_action": action,
			"scope_groups": framework.DataStrings("The object IDs of the groups whose users and devices it reaches."),
			"all_users":    framework.DataBool("Whether it reaches all users."),
			"all_devices":  framework.DataBool("Whether it reaches all devices."),
			"scope_tags":   framework.DataStrings("The names of the scope tags that limit the objects that it reaches; empty if none do."),
		},
		map[string]schema.Attribute{"graph_action": action}, nil)
}

// checkIntunePermission refuses a text that can be no permission of Intune.
func checkIntunePermission(text string) error {
	if intune.Formed(text) || slices.ContainsFunc(catalog.Intune().CloudPCOperations(), func(o string) bool { return rbac.Fold(o) == rbac.Fold(text) }) {
		return nil
	}
	return rbac.FirstError(slices.DeleteFunc(intune.ValidateRole(intune.Role{Name: "-", Permissions: []string{text}}), func(v rbac.Violation) bool {
		return v.Rule.Name != intune.RulePermissionSyntax.Name
	}))
}

func (d *intuneEffectivePermissions) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	framework.ReadData(ctx, req, resp, d.Noun, func(ctx context.Context, m *intuneEffectiveModel) error {
		facts, check := d.intuneFacts(ctx, &resp.Diagnostics), asked(m.Check)
		known := slices.DeleteFunc(slices.Clone(check), func(s string) bool { return !intune.Formed(s) })
		if !d.doubtful(&resp.Diagnostics, intune.ValidatePermissions(known, false, facts), facts.Elsewhere, intune.RulePermissionUnknown.Rule, intune.RulePermissionWrongSystem.Rule) {
			return nil
		}
		b, err := d.data.Backend(ctx)
		if err != nil {
			return err
		}
		q := effective.IntuneQuestion{Scoped: m.Evaluation.ValueString() == evaluateScoped}
		if q.Who, err = d.data.members.who(ctx, b.Entra, &m.PrincipalID); err != nil {
			return err
		}
		if q.Bypass, q.BypassUnread, err = intuneBypass(ctx, b.Entra, q.Who); err != nil {
			return err
		}
		t := effective.IntuneTenant{}
		if t.Assignments, err = b.Intune.Assignments(ctx, intune.AssignmentFilter{Members: append([]rbac.GUID{q.Principal}, q.Groups...)}); err != nil {
			return err
		}
		t.Role = roleFinder(ctx, b.Intune.Role, &err)
		answer := t.Ask(q)
		if err != nil {
			return err
		}
		return d.tell(ctx, m, b, answer, check, facts)
	})
}

// intuneBypass finds the Entra roles that stand above Intune's own, in the whole tenant.
//
// Source: https://learn.microsoft.com/intune/intune-service/fundamentals/role-based-access-control
func intuneBypass(ctx context.Context, directory entra.Directory, who effective.Who) (held []effective.Reason, unread string, err error) {
	found, err := directory.Assignments(ctx, entra.AssignmentFilter{PrincipalID: who.Principal, Through: who.Groups, DirectoryScope: entra.TenantScope})
	switch rbac.KindOf(err) {
	case rbac.Forbidden, rbac.Unsupported:
		return nil, "The directory roles of the principal can't be read, and by some of them it could do everything: " + err.Error(), nil
	}
	if err != nil {
		return nil, "", err
	}
	for _, name := range []string{"Intune Administrator", "Global Administrator"} {
		role, ok := catalog.Entra().RoleByName(name)
		for _, a := range found {
			if !ok || a.RoleID != role.ID {
				continue
			}
			r := effective.Reason{RoleID: role.ID, RoleName: role.Name, AssignmentID: a.ID, Scope: a.DirectoryScope}
			if a.PrincipalID != who.Principal {
				r.GroupID = a.PrincipalID
			}
			held = append(held, r)
		}
	}
	if len(held) > 0 {
		return held, "", nil
	}
	for _, a := range found {
		role, ok := catalog.Entra().RoleByID(a.RoleID)
		if ok && slices.ContainsFunc(role.Permissions, func(p string) bool { return strings.HasPrefix(rbac.Fold(p), "microsoft.intune/") }) {
			return nil, "The directory role \"" + role.Name + "\" of the principal has permissions in Intune too, which are not evaluated.", nil
		}
	}
	return nil, "", nil
}

// tags are the scope tags among which names and IDs find each other: the tenant's,
// if there are any but the one that has the same name everywhere.
func (m *intuneEffectiveModel) tags(ctx context.Context, service intune.DeviceManagement, held []effective.IntunePermission) (scopeTags, error) {
	fixed := scopeTags{{ID: intune.DefaultScopeTag, Name: intune.DefaultScopeTagName, BuiltIn: true}}
	wanted := framework.Strings(m.ObjectScopeTags)
	for _, p := range held {
		wanted = append(wanted, p.ScopeTags...)
	}
	if !slices.ContainsFunc(wanted, func(tag string) bool { _, ok := fixed.find(tag); return !ok }) {
		return fixed, nil
	}
	return service.ScopeTags(ctx)
}

// target is what checks are about.
func (m *intuneEffectiveModel) target(tags scopeTags) (effective.IntuneTarget, error) {
	on := effective.IntuneTarget{User: m.On.ValueString() == onUsers, Device: m.On.ValueString() == onDevices}
	for _, id := range framework.Strings(m.OnGroups) {
		on.Groups = append(on.Groups, framework.GUIDValue(types.StringValue(id)))
	}
	var err error
	on.ScopeTags, err = tags.ids(framework.Strings(m.ObjectScopeTags))
	var e *rbac.Error
	if errors.As(err, &e) {
		told := *e
		told.Field = "object_scope_tags"
		err = &told
	}
	return on, err
}

// tell fills the model with an answer.
func (d *intuneEffectivePermissions) tell(ctx context.Context, m *intuneEffectiveModel, b backend.Backend, answer effective.IntuneAnswer, check []string, facts intune.Permissions) error {
	held := answer.Permissions()
	if bypass := answer.Bypassed(); len(bypass) > 0 {
		held = nil
		for _, p := range catalog.Intune().Permissions() {
			held = append(held, effective.IntunePermission{Permission: p.GraphAction, AllUsers: true, AllDevices: true, Untagged: true, Because: bypass})
		}
	}
	tags, err := m.tags(ctx, b.Intune, held)
	if err != nil {
		return err
	}
	on, err := m.target(tags)
	if err != nil {
		return err
	}
	name := func(spelling string) (action, title string) {
		if action, title, known := facts.Action(spelling); known {
			return action, title
		}
		return spelling, spelling
	}
	reasons := make([][]effective.Reason, 0, len(held)+len(check))
	results := make([]effective.Result, len(check))
	for i, spelling := range check {
		action, _ := name(spelling)
		results[i] = answer.Check(action, on)
		reasons = append(reasons, results[i].Because)
	}
	for _, p := range held {
		reasons = append(reasons, p.Because)
	}
	names := d.data.members.named(ctx, b.Entra, reasons...)
	because := func(rs []effective.Reason) []effectiveReason { return effectiveReasons(rs, rbac.GUID.String, names) }
	m.Permissions, m.Results = make([]intuneEffectivePermission, len(held)), make([]intuneEffectiveResult, len(check))
	resultRows := make([]effectiveRow, len(check))
	for i, p := range held {
		action, title := name(p.Permission)
		m.Permissions[i] = intuneEffectivePermission{
			newEffectiveRow(title, effective.Allowed, ""), action, sorted(p.ScopeGroups), p.AllUsers, p.AllDevices, sorted(tags.names(p.ScopeTags)), because(p.Because),
		}
	}
	slices.SortStableFunc(m.Permissions, func(x, y intuneEffectivePermission) int { return byFold(x.Permission, y.Permission) })
	for i, r := range results {
		action, title := name(check[i])
		resultRows[i] = newEffectiveRow(title, r.Verdict, r.Why)
		m.Results[i] = intuneEffectiveResult{resultRows[i], action, because(r.Because)}
	}
	m.answer([]string{answer.Open()}, nil, resultRows)
	return nil
}
