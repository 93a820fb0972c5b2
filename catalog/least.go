// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
)

// Least says which built-in roles grant some permissions. Roles that are
// deprecated or not for assignment are not among them.
type Least[R any] struct {
	// Roles grant every permission that was asked for, those that grant the least
	// besides first, and among equals the privileged ones last.
	Roles []R
	// Missing are the permissions, as they were asked for, that no role grants.
	Missing []string
	// Combination is the smallest set of roles that together grant all, when no
	// single one does and nothing is Missing. Among sets of one size, that which
	// grants the least counts. Sets of more than five roles may not be the smallest.
	Combination []R
}

// candidate is a role while roles are compared.
type candidate[R any] struct {
	role       R
	name       string
	weight     int // how much it grants in all
	privileged bool
	grants     []uint64 // a bit for each permission that is asked for
}

// least ranks the candidates for n permissions.
func least[R any](candidates []candidate[R], asked []string) Least[R] {
	var out Least[R]
	slices.SortStableFunc(candidates, func(a, b candidate[R]) int {
		return cmp.Or(cmp.Compare(a.weight, b.weight), lastIf(a.privileged, b.privileged), strings.Compare(a.name, b.name))
	})
	granted := make([]uint64, (len(asked)+63)/64)
	for _, c := range candidates {
		for i, w := range c.grants {
			granted[i] |= w
		}
	}
	want := make([]uint64, len(granted))
	for i, name := range asked {
		want[i/64] |= 1 << (i % 64)
		if granted[i/64]&(1<<(i%64)) == 0 {
			out.Missing = append(out.Missing, name)
		}
	}
	for _, c := range candidates {
		if len(asked) > 0 && missing(want, c.grants) == 0 {
			out.Roles = append(out.Roles, c.role)
		}
	}
	if len(asked) > 0 && len(out.Roles) == 0 && len(out.Missing) == 0 {
		for _, i := range smallest(candidates, want) {
			out.Combination = append(out.Combination, candidates[i].role)
		}
	}
	return out
}

// missing counts what of want is not in have.
func missing(want, have []uint64) int {
	n := 0
	for i, w := range want {
		n += bits.OnesCount64(w &^ have[i])
	}
	return n
}

// without returns what of want is not in have.
func without(want, have []uint64) []uint64 {
	out := make([]uint64, len(want))
	for i, w := range want {
		out[i] = w &^ have[i]
	}
	return out
}

// mostExact is the size up to which sets are searched in full: the search grows
// with every role that it may take.
const mostExact = 5

// smallest returns the smallest set of candidates that grants all of want, by
// their places, in the order of the candidates.
func smallest[R any](candidates []candidate[R], want []uint64) []int {
	// A role that grants no more of what is asked for than a lesser one is never needed.
	var useful []int
	for i, c := range candidates {
		if missing(want, c.grants) < missing(want, make([]uint64, len(want))) &&
			!slices.ContainsFunc(useful, func(j int) bool {
				return missing(without(c.grants, without(c.grants, want)), candidates[j].grants) == 0
			}) {
			useful = append(useful, i)
		}
	}
	for size := 2; size <= mostExact; size++ {
		s := search[R]{candidates: candidates, useful: useful}
		s.take(want, nil, 0, size)
		if s.best != nil {
			slices.Sort(s.best)
			return s.best
		}
	}
	var chosen []int
	for missing(want, make([]uint64, len(want))) > 0 {
		best := slices.MinFunc(useful, func(a, b int) int {
			return cmp.Compare(missing(want, candidates[a].grants), missing(want, candidates[b].grants)) // the first, which is the least, among equals
		})
		chosen, want = append(chosen, best), without(want, candidates[best].grants)
	}
	slices.Sort(chosen)
	return chosen
}

// search looks for the set of the least weight with a given size.
type search[R any] struct {
	candidates []candidate[R]
	useful     []int
	best       []int
	weight     int
}

// take adds up to left more roles to chosen, so that all of want is granted. It
// takes up the permission that the fewest roles grant: one of them must be in the set.
func (s *search[R]) take(want []uint64, chosen []int, weight, left int) {
	if s.best != nil && weight >= s.weight {
		return
	}
	open := missing(want, make([]uint64, len(want)))
	if open == 0 {
		s.best, s.weight = slices.Clone(chosen), weight
		return
	}
	if left == 0 {
		return
	}
	most := 0
	for _, i := range s.useful {
		most = max(most, open-missing(want, s.candidates[i].grants))
	}
	if most*left < open {
		return
	}
	var rarest []int
	for bit := range len(want) * 64 {
		if want[bit/64]&(1<<(bit%64)) == 0 {
			continue
		}
		var grant []int
		for _, i := range s.useful {
			if s.candidates[i].grants[bit/64]&(1<<(bit%64)) != 0 {
				grant = append(grant, i)
			}
		}
		if rarest == nil || len(grant) < len(rarest) {
			rarest = grant
		}
	}
	for _, i := range rarest {
		s.take(without(want, s.candidates[i].grants), append(slices.Clone(chosen), i), weight+s.candidates[i].weight, left-1)
	}
}

// bitsOf sets a bit for each of n places that has is true of.
func bitsOf(n int, has func(int) bool) []uint64 {
	out := make([]uint64, (n+63)/64)
	for i := range n {
		if has(i) {
			out[i/64] |= 1 << (i % 64)
		}
	}
	return out
}

// LeastPrivileged finds the built-in roles that grant some operations or action
// strings, see FindRoles. A role that grants an operation only under a condition
// is not counted. A malformed string, or a wildcard that stands for no known
// operation, is an rbac.Invalid error.
func (c *AzureCatalog) LeastPrivileged(operations []string) (Least[*AzureRole], error) {
	demands := make([]demand, len(operations))
	for i, text := range operations {
		var err error
		if demands[i], err = c.demand([]string{text}); err != nil {
			return Least[*AzureRole]{}, err
		}
	}
	planes := c.planes()
	var candidates []candidate[*AzureRole]
	for _, r := range c.roles {
		if r.Deprecated() {
			continue
		}
		blocks := parseBlocks(slices.DeleteFunc(slices.Clone(r.Permissions), func(p azure.Permission) bool { return p.Condition != "" }))
		has := c.granted(blocks, planes)
		candidates = append(candidates, candidate[*AzureRole]{
			role: r, name: r.Name, weight: has.count(), privileged: r.Privileged,
			grants: bitsOf(len(demands), func(i int) bool { return demands[i].strangersIn(blocks) && demands[i].knownIn(has) }),
		})
	}
	return least(candidates, operations), nil
}

// LeastPrivileged finds the built-in roles that grant some permissions, see
// FindRoles. One that the catalog does not know is Missing.
func (c *EntraCatalog) LeastPrivileged(permissions []string) Least[*EntraRole] {
	var candidates []candidate[*EntraRole]
	for _, r := range c.roles {
		if r.Deprecated || r.DoNotUse {
			continue
		}
		candidates = append(candidates, candidate[*EntraRole]{
			role: r, name: r.Name, weight: c.weight(r), privileged: r.Privileged,
			grants: bitsOf(len(permissions), func(i int) bool { return holdsAll(r.Permissions, permissions[i:i+1], entra.Covers) }),
		})
	}
	return least(candidates, permissions)
}

// LeastPrivileged finds the built-in roles that grant some permissions, in any
// spelling, see FindRoles. One that the catalog does not know is Missing.
func (c *IntuneCatalog) LeastPrivileged(permissions []string) Least[*IntuneRole] {
	known := make([]string, len(permissions))
	for i, spelling := range permissions {
		known[i], _ = c.operation(spelling) // what is not known, no role holds
	}
	var candidates []candidate[*IntuneRole]
	for _, r := range c.roles {
		candidates = append(candidates, candidate[*IntuneRole]{
			role: r, name: r.Name, weight: len(r.Permissions), privileged: r.Privileged,
			grants: bitsOf(len(known), func(i int) bool { return known[i] != "" && holdsAll(r.Permissions, known[i:i+1], strings.EqualFold) }),
		})
	}
	return least(candidates, permissions)
}
