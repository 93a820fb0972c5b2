// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package reference_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend/reference"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

const (
	subscription           = "/subscriptions/b0000000-0000-4000-8000-000000000001"
	reader       rbac.GUID = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
	helpDesk     rbac.GUID = "9e0cc482-82df-4ab2-a24c-0c23a3f52e1e"
	userAdmin    rbac.GUID = "fe930be7-5e62-47db-91af-98c3a49a38b1"
	alice        rbac.GUID = "a0000000-0000-4000-8000-000000000001"
)

func role(id rbac.GUID, name string) azure.Role {
	return azure.Role{ID: id, Name: name, AssignableScopes: []string{subscription}, Permissions: []azure.Permission{{Actions: []string{"*/read"}}}}
}

// hand is what a person with sqlite3 does to a file.
func hand(t *testing.T, path string, statements ...string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path}).String())
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	return db
}

func write(t *testing.T, path, content string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// sentence checks an error's kind and that its words hold the parts.
func sentence(t *testing.T, err error, kind rbac.Kind, parts ...string) {
	t.Helper()
	var e *rbac.Error
	if !errors.As(err, &e) || e.Kind != kind {
		t.Fatalf("got %v, want an error of kind %d", err, kind)
	}
	for _, p := range append(parts, ".") {
		if !strings.Contains(e.Message, p) {
			t.Errorf("%q is not in %q", p, e.Message)
		}
	}
}

func TestCheckAndOpenRefuseWhatIsNoTenantAndLeaveItAsItIs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	other := filepath.Join(dir, "other.db")
	hand(t, other, "CREATE TABLE notes (text TEXT)").Close() // a test
	newer := filepath.Join(dir, "newer.db")
	if tenant, err := reference.Open(t.Context(), reference.Options{Path: newer}); err != nil || tenant.Close() != nil {
		t.Fatal(err)
	}
	hand(t, newer, "PRAGMA user_version = 7").Close() // a test
	for _, c := range []struct {
		path  string
		parts []string
	}{
		{filepath.Join(dir, "nowhere", "tenant.db"), []string{"no folder", "nowhere"}},
		{dir, []string{"is a folder", "rbac-tenant.db"}},
		{filepath.Join(write(t, filepath.Join(dir, "file"), "x"), "tenant.db"), []string{"folder"}},
		{write(t, filepath.Join(dir, "short.txt"), "hello"), []string{"no SQLite database", "left as it is"}},
		{write(t, filepath.Join(dir, "long.txt"), strings.Repeat("hello ", 100)), []string{"no SQLite database"}},
		{other, []string{"another program"}},
		{newer, []string{"layout 7", "up to 1"}},
		{os.DevNull, []string{"no regular file"}},
	} {
		before, _ := os.ReadFile(c.path)
		err := reference.Check(c.path)
		kind := rbac.KindOf(err)
		if kind != rbac.Invalid && kind != rbac.Unavailable {
			t.Errorf("%s: Check gives %v", c.path, err)
			continue
		}
		sentence(t, err, kind, c.parts...)
		_, err = reference.Open(t.Context(), reference.Options{Path: c.path})
		sentence(t, err, kind, c.parts...)
		if after, _ := os.ReadFile(c.path); !bytes.Equal(before, after) {
			t.Errorf("%s was changed", c.path)
		}
	}
	sentence(t, reference.Check(""), rbac.Invalid, "empty")
}

func TestCheckTakesAFileThatIsNewEmptyOrATenant(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, path := range []string{filepath.Join(dir, "new.db"), write(t, filepath.Join(dir, "empty.db"), "")} {
		if err := reference.Check(path); err != nil {
			t.Error(err)
		}
		open(t, reference.Options{Path: path})
		if err := reference.Check(path); err != nil {
			t.Errorf("while it is open: %v", err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "never.db")); reference.Check(filepath.Join(dir, "never.db")) != nil || !os.IsNotExist(err) {
		t.Error("Check makes files")
	}
}

func TestCheckLeavesAFileWithAHotJournalToSQLite(t *testing.T) {
	t.Parallel()
	path := write(t, filepath.Join(t.TempDir(), "tenant.db"), strings.Repeat("half written ", 100))
	write(t, path+"-journal", "x")
	if err := reference.Check(path); err != nil {
		t.Error(err)
	}
}

// A POSIX lock of a process goes with any handle of the file that it closes, so
// Check must not open a file that SQLite has open here.
func TestCheckDoesNotBreakTheLocksOfATenantInUse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tenant.db")
	open(t, reference.Options{Path: path})
	db := hand(t, path, "BEGIN EXCLUSIVE")
	if err := reference.Check(path); err != nil {
		t.Fatal(err)
	}
	out := child(t, "locked", path)
	if got := strings.TrimSpace(out.all()); got != "locked" {
		t.Errorf("another process finds the file %s", got)
	}
	if _, err := db.Exec("COMMIT"); err != nil {
		t.Error(err)
	}
}

func TestAPathMayHoldAnyCharacters(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a b&c=d;e'f%20g+h#i?j")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"tenant?mode=memory.db", "100%.db", "#1.db", "ä ö.db", "file:x.db", ":memory:"} {
		path := filepath.Join(dir, name)
		tenant := open(t, reference.Options{Path: path})
		if _, err := tenant.Backend().Azure.CreateRole(t.Context(), role(alice, "x")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

func TestAFileAtRestIsOneFileAndKeepsEverything(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "tenant.db")
	clock := time.Date(2026, 2, 3, 4, 5, 6, 0, time.FixedZone("", 3600))
	tenant, err := reference.Open(t.Context(), reference.Options{Path: path, Now: func() time.Time { return clock }, NewID: func() rbac.GUID { return alice }})
	if err != nil {
		t.Fatal(err)
	}
	want := role(reader[:35]+"0", "Mine")
	if _, err := tenant.Backend().Azure.CreateRole(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	made, err := tenant.Backend().Intune.CreateRole(t.Context(), intune.Role{Name: "x", Permissions: []string{"Microsoft.Intune_A_B"}})
	if err != nil || made.ID != alice {
		t.Fatalf("%+v, %v: not the ID that the source gave", made, err)
	}
	if err := tenant.Close(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != "tenant.db" {
		t.Errorf("the folder holds %v, %v", entries, err)
	}
	got, err := open(t, reference.Options{Path: path}).Backend().Azure.Role(t.Context(), want.ID)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	var at string
	if err := hand(t, path).QueryRow("SELECT created_at FROM azure_roles").Scan(&at); err != nil || at != "2026-02-03T03:05:06Z" {
		t.Errorf("created_at is %q, %v", at, err)
	}
}

func TestChangesByHandShowInTheNextRead(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tenant.db")
	tenant := open(t, reference.Options{Path: path})
	b, ctx := tenant.Backend(), t.Context()
	// Everything by hand, IDs in capitals, as a person may paste them.
	hand(t, path,
		`INSERT INTO azure_roles (id, name, actions, assignable_scopes) VALUES ('AAAAAAAA-0000-4000-8000-000000000001', 'Old', '["a/b"]', '["`+subscription+`"]')`,
		`UPDATE azure_roles SET name = 'New', description = 'd', actions = '["c/d"]', not_actions = '["e/f"]', data_actions = '["g/h"]', not_data_actions = '["i/j"]', assignable_scopes = '["`+subscription+`/resourceGroups/rg"]'`,
		`INSERT INTO azure_role_assignments (name, scope, role_id, principal_id) VALUES ('AAAAAAAA-0000-4000-8000-000000000002', '`+strings.ToUpper(subscription)+`', '`+strings.ToUpper(reader.String())+`', '`+strings.ToUpper(alice.String())+`')`,
		`UPDATE azure_role_assignments SET principal_type = 'Group', description = 'd', condition = 'c', condition_version = '2.0', delegated_managed_identity_resource_id = '/x'`,
		`INSERT INTO entra_roles (id, name, permissions) VALUES ('AAAAAAAA-0000-4000-8000-000000000003', 'Old', '[]')`,
		`UPDATE entra_roles SET name = 'New', description = 'd', version = 'v', enabled = 0, permissions = '["a/b"]'`,
		`INSERT INTO entra_role_assignments (id, role_id, principal_id, directory_scope) VALUES ('x-1', '`+userAdmin.String()+`', '`+alice.String()+`', '/directory/administrativeUnits/AAAAAAAA-0000-4000-8000-000000000009')`,
		`INSERT INTO intune_roles (id, name, permissions) VALUES ('AAAAAAAA-0000-4000-8000-000000000004', 'Old', '[]')`,
		`UPDATE intune_roles SET name = 'New', description = 'd', permissions = '["Microsoft.Intune_A_B"]', scope_tags = '["0","7"]'`,
		`INSERT INTO intune_role_assignments (id, name, role_id) VALUES ('AAAAAAAA-0000-4000-8000-000000000005', 'Old', '`+helpDesk.String()+`')`,
		`UPDATE intune_role_assignments SET name = 'New', description = 'd', members = '["`+strings.ToUpper(alice.String())+`"]', scope_groups = '["`+alice.String()+`"]', all_users = 1, all_devices = 1, scope_tags = '[]'`,
		`INSERT INTO intune_scope_tags (id, name) VALUES (7, 'Old')`,
		`UPDATE intune_scope_tags SET name = 'New', description = 'd', groups = '["`+alice.String()+`"]' WHERE id = 7`,
	)
	sub, err := azure.ParseScope(subscription)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what string
		get  func() (any, error)
		want any
	}{
		{"Azure role", func() (any, error) { return b.Azure.Role(ctx, "aaaaaaaa-0000-4000-8000-000000000001") }, azure.Role{
			ID: "aaaaaaaa-0000-4000-8000-000000000001", Name: "New", Description: "d", AssignableScopes: []string{subscription + "/resourceGroups/rg"},
			Permissions: []azure.Permission{{Actions: []string{"c/d"}, NotActions: []string{"e/f"}, DataActions: []string{"g/h"}, NotDataActions: []string{"i/j"}}},
		}},
		{"Azure assignment", func() (any, error) { return b.Azure.Assignment(ctx, sub, "aaaaaaaa-0000-4000-8000-000000000002") }, azure.Assignment{
			Name: "aaaaaaaa-0000-4000-8000-000000000002", Scope: sub, RoleID: reader, PrincipalID: alice, PrincipalType: "Group",
			Description: "d", Condition: "c", ConditionVersion: "2.0", DelegatedManagedIdentityResourceID: "/x",
		}},
		{"Entra role", func() (any, error) { return b.Entra.Role(ctx, "aaaaaaaa-0000-4000-8000-000000000003") }, entra.Role{
			ID: "aaaaaaaa-0000-4000-8000-000000000003", Name: "New", Description: "d", Version: "v", Permissions: []string{"a/b"},
		}},
		{"Entra assignment", func() (any, error) { return b.Entra.Assignment(ctx, "x-1") }, entra.Assignment{
			ID: "x-1", RoleID: userAdmin, PrincipalID: alice, DirectoryScope: "/administrativeUnits/aaaaaaaa-0000-4000-8000-000000000009",
		}},
		{"Intune role", func() (any, error) { return b.Intune.Role(ctx, "aaaaaaaa-0000-4000-8000-000000000004") }, intune.Role{
			ID: "aaaaaaaa-0000-4000-8000-000000000004", Name: "New", Description: "d", Permissions: []string{"Microsoft.Intune_A_B"}, ScopeTags: []string{"0", "7"},
		}},
		{"Intune assignment", func() (any, error) { return b.Intune.Assignment(ctx, "aaaaaaaa-0000-4000-8000-000000000005") }, intune.Assignment{
			ID: "aaaaaaaa-0000-4000-8000-000000000005", Name: "New", Description: "d", RoleID: helpDesk, Members: []rbac.GUID{alice}, ScopeGroups: []rbac.GUID{alice},
			AllUsers: true, AllDevices: true, ScopeTags: []string{},
		}},
		{"scope tag", func() (any, error) { return b.Intune.ScopeTag(ctx, "7") }, intune.ScopeTag{ID: "7", Name: "New", Description: "d", Groups: []rbac.GUID{alice}}},
	} {
		if got, err := c.get(); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s\n got %+v, %v\nwant %+v", c.what, got, err, c.want)
		}
	}
	// The rules follow the new names and not the old ones.
	if _, err := b.Azure.CreateRole(ctx, role(alice, "NEW")); rbac.KindOf(err) != rbac.Exists {
		t.Errorf("the new name is free: %v", err)
	}
	if _, err := b.Azure.CreateRole(ctx, role(alice, "old")); err != nil {
		t.Errorf("the old name is not free: %v", err)
	}
	if tag, err := b.Intune.CreateScopeTag(ctx, intune.ScopeTag{Name: "Next"}); err != nil || tag.ID != "8" {
		t.Errorf("the next tag is %+v, %v", tag, err)
	}
	// And a deletion by hand is a deletion.
	hand(t, path, `DELETE FROM entra_role_assignments`)
	if _, err := b.Entra.Assignment(ctx, "x-1"); !rbac.IsNotFound(err) {
		t.Errorf("a deleted row is still there: %v", err)
	}
}

func TestAnAssignmentThatIsMovedByHandIsFoundUnderItsIDWithItsNewScope(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tenant.db")
	b := open(t, reference.Options{Path: path}).Backend().Azure
	from, to := parseScope(t, subscription), parseScope(t, subscription+"/resourceGroups/rg")
	want := azure.Assignment{Name: alice, Scope: from, RoleID: reader, PrincipalID: alice, PrincipalType: "User"}
	if _, err := b.CreateAssignment(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	hand(t, path, "UPDATE azure_role_assignments SET scope = '"+to.ID()+"'")
	want.Scope = to
	for _, scope := range []azure.Scope{from, to} {
		if got, err := b.Assignment(t.Context(), scope, alice); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("at %s: got %+v, %v; want %+v", scope, got, err, want)
		}
	}
	if _, err := b.Assignment(t.Context(), azure.Root, alice); !rbac.IsNotFound(err) {
		t.Errorf("it is found where it never was: %v", err)
	}
	if err := b.DeleteAssignment(t.Context(), from, alice); err != nil {
		t.Fatal(err)
	}
	want.Scope = from
	if got, err := b.CreateAssignment(t.Context(), want); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
}

func TestAFileThatCannotBeWrittenIsUnavailable(t *testing.T) {
	t.Parallel()
	if os.Getuid() == 0 {
		t.Skip("the superuser may write every file; run the test as another user")
	}
	path := write(t, filepath.Join(t.TempDir(), "tenant.db"), "")
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	sentence(t, reference.Check(path), rbac.Unavailable, path, "reading and writing")
}

func TestNonsenseWrittenByHandGetsASentenceThatNamesTheRow(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tenant.db")
	b := open(t, reference.Options{Path: path}).Backend()
	hand(t, path,
		`INSERT INTO azure_role_assignments (name, scope, role_id, principal_id) VALUES ('aaaaaaaa-0000-4000-8000-000000000002', 'somewhere', '`+reader.String()+`', '`+alice.String()+`')`,
		`INSERT INTO entra_roles (id, name, permissions) VALUES ('mine', 'x', '[]')`,
		`INSERT INTO intune_roles (id, name, permissions) VALUES ('aaaaaaaa-0000-4000-8000-000000000004', 'x', '[1]')`,
	)
	_, err := b.Azure.Assignments(t.Context(), azure.AssignmentFilter{})
	sentence(t, err, rbac.Unknown, "azure_role_assignments", "aaaaaaaa-0000-4000-8000-000000000002", "scope", `"somewhere"`)
	_, err = b.Entra.Roles(t.Context(), entra.RoleFilter{Type: entra.CustomRole})
	sentence(t, err, rbac.Unknown, "entra_roles", `"mine"`, "a GUID")
	_, err = b.Intune.Role(t.Context(), "aaaaaaaa-0000-4000-8000-000000000004")
	sentence(t, err, rbac.Unknown, "intune_roles", "permissions", "[1]", "JSON array")
}

func TestALockedFileIsUnavailableAfterTheWaitAndFineAfterwards(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tenant.db")
	b := open(t, reference.Options{Path: path, BusyTimeout: 30 * time.Millisecond}).Backend()
	db := hand(t, path, "BEGIN EXCLUSIVE")
	_, err := b.Azure.CreateRole(t.Context(), role(alice, "x"))
	sentence(t, err, rbac.Unavailable, path, "locked", "30ms")
	_, err = b.Azure.Role(t.Context(), alice)
	sentence(t, err, rbac.Unavailable, path, "locked", "30ms")
	_, err = reference.Open(t.Context(), reference.Options{Path: path, BusyTimeout: 30 * time.Millisecond})
	sentence(t, err, rbac.Unavailable, path, "locked", "30ms")
	if _, err := db.Exec("COMMIT"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Azure.CreateRole(t.Context(), role(alice, "x")); err != nil {
		t.Error(err)
	}
}

// Another process that only reads keeps a commit waiting; it must be taken back whole.
func TestAWriteThatCannotBeCommittedLeavesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tenant.db")
	b := open(t, reference.Options{Path: path, BusyTimeout: 30 * time.Millisecond}).Backend()
	db := hand(t, path, "BEGIN", "SELECT * FROM azure_roles")
	rows, err := db.Query("SELECT name FROM sqlite_schema") // holds the shared lock until it is closed
	if err != nil || !rows.Next() {
		t.Fatal(err)
	}
	_, err = b.Azure.CreateRole(t.Context(), role(alice, "x"))
	sentence(t, err, rbac.Unavailable, "locked")
	if _, err := b.Azure.Role(t.Context(), alice); !rbac.IsNotFound(err) {
		t.Errorf("something of the write is there: %v", err)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("COMMIT"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Azure.CreateRole(t.Context(), role(alice, "x")); err != nil {
		t.Error(err)
	}
}

func TestACancelledContextEndsTheWaitAndHarmsNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tenant.db")
	b := open(t, reference.Options{Path: path, BusyTimeout: time.Hour}).Backend()
	db := hand(t, path, "BEGIN EXCLUSIVE")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	for _, c := range []struct {
		ctx   context.Context
		cause error
	}{{gone, context.Canceled}, {short, context.DeadlineExceeded}} {
		_, err := b.Azure.CreateRole(c.ctx, role(alice, "x"))
		sentence(t, err, rbac.Unavailable, path)
		if !errors.Is(err, c.cause) {
			t.Errorf("%v has not the cause %v", err, c.cause)
		}
		_, err = b.Azure.Roles(c.ctx, azure.RoleFilter{Type: azure.CustomRole})
		sentence(t, err, rbac.Unavailable, path)
	}
	if _, err := db.Exec("COMMIT"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Azure.CreateRole(t.Context(), role(alice, "x")); err != nil {
		t.Error(err)
	}
}

func TestATenantInMemoryOutlivesACancelledOperation(t *testing.T) {
	t.Parallel()
	tenant := open(t, reference.Options{})
	if err := tenant.Seed(t.Context(), 100, 5000); err != nil {
		t.Fatal(err)
	}
	b := tenant.Backend().Azure
	for n := range 20 {
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = b.Assignments(ctx, azure.AssignmentFilter{}) })
		wg.Go(func() {
			_, _ = b.CreateRole(ctx, role(rbac.GUID("00000000-0000-4000-9000-0000000000"+strconv.Itoa(10+n)), "role "+strconv.Itoa(n)))
		})
		cancel()
		wg.Wait()
	}
	if got, err := b.Assignments(t.Context(), azure.AssignmentFilter{}); err != nil || len(got) != 5000 {
		t.Errorf("%d assignments, %v", len(got), err)
	}
	if _, err := b.CreateRole(t.Context(), role(alice, "x")); err != nil {
		t.Error(err)
	}
}

func TestADamagedFileGetsASentence(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tenant.db")
	tenant, err := reference.Open(t.Context(), reference.Options{Path: path})
	if err != nil || tenant.Seed(t.Context(), 500, 500) != nil || tenant.Close() != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096; i < len(data); i++ {
		data[i] = byte(i * 7)
	}
	write(t, path, string(data))
	tenant, err = reference.Open(t.Context(), reference.Options{Path: path})
	if err == nil {
		t.Cleanup(func() { _ = tenant.Close() })
		_, err = tenant.Backend().Azure.Roles(t.Context(), azure.RoleFilter{Type: azure.CustomRole})
	}
	sentence(t, err, rbac.Unavailable, path, "damaged")
}

func TestAFileThatSomebodyPutIntoWALModeComesBackToOneFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tenant.db")
	if tenant, err := reference.Open(t.Context(), reference.Options{Path: path}); err != nil || tenant.Close() != nil {
		t.Fatal(err)
	}
	hand(t, path, "PRAGMA journal_mode = WAL").Close() // a test
	if tenant, err := reference.Open(t.Context(), reference.Options{Path: path}); err != nil || tenant.Close() != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil || data[18] != 1 || data[19] != 1 {
		t.Errorf("the header says %d %d, %v", data[18], data[19], err)
	}
}

func TestManyGoroutinesMakeOneOfEachName(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", filepath.Join(t.TempDir(), "tenant.db")} {
		b := open(t, reference.Options{Path: path}).Backend()
		const workers, names = 8, 10
		made := make([][]error, workers)
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				for n := range names {
					_, err := b.Intune.CreateScopeTag(t.Context(), intune.ScopeTag{Name: "tag " + strconv.Itoa(n)})
					made[w] = append(made[w], err)
					if _, err := b.Intune.ScopeTags(t.Context()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		won := 0
		for _, errs := range made {
			for _, err := range errs {
				switch {
				case err == nil:
					won++
				case rbac.KindOf(err) != rbac.Exists:
					t.Error(err)
				}
			}
		}
		if tags, err := b.Intune.ScopeTags(t.Context()); err != nil || len(tags) != names+1 || won != names {
			t.Errorf("%d won, %d tags, %v", won, len(tags), err)
		}
	}
}
