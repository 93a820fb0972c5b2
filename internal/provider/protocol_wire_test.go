// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/emulator"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/provider"
)

// world is a tenant in Microsoft's cloud: what is really in it, and the services
// that providers see it through. Everything is in this process, without a network,
// so that in a testing/synctest bubble waiting takes no time.
type world struct {
	tb    testing.TB
	truth backend.Backend
	cloud *emulator.Server
}

// newWorld opens a tenant that has what the stories refer to.
func newWorld(tb testing.TB, o emulator.Options) *world {
	tb.Helper()
	w := &world{tb: tb, truth: memoryTenant(tb)}
	furnish(tb, w.truth)
	o.Backend, o.TenantID = w.truth, wireTenant
	var err error
	if w.cloud, err = emulator.New(o); err != nil {
		tb.Fatal(err)
	}
	return w
}

// run starts a provider, as each run of Terraform does.
func (w *world) run() *server {
	w.tb.Helper()
	return w.runOver(w.cloud.RoundTripper())
}

// runOver is run with something between provider and cloud.
func (w *world) runOver(transport http.RoundTripper) *server {
	w.tb.Helper()
	return startServer(w.tb, values{
		"backend":   "microsoft",
		"microsoft": values{"tenant_id": wireTenant, "client_id": wireClient, "client_secret": wireSecret},
	}, provider.WithMicrosoft(transport))
}

// goesOn is an object of an earlier run in a run of its own.
func (w *world) goesOn(o *object) *object {
	w.tb.Helper()
	next := *o
	next.s = w.run()
	return &next
}

// misbehave puts faults in force instead of those that were.
func (w *world) misbehave(faults ...emulator.Fault) {
	w.tb.Helper()
	if err := w.cloud.SetFaults(faults...); err != nil {
		w.tb.Fatal(err)
	}
}

// tokenPath is that of the requests for tokens.
const tokenPath = "/oauth2/v2.0/token"

// signsIn reports whether a request is one of those that get a token, which are
// no part of the work.
func signsIn(r emulator.Request) bool {
	return strings.HasSuffix(r.Path, tokenPath) || strings.HasSuffix(r.Path, "/.well-known/openid-configuration") || r.Path == "/common/discovery/instance"
}

// take returns the requests since it was last asked, each as "GET /path"; those
// for tokens are not among them, nor are the items of a batch.
func (w *world) take() []string {
	w.tb.Helper()
	var out []string
	for _, r := range w.cloud.Requests() {
		if signsIn(r) || r.Batch != "" {
			continue
		}
		out = append(out, r.Method+" "+r.Path)
	}
	w.cloud.ForgetRequests()
	return out
}

// kind is one kind of objects: where the services have it, and how to find what
// there is in truth.
type kind struct {
	story
	// path is a regular expression for its requests; writes are the methods by
	// which the services make and change it.
	path             string
	creates, changes []string
	list             func(testing.TB, backend.Backend) []string // IDs
}

// kinds are the seven resources, each with a story of its own.
func kinds() []kind {
	paths := map[string]kind{
		"Azure custom role":     {path: "Microsoft.Authorization/roleDefinitions", creates: []string{"PUT"}, changes: []string{"PUT"}, list: azureRoleIDs},
		"Azure role assignment": {path: "Microsoft.Authorization/roleAssignments", creates: []string{"PUT"}, changes: []string{"PUT"}, list: azureAssignmentIDs},
		"Entra custom role":     {path: "roleManagement/directory/roleDefinitions", creates: []string{"POST"}, changes: []string{"PATCH"}, list: entraRoleIDs},
		// Nothing of it can be changed: an update deletes it and makes another.
		"Entra role assignment":  {path: "roleManagement/directory/roleAssignments", creates: []string{"POST"}, changes: []string{"POST", "DELETE"}, list: entraAssignmentIDs},
		"Intune custom role":     {path: "deviceManagement/roleDefinitions", creates: []string{"POST"}, changes: []string{"PATCH"}, list: intuneRoleIDs},
		"Intune role assignment": {path: "deviceManagement/(roleDefinitions/[^/]+/)?roleAssignments", creates: []string{"POST"}, changes: []string{"PATCH"}, list: intuneAssignmentIDs},
		// Its groups are a write of their own.
		"Intune scope tag": {path: "deviceManagement/roleScopeTags", creates: []string{"POST"}, changes: []string{"PATCH", "POST"}, list: intuneTagIDs},
	}
	var out []kind
	for _, st := range stories() {
		if k, ok := paths[st.name]; ok {
			k.story = st
			out = append(out, k)
		}
	}
	return out
}

// idsOf are the IDs of a list, or a failed test.
func idsOf[T any](tb testing.TB, list []T, err error, id func(T) string) []string {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
	out := []string{}
	for _, v := range list {
		out = append(out, strings.ToLower(id(v)))
	}
	return out
}

func azureRoleIDs(tb testing.TB, b backend.Backend) []string {
	tb.Helper()
	list, err := b.Azure.Roles(background(tb), azure.RoleFilter{Type: azure.CustomRole})
	return idsOf(tb, list, err, func(r azure.Role) string { return azure.RoleResourceID(r.ID) })
}

func azureAssignmentIDs(tb testing.TB, b backend.Backend) []string {
	tb.Helper()
	list, err := b.Azure.Assignments(background(tb), azure.AssignmentFilter{})
	return idsOf(tb, list, err, azure.Assignment.ID)
}

func entraRoleIDs(tb testing.TB, b backend.Backend) []string {
	tb.Helper()
	list, err := b.Entra.Roles(background(tb), entra.RoleFilter{Type: entra.CustomRole})
	return idsOf(tb, list, err, func(r entra.Role) string { return r.ID.String() })
}

func entraAssignmentIDs(tb testing.TB, b backend.Backend) []string {
	tb.Helper()
	list, err := b.Entra.Assignments(background(tb), entra.AssignmentFilter{})
	return idsOf(tb, list, err, func(a entra.Assignment) string { return a.ID })
}

func intuneRoleIDs(tb testing.TB, b backend.Backend) []string {
	tb.Helper()
	list, err := b.Intune.Roles(background(tb), intune.RoleFilter{Type: intune.CustomRole})
	return idsOf(tb, list, err, func(r intune.Role) string { return r.ID.String() })
}

func intuneAssignmentIDs(tb testing.TB, b backend.Backend) []string {
	tb.Helper()
	list, err := b.Intune.Assignments(background(tb), intune.AssignmentFilter{})
	return idsOf(tb, list, err, func(a intune.Assignment) string { return a.ID.String() })
}

func intuneTagIDs(tb testing.TB, b backend.Backend) []string {
	tb.Helper()
	list, err := b.Intune.ScopeTags(background(tb))
	return idsOf(tb, list, err, func(t intune.ScopeTag) string { return t.ID })
}

// ownIDs are those of a kind that the tenant has beyond what it is furnished with.
func (w *world) ownIDs(k kind, furnished []string) []string {
	w.tb.Helper()
	var out []string
	for _, id := range k.list(w.tb, w.truth) {
		if !slices.Contains(furnished, id) {
			out = append(out, id)
		}
	}
	return out
}

// stateID is the ID in state as ownIDs has it; empty if there is none.
func stateID(o *object) string {
	if !o.exists() {
		return ""
	}
	return strings.ToLower(fmt.Sprint(o.values()["id"]))
}

// requestIDs finds the request ID that a diagnostic names.
var requestIDs = regexp.MustCompile(`Request ID: (\S+)`)
