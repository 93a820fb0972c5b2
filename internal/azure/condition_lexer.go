// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package azure

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// conditionTokenKind is what a piece of a condition is.
type conditionTokenKind int

const (
	tokenEnd       conditionTokenKind = iota // behind the last character
	tokenBad                                 // can't be read; why says so and ends the text
	tokenWord                                // a name, number, GUID or bare text
	tokenString                              // 'text'; value is what stands between the quotes
	tokenAttribute                           // @Source[name]; value is the source, name the name
	tokenAnd                                 // AND, &&
	tokenOr                                  // OR, ||
	tokenNot                                 // NOT, !
	tokenSymbol                              // one of ( ) { } [ ] , or anything else
)

type conditionToken struct {
	kind         conditionTokenKind
	text         string // as written
	value, name  string
	why          string
	line, column int
}

func (t conditionToken) is(symbol string) bool { return t.kind == tokenSymbol && t.text == symbol }

// found names a token in a message.
func (t conditionToken) found() string {
	if t.kind == tokenEnd {
		return "the end of the condition"
	}
	if t.kind == tokenString {
		return shortened(t.text)
	}
	return `"` + shortened(t.text) + `"`
}

// shortened keeps long or multi-line text from flooding a message.
func shortened(text string) string {
	const most = 48
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
	if utf8.RuneCountInString(text) > most {
		text = string([]rune(text)[:most]) + "…"
	}
	return text
}

// conditionLexer cuts a condition into tokens. It counts columns in characters.
type conditionLexer struct {
	text         []rune
	at           int
	line, column int
	escapes      bool // a backslash keeps a quote from ending a string
	notes        []ConditionError
}

// lexCondition returns the tokens of a condition, the last of which is of the
// kind tokenEnd or tokenBad, and what there is to say about them.
func lexCondition(text string, escapes bool) ([]conditionToken, []ConditionError) {
	l := &conditionLexer{text: []rune(text), line: 1, column: 1, escapes: escapes}
	var out []conditionToken
	for {
		t := l.next()
		out = append(out, t)
		if t.kind == tokenEnd || t.kind == tokenBad {
			return out, l.notes
		}
	}
}

// peek is the character n places ahead; 0 behind the end.
func (l *conditionLexer) peek(n int) rune {
	if l.at+n < len(l.text) {
		return l.text[l.at+n]
	}
	return 0
}

func (l *conditionLexer) done() bool { return l.at >= len(l.text) }

func (l *conditionLexer) skip(n int) {
	for ; n > 0 && !l.done(); n-- {
		if l.text[l.at] == '\n' {
			l.line, l.column = l.line+1, 1
		} else {
			l.column++
		}
		l.at++
	}
}

func (l *conditionLexer) warn(t conditionToken, message string) {
	l.notes = append(l.notes, ConditionError{Line: t.line, Column: t.column, Message: message, Severity: rbac.SeverityWarning})
}

func (l *conditionLexer) next() conditionToken {
	l.blanks()
	t := conditionToken{line: l.line, column: l.column}
	if l.done() {
		return t
	}
	start := l.at
	finish := func(kind conditionTokenKind) conditionToken {
		t.kind, t.text = kind, string(l.text[start:l.at])
		return t
	}
	bad := func(why string) conditionToken {
		t.why = why
		return finish(tokenBad)
	}
	switch r := l.peek(0); {
	case r == '\'' || r == '"':
		value, closed := l.quoted(r)
		if !closed {
			return bad("the text that begins here has no closing " + string(r) + ".")
		}
		t.value = value
		if r == '"' {
			l.warn(t, `text stands in double quotes. Azure documents single quotes in a condition; write '`+shortened(value)+`'.`)
		}
		return finish(tokenString)
	case r == '@':
		l.skip(1)
		t.value = l.word()
		if t.value == "" {
			return bad(`expected an attribute source behind "@"; the sources are ` + conditionSourceList() + ".")
		}
		return l.attribute(&t, finish, bad)
	case r == '&' && l.peek(1) == '&':
		l.skip(2)
		return finish(tokenAnd)
	case r == '|' && l.peek(1) == '|':
		l.skip(2)
		return finish(tokenOr)
	case r == '!' && l.peek(1) != '=':
		l.skip(1)
		return finish(tokenNot)
	case strings.ContainsRune("‘’‚‛′“”„", r):
		l.skip(1)
		return bad(`found the typographic quote "` + string(r) + `". Text stands in straight single quotes: '.`)
	case !unicode.IsGraphic(r) || unicode.IsSpace(r) || r == utf8.RuneError:
		l.skip(1)
		return bad(fmt.Sprintf("found the hidden character U+%04X, which is easily copied from formatted text. Delete it, or write a blank in its place.", r))
	case conditionWordRune(r):
		t.value = l.word()
		if l.peek(0) == '[' && known(t.value, conditionSources) != nil {
			l.warn(t, `"`+t.value+`[" has no "@". Azure documents attributes with it; write "@`+t.value+`[…]".`)
			return l.attribute(&t, finish, bad)
		}
		switch rbac.Fold(t.value) {
		case "and":
			return finish(tokenAnd)
		case "or":
			return finish(tokenOr)
		case "not":
			return finish(tokenNot)
		}
		return finish(tokenWord)
	default:
		l.skip(1)
		if r == '=' || r == '<' || r == '>' || r == '!' {
			for l.peek(0) == '=' {
				l.skip(1)
			}
		}
		return finish(tokenSymbol)
	}
}

// blanks skips blanks, line breaks and comments. Comments are not part of the
// documented language, so that they are worth a word.
func (l *conditionLexer) blanks() {
	for !l.done() {
		switch r := l.peek(0); {
		case r == ' ' || r == '\t' || r == '\r' || r == '\n':
			l.skip(1)
		case r == '#' || r == '/' && (l.peek(1) == '/' || l.peek(1) == '*'):
			l.warn(conditionToken{line: l.line, column: l.column},
				"this looks like a comment. Azure documents none in a condition and may refuse it; move it out of the condition.")
			if l.peek(1) == '*' && r == '/' {
				for l.skip(2); !l.done() && (l.peek(0) != '*' || l.peek(1) != '/'); {
					l.skip(1)
				}
				l.skip(2)
				continue
			}
			for !l.done() && l.peek(0) != '\n' {
				l.skip(1)
			}
		default:
			return
		}
	}
}

// quoted reads a string literal. How Azure escapes a quote in it is not
// documented: a doubled quote is one, and so is one behind a backslash unless
// the condition only makes sense with the backslash as a plain character.
func (l *conditionLexer) quoted(quote rune) (value string, closed bool) {
	l.skip(1)
	var b strings.Builder
	for !l.done() {
		r := l.peek(0)
		switch {
		case l.escapes && r == '\\' && l.at+1 < len(l.text):
			if l.peek(1) != quote {
				b.WriteRune(r) // \* and \? belong to the pattern of StringLike
			}
			b.WriteRune(l.peek(1))
			l.skip(2)
			continue
		case r == quote && l.peek(1) == quote:
			l.skip(1)
		case r == quote:
			l.skip(1)
			return b.String(), true
		}
		b.WriteRune(r)
		l.skip(1)
	}
	return "", false
}

// attribute reads "[name]" behind the source that t.value holds. The name may
// hold blanks (tag keys do) and brackets in pairs.
func (l *conditionLexer) attribute(t *conditionToken, finish func(conditionTokenKind) conditionToken, bad func(string) conditionToken) conditionToken {
	for l.peek(0) == ' ' || l.peek(0) == '\t' {
		l.skip(1)
	}
	if l.peek(0) != '[' {
		return bad(`expected "[" and the name of an attribute behind "@` + shortened(t.value) + `".`)
	}
	l.skip(1)
	start, depth := l.at, 1
	for !l.done() {
		switch r := l.peek(0); {
		case r == '[':
			depth++
		case r == ']':
			depth--
			if depth > 0 {
				break
			}
			t.name = strings.TrimSpace(string(l.text[start:l.at]))
			l.skip(1)
			if t.name == "" {
				return bad("the attribute has no name. Write it between the brackets, such as @Resource[Microsoft.Storage/storageAccounts:name].")
			}
			return finish(tokenAttribute)
		case strings.ContainsRune(`'"@(){}`, r):
			// No attribute name has these: the bracket was forgotten before.
			return bad(`the attribute that begins here has no closing "]".`)
		}
		l.skip(1)
	}
	return bad(`the attribute that begins here has no closing "]".`)
}

func (l *conditionLexer) word() string {
	start := l.at
	for !l.done() && conditionWordRune(l.peek(0)) {
		l.skip(1)
	}
	return string(l.text[start:l.at])
}

func conditionWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_-.:/+*$%", r)
}

// isConditionLiteral reports whether a bare word is a value by itself.
func isConditionLiteral(word string) bool {
	if strings.EqualFold(word, "true") || strings.EqualFold(word, "false") || strings.EqualFold(word, "null") {
		return true
	}
	if _, ok := rbac.ParseGUID(word); ok {
		return true
	}
	if _, err := strconv.ParseFloat(word, 64); err == nil && strings.ContainsAny(word[:1], "+-.0123456789") {
		return true
	}
	return isConditionDate(word)
}
