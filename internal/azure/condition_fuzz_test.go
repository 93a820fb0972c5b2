// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package azure_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func FuzzParseCondition(f *testing.F) {
	for _, seed := range []string{
		"!(ActionMatches{'a/*'} AND NOT SubOperationMatches{'b'})", "Exists (@Request[a:b[c]]) || !Exists @Resource[d<$key_case_sensitive$>]",
		"{'a', 10, true} ForAnyOfAnyValues:StringEquals {08d4c71acc634ce4a9c85dd251b4d619}", `@Resource[a] StringLike 'x\*''\'`,
		"@Resource[a] DateTimeLessThan '2022-06-01T00:00:00.0Z' OR (@Principal[b] NumericEquals -5)", "NotExists ToLower(@Context[a], 'b') # c",
		"@Resource[a] IpMatch ['b'] /* c */ && Resource[d] Foo \"e\"", "((((", "‘\u00a0\xff", "@Resource[a] ForAnyOfAnyValues: StrngEquals {}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, errs := azure.ParseCondition(text)
		grave := slices.ContainsFunc(errs, func(e azure.ConditionError) bool { return e.Severity == rbac.SeverityError })
		if c == nil && !grave {
			t.Fatalf("%q is refused without a reason: %v", text, errs)
		}
		lines := strings.Split(text, "\n")
		for _, e := range errs {
			if e.Line < 1 || e.Line > len(lines) || e.Column < 1 || e.Column > utf8.RuneCountInString(lines[e.Line-1])+1 {
				t.Fatalf("%q: %v is outside the text", text, e)
			}
			if e.Message == "" || e.Severity != rbac.SeverityError && e.Severity != rbac.SeverityWarning {
				t.Fatalf("%q: %+v", text, e)
			}
		}
		if c != nil {
			c.Actions()
			c.DelegationAttributes()
			// A group around a condition does not change what it says, unless an
			// open comment swallows its end or it is one level too many.
			if strings.Contains(text, "/*") || strings.Count(text, "(")+strings.Count(text, "!")+strings.Count(strings.ToLower(text), "not") > 400 {
				return
			}
			if again, more := azure.ParseCondition("(" + text + "\n)"); again == nil || len(more) != len(errs) {
				t.Fatalf("%q in parentheses: %v, before %v", text, more, errs)
			}
		}
		if vs := azure.ValidateCondition(text, ""); len(vs) > 10 || (text != "" && len(errs) > 0) != (len(vs) > 0) {
			t.Fatalf("%q: %d violations of %d errors", text, len(vs), len(errs))
		}
	})
}
