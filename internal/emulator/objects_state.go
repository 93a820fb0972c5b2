// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"cmp"
	"net/http"
	"sync"

	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

// graphState is what Graph remembers beside the tenant, for as long as the
// server lives.
type graphState struct {
	// writes makes one write of what reads before it changes, so that two
	// updates of different members both count.
	writes sync.Mutex

	created  int  // the status of an object that Intune made
	approval bool // whether Intune asks for approvals

	mu sync.Mutex
	// activated are the templates of the directory roles that somebody activated
	// without giving them to anybody.
	activated map[rbac.GUID]bool
	approvals []*approval // the oldest first
}

func newGraphState(o Options) *graphState {
	return &graphState{created: cmp.Or(o.IntuneCreated, http.StatusCreated), approval: o.Approvals, activated: map[rbac.GUID]bool{}}
}

func (s *graphState) isActivated(template rbac.GUID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.activated[template]
}

func (s *graphState) activate(template rbac.GUID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.activated[template] = true
}
