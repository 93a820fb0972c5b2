// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"fmt"
	"net/http"
	"testing"
)

// BenchmarkListOf5000Assignments reads all pages of a full subscription.
func BenchmarkListOf5000Assignments(b *testing.B) {
	c := newARM(b, withoutDirectory)
	for i := range 5000 {
		principal := fmt.Sprintf("a1000000-0000-4000-8000-%012d", i)
		c.done(http.MethodPut, fmt.Sprintf("%s/resourceGroups/g%d%s/e0000000-0000-4000-8000-%012d", subProd, i%50, roleAssignments, i), armAssignmentBody(reader, principal))
	}
	b.ReportAllocs()
	for b.Loop() {
		if got := c.list(subProd+roleAssignments, "name"); len(got) != 5000 {
			b.Fatalf("%d assignments", len(got))
		}
	}
}

// BenchmarkGetOfAnAssignment reads one.
func BenchmarkGetOfAnAssignment(b *testing.B) {
	c := newARM(b)
	c.done(http.MethodPut, subProd+roleAssignments+"/"+grant, armAssignmentBody(reader, armRobot))
	b.ReportAllocs()
	for b.Loop() {
		c.done(http.MethodGet, subProd+roleAssignments+"/"+grant, "")
	}
}

// BenchmarkListOf5000Roles reads all pages of a tenant that is full of roles.
func BenchmarkListOf5000Roles(b *testing.B) {
	c := newARM(b)
	for i := range 5000 {
		c.done(http.MethodPut, fmt.Sprintf("%s%s/c0000000-0000-4000-8000-%012d", subProd, roleDefinitions, i), armRoleBody(fmt.Sprintf("Operator %d", i), subProd, subDev))
	}
	path := filtered(subProd+roleDefinitions, "type eq 'CustomRole'")
	b.ReportAllocs()
	for b.Loop() {
		if got := c.list(path, "name"); len(got) != 5000 {
			b.Fatalf("%d roles", len(got))
		}
	}
}
