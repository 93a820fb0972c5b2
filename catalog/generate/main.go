// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Command generate turns the fact tables of catalog/facts into the data files
// that the catalog embeds. It runs in the catalog directory, through go
// generate, and writes the same bytes for the same facts.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	if err := generate(os.DirFS("facts"), "data"); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// generate reads the fact tables and writes every data file into dir. It
// refuses facts that contradict each other and then writes nothing.
func generate(facts fs.FS, dir string) error {
	date, err := fs.ReadFile(facts, "snapshot.txt")
	if err != nil {
		return err
	}
	files := []struct {
		name string
		make func(fs.FS) ([]byte, error)
		data []byte
	}{
		{name: "snapshot.txt", data: date},
		{name: "azure-operations.txt", make: azureOperations},
		{name: "azure-providers.txt", make: azureProviders},
		{name: "azure-roles.txt", make: azureRoles},
		{name: "azure-unknown.txt", make: azureUnknown},
		{name: "entra-permissions.txt", make: entraPermissions},
		{name: "entra-roles.txt", make: entraRoles},
		{name: "entra-2018.txt", make: entra2018},
		{name: "intune-permissions.txt", make: intunePermissions},
		{name: "intune-roles.txt", make: intuneRoles},
		{name: "intune-cloudpc.txt", make: intuneCloudPC},
	}
	for i, f := range files {
		if f.make == nil {
			continue
		}
		data, err := f.make(facts)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		files[i].data = data
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.name), f.data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// records writes entries as "key value" lines with an empty line after each
// entry. It is what the reader of package catalog expects.
type records struct {
	text strings.Builder
	err  error
}

// put adds one line; an empty value is left out.
func (r *records) put(key, value string) {
	if value == "" {
		return
	}
	if strings.ContainsAny(value, "\r\n") {
		r.err = errors.Join(r.err, fmt.Errorf("%s has a line break: %q", key, value))
	}
	r.text.WriteString(key + " " + value + "\n")
}

// all adds one line for each value.
func (r *records) all(key string, values []string) {
	for _, v := range values {
		r.put(key, v)
	}
}

// end closes an entry.
func (r *records) end() { r.text.WriteByte('\n') }

func (r *records) bytes() ([]byte, error) { return []byte(r.text.String()), r.err }

// readJSON reads one fact table.
func readJSON[T any](facts fs.FS, name string) (T, error) {
	var out T
	data, err := fs.ReadFile(facts, name)
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal(data, &out); err != nil {
		return out, fmt.Errorf("%s: %w", name, err)
	}
	return out, nil
}

// readTable reads a table of tab-separated lines and checks its heading.
func readTable(facts fs.FS, name, heading string) ([][]string, error) {
	data, err := fs.ReadFile(facts, name)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	if lines[0] != heading {
		return nil, fmt.Errorf("%s: heading is %q, want %q", name, lines[0], heading)
	}
	columns := strings.Count(heading, "\t") + 1
	var out [][]string
	for i, line := range lines[1:] {
		cells := strings.Split(line, "\t")
		if len(cells) != columns {
			return nil, fmt.Errorf("%s:%d: %d cells, want %d", name, i+2, len(cells), columns)
		}
		out = append(out, cells)
	}
	return out, nil
}

// duplicates returns an error that names the keys which appear twice.
func duplicates(what string, keys []string) error {
	seen := map[string]bool{}
	var err error
	for _, k := range keys {
		if seen[k] {
			err = errors.Join(err, fmt.Errorf("%s twice: %q", what, k))
		}
		seen[k] = true
	}
	return err
}
