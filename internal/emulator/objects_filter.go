// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Graph's $filter, as far as it is documented for what the emulator serves:
// eq, in, startsWith, any of a list, and, or, parentheses. What else OData has
// parses or does not, and is refused either way.

// operators are those that one property takes.
type operators int

const (
	opEquals operators = 1 << iota // eq and in
	opStartsWith
	opAny // names/any(n:n eq 'x')
)

// property is a member of T by which a collection can be filtered. value
// returns a string, a bool, a []string or nil.
type property[T any] struct {
	allows operators
	value  func(T) any
}

// filterable are the properties of a collection by their names, which have a casing.
type filterable[T any] struct {
	resource   string // for the words of a refusal, such as RoleDefinition
	properties map[string]property[T]
	or         bool // whether the collection takes "or"
}

// expression is a parsed $filter.
type expression struct {
	operator string // "and", "or", "in" (eq is an "in" of one), "startswith", "any" or notServed
	sides    []expression
	property string
	values   []any // strings, bools or nil
}

// notServed is an operator or function that OData may have, and the emulator has not.
const notServed = "not served"

// filterError is a $filter that is refused.
type filterError struct {
	// unsupported tells that the filter is well-formed but not served.
	unsupported bool
	message     string
}

func (e *filterError) Error() string { return e.message }

func unsupportedClause(property, resource string) error {
	return &filterError{unsupported: true, message: fmt.Sprintf("Unsupported or invalid query filter clause specified for property '%s' of resource '%s'.", property, resource)}
}

// filterOf compiles the text of a $filter to a predicate; the empty text
// selects everything. Errors are *filterError.
func filterOf[T any](text string, f filterable[T]) (func(T) bool, expression, error) {
	if strings.TrimSpace(text) == "" {
		return func(T) bool { return true }, expression{}, nil
	}
	e, err := parseExpression(text)
	if err != nil {
		return nil, e, err
	}
	keep, err := predicate(e, f)
	return keep, e, err
}

func predicate[T any](e expression, f filterable[T]) (func(T) bool, error) {
	switch e.operator {
	case "and", "or":
		if e.operator == "or" && !f.or {
			return nil, &filterError{unsupported: true, message: fmt.Sprintf("The operator 'or' is not supported for resource '%s'.", f.resource)}
		}
		left, err := predicate(e.sides[0], f)
		if err != nil {
			return nil, err
		}
		right, err := predicate(e.sides[1], f)
		if err != nil {
			return nil, err
		}
		if e.operator == "and" {
			return func(v T) bool { return left(v) && right(v) }, nil
		}
		return func(v T) bool { return left(v) || right(v) }, nil
	}
	p, ok := f.properties[e.property]
	if !ok {
		return nil, &filterError{message: fmt.Sprintf("Invalid filter clause: Could not find a property named '%s' on type 'microsoft.graph.%s'.", e.property, f.resource)}
	}
	switch {
	case e.operator == "in" && p.allows&opEquals != 0:
		wanted := make([]any, len(e.values))
		for i, v := range e.values {
			wanted[i] = folded(v)
		}
		return func(v T) bool { return slices.Contains(wanted, folded(p.value(v))) }, nil
	case e.operator == "startswith" && p.allows&opStartsWith != 0:
		prefix, ok := e.values[0].(string)
		if !ok {
			return nil, unsupportedClause(e.property, f.resource)
		}
		prefix = rbac.Fold(prefix)
		return func(v T) bool {
			text, _ := p.value(v).(string)
			return strings.HasPrefix(rbac.Fold(text), prefix)
		}, nil
	case e.operator == "any" && p.allows&opAny != 0:
		wanted := folded(e.values[0])
		return func(v T) bool {
			list, _ := p.value(v).([]string)
			return slices.ContainsFunc(list, func(s string) bool { return folded(s) == wanted })
		}, nil
	default:
		return nil, unsupportedClause(e.property, f.resource)
	}
}

// folded makes strings comparable as the directory compares them.
func folded(v any) any {
	if s, ok := v.(string); ok {
		return rbac.Fold(s)
	}
	return v
}

// equal returns the one string that every match has as its property: the list
// can be narrowed before it is read.
func (e expression) equal(property string) (string, bool) {
	switch {
	case e.operator == "and":
		if v, ok := e.sides[0].equal(property); ok {
			return v, true
		}
		return e.sides[1].equal(property)
	case e.operator == "in" && e.property == property && len(e.values) == 1:
		v, ok := e.values[0].(string)
		return v, ok
	default:
		return "", false
	}
}

// What a filter may be at most; more is somebody's mistake.
const (
	maxFilterLength = 16 << 10 // bytes
	maxFilterDepth  = 64
)

// parseExpression reads a $filter. Errors are *filterError.
func parseExpression(text string) (expression, error) {
	if len(text) > maxFilterLength {
		return expression{}, &filterError{message: fmt.Sprintf("Invalid filter clause: The filter has %d characters, more than %d.", len(text), maxFilterLength)}
	}
	p := expressionParser{text: text}
	e, err := p.or(0)
	if err != nil {
		return e, err
	}
	if p.peek() != "" {
		return e, p.wrong()
	}
	return e, nil
}

type expressionParser struct {
	text string
	at   int
}

func (p *expressionParser) wrong() error {
	return &filterError{message: fmt.Sprintf("Invalid filter clause: Syntax error at position %d in '%s'.", min(p.at, len(p.text)), p.text)}
}

func (p *expressionParser) blanks() {
	for p.at < len(p.text) && p.text[p.at] == ' ' {
		p.at++
	}
}

// peek returns the next token without taking it: "(", ")", ",", a quoted
// string with its quotes, or a word; "" at the end.
func (p *expressionParser) peek() string {
	p.blanks()
	rest := p.text[p.at:]
	if rest == "" {
		return ""
	}
	switch rest[0] {
	case '(', ')', ',':
		return rest[:1]
	case '\'':
		for i := 1; i < len(rest); i++ {
			if rest[i] != '\'' {
				continue
			}
			if i+1 < len(rest) && rest[i+1] == '\'' {
				i++
				continue
			}
			return rest[:i+1]
		}
		return rest // without its end: nothing takes it
	}
	if i := strings.IndexAny(rest, " (),'"); i >= 0 {
		return rest[:i]
	}
	return rest
}

func (p *expressionParser) take(token string) bool {
	got := p.peek()
	if got == "" || !strings.EqualFold(got, token) {
		return false
	}
	p.at += len(got)
	return true
}

func (p *expressionParser) or(depth int) (expression, error) { return p.joined(depth, "or", p.and) }

func (p *expressionParser) and(depth int) (expression, error) { return p.joined(depth, "and", p.term) }

// joined reads sides with one operator in between.
func (p *expressionParser) joined(depth int, operator string, side func(int) (expression, error)) (expression, error) {
	left, err := side(depth)
	for n := depth; err == nil && p.take(operator); n++ {
		if n > maxFilterDepth {
			return left, &filterError{unsupported: true, message: fmt.Sprintf("Unsupported query: The filter has more than %d conditions.", maxFilterDepth)}
		}
		var right expression
		if right, err = side(depth); err == nil {
			left = expression{operator: operator, sides: []expression{left, right}}
		}
	}
	return left, err
}

func (p *expressionParser) term(depth int) (expression, error) {
	if depth > maxFilterDepth {
		return expression{}, &filterError{unsupported: true, message: fmt.Sprintf("Unsupported query: The filter is nested more than %d deep.", maxFilterDepth)}
	}
	if p.take("(") {
		e, err := p.or(depth + 1)
		if err == nil && !p.take(")") {
			err = p.wrong()
		}
		return e, err
	}
	name, ok := p.name()
	if !ok {
		return expression{}, p.wrong()
	}
	switch {
	case strings.EqualFold(name, "not"):
		return expression{}, &filterError{unsupported: true, message: "Unsupported query: The operator 'not' is not supported."}
	case p.peek() == "(":
		return p.function(name)
	}
	operator, ok := p.name()
	if !ok {
		return expression{}, p.wrong()
	}
	if !strings.EqualFold(operator, "in") {
		v, err := p.literal()
		kind := notServed
		if strings.EqualFold(operator, "eq") {
			kind = "in"
		}
		return expression{operator: kind, property: name, values: []any{v}}, err
	}
	e := expression{operator: "in", property: name}
	if !p.take("(") {
		return e, p.wrong()
	}
	for {
		v, err := p.literal()
		if err != nil {
			return e, err
		}
		e.values = append(e.values, v)
		if p.take(")") {
			return e, nil
		}
		if !p.take(",") {
			return e, p.wrong()
		}
	}
}

// function reads what follows the name of a function of a property and a
// literal, or of an any over a list.
func (p *expressionParser) function(name string) (expression, error) {
	p.take("(")
	if property, ok := strings.CutSuffix(name, "/any"); ok {
		return p.any(property)
	}
	property, ok := p.name()
	if !ok || !p.take(",") {
		return expression{}, p.wrong()
	}
	v, err := p.literal()
	if err == nil && !p.take(")") {
		err = p.wrong()
	}
	kind := notServed
	if strings.EqualFold(name, "startsWith") {
		kind = "startswith"
	}
	return expression{operator: kind, property: property, values: []any{v}}, err
}

// any reads a condition on the items of a list, such as n:n eq 'x'.
func (p *expressionParser) any(property string) (expression, error) {
	words, ok := p.name()
	if variable, item, colon := strings.Cut(words, ":"); !ok || !colon || variable != item || !p.take("eq") {
		return expression{}, p.wrong()
	}
	v, err := p.literal()
	if err == nil && !p.take(")") {
		err = p.wrong()
	}
	return expression{operator: "any", property: property, values: []any{v}}, err
}

// name takes a word that is a path of identifiers.
func (p *expressionParser) name() (string, bool) {
	word := p.peek()
	if word == "" {
		return "", false
	}
	for i := range len(word) {
		c := word[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == '@'
		if !letter && (i == 0 || !('0' <= c && c <= '9' || c == '/' || c == '.' || c == ':')) {
			return "", false
		}
	}
	p.at += len(word)
	return word, true
}

// literal takes a quoted string, true, false, null or a GUID without quotes.
func (p *expressionParser) literal() (any, error) {
	token := p.peek()
	take := func(v any) (any, error) {
		p.at += len(token)
		return v, nil
	}
	switch {
	case len(token) >= 2 && token[0] == '\'' && token[len(token)-1] == '\'':
		inner := token[1 : len(token)-1]
		if strings.Count(inner, "'")%2 == 0 { // else the last quote is half of a doubled one
			return take(strings.ReplaceAll(inner, "''", "'"))
		}
	case token == "true":
		return take(true)
	case token == "false":
		return take(false)
	case token == "null":
		return take(nil)
	default:
		if id, ok := rbac.ParseGUID(token); ok {
			return take(id.String())
		}
	}
	return nil, p.wrong()
}
