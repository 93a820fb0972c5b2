// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"io"
	"net/http"
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
	Faults     FaultSource   // nil: none
	Log        io.Writer     // one JSON object per request; nil: none

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

// Server answers requests. It is safe for use by several goroutines at once.
type Server struct {
	o      Options
	routes []route
}

// New makes a server.
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
	s := &Server{o: o}
	for _, table := range [][]route{armRoutes(), entraRoutes(), intuneRoutes(), objectRoutes()} {
		s.routes = append(s.routes, table...)
	}
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	http.NotFound(w, r)
}

// FaultSource gives the faults that are in force at the moment of a request.
type FaultSource interface{}
