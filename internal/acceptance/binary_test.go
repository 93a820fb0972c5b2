// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"os/exec"
	"strings"
	"testing"
)

func TestAccTheBinaryStartedByHandSaysThatItIsAPlugin(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args []string
		code int
		want string
	}{
		"without arguments":   {nil, 1, "This binary is a plugin. These are not meant to be executed directly."},
		"version":             {[]string{"-version"}, 0, "terraform-provider-rbac 0.1.0"},
		"help":                {[]string{"-help"}, 0, "Terraform starts this program; it is of no use by hand."},
		"an unknown flag":     {[]string{"-verbose"}, 2, "flag provided but not defined: -verbose"},
		"an unknown argument": {[]string{"apply"}, 2, `"apply" is no argument of this program.`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorkdir(t)
			c := exec.CommandContext(t.Context(), binary(t), test.args...)
			c.Dir, c.Env = w.dir, w.environment()
			o := runCommand(t, c)
			if o.code != test.code {
				t.Errorf("ended with %d, want %d", o.code, test.code)
			}
			o.wants(t, test.want)
			for _, bad := range []string{"panic", "goroutine "} {
				if strings.Contains(o.all(), bad) {
					t.Errorf("the output has %q:\n%s", bad, o.all())
				}
			}
		})
	}
}
