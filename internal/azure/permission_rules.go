// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package azure

import (
	"iter"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Operation is one operation of a resource provider, as a tenant lists it.
type Operation struct {
	Name string // "Microsoft.Compute/virtualMachines/start/action"
	Data bool   // belongs to the data plane
}

// Operations is what is known of the operations of Azure: the embedded
// snapshot, or what the tenant itself answers.
type Operations interface {
	// Planes tells to which planes an operation belongs, whatever its casing.
	// Both are true when it belongs to both or when it is not known to which.
	Planes(operation string) (control, data, known bool)
	// Reach is how many operations of each plane a pattern stands for.
	Reach(p Pattern) (control, data int)
	// Near returns known operations that may have been meant, nearest first.
	Near(operation string, limit int) []string
	// Namespace reports whether a resource provider is known.
	Namespace(name string) bool
	// Escalating are the operations with which a holder can get more access,
	// each with the reason.
	Escalating() iter.Seq2[string, string]
	// Elsewhere is the system that has a permission of this name; "" if none.
	Elsewhere(text string) rbac.System
	// Complete reports whether what is not known does not exist; Date is when
	// the facts were read otherwise, empty where the plan will ask the tenant.
	Complete() bool
	Date() string
}

// plane names the lists of one plane.
type plane struct {
	data             bool
	granted, without string // fields
	title            string
}

var planes = [...]plane{
	{false, "actions", "not_actions", "control plane"},
	{true, "data_actions", "not_data_actions", "data plane"},
}

// ValidatePermissions returns every rule that the action strings of a role
// break in the light of what operations there are. Strings that are malformed
// are ValidateRole's, unless another system has a permission of that name.
func ValidatePermissions(r Role, ops Operations) []rbac.Violation {
	var out []rbac.Violation
	for _, p := range r.Permissions {
		for _, list := range p.lists() {
			for _, text := range list.actions {
				if pattern, err := ParsePattern(text); err == nil {
					out = append(out, validateAction(list.field, pattern, ops)...)
				} else if v, elsewhere := ofAnotherSystem(list.field, text, ops); elsewhere {
					out = append(out, v)
				}
			}
		}
		for _, pl := range planes {
			granted, without := p.Actions, p.NotActions
			if pl.data {
				granted, without = p.DataActions, p.NotDataActions
			}
			out = append(out, excludesNothing(pl, patterns(granted), patterns(without), ops)...)
		}
	}
	if v, found := wildcards(r); found {
		out = append(out, v)
	}
	if v, found := escalates(r, ops); found {
		out = append(out, v)
	}
	return out
}

func validateAction(field string, p Pattern, ops Operations) []rbac.Violation {
	text := p.String()
	pl := planes[0]
	if field == planes[1].granted || field == planes[1].without {
		pl = planes[1]
	}
	if p.IsWildcard() {
		return validateWildcard(field, pl, p, ops)
	}
	control, data, known := ops.Planes(text)
	switch {
	case known && (pl.data && data || !pl.data && control):
		return nil
	case known:
		other := planes[0]
		if !pl.data {
			other = planes[1]
		}
		return []rbac.Violation{RuleActionWrongList.Broken(field, text, `"`+text+`" is a `+other.title+` operation and stands in `+field+`. Move it to `+counterpart(field)+`.`)}
	}
	if v, elsewhere := ofAnotherSystem(field, text, ops); elsewhere {
		return []rbac.Violation{v}
	}
	return []rbac.Violation{unknownAction(field, text, ops)}
}

func ofAnotherSystem(field, text string, ops Operations) (rbac.Violation, bool) {
	system := ops.Elsewhere(text)
	return RuleActionWrongSystem.Broken(field, text, `"`+text+`" is a permission of `+system.Title()+`, which an Azure role can't hold. `+
		`Put it into a rbac_`+string(system)+`_custom_role.`), system != ""
}

// unknownAction is an error when the action is plainly a typing error or the
// tenant says that there is none, else a warning.
func unknownAction(field, text string, ops Operations) rbac.Violation {
	near := ops.Near(text, 3)
	v := RuleActionUnknown.Broken(field, text, `"`+text+`" is no known action.`)
	namespace, _, _ := strings.Cut(text, "/")
	switch {
	case len(near) > 0:
		v.Message += " Did you mean " + rbac.QuotedOr(near) + "?"
	case !ops.Namespace(namespace):
		v.Message += ` No resource provider is named "` + namespace + `".`
	}
	if ops.Complete() {
		v.Message += " The tenant has no such operation."
		return v
	}
	v.Message += rbac.IfNewer(ops.Date())
	if !slices.ContainsFunc(near, func(known string) bool { return rbac.PlainTypo(text, known) }) {
		v.Severity = rbac.SeverityWarning
	}
	return v
}

func validateWildcard(field string, pl plane, p Pattern, ops Operations) []rbac.Violation {
	control, data := ops.Reach(p)
	here, there := control, data
	if pl.data {
		here, there = data, control
	}
	switch {
	case here > 0:
		return nil
	case there > 0:
		return []rbac.Violation{RuleActionMatchesNothing.Broken(field, p.String(), `"`+p.String()+`" stands for no `+pl.title+` operation that is known, but for `+itoa(there)+
			` of the other plane. Move it to `+counterpart(field)+` if those are meant.`)}
	}
	if v, elsewhere := ofAnotherSystem(field, p.String(), ops); elsewhere {
		return []rbac.Violation{v}
	}
	message := `"` + p.String() + `" stands for no operation in the catalog of ` + ops.Date() + `.`
	if ops.Complete() {
		message = `"` + p.String() + `" stands for no operation that the tenant has.`
	}
	if namespace, _, ok := strings.Cut(p.String(), "/"); ok && !strings.Contains(namespace, "*") && !ops.Namespace(namespace) {
		message += ` No resource provider is named "` + namespace + `".`
	}
	return []rbac.Violation{RuleActionMatchesNothing.Broken(field, p.String(), message)}
}

// excludesNothing finds the excluded strings that take nothing away. Strings
// with unknown operations are passed over: nobody can tell.
func excludesNothing(pl plane, granted, without []Pattern, ops Operations) []rbac.Violation {
	var out []rbac.Violation
	for _, n := range without {
		overlap := slices.ContainsFunc(granted, func(g Pattern) bool { return g.Overlaps(n) })
		control, data := ops.Reach(n)
		if overlap || !pl.data && control == 0 || pl.data && data == 0 {
			continue
		}
		out = append(out, RuleNotActionExcludesNothing.Broken(pl.without, n.String(), `"`+n.String()+`" is excluded, but nothing in `+pl.granted+` grants it. `+
			`It takes nothing away, from this role or another.`))
	}
	return out
}

func wildcards(r Role) (rbac.Violation, bool) {
	var found []string
	field := ""
	for _, p := range r.Permissions {
		for _, list := range p.lists() {
			if list.field != planes[0].granted && list.field != planes[1].granted {
				continue
			}
			for _, a := range list.actions {
				if strings.Contains(a, "*") {
					found = append(found, a)
					if field == "" {
						field = list.field
					}
				}
			}
		}
	}
	if len(found) == 0 {
		return rbac.Violation{}, false
	}
	slices.Sort(found)
	return RuleActionWildcard.Broken(field, "", counted(len(found), "string has", "strings have")+" a wildcard: "+rbac.QuotedFew(found, 3)+
		". They also grant what Microsoft adds in future. List the operations if that is not meant."), true
}

func escalates(r Role, ops Operations) (rbac.Violation, bool) {
	blocks := parseBlocks(r)
	for operation, reason := range ops.Escalating() {
		folded := rbac.Fold(operation)
		for _, b := range blocks {
			if field := b.grants(folded); field != "" {
				return RuleRoleEscalates.Broken(field, "", `The role allows "`+operation+`": `+reason+". Whoever holds it can get more access than the role grants."), true
			}
		}
	}
	return rbac.Violation{}, false
}

// block is a permission block whose strings have been read.
type block [2]struct{ granted, without []Pattern }

func parseBlocks(r Role) []block {
	out := make([]block, len(r.Permissions))
	for i, p := range r.Permissions {
		out[i][0].granted, out[i][0].without = patterns(p.Actions), patterns(p.NotActions)
		out[i][1].granted, out[i][1].without = patterns(p.DataActions), patterns(p.NotDataActions)
	}
	return out
}

// grants is the field through which a block grants a folded operation,
// whichever plane it belongs to; "" if it does not.
func (b block) grants(operation string) string {
	match := func(p Pattern) bool { return p.MatchFolded(operation) }
	for i, half := range b {
		if slices.ContainsFunc(half.granted, match) && !slices.ContainsFunc(half.without, match) {
			return planes[i].granted
		}
	}
	return ""
}

// Allows reports whether some block of the role grants an operation.
func (r Role) Allows(operation string) bool {
	return slices.ContainsFunc(parseBlocks(r), func(b block) bool { return b.grants(rbac.Fold(operation)) != "" })
}

// AssignRoles is the operation with which roles are assigned.
const AssignRoles = "Microsoft.Authorization/roleAssignments/write"

// counterpart is the list of the other plane.
func counterpart(field string) string {
	switch field {
	case "actions":
		return "data_actions"
	case "not_actions":
		return "not_data_actions"
	case "data_actions":
		return "actions"
	default:
		return "not_actions"
	}
}

func patterns(texts []string) []Pattern {
	out := make([]Pattern, 0, len(texts))
	for _, t := range texts {
		if p, err := ParsePattern(t); err == nil {
			out = append(out, p)
		}
	}
	return out
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return itoa(n) + " " + many
}

// ValidateAssigned warns of the assignment of a role that lets its holder
// assign roles, unless a condition may narrow it.
func ValidateAssigned(role string, unconditional, privileged bool) (rbac.Violation, bool) {
	if !privileged || !unconditional {
		return rbac.Violation{}, false
	}
	return RulePrivilegedRole.Broken("role", "", `The role "`+role+`" allows "`+AssignRoles+`": its holders can give themselves and others any access at the scope. `+
		"Assign a lesser role, a smaller scope, or add a condition."), true
}
