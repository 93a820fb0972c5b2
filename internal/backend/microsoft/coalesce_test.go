// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package microsoft

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// thing is an object of a collection that counts its requests.
type thing struct {
	ID   string
	Name string
}

type shelf struct {
	mu         sync.Mutex
	things     []thing
	ones, alls int
	listErr    error
	slow       time.Duration
	onList     func()
}

func (s *shelf) one(ctx context.Context, id string) (thing, error) {
	if err := sleep(ctx, s.slow); err != nil {
		return thing{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ones++
	for _, v := range s.things {
		if v.ID == id {
			return v, nil
		}
	}
	return thing{}, &rbac.Error{Kind: rbac.NotFound, Message: "No such thing."}
}

func (s *shelf) all(ctx context.Context) ([]thing, error) {
	s.mu.Lock()
	s.alls++
	list, err, then := append([]thing(nil), s.things...), s.listErr, s.onList
	s.mu.Unlock()
	if err := sleep(ctx, s.slow); err != nil {
		return nil, err
	}
	if then != nil {
		then()
	}
	return list, err
}

func shelved(s *shelf) *snapshot[string, thing] {
	return newSnapshot(func(v thing) string { return v.ID }, func(v thing) string { return strings.ToLower(v.Name) }, s.one, s.all)
}

func counts(t *testing.T, s *shelf, ones, alls int) {
	t.Helper()
	if s.ones != ones || s.alls != alls {
		t.Errorf("%d single reads and %d lists, want %d and %d", s.ones, s.alls, ones, alls)
	}
}

func wantThing(t *testing.T, s *snapshot[string, thing], id string, want thing) {
	t.Helper()
	if got, err := s.Get(t.Context(), id); err != nil || got != want {
		t.Errorf("Get(%s) = %v, %v; want %v", id, got, err, want)
	}
}

func wantList(t *testing.T, s *snapshot[string, thing], want ...thing) {
	t.Helper()
	got, err := s.List(t.Context())
	if err != nil || len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
		t.Errorf("List = %v, %v; want %v", got, err, want)
	}
}

func TestTwoReadsAreSingleAndTheRestIsOneList(t *testing.T) {
	t.Parallel()
	s := &shelf{things: []thing{{"a", "A"}, {"b", "B"}, {"c", "C"}, {"d", "D"}}}
	snap := shelved(s)
	wantThing(t, snap, "a", thing{"a", "A"})
	wantThing(t, snap, "b", thing{"b", "B"})
	counts(t, s, 2, 0)
	wantThing(t, snap, "c", thing{"c", "C"})
	wantThing(t, snap, "a", thing{"a", "A"})
	wantThing(t, snap, "d", thing{"d", "D"})
	counts(t, s, 2, 1)
	wantList(t, snap, s.things...)
	if got, err := snap.Find(t.Context(), "d"); err != nil || !reflect.DeepEqual(got, []thing{{"d", "D"}}) {
		t.Errorf("Find = %v, %v", got, err)
	}
	counts(t, s, 2, 1)
}

func TestWhatIsNotInTheListIsReadSingly(t *testing.T) {
	t.Parallel()
	s := &shelf{things: []thing{{"a", "A"}}}
	snap := shelved(s)
	wantList(t, snap, thing{"a", "A"})
	s.things = append(s.things, thing{"new", "N"})
	wantThing(t, snap, "new", thing{"new", "N"})
	counts(t, s, 1, 1)
	if _, err := snap.Get(t.Context(), "none"); !rbac.IsNotFound(err) {
		t.Errorf("got %v, want NotFound", err)
	}
}

func TestAHundredReadersAtOnceWaitForOneList(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{slow: time.Second}
		for _, id := range strings.Split(strings.Repeat("x", 99), "") {
			s.things = append(s.things, thing{id + strings.Repeat("y", len(s.things)), ""})
		}
		snap := shelved(s)
		start := time.Now()
		var all sync.WaitGroup
		for _, v := range s.things {
			all.Go(func() {
				if got, err := snap.Get(t.Context(), v.ID); err != nil || got != v {
					t.Errorf("Get = %v, %v", got, err)
				}
			})
		}
		all.Wait()
		counts(t, s, 2, 1)
		if took := time.Since(start); took != time.Second {
			t.Errorf("took %s, want 1s", took)
		}
	})
}

func TestAReaderWhoIsInterruptedDoesNotFailTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{things: []thing{{"a", "A"}}, slow: 10 * time.Second}
		snap := shelved(s)
		first, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() { // starts the list
			if _, err := snap.List(first); !errors.Is(err, context.Canceled) || rbac.KindOf(err) != rbac.Unavailable {
				t.Errorf("the interrupted one got %v", err)
			}
		})
		synctest.Wait()
		all.Go(func() {
			if got, err := snap.List(t.Context()); err != nil || len(got) != 1 {
				t.Errorf("the other one got %v, %v", got, err)
			}
		})
		synctest.Wait()
		cancel()
		all.Wait()
		counts(t, s, 0, 1)
	})
}

func TestAListThatNobodyWaitsForIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{things: []thing{{"a", "A"}}, slow: time.Hour}
		snap := shelved(s)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if _, err := snap.List(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("got %v after %s", err, time.Since(start))
		}
		s.slow = 0
		wantList(t, snap, thing{"a", "A"})
		counts(t, s, 0, 2)
	})
}

func TestOwnWritesAreInTheListAtOnce(t *testing.T) {
	t.Parallel()
	s := &shelf{things: []thing{{"a", "A"}, {"b", "B"}}}
	snap := shelved(s)
	wantList(t, snap, s.things...)

	snap.Forget("a")
	wantList(t, snap, s.things...) // as it was before, until the write is done
	s.things[0].Name = "A2"
	wantThing(t, snap, "a", thing{"a", "A2"}) // a single read
	counts(t, s, 1, 1)
	snap.Put(thing{"a", "A2"})
	snap.Forget("c")
	snap.Put(thing{"c", "C"})
	snap.Forget("b")
	snap.Remove("b")
	s.things = []thing{{"a", "A2"}, {"c", "C"}}
	wantList(t, snap, thing{"a", "A2"}, thing{"c", "C"})
	for name, want := range map[string][]thing{"a": nil, "a2": {{"a", "A2"}}, "b": nil, "c": {{"c", "C"}}} {
		if got, err := snap.Find(t.Context(), name); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("Find(%s) = %v, %v; want %v", name, got, err, want)
		}
	}
	counts(t, s, 1, 1)
}

// The service's list may lag behind the two reads that ended the write.
func TestAListThatIsOlderThanAnOwnWriteDoesNotUndoIt(t *testing.T) {
	t.Parallel()
	s := &shelf{things: []thing{{"a", "old"}, {"b", "B"}}}
	snap := shelved(s)
	s.onList = func() { // while the list is on its way
		snap.Forget("a")
		snap.Put(thing{"a", "new"})
		snap.Forget("b")
		snap.Remove("b")
		snap.Forget("c")
		snap.Put(thing{"c", "C"})
	}
	wantList(t, snap, thing{"a", "new"}, thing{"c", "C"})
	wantThing(t, snap, "a", thing{"a", "new"})
	counts(t, s, 0, 1)
}

func TestWhatGoesAwayWithAnotherObjectLeavesTheList(t *testing.T) {
	t.Parallel()
	s := &shelf{things: []thing{{"a", "X"}, {"b", "Y"}}}
	snap := shelved(s)
	wantList(t, snap, s.things...)
	snap.Put(thing{"c", "X"})
	snap.RemoveIf(func(v thing) bool { return v.Name == "X" })
	wantList(t, snap, thing{"b", "Y"})
	counts(t, s, 0, 1)
}

func TestAListThatMayHaveWhatIsGoneIsReadAnew(t *testing.T) {
	t.Parallel()
	s := &shelf{things: []thing{{"a", "X"}, {"b", "Y"}}}
	snap := shelved(s)
	s.onList = func() { // while the list is on its way
		s.onList = nil
		s.things = s.things[1:]
		snap.RemoveIf(func(v thing) bool { return v.Name == "X" })
	}
	wantList(t, snap, thing{"b", "Y"})
	counts(t, s, 0, 2)
}

func TestAForbiddenListIsAskedForOnceAndObjectsAreReadSingly(t *testing.T) {
	t.Parallel()
	forbidden := &rbac.Error{Kind: rbac.Forbidden, Message: "No."}
	s := &shelf{things: []thing{{"a", "A"}}, listErr: forbidden}
	snap := shelved(s)
	for range 10 {
		wantThing(t, snap, "a", thing{"a", "A"})
	}
	counts(t, s, 10, 1)
	if _, err := snap.List(t.Context()); !errors.Is(err, forbidden) {
		t.Errorf("List = %v, want the refusal", err)
	}
	counts(t, s, 10, 1)
}

func TestAListThatFailsOnceIsTriedAgain(t *testing.T) {
	t.Parallel()
	s := &shelf{things: []thing{{"a", "A"}}, listErr: &rbac.Error{Kind: rbac.Unavailable, Message: "Not now."}}
	snap := shelved(s)
	for range 3 {
		wantThing(t, snap, "a", thing{"a", "A"})
	}
	counts(t, s, 3, 1)
	s.listErr = nil
	wantThing(t, snap, "a", thing{"a", "A"})
	wantThing(t, snap, "a", thing{"a", "A"})
	counts(t, s, 3, 2)
}
