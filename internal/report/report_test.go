// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package report

import (
	"encoding/csv"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

var (
	aliceOwner = Grant{
		System: "azure", PrincipalID: "a1", PrincipalName: "Alice", PrincipalType: "User", RoleID: "r1", RoleName: "Owner",
		Scope: "/subscriptions/s", AssignmentID: "/subscriptions/s/x/1", Privileged: true,
	}
	ghostReader = Grant{System: "azure", PrincipalID: "b2", RoleID: "r2", RoleName: "Reader", Scope: "/", AssignmentID: "/x/2", Orphaned: true}
	bobHelps    = Grant{
		System: "intune", PrincipalID: "c3", PrincipalName: "Bob | <script>", PrincipalType: "User", RoleID: "r3", RoleName: "=Help Desk",
		Scope: "Berlin", AssignmentID: "3", AssignmentName: "Region", ThroughID: "g", ThroughName: "Help & Support", Condition: "",
	}
	sample = New("Access of Rowan Mills", []Grant{bobHelps, ghostReader, aliceOwner, ghostReader})
)

func TestGrantsAreInOrderAndOnce(t *testing.T) {
	t.Parallel()
	if want := []Grant{aliceOwner, ghostReader, bobHelps}; !reflect.DeepEqual(sample.Grants, want) {
		t.Errorf("got %+v", sample.Grants)
	}
	if got, want := sample.Summary(), (Summary{Principals: 3, Grants: 3, Privileged: 1, Orphaned: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestTheReportIsTheSameWhateverTheOrderOfGrants(t *testing.T) {
	t.Parallel()
	want, err := sample.HTML()
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		grants := slices.Clone(sample.Grants)
		rand.Shuffle(len(grants), func(i, j int) { grants[i], grants[j] = grants[j], grants[i] })
		again := New(sample.Title, grants)
		page, err := again.HTML()
		if err != nil || page != want || again.JSON() != sample.JSON() || again.CSV() != sample.CSV() || again.Markdown() != sample.Markdown() {
			t.Fatal("another order makes another report")
		}
	}
}

func TestJSONReadsBack(t *testing.T) {
	t.Parallel()
	var got struct {
		Title   string
		Summary Summary
		Grants  []Grant
	}
	if err := json.Unmarshal([]byte(sample.JSON()), &got); err != nil {
		t.Fatal(err)
	}
	if got.Title != sample.Title || got.Summary != sample.Summary() || !reflect.DeepEqual(got.Grants, sample.Grants) {
		t.Errorf("got %+v", got)
	}
	if got, want := New("Nobody", nil).JSON(), "{\n  \"title\": \"Nobody\",\n  \"summary\": {\n    \"principals\": 0,\n    \"grants\": 0,\n    \"privileged\": 0,\n    \"orphaned\": 0\n  },\n  \"grants\": []\n}\n"; got != want {
		t.Errorf("got %s", got)
	}
}

func TestCSVHasARowForEachGrantAndNoFormula(t *testing.T) {
	t.Parallel()
	rows, err := csv.NewReader(strings.NewReader(sample.CSV())).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	want := []string{"intune", "c3", "Bob | <script>", "User", "r3", "'=Help Desk", "Berlin", "3", "Region", "g", "Help & Support", "", "false", "false"}
	if !slices.Equal(rows[3], want) {
		t.Errorf("got %q", rows[3])
	}
}

func TestMarkdownEscapesWhatIsMarkup(t *testing.T) {
	t.Parallel()
	want := `# Access of Rowan Mills

3 grants of 3 principals, 1 privileged, 1 orphaned.

## Azure

| principal | type | role | where | through | marks |
|---|---|---|---|---|---|
| Alice | User | Owner | /subscriptions/s | directly | privileged |
| b2 |  | Reader | / | directly | orphaned |

## Intune

| principal | type | role | where | through | marks |
|---|---|---|---|---|---|
| Bob \| \<script\> | User | =Help Desk | Berlin | group Help \& Support |  |
`
	if got := sample.Markdown(); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestThePageNeedsNothingElse(t *testing.T) {
	t.Parallel()
	page, err := sample.HTML()
	if err != nil {
		t.Fatal(err)
	}
	for _, outside := range []string{"http:", "https:", "//", "@import", "<link rel=\"stylesheet\"", "<img", "fetch(", "XMLHttpRequest"} {
		if strings.Contains(page, outside) {
			t.Errorf("the page has %q", outside)
		}
	}
	if strings.Contains(page, "Bob | <script>") || !strings.Contains(page, "Bob | &lt;script&gt;") {
		t.Error("a name is taken for markup")
	}
}
