// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package catalog

import (
	"slices"
	"strconv"
	"testing"
	"testing/quick"
)

// TestTheSmallestSetIsNoLargerThanAnyOther compares the search with trying every set.
func TestTheSmallestSetIsNoLargerThanAnyOther(t *testing.T) {
	t.Parallel()
	const asked = 6
	names := make([]string, asked)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	holds := func(roles []uint8) bool {
		roles = roles[:min(len(roles), 9)]
		candidates := make([]candidate[int], len(roles))
		for i, mask := range roles {
			candidates[i] = candidate[int]{role: i, name: strconv.Itoa(i), weight: int(mask) % 7, grants: []uint64{uint64(mask) & (1<<asked - 1)}}
		}
		best, weight := 0, 0
		for set := 1; set < 1<<len(roles); set++ {
			var union uint8
			size, heavy := 0, 0
			for i, mask := range roles {
				if set&(1<<i) != 0 {
					union, size, heavy = union|mask, size+1, heavy+int(mask)%7
				}
			}
			if union&(1<<asked-1) == 1<<asked-1 && (best == 0 || size < best || size == best && heavy < weight) {
				best, weight = size, heavy
			}
		}
		got := least(slices.Clone(candidates), names)
		switch {
		case best == 0:
			return len(got.Missing) > 0 && got.Roles == nil && got.Combination == nil
		case best == 1:
			return len(got.Roles) > 0 && int(roles[got.Roles[0]])%7 == weight && got.Combination == nil && got.Missing == nil
		}
		var union uint8
		heavy := 0
		for _, r := range got.Combination {
			union, heavy = union|roles[r], heavy+int(roles[r])%7
		}
		return got.Roles == nil && len(got.Combination) == best && union&(1<<asked-1) == 1<<asked-1 && (best > mostExact || heavy == weight)
	}
	if err := quick.Check(holds, &quick.Config{MaxCount: 3000}); err != nil {
		t.Error(err)
	}
}
