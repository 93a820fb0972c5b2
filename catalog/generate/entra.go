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

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// roleText is what people wrote about a role in descriptions.json.
type roleText struct {
	Category    string   `json:"category"`
	Description string   `json:"description"`
	DoNotUse    string   `json:"do_not_use_reason"`
	ReplacedBy  string   `json:"replaced_by"`
	Also        []string `json:"also"`
}

type descriptionFacts struct {
	Entra  map[string]roleText `json:"entra"`
	Intune map[string]roleText `json:"intune"`
}

type entraRoleFact struct {
	Name         string   `json:"name"`
	ID           string   `json:"template_id"`
	Origin       string   `json:"origin"`
	PublicSource string   `json:"public_source"`
	Privileged   bool     `json:"privileged"`
	Now          *bool    `json:"privileged_current"`
	Deprecated   bool     `json:"deprecated"`
	DoNotUse     bool     `json:"do_not_use"`
	APIName      string   `json:"api_name"`
	FormerNames  []string `json:"former_names"`
	GraphName    string   `json:"graph_display_name"`
	Shown        *bool    `json:"shown_in_portal"`
	Actions      []string `json:"actions"`
	Added        []string `json:"actions_added_publicly"`
	Removed      []string `json:"actions_removed_publicly"`
	Conditions   []string `json:"graph_conditions"`
}

type entraPermissionFact struct {
	Name       string `json:"name"`
	Privileged *bool  `json:"privileged"`
	Usable     *bool  `json:"usable_in_custom_roles"`
	InSeed     bool   `json:"in_seed"`
	InPublic   bool   `json:"in_public"`
}

// origins says where an entry was seen, in the words that users get.
func origins(article bool, public ...string) string {
	var out []string
	if article {
		out = append(out, "article")
	}
	for _, p := range public {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, ",")
}

func readEntraPermissions(facts fs.FS) ([]entraPermissionFact, error) {
	permissions, err := readJSON[[]entraPermissionFact](facts, "entra-permissions.json")
	if err != nil {
		return nil, err
	}
	slices.SortFunc(permissions, func(a, b entraPermissionFact) int {
		return cmp.Compare(rbac.Fold(a.Name), rbac.Fold(b.Name))
	})
	keys := make([]string, len(permissions))
	for i, p := range permissions {
		keys[i] = rbac.Fold(p.Name)
	}
	return permissions, duplicates("permission", keys)
}

// entraPermissions writes one line for each permission: privileged, usable in
// custom roles (each y, n or ?), seen in (a for the source article, p for
// public data, b for both), name.
func entraPermissions(facts fs.FS) ([]byte, error) {
	permissions, err := readEntraPermissions(facts)
	if err != nil {
		return nil, err
	}
	var out records
	for _, p := range permissions {
		seen := "p"
		switch {
		case p.InSeed && p.InPublic:
			seen = "b"
		case p.InSeed:
			seen = "a"
		}
		out.text.WriteString(tri(p.Privileged) + tri(p.Usable) + seen + p.Name + "\n")
	}
	return out.bytes()
}

// tri is a yes, a no, or a question mark for null.
func tri(b *bool) string {
	switch {
	case b == nil:
		return "?"
	case *b:
		return "y"
	}
	return "n"
}

// entraRoles writes the built-in roles, sorted by name.
func entraRoles(facts fs.FS) ([]byte, error) {
	roles, err := readJSON[[]entraRoleFact](facts, "entra-roles.json")
	if err != nil {
		return nil, err
	}
	texts, err := readJSON[descriptionFacts](facts, "descriptions.json")
	if err != nil {
		return nil, err
	}
	permissions, err := readEntraPermissions(facts)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, p := range permissions {
		known[rbac.Fold(p.Name)] = true
	}
	slices.SortFunc(roles, func(a, b entraRoleFact) int { return cmp.Compare(rbac.Fold(a.Name), rbac.Fold(b.Name)) })
	var out records
	var names, ids []string
	for _, r := range roles {
		names = append(names, rbac.Fold(r.Name))
		if r.ID != "" {
			ids = append(ids, r.ID)
		}
		text, ok := texts.Entra[r.Name]
		if err := check(r.Name, text, ok, r.DoNotUse); err != nil {
			return nil, err
		}
		delete(texts.Entra, r.Name)
		if err := writeEntraRole(&out, r, text, known); err != nil {
			return nil, fmt.Errorf("%s: %w", r.Name, err)
		}
	}
	if len(texts.Entra) > 0 {
		return nil, fmt.Errorf("descriptions of %d roles that are not there", len(texts.Entra))
	}
	if err := errors.Join(duplicates("role name", names), duplicates("role ID", ids)); err != nil {
		return nil, err
	}
	return out.bytes()
}

func writeEntraRole(out *records, r entraRoleFact, text roleText, known map[string]bool) error {
	out.put("name", r.Name)
	if r.ID != "" {
		id, ok := rbac.ParseGUID(r.ID)
		if !ok {
			return fmt.Errorf("not a GUID: %q", r.ID)
		}
		out.put("id", id.String())
	}
	out.put("description", text.Description)
	out.put("category", text.Category)
	var flags []string
	for _, f := range []struct {
		name string
		set  bool
	}{
		{"privileged", r.Now != nil && *r.Now || r.Now == nil && r.Privileged},
		{"privileged-in-article", r.Privileged},
		{"deprecated", r.Deprecated},
		{"shown", r.Shown != nil && *r.Shown},
		{"hidden", r.Shown != nil && !*r.Shown},
	} {
		if f.set {
			flags = append(flags, f.name)
		}
	}
	out.put("flags", strings.Join(flags, ","))
	out.put("do-not-use", text.DoNotUse)
	out.put("replaced-by", text.ReplacedBy)
	out.put("api", r.APIName)
	out.put("graph", r.GraphName)
	out.all("former", r.FormerNames)
	out.all("also", text.Also)
	out.put("origin", origins(r.Origin == "seed", r.PublicSource))
	out.all("condition", r.Conditions)
	for _, a := range slices.Concat(r.Actions, r.Added) {
		if !known[rbac.Fold(a)] {
			return fmt.Errorf("unknown permission %q", a)
		}
	}
	actions := slices.DeleteFunc(slices.Concat(r.Actions, r.Added), func(a string) bool { return slices.Contains(r.Removed, a) })
	slices.Sort(actions)
	out.all("permission", slices.Compact(actions))
	out.all("added", r.Added)
	out.end()
	return nil
}

// check holds the hand-written text of a role against the facts.
func check(name string, text roleText, found, doNotUse bool) error {
	switch {
	case !found, text.Description == "", text.Category == "":
		return fmt.Errorf("descriptions.json has no text or category for %q", name)
	case len(text.Description) > 120:
		return fmt.Errorf("the description of %q has %d characters, 120 is the most", name, len(text.Description))
	case doNotUse && text.DoNotUse == "":
		return fmt.Errorf("descriptions.json does not say why %q is not to be used", name)
	}
	return nil
}
