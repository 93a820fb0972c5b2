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

	"github.com/rolewright/terraform-provider-rbac/catalog/internal/words"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

type intuneOperationFact struct {
	Graph    string   `json:"graph_action"`
	Unified  string   `json:"unified_action"`
	Resource string   `json:"resource"`
	Action   string   `json:"action"`
	InSeed   bool     `json:"in_seed"`
	Seed     []string `json:"display_seed"`
	Memdocs  []string `json:"display_memdocs_2025"`
	Sources  []string `json:"sources"`
}

type intuneRowFact struct {
	Display string `json:"display"`
	Graph   string `json:"graph_action"`
	Text    string `json:"seed_text"`
}

type intuneRoleFact struct {
	Name      string   `json:"name"`
	ID        string   `json:"id"`
	Origin    string   `json:"origin"`
	Provider  string   `json:"provider"`
	Actions   []string `json:"actions"`
	AsOf      string   `json:"actions_as_of"`
	Complete  bool     `json:"actions_complete"`
	GraphName string   `json:"graph_display_name"`
}

// intunePermissions writes every known Graph operation under the name that
// people use: as the source article prints it, else as newer documentation
// does, else derived from the identifier.
func intunePermissions(facts fs.FS) ([]byte, error) {
	ops, err := readJSON[[]intuneOperationFact](facts, "intune-resource-operations.json")
	if err != nil {
		return nil, err
	}
	rows, err := readJSON[[]intuneRowFact](facts, "intune-permissions.json")
	if err != nil {
		return nil, err
	}
	privileged, err := readPrivilegedIntune(facts)
	if err != nil {
		return nil, err
	}
	written := map[string]intuneRowFact{}
	for _, r := range rows {
		written[r.Graph] = r
	}
	categories := resourceCategories(ops)
	slices.SortFunc(ops, func(a, b intuneOperationFact) int { return cmp.Compare(rbac.Fold(a.Graph), rbac.Fold(b.Graph)) })
	var out records
	var spellings []string
	for _, op := range ops {
		row, inArticle := written[op.Graph]
		delete(written, op.Graph)
		name := row.Display
		if !inArticle {
			name = displayName(op, categories)
		}
		also := slices.Clone(op.Memdocs)
		if row.Text != "" {
			also = append(also, row.Text)
		}
		also = slices.DeleteFunc(also, func(s string) bool { return strings.EqualFold(s, name) })
		out.put("permission", name)
		out.put("graph", op.Graph)
		out.put("unified", op.Unified)
		out.all("also", also)
		out.put("privileged", privileged[op.Graph])
		delete(privileged, op.Graph)
		out.put("origin", origins(op.InSeed, op.Sources...))
		out.end()
		for _, s := range append(also, name, op.Graph, op.Unified) {
			spellings = append(spellings, rbac.Fold(s))
		}
	}
	if len(written) > 0 || len(privileged) > 0 {
		return nil, fmt.Errorf("%d rows of the article and %d privileged permissions are no known operations", len(written), len(privileged))
	}
	if err := duplicates("spelling", spellings); err != nil {
		return nil, err
	}
	return out.bytes()
}

// resourceCategories tells under which category a Graph resource is shown: in
// newer documentation, else in the source article.
func resourceCategories(ops []intuneOperationFact) map[string]string {
	out := map[string]string{}
	for _, pick := range []func(intuneOperationFact) []string{
		func(op intuneOperationFact) []string { return op.Seed },
		func(op intuneOperationFact) []string { return op.Memdocs },
	} {
		for _, op := range ops {
			if shown := pick(op); len(shown) > 0 {
				out[op.Resource], _, _ = strings.Cut(shown[0], "/")
			}
		}
	}
	return out
}

// displayName is the name of an operation that the source article lacks.
func displayName(op intuneOperationFact, categories map[string]string) string {
	if len(op.Memdocs) > 0 {
		return op.Memdocs[0]
	}
	return cmp.Or(categories[op.Resource], words.Sentence(op.Resource)) + "/" + words.Sentence(op.Action)
}

func readPrivilegedIntune(facts fs.FS) (map[string]string, error) {
	rows, err := readTable(facts, "intune-privileged-permissions.tsv", "permission\treason")
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, row := range rows {
		out[row[0]] = row[1]
	}
	return out, nil
}

// intuneRoles writes the built-in roles, sorted by name.
func intuneRoles(facts fs.FS) ([]byte, error) {
	roles, err := readJSON[[]intuneRoleFact](facts, "intune-roles.json")
	if err != nil {
		return nil, err
	}
	texts, err := readJSON[descriptionFacts](facts, "descriptions.json")
	if err != nil {
		return nil, err
	}
	privileged, err := readPrivilegedIntune(facts)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(roles, func(a, b intuneRoleFact) int { return cmp.Compare(rbac.Fold(a.Name), rbac.Fold(b.Name)) })
	var out records
	var names, ids []string
	for _, r := range roles {
		id, ok := rbac.ParseGUID(r.ID)
		if !ok {
			return nil, fmt.Errorf("%s: not a GUID: %q", r.Name, r.ID)
		}
		text, ok := texts.Intune[r.Name]
		if err := check(r.Name, text, ok, false); err != nil {
			return nil, err
		}
		names, ids = append(names, rbac.Fold(r.Name)), append(ids, r.ID)
		out.put("name", r.Name)
		out.put("id", id.String())
		out.put("description", text.Description)
		out.put("category", text.Category)
		out.put("provider", r.Provider)
		var flags []string
		if slices.ContainsFunc(r.Actions, func(a string) bool { return privileged[a] != "" }) {
			flags = append(flags, "privileged")
		}
		if r.Complete {
			flags = append(flags, "complete")
		}
		out.put("flags", strings.Join(flags, ","))
		out.put("api", r.GraphName)
		out.put("origin", origins(r.Origin == "seed", "actions-"+r.AsOf))
		actions := slices.Clone(r.Actions)
		slices.Sort(actions)
		out.all("permission", actions)
		out.end()
	}
	if err := errors.Join(duplicates("role name", names), duplicates("role ID", ids)); err != nil {
		return nil, err
	}
	return out.bytes()
}

// intuneCloudPC writes the known operations of Windows 365, one on a line.
func intuneCloudPC(facts fs.FS) ([]byte, error) {
	ops, err := readJSON[[]string](facts, "cloudpc-resource-operations.json")
	if err != nil {
		return nil, err
	}
	slices.SortFunc(ops, func(a, b string) int { return cmp.Compare(rbac.Fold(a), rbac.Fold(b)) })
	var out records
	for _, op := range ops {
		out.text.WriteString(op + "\n")
	}
	return out.bytes()
}
