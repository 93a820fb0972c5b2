// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/rolewright/terraform-provider-rbac/internal/framework"
	"github.com/rolewright/terraform-provider-rbac/internal/plan"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// roleReference is how an assignment names its role: as the configuration
// spells it, and as what it turned out to be. Assignments embed it.
type roleReference struct {
	Role             types.String `tfsdk:"role"`
	RoleDefinitionID types.String `tfsdk:"role_definition_id"`
	RoleName         types.String `tfsdk:"role_name"`
}

// roleLookup finds the roles of one system.
type roleLookup interface {
	// parse reads a text that names a role by ID.
	parse(text string) (rbac.GUID, bool)
	// format is the canonical ID of a role.
	format(id rbac.GUID) string
	// find finds a role by ID or name. NotFound.
	find(ctx context.Context, text string) (rbac.GUID, string, error)
	// nameOf is the name of a role; "" if the role is gone.
	nameOf(ctx context.Context, id rbac.GUID) (string, error)
	// load reads the tenant's custom roles, if that spares looking each one up
	// by its name.
	load(ctx context.Context, l *plan.Ledger, name string)
	// planned is the role that has a name in the world after the plan; without
	// an ID if the service has yet to choose one. ok is false as well when the
	// world does not decide it.
	planned(w *plan.World, name string) (knownRole, bool)
	// missing is the violation that no role has a name, of which err tells.
	missing(name string, err error) rbac.Violation
}

// add puts the three attributes of a role reference into a schema.
func (roleReference) add(attributes map[string]schema.Attribute, description, idDescription string) {
	attributes["role"] = schema.StringAttribute{
		MarkdownDescription: description + " All spellings mean the same role; only another role replaces the assignment.", Required: true,
		Validators: []validator.String{framework.Valid("Invalid role", checkRole)},
	}
	attributes["role_definition_id"] = framework.ComputedString(idDescription)
	attributes["role_name"] = framework.ComputedString("The role's name.")
}

// checkRole refuses a text that can name no role.
func checkRole(text string) error {
	if strings.TrimSpace(text) != "" {
		return nil
	}
	return &rbac.Error{Kind: rbac.Invalid, Message: "The role is empty. Name the role that is assigned, by its name or its ID."}
}

// plan settles the reference while planning and reports whether the assignment
// must be replaced. Another spelling of the role in state is no change, nor is
// the name that this plan gives to that role. A name that neither the tenant
// nor the plan has is a violation: replacing an assignment for a role that does
// not exist would only take it away. state is nil for a new assignment.
func (r *roleReference) plan(ctx context.Context, data *Data, roles roleLookup, state *roleReference) (replace bool, broken []rbac.Violation, err error) {
	r.RoleDefinitionID, r.RoleName = types.StringUnknown(), types.StringUnknown()
	if r.Role.IsUnknown() {
		return state != nil, nil, nil
	}
	text := r.Role.ValueString()
	id, byID := roles.parse(text)
	if state != nil && (r.Role.Equal(state.Role) || byID && roles.format(id) == state.RoleDefinitionID.ValueString()) {
		*r = *state
		return false, nil, nil
	}
	if !byID {
		roles.load(ctx, data.ledger, text)
	}
	role, planned := plannedRole(data, roles, text)
	if !planned {
		role.id, role.name, err = roles.find(ctx, text)
	}
	if rbac.IsNotFound(err) && !byID {
		missing := roles.missing(text, err)
		broken = data.ledger.Check(ctx, func(w *plan.World) []rbac.Violation {
			if _, made := roles.planned(w, text); made {
				return nil
			}
			return []rbac.Violation{missing}
		})
		if role, planned = plannedRole(data, roles, text); planned {
			broken, err = nil, nil
		}
	}
	switch {
	case rbac.IsNotFound(err):
		if byID {
			r.RoleDefinitionID = types.StringValue(roles.format(id))
		}
		return state != nil, broken, nil
	case err != nil:
		return false, nil, err
	case role.id == "": // planned, under an ID that the service has yet to choose
		return state != nil, nil, nil
	}
	r.RoleDefinitionID, r.RoleName = types.StringValue(roles.format(role.id)), types.StringValue(role.name)
	if state == nil || !r.RoleDefinitionID.Equal(state.RoleDefinitionID) {
		return state != nil, nil, nil
	}
	if strings.EqualFold(role.name, state.RoleName.ValueString()) {
		*r = *state // the same role in another spelling
	}
	return false, nil, nil
}

// knownRole is a role as a reference needs it.
type knownRole struct {
	id   rbac.GUID
	name string
}

// plannedRole is the role that will have a name, as far as the plan has come.
func plannedRole(data *Data, roles roleLookup, name string) (role knownRole, ok bool) {
	data.ledger.Look(func(w *plan.World) { role, ok = roles.planned(w, name) })
	return role, ok
}

// resolve settles the reference at apply and returns the role's name. What the
// plan knows is not asked again: it could not become anything else. A role that
// is named by ID and can't be found is left to the backend to refuse.
func (r *roleReference) resolve(ctx context.Context, roles roleLookup) (string, error) {
	if name := r.RoleName.ValueString(); name != "" && r.RoleDefinitionID.ValueString() != "" {
		return name, nil
	}
	text := r.RoleDefinitionID.ValueString()
	if text == "" {
		text = r.Role.ValueString()
	}
	id, byID := roles.parse(text)
	var name string
	var err error
	if byID {
		name, err = roles.nameOf(ctx, id)
	} else {
		id, name, err = roles.find(ctx, text)
	}
	if err == nil {
		r.RoleDefinitionID = types.StringValue(roles.format(id))
	}
	return name, err
}

// flatten fills the reference with what a role turned out to be. The spelling
// stays unless it names another role or there is none yet.
func (r *roleReference) flatten(roles roleLookup, id rbac.GUID, name string) {
	is := roles.format(id)
	if r.Role.IsNull() || r.RoleDefinitionID.ValueString() != is {
		r.Role = types.StringValue(is)
		if name != "" {
			r.Role = types.StringValue(name)
		}
	}
	r.RoleDefinitionID, r.RoleName = types.StringValue(is), types.StringValue(name)
}

// errPlainTypo marks a name that is plainly a typing error of a role's name.
var errPlainTypo = errors.New("a typing error")

// missingRole is the violation that no role has a name. It is an error when the
// name is plainly a typing error; else something that this plan does not show,
// such as a resource of another provider, may yet make the role.
func missingRole(rule rbac.Rule, name string, err error) rbac.Violation {
	message := err.Error()
	var e *rbac.Error
	if errors.As(err, &e) {
		message = e.Message
	}
	v := rule.Broken("role", name, message)
	if !errors.Is(err, errPlainTypo) {
		v.Severity = rbac.SeverityWarning
		v.Message += " Unless something else of this run makes it, the apply will fail. If it is made here, refer to it by reference."
	}
	return v
}

// didYouMeanRole is the error for a name that no role has.
func didYouMeanRole(system rbac.System, name string, known []string) error {
	e := &rbac.Error{
		Kind: rbac.NotFound, System: system, Field: "role",
		Message: `No ` + system.Title() + ` role is named "` + name + `" in this tenant.` + rbac.DidYouMean(name, known),
	}
	if slices.ContainsFunc(known, func(role string) bool { return rbac.PlainTypo(name, role) }) {
		e.Err = errPlainTypo
	}
	return e
}

// notCustom says that a role can't be managed because Microsoft ships it. The
// rule is the zero value where no rule says so.
func notCustom(system rbac.System, name string, rule rbac.Rule) error {
	return &rbac.Error{
		Kind: rbac.Immutable, System: system, Rule: rule.Name, Source: rule.Source,
		Message: `"` + name + `" is a built-in ` + system.Title() + ` role. Built-in roles can be assigned but not managed; copy its permissions into a custom role instead.`,
	}
}

// namePrefix marks an import ID that is a name.
const namePrefix = "name:"

// importName is the name in an import ID; ok is false when the text is none,
// or names nothing.
func importName(text string) (name string, ok bool) {
	name, ok = strings.CutPrefix(text, namePrefix)
	return name, ok && strings.TrimSpace(name) != ""
}

// importForm says how an import ID is written.
func importForm(system rbac.System, text, forms string) error {
	return &rbac.Error{Kind: rbac.Invalid, System: system, Message: `"` + text + `" is no ID to import by. It is ` + forms + `.`}
}

// ambiguous says that a name means several objects.
func ambiguous(system rbac.System, what, name string, ids []string) error {
	return &rbac.Error{
		Kind: rbac.Invalid, System: system,
		Message: `Several ` + what + ` are named "` + name + `": ` + rbac.QuotedOr(ids[:min(len(ids), 5)]) + `. Use the ID of the one that is meant.`,
	}
}
