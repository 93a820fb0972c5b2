// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package azure

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// ValidateRole returns every rule that a custom role breaks by itself.
func ValidateRole(r Role, limits rbac.Limits) []rbac.Violation {
	var out []rbac.Violation
	add := func(v rbac.Violation) { out = append(out, v) }

	if n, most := utf8.RuneCountInString(r.Name), limits.Of(LimitRoleName); n == 0 {
		add(RuleRoleNameLength.Broken("name", "", "The name is empty. An Azure role has a name of 1 to "+itoa(most)+" characters."))
	} else if n > most {
		add(RuleRoleNameLength.Broken("name", r.Name, tooLong("name", n, "An Azure role name", most)))
	} else if advised := limits.Of(LimitRoleNameRecommended); n > advised {
		add(RuleRoleNameRecommended.Broken("name", "", longish("name", n, advised)))
	}
	if n, most := utf8.RuneCountInString(r.Description), limits.Of(LimitRoleDescription); n > most {
		add(RuleRoleDescriptionLength.Broken("description", "", tooLong("description", n, "An Azure role description", most)))
	} else if advised := limits.Of(LimitRoleDescriptionRecommended); n > advised {
		add(RuleRoleDescriptionRecommended.Broken("description", "", longish("description", n, advised)))
	}
	granted := 0
	for _, p := range r.Permissions {
		granted += len(p.Actions) + len(p.DataActions)
		for _, list := range p.lists() {
			for _, a := range list.actions {
				if _, err := ParsePattern(a); err != nil {
					out = append(out, malformed(list.field, a, err))
				}
			}
		}
	}
	if granted == 0 {
		add(RuleRoleGrantsNothing.Broken("actions", "", "The role grants nothing. An Azure custom role has at least one action or data action; "+
			`to remove access, remove the role's assignments instead.`))
	}
	out = append(out, validateAssignableScopes(r.AssignableScopes, limits)...)
	if b, err := json.Marshal(r); err == nil && len(b) > limits.Of(LimitRoleSize) {
		add(RuleRoleSize.Broken("actions", "", "The role definition has "+itoa(len(b))+" bytes as JSON. Azure takes at most "+
			itoa(limits.Of(LimitRoleSize))+"; use wildcards or split the role."))
	}
	return out
}

func validateAssignableScopes(scopes []string, limits rbac.Limits) []rbac.Violation {
	const field = "assignable_scopes"
	var out []rbac.Violation
	add := func(v rbac.Violation) { out = append(out, v) }
	if n, most := len(scopes), limits.Of(LimitAssignableScopes); n == 0 {
		add(RuleAssignableScopesMax.Broken(field, "", "There is no assignable scope. An Azure custom role needs at least one management group, "+
			"subscription or resource group at which it may be assigned."))
	} else if n > most {
		add(RuleAssignableScopesMax.Broken(field, "", "There are "+itoa(n)+" assignable scopes. An Azure custom role has at most "+itoa(most)+
			"; name a management group that holds the subscriptions."))
	}
	var groups []string
	for _, text := range scopes {
		if strings.Contains(text, "*") {
			add(RuleAssignableScopeWild.Broken(field, text, `"`+text+`" has a wildcard. Azure takes no "*" in assignable scopes; name each scope.`))
			continue
		}
		s, err := ParseScope(text)
		switch {
		case err != nil:
			v := at(field, text, err)
			v.Rule = RuleAssignableScopeSyntax.Rule
			add(v)
		case s.Kind == TenantScope:
			add(RuleAssignableScopeRoot.Broken(field, text, `"/" is the root of the tenant. Azure keeps it for built-in roles; name management groups, subscriptions or resource groups.`))
		case s.Kind == ResourceScope:
			add(RuleAssignableScopeSyntax.Broken(field, text, `"`+text+`" is a resource. A custom role is made assignable at management groups, subscriptions and resource groups; `+
				"name the resource group and assign the role at the resource."))
		case s.Kind == ManagementGroupScope:
			groups = append(groups, s.ID())
		}
	}
	if distinct := rbac.FoldSet(groups); len(distinct) > limits.Of(LimitAssignableManagementGroups) {
		add(RuleAssignableScopeOneMG.Broken(field, "", "There are "+itoa(len(distinct))+" management groups among the assignable scopes: "+strings.Join(groups, ", ")+
			". An Azure custom role has at most "+itoa(limits.Of(LimitAssignableManagementGroups))+"; name a common parent, or subscriptions."))
	}
	return out
}

// ValidateAssignment returns every rule that a role assignment breaks by itself.
func ValidateAssignment(a Assignment, limits rbac.Limits) []rbac.Violation {
	var out []rbac.Violation
	if n, most := utf8.RuneCountInString(a.Description), limits.Of(LimitAssignmentDescription); n > most {
		out = append(out, RuleAssignmentDescription.Broken("description", "", tooLong("description", n, "The description of a role assignment", most)))
	}
	if n, most := len(a.Condition), limits.Of(LimitCondition); n > most {
		return append(out, RuleConditionLength.Broken("condition", "", "The condition has "+itoa(n)+" bytes. Azure takes at most "+itoa(most)+
			"; split the assignment or shorten the expression."))
	}
	return append(out, ValidateCondition(a.Condition, a.ConditionVersion)...)
}

// malformed reports an action string that can't be read. A blank or slash that
// is one too many at the end warns: Azure prints such strings in built-in roles
// of its own, so it can't be said to refuse them.
func malformed(field, text string, err error) rbac.Violation {
	v := at(field, text, err)
	if trimmed := strings.TrimRight(text, " /"); trimmed != text {
		if _, err := ParsePattern(trimmed); err == nil {
			v.Severity = rbac.SeverityWarning
			v.Message += ` It stands for no operation; "` + trimmed + `" may be meant.`
		}
	}
	return v
}

func longish(what string, n, advised int) string {
	return "The " + what + " has " + itoa(n) + " characters. Microsoft recommends at most " + itoa(advised) + "; some tools show no more."
}

func tooLong(what string, n int, whose string, most int) string {
	return "The " + what + " has " + itoa(n) + " characters. " + whose + " has at most " + itoa(most) + "; shorten it."
}

// at places the error of a parser on a field of a larger value.
func at(field, value string, err error) rbac.Violation {
	v := rbac.Violation{Field: field, Value: value, Message: err.Error()}
	if e, ok := err.(*rbac.Error); ok { //nolint:errorlint // parsers of this package return it bare
		v.Message = e.Message
		v.Rule = rbac.Rule{Name: e.Rule, System: rbac.Azure, Severity: rbac.SeverityError, Source: e.Source, Code: e.Code, Summary: RuleActionSyntax.Summary}
	}
	return v
}
