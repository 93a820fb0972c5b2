// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

// Package catalog knows the roles and permissions that Microsoft ships: the
// built-in roles of Azure, Microsoft Entra and Intune, the operations they are
// made of, and the names all these once had.
//
// The data is embedded as text, taken from the fact tables in facts, which say
// where everything comes from and what could not be had. Each system is read on
// first use and kept; looking at Entra reads nothing of Azure. Everything that
// the functions return is shared and must not be changed.
package catalog

//go:generate go run ./generate

import (
	_ "embed"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

//go:embed data/snapshot.txt
var snapshotData string

// SnapshotDate is the month in which the newest sources were read, such as
// "2026-08". Anything younger is not known here.
func SnapshotDate() string { return strings.TrimSpace(snapshotData) }

var (
	azureCatalog  = sync.OnceValue(loadAzure)
	entraCatalog  = sync.OnceValue(loadEntra)
	intuneCatalog = sync.OnceValue(loadIntune)
)

// loads counts how often each system was read, for the test that importing the
// package reads nothing.
var loads struct{ azure, entra, intune atomic.Int32 }

// Loaded returns the systems that this process has read so far.
func Loaded() []rbac.System {
	var out []rbac.System
	for _, s := range []struct {
		system rbac.System
		loads  *atomic.Int32
	}{{rbac.Azure, &loads.azure}, {rbac.Entra, &loads.entra}, {rbac.Intune, &loads.intune}} {
		if s.loads.Load() > 0 {
			out = append(out, s.system)
		}
	}
	return out
}

// Azure returns the catalog of Azure RBAC. It is read on the first call.
func Azure() *AzureCatalog { return azureCatalog() }

// Entra returns the catalog of Microsoft Entra directory roles. It is read on
// the first call.
func Entra() *EntraCatalog { return entraCatalog() }

// Intune returns the catalog of Intune roles. It is read on the first call.
func Intune() *IntuneCatalog { return intuneCatalog() }

// The access levels of permissions, from least to most.
const (
	AccessRead   = "read"   // looks at something
	AccessWrite  = "write"  // creates or changes something
	AccessDelete = "delete" // removes something
	AccessAction = "action" // does something else, such as starting or resetting
	AccessAll    = "all"    // every one of these
)
