// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package backendtest is what every backend promises, as a test suite: the same
// cases run on the reference tenant and on whatever stands for Microsoft's cloud.
// Each case says where its claim comes from and how sure it is.
package backendtest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Mark says how sure a claim is.
type Mark string

// The marks, the surest first.
const (
	Live       Mark = "live"       // seen in an answer of the service
	Documented Mark = "documented" // on a page of Microsoft's
	Client     Mark = "client"     // what widely used clients count on, or what our own interface promises
	Assumed    Mark = "assumed"    // nobody has published it: the careful choice
)

// Options are what a case needs of its tenant.
type Options struct {
	Directory []byte // the JSON of a directory file; nil for none
	Limits    rbac.Limits
}

// Case is one claim.
type Case struct {
	ID     string // such as AZ-ROLE-007
	Says   string // the claim, in a sentence
	Source string // the page that makes it
	Mark   Mark
	Options
	Test func(t *Tenant)
}

// Tenant is an empty tenant and the test that uses it.
type Tenant struct {
	*testing.T
	backend.Backend
	Ctx context.Context // a test's own

	remote bool
}

// Cases are all claims, in the order of their IDs.
func Cases() []Case {
	return slices.Concat(azureRoleCases(), azureAssignmentCases(), entraRoleCases(), entraAssignmentCases(),
		intuneRoleCases(), intuneAssignmentCases(), intuneScopeTagCases(), directoryCases(), membershipCases())
}

// Run runs every case as a parallel subtest on a tenant of its own, which open
// makes. An open that can't give a case the directory or limits it asks for
// should skip the test and say so.
func Run(t *testing.T, open func(t *testing.T, o Options) backend.Backend) {
	t.Helper()
	run(t, open, false)
}

// RunRemote is Run for a backend whose refusals come from a service: kind, the
// object in the way and the code, where it is published, are the same, but the words
// are the service's, and it does not know what the rules are called here.
func RunRemote(t *testing.T, open func(t *testing.T, o Options) backend.Backend) {
	t.Helper()
	run(t, open, true)
}

func run(t *testing.T, open func(t *testing.T, o Options) backend.Backend, remote bool) {
	t.Helper()
	for _, c := range Cases() {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			b := open(t, c.Options)
			c.Test(&Tenant{T: t, Backend: b, Ctx: t.Context(), remote: remote})
			if t.Failed() {
				t.Logf("%s (%s): %s\n%s", c.ID, c.Mark, c.Says, c.Source)
			}
		})
	}
}

// must returns v of a call that has to succeed.
func must[T any](v T, err error) func(t *Tenant) T {
	return func(t *Tenant) T {
		t.Helper()
		if err != nil {
			t.Fatalf("unexpected refusal: %v", err)
		}
		return v
	}
}

// done is must for calls without a value.
func (t *Tenant) done(err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected refusal: %v", err)
	}
}

// same compares whole values. An empty slice and nil are the same to readers.
func (t *Tenant) same(got, want any) {
	t.Helper()
	if g, w := normal(got), normal(want); !reflect.DeepEqual(g, w) {
		t.Errorf("got  %+v\nwant %+v", g, w)
	}
}

// refusal is what a case asks of an error.
type refusal struct {
	Kind     rbac.Kind
	Code     string
	Existing string
	Rule     string
}

// refused checks an error, and that its words are whole sentences for a person.
func (t *Tenant) refused(err error, want refusal) *rbac.Error {
	t.Helper()
	var e *rbac.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a refusal %+v", err, want)
	}
	got := refusal{e.Kind, e.Code, e.Existing, e.Rule}
	if t.remote {
		got.Rule, want.Rule = "", ""
		if want.Code == "" { // not published: the service has one nevertheless
			got.Code = ""
		}
	}
	if got != want {
		t.Errorf("got  %+v: %s\nwant %+v", got, e.Message, want)
	}
	if !strings.HasSuffix(e.Message, ".") || len(e.Message) > 1200 {
		t.Errorf("no sentence for a person: %q", e.Message)
	}
	return e
}

// says checks that an error names what a person needs to know.
func (t *Tenant) says(e *rbac.Error, parts ...string) {
	t.Helper()
	if t.remote {
		return
	}
	for _, p := range parts {
		if !strings.Contains(e.Message, p) {
			t.Errorf("%q is not in the message: %s", p, e.Message)
		}
	}
}

// normal copies a value with every empty slice made nil.
func normal(v any) any {
	in := reflect.ValueOf(v)
	if !in.IsValid() {
		return nil
	}
	out := reflect.New(in.Type()).Elem()
	out.Set(in)
	emptyToNil(out)
	return out.Interface()
}

func emptyToNil(v reflect.Value) {
	switch v.Kind() { // nothing else holds slices here
	case reflect.Slice:
		if v.Len() == 0 {
			v.SetZero()
			return
		}
		items := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(items, v)
		v.Set(items)
		for i := range v.Len() {
			emptyToNil(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				emptyToNil(v.Field(i))
			}
		}
	}
}

// id is a GUID made of a number.
func id(n int) rbac.GUID { return rbac.GUID(fmt.Sprintf("00000000-0000-4000-8000-%012d", n)) }

// scope reads an Azure scope that a case spells out.
func scope(text string) azure.Scope {
	s, err := azure.ParseScope(text)
	if err != nil {
		panic(err)
	}
	return s
}

// The built-in roles that cases name, with their published IDs.
const (
	reader       rbac.GUID = "acdd72a7-3385-48ef-bd42-f606fba81ae7" // Azure: Reader
	contributor  rbac.GUID = "b24988ac-6180-42a0-ab88-20f7382dd24c" // Azure: Contributor
	blobReader   rbac.GUID = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1" // Azure: Storage Blob Data Reader, which has data actions
	globalReader rbac.GUID = "f2ef992c-3afb-46b9-b7cf-a126ee74c451" // Entra: Global Reader
	userAdmin    rbac.GUID = "fe930be7-5e62-47db-91af-98c3a49a38b1" // Entra: User Administrator
	helpDesk     rbac.GUID = "9e0cc482-82df-4ab2-a24c-0c23a3f52e1e" // Intune: Help Desk Operator
)

// The objects of the directory that cases with Options.Directory know.
const (
	alice          rbac.GUID = "a0000000-0000-4000-8000-000000000001"
	team           rbac.GUID = "a0000000-0000-4000-8000-000000000002" // security group, not role-assignable
	admins         rbac.GUID = "a0000000-0000-4000-8000-000000000003" // role-assignable group
	mailing        rbac.GUID = "a0000000-0000-4000-8000-000000000004" // not security-enabled
	robot          rbac.GUID = "a0000000-0000-4000-8000-000000000005" // service principal
	robotApp       rbac.GUID = "a0000000-0000-4000-8000-000000000006" // its application
	laptop         rbac.GUID = "a0000000-0000-4000-8000-000000000007"
	unit           rbac.GUID = "a0000000-0000-4000-8000-000000000008"
	nobody         rbac.GUID = "a0000000-0000-4000-8000-0000000000ff" // not in the directory
	subProd                  = "/subscriptions/b0000000-0000-4000-8000-000000000001"
	subDev                   = "/subscriptions/b0000000-0000-4000-8000-000000000002"
	subNone                  = "/subscriptions/b0000000-0000-4000-8000-0000000000ff" // not in the directory
	mgPrefix                 = "/providers/Microsoft.Management/managementGroups/"
	assignmentPart           = "/providers/Microsoft.Authorization/roleAssignments/"
)

// known is a directory: Root > Corp > Prod group with subProd; subDev is in Root.
var known = []byte(`{
  "tenant_id": "d0000000-0000-4000-8000-000000000001", "cloud": "public",
  "users": [{"id": "a0000000-0000-4000-8000-000000000001", "display_name": "Alice"}],
  "groups": [
    {"id": "a0000000-0000-4000-8000-000000000002", "display_name": "Team", "members": ["a0000000-0000-4000-8000-000000000001"]},
    {"id": "a0000000-0000-4000-8000-000000000003", "display_name": "Admins", "role_assignable": true},
    {"id": "a0000000-0000-4000-8000-000000000004", "display_name": "Mailing", "security_enabled": false}],
  "service_principals": [{"id": "a0000000-0000-4000-8000-000000000005", "app_id": "a0000000-0000-4000-8000-000000000006", "display_name": "Robot"}],
  "devices": [{"id": "a0000000-0000-4000-8000-000000000007", "display_name": "Laptop"}],
  "administrative_units": [{"id": "a0000000-0000-4000-8000-000000000008", "display_name": "Unit"}],
  "management_groups": [{"id": "Root"}, {"id": "Corp", "parent": "Root"}, {"id": "Prod", "parent": "Corp"}],
  "subscriptions": [
    {"id": "b0000000-0000-4000-8000-000000000001", "management_group": "Prod"},
    {"id": "b0000000-0000-4000-8000-000000000002", "management_group": "Root"}]
}`)

func withDirectory() Options { return Options{Directory: known} }

func withLimit(l rbac.Limit, n int) Options {
	return Options{Limits: rbac.Limits{Raise: map[string]int{l.Name: n}}}
}
