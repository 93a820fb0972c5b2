// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/rolewright/terraform-provider-rbac/internal/azure"
	"github.com/rolewright/terraform-provider-rbac/internal/backend"
	"github.com/rolewright/terraform-provider-rbac/internal/rbac"
)

func TestProtocol_anObjectThatWasMadeIsInStateAlthoughAnErrorFollows(t *testing.T) {
	t.Parallel()
	for _, st := range stories() {
		t.Run(st.name, func(t *testing.T) {
			t.Parallel()
			broken := true
			s, _ := protocolTenant(t, &double{after: func(call string, answer any, err error) (any, error) {
				if broken && err == nil && strings.Contains(call, ".Create") {
					err = &rbac.Error{Kind: rbac.Unavailable, Message: "The service went away afterwards."}
				}
				return answer, err
			}})
			o := s.object(t, st.resource)
			diags := o.tryApply(o.plan(st.create), st.create)
			if got := text(diags); !strings.Contains(got, "The service went away afterwards.") {
				t.Fatalf("the errors are %q", got)
			}
			if !o.exists() || !o.state.IsFullyKnown() {
				t.Fatalf("state is %v", o.state)
			}
			o.checkIdentity()
			broken = false
			o.wantSame()
			o.destroy() // what Terraform does with a tainted object
			o.apply(st.create)
		})
	}
}

func TestProtocol_onlyNotFoundRemovesAnObjectFromState(t *testing.T) {
	t.Parallel()
	for _, st := range stories() {
		t.Run(st.name, func(t *testing.T) {
			t.Parallel()
			var fault error
			s, _ := protocolTenant(t, &double{before: func(context.Context, string) error { return fault }})
			o := s.object(t, st.resource)
			o.apply(st.create)
			before := o.values()

			fault = &rbac.Error{Kind: rbac.Forbidden, Message: "You may not read this.", Code: "AuthorizationFailed"}
			if got := text(o.tryRefresh()); !strings.Contains(got, "You may not read this.") || !strings.Contains(got, "Code: AuthorizationFailed") {
				t.Errorf("the errors are %q", got)
			}
			if d := difference(before, o.values()); d != "" {
				t.Errorf("state has changed: %s", d)
			}
			if got := text(o.tryDestroy()); !strings.Contains(got, "You may not read this.") || !o.exists() {
				t.Errorf("a delete that is refused says %q and leaves %v", got, o.state)
			}

			fault = &rbac.Error{Kind: rbac.NotFound, Message: "It is gone."}
			o.refresh()
			if o.exists() {
				t.Errorf("state still has %v", o.values())
			}
		})
	}
}

func TestProtocol_requestsThatEachStepCosts(t *testing.T) {
	t.Parallel()
	type counts struct{ create, read, update, del []string }
	one := func(calls ...string) []string { return calls }
	tests := map[string]counts{
		"Azure custom role": {
			// How many hold a role that changes is told with the change.
			one("Azure.Roles", "Azure.CreateRole"), one("Azure.Role"), one("Azure.Assignments", "Azure.UpdateRole"), one("Azure.DeleteRole"),
		},
		// A built-in role's name is in the catalog.
		"Azure role assignment": {
			one("Azure.Roles", "Azure.Assignments", "Azure.CreateAssignment"), one("Azure.Assignment"), one("Azure.UpdateAssignment"), one("Azure.DeleteAssignment"),
		},
		// The role is found by its name in the list.
		"Azure role assignment of a custom role": {
			one("Azure.Roles", "Azure.Assignments", "Entra.Objects", "Azure.CreateAssignment"), one("Azure.Assignment", "Azure.Role"),
			one("Azure.UpdateAssignment"), one("Azure.DeleteAssignment"),
		},
		"Entra custom role": {
			one("Entra.Roles", "Entra.CreateRole"), one("Entra.Role"), one("Entra.Assignments", "Entra.UpdateRole"), one("Entra.DeleteRole"),
		},
		"Entra role assignment": {
			// A custom role may have the name of a built-in one.
			one("Entra.Roles", "Entra.Assignments", "Entra.Objects", "Entra.CreateAssignment"), one("Entra.Assignment"),
			one("Entra.DeleteAssignment", "Entra.CreateAssignment"), one("Entra.DeleteAssignment"),
		},
		"Entra role assignment at an app scope": {
			one("Entra.Roles", "Entra.Assignments", "Entra.Objects", "Entra.CreateAssignment"), one("Entra.Assignment", "Entra.Role"),
			one("Entra.DeleteAssignment", "Entra.CreateAssignment"), one("Entra.DeleteAssignment"),
		},
		"Intune custom role": {
			one("Intune.ScopeTags", "Intune.Roles", "Intune.ScopeTags", "Intune.CreateRole"), one("Intune.Role", "Intune.ScopeTags"),
			one("Intune.ScopeTags", "Intune.Assignments", "Intune.ScopeTags", "Intune.ScopeTags", "Intune.UpdateRole"), one("Intune.DeleteRole"),
		},
		"Intune role assignment": {
			one("Intune.Roles", "Intune.ScopeTags", "Intune.Assignments", "Entra.Objects", "Intune.Roles", "Intune.ScopeTags", "Intune.CreateAssignment"),
			one("Intune.Assignment", "Intune.Role", "Intune.ScopeTags"),
			one("Intune.ScopeTags", "Intune.ScopeTags", "Intune.ScopeTags", "Intune.UpdateAssignment"), one("Intune.DeleteAssignment"),
		},
		"Intune scope tag": {
			// What uses a tag is asked before it is destroyed.
			one("Intune.ScopeTags", "Intune.CreateScopeTag"), one("Intune.ScopeTag"), one("Intune.UpdateScopeTag"), one("Intune.Roles", "Intune.Assignments", "Intune.DeleteScopeTag"),
		},
	}
	for _, st := range stories() {
		t.Run(st.name, func(t *testing.T) {
			t.Parallel()
			d := &double{}
			s, _ := protocolTenant(t, d)
			o := s.object(t, st.resource)
			want, ok := tests[st.name]
			if !ok {
				t.Fatal("no counts are written down")
			}
			cost := func(step string, want []string) {
				t.Helper()
				if got := d.take(); !slices.Equal(got, want) {
					t.Errorf("%s costs %q, want %q", step, got, want)
				}
			}
			o.apply(st.create)
			cost("create", want.create)
			o.refresh()
			cost("read", want.read)
			o.wantNoChange(st.create)
			cost("a plan without changes", nil)
			o.apply(st.update)
			cost("update", want.update)
			o.destroy()
			cost("delete", want.del)
		})
	}
}

func TestProtocol_theTenantIsListedOnceInARun(t *testing.T) {
	t.Parallel()
	again := map[string]values{ // what makes the story's configuration a second object
		"Azure custom role":                      {"role_id": somebodyElse, "name": "Second"},
		"Azure role assignment":                  {"name": somebodyElse, "principal_id": somebodyElse},
		"Azure role assignment of a custom role": {"principal_id": somebodyElse},
		"Entra custom role":                      {"template_id": somebodyElse, "name": "Second"},
		"Entra role assignment":                  {"principal_id": somebodyElse},
		"Entra role assignment at an app scope":  {"principal_id": somebodyElse},
		"Intune custom role":                     {"name": "Second", "scope_tags": nil},
		"Intune role assignment":                 {"name": "Second", "role": helpDeskOperator, "scope_tags": nil},
		"Intune scope tag":                       {"name": "Second"},
	}
	for _, st := range stories() {
		t.Run(st.name, func(t *testing.T) {
			t.Parallel()
			d := &double{}
			s, _ := protocolTenant(t, d)
			s.object(t, st.resource).apply(st.create)
			d.take()
			s.object(t, st.resource).apply(with(st.create, again[st.name]))
			for _, call := range d.take() {
				switch call {
				case "Azure.Roles", "Azure.Assignments", "Entra.Roles", "Entra.Assignments", "Intune.Roles", "Intune.Assignments", "Intune.ScopeTags":
					t.Errorf("the second object costs %s", call)
				}
			}
		})
	}
}

func TestProtocol_scopeTagsAreListedOnlyWhereANameMustBeFound(t *testing.T) {
	t.Parallel()
	for _, st := range stories() {
		if _, ok := st.create["scope_tags"]; !ok {
			continue
		}
		for name, tags := range map[string]any{"left out": nil, "IDs": set("2", "1"), "none": set()} {
			t.Run(st.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				d := &double{}
				s, _ := protocolTenant(t, d)
				o := s.object(t, st.resource)
				o.apply(with(st.create, values{"scope_tags": tags}))
				if name != "IDs" && slices.Contains(d.take(), "Intune.ScopeTags") {
					t.Error("a create lists the tags")
				}
				d.take()
				o.wantSame()
				if slices.Contains(d.take(), "Intune.ScopeTags") {
					t.Error("a read lists the tags")
				}
			})
		}
	}
}

func TestProtocol_anotherTimeoutIsWrittenToNoService(t *testing.T) {
	t.Parallel()
	for _, st := range stories() {
		t.Run(st.name, func(t *testing.T) {
			t.Parallel()
			d := &double{}
			s, _ := protocolTenant(t, d)
			o := s.object(t, st.resource)
			o.apply(st.create)
			d.take()
			other := with(st.create, values{"timeouts": values{"create": "2h"}})
			p := o.apply(other)
			if p.noChange() || p.replace != nil {
				t.Errorf("no change: %t, replaces because of %q", p.noChange(), p.replace)
			}
			if calls := d.take(); calls != nil {
				t.Errorf("the calls are %q", calls)
			}
			configured(t, o, other)
			o.wantSame()
		})
	}
}

func TestProtocol_aCreateThatTakesTooLongNamesTheTimeouts(t *testing.T) {
	t.Parallel()
	for _, st := range stories() {
		t.Run(st.name, func(t *testing.T) {
			t.Parallel()
			s, _ := protocolTenant(t, &double{before: func(ctx context.Context, call string) error {
				if !strings.Contains(call, ".Create") {
					return nil
				}
				<-ctx.Done()
				return &rbac.Error{Kind: rbac.Unavailable, Message: "The service did not answer.", Err: ctx.Err()}
			}})
			config := with(st.create, values{"timeouts": values{"create": "20ms"}})
			o := s.object(t, st.resource)
			diags := o.tryApply(o.plan(config), config)
			const want = "The operation did not end within its time. Whether it took effect is not known: run a plan to see, and raise the value in `timeouts` if the service needs longer."
			if len(diags) != 1 || !strings.Contains(diags[0].Detail, want) || o.exists() {
				t.Errorf("the errors are %q, and state has %v", text(diags), o.values())
			}
		})
	}
}

func TestProtocol_adoptingTakesOverAnAssignmentOfAnotherName(t *testing.T) {
	t.Parallel()
	elsewhere := azure.Assignment{Name: ownName, RoleID: azureReader, PrincipalID: someone}
	elsewhere.Scope, _ = azure.ParseScope(group)
	config := values{"scope": group, "role": "Reader", "principal_id": someone, "description": "Ours.", "adopt_existing": true}
	occupy := func(t *testing.T, b backend.Backend) {
		t.Helper()
		if _, err := b.Azure.CreateAssignment(t.Context(), elsewhere); err != nil {
			t.Fatal(err)
		}
	}
	for name, tc := range map[string]struct {
		before, since bool
		config        values
		want          string // the name; empty: an error that names the other assignment
	}{
		"there before the plan":          {true, false, config, ownName},
		"made since the plan":            {false, true, config, ownName},
		"not there":                      {false, false, config, readerName},
		"there, and a name is asked":     {true, false, with(config, values{"name": somebodyElse}), ""},
		"there, and its name is asked":   {true, false, with(config, values{"name": ownName}), ownName},
		"there, and adopting is not":     {true, false, with(config, values{"adopt_existing": nil}), ""},
		"made since, adopting is not":    {false, true, with(config, values{"adopt_existing": false}), ""},
		"not there, and a name is asked": {false, false, with(config, values{"name": somebodyElse}), somebodyElse},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, b := protocolTenant(t)
			if tc.before {
				occupy(t, b)
			}
			o := s.object(t, "rbac_azure_role_assignment")
			p, refused := o.tryPlan(tc.config)
			if refused != nil {
				if got := text(refused); !tc.before || tc.want != "" || !strings.Contains(got, "Azure role assignment exists") || !strings.Contains(got, "Rule: azure_assignment_unique") {
					t.Errorf("the plan says %q", got)
				}
				wantExists(t, refused, group+"/providers/Microsoft.Authorization/roleAssignments/"+ownName)
				return
			}
			if name == "there, and adopting is not" {
				t.Error("the plan is not refused")
			}
			if tc.since {
				occupy(t, b)
			}
			diags := o.tryApply(p, tc.config)
			if tc.want == "" {
				wantExists(t, diags, group+"/providers/Microsoft.Authorization/roleAssignments/"+ownName)
				if o.exists() {
					t.Errorf("state has %v", o.values())
				}
				return
			}
			refuse(t, "apply", diags)
			if got := o.values(); got["name"] != tc.want || got["description"] != "Ours." {
				t.Errorf("state is %v", got)
			}
			o.wantSame()
			o.wantNoChange(tc.config)
		})
	}
}

func wantExists(t *testing.T, diags []*tfprotov6.Diagnostic, id string) {
	t.Helper()
	if got := text(diags); len(diags) != 1 || !strings.Contains(got, "    id = \""+id+"\"") {
		t.Errorf("the errors are %q, want one with the import block of %s", got, id)
	}
}
