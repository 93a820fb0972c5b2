// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package reference

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Check tells whether path may be a tenant file, without opening a database
// and without changing anything: the folder exists, and the file, if there is
// one, is a regular file that can be read and written, and is empty or a tenant
// of a version that this build knows. Errors are *rbac.Error of kind Invalid or,
// when the file can't be read or written, Unavailable.
func Check(path string) error {
	if path == "" {
		return invalidFile("The path of the tenant file is empty.")
	}
	folder := filepath.Dir(path)
	switch info, err := os.Stat(folder); {
	case errors.Is(err, fs.ErrNotExist):
		return invalidFile("There is no folder %q for the tenant file %q. Create the folder, or choose another path.", folder, path)
	case err != nil:
		return unavailableFile(err, "The folder %q of the tenant file can't be read: %s.", folder, reason(err))
	case !info.IsDir():
		return invalidFile("%q is no folder, so the tenant file %q can't be in it. Choose another path.", folder, path)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return unavailableFile(err, "The tenant file %q can't be read: %s.", path, reason(err))
	case info.IsDir():
		return invalidFile("%q is a folder. The tenant is one file: name a file in it, such as %q.", path, filepath.Join(path, "rbac-tenant.db"))
	case !info.Mode().IsRegular():
		return invalidFile("%q is no regular file. The tenant is one file: choose another path.", path)
	}
	return files.unlessOpen(info, func() error { return checkHeader(path) })
}

func checkHeader(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return unavailableFile(err, "The tenant file %q can't be opened for reading and writing: %s.", path, reason(err))
	}
	defer f.Close() // nothing was written
	if journal, err := os.Stat(path + "-journal"); err == nil && journal.Size() > 0 {
		return nil // a change is under way or was cut short: only SQLite can tell what the file holds
	}
	var header [100]byte
	switch n, err := io.ReadFull(f, header[:]); {
	case n == 0 && errors.Is(err, io.EOF):
		return nil
	case errors.Is(err, io.ErrUnexpectedEOF) || err == nil && string(header[:16]) != "SQLite format 3\x00":
		return foreignFile(path, "no SQLite database")
	case err != nil:
		return unavailableFile(err, "The tenant file %q can't be read: %s.", path, reason(err))
	}
	return checkIdentity(path, binary.BigEndian.Uint32(header[68:]), binary.BigEndian.Uint32(header[60:]))
}

// checkIdentity judges the two numbers in the header of an SQLite file.
func checkIdentity(path string, application, version uint32) error {
	switch {
	case application != applicationID:
		return foreignFile(path, "the database of another program")
	case version > schemaVersion:
		return invalidFile("The tenant file %q has layout %d, and this version of the provider knows layouts up to %d. "+
			"Use the newer version that wrote it, or choose another file.", path, version, schemaVersion)
	}
	return nil
}

func foreignFile(path, what string) error {
	return invalidFile("%q is %s, not a tenant of this provider, and is left as it is. Choose another path.", path, what)
}

func invalidFile(format string, values ...any) error {
	return &rbac.Error{Kind: rbac.Invalid, Message: fmt.Sprintf(format, values...)}
}

func unavailableFile(err error, format string, values ...any) error {
	return &rbac.Error{Kind: rbac.Unavailable, Err: err, Message: fmt.Sprintf(format, values...)}
}

// files are the tenant files that this process has open. Closing any handle of
// a file drops all POSIX locks that the process holds on it, SQLite's too, so
// nothing here may open a file by itself while SQLite has it.
var files openFiles

type openFiles struct {
	mu   sync.Mutex
	open map[*Tenant]fs.FileInfo
}

// unlessOpen runs f unless the file is open; one that is has been checked.
func (o *openFiles) unlessOpen(info fs.FileInfo, f func() error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, other := range o.open {
		if os.SameFile(info, other) {
			return nil
		}
	}
	return f()
}

// add opens the file of t by connect and notes that it is open, with no check
// of the same file in between.
func (o *openFiles) add(t *Tenant, connect func() error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := connect(); err != nil {
		return err
	}
	info, err := os.Stat(t.path)
	if err != nil {
		return unavailableFile(err, "The tenant file %q can't be read: %s.", t.path, reason(err))
	}
	if o.open == nil {
		o.open = map[*Tenant]fs.FileInfo{}
	}
	o.open[t] = info
	return nil
}

func (o *openFiles) remove(t *Tenant) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.open, t)
}
