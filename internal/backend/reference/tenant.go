// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package reference

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite" // the only SQLite driver without cgo: the provider stays one static binary
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// DefaultBusyTimeout is how long an operation waits for another process that
// holds the tenant file.
const DefaultBusyTimeout = 30 * time.Second

// Options say which tenant to open. The zero value is a new tenant in memory.
type Options struct {
	// Path is the tenant file, made when there is none. Empty: in memory,
	// private to the Tenant and gone when it is closed.
	Path string
	// Directory is who exists; nil accepts every well-formed ID and scope.
	Directory *Directory
	// Limits are the tenant's quotas. Without a cloud of their own, that of the
	// directory counts.
	Limits rbac.Limits
	// Accept says which broken rules the tenant lets pass although they are
	// errors, so that it is as strict as the plan before it; nil lets none pass.
	// What depends on the tenant's other objects and its quotas is not asked.
	Accept func(rbac.Violation) bool
	// Now is the clock, NewID the source of random IDs; nil means the real ones.
	Now   func() time.Time
	NewID func() rbac.GUID
	// BusyTimeout is how long to wait for other processes; 0 means DefaultBusyTimeout.
	BusyTimeout time.Duration
}

// Tenant is an open reference tenant. It is safe for use by several goroutines
// at once, and its file by several processes.
type Tenant struct {
	path      string // empty in memory
	directory *Directory
	limits    rbac.Limits
	accept    func(rbac.Violation) bool // nil accepts nothing
	now       func() time.Time
	newID     func() rbac.GUID
	wait      time.Duration

	db         *sql.DB
	conn       *sql.Conn
	turn       chan struct{} // holds a token while no operation is under way
	statements map[string]*sql.Stmt
}

// Open opens a tenant, and makes it when it does not exist. Errors are
// *rbac.Error: Invalid for a file that is no tenant, Unavailable for one that
// can't be opened now.
func Open(ctx context.Context, o Options) (*Tenant, error) {
	t := &Tenant{
		path: o.Path, directory: o.Directory, limits: o.Limits, accept: o.Accept, now: o.Now, newID: o.NewID, wait: o.BusyTimeout,
		turn: make(chan struct{}, 1), statements: map[string]*sql.Stmt{},
	}
	if t.directory != nil && t.limits.Cloud == "" {
		t.limits.Cloud = t.directory.Cloud
	}
	if t.now == nil {
		t.now = time.Now
	}
	if t.newID == nil {
		t.newID = rbac.NewGUID
	}
	if t.wait <= 0 {
		t.wait = DefaultBusyTimeout
	}
	connect := func() error { return t.connect(ctx) }
	var err error
	if t.path == "" {
		err = connect()
	} else {
		if t.path, err = filepath.Abs(t.path); err != nil {
			return nil, invalidFile("The path of the tenant file, %q, can't be made absolute: %s.", o.Path, reason(err))
		}
		if err := Check(t.path); err != nil {
			return nil, err
		}
		err = files.add(t, connect)
	}
	if err == nil {
		err = t.prepare(ctx)
	}
	if err != nil {
		_ = t.Close() // the first error tells more
		return nil, err
	}
	t.turn <- struct{}{}
	return t, nil
}

// Close closes the tenant; one in memory is gone then. No operation may be
// under way.
func (t *Tenant) Close() error {
	var errs []error
	for _, s := range t.statements {
		errs = append(errs, s.Close())
	}
	if t.conn != nil {
		errs = append(errs, t.conn.Close())
	}
	if t.db != nil {
		errs = append(errs, t.db.Close())
	}
	files.remove(t)
	return errors.Join(errs...)
}

// Backend is the tenant through the interfaces of its systems.
func (t *Tenant) Backend() backend.Backend {
	return backend.Backend{Azure: azureTenant{t}, Entra: entraTenant{t}, Intune: intuneTenant{t}}
}

// refuse returns the first violation that is an error and not accepted, as the
// error of the service, or nil.
func (t *Tenant) refuse(vs ...rbac.Violation) error {
	if t.accept != nil {
		vs = slices.DeleteFunc(vs, t.accept)
	}
	return rbac.FirstError(vs)
}

// connect opens the database. One connection serves all: in rollback mode a
// second one would only wait for the first, and a tenant in memory is its
// connection. Nothing here takes a lock on the file yet.
func (t *Tenant) connect(ctx context.Context) error {
	name := ":memory:"
	if t.path != "" {
		path := filepath.ToSlash(t.path)
		if !strings.HasPrefix(path, "/") {
			path = "/" + path // C:/tenant.db
		}
		// A URI, so that no character of a path can be taken for a setting.
		name = (&url.URL{Scheme: "file", Path: path}).String() + "?_busy_timeout=" + strconv.FormatInt(t.wait.Milliseconds(), 10)
	}
	var err error
	if t.db, err = sql.Open("sqlite", name); err != nil {
		return t.fault(err)
	}
	t.db.SetMaxOpenConns(1)
	t.conn, err = t.db.Conn(ctx)
	return t.fault(err)
}

// prepare sets the connection up and makes the tables of a new tenant. Two
// processes may do so at once: the second finds the work of the first.
func (t *Tenant) prepare(ctx context.Context) error {
	// DELETE keeps a tenant at rest in one file; FULL makes an acknowledged
	// write outlive the machine; 8 MB hold the pages of a large tenant.
	for _, pragma := range []string{"journal_mode = DELETE", "synchronous = FULL", "cache_size = -8000"} {
		if _, err := t.conn.ExecContext(ctx, "PRAGMA "+pragma); err != nil {
			return t.fault(err)
		}
	}
	if isNew, err := t.isNew(ctx); err != nil || !isNew {
		return err
	}
	return t.transaction(ctx, func(s *session) error {
		if isNew, err := t.isNew(s.ctx); err != nil || !isNew {
			return err
		}
		_, err := t.conn.ExecContext(s.ctx, fmt.Sprintf("%s; PRAGMA application_id = %d; PRAGMA user_version = %d", schema, applicationID, schemaVersion))
		return t.fault(err)
	})
}

// isNew reports whether the database is empty, and refuses one that is no tenant.
func (t *Tenant) isNew(ctx context.Context) (bool, error) {
	var application, version, objects int64
	// One statement, so that all three are of the same moment.
	const query = "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)"
	if err := t.conn.QueryRowContext(ctx, query).Scan(&application, &version, &objects); err != nil {
		return false, t.fault(err)
	}
	if application == 0 && version == 0 && objects == 0 {
		return true, nil
	}
	return false, checkIdentity(t.path, uint32(application), uint32(version)) // both are 32 bits wide in the file
}

// session is one operation's use of the connection.
type session struct {
	*Tenant
	ctx    context.Context
	scopes map[string]azure.Scope // parsed so far
}

// read runs an operation that changes nothing. Its first error is the result.
func (t *Tenant) read(ctx context.Context, f func(*session) error) error {
	if err := t.take(ctx); err != nil {
		return err
	}
	defer t.give()
	return f(&session{Tenant: t, ctx: ctx})
}

// write runs an operation in one transaction, which an error takes back.
func (t *Tenant) write(ctx context.Context, f func(*session) error) error {
	if err := t.take(ctx); err != nil {
		return err
	}
	defer t.give()
	return t.transaction(ctx, f)
}

func (t *Tenant) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return t.fault(err)
	}
	select {
	case <-t.turn:
		return nil
	case <-ctx.Done():
		return t.fault(ctx.Err())
	}
}

func (t *Tenant) give() { t.turn <- struct{}{} }

// transaction takes the write lock first, so that what f reads still holds when
// it writes. Waiting for the lock ends with ctx; what follows is short and is
// carried through, because an interrupted commit leaves open whether it was done.
func (t *Tenant) transaction(ctx context.Context, f func(*session) error) (err error) {
	through := context.WithoutCancel(ctx)
	defer func() {
		if err != nil {
			// Without an open transaction this fails, and nothing is lost by that.
			_, _ = t.conn.ExecContext(through, "ROLLBACK")
		}
	}()
	if _, err := t.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return t.fault(err)
	}
	if err := f(&session{Tenant: t, ctx: through}); err != nil {
		return err
	}
	_, err = t.conn.ExecContext(through, "COMMIT")
	return t.fault(err)
}

// statement prepares a query on first use.
func (s *session) statement(query string) (*sql.Stmt, error) {
	if st, ok := s.statements[query]; ok {
		return st, nil
	}
	st, err := s.conn.PrepareContext(context.WithoutCancel(s.ctx), query)
	if err != nil {
		return nil, s.fault(err)
	}
	s.statements[query] = st
	return st, nil
}

// exec runs a change and returns how many rows it touched.
func (s *session) exec(query string, args ...any) (int64, error) {
	st, err := s.statement(query)
	if err != nil {
		return 0, err
	}
	result, err := st.ExecContext(s.ctx, args...)
	if err != nil {
		return 0, s.fault(err)
	}
	n, err := result.RowsAffected()
	return n, s.fault(err)
}

// row reads at most one row into dest and reports whether there was one.
func (s *session) row(query string, args []any, dest ...any) (bool, error) {
	st, err := s.statement(query)
	if err != nil {
		return false, err
	}
	switch err := st.QueryRowContext(s.ctx, args...).Scan(dest...); {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	default:
		return err == nil, s.fault(err)
	}
}

// count reads one number.
func (s *session) count(query string, args ...any) (int, error) {
	n := 0
	_, err := s.row(query, args, &n)
	return n, err
}

// rows calls f for each row of a query.
func (s *session) rows(query string, args []any, f func(scan) error) error {
	st, err := s.statement(query)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(s.ctx, args...)
	if err != nil {
		return s.fault(err)
	}
	defer rows.Close() // Err below has what went wrong
	for rows.Next() {
		if err := f(func(dest ...any) error { return s.fault(rows.Scan(dest...)) }); err != nil {
			return err
		}
	}
	return s.fault(rows.Err())
}

// scan reads one row into variables.
type scan func(dest ...any) error

// one reads at most one row by the function that reads rows in lists.
func one[T any](s *session, query string, args []any, read func(*session, scan) (T, error)) (T, bool, error) {
	var got T
	found := false
	err := s.rows(query, args, func(row scan) (err error) {
		found = true
		got, err = read(s, row)
		return err
	})
	return got, found && err == nil, err
}

// all reads every row.
func all[T any](s *session, query string, args []any, read func(*session, scan) (T, error)) ([]T, error) {
	var out []T
	err := s.rows(query, args, func(row scan) error {
		v, err := read(s, row)
		out = append(out, v)
		return err
	})
	return out, err
}

// time is the present moment as the tables keep it.
func (t *Tenant) time() string { return t.now().UTC().Format(time.RFC3339) }

// fault turns an error of SQLite or of the context into one for a person.
func (t *Tenant) fault(err error) error {
	var ours *rbac.Error
	if err == nil || errors.As(err, &ours) {
		return err
	}
	where := fmt.Sprintf("The tenant file %q", t.path)
	if t.path == "" {
		where = "The tenant in memory"
	}
	fail := func(kind rbac.Kind, what string) error {
		return &rbac.Error{Kind: kind, Err: err, Message: where + " " + what}
	}
	if errors.Is(err, context.Canceled) {
		return fail(rbac.Unavailable, "was not asked to the end: the operation was cancelled.")
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fail(rbac.Unavailable, "did not answer within the time allowed. Raise the timeout, or find out what holds the file.")
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return fail(rbac.Unknown, fmt.Sprintf("has a row that can't be read: %v. Correct it with sqlite3.", err))
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fail(rbac.Unavailable, fmt.Sprintf("is locked: another process held it for the %s that were waited. Let the other run end, then try again.", t.wait))
	case sqlite3.SQLITE_NOTADB:
		return fail(rbac.Invalid, "is no SQLite database. Choose another path.")
	case sqlite3.SQLITE_CORRUPT:
		return fail(rbac.Unavailable, "is damaged. Put a copy of it back, or move it away and import what it managed.")
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		return fail(rbac.Unavailable, "can't be written. Its folder must be writable too, for the journal.")
	case sqlite3.SQLITE_CANTOPEN:
		return fail(rbac.Unavailable, "can't be opened. Look at the permissions of the file and of its folder, which must be writable for the journal.")
	case sqlite3.SQLITE_FULL:
		return fail(rbac.Unavailable, "can't grow: the disk is full.")
	case sqlite3.SQLITE_IOERR:
		return fail(rbac.Unavailable, "can't be read or written: the disk reports an error.")
	default:
		return fail(rbac.Unknown, fmt.Sprintf("refused a statement: %v.", e))
	}
}
