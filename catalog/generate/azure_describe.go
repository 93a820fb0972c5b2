// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// auxiliary are the namespaces that nearly every built-in role touches so that
// the portal works; they say little about what a role is for.
var auxiliary = []string{
	"microsoft.authorization", "microsoft.insights", "microsoft.management",
	"microsoft.resourcehealth", "microsoft.resources", "microsoft.support",
}

// describeAzureRole derives one sentence from what a role grants: how far it
// goes (read, run, change) and in which namespaces.
func describeAzureRole(r azureRoleFact) string {
	var control, data []string
	denied, conditional := false, false
	for _, b := range r.blocks() {
		control = append(control, b.Actions...)
		data = append(data, b.DataActions...)
		denied = denied || len(b.NotActions)+len(b.NotDataActions) > 0
		conditional = conditional || b.Condition != ""
	}
	var text string
	switch c, d := reach(control), reach(data); {
	case len(control)+len(data) == 0:
		return "Grants nothing by itself."
	case c == "":
		text = d + " data" + where(data)
	case d == "":
		text = c + " resources" + where(control)
	case where(control) == where(data) && c == d:
		text = c + " resources and data" + where(control)
	case where(control) == where(data):
		text = c + " resources and " + lowerFirst(d) + " data" + where(control)
	default:
		text = c + " resources" + where(control) + "; " + lowerFirst(d) + " data" + where(data)
	}
	if denied {
		text += ", with exceptions"
	}
	if conditional {
		text += ", some of it under a condition"
	}
	return text + "."
}

// reach is the verb for the most that actions allow; "" for no actions.
func reach(actions []string) string {
	level := 0
	for _, a := range significant(actions) {
		switch last := a[strings.LastIndexByte(a, '/')+1:]; last {
		case "read":
			level = max(level, 1)
		case "*":
			level = max(level, 4)
		case "write", "delete":
			level = max(level, 3)
		default:
			level = max(level, 2)
		}
	}
	return [...]string{"", "Read", "Read and operate", "Change", "Manage"}[level]
}

// where names the namespaces that actions lie in: three at most.
func where(actions []string) string {
	count := map[string]int{}
	spelling := map[string]string{}
	for _, a := range significant(actions) {
		namespace, _, found := strings.Cut(a, "/")
		if !found || strings.Contains(namespace, "*") {
			return " of every kind"
		}
		count[namespace]++
	}
	for _, a := range actions {
		namespace, _, _ := strings.Cut(a, "/")
		if key := rbac.Fold(namespace); spelling[key] == "" || namespace < spelling[key] {
			spelling[key] = namespace
		}
	}
	var names []string
	for key := range count {
		names = append(names, key)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(count[b]-count[a], cmp.Compare(a, b)) })
	rest := len(names) - 3
	if rest > 0 {
		names = names[:3]
	}
	for i := range names {
		names[i] = spelling[names[i]]
	}
	text := " in " + strings.Join(names, ", ")
	if rest > 0 {
		return text + " and " + strconv.Itoa(rest) + " more"
	}
	if i := strings.LastIndex(text, ", "); i >= 0 {
		return text[:i] + " and " + text[i+2:]
	}
	return text
}

// significant returns actions, folded, without those of auxiliary namespaces,
// unless there are no others.
func significant(actions []string) []string {
	var all, out []string
	for _, a := range actions {
		a = rbac.Fold(a)
		all = append(all, a)
		namespace, _, _ := strings.Cut(a, "/")
		if !slices.Contains(auxiliary, namespace) {
			out = append(out, a)
		}
	}
	if len(out) == 0 {
		return all
	}
	return out
}

func lowerFirst(text string) string { return strings.ToLower(text[:1]) + text[1:] }
