// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package azure

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// RuleConditionSyntax says that the condition of a role assignment is written
// in the condition language of version 2.0.
var RuleConditionSyntax = newRule("azure_condition_syntax", "Invalid role assignment condition",
	"A condition can be read as version 2.0 of the condition language.", "Correct the expression at the place that is named.", conditionsPage, "")

const (
	// maxConditionDepth bounds groups within groups. Nobody writes a tenth of
	// it, and 8 KB of opening parentheses must not exhaust the stack.
	maxConditionDepth = 500
	// maxConditionViolations bounds what one condition has reported at once.
	maxConditionViolations = 10
)

// The words of the condition language, as its page documents them. The service
// does not mind their casing: conditions of its own built-in roles say
// "boolequals".
var (
	conditionSources     = []string{"Environment", "Principal", "Request", "Resource"}
	conditionFunctions   = []string{"ActionMatches", "SubOperationMatches"}
	conditionQuantifiers = []string{"ForAnyOfAnyValues", "ForAllOfAnyValues", "ForAnyOfAllValues", "ForAllOfAllValues"}
	conditionOperators   = []string{
		"StringEquals", "StringEqualsIgnoreCase", "StringNotEquals", "StringNotEqualsIgnoreCase",
		"StringStartsWith", "StringStartsWithIgnoreCase", "StringNotStartsWith", "StringNotStartsWithIgnoreCase",
		"StringLike", "StringLikeIgnoreCase", "StringNotLike", "StringNotLikeIgnoreCase",
		"NumericEquals", "NumericNotEquals", "NumericGreaterThan", "NumericGreaterThanEquals", "NumericLessThan", "NumericLessThanEquals",
		"DateTimeEquals", "DateTimeNotEquals", "DateTimeGreaterThan", "DateTimeGreaterThanEquals", "DateTimeLessThan", "DateTimeLessThanEquals",
		"BoolEquals", "BoolNotEquals", "GuidEquals", "GuidNotEquals",
	}
	// The names that the page does not document though Microsoft's own open
	// implementation of the language (github.com/microsoft/regorus) knows them.
	// They are no typing errors; whether Azure takes them is not known.
	undocumentedSources   = []string{"Context"}
	undocumentedOperators = []string{
		"StringContains", "StringNotContains", "StringEndsWith", "StringNotEndsWith", "StringMatches", "StringNotMatches", "NumericInRange",
		"TimeOfDayEquals", "TimeOfDayNotEquals", "TimeOfDayGreaterThan", "TimeOfDayGreaterThanEquals", "TimeOfDayLessThan",
		"TimeOfDayLessThanEquals", "TimeOfDayInRange", "IpMatch", "IpNotMatch", "IpInRange", "ListContains", "ListNotContains",
	}
)

const (
	conditionStart = `expected an expression such as ActionMatches{'…'}, @Resource[…] StringEquals '…', Exists @Request[…], NOT or "("`
	conditionValue = `expected a value such as 'text', true, 5, a GUID or a list {'a', 'b'}, or an attribute such as @Principal[…]`
	conditionOp    = `expected an operator such as StringEquals`
)

func conditionSourceList() string {
	list := make([]string, len(conditionSources))
	for i, s := range conditionSources {
		list[i] = "@" + s
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}

// ConditionError is what is wrong, or with SeverityWarning doubtful, at one
// place of a condition. Lines and columns count from 1, columns in characters.
type ConditionError struct {
	Line, Column int
	// Message says what was expected and what was found, without the place.
	Message  string
	Severity rbac.Severity
}

// Error is the message with its place.
func (e ConditionError) Error() string {
	return "Line " + itoa(e.Line) + ", column " + itoa(e.Column) + ": " + e.Message
}

// Condition is a condition that was read.
type Condition struct {
	Expr ConditionExpr
}

// ConditionExpr is one node of a condition: a *ConditionGroup, *ConditionNot,
// *ConditionMatch, *ConditionExists or *ConditionComparison.
type ConditionExpr interface{ conditionExpr() }

// ConditionGroup joins two or more expressions with AND, or with OR.
type ConditionGroup struct {
	Or    bool
	Terms []ConditionExpr
}

// ConditionNot is the opposite of an expression.
type ConditionNot struct{ Expr ConditionExpr }

// ConditionMatch is a function on patterns: ActionMatches{'pattern'} or
// SubOperationMatches{'name'}.
type ConditionMatch struct {
	Function string // in Azure's casing where it is known
	Patterns []string
}

// ConditionExists asks whether an attribute has a value.
type ConditionExists struct{ Operand ConditionOperand }

// ConditionComparison compares two operands.
type ConditionComparison struct {
	Left, Right ConditionOperand
	Quantifier  string // ForAnyOfAnyValues and so on; empty without one
	Operator    string // such as StringEquals; in Azure's casing where it is known
}

// ConditionOperand is an attribute, a value, a list of values, or a function
// of operands; exactly one of Attribute, Function and Values is set, and an
// empty list has none.
type ConditionOperand struct {
	Attribute *ConditionAttribute
	Values    []string
	List      bool // Values stand in braces
	Function  string
	Arguments []ConditionOperand
}

// ConditionAttribute is @Source[Name].
type ConditionAttribute struct {
	Source string // Environment, Principal, Request or Resource
	Name   string // such as Microsoft.Storage/storageAccounts/blobServices/containers:name
}

func (*ConditionGroup) conditionExpr()      {}
func (*ConditionNot) conditionExpr()        {}
func (*ConditionMatch) conditionExpr()      {}
func (*ConditionExists) conditionExpr()     {}
func (*ConditionComparison) conditionExpr() {}

// Actions lists the distinct action patterns that the condition speaks of, in
// the order in which they stand.
func (c *Condition) Actions() []string {
	var out []string
	walkCondition(c.Expr, func(e ConditionExpr) {
		m, ok := e.(*ConditionMatch)
		if !ok || m.Function != conditionFunctions[0] {
			return
		}
		for _, p := range m.Patterns {
			if !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, p) }) {
				out = append(out, p)
			}
		}
	})
	return out
}

// Attributes lists the distinct attributes that the condition speaks of, in
// the order in which they stand.
func (c *Condition) Attributes() []ConditionAttribute {
	var out []ConditionAttribute
	var add func(o ConditionOperand)
	add = func(o ConditionOperand) {
		if o.Attribute != nil && !slices.Contains(out, *o.Attribute) {
			out = append(out, *o.Attribute)
		}
		for _, a := range o.Arguments {
			add(a)
		}
	}
	walkCondition(c.Expr, func(e ConditionExpr) {
		switch e := e.(type) {
		case *ConditionExists:
			add(e.Operand)
		case *ConditionComparison:
			add(e.Left)
			add(e.Right)
		}
	})
	return out
}

// DelegationAttributes tells which attributes of role assignments the condition
// speaks of, among RoleDefinitionId, PrincipalId and PrincipalType, in this
// order. A condition that has any is of the form with which assigning roles is
// delegated within bounds; how tight the bounds are does not follow from this.
//
// Source: https://learn.microsoft.com/azure/role-based-access-control/conditions-authorization-actions-attributes
func (c *Condition) DelegationAttributes() []string {
	var out []string
	all := c.Attributes()
	for _, name := range []string{"RoleDefinitionId", "PrincipalId", "PrincipalType"} {
		if slices.ContainsFunc(all, func(a ConditionAttribute) bool {
			return strings.EqualFold(a.Name, "Microsoft.Authorization/roleAssignments:"+name)
		}) {
			out = append(out, name)
		}
	}
	return out
}

// walkCondition visits e and all below it, in the order in which they stand.
func walkCondition(e ConditionExpr, visit func(ConditionExpr)) {
	visit(e)
	switch e := e.(type) {
	case *ConditionGroup:
		for _, t := range e.Terms {
			walkCondition(t, visit)
		}
	case *ConditionNot:
		walkCondition(e.Expr, visit)
	}
}

// ParseCondition reads a condition of version 2.0. It reports the first
// mistake of syntax and every unknown operator and attribute source, ordered
// by place. Only what is certain to be refused is of SeverityError; what the
// documentation does not cover is of SeverityWarning. The condition is nil
// after a mistake of syntax, and there beside all other errors.
//
// Source: https://learn.microsoft.com/azure/role-based-access-control/conditions-format
func ParseCondition(text string) (*Condition, []ConditionError) {
	c, errs := parseCondition(text, true)
	if !slices.ContainsFunc(errs, isGrave) || !strings.Contains(text, `\'`) && !strings.Contains(text, `\"`) {
		return c, errs
	}
	if plain, other := parseCondition(text, false); !slices.ContainsFunc(other, isGrave) {
		return plain, other
	}
	return c, errs
}

func isGrave(e ConditionError) bool { return e.Severity == rbac.SeverityError }

func parseCondition(text string, escapes bool) (*Condition, []ConditionError) {
	tokens, notes := lexCondition(text, escapes)
	p := &conditionParser{tokens: tokens, errs: notes}
	if tokens[0].kind == tokenEnd {
		p.fail(conditionToken{line: 1, column: 1}, "the condition is blank. Write an expression, or leave the condition out.")
	}
	expr := p.expression()
	if t := p.peek(); !p.failed && t.kind != tokenEnd {
		if t.is(")") {
			p.fail(t, `")" closes nothing. Remove it, or add the "(" that belongs to it.`)
		} else {
			p.expected(t, `expected "AND", "OR" or the end of the condition`, "AND", "OR")
		}
	}
	p.rest()
	slices.SortStableFunc(p.errs, func(a, b ConditionError) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if p.failed {
		return nil, p.errs
	}
	return &Condition{Expr: expr}, p.errs
}

// conditionParser reads tokens by recursive descent. After the first mistake
// of syntax failed is set and everything returns at once.
type conditionParser struct {
	tokens []conditionToken
	at     int
	depth  int
	failed bool
	last   conditionToken // the last attribute that was checked
	errs   []ConditionError
}

// peek is the present token. The last one stays.
func (p *conditionParser) peek() conditionToken { return p.tokens[min(p.at, len(p.tokens)-1)] }

func (p *conditionParser) take() conditionToken {
	t := p.peek()
	p.at++
	return t
}

func (p *conditionParser) fail(t conditionToken, message string) {
	if !p.failed {
		p.failed = true
		p.note(t, rbac.SeverityError, message)
	}
}

func (p *conditionParser) note(t conditionToken, severity rbac.Severity, message string) {
	p.errs = append(p.errs, ConditionError{Line: t.line, Column: t.column, Message: message, Severity: severity})
}

// expected fails with what should stand in the place of t; near are the words
// among which t may have been meant.
func (p *conditionParser) expected(t conditionToken, what string, near ...string) {
	if t.kind == tokenBad {
		p.fail(t, t.why)
		return
	}
	meant := ""
	if t.kind == tokenWord {
		meant = rbac.DidYouMean(t.text, near)
	}
	p.fail(t, what+", found "+t.found()+"."+meant)
}

// deeper counts a level of nesting and reports whether it may be entered.
func (p *conditionParser) deeper(t conditionToken) bool {
	if p.depth++; p.depth > maxConditionDepth {
		p.fail(t, "more than "+itoa(maxConditionDepth)+" groups stand within one another. Close groups, or write the condition in a flatter way.")
	}
	return !p.failed
}

// expression reads terms joined by AND and OR. AND binds tighter; the
// documentation asks for parentheses where both stand side by side.
func (p *conditionParser) expression() ConditionExpr {
	var either, all []ConditionExpr
	joint := func(or bool, terms []ConditionExpr) ConditionExpr {
		if len(terms) == 1 {
			return terms[0]
		}
		return &ConditionGroup{Or: or, Terms: terms}
	}
	var first conditionTokenKind
	mixed := false
	for {
		term := p.term()
		if p.failed {
			return nil
		}
		all = append(all, term)
		t := p.peek()
		if t.kind != tokenAnd && t.kind != tokenOr {
			either = append(either, joint(false, all))
			return joint(true, either)
		}
		if first == 0 {
			first = t.kind
		}
		if t.kind != first && !mixed {
			mixed = true
			p.note(t, rbac.SeverityWarning, "AND and OR stand side by side, which leaves the order open. Put parentheses around the part that belongs together.")
		}
		if t.kind == tokenOr {
			either, all = append(either, joint(false, all)), nil
		}
		p.at++
	}
}

func (p *conditionParser) term() ConditionExpr {
	negations := 0
	for ; p.peek().kind == tokenNot; p.at++ {
		if !p.deeper(p.peek()) {
			return nil
		}
		negations++
	}
	e := p.primary()
	p.depth -= negations
	for ; negations > 0 && !p.failed; negations-- {
		e = &ConditionNot{Expr: e}
	}
	return e
}

func (p *conditionParser) primary() ConditionExpr {
	t := p.peek()
	switch {
	case t.is("("):
		p.at++
		if !p.deeper(t) {
			return nil
		}
		e := p.expression()
		p.depth--
		if end := p.peek(); p.failed {
			return nil
		} else if end.kind == tokenEnd {
			p.fail(t, `"(" is never closed. Add the ")" that belongs to it.`)
		} else if !end.is(")") {
			p.expected(end, `expected "AND", "OR" or ")"`, "AND", "OR")
		}
		p.at++
		return e
	case t.kind == tokenWord && strings.EqualFold(t.text, "Exists"):
		p.at++
		return p.exists()
	case t.kind == tokenWord && strings.EqualFold(t.text, "NotExists"):
		p.at++
		p.note(t, rbac.SeverityWarning, `Azure documents "NOT Exists" for "`+t.text+`"; write it as two words.`)
		return &ConditionNot{Expr: p.exists()}
	case t.kind == tokenWord && (p.follows("{") && !isConditionLiteral(t.text) || known(t.text, conditionFunctions) != nil):
		return p.match()
	}
	return p.comparison()
}

// follows reports whether a symbol stands behind the present token.
func (p *conditionParser) follows(symbol string) bool {
	return p.at+1 < len(p.tokens) && p.tokens[p.at+1].is(symbol)
}

func (p *conditionParser) exists() ConditionExpr {
	parens := 0
	for ; p.peek().is("("); p.at++ {
		parens++
	}
	t := p.peek()
	if t.kind != tokenAttribute && (t.kind != tokenWord || !p.follows("(")) {
		p.expected(t, "expected an attribute such as @Request[…] behind Exists")
		return nil
	}
	e := &ConditionExists{Operand: p.operand("")}
	for ; parens > 0 && !p.failed; parens-- {
		if t := p.take(); !t.is(")") {
			p.expected(t, `expected ")"`)
		}
	}
	return e
}

// match reads Function{'pattern'}.
func (p *conditionParser) match() ConditionExpr {
	t := p.take()
	m := &ConditionMatch{Function: t.text}
	if names := known(t.text, conditionFunctions); names != nil {
		m.Function = names[0]
	} else {
		p.unknown(t, t.text, conditionStart, "function", conditionFunctions, nil)
	}
	if b := p.take(); !b.is("{") {
		p.expected(b, `expected "{" behind `+m.Function+`, as in `+m.Function+`{'…'}`)
		return nil
	}
	for {
		v := p.take()
		switch {
		case v.kind == tokenString:
			m.Patterns = append(m.Patterns, v.value)
		case v.kind == tokenWord:
			p.fail(v, "expected text in single quotes, found "+v.found()+". Write '"+shortened(v.text)+"'.")
			return nil
		default:
			p.expected(v, "expected text in single quotes")
			return nil
		}
		switch end := p.take(); {
		case end.is("}"):
			return m
		case !end.is(","):
			p.expected(end, `expected "}"`)
			return nil
		}
	}
}

func (p *conditionParser) comparison() ConditionExpr {
	c := &ConditionComparison{Left: p.operand(conditionStart)}
	if p.failed {
		return nil
	}
	t := p.peek()
	if t.kind != tokenWord || isConditionLiteral(t.text) || known(t.text, conditionFunctions) != nil || strings.EqualFold(t.text, "Exists") {
		p.expected(t, conditionOp)
		return nil
	}
	c.Quantifier, c.Operator = p.operator()
	at := p.at
	c.Right = p.operand(conditionValue)
	if !p.failed {
		p.types(c, p.tokens[at])
	}
	return c
}

// operator reads an operator with or without a quantifier in front.
func (p *conditionParser) operator() (quantifier, operator string) {
	t := p.take()
	text := t.text
	if next := p.peek(); strings.HasSuffix(text, ":") && next.kind == tokenWord && !isConditionLiteral(next.text) {
		text += next.text
		p.at++
	}
	return p.checkOperator(t, text)
}

// checkOperator notes an operator or quantifier that is not known and returns
// both in Azure's casing.
func (p *conditionParser) checkOperator(t conditionToken, text string) (quantifier, operator string) {
	quantifier, operator, found := strings.Cut(text, ":")
	if !found {
		quantifier, operator = "", text
	} else if names := known(quantifier, conditionQuantifiers); names != nil {
		quantifier = names[0]
	} else {
		p.unknown(t, quantifier, "expected ForAnyOfAnyValues, ForAllOfAnyValues, ForAnyOfAllValues or ForAllOfAllValues", "quantifier", conditionQuantifiers, nil)
	}
	if names := known(operator, conditionOperators); names != nil {
		return quantifier, names[0]
	}
	p.unknown(t, operator, conditionOp, "operator", conditionOperators, undocumentedOperators)
	return quantifier, operator
}

// unknown notes a name that is none of the documented ones: an error when it
// can only be a typing error of one of them, else a warning, since the service
// may have learned it after this was written.
func (p *conditionParser) unknown(t conditionToken, name, expected, what string, documented, undocumented []string) {
	meant := rbac.DidYouMean(name, documented)
	if known(name, undocumented) == nil {
		folded, allowed := rbac.Fold(name), max(2, len(name)/8)
		for _, n := range rbac.Suggest(name, documented, 3) {
			if near := rbac.Fold(n); rbac.Distance(folded, near, allowed) <= allowed || strings.Contains(near, folded) {
				p.note(t, rbac.SeverityError, expected+`, found "`+shortened(name)+`".`+meant)
				return
			}
		}
	}
	p.note(t, rbac.SeverityWarning, `"`+shortened(name)+`" is no `+what+` that Azure documents, and Azure may refuse it.`+meant)
}

// known returns the one of names that word is in any casing, or nothing.
func known(word string, names []string) []string {
	if i := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, word) }); i >= 0 {
		return names[i : i+1]
	}
	return nil
}

// operand reads an attribute, a value, a list or a function of them; expected
// is the message if there is none.
func (p *conditionParser) operand(expected string) ConditionOperand {
	t := p.take()
	switch {
	case t.kind == tokenAttribute:
		return ConditionOperand{Attribute: p.attribute(t)}
	case t.kind == tokenString:
		return ConditionOperand{Values: []string{t.value}}
	case t.kind == tokenWord && p.peek().is("("):
		return p.call(t)
	case t.kind == tokenWord && isConditionLiteral(t.text):
		return ConditionOperand{Values: []string{t.text}}
	case t.kind == tokenWord && expected == conditionValue:
		p.fail(t, expected+", found "+t.found()+bareHint(t.text))
	case t.is("{") || t.is("["):
		return p.list(t)
	default:
		p.expected(t, expected, append([]string{"Exists", "NOT"}, conditionFunctions...)...)
	}
	return ConditionOperand{}
}

// attribute checks the source of an attribute and the form of its key.
func (p *conditionParser) attribute(t conditionToken) *ConditionAttribute {
	p.last = t
	a := &ConditionAttribute{Source: t.value, Name: t.name}
	switch names := known(t.value, conditionSources); {
	case names != nil:
		a.Source = names[0]
	case known(t.value, undocumentedSources) != nil:
		p.note(t, rbac.SeverityWarning, `"@`+t.value+`" is no attribute source that Azure documents, and Azure may refuse it. The sources are `+conditionSourceList()+".")
	default:
		p.note(t, rbac.SeverityError, "expected an attribute source, found \"@"+shortened(t.value)+"\". The sources are "+
			conditionSourceList()+"."+rbac.DidYouMean(t.value, conditionSources))
	}
	const key = "$key_case_sensitive$"
	if _, form, ok := strings.Cut(t.name, "<"); ok && form != key+">" {
		switch form {
		case "$>", ">":
			p.note(t, rbac.SeverityError, "the key of the attribute ends with \"<"+form+"\": a shell has replaced a part of it. Write \"<"+key+">\".")
		default:
			p.note(t, rbac.SeverityWarning, "the key of the attribute ends with \"<"+shortened(form)+"\". Azure documents \"<"+key+">\".")
		}
	}
	return a
}

// list reads values in braces behind the opening one.
func (p *conditionParser) list(open conditionToken) ConditionOperand {
	o := ConditionOperand{List: true}
	end := "}"
	if open.text == "[" {
		end = "]"
		p.note(open, rbac.SeverityWarning, "the list stands in square brackets. Azure documents braces: {'a', 'b'}.")
	}
	if p.peek().is(end) {
		p.at++
		p.note(open, rbac.SeverityWarning, "the list is empty. Put at least one value into it.")
		return o
	}
	for {
		t := p.take()
		switch {
		case t.kind == tokenString:
			o.Values = append(o.Values, t.value)
		case t.kind == tokenWord && isConditionLiteral(t.text):
			o.Values = append(o.Values, t.text)
		case t.kind == tokenWord:
			p.fail(t, "expected a value such as 'text', 5 or a GUID, found "+t.found()+bareHint(t.text))
			return o
		default:
			p.expected(t, "expected a value such as 'text', 5 or a GUID")
			return o
		}
		switch t := p.take(); {
		case t.is(end):
			return o
		case t.kind == tokenEnd:
			p.fail(open, `"`+open.text+`" is never closed. Add the "`+end+`" that belongs to it.`)
			return o
		case !t.is(","):
			p.expected(t, `expected "," or "`+end+`"`)
			return o
		}
	}
}

// bareHint ends a sentence about a word that is no value by itself.
func bareHint(word string) string {
	if g, ok := rbac.ParseGUID(word[strings.LastIndexByte(word, '/')+1:]); ok {
		return ". Write the GUID alone: " + g.String() + "."
	}
	return ". If it is text, put it in single quotes: '" + shortened(word) + "'."
}

// call reads the arguments of a function of operands, such as ToLower.
func (p *conditionParser) call(name conditionToken) ConditionOperand {
	o := ConditionOperand{Function: name.text}
	open := p.take()
	if !p.deeper(open) {
		return o
	}
	p.note(name, rbac.SeverityWarning, `"`+shortened(name.text)+`" is no function that Azure documents, and Azure may refuse it.`)
	for !p.failed {
		o.Arguments = append(o.Arguments, p.operand(conditionValue))
		if p.failed {
			break
		}
		switch t := p.take(); {
		case t.is(")"):
			p.depth--
			return o
		case t.kind == tokenEnd:
			p.fail(open, `"(" is never closed. Add the ")" that belongs to it.`)
		case !t.is(","):
			p.expected(t, `expected "," or ")"`)
		}
	}
	return o
}

// types warns of literal values that the operator does not compare.
func (p *conditionParser) types(c *ConditionComparison, at conditionToken) {
	if known(c.Operator, conditionOperators) == nil {
		return
	}
	var fits func(string) bool
	var what string
	switch operator := c.Operator; {
	case strings.HasPrefix(operator, "Guid"):
		what, fits = "GUIDs", func(s string) bool { _, ok := rbac.ParseGUID(s); return ok }
	case strings.HasPrefix(operator, "Numeric"):
		what, fits = "whole numbers", func(s string) bool { _, err := strconv.ParseInt(s, 10, 64); return err == nil }
	case strings.HasPrefix(operator, "Bool"):
		what, fits = "true and false", func(s string) bool { return strings.EqualFold(s, "true") || strings.EqualFold(s, "false") }
	case strings.HasPrefix(operator, "DateTime"):
		what, fits = "dates such as '2023-05-01T13:00:00.0Z'", isConditionDate
	default:
		return
	}
	for _, v := range slices.Concat(c.Left.Values, c.Right.Values) {
		if !fits(v) {
			p.note(at, rbac.SeverityWarning, c.Operator+" compares "+what+", and '"+shortened(v)+"' is none.")
			return
		}
	}
}

// isConditionDate reports whether a value has the form yyyy-mm-ddThh:mm:ss.mmmmmmmZ.
func isConditionDate(s string) bool {
	_, err := time.Parse(time.RFC3339Nano, s)
	return err == nil
}

// rest checks the attributes and their operators behind a mistake of syntax,
// so that one run tells of all unknown names.
func (p *conditionParser) rest() {
	for i, t := range p.tokens {
		if !p.failed || t.kind != tokenAttribute || t.line < p.last.line || t.line == p.last.line && t.column <= p.last.column {
			continue
		}
		p.attribute(t)
		if i > 0 && strings.EqualFold(p.tokens[i-1].text, "Exists") {
			continue
		}
		op := p.tokens[i+1] // an attribute is never the last token
		if op.kind == tokenWord && !isConditionLiteral(op.text) && known(op.text, conditionFunctions) == nil {
			p.checkOperator(op, op.text)
		}
	}
}

// ValidateCondition returns what is wrong with the condition of a role
// assignment and with its version; warnings are violations of SeverityWarning.
// An empty condition is none, an empty version is the default one. How long a
// condition may be is RuleConditionLength, which ValidateAssignment checks.
func ValidateCondition(text, version string) []rbac.Violation {
	if text == "" {
		return nil
	}
	var out []rbac.Violation
	if version != "" && version != ConditionVersion {
		out = append(out, RuleConditionSyntax.Broken("condition_version", version, `The condition has version "`+version+
			`". Azure takes conditions of version "`+ConditionVersion+`" alone; set that, or leave the version out.`))
	}
	_, errs := ParseCondition(text)
	// What is certain comes first where there is more than can be shown.
	slices.SortStableFunc(errs, func(a, b ConditionError) int { return cmp.Compare(gravity(a), gravity(b)) })
	more := len(errs) - maxConditionViolations
	for i, e := range errs {
		if i == maxConditionViolations {
			break
		}
		v := RuleConditionSyntax.Broken("condition", "", e.Error())
		if e.Severity != RuleConditionSyntax.Severity {
			v.Severity = e.Severity
		}
		if i == maxConditionViolations-1 && more > 0 {
			v.Message += " There are " + itoa(more) + " more remarks on the condition."
		}
		out = append(out, v)
	}
	return out
}

func gravity(e ConditionError) int {
	if isGrave(e) {
		return 0
	}
	return 1
}
