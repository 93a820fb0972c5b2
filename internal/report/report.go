// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package report writes who has what, where and through what, as JSON, CSV,
// Markdown and one HTML page. The same grants always give the same bytes, so that
// a report can be committed and compared.
package report

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Grant is one role that one principal has at one place.
type Grant struct {
	System        string `json:"system"` // azure, entra or intune
	PrincipalID   string `json:"principal_id"`
	PrincipalName string `json:"principal_name"` // empty where the directory does not tell
	PrincipalType string `json:"principal_type"` // such as User or Group; empty where nobody tells
	RoleID        string `json:"role_id"`
	RoleName      string `json:"role_name"`
	// Scope is where the role holds: an Azure or directory scope, or what an Intune
	// assignment is for.
	Scope          string `json:"scope"`
	AssignmentID   string `json:"assignment_id"`
	AssignmentName string `json:"assignment_name"`
	// Through is the group through which the principal has the role; empty when it
	// is assigned to the principal itself.
	ThroughID   string `json:"through_id"`
	ThroughName string `json:"through_name"`
	Condition   string `json:"condition"`
	Privileged  bool   `json:"privileged"`
	// Orphaned is set when the directory knows no such principal.
	Orphaned bool `json:"orphaned"`
}

// Principal is how a person reads the principal: its name, or its ID without one.
func (g Grant) Principal() string { return cmp.Or(g.PrincipalName, g.PrincipalID) }

// Role is how a person reads the role.
func (g Grant) Role() string { return cmp.Or(g.RoleName, g.RoleID) }

// Through is how a person reads the way to the role.
func (g Grant) Through() string {
	if g.ThroughID == "" {
		return "directly"
	}
	return "group " + cmp.Or(g.ThroughName, g.ThroughID)
}

// Marks are what a reader should look at: "privileged", "orphaned".
func (g Grant) Marks() []string {
	var out []string
	if g.Privileged {
		out = append(out, "privileged")
	}
	if g.Orphaned {
		out = append(out, "orphaned")
	}
	return out
}

// Report is grants in their order.
type Report struct {
	Title  string
	Grants []Grant
}

// New puts grants in order: by system, principal, role, scope and assignment,
// each once.
func New(title string, grants []Grant) Report {
	grants = slices.Clone(grants)
	slices.SortFunc(grants, func(a, b Grant) int {
		fold := func(x, y string) int {
			return cmp.Or(strings.Compare(rbac.Fold(x), rbac.Fold(y)), strings.Compare(x, y))
		}
		return cmp.Or(
			strings.Compare(a.System, b.System), fold(a.Principal(), b.Principal()), strings.Compare(a.PrincipalID, b.PrincipalID),
			fold(a.Role(), b.Role()), fold(a.Scope, b.Scope), fold(a.AssignmentID, b.AssignmentID), fold(a.Through(), b.Through()), strings.Compare(a.ThroughID, b.ThroughID),
		)
	})
	return Report{Title: title, Grants: slices.Compact(grants)}
}

// Summary counts grants, and those that are marked.
type Summary struct {
	Principals int `json:"principals"`
	Grants     int `json:"grants"`
	Privileged int `json:"privileged"`
	Orphaned   int `json:"orphaned"`
}

// Summary counts what is in the report.
func (r Report) Summary() Summary {
	s := Summary{Grants: len(r.Grants)}
	seen := map[string]bool{}
	for _, g := range r.Grants {
		seen[g.PrincipalID] = true
		if g.Privileged {
			s.Privileged++
		}
		if g.Orphaned {
			s.Orphaned++
		}
	}
	s.Principals = len(seen)
	return s
}

// JSON is the report as an object with title, summary and grants, indented.
func (r Report) JSON() string {
	grants := r.Grants
	if grants == nil {
		grants = []Grant{}
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	// Texts and flags alone: it can't fail.
	_ = encoder.Encode(struct {
		Title   string  `json:"title"`
		Summary Summary `json:"summary"`
		Grants  []Grant `json:"grants"`
	}{r.Title, r.Summary(), grants})
	return b.String()
}

var csvHeader = []string{
	"system", "principal_id", "principal_name", "principal_type", "role_id", "role_name", "scope",
	"assignment_id", "assignment_name", "through_id", "through_name", "condition", "privileged", "orphaned",
}

// CSV is a row for each grant, below a header. A text that a spreadsheet would
// take for a formula gets an apostrophe in front.
func (r Report) CSV() string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	// Into memory: it can't fail.
	_ = w.Write(csvHeader)
	for _, g := range r.Grants {
		row := []string{
			g.System, g.PrincipalID, g.PrincipalName, g.PrincipalType, g.RoleID, g.RoleName, g.Scope,
			g.AssignmentID, g.AssignmentName, g.ThroughID, g.ThroughName, g.Condition, strconv.FormatBool(g.Privileged), strconv.FormatBool(g.Orphaned),
		}
		for i, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				row[i] = "'" + cell
			}
		}
		_ = w.Write(row)
	}
	w.Flush()
	return b.String()
}

// Markdown is a title, the counts and a table for each system.
func (r Report) Markdown() string {
	var b strings.Builder
	s := r.Summary()
	b.WriteString("# " + oneLine(r.Title) + "\n\n")
	b.WriteString(count(s.Grants, "grant") + " of " + count(s.Principals, "principal") + ", " + strconv.Itoa(s.Privileged) + " privileged, " + strconv.Itoa(s.Orphaned) + " orphaned.\n")
	system := ""
	for _, g := range r.Grants {
		if g.System != system {
			system = g.System
			b.WriteString("\n## " + rbac.System(system).Title() + "\n\n| principal | type | role | where | through | marks |\n|---|---|---|---|---|---|\n")
		}
		cells := []string{g.Principal(), g.PrincipalType, g.Role(), g.Scope, g.Through(), strings.Join(g.Marks(), ", ")}
		for i, c := range cells {
			cells[i] = cell(c)
		}
		b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	return b.String()
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

// oneLine is text without line breaks.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// cell is text as a cell of a Markdown table: nothing in it is markup.
func cell(text string) string {
	var b strings.Builder
	for _, r := range oneLine(text) {
		if strings.ContainsRune("\\`*_|<>[]&#~", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
