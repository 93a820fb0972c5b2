// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
	"github.com/rolewright/terraform-provider-rbac/internal/wire"
)

// compact is a sample without the blanks that make it readable.
func compact(t *testing.T, sample string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(sample)); err != nil {
		t.Fatalf("the sample is no JSON: %v\n%s", err, sample)
	}
	return b.String()
}

// read decodes a sample.
func read[D any](t *testing.T, sample string) D {
	t.Helper()
	var d D
	if err := wire.Decode([]byte(sample), &d); err != nil {
		t.Fatalf("Decode: %v\n%s", err, sample)
	}
	return d
}

// writes checks that a document is written exactly as the sample.
func writes(t *testing.T, document any, sample string) {
	t.Helper()
	if got, want := string(wire.Encode(document)), compact(t, sample); got != want {
		t.Errorf("it is written as\n%s\nwant\n%s", got, want)
	}
}

// stays checks that a sample is the same after it was read and written.
func stays[D any](t *testing.T, sample string) D {
	t.Helper()
	d := read[D](t, sample)
	writes(t, d, sample)
	return d
}

// same compares whole values.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s is\n%#v\nwant\n%#v", what, got, want)
	}
}

// must is for values of the domain that the case needs.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// refused checks the error of a document that is none of the domain.
func refused(t *testing.T, err error, kind rbac.Kind, code, field string, parts ...string) {
	t.Helper()
	var e *rbac.Error
	if !errors.As(err, &e) {
		t.Errorf("the error is %v, want an *rbac.Error", err)
		return
	}
	if e.Kind != kind || e.Code != code || e.Field != field {
		t.Errorf("the error is of kind %d, code %q, field %q; want %d, %q, %q: %s", e.Kind, e.Code, e.Field, kind, code, field, e.Message)
	}
	for _, part := range parts {
		if !strings.Contains(e.Message, part) {
			t.Errorf("%q is not in the message: %s", part, e.Message)
		}
	}
}

func scope(text string) azure.Scope { return must(azure.ParseScope(text)) }

func TestATextThatIsEmptyIsNull(t *testing.T) {
	t.Parallel()
	writes(t, []wire.Text{"", "a <b> & c"}, `[null, "a <b> & c"]`)
	same(t, "what was read", read[[]wire.Text](t, `[null, "", "a"]`), []wire.Text{"", "", "a"})
}

func TestAListIsNeverNull(t *testing.T) {
	t.Parallel()
	writes(t, wire.Page[wire.AzurePermission]{}, `{"value": []}`)
	writes(t, []any{wire.Strings(nil), wire.Strings{"a"}, wire.List[int](nil), wire.List[int]{1}}, `[[], ["a"], [], [1]]`)
}

func TestStringsAreReadLeniently(t *testing.T) {
	t.Parallel()
	same(t, "what was read", read[[]wire.Strings](t, `[null, [], ["a", null, 7]]`), []wire.Strings{nil, nil, {"a", "7"}})
}

func TestAListThatIsATextOrHoldsObjectsIsRefused(t *testing.T) {
	t.Parallel()
	var d wire.AzureRole
	refused(t, wire.Decode([]byte(`{"properties": {"assignableScopes": "/"}}`), &d), rbac.Unknown, "", "", "properties.assignableScopes", "string")
	for _, sample := range []string{`[{"a": 1}]`, `[true]`, `[["a"]]`} {
		var s wire.Strings
		refused(t, wire.Decode([]byte(sample), &s), rbac.Unknown, "", "")
	}
}

// The page of unifiedRoleDefinition's creation once had isEnabled as a string.
func TestAFlagMayComeAsText(t *testing.T) {
	t.Parallel()
	same(t, "what was read", read[[]wire.Flag](t, `[true, false, "true", "True", "false", null, ""]`), []wire.Flag{true, false, true, true, false, false, false})
	for _, sample := range []string{`1`, `"yes"`, `{}`, `[]`} {
		var f wire.Flag
		refused(t, wire.Decode([]byte(sample), &f), rbac.Unknown, "", "")
	}
}

func TestAMemberThatIsNotSetIsNotWritten(t *testing.T) {
	t.Parallel()
	type document struct {
		A wire.Opt[string]    `json:"a,omitzero"`
		B wire.Opt[wire.Text] `json:"b,omitzero"`
	}
	writes(t, document{}, `{}`)
	writes(t, document{wire.Some(""), wire.Some(wire.Text(""))}, `{"a": "", "b": null}`)
	same(t, "what was read", read[document](t, `{"a": null, "other": 1}`), document{A: wire.Some("")})
}

func TestATimeHasSevenDigitsOfASecondAndIsInUTC(t *testing.T) {
	t.Parallel()
	at := time.Date(2024, 1, 7, 23, 15, 9, 895282900, time.FixedZone("CET", 3600))
	same(t, "the time", wire.Stamp(at), "2024-01-07T22:15:09.8952829Z")
	same(t, "a whole second", wire.Stamp(time.Date(2024, 1, 7, 0, 0, 0, 0, time.UTC)), "2024-01-07T00:00:00.0000000Z")
}

func TestWhatIsNoDocumentIsAnErrorWithoutItsValues(t *testing.T) {
	t.Parallel()
	for sample, part := range map[string]string{
		"":                        "empty",
		"{":                       "cut short",
		"secret":                  "at byte 1",
		"{} {}":                   "after the end",
		`{"id": {"a": "secret"}}`: `"id"`,
	} {
		var d wire.EntraRole
		err := wire.Decode([]byte(sample), &d)
		refused(t, err, rbac.Unknown, "", "", part)
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the error of %q holds a value: %v", sample, err)
		}
	}
}

func TestAByteOrderMarkIsNoMistake(t *testing.T) {
	t.Parallel()
	same(t, "what was read", read[wire.MetadataEndpoints](t, "\xef\xbb\xbf"+`{"name": "AzureCloud"}`), wire.MetadataEndpoints{Name: "AzureCloud"})
}

func TestWhatCanNotBeJSONIsWrittenAsNull(t *testing.T) {
	t.Parallel()
	writes(t, wire.BatchAnswer{Body: json.RawMessage("{")}, "null")
}

// https://learn.microsoft.com/graph/paging
func TestACollectionHasTheAnnotationsOfGraphBeforeItsValue(t *testing.T) {
	t.Parallel()
	got := stays[wire.Collection[wire.EntraResourceNamespace]](t, `{
		"@odata.context": "https://graph.microsoft.com/beta/$metadata#roleManagement/directory/resourceNamespaces",
		"@odata.count": 2,
		"@odata.nextLink": "https://graph.microsoft.com/beta/roleManagement/directory/resourceNamespaces?$skiptoken=x",
		"value": [{"id": "microsoft.directory", "name": "microsoft.directory"}]
	}`)
	same(t, "the count", *got.Count, 2)
	same(t, "a page of Azure", stays[wire.Page[wire.AzurePrincipal]](t, `{"value": [], "nextLink": "https://management.azure.com/next"}`).NextLink, "https://management.azure.com/next")
	same(t, "the last page of Azure", read[wire.Page[wire.AzurePrincipal]](t, `{"value": null, "nextLink": null}`), wire.Page[wire.AzurePrincipal]{})
}
