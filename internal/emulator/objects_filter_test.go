// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

type filterRow struct {
	id, name string
	builtIn  bool
}

func filterRows(or bool) filterable[filterRow] {
	return filterable[filterRow]{resource: "row", or: or, properties: map[string]property[filterRow]{
		"id":          {opEquals, func(r filterRow) any { return r.id }},
		"displayName": {opEquals | opStartsWith, func(r filterRow) any { return r.name }},
		"isBuiltIn":   {opEquals, func(r filterRow) any { return r.builtIn }},
		"names":       {opAny, func(r filterRow) any { return []string{r.id, r.name} }},
		"deletedOn":   {opEquals | opAny, func(filterRow) any { return nil }},
	}}
}

func TestAFilterSelectsWhatODataSaysItDoes(t *testing.T) {
	t.Parallel()
	rows := []filterRow{
		{"9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "Application Administrator", true},
		{"a0000000-0000-4000-8000-000000000001", "O'Neil's (desk), west", false},
		{"a0000000-0000-4000-8000-000000000002", "Desk", false},
	}
	for text, want := range map[string][]int{
		"":                      {0, 1, 2},
		"displayName eq 'Desk'": {2},
		"displayName eq 'DESK'": {2},
		"displayName EQ 'Desk'": {2},
		"displayName eq 'O''Neil''s (desk), west'":                            {1},
		"displayName in ('Desk','x')":                                         {2},
		"displayName in ( 'Desk' , 'Application Administrator' )":             {0, 2},
		"isBuiltIn eq false":                                                  {1, 2},
		"isBuiltIn in (true, false)":                                          {0, 1, 2},
		"isBuiltIn eq 'true'":                                                 {},
		"isBuiltIn eq false and displayName eq 'Desk'":                        {2},
		"(isBuiltIn eq true)":                                                 {0},
		"isBuiltIn eq true or displayName eq 'Desk'":                          {0, 2},
		"isBuiltIn eq true or isBuiltIn eq false and displayName eq 'Desk'":   {0, 2},
		"(isBuiltIn eq true or isBuiltIn eq false) and displayName eq 'Desk'": {2},
		"startsWith(displayName,'app')":                                       {0},
		"startswith( displayName, '' )":                                       {0, 1, 2},
		"id eq '9B895D92-2CD3-44C7-9D02-A6AC2D5EA5C3'":                        {0},
		"id eq 9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3":                          {0},
		"names/any(n:n eq 'DESK')":                                            {2},
		"names/any(c:c eq 'x') or isBuiltIn eq true":                          {0},
		"deletedOn/any(d:d eq null)":                                          {},
		"deletedOn eq null":                                                   {0, 1, 2},
		"displayName eq ''":                                                   {},
	} {
		keep, _, err := filterOf(text, filterRows(true))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got := []int{}
		for i, r := range rows {
			if keep(r) {
				got = append(got, i)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s selects %v, want %v", text, got, want)
		}
	}
}

func TestAFilterThatIsNotServedIsRefusedInWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]filterError{
		"displayName ne 'x'":                               {true, "Unsupported or invalid query filter clause specified for property 'displayName' of resource 'row'."},
		"contains(displayName,'x')":                        {true, "Unsupported or invalid query filter clause specified for property 'displayName' of resource 'row'."},
		"startsWith(id,'x')":                               {true, "Unsupported or invalid query filter clause specified for property 'id' of resource 'row'."},
		"startsWith(displayName,true)":                     {true, "Unsupported or invalid query filter clause specified for property 'displayName' of resource 'row'."},
		"isBuiltIn eq true or id eq 'x'":                   {true, "The operator 'or' is not supported for resource 'row'."},
		"id or 'x'":                                        {true, "Unsupported or invalid query filter clause specified for property 'id' of resource 'row'."},
		"id any 'x'":                                       {true, "Unsupported or invalid query filter clause specified for property 'id' of resource 'row'."},
		"any(names,'x')":                                   {true, "Unsupported or invalid query filter clause specified for property 'names' of resource 'row'."},
		"names eq 'x'":                                     {true, "Unsupported or invalid query filter clause specified for property 'names' of resource 'row'."},
		"id/any(n:n eq 'x')":                               {true, "Unsupported or invalid query filter clause specified for property 'id' of resource 'row'."},
		"names/any(n:m eq 'x')":                            {false, "Invalid filter clause: Syntax error at position 13 in 'names/any(n:m eq 'x')'."},
		"names/any(n:n/id eq 'x')":                         {false, "Invalid filter clause: Syntax error at position 16 in 'names/any(n:n/id eq 'x')'."},
		"names/any(n:n eq 'x'":                             {false, "Invalid filter clause: Syntax error at position 20 in 'names/any(n:n eq 'x''."},
		"name eq 'x'":                                      {false, "Invalid filter clause: Could not find a property named 'name' on type 'microsoft.graph.row'."},
		"displayname eq 'x'":                               {false, "Invalid filter clause: Could not find a property named 'displayname' on type 'microsoft.graph.row'."},
		"displayName eq x":                                 {false, "Invalid filter clause: Syntax error at position 15 in 'displayName eq x'."},
		"displayName eq 'x":                                {false, "Invalid filter clause: Syntax error at position 15 in 'displayName eq 'x'."},
		"displayName eq 'x''":                              {false, "Invalid filter clause: Syntax error at position 15 in 'displayName eq 'x'''."},
		"displayName eq 'x' and":                           {false, "Invalid filter clause: Syntax error at position 22 in 'displayName eq 'x' and'."},
		"displayName in ()":                                {false, "Invalid filter clause: Syntax error at position 16 in 'displayName in ()'."},
		"(displayName eq 'x'":                              {false, "Invalid filter clause: Syntax error at position 19 in '(displayName eq 'x''."},
		"displayName eq 'x')":                              {false, "Invalid filter clause: Syntax error at position 18 in 'displayName eq 'x')'."},
		"not isBuiltIn eq true":                            {true, "Unsupported query: The operator 'not' is not supported."},
		"not(isBuiltIn eq true)":                           {true, "Unsupported query: The operator 'not' is not supported."},
		strings.Repeat("(", 66):                            {true, "Unsupported query: The filter is nested more than 64 deep."},
		"id eq 'x'" + strings.Repeat(" and id eq 'x'", 66): {true, "Unsupported query: The filter has more than 64 conditions."},
		"id eq '" + strings.Repeat("x", 16<<10) + "'":      {false, "Invalid filter clause: The filter has 16392 characters, more than 16384."},
	} {
		_, _, err := filterOf(text, filterRows(false))
		var got *filterError
		if !errors.As(err, &got) || *got != want {
			t.Errorf("%.40s: %+v, want %+v", text, err, want)
		}
	}
}

func TestAFilterTellsWhatEveryMatchHasInCommon(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"id eq 'x'":                       "x",
		"isBuiltIn eq true and id eq 'x'": "x",
		"id eq 'x' and isBuiltIn eq true": "x",
		"id in ('x')":                     "x",
		"id in ('x','y')":                 "",
		"id eq 'x' or id eq 'y'":          "",
		"displayName eq 'x'":              "",
		"id eq null":                      "",
	} {
		e, err := parseExpression(text)
		if got, _ := e.equal("id"); err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", text, got, err, want)
		}
	}
}

func FuzzFilter(f *testing.F) {
	for _, text := range []string{"id eq 'x'", "displayName in ('a','b') and (isBuiltIn eq true)", "startsWith(displayName,'O''')", "((", "not", "names/any(n:n eq 'x')", "deletedOn eq null or id eq 9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"} {
		f.Add(text)
	}
	f.Add("id or 00000000-0000-0000-0000-000000000000") // an operator that belongs between conditions
	f.Fuzz(func(t *testing.T, text string) {
		keep, _, err := filterOf(text, filterRows(true))
		var refused *filterError
		if (err == nil) == (keep == nil) || err != nil && !errors.As(err, &refused) {
			t.Fatalf("%q: %v", text, err)
		}
		if err == nil {
			keep(filterRow{"a", "b", true})
		} else if refused.message == "" {
			t.Fatalf("%q is refused without a word", text)
		}
	})
}

func TestAnExpandIsReadWithItsFields(t *testing.T) {
	t.Parallel()
	const blanks = " principal( $select = id , displayName ) , roleDefinition"
	for text, want := range map[string]string{
		"":          "[]",
		"principal": "[{principal []}]",
		blanks:      "[{principal [id displayName]} {roleDefinition []}]",
		"microsoft.graph.deviceAndAppManagementRoleAssignment/roleScopeTags": "[{microsoft.graph.deviceAndAppManagementRoleAssignment/roleScopeTags []}]",
		"a,":                "Parsing OData Select and Expand failed: Syntax error in 'a,'.",
		",a":                "Parsing OData Select and Expand failed: Syntax error in ',a'.",
		"a(":                "Parsing OData Select and Expand failed: Syntax error in 'a('.",
		"a($select=b)c":     "Parsing OData Select and Expand failed: Syntax error in 'a($select=b)c'.",
		"a($expand=b($x))":  "Parsing OData Select and Expand failed: Syntax error in 'a($expand=b($x))'.",
		"a($select=b;$top)": "Unsupported query: only $select is supported within $expand of 'a'.",
		"a($top=1)":         "Unsupported query: only $select is supported within $expand of 'a'.",
	} {
		e, err := parseExpand(text)
		got := fmt.Sprint(e)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func FuzzExpand(f *testing.F) {
	for _, text := range []string{"a", "a($select=b,c),d", "a(", "a($select=b;$top=1)", ",", "a()"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parts, err := parseExpand(text)
		var refused *queryError
		if err != nil && (!errors.As(err, &refused) || refused.message == "") {
			t.Fatalf("%q: %v", text, err)
		}
		for _, e := range parts {
			if e.name == "" || strings.ContainsAny(e.name, ",(") {
				t.Fatalf("%q: %q", text, e.name)
			}
		}
	})
}
