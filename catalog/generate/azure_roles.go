// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

type azureBlockFact struct {
	Actions          []string `json:"actions"`
	NotActions       []string `json:"not_actions"`
	DataActions      []string `json:"data_actions"`
	NotDataActions   []string `json:"not_data_actions"`
	Condition        string   `json:"condition"`
	ConditionVersion string   `json:"condition_version"`
}

type azureRoleFact struct {
	Name     string `json:"name"`
	ID       string `json:"id"`
	Category string `json:"category"`
	Inferred string `json:"category_inferred"`
	// Documented and Current are null where nobody knows.
	Documented       bool     `json:"documented"`
	Current          bool     `json:"current"`
	DocsName         string   `json:"docs_name"`
	AssignableScopes []string `json:"assignable_scopes"`
	Source           []string `json:"source"`
	azureBlockFact
	// Permissions replaces the flat lists where a role has several blocks or a
	// condition.
	Permissions []azureBlockFact `json:"permissions"`
}

func (r azureRoleFact) blocks() []azureBlockFact {
	if len(r.Permissions) > 0 {
		return r.Permissions
	}
	return []azureBlockFact{r.azureBlockFact}
}

// readAzureRoles returns the roles sorted by name.
func readAzureRoles(facts fs.FS) ([]azureRoleFact, error) {
	roles, err := readJSON[[]azureRoleFact](facts, "azure-builtin-roles.json")
	if err != nil {
		return nil, err
	}
	slices.SortFunc(roles, func(a, b azureRoleFact) int {
		return cmp.Or(cmp.Compare(rbac.Fold(a.Name), rbac.Fold(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return roles, nil
}

// azureRoles writes the built-in roles.
func azureRoles(facts fs.FS) ([]byte, error) {
	roles, err := readAzureRoles(facts)
	if err != nil {
		return nil, err
	}
	former, err := readJSON[map[string][]string](facts, "azure-former-names.json")
	if err != nil {
		return nil, err
	}
	ops, privileged, err := readOperations(facts)
	if err != nil {
		return nil, err
	}
	// The privileged patterns themselves too: a role may hold one as it stands,
	// although no known operation matches it.
	var escalating []string
	for _, row := range privileged {
		escalating = append(escalating, rbac.Fold(row[0]))
	}
	for _, op := range ops {
		if op.privileged > 0 {
			escalating = append(escalating, op.folded)
		}
	}
	var out records
	var names, ids []string
	for _, r := range roles {
		id, ok := rbac.ParseGUID(r.ID)
		if !ok {
			return nil, fmt.Errorf("%s: not a GUID: %q", r.Name, r.ID)
		}
		names, ids = append(names, rbac.Fold(r.Name)), append(ids, r.ID)
		out.put("name", r.Name)
		out.put("id", id.String())
		out.put("description", describeAzureRole(r))
		out.put("category", cmp.Or(r.Category, r.Inferred))
		var flags []string
		for _, f := range []struct {
			name string
			set  bool
		}{
			{"inferred", r.Category == "" && r.Inferred != ""},
			{"privileged", r.Category == "Privileged" || escalates(r, escalating)},
			{"documented", r.Documented},
			{"current", r.Current},
		} {
			if f.set {
				flags = append(flags, f.name)
			}
		}
		out.put("flags", strings.Join(flags, ","))
		if r.DocsName != "" && r.DocsName != r.Name {
			out.put("docs", r.DocsName)
		}
		for _, n := range former[r.ID] {
			names = append(names, rbac.Fold(n))
			out.put("former", n)
		}
		delete(former, r.ID)
		out.put("origin", strings.Join(r.Source, ","))
		out.all("scope", r.AssignableScopes)
		for _, b := range r.blocks() {
			out.text.WriteString("block " + b.ConditionVersion + "\n")
			out.put("condition", b.Condition)
			out.all("action", distinct(b.Actions))
			out.all("not-action", distinct(b.NotActions))
			out.all("data-action", distinct(b.DataActions))
			out.all("not-data-action", distinct(b.NotDataActions))
		}
		out.end()
	}
	if len(former) > 0 {
		return nil, fmt.Errorf("former names of %d roles that are not there", len(former))
	}
	if err := errors.Join(duplicates("role name", names), duplicates("role ID", ids)); err != nil {
		return nil, err
	}
	return out.bytes()
}

// distinct keeps the first of values that differ in casing alone: some
// published definitions print an action twice.
func distinct(values []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(values), func(v string) bool {
		key := rbac.Fold(v)
		if seen[key] {
			return true
		}
		seen[key] = true
		return false
	})
}

// escalates reports whether a block without a condition grants one of the
// operations that let a holder give himself more.
func escalates(r azureRoleFact, escalating []string) bool {
	for _, b := range r.blocks() {
		if b.Condition != "" {
			continue
		}
		granted, taken := parse(b.Actions), parse(b.NotActions)
		for _, op := range escalating {
			if matches(granted, op) && !matches(taken, op) {
				return true
			}
		}
	}
	return false
}

func parse(actions []string) []azure.Pattern {
	var out []azure.Pattern
	for _, a := range actions {
		if p, err := azure.ParsePattern(a); err == nil {
			out = append(out, p)
		}
	}
	return out
}

func matches(patterns []azure.Pattern, folded string) bool {
	return slices.ContainsFunc(patterns, func(p azure.Pattern) bool { return p.MatchFolded(folded) })
}

// azureUnknown writes the action strings of built-in roles that stand for no
// known operation, and checks them against the list in the facts: a new one is
// looked at by a person before it gets in.
func azureUnknown(facts fs.FS) ([]byte, error) {
	roles, err := readAzureRoles(facts)
	if err != nil {
		return nil, err
	}
	ops, _, err := readOperations(facts)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	check := func(action string) bool {
		p, err := azure.ParsePattern(action)
		if err != nil {
			return false
		}
		return slices.ContainsFunc(ops, func(op operationFact) bool { return p.MatchFolded(op.folded) })
	}
	for _, op := range ops {
		known[op.folded] = true
	}
	var unknown []string
	for _, r := range roles {
		for _, b := range r.blocks() {
			for _, a := range slices.Concat(b.Actions, b.NotActions, b.DataActions, b.NotDataActions) {
				key := rbac.Fold(a)
				is, done := known[key]
				if !done {
					is = check(a)
					known[key] = is
				}
				if !is {
					unknown = append(unknown, a)
				}
			}
		}
	}
	slices.SortFunc(unknown, func(a, b string) int {
		return cmp.Or(cmp.Compare(rbac.Fold(a), rbac.Fold(b)), cmp.Compare(a, b))
	})
	unknown = slices.CompactFunc(unknown, strings.EqualFold)
	text := strings.Join(unknown, "\n") + "\n"
	listed, err := fs.ReadFile(facts, "azure-unknown-actions.txt")
	if err != nil {
		return nil, err
	}
	if string(listed) != text {
		return nil, fmt.Errorf("actions of built-in roles that no known operation matches differ from azure-unknown-actions.txt; they are:\n%s", text)
	}
	return listed, nil
}
