// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package entra

import (
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// TenantScope is the directory scope of a role that holds everywhere.
const TenantScope = "/"

const (
	unitPrefix     = "/administrativeUnits/"
	longUnitPrefix = "/directory" + unitPrefix
)

// Scope is a directory scope in canonical form: "/", "/administrativeUnits/{id}"
// or "/{id}" of an object, the GUID in lower case.
type Scope struct {
	AdministrativeUnit rbac.GUID // set for an administrative unit
	Object             rbac.GUID // set for any other directory object
}

// ID is the scope as the directory writes it.
func (s Scope) ID() string {
	switch {
	case s.AdministrativeUnit != "":
		return unitPrefix + s.AdministrativeUnit.String()
	case s.Object != "":
		return "/" + s.Object.String()
	default:
		return TenantScope
	}
}

// Target is the GUID that the scope names; empty for the tenant.
func (s Scope) Target() rbac.GUID {
	if s.AdministrativeUnit != "" {
		return s.AdministrativeUnit
	}
	return s.Object
}

// ParseScope reads a directory scope: "/", "/administrativeUnits/{id}",
// "/directory/administrativeUnits/{id}" or "/{id}", in any casing. Anything
// else is an rbac.Invalid error.
//
// Source: https://learn.microsoft.com/graph/api/resources/unifiedroleassignment
func ParseScope(text string) (Scope, error) {
	if text == TenantScope {
		return Scope{}, nil
	}
	folded := rbac.Fold(text)
	for _, prefix := range [...]string{unitPrefix, longUnitPrefix} {
		if rest, ok := strings.CutPrefix(folded, rbac.Fold(prefix)); ok {
			if id, ok := rbac.ParseGUID(rest); ok {
				return Scope{AdministrativeUnit: id}, nil
			}
		}
	}
	if rest, ok := strings.CutPrefix(folded, "/"); ok {
		if id, ok := rbac.ParseGUID(rest); ok {
			return Scope{Object: id}, nil
		}
	}
	return Scope{}, RuleScopeSyntax.Broken("directory_scope", text, `"`+text+`" is no directory scope. A directory scope is "/" for the whole tenant, `+
		`"/administrativeUnits/GUID" for an administrative unit, or "/GUID" for one object.`).Err()
}
