// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package effective

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/entra"
	"github.com/rolewright/terraform-provider-rbac/internal/intune"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// worlds is how many random tenants each property is tried on.
const worlds = 300

// A random tenant is small, so that its parts meet often.
var (
	someOperations = []string{
		"A.One/x/read", "A.One/x/write", "A.One/x/delete", "A.One/x/go/action", "A.One/y/read", "A.One/y/write",
		"A.Two/x/read", "A.Two/x/blobs/read", "A.Two/x/blobs/write", "B/z/read", "B/z/go/action",
	}
	somePatterns = append([]string{"*", "*/read", "*/write", "A.One/*", "A.One/x/*", "A.Two/*/read", "A.*", "B/*", "B/z/*/action"}, someOperations...)
	someScopes   = []string{
		"/", "/providers/Microsoft.Management/managementGroups/root", "/providers/Microsoft.Management/managementGroups/prod",
		"/subscriptions/00000000-0000-4000-8000-000000000001", "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/a",
		"/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/b", "/subscriptions/00000000-0000-4000-8000-000000000002",
	}
	somePermissions = []string{
		"microsoft.directory/users/standard/read", "microsoft.directory/users/basic/update", "microsoft.directory/users/allProperties/allTasks",
		"microsoft.directory/groups/members/update", "microsoft.directory/groups.security/members/update", "microsoft.directory/groups/allProperties/read",
	}
	someActions = []string{
		"Microsoft.Intune_MobileApps_Read", "Microsoft.Intune_MobileApps_Assign", "Microsoft.Intune_MobileApps_Update", "Microsoft.Intune_ManagedDevices_Read",
		"Microsoft.Intune_ManagedDevices_Update", "Microsoft.Intune_RemoteTasks_Wipe",
	}
)

type dice struct{ *rand.Rand }

func roll(seed uint64) dice { return dice{rand.New(rand.NewPCG(seed, 7))} } //nolint:gosec // the same worlds every time

func testID(kind string, n int) rbac.GUID {
	return rbac.DeriveGUID("5b0e1f6e-0000-5000-8000-000000000000", kind, strconv.Itoa(n))
}

func (d dice) id(kind string) rbac.GUID { return testID(kind, d.IntN(4)) }

func some[V any](d dice, of []V, most int) []V {
	var out []V
	for range d.IntN(most + 1) {
		out = append(out, of[d.IntN(len(of))])
	}
	return out
}

func (d dice) scope() azure.Scope {
	s, err := azure.ParseScope(someScopes[d.IntN(len(someScopes))])
	if err != nil {
		panic(err)
	}
	return s
}

func (d dice) block() azure.Permission {
	p := azure.Permission{
		Actions: some(d, somePatterns, 3), NotActions: some(d, somePatterns, 2), DataActions: some(d, somePatterns, 2), NotDataActions: some(d, somePatterns, 1),
	}
	if d.IntN(8) == 0 {
		p.Condition = "@Resource"
	}
	return p
}

func (d dice) azureAssignment() azure.Assignment {
	a := azure.Assignment{Name: rbac.DeriveGUID("5b0e1f6e-0000-5000-8000-000000000000", fmt.Sprint(d.Uint64())), RoleID: d.id("role"), PrincipalID: d.id("principal"), Scope: d.scope()}
	if d.IntN(8) == 0 {
		a.Condition = "@Resource"
	}
	return a
}

func (d dice) who() Who {
	w := Who{Principal: testID("principal", 0)}
	if d.IntN(2) == 0 {
		w.Groups = []rbac.GUID{testID("principal", 1), testID("principal", 2)}
	}
	if d.IntN(5) == 0 {
		w.Unread = "The groups can't be read."
	}
	return w
}

type azureWorld struct {
	roles []azure.Role
	AzureTenant
	AzureQuestion
}

func (w azureWorld) ask() AzureAnswer {
	w.Role = find(w.roles, func(r azure.Role) rbac.GUID { return r.ID })
	return w.Ask(w.AzureQuestion)
}

func (d dice) azureWorld() azureWorld {
	var w azureWorld
	for n := range 4 {
		if n < 3 || d.IntN(3) > 0 { // else a role that is not known
			w.roles = append(w.roles, azure.Role{ID: testID("role", n), Name: fmt.Sprintf("Role %d", n), Permissions: []azure.Permission{d.block(), d.block()}[:1+d.IntN(2)]})
		}
	}
	for range d.IntN(7) {
		w.Assignments = append(w.Assignments, d.azureAssignment())
	}
	for n := range d.IntN(3) {
		w.Denies = append(w.Denies, azure.DenyAssignment{
			ID: fmt.Sprintf("deny-%d", n), Name: fmt.Sprintf("Deny %d", n), Scope: d.scope(), Permissions: []azure.Permission{d.block()}, Everyone: d.IntN(2) == 0,
			Principals: []rbac.GUID{d.id("principal")}, Excluded: some(d, []rbac.GUID{testID("principal", 0), testID("principal", 1)}, 1), HereOnly: d.IntN(4) == 0,
		})
	}
	w.Who = d.who()
	if d.IntN(4) > 0 {
		w.Scope = d.scope()
	}
	switch d.IntN(4) {
	case 0: // nobody can tell
	case 1:
		w.Above = func(azure.Scope) bool { return false }
	default:
		w.Above = func(azure.Scope) bool { return true }
	}
	return w
}

// verdicts are the answers for all operations in both planes.
func (w azureWorld) verdicts() map[string]Verdict {
	a, out := w.ask(), map[string]Verdict{}
	for _, o := range someOperations {
		for plane := ControlPlane; plane <= DataPlane; plane++ {
			out[fmt.Sprint(o, " ", plane)] = a.Check(o, plane).Verdict
		}
	}
	return out
}

func TestAnAssignmentMoreNeverTakesAwayInAzure(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		d := roll(seed)
		w := d.azureWorld()
		before := w.verdicts()
		w.Assignments = append(slices.Clone(w.Assignments), d.azureAssignment())
		for o, after := range w.verdicts() {
			// What was denied stays so, and what was not certain may become allowed.
			if before[o] == Allowed && after != Allowed || before[o] == NotEvaluated && after == NotAllowed {
				t.Errorf("seed %d: %s was %s, and is %s after one more assignment", seed, o, before[o], after)
			}
		}
	}
}

func TestADenialMoreNeverAllowsInAzure(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		d := roll(seed)
		w := d.azureWorld()
		before := w.verdicts()
		w.Denies = append(slices.Clone(w.Denies), azure.DenyAssignment{ID: "more", Name: "More", Scope: d.scope(), Everyone: true, Permissions: []azure.Permission{d.block()}})
		for o, after := range w.verdicts() {
			if before[o] == NotAllowed && after != NotAllowed || before[o] == NotEvaluated && after == Allowed {
				t.Errorf("seed %d: %s was %s, and is %s after one more denial", seed, o, before[o], after)
			}
		}
	}
}

func TestANotActionNeverAffectsAnotherRole(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		d := roll(seed)
		w := d.azureWorld()
		changed := d.IntN(3)
		// What the other roles allow without this one they allow with it, whatever it excludes.
		others := w
		others.Assignments = slices.DeleteFunc(slices.Clone(w.Assignments), func(a azure.Assignment) bool { return a.RoleID == testID("role", changed) })
		alone := others.verdicts()
		w.roles = slices.Clone(w.roles)
		w.roles[changed].Permissions = slices.Clone(w.roles[changed].Permissions)
		w.roles[changed].Permissions[0].NotActions = append(some(d, somePatterns, 3), "*")
		w.roles[changed].Permissions[0].NotDataActions = []string{"*"}
		for o, after := range w.verdicts() {
			if alone[o] == Allowed && after != Allowed {
				t.Errorf("seed %d: %s is allowed by other roles, and %s since one excludes something", seed, o, after)
			}
		}
	}
}

func eachOperation() iter.Seq2[string, AzurePlane] {
	return func(yield func(string, AzurePlane) bool) {
		for _, o := range someOperations {
			if !yield(o, EitherPlane) {
				return
			}
		}
	}
}

// TestExpansionAndWildcardsAgree compares three ways to the same answer: asking
// for an operation, looking for it in the expanded list, and finding a wildcard in
// the list that stands for it.
func TestExpansionAndWildcardsAgree(t *testing.T) {
	t.Parallel()
	allowed := 0
	for seed := range uint64(worlds) {
		w := roll(seed).azureWorld()
		a := w.ask()
		expanded, listed := a.Expand(eachOperation()), a.Permissions()
		for _, o := range someOperations {
			for plane := ControlPlane; plane <= DataPlane; plane++ {
				asked := a.Check(o, plane).Verdict == Allowed
				inExpanded := slices.ContainsFunc(expanded, func(p AzurePermission) bool {
					return p.Permission == o && p.DataAction == (plane == DataPlane) && p.Verdict == Allowed
				})
				inList := slices.ContainsFunc(listed, func(p AzurePermission) bool {
					return p.Verdict == Allowed && p.DataAction == (plane == DataPlane) && matches(p.Permission, o) &&
						!slices.ContainsFunc(p.Except, func(n string) bool { return matches(n, o) })
				})
				if asked != inExpanded {
					t.Errorf("seed %d: %s in plane %d: asked for it is allowed: %v, expanded: %v", seed, o, plane, asked, inExpanded)
				}
				// The list is more careful: a denial with exceptions, or under a condition, makes a wildcard uncertain.
				if inList && !asked || asked && !inList && len(w.Denies) == 0 {
					t.Errorf("seed %d: %s in plane %d: asked for it is allowed: %v, by the list: %v", seed, o, plane, asked, inList)
				}
				if asked {
					allowed++
				}
			}
		}
	}
	if allowed < worlds {
		t.Errorf("only %d answers were yes: the worlds are too poor to tell", allowed)
	}
}

func matches(pattern, operation string) bool {
	p, err := azure.ParsePattern(pattern)
	return err == nil && p.Match(operation)
}

func TestAPatternIsAllowedOnlyIfEverythingItStandsForIs(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		a := roll(seed).azureWorld().ask()
		for _, pattern := range somePatterns {
			for plane := ControlPlane; plane <= DataPlane; plane++ {
				whole := a.Check(pattern, plane).Verdict
				for _, o := range someOperations {
					if one := a.Check(o, plane).Verdict; matches(pattern, o) && (whole == Allowed && one != Allowed || whole == NotAllowed && one == Allowed && a.denials == nil) {
						t.Errorf("seed %d: %s is %s, and %s is %s", seed, pattern, whole, o, one)
					}
				}
			}
		}
	}
}

func TestOrderDoesNotMatterInAzure(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		d := roll(seed)
		w := d.azureWorld()
		a := w.ask()
		d.Shuffle(len(w.Assignments), func(i, j int) { w.Assignments[i], w.Assignments[j] = w.Assignments[j], w.Assignments[i] })
		d.Shuffle(len(w.Denies), func(i, j int) { w.Denies[i], w.Denies[j] = w.Denies[j], w.Denies[i] })
		slices.Reverse(w.Groups)
		b := w.ask()
		if !reflect.DeepEqual(a.Permissions(), b.Permissions()) || !reflect.DeepEqual(a.Expand(eachOperation()), b.Expand(eachOperation())) || a.Open() != b.Open() {
			t.Errorf("seed %d: another order gives another list", seed)
		}
		for _, o := range somePatterns {
			if x, y := a.Check(o, EitherPlane), b.Check(o, EitherPlane); !reflect.DeepEqual(x, y) {
				t.Errorf("seed %d: %s: another order makes\n%+v\nof\n%+v", seed, o, y, x)
			}
		}
	}
}

func (d dice) entraWorld() (EntraTenant, EntraQuestion) {
	roles := make([]entra.Role, 3)
	for n := range roles {
		roles[n] = entra.Role{ID: testID("role", n), Name: fmt.Sprintf("Role %d", n), Enabled: true, Permissions: some(d, somePermissions, 3)}
	}
	t := EntraTenant{Role: find(roles, func(r entra.Role) rbac.GUID { return r.ID })}
	for range d.IntN(6) {
		t.Assignments = append(t.Assignments, d.entraAssignment())
	}
	q := EntraQuestion{Who: d.who(), Anywhere: d.IntN(4) == 0, Units: some(d, []rbac.GUID{testID("unit", 0), testID("unit", 1)}, 2)}
	if d.IntN(3) > 0 {
		q.Scope = entra.Scope{Object: d.id("object")}
	}
	if d.IntN(4) == 0 {
		q.UnitsUnread = "The units can't be read."
	}
	return t, q
}

func (d dice) entraAssignment() entra.Assignment {
	scope := []string{"/", "/administrativeUnits/" + d.id("unit").String(), "/" + d.id("object").String(), "/attributeSets/Any"}[d.IntN(4)]
	return entra.Assignment{ID: fmt.Sprint(d.Uint64()), RoleID: d.id("role"), PrincipalID: d.id("principal"), DirectoryScope: scope}
}

func TestAnAssignmentMoreNeverTakesAwayInEntraAndOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		d := roll(seed)
		world, q := d.entraWorld()
		before := world.Ask(q)
		shuffled := world
		shuffled.Assignments = slices.Clone(world.Assignments)
		slices.Reverse(shuffled.Assignments)
		more := world
		more.Assignments = append(slices.Clone(world.Assignments), d.entraAssignment())
		if other := shuffled.Ask(q); !reflect.DeepEqual(before.Permissions(), other.Permissions()) || before.Open() != other.Open() {
			t.Errorf("seed %d: another order gives another list", seed)
		}
		for _, p := range somePermissions {
			x, y := before.Check(p), more.Ask(q).Check(p)
			if x.Verdict == Allowed && y.Verdict != Allowed || x.Verdict == NotEvaluated && y.Verdict == NotAllowed {
				t.Errorf("seed %d: %s was %s, and is %s after one more assignment", seed, p, x.Verdict, y.Verdict)
			}
			if other := shuffled.Ask(q).Check(p); !reflect.DeepEqual(x, other) {
				t.Errorf("seed %d: another order makes\n%+v\nof\n%+v", seed, other, x)
			}
		}
	}
}

func (d dice) intuneAssignment() intune.Assignment {
	return intune.Assignment{
		ID: rbac.DeriveGUID("5b0e1f6e-0000-5000-8000-000000000000", fmt.Sprint(d.Uint64())), Name: fmt.Sprintf("Assignment %d", d.Uint32()), RoleID: d.id("role"),
		Members: []rbac.GUID{d.id("principal"), d.id("principal")}, ScopeGroups: some(d, []rbac.GUID{testID("group", 0), testID("group", 1), testID("group", 2)}, 2),
		AllUsers: d.IntN(5) == 0, AllDevices: d.IntN(5) == 0, ScopeTags: some(d, []string{"0", "1", "2"}, 2),
	}
}

func (d dice) intuneTarget() IntuneTarget {
	return IntuneTarget{
		Groups: some(d, []rbac.GUID{testID("group", 0), testID("group", 1), testID("group", 2)}, 2), User: d.IntN(4) == 0, Device: d.IntN(4) == 0,
		ScopeTags: some(d, []string{"0", "1", "2"}, 2),
	}
}

// TestAnAssignmentMoreNeverTakesAwayInIntune leaves out the one thing that does:
// scope tags, which limit those who were not limited before.
func TestAnAssignmentMoreNeverTakesAwayInIntuneButByScopeTagsAndOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	for seed := range uint64(worlds) {
		d := roll(seed)
		roles := make([]intune.Role, 3)
		for n := range roles {
			roles[n] = intune.Role{ID: testID("role", n), Name: fmt.Sprintf("Role %d", n), Permissions: some(d, someActions, 4)}
		}
		world := IntuneTenant{Role: find(roles, func(r intune.Role) rbac.GUID { return r.ID })}
		for range d.IntN(6) {
			world.Assignments = append(world.Assignments, d.intuneAssignment())
		}
		q := IntuneQuestion{Who: d.who(), Scoped: d.IntN(3) == 0}
		before := world.Ask(q)
		shuffled := world
		shuffled.Assignments = slices.Clone(world.Assignments)
		slices.Reverse(shuffled.Assignments)
		more := world
		more.Assignments = append(slices.Clone(world.Assignments), d.intuneAssignment())
		if other := shuffled.Ask(q); !reflect.DeepEqual(before.Permissions(), other.Permissions()) || before.Open() != other.Open() {
			t.Errorf("seed %d: another order gives another list", seed)
		}
		on := d.intuneTarget()
		for _, p := range someActions {
			x := before.Check(p, on)
			if other := shuffled.Ask(q).Check(p, on); !reflect.DeepEqual(x, other) {
				t.Errorf("seed %d: another order makes\n%+v\nof\n%+v", seed, other, x)
			}
			whatever := on
			whatever.ScopeTags = nil
			x, y := before.Check(p, whatever), more.Ask(q).Check(p, whatever)
			if x.Verdict == Allowed && y.Verdict != Allowed || x.Verdict == NotEvaluated && y.Verdict == NotAllowed {
				t.Errorf("seed %d: %s was %s, and is %s after one more assignment", seed, p, x.Verdict, y.Verdict)
			}
		}
	}
}
