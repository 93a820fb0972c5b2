// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func TestGeneratingAgainGivesTheFilesThatAreCheckedIn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := generate(os.DirFS("../facts"), dir); err != nil {
		t.Fatal(err)
	}
	made, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	kept, err := filepath.Glob("../data/*")
	if err != nil {
		t.Fatal(err)
	}
	if len(made) != 11 || len(kept) != len(made) {
		t.Fatalf("%d files made, %d checked in, want 11", len(made), len(kept))
	}
	for i := range made {
		got, want := read(t, made[i]), read(t, kept[i])
		if filepath.Base(made[i]) != filepath.Base(kept[i]) || !bytes.Equal(got, want) {
			t.Errorf("%s differs from what is checked in: run go generate ./catalog", filepath.Base(made[i]))
		}
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestFactsThatContradictEachOtherAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, old, replacement, want string }{
		{"a role twice", "azure-builtin-roles.json", `"name": "AcrPull"`, `"name": "AcrPush"`, `role name twice: "acrpush"`},
		{"an ID that is none", "azure-builtin-roles.json", `"76cc9ee4-`, `"76cc9ee-`, "not a GUID"},
		{
			"an action nobody knows", "azure-builtin-roles.json",
			`"Microsoft.Management/getEntities/action"`, `"Microsoft.Management/getEntity/action"`, "Microsoft.Management/getEntity/action",
		},
		{"a plane that is none", "azure-operations.tsv", "\ttrue\t", "\tyes\t", `data action is "yes"`},
		{"an operation twice", "azure-operations.tsv", "Anyscale.Platform/admin/action", "Qumulo.Storage/operations/read", "operation twice"},
		{"a short line", "azure-operations.tsv", "\tAnyscale.Platform\t", "\t", "4 cells, want 5"},
		{"a count of operations", "azure-providers.json", `"operations": 10`, `"operations": 11`, "its entry says 11"},
		{"a privileged operation nobody knows", "azure-privileged-operations.tsv", "elevateAccess", "elevateAcess", "covers no known operation"},
		{"a role without a description", "descriptions.json", `"Global Reader"`, `"Global Raeder"`, `no text or category for "Global Reader"`},
		{"a long description", "descriptions.json", "Sees what a", "Sees " + strings.Repeat("very ", 25) + "well what a", "120 is the most"},
		{"a permission nobody knows", "entra-permissions.json", "microsoft.directory/users/inviteGuest", "microsoft.directory/users/inviteGuests", "unknown permission"},
		{"two Intune permissions of one name", "intune-permissions.json", `"display": "Mobile apps/Read"`, `"display": "Managed apps/Read"`, "spelling twice"},
		{"a file that is no JSON", "intune-roles.json", "[", "", "intune-roles.json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			facts := copyOf(t, os.DirFS("../facts"))
			text := string(facts[c.file].Data)
			if !strings.Contains(text, c.old) {
				t.Fatalf("%s has no %s", c.file, c.old)
			}
			facts[c.file] = &fstest.MapFile{Data: []byte(strings.Replace(text, c.old, c.replacement, 1))}
			dir := t.TempDir()
			err := generate(facts, dir)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error is %v, want one with %q", err, c.want)
			}
			if made, _ := filepath.Glob(filepath.Join(dir, "*")); len(made) > 0 {
				t.Errorf("%d files were written all the same", len(made))
			}
		})
	}
}

func copyOf(t *testing.T, from fs.FS) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	names, err := fs.Glob(from, "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(from, name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = &fstest.MapFile{Data: data}
	}
	return out
}
