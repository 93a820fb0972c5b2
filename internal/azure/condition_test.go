// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package azure_test

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	backupRoles    = "{5e467623-bb1f-42f4-a55d-6e525e11384b, a795c7a0-d4a2-40c1-ae25-d81f01202912}"
	twoGroups      = "{28c35fea-2099-4cf5-8ad9-473547bc9423, 86951b8b-723a-407b-a74a-1bca3f0c95d0}"
	oneUser        = "{ea585310-c95c-4a68-af22-49af4363bbb1}"
	storageAccount = "Microsoft.Storage/storageAccounts"
	blobContainer  = storageAccount + "/blobServices/containers"
	blobPath       = blobContainer + "/blobs"
	readBlob       = "ActionMatches{'" + blobPath + "/read'} AND NOT SubOperationMatches{'Blob.List'}"
	listBlobs      = "ActionMatches{'" + blobPath + "/read'} AND SubOperationMatches{'Blob.List'}"
	writeTags      = "ActionMatches{'" + blobPath + "/write'} AND SubOperationMatches{'Blob.Write.WithTagHeaders'}"
	addTags        = "ActionMatches{'" + blobPath + "/add/action'} AND SubOperationMatches{'Blob.Write.WithTagHeaders'}"
	inContainer    = "@Resource[" + blobContainer + ":name] StringEquals 'blobs-example-container'"
	projectTag     = blobPath + "/tags:Project<$key_case_sensitive$>"
	projectOfOne   = "@Principal[Microsoft.Directory/CustomSecurityAttributes/Id:Engineering_Project]"
)

// delegationCondition is the form of the documented delegation examples: the same
// limits on the request that makes an assignment and on the one that is deleted.
func delegationCondition(limits string) string {
	form := "(\n (\n  !(ActionMatches{'Microsoft.Authorization/roleAssignments/ACTION'})\n )\n OR \n (\n  " + limits + "\n )\n)"
	return strings.NewReplacer("ACTION", "write", "@Source", "@Request").Replace(form) + "\nAND\n" +
		strings.NewReplacer("ACTION", "delete", "@Source", "@Resource").Replace(form)
}

func limitRoles(ids string) string {
	return "@Source[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals " + ids
}

func limitPrincipals(ids string) string {
	return "\n  AND\n  @Source[Microsoft.Authorization/roleAssignments:PrincipalId] ForAnyOfAnyValues:GuidEquals " + ids
}

func limitPrincipalTypes(operator, types string) string {
	return "\n  AND\n  @Source[Microsoft.Authorization/roleAssignments:PrincipalType] " + operator + " " + types
}

// storageCondition is the form of the documented storage examples.
func storageCondition(expression string, actions ...string) string {
	for i, a := range actions {
		actions[i] = "  !(" + a + ")"
	}
	return "(\n (\n" + strings.Join(actions, "\n  AND\n") + "\n )\n OR \n (\n  " + expression + "\n )\n)"
}

func blobAction(name string) string { return "ActionMatches{'" + blobPath + name + "'}" }

// documentedConditions holds the examples of the articles "Examples to delegate Azure
// role assignments with conditions", "Example Azure role assignment conditions
// for Blob Storage" and its sister for queues, and of the page on the format.
func documentedConditions() map[string]string {
	return map[string]string{
		"constrain roles":                     delegationCondition(limitRoles(backupRoles)),
		"constrain roles and principal types": delegationCondition(limitRoles(backupRoles) + limitPrincipalTypes("ForAnyOfAnyValues:StringEqualsIgnoreCase", "{'User', 'Group'}")),
		"constrain roles and groups":          delegationCondition(limitRoles(backupRoles) + limitPrincipals(twoGroups)),
		"constrain virtual machine management": delegationCondition(
			limitRoles("{1c0163c0-47e6-4577-8991-ea5c82e286e4, fb879df8-f326-4884-b1cf-06f3ad86be52}") + limitPrincipals(oneUser)),
		"constrain AKS cluster management": delegationCondition(limitRoles("{3498e952-d568-435e-9b2c-8d77e338d7f7, b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b, "+
			"7f6c6a51-bcf8-42ba-9220-52d62157d7db, a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb}") + limitPrincipals(oneUser)),
		"constrain ACR management": delegationCondition(
			limitRoles("{7f951dda-4ed3-4680-a7ca-43fe172d538d}") + limitPrincipalTypes("ForAnyOfAnyValues:StringEqualsIgnoreCase", "{'ServicePrincipal'}")),
		"most roles, not Owner": delegationCondition(strings.Replace(
			limitRoles("{8e3af657-a8ff-443c-a75c-2fe8c4bcb635, 18d7d88d-d35e-4fb5-a5c3-7773c20a72d9, f58310d9-a9f6-439a-9e8d-f62e7b41a168}"),
			"AnyOfAnyValues:GuidEquals", "AnyOfAllValues:GuidNotEquals", 1)),
		"on one line": "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR " +
			"(@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals " + backupRoles + "))",
		"carriage returns": strings.ReplaceAll(delegationCondition(limitRoles(backupRoles)), "\n", "\r\n"),

		"read by tag":           storageCondition("@Resource["+projectTag+"] StringEquals 'Cascade'", readBlob),
		"new blobs have tag":    storageCondition("@Request["+projectTag+"] StringEquals 'Cascade'", writeTags, addTags),
		"existing have keys":    storageCondition("@Request["+blobPath+"/tags&$keys$&] ForAllOfAnyValues:StringEquals {'Project', 'Program'}", writeTags, blobAction("/tags/write")),
		"existing have values":  storageCondition("@Request["+blobPath+"/tags&$keys$&] ForAnyOfAnyValues:StringEquals {'Project'}\n  AND\n  @Request["+projectTag+"] ForAllOfAnyValues:StringEquals {'Cascade', 'Baker', 'Skagit'}", writeTags, blobAction("/tags/write")),
		"named container":       storageCondition(inContainer, blobAction("/delete"), blobAction("/read"), blobAction("/write"), blobAction("/add/action"), blobAction("/runAsSuperUser/action")),
		"container and path":    storageCondition(inContainer+"\n  AND\n  @Resource["+blobPath+":path] StringLike 'readonly/*'", readBlob),
		"read or list by path":  storageCondition(inContainer+"\n AND @Resource["+blobPath+":path] StringStartsWith 'readonly/'", readBlob) + "\nAND\n" + storageCondition(inContainer+" AND @Request["+blobPath+":prefix] StringStartsWith 'readonly/'", listBlobs),
		"path with wildcards":   `@Resource[` + blobPath + `:path] StringNotLikeIgnoreCase 'logs\*/a?b\?*'`,
		"current version":       storageCondition("@Resource["+blobPath+":isCurrentVersion] BoolEquals true", readBlob),
		"one version":           storageCondition("@Request["+blobPath+":versionId] DateTimeEquals '2022-06-01T23:38:32.8883645Z'\n  OR\n  @Resource["+blobPath+":isCurrentVersion] BoolEquals true", readBlob),
		"delete old versions":   storageCondition("@Request["+blobPath+":versionId] DateTimeLessThan '2022-06-01T00:00:00.0Z'", blobAction("/delete"), blobAction("/deleteBlobVersion/action")),
		"snapshots":             storageCondition("Exists @Request["+blobPath+":snapshot]\n  OR\n  @Resource["+blobPath+":isCurrentVersion] BoolEquals true", readBlob),
		"no version":            "@Request[" + blobPath + ":versionId] DateTimeEquals '2022-06-01T00:00:00.0Z' OR NOT Exists @Request[" + blobPath + ":versionId]",
		"not exists":            "Not Exists @Request[" + blobPath + ":versionId]",
		"hierarchical":          storageCondition("@Resource["+storageAccount+":isHnsEnabled] BoolEquals true", readBlob),
		"encryption scopes":     storageCondition("@Resource["+storageAccount+"/encryptionScopes:name] ForAnyOfAnyValues:StringEquals {'validScope1', 'validScope2'}", readBlob),
		"account and scope":     storageCondition("@Resource["+storageAccount+":name] StringEquals 'sampleaccount'\n AND @Resource["+storageAccount+"/encryptionScopes:name] ForAnyOfAnyValues:StringEquals {'ScopeCustomKey1'}", readBlob, blobAction("/write")),
		"principal's attribute": storageCondition(projectOfOne+" StringEquals @Resource["+projectTag+"]", readBlob) + "\nAND\n" + storageCondition(projectOfOne+" StringEquals @Request["+projectTag+"]", writeTags, addTags),
		"principal's values":    storageCondition("@Resource["+projectTag+"] ForAnyOfAnyValues:StringEquals "+projectOfOne, readBlob),
		"after a date":          "( \n ( \n  !(" + blobAction("/read") + ") \n ) \n OR  \n ( \n  @Resource[" + blobContainer + ":name] StringEquals 'container1'\n  AND \n  @Environment[UtcNow] DateTimeGreaterThan '2023-05-01T13:00:00.000Z' \n ) \n) ",
		"subnet, no blank":      storageCondition("@Resource["+blobContainer+":name]StringEquals 'container1'\n  AND\n  @Environment[Microsoft.Network/virtualNetworks/subnets] StringEqualsIgnoreCase '/subscriptions/<your subscription id>/resourceGroups/example-group/providers/Microsoft.Network/virtualNetworks/virtualnetwork1/subnets/default'", blobAction("/read")),
		"private link": storageCondition("(\n   @Resource["+blobPath+"/tags:sensitivity<$key_case_sensitive$>] StringEquals 'high'\n   AND\n   @Environment[isPrivateLink] BoolEquals true\n  )\n  OR\n"+
			"@Resource["+blobPath+"/tags:sensitivity<$key_case_sensitive$>] StringNotEquals 'high'", readBlob),
		"private endpoint": storageCondition("@Environment[Microsoft.Network/privateEndpoints] StringEqualsIgnoreCase '/subscriptions/x/privateEndpoints/privateendpoint1'", blobAction("/read")),
		"queue": storageCondition("@Resource["+storageAccount+"/queueServices/queues:name] StringEquals 'sample-queue'\n  AND\n  @Environment[UtcNow] DateTimeGreaterThan '2023-05-01T13:00:00.0Z'",
			"ActionMatches{'"+storageAccount+"/queueServices/queues/messages/read'}"),
		"former suboperation": storageCondition("@Resource["+projectTag+"] StringEquals 'Cascade'", blobAction("/read")+" AND @Request[subOperation] ForAnyOfAnyValues:StringEqualsIgnoreCase {'Blob.Read.WithTagConditions'}"),
		"table of logs":       "@Resource[Microsoft.OperationalInsights/workspaces/tables:name] ForAllOfAllValues:StringNotEquals {'SecurityEvent'}",
		"tag key with blank":  "@Resource[" + blobPath + "/tags:Cost Center<$key_case_sensitive$>] StringEquals 'a'",

		"symbols":                 "!(" + blobAction("/read") + ") || !(" + blobAction("/write") + ") || " + inContainer,
		"symbols and":             "!(" + blobAction("/read") + ")&&!(" + blobAction("/write") + ")",
		"any of any":              "{'red', 'blue'} ForAnyOfAnyValues:StringEquals {'blue', 'green'}",
		"all of any":              "{'red', 'blue'} ForAllOfAnyValues:StringEquals {'orange', 'red', 'blue'}",
		"any of all":              "{10, 20} ForAnyOfAllValues:NumericLessThan {15, 18}",
		"all of all":              "{10, 20} ForAllOfAllValues:NumericLessThan {5, 15, 18}",
		"negative number":         "@Resource[size] NumericGreaterThanEquals -5",
		"wildcard action":         "ActionMatches{'Microsoft.Authorization/roleAssignments/*'}",
		"lower case":              "not exists @request[a] and @resource[b] boolnotequals TRUE",
		"empty text":              "@Resource[a] StringNotEquals ''",
		"doubled quote":           "@Resource[a] StringEquals 'it''s'",
		"escaped quote":           `@Resource[a] StringEquals 'it\'s'`,
		"backslash before quote":  `@Resource[a] ForAnyOfAnyValues:StringEquals {'C:\', 'D:\'} AND @Resource[b] BoolEquals true`,
		"other letters":           "@Resource[a] StringEquals 'Zürich — 東京 😀'",
		"blank behind quantifier": "@Resource[a] ForAnyOfAnyValues: StringEquals {'a'}",
		"Exists in parentheses":   "Exists (@Request[a])",
		"brackets in the name":    "@Resource[a:tags[x]] StringEquals 'y'",
	}
}

func TestEveryDocumentedConditionIsRead(t *testing.T) {
	t.Parallel()
	for name, text := range documentedConditions() {
		if c, errs := azure.ParseCondition(text); len(errs) > 0 || c == nil || c.Expr == nil {
			t.Errorf("%s: %v in\n%s", name, errs, text)
		}
		if vs := azure.ValidateCondition(text, azure.ConditionVersion); vs != nil {
			t.Errorf("%s: %v", name, vs)
		}
	}
}

func TestEveryConditionOfBuiltInRolesIsRead(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../catalog/facts/azure-builtin-roles.json")
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if text, _ := v["condition"].(string); text != "" {
				seen[text] = true
			}
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(tree)
	if len(seen) < 20 {
		t.Fatalf("only %d conditions found", len(seen))
	}
	for text := range seen {
		if _, errs := azure.ParseCondition(text); len(errs) > 0 {
			t.Errorf("%v in\n%s", errs, text)
		}
	}
}

func TestAConditionIsReadIntoWhatItSays(t *testing.T) {
	t.Parallel()
	got, errs := azure.ParseCondition("!(ActionMatches{'A/write'}) OR (@request[X:y] foranyofanyvalues:guidequals{08d4c71acc634ce4a9c85dd251b4d619} && NOT Exists @Principal[Z] AND 'it''s' StringLike ToLower(@Resource[w]))")
	want := &azure.Condition{Expr: &azure.ConditionGroup{Or: true, Terms: []azure.ConditionExpr{
		&azure.ConditionNot{Expr: &azure.ConditionMatch{Function: "ActionMatches", Patterns: []string{"A/write"}}},
		&azure.ConditionGroup{Terms: []azure.ConditionExpr{
			&azure.ConditionComparison{
				Left:       azure.ConditionOperand{Attribute: &azure.ConditionAttribute{Source: "Request", Name: "X:y"}},
				Quantifier: "ForAnyOfAnyValues", Operator: "GuidEquals",
				Right: azure.ConditionOperand{Values: []string{"08d4c71acc634ce4a9c85dd251b4d619"}, List: true},
			},
			&azure.ConditionNot{Expr: &azure.ConditionExists{Operand: azure.ConditionOperand{Attribute: &azure.ConditionAttribute{Source: "Principal", Name: "Z"}}}},
			&azure.ConditionComparison{
				Left: azure.ConditionOperand{Values: []string{"it's"}}, Operator: "StringLike",
				Right: azure.ConditionOperand{Function: "ToLower", Arguments: []azure.ConditionOperand{{Attribute: &azure.ConditionAttribute{Source: "Resource", Name: "w"}}}},
			},
		}},
	}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if want := []azure.ConditionError{{
		Line: 1, Column: 161, Message: `"ToLower" is no function that Azure documents, and Azure may refuse it.`, Severity: rbac.SeverityWarning,
	}}; !reflect.DeepEqual(errs, want) {
		t.Errorf("got %+v", errs)
	}
}

func TestAConditionTellsItsActionsAndWhetherItDelegates(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct{ actions, delegates []string }{
		"constrain roles":                     {[]string{"Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/delete"}, []string{"RoleDefinitionId"}},
		"constrain roles and groups":          {[]string{"Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/delete"}, []string{"RoleDefinitionId", "PrincipalId"}},
		"constrain roles and principal types": {[]string{"Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/delete"}, []string{"RoleDefinitionId", "PrincipalType"}},
		"read or list by path":                {[]string{blobPath + "/read"}, nil},
		"any of any":                          {nil, nil},
	} {
		c, _ := azure.ParseCondition(documentedConditions()[name])
		if got := c.Actions(); !slices.Equal(got, want.actions) {
			t.Errorf("%s: actions %q", name, got)
		}
		if got := c.DelegationAttributes(); !slices.Equal(got, want.delegates) {
			t.Errorf("%s: delegates by %q", name, got)
		}
	}
	c, _ := azure.ParseCondition(documentedConditions()["principal's attribute"])
	if got, want := c.Attributes(), []azure.ConditionAttribute{
		{Source: "Principal", Name: "Microsoft.Directory/CustomSecurityAttributes/Id:Engineering_Project"}, {Source: "Resource", Name: projectTag}, {Source: "Request", Name: projectTag},
	}; !slices.Equal(got, want) {
		t.Errorf("attributes %q", got)
	}
}

const (
	wantStart   = `expected an expression such as ActionMatches{'…'}, @Resource[…] StringEquals '…', Exists @Request[…], NOT or "(", found `
	wantValue   = `expected a value such as 'text', true, 5, a GUID or a list {'a', 'b'}, or an attribute such as @Principal[…], found `
	wantSources = `The sources are @Environment, @Principal, @Request and @Resource.`
)

func TestWhatIsWrongIsNamedWithItsPlace(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		// Parentheses, brackets, braces, quotes.
		" \n ":                                   {`Line 1, column 1: the condition is blank. Write an expression, or leave the condition out.`},
		"()":                                     {`Line 1, column 2: ` + wantStart + `")".`},
		"(":                                      {`Line 1, column 2: ` + wantStart + `the end of the condition.`},
		"((\n  @Resource[a] StringEquals 'b'\n)": {`Line 1, column 1: "(" is never closed. Add the ")" that belongs to it.`},
		"@Resource[a] StringEquals 'b'\n)":       {`Line 2, column 1: ")" closes nothing. Remove it, or add the "(" that belongs to it.`},
		"(@Resource[a] StringEquals 'b'}":        {`Line 1, column 31: expected "AND", "OR" or ")", found "}".`},
		"@Resource[a StringEquals 'b'":           {`Line 1, column 1: the attribute that begins here has no closing "]".`},
		"Exists @Request[a:versionId":            {`Line 1, column 8: the attribute that begins here has no closing "]".`},
		"!(ActionMatches{'a/read')":              {`Line 1, column 25: expected "}", found ")".`},
		"@Resource[a] StringEquals {'b'":         {`Line 1, column 27: "{" is never closed. Add the "}" that belongs to it.`},
		"@Resource[a] StringEquals 'b":           {`Line 1, column 27: the text that begins here has no closing '.`},
		"@Resource[a] StringEquals ‘b’":          {`Line 1, column 27: found the typographic quote "‘". Text stands in straight single quotes: '.`},
		"@Resource[a]\u00a0StringEquals 'b'":     {`Line 1, column 13: found the hidden character U+00A0, which is easily copied from formatted text. Delete it, or write a blank in its place.`},
		"\ufeff@Resource[a] StringEquals 'b'":    {`Line 1, column 1: found the hidden character U+FEFF, which is easily copied from formatted text. Delete it, or write a blank in its place.`},
		// What joins expressions.
		"@Resource[a] StringEquals 'b' @Resource[c] StringEquals 'd'":          {`Line 1, column 31: expected "AND", "OR" or the end of the condition, found "@Resource[c]".`},
		"@Resource[a] StringEquals 'é😀'\r\nANDD @Resource[c] StringEquals 'd'": {`Line 2, column 1: expected "AND", "OR" or the end of the condition, found "ANDD". Did you mean "AND"?`},
		"@Resource[a] StringEquals 'é😀' & Exists @Resource[c]":                 {`Line 1, column 32: expected "AND", "OR" or the end of the condition, found "&".`},
		"@Resource[a] StringEquals 'b' AND":                                    {`Line 1, column 34: ` + wantStart + `the end of the condition.`},
		"OR @Resource[a] StringEquals 'b'":                                     {`Line 1, column 1: ` + wantStart + `"OR".`},
		// Operators and values.
		"(\n  @Resource[a] StrngEquals 'b'\n)":        {`Line 2, column 16: expected an operator such as StringEquals, found "StrngEquals". Did you mean "StringEquals"?`},
		"@Resource[a] ForAnyOfAnyValues:GuidEqals {}": {`Line 1, column 14: expected an operator such as StringEquals, found "GuidEqals". Did you mean "GuidEquals"?`, `warning: Line 1, column 42: the list is empty. Put at least one value into it.`},
		"@Resource[a] == 'b'":                         {`Line 1, column 14: expected an operator such as StringEquals, found "==".`},
		"@Resource[a]":                                {`Line 1, column 13: expected an operator such as StringEquals, found the end of the condition.`},
		"@Resource[a] 'b'":                            {`Line 1, column 14: expected an operator such as StringEquals, found 'b'.`},
		"@Resource[a] StringEquals":                   {`Line 1, column 26: ` + wantValue + `the end of the condition.`},
		"@Resource[a] StringEquals blobs":             {`Line 1, column 27: ` + wantValue + `"blobs". If it is text, put it in single quotes: 'blobs'.`},
		"@Resource[a] ForAnyOfAnyValues:GuidEquals {/providers/Microsoft.Authorization/roleDefinitions/08d4c71a-cc63-4ce4-a9c8-5dd251b4d619}": {
			`Line 1, column 44: expected a value such as 'text', 5 or a GUID, found "/providers/Microsoft.Authorization/roleDefinitio…". Write the GUID alone: 08d4c71a-cc63-4ce4-a9c8-5dd251b4d619.`,
		},
		"@Resource[a] NumericEquals {1 2}":   {`Line 1, column 31: expected "," or "}", found "2".`},
		"@Resource[a] NumericEquals {1, 2,}": {`Line 1, column 34: expected a value such as 'text', 5 or a GUID, found "}".`},
		// Functions.
		"!(ActionMatches{Microsoft.Storage/a/read})":   {`Line 1, column 17: expected text in single quotes, found "Microsoft.Storage/a/read". Write 'Microsoft.Storage/a/read'.`},
		"!(ActionMatches('Microsoft.Storage/a/read'))": {`Line 1, column 16: expected "{" behind ActionMatches, as in ActionMatches{'…'}, found "(".`},
		"!(ActionMatch{'a/read'})":                     {`Line 1, column 3: ` + wantStart + `"ActionMatch". Did you mean "ActionMatches"?`},
		"Exists 'a'":                                   {`Line 1, column 8: expected an attribute such as @Request[…] behind Exists, found 'a'.`},
		"Exist @Request[a]":                            {`Line 1, column 1: ` + wantStart + `"Exist". Did you mean "Exists"?`},
		// Attributes.
		"@Ressource[a] StringEquals 'b'":        {`Line 1, column 1: expected an attribute source, found "@Ressource". ` + wantSources + ` Did you mean "Resource"?`},
		"@User[a] StringEquals 'b'":             {`Line 1, column 1: expected an attribute source, found "@User". ` + wantSources},
		"@Resource[] StringEquals 'b'":          {`Line 1, column 1: the attribute has no name. Write it between the brackets, such as @Resource[Microsoft.Storage/storageAccounts:name].`},
		"@Resource StringEquals 'b'":            {`Line 1, column 1: expected "[" and the name of an attribute behind "@Resource".`},
		"@ StringEquals 'b'":                    {`Line 1, column 1: expected an attribute source behind "@"; the sources are @Environment, @Principal, @Request and @Resource.`},
		"@Resource[a:tags<$>] StringEquals 'b'": {`Line 1, column 1: the key of the attribute ends with "<$>": a shell has replaced a part of it. Write "<$key_case_sensitive$>".`},
		// One mistake of syntax, and all unknown names before and behind it.
		"(@Foo[a] StrngEquals 'b')\nAND ( @Bar[c] GuidEqals 'd' ])\nAND @Baz[e] StringEqals 'f' ) OR Exists @Qux[g]": {
			`Line 1, column 2: expected an attribute source, found "@Foo". ` + wantSources,
			`Line 1, column 10: expected an operator such as StringEquals, found "StrngEquals". Did you mean "StringEquals"?`,
			`Line 2, column 7: expected an attribute source, found "@Bar". ` + wantSources,
			`Line 2, column 15: expected an operator such as StringEquals, found "GuidEqals". Did you mean "GuidEquals"?`,
			`Line 2, column 29: expected "AND", "OR" or ")", found "]".`,
			`Line 3, column 5: expected an attribute source, found "@Baz". ` + wantSources,
			`Line 3, column 13: expected an operator such as StringEquals, found "StringEqals". Did you mean "StringEquals"?`,
			`Line 3, column 41: expected an attribute source, found "@Qux". ` + wantSources,
		},
		// What Azure may take though its page does not say so.
		"@Resource[a] StringContains 'b'":       {`warning: Line 1, column 14: "StringContains" is no operator that Azure documents, and Azure may refuse it.`},
		"@Resource[a] StringIn {'b'}":           {`warning: Line 1, column 14: "StringIn" is no operator that Azure documents, and Azure may refuse it.`},
		"@Resource[a] ForSome:StringLike {'b'}": {`warning: Line 1, column 14: "ForSome" is no quantifier that Azure documents, and Azure may refuse it.`},
		"PathCovers{'a/read'}":                  {`warning: Line 1, column 1: "PathCovers" is no function that Azure documents, and Azure may refuse it.`},
		"@Context[a] StringEquals 'b'":          {`warning: Line 1, column 1: "@Context" is no attribute source that Azure documents, and Azure may refuse it. ` + wantSources},
		"Resource[name1] StringLike 'a*c?'":     {`warning: Line 1, column 1: "Resource[" has no "@". Azure documents attributes with it; write "@Resource[…]".`},
		"NotExists @Request[a]":                 {`warning: Line 1, column 1: Azure documents "NOT Exists" for "NotExists"; write it as two words.`},
		`@Resource[a] StringEquals "b"`:         {`warning: Line 1, column 27: text stands in double quotes. Azure documents single quotes in a condition; write 'b'.`},
		"@Resource[a] ListContains ['a']": {
			`warning: Line 1, column 14: "ListContains" is no operator that Azure documents, and Azure may refuse it.`,
			`warning: Line 1, column 27: the list stands in square brackets. Azure documents braces: {'a', 'b'}.`,
		},
		"@Resource[a:tags<`$key_case_sensitive`$>] StringEquals 'b'": {"warning: Line 1, column 1: the key of the attribute ends with \"<`$key_case_sensitive`$>\". Azure documents \"<$key_case_sensitive$>\"."},
		"Exists @Request[a] AND Exists @Request[b]\nOR Exists @Request[c]": {
			`warning: Line 2, column 1: AND and OR stand side by side, which leaves the order open. Put parentheses around the part that belongs together.`,
		},
		"Exists @Request[a] // why\nAND /* and */ Exists @Request[b]": {
			`warning: Line 1, column 20: this looks like a comment. Azure documents none in a condition and may refuse it; move it out of the condition.`,
			`warning: Line 2, column 5: this looks like a comment. Azure documents none in a condition and may refuse it; move it out of the condition.`,
		},
		// Values that the operator does not compare.
		"@Resource[a] GuidEquals 'Owner'":            {`warning: Line 1, column 25: GuidEquals compares GUIDs, and 'Owner' is none.`},
		"@Resource[a] NumericEquals 5.5":             {`warning: Line 1, column 28: NumericEquals compares whole numbers, and '5.5' is none.`},
		"@Resource[a] BoolEquals 'yes'":              {`warning: Line 1, column 25: BoolEquals compares true and false, and 'yes' is none.`},
		"@Resource[a] DateTimeLessThan '2023-05-01'": {`warning: Line 1, column 31: DateTimeLessThan compares dates such as '2023-05-01T13:00:00.0Z', and '2023-05-01' is none.`},
	} {
		_, errs := azure.ParseCondition(text)
		var got []string
		for _, e := range errs {
			s := e.Error()
			if e.Severity != rbac.SeverityError {
				s = string(e.Severity) + ": " + s
			}
			got = append(got, s)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q\n got %q\nwant %q", text, got, want)
		}
	}
}

func TestOnlyAMistakeOfSyntaxLeavesNoCondition(t *testing.T) {
	t.Parallel()
	if c, _ := azure.ParseCondition("@Ressource[a] StrngEquals 'b'"); c == nil || c.Attributes()[0].Source != "Ressource" {
		t.Errorf("unknown names: %+v", c)
	}
	if c, errs := azure.ParseCondition("@Resource[a] StringEquals"); c != nil {
		t.Errorf("a missing value: %+v %v", c, errs)
	}
}

func TestDeepNestingIsRefusedInsteadOfExhaustingTheStack(t *testing.T) {
	t.Parallel()
	const want = "Line 1, column 501: more than 500 groups stand within one another. Close groups, or write the condition in a flatter way."
	for _, open := range []string{"(", "!", "!("} {
		c, errs := azure.ParseCondition(strings.Repeat(open, 8192))
		if c != nil || len(errs) != 1 || errs[0].Error() != want {
			t.Errorf("%q: %v", open, errs)
		}
	}
	if _, errs := azure.ParseCondition(strings.Repeat("ToLower(", 2000)); errs[len(errs)-1].Severity != rbac.SeverityError {
		t.Errorf("calls: %v", errs[len(errs)-1])
	}
	deep := strings.Repeat("(", 499) + "Exists @Request[a]" + strings.Repeat(")", 499)
	if _, errs := azure.ParseCondition(deep); len(errs) > 0 {
		t.Errorf("499 levels: %v", errs)
	}
}

func TestViolationsOfAConditionCarryRuleFieldAndSeverity(t *testing.T) {
	t.Parallel()
	type fields struct {
		Rule, Field, Value, Message string
		Grave                       rbac.Severity
	}
	for _, c := range []struct {
		text, version string
		want          []fields
	}{
		{"", "1.0", nil},
		{"Exists @Request[a]", "", nil},
		{"Exists @Request[a]", "2.0", nil},
		{"Exists @Request[a]", "1.0", []fields{{
			"azure_condition_syntax", "condition_version", "1.0",
			`The condition has version "1.0". Azure takes conditions of version "2.0" alone; set that, or leave the version out.`, "error",
		}}},
		{"@Request[a] StringContains 'x' AND @Request[b] StringEquls 'y'", "2.0", []fields{
			{"azure_condition_syntax", "condition", "", `Line 1, column 48: expected an operator such as StringEquals, found "StringEquls". Did you mean "StringEquals"?`, "error"},
			{"azure_condition_syntax", "condition", "", `Line 1, column 13: "StringContains" is no operator that Azure documents, and Azure may refuse it.`, "warning"},
		}},
	} {
		var got []fields
		for _, v := range azure.ValidateCondition(c.text, c.version) {
			got = append(got, fields{v.Rule.Name, v.Field, v.Value, v.Message, v.Grave()})
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q, %q\n got %+v\nwant %+v", c.text, c.version, got, c.want)
		}
	}
}

func TestAFloodOfRemarksIsCutShort(t *testing.T) {
	t.Parallel()
	text := strings.TrimSuffix(strings.Repeat("@Request[a] StringContains 'x' AND ", 25), " AND ")
	got := azure.ValidateCondition(text, "2.0")
	const want = `Line 1, column 328: "StringContains" is no operator that Azure documents, and Azure may refuse it. There are 15 more remarks on the condition.`
	if len(got) != 10 || got[9].Message != want {
		t.Errorf("%d violations, the last: %+v", len(got), got[len(got)-1])
	}
}
