// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// faultFile is a file of faults that is read again when it has changed.
type faultFile struct {
	path   string
	report func(error)

	mu   sync.Mutex
	data []byte
}

// LoadFaults reads a file of faults, a JSON list, and reads it again whenever it
// has changed: the next request meets what is in it then, and counting starts
// anew. When a later version can't be read or has a mistake, the faults stay as
// they are and report, if it is not nil, is told once. Errors are *rbac.Error of
// kind Invalid.
func LoadFaults(path string, report func(error)) (*Faults, error) {
	f := &Faults{file: &faultFile{path: path, report: report}}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	list, err := ParseFaults(data)
	if err != nil {
		return nil, inFile(path, err)
	}
	f.file.data = data
	err = f.Set(list...)
	return f, err
}

// refresh reads the file again. It is small, and compared by its content: times
// of files are too coarse to rely on.
func (f *faultFile) refresh(faults *Faults) {
	f.mu.Lock()
	defer f.mu.Unlock()
	data, err := os.ReadFile(f.path)
	if err != nil {
		data = nil
	}
	if bytes.Equal(data, f.data) {
		return
	}
	f.data = data
	if err != nil {
		f.tell(unreadable(f.path, err))
		return
	}
	list, err := ParseFaults(data)
	if err == nil {
		err = faults.Set(list...)
	}
	if err != nil {
		f.tell(inFile(f.path, err))
	}
}

func (f *faultFile) tell(err error) {
	if f.report != nil {
		f.report(err)
	}
}

func unreadable(path string, err error) error {
	var p *fs.PathError
	if errors.Is(err, fs.ErrNotExist) {
		return &rbac.Error{Kind: rbac.Invalid, Err: err, Message: fmt.Sprintf("There is no faults file %q. Create it, with [] for none, or correct the path.", path)}
	}
	reason := err.Error()
	if errors.As(err, &p) {
		reason = p.Err.Error()
	}
	return &rbac.Error{Kind: rbac.Invalid, Err: err, Message: fmt.Sprintf("The faults file %q can't be read: %s.", path, reason)}
}

func inFile(path string, err error) error {
	return &rbac.Error{Kind: rbac.Invalid, Err: err, Message: fmt.Sprintf("The faults file %q has a mistake: %s", path, err.Error())}
}

// longest is the longest time that a fault may ask for.
const longest = 24 * time.Hour

// ParseFaults reads the JSON of a file of faults. It is strict: an unknown
// member, a value of the wrong type or out of its range, and a fault that can't
// do what it says are *rbac.Error of kind Invalid that name the place, such as
// [1].status.
func ParseFaults(data []byte) ([]Fault, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	var items []map[string]json.RawMessage
	if err := dec.Decode(&items); err != nil {
		var shape *json.UnmarshalTypeError
		if errors.As(err, &shape) {
			return nil, &rbac.Error{Kind: rbac.Invalid, Err: err, Message: "It is not a JSON list of objects. Each object is one fault; [] is none."}
		}
		return nil, &rbac.Error{Kind: rbac.Invalid, Err: err, Message: "It is no JSON: something is wrong at " + rbac.JSONPlace(data, err) + ". It must be a list of objects; [] is none."}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) || items == nil {
		return nil, &rbac.Error{Kind: rbac.Invalid, Message: "It is not one JSON list. Each of its objects is one fault; [] is none."}
	}
	list := make([]Fault, len(items))
	for i, item := range items {
		if item == nil {
			return nil, badFault(i, "", "is null. It must be an object.")
		}
		for _, name := range slices.Sorted(maps.Keys(item)) {
			read, ok := faultMembers[name]
			if !ok {
				names := slices.Sorted(maps.Keys(faultMembers))
				return nil, badFault(i, name, "is no member of a fault.%s The members are %s.", rbac.DidYouMean(name, names), strings.Join(names, ", "))
			}
			if must := read(&list[i], item[name]); must != "" {
				return nil, badFault(i, name, "is %s. It must be %s.", shown(item[name]), must)
			}
		}
		if err := list[i].check(i); err != nil {
			return nil, err
		}
	}
	_, err := compileFaults(list)
	return list, err
}

// faultMembers read one member each and say what it must be when it is not.
var faultMembers = map[string]func(f *Fault, raw json.RawMessage) (must string){
	"method": func(f *Fault, raw json.RawMessage) string {
		return readMember(raw, &f.Method, `an HTTP method, such as "PUT"`)
	},
	"path": func(f *Fault, raw json.RawMessage) string {
		return readMember(raw, &f.Path, `a regular expression, such as "roleAssignments/"`)
	},
	"after": func(f *Fault, raw json.RawMessage) string {
		return readMember(raw, &f.After, "how many requests pass first, a whole number")
	},
	"times": func(f *Fault, raw json.RawMessage) string {
		return readMember(raw, &f.Times, "how many requests are hit, a whole number; 0 is all")
	},
	"when": func(f *Fault, raw json.RawMessage) string { return readMember(raw, &f.When, `"before" or "after"`) },
	"status": func(f *Fault, raw json.RawMessage) string {
		return readMember(raw, &f.Status, "an HTTP status from 300 to 599, a whole number")
	},
	"code": func(f *Fault, raw json.RawMessage) string {
		return readMember(raw, &f.Code, "a code of the service, a string")
	},
	"retry_after": func(f *Fault, raw json.RawMessage) string { return readSeconds(raw, &f.RetryAfter) },
	"drop":        func(f *Fault, raw json.RawMessage) string { return readMember(raw, &f.Drop, "true or false") },
	"hide_reads": func(f *Fault, raw json.RawMessage) string {
		return readMember(raw, &f.HideReads, "how many reads, a whole number")
	},
	"stale_seconds":  func(f *Fault, raw json.RawMessage) string { return readSeconds(raw, &f.Stale) },
	"linger_seconds": func(f *Fault, raw json.RawMessage) string { return readSeconds(raw, &f.Linger) },
	"recase":         func(f *Fault, raw json.RawMessage) string { return readMember(raw, &f.Recase, "true or false") },
	"reorder":        func(f *Fault, raw json.RawMessage) string { return readMember(raw, &f.Reorder, "true or false") },
}

func readMember[T any](raw json.RawMessage, to *T, must string) string {
	if json.Unmarshal(raw, to) != nil {
		return must
	}
	return ""
}

func readSeconds(raw json.RawMessage, to *time.Duration) string {
	var n float64
	if json.Unmarshal(raw, &n) != nil || n < 0 || n > longest.Seconds() {
		return fmt.Sprintf("a number of seconds from 0 to %.0f", longest.Seconds())
	}
	*to = time.Duration(n * float64(time.Second))
	return ""
}

// shown is a JSON value for a person, cut when it is long.
func shown(raw json.RawMessage) string {
	const enough = 60
	if r := []rune(string(raw)); len(r) > enough {
		return string(r[:enough]) + "…"
	}
	return string(raw)
}

// check refuses what can't be done. A fault that does nothing is fine: it keeps
// its requests from the faults after it.
func (f *Fault) check(i int) error {
	switch {
	case strings.ContainsFunc(f.Method, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') }):
		return badFault(i, "method", `is %q. It must be an HTTP method, such as "PUT".`, f.Method)
	case f.After < 0:
		return badFault(i, "after", "is %d. It can't be below 0.", f.After)
	case f.Times < 0:
		return badFault(i, "times", "is %d. It can't be below 0; 0 is all.", f.Times)
	case f.HideReads < 0:
		return badFault(i, "hide_reads", "is %d. It can't be below 0.", f.HideReads)
	case f.When != "" && f.When != BeforeIt && f.When != AfterIt:
		return badFault(i, "when", `is %q. It must be "before" or "after".`, f.When)
	case f.Status != 0 && (f.Status < 300 || f.Status > 599):
		return badFault(i, "status", "is %d. It must be from 300 to 599.", f.Status)
	case f.Status != 0 && f.Drop:
		return badFault(i, "drop", "closes the connection without an answer, so there can't be a status too. Take one of them out.")
	case f.answers() && f.When != AfterIt && (f.HideReads != 0 || f.Stale != 0 || f.Linger != 0):
		return badFault(i, "when", `is "before", so the request is never carried out and there is nothing to hide, to keep stale or to linger. Set it to "after".`)
	}
	return nil
}

// badFault is a mistake in one fault of the list.
func badFault(i int, name, format string, values ...any) error {
	place := fmt.Sprintf("[%d]", i)
	if name != "" {
		place += "." + name
	}
	return &rbac.Error{Kind: rbac.Invalid, Message: place + " " + fmt.Sprintf(format, values...)}
}
