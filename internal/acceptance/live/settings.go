// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package live keeps the tests that run on a test tenant in Microsoft's cloud in
// check: which tenant they may change, what they may be called by, and how all
// that they left is found and taken away again.
package live

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/backend/microsoft"
	"github.com/rolewright/terraform-provider-rbac/internal/provider"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// Prefix begins the name of everything that the tests make, in any tenant and run.
// What begins so is theirs, and nothing else is.
const Prefix = "rbac-live-"

// The environment variables, besides ARM_* and AZURE_*, which say how to sign in.
const (
	Switch               = "RBAC_LIVE"
	tenantVariable       = "RBAC_LIVE_TENANT"
	subscriptionVariable = "RBAC_LIVE_SUBSCRIPTION"
	principalVariable    = "RBAC_LIVE_PRINCIPAL"
	groupVariable        = "RBAC_LIVE_GROUP"
	systemsVariable      = "RBAC_LIVE_SYSTEMS"
	endpointsVariable    = "RBAC_LIVE_ENDPOINTS"
)

// Settings say what the tests may change.
type Settings struct {
	Tenant       rbac.GUID
	Subscription rbac.GUID     // where roles are assignable and assigned; empty without azure
	Principal    rbac.GUID     // who gets the roles of Azure and Entra; empty without both
	Group        rbac.GUID     // whose members get roles of Intune; empty without intune
	Systems      []rbac.System // which are tested
	Endpoints    microsoft.Endpoints
}

// On reports whether the tests are asked for at all.
func On(getenv func(string) string) bool { return getenv(Switch) == "1" }

// Read reads the settings. The error has a sentence for each that is missing or wrong.
func Read(getenv func(string) string) (Settings, error) {
	var s Settings
	var errs []error
	wrong := func(format string, values ...any) { errs = append(errs, fmt.Errorf(format, values...)) }
	if !On(getenv) {
		wrong("%s is not 1. These tests change a tenant, and start only when it is.", Switch)
	}
	for name := range strings.SplitSeq(getenv(systemsVariable), ",") {
		switch system := rbac.System(strings.ToLower(strings.TrimSpace(name))); {
		case system == "":
		case !slices.Contains(systems(), system):
			wrong("%s names %q. It is a list of azure, entra and intune, with commas between; all of them when it is not set.", systemsVariable, name)
		case !slices.Contains(s.Systems, system):
			s.Systems = append(s.Systems, system)
		}
	}
	if len(s.Systems) == 0 {
		s.Systems = systems()
	}
	id := func(variable, what string, to *rbac.GUID, of ...rbac.System) {
		if !slices.ContainsFunc(of, s.Tests) {
			return
		}
		text := getenv(variable)
		guid, ok := rbac.ParseGUID(text)
		switch {
		case text == "":
			wrong("%s is not set. Set it to %s.", variable, what)
		case !ok:
			wrong("%s is %q, which is no GUID. Set it to %s.", variable, text, what)
		}
		*to = guid
	}
	id(tenantVariable, "the ID of the tenant that the tests may change", &s.Tenant, systems()...)
	id(subscriptionVariable, "the ID of the subscription in which the tests may make and assign roles", &s.Subscription, rbac.Azure)
	id(principalVariable, "the object ID of a user, a service principal or a role-assignable group that may get the tests' roles for a moment", &s.Principal, rbac.Azure, rbac.Entra)
	id(groupVariable, "the object ID of a security group that may get the tests' Intune roles and scope tags for a moment", &s.Group, rbac.Intune)
	if text := getenv(endpointsVariable); text != "" {
		var e struct {
			ResourceManager string `json:"resource_manager"`
			Graph           string `json:"graph"`
			Authority       string `json:"authority"`
		}
		if json.Unmarshal([]byte(text), &e) != nil || e.ResourceManager == "" || e.Graph == "" || e.Authority == "" {
			wrong("%s is no JSON object with resource_manager, graph and authority, such as the line that the emulator prints. Leave it out for Microsoft's cloud.", endpointsVariable)
		}
		s.Endpoints = microsoft.Endpoints(e)
	}
	return s, errors.Join(errs...)
}

func systems() []rbac.System { return []rbac.System{rbac.Azure, rbac.Entra, rbac.Intune} }

// Tests reports whether a system is tested.
func (s Settings) Tests(system rbac.System) bool { return slices.Contains(s.Systems, system) }

// Open makes a client of the tenant that has read nothing yet. The error has a
// sentence for each setting that is missing or wrong.
func (s Settings) Open() (*microsoft.Tenant, error) {
	t, err := provider.EnvironmentTenant("live", s.Endpoints)
	if err != nil {
		return nil, fmt.Errorf("The environment does not say how to sign in:\n%w", err) //nolint:staticcheck // for people
	}
	return t, nil
}
