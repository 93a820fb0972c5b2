// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"net/http"
	"strings"
)

// condition is one condition of a $filter of Azure Resource Manager, which knows
// few forms. Graph has a language of its own, see filterOf.
//
//	principalId eq 'x'   {Name: "principalId", Op: "eq", Values: ["x"]}
//	atScope()            {Op: "atscope"}
//	assignedTo('x')      {Op: "assignedto", Values: ["x"]}
//
// Op is in lower case. Names keep their casing; compare with strings.EqualFold.
type condition struct {
	Name   string
	Op     string
	Values []string
}

// filter reads $filter, conditions that are joined by "and": nil when there is
// none. What it can't read is the service's refusal.
func (c *call) filter() ([]condition, error) {
	text := strings.TrimSpace(c.option("$filter"))
	if text == "" {
		return nil, nil
	}
	conditions, ok := parseFilter(text)
	if !ok {
		return nil, badFilter(text)
	}
	return conditions, nil
}

// unsupportedFilter is the service's refusal of a condition that it does not know.
func (c *call) unsupportedFilter(condition) error { return badFilter(c.option("$filter")) }

func badFilter(text string) error {
	return refuse(http.StatusBadRequest, "InvalidFilter", fmt.Sprintf("The filter '%s' is not supported.", brief(text)))
}

// parseFilter reads conditions that are joined by "and", in parentheses or not.
func parseFilter(text string) ([]condition, bool) {
	p := filterParser{rest: text}
	conditions := p.conjunction(0)
	p.blank()
	if p.failed || p.rest != "" {
		return nil, false
	}
	return conditions, true
}

// filterDepth bounds how deep parentheses go, filterSize how many conditions there are.
const filterDepth, filterSize = 16, 64

type filterParser struct {
	rest   string
	count  int
	failed bool
}

func (p *filterParser) conjunction(depth int) []condition {
	var out []condition
	for !p.failed {
		p.blank()
		if depth < filterDepth && p.symbol('(') {
			out = append(out, p.conjunction(depth+1)...)
			p.expect(')')
		} else {
			out = append(out, p.condition())
		}
		before := p.rest
		if !strings.EqualFold(p.word(), "and") {
			p.rest = before
			break
		}
	}
	return out
}

func (p *filterParser) condition() condition {
	if p.count++; p.count > filterSize {
		p.failed = true
		return condition{}
	}
	name := p.word()
	switch {
	case name == "":
		p.failed = true
	case p.symbol('('):
		return p.function(name)
	}
	c := condition{Name: name, Op: strings.ToLower(p.word())}
	p.failed = p.failed || c.Op != "eq"
	c.Values = []string{p.value()}
	return c
}

// function reads what follows name and its parenthesis.
func (p *filterParser) function(name string) condition {
	c := condition{Op: strings.ToLower(name)}
	if !p.symbol(')') {
		c.Values = []string{p.value()}
		p.expect(')')
	}
	return c
}

// value reads a quoted text, in which a quote is written twice, or a bare word.
func (p *filterParser) value() string {
	p.blank()
	if p.rest == "" || p.rest[0] != '\'' {
		w := p.word()
		p.failed = p.failed || w == ""
		return w
	}
	var b strings.Builder
	for i := 1; i < len(p.rest); i++ {
		if p.rest[i] != '\'' {
			b.WriteByte(p.rest[i])
			continue
		}
		if i+1 < len(p.rest) && p.rest[i+1] == '\'' {
			b.WriteByte('\'')
			i++
			continue
		}
		p.rest = p.rest[i+1:]
		return b.String()
	}
	p.failed = true
	return ""
}

func (p *filterParser) word() string {
	p.blank()
	end := strings.IndexAny(p.rest, " \t(),'")
	if end < 0 {
		end = len(p.rest)
	}
	w := p.rest[:end]
	p.rest = p.rest[end:]
	return w
}

func (p *filterParser) blank() { p.rest = strings.TrimLeft(p.rest, " \t") }

func (p *filterParser) symbol(b byte) bool {
	p.blank()
	if p.rest == "" || p.rest[0] != b {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func (p *filterParser) expect(b byte) { p.failed = !p.symbol(b) || p.failed }
