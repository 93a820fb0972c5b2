// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Options say what to serve. Only Backend is needed.
type Options struct {
	Backend   backend.Backend
	Directory Directory // who exists; nil: nobody is listed, and every client may have a token
	Catalog   Catalog   // which permissions there are; nil: the catalogue endpoints are empty
	TenantID  rbac.GUID // empty: DefaultTenantID
	// Caller is the object ID that the tenant takes the caller for; empty: the
	// service principal of the token.
	Caller rbac.GUID
	Cloud  rbac.Cloud // empty: public

	Latency    time.Duration // added to every answer
	PageSize   int           // items of a list page; 0: as many as the services send
	RateLimits bool          // the documented token buckets are in force
	Faults     *Faults       // nil: none, until SetFaults
	Log        io.Writer     // one JSON object per line and request; nil: none

	// IntuneCreated is the status of an object that Intune made: 201 as documented,
	// which 0 means too, or 200 as clients were seen to expect.
	IntuneCreated int
	// Approvals makes Intune ask for the approval of writes to roles and assignments.
	Approvals bool

	Now   func() time.Time // nil: time.Now
	NewID func() rbac.GUID // nil: rbac.NewGUID
}

// DefaultTenantID is the tenant of an emulator that is told no other, always the
// same so that configurations outlive a restart.
const DefaultTenantID rbac.GUID = "5f0c9a4e-3a57-4d0c-9f5c-6a1f0b7f7d11"

// Directory is who and what exists around the tenant. Lists are in the order of
// their IDs and are not changed by anybody.
type Directory interface {
	// Objects are the directory objects of one type; "" means all.
	Objects(t entra.ObjectType) []entra.Object
	// Object finds one by its object ID.
	Object(id rbac.GUID) (entra.Object, bool)
	// ServicePrincipal finds one by its application ID.
	ServicePrincipal(application rbac.GUID) (entra.Object, bool)
	// Members are the direct members of a group or an administrative unit.
	Members(id rbac.GUID) []rbac.GUID
	// MemberOf are the groups that hold an object, directly or through others.
	MemberOf(id rbac.GUID) []rbac.GUID
	// HasScope reports whether a scope exists.
	HasScope(s azure.Scope) bool
	// ManagementGroups and Subscriptions are those of the tenant.
	ManagementGroups() []azure.Scope
	Subscriptions() []azure.Scope
	// ManagementGroupsAbove are those in which a scope lies, the nearest first.
	ManagementGroupsAbove(s azure.Scope) []azure.Scope
	// DisplayName is that of a management group or subscription; empty if none.
	DisplayName(s azure.Scope) string
	// Authenticate returns the service principal of an application whose secret it is.
	Authenticate(application rbac.GUID, secret string) (entra.Object, bool)
}

// Catalog is what the tenant knows of permissions. Lists are sorted by name.
type Catalog interface {
	AzureProviders() []AzureProvider
	EntraActions() []EntraAction
	IntuneOperations() []IntuneOperation
	RoleTemplates() []RoleTemplate
}

// AzureProvider is a resource provider with its operations.
type AzureProvider struct {
	Namespace, DisplayName string
	Operations             []AzureOperation
}

// AzureOperation is one operation of a resource provider. An operation that
// exists on both planes is there twice.
type AzureOperation struct {
	Name, Description string // "Microsoft.Compute/virtualMachines/start/action"
	Data              bool
}

// EntraAction is one permission of directory roles.
type EntraAction struct {
	Name, Description string // "microsoft.directory/applications/create"
	Privileged        bool
}

// IntuneOperation is one permission of Intune roles.
type IntuneOperation struct {
	Action      string // "Microsoft.Intune_MobileApps_Read"
	Resource    string // "Mobile apps"
	Name        string // "Read"
	Description string
}

// RoleTemplate is a built-in directory role.
type RoleTemplate struct {
	ID                rbac.GUID
	Name, Description string
}

// The bounds of what a server takes upon itself.
const (
	// maxBody is the largest body of a request, that of Azure Resource Manager.
	maxBody = 4 << 20
	// maxActive is how many requests are read and answered at a time; more wait
	// for their turn. It bounds the memory that bodies take.
	maxActive = 64
	// maxRecorded is how many requests Requests remembers.
	maxRecorded = 50_000
)

// Server answers requests. It is safe for use by several goroutines at once.
type Server struct {
	o      Options
	routes table
	tokens *tokens
	limits *limiter // nil: none
	veils  *veils
	faults *Faults
	graph  *graphState
	log    *requestLog
	turns  chan struct{}
}

// New makes a server. It fails only where the machine has no randomness.
func New(o Options) (*Server, error) {
	if o.TenantID == "" {
		o.TenantID = DefaultTenantID
	}
	if o.Cloud == "" {
		o.Cloud = rbac.PublicCloud
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.NewID == nil {
		o.NewID = rbac.NewGUID
	}
	t, err := newTokens(o.Now)
	if err != nil {
		return nil, err
	}
	s := &Server{o: o, tokens: t, veils: newVeils(o.Now), faults: o.Faults, graph: newGraphState(o), log: &requestLog{to: o.Log}, turns: make(chan struct{}, maxActive)}
	if s.faults == nil {
		s.faults = &Faults{}
	}
	if o.RateLimits {
		s.limits = newLimiter(len(s.directory().Objects(entra.User)))
	}
	s.routes = newTable(slices.Concat(s.authorityRoutes(), s.batchRoutes(), armRoutes(), entraRoutes(), intuneRoutes(), objectRoutes()))
	return s, nil
}

// TenantID is the tenant that is served.
func (s *Server) TenantID() rbac.GUID { return s.o.TenantID }

// SetFaults replaces the faults in force and starts to count anew. Errors are
// *rbac.Error of kind Invalid.
func (s *Server) SetFaults(list ...Fault) error { return s.faults.Set(list...) }

// Requests are those that were answered so far, the oldest first. The requests
// of a batch are there too, before the batch itself. Of very many, only the
// latest are kept.
func (s *Server) Requests() []Request { return s.log.recorded() }

// ForgetRequests empties Requests.
func (s *Server) ForgetRequests() { s.log.forget() }

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	scheme := "https"
	if r.TLS == nil {
		scheme = "http"
	}
	a := s.answer(r.Context(), s.newRequest(r.Method, r.URL, r.Header, scheme+"://"+r.Host), r.Body)
	if a.drop {
		panic(http.ErrAbortHandler) // closes the connection, quietly
	}
	maps.Copy(w.Header(), a.header)
	if len(a.body) > 0 {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // who does not read on has gone
}

// RoundTripper answers requests in process, whatever host they are for: links in
// the answers stay at that host. A dropped connection is io.ErrUnexpectedEOF.
func (s *Server) RoundTripper() http.RoundTripper { return inProcess{s} }

type inProcess struct{ s *Server }

func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	body := r.Body
	if body == nil {
		body = http.NoBody
	}
	defer body.Close() // the rule of http.RoundTripper
	a := t.s.answer(r.Context(), t.s.newRequest(r.Method, r.URL, r.Header, r.URL.Scheme+"://"+r.URL.Host), body)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if a.drop {
		return nil, io.ErrUnexpectedEOF
	}
	return &http.Response{
		Status: strconv.Itoa(a.status) + " " + http.StatusText(a.status), StatusCode: a.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: r,
	}, nil
}
