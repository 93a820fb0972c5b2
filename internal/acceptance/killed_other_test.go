// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

//go:build !unix

package acceptance_test

import "os/exec"

// ownGroup does nothing: there are no process groups here, and the test that needs them
// is left out.
func ownGroup(*exec.Cmd) {}
