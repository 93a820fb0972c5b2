// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package report

import (
	_ "embed"
	"html/template"
	"slices"
	"strings"
	"sync"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

//go:embed report.html.tmpl
var pageText string

var page = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("report").Funcs(template.FuncMap{
		"title": func(system string) string { return rbac.System(system).Title() },
		"marks": func(g Grant) string { return strings.Join(g.Marks(), " ") },
	}).Parse(pageText))
})

// matrix is a table of principals by roles of one system.
type matrix struct {
	System string
	Roles  []string
	Rows   []matrixRow
}

type matrixRow struct {
	Principal string
	Orphaned  bool
	Cells     []matrixCell
}

// matrixCell says how often a principal has a role.
type matrixCell struct {
	Count      int
	Privileged bool
	Where      string // all the places, a line each
}

// matrices has one for each system that has grants.
func (r Report) matrices() []matrix {
	var out []matrix
	for _, g := range r.Grants {
		i := slices.IndexFunc(out, func(m matrix) bool { return m.System == g.System })
		if i < 0 {
			out, i = append(out, matrix{System: g.System}), len(out)
		}
		if !slices.Contains(out[i].Roles, g.Role()) {
			out[i].Roles = append(out[i].Roles, g.Role())
		}
	}
	for i := range out {
		m := &out[i]
		slices.SortFunc(m.Roles, func(a, b string) int { return strings.Compare(rbac.Fold(a), rbac.Fold(b)) })
		rows := map[string]int{}
		for _, g := range r.Grants {
			if g.System != m.System {
				continue
			}
			at, ok := rows[g.PrincipalID]
			if !ok {
				at = len(m.Rows)
				rows[g.PrincipalID] = at
				m.Rows = append(m.Rows, matrixRow{Principal: g.Principal(), Orphaned: g.Orphaned, Cells: make([]matrixCell, len(m.Roles))})
			}
			c := &m.Rows[at].Cells[slices.Index(m.Roles, g.Role())]
			c.Count, c.Privileged = c.Count+1, c.Privileged || g.Privileged
			c.Where = strings.TrimPrefix(c.Where+"\n"+g.Scope+", "+g.Through(), "\n")
		}
	}
	return out
}

// HTML is one page that needs nothing else: a table with a filter, and a matrix of
// principals and roles. It opens from a file and sends no request.
func (r Report) HTML() (string, error) {
	var systems []string
	for _, g := range r.Grants {
		if !slices.Contains(systems, g.System) {
			systems = append(systems, g.System)
		}
	}
	var b strings.Builder
	err := page().Execute(&b, struct {
		Report
		Count    Summary
		Systems  []string
		Matrices []matrix
	}{r, r.Summary(), systems, r.matrices()})
	return b.String(), err
}
