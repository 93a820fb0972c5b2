// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package reference_test

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// The identifiers of the file below.
const (
	userID   rbac.GUID = "11111111-1111-4111-8111-000000000001"
	innerID  rbac.GUID = "11111111-1111-4111-8111-000000000002"
	outerID  rbac.GUID = "11111111-1111-4111-8111-000000000003"
	spID     rbac.GUID = "11111111-1111-4111-8111-000000000004"
	appID    rbac.GUID = "11111111-1111-4111-8111-000000000005"
	deviceID rbac.GUID = "11111111-1111-4111-8111-000000000006"
	unitID   rbac.GUID = "11111111-1111-4111-8111-000000000007"
	subID    rbac.GUID = "11111111-1111-4111-8111-000000000008"
	loneID   rbac.GUID = "11111111-1111-4111-8111-000000000009"
	tenantID rbac.GUID = "11111111-1111-4111-8111-00000000000a"
)

// wholeFile has every field; the two groups are members of each other.
const wholeFile = `{
  "tenant_id": "11111111-1111-4111-8111-00000000000A", "cloud": "usgovernment", "caller": "11111111-1111-4111-8111-000000000004",
  "users": [{"id": "11111111-1111-4111-8111-000000000001", "display_name": "Ann", "user_principal_name": "ann@example.com"}],
  "groups": [
    {"id": "11111111-1111-4111-8111-000000000002", "display_name": "Inner", "members": ["11111111-1111-4111-8111-000000000001", "11111111-1111-4111-8111-000000000003"], "security_enabled": false, "role_assignable": true},
    {"id": "11111111-1111-4111-8111-000000000003", "display_name": "Outer", "members": ["11111111-1111-4111-8111-000000000002"]}],
  "service_principals": [{"id": "11111111-1111-4111-8111-000000000004", "app_id": "11111111-1111-4111-8111-000000000005", "display_name": "Pipeline", "secret": "hush"}],
  "devices": [{"id": "11111111-1111-4111-8111-000000000006", "display_name": "Laptop"}],
  "administrative_units": [{"id": "11111111-1111-4111-8111-000000000007", "display_name": "Unit", "members": ["11111111-1111-4111-8111-000000000001"]}],
  "management_groups": [{"id": "Root", "display_name": "All", "parent": null}, {"id": "mg-corp", "parent": "root"}],
  "subscriptions": [
    {"id": "11111111-1111-4111-8111-000000000008", "display_name": "Prod", "management_group": "MG-Corp"},
    {"id": "11111111-1111-4111-8111-000000000009", "management_group": null}]
}`

func parseScope(t *testing.T, text string) azure.Scope {
	t.Helper()
	s, err := azure.ParseScope(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestADirectoryFileIsReadInEveryField(t *testing.T) {
	t.Parallel()
	d, err := reference.LoadDirectory(write(t, filepath.Join(t.TempDir(), "directory.json"), wholeFile))
	if err != nil {
		t.Fatal(err)
	}
	if d.TenantID != tenantID || d.Cloud != rbac.USGovernment || d.Caller != spID {
		t.Errorf("tenant %s, cloud %s, caller %s", d.TenantID, d.Cloud, d.Caller)
	}
	for _, want := range []entra.Object{
		{ID: userID, Type: entra.User, DisplayName: "Ann", UserPrincipalName: "ann@example.com"},
		{ID: innerID, Type: entra.Group, DisplayName: "Inner", RoleAssignable: true},
		{ID: outerID, Type: entra.Group, DisplayName: "Outer", SecurityEnabled: true},
		{ID: spID, Type: entra.ServicePrincipal, DisplayName: "Pipeline", AppID: appID},
		{ID: deviceID, Type: entra.Device, DisplayName: "Laptop"},
	} {
		if got, ok := d.Principal(want.ID); !ok || got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	if got, ok := d.Object(unitID); !ok || got != (entra.Object{ID: unitID, Type: entra.AdministrativeUnit, DisplayName: "Unit"}) {
		t.Errorf("unit %+v", got)
	}
	if _, ok := d.Principal(unitID); ok {
		t.Error("an administrative unit is no principal")
	}
	if got, ok := d.ServicePrincipal(appID); !ok || got.ID != spID {
		t.Errorf("application: %+v", got)
	}
	if _, ok := d.Object(appID); ok {
		t.Error("an application ID is no object of the file")
	}
}

func TestMembershipGoesThroughGroupsThatHoldEachOther(t *testing.T) {
	t.Parallel()
	d, err := reference.ParseDirectory([]byte(wholeFile))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := d.MemberOf(userID), []rbac.GUID{innerID, outerID}; !reflect.DeepEqual(got, want) {
		t.Errorf("groups of the user: %v, want %v", got, want)
	}
	if got := d.MemberOf(spID); len(got) != 0 {
		t.Errorf("groups of the service principal: %v", got)
	}
	if got, want := d.Members(unitID), []rbac.GUID{userID}; !reflect.DeepEqual(got, want) {
		t.Errorf("members of the unit: %v, want %v", got, want)
	}
}

func TestADirectoryListsWhatTheFileHas(t *testing.T) {
	t.Parallel()
	d, err := reference.ParseDirectory([]byte(wholeFile))
	if err != nil {
		t.Fatal(err)
	}
	inner := entra.Object{ID: innerID, Type: entra.Group, DisplayName: "Inner", RoleAssignable: true}
	outer := entra.Object{ID: outerID, Type: entra.Group, DisplayName: "Outer", SecurityEnabled: true}
	if got, want := d.Objects(entra.Group), []entra.Object{inner, outer}; !reflect.DeepEqual(got, want) {
		t.Errorf("groups: %+v, want %+v", got, want)
	}
	var all []rbac.GUID
	for _, o := range d.Objects("") {
		all = append(all, o.ID)
	}
	if want := []rbac.GUID{userID, innerID, outerID, spID, deviceID, unitID}; !reflect.DeepEqual(all, want) {
		t.Errorf("all objects: %v, want %v", all, want)
	}
	if got, want := d.ManagementGroups(), []azure.Scope{azure.ManagementGroup("mg-corp"), azure.ManagementGroup("Root")}; !reflect.DeepEqual(got, want) {
		t.Errorf("management groups: %v, want %v", got, want)
	}
	if got, want := d.Subscriptions(), []azure.Scope{azure.Subscription(subID), azure.Subscription(loneID)}; !reflect.DeepEqual(got, want) {
		t.Errorf("subscriptions: %v, want %v", got, want)
	}
	for scope, want := range map[azure.Scope]string{
		azure.ManagementGroup("ROOT"): "All", azure.ManagementGroup("mg-corp"): "", azure.Subscription(subID): "Prod", azure.Subscription(loneID): "", azure.Root: "",
	} {
		if got := d.DisplayName(scope); got != want {
			t.Errorf("%s is called %q, want %q", scope, got, want)
		}
	}
}

func TestOnlyTheSecretOfAnApplicationAuthenticatesIt(t *testing.T) {
	t.Parallel()
	const mute rbac.GUID = "11111111-1111-4111-8111-00000000000b" // an application without a secret
	d, err := reference.ParseDirectory([]byte(strings.Replace(wholeFile, `"service_principals": [`,
		`"service_principals": [{"id": "11111111-1111-4111-8111-00000000000c", "app_id": "11111111-1111-4111-8111-00000000000b"}, `, 1)))
	if err != nil {
		t.Fatal(err)
	}
	pipeline := entra.Object{ID: spID, Type: entra.ServicePrincipal, DisplayName: "Pipeline", AppID: appID}
	if got, ok := d.Authenticate(appID, "hush"); !ok || got != pipeline {
		t.Errorf("the right secret: %+v, %v", got, ok)
	}
	for _, c := range []struct {
		application rbac.GUID
		password    string
	}{{appID, "Hush"}, {appID, ""}, {spID, "hush"}, {mute, ""}, {mute, "hush"}, {"", ""}} {
		if got, ok := d.Authenticate(c.application, c.password); ok || got != (entra.Object{}) {
			t.Errorf("%s with %q: %+v, %v", c.application, c.password, got, ok)
		}
	}
}

func TestPrintingADirectoryPrintsNoSecret(t *testing.T) {
	t.Parallel()
	d, err := reference.ParseDirectory([]byte(wholeFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if text := fmt.Sprintf(verb, *d); strings.Contains(text, "hush") {
			t.Errorf("%s prints the secret", verb)
		}
	}
}

func TestTheHierarchyIsFoundFromBelowInAnyCasing(t *testing.T) {
	t.Parallel()
	d, err := reference.ParseDirectory([]byte(wholeFile))
	if err != nil {
		t.Fatal(err)
	}
	const mg = "/providers/Microsoft.Management/managementGroups/"
	root, corp := azure.ManagementGroup("Root"), azure.ManagementGroup("mg-corp")
	for _, c := range []struct {
		scope string
		known bool
		above []azure.Scope
	}{
		{"/", true, nil},
		{mg + "ROOT", true, nil},
		{mg + "MG-CORP", true, []azure.Scope{root}},
		{mg + "other", false, nil},
		{"/subscriptions/" + subID.String(), true, []azure.Scope{corp, root}},
		{"/subscriptions/" + subID.String() + "/resourceGroups/rg", true, []azure.Scope{corp, root}},
		{"/subscriptions/" + loneID.String(), true, nil},
		{"/subscriptions/" + userID.String(), false, nil},
		{"/providers/Microsoft.Capacity", true, nil},
		{mg + "mg-corp/providers/Microsoft.X/y/z", true, []azure.Scope{corp, root}},
	} {
		s := parseScope(t, c.scope)
		if got := d.HasScope(s); got != c.known {
			t.Errorf("%s exists: %v, want %v", c.scope, got, c.known)
		}
		if got := d.ManagementGroupsAbove(s); !reflect.DeepEqual(got, c.above) {
			t.Errorf("above %s: %v, want %v", c.scope, got, c.above)
		}
	}
}

func TestAMistakeInADirectoryFileIsNamedByItsPlace(t *testing.T) {
	t.Parallel()
	const a, b = `"11111111-1111-4111-8111-000000000001"`, `"11111111-1111-4111-8111-000000000002"`
	for file, parts := range map[string][]string{
		``:                         {"no JSON", "line 1, column 1"},
		"{\n  \"users\": [}\n}":    {"no JSON", "line 2, column 13"},
		`[]`:                       {"The file is a list", "JSON object"},
		`{} {}`:                    {"after the end"},
		`{"user": []}`:             {"user is no field", `Did you mean "users"?`},
		`{"users": {}}`:            {"users is an object", "a list"},
		`{"users": [7]}`:           {"users[0] is a number"},
		`{"users": [{}]}`:          {"users[0].id is missing"},
		`{"users": [{"id": "x"}]}`: {`users[0].id is "x"`, "GUID"},
		`{"users": [{"id": ` + a + `, "mail": "x"}]}`:                                                              {"users[0].mail is no field"},
		`{"users": [{"id": ` + a + `, "display_name": 1}]}`:                                                        {"users[0].display_name is a number", "string"},
		`{"users": [{"id": ` + a + `}, {"id": ` + a + `}]}`:                                                        {"users[1].id", "users[0].id"},
		`{"users": [{"id": ` + a + `}], "groups": [{"id": ` + strings.ToUpper(a) + `}]}`:                           {"groups[0].id", "users[0].id"},
		`{"groups": [{"id": ` + a + `, "security_enabled": "yes"}]}`:                                               {"groups[0].security_enabled is a string", "true or false"},
		`{"groups": [{"id": ` + a + `, "members": [` + b + `]}]}`:                                                  {"groups[0].members[0]", b, "no user, group"},
		`{"groups": [{"id": ` + a + `, "members": [null]}]}`:                                                       {"groups[0].members[0] is missing"},
		`{"administrative_units": [{"id": ` + a + `, "members": [` + a + `]}]}`:                                    {"administrative_units[0].members[0]", "no user, group"},
		`{"service_principals": [{"id": ` + a + `, "secret": 123456}]}`:                                            {"service_principals[0].secret is a number"},
		`{"service_principals": [{"id": ` + a + `, "app_id": ` + b + `}, {"id": ` + b + `, "app_id": ` + b + `}]}`: {"service_principals[1].app_id", "service_principals[0].app_id"},

		`{"cloud": "mars"}`:                                 {`cloud is "mars"`, `"usgovernment"`},
		`{"tenant_id": "contoso"}`:                          {`tenant_id is "contoso"`},
		`{"caller": ` + a + `}`:                             {"caller is", "neither a user nor"},
		`{"management_groups": [{"id": ""}]}`:               {"management_groups[0].id is empty"},
		`{"management_groups": [{"id": "a/b"}]}`:            {`management_groups[0].id is "a/b"`},
		`{"management_groups": [{"id": "a"}, {"id": "A"}]}`: {"management_groups[1].id", "management_groups[0].id"},

		`{"management_groups": [{"id": "corp", "parent": "rooot"}, {"id": "root"}]}`:      {`management_groups[0].parent is "rooot"`, `Did you mean "root"?`},
		`{"management_groups": [{"id": "a", "parent": "b"}, {"id": "b", "parent": "A"}]}`: {"management_groups go in a circle", "a → b → a"},
		`{"management_groups": [{"id": "a", "parent": "a"}]}`:                             {"circle", "a → a"},
		`{"subscriptions": [{"id": ` + a + `, "management_group": "x"}]}`:                 {`subscriptions[0].management_group is "x"`},
		`{"subscriptions": [{"id": ` + a + `}, {"id": ` + a + `}]}`:                       {"subscriptions[1].id"},
	} {
		d, err := reference.ParseDirectory([]byte(file))
		if d != nil {
			t.Errorf("%s: accepted", file)
			continue
		}
		sentence(t, err, rbac.Invalid, parts...)
		if strings.Contains(err.Error(), "123456") {
			t.Errorf("a secret is in %v", err)
		}
	}
}

func TestAnEmptyDirectoryKnowsNobody(t *testing.T) {
	t.Parallel()
	d, err := reference.ParseDirectory([]byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := d.Principal(userID); ok || d.HasScope(azure.Subscription(subID)) || !d.HasScope(azure.Root) || d.Caller != "" || d.Cloud != "" {
		t.Error("an empty directory knows something")
	}
}

func TestADirectoryFileThatCannotBeReadGetsASentence(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := reference.LoadDirectory(filepath.Join(dir, "nowhere.json"))
	sentence(t, err, rbac.Invalid, "nowhere.json", "There is no")
	_, err = reference.LoadDirectory(dir)
	sentence(t, err, rbac.Unavailable, dir, "can't be read")
	_, err = reference.LoadDirectory(write(t, filepath.Join(dir, "bad.json"), `{"users": 1}`))
	sentence(t, err, rbac.Invalid, "bad.json", "users is a number")
}

func FuzzParseDirectory(f *testing.F) {
	f.Add([]byte(wholeFile))
	f.Add([]byte(`{"management_groups": [{"id": "a", "parent": "b"}, {"id": "b", "parent": "A"}, {"id": "c", "parent": "a"}]}`))
	f.Add([]byte(`{"groups": [{"id": "11111111-1111-4111-8111-000000000001", "members": ["11111111-1111-4111-8111-000000000001"]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := reference.ParseDirectory(data)
		if (d == nil) == (err == nil) || err != nil && rbac.KindOf(err) != rbac.Invalid {
			t.Fatalf("%v, %v", d, err)
		}
		if d != nil {
			d.MemberOf(userID)
			d.ManagementGroupsAbove(azure.Subscription(subID))
		}
	})
}
